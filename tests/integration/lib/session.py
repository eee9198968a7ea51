# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
What a whole run of the suite adds up: what strict mode has reported of this project's driver, and
figures that tests tell. conftest.py shows both at the end.
"""

#: Lines of tests, in order: throughput, sizes of samples.
LINES = []


def tell(text):
    """
    Have a line in the summary at the end of the run; output of a test that passes is not shown.
    """
    LINES.append(text)


class StrictTotal:
    """Reports of strict mode over all programs that ran on this project's driver."""

    def __init__(self):
        self.programs = self.ports = self.unheard = self.defects = 0
        self.kinds = {}             # kind: (count, first report)

    def add(self, stats):
        """Counters of the ports of a program that has ended; None: nobody can tell them."""
        self.programs += 1
        if stats is None:
            self.unheard += 1
            return
        for entry in stats:
            self.ports += 1
            self.defects += entry.get('defects', 0)
            for kind in entry.get('defect_kinds', ()):
                if not kind['note']:
                    count, first = self.kinds.get(kind['kind'], (0, kind['first']))
                    self.kinds[kind['kind']] = (count + kind['count'], first)

    def lines(self):
        text = 'strict mode: %d programs on %d ports of net_ena_pmd, %d defects' % (
            self.programs, self.ports, self.defects)
        if self.unheard:
            text += ' (%d programs left no report)' % self.unheard
        return [text] + ['  %d times %s' % found for _, found in sorted(self.kinds.items())]


STRICT = StrictTotal()
