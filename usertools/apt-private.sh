# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
#
# An apt of its own, for scripts to source: the machine's own sources, but lists, caches and
# known packages in a directory, so that the machine's package state stays as it is.
# shellcheck shell=bash

# apt_private_init DIR TYPE: the machine's sources with deb or deb-src as their type
apt_private_init()
{
	local dir=$1 type=$2 f
	mkdir -p "$dir"/{sources,lists/partial,cache/archives/partial}
	: >"$dir/status"
	for f in /etc/apt/sources.list.d/*.sources; do
		[ -f "$f" ] || continue
		sed -E "s/^Types:.*/Types: $type/; /^Architectures:/d" "$f" >"$dir/sources/${f##*/}"
	done
	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$f" ] || continue
		sed -nE "s/^[[:space:]]*deb([[:space:]])/$type\1/p" "$f" \
			>"$dir/sources/${f##*/}.list"
	done
}

# apt_private DIR ARGUMENTS...: apt-get in the directory
apt_private()
{
	local dir=$1
	shift
	apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$dir/sources" \
		-o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir/cache" \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 -o Acquire::Languages=none \
		-o DPkg::Lock::Timeout=900 \
		"$@"
}
