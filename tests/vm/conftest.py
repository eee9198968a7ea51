# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Options and fixtures of the tests in virtual machines.

A guest with a stock Debian kernel meets software ENA functions over vfio-user. Guests are
started for a file of tests and a kernel; every guest has a server of its own, whose wires are TAP
interfaces in namespaces, so the other side of a wire is this machine's TCP/IP stack.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests' / 'integration'))

from lib import netns  # noqa: E402
from vm import image, keeper, machine, packages, server  # noqa: E402

SERVER = 'app/softena-vfio-user/softena-vfio-user'


def pytest_addoption(parser):
    group = parser.getgroup('ena')
    group.addoption('--build', default=str(TOP / 'build'), metavar='DIR',
                    help='build directory of the plug-in, and of the server (default: build)')
    group.addoption('--server-build', metavar='DIR',
                    help='build directory of a server with sanitizers, for the tests of abuse '
                    '(default: the server of --build, which tells less)')
    group.addoption('--cache', default=str(TOP / '.cache' / 'vm'), metavar='DIR',
                    help='downloaded and unpacked packages (default: .cache/vm)')
    group.addoption('--kernels', default='6.1,6.12,7', metavar='LIST',
                    help='guest kernels, of %s (default: all)' % ', '.join(packages.KERNELS))
    group.addoption('--short', action='store_true', help='only the tests that are marked short')


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    # pytest groups by parameters; here the order in the file tells a story, once for each kernel.
    order = {id(item): i for i, item in enumerate(items)}

    def place(item):
        params = getattr(item, 'callspec', None)
        return (str(item.path), str(params.params.get('kernel')) if params else '',
                item.function.__code__.co_firstlineno, order[id(item)])
    items.sort(key=place)
    if config.getoption('--short'):
        chosen = [i for i in items if i.get_closest_marker('short')]
        config.hook.pytest_deselected(items=[i for i in items if i not in chosen])
        items[:] = chosen


def pytest_generate_tests(metafunc):
    if 'kernel' not in metafunc.fixturenames:
        return
    # pytest keeps a fixture of a file as long as the parameter is the same object.
    kernels = list(map(sys.intern, metafunc.config.getoption('--kernels').split(',')))
    wrong = [k for k in kernels if k not in packages.KERNELS]
    if wrong:
        raise pytest.UsageError('--kernels: %s is none of %s' %
                                (wrong[0], ', '.join(packages.KERNELS)))
    # What is about the server does not depend on the guest's kernel.
    if metafunc.definition.get_closest_marker('one_kernel'):
        kernels = [k for k in kernels if k == '6.12'] or kernels[:1]
    metafunc.parametrize('kernel', kernels, scope='module', indirect=True)


@pytest.fixture(scope='module')
def kernel(request):
    return request.param


@pytest.fixture(autouse=True)
def _bounded(request):
    """A test that hangs is ended by a limit."""
    marker = request.node.get_closest_marker('bounded')

    def expired(_signum, _frame):
        raise TimeoutError('the test took longer than its time')

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(marker.args[0] if marker else 120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """What the guest and the server said goes into the report of a failure."""
    report = (yield).get_result()
    lab = item.funcargs.get('lab')
    if report.when == 'call' and report.failed and lab is not None:
        for name, text in lab.logs():
            report.sections.append((name, text))


class Lab:
    """Namespaces, a server, a guest: what one file of tests works with."""

    def __init__(self, config, sanitized=False):
        build = pathlib.Path(config.getoption('--build')).resolve()
        self.program = build / SERVER
        if sanitized and config.getoption('--server-build'):
            self.program = pathlib.Path(config.getoption('--server-build')).resolve() / SERVER
        self.plugin = build / 'drivers/net/ena/librte_net_ena_pmd.so'
        self.apps = [build / 'tests/integration/ena_rx_intr']
        self.packages = packages.Packages(config.getoption('--cache'))
        self.builder = image.Builder(config.getoption('--cache'), self.packages)
        self.work = pathlib.Path(tempfile.mkdtemp(prefix='ena-vm-'))
        self.stack = contextlib.ExitStack()
        self.stack.callback(shutil.rmtree, self.work, ignore_errors=True)
        self.server = self.guest = None
        self.said = ''

    def namespace(self, label):
        return self.stack.enter_context(netns.Namespace(label))

    def start_server(self, *ports):
        """A server, at the sockets of the one before, if there was one."""
        self.server = self.stack.enter_context(server.Server(self.program, ports, self.work))
        return self.server

    def start_guest(self, kernel, dpdk=False, **kwargs):
        vmlinuz, _, _ = self.packages.kernel(kernel)
        archives = [self.builder.base(), self.builder.modules(kernel)]
        if dpdk:
            archives.append(self.builder.dpdk(self.plugin, self.apps))
        self.guest = self.stack.enter_context(machine.Machine(
            self.packages.qemu(), vmlinuz, archives, self.server.sockets, self.work, **kwargs))
        return self.guest

    def lost(self):
        """Why no test can work with it any more, or None."""
        if self.guest is not None and self.guest.lost:
            return self.guest.lost
        if self.guest is not None and self.guest.gone():
            return 'the guest has ended'
        return None if self.server is None or self.server.alive() else 'the server has ended'

    def logs(self):
        if self.server is not None:
            yield 'server', self.server.log()[-4000:]
        if self.guest is not None:
            yield 'console of the guest', self.guest.console()[-4000:]
            yield 'QEMU', self.guest.qemu_text()
        yield 'testpmd', self.said[-4000:]

    def close(self):
        self.stack.close()


_tables = {}
_restarts = []


@pytest.fixture
def table():
    """Collect a row (a name and a dict) of a table that is printed at the end."""
    def add(title, name, row):
        _tables.setdefault(title, []).append((name, row))
    return add


def pytest_terminal_summary(terminalreporter):
    if _restarts:
        terminalreporter.section('guests that were started again')
        for line in _restarts:
            terminalreporter.line(line)
    for title, rows in _tables.items():
        terminalreporter.section(title)
        columns = list(rows[0][1])
        width = 2 + max(len(x) for c in columns for x in [c] + [row[c] for _, row in rows])
        names = 2 + max(len(name) for name, _ in rows)
        terminalreporter.line(' ' * names + ''.join(c.ljust(width) for c in columns))
        for name, row in rows:
            terminalreporter.line(name.ljust(names) + ''.join(row[c].ljust(width) for c in columns))


@pytest.fixture(scope='session', autouse=True)
def _usable(request):
    """Everything is downloaded before the first test, which then has its time for itself."""
    for build in filter(None, map(request.config.getoption, ('--build', '--server-build'))):
        if not (pathlib.Path(build) / SERVER).exists():
            pytest.exit('softena-vfio-user is not built in %s' % build, returncode=2)
    why = netns.usable()
    if why:
        pytest.exit(why, returncode=2)
    found = packages.Packages(request.config.getoption('--cache'))
    found.qemu()
    found.tools()
    for kernel in request.config.getoption('--kernels').split(','):
        found.kernel(kernel)


@contextlib.contextmanager
def _lab(config, **kwargs):
    lab = Lab(config, **kwargs)
    try:
        yield lab
    finally:
        lab.close()


@pytest.fixture(scope='module')
def new_lab(request):
    """For fixtures of a file: a lab for each guest."""
    return lambda **kwargs: _lab(request.config, **kwargs)


@pytest.fixture(scope='module')
def kept(kernel):
    """
    The lab of a file and a kernel, by kept.get(): another one when the guest does not answer any
    more.
    """
    found = keeper.Keeper(lambda why: _restarts.append('kernel %s, before %s: %s' % (
        kernel, os.environ.get('PYTEST_CURRENT_TEST', '').partition(' ')[0], why)))
    yield found
    found.close()
