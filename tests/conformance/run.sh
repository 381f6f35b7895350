#!/bin/sh
# Builds send.c and has what it sends read by Sentry's own parser, its event schema and Spotlight.
#     tests/conformance/run.sh          CC, CFLAGS and BUILD (the folder for all output) can be set
# Needs node and npm; where they are missing it is skipped, with CI=true in the environment it fails.
cd "$(dirname "$0")" || exit 1
CC=${CC:-cc}
CFLAGS=${CFLAGS:--O1 -g -Wall -Wextra}
BUILD=${BUILD:-build}

for tool in "${CC%% *}" node npm; do
    if ! command -v "$tool" >/dev/null; then
        echo "conformance: there is no $tool"
        if [ "$CI" = true ]; then echo "0 passed, 1 failed, 0 skipped"; exit 1; fi
        echo "0 passed, 0 failed, 1 skipped"
        exit 0
    fi
done

mkdir -p "$BUILD" && rm -rf "$BUILD/received" || exit 1
if ! $CC $CFLAGS -pthread -o "$BUILD/send" send.c; then
    echo "FAIL send.c does not compile"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
# npm leaves a copy of the lock file in node_modules: what is older than ours is installed again.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    if ! npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; then
        echo "FAIL npm ci"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
fi

# Each part prints what fails and a closing line; a part that ends without one has failed.
part() {
    "$@" >"$BUILD/part.log" 2>&1
    grep -v '^[0-9]* passed, ' "$BUILD/part.log"
    grep '^[0-9]* passed, ' "$BUILD/part.log" >>"$BUILD/counts" || echo "0 passed, 1 failed, 0 skipped" >>"$BUILD/counts"
}
: >"$BUILD/counts"
part node check.mjs "$BUILD/send" "$BUILD/received"
if node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)'; then
    part node spotlight.mjs "$BUILD/send"
else
    echo "skip Spotlight: it needs node 20"
    echo "0 passed, 0 failed, 1 skipped" >>"$BUILD/counts"
fi
awk '{ p += $1; f += $3; s += $5 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' "$BUILD/counts"
