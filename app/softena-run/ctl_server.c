/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The control socket: a command a line, an answer of one line of JSON each. What comes in
 * is not trusted: lines and clients are bounded, and a client that does not read its
 * answers is not read either.
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

#include "bus_json.h"
#include "bus_port.h"
#include "socket_path.h"

#define CLIENTS_MAX  16u
#define LINE_MAX_LEN 256u
#define WORDS_MAX    8u
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

/* ---- commands ------------------------------------------------------------------------ */

/** What was asked for is right, but cannot be done now. */
static void
refuse(FILE *out, const char *why)
{
	fputs("{\"ok\":false,\"error\":", out);
	json_string(out, why);
	fputs("}", out);
}

/** What was asked for does not exist; softena-ctl has another exit status for that. */
static void
misused(FILE *out, const char *why)
{
	fputs("{\"ok\":false,\"usage\":true,\"error\":", out);
	json_string(out, why);
	fputs("}", out);
}

/** A port by number or by address. @return index, or -1 after an answer */
static int
find_port(FILE *out, const char *name)
{
	char addr[SETUP_ADDR_LEN], *end;
	unsigned long n;
	unsigned int i;

	if (setup_parse_addr(name, addr) == 0) {
		for (i = 0; i < bus.setup.ports; i++)
			if (strcmp(bus.setup.port[i].addr, addr) == 0)
				return (int)i;
	} else if (name[0] >= '0' && name[0] <= '9') {
		n = strtoul(name, &end, 10);
		if (*end == '\0' && n < bus.setup.ports)
			return (int)n;
	}
	misused(out, "no such port; 'ports' lists them");
	return -1;
}

static void
list_command(FILE *out, const char *port, void (*each)(FILE *out, const struct port *port))
{
	int only = port != NULL ? find_port(out, port) : -1;

	if (port == NULL || only >= 0)
		json_ports(out, each, only);
}

static void
change(FILE *out, struct port *port, const char *what, const char *how)
{
	if (port->dev == NULL) {
		refuse(out, "this port is off: no program has opened it yet");
		return;
	}
	if (strcmp(what, "reset") == 0) {
		bus_port_reset(port);
	} else if (strcmp(what, "link") == 0 && (!strcmp(how, "up") || !strcmp(how, "down"))) {
		softena_link_set(port->dev, strcmp(how, "up") == 0);
	} else if (strcmp(what, "wire") == 0 && (!strcmp(how, "start") || !strcmp(how, "stop"))) {
		port->wire->started = strcmp(how, "start") == 0;
	} else {
		misused(out, "link PORT up|down, wire PORT start|stop, reset PORT");
		return;
	}
	json_ports(out, json_port, (int)port->idx);
}

static void
arm_fault(FILE *out, struct port *port, char *word[], unsigned int words)
{
	struct softena_fault_spec spec;
	char why[128];
	int rc;

	/* Before anything happens: what is refused has no effect. */
	if (softena_fault_parse(word, words, &spec, why, sizeof(why)) != 0) {
		misused(out, why);
		return;
	}
	rc = softena_fault_set(port->dev, &spec);
	if (rc == -EAGAIN)
		refuse(out, spec.kind == SOFTENA_FAULT_RESET_REQUEST ?
				    "the driver has not enabled reset requests" :
				    "not now: the carrier is off");
	else if (rc != 0)
		misused(out, "queue, skip or argument is out of range for this fault");
	else
		json_ports(out, json_faults, (int)port->idx);
}

/** fault PORT list|clear|KIND...; @p word begins behind PORT */
static void
fault_command(FILE *out, struct port *port, char *word[], unsigned int words)
{
	if (port->dev == NULL) {
		refuse(out, "this port is off: no program has opened it yet");
		return;
	}
	if (words != 1 || (strcmp(word[0], "list") != 0 && strcmp(word[0], "clear") != 0)) {
		arm_fault(out, port, word, words);
		return;
	}
	if (strcmp(word[0], "clear") == 0)
		softena_fault_clear(port->dev);
	json_ports(out, json_faults, (int)port->idx);
}

static void
execute(FILE *out, char *word[], unsigned int words)
{
	int i;

	if (words == 1 && strcmp(word[0], "ports") == 0) {
		list_command(out, NULL, json_port);
	} else if (words <= 2 && words > 0 && strcmp(word[0], "stats") == 0) {
		list_command(out, words == 2 ? word[1] : NULL, json_stats);
	} else if (words <= 2 && words > 0 && strcmp(word[0], "queues") == 0) {
		list_command(out, words == 2 ? word[1] : NULL, json_queues);
	} else if (words <= 2 && words > 0 && strcmp(word[0], "defects") == 0) {
		list_command(out, words == 2 ? word[1] : NULL, json_defects);
	} else if (words >= 3 && words <= WORDS_MAX && strcmp(word[0], "fault") == 0) {
		i = find_port(out, word[1]);
		if (i >= 0)
			fault_command(out, &bus.port[i], word + 2, words - 2);
	} else if ((words == 3 && (!strcmp(word[0], "link") || !strcmp(word[0], "wire"))) ||
		   (words == 2 && !strcmp(word[0], "reset"))) {
		i = find_port(out, word[1]);
		if (i >= 0)
			change(out, &bus.port[i], word[0], words == 3 ? word[2] : "");
	} else {
		misused(out, "commands: ports, stats [PORT], queues [PORT], defects [PORT], link "
			     "PORT up|down, wire PORT start|stop, reset PORT, fault PORT "
			     "list|clear|KIND [queue=N] [count=N] [arg=N] [skip=N]");
	}
}

static bool
answer(struct client *c, char *line)
{
	char *word[WORDS_MAX + 1], *save = NULL, *w;
	unsigned int words = 0;
	FILE *out = open_memstream(&c->answer, &c->answer_len);

	if (out == NULL)
		return false;
	for (w = strtok_r(line, " \t\r", &save); w != NULL && words <= WORDS_MAX;
		w = strtok_r(NULL, " \t\r", &save))
		word[words++] = w;
	bus_lock();
	execute(out, word, words);
	bus_unlock();
	fputc('\n', out);
	c->sent = 0;
	return fclose(out) == 0;
}

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
		return false; /* a line without end */
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
		bus_snapshot();
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

/** The first process of a run directory that needs it gets the socket. */
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
	/* The mode of the socket becomes that of the file: no moment in which others can connect,
	 * and no change of the program's umask. */
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
ctl_server_forget(void)
{
	if (!runs)
		return;
	runs = false;
	close_all();
}
