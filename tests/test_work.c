/* Requests that are answered and jobs that are worked on: a hub, a trace and a transaction for each. */
#include "alloc.h"
#include "collect.h"
#include "trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#ifdef SENTRY_NO_TRACING
#define TRACED 0 /* transactions of a piece of work */
#else
#define TRACED 1
#endif

#define TRACE_ID "771a43a4192642f0b136d5159a501700"
#define SPAN_ID "b0e6f15b45c36b12"
#define PARENT TRACE_ID "-" SPAN_ID "-1"
#define THEIRS "sentry-trace_id=" TRACE_ID ",sentry-public_key=49d0f7386ad645858ae85020e393bef3,sentry-sampled=true,sentry-sample_rand=0.123456"

static void start(void)
{
    REQUIRE(trace_start(1.0) == 0);
}

static void stop(void)
{
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

/* What a message would have of a scope now; the message is the next event. */
static size_t look(void)
{
    size_t i = collect_count();
    say("look");
    return i;
}

/* -- requests ----------------------------------------------------------------------------------- */

static const sentry_header_t headers[] = { { "Host", "shop.example.com:8080" }, { "Accept", "text/html" }, { "Sentry-Trace", PARENT }, { "baggage", "other=1" },
    { "Baggage", THEIRS }, { "Cookie", "a=b" }, { "Authorization", "Basic eA==" }, { "X-Api-Key", "k" }, { "X-CSRF-Token", "t" }, { "X-Forwarded-For", "192.0.2.7" },
    { "Forwarded", "for=192.0.2.7" }, { "X-Real-IP", "192.0.2.7" }, { "CF-Connecting-IP", "192.0.2.7" }, { "Referer", "https://ada:pw@h/a?reset_token=hush&b=c" }, { NULL, "nameless" }, { "Valueless", NULL } };

static sentry_work_t *begin(const char *url, const char *route)
{
    return sentry_request_begin("GET", url, route, headers, COUNT(headers));
}

static void request_context(void)
{
    sentry_work_t *work;
    start();
    work = begin("/users/7?name=Ada&token=hush#part", "/users/{id}");
    CHECK(work != NULL);
    sentry_capture_exceptionf("Error", "broken");
    sentry_request_end(work, 200);
    CHECK_INT(collect_count(), 1 + TRACED);
    CHECK_STR(collect_str(0, "request.method"), "GET");
    CHECK_STR(collect_str(0, "request.url"), "http://shop.example.com:8080/users/7");
    CHECK_STR(collect_str(0, "request.query_string"), "name=Ada&token=[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.Accept"), "text/html");
    CHECK_STR(collect_str(0, "request.headers.Cookie"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.Authorization"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.X-Api-Key"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.X-CSRF-Token"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.X-Forwarded-For"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.Forwarded"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.X-Real-IP"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.CF-Connecting-IP"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.Referer"), "https://[Filtered]@h/a?reset_token=[Filtered]&b=c");
    CHECK(!collect_has(0, "request.headers.Valueless"));
    CHECK_STR(collect_str(0, "transaction"), "GET /users/{id}");
    CHECK_STR(collect_str(0, "contexts.trace.trace_id"), TRACE_ID);
    CHECK(strstr(collect_text(0, "request"), "hush") == NULL);
    CHECK(strstr(collect_text(0, "request"), "192.0.2.7") == NULL);
    stop();
}

/* With options.send_default_pii who sends it is told, but secrets stay secrets. */
static void request_with_pii(void)
{
    sentry_options_t options = trace_options(1.0);
    sentry_work_t *work;
    options.send_default_pii = SENTRY_ON;
    REQUIRE(collect_start(&options) == 0);
    work = begin("/", NULL);
    look();
    sentry_request_end(work, 200);
    CHECK_STR(collect_str(0, "request.headers.X-Forwarded-For"), "192.0.2.7");
    CHECK_STR(collect_str(0, "request.headers.Forwarded"), "for=192.0.2.7");
    CHECK_STR(collect_str(0, "request.headers.X-Real-IP"), "192.0.2.7");
    CHECK_STR(collect_str(0, "request.headers.Authorization"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.X-Api-Key"), "[Filtered]");
    stop();
}

/* What a URL makes of name and context. */
static void request_urls(void)
{
    static const struct {
        const char *url, *name, *kept, *query;
        size_t headers; /* 0: no Host */
    } cases[] = { { "/", "GET /", "/", "", 0 }, { "/a/b?c=d&e", "GET /a/b", "/a/b", "c=d&e", 0 }, { "/a#b?c", "GET /a", "/a", "", 0 },
        { "https://example.com/a?b", "GET /a", "https://example.com/a", "b", 1 }, { "https://ada:hush@example.com:8443/a", "GET /a", "https://example.com:8443/a", "", 1 },
        { "https://example.com", "GET /", "https://example.com/", "", 1 }, { "https://example.com?a", "GET /", "https://example.com/", "a", 1 },
        { "/a:b//c", "GET /a:b//c", "http://shop.example.com:8080/a:b//c", "", 1 }, { "//a", "GET //a", "http://shop.example.com:8080//a", "", 1 },
        { "", "GET /", "/", "", 0 }, { "/?", "GET /", "/", "", 0 }, { NULL, "GET /", "/", "", 0 }, { NULL, "GET /", "http://shop.example.com:8080/", "", 1 } };
    size_t i;
    start();
    for (i = 0; i < COUNT(cases); i++) {
        sentry_work_t *work = sentry_request_begin("GET", cases[i].url, NULL, headers, cases[i].headers);
        size_t at = look();
        sentry_request_end(work, 200);
        CHECK_STR(collect_str(at, "transaction"), cases[i].name);
        CHECK_STR(collect_str(at, "request.url"), cases[i].kept);
        CHECK_STR(collect_str(at, "request.query_string"), cases[i].query);
    }
    stop();
}

static void request_without_anything(void)
{
    sentry_work_t *work;
    start();
    work = sentry_request_begin(NULL, NULL, NULL, NULL, 7);
    look();
    sentry_request_end(work, 0);
    sentry_request_end(NULL, 200);
    CHECK_STR(collect_str(0, "transaction"), "/");
    CHECK(!collect_has(0, "request.method") && !collect_has(0, "request.headers"));
    stop();
}

/* What was before begins again after it, and what is in it stays there. */
static void request_is_apart(void)
{
    sentry_work_t *work;
    sentry_hub_t *before;
    char trace[SENTRY_TRACEPARENT_SIZE], now[SENTRY_TRACEPARENT_SIZE];
    start();
    sentry_set_tag("of", "all");
    sentry_breadcrumb("start", SENTRY_LEVEL_INFO, "before");
    sentry_get_traceparent(trace, sizeof trace);
    before = sentry_hub_current();
    work = begin("/", NULL);
    CHECK(sentry_hub_current() != before);
    sentry_set_tag("mine", "1");
    sentry_breadcrumb("work", SENTRY_LEVEL_INFO, "inside");
    look();
    sentry_request_end(work, 200);
    CHECK(sentry_hub_current() == before);
    sentry_get_traceparent(now, sizeof now);
    CHECK_STR(now, trace);
    look();
    CHECK_STR(collect_text(0, "tags"), "{\"of\":\"all\",\"mine\":\"1\"}");
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 1);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "inside");
    CHECK_STR(collect_text(1 + TRACED, "tags"), "{\"of\":\"all\"}");
    CHECK_STR(collect_str(1 + TRACED, "breadcrumbs.values.0.message"), "before");
    CHECK(!collect_has(1 + TRACED, "request") && !collect_has(1 + TRACED, "transaction") && !collect_has(1 + TRACED, "contexts.response"));
    stop();
}

/* Without headers each has a trace of its own, whatever goes on around it. */
static void new_traces(void)
{
    char traces[3][SENTRY_TRACEPARENT_SIZE];
    sentry_work_t *outer, *inner;
    start();
    SENTRY_TRANSACTION("main", "test") {
        outer = sentry_request_begin("GET", "/", NULL, headers, 1);
        sentry_get_traceparent(traces[0], sizeof traces[0]);
        inner = sentry_task_begin("t", NULL, NULL, NULL);
        sentry_get_traceparent(traces[1], sizeof traces[1]);
        sentry_task_end(inner, 0);
        sentry_get_traceparent(traces[2], sizeof traces[2]);
        CHECK_STR(traces[2], traces[0]);
        sentry_request_end(outer, 200);
        sentry_get_traceparent(traces[2], sizeof traces[2]);
    }
    CHECK(strncmp(traces[0], traces[1], 32) != 0);
    CHECK(strncmp(traces[0], traces[2], 32) != 0);
    CHECK(strncmp(traces[1], traces[2], 32) != 0);
    stop();
}

/* W3C's header will do. */
static void traceparent_of_w3c(void)
{
    static const sentry_header_t theirs[] = { { "traceparent", "00-" TRACE_ID "-" SPAN_ID "-01" } };
    sentry_work_t *work;
    start();
    work = sentry_request_begin("GET", "/", NULL, theirs, 1);
    look();
    sentry_request_end(work, 200);
    CHECK_STR(collect_str(0, "contexts.trace.trace_id"), TRACE_ID);
    stop();
}

#ifndef SENTRY_NO_TRACING
static void request_transaction(void)
{
    sentry_work_t *work;
    start();
    work = begin("/users/7", "/users/{id}");
    CHECK(sentry_get_current_span() != NULL);
    SENTRY_SPAN("db", "SELECT") { look(); }
    sentry_request_end(work, 404);
    CHECK_STR(collect_str(1, "type"), "transaction");
    CHECK_STR(collect_str(1, "transaction"), "GET /users/{id}");
    CHECK_STR(collect_str(1, "transaction_info.source"), "route");
    CHECK_STR(collect_str(1, "contexts.trace.op"), "http.server");
    CHECK_STR(collect_str(1, "contexts.trace.origin"), "auto.http.request");
    CHECK_STR(collect_str(1, "contexts.trace.trace_id"), TRACE_ID);
    CHECK_STR(collect_str(1, "contexts.trace.parent_span_id"), SPAN_ID);
    CHECK_STR(collect_str(1, "contexts.trace.status"), "not_found");
    CHECK_INT(sentry_value_as_int32(collect_get(1, "contexts.response.status_code")), 404);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(collect_get(1, "contexts.trace.data"), "http.request.method")), "GET");
    CHECK_STR(collect_str(1, "request.url"), "http://shop.example.com:8080/users/7");
    CHECK_INT(collect_len(1, "spans"), 1);
    CHECK_STR(collect_str(0, "contexts.trace.parent_span_id"), collect_str(1, "contexts.trace.span_id"));
    CHECK_STR(trace_dsc(1, "public_key"), "49d0f7386ad645858ae85020e393bef3");
    CHECK(sentry_get_current_span() == NULL);
    stop();
}

static void request_outcomes(void)
{
    static const struct {
        int status;
        const char *outcome;
    } cases[] = { { 200, "ok" }, { 302, "ok" }, { 403, "permission_denied" }, { 500, "internal_error" }, { 0, "internal_error" }, { -1, "internal_error" } };
    size_t i;
    start();
    for (i = 0; i < COUNT(cases); i++) {
        sentry_request_end(begin("/a", NULL), cases[i].status);
        CHECK_STR(collect_str(i, "transaction_info.source"), "url");
        CHECK_STR(collect_str(i, "contexts.trace.status"), cases[i].outcome);
        CHECK_INT(sentry_value_as_int32(collect_get(i, "contexts.response.status_code")), cases[i].status > 0 ? cases[i].status : 0);
        CHECK_INT(collect_has(i, "contexts.response"), cases[i].status > 0);
    }
    stop();
}

/* An incoming trace that is not sampled is not: the parent has decided. */
static void request_unsampled(void)
{
    static const sentry_header_t theirs[] = { { "sentry-trace", TRACE_ID "-" SPAN_ID "-0" } };
    sentry_work_t *work;
    start();
    work = sentry_request_begin("GET", "/", NULL, theirs, 1);
    look();
    sentry_request_end(work, 200);
    CHECK_INT(collect_count(), 1);
    CHECK_STR(collect_str(0, "contexts.trace.trace_id"), TRACE_ID);
    stop();
}

static void task_transaction(void)
{
    sentry_work_t *work;
    start();
    work = sentry_task_begin("send mail", "mails", PARENT, THEIRS);
    look();
    sentry_task_end(work, 0);
    sentry_task_end(sentry_task_begin("clean", NULL, NULL, NULL), 1);
    CHECK_STR(collect_str(0, "transaction"), "send mail");
    CHECK_STR(collect_str(1, "transaction"), "send mail");
    CHECK_STR(collect_str(1, "transaction_info.source"), "task");
    CHECK_STR(collect_str(1, "contexts.trace.op"), "queue.process");
    CHECK_STR(collect_str(1, "contexts.trace.origin"), "auto.queue.task");
    CHECK_STR(collect_str(1, "contexts.trace.trace_id"), TRACE_ID);
    CHECK_STR(collect_str(1, "contexts.trace.parent_span_id"), SPAN_ID);
    CHECK_STR(collect_str(1, "contexts.trace.status"), "ok");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(collect_get(1, "contexts.trace.data"), "messaging.destination.name")), "mails");
    CHECK(!collect_has(1, "request") && !collect_has(1, "contexts.response"));
    CHECK_STR(collect_str(2, "contexts.trace.op"), "task");
    CHECK_STR(collect_str(2, "contexts.trace.status"), "internal_error");
    CHECK(sentry_value_is_null(sentry_value_get_by_key(collect_get(2, "contexts.trace.data"), "messaging.destination.name")));
    stop();
}

/* What was said of it inside stays, unless it failed. */
static void task_status(void)
{
    start();
    SENTRY_TASK("a", NULL, NULL, NULL) { sentry_span_set_status(sentry_get_current_span(), SENTRY_SPAN_STATUS_NOT_FOUND); }
    CHECK_STR(collect_str(0, "contexts.trace.status"), "not_found");
    stop();
}

/* Renamed by what only the handler knows. */
static void request_renamed(void)
{
    sentry_work_t *work;
    start();
    work = begin("/users/7", NULL);
    sentry_transaction_set_name((sentry_transaction_t *)sentry_get_current_span(), "show user");
    sentry_request_end(work, 200);
    CHECK_STR(collect_str(0, "transaction"), "show user");
    stop();
}
#endif

/* -- blocks ------------------------------------------------------------------------------------- */

static void task_block(void)
{
    sentry_hub_t *hub, *inside = NULL;
    int times = 0;
    start();
    hub = sentry_hub_current();
    SENTRY_TASK("outer", "q", PARENT, NULL) {
        inside = sentry_hub_current();
        SENTRY_TASK("inner", "q", NULL, NULL) {
            CHECK(sentry_hub_current() != inside && sentry_hub_current() != hub);
            times++;
            look();
        }
        CHECK(sentry_hub_current() == inside);
        look();
    }
    CHECK(inside != hub && sentry_hub_current() == hub);
    CHECK_INT(times, 1);
    CHECK_STR(collect_str(0, "transaction"), "inner");
    CHECK_STR(collect_str(1 + TRACED, "transaction"), "outer");
    CHECK_INT(collect_count(), 2 + 2 * TRACED);
    stop();
}

static void task_block_continue(void)
{
    int i;
    sentry_hub_t *hub;
    start();
    hub = sentry_hub_current();
    for (i = 0; i < 3; i++)
        SENTRY_TASK("t", NULL, NULL, NULL) {
            if (i == 1) continue; /* the block */
            look();
        }
    CHECK(sentry_hub_current() == hub);
    CHECK_INT(collect_count(), 2 + 3 * TRACED);
    stop();
}

#ifndef SENTRY__NO_CLEANUP
static int returns_from_block(void)
{
    SENTRY_TASK("return", NULL, NULL, NULL) { return 7; }
    return 0;
}

static void task_block_exits(void)
{
    sentry_hub_t *hub;
    int again = 0;
    start();
    hub = sentry_hub_current();
    CHECK_INT(returns_from_block(), 7);
    CHECK(sentry_hub_current() == hub);
    SENTRY_TASK("break", NULL, NULL, NULL) { break; }
    CHECK(sentry_hub_current() == hub);
    SENTRY_TASK("goto", NULL, NULL, NULL) { goto out; }
    again = 1;
out:
    CHECK(sentry_hub_current() == hub && !again);
    CHECK_INT(collect_count(), 3 * TRACED);
    stop();
}
#endif

#if defined(__cplusplus) && (defined(__cpp_exceptions) || defined(__EXCEPTIONS))
static void task_block_exception(void)
{
    sentry_hub_t *hub;
    int caught = 0;
    start();
    hub = sentry_hub_current();
    try {
        SENTRY_TASK("throw", NULL, NULL, NULL) { throw 7; }
    } catch (int n) {
        caught = n;
    }
    CHECK_INT(caught, 7);
    CHECK(sentry_hub_current() == hub);
    CHECK_INT(collect_count(), TRACED);
    if (TRACED) CHECK_STR(collect_str(0, "contexts.trace.status"), "internal_error");
    stop();
}
#endif

/* -- off, and on again -------------------------------------------------------------------------- */

static void without_the_sdk(void)
{
    int times = 0;
    CHECK(begin("/", NULL) == NULL);
    CHECK(sentry_task_begin("t", "q", PARENT, THEIRS) == NULL);
    SENTRY_TASK("t", "q", PARENT, THEIRS) { times++; }
    CHECK_INT(times, 1);
    sentry_request_end(NULL, 200);
    sentry_task_end(NULL, 1);
    sentry_work_suspend(NULL);
    sentry_work_resume(NULL);
    CHECK_INT(alloc_now().blocks, 0);
}

/* Work that is still going on when the SDK is closed, and perhaps begun anew. */
static void closed_meanwhile(void)
{
    sentry_work_t *work;
    start();
    work = begin("/", NULL);
    collect_stop();
    sentry_request_end(work, 200);
    CHECK_INT(alloc_now().blocks, 0);
    start();
    work = begin("/", NULL);
    collect_stop();
    start();
    sentry_request_end(work, 200);
    CHECK_INT(collect_count(), 0);
    look();
    CHECK(!collect_has(0, "request"));
    stop();
}

/* Hooks run with the SDK off. */
static sentry_value_t works_in_hook(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    *(int *)data += begin("/", NULL) == NULL;
    return event;
}

static void inside_a_hook(void)
{
    sentry_options_t options = trace_options(1.0);
    int refused = 0;
    options.before_send = works_in_hook;
    options.before_send_data = &refused;
    REQUIRE(collect_start(&options) == 0);
    look();
    CHECK_INT(refused, 1);
    CHECK_INT(collect_count(), 1);
    stop();
}

/* Every allocation fails once: nothing is lost, nothing stays. */
static void without_memory(void)
{
    long i;
    start();
    for (i = 1; i < 80; i++) {
        sentry_hub_t *hub = sentry_hub_current();
        alloc_fail(i, 0);
        sentry_request_end(begin("/a?b=c", "/a"), 200);
        SENTRY_TASK("t", "q", PARENT, THEIRS) {}
        alloc_fail(0, 0);
        CHECK_EACH(sentry_hub_current() == hub);
    }
    stop();
}

/* -- elsewhere ---------------------------------------------------------------------------------- */

/* Two pieces of work by turns on one thread. */
static void by_turns(void)
{
    sentry_work_t *work[2];
    sentry_hub_t *hub;
    int i;
    start();
    hub = sentry_hub_current();
    for (i = 0; i < 2; i++) {
        work[i] = sentry_task_begin(i ? "1" : "0", NULL, NULL, NULL);
        sentry_work_suspend(work[i]);
        CHECK(sentry_hub_current() == hub);
    }
    for (i = 0; i < 2; i++) {
        sentry_work_resume(work[i]);
        sentry_work_resume(work[i]); /* once is enough */
        look();
        sentry_work_suspend(work[i]);
        sentry_work_suspend(work[i]);
    }
    sentry_task_end(work[0], 0);
    CHECK(sentry_hub_current() == hub);
    look();
    sentry_work_resume(work[1]);
    sentry_task_end(work[1], 0);
    CHECK(sentry_hub_current() == hub);
    CHECK_STR(collect_str(0, "transaction"), "0");
    CHECK_STR(collect_str(1, "transaction"), "1");
    CHECK(!collect_has(2 + TRACED, "transaction"));
    CHECK_INT(collect_count(), 3 + 2 * TRACED);
    stop();
}

/* Who bound another hub inside keeps it. */
/* Out of turn, without suspend: what one had does not stay with the thread. */
static void ended_out_of_turn(void)
{
    sentry_hub_t *own;
    int with_own;
    start();
    for (with_own = 0; with_own < 2; with_own++) {
        sentry_work_t *a, *b, *c;
        size_t at;
        own = with_own ? sentry_hub_clone(NULL) : NULL;
        if (own) {
            sentry_hub_bind(own);
            sentry_set_tag("hub", "own");
        }
        a = begin("/a", NULL);
        sentry_set_user(sentry_value_new_user("7", "ada", NULL, NULL));
        sentry_set_tag("of", "a");
        b = begin("/b", NULL);
        c = begin("/c", NULL);
        sentry_request_end(a, 200);
        sentry_request_end(c, 200);
        sentry_request_end(b, 200);
        at = look();
        CHECK(!collect_has(at, "user"));
        CHECK(!collect_has(at, "tags.of"));
        CHECK_STR(collect_str(at, "tags.hub"), with_own ? "own" : "");
        if (own) {
            sentry_hub_bind(NULL);
            sentry_hub_free(own);
        }
    }
    stop();
}

static void another_hub_inside(void)
{
    sentry_work_t *work;
    sentry_hub_t *mine;
    start();
    mine = sentry_hub_clone(NULL);
    work = begin("/", NULL);
    sentry_hub_bind(mine);
    sentry_request_end(work, 200);
    CHECK(sentry_hub_current() == mine);
    sentry_hub_bind(NULL);
    sentry_hub_free(mine);
    CHECK_INT(collect_count(), TRACED);
    stop();
}

/* The hub of before comes back, whoever freed it. */
static void hub_before_is_freed(void)
{
    sentry_work_t *work;
    sentry_hub_t *mine;
    start();
    mine = sentry_hub_clone(NULL);
    sentry_hub_bind(mine);
    sentry_set_tag("hub", "mine");
    work = begin("/", NULL);
    sentry_hub_free(mine);
    sentry_request_end(work, 200);
    look();
    CHECK_STR(collect_text(TRACED, "tags"), "{\"hub\":\"mine\"}");
    sentry_hub_bind(NULL);
    stop();
}

#ifndef SENTRY_NO_THREADS
static void *goes_on(void *arg)
{
    sentry_work_t *work = (sentry_work_t *)arg;
    sentry_hub_t *hub = sentry_hub_current();
    sentry_work_resume(work);
    look();
    sentry_request_end(work, 200);
    CHECK(sentry_hub_current() == hub);
    look();
    return NULL;
}

/* Runs on a thread of its own, to its end. */
static int elsewhere(void *(*run)(void *), sentry_work_t *work)
{
    sentry_thread_t thread;
    return sentry_thread_create(&thread, NULL, run, work) || sentry_thread_join(thread, NULL);
}

static void on_another_thread(void)
{
    sentry_work_t *work;
    start();
    work = begin("/", NULL);
    sentry_set_tag("request", "1");
    sentry_work_suspend(work);
    REQUIRE(elsewhere(goes_on, work) == 0);
    CHECK_INT(collect_count(), 2 + TRACED);
    CHECK_STR(collect_text(0, "tags"), "{\"request\":\"1\"}");
    CHECK_STR(collect_str(0, "request.method"), "GET");
    CHECK_STR(collect_str(0, "contexts.trace.trace_id"), TRACE_ID);
    CHECK_STR(collect_str(TRACED, "request.method"), "GET");
    CHECK(!collect_has(1 + TRACED, "request"));
    stop();
}

static void *ends_it(void *arg)
{
    sentry_request_end((sentry_work_t *)arg, 503);
    look();
    return NULL;
}

/* Ended by another thread than it runs on: that one is left as it was. */
static void ended_by_another_thread(void)
{
    sentry_work_t *work;
    start();
    work = begin("/", NULL);
    REQUIRE(elsewhere(ends_it, work) == 0);
    CHECK_INT(collect_count(), 1 + TRACED);
    CHECK(!collect_has(TRACED, "request"));
#ifndef SENTRY_NO_TRACING
    CHECK_STR(collect_str(0, "request.method"), "GET");
    CHECK_INT(sentry_value_as_int32(collect_get(0, "contexts.response.status_code")), 503);
    CHECK_STR(collect_str(0, "contexts.trace.status"), "unavailable");
#endif
    sentry_hub_bind(NULL);
    look();
    CHECK(!collect_has(1 + TRACED, "request"));
    stop();
}

#define WORKERS 4
#define JOBS 100

static void *works(void *arg)
{
    int i;
    for (i = 0; i < JOBS; i++)
        SENTRY_TASK((const char *)arg, "q", NULL, NULL) {
            sentry_set_tag("worker", (const char *)arg);
            look();
        }
    return NULL;
}

/* Workers beside each other: each event has its worker's tag and its own job's name, no two jobs one trace. */
static void many_workers(void)
{
    static const char *const names[WORKERS] = { "a", "b", "c", "d" };
    sentry_thread_t threads[WORKERS];
    size_t i, per_worker[WORKERS] = { 0, 0, 0, 0 };
    start();
    for (i = 0; i < WORKERS; i++) REQUIRE(sentry_thread_create(&threads[i], NULL, works, (void *)(size_t)names[i]) == 0);
    for (i = 0; i < WORKERS; i++) sentry_thread_join(threads[i], NULL);
    CHECK_INT(collect_count(), WORKERS * JOBS * (1 + TRACED));
    for (i = 0; i < collect_count(); i++) {
        const char *name = collect_str(i, "transaction");
        CHECK_EACH(strlen(name) == 1 && *name >= 'a' && *name <= 'd');
        CHECK_EACH(strcmp(collect_str(i, "tags.worker"), name) == 0);
        per_worker[(*name - 'a') & 3]++;
    }
    for (i = 0; i < WORKERS; i++) CHECK_INT(per_worker[i], JOBS * (1 + TRACED));
    stop();
}
#endif

static const test_case_t tests[] = {
    { "request_context", request_context },
    { "request_with_pii", request_with_pii },
    { "request_urls", request_urls },
    { "request_without_anything", request_without_anything },
    { "request_is_apart", request_is_apart },
    { "new_traces", new_traces },
    { "traceparent_of_w3c", traceparent_of_w3c },
#ifndef SENTRY_NO_TRACING
    { "request_transaction", request_transaction },
    { "request_outcomes", request_outcomes },
    { "request_unsampled", request_unsampled },
    { "task_transaction", task_transaction },
    { "task_status", task_status },
    { "request_renamed", request_renamed },
#endif
    { "task_block", task_block },
    { "task_block_continue", task_block_continue },
#ifndef SENTRY__NO_CLEANUP
    { "task_block_exits", task_block_exits },
#endif
#if defined(__cplusplus) && (defined(__cpp_exceptions) || defined(__EXCEPTIONS))
    { "task_block_exception", task_block_exception },
#endif
    { "without_the_sdk", without_the_sdk },
    { "closed_meanwhile", closed_meanwhile },
    { "inside_a_hook", inside_a_hook },
    { "without_memory", without_memory },
    { "by_turns", by_turns },
    { "ended_out_of_turn", ended_out_of_turn },
    { "another_hub_inside", another_hub_inside },
    { "hub_before_is_freed", hub_before_is_freed },
#ifndef SENTRY_NO_THREADS
    { "on_another_thread", on_another_thread },
    { "ended_by_another_thread", ended_by_another_thread },
    { "many_workers", many_workers },
#endif
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
