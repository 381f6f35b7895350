/* bench.c: what the calls cost, next to the plainest C that does the same work by hand.
 *     bench               a table of nanoseconds
 *     bench list          the operations: name, most instructions allowed (0: no limit), a number of times for counting
 *     bench NAME N        runs an operation N times, for a profiler; plain:NAME runs its counterpart
 *     bench start         what sentry_init and sentry_close cost: time, threads, memory
 * bench.sh counts instructions. POSIX. */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __GLIBC__
#include <execinfo.h>
#endif

enum { CRUMBS = 100, TAGS = 10 };
#define ORIGIN "a text of some length, so that the event is as big as real ones"

static void *volatile sink; /* where results go, so that no work is optimized away */

static double clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

/* -- the SDK's side -- */

static void free_envelope(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    sentry_envelope_free(envelope);
}

/* The built-in transport, which has nothing to send. */
static void start_http(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@127.0.0.1:9/1";
    options.release = "bench@1";
    sentry_init(&options);
}

static void start_null(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://abc123@o42.ingest.example.com/7";
    options.release = "app@1.2.3";
    options.transport = sentry_transport_new(free_envelope);
    if (sentry_init(&options) != 0) {
        fprintf(stderr, "sentry_init: %s\n", sentry_get_init_error());
        exit(1);
    }
}

static sentry_value_t game_context(int i)
{
    sentry_value_t object = sentry_value_new_object();
    sentry_value_set_by_key(object, "level", sentry_value_new_int32(i & 1023));
    sentry_value_set_by_key(object, "mode", sentry_value_new_string("story"));
    sentry_value_set_by_key(object, "score", sentry_value_new_int32(4711));
    return object;
}

static sentry_value_t full_crumb(int i)
{
    sentry_value_t crumb = sentry_value_new_breadcrumb("default", "level loaded from the cache"), data = sentry_value_new_object();
    sentry_value_set_by_key(crumb, "category", sentry_value_new_string("game.level"));
    sentry_value_set_by_key(crumb, "level", sentry_value_new_string("info"));
    sentry_value_set_by_key(data, "number", sentry_value_new_int32(i & 1023));
    sentry_value_set_by_key(data, "path", sentry_value_new_string("levels/forest.map"));
    sentry_value_set_by_key(crumb, "data", data);
    return crumb;
}

static void fill_scope(void)
{
    char key[16];
    int i;
    for (i = 0; i < TAGS; i++) {
        snprintf(key, sizeof key, "tag.%d", i);
        sentry_set_tag(key, "some value");
    }
    sentry_set_user(sentry_value_new_user("42", "jane", "jane@example.com", NULL));
    sentry_set_context("game", game_context(1));
    for (i = 0; i < CRUMBS + 10; i++)
        sentry_add_breadcrumb(full_crumb(i));
}

static void start_full(void)
{
    start_null();
    fill_scope();
}

/* An HTTP client that has a server which takes everything at once. */
static sentry_http_client_t *client_new(void *data)
{
    (void)data;
    return (sentry_http_client_t *)&sink;
}

static void client_free(sentry_http_client_t *client)
{
    (void)client;
}

static int client_send(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    (void)client;
    (void)request;
    sentry_http_response_set_status_code(response, 200);
    return 1;
}

/* Tracing with a worker, which writes the transactions. */
static void start_tracing(double rate)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@127.0.0.1:9/1";
    options.release = "bench@1";
    options.traces_sample_rate = rate;
    options.max_spans = 60000;
    options.transport = sentry_http_transport_new(client_new, NULL, client_send, client_free);
    sentry_init(&options);
}

static void start_sampled(void)
{
    start_tracing(1.0);
}

static void start_unsampled(void)
{
    start_tracing(SENTRY_RATE_NONE);
}

static void start_nothing(void)
{
}

static sentry_value_t big_event;

static void build_event(void)
{
    sentry_value_t crumbs = sentry_value_new_object(), list = sentry_value_new_list(), crumb;
    int i;
    big_event = sentry_value_new_message_event(SENTRY_LEVEL_ERROR, "logger", "a message");
    for (i = 0; i < CRUMBS; i++) {
        crumb = full_crumb(i);
        sentry_value_set_by_key(crumb, "origin", sentry_value_new_string(ORIGIN));
        sentry_value_append(list, crumb);
    }
    sentry_value_set_by_key(crumbs, "values", list);
    sentry_value_set_by_key(big_event, "breadcrumbs", crumbs);
}

static void set_tag(int n)
{
    int i;
    for (i = 0; i < n; i += 2) {
        sentry_set_tag("tag.3", "even value");
        sentry_set_tag("tag.3", "odd value");
    }
}

static void set_extra(int n)
{
    int i;
    for (i = 0; i < n; i++)
        sentry_set_extra("count", sentry_value_new_int32(i & 1023));
}

static void set_context(int n)
{
    int i;
    for (i = 0; i < n; i++)
        sentry_set_context("game", game_context(i));
}

static void add_breadcrumb(int n)
{
    int i;
    for (i = 0; i < n; i++)
        sentry_add_breadcrumb(full_crumb(i));
}

static void quick_breadcrumb(int n)
{
    int i;
    for (i = 0; i < n; i++)
        sentry_breadcrumb("game.level", SENTRY_LEVEL_INFO, "level %d loaded from %s", i & 1023, "the cache");
}

static void capture(int n)
{
    int i;
    for (i = 0; i < n; i++)
        sentry_capture_message(SENTRY_LEVEL_INFO, "something happened");
}

static void get_stats(int n)
{
    static sentry_stats_t stats;
    int i;
    for (i = 0; i < n; i++) {
        sentry_get_stats(&stats);
        sink = &stats;
    }
}

static void some_spans(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        sentry_span_t *span = sentry_start_span("db.query", "SELECT * FROM users WHERE id = ?");
        sink = span;
        sentry_span_finish(span);
    }
}

static void transactions(int n, int spans)
{
    int i;
    for (i = 0; i < n; i++) {
        sentry_transaction_t *transaction = sentry_start_transaction("GET /users", "http.server");
        some_spans(spans);
        sentry_transaction_finish(transaction);
    }
}

/* In transactions of many, so that starting those does not count. */
static void child_span(int n)
{
    while (n > 0) {
        sentry_transaction_t *transaction = sentry_start_transaction("GET /users", "http.server");
        some_spans(n < 50000 ? n : 50000);
        sentry_transaction_discard(transaction);
        n -= 50000;
    }
}

static void transaction(int n)
{
    transactions(n, 0);
}

static void transaction_10(int n)
{
    transactions(n, 10);
}

static void transaction_100(int n)
{
    transactions(n, 100);
}

static void push_pop(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        sink = sentry_push_scope();
        sentry_pop_scope();
    }
}

static void hub_clone(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        sentry_hub_t *hub = sentry_hub_clone(NULL);
        sink = hub;
        sentry_hub_free(hub);
    }
}

static void to_json(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        char *json = sentry_value_to_json(big_event);
        sink = json;
        sentry_free(json);
    }
}

/* Ten at a time, so that the loop costs next to nothing, and through pointers, as if from another file. */
#define TEN(call) call; call; call; call; call; call; call; call; call; call

static void (*volatile tag_function)(const char *key, const char *value) = sentry_set_tag;
static void (*volatile crumb_function)(const char *category, sentry_level_t level, const char *fmt, ...) = sentry_breadcrumb;
static sentry_uuid_t (*volatile message_function)(sentry_level_t level, const char *text) = sentry_capture_message;

static void off_tag(int n)
{
    void (*call)(const char *key, const char *value) = tag_function;
    int i;
    for (i = 0; i < n; i += 10) {
        TEN(call("key", "value"));
    }
}

static void off_breadcrumb(int n)
{
    void (*call)(const char *category, sentry_level_t level, const char *fmt, ...) = crumb_function;
    int i;
    for (i = 0; i < n; i += 10) {
        TEN(call("category", SENTRY_LEVEL_INFO, "text"));
    }
}

static void off_capture(int n)
{
    sentry_uuid_t (*call)(sentry_level_t level, const char *text) = message_function;
    int i;
    for (i = 0; i < n; i += 10) {
        TEN(call(SENTRY_LEVEL_INFO, "text"));
    }
}

/* -- the same by hand: fixed buffers, no escaping, no locks, no checks -- */

static char plain_tags[TAGS][64], plain_extra[64], plain_context[256], plain_crumbs[CRUMBS][256], plain_out[64 * 1024];
static int plain_next;
static struct {
    void *fields[8];
} plain_stack[4];
static volatile int plain_on;

static size_t plain_time(char *out, size_t size)
{
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    return (size_t)snprintf(out, size, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
        parts.tm_hour, parts.tm_min, parts.tm_sec, (int)(now.tv_nsec / 1000));
}

static void plain_set_tag(int n)
{
    int i, k;
    for (i = 0; i < n; i++) {
        for (k = 0; k < TAGS - 1 && strncmp(plain_tags[k], "\"tag.3\"", 7) != 0; k++) {
        }
        snprintf(plain_tags[k], sizeof plain_tags[k], "\"%s\":\"%s\"", "tag.3", i & 1 ? "odd value" : "even value");
        sink = plain_tags;
    }
}

static void plain_set_extra(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        snprintf(plain_extra, sizeof plain_extra, "\"count\":%d", i & 1023);
        sink = plain_extra;
    }
}

static void plain_set_context(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        snprintf(plain_context, sizeof plain_context, "\"game\":{\"level\":%d,\"mode\":\"%s\",\"score\":%d}", i & 1023, "story",
            4711);
        sink = plain_context;
    }
}

static void plain_add_breadcrumb(int n)
{
    char now[40];
    int i;
    for (i = 0; i < n; i++) {
        plain_time(now, sizeof now);
        snprintf(plain_crumbs[plain_next], sizeof plain_crumbs[0],
            "{\"timestamp\":\"%s\",\"type\":\"%s\",\"message\":\"%s\",\"category\":\"%s\",\"level\":\"%s\","
            "\"data\":{\"number\":%d,\"path\":\"%s\"}}",
            now, "default", "level loaded from the cache", "game.level", "info", i & 1023, "levels/forest.map");
        plain_next = (plain_next + 1) % CRUMBS;
        sink = plain_crumbs;
    }
}

static void plain_breadcrumb(int n)
{
    char now[40], text[128];
    int i;
    for (i = 0; i < n; i++) {
        plain_time(now, sizeof now);
        snprintf(text, sizeof text, "level %d loaded from %s", i & 1023, "the cache");
        snprintf(plain_crumbs[plain_next], sizeof plain_crumbs[0],
            "{\"timestamp\":\"%s\",\"category\":\"%s\",\"level\":\"%s\",\"message\":\"%s\"}", now, "game.level", "info", text);
        plain_next = (plain_next + 1) % CRUMBS;
        sink = plain_crumbs;
    }
}

static char *plain_put(char *out, const char *text)
{
    size_t length = strlen(text);
    memcpy(out, text, length);
    return out + length;
}

/* An envelope with a message, as a copy on the heap. */
static void plain_event(int crumbs, int tags)
{
    static const char contexts[] = "\"contexts\":{\"os\":{\"name\":\"Linux\",\"version\":\"6.1.0\","
        "\"build\":\"#1 SMP PREEMPT_DYNAMIC\"},\"device\":{\"arch\":\"x86_64\",\"processor_count\":2},"
        "\"runtime\":{\"name\":\"glibc\",\"version\":\"2.36\"},"
        "\"app\":{\"app_start_time\":\"2026-01-02T03:04:05.000006Z\"},\"trace\":{\"trace_id\":\"0123456789abcdef0123456789abcdef\","
        "\"span_id\":\"0123456789abcdef\"}";
    char now[40], id[40], *out = plain_out, *copy;
    int i;
    plain_time(now, sizeof now);
    for (i = 0; i < 32; i += 8)
        snprintf(id + i, 9, "%08x", (unsigned)rand());
    out += snprintf(out, 1000,
        "{\"event_id\":\"%s\",\"dsn\":\"%s\",\"sdk\":{\"name\":\"%s\",\"version\":\"%s\"},\"sent_at\":\"%s\","
        "\"trace\":{\"trace_id\":\"0123456789abcdef0123456789abcdef\",\"public_key\":\"abc123\",\"release\":\"app@1.2.3\"}}\n"
        "{\"type\":\"event\"}\n",
        id, "http://abc123@o42.ingest.example.com/7", "a.sdk", "0.1.0", now);
    out += snprintf(out, 1000,
        "{\"event_id\":\"%s\",\"timestamp\":\"%s\",\"platform\":\"native\",\"level\":\"info\","
        "\"logentry\":{\"formatted\":\"%s\"},\"release\":\"%s\",\"environment\":\"%s\",\"server_name\":\"%s\",", id, now,
        "something happened", "app@1.2.3", "production", "box");
    out = plain_put(out, contexts);
    if (tags) {
        out = plain_put(out, ",");
        out = plain_put(out, plain_context);
    }
    out = plain_put(out, "},\"tags\":{");
    for (i = 0; i < tags; i++)
        out = plain_put(plain_put(out, i ? "," : ""), plain_tags[i]);
    out = plain_put(out, "},\"breadcrumbs\":{\"values\":[");
    for (i = 0; i < crumbs; i++)
        out = plain_put(plain_put(out, i ? "," : ""), plain_crumbs[(plain_next + i) % CRUMBS]);
    out = plain_put(out, "]}}");
    copy = (char *)malloc((size_t)(out - plain_out) + 1);
    if (copy) {
        memcpy(copy, plain_out, (size_t)(out - plain_out));
        copy[out - plain_out] = 0;
    }
    sink = copy;
    free(copy);
}

static void plain_capture_full(int n)
{
    int i;
    for (i = 0; i < n; i++)
        plain_event(CRUMBS, TAGS);
}

static void plain_capture_empty(int n)
{
    int i;
    for (i = 0; i < n; i++)
        plain_event(0, 0);
}

static void plain_stats(int n)
{
    static sentry_stats_t from, to;
    int i;
    for (i = 0; i < n; i++) {
        memcpy(&to, &from, sizeof to);
        sink = &to;
    }
}

static void plain_push_pop(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        plain_stack[1] = plain_stack[0];
        sink = &plain_stack[1];
    }
}

static void plain_clone(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        void *copy = malloc(sizeof plain_stack[0]);
        if (copy)
            memcpy(copy, &plain_stack[0], sizeof plain_stack[0]);
        sink = copy;
        free(copy);
    }
}

static struct {
    uint64_t start, end;
    char op[16], text[48];
} plain_spans[128];

static uint64_t plain_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void plain_span(int n)
{
    int i;
    for (i = 0; i < n; i++) {
        plain_spans[i & 127].start = plain_clock();
        strcpy(plain_spans[i & 127].op, "db.query");
        strcpy(plain_spans[i & 127].text, "SELECT * FROM users WHERE id = ?");
        plain_spans[i & 127].end = plain_clock();
        sink = &plain_spans[i & 127];
    }
}

static void plain_transaction(int n)
{
    plain_span(n);
}

static void plain_transaction_10(int n)
{
    plain_span(11 * n);
}

static void plain_transaction_100(int n)
{
    plain_span(101 * n);
}

static void plain_json(int n)
{
    int i, k;
    for (i = 0; i < n; i++) {
        char *out = plain_out;
        out = plain_put(out, "{\"event_id\":\"0123456789abcdef0123456789abcdef\","
            "\"level\":\"error\",\"breadcrumbs\":{\"values\":[");
        for (k = 0; k < CRUMBS; k++)
            out += snprintf(out, 400, "%s{\"timestamp\":\"%s\",\"type\":\"%s\",\"message\":\"%s\",\"category\":\"%s\","
                "\"level\":\"%s\",\"data\":{\"number\":%d,\"path\":\"%s\"},\"origin\":\"%s\"}", k ? "," : "",
                "2026-01-02T03:04:05.678901Z", "default",
                "level loaded from the cache", "game.level", "info", k, "levels/forest.map",
                ORIGIN);
        plain_put(out, "]}}");
        sink = plain_out;
    }
}

static void plain_off(int n)
{
    int i;
    for (i = 0; i < n; i += 10) {
        TEN(if (plain_on) plain_set_tag(1));
    }
}

static void fill_plain(void)
{
    int i;
    for (i = 0; i < TAGS; i++)
        snprintf(plain_tags[i], sizeof plain_tags[i], "\"tag.%d\":\"some value\"", i);
    plain_set_context(1);
    plain_add_breadcrumb(CRUMBS + 10);
}

/* -- a stack of some 30 frames -- */

enum { DEEP = 24, STACK = 64 };

static __attribute__((noinline)) int from_deep(int depth, int (*look)(void **stack), int n)
{
    void *stack[STACK];
    volatile int found = 0;
    int i;
    if (depth > 0)
        found = from_deep(depth - 1, look, n);
    else
        for (i = 0; i < n; i++)
            found = look(stack);
    return found;
}

static int look_here(void **stack)
{
    return (int)sentry_unwind_stack(NULL, stack, STACK);
}

/* What the C library offers; not for signal handlers. */
static int look_plainly(void **stack)
{
#ifdef __GLIBC__
    return backtrace(stack, STACK);
#else
    (void)stack;
    return 0;
#endif
}

static void unwind_30(int n)
{
    from_deep(DEEP, look_here, n);
}

static void plain_unwind_30(int n)
{
    from_deep(DEEP, look_plainly, n);
}

/* -- the table -- */

typedef struct {
    const char *name;
    void (*start)(void); /* once, not measured */
    void (*run)(int n);
    void (*plain)(int n);
    int limit;           /* instructions a call may take; 0: any number */
    int n;               /* so many for counting instructions */
} op_t;

static const op_t ops[] = {
    {"set_tag", start_full, set_tag, plain_set_tag, 400, 5000},
    {"set_extra_int", start_full, set_extra, plain_set_extra, 0, 5000},
    {"set_context", start_full, set_context, plain_set_context, 0, 2000},
    {"add_breadcrumb", start_full, add_breadcrumb, plain_add_breadcrumb, 3500, 2000},
    {"breadcrumb", start_full, quick_breadcrumb, plain_breadcrumb, 1200, 2000},
    {"capture_full", start_full, capture, plain_capture_full, 40000, 200},
    {"capture_empty", start_null, capture, plain_capture_empty, 0, 500},
    {"get_stats", start_http, get_stats, plain_stats, 400, 5000},
    {"child_span", start_sampled, child_span, plain_span, 900, 10000},
    {"unsampled", start_unsampled, transaction, plain_transaction, 600, 2000},
    {"unsampled_10", start_unsampled, transaction_10, plain_transaction_10, 3000, 500},
    {"sampled_10", start_sampled, transaction_10, plain_transaction_10, 0, 50},
    {"sampled_100", start_sampled, transaction_100, plain_transaction_100, 150000, 20},
    {"push_pop", start_full, push_pop, plain_push_pop, 0, 5000},
    {"hub_clone_free", start_full, hub_clone, plain_clone, 0, 5000},
    {"to_json_27kB", build_event, to_json, plain_json, 0, 50},
    {"unwind_30", start_null, unwind_30, plain_unwind_30, 9000, 2000},
    {"off_set_tag", start_nothing, off_tag, plain_off, 15, 50000},
    {"off_breadcrumb", start_nothing, off_breadcrumb, plain_off, 15, 50000},
    {"off_capture", start_nothing, off_capture, plain_off, 15, 50000},
};

enum { OPS = sizeof ops / sizeof ops[0] };

/* The best of five, each about a thirtieth of a second. */
static double measure(void (*run)(int n))
{
    double best = 0, took;
    int n = 1, i;
    for (;;) {
        took = now_ns();
        run(n);
        took = now_ns() - took;
        if (took > 30e6 || n > 100000000)
            break;
        n *= took < 1e6 ? 8 : 2;
    }
    for (i = 0; i < 5; i++) {
        took = now_ns();
        run(n);
        took = (now_ns() - took) / n;
        if (i == 0 || took < best)
            best = took;
    }
    return best;
}

static void table(void)
{
    size_t i;
    printf("%-16s %10s %10s %8s\n", "operation", "ns", "plain C", "ratio");
    for (i = 0; i < OPS; i++) {
        double sdk, plain;
        ops[i].start();
        sdk = measure(ops[i].run);
        plain = measure(ops[i].plain);
        printf("%-16s %10.1f %10.1f %8.1f\n", ops[i].name, sdk, plain, plain > 0 ? sdk / plain : 0);
        fflush(stdout);
        sentry_close();
    }
}

/* -- two threads -- */

typedef struct {
    void (*run)(int n);
    int n;
    double wall, cpu; /* ns a call */
} job_t;

static void *work(void *arg)
{
    job_t *job = (job_t *)arg;
    sentry_hub_t *hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    sentry_hub_free(hub);
    job->wall = now_ns();
    job->cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    job->run(job->n);
    job->wall = (now_ns() - job->wall) / job->n;
    job->cpu = (clock_ns(CLOCK_THREAD_CPUTIME_ID) - job->cpu) / job->n;
    return NULL;
}

/* The best of five rounds of the slower thread; in CPU time too, which other programs disturb less. */
static job_t with_threads(void (*run)(int n), int n, int threads)
{
    sentry_thread_t thread[2];
    job_t jobs[2], best;
    int i, round;
    memset(jobs, 0, sizeof jobs);
    memset(&best, 0, sizeof best);
    for (round = 0; round < 5; round++) {
        double wall = 0, cpu = 0;
        for (i = 0; i < threads; i++) {
            jobs[i].run = run;
            jobs[i].n = n;
            if (sentry_thread_create(&thread[i], NULL, work, &jobs[i]) != 0)
                exit(1);
        }
        for (i = 0; i < threads; i++) {
            sentry_thread_join(thread[i], NULL);
            wall = jobs[i].wall > wall ? jobs[i].wall : wall;
            cpu = jobs[i].cpu > cpu ? jobs[i].cpu : cpu;
        }
        best.wall = round && best.wall < wall ? best.wall : wall;
        best.cpu = round && best.cpu < cpu ? best.cpu : cpu;
    }
    return best;
}

static void thread_table(void)
{
    static const struct {
        const char *name;
        void (*run)(int n);
        int n;
    } jobs[] = {{"set_tag", set_tag, 300000}, {"breadcrumb", quick_breadcrumb, 200000}, {"add_breadcrumb", add_breadcrumb, 100000}};
    size_t i;
    start_full();
    printf("\n%-16s %10s %10s %8s %10s %10s\n", "own hubs", "1 thread", "2 threads", "ratio", "1, CPU", "2, CPU");
    for (i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        job_t one = with_threads(jobs[i].run, jobs[i].n, 1), two = with_threads(jobs[i].run, jobs[i].n, 2);
        printf("%-16s %10.1f %10.1f %8.2f %10.1f %10.1f\n", jobs[i].name, one.wall, two.wall, two.wall / one.wall, one.cpu,
            two.cpu);
    }
    sentry_close();
}

/* -- start and stop -- */

/* A number behind a name in a file of /proc; -1 when there is none. */
static long proc_number(const char *path, const char *name)
{
    FILE *file = fopen(path, "r");
    char line[256];
    long number = -1;
    if (!file)
        return -1;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, name, strlen(name)) == 0) {
            number = strtol(line + strlen(name), NULL, 10);
            break;
        }
    }
    fclose(file);
    return number;
}

/* Resident memory in kB; smaps_rollup counts pages, the status file only estimates. */
static long resident(void)
{
    long exact = proc_number("/proc/self/smaps_rollup", "Rss:");
    return exact >= 0 ? exact : proc_number("/proc/self/status", "VmRSS:");
}

/* With the built-in HTTP transport and nobody at the other end. Prints what bench.sh reads. */
static void start_and_stop(void)
{
    sentry_options_t options;
    struct timespec pause = {0, 50000000};
    double init, close_time, again;
    long memory, threads;
    memset(&options, 0, sizeof options);
    options.dsn = "http://abc123@127.0.0.1:9/7";
    options.release = "app@1.2.3";
    resident(); /* what stdio needs is there before */
    memory = resident();
    threads = proc_number("/proc/self/status", "Threads:");
    init = now_ns();
    if (sentry_init(&options) != 0)
        exit(1);
    init = now_ns() - init;
    nanosleep(&pause, NULL);
    memory = memory < 0 ? -1 : resident() - memory;
    threads = threads < 0 ? -1 : proc_number("/proc/self/status", "Threads:") - threads;
    close_time = now_ns();
    sentry_close();
    close_time = now_ns() - close_time;
    again = now_ns();
    if (sentry_init(&options) != 0)
        exit(1);
    again = now_ns() - again;
    sentry_close();
    printf("init_ms %.3f\ninit_again_ms %.3f\nclose_ms %.3f\n", init / 1e6, again / 1e6, close_time / 1e6);
    printf("threads %ld\nmemory_kB %ld\n", threads, memory);
}

static int run_one(const char *name, int n)
{
    int plain = strncmp(name, "plain:", 6) == 0;
    size_t i;
    for (i = 0; i < OPS; i++) {
        if (strcmp(ops[i].name, plain ? name + 6 : name) != 0)
            continue;
        if (!plain)
            ops[i].start();
        (plain ? ops[i].plain : ops[i].run)(n);
        if (!plain)
            sentry_close();
        return 0;
    }
    fprintf(stderr, "there is no operation %s\n", name);
    return 2;
}

int main(int argc, char **argv)
{
    size_t i;
    fill_plain();
    if (argc > 2)
        return run_one(argv[1], atoi(argv[2]));
    if (argc > 1 && strcmp(argv[1], "list") == 0) {
        for (i = 0; i < OPS; i++)
            printf("%s %d %d\n", ops[i].name, ops[i].limit, ops[i].n);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "start") == 0) {
        start_and_stop();
        return 0;
    }
    if (argc > 1) {
        fprintf(stderr, "bench, bench list, bench start, bench NAME N, bench plain:NAME N\n");
        return 2;
    }
    table();
    thread_table();
    printf("\n");
    fflush(stdout);
    start_and_stop();
    return 0;
}
