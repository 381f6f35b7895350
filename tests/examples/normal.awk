# What an example prints, without what differs from run to run and from machine to machine: ids become the order in which they
# occur, so that equal ones stay equal; times, ports, sizes and the like become words.
function numbered(text, pattern, word,    out, id) {
    while (match(text, pattern)) {
        id = word substr(text, RSTART, RLENGTH)
        if (!(id in number)) number[id] = ++count[word]
        out = out substr(text, 1, RSTART - 1) word number[id]
        text = substr(text, RSTART + RLENGTH)
    }
    return out text
}

function hex(digits,    pattern) {
    while (digits-- > 0) pattern = pattern "[0-9a-f]"
    return pattern
}

/^wine: / { next } # it tells that it sets itself up
/ThreadSanitizer: dup thread with used id/ { next } # what it says of any thread begun after fork(), and only says
/^ +(extra +)?sys\.argv: \[[^ ]*\]$/ { next } # the program's path, where the system tells it
/^ +at / && FILENAME !~ /crash/ { next } # the compiler may not tell lines, or put functions into others
/^ +(contexts +)?(os|device|runtime|app): \{/ { next }

{
    sub(/\r$/, "")
    $0 = numbered(numbered($0, hex(32), "ID"), hex(16), "SPAN")
    gsub(/[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9:.]+Z/, "TIME")
    gsub(/ +[0-9]+\.[0-9]+ \+ +[0-9]+\.[0-9]+ ms/, "    TIMES")
    gsub(/sample_rand: 0\.[0-9]+/, "sample_rand: RAND")
    gsub(/sample_rand=0\.[0-9]+/, "sample_rand=RAND")
    gsub(/thread\.id: [0-9]+/, "thread.id: THREAD")
    gsub(/receive\.latency: [0-9.]+/, "receive.latency: MS")
    gsub(/subprocess\.pid: [0-9]+/, "subprocess.pid: PID")
    sub(/code\.filepath: \/.*\//, "code.filepath: ")
    gsub(/duration_ms: [0-9.e-]+/, "duration_ms: MS")
    gsub(/(localhost|127\.0\.0\.1):[0-9]+/, "HOST:PORT")
    gsub(/server\.address: \/[^,}]*/, "server.address: SOCKET")
    gsub(/server\.port: [0-9]+/, "server.port: PORT")
    gsub(/of [0-9]+ bytes/, "of N bytes")
    gsub(/session, [0-9]+ bytes/, "session, N bytes")
    if (sub(/^\(process:[0-9]+\)/, "(process:PID)")) sub(/ [0-9:.]+: /, " TIME: ") # GLib
    if (/^ +integrations: /) sub(/modules, /, "") # not with tcc
    sub(/server_name .*/, "server_name  NAME")
    sub(/ version: .*/, " version: VERSION")
    print
}
