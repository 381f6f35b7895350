#!/bin/sh
# Delivery seen from outside: the built-in client with real servers, as many events as a long life has, and how fast they go.
#     CC, CFLAGS   the compiler, else cc, and its flags, else -O2
#     BUILD        the folder for all output
#     SOAK         events of the long run, else 100,000
#     PARTS        some of: load
# The closing line is "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd)
work=${BUILD:-$here/../build}/delivery
warn="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror"
passed=0 failed=0 skipped=0
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
    exit
}

# lacking WHAT: a tool that is not there.
lacking() {
    echo "skipped: there is no $1"
    if [ "${CI:-}" = true ]; then failed=$((failed + 1)); else skipped=$((skipped + 1)); fi
}

# check NAME COMMAND...: what it printed is in $work/log, and shown when it fails.
check() {
    name=$1
    shift
    if "$@" >"$work/log" 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAIL $name"
        tail -n 8 "$work/log"
        return 1
    fi
}

# compile PROGRAM
compile() {
    check "$1.c" ${CC:-cc} -std=c99 ${CFLAGS:--O2 -g} $warn -o "$work/$1" "$here/$1.c" -pthread
}

# at_most NUMBER LIMIT
at_most() {
    echo "$1, allowed are $2"
    [ "$1" -le "$2" ]
}

# value NAME: of a line "NAME VALUE" that the last step printed.
value() {
    awk -v name="$1" '$1 == name { print $2 }' "$work/log"
}

# instructions N: of a burst of N events, all threads; where memory is copied and cleared by one instruction a piece, not a byte.
instructions() {
    GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000 \
        valgrind --tool=callgrind --callgrind-out-file="$work/callgrind" "$work/load" burst "$work/receiver" "$1" >&2 || return 1
    awk '/^(summary|totals):/ { n = $2 } END { print n }' "$work/callgrind"
}

# per_event: instructions from capture to answer.
per_event() {
    once=$(instructions 300) && twice=$(instructions 600) && echo "instructions $(((twice - once) / 300))"
}

part_load() {
    best=0
    for try in 1 2 3 4 5; do
        check "a burst, run $try" "$work/load" burst "$work/receiver" 5000 || return
        speed=$(value events_per_second)
        [ "$speed" -le "$best" ] || best=$speed
    done
    echo "burst: $best events/s of $(value bytes_per_event) bytes, best of 5"
    if command -v valgrind >/dev/null; then
        check "count instructions" per_event && count=$(value instructions) \
            && echo "burst: $count instructions an event" && check "instructions an event" at_most "$count" 60000
    else
        lacking valgrind
    fi
    check "a long run" "$work/load" soak "$work/receiver" "${SOAK:-100000}" || return
    echo "soak: ${SOAK:-100000} events of $(value bytes_per_event) bytes, $(value events_per_second) events/s," \
        "peak memory $(value peak_kB) kB, $(value growth_kB) kB of them after the first $(value warm)"
    check "memory of a long run" at_most "$(value growth_kB)" 8192
}

compile receiver && compile load || finish
for part in ${PARTS:-load}; do
    part_$part
done
finish
