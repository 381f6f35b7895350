#!/bin/sh
# The writer of gzip, read by others: gzip, node's zlib, libz. Some 1,300 texts, each read back byte for byte.
#     CC       the compiler, else cc
#     CFLAGS   for example sanitizers
#     BUILD    the folder for all output
# Without a reader's program it is skipped, with CI=true in the environment it fails. The closing line is
# "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd)
work=${BUILD:-$here/../build}/gzip
. "$here/../tier.sh"
rm -rf "$work/texts" && mkdir -p "$work/texts" && work=$(cd "$work" && pwd) || exit 1

trap 'rm -rf "$work/texts"' EXIT

# tally READER COMMAND...: a reader whose last line is the usual one; without it, or when it read no text, it fails.
tally() {
    reader=$1
    shift
    "$@" <"$work/names" >"$work/log" 2>&1
    set -- $(tail -n 1 "$work/log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, 0 skipped$/\1 \2/p')
    grep -v ' passed, ' "$work/log" | head -n 20
    echo "$reader: ${1:-0} passed, ${2:-1} failed"
    passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1}))
    [ "${1:-0}" -ge "$texts" ] || failed=$((failed + 1))
}

# What gzip says of each file, and what it reads.
gzip_reads() {
    good=0 bad=0
    while read -r name plain; do
        [ -z "$plain" ] || continue
        if gzip -t "$work/texts/$name.gz" && gzip -dc "$work/texts/$name.gz" | cmp -s - "$work/texts/$name"; then good=$((good + 1)); else
            bad=$((bad + 1))
            echo "FAIL $name: gzip"
        fi
    done
    echo "$good passed, $bad failed, 0 skipped"
}

${CC:-cc} ${CFLAGS:--O2} -o "$work/pack" "$here/pack.c" -pthread 2>"$work/compile.log" && "$work/pack" "$work/texts" >"$work/names" 2>>"$work/compile.log" || {
    cat "$work/compile.log"
    echo "FAIL pack"
    failed=1
    finish
}
texts=$(grep -vc ' plain$' "$work/names")
if command -v gzip >/dev/null; then tally gzip gzip_reads; else lacking gzip; fi
if command -v node >/dev/null; then tally node node "$here/check.mjs" "$work/texts"; else lacking node; fi
if ${CC:-cc} ${CFLAGS:--O2} -o "$work/check" "$here/check.c" -lz 2>"$work/compile.log"; then
    tally libz "$work/check" "$work/texts"
elif grep -q 'zlib.h\|cannot find -lz' "$work/compile.log"; then
    lacking "library libz"
else
    cat "$work/compile.log"
    failed=$((failed + 1))
fi
finish
