/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "bus.h"
#include "bus_log.h"
#include "bus_report.h"
#include "port_json.h"
#include "report.h"

/** Write all statistics to @p path: to a file beside it first, which then takes its place. */
static void
write_report(const char *path)
{
	size_t len = 0;
	char *text = NULL, *tmp = NULL;
	FILE *out;
	bool ok;

	bus_lock();
	ok = json_report(&text, &len);
	bus_unlock();
	if (!ok || asprintf(&tmp, "%s.new", path) < 0) {
		free(text);
		return;
	}
	out = fopen(tmp, "we");
	ok = out != NULL && fwrite(text, 1, len, out) == len && fputc('\n', out) != EOF;
	if (out != NULL)
		ok = fclose(out) == 0 && ok;
	if (!ok || rename(tmp, path) != 0)
		bus_log(LOG_ERR, "cannot write the report %s: %s", path, strerror(errno));
	free(tmp);
	free(text);
}

void
bus_report_snapshot(void)
{
	char path[512];

	if (bus.setup.report == NULL)
		return;
	snprintf(path, sizeof(path), SETUP_SNAPSHOT, bus.dir);
	write_report(path);
}

void
bus_report_final(void)
{
	/* A file that must not be replaced gets the snapshot, after this process has ended. */
	if (bus.setup.report != NULL && report_replaces(bus.setup.report))
		write_report(bus.setup.report);
	bus_report_snapshot();
}
