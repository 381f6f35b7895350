/* Out of memory: each scenario is run again and again, the n-th allocation failing for n = 1, 2, ... until all of it
 * passes; once with that allocation alone failing, once with all that follow. Whatever fails: nothing crashes, hangs or
 * leaks, and once there is memory again the next event is sent.
 * TEST_OOM_STEP=3 in the environment tries only each third allocation. */
#define TEST_TIMEOUT_MS 60000
#include "alloc.h"
#include "files.h"
#ifndef SENTRY_NO_HTTP
#include "sink.h"
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ALLOCATIONS 20000 /* of a scenario; more means that it does not end */

/* -- running a scenario ----------------------------------------------------------------------- */

static int events_sent;
static size_t trace_keys; /* in the trace header of the last */

static void count_event(sentry_envelope_t *envelope, void *state)
{
    size_t size = 0;
    char *bytes = sentry_envelope_serialize(envelope, &size);
    (void)state;
    sentry_free(bytes);
    trace_keys = sentry_value_get_length(sentry_envelope_get_header(envelope, "trace"));
    if (!sentry_value_is_null(sentry_envelope_get_event(envelope)) || sentry_envelope_get_item_count(envelope) > 0) events_sent++;
    sentry_envelope_free(envelope);
}

/* Starts the SDK as it is most often started, or not at all. */
static int start(const sentry_options_t *with)
{
    sentry_options_t options;
    int failed;
    memset(&options, 0, sizeof options);
    if (with) options = *with;
    options.dsn = "http://key@127.0.0.1:9/42";
    if (!options.release) options.release = "app@1.2.3";
    options.symbolize_stacktraces = SENTRY_OFF; /* test_symbolizer runs out of memory there */
    options.transport = sentry_transport_new(count_event);
    if (!options.transport) return 1;
    failed = sentry_init(&options);
    CHECK_EACH(failed == !sentry_is_enabled());
    CHECK_EACH(failed == (sentry_get_init_error()[0] != 0));
    return failed;
}

/* The members of the header baggage as it is now. */
static size_t baggage_members(void)
{
    char text[SENTRY_MAX_BAGGAGE + 1], *at = text;
    size_t n = sentry_get_baggage(text, sizeof text) > 0;
    while ((at = strchr(at, ',')) != NULL) at++, n++;
    return n;
}

/* After a scenario that left the SDK on: the next event arrives, with a whole trace header. When it is off: it can be started,
 * and then. */
static void check_next_event(void)
{
    int before;
    sentry_uuid_t id;
    if (!sentry_is_enabled()) CHECK_EACH(start(NULL) == 0);
    before = events_sent;
    id = sentry_capture_message(SENTRY_LEVEL_INFO, "next");
    CHECK_EACH(!sentry_uuid_is_nil(&id));
    CHECK_EACH(events_sent == before + 1);
    CHECK_EACH(trace_keys == baggage_members());
    sentry_close();
}

/* Runs a scenario with the n-th allocation failing, for every n; `ours` when it may leave the SDK on. */
static void run_out(void (*scenario)(void), int for_good, int ours)
{
    const char *text = getenv("TEST_OOM_STEP");
    long step = text ? atol(text) : 1, n;
    int failed = 1;
    for (n = 1; failed && n < MOST_ALLOCATIONS; n += step > 0 ? step : 1) {
        long before = alloc_now().blocks;
        alloc_fail(n, for_good);
        scenario();
        failed = alloc_fail(0, 0) > 0;
        if (ours) check_next_event();
        else sentry_close();
        if (alloc_now().blocks != before) {
            printf("  allocation %ld%s failing leaves blocks\n", n, for_good ? " and all after it" : "");
            CHECK_INT(alloc_now().blocks, before);
        }
    }
    CHECK(n > 1 && n < MOST_ALLOCATIONS);
    CHECK_INT(alloc_now().blocks, 0);
    CHECK_INT(alloc_now().bytes, 0);
}

static void run_both(void (*scenario)(void), int ours)
{
    run_out(scenario, 0, ours);
    run_out(scenario, 1, ours);
}

/* -- scenarios ---------------------------------------------------------------------------------- */

/* What a reader cannot hold it refuses: it never gives a part, or another number. */
static void read_whole_or_not_at_all(void)
{
    static const char text[] = "{\"a\":[1,2.5,\"\\n\",{\"b\":true}],\"long\":\"0123456789012345678901234567890123456789\","
                               "\"a key that is too long to stand inside of an object\":[[1,2,3,4,5,6,7,8,9,10],"
                               "18446744073709551615],\"n\":";
    static const char digits[] = "0.1000000000000000055511151231257827021181583404541015625000000000000000000000000000";
    char whole[512], *json;
    sentry_value_t value;
    snprintf(whole, sizeof whole, "%s%s}", text, digits);
    value = sentry_value_from_json(whole);
    json = sentry_value_to_json(value);
    snprintf(whole, sizeof whole, "%s0.1}", text);
    if (json && !sentry_value_is_null(value) && strcmp(json, whole) != 0) CHECK_STR(json, whole);
    sentry_free(json);
    sentry_value_decref(value);
}

static void use_values(void)
{
    sentry_value_t object = sentry_value_new_object(), list = sentry_value_new_list(), copy, shared;
    size_t size = 0;
    char *json, *packed;
    int i;
    shared = sentry_value_new_string("shared");
    for (i = 0; i < 20; i++) sentry_value_append(list, sentry_value_incref(shared));
    sentry_value_set_by_index(list, 30, sentry_value_new_double(1.5));
    sentry_value_set_by_key(object, "list", list);
    sentry_value_set_by_key(object, "big", sentry_value_new_int64(INT64_MAX));
    sentry_value_set_by_key(object, "bigger", sentry_value_new_uint64(UINT64_MAX));
    sentry_value_set_by_key(object, "big", sentry_value_new_string("replaced\xFF\n"));
    sentry_value_set_by_key(object, "attribute", sentry_value_new_attribute(sentry_value_new_int32(1), "second"));
    sentry_value_set_by_key(object, "user", sentry_value_new_user("1", "ada", "a@b.c", "10.0.0.1"));
    sentry_value_set_by_key(object, "crumb", sentry_value_new_breadcrumb("type", "message"));
    sentry_value_remove_by_key(object, "bigger");
    sentry_value_decref(shared);
    json = sentry_value_to_json(object);
    packed = sentry_value_to_msgpack(object, &size);
    copy = sentry_value_from_json(json);
    sentry_value_freeze(object);
    sentry_value_decref(copy);
    sentry_value_decref(object);
    sentry_free(json);
    sentry_free(packed);
    read_whole_or_not_at_all();
}

static void use_events(void)
{
    sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_ERROR, "logger", "text");
    sentry_event_add_exception(event, sentry_value_new_exception("Outer", "o"));
    sentry_event_add_cause(event, sentry_value_new_exception("Inner", "i"));
    sentry_event_add_thread(event, sentry_value_new_thread(42, "main"));
    sentry_value_decref(event);
}

static void use_options(void)
{
    sentry_options_t *options = sentry_options_new();
    if (!options) return;
    sentry_options_set_dsn(options, "http://key@127.0.0.1:9/42");
    sentry_options_set_release(options, "app@1");
    sentry_options_set_release(options, "app@2");
    sentry_options_set_environment(options, "testing");
    sentry_options_set_dist(options, "17");
    sentry_options_set_server_name(options, "box");
    sentry_options_set_org_id(options, "1");
    sentry_options_set_sdk_name(options, "acme.c");
    (void)sentry_options_get_user_agent(options);
    sentry_options_set_transport_thread_name(options, "worker");
    sentry_options_set_transport(options, sentry_transport_new(count_event));
    sentry_options_set_transport(options, sentry_transport_new(count_event));
    sentry_options_free(options);
}

static void fill_scope(void)
{
    sentry_set_tag("tag", "value");
    sentry_set_tag("tag", "other");
    sentry_set_tags(sentry_value_from_json("{\"a\":\"b\",\"c\":\"d\"}"));
    sentry_remove_tag("a");
    sentry_set_extra("extra", sentry_value_from_json("[1,2,3]"));
    sentry_set_context("context", sentry_value_from_json("{\"x\":{\"y\":1}}"));
    sentry_update_context("context", sentry_value_from_json("{\"x\":{\"z\":2}}"));
    sentry_set_user(sentry_value_new_user("1", "ada", NULL, NULL));
    sentry_set_level(SENTRY_LEVEL_WARNING);
    sentry_set_fingerprint("a", "b", NULL);
    sentry_set_transaction("transaction");
    sentry_set_release("app@2");
    sentry_set_environment("production");
}

static void init_capture_close(void)
{
    int i;
    if (start(NULL) != 0) return;
    fill_scope();
    for (i = 0; i < 3; i++) sentry_add_breadcrumb(sentry_value_new_breadcrumb("type", "message"));
    for (i = 0; i < 3; i++) sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "number %d", i);
    sentry_capture_message(SENTRY_LEVEL_INFO, "text");
    sentry_capture_messagef(SENTRY_LEVEL_INFO, "text %d", 1);
    sentry_capture_exceptionf("Error", "text %d", 1);
    sentry_capture_errno("open");
    sentry_close();
}

static void log_records(void)
{
    if (start(NULL) != 0) return;
    sentry_ignore_logger("noise");
    sentry_log_record(SENTRY_LEVEL_INFO, "noise", __FILE__, __LINE__, "f", "%d", 1);
    sentry_log_record(SENTRY_LEVEL_INFO, "l", __FILE__, __LINE__, "f", "%d", 1);
    sentry_log_record(SENTRY_LEVEL_ERROR, "l", __FILE__, __LINE__, "f", "%s %*d %p %c %1500d", "text", 5, 2, (void *)&events_sent, 'c', 3);
    sentry_log_exception(SENTRY_LEVEL_ERROR, "l", __FILE__, __LINE__, "f", "Type", "value", "%d", 1);
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "l", NULL, 0, NULL, "text");
}

static void init_by_setters(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_transport_t *transport = sentry_transport_new(count_event);
    if (!options || !transport) {
        sentry_options_free(options);
        sentry_transport_free(transport);
        return;
    }
    sentry_options_set_transport(options, transport);
    sentry_options_set_dsn(options, "http://key@127.0.0.1:9/42");
    sentry_options_set_release(options, "app@1");
    sentry_init(options);
    sentry_capture_message(SENTRY_LEVEL_INFO, "text");
}

static sentry_value_t change_event(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    sentry_value_set_by_key(event, "extra", sentry_value_from_json("{\"more\":[1,2,3]}"));
    sentry_value_set_by_key(event, "logger", sentry_value_new_string("hook"));
    return event;
}

static sentry_value_t drop_some(sentry_value_t event, void *hint, void *user_data)
{
    int *calls = (int *)user_data;
    (void)hint;
    if (++*calls % 2 == 0) return event;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static int crumb_calls;

static void capture_with_hooks(void)
{
    static const char *const ignored[] = { "Ignored*", NULL };
    sentry_options_t options;
    sentry_scope_t *scope;
    sentry_hint_t *hint;
    memset(&options, 0, sizeof options);
    options.before_send = change_event;
    options.before_breadcrumb = drop_some;
    options.before_breadcrumb_data = &crumb_calls;
    options.ignore_errors = ignored;
    options.max_value_length = 20;
    if (start(&options) != 0) return;
    sentry_add_event_processor(change_event, NULL);
    fill_scope();
    sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "one");
    sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "two");
    hint = sentry_hint_new();
    sentry_hint_set(hint, "key", ignored);
    sentry_capture_event_with_hint(
        sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "a text that is too long and is cut"), hint);
    sentry_capture_exception("IgnoredError", "value");
    SENTRY_WITH_SCOPE (inner) {
        sentry_scope_add_event_processor(inner, change_event, NULL);
        sentry_capture_exception("Error", "value");
    }
    scope = sentry_scope_new();
    sentry_scope_add_event_processor(scope, change_event, NULL);
    sentry_scope_set_tag(scope, "a", "b");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    sentry_scope_free(scope);
}

#ifndef SENTRY_NO_THREADS
static void *work_in_thread(void *argument)
{
    sentry_set_tag("thread", (const char *)argument);
    sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "in a thread");
    SENTRY_WITH_SCOPE (scope) {
        sentry_scope_set_tag(scope, "deeper", "1");
        sentry_capture_message(SENTRY_LEVEL_INFO, "in a thread");
    }
    return NULL;
}
#endif

static void scopes_and_hubs(void)
{
    sentry_options_t options;
    sentry_scope_t *pushed, *clone;
    sentry_hub_t *hub;
#ifndef SENTRY_NO_THREADS
    sentry_thread_t thread;
#endif
    memset(&options, 0, sizeof options);
    options.propagate_hub = 1;
    if (start(&options) != 0) return;
    sentry_set_tag("a", "b");
    pushed = sentry_push_scope();
    sentry_scope_set_tag(pushed, "c", "d");
    sentry_push_scope();
    sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "deep");
    sentry_capture_message(SENTRY_LEVEL_INFO, "deep");
    clone = sentry_scope_clone(NULL);
    sentry_pop_scope_to(pushed);
    sentry_pop_scope();
    sentry_pop_scope();
    sentry_scope_set_extra(clone, "e", sentry_value_from_json("{\"f\":[]}"));
    sentry_scope_capture_event(clone, sentry_value_new_event());
    sentry_scope_free(clone);
    hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB (hub) {
        fill_scope();
        sentry_push_scope();
        sentry_capture_message(SENTRY_LEVEL_INFO, "in a hub");
#ifndef SENTRY_NO_THREADS
        if (sentry_thread_create(&thread, NULL, work_in_thread, (void *)"1") == 0) sentry_thread_join(thread, NULL);
#endif
        sentry_pop_scope();
    }
    sentry_hub_free(hub);
}

static sentry_envelope_t *make_envelope(void)
{
    static const char text[] = "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\",\"trace\":{\"a\":\"b\"}}\n"
                               "{\"type\":\"event\",\"length\":18}\n{\"message\":\"text\"}\n"
                               "{\"type\":\"attachment\",\"filename\":\"a\"}\nabc\n";
    sentry_envelope_t *envelope = sentry_envelope_deserialize(text, sizeof text - 1);
    CHECK_EACH(!envelope || sentry_envelope_get_item_count(envelope) == 2);
    return envelope;
}

static void envelopes(void)
{
    sentry_envelope_t *envelope = make_envelope(), *again;
    size_t size = 0;
    char *bytes = sentry_envelope_serialize(envelope, &size);
    again = bytes ? sentry_envelope_deserialize(bytes, size) : NULL;
    (void)sentry_envelope_get_event(again);
    (void)sentry_envelope_get_header(again, "trace");
    sentry_free(bytes);
    sentry_envelope_free(again);
    if (start(NULL) == 0) sentry_capture_envelope(envelope);
    else sentry_envelope_free(envelope);
}

#ifndef SENTRY_NO_FILES
/* A write that fails leaves nothing, and what can be read is whole. The path is long: on Windows it is made another then. */
static void files(void)
{
    char name[201];
    const char *path;
    sentry_envelope_t *envelope = make_envelope();
    int failed;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = 0;
    path = in_scratch(name);
    failed = sentry_envelope_write_to_file(envelope, path);
    sentry_envelope_free(envelope);
    CHECK_EACH(scratch_files() == !failed);
    envelope = failed ? NULL : sentry_envelope_read_from_file(path);
    CHECK_EACH(!envelope || sentry_envelope_get_item_count(envelope) == 2);
    sentry_envelope_free(envelope);
    test_unlink(path);
}

static void release_from_git(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@127.0.0.1:9/42";
    options.transport = sentry_transport_new(count_event);
    if (!options.transport) return;
    if (sentry_init(&options) == 0) sentry_capture_message(SENTRY_LEVEL_INFO, "text");
}
#endif

#ifndef SENTRY_NO_HTTP
static char closed_dsn[64]; /* an address where nobody listens, and which Windows refuses at once */
static const char kept_before[] = "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n{\"type\":\"event\",\"length\":2}\n{}\n";

/* Counts the files that hold that envelope, below a path. */
static void count_kept_before(const char *path, void *count)
{
    char *bytes;
    size_t size;
    if (file_each(path, count_kept_before, count) > 0 || !strstr(path, ".envelope")) return;
    bytes = file_get(path, &size);
    *(int *)count += bytes && size == sizeof kept_before - 1 && memcmp(bytes, kept_before, size) == 0;
    free(bytes);
}

/* What waits on disk is still there in the end, once. */
static void http_to_nobody(void)
{
    char database[FILE_MAX_PATH];
    sentry_options_t options;
    int kept = 0;
    file_join(database, scratch, "database");
    file_remove(database, NULL);
    file_put(in_scratch("database/cache/1767323045678-00-9ec79c33-ec99-42ab-8353-589fcb2e04dc.envelope"), kept_before, sizeof kept_before - 1);
    memset(&options, 0, sizeof options);
    options.dsn = closed_dsn;
    options.database_path = database;
    options.release = "app@1.2.3";
    options.shutdown_timeout = test_ms(2000);
    if (sentry_init(&options) == 0) {
        sentry_capture_message(SENTRY_LEVEL_INFO, "text");
        sentry_capture_message(SENTRY_LEVEL_INFO, "text");
        CHECK_EACH(sentry_flush(test_ms(2000)) == 0);
        sentry_close();
    }
    file_each(database, count_kept_before, &kept);
    CHECK_EACH(kept == 1);
}
#endif

/* A session that another run left, and those of this one. */
static void use_sessions(void)
{
#ifndef SENTRY_NO_FILES
    static const char left[] = "{\"sid\":\"7c7b6585-f901-4351-bf8d-02711b721929\",\"started\":\"2026-01-02T03:04:00Z\",\"attrs\":{\"release\":\"a@1\"}}";
    char database[FILE_MAX_PATH];
#endif
    sentry_options_t options;
    memset(&options, 0, sizeof options);
#ifndef SENTRY_NO_FILES
    file_join(database, scratch, "database");
    file_remove(database, NULL);
    file_put(in_scratch("database/11111111-2222-4333-8444-555555555555.run/session.json"), left, sizeof left - 1);
    options.database_path = database;
#endif
    options.symbolize_stacktraces = SENTRY_OFF; /* which takes its time */
    if (start(&options) != 0) return;
    sentry_set_user(sentry_value_new_user("42", NULL, NULL, NULL));
    sentry_capture_exception("Error", "text");
    sentry_start_session();
    sentry_end_session();
    sentry_start_session();
    sentry_close();
}

/* Headers in and out, with or without tracing. */
static void propagate(void)
{
    char text[SENTRY_MAX_BAGGAGE + 1];
    sentry_continue_trace("771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1", "a=1,sentry-release=their%40release,sentry-sample_rand=0.5");
    sentry_get_traceparent(text, sizeof text);
    sentry_merge_baggage("b=2", text, sizeof text);
    sentry_set_trace("0123456789abcdef0123456789abcdef", NULL);
    sentry_get_baggage(text, sizeof text);
    sentry_regenerate_trace();
    sentry_is_trace_target("http://example.com/");
    sentry_capture_message(SENTRY_LEVEL_INFO, "text");
}

static void traces(void)
{
    static const char *const targets[] = { "example", "^http://[a-z]+/", NULL };
    static char release[700]; /* longer than any room on the stack */
    sentry_options_t options;
    memset(release, 'r', sizeof release - 1);
    memset(&options, 0, sizeof options);
    options.release = release;
    options.trace_propagation_targets = targets;
    if (start(&options) == 0) propagate();
}

#ifndef SENTRY_NO_TRACING
static void keep_header(const char *key, const char *value, void *data)
{
    CHECK_EACH(*key && *value && data == NULL);
}

static void trace_all_day(void)
{
    static const char long_text[] = "a text that is longer than what stands inside of other things, and so needs memory of its own, which is not there";
    sentry_transaction_context_t *context = sentry_transaction_context_new("first", "op");
    sentry_transaction_t *tx;
    sentry_span_t *span;
    int i;
    sentry_transaction_context_set_name(context, "second");
    sentry_transaction_context_update_from_header(context, "sentry-trace", "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12-1");
    sentry_transaction_context_update_from_header(context, "baggage", "sentry-release=a");
    tx = sentry_transaction_start(context, sentry_value_from_json("{\"a\":1}"));
    sentry_set_transaction_object(tx);
    sentry_transaction_iter_headers(tx, keep_header, NULL);
    for (i = 0; i < 5; i++) {
        span = sentry_start_span("op", long_text);
        sentry_span_set_tag(span, "tag", long_text);
        sentry_span_set_data(span, "data", sentry_value_from_json("{\"x\":[1,2,3]}"));
        sentry_span_set_data(span, "data", sentry_value_new_string(long_text));
        sentry_span_set_data(span, "password", sentry_value_new_string(long_text));
        if (i % 3) sentry_span_finish(span);
    }
    sentry_transaction_set_tag(tx, "tag", long_text);
    sentry_transaction_set_measurement(tx, "m", 1, NULL);
    sentry_transaction_set_name(tx, long_text);
    sentry_capture_message(SENTRY_LEVEL_INFO, "text");
    sentry_transaction_finish(tx);
    SENTRY_TRANSACTION("block", "op") {
        SENTRY_SPAN("op", "block")
            propagate();
    }
    sentry_start_transaction("left open", "op");
}

static void tracing(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.traces_sample_rate = 1.0;
    options.max_value_length = 50;
    if (start(&options) == 0) trace_all_day();
}

static void tracing_with_hooks(void)
{
    static const char *const ignored[] = { "Ignored*", NULL };
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.traces_sample_rate = 1.0;
    options.before_send_transaction = change_event;
    options.ignore_transactions = ignored;
    if (start(&options) != 0) return;
    sentry_add_event_processor(change_event, NULL);
    trace_all_day();
}

#ifndef SENTRY_NO_HTTP
static sentry_http_client_t *accepting_client(void *data)
{
    return (sentry_http_client_t *)data;
}

/* Nothing arrives that is empty. */
static int accept_request(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    static const char empty[] = "\"length\":0";
    size_t size, i;
    const char *body = sentry_http_request_get_body(request, &size);
    (void)client;
    for (i = 0; i + sizeof empty - 1 <= size; i++)
        CHECK_EACH(memcmp(body + i, empty, sizeof empty - 1) != 0);
    sentry_http_response_set_status_code(response, 200);
    return 1;
}

/* The worker has less memory than who began it. */
static void tracing_by_the_worker(void)
{
    static int data;
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "http://key@127.0.0.1:9/42";
    options.release = "app@1.2.3";
    options.http_retry = SENTRY_OFF;
    options.http_compression = SENTRY_OFF;
    options.auto_session_tracking = SENTRY_OFF;
    options.traces_sample_rate = 1.0;
    options.shutdown_timeout = test_ms(2000);
    options.transport = sentry_http_transport_new(accepting_client, &data, accept_request, NULL);
    if (!options.transport || sentry_init(&options) != 0) return;
    trace_all_day();
    CHECK_EACH(sentry_flush(test_ms(2000)) == 0);
    sentry_close();
}
#endif
#endif

/* -- tests ---------------------------------------------------------------------------------------- */

static void values_run_out(void)
{
    run_both(use_values, 0);
}

static void events_run_out(void)
{
    run_both(use_events, 0);
}

static void options_run_out(void)
{
    run_both(use_options, 0);
}

static void capture_runs_out(void)
{
    run_both(init_capture_close, 1);
}

static void log_records_run_out(void)
{
    run_both(log_records, 1);
}

static void init_by_setters_runs_out(void)
{
    run_both(init_by_setters, 1);
}

static void hooks_run_out(void)
{
    run_both(capture_with_hooks, 1);
}

static void scopes_and_hubs_run_out(void)
{
    run_both(scopes_and_hubs, 1);
}

static void sessions_run_out(void)
{
    REQUIRE(scratch_begin());
    run_both(use_sessions, 1);
    scratch_end();
}

static void envelopes_run_out(void)
{
    run_both(envelopes, 1);
}

#ifndef SENTRY_NO_FILES
static void files_run_out(void)
{
    REQUIRE(scratch_begin());
    run_both(files, 1);
    scratch_end();
}

static void release_from_git_runs_out(void)
{
    REQUIRE(scratch_begin());
    REQUIRE(test_chdir(scratch) == 0);
    file_put(".git/HEAD", "ref: refs/heads/main\n", 21);
    file_put(".git/packed-refs", "1111111111111111111111111111111111111111 refs/heads/main\n", 57);
    run_both(release_from_git, 1);
    scratch_end();
}
#endif

#ifndef SENTRY_NO_HTTP
static void http_runs_out(void)
{
    REQUIRE(scratch_begin());
    snprintf(closed_dsn, sizeof closed_dsn, "http://key@0.0.0.0:%d/42", sink_closed_port());
    run_both(http_to_nobody, 1);
    scratch_end();
}
#endif

static void traces_run_out(void)
{
    run_both(traces, 1);
}

#ifndef SENTRY_NO_TRACING
static void tracing_runs_out(void)
{
    run_both(tracing, 1);
}

static void tracing_with_hooks_runs_out(void)
{
    run_both(tracing_with_hooks, 1);
}

#ifndef SENTRY_NO_HTTP
static void tracing_by_the_worker_runs_out(void)
{
    run_both(tracing_by_the_worker, 0);
}
#endif
#endif

static const test_case_t tests[] = {
    { "values_run_out", values_run_out },
    { "events_run_out", events_run_out },
    { "options_run_out", options_run_out },
    { "capture_runs_out", capture_runs_out },
    { "init_by_setters_runs_out", init_by_setters_runs_out },
    { "log_records_run_out", log_records_run_out },
    { "hooks_run_out", hooks_run_out },
    { "scopes_and_hubs_run_out", scopes_and_hubs_run_out },
#ifndef SENTRY_NO_FILES
    { "files_run_out", files_run_out },
    { "release_from_git_runs_out", release_from_git_runs_out },
#endif
#ifndef SENTRY_NO_HTTP
    { "http_runs_out", http_runs_out },
#endif
    { "sessions_run_out", sessions_run_out },
    { "envelopes_run_out", envelopes_run_out },
#ifndef SENTRY_NO_TRACING
    { "tracing_runs_out", tracing_runs_out },
    { "tracing_with_hooks_runs_out", tracing_with_hooks_runs_out },
#ifndef SENTRY_NO_HTTP
    { "tracing_by_the_worker_runs_out", tracing_by_the_worker_runs_out },
#endif
#endif
    { "traces_run_out", traces_run_out }
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
