/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What clients send is not trusted: the length of lines and the number of clients are bounded,
 * and no command is read from a client that does not read its answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "bus.h"
#include "bus_clock.h"
#include "bus_log.h"
#include "bus_report.h"
#include "bus_thread.h"
#include "ctl_commands.h"
#include "ctl_server.h"
#include "socket_path.h"

#define CLIENTS_MAX  16u
#define LINE_MAX_LEN 256u
#define SNAPSHOT_MS  1000u
#define NS_PER_MS    UINT64_C(1000000)

struct client {
	int fd; /* -1: free */
	char line[LINE_MAX_LEN];
	size_t len;
	char *answer; /* being sent */
	size_t answer_len, sent;
};

static struct client clients[CLIENTS_MAX];
static int listen_fd = -1, stop_fd = -1, lock_fd = -1;
static pthread_t thread;
static bool runs;

/* ---- clients --------------------------------------------------------------------------- */

static void
drop(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	free(c->answer);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

static void
accept_client(void)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	static const char full[] = "{\"ok\":false,\"error\":\"too many clients\"}\n";
	unsigned int i;

	if (fd < 0)
		return;
	for (i = 0; i < CLIENTS_MAX; i++) {
		if (clients[i].fd < 0) {
			clients[i].fd = fd;
			return;
		}
	}
	(void)!send(fd, full, sizeof(full) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static bool
answer(struct client *c, char *line)
{
	FILE *out = open_memstream(&c->answer, &c->answer_len);

	if (out == NULL)
		return false;
	ctl_execute(out, line);
	fputc('\n', out);
	c->sent = 0;
	return fclose(out) == 0;
}

/** @return false if the client is gone */
static bool
send_answer(struct client *c)
{
	ssize_t n = send(
		c->fd, c->answer + c->sent, c->answer_len - c->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->sent += (size_t)n;
	if (c->sent == c->answer_len) {
		free(c->answer);
		c->answer = NULL;
	}
	return true;
}

/** Execute the lines that are complete, until an answer cannot be sent at once. */
static bool
execute_lines(struct client *c)
{
	char line[LINE_MAX_LEN], *end;
	size_t n;

	while (c->answer == NULL && (end = memchr(c->line, '\n', c->len)) != NULL) {
		n = (size_t)(end - c->line);
		memcpy(line, c->line, n);
		line[n] = '\0';
		c->len -= n + 1;
		memmove(c->line, end + 1, c->len);
		if (!answer(c, line) || !send_answer(c))
			return false;
	}
	return true;
}

static bool
serve(struct client *c)
{
	ssize_t n;

	if (c->answer != NULL) {
		if (!send_answer(c))
			return false;
		return execute_lines(c);
	}
	if (c->len == sizeof(c->line))
		return false; /* the line is too long */
	n = recv(c->fd, c->line + c->len, sizeof(c->line) - c->len, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	c->len += (size_t)n;
	return n > 0 && execute_lines(c);
}

/**
 * The first snapshot is taken at once, the next ones a time after the last, however busy
 * clients keep this thread.
 * @param due_ns when the next is due
 * @return how long to wait for clients, for poll()
 */
static int
snapshot_if_due(uint64_t *due_ns)
{
	uint64_t now;

	if (bus.setup.report == NULL)
		return -1;
	now = bus_now_ns();
	if (now >= *due_ns) {
		bus_report_snapshot();
		now = bus_now_ns();
		*due_ns = now + SNAPSHOT_MS * NS_PER_MS;
	}
	return (int)((*due_ns - now + NS_PER_MS - 1) / NS_PER_MS);
}

static void *
ctl_thread(void *arg)
{
	struct pollfd fds[CLIENTS_MAX + 2];
	uint64_t snapshot_ns = 0;
	unsigned int i;

	(void)arg;
	pthread_setname_np(pthread_self(), "softena-ctl");
	for (;;) {
		int wait_ms = snapshot_if_due(&snapshot_ns);

		fds[0] = (struct pollfd){stop_fd, POLLIN, 0};
		fds[1] = (struct pollfd){listen_fd, POLLIN, 0};
		for (i = 0; i < CLIENTS_MAX; i++)
			fds[i + 2] = (struct pollfd){
				clients[i].fd, clients[i].answer != NULL ? POLLOUT : POLLIN, 0};
		if (poll(fds, CLIENTS_MAX + 2, wait_ms) < 0)
			continue;
		if (fds[0].revents != 0)
			return NULL;
		for (i = 0; i < CLIENTS_MAX; i++)
			if (fds[i + 2].revents != 0 && !serve(&clients[i]))
				drop(&clients[i]);
		if (fds[1].revents != 0)
			accept_client();
	}
}

/* ---- life -------------------------------------------------------------------------------- */

/** Listen at @p path, unless another process of this run directory does already. */
static bool
take_socket(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	char lock[512];
	int rc;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	snprintf(lock, sizeof(lock), SETUP_CTL_LOCK, bus.dir);
	lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock_fd < 0 || flock(lock_fd, LOCK_EX | LOCK_NB) != 0)
		return false;
	listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listen_fd < 0)
		return false;
	rc = socket_path_clear(&addr); /* of an earlier process */
	if (rc != 0) {
		errno = -rc;
		return false;
	}
	/* The file gets the mode of the socket. So other users can never connect, and the umask of
	 * the program stays as it is. */
	return fchmod(listen_fd, 0600) == 0 &&
	       bind(listen_fd, (struct sockaddr *)&addr, sizeof(addr)) == 0 &&
	       listen(listen_fd, (int)CLIENTS_MAX) == 0;
}

static void
close_all(void)
{
	unsigned int i;

	for (i = 0; i < CLIENTS_MAX; i++)
		drop(&clients[i]);
	if (listen_fd >= 0)
		close(listen_fd);
	if (stop_fd >= 0)
		close(stop_fd);
	if (lock_fd >= 0)
		close(lock_fd);
	listen_fd = stop_fd = lock_fd = -1;
}

void
ctl_server_start(void)
{
	unsigned int i;

	for (i = 0; i < CLIENTS_MAX; i++)
		clients[i].fd = -1;
	if (bus.setup.ctl == NULL)
		return;
	if (!take_socket(bus.setup.ctl)) {
		if (errno == EWOULDBLOCK)
			bus_log(LOG_NOTICE, "another process has the control socket %s",
				bus.setup.ctl);
		else
			bus_log(LOG_ERR, "no control socket %s: %s", bus.setup.ctl,
				socket_path_error(-errno));
		close_all();
		return;
	}
	stop_fd = eventfd(0, EFD_CLOEXEC);
	if (stop_fd < 0 || bus_thread_create(&thread, ctl_thread) != 0) {
		bus_log(LOG_ERR, "no control socket: cannot start its thread");
		close_all();
		return;
	}
	runs = true;
}

void
ctl_server_stop(void)
{
	const uint64_t one = 1;

	if (!runs)
		return;
	runs = false;
	if (write(stop_fd, &one, sizeof(one)) != sizeof(one) || !bus_thread_join(thread))
		return;
	unlink(bus.setup.ctl);
	close_all();
}

void
ctl_server_forked(void)
{
	if (!runs)
		return;
	runs = false;
	close_all();
}
