#!/bin/sh
# sentry_curl.h in the ways that test_curl.c is not built by default: linked libcurl, no threads, no tracing, other orders of
# inclusion, two files, C++, Windows. Uses $CC (default cc), $CXX (default c++) and $BUILD (default build) for the logs.
# The closing line is "N passed, N failed, N skipped".
cd "$(dirname "$0")/.." || exit 1
CC=${CC:-cc}
CXX=${CXX:-c++}
BUILD=${BUILD:-build}
WARN="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror"
C="$CC -std=c99 -O0 -g $WARN -Wstrict-prototypes -pthread"
X="$CXX -x c++ -std=c++11 -O0 -g $WARN -pthread"
passed=0 failed=0 skipped=0
mkdir -p "$BUILD" && work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

count() {
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# run NAME COMMAND...: a step that must succeed.
run() {
    step=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        count 1 0 0
    else
        count 0 1 0
        echo "FAIL $step: $*"
        head -n 20 "$work/log"
    fi
}

# said WORDS: what the last step must have printed.
said() {
    mv "$work/log" "$work/said"
    run "$step says: $1" grep -F -- "$1" "$work/said"
}

# absent WHAT: a tool that is not there.
absent() {
    echo "skip $1"
    if [ "$CI" = true ]; then count 0 1 0; else count 0 0 1; fi
}

# tests NAME COMPILER AND FLAGS...: test_curl.c built so, its own count.
tests() {
    name=$1
    shift
    log="$BUILD/curl-$name.log"
    echo "FAIL $name: does not compile" >"$log"
    "$@" >>"$log" 2>&1 && "$work/test" >"$log" 2>&1
    line=$(grep '^[0-9]* passed, [0-9]* failed, [0-9]* skipped$' "$log" || echo '0 passed, 1 failed, 0 skipped')
    grep -v ' passed, ' "$log"
    echo "$name: $line"
    count $(echo "$line" | tr -dc '0-9 ')
}

if printf '#include <curl/curl.h>\n' | $CC -fsyntax-only -x c - 2>/dev/null; then
    tests link $C -DSENTRY_CURL_LINK -o "$work/test" test_curl.c -lcurl
    tests link-c++ $X -DSENTRY_CURL_LINK -o "$work/test" test_curl.c -lcurl
    run "curl.h first" $C -D_GNU_SOURCE -include curl/curl.h -DSENTRY_CURL_LINK -DORDER=1 -o "$work/order" curl/order.c -lcurl
    run "curl.h with its own declarations" $C -D_GNU_SOURCE -include curl/curl.h -DORDER=1 -o "$work/order" curl/order.c -lcurl
    run "run with curl.h" "$work/order"
    # A program that has a libcurl already: no other is loaded beside it.
    run "a libcurl of the program's" $C -DORDER=1 -o "$work/order" curl/order.c -Wl,--no-as-needed -l:libcurl-gnutls.so.4
    run "run a libcurl of the program's" env LD_DEBUG=files "$work/order"
    said "libcurl-gnutls.so.4"
    run "no other libcurl" sh -c "! grep -F libcurl.so.4 '$work/said'"
else
    absent "libcurl's headers"
fi
tests no-threads $C -DSENTRY_NO_THREADS -o "$work/test" test_curl.c
tests no-tracing $C -DSENTRY_NO_TRACING -o "$work/test" test_curl.c
tests c++ $X -o "$work/test" test_curl.c

for order in 1 2 3 4; do
    run "order $order" $C -DORDER=$order -o "$work/order" curl/order.c
    run "run order $order" "$work/order"
    run "order $order in C++" $X -DORDER=$order -o "$work/order" curl/order.c
    run "run order $order in C++" "$work/order"
done
run "implementation" $C -c -o "$work/part.o" curl/part.c
run "two files" $C -DORDER=5 -o "$work/order" curl/order.c "$work/part.o"
run "run two files" "$work/order"
run "two files, a C++ implementation" $X -c -o "$work/part_cxx.o" curl/part.c
run "two files, C++ in C" $C -DORDER=5 -c -o "$work/order.o" curl/order.c
run "link C++ in C" $CXX -pthread -o "$work/order" "$work/order.o" "$work/part_cxx.o"
run "run C++ in C" "$work/order"
run "private" $C -DSENTRY_API=static -DORDER=1 -o "$work/order" curl/order.c
run "run private" "$work/order"
run "no HTTP" $C -DSENTRY_NO_HTTP -DORDER=1 -o "$work/order" curl/order.c
run "run no HTTP" sh -c "! '$work/order'"
said "SENTRY_NO_HTTP"
run "a library of the user's" $C '-DSENTRY_CURL_LIBRARY="/no where/libcurl.so"' -DORDER=1 -o "$work/order" curl/order.c
run "run a library of the user's" sh -c "! '$work/order'"
said "libcurl could not be loaded; tried: /no where/libcurl.so"
run "a library by name" $C '-DSENTRY_CURL_LIBRARY="libcurl.so.4"' -DORDER=1 -o "$work/order" curl/order.c
run "run a library by name" "$work/order"

if command -v x86_64-w64-mingw32-gcc >/dev/null && command -v x86_64-w64-mingw32-g++ >/dev/null; then
    run "Windows" x86_64-w64-mingw32-gcc -std=c99 -O0 $WARN -DORDER=1 -o "$work/order.exe" curl/order.c -lws2_32 -static
    run "Windows, C++" x86_64-w64-mingw32-g++ -x c++ -std=c++11 -O0 $WARN -DORDER=1 -o "$work/order-c++.exe" curl/order.c -lws2_32 -static
    run "Windows, the tests" x86_64-w64-mingw32-gcc -std=c99 -O0 $WARN -o "$work/test.exe" test_curl.c -lws2_32 -static
    if command -v wine >/dev/null; then
        run "run on Windows" sh -c "! WINEDEBUG=-all wine '$work/order.exe'"
        said "libcurl could not be loaded; tried: libcurl.dll libcurl-4.dll libcurl-x64.dll"
        run "the tests on Windows" env CI= WINEDEBUG=-all wine "$work/test.exe" without_libcurl
        said "2 passed, 0 failed, 0 skipped"
        run "a libcurl for Windows" x86_64-w64-mingw32-gcc -std=c99 -Wall -Wextra -Werror -shared -o "$work/libcurl-4.dll" curl/fake.c
        run "run on Windows with libcurl" env WINEDEBUG=-all wine "$work/order.exe"
        said "libcurl"
        run "run C++ on Windows with libcurl" env WINEDEBUG=-all wine "$work/order-c++.exe"
    else
        echo "skip wine"
        count 0 0 1
    fi
else
    absent "mingw"
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
