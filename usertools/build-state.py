#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Say why a meson build directory does not fit what it would be used for now; nothing if it does.

A build directory keeps the paths that it was configured with, and what pkg-config said then. Both
go stale when the source tree, a DPDK or its pkg-config file moves, or when a DPDK is upgraded.
"""

import argparse
import json
import os
import shlex
import subprocess


def load(build, name):
    with open(os.path.join(build, 'meson-info', name), encoding='utf-8') as f:
        return json.load(f)


def pkg_config(*words):
    """What pkg-config says as words; None if it does not know."""
    done = subprocess.run(['pkg-config', *words, 'libdpdk'], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False, timeout=60,
                          env=dict(os.environ, PKG_CONFIG_ALLOW_SYSTEM_CFLAGS='1'))
    return shlex.split(done.stdout) if done.returncode == 0 else None


def dpdk_dirs(words):
    """Directories among -I words that have headers of a DPDK."""
    dirs = {os.path.realpath(w[2:]) for w in words if w.startswith('-I')}
    return {d for d in dirs if os.path.exists(os.path.join(d, 'rte_config.h'))}


def moved(build, source):
    then = load(build, 'meson-info.json')['directories']
    for what, key, now in (('the source tree', 'source', source), ('it', 'build', build)):
        if os.path.realpath(then[key]) != os.path.realpath(now):
            yield '%s was at %s then' % (what, then[key])


def lost(build):
    """Paths among the options that are gone; the ones that are given anew at each time excepted."""
    for option in load(build, 'intro-buildoptions.json'):
        if option['name'] != 'pkg_config_path':
            continue
        for path in option['value']:
            if not os.path.isdir(path):
                yield '%s is gone, where a DPDK was then' % path


def other_dpdk(build):
    for dependency in load(build, 'intro-dependencies.json'):
        if dependency['name'] != 'libdpdk':
            continue
        now = pkg_config('--modversion')
        if now is None:
            return  # meson will say so
        if dependency['version'] != now[0]:
            yield 'it is for DPDK %s, and here is %s' % (dependency['version'], now[0])
        then, now = dpdk_dirs(dependency['compile_args']), dpdk_dirs(pkg_config('--cflags') or ())
        if then != now:
            yield 'the headers of its DPDK are %s' % (
                'in ' + ' and '.join(sorted(then)) if then else 'gone')
        return


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('build')
    parser.add_argument('--source', required=True, help='the source tree now')
    parser.add_argument('--dpdk', action='store_true', help='compare with what pkg-config says now')
    args = parser.parse_args()
    try:
        reasons = [*moved(args.build, args.source), *lost(args.build),
                   *(other_dpdk(args.build) if args.dpdk else ())]
    except (OSError, ValueError, KeyError):
        reasons = ['what meson wrote down about it cannot be read']
    print('; '.join(reasons[:1]))


if __name__ == '__main__':
    main()
