# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Queues by themselves: what is told of those that do not exist, and which mbufs they keep."""

import errno
import subprocess
import time

import pytest

from lib.dialogue import Dialogue
from lib.softena import Port, SoftenaRun

DONE = 1  # RTE_ETH_TX_DESC_DONE
LOOPBACK = 'loopback:queue=65536,lossless'

pytestmark = pytest.mark.only('net_ena_pmd', why='what DPDK\'s own driver does then is up to it')


class Queues(SoftenaRun):
    """ena_queues on one port."""

    def __init__(self, env, mbufs=8191, cache=0, **keys):
        super().__init__(env, [Port(wire=LOOPBACK, **keys)])
        app = env.program('tests', 'integration', 'ena_queues')
        try:
            self.program = Dialogue(self.popen(
                [app, *env.eal_args(), '--', str(mbufs), str(cache)], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True), env)
        except BaseException:
            self.close()
            raise

    def call(self, *words):
        """@return what the call returned"""
        return self.program.ask(*words)['rc']

    def pool(self):
        """Mbufs that every thread can get."""
        return self.program.ask('pool')['shared']

    def set_up(self, rx=1, tx=1, rxd=256, txd=256):
        assert self.call('configure', rx, tx) == 0
        for queue in range(rx):
            assert self.call('rxq', queue, rxd) == 0
        for queue in range(tx):
            assert self.call('txq', queue, txd) == 0

    def start(self, how='start', **queues):
        self.set_up(**queues)
        assert self.call(how) == 0

    def wait_status(self, queue, offset, want):
        deadline = time.monotonic() + 20 * self.env.slow
        while self.call('status', 'tx', queue, offset) != want:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def queues(env, runs):
    def start(**keys):
        run = Queues(env, **keys)
        runs.append(run)
        return run
    return start


def ask_everything(run, queue):
    """
    Whatever ethdev passes on; the program still answers afterwards. Before the first configuration
    with a queue ethdev itself has no array of them, and crashes in calls of the data path.
    """
    for direction in 'rx', 'tx':
        for offset in 0, 255, 256, 65535:
            run.call('status', direction, queue, offset)
        run.call('info', direction, queue)
        run.call('mode', direction, queue)
    run.call('count', queue)
    run.call('cleanup', queue, 0)


def test_queues_that_are_not_there_can_be_asked_for_in_every_state(queues):
    run = queues()
    assert run.call('configure', 2, 2) == 0
    for queue in 0, 1, 2:
        ask_everything(run, queue)
        assert run.call('status', 'rx', queue, 0) < 0
        assert run.call('status', 'tx', queue, 0) < 0
    run.set_up(2, 2)
    for queue in 0, 1, 2, 9:
        ask_everything(run, queue)
        # not started: ethdev has no function to call
        assert run.call('status', 'rx', queue, 0) == -errno.ENOTSUP
    assert run.call('start') == 0
    for queue in 0, 1, 2, 9, 127:
        ask_everything(run, queue)
    # ethdev does not look whether there is such a queue
    assert run.call('status', 'rx', 9, 0) == -errno.EINVAL
    assert run.call('status', 'tx', 9, 0) == -errno.EINVAL
    assert run.call('count', 9) == -errno.EINVAL
    assert run.call('stop') == 0
    for queue in 0, 1, 2, 9, 127:
        ask_everything(run, queue)


def test_testpmd_survives_the_status_of_queues_that_are_not_there(testpmd):
    pmd = testpmd([Port(wire=LOOPBACK)])
    for direction in 'rxq', 'txq':
        out = pmd.cmd('show port 0 %s 9 desc 0 status' % direction)
        assert 'invalid' in out.lower() or 'fail' in out.lower() or 'bad' in out.lower(), out
    pmd.start()
    pmd.stop()
    assert pmd.quit() == 0


@pytest.mark.parametrize('direction', ['Rx', 'Tx'])
@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v2'])
def test_rings_that_are_larger_than_the_device_grants_are_refused_with_the_size(
        queues, profile, direction):
    """
    CREATE_CQ may grant less than was asked for (part A 9.8 #6), which no limit has told before.
    """
    run = queues(profile=profile, cq_depth_limit=256)
    large = {'rxd' if direction == 'Rx' else 'txd': 512}
    run.set_up(rx=2, tx=2, **large)
    for _ in range(2):
        assert run.call('start') == -errno.EPROTO
    said = ''.join(run.program.text)
    assert 'of 512 entries refused: the device grants fewer: set queues up with that many ' \
           'descriptors at most (granted 256' in said
    assert 'cannot create %s queue 0' % direction in said
    assert 'host memory, which the device may refuse' not in said
    # Nothing has happened to the device: with what it grants the port starts.
    resets = run.stats()['resets']
    run.start(rx=2, tx=2)
    assert run.call('send', 0, 20) == 20
    run.wait_status(0, 255, DONE)
    assert run.stats()['resets'] == resets


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_an_idle_tx_queue_shows_what_the_device_has_completed(queues, profile):
    """Nobody sends or reclaims meanwhile."""
    run = queues(profile=profile)
    run.start()
    assert run.call('status', 'tx', 0, 0) == DONE
    assert run.call('send', 0, 200) == 200
    run.wait_status(0, 255, DONE)
    assert [run.call('status', 'tx', 0, i) for i in range(0, 256, 5)] == [DONE] * 52


@pytest.mark.parametrize('how', ['start', 'start-elsewhere'])
@pytest.mark.parametrize('cache', [0, 250, 512])
def test_filling_rx_rings_leaves_nothing_in_caches(queues, how, cache):
    """What lies in the cache of the thread that starts the port is out of reach for workers."""
    run = queues(mbufs=4095, cache=cache)
    assert run.pool() == 4095
    for _ in range(3):
        run.start(how, rx=2, rxd=1024, tx=1)
        assert run.pool() == 4095 - 2 * 1023
        assert run.call('stop') == 0
        assert run.pool() == 4095


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_stopping_leaves_nothing_of_tx_rings_in_caches(queues, profile):
    run = queues(mbufs=4095, cache=250, profile=profile)
    run.start(txd=512)
    assert run.call('send', 0, 32) == 32
    before = run.program.ask('pool')
    assert run.call('stop') == 0
    after = run.program.ask('pool')
    assert after['all'] == 4095 and before['all'] < 4095
    assert after['shared'] == 4095


@pytest.mark.parametrize('depth,unclaimed', [(256, 32), (1024, 128), (512, 64)])
def test_tx_leaves_an_eighth_of_its_ring_unclaimed_at_most(queues, depth, unclaimed):
    """As net_ena: pools are sized for that."""
    run = queues(profile='no-llq')
    run.start(rxd=512, txd=depth)
    assert run.program.ask('info', 'tx', 0)['thresh'] == depth - unclaimed
    rings = run.pool()
    for _ in range(3 * depth // 32):
        assert run.call('send', 0, 32) == 32
        run.wait_status(0, depth - 1, DONE)
        run.call('drain', 0)
        assert run.pool() >= rings - unclaimed - 32


def test_an_empty_tx_burst_gives_back_what_is_done(queues):
    run = queues(profile='no-llq')
    run.start()
    assert run.call('send', 0, 20) == 20
    run.wait_status(0, 255, DONE)
    run.call('drain', 0)
    before = run.pool()
    assert run.call('send', 0, 0) == 0
    assert run.pool() == before + 20
