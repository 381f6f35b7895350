# Compares what three readers say of addresses, each in a file of its own in the form of "addr2line -a -i -f": ours first.
# Prints what share of ours is as one of the others says: of the lines, with those of inlined calls, of functions, of depths; and what
# differs. Ends with 1 when fewer than `least` per cent of the lines or of the functions agree.
FNR == 1 { reader++ }
{ sub(/ \(discriminator [0-9]+\)$/, ""); sub(/\r$/, "") }
/^0x[0-9a-f]+$/ { at = reader == 1 ? ++count : ++other[reader]; address[at] = $0; next }
/^$/ { next }
odd[reader] = !odd[reader] { name = $0; next }
{
    place = $0
    sub(/.*[\/\\]/, "", place)
    sub(/:\?$/, ":0", place)
    lines[reader, at] = lines[reader, at] " " place
    sub(/^_(_GI_)?/, "", name) # other names of the same
    sub(/\.(constprop|isra|part|cold|lto_priv)(\.[0-9]+)?.*/, "", name) # copies of a function that GCC makes, which DWARF does not name
    outer[reader, at] = name
    depth[reader, at]++
    text[reader, at] = text[reader, at] " " name " " place
}
function agrees(what, i) { return what[1, i] == what[2, i] || what[1, i] == what[3, i] }
END {
    for (i = 1; i <= count; i++) {
        a = agrees(lines, i)
        b = agrees(outer, i)
        same_lines += a
        same_outer += b
        same_depth += agrees(depth, i)
        if (!a || !b) differing = differing "    " address[i] "\n        ours" text[1, i] "\n        addr2line" text[2, i] "\n        llvm" text[3, i] "\n"
    }
    printf "%d addresses: lines %.1f %%, functions %.1f %%, depths %.1f %%\n", count, 100 * same_lines / count, 100 * same_outer / count, 100 * same_depth / count
    printf "%s", differing >differences
    exit !(count && 100 * same_lines >= least * count && 100 * same_outer >= least * count)
}
