# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
What the tests in virtual machines do when a guest is slow, with the guest's shell as a process of
this machine: no answer is taken for another one's, and one slow command costs one test.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from test_quickstart import Machine

HERE = os.path.dirname(os.path.abspath(__file__))
VM = os.path.join(HERE, '..', 'vm')

pytestmark = pytest.mark.only('net_ena_pmd', why='it does not know the driver')


@pytest.fixture(scope='module')
def vm():
    """The package of tests/vm."""
    sys.path.insert(0, VM)
    try:
        import vm.image
        import vm.keeper
        import vm.shell  # noqa: F401 (used as an attribute of the package)
        yield sys.modules['vm']
    finally:
        sys.path.remove(VM)


@contextlib.contextmanager
def guest_of(vm):
    """A guest that is nothing but its shell."""
    ours, theirs = socket.socketpair()
    # a session of its own: what a slow command left behind goes with it
    with ours, subprocess.Popen(['sh', '-c', vm.image.SHELL], stdin=theirs, stdout=theirs,
                                stderr=theirs, start_new_session=True) as process:
        theirs.close()
        shell = vm.shell.Shell(ours, lambda: process.poll() is not None)
        shell.process = process
        try:
            shell.until(b'@ready@', 20)
            yield shell
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def guest(vm):
    with guest_of(vm) as found:
        yield found


def test_command_has_its_own_output_and_status(guest, vm):
    assert guest.run('echo one; echo two') == 'one\ntwo\n'
    assert guest.run('exit 3', check=False) == (3, '')
    assert guest.run('printf x') == 'x'
    assert guest.run("printf '\\n@end@ 1 0\\n'; echo y", check=False) == (0, '@end@ 1 0\ny\n')
    with pytest.raises(vm.shell.GuestError, match='exit 7'):
        guest.run('exit 7')
    assert guest.run('cat') == '', 'a command that reads does not take the next one'
    assert not guest.lost


def test_answer_that_comes_too_late_is_not_the_next_ones(guest, vm):
    with pytest.raises(vm.shell.GuestSlow):
        guest.run('sleep 2; echo late', timeout=0.3)
    assert 'did not end' in guest.lost
    with pytest.raises(vm.shell.GuestError, match='the guest is lost'):
        guest.run('echo next')
    # even if somebody went on with it
    guest.lost = None
    assert guest.run('echo next', timeout=20) == 'next\n'
    # commands in the background, whose end nobody waits for
    guest.start('sleep 0.3; echo first')
    assert guest.run('echo second', timeout=20) == 'second\n'


def test_guest_that_was_left_in_the_middle_of_a_command_is_lost(guest):
    """By the limit of a test, or by a person."""
    def expired(_signum, _frame):
        raise TimeoutError('the test took longer than its time')
    before = signal.signal(signal.SIGALRM, expired)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(TimeoutError):
            guest.run('sleep 2')
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert 'longer than its time' in guest.lost


def test_guest_that_ends_is_told_from_one_that_is_silent(guest, vm):
    with pytest.raises(vm.shell.GuestError, match='is gone') as caught:
        guest.run('kill -KILL $$; sleep 5')
    assert caught.type is vm.shell.GuestError
    assert guest.lost


class Lab:
    def __init__(self, vm, stack):
        self.guest = stack.enter_context(guest_of(vm))

    def lost(self):
        return self.guest.lost


def test_slow_command_costs_one_test_and_the_next_has_another_guest(vm):
    made, told = [], []

    @contextlib.contextmanager
    def prepared():
        with contextlib.ExitStack() as stack:
            made.append(Lab(vm, stack))
            made[-1].guest.run('echo prepared > /dev/null')
            yield made[-1]

    kept = vm.keeper.Keeper(told.append)
    try:
        first = kept.get(prepared)
        assert kept.get(prepared) is first
        with pytest.raises(vm.shell.GuestSlow):
            first.guest.run('sleep 5', timeout=0.2)
        second = kept.get(prepared)
        assert second is not first and len(made) == 2
        assert len(told) == 1 and 'is silent' in told[0]
        assert first.guest.process.poll() is not None, 'the slow one is gone'
        assert second.guest.run('echo fresh') == 'fresh\n'
    finally:
        kept.close()
    assert second.guest.process.poll() is not None


def test_guest_that_cannot_be_started_is_not_tried_for_ever(vm):
    tried = []

    @contextlib.contextmanager
    def broken():
        tried.append(1)
        raise vm.shell.GuestSlow('no @ready@')
        yield

    kept = vm.keeper.Keeper()
    for _ in range(5):
        with pytest.raises(AssertionError, match='no @ready@'):
            kept.get(broken)
    assert len(tried) == 2


def test_start_of_a_guest_does_not_take_the_time_of_a_test(vm):
    @contextlib.contextmanager
    def slow():
        time.sleep(1.5)
        yield Lab

    def expired(_signum, _frame):
        raise TimeoutError
    kept = vm.keeper.Keeper()
    before = signal.signal(signal.SIGALRM, expired)
    outer = signal.alarm(1)
    try:
        assert kept.get(slow) is Lab
        assert signal.alarm(0) == 1, 'and the test is bounded as before'
    finally:
        signal.alarm(outer)
        signal.signal(signal.SIGALRM, before)


# ---- quickstart.sh -------------------------------------------------------------------------------

#: Stands for python3: pytest whose reports are prepared, one for each try; all else is python3.
PYTEST = r'''#!/bin/bash
[ "$1" = -m ] && [ "$2" = pytest ] || exec %(python)s "$@"
printf '%%s\n' "$*" >>%(where)s/pytest-calls
while [ "$1" != --junitxml ]; do shift; done
cp "%(where)s/try-$(wc -l <%(where)s/pytest-calls).xml" "$2"
'''


def report(path, verdicts):
    cases = ''.join('<testcase classname="t" name="%s">%s</testcase>' % (
        name, '' if passed else '<failure message="slow"/>') for name, passed in verdicts.items())
    failed = sum(not v for v in verdicts.values())
    path.write_text('<testsuites><testsuite tests="%d" failures="%d" errors="0" skipped="0">%s'
                    '</testsuite></testsuites>' % (len(verdicts), failed, cases))


@pytest.mark.parametrize('again,last',
                         ((True, '3 passed, 0 failed'), (False, '2 passed, 1 failed')))
def test_failed_test_of_a_virtual_machine_has_a_second_try_that_is_named(tmp_path, again, last):
    machine = Machine(tmp_path)
    machine.installed(but='')
    (machine.top / 'tests' / 'vm').mkdir()
    include = machine.path / 'include'
    include.mkdir()
    (include / 'ethdev_driver.h').touch()
    machine.program('pkg-config', 'echo %s' % include)
    machine.program('meson', 'exit 0')
    machine.program('ninja', 'exit 0')
    fake = machine.bin / 'python'
    fake.write_text(PYTEST % {'python': sys.executable, 'where': machine.path})
    fake.chmod(0o755)
    script = machine.top / 'usertools' / 'quickstart.sh'
    script.write_text(
        re.sub(r'^(meson|python3)=/usr/bin/\w+$',
               lambda m: '%s=%s/%s' % (m[1], machine.bin, 'python' if m[1] == 'python3' else m[1]),
               script.read_text(), flags=re.M))
    report(machine.path / 'try-1.xml', {'one': True, 'slow': False, 'three': True})
    report(machine.path / 'try-2.xml', {'slow': again})
    done = machine.run('vm-test', '--short')
    lines = done.stdout.splitlines()
    assert lines[-1] == last, done.stdout
    assert 'tests in virtual machines: second try of 1 that failed' in done.stdout
    assert ('passed only at the second try: t::slow' in done.stdout) == again
    assert done.returncode == (0 if again else 1)
    calls = (machine.path / 'pytest-calls').read_text().splitlines()
    assert len(calls) == 2 and '--last-failed' in calls[1] and '--last-failed' not in calls[0]
    assert all('cache_dir=' in c and '--short' in c for c in calls)
