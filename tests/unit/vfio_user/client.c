/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

/** Ends a test that hangs; long enough for a busy machine. */
#define WAIT_MS 60000

bool
client_send(int sock, const void *data, size_t len, const int *fd, unsigned int fds)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(64 * sizeof(int))] = {0};
	struct iovec iov = {(void *)(uintptr_t)data, len};
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (fds != 0) {
		struct cmsghdr *c;

		mh.msg_control = control;
		mh.msg_controllen = CMSG_SPACE(fds * sizeof(int));
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fds * sizeof(int));
		memcpy(CMSG_DATA(c), fd, fds * sizeof(int));
	}
	while (len > 0) {
		n = sendmsg(sock, &mh, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		len -= (size_t)n;
		iov.iov_base = (uint8_t *)iov.iov_base + n;
		iov.iov_len = len;
		mh.msg_control = NULL;
		mh.msg_controllen = 0;
	}
	return true;
}

static bool
recv_all(int sock, void *to, size_t len, int *fd)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(int))];
	size_t have = 0;

	while (have < len) {
		struct iovec iov = {(uint8_t *)to + have, len - have};
		struct msghdr mh = {.msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control)};
		struct pollfd p = {sock, POLLIN, 0};
		struct cmsghdr *c;
		ssize_t n;

		if (poll(&p, 1, WAIT_MS) != 1)
			return false;
		n = recvmsg(sock, &mh, MSG_CMSG_CLOEXEC);
		if (n <= 0)
			return false;
		c = CMSG_FIRSTHDR(&mh);
		if (c != NULL && c->cmsg_type == SCM_RIGHTS)
			memcpy(fd, CMSG_DATA(c), sizeof(*fd));
		have += (size_t)n;
	}
	return true;
}

bool
client_recv(int sock, struct answer *a)
{
	a->fd = -1;
	a->len = 0;
	if (!recv_all(sock, &a->hdr, sizeof(a->hdr), &a->fd) || a->hdr.size < sizeof(a->hdr) ||
		a->hdr.size - sizeof(a->hdr) > sizeof(a->body))
		return false;
	a->len = a->hdr.size - sizeof(a->hdr);
	return recv_all(sock, a->body, a->len, &a->fd);
}

int
client_call(int sock, unsigned int command, const void *body, size_t len, const int *fd,
	unsigned int fds, struct answer *a)
{
	static uint16_t id;
	struct vu_header hdr = {.id = ++id, .command = (uint16_t)command};
	uint8_t *all = malloc(sizeof(hdr) + len);
	struct answer mine;
	bool ok;

	if (all == NULL)
		return -1;
	hdr.size = (uint32_t)(sizeof(hdr) + len);
	memcpy(all, &hdr, sizeof(hdr));
	if (len != 0)
		memcpy(all + sizeof(hdr), body, len);
	ok = client_send(sock, all, sizeof(hdr) + len, fd, fds);
	free(all);
	if (!ok || !client_recv(sock, &mine))
		return -1;
	if (a != NULL)
		*a = mine;
	else if (mine.fd >= 0)
		close(mine.fd);
	if (mine.hdr.id != id || mine.hdr.command != command ||
		(mine.hdr.flags & VU_TYPE_MASK) != VU_TYPE_REPLY)
		return -1;
	if ((mine.hdr.flags & VU_ERROR) != 0)
		return mine.len == 0 && mine.hdr.error != 0 ? (int)mine.hdr.error : -1;
	return 0;
}

int
client_hello(int sock, const char *text, struct answer *a)
{
	struct vu_version v = {VU_VERSION_MAJOR, VU_VERSION_MINOR};
	uint8_t body[512];
	size_t len = strlen(text) + 1;

	if (len > sizeof(body) - sizeof(v))
		return -1;
	memcpy(body, &v, sizeof(v));
	memcpy(body + sizeof(v), text, len);
	return client_call(sock, VU_VERSION, body, sizeof(v) + len, NULL, 0, a);
}

int
client_map(int sock, uint64_t iova, uint64_t size, uint64_t offset, int fd)
{
	struct vu_dma_map map = {
		sizeof(map), VU_DMA_READABLE | VU_DMA_WRITEABLE, offset, iova, size};

	return client_call(sock, VU_DMA_MAP, &map, sizeof(map), &fd, fd >= 0, NULL);
}

int
client_unmap(int sock, uint64_t iova, uint64_t size)
{
	struct vu_dma_unmap unmap = {sizeof(unmap), 0, iova, size};

	return client_call(sock, VU_DMA_UNMAP, &unmap, sizeof(unmap), NULL, 0, NULL);
}

int
client_read(int sock, uint32_t region, uint64_t off, void *data, uint32_t len)
{
	struct vu_region_rw rw = {off, region, len};
	struct answer a;
	int rc = client_call(sock, VU_REGION_READ, &rw, sizeof(rw), NULL, 0, &a);

	if (rc == 0 && a.len != sizeof(rw) + len)
		return -1;
	if (rc == 0)
		memcpy(data, a.body + sizeof(rw), len);
	return rc;
}

int
client_write(int sock, uint32_t region, uint64_t off, const void *data, uint32_t len)
{
	struct vu_region_rw rw = {off, region, len};
	uint8_t *body = malloc(sizeof(rw) + len);
	int rc;

	if (body == NULL)
		return -1;
	memcpy(body, &rw, sizeof(rw));
	memcpy(body + sizeof(rw), data, len);
	rc = client_call(sock, VU_REGION_WRITE, body, sizeof(rw) + len, NULL, 0, NULL);
	free(body);
	return rc;
}
