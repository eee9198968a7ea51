# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Where the programs under test are, and how they have to be started."""

import glob
import itertools
import os
import re
import shutil
import stat
import subprocess

from . import patience

_PREFIXES = itertools.count(1)


def file_prefix():
    """A name for what EAL keeps of one program. Another program may begin before it is gone."""
    return 'ena%d-%d' % (os.getpid(), next(_PREFIXES))


def remove_runtime_directories():
    """EAL leaves a directory for each prefix."""
    for parent in '/var/run/dpdk', os.path.join(os.environ.get('XDG_RUNTIME_DIR', '/tmp'), 'dpdk'):
        for path in glob.glob('%s/ena%d-*' % (parent, os.getpid())):
            shutil.rmtree(path, ignore_errors=True)


#: ethdev driver name -> plug-in to load with -d; None: EAL finds it in its own directory.
DRIVERS = {
    'net_ena_pmd': 'librte_net_ena_pmd.so',
    'net_ena': None,
}


def world_writable(path):
    """The first directory on the way to @p path that everybody may write to, or None."""
    path = os.path.realpath(path)
    while True:
        if os.path.isdir(path) and os.stat(path).st_mode & stat.S_IWOTH:
            return path
        if path == os.path.dirname(path):
            return None
        path = os.path.dirname(path)


class Environment:
    """One choice of driver, build directory and DPDK."""

    def __init__(self, build, driver='net_ena_pmd', dpdk_prefix=None, wrapper=(), simd=None):
        if driver not in DRIVERS:
            raise ValueError('driver %r is none of %s' % (driver, ', '.join(DRIVERS)))
        self.build = os.path.abspath(build)
        self.driver = driver
        self.prefix = os.path.abspath(dpdk_prefix) if dpdk_prefix else None
        self.wrapper = list(wrapper)
        self.simd = simd
        self.run = self.program('app', 'softena-run', 'softena-run')
        self.ctl = self.program('app', 'softena-run', 'softena-ctl')
        self.plugin_dir = self.program('drivers', 'net', 'ena')
        self.plugin = os.path.join(self.plugin_dir, 'librte_net_ena_pmd.so')
        self.sanitizers = self._sanitizers()
        # Instrumented code and a busy machine need patience, not another verdict.
        patience.base = 4 if self.sanitizers or self.wrapper else 1

    @property
    def slow(self):
        """What to multiply a limit with, on this machine at this moment."""
        return patience.factor()

    def program(self, *path):
        return os.path.join(self.build, *path)

    def wrapped(self, command):
        """How a program of the build or of the chosen DPDK is started; others are as they are."""
        ours = [d + os.sep for d in (self.build, self.prefix) if d]
        prefix = self.wrapper if command[0].startswith(tuple(ours)) else []
        return [*prefix, *map(str, command)]

    def missing(self):
        """Programs that are not built, as text for a person; empty if all is there."""
        wanted = [self.run, self.ctl]
        if self.driver == 'net_ena_pmd':
            wanted.append(self.plugin)
        return ', '.join(p for p in wanted if not os.path.exists(p))

    def dpdk_app(self, name):
        """Path of a program of the chosen DPDK, or None."""
        if self.prefix:
            path = os.path.join(self.prefix, 'bin', name)
            return path if os.access(path, os.X_OK) else None
        return shutil.which(name)

    def library(self, stem):
        """File name of a library of the chosen DPDK, as 'librte_net_ena.so.23', or None."""
        if self.prefix:
            names = [f for d in self.dpdk_libdirs() for f in os.listdir(d)]
        else:
            names = subprocess.run(['/sbin/ldconfig', '-p'], stdout=subprocess.PIPE, text=True,
                                   check=False).stdout.split()
        found = [f for f in names if re.fullmatch(re.escape(stem) + r'\.so\.\d+', f)]
        return found[0] if found else None

    def dpdk_libdirs(self):
        """Library directories of a DPDK that was installed elsewhere."""
        if not self.prefix:
            return []
        found = []
        for root, _, files in os.walk(self.prefix):
            if any(re.match(r'librte_eal\.so', f) for f in files):
                found.append(root)
        return found

    def _sanitizers(self):
        """Sanitizer run-time libraries that the plug-in was linked with, in preload order."""
        probe = self.plugin if os.path.exists(self.plugin) else self.run
        if not os.path.exists(probe):
            return []
        out = subprocess.run(['ldd', probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True, check=False).stdout
        return re.findall(r'=> (\S*(?:libasan|libubsan|libclang_rt\.\w+)\S*)', out)

    def variables(self, libdirs=True):
        """Environment variables for the programs under test."""
        env = dict(os.environ)
        env['LC_ALL'] = 'C'
        env['ENA_TEST_TIME_FACTOR'] = '%.1f' % self.slow
        paths = ([self.plugin_dir] if libdirs else []) + self.dpdk_libdirs()
        if env.get('LD_LIBRARY_PATH'):
            paths.append(env['LD_LIBRARY_PATH'])
        env['LD_LIBRARY_PATH'] = ':'.join(paths)
        if self.sanitizers:
            # The application is not instrumented, so the run-time library has to be there
            # before it. DPDK keeps what it allocates until exit: leaks are the unit tests'.
            env['LD_PRELOAD'] = ':'.join(self.sanitizers)
            # A small quarantine: growth of memory stays visible.
            env['ASAN_OPTIONS'] = ('detect_leaks=0:verify_asan_link_order=0:abort_on_error=1'
                                   ':quarantine_size_mb=4')
            env['UBSAN_OPTIONS'] = 'halt_on_error=1:print_stacktrace=1'
        return env

    def plugin_args(self, driver=None):
        """EAL arguments that load the driver. A bare name: EAL refuses unsafe directories."""
        plugin = DRIVERS[driver or self.driver]
        return ['-d', plugin] if plugin else []

    def eal_args(self, memory=512, huge=False, driver=None, extra=()):
        """EAL arguments for two logical cores, on one CPU if there is no second."""
        cpus = sorted(os.sched_getaffinity(0))
        args = ['--lcores', '0@%d,1@%d' % (cpus[0], cpus[1 % len(cpus)])]
        args += ['--file-prefix', file_prefix(), '--no-telemetry']
        args += ['-m', str(memory)]
        if self.simd:
            args.append('--force-max-simd-bitwidth=%d' % self.simd)
        if not huge:
            args.append('--no-huge')
        return args + self.plugin_args(driver) + list(extra)
