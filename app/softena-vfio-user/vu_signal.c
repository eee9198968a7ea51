/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A write to an event fd waits if the counter is full and the descriptor is not O_NONBLOCK. The
 * client controls both, and can change them between a check and the write. The kernel itself
 * signals event fds without waiting, for example at the end of an asynchronous I/O operation
 * (IOCB_FLAG_RESFD). So an operation without effect is submitted here: a read at the end of an
 * empty file, which completes before io_submit() returns.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <linux/aio_abi.h>

#include "bus_log.h"
#include "vu_signal.h"

#define EVENTS 64

static aio_context_t context;
static int empty_fd = -1;
static bool ready, tried;

bool
vu_signal_init(void)
{
	if (tried)
		return ready;
	tried = true;
	empty_fd = memfd_create("softena-empty", MFD_CLOEXEC);
	ready = empty_fd >= 0 && syscall(SYS_io_setup, EVENTS, &context) == 0;
	if (!ready)
		bus_log(LOG_WARNING,
			"no asynchronous I/O (%s): a client that means harm can stop all ports",
			strerror(errno));
	return ready;
}

/** Remove completions, which nobody needs, to make room for more. */
static void
drain(void)
{
	struct io_event event[EVENTS];
	struct timespec now = {0, 0};

	while (syscall(SYS_io_getevents, context, 0L, (long)EVENTS, event, &now) == EVENTS)
		;
}

static bool
signal_async(int fd)
{
	uint8_t nothing;
	struct iocb cb = {.aio_lio_opcode = IOCB_CMD_PREAD,
		.aio_fildes = (uint32_t)empty_fd,
		.aio_buf = (uint64_t)(uintptr_t)&nothing,
		.aio_nbytes = sizeof(nothing),
		.aio_flags = IOCB_FLAG_RESFD,
		.aio_resfd = (uint32_t)fd};
	struct iocb *list[1] = {&cb};

	if (syscall(SYS_io_submit, context, 1L, list) == 1)
		return true;
	if (errno != EAGAIN)
		return false;
	drain();
	return syscall(SYS_io_submit, context, 1L, list) == 1;
}

void
vu_signal(int fd)
{
	const uint64_t one = 1;
	struct pollfd p = {fd, POLLOUT, 0};

	if (fd < 0 || (ready && signal_async(fd)))
		return;
	/* Checked first, as the client may have removed O_NONBLOCK. A full counter is an event
	 * already. */
	if (poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0)
		(void)!write(fd, &one, sizeof(one));
}
