# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""What is installed is found: by EAL in its own directory, by -d, and by the linker."""

import os
import re
import shlex
import shutil
import subprocess

import pytest

from lib.env import world_writable
from lib.patience import limit
from lib.release import LINE, others, pkg_config, told
from lib.softena import Port

PLUGIN = 'librte_net_ena_pmd.so'

pytestmark = pytest.mark.only('net_ena_pmd', why='it is the one that this project installs')

#: Lists drivers by the directory's order, so with a second directory only what it has is loaded.
OVERLAY = '''
set -e
mount --bind "$1" "$2"
mount --bind "$3" "$1"
shift 3
exec "$@"
'''

APPLICATION = '''
#include <stdio.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
int main(int argc, char **argv)
{
	struct rte_eth_dev_info info;

	if (rte_eal_init(argc, argv) < 0 || rte_eth_dev_info_get(0, &info) != 0)
		return 1;
	printf("served by %s\\n", info.driver_name);
	rte_eth_dev_close(0);
	return rte_eal_cleanup() == 0 ? 0 : 1;
}
'''


@pytest.fixture(scope='module')
def installed(env):
    """A staged installation, below the build directory: EAL refuses places below /tmp."""
    if env.wrapper:
        pytest.skip('the installation of a cross build is not for this machine')
    if world_writable(env.build):
        pytest.skip('EAL loads no plug-in by a path below %s' % world_writable(env.build))
    meson = '/usr/bin/meson' if os.path.exists('/usr/bin/meson') else 'meson'
    stage = os.path.join(env.build, 'install-test-%d' % os.getpid())
    try:
        subprocess.run([meson, 'install', '-C', env.build, '--no-rebuild', '--quiet',
                        '--destdir', stage], check=True, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, timeout=limit(60))
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@pytest.fixture(scope='module')
def pmd_dir(env):
    """The directory that EAL looks into by itself, as its own headers tell."""
    done = subprocess.run('printf "#include <rte_config.h>\\nRTE_EAL_PMD_PATH\\n" | '
                          'cc -E -P $(pkg-config --cflags libdpdk) -', shell=True, text=True,
                          stdout=subprocess.PIPE, check=True, env=pkg_config(env))
    return done.stdout.split()[-1].strip('"')


def libdir(env):
    return subprocess.run(['pkg-config', '--variable=libdir', 'libdpdk'], text=True, check=True,
                          stdout=subprocess.PIPE, env=pkg_config(env)).stdout.strip()


def probed_by(env, softena, before=(), eal=(), search=''):
    """Start and leave testpmd; the driver that took the device."""
    variables = env.variables(libdirs=False)
    variables['LD_LIBRARY_PATH'] = ':'.join(filter(None, [search, variables['LD_LIBRARY_PATH']]))
    run = softena([Port(wire='loopback')])
    # without -i it forwards until its input ends, which it does at once
    done = run.run([*before, env.dpdk_app('dpdk-testpmd'), *env.eal_args(driver='net_ena'), *eal,
                    # newer buses tell what they probe only when asked
                    '--log-level=*:info', '--', '--nb-cores=1', '--total-num-mbufs=4096'],
                   env=variables)
    found = re.findall(r'Probe PCI driver: (\w+) ', done.stdout)
    assert len(found) == 1, done.stdout
    return found[0]


def test_plug_in_is_installed_beside_dpdks_own_drivers(env, installed, pmd_dir):
    names = os.listdir(installed + pmd_dir)
    assert names == [PLUGIN]
    link = os.path.join(installed + libdir(env), PLUGIN)
    assert os.path.realpath(link) == os.path.realpath(os.path.join(installed + pmd_dir, PLUGIN))
    assert not os.path.isabs(os.readlink(link)), 'a package would point out of its stage'


@pytest.mark.parametrize('what', ('file', 'directory'))
def test_installed_plug_in_is_loaded_by_its_path(env, softena, installed, pmd_dir, what):
    path = installed + pmd_dir + ('/' + PLUGIN if what == 'file' else '')
    assert probed_by(env, softena, eal=['-d', path]) == 'net_ena_pmd'


def test_installed_plug_in_is_loaded_by_its_name(env, softena, installed):
    """As in the README: the link lies where the dynamic linker looks."""
    assert probed_by(env, softena, eal=['-d', PLUGIN],
                     search=installed + libdir(env)) == 'net_ena_pmd'


@pytest.fixture
def default_dir(env, installed, pmd_dir, tmp_path):
    """
    default_dir(without=...) gives a command that puts the staged plug-in into EAL's own
    directory, beside the drivers that are there, for one program and its children.
    """
    probe = subprocess.run(['unshare', '-m', 'mount', '--bind', str(tmp_path), str(tmp_path)],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if probe.returncode:
        pytest.skip('mounts are not allowed here: ' + probe.stdout.strip())

    def make(without=''):
        own, original = os.path.join(installed, 'pmds'), os.path.join(installed, 'original')
        shutil.rmtree(own, ignore_errors=True)
        os.makedirs(own)
        os.makedirs(original, exist_ok=True)
        for name in os.listdir(pmd_dir):
            if name != PLUGIN and not (without and name.startswith(without)):
                os.symlink(os.path.join(original, name), os.path.join(own, name))
        shutil.copy(os.path.join(installed + pmd_dir, PLUGIN), own)
        return ['unshare', '-m', 'sh', '-c', OVERLAY, 'sh', pmd_dir, original, own]

    return make


def test_eal_finds_the_installed_plug_in_by_itself(env, softena, default_dir):
    before = default_dir(without='librte_net_ena')
    assert probed_by(env, softena, before) == 'net_ena_pmd'


def test_plug_in_named_with_d_comes_before_all_of_the_default_directory(env, softena, installed,
                                                                       default_dir):
    if not env.library('librte_net_ena'):
        pytest.skip('this DPDK has no net_ena')
    before, search = default_dir(), installed + libdir(env)
    assert probed_by(env, softena, before, ['-d', PLUGIN], search) == 'net_ena_pmd'
    # and the other way round; the name of the library, or it would be loaded from a second file
    peer = os.path.join(installed, 'pmds', env.library('librte_net_ena'))
    assert probed_by(env, softena, before, ['-d', peer]) == 'net_ena'
    # without -d the order is that of the directory, which is not specified
    assert probed_by(env, softena, before) in ('net_ena', 'net_ena_pmd')


@pytest.fixture
def application(env, installed, tmp_path, pmd_dir):
    """An application that is linked with the plug-in by the command line of the README."""
    if not shutil.which('cc'):
        pytest.skip('there is no C compiler')
    (tmp_path / 'my-app.c').write_text(APPLICATION)
    where = shlex.quote(installed + pmd_dir)
    done = subprocess.run(
        'cc my-app.c -o my-app $(pkg-config --cflags --libs libdpdk) '
        '-L%s -Wl,--no-as-needed -lrte_net_ena_pmd -Wl,-rpath,%s' % (where, where), shell=True,
        cwd=tmp_path, text=True, stdout=subprocess.PIPE, check=False, stderr=subprocess.STDOUT,
        env=pkg_config(env))
    assert done.returncode == 0, done.stdout
    return str(tmp_path / 'my-app')


def test_application_linked_with_the_plug_in_has_it_without_d(env, softena, application):
    done = softena([Port(wire='loopback')]).run(
        [application, *env.eal_args(driver='net_ena')], env=env.variables(libdirs=False))
    assert 'served by net_ena_pmd' in done.stdout, done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize('name', ('older release', 'newer release'))
def test_application_linked_with_a_plug_in_of_another_release_runs_without_it(env, softena,
                                                                             application, name):
    """The plug-in looks before main() begins."""
    if not env.library('librte_net_ena'):
        pytest.skip('this DPDK has no net_ena')
    done = softena([Port(wire='loopback', aenq_groups='-keep-alive')], driver='net_ena').run(
        [application, *env.eal_args(driver='net_ena')],
        env=told(env, others(env)[name], env.variables(libdirs=False)))
    assert 'served by net_ena\n' in done.stdout, done.stdout
    assert len(LINE.findall(done.stdout)) == 1, done.stdout
    assert done.returncode == 0
