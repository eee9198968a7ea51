# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Options and fixtures of the integration tests.

Every test runs unmodified DPDK programs on software ENA ports. The driver that serves them is a
parameter of the suite: --driver net_ena_pmd is this project's, --driver net_ena is DPDK's own.
Where the two differ, the test says why.
"""

import os
import random
import shlex
import signal
import threading
import time

import pytest

from lib import netns as netns_lib
from lib import patience
from lib import pcap
from lib import undo
from lib.env import DRIVERS, Environment, remove_runtime_directories
from lib.netns import Namespace
from lib.session import LINES, STRICT
from lib.softena import Port, SoftenaRun, complaints
from lib.testpmd import TestPmd, queue_args

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def pytest_addoption(parser):
    group = parser.getgroup('ena')
    group.addoption('--driver', choices=sorted(DRIVERS), default='net_ena_pmd',
                    help='ethdev driver that serves the ports (default: net_ena_pmd)')
    group.addoption('--build', default=os.path.join(TOP, 'build'), metavar='DIR',
                    help='build directory (default: build)')
    group.addoption('--dpdk-prefix', metavar='DIR',
                    help='a DPDK that is installed elsewhere; the build must be against it')
    group.addoption('--wrapper', default='', metavar='COMMAND', type=shlex.split,
                    help='what runs programs of the build and of the DPDK prefix, for instance an '
                    'emulator of the CPU that they are for')
    group.addoption(
        '--simd', type=int, choices=(64, 128, 256, 512), metavar='BITS',
        help='widest vectors that a driver may use: 64 is scalar, 256 AVX2, 512 AVX-512 '
        '(default: what EAL allows, 256 on x86-64)')


@pytest.fixture(scope='session')
def env(request):
    found = Environment(request.config.getoption('--build'), request.config.getoption('--driver'),
                        request.config.getoption('--dpdk-prefix'),
                        request.config.getoption('--wrapper'),
                        request.config.getoption('--simd'))
    if found.missing():
        pytest.exit('not built: %s' % found.missing(), returncode=2)
    if found.dpdk_app('dpdk-testpmd') is None:
        pytest.exit('dpdk-testpmd is not installed: apt-get install dpdk', returncode=2)
    return found


def pytest_configure(config):
    """
    Ended from outside, a run still takes down its namespaces and processes; what one did that was
    killed is taken down by the next.
    """
    undo.sweep()

    def ended(number, _frame):
        pytest.exit('ended by signal %d' % number, returncode=128 + number)

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, ended)


def pytest_report_header(config):
    simd = config.getoption('--simd')
    return ['time limits: %.1f times as long (ENA_TEST_TIME_FACTOR)' % patience.factor(),
            'driver: %s, build: %s%s' % (config.getoption('--driver'), config.getoption('--build'),
                                         ', vectors of at most %d bits' % simd if simd else ''),
            'seed of the random tests: %d (--hypothesis-seed)' % config.ena_seed]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """
    One seed for all random tests, in the header. --last-failed takes the seed of the run before: a
    second try must not draw other packets than those that failed.
    """
    config = session.config
    seed, cache = config.getoption('--hypothesis-seed', None), getattr(config, 'cache', None)
    if seed is None and cache is not None and config.getoption('lf', False):
        seed = cache.get('ena/seed', None)
    if seed is None:
        seed = random.SystemRandom().randrange(2**32)
    if cache is not None:
        cache.set('ena/seed', seed)
    config.ena_seed = int(seed)


def pytest_sessionfinish(session):
    """A defect that no test has noticed fails the run."""
    remove_runtime_directories()
    if STRICT.defects and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    if LINES:
        terminalreporter.section('what tests tell')
        for line in LINES:
            terminalreporter.write_line(line)
    if STRICT.programs:
        terminalreporter.section('strict mode')
        for line in STRICT.lines():
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _strict(request):
    """Whatever a test looks at: strict mode has nothing to report of this project's driver."""
    before, known = STRICT.defects, set(STRICT.kinds)
    yield
    if STRICT.defects != before:
        new = {k: v for k, v in STRICT.kinds.items() if k not in known} or STRICT.kinds
        pytest.fail('strict mode reported %d defects: %s' % (
            STRICT.defects - before, '; '.join(first for _, first in new.values())))


@pytest.fixture(autouse=True)
def _only(request):
    """Skip what is about one driver when the other one is under test."""
    marker = request.node.get_closest_marker('only')
    if marker and request.config.getoption('--driver') != marker.args[0]:
        pytest.skip('about %s: %s' % (marker.args[0], marker.kwargs['why']))


def _bounded(item):
    """A test that hangs is ended by a limit. Code outside of tests is not interrupted."""
    marker = item.get_closest_marker('bounded')
    end = patience.Limit(marker.args[0] if marker else 120)

    def expired(_signum, _frame):
        if end.over():
            raise TimeoutError('the test took longer than %d s' % (time.monotonic() - end.begin))
        signal.alarm(int(end.left()) + 1)

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(int(end.left()) + 1)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_setup(item):
    yield from _bounded(item)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    yield from _bounded(item)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item):
    yield from _bounded(item)


@pytest.fixture
def runs(request):
    """Everything that the test started, for its end and for the report of a failure."""
    request.node.ena_runs = found = []
    yield found
    for run in reversed(found):
        run.close()


@pytest.fixture
def testpmd(env, runs):
    """
    Factory of testpmd on software ports. At the end of the test it leaves testpmd as a user
    does, and asserts that testpmd reported no error and that no driver gave the device a wrong
    address, a wrong doorbell or a malformed packet.
    """
    def start(ports, *args, **kwargs):
        pmd = TestPmd(env, ports, args, **kwargs)
        runs.append(pmd)
        return pmd

    yield start
    for run in runs:
        if isinstance(run, TestPmd):
            finish(run)


def finish(pmd):
    """Quit testpmd; assert that it ended well and that the device has no complaint."""
    status = pmd.quit()
    assert len(pmd.last_stats) == len(pmd.ports), 'softena-ctl did not answer at the end'
    assert not complaints(pmd.last_stats), complaints(pmd.last_stats)
    if (pmd.driver or pmd.env.driver) == 'net_ena':
        # net_ena closes without resetting the device or taking back its interrupt handler. The
        # next keep-alive event, there is one per second, then finds memory that is not the
        # driver's any more (a fault of the IOMMU), or net_ena's own handler dereferences what it
        # has freed (signal 11). How it leaves is therefore not judged.
        assert status in (0, 128 + signal.SIGSEGV, -signal.SIGSEGV)
        return
    assert status == 0, 'testpmd ended with %d:\n%s' % (status, pmd.output()[-4000:])
    report = pmd.report()
    assert not complaints(report), complaints(report)


@pytest.fixture
def softena(env, runs):
    """Factory of softena-run for other commands; the driver decides whether strict mode is on."""
    def make(ports, options=(), driver=None):
        run = SoftenaRun(env, ports, options, driver=driver)
        runs.append(run)
        return run

    yield make


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what testpmd printed and what the device counted."""
    report = (yield).get_result()
    if not report.failed:
        return
    for i, run in enumerate(getattr(item, 'ena_runs', [])):
        if isinstance(run, TestPmd):
            report.sections.append(('testpmd %d' % i, run.output()[-12000:]))
            stats = run.snapshot() if run.exit_status is None else run.last_stats
            text = '\n'.join('port %d: %s' % (p, ', '.join(
                '%s=%s' % kv for kv in s.items() if kv[1])) for p, s in enumerate(stats))
            report.sections.append(('device counters %d' % i, text))


@pytest.fixture(scope='session')
def can_tap():
    """Skips where the kernel or a container forbids what real traffic needs."""
    why = netns_lib.usable()
    if why:
        pytest.skip(why)


@pytest.fixture
def namespaces(can_tap):
    """Two fresh network namespaces, a and b, gone after the test with all that runs in them."""
    with Namespace('a') as a, Namespace('b') as b:
        yield a, b


# Both interfaces have the same address: then a forwarder that swaps the addresses of a frame
# delivers it to a station that accepts it.
STATION = '02:00:00:00:00:10'
NEIGHBOUR = '02:00:00:00:00:20'


class TapPair:
    """Two wires between two namespaces: ena0 (10.9.0.1) in a, ena1 (10.9.0.2) in b."""

    def __init__(self, a, b):
        self.a, self.b = a, b
        self.addr_a, self.addr_b = '10.9.0.1', '10.9.0.2'

    def ports(self, **keys):
        return [Port(wire='tap:ena%d,netns=%s,mac=%s,up,addr=10.9.0.%d/24'
                     % (i, ns.name, STATION, i + 1), **keys)
                for i, ns in enumerate((self.a, self.b))]

    def settle(self, mode='io'):
        """
        Static neighbours: with swapped addresses nobody can be asked. In io mode a frame
        arrives as it was sent; in macswap mode its source was the destination.
        """
        lladdr = STATION if mode == 'io' else NEIGHBOUR
        for i, ns in enumerate((self.a, self.b)):
            ns.run('ip', 'neigh', 'replace', '10.9.0.%d' % (2 - i), 'lladdr', lladdr, 'dev',
                   'ena%d' % i, 'nud', 'permanent')


@pytest.fixture
def tap_pair(namespaces):
    return TapPair(*namespaces)


@pytest.fixture(scope='session')
def captured(request, env, tmp_path_factory):
    """
    Frames of real TCP/IP traffic, from a to b and from b to a, captured on a TAP while it went
    through testpmd. Where that is not allowed, frames made up to resemble it.
    """
    if netns_lib.usable():
        return pcap.mixed_frames(3000, seed=11), pcap.mixed_frames(3000, seed=12)
    path = str(tmp_path_factory.mktemp('capture') / 'real.pcap')
    with Namespace('cap-a') as a, Namespace('cap-b') as b:
        ports = [Port(wire='tap:ena%d,netns=%s,mac=02:00:00:00:00:0%d,up,addr=10.9.0.%d/24'
                      % (i, ns.name, i + 1, i + 1)) for i, ns in enumerate((a, b))]
        with TestPmd(env, ports) as pmd:
            pmd.start('io')
            dump = a.capture('ena0', path)
            a.ping('10.9.0.2', '-c', '100', '-i', '0.005', '-s', '300')
            a.iperf3(b, '10.9.0.2', '-P', '4', '-n', '1500K')
            a.iperf3(b, '10.9.0.2', '-P', '2', '-R', '-n', '1500K')
            a.iperf3(b, '10.9.0.2', '-u', '-l', '64', '-b', '2M', seconds=1)
            a.stop_capture(dump)
            pmd.quit()
    mac_a = bytes.fromhex('020000000001')
    frames = pcap.read_pcap(path)
    ours = [f for f in frames if f[6:12] == mac_a]
    theirs = [f for f in frames if f[6:12] != mac_a]
    assert len(ours) > 1000 and len(theirs) > 1000, 'the capture is too small to prove anything'
    return pcap.padded(ours), pcap.padded(theirs)


@pytest.fixture
def replay(tmp_path, testpmd):
    """
    Send frames through testpmd from capture file to capture file, in both directions.

    replay(forth, back=[], profile=..., queues=1, args=(), **port keys) returns the frames that
    came out of port 1 and of port 0. With more than one queue, at least two of each port
    and direction have to have moved packets.
    """
    def go(forth, back=(), profile=None, queues=1, args=(), mode='io', timeout=60, pmd_args=None,
           **keys):
        files = [
            str(tmp_path / name) for name in ('in0.pcap', 'out0.pcap', 'in1.pcap', 'out1.pcap')]
        pcap.write_pcap(files[0], forth)
        pcap.write_pcap(files[2], back)
        ports = [Port(profile=profile, wire='pcap:in=%s,out=%s,start=ctl'
                      % (files[2 * i], files[2 * i + 1]), **keys) for i in range(2)]
        pmd = testpmd(ports, *queue_args(queues), *args, **(pmd_args or {}))
        if queues > 1:
            pmd.rss_all_types()
        pmd.start(mode, patient=True)
        pmd.wire(0, 'start')
        pmd.wire(1, 'start')
        for i, sent in enumerate((back, forth)):
            if sent:
                pmd.wait_stats(i, lambda s, n=len(sent): s['wire_tx_frames'] >= n, timeout)
        pmd.wait_quiet()
        for i, sent in enumerate((forth, back)):
            if sent and queues > 1:
                busy = pmd.busy_queues(i)['rx'], pmd.busy_queues(1 - i)['tx']
                assert min(busy) >= 2, 'port %d: %s Rx and Tx queues were used' % (i, busy)
        pmd.stop()
        pmd.quit()
        got = [pcap.read_pcap(files[1]), pcap.read_pcap(files[3])]
        return got[1], got[0]

    return go
