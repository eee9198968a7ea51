/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "socket_path.h"

int
socket_path_clear(const struct sockaddr_un *addr)
{
	struct stat st;
	int fd, rc;

	/* Nothing is there, or the path cannot be reached: bind() reports that. */
	if (lstat(addr->sun_path, &st) != 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	rc = -EADDRINUSE;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0 && errno == ECONNREFUSED)
		rc = unlink(addr->sun_path) == 0 ? 0 : -errno;
	close(fd);
	return rc;
}

int
socket_path_check(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd, rc;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	rc = socket_path_clear(&addr);
	if (rc != 0)
		return rc;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0)
		rc = -errno;
	else
		unlink(path);
	close(fd);
	return rc;
}

const char *
socket_path_error(int rc)
{
	if (rc == -EEXIST)
		return "a file of this name is there, which is no socket; choose another path";
	if (rc == -EADDRINUSE)
		return "another program listens there; choose another path";
	if (rc == -ENAMETOOLONG)
		return "longer than the address of a socket may be (107 bytes)";
	return strerror(-rc);
}
