# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
How tests wait: limits grow with the load, and a quiet time counts what the threads have run.
"""

import os
import signal
import subprocess
import time

import pytest

from lib import patience
from lib.softena import Port


def test_limits_grow_with_the_load_or_as_it_is_asked_for(env, monkeypatch):
    monkeypatch.delenv('ENA_TEST_TIME_FACTOR', raising=False)
    assert 30 * patience.base <= patience.limit(10) <= 120 * patience.base
    monkeypatch.setenv('ENA_TEST_TIME_FACTOR', '2.5')
    assert patience.limit(10) == 25 * patience.base
    assert float(env.variables()['ENA_TEST_TIME_FACTOR']) == 2.5 * patience.base


def test_a_limit_looks_at_the_load_again_when_it_is_over(monkeypatch):
    monkeypatch.setenv('ENA_TEST_TIME_FACTOR', '1e-9')
    end = patience.Limit(1)
    time.sleep(0.001)
    assert end.over()
    monkeypatch.setenv('ENA_TEST_TIME_FACTOR', '1000')
    assert not end.over()
    monkeypatch.setenv('ENA_TEST_TIME_FACTOR', '1e-9')
    with pytest.raises(TimeoutError, match='the moon is blue'):
        patience.until(lambda: False, 'the moon is blue')


def test_a_silence_of_a_device_that_gets_no_cpu_is_none(env, softena):
    run = softena([Port(wire='loopback')])
    proc = run.popen([env.program('tests', 'integration', 'vfio_write'), run.ports[0].addr],
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    proc.stdin.write('7000000\n')
    proc.stdin.flush()
    assert proc.stdout.readline() == 'written\n'
    os.killpg(proc.pid, signal.SIGSTOP)
    time.sleep(0.1)             # until the last of its threads has stopped
    turns = patience.Turns(proc.pid)
    time.sleep(0.5)
    assert not turns.had()
    os.killpg(proc.pid, signal.SIGCONT)
    patience.until(turns.had, 'the device looks around')
    proc.communicate(timeout=patience.limit(20))
