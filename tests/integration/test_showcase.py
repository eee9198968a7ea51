# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The job of "quickstart.sh run": its summary is true, and a loss that no counter explains fails it.
"""

import importlib.util
import os
import re
import subprocess
import sys

import pytest

SHOWCASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'usertools',
                        'showcase.py')


@pytest.fixture(scope='module')
def showcase():
    spec = importlib.util.spec_from_file_location('showcase', SHOWCASE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_frames_from_file_to_file_end_in_a_summary_of_every_queue(env):
    if env.prefix or env.wrapper:
        pytest.skip('quickstart.sh run takes the installed DPDK')
    done = subprocess.run([sys.executable, SHOWCASE, '--pcap', '--build', env.build, '--driver',
                           env.driver], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60 * env.slow, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout
    assert 'bit for bit as sent' in done.stdout
    assert done.stdout.count('20,000 sent = 20,000 arrived + 0 counted as lost') == 2
    for way in ('received', 'sent'):
        rows = re.findall(r'%s on queue \d +([\d,]+) +([\d,]+)' % way, done.stdout)
        rows = [[int(n.replace(',', '')) for n in row] for row in rows]
        assert len(rows) == 2 and all(all(row) for row in rows), done.stdout
        assert [sum(column) for column in zip(*rows)] == [20000, 20000]


@pytest.mark.parametrize('limited', (False, True), ids=('all-answered', 'not-answered'))
def test_pings_that_no_counter_explains_fail_the_run(showcase, testpmd, tap_pair, monkeypatch,
                                                      limited):
    monkeypatch.setattr(showcase, 'PINGS', 200)
    pmd = testpmd(tap_pair.ports())
    tap_pair.settle()
    pmd.start('io', patient=True)
    if limited:
        # the stack in b answers one ping a second and counts nothing of it
        tap_pair.b.run('sysctl', '-qw', 'net.ipv4.icmp_ratemask=1', 'net.ipv4.icmp_ratelimit=1000')
    summary = showcase.Summary()
    showcase.show_ping(pmd, [(tap_pair.a, 'ena0'), (tap_pair.b, 'ena1')], summary)
    if limited:
        assert len(summary.wrong) == 1 and 'no counter says where' in summary.wrong[0]
    else:
        assert not summary.wrong


def test_losses_have_to_add_up(showcase):
    for sent, got, counted, slack, good in (
            (5000, 5000, 0, 0, True), (5000, 4000, 1000, 0, True), (5000, 4000, 2000, 0, True),
            (5000, 500, 0, 0, False), (5000, 4000, 999, 0, False), (5000, 4000, 900, 100, True),
            (5000, 4000, 900, 99, False)):
        summary = showcase.Summary()
        summary.reconcile('x', sent, got, counted, slack)
        assert (not summary.wrong) == good, (sent, got, counted, slack)
