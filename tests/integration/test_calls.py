# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Calls of ethdev that an application should not make, or that meet a device in a bad moment."""

import errno
import subprocess
import time

import pytest

from lib.dialogue import Dialogue
from lib.patience import until
from lib.softena import Port, SoftenaRun

KEEP_ALIVE_LOST, ADMIN_TIMEOUT = 1, 2  # reset reasons, datasheet part A 8.3


class Calls(SoftenaRun):
    """ena_calls on one port."""

    def __init__(self, env, **keys):
        super().__init__(env, [Port(**keys)])
        app = env.program('tests', 'integration', 'ena_calls')
        try:
            self.program = Dialogue(self.popen(
                [app, *env.eal_args()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True), env)
        except BaseException:
            self.close()
            raise

    def call(self, *words):
        """@return what the call returned"""
        return self.program.ask(*words)['rc']

    def state(self):
        return self.program.ask('state')

    def set_up(self, rx=1, tx=1, intr=0, rss=0):
        assert self.call('configure', rx, tx, intr, rss) == 0
        for queue in range(rx):
            assert self.call('rxq', queue) == 0
        for queue in range(tx):
            assert self.call('txq', queue) == 0

    def start(self, **queues):
        self.set_up(**queues)
        assert self.call('start') == 0

    def said(self):
        return ''.join(self.program.text)

    def wait(self, true, seconds=20):
        until(lambda: true(self.state()), self.said, seconds)


pytestmark = pytest.mark.only('net_ena_pmd', why='what DPDK\'s own driver does then is up to it')


@pytest.fixture
def calls(env, runs):
    def start(**keys):
        run = Calls(env, **keys)
        runs.append(run)
        return run
    return start


@pytest.mark.parametrize('missing', ['rxq', 'txq'])
def test_a_queue_that_was_not_set_up_is_told_at_start(calls, missing):
    run = calls()
    assert run.call('configure', 2, 2, 0, 0) == 0
    for what in 'rxq', 'txq':
        for queue in (0, 1):
            if (what, queue) != (missing, 1):
                assert run.call(what, queue) == 0
    assert run.call('start') == -errno.EINVAL
    assert '%s queue 1 is configured but not set up' % missing[:2].capitalize() in run.said()
    assert run.call(missing, 1) == 0
    assert run.call('start') == 0
    assert len(run.queues()[missing[:2]]) == 2


def test_rx_interrupts_of_no_queue_are_none(calls):
    run = calls()
    run.start(rx=0, intr=1)
    assert run.call('stop') == 0
    # A reset leaves no queues behind.
    run.start(rx=2, intr=1)
    assert run.call('reset') == 0
    assert run.call('start') == 0
    assert run.call('stop') == 0
    run.start(rx=2, intr=1)


def test_an_mtu_that_the_buffers_of_a_packet_do_not_hold_is_refused(calls):
    run = calls(rx_descs=2)
    run.set_up()
    assert run.call('mtu', 9000) == -errno.EINVAL
    assert 'a packet takes 2 buffers of 2048 bytes at most' in run.said()
    assert run.call('mtu', 2 * 2048 - 14) == 0
    assert run.call('start') == 0
    assert run.call('mtu', 2 * 2048 - 13) == -errno.EINVAL


def test_all_queues_get_traffic_again_after_they_were_fewer(calls):
    run = calls(profile='full')
    run.start(rx=4, rss=1)
    assert run.call('reta', 3) == 0
    chosen = run.state()['table']
    assert len(chosen) == 4 and chosen[3] == chosen[0] + 2
    # The same number of queues: what the application has set stays.
    assert run.call('stop') == 0
    run.start(rx=4, rss=1)
    assert run.state()['table'] == chosen
    assert run.call('stop') == 0
    run.start(rx=1, rss=1)
    assert len(run.state()['table']) == 1
    assert run.call('stop') == 0
    run.start(rx=4, rss=1)
    table = run.state()['table']
    assert len(table) == 4 and min(table) == max(table)


def test_a_port_whose_reset_failed_once_is_not_gone(calls):
    run = calls(profile='full')
    run.start()
    run.ctl('fault', 0, 'admin-status', 'arg=7', 'skip=10')
    assert run.call('reset') == -errno.EAGAIN
    assert run.state()['removed'] == 0
    assert run.call('reset') == 0
    run.start(rss=1)
    assert run.state()['removed'] == 0
    # Errors say again what is wrong, and not only that there is one.
    assert run.call('badkey') == -errno.EINVAL


def test_a_device_that_comes_back_is_there_again_after_a_reset(calls):
    run = calls()
    run.start()
    run.ctl('fault', 0, 'regs-gone')
    assert run.state()['removed'] == 1
    assert run.call('reset') == -errno.EIO
    assert run.state()['removed'] == 1
    run.ctl('fault', 0, 'clear')
    assert run.call('reset') == 0
    assert run.state()['removed'] == 0
    run.start()


def test_a_device_without_keep_alives_is_not_missed(calls):
    run = calls(aenq_groups='-keep-alive', feature_hw_hints='on', hint_keep_alive=1000)
    run.start()
    time.sleep(3)
    assert run.state()['resets_requested'] == 0
    assert run.call('stop') == 0
    assert run.stats()['last_reset_reason'] != KEEP_ALIVE_LOST


def test_the_device_is_told_that_the_admin_queue_died(calls):
    run = calls()
    run.start()
    run.ctl('fault', 0, 'admin-timeout')
    assert run.call('stop') == 0
    assert run.stats()['last_reset_reason'] == ADMIN_TIMEOUT
    run.wait(lambda state: state['reset_events'] == 1)
    assert run.call('reset') == 0
    run.start()
    # The reset is what one counts for; it takes no count away.
    assert run.state()['admin_timeouts'] == 1


@pytest.mark.parametrize('what', ['reset', 'close'])
def test_a_port_can_be_reset_or_closed_as_soon_as_it_says_so(calls, what):
    # There is one keep-alive a second; a busy machine delays it by some more.
    run = calls(feature_hw_hints='on', hint_keep_alive=5000)
    run.start()
    assert run.call('on-reset', what) == 0
    run.ctl('fault', 0, 'reset-request')
    if what == 'close':
        run.wait_stats(0, lambda s: s['resets'] >= 2)
        time.sleep(2.5)
        assert run.program.quit() == 0, run.said()
        return
    run.wait(lambda state: state['reset_events'] == 1)
    run.start()
    # One service watches over the port, not two: a lost keep-alive is told once.
    run.ctl('fault', 0, 'keep-alive-stop', 'count=0')
    assert run.call('on-reset', '-') == 0
    run.wait(lambda state: state['reset_events'] == 2)
    time.sleep(3)
    assert run.said().count('no sign of life') == 1
    assert run.state()['reset_events'] == 2
