# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""dpdk-testpmd on software ENA ports, driven through its prompt."""

import os
import pty
import re
import subprocess
import threading
import time

from . import patience
from .softena import SoftenaRun

PROMPT = b'testpmd> '


def queue_args(count):
    """
    Arguments for that many queue pairs. testpmd's default RSS types, IP alone, have nothing in
    common with what ENA devices hash: without types of UDP it would switch RSS off.
    """
    return ['--rxq=%d' % count, '--txq=%d' % count] + ['--rss-udp'] * (count > 1)


class TestPmdError(AssertionError):
    """testpmd died, did not answer, or answered what it should not."""

    __test__ = False


class TestPmd(SoftenaRun):
    """
    An interactive dpdk-testpmd under softena-run.

    cmd() sends a line and returns what came back before the next prompt. Everything that was
    printed is kept in output(), so that a failed test can show it.
    """

    __test__ = False

    def __init__(self, env, ports, args=(), eal=(), memory=512, huge=False, driver=None,
                 mbufs=16384, options=(), devargs=None, app='dpdk-testpmd', user=None,
                 variables=None):
        super().__init__(env, ports, options, driver, user)
        path = env.dpdk_app(app)
        if path is None:
            raise TestPmdError('%s is not installed' % app)
        allow = []
        if devargs:
            for port in self.ports:
                allow += ['-a', '%s,%s' % (port.addr, devargs)]
        self._buf = bytearray()
        self._more = threading.Condition()
        self._eof = False
        self.exit_status = None
        self.driver = driver
        self.last_stats = []
        command = [path, *env.eal_args(memory=memory, huge=huge, driver=driver,
                                       extra=[*allow, *eal]),
                   '--', '-i', '--nb-cores=1', '--total-num-mbufs=%d' % mbufs, *args]
        # A terminal, because testpmd only then prints in order and without delay.
        self._master, slave = pty.openpty()
        try:
            self.popen(command, stdin=slave, stdout=slave, stderr=slave,
                       **({'env': variables} if variables else {}))
        finally:
            os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._wait_prompt(0, 60)
        except BaseException:  # also when the whole run is interrupted
            self.close()
            raise

    def _read(self):
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                data = b''
            with self._more:
                if data:
                    self._buf += data
                else:
                    self._eof = True
                self._more.notify_all()
            if not data:
                return

    def output(self):
        """All that was printed so far."""
        with self._more:
            raw = bytes(self._buf)
        return clean(raw)

    def _wait_prompt(self, start, timeout):
        """Wait for a prompt after a line's end; what stands before it."""
        end_of_wait = patience.Limit(timeout)
        with self._more:
            while True:
                # start is 0 at the beginning, when there is no echo to skip
                echo = self._buf.find(b'\n', start) if start else 0
                if echo >= 0:
                    end = self._buf.find(PROMPT, echo)
                    if end >= 0:
                        return clean(bytes(self._buf[echo:end]))
                if self._eof:
                    raise TestPmdError('testpmd ended:\n' + clean(bytes(self._buf))[-6000:])
                left = end_of_wait.left()
                if left <= 0:
                    raise TestPmdError('no prompt within %d s:\n%s' % (
                        patience.limit(timeout), clean(bytes(self._buf))[-6000:]))
                self._more.wait(left)

    def cmd(self, line, timeout=30):
        """Send a command; what it printed."""
        with self._more:
            start = len(self._buf)
        os.write(self._master, line.encode() + b'\n')
        return self._wait_prompt(start, timeout)

    def wait_output(self, pattern, timeout=15, start=0):
        """Wait until the output from offset @p start on matches; the match."""
        end = patience.Limit(timeout)
        while True:
            text = self.output()
            match = re.search(pattern, text[start:])
            if match:
                return match
            if end.over():
                raise TestPmdError('%r did not come within %d s' % (
                    pattern, patience.limit(timeout)))
            time.sleep(0.05)

    # ---- what tests ask for --------------------------------------------------------

    def start(self, mode='io', patient=False):
        """
        Start forwarding. @p patient: wait when a transmit ring is full, where testpmd otherwise
        drops (and counts) what does not fit.
        """
        if patient:
            self.cmd('set burst tx delay 20 retry 100000')
            mode += ' retry'
        self.cmd('set fwd ' + mode)
        out = self.cmd('start')
        if 'packet forwarding' not in out:
            raise TestPmdError('forwarding did not start:\n' + out)
        return out

    def stop(self):
        return self.cmd('stop')

    def info(self, port=0):
        return self.cmd('show port info %d' % port)

    def driver_name(self, port=0):
        return field(self.info(port), 'Driver name')

    def link_is_up(self, port=0):
        return field(self.info(port), 'Link status') == 'up'

    def port_stats(self, port=0):
        """ethdev statistics: {'RX-packets': 1, ...}"""
        return numbers(self.cmd('show port stats %d' % port).split('Throughput')[0])

    def fwd_stats(self):
        """Forwarding statistics: a dictionary for each port."""
        out = self.cmd('show fwd stats all')
        found = {}
        for port, body in re.findall(
                r'Forward (?:statistics|Stats) for .*?port\s*(\d+)[^\n]*\n(.*?)\n\s*-{20,}',
                out, re.S | re.I):
            found[int(port)] = numbers(body)
        return found

    def xstats(self, port=0):
        out = self.cmd('show port xstats %d' % port)
        return {k: int(v) for k, v in re.findall(r'^(\w+): (\d+)$', out, re.M)}

    def rss_all_types(self):
        """Hash all that the device can, TCP too. What hashes both anyway may refuse to choose."""
        self.cmd('port config all rss all')

    def busy_queues(self, port=0):
        """How many queues of the device moved packets: {'rx': 2, 'tx': 1}"""
        queues = self.queues(port)
        return {way: sum(q['pkts'] > 0 for q in queues[way]) for way in ('rx', 'tx')}

    def rss_key(self, port=0):
        out = self.cmd('show port %d rss-hash key' % port)
        match = re.search(r'RSS key:\s*([0-9A-Fa-f]+)', out)
        return bytes.fromhex(match.group(1)) if match else None

    def reta(self, port, size):
        """Redirection table, a list of queue numbers."""
        masks = ','.join(['0xffffffffffffffff'] * ((size + 63) // 64))
        out = self.cmd('show port %d rss reta %d (%s)' % (port, size, masks))
        table = {int(i): int(q) for i, q in
                 re.findall(r'hash index=(\d+), queue=(\d+)', out)}
        return [table.get(i) for i in range(size)]

    def snapshot(self):
        """Remember the device's counters for the end of the test, while they can be asked."""
        try:
            self.last_stats = [self.stats(i) for i in range(len(self.ports))]
        except (OSError, RuntimeError, ValueError, subprocess.SubprocessError):
            pass
        return self.last_stats

    def quit(self, timeout=40):
        """Leave testpmd as a user does. @return its exit status"""
        if self.exit_status is None:
            self.snapshot()
            try:
                os.write(self._master, b'quit\n')
                self.exit_status = self.proc.wait(timeout=timeout * self.env.slow)
            except (OSError, subprocess.TimeoutExpired) as e:
                self.kill()
                self.exit_status = -9
                raise TestPmdError('testpmd did not leave: %s' % e) from None
            finally:
                self._reader.join(timeout=5)
        return self.exit_status

    def close(self):
        self._count()
        self.kill()
        self._reader.join(timeout=5)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
        super().close()


def clean(raw):
    """Terminal output as plain text."""
    text = raw.decode('utf-8', 'replace').replace('\r', '')
    return re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', text)


def field(text, name):
    """Value of a 'Name: value' line."""
    match = re.search(r'^%s:[ \t]*(.*?)[ \t]*$' % re.escape(name), text, re.M)
    return match.group(1) if match else None


def numbers(text):
    """{'RX-packets': 12, ...} of a block of statistics."""
    return {k: int(v) for k, v in re.findall(r'([RT]X-[a-z]+):\s*(\d+)', text)}
