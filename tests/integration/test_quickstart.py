# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
quickstart.sh and the scripts beside it on machines that are not fresh: locks that others hold,
paths that moved, places that EAL refuses. The package system is a fake one, but for the lock that
is really held.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from lib.env import world_writable
from lib.softena import Port

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = os.path.join(TOP, 'usertools')

#: What each of them says when another program has its lock, as apt 2.6 does.
LOCKED = {
    'lists': 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4242 (apt-get)\n'
             'E: Unable to lock directory /var/lib/apt/lists/\n',
    'dpkg': 'Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by '
            'process 4242 (unattended-upgr)...\n'
            'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another '
            'process using it?\n',
    'archives': 'E: Could not get lock /var/cache/apt/archives/lock. It is held by process 4242 '
                '(apt-get)\nE: Unable to lock directory /var/cache/apt/archives/\n',
    'old': 'E: Could not get lock /var/lib/dpkg/lock-frontend - open (11: Resource temporarily '
           'unavailable)\n'
           'E: Unable to acquire the dpkg frontend lock, is another process using it?\n',
}
NO_NETWORK = 'E: Failed to fetch http://mirror.example/debian: Could not resolve host\n'

pytestmark = pytest.mark.only('net_ena_pmd', why='scripts do not know the driver')


class Machine:
    """A clone of the scripts, and a machine of programs that write down how they were called."""

    def __init__(self, path):
        self.path = path
        self.top = path / 'clone'
        self.bin = path / 'bin'
        self.calls = path / 'calls'
        for part in self.top / 'tests', self.bin:
            part.mkdir(parents=True)
        # Nobody may write there but the owner, whatever this test's own directory is below.
        shutil.copytree(TOOLS, self.top / 'usertools', ignore=shutil.ignore_patterns('__pycache__'))
        self.installed(but='libdpdk-dev')
        self.program('apt-get', 'exit 0')
        # nothing is configured or built here
        self.program('pkg-config', 'exit 1')

    def program(self, name, text):
        path = self.bin / name
        path.write_text('#!/bin/bash\nprintf "%%s\\n" "%s $*" >>%s\n%s\n'
                        % (name, self.calls, text))
        path.chmod(0o755)

    def installed(self, but):
        self.program('dpkg-query', '''
            shift 3
            for p; do [ "$p" = "%s" ] || echo "$p=installed"; done''' % but)

    def called(self, name):
        if not self.calls.exists():
            return []
        return [line for line in self.calls.read_text().splitlines() if line.startswith(name + ' ')]

    def run(self, *words, timeout=60, **variables):
        return subprocess.run([str(self.top / 'usertools' / 'quickstart.sh'), *map(str, words)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              stdin=subprocess.DEVNULL, timeout=timeout, check=False,
                              env=self.variables(**variables))

    def variables(self, **more):
        return dict(os.environ, PATH='%s:%s' % (self.bin, os.environ['PATH']),
                    ENA_UNDO_DIR=str(self.path / 'undo'), **more)


@pytest.fixture
def machine(tmp_path):
    if os.geteuid() != 0:
        pytest.skip('only root installs packages')
    return Machine(tmp_path)


# ---- locks of the package system ---------------------------------------------------------------


@pytest.mark.parametrize('lock,command', [(lock, 'setup') for lock in sorted(LOCKED)] + [
    ('dpkg', command) for command in ('docs', 'vm-test', 'arm-test', 'fuzz')])
def test_lock_that_another_program_holds_is_waited_for(machine, lock, command):
    verb = 'update' if lock == 'lists' else 'install'
    # held for the first two calls
    machine.program('apt-get', '''
        case " $* " in *" %s "*) ;; *) exit 0 ;; esac
        echo x >>%s/tries
        [ $(wc -l <%s/tries) -gt 2 ] && exit 0
        printf %%s %s >&2; exit 100''' % (verb, machine.path, machine.path, repr(LOCKED[lock])))
    done = machine.run(command)
    holder = {'old': 'another program', 'dpkg': r'process 4242 \(unattended-upgr\)'}.get(
        lock, r'process 4242 \(apt-get\)')
    assert re.search('waiting for %s, which uses the package system, at most 900 s' % holder,
                     done.stdout), done.stdout
    # once, not at every try, and then it goes on
    assert done.stdout.count('waiting for') == 1
    assert 'failed (installing' not in done.stdout and 'failed (reading' not in done.stdout
    calls = [c for c in machine.called('apt-get') if ' %s' % verb in c]
    assert len(calls) == 3
    assert all('DPkg::Lock::Timeout=' in c for c in machine.called('apt-get'))


def test_wait_for_a_lock_is_bounded_and_ends_in_the_reason(machine):
    machine.program('apt-get', 'printf %%s %s >&2; exit 100' % repr(LOCKED['lists']))
    begin = time.monotonic()
    done = machine.run('setup', '--apt-wait', '2')
    assert done.returncode != 0
    assert 'process 4242 (apt-get) still has the package system after 2 s' in done.stdout
    assert 'It is held by process 4242' in done.stdout, 'what apt said'
    assert len(machine.called('apt-get')) < 10
    assert time.monotonic() - begin < 50


def test_other_failures_of_apt_are_not_waited_for(machine):
    machine.program('apt-get', 'printf %%s %s >&2; exit 100' % repr(NO_NETWORK))
    done = machine.run('setup')
    assert done.returncode != 0 and 'Could not resolve host' in done.stdout
    assert len(machine.called('apt-get')) == 1 and 'waiting' not in done.stdout


def test_lock_that_is_really_held_is_waited_for(machine):
    """apt itself, asked for what is there already, while a process has dpkg's lock."""
    path = '/var/lib/dpkg/lock-frontend'
    if not shutil.which('apt-get') or not os.access(path, os.W_OK):
        pytest.skip('this is no Debian')
    # no package of the machine is touched: reinstalling nothing, without the network
    machine.program('apt-get', '''
        case " $* " in *" update "*) exit 0 ;; esac
        args=(); for a; do case $a in libdpdk-dev) a=libc6 ;; esac; args+=("$a"); done
        exec /usr/bin/apt-get --no-download "${args[@]}"''')
    hold = 'import fcntl, sys, time; f = open(sys.argv[1], "a"); fcntl.lockf(f, fcntl.LOCK_EX); ' \
           'print(flush=True); time.sleep(7)'
    with open(path, 'a', encoding='ascii') as probe:
        try:
            fcntl.lockf(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pytest.skip('somebody else installs packages now')
    with subprocess.Popen([sys.executable, '-c', hold, path], stdout=subprocess.PIPE) as holder:
        try:
            holder.stdout.readline()
            done = machine.run('setup', '--apt-wait', '60', timeout=90)
        finally:
            holder.kill()
    waited = r'waiting for process %d \(python3[.\d]*\)' % holder.pid
    assert re.search(waited, done.stdout), done.stdout
    assert 'failed (installing' not in done.stdout, done.stdout


def test_machine_that_is_still_being_set_up_is_waited_for(machine):
    machine.program('cloud-init', '''
        echo x >>%s/asked
        [ $(wc -l <%s/asked) -gt 2 ] && echo status: done || echo status: running
        ''' % (machine.path, machine.path))
    done = machine.run('setup')
    assert 'waiting for cloud-init, which still sets this machine up' in done.stdout
    calls = machine.calls.read_text()
    assert calls.index('apt-get') > calls.rindex('cloud-init')
    machine.program('cloud-init', 'echo status: running')
    assert 'going on without it after 1 s' in machine.run('setup', '--apt-wait', '1').stdout


def test_script_that_cloud_init_runs_does_not_wait_for_itself(machine):
    machine.program('cloud-init', 'echo status: running')
    # as /usr/bin/python3 /usr/bin/cloud-init modules --mode=final starts scripts of users
    script = str(machine.top / 'usertools' / 'quickstart.sh')
    done = subprocess.run(['bash', '-c', '"$1" setup; exit', 'cloud-init', script],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False,
                          env=machine.variables())
    assert 'waiting for cloud-init' not in done.stdout
    assert machine.called('apt-get')


def test_every_call_of_apt_waits_for_a_lock(machine):
    """Those of the private package lists too."""
    script = '. "$1"; apt_private_init "$2" deb; apt_private "$2" update; apt_private "$2" source x'
    subprocess.run(['bash', '-c', script, '-', str(machine.top / 'usertools' / 'apt-private.sh'),
                    str(machine.path / 'private')], check=True, timeout=60,
                   env=machine.variables())
    assert len(machine.called('apt-get')) == 2
    assert all('DPkg::Lock::Timeout=' in c for c in machine.called('apt-get'))
    for name in os.listdir(TOOLS):
        with open(os.path.join(TOOLS, name), encoding='utf-8') as f:
            lines = [line for line in f if re.match(r'\s*(env .*)?apt-get -', line)]
        assert not lines or name in ('quickstart.sh', 'apt-private.sh'), name


# ---- places -------------------------------------------------------------------------------------


@pytest.mark.parametrize('mode', (0o777, 0o1777))
def test_prefix_below_a_world_writable_directory_is_refused_before_anything_is_built(machine, mode):
    base = machine.path / 'open'
    prefix = base / 'a' / 'dpdk'
    (prefix / 'lib' / 'pkgconfig').mkdir(parents=True)
    (prefix / 'lib' / 'pkgconfig' / 'libdpdk.pc').touch()
    base.chmod(mode)
    machine.program('pkg-config', 'echo 99.11')
    for command in 'test', 'bench':
        done = machine.run(command, '--dpdk-prefix', prefix)
        assert done.returncode == 1
        assert 'everybody may write to %s' % base in done.stdout
        assert 'chmod o-w %s' % base in done.stdout
        assert not machine.called('apt-get')


@pytest.mark.parametrize('where', ('clone', 'build'))
def test_build_below_a_world_writable_directory_is_said_before_anything_is_built(machine, where):
    if where == 'clone':
        machine.top.chmod(0o777)
        done, place = machine.run('test', '--no-install'), machine.top
    else:
        place = machine.path / 'open'
        place.mkdir()
        place.chmod(0o1777)
        done = machine.run('run', '--no-install', '--build', place / 'build')
    assert 'note: everybody may write to %s' % place in done.stdout
    assert done.stdout.index('note:') < done.stdout.index('missing packages')


def test_directory_that_everybody_may_write_to_is_what_eal_refuses(env, softena, tmp_path):
    """The rule of the script is EAL's, for the plug-in as for its parents."""
    if env.wrapper:
        pytest.skip('EAL asks the kernel, whatever the emulator')
    if world_writable(env.build):
        pytest.skip('everything is below %s' % world_writable(env.build))
    base = os.path.join(env.build, 'places-%d' % os.getpid())
    try:
        os.makedirs(os.path.join(base, 'a', 'b'))
        plugin = os.path.join(base, 'a', 'b', 'librte_net_ena_pmd.so')
        shutil.copy(env.plugin, plugin)
        for mode, refused in ((0o755, False), (0o775, False), (0o777, True), (0o1777, True)):
            os.chmod(os.path.join(base, 'a'), mode)
            assert bool(world_writable(plugin)) == refused
            run = softena([Port(wire='loopback')])
            done = run.run([env.dpdk_app('dpdk-testpmd'), *env.eal_args(driver='net_ena'), '-d',
                            plugin, '--', '--total-num-mbufs=4096'])
            assert ('world-writable and insecure' in done.stdout) == refused, done.stdout
            assert (done.returncode != 0) == refused
    finally:
        shutil.rmtree(base, ignore_errors=True)


# ---- build directories --------------------------------------------------------------------------


def build_directory(path, source, version='22.11.0', include='/usr/include/dpdk', built=True):
    """What meson leaves in a build directory, as far as anybody looks at it."""
    info = path / 'meson-info'
    info.mkdir(parents=True)
    (path / 'meson-private').mkdir()
    if built:
        (path / 'build.ninja').write_text('')
    (path / 'precious').write_text('keep me')
    files = {
        'meson-info.json': {'directories': {'source': str(source), 'build': str(path)}},
        'intro-buildoptions.json': [{'name': 'pkg_config_path', 'value': []},
                                    {'name': 'dpdk_driver_headers', 'value': '/no/such/place'}],
        'intro-dependencies.json': [{'name': 'libdpdk', 'version': version,
                                     'compile_args': ['-I' + str(include)], 'link_args': []}],
    }
    for name, value in files.items():
        (info / name).write_text(json.dumps(value))


@pytest.fixture
def builder(machine):
    """
    A machine with all packages and a DPDK of its own, where meson writes down that it was called.
    """
    include = machine.path / 'dpdk' / 'include'
    include.mkdir(parents=True)
    for name in 'rte_config.h', 'ethdev_driver.h':
        (include / name).touch()
    machine.include = include
    machine.installed(but='')
    machine.version = machine.path / 'version'
    machine.version.write_text('22.11.0')
    machine.program('pkg-config', '''
        case $* in
        *--modversion*) cat %s ;; *--variable=includedir*) echo %s ;; *--cflags*) echo -I%s ;;
        *) exit 1 ;;
        esac''' % (machine.version, include, include))
    # quickstart.sh takes the distribution's meson by its path
    script = machine.top / 'usertools' / 'quickstart.sh'
    script.write_text(script.read_text().replace('meson=/usr/bin/meson',
                                                 'meson=%s/meson' % machine.bin))
    machine.program('meson', 'exit 1')
    machine.build = machine.top / 'build'
    return machine


def test_build_directory_that_fits_is_kept(builder):
    build_directory(builder.build, builder.top, include=builder.include)
    done = builder.run('test')
    assert 'anew' not in done.stdout, done.stdout
    assert (builder.build / 'precious').exists()
    assert 'setup --reconfigure' in builder.called('meson')[0]


@pytest.mark.parametrize('what', ('clone', 'headers', 'version', 'prefix', 'option', 'unreadable'))
def test_build_directory_that_went_stale_is_configured_anew_and_says_why(builder, what):
    wanted = {'clone': 'the source tree was at /somewhere/else then',
              'headers': 'the headers of its DPDK are gone',
              'version': 'it is for DPDK 21.11.9, and here is 22.11.0',
              'prefix': 'the headers of its DPDK are in %s' % (builder.path / 'other'),
              'option': '/no/such/pkgconfig is gone',
              'unreadable': 'what meson wrote down about it cannot be read'}[what]
    (builder.path / 'other').mkdir()
    (builder.path / 'other' / 'rte_config.h').touch()
    build_directory(builder.build, '/somewhere/else' if what == 'clone' else builder.top,
                    '21.11.9' if what == 'version' else '22.11.0',
                    {'headers': '/no/such/include', 'prefix': builder.path / 'other'}.get(
                        what, builder.include))
    info = builder.build / 'meson-info'
    if what == 'option':
        (info / 'intro-buildoptions.json').write_text(json.dumps(
            [{'name': 'pkg_config_path', 'value': ['/no/such/pkgconfig']}]))
    elif what == 'unreadable':
        (info / 'intro-buildoptions.json').write_text('[')
    # made by hand: it is not for the script to remove
    done = builder.run('test')
    assert done.returncode == 1
    assert 'does not fit any more: ' + wanted in done.stdout, done.stdout
    assert (builder.build / 'precious').exists() and not builder.called('meson')
    # its own
    (builder.build / '.made-by-quickstart').touch()
    done = builder.run('test')
    assert 'configuring %s anew: %s' % (builder.build, wanted) in done.stdout, done.stdout
    assert not (builder.build / 'precious').exists()
    call = builder.called('meson')[0]
    assert '--reconfigure' not in call
    # headers that an older DPDK needed are not needed by this one
    assert '-Ddpdk_driver_headers= ' in call and '-Dpmdinfogen= ' in call


def test_clean_removes_what_the_script_has_made_and_nothing_else(builder):
    by_hand = builder.top / 'build-ci'
    build_directory(by_hand, builder.top)
    (builder.top / '.cache' / 'dpdk-22.11.0').mkdir(parents=True)
    (builder.top / '.cache' / 'of-an-editor').mkdir()
    (builder.top / 'build-notes').mkdir()
    builder.run('test')
    builder.run('test', '--build', builder.top / 'build-two')
    # also with logs in it
    builder.run('test', '--build', by_hand)
    for name in 'build', 'build-two':
        assert (builder.top / name).is_dir()
    done = builder.run('clean')
    assert done.returncode == 0
    left = set(os.listdir(builder.top))
    assert left == {'usertools', 'tests', 'build-ci', 'build-notes', '.cache'}
    assert os.listdir(builder.top / '.cache') == ['of-an-editor']
    assert (by_hand / 'precious').exists()
    assert 'leaving %s, which this script has not made' % by_hand in done.stdout
    # and by its name neither
    assert builder.run('clean', '--build', by_hand).returncode == 0
    assert (by_hand / 'precious').exists()


# ---- names of tests ------------------------------------------------------------------------------

SELECT = os.path.join(TOOLS, 'select-tests.py')


def written(path, text=''):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


@pytest.fixture
def named(builder):
    """A tree with three unit test programs and two integration test files, built by nobody."""
    tests, build = builder.top / 'tests', builder.build
    build_directory(build, builder.top, include=builder.include)
    unit = {
        'lib_one': ('test_lib_one', tests / 'unit' / 'lib' / 'test_one.c'),
        'pmd_one': ('test_one', tests / 'unit' / 'pmd' / 'test_one.c'),
        'pmd_both': ('test_both', tests / 'unit' / 'pmd' / 'test_both.c'),
    }
    targets, units = [], []
    for name, (program, source) in unit.items():
        written(source, 'cmocka_unit_test(a_case_of_%s)' % name)
        path = str(build / 'tests' / program)
        targets.append({'id': program, 'filename': [path],
                        'target_sources': [{'sources': [str(source)]}]})
        units.append({'name': name, 'cmd': ['runner', path], 'depends': [program]})
    for name in 'both', 'two':
        written(tests / 'integration' / ('test_%s.py' % name), 'def test_it(): pass')
    (build / 'meson-info' / 'intro-targets.json').write_text(json.dumps(targets))
    (build / 'meson-info' / 'intro-tests.json').write_text(json.dumps(units))
    return builder


def selected(machine, *words):
    done = subprocess.run([SELECT, '--build', str(machine.build), '--source', str(machine.top),
                           *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=60, cwd=machine.path)
    return done.returncode, done.stdout.replace(str(machine.top) + '/', '').splitlines()


@pytest.mark.parametrize('words,lines', (
    # a program's own name comes before those of files
    (['test_one'], ['unit pmd_one', 'target tests/test_one']),
    (['test_lib_one'], ['unit lib_one', 'target tests/test_lib_one']),
    (['lib_one'], ['unit lib_one', 'target tests/test_lib_one']),
    (['tests/unit/lib/test_one.c'], ['unit lib_one', 'target tests/test_lib_one']),
    (['build/tests/test_one'], ['unit pmd_one', 'target tests/test_one']),
    (['test_one::a_case_of_pmd_one'],
     ['unit pmd_one::a_case_of_pmd_one', 'target tests/test_one']),
    (['test_one::a_case*'], ['unit pmd_one::a_case*', 'target tests/test_one']),
    (['test_two'], ['file tests/integration/test_two.py']),
    (['test_two.py::test_it[1]'], ['file tests/integration/test_two.py::test_it[1]']),
    (['test_both.c'], ['unit pmd_both', 'target tests/test_both']),
    (['test_both.py', 'test_two'],
     ['file tests/integration/test_both.py', 'file tests/integration/test_two.py']),
    (['--units=only', 'test_both'], ['unit pmd_both', 'target tests/test_both']),
    (['--units=none', 'test_both'], ['file tests/integration/test_both.py']),
))
def test_name_of_a_test_is_understood(named, words, lines):
    assert selected(named, *words) == (0, lines)


@pytest.mark.parametrize('words,message', (
    (['test_none'], "there is no unit test program and no integration test file 'test_none'"),
    (['one'], 'there are test_lib_one, test_one'),
    (['test_both'], "'test_both' is more than one test: give a path, --units or --no-units"),
    (['test_one.c'], "'test_one.c' is more than one test: give a path"),
    (['--units=only', 'test_two'], "there is no unit test program 'test_two'"),
    (['--units=none', 'test_one'], "there is no integration test file 'test_one'"),
    (['test_one::a_case_of_lib_one'], 'tests/unit/pmd/test_one.c has no test a_case_of_lib_one'),
    (['test_two::test_other'], 'test_two.py has no test test_other'),
))
def test_name_that_means_no_test_or_several_is_refused(named, words, message):
    status, lines = selected(named, *words)
    assert status == 1 and message in lines[0], lines


def test_name_that_means_several_tests_is_answered_with_their_paths(named):
    _, lines = selected(named, 'test_both')
    assert [line.strip() for line in lines[1:]] == ['tests/integration/test_both.py',
                                                    'tests/unit/pmd/test_both.c']


def test_names_of_this_tree_are_understood(env):
    """A program that the build really has, by its path, and this file by its name."""
    if env.wrapper:
        pytest.skip('an emulator adds a word to the commands of tests')
    done = subprocess.run([SELECT, '--build', env.build, '--source', TOP, 'tests/unit/ena_abi/'
                           'test_masks.c', os.path.basename(__file__)], stdout=subprocess.PIPE,
                          text=True, check=True, timeout=60)
    words = [line.split()[0] for line in done.stdout.splitlines()]
    assert words == ['unit', 'target', 'file']


@pytest.fixture
def runner(named):
    """quickstart.sh with a meson and a pytest that pass what they are asked for."""
    xml = '<testsuites><testsuite tests="1"><testcase classname="c" name="n"/></testsuite>' \
          '</testsuites>'
    named.program('meson', '''
        [ "$1" = test ] || exit 0
        echo "filter <$ENA_TEST_FILTER>" >>%s
        mkdir -p %s/meson-logs
        echo '{"result": "OK", "stdout": "[       OK ] a"}' >%s/meson-logs/testlog.json'''
                  % (named.calls, named.build, named.build))
    named.program('ninja', 'exit 0')
    named.program('python', '''
        [ "$2" = pytest ] || exec /usr/bin/python3 "$@"
        while [ $# -gt 0 ]; do [ "$1" != --junitxml ] || echo '%s' >"$2"; shift; done''' % xml)
    script = named.top / 'usertools' / 'quickstart.sh'
    script.write_text(script.read_text().replace('python3=/usr/bin/python3',
                                                 'python3=%s/python' % named.bin))
    return named


def test_named_unit_test_is_built_and_run_alone(runner):
    done = runner.run('test', 'test_one::a_case_of_pmd_one', 'test_lib_one')
    assert done.stdout.splitlines()[-1] == '2 passed, 0 failed', done.stdout
    ninja, = runner.called('ninja')
    assert ninja.split()[-2:] == ['tests/test_one', 'tests/test_lib_one']
    tests = [c for c in runner.called('meson') if c.startswith('meson test ')]
    assert [t.split()[-1] for t in tests] == ['lib_one', 'pmd_one']
    assert runner.called('filter') == ['filter <>', 'filter <a_case_of_pmd_one>']
    assert not [c for c in runner.called('python') if '-m pytest ' in c]


def test_named_integration_test_is_run_alone(runner):
    done = runner.run('test', 'test_two::test_it')
    assert done.stdout.splitlines()[-1] == '1 passed, 0 failed', done.stdout
    assert not [c for c in runner.called('meson') if c.startswith('meson test ')]
    call, = [c for c in runner.called('python') if '-m pytest ' in c]
    words = call.split()
    assert '%s/tests/integration/test_two.py::test_it' % runner.top in words
    assert words.count('%s/tests/integration' % runner.top) == 1, 'rootdir, and not all tests'


@pytest.mark.parametrize('options,units,integration', (
    ([], 1, 1), (['--units'], 1, 0), (['--no-units'], 0, 1)))
def test_each_kind_of_tests_can_be_left_out(runner, options, units, integration):
    done = runner.run('test', *options)
    assert done.stdout.splitlines()[-1] == '%d passed, 0 failed' % (units + integration)
    assert len([c for c in runner.called('meson') if c.startswith('meson test ')]) == units
    assert len([c for c in runner.called('python') if '-m pytest ' in c]) == integration


def test_unknown_name_of_a_test_ends_before_anything_is_built(runner):
    done = runner.run('test', 'test_none')
    assert done.returncode == 2 and "no integration test file 'test_none'" in done.stdout
    assert not runner.called('ninja')
    assert runner.run('run', 'test_one').returncode == 2, 'a name is for test only'


def test_filter_that_finds_no_test_is_a_failure(env):
    """For cmocka alone, a run of no test is a success."""
    if env.wrapper:
        pytest.skip('the program needs no emulator to be named')
    program = os.path.join(env.build, 'tests', 'unit', 'ena_abi', 'test_ena_abi_masks')
    if not os.path.exists(program):
        pytest.skip('the unit tests are not built')
    done = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=True, timeout=60, env=dict(os.environ, ENA_TEST_FILTER='no_such'))
    log = json.dumps({'result': 'OK', 'stdout': done.stdout})
    count = subprocess.run([os.path.join(TOOLS, 'count-tests.py'), 'meson', '/dev/stdin'],
                           input=log, stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    assert count.stdout == '0 1 0\n', done.stdout


# ---- helps and shells ---------------------------------------------------------------------------


@pytest.mark.parametrize('script', sorted(
    n for n in os.listdir(TOOLS)
    if n.endswith('.sh') and os.access(os.path.join(TOOLS, n), os.X_OK)))
def test_every_script_has_a_help_and_refuses_what_it_does_not_know(script, tmp_path):
    def call(*words):
        return subprocess.run([os.path.join(TOOLS, script), *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL,
                              timeout=60, check=False,
                              env=dict(os.environ, ENA_UNDO_DIR=str(tmp_path / 'undo')))
    for word in '--help', '-h':
        done = call(word)
        assert done.returncode == 0 and done.stdout.startswith('usage: '), done.stdout
        assert all(len(line) <= 100 for line in done.stdout.expandtabs().splitlines())
    done = call('--no-such-option')
    assert done.returncode == 2 and '--help' in done.stdout, done.stdout


def test_sweep_of_a_directory_that_is_not_there_is_an_error(tmp_path):
    done = subprocess.run([os.path.join(TOOLS, 'sweep.sh'), str(tmp_path / 'no')],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=60)
    assert done.returncode == 2 and 'there is no directory' in done.stdout


def test_bench_without_arguments_measures_nothing(env):
    path = env.program('app', 'ena-bench', 'ena-bench')
    if not os.path.exists(path):
        pytest.skip('ena-bench is not built')
    done = subprocess.run(['/usr/bin/python3', path], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=20,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert done.stdout.startswith('usage: ena-bench') and '--full' in done.stdout
    done = subprocess.run(['/usr/bin/python3', path, '--full', '--quick'], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=20)
    assert done.returncode == 2


def test_shells_find_no_fault_with_the_scripts():
    if not shutil.which('shellcheck'):
        pytest.skip('shellcheck is not installed')
    scripts = [os.path.join(TOOLS, n) for n in sorted(os.listdir(TOOLS)) if n.endswith('.sh')]
    done = subprocess.run(['shellcheck', '-x', '-S', 'warning', *scripts,
                           os.path.join(TOP, '.ci', 'run')], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=120, cwd=TOP)
    assert done.returncode == 0, done.stdout
