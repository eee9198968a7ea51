# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""What comes out is, bit for bit, what went in: a replay of real traffic, file to file."""

import pytest

from lib.pcap import difference, flow_difference, mixed_frames, padded

#: Host-memory rings, LLQ with 128-byte entries, and LLQ as the newest devices want it.
RINGS = ('no-llq', 'nitro-v2', 'nitro-v5')


@pytest.mark.parametrize('profile', RINGS)
def test_real_traffic_passes_one_queue_bit_exact(replay, captured, profile):
    forth, back = replay(*captured, profile=profile)
    assert difference(captured[0], forth) is None
    assert difference(captured[1], back) is None


@pytest.mark.parametrize('profile', RINGS)
def test_real_traffic_passes_four_queues_in_order_of_each_flow(replay, captured, profile):
    forth, back = replay(*captured, profile=profile, queues=4)
    assert flow_difference(captured[0], forth) is None
    assert flow_difference(captured[1], back) is None


@pytest.mark.parametrize('profile', RINGS)
def test_frames_of_all_sizes_pass_bit_exact(replay, profile):
    frames = mixed_frames(4000, seed=21)
    forth, back = replay(frames, frames[::-1], profile=profile)
    assert difference(frames, forth) is None
    assert difference(frames[::-1], back) is None


@pytest.mark.parametrize('profile', RINGS)
@pytest.mark.parametrize('largest', (1514, 9014))
def test_frames_of_many_segments_pass_bit_exact(replay, profile, largest):
    """The smallest buffers that all devices take, 1400 bytes: a long frame lies in several."""
    frames = mixed_frames(1500, seed=22, largest=largest)
    forth, _ = replay(frames, profile=profile, args=(
        '--mbuf-size=%d' % (1400 + 128), '--enable-scatter', '--max-pkt-len=%d' % (largest + 4)))
    assert difference(frames, forth) is None


@pytest.mark.parametrize('profile', RINGS)
@pytest.mark.parametrize('queues', (1, 4))
def test_jumbo_frames_pass_bit_exact(replay, profile, queues):
    frames = mixed_frames(1500, seed=23, largest=9014)
    forth, back = replay(frames, frames[:100], profile=profile, queues=queues, args=(
        '--enable-scatter', '--max-pkt-len=9018'))
    assert flow_difference(frames, forth) is None
    assert flow_difference(frames[:100], back) is None
    if queues == 1:
        assert difference(frames, forth) is None


def test_jumbo_frames_in_one_buffer_pass_bit_exact(replay):
    frames = mixed_frames(1500, seed=24, largest=9014)
    forth, _ = replay(frames, args=('--mbuf-size=10240', '--max-pkt-len=9018'),
                      pmd_args={'mbufs': 6000})
    assert difference(frames, forth) is None


@pytest.mark.parametrize('burst', (1, 512))
def test_burst_of_one_and_of_the_largest_size_pass_bit_exact(replay, burst):
    """512 is the most that testpmd moves at once."""
    frames = mixed_frames(3000, seed=25)
    forth, _ = replay(frames, args=('--burst=%d' % burst, '--rxd=1024', '--txd=1024'))
    assert difference(frames, forth) is None


def test_mempool_with_hardly_a_spare_buffer_loses_nothing(replay):
    """A patient wire waits for buffers; a ring that is never refilled would stand still."""
    frames = mixed_frames(4000, seed=26)
    forth, _ = replay(frames, args=('--rxd=256', '--txd=256', '--mbcache=0'),
                      pmd_args={'mbufs': 1100})
    assert difference(frames, forth) is None


@pytest.mark.parametrize('quirks', (
    {'tx_out_of_order': 'on'},
    {'rx_out_of_order': 'on'},
    {'tx_out_of_order': 'on', 'rx_out_of_order': 'on'},
), ids=('tx', 'rx', 'both'))
@pytest.mark.parametrize('profile', ('no-llq', 'nitro-v4'))
def test_devices_that_complete_out_of_order_forward_bit_exact(replay, captured, profile, quirks):
    forth, back = replay(*captured, profile=profile, **quirks)
    assert difference(captured[0], forth) is None
    assert difference(captured[1], back) is None


def test_out_of_order_buffers_carry_jumbo_frames_bit_exact(replay):
    frames = mixed_frames(1500, seed=27, largest=9014)
    forth, _ = replay(frames, rx_out_of_order='on', tx_out_of_order='on',
                      args=('--enable-scatter', '--max-pkt-len=9018'))
    assert difference(frames, forth) is None


def test_short_frames_leave_with_zeros_up_to_sixty_bytes(replay):
    """Frames below 60 bytes are sent unpadded by drivers; filling them is the device's job."""
    frames = [b'\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x88\xb5' + bytes(range(n)) for n in range(1, 47)]
    forth, _ = replay(frames)
    assert difference(padded(frames), forth) is None
