# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
A device that violates the datasheet (softena-ctl fault): the driver hands over the good packets,
counts the violation, asks for a reset, and works again after it. Whatever comes, it does not crash.
"""

import os
import re
import signal
import time

import pytest

from lib.patience import until
from lib.pcap import difference, mixed_frames, read_pcap, write_pcap
from lib.softena import Port

pytestmark = pytest.mark.only(
    'net_ena_pmd', why='net_ena loses packets, believes lengths, or crashes under these faults')

#: good packets in front of the bad one
GOOD = 10
DEPTH = 256
# Two full rings and what a broken queue turns away meanwhile are lost; plenty must be left.
FRAMES = 1500

#: size of frames that take two buffers of JUMBO_ARGS
TWO_BUFFERS = 3000
JUMBO = {'args': ('--mbuf-size=2176', '--max-pkt-len=4000', '--enable-scatter'),
         'size': TWO_BUFFERS}

#: fault, its argument, counter that moves, reason of the reset (part A 8.5), what else it needs
RX_FAULTS = [
    ('rx-req-id-range', 0, 'rx_q0_bad_req_id', 4, {}),
    ('rx-req-id-range', 65535, 'rx_q0_bad_req_id', 4, {}),
    ('rx-req-id-stale', 0, 'rx_q0_bad_req_id', 4, {}),
    ('rx-req-id-foreign', 0, 'rx_q0_bad_req_id', 4, {}),
    ('rx-mbz', 0, 'rx_q0_bad_desc', 16, {}),
    ('rx-first-in-packet', 0, 'rx_q0_bad_desc', 16, JUMBO),
    ('rx-too-many', 0, 'rx_q0_bad_desc_num', 6, {'keys': {'rx_descs': 4}}),
    ('rx-len-over', 0, 'rx_q0_bad_desc', 16, {}),
    ('rx-len-over', 60000, 'rx_q0_bad_desc', 16, {}),
    ('rx-zero-length', 0, 'rx_q0_bad_desc', 16, {}),
    ('rx-no-last', 0, 'rx_q0_bad_desc', 16, {}),
    ('rx-no-last', 0, 'rx_q0_bad_desc', 16, JUMBO),
]
TX_FAULTS = [
    ('tx-req-id-range', 0, 'tx_q0_bad_req_id', 5),
    ('tx-req-id-range', 65535, 'tx_q0_bad_req_id', 5),
    ('tx-req-id-stale', 0, 'tx_q0_bad_req_id', 5),
    ('tx-mbz', 0, 'tx_q0_bad_desc', 17),
]


def name_of(fault):
    return '-'.join([fault[0]] + [str(fault[1])] * bool(fault[1])
                    + ['two-buffers'] * (len(fault) > 4 and fault[4] is JUMBO))


class Line:
    """testpmd with one port between two capture files: every frame that comes in goes out."""

    def __init__(self, testpmd, tmp_path, args=(), size=None, keys=None, count=FRAMES):
        self.count = count
        self.frames = ([bytes([2] * 12 + [0x88, 0xb5]) + i.to_bytes(4, 'big') * ((size - 14) // 4)
                        for i in range(count)] if size else mixed_frames(count, seed=1))
        self.out = str(tmp_path / 'out.pcap')
        write_pcap(tmp_path / 'in.pcap', self.frames)
        port = Port(wire='pcap:in=%s,out=%s,start=ctl' % (tmp_path / 'in.pcap', self.out),
                    **(keys or {}))
        self.pmd = testpmd([port], '--rxd=%d' % DEPTH, '--txd=%d' % DEPTH,
                           # it would throw away what waits in the ring when forwarding starts
                           '--no-flush-rx', *args)

    def start(self):
        """
        Forward, and wait when the transmit ring is full; but not without a limit, because the ring
        of a broken queue stays full.
        """
        self.pmd.cmd('set burst tx delay 20 retry 20000')
        self.pmd.cmd('set fwd io retry')
        self.pmd.cmd('start')

    def fault(self, kind, **options):
        self.pmd.ctl('fault', 0, kind, *['%s=%d' % kv for kv in options.items()])

    def fill(self):
        """The device completes what the Rx ring takes; nobody reads it yet."""
        self.pmd.wire(0, 'start')
        self.pmd.wait_quiet(keys=('rx_pkts',))
        return self.pmd.stats(0)['rx_pkts']

    def recover(self):
        """What an application does when it is told to reset the port."""
        pmd = self.pmd
        pmd.stop()
        for word in ('stop', 'reset', 'start'):
            out = pmd.cmd('port %s 0' % word)
            assert 'Done' in out and not re.search('fail|cannot|can not', out, re.I), out
        self.start()

    def finish(self):
        """Wait until all frames came in and nothing moves any more; what went out."""
        self.pmd.wait_stats(0, lambda s: s['wire_rx_frames'] >= self.count)
        self.pmd.wait_quiet()
        self.pmd.stop()
        assert self.pmd.quit() == 0
        return read_pcap(self.out)

    def check_recovered(self, head):
        """
        The frames of @p head went out, then some were lost with the rings, then the rest went out
        without a gap.
        """
        got = self.finish()
        assert difference(self.frames[:head], got[:head]) is None
        rest = got[head:]
        assert len(rest) > 100, 'only %d frames after the reset' % len(rest)
        assert difference(self.frames[-len(rest):], rest) is None


@pytest.fixture
def line(testpmd, tmp_path):
    return lambda **keys: Line(testpmd, tmp_path, **keys)


# ---- receive ---------------------------------------------------------------------------------

@pytest.mark.parametrize('fault', RX_FAULTS, ids=name_of)
def test_good_packets_before_a_bad_rx_completion_arrive_and_a_reset_helps(line, fault):
    kind, arg, counter, reason, more = fault
    run = line(**more)
    pmd = run.pmd
    # before the first completion there is no stale id, so no occasion
    run.fault(kind, arg=arg, skip=GOOD - (kind == 'rx-req-id-stale'))
    assert run.fill() > GOOD + 1
    assert pmd.xstats()[counter] == 0
    run.start()
    pmd.wait_output('Port 0: reset event')
    counters = pmd.xstats()
    assert counters[counter] == 1
    others = [k for k in counters if '_bad_' in k and k != counter and counters[k]]
    assert not others, others
    assert pmd.stats(0)['wire_tx_frames'] == GOOD
    assert pmd.stats(0)['faults_injected'] == 1
    run.recover()
    assert pmd.wait_stats(0, lambda s: s['wire_tx_frames'] > GOOD)['last_error_reason'] == reason
    run.check_recovered(GOOD)
    assert pmd.output().count('Port 0: reset event') == 1


def test_a_port_with_a_broken_rx_queue_can_be_left_alone_and_closed(line):
    """An application that does not look at events: no traffic, no crash, a clean end."""
    run = line()
    run.fault('rx-req-id-foreign', skip=GOOD)
    run.fill()
    run.start()
    run.pmd.wait_output('Port 0: reset event')
    time.sleep(1.5)
    assert run.pmd.stats(0)['wire_tx_frames'] == GOOD
    run.pmd.stop()
    assert run.pmd.quit() == 0


def test_a_reset_is_asked_for_each_time_the_device_breaks(line):
    run = line(count=2000)
    run.fault('rx-mbz', skip=GOOD)
    run.start()
    run.pmd.wire(0, 'start')
    for times in (1, 2, 3):
        until(lambda n=times: run.pmd.output().count('Port 0: reset event') >= n,
              'reset event number %d' % times)
        if times < 3:
            run.fault('rx-mbz', skip=GOOD)
        run.recover()
    assert run.pmd.stats(0)['faults_injected'] == 3
    run.finish()
    assert run.pmd.output().count('Port 0: reset event') == 3


# ---- transmit --------------------------------------------------------------------------------

@pytest.mark.parametrize('profile', ('default', 'no-llq'))
@pytest.mark.parametrize('fault', TX_FAULTS, ids=name_of)
def test_a_bad_tx_completion_is_counted_and_a_reset_helps(line, fault, profile):
    kind, arg, counter, reason = fault
    run = line(keys={'profile': profile})
    pmd = run.pmd
    run.fault(kind, arg=arg, skip=GOOD)
    run.start()
    pmd.wire(0, 'start')
    pmd.wait_output('Port 0: reset event')
    counters = pmd.xstats()
    assert counters[counter] == 1
    others = [k for k in counters if '_bad_' in k and k != counter and counters[k]]
    assert not others, others
    sent = pmd.stats(0)['wire_tx_frames']
    assert sent > GOOD
    run.recover()
    state = pmd.wait_stats(0, lambda s: s['last_error_reason'] == reason)
    assert state['faults_injected'] == 1
    run.check_recovered(sent)


def test_completions_that_never_come_cost_their_slots_and_nothing_else(line):
    run = line()
    run.fault('tx-no-completion', count=20, skip=GOOD)
    run.start()
    run.pmd.wire(0, 'start')
    got = run.finish()
    assert difference(run.frames, got) is None
    assert run.pmd.report()[0]['faults_injected'] == 20


def stalled(run):
    """Wait for the reset event of a Tx queue that stands still, and reset the port."""
    run.pmd.wait_output('Port 0: reset event', timeout=40)
    assert 'Tx queue 0: ' in run.pmd.output() and 'have not been completed' in run.pmd.output()
    assert run.pmd.xstats()['tx_q0_missing_completions'] > 0
    run.pmd.ctl('fault', 0, 'clear')
    run.recover()
    run.pmd.wait_stats(0, lambda s: s['last_error_reason'] == 3)


HINTED = {'feature-hw-hints': 'on', 'hint-tx-completion': 1000}


@pytest.mark.parametrize('keys', (HINTED, {**HINTED, 'profile': 'no-llq'}, {}),
                         ids=('llq', 'host', 'without-hint'))
def test_tx_completions_that_stop_are_noticed(line, keys):
    run = line(keys=keys)
    run.start()
    run.fault('tx-no-completion', count=0, skip=GOOD)
    run.pmd.wire(0, 'start')
    run.pmd.wait_stats(0, lambda s: s['wire_tx_frames'] >= DEPTH - 1)
    stalled(run)
    run.finish()
    assert run.pmd.output().count('Port 0: reset event') == 1


@pytest.mark.parametrize('profile', ('default', 'no-llq'))
def test_a_doorbell_that_was_lost_is_noticed(line, profile):
    """The ring fills up, so that no other doorbell makes up for it."""
    run = line(keys={**HINTED, 'profile': profile})
    run.fault('tx-doorbell-lost', count=0)
    run.start()
    run.pmd.wire(0, 'start')
    stalled(run)
    run.finish()


def test_a_device_that_was_away_for_a_moment_does_not_stop_tx_for_ever(line):
    """Doorbells that were written meanwhile are lost."""
    run = line(keys={**HINTED, 'profile': 'no-llq'})
    run.start()
    run.fault('regs-gone')
    run.pmd.wire(0, 'start')
    # not one frame can come; then send some from inside
    run.pmd.stop()
    run.pmd.cmd('set fwd txonly')
    run.pmd.cmd('start tx_first 1')
    run.pmd.ctl('fault', 0, 'clear')
    stalled(run)
    run.pmd.stop()
    assert run.pmd.quit() == 0


def test_a_hint_can_switch_the_check_for_tx_completions_off(testpmd):
    """
    Two ports on which the same happens. The one that is watched stood still later, and has more
    time than any that the other could have by mistake, but 65 s: that is a matter of virtual time
    (test_tx_watchdog.c).
    """
    pmd = testpmd([Port(wire='sink', **{**HINTED, 'hint-tx-completion': hint})
                   for hint in (7000, 65535)], '--rxd=%d' % DEPTH, '--txd=%d' % DEPTH)
    pmd.ctl('fault', 1, 'tx-no-completion', 'count=0')
    pmd.cmd('set fwd txonly')
    pmd.cmd('start')
    pmd.wait_stats(1, lambda s: s['tx_pkts'] == DEPTH - 1)
    pmd.wait_stats(0, lambda s: s['tx_pkts'] > 10 * DEPTH)
    pmd.ctl('fault', 0, 'tx-no-completion', 'count=0')
    pmd.wait_output('Port 0: reset event', timeout=40)
    assert 'port 0 Tx queue 0: ' in pmd.output() and 'have not been completed' in pmd.output()
    assert pmd.xstats()['tx_q0_missing_completions'] > 0
    pmd.stop()
    assert 'Port 1: reset event' not in pmd.output()
    assert 'port 1 Tx queue' not in pmd.output()
    assert pmd.quit() == 0


# ---- the rest of the device ------------------------------------------------------------------

def test_a_reset_request_of_the_device_reaches_the_application(line):
    run = line()
    run.start()
    run.fault('reset-request')
    run.pmd.wait_output('Port 0: reset event')
    run.recover()
    run.pmd.wait_stats(0, lambda s: s['last_error_reason'] == 19)
    run.pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None


def test_keep_alives_that_stop_are_noticed(line):
    run = line(keys={'feature-hw-hints': 'on', 'hint-keep-alive': 4000})
    run.start()
    run.fault('keep-alive-stop', count=0)
    run.pmd.wait_output('Port 0: reset event', timeout=20)
    run.pmd.ctl('fault', 0, 'clear')
    run.recover()
    run.pmd.wait_stats(0, lambda s: s['last_error_reason'] == 1)
    run.pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None


def test_a_process_that_was_stopped_does_not_take_its_device_for_dead(line):
    """
    Stopped by a debugger, or without a CPU: nobody has watched then. No keep-alive waits when it
    goes on, for one before the stop or after it was left out; those after it come.
    """
    run = line(keys={'feature-hw-hints': 'on', 'hint-keep-alive': 5000})
    run.start()
    run.fault('keep-alive-stop', count=2)
    os.killpg(run.pmd.proc.pid, signal.SIGSTOP)
    time.sleep(6)
    os.killpg(run.pmd.proc.pid, signal.SIGCONT)
    events = run.pmd.stats(0)['events']
    run.pmd.wait_stats(0, lambda s: s['events'] > events + 1)
    run.pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None
    assert 'no sign of life' not in run.pmd.output()
    assert run.pmd.output().count('reset event') == 0


def test_device_that_never_sends_a_keep_alive_is_noticed(line):
    """The reset starts the device anew, and from then on it is silent."""
    run = line(keys={'feature-hw-hints': 'on', 'hint-keep-alive': 4000})
    pmd = run.pmd
    run.fault('keep-alive-stop', count=0)
    events = pmd.stats(0)['events']
    for word in ('stop', 'reset', 'start'):
        assert 'Done' in pmd.cmd('port %s 0' % word)
    start = len(pmd.output())
    pmd.wait_output('Port 0: reset event', timeout=20, start=start)
    # a link event at most: the watchdog did not wait for a first keep-alive
    assert pmd.stats(0)['events'] <= events + 1
    pmd.ctl('fault', 0, 'clear')
    run.recover()
    pmd.wait_stats(0, lambda s: s['last_error_reason'] == 1)
    pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None


def test_a_command_that_is_never_answered_ends_in_a_reset_event(line):
    run = line(keys={'admin-timeout': 15})
    run.fault('admin-timeout')
    run.pmd.cmd('port stop 0')
    run.pmd.wait_output('Port 0: reset event')
    for word in ('reset', 'start'):
        assert 'Done' in run.pmd.cmd('port %s 0' % word)
    run.start()
    run.pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None


def test_commands_that_are_late_or_refused_once_do_not_hurt(line):
    run = line()
    run.fault('admin-late', arg=700)
    assert 'Done' in run.pmd.cmd('port stop 0')
    assert 'Done' in run.pmd.cmd('port start 0')
    run.fault('admin-status', arg=7)
    run.pmd.cmd('show port stats 0')
    run.start()
    run.pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None


def test_lost_management_interrupts_are_made_up_for(line):
    run = line(keys={'admin-timeout': 15})
    run.fault('no-interrupt', count=3)
    assert 'Done' in run.pmd.cmd('port stop 0', timeout=60)
    assert 'Done' in run.pmd.cmd('port start 0', timeout=60)
    run.start()
    run.pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None


def test_a_link_that_flaps_is_up_again(line):
    run = line()
    start = len(run.pmd.output())
    run.fault('link-flap', arg=300)
    run.pmd.wait_stats(0, lambda s: s['faults_injected'] == 1 and s['link_up'])
    run.pmd.wait_output('(?i)link state change event', start=start)
    until(lambda: run.pmd.link_is_up(0), 'the link is up again')
    run.start()
    run.pmd.wire(0, 'start')
    assert difference(run.frames, run.finish()) is None


def test_a_device_that_goes_away_can_be_left(line):
    """Surprise removal: nothing answers, and testpmd still ends."""
    run = line(keys={'admin-timeout': 15})
    run.start()
    run.pmd.wire(0, 'start')
    run.pmd.wait_stats(0, lambda s: s['wire_tx_frames'] >= FRAMES)
    run.fault('regs-gone')
    run.pmd.stop()
    assert run.pmd.quit() == 0


# ---- softena-ctl -----------------------------------------------------------------------------

def test_faults_are_listed_armed_and_cleared(line):
    run = line()

    def kinds():
        found = run.pmd.ctl_json('fault', 0, 'list')['ports'][0]['faults']
        return {f['kind']: f for f in found}

    assert not [k for k, f in kinds().items() if f['armed']]
    run.fault('rx-mbz', queue=0, count=5, skip=2)
    rx_mbz = kinds()['rx-mbz']
    assert (rx_mbz['armed'], rx_mbz['queue'], rx_mbz['left'], rx_mbz['skip']) == (True, 0, 5, 2)
    assert 'rx-mbz' in run.pmd.ctl('fault', 0, 'list')
    run.pmd.ctl('fault', 0, 'clear')
    assert not [k for k, f in kinds().items() if f['armed']]


@pytest.mark.parametrize('words', (
    ('no-such-fault',), ('rx-mbz', 'queue=99'), ('rx-mbz', 'count=x'), ('rx-mbz', 'count=-1'),
    ('rx-mbz', 'what=1'), ('admin-status', 'arg=256'), ('list', 'more')))
def test_wrong_faults_are_refused_with_a_reason(line, words):
    run = line()
    with pytest.raises(RuntimeError, match='softena-ctl: .{10}'):
        run.pmd.ctl('fault', 0, *words)


def test_every_fault_is_in_the_guide(line, request):
    guide = request.config.rootpath.parent.parent / 'doc/guide/softena_strict.rst'
    text = guide.read_text(encoding='utf-8')
    for fault in line().pmd.ctl_json('fault', 0, 'list')['ports'][0]['faults']:
        assert '``%s``' % fault['kind'] in text, '%s is not documented' % fault['kind']
