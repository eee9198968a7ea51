# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Two real TCP/IP stacks talk through testpmd's csum engine with all checksums, then
segmentation, left to the device. The sending kernels leave TCP and UDP checksums unfinished, so
that only the device can make them right; the receiving ones verify every checksum in software and
must not count a single bad one.
"""

import ctypes
import fcntl
import os
import subprocess

import pytest

from lib.known import known_of_upstream, upstream_fails  # noqa: F401
from lib.netns import NetnsError
from lib.session import tell

ADDR6 = 'fd09::%d'
OFFLOADS = ('ipv4_cksum', 'udp_cksum', 'tcp_cksum', 'tcp_tso')
#: TCP by amount: a lost frame at the wrong moment costs a time-out, not the test
AMOUNT, AMOUNT_TSO = '40M', '8M'

#: Counters of /proc/net/snmp and snmp6 that a wrong checksum or length moves
BAD = ('Ip.InHdrErrors', 'Ip.InTruncatedPkts', 'Tcp.InCsumErrors',
       'Udp.InCsumErrors', 'Ip6InHdrErrors', 'Ip6InTruncatedPkts', 'Udp6InCsumErrors')


def kernel_counters(ns):
    """{'Tcp.InSegs': n, ..., 'Ip6InReceives': n} of a namespace."""
    found = {}
    lines = ns.run('cat', '/proc/net/snmp').splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        kind, *names = names.split()
        found.update({kind.rstrip(':') + '.' + n: int(v)
                      for n, v in zip(names, values.split()[1:])})
    for line in ns.run('cat', '/proc/net/snmp6').splitlines():
        name, value = line.split()
        found[name] = int(value)
    return found


TUNSETOFFLOAD, TUN_F_CSUM = 0x400454d0, 1
SYS_PIDFD_GETFD = 438


def leave_checksums_unfinished(pmd):
    """
    Let the kernel hand frames to the TAPs with nothing but the pseudo-header sum in TCP and UDP, as
    it does to a card with checksum offload. testpmd does not touch these fields (IPv4's it clears),
    so whoever looks at finished ones would see them pass through a device that does nothing.
    """
    libc, done = ctypes.CDLL(None, use_errno=True), set()
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.getpgid(int(pid)) != pmd.proc.pid:
                continue
            fds = os.listdir('/proc/%s/fd' % pid)
        except OSError:
            continue
        for fd in fds:
            try:
                if os.readlink('/proc/%s/fd/%s' % (pid, fd)) != '/dev/net/tun':
                    continue
                handle = os.pidfd_open(int(pid))
            except OSError:
                continue
            mine = libc.syscall(SYS_PIDFD_GETFD, handle, int(fd), 0)
            os.close(handle)
            if mine < 0:
                pytest.skip('the TAP of another process cannot be configured here: '
                            + os.strerror(ctypes.get_errno()))
            fcntl.ioctl(mine, TUNSETOFFLOAD, TUN_F_CSUM)
            os.close(mine)
            done.add((pid, fd))
    assert len(done) >= 2, 'the TAPs of the two ports were not found'


class Bench:
    """testpmd in csum mode between the two namespaces."""

    def __init__(self, testpmd, pair, mtu, **keys):
        self.pair, self.mtu = pair, mtu
        args = ['--max-pkt-len=%d' % (mtu + 18), '--enable-scatter', '--rxd=1024', '--txd=512']
        self.pmd = testpmd(pair.ports(**keys), *args)
        for i, ns in enumerate((pair.a, pair.b)):
            dev = 'ena%d' % i
            ns.run('sysctl', '-qw', 'net.ipv6.conf.%s.disable_ipv6=0' % dev)
            ns.run('ip', 'link', 'set', dev, 'mtu', mtu)
            ns.run('ip', '-6', 'addr', 'add', ADDR6 % (i + 1) + '/64', 'dev', dev, 'nodad')
            ns.run('ip', '-6', 'neigh', 'replace', ADDR6 % (2 - i), 'lladdr',
                   '02:00:00:00:00:10', 'dev', dev, 'nud', 'permanent')
        pair.settle('io')
        leave_checksums_unfinished(self.pmd)
        self.hardware()

    def hardware(self):
        """Checksums on both ports by the device; frames keep their addresses."""
        pmd = self.pmd
        for port in (0, 1):
            pmd.cmd('port stop %d' % port)
            pmd.cmd('port config mtu %d %d' % (port, self.mtu))
            for name in OFFLOADS:
                out = pmd.cmd('port config %d tx_offload %s on' % (port, name))
                assert 'Error' not in out and 'not supported' not in out, out
            for name in ('ip', 'tcp', 'udp'):
                pmd.cmd('csum set %s hw %d' % (name, port))
            pmd.cmd('csum parse-tunnel off %d' % port)
            pmd.cmd('csum mac-swap off %d' % port)
            out = pmd.cmd('csum show %d' % port)
            for name in ('IP', 'UDP', 'TCP'):
                assert '%s checksum offload is hw' % name in out, out
            pmd.cmd('port start %d' % port)

    def segment(self, size):
        """tso set on both ports; 0 ends it."""
        self.pmd.stop()
        for port in (0, 1):
            self.pmd.cmd('port stop %d' % port)
            self.pmd.cmd('tso set %d %d' % (size, port))
            self.pmd.cmd('port start %d' % port)
        self.pmd.start('csum')

    def measure(self, what, family, *options):
        """One run of iperf3, Gbit/s; no kernel counted anything bad."""
        target = self.pair.addr_b if family == 4 else ADDR6 % 2
        before = [kernel_counters(ns) for ns in (self.pair.a, self.pair.b)]
        device = [self.pmd.stats(i) for i in (0, 1)]
        report = error = None
        try:
            report = self.pair.a.iperf3(self.pair.b, target, *options, seconds=1)
        except (NetnsError, subprocess.TimeoutExpired) as e:
            error = e           # the kernel's counters say more
        after = [kernel_counters(ns) for ns in (self.pair.a, self.pair.b)]
        now = [self.pmd.stats(i) for i in (0, 1)]
        for i, (old, new) in enumerate(zip(before, after)):
            bad = {k: new[k] - old[k] for k in BAD if new.get(k, 0) != old.get(k, 0)}
            assert not bad, '%s: the kernel in namespace %s counted %s' % (what, 'ab'[i], bad)
        if error is not None:
            raise error
        end = report['end']
        total = end.get('sum_received', end.get('sum'))
        rate = total['bits_per_second'] / 1e9
        assert total['bytes'] > 2e5, '%s: only %d bytes arrived' % (what, total['bytes'])
        frames = [(n['wire_rx_frames'] - o['wire_rx_frames'],
                   n['wire_tx_frames'] - o['wire_tx_frames']) for o, n in zip(device, now)]
        tell('%-34s %7.3f Gbit/s, frames in and out of port 0 %s, port 1 %s'
             % ((what, rate) + tuple(frames)))
        return frames


#: name -> device keys
DEVICES = {
    'llq-256': dict(profile='nitro-v4'),
    'host': dict(profile='no-llq'),
    'partial': dict(profile='nitro-v2',
                    tx_offloads='l3-csum+l4-v4-partial+l4-v6-partial+tso-v4+tso-v6'),
}


@pytest.mark.bounded(200)
@pytest.mark.parametrize('device,mtu', [('llq-256', 1500), ('llq-256', 9000), ('host', 1500),
                                        ('partial', 9000)])
def test_real_tcp_and_udp_stacks_find_no_bad_checksum(testpmd, tap_pair, device, mtu):
    bench = Bench(testpmd, tap_pair, mtu, **DEVICES[device])
    bench.pmd.start('csum')
    for family in (4, 6):
        name = '%s MTU %d csum IPv%d ' % (device, mtu, family)
        bench.measure(name + 'TCP', family, '-n', AMOUNT)
        bench.measure(name + 'TCP back', family, '-n', AMOUNT, '-R')
        bench.measure(name + 'UDP', family, '-u', '-b', '200M', '-l', '1200')
    assert no_refusals(bench.pmd)


@pytest.mark.bounded(200)
@pytest.mark.parametrize('device,mtu,size', [('llq-256', 1500, 500), ('host', 9000, 1400),
                                             ('llq-256', 9000, 1000)])
def test_real_tcp_stacks_find_no_bad_segment_over_ipv4(testpmd, tap_pair, device, mtu, size):
    segmented(testpmd, tap_pair, device, mtu, size, 4)


@upstream_fails('there is no TSO for IPv6 (part B 11.14 #2)', run=False)
@pytest.mark.bounded(200)
@pytest.mark.parametrize('device,mtu,size', [('llq-256', 1500, 500), ('host', 9000, 1400),
                                             ('llq-256', 9000, 1000)])
def test_real_tcp_stacks_find_no_bad_segment_over_ipv6(testpmd, tap_pair, device, mtu, size):
    segmented(testpmd, tap_pair, device, mtu, size, 6)


def segmented(testpmd, tap_pair, device, mtu, size, family):
    """iperf3 in both directions while every large frame is cut into pieces of @p size."""
    bench = Bench(testpmd, tap_pair, mtu, **DEVICES[device])
    bench.pmd.start('csum')
    bench.segment(size)
    name = '%s MTU %d tso %d IPv%d ' % (device, mtu, size, family)
    forth = bench.measure(name + 'TCP', family, '-n', AMOUNT_TSO)
    back = bench.measure(name + 'TCP back', family, '-n', AMOUNT_TSO, '-R')
    assert no_refusals(bench.pmd)
    # the segments are really the device's: more frames leave than have come in
    assert forth[1][1] > 1.5 * forth[0][0], forth
    assert back[0][1] > 1.5 * back[1][0], back


def no_refusals(pmd):
    """testpmd says if prepare refuses a packet."""
    return 'Preparing packet burst to transmit failed' not in pmd.output()


def test_receiving_kernels_do_notice_a_wrong_checksum(testpmd, tap_pair):
    """The proof that the counters work: forwarded as they are, unfinished checksums are counted."""
    bench = Bench(testpmd, tap_pair, 1500, profile='nitro-v4')
    bench.pmd.start('io')
    before = kernel_counters(tap_pair.b)
    tap_pair.a.run('/usr/bin/python3', '-c', _DATAGRAMS, tap_pair.addr_b)
    bench.pmd.wait_quiet()
    after = kernel_counters(tap_pair.b)
    assert after['Udp.InCsumErrors'] - before['Udp.InCsumErrors'] == 5


_DATAGRAMS = '''
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(5):
    s.sendto(bytes(100), (sys.argv[1], 7))
'''
