# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
How long to wait. A limit ends what hangs; no verdict depends on it, so it grows with the load of
the machine. "Nothing arrives any more" counts only while the device and the program have had CPU
time.
"""

import os
import time

#: of programs that are instrumented or emulated; Environment sets it
base = 1


def factor():
    """Limits are for a machine of one's own; this many times as long is waited."""
    given = os.environ.get('ENA_TEST_TIME_FACTOR')
    if given:
        return base * float(given)
    with open('/proc/loadavg', encoding='ascii') as f:
        words = f.read().split()
    # the average of a minute, and what runs at this moment
    load = max(float(words[0]), float(words[3].partition('/')[0]))
    return base * (3 + min(load / len(os.sched_getaffinity(0)), 9))


def limit(seconds):
    """That many seconds, in those of this machine."""
    return seconds * factor()


class Limit:
    """A limit that begins now. It grows when the load does."""

    def __init__(self, seconds):
        self.seconds, self.begin = seconds, time.monotonic()

    def left(self):
        return limit(self.seconds) - (time.monotonic() - self.begin)

    def over(self):
        return self.left() <= 0


def until(condition, what, seconds=20, pause=0.05):
    """Wait until condition() is true; its value. @p what: text, or a function that returns it"""
    end = Limit(seconds)
    while True:
        value = condition()
        if value:
            return value
        if end.over():
            raise TimeoutError('not within %d s: %s' % (limit(seconds),
                                                        what() if callable(what) else what))
        time.sleep(pause)


# ---- what threads have done --------------------------------------------------------------------

#: nanoseconds of CPU, or times that the scheduler has picked it: then a thread has had its turns
RUN_NS, SLICES = 20_000_000, 20


def _below(pid):
    """The process and all that it has started."""
    found = [pid]
    try:
        for task in os.listdir('/proc/%d/task' % pid):
            with open('/proc/%d/task/%s/children' % (pid, task), encoding='ascii') as f:
                for child in f.read().split():
                    found += _below(int(child))
    except OSError:
        pass
    return found


def _task(path):
    """(whether the thread has work without end, nanoseconds, times); None if it has gone"""
    try:
        with open(path + '/stat', encoding='ascii', errors='replace') as f:
            name, _, rest = f.read().partition('(')[2].rpartition(')')
        with open(path + '/schedstat', encoding='ascii') as f:
            ran, _, slices = map(int, f.read().split())
    except (OSError, ValueError):
        return None
    # The device's thread sleeps for moments only; other threads may wait without a limit.
    return name == 'softena' or rest.split()[0] == 'R', ran, slices


class Turns:
    """Have the device and all that polls below a process had their turns since this was made?"""

    def __init__(self, pid):
        self.before = {}
        for process in _below(pid):
            try:
                tasks = os.listdir('/proc/%d/task' % process)
            except OSError:
                continue
            for task in tasks:
                path = '/proc/%d/task/%s' % (process, task)
                self.before[path] = _task(path)

    def had(self):
        for path, old in self.before.items():
            now = old and old[0] and _task(path)
            if now and now[0] and now[1] - old[1] < RUN_NS and now[2] - old[2] < SLICES:
                return False
        return True
