/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "bus.h"
#include "bus_log.h"
#include "bus_thread.h"
#include "socket_path.h"
#include "vu_commands.h"
#include "vu_device.h"
#include "vu_server.h"

/* Pause after a failure that may be temporary. */
#define RETRY_MS 100

struct vu_server {
	struct port *port;
	int listen_fd, stop_fd;
	pthread_t thread;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
};

/* ---- one client -------------------------------------------------------------------------- */

/** @return false if the client is gone */
static bool
serve_message(struct vu_conn *conn, struct vu_msg *msg, struct vu_reply *rep, int sock, int stop_fd)
{
	int rc;

	/* The server sends no commands, so it expects no reply. */
	if ((msg->hdr.flags & VU_TYPE_MASK) == VU_TYPE_REPLY)
		return true;
	rep->len = 0;
	rep->fd = -1;
	if ((msg->hdr.flags & VU_TYPE_MASK) != VU_TYPE_COMMAND || msg->fds_lost)
		rc = -EINVAL;
	else
		rc = vu_command(conn, msg, rep);
	if (rc != 0)
		bus_log(LOG_NOTICE, "%s: vfio-user command %u: %s", conn->port->setup->addr,
			msg->hdr.command, strerror(-rc));
	if ((msg->hdr.flags & VU_NO_REPLY) != 0)
		return true;
	return vu_msg_reply(sock, stop_fd, &msg->hdr, -rc, rep);
}

void
vu_serve(struct port *port, int sock, int stop_fd)
{
	struct vu_conn conn = {.port = port};
	struct vu_reply rep = {.body = malloc(VU_BODY_MAX), .fd = -1};
	struct vu_msg msg;
	int rc = -ENOMEM;

	bus_log(LOG_INFO, "%s: a client has connected", port->setup->addr);
	bus_lock();
	port->open = true;
	bus_unlock();
	if (vu_msg_init(&msg) && rep.body != NULL) {
		do {
			rc = vu_msg_recv(sock, stop_fd, &msg);
			if (rc == 1 && !serve_message(&conn, &msg, &rep, sock, stop_fd))
				rc = 0;
			else if (rc == -EBADMSG)
				vu_msg_reply(sock, stop_fd, &msg.hdr, EINVAL, &rep);
			vu_msg_close_fds(&msg);
		} while (rc == 1);
	}
	vu_msg_fini(&msg);
	free(rep.body);
	bus_lock();
	vu_device_detach(port);
	bus_unlock();
	bus_log(rc == 0 ? LOG_INFO : LOG_WARNING, "%s: the client has disconnected%s",
		port->setup->addr,
		rc == 0        ? "" :
		rc == -EBADMSG ? ": its message was invalid" :
				 ": no memory");
}

/* ---- clients, one after the other ----------------------------------------------------- */

static void *
server_thread(void *arg)
{
	struct vu_server *s = arg;
	int sock;

	pthread_setname_np(pthread_self(), "vfio-user");
	for (;;) {
		struct pollfd fds[2] = {{s->listen_fd, POLLIN, 0}, {s->stop_fd, POLLIN, 0}};

		if (poll(fds, 2, -1) < 0) {
			/* Out of memory or descriptors, which may be temporary. */
			if (errno != EINTR) {
				bus_log(LOG_ERR, "%s: waiting for a client: %s",
					s->port->setup->addr, strerror(errno));
				poll(&fds[1], 1, RETRY_MS);
			}
			continue;
		}
		if (fds[1].revents != 0)
			return NULL;
		if (fds[0].revents == 0)
			continue;
		sock = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);
		if (sock < 0) {
			/* Out of descriptors or memory: the connection stays in the queue. */
			if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
				errno == ENOBUFS)
				poll(&fds[1], 1, RETRY_MS);
			continue;
		}
		vu_serve(s->port, sock, s->stop_fd);
		close(sock);
	}
}

static int
listen_at(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd, rc;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	(void)socket_path_clear(&addr); /* if a file stays there, bind() fails */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	/* The file gets the mode of the socket: only its owner can connect. */
	if (fchmod(fd, 0600) != 0 || bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
		listen(fd, 1) != 0) {
		rc = -errno;
		close(fd);
		return rc;
	}
	return fd;
}

static void
free_server(struct vu_server *s)
{
	if (s->listen_fd >= 0) {
		unlink(s->path);
		close(s->listen_fd);
	}
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	free(s);
}

int
vu_server_start(struct port *port, const char *path, struct vu_server **server)
{
	struct vu_server *s = calloc(1, sizeof(*s));
	int rc;

	*server = NULL;
	if (s == NULL)
		return -ENOMEM;
	s->port = port;
	s->listen_fd = s->stop_fd = -1;
	rc = listen_at(path);
	if (rc >= 0) {
		s->listen_fd = rc;
		memcpy(s->path, path, strlen(path) + 1);
		s->stop_fd = eventfd(0, EFD_CLOEXEC);
		rc = s->stop_fd < 0 ? -errno : -pthread_create(&s->thread, NULL, server_thread, s);
	}
	if (rc != 0) {
		bus_log(LOG_ERR, "%s: socket %s: %s", port->setup->addr, path, strerror(-rc));
		free_server(s);
		return rc;
	}
	*server = s;
	return 0;
}

bool
vu_server_stop(struct vu_server *s)
{
	const uint64_t one = 1;

	if (s == NULL)
		return true;
	(void)!write(s->stop_fd, &one, sizeof(one));
	/* If the device thread hangs, this thread waits for the bus lock: then its data must stay.
	 */
	if (!bus_thread_join(s->thread)) {
		bus_log(LOG_ERR, "%s: the thread of its client does not end", s->port->setup->addr);
		unlink(s->path);
		return false;
	}
	free_server(s);
	return true;
}
