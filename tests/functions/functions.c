/* options.functions_to_trace: which calls become spans, how they hang together, and what happens where calls do not simply
 * return.
 * This file, with the implementation in it, and the others are compiled with -finstrument-functions.
 *     WITH_CXX   shapes.cpp is linked too
 *     STRIPPED   the program has no table of symbols
 *     PLUGIN     the file of plugin.c's library, which a test replaces; without it plugin.c is part of the program */
#include <stddef.h>
static unsigned long long own_now_us(void);
static unsigned long long own_ticks_ms(void);
static int own_random(void *out, size_t size);
#define SENTRY_NOW_US() own_now_us()
#define SENTRY_TICKS_MS() own_ticks_ms()
#define SENTRY_RANDOM(out, size) own_random(out, size)
#define SENTRY_INSTRUMENT_FUNCTIONS
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "../test.h"
#include "../log.h"
#include "../files.h"
#include "scene.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))
#define ITEM "transaction"

/* -- what the SDK calls here while it makes a span -- */

static NOINLINE unsigned long long own_now_us(void)
{
    errno = ERANGE;
    return (unsigned long long)time(NULL) * 1000000u;
}

static unsigned long long own_ticks_ms(void)
{
    return (unsigned long long)test_now_ms();
}

static int own_random(void *out, size_t size)
{
    static uint64_t seed = 1;
    unsigned char *bytes = (unsigned char *)out;
    size_t i;
    for (i = 0; i < size; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (unsigned char)(seed >> 56);
    }
    return 0;
}

/* -- what is sent -- */

static struct {
    test_mutex_t lock;
    char trees[4][65536]; /* of the transactions' spans */
    unsigned count, unfinished, wrong;
} sent = { TEST_MUTEX_INIT, { "" }, 0, 0, 0 };

static const char *text_of(sentry_value_t object, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(object, key));
}

/* Writes the children of a span, each as "name@file(its children)", with blanks between. */
static char *write_children(char *out, const char *end, sentry_value_t spans, const char *parent)
{
    size_t i, count = sentry_value_get_length(spans);
    const char *blank = "";
    for (i = 0; i < count; i++) {
        sentry_value_t span = sentry_value_get_by_index(spans, i), data = sentry_value_get_by_key(span, "data");
        const char *file = text_of(data, "code.filepath");
        char *open;
        if (strcmp(text_of(span, "parent_span_id"), parent) != 0 || end - out < 200) continue;
        out += snprintf(out, 150, "%s%s%s%s(", blank, text_of(span, "description"), *file ? "@" : "", file);
        blank = " ";
        open = out;
        out = write_children(out, end, spans, text_of(span, "span_id"));
        if (out > open) *out++ = ')';
        else out--; /* nothing in it */
        *out = 0;
        sent.unfinished += strcmp(text_of(span, "status"), "deadline_exceeded") == 0;
        sent.wrong += strcmp(text_of(span, "op"), "function") != 0 || strcmp(text_of(span, "description"), text_of(data,
            "code.function")) != 0;
    }
    return out;
}

static void keep_transactions(sentry_envelope_t *envelope, void *state)
{
    size_t i;
    (void)state;
    test_lock(&sent.lock);
    for (i = 0; i < sentry_envelope_get_item_count(envelope); i++) {
        size_t size = 0;
        const char *payload = sentry_envelope_get_item_payload(envelope, i, &size);
        sentry_value_t event, trace;
        if (strcmp(text_of(sentry_envelope_get_item_header(envelope, i), "type"), ITEM) != 0) continue;
        event = sentry__json_read(sentry__slice(payload, size));
        trace = sentry_value_get_by_key(sentry_value_get_by_key(event, "contexts"), "trace");
        if (sent.count < 4) write_children(sent.trees[sent.count], sent.trees[sent.count] + sizeof sent.trees[0],
            sentry_value_get_by_key(event, "spans"), text_of(trace, "span_id"));
        sent.count++;
        sentry_value_decref(event);
    }
    test_unlock(&sent.lock);
    sentry_envelope_free(envelope);
}

static void start_with(const char *const *names, size_t max_spans)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@o42.ingest.example.com/7";
    options.traces_sample_rate = 1.0;
    options.debug = 1;
    options.logger = keep_log;
    options.functions_to_trace = names;
    options.max_spans = max_spans;
    options.transport = sentry_transport_new(keep_transactions);
    CHECK_INT(sentry_init(&options), 0);
}

static void start(const char *const *names)
{
    start_with(names, 0);
}

/* Runs a function in a transaction and returns its tree. */
static const char *tree_of(void (*run)(void))
{
    sentry_transaction_t *transaction = sentry_start_transaction("test", "test");
    unsigned before = sent.count;
    run();
    sentry_transaction_finish(transaction);
    sentry_flush(5000);
    CHECK_INT(sent.count, before + 1);
    CHECK_INT(sent.unfinished, 0);
    CHECK_INT(sent.wrong, 0);
    return sent.trees[before < 4 ? before : 3];
}

/* The same, with the SDK on for it alone. */
static const char *traced(const char *const *names, void (*run)(void))
{
    const char *tree;
    start(names);
    tree = tree_of(run);
    sentry_close();
    return tree;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part)) count++;
    return count;
}

/* -- which functions -- */

static NOINLINE void both_scenes(void)
{
    render_scene(2);
    paint_scene(1);
}

/* By its name, and by its address as the library knows it: that may be a place in the program, which has it as a constant. */
static void run_plugin(void)
{
    plugin_function_t volatile known = plugin_run;
    plugin_function_t run = plugin_address();
    CHECK(run == known);
    CHECK_INT(plugin_run(1), 5);
    CHECK_INT(run(2), 7);
}

#ifndef STRIPPED
static void of_all_files(void)
{
    static const char *const names[] = { "draw", "paint_scene", NULL };
    CHECK_STR(traced(names, both_scenes), "draw@render.c draw@render.c paint_scene(draw@paint.c)");
    CHECK_ABSENT(logged.text, "functions_to_trace");
}

static void of_one_file(void)
{
    static const char *const names[] = { "render.c:draw", NULL }, *const path[] = { "src/paint.c:draw", "paint.c:paint_scene",
        NULL };
    CHECK_STR(traced(names, both_scenes), "draw@render.c draw@render.c");
    CHECK_STR(traced(path, both_scenes), "paint_scene@paint.c(draw@paint.c)");
    CHECK_ABSENT(logged.text, "functions_to_trace");
}

static void unknown(void)
{
    static const char *const names[] = { "nowhere.c:draw", "nder.c:draw", "", ":", "render.c:", "dra", "draws", "render_scene",
        NULL };
    CHECK_STR(traced(names, both_scenes), "render_scene");
    CHECK_CONTAINS(logged.text, "no function nowhere.c:draw is found");
    CHECK_INT(count_of(logged.text, "is found"), 7);
}

#ifdef PLUGIN
/* One image has the file, another the function. */
static void of_another_image(void)
{
    static const char *const names[] = { "plugin.c:render_scene", "plugin.c:qsort", "render.c:plugin_part", NULL };
    plugin_run(1);
    CHECK_STR(traced(names, both_scenes), "");
    CHECK_INT(count_of(logged.text, "is found"), 3);
}
#endif

static void of_a_library(void)
{
    static const char *const names[] = { "plugin_run", "plugin.c:plugin_part", NULL };
    CHECK_STR(traced(names, run_plugin), "plugin_run(plugin_part@plugin.c plugin_part@plugin.c)"
              " plugin_run(plugin_part@plugin.c plugin_part@plugin.c)");
    CHECK_ABSENT(logged.text, "functions_to_trace");
}

#ifdef PLUGIN
/* What a library's place has is looked at only when it is what was loaded. The old file is in use, and goes. */
static void finds_part(const char *bytes, size_t size, int known)
{
    static const char *const names[] = { "plugin_part", "render.c:draw", NULL };
    test_unlink(PLUGIN);
    file_put(PLUGIN, bytes, size);
    logged.text[0] = 0;
    start(names);
    CHECK_INT(count_of(logged.text, "no function plugin_part is found"), !known);
}

static void of_a_replaced_library(void)
{
    size_t size = 0, build = 0, i;
    char *bytes = sentry__file_read(PLUGIN, 1 << 28, &size);
    plugin_run(1);
    REQUIRE(bytes != NULL);
    for (i = 8; i + 8 < size && !build; i++)
        if (memcmp(bytes + i - 4, "\3\0\0\0GNU", 8) == 0 || memcmp(bytes + i - 4, "\0\0\0\3GNU", 8) == 0) build = i + 4;
    CHECK(build != 0);
    finds_part(bytes, size, 1);
    bytes[build] = (char)(bytes[build] + 1);
    finds_part(bytes, size, 0);
    bytes[build] = (char)(bytes[build] - 1);
    bytes[70] = (char)(bytes[70] + 1); /* in the program headers */
    finds_part(bytes, size, 0);
    bytes[70] = (char)(bytes[70] - 1);
    finds_part(bytes, 100, 0);
    finds_part(bytes, 0, 0);
    CHECK_STR(tree_of(both_scenes), "draw@render.c draw@render.c");
    sentry_close();
    free(bytes);
}
#endif

/* A program whose file is gone can still be read on Linux. */
static void of_a_deleted_program(void)
{
#ifdef __linux__
    static const char *const names[] = { "render.c:draw", NULL };
    char path[1024];
    if (getenv("TEST_RUN")) SKIP("an emulator opens its file anew");
    path[sentry__os_exe(path, sizeof path)] = 0;
    CHECK_INT(test_unlink(path), 0);
    CHECK_STR(traced(names, both_scenes), "draw@render.c draw@render.c");
#else
    SKIP("another system");
#endif
}

/* The SDK's own would call themselves; some of them with a lock. */
static void of_the_sdk(void)
{
    static const char *const names[] = { "sentry_start_span", "sentry__lock", "sentry.h:sentry__unlock",
        "functions.c:sentry__buf_grow", "render_scene", NULL };
    CHECK_STR(traced(names, both_scenes), "render_scene");
    CHECK_INT(count_of(logged.text, "is the SDK's own"), 4);
    CHECK_ABSENT(logged.text, "is found");
}

#ifdef WITH_CXX
static int thrown;

static void throw_thrice(void)
{
    thrown = shapes_throw(3);
    render_scene(1);
}

static void use_methods(void)
{
    shapes_methods();
}

static void cxx_names(void)
{
    static const char *const names[] = { "shapes::Circle::area", "shapes::Circle::grow", "shapes::Circle::Circle",
        "shapes::Circle::~Circle", "shapes::twice", "area",
        "shapes::(anonymous namespace)::secret", "_ZN6shapes6Circle5countEv", NULL };
    static const char *const others[] = { "Circle::area", "shapes::area", "shapes.cpp:shapes::Circle::area", "count",
        "shapes_methods", "shapes::Sizes", NULL };
    CHECK_STR(traced(names, use_methods), "shapes::Circle::Circle shapes::Circle::area"
              " shapes::Circle::grow(shapes::(anonymous namespace)::secret@shapes.cpp)"
              " shapes::Circle::grow shapes::Circle::count() shapes::twice area@shapes.cpp"
              " shapes::Circle::~Circle");
    CHECK_ABSENT(logged.text, "functions_to_trace");
    CHECK_STR(traced(others, use_methods), "shapes_methods(shapes::Circle::area@shapes.cpp)");
    CHECK_INT(count_of(logged.text, "is found"), 4);
}

static void exceptions(void)
{
    static const char *const names[] = { "shapes::fail", "shapes::attempt", "render_scene", NULL };
    CHECK_STR(traced(names, throw_thrice), "shapes::attempt@shapes.cpp(shapes::fail@shapes.cpp)"
              " shapes::attempt@shapes.cpp(shapes::fail@shapes.cpp)"
              " shapes::attempt@shapes.cpp(shapes::fail@shapes.cpp) render_scene");
    CHECK_INT(thrown, 3);
}
#endif

/* -- calls that do not simply return -- */

static int sink;

/* How deep they go in each other is told by a number. */
static NOINLINE int sum_to(int n)
{
    return n > 0 ? n + sum_to(n - 1) + sink : 0;
}

static void sum_to_three(void)
{
    sink = sum_to(3);
}

static void sum_to_a_hundred(void)
{
    sink = 0;
    CHECK_INT(sum_to(100), 5050);
    render_scene(1);
    CHECK_INT(sum_to(1), 1);
}

static void recursion(void)
{
    static const char *const names[] = { "sum_to", "draw", NULL };
    const char *tree = traced(names, sum_to_three);
    CHECK_STR(tree, "sum_to@functions.c(sum_to@functions.c(sum_to@functions.c(sum_to@functions.c)))");
    tree = traced(names, sum_to_a_hundred);
    CHECK_INT(count_of(tree, "sum_to"), 64 + 2);
    CHECK_CONTAINS(tree, ")))) draw@render.c sum_to@functions.c(sum_to@functions.c)");
}

/* Those too far in are not traced, and do not end those that are. */
static NOINLINE void dives(int n)
{
    if (n > 0) dives(n - 1);
    render_scene(1);
    sink = n;
}

static void dive_deep(void)
{
    dives(69);
}

static void deep_recursion(void)
{
    static const char *const names[] = { "dives", "draw", NULL };
    const char *tree = traced(names, dive_deep);
    char want[8192] = "dives@functions.c";
    int level;
    for (level = 1; level < 64; level++) strcat(want, "(dives@functions.c");
    for (level = 1; level < 64; level++) strcat(want, " draw@render.c)");
    CHECK_STR(tree, want);
}

static NOINLINE void keeps_current(int n)
{
    sentry_span_t *before = sentry_get_current_span();
    char *room = (char *)__builtin_alloca((size_t)(n + 1) * 64);
    memset(room, n, 64);
    if (n > 0) keeps_current(n - 1);
    CHECK(sentry_get_current_span() == before);
    sink = room[63];
}

static void without_room(void)
{
    static const char *const names[] = { "keeps_current", NULL };
    sentry_transaction_t *transaction;
    start_with(names, 2);
    transaction = sentry_start_transaction("test", "test");
    keeps_current(5);
    sentry_transaction_finish(transaction);
    sentry_close();
    CHECK_STR(sent.trees[0], "keeps_current@functions.c(keeps_current@functions.c)");
}

#define EIGHT_TIMES(what) what what what what what what what what

/* The hooks as of a recursion that is compiled into one function: each call of them stands in a place of its own. */
static __attribute__((no_instrument_function)) NOINLINE void as_if_inlined(void *function)
{
    static char caller, other;
    EIGHT_TIMES(EIGHT_TIMES(__cyg_profile_func_enter(function, &caller);))
    CHECK_INT(sentry__calls.depth, 64);
    EIGHT_TIMES(__cyg_profile_func_enter(function, &caller);)
    EIGHT_TIMES(__cyg_profile_func_exit(function, &caller);)
    CHECK_INT(sentry__calls.depth, 64);
    EIGHT_TIMES(EIGHT_TIMES(__cyg_profile_func_exit(function, &caller);))
    CHECK_INT(sentry__calls.depth, 0);
    __cyg_profile_func_enter(function, &caller);
    CHECK_INT(sentry__calls.depth, 1);
    __cyg_profile_func_enter(function, &other); /* the frame is another's now */
    CHECK_INT(sentry__calls.depth, 1);
    __cyg_profile_func_exit(function, &other);
    CHECK_INT(sentry__calls.depth, 0);
}

/* The end of a call whose start was not seen, further in. */
static __attribute__((no_instrument_function)) NOINLINE void ends_unseen(void *function)
{
    static char caller;
    volatile char room[500];
    room[0] = 0;
    __cyg_profile_func_exit(function, &caller);
    sink = room[0];
}

static __attribute__((no_instrument_function)) NOINLINE void starts_seen(void *function)
{
    static char caller;
    __cyg_profile_func_enter(function, &caller);
    ends_unseen(function);
    CHECK_INT(sentry__calls.depth, 1);
    __cyg_profile_func_exit(function, &caller);
    CHECK_INT(sentry__calls.depth, 0);
}

static void hooks_alone(void)
{
    static const char *const names[] = { "render_scene", NULL };
    sentry_transaction_t *transaction;
    start(names);
    transaction = sentry_start_transaction("test", "test");
    as_if_inlined((void *)(uintptr_t)render_scene);
    starts_seen((void *)(uintptr_t)render_scene);
    sentry_transaction_finish(transaction);
    sentry_close();
    CHECK_INT(sent.unfinished, 0);
    CHECK_INT(count_of(sent.trees[0], "render_scene"), 64 + 2 + 1);
}

static jmp_buf way_out;

static NOINLINE void leaps(int n)
{
    render_scene(1);
    if (n >= 0) longjmp(way_out, 1);
}

/* Uses more of the stack than what is called after it: nothing else tells that it was left. */
static NOINLINE void leads_to_leap(int n)
{
    volatile char room[500];
    room[n] = 0;
    leaps(n);
    sink = room[n];
}

static NOINLINE void lands(void)
{
    if (setjmp(way_out) == 0) leads_to_leap(1);
    both_scenes();
}

static NOINLINE void leaps_often(void)
{
    volatile int i;
    for (i = 0; i < 200; i++)
        if (setjmp(way_out) == 0) leads_to_leap(i);
    render_scene(1);
}

/* Two that look the same to the stack: only where they were called from tells that one was left. */
static NOINLINE void twin_that_leaps(int n)
{
    sink = n;
    if (n > 0) longjmp(way_out, 1);
}

static NOINLINE void twin_that_stays(int n)
{
    sink = n;
    if (n > 1) longjmp(way_out, 1);
}

static NOINLINE void calls_twins(void)
{
    if (setjmp(way_out) == 0) twin_that_leaps(1);
    twin_that_stays(1);
}

static void longjmps(void)
{
    static const char *const twins[] = { "twin_that_leaps", "twin_that_stays", "calls_twins", NULL };
    static const char *const names[] = { "lands", "leads_to_leap", "leaps", "draw", "both_scenes", NULL },
        *const few[] = { "leads_to_leap", "leaps_often", "paint_scene", NULL };
    const char *tree = traced(names, lands);
    CHECK_STR(tree, "lands@functions.c(leads_to_leap@functions.c(leaps@functions.c(draw@render.c))"
              " both_scenes@functions.c(draw@render.c draw@render.c draw@paint.c))");
    tree = traced(few, leaps_often);
    CHECK_INT(count_of(tree, "leads_to_leap@functions.c"), 200);
    CHECK_INT(count_of(tree, "("), 1);
    CHECK_CONTAINS(tree, "leaps_often@functions.c(leads_to_leap@functions.c leads_to_leap");
    CHECK_STR(traced(twins, calls_twins), "calls_twins@functions.c(twin_that_leaps@functions.c twin_that_stays@functions.c)");
}

/* The stack moves in between start and end of a call. */
static NOINLINE int makes_room(int n)
{
    char *room = (char *)__builtin_alloca((size_t)(n + 1) * 100);
    memset(room, n, 100);
    if (n > 0) makes_room(n - 1);
    render_scene(1);
    sink = room[50];
    return room[99] == n;
}

static void make_room(void)
{
    CHECK(makes_room(2));
    paint_scene(1);
}

static void alloca_in_between(void)
{
    static const char *const names[] = { "makes_room", "draw", NULL };
    CHECK_STR(traced(names, make_room), "makes_room@functions.c(makes_room@functions.c(makes_room@functions.c(draw@render.c)"
              " draw@render.c) draw@render.c) draw@paint.c");
}

/* Compiled into who calls them, with -O2. */
static inline int within(int n)
{
    return n + sink;
}

static NOINLINE int without(int n)
{
    return within(n) + within(n + 1);
}

static void call_without(void)
{
    sink = without(1) + without(2);
}

static void inlined(void)
{
    static const char *const names[] = { "within", "without", NULL };
    CHECK_STR(traced(names, call_without), "without@functions.c(within@functions.c within@functions.c)"
              " without@functions.c(within@functions.c within@functions.c)");
}

/* -- the SDK around it -- */

static NOINLINE void fails(void)
{
    render_scene(1);
    errno = EDOM;
}

static void look_at_errno(void)
{
    fails();
    CHECK_INT(errno, EDOM);
}

static void errno_stays(void)
{
    static const char *const names[] = { "fails", "draw", NULL };
    CHECK_STR(traced(names, look_at_errno), "fails@functions.c(draw@render.c)");
}

static NOINLINE void begins_and_ends(void)
{
    sentry_transaction_t *transaction = sentry_start_transaction("test", "test");
    render_scene(1);
    sentry_transaction_finish(transaction);
    render_scene(1);
}

static void without_transaction(void)
{
    static const char *const names[] = { "begins_and_ends", "draw", NULL };
    start(names);
    both_scenes();
    begins_and_ends();
    both_scenes();
    begins_and_ends();
    sentry_flush(5000);
    CHECK_INT(sent.count, 2);
    CHECK_STR(sent.trees[0], "draw@render.c");
    CHECK_STR(sent.trees[1], "draw@render.c");
    CHECK_INT(sentry__calls.depth, 0);
    sentry_close();
}

/* The SDK starts and stops within calls that are traced. */
static NOINLINE void starts_it(const char *const *names)
{
    start(names);
    both_scenes();
}

static NOINLINE void stops_it(void)
{
    sentry_close();
    both_scenes();
}

static void init_and_close_within(void)
{
    static const char *const names[] = { "starts_it", "stops_it", "draw", NULL };
    int round;
    for (round = 0; round < 3; round++) {
        sentry_transaction_t *transaction;
        starts_it(names);
        transaction = sentry_start_transaction("test", "test");
        both_scenes();
        sentry_transaction_finish(transaction);
        transaction = sentry_start_transaction("test", "test");
        render_scene(1);
        stops_it();
        sentry_transaction_finish(transaction);
    }
    CHECK_INT(sent.count, 3);
    CHECK_STR(sent.trees[2], "draw@render.c draw@render.c draw@paint.c");
    CHECK(sentry__traced.kept != NULL && sentry__traced.kept->older == NULL); /* the table is made once */
    CHECK(sentry__traced.now == NULL);
}

static void another_table(void)
{
    static const char *const names[] = { "draw", NULL }, *const others[] = { "paint_scene", NULL };
    CHECK_STR(traced(names, both_scenes), "draw@render.c draw@render.c draw@paint.c");
    CHECK_STR(traced(others, both_scenes), "paint_scene");
    CHECK_STR(traced(NULL, both_scenes), "");
    CHECK_STR(traced(names, both_scenes), "draw@render.c draw@render.c draw@paint.c");
    CHECK(sentry__traced.kept != NULL && sentry__traced.kept->older != NULL && sentry__traced.kept->older->older == NULL);
}

/* What the SDK calls: nothing calls it again. */
static NOINLINE sentry_value_t looks_at(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    both_scenes();
    return event;
}

static NOINLINE void logs(sentry_level_t level, const char *message, va_list args, void *data)
{
    both_scenes();
    keep_log(level, message, args, data);
}

static void callbacks(void)
{
    static const char *const names[] = { "looks_at", "logs", "draw", NULL };
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@o42.ingest.example.com/7";
    options.traces_sample_rate = 1.0;
    options.debug = 1;
    options.logger = logs;
    options.before_send = looks_at;
    options.functions_to_trace = names;
    options.transport = sentry_transport_new(keep_transactions);
    CHECK_INT(sentry_init(&options), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "outside");
    sentry_capture_message(SENTRY_LEVEL_INFO, "text");
    CHECK_STR(tree_of(both_scenes), "draw@render.c draw@render.c draw@paint.c");
    sentry_close();
}

static void own_clock(void)
{
    static const char *const names[] = { "own_now_us", "own_random", "own_ticks_ms", "draw", NULL };
    CHECK_STR(traced(names, both_scenes), "draw@render.c draw@render.c draw@paint.c");
    CHECK_ABSENT(logged.text, "functions_to_trace");
}

/* -- threads -- */

#ifndef SENTRY_NO_THREADS
#define THREADS 4
#define ROUNDS 50

static NOINLINE void works(int rounds)
{
    while (rounds-- > 0) both_scenes();
}

static void *work(void *arg)
{
    sentry_transaction_t *transaction = sentry_start_transaction("test", "test");
    works(ROUNDS);
    sentry_transaction_finish(transaction);
    return arg;
}

static void threads(void)
{
    static const char *const names[] = { "works", "render.c:draw", NULL };
    test_thread_t thread[THREADS];
    int i;
    start(names);
    for (i = 0; i < THREADS; i++) CHECK_INT(test_thread_start(&thread[i], work, NULL), 0);
    for (i = 0; i < THREADS; i++) test_thread_join(thread[i]);
    sentry_close();
    CHECK_INT(sent.count, THREADS);
    CHECK_INT(sent.wrong + sent.unfinished, 0);
    for (i = 0; i < THREADS; i++) {
        CHECK_CONTAINS(sent.trees[i], "works@functions.c(draw@render.c draw@render.c");
        CHECK_INT(count_of(sent.trees[i], "draw@render.c"), 2 * ROUNDS);
        CHECK_INT(count_of(sent.trees[i], "("), 1);
    }
}

/* Calls go on while the SDK comes and goes. */
static int over;

static void *call_on(void *arg)
{
    while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) works(1);
    return arg;
}

static void init_beside_calls(void)
{
    static const char *const names[] = { "works", "draw", NULL }, *const others[] = { "both_scenes", NULL };
    test_thread_t thread[2];
    int i;
    for (i = 0; i < 2; i++) CHECK_INT(test_thread_start(&thread[i], call_on, NULL), 0);
    for (i = 0; i < 20; i++) {
        start(i % 2 ? names : others);
        test_sleep_ms(2);
        sentry_close();
    }
    __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
    for (i = 0; i < 2; i++) test_thread_join(thread[i]);
    CHECK(sentry__traced.kept != NULL && sentry__traced.kept->older != NULL && sentry__traced.kept->older->older == NULL);
}

#ifndef _WIN32
static sentry_transaction_t *left_open;

static NOINLINE void *ends_in_it(void *arg)
{
    render_scene(1);
    pthread_exit(arg);
}

static void *end_thread(void *arg)
{
    left_open = sentry_start_transaction("test", "test");
    return ends_in_it(arg);
}

/* A thread that ends within a call ends that too. */
static void thread_that_ends(void)
{
    static const char *const names[] = { "ends_in_it", "draw", NULL };
    pthread_t thread;
    start(names);
    CHECK_INT(pthread_create(&thread, NULL, end_thread, NULL), 0);
    pthread_join(thread, NULL);
    sentry_transaction_finish(left_open);
    sentry_close();
    CHECK_STR(sent.trees[0], "ends_in_it@functions.c(draw@render.c)");
    CHECK_INT(sent.unfinished, 0);
}
#endif
#endif

/* -- the files themselves -- */

#ifdef __linux__
static unsigned symbols_seen;

static void count_symbols(const sentry__symbol_t *symbol, void *arg)
{
    (void)arg;
    symbols_seen += symbol->name && *symbol->name && !strchr(symbol->name, '@');
}

/* Reads the first bytes of what may be a file of symbols; how many functions it has. */
static unsigned symbols_of(const char *bytes, size_t size)
{
    sentry__symbols_t to;
    sentry__object_t o;
    sentry__arena_t arena;
    memset(&arena, 0, sizeof arena);
    memset(&to, 0, sizeof to);
    to.see = count_symbols;
    symbols_seen = 0;
    file_put(in_scratch("object"), bytes, size);
    if (!sentry__object_open(&o, &arena, in_scratch("object"))) {
        sentry__object_functions(&o, &to);
        sentry__object_close(&o);
    }
    sentry__arena_free(&arena);
    return symbols_seen;
}

/* A file for a machine with another class and order: a header, two sections' headers, three symbols, their names. */
static void of_another_machine(void)
{
    static const char file[] = "\177ELF\1\2\1\0\0\0\0\0\0\0\0\0" "\0\2\0\24\0\0\0\1"
        "\0\0\0\0\0\0\0\0\0\0\0\64" "\0\0\0\0\0\64\0\40\0\0\0\50\0\3\0\0"
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        "\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0\254\0\0\0\60\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\20"
        "\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\334\0\0\0\7\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0"
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" "\0\0\0\1\0\0\20\0\0\0\0\1\22\0\0\1" "\0\0\0\4\0\0\20\10\0\0\0\1\22\0\0\1" "\0f@\0go";
    char bytes[sizeof file];
    size_t size;
    memcpy(bytes, file, sizeof file);
    CHECK(scratch_begin());
    CHECK_INT(symbols_of(bytes, sizeof bytes), 2);
    for (size = 1; size < sizeof bytes; size++) CHECK_INT(symbols_of(bytes, size), 0);
    bytes[sizeof bytes - 7 - 16] = 1; /* a name that is none */
    CHECK_INT(symbols_of(bytes, sizeof bytes), 1);
    memset(bytes + 52 + 40 + 16, 0xff, 8); /* where, and how many */
    CHECK_INT(symbols_of(bytes, sizeof bytes), 0);
    scratch_end();
}
#endif

#else
/* Only what is exported has a name, as of a library. */
static void stripped(void)
{
    static const char *const names[] = { "draw", "render.c:render_scene", "plugin_run", "plugin_part", NULL };
    CHECK_STR(traced(names, both_scenes), "");
    CHECK_CONTAINS(logged.text, "no function draw is found; a program that is stripped has only the names it exports");
    CHECK_CONTAINS(logged.text, "no function render.c:render_scene is found");
    CHECK_CONTAINS(logged.text, "no function plugin_part is found");
#ifdef PLUGIN
    CHECK_INT(count_of(logged.text, "is found"), 3);
    CHECK_STR(traced(names, run_plugin), "plugin_run plugin_run");
#else
    CHECK_INT(count_of(logged.text, "is found"), 4);
    CHECK_STR(traced(names, run_plugin), "");
#endif
}
#endif

static const test_case_t tests[] = {
#ifdef STRIPPED
    { "stripped", stripped },
#else
    { "of all files", of_all_files },
    { "of one file", of_one_file },
    { "unknown", unknown },
    { "of a library", of_a_library },
    { "of the SDK", of_the_sdk },
#ifdef WITH_CXX
    { "C++ names", cxx_names },
    { "exceptions", exceptions },
#endif
    { "recursion", recursion },
    { "deep recursion", deep_recursion },
    { "without room", without_room },
    { "hooks alone", hooks_alone },
    { "longjmp", longjmps },
    { "alloca", alloca_in_between },
    { "inlined", inlined },
    { "errno", errno_stays },
    { "without transaction", without_transaction },
    { "init and close within", init_and_close_within },
    { "another table", another_table },
    { "callbacks", callbacks },
    { "own clock", own_clock },
#ifndef SENTRY_NO_THREADS
    { "threads", threads },
    { "init beside calls", init_beside_calls },
#ifndef _WIN32
    { "thread that ends", thread_that_ends },
#endif
#endif
#ifdef __linux__
    { "of another machine", of_another_machine },
#endif
#ifdef PLUGIN
    { "of another image", of_another_image },
    { "of a replaced library", of_a_replaced_library },
#endif
    { "of a deleted program", of_a_deleted_program }, /* the last, of course */
#endif
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
