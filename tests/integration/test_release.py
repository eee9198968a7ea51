# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The plug-in in a DPDK of another release. The structures that driver and DPDK share differ then, and
the soname does not show it: the plug-in prints one line and does nothing else, so that the device
is left to DPDK's own driver.
"""

import pytest

from lib.multi import Multi
from lib.release import LINE, others, told, version
from lib.softena import Port

PLUGIN = 'librte_net_ena_pmd.so'
# Without keep-alive events: net_ena leaves in order then, see finish() in conftest.py.
QUIET = {'aenq_groups': '-keep-alive'}

pytestmark = [
    pytest.mark.only('net_ena_pmd', why='it is a plug-in of this project'),
    pytest.mark.skipif('config.getoption("--wrapper")',
                       reason='an emulator is no place to preload'),
]

NAMES = ('older release', 'newer release', 'same month of the year before',
         'same month of the year after', 'candidate of the release')


@pytest.fixture(autouse=True)
def _peer(env):
    if not env.library('librte_net_ena'):
        pytest.skip('this DPDK has no net_ena')


def refusals(output):
    return [found.groups() for found in LINE.finditer(output)]


@pytest.mark.parametrize('name', NAMES)
def test_plug_in_leaves_the_device_to_net_ena_in_another_release(testpmd, env, name):
    running = others(env)[name]
    pmd = testpmd([Port(wire='loopback', **QUIET)], driver='net_ena', eal=['-d', PLUGIN],
                  variables=told(env, running))
    built = '%d.%02d.%d' % version(env)
    assert refusals(pmd.output()) == [(built, running)], pmd.output()
    assert pmd.output().count('ena_pmd') == 1, 'more than one line of the plug-in'
    assert pmd.driver_name() == 'net_ena'
    pmd.cmd('start tx_first')
    pmd.wait_stats(0, lambda s: s['wire_rx_frames'] > 1000)
    pmd.stop()
    assert pmd.quit() == 0


def test_plug_in_serves_every_stable_update_of_its_release(testpmd, env):
    year, month, minor = version(env)
    for other in (minor + 7, 0):
        pmd = testpmd([Port(wire='loopback')],
                      variables=told(env, '%d.%02d.%d' % (year, month, other)))
        assert pmd.driver_name() == 'net_ena_pmd'
        assert not refusals(pmd.output())
        assert pmd.quit() == 0


def test_plug_in_in_another_release_leaves_a_secondary_its_ports_of_net_ena(env, runs):
    running = others(env)['newer release']
    run = Multi(env, [Port(wire='loopback:lossless', **QUIET)], driver='net_ena',
                plugin=['-d', PLUGIN], variables=told(env, running))
    runs.append(run)
    second = run.secondary()
    for process in (run.primary, second):
        # nobody but net_ena is left who could have served them
        done = process.ask('move', 1000, 0)
        assert done == {'sent': 1000, 'received': 1000, 'wrong': 0}
    assert second.quit() == 0, ''.join(second.text)
    assert run.primary.quit() == 0, ''.join(run.primary.text)
    for process in (run.primary, second):
        output = ''.join(process.text)
        assert [r for _, r in refusals(output)] == [running], output
