# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Calls of ethdev in random orders: legal ones, illegal ones, in callbacks, on a device that fails.

hypothesis draws the orders, and shortens one that fails. Each example plugs the device into a
process that lives on, makes 50 steps, and unplugs it. Whatever the order, no call may crash or
hang, and nothing is left behind. A small model of the port knows which calls are legal: those have
to succeed, and a port that was started has to pass packets. A failure shows all commands of the
example, which "ena_orders" takes on its standard input (lines with "#" are for softena-ctl).

ENA_ORDERS_EXAMPLES and ENA_ORDERS_STEPS make a run longer or shorter; with ENA_ORDERS_SHRINK=0 the
first order that fails is shown as it is. ENA_ORDERS_WITHOUT=WHAT,... leaves calls out.
ENA_ORDERS_PARALLEL=1 adds control calls from two threads at once, which ethdev forbids: no driver
has to survive them.
"""

import errno
import os
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (RuleBasedStateMachine, initialize, precondition, rule,
                                 run_state_machine_as_test)

from lib.orders import Crashed, Hangs, Orders
from lib.session import tell

EXAMPLES = int(os.environ.get('ENA_ORDERS_EXAMPLES', 200))
STEPS = int(os.environ.get('ENA_ORDERS_STEPS', 50))
SHRINK = os.environ.get('ENA_ORDERS_SHRINK', '1') != '0'
WITHOUT = [what for what in os.environ.get('ENA_ORDERS_WITHOUT', '').split(',') if what]
PARALLEL = os.environ.get('ENA_ORDERS_PARALLEL', '') not in ('', '0')

#: Arguments that stand for the driver's own choice, in ena_orders_calls.c.
NO_CONF = 65535
PLENTY, SCARCE, TINY, NO_POOL = 'plenty', 'scarce', 'tiny', 'none'   # mbuf pools
POOLS = [PLENTY, SCARCE, TINY, NO_POOL]
RSS, DCB, VMDQ_RSS = 1, 2, 5        # enum rte_eth_rx_mq_mode
RX_SCATTER, TX_FAST_FREE, TX_MULTI_SEGS = 0x2000, 0x10000, 0x8000

#: Device arguments of the driver, by driver. The polled one is quick to announce a reset.
DEVARGS = {
    'net_ena_pmd': ['', 'control_path_poll_interval=100', 'llq_policy=0', 'llq_policy=3'],
    'net_ena': [''],
}

#: What the device does wrong: at once, or after some commands (skip). All are over after `fault
#: clear`.
QUICK_FAULTS = ['admin-status arg=%d' % status for status in (1, 2, 3, 5, 6, 7)] + [
    'rx-req-id-range', 'rx-req-id-stale', 'rx-req-id-foreign', 'rx-mbz', 'rx-len-over',
    'rx-no-last', 'rx-zero-length', 'tx-req-id-range', 'tx-req-id-stale', 'tx-mbz',
    'tx-no-completion count=0', 'no-interrupt', 'no-interrupt count=0', 'dma-refuse',
    'dma-refuse arg=1 count=9', 'dma-refuse arg=2 count=9', 'link-flap arg=1', 'admin-late arg=40']
#: These make one call wait for a time-out, or for the next look at the device's health.
SLOW_FAULTS = [
    'admin-timeout', 'admin-bad-id', 'admin-late arg=2000', 'regs-gone arg=300', 'regs-gone']

#: Calls that change nothing that the model knows. Their return code is open; on a port that is
#: closed it is an error.
QUESTIONS = (
    ['info', 'stats', 'stats_reset', 'xstats_reset', 'link', 'link_nowait', 'health', 'is_removed',
     'promiscuous_enable', 'promiscuous_disable', 'promiscuous_get', 'allmulticast_enable',
     'allmulticast_disable', 'allmulticast_get', 'set_link_up', 'set_link_down', 'timesync_enable',
     'timesync_disable', 'reta_query 0', 'reta_query 1', 'reta_query 64', 'reta_query 65535',
     'hash_get 0', 'hash_get 3', 'hash_get 40', 'hash_get 255']
    + ['xstats %d' % room for room in (0, 1, 7, 1000)] + ['mac %d' % kind for kind in range(4)]
    + ['other %d' % kind for kind in range(18)])
#: The same with a queue.
QUEUE_QUESTIONS = [
    'rx_queue_count %d', 'rx_queue_start %d', 'rx_queue_stop %d', 'tx_queue_start %d',
    'tx_queue_stop %d', 'rx_intr_enable %d', 'rx_intr_disable %d', 'rx_intr_fd %d',
    'queue_info 0 %d', 'queue_info 1 %d', 'desc_status 0 %d 0', 'desc_status 0 %d 65535',
    'desc_status 1 %d 0', 'desc_status 1 %d 65535', 'desc_status 1 %d 128']
#: These succeed on a port that is closed as well: ethdev answers them alone, or they are void.
NO_ERROR_IF_CLOSED = ('is_removed', 'health', 'other 2')

#: In a callback, in EAL's interrupt thread. A started port is stopped before it is closed.
CALLBACKS = [
    'stop', 'reset', 'stop;close', 'stop;start', 'reset;reset', 'stats;xstats 1000', 'link',
    'mtu 1000', 'reta_update 0 0 0', 'hash_update 0 40', 'is_removed',
    'stop;configure 1 1 0 0 0 1 0 0 0 0']
#: Two threads at once.
PAIRS = [
    'reset & is_removed', 'reset & reset', 'reset & stats', 'reset & xstats 1000', 'reset & link',
    'reset & mtu 1400', 'reset & reta_query 0', 'reset & hash_update 0 40', 'reset & stop',
    'stop & stop', 'stats & xstats_reset', 'stop & stats', 'stop & is_removed', 'reset & other 0',
    'reset & info']

#: In units of 100 ms: what a busy machine does not reach soon, and whole seconds, since net_ena
#: takes no others.
TIMEOUTS = {'admin_timeout': 10, 'reset_timeout': 10}

QUEUE = st.integers(0, 8)
MTU = st.sampled_from([0, 68, 1500, 1500, 9000, 9216, 67, 65535, 14])
DEPTH = st.sampled_from([0, 128, 512, 300, 1024, 1, 127, 1025, 65535])
COUNT = st.sampled_from([0, 1, 7, 32, 64])


class Excluded:
    """What a driver is known not to survive, with the reason: left out of its orders."""

    #: driver: {what: why}
    WHY = {'net_ena_pmd': {}, 'net_ena': {
        'plug in again': 'it keeps memory zones of its admin queue after close, and their names '
                         'are taken then',
        'callbacks': 'a command in the interrupt thread waits for an interrupt that this thread '
                     'would handle: the admin queue is dead then',
        'reset events': 'it enables no reset requests of the device, and looks at its health when '
                        'the application asks it to',
        'faults': 'after a reset that failed the port has no MAC address, and ethdev reads it; '
                  'test_faults.py has more',
        'rx-intr without queues': 'start lets EAL make event descriptors for no queue, which ends '
                                  'the program (assertion)',
        'reset': 'an event that the interrupt thread takes meanwhile is read from freed memory '
                 '(signal 11, now and then); queues that are configured and not set up are read '
                 '(signal 11, always)',
        'close': 'the same',
        'start with missing queues': 'it starts with queues that are configured and not set up, '
                                     'and its bursts read them (signal 11)',
        'queue': 'tx_done_cleanup reads a queue that is not set up, or has no ring since stop '
                 '(signal 11)',
        'reta_query 65535': 'it reads beyond its table, which has 128 entries (signal 11)',
        'hash_get 3': 'it writes a key of 40 bytes, whatever the room (the heap is overwritten)',
    }}

    def __init__(self, driver):
        self.why = dict(self.WHY[driver])
        self.why.update((what, 'by hand') for what in WITHOUT)

    def __contains__(self, what):
        return what in self.why or what.split()[0] in self.why


class Host:
    """The process that the examples of a test share, until one of them breaks it."""

    def __init__(self, env, **keys):
        self.env, self.keys = env, keys
        self.ours = env.driver == 'net_ena_pmd'
        self.excluded = Excluded(env.driver)
        self.orders = None
        self.examples = self.processes = self.busy = 0
        self.count = Counter()      # calls, by name
        self.level = None           # what the process holds while nothing is plugged in
        self.libc = []              # by example
        self.reports = []           # failures, the first one as it was found

    def plugged_out(self):
        """A process without the device; where a driver cannot be plugged in twice, a new one."""
        if self.orders is not None and self.orders.alive and 'plug in again' not in self.excluded:
            return self.orders
        self.close()
        self.orders = orders = Orders(self.env, **self.keys)
        self.processes += 1
        if 'plug in again' in self.excluded:
            return orders
        # EAL has plugged it in. What is allocated once for all is allocated by a second try.
        orders.call('remove')
        orders.device('ports')
        for _ in range(2):
            assert orders.call('probe') == 0
            assert orders.call('remove') == 0
        self.level = orders.ask('ledger')
        orders.forget()
        return orders

    def close(self):
        if self.orders is not None:
            self.orders.close()
            self.orders = None


def can(what):
    """
    A precondition: no driver's weakness is met. It looks at nothing that an example does, since
    hypothesis has to see the same choices whatever the timing was; a rule that does not suit the
    port does nothing.
    """
    return lambda self: what not in self.host.excluded


def probe(orders, devargs=''):
    """
    Plug in; once more if it fails, for a machine that was too busy to answer a register read in
    time.
    """
    line = ('probe ' + devargs).rstrip()
    return orders.call(line) and orders.call(line)


class CallOrders(RuleBasedStateMachine):
    """One example. A subclass has the host."""

    host = None
    parallel = False

    def __init__(self):
        super().__init__()
        self.orders = self.host.plugged_out()
        self.orders.forget()
        self.failed = False
        self.port = self.sick = self.link_up = False
        self.timeouts = 0
        self.slow = 1               # steps that may wait for a time-out
        self.polled = False
        self.fresh()
        self.host.examples += 1

    def break_device(self, fault, skip):
        if fault.startswith('link'):
            self.device('link', 0, 'up')
            self.link_up = True
        # some begin at once
        self.device('fault', 0, fault,
                    *([] if fault.startswith(('regs', 'link')) else ['skip=%d' % skip]))

    def fresh(self):
        """A port that was just made or reset: there is no queue."""
        self.kept = False
        self.configured = self.started = self.lsc = self.rx_intr = self.rss = False
        self.queues()
        self.kept = False

    def queues(self, rx=0, tx=0):
        # By queue: False not set up, None perhaps, else pool or True. ethdev keeps queues over a
        # new configuration.
        state = None if self.kept else False
        self.rx, self.tx = [state] * rx, [state] * tx
        self.sure = self.kept = True

    # ---- helpers ----------------------------------------------------------------------

    def guard(self, function, *words):
        try:
            return function(*words)
        except (Crashed, Hangs) as e:
            self.fail(str(e))
            raise

    def fail(self, report):
        self.failed = True
        self.host.reports.append(report)

    def ask(self, *words):
        answer = self.guard(self.orders.ask, *words)
        name = words[0].split()[0]
        self.host.count[name if answer['rc'] >= 0 else 'errors of ' + name] += 1
        return answer

    def call(self, *words):
        return self.ask(*words)['rc']

    def device(self, *words):
        return self.guard(self.orders.device, *words)

    def expect(self, true, what):
        if not true:
            report = self.orders.report_of(what)
            self.fail(report)
            raise AssertionError(report)

    def healthy(self):
        """
        False on a device that had a fault. An admin command may also time out on a machine that is
        busy for long: then the device counts as sick from now on, and the test tells how often that
        was.
        """
        if self.sick or not self.port:
            return False
        timeouts = self.ask('health')['admin_timeouts']
        if timeouts != self.timeouts:
            self.timeouts = timeouts
            self.sick = True
            self.host.busy += 1
        return not self.sick

    def legal(self, rc, what, wanted=0):
        """
        A call that has to return @p wanted, unless the device is sick. Of a driver that is not this
        project's, only crashes and calls that hang are judged.
        """
        if rc == wanted or not self.host.ours:
            return True
        self.expect(not self.healthy(), '%s returned %d, not %d' % (what, rc, wanted))
        return False

    def error(self, rc, what):
        self.expect(rc < 0, '%s returned %d, not an error' % (what, rc))

    # ---- plug in and out -----------------------------------------------------------------

    @initialize(devargs=st.sampled_from(range(8)))
    def plug_in(self, devargs):
        choices = DEVARGS[self.host.env.driver]
        self.devargs = choices[devargs % len(choices)]
        if 'plug in again' in self.host.excluded:
            self.was_probed()       # EAL has
        else:
            self.probe()

    def probe(self):
        rc = self.guard(probe, self.orders, self.devargs)
        self.expect(rc == 0, 'the device cannot be plugged in: %d' % rc)
        self.polled = 'poll' in self.devargs
        self.was_probed()

    def was_probed(self):
        self.port = self.link_up = True
        self.sick = False
        self.timeouts = self.ask('health')['admin_timeouts']
        self.limits = self.info()['mtu']
        self.fresh()

    def clear(self):
        self.device('fault', 0, 'clear')
        self.device('link', 0, 'up')
        self.link_up = True

    @precondition(can('plug in again'))
    @rule(fault=st.sampled_from([None, None] + QUICK_FAULTS), skip=st.integers(0, 15))
    def plug_in_again(self, fault, skip):
        """Perhaps it fails once because the device does, and then it does not."""
        if self.port:
            return
        self.call('remove')
        self.clear()
        if fault and 'faults' not in self.host.excluded:
            self.break_device(fault, skip)
            self.call('probe')
            self.clear()
            self.call('remove')
        self.probe()

    @precondition(can('plug in again'))
    @rule(really=st.integers(0, 2))
    def unplug(self, really):
        if not really:
            self.call('remove')
            self.port = False
            self.gone()

    @precondition(can('close'))
    @rule(really=st.integers(0, 2))
    def close(self, really):
        if not really:
            rc = self.call('close')
            if self.port and not self.started:
                self.legal(rc, 'close')
            if not self.port or not self.started:
                self.port = False
                self.gone()
            elif self.ask('info')['rc'] == -errno.ENODEV:
                self.port = False   # the driver has stopped it by itself
                self.gone()

    def gone(self):
        self.fresh()
        self.error(self.ask('info')['rc'], 'info of no port')

    # ---- life of the port -------------------------------------------------------------------

    def info(self):
        found = self.ask('info')
        self.expect(found['rc'] == 0, 'info returned %d' % found['rc'])
        return found

    def reconfigure(self, rx, tx, mode, types, key, lsc, rx_intr, mtu, offloads, good):
        """@p good: all arguments are legal on a port that is stopped."""
        rc = self.call('configure', rx, tx, mode, types, key, int(lsc), int(rx_intr), mtu,
                       *offloads)
        if not self.port:
            return self.error(rc, 'configure')
        if self.started:
            return self.legal(rc, 'configure of a started port', -errno.EBUSY)
        if rc == 0:
            self.configured, self.lsc, self.rx_intr, self.rss = True, lsc, rx_intr, mode == RSS
            self.queues(rx or (0 if tx else 1), tx or (0 if rx else 1))
            return None
        self.configured, self.sure, self.kept = False, False, True
        if good:
            self.legal(rc, 'configure')
        return None

    @rule(rx=QUEUE, tx=QUEUE, mode=st.sampled_from([0, RSS, RSS, DCB, VMDQ_RSS]),
          types=st.sampled_from([0, 1, 2, 3]), key=st.sampled_from([0, 40, 40, 3]),
          lsc=st.booleans(), rx_intr=st.booleans(), mtu=MTU, offload=st.integers(0, 3))
    def configure(self, rx, tx, mode, types, key, lsc, rx_intr, mtu, offload):
        info = {'hf': 0, 'rx_offloads': 0, 'tx_offloads': 0, 'queues': 0, 'mtu': [0, 0], 'key': 0}
        if self.port:
            info = self.info()
        # none, all, TCP over IPv4, what no device has
        types = [0, info['hf'], 0x20, 1 << 40][types]
        offloads = [(0, 0), (RX_SCATTER, TX_MULTI_SEGS),
                    (info['rx_offloads'] & ~0x80000, info['tx_offloads']), (1, 1 << 40)][offload]
        good = (max(rx, tx) <= info['queues'] and mode in (0, RSS)
                and types | info['hf'] == info['hf'] and key in (0, info['key'])
                and (mtu == 0 or info['mtu'][0] <= mtu <= info['mtu'][1]) and offload != 3)
        self.reconfigure(rx, tx, mode, types, key, lsc and 'lsc' not in self.host.excluded,
                         rx_intr and self.can_rx_intr(rx), mtu, offloads, good)

    def can_rx_intr(self, rx):
        return rx != 0 or 'rx-intr without queues' not in self.host.excluded

    @rule(queue=QUEUE, depth=DEPTH, pool=st.sampled_from([PLENTY, PLENTY, SCARCE, TINY, NO_POOL]),
          thresh=st.sampled_from([NO_CONF, 0, 32, 60000]), deferred=st.sampled_from([0, 0, 1]))
    def rxq(self, queue, depth, pool, thresh, deferred):
        good = (pool in (PLENTY, SCARCE) and depth in (0, 128, 512, 1024) and thresh != 60000
                and not deferred)
        rc = self.call('rxq', queue, depth, POOLS.index(pool), thresh, deferred, 0)
        self.was_set_up(self.rx, queue, rc, good, pool)

    @rule(queue=QUEUE, depth=DEPTH, thresh=st.sampled_from([NO_CONF, 0, 32, 60000]),
          deferred=st.sampled_from([0, 0, 1]))
    def txq(self, queue, depth, thresh, deferred):
        good = depth in (0, 128, 512, 1024) and thresh != 60000 and not deferred
        rc = self.call('txq', queue, depth, thresh, deferred, 0)
        self.was_set_up(self.tx, queue, rc, good, True)

    def was_set_up(self, queues, queue, rc, good, value):
        if not self.port:
            return self.error(rc, 'queue set-up')
        if self.started:
            return self.error(rc, 'queue set-up of a started port')
        if not self.sure:
            return None
        if queue >= len(queues):
            return self.error(rc, 'set-up of a queue that is not configured')
        queues[queue] = None if rc else value
        return self.legal(rc, 'queue set-up') if good else None

    @rule()
    def start(self):
        if False in self.rx + self.tx and 'start with missing queues' in self.host.excluded:
            return None
        rc = self.call('start')
        if not self.port:
            return self.error(rc, 'start')
        if self.started:
            return self.legal(rc, 'start of a started port')
        self.started = rc == 0
        if not self.configured and self.sure:
            return self.error(rc, 'start of a port that is not configured')
        self.judge_start(rc)
        return None

    def judge_start(self, rc):
        states = self.rx + self.tx
        if not self.sure or None in states or self.rx_intr and self.rx:
            return
        if False in states or SCARCE in self.rx:
            if self.host.ours:
                self.error(rc, 'start with a queue that is not set up, or a pool that is too small')
        else:
            self.legal(rc, 'start')

    @rule(really=st.integers(0, 1))
    def stop_perhaps(self, really):
        if really:
            self.stop()

    def stop(self):
        rc = self.call('stop')
        if not self.port:
            return self.error(rc, 'stop')
        self.started = False
        return self.legal(rc, 'stop')

    @precondition(can('reset'))
    @rule(really=st.integers(0, 1))
    def reset(self, really):
        if not really:
            return None
        rc = self.call('reset')
        if not self.port:
            return self.error(rc, 'reset')
        self.was_reset()
        return self.legal(rc, 'reset')

    def was_reset(self):
        # ethdev remembers that it was configured, so a driver may let it start; the queues are gone
        self.fresh()
        self.sure = False

    @rule(rx=QUEUE, tx=QUEUE, rss=st.booleans(), lsc=st.booleans(), rx_intr=st.booleans(),
          scarce=st.integers(0, 7))
    def bring_up(self, rx, tx, rss, lsc, rx_intr, scarce):
        """What an application does, so that most orders have a port that runs."""
        if not self.port:
            return
        if self.started:
            self.stop()
        rx_intr = rx_intr and not self.polled and self.can_rx_intr(rx)
        lsc = lsc and 'lsc' not in self.host.excluded
        self.reconfigure(rx, tx, RSS if rss else 0, self.info()['hf'] if rss else 0, 0, lsc,
                         rx_intr, 0, (0, 0), True)
        for queue in range(len(self.rx)):
            self.rxq(queue, 128, PLENTY if scarce else SCARCE, NO_CONF, 0)
        for queue in range(len(self.tx)):
            self.txq(queue, 128, NO_CONF, 0)
        rc = self.call('start')
        self.started = rc == 0
        if rx_intr and scarce:
            self.legal(rc, 'start with Rx interrupts')
        self.judge_start(rc)

    @rule(mtu=MTU)
    def mtu(self, mtu):
        good = self.configured and self.limits[0] <= mtu <= self.limits[1]
        rc = self.call('mtu', mtu)
        if not self.port:
            self.error(rc, 'mtu')
        elif good and self.sure:
            self.legal(rc, 'mtu')

    # ---- RSS ------------------------------------------------------------------------------------

    @precondition(can('rss'))
    @rule(size=st.sampled_from([0, 0, 0, 1, 64, 512, 65535]), entry=st.integers(0, 700),
          queue=QUEUE)
    def reta_update(self, size, entry, queue):
        rc = self.call('reta_update', size, entry, queue)
        if not self.port:
            self.error(rc, 'reta_update')
        elif self.host.ours and self.sure and queue >= len(self.rx):
            self.error(rc, 'reta_update with a queue that is not configured')

    @precondition(can('rss'))
    @rule(types=st.sampled_from([0, 'all', 0x20, 0x2, 1 << 40]),
          key=st.sampled_from([0, 40, 3, 63]))
    def hash_update(self, types, key):
        if 'rss without queues' in self.host.excluded and not self.rx:
            return
        good = types in (0, 'all') and key in (0, 40)
        if types == 'all':
            types = self.info()['hf'] if self.port else 0
        rc = self.call('hash_update', types, key)
        if not self.port:
            self.error(rc, 'hash_update')
        elif good and self.configured and self.rss and self.sure and self.host.ours:
            self.legal(rc, 'hash_update')

    # ---- questions -------------------------------------------------------------------------------

    @rule(line=st.sampled_from(QUESTIONS))
    def question(self, line):
        if line in self.host.excluded:
            return
        rc = self.call(line)
        if not self.port and line not in NO_ERROR_IF_CLOSED:
            self.error(rc, line)

    @rule(line=st.sampled_from(QUEUE_QUESTIONS), queue=st.integers(0, 9))
    def queue_question(self, line, queue):
        excluded = self.host.excluded
        if line in excluded or 'queue' in excluded and not self.has(line, queue):
            return
        if self.started and line.startswith(('rx_queue_count', 'desc')) and not self.side(line):
            # On a port without queues of that direction ethdev itself reads a table that it does
            # not have.
            return
        line = line % queue
        rc = self.call(line)
        if self.port:
            return
        if line.startswith('rx_queue_count'):
            # Newer releases of ethdev answer for a port that is closed, and say that nothing waits.
            self.expect(rc <= 0, '%s returned %d on a closed port' % (line, rc))
        else:
            self.error(rc, line)

    def has(self, line, queue):
        """The queue is there, and so is the port."""
        return self.port and self.started and queue < len(self.side(line))

    def side(self, line):
        return self.tx if line.startswith(('tx', 'queue_info 1', 'desc_status 1')) else self.rx

    @rule(queue=QUEUE, free=st.sampled_from([0, 1, 65535]))
    def done_cleanup(self, queue, free):
        # As above; and ethdev has the table as soon as the port is configured.
        if self.sure and self.configured and self.tx and (
                self.started and queue < len(self.tx) or 'queue' not in self.host.excluded):
            self.call('done_cleanup', queue, free)

    # ---- packets ---------------------------------------------------------------------------------

    @rule(queue=QUEUE, count=COUNT, length=st.sampled_from([0, 60, 200, 1514, 1800]))
    def tx_burst(self, queue, count, length):
        # On a started port, a queue that is not there is for no driver to notice.
        if not self.started or queue < len(self.tx):
            answer = self.ask('tx_burst', queue, count, length)
            self.expect(self.started or answer['sent'] == 0, 'packets were sent by a stopped port')

    @rule(queue=QUEUE, count=COUNT)
    def tx_prepare(self, queue, count):
        if not self.started or queue < len(self.tx):
            self.call('tx_prepare', queue, count)

    @rule(queue=QUEUE, count=COUNT)
    def rx_burst(self, queue, count):
        if not self.started or queue < len(self.rx):
            answer = self.ask('rx_burst', queue, count)
            self.expect(self.started or answer['got'] == 0, 'packets came from a stopped port')

    @rule(count=st.integers(1, 8))
    def traffic(self, count):
        if not (self.started and self.rx and self.tx):
            self.bring_up(count, count, count % 2, True, count == 8, count != 7)
        if not (self.started and self.rx and self.tx and self.sure):
            return
        exact = (self.host.ours and self.link_up and set(self.rx) <= {PLENTY} and not self.sick)
        for _ in range(3):
            # What went before may still fill a ring: then a few are lost, but not every time.
            answer = self.ask('traffic', len(self.rx), len(self.tx), count,
                              int(2000 * self.host.env.slow) if exact else 20)
            if not exact or answer['got'] == count * len(self.tx):
                return
        self.expect(not self.healthy(), 'packets were lost: %s' % answer)

    # ---- the device ------------------------------------------------------------------------------

    @precondition(can('link'))
    @rule(up=st.booleans())
    def link(self, up):
        self.device('link', 0, 'up' if up else 'down')
        self.link_up = up

    @precondition(can('faults'))
    @rule(fault=st.sampled_from(QUICK_FAULTS), skip=st.integers(0, 12), often=st.integers(0, 1))
    def fault(self, fault, skip, often):
        if often and self.port:
            self.break_device(fault, skip)
            self.sick = True

    @precondition(can('faults'))
    @rule(fault=st.sampled_from(SLOW_FAULTS), skip=st.integers(0, 12), often=st.integers(0, 3))
    def slow_fault(self, fault, skip, often):
        if self.port and self.slow and not often:
            self.slow -= 1
            self.break_device(fault, skip)
            self.sick = True

    @precondition(can('reset'))
    @rule()
    def heal(self):
        """The device works again: after a reset the port does, too."""
        if not self.port or not self.sick:
            return
        self.clear()
        rc = self.call('reset')
        if rc != 0:
            # The time-out of a command that was held before may still be the reason; never twice.
            rc = self.call('reset')
        self.expect(rc == 0 or not self.host.ours, 'reset on a device that works again: %d' % rc)
        self.was_reset()
        self.sick = False
        self.timeouts = self.ask('health')['admin_timeouts']

    # ---- callbacks -------------------------------------------------------------------------------

    @precondition(can('callbacks'))
    @rule(calls=st.sampled_from(CALLBACKS))
    def in_link_callback(self, calls):
        if not self.sick and not (self.started and self.lsc):
            self.bring_up(2, 2, True, True, False, True)
        if not (self.started and self.lsc and self.link_up) or self.sick:
            return
        self.in_callback('lsc', calls, ['link', 0, 'down'])

    @precondition(can('reset events'))
    @rule(calls=st.sampled_from(CALLBACKS), really=st.integers(0, 3))
    def in_reset_callback(self, calls, really):
        if really or not self.port or not self.slow or self.sick:
            return
        self.slow -= not self.polled
        self.in_callback('reset', calls, ['fault', 0, 'reset-request'])

    def in_callback(self, event, calls, cause):
        if any(call + ' in callback' in self.host.excluded for call in calls.split(';')):
            return
        done = self.ask('events')['done'] + 1
        healthy = self.healthy()
        self.sick = self.sick or event == 'reset'
        self.call('on', event, calls)
        self.device(*cause)
        self.link_up = self.link_up and event != 'lsc'
        rc = self.call('await', done, int(500 * self.orders.limit_s * self.host.env.slow))
        if rc != 0:
            self.guard(self.orders.ping)    # if that is why, it says more
        self.expect(rc == 0 or not healthy or not self.host.ours, 'there was no %s event' % event)
        self.call('off')
        self.guard(self.orders.ping)
        self.port = self.ask('info')['rc'] != -errno.ENODEV
        if not self.port:
            self.gone()
        elif not calls.startswith(('stats', 'link', 'mtu', 'reta', 'hash', 'is_')):
            # Which of the calls a driver takes in that thread is its decision; it does not matter
            # below.
            self.sick = True
            self.started = False
            self.call('stop')
            self.heal()

    @precondition(lambda self: self.parallel)
    @rule(pair=st.sampled_from(PAIRS))
    def two_at_once(self, pair):
        if not self.port:
            return
        self.sick = True
        self.call('both', pair)
        self.guard(self.orders.ping)
        if 'reset' in pair or 'stop' in pair:
            self.started = False
            self.call('stop')
            self.heal()

    # ---- the end of an example -------------------------------------------------------------------

    def teardown(self):
        known = self.failed         # in a step: what that leaves behind is no news
        try:
            if self.orders.alive:
                self.finish()
        except BaseException:
            self.host.close()
            if not known:
                raise
        if not self.orders.alive:
            self.host.close()

    def finish(self):
        if 'plug in again' in self.host.excluded:
            self.host.close()
            return
        self.clear()
        self.call('off')
        self.call('remove')
        self.guard(self.orders.ping)
        self.no_leak()
        if self.host.ours:
            found = self.device('defects', 0)
            self.expect(not count_of(found), 'strict mode: %s' % found)

    def no_leak(self):
        names = ('mbufs_used', 'memzones', 'heap_blocks', 'heap_bytes', 'fds')
        level = self.host.level
        end = time.monotonic() + 5 * self.host.env.slow
        while True:
            now = self.ask('ledger')
            if all(now[name] == level[name] for name in names):
                break
            # EAL's interrupt thread opens and closes descriptors in its own time.
            self.expect(time.monotonic() < end, 'left behind: ' + ', '.join(
                '%s %+d' % (n, now[n] - level[n]) for n in names if now[n] != level[n]))
            time.sleep(0.02)
        self.host.libc.append(now['libc_bytes'])


def count_of(answer):
    """Deviations that strict mode has counted."""
    return sum(port.get('defects', 0) for port in answer['ports'])


def run_orders(request, host, examples, parallel=False, shrink=SHRINK):
    """Draw and run so many examples; then tell how many calls they made."""
    machine = type('Orders', (CallOrders,), {'host': host, 'parallel': parallel})
    try:
        run_state_machine_as_test(seed(request.config.ena_seed)(machine), settings=settings(
            max_examples=examples, stateful_step_count=STEPS, deadline=None, database=None,
            phases=[Phase.generate] + [Phase.shrink] * shrink,
            print_blob=True, suppress_health_check=list(HealthCheck)))
        # hypothesis drops a failure that it does not see again, so that its time matters: what was
        # seen is what there is.
        assert not host.reports, host.reports[0]
    except Flaky:
        raise AssertionError(host.reports[0] if host.reports else 'see above') from None
    finally:
        if host.orders is not None and host.orders.alive and 'plug in again' not in host.excluded:
            assert host.orders.quit() == 0
        host.close()
    count = host.count
    tell('call orders of %s: %d examples, %d calls (%d starts, %d resets, %d times traffic, '
         '%d callbacks), %d processes, %d times a busy machine'
         % (host.env.driver, host.examples, sum(count.values()), count['start'], count['reset'],
            count['traffic'], count['await'], host.processes, host.busy))
    return count


@pytest.mark.bounded(900)
def test_no_order_of_calls_crashes_hangs_or_leaks(request, env):
    host = Host(env, **TIMEOUTS)
    if not host.ours:
        # Random orders find ever new defects of another driver: what is not in the table yet is
        # told, and is no failure. It is not shortened, which takes many minutes where each try ends
        # in a crash or a time-out.
        try:
            run_orders(request, host, max(EXAMPLES // 5, 1), PARALLEL, shrink=False)
        except Exception as found:  # whatever hypothesis makes of it
            pytest.xfail('an order that %s does not survive:\n%s' % (env.driver, str(found)[:4000]))
        return
    run_orders(request, host, EXAMPLES, PARALLEL)
    # What malloc() has given out, to the byte, rises when something is done for the first time;
    # with a leak it always does.
    libc = host.libc
    rises = sum(now > max(libc[:i + 1]) for i, now in enumerate(libc[1:]))
    assert rises < 10 + len(libc) // 10 or env.sanitizers, libc


#: Orders that once crashed or hung, shortened: lines for ena_orders, and with "#" for the device.
ONCE_FATAL = {
    'an RSS update on a port without Rx queues': [
        'configure 0 1 1 0x20 0 0 0 0 0 0', 'txq 0 128 65535 0 0', 'start', 'hash_update 0 40',
        'hash_update 0x20 0'],
    'a status of a queue that is not set up': [
        'configure 1 1 0 0 0 0 0 0 0 0', 'rxq 0 128 0 65535 0 0', 'txq 0 128 65535 0 0', 'start',
        'rx_queue_count 2', 'desc_status 0 2 0', 'desc_status 1 2 0', 'done_cleanup 2 0'],
    'a reset in the callback of a link event': [
        'configure 1 1 0 0 0 1 0 0 0 0', 'rxq 0 128 0 65535 0 0', 'txq 0 128 65535 0 0', 'start',
        'on lsc reset', '# link 0 down', 'await 1 20000', 'ping 20000', 'stop', 'reset'],
    'stop and close in the callback of a link event': [
        'configure 1 1 0 0 0 1 0 0 0 0', 'rxq 0 128 0 65535 0 0', 'txq 0 128 65535 0 0', 'start',
        'on lsc stop;close', '# link 0 down', 'await 1 20000', 'ping 20000'],
    'a start after a reset': [
        'configure 1 1 0 0 0 0 0 0 0 0', 'rxq 0 128 0 65535 0 0', 'txq 0 128 65535 0 0', 'start',
        'reset', 'start', 'rx_burst 0 8', 'tx_burst 0 8 60', 'stop', 'reset'],
}


@pytest.mark.only('net_ena_pmd', why='these are its own defects')
@pytest.mark.parametrize('devargs', ['', 'control_path_poll_interval=100'],
                         ids=['interrupt', 'polled'])
@pytest.mark.parametrize('order', ONCE_FATAL.values(),
                         ids=[name.replace(' ', '-') for name in ONCE_FATAL])
def test_an_order_that_once_was_fatal_is_harmless(env, runs, order, devargs):
    run = Orders(env, **TIMEOUTS)
    runs.append(run)
    run.call('remove')
    assert probe(run, devargs) == 0, run.report_of('probe')
    for line in order:
        if line.startswith('#'):
            run.device(*line[1:].split())
        else:
            rc = run.call(line)
            fatal = line.startswith(('await', 'ping'))
            assert rc == 0 or not fatal, run.report_of('%s: %d' % (line, rc))
    run.call('remove')
    run.ping()
    assert probe(run) == 0, run.report_of('probe')
    assert run.quit() == 0
