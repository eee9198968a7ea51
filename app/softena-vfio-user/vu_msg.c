/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "vu_msg.h"

bool
vu_msg_init(struct vu_msg *msg)
{
	memset(msg, 0, sizeof(*msg));
	msg->body = malloc(VU_BODY_MAX);
	return msg->body != NULL;
}

void
vu_msg_fini(struct vu_msg *msg)
{
	vu_msg_close_fds(msg);
	free(msg->body);
	msg->body = NULL;
}

void
vu_msg_close_fds(struct vu_msg *msg)
{
	unsigned int i;

	for (i = 0; i < msg->fds; i++)
		if (msg->fd[i] >= 0)
			close(msg->fd[i]);
	msg->fds = 0;
}

/** @return false if it is time to stop */
static bool
wait_for(int sock, int stop_fd, short events)
{
	struct pollfd fds[2] = {{sock, events, 0}, {stop_fd, POLLIN, 0}};

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	return fds[1].revents == 0;
}

/* ---- receiving ------------------------------------------------------------------------ */

static void
keep_fds(struct vu_msg *msg, struct msghdr *mh)
{
	struct cmsghdr *c;
	size_t i, n;
	int fd;

	if ((mh->msg_flags & MSG_CTRUNC) != 0)
		msg->fds_lost = true;
	for (c = CMSG_FIRSTHDR(mh); c != NULL; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
			c->cmsg_len < CMSG_LEN(0))
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (msg->fds < VU_FDS_MAX) {
				msg->fd[msg->fds++] = fd;
			} else {
				close(fd);
				msg->fds_lost = true;
			}
		}
	}
}

/** All of @p len bytes. @return false: the peer is gone, or it is time to stop */
static bool
recv_all(int sock, int stop_fd, struct vu_msg *msg, void *to, size_t len)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(VU_FDS_MAX * sizeof(int))];
	size_t have = 0;

	while (have < len) {
		struct iovec iov = {(uint8_t *)to + have, len - have};
		struct msghdr mh = {.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control)};
		ssize_t n;

		if (!wait_for(sock, stop_fd, POLLIN))
			return false;
		n = recvmsg(sock, &mh, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return false;
		keep_fds(msg, &mh);
		if (n == 0)
			return false;
		have += (size_t)n;
	}
	return true;
}

int
vu_msg_recv(int sock, int stop_fd, struct vu_msg *msg)
{
	msg->len = 0;
	msg->fds_lost = false;
	if (!recv_all(sock, stop_fd, msg, &msg->hdr, sizeof(msg->hdr)))
		return 0;
	if (msg->hdr.size < sizeof(msg->hdr) || msg->hdr.size - sizeof(msg->hdr) > VU_BODY_MAX)
		return -EBADMSG;
	msg->len = msg->hdr.size - sizeof(msg->hdr);
	return recv_all(sock, stop_fd, msg, msg->body, msg->len) ? 1 : 0;
}

/* ---- sending ---------------------------------------------------------------------------- */

bool
vu_msg_reply(
	int sock, int stop_fd, const struct vu_header *req, int error, const struct vu_reply *rep)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(int))];
	struct vu_header hdr = {.id = req->id, .command = req->command};
	size_t body = error == 0 ? rep->len : 0, sent = 0, total = sizeof(hdr) + body;

	hdr.size = (uint32_t)total;
	hdr.flags = VU_TYPE_REPLY | (error != 0 ? VU_ERROR : 0);
	hdr.error = (uint32_t)error;
	while (sent < total) {
		struct iovec iov[2] = {{&hdr, sizeof(hdr)}, {rep->body, body}};
		struct msghdr mh = {.msg_iov = iov, .msg_iovlen = body != 0 ? 2 : 1};
		ssize_t n;

		if (sent < sizeof(hdr)) {
			iov[0].iov_base = (uint8_t *)&hdr + sent;
			iov[0].iov_len = sizeof(hdr) - sent;
		} else {
			iov[0].iov_base = rep->body + (sent - sizeof(hdr));
			iov[0].iov_len = total - sent;
			mh.msg_iovlen = 1;
		}
		/* The descriptor is sent once, with the first byte. */
		if (sent == 0 && error == 0 && rep->fd >= 0) {
			struct cmsghdr *c;

			memset(control, 0, sizeof(control));
			mh.msg_control = control;
			mh.msg_controllen = sizeof(control);
			c = CMSG_FIRSTHDR(&mh);
			c->cmsg_level = SOL_SOCKET;
			c->cmsg_type = SCM_RIGHTS;
			c->cmsg_len = CMSG_LEN(sizeof(int));
			memcpy(CMSG_DATA(c), &rep->fd, sizeof(int));
		}
		if (!wait_for(sock, stop_fd, POLLOUT))
			return false;
		n = sendmsg(sock, &mh, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		if (n > 0)
			sent += (size_t)n;
	}
	return true;
}
