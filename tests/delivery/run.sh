#!/bin/sh
# Delivery seen from outside: the built-in client with real proxies, processes that are killed, as many events as a long life
# has, and how fast they go.
#     CC, CFLAGS   the compiler, else cc, and its flags, else -O2 -g
#     BUILD        the folder for all output
#     SOAK         events of the long run, else 100,000
#     PARTS        some of: http socks six environment tls unix killed load
# The closing line is "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd) && top=$(dirname "$(dirname "$here")")
work=${BUILD:-$here/../build}/delivery
warn="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror"
. "$here/../tier.sh"
pids=
rm -rf "$work"
mkdir -p "$work" && work=$(cd "$work" && pwd) || exit 1
unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY SENTRY_DSN SENTRY_DEBUG
PATH=$work:$PATH
cd "$work" || exit 1
trap '[ -z "$pids" ] || kill $pids 2>/dev/null' EXIT

# check NAME COMMAND...: what it printed is in $work/log, and shown when it fails.
check() {
    name=$1
    shift
    if "$@" >log 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAIL $name"
        tail -n 8 log
        return 1
    fi
}

# compile OUTPUT SOURCE [ARGUMENTS...]
compile() {
    output=$1 source=$2
    shift 2
    check "$source" ${CC:-cc} -std=c99 ${CFLAGS:--O2 -g} $warn -D_GNU_SOURCE -o "$output" "$here/$source" -pthread "$@"
}

# at_most NUMBER LIMIT
at_most() {
    echo "$1, allowed are $2"
    [ "$1" -le "$2" ]
}

# value NAME: of a line "NAME VALUE" that the last step printed.
value() {
    awk -v name="$1" '$1 == name { print $2 }' log
}

# have TOOL...: whether all are there.
have() {
    for tool; do
        command -v "$tool" >/dev/null || { lacking "$tool"; return 1; }
    done
}

# until_there COMMAND...: waits until it succeeds.
until_there() {
    tries=0
    until "$@" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || return 1
        sleep 0.05
    done
}

# -- servers: NAME.out is what they print --

# Before a command: it knows names which nobody else does.
knowing="env LD_PRELOAD=$work/names.so NAMES=hidden.test=127.0.0.1,six.test=::1,part.here.test=127.0.0.1"

# begin NAME COMMAND...: in the background, with an input that never comes.
begin() {
    as=$1
    shift
    "$@" <input >"$as.out" 2>&1 3>&- &
    pids="$pids $!"
}

# receive NAME ADDRESS: what comes is in NAME.log.
receive() {
    begin "$1" receiver "$2" "$1.log"
    until_there grep -q '^port' "$1.out"
}

# port NAME: where a receiver listens.
port() {
    sed -n 's/^port //p' "$1.out"
}

# free_port ADDRESS: one that nobody has now.
free_port() {
    receiver "$1:0" </dev/null | sed -n 's/^port //p'
}

# tiny NAME PORT ADDRESS [LINE]: tinyproxy, with that line in its configuration.
tiny() {
    printf 'Port %s\nListen %s\nTimeout 10\nLogLevel Info\nViaProxyName "delivery"\n%s\n' "$2" "$3" "${4:-}" >"$1.conf"
    begin "$1" $knowing tinyproxy -d -c "$1.conf"
    until_there grep -q '^listening' "$1.out"
}

# micro NAME PORT ADDRESS [OPTIONS...]: microsocks.
micro() {
    micro_name=$1 micro_port=$2 micro_address=$3
    shift 3
    begin "$micro_name" $knowing microsocks -i "$micro_address" -p "$micro_port" "$@"
    until_there grep -q '^listening' "$micro_name.out"
}

# -- what is sent, and which way it went --

# sent COMMAND...: sends; the ids are in "ids", one a line. Fails when an event was still waiting.
sent() {
    timeout 20 "$@" >ids && [ -s ids ]
}

# arrived RECEIVER: all of them.
arrived() {
    while read -r id; do
        grep -q "^$id " "$1.log" || return 1
    done <ids
}

# directly COMMAND...: they arrive, and no proxy has put its name on them.
directly() {
    sent "$@" && arrived four && while read -r id; do ! grep "^$id " four.log | grep 'Via:' || return 1; done <ids
}

# by_http PROXY COMMAND...: they arrive through it, asked for by their full address.
by_http() {
    via=$1
    shift
    before=$(grep -c 'POST http://' "$via.out")
    sent "$@" && arrived four || return 1
    while read -r id; do grep "^$id " four.log | grep 'Via: 1.1 delivery' || return 1; done <ids
    [ "$(grep -c 'POST http://' "$via.out")" = $((before + $(wc -l <ids))) ]
}

# by_socks PROXY HOST RECEIVER COMMAND...: they arrive after the proxy has connected to that host.
by_socks() {
    via=$1 host=$2 to=$3
    shift 3
    before=$(grep -c "connected to $host:$(port "$to")" "$via.out")
    sent "$@" && arrived "$to" && [ "$(grep -c "connected to $host:$(port "$to")" "$via.out")" -gt "$before" ]
}

# says WORDS: whether the SDK said so of what was sent last.
says() {
    cat said
    grep -qF -- "$1" said
}

# nowhere WORDS COMMAND...: they do not arrive, nothing is left waiting, and the SDK says why.
nowhere() {
    words=$1
    shift
    sent "$@" 2>said
    says "$words" && [ -s ids ] || return 1
    while read -r id; do ! grep "^$id " four.log six.log || return 1; done <ids
}

# -- parts --

# A proxy for http: only it knows the name of the server's host.
part_http() {
    have tinyproxy || return
    hidden=http://key@hidden.test:$(port four)/1
    open=$(free_port 127.0.0.1)
    check "an open proxy starts" tiny open "$open" 127.0.0.1 || return
    locked=$(free_port 127.0.0.1)
    check "a locked proxy starts" tiny locked "$locked" 127.0.0.1 'BasicAuth jane secret' || return
    check "nobody else knows the name" nowhere "hidden.test is not known" send 1 "$hidden"
    check "through a proxy" by_http open send 1 "$hidden" "proxy=http://127.0.0.1:$open"
    check "three through a proxy that closes each connection" by_http open send 3 "$hidden" "proxy=http://127.0.0.1:$open"
    check "a proxy without a scheme" by_http open send 1 "$hidden" "proxy=127.0.0.1:$open"
    check "a proxy by name" by_http open send 1 "$hidden" "proxy=http://localhost:$open/"
    check "a user and a password" by_http locked send 1 "$hidden" "proxy=http://jane:secret@127.0.0.1:$locked"
    check "a password in percent signs" by_http locked send 1 "$hidden" "proxy=http://jane:%73ecre%74@127.0.0.1:$locked"
    check "a wrong password" nowhere "status 401" send 1 "$hidden" "proxy=http://jane:wrong@127.0.0.1:$locked"
    check "no password" nowhere "status 407" send 1 "$hidden" "proxy=http://127.0.0.1:$locked"
    check "a proxy that is down" \
        nowhere "no connection to the proxy 127.0.0.1" send 1 "$hidden" "proxy=http://127.0.0.1:$(free_port 127.0.0.1)"
    check "a host that the proxy does not know" \
        nowhere "status 500" send 1 "http://key@nobody.test/1" "proxy=http://127.0.0.1:$open"
}

part_socks() {
    have microsocks || return
    hidden=http://key@hidden.test:$(port four)/1 plain=http://key@127.0.0.1:$(port four)/1
    free=$(free_port 127.0.0.1)
    check "a free SOCKS proxy starts" micro free "$free" 127.0.0.1 || return
    guarded=$(free_port 127.0.0.1)
    check "a guarded SOCKS proxy starts" micro guarded "$guarded" 127.0.0.1 -u jane -P secret || return
    check "SOCKS by address" by_socks free 127.0.0.1 four send 1 "$plain" "proxy=socks5://127.0.0.1:$free"
    check "SOCKS by name" by_socks free hidden.test four send 1 "$hidden" "proxy=socks5h://127.0.0.1:$free"
    check "three by SOCKS" by_socks free hidden.test four send 3 "$hidden" "proxy=socks5h://127.0.0.1:$free"
    check "SOCKS with a password" \
        by_socks guarded hidden.test four send 1 "$hidden" "proxy=socks5h://jane:secret@127.0.0.1:$guarded"
    check "SOCKS with a wrong password" \
        nowhere "does not connect to 127.0.0.1" send 1 "$plain" "proxy=socks5h://jane:wrong@127.0.0.1:$guarded"
    check "SOCKS without the password" \
        nowhere "does not connect to 127.0.0.1" send 1 "$plain" "proxy=socks5h://127.0.0.1:$guarded"
    check "a password that nobody asks for" \
        by_socks free hidden.test four send 1 "$hidden" "proxy=socks5h://jane:secret@127.0.0.1:$free"
    check "SOCKS to a port where nobody is" \
        nowhere "does not connect to 127.0.0.1" send 1 "http://key@127.0.0.1:$(free_port 127.0.0.1)/1" "proxy=socks5h://127.0.0.1:$free"
    check "a SOCKS proxy that is down" \
        nowhere "no connection to the proxy 127.0.0.1" send 1 "$plain" "proxy=socks5://127.0.0.1:$(free_port 127.0.0.1)"
}

# Addresses of IPv6, of servers and of proxies.
part_six() {
    grep -q '^port' six.out || { echo "skipped: there is no IPv6"; skipped=$((skipped + 1)); return; }
    dsn="http://key@[::1]:$(port six)/1" plain=http://key@127.0.0.1:$(port four)/1
    check "an IPv6 server" sent send 2 "$dsn" && check "an IPv6 server has it" arrived six
    if have tinyproxy; then
        at=$(free_port '[::1]')
        check "an IPv6 proxy starts" tiny http6 "$at" ::1 && {
            check "through an IPv6 proxy" by_http http6 send 1 "$plain" "proxy=http://[::1]:$at"
            check "an IPv6 server through a proxy" sent send 1 "$dsn" "proxy=http://[::1]:$at" && check "it has it" arrived six
        }
    fi
    if have microsocks; then
        at=$(free_port '[::1]')
        check "an IPv6 SOCKS proxy starts" micro socks6 "$at" ::1 && {
            check "through an IPv6 SOCKS proxy" by_socks socks6 127.0.0.1 four send 1 "$plain" "proxy=socks5://[::1]:$at"
            check "an IPv6 server through SOCKS" by_socks socks6 ::1 six send 1 "$dsn" "proxy=socks5://[::1]:$at"
            check "an IPv6 server by a name that the SOCKS proxy knows" by_socks socks6 six.test six send 1 \
                "http://key@six.test:$(port six)/1" "proxy=socks5h://[::1]:$at"
        }
    fi
}

# The variables. What is hidden arrives through the proxy only; what is plain does not where the proxy is one that is down.
part_environment() {
    have tinyproxy || return
    hidden=http://key@hidden.test:$(port four)/1 plain=http://key@127.0.0.1:$(port four)/1
    part=http://key@part.here.test:$(port four)/1
    at=$(free_port 127.0.0.1)
    check "a proxy starts" tiny env "$at" 127.0.0.1 || return
    up=http://127.0.0.1:$at down=http://127.0.0.1:$(free_port 127.0.0.1)
    for variable in http_proxy all_proxy ALL_PROXY; do
        check "$variable" by_http env env $variable="$up" send 1 "$hidden"
    done
    check "http_proxy comes before all_proxy" by_http env env http_proxy="$up" all_proxy="$down" send 1 "$hidden"
    check "all_proxy comes before ALL_PROXY" by_http env env all_proxy="$up" ALL_PROXY="$down" send 1 "$hidden"
    check "a variable without a scheme" by_http env env http_proxy="127.0.0.1:$at" send 1 "$hidden"
    for variable in HTTP_PROXY https_proxy HTTPS_PROXY; do # the first can be set by a header of a CGI program's client
        check "$variable is not for http" directly env $variable="$down" send 1 "$plain"
    done
    check "the option comes before the variables" \
        by_http env env http_proxy="$down" all_proxy="$down" send 1 "$hidden" "proxy=$up"
    check "no_proxy comes before the option" directly env no_proxy=127.0.0.1 send 1 "$plain" "proxy=$down"
    check "an empty option is no proxy" directly env http_proxy="$down" all_proxy="$down" send 1 "$plain" proxy=
    check "an empty variable is no proxy" directly env http_proxy= send 1 "$plain"
    for list in 127.0.0.1 '*' "127.0.0.1:$(port four)" 'a.test,127.0.0.1' 'a.test, 127.0.0.1 ,b.test' 'a.test 127.0.0.1'; do
        check "no_proxy=$list" directly env http_proxy="$down" no_proxy="$list" send 1 "$plain"
        check "NO_PROXY=$list" directly env all_proxy="$down" NO_PROXY="$list" send 1 "$plain"
    done
    for list in part.here.test .part.here.test here.test .here.test test HERE.test; do
        check "no_proxy=$list for a part of it" directly $knowing http_proxy="$down" no_proxy="$list" send 1 "$part"
    done
    for list in ere.test .ere.test x.part.here.test art.here.test here.test:1 here '' a.test,b.test; do
        check "no_proxy=$list for another" \
            nowhere "no connection to the proxy 127.0.0.1" $knowing http_proxy="$down" no_proxy="$list" send 1 "$part"
    done
}

# how_often WORDS FILE
how_often() {
    grep -c -- "$1" "$2"
}

# tunnelled PROXY WORDS COMMAND...: the example delivers to the https server, and the proxy says those words once more.
tunnelled() {
    via=$1 words=$2
    shift 2
    before=$(how_often "$words" "$via.out") requests=$(how_often '^request https ' tls.out)
    rm -rf .sentry-native # what could not be delivered before
    "$@" && [ "$(how_often '^request https ' tls.out)" = $((requests + 2)) ] && [ "$(how_often "$words" "$via.out")" -gt "$before" ]  # an event, and the end of the session
}

# not_tunnelled WORDS COMMAND...: it does not deliver, and says those words.
not_tunnelled() {
    words=$1
    shift
    requests=$(how_often '^request https ' tls.out)
    "$@" 2>said
    says "$words" && [ "$(how_often '^request https ' tls.out)" = "$requests" ]
}

# https through proxies: the example with OpenSSL, which takes the proxy from the environment, and the server of ../curl.
part_tls() {
    have node openssl tinyproxy microsocks || return
    check certificates sh "$here/../curl/certificates.sh" "$work" || return
    if ! ${CC:-cc} ${CFLAGS:--O2 -g} -Wall -Wextra -Werror -o tls_openssl "$top/examples/tls_openssl.c" -pthread -lssl -lcrypto 2>log; then
        grep -q 'No such file' log && lacking "OpenSSL's headers" && return
        check tls_openssl.c false "$(cat log)"
        return
    fi
    begin tls node "$here/../curl/server.js" "$work"
    check "the https server starts" until_there grep -q '^ready' tls.out || return
    https=$(sed -n 's/^port https //p' tls.out) at=$(free_port 127.0.0.1)
    check "a proxy for https starts" tiny tunnel "$at" 127.0.0.1 'BasicAuth jane secret' || return
    socks=$(free_port 127.0.0.1)
    check "a SOCKS proxy for https starts" micro tunnel5 "$socks" 127.0.0.1 || return
    good=http://jane:secret@127.0.0.1:$at
    example="env SENTRY_DSN=https://key@localhost:$https/1 SENTRY_DEBUG=1 timeout 20"
    trusting="$example env SSL_CERT_FILE=$work/ca.pem"
    for variable in https_proxy HTTPS_PROXY all_proxy ALL_PROXY; do
        check "https by $variable" tunnelled tunnel "CONNECT localhost:$https" $trusting $variable="$good" tls_openssl
    done
    check "https by a SOCKS proxy" \
        tunnelled tunnel5 "connected to localhost:$https" $trusting https_proxy="socks5h://127.0.0.1:$socks" tls_openssl
    check "https with a wrong password" \
        not_tunnelled 'does not connect: status 401' $trusting https_proxy="http://jane:wrong@127.0.0.1:$at" tls_openssl
    check "http_proxy is not for https" \
        not_tunnelled 'no connection to the proxy 127.0.0.1' $trusting https_proxy="http://127.0.0.1:$(free_port 127.0.0.1)" http_proxy="$good" tls_openssl
    check "a proxy does not lend its trust" not_tunnelled 'no TLS session with localhost' $example env \
        SSL_CERT_FILE="$work/other.pem" https_proxy="$good" tls_openssl
}

# A server on a Unix socket; the DSN's host is one that nobody knows.
part_unix() {
    check "a server on a Unix socket starts" receive unix "unix:$work/socket" || return
    check "to a Unix socket" sent send 3 http://key@nobody.test/1 "unix=$work/socket" && check "it has them" arrived unix
    check "one connection for all" [ "$(awk '{ print $2 }' unix.log | sort -u | wc -l)" = 1 ]
    check "a Unix socket, whatever the proxy" \
        sent env http_proxy=http://127.0.0.1:1 send 1 http://key@nobody.test/1 "unix=$work/socket" \
        && check "it has it" arrived unix
    check "no such socket" \
        nowhere "no connection to the socket $work/no-socket" send 1 "http://key@127.0.0.1:$(port four)/1" "unix=$work/no-socket"
}

# Nothing that is on disk is lost, however processes end.
part_killed() {
    mkdir -p kills
    check "killed 200 times" killed receiver kills 200
    kept=$(value kept)
    echo "killed: $(tr '\n' ' ' <log)"
    find kills/database -mindepth 1 ! -path kills/database/cache ! -name '.*.tmp' >left # but halves that are younger than an hour
    check "nothing is left" [ "$(head -n 1 left)" = '' ]
    check "there was something to lose" [ "${kept:-0}" -ge 500 ]
}

# instructions N: of a burst of N events, all threads; where memory is copied and cleared by one instruction a piece, not a byte.
instructions() {
    GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000 \
        valgrind --tool=callgrind --callgrind-out-file=callgrind load burst receiver "$1" >&2 || return 1
    awk '/^(summary|totals):/ { n = $2 } END { print n }' callgrind
}

# per_event: instructions from capture to answer.
per_event() {
    once=$(instructions 300) && twice=$(instructions 600) && echo "instructions $(((twice - once) / 300))"
}

# How fast events go, and many of them.
part_load() {
    best=0
    for try in 1 2 3 4 5; do
        check "a burst, run $try" load burst receiver 5000 || return
        speed=$(value events_per_second)
        [ "$speed" -le "$best" ] || best=$speed
    done
    echo "burst: $best events/s of $(value bytes_per_event) bytes, best of 5"
    if have valgrind; then
        check "count instructions" per_event && count=$(value instructions) \
            && echo "burst: $count instructions an event" && check "instructions an event" at_most "$count" 60000
    fi
    check "a long run" load soak receiver "${SOAK:-100000}" || return
    echo "soak: ${SOAK:-100000} events of $(value bytes_per_event) bytes, $(value events_per_second) events/s," \
        "peak memory $(value peak_kB) kB, $(value growth_kB) kB of them after the first $(value warm)"
    check "memory of a long run" at_most "$(value growth_kB)" 8192
}

mkfifo input && exec 3<>input
compile receiver receiver.c && compile names.so names.c -shared -fPIC -ldl && compile sentry.o ../link/impl.c -c || finish
for program in send killed load; do
    compile $program $program.c sentry.o || finish
done
receive four 127.0.0.1:0 || { echo "FAIL the receiver does not start"; failed=$((failed + 1)); finish; }
receive six '[::1]:0'
for part in ${PARTS:-http socks six environment tls unix killed load}; do
    part_$part
done
finish
