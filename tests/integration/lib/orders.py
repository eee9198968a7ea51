# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
ena_orders on one port: a call of ethdev at a time, and a report when the program crashes or hangs.
"""

import collections
import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time

from .softena import Port, SoftenaRun

#: A call that takes longer hangs: many times what all commands and registers of a device may take.
LIMIT_S = 40
#: Lines of a failure: commands of the example, and output.
SHOWN = 120


class Crashed(AssertionError):
    """The program ended in a call."""


class Hangs(AssertionError):
    """A call did not return, or the interrupt thread of EAL stands still."""


class Orders(SoftenaRun):
    """ena_orders with one port. EAL has plugged it in."""

    limit_s = LIMIT_S

    def __init__(self, env, options=(), driver=None, **keys):
        super().__init__(env, [Port(wire='loopback', **keys)], options, driver=driver)
        self.history = []           # commands since the last forget()
        self.lines = collections.deque(maxlen=SHOWN)
        self.answers = queue.Queue()
        self.device_socket = None
        self.alive, self.pid = True, None
        app = env.program('tests', 'integration', 'ena_orders')
        try:
            self.popen([app, *env.eal_args(memory=256, driver=driver),
                        '--log-level=lib.eal:error', '--', self.ports[0].addr],
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       text=True, env=variables(env))
            for stream in self.proc.stdout, self.proc.stderr:
                threading.Thread(target=self._read, args=(stream,), daemon=True).start()
            self.pid = self._answer()['pid']
        except BaseException:
            self.close()
            raise

    def _read(self, stream):
        for line in stream:
            if stream is self.proc.stdout and line.startswith('{'):
                self.answers.put(line)
            else:
                self.lines.append(line)
        if stream is self.proc.stdout:
            self.answers.put('')

    # ---- the program ----------------------------------------------------------------

    def _answer(self):
        try:
            line = self.answers.get(timeout=self.limit_s * self.env.slow)
        except queue.Empty:
            self._stacks()
            raise Hangs(self.report_of('a call does not return')) from None
        if not line:
            status = self.proc.wait(timeout=20)
            self.alive = False
            raise Crashed(self.report_of('the program ended with %s' % status))
        return json.loads(line)

    def ask(self, *words):
        """A command; the answer, with "rc" in it."""
        line = ' '.join(map(str, words))
        self.history.append(line)
        try:
            self.proc.stdin.write(line + '\n')
            self.proc.stdin.flush()
        except BrokenPipeError:
            pass                    # _answer() knows why
        answer = self._answer()
        self.history[-1] += '    -> ' + ' '.join('%s=%s' % kv for kv in answer.items())
        return answer

    def call(self, *words):
        return self.ask(*words)['rc']

    def forget(self):
        self.history = []
        self.lines.clear()

    def quit(self):
        """Let it leave; its exit status."""
        self.proc.stdin.write('quit\n')
        self.proc.stdin.flush()
        try:
            return self.proc.wait(timeout=LIMIT_S * self.env.slow)
        except subprocess.TimeoutExpired:
            self._stacks()
            raise Hangs(self.report_of('the program does not end')) from None

    def ping(self):
        """The interrupt thread of EAL is not stuck in what a callback has called."""
        if self.call('ping', int(500 * self.limit_s * self.env.slow)) != 0:
            self._stacks()
            raise Hangs(self.report_of('the interrupt thread of EAL stands still'))

    # ---- the device --------------------------------------------------------------------

    def device(self, *words):
        """A command of softena-ctl, over a connection that stays; its answer."""
        line = ' '.join(map(str, words))
        self.history.append('# softena-ctl ' + line)
        if self.device_socket is None:
            self.device_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.device_socket.settimeout(LIMIT_S * self.env.slow)
            self.device_socket.connect(self.ctl_path)
        self.device_socket.sendall(line.encode() + b'\n')
        text = b''
        while not text.endswith(b'\n'):
            more = self.device_socket.recv(65536)
            if not more:
                self._answer()      # says how it ended, or that it hangs
                raise Crashed(self.report_of('the device has gone'))
            text += more
        answer = json.loads(text)
        assert answer['ok'], '%s: %s' % (line, answer)
        return answer

    # ---- failures ------------------------------------------------------------------------

    def _stacks(self):
        """Have all threads print where they are."""
        self.alive = False
        # hypothesis will try to find a shorter order: it need not wait as long for the same
        Orders.limit_s = LIMIT_S // 4
        try:
            os.kill(self.pid, signal.SIGUSR1)
        except (TypeError, ProcessLookupError):
            return
        time.sleep(2)

    def report_of(self, what):
        """All that helps to repeat it."""
        time.sleep(0.2)             # for the last lines
        return '%s\n--- commands of the example\n%s\n--- output\n%s' % (
            what, '\n'.join(self.history[-SHOWN:]), ''.join(map(self._with_place, self.lines)))

    def _with_place(self, line):
        """A frame of a stack, with function and line if addr2line knows them."""
        found = re.match(r'(/\S+)\(\+(0x[0-9a-f]+)\)', line)
        if not found:
            return line
        try:
            done = subprocess.run(['addr2line', '-f', '-p', '-e', *found.groups()], timeout=20,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                  check=False)
        except (OSError, subprocess.TimeoutExpired):
            return line
        return line.rstrip('\n') + ' ' + done.stdout

    def close(self):
        if self.device_socket is not None:
            self.device_socket.close()
            self.device_socket = None
        super().close()
        self.alive = False
        end = time.monotonic() + 20
        while self.pid and running(self.pid) and time.monotonic() < end:
            time.sleep(0.01)        # EAL's lock is held until it is gone


def running(pid):
    """Also while it ends: its descriptors are closed by the last of its threads."""
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as f:
            zombie = f.read().rsplit(')', 1)[1].split()[0] == 'Z'
        return not zombie or len(os.listdir('/proc/%d/task' % pid)) > 1
    except OSError:
        return False


def variables(env):
    """malloc() without arenas and caches of threads: its figures are what is in use."""
    found = env.variables()
    found['GLIBC_TUNABLES'] = 'glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1'
    return found
