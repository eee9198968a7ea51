# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""A virtual machine with software ENA functions in it: its parts, its start, its console."""
