#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Cycles per packet of this project's driver and of DPDK's own, side by side on software ENA ports.

Starts ena-bench-app below softena-run --step and turns what it measures into a table, plots and a
JSON file. How it measures and what the numbers mean: doc/performance.md.
"""

import argparse
import fnmatch
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import ena_bench_callgrind as callgrind  # noqa: E402
import ena_bench_end_to_end as end_to_end  # noqa: E402
import ena_bench_report as report  # noqa: E402

#: Keys of the device that make a mode; each mode has two ports that differ in their id alone.
MODES = {
    'host': 'feature-llq=off',
    'llq128': 'llq-entry-sizes=128,llq-recommended=128',
    'llq256': 'llq-entry-sizes=256,llq-recommended=256,llq-wide-depth=1024',
}
DEVICE = 'tx-queues=32,rx-queues=32,llq-num=32'
#: net_ena takes the second id only, net_ena_pmd both: so each gets a port of its own.
OUR_ID, PEER_ID = '0x0ec2', '0xec20'
OURS = 'net_ena_pmd'

PORT_ADDRESS = '0000:00:%02x.0'

ATTEMPTS = 4

CACHES = ('warm', 'llc', 'cold')
KINDS = ('rx', 'tx', 'fwd')
HEADLINES = ('rx/llq128/64/32', 'tx/host/64/32', 'tx/llq128/64/32', 'fwd/host/64/32',
             'fwd/llq128/64/32')


def full_cases():
    """Every case that --cases can select by a pattern, as (case, cache)."""
    names = ['%s/%s/%d/%d' % (kind, mode, size, burst) for kind in KINDS for mode in MODES
             for size in (64, 256, 1518, 9000) for burst in (4, 32, 256)]
    for option in ('csum', 'rss', 'nocache', 'q8', 'q32'):
        names += ['rx/llq128/64/32/' + option]
    names += ['rx/llq128/9000/32/scatter']
    for mode in MODES:
        names += [
            'tx/%s/64/32/%s' % (mode, o) for o in ('csum', 'slowfree', 'nocache', 'q8', 'q32')]
        names += ['tx/%s/1518/32/%s' % (mode, o) for o in ('seg2', 'seg4')]
        names += ['tx/%s/9000/32/%s' % (mode, o) for o in ('tso', 'tso/seg5')]
        names += ['fwd/%s/64/32/%s' % (mode, o) for o in ('csum', 'rss', 'nocache', 'q8', 'q32')]
        names += ['fwd/%s/9000/32/scatter' % mode]
    names += ['%s/%s' % (name, simd) for simd in report.SIMD for name in HEADLINES]
    return [(name, cache) for name in names for cache in CACHES]


def default_cases():
    warm = list(HEADLINES)
    warm += ['rx/llq128/%d/32' % size for size in (256, 1518, 9000)]
    warm += [
        'tx/%s/%d/32' % (mode, size) for mode in ('host', 'llq128') for size in (256, 1518, 9000)]
    warm += ['tx/llq256/64/32', 'tx/llq256/1518/32', 'fwd/llq256/64/32']
    warm += ['%s/64/%d' % (k, burst) for k in ('rx/llq128', 'tx/host', 'tx/llq128', 'fwd/llq128')
             for burst in (4, 256)]
    warm += ['rx/llq128/64/32/' + o for o in ('csum', 'rss', 'nocache', 'q8', 'q32')]
    warm += ['rx/llq128/9000/32/scatter']
    warm += ['tx/llq128/64/32/' + o for o in ('csum', 'slowfree', 'nocache', 'q8', 'q32')]
    warm += ['tx/%s/1518/32/seg4' % mode for mode in ('host', 'llq128')]
    warm += ['tx/%s/9000/32/tso/seg5' % mode for mode in ('host', 'llq128')]
    warm += ['fwd/llq128/64/32/csum', 'fwd/llq128/64/32/q8', 'fwd/llq128/64/32/q32']
    warm += [name + '/scalar' for name in HEADLINES]
    llc = ['%s/64/32/%s' % (k, q) for k in ('rx/llq128', 'tx/llq128', 'fwd/llq128')
           for q in ('q8', 'q32')]
    return [(name, 'warm') for name in warm] + [(name, cache) for cache in ('llc', 'cold')
                                                for name in HEADLINES] + [(n, 'llc') for n in llc]


def quick_cases():
    return [(name, 'warm') for name in HEADLINES] + [('rx/llq128/64/32', 'cold'),
                                                     ('tx/llq128/64/32', 'cold')]


def selected_cases(args):
    if not args.cases:
        return quick_cases() if args.quick else default_cases()
    chosen = []
    for pattern in args.cases.split(','):
        if not any(c in pattern for c in '*?['):
            name, _, cache = pattern.partition('@')
            chosen.append((name, cache or 'warm'))
            continue
        name, _, cache = pattern.partition('@')
        chosen += [(n, c) for n, c in full_cases()
                   if fnmatch.fnmatchcase(n, name) and fnmatch.fnmatchcase(c, cache or 'warm')]
    if not chosen:
        sys.exit('ena-bench: no case is like %s; --list shows all' % args.cases)
    return list(dict.fromkeys(chosen))


# ---- where things are ----------------------------------------------------------------------


class Setup:
    """Programs of a build directory, and the DPDK that they were built against."""

    def __init__(self, build, prefix):
        self.build = build
        self.prefix = prefix
        self.run = os.path.join(build, 'app', 'softena-run', 'softena-run')
        self.app = os.path.join(build, 'app', 'ena-bench', 'ena-bench-app')
        self.preload = os.path.join(build, 'app', 'ena-bench', 'libena_bench_preload.so')
        self.plugin_dir = os.path.join(build, 'drivers', 'net', 'ena')
        for path in (self.run, self.app, os.path.join(self.plugin_dir, 'librte_net_ena_pmd.so')):
            if not os.path.exists(path):
                sys.exit('ena-bench: %s is not built: meson compile -C %s' % (path, build))
        self.version = self._version()
        self.peer_library = self._peer_library()

    def program(self, name):
        """Path of one of DPDK's programs, or None if it is not installed."""
        where = os.path.join(self.prefix, 'bin') if self.prefix else None
        return shutil.which(name, path=where)

    def _libdirs(self):
        found = glob.glob(os.path.join(self.prefix, '**', 'librte_eal.so.*'), recursive=True)
        return sorted({os.path.dirname(path) for path in found})

    def _version(self):
        out = subprocess.run(['pkg-config', '--modversion', 'libdpdk'], text=True, check=False,
                             env=self.pkg_env(), stdout=subprocess.PIPE).stdout
        return out.strip() or 'unknown'

    def pkg_env(self):
        env = dict(os.environ)
        if self.prefix:
            dirs = glob.glob(os.path.join(self.prefix, '**', 'pkgconfig'), recursive=True)
            env['PKG_CONFIG_PATH'] = ':'.join(dirs)
        return env

    def _peer_library(self):
        """DPDK's own driver by the name of its file: loaded with -d, before ours."""
        if self.prefix:
            roots = [self.prefix]
        else:
            roots = glob.glob('/usr/lib/*/dpdk') + ['/usr/local/lib']
        for root in roots:
            for path in sorted(glob.glob(os.path.join(root, '**', 'librte_net_ena.so.*'),
                                         recursive=True)):
                if re.search(r'\.so\.\d+$', path):
                    return path
        return None

    def env(self):
        env = dict(os.environ, LC_ALL='C')
        paths = [self.plugin_dir]
        if self.prefix:
            paths += self._libdirs()
        if self.peer_library:
            paths.append(os.path.dirname(self.peer_library))
        if env.get('LD_LIBRARY_PATH'):
            paths.append(env['LD_LIBRARY_PATH'])
        env['LD_LIBRARY_PATH'] = ':'.join(paths)
        return env


def meson_info(build, name):
    with open(os.path.join(build, 'meson-info', name), encoding='utf-8') as f:
        return json.load(f)


def is_against(prefix, version, build):
    """Whether the build directory is one for the DPDK of this version under the prefix."""
    below = os.path.realpath(prefix) + os.sep
    return any(d['name'] == 'libdpdk' and d['version'] == version
               and any(w.startswith('-I') and os.path.realpath(w[2:]).startswith(below)
                       for w in d['compile_args'])
               for d in meson_info(build, 'intro-dependencies.json'))


def build_against(prefix, build):
    """The build directory, or one of its own, for a DPDK that is installed elsewhere."""
    source = meson_info(build, 'meson-info.json')['directories']['source']
    env = dict(os.environ)
    dirs = glob.glob(os.path.join(prefix, '**', 'pkgconfig'), recursive=True)
    if not dirs:
        sys.exit('ena-bench: no libdpdk.pc below %s' % prefix)
    env['PKG_CONFIG_PATH'] = ':'.join(dirs)
    version = subprocess.run(['pkg-config', '--modversion', 'libdpdk'], env=env, check=False,
                             stdout=subprocess.PIPE, text=True).stdout.strip()
    if is_against(prefix, version, build):
        return build
    # meson does not notice if another DPDK is installed there, or if this one moves.
    key = prefix + version
    where = os.path.join(build, 'bench', 'dpdk-%s-%08x' % (
        os.path.basename(os.path.normpath(prefix)), zlib.crc32(key.encode())))
    meson = '/usr/bin/meson' if os.path.exists('/usr/bin/meson') else 'meson'
    if not os.path.exists(os.path.join(where, 'build.ninja')):
        subprocess.run([meson, 'setup', where, source, '-Dtests=false', '-Ddriver=enabled'],
                       env=env, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['ninja', '-C', where], env=env, check=True, stdout=subprocess.DEVNULL)
    return where


# ---- running ---------------------------------------------------------------------------------


def eal(setup, args, lcores, drivers):
    """EAL's part of a command line."""
    words = ['--lcores', lcores, '-m', str(args.memory), '--no-telemetry', '--file-prefix',
             'ena-bench-%d' % os.getpid(), '--log-level', '4']
    if not args.huge:
        words.append('--no-huge')
    if args.simd:
        words.append('--force-max-simd-bitwidth=%d' % args.simd)
    for library in drivers:
        words += ['-d', library]
    return words


def libraries(setup, args):
    """Both drivers; DPDK's own is loaded first, so EAL offers each device to it first."""
    peer = [] if args.peer == 'self' else [os.path.basename(setup.peer_library)]
    return peer + ['librte_net_ena_pmd.so']


def command(setup, args, modes, app_args, before=()):
    """The command: softena-run with two ports for each mode, and ena-bench-app as its command."""
    cpus = sorted(os.sched_getaffinity(0))
    words = [setup.run, '--step', '--cpu', str(cpus[-1])]
    pairs, number = [], 5
    for mode in modes:
        addresses = []
        for device in (OUR_ID, PEER_ID if args.peer != 'self' else OUR_ID):
            address = PORT_ADDRESS % number
            number += 1
            words += ['--port', 'addr=%s,device-id=%s,%s,%s,wire=sink'
                      % (address, device, DEVICE, MODES[mode])]
            addresses.append(address)
        pairs += ['--pair', '%s,%s' % (mode, ','.join(addresses))]
    words += ['--', *before, setup.app]
    words += eal(setup, args, '0@%d' % cpus[0], libraries(setup, args))
    return words + ['--'] + pairs + app_args


def run(setup, args, cases, extra, before=(), limit=3600):
    """Run the program; its results, one object per line."""
    modes = list(dict.fromkeys(name.split('/')[1] for name, _ in cases))
    for mode in modes:
        if mode not in MODES:
            sys.exit('ena-bench: mode %s is none of %s' % (mode, ', '.join(MODES)))
    with tempfile.TemporaryDirectory(prefix='ena-bench-') as scratch:
        out = os.path.join(scratch, 'out')
        app_args = ['--out', out] + extra
        for name, cache in cases:
            app_args += ['--case', '%s@%s' % (name, cache)]
        words = command(setup, args, modes, app_args, before)
        if args.verbose:
            print(' '.join(words), file=sys.stderr)
        for attempt in range(ATTEMPTS):
            try:
                status, printed = end_to_end.run_bounded(words, setup.env(), limit, '')
            except end_to_end.Failed as e:
                sys.exit('ena-bench: ' + str(e))
            # On a machine that is far too busy the device answers after the time-out of a driver.
            if status == 0 or 'timed out' not in printed:
                break
            if attempt + 1 < ATTEMPTS:
                print('ena-bench: this machine is busy, once more', file=sys.stderr)
        text = open(out, encoding='utf-8').read() if os.path.exists(out) else ''
        if status != 0:
            sys.exit('ena-bench: the measurement failed (exit %d):\n%s' % (status, printed[-4000:]))
        for line in printed.splitlines():
            if args.verbose or line.startswith('ena-bench:'):
                print(line, file=sys.stderr)
    return [json.loads(line) for line in text.splitlines()]


def device_thread(setup, args, cpu, ports, wire):
    """softena-run without step mode, its device thread on @p cpu; @p ports: device ids."""
    words = [setup.run, '--cpu', str(cpu)]
    for i, device in enumerate(ports):
        # pmd_perf_autotest only stops a port whose NUMA node is that of the test.
        words += ['--port', 'addr=%s,device-id=%s,numa=0,%s,%s,wire=%s' % (
            PORT_ADDRESS % (5 + i), device, DEVICE, MODES['llq128'], wire)]
    return words + ['--']


def run_testpmd(setup, args, cpus):
    program = setup.program('dpdk-testpmd')
    words = device_thread(setup, args, cpus[-1], (OUR_ID, PEER_ID), 'gen:size=64,move=64')
    words += [program] + eal(setup, args, '0@%d,1@%d' % (cpus[0], cpus[0]), libraries(setup, args))
    words += ['--', '-i', '--nb-cores=1', '--total-num-mbufs=16384', '--port-topology=loop',
              '--txd=1024', '--rxd=1024', '--burst=32']
    return end_to_end.testpmd(words, setup.env(), args.rounds or 9, 0.5)


def run_pmd_perf(setup, args, cpus):
    program = setup.program('dpdk-test')
    found = {'ours': [], 'peer': []}
    env = dict(setup.env(), LD_PRELOAD=setup.preload)
    for i in range(min(args.rounds or 3, 3)):
        for role in (('ours', 'peer') if i % 2 == 0 else ('peer', 'ours')):
            device = OUR_ID if role == 'ours' else PEER_ID
            words = device_thread(setup, args, cpus[-1], (device,), 'loopback:lossless')
            # The polling lcore has a CPU of its own; the main lcore shares one with the device.
            words += [program] + eal(setup, args, '0@%d,1@%d' % (cpus[-1], cpus[0]),
                                     libraries(setup, args))
            found[role].append(end_to_end.pmd_perf(words, env))
    return [dict({role: [one[anchor] for one in found[role]] for role in found}, measured=anchor)
            for anchor in end_to_end.ANCHORS]


def whole_programs(setup, args, document):
    """Results of dpdk-testpmd and dpdk-test, or why there are none."""
    cpus = sorted(os.sched_getaffinity(0))
    for key, program, measure in (('end_to_end', 'dpdk-testpmd', run_testpmd),
                                  ('pmd_perf', 'dpdk-test', run_pmd_perf)):
        results, why = [], None
        if len(cpus) < 2:
            why = 'the device needs a CPU of its own'
        elif args.peer == 'self':
            why = 'only with two drivers'
        elif setup.program(program) is None:
            why = program + ' is not installed'
        else:
            try:
                results = measure(setup, args, cpus)
            except end_to_end.Failed as e:
                why = str(e)
        document[key] = {'results': [report.one_program(r) for r in results], 'skipped': why}


def check_drivers(results, peer):
    """Each port must have the driver that it is named after."""
    for r in results:
        if 'ours_port' not in r:
            continue
        got = r['ours_port']['driver'], r['peer_port']['driver']
        want = OURS, peer
        if got != want:
            sys.exit('ena-bench: the ports have the drivers %s and %s, not %s and %s' %
                     (got + want))


def machine(setup):
    cpu = 'unknown'
    with open('/proc/cpuinfo', encoding='utf-8') as f:
        for line in f:
            if line.startswith('model name'):
                cpu = line.split(':', 1)[1].strip()
                break
    return {'cpu': cpu, 'cpus': os.cpu_count(), 'kernel': os.uname().release,
            'arch': os.uname().machine, 'dpdk': setup.version}


def arguments():
    parser = argparse.ArgumentParser(
        prog='ena-bench', description='Cycles per packet of net_ena_pmd and of DPDK\'s own driver.',
        epilog='A case is KIND/MODE/BYTES/BURST[/OPTION...][@CACHE]: rx|tx|fwd / '
        'host|llq128|llq256; options csum tso rss scatter slowfree nocache qN segN, and '
        'for the vectors of ours scalar avx2 avx512; cache warm llc cold.')
    parser.add_argument('--peer', default='net_ena', choices=('net_ena', 'self'),
                        help='the driver that ours is compared with; self: with itself, '
                             'to see the noise')
    parser.add_argument('--cases', metavar='PATTERN',
                        help='cases or patterns, with commas between, as "rx/*/64/32*@*"')
    parser.add_argument('--list', action='store_true',
                        help='list the cases that patterns select from')
    parser.add_argument('--rounds', type=int, metavar='N',
                        help='rounds of each driver (default 15)')
    parser.add_argument('--packets', type=int, metavar='N',
                        help='packets of a round (default 16384)')
    parser.add_argument('--quick', action='store_true', help='few cases and short rounds: seconds')
    parser.add_argument('--full', action='store_true',
                        help='all cases of doc/performance.md and whole programs: minutes (default '
                        'with any other option)')
    parser.add_argument('--json', metavar='FILE',
                        help='default: bench/bench.json in the build directory')
    parser.add_argument('--svg', metavar='DIR', help='plots (default: beside the JSON file)')
    parser.add_argument('--markdown', metavar='FILE', help='the table for a document, too')
    parser.add_argument('--callgrind', action='store_true',
                        help='instructions per packet instead of cycles (needs valgrind)')
    parser.add_argument('--testpmd', action='store_true',
                        help='whole programs instead: forwarding rates of dpdk-testpmd and what '
                             'pmd_perf_autotest of dpdk-test says (needs two CPUs)')
    parser.add_argument('--functions', type=int, default=8, metavar='N',
                        help='with --callgrind: functions to show for each driver (default 8)')
    parser.add_argument('--dpdk-prefix', metavar='DIR',
                        help='build and measure against the DPDK that is installed there')
    parser.add_argument('--build', metavar='DIR', default=os.path.dirname(os.path.dirname(HERE)),
                        help='build directory (default: the one that this script is in)')
    parser.add_argument('--huge', action='store_true', help='use hugepages')
    parser.add_argument(
        '--simd', type=int, choices=(64, 128, 256, 512), metavar='BITS',
        help='widest vectors that drivers may use (--force-max-simd-bitwidth of EAL); '
        'only ours has any')
    parser.add_argument('--memory', type=int, default=2048, metavar='MB',
                        help='of DPDK (default 2048)')
    parser.add_argument('--quiet-ms', type=int, default=1000, metavar='MS',
                        help='longest wait for a quiet machine before each case (default 1000)')
    parser.add_argument('-v', '--verbose', action='store_true')
    if len(sys.argv) == 1:
        # A run that takes minutes needs an option.
        parser.print_help()
        print('\nSay what to measure: --quick, --full or --cases PATTERN.')
        sys.exit(2)
    args = parser.parse_args()
    if args.full and (args.quick or args.cases):
        parser.error('--full has all cases: it goes with neither --quick nor --cases')
    return args


def do_callgrind(setup, args, cases):
    if shutil.which('valgrind') is None:
        sys.exit('ena-bench: valgrind is not installed: apt-get install valgrind')
    names = list(dict.fromkeys(name for name, _ in cases))
    with tempfile.TemporaryDirectory(prefix='ena-bench-') as where:
        results = run(setup, args, [(name, 'warm') for name in names], ['--marks'],
                      before=callgrind.valgrind(where))
        return callgrind.counts(where, results, args.functions)


def main():
    args = arguments()
    if args.list:
        print('\n'.join('%s@%s' % case for case in full_cases()))
        return 0
    build = os.path.abspath(args.build)
    prefix = os.path.abspath(args.dpdk_prefix) if args.dpdk_prefix else None
    path = args.json or os.path.join(build, 'bench', 'bench.json')
    setup = Setup(build_against(prefix, build) if prefix else build, prefix)
    if args.peer != 'self' and setup.peer_library is None:
        sys.exit('ena-bench: DPDK\'s own driver (librte_net_ena.so) is not installed')
    cases = selected_cases(args)
    peer = args.peer if args.peer != 'self' else OURS
    document = {'machine': machine(setup), 'driver': OURS, 'peer': peer}
    if args.callgrind:
        if not args.cases:
            cases = [(name, 'warm') for name in HEADLINES]
        document = dict(report.load(path), **document)
        document['instructions'] = do_callgrind(setup, args, cases)
        report.instructions_table(document)
    elif args.testpmd:
        document = dict(report.load(path), **document)
        whole_programs(setup, args, document)
        report.programs_table(document)
    else:
        rounds = args.rounds or (9 if args.quick else 15)
        packets = args.packets or (4096 if args.quick else 16384)
        extra = ['--rounds', str(rounds), '--packets', str(packets), '--quiet-ms',
                 str(args.quiet_ms)]
        if not args.cases:
            extra.append('--control')
        results = run(setup, args, cases, extra)
        check_drivers(results, peer)
        report.fill(document, results)
        report.table(document)
        if not args.cases and not args.quick:
            whole_programs(setup, args, document)
            report.programs_table(document)
        if args.markdown:
            report.markdown(document, args.markdown)
    report.save(document, path)
    if not args.callgrind and not args.testpmd:
        if not document['cases']:
            return 1
        report.plots(document, args.svg or os.path.dirname(os.path.abspath(path)))
    print('\n%s' % path)
    return 0


if __name__ == '__main__':
    # If this program is terminated, it ends the programs that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main())
