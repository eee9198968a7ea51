# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
ena-bench and step mode. No test here looks at a time: a busy machine must not fail them. What
does not depend on time (packets, doorbells, bytes of device memory) is checked.
"""

import json
import os
import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from lib.patience import limit
from lib.softena import Port

pytestmark = pytest.mark.only('net_ena_pmd', why='ena-bench runs both drivers by itself')

CASES = ('rx/llq128/64/32', 'tx/host/64/32', 'tx/llq128/64/32', 'fwd/llq128/64/32',
         'tx/llq128/1518/32/seg4', 'rx/llq128/9000/32/scatter', 'rx/llq128/64/32@cold',
         'rx/llq128/64/32/scalar')


def script(env):
    path = env.program('app', 'ena-bench', 'ena-bench')
    if not os.path.exists(path):
        pytest.skip('ena-bench is not built')
    if env.sanitizers:
        pytest.skip('an instrumented driver is not measured')
    return path


def bench(env, *args, timeout=100):
    words = ['/usr/bin/python3', script(env), *map(str, args)]
    if env.prefix:
        words += ['--dpdk-prefix', env.prefix]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL) as child:
        try:
            out, _ = child.communicate(timeout=limit(timeout))
        except BaseException:
            # It takes down what runs below it: nothing is left behind for the next test.
            child.terminate()
            child.communicate(timeout=limit(20))
            raise
    return subprocess.CompletedProcess(words, child.returncode, out)


@pytest.fixture(scope='module')
def measured(env, tmp_path_factory):
    where = tmp_path_factory.mktemp('bench')
    done = bench(env, '--cases', ','.join(CASES), '--rounds', 9, '--packets', 2048, '--quiet-ms', 1,
                 '--json', where / 'bench.json')
    if "DPDK's own driver" in done.stdout and done.returncode:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout
    with open(where / 'bench.json', encoding='utf-8') as f:
        document = json.load(f)
    document['text'], document['where'] = done.stdout, where
    return document


def test_every_case_is_in_the_file_with_all_its_numbers(measured):
    assert measured['skipped'] == []
    assert ['%s@%s' % (c['case'], c['cache']) if c['cache'] != 'warm' else c['case']
            for c in measured['cases']] == list(CASES)
    for c in measured['cases']:
        assert c['driver'] == 'net_ena_pmd' and c['peer'] == 'net_ena', c
        assert c['burst_mode'] and c['rounds'] == 9, c
        assert c['floor_cycles_per_packet'] > 0, c
        for key in ('cycles_per_packet', 'peer_cycles_per_packet', 'ratio'):
            s = c[key]
            assert 0 < s['min'] <= s['max'] and s['median'] > 0, (key, c)
        median = c['cycles_per_packet']['median'] / c['peer_cycles_per_packet']['median']
        assert abs(c['ratio']['median'] - median) < 0.01, c


def test_no_packet_is_lost_and_no_driver_errs_while_it_is_measured(measured):
    for c in measured['cases']:
        assert c['lost'] == {'driver': 0, 'peer': 0}, c
        assert c['complaints'] == {'driver': 0, 'peer': 0}, c


def by_name(measured, name):
    return next(c for c in measured['cases'] if c['case'] == name and c['cache'] == 'warm')


def test_a_tx_burst_rings_one_doorbell(measured):
    for name in ('tx/host/64/32', 'tx/llq128/64/32', 'fwd/llq128/64/32'):
        assert by_name(measured, name)['tx_doorbells_per_burst']['driver'] == 1, name


def test_a_short_packet_takes_one_entry_of_device_memory(measured):
    assert by_name(measured, 'tx/llq128/64/32')['llq_bytes_per_packet']['driver'] == 128
    assert by_name(measured, 'tx/host/64/32')['llq_bytes_per_packet']['driver'] is None


def test_the_rx_ring_is_kept_full(measured):
    assert by_name(measured, 'rx/llq128/64/32')['rx_posted_low']['driver'] >= 0.97


def test_our_driver_is_held_to_scalar_functions_by_the_name_of_a_case(measured):
    scalar = by_name(measured, 'rx/llq128/64/32/scalar')
    assert scalar['simd'] == 64 and scalar['burst_mode'].startswith('Scalar'), scalar
    assert by_name(measured, 'rx/llq128/64/32')['simd'] > 64


def test_the_last_level_cache_is_reached_or_it_is_said_why_not(env, measured):
    where = measured['where'] / 'llc.json'
    done = bench(env, '--cases', 'rx/llq128/64/32@llc', '--rounds', 1, '--packets', 1024,
                 '--quiet-ms', 1, '--json', where)
    with open(where, encoding='utf-8') as f:
        document = json.load(f)
    if not document['cases']:
        assert 'not measured' in done.stdout and document['skipped'][0]['skipped'], done.stdout
        return
    case, = document['cases']
    probe = case['llc_probe']
    assert case['llc_method'] in ('cldemote', 'eviction')
    assert probe['level_before'] < probe['reached'] < probe['memory'], probe


def test_plots_are_well_formed_and_show_every_plain_case(measured):
    root = ElementTree.parse(measured['where'] / 'bench-headline.svg').getroot()
    text = ' '.join(e.text or '' for e in root.iter() if e.tag.endswith('text'))
    for name in ('rx/llq128/64/32', 'tx/host/64/32', 'net_ena_pmd', 'memory-touch floor'):
        assert name in text, name


def test_the_table_names_every_case(measured):
    for name in CASES:
        assert name.partition('@')[0] in measured['text'], name


@pytest.mark.bounded(240)
def test_whole_programs_move_packets_with_both_drivers_or_it_is_said_why_not(env, measured):
    where = measured['where'] / 'programs.json'
    done = bench(env, '--testpmd', '--rounds', 1, '--memory', 512, '--json', where, timeout=200)
    assert done.returncode == 0, done.stdout
    with open(where, encoding='utf-8') as f:
        document = json.load(f)
    for key, program, what in (
            ('end_to_end', 'dpdk-testpmd', ['io', 'mac', 'csum']),
            ('pmd_perf', 'dpdk-test', ['rxonly', 'txonly', 'rxtx'])):
        part = document[key]
        if part['skipped']:
            # Only for want of something on this machine, never because a program failed.
            assert part['skipped'] in ('the device needs a CPU of its own',
                                       program + ' is not installed'), part['skipped']
            assert part['skipped'] in done.stdout
            continue
        assert [r.get('forward') or r.get('measured') for r in part['results']] == what
        for r in part['results']:
            assert r['driver']['min'] > 0 and r['peer']['min'] > 0 and r['ratio']['median'] > 0, r


@pytest.mark.bounded(240)
def test_callgrind_counts_instructions_on_a_cpu_with_few_of_them(env, tmp_path):
    """
    The program has to run on the CPU that callgrind shows it, one without RDTSCP for example. Our
    driver alone: DPDK's own may crash when its device is as slow as on a busy machine here.
    """
    if not shutil.which('valgrind'):
        pytest.skip('valgrind is not installed')
    where = tmp_path / 'callgrind.json'
    done = bench(env, '--callgrind', '--peer', 'self', '--cases', 'rx/llq128/64/32',
                 '--json', where, timeout=200)
    assert done.returncode == 0, done.stdout
    with open(where, encoding='utf-8') as f:
        case, = json.load(f)['instructions']
    for role in 'ours', 'peer', 'floor':
        assert case[role]['instructions_per_packet'] > 0, case


def test_patterns_select_among_the_listed_cases(env):
    listed = bench(env, '--list').stdout.split()
    assert 'tx/llq256/1518/256@llc' in listed and 'fwd/host/64/32/q8@warm' in listed
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize('case', ('rx/llq128/64', 'rx/llq128/64/32/nonsense', 'up/llq128/64/32',
                                  'rx/llq128/64/32@tepid', 'rx/llq128/1/32', 'rx/llq128/64/0'))
def test_a_case_that_is_not_understood_is_refused_by_its_name(env, case):
    done = bench(env, '--cases', case)
    assert done.returncode != 0 and case.partition('@')[0] in done.stdout, done.stdout


def test_without_step_mode_the_program_says_what_to_do(env, softena):
    script(env)
    app = env.program('app', 'ena-bench', 'ena-bench-app')
    run = softena([Port(wire='sink'), Port(wire='sink')])
    done = run.run([app, *env.eal_args(), '--', '--pair', 'host,0000:00:05.0,0000:00:06.0',
                    '--case', 'tx/host/64/32'])
    assert done.returncode != 0 and '--step' in done.stdout


def test_in_step_mode_nothing_moves_that_nobody_asked_for(testpmd):
    """testpmd knows nothing of steps: it starts, sees the link, and no packet moves."""
    pmd = testpmd([Port(wire='gen:size=64'), Port(wire='sink')], options=['--step'])
    assert pmd.link_is_up()
    pmd.cmd('start tx_first')
    pmd.cmd('stop')
    assert re.search(r'TX-packets: 32\b', pmd.output()), 'testpmd has not sent anything'
    for port in (0, 1):
        seen = pmd.stats(port)
        assert seen['rx_pkts'] == 0 and seen['tx_pkts'] == 0, seen
