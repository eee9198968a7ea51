# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
#
# For scripts to source: apt-get on a machine that also does something else with its packages. A
# fresh cloud machine upgrades itself for its first minutes, and has the locks of apt and dpkg
# then.
# shellcheck shell=bash

# apt_wait_holder LOG: who has a lock that the apt-get with this output wanted; fails if that was
# not its problem. apt waits for dpkg's locks itself (DPkg::Lock::Timeout), but not for those of
# the package lists and of the archives, and tells only its log.
apt_wait_holder()
{
	local line locked='held by process|locked by another process|is another process using it'
	grep -qE "$locked|11: Resource temporarily" "$1" || return 1
	line=$(grep -oE 'held by process [0-9]+( \([^)]*\))?|another process with pid [0-9]+' "$1" |
		tail -n 1)
	line=${line#held by }
	printf '%s' "${line:-another program}"
}

# apt_wait_cloud_init: whether this machine is still being set up, and not by this very script.
apt_wait_cloud_init()
{
	local pid=$$ stat
	command -v cloud-init >/dev/null || return 1
	# cloud-init runs scripts of users; one that calls us would wait for itself.
	while [ "$pid" -gt 1 ]; do
		! tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q cloud-init || return 1
		stat=$(cat "/proc/$pid/stat" 2>/dev/null) || break
		stat=${stat##*) }
		read -r _ pid _ <<<"$stat"
	done
	timeout 20 cloud-init status 2>/dev/null </dev/null | grep -q '^status: running'
}
