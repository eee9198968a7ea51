# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
QEMU and guest kernels from Debian, beside the machine's own packages.

apt works in directories of its own, packages are unpacked and not installed: no root, no chroot,
and the machine's package lists, caches and programs stay as they are. QEMU runs with the libraries
that came with it.
"""

import os
import pathlib
import re
import shutil
import subprocess

MIRROR = os.environ.get('ENA_VM_MIRROR', 'http://deb.debian.org/debian')
SUITES = ('bookworm', 'trixie', 'trixie-backports')
LIBS = ('usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib', 'lib')

# What the kernels are called here, where they come from, and what their packages are called. The
# meta package names the current one of a distribution; a backport is several packages.
KERNELS = {
    '6.1': ('bookworm', 'linux-image-cloud-amd64'),
    '6.12': ('trixie', 'linux-image-cloud-amd64'),
    '7': ('trixie-backports', 'linux-image-cloud-amd64'),
}
# Programs for the guest that a host does not need to have. Libraries are found in the host
# or here.
TOOLS = ('busybox-static', 'ethtool', 'libmnl0', 'pciutils', 'libpci3', 'pci.ids', 'libkmod2')


class Unavailable(RuntimeError):
    """A part cannot be had on this machine; the text says why."""


def _run(argv, **kwargs):
    kwargs.setdefault('timeout', 600)
    done = subprocess.run(list(map(str, argv)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, check=False, **kwargs)
    if done.returncode:
        raise Unavailable('%s: exit %d\n%s' % (' '.join(map(str, argv)), done.returncode,
                                               done.stdout[-2000:]))
    return done.stdout


class Packages:
    """Unpacked packages below a cache directory; what is there already is not fetched again."""

    def __init__(self, cache):
        self.cache = pathlib.Path(cache)
        self.apt_dir = self.cache / 'apt'
        self._updated = False

    # ---- apt ----------------------------------------------------------------------------

    def _apt(self, tool, suite, *args, **kwargs):
        d = self.apt_dir
        options = {
            'Dir::Etc::SourceList': d / 'sources.list', 'Dir::Etc::SourceParts': '/dev/null',
            'Dir::Etc::Preferences': '/dev/null', 'Dir::Etc::PreferencesParts': '/dev/null',
            'Dir::State': d / 'state', 'Dir::State::Status': d / 'status',
            'Dir::Cache': d / 'cache', 'Dir::Log': d / 'log',
            'APT::Default-Release': suite, 'APT::Install-Recommends': '0',
            'APT::Sandbox::User': 'root' if os.geteuid() == 0 else '',
            'APT::Architecture': 'amd64', 'Acquire::Retries': '2', 'Acquire::Languages': 'none',
            # Nobody else works in these directories, and the machine's locks are not ours to wait
            # for.
            'Debug::NoLocking': '1',
        }
        argv = [tool]
        for key, value in options.items():
            argv += ['-o', '%s=%s' % (key, value)]
        return _run(argv + list(args), **kwargs)

    def _update(self):
        if self._updated:
            return
        if not shutil.which('apt-get'):
            raise Unavailable('QEMU and guest kernels are fetched with apt-get, which is not here')
        for sub in ('state/lists/partial', 'cache/archives/partial', 'log'):
            (self.apt_dir / sub).mkdir(parents=True, exist_ok=True)
        (self.apt_dir / 'status').touch()
        (self.apt_dir / 'sources.list').write_text(''.join(
            'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n'
            % (MIRROR, s) for s in SUITES))
        self._apt('apt-get', 'bookworm', 'update')
        self._updated = True

    def _unpack(self, debs, to):
        """Whole or not at all."""
        part = to.with_name(to.name + '.part')
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for deb in debs:
            _run(['dpkg-deb', '-x', deb, part])
        shutil.rmtree(to, ignore_errors=True)
        part.rename(to)

    def _download(self, suite, names, work):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        self._apt('apt-get', suite, 'download', *names, cwd=work)
        return sorted(work.glob('*.deb'))

    # ---- parts --------------------------------------------------------------------------

    def qemu(self):
        """Directory of a QEMU that has vfio-user-pci, with all libraries."""
        to = self.cache / 'qemu'
        if not to.exists():
            self._update()
            self._apt('apt-get', 'trixie-backports', '--download-only', '-y', 'install',
                      'qemu-system-x86')
            self._unpack(sorted((self.apt_dir / 'cache/archives').glob('*.deb')), to)
            self._apt('apt-get', 'bookworm', 'clean')
        return to

    def tools(self):
        to = self.cache / 'tools'
        if not to.exists():
            self._update()
            work = self.cache / 'work'
            self._unpack(self._download('bookworm', TOOLS, work), to)
            shutil.rmtree(work)
        return to

    def kernel(self, name):
        """(vmlinuz, directory of modules, release) of a kernel of KERNELS."""
        to = self.cache / ('kernel-' + name)
        if not to.exists():
            self._update()
            suite, meta = KERNELS[name]
            packages = self._kernel_packages(suite, meta)
            work = self.cache / 'work'
            self._unpack(self._download(suite, packages, work), to)
            shutil.rmtree(work)
        # Distributions with /usr merged have their modules there.
        modules = next(d for d in (to / 'lib/modules', to / 'usr/lib/modules') if d.is_dir())
        release = next(modules.iterdir()).name
        vmlinuz = next(f for f in (to / 'boot' / ('vmlinuz-' + release),
                                   modules / release / 'vmlinuz',
                                   to / 'usr/lib/modules' / release / 'vmlinuz') if f.exists())
        return vmlinuz, modules / release, release

    def _kernel_packages(self, suite, meta):
        def depends(name):
            out = self._apt('apt-cache', suite, 'depends', '%s/%s' % (name, suite))
            return re.findall(r'^\s*(?:Pre)?Depends: (linux-(?:image|binary|modules)-\S+)', out,
                              re.M)
        image = depends(meta)
        if not image:
            raise Unavailable('%s of %s names no kernel' % (meta, suite))
        return ['%s/%s' % (p, suite) for p in image + depends(image[0])]


def qemu_argv(root):
    """How QEMU of Packages.qemu() is started: with the loader and libraries beside it."""
    libs = ':'.join(str(root / d) for d in LIBS)
    return [str(root / 'usr/lib64/ld-linux-x86-64.so.2'), '--library-path', libs,
            str(root / 'usr/bin/qemu-system-x86_64'),
            '-L', str(root / 'usr/share/seabios'), '-L', str(root / 'usr/share/qemu')], {
                'QEMU_MODULE_DIR': str(root / 'usr/lib/x86_64-linux-gnu/qemu')}
