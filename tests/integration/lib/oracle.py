# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
What has to happen to a packet, calculated without any code of the driver or of the device.

Wire: checksums by arithmetic modulo 65535, TCP segmentation byte by byte, padding. Rx: what
the datasheet's tables say of a frame (part B 5.3, 5.10, 7.5), and what a driver makes of that: this
project's (Ours) or DPDK's own as part B 5.6, 5.7 and 11 describe it (Upstream).
"""

import errno
import struct

from .toeplitz import FIXED_KEY, toeplitz

# mbuf flags of DPDK's interface
TX_TCP_SEG = 1 << 50
TX_L4_MASK = 3 << 52
TX_TCP, TX_SCTP, TX_UDP = 1 << 52, 2 << 52, 3 << 52
TX_IP_CKSUM = 1 << 54
TX_IPV4, TX_IPV6 = 1 << 55, 1 << 56
#: Flags that no ENA driver has: VLAN, QinQ, UDP segmentation, outer headers, a tunnel, MACsec.
TX_FOREIGN = {'vlan': 1 << 57, 'qinq': 1 << 49, 'udp-seg': 1 << 42, 'outer-ip': 1 << 58 | 1 << 59,
              'outer-udp': 1 << 41 | 1 << 59, 'vxlan': 1 << 45, 'macsec': 1 << 44}
TX_WORK = TX_TCP_SEG | TX_L4_MASK | TX_IP_CKSUM

RX_RSS_HASH = 1 << 1
RX_L4_BAD, RX_IP_BAD, RX_IP_GOOD, RX_L4_GOOD = 1 << 3, 1 << 4, 1 << 7, 1 << 8

#: ethdev's RSS types of what is neither TCP nor UDP; devices with hash input fields only
RSS_OTHER = {'ip4': 0x4, 'frag4': 0x8, 'ip6': 0x100, 'l2': 0x4000}
#: NONFRAG TCP and UDP over IPv4 and IPv6
RSS_TYPES = 0xc30

PTYPE_ETHER = 1
PTYPE_IPV4, PTYPE_IPV6 = 0x10, 0x40
PTYPE_IPV4_EXT_UNKNOWN, PTYPE_IPV6_EXT_UNKNOWN = 0x90, 0xe0
PTYPE_TCP, PTYPE_UDP, PTYPE_FRAG = 0x100, 0x200, 0x300

EXTENSIONS = (0, 43, 44, 51, 60, 135, 139, 140)
SHORTEST = 60


# ---- checksums and segmentation ------------------------------------------------------

def checksum(data):
    """Internet checksum of bytes that are not all zero, in network order."""
    if len(data) % 2:
        data += b'\0'
    return 0xffff - (int.from_bytes(data, 'big') % 0xffff or 0xffff)


def pseudo_header(frame, head, length, proto):
    """Addresses, length and protocol, as the checksums of TCP and UDP have them."""
    ip = frame[head.l3:]
    addresses = ip[12:20] if head.version == 4 else ip[8:40]
    return addresses + struct.pack('!IHBB', length, 0, 0, proto)


def l4_checksum(frame, head, end, proto):
    """Checksum over the L4 bytes up to @p end with the field at 0; UDP never has 0."""
    at = head.l4 + (16 if proto == 6 else 6)
    body = frame[head.l4:at] + b'\0\0' + frame[at + 2:end]
    value = checksum(pseudo_header(frame, head, len(body), proto) + body)
    return 0xffff if value == 0 and proto == 17 else value


def put16(frame, at, value):
    return frame[:at] + struct.pack('!H', value) + frame[at + 2:]


def put_ip_checksum(frame, l3):
    size = (frame[l3] & 15) * 4
    frame = put16(frame, l3 + 10, 0)
    return put16(frame, l3 + 10, checksum(frame[l3:l3 + size]))


def put_l4_checksum(frame, head, proto):
    value = l4_checksum(frame, head, head.end, proto)
    return put16(frame, head.l4 + (16 if proto == 6 else 6), value)


def segments(frame, head, l4_len, mss):
    """Frames that TCP segmentation makes (part B 2.10)."""
    start = head.l4 + l4_len
    header, payload = frame[:start], frame[start:]
    pieces = [payload[i:i + mss] for i in range(0, len(payload), mss)] or [b'']
    seq = struct.unpack_from('!I', header, head.l4 + 4)[0]
    flags = header[head.l4 + 13]
    found = []
    for i, piece in enumerate(pieces):
        out = bytearray(header + piece)
        if head.version == 4:
            struct.pack_into('!H', out, head.l3 + 2, len(out) - head.l3)
            ident = struct.unpack_from('!H', out, head.l3 + 4)[0]
            struct.pack_into('!H', out, head.l3 + 4, (ident + i) & 0xffff)
        else:
            struct.pack_into('!H', out, head.l3 + 4, len(out) - head.l3 - 40)
        struct.pack_into('!I', out, head.l4 + 4, (seq + i * mss) & 0xffffffff)
        keep = 0xff
        if i:
            keep &= ~0x80                       # CWR only in the first
        if i < len(pieces) - 1:
            keep &= ~(0x01 | 0x08)              # FIN and PSH only in the last
        out[head.l4 + 13] = flags & keep
        out = bytes(out)
        if head.version == 4:
            out = put_ip_checksum(out, head.l3)
        found.append(put_l4_checksum(out, head.ending_at(len(out)), 6))
    return found


def on_wire(packet):
    """The frames that a packet of the script has to become."""
    frame, head = packet.data, packet.head
    ol = packet.ol
    if ol & TX_TCP_SEG:
        frames = segments(frame, head, packet.l4, packet.mss)
    else:
        if ol & TX_L4_MASK:
            frame = put_l4_checksum(frame, head, 6 if ol & TX_L4_MASK == TX_TCP else 17)
        if ol & TX_IP_CKSUM:
            frame = put_ip_checksum(frame, head.l3)
        frames = [frame]
    return [f + bytes(max(0, SHORTEST - len(f))) for f in frames]


# ---- a frame as the device sees it --------------------------------------------------------

class Headers:
    """Where the headers of a frame are; only what is complete."""

    def __init__(self, frame):
        self.version = 0        # 4, 6, or 0: not IP
        self.l3 = 14
        self.l4 = None          # offset behind the IP header and all extension headers
        self.proto = None       # behind the IP header, extension headers followed
        self.ip_ok = False
        self.frag = False
        self.extended = False   # IPv6 with extension headers
        self.end = None         # of the IP packet; None: longer than the frame, or nonsense
        if len(frame) < 14:
            return
        kind, vlans = frame[12:14], 0
        while kind in (b'\x81\x00', b'\x88\xa8') and vlans < 2:
            if len(frame) - self.l3 < 4:
                return
            self.l3 += 4
            vlans += 1
            kind = frame[self.l3 - 2:self.l3]
        if kind == b'\x08\x00':
            self._ipv4(frame)
        elif kind == b'\x86\xdd':
            self._ipv6(frame)

    def _ipv4(self, frame):
        ip = frame[self.l3:]
        if len(ip) < 20 or ip[0] >> 4 != 4:
            return
        size = (ip[0] & 15) * 4
        if size < 20 or size > len(ip):
            return
        self.version = 4
        self.ip_ok = checksum(ip[:size]) == 0
        self.proto = ip[9]
        total, bits = struct.unpack_from('!H2xH', ip, 2)
        self.frag = bool(bits & 0x3fff)
        self.l4 = self.l3 + size
        if size <= total <= len(ip):
            self.end = self.l3 + total

    def _ipv6(self, frame):
        ip = frame[self.l3:]
        if len(ip) < 40 or ip[0] >> 4 != 6:
            return
        self.version = 6
        length, self.proto = struct.unpack_from('!HB', ip, 4)
        if length <= len(ip) - 40:
            self.end = self.l3 + 40 + length
        at = 40
        while self.proto in EXTENSIONS:
            self.extended = True
            if len(ip) - at < 8:
                self.proto = None
                return
            size = 8 if self.proto == 44 else (ip[at + 1] + 2) * 4 if self.proto == 51 \
                else (ip[at + 1] + 1) * 8
            self.frag = self.frag or self.proto == 44
            self.proto = ip[at]
            at += size
            if at > len(ip):
                self.proto = None
                return
        self.l4 = self.l3 + at

    def ending_at(self, end):
        other = Headers.__new__(Headers)
        other.__dict__.update(self.__dict__, end=end)
        return other


class Seen:
    """Result bits of the last Rx completion (part B 5.10)."""

    def __init__(self, frame, device):
        head = self.head = Headers(frame)
        self.version = head.version
        self.frag = head.version == 4 and head.frag
        self.l3_err = head.version == 4 and not head.ip_ok
        self.l4_proto = None
        if head.version and not head.extended and head.proto in (6, 17):
            self.l4_proto = head.proto
        self.ports = self.l4_proto is not None and not head.frag and len(frame) - head.l4 >= 4
        self.l4_checked = self.l4_good = False
        if self.ports and head.end is not None and head.end > head.l4 and \
                ('l4-v4-csum' if head.version == 4 else 'l4-v6-csum') in device.rx_offloads:
            self._verify(frame)

    def _verify(self, frame):
        head, l4 = self.head, frame[self.head.l4:self.head.end]
        if self.l4_proto == 17:
            if len(l4) < 8:
                return
            size, value = struct.unpack_from('!HH', l4, 4)
            if not 8 <= size <= len(l4):
                return
            if value == 0:
                # no checksum: fine over IPv4, an error over IPv6
                self.l4_checked = head.version == 6
                return
            l4 = l4[:size]
        elif len(l4) < 20:
            return
        self.l4_checked = True
        self.l4_good = checksum(pseudo_header(frame, head, len(l4), self.l4_proto) + l4) == 0


def hash_of(frame, seen, device):
    """HASH of the completion; 0: not hashed (part B 7.1, 7.5)."""
    head, parts = seen.head, None
    at, size = (head.l3 + 12, 4) if head.version == 4 else (head.l3 + 8, 16)
    src, dst = frame[at:at + size], frame[at + size:at + 2 * size]
    keyed = device.rss_function and device.rss
    order = list if keyed else sorted
    if seen.ports:
        ports = frame[head.l4:head.l4 + 2], frame[head.l4 + 2:head.l4 + 4]
        parts = b''.join((*order((src, dst)), *order(ports)))
    elif device.rss_input and not head.extended:
        # the fields that the driver has selected for what it was asked to hash
        kind = 'l2' if not head.version else 'ip%d' % head.version
        # an IP version stands for all its packets, fragments included
        wanted = RSS_OTHER[kind] | (RSS_OTHER['frag4'] if seen.frag and kind == 'ip4' else 0)
        if wanted & device.rss_types:
            parts = frame[6:12] + frame[:6] if kind == 'l2' else b''.join(order((src, dst)))
    if parts is None:
        return 0
    if keyed:
        return toeplitz(device.rss_key, parts)
    low = toeplitz(FIXED_KEY, parts, 0xffffffff) & 0xffff
    return low << 16 | low


def buffers_of(length, device):
    """
    Bytes in each Rx buffer; None: the device drops the frame. It is too long for the largest MTU
    (net_ena does not tell the device a smaller one), or needs more buffers than the device may use.
    """
    if length > device.max_mtu + 22:
        return None
    room = min(device.rx_room, 16384)
    first = room - (device.rx_offset if room > device.rx_offset else 0)
    found = [min(first, length)]
    while sum(found) < length:
        found.append(min(room, length - sum(found)))
    return found if len(found) <= device.rx_descs else None


# ---- drivers -----------------------------------------------------------------------------

def needed_headers(packet):
    """
    Bytes of headers that have to be pushed whole (part B 3.4); TCP options count if every segment
    needs them.
    """
    end, l4 = packet.l2 + packet.l3, packet.ol & TX_L4_MASK
    if packet.ol & TX_TCP_SEG:
        return end + packet.l4
    return end + {TX_TCP: 20, TX_UDP: 8}.get(l4, 0)


class Ours:
    """What this project's driver has to do."""

    name = 'net_ena_pmd'
    checks_segments = True
    knows_tso_v6 = True
    #: the IPv4 header is read from the first segment, wherever it is (part B 11.5)
    wants_headers_first = False

    @staticmethod
    def refusals(packet, device):
        """errno values that prepare may give; empty: it has to accept."""
        found = set()
        ol, full, v6 = packet.ol, packet.device_has, bool(packet.ol & TX_IPV6)
        pushed = device.pushed
        at = buffers = 0
        for size in packet.segs:
            at += size
            buffers += bool(size) and at > pushed
        if buffers > min(device.tx_descs - 1, 17):
            found.add(errno.EINVAL)
        if device.burst_entries and \
                device.entries(1 + max(buffers, 1)) > device.burst_entries:
            found.add(errno.EINVAL)
        if packet.foreign or ol & TX_L4_MASK == TX_SCTP:
            found.add(errno.ENOTSUP)
        if ol & TX_IP_CKSUM and 'l3-csum' not in full:
            found.add(errno.ENOTSUP)
        if ol & TX_IP_CKSUM and v6:
            found.add(errno.EINVAL)
        which = 'v6' if v6 else 'v4'
        if ol & TX_TCP_SEG:
            if 'tso-' + which not in full:
                found.add(errno.ENOTSUP)
            if not packet.mss or not 20 <= packet.l4 <= 60 or packet.mss > 0x3fff:
                found.add(errno.EINVAL)
            # a segment is an IP packet within the MTU, in a frame that the device would take from
            # anybody
            headers = packet.l3 + packet.l4
            longest = headers + min(packet.mss, len(packet.data) - packet.l2 - headers)
            if longest > device.mtu or packet.l2 + longest > device.mtu + 22:
                found.add(errno.EINVAL)
            if len(packet.data) - packet.l2 > 65535:
                found.add(errno.EINVAL)
        elif ol & TX_L4_MASK and 'l4-%s-full' % which not in full:
            # the driver has to put the pseudo-header sum into the first segment
            field = packet.l2 + packet.l3 + (18 if ol & TX_L4_MASK == TX_TCP else 8)
            if 'l4-%s-partial' % which not in full or packet.segs[0] < field:
                found.add(errno.ENOTSUP)
        if ol & TX_WORK and not (packet.l2 and packet.l3 >= (40 if v6 else 20)):
            found.add(errno.EINVAL)
        if ol & TX_WORK and needed_headers(packet) > len(packet.data):
            found.add(errno.EINVAL)
        size = len(packet.data)
        if size < 14 or size > device.mtu + 22 and not ol & TX_TCP_SEG:
            found.add(errno.EINVAL)
        if pushed and ol & TX_WORK and needed_headers(packet) > pushed:
            found.add(errno.EINVAL)
        return found

    @staticmethod
    def received(frame, device):
        """(ol_flags, packet type, hash or None) of the mbuf."""
        seen = Seen(frame, device)
        ol, ptype = 0, PTYPE_ETHER
        if seen.version == 4:
            ptype |= PTYPE_IPV4_EXT_UNKNOWN
            if 'l3-csum' in device.rx_wanted:
                ol |= RX_IP_BAD if seen.l3_err else RX_IP_GOOD
        elif seen.version == 6:
            ptype |= PTYPE_IPV6_EXT_UNKNOWN
        if seen.frag:
            ptype |= PTYPE_FRAG
        elif seen.l4_proto:
            ptype |= PTYPE_TCP if seen.l4_proto == 6 else PTYPE_UDP
        if seen.l4_checked and not seen.frag and 'l4' in device.rx_wanted:
            ol |= RX_L4_GOOD if seen.l4_good else RX_L4_BAD
        value = hash_of(frame, seen, device)
        if 'hash' not in device.rx_wanted or not (value or (seen.l4_proto and not seen.frag)):
            return ol, ptype, None
        return ol | RX_RSS_HASH, ptype, value


class Upstream:
    """DPDK's own driver, as the datasheet describes it (part B 5.6, 5.7, 11.5, 11.14)."""

    name = 'net_ena'
    checks_segments = False
    knows_tso_v6 = False
    wants_headers_first = True

    @staticmethod
    def refusals(packet, device):
        found = set()
        ol, full, v6 = packet.ol, packet.device_has, bool(packet.ol & TX_IPV6)
        if not ol:
            return found
        limit = min(17, device.tx_descs)
        if len(packet.segs) >= limit and not (device.pushed and len(packet.segs) == limit and
                                              packet.segs[0] < device.pushed):
            found.add(errno.EINVAL)
        if packet.foreign or ol & TX_L4_MASK == TX_SCTP:
            found.add(errno.ENOTSUP)
        which = 'v6' if v6 else 'v4'
        software = False
        if ol & TX_TCP_SEG:
            if v6 or 'tso-v4' not in full:
                found.add(errno.ENOTSUP)
            software = not packet.dont_fragment
        if ol & TX_IP_CKSUM and 'l3-csum' not in full:
            found.add(errno.ENOTSUP)
        if ol & TX_L4_MASK and 'l4-%s-full' % which not in full:
            software = True
            if 'l4-%s-partial' % which not in full:
                found.add(errno.ENOTSUP)
        if software and packet.segs[0] < packet.l2 + packet.l3 + packet.l4:
            found.add(errno.ENOTSUP)
        return found

    @staticmethod
    def received(frame, device):
        seen = Seen(frame, device)
        ol = ptype = 0
        if seen.version == 4:
            ptype |= PTYPE_IPV4
            ol |= RX_IP_BAD if seen.l3_err else RX_IP_GOOD
        elif seen.version == 6:
            ptype |= PTYPE_IPV6
        if seen.l4_proto:
            ptype |= PTYPE_TCP if seen.l4_proto == 6 else PTYPE_UDP
        if seen.l4_checked and not seen.frag:
            ol |= RX_L4_GOOD if seen.l4_good else RX_L4_BAD
        # the RSS mode alone turns it on, whether or not the device has the offload (11.3)
        if not device.rss or not seen.l4_proto or seen.frag:
            return ol, ptype, None
        return ol | RX_RSS_HASH, ptype, hash_of(frame, seen, device)


DRIVERS = {'net_ena_pmd': Ours, 'net_ena': Upstream}
