# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
What memory type a mapping of the LLQ window gets from stock kernels. vfio-pci asks for uncached memory; x86
gives a mapping the type of an earlier reservation of the same addresses. This is a measurement, printed as
a table at the end; of its cells, only what the PMD counts on is asserted.
"""

import re

import pytest

BDF = '0000:00:04.0'

# Orders of steps, see the comment of each. Prints the reservation that covers the first page of BAR2.
PROBE = r'''
import fcntl, mmap, os, re, struct, sys
case, bdf = sys.argv[1:3]
dev = '/sys/bus/pci/devices/' + bdf
start, end, _ = (int(x, 16) for x in open(dev + '/resource').read().split()[6:9])
size = end - start + 1

def wc():
    fd = os.open(dev + '/resource2_wc', os.O_RDWR)
    return mmap.mmap(fd, size)

def reserve_early():
    # Unmapping in two parts leaves the reservation behind on some kernels.
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    fd = os.open(dev + '/resource2_wc', os.O_RDWR)
    at = libc.mmap(None, size, 3, 1, fd, 0)
    libc.munmap(at, size - 4096)
    libc.munmap(at + size - 4096, 4096)

def vfio():
    group = os.path.basename(os.readlink(dev + '/iommu_group'))
    c = os.open('/dev/vfio/vfio', os.O_RDWR)
    g = os.open('/dev/vfio/' + group, os.O_RDWR)
    fcntl.ioctl(g, 0x3b68, struct.pack('i', c))
    fcntl.ioctl(c, 0x3b66, 1)
    return c, g, fcntl.ioctl(g, 0x3b6a, bytearray(bdf.encode() + b'\0'))

def bar2(device):
    m = mmap.mmap(device, size, offset=2 << 40)
    memoryview(m).cast('I')[0] = 1  # pages come with the first access
    return m

def kind():
    for line in open('/sys/kernel/debug/x86/pat_memtype_list'):
        m = re.search(r'\[mem (0x\w+)-(0x\w+)\]\s*(\S+)|(\S+) @ (0x\w+)-(0x\w+)', line)
        if not m:
            continue
        lo, hi = (m[1], m[2]) if m[1] else (m[5], m[6])
        if int(lo, 16) <= start < int(hi, 16):
            print('range', line.strip())

if case == 'early':
    reserve_early()
    sys.exit(0)
keep = [wc()] if case == 'with-wc' else []
keep.append(vfio())
keep.append(bar2(keep[-1][2]))
kind()
'''


@pytest.fixture(scope='module')
def lab(new_lab, kernel):
    with new_lab() as found:
        found.start_server('wire=sink')
        guest = found.start_guest(kernel, dpdk=True)
        guest.load_vfio()
        guest.write_file('/tmp/probe.py', PROBE)
        yield found


def bind(guest, driver):
    guest.run('cd /sys/bus/pci/devices/%s; [ ! -e driver ] || echo %s > driver/unbind; '
              'echo %s > driver_override; echo %s > /sys/bus/pci/drivers_probe'
              % (BDF, BDF, driver, BDF))


def probe(guest, case):
    status, out = guest.run('python3 /tmp/probe.py %s %s' % (case, BDF), timeout=60, check=False)
    found = re.findall(r'^range (.*)', out, re.M)
    assert status == 0, out
    if not found:
        return 'no reservation'
    return 'WC' if any('write-combining' in f for f in found) else 'uncached'


@pytest.mark.bounded(180)
def test_memory_type_of_the_llq_window(lab, kernel, table):
    guest = lab.guest
    bind(guest, 'vfio-pci')
    row = {'vfio alone': probe(guest, 'plain'), 'resource2_wc held': probe(guest, 'with-wc')}
    guest.run('echo %s > /sys/bus/pci/drivers/vfio-pci/unbind' % BDF)
    guest.run('python3 /tmp/probe.py early %s' % BDF)
    bind(guest, 'vfio-pci')
    row['reserved early'] = probe(guest, 'plain')
    release = guest.run('uname -r').strip()
    table('write-combining of BAR2 through vfio-pci', release, row)
    assert row['vfio alone'] == 'uncached'
