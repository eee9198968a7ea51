#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
#
# Take down what was left behind by a run or a test that was killed.
#
# A program that changes the machine (usertools/showcase.py, the integration tests) first writes a
# record, and removes it when the change is undone. A record whose writer is dead is what is left
# to do; nothing else is touched, whatever its name is:
#
#   owner PID START        the writer, with its start time (field 22 of /proc/PID/stat)
#   netns NAME             a network namespace, with the processes that live in it
#   mount DIR              a mount
#   setting FILE OLD NEW   a number in FILE that was raised from OLD to NEW at most
#
# See --help.

set -uo pipefail

usage()
{
	cat <<-'END'
	usage: sweep.sh [DIR]

	Takes down what a run or a test of this project left on the machine when it was killed:
	network namespaces with the processes in them, mounts, and settings that were raised. What
	belongs to a process that lives, or has no record, is not touched. Prints what it takes
	down; nothing if there is nothing to do.

	  DIR   the directory of the records (default: $ENA_UNDO_DIR, or /run/ena-pmd)
	END
}

case ${1:-} in
-h | --help) usage; exit 0 ;;
-*) echo "sweep.sh: unknown option '$1', try --help" >&2; exit 2 ;;
esac
[ $# -le 1 ] || { echo "sweep.sh: one directory at most, try --help" >&2; exit 2; }
[ $# -eq 0 ] || [ -d "$1" ] || { echo "sweep.sh: there is no directory '$1'" >&2; exit 2; }

dir=${1:-${ENA_UNDO_DIR:-/run/ena-pmd}}

alive()
{
	local stat state start
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# The name may hold anything, blanks and parentheses too.
	read -r state _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ start _ <<<"${stat##*) }"
	[ "$start" = "$2" ] && [ "$state" != Z ] && [ "$state" != X ]
}

remove_namespace()
{
	local pids
	[ -e "/run/netns/$1" ] || return 0
	pids=$(ip netns pids "$1" 2>/dev/null)
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill -KILL $pids 2>/dev/null
	ip netns del "$1" 2>/dev/null
}

restore()
{
	local now
	now=$(cat "$1" 2>/dev/null) || return 0
	# Not if somebody else has changed it meanwhile.
	[ "$now" -le "$2" ] || [ "$now" -gt "$3" ] || echo "$2" >"$1"
}

shopt -s nullglob
for record in "$dir"/*.undo; do
	read -r word pid start <"$record" || continue
	[ "$word" = owner ] || continue
	! alive "$pid" "$start" || continue
	echo "taking down what process $pid left behind"
	while read -r word a b c; do
		case $word in
		netns) remove_namespace "$a" ;;
		mount) ! mountpoint -q "$a" || umount "$a" || umount -l "$a" ;;
		setting) restore "$a" "$b" "$c" ;;
		esac
	done <"$record"
	rm -f "$record"
done
exit 0
