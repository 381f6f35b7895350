#!/bin/sh
# Crashes of every kind, in every place, in programs of several compilers: what is reported of each, and how the program ends.
#     CC       only this compiler; its programs run in RUN, for example "qemu-aarch64 -L /usr/aarch64-linux-gnu"
#     FLAGS    for all files
#     BUILD    the folder for all output
#     CELLS    a regular expression: only what matches, for example "gcc .*stack_overflow"
#     RANDOM_CRASHES   how many, else 1000
# Needs node and npm. The closing line is "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd)
work=${BUILD:-$here/../build}/crash
warn="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror"
readers=$here/../conformance
. "$here/../tier.sh"
rm -rf "$work"
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1
unset SENTRY_DSN SENTRY_RELEASE SENTRY_ENVIRONMENT SENTRY_DEBUG

for tool in node npm; do
    command -v $tool >/dev/null || { lacking $tool; finish; }
done
there=$readers/node_modules/.package-lock.json
if [ ! -f "$there" ] || [ "$readers/package-lock.json" -nt "$there" ]; then
    npm ci --prefix "$readers" --ignore-scripts --no-audit --no-fund --loglevel=error || { echo "FAIL npm ci"; failed=1; finish; }
fi

# The SDK's file takes locks and renames files through the crasher's functions.
seams="-Dpthread_mutex_lock=crasher_lock -Drename=crasher_rename"

# build NAME RUN CXX COMPILER...: the programs of a way, and what check.mjs has to know of them.
build() {
    dir=$work/$1 run=$2 cxx=$3 name=$1 exe= guard=-fstack-protector-strong seam=$seams libs=-pthread
    case $4 in *mingw*) exe=.exe guard= seam= libs=-lws2_32 ;; esac
    shift 3
    "$@" -std=c99 -g $warn $FLAGS -D_GNU_SOURCE $seam -c -o "$dir/sentry.o" "$here/../link/impl.c" \
        && "$@" -std=c99 -g $warn $FLAGS -D_GNU_SOURCE $guard -o "$dir/crasher$exe" "$here/crasher.c" "$dir/sentry.o" $libs \
        && echo "$name $run $dir/crasher$exe" >"$dir/ways" || return
    [ -n "$cxx" ] || return 0
    $cxx -std=c++11 -g $warn $FLAGS -D_GNU_SOURCE -fstack-protector-strong -o "$dir/crasher++" "$here/crasher.cpp" "$dir/sentry.o" \
        -pthread && echo "$name++ $dir/crasher++" >>"$dir/ways"
}

# way NAME RUN CXX COMPILER...: builds in the background, two at a time.
names=
way() {
    for tool in "$4" ${3%% *} ${2%% *}; do
        command -v "$tool" >/dev/null || { lacking "$tool"; return; }
    done
    mkdir -p "$work/$1"
    names="$names $1"
    { build "$@" >"$work/$1/log" 2>&1 || rm -f "$work/$1/ways"; } &
    set -- $names
    [ $(($# % 2)) = 1 ] || wait
}

# built: what has come of the ways.
built() {
    wait
    for name in $names; do
        [ -f "$work/$name/ways" ] && cat "$work/$name/ways" >>"$work/ways" && continue
        echo "FAIL $name: does not compile"
        head -n 20 "$work/$name/log"
        failed=$((failed + 1))
    done
}

# without_sessions: leaves out the envelopes of nothing but a session: when they come is open.
without_sessions() {
    awk '!NF { next } /^---- received/ { head = $0; next } head && /^ +also +session/ { head = ""; next }
        head { print head; head = "" } { print }'
}

# example FILE COMPILER...: passes when what it prints is, but for ids and times, what ../examples has under its name.
example() {
    file=$1
    shift
    command -v "$1" >/dev/null || { lacking "$1"; return; }
    program=$work/$1-$file
    mkdir -p "$program.d"
    if (cd "$here/../.." && "$@" -g $warn -o "$program" "examples/$file" -pthread) \
        && (cd "$program.d" && SENTRY_DSN= "$program") >"$program.crash" 2>"$program.log" \
        && awk -f "$here/../examples/normal.awk" "$program.crash" | without_sessions \
            | diff -u "$here/../examples/$file.txt" - >"$program.diff"; then
        passed=$((passed + 1))
    else
        echo "FAIL $1: $file"
        cat "$program.diff"
        failed=$((failed + 1))
    fi
}

if [ -n "$CC" ] && [ "$CC" != cc ]; then
    way "${CC%% *}" "$RUN" "" $CC -O2
else
    way gcc "" "g++ -O2" gcc -O2
    way clang "" "clang++ -O2" clang -O2
    way gcc-O0 "" "g++ -O0" gcc -O0
    way musl "" "" musl-gcc -static -O2
    way aarch64 "qemu-aarch64 -L /usr/aarch64-linux-gnu" "" aarch64-linux-gnu-gcc -O2
    way windows wine "" x86_64-w64-mingw32-gcc -static -O2
fi
built
# Wine's files of 700 MB are made once; its server would go on.
if grep -q '^windows' "$work/ways" 2>/dev/null; then
    export WINEPREFIX="$work-wine" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml=;winedbg.exe='
    [ -d "$WINEPREFIX" ] || wine wineboot --init >"$work/wine.log" 2>&1
    trap "wineserver -k" EXIT
fi
if [ -z "$CELLS" ] && { [ -z "$CC" ] || [ "$CC" = cc ]; }; then
    example crash.c gcc -std=c99
    example crash.c clang -std=c99
    example crash.cpp g++ -std=c++11
fi
[ -f "$work/ways" ] || finish
node "$here/check.mjs" "$work" "${RANDOM_CRASHES:-1000}" >"$work/log" 2>&1
grep -v '^[0-9]* passed, ' "$work/log"
counts=$(tail -n 1 "$work/log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
# shellcheck disable=SC2086
set -- ${counts:-0 1 0}
passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
finish
