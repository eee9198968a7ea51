# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""A program on software ENA ports: softena-run, its report, and softena-ctl."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from . import patience
from .session import STRICT

#: Counters that are zero after every correct run: each one is a defect of a driver.
MUST_BE_ZERO = ('dma_faults', 'bad_doorbells', 'tx_malformed', 'defects')


class Port:
    """A software ENA port: device keys, profile and wire, as for --port."""

    def __init__(self, wire=None, profile=None, addr=None, **keys):
        self.wire = wire
        self.profile = profile
        self.addr = addr
        self.keys = {k.replace('_', '-'): v for k, v in keys.items()}

    def text(self):
        words = ['addr=' + self.addr]
        if self.profile:
            words.append('profile=' + self.profile)
        words += ['%s=%s' % kv for kv in self.keys.items()]
        if self.wire:
            words.append('wire=' + self.wire)
        return ','.join(words)


class SoftenaRun:
    """
    softena-run with a command under it, both as @p user if one is given. Use as a context manager;
    always killed at exit.
    """

    def __init__(self, env, ports, options=(), driver=None, user=None):
        self.env = env
        self.ports = ports
        self.options = list(options)
        self.proc = None
        self.killed = False
        self.counted = False
        # this project's driver has to keep every rule; others are served as they are
        self.ours = (driver or env.driver) == 'net_ena_pmd'
        # Unix socket names are short, so not below the test's own directory.
        self.dir = tempfile.mkdtemp(prefix='ena-test-')
        self.ctl_path = os.path.join(self.dir, 'ctl')
        self.report_path = os.path.join(self.dir, 'report.json')
        self.become = []
        if user:
            entry = pwd.getpwnam(user)
            os.chown(self.dir, entry.pw_uid, entry.pw_gid)
            self.become = ['--reuid', str(entry.pw_uid), '--regid', str(entry.pw_gid),
                           '--clear-groups', '--inh-caps=-all', '--bounding-set=-all',
                           '--no-new-privs']
        for i, port in enumerate(ports):
            if port.addr is None:
                port.addr = '0000:00:%02x.0' % (5 + i)
            if self.ours:
                port.keys.setdefault('strict', 'on')

    def argv(self, command):
        words = self.env.wrapped([self.env.run, '--ctl', self.ctl_path,
                                  '--report', self.report_path])
        for port in self.ports:
            words += ['--port', port.text()]
        return words + self.options + ['--'] + self.env.wrapped(command)

    def popen(self, command, **kwargs):
        kwargs.setdefault('env', self.env.variables())
        # In a session of its own, to be ended with all its children; but not to outlive us.
        self.proc = subprocess.Popen(['setpriv', '--pdeathsig', 'KILL', *self.become,
                                      *self.argv(command)], start_new_session=True, **kwargs)
        return self.proc

    def run(self, command, timeout=60, **kwargs):
        """Run to the end; output is captured. @return subprocess.CompletedProcess"""
        kwargs.setdefault('stdout', subprocess.PIPE)
        kwargs.setdefault('stderr', subprocess.STDOUT)
        self.popen(command, text=True, stdin=subprocess.DEVNULL, **kwargs)
        seconds = patience.limit(timeout)
        try:
            out, err = self.proc.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            out, err = self.proc.communicate()
            raise TimeoutError('%s ran longer than %d s:\n%s'
                               % (command[0], seconds, out)) from None
        return subprocess.CompletedProcess(self.proc.args, self.proc.returncode, out, err)

    def kill(self):
        """End the command and all its children, at once."""
        if self.proc is None or self.killed:
            return
        self.killed = True
        try:
            os.killpg(self.proc.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.proc.wait(timeout=20 * self.env.slow)

    def _count(self):
        """Add what strict mode has reported to the total of the session, once."""
        if self.counted or not self.ours or self.proc is None:
            return
        self.counted = True
        try:
            if not os.path.exists(self.report_path):
                # it still runs, or was killed
                stats = [self.stats(i) for i in range(len(self.ports))]
            else:
                stats = self.report()
        except (OSError, RuntimeError, ValueError, subprocess.SubprocessError):
            stats = None
        strict = [p.keys.get('strict') == 'on' for p in self.ports]
        if any(strict):
            STRICT.add(stats and [s for s, on in zip(stats, strict) if on])

    def close(self):
        self._count()
        self.kill()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    # ---- softena-ctl -------------------------------------------------------------

    def ctl(self, *words, timeout=15):
        """A softena-ctl command; its output as text."""
        done = subprocess.run(self.env.wrapped([self.env.ctl, '--ctl', self.ctl_path, *words]),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              stdin=subprocess.DEVNULL, env=self.env.variables(),
                              timeout=timeout * self.env.slow, check=False)
        if done.returncode:
            raise RuntimeError('softena-ctl %s: exit %d: %s'
                               % (' '.join(map(str, words)), done.returncode, done.stdout))
        return done.stdout

    def ctl_json(self, *words):
        return json.loads(self.ctl(*words, '--json'))

    def stats(self, port=0):
        """Counters of one port, by name."""
        return counters(self.ctl_json('stats', port), port)

    def queues(self, port=0):
        """Queues of one port: {'tx': [...], 'rx': [...]}, each with its counters."""
        answer = self.ctl_json('queues', port)
        return pick_port(answer, port)

    def link(self, port, up):
        self.ctl('link', port, 'up' if up else 'down')

    def wire(self, port, verb):
        self.ctl('wire', port, verb)

    def wait_stats(self, port, condition, timeout=30):
        """Wait until condition(counters of the port) holds; the counters."""
        end = patience.Limit(timeout)
        while True:
            now = self.stats(port)
            if condition(now):
                return now
            if end.over():
                raise TimeoutError('port %d did not get there in %d s: %s'
                                   % (port, patience.limit(timeout), now))
            time.sleep(0.05)

    def wait_quiet(self, ports=None, keys=('wire_rx_frames', 'wire_tx_frames', 'rx_drops'),
                   still=0.4, timeout=30):
        """
        Wait until no counter of @p keys moved on any port for @p still seconds in which the device
        and who polls it had their turns.
        """
        ports = range(len(self.ports)) if ports is None else ports
        end = patience.Limit(timeout)
        last = since = turns = None
        while True:
            now = [[self.stats(p)[k] for k in keys] for p in ports]
            if now != last:
                last, since, turns = now, time.monotonic(), patience.Turns(self.proc.pid)
            elif time.monotonic() - since >= still and turns.had():
                return
            if end.over():
                raise TimeoutError('traffic did not end in %d s' % patience.limit(timeout))
            time.sleep(0.1)

    def report(self):
        """Counters of every port as softena-run left them: a list, one entry a port."""
        with open(self.report_path, encoding='utf-8') as f:
            answer = json.load(f)
        return [counters(answer, i) for i in range(len(self.ports))]


def pick_port(answer, port):
    """The entry of one port in an answer that may be about all of them."""
    if isinstance(answer, dict) and 'ports' in answer:
        answer = answer['ports']
    if isinstance(answer, list):
        answer = next((a for a in answer if a.get('port', a.get('index')) == port),
                      answer[port] if port < len(answer) else answer[0])
    return answer


def counters(answer, port):
    """Flatten one port's counters."""
    entry = pick_port(answer, port)
    flat = {k: v for k, v in entry.items() if not isinstance(v, (dict, list))}
    # which rules were broken: in the report only
    if entry.get('defect_kinds'):
        flat['defect_kinds'] = entry['defect_kinds']
    for name in ('stats', 'counters'):
        if isinstance(entry.get(name), dict):
            flat.update(entry[name])
    return flat


def complaints(stats):
    """What a correct driver never makes the device count; empty if all is well."""
    found = ['port %d: %s = %s' % (i, key, entry[key])
             for i, entry in enumerate(stats) for key in MUST_BE_ZERO if entry.get(key)]
    return found + ['port %d: %d times %s' % (i, kind['count'], kind['first'])
                    for i, entry in enumerate(stats) for kind in entry.get('defect_kinds', ())
                    if found and not kind['note']]
