#!/bin/sh
# What sentry.h weighs: bytes of code of the implementation, and what each switch takes off, as a table for the README. All of it
# compiles without a warning, at -O3 too.
#     CC       the compiler, else cc
#     BUILD    the folder for all output
# Fails when a switch takes nothing off though its part is there. The closing line is "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd) && top=$(dirname "$here")
CC=${CC:-cc}
work=${BUILD:-$here/build}/size
mkdir -p "$work" && cd "$work" || exit 1
. "$here/tier.sh"

# code OBJECT: the bytes of its sections of code.
code() {
    size -A "$1" | awk '/^\.text/ { n += $2 } END { print n + 0 }'
}

# compile OBJECT FLAGS...: as it would be in a user's program, of whom some want no warnings.
compile() {
    object=$1
    shift
    $CC -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror "$@" -c -o "$object" implementation.c && return
    echo "FAIL this does not compile: $*"
    failed=$((failed + 1))
    finish
}

# fast FLAGS...: the same at -O2; with CI=true in the environment that column repeats -Os, to save the time.
level=-O2
[ "${CI:-}" != true ] || level=-Os
fast() {
    if [ $level = -Os ]; then cp s.o o.o; else compile o.o $level "$@"; fi
}

for tool in "${CC%% *}" size; do
    command -v "$tool" >/dev/null || { lacking "$tool"; finish; }
done
printf '#define SENTRY_IMPLEMENTATION\n#include "%s"\n' "$top/sentry.h" >implementation.c

# row NAME FLAGS...: a line of the table, beside the full header.
row() {
    name=$1
    shift
    compile s.o -Os "$@"
    fast "$@"
    s=$(code s.o) o=$(code o.o)
    echo "| $name | $s | $((s - full_s)) | $o | $((o - full_o)) |"
    if [ "$s" -lt "$full_s" ] && [ "$o" -lt "$full_o" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        wrong="$wrong $name"
    fi
}

compile o.o -O3 # as CMake's Release does; gcc warns of more there
compile s.o -Os
fast
full_s=$(code s.o) full_o=$(code o.o) wrong= all=
whole_s=$(size s.o | awk 'NR == 2 { print $1 }') whole_o=$(size o.o | awk 'NR == 2 { print $1 }')
machine=$($CC -dumpmachine 2>/dev/null || uname -m)
echo "Bytes of code, $machine, $($CC --version | head -n 1):"
echo
echo "| | -Os | difference | $level | difference |"
echo "|---|---:|---:|---:|---:|"
echo "| everything | $full_s | | $full_o | |"
$CC -std=c99 -E -P implementation.c >full.i
for part in THREADS HTTP FILES CRASH SYMBOLIZER PROFILER TRACING; do
    switch=SENTRY_NO_$part all="$all -DSENTRY_NO_$part"
    case $part in CRASH | SYMBOLIZER | PROFILER | TRACING)
        $CC -std=c99 -E -P "-D$switch" implementation.c >part.i
        if cmp -s full.i part.i; then
            echo "| $switch | 0 (not in this version) | | | |"
            continue
        fi ;;
    esac
    row "$switch" "-D$switch"
done
row "all of these" $all
printf '\nWith constants and unwind tables everything is %s bytes at -Os and %s at %s.\n' "$whole_s" "$whole_o" $level
[ -z "$wrong" ] || printf '\nFAIL takes nothing off:%s\n' "$wrong"

# The smallest program on the smallest machine: reports a message through a transport of its own. What it does not call is left
# out by the linker; counted are the functions of the SDK.
ARM="arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -std=c99 -Os -ffunction-sections -fdata-sections"
command -v arm-none-eabi-gcc >/dev/null || { echo; lacking arm-none-eabi-gcc; finish; }
cat >small.c <<END
#include <stddef.h>
static int fill(void *to, size_t size);
#define SENTRY_NOW_US() 0
#define SENTRY_TICKS_MS() 0
#define SENTRY_RANDOM(to, size) fill(to, size)
#define SENTRY_IMPLEMENTATION
#include "$top/sentry.h"
static int fill(void *to, size_t size) { memset(to, 4, size); return 0; }
static void send(sentry_envelope_t *envelope, void *state)
{
    size_t size;
    char *text = sentry_envelope_serialize(envelope, &size);
    if (text) *(volatile char *)state = text[size / 2];
    sentry_free(text);
    sentry_envelope_free(envelope);
}
int main(void)
{
    static char uart;
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@host/1";
    options.transport = sentry_transport_new(send);
    sentry_transport_set_state(options.transport, &uart);
    sentry_init(&options);
    sentry_capture_message(SENTRY_LEVEL_ERROR, "hello");
    return sentry_close();
}
END
if $ARM $all -c -o arm.o small.c && $ARM -specs=nano.specs -specs=nosys.specs -Wl,--gc-sections -o arm.elf arm.o 2>arm.log; then
    whole=$(code arm.o) linked=$(arm-none-eabi-nm -S arm.elf | awk '$3 ~ /[tT]/ && $4 ~ /^sentry/ { print $2 }' \
        | while read -r bytes; do echo $((0x$bytes)); done | awk '{ n += $1 } END { print n + 0 }')
    echo
    echo "Cortex-M3 at -Os, with all of these switches: $whole bytes of code, of which a program that reports a message links $linked."
    if [ "$linked" -gt 0 ] && [ "$linked" -lt "$whole" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
else
    cat arm.log
    echo "FAIL Cortex-M3: does not compile or link"
    failed=$((failed + 1))
fi
finish
