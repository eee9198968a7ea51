# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Random packets: stacks of headers from scapy, cut into random segments, with random offloads.

The same seed, device and driver give the same packets. Checksums that are right come from
scapy; oracle.py calculates them a second time, in another way.
"""

import random
import struct

from scapy.layers.inet import (ICMP, IP, TCP, UDP, IPOption_NOP, IPOption_RR,
                               IPOption_Timestamp)
from scapy.layers.inet6 import (IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                                IPv6ExtHdrRouting, PadN)
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
from scapy.packet import Raw

from . import oracle
from .oracle import (TX_FOREIGN, TX_IP_CKSUM, TX_IPV4, TX_IPV6, TX_TCP, TX_TCP_SEG, TX_UDP,
                     Headers)

#: Bytes that fit into one mbuf of ena_packets, whatever the offset below MAX_OFF.
MAX_SEG = 16384
MAX_OFF = 120
#: Link-layer bytes that the device allows in addition to the MTU.
OVER_MTU = 22


class Packet:
    """One line of the script, and what it needs to be judged."""

    def __init__(self, data, device, kind):
        self.data = data
        self.kind = kind
        self.head = Headers(data)
        self.segs = [len(data)]
        self.off = self.ol = self.l2 = self.l3 = self.l4 = self.mss = 0
        self.foreign = False
        self.device_has = device.tx_offloads

    @property
    def dont_fragment(self):
        return self.head.version == 4 and bool(self.data[self.head.l3 + 6] & 0x40)

    def line(self):
        return 'seg=%s off=%d ol=%#x l2=%d l3=%d l4=%d mss=%d data=%s' % (
            ','.join(map(str, self.segs)), self.off, self.ol, self.l2, self.l3, self.l4, self.mss,
            self.data.hex())


class Generator:
    """Packets for a device; @p driver is a class of oracle.py."""

    def __init__(self, seed, device, driver):
        self.rng = random.Random(seed)
        self.device = device
        self.driver = driver
        self.longest = device.mtu + OVER_MTU

    def packets(self, count):
        return [self.packet() for _ in range(count)]

    def packet(self):
        rng = self.rng
        tso = self._tso_kinds()
        if tso and rng.random() < 0.12:
            return self._cut(self._segmentation(rng.choice(tso)))
        frame, kind, l4_len = self._frame()
        packet = Packet(frame, self.device, kind)
        packet.l4 = l4_len
        self._offload(packet)
        return self._cut(packet)

    # ---- stacks --------------------------------------------------------------------------

    def _link(self):
        rng = self.rng
        stack = Ether(dst=rng.choice(('02:00:00:00:00:01', 'ff:ff:ff:ff:ff:ff')),
                      src='02:00:00:%02x:%02x:%02x' % tuple(rng.randbytes(3)))
        vlans = rng.choice((0, 0, 0, 1, 2))
        if vlans == 2:
            stack /= rng.choice((Dot1Q, Dot1AD))(vlan=rng.randrange(4096))
        if vlans:
            stack /= Dot1Q(vlan=rng.randrange(4096), prio=rng.randrange(8))
        return stack, 14 + 4 * vlans

    def _ipv4(self, fragment=False):
        rng = self.rng
        options = []
        if rng.random() < 0.35:
            options = [rng.choice((
                IPOption_NOP(), IPOption_RR(pointer=4, routers=['0.0.0.0'] * rng.randint(1, 9)),
                IPOption_Timestamp()))]
        flags = rng.choice(('', 'DF'))
        place = 0
        if fragment:
            flags, place = rng.choice((('MF', 0), ('MF', rng.randint(1, 8000)),
                                       ('', rng.randint(1, 8000))))
        return IP(src=self._ip4(), dst=self._ip4(), options=options, flags=flags, frag=place,
                  id=rng.getrandbits(16), ttl=rng.randint(1, 255), tos=rng.getrandbits(8))

    def _ip4(self):
        return '10.%d.%d.%d' % tuple(self.rng.randbytes(3))

    def _ip6(self):
        return '2001:db8::%x:%x' % (self.rng.getrandbits(16), self.rng.getrandbits(16))

    def _ipv6(self, fragment=False, extended=None):
        rng = self.rng
        stack = IPv6(src=self._ip6(), dst=self._ip6(), hlim=rng.randint(1, 255),
                     fl=rng.getrandbits(20), tc=rng.getrandbits(8))
        if extended is None:
            extended = rng.random() < 0.3
        if extended:
            for _ in range(rng.randint(1, 3)):
                stack /= rng.choice((
                    lambda: IPv6ExtHdrHopByHop(options=[PadN(optdata=bytes(rng.choice((4, 12))))]),
                    lambda: IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(rng.choice((4, 20))))]),
                    # segments left 0: the final destination is the one in the IPv6 header
                    lambda: IPv6ExtHdrRouting(segleft=0, addresses=[self._ip6()])))()
        if fragment:
            stack /= IPv6ExtHdrFragment(offset=rng.randrange(8000), m=rng.getrandbits(1),
                                        id=rng.getrandbits(32))
        return stack

    def _tcp(self):
        rng = self.rng
        options = []
        if rng.random() < 0.5:
            options = rng.sample([('MSS', 1460), ('WScale', 7), ('SAckOK', b''), ('NOP', None),
                                  ('Timestamp', (rng.getrandbits(32), rng.getrandbits(32)))],
                                 rng.randint(1, 5))
        return TCP(sport=rng.randrange(65536), dport=rng.randrange(65536), options=options,
                   seq=rng.getrandbits(32), ack=rng.getrandbits(32),
                   flags=rng.choice(('S', 'A', 'PA', 'FA', 'FPA', 'CA', 'CPA', 'FPUCEA', 'R')))

    def _size(self, least):
        """A frame size: near what matters to somebody, or anywhere."""
        rng, device = self.rng, self.device
        near = [60, 64, 96, 128, 256, device.pushed or 60, device.entry or 60, device.rx_room,
                2 * device.rx_room, 3 * device.rx_room, 1514, self.longest]
        size = rng.choice((
            lambda: rng.randint(14, 128), lambda: rng.choice(near) + rng.randint(-2, 2),
            lambda: rng.randint(14, min(1600, self.longest)), lambda: rng.randint(14, self.longest),
        ))()
        return max(least, min(size, self.longest))

    def _fill(self, stack):
        """The stack with a random payload up to a random size."""
        least = len(stack)
        room = max(0, self._size(least) - least)
        return stack / Raw(self.rng.randbytes(room)) if room else stack

    def _frame(self):
        """(frame, kind, length of the L4 header) with right checksums."""
        rng = self.rng
        kind = rng.choice(('tcp4', 'tcp4', 'udp4', 'udp4', 'tcp6', 'udp6', 'tcp6', 'udp6', 'ip4',
                           'ip6', 'frag4', 'frag6', 'arp', 'other', 'noise'))
        stack, l2 = self._link()
        if kind == 'noise':
            # starts like IP and is nonsense or cut off
            size = rng.randint(14, min(300, self.longest))
            frame = bytes(stack)[:12] + rng.choice(
                (b'\x08\x00', b'\x86\xdd', b'\x81\x00', b'\x88\xa8\x00\x01\x08\x00'))
            if rng.random() < 0.7:
                frame += rng.choice((b'\x45', b'\x60', b'\x4f', b'\x44'))
            return (frame + rng.randbytes(300))[:size], kind, 0
        if kind == 'other':
            data = bytearray(bytes(stack / Raw(rng.randbytes(self._size(l2) - l2))))
            data[l2 - 2:l2] = rng.choice((b'\x88\xb5', b'\x00\x20', b'\x88\xcc'))
            return bytes(data), kind, 0
        if kind == 'arp':
            return bytes(stack / ARP(psrc=self._ip4(), pdst=self._ip4())), kind, 0
        stack /= self._ipv4(kind.startswith('frag')) if kind.endswith('4') else \
            self._ipv6(kind.startswith('frag'))
        l4 = {'tcp4': self._tcp, 'tcp6': self._tcp, 'ip4': lambda: rng.choice((ICMP, Raw))(),
              'ip6': Raw}.get(kind, lambda: UDP(sport=rng.randrange(65536),
                                                dport=rng.randrange(65536)))()
        size = len(l4)
        if kind in ('ip4', 'ip6') and isinstance(l4, Raw):
            proto = rng.choice((50, 132, 253, 255))
            frame = bytearray(bytes(self._fill(stack / l4)))
            return self._with_proto(frame, l2, proto), kind, 0
        frame = bytes(self._fill(stack / l4))
        return frame, kind, size

    def _with_proto(self, frame, l2, proto):
        """Set the protocol of a stack that ends with raw bytes."""
        head = Headers(bytes(frame))
        if head.version == 4:
            frame[l2 + 9] = proto
            return oracle.put_ip_checksum(bytes(frame), l2)
        if not head.extended:
            frame[l2 + 6] = proto
            return bytes(frame)
        at, kind = l2 + 40, frame[l2 + 6]
        while kind in oracle.EXTENSIONS:
            last, kind = at, frame[at]
            at += 8 * (frame[at + 1] + 1)
        frame[last] = proto
        return bytes(frame)

    # ---- offloads --------------------------------------------------------------------------

    def _tso_kinds(self):
        has = self.device.tx_offloads
        return [k for k in ('v4', 'v6') if 'tso-' + k in has and
                (k == 'v4' or self.driver.knows_tso_v6)]

    def _segmentation(self, which):
        """A TCP packet of up to 64 KiB to be cut by the device."""
        rng = self.rng
        stack, l2 = self._link()
        stack /= self._ipv4() if which == 'v4' else self._ipv6()
        stack /= self._tcp()
        header = len(stack)
        # segments of the MTU, or rarely of more, which are refused
        mss_max = min(self.device.mtu + l2 - header, 0x3fff)
        if rng.random() < 0.1:
            mss_max = min(mss_max + rng.randint(1, 8), 0x3fff)
        mss = rng.choice((rng.randint(1, mss_max), rng.randint(min(200, mss_max), mss_max), mss_max,
                          min(1448, mss_max)))
        # not more frames than is good for the length of a run
        size = rng.choice((rng.randint(0, 4 * mss), 65535 - header, rng.randint(0, 65000 - header),
                           mss, 2 * mss))
        total = min(size, 60 * mss, 65535 - header)
        frame = bytes(stack / Raw(rng.randbytes(total)))
        packet = Packet(frame, self.device, 'tso-' + which)
        packet.ol = TX_TCP_SEG | (TX_IPV4 if which == 'v4' else TX_IPV6)
        # ethdev: TSO implies TCP_CKSUM, IP_CKSUM is the application's duty; both are seen
        packet.ol |= rng.choice((0, TX_TCP))
        if which == 'v4' and 'l3-csum' in self.device.tx_offloads:
            packet.ol |= TX_IP_CKSUM
        packet.l2, packet.l3 = l2, packet.head.l4 - l2
        packet.l4 = header - packet.head.l4
        packet.mss = mss
        self._garbage(packet, True, True)
        return packet

    def _garbage(self, packet, ip, l4):
        """Whatever stands in a field that the device fills must not matter."""
        rng, data, head = self.rng, bytearray(packet.data), packet.head
        if ip and head.version == 4:
            data[head.l3 + 10:head.l3 + 12] = rng.randbytes(2)
        if l4:
            at = head.l4 + (6 if head.proto == 17 else 16)
            data[at:at + 2] = rng.randbytes(2)
        packet.data = bytes(data)

    def _offload(self, packet):
        """Random flags for a packet that is not segmented; sometimes such as must be refused."""
        rng, head = self.rng, packet.head
        if packet.kind in ('noise', 'other', 'arp') or head.l4 is None:
            return
        if rng.random() < 0.03:
            packet.foreign = rng.choice(sorted(TX_FOREIGN))
            packet.ol = TX_FOREIGN[packet.foreign]
            return
        if rng.random() < 0.25:
            self._spoil(packet)
            return
        ip = head.version == 4 and rng.random() < 0.7
        l4 = packet.kind[:3] in ('tcp', 'udp') and rng.random() < 0.8
        if not ip and not l4:
            return
        packet.ol = TX_IPV4 if head.version == 4 else TX_IPV6
        if ip:
            packet.ol |= TX_IP_CKSUM
        if l4:
            packet.ol |= TX_TCP if packet.kind.startswith('tcp') else TX_UDP
        packet.l2, packet.l3 = head.l3, head.l4 - head.l3
        self._garbage(packet, ip, l4)

    def _spoil(self, packet):
        """A frame that is sent as it is and may be wrong: what the receiver says of it matters."""
        rng, head = self.rng, packet.head
        data = bytearray(packet.data)
        how = rng.choice(('ip', 'l4', 'zero', 'payload', 'padding', 'length', 'none'))
        udp = packet.kind.startswith('udp')
        at = head.l4 + (6 if udp else 16)
        if how == 'ip' and head.version == 4:
            data[head.l3 + 10:head.l3 + 12] = rng.randbytes(2)
        elif how == 'l4' and packet.kind[:3] in ('tcp', 'udp'):
            data[at:at + 2] = rng.randbytes(2)
        elif how == 'zero' and udp:
            data[at:at + 2] = b'\0\0'
        elif how == 'payload':
            data[-1] ^= 1 << rng.randrange(8)
        elif how == 'padding' and len(data) < self.longest - 8:
            data += rng.randbytes(rng.randint(1, 8))
        elif how == 'length' and udp:
            struct.pack_into('!H', data, head.l4 + 4, rng.choice((0, 7, 8, 9, 65535)))
        packet.data = bytes(data)
        packet.head = Headers(packet.data)

    # ---- segments --------------------------------------------------------------------------------

    def _cut(self, packet):
        """Cut into 1 to n buffers, some of them empty, sometimes more than the device takes."""
        rng, total, device = self.rng, len(packet.data), self.device
        limit = min(device.tx_descs - 1, 17)
        packet.off = rng.choice((0, 0, rng.randint(0, MAX_OFF)))
        least = -(-total // MAX_SEG)
        pieces = max(least, rng.choice((1, 1, 1, 2, 3, rng.randint(1, limit), limit,
                                        rng.randint(1, limit + 4))))
        if not self.driver.checks_segments and not packet.ol:
            # nothing guards its lists then (part B 11.14 #3)
            pieces = max(least, min(pieces, limit - 1))
        where = sorted(rng.randint(0, total) for _ in range(pieces - 1))
        if rng.random() < 0.3 and pieces > 1:
            # the usual place: behind the headers
            where[0] = min(where[0], device.pushed or 54)
        if self.driver.wants_headers_first:
            where = [max(w, packet.l2 + packet.l3 + packet.l4) for w in where]
        where = [0] + sorted(where) + [total]
        segs = [b - a for a, b in zip(where, where[1:])]
        if not self.driver.checks_segments:
            segs = [s for s in segs if s] or [total]
        found = []
        for size in segs:
            while size > MAX_SEG:
                found.append(MAX_SEG)
                size -= MAX_SEG
            found.append(size)
        packet.segs = found
        return packet
