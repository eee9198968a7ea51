# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""What the integration tests share: programs under softena-run, packets, expectations, limits."""
