# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""What a killed run leaves behind is taken down, and nothing that belongs to anybody else."""

import os
import signal
import subprocess
import sys

import pytest

from lib.netns import Namespace
from lib.patience import limit, until
from lib.undo import Undo

HERE = os.path.dirname(os.path.abspath(__file__))
SWEEP = os.path.join(HERE, '..', '..', 'usertools', 'sweep.sh')

#: A test in miniature: a namespace, a program in it, a program on a software port.
VICTIM = '''
import sys, time
sys.path.insert(0, sys.argv[1])
from lib.env import Environment
from lib.netns import Namespace
from lib.softena import Port, SoftenaRun
ns = Namespace('victim')
child = ns.popen('sleep', '1000')
run = SoftenaRun(Environment(sys.argv[2], sys.argv[3]), [Port(wire='loopback')])
run.popen(['sleep', '1000'])
while not open('/proc/%d/task/%d/children' % (run.proc.pid, run.proc.pid)).read():
    time.sleep(0.01)
print(ns.name, child.pid, run.proc.pid, flush=True)
time.sleep(1000)
'''


@pytest.fixture
def records(tmp_path, monkeypatch):
    """A directory of records of our own: nothing that other runs left is touched."""
    path = tmp_path / 'records'
    monkeypatch.setenv('ENA_UNDO_DIR', str(path))
    return path


def sweep():
    subprocess.run([SWEEP], check=True, timeout=limit(60), stdin=subprocess.DEVNULL)


def names():
    out = subprocess.run(['ip', 'netns', 'list'], stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    return {line.split()[0] for line in out.splitlines() if line.strip()}


def alive(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as f:
            return f.read().rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return False


def gone(pid):
    until(lambda: not alive(pid), 'process %d ends' % pid)
    return True


def children(pid):
    with open('/proc/%d/task/%d/children' % (pid, pid), encoding='ascii') as f:
        return list(map(int, f.read().split()))


def test_killed_run_leaves_nothing_once_it_is_swept(env, can_tap, records):
    victim = subprocess.Popen([sys.executable, '-c', VICTIM, HERE, env.build, env.driver],
                              stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    try:
        name, inside, run = victim.stdout.readline().split()
        under = children(int(run))
        assert alive(int(inside)) and under and all(map(alive, under)) and name in names()
        # its writer lives: nothing happens
        sweep()
        assert name in names() and alive(int(inside))
        victim.send_signal(signal.SIGKILL)
        # what it started on a software port ends with it, without anybody's help
        assert gone(int(run)) and all(map(gone, under))
        # the record of a writer that nobody has waited for, a zombie, counts as well
        sweep()
        assert gone(int(inside)) and name not in names()
        assert not list(records.iterdir())
    finally:
        victim.kill()
        victim.wait(timeout=limit(20))
        victim.stdout.close()
        sweep()


def test_foreign_namespace_stays_whatever_its_name(can_tap, records):
    # made by hand, so without a record
    name = 'ena-a-1-%d' % os.getpid()
    subprocess.run(['ip', 'netns', 'add', name], check=True)
    try:
        with Namespace('ours') as ours:
            sweep()
            assert {name, ours.name} <= names()
    finally:
        subprocess.run(['ip', 'netns', 'del', name], check=True)


def test_setting_goes_back_unless_somebody_else_has_changed_it(records, tmp_path):
    setting = tmp_path / 'nr_hugepages'
    for now, wanted in ((300, 44), (299, 44), (301, 301), (44, 44), (10, 10)):
        setting.write_text('%d\n' % now)
        undo = Undo('mount %s' % tmp_path, 'setting %s 44 300' % setting)
        sweep()
        assert int(setting.read_text()) == now, 'its writer lives'
        # as if written by a process that is dead, or by one whose number is taken by another
        undo.owner = 'owner %d 1' % os.getpid()
        undo.write('mount %s' % tmp_path, 'setting %s 44 300' % setting)
        sweep()
        assert int(setting.read_text()) == wanted
        assert not os.path.exists(undo.path)


def test_mount_of_a_killed_run_is_taken_away(records, tmp_path):
    mount = tmp_path / 'mount'
    mount.mkdir()
    done = subprocess.run(['mount', '-t', 'tmpfs', 'none', str(mount)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        pytest.skip('mounts are not allowed here: ' + done.stdout.strip())
    undo = Undo('mount %s' % mount)
    undo.owner = 'owner %d 1' % os.getpid()
    undo.write('mount %s' % mount)
    assert os.path.ismount(mount)
    sweep()
    assert not os.path.ismount(mount)
