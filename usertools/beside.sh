# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Copyright (c) 2026, the ENA PMD authors
#
# shellcheck disable=SC2154,SC2016
#
# For quickstart.sh, to be sourced: a load of busy processes, and what tests did beside it.

busy=()

# busy_start N: as many processes that do nothing but need a CPU; none outlives this shell. Each is
# a session of its own: the scheduler may give a whole session no more than one of the tests'
# programs.
busy_start()
{
	local i
	for ((i = 0; i < $1; i++)); do
		setsid bash -c 'while kill -0 "$0"; do :; done' $$ </dev/null >/dev/null 2>&1 &
		busy+=($!)
		disown
	done
}

busy_stop()
{
	[ ${#busy[@]} -eq 0 ] || kill -KILL "${busy[@]}" 2>/dev/null || true
	busy=()
}

# run_sums P F S NUMBER OF: the line about one run; before it the sums were P, F and S
run_sums()
{
	say "run $4 of $5: $((passed - $1)) passed, $((failed - $2)) failed," \
		"$((skipped - $3)) skipped"
	[ "$failed" -ne "$2" ] || return 0
	mkdir -p "$logs/run-$4"
	cp "$logs"/*.log "$build"/meson-logs/testlog*.txt "$logs/run-$4" 2>/dev/null || true
	say "   its output: $logs/run-$4"
}
