# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""The PMD without an IOMMU: uio_pci_generic gives no MSI-X, so the control path is polled."""

import contextlib
import re

import pytest

from test_pmd import (device_complaints, forwarding, ping, reserve_hugepages, start_server,
                      until)


@contextlib.contextmanager
def prepared(new_lab, kernel):
    with new_lab() as found:
        start_server(found)
        guest = found.start_guest(kernel, dpdk=True, iommu=False)
        reserve_hugepages(guest)
        guest.load('uio', 'uio_pci_generic')
        yield found


@pytest.fixture
def lab(kept, new_lab, kernel):
    return kept.get(lambda: prepared(new_lab, kernel))


def test_the_guest_kernel_offers_no_vfio_without_an_iommu(lab):
    """CONFIG_VFIO_NOIOMMU is off in Debian's kernels: this is why uio is what there is."""
    lab.guest.load_vfio()
    assert lab.guest.run('[ -e /sys/module/vfio/parameters/enable_unsafe_noiommu_mode ]',
                         check=False)[0] != 0


def test_testpmd_forwards_on_uio_pci_generic(lab):
    with forwarding(lab, driver='uio_pci_generic') as pmd:
        assert "Selected IOVA mode 'PA'" in pmd.banner
        for port in 0, 1:
            assert 'port %d: the kernel driver delivers no MSI-X, the management path is polled' \
                % port in pmd.banner
        assert ping(lab) == (5, 5)
        # There is no interrupt that could tell it, and still it is known.
        assert 'Link status: up' in pmd.command('show port info 0')
        lab.server.ask('link 0 down')
        until(lambda: 'Link status: down' in pmd.command('show port info 0'))
        lab.server.ask('link 0 up')
        until(lambda: 'Link status: up' in pmd.command('show port info 0'))
        assert not re.search(r'uio|ena', lab.guest.run('cat /proc/interrupts'))
        pmd.command('stop')
        pmd.command('port stop all')
        pmd.command('port start all')
        pmd.command('start')
        assert ping(lab) == (5, 5)
    assert 'Port 0: link state change event' in pmd.said
    assert device_complaints(lab) == []
    assert lab.guest.trouble() == []
