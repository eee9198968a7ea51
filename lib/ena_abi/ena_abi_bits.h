/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Building blocks of the wire format: little-endian types, field access by mask, and the
 * compile-time checks that follow every wire structure.
 *
 * All integers of the interface are little-endian (datasheet part A, section 0). The three
 * integer types below are structures, so code that forgets the conversion does not compile.
 */
#ifndef ENA_ABI_BITS_H
#define ENA_ABI_BITS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** 16-bit little-endian integer as it lies in memory. */
typedef struct {
	uint16_t le;
} ena_le16_t;

/** 32-bit little-endian integer as it lies in memory. */
typedef struct {
	uint32_t le;
} ena_le32_t;

/** 64-bit little-endian integer as it lies in memory. */
typedef struct {
	uint64_t le;
} ena_le64_t;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ENA_SWAP16(v) ((uint16_t)(v))
#define ENA_SWAP32(v) ((uint32_t)(v))
#define ENA_SWAP64(v) ((uint64_t)(v))
#else
#define ENA_SWAP16(v) __builtin_bswap16(v)
#define ENA_SWAP32(v) __builtin_bswap32(v)
#define ENA_SWAP64(v) __builtin_bswap64(v)
#endif

/** Host integer to wire. */
static inline ena_le16_t
ena_put16(uint16_t v)
{
	return (ena_le16_t){ENA_SWAP16(v)};
}

/** @copydoc ena_put16 */
static inline ena_le32_t
ena_put32(uint32_t v)
{
	return (ena_le32_t){ENA_SWAP32(v)};
}

/** @copydoc ena_put16 */
static inline ena_le64_t
ena_put64(uint64_t v)
{
	return (ena_le64_t){ENA_SWAP64(v)};
}

/** Wire integer to host. */
static inline uint16_t
ena_get16(ena_le16_t v)
{
	return ENA_SWAP16(v.le);
}

/** @copydoc ena_get16 */
static inline uint32_t
ena_get32(ena_le32_t v)
{
	return ENA_SWAP32(v.le);
}

/** @copydoc ena_get16 */
static inline uint64_t
ena_get64(ena_le64_t v)
{
	return ENA_SWAP64(v.le);
}

/** Field of @p val that lies under @p mask, moved to bit 0. @p mask is a contiguous constant. */
#define ENA_FIELD_GET(mask, val) (((uint32_t)(val) & (uint32_t)(mask)) >> __builtin_ctz(mask))

/** @p val moved under @p mask; bits that do not fit are cut off. */
#define ENA_FIELD_PREP(mask, val) (((uint32_t)(val) << __builtin_ctz(mask)) & (uint32_t)(mask))

/** Largest value that the field under @p mask holds. */
#define ENA_FIELD_MAX(mask) ((uint32_t)(mask) >> __builtin_ctz(mask))

/** Bit @p n of a 32-bit word. */
#define ENA_BIT(n) (UINT32_C(1) << (n))

/** Bits @p h to @p l, inclusive, of a 32-bit word. */
#define ENA_BITS(h, l) ((UINT32_MAX >> (31 - (h))) & (UINT32_MAX << (l)))

#ifdef __cplusplus
#define ENA_ABI_ASSERT static_assert
#else
#define ENA_ABI_ASSERT _Static_assert
#endif

/** Size of a wire structure, in bytes, as the datasheet gives it. */
#define ENA_ABI_SIZE(type, bytes) ENA_ABI_ASSERT(sizeof(type) == (bytes), #type ": size")

/** Offset of a field in a wire structure, in bytes, as the datasheet gives it. */
#define ENA_ABI_AT(type, field, off) \
	ENA_ABI_ASSERT(offsetof(type, field) == (off), #type "." #field ": offset")

/**
 * AD48, DMA address record (part A, table 0.1). At most 48 address bits.
 */
struct ena_ad48 {
	ena_le32_t lo; /**< address[31:0] */
	ena_le16_t hi; /**< address[47:32] */
	ena_le16_t rsv; /**< MBZ */
};
ENA_ABI_SIZE(struct ena_ad48, 8);
ENA_ABI_AT(struct ena_ad48, hi, 4);

/** Number of address bits that the interface can carry. */
#define ENA_DMA_ADDR_BITS_MAX 48u

/** DMA address to wire. Bits above 47 are cut off: check the range before. */
static inline struct ena_ad48
ena_put_ad48(uint64_t addr)
{
	return (struct ena_ad48){
		.lo = ena_put32((uint32_t)addr),
		.hi = ena_put16((uint16_t)(addr >> 32)),
	};
}

/** Wire to DMA address. */
static inline uint64_t
ena_get_ad48(struct ena_ad48 a)
{
	return (uint64_t)ena_get16(a.hi) << 32 | ena_get32(a.lo);
}

#ifdef __cplusplus
}
#endif

#endif /* ENA_ABI_BITS_H */
