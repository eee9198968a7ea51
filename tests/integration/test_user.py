# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""No privilege is needed: the same as an ordinary user, without capabilities and hugepages."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile

import pytest

from lib.pcap import flow_difference, mixed_frames, read_pcap, write_pcap
from lib.softena import Port
from lib.testpmd import queue_args

USER = 'nobody'


@pytest.fixture
def user(env):
    """An ordinary user that may read the build; None if that is who runs the tests anyway."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        pytest.skip('there is no user ' + USER)
    wanted = [env.run, env.plugin, env.dpdk_app('dpdk-testpmd')]
    done = subprocess.run(['setpriv', '--reuid', str(entry.pw_uid), '--regid', str(entry.pw_gid),
                           '--clear-groups', 'cat', *wanted], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        pytest.skip('%s cannot read the build: %s' % (USER, done.stderr.strip()))
    return USER


@pytest.fixture
def directory(user):
    """Where that user may write; pytest's own directories are for its owner alone."""
    path = tempfile.mkdtemp(prefix='ena-test-')
    if user:
        os.chown(path, pwd.getpwnam(user).pw_uid, -1)
    yield path
    shutil.rmtree(path)


@pytest.mark.parametrize('profile', ('no-llq', 'nitro-v4'))
def test_frames_pass_bit_exact_for_an_ordinary_user(testpmd, user, directory, profile,
                                                    monkeypatch):
    # of root's session: an ordinary user has one of its own, or none
    monkeypatch.delenv('XDG_RUNTIME_DIR', raising=False)
    monkeypatch.setenv('HOME', directory)
    frames = [mixed_frames(1000, seed=51), mixed_frames(1000, seed=52)]
    files = [[os.path.join(directory, '%s%d.pcap' % (way, i)) for way in ('in', 'out')]
             for i in range(2)]
    for path, sent in zip(files, frames):
        write_pcap(path[0], sent)
    pmd = testpmd([Port(profile=profile, wire='pcap:in=%s,out=%s,start=ctl' % tuple(path))
                   for path in files], *queue_args(2), user=user)
    with open('/proc/%d/task/%d/children' % (pmd.proc.pid, pmd.proc.pid), encoding='ascii') as f:
        child = int(f.read().split()[0])
    with open('/proc/%d/status' % child, encoding='ascii') as f:
        status = f.read()
    assert re.search(r'^Uid:\t[1-9]', status, re.M)
    assert re.search(r'^CapEff:\t0+$', status, re.M)
    pmd.start('io', patient=True)
    for i in range(2):
        pmd.wire(i, 'start')
    for i in range(2):
        pmd.wait_stats(i, lambda s: s['wire_tx_frames'] >= 1000)
    pmd.wait_quiet()
    pmd.stop()
    pmd.quit()
    for i in range(2):
        assert flow_difference(frames[i], read_pcap(files[1 - i][1])) is None
