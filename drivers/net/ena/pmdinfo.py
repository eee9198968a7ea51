#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Run DPDK's pmdinfogen.py over the objects in a static library.

Usage: pmdinfo.py PMDINFOGEN ARCHIVE... OUTPUT
"""
import pathlib
import subprocess
import sys
import tempfile


def main():
    generator, *archives, output = sys.argv[1:]
    with tempfile.TemporaryDirectory() as tmp:
        # A thin archive holds paths instead of members, and extracts like any other.
        for archive in archives:
            members = subprocess.run(["ar", "t", archive], check=True, capture_output=True,
                                     text=True).stdout.split()
            for member in members:
                content = subprocess.run(["ar", "p", archive, member], check=True,
                                         capture_output=True).stdout
                (pathlib.Path(tmp) / pathlib.Path(member).name).write_bytes(content)
        objects = sorted(str(path) for path in pathlib.Path(tmp).iterdir())
        subprocess.run([sys.executable, generator, "elf", *objects, output], check=True)


if __name__ == "__main__":
    main()
