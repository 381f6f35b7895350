#!/bin/sh
# The reader of debug information beside two others, addr2line and llvm-symbolizer: a thousand addresses of each of many files, made by
# several compilers, for several machines, with DWARF 2 to 5; and of what is installed, if it has debug information.
#     CC         the compiler of the program that asks, else cc
#     BUILD      the folder for all output; in it, for each file, what differs
#     FLAGS      for that program
#     FILES      some of the files below; all without
# A file passes when 98 % of the lines, and of the functions, are as one of the others says. What is left is padding between functions, and
# what the others say of it. Where a tool is missing it is skipped, with CI=true in the environment it fails. The closing line is
# "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd)
work=${BUILD:-$here/../build}/symbols
. "$here/../tier.sh"
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1

symbolizer=
for tool in llvm-symbolizer llvm-symbolizer-14; do
    if [ -z "$symbolizer" ] && command -v $tool >/dev/null; then symbolizer=$tool; fi
done
for tool in addr2line ${symbolizer:-llvm-symbolizer}; do
    command -v $tool >/dev/null || { lacking $tool; finish; }
done
# shellcheck disable=SC2086
${CC:-cc} -O2 -g $FLAGS -o "$work/find" "$here/find.c" -pthread || { echo "FAIL find.c does not compile"; failed=1; finish; }

# asked NAME: whether it is one of FILES.
asked() {
    case " ${FILES:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
}

# compare NAME FILE CODE [ADDR2LINE]: FILE has the debug information of CODE.
compare() {
    "$work/find" addresses "$3" 1000 >"$work/addresses"
    "$work/find" places "$2" <"$work/addresses" >"$work/ours"
    "${4:-addr2line}" -a -i -f -e "$2" <"$work/addresses" >"$work/addr2line" 2>/dev/null # it is loud about what it cannot read
    $symbolizer --output-style=GNU -a -i -f --no-demangle -e "$2" <"$work/addresses" >"$work/llvm"
    if awk -v least=98 -v differences="$work/$1.differences" -f "$here/compare.awk" "$work/ours" "$work/addr2line" "$work/llvm" >"$work/log"; then
        passed=$((passed + 1))
        echo "$1: $(cat "$work/log"); $("$work/find" time "$2" <"$work/addresses")"
    else
        failed=$((failed + 1))
        echo "FAIL $1: $(cat "$work/log")"
        head -n 40 "$work/$1.differences"
    fi
}

# made NAME ADDR2LINE COMPILER OPTIONS...: a file that is made here, of a part of sentry.h, or of all.
made() {
    name=$1 reader=$2
    shift 2
    asked "$name" || return
    command -v "$1" >/dev/null || { lacking "$1"; return; }
    # shellcheck disable=SC2086
    if "$@" -w -o "$work/$name.out" "$work/$code.c" $libs 2>"$work/log"; then
        compare "$name" "$work/$name.out" "$work/$name.out" "$reader"
    else
        echo "$name: skipped, this does not work here: $*"
        skipped=$((skipped + 1))
    fi
}

# All of it; and what a program has in it that only reads and writes envelopes, which compilers are done
# with soon; without what starts it, which has no debug information and would be a part that counts.
cat >"$work/all.c" <<END
#define SENTRY_IMPLEMENTATION
#include "$here/../../sentry.h"
int main(void) { return sentry_init(sentry_options_new()); }
END
cat >"$work/part.c" <<END
#define SENTRY_API static
#define SENTRY_NO_THREADS
#define SENTRY_NO_HTTP
#define SENTRY_NO_CRASH
#define SENTRY_NO_SYMBOLIZER
#define SENTRY_NO_TRACING
#define SENTRY_IMPLEMENTATION
#include "$here/../../sentry.h"
int main(int argc, char **argv)
{
    char *json = sentry_value_to_json(sentry_value_from_json(argv[argc - 1]));
    return sentry_envelope_write_to_file(sentry_envelope_deserialize(json, strlen(json)), argv[0]);
}
END

libs=-pthread code=all
made gcc-dwarf-5 addr2line gcc -O2 -gdwarf-5
made clang-dwarf-5 addr2line clang -O2 -gdwarf-5
made gcc-O0 addr2line gcc -O0 -g
libs='-pthread -nostartfiles -Wl,-emain' code=part
for version in 2 3 4; do made gcc-dwarf-$version addr2line gcc -O2 -gdwarf-$version; done
made clang-dwarf-4 addr2line clang -O2 -gdwarf-4
made gcc-O3-lto addr2line gcc -O3 -g -flto=auto
made gcc-zlib addr2line gcc -O2 -g -gz=zlib
made gcc-zlib-gnu addr2line gcc -O2 -gdwarf-4 -gz=zlib-gnu
made gcc-sections addr2line gcc -O2 -g -ffunction-sections -Wl,--gc-sections
made gcc-64-bit addr2line gcc -O2 -g -gdwarf64
made g++ addr2line g++ -x c++ -O2 -g
made gcc-32 addr2line gcc -m32 -isystem /usr/include/x86_64-linux-gnu -O2 -g
made aarch64 aarch64-linux-gnu-addr2line aarch64-linux-gnu-gcc -O2 -g
made s390x s390x-linux-gnu-addr2line s390x-linux-gnu-gcc -O2 -g
libs=-lws2_32
made windows-x86-64 x86_64-w64-mingw32-addr2line x86_64-w64-mingw32-gcc -O2 -g
made windows-i686 i686-w64-mingw32-addr2line i686-w64-mingw32-gcc -O2 -g

# installed NAME FILE: one that has debug information, in it or in the usual place beside it.
installed() {
    asked "$1" || return
    id=$(readelf -n "$2" 2>/dev/null | sed -n 's/.*Build ID: //p')
    debug=/usr/lib/debug/.build-id/$(echo "$id" | cut -c1-2)/$(echo "$id" | cut -c3-).debug
    if readelf -S "$2" 2>/dev/null | grep -q '\.debug_info'; then compare "$1" "$2" "$2"
    elif [ -f "$debug" ]; then compare "$1" "$debug" "$2"
    else lacking "debug information of $1"; fi
}
installed libc "$(ldd "$work/find" | sed -n 's/.*libc\.so\.6 => \([^ ]*\).*/\1/p')"
installed python "$(readlink -f "$(command -v python3-dbg)")"
finish
