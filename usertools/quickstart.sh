#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
#
# From nothing to packets on one machine: set up, build, show, test, clean. See --help.

set -euo pipefail

top=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
self=${0##*/}
# shellcheck source=usertools/apt-wait.sh
. "$top/usertools/apt-wait.sh"
# shellcheck source=usertools/packages.sh
. "$top/usertools/packages.sh"
# shellcheck source=usertools/beside.sh
. "$top/usertools/beside.sh"

usage()
{
	cat <<-END
	usage: sudo $self COMMAND [OPTIONS]
	       sudo $self test [OPTIONS] [NAME...]

	  run      build, then pass the traffic of two real TCP/IP stacks through dpdk-testpmd on
	           this driver and two software ENA ports; prints what was seen
	  test     build, then run the unit tests and the integration tests, or those that are
	           named; the last line is "N passed, N failed"
	  lint     check the source tree: format (clang-format, 100 columns), length of functions,
	           includes, licences, shell scripts, Python, spelling. One line for each finding
	  vm-test  build, also a device with sanitizers, then run the tests in virtual machines:
	           stock Debian kernels meet the software device over vfio-user (downloads some
	           270 MB once, into .cache/vm); about 12 minutes, with --short about 5
	  arm-test build for arm64 with a cross compiler, then run the unit tests and the data-path
	           part of the integration tests in an emulator of that CPU, in build-arm64
	           (downloads some 130 MB once, into .cache/arm64)
	  bench    build, then measure TSC cycles per packet of this driver and of DPDK's own, side
	           by side; plots and bench.json are in DIR/bench (doc/performance.md)
	  docs     build the guide with Sphinx, warnings being errors, in build-docs
	  fuzz     build with clang, then run each of the fuzzers for a while, in build-fuzz; what
	           they have found out about the code is kept there for the next time
	  setup    only install what is missing and fetch the driver headers
	  clean    remove the build directories and caches that this script has made, and
	           whatever an aborted run left behind

	Options of all commands that build:
	  --build DIR      build directory (default: build)
	  --no-install     do not install packages; say what is missing instead
	  --apt-wait N     how many seconds to wait while other programs install packages, as fresh
	                   cloud machines do for some minutes (default: 900)
	  --verbose        show the output of every step, not only of one that fails

	Options of run:
	  --driver NAME    net_ena_pmd (default) or net_ena, DPDK's own driver
	  --seconds N      length of each measurement (default: 3)
	  --pcap           no TAP interfaces: pass frames from file to file

	Options of test:
	  NAME             run nothing but this: a unit test program (test_stats), an integration
	                   test file (test_rings or test_rings.py), or a path of either; with
	                   ::TEST behind it one test of them. Nothing gets a second try then
	  --driver NAME    driver for the integration tests: net_ena_pmd (default), net_ena or both
	  --cc COMPILER    compiler for a new build directory (default: cc)
	  --sanitize       build with the address and undefined-behaviour sanitizers
	  --units          only the unit tests
	  --no-units       only the integration tests
	  --valgrind       run the unit tests under valgrind
	  --dpdk-prefix D  build and test with the DPDK that is installed under D (in
	                   build-dpdk-VERSION)
	  --simd BITS      widest vectors that a driver may use: 64 (scalar functions), 128, 256
	                   (AVX2), 512 (AVX-512); default: what EAL allows, 256 on x86-64
	  --repeat N       run the tests N times; the last line is the sum, and nothing gets a
	                   second try. The output of runs that fail stays in
	                   DIR/quickstart-logs/run-NUMBER
	  --beside N       run them beside N busy processes
	  -k EXPRESSION    only the integration tests that pytest selects with it
	  -m EXPRESSION    only those with such a marker: --driver net_ena -m upstream_defect runs
	                   the tests that name a defect of DPDK's own driver, which it has to fail

	Options of fuzz:
	  --seconds N      how long each of the fuzzers runs (default: 60)

	Options of vm-test:
	  --short          only what shows that each part works
	  --kernels LIST   guest kernels, of 6.1, 6.12 and 7 (default: all, with --short 6.12)
	  -k EXPRESSION    only the tests that pytest selects with it

	Options of arm-test:
	  --units          only the unit tests
	  -k EXPRESSION    the integration tests that pytest selects with it, instead of a short
	                   choice

	Options of bench:
	  --quick          few cases, in seconds instead of minutes
	  --cases PATTERN  as app/ena-bench/ena-bench.py --help explains
	  --dpdk-prefix D  build against the DPDK that is installed under D, compare there

	Root (sudo) is needed to install packages and for TAP interfaces. Beside the packages, run
	changes nothing on the machine but for two network namespaces. test makes such namespaces
	too, and some of its tests reserve 256 hugepages of 2 MiB and mount a hugetlbfs; without
	root they are skipped. All that is put back when the tests end or are interrupted; if they
	are killed (SIGKILL), the next command of this script does it. No kernel module is loaded.
	The output of every step is in DIR/quickstart-logs of the build directory.
	END
}

packages='build-essential meson ninja-build pkg-config dpdk dpdk-dev libdpdk-dev libpcap-dev
	libnuma-dev libcmocka-dev python3 python3-pyelftools'
packages_run='iproute2 iputils-ping iperf3 tcpdump procps'
packages_test='python3-pytest python3-hypothesis python3-scapy binutils'
packages_lint='clang-format-14 shellcheck python3 flake8 codespell'

command=${1:---help}
[ $# -gt 0 ] && shift

build=$top/build
install=yes
apt_wait=900
verbose=no
driver=net_ena_pmd
seconds=
show=()
cc=
sanitize=no
units=
names=()
valgrind=no
prefix=
cross=
select=()
bench=()
simd=
short=no
kernels=
repeat=1
beside=0

need()
{
	[ $# -ge 2 ] || { echo "$self: $1 needs a value" >&2; exit 2; }
}

while [ $# -gt 0 ]; do
	case $1 in
	--build) need "$@"; build=$(readlink -m "$2"); shift ;;
	--no-install) install=no ;;
	--apt-wait) need "$@"; apt_wait=$2; shift ;;
	-v | --verbose) verbose=yes ;;
	--driver) need "$@"; driver=$2; shift ;;
	--seconds) need "$@"; seconds=$2; shift ;;
	--pcap) show=(--pcap) ;;
	--cc) need "$@"; cc=$2; shift ;;
	--sanitize) sanitize=yes ;;
	--units) units=only ;;
	--no-units) units=none ;;
	--valgrind) valgrind=yes ;;
	--dpdk-prefix) need "$@"; prefix=$(readlink -m "$2"); shift ;;
	--short) short=yes ;;
	--kernels) need "$@"; kernels=$2; shift ;;
	--quick) bench+=(--quick) ;;
	--cases) need "$@"; bench+=(--cases "$2"); shift ;;
	-k | -m) need "$@"; select+=("$1" "$2"); shift ;;
	--simd) need "$@"; simd=$2; shift ;;
	--repeat) need "$@"; repeat=$2; shift ;;
	--beside) need "$@"; beside=$2; shift ;;
	-h | --help) usage; exit 0 ;;
	*)
		if [ "$command" != test ] || [ "${1#-}" != "$1" ] || [ -z "$1" ]; then
			echo "$self: unknown argument '$1', try --help" >&2
			exit 2
		fi
		names+=("$1")
		;;
	esac
	shift
done
case $apt_wait in
'' | *[!0-9]*) echo "$self: --apt-wait is a number of seconds, not '$apt_wait'" >&2; exit 2 ;;
esac
case $simd in
'' | 64 | 128 | 256 | 512) ;;
*) echo "$self: --simd is 64, 128, 256 or 512, not '$simd'" >&2; exit 2 ;;
esac
[[ $repeat =~ ^[1-9][0-9]{0,3}$ && $beside =~ ^[0-9]{1,3}$ ]] ||
	{ echo "$self: --repeat is 1 to 9999, --beside 0 to 999" >&2; exit 2; }
case $driver in
net_ena_pmd | net_ena | both) ;;
*) echo "$self: --driver is net_ena_pmd, net_ena or both, not '$driver'" >&2; exit 2 ;;
esac

# EAL refuses plug-ins that everybody may write to.
umask o-w

logs=$build/quickstart-logs
headers=
child=
configured=no
# Namespaces have names of their own, so that several runs do not get into each other's way.
tag=ena-qs-$$

say()
{
	printf '%s\n' "== $*"
}

die()
{
	printf '%s\n' "$self: $*" >&2
	exit 1
}

# Take down what processes of ours that are dead have left on the machine, and nothing else.
sweep()
{
	[ "$(id -u)" != 0 ] || "$top/usertools/sweep.sh"
}

# Give what root made in the tree to the owner of the tree.
give_back()
{
	[ "$(id -u)" = 0 ] || return 0
	local d
	for d in "$build" "$top/.cache"; do
		[ ! -d "$d" ] || chown -R --reference="$top" "$d" 2>/dev/null || true
	done
}

cleanup()
{
	local status=$?
	trap - EXIT
	trap '' INT TERM HUP
	set +e
	busy_stop
	if [ -n "$child" ] && kill -0 "$child" 2>/dev/null; then
		# The step has a process group of its own: it first, and then by force. A test takes
		# down what it has set up, which may need some seconds. What it started ends with
		# it.
		kill -TERM -- "-$child" 2>/dev/null
		local i
		for ((i = 0; i < 100; i++)); do
			kill -0 -- "-$child" 2>/dev/null || break
			[ $i != 10 ] || say "waiting at most 30 s for what runs to take itself down"
			sleep 0.3
		done
		kill -KILL -- "-$child" 2>/dev/null
		wait "$child" 2>/dev/null
	fi
	sweep
	give_back
	exit "$status"
}
trap cleanup EXIT
trap 'echo; say "interrupted, cleaning up"; exit 130' INT
trap 'exit 143' TERM HUP

# Run a command in a process group of its own, so that clean-up reaches all of it.
grouped()
{
	local status=0
	set -m
	"$@" </dev/null &
	child=$!
	set +m
	wait "$child" || status=$?
	child=
	return $status
}

# run_step NAME COMMAND...: all output in a log
run_step()
{
	local log=$logs/$1.log
	shift
	mkdir -p "$logs"
	printf '%s\n' "\$ $*" >"$log"
	# shellcheck disable=SC2016
	if [ $verbose = yes ]; then
		grouped bash -c 'set -o pipefail; log=$1; shift; "$@" 2>&1 | tee -a "$log"' \
			- "$log" "$@"
	else
		grouped bash -c 'log=$1; shift; exec "$@" >>"$log" 2>&1' - "$log" "$@"
	fi
}

# step_failed NAME WHAT
step_failed()
{
	[ $verbose = yes ] || tail -n 60 "$logs/$1.log" >&2
	say "failed ($2): the whole output is in $logs/$1.log"
}

# step NAME WHAT COMMAND...: progress for people, all output in a log, the log if it fails.
step()
{
	local name=$1 what=$2 status=0 begin=$SECONDS
	shift 2
	say "$what"
	run_step "$name" "$@" || status=$?
	if [ $status -ne 0 ]; then
		step_failed "$name" "$what"
		return $status
	fi
	[ $((SECONDS - begin)) -lt 2 ] || say "   done in $((SECONDS - begin)) s"
}

setup()
{
	local wanted=$packages
	[ "$1" = setup ] || [ "$1" = clean ] || wanted="$wanted $packages_run"
	case $1 in test | setup | arm-test) wanted="$wanted $packages_run $packages_test" ;; esac
	[ "$1" != arm-test ] || wanted="$wanted gcc-aarch64-linux-gnu"
	[ $valgrind = no ] || wanted="$wanted valgrind"
	case ${cc:-cc} in *clang*) wanted="$wanted clang" ;; esac
	[ "$sanitize$cc" != yesclang ] || wanted="$wanted libclang-rt-dev"
	# shellcheck disable=SC2086
	install_packages $wanted

	# A DPDK that was installed with its driver headers needs no others.
	local include
	include=$(pkg-config --variable=includedir libdpdk 2>/dev/null) ||
		die "pkg-config does not find libdpdk: install libdpdk-dev, or set PKG_CONFIG_PATH"
	if [ -f "$include/ethdev_driver.h" ] || [ -f "$include/dpdk/ethdev_driver.h" ]; then
		say "DPDK $(pkg-config --modversion libdpdk) has its driver headers"
		return 0
	fi
	local v
	v=$(pkg-config --modversion libdpdk)
	headers=$top/.cache/dpdk-$v
	step headers "driver headers of DPDK $v" \
		"$top/usertools/dpdk-driver-headers.sh" --out "$headers" ||
		die "no driver headers: see above"
}

# Names by their paths: a virtual environment may have a meson and a python3 of its own.
meson=/usr/bin/meson
[ -x $meson ] || meson=meson
python3=/usr/bin/python3
[ -x $python3 ] || python3=python3

# The file that marks a build directory as made by this script: it may remove such a directory.
mark=.made-by-quickstart

# fresh_build DIR STATE...: before DIR is configured. A build directory remembers paths and versions
# that a clone or a DPDK that moved has no more. meson does not notice, or fails in ways that do
# not say so. STATE is for build-state.py.
fresh_build()
{
	local dir=$1 why
	shift
	if [ ! -e "$dir/meson-private" ] && [ ! -e "$dir/build.ninja" ]; then
		# Nothing but our own logs may be there.
		if [ ! -d "$dir" ] || [ -z "$(find "$dir" -mindepth 1 -maxdepth 1 \
			! -name quickstart-logs -print -quit)" ]; then
			mkdir -p "$dir"
			: >"$dir/$mark"
		fi
		return 0
	fi
	# The directory of a build that failed to configure is no use.
	if [ ! -f "$dir/build.ninja" ]; then
		rm -rf "$dir/meson-private" "$dir/meson-info"
		return 0
	fi
	why=$("$python3" "$top/usertools/build-state.py" "$dir" --source "$top" "$@") || why=
	[ -n "$why" ] || return 0
	[ -f "$dir/$mark" ] || die "$dir does not fit any more: $why."$'\n' \
		"This script did not make it, so it does not remove it: do so, or name another" \
		"with --build"
	say "configuring $dir anew: $why"
	find "$dir" -mindepth 1 -maxdepth 1 ! -name quickstart-logs ! -name corpus ! -name "$mark" \
		-exec rm -rf {} +
}

configure()
{
	local args=(-Dtests=true -Ddriver=enabled) verb=setup state=()
	# Also if there is none: a directory that had one of another DPDK would keep it.
	args+=("-Ddpdk_driver_headers=${headers:+$headers/include}")
	args+=("-Dpmdinfogen=${headers:+$headers/buildtools/pmdinfogen.py}")
	[ $sanitize = no ] || args+=('-Db_sanitize=address,undefined' -Db_lundef=false)
	if [ -n "$cross" ]; then
		args+=("--cross-file=$cross")
	else
		state=(--dpdk)
	fi
	fresh_build "$build" "${state[@]}"
	[ ! -f "$build/build.ninja" ] || verb='setup --reconfigure'
	[ -z "$cc" ] || export CC=$cc
	# shellcheck disable=SC2086
	step configure "configuring $build" "$meson" $verb "${args[@]}" "$build" "$top" || exit 1
	configured=yes
}

# build_all TARGET...: all of them if none is named
build_all()
{
	[ $configured = yes ] || configure
	step build "building" ninja -C "$build" -j "$(jobs_at_once)" "$@" || exit 1
}

# A compiler takes up to half a gigabyte.
jobs_at_once()
{
	local cpus mem
	cpus=$(nproc)
	mem=$(awk '/^MemAvailable:/ {print int($2 / 524288)}' /proc/meminfo)
	[ "$mem" -ge 1 ] || mem=1
	echo $((cpus < mem ? cpus : mem))
}

do_run()
{
	[ "$driver" != both ] || die "run takes one driver"
	check_places
	setup run
	build_all
	say "traffic"
	local status=0
	PYTHONDONTWRITEBYTECODE=1 grouped "$python3" "$top/usertools/showcase.py" --build "$build" \
		--driver "$driver" --seconds "${seconds:-3}" --tag "$tag" \
		--log "$logs/testpmd.log" "${show[@]}" || status=$?
	[ $status -eq 0 ] ||
		say "the run failed (exit $status); testpmd's output: $logs/testpmd.log"
	return $status
}

passed=0 failed=0 skipped=0 retried=
# What select_tests has found.
files=() unit_names=()

# Add "P F S" to the sums.
add_counts()
{
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# run_units NAME...: the unit tests, or those that select-tests.py has found: NAME is that of meson,
# or NAME::CASE for one case of that program
run_units()
{
	local args=(test -C "$build" --no-rebuild --print-errorlogs --num-processes 2) name all=()
	local log=$build/meson-logs/testlog.json
	if [ $valgrind = yes ]; then
		args+=(--timeout-multiplier 20 --no-suite no-valgrind --wrapper "valgrind -q \
--fair-sched=try --error-exitcode=99 --leak-check=full \
--errors-for-leak-kinds=definite,indirect,possible --suppressions=$top/tests/unit/valgrind.supp")
		log=$build/meson-logs/testlog-valgrind.json
	elif [ $sanitize = yes ]; then
		args+=(--timeout-multiplier 5)
	fi
	for name in "$@"; do
		[[ $name == *::* ]] || all+=("$name")
	done
	if [ $# -eq 0 ] || [ ${#all[@]} -gt 0 ]; then
		units_once "unit tests" '' "$log" "${args[@]}" "${all[@]}"
	fi
	for name in "$@"; do
		[[ $name != *::* ]] || units_once "unit tests $name" "${name#*::}" "$log" \
			"${args[@]}" "${name%%::*}"
	done
}

# units_once WHAT CASE LOG ARGUMENTS-OF-MESON...: one run of meson test
units_once()
{
	local what=$1 case=$2 log=$3 counts
	shift 3
	rm -f "$log"
	step units "$what" env ASAN_OPTIONS=detect_leaks=1 ENA_TEST_FILTER="$case" \
		UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$meson" "$@" || true
	counts=$("$python3" "$top/usertools/count-tests.py" meson "$log") || true
	say "   $what: ${counts:-0 1 0} (passed, failed, skipped)"
	# shellcheck disable=SC2086
	add_counts ${counts:-0 1 0}
}

# pytest_once NAME TESTS CACHE ARGUMENTS...: leaves NAME.log and NAME.xml in the log directory
pytest_once()
{
	local name=$1 tests=$2 cache=$3
	shift 3
	rm -f "$logs/$name.xml"
	# pytest shows its own progress on the terminal, and the log gets the same.
	# shellcheck disable=SC2016
	PYTHONDONTWRITEBYTECODE=1 grouped bash -c \
		'set -o pipefail; log=$1; shift; "$@" 2>&1 | tee "$log"' - "$logs/$name.log" \
		"$python3" -m pytest -c "$tests/pytest.ini" --rootdir "$tests" \
		"${files[@]:-$tests}" --build "$build" --junitxml "$logs/$name.xml" \
		-o "cache_dir=$logs/$cache" "$@" || true
}

# with_second_try NAME WHAT MOST COMMAND...: run the tests of "COMMAND NAME", which is pytest, and
# once more those that failed, if they are not more than MOST. Real traffic and real time on a
# machine that others share: both tries stay in the log. A defect fails twice.
with_second_try()
{
	local name=$1 what=$2 most=$3 p f s p2 f2 s2 run=$4 count=$top/usertools/count-tests.py
	shift 4
	mkdir -p "$logs"
	"$run" "$name" "$@" "${select[@]}"
	read -r p f s < <("$python3" "$count" junit "$logs/$name.xml") || true
	p=${p:-0} f=${f:-1} s=${s:-0}
	# Who repeats the runs or names a test looks for what fails once.
	if [ "$repeat" -eq 1 ] && [ ${#names[@]} -eq 0 ] && [ -f "$logs/$name.xml" ] &&
		[ "$f" -gt 0 ] && [ "$f" -le "$most" ]; then
		say "$what: second try of $f that failed"
		"$run" "$name-again" "$@" --last-failed --last-failed-no-failures none
		read -r p2 f2 s2 < <("$python3" "$count" junit "$logs/$name-again.xml") || true
		if [ $((${p2:-0} + ${f2:-1} + ${s2:-0})) -ge "$f" ]; then
			p=$((p + p2)) f=$f2 s=$((s + s2))
			retried+=" $("$python3" "$count" retried "$logs/$name.xml" \
				"$logs/$name-again.xml" | tr '\n' ' ')"
		fi
	fi
	add_counts "$p" "$f" "$s"
}

# run_integration DRIVER ARGUMENTS...: with more arguments for pytest
run_integration()
{
	local d=$1 args=("${@:2}") what
	[ -z "$prefix" ] || args+=(--dpdk-prefix "$prefix")
	[ -z "$simd" ] || args+=(--simd "$simd")
	what="integration tests on $d"
	say "$what${simd:+, vectors of at most $simd bits}"
	with_second_try "integration-$d" "$what" 6 pytest_once "$top/tests/integration" "cache-$d" \
		--driver "$d" "${args[@]}"
}

# The first directory on the way to DIR that everybody may write to. EAL loads no plug-in by a
# path with such a directory in it, sticky or not.
world_writable()
{
	local dir=$1
	while :; do
		if [ -d "$dir" ] && [ -n "$(find "$dir" -maxdepth 0 -perm -o=w)" ]; then
			printf '%s' "$dir"
			return 0
		fi
		[ "$dir" != / ] || return 1
		dir=$(dirname "$dir")
	done
}

# Said before anything is built, not by EAL in the middle of a test.
check_places()
{
	local where
	if [ -n "$prefix" ] && where=$(world_writable "$prefix"); then
		die "--dpdk-prefix $prefix: everybody may write to $where, and no program of a" \
			"DPDK below such a directory starts (EAL: 'world-writable and insecure')." \
			$'\n' \
			"Install it elsewhere, or take the right away: chmod o-w $where"
	fi
	if where=$(world_writable "$build"); then
		say "note: everybody may write to $where, so EAL loads the plug-in from $build"
		say "   by its name only (LD_LIBRARY_PATH), not by its path. Tests of paths are" \
			"skipped."
	fi
}

# Build and test with the DPDK under --dpdk-prefix instead of the installed one.
use_prefix()
{
	local dir
	[ -n "$prefix" ] || return 0
	for dir in "$prefix"/lib/pkgconfig "$prefix"/lib/*/pkgconfig "$prefix"/lib64/pkgconfig; do
		[ -f "$dir/libdpdk.pc" ] || continue
		export PKG_CONFIG_PATH=$dir
		# For programs that are linked with it; no system-wide list names its directory.
		export LD_LIBRARY_PATH=${dir%/pkgconfig}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
		[ "$build" != "$top/build" ] ||
			build=$top/build-dpdk-$(pkg-config --modversion libdpdk)
		logs=$build/quickstart-logs
		return 0
	done
	die "no libdpdk.pc under $prefix: is a DPDK installed there (meson install, ninja install)?"
}

# The last line, one before it if need be, and the exit status.
verdict()
{
	local line="$passed passed, $failed failed"
	[ -z "${retried// /}" ] || echo "passed only at the second try:$retried"
	[ $skipped -eq 0 ] || line="$line, $skipped skipped"
	echo "$line"
	[ $failed -eq 0 ] && [ $passed -gt 0 ]
}

do_test()
{
	local i p f s targets=()
	use_prefix
	check_places
	setup test
	if [ ${#names[@]} -gt 0 ]; then
		configure
		select_tests
	fi
	build_all "${targets[@]}"
	[ "$beside" -eq 0 ] || say "beside $beside busy processes"
	busy_start "$beside"
	for ((i = 1; i <= repeat; i++)); do
		p=$passed f=$failed s=$skipped
		test_once
		[ "$repeat" -eq 1 ] || run_sums "$p" "$f" "$s" "$i" "$repeat"
	done
	busy_stop
	verdict
}

# What the names on the command line mean. files: for pytest; unit_names: for run_units; targets:
# all that has to be built for unit tests. Integration tests need the whole tree.
select_tests()
{
	local found kind what
	found=$("$python3" "$top/usertools/select-tests.py" --build "$build" --source "$top" \
		${units:+"--units=$units"} "${names[@]}") || exit 2
	while read -r kind what; do
		case $kind in
		unit) unit_names+=("$what") ;;
		target) targets+=("$what") ;;
		file) files+=("$what") ;;
		esac
	done <<<"$found"
	[ ${#files[@]} -eq 0 ] || targets=()
}

test_once()
{
	if [ "$units" != none ] && { [ ${#names[@]} -eq 0 ] || [ ${#unit_names[@]} -gt 0 ]; }; then
		run_units "${unit_names[@]}"
	fi
	if [ "$units" = only ] || { [ ${#names[@]} -gt 0 ] && [ ${#files[@]} -eq 0 ]; }; then
		return 0
	fi
	if [ "$driver" = both ]; then
		run_integration net_ena_pmd
		run_integration net_ena
	else
		run_integration "$driver"
	fi
}

do_lint()
{
	# shellcheck disable=SC2086
	install_packages $packages_lint
	PYTHONDONTWRITEBYTECODE=1 grouped "$python3" "$top/usertools/lint.py"
}

# A device with sanitizers, for the tests of abuse. Nothing else: the guest's programs know no
# sanitizer.
build_sanitized_server()
{
	local dir=$1 args=(-Dtests=false -Ddriver=disabled '-Db_sanitize=address,undefined'
		-Db_lundef=false)
	fresh_build "$dir"
	if [ ! -f "$dir/build.ninja" ]; then
		step configure-server "configuring $dir" "$meson" setup "${args[@]}" "$dir" \
			"$top" || exit 1
	fi
	step build-server "building a device with sanitizers" ninja -C "$dir" \
		-j "$(jobs_at_once)" app/softena-vfio-user/softena-vfio-user || exit 1
}

do_vm_test()
{
	local args=()
	check_places
	[ $sanitize = no ] ||
		die "--sanitize is no option of vm-test: its device for the tests of abuse always" \
			"has them"
	[ $short = no ] || args+=(--short --kernels=6.12)
	[ -z "$kernels" ] || args+=("--kernels=$kernels")
	setup test
	build_all
	build_sanitized_server "$build/server-asan"
	args+=("--server-build=$build/server-asan")
	say "tests in virtual machines"
	with_second_try vm "tests in virtual machines" 12 pytest_once "$top/tests/vm" cache-vm \
		"${args[@]}"
	verdict
}

# What runs within a few minutes in an emulator and passes every part of the data path. Some
# tests are about the machine (hugepages, TAP interfaces) or about time, which an emulator changes.
arm_select='test_pcap or test_rings or test_rss or test_tx_prepare or test_defects'

do_arm_test()
{
	local emulator
	[ "$(uname -m)" != aarch64 ] || die "this machine is an arm64 one: use the command test"
	[ "$build" != "$top/build" ] || build=$top/build-arm64
	logs=$build/quickstart-logs
	setup arm-test
	step sysroot "arm64 packages and emulator" "$top/usertools/arm64-sysroot.sh" \
		--out "$top/.cache/arm64" || die "no arm64 packages: see above"
	cross=$top/.cache/arm64/meson.cross
	cc=
	build_all
	[ "$units" = none ] || run_units
	if [ "$units" != only ]; then
		emulator=$(command -v qemu-aarch64-static) ||
			emulator=$top/.cache/arm64/qemu-aarch64-static
		[ ${#select[@]} -gt 0 ] || select=(-k "$arm_select")
		prefix=$top/.cache/arm64/root/usr
		run_integration net_ena_pmd --wrapper "$emulator -L $top/.cache/arm64/root"
	fi
	verdict
}

do_bench()
{
	check_places
	setup bench
	build_all
	[ -z "$prefix" ] || bench+=(--dpdk-prefix "$prefix")
	say "cycles per packet, this takes a few minutes (--quick: seconds)"
	[ ${#bench[@]} -gt 0 ] || bench=(--full)
	grouped "$python3" "$build/app/ena-bench/ena-bench" "${bench[@]}"
}

do_docs()
{
	# shellcheck disable=SC2086
	install_packages $packages python3-sphinx
	[ "$build" != "$top/build" ] || build=$top/build-docs
	logs=$build/quickstart-logs
	local verb=setup
	fresh_build "$build"
	[ ! -f "$build/build.ninja" ] || verb='setup --reconfigure'
	# The guide needs no driver: without its headers meson says so and goes on.
	# shellcheck disable=SC2086
	step configure "configuring $build" "$meson" $verb -Ddocs=true -Dtests=false "$build" \
		"$top" || exit 1
	step guide "building the guide" ninja -C "$build" doc/html || exit 1
	say "the guide is in $build/doc/html/index.html"
}

do_fuzz()
{
	local name corpus
	# shellcheck disable=SC2086
	install_packages $packages clang libclang-rt-dev
	[ "$build" != "$top/build" ] || build=$top/build-fuzz
	logs=$build/quickstart-logs
	fresh_build "$build"
	if [ ! -f "$build/build.ninja" ]; then
		CC=clang step configure "configuring $build" "$meson" setup -Dfuzzers=true \
			-Db_sanitize=address,undefined -Db_lundef=false "$build" "$top" || exit 1
	fi
	step build "building" ninja -C "$build" -j "$(jobs_at_once)" || exit 1
	for name in "$top"/tests/fuzz/fuzz_*.c; do
		name=$(basename "$name" .c)
		corpus=$build/corpus/$name
		mkdir -p "$corpus"
		if step "$name" "$name, ${seconds:-60} s" "$build/tests/fuzz/$name" -max_len=4096 \
			-max_total_time="${seconds:-60}" -timeout=20 -print_final_stats=1 \
			-artifact_prefix="$build/$name-" "$corpus"; then
			add_counts 1 0 0
		else
			add_counts 0 1 0
		fi
	done
	verdict
}

do_clean()
{
	local d
	for d in "$build" "$top"/build "$top"/build-*; do
		[ -d "$d" ] || continue
		# Only what this script has made, whatever its name.
		if [ -f "$d/$mark" ]; then
			say "removing $d"
			rm -rf "$d"
		elif [ -d "$d/meson-private" ]; then
			say "leaving $d, which this script has not made"
		fi
	done
	for d in "$top"/.cache/dpdk-* "$top"/.cache/arm64 "$top"/.cache/vm; do
		[ ! -d "$d" ] || { say "removing $d"; rm -rf "$d"; }
	done
	[ ! -d "$top/.cache" ] || rmdir --ignore-fail-on-non-empty "$top/.cache"
	find "$top/tests" "$top/usertools" -name __pycache__ -type d -prune -exec rm -rf {} +
}

# A run before that was killed, this script too, could not do it.
[ "$command" != --help ] && [ "$command" != help ] && sweep

case $command in
run) do_run ;;
test) do_test ;;
lint) do_lint ;;
vm-test) do_vm_test ;;
arm-test) do_arm_test ;;
bench) do_bench ;;
docs) do_docs ;;
fuzz) do_fuzz ;;
setup) setup setup ;;
clean) do_clean ;;
help | -h | --help) usage ;;
*) echo "$self: unknown command '$command', try --help" >&2; exit 2 ;;
esac
