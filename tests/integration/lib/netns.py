# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Network namespaces and the real TCP/IP stack in them."""

import contextlib
import itertools
import json
import os
import re
import signal
import subprocess
import time

from .patience import Limit, limit
from .undo import Undo

_serial = itertools.count()


class NetnsError(AssertionError):
    """A command in a namespace failed."""


def usable():
    """None if namespaces with TAP interfaces can be made here, else why not."""
    if os.geteuid() != 0:
        return 'TAP interfaces and network namespaces need root'
    if not os.path.exists('/dev/net/tun'):
        return 'there is no /dev/net/tun'
    name = 'ena-probe-%d' % os.getpid()
    undo = Undo('netns ' + name)
    try:
        subprocess.run(['ip', 'netns', 'add', name], check=True, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, timeout=limit(20))
        subprocess.run(['ip', 'netns', 'exec', name, 'ip', 'tuntap', 'add', 'probe', 'mode', 'tap'],
                       check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                       timeout=limit(20))
    except FileNotFoundError:
        return 'the ip command (iproute2) is not installed'
    except subprocess.CalledProcessError as e:
        return 'TAP interfaces or network namespaces are not allowed here: ' + e.stdout.strip()
    finally:
        with contextlib.suppress(FileNotFoundError):
            subprocess.run(['ip', 'netns', 'del', name], check=False, stderr=subprocess.DEVNULL,
                           timeout=limit(20))
        undo.done()
    return None


class Namespace:
    """A network namespace with a name of its own; close() ends all that runs in it."""

    def __init__(self, label='ns', name=None):
        self.name = name or 'ena-%s-%d-%d' % (label, os.getpid(), next(_serial))
        self.undo = Undo('netns ' + self.name)
        subprocess.run(['ip', 'netns', 'add', self.name], check=True, timeout=limit(20))
        self.children = []
        # Only what a test sends shall be on the wire: no router solicitations in between.
        self.run('sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1',
                 'net.ipv6.conf.all.disable_ipv6=1')
        self.run('ip', 'link', 'set', 'lo', 'up')

    def argv(self, *command):
        return ['ip', 'netns', 'exec', self.name, *map(str, command)]

    def run(self, *command, timeout=30, check=True):
        """Run to the end; standard output as text."""
        done = subprocess.run(self.argv(*command), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                              timeout=limit(timeout), check=False)
        if check and done.returncode:
            raise NetnsError('%s: exit %d\n%s%s' % (' '.join(map(str, command)),
                                                     done.returncode, done.stdout, done.stderr))
        return done.stdout

    def popen(self, *command, **kwargs):
        kwargs.setdefault('stdin', subprocess.DEVNULL)
        kwargs.setdefault('stdout', subprocess.PIPE)
        kwargs.setdefault('stderr', subprocess.STDOUT)
        child = subprocess.Popen(self.argv(*command), text=True, **kwargs)
        self.children.append(child)
        return child

    def close(self):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=limit(10))
            if child.stdout:
                child.stdout.close()
        out = subprocess.run(['ip', 'netns', 'pids', self.name], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True, check=False,
                             timeout=limit(20)).stdout
        for pid in out.split():
            # a TAP's owner may have its threads here; it is ended by whoever started it
            if int(pid) != os.getpid() and _in_netns_only(int(pid), self.name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
        subprocess.run(['ip', 'netns', 'del', self.name], check=False,
                       stderr=subprocess.DEVNULL, timeout=limit(20))
        self.undo.done()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    # ---- facts --------------------------------------------------------------------

    def interface(self, dev):
        """Counters and addresses of an interface."""
        return json.loads(self.run('ip', '-s', '-j', 'link', 'show', 'dev', dev))[0]

    def tap_counters(self, dev):
        """
        Frames by direction as the kernel counts them. tx: handed to the TAP's reader; tx_dropped:
        the TAP's queue or the qdisc was full; rx: written by the TAP's owner; rx_dropped: not
        accepted.
        """
        stats = self.interface(dev)['stats64']
        qdisc = sum(q.get('drops', 0) for q in
                    json.loads(self.run('tc', '-s', '-j', 'qdisc', 'show', 'dev', dev) or '[]'))
        return {'tx': stats['tx']['packets'], 'tx_bytes': stats['tx']['bytes'],
                'tx_dropped': stats['tx']['dropped'] + qdisc,
                'rx': stats['rx']['packets'], 'rx_bytes': stats['rx']['bytes'],
                'rx_dropped': stats['rx']['dropped'] + stats['rx']['errors']}

    def snmp(self, protocol):
        """The line of a protocol in /proc/net/snmp."""
        names, values = [line.split()[1:] for line in
                         self.run('cat', '/proc/net/snmp').splitlines()
                         if line.startswith(protocol + ':')]
        return dict(zip(names, map(int, values)))

    def udp_counters(self):
        return self.snmp('Udp')

    def icmp_counters(self):
        return self.snmp('Icmp')

    # ---- traffic ------------------------------------------------------------------

    def ping(self, target, *options, timeout=60):
        """ping; (sent, received)"""
        out = self.run('ping', '-n', '-q', *options, target, timeout=timeout, check=False)
        match = re.search(r'(\d+) packets transmitted, (\d+) received', out)
        if not match:
            raise NetnsError('ping said: ' + out)
        return int(match.group(1)), int(match.group(2))

    def iperf3_server(self, port=5201):
        """A server for one test, ready when this returns."""
        child = self.popen('iperf3', '-s', '-1', '-p', port, '--forceflush')
        end = Limit(20)
        while True:
            listening = self.run('cat', '/proc/net/tcp', '/proc/net/tcp6', check=False)
            if re.search(r':%04X [0-9A-F]+:0000 0A ' % port, listening):
                return child
            if child.poll() is not None or end.over():
                raise NetnsError('the iperf3 server did not start: %s'
                                 % (child.stdout.read() if child.poll() is not None else ''))
            time.sleep(0.05)

    def iperf3(self, server_ns, target, *options, seconds=3, timeout=60):
        """iperf3 from here to a server in another namespace; its JSON report."""
        server = server_ns.iperf3_server()
        # an amount (-n) and a duration exclude each other
        length = () if '-n' in options else ('-t', seconds)
        out = self.run('iperf3', '-J', '-c', target, *length, *options, timeout=timeout,
                       check=False)
        try:
            report = json.loads(out)
        except ValueError:
            raise NetnsError('iperf3 said: ' + out) from None
        if 'error' in report:
            raise NetnsError('iperf3: ' + report['error'])
        server.wait(timeout=limit(20))
        return report

    def send_file(self, path, receiver_ns, target, port=7001, timeout=60):
        """Copy a file over TCP; SHA-256 of what arrived."""
        listener = receiver_ns.popen('/usr/bin/python3', '-c', _RECEIVE, target, port)
        if listener.stdout.readline().strip() != 'ready':
            raise NetnsError('the receiver of the file did not start')
        self.run('/usr/bin/python3', '-c', _SEND, target, port, path, timeout=timeout)
        out, _ = listener.communicate(timeout=limit(timeout))
        return out.strip()

    def send_datagrams(self, count, size, receiver_ns, target, settled, port=7002, timeout=60):
        """
        Numbered UDP datagrams. settled() returns when those that are under way have arrived or are
        lost.
        @return sent, arrived, and how many of these were wrong
        """
        sink = receiver_ns.popen('/usr/bin/python3', '-c', _DATAGRAMS_IN, target, port, size,
                                 stdin=subprocess.PIPE)
        if sink.stdout.readline().strip() != 'ready':
            raise NetnsError('the receiver of the datagrams did not start')
        sent = int(self.run('/usr/bin/python3', '-c', _DATAGRAMS_OUT, target, port, size, count,
                            timeout=timeout))
        settled()
        out, _ = sink.communicate('the end\n', timeout=limit(timeout))
        got, wrong = map(int, out.split())
        return sent, got, wrong

    def capture(self, dev, path):
        """Start tcpdump; ready when this returns. Stop it with stop_capture()."""
        child = self.popen('tcpdump', '-i', dev, '-w', path, '-U', '-Z', 'root', '-B', '65536',
                           '-s', '0', '--immediate-mode')
        line = child.stdout.readline()
        while line and 'listening on' not in line:
            line = child.stdout.readline()
        if not line:
            raise NetnsError('tcpdump did not start')
        return child

    @staticmethod
    def stop_capture(child):
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=limit(20))
        return out


def _in_netns_only(pid, name):
    """True if the process' main thread is in the namespace."""
    try:
        return os.stat('/proc/%d/ns/net' % pid).st_ino == os.stat('/run/netns/' + name).st_ino
    except OSError:
        return False


_RECEIVE = '''
import hashlib, socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])))
print("ready", flush=True)
s.settimeout(600)
c, _ = s.accept()
c.settimeout(600)
h = hashlib.sha256()
while True:
    data = c.recv(65536)
    if not data:
        break
    h.update(data)
print(h.hexdigest())
'''

_SEND = '''
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=600)
with open(sys.argv[3], "rb") as f:
    s.sendfile(f)
s.shutdown(socket.SHUT_WR)
s.recv(1)
'''

# A datagram is its number, eight bytes, again and again. The receiver ends when it is told so and
# its socket is empty. 33 is SO_RCVBUFFORCE.
_DATAGRAMS_IN = '''
import select, socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
s.bind((sys.argv[1], int(sys.argv[2])))
size = int(sys.argv[3])
print("ready", flush=True)
seen, wrong = set(), 0
while True:
    ready = select.select([s, sys.stdin], [], [])[0]
    if s not in ready:
        break
    data = s.recv(65536)
    number = data[:8]
    if number in seen or data != number * (size // 8):
        wrong += 1
    seen.add(number)
print(len(seen), wrong)
'''

_DATAGRAMS_OUT = '''
import socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], int(sys.argv[2])))
times = int(sys.argv[3]) // 8
sent = 0
for i in range(int(sys.argv[4])):
    s.send(struct.pack("!Q", i) * times)
    sent += 1
    if i % 64 == 63:
        time.sleep(0.002)
print(sent)
'''
