#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Count test cases: "PASSED FAILED SKIPPED" on the standard output.

  count-tests.py meson testlog.json   cases that cmocka programs name in their output; a program
                                      that names none counts as one case
  count-tests.py junit report.xml     cases of a pytest run
  count-tests.py retried FIRST SECOND the names of those that failed in the first of two pytest
                                      reports and passed in the second, one per line
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

CASE = re.compile(r'^\[\s*(OK|FAILED|ERROR|SKIPPED)\s*\] (?!\d+ test)(\w\S*)', re.M)
NO_CASE = re.compile(r'^\[=*\] Running 0 test', re.M)


def meson(path):
    """Sum of the cases of a meson test log, one JSON object a line."""
    passed = failed = skipped = 0
    with open(path, encoding='utf-8', errors='replace') as f:
        for line in filter(None, map(str.strip, f)):
            test = json.loads(line)
            text = (test.get('stdout') or '') + '\n' + (test.get('stderr') or '')
            # cmocka names a failed case twice: when it fails and in its summary
            cases = dict((name, verdict) for verdict, name in CASE.findall(text))
            bad = sum(v in ('FAILED', 'ERROR') for v in cases.values())
            good = sum(v == 'OK' for v in cases.values())
            idle = sum(v == 'SKIPPED' for v in cases.values())
            if test['result'] in ('OK', 'EXPECTEDFAIL'):
                if not cases and NO_CASE.search(text):
                    bad = 1  # the only one that was asked for is not there
                elif not cases:
                    good = 1
            elif test['result'] == 'SKIP':
                idle = max(idle, 1)
            elif not bad:
                bad = 1  # a crash, a time-out or a complaint of a sanitizer
            passed, failed, skipped = passed + good, failed + bad, skipped + idle
    return passed, failed, skipped


def junit(path):
    """Sum of a junit report; a test that is expected to fail counts as skipped."""
    passed = failed = skipped = 0
    for suite in ElementTree.parse(path).getroot().iter('testsuite'):
        total, bad, err, idle = (int(suite.get(k, 0))
                                 for k in ('tests', 'failures', 'errors', 'skipped'))
        # a case that passed and then failed in its teardown is in both sums
        broken = sum(1 for case in suite.iter('testcase')
                     if case.find('failure') is not None or case.find('error') is not None)
        failed += max(broken, 1 if bad + err else 0)
        skipped += idle
        passed += max(0, len({(c.get('classname'), c.get('name')) for c in suite.iter('testcase')})
                      - broken - idle) if total else 0
    return passed, failed, skipped


def verdicts(path):
    """{name: True if it passed} of a junit report; skipped cases are left out."""
    found = {}
    for case in ElementTree.parse(path).getroot().iter('testcase'):
        name = '%s::%s' % (case.get('classname'), case.get('name'))
        if case.find('skipped') is None:
            found[name] = (found.get(name, True) and case.find('failure') is None
                           and case.find('error') is None)
    return found


def retried(first, second):
    """Names of the cases that passed at the second try only."""
    before, after = verdicts(first), verdicts(second)
    return sorted(name for name, passed in before.items() if not passed and after.get(name))


def main():
    if len(sys.argv) == 4 and sys.argv[1] == 'retried':
        print('\n'.join(retried(*sys.argv[2:])))
        return
    if len(sys.argv) != 3 or sys.argv[1] not in ('meson', 'junit'):
        sys.exit(__doc__)
    try:
        counts = {'meson': meson, 'junit': junit}[sys.argv[1]](sys.argv[2])
    except (OSError, ValueError, ElementTree.ParseError) as e:
        print('count-tests.py: no result: %s' % e, file=sys.stderr)
        counts = (0, 1, 0)
    print(*counts)


if __name__ == '__main__':
    main()
