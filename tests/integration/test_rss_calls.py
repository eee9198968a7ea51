# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Calls about RSS and statistics in every state of a port, and what the log tells of RSS."""

import errno

import pytest

from lib.control import FIXED, TYPES, Control
from lib.toeplitz import TEST_KEY

pytestmark = pytest.mark.only('net_ena_pmd', why='what DPDK\'s own driver does then is up to it')

CHOICE = pytest.mark.parametrize('features', ('+rss-input', '-rss-input'))
#: what the calls may answer; a program that died answers nothing
ANSWERS = {0, -errno.EINVAL, -errno.ENOTSUP, -errno.ENODEV, -errno.EIO}


@pytest.fixture
def control(env, runs):
    def start(*args, **keys):
        run = Control(env, *args, **keys)
        runs.append(run)
        return run
    return start


def every_call(run):
    """All calls about RSS and statistics; {call: what it returned}"""
    calls = (('info',), ('hash',), ('types', '0'), ('types', '%x' % FIXED), ('types', '0'),
             ('key', TEST_KEY.hex(), '%x' % FIXED), ('key', TEST_KEY.hex(), '0'),
             ('types', '%x' % TYPES['udp4']), ('types', '%x' % FIXED), ('reta', 0), ('reta', 3, 5),
             ('reta', 15), ('table',), ('stats',), ('clear',), ('stats',))
    answers = {}
    for words in calls:
        answers[words] = run.call(*words)
        assert answers[words] in ANSWERS, (words, answers[words])
    return answers


@CHOICE
@pytest.mark.parametrize('hash_types', (0, FIXED))
@pytest.mark.parametrize('rx,tx', ((0, 1), (1, 0), (4, 0), (0, 4)))
def test_calls_about_rss_on_a_port_without_queues_of_one_kind_do_no_harm(
        control, features, hash_types, rx, tx):
    run = control(profile='nitro-v4', features=features)
    run.start(rx=rx, tx=tx, rss=hash_types)
    answers = every_call(run)
    assert answers['types', '%x' % FIXED] == 0
    run.ok('stop')
    every_call(run)
    # The port is as good as before.
    run.start(rx=2, tx=2, rss=FIXED)
    assert every_call(run)['types', '%x' % FIXED] == 0


@CHOICE
def test_calls_about_rss_in_every_state_of_a_port_do_no_harm(control, features):
    run = control(profile='nitro-v4', features=features)
    every_call(run)
    for mode in (0, 1):
        # configured, and no queue, or not every queue, is set up
        run.ok('configure', 4, 4, mode, 0)
        every_call(run)
        run.ok('rxq', 2)
        run.ok('txq', 1)
        every_call(run)
        assert run.call('start') == -errno.EINVAL
        every_call(run)
        run.set_up(rx=4, tx=4, rss=0 if mode else None)
        every_call(run)
        run.ok('start')
        every_call(run)
        run.ok('stop')
        every_call(run)
        run.ok('reset')
        every_call(run)
    # a reset that failed, early or late, leaves no device
    for command in (1, 3, 5):
        run.start(rx=4, tx=4, rss=FIXED)
        run.ok('stop')
        run.ctl('fault', 0, 'admin-status', 'arg=7', 'skip=%d' % command)
        assert run.call('reset') == -errno.EAGAIN
        every_call(run)
        run.ok('reset')
    run.start(rx=4, tx=4, rss=FIXED)
    run.ok('stop')
    run.ok('close')
    assert set(every_call(run).values()) == {-errno.ENODEV}
    assert run.program.quit() == 0, run.said()


def test_a_change_of_rss_that_the_device_takes_in_part_has_no_effect(control):
    """The key is taken, the types are not: packets are hashed with the key that the port tells."""
    def hash_of_the_flow():
        run.poll(50)                       # what came before
        deadline = 20
        while deadline:
            answer = run.ask('poll', 50)
            if sum(answer['rx']):
                return answer['hash']
            deadline -= 1
        raise AssertionError('no packet came')

    run = control(profile='nitro-v4', features='+rss-input', wire='gen:flows=1,rate=20000')
    run.start(rx=2, rss=FIXED)
    before, hashed = run.ask('hash'), hash_of_the_flow()
    run.ctl('fault', 0, 'admin-status', 'arg=5', 'skip=1')
    assert run.call('key', TEST_KEY.hex(), '%x' % TYPES['udp4']) < 0
    assert run.ask('hash') == before
    assert hash_of_the_flow() == hashed
    run.ok('key', TEST_KEY.hex(), '%x' % FIXED)
    assert hash_of_the_flow() != hashed


# ---- what rss_hf 0 means --------------------------------------------------------------


def busy(rx):
    return sum(map(bool, rx))


def test_no_types_at_configure_spread_packets_where_the_fields_are_fixed(control):
    """What is left of RTE_ETH_RSS_IP if an application masks it with what the port can hash."""
    run = control(profile='nitro-v4', wire='gen:flows=64,rate=50000')
    wish = (TYPES['ipv4'] | TYPES['frag4'] | TYPES['ipv6']) & run.ask('info')['types']
    assert wish == 0
    run.start(rx=4, rss=wish)
    assert run.ask('hash')['types'] == FIXED
    assert busy(run.poll_until(lambda rx: sum(rx) > 1000)) == 4
    # Afterwards 0 is off, and what is configured comes back with the next configuration.
    run.ok('types', 0)
    assert run.ask('hash')['types'] == 0
    run.poll(50)
    rx = run.poll_until(lambda rx: sum(rx) > 1000)
    assert rx[0] == sum(rx)
    run.ok('stop')
    run.start(rx=4, rss=wish)
    assert busy(run.poll_until(lambda rx: sum(rx) > 1000)) == 4


def test_no_types_at_configure_are_off_where_the_fields_can_be_chosen(control):
    run = control(profile='nitro-v4', features='+rss-input', wire='gen:flows=64,rate=50000')
    run.start(rx=4, rss=0)
    assert run.ask('hash')['types'] == 0
    assert 'RSS without a type is off' in run.said()
    rx = run.poll_until(lambda rx: sum(rx) > 1000)
    assert rx[0] == sum(rx)


@CHOICE
def test_a_port_that_is_configured_without_rss_uses_the_first_queue(control, features):
    run = control(profile='nitro-v4', features=features, wire='gen:flows=64,rate=50000')
    run.start(rx=4)
    rx = run.poll_until(lambda rx: sum(rx) > 1000)
    assert rx[0] == sum(rx)


# ---- from the first frame on --------------------------------------------------------


@pytest.mark.parametrize('queues', (2, 8))
def test_after_a_restart_no_frame_follows_the_table_from_before(control, queues):
    """The wire never rests, so there are frames at every moment of a start."""
    run = control(profile='nitro-v4', wire='gen:flows=64,rate=1000000')
    run.set_up(rx=queues, rss=FIXED)
    for turn in range(12):
        queue = turn % queues
        run.ok('reta', queue)
        run.ok('start')
        rx = run.poll_until(lambda rx: sum(rx) > 500)
        assert rx[queue] == sum(rx), 'start %d: all to queue %d, and came %s' % (turn, queue, rx)
        run.ok('stop')


def test_after_a_restart_every_frame_is_hashed_with_the_new_key(control):
    run = control(profile='nitro-v4', wire='gen:flows=1,rate=1000000')
    run.set_up(rx=1, rss=FIXED)
    hashes = []
    for turn in range(12):
        run.ok('key', ('%02x' % turn) * 40, '%x' % FIXED)
        run.ok('start')
        answer = run.ask('poll', 50)
        assert sum(answer['rx'])
        assert answer['changes'] == 0, 'start %d: %s' % (turn, answer)
        hashes.append(answer['hash'])
        run.ok('stop')
    assert len(set(hashes)) == len(hashes)


def test_a_start_that_finds_too_few_mbufs_keeps_none_of_them(control):
    run = control(profile='nitro-v4', wire='gen:flows=64,rate=50000')
    # 8 rings of 128 fit into the pool, but not with what the application holds
    run.set_up(rx=8, rss=FIXED)
    for turn in range(3):
        run.ok('hold', 8191 - 7 * 127 - 50)
        assert run.call('start') == -errno.ENOMEM
        assert 'Rx queue 7: mempool "pool" gave 50 mbufs of 127' in run.said()
        run.ok('hold', 0)
        assert run.ask('mbufs')['free'] == 8191
    run.ok('start')
    assert sum(run.poll_until(lambda rx: sum(rx) > 100))


# ---- what the log tells ---------------------------------------------------------------


KEY = 'rss_key=' + TEST_KEY.hex()


@pytest.mark.parametrize('keys,told', (
    (dict(profile='nitro-v4'), None),
    (dict(profile='nitro-v2'), 'has a key that cannot be changed'),
    (dict(profile='nitro-v4', features='-rss-table'), 'has no RSS table'),
))
def test_a_key_argument_without_effect_is_told(control, keys, told):
    run = control(KEY, **keys)
    text = 'device argument rss_key has no effect: the device '
    if told is None:
        assert text not in run.said()
        assert run.ask('hash')['key'] == TEST_KEY.hex()
        return
    assert text + told in run.said()
    assert run.ask('hash')['key'] != TEST_KEY.hex()
    # Without a key in the configuration there is no message about keys.
    run.close()
    assert 'rss_key' not in control(**keys).said()


def test_a_device_without_an_rss_table_is_told_at_start(control):
    run = control(profile='nitro-v4', features='-rss-table', wire='gen:flows=64,rate=50000')
    run.start(rx=4)
    assert 'no RSS table' not in run.said()
    run.ok('stop')
    run.ok('configure', 4, 1, 1, 0)
    for queue in range(4):
        run.ok('rxq', queue)
    run.ok('txq', 0)
    run.ok('start')
    assert 'the device has no RSS table, all packets go to queue 0' in run.said()
    rx = run.poll_until(lambda rx: sum(rx) > 1000)
    assert rx[0] == sum(rx)


def test_a_fragment_bypass_that_the_device_does_not_have_is_told(control):
    run = control('enable_frag_bypass=1', profile='nitro-v2')
    run.start()
    assert 'the device does not take fragment bypass' in run.said()
    run.close()
    run = control('enable_frag_bypass=1', profile='nitro-v4')
    run.start()
    assert 'fragment bypass' not in run.said()
