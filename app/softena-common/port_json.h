/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Ports as JSON, for the control socket and the report. Bus lock held.
 */
#ifndef SOFTENA_COMMON_PORT_JSON_H
#define SOFTENA_COMMON_PORT_JSON_H

#include <stdbool.h>
#include <stdio.h>

struct port;

/** A string with its quotes. */
void json_string(FILE *out, const char *text);

/** One port: what it is; its statistics; its queues. */
void json_port(FILE *out, const struct port *port);
void json_stats(FILE *out, const struct port *port);
void json_queues(FILE *out, const struct port *port);

/** Strict mode: the kinds of defects that occurred. Faults: all kinds. */
void json_defects(FILE *out, const struct port *port);
void json_faults(FILE *out, const struct port *port);

/** An answer with one of the above for port @p only, or for all (-1). */
void json_ports(FILE *out, void (*each)(FILE *out, const struct port *port), int only);

/** The report: statistics and defects of all ports, allocated. @return false on failure */
bool json_report(char **text, size_t *len);

#endif /* SOFTENA_COMMON_PORT_JSON_H */
