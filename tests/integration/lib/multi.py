# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Two DPDK processes on the ports of one softena-run, in shared memory that is no hugepage."""

import os
import shutil
import subprocess
import tempfile

from .dialogue import Dialogue
from .env import file_prefix
from .softena import SoftenaRun

PAGES = 64


class FakeHugepages:
    """A directory that fake_hugepages.so shows to EAL as a mount of hugepages of 2 MiB."""

    def __init__(self, env):
        # memory, and no path that EAL could dislike: it checks plug-ins only
        self.dir = tempfile.mkdtemp(prefix='ena-test-', dir='/dev/shm')
        self.library = env.program('tests', 'integration', 'libfake_hugepages.so')
        self.mount = os.path.join(self.dir, 'mount')
        os.mkdir(self.mount)
        with open(os.path.join(self.dir, 'mounts'), 'w', encoding='ascii') as f:
            f.write('none %s hugetlbfs rw,relatime,pagesize=2M 0 0\n' % self.mount)
        pool = os.path.join(self.dir, 'sys', 'hugepages-2048kB')
        os.makedirs(pool)
        for name, value in (('nr', PAGES), ('free', PAGES), ('resv', 0), ('surplus', 0)):
            with open(os.path.join(pool, name + '_hugepages'), 'w', encoding='ascii') as f:
                f.write('%d\n' % value)

    def variables(self, variables):
        """@p variables, a dictionary of the environment, and what the library needs."""
        variables = dict(variables)
        variables['ENA_FAKE_HUGEPAGES'] = self.dir
        preload = variables.get('LD_PRELOAD')
        variables['LD_PRELOAD'] = (preload + ':' if preload else '') + self.library
        return variables

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)


class Multi(SoftenaRun):
    """A primary under softena-run, and secondaries in the same surroundings."""

    def __init__(self, env, ports, driver=None, plugin=None, variables=None):
        """@param plugin EAL arguments that load the driver, if not those of @p driver"""
        super().__init__(env, ports, driver=driver)
        self.plugin_args = env.plugin_args(driver) if plugin is None else plugin
        self.pages = FakeHugepages(env)
        self.app = env.program('tests', 'integration', 'ena_multi')
        self.secondaries = []
        self.file_prefix = file_prefix()
        surroundings = self.pages.variables(variables or env.variables())
        try:
            self.primary = Dialogue(self.popen(
                [self.app, *self._eal(0)], env=surroundings, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True), env)
        except BaseException:
            self.close()
            raise

    def _eal(self, lcore, extra=(), plugin=None):
        """
        No two processes may share a logical core: what is kept by core is kept in shared memory.
        """
        cpus = sorted(os.sched_getaffinity(0))
        return ['--lcores', '%d@%d' % (lcore, cpus[lcore % len(cpus)]), '--no-telemetry',
                '--file-prefix', self.file_prefix, '--huge-dir', self.pages.mount,
                '--iova-mode', 'va', *(['-m', '64'] if not extra else []),
                *(self.plugin_args if plugin is None else plugin), *extra]

    def secondary(self, plugin=None):
        """
        A second process of the same command: it finds its surroundings in the first.
        @param plugin EAL arguments that load the driver, if not those of the primary
        """
        with open('/proc/%d/task/%d/children' % (self.proc.pid, self.proc.pid),
                  encoding='ascii') as f:
            first = int(f.read().split()[0])
        with open('/proc/%d/environ' % first, 'rb') as f:
            variables = dict(v.split(b'=', 1) for v in f.read().split(b'\0') if v)
        proc = subprocess.Popen([self.app, *self._eal(1, ['--proc-type=secondary'], plugin)],
                                env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        self.secondaries.append(proc)
        return Dialogue(proc, self.env)

    def close(self):
        for proc in self.secondaries:
            proc.kill()
            proc.wait(timeout=20 * self.env.slow)
            proc.stdin.close()
        super().close()
        self.pages.close()
