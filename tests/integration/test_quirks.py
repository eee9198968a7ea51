# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Behaviour of some devices, and of device models, where the datasheet leaves it open. This project's
driver has to work with all of it; the result of net_ena is only shown.
"""

import pytest

from lib.patience import until
from lib.pcap import flow_difference, mixed_frames
from lib.softena import Port

#: quirk, its value, and the placements of Tx rings that it says something about
QUIRKS = [
    ('require_host_info', 'on', ('no-llq',)),
    ('require_aenq', 'on', ('no-llq',)),
    ('require_llq', 'on', ('nitro-v2', 'nitro-v5')),
    # Only devices that say so (they do not cache metadata) get metadata with each packet.
    ('require_meta', 'on', ('nitro-v5',)),
    ('require_major_2', 'on', ('no-llq',)),
    ('require_mmio_resp', 'on', ('no-llq',)),
    ('no_host_info_fatal', 'on', ('no-llq',)),
    ('late_aenq_fatal', 'on', ('no-llq',)),
    ('masked_credit_fatal', 'on', ('no-llq',)),
    ('zero_caps_fatal', 'on', ('no-llq',)),
    ('events_need_credit', 'on', ('no-llq',)),
    ('host_hdr_len_drops', 'on', ('no-llq',)),
    ('llq_base_zero', 'on', ('nitro-v2', 'nitro-v5')),
    ('rx_ring_min', '128', ('no-llq',)),
    ('silent_rx_drops', 'on', ('no-llq',)),
    ('rx_zero_last', 'on', ('no-llq',)),
    ('key_readback', 'on', ('no-llq',)),
    ('rx_offset', '64', ('no-llq',)),
    # A driver may refuse a smaller CQ than it asked for (part A 9.8 #6): rings that fit.
    ('cq_depth_limit', '512', ('no-llq', 'nitro-v2')),
    ('drop_long_headers', 'on', ('nitro-v2', 'nitro-v5')),
]
CASES = [(quirk, value, profile) for quirk, value, profiles in QUIRKS for profile in profiles]

#: What the drivers do not do.
DEVIATES = {
    'net_ena_pmd': {},
    'net_ena': {},
}


@pytest.mark.parametrize('quirk,value,profile', CASES, ids=['%s-%s' % (c[0], c[2]) for c in CASES])
def test_traffic_passes_a_device_with_a_quirk(request, replay, quirk, value, profile, env):
    if quirk in DEVIATES[env.driver]:
        request.applymarker(pytest.mark.xfail(reason=DEVIATES[env.driver][quirk], strict=True))
    frames = mixed_frames(1000, seed=31)
    forth, back = replay(frames, frames[::-1], profile=profile, queues=2,
                         args=('--rxd=512', '--txd=512'), **{quirk: value})
    assert flow_difference(frames, forth) is None
    assert flow_difference(frames[::-1], back) is None


def test_no_event_is_lost_where_events_need_credit(testpmd):
    """
    The link event becomes due when its group is enabled, and comes only once: a driver that gives
    credit later has a port whose link stays down.
    """
    pmd = testpmd([Port(wire='loopback', events_need_credit='on')])
    until(lambda: 'Link status: up' in pmd.info(), pmd.output)


@pytest.mark.only('net_ena_pmd', why='net_ena reads by DMA whatever the revision says')
@pytest.mark.parametrize('revision,plain', ((0, False), (1, True)))
def test_registers_are_read_plainly_where_the_revision_says_so(testpmd, revision, plain):
    """Bit 0: no readless reads (part A 2.5). The device counts those that it answers by DMA."""
    pmd = testpmd([Port(wire='loopback', revision=revision)])
    until(lambda: 'Link status: up' in pmd.info(), pmd.output)
    assert (pmd.stats(0)['reg_reads'] == 0) == plain


FAMILIES = ('graviton', 'no-bar2', 'm4', 't3', 'c5', 'm5', 'c5n', 'c6i', 'c6in', 'c7i', 'm7i',
            'm7a', 'm7g', 'm8i', 'm8a')


@pytest.mark.parametrize('profile', FAMILIES)
def test_traffic_passes_a_device_of_each_family(replay, profile):
    frames = mixed_frames(1000, seed=32)
    # A patient wire fills the ring at once: with hashed parts a full load is lost by rule (13.2).
    keys = {'hashed_rx': 'off'} if profile == 'm8i' else {}
    forth, back = replay(frames, frames[::-1], profile=profile, queues=2, **keys)
    assert flow_difference(frames, forth) is None
    assert flow_difference(frames[::-1], back) is None
