# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""What people and programs see of a measurement: JSON, a table, plots."""

import json
import os
import statistics
from xml.sax.saxutils import escape


def spread(values):
    return {'min': round(min(values), 3), 'median': round(statistics.median(values), 3),
            'max': round(max(values), 3)}


def one_case(r):
    """A case as it stands in the JSON file; None if it has no result."""
    ours, peer, floor = (r[k]['rounds'] for k in ('ours', 'peer', 'floor'))
    if not ours or not peer or not floor:
        return None
    pairs = [a / b for a, b in zip(ours, peer)]
    ratio = spread(pairs)
    # Of the medians: two rounds that were disturbed in different ways do not make it wrong.
    ratio['median'] = round(statistics.median(ours) / statistics.median(peer), 4)
    case = {
        'case': r['case'],
        'cache': r['cache'],
        'burst_mode': r['ours_port']['burst_mode'],
        'driver': r['ours_port']['driver'],
        'peer': r['peer_port']['driver'],
        'peer_burst_mode': r['peer_port']['burst_mode'],
        'cycles_per_packet': spread(ours),
        'peer_cycles_per_packet': spread(peer),
        'ratio': ratio,
        'rounds': len(ours),
        'floor_cycles_per_packet': round(statistics.median(floor), 3),
        'simd': r['simd'],
        'quiet': r['quiet'],
        'left_out': {'driver': r['ours']['disturbed'], 'peer': r['peer']['disturbed']},
        'lost': {'driver': r['ours']['lost'], 'peer': r['peer']['lost']},
        'complaints': {'driver': r['ours_port']['complaints'],
                       'peer': r['peer_port']['complaints']},
    }
    for key in ('rx_doorbells_per_burst', 'tx_doorbells_per_burst', 'llq_bytes_per_packet',
                'rx_posted_low'):
        case[key] = {'driver': r['ours_port'][key], 'peer': r['peer_port'][key]}
    for key in ('llc_method', 'llc_probe'):
        if key in r:
            case[key] = r[key]
    return case


def one_program(r):
    """Rounds of both drivers in one of DPDK's own programs, as they stand in the JSON file."""
    ours, peer = r.pop('ours'), r.pop('peer')
    ratio = spread([a / b for a, b in zip(ours, peer)])
    ratio['median'] = round(statistics.median(ours) / statistics.median(peer), 4)
    return dict(r, driver=spread(ours), peer=spread(peer), ratio=ratio, rounds=len(ours))


def fill(document, results):
    """Results of the program into the document."""
    document['tsc_hz'] = next((r['tsc_hz'] for r in results if 'tsc_hz' in r), None)
    document['cases'], document['skipped'], document['control'] = [], [], []
    for r in results:
        if 'role' in r:
            document['control'].append(r)
        elif 'skipped' in r:
            document['skipped'].append(r)
        else:
            case = one_case(r)
            if case is None:
                document['skipped'].append({'case': r['case'], 'cache': r['cache'],
                                            'skipped': 'no packets moved'})
            else:
                document['cases'].append(case)
    document['queues'] = queues(document['cases'])


def queues(cases):
    """Cost of a packet by the number of queues, and how much the last one differs from one."""
    by_name, found = {(c['case'], c['cache']): c for c in cases}, []
    for (name, cache), one in by_name.items():
        row = {'1': one}
        row.update((n, by_name[name + '/q' + n, cache]) for n in ('8', '32')
                   if (name + '/q' + n, cache) in by_name)
        if len(row) < 2:
            continue
        entry = {'case': name, 'cache': cache}
        for key, change in (('cycles_per_packet', 'change'),
                            ('peer_cycles_per_packet', 'peer_change')):
            values = {n: c[key]['median'] for n, c in row.items()}
            entry[key] = values
            entry[change] = round(max(values.values()) / values['1'] - 1, 4)
        found.append(entry)
    return found


def load(path):
    try:
        with open(path, encoding='utf-8') as f:
            return json.load(f)
    except (OSError, ValueError):
        return {}


def save(document, path):
    directory = os.path.dirname(os.path.abspath(path))
    os.makedirs(directory, exist_ok=True)
    with open(path + '.new', 'w', encoding='utf-8') as f:
        json.dump(document, f, indent=1)
        f.write('\n')
    os.replace(path + '.new', path)


# ---- tables -----------------------------------------------------------------------------------


def table(document):
    print('TSC cycles per packet: median (lowest to highest round); %s, DPDK %s'
          % (document['machine']['cpu'], document['machine']['dpdk']))
    print('%-32s %-5s %-22s %-22s %6s %6s  %s' % (
        'case', 'cache', document['driver'], 'peer: ' + document['peer'], 'ratio', 'floor',
        'burst mode'))

    def cell(s):
        return '%.1f (%.1f to %.1f)' % (s['median'], s['min'], s['max'])

    for c in document['cases']:
        print('%-32s %-5s %-22s %-22s %6.2f %6.1f  %s%s' % (
            c['case'], c['cache'], cell(c['cycles_per_packet']), cell(c['peer_cycles_per_packet']),
            c['ratio']['median'], c['floor_cycles_per_packet'], c['burst_mode'],
            '' if c['quiet'] else '  (busy machine)'))
    whys = {}
    for s in document['skipped']:
        whys.setdefault(s['skipped'], []).append('%s@%s' % (s['case'], s['cache']))
    for why, names in whys.items():
        print('not measured, %s: %s' % (why, ', '.join(names)))
    for q in document['queues']:
        print('%s@%s at %s queues: %s cycles, %+.0f %%; %s: %s, %+.0f %%' % (
            q['case'], q['cache'], ', '.join(q['cycles_per_packet']),
            ', '.join('%.1f' % n for n in q['cycles_per_packet'].values()), q['change'] * 100,
            document['peer'], ', '.join('%.1f' % n for n in q['peer_cycles_per_packet'].values()),
            q['peer_change'] * 100))
    for c in document['control']:
        print('%s: start %s; %.0f bytes of DPDK memory for a pair of queues' % (
            c['driver'], ', '.join('%s: %.1f ms' % (q + (' queue' if q == '1' else ' queues'), ms)
                                   for q, ms in c['start_ms'].items()), c['bytes_per_queue_pair']))


def programs_table(document):
    for key, title, name in (
            ('end_to_end',
             'dpdk-testpmd, 64 bytes, LLQ 128: Mpps, median (lowest to highest round)', 'forward'),
            ('pmd_perf', 'pmd_perf_autotest of dpdk-test: TSC cycles per packet', 'measured')):
        part = document[key]
        print('\n' + title)
        if part['skipped']:
            print('not measured, %s' % part['skipped'])
        for r in part['results']:
            print('%-8s %-28s %-28s ratio %.2f (%.2f to %.2f)' % (
                r[name],
                *('%s %.2f (%.2f to %.2f)' % (who, s['median'], s['min'], s['max'])
                  for who, s in ((document['driver'], r['driver']), (document['peer'], r['peer']))),
                r['ratio']['median'], r['ratio']['min'], r['ratio']['max']))


def markdown(document, path):
    """The table of a run as Markdown: medians, and the range of the rounds."""
    lines = ['| case | cache | %s | %s | ratio | floor | burst mode |'
             % (document['driver'], document['peer']), '|---|---|---|---|---|---|---|']
    for c in document['cases']:
        ours, peer = c['cycles_per_packet'], c['peer_cycles_per_packet']
        lines.append('| `%s` | %s | %.1f (%.1f to %.1f) | %.1f (%.1f to %.1f) | %.2f | %.1f | %s |'
                     % (c['case'], c['cache'], ours['median'], ours['min'], ours['max'],
                        peer['median'], peer['min'], peer['max'], c['ratio']['median'],
                        c['floor_cycles_per_packet'], c['burst_mode']))
    with open(path, 'w', encoding='utf-8') as f:
        f.write('\n'.join(lines) + '\n')


def instructions_table(document):
    print('instructions per packet (callgrind)')
    print('%-32s %10s %10s %6s %6s' %
          ('case', document['driver'], document['peer'], 'ratio', 'floor'))
    for c in document['instructions']:
        n = {role: c[role]['instructions_per_packet'] for role in ('ours', 'peer', 'floor')
             if role in c}
        if len(n) < 3:
            print('%-32s no packets moved' % c['case'])
            continue
        print('%-32s %10.1f %10.1f %6.2f %6.1f' % (c['case'], n['ours'], n['peer'],
                                                   n['ours'] / n['peer'], n['floor']))
        for role in ('ours', 'peer'):
            for f in c[role]['functions']:
                print('    %-10s %8.1f  %s (%s)' % (
                    document['driver'] if role == 'ours' else document['peer'], f['per_packet'],
                    f['function'], f['library']))


# ---- plots --------------------------------------------------------------------------------------

#: Options of a case that limit the vectors of our driver.
SIMD = ('scalar', 'avx2', 'avx512')
COLOURS = {'driver': '#0b6e4f', 'peer': '#c8553d', 'floor': '#9aa0a6'}
LEFT, TOP, WIDTH = 260, 64, 900
#: Height of a bar and of the gap between cases; the second for many cases: a plot fits on a page.
WIDE, NARROW, MANY = (14, 16), (10, 8), 14


def plot(title, cases, document, path):
    """Horizontal bars: ours, peer and floor of each case; the thin line is the spread."""
    longest = max(c[key]['max'] for c in cases for key in ('cycles_per_packet',
                                                           'peer_cycles_per_packet'))
    # One disturbed round must not shrink all bars.
    longest = min(longest, 1.3 * max(c[key]['median'] for c in cases
                                     for key in ('cycles_per_packet', 'peer_cycles_per_packet')))
    scale = (WIDTH - LEFT - 90) / longest
    bar, gap = NARROW if len(cases) > MANY else WIDE
    height = TOP + len(cases) * (3 * bar + gap) + 20
    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" '
           'font-family="sans-serif" font-size="12">' % (WIDTH, height, WIDTH, height),
           '<rect width="100%" height="100%" fill="#ffffff"/>',
           '<text x="12" y="22" font-size="16">%s</text>' % escape(title)]
    x = 12
    for key, name in (('driver', document['driver']), ('peer', document['peer']),
                      ('floor', 'memory-touch floor')):
        out.append('<rect x="%d" y="36" width="12" height="12" fill="%s"/>' % (x, COLOURS[key]))
        out.append('<text x="%d" y="46">%s</text>' % (x + 18, escape(name)))
        x += 40 + 8 * len(name)
    out.append('<text x="%d" y="46" text-anchor="end">TSC cycles per packet</text>' % (WIDTH - 12))
    y = TOP
    for c in cases:
        label = c['case'] + ('' if c['cache'] == 'warm' else ' (%s)' % c['cache'])
        out.append('<text x="%d" y="%d" text-anchor="end">%s</text>'
                   % (LEFT - 10, y + 2 * bar - 3, escape(label)))
        bars = (('driver', c['cycles_per_packet']), ('peer', c['peer_cycles_per_packet']),
                ('floor', {'median': c['floor_cycles_per_packet']}))
        for key, value in bars:
            length = value['median'] * scale
            out.append('<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>'
                       % (LEFT, y, length, bar - 2, COLOURS[key]))
            end = length
            if 'min' in value:
                low, high = (min(value[k], longest) * scale for k in ('min', 'max'))
                end = max(end, high)
                out.append('<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#202124"/>'
                           % (LEFT + low, y + bar // 2 - 1, LEFT + high, y + bar // 2 - 1))
            text = '%.1f' % value['median']
            if key == 'driver':
                text += '  (ratio %.2f)' % c['ratio']['median']
            out.append('<text x="%.1f" y="%d" font-size="%d">%s</text>'
                       % (LEFT + end + 5, y + bar - (4 if bar > 12 else 2), min(11, bar), text))
            y += bar
        y += gap
    out.append('</svg>')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('\n'.join(out) + '\n')


def plots(document, directory):
    """One file for each question that the cases can answer."""
    os.makedirs(directory, exist_ok=True)
    cases = document['cases']

    def words(c):
        return c['case'].split('/')

    def plain(c):
        return len(words(c)) == 4

    def vectors(c):
        return words(c)[-1] in SIMD

    chosen = (
        ('headline', 'Bursts of 32, frames of 64 bytes',
         [c for c in cases if plain(c) and words(c)[2:] == ['64', '32'] and c['cache'] == 'warm']),
        ('caches', 'Where the rings and mbuf headers are',
         [c for c in cases if plain(c) and words(c)[2:] == ['64', '32'] and c['cache'] != 'warm']),
        ('sizes', 'Frame sizes, bursts of 32',
         [c for c in cases if plain(c) and words(c)[3] == '32' and c['cache'] == 'warm']),
        ('bursts', 'Burst sizes, frames of 64 bytes',
         [c for c in cases if plain(c) and words(c)[2] == '64' and c['cache'] == 'warm']),
        ('options', 'Offloads, segments, pools, queues',
         [c for c in cases if not plain(c) and not vectors(c) and c['cache'] == 'warm']),
        ('simd', 'With vectors and without',
         [c for c in cases if words(c)[2:4] == ['64', '32'] and c['cache'] == 'warm' and (
             vectors(c) or plain(c) and any(v['case'].startswith(c['case'] + '/') and vectors(v)
                                            for v in cases))]),
    )
    for name, title, some in chosen:
        if some:
            plot(title, some, document, os.path.join(directory, 'bench-%s.svg' % name))
