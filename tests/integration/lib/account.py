# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""The account of frames on their way from one TAP to the other, through two ports and testpmd."""

#: What lies in a UDP socket when its owner closes it is in no counter: at most one default socket
#: buffer of 208 KiB, of which a datagram takes more than 640 bytes (704 were seen).
IN_SOCKET = 212992 // 640 + 1


class Account:
    """
    Every frame on its way from one TAP to the other is found again at each station, or a
    counter says where it was lost. Opened when it is made; close() looks at what moved since.
    """

    def __init__(self, pmd, taps):
        """@p taps: (namespace, interface) of port 0 and of port 1"""
        self.pmd, self.taps = pmd, taps
        #: what does not add up, as text; empty if all is well
        self.wrong = []
        #: (where, frames) for each place where frames can be lost
        self.losses = []
        self.before = self._read()

    def _read(self):
        fwd = self.pmd.fwd_stats()
        return ([ns.tap_counters(dev) for ns, dev in self.taps],
                [self.pmd.stats(0), self.pmd.stats(1)], [fwd.get(0, {}), fwd.get(1, {})])

    def close(self):
        """Wait until nothing moves any more. @return frames that were lost and counted"""
        self.pmd.wait_quiet()
        tap, dev, fwd = [
            [{k: n[k] - o.get(k, 0) for k in n if isinstance(n[k], int)} for n, o in zip(new, old)]
            for new, old in zip(self._read(), self.before)]
        self.wrong = []
        for src, dst in ((0, 1), (1, 0)):
            for what, left, right in (
                    ('the interface sent, port %d\'s wire took' % src, tap[src]['tx'],
                     dev[src]['wire_rx_frames']),
                    ('port %d\'s wire took, the device delivered or dropped' % src,
                     dev[src]['wire_rx_frames'],
                     dev[src]['rx_pkts'] + dev[src]['rx_drops'] + dev[src]['rx_overruns']),
                    ('device %d delivered, testpmd received' % src, dev[src]['rx_pkts'],
                     fwd[src]['RX-packets']),
                    ('testpmd received on port %d, sent or dropped on the other' % src,
                     fwd[src]['RX-packets'], fwd[dst]['TX-packets'] + fwd[dst]['TX-dropped']),
                    ('testpmd sent, device %d sent or dropped' % dst, fwd[dst]['TX-packets'],
                     dev[dst]['tx_pkts'] + dev[dst]['tx_drops']),
                    ('device %d sent, its wire took or lost' % dst, dev[dst]['tx_pkts'],
                     dev[dst]['wire_tx_frames'] + dev[dst]['wire_tx_lost']),
                    ('port %d\'s wire wrote, the interface took or dropped' % dst,
                     dev[dst]['wire_tx_frames'], tap[dst]['rx'] + tap[dst]['rx_dropped'])):
                if left != right:
                    self.wrong.append('%s: %d and %d frames' % (what, left, right))
        self.losses = []
        for i, name in enumerate('ab'):
            self.losses += [
                ('interface of namespace %s, queue full' % name, tap[i]['tx_dropped']),
                ('interface of namespace %s, not accepted' % name, tap[i]['rx_dropped']),
                ('device %s, no receive buffer' % name,
                 dev[i]['rx_drops'] + dev[i]['rx_overruns']),
                ('device %s, not sent' % name, dev[i]['tx_drops']),
                ('wire of device %s, did not take it' % name, dev[i]['wire_tx_lost']),
                ('testpmd, transmit ring of port %d full' % i, fwd[i]['TX-dropped'])]
        return sum(n for _, n in self.losses)
