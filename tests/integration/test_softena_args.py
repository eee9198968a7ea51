# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The command lines of softena-run, softena-vfio-user and softena-ctl: what cannot work is refused
before anything runs, what went wrong is in the exit status, and the examples of the helps work as
printed.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile

import pytest

from lib.env import file_prefix
from lib.softena import Port
from test_softena_run import refused, vfio_write

RAN = 'the command ran'


@pytest.fixture
def short_dir():
    """Names of Unix sockets are short."""
    with tempfile.TemporaryDirectory(prefix='ena-test-') as path:
        yield path


def call(env, words, variables=None):
    """Run to the end. @return (exit status, all output)"""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', check=False, timeout=60 * env.slow,
                          stdin=subprocess.DEVNULL, env=variables or env.variables())
    return done.returncode, done.stdout


def run_it(env, options, *command, variables=None):
    return call(env, env.wrapped([env.run, *options, '--', *(command or ('echo', RAN))]), variables)


#: An ordinary user.
NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']


@pytest.fixture
def nobody(env):
    """The words in front of a command that an ordinary user runs."""
    if os.geteuid() != 0 or not shutil.which('setpriv'):
        pytest.skip('needs root to become an ordinary user')
    if subprocess.run([*NOBODY, 'test', '-x', env.run], check=False).returncode:
        pytest.skip('other users do not reach the build directory')
    return NOBODY


def server_of(env):
    return env.program('app', 'softena-vfio-user', 'softena-vfio-user')


# ---- commands that no library can be preloaded into -------------------------------------------


def compiled(tmp_path, name, *flags):
    """A program that says that it ran."""
    if not shutil.which('cc'):
        pytest.skip('there is no C compiler')
    source, program = tmp_path / 'program.c', tmp_path / name
    source.write_text('#include <stdio.h>\nint main(void) { puts("%s"); return 0; }\n' % RAN)
    done = subprocess.run(['cc', *flags, '-o', str(program), str(source)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=60)
    if done.returncode:
        pytest.skip('cannot be linked here: ' + done.stdout)
    return program


@pytest.fixture
def native(env):
    if env.wrapper:
        pytest.skip('the compiler of this machine makes programs for another one')


@pytest.mark.parametrize('flags', (['-static'], ['-static-pie']), ids=' '.join)
def test_static_program_is_refused_with_the_reason(env, native, tmp_path, flags):
    program = compiled(tmp_path, 'static', *flags)
    script = tmp_path / 'script'
    script.write_text('#! %s -x\n' % program)
    script.chmod(0o755)
    for command in str(program), str(script):
        status, said = run_it(env, [], command)
        assert status == 125 and RAN not in said
        assert '%s is linked statically' % program in said, said
    # found by PATH, as exec finds it
    variables = dict(env.variables(), PATH='%s:%s' % (tmp_path, os.environ['PATH']))
    assert 'is linked statically' in run_it(env, [], 'static', variables=variables)[1]
    # and a way for one that is only a launcher
    assert run_it(env, [], 'env', str(program))[0] == 0


def test_dynamic_programs_run_in_each_form(env, native, tmp_path):
    position_independent = compiled(tmp_path, 'pie', '-pie', '-fPIE')
    script = tmp_path / 'script'
    script.write_text('#!%s\n' % position_independent)
    shell = tmp_path / 'shell'
    shell.write_text('echo %s\n' % RAN)  # no first line: execvp() gives it to a shell
    for path in script, shell:
        path.chmod(0o755)
    linker = re.search(r'\S*/ld-linux\S*', subprocess.run(
        ['ldd', str(position_independent)], stdout=subprocess.PIPE, text=True,
        check=True).stdout).group()
    for command in ([position_independent], [compiled(tmp_path, 'plain', '-no-pie')], [script],
                    [shell], [linker, position_independent]):
        status, said = run_it(env, [], *map(str, command))
        assert (status, RAN in said) == (0, True), said


def test_program_that_gains_privileges_is_refused_with_the_reason(env, native, nobody, short_dir):
    os.chmod(short_dir, 0o755)
    program = compiled(pathlib.Path(short_dir), 'setuid')
    program.chmod(0o4755)
    if os.statvfs(program).f_flag & os.ST_NOSUID:
        pytest.skip('the file system ignores setuid')
    # root gains nothing by it
    status, said = run_it(env, [], str(program))
    assert status == 0 and RAN in said
    command = env.wrapped([env.run, '--', str(program)])
    status, said = call(env, [*nobody, *command])
    assert status == 125 and RAN not in said
    assert 'gains privileges' in said and 'sudo softena-run' in said
    # the kernel gives none to a process that must not gain any
    status, said = call(env, [*nobody, '--no-new-privs', *command])
    assert status == 0 and RAN in said


@pytest.mark.parametrize('text', (b'', b'#!', b'#!\n', b'\x7fELF', b'\x7fELF' + b'\xff' * 300,
                                  b'#!' + b'x' * 400),
                         ids=('empty', 'mark', 'line', 'elf', 'elf-of-ones', 'long-name'))
def test_command_that_is_no_program_is_left_to_exec(env, tmp_path, text):
    path = tmp_path / 'odd'
    path.write_bytes(text)
    path.chmod(0o755)
    status, said = run_it(env, [], str(path))
    assert status in (0, 2, 126, 127), said
    assert 'statically' not in said


def test_command_that_opens_no_port_is_noticed(env, softena):
    status, said = run_it(env, [])
    assert status == 0 and 'no port was opened' in said
    run = softena([Port(wire='loopback')])
    with vfio_write(env, run) as write:
        assert write(0x7000000) == 'written'
    assert 'no port was opened' not in write.log


# ---- keys that are given twice ------------------------------------------------------------------


@pytest.mark.parametrize('key,values', (
    ('profile', ('nitro-v4', 'nitro-v5')), ('profile', ('nitro-v4', 'nitro-v4')),
    ('profile', ('nitro-v4', 'no-such-profile')), ('addr', ('0000:00:05.0', '0000:00:06.0')),
    ('numa', ('0', '-1')),
))
def test_key_that_is_given_twice_is_refused(env, key, values):
    port = 'mac=02:00:00:00:00:01,' + ','.join('%s=%s' % (key, v) for v in values)
    said = refused(env, '--port', port)
    assert '%s= is given twice' % key in said
    if key == 'profile':
        status, said = call(env, env.wrapped([server_of(env), '--socket', '/nonexistent/s',
                                              '--port', port]))
        assert status == 1 and 'profile= is given twice' in said


# ---- files that cannot be written ---------------------------------------------------------------


@pytest.mark.parametrize('path,why', (
    ('/no/such/directory/report', 'No such file or directory'),
    ('/proc/report', 'No such file or directory'),
    ('/dev', 'Is a directory'), ('/etc/hostname/report', 'Not a directory'),
    ('/tmp/a\nlog 7', 'Invalid argument'), ('/tmp/' + 'x' * 252, 'File name too long'),
))
def test_report_that_cannot_be_written_is_refused_before_the_command_runs(env, path, why):
    assert 'cannot write' in refused(env, '--report', path)
    said = refused(env, '--report', path)
    assert why in said, said
    # the path of an ordinary user's wish
    status, said = call(env, env.wrapped([server_of(env), '--socket', '/nonexistent/s',
                                          '--report', path]))
    assert status == 1 and 'ready' not in said


def test_report_of_another_user_is_refused_before_the_command_runs(env, nobody, short_dir):
    os.chmod(short_dir, 0o755)
    path = os.path.join(short_dir, 'report')
    for there in False, True:
        if there:
            with open(path, 'w', encoding='ascii') as f:
                f.write('keep me')
        status, said = call(env, [*nobody, *env.wrapped([env.run, '--report', path,
                                                               '--', 'echo', RAN])])
        assert status == 125 and RAN not in said
        assert 'Permission denied' in said
    with open(path, encoding='ascii') as f:
        assert f.read() == 'keep me'


def test_check_of_a_report_changes_nothing(env, short_dir):
    path = os.path.join(short_dir, 'report')
    run_it(env, ['--report', path])
    assert os.listdir(short_dir) == []
    with open(path, 'w', encoding='ascii') as f:
        f.write('keep me')
    run_it(env, ['--report', path])
    assert os.listdir(short_dir) == ['report']
    with open(path, encoding='ascii') as f:
        assert f.read() == 'keep me'


def opened(env, options, status):
    """A command that opens a port and ends with @p status."""
    program = env.wrapped([env.program('tests', 'integration', 'vfio_write'), '0000:00:05.0'])
    return run_it(env, [*options, '--port', 'addr=0000:00:05.0'], 'sh', '-c',
                  'echo 7000000 | "$@" && exit %d' % status, 'sh', *program)


@pytest.mark.parametrize('status,expected', ((0, 125), (3, 3)))
def test_report_that_could_not_be_written_in_the_end_is_in_the_exit_status(env, status, expected):
    got, said = opened(env, ['--report', '/dev/full'], status)
    assert 'written' in said
    assert 'cannot write the report /dev/full: No space left on device' in said
    assert got == expected


def test_report_of_the_run_before_is_not_taken_for_this_ones(env, short_dir):
    directory = os.path.join(short_dir, 'run')
    report = os.path.join(short_dir, 'report')
    status, said = opened(env, ['--dir', directory, '--report', report], 0)
    assert status == 0 and os.path.exists(report), said
    os.unlink(report)
    status, said = run_it(env, ['--dir', directory, '--report', report])
    assert 'no port was opened: there is no report' in said
    assert not os.path.exists(report)


def test_report_of_the_server_goes_to_what_cannot_be_replaced_too(env, short_dir):
    """A device file stays what it is, and a failure is in the exit status."""
    for report, expected in (('/dev/stdout', 0), ('/dev/full', 1)):
        command = [server_of(env), '--socket', os.path.join(short_dir, 's'), '--report', report]
        proc = subprocess.Popen(env.wrapped(command), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                                env=env.variables())
        assert proc.stdout.readline() == 'ready\n'
        proc.terminate()
        out, err = proc.communicate(timeout=20 * env.slow)
        assert proc.returncode == expected, err
        if expected == 0:
            assert json.loads(out)['ports'][0]['port'] == 0
        else:
            assert 'cannot write the report' in err


@pytest.mark.parametrize('path,why', (
    ('/no/such/directory/ctl', 'No such file or directory'), ('/proc/ctl', 'No such'),
    ('/tmp/' + 'x' * 120, 'longer than'), ('/tmp/a\nlog 7', 'line break'),
))
def test_control_socket_that_cannot_be_made_is_refused_before_the_command_runs(env, path, why):
    assert why in refused(env, '--ctl', path)
    status, said = call(env, env.wrapped([server_of(env), '--socket', '/nonexistent/s',
                                          '--ctl', path]))
    assert status == 1 and why in said, said


@pytest.mark.parametrize('path', ('/no/such/directory/run', '/proc/run', '/etc/hostname'))
def test_run_directory_that_cannot_be_made_is_refused_before_the_command_runs(env, path):
    assert path in refused(env, '--dir', path)


# ---- softena-ctl --------------------------------------------------------------------------------


def test_exit_status_of_ctl_is_as_its_help_says(env, softena):
    run = softena([Port(wire='loopback'), Port(wire='sink')])
    with vfio_write(env, run) as write:
        assert write(0x7000000) == 'written'
        for words, expected in (
                ('ports', 0), ('stats 0', 0), ('link 0 up', 0), ('help', 0),
                # the second port is off; the driver has not enabled reset requests
                ('link 1 down', 1), ('fault 1 list', 1), ('fault 0 reset-request', 1),
                ('', 2), ('frobnicate', 2), ('ports 1', 2), ('stats 7', 2), ('link 0', 2),
                ('link 0 sideways', 2), ('wire 0 explode', 2), ('link 0000:00:1f.0 up', 2),
                ('fault 0 no-such-fault', 2), ('fault 0 regs-gone count=x', 2),
                ('fault 0 regs-gone skip=3', 2), ('--no-such-option', 2)):
            status, said = call(env, env.wrapped([env.ctl, '--ctl', run.ctl_path, *words.split()]))
            assert status == expected, (words, said)
            assert said.strip()
    for path in '/no/such/socket', run.ctl_path + '.not':
        assert call(env, env.wrapped([env.ctl, '--ctl', path, 'ports']))[0] == 3


# ---- the helps ----------------------------------------------------------------------------------


def help_of(env, program):
    status, text = call(env, env.wrapped([program, '--help']))
    assert status == 0
    return text


def commands(text):
    """The commands of an example: lines that are indented, joined where they are continued."""
    found, joined = [], ''
    for line in text.splitlines():
        if not line.startswith('  '):
            if found:
                break
            continue
        joined += line.strip()
        if not joined.endswith('\\'):
            found.append(joined)
            joined = ''
        else:
            joined = joined[:-1]
    return found


def run_example(env, line):
    """As a person types it, who leaves testpmd by the end of the input."""
    words = shlex.split(line)
    if words[0] == 'sudo':
        if os.geteuid() != 0:
            pytest.skip('needs root')
        words = words[1:]
    if words[0].endswith('softena-run'):
        words[0] = env.run
    # the tests of many drivers run at once
    at = words.index('dpdk-testpmd')
    words[at] = env.dpdk_app('dpdk-testpmd')
    words[at + 1:at + 1] = ['--file-prefix', file_prefix(), '--no-telemetry']
    if env.wrapper:
        words = [*env.wrapper, *words[:at], *env.wrapper, *words[at:]]
    return call(env, words)


@pytest.mark.only('net_ena_pmd', why='the examples name it')
@pytest.mark.parametrize('number', range(3))
def test_examples_of_the_help_of_softena_run_work(env, number, request):
    lines = commands(help_of(env, env.run).split('\nExamples:\n')[1])
    assert len(lines) == 3
    if 'tap:' in lines[number]:
        request.getfixturevalue('can_tap')
    if ' -d ' not in lines[number] and not env.library('librte_net_ena'):
        pytest.skip('this DPDK has no net_ena')
    status, said = run_example(env, lines[number])
    assert status == 0 and 'no port was opened' not in said, said
    ports = re.findall(r'^Port \d: [0-9A-F:]{17}$', said, re.M)
    assert len(ports) == max(1, lines[number].count('--port'))


def test_help_of_the_server_can_be_copied_to_a_shell(env):
    text = help_of(env, server_of(env))
    assert all(len(line) < 80 for line in text.splitlines()), text
    keys = text.split(' Keys:\n')[1].split('\nWires:')[0]
    assert all(line.startswith('  ') for line in keys.splitlines() if line), keys
    example = text.split('\nExample')[1]
    device = re.search(r"-device '([^']*)'", example).group(1)
    assert json.loads(device) == {'driver': 'vfio-user-pci', 'socket': {
        'type': 'unix', 'path': '/run/ena0.sock'}}
    assert '--socket /run/ena0.sock' in example


@pytest.mark.parametrize('program', ('run', 'ctl', 'server'))
def test_help_of_every_program_leaves_lines_as_they_are(env, program):
    text = help_of(env, {'run': env.run, 'ctl': env.ctl, 'server': server_of(env)}[program])
    assert all(len(line) < 80 for line in text.splitlines()), text
