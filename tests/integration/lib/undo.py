# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Records of what was changed on the machine, for usertools/sweep.sh, if this process is killed before
it can put it back.
"""

import contextlib
import itertools
import os
import subprocess

_serial = itertools.count()
_SWEEP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', '..', 'usertools',
                      'sweep.sh')


def directory():
    return os.environ.get('ENA_UNDO_DIR', '/run/ena-pmd')


class Undo:
    """A record, written before something is changed; done() when it has been put back."""

    def __init__(self, *lines):
        with open('/proc/self/stat', encoding='ascii', errors='replace') as f:
            start = f.read().rpartition(')')[2].split()[19]
        os.makedirs(directory(), mode=0o700, exist_ok=True)
        self.path = os.path.join(directory(), '%d-%d.undo' % (os.getpid(), next(_serial)))
        self.owner = 'owner %d %s' % (os.getpid(), start)
        self.write(*lines)

    def write(self, *lines):
        # all of it or nothing, whenever this process is killed
        with open(self.path + '.new', 'w', encoding='utf-8') as f:
            f.write('\n'.join((self.owner, *lines)) + '\n')
        os.rename(self.path + '.new', self.path)

    def done(self):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)


def sweep():
    """Put back what others, who were killed, did not."""
    if os.geteuid() == 0:
        subprocess.run([_SWEEP], check=False, stdin=subprocess.DEVNULL, timeout=600)
