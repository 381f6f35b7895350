/* test_stacktrace.c: which events carry a stack, where it goes, what hooks see of it, and what the frames of one that is sent say. */
#include "alloc.h"
#include "collect.h"
#include "files.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#if defined(__GNUC__) && !defined(__clang__) && !defined(__TINYC__)
#define FRAME __attribute__((noinline, noclone)) LOCAL
#elif defined(__GNUC__)
#define FRAME __attribute__((noinline)) LOCAL
#else
#define FRAME LOCAL
#endif

/* What this build of the SDK can: walk stacks, tell where it was called, name that. */
#if defined(SENTRY_NO_FILES) || defined(__TINYC__)
#define WALKS 0
#elif defined(_WIN32) || (defined(__linux__) && ((defined(__x86_64__) && defined(__LP64__)) || defined(__i386__) || defined(__aarch64__) || defined(__arm__) || defined(__riscv)))
#define WALKS 1
#else
#define WALKS 0
#endif
#if WALKS && !defined(SENTRY_NO_SYMBOLIZER) && !defined(__arm__)
#define NAMES 1
#else
#define NAMES 0
#endif
#if defined(SENTRY_NO_FILES) || defined(__TINYC__) || (!defined(_WIN32) && !defined(__linux__))
#define LISTS_MODULES 0
#else
#define LISTS_MODULES 1
#endif
/* What a walk finds is sure; without .eh_frame it is chance. */
#if defined(__arm__)
#define SURE 0
#else
#define SURE 1
#endif
#define NEEDS_SURE() do { if (!SURE) SKIP("stacks are not sure in this build"); if (getenv("TEST_VALGRIND")) SKIP("memcheck reports how a walk finds out what can be read"); } while (0)
#define NEEDS(what) do { if (!(what)) SKIP("not " #what " in this build"); } while (0)

/* -- functions that report ------------------------------------------------------------------------- */

/* In C++ compilers differ in what static functions are called. */
#ifdef __cplusplus
extern "C" {
#define LOCAL
#else
#define LOCAL static
#endif

static volatile int kept; /* so that no call is the last thing that a function does */
static struct {
    int captures, calls; /* lines */
} at;

FRAME void reports(void)
{
    at.captures = __LINE__ + 1;
    sentry_capture_exception("Bad", "very");
    kept = kept + 1;
}

FRAME void reports_errno(void)
{
    errno = ENOENT;
    at.captures = __LINE__ + 1;
    sentry_capture_errno("open");
    kept = kept + 1;
}

FRAME void says(void)
{
    at.captures = __LINE__ + 1;
    sentry_capture_message(SENTRY_LEVEL_INFO, "hello");
    kept = kept + 1;
}

FRAME sentry_value_t makes_stack(void)
{
    sentry_value_t stack;
    at.captures = __LINE__ + 1;
    stack = sentry_value_new_stacktrace(NULL, 0);
    kept = kept + 1;
    return stack;
}

FRAME void calls(void (*next)(void))
{
    at.calls = __LINE__ + 1;
    next();
    kept = kept + 1;
}

FRAME int goes_deep(int depth)
{
    if (depth > 0) kept = goes_deep(depth - 1) + 1;
    else reports();
    return kept;
}

#ifdef __cplusplus
}
#endif

/* -- looking at stacks ----------------------------------------------------------------------------- */

#define IN_EXCEPTION "exception.values.0.stacktrace.frames"
#define IN_THREAD "threads.values.0.stacktrace.frames"

/* A member of a frame of event i, lent; the innermost is number 0. */
static sentry_value_t frame_get(size_t i, const char *frames, size_t number, const char *key)
{
    size_t n = collect_len(i, frames);
    return number < n ? sentry_value_get_by_key(sentry_value_get_by_index(collect_get(i, frames), n - 1 - number), key) : sentry_value_new_null();
}
static const char *frame_str(size_t i, const char *frames, size_t number, const char *key) { return sentry_value_as_string(frame_get(i, frames, number, key)); }

static size_t times(const char *text, const char *what)
{
    size_t n = 0;
    while ((text = strstr(text, what)) != NULL) n++, text++;
    return n;
}

#if NAMES
static int frame_has(size_t i, const char *frames, size_t number, const char *key) { return !sentry_value_is_null(frame_get(i, frames, number, key)); }

/* How many frames of a stack have this function. */
static size_t frames_of(size_t i, const char *frames, const char *function)
{
    size_t n = collect_len(i, frames), k, found = 0;
    for (k = 0; k < n; k++) found += strcmp(frame_str(i, frames, k, "function"), function) == 0;
    return found;
}

static int ends_with(const char *text, const char *end) { return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0; }

/* The innermost frames are `function` and calls(), by name, file and line; the oldest is none of them. */
static void check_named(size_t i, const char *frames, const char *function)
{
    CHECK(collect_len(i, frames) >= 4);
    CHECK_STR(frame_str(i, frames, 0, "function"), function);
    CHECK_INT(sentry_value_as_int32(frame_get(i, frames, 0, "lineno")), at.captures);
    CHECK_STR(frame_str(i, frames, 1, "function"), "calls");
    CHECK_INT(sentry_value_as_int32(frame_get(i, frames, 1, "lineno")), at.calls);
    CHECK(ends_with(frame_str(i, frames, 0, "filename"), "test_stacktrace.c"));
    CHECK(ends_with(frame_str(i, frames, 0, "abs_path"), "test_stacktrace.c"));
    CHECK(sentry_value_is_true(frame_get(i, frames, 0, "in_app")));
    CHECK(frame_has(i, frames, 0, "package") && frame_has(i, frames, 0, "image_addr"));
}
#endif

/* What every event with a stack has: it is good JSON, each thing is in it once, frames have addresses, images are listed. */
static void check_whole(size_t i, size_t stacks)
{
    const char *json = collect_json(i);
    CHECK(!sentry_value_is_null(collect_event(i)));
    CHECK_INT(times(json, "\"frames\":"), stacks);
    CHECK_AT_MOST(times(json, "\"threads\":"), 1);
    CHECK_AT_MOST(times(json, "\"exception\":"), 1);
    CHECK_INT(times(json, "\"debug_meta\":"), stacks > 0 && LISTS_MODULES);
    if (stacks && LISTS_MODULES) {
        CHECK(collect_len(i, "debug_meta.images") > 0);
        CHECK_CONTAINS(collect_str(i, "debug_meta.images.0.image_addr"), "0x");
    }
}

static sentry_options_t attaching(int attach)
{
    sentry_options_t o = collect_options();
    o.attach_stacktrace = attach;
    return o;
}

/* -- which events have one, and where --------------------------------------------------------------- */

static void exceptions(void)
{
    NEEDS_SURE();
    REQUIRE(collect_start(NULL) == 0);
    calls(reports);
    calls(reports_errno);
    REQUIRE(collect_count() == 2);
    check_whole(0, WALKS);
    check_whole(1, WALKS);
    CHECK(!collect_has(0, "threads") && !collect_has(1, "threads"));
    CHECK_STR(collect_str(0, "exception.values.0.type"), "Bad");
    CHECK_STR(collect_str(1, "exception.values.0.type"), "ENOENT");
    CHECK_INT(collect_len(0, "exception.values"), 1);
#if NAMES
    check_named(1, IN_EXCEPTION, "reports_errno");
    calls(reports);
    check_named(2, IN_EXCEPTION, "reports");
    CHECK_CONTAINS(frame_str(2, IN_EXCEPTION, 0, "context_line"), "sentry_capture_exception(");
    CHECK_CONTAINS(sentry_value_as_string(sentry_value_get_by_index(frame_get(2, IN_EXCEPTION, 0, "pre_context"), 4)), "at.captures = __LINE__");
    CHECK_CONTAINS(sentry_value_as_string(sentry_value_get_by_index(frame_get(2, IN_EXCEPTION, 0, "post_context"), 0)), "kept = kept + 1;");
#endif
    collect_stop();
}

static void messages(void)
{
    sentry_options_t o = attaching(1);
    NEEDS_SURE();
    REQUIRE(collect_start(NULL) == 0);
    calls(says);
    sentry_capture_event(sentry_value_new_message_event(SENTRY_LEVEL_INFO, "logger", "an event"));
    check_whole(0, 0);
    check_whole(1, 0);
    collect_stop();
    REQUIRE(collect_start(&o) == 0);
    calls(says);
    sentry_capture_event(sentry_value_new_message_event(SENTRY_LEVEL_INFO, "logger", "an event"));
    calls(reports);
    check_whole(0, WALKS);
    check_whole(1, WALKS);
    check_whole(2, WALKS);
    CHECK(!collect_has(0, "exception") && !collect_has(1, "exception") && !collect_has(2, "threads"));
#if WALKS
    CHECK_INT(collect_len(0, "threads.values"), 1);
    CHECK(sentry_value_is_true(collect_get(0, "threads.values.0.current")));
    CHECK(sentry_value_as_int64(collect_get(0, "threads.values.0.id")) > 0);
#endif
#if NAMES
    calls(says);
    check_named(3, IN_THREAD, "says");
#endif
    collect_stop();
}

static void none(void)
{
    sentry_options_t o = attaching(SENTRY_OFF);
    REQUIRE(collect_start(&o) == 0);
    calls(reports);
    calls(reports_errno);
    calls(says);
    REQUIRE(collect_count() == 3);
    check_whole(0, 0);
    check_whole(1, 0);
    check_whole(2, 0);
    CHECK(!collect_has(0, "exception.values.0.stacktrace") && !collect_has(0, "threads"));
    collect_stop();
}

/* Events of the user's that have a stack already. */
static void own_stacks(void)
{
    static const char *const events[] = {
        "{\"exception\":{\"values\":[{\"type\":\"A\",\"stacktrace\":{\"frames\":[{\"function\":\"mine\",\"instruction_addr\":\"0x10\"}]}}]}}",
        "{\"exception\":[{\"type\":\"A\",\"stacktrace\":{\"frames\":[{\"function\":\"mine\",\"instruction_addr\":\"0x10\"}]}},{\"type\":\"B\"}]}",
        "{\"threads\":{\"values\":[{\"id\":1},{\"id\":2,\"stacktrace\":{\"frames\":[{\"function\":\"mine\",\"instruction_addr\":\"0x10\"}]}}]}}"
    };
    static const char *const paths[] = { "exception.values.0", "exception.0", "threads.values.1" };
    sentry_options_t o = attaching(1);
    size_t i;
    REQUIRE(collect_start(&o) == 0);
    for (i = 0; i < COUNT(events); i++) sentry_capture_event(sentry_value_from_json(events[i]));
    REQUIRE(collect_count() == COUNT(events));
    for (i = 0; i < COUNT(events); i++) {
        char path[100];
        check_whole(i, 1);
        snprintf(path, sizeof path, "%s.stacktrace.frames", paths[i]);
        CHECK_STR(collect_text(i, path), "[{\"function\":\"mine\",\"instruction_addr\":\"0x10\"}]");
    }
    collect_stop();
}

/* Lists of exceptions and threads in shapes that nobody would think of: the event stays whole, with all that it had, and the stack
 * gets in once. */
static void unusual_shapes(void)
{
    static const struct {
        const char *event, *part, *stays, *stack;
    } rows[] = {
        { "{\"exception\":[{\"type\":\"A\"}]}", "exception.0.type", "\"A\"", IN_THREAD },
        { "{\"exception\":{\"values\":[{\"type\":\"A\"}],\"more\":1}}", "exception.more", "1", IN_THREAD },
        { "{\"exception\":{\"more\":[1],\"values\":[{\"type\":\"A\"}]}}", "exception.more", "[1]", IN_THREAD },
        { "{\"exception\":{\"values\":[]}}", "exception.values", "[]", IN_THREAD },
        { "{\"exception\":{\"values\":[{}]}}", "exception.values", "[{}]", IN_THREAD },
        { "{\"exception\":{\"values\":[null]}}", "exception.values", "[null]", IN_THREAD },
        { "{\"exception\":{\"values\":[\"text\"]}}", "exception.values", "[\"text\"]", IN_THREAD },
        { "{\"exception\":{\"values\":{\"type\":\"A\"}}}", "exception.values.type", "\"A\"", IN_THREAD },
        { "{\"exception\":{\"other\":[{\"type\":\"A\"}]}}", "exception.other.0.type", "\"A\"", IN_THREAD },
        { "{\"exception\":{}}", "exception", "{}", IN_THREAD },
        { "{\"exception\":null}", "exception", "null", IN_THREAD },
        { "{\"exception\":\"text\"}", "exception", "\"text\"", IN_THREAD },
        { "{\"exception\":[]}", "exception", "[]", IN_THREAD },
        { "{\"exception\":{\"values\":[{\"type\":null}]}}", "exception.values.0.type", "null", IN_EXCEPTION },
        { "{\"exception\":{\"values\":[{\"type\":\"A\",\"stacktrace\":null}]}}", "exception.values.0.type", "\"A\"", NULL },
        { "{\"exception\":{\"values\":[{\"type\":\"A\"},{\"type\":\"B\"}]}}", "exception.values.1.type", "\"B\"", "exception.values.1.stacktrace.frames" },
        { "{\"exception\":{\"values\":[{\"type\":\"A\",\"module\":[{\"x\":[]}]}]}}", "exception.values.0.module", "[{\"x\":[]}]", IN_EXCEPTION },
        { "{\"threads\":{\"values\":[{\"id\":5,\"name\":\"mine\"}]}}", "threads.values.0.name", "\"mine\"", NULL },
        { "{\"threads\":[{\"id\":5,\"name\":\"mine\"}]}", "threads.0.name", "\"mine\"", NULL },
        { "{\"threads\":null,\"exception\":{\"values\":[]}}", "exception.values", "[]", NULL },
        { "{\"threads\":{\"values\":[]}}", "threads.values", NULL, NULL },
        { "{\"debug_meta\":{\"images\":[{\"mine\":1}]}}", "debug_meta.images.0.mine", "1", IN_THREAD },
    };
    static const char *const no_dedupe[] = { "dedupe", NULL }; /* some have the same exception */
    sentry_options_t o = attaching(1);
    size_t i;
    NEEDS_SURE();
    o.disabled_integrations = no_dedupe;
    REQUIRE(collect_start(&o) == 0);
    for (i = 0; i < COUNT(rows); i++) {
        const char *json;
        sentry_capture_event(sentry_value_from_json(rows[i].event));
        REQUIRE(collect_count() == i + 1);
        json = collect_json(i);
        if (sentry_value_is_null(collect_event(i)) || times(json, "\"threads\":") > 1 || times(json, "\"exception\":") > 1 || times(json, "\"frames\":") > 1
            || times(json, "\"stacktrace\":") > 1) {
            printf("  of %s:\n", rows[i].event);
            CHECK_STR(json, "a whole event");
        }
        if (rows[i].stays) CHECK_STR(collect_text(i, rows[i].part), rows[i].stays);
        if (WALKS && rows[i].stack) {
            CHECK_INT(times(json, "\"frames\":"), 1);
            CHECK(collect_len(i, rows[i].stack) > 0);
        }
        CHECK_EACH(times(json, "\"debug_meta\":") == ((WALKS && LISTS_MODULES && times(json, "\"frames\":")) || strstr(rows[i].event, "debug_meta") != NULL));
    }
    collect_stop();
}

#ifndef SENTRY_NO_TRACING
static void transactions(void)
{
    sentry_options_t o = attaching(1);
    sentry_transaction_t *t;
    o.traces_sample_rate = 1;
    REQUIRE(collect_start(&o) == 0);
    t = sentry_transaction_start(sentry_transaction_context_new("work", "task"), sentry_value_new_null());
    sentry_transaction_finish(t);
    REQUIRE(collect_count() == 1);
    CHECK_STR(collect_str(0, "type"), "transaction");
    check_whole(0, 0);
    collect_stop();
}
#endif

/* -- made by hand ----------------------------------------------------------------------------------- */

static const char *json_of(sentry_value_t v)
{
    static char text[2000];
    char *json = sentry_value_to_json(v);
    snprintf(text, sizeof text, "%s", json ? json : "(null)");
    sentry_free(json);
    sentry_value_decref(v);
    return text;
}

static void made_by_hand(void)
{
    void *ips[] = { (void *)(uintptr_t)0x30, (void *)(uintptr_t)0x20, (void *)(uintptr_t)0x1000 };
    const char *three = "{\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"0x1000\"},{\"instruction_addr\":\"0x20\"},{\"instruction_addr\":\"0x30\"}]}}";
    sentry_value_t v;
    NEEDS_SURE();
    v = sentry_value_new_object();
    sentry_value_set_stacktrace(v, ips, 3);
    CHECK_STR(json_of(v), three);
    CHECK_STR(json_of(sentry_value_new_stacktrace(ips, 1)), "{\"frames\":[{\"instruction_addr\":\"0x30\"}]}");
    CHECK_STR(json_of(sentry_value_new_stacktrace(ips, 0)), "{\"frames\":[]}");
    v = sentry_value_from_json("{\"stacktrace\":1}");
    sentry_value_set_stacktrace(v, ips, 3);
    CHECK_STR(json_of(v), three);
    sentry_value_set_stacktrace(sentry_value_new_null(), ips, 3);
    v = sentry_value_new_list();
    sentry_value_set_stacktrace(v, ips, 3);
    CHECK_STR(json_of(v), "[]");
    v = makes_stack();
    CHECK_INT(sentry_value_get_type(sentry_value_get_by_key(v, "frames")), SENTRY_VALUE_TYPE_LIST);
    CHECK_INT(sentry_value_get_length(sentry_value_get_by_key(v, "frames")) > 0, WALKS);
    sentry_value_decref(v);
}

/* They are named like those that the SDK takes itself, and the event gets no other. */
static void made_by_hand_sent(void)
{
    sentry_options_t o = attaching(1);
    sentry_value_t event, exception;
    void *ips[8];
    size_t n;
    NEEDS_SURE();
    REQUIRE(collect_start(&o) == 0);
    event = sentry_value_new_event();
    exception = sentry_value_new_exception("Mine", "value");
    sentry_value_set_by_key(exception, "stacktrace", makes_stack());
    sentry_event_add_exception(event, exception);
    sentry_capture_event(event);
    check_whole(0, 1);
    event = sentry_value_new_event();
    n = sentry_unwind_stack(NULL, ips, COUNT(ips));
    CHECK_INT(n > 0, WALKS);
#if defined(__GNUC__) && !defined(__TINYC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#endif
    sentry_event_value_add_stacktrace(event, ips, n);
#if defined(__GNUC__) && !defined(__TINYC__)
#pragma GCC diagnostic pop
#endif
    sentry_capture_event(event);
    check_whole(1, 1);
    CHECK_INT(collect_len(1, "threads.values"), 1);
    CHECK_INT(collect_len(1, IN_THREAD) > 0, n > 0);
#if NAMES
    CHECK_STR(frame_str(0, IN_EXCEPTION, 0, "function"), "makes_stack");
    CHECK_INT(sentry_value_as_int32(frame_get(0, IN_EXCEPTION, 0, "lineno")), at.captures);
    CHECK_CONTAINS(frame_str(1, IN_THREAD, 0, "function"), "made_by_hand_sent"); /* clang++ has names of static functions in full: with () */
#endif
    collect_stop();
}

/* Of a stack deeper than is sent the innermost frames are. */
static void deep(void)
{
    NEEDS_SURE();
    NEEDS(WALKS);
    REQUIRE(collect_start(NULL) == 0);
    goes_deep(2 * SENTRY_MAX_FRAMES);
    REQUIRE(collect_count() == 1);
    check_whole(0, 1);
    CHECK_AT_MOST(collect_len(0, IN_EXCEPTION), SENTRY_MAX_FRAMES);
#if NAMES
    CHECK_STR(frame_str(0, IN_EXCEPTION, 0, "function"), "reports");
    CHECK_STR(frame_str(0, IN_EXCEPTION, 1, "function"), "goes_deep");
    CHECK_AT_MOST(SENTRY_MAX_FRAMES - 8, frames_of(0, IN_EXCEPTION, "goes_deep"));
#endif
    collect_stop();
}

/* -- hooks ------------------------------------------------------------------------------------------ */

static struct {
    int runs;
    size_t frames, named, images;
    const char *todo; /* what it does with the stack */
} hook;

static sentry_value_t on_event(sentry_value_t event, void *hint, void *data)
{
    sentry_value_t exception = collect_at(event, "exception.values.0"), frames = collect_at(exception, "stacktrace.frames"), last;
    size_t n = sentry_value_get_length(frames), i;
    (void)hint;
    (void)data;
    hook.runs++;
    hook.frames = n;
    hook.images = sentry_value_get_length(collect_at(event, "debug_meta.images"));
    for (i = hook.named = 0; i < n; i++) hook.named += !sentry_value_is_null(sentry_value_get_by_key(sentry_value_get_by_index(frames, i), "function"));
    if (strcmp(hook.todo, "remove") == 0) sentry_value_remove_by_key(exception, "stacktrace");
    if (strcmp(hook.todo, "name") == 0 && n) {
        last = sentry_value_get_by_index(frames, n - 1);
        sentry_value_set_by_key(last, "function", sentry_value_new_string("renamed"));
    }
    if (strcmp(hook.todo, "oldest") == 0)
        while (sentry_value_get_length(frames) > 1) sentry_value_remove_by_index(frames, sentry_value_get_length(frames) - 1);
    if (strcmp(hook.todo, "drop") == 0) {
        sentry_value_decref(event);
        return sentry_value_new_null();
    }
    return event;
}

static void try_hook(const char *todo, int processor)
{
    sentry_options_t o = attaching(0);
    memset(&hook, 0, sizeof hook);
    hook.todo = todo;
    if (!processor) o.before_send = on_event;
    REQUIRE(collect_start(&o) == 0);
    if (processor) sentry_add_event_processor(on_event, NULL);
    calls(reports);
    CHECK_INT(hook.runs, 1);
    CHECK_INT(hook.frames > 0, WALKS);
    CHECK_INT(hook.images > 0, WALKS && LISTS_MODULES);
    CHECK_INT(hook.named, 0);
}

static void hooks(void)
{
    int processor;
    NEEDS_SURE();
    for (processor = 0; processor < 2; processor++) {
        try_hook("look", processor);
        check_whole(0, WALKS);
#if NAMES
        check_named(0, IN_EXCEPTION, "reports");
#endif
        collect_stop();
        try_hook("remove", processor);
        CHECK_INT(collect_count(), 1);
        CHECK(!sentry_value_is_null(collect_event(0)));
        CHECK(!collect_has(0, "exception.values.0.stacktrace") && !collect_has(0, "threads"));
        collect_stop();
        try_hook("name", processor);
        check_whole(0, WALKS);
#if NAMES
        CHECK_INT(frames_of(0, IN_EXCEPTION, "renamed"), 1);
#endif
        collect_stop();
        try_hook("oldest", processor);
        check_whole(0, WALKS);
        CHECK_AT_MOST(collect_len(0, IN_EXCEPTION), 1);
#if NAMES
        CHECK_INT(frames_of(0, IN_EXCEPTION, "reports"), 0);
#endif
        collect_stop();
        try_hook("drop", processor);
        CHECK_INT(collect_count(), 0);
        collect_stop();
    }
}

/* -- options ---------------------------------------------------------------------------------------- */

static void no_names(void)
{
    sentry_options_t o = attaching(0);
    NEEDS_SURE();
    NEEDS(WALKS);
    o.symbolize_stacktraces = SENTRY_OFF;
    REQUIRE(collect_start(&o) == 0);
    calls(reports);
    check_whole(0, 1);
    CHECK_CONTAINS(frame_str(0, IN_EXCEPTION, 0, "instruction_addr"), "0x");
    CHECK_ABSENT(collect_json(0), "\"function\"");
    CHECK_ABSENT(collect_json(0), "\"package\"");
    collect_stop();
}

#if NAMES
static void no_source(void)
{
    sentry_options_t o = attaching(0);
    o.include_source_context = SENTRY_OFF;
    REQUIRE(collect_start(&o) == 0);
    calls(reports);
    check_named(0, IN_EXCEPTION, "reports");
    CHECK_ABSENT(collect_json(0), "\"context_line\"");
    CHECK_ABSENT(collect_json(0), "\"pre_context\"");
    collect_stop();
}

/* Captures with these lists; whether reports() and calls() are the program's own, as "10". */
static const char *whose(const char *const *include, const char *const *exclude, const char *root)
{
    static char answer[3];
    sentry_options_t o = attaching(0);
    size_t k;
    o.in_app_include = include;
    o.in_app_exclude = exclude;
    o.project_root = root;
    if (collect_start(&o)) return "no start";
    calls(reports);
    for (k = 0; k < 2; k++) answer[k] = !frame_has(0, IN_EXCEPTION, k, "in_app") ? '?' : sentry_value_is_true(frame_get(0, IN_EXCEPTION, k, "in_app")) ? '1' : '0';
    collect_stop();
    return answer;
}

static void in_app(void)
{
    static const char *const none_of[] = { NULL }, *const this_one[] = { "nothing", "reports", NULL }, *const both[] = { "reports", "calls", NULL };
    CHECK_STR(whose(NULL, NULL, NULL), "11");
    CHECK_STR(whose(none_of, none_of, NULL), "11");
    CHECK_STR(whose(NULL, this_one, NULL), "01");
    CHECK_STR(whose(NULL, both, NULL), "00");
    CHECK_STR(whose(this_one, both, NULL), "10");
    CHECK_STR(whose(NULL, NULL, "/nowhere"), "11");
}

/* File names are below the project's root. */
static void project_root(void)
{
    sentry_options_t o = attaching(0);
    char root[FILE_MAX_PATH], below[FILE_MAX_PATH], *cut;
    NEEDS_SURE();
    REQUIRE(collect_start(NULL) == 0);
    calls(reports);
    snprintf(root, sizeof root, "%s", frame_str(0, IN_EXCEPTION, 0, "abs_path"));
    collect_stop();
    cut = strrchr(root, '/');
    REQUIRE(cut != NULL);
    *cut = 0;
    cut = strrchr(root, '/');
    REQUIRE(cut != NULL);
    *cut = 0;
    snprintf(below, sizeof below, "%s/test_stacktrace.c", cut + 1);
    o.project_root = root;
    REQUIRE(collect_start(&o) == 0);
    calls(reports);
    CHECK_STR(frame_str(0, IN_EXCEPTION, 0, "filename"), below);
    CHECK(sentry_value_is_true(frame_get(0, IN_EXCEPTION, 0, "in_app")));
    collect_stop();
}
#endif

/* Each option of the crash group, by its functions and as a field. */
static void setters(void)
{
    sentry_options_t *o = sentry_options_new();
    REQUIRE(o != NULL);
    CHECK_INT(o->crash_handler, 0);
    sentry_options_set_backend(o, NULL);
    CHECK_INT(o->crash_handler, SENTRY_OFF);
    CHECK_INT(sentry_options_get_handler_strategy(o), SENTRY_HANDLER_STRATEGY_DEFAULT);
    sentry_options_set_handler_strategy(o, SENTRY_HANDLER_STRATEGY_CHAIN_AT_START);
    CHECK_INT(sentry_options_get_handler_strategy(o), SENTRY_HANDLER_STRATEGY_CHAIN_AT_START);
    CHECK_INT(sentry_options_get_symbolize_stacktraces(o), 1);
    sentry_options_set_symbolize_stacktraces(o, 0);
    CHECK_INT(sentry_options_get_symbolize_stacktraces(o), 0);
    CHECK_INT(o->symbolize_stacktraces, SENTRY_OFF);
    sentry_options_set_symbolize_stacktraces(o, 1);
    CHECK_INT(sentry_options_get_symbolize_stacktraces(o), 1);
    sentry_options_set_attach_stacktrace(o, 1);
    CHECK_INT(o->attach_stacktrace, 1);
    sentry_options_set_attach_stacktrace(o, 0);
    CHECK_INT(o->attach_stacktrace, SENTRY_OFF);
    sentry_options_free(o);
    sentry_options_set_backend(NULL, NULL);
    sentry_options_set_handler_strategy(NULL, SENTRY_HANDLER_STRATEGY_DEFAULT);
    sentry_options_set_symbolize_stacktraces(NULL, 0);
    sentry_options_set_attach_stacktrace(NULL, 0);
    CHECK_INT(sentry_options_get_handler_strategy(NULL), SENTRY_HANDLER_STRATEGY_DEFAULT);
}

/* -- ways out --------------------------------------------------------------------------------------- */

#if NAMES && !defined(SENTRY_NO_HTTP)
static char *only_file; /* what the last file that was looked at holds */
static void take_file(const char *path, void *data)
{
    size_t size;
    (void)data;
    if (!strstr(path, ".envelope")) return;
    free(only_file);
    only_file = file_get(path, &size);
}

static void to_a_folder(void)
{
    sentry_options_t o = attaching(0);
    REQUIRE(scratch_begin());
    o.database_path = in_scratch("db");
    o.database_path = strcpy((char *)malloc(FILE_MAX_PATH), o.database_path);
    o.transport = sentry_folder_transport_new(in_scratch("out"));
    REQUIRE(sentry_init(&o) == 0);
    calls(reports);
    CHECK_INT(sentry_flush(test_ms(8000)), 0);
    CHECK_INT(file_each(in_scratch("out"), take_file, NULL), 1);
    CHECK_CONTAINS(only_file, "\"function\":\"reports\"");
    CHECK_CONTAINS(only_file, "\"function\":\"calls\"");
    sentry_close();
    free(only_file);
    only_file = NULL;
    free((char *)(uintptr_t)o.database_path);
    scratch_end();
}

static int fails(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    (void)client;
    (void)request;
    (void)response;
    return 0;
}

/* One that could not leave is named once: at the next start nothing is added. */
static void after_a_wait(void)
{
    sentry_options_t o = attaching(0);
    char db[FILE_MAX_PATH];
    REQUIRE(scratch_begin());
    snprintf(db, sizeof db, "%s", in_scratch("db"));
    o.database_path = db;
    o.transport = sentry_http_transport_new(collect__client, &collected, fails, NULL);
    o.shutdown_timeout = test_ms(4000);
    REQUIRE(sentry_init(&o) == 0);
    calls(reports);
    sentry_close();
    CHECK(file_each(db, NULL, NULL) > 0);
    collected.by_worker = 1;
    REQUIRE(collect_start(&o) == 0);
    CHECK_INT(collect_count(), 1);
    check_whole(0, 1);
    check_named(0, IN_EXCEPTION, "reports");
    CHECK_INT(frames_of(0, IN_EXCEPTION, "reports"), 1);
    CHECK_INT(frames_of(0, IN_EXCEPTION, "calls"), 1);
    collect_stop();
    scratch_end();
}

/* By the worker, many in a row. */
static void by_the_worker(void)
{
    size_t i;
    collected.by_worker = 1;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 5; i++) calls(i & 1 ? reports_errno : reports);
    REQUIRE(collect_count() == 5);
    for (i = 0; i < 5; i++) CHECK_STR(frame_str(i, IN_EXCEPTION, 0, "function"), i & 1 ? "reports_errno" : "reports");
    collect_stop();
}
#endif

/* Pages that this process has mapped; 0 where that cannot be known. */
static long mapped_pages(void)
{
    long pages = 0;
#ifdef __linux__
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%ld", &pages) != 1) pages = 0;
    if (f) fclose(f);
#endif
    return pages;
}

/* Close gives back what was taken, also what is not from the allocator. */
static void gives_back(void)
{
    sentry_options_t o = attaching(1);
    alloc_counts_t before, after;
    long pages = 0;
    int round;
    for (round = 0; round < 12; round++) {
        before = alloc_now();
        o.symbolize_stacktraces = round % 4 == 3 ? SENTRY_OFF : 0;
        REQUIRE(collect_start(&o) == 0);
        calls(reports);
        calls(says);
        CHECK_INT(collect_count(), 2);
        collect_stop();
        after = alloc_now();
        if (round) CHECK_INT(after.blocks, before.blocks); /* the first leaves the thread's data */
        if (round == 5) pages = mapped_pages();
    }
    if (pages && !TEST_HAS_ASAN && !TEST_HAS_TSAN && !getenv("TEST_VALGRIND")) CHECK_AT_MOST(mapped_pages() - pages, 256);
}

static const test_case_t tests[] = {
    { "exceptions", exceptions },
    { "messages", messages },
    { "none", none },
    { "own stacks", own_stacks },
    { "unusual shapes", unusual_shapes },
#ifndef SENTRY_NO_TRACING
    { "transactions", transactions },
#endif
    { "made by hand", made_by_hand },
    { "made by hand, sent", made_by_hand_sent },
    { "deep", deep },
    { "hooks", hooks },
    { "no names", no_names },
#if NAMES
    { "no source", no_source },
    { "in_app", in_app },
    { "project root", project_root },
#endif
    { "setters", setters },
#if NAMES && !defined(SENTRY_NO_HTTP)
    { "to a folder", to_a_folder },
    { "after a wait", after_a_wait },
    { "by the worker", by_the_worker },
#endif
    { "gives back", gives_back },
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
