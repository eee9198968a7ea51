/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A vfio-user client for tests: sends what it is told to, sensible or not.
 */
#ifndef TEST_VFIO_USER_CLIENT_H
#define TEST_VFIO_USER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "vu_msg.h"

struct answer {
	struct vu_header hdr;
	uint8_t body[8192];
	size_t len;
	int fd; /* -1: none came */
};

/** Send bytes, with descriptors. @return false if the peer is gone */
bool client_send(int sock, const void *data, size_t len, const int *fd, unsigned int fds);

/** Wait some seconds for a reply. @return false if the peer is gone, or does not answer */
bool client_recv(int sock, struct answer *a);

/** A command and its answer. @return error number of the answer, -1 if there is none */
int client_call(int sock, unsigned int command, const void *body, size_t len, const int *fd,
	unsigned int fds, struct answer *a);

/** Agree on the version. @return error number, -1 if there is no answer */
int client_hello(int sock, const char *text, struct answer *a);

int client_map(int sock, uint64_t iova, uint64_t size, uint64_t offset, int fd);
int client_unmap(int sock, uint64_t iova, uint64_t size);
int client_read(int sock, uint32_t region, uint64_t off, void *data, uint32_t len);
int client_write(int sock, uint32_t region, uint64_t off, const void *data, uint32_t len);

#endif /* TEST_VFIO_USER_CLIENT_H */
