/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Register reads, identity and reset (part A sections 2 and 3.1).
 */
#include "ena_hal_priv.h"

/** How long a thread waits until its readless request can start, in units of the read timeout. */
#define READ_QUEUE_FACTOR 8u

void
ena_hal_reg_resp_program(struct ena_hal *hal, uint64_t iova)
{
	hal->plat->reg_write(hal->ctx, ENA_REG_MMIO_RESP_LO, (uint32_t)iova);
	hal->plat->reg_write(hal->ctx, ENA_REG_MMIO_RESP_HI, (uint32_t)(iova >> 32));
}

/* A register of the map in part A 2.1. */
static bool
is_register(uint32_t offset)
{
	return (offset & 3) == 0 &&
	       (offset <= ENA_REG_RSS_IND_ENTRY_UPDATE || offset == ENA_REG_PHC_DB);
}

/* One 8-byte load: the device writes the request id last, or all bytes at once (2.4). */
static struct ena_reg_read_resp
response_load(const struct ena_hal *hal)
{
	struct ena_reg_read_resp resp;

	ena_hal_copy_in(&resp, hal->reg_resp.va, sizeof(resp));
	return resp;
}

/*
 * Become the owner of the response buffer. The lock cannot be held during the request, because the
 * thread waits for the answer with delays.
 */
static int
read_begin(struct ena_hal *hal)
{
	uint64_t deadline =
		hal->plat->now_us(hal->ctx) + (uint64_t)READ_QUEUE_FACTOR * hal->reg_timeout_us;
	bool got;

	for (;;) {
		hal->plat->lock(hal->ctx);
		got = !hal->reg_busy;
		if (got)
			hal->reg_busy = true;
		hal->plat->unlock(hal->ctx);
		if (got)
			return 0;
		if (hal->plat->now_us(hal->ctx) >= deadline)
			return -ETIMEDOUT;
		hal->plat->delay_us(hal->ctx, 1);
	}
}

static void
read_end(struct ena_hal *hal, bool timed_out)
{
	hal->plat->lock(hal->ctx);
	hal->reg_busy = false;
	if (timed_out)
		ena_hal_count(&hal->count.reg_read_timeouts);
	hal->plat->unlock(hal->ctx);
}

/* One readless request, part A 2.4 steps 1 to 7. The caller owns the response buffer. */
static int
read_request(struct ena_hal *hal, uint32_t offset, uint32_t *value)
{
	volatile ena_le16_t *id_field = &((struct ena_reg_read_resp *)hal->reg_resp.va)->req_id;
	uint16_t id = ++hal->reg_seq;
	struct ena_reg_read_resp resp;
	uint64_t deadline;
	bool late;

	id_field->le = ena_put16((uint16_t)(id + ENA_REG_READ_POISON)).le;
	deadline = hal->plat->now_us(hal->ctx) + hal->reg_timeout_us;
	hal->plat->reg_write(hal->ctx, ENA_REG_MMIO_REG_READ,
		ENA_FIELD_PREP(ENA_REG_READ_OFFSET, offset) |
			ENA_FIELD_PREP(ENA_REG_READ_REQ_ID, id));

	for (;;) {
		/* The time is read first, so that the last check is after the deadline. */
		late = hal->plat->now_us(hal->ctx) >= deadline;
		resp = response_load(hal);
		if (ena_get16(resp.req_id) == id)
			break;
		if (late)
			return -ETIMEDOUT;
		hal->plat->delay_us(hal->ctx, 1);
	}
	if (ena_get16(resp.offset) != offset)
		return -EIO;
	*value = ena_get32(resp.value);
	return 0;
}

int
ena_hal_reg_read(struct ena_hal *hal, uint32_t offset, uint32_t *value)
{
	uint32_t v = 0;
	int rc;

	*value = ENA_REG_READ_FAILED;
	if (!is_register(offset))
		return -EINVAL;

	if (hal->read_mode == ENA_HAL_READ_DIRECT) {
		v = hal->plat->reg_read(hal->ctx, offset);
		rc = 0;
	} else {
		rc = read_begin(hal);
		if (rc == 0) {
			rc = read_request(hal, offset, &v);
			read_end(hal, rc == -ETIMEDOUT);
		}
	}
	if (rc != 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "Read of register 0x%03x: %s", offset,
			rc == -ETIMEDOUT ? "no answer from the device" :
					   "the answer is for another register");
		return rc;
	}
	if (v == ENA_REG_READ_FAILED)
		return -ENODEV;
	*value = v;
	return 0;
}

bool
ena_hal_is_present(struct ena_hal *hal)
{
	uint32_t v;

	return ena_hal_reg_read(hal, ENA_REG_VERSION, &v) == 0 &&
	       ena_hal_reg_read(hal, ENA_REG_CONTROLLER_VERSION, &v) == 0;
}

uint32_t
ena_hal_dev_ctl(enum ena_reset_reason reason, bool extended)
{
	uint32_t r = (uint32_t)reason;

	if (r > 0xff || (r > ENA_RESET_REASON_BASE_MAX && !extended))
		r = ENA_RESET_GENERIC;
	return ENA_DEV_CTL_RESET | ENA_FIELD_PREP(ENA_DEV_CTL_REASON, r) |
	       ENA_FIELD_PREP(ENA_DEV_CTL_REASON_EXT, r >> 4);
}

const char *
ena_hal_reset_reason_name(enum ena_reset_reason reason)
{
	static const char *const names[] = {
		[ENA_RESET_NORMAL] = "normal",
		[ENA_RESET_KEEP_ALIVE_TIMEOUT] = "keep-alive time-out",
		[ENA_RESET_ADMIN_TIMEOUT] = "admin time-out",
		[ENA_RESET_MISSING_TX_COMPLETION] = "missing Tx completion",
		[ENA_RESET_BAD_RX_REQ_ID] = "invalid Rx request id",
		[ENA_RESET_BAD_TX_REQ_ID] = "invalid Tx request id",
		[ENA_RESET_TOO_MANY_RX_DESCS] = "too many Rx descriptors",
		[ENA_RESET_INIT_ERROR] = "initialisation error",
		[ENA_RESET_DRIVER_INVALID_STATE] = "driver invalid state",
		[ENA_RESET_OS_TRIGGER] = "OS trigger",
		[ENA_RESET_OS_NET_WATCHDOG] = "OS network watchdog",
		[ENA_RESET_SHUTDOWN] = "shutdown",
		[ENA_RESET_USER_TRIGGER] = "user trigger",
		[ENA_RESET_GENERIC] = "generic",
		[ENA_RESET_MISSING_INTERRUPT] = "missing interrupt",
		[ENA_RESET_POLL_STARVATION] = "suspected poll starvation",
		[ENA_RESET_RX_COMPLETION_MALFORMED] = "malformed Rx completion",
		[ENA_RESET_TX_COMPLETION_MALFORMED] = "malformed Tx completion",
		[ENA_RESET_MISSING_ADMIN_INTERRUPT] = "missing admin interrupt",
		[ENA_RESET_DEVICE_REQUEST] = "device request",
		[ENA_RESET_MISSING_FIRST_INTERRUPT] = "missing first interrupt",
	};

	if ((unsigned int)reason >= sizeof(names) / sizeof(names[0]))
		return "unknown";
	return names[reason];
}

/* R6 and R8: only bit 3 is compared. Each poll reads, tests, checks the deadline, sleeps. */
static int
reset_wait(struct ena_hal *hal, uint32_t wanted, uint32_t limit_us)
{
	uint64_t deadline = hal->plat->now_us(hal->ctx) + limit_us;
	unsigned int n;
	uint32_t sts;
	bool late;
	int rc;

	for (n = 0;; n++) {
		late = hal->plat->now_us(hal->ctx) >= deadline;
		rc = ena_hal_reg_read(hal, ENA_REG_DEV_STS, &sts);
		if (rc != 0)
			return rc;
		if ((sts & ENA_DEV_STS_RESET_IN_PROGRESS) == wanted)
			return 0;
		if (late) {
			ena_hal_log(hal, ENA_HAL_LOG_ERR, "The device does not %s reset in %u ms",
				wanted != 0 ? "enter" : "leave", limit_us / 1000);
			return -ETIMEDOUT;
		}
		hal->plat->delay_us(hal->ctx, ena_hal_poll_interval(n));
	}
}

/* R1 to R3. */
static int
reset_check(struct ena_hal *hal, uint32_t *caps)
{
	uint32_t sts;
	int rc;

	rc = ena_hal_reg_read(hal, ENA_REG_DEV_STS, &sts);
	if (rc == 0)
		rc = ena_hal_reg_read(hal, ENA_REG_CAPS, caps);
	if (rc != 0)
		return rc;
	if ((sts & ENA_DEV_STS_READY) == 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device is not ready (DEV_STS 0x%08x): it cannot be reset", sts);
		return -EPROTO;
	}
	if (ENA_FIELD_GET(ENA_CAPS_RESET_TIMEOUT, *caps) == 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device gives no reset time-out (CAPS 0x%08x)", *caps);
		return -EPROTO;
	}
	return 0;
}

static void
admin_timeout_apply(struct ena_hal *hal, uint32_t caps)
{
	uint32_t units = ENA_FIELD_GET(ENA_CAPS_ADMIN_TIMEOUT, caps);

	hal->plat->lock(hal->ctx);
	hal->admin_timeout_us =
		units != 0 ? units * ENA_CAPS_TIMEOUT_UNIT_US : ENA_HAL_ADMIN_TIMEOUT_US;
	hal->plat->unlock(hal->ctx);
}

/* Forget the device state that a reset clears (part A 3.8). */
static void
reset_forget(struct ena_hal *hal, uint32_t caps)
{
	admin_timeout_apply(hal, caps);
	memset(&hal->llq, 0, sizeof(hal->llq));
	hal->llq.reason = "not negotiated since the last reset";
	ena_hal_admin_free(hal);
	ena_hal_dma_unpark(hal);
	hal->idle = true;
}

bool
ena_hal_is_idle(const struct ena_hal *hal)
{
	return hal->idle;
}

int
ena_hal_reset(struct ena_hal *hal, enum ena_reset_reason reason)
{
	bool extended = (hal->caps.capabilities & ENA_CAP_EXT_RESET_REASONS) != 0;
	uint32_t caps, limit_us;
	int rc;

	/* First, so that no thread waits for a completion that the reset discards. */
	ena_hal_admin_abort(hal);
	hal->idle = false;

	rc = reset_check(hal, &caps);
	if (rc != 0)
		return rc;
	limit_us = ENA_FIELD_GET(ENA_CAPS_RESET_TIMEOUT, caps) * ENA_CAPS_TIMEOUT_UNIT_US;

	ena_hal_log(hal, ENA_HAL_LOG_DEBUG, "Reset, reason %u (%s)", (unsigned int)reason,
		ena_hal_reset_reason_name(reason));
	hal->plat->reg_write(hal->ctx, ENA_REG_DEV_CTL, ena_hal_dev_ctl(reason, extended));
	ena_hal_reg_resp_program(hal, hal->reg_resp.iova); /* R5: the reset may have cleared it */
	rc = reset_wait(hal, ENA_DEV_STS_RESET_IN_PROGRESS, limit_us);
	if (rc != 0)
		return rc;
	hal->plat->reg_write(hal->ctx, ENA_REG_DEV_CTL, 0);
	rc = reset_wait(hal, 0, limit_us);
	if (rc != 0)
		return rc;

	reset_forget(hal, caps);
	return 0;
}

int
ena_hal_identify(struct ena_hal *hal, struct ena_hal_identity *identity)
{
	struct ena_hal_identity id;
	uint32_t caps, sts;
	int rc;

	rc = ena_hal_reg_read(hal, ENA_REG_VERSION, &id.version);
	if (rc == 0)
		rc = ena_hal_reg_read(hal, ENA_REG_CONTROLLER_VERSION, &id.ctrl_version);
	if (rc == 0)
		rc = ena_hal_reg_read(hal, ENA_REG_CAPS, &caps);
	if (rc == 0)
		rc = ena_hal_reg_read(hal, ENA_REG_DEV_STS, &sts);
	if (rc != 0)
		return rc;

	if (ENA_FIELD_GET(ENA_CTRL_VERSION_ALL, id.ctrl_version) < ENA_CTRL_VERSION_MIN) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "Controller version 0x%08x is too old",
			id.ctrl_version);
		return -EPROTO;
	}
	id.dma_width = ENA_FIELD_GET(ENA_CAPS_DMA_WIDTH, caps);
	if (id.dma_width < ENA_DMA_WIDTH_MIN || id.dma_width > ENA_DMA_WIDTH_MAX) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "DMA width of %u bits is not %u to %u",
			id.dma_width, ENA_DMA_WIDTH_MIN, ENA_DMA_WIDTH_MAX);
		return -EPROTO;
	}
	if ((sts & ENA_DEV_STS_READY) == 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "The device is not ready (DEV_STS 0x%08x)", sts);
		return -EPROTO;
	}
	hal->identity = id;
	admin_timeout_apply(hal, caps);
	if (identity != NULL)
		*identity = id;
	return 0;
}
