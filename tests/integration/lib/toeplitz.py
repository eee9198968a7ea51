# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Which queue a packet goes to, predicted from the datasheet (part B 7)."""

import struct

#: Key of devices whose key cannot be changed, in Toeplitz order (part B 7.1).
FIXED_KEY = bytes.fromhex('beac01fa6a42b73b8030f20c77cb2da3ae7b30b4d0ca2bcb'
                          '43a38fb04167253d255b0ec26d5a56da')

#: A key for tests: the one of the datasheet's vectors.
TEST_KEY = bytes.fromhex('77d1c934a4c9bd876e35dd17b2e3239e396d8a932a95b472'
                         '3ab37f568edeb60197af3b2f3a70e704')


def toeplitz(key, data, initial=0):
    """The Toeplitz hash of @p data, with the key in its conventional order."""
    window = int.from_bytes(key, 'big')
    bits = len(key) * 8
    result = initial
    for i, byte in enumerate(data):
        for bit in range(8):
            if byte & (0x80 >> bit):
                result ^= (window >> (bits - 32 - (i * 8 + bit))) & 0xffffffff
    return result & 0xffffffff


def changeable_hash(key, src, dst, sport, dport):
    """Devices with a changeable key and an initial value of 0."""
    return toeplitz(key, src + dst + struct.pack('!HH', sport, dport))


def fixed_hash(src, dst, sport, dport):
    """
    Devices with a fixed key: the smaller address first, independently the smaller port
    first, initial value of all ones, the low half of the result in both halves.
    """
    if dst < src:
        src, dst = dst, src
    if dport < sport:
        sport, dport = dport, sport
    low = toeplitz(FIXED_KEY, src + dst + struct.pack('!HH', sport, dport), 0xffffffff) & 0xffff
    return low << 16 | low
