# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The PMD in a guest: the real vfio-pci behind a virtual IOMMU, dpdk-devbind, hugepages, MSI-X. It
forwards between two functions, whose wires lead to two namespaces of this machine.
"""

import contextlib
import json
import os
import re
import time

import pytest

from vm.testpmd import PLUGIN, TestPmd

ADDR = '192.0.2.1', '192.0.2.2'
MAC = '02:00:00:00:00:10', '02:00:00:00:00:20'
BDF = '0000:00:04.0', '0000:00:05.0'
LOOP = '0000:00:06.0'  # a third function, whose wire comes back to it


def start_server(lab, *more):
    lab.ns = [lab.namespace('vm'), lab.namespace('vm')]
    lab.start_server(*('mac=%s,wire=tap:wire%d,netns=%s,addr=%s/24,up' % (MAC[i], i, lab.ns[i].name,
                                                                         ADDR[i]) for i in (0, 1)),
                     *more)


def reserve_hugepages(guest, pages=128):
    path = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages'
    assert guest.run('echo %d > %s; cat %s' % (pages, path, path)).strip() == str(pages)


def interrupts(guest):
    """What /proc/interrupts says of vfio-pci, summed over CPUs."""
    return {name: sum(map(int, counts.split())) for counts, name in re.findall(
        r':((?:\s+\d+)+) .*(vfio-msix\[\d+\]\S+)',
        guest.run('grep vfio-msix /proc/interrupts', check=False)[1])}


def devbind(guest, args):
    return guest.run('dpdk-devbind.py %s' % args, timeout=60)


def until(true, seconds=40):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, 'waited %d s' % seconds
        time.sleep(0.2)


def device_complaints(lab):
    """What the device counted that no driver should cause."""
    wrong = ('dma_faults', 'bad_doorbells', 'tx_malformed', 'admin_errors')
    stats = [lab.server.stats(port) for port in range(len(lab.server.sockets))]
    return [(port, key, s[key]) for port, s in enumerate(stats) for key in wrong if s[key]]


def bind(lab, driver):
    """A guest that was started again has none of what earlier tests did."""
    bound = lab.guest.run('cd /sys/bus/pci/devices; readlink %s/driver %s/driver' % BDF,
                          check=False)[1]
    if [os.path.basename(line) for line in bound.split()] != [driver] * 2:
        devbind(lab.guest, '-b %s %s %s' % (driver, *BDF))


@contextlib.contextmanager
def forwarding(lab, driver='vfio-pci', **kwargs):
    bind(lab, driver)
    pmd = TestPmd(lab.guest, **kwargs)
    try:
        pmd.command('start')
        yield pmd
    finally:
        pmd.said = lab.said = pmd.quit()


def ping(lab, count=5):
    return lab.ns[0].ping(ADDR[1], '-c', str(count), '-i', '0.3', '-W', '3')


@contextlib.contextmanager
def prepared(new_lab, kernel):
    with new_lab() as found:
        start_server(found, 'wire=loopback')
        guest = found.start_guest(kernel, dpdk=True)
        reserve_hugepages(guest)
        guest.load('ena')
        guest.load_vfio()
        yield found


@pytest.fixture
def lab(kept, new_lab, kernel):
    return kept.get(lambda: prepared(new_lab, kernel))


def test_devbind_lists_the_functions_with_the_kernel_driver(lab):
    out = devbind(lab.guest, '--status-dev net')
    for bdf in BDF:
        assert re.search(
            r"%s 'Elastic Network Adapter \(ENA\) ec20' if=eth\d drv=ena unused=vfio-pci" % bdf,
            out)


@pytest.mark.short
def test_devbind_gives_the_functions_to_vfio_pci(lab):
    devbind(lab.guest, '-b vfio-pci %s %s' % BDF)
    for bdf in BDF:
        assert lab.guest.run('readlink /sys/bus/pci/devices/%s/driver' % bdf).strip() \
            .endswith('/vfio-pci')
    groups = {lab.guest.run('readlink /sys/bus/pci/devices/%s/iommu_group' % bdf) for bdf in BDF}
    assert len(groups) == 2


@pytest.mark.short
def test_testpmd_forwards_between_the_two_functions(lab):
    with forwarding(lab) as pmd:
        assert "Selected IOVA mode 'VA'" in pmd.banner
        assert pmd.banner.count('Probe PCI driver: net_ena_pmd (1d0f:ec20)') == 2
        assert ping(lab) == (5, 5)
        for port in (0, 1):
            queues = lab.server.queues(port)
            assert queues['tx'][0]['llq'] is True
            assert pmd.port_stats(port)['RX-packets'] >= 5
        # Through the vIOMMU: hugepages and rings, by virtual addresses.
        # The management path, as without Rx interrupts there is no other: events arrive.
        before = interrupts(lab.guest)
        assert sorted(before) == ['vfio-msix[0](%s)' % bdf for bdf in BDF]
        until(lambda: all(n > before[name] for name, n in interrupts(lab.guest).items()))
    assert device_complaints(lab) == []


@pytest.mark.short
@pytest.mark.bounded(180)
def test_each_packet_raises_the_vector_of_its_queue_once(lab):
    """
    A program that sleeps between packets: MSI-X of the device, the guest's interrupt remapping and
    vfio-pci, an event descriptor of its own for each Rx queue.
    """
    count = 10
    devbind(lab.guest, '-b vfio-pci %s' % LOOP)
    out = lab.guest.run(
        'timeout 120 /opt/ena/ena_rx_intr -d %s -a %s -l 0,1 --no-telemetry '
        '-- --count %d --queues 2 --timeout 30' % (PLUGIN, LOOP, count), timeout=130)
    seen = json.loads(next(x for x in out.splitlines() if x.startswith('{"link"')))
    # The tests beside this one are about two functions.
    devbind(lab.guest, '-u %s' % LOOP)
    # By number: [0] is the management path's, [1 + q] is queue q's.
    vectors = {phase: [seen[phase]['vectors'].get('vfio-msix[%d](%s)' % (v, LOOP))
                       for v in range(3)] for phase in ('paced', 'disabled', 'late')}
    assert seen['link'] is True
    paced, disabled, late = seen['paced'], seen['disabled'], seen['late']
    assert paced['packets'] == [count // 2] * 2
    assert paced['wakeups'] == paced['packets'] == vectors['paced'][1:]
    assert (paced['extra'], paced['missing'], paced['astray']) == (0, 0, 0)
    assert sum(disabled['packets']) == count
    assert disabled['wakeups'] == vectors['disabled'][1:] == [0, 0]
    # What came while nobody listened wakes as soon as somebody does.
    assert sum(late['packets']) == count
    assert (late['wakeups'], late['missing']) == ([1, 1], 0)
    # Vector 0 has the events, once per second, and is no other's.
    assert sum(vectors[phase][0] for phase in vectors) > 0
    assert device_complaints(lab) == []


def test_tcp_passes_through_the_guest(lab):
    with forwarding(lab):
        lab.ns[1].iperf3_server()
        out = json.loads(lab.ns[0].run('iperf3', '-J', '-c', ADDR[1], '-t', '3', timeout=60))
    assert out['end']['sum_received']['bytes'] > 1_000_000
    assert device_complaints(lab) == []


def test_ports_can_be_stopped_started_and_reset(lab):
    with forwarding(lab) as pmd:
        assert ping(lab) == (5, 5)
        for _ in range(3):
            pmd.command('stop')
            pmd.command('port stop all')
            pmd.command('port start all')
            pmd.command('start')
            assert ping(lab, 3) == (3, 3)
        pmd.command('stop')
        pmd.command('port stop all')
        resets = lab.server.stats(0)['resets']
        pmd.command('port reset 0')
        assert lab.server.stats(0)['resets'] > resets
        pmd.command('port start all')
        pmd.command('start')
        assert ping(lab) == (5, 5)
    assert device_complaints(lab) == []


def test_several_queues_with_rss_receive(lab):
    with forwarding(lab, app='--rxq=2 --txq=2 --rss-udp') as pmd:
        assert ping(lab) == (5, 5)
        before = [q['pkts'] for q in lab.server.queues(0)['rx']]
        lab.ns[0].run('/usr/bin/python3', '-c',
                      'import socket\n'
                      's = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(64)]\n'
                      'for x in s: x.sendto(b"x", ("%s", 9))' % ADDR[1])
        until(lambda: pmd.port_stats(0)['RX-packets'] >= 69)
        spread = [q['pkts'] - n for q, n in zip(lab.server.queues(0)['rx'], before)]
        assert len(spread) == 2 and min(spread) >= 12, spread


def test_the_link_state_arrives_as_an_interrupt(lab):
    with forwarding(lab) as pmd:
        assert 'Link status: up' in pmd.command('show port info 0')
        lab.server.ask('link 0 down')
        until(lambda: 'Link status: down' in pmd.command('show port info 0'))
        lab.server.ask('link 0 up')
        until(lambda: 'Link status: up' in pmd.command('show port info 0'))
    assert pmd.said.count('Port 0: link state change event') >= 2


def test_a_device_that_went_silent_is_reported_and_forwards_after_a_reset(lab):
    with forwarding(lab) as pmd:
        assert ping(lab) == (5, 5)
        with lab.server.paused():
            until(lambda: pmd.read().count('reset event') == 2, 30)
        for line in 'stop', 'port stop all', 'port reset all', 'port start all', 'start':
            pmd.command(line)
        assert ping(lab) == (5, 5)
    assert 'reset by the driver, reason 1\n' in lab.server.log()


@pytest.mark.short
def test_dpdks_own_driver_forwards_too(lab):
    with forwarding(lab, plugin=False) as pmd:
        assert pmd.banner.count('Probe PCI driver: net_ena (1d0f:ec20)') == 2
        assert ping(lab) == (5, 5)


def test_devbind_gives_the_functions_back_to_the_kernel(lab):
    run = lab.guest.run
    devbind(lab.guest, '-b ena %s %s' % BDF)
    for bdf, addr in zip(BDF, ADDR):
        name = run('ls /sys/bus/pci/devices/%s/net' % bdf).strip()
        run('ip addr add 192.0.2.3/24 dev %s; ip link set %s up' % (name, name))
        until(lambda name=name: 'LOWER_UP' in run('ip link show %s' % name))
        assert '3 packets received' in run('ping -q -c 3 -W 5 -I %s %s' % (name, addr), check=False,
                                           timeout=60)[1]
        # The other function has the same addresses.
        run('ip addr flush dev %s; ip link set %s down' % (name, name))


def test_the_iommu_and_the_device_saw_no_fault(lab):
    assert lab.guest.trouble() == []
    assert device_complaints(lab) == []
