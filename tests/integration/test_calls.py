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

KEEP_ALIVE_LOST, ADMIN_TIMEOUT, DEVICE_REQUEST = 1, 2, 19  # reset reasons, datasheet part A 8.3


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
    # A reset leaves no queues behind, so there is nothing to start.
    run.start(rx=2, intr=1)
    assert run.call('reset') == 0
    assert run.call('start') == -errno.EINVAL
    assert 'configure the port first' in run.said()
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
    run.ctl('fault', 0, 'removed')
    run.wait_stats(0, lambda s: True)
    assert run.call('reset') == -errno.EIO
    assert run.state()['removed'] == 1
    assert 'has left the PCI bus' in run.said()
    assert run.call('reset') == -errno.EIO
    run.ctl('fault', 0, 'clear')
    # the device looks at its configuration space now and then
    deadline = time.monotonic() + 20 * run.env.slow
    while run.call('reset') != 0:
        assert time.monotonic() < deadline, run.said()
    assert run.state()['removed'] == 0
    run.start()


def test_a_removed_device_is_noticed_without_a_call(calls):
    run = calls(feature_hw_hints='on', hint_keep_alive=1000)
    run.start()
    run.ctl('fault', 0, 'removed')
    run.wait(lambda state: state['removed'] == 1)
    assert run.call('close') == 0


def test_registers_that_do_not_answer_for_a_while_are_no_removal(calls):
    run = calls()
    run.start()
    run.ctl('fault', 0, 'regs-gone')
    assert run.state()['removed'] == 0
    assert run.call('reset') < 0
    assert run.state()['removed'] == 0
    run.ctl('fault', 0, 'clear')
    assert run.call('reset') == 0
    run.start()


def test_positive_results_of_calls_read_no_register(calls):
    """ethdev asks whether the device was removed after each result that is not 0."""
    run = calls()
    run.start()
    before = run.stats()['reg_reads']
    assert before > 0
    assert run.call('cleanup', 20) == 20
    assert run.state()['removed'] == 0
    assert run.stats()['reg_reads'] == before


# ---- memory that the device may still write to -------------------------------------------------

@pytest.fixture
def ignoring(calls):
    """
    A device that takes no reset. Frames wait until its link is up: else it would have used the
    buffers of its ring before the test looks, and could not write any more.
    """
    run = calls(wire='gen:size=64,rate=1000000', reset_timeout=3)
    run.ctl('link', 0, 'down')
    run.start()
    run.ctl('fault', 0, 'reset-ignored', 'count=0')
    run.ctl('fault', 0, 'reset-request')
    run.wait(lambda state: state['reset_events'] == 1)
    return run


def test_a_device_that_ignores_its_reset_writes_into_no_memory_that_was_given_back(ignoring):
    run = ignoring
    held = run.state()['mbufs']
    assert held >= 255  # those of the ring
    assert run.call('stop') == 0
    assert run.state()['mbufs'] == held, 'the device still owns them'
    taken = run.program.ask('take')['taken']
    run.ctl('link', 0, 'up')
    run.wait_stats(0, lambda s: s['dma_blocked'] > 0 and s['rx_pending'])
    assert run.stats()['rx_pkts'] == 0, 'its bus mastering is on'
    # Each try of a reset has to switch bus mastering on, and the device writes.
    assert run.call('reset') == -errno.ETIMEDOUT
    assert run.stats()['rx_pkts'] > 0
    assert run.call('reset') == -errno.ETIMEDOUT
    assert run.program.ask('give') == {'changed': 0}
    run.ctl('fault', 0, 'clear')
    assert run.call('reset') == 0
    assert run.state()['mbufs'] == 0
    assert taken == 8191 - held
    run.start()
    assert run.call('cleanup', 1) == 1


def test_a_port_is_closed_with_the_bus_mastering_of_such_a_device_off(ignoring):
    run = ignoring
    assert run.call('close') == 0
    assert run.program.ask('take')['taken'] == 8191
    run.ctl('link', 0, 'up')
    run.wait_stats(0, lambda s: s['dma_blocked'] > 0 and s['rx_pending'])
    assert run.stats()['rx_pkts'] == 0
    assert run.program.ask('give') == {'changed': 0}


def test_one_fault_costs_one_reset(calls):
    run = calls()
    run.start()
    before = run.stats()['resets']
    run.ctl('fault', 0, 'reset-request')
    run.wait(lambda state: state['reset_events'] == 1)
    assert run.call('reset') == 0
    run.start()
    assert run.stats()['resets'] == before + 1
    assert run.stats()['last_reset_reason'] == DEVICE_REQUEST


# ---- callbacks and threads ----------------------------------------------------------------------

@pytest.mark.parametrize('what', ['reset', 'stop', 'close'])
def test_a_port_can_be_changed_in_the_callback_of_a_link_event(calls, what):
    run = calls()
    run.start()
    assert run.call('on-link', what) == 0
    # The link event of the start may still be on its way.
    events = run.state()['link_events'] if what != 'close' else 0
    run.ctl('link', 0, 'down')
    if what == 'close':
        run.wait_stats(0, lambda s: s['resets'] >= 2)
        assert run.program.quit() == 0, run.said()
        return
    run.wait(lambda state: state['link_events'] > events)
    assert run.call('on-link', '-') == 0
    run.ctl('link', 0, 'up')
    assert run.call('stop') == 0
    run.start()
    assert run.call('cleanup', 1) == 1


@pytest.mark.parametrize('what', ['reset', 'stop', 'removed'])
def test_calls_of_two_threads_at_once_do_no_harm(calls, what):
    run = calls(profile='full')
    run.start(rx=2, tx=2, rss=1)
    assert run.call('both', what, 20) == 0
    assert run.state()['removed'] == 0
    assert run.call('reset') == 0
    run.start(rx=2, tx=2, rss=1)
    assert run.call('cleanup', 1) == 1


def test_a_flood_of_events_does_not_fill_the_log(calls):
    run = calls()
    run.start()
    before = len(run.said())
    for _ in range(100):
        run.ctl('fault', 0, 'reset-request')
    events = run.stats()['events']
    run.wait_stats(0, lambda s: s['events'] >= events)
    time.sleep(1)
    assert run.said().count('asks for a reset') <= 20
    assert len(run.said()) - before < 5000


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
