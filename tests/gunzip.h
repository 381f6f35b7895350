/* gunzip.h: reads gzip, after RFC 1951 and 1952 and nothing else: it shares neither code nor tables with the SDK's writer.
 * Slow, and strict: what a writer may not do it refuses.
 *
 *     text = gunzip(bytes, size, &length);    zero-ended, to be freed; NULL when anything is wrong with the bytes */
#ifndef GUNZIP_H
#define GUNZIP_H

#include <stdlib.h>
#include <string.h>

typedef struct {
    unsigned count[16];   /* of codes with so many bits */
    unsigned symbol[288]; /* in the order of their codes */
} gunzip_code_t;

typedef struct {
    const unsigned char *bytes;
    size_t size, bit; /* the next one */
    char *text;
    size_t length, room;
    int wrong; /* sticks */
} gunzip_t;

static inline unsigned gunzip_bits(gunzip_t *g, unsigned count)
{
    unsigned value = 0, i;
    for (i = 0; i < count; i++, g->bit++) {
        if (g->bit / 8 >= g->size) g->wrong = 1;
        else value |= ((unsigned)g->bytes[g->bit / 8] >> g->bit % 8 & 1u) << i;
    }
    return value;
}

static inline unsigned long gunzip_u32(gunzip_t *g)
{
    unsigned long low = gunzip_bits(g, 16);
    return low | (unsigned long)gunzip_bits(g, 16) << 16;
}

/* What is left of a byte is nothing, so zeros are due. */
static inline void gunzip_to_whole_bytes(gunzip_t *g)
{
    if (gunzip_bits(g, (unsigned)((8 - g->bit % 8) % 8))) g->wrong = 1;
}

static inline void gunzip_byte(gunzip_t *g, char c)
{
    if (g->length + 1 >= g->room) {
        g->room = 2 * g->room + 1024;
        g->text = (char *)realloc(g->text, g->room);
        if (!g->text) abort();
    }
    g->text[g->length++] = c;
}

/* A code that has too many or too few symbols for their bits is wrong. */
static inline void gunzip_code(gunzip_t *g, gunzip_code_t *code, const unsigned char *bits, unsigned n)
{
    unsigned length, i, used = 0, share = 0;
    memset(code, 0, sizeof *code);
    for (length = 1; length < 16; length++) {
        for (i = 0; i < n; i++) {
            if (bits[i] != length) continue;
            code->count[length]++;
            code->symbol[used++] = i;
        }
        share += code->count[length] << (15 - length);
    }
    if (share != 1u << 15) g->wrong = 1;
}

static inline unsigned gunzip_symbol(gunzip_t *g, const gunzip_code_t *code)
{
    unsigned length, value = 0, first = 0, index = 0;
    for (length = 1; length < 16 && !g->wrong; length++) {
        value = value << 1 | gunzip_bits(g, 1);
        if (value - first < code->count[length]) return code->symbol[index + value - first];
        index += code->count[length];
        first = (first + code->count[length]) << 1;
    }
    g->wrong = 1;
    return 0;
}

static inline void gunzip_match(gunzip_t *g, unsigned symbol, const gunzip_code_t *distances)
{
    static const unsigned lengths[] = { 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163,
        195, 227, 258 };
    static const unsigned ways[] = { 1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
        4097, 6145, 8193, 12289, 16385, 24577 };
    unsigned length, distance;
    if (symbol > 285) g->wrong = 1;
    if (g->wrong) return;
    length = lengths[symbol - 257] + (symbol < 265 || symbol == 285 ? 0 : gunzip_bits(g, (symbol - 261) / 4));
    if (symbol == 284 && length == 258) g->wrong = 1;
    symbol = gunzip_symbol(g, distances);
    if (symbol > 29 || g->wrong) {
        g->wrong = 1;
        return;
    }
    distance = ways[symbol] + (symbol < 4 ? 0 : gunzip_bits(g, symbol / 2 - 1));
    if (distance > g->length) g->wrong = 1;
    while (length-- && !g->wrong) gunzip_byte(g, g->text[g->length - distance]);
}

static inline void gunzip_stored(gunzip_t *g)
{
    unsigned size, i;
    gunzip_to_whole_bytes(g);
    size = gunzip_bits(g, 16);
    if (gunzip_bits(g, 16) != (size ^ 0xffffu)) g->wrong = 1;
    for (i = 0; i < size && !g->wrong; i++) gunzip_byte(g, (char)gunzip_bits(g, 8));
}

/* The codes of the format itself, or those that a block begins with. */
static inline void gunzip_codes(gunzip_t *g, int own, gunzip_code_t *symbols, gunzip_code_t *distances)
{
    static const unsigned char order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
    unsigned char bits[320 + 138], first[19];
    unsigned n = 288, ways = 32, told, i, symbol, again;
    memset(bits, 0, sizeof bits);
    memset(first, 0, sizeof first);
    for (i = 0; i < n + ways; i++) bits[i] = (unsigned char)(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : i < 288 ? 8 : 5);
    if (own) {
        n = 257 + gunzip_bits(g, 5);
        ways = 1 + gunzip_bits(g, 5);
        told = 4 + gunzip_bits(g, 4);
        for (i = 0; i < told; i++) first[order[i]] = (unsigned char)gunzip_bits(g, 3);
        gunzip_code(g, symbols, first, 19);
        for (i = 0; i < n + ways && !g->wrong; i += again) {
            symbol = gunzip_symbol(g, symbols);
            again = symbol < 16 ? 1 : symbol == 16 ? 3 + gunzip_bits(g, 2) : symbol == 17 ? 3 + gunzip_bits(g, 3) : 11 + gunzip_bits(g, 7);
            if (symbol == 16 && i == 0) g->wrong = 1;
            else memset(bits + i, symbol < 16 ? (int)symbol : symbol == 16 ? bits[i - 1] : 0, again);
        }
        if (i != n + ways || n > 286 || ways > 30 || !bits[256]) g->wrong = 1;
    }
    if (g->wrong) return;
    gunzip_code(g, symbols, bits, n);
    gunzip_code(g, distances, bits + n, ways);
}

/* Returns whether another block follows. */
static inline int gunzip_block(gunzip_t *g)
{
    gunzip_code_t symbols, distances;
    unsigned last = gunzip_bits(g, 1), kind = gunzip_bits(g, 2), symbol = 0;
    if (kind == 3) g->wrong = 1;
    if (kind == 0) gunzip_stored(g);
    if (kind == 1 || kind == 2) gunzip_codes(g, kind == 2, &symbols, &distances);
    while ((kind == 1 || kind == 2) && !g->wrong && symbol != 256) {
        symbol = gunzip_symbol(g, &symbols);
        if (symbol < 256) gunzip_byte(g, (char)(unsigned char)symbol);
        if (symbol > 256) gunzip_match(g, symbol, &distances);
    }
    return !last && !g->wrong;
}

/* Bit by bit: slower than with a table, and nothing in it that a writer's table could have in common. */
static inline unsigned long gunzip_crc(const char *text, size_t length)
{
    unsigned long crc = 0xffffffffUL;
    size_t i;
    int bit;
    for (i = 0; i < length; i++) {
        crc ^= (unsigned char)text[i];
        for (bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320UL : crc >> 1;
    }
    return crc ^ 0xffffffffUL;
}

static inline char *gunzip(const char *bytes, size_t size, size_t *length)
{
    gunzip_t g;
    memset(&g, 0, sizeof g);
    g.bytes = (const unsigned char *)bytes;
    g.size = size;
    if (gunzip_u32(&g) != 0x00088b1fUL) g.wrong = 1; /* magic, deflate, and no name or comment */
    g.bit = 80;
    while (gunzip_block(&g)) {
    }
    gunzip_byte(&g, 0);
    *length = --g.length;
    gunzip_to_whole_bytes(&g);
    if (gunzip_u32(&g) != gunzip_crc(g.text, g.length) || gunzip_u32(&g) != (g.length & 0xffffffffUL) || g.bit != 8 * size) g.wrong = 1;
    if (!g.wrong) return g.text;
    free(g.text);
    return NULL;
}

#endif /* GUNZIP_H */
