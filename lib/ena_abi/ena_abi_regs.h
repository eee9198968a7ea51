/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * PCI identity, BARs and the register file of BAR0 (datasheet part A, sections 1 and 2).
 */
#ifndef ENA_ABI_REGS_H
#define ENA_ABI_REGS_H

#include "ena_abi_bits.h"

/* Identity, part A table 1.1. */
#define ENA_PCI_VENDOR        0x1d0fu
#define ENA_PCI_DEVICE_PF     0x0ec2u
#define ENA_PCI_DEVICE_PF_2   0x1ec2u
#define ENA_PCI_DEVICE_VF     0xec20u
#define ENA_PCI_DEVICE_VF_2   0xec21u
#define ENA_PCI_CLASS         0x020000u /* Ethernet controller */
#define ENA_PCI_SUBSYS_VENDOR 0x1d0fu
#define ENA_PCI_SUBSYS_DEVICE 0xec20u
/** Revision id, bit 0 set: the device has no readless reads (part A 2.5). */
#define ENA_PCI_REVISION_NO_READLESS 0x01u

#define ENA_BAR_REGS 0 /* register file, doorbells: always */
#define ENA_BAR_MSIX 1 /* newer devices only, not used by drivers */
#define ENA_BAR_MEM  2 /* device memory for LLQ rings */

/** Management vector: ACQ completions and AENQ events (part A 1.3). */
#define ENA_MSIX_VECTOR_MGMT 0u
/** CQ that raises no interrupt, in CREATE_CQ. */
#define ENA_MSIX_VECTOR_NONE UINT32_C(0xffffffff)

/* Register offsets in BAR0, in bytes; all registers are 32 bits wide (part A 2.1). */
#define ENA_REG_VERSION              0x000u
#define ENA_REG_CONTROLLER_VERSION   0x004u
#define ENA_REG_CAPS                 0x008u
#define ENA_REG_CAPS_EXT             0x00cu
#define ENA_REG_AQ_BASE_LO           0x010u
#define ENA_REG_AQ_BASE_HI           0x014u
#define ENA_REG_AQ_CAPS              0x018u
#define ENA_REG_ACQ_BASE_LO          0x020u
#define ENA_REG_ACQ_BASE_HI          0x024u
#define ENA_REG_ACQ_CAPS             0x028u
#define ENA_REG_AQ_DB                0x02cu
#define ENA_REG_ACQ_TAIL             0x030u
#define ENA_REG_AENQ_CAPS            0x034u
#define ENA_REG_AENQ_BASE_LO         0x038u
#define ENA_REG_AENQ_BASE_HI         0x03cu
#define ENA_REG_AENQ_HEAD_DB         0x040u
#define ENA_REG_AENQ_TAIL            0x044u
#define ENA_REG_INTR_MASK            0x04cu
#define ENA_REG_DEV_CTL              0x054u
#define ENA_REG_DEV_STS              0x058u
#define ENA_REG_MMIO_REG_READ        0x05cu
#define ENA_REG_MMIO_RESP_LO         0x060u
#define ENA_REG_MMIO_RESP_HI         0x064u
#define ENA_REG_RSS_IND_ENTRY_UPDATE 0x068u
#define ENA_REG_PHC_DB               0x100u /* usual offset; PHC_CONFIG has the real one */

/** What a read returns when it failed or the device is gone (part A 2.3). */
#define ENA_REG_READ_FAILED UINT32_C(0xffffffff)

/* VERSION */
#define ENA_VERSION_MINOR ENA_BITS(7, 0)
#define ENA_VERSION_MAJOR ENA_BITS(15, 8)

/* CONTROLLER_VERSION */
#define ENA_CTRL_VERSION_SUBMINOR ENA_BITS(7, 0)
#define ENA_CTRL_VERSION_MINOR    ENA_BITS(15, 8)
#define ENA_CTRL_VERSION_MAJOR    ENA_BITS(23, 16)
#define ENA_CTRL_VERSION_IMPL     ENA_BITS(31, 24)
#define ENA_CTRL_VERSION_ALL      ENA_BITS(23, 0)
#define ENA_CTRL_VERSION_MIN      0x000001u

/* CAPS; the two time-outs are in units of 100 ms */
#define ENA_CAPS_CONTIGUOUS      ENA_BIT(0)
#define ENA_CAPS_RESET_TIMEOUT   ENA_BITS(5, 1)
#define ENA_CAPS_DMA_WIDTH       ENA_BITS(15, 8)
#define ENA_CAPS_ADMIN_TIMEOUT   ENA_BITS(19, 16)
#define ENA_CAPS_TIMEOUT_UNIT_US 100000u
#define ENA_DMA_WIDTH_MIN        32u
#define ENA_DMA_WIDTH_MAX        48u

/* AQ_CAPS, ACQ_CAPS, AENQ_CAPS */
#define ENA_RING_CAPS_DEPTH      ENA_BITS(15, 0)
#define ENA_RING_CAPS_ENTRY_SIZE ENA_BITS(31, 16)

/* AQ_DB, AENQ_HEAD_DB, PHC_DB, SQ doorbells: free-running 16-bit counts */
#define ENA_DB_COUNT ENA_BITS(15, 0)

/* INTR_MASK */
#define ENA_INTR_MASK_MGMT ENA_BIT(0) /* 1 = masked, the driver polls */

/* DEV_CTL; the low nibble of the reason is in the higher bits (part A 2.2) */
#define ENA_DEV_CTL_RESET      ENA_BIT(0)
#define ENA_DEV_CTL_AQ_RESTART ENA_BIT(1)
#define ENA_DEV_CTL_QUIESCENT  ENA_BIT(2)
#define ENA_DEV_CTL_IO_RESUME  ENA_BIT(3)
#define ENA_DEV_CTL_REASON_EXT ENA_BITS(27, 24) /* reason[7:4] */
#define ENA_DEV_CTL_REASON     ENA_BITS(31, 28) /* reason[3:0] */

/* DEV_STS */
#define ENA_DEV_STS_READY             ENA_BIT(0)
#define ENA_DEV_STS_AQ_RESTARTING     ENA_BIT(1)
#define ENA_DEV_STS_AQ_RESTARTED      ENA_BIT(2)
#define ENA_DEV_STS_RESET_IN_PROGRESS ENA_BIT(3)
#define ENA_DEV_STS_RESET_FINISHED    ENA_BIT(4)
#define ENA_DEV_STS_FATAL             ENA_BIT(5)
#define ENA_DEV_STS_QUIESCENT_STARTED ENA_BIT(6)
#define ENA_DEV_STS_QUIESCENT         ENA_BIT(7)

/* MMIO_REG_READ */
#define ENA_REG_READ_REQ_ID ENA_BITS(15, 0)
#define ENA_REG_READ_OFFSET ENA_BITS(31, 16)
/** Added to the request id to poison the response buffer before a request (2.4 step 2). */
#define ENA_REG_READ_POISON 0xdeadu

/* RSS_IND_ENTRY_UPDATE */
#define ENA_RSS_UPDATE_INDEX ENA_BITS(15, 0)
#define ENA_RSS_UPDATE_QUEUE ENA_BITS(31, 16)

/** Readless response buffer, written by the device with one 8-byte store (part A 2.4). */
struct ena_reg_read_resp {
	ena_le16_t req_id;
	ena_le16_t offset;
	ena_le32_t value;
};
ENA_ABI_SIZE(struct ena_reg_read_resp, 8);
ENA_ABI_AT(struct ena_reg_read_resp, offset, 2);
ENA_ABI_AT(struct ena_reg_read_resp, value, 4);

/* Interrupt-unmask register of a CQ (part B 1.6); delays in units of the moderation resolution */
#define ENA_UNMASK_RX_DELAY ENA_BITS(14, 0)
#define ENA_UNMASK_TX_DELAY ENA_BITS(29, 15)
#define ENA_UNMASK_UNMASK   ENA_BIT(30)
#define ENA_UNMASK_NO_MOD   ENA_BIT(31)

/* NUMA register of a CQ (part B 1.6) */
#define ENA_NUMA_NODE  ENA_BITS(7, 0)
#define ENA_NUMA_VALID ENA_BIT(31)

/** Reset reasons, written to DEV_CTL (part A 8.5). */
enum ena_reset_reason {
	ENA_RESET_NORMAL = 0,
	ENA_RESET_KEEP_ALIVE_TIMEOUT = 1,
	ENA_RESET_ADMIN_TIMEOUT = 2,
	ENA_RESET_MISSING_TX_COMPLETION = 3,
	ENA_RESET_BAD_RX_REQ_ID = 4,
	ENA_RESET_BAD_TX_REQ_ID = 5,
	ENA_RESET_TOO_MANY_RX_DESCS = 6,
	ENA_RESET_INIT_ERROR = 7,
	ENA_RESET_DRIVER_INVALID_STATE = 8,
	ENA_RESET_OS_TRIGGER = 9,
	ENA_RESET_OS_NET_WATCHDOG = 10,
	ENA_RESET_SHUTDOWN = 11,
	ENA_RESET_USER_TRIGGER = 12,
	ENA_RESET_GENERIC = 13,
	ENA_RESET_MISSING_INTERRUPT = 14,
	ENA_RESET_POLL_STARVATION = 15,
	ENA_RESET_RX_COMPLETION_MALFORMED = 16,
	ENA_RESET_TX_COMPLETION_MALFORMED = 17,
	ENA_RESET_MISSING_ADMIN_INTERRUPT = 18,
	ENA_RESET_DEVICE_REQUEST = 19,
	ENA_RESET_MISSING_FIRST_INTERRUPT = 20,
};

/** Largest reason that fits the base nibble, for devices without extended reset reasons. */
#define ENA_RESET_REASON_BASE_MAX 15u

#endif /* ENA_ABI_REGS_H */
