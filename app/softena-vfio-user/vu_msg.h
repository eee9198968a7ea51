/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Messages with descriptors over a stream socket. The peer is not trusted: it may send any bytes,
 * in any pieces, and stop at any byte. The receiver never reads beyond the current message, owns
 * every descriptor that arrives, and waits for the stop descriptor as well as for the peer.
 */
#ifndef SOFTENA_VFIO_USER_MSG_H
#define SOFTENA_VFIO_USER_MSG_H

#include <stdbool.h>
#include <stddef.h>

#include "vu_proto.h"

/** Longest body: a write of VU_XFER_MAX bytes. */
#define VU_BODY_MAX (sizeof(struct vu_region_rw) + VU_XFER_MAX)

struct vu_msg {
	struct vu_header hdr;
	uint8_t *body; /* room for VU_BODY_MAX bytes */
	size_t len;
	int fd[VU_FDS_MAX]; /* a handler that keeps a descriptor replaces it by -1 */
	unsigned int fds;
	bool fds_lost; /* more descriptors were attached than fit */
};

struct vu_reply {
	uint8_t *body; /* room for VU_BODY_MAX bytes */
	size_t len;
	int fd; /* to be attached, not closed after it was sent; -1: none */
};

/** Room for a body. @return false if there is no memory */
bool vu_msg_init(struct vu_msg *msg);
void vu_msg_fini(struct vu_msg *msg);

/** Close the descriptors that are still there. */
void vu_msg_close_fds(struct vu_msg *msg);

/**
 * Wait for the next message.
 * @param stop_fd readable: give up
 * @return 1, 0 (the peer has closed the connection, or @p stop_fd is readable), -EBADMSG if the
 *         header is invalid: @p msg has it, and nothing more can be received
 */
int vu_msg_recv(int sock, int stop_fd, struct vu_msg *msg);

/** Send a reply to @p req; an error code leads to a header alone. @return false: peer gone */
bool vu_msg_reply(
	int sock, int stop_fd, const struct vu_header *req, int error, const struct vu_reply *rep);

#endif /* SOFTENA_VFIO_USER_MSG_H */
