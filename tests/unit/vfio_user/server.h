/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the tests of softena-vfio-user share: a server with one port in this process, a client's
 * connection to it, guest memory, and small tasks for the device. Failures are cmocka's.
 */
#ifndef TEST_VFIO_USER_SERVER_H
#define TEST_VFIO_USER_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "bus.h"

#define PAGE      4096u
#define MEM_SIZE  (16u * PAGE)
#define CAPS_TEXT "{\"capabilities\":{\"max_msg_fds\":8,\"write_multiple\": true}}"

/** The port that is served. */
extern struct port *port;

struct link {
	int sock; /* the client's end */
	int server_sock, stop_fd;
	pthread_t thread;
};

/** Set-up and tear-down of a group of tests. */
int power_on(void **state);
int power_off(void **state);

/** Connect. link_hello() also agrees on the version and switches bus mastering on. */
void link_open(struct link *l);
void link_hello(struct link *l);
/** Bus Master Enable of the command register. */
void bus_master(int sock, bool on);
/** Close the connection, and wait until the server has detached its client. */
void link_close(struct link *l);

/** Guest memory of MEM_SIZE bytes, mapped here at @p at. @return its descriptor */
int make_memory(uint8_t **at);

/** A client whose memory, the first @p size bytes of it, is mapped at 0x1000. @return descriptor */
int link_with_memory(struct link *l, uint8_t **at, uint64_t size);
/** Disconnect such a client, and release its memory. */
void link_close_memory(struct link *l, uint8_t *at, int fd);

/** Descriptors of this process; mappings of files whose names have @p name in them. */
unsigned int open_fds(void);
unsigned int maps_of(const char *name);

void write_reg(int sock, uint32_t off, uint32_t val);

/** The device answers a register read with a store to memory: true if it arrived. */
bool device_writes_to(int sock, uint64_t iova, const volatile uint8_t *at);

int set_irqs(int sock, uint32_t index, uint32_t flags, uint32_t start, uint32_t count,
	const int *fd, unsigned int fds);

/** signalled(): an event fd is signalled before the test is considered hung. silent(): it is not
 * signalled within half a second. */
bool signalled(int fd);
bool silent(int fd);

/** Wait until the device has answered admin command @p n and has sent the message that belongs to
 * it. */
void wait_completion(int sock, const uint8_t *mem, unsigned int n);

/** How often the scheduler has picked a thread, from a file that thread_open() has opened. */
int thread_open(const char *name);
uint64_t thread_slices(int file);
/** Wait until a thread that normally sleeps for moments only gets no time slice: it waits for a
 * lock. */
void thread_wait_stuck(int file);

/** Give the device an admin queue (@p first) and a command that it does not know. */
void admin_command(int sock, uint64_t iova, uint8_t *mem, bool first);

#endif /* TEST_VFIO_USER_SERVER_H */
