/* core.c: everything of the SDK that needs no operating system, as a plain program for any C99 compiler: no threads, files or
 * sockets, memory from a static arena, the clock and the random numbers its own. So what it prints is the same, byte for
 * byte, wherever it runs; run.sh compares. Lines that begin with '#' are figures of the platform. */
#include <stddef.h>

#define SENTRY_IMPLEMENTATION
#define SENTRY_NO_THREADS
#define SENTRY_NO_HTTP
#define SENTRY_NO_FILES

static void *arena_alloc(size_t size);
static void *arena_realloc(void *p, size_t size);
static void arena_free(void *p);
#define SENTRY_MALLOC(size) arena_alloc(size)
#define SENTRY_REALLOC(p, size) arena_realloc(p, size)
#define SENTRY_FREE(p) arena_free(p)

static unsigned long long clock_us = 1767323045000000u; /* 2026-01-02T03:04:05Z */
static int random_fill(void *to, size_t size);
#define SENTRY_NOW_US() clock_us
#define SENTRY_TICKS_MS() (clock_us / 1000u)
#define SENTRY_RANDOM(to, size) random_fill(to, size)

#include "../../sentry.h"

/* -- memory: first fit in an array; a block's header says how long it is, with what follows merged when it is free -- */

#ifndef ARENA_BYTES
#define ARENA_BYTES (96 * 1024)
#endif

typedef union {
    struct {
        size_t units; /* of this size, the header's included */
        int used;
    } is;
    uint64_t integer; /* for the alignment */
    double number;
} arena_block_t;

static arena_block_t arena[ARENA_BYTES / sizeof(arena_block_t)];
static size_t arena_used, arena_peak;
static long arena_fails_at = -1; /* allocations until the one that fails; negative: none */

static void *arena_alloc(size_t size)
{
    const size_t all = sizeof arena / sizeof arena[0], want = (size + 2 * sizeof arena[0] - 1) / sizeof arena[0];
    size_t at, next;
    if (!arena[0].is.units) arena[0].is.units = all;
    if (arena_fails_at >= 0 && arena_fails_at-- == 0) return NULL;
    if (size > sizeof arena) return NULL;
    for (at = 0; at < all; at += arena[at].is.units) {
        if (arena[at].is.used) continue;
        while ((next = at + arena[at].is.units) < all && !arena[next].is.used) arena[at].is.units += arena[next].is.units;
        if (arena[at].is.units < want) continue;
        if (arena[at].is.units > want) {
            arena[at + want].is.units = arena[at].is.units - want;
            arena[at + want].is.used = 0;
            arena[at].is.units = want;
        }
        arena[at].is.used = 1;
        arena_used += want * sizeof arena[0];
        if (arena_used > arena_peak) arena_peak = arena_used;
        return &arena[at + 1];
    }
    return NULL;
}

static void arena_free(void *p)
{
    arena_block_t *block;
    if (!p) return;
    block = (arena_block_t *)p - 1;
    block->is.used = 0;
    arena_used -= block->is.units * sizeof arena[0];
}

static void *arena_realloc(void *p, size_t size)
{
    size_t have = p ? (((arena_block_t *)p)[-1].is.units - 1) * sizeof arena[0] : 0;
    void *to = arena_alloc(size);
    if (to && p) {
        memcpy(to, p, have < size ? have : size);
        arena_free(p);
    }
    return to;
}

static int random_fill(void *to, size_t size)
{
    static uint32_t state = 42;
    unsigned char *p = (unsigned char *)to;
    while (size--) {
        state = state * 1664525u + 1013904223u;
        *p++ = (unsigned char)(state >> 24);
    }
    return 0;
}

/* -- output -- */

static void say(const char *what, const char *text) { printf("said %s: %s\n", what, text); }

static void say_number(const char *what, long n) { printf("said %s: %ld\n", what, n); }

static void say_id(const char *what, sentry_uuid_t id)
{
    char text[37];
    sentry_uuid_as_string(&id, text);
    say(what, text);
}

/* Prints a value as JSON and drops it. */
static void show(const char *what, sentry_value_t value)
{
    char *json = sentry_value_to_json(value);
    printf("json %s: %s\n", what, json ? json : "(no memory)");
    sentry_free(json);
    sentry_value_decref(value);
}

/* What the transport does with envelopes: prints them, or what they say about the platform, or nothing. */
typedef enum { LOUD, PLATFORM, QUIET } volume_t;

static void send(sentry_envelope_t *envelope, void *state)
{
    volume_t volume = *(volume_t *)state;
    size_t size = 0;
    char *bytes = sentry_envelope_serialize(envelope, &size);
    if (volume == PLATFORM) {
        printf("# ");
        show("contexts", sentry_value_incref(sentry_value_get_by_key(sentry_envelope_get_event(envelope), "contexts")));
    }
    if (volume == LOUD) {
        printf("envelope %lu\n", (unsigned long)size);
        fwrite(bytes, 1, size, stdout);
        putchar('\n');
    }
    sentry_free(bytes);
    sentry_envelope_free(envelope);
}

static int flush(uint64_t timeout, void *state)
{
    (void)state;
    say_number("flush", (long)timeout);
    return 0;
}

static void logger(sentry_level_t level, const char *format, va_list args, void *data)
{
    char text[256];
    (void)data;
    (void)level;
    vsnprintf(text, sizeof text, format, args);
    say("log", text);
}

/* -- values and JSON -- */

static void values(void)
{
    static const char *const texts[] = { "[1,-2.5e3,0.1,true,null,\"\\u00e9\\ud83d\\ude00\"]", "{\"a\":{\"b\":[{}]},\"a\":2}", "9223372036854775808", "-0", "1e400",
        "-9223372036854775808", "[1,]", "{\"a\" 1}", "\"\\x\"", "01", "\xff", "" };
    static const double numbers[] = { 0.1, 1.0 / 3.0, 1e21, 5e-324, 1.7976931348623157e308, -0.0, 1e15, -123456789.125, 3.0 };
    sentry_value_t all = sentry_value_new_object(), list = sentry_value_new_list(), frozen;
    char *packed;
    size_t i, size = 0;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) sentry_value_append(list, sentry_value_new_double(numbers[i]));
    sentry_value_set_by_key(all, "doubles", list);
    sentry_value_set_by_key(all, "nan", sentry_value_new_double((double)NAN));
    sentry_value_set_by_key(all, "int32", sentry_value_new_int32(INT32_MIN));
    sentry_value_set_by_key(all, "int64", sentry_value_new_int64(INT64_MIN));
    sentry_value_set_by_key(all, "uint64", sentry_value_new_uint64(UINT64_MAX));
    sentry_value_set_by_key(all, "bool", sentry_value_new_bool(1));
    sentry_value_set_by_key(all, "text", sentry_value_new_string("a\"\\\n\x01 \xc3\xa9 \xff end of a string that is longer than a few words"));
    sentry_value_set_by_key(all, "thread", sentry_value_new_thread(UINT64_MAX, "main"));
    list = sentry_value_new_list();
    sentry_value_set_by_index(list, 3, sentry_value_new_string("fourth"));
    sentry_value_set_by_key(all, "list", list);
    frozen = sentry_value_incref(all);
    sentry_value_freeze(frozen);
    say_number("a frozen object changes", sentry_value_set_by_key(all, "late", sentry_value_new_bool(0)) == 0);
    say_number("references", (long)sentry_value_refcount(all));
    packed = sentry_value_to_msgpack(all, &size);
    printf("said msgpack: ");
    for (i = 0; packed && i < size; i++) printf("%02x", (unsigned)(unsigned char)packed[i]);
    putchar('\n');
    sentry_free(packed);
    sentry_value_decref(frozen);
    show("all", all);
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) show("read", sentry_value_from_json(texts[i]));
    show("attribute", sentry_value_new_attribute(sentry_value_new_double(0.25), SENTRY_UNIT_SECOND));
}

/* -- what goes into events -- */

static void scope(void)
{
    static const char *const own[] = { "os", "device", "runtime", "app" };
    size_t i;
    sentry_set_tag("board", "mps2");
    sentry_set_tag("gone", "soon");
    sentry_remove_tag("gone");
    sentry_set_extra("reading", sentry_value_from_json("{\"volts\":[3.3,3.25],\"ok\":true}"));
    sentry_set_context("firmware", sentry_value_from_json("{\"slot\":\"b\",\"size\":40960}"));
    sentry_update_context("firmware", sentry_value_from_json("{\"slot\":\"a\",\"boot\":{\"count\":7}}"));
    /* What the header finds out by itself is each platform's own; a program that knows better says so. */
    for (i = 0; i < sizeof own / sizeof own[0]; i++) sentry_set_context(own[i], sentry_value_from_json("{\"name\":\"core\"}"));
    sentry_set_user(sentry_value_new_user("42", "ada", NULL, "192.0.2.1"));
    sentry_set_transaction("loop");
    sentry_set_fingerprint("{{ default }}", "core", NULL);
    sentry_set_level(SENTRY_LEVEL_WARNING);
    sentry_breadcrumb("boot", SENTRY_LEVEL_INFO, "slot %d of %s", 1, "flash");
    clock_us += 1500000;
    sentry_add_breadcrumb(sentry_value_new_breadcrumb("default", "of values"));
}

static void captures(void)
{
    sentry_value_t event = sentry_value_new_event();
    say_id("message", sentry_capture_message(SENTRY_LEVEL_INFO, "Hello from nowhere"));
    clock_us += 250000;
    say_id("messagef", sentry_capture_messagef(SENTRY_LEVEL_ERROR, "%s is %d degrees and %lu ticks", "core", -40, 4000000000ul));
    say_id("exception", sentry_capture_exceptionf("SensorError", "no answer from %s", "i2c"));
    sentry_event_add_exception(event, sentry_value_new_exception("BootError", "no image"));
    sentry_event_add_cause(event, sentry_value_new_exception("FlashError", "bad checksum"));
    sentry_event_add_thread(event, sentry_value_new_thread(1, "idle"));
    say_id("cause", sentry_capture_event(event));
    errno = ENOENT;
    say_id("errno", sentry_capture_errno("open"));
    say_number("errno stays", errno == ENOENT);
    say_id("last", sentry_get_last_event_id());
}

static void scopes(void)
{
    sentry_hub_t *hub = sentry_hub_clone(NULL);
    sentry_scope_t *own = sentry_scope_new();
    SENTRY_WITH_SCOPE (inner) {
        sentry_scope_set_tag(inner, "board", "inner");
        sentry_breadcrumb("inner", SENTRY_LEVEL_DEBUG, "inside");
        say_id("in a scope", sentry_capture_message(SENTRY_LEVEL_INFO, "in a scope"));
    }
    SENTRY_WITH_HUB (hub) {
        sentry_set_tag("hub", "yes");
        say_id("in a hub", sentry_capture_message(SENTRY_LEVEL_INFO, "in a hub"));
    }
    sentry_scope_set_tag(own, "own", "yes");
    say_id("with a scope", sentry_scope_capture_event(own, sentry_value_new_message_event(SENTRY_LEVEL_INFO, "core", "with a scope")));
    say_id("outside", sentry_capture_message(SENTRY_LEVEL_INFO, "outside"));
    sentry_scope_free(own);
    sentry_hub_free(hub);
}

static void limits(void)
{
    char text[2000];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    sentry_set_extra("password", sentry_value_new_string("swordfish"));
    sentry_set_extra("long", sentry_value_new_string(text));
    say_id("long", sentry_capture_message(SENTRY_LEVEL_INFO, text));
    sentry_remove_extra("password");
    sentry_remove_extra("long");
}

/* -- hooks -- */

static sentry_value_t drop(sentry_value_t value)
{
    sentry_value_decref(value);
    return sentry_value_new_null();
}

/* The numbers of errors are each system's own. */
static sentry_value_t plain_errno(sentry_value_t event)
{
    sentry_value_t values = sentry_value_get_by_key(sentry_value_get_by_key(event, "exception"), "values");
    sentry_value_t mechanism = sentry_value_get_by_key(sentry_value_get_by_index(values, 0), "mechanism");
    sentry_value_set_by_key(sentry_value_get_by_key(sentry_value_get_by_key(mechanism, "meta"), "errno"), "number", sentry_value_new_int32(2));
    return event;
}

static sentry_value_t before_send(sentry_value_t event, void *hint, void *data)
{
    const int *error = (const int *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_ERRNO);
    const char *note = (const char *)sentry_hint_get((sentry_hint_t *)hint, "note");
    (void)data;
    if (note && strcmp(note, "drop") == 0) return drop(event);
    if (note) sentry_value_set_by_key(event, "logger", sentry_value_new_string(note));
    return error && *error == ENOENT ? plain_errno(event) : event;
}

static sentry_value_t before_breadcrumb(sentry_value_t crumb, void *hint, void *data)
{
    (void)hint;
    (void)data;
    if (strcmp(sentry_value_as_string(sentry_value_get_by_key(crumb, "category")), "noise") == 0) return drop(crumb);
    sentry_value_set_by_key(crumb, "type", sentry_value_new_string("hooked"));
    return crumb;
}

static sentry_value_t processor(sentry_value_t event, void *hint, void *data)
{
    sentry_value_t extra = sentry_value_new_object();
    (void)hint;
    sentry_value_set_by_key(extra, "processor", sentry_value_new_string((const char *)data));
    sentry_value_set_by_key(event, "extra", extra);
    return event;
}

static double sampler(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    return strcmp(sentry_value_as_string(sentry_value_get_by_key(event, "level")), "debug") == 0 ? 0.5 : (double)NAN;
}

static void hooks(void)
{
    static const char *const notes[] = { "drop", "keep" };
    char name[] = "global";
    size_t i;
    sentry_add_event_processor(processor, name);
    for (i = 0; i < 2; i++) {
        sentry_hint_t *hint = sentry_hint_new();
        sentry_hint_set(hint, "note", notes[i]);
        say_id(notes[i], sentry_capture_event_with_hint(sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, notes[i]), hint));
    }
    sentry_breadcrumb("noise", SENTRY_LEVEL_INFO, "never seen");
    for (i = 0; i < 6; i++) {
        sentry_uuid_t id = sentry_capture_message(SENTRY_LEVEL_DEBUG, "sampled");
        say_number("sampled", !sentry_uuid_is_nil(&id));
    }
}

/* -- envelopes -- */

static void envelopes(void)
{
    static const char foreign[] = "{\"sdk\":{\"name\":\"other\",\"version\":\"1.0.0\"}}\n{\"type\":\"attachment\",\"length\":3,\"filename\":\"a.bin\"}\n\x00\n\xff\n";
    static const char broken[] = "{}\n{\"type\":\"attachment\",\"length\":300}\nshort\n";
    sentry_envelope_t *envelope = sentry_envelope_deserialize(foreign, sizeof foreign - 1);
    size_t size = 0;
    say_number("items", (long)sentry_envelope_get_item_count(envelope));
    sentry_envelope_get_item_payload(envelope, 0, &size);
    say_number("payload", (long)size);
    show("item header", sentry_value_incref(sentry_envelope_get_item_header(envelope, 0)));
    sentry_capture_envelope(envelope);
    say_number("a broken envelope is read", sentry_envelope_deserialize(broken, sizeof broken - 1) != NULL);
}

/* -- one life of the SDK -- */

static void life(volume_t volume, void (*work)(void))
{
    sentry_options_t options;
    static const char *const words[] = { "core", "--token", "of the board" };
    sentry_transport_t *transport = sentry_transport_new(send);
    sentry_set_argv(3, words);
    memset(&options, 0, sizeof options);
    options.dsn = "http://0123456789abcdef0123456789abcdef@sentry.invalid/42";
    options.release = "core@1.0.0";
    options.auto_session_tracking = SENTRY_OFF; /* one item an envelope */
    options.environment = "test";
    options.server_name = "unit-7";
    options.max_breadcrumbs = 8;
    options.before_send = before_send;
    options.before_breadcrumb = before_breadcrumb;
    options.error_sampler = sampler;
    options.debug = volume == LOUD ? SENTRY_ON : SENTRY_OFF;
    options.logger_level = SENTRY_LEVEL_WARNING;
    options.logger = logger;
    sentry_transport_set_state(transport, &volume);
    sentry_transport_set_flush_func(transport, flush);
    options.transport = transport;
    if (sentry_init(&options) != 0 && volume != QUIET) say("init", sentry_get_init_error());
    work();
    if (volume == LOUD) say_number("flushed", sentry_flush(500));
    sentry_close();
    sentry_set_argv(0, NULL);
}

static void all(void)
{
    scope();
    captures();
    scopes();
    limits();
    hooks();
    envelopes();
}

static void some(void)
{
    scope();
    sentry_capture_exception("Error", "with little memory");
}

static void hello(void) { sentry_capture_message(SENTRY_LEVEL_INFO, "hello"); }

/* Every allocation of a short life fails once: nothing crashes, and what was taken is given back. */
static void without_memory(void)
{
    long n;
    for (n = 0;; n++) {
        arena_fails_at = n;
        life(QUIET, some);
        if (arena_used) break;
        if (arena_fails_at >= 0) break;
    }
    say_number("kept after a life without memory", (long)arena_used);
    say_number("each allocation failed once", arena_fails_at >= 0 && n > 20);
    arena_fails_at = -1;
}

int main(void)
{
    sentry_options_t bare;
    values();
    memset(&bare, 0, sizeof bare);
    bare.dsn = "http://key@sentry.invalid/1";
    say_number("init without a transport", sentry_init(&bare));
    say("why", sentry_get_init_error());
    say_number("enabled", sentry_is_enabled());
    life(LOUD, all);
    say_number("kept after close", (long)arena_used);
    printf("# at most %lu bytes of the SDK's memory were in use\n", (unsigned long)arena_peak);
    life(PLATFORM, hello);
    arena_peak = 0;
    without_memory();
    printf("# at most %lu bytes in a short life: one exception with tags, contexts and two breadcrumbs\n", (unsigned long)arena_peak);
    return 0;
}
