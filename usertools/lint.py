#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Check the source tree: format, length of lines and functions, licences, includes, spelling.

Each finding is one line, FILE:LINE: MESSAGE. Each check is one test; the last line is
"N passed, N failed". "quickstart.sh lint" installs the programs that some checks need.
"""

import argparse
import ast
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

COLUMNS = 100
FUNCTION_LINES = 60
#: A line with @file is looked for in so many lines of a C file.
FILE_COMMENT = 12

#: Which directory may include headers of which others. A directory always knows its own headers.
KNOWS = {
    'lib/ena_abi': (),
    'lib/ena_hal': ('lib/ena_abi',),
    'lib/softena': ('lib/ena_abi',),
    'drivers/net/ena': ('lib/ena_hal', 'lib/ena_abi'),
    'app/softena-common': ('lib/softena', 'lib/ena_abi'),
    'app/softena-run': ('app/softena-common', 'lib/softena', 'lib/ena_abi'),
    'app/softena-vfio-user': ('app/softena-common', 'lib/softena', 'lib/ena_abi'),
    # One header: how a program takes the steps of the device that softena-run gives it.
    'app/ena-bench': ('app/softena-common', 'app/softena-run'),
}
#: Who may include headers of DPDK, and how they are recognised.
USES_DPDK = ('drivers/net/ena', 'app/ena-bench')
DPDK_HEADER = re.compile(r'rte_\w+\.h$|(ethdev|bus)_\w+\.h$|cmdline\w*\.h$')

#: Directories that are no part of the tree, by name; those at the top that a build has made.
NOT_OURS = re.compile(r'__pycache__$|\.(?!ci$)')
BUILD = re.compile(r'build')


class Tree:
    """The files of a source tree, as paths relative to its top."""

    def __init__(self, top):
        self.top = top
        self.files = []
        self.texts = {}
        for where, dirs, names in os.walk(top):
            at_top = where == top
            dirs[:] = sorted(d for d in dirs if not NOT_OURS.match(d)
                             and not (at_top and BUILD.match(d)))
            self.files += [os.path.relpath(os.path.join(where, n), top) for n in sorted(names)]
        self.files = [f for f in self.files if f != '.git']

    def select(self, *patterns):
        """Files whose whole path matches one of the regular expressions."""
        return [f for f in self.files if any(re.fullmatch(p, f) for p in patterns)]

    def lines(self, path):
        if path not in self.texts:
            with open(os.path.join(self.top, path), encoding='utf-8', errors='replace') as f:
                self.texts[path] = f.read().splitlines()
        return self.texts[path]

    def c(self):
        return self.select(r'(app|drivers|lib|tests)/.*\.[ch]')

    def python(self):
        return self.select(r'.*\.py')

    def shell(self):
        return self.select(r'.*\.sh', r'\.ci/run')

    def meson(self):
        return self.select(r'(.*/)?meson\.build', r'meson_options\.txt')


class Missing(Exception):
    """A program that a check needs is not installed."""


def program(*names):
    """The first of these programs that is installed."""
    for name in names:
        if shutil.which(name):
            return name
    raise Missing('%s is not installed; "quickstart.sh lint" installs it' % names[0])


def run(tree, words, files, at_once=40):
    """The output of a program over the files, by lines; several of it run side by side."""
    def one(part):
        done = subprocess.run([*words, *part], cwd=tree.top, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=300)
        lines = done.stdout.splitlines()
        if done.returncode not in (0, 1, 65) or (done.returncode and not lines):
            lines.append('%s: exit status %d' % (words[0], done.returncode))
        return lines

    parts = [files[i:i + at_once] for i in range(0, len(files), at_once)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [line for lines in pool.map(one, parts) for line in lines]


# ---- checks: each returns how much it looked at, and yields or lists (file, line, message) -------


def check_clang_format(tree):
    """The C files are as clang-format and .clang-format would write them."""
    # Other versions have other opinions on the same configuration: 14 is the one of Debian 12.
    words = [program('clang-format-14'), '--dry-run', '--Werror', '--style=file']
    seen = set()
    for line in run(tree, words, tree.c(), at_once=16):
        found = re.match(r'(\S+?):(\d+):\d+: error: code should be clang-formatted', line)
        if found and found.groups() not in seen:
            seen.add(found.groups())
            yield (*found.groups(), 'clang-format-14 would change this line')
        elif 'exit status' in line:
            yield ('.clang-format', 1, line)


def check_columns(tree):
    """No line is longer than 100 columns; a tab goes to the next multiple of eight."""
    for path in tree.c() + tree.python() + tree.shell() + tree.meson():
        for i, line in enumerate(tree.lines(path), 1):
            width = len(line.expandtabs(8))
            if width > COLUMNS:
                yield (path, i, '%d columns, at most %d' % (width, COLUMNS))


def check_functions(tree):
    """No function of the code that is shipped is longer than 60 lines."""
    for path in tree.select(r'(app|drivers|lib)/.*\.[ch]'):
        begin = name = None
        body = False
        # clang-format has put names and braces of functions into the first column.
        for i, line in enumerate(tree.lines(path), 1):
            start = re.match(r'(\w+)\(', line)
            if start and not body:
                name, begin = start[1], i
            elif line == '{' and name:
                body = True
            elif line == '}' and body:
                if i - begin + 1 > FUNCTION_LINES:
                    yield (path, begin, '%s() has %d lines, at most %d'
                           % (name, i - begin + 1, FUNCTION_LINES))
                begin = name = None
                body = False


def check_includes(tree):
    """Nobody includes headers of a directory that it should not know (doc/guide/design.rst)."""
    where = {}
    for path in tree.select(r'(app|drivers|lib)/.*\.h'):
        where.setdefault(os.path.basename(path), set()).add(home_of(path))
    for path in tree.select(r'(app|drivers|lib)/.*\.[ch]'):
        home = home_of(path)
        if home not in KNOWS:
            yield (path, 1, 'usertools/lint.py does not know what %s may include' % home)
            continue
        for i, line in enumerate(tree.lines(path), 1):
            found = re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line)
            # <linux/vfio.h> is no header of the project, whatever is behind the slash.
            if not found or ('<' in found[0] and '/' in found[1]):
                continue
            name = os.path.basename(found[1])
            homes = where.get(name, set())
            if homes and not homes & {home, *KNOWS[home]}:
                yield (path, i, '%s must not include a header of %s'
                       % (home, ' or '.join(sorted(homes))))
            elif not homes and DPDK_HEADER.match(name) and home not in USES_DPDK:
                yield (path, i, '%s must not know DPDK' % home)


def home_of(path):
    """The directory that a file belongs to, among those that KNOWS lists."""
    parts = path.split('/')
    return next(('/'.join(parts[:n]) for n in range(len(parts) - 1, 0, -1)
                 if '/'.join(parts[:n]) in KNOWS), os.path.dirname(path))


def check_licences(tree):
    """Each file names its licence in its first lines."""
    for path in tree.files:
        if path.endswith('.svg') or os.path.basename(path) == 'LICENSE':
            continue
        if not any('SPDX-License-Identifier: ' in line for line in tree.lines(path)[:5]):
            yield (path, 1, 'no SPDX-License-Identifier in the first five lines')


def check_descriptions(tree):
    """C test programs start with @file, Python files with a docstring: what they are for."""
    for path in tree.select(r'tests/unit/.*/test_\w+\.c', r'tests/integration/apps/\w+\.c',
                            r'tests/fuzz/\w+\.c'):
        if not any('@file' in line for line in tree.lines(path)[:FILE_COMMENT]):
            yield (path, 1, 'no @file in the first %d lines' % FILE_COMMENT)
    for path in tree.python():
        try:
            if not ast.get_docstring(ast.parse('\n'.join(tree.lines(path)))):
                yield (path, 1, 'no docstring that says what the file is for')
        except SyntaxError as e:
            yield (path, e.lineno, e.msg)


def findings_of(lines, pattern):
    """(file, line, message) of lines that match; other lines are a complaint of the program."""
    for line in filter(None, lines):
        found = re.match(pattern, line)
        yield found.groups() if found else ('usertools/lint.py', 1, line)


def check_shellcheck(tree):
    """shellcheck finds no fault with the shell scripts."""
    lines = run(tree, [program('shellcheck'), '-x', '-f', 'gcc'], tree.shell())
    return findings_of(lines, r'([^:]+):(\d+):\d+: (.*)')


def check_flake8(tree):
    """flake8 finds no fault with the Python files (.flake8)."""
    lines = run(tree, [program('flake8')], tree.python())
    return findings_of(lines, r'([^:]+):(\d+):\d+: (.*)')


def check_codespell(tree):
    """codespell finds no wrong word (.codespellrc)."""
    files = [f for f in tree.files if not f.endswith(('.svg', 'LICENSE'))]
    return findings_of(run(tree, [program('codespell')], files, at_once=100),
                       r'(?:\./)?([^:]+):(\d+): (.*)')


CHECKS = {name[len('check_'):].replace('_', '-'): function
          for name, function in list(globals().items()) if name.startswith('check_')}


def main():
    parser = argparse.ArgumentParser(
        prog='lint.py', description=__doc__.strip().split('\n\n', maxsplit=1)[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog='checks:\n' + '\n'.join('  %-13s %s' % (name, function.__doc__)
                                       for name, function in CHECKS.items()))
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument('--top', default=os.path.dirname(here), metavar='DIR',
                        help='top of the source tree (default: that of this script)')
    parser.add_argument('checks', nargs='*', metavar='CHECK', help='only these checks')
    args = parser.parse_args()
    for name in args.checks:
        if name not in CHECKS:
            parser.error("unknown check '%s': it is one of %s" % (name, ', '.join(CHECKS)))
    tree = Tree(os.path.abspath(args.top))
    passed = failed = 0
    for name in args.checks or CHECKS:
        try:
            found = list(CHECKS[name](tree))
        except Missing as e:
            found = [('usertools/lint.py', 1, str(e))]
        for path, line, message in found:
            print('%s:%s: %s' % (path, line, message))
        print('== %s: %s' % (name, '%d findings' % len(found) if found else 'ok'), flush=True)
        passed, failed = passed + (not found), failed + bool(found)
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
