# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Which driver takes the device, and what the plug-in shows to the world."""

import json
import re
import subprocess

import pytest

from lib.patience import limit
from lib.softena import Port

ONLY_OURS = pytest.mark.only('net_ena_pmd', why='the test chooses its drivers itself')


@ONLY_OURS
def test_plug_in_loaded_with_d_takes_the_device(testpmd):
    pmd = testpmd([Port(wire='loopback')], driver='net_ena_pmd')
    assert pmd.driver_name() == 'net_ena_pmd'


@ONLY_OURS
def test_without_d_dpdks_own_driver_takes_the_device(testpmd):
    pmd = testpmd([Port(wire='loopback')], driver='net_ena')
    assert pmd.driver_name() == 'net_ena'


@ONLY_OURS
def test_both_loaded_the_one_named_first_takes_every_device(testpmd, env):
    """EAL asks drivers in the order in which they were loaded; -d comes before the default."""
    peer = env.library('librte_net_ena')
    pmd = testpmd([Port(wire='loopback'), Port(wire='loopback')], driver='net_ena_pmd',
                  eal=['-d', peer] if peer else [])
    assert pmd.driver_name(0) == 'net_ena_pmd'
    assert pmd.driver_name(1) == 'net_ena_pmd'


@ONLY_OURS
def test_dpdks_own_driver_named_before_ours_takes_the_device(testpmd, env):
    peer = env.library('librte_net_ena')
    if not peer:
        pytest.skip('this DPDK has no net_ena')
    pmd = testpmd([Port(wire='loopback')], driver='net_ena',
                  eal=['-d', peer, '-d', 'librte_net_ena_pmd.so'])
    assert pmd.driver_name() == 'net_ena'


@pytest.fixture(scope='module')
def pmdinfo(env):
    tool = env.dpdk_app('dpdk-pmdinfo.py') or env.dpdk_app('dpdk-pmdinfo')
    if not tool:
        pytest.skip('dpdk-pmdinfo.py is not installed')
    out = subprocess.run(['/usr/bin/python3', tool, env.plugin], stdout=subprocess.PIPE,
                         check=True, text=True, timeout=limit(60)).stdout
    found = json.loads(out)
    if env.prefix and not found:
        pytest.skip('a DPDK under a prefix has no pmdinfogen.py, and the plug-in no information')
    return found


@ONLY_OURS
def test_pmdinfo_shows_name_ids_modules_and_devargs(pmdinfo):
    assert [entry['name'] for entry in pmdinfo] == ['net_ena_pmd']
    entry = pmdinfo[0]
    ids = {(i['vendor'], i['device']) for i in entry['pci_ids']}
    assert ids == {('1d0f', d) for d in ('0ec2', '1ec2', 'ec20', 'ec21')}
    for module in ('vfio-pci', 'igb_uio', 'uio_pci_generic'):
        assert module in entry['kmod']
    assert 'llq_policy=' in entry['params']


@ONLY_OURS
def test_every_devarg_of_pmdinfo_is_in_the_guide(pmdinfo, request):
    guide = request.config.rootpath.parent.parent / 'doc/guide/nics/net_ena_pmd.rst'
    text = guide.read_text(encoding='utf-8')
    names = re.findall(r'(\w+)=', pmdinfo[0]['params'])
    assert names
    for name in names:
        assert '``%s``' % name in text, '%s is not documented' % name


@ONLY_OURS
def test_plug_in_exports_only_what_dpdk_needs(env):
    out = subprocess.run(['nm', '-D', '--defined-only', env.plugin], stdout=subprocess.PIPE,
                         check=True, text=True, timeout=limit(60)).stdout
    names = {line.split()[-1].split('@')[0] for line in out.splitlines()}
    # sanitizers and the linker add names of their own
    others = r'_?_(asan|odr_asan|ubsan|bss|start|stop)|_edata|_end|DPDK_'
    names = {n for n in names if not re.match(others, n)}
    # what pmdinfo and a loader look for; everything else would be an interface by accident
    allowed = re.compile(r'(this_pmd_name\d+|\w+_pci_tbl_export|\w+_param_string_export'
                         r'|\w+_kmod_dep_export|per_lcore_\w+)$')
    assert not [n for n in names if not allowed.match(n)]


@ONLY_OURS
def test_plug_in_needs_no_library_beside_dpdk_and_libc(env):
    if env.sanitizers:
        pytest.skip('an instrumented build needs its run-time library')
    out = subprocess.run(['objdump', '-p', env.plugin], stdout=subprocess.PIPE, check=True,
                         text=True, timeout=limit(60)).stdout
    for name in re.findall(r'NEEDED\s+(\S+)', out):
        # libbsd is what DPDK's own headers need for string functions
        assert re.match(r'librte_\w+\.so\.\d+|lib(c|pthread|numa|m|bsd)\.so|ld-linux', name), name


@ONLY_OURS
def test_unknown_devarg_fails_the_probe_with_its_name(env, runs):
    from lib.testpmd import TestPmd, TestPmdError
    with pytest.raises(TestPmdError, match='no_such_arg|No probed ethernet devices|[Ii]nvalid'):
        pmd = TestPmd(env, [Port(wire='loopback')], devargs='no_such_arg=1')
        runs.append(pmd)
        assert pmd.driver_name() is None
        raise TestPmdError('No probed ethernet devices')


#: keys of the device, llq_policy, entry size (0: rings in host memory), largest Tx ring
POLICIES = [
    ({}, '0', 0, 8192), ({}, '2', 128, 4096), ({}, '3', 256, 2048),
    # 1 follows the device
    ({}, '1', 256, 2048), ({'llq-recommended': 128}, '1', 128, 4096),
    # no depth for wide entries is announced: half of the other
    ({'llq-wide-depth': 0}, '3', 256, 2048), ({'llq-wide-depth': 1024}, '3', 256, 1024),
    ({'llq-wide-depth': 0}, '2', 128, 4096),
    # what the device does not have is not used (part B 3.1)
    ({'llq-entry-sizes': 128, 'llq-recommended': 128}, '3', 128, 4096),
]


@ONLY_OURS
@pytest.mark.parametrize('keys,policy,entry,largest', POLICIES)
def test_llq_policy_decides_entries_and_the_largest_ring(testpmd, keys, policy, entry, largest):
    """
    Part B 3.1, 3.9: where Tx rings lie, how much of a packet an entry holds, and the depth that
    results.
    """
    port = Port(profile='nitro-v5', wire='loopback', **{
        'tx-depth': 8192, 'llq-depth': 4096, 'llq-wide-depth': 2048, **keys})
    pmd = testpmd([port], devargs='llq_policy=' + policy)
    assert all(q['llq'] is bool(entry) for q in pmd.queues(0)['tx'])
    out = pmd.cmd('show txq info 0 0')
    mode = re.search(r'Burst mode: (.*)', out).group(1)
    assert mode.strip().endswith('LLQ %d' % entry if entry else 'Host'), mode
    assert re.search(r'Max possible number of TXDs per queue: %d$' % largest, pmd.info(),
                     re.M), pmd.info()
    # and the largest ring is one that works
    pmd.cmd('port stop 0')
    pmd.cmd('port config all txd %d' % largest)
    assert 'Fail' not in pmd.cmd('port start 0')
    assert pmd.queues(0)['tx'][0]['depth'] == largest
    pmd.start('io')
    pmd.stop()


@ONLY_OURS
def test_link_speed_devarg_is_reported(testpmd):
    pmd = testpmd([Port(wire='loopback')], devargs='link_speed=25000')
    assert 'Link speed: 25 Gbps' in pmd.info()
