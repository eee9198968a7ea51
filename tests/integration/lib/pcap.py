# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Capture files and the frames in them."""

import random
import struct
from collections import defaultdict

_HEADER = '<IHHiIII'


def read_pcap(path):
    """Frames of a capture file, in order. ValueError if the file is no complete capture."""
    with open(path, 'rb') as f:
        data = f.read()
    if len(data) < 24:
        raise ValueError('%s is no capture file: %d bytes' % (path, len(data)))
    magic = struct.unpack_from('<I', data)[0]
    order = '<' if magic in (0xa1b2c3d4, 0xa1b23c4d) else '>'
    if struct.unpack_from(order + 'I', data)[0] not in (0xa1b2c3d4, 0xa1b23c4d):
        raise ValueError('%s is no capture file: magic %#x' % (path, magic))
    frames, at = [], 24
    while at < len(data):
        if at + 16 > len(data):
            raise ValueError('%s: record header cut off at %d' % (path, at))
        _, _, cap, orig = struct.unpack_from(order + 'IIII', data, at)
        at += 16
        if at + cap > len(data) or cap != orig:
            raise ValueError('%s: frame cut off at %d' % (path, at))
        frames.append(data[at:at + cap])
        at += cap
    return frames


def write_pcap(path, frames):
    """Write frames with made-up, rising times."""
    with open(path, 'wb') as f:
        f.write(struct.pack(_HEADER, 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for i, frame in enumerate(frames):
            f.write(struct.pack('<IIII', i // 1000000, i % 1000000, len(frame), len(frame)))
            f.write(frame)


def flow_of(frame):
    """What keeps a frame in order with others: addresses, protocol and ports."""
    kind = frame[12:14]
    if kind == b'\x08\x00' and len(frame) >= 34:
        ihl = (frame[14] & 15) * 4
        proto = frame[23]
        ports = b''
        fragment = struct.unpack_from('!H', frame, 20)[0] & 0x3fff
        if proto in (6, 17) and not fragment:
            ports = frame[14 + ihl:18 + ihl]
        return kind + frame[26:34] + bytes([proto]) + ports
    if kind == b'\x86\xdd' and len(frame) >= 54:
        proto = frame[20]
        return kind + frame[22:54] + bytes([proto]) + (frame[54:58] if proto in (6, 17) else b'')
    return kind


def by_flow(frames):
    """{flow: [frame, ...]} in order of arrival."""
    flows = defaultdict(list)
    for frame in frames:
        flows[flow_of(frame)].append(frame)
    return dict(flows)


def padded(frames):
    """
    Frames as they are on a medium: an adapter fills short ones with zero bytes up to 60 (datasheet
    part B 2.10), which a TAP interface never does.
    """
    return [frame.ljust(60, b'\0') for frame in frames]


def difference(sent, got):
    """First difference of two lists of frames as text; None if they are bit-exact alike."""
    for i, (a, b) in enumerate(zip(sent, got)):
        if a != b:
            at = next((k for k, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            return ('frame %d differs at byte %d: sent %d bytes ..%s.., got %d bytes ..%s..'
                    % (i, at, len(a), a[max(0, at - 8):at + 8].hex(), len(b),
                       b[max(0, at - 8):at + 8].hex()))
    if len(sent) != len(got):
        return 'sent %d frames, got %d' % (len(sent), len(got))
    return None


def flow_difference(sent, got):
    """As difference(), for frames that only keep their order within a flow."""
    a, b = by_flow(sent), by_flow(got)
    if a.keys() != b.keys():
        return 'sent %d flows, got %d flows' % (len(a), len(b))
    for flow, frames in a.items():
        found = difference(frames, b[flow])
        if found:
            return 'flow %s: %s' % (flow.hex(), found)
    if len(sent) != len(got):
        return 'sent %d frames, got %d' % (len(sent), len(got))
    return None


# ---- frames ------------------------------------------------------------------------

def mac_of(flow, seq):
    """A source MAC address that says which flow and which frame of it this is."""
    return struct.pack('!BBHH', 0x02, (seq >> 16) & 0xff, flow & 0xffff, seq & 0xffff)


def flow_and_seq(mac):
    """Inverse of mac_of(), from text with colons."""
    first, high, flow, seq = struct.unpack('!BBHH', bytes.fromhex(mac.replace(':', '')))
    if first != 2:
        raise ValueError('not one of our source addresses: ' + mac)
    return flow, (high << 16) | seq


def udp4(src_mac, dst_mac, src, dst, sport, dport, payload):
    return _ip4(src_mac, dst_mac, src, dst, 17,
                struct.pack('!HHHH', sport, dport, 8 + len(payload), 0) + payload)


def tcp4(src_mac, dst_mac, src, dst, sport, dport, payload, seq=1):
    header = struct.pack('!HHIIBBHHH', sport, dport, seq, 1, 5 << 4, 0x18, 8192, 0, 0)
    return _ip4(src_mac, dst_mac, src, dst, 6, header + payload)


def udp6(src_mac, dst_mac, src, dst, sport, dport, payload):
    body = struct.pack('!HHHH', sport, dport, 8 + len(payload), 0) + payload
    return (dst_mac + src_mac + b'\x86\xdd'
            + struct.pack('!IHBB', 6 << 28, len(body), 17, 64) + src + dst
            + _l4(17, src, dst, body))


def _ip4(src_mac, dst_mac, src, dst, proto, body):
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(body), 1, 0x4000, 64, proto, 0,
                         src, dst)
    header = header[:10] + struct.pack('!H', _sum(header)) + header[12:]
    return dst_mac + src_mac + b'\x08\x00' + header + _l4(proto, src, dst, body)


def _l4(proto, src, dst, body):
    at = 16 if proto == 6 else 6
    value = _sum(src + dst + struct.pack('!IHBB', len(body), 0, 0, proto) + body)
    if proto == 17:
        value = value or 0xffff
    return body[:at] + struct.pack('!H', value) + body[at + 2:]


def _sum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def mixed_frames(count, seed=1, largest=1514, flows=32, macs=(b'\x02\0\0\0\0\x01',
                                                              b'\x02\0\0\0\0\x02')):
    """
    Frames of every kind and size: TCP, UDP over IPv4 and IPv6, ARP, a protocol that nobody
    knows; the shortest and the longest first. The same for the same arguments.
    """
    rng = random.Random(seed)
    frames = []
    sizes = [60, 61, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 256, 257, largest - 1, largest]
    for i in range(count):
        size = sizes[i] if i < len(sizes) else rng.choice(
            (rng.randint(60, 128), rng.randint(60, largest), largest))
        flow = rng.randrange(flows)
        kind = flow % 8
        src, dst = bytes([10, 1, 0, flow]), bytes([10, 2, flow, 1])
        if kind == 6:
            frame = macs[1] + macs[0] + b'\x08\x06' + rng.randbytes(size - 14)
        elif kind == 7:
            frame = macs[1] + macs[0] + b'\x88\xb5' + rng.randbytes(size - 14)
        elif kind == 5 and size >= 62:
            frame = udp6(macs[0], macs[1], src * 4, dst * 4, 1000 + flow, 2000,
                         rng.randbytes(size - 62))
        elif kind in (3, 4):
            frame = udp4(macs[0], macs[1], src, dst, 1000 + flow, 2000, rng.randbytes(size - 42))
        else:
            frame = tcp4(macs[0], macs[1], src, dst, 1000 + flow, 80, rng.randbytes(size - 54), i)
        frames.append(frame)
    return frames
