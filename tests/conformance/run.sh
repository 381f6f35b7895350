#!/bin/sh
# Builds send.c and has what it sends read by Sentry's own parser, its event schema and Spotlight; a server with Sentry's SDK
# for node takes part in its traces, and Spotlight's page in Chromium shows one of them (build/trace.png).
#     tests/conformance/run.sh          CC, CFLAGS and BUILD (the folder for all output) can be set
# Needs node and npm; where they are missing it is skipped, with CI=true in the environment it fails.
cd "$(dirname "$0")" || exit 1
CC=${CC:-cc}
CFLAGS=${CFLAGS:--O1 -g -Wall -Wextra}
BUILD=${BUILD:-build}

# The closing line, and the exit code that goes with it.
finish() {
    awk '{ p += $1; f += $3; s += $5 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' "$BUILD/counts"
    exit
}

failed() {
    echo "FAIL $1"
    echo "0 passed, 1 failed, 0 skipped" >>"$BUILD/counts"
    finish
}

# missing TOOL
missing() {
    echo "conformance: there is no $1"
    if [ "$CI" = true ]; then echo "0 passed, 1 failed, 0 skipped"; else echo "0 passed, 0 failed, 1 skipped"; fi >>"$BUILD/counts"
}

mkdir -p "$BUILD" && rm -rf "$BUILD/received" && : >"$BUILD/counts" || exit 1
for tool in "${CC%% *}" node npm; do
    command -v "$tool" >/dev/null || { missing "$tool"; finish; }
done
$CC $CFLAGS -pthread -o "$BUILD/send" send.c || failed "send.c does not compile"
# npm leaves a copy of the lock file in node_modules: what is older than ours is installed again.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || failed "npm ci"
fi

# Each part prints what fails and a closing line; a part that ends without one has failed.
part() {
    "$@" >"$BUILD/part.log" 2>&1
    grep -v '^[0-9]* passed, ' "$BUILD/part.log"
    grep '^[0-9]* passed, ' "$BUILD/part.log" >>"$BUILD/counts" || echo "0 passed, 1 failed, 0 skipped" >>"$BUILD/counts"
}
part node check.mjs "$BUILD/send" "$BUILD/received"
if node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)'; then
    part node spotlight.mjs "$BUILD/send"
    part node node.mjs "$BUILD/send" "$BUILD/received/node"
    chromium=
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        [ -n "$chromium" ] || chromium=$(command -v $name)
    done
    if [ -n "$chromium" ]; then
        part node view.mjs "$BUILD/send" "$chromium" "$BUILD/trace.png"
    else
        missing "Chromium, for Spotlight's page"
    fi
else
    echo "skip Spotlight and @sentry/node: they need node 20"
    echo "0 passed, 0 failed, 3 skipped" >>"$BUILD/counts"
fi
finish
