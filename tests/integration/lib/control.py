# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""ena_control: calls about RSS and statistics on one port, one at a time."""

import subprocess
import time

from .dialogue import Dialogue
from .softena import Port, SoftenaRun

#: rte_ethdev's bits of packet types that can be hashed
TYPES = {'ipv4': 1 << 2, 'frag4': 1 << 3, 'tcp4': 1 << 4, 'udp4': 1 << 5, 'ipv6': 1 << 8,
         'tcp6': 1 << 10, 'udp6': 1 << 11}
#: all that devices hash whose fields cannot be chosen
FIXED = TYPES['tcp4'] | TYPES['udp4'] | TYPES['tcp6'] | TYPES['udp6']


class Control(SoftenaRun):
    """ena_control on one port. Words are as in ena_control.c."""

    def __init__(self, env, devargs='', **keys):
        super().__init__(env, [Port(**keys)])
        app = env.program('tests', 'integration', 'ena_control')
        allow = ['-a', self.ports[0].addr + (',' + devargs if devargs else '')]
        self.rx = self.tx = 0
        try:
            self.program = Dialogue(self.popen(
                [app, *env.eal_args(extra=allow)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True), env)
        except BaseException:
            self.close()
            raise

    def ask(self, *words):
        return self.program.ask(*words)

    def call(self, *words):
        """@return what the call returned"""
        return self.ask(*words)['rc']

    def ok(self, *words):
        assert self.call(*words) == 0, '%s:\n%s' % (' '.join(map(str, words)), self.said())

    def said(self):
        return ''.join(self.program.text)

    def set_up(self, rx=1, tx=1, rss=None):
        """Configure and set up queues. @p rss: types, for the mode of RSS"""
        self.ok('configure', rx, tx, int(rss is not None), '%x' % (rss or 0))
        for queue in range(rx):
            self.ok('rxq', queue)
        for queue in range(tx):
            self.ok('txq', queue)

    def start(self, **queues):
        self.set_up(**queues)
        self.ok('start')

    def poll(self, ms=200):
        """@return packets that each Rx queue received in that time"""
        return self.ask('poll', ms)['rx']

    def poll_until(self, enough, seconds=20):
        """
        Poll until @p enough, of the packets that each Rx queue received, is true; those packets.
        """
        deadline = time.monotonic() + seconds * self.env.slow
        total = self.poll(50)
        while not enough(total):
            assert time.monotonic() < deadline, 'received %s:\n%s' % (total, self.said())
            total = [a + b for a, b in zip(total, self.poll(50))]
        return total
