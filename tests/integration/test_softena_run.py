# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""softena-run and softena-ctl: the command under it, the wires, the reports."""

import contextlib
import errno
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

import pytest

from lib.patience import limit, until
from lib.pcap import difference, mixed_frames, read_pcap, write_pcap
from lib.softena import Port
from lib.testpmd import TestPmd, TestPmdError


@pytest.mark.parametrize('status', (0, 1, 42))
def test_exit_status_of_the_command_is_forwarded(softena, status):
    run = softena([Port(wire='loopback')])
    assert run.run(['sh', '-c', 'exit %d' % status]).returncode == status


def test_death_by_signal_is_forwarded_as_a_shell_does(softena):
    done = softena([Port(wire='loopback')]).run(['sh', '-c', 'kill -TERM $$'])
    assert done.returncode in (128 + 15, -15)


def test_missing_command_is_explained(softena):
    done = softena([Port(wire='loopback')]).run(['/no/such/program'])
    assert done.returncode == 127
    assert '/no/such/program' in done.stdout


def refused(env, *words):
    """softena-run with these words, which it has to refuse; what it says."""
    done = subprocess.run(env.wrapped([env.run, *words, '--', 'sh', '-c', 'echo the command ran']),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=limit(60), env=env.variables())
    assert done.returncode == 125, done.stdout
    assert 'the command ran' not in done.stdout
    return done.stdout


@pytest.mark.parametrize('ports,message', (
    (['addr=nonsense'], 'nonsense'),
    (['addr=0000:00:05.0,no-such-key=1'], 'no-such-key'),
    (['addr=0000:00:05.0,profile=nitro-v99'], 'nitro-v99'),
    (['addr=0000:00:05.0,wire=carrier-pigeon'], 'carrier-pigeon'),
    (['addr=0000:00:05.0', 'addr=0000:00:05.0'], '0000:00:05.0'),
    (['addr=0000:00:05.0,llq-depth=1000'], 'llq-depth'),
    (['addr='], 'addr= needs a value'),
    (['addr=0000:00:05.0,foo=1'], '--list-profiles'),
    (['addr=0000:00:05.0,wire=link:a'], 'link:a: no other port'),
    (['wire=link:a', 'wire=link:b'], 'link:a: no other port'),
    (['wire=link:a', 'wire=link:a', 'wire=link:a'], '3 have this name'),
    (['wire=pcap:out=/tmp/no-such-file', 'wire=pcap:out=/tmp/no-such-file'], 'one file'),
    (['wire=tap:t0,addr=192.0.2.1/24,addr=198.51.100.1/24'], 'second IPv4 address'),
))
def test_wrong_port_is_refused_with_the_reason(env, ports, message):
    words = [w for p in ports for w in ('--port', p)]
    said = refused(env, *words)
    assert message in said, said


def test_capture_is_not_emptied_by_an_output_of_the_same_name(env, tmp_path):
    path = tmp_path / 'a.pcap'
    write_pcap(path, mixed_frames(10, seed=1))
    before = path.read_bytes()
    for ports in ((f'in={path},out={path}',), (f'in={path}', f'out={path}')):
        words = [w for p in ports for w in ('--port', 'wire=pcap:' + p)]
        assert 'would empty the file' in refused(env, *words)
    assert path.read_bytes() == before


def test_cpu_that_does_not_exist_is_refused(env):
    assert 'CPU 1000 is not there' in refused(env, '--cpu', '1000')


def test_control_socket_takes_the_place_of_nothing_but_a_dead_one(env, softena, short_dir):
    path = os.path.join(short_dir, 'ctl')
    with open(path, 'w', encoding='ascii') as f:
        f.write('keep me')
    assert 'which is no socket' in refused(env, '--ctl', path)
    with open(path, encoding='ascii') as f:
        assert f.read() == 'keep me'
    os.unlink(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.bind(path)
        s.listen(1)
        assert 'another program listens there' in refused(env, '--ctl', path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(path)
    assert os.path.exists(path)
    run = softena([Port(wire='loopback')], options=['--ctl', path])
    run.ctl_path = path
    with vfio_write(env, run) as write:
        assert write(0x7000000) == 'written'
        assert run.stats()['link_up']


def test_device_server_does_not_take_the_control_socket_of_another(env, short_dir):
    """Nor a file that is in its way."""
    server = env.program('app', 'softena-vfio-user', 'softena-vfio-user')
    path = os.path.join(short_dir, 'ctl')
    with open(path, 'w', encoding='ascii') as f:
        f.write('keep me')
    proc = subprocess.Popen(env.wrapped([server, '--socket', os.path.join(short_dir, 'vu'),
                                         '--ctl', path]),
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL, env=env.variables())
    try:
        line = proc.stderr.readline()
    finally:
        proc.terminate()
        proc.communicate(timeout=20 * env.slow)
    assert 'which is no socket' in line
    with open(path, encoding='ascii') as f:
        assert f.read() == 'keep me'


def test_run_directory_without_room_for_the_bars_is_explained(env, short_dir):
    """Not by SIGBUS in the middle of the command."""
    if os.geteuid() != 0:
        pytest.skip('needs root to mount a small file system')
    done = subprocess.run(['unshare', '-m', 'sh', '-c',
                           'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"', short_dir,
                           *env.wrapped([env.run, '--dir', os.path.join(short_dir, 'run'),
                                         '--port', 'profile=nitro-v5', '--', 'echo', 'it ran'])],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=limit(60), env=env.variables())
    if 'unshare' in done.stdout or 'mount' in done.stdout:
        pytest.skip('no mount namespaces here: ' + done.stdout)
    assert done.returncode == 125, done.stdout
    assert 'no room for the BARs of port 0000:00:05.0' in done.stdout
    assert '--dir' in done.stdout


@pytest.fixture
def short_dir():
    """Names of Unix sockets are short."""
    with tempfile.TemporaryDirectory(prefix='ena-test-') as path:
        yield path


@contextlib.contextmanager
def vfio_write(env, run):
    """
    A small program under softena-run whose device writes where it is told to. What both had to say
    is in write.log afterwards.
    """
    proc = run.popen([env.program('tests', 'integration', 'vfio_write'), run.ports[0].addr],
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                     text=True)

    def write(iova):
        proc.stdin.write('%x\n' % iova)
        proc.stdin.flush()
        return proc.stdout.readline().strip()

    yield write
    _, write.log = proc.communicate(timeout=20 * env.slow)


def test_writes_to_configuration_space_are_never_lost(softena, env):
    """The device takes what was written before, while the program writes more."""
    run = softena([Port(wire='loopback')])
    done = run.run([env.program('tests', 'integration', 'vfio_write'), run.ports[0].addr, '40000'])
    assert done.stdout.startswith('0 lost'), done.stdout


def test_report_of_a_killed_command_is_there_however_busy_softena_ctl_was(softena, env):
    run = softena([Port(wire='loopback')])
    with vfio_write(env, run) as write:
        assert write(0x7000000) == 'written'
        end = time.monotonic() + 3
        while time.monotonic() < end:
            run.stats()
            time.sleep(0.2)
            if write(0xabc000000000) == 'nothing':
                count = run.stats()['dma_faults']
        # softena-run itself lives on and writes the report
        for pid in children(run.proc.pid):
            os.kill(pid, signal.SIGKILL)
        run.proc.wait(timeout=20 * env.slow)
    # one snapshot a second
    assert count - 8 <= run.report()[0]['dma_faults'] <= count


@pytest.mark.parametrize('kind', ('regs-gone', 'link-flap', 'reset-request'))
def test_fault_that_is_refused_has_no_effect(softena, env, kind):
    run = softena([Port(wire='loopback')])
    with vfio_write(env, run) as write:
        assert write(0x7000000) == 'written'
        with pytest.raises(RuntimeError, match='it takes no skip'):
            run.ctl('fault', 0, kind, 'skip=3')
        time.sleep(0.3)
        stats = run.stats()
        assert stats['link_up'] and stats['faults_injected'] == 0
        assert write(0x7000000) == 'written'


def test_capture_that_cannot_be_read_is_named_when_the_device_is_opened(env, runs):
    with pytest.raises(TestPmdError, match='/no/such/file: No such file') as caught:
        runs.append(TestPmd(env, [Port(wire='pcap:in=/no/such/file')]))
        raise TestPmdError(runs[-1].output())
    assert '0000:00:05.0' in str(caught.value)


@pytest.mark.parametrize('program', ('run', 'ctl'))
def test_help_lists_every_option_and_ends_well(env, program):
    done = subprocess.run([getattr(env, program), '--help'], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=limit(60),
                          env=env.variables())
    assert done.returncode == 0
    wanted = {'run': ('--port', '--ctl', '--report', '--cpu', 'wire', 'nitro-v4', 'tap:', 'pcap:'),
              'ctl': ('stats', 'queues', 'link', 'wire', '--json')}[program]
    for word in wanted:
        assert word in done.stdout, word
    # nothing is broken in the middle of a column
    assert all(len(line) < 80 for line in done.stdout.splitlines()), done.stdout
    if program == 'run':
        keys = done.stdout.split('separated by commas:\n')[1].split('\nWires:')[0]
        assert all(line.startswith('  ') for line in keys.splitlines() if line), keys


def test_port_stands_at_the_address_that_was_asked_for(testpmd):
    pmd = testpmd([Port(wire='loopback', addr='0000:7a:1f.3')])
    assert 'Device name: 0000:7a:1f.3' in pmd.info()


def test_link_down_and_up_are_seen_by_testpmd(testpmd):
    pmd = testpmd([Port(wire='loopback')])
    assert pmd.link_is_up()
    for up in (False, True, False, True):
        start = len(pmd.output())
        pmd.link(0, up)
        pmd.wait_output(r'(?i)link state change event', start=start)
        until(lambda want=up: pmd.link_is_up() == want, 'link %s' % ('up' if up else 'down'))


def test_nothing_passes_while_the_link_is_down(testpmd, tmp_path):
    frames = mixed_frames(100, seed=31)
    write_pcap(tmp_path / 'in.pcap', frames)
    pmd = testpmd([Port(wire='pcap:in=%s,start=ctl' % (tmp_path / 'in.pcap')),
                   Port(wire='pcap:out=%s' % (tmp_path / 'out.pcap'))])
    pmd.start('io', patient=True)
    pmd.link(0, False)
    pmd.wire(0, 'start')
    time.sleep(1)
    assert pmd.stats(0)['rx_pkts'] == 0
    pmd.link(0, True)
    pmd.wait_quiet()
    pmd.stop()
    pmd.quit()
    got = read_pcap(tmp_path / 'out.pcap')
    # a patient wire kept the frames; a medium would have lost them: both are a dead link
    assert got == [] or difference(frames, got) is None


def test_loopback_returns_what_the_port_sends(testpmd):
    pmd = testpmd([Port(wire='loopback')])
    pmd.cmd('set fwd io')
    pmd.cmd('start tx_first 2')
    first = pmd.wait_stats(0, lambda s: s['tx_pkts'] > 10000)
    pmd.stop()
    pmd.wait_quiet()
    last = pmd.stats(0)
    assert first['rx_pkts'] > 0
    assert last['tx_pkts'] == last['wire_tx_frames'] + last['wire_tx_lost']
    assert last['wire_rx_frames'] == last['rx_pkts'] + last['rx_drops'] + last['rx_overruns']


def test_link_wire_joins_two_ports(testpmd):
    pmd = testpmd([Port(wire='link:cable'), Port(wire='link:cable')])
    pmd.cmd('set fwd txonly')
    pmd.cmd('set portlist 0')
    pmd.cmd('start')
    pmd.wait_stats(0, lambda s: s['tx_pkts'] > 5000)
    pmd.stop()
    pmd.wait_quiet()
    sent, got = pmd.stats(0), pmd.stats(1)
    assert sent['wire_tx_frames'] + sent['wire_tx_lost'] == sent['tx_pkts']
    assert got['wire_rx_frames'] == got['rx_pkts'] + got['rx_drops'] + got['rx_overruns']
    assert got['wire_rx_frames'] > 0


def test_generator_and_sink_move_packets(testpmd):
    pmd = testpmd([Port(wire='gen:size=64'), Port(wire='sink')])
    pmd.start('io')
    pmd.wait_stats(1, lambda s: s['tx_pkts'] > 20000)
    pmd.stop()


def test_ctl_names_ports_and_counters_for_people_and_as_json(testpmd):
    pmd = testpmd([Port(wire='loopback'), Port(wire='sink')])
    text = pmd.ctl('ports')
    for port in pmd.ports:
        assert port.addr in text
    assert len(pmd.ctl('stats').splitlines()) > 5
    stats = pmd.stats(1)
    for key in ('tx_pkts', 'rx_pkts', 'rx_drops', 'tx_drops', 'dma_faults', 'bad_doorbells',
                'wire_rx_frames', 'wire_tx_frames', 'wire_tx_lost', 'admin_commands'):
        assert isinstance(stats[key], int)
    assert stats['admin_commands'] > 5
    queues = pmd.queues(0)
    assert queues['tx'][0]['depth'] >= 128


@pytest.mark.parametrize('words', (
    ('stats', '7'), ('link', '0', 'sideways'), ('frobnicate',), ('wire', '0', 'explode'), (),
))
def test_ctl_refuses_nonsense_and_the_port_goes_on(testpmd, words):
    pmd = testpmd([Port(wire='loopback')])
    done = subprocess.run([pmd.env.ctl, '--ctl', pmd.ctl_path, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=limit(30), text=True,
                          env=pmd.env.variables())
    assert done.returncode != 0
    assert done.stdout.strip()
    assert pmd.link_is_up()


def test_garbage_on_the_control_socket_does_no_harm(testpmd):
    pmd = testpmd([Port(wire='loopback')])
    for garbage in (b'\0' * 100, b'x' * 100000, b'\n\n\n', b'stats -1 --json\n', b'{"a":', b''):
        for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
            with socket.socket(socket.AF_UNIX, kind) as s:
                s.settimeout(limit(2))
                try:
                    s.connect(pmd.ctl_path)
                    s.sendall(garbage)
                    s.shutdown(socket.SHUT_WR)
                    s.recv(4096)
                except OSError:
                    pass
    assert pmd.link_is_up()
    assert pmd.stats(0)['link_up']


def test_address_that_is_not_mapped_is_a_fault_in_log_report_and_statistics(env, softena):
    """What an IOMMU would do: the access does not happen, and everybody is told."""
    run = softena([Port(wire='loopback', strict='off')])
    # beyond the page, before it, and far above all that was ever mapped
    faults = (0x7001000, 0x6fffff8, 0xabc000000000)
    with vfio_write(env, run) as write:
        assert write(0x7000000) == 'written'
        assert run.stats()['dma_faults'] == 0
        for count, iova in enumerate(faults, 1):
            assert write(iova) == 'nothing'
            stats = run.stats()
            assert (stats['dma_faults'], stats['last_fault_addr']) == (count, iova)
            assert write(0x7000000) == 'written', 'the device goes on'
        assert re.search(r'dma.faults +3', run.ctl('stats')), run.ctl('stats')
    assert run.proc.returncode == 0
    # one line a second at most
    assert ('%s: DMA fault: the device wrote 8 bytes at 0x7001000, which is not mapped'
            % run.ports[0].addr) in write.log, write.log
    report = run.report()[0]
    assert (report['dma_faults'], report['last_fault_addr']) == (3, faults[-1])


def test_ctl_without_a_softena_run_says_so(env):
    done = subprocess.run([env.ctl, '--ctl', '/tmp/no-such-socket', 'ports'],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=limit(30), env=env.variables())
    assert done.returncode != 0
    assert 'no-such-socket' in done.stdout


def test_nothing_is_left_behind(softena, env):
    """The directory of a run is gone with it, however its command ends."""
    # testpmd of DPDK 25.11 hands EAL's error on as its status
    for command, statuses in ((['true'], {0}), (['sh', '-c', 'kill -KILL $$'], {128 + 9}),
                              ([env.dpdk_app('dpdk-testpmd'), '--no-such-option'],
                               {1, 256 - errno.EINVAL})):
        done = softena([Port(wire='loopback')], options=['-v']).run(command)
        assert done.returncode in statuses
        directory = re.search(r'run directory (\S+?),', done.stdout).group(1)
        assert not os.path.exists(directory)


def test_killed_command_leaves_no_process(testpmd):
    pmd = testpmd([Port(wire='loopback')])
    pids = children(pmd.proc.pid)
    os.kill(pmd.proc.pid, signal.SIGTERM)
    pmd.proc.wait(timeout=limit(30))
    pmd.exit_status = 0
    until(lambda: not any(alive(p) for p in pids), 'no process of the command is left')
    pmd.last_stats = [{}]


def children(pid):
    out = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(pid)], stdout=subprocess.PIPE,
                         text=True, check=False).stdout
    return [int(p) for p in re.findall(r'\d+', out)]


def alive(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='ascii', errors='replace') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False
