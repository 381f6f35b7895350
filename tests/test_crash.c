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
#include <setjmp.h>
#include <sys/resource.h>
#endif
#ifdef __linux__
#include <sys/auxv.h>
#endif

#define PIECE ((size_t)1 << 16) /* of the handler's, for a part of the scope */
#define EVENT ((size_t)1 << 20) /* of the handler's, for an event */

/* Memory that may not be there is looked at by system calls, which memcheck takes for mistakes. */
#define NEEDS_PROBES() do { if (getenv("TEST_VALGRIND")) SKIP("memcheck reports how the handler reads with care"); } while (0)

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
    void *to = calloc(1, n + !n);
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
    sentry__buf_fix(&k->event, k->text, EVENT);
    sentry__buf_put(&k->event, "{\"a\":1", 6);
    sentry__crash_group(k, "tags", &live, 1);
    sentry__buf_byte(&k->event, '}');
    return k->event.failed ? 0 : k->event.len;
}

/* That text, with a zero behind it. */
static const char *json_text(sentry__crash_t *k, size_t n)
{
    k->text[n < EVENT ? n : EVENT - 1] = 0;
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
    sentry__run_t *run, *live;
    sentry__crash_t *k;
    NEEDS_PROBES();
    run = new_run(&size);
    k = new_block();
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
    sentry__run_t *run, *live;
    sentry__crash_t *k;
    uint32_t word;
    unsigned how;
    NEEDS_PROBES();
    run = new_run(&size);
    k = new_block();
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
    sentry__run_t *run, *live;
    sentry__crash_t *k;
    sentry__member_t *m;
    char *piece;
    NEEDS_PROBES();
    run = new_run(&size);
    REQUIRE(run != NULL);
    live = (sentry__run_t *)exact_copy(run, size);
    k = new_block();
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

/* -- the event -------------------------------------------------------------------------------------- */

/* A block with a fault that never was, for the running SDK. */
static sentry__crash_t *new_fault(void)
{
    sentry__crash_t *k = new_block();
    uintptr_t i;
    k->client = sentry__sdk.client;
    k->id = sentry_uuid_new_v4();
    k->pid = (unsigned)test_pid();
    k->fault.number = 11;
    k->fault.code = 1;
    k->fault.name = "SIGSEGV";
    k->fault.code_name = "SEGV_MAPERR";
    k->fault.text = "Segmentation fault";
    k->fault.has_address = 1;
    k->fault.address = 0x18;
    k->fault.kind = "null";
    k->fault.access = "write";
    k->thread = sentry__os_tid();
    k->self = sentry__thread_known();
    for (i = 0; i < 3; i++) k->pcs[k->count++] = 0x1000 + 16 * i;
    k->thread_count = 1;
    k->threads[0].id = 4711;
    k->threads[0].count = 2;
    memcpy(k->threads[0].name, "other \"one\"", 12);
    return k;
}

/* Fills the current scope with something of each kind. */
static void fill_scope(void)
{
    sentry_value_t crumb = sentry_value_new_breadcrumb("navigation", "second");
    sentry_set_tag("tag", "of mine");
    sentry_set_extra("extra", sentry_value_from_json("{\"a\":[1,2]}"));
    sentry_set_context("own", sentry_value_from_json("{\"x\":1}"));
    sentry_set_user(sentry_value_from_json("{\"id\":\"7\"}"));
    sentry_set_level(SENTRY_LEVEL_INFO);
    sentry_add_breadcrumb(sentry_value_new_breadcrumb("default", "first"));
    sentry_add_breadcrumb(crumb);
    sentry_add_breadcrumb(sentry_value_new_breadcrumb("default", "third"));
}

static int fault_start(void)
{
    sentry_options_t o = collect_options();
    int failed;
    o.crash_handler = SENTRY_OFF;
    o.max_value_length = SENTRY_NONE;
    failed = collect_start(&o);
    sentry__modules_give(sentry__modules_take());
    return failed;
}

/* Writes the event; what it says, owned; null when it is no JSON. Nothing is in it twice. */
static sentry_value_t written(sentry__crash_t *k, int full)
{
    sentry_value_t v;
    char *again;
    sentry__crash_write(k, full);
    CHECK(!k->event.failed);
    v = sentry_value_from_json_n(k->event.data, k->event.len);
    CHECK(!sentry_value_is_null(v));
    again = sentry_value_to_json(v);
    CHECK_INT(again ? strlen(again) : 0, k->event.len); /* of members with one name only one would be left */
    sentry_free(again);
    return v;
}

static const char *text_at(sentry_value_t v, const char *path) { return sentry_value_as_string(collect_at(v, path)); }
static size_t length_at(sentry_value_t v, const char *path) { return sentry_value_get_length(collect_at(v, path)); }

/* What the handler knows itself. */
static void check_fault(sentry_value_t v)
{
    CHECK(is_hex(text_at(v, "event_id"), 32));
    CHECK_STR(text_at(v, "level"), "fatal");
    CHECK_STR(text_at(v, "platform"), "native");
    CHECK_INT(length_at(v, "exception.values"), 1);
    CHECK_STR(text_at(v, "exception.values.0.type"), "SIGSEGV");
    CHECK_STR(text_at(v, "exception.values.0.value"), "Segmentation fault: write at 0x18 (NULL pointer plus 0x18)");
    CHECK_STR(text_at(v, "exception.values.0.mechanism.type"), "signalhandler");
    CHECK_STR(text_at(v, "exception.values.0.mechanism.meta.signal.code_name"), "SEGV_MAPERR");
    CHECK_STR(text_at(v, "exception.values.0.mechanism.data.fault_kind"), "null");
    CHECK_STR(text_at(v, "exception.values.0.mechanism.data.fault_address"), "0x18");
    CHECK_INT(length_at(v, "exception.values.0.stacktrace.frames"), 3);
    CHECK_STR(text_at(v, "exception.values.0.stacktrace.frames.2.instruction_addr"), "0x1000");
    CHECK_INT(sentry_value_get_type(collect_at(v, "exception.values.0.stacktrace.registers")), SENTRY_VALUE_TYPE_OBJECT);
    CHECK(sentry_value_is_true(collect_at(v, "threads.values.0.crashed")));
    CHECK(!sentry_value_is_true(collect_at(v, "exception.values.0.mechanism.handled")));
}

static void check_scope(sentry_value_t v)
{
    CHECK_INT(sentry_value_as_int32(collect_at(v, "extra.extra.a.1")), 2);
    CHECK_INT(sentry_value_as_int32(collect_at(v, "contexts.own.x")), 1);
    CHECK(is_hex(text_at(v, "contexts.trace.trace_id"), 32));
    CHECK_STR(text_at(v, "user.id"), "7");
    CHECK_STR(text_at(v, "release"), "app@1.2.3");
    CHECK_STR(text_at(v, "environment"), "testing");
}

static void event_whole(void)
{
    sentry__crash_t *k;
    sentry_value_t v;
    NEEDS_PROBES();
    REQUIRE(fault_start() == 0);
    fill_scope();
    k = new_fault();
    v = written(k, 1);
    check_fault(v);
    check_scope(v);
    CHECK_STR(text_at(v, "tags.tag"), "of mine");
    CHECK_INT(length_at(v, "breadcrumbs.values"), 3);
    CHECK_STR(text_at(v, "breadcrumbs.values.2.message"), "third");
    CHECK_STR(text_at(v, "threads.values.1.name"), "other \"one\"");
    CHECK_INT(length_at(v, "threads.values.1.stacktrace.frames"), 2);
#if (defined(_WIN32) || defined(__linux__)) && !defined(__TINYC__)
    CHECK(length_at(v, "debug_meta.images") > 0);
    CHECK_INT(length_at(v, "modules") > 0, length_at(v, "debug_meta.images") > 2); /* the program and the vDSO are not there */
    CHECK(sentry_value_get_length(sentry_value_get_by_key(collect_at(v, "extra"), "sys.argv")) > 0);
#endif
    sentry_value_decref(v);
    v = written(k, 0);
    check_fault(v);
    CHECK_INT(length_at(v, "threads.values"), 2);
    CHECK(sentry_value_is_null(collect_at(v, "tags")) && sentry_value_is_null(collect_at(v, "debug_meta")));
    sentry_value_decref(v);
    free_block(k);
    collect_stop();
}

/* Scopes that are pushed, and those of a hub that is bound. */
static void event_of_scopes(void)
{
    sentry__crash_t *k;
    sentry_value_t v;
    sentry_hub_t *hub;
    NEEDS_PROBES();
    REQUIRE(fault_start() == 0);
    k = new_fault();
    sentry_set_tag("tag", "base");
    sentry_push_scope();
    sentry_set_tag("tag", "pushed");
    v = written(k, 1);
    CHECK_STR(text_at(v, "tags.tag"), "pushed");
    sentry_value_decref(v);
    sentry_pop_scope();
    v = written(k, 1);
    CHECK_STR(text_at(v, "tags.tag"), "base");
    sentry_value_decref(v);
    hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    sentry_set_tag("tag", "hub");
    v = written(k, 1);
    CHECK_STR(text_at(v, "tags.tag"), "hub");
    sentry_value_decref(v);
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    k->self = (const sentry__thread_t *)(uintptr_t)64;
    v = written(k, 1);
    CHECK_STR(text_at(v, "tags.tag"), "base");
    sentry_value_decref(v);
    free_block(k);
    collect_stop();
}

#ifndef SENTRY_NO_TRACING
/* A crash tells of the same span and transaction as an error that is captured in the same place. */
static void check_within(sentry__crash_t *k, const char *transaction)
{
    static const char *const paths[] = { "transaction", "contexts.trace.trace_id", "contexts.trace.span_id", "contexts.trace.parent_span_id", "contexts.trace.op" };
    sentry_value_t v = written(k, 1), event;
    size_t i;
    sentry_capture_message(SENTRY_LEVEL_ERROR, "here");
    event = collect_event(collect_count() - 1);
    for (i = 0; i < COUNT(paths); i++)
        CHECK_STR(text_at(v, paths[i]), text_at(event, paths[i]));
    CHECK_STR(text_at(v, "transaction"), transaction);
    sentry_value_decref(v);
}

static void event_of_a_span(void)
{
    sentry_options_t o = collect_options();
    sentry_transaction_t *tx, *inner;
    sentry_span_t *a, *b;
    sentry__crash_t *k;
    sentry_hub_t *hub;
    sentry__tx_place_t *place;
    sentry_value_t v;
    char name[400];
    int i;
    NEEDS_PROBES();
    o.crash_handler = SENTRY_OFF;
    o.traces_sample_rate = 1.0;
    REQUIRE(collect_start(&o) == 0);
    k = new_fault();
    check_within(k, "");
    tx = sentry_start_transaction("load \"level\"", "task");
    check_within(k, "load \"level\"");
    a = sentry_start_span("db.query", "one");
    b = sentry_start_span("db.row", "two");
    check_within(k, "load \"level\"");
    sentry_span_finish(b);
    check_within(k, "load \"level\"");
    inner = sentry_start_transaction("inner", "http.server");
    check_within(k, "inner");
    sentry_transaction_finish(inner);
    check_within(k, "load \"level\"");
    sentry_span_finish(a);
    hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    check_within(k, "load \"level\"");
    a = sentry_start_span("work", "of the hub's");
    check_within(k, "load \"level\"");
    sentry_span_finish(a);
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    memset(name, 'n', sizeof name);
    memcpy(name + 197, "\xe2\x82\xac", 4);
    sentry_transaction_set_name(tx, name);
    check_within(k, name);
    name[197] = 'n';
    memcpy(name + 198, "\xe2\x82\xac", 4);
    sentry_transaction_set_name(tx, name);
    name[198] = 0;
    check_within(k, name);
    sentry_set_transaction("of the scope");
    check_within(k, "of the scope");
    sentry_set_transaction(NULL);
    place = sentry__place_lock(k->self->span);
    REQUIRE(place != NULL);
    sentry__unlock(&place->lock);
    for (i = 0; i < 5; i++) {
        sentry__tx_t whole = *place->tx, *live = place->tx;
        if (i == 0) place->tx = (sentry__tx_t *)(uintptr_t)64;
        if (i == 1) live->spans = (sentry__span_t *)(uintptr_t)64;
        if (i == 2) live->count = 0;
        if (i == 3) live->text.data = (char *)(uintptr_t)64;
        if (i == 4) live->text.len = 0;
        v = written(k, 1);
        CHECK_STR(text_at(v, "transaction"), "");
        CHECK(is_hex(text_at(v, "contexts.trace.trace_id"), 32));
        sentry_value_decref(v);
        place->tx = live;
        *live = whole;
    }
    check_within(k, name);
    sentry_transaction_finish(tx);
    check_within(k, "");
    free_block(k);
    collect_stop();
}
#endif

/* What is smashed is left out, and nothing else. */
static void event_of_ruins(void)
{
    sentry__crash_t *k;
    sentry__state_t *state, *held;
    sentry__crumb_t **slots, *crumb, *wild;
    sentry__run_t *tags;
    sentry__crumbs_t *crumbs;
    sentry_value_t v;
    uint32_t len;
    char *text, was;
    NEEDS_PROBES();
    REQUIRE(fault_start() == 0);
    fill_scope();
    k = new_fault();
    held = state = sentry__main_scope.state;
    REQUIRE(state != NULL && state->crumb_count == 3);
    tags = state->runs[SENTRY__TAGS];
    text = (char *)(uintptr_t)sentry__run_text(tags);
    was = text[1];
    text[1] = 1;
    v = written(k, 1);
    check_fault(v);
    check_scope(v);
    CHECK(sentry_value_is_null(collect_at(v, "tags")));
    CHECK_INT(length_at(v, "breadcrumbs.values"), 3);
    sentry_value_decref(v);
    text[1] = was;
    state->runs[SENTRY__TAGS] = (sentry__run_t *)(uintptr_t)64;
    slots = sentry__crumb_slots(state->crumbs) + state->crumb_end - 3;
    crumb = slots[1];
    slots[1] = (sentry__crumb_t *)(uintptr_t)64;
    v = written(k, 1);
    check_fault(v);
    check_scope(v);
    CHECK(sentry_value_is_null(collect_at(v, "tags")));
    CHECK_INT(length_at(v, "breadcrumbs.values"), 2);
    CHECK_STR(text_at(v, "breadcrumbs.values.0.message"), "first");
    CHECK_STR(text_at(v, "breadcrumbs.values.1.message"), "third");
    sentry_value_decref(v);
    state->runs[SENTRY__TAGS] = tags;
    slots[1] = crumb;
    text = (char *)(crumb + 1);
    was = text[0];
    text[0] = '[';
    v = written(k, 1);
    CHECK_INT(length_at(v, "breadcrumbs.values"), 2);
    sentry_value_decref(v);
    text[0] = was;
    len = crumb->len;
    crumb->len = 0xfffffff0u;
    v = written(k, 1);
    CHECK_INT(length_at(v, "breadcrumbs.values"), 2);
    CHECK_STR(text_at(v, "breadcrumbs.values.1.message"), "third");
    sentry_value_decref(v);
    crumb->len = len;
    crumbs = state->crumbs;
    wild = slots[0];
    state->crumbs = (sentry__crumbs_t *)(uintptr_t)64;
    v = written(k, 1);
    check_fault(v);
    check_scope(v);
    CHECK(sentry_value_is_null(collect_at(v, "breadcrumbs")));
    sentry_value_decref(v);
    state->crumbs = crumbs;
    slots[0] = wild;
    len = state->crumb_count;
    state->crumb_count = 0xffffffffu;
    v = written(k, 1);
    check_fault(v);
    check_scope(v);
    sentry_value_decref(v);
    state->crumb_count = len;
    sentry__main_scope.state = (sentry__state_t *)(uintptr_t)64;
    v = written(k, 1);
    check_fault(v);
    CHECK(sentry_value_is_null(collect_at(v, "tags")));
    CHECK_STR(text_at(v, "release"), "app@1.2.3");
    sentry_value_decref(v);
    sentry__main_scope.state = held;
    free_block(k);
    collect_stop();
}

/* All threads that it takes, with all their frames: the scope is told too. And breadcrumbs that do not fit: the newest do. */
static void event_full(void)
{
    static char line[8000];
    sentry__crash_t *k;
    sentry_value_t v;
    size_t i, j;
    NEEDS_PROBES();
    REQUIRE(fault_start() == 0);
    fill_scope();
    k = new_fault();
    k->thread_count = COUNT(k->threads);
    for (i = 0; i < k->thread_count; i++) {
        k->threads[i].id = 0xfffffff0u - i;
        k->threads[i].count = COUNT(k->threads[i].pcs);
        for (j = 0; j < k->threads[i].count; j++) k->threads[i].pcs[j] = UINTPTR_MAX - j;
        memset(k->threads[i].name, '"', sizeof k->threads[i].name - 1);
    }
    v = written(k, 1);
    check_fault(v);
    check_scope(v);
    CHECK_AT_MOST(k->event.len, EVENT);
    CHECK_AT_MOST(150, length_at(v, "threads.values"));
    CHECK_INT(length_at(v, "threads.values.100.stacktrace.frames"), COUNT(k->threads[0].pcs));
    CHECK_INT(length_at(v, "breadcrumbs.values"), 3);
    sentry_value_decref(v);
    memset(line, 'x', sizeof line - 1);
    for (i = 0; i < 200; i++) {
        snprintf(line + sizeof line - 10, 10, "%d", (int)i);
        sentry_add_breadcrumb(sentry_value_new_breadcrumb("default", line));
    }
    v = written(k, 1);
    check_fault(v);
    check_scope(v);
    CHECK_AT_MOST(10, length_at(v, "breadcrumbs.values"));
    sentry_value_decref(v);
    free_block(k);
    collect_stop();
}

#ifndef _WIN32
/* -- crashes of children ---------------------------------------------------------------------------- */

#define SURVIVED 77
/* qemu has threads of its own, and version 7.2 aborts when a child that was forked crashes in its handler (cpu_exec: assertion failed). */
#define EMULATED (!TEST_CAN_FORK_THREADS && !TEST_HAS_ASAN && !TEST_HAS_TSAN)
#define NOINLINE __attribute__((noinline))

static const char *no_crash_here(void)
{
    if (TEST_HAS_TSAN) return "the sanitizer handles signals its own way";
    return getenv("TEST_VALGRIND") ? "memcheck reports the crashes that this test makes" : NULL;
}
#define NEEDS_CRASHES() do { if (no_crash_here()) SKIP(no_crash_here()); REQUIRE(scratch_begin()); } while (0)

static int *volatile nowhere = (int *)64; /* not NULL, of which a sanitizer would tell before the processor does */
static char database[FILE_MAX_PATH];

static NOINLINE void null_write(void) { *nowhere = 1; }

/* Options for all of these; the database is in the scratch folder. */
static sentry_options_t crash_options(void)
{
    sentry_options_t o = collect_options();
    snprintf(database, sizeof database, "%s", in_scratch("db"));
    o.database_path = database;
    return o;
}

/* Waits for a child; its status, or -1 when it had to be killed. */
static int status_of(pid_t child)
{
    long long until = test_now_ms() + test_ms(8000);
    int status = -1;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (test_now_ms() > until) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return -1;
        }
        test_sleep_ms(5);
    }
    return status;
}

/* Runs a function in a child with the SDK on; how it ended. */
static int ends(const sentry_options_t *o, void (*run)(void))
{
    struct rlimit no_core;
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        memset(&no_core, 0, sizeof no_core);
        setrlimit(RLIMIT_CORE, &no_core);
        if (collect_start(o)) _exit(1);
        run();
        _exit(SURVIVED);
    }
    return status_of(child);
}
static int by_signal(int status) { return status != -1 && WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
static int by_exit(int status) { return status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

static struct {
    int reports, marks, others, waiting; /* files; waiting: what was captured before */
    sentry_envelope_t *envelope;
    sentry_value_t event;
} found;

static void look_at_file(const char *path, void *data)
{
    size_t size = 0, n = strlen(path);
    char *bytes;
    (void)data;
    if (n > 9 && strcmp(path + n - 9, ".envelope") == 0) {
        bytes = file_get(path, &size);
        if (bytes && strstr(bytes, "\"level\":\"fatal\"")) {
            found.reports++;
            sentry_envelope_free(found.envelope);
            found.envelope = sentry_envelope_deserialize(bytes, size);
        } else {
            found.waiting++;
        }
        free(bytes);
    } else if (n > 6 && strcmp(path + n - 6, ".crash") == 0) {
        found.marks++;
    } else {
        found.others++;
    }
}
static void look_at_run(const char *path, void *data)
{
    size_t n = strlen(path);
    if (n > 4 && strcmp(path + n - 4, ".run") == 0) file_each(path, look_at_file, data);
}

/* What the crashes left, the last one's event parsed; until forget. */
static void look(void)
{
    size_t i, size;
    memset(&found, 0, sizeof found);
    found.event = sentry_value_new_null();
    file_each(database, look_at_run, NULL);
    for (i = 0; found.envelope && i < sentry_envelope_get_item_count(found.envelope); i++) {
        const char *payload = sentry_envelope_get_item_payload(found.envelope, i, &size);
        if (strcmp(collect_item_type(found.envelope, i), "event") == 0) found.event = sentry_value_from_json_n(payload, size);
    }
}
static void forget(void)
{
    sentry_envelope_free(found.envelope);
    sentry_value_decref(found.event);
    memset(&found, 0, sizeof found);
    scratch_end();
}
static const char *found_str(const char *path) { return text_at(found.event, path); }

/* There is one report, of this signal and mechanism, and the mark. */
static void check_report_by(const char *type, const char *mechanism)
{
    CHECK_INT(found.reports, 1);
    CHECK_INT(found.marks, 1);
    CHECK_STR(found_str("exception.values.0.type"), type);
    CHECK_STR(found_str("level"), "fatal");
    CHECK_STR(found_str("exception.values.0.mechanism.type"), mechanism);
}
static void check_report(const char *type) { check_report_by(type, "signalhandler"); }

static void tagged_null_write(void)
{
    sentry_set_tag("where", "main");
    null_write();
}

static void crash_in_main(void)
{
    sentry_options_t o;
    size_t size;
    char *mark;
    NEEDS_CRASHES();
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, tagged_null_write)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    CHECK_CONTAINS(found_str("exception.values.0.value"), "(NULL pointer"); /* s390x tells no more than the page */
    CHECK_STR(found_str("exception.values.0.mechanism.data.fault_kind"), "null");
    CHECK_STR(found_str("tags.where"), "main");
    CHECK(sentry_value_is_true(collect_at(found.event, "threads.values.0.crashed")));
#ifdef __linux__
    CHECK(sentry_value_is_true(collect_at(found.event, "threads.values.0.main")));
#endif
#if defined(__linux__) && !defined(__TINYC__) /* elsewhere it is not known where the signal came in the way */
    CHECK(length_at(found.event, "exception.values.0.stacktrace.frames") > 0);
#endif
    mark = file_get(in_scratch("db/last_crash"), &size);
    CHECK(mark != NULL && strlen(mark) >= 20 && mark[10] == 'T');
    free(mark);
    forget();
}

#ifndef SENTRY_NO_THREADS
static void *null_write_thread(void *arg)
{
    sentry_set_tag("thread", "second");
    null_write();
    return arg;
}

static void in_second_thread(void)
{
    test_thread_t thread;
    if (test_thread_start(&thread, null_write_thread, NULL) == 0) test_thread_join(thread);
}

static void crash_in_thread(void)
{
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, in_second_thread)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    CHECK(sentry_value_is_true(collect_at(found.event, "threads.values.0.crashed")));
    CHECK(!sentry_value_is_true(collect_at(found.event, "threads.values.0.main")));
    CHECK_STR(found_str("tags.thread"), "second");
#ifdef __linux__
    if (!EMULATED) CHECK_INT(length_at(found.event, "threads.values"), 2);
    CHECK(sentry_value_is_true(collect_at(found.event, "threads.values.1.main")));
#endif
    forget();
}

static void *named_null_write(void *arg)
{
    sentry_set_thread_name("a name longer than that of the system");
    null_write();
    return arg;
}

/* In a thread that the SDK started. */
static void in_our_thread(void)
{
    sentry_thread_t thread;
    if (sentry_thread_create(&thread, NULL, named_null_write, NULL) == 0) sentry_thread_join(thread, NULL);
}

static void crash_in_our_thread(void)
{
    static const char *const disabled[] = { "threading", NULL };
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, in_our_thread)), SIGSEGV);
    look();
    check_report_by("SIGSEGV", "threading");
    CHECK(!sentry_value_is_true(collect_at(found.event, "exception.values.0.mechanism.handled")));
    CHECK_STR(found_str("exception.values.0.mechanism.meta.signal.name"), "SIGSEGV");
    CHECK_STR(found_str("threads.values.0.name"), "a name longer than that of the system");
    forget();
    o = crash_options();
    o.disabled_integrations = disabled;
    CHECK_INT(by_signal(ends(&o, in_our_thread)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    forget();
}
#endif

static void crash_abort(void)
{
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, abort)), SIGABRT);
    look();
    check_report("SIGABRT");
    forget();
}

/* -- handlers of others -- */

static void their_exit(int number) { (void)number, _exit(41); }
static struct sigaction ours;
static void their_chain(int number, siginfo_t *info, void *context)
{
    if (ours.sa_flags & SA_SIGINFO) ours.sa_sigaction(number, info, context);
}
static volatile sig_atomic_t told;
static void their_report(int number, siginfo_t *info, void *context)
{
    sentry_ucontext_t u;
    u.signum = number;
    u.siginfo = info;
    u.user_context = (ucontext_t *)context;
    sentry_handle_exception(&u);
    told = told + 1;
    _exit(told == 1 ? 42 : 43);
}

static void set_handler(int number, void (*handler)(int), void (*action)(int, siginfo_t *, void *))
{
    struct sigaction a;
    memset(&a, 0, sizeof a);
    if (action) a.sa_sigaction = action, a.sa_flags = SA_SIGINFO;
    else a.sa_handler = handler;
    sigaction(number, &a, NULL);
}

static void told_by_program(void)
{
    sigaction(SIGSEGV, NULL, &ours);
    set_handler(SIGSEGV, NULL, their_report);
    null_write();
}
static void overruled(void)
{
    set_handler(SIGSEGV, their_exit, NULL);
    if (sentry_reinstall_backend() != 0) _exit(2);
    null_write();
}
static void overruled_by_a_chain(void)
{
    sigaction(SIGSEGV, NULL, &ours);
    set_handler(SIGSEGV, NULL, their_chain);
    if (sentry_reinstall_backend() != 0) _exit(2);
    null_write();
}
static void chained(void)
{
    sigaction(SIGSEGV, NULL, &ours);
    set_handler(SIGSEGV, NULL, their_chain);
    null_write();
}

static void try_other(void (*run)(void), int exit_code, int number)
{
    sentry_options_t o;
    int status;
    REQUIRE(scratch_begin());
    o = crash_options();
    status = ends(&o, run);
    CHECK(status != -1); /* it hung */
    if (exit_code) CHECK_INT(by_exit(status), exit_code);
    if (number) CHECK_INT(by_signal(status), number);
    look();
    check_report("SIGSEGV");
    forget();
}

static void handlers_of_others(void)
{
    if (no_crash_here()) SKIP(no_crash_here());
    try_other(told_by_program, 42, 0);
    try_other(overruled, 41, 0);
    try_other(chained, 0, SIGSEGV);
    if (!EMULATED) try_other(overruled_by_a_chain, 0, SIGSEGV);
    set_handler(SIGSEGV, their_exit, NULL); /* of before: children have it too */
    try_other(null_write, 41, 0);
    set_handler(SIGSEGV, SIG_DFL, NULL);
}

static int calls;
static void count_call(int number) { (void)number, calls++; }

static void their_loop(int number, siginfo_t *info, void *context)
{
    if (++calls > 100) _exit(3);
    their_chain(number, info, context);
}
static void chained_after_close(void)
{
    sigaction(SIGSEGV, NULL, &ours);
    set_handler(SIGSEGV, NULL, their_loop);
    sentry_reinstall_backend();
    sentry_close();
    null_write();
}

static sigjmp_buf back;
static void their_repair(int number) { siglongjmp(back, number); }

/* Signals of the program's that the handler needs for itself are the program's again. */
static void check_signals(void)
{
    raise(SIGALRM);
    raise(SIGURG);
    if (calls != 2 || !alarm(0)) _exit(3);
    _exit(44);
}
static void repaired(void)
{
    set_handler(SIGALRM, count_call, NULL);
    set_handler(SIGURG, count_call, NULL);
    alarm(100);
    if (sigsetjmp(back, 1) == 0) null_write();
    check_signals();
}
static void goes_on(void)
{
    sentry_ucontext_t u;
    ucontext_t context;
    memset(&u, 0, sizeof u);
    memset(&context, 0, sizeof context);
    u.user_context = &context;
    u.signum = SIGSEGV;
    set_handler(SIGALRM, count_call, NULL);
    set_handler(SIGURG, count_call, NULL);
    alarm(100);
    sentry_handle_exception(&u);
    check_signals();
}

static void handlers_come_back(void)
{
    sentry_options_t o;
    if (no_crash_here()) SKIP(no_crash_here());
    REQUIRE(scratch_begin());
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, chained_after_close)), SIGSEGV);
    CHECK_INT(by_exit(ends(&o, goes_on)), 44);
    set_handler(SIGSEGV, their_repair, NULL); /* of before */
    CHECK_INT(by_exit(ends(&o, repaired)), 44);
    set_handler(SIGSEGV, SIG_DFL, NULL);
    scratch_end();
}

/* -- programs that have used something up -- */

#if defined(__linux__) && defined(__x86_64__) && !TEST_HAS_ASAN
/* SIGSTKSZ, which programs and languages take for their own alternate stacks; of a kernel that saves much, more. */
static void on_a_small_stack(void)
{
    size_t page = 4096, size = 8192;
    char *p = (char *)mmap(NULL, 64 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    if (getauxval(51) > 3500) size = (getauxval(51) + 4800 + page - 1) / page * page; /* AT_MINSIGSTKSZ */
    mprotect(p, page, PROT_NONE);
    stack.ss_sp = p + page;
    stack.ss_size = size;
    if (sigaltstack(&stack, NULL)) _exit(2);
    null_write();
}
#define SMALL_STACKS 1
#else
static void on_a_small_stack(void) {}
#define SMALL_STACKS 0
#endif

static void without_descriptors(void)
{
    struct rlimit few;
    few.rlim_cur = few.rlim_max = 64;
    setrlimit(RLIMIT_NOFILE, &few);
    while (dup(0) >= 0) {}
    null_write();
}

static void without_file_size(void)
{
    struct rlimit few;
    few.rlim_cur = few.rlim_max = 100;
    setrlimit(RLIMIT_FSIZE, &few);
    null_write();
}

static void without_a_reader(void)
{
    int ends_of[2];
    if (pipe(ends_of)) _exit(2);
    dup2(ends_of[1], 2);
    close(ends_of[0]);
    null_write();
}

#ifndef SENTRY_NO_THREADS
static void *fault_blocked(void *arg)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    sentry_set_tag("worker", "1"); /* from here on the SDK knows the thread */
    null_write();
    return arg;
}
static void with_signals_blocked(void)
{
    test_thread_t thread;
    if (test_thread_start(&thread, fault_blocked, NULL)) _exit(2);
    test_thread_join(thread);
}

/* As workers are that leave signals to the main thread. */
static void signals_blocked(void)
{
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, with_signals_blocked)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    forget();
}
#endif

static void nothing_left(void)
{
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, without_descriptors)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    forget();
    REQUIRE(scratch_begin());
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, without_file_size)), SIGSEGV);
    o.debug = 1;
    CHECK_INT(by_signal(ends(&o, without_a_reader)), SIGSEGV);
    o.debug = 0;
    look();
    check_report("SIGSEGV");
    forget();
    if (EMULATED || !SMALL_STACKS) return;
    REQUIRE(scratch_begin());
    o = crash_options();
    CHECK_INT(by_signal(ends(&o, on_a_small_stack)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    forget();
}

/* -- sentry_handle_exception -- */

static sentry_value_t keep(const sentry_ucontext_t *u, sentry_value_t event, void *data)
{
    (void)u, (void)data;
    return event;
}

static void handle_here(void)
{
    sentry_ucontext_t u;
    ucontext_t context;
    memset(&u, 0, sizeof u);
    memset(&context, 0, sizeof context);
    u.signum = SIGSEGV;
    sentry_handle_exception(&u); /* that is no place */
    u.user_context = &context;
    sentry_handle_exception(&u);
}

/* What it takes it gives back, however often, and whatever hooks return. */
static void handled(void)
{
    sentry_options_t o;
    int i;
    NEEDS_CRASHES();
    o = crash_options();
    o.on_crash = keep;
    REQUIRE(collect_start(&o) == 0);
    for (i = 0; i < 3; i++) handle_here();
    look();
    CHECK_INT(found.reports, 3);
    CHECK_STR(found_str("exception.values.0.type"), "SIGSEGV");
    collect_stop();
    forget();
}

#ifndef SENTRY_NO_THREADS
static volatile sig_atomic_t handle_on;
static void *handle_often(void *arg)
{
    while (handle_on) handle_here();
    return arg;
}

/* While another thread closes the SDK. */
static void handled_during_close(void)
{
    test_thread_t thread;
    int i;
    NEEDS_CRASHES();
    handle_on = 1;
    REQUIRE(test_thread_start(&thread, handle_often, NULL) == 0);
    for (i = 0; i < 20; i++) {
        sentry_options_t o = crash_options();
        o.crash_all_threads = SENTRY_OFF;
        if (collect_start(&o)) break;
        test_sleep_ms(2);
        sentry_close();
    }
    CHECK_INT(i, 20);
    handle_on = 0;
    test_thread_join(thread);
    collect_stop();
    scratch_end();
}
#endif

static void raise_and_go_on(void)
{
    raise(SIGTRAP);
}

/* Signals that the program ignores, and no handler at all. */
static void left_alone(void)
{
    sentry_options_t o;
    struct stat entry;
    NEEDS_CRASHES();
    o = crash_options();
    set_handler(SIGTRAP, SIG_IGN, NULL);
    CHECK_INT(by_exit(ends(&o, raise_and_go_on)), SURVIVED);
    set_handler(SIGTRAP, SIG_DFL, NULL);
    look();
    CHECK_INT(found.reports + found.marks, 0);
    o.crash_handler = SENTRY_OFF;
    CHECK_INT(by_signal(ends(&o, null_write)), SIGSEGV);
    look();
    CHECK_INT(found.reports + found.marks, 0);
    snprintf(database, sizeof database, "%s", in_scratch("db/last_crash"));
    CHECK(stat(database, &entry) != 0);
    forget();
}

/* -- hooks -- */

static sentry_value_t change(const sentry_ucontext_t *u, sentry_value_t event, void *data)
{
    if (u && u->signum) sentry_value_set_by_key(event, "changed", sentry_value_new_string((const char *)data));
    return event;
}
static sentry_value_t drop(const sentry_ucontext_t *u, sentry_value_t event, void *data)
{
    (void)u;
    (void)data;
    sentry_value_decref(event);
    return sentry_value_new_null();
}
static sentry_value_t fall(const sentry_ucontext_t *u, sentry_value_t event, void *data)
{
    (void)u;
    (void)data;
    null_write();
    return event;
}
static sentry_value_t send_changed(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    sentry_value_set_by_key(event, "by_send", sentry_value_new_bool(1));
    return event;
}

static void try_hook(sentry_crash_function_t on_crash, sentry_event_function_t before_send, int reports)
{
    static char data[] = "by me";
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = crash_options();
    o.on_crash = on_crash;
    o.on_crash_data = data;
    o.before_send = before_send;
    CHECK_INT(by_signal(ends(&o, tagged_null_write)), SIGSEGV);
    look();
    CHECK_INT(found.reports, reports);
    CHECK_INT(found.marks, 1);
    if (reports) check_report("SIGSEGV");
}

static void hooks(void)
{
    if (no_crash_here()) SKIP(no_crash_here());
    try_hook(change, NULL, 1);
    CHECK_STR(found_str("changed"), "by me");
    CHECK_STR(found_str("tags.where"), "main");
    forget();
    try_hook(change, send_changed, 1);
    CHECK_STR(found_str("changed"), "by me");
    CHECK(sentry_value_is_null(collect_at(found.event, "by_send")));
    forget();
    try_hook(NULL, send_changed, 1);
    CHECK(sentry_value_is_true(collect_at(found.event, "by_send")));
    forget();
    try_hook(drop, NULL, 0);
    forget();
    if (EMULATED) return;
    try_hook(fall, NULL, 1);
    CHECK_STR(found_str("tags.where"), "main");
    forget();
}

/* -- what waits -- */

#if !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_THREADS)
static sentry__word_t sending, is_queued;
static int answer_slowly(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    (void)client;
    (void)request;
    sentry__store(&sending, 1);
    while (!sentry__load(&is_queued)) test_sleep_ms(1);
    test_sleep_ms(300); /* by then the crash is reported, and waits for the queue */
    sentry_http_response_set_status_code(response, 200);
    return 1;
}
static sentry_http_client_t *slow_client(void *data) { return (sentry_http_client_t *)data; }
static sentry_options_t queued_options;
static void crash_behind_events(void)
{
    queued_options.transport = sentry_http_transport_new(slow_client, &queued_options, answer_slowly, NULL);
    if (sentry_init(&queued_options)) _exit(2);
    sentry_capture_message(SENTRY_LEVEL_INFO, "on its way");
    while (!sentry__load(&sending)) test_sleep_ms(1);
    sentry_capture_message(SENTRY_LEVEL_INFO, "in the queue");
    sentry__store(&is_queued, 1);
    null_write();
}

/* Events in the queue go to disk, into a folder that the process did not have; the report stays one, where it was. */
static void try_queue(sentry_crash_function_t on_crash, int reports)
{
    static char data[] = "by me";
    REQUIRE(scratch_begin());
    queued_options = crash_options();
    queued_options.on_crash = on_crash;
    queued_options.on_crash_data = data;
    CHECK_INT(by_signal(ends(&queued_options, crash_behind_events)), SIGSEGV);
    look();
    CHECK_INT(found.waiting, 1);
    CHECK_INT(found.reports, reports);
    CHECK_INT(found.marks, 1);
    if (reports) check_report("SIGSEGV");
}

static void queued(void)
{
    if (no_crash_here()) SKIP(no_crash_here());
    try_queue(NULL, 1);
#ifdef __linux__
    if (!EMULATED) CHECK_AT_MOST(2, length_at(found.event, "threads.values")); /* the worker's too */
#endif
    forget();
    try_queue(change, 1);
    CHECK_STR(found_str("changed"), "by me");
    forget();
    try_queue(drop, 0);
    forget();
}
#endif

/* -- attachments -- */

static char file_that_changes[FILE_MAX_PATH], file_that_goes[FILE_MAX_PATH];
static void with_attachments(void)
{
    sentry_attach_file(file_that_changes);
    sentry_attach_file(file_that_goes);
    sentry_attach_bytes("\0bytes", 6, "bytes.bin");
    file_put(file_that_changes, "after", 5);
    unlink(file_that_goes);
    null_write();
}

static void attachments(void)
{
    sentry_options_t o;
    size_t i, size, attached = 0;
    NEEDS_CRASHES();
    o = crash_options();
    snprintf(file_that_changes, sizeof file_that_changes, "%s", in_scratch("changes.txt"));
    snprintf(file_that_goes, sizeof file_that_goes, "%s", in_scratch("goes.txt"));
    file_put(file_that_changes, "before it", 9);
    file_put(file_that_goes, "gone", 4);
    CHECK_INT(by_signal(ends(&o, with_attachments)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    for (i = 0; found.envelope && i < sentry_envelope_get_item_count(found.envelope); i++) {
        const char *payload = sentry_envelope_get_item_payload(found.envelope, i, &size);
        const char *name = text_at(sentry_envelope_get_item_header(found.envelope, i), "filename");
        if (strcmp(collect_item_type(found.envelope, i), "attachment") != 0) continue;
        attached++;
        if (strcmp(name, "changes.txt") == 0) CHECK(size == 5 && memcmp(payload, "after", 5) == 0);
        else if (strcmp(name, "bytes.bin") == 0) CHECK(size == 6 && memcmp(payload, "\0bytes", 6) == 0);
        else CHECK_STR(name, "an attachment of mine");
    }
    CHECK_INT(attached, 2);
    forget();
}

/* -- the next start -- */

#ifndef SENTRY_NO_HTTP
static struct {
    int runs;
    char type[64];
} seen_last;
static void see_last(const sentry_envelope_t *envelope, void *data)
{
    sentry_value_t event = sentry_envelope_get_event(envelope);
    (void)data;
    seen_last.runs++;
    snprintf(seen_last.type, sizeof seen_last.type, "%s", text_at(event, "exception.values.0.type"));
}
#endif

static void next_start(void)
{
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    REQUIRE(collect_start(&o) == 0);
    CHECK_INT(sentry_get_crashed_last_run(), 0);
    collect_stop();
    CHECK_INT(by_signal(ends(&o, tagged_null_write)), SIGSEGV);
    CHECK_INT(sentry_get_crashed_last_run(), -1);
    CHECK_INT(sentry_clear_crashed_last_run(), 1);
#ifndef SENTRY_NO_HTTP
    collected.by_worker = 1;
    o.on_crashed_last_run = see_last;
    REQUIRE(collect_start(&o) == 0);
    CHECK_INT(sentry_get_crashed_last_run(), 1);
    CHECK_INT(seen_last.runs, 1);
    CHECK_STR(seen_last.type, "SIGSEGV");
    REQUIRE(collect_count() == 1);
    CHECK_STR(collect_str(0, "tags.where"), "main");
#if !defined(SENTRY_NO_SYMBOLIZER) && !defined(__TINYC__) && defined(__linux__) && defined(__x86_64__)
    {
        size_t n = collect_len(0, "exception.values.0.stacktrace.frames");
        char path[100];
        snprintf(path, sizeof path, "exception.values.0.stacktrace.frames.%d.function", (int)n - 1);
        CHECK_CONTAINS(collect_str(0, path), "null_write");
    }
#endif
    CHECK_INT(sentry_clear_crashed_last_run(), 0);
    CHECK_INT(sentry_get_crashed_last_run(), 0);
    collect_stop();
    look();
    CHECK_INT(found.reports, 0);
    o.on_crashed_last_run = NULL;
    REQUIRE(collect_start(&o) == 0);
    CHECK_INT(sentry_get_crashed_last_run(), 0);
    CHECK_INT(collect_count(), 0);
    collect_stop();
#endif
    scratch_end();
}

#ifndef SENTRY_NO_HTTP
static void consent(void)
{
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    o.require_user_consent = 1;
    collected.by_worker = 1;
    CHECK_INT(by_signal(ends(&o, tagged_null_write)), SIGSEGV);
    look();
    check_report("SIGSEGV");
    REQUIRE(collect_start(&o) == 0);
    test_sleep_ms(200);
    sentry_flush(test_ms(300));
    collect__lock();
    CHECK_INT(collected.count, 0);
    collect__unlock();
    sentry_user_consent_give();
    CHECK_INT(collect_count(), 1);
    CHECK_STR(collect_str(0, "exception.values.0.type"), "SIGSEGV");
    collect_stop();
    forget();
}
#endif

/* Where nothing can be written, because what should be a folder is a file. */
static void nowhere_to_write(void)
{
    sentry_options_t o;
    NEEDS_CRASHES();
    o = crash_options();
    file_put(in_scratch("db"), "a file", 6);
    CHECK_INT(by_signal(ends(&o, null_write)), SIGSEGV);
    CHECK_INT(by_signal(ends(&o, abort)), SIGABRT);
    scratch_end();
}
#endif

static const test_case_t tests[] = {
    { "values", values },
    { "values smashed", values_smashed },
    { "values deep", values_deep },
    { "runs", runs },
    { "runs smashed", runs_smashed },
    { "runs without end", runs_without_end },
    { "event, whole", event_whole },
    { "event of scopes", event_of_scopes },
#ifndef SENTRY_NO_TRACING
    { "event of a span", event_of_a_span },
#endif
    { "event of ruins", event_of_ruins },
    { "event, full", event_full },
#ifndef _WIN32
    { "crash in main", crash_in_main },
#ifndef SENTRY_NO_THREADS
    { "crash in a thread", crash_in_thread },
    { "crash in a thread of the SDK's", crash_in_our_thread },
#endif
    { "abort", crash_abort },
    { "handlers of others", handlers_of_others },
    { "handlers come back", handlers_come_back },
    { "nothing left", nothing_left },
#ifndef SENTRY_NO_THREADS
    { "signals blocked", signals_blocked },
#endif
    { "handled", handled },
#ifndef SENTRY_NO_THREADS
    { "handled during close", handled_during_close },
#endif
    { "left alone", left_alone },
    { "hooks", hooks },
#if !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_THREADS)
    { "queued", queued },
#endif
    { "attachments", attachments },
    { "next start", next_start },
#ifndef SENTRY_NO_HTTP
    { "consent", consent },
#endif
    { "nowhere to write", nowhere_to_write },
#endif
};
#else
static void no_crashes(void) { SKIP("this build catches no crashes"); }
static const test_case_t tests[] = { { "no crashes", no_crashes } };
#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
