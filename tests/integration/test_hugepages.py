# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""The same with hugepages, in both IOVA modes: DMA addresses are not the process' own then."""

import os
import subprocess

import pytest

from lib.pcap import difference, mixed_frames

PAGES = 256
POOL = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages'


@pytest.fixture(scope='module')
def hugepages(tmp_path_factory):
    """Reserve hugepages and mount hugetlbfs for the tests; all is put back afterwards."""
    if os.geteuid() != 0:
        pytest.skip('hugepages can only be reserved by root')
    if not os.path.exists(POOL):
        pytest.skip('this kernel has no hugepages of 2 MiB')
    with open(POOL, encoding='ascii') as f:
        before = int(f.read())
    mount = str(tmp_path_factory.mktemp('hugetlbfs'))

    def reserve(pages):
        with open(POOL, 'w', encoding='ascii') as f:
            f.write(str(pages))
        with open(POOL, encoding='ascii') as f:
            return int(f.read())

    mounted = False
    try:
        try:
            got = reserve(before + PAGES)
        except OSError as e:
            pytest.skip('the kernel reserves no hugepages: %s' % e)
        if got < before + PAGES:
            pytest.skip('only %d of %d hugepages could be reserved' % (got - before, PAGES))
        done = subprocess.run(['mount', '-t', 'hugetlbfs', '-o', 'pagesize=2M', 'none', mount],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if done.returncode:
            pytest.skip('hugetlbfs cannot be mounted: ' + done.stdout.strip())
        mounted = True
        yield mount
    finally:
        if mounted:
            subprocess.run(['umount', mount], check=False)
        reserve(before)


@pytest.mark.parametrize('iova', ('va', 'pa'))
@pytest.mark.parametrize('mode', ((), ('--legacy-mem',), ('--single-file-segments',),
                                  ('--in-memory',)),
                         ids=('dynamic', 'legacy', 'single-file', 'in-memory'))
def test_frames_pass_bit_exact_with_hugepages(replay, hugepages, iova, mode):
    if iova == 'pa' and not physical_addresses_visible():
        pytest.skip('physical addresses cannot be read here')
    frames = mixed_frames(1000, seed=41, largest=9014)
    where = () if '--in-memory' in mode else ('--huge-dir', hugepages)
    forth, back = replay(frames, frames[:300], args=('--max-pkt-len=9018', '--enable-scatter'),
                         pmd_args={'huge': True, 'memory': 256, 'mbufs': 8192,
                                   'eal': ['--iova-mode', iova, *where, *mode]})
    assert difference(frames, forth) is None
    assert difference(frames[:300], back) is None


def physical_addresses_visible():
    """True if /proc/self/pagemap shows frame numbers."""
    try:
        with open('/proc/self/pagemap', 'rb') as f:
            probe = bytearray(4096)
            f.seek((id(probe) >> 12) * 8)
            return int.from_bytes(f.read(8), 'little') & ((1 << 55) - 1) != 0
    except OSError:
        return False
