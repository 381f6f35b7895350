#!/bin/sh
# The TLS hook with real libraries and a real server: the examples deliver to a server with the right certificate, and to none
# with a wrong one. Uses the servers of ../curl.
#     CC       the compiler, else cc
#     CFLAGS   for example sanitizers
#     BUILD    the folder for all output
# The closing line is "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd) && top=$(dirname "$(dirname "$here")")
work=${BUILD:-$here/../build}/tls
. "$here/../tier.sh"
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1

# check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@"; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAIL $name"
        tail -n 5 "$work/example.log"
    fi
}

# port NAME: where this one of the servers listens.
port() {
    sed -n "s/^port $1 //p" "$work/server.log"
}

# run LIBRARY AUTHORITIES DSN: the example's exit code; what it says is in example.log.
run() {
    rm -rf "$work/.sentry-native" # what the one before could not deliver
    (cd "$work" && SSL_CERT_FILE=$work/$2 SENTRY_DSN=$3 SENTRY_DEBUG=1 "./tls_$1" "$work/$2" >"$work/example.log" 2>&1)
}

# delivers LIBRARY: to a server with a good certificate, all that it should: an event, and the end of the session.
delivers() {
    before=$(grep -c "^request https" "$work/server.log")
    run "$1" ca.pem "https://key@localhost:$(port https)/1" && grep -q 'status 200' "$work/example.log" || return 1
    [ "$(grep -c "^request https" "$work/server.log")" = $((before + 2)) ]
}

# refuses LIBRARY AUTHORITIES SERVER: nothing is delivered, and the diagnostics say why.
refuses() {
    run "$1" "$2" "https://key@localhost:$(port "$3")/1"
    grep -q 'no TLS session with localhost' "$work/example.log" && grep -q 'no answer' "$work/example.log"
}

for tool in node openssl; do
    command -v $tool >/dev/null || { lacking $tool; finish; }
done
sh "$here/../curl/certificates.sh" "$work" >"$work/certificates.log" 2>&1 || { echo "FAIL certificates"; failed=1; finish; }
rm -f "$work/input" && mkfifo "$work/input"
node "$here/../curl/server.js" "$work" <"$work/input" >"$work/server.log" 2>&1 &
exec 3>"$work/input"
tries=0
until grep -q '^ready' "$work/server.log" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo "FAIL the server does not start"; failed=1; finish; }
    sleep 0.1
done

for library in openssl mbedtls; do
    case $library in openssl) libs='-lssl -lcrypto' ;; *) libs='-lmbedtls -lmbedx509 -lmbedcrypto' ;; esac
    ${CC:-cc} ${CFLAGS:--O1 -g} -Wall -Wextra -Werror -o "$work/tls_$library" "$top/examples/tls_$library.c" -pthread $libs 2>"$work/compile.log" || {
        if grep -q 'No such file' "$work/compile.log"; then lacking "library $library"; else
            cat "$work/compile.log"
            failed=$((failed + 1))
        fi
        continue
    }
    check "$library delivers" delivers $library
    requests=$(grep -c '^request' "$work/server.log")
    check "$library: another authority" refuses $library other.pem https
    check "$library: an expired certificate" refuses $library ca.pem expired
    check "$library: another host's certificate" refuses $library ca.pem stranger
    check "$library: nothing else arrived" [ "$(grep -c '^request' "$work/server.log")" = "$requests" ]
done
finish
