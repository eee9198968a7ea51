# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""What is known of DPDK's own driver: tests that it fails, each with the reason."""

import pytest


def upstream_fails(why, run=True):
    """
    Decorator: with --driver net_ena the test has to fail (strictly), because of @p why.
    @p run: False if failing means memory that is overwritten.
    """
    def mark(function):
        function.upstream_fails = (why, run)
        return upstream_defect(function)
    return mark


#: A test that net_ena fails, in some of its cases at least: -m upstream_defect selects these
upstream_defect = pytest.mark.upstream_defect


@pytest.fixture(autouse=True)
def known_of_upstream(request, env):
    """Import this into a test module to make upstream_fails() work there."""
    found = getattr(request.function, 'upstream_fails', None)
    if found and env.driver == 'net_ena':
        expect_failure(request, *found)


def expect_failure(request, why, run=True):
    request.node.add_marker(pytest.mark.xfail(reason=why, strict=True, run=run))
