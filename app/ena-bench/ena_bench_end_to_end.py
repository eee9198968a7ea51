# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Whole programs instead of bursts: dpdk-testpmd that forwards, and pmd_perf_autotest of dpdk-test.
The device works in a thread of its own on another CPU, as fast as it can.
"""

import os
import pty
import re
import select
import signal
import subprocess
import time

PROMPT = 'testpmd> '
FORWARD = ('io', 'mac', 'csum')
ANCHORS = ('rxonly', 'txonly', 'rxtx')


class Failed(Exception):
    """Something could not be measured; the text is for the user."""


def end_group(child):
    """End softena-run and its command, in any state."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run_bounded(words, env, limit, text):
    """
    Run to the end, with @p text as input; exit status and output. What takes longer than @p limit
    seconds, or is interrupted, is ended with all its children.
    """
    with subprocess.Popen(words, env=env, text=True, start_new_session=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        try:
            out, _ = child.communicate(text, timeout=limit)
        except subprocess.TimeoutExpired:
            end_group(child)
            out = child.stdout.read()
            raise Failed('%s took longer than %d s:\n%s'
                         % (os.path.basename(words[0]), limit, out[-2000:])) from None
        except BaseException:
            end_group(child)
            raise
    return child.returncode, out


class TestPmd:
    """An interactive dpdk-testpmd."""

    def __init__(self, words, env):
        # With a terminal testpmd does not buffer its output.
        self.terminal, other = pty.openpty()
        self.child = subprocess.Popen(words, env=env, stdin=other, stdout=other, stderr=other,
                                      start_new_session=True)
        os.close(other)
        self.wait()

    def wait(self, limit=60):
        """Output until the next prompt."""
        end, text = time.monotonic() + limit, ''
        while not text.endswith(PROMPT):
            ready, _, _ = select.select([self.terminal], [], [], max(end - time.monotonic(), 0))
            try:
                data = os.read(self.terminal, 65536) if ready else b''
            except OSError:
                data = b''
            if not data:
                self.close()
                raise Failed('dpdk-testpmd does not answer:\n' + text[-2000:])
            text += data.decode(errors='replace')
        return text

    def __call__(self, line):
        os.write(self.terminal, line.encode() + b'\n')
        return self.wait()

    def close(self):
        try:
            os.write(self.terminal, b'quit\n')
            self.child.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            end_group(self.child)
        os.close(self.terminal)


def forward(pmd, port, seconds):
    """Millions of packets per second that one port sends back."""
    pmd('set portlist %d' % port)
    pmd('start')
    begin = time.monotonic()
    time.sleep(seconds)
    length = time.monotonic() - begin
    found = re.search(r'TX-packets: *(\d+)', pmd('stop'))
    if found is None:
        raise Failed('dpdk-testpmd does not say what it has forwarded')
    return int(found.group(1)) / length / 1e6


def testpmd(words, env, rounds, seconds):
    """
    Forwarding on port 0 (ours) and port 1 (the peer) of one dpdk-testpmd, in turn: rates of the
    rounds, for each way to forward.
    """
    pmd = TestPmd(words, env)
    try:
        results = []
        for mode in FORWARD:
            if mode == 'csum':
                pmd('port stop all')
                for port in (0, 1):
                    pmd('csum set ip hw %d' % port)
                    pmd('csum set udp hw %d' % port)
                pmd('port start all')
            pmd('set fwd ' + mode)
            rates = {0: [], 1: []}
            for i in range(rounds + 1):
                for port in ((0, 1) if i % 2 == 0 else (1, 0)):
                    rate = forward(pmd, port, seconds)
                    # The first round only warms up.
                    if i > 0:
                        rates[port].append(rate)
            results.append({'forward': mode, 'ours': rates[0], 'peer': rates[1]})
        return results
    finally:
        if pmd.child.returncode is None:
            pmd.close()


def pmd_perf(words, env):
    """Cycles per packet of pmd_perf_autotest on the only port, for each of its measurements."""
    lines = []
    for anchor in ANCHORS:
        lines += ['set_rxtx_anchor ' + anchor, 'pmd_perf_autotest']
    status, out = run_bounded(words, env, 90, '\n'.join(lines + ['quit', '']))
    found = re.findall(r'Result: (\d+) cycles per packet', out)
    if len(found) != len(ANCHORS):
        raise Failed('pmd_perf_autotest failed (exit %d):\n%s' % (status, out[-2000:]))
    return dict(zip(ANCHORS, map(int, found)))
