/* test_crash.c: what the handler of crashes takes from memory that may be smashed, the event that it makes of that, and, on POSIX,
 * crashes: of children that this program forks. Those of Windows are in test_crash_windows.c. */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include "test.h"

#include "collect.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#if !defined(SENTRY_NO_CRASH) && !defined(SENTRY_NO_FILES)
#include "files.h"
#ifndef _WIN32
#include <sys/mman.h>
#include <sys/resource.h>
#endif

#define PIECE ((size_t)1 << 16) /* of the handler's, for a part of the scope */
#define TEXT ((size_t)1 << 20)  /* of the handler's, for an event */

#if TEST_HAS_ASAN
#ifdef __cplusplus
extern "C"
#endif
const char *__asan_default_options(void);
/* The crashes are ours. */
const char *__asan_default_options(void) { return "handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:allow_user_segv_handler=1"; }
#endif

static void *exact_copy(const void *from, size_t n)
{
    void *to = malloc(n ? n : 1);
    if (!to) abort();
    memcpy(to, from, n);
    return to;
}

static int is_json(const char *text, size_t n)
{
    sentry_value_t v = sentry_value_from_json_n(text, n);
    int is = !sentry_value_is_null(v) || (n == 4 && memcmp(text, "null", 4) == 0);
    sentry_value_decref(v);
    return is;
}

/* -- what is taken from memory as it is ------------------------------------------------------------- */

static const char sample[] = "{\"a\":[1,-2.5e+3,0.25E-1,true,false,null,\"x\\u00e4\\n\\\"q\\\\\"],\"b\":{},\"c\":[],\"\xc3\xa4\":{\"d\":[[],{}]},\"\":\"\",\"n\":-0}";

/* Whether bytes in a block of just that size are a value. */
static int is_value(const char *bytes, size_t n)
{
    char *copy = (char *)exact_copy(bytes, n);
    int is = sentry__check_value(copy, copy + n);
    free(copy);
    return is;
}

static void values(void)
{
    static const char *const good[] = { "0", "-1", "1e5", "\"\"", "[]", "{}", "null", "true", "false", "[[[[]]]]", "{\"a\":{\"a\":[{}]}}", "\"\\ud83d\\ude00\"", "123456789012345678901234567890" };
    static const char *const bad[] = { "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "nul", "trues", "True", "nan", "\"", "\"\\\"", "\"\\u00g0\"", "\"\\x\"", "\"\n\"", "\"\x80\"", "\"\xc3\"",
        "\"\xed\xa0\x80\"", "[", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{1:2}", "[}", "{]", "[]]", "[] ", "1,2", "{\"a\":1}{", "{,}", "{\"a\":1,,\"b\":2}" };
    size_t i;
    for (i = 0; i < COUNT(good); i++) CHECK(is_value(good[i], strlen(good[i])) && is_json(good[i], strlen(good[i])));
    for (i = 0; i < COUNT(bad); i++)
        if (is_value(bad[i], strlen(bad[i]))) CHECK_STR(bad[i], "no value");
    CHECK(!is_value("1\0", 2));
    CHECK(!is_value("\"\\\0\"", 4));
}

/* Cut at each place, and with each byte changed to each other one: whoever takes it is right, and what is refused is no JSON, but for
 * what has spaces between its parts: the SDK writes none. */
static void values_smashed(void)
{
    size_t n = sizeof sample - 1, i, taken = 0, spaced = 0;
    char text[sizeof sample];
    int c;
    REQUIRE(is_value(sample, n) && is_json(sample, n));
    for (i = 0; i < n; i++) CHECK_EACH(!is_value(sample, i));
    for (i = 0; i < n; i++)
        for (c = 0; c < 256; c++) {
            int is;
            memcpy(text, sample, sizeof sample);
            text[i] = (char)c;
            is = is_value(text, n);
            taken += (size_t)is;
            if (is == is_json(text, n)) continue;
            spaced += !is && strchr(" \t\n\r", c) && c;
            if (is || !c || !strchr(" \t\n\r", c)) CHECK_STR(text, is ? "refused" : "taken");
        }
    CHECK_AT_MOST(500, taken); /* letters in strings, digits */
    CHECK_AT_MOST(spaced, 40);
}

/* Deeper than the SDK writes. */
static void values_deep(void)
{
    static char text[10 * SENTRY_MAX_DEPTH];
    size_t n;
    for (n = 1; n < 3 * SENTRY_MAX_DEPTH; n++) {
        memset(text, '[', n);
        memset(text + n, ']', n);
        if (n <= SENTRY_MAX_DEPTH) CHECK_EACH(is_value(text, 2 * n));
        CHECK_EACH(!is_value(text, 2 * n - 1));
        CHECK_EACH(!is_value(text, n));
    }
    CHECK(!is_value(text, 2 * (n - 1)));
}

/* -- runs ------------------------------------------------------------------------------------------- */

/* Members of three kinds, as a scope has them; `size` becomes the bytes of all. */
static sentry__run_t *new_run(size_t *size)
{
    sentry__run_t *run = NULL;
    static const char *const member[][2] = { { "one", "\"text\"" }, { "two", "{\"deep\":[1,2,{\"x\":null}]}" }, { "three", "-12.5" } };
    size_t i;
    for (i = 0; i < COUNT(member); i++) sentry__run_put(&run, sentry__str(member[i][0]), sentry__str(member[i][1]));
    *size = run ? sizeof *run + run->count * sizeof(sentry__member_t) + run->len + 1 : 0;
    return run;
}

/* What the handler writes of a run, into `out`: an object around it. */
static size_t write_run(sentry__crash_t *k, const sentry__run_t *live)
{
    sentry__buf_fix(&k->event, k->text, TEXT);
    sentry__buf_put(&k->event, "{\"a\":1", 6);
    sentry__crash_group(k, "tags", &live, 1);
    sentry__buf_byte(&k->event, '}');
    return k->event.failed ? 0 : k->event.len;
}

/* That text, with a zero behind it. */
static const char *json_text(sentry__crash_t *k, size_t n)
{
    k->text[n < TEXT ? n : TEXT - 1] = 0;
    return k->text;
}

static sentry__crash_t *new_block(void)
{
    sentry__crash_t *k = (sentry__crash_t *)sentry__os_pages_new(sizeof(sentry__crash_t));
    if (!k) abort();
    return k;
}
static void free_block(sentry__crash_t *k) { sentry__os_pages_free(k, sizeof *k); }

static void runs(void)
{
    size_t size = 0;
    sentry__run_t *run = new_run(&size), *live;
    sentry__crash_t *k = new_block();
    REQUIRE(run != NULL);
    live = (sentry__run_t *)exact_copy(run, size);
    CHECK_STR(json_text(k, write_run(k, live)), "{\"a\":1,\"tags\":{\"one\":\"text\",\"two\":{\"deep\":[1,2,{\"x\":null}]},\"three\":-12.5}}");
    CHECK_STR(json_text(k, write_run(k, NULL)), "{\"a\":1}");
    CHECK_STR(json_text(k, write_run(k, (const sentry__run_t *)(uintptr_t)64)), "{\"a\":1}");
    free(live);
    sentry__run_release(run);
    free_block(k);
}

/* Each byte changed in some ways, and the counts to all that may be: what is written is JSON, whatever the run was. */
static void runs_smashed(void)
{
    static const uint32_t numbers[] = { 0, 1, 2, 3, 4, 5, 17, 1000, 65535, 65536, 0x7fffffff, 0x80000000u, 0xfffffffeu, 0xffffffffu };
    size_t size = 0, i, n, kept = 0;
    sentry__run_t *run = new_run(&size), *live;
    sentry__crash_t *k = new_block();
    uint32_t word;
    unsigned how;
    REQUIRE(run != NULL);
    live = (sentry__run_t *)exact_copy(run, size);
    for (i = 0; i < size; i++)
        for (how = 0; how < 10; how++) {
            memcpy(live, run, size);
            ((unsigned char *)live)[i] ^= (unsigned char)(how < 8 ? 1u << how : how == 8 ? 0xff : ((unsigned char *)live)[i]);
            n = write_run(k, live);
            if (!is_json(k->text, n)) CHECK_STR(json_text(k, n), "JSON");
            kept += n > 20;
        }
    CHECK_AT_MOST(50, kept); /* letters in texts */
    for (i = 0; i + 4 <= sizeof *live + live->count * sizeof(sentry__member_t); i += 4)
        for (how = 0; how < COUNT(numbers); how++) {
            memcpy(live, run, size);
            word = numbers[how];
            memcpy((char *)live + i, &word, 4);
            n = write_run(k, live);
            if (!is_json(k->text, n)) CHECK_STR(json_text(k, n), "JSON");
        }
    free(live);
    sentry__run_release(run);
    free_block(k);
}

/* A member too many, behind one that ends where the text does: nothing is read behind the piece. */
static void runs_without_end(void)
{
    size_t size = 0, shift;
    sentry__run_t *run = new_run(&size), *live = (sentry__run_t *)exact_copy(run, size);
    sentry__crash_t *k = new_block();
    sentry__member_t *m;
    char *piece;
    REQUIRE(run != NULL);
    m = (sentry__member_t *)(void *)(live + 1);
    for (shift = 0; shift < 3; shift++) {
        memcpy(live, run, size);
        m[shift].len = 0xffffffffu;
        CHECK(sentry__crash_run(live, k->pieces[3]) == &sentry__no_run);
        m[shift].len = 0x7fffffffu;
        CHECK(sentry__crash_run(live, k->pieces[3]) == &sentry__no_run);
    }
    /* three members of which the second takes the rest of the text */
    memcpy(live, run, size);
    live->len = m[0].len + 1 + m[1].len;
    m[2].len = 0xffffffffu;
    piece = (char *)malloc(PIECE);
    REQUIRE(piece != NULL);
    memset(piece, 'a', PIECE);
    piece[sizeof *live + 3 * sizeof *m + live->len + 1] = '"'; /* what the third would be: a string that does not end */
    CHECK(sentry__crash_run(live, piece) == &sentry__no_run);
    free(piece);
    free(live);
    sentry__run_release(run);
    free_block(k);
}

static const test_case_t tests[] = {
    { "values", values },
    { "values smashed", values_smashed },
    { "values deep", values_deep },
    { "runs", runs },
    { "runs smashed", runs_smashed },
    { "runs without end", runs_without_end },
};
#else
static void no_crashes(void) { SKIP("this build catches no crashes"); }
static const test_case_t tests[] = { { "no crashes", no_crashes } };
#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
