/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The ports and options that a user asked for, as a text file in the run directory:
 * softena-run writes it for the preloaded library, softena-vfio-user for its own bus. Each line
 * is "KEYWORD VALUE":
 *
 *   log 5
 *   cpus 0-1
 *   report FILE
 *   ctl PATH
 *   step 1                packets move when the program asks for it (softena_step.h)
 *   port 0000:00:05.0     begins a port; the following lines belong to it
 *   numa 0
 *   set KEY VALUE         for softena_config_set()
 *   wire SPEC
 */
#ifndef SOFTENA_COMMON_SETUP_H
#define SOFTENA_COMMON_SETUP_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

#include "softena.h"

#define SETUP_PORTS_MAX 24u
#define SETUP_ADDR_LEN  13u /* "0000:00:05.0" */

struct setup_port {
	char addr[SETUP_ADDR_LEN];
	char profile[32];
	char *wire;
	int numa;
	bool named; /* the user gave a name */
	bool numa_set;
	struct softena_config_given given;
	struct softena_config cfg; /* its name is the address, if the user gave none */
};

struct setup {
	struct setup_port port[SETUP_PORTS_MAX];
	unsigned int ports;
	int log_level;
	cpu_set_t cpus;
	bool cpus_set;
	bool step;
	char *report; /* absolute, or NULL */
	char *ctl; /* socket */
};

/* Files of the run directory; the directory is the first argument of each format. */
#define SETUP_FILE     "%s/setup"
#define SETUP_ROOT     "%s/root" /* what the program sees instead of /dev/vfio and /sys/... */
#define SETUP_BARS     "%s/port%u.bars" /* region i of vfio at offset i << 40 */
#define SETUP_LOCK     "%s/port%u.lock" /* held by the process that runs the device */
#define SETUP_CTL      "%s/ctl"
#define SETUP_CTL_LOCK "%s/ctl.lock"
#define SETUP_RUN_LOCK "%s/run.lock" /* held as long as softena-run lives */
#define SETUP_SNAPSHOT "%s/report" /* latest statistics, if a report is wanted */

#define SETUP_REGION_SHIFT  40
#define SETUP_REGION_CONFIG 7 /* VFIO_PCI_CONFIG_REGION_INDEX */

/** Nothing but defaults, no ports. */
void setup_init(struct setup *setup);
void setup_fini(struct setup *setup);

/** Apply one line. @return 0 or -EINVAL with @p err set */
int setup_line(struct setup *setup, const char *line, char *err, size_t err_len);

/** Contradictions within ports and between them. @return 0 or -EINVAL with @p err set */
int setup_check(const struct setup *setup, char *err, size_t err_len);

/** Read and check a file. @return 0 or negative errno with @p err set */
int setup_read(struct setup *setup, const char *path, char *err, size_t err_len);

/** Parse the name of a log level, "err" to "debug". @return a syslog level or -EINVAL */
int setup_parse_log_level(const char *name);
/** The names, for messages. */
#define SETUP_LOG_LEVELS "err, warning, notice, info or debug"

/** Parse "0-2,5". @return 0 or -EINVAL */
int setup_parse_cpus(const char *text, cpu_set_t *cpus);

/**
 * Parse a PCI address, "0000:00:05.0" or "00:05.0", and write the long form.
 * @return 0 or -EINVAL
 */
int setup_parse_addr(const char *text, char addr[SETUP_ADDR_LEN]);

#endif /* SOFTENA_COMMON_SETUP_H */
