# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""usertools/lint.py finds each kind of fault, and names its file and line."""

import os
import shutil
import subprocess

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINT = os.path.join(TOP, 'usertools', 'lint.py')
LICENCE = 'SPDX-License-Identifier: BSD-3-Clause'
C = '/* %s */\n' % LICENCE
PYTHON = '# %s\n"""What it is for."""\n' % LICENCE

pytestmark = pytest.mark.only('net_ena_pmd', why='the source tree does not know the driver')


def lint(top, *checks):
    """The findings, and the last line."""
    done = subprocess.run([LINT, '--top', str(top), *checks], stdout=subprocess.PIPE, text=True,
                          check=False, timeout=120)
    lines = done.stdout.splitlines()
    assert (done.returncode == 0) == lines[-1].endswith(', 0 failed')
    return [line for line in lines[:-1] if not line.startswith('== ')], lines[-1]


def function(lines):
    """A function of so many lines, from its name to the closing brace."""
    return 'static void\nlong_one(void)\n{\n' + '\t;\n' * (lines - 3) + '}\n'


@pytest.mark.parametrize('check,path,text,line,message', (
    ('columns', 'lib/ena_hal/a.c', C + '\t' * 11 + '/* 88 */ int i;', 2, '103 columns'),
    ('columns', 'usertools/a.sh', '#' * 101, 1, '101 columns'),
    ('columns', '.ci/run', '#' * 101, 1, '101 columns'),
    ('columns', 'tests/meson.build', '#' * 101, 1, '101 columns'),
    ('functions', 'lib/ena_hal/a.c', C + function(61), 3, 'long_one() has 61 lines, at most 60'),
    ('includes', 'lib/ena_hal/a.c', C + '#include "softena.h"', 2,
     'lib/ena_hal must not include a header of lib/softena'),
    ('includes', 'lib/softena/a.c', C + '#include <ena_hal.h>', 2,
     'lib/softena must not include a header of lib/ena_hal'),
    ('includes', 'drivers/net/ena/a.c', C + '#include "../../../lib/softena/softena.h"', 2,
     'drivers/net/ena must not include a header of lib/softena'),
    ('includes', 'lib/ena_hal/a.c', C + '#include <rte_mbuf.h>', 2,
     'lib/ena_hal must not know DPDK'),
    ('includes', 'lib/other/a.c', C, 1, 'does not know what lib/other may include'),
    ('licences', 'lib/ena_hal/a.c', '\n' * 5 + C, 1, 'no SPDX-License-Identifier'),
    ('descriptions', 'tests/unit/ena_hal/test_a.c', C, 1, 'no @file'),
    ('descriptions', 'tests/integration/apps/a.c', C, 1, 'no @file'),
    ('descriptions', 'tests/integration/a.py', '# %s\n' % LICENCE, 1, 'no docstring'),
    ('flake8', 'usertools/a.py', PYTHON + 'import os\n', 3, "F401 'os' imported but unused"),
    ('shellcheck', 'usertools/a.sh', '#!/bin/sh\necho $1\n', 2, 'SC2086'),
    ('codespell', 'doc/a.md', 'recieve\n', 1, 'recieve ==> receive'),
    ('clang-format', 'lib/ena_hal/a.c', C + 'int i ;\n', 2, 'clang-format-14 would change'),
))
def test_each_fault_is_found(tmp_path, check, path, text, line, message):
    needs = {'flake8': 'flake8', 'shellcheck': 'shellcheck', 'codespell': 'codespell',
             'clang-format': 'clang-format-14'}.get(check)
    if needs and not shutil.which(needs):
        pytest.skip('%s is not installed' % needs)
    for header in 'softena/softena.h', 'ena_hal/ena_hal.h':
        (tmp_path / 'lib' / header).parent.mkdir(parents=True)
        (tmp_path / 'lib' / header).write_text(C)
    for name in '.clang-format', '.flake8', '.codespellrc':
        shutil.copy(os.path.join(TOP, name), tmp_path)
    assert lint(tmp_path, check) == ([], '1 passed, 0 failed')
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    found, last = lint(tmp_path, check)
    assert last == '0 passed, 1 failed'
    assert len(found) == 1 and found[0].startswith('%s:%d: ' % (path, line)), found
    assert message in found[0]


def test_what_fits_is_no_fault(tmp_path):
    for path, text in (
            ('lib/ena_hal/a.c', C + '#include "ena_abi_regs.h"\n#include <stdio.h>\n'
             + function(60) + function(60)),
            ('lib/ena_abi/ena_abi_regs.h', C),
            ('drivers/net/ena/b.c', C + '#include <rte_mbuf.h>\n'),
            # what a build made, and what an editor left, are nobody's source
            ('build-x/a.c', ''), ('.cache/a.py', ''), ('tests/__pycache__/a.py', '')):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    checks = ['columns', 'functions', 'includes', 'licences', 'descriptions']
    assert lint(tmp_path, *checks) == ([], '5 passed, 0 failed')


def test_check_whose_program_is_not_installed_fails_and_says_what_to_do(tmp_path):
    done = subprocess.run(['/usr/bin/python3', LINT, '--top', str(tmp_path), 'shellcheck'],
                          stdout=subprocess.PIPE, text=True, check=False, timeout=60,
                          env=dict(os.environ, PATH=str(tmp_path)))
    assert done.returncode == 1 and '"quickstart.sh lint" installs it' in done.stdout
