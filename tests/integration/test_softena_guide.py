# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""What the guide says about keys, profiles and wires of softena is what softena-run says."""

import os
import re
import subprocess

GUIDE = os.path.join(os.path.dirname(__file__), '..', '..', 'doc', 'guide', 'softena.rst')


def listed(env):
    """[(name, text)] of softena-run --list-profiles; its lines are broken at blanks."""
    out = subprocess.run(env.wrapped([env.run, '--list-profiles']), stdout=subprocess.PIPE,
                         check=True, text=True).stdout
    rows = []
    for line in out.splitlines():
        if re.match('  [^ ]', line):
            rows.append(line.split(None, 1) + [''] * (len(line.split(None, 1)) < 2))
        elif rows and line.startswith('   '):
            rows[-1][1] = (rows[-1][1] + ' ' + line.strip()).strip()
    return rows


def table(title):
    """{first cell: second cell} of the list-table whose header starts with @p title."""
    with open(GUIDE) as f:
        text = f.read()
    rows = text[text.index('* - %s\n' % title):]
    found = re.findall(r'\* - (.+)\n +- (.+)\n', rows.split('\n\n')[0] + '\n')
    return {name.strip('`'): ' '.join(what.split()).replace('``', '') for name, what in found[1:]}


def test_the_table_of_profiles_is_that_of_the_program(env):
    told = dict(text.split(': ', 1) for name, text in listed(env) if name == 'profile')
    assert len(told) > 10
    assert table('Profile') == told


def test_each_value_of_a_profile_is_listed_with_its_certainty(env):
    values = [(name, text) for name, text in listed(env) if '=' in text and ': ' in text
              and re.search(r': (\[2\]|\[1\]|\[obs\]|model)', text)]
    profiles = {text.split(': ')[0] for name, text in listed(env) if name == 'profile'}
    assert {name for name, _ in values} == profiles


def test_the_table_of_quirks_has_all_of_them(env):
    keys = {name for name, text in listed(env) if ': quirk: ' in ': ' + text}
    assert keys and {name.split('=')[0] for name in table('Key')} == keys


def test_the_section_of_wires_has_all_of_them(env):
    out = subprocess.run(env.wrapped([env.run, '--help']), stdout=subprocess.PIPE, check=True,
                         text=True).stdout
    wires = re.findall(r'^  ([a-z]+)', out[out.index('Wires:\n'):].split('\n\n')[0], re.M)
    with open(GUIDE) as f:
        section = re.search(r'^Wires\n-+\n(.*?)^[^\n]+\n-+$', f.read(), re.M | re.S).group(1)
    assert len(wires) > 5
    assert re.findall(r'^``([a-z]+)', section, re.M) == wires, \
        'doc/guide/softena.rst, section Wires: not those of --help, or in another order'
