# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""The same with hugepages, in both IOVA modes: DMA addresses are not the process' own then."""

import ctypes
import mmap
import os
import subprocess

import pytest

from lib.pcap import difference, mixed_frames
from lib.undo import Undo

PAGES = 256
PAGE_SIZE = 2 << 20
POOL = '/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages'
# testpmd's largest allocation, 32 ports in 6 MiB, and those of EAL and drivers beside it. With
# legacy memory and physical addresses it must lie in pages that are neighbours in physical memory
# too.
RUN_NEEDED = 12


@pytest.fixture(scope='module')
def mount_of_pages(tmp_path_factory):
    """Reserve hugepages and mount hugetlbfs for the tests; all is put back afterwards."""
    if os.geteuid() != 0:
        pytest.skip('hugepages can only be reserved by root')
    if not os.path.exists(POOL):
        pytest.skip('this kernel has no hugepages of 2 MiB')
    with open(POOL, encoding='ascii') as f:
        before = int(f.read())
    mount = str(tmp_path_factory.mktemp('hugetlbfs'))

    def reserve(pages):
        try:
            # Free memory that lies together makes neighbouring pages more likely.
            with open('/proc/sys/vm/compact_memory', 'w', encoding='ascii') as f:
                f.write('1')
        except OSError:
            pass
        with open(POOL, 'w', encoding='ascii') as f:
            f.write(str(pages))
        with open(POOL, encoding='ascii') as f:
            return int(f.read())

    # in this order: pages that a mounted file holds cannot be given back
    undo = Undo('mount ' + mount, 'setting %s %d %d' % (POOL, before, before + PAGES))
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
        undo.done()


@pytest.fixture
def hugepages(mount_of_pages):
    """All pages of the pool, whatever a program left behind: legacy memory stays in its files."""
    for entry in os.scandir(mount_of_pages):
        os.unlink(entry.path)
    return mount_of_pages


@pytest.mark.parametrize('iova', ('va', 'pa'))
@pytest.mark.parametrize('mode', ((), ('--legacy-mem',), ('--single-file-segments',),
                                  ('--in-memory',)),
                         ids=('dynamic', 'legacy', 'single-file', 'in-memory'))
def test_frames_pass_bit_exact_with_hugepages(replay, hugepages, iova, mode):
    if iova == 'pa' and not physical_addresses_visible():
        pytest.skip('physical addresses cannot be read here')
    memory = 256
    if iova == 'pa' and '--legacy-mem' in mode:
        run = longest_physical_run(hugepages)
        if run < RUN_NEEDED:
            pytest.skip('physical memory is too fragmented: at most %d of %d hugepages are '
                        'neighbours, %d are needed' % (run, PAGES, RUN_NEEDED))
        # All of them, or EAL may leave out the very pages that are neighbours.
        memory = PAGES * PAGE_SIZE >> 20
    frames = mixed_frames(1000, seed=41, largest=9014)
    where = () if '--in-memory' in mode else ('--huge-dir', hugepages)
    forth, back = replay(frames, frames[:300], args=('--max-pkt-len=9018', '--enable-scatter'),
                         pmd_args={'huge': True, 'memory': memory, 'mbufs': 8192,
                                   'eal': ['--iova-mode', iova, *where, *mode]})
    assert difference(frames, forth) is None
    assert difference(frames[:300], back) is None


def physical_addresses_visible():
    """True if /proc/self/pagemap shows frame numbers."""
    probe = bytearray(4096)
    try:
        return next(frame_numbers((id(probe),))) != 0
    except OSError:
        return False


def frame_numbers(addresses):
    """Physical page frame numbers behind the virtual addresses; 0: not to be seen."""
    with open('/proc/self/pagemap', 'rb') as f:
        for address in addresses:
            f.seek((address >> 12) * 8)
            yield int.from_bytes(f.read(8), 'little') & ((1 << 55) - 1)


def longest_physical_run(mount):
    """The most pages of the pool that follow one another in physical memory."""
    path = os.path.join(mount, 'probe')
    with open(path, 'w+b') as f:
        os.unlink(path)
        f.truncate(PAGES * PAGE_SIZE)
        with mmap.mmap(f.fileno(), PAGES * PAGE_SIZE) as pages:
            for at in range(0, len(pages), PAGE_SIZE):
                pages[at] = 1
            view = (ctypes.c_char * len(pages)).from_buffer(pages)
            start = ctypes.addressof(view)
            frames = sorted(frame_numbers(range(start, start + len(pages), PAGE_SIZE)))
            del view
    longest = run = 1
    for a, b in zip(frames, frames[1:]):
        run = run + 1 if b - a == PAGE_SIZE >> 12 else 1
        longest = max(longest, run)
    return longest
