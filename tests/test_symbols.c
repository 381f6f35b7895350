/* The readers of object files: ELF and PE, of both classes and orders, whatever this machine is; symbols, build ids, compressed sections, and
 * DWARF 2 to 5. Most files are put together here, byte by byte, one is this program. Real ones are compared with other readers in symbols/run.sh. */
#define SENTRY_API static /* so that only what is tested here is compiled */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include "test.h"
#include "deflated.h"
#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if !defined(SENTRY_NO_SYMBOLIZER) && !defined(SENTRY_NO_FILES)
/* -- files that are put together ------------------------------------------------------------------ */

enum { NONE, TEXT, SYMTAB, STRTAB, NOTES, INFO, ABBREV, LINE, STR, LINE_STR, RANGES, RNGLISTS, ADDR, STR_OFFSETS, ARANGES, NAMES, PARTS };
static const char *const part_names[PARTS] = { "", "text", "symtab", "strtab", "note.gnu.build-id", "debug_info", "debug_abbrev", "debug_line", "debug_str",
    "debug_line_str", "debug_ranges", "debug_rnglists", "debug_addr", "debug_str_offsets", "debug_aranges", "shstrtab" };
static const unsigned part_types[PARTS] = { 0, 8, 2, 3, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3 };

typedef struct {
    unsigned char byte[4096];
    size_t size;
} bytes_t;

static bytes_t part[PARTS], whole;

/* How the file is written. */
static struct {
    unsigned big, wide, version, offset_size, indexed, aranges, siblings;
    unsigned packed; /* 1 with a header of ELF, 2 in the old form */
    uint64_t base;
} shape;

static void put(bytes_t *to, uint64_t value, size_t n)
{
    size_t i;
    for (i = 0; i < n && to->size < sizeof to->byte; i++) {
        size_t power = shape.big ? n - 1 - i : i;
        to->byte[to->size++] = (unsigned char)(power < 8 ? value >> 8 * power : 0);
    }
}
static void put_bytes(bytes_t *to, const void *bytes, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) put(to, ((const unsigned char *)bytes)[i], 1);
}
static size_t put_text(bytes_t *to, const char *text)
{
    size_t at = to->size;
    put_bytes(to, text, strlen(text) + 1);
    return at;
}
static void put_uleb(bytes_t *to, uint64_t value)
{
    for (; value > 127; value >>= 7) put(to, 128 | (value & 127), 1);
    put(to, value, 1);
}
static void put_address(bytes_t *to, uint64_t value) { put(to, value, shape.wide ? 8 : 4); }
static void put_offset(bytes_t *to, uint64_t value) { put(to, value, shape.offset_size); }

/* A length that is filled in later: returns where what it counts begins. */
static size_t put_length(bytes_t *to)
{
    if (shape.offset_size == 8) put(to, UINT32_MAX, 4);
    put_offset(to, 0);
    return to->size;
}
static void put_back(bytes_t *to, size_t begin, size_t n)
{
    size_t size = to->size, value = size - begin;
    to->size = begin - n;
    put(to, value, n);
    to->size = size;
}

/* -- DWARF ------------------------------------------------------------------------------------------ */

static unsigned form_text(void) { return shape.indexed ? 0x25 : 0x0e; }
static unsigned form_address(void) { return shape.indexed ? 0x1b : 0x01; }
static unsigned form_offset(void) { return shape.version >= 4 ? 0x17 : shape.offset_size == 8 ? 0x07 : 0x06; }

/* The values, in their forms. */
static void put_name(const char *text)
{
    size_t at = put_text(&part[STR], text);
    if (!shape.indexed) {
        put_offset(&part[INFO], at);
        return;
    }
    put(&part[INFO], (part[STR_OFFSETS].size - 8) / shape.offset_size, 1); /* some more are in front than are used */
    put_offset(&part[STR_OFFSETS], at);
}
static void put_code(bytes_t *to, uint64_t address)
{
    if (!shape.indexed) {
        put_address(to, address);
        return;
    }
    put_uleb(to, (part[ADDR].size - 8) / (shape.wide ? 8 : 4));
    put_address(&part[ADDR], address);
}
static void put_span(uint64_t low, uint64_t high)
{
    put_code(&part[INFO], shape.base + low);
    if (shape.version < 4) put_address(&part[INFO], shape.base + high);
    else put(&part[INFO], high - low, 4);
}

static void put_abbrev(unsigned code, unsigned tag, int children, const char *kinds)
{
    bytes_t *to = &part[ABBREV];
    put_uleb(to, code);
    put_uleb(to, tag);
    put(to, (unsigned)children, 1);
    for (; *kinds; kinds++) {
        unsigned attribute = 0, form = 0;
        switch (*kinds) {
        case 's': if (!shape.siblings) continue; attribute = 0x01; form = 0x13; break;
        case 'n': attribute = 0x03; form = form_text(); break;
        case 'N': attribute = 0x03; form = 0x08; break;
        case 'k': attribute = shape.version >= 4 ? 0x6e : 0x2007; form = form_text(); break;
        case 'l': attribute = 0x11; form = form_address(); break;
        case 'h': attribute = 0x12; form = shape.version >= 4 ? 0x06 : 0x01; break;
        case 'r': attribute = 0x55; form = shape.indexed ? 0x23 : form_offset(); break;
        case 'o': attribute = 0x31; form = 0x13; break;
        case 'S': attribute = 0x47; form = 0x10; break;
        case 'f': attribute = 0x58; form = 0x0b; break;
        case 'c': attribute = 0x59; form = shape.version >= 4 ? 0x16 : 0x0f; break;
        case 'C': attribute = 0x57; form = 0x0d; break;
        case 'd': attribute = 0x1b; form = form_text(); break;
        case 'p': attribute = 0x10; form = form_offset(); break;
        case 'i': attribute = 0x20; form = 0x0b; break;
        case 'e': attribute = 0x02; form = 0x0a; break;
        case 'b': if (!shape.indexed) continue; attribute = 0x72; form = 0x17; break;
        case 'a': if (!shape.indexed) continue; attribute = 0x73; form = 0x17; break;
        case 'R': if (!shape.indexed) continue; attribute = 0x74; form = 0x17; break;
        case 'g': if (shape.version < 5) continue; attribute = 0x3f; form = 0x21; break;
        default: abort();
        }
        put_uleb(to, attribute);
        put_uleb(to, form);
        if (form == 0x21) put_uleb(to, 1);
    }
    put(to, 0, 2);
}

enum { UNIT = 1, FUNCTION, SPLIT, ABSTRACT, BLOCK, INLINED, INNERMOST, VARIABLE, NAMESPACE, DECLARED, DEFINED, DEAD };

static void put_abbrevs(void)
{
    put_text(&part[ABBREV], ""); /* where it begins is not 0 */
    put_abbrev(UNIT, 0x11, 1, "ndplhbaR");
    put_abbrev(FUNCTION, 0x2e, 1, "snkglh");
    put_abbrev(SPLIT, 0x2e, 0, "Nr");
    put_abbrev(ABSTRACT, 0x2e, 0, "in");
    put_abbrev(BLOCK, 0x0b, 1, "slh");
    put_abbrev(INLINED, 0x1d, 1, "solhfc");
    put_abbrev(INNERMOST, 0x1d, 0, "orfcC");
    put_abbrev(VARIABLE, 0x34, 0, "Ne");
    put_abbrev(NAMESPACE, 0x39, 1, "sn");
    put_abbrev(DECLARED, 0x2e, 0, "nk");
    put_abbrev(300, 0x2e, 0, "Slh"); /* DEFINED: a number that is not the next */
    put_abbrev(DEAD, 0x2e, 0, "nlh");
    put(&part[ABBREV], 0, 1);
}

static void put_call_line(unsigned line)
{
    if (shape.version >= 4) put_uleb(&part[INFO], 0x0b); /* the form is said here */
    put(&part[INFO], line, 1);
}

/* The ranges of an entry: relative to the unit; or at last relative to a base of their own. */
static void put_ranges(unsigned number, uint64_t low, uint64_t high, uint64_t low2, uint64_t high2)
{
    bytes_t *to = &part[shape.version < 5 ? RANGES : RNGLISTS];
    if (shape.indexed) put_uleb(&part[INFO], number);
    else put_offset(&part[INFO], to->size);
    if (shape.version < 5) {
        put_address(to, low - 0x1000), put_address(to, high - 0x1000);
        if (high2) put_address(to, UINT64_MAX), put_address(to, shape.base + low2 - 8), put_address(to, 8), put_address(to, high2 - low2 + 8);
        put_address(to, 0), put_address(to, 0);
        return;
    }
    if (shape.indexed) {
        size_t size = to->size; /* where it begins, counted from the table of these */
        to->size = (shape.offset_size == 8 ? 20 : 12) + number * shape.offset_size;
        put_offset(to, size - (shape.offset_size == 8 ? 20 : 12));
        to->size = size;
    }
    put(to, 4, 1), put_uleb(to, low - 0x1000), put_uleb(to, high - 0x1000);
    if (high2 && shape.indexed) put(to, 3, 1), put_code(to, shape.base + low2), put_uleb(to, high2 - low2);
    else if (high2) put(to, 5, 1), put_address(to, shape.base + low2 - 8), put(to, 4, 1), put_uleb(to, 8), put_uleb(to, high2 - low2 + 8);
    put(to, 0, 1);
}

static size_t at_entry(unsigned code)
{
    size_t at = part[INFO].size;
    put_uleb(&part[INFO], code);
    return at;
}

/* The place of a sibling, when there are such; and its filling in. */
static size_t put_sibling(void)
{
    if (shape.siblings) put(&part[INFO], 0, 4);
    return part[INFO].size;
}
static void put_end(size_t sibling, size_t unit)
{
    size_t size;
    put(&part[INFO], 0, 1);
    size = part[INFO].size;
    if (!shape.siblings) return;
    part[INFO].size = sibling - 4;
    put(&part[INFO], size - unit, 4);
    part[INFO].size = size;
}

static void put_inlined(size_t unit, size_t origin, uint64_t low, uint64_t high, unsigned line)
{
    put(&part[INFO], origin - unit, 4);
    put_span(low, high);
    put(&part[INFO], 1, 1);
    put_call_line(line);
}

/* A unit: outer, from 0x1000, calls inner, which calls innermost at 0x1018; and what else functions can be like. */
static void put_unit(void)
{
    bytes_t *to = &part[INFO];
    size_t begin = put_length(to), unit = begin - (shape.offset_size == 8 ? 12 : 4), inner, innermost, declared, ends[3];
    put(to, shape.version, 2);
    if (shape.version == 5) put(to, 1, 1), put(to, shape.wide ? 8 : 4, 1);
    put_offset(to, 1);
    if (shape.version < 5) put(to, shape.wide ? 8 : 4, 1);
    at_entry(UNIT);
    put_name("main.c");
    put_name("/work");
    put_offset(to, 0);
    put_span(0x1000, 0x1400);
    if (shape.indexed) put_offset(to, 8), put_offset(to, 8), put_offset(to, shape.offset_size == 8 ? 20 : 12);
    inner = at_entry(ABSTRACT);
    put(to, 1, 1);
    put_name("inner");
    innermost = at_entry(ABSTRACT);
    put(to, 1, 1);
    put_name("innermost");
    at_entry(VARIABLE);
    put_text(to, "seen");
    put(to, 5, 1), put_bytes(to, "\3abcd", 5);
    at_entry(DEAD);
    put_name("dead");
    put_code(to, 0);
    if (shape.version < 4) put_address(to, 0x2000);
    else put(to, 0x2000, 4);
    at_entry(FUNCTION);
    ends[0] = put_sibling();
    put_name("outer");
    put_name("_Z5outerv");
    put_span(0x1000, 0x1040);
    at_entry(BLOCK);
    ends[1] = put_sibling();
    put_span(0x1002, 0x1004);
    put_end(ends[1], unit);
    at_entry(BLOCK);
    ends[1] = put_sibling();
    put_span(0x1010, 0x1030);
    at_entry(INLINED);
    ends[2] = put_sibling();
    put_inlined(unit, inner, 0x1014, 0x1020, 12);
    at_entry(INNERMOST);
    put(to, innermost - unit, 4);
    put_ranges(0, 0x1018, 0x101c, 0, 0);
    put(to, 2, 1);
    put_call_line(5);
    put(to, 7, 1);
    put_end(ends[2], unit);
    put_end(ends[1], unit);
    at_entry(INLINED);
    ends[1] = put_sibling();
    put_inlined(unit, inner, 0x1030, 0x1034, 14);
    put_end(ends[1], unit);
    put_end(ends[0], unit);
    at_entry(NAMESPACE);
    ends[0] = put_sibling();
    put_name("space");
    declared = at_entry(DECLARED);
    put_name("spaced");
    put_name("_ZN5space6spacedEv");
    at_entry(300);
    if (shape.version < 3) put_address(to, declared);
    else put_offset(to, declared);
    put_span(0x1200, 0x1210);
    put_end(ends[0], unit);
    at_entry(SPLIT);
    put_text(to, "split");
    put_ranges(1, 0x1040, 0x1050, 0x1100, 0x1110);
    put(to, 0, 1);
    put_back(to, begin, shape.offset_size);
}

/* -- its lines ------------------------------------------------------------------------------------- */

static struct {
    uint64_t address;
    unsigned file;
    int line;
} row;

static void put_sequence(uint64_t address)
{
    put(&part[LINE], 0, 1), put_uleb(&part[LINE], shape.wide ? 9 : 5), put(&part[LINE], 2, 1);
    put_address(&part[LINE], address);
    row.address = address;
    row.file = 1;
    row.line = 1;
}
static void put_row(uint64_t address, unsigned file, int line)
{
    bytes_t *to = &part[LINE];
    address += shape.base;
    if (file != row.file) put(to, 4, 1), put_uleb(to, file);
    put(to, 6, 1); /* marks that have no arguments, and one that has */
    put(to, 12, 1), put_uleb(to, 3);
    if (address == row.address + 4 && line >= row.line && line < row.line + 5) {
        put(to, (unsigned)(line - row.line + 5) + 14 * 4 + 13, 1);
    } else {
        put(to, 2, 1), put_uleb(to, address - row.address);
        put(to, 3, 1);
        if (line < row.line) put(to, (unsigned)(line - row.line) & 127, 1); /* of at most 63 */
        else put_uleb(to, (unsigned)(line - row.line) < 64 ? (unsigned)(line - row.line) : 0);
        put(to, 1, 1);
    }
    row.address = address;
    row.file = file;
    row.line = line;
}
static void put_sequence_end(uint64_t address)
{
    bytes_t *to = &part[LINE];
    put(to, 2, 1), put_uleb(to, address + shape.base - row.address);
    put(to, 0, 1), put(to, 1, 1), put(to, 1, 1);
}

static void put_line_name(const char *name)
{
    if (shape.version < 5 || shape.indexed) put_text(&part[LINE], name);
    else put_offset(&part[LINE], put_text(&part[LINE_STR], name));
}
static void put_line_names(void)
{
    bytes_t *to = &part[LINE];
    unsigned form = shape.indexed ? 0x08 : 0x1f;
    if (shape.version < 5) {
        put_text(to, "include");
        put(to, 0, 1);
        put_text(to, "main.c"), put(to, 0, 3);
        put_text(to, "inner.h"), put(to, 1, 1), put(to, 0, 2);
        put(to, 0, 1);
        return;
    }
    put(to, 1, 1), put_uleb(to, 1), put_uleb(to, form);
    put_uleb(to, 2);
    put_line_name("/work");
    put_line_name("include");
    put(to, 3, 1), put_uleb(to, 1), put_uleb(to, form), put_uleb(to, 2), put_uleb(to, 0x0b), put_uleb(to, 5), put_uleb(to, 0x1e);
    put_uleb(to, 3);
    put_line_name("main.c"), put(to, 0, 1), put_bytes(to, "0123456789abcdef", 16);
    put_line_name("main.c"), put(to, 0, 1), put_bytes(to, "0123456789abcdef", 16);
    put_line_name("inner.h"), put(to, 1, 1), put_bytes(to, "fedcba9876543210", 16);
}

static void put_lines(void)
{
    bytes_t *to = &part[LINE];
    size_t begin = put_length(to), header;
    put(to, shape.version, 2);
    if (shape.version == 5) put(to, shape.wide ? 8 : 4, 1), put(to, 0, 1);
    put_offset(to, 0);
    header = to->size;
    put(to, 1, 1);
    if (shape.version >= 4) put(to, 1, 1);
    put(to, 1, 1), put(to, 251, 1), put(to, 14, 1), put(to, 13, 1);
    put_bytes(to, "\0\1\1\1\1\0\0\0\1\0\0\1", 12);
    put_line_names();
    put_back(to, header, shape.offset_size);
    put_sequence(0); /* was left out */
    put_row(0 - shape.base, 1, 50);
    put_sequence_end(0x2000);
    put_sequence(shape.base + 0x1000);
    put_row(0x1000, 1, 10);
    put_row(0x1014, 2, 3);
    put_row(0x1018, 2, 4);
    put_row(0x101c, 2, 3);
    put_row(0x1020, 1, 13);
    put_row(0x1030, 2, 3);
    put_row(0x1034, 1, 15);
    put_row(0x1040, 1, 20);
    put_sequence_end(0x1050);
    put_sequence(shape.base + 0x1100);
    put_row(0x1100, 1, 30);
    put_row(0x1104, 1, 31);
    put_sequence_end(0x1110);
    put_sequence(shape.base + 0x1200);
    put_row(0x1200, 1, 40);
    put_sequence_end(0x1300);
    put_back(to, begin, shape.offset_size);
}

static void put_aranges(void)
{
    bytes_t *to = &part[ARANGES];
    size_t begin = put_length(to), step = shape.wide ? 16 : 8;
    put(to, 2, 2);
    put_offset(to, 0);
    put(to, shape.wide ? 8 : 4, 1), put(to, 0, 1);
    while ((to->size - begin + (shape.offset_size == 8 ? 12 : 4)) % step) put(to, 0, 1);
    put_address(to, shape.base + 0x1000), put_address(to, 0x50);
    put_address(to, shape.base + 0x1100), put_address(to, 0x110);
    put_address(to, 0), put_address(to, 0);
    put_back(to, begin, shape.offset_size);
}

static void put_dwarf(void)
{
    if (shape.indexed) {
        put(&part[STR_OFFSETS], 0, 8);
        put(&part[ADDR], 0, 8);
        put(&part[RNGLISTS], 0, (shape.offset_size == 8 ? 20 : 12));
        put(&part[RNGLISTS], 0, 2 * shape.offset_size);
    }
    put_text(&part[STR], "");
    put_abbrevs();
    put_unit();
    put_lines();
    if (shape.aranges) put_aranges();
}

/* -- packing, and putting together ---------------------------------------------------------------- */

/* Packs a section, in blocks that are stored. */
static void pack(bytes_t *section)
{
    static bytes_t plain;
    size_t i;
    plain = *section;
    section->size = 0;
    if (shape.packed == 2) {
        put_bytes(section, "ZLIB\0\0\0\0\0\0", 10);
        put(section, plain.size >> 8, 1), put(section, plain.size & 255, 1);
    } else {
        put(section, 1, 4);
        if (shape.wide) put(section, 0, 4);
        put_address(section, plain.size);
        put_address(section, 1);
    }
    put_bytes(section, "\x78\x01", 2);
    for (i = 0; i < plain.size; i += 100) {
        size_t n = plain.size - i < 100 ? plain.size - i : 100;
        put(section, i + n == plain.size, 1);
        put(section, n, 1), put(section, 0, 1), put(section, ~n & 255, 1), put(section, 255, 1);
        put_bytes(section, plain.byte + i, n);
    }
    put(section, 0, 4);
}

static void put_symbol(const char *name, uint64_t address, uint64_t size, unsigned info, unsigned section)
{
    bytes_t *to = &part[SYMTAB];
    put(to, put_text(&part[STRTAB], name), 4);
    if (!shape.wide) put(to, address, 4), put(to, size, 4);
    put(to, info, 1), put(to, 0, 1), put(to, section, 2);
    if (shape.wide) put(to, address, 8), put(to, size, 8);
}

static void make_elf(void)
{
    size_t headers, names[PARTS], offsets[PARTS], i;
    unsigned address = shape.wide ? 8 : 4;
    for (i = 0; i < PARTS; i++) {
        char name[32];
        int packed = i >= INFO && i <= ARANGES && shape.packed && part[i].size;
        if (packed) pack(&part[i]);
        snprintf(name, sizeof name, "%s%s%s", i ? "." : "", packed && shape.packed == 2 ? "z" : "", part_names[i]);
        names[i] = put_text(&part[NAMES], name);
    }
    whole.size = 0;
    put_bytes(&whole, "\177ELF", 4), put(&whole, shape.wide ? 2 : 1, 1), put(&whole, shape.big ? 2 : 1, 1), put(&whole, 1, 1), put(&whole, 0, 8), put(&whole, 0, 1);
    put(&whole, 2, 2), put(&whole, 62, 2), put(&whole, 1, 4);
    put(&whole, 0x1000, address), put(&whole, shape.wide ? 64 : 52, address);
    headers = whole.size;
    put(&whole, 0, address), put(&whole, 0, 4), put(&whole, shape.wide ? 64 : 52, 2), put(&whole, shape.wide ? 56 : 32, 2), put(&whole, 1, 2);
    put(&whole, shape.wide ? 64 : 40, 2), put(&whole, PARTS, 2), put(&whole, NAMES, 2);
    put(&whole, 1, 4);
    if (shape.wide) put(&whole, 5, 4);
    put(&whole, 0, address), put(&whole, 0x1abc, address), put(&whole, 0x1abc, address), put(&whole, 64, address), put(&whole, 64, address);
    if (!shape.wide) put(&whole, 5, 4);
    put(&whole, 4096, address);
    for (i = 0; i < PARTS; i++) {
        offsets[i] = whole.size;
        put_bytes(&whole, part[i].byte, part[i].size);
    }
    i = whole.size;
    whole.size = headers;
    put(&whole, i, address);
    whole.size = i;
    for (i = 0; i < PARTS; i++) {
        put(&whole, names[i], 4), put(&whole, part[i].size || i == TEXT ? part_types[i] : 0, 4);
        put(&whole, shape.packed == 1 && i >= INFO && i <= ARANGES && part[i].size ? 0x800 : 0, address);
        put(&whole, i == TEXT ? 0x1000 : 0, address), put(&whole, offsets[i], address), put(&whole, i == TEXT ? 0x1000 : part[i].size, address);
        put(&whole, i == SYMTAB ? STRTAB : 0, 4), put(&whole, 0, 4), put(&whole, 1, address), put(&whole, 0, address);
    }
}

/* The same of Windows: names of sections that are longer than 8 bytes are elsewhere. Addresses begin at 0x400000. */
static void make_pe(void)
{
    size_t headers, offsets[PARTS], names[PARTS], i, n = shape.wide ? 240 : 224;
    bytes_t *strings = &part[NAMES], *symbols = &part[SYMTAB];
    char name[64];
    whole.size = 0;
    strings->size = 0;
    put(strings, 0, 4);
    for (i = INFO; i <= ARANGES; i++) {
        snprintf(name, sizeof name, ".%s", part_names[i]);
        names[i] = put_text(strings, name);
    }
    put_bytes(symbols, ".file\0\0\0\0\0\0\0\376\377\0\0\147\1" "main.c\0\0\0\0\0\0\0\0\0\0\0\0", 36);
    put_bytes(symbols, "_short\0\0", 8), put(symbols, 0x10, 4), put(symbols, 1, 2), put(symbols, 0x20, 2), put(symbols, 3, 1), put(symbols, 0, 1);
    put(symbols, 0, 4), put(symbols, put_text(strings, "_longer_than_8"), 4), put(symbols, 0x20, 4), put(symbols, 1, 2), put(symbols, 0x20, 2), put(symbols, 2, 1), put(symbols, 0, 1);
    put_bytes(symbols, "_data\0\0\0", 8), put(symbols, 0x28, 4), put(symbols, 1, 2), put(symbols, 0, 2), put(symbols, 2, 1), put(symbols, 0, 1);
    put_bytes(&whole, "MZ", 2);
    while (whole.size < 60) put(&whole, 0, 1);
    put(&whole, 64, 4), put_bytes(&whole, "PE\0\0", 4);
    put(&whole, shape.wide ? 0x8664 : 0x14c, 2), put(&whole, 1 + ARANGES - INFO + 1, 2), put(&whole, 0, 4);
    headers = whole.size;
    put(&whole, 0, 4), put(&whole, 5, 4), put(&whole, n, 2), put(&whole, 0, 2);
    i = whole.size;
    put(&whole, shape.wide ? 0x20b : 0x10b, 2);
    while (whole.size < i + (shape.wide ? 24 : 28)) put(&whole, 0, 1);
    put_address(&whole, 0x400000);
    while (whole.size < i + n) put(&whole, 0, 1);
    n = whole.size + (1 + ARANGES - INFO + 1) * 40; /* the sections follow */
    for (i = INFO; i <= ARANGES; n += part[i++].size) offsets[i] = n;
    put_bytes(&whole, ".text\0\0\0", 8), put(&whole, 0x1000, 4), put(&whole, 0x1000, 4), put(&whole, 0, 8), put(&whole, 0, 8), put(&whole, 0, 8);
    for (i = INFO; i <= ARANGES; i++) {
        memset(name, 0, 8);
        snprintf(name, sizeof name, "/%u", (unsigned)names[i]);
        put_bytes(&whole, name, 8), put(&whole, part[i].size, 4), put(&whole, 0x2000, 4), put(&whole, part[i].size, 4), put(&whole, offsets[i], 4);
        put(&whole, 0, 8), put(&whole, 0, 8);
    }
    for (i = INFO; i <= ARANGES; i++) put_bytes(&whole, part[i].byte, part[i].size);
    i = whole.size;
    put_bytes(&whole, symbols->byte, symbols->size);
    n = strings->size;
    strings->size = 0, put(strings, n, 4), strings->size = n;
    put_bytes(&whole, strings->byte, strings->size);
    n = whole.size;
    whole.size = headers, put(&whole, i, 4), whole.size = n;
}

/* -- asking ------------------------------------------------------------------------------------------- */

static sentry__arena_t arena;
static sentry__object_t object;
static sentry__dwarf_t dwarf;

static int object_begin(const char *path)
{
    memset(&arena, 0, sizeof arena);
    arena.limit = (size_t)16 * 1024 * 1024;
    if (sentry__object_open(&object, &arena, path)) {
        sentry__arena_free(&arena);
        return 0;
    }
    sentry__dwarf_open(&dwarf, &object, &arena);
    return 1;
}
static void object_end(void)
{
    CHECK_AT_MOST(arena.taken, arena.limit);
    sentry__object_close(&object);
    sentry__arena_free(&arena);
}

/* Writes what was put together, and opens it. */
static int whole_begin(void)
{
    file_put(in_scratch("object"), (const char *)whole.byte, whole.size);
    return object_begin(in_scratch("object"));
}

/* What an address is of, in words. */
static const char *at(uint64_t address, size_t max)
{
    static char text[1024];
    sentry__dwarf_place_t places[8];
    size_t n = sentry__dwarf_find(&dwarf, address + shape.base, places, max), i, used = 0;
    text[0] = 0;
    for (i = 0; i < n; i++) {
        sentry__dwarf_place_t *p = &places[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s:%u:%u from %x", i ? " in " : "", p->function ? p->function : "?", p->file ? p->file : "?",
            p->line, p->column, p->entry ? (unsigned)(p->entry - shape.base) : 0);
    }
    return text;
}

static const char *symbol_at(uint64_t address)
{
    static char text[64];
    const char *name;
    uint64_t start;
    if (sentry__object_symbol(&object, address + shape.base, &name, &start)) return "";
    snprintf(text, sizeof text, "%s from %x", name, (unsigned)(start - shape.base));
    return text;
}

static void parts_clear(void)
{
    size_t i;
    for (i = 0; i < PARTS; i++) part[i].size = 0;
}

static void check_places(void)
{
    sentry__dwarf_place_t place;
    CHECK_INT(sentry__dwarf_find(&dwarf, shape.base + 0x1000, &place, 1), 1);
    CHECK_STR(place.name, "outer");
    CHECK_STR(place.comp_dir, "/work");
    CHECK_STR(at(0x1000, 8), "_Z5outerv main.c:10:0 from 1000");
    CHECK_STR(at(0x1013, 8), "_Z5outerv main.c:10:0 from 1000");
    CHECK_STR(at(0x1014, 8), "inner include/inner.h:3:0 from 1014 in _Z5outerv main.c:12:0 from 1000");
    CHECK_STR(at(0x101b, 8), "innermost include/inner.h:4:0 from 1018 in inner include/inner.h:5:7 from 1014 in _Z5outerv main.c:12:0 from 1000");
    CHECK_STR(at(0x101b, 2), "innermost include/inner.h:4:0 from 1018 in _Z5outerv main.c:12:0 from 1000");
    CHECK_STR(at(0x101b, 1), "_Z5outerv include/inner.h:4:0 from 1000");
    CHECK_STR(at(0x101b, 0), "");
    CHECK_STR(at(0x101c, 8), "inner include/inner.h:3:0 from 1014 in _Z5outerv main.c:12:0 from 1000");
    CHECK_STR(at(0x1033, 8), "inner include/inner.h:3:0 from 1030 in _Z5outerv main.c:14:0 from 1000");
    CHECK_STR(at(0x1034, 8), "_Z5outerv main.c:15:0 from 1000");
    CHECK_STR(at(0x104f, 8), "split main.c:20:0 from 1040");
    CHECK_STR(at(0x1050, 8), "");
    CHECK_STR(at(0x10ff, 8), "");
    CHECK_STR(at(0x1107, 8), "split main.c:31:0 from 1040");
    CHECK_STR(at(0x1200, 8), "_ZN5space6spacedEv main.c:40:0 from 1200");
    CHECK_STR(at(0x1210, 8), shape.aranges ? "" : "? main.c:40:0 from 0"); /* of no function */
    CHECK_STR(at(0x1400, 8), "");
    CHECK_STR(at(0x20, 8), ""); /* of what was left out */
}

/* Every how many of all cases are tried: files take their time in Wine. */
#ifdef _WIN32
#define EVERY 7
#else
#define EVERY 1
#endif

/* -- the tests ---------------------------------------------------------------------------------------- */

/* One shape after the other, in mixed order; 5 is DWARF 5 with texts, addresses and ranges by number. */
static void dwarf_of_all_shapes(void)
{
    unsigned i;
    CHECK(scratch_begin());
    for (i = 0; i < 480; i += EVERY) {
        memset(&shape, 0, sizeof shape);
        shape.indexed = i % 5 == 4;
        shape.version = shape.indexed ? 5 : 2 + i % 5;
        shape.big = i / 5 % 2;
        shape.wide = i / 10 % 2;
        shape.offset_size = i / 20 % 2 ? 8 : 4;
        shape.aranges = i / 40 % 2;
        shape.siblings = i / 80 % 2;
        shape.packed = i / 160;
        parts_clear();
        put_dwarf();
        make_elf();
        REQUIRE(whole_begin());
        CHECK_INT(object.vmaddr, 0x1000);
        check_places();
        object_end();
    }
    scratch_end();
}

static void dwarf_of_windows(void)
{
    unsigned i;
    CHECK(scratch_begin());
    for (i = 0; i < 20; i++) {
        memset(&shape, 0, sizeof shape);
        shape.base = 0x400000;
        shape.indexed = i % 5 == 4;
        shape.version = shape.indexed ? 5 : 2 + i % 5;
        shape.wide = i / 5 % 2;
        shape.offset_size = 4;
        shape.aranges = i / 10 % 2;
        shape.siblings = 1;
        parts_clear();
        put_dwarf();
        make_pe();
        REQUIRE(whole_begin());
        CHECK_INT(object.vmaddr, 0x400000);
        check_places();
        CHECK_STR(symbol_at(0x1010), shape.wide ? "_short from 1010" : "short from 1010");
        CHECK_STR(symbol_at(0x101f), shape.wide ? "_short from 1010" : "short from 1010");
        CHECK_STR(symbol_at(0x1fff), shape.wide ? "_longer_than_8 from 1020" : "longer_than_8 from 1020");
        CHECK_STR(symbol_at(0x100f), "");
        CHECK_STR(symbol_at(0x2000), "");
        object_end();
    }
    scratch_end();
}

static void symbols_of_elf(void)
{
    unsigned i;
    sentry__section_t text;
    unsigned char id[64];
    CHECK(scratch_begin());
    for (i = 0; i < 4; i++) {
        memset(&shape, 0, sizeof shape);
        shape.big = i % 2;
        shape.wide = i / 2;
        parts_clear();
        put_text(&part[STRTAB], "");
        put_symbol("", 0, 0, 0, 0);
        put_symbol("data", 0x1000, 0x100, 0x11, TEXT);
        put_symbol("whole", 0x1000, 0x40, 0x02, TEXT);
        put_symbol("alias", 0x1000, 0x40, 0x12, TEXT); /* not local */
        put_symbol("part", 0x1010, 8, 0x02, TEXT);
        put_symbol("other", 0x1000, 0x100, 0x12, 0); /* of another file */
        put_symbol("chosen@@V1", 0x1040, 0x10, 0x1a, TEXT);
        put_symbol("open", 0x1080, 0, 0x02, TEXT);
        put_symbol("closed", 0x1100, 8, 0x22, TEXT);
        put_symbol("last", 0x1200, 0, 0x12, TEXT);
        put(&part[NOTES], 4, 4), put(&part[NOTES], 20, 4), put(&part[NOTES], 1, 4), put_bytes(&part[NOTES], "GNU\0........................", 24);
        put(&part[NOTES], 4, 4), put(&part[NOTES], 5, 4), put(&part[NOTES], 3, 4), put_bytes(&part[NOTES], "GNU\0\1\2\3\4\5\0\0\0", 12);
        make_elf();
        REQUIRE(whole_begin());
        CHECK_STR(symbol_at(0x1000), "alias from 1000");
        CHECK_STR(symbol_at(0x1017), "part from 1010");
        CHECK_STR(symbol_at(0x1018), "alias from 1000");
        CHECK_STR(symbol_at(0x104f), "chosen from 1040");
        CHECK_STR(symbol_at(0x1050), "");
        CHECK_STR(symbol_at(0x1080), "open from 1080");
        CHECK_STR(symbol_at(0x10ff), "open from 1080");
        CHECK_STR(symbol_at(0x1107), "closed from 1100");
        CHECK_STR(symbol_at(0x1108), "");
        CHECK_STR(symbol_at(0x1fff), "last from 1200");
        CHECK_STR(symbol_at(0x2000), ""); /* another section */
        CHECK_STR(symbol_at(0xfff), "");
        CHECK_STR(at(0x1000, 8), "");
        CHECK_INT(sentry__object_build_id(&object, id), 5);
        CHECK(memcmp(id, "\1\2\3\4\5", 5) == 0);
        CHECK_INT(sentry__object_section(&object, "text", &text), 1); /* has no bytes in the file */
        CHECK_INT(sentry__object_section(&object, "strtab", &text), 0);
        CHECK_INT(text.size, part[STRTAB].size);
        object_end();
    }
    scratch_end();
}

/* Cut anywhere, or with a wrong byte, it may be of no use, but of no harm. */
static void broken_files(void)
{
    size_t i, size;
    unsigned kind;
    CHECK(scratch_begin());
    for (kind = 0; kind < 3; kind++) {
        bytes_t good;
        memset(&shape, 0, sizeof shape);
        shape.version = kind == 1 ? 4 : 5;
        shape.wide = shape.siblings = shape.aranges = 1;
        shape.indexed = kind == 2;
        shape.packed = kind == 0;
        shape.offset_size = 4;
        parts_clear();
        put_dwarf();
        make_elf();
        good = whole;
        for (i = 0; i < good.size; i += 11 * EVERY) {
            whole = good;
            if (i % 2) whole.size = i;
            else whole.byte[i] = (unsigned char)(whole.byte[i] + 1 + i / 2 % 255);
            if (!whole_begin()) continue;
            for (size = 0x1000; size < 0x1220; size += 0x1c) {
                CHECK(strlen(at(size, 8)) < 1024);
                CHECK(strlen(symbol_at(size)) < 64);
            }
            object_end();
        }
    }
    scratch_end();
}

static void no_object_files(void)
{
    CHECK(scratch_begin());
    CHECK(!object_begin(in_scratch("nothing")));
    CHECK(!object_begin(scratch));
    whole.size = 0;
    CHECK(!whole_begin());
    memset(whole.byte, 'M', sizeof whole.byte);
    whole.size = 1000;
    CHECK(!whole_begin());
    memcpy(whole.byte, "MZ", 2);
    CHECK(!whole_begin());
    memcpy(whole.byte, "\177ELF\3\1", 6);
    CHECK(!whole_begin());
    scratch_end();
}

/* What zlib wrote, in the clothes of zlib; and what is wrong with it. */
static void inflating(void)
{
    static const char *const files[] = { EMPTY, STORED, FIXED, DYNAMIC };
    static const size_t sizes[] = { sizeof EMPTY - 1, sizeof STORED - 1, sizeof FIXED - 1, sizeof DYNAMIC - 1 };
    unsigned char out[512];
    char zlib[512], squares[400];
    const char *plain[4];
    int i, used = 0;
    size_t n, bit, wrong = 0;
    sentry__os_file_t file;
    for (i = 0; i < 60; i++) used += snprintf(squares + used, sizeof squares - (size_t)used, "%d,", i * i);
    plain[0] = "", plain[1] = "{\"a\":1,\"b\":[1,2,3]}", plain[2] = "blah blah blah blah", plain[3] = squares;
    CHECK(scratch_begin());
    memset(&arena, 0, sizeof arena);
    for (i = 0; i < 4; i++) {
        size_t size = strlen(plain[i]);
        n = sizes[i] - 16;
        memcpy(zlib, "..\x78\x9c", 4);
        memcpy(zlib + 4, files[i] + 10, n - 2);
        file_put(in_scratch("packed"), zlib, n + 2);
        REQUIRE(sentry__os_file_open(&file, in_scratch("packed")) == 0);
        memset(out, '?', sizeof out);
        CHECK_INT(sentry__inflate(&arena, file, 2, n, out, size), 0);
        CHECK(memcmp(out, plain[i], size) == 0 && out[size] == '?');
        CHECK_INT(sentry__inflate(&arena, file, 2, n, out, size + 1), 1); /* not as much as was said, or more */
        if (size) CHECK_INT(sentry__inflate(&arena, file, 2, n, out, size - 1), 1);
        CHECK(out[size + 1] == '?');
        CHECK_INT(sentry__inflate(&arena, file, 3, n, out, size), 1);
        CHECK_INT(sentry__inflate(&arena, file, 1000, n, out, size), 1);
        sentry__os_file_close(file);
        for (bit = 0; bit < 8 * n; bit += 5) { /* the end is not looked at */
            zlib[2 + bit / 8] = (char)(zlib[2 + bit / 8] ^ (1 << bit % 8));
            file_put(in_scratch("packed"), zlib, n + 2);
            zlib[2 + bit / 8] = (char)(zlib[2 + bit / 8] ^ (1 << bit % 8));
            REQUIRE(sentry__os_file_open(&file, in_scratch("packed")) == 0);
            memset(out, '?', sizeof out);
            wrong += sentry__inflate(&arena, file, 2, n, out, size) || memcmp(out, plain[i], size) != 0;
            CHECK_EACH(out[size] == '?');
            sentry__os_file_close(file);
            sentry__arena_free(&arena);
        }
    }
    CHECK(wrong > 200);
    sentry__arena_free(&arena);
    scratch_end();
}

/* Without memory nothing is found, and nothing breaks. */
static void little_memory(void)
{
    size_t limit, found = 0;
    CHECK(scratch_begin());
    memset(&shape, 0, sizeof shape);
    shape.version = shape.packed = 5;
    shape.packed = shape.aranges = shape.wide = 1;
    shape.offset_size = 4;
    parts_clear();
    put_dwarf();
    make_elf();
    for (limit = 65536; limit <= 65536 * 8; limit += 65536) {
        REQUIRE(whole_begin());
        arena.limit = limit;
        found += at(0x101b, 8)[0] != 0;
        CHECK_AT_MOST(arena.taken, limit);
        object_end();
    }
    CHECK_AT_MOST(1, found);
    scratch_end();
}

/* -- this program itself ------------------------------------------------------------------------------ */

static volatile int trodden;

static inline int
#ifdef __GNUC__
__attribute__((always_inline))
#endif
step_on(int n)
{
    trodden += n;
    return trodden;
}

#ifdef __cplusplus
extern "C"
#endif
#ifdef __GNUC__
__attribute__((noinline))
#endif
int landmark(int n);
enum { LANDMARK = __LINE__ + 1 };
int landmark(int n)
{
    n += step_on(n);
    return n + step_on(trodden);
}

/* Looks for a symbol by its name. */
static uint64_t find_landmark(uint64_t *size)
{
    sentry__object_entry_t e;
    sentry__cursor_t c;
    uint64_t found = 0;
    if (sentry__object_table(&object)) return 0;
    for (c = sentry__cursor(&object, &object.symbols, 0); !found && sentry__object_entry(&object, &c, &e);) {
        char *name = e.function ? sentry__entry_name(&e) : NULL;
        if (name && strcmp(name, "landmark") == 0) found = e.address, *size = e.size;
    }
    return found;
}

static void this_program(void)
{
    char exe[1024];
    sentry__dwarf_place_t places[4];
    sentry__section_t info;
    uint64_t address, size = 0, i;
    size_t n, inlined = 0;
    exe[sentry__os_exe(exe, sizeof exe)] = 0;
    if (!landmark(1) || !object_begin(exe)) SKIP("this system's object files are of another kind");
    address = find_landmark(&size);
    if (!address || sentry__object_section(&object, "debug_info", &info)) {
        object_end();
        SKIP("this program has no debug information");
    }
    for (i = 0; i < (size ? size : 96); i++) { /* COFF has no sizes */
        n = sentry__dwarf_find(&dwarf, address + i, places, 4);
        if (n < 1) continue;
        if (!size && places[n - 1].function && strcmp(places[n - 1].function, "landmark") != 0) break;
        CHECK_STR(places[n - 1].function, "landmark");
        CHECK_CONTAINS(places[n - 1].file, "test_symbols.c");
        CHECK(places[n - 1].line >= LANDMARK && places[n - 1].line <= LANDMARK + 4);
        CHECK_INT(places[n - 1].entry, address);
        if (n > 1) {
            inlined++;
            CHECK_STR(places[0].name, "step_on");
        }
    }
    CHECK(sentry__dwarf_find(&dwarf, address, places, 4) > 0);
    CHECK(inlined > 0);
    object_end();
}

static const test_case_t tests[] = {
    { "dwarf_of_all_shapes", dwarf_of_all_shapes },
    { "dwarf_of_windows", dwarf_of_windows },
    { "symbols_of_elf", symbols_of_elf },
    { "broken_files", broken_files },
    { "no_object_files", no_object_files },
    { "inflating", inflating },
    { "little_memory", little_memory },
    { "this_program", this_program },
};
#else
static void nothing_to_read(void) { SKIP("object files are not read"); }
static const test_case_t tests[] = { { "nothing_to_read", nothing_to_read } };
#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
