# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Rings: every depth, bursts of every size, indices that wrap, doorbells past 65535; an Rx ring that
stays full; pools that run dry and recover.
"""

import json
import subprocess

import pytest

from lib.known import expect_failure, upstream_defect
from lib.patience import until
from lib.softena import Port, SoftenaRun, complaints

DEPTHS = [128 << i for i in range(9)]
DEEP = {'rx-depth': 32768, 'tx-depth': 32768, 'rx-queues': 1, 'tx-queues': 1}
DEEP_LLQ = {'llq-depth': 32768, 'llq-wide-depth': 32768, 'llq-num': 1}
LOOPBACK = 'loopback:queue=65536,lossless'
#: What a burst may take from the ring before it has posted, and rung, again
BATCH = 16


def run_app(env, app, port, *args, timeout=120):
    """Run one of the test programs; (its JSON lines, the device's counters)."""
    with SoftenaRun(env, [port]) as run:
        program = env.program('tests', 'integration', app)
        run.popen([program, *env.eal_args(), '--', *map(str, args)],
                  text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                  stderr=subprocess.STDOUT)
        if 'start=ctl' in port.wire:
            start_wire(run)
        out, _ = run.proc.communicate(timeout=timeout * env.slow)
        lines = [json.loads(line) for line in out.splitlines() if line.startswith('{')]
        assert run.proc.returncode == 0 and lines, 'exit %d:\n%s' % (
            run.proc.returncode, out[-3000:])
        report = run.report()[0]
        assert not complaints([report]), complaints([report])
        return lines, report


def start_wire(run):
    """Let the frames flow as soon as there is a queue for them: before, they are nobody's."""
    def has_queue():
        if run.proc.poll() is not None:
            raise RuntimeError('the program ended before its port had a queue')
        try:
            return run.stats(0).get('rx_queues')
        except (OSError, RuntimeError, ValueError):
            return 0            # no answer yet

    until(has_queue, 'the port has an Rx queue')
    run.wire(0, 'start')


def sweep(env, starts, underway=1500, options=(), **keys):
    """Starts of the port: (Rx depth, Tx depth, packets, first burst, step)."""
    lines, report = run_app(env, 'ena_rings', Port(wire=LOOPBACK, **keys), *options,
                            *[':'.join(map(str, s + (underway,))) for s in starts])
    assert len(lines) == len(starts)
    for line, (rxd, txd, packets, _, _) in zip(lines, starts):
        what = 'depths %d and %d: %r' % (rxd, txd, line)
        assert line['sent'] >= packets and line['received'] == line['sent'], what
        assert line['wrong'] == 0 and line['lost'] == 0, what
        if env.driver == 'net_ena_pmd':
            assert line['posted_min'] >= rxd - 1 - BATCH, what
    assert report['wire_tx_lost'] == 0
    return lines


PLACEMENTS = {
    'host': dict(profile='no-llq', **DEEP),
    'llq-128': dict(profile='nitro-v2', **DEEP, **DEEP_LLQ),
    'llq-256': dict(profile='nitro-v4', **DEEP, **DEEP_LLQ),
}
SHUFFLED = {'tx-out-of-order': 'on', 'rx-out-of-order': 'on'}
BURST_LIMIT = 48                # entries
#: options of ena_rings, quirks of the device
VARIANTS = {
    'plain': ([], {}),
    'fast-free': (['--fast-free'], {}),
    'mixed-shuffled': (['--segments', '--offload', '--fast-free'], SHUFFLED),
}
#: one burst of each size
EVERY_SIZE = 512 * 513 // 2


@pytest.mark.bounded(200)
@pytest.mark.parametrize('variant', list(VARIANTS))
@pytest.mark.parametrize('where', list(PLACEMENTS))
def test_every_depth_takes_bursts_of_every_size(env, where, variant):
    """
    Depths 128 to 32768, at each one a burst of each size 1 to 512, with as many packets under way
    as the ring takes; then the ring is filled until it takes no more. Rings and free-running
    indices wrap.
    """
    options, quirks = VARIANTS[variant]
    keys = {**PLACEMENTS[where], **quirks}
    limited = variant == 'fast-free' and where != 'host'
    if limited:
        options = options + ['--limit=%d' % BURST_LIMIT]
        keys['llq-accel'] = 'burst-limit' + '+no-meta-cache' * (where == 'llq-256')
        keys['llq-burst'] = BURST_LIMIT * (256 if where == 'llq-256' else 128)
    starts = [(depth, depth, EVERY_SIZE, 37 * i, 301 + 2 * i) for i, depth in enumerate(DEPTHS)]
    lines = sweep(env, starts, underway=0, options=options, **keys)
    for line in lines:
        if env.driver != 'net_ena_pmd':
            # it keeps some slots to itself, and is as fast as the device at times
            continue
        # an idle machine's device may empty the deepest rings as fast as they are filled
        assert line['full'] > 0 or line['txd'] > 8192, 'the Tx ring was never full: %r' % line
        if '--segments' not in options:
            # one slot a packet; with doorbells in the middle of a burst even more may fit
            assert line['whole'] >= min(512, line['txd'] - 1), line
        if limited:
            assert line['doorbells'] >= line['doorbells_needed'], line
            assert line['doorbells_needed'] > 512 * 512 // 2 // BURST_LIMIT, line


def test_small_rx_and_large_tx_rings_and_the_other_way_round(env):
    sweep(env, [(128, 32768, 40000, 3, 5), (32768, 128, 40000, 4, 7), (256, 1024, 40000, 0, 1)],
          **PLACEMENTS['host'])


@pytest.mark.parametrize('where', ['host', 'llq-256'])
def test_doorbells_go_past_65535(env, where):
    """More packets than a 16-bit count has values, several times, through the same queues."""
    lines = sweep(env, [(256, 256, 300000, 31, 0)], **PLACEMENTS[where])
    assert lines[0]['sent'] > 4 * 65536


# ---- the ring stays full -------------------------------------------------------------------------

@pytest.mark.only('net_ena_pmd', why='net_ena has no such counter')
@pytest.mark.parametrize('depth', [128, 512, 4096])
def test_rx_ring_never_runs_lower_than_a_refill_batch_under_full_load(env, depth):
    """
    Bursts of 512 from a generator that is faster than the driver; the counter says the lowest
    level.
    """
    port = Port(wire='gen:count=300000,payload=seq,start=ctl', profile='nitro-v4')
    lines, _ = run_app(env, 'ena_receive', port, '--count', 300000, '--rxd', depth, '--burst', 512)
    got = lines[0]
    assert (got['received'], got['missing'], got['backwards']) == (300000, 0, 0)
    assert depth - 1 - BATCH <= got['posted_min'] < depth - 1, got
    assert got['rx_nombuf'] == 0 and got['refill_partial'] == 0 and got['imissed'] == 0


#: Buffers of 1400 bytes, seven of them to a frame
JUMBO = ['--room', 1400, '--mtu', 9000]


@pytest.mark.only('net_ena_pmd', why='net_ena has no such counter')
@pytest.mark.parametrize('depth,burst', [(128, 32), (128, 512), (1024, 512)])
def test_rx_ring_never_runs_lower_with_packets_of_many_buffers(env, depth, burst):
    port = Port(wire='gen:count=40000,payload=seq,size=9000,start=ctl', profile='nitro-v4')
    lines, _ = run_app(env, 'ena_receive', port, '--count', 40000, '--rxd', depth, '--burst', burst,
                       *JUMBO)
    got = lines[0]
    assert (got['received'], got['missing'], got['backwards']) == (40000, 0, 0)
    assert depth - 1 - BATCH <= got['posted_min'] < depth - 1, got
    assert got['rx_nombuf'] == 0 and got['imissed'] == 0


@pytest.mark.only('net_ena_pmd', why='net_ena has no such counter')
@pytest.mark.parametrize('thresh', [1, 8, 32, 100])
def test_a_threshold_of_the_application_is_kept(env, thresh):
    """Half a batch may be taken before the ring is looked at again."""
    port = Port(wire='gen:count=100000,payload=seq,start=ctl', profile='nitro-v4')
    lines, _ = run_app(env, 'ena_receive', port, '--count', 100000, '--rxd', 128, '--thresh',
                       thresh)
    got = lines[0]
    assert (got['received'], got['missing'], got['thresh']) == (100000, 0, thresh)
    assert got['posted_min'] >= 127 - max(BATCH, thresh - 1 + BATCH // 2), got


@pytest.mark.only('net_ena_pmd', why='net_ena stalls')
def test_a_threshold_that_would_stall_large_packets_is_lowered(env):
    """
    With 127 of 128 nothing would be posted before there is no room for a frame of seven buffers.
    """
    port = Port(wire='gen:count=20000,payload=seq,size=9000,start=ctl', profile='nitro-v4')
    lines, _ = run_app(env, 'ena_receive', port, '--count', 20000, '--rxd', 128, '--thresh', 127,
                       *JUMBO)
    got = lines[0]
    assert got['received'] == 20000 and got['missing'] == 0, got
    assert got['thresh'] == 127 - 17


#: missing buffers at which a burst of net_ena_pmd refills, and the slot that stays empty
UNPOSTED = 8


@upstream_defect
@pytest.mark.parametrize('flows', ['one-flow', 'many-flows'])
def test_devices_that_drop_silently_when_a_part_of_the_ring_is_empty_do_not(env, request, flows):
    """
    Datasheet part B 13.2 #2. The device takes a buffer from the eighth of the ring that a hash of
    the header says: a driver that waits until an eighth is free before it refills loses packets
    that no counter shows. As many packets are under way as one eighth holds while the driver lets
    buffers be missing, in rings of all depths, and up to bursts of 512; one flow uses one eighth
    alone.
    """
    if env.driver == 'net_ena':
        if flows == 'many-flows':
            pytest.skip('whether net_ena loses some then is a matter of luck')
        expect_failure(request, 'refill waits for min(depth / 8, 256) free slots (part B 5.2)')
    starts = []
    # a loss costs seconds, and one is enough
    for depth in DEPTHS if env.driver == 'net_ena_pmd' else [1024]:
        # one more may be under way from the burst before
        burst = min(512, depth // 8 - UNPOSTED - 2)
        starts.append((depth, 512, 20 * depth if depth < 4096 else 70000, burst - 1, 0, 1))
    options = ['--offload'] if flows == 'many-flows' else []
    port = Port(profile='no-llq', hashed_rx='on', wire=LOOPBACK, **DEEP)
    lines, report = run_app(env, 'ena_rings', port, *options,
                            *[':'.join(map(str, s)) for s in starts])
    assert report['rx_silent_drops'] == 0, report['rx_silent_drops']
    for line, start in zip(lines, starts):
        assert line['received'] == line['sent'] >= start[2], line
        assert line['wrong'] == line['lost'] == 0, line


# ---- other pools ---------------------------------------------------------------------------------

@upstream_defect
@pytest.mark.parametrize('size,args', [(64, []), (9000, JUMBO)], ids=['small', 'jumbo'])
def test_mbufs_whose_buffers_lie_elsewhere_can_be_shared(env, request, size, args):
    """
    A pool with pinned external buffers: a clone of a packet finds the count of the buffer's owners.
    """
    if env.driver == 'net_ena':
        expect_failure(request, 'it takes the flag away that tells where the buffer is', run=False)
    count = 20000
    port = Port(wire='gen:count=%d,payload=seq,size=%d,start=ctl' % (count, size),
                profile='nitro-v4')
    lines, _ = run_app(env, 'ena_receive', port, '--count', count, '--rxd', 512, '--mbufs', 2000,
                       '--pinned', *args)
    got = lines[0]
    assert got['received'] == got['shared'] == count, got
    assert got['missing'] == got['backwards'] == got['ierrors'] == 0


# ---- no mbufs ------------------------------------------------------------------------------------

@pytest.mark.parametrize('wire,counted', [('lossy', True), ('patient', False)])
def test_an_empty_pool_stalls_nothing_and_every_loss_is_counted(env, wire, counted):
    """
    The application keeps every mbuf until nothing comes any more, for 20 ms, again and again.
    Patient: the frames wait on the wire, so all have to come in the end.
    """
    count, depth, mbufs = 120000, 256, 1000
    port = Port(wire='gen:count=%d,payload=seq,rate=50000,burst=16,start=ctl%s'
                % (count, ',lossy' if counted else ''), profile='nitro-v4')
    lines, _ = run_app(env, 'ena_receive', port, '--count', count, '--rxd', depth, '--mbufs', mbufs,
                       '--keep', 20)
    got = lines[0]
    assert got['starved'] >= 5, 'the pool never ran dry: %r' % got
    assert got['backwards'] == 0
    assert got['received'] + got['imissed'] == count, 'losses are not counted: %r' % got
    if counted:
        assert got['imissed'] > 0 and got['missing'] <= got['imissed']
    else:
        assert got['received'] == count
    assert got['ierrors'] == 0 and got['ipackets'] == got['received']
    assert got['rx_nombuf'] > 0
    if env.driver == 'net_ena_pmd':
        # a buffer that has to wait counts once, however long it waits
        assert got['rx_nombuf'] <= (got['starved'] + 1) * depth + count // BATCH


@pytest.mark.only('net_ena_pmd',
                  why='upstream waits until many buffers are missing, or loses count')
@pytest.mark.parametrize('wire', ['lossy', 'patient'])
@pytest.mark.parametrize('name,size,args', [
    ('many buffers', 9000, ['--rxd', 256, '--mbufs', 1000, *JUMBO]),
    ('many buffers, large threshold', 9000,
     ['--rxd', 128, '--mbufs', 500, '--thresh', 127, *JUMBO]),
    ('mempool cache', 64, ['--rxd', 256, '--mbufs', 1000, '--cache', 100]),
    ('mempool cache and many buffers', 9000,
     ['--rxd', 256, '--mbufs', 1000, '--cache', 100, *JUMBO]),
    ('large threshold', 64, ['--rxd', 256, '--mbufs', 1000, '--thresh', 255]),
], ids=lambda v: v if isinstance(v, str) else '')
def test_an_empty_pool_stalls_nothing_whatever_the_queue_is_like(env, wire, name, size, args):
    count, rate = (40000, 30000) if size == 64 else (8000, 6000)
    port = Port(wire='gen:count=%d,payload=seq,size=%d,rate=%d,burst=16,start=ctl%s'
                % (count, size, rate, ',lossy' if wire == 'lossy' else ''), profile='nitro-v4')
    lines, _ = run_app(env, 'ena_receive', port, '--count', count, '--keep', 10, '--restart', *args)
    got, again = lines
    assert got['starved'] >= 5, 'the pool never ran dry: %r' % got
    assert got['backwards'] == 0 and got['ierrors'] == 0
    assert got['received'] + got['imissed'] == count, 'losses are not counted: %r' % got
    assert wire == 'lossy' or got['received'] == count
    # each time that the pool runs dry, at least the threshold is wanted in vain
    assert got['rx_nombuf'] >= got['starved'] // 2 * got['thresh'], got
    assert got['rx_nombuf'] <= got['starved'] * 256 + 7 * count
    # a restart loses no count
    assert again['rx_nombuf'] == got['rx_nombuf']
    assert again['refill_partial'] == got['refill_partial']
