# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
What the README and the guide tell people to type: the programs exist, the commands work as printed.
"""

import os
import pathlib
import re
import shlex
import subprocess
import time

import pytest

from lib.env import file_prefix
from lib.pcap import difference, mixed_frames, read_pcap, write_pcap
from test_softena_args import run_example

TOP = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = [TOP / 'README.md', TOP / 'CONTRIBUTING.md', TOP / 'tests' / 'README.md',
             *sorted((TOP / 'doc').rglob('*.rst')), *sorted((TOP / 'doc').rglob('*.md'))]

pytestmark = pytest.mark.only('net_ena_pmd', why='documents do not depend on the driver')


def text_of(name):
    return (TOP / name).read_text(encoding='utf-8')


def blocks(text):
    """Indented commands, with lines that are continued joined."""
    joined = re.sub(r'\\\n\s*', '', text)
    return [line.strip() for line in joined.splitlines() if line.startswith('   ')]


@pytest.mark.parametrize('path', DOCUMENTS, ids=lambda p: str(p.relative_to(TOP)))
def test_programs_that_documents_name_exist(env, path):
    text = path.read_text(encoding='utf-8')
    built = set(re.findall(r'(?<![\w/.-])build/((?:app|tests|drivers)/[\w./-]*\w)', text))
    missing = [name for name in built if not os.path.exists(env.program(name))]
    if env.sanitizers or env.wrapper:
        missing = [name for name in missing if 'ena-bench' not in name]
    ours = set(re.findall(r'(?<![\w/.-])((?:usertools|tests|lib|drivers|app|doc)/[\w./-]*\w)',
                          text))
    missing += [name for name in ours if not (TOP / name).exists()
                and not os.path.exists(env.program(name)) and '/include/' not in name]
    assert not missing


def readme_examples():
    """Commands of the README's section about software ports, with its variables filled in."""
    section = text_of('README.md').split('## Software ports for any DPDK program')[1]
    section = section.split('\n## ')[0]
    run = next(b for b in blocks(section) if b.startswith('R='))[2:]
    return [b.replace('$R', run) for b in blocks(section) if '$R ' in b]


def test_readme_joins_two_ports(env):
    status, said = run_example(env, readme_examples()[0])
    assert status == 0 and len(re.findall(r'^Port \d: [0-9A-F:]{17}$', said, re.M)) == 2, said


def test_readme_passes_every_frame_from_file_to_file(env, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # not more than a Tx ring holds: testpmd drops what it cannot send at once
    frames = mixed_frames(900, seed=5)
    write_pcap('in.pcap', frames)
    words = shlex.split(readme_examples()[1])
    words[0] = env.run
    at = words.index('dpdk-testpmd')
    words[at] = env.dpdk_app('dpdk-testpmd')
    words[at + 1:at + 1] = ['--file-prefix', file_prefix(), '--no-telemetry']
    if env.wrapper:
        words = [*env.wrapper, *words[:at], *env.wrapper, *words[at:]]
    # a person looks at the file, and then presses enter
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=env.variables()) as proc:
        try:
            deadline = time.monotonic() + 60 * env.slow
            size = os.path.getsize('in.pcap')
            while not os.path.exists('out.pcap') or os.path.getsize('out.pcap') < size:
                if proc.poll() is not None or time.monotonic() > deadline:
                    break
                time.sleep(0.1)
        finally:
            said = proc.communicate('\n', timeout=20 * env.slow)[0]
    assert proc.returncode == 0, said
    assert difference(frames, read_pcap('out.pcap')) is None, said[-3000:]


def test_readme_has_a_real_interface_with_dpdks_own_driver(env, can_tap):
    if not env.library('librte_net_ena'):
        pytest.skip('this DPDK has no net_ena')
    example = readme_examples()[2]
    assert 'tap:' in example and ' -d ' not in example
    status, said = run_example(env, example)
    # net_ena leaves in ways that are not judged here, see conftest.py
    assert 'net_ena' in said or re.search(r'^Port 0: ', said, re.M), said
    assert 'no port was opened' not in said and status in (0, 128 + 11), said


LSPCI = '''00:06.0 Ethernet controller: Amazon.com, Inc. Elastic Network Adapter (ENA)
\tSubsystem: Amazon.com, Inc. Elastic Network Adapter (ENA)
\tFlags: bus master, fast devsel, latency 0, NUMA node 0
\tMemory at febf8000 (32-bit, non-prefetchable) [size=16K]
\tMemory at %s [size=1M]
\tCapabilities: [70] Express Endpoint, MSI 00
'''


@pytest.mark.parametrize('bar2',
                         ('4000000000 (64-bit, prefetchable)', 'fe900000 (32-bit, prefetchable)'))
def test_command_for_the_memory_type_finds_the_window_and_nothing_else(tmp_path, bar2):
    command = next(b for b in blocks(text_of('doc/guide/nics/net_ena_pmd.rst')) if 'lspci' in b)
    at = int(bar2.split()[0], 16)
    (tmp_path / 'list').write_text(
        'PAT memtype list:\n'
        'PAT: [mem 0x00000000febf8000-0x00000000febfc000] uncached-minus\n'
        'PAT: [mem 0x%016x-0x%016x] write-combining\n' % (at, at + 0x100000))
    lspci = tmp_path / 'lspci'
    lspci.write_text("#!/bin/sh\ncat <<'END'\n%sEND\n" % (LSPCI % bar2))
    lspci.chmod(0o755)
    command = command.replace('sudo ', '').replace('/sys/kernel/debug/x86/pat_memtype_list',
                                                   str(tmp_path / 'list'))
    done = subprocess.run(['sh', '-c', command], stdout=subprocess.PIPE, text=True, check=True,
                          timeout=20,
                          env=dict(os.environ, PATH='%s:%s' % (tmp_path, os.environ['PATH'])))
    assert len(done.stdout.splitlines()) == 1 and 'write-combining' in done.stdout
