# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Tx placements that a device cannot give: the next best one is taken, and the log says so."""

import errno

import pytest

from lib.control import Control

pytestmark = pytest.mark.only('net_ena_pmd', why='other drivers choose and log in their own way')

HOST = 'Tx rings are in host memory: '


@pytest.fixture
def control(env, runs):
    def start(*args, **keys):
        run = Control(env, *args, **keys)
        runs.append(run)
        return run
    return start


def passes_traffic(run):
    run.start()
    run.poll_until(lambda rx: sum(rx) > 200)
    run.wait_stats(0, lambda s: s['tx_pkts'] > 0)
    run.ok('stop')


@pytest.mark.parametrize('keys,log,depth', (
    # entries of 256 bytes that are too few for a ring
    (dict(profile='nitro-v4', llq_wide_depth=64),
     'LLQ entries have 128 bytes instead of 256: the device offers too few', 1024),
    (dict(profile='nitro-v4', llq_depth=128, llq_wide_depth=0),
     'LLQ entries have 128 bytes instead of 256: the device offers too few', 128),
    # no ring of any entries
    (dict(profile='nitro-v4', llq_depth=16, llq_wide_depth=16),
     HOST + 'the device offers too few', 1024),
    (dict(profile='nitro-v2', llq_depth=16, llq_wide_depth=0),
     HOST + 'the device offers too few', 1024),
    (dict(profile='nitro-v4', llq_entry_sizes=256, llq_recommended=256, llq_wide_depth=64),
     HOST + 'the device offers too few', 1024),
))
def test_llq_entries_that_are_too_few_for_a_ring_give_way(control, keys, log, depth):
    run = control(wire='gen:flows=8,rate=20000', **keys)
    assert log in run.said()
    assert run.ask('info')['max_tx_desc'] == depth
    passes_traffic(run)


@pytest.mark.parametrize('policy,keys,log', (
    (3, dict(), 'LLQ entries have 128 bytes instead of 256: the device does not offer that size'),
    (3, dict(profile='nitro-v2', llq_wide_depth=64), 'LLQ entries have 128 bytes instead of 256'),
    (2, dict(profile='nitro-v4', llq_entry_sizes=256),
     'LLQ entries have 256 bytes instead of 128: the device does not offer that size'),
    (1, dict(profile='no-llq'), HOST + 'the device has no LLQ'),
    (2, dict(profile='no-llq'), HOST + 'the device has no LLQ'),
    (3, dict(llq_num=0), HOST + 'the device has no LLQ'),
))
def test_a_policy_that_the_device_cannot_follow_is_told(control, policy, keys, log):
    run = control('llq_policy=%d' % policy, wire='gen:flows=8,rate=20000', **keys)
    assert log in run.said()
    passes_traffic(run)


@pytest.mark.parametrize('devargs,keys,why', (
    ('', dict(llq_depth=16, llq_wide_depth=16), 'the device offers too few LLQ entries for a ring'),
    ('llq_policy=0', dict(), 'switched off by the user'),
))
def test_a_device_that_wants_llq_and_does_not_get_it_is_told_why(control, devargs, keys, why):
    run = control(devargs, require_llq='on', **keys)
    run.set_up()
    assert run.call('start') == -errno.EINVAL
    assert 'cannot create Tx queue 0' in run.said()
    assert 'Tx rings would lie in host memory, which the device may refuse: ' + why in run.said()
    # It is not the end of the port.
    assert run.call('stop') == 0
    run.set_up(tx=0)
    run.ok('start')
