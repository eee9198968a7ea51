# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
What memory type a mapping of the LLQ window gets from stock kernels. vfio-pci asks for uncached
memory; x86 gives a mapping the type of an earlier reservation of the same addresses. This is a
measurement, printed as a table at the end in the words of the kernel, with what is known of these
kernels asserted.
"""

import contextlib
import json

import pytest

BDF = '0000:00:04.0'
WC, UNCACHED = 'write-combining', 'uncached-minus'

# Orders of steps, see the comment of each. Prints the reservations that cover the first page of
# BAR2 before and after vfio has mapped it, and what becomes of the mapping of resource2_wc.
PROBE = r'''
import fcntl, json, mmap, os, re, struct, sys
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

def ranges():
    found = []
    for line in open('/sys/kernel/debug/x86/pat_memtype_list'):
        m = re.search(r'\[mem (0x\w+)-(0x\w+)\]\s*(\S+)|(\S+) @ (0x\w+)-(0x\w+)', line)
        if not m:
            continue
        lo, hi, kind = (m[1], m[2], m[3]) if m[1] else (m[5], m[6], m[4])
        if int(lo, 16) <= start < int(hi, 16):
            # Mappings of a part of the BAR, or of all of it.
            found.append([kind, int(hi, 16) - int(lo, 16)])
    return found

def lives(m):
    # A mapping that the kernel took away is SIGBUS, so another process looks.
    pid = os.fork()
    if pid == 0:
        memoryview(m).cast('I')[0] = 1
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0

if case == 'early':
    reserve_early()
    print(json.dumps({'reserved': ranges()}))
    sys.exit(0)
out = {'size': size, 'none': ranges()}
if case == 'with-wc':
    sysfs = wc()
    memoryview(sysfs).cast('I')[0] = 1
    out['sysfs'] = ranges()
device = vfio()
out['opened'] = ranges()
if case == 'with-wc':
    out['sysfs lives at open'] = lives(sysfs)
mapped = bar2(device[2])
out['mapped'] = ranges()
out['mapped lives'] = lives(mapped)
if case == 'with-wc':
    out['sysfs lives at map'] = lives(sysfs)
    # What stays without it is vfio's.
    sysfs.close()
    out['sysfs closed'] = ranges()
print(json.dumps(out))
'''


@contextlib.contextmanager
def prepared(new_lab, kernel):
    with new_lab() as found:
        found.start_server('wire=sink')
        guest = found.start_guest(kernel, dpdk=True)
        guest.load_vfio()
        guest.write_file('/tmp/probe.py', PROBE)
        yield found


@pytest.fixture
def lab(kept, new_lab, kernel):
    return kept.get(lambda: prepared(new_lab, kernel))


def bind(guest, driver):
    guest.run('cd /sys/bus/pci/devices/%s; [ ! -e driver ] || echo %s > driver/unbind; '
              'echo %s > driver_override; echo %s > /sys/bus/pci/drivers_probe'
              % (BDF, BDF, driver, BDF))


def probe(guest, case):
    out = guest.run('python3 /tmp/probe.py %s %s' % (case, BDF), timeout=90)
    return json.loads(out.strip().splitlines()[-1])


def words(found):
    """Types of reservations as the kernel calls them."""
    return ' + '.join(sorted({kind for kind, _ in found})) or 'none'


@pytest.mark.short
@pytest.mark.bounded(240)
def test_memory_type_of_the_llq_window(lab, kernel, table):
    guest = lab.guest
    bind(guest, 'vfio-pci')
    alone, held = probe(guest, 'plain'), probe(guest, 'with-wc')
    guest.run('echo %s > /sys/bus/pci/drivers/vfio-pci/unbind' % BDF)
    reserved = probe(guest, 'early')
    bind(guest, 'vfio-pci')
    early = probe(guest, 'plain')
    sysfs = 'lives' if held['sysfs lives at map'] else 'dies at the %s' % (
        'vfio mmap' if held['sysfs lives at open'] else 'device open')
    print('vfio alone: %s\nresource2_wc held: %s\nreserved early: %s %s'
          % (alone, held, reserved, early))
    release = guest.run('uname -r').strip()
    table('memory type of BAR2 as vfio-pci maps it (pat_memtype_list)', release, {
        'vfio alone': words(alone['mapped']),
        'resource2_wc held': words(held['sysfs closed']),
        'its mapping': sysfs,
        'reserved early': words(early['mapped']),
        'reserved before': words(early['none'])})
    for seen in alone, held, early:
        assert seen['mapped lives']
    assert words(alone['none']) == 'none'
    assert words(alone['mapped']) == UNCACHED
    assert words(held['sysfs']) == WC
    assert sysfs == ('dies at the device open' if kernel == '7' else 'dies at the vfio mmap')
    # What the PMD can count on, one way for each generation of kernels.
    assert words(held['sysfs closed']) == (WC if kernel == '7' else UNCACHED)
    assert words(early['mapped']) == (UNCACHED if kernel == '7' else WC)
