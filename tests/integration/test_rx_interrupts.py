# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Rx interrupts, seen by a program that sleeps in rte_epoll_wait(): one wake-up a packet, none while
they are disabled, none lost. The same program runs in a guest of the tier in virtual machines.
"""

import json
import subprocess

import pytest

from lib.softena import Port, complaints

COUNT = 12


def rx_interrupts(env, softena, queues):
    """The phases of ena_rx_intr on a loop: {name: what was seen}."""
    run = softena([Port(wire='loopback')])
    done = run.run([env.program('tests', 'integration', 'ena_rx_intr'), *env.eal_args(), '--',
                    '--count', str(COUNT), '--queues', str(queues)],
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    report = run.report()[0]
    assert not complaints([report]), complaints([report])
    return json.loads(next(x for x in done.stdout.splitlines() if x.startswith('{"link"'))), report


@pytest.mark.parametrize('queues', [1, 2, 4])
def test_every_packet_wakes_its_queue_once(env, softena, queues):
    seen, report = rx_interrupts(env, softena, queues)
    paced = seen['paced']
    # To each queue in turn.
    assert paced['packets'] == [COUNT // queues] * queues
    assert paced['wakeups'] == paced['packets']
    assert (paced['extra'], paced['missing'], paced['astray']) == (0, 0, 0)
    # and those of the admin queue and of events
    assert report['interrupts'] > COUNT


def test_a_disabled_interrupt_is_silent_and_nothing_is_lost(env, softena):
    seen, _ = rx_interrupts(env, softena, 2)
    disabled, late = seen['disabled'], seen['late']
    assert disabled['wakeups'] == [0, 0]
    assert sum(disabled['packets']) == COUNT
    assert (disabled['extra'], disabled['missing']) == (0, 0)
    # What came before the interrupt was enabled wakes as soon as it is, once per queue.
    assert late['wakeups'] == [1, 1]
    assert sum(late['packets']) == COUNT
    assert (late['extra'], late['missing']) == (0, 0)
