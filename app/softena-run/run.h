/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Parts of softena-run.
 */
#ifndef SOFTENA_RUN_RUN_H
#define SOFTENA_RUN_RUN_H

#include "setup.h"

/** What the command line says; the ports are kept as lines for the setup file. */
struct run {
	struct setup setup;
	char *lines; /* of the ports */
	size_t lines_len;
	char *dir; /* absolute */
	bool dir_made; /* by us: removed at the end */
	bool verbose;
	char **command;
};

/* run_args.c */
/** Parse the command line; ends the process on --help, --version and mistakes. */
void run_parse(struct run *run, int argc, char **argv);

/* run_command.c */
/** Refuse a command that the library cannot be preloaded into. Ends the process then. */
void run_command_check(char **command);

/* run_dir.c */
/** Make or check the run directory. Ends the process with a message on failure. */
void run_dir_make(struct run *run);
/** Setup file, BAR files, and the tree that stands for /dev/vfio and sysfs. */
void run_dir_fill(const struct run *run);
/** Remove what run_dir_fill() and the library made. */
void run_dir_clean(const struct run *run);

/* run_env.c */
/** LD_PRELOAD, SYSFS_PCI_DEVICES and SOFTENA_* for the command. */
void run_env_set(const struct run *run);

/* run_main.c */
/** "softena-run: message", and exit status 125. */
void run_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif /* SOFTENA_RUN_RUN_H */
