/* send.c: sends what a scenario says through the built-in transport, for check.mjs and spotlight.mjs to look at.
 *
 *     send DSN SCENARIO [PLACE]     PLACE: the file, folder or address that a scenario needs beside
 *
 * Prints the id that each capture returned, in order, and "closed" after sentry_close. What arrives must be what
 * check.mjs expects under the scenario's name; the options below are the ones that all scenarios share. */
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "../../examples/net.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *the_dsn, *the_place;

static void die(const char *why)
{
    fprintf(stderr, "send: %s\n", why);
    exit(2);
}

static sentry_options_t options(void)
{
    static const char *const without[] = { "argv", NULL };
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = the_dsn;
    o.disabled_integrations = without; /* what is sent is compared as a whole */
    o.release = "conformance@1.2.3+45";
    o.environment = "test";
    o.dist = "amd64";
    o.server_name = "unit-7";
    o.shutdown_timeout = 10000;
    o.http_retry = SENTRY_OFF;
    o.auto_session_tracking = SENTRY_OFF;
    return o;
}

static void start_with(sentry_options_t o)
{
    if (sentry_init(&o) != 0) die(sentry_get_init_error());
}

static void start(void)
{
    start_with(options());
}

static void sent(sentry_uuid_t id)
{
    char text[37];
    sentry_uuid_as_string(&id, text);
    puts(text);
}

static sentry_value_t string(const char *text)
{
    return sentry_value_new_string(text);
}

static void put(sentry_value_t object, const char *key, sentry_value_t value)
{
    sentry_value_set_by_key(object, key, value);
}

/* `count` times `piece`; the caller frees it. */
static char *repeat(const char *piece, size_t count)
{
    size_t size = strlen(piece), i;
    char *text = (char *)malloc(size * count + 1);
    if (!text) die("no memory");
    for (i = 0; i < count; i++) memcpy(text + i * size, piece, size);
    text[size * count] = 0;
    return text;
}

/* Reads all of stdin; the caller frees it. */
static char *read_input(size_t *size)
{
    size_t cap = 1 << 20, n;
    char *text = (char *)malloc(cap + 1);
    for (*size = 0; text && (n = fread(text + *size, 1, cap - *size, stdin)) > 0;) {
        *size += n;
        if (*size == cap) text = (char *)realloc(text, (cap *= 2) + 1);
    }
    if (!text) die("no memory");
    text[*size] = 0;
    return text;
}

/* -- one function a scenario -- */

static void message(void)
{
    start();
    sent(sentry_capture_message(SENTRY_LEVEL_WARNING, "Hello, world"));
}

static void messagef(void)
{
    start();
    sent(sentry_capture_messagef(SENTRY_LEVEL_ERROR, "disk %s is %d%% full", "/dev/sda1", 93));
}

static void levels(void)
{
    int level;
    start();
    for (level = SENTRY_LEVEL_TRACE; level <= SENTRY_LEVEL_FATAL; level++) {
        sent(sentry_capture_message((sentry_level_t)level, "level"));
    }
}

static void exception(void)
{
    start();
    sent(sentry_capture_exception("ConfigError", "cannot open a.conf"));
    sent(sentry_capture_exceptionf("RangeError", "%d is more than %s", 12, "ten"));
}

/* One that has errors, the first sampled out, and one that crashes. */
static void sessions(void)
{
    sentry_options_t o = options();
    o.auto_session_tracking = SENTRY_ON;
    o.sample_rate = SENTRY_RATE_NONE;
    start_with(o);
    sentry_set_user(sentry_value_new_user("4\"2", NULL, "ada@example.com", NULL));
    sentry_capture_exception("Error", "sampled out");
    o.sample_rate = 1.0;
    start_with(o);
    sentry_set_user(sentry_value_new_user("4\"2", NULL, "ada@example.com", NULL));
    sent(sentry_capture_exception("Error", "sent"));
    sentry_start_session();
    sentry_end_session_with_status(SENTRY_SESSION_STATUS_CRASHED);
}

static void cause(void)
{
    sentry_value_t event = sentry_value_new_event();
    start();
    sentry_event_add_exception(event, sentry_value_new_exception("StartupError", "cannot start"));
    sentry_event_add_cause(event, sentry_value_new_exception("ConfigError", "no configuration"));
    sentry_event_add_cause(event, sentry_value_new_exception("ENOENT", "open: No such file or directory"));
    sent(sentry_capture_event(event));
}

static void errno_event(void)
{
    start();
    errno = ENOENT;
    sent(sentry_capture_errno("open /etc/hello.conf"));
    if (errno != ENOENT) die("sentry_capture_errno changed errno");
    errno = EACCES;
    sent(sentry_capture_errno(NULL));
}

/* Everything that a scope can hold. */
static void scope(void)
{
    sentry_value_t window = sentry_value_new_object(), user, list = sentry_value_new_list(), data = sentry_value_new_object();
    start();
    sentry_set_tag("subsystem", "config");
    sentry_set_tag("gone", "soon");
    sentry_remove_tag("gone");
    sentry_set_tag("region.zone-1", "eu");
    put(data, "nested", sentry_value_from_json("{\"a\":[1,2,{\"b\":null}],\"c\":true}"));
    sentry_set_extra("data", data);
    sentry_value_append(list, sentry_value_new_int32(1));
    sentry_value_append(list, string("two"));
    sentry_set_extra("list", list);
    put(window, "width", sentry_value_new_int32(1280));
    put(window, "title", string("Main"));
    sentry_set_context("window", window);
    sentry_update_context("window", sentry_value_from_json("{\"width\":1920,\"dark\":true}"));
    user = sentry_value_new_user("42", "ada", "ada@example.com", NULL);
    put(user, "data", sentry_value_from_json("{\"plan\":\"pro\"}"));
    sentry_set_user(user);
    sentry_set_level(SENTRY_LEVEL_WARNING);
    sentry_set_transaction("GET /users/:id");
    sentry_set_fingerprint("{{ default }}", "config-missing", NULL);
    sentry_breadcrumb("app", SENTRY_LEVEL_INFO, "started with %d arguments", 3);
    sent(sentry_capture_event(sentry_value_new_message_event(SENTRY_LEVEL_ERROR, "config", "with a level and a logger")));
    sent(sentry_capture_event(sentry_value_new_event()));
    sentry_set_release("other@2.0.0");
    sentry_set_environment("staging");
    sentry_remove_user();
    sentry_remove_fingerprint();
    sentry_set_transaction(NULL);
    sentry_remove_extra("data");
    sentry_remove_context("window");
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "less of it"));
}

/* What the event says wins over the scope; each scope is gone after its block. */
static void scopes(void)
{
    sentry_value_t event = sentry_value_from_json("{\"tags\":{\"where\":\"event\"},\"level\":\"fatal\",\"user\":{\"id\":\"event\"},"
        "\"transaction\":\"event\",\"fingerprint\":[\"event\"],\"extra\":{\"where\":\"event\"},"
        "\"contexts\":{\"where\":{\"is\":\"event\"}},\"release\":\"event@1\",\"environment\":\"event\","
        "\"server_name\":\"event\",\"dist\":\"event\",\"logentry\":{\"formatted\":\"event\"}}");
    sentry_scope_t *local;
    start();
    sentry_set_tag("base", "yes");
    SENTRY_WITH_SCOPE(inner) {
        sentry_scope_set_tag(inner, "where", "scope");
        sentry_scope_set_user(inner, sentry_value_new_user("scope", "scope", NULL, NULL));
        sentry_scope_set_transaction(inner, "scope");
        sentry_scope_set_level(inner, SENTRY_LEVEL_DEBUG);
        sentry_scope_set_fingerprint(inner, "scope", NULL);
        sentry_scope_set_extra(inner, "where", string("scope"));
        sentry_scope_set_context(inner, "where", sentry_value_from_json("{\"is\":\"scope\"}"));
        sent(sentry_capture_event(event));
    }
    local = sentry_local_scope_new();
    sentry_scope_set_tag(local, "where", "local");
    sent(sentry_scope_capture_event(local, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "local")));
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "base"));
}

/* Bytes that are no UTF-8, in every place that takes a string: a lone continuation, an overlong slash, half a euro sign, a
 * surrogate, more than U+10FFFF, and bytes that never occur. */
#define BROKEN "a\x80" "b\xc0\xaf" "c\xe2\x82" "d\xed\xa0\x80" "e\xf5\x80\x80\x80" "f\xff\xfe" "g\xe2\x82\xac" "h"

static void utf8(void)
{
    sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_ERROR, "logger " BROKEN, "text " BROKEN);
    sentry_value_t crumb = sentry_value_new_breadcrumb("default", "crumb " BROKEN), data = sentry_value_new_object();
    sentry_value_t exc = sentry_value_new_exception("type " BROKEN, "value " BROKEN);
    start();
    sentry_set_tag("tag", BROKEN);
    sentry_set_tag("key " BROKEN, "x");
    sentry_set_extra("extra", string(BROKEN));
    sentry_set_extra("key " BROKEN, sentry_value_new_bool(1));
    put(data, "field", string(BROKEN));
    put(data, "key " BROKEN, string("x"));
    sentry_set_context("broken", data);
    sentry_set_user(sentry_value_new_user(BROKEN, BROKEN, BROKEN, NULL));
    sentry_set_transaction("transaction " BROKEN);
    sentry_set_fingerprint(BROKEN, NULL);
    put(crumb, "category", string(BROKEN));
    sentry_add_breadcrumb(crumb);
    sentry_breadcrumb(BROKEN, SENTRY_LEVEL_INFO, "quick %s", BROKEN);
    sentry_event_add_exception(event, exc);
    sentry_event_add_thread(event, sentry_value_new_thread(7, BROKEN));
    sent(sentry_capture_event(event));
    sent(sentry_capture_messagef(SENTRY_LEVEL_INFO, "format %s", BROKEN));
    sent(sentry_capture_exceptionf(BROKEN, "%s", BROKEN));
}

/* Valid text that a JSON writer gets wrong easily. */
static void text(void)
{
    char control[34];
    int i;
    start();
    for (i = 0; i < 32; i++) control[i] = (char)(i + 1);
    control[32] = 127;
    control[33] = 0;
    sentry_set_extra("control", string(control));
    sentry_set_extra("quotes", string("\" \\ / ' \\u0041 \\\" </script>"));
    sentry_set_extra("plane",
        string("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x80\xa8 \xef\xbf\xbf \xf4\x8f\xbf\xbf \xef\xbb\xbf"));
    sentry_set_extra("", string("empty key"));
    sentry_set_extra("empty", string(""));
    sentry_set_extra("k\"e\\y\n", string("x"));
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "line one\nline two\r\n\ttab"));
}

/* Strings over max_value_length, cut at all offsets within a character. */
static void huge(void)
{
    char *ascii = repeat("x", 100000), *quotes = repeat("\"\n", 5000);
    char *two = repeat("\xc3\xa9", 5000), *four = repeat("\xf0\x9f\x98\x80", 5000);
    char key[2] = "0", *shifted = (char *)malloc(20010);
    sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_ERROR, NULL, ascii), deep = sentry_value_new_list();
    int i;
    start();
    sentry_set_extra("ascii", string(ascii));
    sentry_set_extra("two", string(two));
    sentry_set_extra("quotes", string(quotes));
    for (i = 0; i < 4 && shifted; i++) {
        sprintf(shifted, "%.*s%s", i, "abc", four);
        key[0] = (char)('0' + i);
        sentry_set_extra(key, string(shifted));
    }
    sentry_value_append(deep, string(ascii));
    sentry_set_extra("deep", deep);
    sentry_set_extra("short", string("as it is"));
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "%s", ascii);
    sentry_event_add_exception(event, sentry_value_new_exception("TooLong", two));
    sent(sentry_capture_event(event));
    free(ascii);
    free(two);
    free(four);
    free(quotes);
    free(shifted);
}

/* An envelope of a few megabytes: more than any socket buffer takes at once. */
static void large(void)
{
    char *megabyte = repeat("0123456789abcdef", 65536), key[16];
    sentry_options_t o = options();
    int i;
    o.max_value_length = SENTRY_NONE;
    start_with(o);
    for (i = 0; i < 4; i++) {
        sprintf(key, "part-%d", i);
        sentry_set_extra(key, string(megabyte));
    }
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "large"));
    free(megabyte);
}

static void numbers(void)
{
    sentry_value_t n = sentry_value_new_object(), infinite;
    start();
    put(n, "nan", sentry_value_new_double(NAN));
    infinite = sentry_value_new_double(INFINITY);
    put(n, "inf", infinite);
    put(n, "-inf", sentry_value_new_double(-INFINITY));
    put(n, "int32 min", sentry_value_new_int32(INT32_MIN));
    put(n, "int32 max", sentry_value_new_int32(INT32_MAX));
    put(n, "int64 min", sentry_value_new_int64(INT64_MIN));
    put(n, "int64 max", sentry_value_new_int64(INT64_MAX));
    put(n, "uint64 max", sentry_value_new_uint64(UINT64_MAX));
    put(n, "double max", sentry_value_new_double(DBL_MAX));
    put(n, "double min", sentry_value_new_double(DBL_MIN));
    put(n, "denormal", sentry_value_new_double(4.9406564584124654e-324));
    put(n, "0.1", sentry_value_new_double(0.1));
    put(n, "1/3", sentry_value_new_double(1.0 / 3.0));
    put(n, "-0", sentry_value_new_double(-0.0));
    put(n, "1e21", sentry_value_new_double(1e21));
    put(n, "pi", sentry_value_new_double(3.141592653589793));
    put(n, "2^53", sentry_value_new_int64((int64_t)1 << 53));
    put(n, "true", sentry_value_new_bool(1));
    put(n, "null", sentry_value_new_null());
    sentry_set_extra("n", n);
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "numbers"));
}

static void breadcrumbs(void)
{
    sentry_value_t http = sentry_value_new_breadcrumb("http", NULL);
    int i;
    start();
    for (i = 0; i < 150; i++) sentry_breadcrumb("loop", i % 2 ? SENTRY_LEVEL_DEBUG : SENTRY_LEVEL_WARNING, "step %d", i);
    put(http, "category", string("http"));
    put(http, "level", string("error"));
    put(http, "data", sentry_value_from_json("{\"url\":\"http://example.com/a\",\"method\":\"GET\",\"status_code\":500}"));
    sentry_add_breadcrumb(http);
    sentry_add_breadcrumb(sentry_value_from_json("{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"message\":\"of old\"}"));
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "breadcrumbs"));
}

static void threads(void)
{
    sentry_value_t event = sentry_value_new_event(), one = sentry_value_new_exception("Deadlock", "two locks");
    sentry_value_t worker = sentry_value_new_thread(42, "worker");
    start();
    put(one, "thread_id", string("42"));
    put(one, "mechanism", sentry_value_from_json("{\"type\":\"watchdog\",\"handled\":false}"));
    sentry_event_add_exception(event, one);
    put(worker, "crashed", sentry_value_new_bool(1));
    put(worker, "stacktrace",
        sentry_value_from_json("{\"frames\":[{\"function\":\"main\",\"filename\":\"main.c\",\"lineno\":7,\"in_app\":true},"
                               "{\"function\":\"lock\",\"instruction_addr\":\"0x7ffff7d80000\"}]}"));
    sentry_event_add_thread(event, sentry_value_new_thread(1, "main"));
    sentry_event_add_thread(event, worker);
    sentry_event_add_thread(event, sentry_value_new_thread(UINT64_MAX, NULL));
    sent(sentry_capture_event(event));
}

/* Tags of all lengths, set, replaced and removed in no order; each event tells in extra.model, in hex, what its tags are. */
#define MODEL_KEYS 24
static unsigned dice_state = 1;

static unsigned dice(unsigned sides)
{
    dice_state = dice_state * 1103515245u + 12345u;
    return (dice_state >> 8) % sides;
}

/* One to `max` characters, in one string out of four such that JSON escapes or that are not ASCII. */
static void random_text(char *to, unsigned max)
{
    static const char *const odd[] = { "\"", "\\", "\n", "\x01", "\xc3\xa9", "\xf0\x9f\x98\x80", "/", "x" };
    unsigned n = 1 + dice(dice(3) ? 20 : max), mixed = dice(4) == 0;
    for (*to = 0; n > 0; n--, to += strlen(to)) {
        if (mixed) strcpy(to, odd[dice(8)]);
        else to[0] = (char)('a' + dice(26)), to[1] = 0;
    }
}

static char *hex(char *to, const char *text, char end)
{
    for (; *text; text++) to += sprintf(to, "%02x", (unsigned char)*text);
    *to++ = end;
    return to;
}

static void random_tags(void)
{
    static char key[MODEL_KEYS][256], value[MODEL_KEYS][1024], model[MODEL_KEYS * 2700];
    sentry_options_t o = options();
    int i, k;
    o.max_value_length = SENTRY_NONE;
    o.transport_queue_size = 1000;
    start_with(o);
    for (k = 0; k < MODEL_KEYS; k++) sprintf(key[k], "%d", k), random_text(key[k] + strlen(key[k]), 40);
    for (i = 0; i < 1500; i++) {
        k = (int)dice(MODEL_KEYS);
        if (dice(3)) random_text(value[k], 200);
        else value[k][0] = 0;
        if (value[k][0]) sentry_set_tag(key[k], value[k]);
        else sentry_remove_tag(key[k]);
        if (i % 15 == 0) {
            char *end = model;
            for (k = 0; k < MODEL_KEYS; k++)
                if (value[k][0]) end = hex(hex(end, key[k], ':'), value[k], ';');
            *end = 0;
            sentry_set_extra("model", string(model));
            sent(sentry_capture_message(SENTRY_LEVEL_INFO, "random"));
        }
    }
}

/* The event on stdin, as JSON. */
static void json(void)
{
    size_t size;
    char *input = read_input(&size);
    sentry_value_t event = sentry_value_from_json(input);
    free(input);
    if (sentry_value_is_null(event)) die("the input is not JSON");
    start();
    sent(sentry_capture_event(event));
}

/* The envelope on stdin, as it is. */
static void envelope(void)
{
    size_t size;
    char *input = read_input(&size);
    sentry_envelope_t *e = sentry_envelope_deserialize(input, size);
    free(input);
    if (!e) die("the input is not an envelope");
    start();
    sentry_capture_envelope(e);
}

/* before_send keeps what has no "drop" tag and adds one; a processor drops "private". */
static sentry_value_t before_send(sentry_value_t event, void *hint, void *user_data)
{
    const int *number = (const int *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_ERRNO);
    sentry_value_t tags = sentry_value_get_by_key(event, "tags");
    (void)user_data;
    if (!sentry_value_is_null(sentry_value_get_by_key(tags, "drop"))) {
        sentry_value_decref(event);
        return sentry_value_new_null();
    }
    if (sentry_value_is_null(tags)) sentry_value_set_by_key(event, "tags", tags = sentry_value_new_object());
    put(tags, "hook", string(number ? "errno" : "seen"));
    return event;
}

static sentry_value_t processor(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    if (strcmp(sentry_value_as_string(sentry_value_get_by_key(event, "logger")), "private") != 0) return event;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static double sampler(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    return strcmp(sentry_value_as_string(sentry_value_get_by_key(event, "level")), "debug") == 0 ? 0.0 : 1.0;
}

static sentry_value_t before_breadcrumb(sentry_value_t crumb, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    if (strcmp(sentry_value_as_string(sentry_value_get_by_key(crumb, "category")), "noise") != 0) {
        put(crumb, "category", string("hooked"));
        return crumb;
    }
    sentry_value_decref(crumb);
    return sentry_value_new_null();
}

/* Drops of each kind, then events that carry the client report. */
static void reports(void)
{
    static const char *const ignored[] = { "Cancel*", NULL };
    sentry_options_t o = options();
    int i;
    o.before_send = before_send;
    o.before_breadcrumb = before_breadcrumb;
    o.error_sampler = sampler;
    o.ignore_errors = ignored;
    start_with(o);
    sentry_add_event_processor(processor, NULL);
    sentry_breadcrumb("noise", SENTRY_LEVEL_INFO, "not this");
    sentry_breadcrumb("app", SENTRY_LEVEL_INFO, "this");
    for (i = 0; i < 2; i++) sent(sentry_capture_exception("CancelledError", "ignored"));
    for (i = 0; i < 3; i++) sent(sentry_capture_event(sentry_value_new_message_event(SENTRY_LEVEL_INFO, "private", "dropped")));
    for (i = 0; i < 4; i++) sent(sentry_capture_message(SENTRY_LEVEL_DEBUG, "not sampled"));
    SENTRY_WITH_SCOPE(inner) {
        sentry_scope_set_tag(inner, "drop", "yes");
        for (i = 0; i < 5; i++) sent(sentry_capture_message(SENTRY_LEVEL_INFO, "dropped by before_send"));
    }
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "kept"));
    errno = EPERM;
    sent(sentry_capture_errno("open"));
}

/* More than the queue takes while the server dawdles. */
static void overflow(void)
{
    sentry_options_t o = options();
    int i;
    o.transport_queue_size = 5;
    start_with(o);
    for (i = 0; i < 50; i++) sent(sentry_capture_message(SENTRY_LEVEL_INFO, "flood"));
}

/* The server refuses what comes first, or asks for a pause. */
static void refused(void)
{
    int i;
    start();
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "first"));
    if (sentry_flush(10000) != 0) die("sentry_flush timed out");
    for (i = 0; i < 3; i++) sent(sentry_capture_message(SENTRY_LEVEL_INFO, "then"));
}

/* Eight threads, each with a hub of its own, and one that writes to the main hub all the while. */
static void *hub_thread(void *arg)
{
    sentry_hub_t *hub = sentry_hub_clone(NULL);
    int i;
    SENTRY_WITH_HUB(hub) {
        sentry_set_tag("thread", (const char *)arg);
        for (i = 0; i < 25; i++) {
            sentry_breadcrumb((const char *)arg, SENTRY_LEVEL_INFO, "step %d", i);
            sentry_capture_messagef(SENTRY_LEVEL_INFO, "%s:%d", (const char *)arg, i);
        }
    }
    sentry_hub_free(hub);
    return NULL;
}

static void hubs(void)
{
    static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
    sentry_thread_t thread[8];
    sentry_options_t o = options();
    int i;
    o.transport_queue_size = 1000;
    start_with(o);
    sentry_set_tag("main", "yes");
    for (i = 0; i < 8; i++) {
        if (sentry_thread_create(&thread[i], NULL, hub_thread, (void *)(uintptr_t)names[i]) != 0) die("no thread");
    }
    for (i = 0; i < 200; i++) sentry_breadcrumb("main", SENTRY_LEVEL_INFO, "not in theirs");
    for (i = 0; i < 8; i++) sentry_thread_join(thread[i], NULL);
}

/* Attachments of all kinds; the second event goes without what came by a hint. */
static void attachments(void)
{
    static const char framing[] = "\n{\"type\":\"event\",\"length\":2}\n{}\n";
    static const char dump[] = "MDMP\x93\xa7\0\0\n\n", tree[] = "{\"rendering_system\":\"test\",\"windows\":[]}";
    char binary[600];
    sentry_hint_t *hint = sentry_hint_new();
    sentry_attachment_t *attached;
    int i;
    for (i = 0; i < 600; i++) binary[i] = (char)i;
    memcpy(binary + 512, framing, sizeof framing);
    start();
    sentry_attach_bytes(binary, sizeof binary, "/tmp/binary.bin");
    sentry_attachment_set_type(sentry_attach_bytes(dump, sizeof dump - 1, "core.dmp"), SENTRY_ATTACHMENT_TYPE_MINIDUMP);
    attached = sentry_attach_bytes(tree, sizeof tree - 1, "view-hierarchy.json");
    sentry_attachment_set_type(attached, SENTRY_ATTACHMENT_TYPE_VIEW_HIERARCHY);
    attached = sentry_attach_file(the_place);
    sentry_attachment_set_content_type(attached, "text/x-csrc");
    sentry_attachment_set_filename(attached, "\"h\xc3\xb6he\".c");
    sentry_hint_attach_bytes(hint, "\n", 1, "hint.txt");
    sent(sentry_capture_event_with_hint(sentry_value_new_message_event(SENTRY_LEVEL_ERROR, NULL, "with a hint"), hint));
    sent(sentry_capture_message(SENTRY_LEVEL_ERROR, "without"));
}

static void empty_attachment(void)
{
    start();
    sentry_attach_bytes("", 0, "empty");
    sentry_attach_bytes("\n", 1, "line");
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "beside nothing"));
}

static void gzip(void)
{
    char *text = repeat("All work and no play makes Jack a dull boy. ", 5000);
    sentry_options_t o = options();
    o.http_compression = SENTRY_ON;
    o.max_value_length = SENTRY_NONE;
    start_with(o);
    sentry_set_extra("long", string(text));
    sentry_attach_bytes(text, 100000, "attached.txt");
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "packed"));
    free(text);
}

/* Three processes with one folder for what waits: for the network, for time that close does not give, and who sends both. */
static void start_keeping(uint64_t shutdown_timeout)
{
    sentry_options_t o = options();
    o.database_path = the_place;
    o.http_retry = SENTRY_ON;
    o.shutdown_timeout = shutdown_timeout;
    start_with(o);
    sentry_attach_bytes("\0\n", 2, "zero");
}

static void kept(void)
{
    start_keeping(10000);
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "kept"));
    if (sentry_flush(10000) != 0) die("sentry_flush timed out");
}

static void left(void)
{
    int i;
    start_keeping(SENTRY_NO_WAIT);
    for (i = 0; i < 3; i++) sent(sentry_capture_messagef(SENTRY_LEVEL_INFO, "left %d", i));
    if (sentry_close() < 2) die("sentry_close leaves nothing for later");
}

static void later(void)
{
    start_keeping(10000);
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "later"));
}

/* A copy for a Spotlight; without a DSN it gets all there is. */
static void spotlight(void)
{
    sentry_options_t o = options();
    o.spotlight = the_place;
    start_with(o);
    sentry_attach_bytes("\0\n", 2, "zero");
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, "seen by Spotlight"));
    sent(sentry_capture_exception("SeenError", "too"));
}

/* -- traces -- */

static sentry_options_t tracing(double rate)
{
    sentry_options_t o = options();
    o.traces_sample_rate = rate;
    o.propagate_traceparent = SENTRY_ON;
    o.transport_queue_size = 2000;
    o.max_value_length = SENTRY_NONE;
    return o;
}

/* A transaction with all that can be said of one, and every status. */
static void transaction(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    sentry_value_t list = sentry_value_new_list();
    int status;
    start_with(tracing(1.0));
    sentry_set_tag("subsystem", "http");
    sentry_breadcrumb("app", SENTRY_LEVEL_INFO, "not in a transaction");
    tx = sentry_start_transaction("GET /users/:id", SENTRY_OP_HTTP_SERVER);
    sentry_transaction_set_source(tx, "route");
    sentry_transaction_set_tag(tx, "own", "yes");
    sentry_transaction_set_data(tx, SENTRY_DATA_HTTP_REQUEST_METHOD, string("GET"));
    sentry_transaction_set_measurement(tx, "queue.wait", 12.5, "millisecond");
    sentry_transaction_set_measurement(tx, "rows", 3, NULL);
    SENTRY_SPAN(SENTRY_OP_DB_QUERY, "SELECT * FROM users WHERE id = ?") {
        span = sentry_get_current_span();
        sentry_span_set_tag(span, "db.shard", "7");
        sentry_span_set_data(span, SENTRY_DATA_DB_SYSTEM, string("postgresql"));
        SENTRY_SPAN(SENTRY_OP_FUNCTION, NULL) {
            sentry_value_append(list, string("user:1"));
            sentry_value_append(list, string("\"user\":\xc3\xa4"));
            sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_CACHE_KEY, list);
            sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_CACHE_HIT, sentry_value_new_bool(1));
        }
    }
    SENTRY_SPAN("left out", NULL) {
        span = sentry_get_current_span();
        SENTRY_SPAN(SENTRY_OP_HTTP_CLIENT, "GET http://example.com/") {
            sentry_span_set_http_status(sentry_get_current_span(), 404);
        }
        sentry_span_discard(span);
    }
    for (status = SENTRY_SPAN_STATUS_OK; status <= SENTRY_SPAN_STATUS_UNAUTHENTICATED; status++) {
        span = sentry_transaction_start_child(tx, "status", NULL);
        sentry_span_set_status(span, (sentry_span_status_t)status);
        sentry_span_finish(span);
    }
    span = sentry_transaction_start_child_ts(tx, "early", NULL, 1700000000000001u);
    sentry_span_finish_ts(span, 1700000000000000u); /* an end before the start */
    sentry_transaction_start_child(tx, "unfinished", NULL);
    sentry_transaction_set_http_status(tx, 503);
    sent(sentry_transaction_finish(tx));
    sent(sentry_transaction_finish(tx)); /* once is enough */
}

/* Drops of each kind. */
static sentry_value_t before_transaction(sentry_value_t event, void *hint, void *user_data)
{
    sentry_value_t spans = sentry_value_get_by_key(event, "spans");
    (void)hint;
    (void)user_data;
    if (strcmp(sentry_value_as_string(sentry_value_get_by_key(event, "transaction")), "dropped") == 0) {
        sentry_value_decref(event);
        return sentry_value_new_null();
    }
    if (sentry_value_get_length(spans) > 1) sentry_value_remove_by_index(spans, 0);
    return event;
}

static void one_transaction(const char *name, int sampled, int children)
{
    sentry_transaction_context_t *context = sentry_transaction_context_new(name, "task");
    sentry_transaction_t *tx;
    if (sampled >= 0) sentry_transaction_context_set_sampled(context, sampled);
    tx = sentry_transaction_start(context, sentry_value_new_null());
    while (children-- > 0) sentry_span_finish(sentry_transaction_start_child(tx, "child", NULL));
    sent(sentry_transaction_finish(tx));
}

static void lost_transactions(void)
{
    static const char *const ignored[] = { "GET /health*", NULL };
    sentry_options_t o = tracing(1.0);
    o.before_send_transaction = before_transaction;
    o.ignore_transactions = ignored;
    o.max_spans = 3;
    start_with(o);
    one_transaction("not sampled", 0, 2);
    one_transaction("dropped", 1, 1);
    one_transaction("GET /healthz", -1, 3);
    one_transaction("too many", 1, 5);
    sentry_transaction_discard(sentry_start_transaction("discarded", "task"));
    one_transaction("one span less", 1, 2);
}

static void put_header(const char *key, const char *value, void *object)
{
    put(*(sentry_value_t *)object, key, string(value));
}

/* Captures a message with the headers that would go out now, also beside a baggage of others, with those that came in, and
 * with another text. */
static void capture_headers(const char *text, const char *trace, const char *baggage, const char *answer)
{
    char merged[SENTRY_MAX_BAGGAGE + 1];
    sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, text), extra = sentry_value_new_object();
    sentry_value_t out = sentry_value_new_object(), in = sentry_value_new_object();
    sentry_trace_iter_headers(put_header, &out);
    if (trace && *trace) put_header("sentry-trace", trace, &in);
    if (baggage && *baggage) put_header("baggage", baggage, &in);
    put(extra, "goes", out);
    put(extra, "came", in);
    sentry_merge_baggage("other=1, sentry-release=old,x = y ;p=1", merged, sizeof merged);
    put(extra, "merged", string(merged));
    if (answer) put(extra, "answer", string(answer));
    put(event, "extra", extra);
    sent(sentry_capture_event(event));
}

/* stdin: lines "release<tab>environment<tab>transaction": the headers and envelopes of such a trace's head. */
static char *cut(char **rest, char end)
{
    char *text = *rest, *stop = strchr(text, end);
    if (!stop) die("a line is not as it should be");
    *stop = 0;
    *rest = stop + 1;
    return text;
}

static void heads(void)
{
    size_t size;
    char *input = read_input(&size), *rest = input;
    while (*rest) {
        sentry_options_t o = tracing(1.0);
        sentry_transaction_t *tx;
        o.release = cut(&rest, '\t');
        o.environment = cut(&rest, '\t');
        start_with(o);
        tx = sentry_start_transaction(cut(&rest, '\n'), "task");
        capture_headers("head", NULL, NULL, NULL);
        sent(sentry_transaction_finish(tx));
        sentry_close();
    }
    free(input);
}

/* stdin: lines "sentry-trace<tab>baggage": what comes of continuing such a trace, at the rate 0.5. */
static void continued(void)
{
    size_t size;
    char *input = read_input(&size), *rest = input;
    start_with(tracing(0.5));
    while (*rest) {
        const char *trace = cut(&rest, '\t'), *baggage = cut(&rest, '\n');
        SENTRY_WITH_SCOPE(scope) {
            int goes_on = sentry_continue_trace(trace, baggage);
            sentry_transaction_t *tx = sentry_start_transaction("continued", "task");
            capture_headers(goes_on ? "goes on" : "new", trace, baggage, NULL);
            sent(sentry_transaction_finish(tx));
        }
    }
    free(input);
}

/* Continues what the environment says. */
static void environment(void)
{
    sentry_transaction_t *tx;
    start_with(tracing(1.0));
    tx = sentry_start_transaction("child process", "task");
    capture_headers("child", NULL, NULL, NULL);
    sent(sentry_transaction_finish(tx));
}

/* stdin: URLs. Which of them get headers, as a string of 0 and 1. */
static void targets(void)
{
    static const char *const list[] = { "http://api.example.com", "/v1/", "a.b", NULL };
    sentry_options_t o = tracing(1.0);
    size_t size, count = 0;
    char *input = read_input(&size), *rest = input, answers[64];
    o.trace_propagation_targets = list;
    start_with(o);
    while (*rest && count < sizeof answers - 1) answers[count++] = sentry_is_trace_target(cut(&rest, '\n')) ? '1' : '0';
    answers[count] = 0;
    sent(sentry_capture_message(SENTRY_LEVEL_INFO, answers));
    free(input);
}

/* Answers the one request that comes, in its trace. */
static void answer(net_socket_t listener)
{
    char request[NET_MAX_HEAD + 1], trace[128], baggage[SENTRY_MAX_BAGGAGE + 1];
    net_socket_t client = accept(listener, NULL, NULL);
    sentry_transaction_t *tx;
    net_read(client, request, 0, 0);
    net_header(request, "sentry-trace", trace, sizeof trace);
    net_header(request, "baggage", baggage, sizeof baggage);
    sentry_continue_trace(trace, baggage);
    tx = sentry_start_transaction("GET /work", SENTRY_OP_HTTP_SERVER);
    capture_headers("answers", trace, baggage, NULL);
    sent(sentry_transaction_finish(tx));
    net_send(client, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ndone");
    net_close(client);
}

static void send_header(const char *key, const char *value, void *to)
{
    net_send(*(net_socket_t *)to, key);
    net_send(*(net_socket_t *)to, ": ");
    net_send(*(net_socket_t *)to, value);
    net_send(*(net_socket_t *)to, "\r\n");
}

/* Asks the peer, whose port PLACE is, to make a request to this program while it answers ours; `headers`: whether ours brings
 * the trace along. Both transactions are this program's, on hubs that know nothing of each other. */
static void chain(double rate, int sampled, int headers)
{
    static char request[128], reply[1 << 17], text[32];
    sentry_transaction_context_t *context = sentry_transaction_context_new("ask the peer", "task");
    sentry_transaction_t *tx;
    sentry_hub_t *hub;
    int port = 0;
    net_socket_t listener = net_listen(&port), peer = net_connect(atoi(the_place));
    if (listener == NET_NONE || peer == NET_NONE) die("no connection");
    start_with(tracing(rate));
    hub = sentry_hub_clone(NULL);
    if (sampled >= 0) sentry_transaction_context_set_sampled(context, sampled);
    tx = sentry_transaction_start(context, sentry_value_new_null());
    sentry_set_transaction_object(tx);
    SENTRY_SPAN(SENTRY_OP_HTTP_CLIENT, "GET http://127.0.0.1/call") {
        size_t have;
        snprintf(request, sizeof request, "GET /call?then=http://127.0.0.1:%d/work HTTP/1.1\r\n", port);
        net_send(peer, request);
        net_send(peer, "Host: 127.0.0.1\r\nConnection: close\r\n");
        if (headers) sentry_trace_iter_headers(send_header, &peer);
        net_send(peer, "\r\n");
        SENTRY_WITH_HUB(hub) {
            answer(listener);
        }
        have = net_read(peer, reply, 0, 0);
        if (!net_header(reply, "content-length", text, sizeof text)) die("no answer");
        net_read(peer, reply, have, (size_t)(strstr(reply, "\r\n\r\n") + 4 - reply) + strtoul(text, NULL, 10));
        capture_headers("asks", NULL, NULL, strstr(reply, "\r\n\r\n") + 4);
    }
    sent(sentry_transaction_finish(tx));
    sentry_hub_free(hub);
}

static void chain_sampled(void) { chain(1.0, -1, 1); }
static void chain_unsampled(void) { chain(1.0, 0, 1); }
static void chain_deferred(void) { chain(0, -1, 1); }
static void chain_second(void) { chain(1.0, -1, 0); }

/* Two transactions of one trace and an error in it, with times that do not depend on the machine. */
static void update_context(const char *key, const char *value, void *context)
{
    sentry_transaction_context_update_from_header((sentry_transaction_context_t *)context, key, value);
}

static sentry_span_t *span_at(sentry_span_t *parent, const char *op, const char *description, uint64_t start)
{
    return sentry_span_start_child_ts(parent, op, description, start);
}

static void two_trees(void)
{
    const time_t second = time(NULL) - 5;
    const uint64_t start = (uint64_t)second * 1000000, ms = 1000;
    sentry_value_t error = sentry_value_new_event();
    char when[32];
    sentry_transaction_context_t *context = sentry_transaction_context_new("check out", "task");
    sentry_transaction_t *tx, *served;
    sentry_span_t *load, *query, *request, *parse, *inner;
    start_with(tracing(1.0));
    tx = sentry_transaction_start_ts(context, sentry_value_new_null(), start);
    load = span_at(sentry_transaction_as_span(tx), "db", "load user", start + 50 * ms);
    query = span_at(load, "db.query", "SELECT * FROM users WHERE id = ?", start + 100 * ms);
    sentry_span_finish_ts(query, start + 150 * ms);
    sentry_span_finish_ts(load, start + 200 * ms);
    request = span_at(sentry_transaction_as_span(tx), "http.client", "GET http://shop/cart", start + 250 * ms);
    context = sentry_transaction_context_new("GET /cart", "http.server");
    sentry_span_iter_headers(request, update_context, context);
    served = sentry_transaction_start_ts(context, sentry_value_new_null(), start + 275 * ms);
    parse = span_at(sentry_transaction_as_span(served), "function", "parse", start + 300 * ms);
    inner = span_at(parse, "function", "\"inner\" <b>", start + 320 * ms);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S.330000Z", gmtime(&second));
    put(error, "timestamp", string(when));
    sentry_event_add_exception(error, sentry_value_new_exception("CartError", "the cart is empty"));
    sentry_set_span(inner);
    sent(sentry_capture_event(error));
    sentry_span_finish_ts(inner, start + 350 * ms);
    sentry_span_finish_ts(parse, start + 400 * ms);
    sent(sentry_transaction_finish_ts(served, start + 425 * ms));
    sentry_span_finish_ts(request, start + 450 * ms);
    sent(sentry_transaction_finish_ts(tx, start + 500 * ms));
}

static void again(void)
{
    int i;
    for (i = 0; i < 3; i++) {
        start();
        sent(sentry_capture_messagef(SENTRY_LEVEL_INFO, "life %d", i));
        sentry_set_tag("life", "left behind");
        if (i == 1) sentry_close();
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} scenarios[] = {
    { "message", message }, { "messagef", messagef }, { "levels", levels }, { "exception", exception }, { "cause", cause }, { "sessions", sessions },
    { "errno", errno_event }, { "scope", scope }, { "scopes", scopes }, { "utf8", utf8 }, { "text", text }, { "huge", huge },
    { "large", large }, { "numbers", numbers }, { "breadcrumbs", breadcrumbs }, { "threads", threads }, { "json", json },
    { "envelope", envelope }, { "random", random_tags }, { "reports", reports }, { "overflow", overflow }, { "refused", refused },
    { "hubs", hubs }, { "again", again }, { "attachments", attachments },
    { "empty attachment", empty_attachment }, { "gzip", gzip }, { "kept", kept }, { "left", left }, { "later", later },
    { "spotlight", spotlight }, { "transaction", transaction }, { "lost transactions", lost_transactions }, { "heads", heads },
    { "continued", continued }, { "chain sampled", chain_sampled }, { "chain unsampled", chain_unsampled },
    { "chain deferred", chain_deferred }, { "chain second", chain_second },
    { "two trees", two_trees }, { "environment", environment }, { "targets", targets },
};

int main(int argc, char **argv)
{
    size_t i;
    if (argc < 3 || argc > 4) die("usage: send DSN SCENARIO [PLACE]");
    the_dsn = argv[1];
    the_place = argv[3];
    for (i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
        if (strcmp(argv[2], scenarios[i].name) == 0) {
            scenarios[i].run();
            sentry_close();
            puts("closed");
            return 0;
        }
    }
    die("no such scenario");
    return 2;
}
