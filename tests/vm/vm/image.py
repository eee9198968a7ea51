# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The guest's memory file system: programs of this machine with the libraries they need, modules of
the guest's kernel, the plug-in. Archives of the kernel's "newc" format may follow each other, so
what seldom changes is packed once.
"""

import lzma
import os
import pathlib
import re
import shutil
import stat
import subprocess

MODULES = ('ena', 'vfio', 'vfio_virqfd', 'vfio_iommu_type1', 'vfio-pci-core', 'vfio-pci', 'uio',
           'uio_pci_generic', 'irqbypass', 'msr', 'iommufd', 'virtio', 'virtio_ring',
           'virtio_pci_modern_dev', 'virtio_pci_legacy_dev', 'virtio_pci', 'virtio_console')

# Part of coreutils: lines of a program come when they are written, not when a block is full.
STDBUF = '/usr/libexec/coreutils/libstdbuf.so'
LIBDIR = '/usr/lib/x86_64-linux-gnu/'

INIT = r'''#!/bin/busybox sh
# SPDX-License-Identifier: BSD-3-Clause
/bin/busybox chmod 755 /  # EAL does not load plug-ins below a directory that anyone can write
/bin/busybox --install -s /bin
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8
mkdir -p /proc /sys /dev /run /tmp /root /var/run
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /dev/hugepages
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t hugetlbfs huge /dev/hugepages
mount -t debugfs debug /sys/kernel/debug
ip link set lo up
# Each line from the virtio port is a command. The port loses nothing on a busy machine; see
# machine.py.
for m in virtio virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci \
		virtio_console; do
	[ ! -e /modules/$m.ko ] || insmod /modules/$m.ko
done
# It can be opened once at a time.
while [ ! -e /dev/vport0p1 ]; do sleep 0.1; done
exec setsid sh -c 'exec sh /etc/shell <>/dev/vport0p1 >&0 2>&1'
'''

# Each command has a name; its output is between two lines with that name. See shell.py.
SHELL = r'''# busybox prefers what it has itself.
ip() { /usr/sbin/ip "$@"; }
echo "@ready@"
while IFS= read -r id && IFS= read -r line; do
	printf '@begin@ %s\n' "$id"
	( eval "$line" ) </dev/null 2>&1
	printf '\n@end@ %s %s\n' "$id" $?
done
'''


class Archive:
    """A "newc" archive that is being written."""

    def __init__(self):
        self.parts = []
        self.seen = set()
        self.inode = 1

    def _entry(self, name, mode, data=b'', rdev=(0, 0)):
        name = name.strip('/')
        if name in self.seen:
            return
        parent = os.path.dirname(name)
        if parent:
            self.directory(parent)
        self.seen.add(name)
        raw = name.encode() + b'\0'
        fields = (self.inode, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(raw), 0)
        head = b'070701' + b''.join(b'%08x' % f for f in fields) + raw
        self.parts += [head, b'\0' * (-len(head) % 4), data, b'\0' * (-len(data) % 4)]
        self.inode += 1

    def directory(self, name):
        self._entry(name, stat.S_IFDIR | 0o755)

    def link(self, name, target):
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def text(self, name, text, mode=0o644):
        self._entry(name, stat.S_IFREG | mode, text.encode())

    def node(self, name, major, minor):
        self._entry(name, stat.S_IFCHR | 0o600, rdev=(major, minor))

    def file(self, name, source):
        source = pathlib.Path(source)
        self._entry(name, stat.S_IFREG | (source.stat().st_mode & 0o777), source.read_bytes())

    def tree(self, name, source, skip):
        for at, dirs, files in os.walk(source):
            dirs[:] = [d for d in dirs if not skip(d)]
            for f in files:
                path = pathlib.Path(at) / f
                if not skip(f) and path.is_file():
                    self.file(os.path.join(name, os.path.relpath(path, source)), path)

    def write(self, path):
        tail = Archive()
        tail._entry('TRAILER!!!', 0)
        data = b''.join(self.parts + tail.parts)
        part = path.with_name(path.name + '.part')
        part.write_bytes(data + b'\0' * (-len(data) % 512))
        part.rename(path)


def libraries(program, extra=()):
    """Files that the loader maps for a program or a shared object."""
    env = dict(os.environ, LD_LIBRARY_PATH=':'.join(map(str, extra)))
    done = subprocess.run(['ldd', str(program)], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, env=env, check=False)
    missing = re.findall(r'(\S+) => not found', done.stdout)
    if missing:
        raise RuntimeError('%s needs %s' % (program, ', '.join(missing)))
    return re.findall(r'(?:=> )?(/\S+) \(0x', done.stdout)


class Builder:
    """Archives below the cache directory, by what they are made of."""

    #: (archive, plug-in) of this run: builds change between runs.
    made = None

    def __init__(self, cache, packages):
        self.cache = pathlib.Path(cache)
        self.packages = packages

    def _program(self, archive, path, to=None, extra=()):
        path = pathlib.Path(path)
        archive.file(to or str(path), path)
        for lib in libraries(path, extra):
            self._library(archive, lib)

    def _library(self, archive, lib):
        """
        In one directory, whatever its place here; once, whatever its names: see EAL's plug-ins.
        """
        name, real = os.path.basename(lib), os.path.realpath(lib)
        if name.startswith('ld-linux'):
            archive.file('/lib64/' + name, real)
            return
        archive.file(LIBDIR + os.path.basename(real), real)
        if name != os.path.basename(real):
            archive.link(LIBDIR + name, os.path.basename(real))

    def base(self):
        """Shell, network tools of this machine, init."""
        to = self.cache / 'base.cpio'
        if to.exists() and to.stat().st_mtime > pathlib.Path(__file__).stat().st_mtime:
            return to
        tools = self.packages.tools()
        extra = [tools / 'usr/lib/x86_64-linux-gnu', tools / 'lib/x86_64-linux-gnu']
        a = Archive()
        a.node('dev/console', 5, 1)
        a.text('init', INIT, 0o755)
        a.text('etc/shell', SHELL)
        a.text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
        a.text('etc/group', 'root:x:0:\n')
        a.link('lib/x86_64-linux-gnu', '../usr/lib/x86_64-linux-gnu')
        a.file('bin/busybox', next(p for p in (tools / 'bin/busybox', tools / 'usr/bin/busybox')
                                   if p.exists()))
        for name in ('ethtool', 'lspci'):
            path = next(p for d in ('sbin', 'usr/sbin', 'usr/bin', 'bin')
                        for p in [tools / d / name] if p.exists())
            self._program(a, path, '/usr/sbin/' + name, extra)
        a.file('usr/share/misc/pci.ids', tools / 'usr/share/misc/pci.ids')
        for name in ('ip', 'iperf3'):
            path = shutil.which(name) or shutil.which(name, path='/usr/sbin:/sbin')
            if path:
                self._program(a, os.path.realpath(path), '/usr/sbin/' + name)
        a.write(to)
        return to

    def modules(self, kernel):
        """Modules that matter, uncompressed, with an order to load them in."""
        _, directory, release = self.packages.kernel(kernel)
        to = self.cache / ('modules-%s.cpio' % release)
        if to.exists() and to.stat().st_mtime > pathlib.Path(__file__).stat().st_mtime:
            return to
        wanted = {m.replace('-', '_') for m in MODULES}
        a = Archive()
        for path in sorted(directory.rglob('*.ko*')):
            name = path.name.split('.')[0].replace('-', '_')
            if name not in wanted:
                continue
            data = path.read_bytes()
            if path.suffix == '.xz':
                data = lzma.decompress(data)
            a._entry('modules/%s.ko' % name, stat.S_IFREG | 0o644, data)
        a.write(to)
        return to

    def dpdk(self, plugin, apps=()):
        """
        The distribution's testpmd with few drivers, our plug-in, programs, python for dpdk-devbind.
        """
        to = self.cache / 'dpdk.cpio'
        if Builder.made == (to, plugin):
            return to
        a = Archive()
        self._program(a, '/usr/bin/dpdk-testpmd')
        libdir = pathlib.Path('/usr/lib/x86_64-linux-gnu/dpdk')
        for pmds in libdir.glob('pmds-*'):
            for name in ('bus_pci', 'bus_vdev', 'mempool_ring', 'net_ena'):
                for path in pmds.glob('librte_%s.so*' % name):
                    self._library(a, path)
                    for lib in libraries(path):
                        self._library(a, lib)
                    a.link(str(path), LIBDIR + os.path.basename(os.path.realpath(path)))
        self._program(a, plugin, '/opt/ena/librte_net_ena_pmd.so')
        for app in apps:
            self._program(a, app, '/opt/ena/' + os.path.basename(app))
        self._program(a, STDBUF)
        # Asked for by name when a thread is cancelled.
        self._library(a, '/lib/x86_64-linux-gnu/libgcc_s.so.1')
        devbind = shutil.which('dpdk-devbind.py')
        if devbind:
            a.file('/usr/bin/dpdk-devbind.py', os.path.realpath(devbind))
        hugepages = shutil.which('dpdk-hugepages.py')
        if hugepages:
            a.file('/usr/bin/dpdk-hugepages.py', os.path.realpath(hugepages))
        self._python(a)
        a.write(to)
        Builder.made = to, plugin
        return to

    def _python(self, a):
        python = os.path.realpath('/usr/bin/python3')
        self._program(a, python)
        a.link('/usr/bin/python3', os.path.basename(python))
        a.link('/usr/bin/env', '/bin/busybox')
        std = pathlib.Path('/usr/lib') / os.path.basename(python)
        skip = re.compile(r'__pycache__|test|tests|idlelib|lib2to3|ensurepip|distutils|pydoc_data|'
                          r'config-.*|tkinter|unittest|turtle.*|asyncio|.*\.pyc')
        a.tree(str(std), std, skip.fullmatch)
        for path in (std / 'lib-dynload').glob('_ctypes.*'):
            for lib in libraries(path):
                self._library(a, lib)
