# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Versions of DPDK, and a DPDK that says it is another one (apps/other_release.c)."""

import os
import re
import subprocess

LINE = re.compile(r'ena_pmd: this plug-in was built for DPDK (\S+) and is not used in DPDK (\S+): ')


def pkg_config(env):
    """Environment variables with which pkg-config finds the chosen DPDK."""
    variables = env.variables()
    dirs = [os.path.join(d, 'pkgconfig') for d in env.dpdk_libdirs()]
    if dirs:
        variables['PKG_CONFIG_PATH'] = ':'.join(dirs)
    return variables


def version(env):
    """The version of the chosen DPDK: year, month, number of the stable update."""
    text = subprocess.run(['pkg-config', '--modversion', 'libdpdk'], stdout=subprocess.PIPE,
                          text=True, check=True, env=pkg_config(env)).stdout
    return tuple(int(n) for n in re.match(r'(\d+)\.(\d+)\.(\d+)', text).groups())


def others(env):
    """Versions whose drivers have nothing to do with those of the chosen one, by name."""
    year, month, minor = version(env)
    return {
        'older release': '%d.%02d.%d' % (year, month - 4 if month > 4 else 3, minor),
        'newer release': '%d.%02d.0' % ((year, month + 4) if month < 11 else (year + 1, 3)),
        'same month of the year before': '%d.%02d.%d' % (year - 1, month, minor),
        'same month of the year after': '%d.%02d.%d' % (year + 1, month, minor),
        'candidate of the release': '%d.%02d.0-rc3' % (year, month),
    }


def told(env, text, variables=None):
    """Environment variables with which DPDK tells plug-ins that it is @p text."""
    variables = dict(env.variables() if variables is None else variables)
    library = env.program('tests', 'integration', 'libother_release.so')
    variables['LD_PRELOAD'] = ':'.join(filter(None, [variables.get('LD_PRELOAD'), library]))
    variables['ENA_OTHER_RELEASE'] = text
    return variables
