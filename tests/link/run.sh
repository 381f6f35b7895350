#!/bin/sh
# Builds small programs of several files in the ways people do, and a few that must not build.
# Uses $CC (default cc) and $CXX (default c++ where there is one). The closing line is "N passed, N failed, N skipped".

here=$(cd "$(dirname "$0")" && pwd)
CC=${CC:-cc}
case $CC in *++*) CC=cc ;; esac
if [ -z "$CXX" ]; then
    CXX=
    for candidate in c++ g++ clang++; do
        [ -n "$CXX" ] || ! command -v $candidate >/dev/null 2>&1 || CXX=$candidate
    done
fi
WARN="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror"
STRICT="$WARN -Wstrict-prototypes"
LIBS=-pthread
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# run NAME COMMAND...: a step that must succeed.
run() {
    step=$1
    shift
    if "$@" >log 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $step: $*"
        head -n 20 log
    fi
}

# refuse NAME WORDS COMMAND...: a step that must fail and say these words.
refuse() {
    step=$1 words=$2
    shift 2
    if "$@" >log 2>&1; then
        failed=$((failed + 1))
        echo "FAIL $step: this should not have worked: $*"
    elif ! grep -q "$words" log; then
        failed=$((failed + 1))
        echo "FAIL $step: the message does not say: $words"
        head -n 20 log
    else
        passed=$((passed + 1))
    fi
}

skip() {
    skipped=$((skipped + 1))
    echo "skip $1"
}

# c OBJECT FILE FLAGS...: compiles C.
c() {
    out=$1 file=$2
    shift 2
    run "$out" $CC $STRICT "$@" -c -o "$out" "$here/$file"
}

# cxx OBJECT FILE FLAGS...: compiles C++, whatever the file is called.
cxx() {
    out=$1 file=$2
    shift 2
    run "$out" $CXX -x c++ $WARN "$@" -c -o "$out" "$here/$file"
}

# program NAME LINKER OBJECTS...: links and runs.
program() {
    name=$1 linker=$2
    shift 2
    run "link $name" $linker -o "$name" "$@" $LIBS
    run "run $name" "./$name"
}

# Programs in C: the implementation first and last, in a file that has the API already, with a private second SDK.
c impl.o impl.c -std=c99
c main.o main.c -std=c99
c part_c.o part_c.c -std=c99
c other.o part_other.c -std=c99
program first "$CC" impl.o main.o part_c.o other.o
program last "$CC" main.o other.o part_c.o impl.o
c after.o impl_after_api.c -std=c99
program after "$CC" after.o main.o part_c.o other.o
c private.o part_private.c -std=c99
c main_private.o main.c -std=c99 -DWITH_PRIVATE
program private "$CC" impl.o main_private.o part_c.o other.o private.o

# Other standards; the switches of sentry-native's users; a release build.
for std in c11 c17 gnu99 gnu11; do
    if echo 'int x;' >std.c && $CC -std=$std -c -o std.o std.c 2>/dev/null; then
        c part_$std.o part_other.c -std=$std
        c impl_$std.o impl.c -std=$std
    else
        skip "-std=$std"
    fi
done
c static.o part_c.c -std=c99 -DSENTRY_BUILD_STATIC -DSENTRY_BUILD_SHARED
c release.o impl.c -std=c99 -O2 -DNDEBUG
program release "$CC" release.o main.o part_c.o other.o

# With the calls of the implementing file renamed: the SDK's own are not.
c wrapped.o impl.c -std=c99 -DSENTRY_WRAP_PTHREAD -DSENTRY_WRAP_STDLIB -DSENTRY_WRAP_SYSLOG
program wrapped "$CC" wrapped.o main.o part_c.o other.o

# The implementation in no file, in two files, and after a system header that has set the features.
refuse "no implementation" sentry_init "$CC" -o none main.o part_c.o other.o $LIBS
printf 'int twice(void);\nint twice(void) { return 0; }\nint main(void) { return 0; }\n' >twice.c
if $CC -c -o once.o twice.c && $CC -c -o twice.o twice.c && $CC -o nothing once.o twice.o >/dev/null 2>&1; then
    skip "two implementations: this linker takes any number"
else
    refuse "two implementations" sentry_init "$CC" -o two impl.o release.o main.o part_c.o other.o $LIBS
fi
printf '#include <stdio.h>\n#if !defined(__GLIBC__) || defined(__USE_GNU)\n#error other\n#endif\n' >features.c
if $CC -std=c99 -c -o features.o features.c 2>/dev/null; then
    refuse "included too late" "include sentry.h before any system header" "$CC" -std=c99 -c -o late.o "$here/impl_too_late.c"
    run "late, with the features" $CC -std=c99 -D_GNU_SOURCE -c -o late.o "$here/impl_too_late.c"
else
    skip "included too late: this C library has no such features"
fi

# A shared library that exports the API and nothing else.
visible='-DSENTRY_API=__attribute__((visibility("default")))'
if $CC -fPIC -fvisibility=hidden -shared -o libnothing.so std.c 2>/dev/null; then
    run "shared object" $CC $STRICT -std=c99 -fPIC -fvisibility=hidden "$visible" -c -o shared.o "$here/impl.c"
    run "shared library" $CC -shared -o libsentry.so shared.o $LIBS
    run "link shared" $CC -o shared main.o part_c.o other.o "$work/libsentry.so" $LIBS
    run "run shared" env LD_LIBRARY_PATH="$work" ./shared
    # One that is unloaded while its SDK is on. Those of tcc have nothing that runs what they gave to atexit.
    case $CC in
    *tcc*) skip "a library that is unloaded" ;;
    *)
        run "unloaded library" $CC $STRICT -std=c99 -DPLUGIN -fPIC -shared -o plugin.so "$here/unload.c" $LIBS
        run "link unload" $CC $STRICT -std=c99 -D_DEFAULT_SOURCE -o unload "$here/unload.c" $LIBS -ldl
        run "run unload" ./unload "$work/plugin.so" "$work/unloaded"
        ;;
    esac
else
    skip "shared library"
fi

# Children: without the SDK's knowledge; calls that are renamed in a file; calls that the linker hands over.
wrap=-Wl,--wrap=system,--wrap=popen,--wrap=pclose,--wrap=posix_spawn,--wrap=posix_spawnp,--wrap=waitpid
c children.o children.c -std=c99 -D_GNU_SOURCE
run "link children" $CC -o children impl.o children.o $LIBS
refuse "children, unknown" "wrong: 62, breadcrumbs: 0" ./children
c children_renamed.o children.c -std=c99 -D_GNU_SOURCE -DSENTRY_WRAP_STDLIB
program children_renamed "$CC" impl.o children_renamed.o
c impl_wrap.o impl.c -std=c99 -DSENTRY_WRAP_LINKER
if printf 'int main(void) { return 0; }\n' >wrap.c && $CC -o wrap wrap.c -Wl,--wrap=system 2>/dev/null; then
    program children_wrapped "$CC" $wrap impl_wrap.o children.o
else
    skip "--wrap: not this linker"
fi

# C and C++ in one program, the implementation in either. tcc's objects need a library that C++ does not bring.
case $CC in *tcc*) mixing= ;; *) mixing=1 ;; esac
if [ -n "$CXX" ] && command -v ${CXX%% *} >/dev/null 2>&1; then
    cxx other_cxx.o part_other.c -std=c++11
    [ -z "$mixing" ] || program mixed "$CXX" impl.o main.o part_c.o other_cxx.o
    cxx impl_cxx.o impl.c -std=c++11
    [ -z "$mixing" ] || program cxx_impl "$CXX" impl_cxx.o main.o part_c.o other_cxx.o
    cxx part_cxx.o part_c.c -std=c++11
    cxx main_cxx.o main.c -std=c++11 -DWITH_PRIVATE
    cxx private_cxx.o part_private.c -std=c++11
    program all_cxx "$CXX" impl_cxx.o main_cxx.o part_cxx.o other_cxx.o private_cxx.o
    [ -z "$mixing" ] || program cxx_with_c "$CXX" impl.o main_cxx.o part_cxx.o other_cxx.o private.o
    [ -n "$mixing" ] || skip "C and C++ in one program"
    cxx after_cxx.o impl_after_api.c -std=c++11
    cxx children_cxx.o children.c -std=c++11 -DSENTRY_WRAP_STDLIB
    program children_cxx "$CXX" impl_cxx.o children_cxx.o
    cxx impl_wrap_cxx.o impl.c -std=c++11 -DSENTRY_WRAP_LINKER
    cxx children_wrapped_cxx.o children.c -std=c++11
    program children_wrapped_cxx "$CXX" $wrap impl_wrap_cxx.o children_wrapped_cxx.o
    for std in c++14 c++17 c++20; do
        if $CXX -x c++ -std=$std -c -o std.o std.c 2>/dev/null; then
            cxx part_$std.o part_other.c -std=$std
            cxx impl_$std.o impl.c -std=$std
        else
            skip "-std=$std"
        fi
    done
else
    skip "C++: no compiler"
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
