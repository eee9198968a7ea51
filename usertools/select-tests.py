#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Say what names of tests mean, for "quickstart.sh test NAME...".

A name is a unit test program (test_stats), a test of meson (net_ena_pmd_stats), an integration test
file (test_rings, test_rings.py) or the path of a source file, with ::TEST behind it for one test.
The build directory has to be configured. The output is a word and a value on each line:

  unit NAME[::CASE]   a test of meson, and one case of it
  target PATH         what has to be built for unit tests, for ninja
  file PATH[::TEST]   an integration test file, and one test of it, for pytest
"""

import argparse
import ast
import glob
import json
import os
import re
import sys


class Unknown(Exception):
    """A name means nothing, or more than one thing."""


class Unit:
    """A unit test of meson: its name, its program, its source files, what it needs."""

    def __init__(self, test, targets, build, source):
        self.name = test['name']
        needed = [targets[i] for i in test['depends'] if i in targets]
        self.targets = [path for t in needed for path in t['filename']]
        # Some are relative to the build directory.
        words = {os.path.realpath(os.path.join(build, word)) for word in test['cmd']}
        self.program = None
        self.sources = []
        for target in needed:
            paths = [p for group in target['target_sources'] for p in group.get('sources', ())]
            ours = [p for p in paths if p.startswith(os.path.join(source, 'tests', 'unit', ''))]
            if ours and words & set(map(os.path.realpath, target['filename'])):
                self.program = target['filename'][0]
                self.sources = [p for p in ours if os.path.basename(p) != 'filter.c']
        # The file with main() has the name of the program or of the test.
        mains = [p for p in self.sources if re.match(r'test_', os.path.basename(p))]
        self.source = (mains or self.sources or [None])[0]

    def has(self, case):
        """Whether its source files know such a case; patterns are not looked for."""
        if re.search(r'[*?]', case):
            return True
        word = re.compile(r'\b%s\b' % re.escape(case))
        where = {os.path.dirname(p) for p in self.sources}
        headers = [h for d in where for h in glob.glob(os.path.join(d, '*.h'))]
        return any(word.search(text_of(p)) for p in self.sources + headers)


def text_of(path):
    with open(path, encoding='utf-8', errors='replace') as f:
        return f.read()


def load(build, name):
    with open(os.path.join(build, 'meson-info', name), encoding='utf-8') as f:
        return json.load(f)


def units_of(build, source):
    targets = {t['id']: t for t in load(build, 'intro-targets.json')}
    found = [Unit(t, targets, build, source) for t in load(build, 'intro-tests.json')]
    return [unit for unit in found if unit.program]


def stem(path):
    return os.path.splitext(os.path.basename(path))[0]


def same(path, name, source):
    """Whether a name with a slash in it is that path, as seen from here or from the top."""
    return os.path.realpath(path) in (os.path.realpath(name),
                                      os.path.realpath(os.path.join(source, name)))


def find_units(name, units, source):
    """Unit tests that a name may mean. A program's own name comes before those of files."""
    if '/' in name:
        return [u for u in units if any(same(p, name, source) for p in [u.program, *u.sources])]
    if name.endswith('.c'):
        return [u for u in units if os.path.basename(u.source) == name]
    return ([u for u in units if os.path.basename(u.program) == name]
            or [u for u in units if u.name == name]
            or [u for u in units if stem(u.source) == name])


def find_files(name, source):
    """Integration test files that a name may mean."""
    every = glob.glob(os.path.join(source, 'tests', 'integration', 'test_*.py'))
    if '/' in name:
        return [p for p in every if same(p, name, source)]
    return [p for p in every if name in (os.path.basename(p), stem(p))]


def check_case(path, test):
    """There is such a test function in a Python file."""
    function = test.split('[')[0].split('::')[-1]
    tree = ast.parse(text_of(path))
    if not any(isinstance(n, ast.FunctionDef) and n.name == function for n in ast.walk(tree)):
        raise Unknown('%s has no test %s' % (os.path.basename(path), function))


def relative(path, source):
    return os.path.relpath(path, source)


def select(word, units, source, kinds):
    """What one word of the command line means: ('unit', Unit, case) or ('file', path, test)."""
    name, _, test = word.partition('::')
    ours = find_units(name, units, source) if 'unit' in kinds else []
    files = find_files(name, source) if 'file' in kinds else []
    if len(ours) + len(files) > 1:
        paths = sorted(relative(p, source) for p in [*(u.source for u in ours), *files])
        raise Unknown("'%s' is more than one test: give a path%s\n  %s" % (
            name, ', --units or --no-units' if ours and files else '', '\n  '.join(paths)))
    if ours:
        if test and not ours[0].has(test):
            raise Unknown('%s has no test %s' % (relative(ours[0].source, source), test))
        return 'unit', ours[0], test
    if files:
        if test:
            check_case(files[0], test)
        return 'file', files[0], test
    what = {'unit': 'unit test program', 'file': 'integration test file'}
    near = sorted(near_names(name, units, source, kinds))
    raise Unknown("there is no %s '%s'%s" % (' and no '.join(what[k] for k in kinds), name,
                                            '; there are ' + ', '.join(near) if near else ''))


def near_names(name, units, source, kinds):
    """Names with a part of an unknown one in them."""
    part = re.sub(r'^test_|\.(py|c)$', '', os.path.basename(name))
    every = [os.path.basename(u.program) for u in units if 'unit' in kinds]
    if 'file' in kinds:
        every += map(os.path.basename,
                     glob.glob(os.path.join(source, 'tests', 'integration', 'test_*.py')))
    return {n for n in every if len(part) > 2 and part in n} if part else set()


def main():
    parser = argparse.ArgumentParser(prog='select-tests.py',
                                     description=__doc__.strip().split('\n\n', maxsplit=1)[0])
    parser.add_argument('--build', required=True, metavar='DIR', help='configured build directory')
    parser.add_argument('--source', required=True, metavar='DIR', help='top of the source tree')
    parser.add_argument('--units', choices=('only', 'none'), help='only these, or none of these')
    parser.add_argument('names', nargs='+', metavar='NAME[::TEST]')
    args = parser.parse_args()
    kinds = {'only': ('unit',), 'none': ('file',), None: ('unit', 'file')}[args.units]
    source = os.path.realpath(args.source)
    build = os.path.realpath(args.build)
    units = units_of(build, source)
    lines = []
    for word in args.names:
        try:
            kind, found, test = select(word, units, source, kinds)
        except Unknown as e:
            sys.exit('select-tests.py: %s' % e)
        suffix = '::' + test if test else ''
        if kind == 'unit':
            lines.append('unit %s%s' % (found.name, suffix))
            lines += ['target %s' % os.path.relpath(t, build) for t in found.targets]
        else:
            lines.append('file %s%s' % (found, suffix))
    print('\n'.join(dict.fromkeys(lines)))


if __name__ == '__main__':
    main()
