#!/bin/sh
# The integrations with libraries: each program of this folder with the real library, and a real server where it needs one.
#     CC, CXX   the compilers, else cc and c++
#     FLAGS     for all files, for example a sanitizer
#     BUILD     the folder for logs
#     FILES     some of them, for example "sqlite libpq"
# The closing line is "N passed, N failed, N skipped".
here=$(cd "$(dirname "$0")" && pwd) && tests=$(dirname "$here")
build=${BUILD:-$tests/build}/libraries
warn="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef -Werror"
. "$tests/tier.sh"
mkdir -p "$build" && build=$(cd "$build" && pwd) || exit 1
work=$(mktemp -d) && chmod 755 "$work" || exit 1 # sockets have short names, and the user postgres comes in
pids= way=
trap '[ -z "$pids" ] || { kill $pids; wait; } 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM
unset SENTRY_DSN SENTRY_RELEASE SENTRY_ENVIRONMENT SENTRY_DEBUG

# have TOOL...: whether all are there.
have() {
    for tool; do
        command -v "$tool" >/dev/null || { lacking "$tool"; return 1; }
    done
}

# wanted NAME: whether FILES has it, or is not set.
wanted() {
    case " ${FILES:-$1} " in *" $1 "*) ;; *) return 1 ;; esac
}

# port: one that was free when this was written down.
port() {
    used=$((${used:-$((20000 + $$ % 10000))} + 1))
}

# until_there COMMAND...: waits until it succeeds.
until_there() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { echo "never came: $*"; return 1; }
        sleep 0.05
    done
}

# -- servers: each one says in the environment where it is --

# redis: REDIS_SOCKET and REDIS_PORT.
redis() {
    [ -z "$REDIS_SOCKET" ] || return 0
    have redis-server redis-cli || return 1
    port
    redis-server --port $used --bind 127.0.0.1 --unixsocket "$work/redis" --dir "$work" --save '' >"$build/redis.log" 2>&1 &
    pids="$pids $!"
    until_there redis-cli -p $used ping || { failed=$((failed + 1)); tail -n 5 "$build/redis.log"; return 1; }
    export REDIS_SOCKET="$work/redis" REDIS_PORT=$used
}

# as_postgres COMMAND...: the server does not run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

# postgresql: PGHOST and the other variables that libpq looks at.
postgresql() {
    [ "$PGHOST" != "$work/pg" ] || return 0
    have pg_config || return 1
    bin=$(pg_config --bindir)
    have "$bin/initdb" "$bin/postgres" || return 1
    port
    export PGHOST="$work/pg" PGPORT=$used PGUSER=tester PGDATABASE=postgres
    mkdir "$PGHOST" && { [ "$(id -u)" != 0 ] || chown postgres "$PGHOST"; } || return 1
    (cd "$PGHOST" && as_postgres "$bin/initdb" -D "$PGHOST/data" -U $PGUSER -A trust --no-sync) >"$build/postgresql.log" 2>&1
    (cd "$PGHOST" && as_postgres "$bin/postgres" -D "$PGHOST/data" -k "$PGHOST" -p $used -h 127.0.0.1 -F) >>"$build/postgresql.log" 2>&1 &
    until_there "$bin/pg_isready" || { failed=$((failed + 1)); tail -n 5 "$build/postgresql.log"; return 1; }
    pids="$pids $(head -n 1 "$PGHOST/data/postmaster.pid")"
}

# -- programs --

# ran NAME COMPILER AND FLAGS...: NAME's source built so and run; its own count.
ran() {
    log=$build/$1.log program=$work/$1
    shift
    echo "FAIL: does not compile" >"$log"
    "$@" -o "$program" >>"$log" 2>&1 && (cd "$work" && "$program") >"$log" 2>&1
    line=$(tail -n 1 "$log" | grep '^[0-9]* passed, [0-9]* failed, [0-9]* skipped$' || echo '0 passed, 1 failed, 0 skipped')
    grep -v ' passed, ' "$log" | head -n 40
    echo "${program##*/}: $line"
    set -- $line
    passed=$((passed + $1)) failed=$((failed + $3)) skipped=$((skipped + $5))
}

# library NAME PACKAGE [FLAGS...]: NAME.c with what pkg-config knows as PACKAGE, as C, and as C++ unless it is another way to the same.
library() {
    name=$1 package=$2
    shift 2
    have pkg-config || return
    pkg-config --exists $package || { lacking "library $package"; return; }
    libs=$(pkg-config --cflags --libs $package | sed 's/-I/-isystem /g')
    ran "$name$way" ${CC:-cc} -std=c99 -O0 -g -D_GNU_SOURCE $warn -Wstrict-prototypes $FLAGS -I"$tests" "$@" "$here/$name.c" -pthread $libs
    [ "$way" = -macros ] || [ "$way" = -linker ] || ran "$name$way++" ${CXX:-c++} -x c++ -std=c++11 -O0 -g -D_GNU_SOURCE $warn $FLAGS -I"$tests" "$@" "$here/$name.c" -pthread $libs
}

# ways NAME PACKAGE FUNCTION...: the same for each way to have a library's calls: by hand, by macros, by the linker, then with those of
# the C library, too.
ways() {
    of=$1 package=$2 wraps=
    shift 2
    for function in "$@" system popen pclose posix_spawn posix_spawnp waitpid; do wraps="$wraps -Wl,--wrap=$function"; done
    way=-calls library $of $package -DWAY=0
    way=-macros library $of $package -DWAY=1
    way=-linker library $of $package -DWAY=2 $wraps
}

# example NAME PACKAGE: ../../examples/NAME.c prints, but for ids and times, what ../examples has under its name, standard error last.
example() {
    name=$1 package=$2 log=$build/$1.log
    have pkg-config awk || return
    pkg-config --exists $package || { lacking "library $package"; return; }
    libs=$(pkg-config --cflags --libs $package | sed 's/-I/-isystem /g')
    if ${CC:-cc} -std=c99 -O0 $warn $FLAGS -o "$work/$name" "$tests/../examples/$name.c" -pthread $libs >"$log" 2>&1 &&
        (cd "$work" && SENTRY_DSN= TSAN_OPTIONS=die_after_fork=0 "./$name") >"$log" 2>"$log.err" && awk -f "$tests/examples/normal.awk" "$log" "$log.err" | diff -u "$tests/examples/$name.txt" - >"$log.diff"; then
        passed=$((passed + 1)) && echo "$name: 1 passed, 0 failed, 0 skipped"
    else
        failed=$((failed + 1)) && head -n 60 "$log" "$log.err" "$log.diff" && echo "$name: 0 passed, 1 failed, 0 skipped"
    fi
}

# A line for each; what needs a server starts it.
! wanted sqlite || library sqlite sqlite3
! wanted hiredis || { redis && ways hiredis hiredis redisCommand redisvCommand redisCommandArgv redisAppendCommand redisvAppendCommand \
    redisAppendCommandArgv redisGetReply; }
! wanted libpq || { postgresql && ways libpq libpq PQexec PQexecParams PQprepare PQexecPrepared PQsendQuery PQsendQueryParams PQsendPrepare \
    PQsendQueryPrepared PQgetResult; }
! wanted glib || library glib glib-2.0
! wanted sdl || library sdl sdl2
! wanted libmicrohttpd || library libmicrohttpd libmicrohttpd
! wanted queue_redis || { redis && example queue_redis hiredis; }
! wanted server_mhd || example server_mhd libmicrohttpd
! wanted database_sqlite || example database_sqlite sqlite3
! wanted database_postgres || { postgresql && example database_postgres libpq; }
! wanted loggers || example loggers "glib-2.0 sdl2"
! wanted request_curl || example request_curl libcurl
finish
