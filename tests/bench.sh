#!/bin/sh
# Builds bench.c and counts the instructions of each operation (callgrind): the difference of N and 2 N calls, over N; of all
# threads, but of transactions only what their caller's thread takes, because the worker writes them. Fails when one takes more than bench.c allows, or when sentry_init takes too much memory or threads.
# Without valgrind nothing is counted: a failure when CI=true, else a skip.
#     CC       the compiler, else cc
#     BENCH_KB, BENCH_THREADS     what sentry_init may add; 640 and 1
set -u
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. ./tier.sh

# judge WHAT NUMBER LIMIT
judge() {
    if test "$2" -le "$3"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $1: $2, allowed are $3"
    fi
}

if ! ${CC:-cc} -std=c99 -O2 -g -pthread -o "$work/bench" bench.c; then
    echo "FAIL bench.c does not compile"
    failed=1
    finish
fi

# instructions NAME N: of a whole run
instructions() {
    set -- "$1" "$2" no out
    case $1 in *sampled*) set -- "$1" "$2" yes out-01 ;; esac
    valgrind --tool=callgrind --separate-threads="$3" --callgrind-out-file="$work/out" "$work/bench" "$1" "$2" >"$work/log" 2>&1 \
        || { cat "$work/log" >&2; return 1; }
    awk '/^(summary|totals):/ { n = $2 } END { print n }' "$work/$4"
}

# per_call NAME N
per_call() {
    once=$(instructions "$1" "$2") && twice=$(instructions "$1" $(($2 * 2))) && echo $(((twice - once) / $2))
}

"$work/bench" >"$work/table" || { echo "FAIL bench"; failed=1; finish; }

if command -v valgrind >/dev/null; then
    printf '%-16s %10s %13s %10s %8s %8s\n' operation ns instructions 'plain C' ratio limit
    "$work/bench" list >"$work/list"
    loop=$(per_call plain:off_set_tag 1000000) # an empty loop: what the counting itself takes
    while read -r name limit n <&3; do
        ns=$(awk -v name="$name" '$1 == name { print $2; exit }' "$work/table")
        if ! count=$(per_call "$name" "$n") || ! plain=$(per_call "plain:$name" "$n"); then
            failed=$((failed + 1))
            echo "FAIL $name does not run under valgrind"
            continue
        fi
        count=$((count - loop))
        ratio=$(awk -v a="$count" -v b="$plain" 'BEGIN { printf "%.1f", (b > 0) ? a / b : 0 }')
        shown=$limit
        test "$limit" -gt 0 || shown=-
        printf '%-16s %10s %13s %10s %8s %8s\n' "$name" "$ns" "$count" "$plain" "$ratio" "$shown"
        test "$limit" = 0 || judge "instructions of $name" "$count" "$limit"
    done 3<"$work/list"
elif test "${CI:-}" = true; then
    echo "FAIL there is no valgrind"
    failed=$((failed + 1))
    sed '/^$/,$d' "$work/table"
else
    echo "instructions: skipped, there is no valgrind"
    skipped=$((skipped + 1))
    sed '/^$/,$d' "$work/table"
fi

sed -n '/^own hubs/,/^$/p' "$work/table" | { echo; cat; }

# A process of its own, so that nothing else has grown it.
"$work/bench" start >"$work/start" || { echo "FAIL bench start"; failed=$((failed + 1)); finish; }
cat "$work/start"
kb=$(awk '$1 == "memory_kB" { print $2 }' "$work/start")
threads=$(awk '$1 == "threads" { print $2 }' "$work/start")
if test "$kb" -lt 0 || test "$threads" -lt 0; then
    echo "memory and threads: skipped, there is no /proc"
    skipped=$((skipped + 1))
else
    judge "memory in kB after sentry_init" "$kb" "${BENCH_KB:-640}"
    judge "threads after sentry_init" "$threads" "${BENCH_THREADS:-1}"
fi
finish
