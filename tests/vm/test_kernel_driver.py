# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""The Linux kernel's own ENA driver on the software device, in stock Debian kernels."""

import contextlib
import json
import re
import time

import pytest

HOST, GUEST = '192.0.2.1', '192.0.2.2'
KEEP_ALIVE_LOST = 1  # reset reason, datasheet part A
NO_LLQ = 'LLQ is not supported Fallback to host mode policy.'
MACS = '02:00:00:00:00:10', '02:00:00:00:00:20'


@contextlib.contextmanager
def prepared(new_lab, kernel):
    """A guest whose eth0 leads to a namespace and whose second function is a loop without LLQ."""
    with new_lab() as found:
        found.ns = found.namespace('vm')
        found.start_server(
            'mac=%s,wire=tap:wire0,netns=%s,addr=%s/24,mtu=9000,up'
            % (MACS[0], found.ns.name, HOST),
            'mac=%s,features=-llq,wire=loopback' % MACS[1])
        guest = found.start_guest(kernel)
        guest.load('ena')
        guest.run('ip addr add %s/24 dev eth0; ip link set eth0 up' % GUEST)
        until(lambda: 'LOWER_UP' in guest.run('ip link show eth0'))
        yield found


@pytest.fixture
def lab(kept, new_lab, kernel):
    return kept.get(lambda: prepared(new_lab, kernel))


def until(true, seconds=40):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, 'waited %d s' % seconds
        time.sleep(0.1)


def ping(guest, count=3, size=56, options=''):
    out = guest.run('ping -q -c %d -s %d -W 5 %s %s' % (count, size, options, HOST), timeout=60,
                    check=False)[1]
    return int(re.search(r'(\d+) packets received', out).group(1))


@pytest.mark.short
def test_the_interface_comes_up_and_pings(lab):
    assert ping(lab.guest) == 3
    assert MACS[0] in lab.guest.run('ip link show eth0')


@pytest.mark.short
def test_tx_rings_are_in_device_memory(lab):
    queues = lab.server.queues(0)
    assert len(queues['tx']) == 2
    assert all(q['llq'] for q in queues['tx'])
    # The kernel's driver says nothing of LLQ when it uses it, and this when it does not.
    found = 'ena 0000:00:0%d.0: Elastic Network Adapter (ENA) found at mem'
    log = lab.guest.dmesg()
    assert found % 4 in log and found % 5 in log
    assert re.findall(r'ena (\S+): (.*LLQ.*)', log) == [('0000:00:05.0', NO_LLQ)]
    lab.guest.run('ip link set eth1 up')
    until(lambda: len(lab.server.queues(1)['tx']) == 2)
    assert not any(q['llq'] for q in lab.server.queues(1)['tx'])


@pytest.mark.parametrize('option', ['-i', '-k', '-g', '-l', ''])
def test_ethtool_is_answered(lab, option):
    out = lab.guest.run('ethtool %s eth0' % option)
    assert {'-i': 'driver: ena', '-k': 'tx-tcp-segmentation: on', '-g': 'RX:\t\t1024',
            '-l': 'Combined:\t2', '': 'Link detected: yes'}[option] in out


def counters(guest):
    """ethtool -S: per queue and direction."""
    out = guest.run('ethtool -S eth0')
    return {direction: [int(n) for _, n in sorted(re.findall(
        r'queue_(\d+)_%s_cnt: (\d+)' % direction, out))] for direction in ('tx', 'rx')}


def test_the_drivers_counters_are_those_of_the_device(lab):
    assert ping(lab.guest) == 3

    def differ():
        ours = lab.server.queues(0)
        return counters(lab.guest) != {d: [q['pkts'] for q in ours[d]] for d in ('tx', 'rx')}
    # A frame may be under way between two looks, but not at each of them.
    until(lambda: not differ())
    assert sum(counters(lab.guest)['tx']) >= 3


def test_the_driver_tells_how_it_can_stamp_packets(lab):
    out = lab.guest.run('ethtool -T eth0')
    for capability in 'software-transmit', 'software-receive', 'software-system-clock':
        assert capability in out
    assert re.search(r'(PTP Hardware Clock|Hardware timestamp provider index): none', out) or \
        re.search(r'PTP Hardware Clock: \d+', out)


def test_interrupt_delays_can_be_set(lab):
    run = lab.guest.run
    before = run('ethtool -c eth0')
    assert re.search(r'^tx-usecs:\s+64$', before, re.M)
    run('ethtool -C eth0 adaptive-rx off rx-usecs 40 tx-usecs 100')
    out = run('ethtool -c eth0')
    assert re.search(r'^Adaptive RX: off', out, re.M)
    assert re.search(r'^rx-usecs:\s+40$', out, re.M) and re.search(r'^tx-usecs:\s+100$', out, re.M)
    assert ping(lab.guest) == 3
    run('ethtool -C eth0 adaptive-rx on rx-usecs 20 tx-usecs 64')
    assert re.search(r'^tx-usecs:\s+64$', run('ethtool -c eth0'), re.M)


def test_hash_fields_and_table_can_be_changed(lab):
    run = lab.guest.run
    run('ethtool -N eth0 rx-flow-hash tcp4 sd')
    out = run('ethtool -n eth0 rx-flow-hash tcp4')
    assert 'IP SA' in out and 'L4 bytes' not in out
    run('ethtool -N eth0 rx-flow-hash tcp4 sdfn')
    assert 'L4 bytes' in run('ethtool -n eth0 rx-flow-hash tcp4')
    run('ethtool -X eth0 weight 0 1')
    assert set(re.findall(r':\s+(.*)', run('ethtool -x eth0 | grep "^ *[0-9]"'))) == \
        {' '.join(['1'] * 8).replace(' ', '     ')}
    # The device does what the table says.
    before = flows(lab)
    send_flows(lab)
    until(lambda: sum(flows(lab)) - sum(before) >= 64)
    assert flows(lab)[0] - before[0] <= 2  # ARP
    # Not "equal 2": a table that a person has set forbids fewer queues.
    run('ethtool -X eth0 default')
    assert 'toeplitz: on' in run('ethtool -x eth0')
    assert ping(lab.guest) == 3


def flows(lab):
    """Packets by Rx queue of the device."""
    return [q['pkts'] for q in lab.server.queues(0)['rx']]


def send_flows(lab):
    """64 datagrams from 64 ports."""
    lab.ns.run('/usr/bin/python3', '-c',
               'import socket\n'
               's = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(64)]\n'
               'for x in s: x.sendto(b"x", ("%s", 9))' % GUEST)


def test_flows_are_spread_over_the_queues(lab):
    before = flows(lab)
    send_flows(lab)
    until(lambda: sum(flows(lab)) - sum(before) >= 64)
    spread = [a - b for a, b in zip(flows(lab), before)]
    assert min(spread) >= 12, spread


def test_frames_of_9000_bytes_pass_unfragmented(lab):
    lab.guest.run('ip link set eth0 mtu 9000')
    until(lambda: 'LOWER_UP' in lab.guest.run('ip link show eth0'))
    assert ping(lab.guest, size=8972) == 3
    lab.guest.run('ip link set eth0 mtu 1500')
    assert ping(lab.guest) == 3


@pytest.mark.parametrize('direction', ['', '-R'], ids=['sending', 'receiving'])
def test_tcp_of_iperf3_passes(lab, direction):
    lab.ns.iperf3_server()
    out = json.loads(lab.guest.run('iperf3 -J -c %s -t 3 %s' % (HOST, direction), timeout=60))
    assert out['end']['sum_received']['bytes'] > 1_000_000
    stats = lab.server.stats(0)
    assert stats['tx_malformed'] == 0 and stats['dma_faults'] == 0


def test_queues_and_rings_can_be_changed_while_the_interface_is_up(lab):
    run = lab.guest.run
    run('ethtool -L eth0 combined 1')
    assert len(lab.server.queues(0)['rx']) == 1
    assert ping(lab.guest) == 3
    run('ethtool -G eth0 rx 512 tx 256')
    assert lab.server.queues(0)['tx'][0]['depth'] == 256
    assert lab.server.queues(0)['rx'][0]['depth'] == 512
    assert ping(lab.guest) == 3
    run('ethtool -L eth0 combined 2; ethtool -G eth0 rx 1024 tx 1024')
    assert ping(lab.guest) == 3


def test_the_carrier_follows_the_link(lab):
    lab.server.ask('link 0 down')
    until(lambda: 'NO-CARRIER' in lab.guest.run('ip link show eth0'))
    lab.server.ask('link 0 up')
    until(lambda: 'LOWER_UP' in lab.guest.run('ip link show eth0'))
    assert ping(lab.guest) == 3


@pytest.mark.bounded(180)
def test_the_driver_can_be_loaded_and_unloaded_twenty_times(lab):
    for _ in range(20):
        lab.guest.run('rmmod ena; insmod /modules/ena.ko', timeout=60)
    lab.guest.run('ip addr add %s/24 dev eth0; ip link set eth0 up' % GUEST)
    until(lambda: 'LOWER_UP' in lab.guest.run('ip link show eth0'))
    assert ping(lab.guest) == 3


def test_the_guest_and_the_device_have_nothing_to_complain_about(lab):
    """After all that; the next test breaks the device on purpose."""
    # The driver of 6.12 says the second one when "ethtool -L" changes the number of queues, without
    # having asked the device: of a parameter that the datasheet does not have.
    assert lab.guest.trouble(besides=('ena 0000:00:05.0: ' + NO_LLQ,
                                      'Command parameter 46 is not supported')) == []
    for port in (0, 1):
        stats = lab.server.stats(port)
        assert stats['dma_faults'] == 0
        assert stats['bad_doorbells'] == 0
        assert stats['tx_malformed'] == 0
        assert stats['admin_errors'] == 0


def test_the_driver_resets_a_device_that_went_silent_and_goes_on(lab):
    """
    A device that does nothing for some seconds misses keep-alive events; it wakes before the driver
    has anything done by it.
    """
    before = lab.server.stats(0)
    with lab.server.paused():
        until(lambda: re.search(r'eth0: Keep alive watchdog', lab.guest.console()), 60)
    until(lambda: lab.server.stats(0)['resets'] > before['resets'], 30)
    wanted = '0000:00:00.0: reset by the driver, reason %d\n' % KEEP_ALIVE_LOST
    until(lambda: wanted in lab.server.log())
    until(lambda: len(lab.server.queues(0)['tx']) == 2, 30)
    until(lambda: 'LOWER_UP' in lab.guest.run('ip link show eth0'))
    assert ping(lab.guest) == 3


def test_the_guest_powers_off(lab):
    assert lab.guest.power_off() == 0
    until(lambda: lab.server.stats(0)['state'] == 'closed')
    assert lab.server.alive()
