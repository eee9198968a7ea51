# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Abuse of the device: random values in registers, device memory and rings, a guest that is switched
off in the middle of its traffic, a server that dies. The server neither crashes nor leaks;
quickstart.sh gives these tests one that was built with sanitizers (--server-build).
"""

import contextlib
import time

import pytest

from vm.shell import GuestError

pytestmark = pytest.mark.one_kernel

HOST, GUEST = '192.0.2.1', '192.0.2.2'

# Random values through the kernel's resource files, while ena.ko works with the same device:
# registers, doorbells and device memory are hit at random places, with values that look like rings,
# counts and addresses.
FUZZER = r'''
import mmap, os, random, struct, sys, time
seed, seconds, bdf = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
rnd = random.Random(seed)
maps = []
for bar in (0, 2):
    path = '/sys/bus/pci/devices/%s/resource%d' % (bdf, bar)
    fd = os.open(path, os.O_RDWR)
    size = os.fstat(fd).st_size
    maps.append((memoryview(mmap.mmap(fd, size)).cast('I'), size))
values = (0, 1, 2, 0xffff, 0x10000, 0x7fffffff, 0xffffffff, 0x00400020, 0x00400000, 0x00010020)
end = time.monotonic() + seconds
count = 0
while time.monotonic() < end:
    words, size = maps[rnd.random() < 0.3]
    if size == 0x4000:
        off = rnd.choice((rnd.randrange(0, 0x80, 4), rnd.randrange(0, 0x200, 4),
                          0x1000 + rnd.randrange(0, 0x2000, 4)))
        # The MSI-X table is the guest kernel's own; a write of zero would hang its interrupts.
    else:
        off = rnd.randrange(0, size, 4)
    words[off // 4] = rnd.choice(values) if rnd.random() < 0.6 else rnd.getrandbits(32)
    count += 1
print('writes', count)
'''


# Rings of random bytes, without a driver and without an IOMMU: everything that the device is told
# points into a huge page or to where no memory is, so the guest itself survives.
RINGS = r'''
import mmap, os, random, struct, sys, time
seed, seconds, bdf = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
rnd = random.Random(seed)
dev = '/sys/bus/pci/devices/' + bdf
config = os.open(dev + '/config', os.O_RDWR)
os.pwrite(config, struct.pack('<H', 0x0006), 4)  # memory, bus master
regs = memoryview(mmap.mmap(os.open(dev + '/resource0', os.O_RDWR), 0x4000)).cast('I')
PAGE = 2 << 20
fd = os.open('/dev/hugepages/rubbish', os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, PAGE)
mem = mmap.mmap(fd, PAGE)
mem[0] = 1
import ctypes
at = ctypes.addressof(ctypes.c_char.from_buffer(mem))
pagemap = os.open('/proc/self/pagemap', os.O_RDONLY)
entry = struct.unpack('<Q', os.pread(pagemap, 8, at // 4096 * 8))[0]
phys = (entry & ((1 << 55) - 1)) * 4096
assert phys, 'no physical address'

def address():
    r = rnd.random()
    if r < 0.8:
        return phys + rnd.randrange(PAGE) // 64 * 64
    return phys + PAGE - rnd.randrange(1, 256) if r < 0.9 else (1 << 40) + rnd.getrandbits(20)

def bring_up():
    regs[0x54 // 4] = 1
    regs[0x54 // 4] = 0
    for lo, caps in ((0x10, 0x18), (0x20, 0x28), (0x38, 0x34)):
        a = phys + rnd.randrange(0, 1 << 19, 4096)
        regs[lo // 4], regs[lo // 4 + 1] = a & 0xffffffff, a >> 32
        regs[caps // 4] = 32 | 64 << 16
        bases[lo] = a - phys

def command(i):
    body = bytearray(rnd.randbytes(64))
    if rnd.random() < 0.9:
        for off in range(4, 60, 4):
            if rnd.random() < 0.5:
                body[off:off + 4] = struct.pack('<I', rnd.choice((0, 1, 2, 4, 8, 16, 128, 1024)))
        for off in (8, 12, 16, 20, 24, 28):
            if rnd.random() < 0.3:
                body[off:off + 8] = struct.pack('<Q', address())
    struct.pack_into('<HBB', body, 0, i & 0xfff,
                     rnd.choice((1, 2, 3, 4, 8, 9, 11, rnd.getrandbits(8))),
                     (i // 32 + 1) & 1 | rnd.choice((0, 2, 4, 6)))
    at = bases[0x10] + i % 32 * 64
    mem[at:at + 64] = bytes(body)

bases, end, commands = {}, time.monotonic() + seconds, 0
while time.monotonic() < end:
    bring_up()
    for i in range(200):
        command(i)
        regs[0x2c // 4] = (i + 1) & 0xffff
        commands += 1
        for _ in range(4):
            regs[(0x1000 + rnd.randrange(0, 0x600, 4)) // 4] = rnd.choice((1, 2, 16, 64, 1 << 30))
        at = rnd.randrange(PAGE - 256)
        mem[at:at + 64] = rnd.randbytes(64)
print('commands', commands)
'''


@pytest.fixture
def lab(new_lab):
    with new_lab(sanitized=True) as found:
        yield found


def test_the_server_has_sanitizers_if_there_is_one_for_these_tests(lab, request):
    if not request.config.getoption('--server-build'):
        pytest.skip('without --server-build the server is that of the other tests')
    assert b'__asan_init' in lab.program.read_bytes()
    assert b'__ubsan_handle' in lab.program.read_bytes()


def start_server(lab):
    lab.ns = lab.ns if hasattr(lab, 'ns') else lab.namespace('vm')
    return lab.start_server('mac=02:00:00:00:00:10,wire=tap:wire0,netns=%s,addr=%s/24,up'
                            % (lab.ns.name, HOST), 'mac=02:00:00:00:00:20,wire=loopback')


def ping(guest):
    out = guest.run('ping -q -c 3 -W 5 ' + HOST, timeout=90, check=False)[1]
    return '3 packets received' in out


def set_up(guest):
    guest.run('insmod /modules/ena.ko; while ! ip addr add %s/24 dev eth0; do sleep 0.2; done; '
              'ip link set eth0 up; ip link set eth1 up' % GUEST, timeout=90)


def start_guest(lab, kernel, **kwargs):
    guest = lab.start_guest(kernel, **kwargs)
    set_up(guest)
    assert ping(guest)
    return guest


def closed(lab):
    """The client has gone; descriptors, mappings of guest memory, memory of the server's own."""
    deadline = time.monotonic() + 30
    while any(p['state'] != 'closed' for p in lab.server.ask('ports')):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    # Its descriptor of the control connection goes a moment after ours.
    time.sleep(0.5)
    return lab.server.holds()


def assert_nothing_stays(lab, before, grown_kb=24 * 1024):
    """As much as before the guest; some memory is the allocator's, or a sanitizer's, to keep."""
    fds, maps, rss = closed(lab)
    assert (fds, maps) == (before[0], 0)
    assert rss - before[2] < grown_kb, 'grew by %d KB' % (rss - before[2])


def assert_ends_well(lab):
    """With leaks looked for, if the server has a sanitizer."""
    assert lab.server.stop(60) == 0, lab.server.log()[-4000:]
    assert lab.server.complaints() == []


def throw_rubbish(lab, guest, seed):
    """
    Five seconds of random values below a driver that works. The guest may crash:
    ena.ko 6.12 now and then follows a NULL pointer when its reset of the device fails half-way.
    @return whether the guest came to the end of it
    """
    with contextlib.suppress(GuestError):
        return 'writes' in guest.run('timeout 40 python3 /tmp/fuzz.py %d 5 0000:00:04.0' % seed,
                                     timeout=50, check=False)[1]
    return False


@pytest.mark.short
@pytest.mark.bounded(420)
def test_rubbish_in_registers_and_device_memory_does_not_harm_the_server(lab, kernel):
    start_server(lab)
    before = closed(lab)
    ended = 0
    for seed in (1, 2, 3):
        guest = start_guest(lab, kernel, dpdk=True, append='iomem=relaxed')
        guest.write_file('/tmp/fuzz.py', FUZZER)
        told = lab.server.stats(0)['bad_doorbells']
        ended += throw_rubbish(lab, guest, seed)
        guest.kill()
        assert lab.server.alive(), lab.server.log()[-4000:]
        assert lab.server.stats(0)['bad_doorbells'] > told
    assert ended > 0, 'no guest came to the end of its random values'
    # The next guest finds nothing of it.
    guest = start_guest(lab, kernel)
    guest.power_off()
    assert_nothing_stays(lab, before)
    assert_ends_well(lab)


@pytest.mark.bounded(240)
def test_rubbish_in_rings_and_commands_does_not_harm_the_server(lab, kernel):
    lab.start_server('profile=full,wire=loopback')
    before = closed(lab)
    guest = lab.start_guest(kernel, dpdk=True, iommu=False, append='iomem=relaxed')
    guest.run('echo 8 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages')
    guest.run('echo 1 > /sys/bus/pci/devices/0000:00:04.0/enable')
    guest.write_file('/tmp/rings.py', RINGS)
    for seed in (1, 2, 3):
        out = guest.run('timeout 60 python3 /tmp/rings.py %d 5 0000:00:04.0' % seed, timeout=90,
                        check=False)[1]
        assert 'commands' in out, out
        assert lab.server.alive(), lab.server.log()[-4000:]
    stats = lab.server.stats(0)
    assert stats['admin_commands'] > 1000 and stats['admin_errors'] > 100
    assert stats['admin_commands'] > stats['admin_errors'], 'nothing was right, so little was tried'
    guest.load('ena')
    guest.run('ip link set eth0 up', timeout=60)
    assert lab.server.stats(0)['tx_queues'] > 0
    guest.power_off()
    assert_nothing_stays(lab, before)
    assert_ends_well(lab)


def send_until_it_flows(lab, guest):
    """TCP of the guest, and the proof that it is under way: counters that rise, twice."""
    with contextlib.suppress(AttributeError):
        lab.iperf.kill()
    lab.iperf = lab.ns.iperf3_server()
    guest.start('timeout 100 iperf3 -c %s -t 90 > /dev/null 2>&1 &' % HOST)
    seen = []
    deadline = time.monotonic() + 60
    while len(seen) < 3:
        assert time.monotonic() < deadline, 'no traffic: %s' % seen
        now = lab.server.stats(0)
        now = now['tx_pkts'], now['rx_pkts']
        if not seen or all(b > a + 20 for a, b in zip(seen[-1], now)):
            seen.append(now)
        time.sleep(0.3)


@pytest.mark.bounded(240)
@pytest.mark.parametrize('how', ['killed', 'poweroff'])
def test_a_guest_that_is_switched_off_in_mid_traffic_leaves_nothing_behind(lab, kernel, how):
    """
    From outside, as a machine that loses its power; and by its kernel, with no driver asked first.
    """
    start_server(lab)
    before = closed(lab)
    for _ in range(2):  # the next guest takes the same function
        guest = start_guest(lab, kernel)
        send_until_it_flows(lab, guest)
        if how == 'killed':
            guest.kill()
        else:
            # "-f" asks nobody, and the interface is still up.
            assert guest.power_off(60) == 0
        assert_nothing_stays(lab, before)
    assert_ends_well(lab)


@pytest.mark.bounded(240)
def test_a_guest_outlives_its_server_and_the_next_server_takes_the_same_sockets(lab, kernel):
    """QEMU does not connect again: the function reads as ones from then on."""
    start_server(lab)
    guest = start_guest(lab, kernel)
    lab.server.process.kill()
    lab.server.process.wait(10)
    assert all(path.exists() for path in lab.server.sockets)  # nobody took them away
    assert not ping(guest)
    guest.run('[ "$(cat /proc/uptime)" ]', timeout=90)
    guest.kill()
    start_server(lab)
    before = closed(lab)
    guest = start_guest(lab, kernel)
    guest.power_off()
    assert_nothing_stays(lab, before)
    assert_ends_well(lab)
