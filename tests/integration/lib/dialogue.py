# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""A program that does what its standard input asks for."""

import json
import threading


class Dialogue:
    """A program that answers each line of its input with a line of JSON."""

    def __init__(self, proc, env):
        self.proc, self.env = proc, env
        self.text = []
        self.answers = []
        self.more = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.ready = self.answer()

    def _read(self):
        for line in self.proc.stdout:
            with self.more:
                self.text.append(line)
                if line.startswith('{'):
                    self.answers.append(line)
                self.more.notify_all()
        with self.more:
            self.answers.append('')
            self.more.notify_all()

    def answer(self, timeout=40):
        with self.more:
            if not self.more.wait_for(lambda: self.answers, timeout * self.env.slow):
                raise TimeoutError('no answer:\n' + ''.join(self.text))
            line = self.answers.pop(0)
        assert line, 'the program ended:\n' + ''.join(self.text)
        return json.loads(line)

    def tell(self, *words):
        """Ask for something and do not wait; answer() does."""
        self.proc.stdin.write(' '.join(map(str, words)) + '\n')
        self.proc.stdin.flush()

    def ask(self, *words):
        self.tell(*words)
        return self.answer()

    def quit(self):
        """Let it leave; its exit status."""
        self.proc.stdin.write('quit\n')
        self.proc.stdin.flush()
        status = self.proc.wait(timeout=40 * self.env.slow)
        self.reader.join(timeout=10)
        return status
