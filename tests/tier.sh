# For the scripts of a tier to read first: what they count, and how they end.
passed=0 failed=0 skipped=0

# The closing line, and the exit code that goes with it.
finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
    exit
}

# lacking WHAT: a tool that is not there.
lacking() {
    echo "skipped: there is no $1"
    if [ "${CI:-}" = true ]; then failed=$((failed + 1)); else skipped=$((skipped + 1)); fi
}
