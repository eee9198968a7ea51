#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
#
# Fetch the driver headers of exactly the installed DPDK.
#
# Distributions leave out the headers that a poll-mode driver needs beyond an application's
# (ethdev_driver.h, bus_pci_driver.h, ...). They are taken from the distribution's source
# package of the same version. apt works in a directory of its own for that: the machine's
# sources, package lists and caches stay as they are.

set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
# shellcheck source=usertools/apt-private.sh
. "$here/apt-private.sh"

usage()
{
	cat <<-'END'
	usage: dpdk-driver-headers.sh [--out DIR] [--quiet]

	Puts the driver headers of the installed libdpdk-dev into DIR/include and
	pmdinfogen.py into DIR/buildtools, and prints DIR. Does nothing if they are there.

	  --out DIR   where to put them (default: .cache/dpdk-VERSION in the source tree)
	  --quiet     no progress on the standard error

	Give DIR/include to meson as -Ddpdk_driver_headers=. A DPDK that was installed with
	-Denable_driver_sdk=true has the headers beside its others and needs none of this.
	END
}

top=${here%/*}
out=
quiet=no
while [ $# -gt 0 ]; do
	case $1 in
	--out) out=${2:?--out needs a directory}; shift 2 ;;
	--out=*) out=${1#--out=}; shift ;;
	--quiet) quiet=yes; shift ;;
	-h | --help) usage; exit 0 ;;
	*) echo "dpdk-driver-headers.sh: unknown argument '$1', try --help" >&2; exit 2 ;;
	esac
done

say()
{
	[ $quiet = yes ] || echo "dpdk-driver-headers: $*" >&2
}

die()
{
	echo "dpdk-driver-headers: $*" >&2
	exit 1
}

command -v dpkg-query >/dev/null ||
	die "this machine has no dpkg; install DPDK with -Denable_driver_sdk=true and set" \
		"PKG_CONFIG_PATH to it"
version=$(dpkg-query -W -f '${source:Version}' libdpdk-dev 2>/dev/null) || version=
[ -n "$version" ] ||
	die "libdpdk-dev is not installed: apt-get install libdpdk-dev"
upstream=${version#*:}
upstream=${upstream%-*}
out=${out:-$top/.cache/dpdk-$upstream}

mkdir -p "$out"
out=$(cd "$out" && pwd)
# The second word counts the changes of what is taken.
stamp="$version 2"
if [ "$(cat "$out/.complete" 2>/dev/null)" = "$stamp" ]; then
	say "$version is there already"
	echo "$out"
	exit 0
fi

tmp=$(mktemp -d "$out/.fetch.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# A private apt: the machine's own sources, as deb-src, with lists and caches of its own.
mkdir "$tmp/src"
apt_private_init "$tmp" deb-src

log=$tmp/log
say "reading the list of source packages"
apt_private "$tmp" update >"$log" 2>&1 || {
	cat "$log" >&2
	die "apt-get update failed: is there a network?"
}
say "downloading the source package dpdk $version"
(
	cd "$tmp/src" &&
		apt_private "$tmp" source --only-source --download-only "dpdk=$version"
) >"$log" 2>&1 || {
	cat "$log" >&2
	die "the source package dpdk $version cannot be downloaded. If the archive has a newer" \
		"version, upgrade libdpdk-dev and dpdk and try again"
}

tarball=
for f in "$tmp"/src/dpdk_*.orig.tar.*; do
	case $f in *.asc) ;; *) tarball=$f ;; esac
done
[ -f "$tarball" ] || die "the source package holds no upstream archive"

# Only what is wanted leaves the archive: the lists of headers first, then those headers.
say "extracting the driver headers"
mkdir "$tmp/tree"
tar -xf "$tarball" -C "$tmp/tree" --strip-components=1 --wildcards --no-wildcards-match-slash \
	'*/lib/*/meson.build' '*/lib/*/include/meson.build' '*/drivers/bus/*/meson.build' \
	'*/buildtools/pmdinfogen.py' '*/buildtools/coff.py'
(cd "$tmp/tree" && find . -name meson.build -printf '%P\n') >"$tmp/lists.txt"
/usr/bin/python3 - "$tmp/tree" "$tmp/lists.txt" >"$tmp/headers.txt" <<'END'
import os
import re
import sys

tree, listing = sys.argv[1:]
for name in open(listing).read().split():
    text = re.sub(r'#.*', '', open(os.path.join(tree, name)).read())
    lists = r'\bdriver_sdk_headers\s*\+?=\s*(?:files\s*\(|\[)(.*?)[)\]]'
    for body in re.findall(lists, text, re.S):
        for header in re.findall(r"'([^']+\.h)'", body):
            print('*/' + os.path.normpath(os.path.join(os.path.dirname(name), header)))
END
[ -s "$tmp/headers.txt" ] ||
	die "no driver_sdk_headers lists in $tarball: unknown layout of DPDK $version"
tar -xf "$tarball" -C "$tmp/tree" --strip-components=1 --wildcards --no-wildcards-match-slash \
	-T "$tmp/headers.txt"

rm -rf "$out/include" "$out/buildtools" "$out/.complete"
mkdir "$out/include" "$out/buildtools"
while read -r path; do
	install -m 0644 "$tmp/tree/${path#\*/}" "$out/include/"
done <"$tmp/headers.txt"
install -m 0755 "$tmp/tree/buildtools/pmdinfogen.py" "$tmp/tree/buildtools/coff.py" \
	"$out/buildtools/"
for f in ethdev_driver.h ethdev_pci.h bus_pci_driver.h dev_driver.h; do
	[ -f "$out/include/$f" ] || die "$f is not among the driver headers of DPDK $version"
done
echo "$stamp" >"$out/.complete"
say "$(find "$out/include" -name '*.h' | wc -l) headers of DPDK $version in $out/include"
echo "$out"
