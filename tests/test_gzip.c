/* The writer of gzip: what it writes is read back here by a reader after the RFCs, and by others' readers in gzip/run.sh. */
#define SENTRY_API static /* so that only what is tested here is compiled */
#define SENTRY_IMPLEMENTATION
#include "alloc.h"
#include "deflated.h"
#include "fence.h"
#include "gunzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the reader of these tests ----------------------------------------------------------------- */

static void check_reads(const char *bytes, size_t size, const char *expected)
{
    size_t length = 0;
    char *back = gunzip(bytes, size, &length);
    CHECK_STR(back, expected);
    CHECK_INT(length, strlen(expected));
    free(back);
}

/* What zlib wrote. */
static void the_reader_reads(void)
{
    char squares[400];
    int i, used = 0;
    for (i = 0; i < 60; i++) used += snprintf(squares + used, sizeof squares - (size_t)used, "%d,", i * i);
    check_reads(EMPTY, sizeof EMPTY - 1, "");
    check_reads(STORED, sizeof STORED - 1, "{\"a\":1,\"b\":[1,2,3]}");
    check_reads(FIXED, sizeof FIXED - 1, "blah blah blah blah");
    check_reads(DYNAMIC, sizeof DYNAMIC - 1, squares);
}

/* The same with one bit wrong, or cut, or longer. The ten bytes in front say when and where, which matters to nobody. */
static void the_reader_refuses(void)
{
    char broken[sizeof DYNAMIC];
    size_t bit, size, length, accepted = 0;
    for (bit = 80; bit < 8 * (sizeof DYNAMIC - 1); bit++) {
        memcpy(broken, DYNAMIC, sizeof broken);
        broken[bit / 8] = (char)(broken[bit / 8] ^ (1 << bit % 8));
        accepted += gunzip(broken, sizeof DYNAMIC - 1, &length) != NULL;
    }
    for (size = 0; size < sizeof DYNAMIC - 1; size++) accepted += gunzip(DYNAMIC, size, &length) != NULL;
    accepted += gunzip(DYNAMIC, sizeof DYNAMIC, &length) != NULL;
    CHECK_INT(accepted, 0);
}

#ifndef SENTRY_NO_HTTP

/* -- helpers ------------------------------------------------------------------------------- */

#define SIZE 200000   /* of the longest text */
#define WORK 65536    /* what a call may take beside the buffer */
#define WINDOW 16384  /* how far back the writer looks */
#define BLOCK 4096    /* literals in a block of its */
#define LEAST 39      /* bytes, all the same, that it makes shorter by an eighth */

static char text[SIZE];

static unsigned long random_state = 1;

/* The same numbers in every run and on every machine. */
static unsigned random_below(unsigned limit)
{
    random_state = (random_state * 1103515245UL + 12345UL) & 0xffffffffUL;
    return (unsigned)(random_state >> 12) % limit;
}

/* Bytes of so many kinds. */
static void fill(char *to, size_t size, unsigned kinds)
{
    size_t i;
    for (i = 0; i < size; i++) to[i] = (char)(unsigned char)random_below(kinds);
}

/* Breadcrumbs, as many as fit; returns their size. */
static size_t fill_json(char *to, size_t size)
{
    size_t used = 0;
    while (size - used > 200)
        used += (size_t)snprintf(to + used, size - used, "{\"timestamp\":\"2026-01-02T03:04:05.%06uZ\",\"category\":\"http\",\"data\":"
            "{\"url\":\"https://example.com/items/%u\",\"status_code\":%u,\"ms\":%u.%u}},", random_below(1000000), random_below(100000),
            random_below(9) ? 200 : 404, random_below(500), random_below(1000));
    return used;
}

/* There and back. Returns the bytes that were written, 0 when that does not pay. */
static size_t round_trip(const char *bytes, size_t size)
{
    sentry__buf_t out;
    char *back;
    size_t length = 0, written;
    sentry__buf_init(&out, NULL, 0);
    written = sentry__gzip(&out, bytes, size) ? 0 : out.len;
    if (written) {
        back = gunzip(out.data, written, &length);
        CHECK_EACH(!out.failed && written < size - size / 8);
        CHECK_EACH(back && length == size && memcmp(back, bytes, size) == 0);
        free(back);
    }
    sentry__buf_free(&out);
    return written;
}

/* -- round trips ------------------------------------------------------------------------------- */

static void all_small_sizes(void)
{
    size_t size, paid[4] = { 0, 0, 0, 0 };
    for (size = 0; size <= 300; size++) {
        memset(text, 'a', size);
        CHECK_EACH((round_trip(text, size) > 0) == (size >= LEAST));
        paid[0] += size >= LEAST;
        fill(text, size, 2);
        paid[1] += round_trip(text, size) > 0;
        fill(text, size, 16);
        paid[2] += round_trip(text, size) > 0;
        fill(text, size, 256);
        paid[3] += round_trip(text, size) > 0;
    }
    CHECK_INT(paid[0], 300 - LEAST + 1);
    CHECK(paid[1] > 200);
    CHECK(paid[2] > 100);
    CHECK_INT(paid[3], 0);
}

/* Runs of a byte, so that each length of a match occurs, and some in two. */
static void all_lengths_of_matches(void)
{
    size_t run, used = 0;
    for (run = 1; run < 600; run++) {
        memset(text + used, (int)(run & 127), run);
        used += run;
        text[used++] = '-';
    }
    CHECK(round_trip(text, used) > 0);
}

/* The same hundred bytes at all distances around those that mean something to the format or to the writer. */
static void distances(void)
{
    static const size_t edges[] = { 128, 256, 257, 512, 8193, WINDOW, 24577, 32768, 65536, 131072 };
    size_t i, distance, bad = 0;
    for (i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        for (distance = edges[i] - 2; distance <= edges[i] + 2; distance++) {
            fill(text, distance, 4);
            fill(text, 100, 128);
            memcpy(text + distance, text, 100);
            bad += round_trip(text, distance + 100) == 0;
        }
    }
    CHECK_AT_MOST(bad, 5); /* the nearest are too short to pay */
}

/* Matches are found as far back as the window goes, and no farther. */
static void the_window(void)
{
    size_t found, missed;
    fill(text, WINDOW + 1000, 4);
    fill(text, 1000, 128);
    memcpy(text + WINDOW, text, 1000);
    found = round_trip(text, WINDOW + 1000);
    memmove(text + WINDOW + 1, text + WINDOW, 1000);
    missed = round_trip(text, WINDOW + 1001);
    CHECK(found > 0 && missed > found + 700);
}

/* Literals alone, so many that a block ends with the last of them, and just before and after. */
static void edges_of_blocks(void)
{
    size_t blocks, size, paid = 0;
    for (blocks = 1; blocks <= 3; blocks++) {
        for (size = blocks * BLOCK - 2; size <= blocks * BLOCK + 2; size++) {
            fill(text, size, 64);
            paid += round_trip(text, size) > 0;
        }
    }
    CHECK_INT(paid, 15);
}

/* The longest code of a set, which must use up all codes and may have no more bits than `most`. */
static unsigned longest_code(sentry__gzip_t *z, sentry__gzip_code_t *code, unsigned most)
{
    unsigned i, longest = 0, share = 0;
    sentry__gzip_code_make(z, code, most);
    for (i = 0; i < code->n; i++) {
        CHECK_EACH(!code->times[i] == !code->bits[i]);
        if (!code->bits[i]) continue;
        share += 1u << (16 - code->bits[i]);
        if (code->bits[i] > longest) longest = code->bits[i];
    }
    CHECK_EACH(share == 1u << 16);
    return longest;
}

/* The more the numbers differ, the longer the codes. These make 16 bits, in as few symbols as can be. */
static const uint16_t steep[] = { 1, 1, 1, 3, 4, 7, 11, 18, 29, 47, 76, 123, 199, 322, 521, 843, 1364 };
#define STEEP (sizeof steep / sizeof steep[0])

static void codes_that_get_too_long(void)
{
    static sentry__gzip_t z;
    static sentry__gzip_code_t code;
    unsigned most;
    for (most = 5; most < 16; most++) {
        sentry__gzip_code_clear(&code, STEEP);
        memcpy(code.times, steep, sizeof steep);
        CHECK_INT(sentry__gzip_tree(&z, &code), 16);
        CHECK_AT_MOST(longest_code(&z, &code, most), most);
    }
}

/* Such numbers in a block. No text has them, as it would have matches: so the literals are given one by one. */
static void a_block_of_long_codes(void)
{
    static sentry__gzip_t z;
    sentry__buf_t out;
    char *back;
    size_t i, length = 0;
    unsigned symbol;
    sentry__buf_init(&out, NULL, 0);
    sentry__buf_put(&out, EMPTY, 10);
    z.out = &out;
    sentry__gzip_block_begin(&z);
    for (symbol = 1; symbol < STEEP; symbol++) /* the first is the block's end */
        for (i = 0; i < steep[symbol]; i++) sentry__gzip_literal(&z, (unsigned char)(text[z.n++] = (char)symbol));
    sentry__gzip_block_end(&z, 1);
    z.data = (const unsigned char *)text;
    sentry__gzip_put(&z, 0, (8 - z.rest_bits) % 8);
    sentry__gzip_put_u32(&z, sentry__gzip_crc(&z));
    sentry__gzip_put_u32(&z, (uint32_t)z.n);
    back = gunzip(out.data, out.len, &length);
    CHECK(back && length == z.n && memcmp(back, text, z.n) == 0);
    free(back);
    sentry__buf_free(&out);
}

/* One symbol, or none at all, gets company. */
static void codes_of_few(void)
{
    static sentry__gzip_t z;
    static sentry__gzip_code_t code;
    unsigned i;
    for (i = 0; i < 5; i++) {
        sentry__gzip_code_clear(&code, 4);
        if (i < 4) code.times[i] = 7;
        CHECK_INT(longest_code(&z, &code, 7), 1);
        CHECK_INT(code.bits[i < 4 ? i : 0], 1);
    }
}

static void texts_of_all_kinds(void)
{
    unsigned i, kinds, length;
    size_t paid = 0, size, used, distance;
    for (i = 0; i < 200; i++) {
        size = 200 + random_below(5000);
        kinds = 1 + random_below(200);
        for (used = 0; used < size;) {
            if (used == 0 || random_below(4) == 0) {
                text[used++] = (char)(unsigned char)random_below(kinds);
                continue;
            }
            distance = 1 + random_below((unsigned)used);
            for (length = 1 + random_below(random_below(300) + 1); length > 0 && used < size; length--, used++)
                text[used] = text[used - distance];
        }
        paid += round_trip(text, size) > 0;
    }
    CHECK(paid > 150);
}

/* -- what it promises ---------------------------------------------------------------------------- */

static void it_pays(void)
{
    size_t size = fill_json(text, 28000), written = round_trip(text, size);
    CHECK(written > 0);
    CHECK_AT_MOST(written * 6, size);
    for (size = 0; size < SIZE; size++) text[size] = "the same again and again, "[size % 26];
    written = round_trip(text, SIZE);
    CHECK(written > 0);
    CHECK_AT_MOST(written, 700);
}

static void it_does_not_pay(void)
{
    fill(text, SIZE, 256);
    CHECK_INT(round_trip(text, SIZE), 0);
    CHECK_INT(round_trip(text, BLOCK), 0);
    CHECK_INT(round_trip(text, 1), 0);
    CHECK_INT(round_trip("", 0), 0);
    CHECK_INT(round_trip(NULL, 0), 0);
}

/* What is refused was not written at length first. */
static void it_gives_up_in_time(void)
{
    sentry__buf_t out;
    fill(text, SIZE, 256);
    memset(text, 'a', 1000);
    sentry__buf_init(&out, NULL, 0);
    CHECK_INT(sentry__gzip(&out, text, SIZE), 1);
    CHECK(out.len > SIZE - SIZE / 8);
    CHECK_AT_MOST(out.len, SIZE - SIZE / 8 + 4 * BLOCK);
    sentry__buf_free(&out);
}

/* In a buffer on the caller's storage, behind more than it makes of the text. */
static void it_appends(void)
{
    sentry__buf_t out;
    char storage[4000], head[sizeof storage], *back;
    size_t size = fill_json(text, 3000), length = 0;
    memset(head, 'h', sizeof head);
    sentry__buf_init(&out, storage, sizeof storage);
    sentry__buf_put(&out, head, sizeof head);
    REQUIRE(sentry__gzip(&out, text, size) == 0);
    CHECK_INT(memcmp(out.data, head, sizeof head), 0);
    back = gunzip(out.data + sizeof head, out.len - sizeof head, &length);
    CHECK(back && length == size && memcmp(back, text, size) == 0);
    free(back);
    sentry__buf_free(&out);
}

static void it_reads_no_byte_too_many(void)
{
    fence_t fence;
    size_t size;
    REQUIRE(fence_open(&fence));
    memset(text, 'a', 300);
    for (size = 1; size < 300; size++) {
        const char *at = fence_put(&fence, text + 300 - size, size);
        CHECK_EACH(size < 40 || round_trip(at, size) > 0);
        round_trip(at, size);
    }
    size = fill_json(text, 50000);
    CHECK(round_trip(fence_put(&fence, text, size), size) > 0);
}

static void it_gives_its_memory_back(void)
{
    size_t before = alloc_now().bytes, size = fill_json(text, 28000);
    sentry__buf_t out;
    static char storage[SIZE];
    sentry__buf_init(&out, storage, sizeof storage);
    alloc_forget_most();
    alloc_fail(0, 0);
    CHECK_INT(sentry__gzip(&out, text, size), 0);
    CHECK_INT(alloc_now().calls, 1);
    CHECK_AT_MOST(alloc_now().most_bytes - before, WORK);
    CHECK_INT(alloc_now().bytes, before);
}

static void without_memory(void)
{
    size_t before = alloc_now().bytes, size = fill_json(text, 28000);
    long at, failed = 1;
    for (at = 1; failed && at < 100; at++) {
        sentry__buf_t out;
        int refused;
        sentry__buf_init(&out, NULL, 0);
        alloc_fail(at, 1);
        refused = sentry__gzip(&out, text, size);
        failed = alloc_fail(0, 0);
        CHECK_INT(refused, failed > 0);
        sentry__buf_free(&out);
        CHECK_INT(alloc_now().bytes, before);
    }
    CHECK(at > 3);
}

#endif

static const test_case_t tests[] = {
    { "the_reader_reads", the_reader_reads },
    { "the_reader_refuses", the_reader_refuses },
#ifndef SENTRY_NO_HTTP
    { "all_small_sizes", all_small_sizes },
    { "all_lengths_of_matches", all_lengths_of_matches },
    { "distances", distances },
    { "the_window", the_window },
    { "edges_of_blocks", edges_of_blocks },
    { "codes_that_get_too_long", codes_that_get_too_long },
    { "a_block_of_long_codes", a_block_of_long_codes },
    { "codes_of_few", codes_of_few },
    { "texts_of_all_kinds", texts_of_all_kinds },
    { "it_pays", it_pays },
    { "it_does_not_pay", it_does_not_pay },
    { "it_gives_up_in_time", it_gives_up_in_time },
    { "it_appends", it_appends },
    { "it_reads_no_byte_too_many", it_reads_no_byte_too_many },
    { "it_gives_its_memory_back", it_gives_its_memory_back },
    { "without_memory", without_memory },
#endif
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
