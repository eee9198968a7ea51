# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""dpdk-testpmd in the guest, at its prompt."""

import re
import shlex
import time

from .image import STDBUF
from .shell import GuestError

PROMPT = 'testpmd> '
PLUGIN = '/opt/ena/librte_net_ena_pmd.so'


class TestPmd:
    """Commands by way of a pipe, output by way of a file: the guest's console stays free."""

    __test__ = False  # not a test class

    def __init__(self, guest, plugin=True, eal='', app='', timeout=60):
        self.guest = guest
        self.taken = self.lines = 0
        guest.run('rm -f /tmp/tp.in; mkfifo /tmp/tp.in; : > /tmp/tp.out; '
                  'sleep 100000 <> /tmp/tp.in >&0 & echo $! > /tmp/tp.hold')
        # Bounded in time on its own: the guest outlives it.
        guest.run('_STDBUF_O=L LD_PRELOAD=%s timeout 600 dpdk-testpmd %s -l 0,1 --no-telemetry %s '
                  '-- -i --total-num-mbufs=8192 --forward-mode=io --nb-cores=1 %s '
                  '< /tmp/tp.in > /tmp/tp.out 2>&1 & echo $! > /tmp/tp.pid'
                  % (STDBUF, '-d ' + PLUGIN if plugin else '', eal, app))
        self.banner = self.wait(PROMPT, timeout)

    def read(self):
        return self.guest.run('cat /tmp/tp.out').replace('\r', '')

    def wait(self, mark, timeout=30):
        """Output up to @p mark."""
        deadline = time.monotonic() + timeout
        while True:
            text = self.read()
            if mark in text[self.taken:]:
                at = text.index(mark, self.taken)
                out, self.taken = text[self.taken:at], at + len(mark)
                return out
            gone = self.guest.run('kill -0 $(cat /tmp/tp.pid)', check=False)[0]
            if gone or time.monotonic() > deadline:
                raise GuestError('testpmd %s:\n%s' % ('has ended' if gone else 'is silent',
                                                      text[-4000:]))
            time.sleep(0.2)

    def command(self, line, timeout=30):
        """
        Output of a command. Events print prompts at any time, so the end is told by the echo of
        another line, which testpmd reads when it has finished with this one.
        """
        self.lines += 1
        mark = 'mark-%d-mark' % self.lines
        self.guest.run("printf '%%s\\n%%s\\n' %s %s > /tmp/tp.in" % (shlex.quote(line), mark))
        return self.wait(mark, timeout)

    def port_stats(self, port):
        """Counters of "show port stats"."""
        out = self.command('show port stats %d' % port)
        return {k: int(v) for k, v in re.findall(r'([RT]X-[a-z]+): *(\d+)', out)}

    def quit(self, timeout=60):
        """@return all that it said"""
        self.guest.run('echo quit > /tmp/tp.in')
        deadline = time.monotonic() + timeout
        while not self.guest.run('kill -0 $(cat /tmp/tp.pid)', check=False)[0]:
            if time.monotonic() > deadline:
                raise GuestError('testpmd does not end:\n' + self.read()[-4000:])
            time.sleep(0.2)
        self.guest.run('kill $(cat /tmp/tp.hold)', check=False)
        return self.read()
