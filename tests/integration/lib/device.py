# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""A device configuration, what follows from it by the datasheet, and a run of ena_packets on it."""

import glob
import json
import os

from .oracle import RSS_TYPES
from .softena import Port, SoftenaRun, complaints
from .toeplitz import TEST_KEY

#: What a profile decides and no key repeats: LLQ, hash function, hash input, MTU, Rx depth.
PROFILES = {
    'default': (True, True, True, 9216, 1024),
    'nitro-v2': (True, False, False, 9216, 4096),
    'nitro-v3n': (True, True, False, 9216, 4096),
    'nitro-v4': (True, True, False, 9216, 8192),
    'nitro-v5': (True, True, False, 9216, 16384),
    'no-llq': (False, True, True, 9216, 1024),
    'minimal': (False, False, False, 1500, 1024),
    'full': (True, True, True, 9216, 16384),
}
ALL_TX = ('l3-csum', 'l4-v4-partial', 'l4-v4-full', 'l4-v6-partial', 'l4-v6-full', 'tso-v4',
          'tso-v6')
ALL_RX = ('l3-csum', 'l4-v4-csum', 'l4-v6-csum', 'hash')

# ethdev's offload bits
_TX = {'l3-csum': 0x2, 'l4-v4-partial': 0xc, 'l4-v4-full': 0xc, 'l4-v6-partial': 0xc,
       'l4-v6-full': 0xc, 'tso-v4': 0x20}
_RX = {'l3-csum': 0x2, 'l4-v4-csum': 0xc, 'l4-v6-csum': 0xc, 'hash': 0x80000}
TX_MULTI_SEGS, TX_FAST_FREE, TX_TSO = 0x8000, 0x10000, 0x20
RX_SCATTER = 0x2000


class Device:
    """
    All that decides what happens to a packet. Every member can be given by name; what is left
    out is as in the profile.
    """

    def __init__(self, profile='default', **over):
        self.profile = profile
        (self.llq, self.rss_function, self.rss_input, self.max_mtu,
         self.max_rxd) = PROFILES[profile]
        self.mtu = None             # None: not configured, the device's maximum
        self.tx_offloads = set() if profile == 'minimal' else set(ALL_TX)
        self.rx_offloads = set() if profile == 'minimal' else set(ALL_RX)
        self.rx_wanted = None       # of 'l3-csum', 'l4'; None: all there is
        self.entry_sizes = (128,)
        self.recommended = 128
        self.before = 2
        self.stride = 'multi'
        self.no_meta_cache = False
        self.burst_bytes = 0
        self.policy = 1             # devarg llq_policy
        self.tx_descs = 20
        self.rx_descs = 19
        self.rx_room = 2048
        self.rxd = self.txd = 512
        self.burst = 32
        self.fast_free = False
        self.rss = False
        self.rss_types = RSS_TYPES
        self.rss_key = TEST_KEY
        self.rx_offset = 0
        self.quirks = ()
        self.strict = False         # net_ena_pmd always is
        for key, value in over.items():
            if not hasattr(self, key):
                raise AttributeError(key)
            setattr(self, key, value)
        if self.mtu is None:
            self.mtu = self.max_mtu
        if self.rx_wanted is None:
            self.rx_wanted = {'l3-csum', 'l4'}
        # ethdev wants the RSS mode for the hash, drivers the hash in the RSS mode
        self.rx_wanted = self.rx_wanted - {'hash'} | ({'hash'} if self.rss else set())
        have = {'l3-csum': 'l3-csum', 'l4-v4-csum': 'l4', 'l4-v6-csum': 'l4', 'hash': 'hash'}
        self.rx_wanted = self.rx_wanted & {have[o] for o in self.rx_offloads}
        self.entry = self.per_entry = self.pushed = self.burst_entries = 0
        self._llq()

    def _llq(self):
        """The negotiation of part B 3.1."""
        if not self.llq or self.policy == 0:
            self.llq = False
            return
        wide = self.policy == 3 or (self.policy == 1 and self.recommended == 256)
        order = [256 if wide else 128, 128, 192, 256]
        self.entry = next(size for size in order if size in self.entry_sizes)
        self.per_entry = self.entry // 16 if self.stride == 'multi' else 1
        self.pushed = min(self.entry - 16 * self.before, 255)
        self.burst_entries = self.burst_bytes // self.entry

    def entries(self, descs):
        """LLQ entries for so many descriptors (part B 3.3)."""
        if descs <= self.before:
            return 1
        return 1 + -(-(descs - self.before) // self.per_entry)

    def __repr__(self):
        names = ('profile', 'mtu', 'entry_sizes', 'recommended', 'before', 'stride',
                 'no_meta_cache', 'burst_bytes', 'policy', 'tx_descs', 'rx_descs', 'rx_room', 'rxd',
                 'txd', 'burst', 'fast_free', 'rss', 'rss_types', 'rss_key', 'rx_offset', 'quirks')
        words = ['%s=%r' % (n, getattr(self, n)) for n in names]
        words += ['%s=%r' % (n, sorted(getattr(self, n)))
                  for n in ('tx_offloads', 'rx_offloads', 'rx_wanted')]
        return 'Device(%s)' % ', '.join(words)

    def port(self, wire='loopback:queue=65536,lossless'):
        keys = {'tx-descs': self.tx_descs, 'rx-descs': self.rx_descs, 'max-mtu': self.max_mtu,
                'tx-offloads': '+'.join(sorted(self.tx_offloads)) or 'none',
                'rx-offloads': '+'.join(sorted(self.rx_offloads)) or 'none'}
        if PROFILES[self.profile][0]:
            flags = ['no-meta-cache'] * self.no_meta_cache
            flags += ['burst-limit'] * bool(self.burst_bytes)
            keys.update({
                'llq-entry-sizes': '+'.join(map(str, self.entry_sizes)),
                'llq-recommended': self.recommended, 'llq-descs-before': self.before,
                'llq-strides': self.stride, 'llq-accel': '+'.join(flags) or 'none',
                'llq-burst': self.burst_bytes})
        for quirk in self.quirks:
            keys[quirk] = 'on'
        if self.strict:
            keys['strict'] = 'on'
        if self.rx_offset:
            keys['rx-offset'] = self.rx_offset
        return Port(profile=self.profile, wire=wire, **keys)

    def tx_bits(self, driver):
        bits = TX_MULTI_SEGS | (TX_FAST_FREE if self.fast_free else 0)
        for name in self.tx_offloads:
            bits |= _TX.get(name, 0)
        if 'tso-v6' in self.tx_offloads and driver == 'net_ena_pmd':
            bits |= TX_TSO
        return bits

    def rx_bits(self):
        bits = RX_SCATTER
        for name in self.rx_offloads:
            wanted = 'l4' if name.startswith('l4') else name
            if wanted in self.rx_wanted:
                bits |= _RX[name]
        return bits


class Result:
    """What ena_packets printed, and what the device counted."""

    def __init__(self, path, report, status, text, command):
        self.tx, self.rx, self.end, self.xstats = {}, [], None, {}
        self.report, self.status, self.text, self.command = report, status, text, command
        with open(path, encoding='ascii') as f:
            for line in f:
                try:
                    entry = json.loads(line)
                except ValueError:
                    break           # cut off: the program died
                if 'tx' in entry:
                    self.tx[entry['tx']] = entry
                elif 'rx' in entry:
                    self.rx.append(entry)
                elif 'xstats' in entry:
                    self.xstats = entry['xstats']
                else:
                    self.end = entry

    def broken_rules(self):
        """Kinds of defects that strict mode has reported."""
        return {k['kind'] for k in self.report.get('defect_kinds', ()) if not k['note']}

    def frames(self):
        return [bytes.fromhex(entry['data']) for entry in self.rx]


def llq_argument(env, policy, driver):
    """The device argument for a policy; releases of net_ena before 24.11 have other names."""
    if policy == 1:
        return ''
    if driver == 'net_ena' and _old_arguments(env):
        return {0: ',enable_llq=0', 3: ',large_llq_hdr=1'}[policy]
    return ',llq_policy=%d' % policy


def _old_arguments(env):
    roots = env.dpdk_libdirs() or ['/usr/lib/*-linux-gnu']
    for root in roots:
        for path in glob.glob(os.path.join(root, '**', 'librte_net_ena.so.*'), recursive=True):
            with open(path, 'rb') as f:
                # as pmdinfo shows it; newer releases still know the old names, to refuse them
                return b'llq_policy=<' not in f.read()
    return False


def run_packets(env, device, script, directory, expect=0, options=(), wire=None, timeout=60,
                name='run', driver=None):
    """
    Send the packets of @p script (lines of text) through a port; @return Result. The
    files stay in @p directory, so that the printed command repeats the run.
    """
    driver = driver or env.driver
    os.makedirs(directory, exist_ok=True)
    source, out = (os.path.join(directory, name + end) for end in ('.script', '.out'))
    with open(source, 'w', encoding='ascii') as f:
        f.write('\n'.join(script) + '\n')
    open(out, 'w', encoding='ascii').close()
    port = device.port(wire) if wire else device.port()
    args = ['--script', source, '--out', out, '--burst', device.burst,
            '--tx-offloads', '%#x' % device.tx_bits(driver),
            '--rx-offloads', '%#x' % device.rx_bits(),
            '--rx-room', device.rx_room, '--rx-mbufs', device.rxd + device.burst + 600,
            '--rxd', device.rxd, '--txd', device.txd, '--mtu', device.mtu,
            '--idle-ms', 1500 if expect else 300, '--expect', expect]
    if driver == 'net_ena':
        # its interrupt thread may read the event ring that close has just freed, and die
        args.append('--no-close')
    if device.rss:
        args += ['--rss-hf', '%#x' % device.rss_types, '--rss-key', device.rss_key.hex()]
    args += options
    with SoftenaRun(env, [port], driver=driver) as run:
        allow = ['-a', port.addr + llq_argument(env, device.policy, driver)]
        command = [env.program('tests', 'integration', 'ena_packets'),
                   *env.eal_args(driver=driver, extra=allow), '--', *map(str, args)]
        done = run.run(command, timeout=timeout)
        report = run.report()[0] if os.path.exists(run.report_path) else {}
        return Result(out, report, done.returncode, done.stdout,
                      ' '.join(run.argv(command)))


def healthy(result):
    """What is true after every run that nobody provoked."""
    assert result.status == 0, 'ena_packets ended with %d:\n%s' % (result.status,
                                                                   result.text[-3000:])
    assert result.end is not None, result.text[-3000:]
    assert not complaints([result.report]), complaints([result.report])
    assert result.report.get('wire_tx_lost', 0) == 0
    for pool in ('tx_mbufs_lost', 'rx_mbufs_lost'):
        assert result.end[pool] == 0, '%s: %d' % (pool, result.end[pool])
