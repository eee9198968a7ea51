#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
#
# What an arm64 build needs on a machine of another architecture, in a directory.
#
# The arm64 packages are downloaded and unpacked, not installed: the machine learns of no foreign
# architecture, and its sources, package lists and caches stay as they are.

set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
# shellcheck source=usertools/apt-private.sh
. "$here/apt-private.sh"

usage()
{
	cat <<-'END'
	usage: arm64-sysroot.sh [--out DIR] [--quiet]

	Puts into DIR what it takes to build for arm64 and to run what was built, and prints
	DIR. Does nothing if it is there already. Downloads some 130 MB.

	  root/                 DPDK of the version that is installed on this machine, with
	                        its applications and all libraries, as arm64 packages
	  qemu-aarch64-static   runs arm64 programs; the machine's own if it has one
	  meson.cross           cross file for meson: --cross-file DIR/meson.cross

	  --out DIR   where to put it (default: .cache/arm64 in the source tree)
	  --quiet     no progress on the standard error

	The cross compiler is the machine's: apt-get install gcc-aarch64-linux-gnu
	END
}

out=${here%/*}/.cache/arm64
quiet=no
while [ $# -gt 0 ]; do
	case $1 in
	--out) out=${2:?--out needs a directory}; shift 2 ;;
	--out=*) out=${1#--out=}; shift ;;
	--quiet) quiet=yes; shift ;;
	-h | --help) usage; exit 0 ;;
	*) echo "arm64-sysroot.sh: unknown argument '$1', try --help" >&2; exit 2 ;;
	esac
done

say()
{
	[ $quiet = yes ] || echo "arm64-sysroot: $*" >&2
}

die()
{
	echo "arm64-sysroot: $*" >&2
	exit 1
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
	die "this machine has no apt, which brings the arm64 packages; an arm64 machine needs" \
		"none of this: build and test there as usual"
fi
# The driver headers are those of the installed version: the arm64 packages have to fit them.
version=$(dpkg-query -W -f '${source:Version}' libdpdk-dev 2>/dev/null) || version=
[ -n "$version" ] ||
	die "libdpdk-dev is not installed: apt-get install libdpdk-dev"

mkdir -p "$out"
out=$(cd "$out" && pwd)
qemu=$(command -v qemu-aarch64-static) || qemu=$out/qemu-aarch64-static
# The second word counts the changes of what is taken.
stamp="$version 1 $qemu"
if [ "$(cat "$out/.complete" 2>/dev/null)" = "$stamp" ] && [ -x "$qemu" ]; then
	say "arm64 packages of DPDK $version are there already"
	echo "$out"
	exit 0
fi

tmp=$(mktemp -d "$out/.fetch.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
log=$tmp/log

# fetch DIR ARGUMENTS...: apt-get, whose output is shown if it fails
fetch()
{
	apt_private "$@" >"$log" 2>&1 || { cat "$log" >&2; return 1; }
}

# unpack DEB TO [TAR OPTIONS...]
unpack()
{
	local deb=$1 to=$2
	shift 2
	dpkg-deb --fsys-tarfile "$deb" |
		tar -x -C "$to" --keep-directory-symlink --no-same-owner "$@"
}

arm64=(-o APT::Architecture=arm64 -o APT::Architectures::=arm64
	-o Dir::State::status="$tmp/arm64/status" -o APT::Install-Recommends=false)
say "reading the list of arm64 packages"
apt_private_init "$tmp/arm64" deb
fetch "$tmp/arm64" "${arm64[@]}" update || die "apt-get update failed: is there a network?"
say "downloading DPDK $version and its libraries for arm64"
fetch "$tmp/arm64" "${arm64[@]}" --download-only -y install \
	"libdpdk-dev=$version*" "dpdk-dev=$version*" librte-meta-all libc6-dev libpcap-dev \
	libnuma-dev libcmocka-dev ||
	die "the arm64 packages of DPDK $version cannot be downloaded. If the archive has a newer" \
		"version, upgrade libdpdk-dev and dpdk and try again; if it has none for arm64," \
		"its sources in /etc/apt must be those of a mirror that carries arm64"

say "unpacking"
mkdir "$tmp/root"
for deb in "$tmp"/arm64/cache/archives/*.deb; do
	# Nothing is linked statically, and the machine's own configuration serves.
	unpack "$deb" "$tmp/root" --exclude='./usr/lib/*/librte_*.a' --exclude='./usr/share/*/*' \
		--exclude='./etc/*' --exclude='./var/*'
	rm "$deb"
done
for f in usr/bin/dpdk-testpmd usr/include/cmocka.h \
	usr/lib/aarch64-linux-gnu/pkgconfig/libdpdk.pc; do
	[ -f "$tmp/root/$f" ] || die "$f is in none of the arm64 packages"
done

if [ ! -x "$qemu" ]; then
	say "downloading qemu-user-static"
	apt_private_init "$tmp/native" deb
	fetch "$tmp/native" update || die "apt-get update failed: is there a network?"
	(cd "$tmp" && fetch "$tmp/native" download qemu-user-static) ||
		die "qemu-user-static cannot be downloaded; install it: apt-get install" \
			"qemu-user-static"
	unpack "$tmp"/qemu-user-static_*.deb "$tmp" ./usr/bin/qemu-aarch64-static
	mv "$tmp/usr/bin/qemu-aarch64-static" "$out/"
fi

rm -rf "$out/root" "$out/.complete"
mv "$tmp/root" "$out/root"
cat >"$out/meson.cross" <<END
[constants]
root = '$out/root'
emulator = ['$qemu', '-L', root]

[binaries]
c = ['aarch64-linux-gnu-gcc', '--sysroot=' + root]
ar = 'aarch64-linux-gnu-ar'
strip = 'aarch64-linux-gnu-strip'
pkgconfig = 'pkg-config'
exe_wrapper = emulator

[properties]
sys_root = root
pkg_config_libdir = root / 'usr/lib/aarch64-linux-gnu/pkgconfig'
needs_exe_wrapper = true
# also for programs that are arguments of other programs
emulator = emulator

[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'armv8-a'
endian = 'little'
END
echo "$stamp" >"$out/.complete"
say "arm64 packages of DPDK $version in $out/root"
echo "$out"
