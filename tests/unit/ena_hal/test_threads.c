/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Several threads call the HAL at the same time. The device runs in a thread of its own, answers in
 * any order, in polling and in interrupt mode, and loses all state at a reset. The time of the HAL
 * does not advance, so no command times out on a busy machine. The time limit of the test program
 * ends a test that waits forever.
 */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "mock_device.h"

#define CALLERS  6
#define COMMANDS 3000

struct dev {
	struct ena_hal hal;
	pthread_mutex_t lock, wait_lock;
	pthread_cond_t cond;
	unsigned int wakes;
	unsigned int live;

	/* device side, under dev_lock */
	pthread_mutex_t dev_lock;
	pthread_t thread;
	bool stop;
	bool mute;
	uint32_t reg[0x104 / 4];
	uint16_t aq_head, acq_tail;
	struct ena_acq_entry pending[ENA_AQ_DEPTH];
	unsigned int n_pending;
	unsigned int reordered;
	uint32_t seed;
};

static __thread bool is_interrupt_thread;

/* ---- platform -------------------------------------------------------------- */

static uint64_t
now_us(void *ctx)
{
	(void)ctx;
	return 1000000;
}

static void
delay_us(void *ctx, uint32_t us)
{
	(void)ctx;
	usleep(us);
}

static int
dma_alloc(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	struct dev *d = ctx;

	(void)socket;
	if (posix_memalign(&dma->va, align, len) != 0)
		return -ENOMEM;
	memset(dma->va, 0, len);
	dma->iova = (uintptr_t)dma->va;
	dma->len = len;
	__atomic_fetch_add(&d->live, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static void
dma_free(void *ctx, struct ena_hal_dma *dma)
{
	struct dev *d = ctx;

	if (dma->va != NULL)
		__atomic_fetch_sub(&d->live, 1, __ATOMIC_SEQ_CST);
	free(dma->va);
	memset(dma, 0, sizeof(*dma));
}

static void
read_barrier(void *ctx)
{
	(void)ctx;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

static void
lock(void *ctx)
{
	pthread_mutex_lock(&((struct dev *)ctx)->lock);
}

static void
unlock(void *ctx)
{
	pthread_mutex_unlock(&((struct dev *)ctx)->lock);
}

static void
wait_wake(void *ctx, uint32_t us)
{
	struct dev *d = ctx;
	struct timespec end;
	unsigned int seen;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_nsec += (long)us * 1000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	pthread_mutex_lock(&d->wait_lock);
	seen = d->wakes;
	while (d->wakes == seen)
		if (pthread_cond_timedwait(&d->cond, &d->wait_lock, &end) != 0)
			break;
	pthread_mutex_unlock(&d->wait_lock);
}

static void
wake(void *ctx)
{
	struct dev *d = ctx;

	pthread_mutex_lock(&d->wait_lock);
	d->wakes++;
	pthread_cond_broadcast(&d->cond);
	pthread_mutex_unlock(&d->wait_lock);
}

static bool
in_interrupt(void *ctx)
{
	(void)ctx;
	return is_interrupt_thread;
}

static void
no_log(void *ctx, enum ena_hal_log_level level, const char *msg)
{
	(void)ctx;
	(void)level;
	(void)msg;
}

static uint32_t
reg_read(void *ctx, uint32_t offset)
{
	struct dev *d = ctx;
	uint32_t v;

	pthread_mutex_lock(&d->dev_lock);
	v = d->reg[offset / 4];
	pthread_mutex_unlock(&d->dev_lock);
	return v;
}

/* Answers a readless read at once. Each value contains the offset of its register. */
static void
readless(struct dev *d, uint32_t request)
{
	struct ena_reg_read_resp r = {
		.req_id = ena_put16((uint16_t)ENA_FIELD_GET(ENA_REG_READ_REQ_ID, request)),
		.offset = ena_put16((uint16_t)ENA_FIELD_GET(ENA_REG_READ_OFFSET, request)),
	};
	uint64_t word;

	r.value = ena_put32(d->reg[ena_get16(r.offset) / 4]);
	memcpy(&word, &r, sizeof(word));
	__atomic_store_n((uint64_t *)d->hal.reg_resp.va, word, __ATOMIC_RELEASE);
}

static void
reg_write(void *ctx, uint32_t offset, uint32_t value)
{
	struct dev *d = ctx;

	pthread_mutex_lock(&d->dev_lock);
	d->reg[offset / 4] = value;
	if (offset == ENA_REG_MMIO_REG_READ)
		readless(d, value);
	if (offset == ENA_REG_DEV_CTL) {
		d->reg[ENA_REG_DEV_STS / 4] = 1 | (value & 1) << 3;
		d->reg[ENA_REG_AQ_CAPS / 4] = 0;
		d->reg[ENA_REG_AQ_DB / 4] = 0;
		d->aq_head = 0;
		d->acq_tail = 0;
		d->n_pending = 0;
	}
	pthread_mutex_unlock(&d->dev_lock);
}

static const struct ena_hal_platform platform = {
	.reg_read = reg_read,
	.reg_write = reg_write,
	.dma_alloc = dma_alloc,
	.dma_free = dma_free,
	.now_us = now_us,
	.delay_us = delay_us,
	.read_barrier = read_barrier,
	.lock = lock,
	.unlock = unlock,
	.wait = wait_wake,
	.wake = wake,
	.in_interrupt = in_interrupt,
	.log = no_log,
};

/* ---- device ---------------------------------------------------------------- */

static uint32_t
rnd(struct dev *d)
{
	d->seed = d->seed * 1103515245u + 12345u;
	return d->seed >> 16;
}

static void *
ring_of(const struct dev *d, uint32_t lo)
{
	uint64_t a = (uint64_t)d->reg[lo / 4 + 1] << 32 | d->reg[lo / 4];

	return (void *)(uintptr_t)a;
}

static void
fetch(struct dev *d)
{
	const struct ena_aq_entry *ring = ring_of(d, ENA_REG_AQ_BASE_LO);

	while (d->aq_head != (uint16_t)d->reg[ENA_REG_AQ_DB / 4]) {
		struct ena_aq_entry cmd = ring[d->aq_head++ % ENA_AQ_DEPTH];
		struct ena_acq_entry *rsp = &d->pending[d->n_pending++];

		/* The answer repeats data of the command, so that the caller can check it. */
		memset(rsp, 0, sizeof(*rsp));
		rsp->common.cmd_id = cmd.common.cmd_id;
		memcpy(rsp->data, cmd.data, sizeof(cmd.data));
	}
}

/* Complete one of the pending commands. */
static bool
complete_one(struct dev *d)
{
	struct ena_acq_entry *ring = ring_of(d, ENA_REG_ACQ_BASE_LO), *slot;
	struct ena_acq_entry rsp;
	unsigned int i;
	uint8_t phase;

	if (d->n_pending == 0)
		return false;
	i = rnd(d) % d->n_pending;
	d->reordered += i != 0;
	rsp = d->pending[i];
	memmove(&d->pending[i], &d->pending[i + 1], (--d->n_pending - i) * sizeof(rsp));
	slot = &ring[d->acq_tail % ENA_AQ_DEPTH];
	phase = (d->acq_tail / ENA_AQ_DEPTH & 1) ^ 1;
	rsp.common.flags = slot->common.flags; /* the phase becomes visible last */
	*slot = rsp;
	__atomic_store_n(&slot->common.flags, phase, __ATOMIC_RELEASE);
	d->acq_tail++;
	return true;
}

static void *
device_thread(void *arg)
{
	struct dev *d = arg;
	bool stop = false;

	is_interrupt_thread = true;
	while (!stop) {
		bool raise = false, idle = true;

		pthread_mutex_lock(&d->dev_lock);
		stop = d->stop;
		if (d->reg[ENA_REG_AQ_CAPS / 4] != 0 && !d->mute) {
			fetch(d);
			idle = d->n_pending == 0;
			/* delay some, so that several are outstanding */
			if (d->n_pending > rnd(d) % CALLERS || rnd(d) % 8 == 0)
				raise = complete_one(d);
			raise = raise && (d->reg[ENA_REG_INTR_MASK / 4] & 1) == 0;
		}
		pthread_mutex_unlock(&d->dev_lock);
		if (raise)
			ena_hal_mgmt_interrupt(&d->hal);
		if (idle)
			usleep(20);
	}
	return NULL;
}

static struct dev *
dev_up(void)
{
	struct dev *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	pthread_mutex_init(&d->lock, NULL);
	pthread_mutex_init(&d->wait_lock, NULL);
	pthread_mutex_init(&d->dev_lock, NULL);
	pthread_cond_init(&d->cond, NULL);
	d->reg[ENA_REG_VERSION / 4] = 0x200;
	d->reg[ENA_REG_CONTROLLER_VERSION / 4] = 1;
	d->reg[ENA_REG_CAPS / 4] = 0x0000303d; /* admin time-out: the default, 3 s */
	d->reg[ENA_REG_DEV_STS / 4] = 1;
	d->seed = 4711;
	assert_int_equal(ena_hal_init(&d->hal, &platform, d, ENA_HAL_READ_READLESS), 0);
	assert_int_equal(ena_hal_reset(&d->hal, ENA_RESET_NORMAL), 0);
	assert_int_equal(ena_hal_identify(&d->hal, NULL), 0);
	assert_int_equal(ena_hal_admin_start(&d->hal), 0);
	assert_int_equal(pthread_create(&d->thread, NULL, device_thread, d), 0);
	return d;
}

static void
dev_down(struct dev *d)
{
	pthread_mutex_lock(&d->dev_lock);
	d->stop = true;
	pthread_mutex_unlock(&d->dev_lock);
	pthread_join(d->thread, NULL);
	ena_hal_fini(&d->hal);
	assert_int_equal(d->live, 0);
	pthread_cond_destroy(&d->cond);
	pthread_mutex_destroy(&d->dev_lock);
	pthread_mutex_destroy(&d->wait_lock);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

/* ---- callers --------------------------------------------------------------- */

struct caller {
	struct dev *d;
	pthread_t thread;
	unsigned int number;
	unsigned int ok, wrong, gone, other;
	bool until_gone;
};

static void *
caller_thread(void *arg)
{
	struct caller *c = arg;
	unsigned int i;

	for (i = 0; i < COMMANDS && !(c->until_gone && c->gone > 0); i++) {
		struct ena_aq_entry cmd;
		struct ena_acq_entry rsp;
		int rc;

		memset(&cmd, 0, sizeof(cmd));
		cmd.common.opcode = ENA_AQ_GET_STATS;
		memcpy(cmd.data, &c->number, sizeof(c->number));
		memcpy(cmd.data + 8, &i, sizeof(i));
		memset(cmd.data + 16, (int)(i + c->number), 32);
		rc = ena_hal_admin_exec(&c->d->hal, &cmd, sizeof(cmd), &rsp);
		if (rc == 0 && memcmp(rsp.data, cmd.data, sizeof(cmd.data)) == 0)
			c->ok++;
		else if (rc == 0)
			c->wrong++;
		else if (rc == -ENODEV)
			c->gone++;
		else
			c->other++;
	}
	return NULL;
}

static void
run_callers(struct dev *d, struct caller *c, bool until_gone)
{
	unsigned int i;

	for (i = 0; i < CALLERS; i++) {
		c[i] = (struct caller){.d = d, .number = i, .until_gone = until_gone};
		assert_int_equal(pthread_create(&c[i].thread, NULL, caller_thread, &c[i]), 0);
	}
}

static void
join_callers(struct caller *c)
{
	unsigned int i;

	for (i = 0; i < CALLERS; i++)
		pthread_join(c[i].thread, NULL);
}

static void
each_caller_gets_its_own_answer(struct dev *d)
{
	struct caller c[CALLERS];
	unsigned int i;

	run_callers(d, c, false);
	join_callers(c);
	for (i = 0; i < CALLERS; i++) {
		assert_int_equal(c[i].ok, COMMANDS);
		assert_int_equal(c[i].wrong + c[i].gone + c[i].other, 0);
	}
	assert_int_equal(d->hal.count.completed, CALLERS * COMMANDS);
	assert_int_equal(d->hal.count.bad_completions, 0);
	assert_int_equal(mock_outstanding(&d->hal), 0);
	assert_true(d->reordered > 100);
}

static void
many_threads_get_their_own_answers_by_polling(void **state)
{
	struct dev *d = dev_up();

	(void)state;
	each_caller_gets_its_own_answer(d);
	dev_down(d);
}

static void
many_threads_get_their_own_answers_by_interrupt(void **state)
{
	struct dev *d = dev_up();

	(void)state;
	ena_hal_admin_polling(&d->hal, false);
	each_caller_gets_its_own_answer(d);
	assert_int_equal(d->hal.count.missed_interrupts, 0);
	assert_false(d->hal.polling);
	dev_down(d);
}

/** Wait until each caller has posted its command. */
static void
wait_until_all_wait(struct dev *d)
{
	unsigned int waiting;

	do {
		usleep(1000);
		lock(d);
		waiting = mock_outstanding(&d->hal);
		unlock(d);
	} while (waiting < CALLERS);
}

static void
a_reset_ends_all_waiting_commands_at_once(void **state)
{
	struct dev *d = dev_up();
	struct caller c[CALLERS];
	unsigned int i, round;

	(void)state;
	for (round = 0; round < 2; round++) {
		ena_hal_admin_polling(&d->hal, round == 0);
		pthread_mutex_lock(&d->dev_lock);
		d->mute = true; /* no command is completed */
		pthread_mutex_unlock(&d->dev_lock);
		run_callers(d, c, true);
		wait_until_all_wait(d);
		assert_int_equal(ena_hal_reset(&d->hal, ENA_RESET_USER_TRIGGER), 0);
		/* No caller waits for a timeout, because time does not advance. */
		join_callers(c);
		for (i = 0; i < CALLERS; i++) {
			assert_int_equal(c[i].gone, 1);
			assert_int_equal(c[i].ok + c[i].wrong + c[i].other, 0);
		}
		pthread_mutex_lock(&d->dev_lock);
		d->mute = false;
		pthread_mutex_unlock(&d->dev_lock);
		assert_int_equal(ena_hal_admin_start(&d->hal), 0);
	}
	each_caller_gets_its_own_answer(d);
	dev_down(d);
}

static void *
reader_thread(void *arg)
{
	static const struct {
		uint32_t offset, value;
	} t[] = {
		{ENA_REG_VERSION, 0x200},
		{ENA_REG_CONTROLLER_VERSION, 1},
		{ENA_REG_CAPS, 0x0000303d},
		{ENA_REG_DEV_STS, 1},
	};
	struct caller *c = arg;
	unsigned int i;
	uint32_t v;

	for (i = 0; i < COMMANDS; i++) {
		unsigned int k = (i + c->number) % 4;

		if (ena_hal_reg_read(&c->d->hal, t[k].offset, &v) == 0 && v == t[k].value)
			c->ok++;
	}
	return NULL;
}

static void
register_reads_of_many_threads_do_not_mix(void **state)
{
	struct dev *d = dev_up();
	struct caller c[CALLERS];
	unsigned int i;

	(void)state;
	for (i = 0; i < CALLERS; i++) {
		c[i] = (struct caller){.d = d, .number = i};
		assert_int_equal(pthread_create(&c[i].thread, NULL, reader_thread, &c[i]), 0);
	}
	join_callers(c);
	for (i = 0; i < CALLERS; i++)
		assert_int_equal(c[i].ok, COMMANDS);
	dev_down(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_threads_get_their_own_answers_by_polling),
		cmocka_unit_test(many_threads_get_their_own_answers_by_interrupt),
		cmocka_unit_test(a_reset_ends_all_waiting_commands_at_once),
		cmocka_unit_test(register_reads_of_many_threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
