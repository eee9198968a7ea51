# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""One guest for the tests of a file, as long as it answers."""

import contextlib
import signal


class Keeper:
    """
    Keeps what a context manager made (a lab) from test to test, and makes another one when it is
    lost: one command that took too long costs its own test, not those after it.
    """

    ATTEMPTS = 2  # in a row that fail to make one, before each further test fails at once

    def __init__(self, told=None):
        self.lab = None
        self.stack = contextlib.ExitStack()
        self.failures = 0
        self.error = None
        #: Called with the reason when another one is made.
        self.told = told or (lambda why: None)

    def get(self, make):
        """
        @param make gives the context manager; it is entered only if there is no lab that answers
        """
        if self.lab is not None:
            why = self.lab.lost()
            if not why:
                return self.lab
            self.told(why)
            self.close()
        if self.failures >= self.ATTEMPTS:
            raise AssertionError('no guest could be started: %s' % self.error)
        # A test has its time for itself; a boot has limits of its own.
        left = signal.alarm(0)
        try:
            self.lab = self.stack.enter_context(make())
        except Exception as e:
            self.failures += 1
            self.error = e
            raise
        finally:
            signal.alarm(left)
        self.failures = 0
        return self.lab

    def close(self):
        self.lab = None
        self.stack.close()
