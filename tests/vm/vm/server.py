# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""softena-vfio-user as a process: its sockets, its control socket, its end."""

import contextlib
import json
import os
import pathlib
import re
import select
import signal
import socket
import subprocess


class ServerError(AssertionError):
    """The server did not do what it was asked for."""


class Server:
    def __init__(self, program, ports, work, log='info'):
        self.work = pathlib.Path(work)
        self.sockets = [self.work / ('ena%d.sock' % i) for i in range(len(ports))]
        self.report_path = self.work / 'report.json'
        self.log_path = self.work / 'server.log'
        argv = [str(program), '--log', log, '--ctl', str(self.work / 'ctl'), '--report',
                str(self.report_path)]
        for path, port in zip(self.sockets, ports):
            argv += ['--socket', str(path), '--port', port]
        self.log_file = open(self.log_path, 'a', encoding='utf-8')
        # For a build with sanitizers: a leak or undefined behaviour is an end with an error.
        env = dict(os.environ, ASAN_OPTIONS='detect_leaks=1:quarantine_size_mb=4',
                   UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1')
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.log_file, env=env)
        if not select.select([self.process.stdout], [], [], 20)[0] or \
                self.process.stdout.readline() != b'ready\n':
            self.close()
            raise ServerError('the server did not start:\n' + self.log())

    def log(self):
        return self.log_path.read_text(encoding='utf-8', errors='replace')

    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(10)
            s.connect(str(self.work / 'ctl'))
            s.sendall(line.encode() + b'\n')
            answer = b''
            while not answer.endswith(b'\n'):
                data = s.recv(65536)
                if not data:
                    raise ServerError('no answer to ' + line)
                answer += data
        answer = json.loads(answer)
        if not answer['ok']:
            raise ServerError('%s: %s' % (line, answer['error']))
        return answer['ports']

    def stats(self, port=0):
        return self.ask('stats %d' % port)[0]

    def queues(self, port=0):
        return self.ask('queues %d' % port)[0]

    def alive(self):
        return self.process.poll() is None

    def complaints(self):
        """What sanitizers said."""
        return [line for line in self.log().splitlines()
                if 'runtime error' in line or 'Sanitizer' in line]

    def holds(self):
        """Descriptors, mappings of guest memory, kilobytes of memory of its own."""
        proc = pathlib.Path('/proc/%d' % self.process.pid)
        rss = re.search(r'RssAnon:\s*(\d+)', (proc / 'status').read_text(encoding='utf-8'))
        return (len(os.listdir(proc / 'fd')), sum('mem0' in line for line in open(proc / 'maps',
                encoding='utf-8')), int(rss.group(1)))

    @contextlib.contextmanager
    def paused(self):
        """The devices do nothing but answer register accesses, for a time."""
        self.process.send_signal(signal.SIGUSR1)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGUSR2)

    def stop(self, timeout=20):
        """End it as a person would. @return exit status"""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self.process.stdout.close()
        self.log_file.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
