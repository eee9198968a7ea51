# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Instructions per packet: ena-bench-app under callgrind, and what callgrind wrote."""

import os
import re


def valgrind(where):
    """Command line of valgrind: collect in the measured calls, write a file at each mark."""
    return ['valgrind', '--tool=callgrind', '--fair-sched=yes', '--quiet',
            '--toggle-collect=bench_call_*', '--zero-before=bench_mark_begin',
            '--dump-before=bench_mark_end', '--callgrind-out-file=' + os.path.join(where, 'out')]


def read_dump(path):
    """@return all instructions, and by function those of the function itself"""
    names, own = {}, {}
    total, function, library, skip = 0, None, '', False
    libraries = {}

    def named(table, text):
        number, _, name = text.partition(')')
        if name.strip():
            table[number] = name.strip()
        return table.get(number, '?')

    with open(path, encoding='utf-8', errors='replace') as f:
        for line in f:
            if line.startswith('summary:'):
                total = int(line.split()[1])
            elif line.startswith('ob='):
                library = os.path.basename(named(libraries, line[3:]))
            elif line.startswith('fn='):
                function = (library, named(names, line[3:]))
            elif line.startswith('cob='):
                named(libraries, line[4:])
            elif line.startswith('cfn='):
                named(names, line[4:])
            elif line.startswith('calls='):
                skip = True
            elif re.match(r'[+\-*\d]', line):
                if not skip and function is not None:
                    own[function] = own.get(function, 0) + int(line.split()[1])
                skip = False
    return total, own


def counts(where, results, functions):
    """
    Instructions per packet for each case. The cost of the wrapper function around a call, seen
    in calls of nothing, is taken off.
    """
    marks = [r for r in results if r.get('mark')]
    found, wrapper = {}, 0.0
    for i, mark in enumerate(marks):
        total, own = read_dump(os.path.join(where, 'out.%d' % (i + 1)))
        if mark['role'] == 'none':
            wrapper = total / mark['calls']
            continue
        case = found.setdefault(mark['case'], {'case': mark['case']})
        packets = mark['packets']
        if packets == 0:
            continue
        calls = mark['calls'] * (2 if mark['case'].startswith('fwd/') and mark['role'] != 'floor'
                                 else 1)
        top = sorted(own.items(), key=lambda item: -item[1])[:functions]
        case[mark['role']] = {
            'driver': mark['driver'], 'burst_mode': mark['burst_mode'],
            'instructions_per_packet': round((total - wrapper * calls) / packets, 1),
            'functions': [{'library': lib, 'function': name, 'per_packet': round(n / packets, 1)}
                          for (lib, name), n in top if n / packets >= 0.1]}
    return list(found.values())
