# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Copyright (c) 2026, the ENA PMD authors
#
# shellcheck disable=SC2154
#
# For quickstart.sh, to be sourced: install packages of Debian that are missing.

# apt_step NAME WHAT ARGUMENTS...: apt-get as a step; others that use the package system go first
apt_step()
{
	local name=$1 what=$2 status begin=$SECONDS holder told=
	shift 2
	say "$what"
	while :; do
		status=0
		run_step "$name" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -q \
			-o Acquire::Retries=3 -o DPkg::Lock::Timeout=3 "$@" || status=$?
		[ $status -ne 0 ] || break
		holder=$(apt_wait_holder "$logs/$name.log") || break
		if [ $((SECONDS - begin)) -ge "$apt_wait" ]; then
			say "   $holder still has the package system after $apt_wait s (--apt-wait)"
			break
		fi
		[ "$holder" = "$told" ] ||
			say "   waiting for $holder, which uses the package system," \
				"at most $apt_wait s"
		told=$holder
		sleep 1
	done
	[ $status -eq 0 ] || step_failed "$name" "$what"
	[ -z "$told" ] || [ $status -ne 0 ] || say "   waited $((SECONDS - begin)) s in all"
	return $status
}

# A machine that is still being set up changes its sources, and its locks come and go.
wait_for_cloud_init()
{
	local begin=$SECONDS
	apt_wait_cloud_init || return 0
	say "waiting for cloud-init, which still sets this machine up, at most $apt_wait s"
	while apt_wait_cloud_init; do
		if [ $((SECONDS - begin)) -ge "$apt_wait" ]; then
			say "   going on without it after $apt_wait s (--apt-wait)"
			return 0
		fi
		sleep 2
	done
}

missing_packages()
{
	local p have
	# It fails if it does not know one of them, and tells of the others all the same.
	have=$(dpkg-query -W -f '${Package}=${db:Status-Status}\n' "$@" 2>/dev/null) || true
	for p in "$@"; do
		[[ $'\n'$have$'\n' == *$'\n'"$p=installed"$'\n'* ]] || printf '%s ' "$p"
	done
}

install_packages()
{
	command -v dpkg-query >/dev/null || {
		say "this is no Debian: taking the compiler, meson, DPDK and libpcap as they are"
		return 0
	}
	local missing
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	if [ "$install" = no ] || [ "$(id -u)" != 0 ]; then
		die "missing packages: $missing" $'\n' "install them: sudo apt-get install $missing"
	fi
	wait_for_cloud_init
	apt_step apt-update "reading package lists" update || exit 1
	# shellcheck disable=SC2086
	apt_step apt-install "installing $missing" -y -o Dpkg::Options::=--force-confold \
		install --no-install-recommends $missing || exit 1
}
