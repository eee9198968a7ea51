#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The job of "quickstart.sh run": real traffic through dpdk-testpmd on two software ENA ports,
and a summary for people. Where TAP interfaces or namespaces are not allowed, the same from
capture files.
"""

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, 'tests', 'integration'))

# pylint: disable=wrong-import-position
from lib import netns, pcap  # noqa: E402
from lib.account import IN_SOCKET, Account  # noqa: E402
from lib.env import DRIVERS, Environment  # noqa: E402
from lib.netns import Namespace  # noqa: E402
from lib.softena import Port, complaints  # noqa: E402
from lib.testpmd import TestPmd, queue_args  # noqa: E402

PROFILE = 'nitro-v4'
QUEUES = 2
STREAMS = 4
DATAGRAM = 64
PINGS = 5000


def say(text):
    print('   ' + text, flush=True)


def amount(value):
    return format(value, ',d')


def rate(bits):
    for unit in ('bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'):
        if bits < 1000 or unit == 'Gbit/s':
            return '%.3g %s' % (bits, unit)
        bits /= 1000
    return ''


class Summary:
    """Lines for the end, and whether all went well."""

    def __init__(self):
        self.traffic = []
        self.losses = {}
        self.reconciled = []
        self.wrong = []

    def check(self, good, what):
        if not good:
            self.wrong.append(what)

    def count(self, losses):
        """Add (where, packets) pairs to what was lost."""
        for where, n in losses:
            self.losses[where] = self.losses.get(where, 0) + n

    def reconcile(self, title, sent, got, counted, slack=0):
        """
        What was sent has arrived or was counted where it was lost; @p slack is how much may be
        missing in a place without a counter.
        """
        missing = sent - got - counted
        self.reconciled.append((title, '%s sent = %s arrived + %s counted as lost%s' % (
            amount(sent), amount(got), amount(sent - got if missing <= 0 else counted),
            ' + %s unread in the socket that iperf3 closed' % amount(missing)
            if 0 < missing <= slack else '')))
        self.check(missing <= slack, '%s: %s of %s are lost and no counter says where'
                   % (title, amount(missing), amount(sent)))


@contextlib.contextmanager
def phase(pmd, taps, summary, what):
    """One part of the traffic; every frame of it is accounted for at every station."""
    account = Account(pmd, taps)
    yield account
    account.lost = account.close()
    summary.count(account.losses)
    for text in account.wrong:
        summary.check(False, '%s: %s' % (what, text))


def real_traffic(env, args, summary):
    """Two TCP/IP stacks in two namespaces, testpmd between them."""
    with Namespace(name=args.tag + '-a') as a, Namespace(name=args.tag + '-b') as b:
        ports = [Port(profile=PROFILE,
                      wire='tap:ena%d,netns=%s,up,addr=10.9.0.%d/24' % (i, ns.name, i + 1))
                 for i, ns in enumerate((a, b))]
        with open_testpmd(env, args, ports) as pmd:
            taps = [(a, 'ena0'), (b, 'ena1')]
            show_ping(pmd, taps, summary)
            for title, words in (('TCP  a to b', ()), ('TCP  b to a', ('-R',))):
                say('%s, %d streams, %d s' % (title, STREAMS, args.seconds))
                with phase(pmd, taps, summary, title):
                    end = a.iperf3(b, '10.9.0.2', '-P', STREAMS, *words,
                                   seconds=args.seconds)['end']
                summary.traffic.append((title, '%s in %d streams, %s MB' % (
                    rate(end['sum_received']['bits_per_second']), len(end['streams']),
                    amount(end['sum_received']['bytes'] // 1000000))))
                summary.check(end['sum_received']['bytes'] > 0, title + ': nothing arrived')
            show_datagrams(pmd, taps, args, summary)
            finish(pmd, summary)


def show_ping(pmd, taps, summary):
    a = taps[0][0]
    say('ping, %d packets as fast as they return' % PINGS)
    before = a.icmp_counters()['InEchoReps']
    with phase(pmd, taps, summary, 'ping') as account:
        sent, rtt = ping(a, '10.9.0.2')
    # not what ping says: a reply may come after it has given up waiting
    got = a.icmp_counters()['InEchoReps'] - before
    summary.traffic.append(('ping', '%s of %s answered%s' % (
        amount(got), amount(sent), ', %s ms on average' % rtt if rtt else '')))
    summary.check(got > 0, 'no ping was answered')
    summary.reconcile('ping', sent, got, account.lost)


def show_datagrams(pmd, taps, args, summary):
    (a, _), (b, _) = taps
    title = 'UDP  a to b'
    say('UDP, datagrams of %d bytes, %d s' % (DATAGRAM, args.seconds))
    before = a.udp_counters(), b.udp_counters()
    with phase(pmd, taps, summary, title) as account:
        a.iperf3(b, '10.9.0.2', '-u', '-l', DATAGRAM, '-b', '10M', seconds=args.seconds)
    after = a.udp_counters(), b.udp_counters()
    sent = after[0]['OutDatagrams'] - before[0]['OutDatagrams']
    got = after[1]['InDatagrams'] - before[1]['InDatagrams']
    unread = sum(after[1][k] - before[1][k] for k in ('RcvbufErrors', 'NoPorts', 'MemErrors'))
    summary.traffic.append((title, '%s datagrams of %d bytes sent, %s arrived' % (
        amount(sent), DATAGRAM, amount(got))))
    summary.count([('UDP socket in namespace b, full or closed', unread)])
    summary.check(got > 0, 'no datagram arrived')
    summary.reconcile(title, sent, got, account.lost + unread, IN_SOCKET)


def ping(ns, target):
    """(sent, average round trip in ms as text or None)"""
    out = ns.run('ping', '-n', '-q', '-f', '-c', PINGS, target, timeout=90, check=False)
    count = re.search(r'(\d+) packets transmitted, \d+ received', out)
    if not count:
        raise netns.NetnsError('ping said: ' + out)
    times = re.search(r'= [\d.]+/([\d.]+)/', out)
    return int(count.group(1)), times.group(1) if times else None


def files(env, args, summary):
    """The same job without TAP interfaces: from capture file to capture file."""
    with tempfile.TemporaryDirectory(prefix='ena-show-') as where:
        names = [os.path.join(where, n) for n in ('in0', 'out0', 'in1', 'out1')]
        frames = [pcap.mixed_frames(20000, seed=1), pcap.mixed_frames(20000, seed=2)]
        ports = []
        for i in range(2):
            pcap.write_pcap(names[2 * i], frames[i])
            ports.append(Port(profile=PROFILE, wire='pcap:in=%s,out=%s,start=ctl'
                              % (names[2 * i], names[2 * i + 1])))
        with open_testpmd(env, args, ports) as pmd:
            say('%s frames of 60 to 1514 bytes in each direction' % amount(len(frames[0])))
            for i in range(2):
                pmd.wire(i, 'start')
            for i in range(2):
                pmd.wait_stats(i, lambda s: s['wire_tx_frames'] >= len(frames[0]), 60)
            pmd.wait_quiet()
            finish(pmd, summary)
        for i, title in enumerate(('a to b', 'b to a')):
            out = pcap.read_pcap(names[3 - 2 * i])
            wrong = pcap.flow_difference(frames[i], out)
            summary.traffic.append((title, '%s of %s frames arrived, %s' % (
                amount(len(out)), amount(len(frames[i])),
                'bit for bit as sent, every flow in order' if wrong is None else wrong)))
            summary.check(wrong is None, '%s: %s' % (title, wrong))
            # the wires wait and testpmd waits: nothing at all may be lost
            summary.reconcile(title, len(frames[i]), len(out), 0)


@contextlib.contextmanager
def open_testpmd(env, args, ports):
    pmd = TestPmd(env, ports, [*queue_args(QUEUES), '--rxd=1024', '--txd=512'])
    try:
        # waiting for a full transmit ring, not dropping, is what TCP likes
        pmd.start('io', patient=True)
        yield pmd
    finally:
        with contextlib.suppress(OSError), open(args.log, 'w', encoding='utf-8') as f:
            f.write(pmd.output())
        pmd.close()


def finish(pmd, summary):
    """Collect what testpmd and the devices counted, and quit."""
    summary.drivers = [pmd.driver_name(i) for i in range(2)]
    summary.fwd = pmd.fwd_stats()
    summary.queues = [pmd.queues(i) for i in range(2)]
    pmd.stop()
    summary.command = ' '.join(pmd.proc.args)
    status = pmd.quit()
    summary.dev = pmd.last_stats
    # net_ena leaves the device running when it closes, and may fall over its next event
    complete = summary.dev
    if pmd.env.driver != 'net_ena':
        summary.check(status == 0, 'testpmd ended with an error')
        complete = pmd.report()
    # all of the run, also what was lost between its parts
    for name, d in zip('ab', summary.dev):
        summary.losses['device %s, no receive buffer' % name] = d['rx_drops'] + d['rx_overruns']
        summary.losses['device %s, not sent' % name] = d['tx_drops']
        summary.losses['wire of device %s, did not take it' % name] = d['wire_tx_lost']
    for i in range(2):
        summary.losses['testpmd, transmit ring of port %d full' % i] = summary.fwd[i]['TX-dropped']
    for text in complaints(complete):
        summary.check(False, text)
    summary.check(set(summary.drivers) == {pmd.env.driver},
                  'the ports were served by ' + ', '.join(map(str, summary.drivers)))
    summary.check(any(sum(q['pkts'] > 0 for q in port[way]) > 1
                      for port in summary.queues for way in ('rx', 'tx')),
                  'no port used more than one queue')


def dpdk_version():
    done = subprocess.run(['pkg-config', '--modversion', 'libdpdk'], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip() or 'unknown version'


def show(args, summary, why_not):
    """Print the summary."""
    dev = summary.dev
    print('\n' + '=' * 78)
    print('What was shown')
    if why_not:
        print('  Two software ENA ports under an unmodified dpdk-testpmd forwarded frames from '
              'capture\n'
              '  file to capture file. No real TCP/IP stack was used: %s.' % why_not)
    else:
        print('  Two Linux TCP/IP stacks, each in a network namespace of its own, talked to '
              'each other\n'
              '  through an unmodified dpdk-testpmd that forwards between two software ENA ports.')
    print('  %-22s %s (DPDK %s)' % ('driver of both ports', summary.drivers[0], dpdk_version()))
    print('  %-22s %s, %d queue pairs, Tx descriptors in %s' % (
        'device', PROFILE, QUEUES,
        'device memory (LLQ)' if all(p['tx'][0]['llq'] for p in summary.queues) else 'host memory'))
    print('\nTraffic')
    for title, text in summary.traffic:
        print('  %-22s %s' % (title, text))
    print('\nPorts %35s %17s' % ('port 0 (a)', 'port 1 (b)'))
    for title, key in (('packets received', 'rx_pkts'), ('bytes received', 'rx_bytes'),
                       ('packets sent', 'tx_pkts'), ('bytes sent', 'tx_bytes'),
                       ('doorbells, transmit', 'tx_doorbells'), ('interrupts', 'interrupts')):
        print('  %-22s %16s %17s' % (title, amount(dev[0][key]), amount(dev[1][key])))
    for way, title in (('rx', 'received on'), ('tx', 'sent on')):
        for i, pair in enumerate(zip(summary.queues[0][way], summary.queues[1][way])):
            print('  %-22s %16s %17s' % ('  %s queue %d' % (title, i),
                                         *(amount(q['pkts']) for q in pair)))
    print('\nLosses')
    lost = [(what, n) for what, n in summary.losses.items() if n]
    for what, n in lost:
        print('  %-50s %s' % (what, amount(n)))
    if not lost:
        print('  none: all %d counters of lost packets are 0' % len(summary.losses))
    for title, text in summary.reconciled:
        print('  %-22s %s' % (title, text))
    print('\nHealth')
    print('  %-22s %s' % ('IOMMU faults', ' / '.join(str(d['dma_faults']) for d in dev)))
    print('  %-22s %s' % ('wrong doorbells', ' / '.join(str(d['bad_doorbells']) for d in dev)))
    print('  %-22s %s' % ('testpmd\'s output', args.log))
    print('=' * 78)
    for text in summary.wrong:
        print('WRONG: ' + text)
    print('All of this is taken down again: no namespace, interface or process is left.'
          if not summary.wrong else 'The run did not go as it should.')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', default=os.path.join(TOP, 'build'))
    parser.add_argument('--driver', choices=sorted(DRIVERS), default='net_ena_pmd')
    parser.add_argument('--seconds', type=int, default=3)
    parser.add_argument('--tag', default='ena-show-%d' % os.getpid())
    parser.add_argument('--log', default='/dev/null')
    parser.add_argument('--pcap', action='store_true', help='no TAP interfaces')
    args = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda n, _: sys.exit(128 + n))
    env = Environment(args.build, args.driver)
    if env.missing():
        sys.exit('not built: ' + env.missing())
    if not env.dpdk_app('dpdk-testpmd'):
        sys.exit('dpdk-testpmd is not installed: apt-get install dpdk')
    why_not = 'asked for with --pcap' if args.pcap else netns.usable()
    summary = Summary()
    try:
        if why_not:
            say('no real traffic: %s; frames go from file to file instead' % why_not)
            files(env, args, summary)
        else:
            real_traffic(env, args, summary)
    except (AssertionError, TimeoutError, RuntimeError, OSError,
            subprocess.SubprocessError) as e:
        sys.exit('showcase: %s' % e)
    show(args, summary, why_not)
    sys.exit(1 if summary.wrong else 0)


if __name__ == '__main__':
    main()
