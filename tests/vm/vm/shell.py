# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Commands for the shell of a guest, and their answers, over a stream. The other side is SHELL of
image.py.

Guests are slow now and then. An answer therefore carries the name of its command, which no other
command of any guest has: one that comes too late is never taken for that of the next command.
"""

import secrets
import select
import time


class GuestError(AssertionError):
    """A command in the guest failed, or the guest did."""


class GuestSlow(GuestError):
    """A command did not end in its time. What it still does is unknown."""


class Shell:
    def __init__(self, stream, gone=lambda: False, more=lambda: ''):
        """
        @param stream a connected socket
        @param gone whether nobody is at the other end any more
        @param more what else there is to tell when something fails
        """
        self.stream = stream
        self.gone, self.more = gone, more
        self.name = secrets.token_hex(4)
        self.serial = 0
        self.buffer = b''
        #: A command did not end: why. The guest is of no more use then.
        self.lost = None

    def until(self, mark, timeout):
        """What comes before @p mark."""
        deadline = time.monotonic() + timeout
        while mark not in self.buffer:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self.stream], [], [], min(left, 1))[0]
            if ready:
                try:
                    data = self.stream.recv(65536)
                except ConnectionError:
                    data = b''
                if data:
                    self.buffer += data
                    continue
            if left <= 0 or ready or self.gone():
                slow = left <= 0
                raise (GuestSlow if slow else GuestError)(
                    'the guest %s; waited %d s for %r\n--- output\n%s\n%s' % (
                        'is silent' if slow else 'is gone', timeout, mark.decode(),
                        self.buffer[-2000:].decode(errors='replace'), self.more()))
        at = self.buffer.index(mark)
        before, self.buffer = self.buffer[:at], self.buffer[at + len(mark):]
        return before.decode(errors='replace')

    def start(self, command):
        """Give the guest a command; finish() waits for its end. @return its name"""
        if self.lost:
            raise GuestError('the guest is lost: ' + self.lost)
        self.serial += 1
        name = '%s-%d' % (self.name, self.serial)
        line = command.strip().replace('\n', ' ')
        self.stream.sendall(b'%s\n%s\n' % (name.encode(), line.encode()))
        return name

    def finish(self, name, timeout=60, check=True):
        """@return output, or (status, output) without @p check"""
        try:
            out = self.until(b'\n@end@ %s ' % name.encode(), timeout)
            status = int(self.until(b'\n', 5))
        except BaseException as e:
            # Also when a test was interrupted from outside: the command goes on in the guest.
            self.lost = self.lost or 'a command did not end: %s' % str(e).split('\n', maxsplit=1)[0]
            raise
        # What is before is the rest of others: in the background, or whose end nobody waited for.
        out = out.replace('\r', '').rpartition('@begin@ %s\n' % name)[2].lstrip('\n')
        if check and status:
            raise GuestError('exit %d\n%s\n%s' % (status, out, self.more()))
        return out if check else (status, out)

    def run(self, command, timeout=60, check=True):
        """Run a shell command; its output, or (status, output) without @p check."""
        try:
            return self.finish(self.start(command), timeout, check)
        except GuestError as e:
            raise type(e)('in the guest: %s: %s' % (command, e)) from None
