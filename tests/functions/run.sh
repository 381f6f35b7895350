#!/bin/sh
# options.functions_to_trace in programs of several files, made in the ways people do: with gcc, clang and musl, with C++, with
# a shared library, at fixed and at other addresses, static, stripped, with sanitizers.
#     CC, CXX  only these instead; without CXX no C++
#     RUN      what the programs run in, for example "qemu-s390x -L /usr/s390x-linux-gnu"
#     FLAGS    for all files
#     BUILD    the folder for all output
#     WAYS     some of the ways below; all without
# Where a tool is missing that is skipped, with CI=true in the environment it fails. The closing line is
# "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd)
work=${BUILD:-$here/../build}/functions
. "$here/../tier.sh"
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1
WARN="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror"
INSTRUMENT=-finstrument-functions
[ -z "$RUN" ] || export TEST_RUN="$RUN"
export TEST_TIMEOUT_FACTOR="${TEST_TIMEOUT_FACTOR:-3}"

# object COMPILER OPTIONS...: one of the files; the last is its name.
object() {
    for file in "$@"; do :; done
    "$@" || { echo "FAIL $way: $file does not compile"; return 1; }
}

# Makes the program of this way: all of it, or nothing.
build() {
    objects=
    for name in functions render paint plugin; do
        [ "$name$shared" != pluginyes ] || continue
        # shellcheck disable=SC2086
        object $cc $WARN $FLAGS $options $INSTRUMENT $defines -c -o "$dir/$name.o" "$here/$name.c" || return 1
        objects="$objects $dir/$name.o"
    done
    if [ -n "$cxx" ]; then
        object $cxx -x c++ -std=c++11 $WARN $FLAGS $options $INSTRUMENT -c -o "$dir/shapes.o" "$here/shapes.cpp" || return 1
        objects="$objects $dir/shapes.o"
    fi
    if [ "$shared" = yes ]; then
        object $cc $WARN $FLAGS $options -fPIC $INSTRUMENT -c -o "$dir/plugin.o" "$here/plugin.c" || return 1
        $linker $FLAGS $link -fPIC -shared -Wl,--build-id -o "$dir/libplugin.so" "$dir/plugin.o" || return 1
        objects="$objects $dir/libplugin.so"
    fi
    $linker $FLAGS $options $link -o "$dir/functions$exe" $objects $libs
}

# way NAME SHARED OPTIONS LINK: makes a program and runs its tests, which counts for as many.
way() {
    way="$compiler $1" shared=$2 options=$3 link=$4
    case " ${WAYS:-$1} " in *" $1 "*) ;; *) return ;; esac
    dir="$work/$compiler-$1"
    rm -rf "$dir" && mkdir -p "$dir"
    cc="$CC -std=c99 -Wstrict-prototypes" cxx=$CXX linker=${CXX:-$CC} defines=
    case $1 in c++) [ -n "$CXX" ] || return; cc="$CXX -x c++ -std=c++11" ;; esac
    [ -z "$cxx" ] || defines=-DWITH_CXX
    [ "$1" != stripped ] || defines="$defines -DSTRIPPED"
    exe= libs=-pthread
    case $CC in *mingw*) exe=.exe libs=-lws2_32 shared=no link="$link -static" ;; esac
    [ "$shared" = no ] || defines="$defines -DPLUGIN=\"$dir/libplugin.so\""
    echo 'int main(void) { return 0; }' >"$dir/can.c"
    if ! { $CC $FLAGS $options $link -o "$dir/can$exe" "$dir/can.c" $libs && $RUN "$dir/can$exe"; } >"$dir/log" 2>&1; then
        echo "$way: skipped, this does not work here: $CC $options $link"
        skipped=$((skipped + 1))
        return
    fi
    if ! build >"$dir/log" 2>&1; then
        head -n 20 "$dir/log"
        failed=$((failed + 1))
        return
    fi
    $RUN "$dir/functions$exe" >"$dir/log" 2>&1
    # shellcheck disable=SC2046
    set -- $(tr -d '\r' <"$dir/log" | tail -n 1 | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p')
    echo "$way: ${1:-0} passed, ${2:-1} failed, ${3:-0} skipped"
    passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1})) skipped=$((skipped + ${3:-0}))
    [ "${2:-1}" = 0 ] || grep -v '^ok ' "$dir/log" | cut -c1-2000 | head -n 40
}

# all CC CXX: every way with one compiler.
all() {
    CC=$1 CXX=$2 compiler=${1%% *}
    for tool in $compiler ${CXX%% *}; do
        command -v "$tool" >/dev/null || { lacking "$tool"; return; }
    done
    way pie yes "-O0 -fPIE" -pie
    way fixed yes "-O2 -fno-pie" -no-pie
    way static no "-O0" -static
    way c++ yes "-O1" ""
    way no-threads yes "-O0 -DSENTRY_NO_THREADS" ""
    way stripped yes "-O0" -s
    case $compiler in
    gcc) way asan yes "-O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all" "" ;;
    clang) way tsan yes "-O0 -g -fsanitize=thread" "" ;;
    esac
}

if [ -n "$CC" ] && [ "$CC" != cc ]; then
    all "$CC" "$CXX"
else
    all gcc g++
    WAYS=${WAYS:-pie fixed c++ tsan} # the others are as gcc's
    all clang clang++
    WAYS="pie static"
    all musl-gcc ""
fi
finish
