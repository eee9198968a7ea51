# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The PMD in a guest: the real vfio-pci behind a virtual IOMMU, dpdk-devbind, hugepages, MSI-X. It forwards
between two functions, whose wires lead to two namespaces of this machine.
"""

import contextlib
import json
import re
import time

import pytest

from vm.testpmd import TestPmd

ADDR = '192.0.2.1', '192.0.2.2'
MAC = '02:00:00:00:00:10', '02:00:00:00:00:20'
BDF = '0000:00:04.0', '0000:00:05.0'


def start_server(lab):
    lab.ns = [lab.namespace('vm'), lab.namespace('vm')]
    lab.start_server(*('mac=%s,wire=tap:wire%d,netns=%s,addr=%s/24,up' % (MAC[i], i, lab.ns[i].name,
                                                                         ADDR[i]) for i in (0, 1)))


def reserve_hugepages(guest, pages=128):
    path = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages'
    assert guest.run('echo %d > %s; cat %s' % (pages, path, path)).strip() == str(pages)


def devbind(guest, args):
    return guest.run('dpdk-devbind.py %s' % args, timeout=60)


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, 'waited %d s' % seconds
        time.sleep(0.2)


def device_complaints(lab):
    """What the device counted that no driver should cause."""
    wrong = ('dma_faults', 'bad_doorbells', 'tx_malformed', 'admin_errors')
    return [(port, key, lab.server.stats(port)[key]) for port in (0, 1) for key in wrong
            if lab.server.stats(port)[key]]


@contextlib.contextmanager
def forwarding(lab, **kwargs):
    pmd = TestPmd(lab.guest, **kwargs)
    try:
        pmd.command('start')
        yield pmd
    finally:
        pmd.said = lab.said = pmd.quit()


def ping(lab, count=5):
    return lab.ns[0].ping(ADDR[1], '-c', str(count), '-i', '0.3', '-W', '3')


@pytest.fixture(scope='module')
def lab(new_lab, kernel):
    with new_lab() as found:
        start_server(found)
        guest = found.start_guest(kernel, dpdk=True)
        reserve_hugepages(guest)
        guest.load('ena')
        guest.load_vfio()
        yield found


def test_devbind_lists_the_functions_with_the_kernel_driver(lab):
    out = devbind(lab.guest, '--status-dev net')
    for bdf in BDF:
        assert re.search(r"%s 'Elastic Network Adapter \(ENA\) ec20' if=eth\d drv=ena unused=vfio-pci"
                         % bdf, out)


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
        vectors = lab.guest.run('grep vfio-msix /proc/interrupts')
        assert len(vectors.splitlines()) >= 2
        assert any(int(n) for n in re.findall(r':\s+(\d+)\s+(?:\d+)', vectors))
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
    devbind(lab.guest, '-b ena %s %s' % BDF)
    names = lab.guest.run('ls /sys/bus/pci/devices/%s/net' % BDF[0]).split()
    lab.guest.run('ip addr add 192.0.2.3/24 dev %s; ip link set %s up' % (names[0], names[0]))
    until(lambda: 'LOWER_UP' in lab.guest.run('ip link show %s' % names[0]))
    out = lab.guest.run('ping -q -c 3 -W 5 %s' % ADDR[0], check=False)[1]
    assert '3 packets received' in out


def test_the_iommu_and_the_device_saw_no_fault(lab):
    assert lab.guest.trouble() == []
    assert device_complaints(lab) == []
