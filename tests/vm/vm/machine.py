# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""A running guest: QEMU, its console, and commands in it."""

import base64
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

from . import packages
from .shell import GuestError, Shell

MEMORY = '1G'


class Machine(Shell):
    """
    One guest with a function for each socket. Commands run in order, each in a shell of its own;
    the kernel's messages go to a file.
    """

    def __init__(self, qemu_root, vmlinuz, archives, sockets, work, iommu=True, append='',
                 boot_timeout=150, memory=MEMORY):
        self.work = pathlib.Path(work)
        self.log = self.work / 'console.log'
        self.stream = None
        initrd = self.work / 'initrd'
        with open(initrd, 'wb') as out:
            for archive in archives:
                with open(archive, 'rb') as part:
                    shutil.copyfileobj(part, out)
        self.shell_path = self.work / 'shell.sock'
        argv, env = packages.qemu_argv(qemu_root)
        argv += [
            '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot',
            '-machine', 'q35,memory-backend=mem0', '-accel', 'tcg,thread=multi', '-cpu', 'max',
            '-smp', '2', '-m', memory,
            '-object', 'memory-backend-memfd,id=mem0,size=%s,share=on' % memory,
            '-kernel', str(vmlinuz), '-initrd', str(initrd),
            '-append', ' '.join(filter(None, (
                'console=ttyS0 panic=-1 loglevel=6 random.trust_cpu=on mitigations=off '
                'no_timer_check',
                'intel_iommu=on' if iommu else '', append))),
            '-chardev', 'file,id=console,path=%s' % self.log,
            '-device', 'isa-serial,chardev=console',
            '-chardev', 'socket,id=shell,path=%s,server=on,wait=off' % self.shell_path,
            '-device', 'virtio-serial-pci,addr=3.0',
            '-device', 'virtserialport,chardev=shell,nr=1',
        ]
        if iommu:
            argv += ['-device', 'intel-iommu,caching-mode=on,intremap=on']
        for i, path in enumerate(sockets):
            argv += ['-device', '{"driver":"vfio-user-pci","id":"ena%d","addr":"%d.0",'
                     '"socket":{"type":"unix","path":"%s"}}' % (i, 4 + i, path)]
        self.qemu_log = open(self.work / 'qemu.log', 'w', encoding='utf-8')
        self.process = subprocess.Popen(argv, env=dict(os.environ, **env),
                                        stdin=subprocess.DEVNULL, stdout=self.qemu_log,
                                        stderr=subprocess.STDOUT)
        try:
            super().__init__(self._connect(boot_timeout), lambda: self.process.poll() is not None,
                             lambda: '--- console\n%s\n%s' % (self.console()[-3000:],
                                                             self.qemu_text()))
            self.until(b'@ready@', boot_timeout)
        except BaseException:
            self.close()
            raise

    # ---- its start ----------------------------------------------------------------------

    def _connect(self, timeout):
        deadline = time.monotonic() + timeout
        while True:
            sock = socket.socket(socket.AF_UNIX)
            try:
                sock.connect(str(self.shell_path))
                return sock
            except OSError:
                sock.close()
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise GuestError('QEMU did not start:\n' + self.qemu_text()) from None
                time.sleep(0.05)

    def write_file(self, path, text):
        """A small file; in pieces that a serial line takes."""
        data = base64.b64encode(text.encode()).decode()
        self.run(': > %s.b64' % path)
        for at in range(0, len(data), 512):
            self.run('printf %%s %s >> %s.b64' % (data[at:at + 512], path))
        self.run('base64 -d %s.b64 > %s; rm %s.b64' % (path, path, path))

    # ---- what it says ---------------------------------------------------------------------

    def console(self):
        with contextlib.suppress(FileNotFoundError):
            return self.log.read_text(encoding='utf-8', errors='replace')
        return ''

    def qemu_text(self):
        self.qemu_log.flush()
        text = (self.work / 'qemu.log').read_text(encoding='utf-8', errors='replace')
        return text[:1500] + text[1500:][-1500:]

    def dmesg(self):
        return self.run('dmesg', timeout=60)

    def trouble(self, besides=()):
        """
        Lines of the kernel's log that tell of a defect: whatever ena says as a warning or worse,
        and what anyone says of the kernel itself. The console has the latter if no shell answers.
        @param besides warnings that are wanted
        """
        bad = re.compile(r'BUG:|WARNING:|Call Trace|Oops|general protection|DMAR:.*[Ff]ault|'
                         r'NETDEV WATCHDOG')
        lines = re.findall(r'^<(\d+)>(.*)', self.run('dmesg -r', timeout=60), re.M)
        # The facility is above the three bits of the level; 4 is a warning.
        warned = [text for level, text in lines
                  if int(level) & 7 <= 4 and re.search(r'\bena\b', text) and
                  not any(b in text for b in besides)]
        return warned + [text for _, text in lines if bad.search(text)] + \
            [line for line in self.console().splitlines() if bad.search(line)]

    # ---- its functions ----------------------------------------------------------------------

    def load(self, *modules):
        for m in modules:
            self.run('[ ! -e /modules/%s.ko ] || [ -d /sys/module/%s ] || insmod /modules/%s.ko'
                     % (m, m, m), timeout=60)

    def load_vfio(self):
        self.load('irqbypass', 'vfio', 'vfio_virqfd', 'iommufd', 'vfio_iommu_type1',
                  'vfio_pci_core', 'vfio_pci')

    # ---- its end ----------------------------------------------------------------------------

    def power_off(self, timeout=60):
        """@return exit status of QEMU, None if it did not end"""
        self.start('sync; poweroff -f')
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def close(self):
        if self.process.poll() is None:
            self.kill()
        if self.stream is not None:
            self.stream.close()
        self.qemu_log.close()
        with contextlib.suppress(FileNotFoundError):
            (self.work / 'initrd').unlink()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
