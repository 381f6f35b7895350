#!/bin/sh
# Compiles sentry.h as MSVC would see it: clang-cl, for Windows, with the stub headers in include/ and no
# other header in reach. No Windows SDK is needed, and nothing here is linked or run: it checks the _MSC_VER branches, names,
# types, C and C++, and that no GNU extension is left. Each compilation is done twice: with the macros that cl.exe predefines
# and none of clang's ("cl"), and as clang-cl itself ("clang-cl").
# Uses $CLANG_CL (default clang-cl or clang-cl-NN). The closing line is "N passed, N failed, N skipped".

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

for candidate in clang-cl clang-cl-19 clang-cl-18 clang-cl-17 clang-cl-16 clang-cl-15 clang-cl-14; do
    [ -n "$CLANG_CL" ] || ! command -v $candidate >/dev/null 2>&1 || CLANG_CL=$candidate
done
if [ -z "$CLANG_CL" ]; then
    echo "there is no clang-cl"
    if [ "$CI" = true ]; then echo "0 passed, 1 failed, 0 skipped"; exit 1; fi
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi

# /X and -nobuiltininc leave the stubs as the only headers; -Wconversion and -Wshadow stand for MSVC's C4244, C4267 and C4456
# to C4459. __int64, __forceinline and their like are what -Wlanguage-extension-token is about: MSVC has them.
WARN="/W4 -WX -Wpedantic -Wgnu -Wvla -Wconversion -Wshadow -Wno-language-extension-token"
ONLY_STUBS="/X -nobuiltininc /imsvc $here/include -I$top"

# msvc KIND TARGET: sets `flags` for a compilation as KIND, "cl" or "clang-cl". Unused functions are C4505 to MSVC, which sentry.h
# switches off by that number; clang does not know the number.
msvc() {
    flags="--target=$2-pc-windows-msvc /c $ONLY_STUBS" unused=
    [ "$1" = cl ] || return
    unused=-Wno-unused-function
    flags="$flags -Xclang -undef -D_WIN32=1 -D_MT=1 -D_INTEGRAL_MAX_BITS=64 -D_MSC_VER=1939 -D_MSC_FULL_VER=193933523"
    case $2 in
    x86_64) flags="$flags -D_WIN64=1 -D_M_X64=100 -D_M_AMD64=100" ;;
    aarch64) flags="$flags -D_WIN64=1 -D_M_ARM64=1" ;;
    *) flags="$flags -D_M_IX86=600 -D_M_IX86_FP=2" ;;
    esac
}

# good NAME COMMAND...: must succeed without a word.
good() {
    name=$1
    shift
    if "$@" >log 2>&1 && [ ! -s log ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $name: $*"
        head -n 20 log
    fi
}

# bad NAME WORDS COMMAND...: must fail and say these words (a basic regular expression).
bad() {
    name=$1 words=$2
    shift 2
    if "$@" >log 2>&1; then
        failed=$((failed + 1))
        echo "FAIL $name: this should not have worked: $*"
    elif ! grep -q "$words" log; then
        failed=$((failed + 1))
        echo "FAIL $name: the message does not say: $words"
        head -n 20 log
    else
        passed=$((passed + 1))
    fi
}

# compile FILE FLAGS...: every warning an error; without flags to an object file, as its code would be the same with them. $flags is
# from msvc. After -- a path is no option: /w... is one.
compile() {
    file=$1
    shift
    if [ $# = 0 ]; then out=/Foout.obj; else out=/Zs; fi
    $CLANG_CL $flags $WARN $unused "$@" $out -- "$file"
}

# gnu_free FILE FLAGS...: after preprocessing nothing of GNU's is left in what does not come from the stubs.
gnu_free() {
    file=$1
    shift
    $CLANG_CL $flags "$@" /E -- "$file" >expanded 2>expand.log || { cat expand.log; return 1; }
    awk -v stubs="$here/include" '/^# [0-9]+ "/ { file = $3; next } index(file, stubs) == 0' expanded >ours
    [ "$(wc -l <ours)" -gt 0 ] || { echo "nothing is left to look at"; return 1; }
    ! grep -nEw '__attribute(__)?|__builtin_[a-z_]+|__asm(__)?|__extension__|__typeof(__)?|__auto_type|__(sync|atomic)_[a-z_]+|__thread' ours
}

few='c
c++17 /TP /std:c++17'
languages='c
c11 /std:c11
c17 /std:c17
c++ /TP
c++14 /TP /std:c++14
c++17 /TP /std:c++17
c++20 /TP /std:c++20 /permissive-'

# -- sentry.h: the implementation, files that only use it, the example --
printf '#define SENTRY_IMPLEMENTATION\n#include "sentry.h"\n' >impl.c
printf '#include <string.h>\n#include "sentry.h"\n#define SENTRY_IMPLEMENTATION\n#include "sentry.h"\n' >after.c
printf '#define SENTRY_API static\n#define SENTRY_IMPLEMENTATION\n#include "sentry.h"\nint f(void);\nint f(void) { return sentry_close(); }\n' >private.c
printf '#define SENTRY_API __declspec(dllexport)\n#define SENTRY_IMPLEMENTATION\n#include "sentry.h"\n' >dll.c
compiled=0
for kind in cl clang-cl; do
    for target in x86_64 i686 aarch64; do
        msvc $kind $target
        case $target in x86_64) all=$languages ;; *) all=$few ;; esac
        while read -r language std; do
            where="$kind $target $language"
            good "implementation, $where" compile impl.c $std
            good "API only, $where" compile "$top/tests/link/part_other.c" $std
            compiled=$((compiled + 2))
        done <<END
$all
END
        [ $target = x86_64 ] || continue
        good "scopes and hubs, $kind $target" compile "$top/tests/link/part_c.c"
        good "implementation behind the API, $kind $target" compile after.c
        good "everything static, $kind $target" compile private.c
        good "exported, C++, $kind $target" compile dll.c /TP
        good "hello.c, $kind $target" compile "$top/examples/hello.c" /std:c11 -D_CRT_SECURE_NO_WARNINGS
        for switch in THREADS HTTP FILES; do
            good "without $switch, $kind $target" compile impl.c -DSENTRY_NO_$switch
        done
        good "without any, C++, $kind $target" compile impl.c /TP -DSENTRY_NO_THREADS -DSENTRY_NO_HTTP -DSENTRY_NO_FILES
        compiled=$((compiled + 9))
    done
done
echo "compiled without a warning, or said so above: $compiled files for cl and clang-cl, x86_64, i686 and aarch64, C and C++"

msvc cl x86_64
# With /ZI, Visual Studio's default for debugging, __LINE__ is an expression inside functions: no part of a name can be made of it.
good "Edit and Continue" compile "$top/tests/msvc/blocks.c" "-D__LINE__=(__LINE__Var+1)" -Wno-builtin-macro-redefined
good "Edit and Continue, C++" compile "$top/tests/msvc/blocks.c" /TP "-D__LINE__=(__LINE__Var+1)" -Wno-builtin-macro-redefined
good "no GNU extension in C" gnu_free impl.c /std:c11
good "no GNU extension in C++" gnu_free impl.c /TP /std:c++17
echo "looked for GNU extensions in $(grep -c . ours) preprocessed lines"

# -- what the API brings into a file, and what may stand beside it --
# beside NAME LANGUAGE TEXT: a file of this text must compile.
beside() {
    printf "$3" >beside.c
    good "beside: $1" compile beside.c $2
}
use='int f(void);\nint f(void) { return sentry_flush(1); }\n'
beside "no Winsock comes along" "" "#include \"sentry.h\"\n#if defined(_WINSOCKAPI_) || defined(_WINSOCK2API_)\n#error Winsock\n#endif\n$use"
beside "winsock2.h before it" "" "#include <winsock2.h>\n#include \"sentry.h\"\n$use"
beside "winsock2.h behind it" "" "#include \"sentry.h\"\n#include <winsock2.h>\n$use"
beside "windows.h before it" "" "#include <windows.h>\n#include \"sentry.h\"\n$use"
beside "windows.h behind it" "" "#include \"sentry.h\"\n#include <windows.h>\nDWORD g(void);\nDWORD g(void) { return GetCurrentThreadId(); }\n$use"
beside "NOMINMAX" "" "#define NOMINMAX\n#include \"sentry.h\"\n#ifdef min\n#error min\n#endif\n$use"
beside "std::min" /TP "#include <algorithm>\n#include \"sentry.h\"\nint f(int a);\nint f(int a) { return std::min(a, sentry_flush(1)); }\n"
beside "std::min, where it is implemented" /TP "#define SENTRY_IMPLEMENTATION\n#include \"sentry.h\"\n#include <algorithm>\nint f(int a);\nint f(int a) { return std::min(a, sentry_flush(1)); }\n"
beside "min of windows.h, for a file that wants it" "" "#include <windows.h>\n#include \"sentry.h\"\nint f(int a);\nint f(int a) { return min(a, 2); }\n"
beside "all of windows.h behind it" "" "#include \"sentry.h\"\n#include <windows.h>\n#ifndef _WINSOCKAPI_\n#error windows.h was made lean\n#endif\n$use"
printf '#include <windows.h>\n#define SENTRY_IMPLEMENTATION\n#include "sentry.h"\n' >late.c
bad "the implementation behind Winsock 1" "sentry.h: .*windows.h" compile late.c
good "the implementation behind a lean windows.h" compile late.c -DWIN32_LEAN_AND_MEAN

# -- the checks above can fail --
msvc cl x86_64
refused() {
    printf "$3" >seeded.c
    bad "seeded: $1" "$2" compile seeded.c
}
refused "a header of Linux" "unistd.h.*not found" '#include <unistd.h>\n'
refused "a header of clang" "stdbool.h.*not found" '#include <stdbool.h>\n'
refused "a function of POSIX" "implicit declaration.*getpid" '#include <process.h>\nint f(void);\nint f(void) { return getpid(); }\n'
refused "a type of POSIX" "ssize_t" '#include <stdio.h>\nextern ssize_t n;\n'
refused "strcasecmp" "implicit.*strcasecmp" '#include <string.h>\nint f(void);\nint f(void) { return strcasecmp("a", "A"); }\n'
refused "a statement expression" "statement expression" 'int f(int x);\nint f(int x) { return ({ x; }); }\n'
refused "a variable length array" "variable length array" 'int f(int n);\nint f(int n) { int a[n]; a[0] = n; return a[0]; }\n'
refused "an omitted operand" "omitting middle operand" 'int f(int x);\nint f(int x) { return x ?: 1; }\n'
refused "an unsafe function" "getenv.*deprecated" '#include <stdlib.h>\nchar *f(void);\nchar *f(void) { return getenv("x"); }\n'
refused "a lost half of a size_t" "implicit conversion" '#include <string.h>\nint f(const char *s);\nint f(const char *s) { return strlen(s); }\n'
refused "an unused parameter" "unused parameter" 'int f(int x);\nint f(int x) { return 0; }\n'
refused "a trailing __declspec" "expected" 'int f(void) __declspec(deprecated("x"));\n'
printf 'int __attribute__((noinline)) f(int x);\n' >seeded.c
bad "seeded: an attribute" __attribute gnu_free seeded.c
printf 'int f(int x);\nint f(int x) { return __builtin_expect(x, 1); }\n' >seeded.c
bad "seeded: a builtin" __builtin gnu_free seeded.c
printf '#if defined(__clang__) || defined(__GNUC__) || defined(__SSE2__) || defined(__x86_64__)\n#error clang shows\n#endif\nint f(void);\n' >seeded.c
good "cl shows nothing of clang" compile seeded.c

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
