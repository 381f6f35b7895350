/* Tracing: transactions and spans, which are sampled, what is sent of them, what is counted as lost. */
#include "clock.h"
#include "collect.h"
#include "log.h"
#include "trace.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Closes the SDK, which then holds nothing. */
static void stop(void)
{
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

/* -- blocks: without tracing they only run ------------------------------------------------ */

static int block_runs;

static void blocks_run_once(void)
{
    SENTRY_TRANSACTION("block", "test") {
        block_runs++;
        SENTRY_SPAN("one", "first") {
            block_runs++;
        }
        SENTRY_SPAN("two", NULL)
            block_runs++;
    }
}

static int traced_function(int n)
{
    SENTRY_TRACE_FUNCTION();
    if (n > 1)
        return traced_function(n - 1) + 1;
    return n;
}

static void blocks_without_the_sdk(void)
{
    block_runs = 0;
    blocks_run_once();
    CHECK_INT(block_runs, 3);
    CHECK_INT(traced_function(3), 3);
    REQUIRE(collect_start(NULL) == 0); /* tracing is off */
    blocks_run_once();
    CHECK_INT(block_runs, 6);
    CHECK_INT(traced_function(3), 3);
    say("x");
    CHECK_INT(collect_count(), 1);
    stop();
}

#ifndef SENTRY_NO_TRACING

/* -- helpers ---------------------------------------------------------------------------------- */

static void pass_ms(long long ms)
{
    clock_pass(ms, ms);
}

/* The first span of that description in event i, lent; null when there is none. */
static sentry_value_t span_of(size_t i, const char *description)
{
    sentry_value_t spans = collect_get(i, "spans");
    size_t k;
    for (k = 0; k < sentry_value_get_length(spans); k++) {
        sentry_value_t span = sentry_value_get_by_index(spans, k);
        if (strcmp(sentry_value_as_string(sentry_value_get_by_key(span, "description")), description) == 0)
            return span;
    }
    return sentry_value_new_null();
}

static const char *span_str(size_t i, const char *description, const char *path)
{
    return sentry_value_as_string(collect_at(span_of(i, description), path));
}

static int span_has(size_t i, const char *description, const char *path)
{
    return !sentry_value_is_null(collect_at(span_of(i, description), path));
}

static const char *root_str(size_t i, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(collect_get(i, "contexts.trace"), key));
}

/* The id of what a span hangs on, in words: a description, "root", or "" for neither. */
static const char *parent_of(size_t i, const char *description)
{
    const char *id = span_str(i, description, "parent_span_id");
    sentry_value_t spans = collect_get(i, "spans");
    size_t k;
    for (k = 0; k < sentry_value_get_length(spans); k++) {
        sentry_value_t span = sentry_value_get_by_index(spans, k);
        if (strcmp(sentry_value_as_string(sentry_value_get_by_key(span, "span_id")), id) == 0)
            return sentry_value_as_string(sentry_value_get_by_key(span, "description"));
    }
    return strcmp(id, root_str(i, "span_id")) == 0 ? "root" : "";
}

static int is_stamp(const char *text)
{
    return strlen(text) == 27 && text[10] == 'T' && text[19] == '.' && text[26] == 'Z';
}

/* What the server would throw away: checks what every span of a transaction has, beginning with the root. */
static int is_valid_span(sentry_value_t span, const char *trace_id, const char *from, const char *to)
{
    const char *start = sentry_value_as_string(sentry_value_get_by_key(span, "start_timestamp"));
    const char *end = sentry_value_as_string(sentry_value_get_by_key(span, "timestamp"));
    return strcmp(sentry_value_as_string(sentry_value_get_by_key(span, "trace_id")), trace_id) == 0
        && is_hex(sentry_value_as_string(sentry_value_get_by_key(span, "span_id")), 16)
        && is_hex(sentry_value_as_string(sentry_value_get_by_key(span, "parent_span_id")), 16) && is_stamp(start) && is_stamp(end)
        && strcmp(start, end) <= 0 && (!from || strcmp(from, start) <= 0) && (!to || strcmp(end, to) <= 0);
}

/* The same for the whole; every span hangs on another or on the root, and no id is there twice. */
static int is_valid_transaction(size_t i)
{
    sentry_value_t spans = collect_get(i, "spans");
    const char *trace_id = root_str(i, "trace_id");
    size_t n = sentry_value_get_length(spans), k, m;
    if (strcmp(collect_str(i, "type"), "transaction") != 0 || !is_hex(trace_id, 32) || !is_hex(root_str(i, "span_id"), 16)
        || strcmp(trace_dsc(i, "trace_id"), trace_id) != 0 || strcmp(collect_str(i, "start_timestamp"), collect_str(i, "timestamp")) > 0
        || !is_stamp(collect_str(i, "start_timestamp")) || !is_stamp(collect_str(i, "timestamp")))
        return 0;
    for (k = 0; k < n; k++) {
        sentry_value_t span = sentry_value_get_by_index(spans, k);
        const char *id = sentry_value_as_string(sentry_value_get_by_key(span, "span_id"));
        const char *parent = sentry_value_as_string(sentry_value_get_by_key(span, "parent_span_id"));
        int known = strcmp(parent, root_str(i, "span_id")) == 0;
        if (!is_valid_span(span, trace_id, NULL, NULL))
            return 0;
        for (m = 0; m < n; m++) {
            const char *other = sentry_value_as_string(sentry_value_get_by_key(sentry_value_get_by_index(spans, m), "span_id"));
            known |= strcmp(parent, other) == 0;
            if (m != k && strcmp(id, other) == 0)
                return 0;
        }
        if (!known || strcmp(parent, id) == 0)
            return 0;
    }
    return 1;
}

/* What client reports say of transactions, and of spans. Without HTTP there are none. */
static void check_lost(const char *reason, long transactions, long spans)
{
#ifndef SENTRY_NO_HTTP
    if (collected.by_worker) {
        CHECK_INT(collect_lost(reason, "transaction"), transactions);
        CHECK_INT(collect_lost(reason, "span"), spans);
    }
#else
    (void)reason;
    (void)transactions;
    (void)spans;
    CHECK(1);
#endif
}

/* Starts the SDK with client reports. */
static int start_counting(const sentry_options_t *options)
{
    sentry_options_t mine = *options;
    mine.send_client_reports = SENTRY_ON;
#ifndef SENTRY_NO_HTTP
    collected.by_worker = 1;
#endif
    return collect_start(&mine);
}

/* -- shapes ----------------------------------------------------------------------------------- */

#define STARTED "2026-01-02T03:04:05.678901Z"

static void a_transaction(void)
{
    sentry_uuid_t id, last;
    sentry_transaction_t *tx;
    const sentry_envelope_t *envelope;
    char hex[33];
    REQUIRE(trace_start(1.0) == 0);
    sentry_set_tag("scope", "s");
    tx = trace_begin("job");
    CHECK(tx != NULL);
    pass_ms(1500);
    sentry_set_tag("late", "l");
    sentry_set_user(sentry_value_new_user("7", NULL, NULL, NULL));
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "not for transactions");
    sentry_set_level(SENTRY_LEVEL_WARNING);
    id = sentry_transaction_finish(tx);
    last = sentry_get_last_event_id();
    CHECK(!sentry_uuid_is_nil(&id));
    CHECK(memcmp(&last, &id, sizeof id) == 0);
    REQUIRE(collect_count() == 1);
    CHECK(is_valid_transaction(0));
    CHECK(collect_is_id(0, &id));
    CHECK_STR(collect_str(0, "type"), "transaction");
    CHECK_STR(collect_str(0, "transaction"), "job");
    CHECK_STR(collect_text(0, "transaction_info"), "{\"source\":\"custom\"}");
    CHECK_STR(collect_str(0, "platform"), "native");
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    CHECK_STR(collect_str(0, "environment"), "testing");
    CHECK_STR(collect_str(0, "server_name"), "box");
    CHECK_STR(collect_str(0, "sdk.name"), SENTRY_SDK_NAME);
    CHECK_STR(collect_str(0, "start_timestamp"), STARTED);
    CHECK_STR(collect_str(0, "timestamp"), "2026-01-02T03:04:07.178901Z");
    CHECK_STR(root_str(0, "op"), "test");
    CHECK_STR(root_str(0, "status"), "ok");
    CHECK_STR(root_str(0, "origin"), "manual");
    CHECK(!collect_has(0, "contexts.trace.parent_span_id"));
    CHECK_STR(collect_text(0, "tags"), "{\"scope\":\"s\",\"late\":\"l\"}");
    CHECK_STR(collect_text(0, "user"), "{\"id\":\"7\"}");
    CHECK_INT(collect_len(0, "spans"), 0);
    CHECK(collect_has(0, "contexts.os"));
    CHECK(!collect_has(0, "level"));
    CHECK(!collect_has(0, "breadcrumbs"));
    CHECK(!collect_has(0, "exception"));
    CHECK(!collect_has(0, "logentry"));
    CHECK(!collect_has(0, "measurements"));
    CHECK(!collect_has(0, "_meta"));
    CHECK_ABSENT(collect_json(0), "null");
    envelope = collect_envelope(0);
    CHECK_INT(sentry_envelope_get_item_count(envelope), 1);
    CHECK_STR(collect_item_type(envelope, 0), "transaction");
    CHECK(!sentry_value_is_null(sentry_envelope_get_transaction(envelope)));
    CHECK(sentry_value_is_null(sentry_envelope_get_event(envelope)));
    snprintf(hex, sizeof hex, "%s", collect_str(0, "event_id"));
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "event_id")), hex);
    CHECK_STR(trace_dsc(0, "public_key"), "abc123");
    CHECK_STR(trace_dsc(0, "sample_rate"), "1");
    CHECK(is_sample_rand(trace_dsc(0, "sample_rand")));
    CHECK_STR(trace_dsc(0, "sampled"), "true");
    CHECK_STR(trace_dsc(0, "release"), "app@1.2.3");
    CHECK_STR(trace_dsc(0, "environment"), "testing");
    CHECK_STR(trace_dsc(0, "transaction"), "job");
    CHECK_STR(trace_dsc(0, "org_id"), "42");
    CHECK_INT(trace_dsc_size(0), 9);
    stop();
}

/* What happens within a transaction is told by its name, unless something else is said. */
static void errors_within(void)
{
    sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "with a name of its own");
    REQUIRE(trace_start(1.0) == 0);
    sentry_value_set_by_key(event, "transaction", sentry_value_new_string("its own"));
    say("outside");
    SENTRY_TRANSACTION("load \"level\"", "task") {
        SENTRY_SPAN("step", "inside") { say("inside"); }
        sentry_capture_event(event);
        SENTRY_WITH_SCOPE(scope) {
            sentry_set_transaction("the scope's");
            say("in a scope");
        }
    }
    say("outside again");
    CHECK(!collect_has(0, "transaction"));
    CHECK_STR(collect_str(1, "transaction"), "load \"level\"");
    CHECK_STR(collect_str(2, "transaction"), "its own");
    CHECK_STR(collect_str(3, "transaction"), "the scope's");
    CHECK_STR(collect_str(4, "transaction"), "load \"level\"");
    CHECK_STR(collect_str(4, "type"), "transaction");
    CHECK(!collect_has(5, "transaction"));
    stop();
}

static void spans(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *outer, *inner, *second;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("GET /users", SENTRY_OP_HTTP_SERVER);
    pass_ms(100);
    outer = sentry_start_span(SENTRY_OP_DB, "outer");
    pass_ms(10);
    inner = sentry_span_start_child(outer, SENTRY_OP_DB_QUERY, "inner");
    pass_ms(1);
    sentry_span_finish(inner);
    second = sentry_transaction_start_child(tx, SENTRY_OP_CACHE_GET, NULL);
    pass_ms(1);
    sentry_span_set_status(second, SENTRY_SPAN_STATUS_NOT_FOUND);
    sentry_span_finish(second);
    sentry_span_finish(outer);
    pass_ms(100);
    CHECK(trace_end(tx));
    REQUIRE(collect_count() == 1);
    CHECK(is_valid_transaction(0));
    CHECK_STR(root_str(0, "op"), "http.server");
    CHECK_INT(collect_len(0, "spans"), 3);
    CHECK_STR(collect_str(0, "spans.0.description"), "outer");
    CHECK_STR(collect_str(0, "spans.0.op"), "db");
    CHECK_STR(collect_str(0, "spans.0.start_timestamp"), "2026-01-02T03:04:05.778901Z");
    CHECK_STR(collect_str(0, "spans.0.timestamp"), "2026-01-02T03:04:05.790901Z");
    CHECK_STR(collect_str(0, "spans.0.origin"), "manual");
    CHECK(!collect_has(0, "spans.0.status"));
    CHECK(!collect_has(0, "spans.0.tags"));
    CHECK_STR(collect_str(0, "spans.1.description"), "inner");
    CHECK_STR(collect_str(0, "spans.1.op"), "db.query");
    CHECK_STR(collect_str(0, "spans.1.start_timestamp"), "2026-01-02T03:04:05.788901Z");
    CHECK_STR(collect_str(0, "spans.1.timestamp"), "2026-01-02T03:04:05.789901Z");
    CHECK_STR(collect_str(0, "spans.2.op"), "cache.get");
    CHECK(!collect_has(0, "spans.2.description"));
    CHECK_STR(collect_str(0, "spans.2.status"), "not_found");
    CHECK_STR(parent_of(0, "outer"), "root");
    CHECK_STR(parent_of(0, "inner"), "outer");
    CHECK_STR(collect_str(0, "spans.2.parent_span_id"), root_str(0, "span_id"));
#ifndef SENTRY_NO_THREADS
    CHECK(*collect_str(0, "spans.0.data.thread.id") == 0); /* the key has a dot in it */
    {
        const char *thread = sentry_value_as_string(sentry_value_get_by_key(collect_get(0, "spans.0.data"), "thread.id"));
        CHECK(*thread && strspn(thread, "0123456789") == strlen(thread));
    }
#endif
    stop();
}

static void tags_and_data(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    sentry_value_t data, list;
    REQUIRE(trace_start(1.0) == 0);
    sentry_set_tag("both", "scope");
    tx = trace_begin("tx");
    sentry_transaction_set_tag(tx, "both", "transaction");
    sentry_transaction_set_tag(tx, "gone", "1");
    sentry_transaction_set_tag_n(tx, "lengthy", 6, "values", 5);
    sentry_transaction_remove_tag(tx, "gone");
    sentry_transaction_remove_tag_n(tx, "missing", 7);
    sentry_transaction_set_data(tx, "n", sentry_value_new_int32(1));
    sentry_transaction_set_data(tx, "n", sentry_value_new_int32(2));
    sentry_transaction_set_data_n(tx, "gone!", 4, sentry_value_new_bool(1));
    sentry_transaction_remove_data(tx, "gone");
    span = sentry_transaction_start_child(tx, "op", "span");
    sentry_span_set_tag(span, "a", "1");
    sentry_span_set_tag(span, "a", "2");
    sentry_span_set_tag_n(span, "bc", 1, "34", 1);
    sentry_span_set_tag(span, "c", "5");
    sentry_span_remove_tag_n(span, "cd", 1);
    list = sentry_value_new_list();
    sentry_value_append(list, sentry_value_new_string("x"));
    sentry_value_append(list, sentry_value_new_null());
    data = sentry_value_new_object();
    sentry_value_set_by_key(data, "list", list);
    sentry_span_set_data(span, "object", data);
    sentry_span_set_data(span, SENTRY_DATA_CACHE_HIT, sentry_value_new_bool(1));
    sentry_span_set_data(span, SENTRY_DATA_CACHE_ITEM_SIZE, sentry_value_new_uint64(UINT64_MAX));
    sentry_span_set_data(span, "big", sentry_value_new_int64(INT64_MIN));
    sentry_span_set_data(span, "half", sentry_value_new_double(0.5));
    sentry_span_set_data(span, "text", sentry_value_new_string("\xc3\xa9t\xc3\xa9 \"quoted\""));
    sentry_span_set_data(span, "api_key", sentry_value_new_string("secret word"));
    sentry_span_set_data_n(span, "gone!", 4, sentry_value_new_bool(1));
    sentry_span_remove_data_n(span, "gone!", 4);
    sentry_span_finish(span);
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(0));
    CHECK_STR(collect_str(0, "tags.both"), "transaction");
    CHECK_STR(collect_str(0, "tags.length"), "value");
    CHECK_INT(collect_len(0, "tags"), 2);
    CHECK_INT(sentry_value_as_int32(collect_get(0, "contexts.trace.data.n")), 2);
    CHECK(!collect_has(0, "contexts.trace.data.gone"));
    CHECK_STR(collect_text(0, "spans.0.tags"), "{\"a\":\"2\",\"b\":\"3\"}");
    CHECK_STR(collect_text(0, "spans.0.data.object"), "{\"list\":[\"x\",null]}");
    CHECK_STR(collect_str(0, "spans.0.data.api_key"), "[Filtered]");
    data = collect_get(0, "spans.0.data");
    CHECK(sentry_value_is_true(sentry_value_get_by_key(data, "cache.hit")));
    CHECK(sentry_value_as_uint64(sentry_value_get_by_key(data, "cache.item_size")) == UINT64_MAX);
    CHECK(sentry_value_as_int64(sentry_value_get_by_key(data, "big")) == INT64_MIN);
    CHECK(sentry_value_as_double(sentry_value_get_by_key(data, "half")) == 0.5);
    CHECK_STR(collect_str(0, "spans.0.data.text"), "\xc3\xa9t\xc3\xa9 \"quoted\"");
    CHECK(!collect_has(0, "spans.0.data.gone"));
    CHECK_ABSENT(collect_json(0), "secret word");
    stop();
}

/* Taken away before it was there, set, changed, taken away and set again; keys of one length, and such as JSON has to escape. */
static void keys_come_and_go(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, "op", "span");
    sentry_span_remove_tag(span, "aa");
    sentry_span_remove_tag(span, "bb");
    sentry_span_remove_data(span, "aa");
    sentry_transaction_remove_tag(tx, "aa");
    sentry_span_set_tag(span, "bb", "short");
    sentry_span_set_tag(span, "cc", "c");
    sentry_span_set_tag(span, "bb", "something that is longer than before");
    sentry_span_remove_tag(span, "bb");
    sentry_span_set_tag(span, "bb", "s");
    sentry_span_remove_tag(span, "cc");
    sentry_span_set_data(span, "bb", sentry_value_new_int32(1));
    sentry_span_set_data(span, "bb", sentry_value_new_string("2"));
    sentry_span_set_tag(span, "q\"\\\n", "q");
    sentry_span_set_tag(span, "q\"\\\n", "r");
    sentry_transaction_set_tag(tx, "q\"\\", "s");
    sentry_transaction_set_data(tx, "q\"\\", sentry_value_new_string("t"));
    CHECK(trace_end(tx));
    CHECK_STR(collect_text(0, "spans.0.tags"), "{\"bb\":\"s\",\"q\\\"\\\\\\n\":\"r\"}");
    CHECK_STR(collect_str(0, "spans.0.data.bb"), "2");
    CHECK(!collect_has(0, "spans.0.data.aa"));
    CHECK_STR(collect_text(0, "tags"), "{\"q\\\"\\\\\":\"s\"}");
    CHECK_STR(collect_str(0, "contexts.trace.data.q\"\\"), "t");
    stop();
}

/* Many of each, more than any fixed room. */
static void many_tags_and_data(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    char key[32];
    int i;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, "op", "span");
    for (i = 0; i < 200; i++) {
        snprintf(key, sizeof key, "key_%d", i);
        sentry_span_set_tag(span, key, key);
        sentry_span_set_data(span, key, sentry_value_new_int32(i));
        sentry_transaction_set_tag(tx, key, key);
        sentry_transaction_set_data(tx, key, sentry_value_new_string(key));
    }
    for (i = 0; i < 200; i += 2) {
        snprintf(key, sizeof key, "key_%d", i);
        sentry_span_remove_tag(span, key);
        sentry_span_remove_data(span, key);
        sentry_transaction_remove_tag(tx, key);
        sentry_transaction_remove_data(tx, key);
    }
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(0));
    CHECK_INT(collect_len(0, "spans.0.tags"), 100);
    CHECK_INT(collect_len(0, "tags"), 100);
    CHECK_STR(collect_str(0, "spans.0.tags.key_199"), "key_199");
    CHECK_STR(collect_str(0, "tags.key_1"), "key_1");
    CHECK_INT(sentry_value_as_int32(collect_get(0, "spans.0.data.key_77")), 77);
    CHECK_STR(collect_str(0, "contexts.trace.data.key_77"), "key_77");
    CHECK(!collect_has(0, "spans.0.data.key_78"));
    CHECK(!collect_has(0, "contexts.trace.data.key_78"));
    stop();
}

/* Tags have 200 bytes, other strings max_value_length, and never half a character. */
static void long_values(void)
{
    static char tag[301], text[5001];
    sentry_transaction_t *tx;
    sentry_span_t *span;
    const char *cut;
    size_t i;
    for (i = 0; i < 300; i += 2)
        memcpy(tag + i, "\xc3\xa9", 2);
    memset(text, 'x', sizeof text - 1);
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin(text);
    span = sentry_transaction_start_child(tx, "op", text);
    sentry_span_set_tag(span, "exact", tag + 100);
    sentry_span_set_tag(span, "long", tag);
    sentry_span_set_tag(span, "short", tag);
    sentry_span_set_tag(span, "short", "now");
    sentry_span_set_tag(span, "gone", tag);
    sentry_span_remove_tag(span, "gone");
    sentry_span_set_data(span, "long", sentry_value_new_string(text));
    sentry_transaction_set_tag(tx, "long", tag);
    sentry_transaction_set_data(tx, "long", sentry_value_new_string(text));
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(0));
    CHECK_STR(collect_str(0, "spans.0.tags.exact"), tag + 100);
    cut = collect_str(0, "spans.0.tags.long");
    CHECK(strlen(cut) <= 200 && strlen(cut) >= 190 && strncmp(cut, tag, 190) == 0);
    CHECK(collect_has(0, "_meta.spans.0.tags.long."));
    CHECK(!collect_has(0, "_meta.spans.0.tags.exact"));
    cut = collect_str(0, "tags.long");
    CHECK(strlen(cut) <= 200 && strlen(cut) >= 190 && strncmp(cut, tag, 190) == 0);
    CHECK(collect_has(0, "_meta.tags.long."));
    CHECK_AT_MOST(collect_len(0, "spans.0.data.long"), 1024);
    CHECK(collect_len(0, "spans.0.data.long") > 1000);
    CHECK(collect_has(0, "_meta.spans.0.data.long."));
    CHECK_AT_MOST(collect_len(0, "contexts.trace.data.long"), 1024);
    CHECK(collect_has(0, "_meta.contexts.trace.data.long."));
    CHECK(strncmp(collect_str(0, "transaction"), text, 200) == 0);
    CHECK(strncmp(collect_str(0, "spans.0.description"), text, 1000) == 0);
    CHECK_STR(collect_str(0, "spans.0.tags.short"), "now");
    CHECK_INT(collect_len(0, "_meta.spans.0.tags"), 1); /* nothing is noted about what is no longer there, */
    sentry_span_set_tag(sentry_transaction_start_child(tx = trace_begin("tx"), "op", "span"), "long", "short");
    CHECK(trace_end(tx));
    CHECK(!collect_has(1, "_meta")); /* nor about another transaction */
    stop();
}

/* What is no text still makes valid JSON. */
static void hostile_text(void)
{
    static const char *const texts[] = { "\xff\xfe", "\xc3", "\"\\\n\r\t\x01\x7f", "", "</script>", "\xed\xa0\x80", "%s%n" };
    sentry_transaction_t *tx;
    sentry_span_t *span;
    size_t i;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < COUNT(texts); i++) {
        tx = sentry_start_transaction(texts[i], texts[i]);
        span = sentry_start_span(texts[i], texts[i]);
        sentry_span_set_tag(span, texts[i], texts[i]);
        sentry_span_set_data(span, texts[i], sentry_value_new_string(texts[i]));
        sentry_transaction_set_tag(tx, texts[i], texts[i]);
        sentry_transaction_set_measurement(tx, texts[i], 1, texts[i]);
        sentry_transaction_set_source(tx, texts[i]);
        sentry_span_finish(span);
        CHECK(trace_end(tx));
        CHECK(is_valid_transaction(i));
    }
    stop();
}

static void names(void)
{
    sentry_transaction_context_t *context;
    sentry_transaction_t *tx;
    REQUIRE(trace_start(1.0) == 0);
    context = sentry_transaction_context_new("first", "op.first");
    CHECK_STR(sentry_transaction_context_get_name(context), "first");
    CHECK_STR(sentry_transaction_context_get_operation(context), "op.first");
    sentry_transaction_context_set_name(context, "second");
    sentry_transaction_context_set_operation_n(context, "op.second", 5);
    CHECK_STR(sentry_transaction_context_get_operation(context), "op.se");
    sentry_transaction_context_set_operation(context, "op.third");
    tx = sentry_transaction_start(context, sentry_value_new_null());
    CHECK(trace_end(tx));
    context = sentry_transaction_context_new_n("name", 2, "operation", 2);
    tx = sentry_transaction_start(context, sentry_value_new_null());
    sentry_transaction_set_name(tx, "renamed");
    sentry_transaction_set_source(tx, "route");
    CHECK(trace_end(tx));
    context = sentry_transaction_context_new(NULL, NULL);
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK(trace_end(sentry_start_transaction("", "")));
    tx = trace_begin("name");
    sentry_transaction_set_name_n(tx, "length", 3);
    CHECK(trace_end(tx));
    context = sentry_transaction_context_new("x", "y");
    sentry_transaction_context_set_name_n(context, "lengthy", 6);
    CHECK_STR(sentry_transaction_context_get_name(context), "length");
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK_STR(collect_str(0, "transaction"), "second");
    CHECK_STR(root_str(0, "op"), "op.third");
    CHECK_STR(collect_str(1, "transaction"), "renamed");
    CHECK_STR(collect_str(1, "transaction_info.source"), "route");
    CHECK_STR(root_str(1, "op"), "op");
    CHECK_STR(trace_dsc(1, "transaction"), "renamed");
    CHECK_STR(collect_str(2, "transaction"), "<unlabeled transaction>");
    CHECK_STR(collect_str(3, "transaction"), "<unlabeled transaction>");
    CHECK_STR(collect_str(4, "transaction"), "len");
    CHECK_STR(collect_str(5, "transaction"), "length");
    stop();
}

static void descriptions_and_origins(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, "op", "first");
    sentry_span_set_description(span, "second, which is longer");
    sentry_span_set_description(span, "third");
    sentry_span_set_origin(span, "auto.db.mine");
    sentry_span_finish(span);
    sentry_span_set_description(span, "late");
    sentry_span_set_origin(span, "auto.late");
    span = sentry_transaction_start_child(tx, "op", NULL);
    sentry_span_set_description(span, "fourth");
    sentry_span_set_description(NULL, "x");
    sentry_span_set_origin(NULL, "x");
    sentry_span_set_origin(span, "auto.x");
    sentry_span_set_origin(span, NULL);
    sentry_span_set_origin(sentry_transaction_as_span(tx), "auto.http.mine");
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(0));
    CHECK_STR(collect_str(0, "spans.0.description"), "third");
    CHECK_STR(collect_str(0, "spans.0.origin"), "auto.db.mine");
    CHECK_STR(collect_str(0, "spans.1.description"), "fourth");
    CHECK_STR(collect_str(0, "spans.1.origin"), "manual");
    CHECK_STR(root_str(0, "origin"), "auto.http.mine");
    CHECK_STR(collect_str(0, "transaction"), "tx");
    stop();
}

static void sources(void)
{
    static const char *const good[] = { "custom", "url", "route", "view", "component", "task" };
    sentry_transaction_t *tx;
    size_t i;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < COUNT(good); i++) {
        tx = trace_begin("name");
        sentry_transaction_set_source(tx, good[i]);
        CHECK(trace_end(tx));
        CHECK_STR(collect_str(i, "transaction_info.source"), good[i]);
        CHECK_STR(trace_dsc(i, "transaction"), strcmp(good[i], "url") == 0 ? "" : "name");
    }
    tx = trace_begin("name");
    sentry_transaction_set_source(tx, NULL);
    CHECK(trace_end(tx));
    CHECK_STR(collect_str(i, "transaction_info.source"), "custom");
    stop();
}

static void statuses(void)
{
    static const char *const words[] = { "ok", "cancelled", "unknown_error", "invalid_argument", "deadline_exceeded", "not_found", "already_exists",
        "permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal_error", "unavailable",
        "data_loss", "unauthenticated" };
    sentry_transaction_t *tx;
    sentry_span_t *span;
    size_t i;
    REQUIRE(trace_start(1.0) == 0);
    CHECK_INT(SENTRY_SPAN_STATUS_UNAUTHENTICATED, COUNT(words) - 1);
    for (i = 0; i < COUNT(words); i++) {
        tx = trace_begin("tx");
        span = sentry_transaction_start_child(tx, "op", "span");
        sentry_span_set_status(span, (sentry_span_status_t)i);
        sentry_span_finish(span);
        sentry_transaction_set_status(tx, (sentry_span_status_t)i);
        CHECK(trace_end(tx));
        CHECK_STR(root_str(i, "status"), words[i]);
        CHECK_STR(span_str(i, "span", "status"), words[i]);
    }
    tx = trace_begin("tx");
    sentry_transaction_set_status(tx, (sentry_span_status_t)31); /* there is none */
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(i));
    stop();
}

static void http_statuses(void)
{
    static const struct {
        int code;
        const char *status;
    } table[] = { { 100, "ok" }, { 200, "ok" }, { 302, "ok" }, { 399, "ok" }, { 400, "invalid_argument" }, { 401, "unauthenticated" },
        { 402, "invalid_argument" }, { 403, "permission_denied" }, { 404, "not_found" }, { 409, "already_exists" }, { 413, "failed_precondition" },
        { 418, "invalid_argument" }, { 429, "resource_exhausted" }, { 498, "invalid_argument" }, { 499, "cancelled" }, { 500, "internal_error" },
        { 501, "unimplemented" }, { 502, "internal_error" }, { 503, "unavailable" }, { 504, "deadline_exceeded" }, { 599, "internal_error" },
        { 600, "unknown_error" }, { 12345, "unknown_error" } };
    sentry_transaction_t *tx;
    char code[16];
    size_t i;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < COUNT(table); i++) {
        sentry_value_t span;
        tx = sentry_start_transaction("tx", "op");
        sentry_start_span("op", "span");
        sentry_span_set_http_status(sentry_get_current_span(), table[i].code);
        sentry_transaction_set_http_status(tx, table[i].code);
        CHECK(trace_end(tx));
        snprintf(code, sizeof code, "%d", table[i].code);
        span = span_of(i, "span");
        CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(sentry_value_get_by_key(span, "tags"), "http.status_code")), code);
        CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(sentry_value_get_by_key(span, "data"), "http.response.status_code")), table[i].code);
        CHECK_STR(root_str(i, "status"), table[i].status);
        CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(collect_get(i, "tags"), "http.status_code")), code);
        CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(collect_get(i, "contexts.trace.data"), "http.response.status_code")), table[i].code);
    }
    stop();
}

/* A span that has ended has the status it was given, not that of one which has not. */
static void http_status_of_a_span(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, "op", "span");
    sentry_span_set_http_status(span, 404);
    sentry_span_finish(span);
    span = sentry_transaction_start_child(tx, "op", "open");
    sentry_span_set_http_status(span, 404);
    CHECK(trace_end(tx));
    CHECK_STR(span_str(0, "span", "status"), "not_found");
    CHECK_STR(span_str(0, "open", "status"), "deadline_exceeded");
    stop();
}

static void measurements(void)
{
    sentry_transaction_t *tx;
    sentry_value_t all;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    sentry_transaction_set_measurement(tx, "queue.wait", 1, SENTRY_UNIT_SECOND);
    sentry_transaction_set_measurement(tx, "queue.wait", 12.5, SENTRY_UNIT_MILLISECOND);
    sentry_transaction_set_measurement(tx, "rows", 3, NULL);
    sentry_transaction_set_measurement(tx, "bad", NAN, SENTRY_UNIT_BYTE);
    sentry_transaction_set_measurement(tx, "bad", INFINITY, SENTRY_UNIT_BYTE);
    sentry_transaction_set_measurement(tx, NULL, 1, SENTRY_UNIT_BYTE);
    CHECK(trace_end(tx));
    all = collect_get(0, "measurements");
    CHECK(sentry_value_as_double(sentry_value_get_by_key(sentry_value_get_by_key(all, "queue.wait"), "value")) == 12.5);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(sentry_value_get_by_key(all, "queue.wait"), "unit")), "millisecond");
    CHECK(sentry_value_as_double(collect_at(all, "rows.value")) == 3);
    CHECK_STR(sentry_value_as_string(collect_at(all, "rows.unit")), "none");
    CHECK(sentry_value_is_null(sentry_value_get_by_key(all, "bad")));
    CHECK_INT(sentry_value_get_length(all), 2);
    stop();
}

/* -- time ------------------------------------------------------------------------------------- */

#define US(seconds) ((uint64_t)1767323045 * 1000000 + (uint64_t)(seconds) * 1000000)

static void given_times(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span, *child;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_transaction_start_ts(sentry_transaction_context_new("tx", "op"), sentry_value_new_null(), US(1) + 1);
    span = sentry_transaction_start_child_ts(tx, "op", "span", US(2));
    child = sentry_span_start_child_ts(span, "op", "child", US(3));
    sentry_span_finish_ts(child, US(4));
    sentry_span_finish_ts(span, US(5));
    span = sentry_transaction_start_child_ts_n(tx, "op", 2, "backwards!", 9, US(7));
    child = sentry_span_start_child_ts_n(span, "op", 2, "deeper", 6, US(7));
    sentry_span_finish_ts(child, US(7));
    sentry_span_finish_ts(span, US(6)); /* before it began */
    sentry_transaction_finish_ts(tx, US(10) + 999999);
    tx = sentry_transaction_start_ts(sentry_transaction_context_new("tx", "op"), sentry_value_new_null(), US(5));
    sentry_transaction_finish_ts(tx, US(4));
    CHECK(is_valid_transaction(0));
    CHECK_STR(collect_str(0, "start_timestamp"), "2026-01-02T03:04:06.000001Z");
    CHECK_STR(collect_str(0, "timestamp"), "2026-01-02T03:04:15.999999Z");
    CHECK_STR(span_str(0, "span", "start_timestamp"), "2026-01-02T03:04:07.000000Z");
    CHECK_STR(span_str(0, "span", "timestamp"), "2026-01-02T03:04:10.000000Z");
    CHECK_STR(span_str(0, "child", "start_timestamp"), "2026-01-02T03:04:08.000000Z");
    CHECK_STR(span_str(0, "child", "timestamp"), "2026-01-02T03:04:09.000000Z");
    CHECK_STR(parent_of(0, "child"), "span");
    CHECK_STR(span_str(0, "backwards", "start_timestamp"), "2026-01-02T03:04:12.000000Z");
    CHECK_STR(span_str(0, "backwards", "timestamp"), "2026-01-02T03:04:12.000000Z");
    CHECK_STR(parent_of(0, "deeper"), "backwards");
    CHECK_STR(collect_str(1, "start_timestamp"), "2026-01-02T03:04:10.000000Z");
    CHECK_STR(collect_str(1, "timestamp"), "2026-01-02T03:04:10.000000Z");
    stop();
}

static void absurd_times(void)
{
    static const uint64_t times[] = { 0, 1, UINT64_MAX, UINT64_MAX / 2, UINT64_C(253402300800000000) };
    size_t i, k;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < COUNT(times); i++) {
        for (k = 0; k < COUNT(times); k++) {
            sentry_transaction_t *tx = sentry_transaction_start_ts(sentry_transaction_context_new("tx", "op"), sentry_value_new_null(), times[i]);
            sentry_span_t *span = sentry_transaction_start_child_ts(tx, "op", "span", times[k]);
            sentry_span_finish_ts(span, times[i]);
            sentry_transaction_finish_ts(tx, times[k]);
            CHECK_INT(sentry_value_get_type(collect_event(i * COUNT(times) + k)), SENTRY_VALUE_TYPE_OBJECT);
        }
    }
    stop();
}

/* Somebody sets the clock while things are measured. */
static void the_clock_is_put_back(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    pass_ms(10);
    span = sentry_transaction_start_child(tx, "op", "span");
    clock_pass(20, -3600000);
    sentry_span_finish(span);
    span = sentry_transaction_start_child(tx, "op", "later");
    pass_ms(5);
    sentry_span_finish(span);
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(0));
    stop();
}

/* -- finishing, discarding, misuse ------------------------------------------------------------ */

static void finished_is_finished(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span, *child;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, "op", "span");
    pass_ms(1);
    sentry_span_finish(span);
    pass_ms(1);
    sentry_span_finish(span);
    sentry_span_discard(span);
    sentry_span_set_tag(span, "late", "1");
    sentry_span_set_data(span, "late", sentry_value_new_string("a value that is consumed all the same"));
    sentry_span_set_status(span, SENTRY_SPAN_STATUS_ABORTED);
    child = sentry_span_start_child(span, "op", "late child"); /* sent or not, but never wrong */
    sentry_span_finish(child);
    CHECK(trace_end(tx));
    CHECK(!trace_end(tx));
    sentry_transaction_discard(tx);
    CHECK(sentry_transaction_start_child(tx, "op", "after") == NULL);
    CHECK(sentry_span_start_child(span, "op", "after") == NULL);
    sentry_transaction_set_tag(tx, "a", "b");
    sentry_transaction_set_data(tx, "a", sentry_value_new_string("a value that is consumed all the same"));
    sentry_transaction_set_name(tx, "late");
    sentry_transaction_set_source(tx, "url");
    sentry_transaction_set_status(tx, SENTRY_SPAN_STATUS_ABORTED);
    sentry_transaction_set_http_status(tx, 500);
    sentry_transaction_set_measurement(tx, "m", 1, NULL);
    sentry_set_transaction_object(tx);
    sentry_set_span(span);
    CHECK(sentry_start_span("op", "after") == NULL);
    CHECK(sentry_get_current_span() == NULL);
    CHECK_INT(collect_count(), 1);
    CHECK(is_valid_transaction(0));
    CHECK_STR(collect_str(0, "spans.0.timestamp"), "2026-01-02T03:04:05.679901Z");
    CHECK(!collect_has(0, "spans.0.tags"));
    CHECK(!collect_has(0, "spans.0.status"));
    stop();
}

static void unfinished_children(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span, *child;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, "op", "open");
    child = sentry_span_start_child(span, "op", "finished");
    sentry_span_start_child(span, "op", "open too");
    sentry_span_finish(child);
    pass_ms(1000);
    CHECK(trace_end(tx));
    sentry_span_finish(span);
    CHECK_INT(collect_count(), 1);
    CHECK(is_valid_transaction(0));
    CHECK_INT(collect_len(0, "spans"), 3);
    CHECK_STR(span_str(0, "open", "status"), "deadline_exceeded");
    CHECK_STR(span_str(0, "open too", "status"), "deadline_exceeded");
    CHECK(!span_has(0, "finished", "status"));
    CHECK_STR(span_str(0, "open", "timestamp"), "2026-01-02T03:04:06.678901Z");
    CHECK_STR(span_str(0, "finished", "timestamp"), STARTED);
    stop();
}

static void discarded_spans(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *first, *second, *third;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    first = sentry_transaction_start_child(tx, "op", "first");
    second = sentry_span_start_child(first, "op", "second");
    third = sentry_span_start_child(second, "op", "third");
    sentry_span_start_child(third, "op", "fourth");
    sentry_span_discard(second);
    sentry_span_discard(third);
    sentry_span_finish(second);
    sentry_span_finish(first);
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(0));
    CHECK_INT(collect_len(0, "spans"), 2);
    CHECK_STR(parent_of(0, "first"), "root");
    CHECK_STR(parent_of(0, "fourth"), "first");
    stop();
}

static void discarded_transactions(void)
{
    sentry_options_t options = trace_options(1.0);
    sentry_transaction_t *tx;
    sentry_span_t *span;
    REQUIRE(start_counting(&options) == 0);
    tx = sentry_start_transaction("tx", "op");
    span = sentry_start_span("op", "span");
    sentry_transaction_discard(tx);
    sentry_span_finish(span);
    CHECK(!trace_end(tx));
    CHECK(sentry_get_current_span() == NULL);
    CHECK_INT(collect_count(), 0);
#ifndef SENTRY_NO_HTTP
    CHECK_INT(collect_loss_count(), 0);
#endif
    CHECK(trace_end(trace_begin("next")));
    CHECK_INT(collect_count(), 1);
    stop();
}

/* The root span takes what every span takes. */
static void the_root_span(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *root, *child;
    REQUIRE(trace_start(1.0) == 0);
    tx = trace_begin("tx");
    root = sentry_transaction_as_span(tx);
    CHECK(root != NULL);
    sentry_span_set_tag(root, "t", "1");
    sentry_span_set_data(root, "d", sentry_value_new_int32(2));
    sentry_span_set_status(root, SENTRY_SPAN_STATUS_ABORTED);
    child = sentry_span_start_child(root, "op", "child");
    sentry_span_finish(child);
    sentry_span_finish(root);
    CHECK(!trace_end(tx));
    CHECK_INT(collect_count(), 1);
    CHECK_STR(collect_str(0, "tags.t"), "1");
    CHECK_INT(sentry_value_as_int32(collect_get(0, "contexts.trace.data.d")), 2);
    CHECK_STR(root_str(0, "status"), "aborted");
    CHECK_STR(parent_of(0, "child"), "root");
    tx = trace_begin("tx");
    root = sentry_transaction_as_span(tx);
    sentry_span_set_http_status(root, 503);
    sentry_span_finish_ts(root, US(60));
    CHECK_INT(collect_count(), 2);
    CHECK_STR(root_str(1, "status"), "unavailable");
    CHECK_STR(collect_str(1, "timestamp"), "2026-01-02T03:05:05.000000Z");
    stop();
}

static void keep_nothing(const char *key, const char *value, void *userdata)
{
    (void)key;
    (void)value;
    ++*(int *)userdata;
}

/* Every function, with nothing and with `tx` and `span`, which are none any more. */
static void call_everything(sentry_transaction_t *tx, sentry_span_t *span)
{
    sentry_transaction_context_t *context = sentry_transaction_context_new(NULL, NULL);
    sentry_uuid_t id;
    int headers = 0;
    sentry_transaction_context_set_name(NULL, "x");
    sentry_transaction_context_set_name(context, NULL);
    sentry_transaction_context_set_name_n(context, NULL, 5);
    sentry_transaction_context_get_name(NULL);
    sentry_transaction_context_get_name(context);
    sentry_transaction_context_set_operation(NULL, "x");
    sentry_transaction_context_set_operation(context, NULL);
    sentry_transaction_context_set_operation_n(NULL, "x", 1);
    sentry_transaction_context_get_operation(NULL);
    sentry_transaction_context_set_sampled(NULL, 1);
    sentry_transaction_context_remove_sampled(NULL);
    sentry_transaction_context_remove_sampled(context);
    sentry_transaction_context_update_from_header(NULL, "sentry-trace", "x");
    sentry_transaction_context_update_from_header(context, NULL, "x");
    sentry_transaction_context_update_from_header(context, "sentry-trace", NULL);
    sentry_transaction_context_update_from_header(context, "baggage", NULL);
    sentry_transaction_context_update_from_header_n(context, NULL, 3, NULL, 3);
    sentry_transaction_context_update_from_header_n(context, "baggage", 7, NULL, 3);
    CHECK(!trace_end(sentry_transaction_start(NULL, sentry_value_new_object())));
    sentry_transaction_discard(sentry_transaction_start_ts(context, sentry_value_new_object(), 5));
    CHECK(!trace_end(tx));
    id = sentry_transaction_finish_ts(tx, 7);
    CHECK(sentry_uuid_is_nil(&id));
    sentry_transaction_discard(tx);
    sentry_scope_set_transaction_object(NULL, tx);
    sentry_scope_set_span(NULL, span);
    CHECK(sentry_transaction_start_child(tx, "a", "b") == NULL);
    CHECK(sentry_transaction_start_child_n(tx, "a", 1, NULL, 3) == NULL);
    CHECK(sentry_transaction_start_child_ts(tx, NULL, NULL, 1) == NULL);
    CHECK(sentry_transaction_start_child_ts_n(tx, NULL, 1, "b", 1, 1) == NULL);
    CHECK(sentry_span_start_child(span, NULL, NULL) == NULL);
    CHECK(sentry_span_start_child_n(span, "a", 1, "b", 1) == NULL);
    CHECK(sentry_span_start_child_ts(span, "a", "b", 1) == NULL);
    CHECK(sentry_span_start_child_ts_n(span, NULL, 0, NULL, 0, 1) == NULL);
    CHECK(sentry_start_span("a", "b") == NULL);
    sentry_span_finish(span);
    sentry_span_finish_ts(span, 1);
    sentry_span_discard(span);
    sentry_transaction_set_tag(tx, "a", "b");
    sentry_transaction_set_tag_n(tx, NULL, 1, NULL, 1);
    sentry_transaction_remove_tag(tx, "a");
    sentry_transaction_remove_tag_n(tx, NULL, 1);
    sentry_transaction_set_data(tx, "a", sentry_value_new_object());
    sentry_transaction_set_data_n(tx, NULL, 1, sentry_value_new_object());
    sentry_transaction_remove_data(tx, "a");
    sentry_transaction_remove_data_n(tx, NULL, 1);
    sentry_span_set_tag(span, "a", "b");
    sentry_span_set_tag_n(span, NULL, 1, NULL, 1);
    sentry_span_remove_tag(span, "a");
    sentry_span_remove_tag_n(span, NULL, 1);
    sentry_span_set_data(span, "a", sentry_value_new_object());
    sentry_span_set_data_n(span, NULL, 1, sentry_value_new_object());
    sentry_span_remove_data(span, "a");
    sentry_span_remove_data_n(span, NULL, 1);
    sentry_transaction_set_name(tx, NULL);
    sentry_transaction_set_name_n(tx, "x", 1);
    sentry_transaction_set_source(tx, "url");
    sentry_transaction_set_measurement(tx, "m", 1, "u");
    sentry_span_set_status(span, SENTRY_SPAN_STATUS_OK);
    sentry_transaction_set_status(tx, SENTRY_SPAN_STATUS_OK);
    sentry_span_set_http_status(span, 200);
    sentry_transaction_set_http_status(tx, 200);
    sentry_span_iter_headers(span, keep_nothing, &headers);
    sentry_transaction_iter_headers(tx, keep_nothing, &headers);
    sentry_span_iter_headers(span, NULL, NULL);
    sentry_transaction_iter_headers(tx, NULL, NULL);
    CHECK_INT(headers, 0);
    CHECK(!tx || sentry_transaction_as_span(tx) == NULL || sentry_span_start_child(sentry_transaction_as_span(tx), "a", "b") == NULL);
    CHECK(sentry_transaction_as_span(NULL) == NULL);
}

static void null_everywhere(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    REQUIRE(trace_start(1.0) == 0);
    call_everything(NULL, NULL);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, NULL, NULL);
    CHECK(span != NULL);
    sentry_span_set_tag(span, NULL, "x");
    sentry_span_set_tag(span, "x", NULL);
    sentry_span_set_data(span, NULL, sentry_value_new_object());
    sentry_span_set_data(span, "x", sentry_value_new_null());
    sentry_span_remove_tag(span, NULL);
    sentry_span_remove_data(span, NULL);
    sentry_transaction_set_tag(tx, NULL, "x");
    sentry_transaction_set_tag(tx, "x", NULL);
    sentry_transaction_set_data(tx, NULL, sentry_value_new_object());
    sentry_transaction_set_name(tx, NULL);
    sentry_span_iter_headers(span, NULL, NULL);
    sentry_transaction_iter_headers(tx, NULL, NULL);
    sentry_span_finish(span);
    CHECK(trace_end(tx));
    CHECK(is_valid_transaction(0));
    CHECK(!collect_has(0, "spans.0.tags"));
    call_everything(tx, span);
    tx = sentry_start_transaction(NULL, NULL);
    sentry_set_span(NULL);
    sentry_set_transaction_object(NULL);
    CHECK(trace_end(tx));
    CHECK_INT(collect_count(), 2);
    stop();
}

static void without_the_sdk(void)
{
    sentry_transaction_t *tx, *old;
    sentry_span_t *span;
    call_everything(NULL, NULL);
    CHECK(sentry_get_current_span() == NULL);
    CHECK(!trace_end(sentry_start_transaction("tx", "op")));
    CHECK_INT(alloc_now().blocks, 0);
    REQUIRE(trace_start(1.0) == 0);
    tx = old = sentry_start_transaction("tx", "op");
    span = sentry_start_span("op", "span");
    CHECK(span != NULL);
    stop();
    call_everything(tx, span);
    CHECK(sentry_get_current_span() == NULL);
    CHECK_INT(alloc_now().blocks, 0);
    /* what was open before is not what is open now, though it may stand in the same place */
    REQUIRE(trace_start(1.0) == 0);
    CHECK(sentry_get_current_span() == NULL);
    tx = trace_begin("new");
    CHECK(tx != old);
    CHECK(!trace_end(old));
    sentry_span_finish(span);
    CHECK_INT(collect_count(), 0);
    CHECK(trace_end(tx));
    CHECK_STR(collect_str(0, "transaction"), "new");
    stop();
}

/* A context of one start of the SDK, used in another, and one that nobody uses. */
static void contexts_outlive_the_sdk(void)
{
    sentry_transaction_context_t *context = sentry_transaction_context_new("early", "op");
    sentry_transaction_t *tx;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_transaction_start(context, sentry_value_new_null());
    CHECK(trace_end(tx));
    CHECK_STR(collect_str(0, "transaction"), "early");
    context = sentry_transaction_context_new("late", "op");
    collect_stop();
    CHECK(!trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK_INT(alloc_now().blocks, 0);
}

/* Handles are numbers, so any number will do. */
static void wild_handles(void)
{
    sentry_transaction_t *tx;
    uint64_t bits = 88172645463325252u;
    size_t i;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("tx", "op");
    for (i = 0; i < 2000; i++) {
        sentry_span_t *span;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        span = (sentry_span_t *)(size_t)(i < 100 ? (uint64_t)i << 56 : i < 200 ? 1 + i : bits);
        if (span == sentry_transaction_as_span(tx) || (void *)span == (void *)tx)
            continue;
        sentry_span_set_tag(span, "wild", "1");
        sentry_span_set_data(span, "wild", sentry_value_new_int32(1));
        sentry_span_finish(span);
        sentry_span_discard(span);
        sentry_transaction_set_name((sentry_transaction_t *)(void *)span, "wild");
        sentry_transaction_finish((sentry_transaction_t *)(void *)span);
    }
    CHECK_INT(collect_count(), 0);
    CHECK(trace_end(tx));
    CHECK_ABSENT(collect_json(0), "wild");
    stop();
}

/* -- the current span ------------------------------------------------------------------------- */

static void current_span(void)
{
    sentry_transaction_t *tx, *other;
    sentry_span_t *a, *b, *c, *root;
    REQUIRE(trace_start(1.0) == 0);
    CHECK(sentry_get_current_span() == NULL);
    CHECK(sentry_start_span("op", "of nothing") == NULL);
    other = trace_begin("nobody's");
    CHECK(sentry_get_current_span() == NULL);
    CHECK(sentry_start_span("op", "of nothing") == NULL);
    tx = sentry_start_transaction("tx", "op");
    root = sentry_transaction_as_span(tx);
    CHECK(sentry_get_current_span() == root);
    a = sentry_start_span("op", "a");
    CHECK(sentry_get_current_span() == a);
    b = sentry_start_span("op", "b");
    CHECK(sentry_get_current_span() == b);
    sentry_span_start_child(b, "op", "not current");
    CHECK(sentry_get_current_span() == b);
    sentry_span_finish(b);
    CHECK(sentry_get_current_span() == a);
    c = sentry_start_span("op", "c");
    sentry_span_finish(a); /* out of order */
    CHECK(sentry_get_current_span() == c);
    b = sentry_start_span("op", "d");
    sentry_span_finish(b);
    CHECK(sentry_get_current_span() == c);
    sentry_span_finish(c);
    CHECK(sentry_get_current_span() == root);
    a = sentry_start_span("op", "e");
    sentry_span_discard(a);
    CHECK(sentry_get_current_span() == root);
    CHECK(trace_end(tx));
    CHECK(sentry_get_current_span() == NULL);
    CHECK(trace_end(other));
    CHECK(is_valid_transaction(0));
    CHECK_STR(parent_of(0, "a"), "root");
    CHECK_STR(parent_of(0, "b"), "a");
    CHECK_STR(parent_of(0, "c"), "a");
    CHECK_STR(parent_of(0, "d"), "c");
    CHECK_INT(collect_len(0, "spans"), 5);
    stop();
}

/* The inner one is of the outer's trace, and hangs on its span. */
static void transactions_in_transactions(void)
{
    sentry_transaction_t *outer, *inner;
    sentry_span_t *span;
    char trace_id[64], span_id[64];
    REQUIRE(trace_start(1.0) == 0);
    outer = sentry_start_transaction("outer", "op");
    span = sentry_start_span("op", "span");
    inner = sentry_start_transaction("inner", "op");
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(inner));
    sentry_start_span("op", "of the inner");
    CHECK(trace_end(inner));
    CHECK(sentry_get_current_span() == span);
    CHECK(trace_end(outer));
    CHECK(sentry_get_current_span() == NULL);
    CHECK(trace_end(sentry_start_transaction("next", "op")));
    CHECK_STR(collect_str(0, "transaction"), "inner");
    CHECK_INT(collect_len(0, "spans"), 1);
    CHECK_INT(collect_len(1, "spans"), 1);
    snprintf(trace_id, sizeof trace_id, "%s", root_str(1, "trace_id"));
    snprintf(span_id, sizeof span_id, "%s", collect_str(1, "spans.0.span_id"));
    CHECK_STR(root_str(0, "trace_id"), trace_id);
    CHECK_STR(root_str(0, "parent_span_id"), span_id);
    CHECK_STR(trace_dsc(0, "sample_rand"), trace_dsc(1, "sample_rand"));
    CHECK(strcmp(root_str(2, "trace_id"), trace_id) != 0);
    CHECK_STR(root_str(2, "parent_span_id"), "");
    stop();
}

static void spans_of_scopes(void)
{
    sentry_transaction_t *tx, *other;
    sentry_span_t *span, *inside;
    sentry_scope_t *scope;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("tx", "op");
    span = sentry_start_span("op", "outside");
    scope = sentry_push_scope();
    CHECK(sentry_get_current_span() == span);
    inside = sentry_start_span("op", "inside");
    CHECK(sentry_get_current_span() == inside);
    sentry_pop_scope();
    CHECK(sentry_get_current_span() == span);
    sentry_span_finish(inside);
    CHECK(sentry_get_current_span() == span);
    sentry_push_scope();
    other = trace_begin("other");
    sentry_set_transaction_object(other);
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(other));
    sentry_set_span(inside); /* finished: none */
    sentry_set_span(span);
    CHECK(sentry_get_current_span() == span);
    sentry_set_span(NULL);
    sentry_pop_scope();
    CHECK(sentry_get_current_span() == span);
    scope = sentry_scope_new();
    sentry_scope_set_transaction_object(scope, other);
    CHECK(sentry_get_current_span() == span);
    sentry_scope_capture_event(scope, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "event"));
    CHECK(trace_end(other));
    CHECK_STR(root_str(0, "trace_id"), root_str(1, "trace_id"));
    CHECK_STR(root_str(0, "span_id"), root_str(1, "span_id"));
    sentry_scope_set_span(scope, span);
    sentry_scope_capture_event(scope, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "event"));
    sentry_scope_free(scope);
    CHECK(trace_end(tx));
    CHECK_STR(root_str(2, "trace_id"), root_str(3, "trace_id"));
    CHECK_STR(root_str(2, "span_id"), span_str(3, "outside", "span_id"));
    CHECK_STR(parent_of(3, "inside"), "outside");
    stop();
}

static void spans_of_hubs(void)
{
    sentry_transaction_t *tx, *of_hub;
    sentry_span_t *span;
    sentry_hub_t *hub;
    REQUIRE(trace_start(1.0) == 0);
    hub = sentry_hub_clone(NULL);
    tx = sentry_start_transaction("main", "op");
    sentry_hub_bind(hub);
    CHECK(sentry_get_current_span() == NULL);
    of_hub = sentry_start_transaction("hub", "op");
    span = sentry_start_span("op", "of the hub");
    sentry_hub_bind(NULL);
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
    sentry_hub_bind(hub);
    CHECK(sentry_get_current_span() == span);
    sentry_span_finish(span);
    CHECK(trace_end(of_hub));
    CHECK(sentry_get_current_span() == NULL);
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    CHECK(trace_end(tx));
    CHECK_STR(collect_str(0, "transaction"), "hub");
    CHECK_INT(collect_len(0, "spans"), 1);
    CHECK_INT(collect_len(1, "spans"), 0);
    CHECK(strcmp(root_str(0, "trace_id"), root_str(1, "trace_id")) != 0);
    stop();
}

/* A clone goes on where it was made, whatever becomes current afterwards. */
static void hubs_begin_in_a_span(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    sentry_hub_t *hub, *second = NULL;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("tx", "op");
    span = sentry_start_span("op", "span");
    hub = sentry_hub_clone(NULL);
    sentry_span_finish(sentry_start_span("op", "later"));
    SENTRY_WITH_HUB(hub) {
        CHECK(sentry_get_current_span() == span);
        SENTRY_SPAN("op", "of the hub") {
            second = sentry_hub_clone(hub);
            say("error");
        }
    }
    SENTRY_WITH_HUB(second) {
        CHECK(sentry_get_current_span() == span); /* as the one it was made in is over */
    }
    CHECK(sentry_get_current_span() == span);
    CHECK(trace_end(tx));
    SENTRY_WITH_HUB(hub) {
        CHECK(sentry_get_current_span() == NULL);
    }
    CHECK_STR(root_str(0, "span_id"), span_str(1, "of the hub", "span_id"));
    CHECK_STR(parent_of(1, "of the hub"), "span");
    sentry_hub_free(hub);
    sentry_hub_free(second);
    stop();
}

/* -- errors inside ---------------------------------------------------------------------------- */

static void errors_in_spans(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    char trace_id[64];
    REQUIRE(trace_start(1.0) == 0);
    say("before");
    tx = sentry_start_transaction("tx", "outer.op");
    say("in the root");
    span = sentry_start_span("inner.op", "span");
    sentry_span_set_status(span, SENTRY_SPAN_STATUS_ABORTED);
    say("in the span");
    sentry_span_finish(span);
    CHECK(trace_end(tx));
    say("after");
    REQUIRE(collect_count() == 5);
    snprintf(trace_id, sizeof trace_id, "%s", root_str(3, "trace_id"));
    CHECK_STR(root_str(1, "trace_id"), trace_id);
    CHECK_STR(root_str(1, "span_id"), root_str(3, "span_id"));
    CHECK_STR(root_str(1, "op"), "outer.op");
    CHECK(!collect_has(1, "contexts.trace.parent_span_id"));
    CHECK_STR(root_str(2, "trace_id"), trace_id);
    CHECK_STR(root_str(2, "span_id"), span_str(3, "span", "span_id"));
    CHECK_STR(root_str(2, "parent_span_id"), root_str(3, "span_id"));
    CHECK_STR(root_str(2, "op"), "inner.op");
    CHECK_STR(root_str(2, "status"), "aborted");
    CHECK_STR(trace_dsc(2, "trace_id"), trace_id);
    CHECK_STR(trace_dsc(2, "sampled"), "true");
    CHECK_STR(trace_dsc(2, "sample_rate"), "1");
    CHECK_STR(trace_dsc(2, "transaction"), "tx");
    CHECK_STR(trace_dsc(2, "sample_rand"), trace_dsc(3, "sample_rand"));
    CHECK(strcmp(root_str(0, "trace_id"), trace_id) != 0);
    CHECK_STR(root_str(4, "trace_id"), root_str(0, "trace_id"));
    CHECK_STR(trace_dsc(0, "sampled"), "");
    stop();
}

/* One that is not sent is a trace all the same: errors in it belong together, and say so. */
static void errors_in_unsampled_spans(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    char now[SENTRY_TRACEPARENT_SIZE];
    REQUIRE(trace_start(SENTRY_RATE_NONE) == 0);
    tx = sentry_start_transaction("tx", "op");
    say("in the root");
    span = sentry_start_span("op", "span");
    CHECK(span != NULL && sentry_get_current_span() == span);
    say("in the span");
    sentry_get_traceparent(now, sizeof now);
    CHECK_INT(strncmp(now, root_str(1, "trace_id"), 32), 0);
    CHECK_INT(strncmp(now + 33, root_str(1, "span_id"), 16), 0);
    CHECK_STR(now + 49, "-0");
    CHECK(is_hex(root_str(0, "trace_id"), 32));
    CHECK(is_hex(root_str(0, "span_id"), 16));
    CHECK_STR(root_str(1, "trace_id"), root_str(0, "trace_id"));
    CHECK_STR(root_str(1, "parent_span_id"), root_str(0, "span_id"));
    CHECK_STR(trace_dsc(1, "trace_id"), root_str(0, "trace_id"));
    CHECK_STR(trace_dsc(1, "sampled"), "false");
    CHECK_STR(trace_dsc(1, "sample_rate"), "0");
    sentry_span_finish(span);
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
    CHECK(!trace_end(tx));
    CHECK(sentry_get_current_span() == NULL);
    CHECK_INT(collect_count(), 2);
    stop();
}

/* -- how many spans --------------------------------------------------------------------------- */

static void check_max_spans(size_t max_spans, size_t kept, size_t tried)
{
    sentry_options_t options = trace_options(1.0);
    sentry_transaction_t *tx;
    sentry_span_t *root;
    size_t i, got = 0, refused = 0;
    options.max_spans = max_spans;
    REQUIRE(start_counting(&options) == 0);
    tx = sentry_start_transaction("tx", "op");
    root = sentry_get_current_span();
    for (i = 0; i < tried; i++) {
        sentry_span_t *span = i % 2 ? sentry_start_span("op", "span") : sentry_span_start_child(root, "op", "span");
        got += span != NULL;
        refused += !span;
        CHECK_EACH(i % 2 || span == NULL || sentry_get_current_span() == root);
        CHECK_EACH(span != NULL || sentry_get_current_span() == root); /* one that is refused is not current */
        sentry_span_finish(span);
        sentry_span_set_tag(span, "none", "too many");
    }
    CHECK(sentry_get_current_span() == root);
    CHECK(trace_end(tx));
    CHECK_INT(got, kept);
    CHECK_INT(refused, tried - kept);
    CHECK_INT(collect_len(0, "spans"), kept);
    CHECK(trace_end(trace_begin("next"))); /* which has lost none */
    check_lost("buffer_overflow", 0, (long)(tried - kept));
    stop();
}

static void max_spans(void)
{
    check_max_spans(0, 1000, 1003);
    check_max_spans(3, 3, 10);
    check_max_spans(1, 1, 2);
    check_max_spans(SENTRY_NONE, 0, 5);
    check_max_spans(1001, 1001, 1001);
}

/* More than an id has room for cannot be asked for. */
static void very_many_spans(void)
{
    sentry_options_t options = trace_options(1.0);
    sentry_transaction_t *tx;
    size_t i, kept = 0;
    options.max_spans = 1000000;
    REQUIRE(collect_start(&options) == 0);
    tx = sentry_start_transaction("tx", "op");
    for (i = 0; i < SENTRY_MAX_SPANS + 10; i++)
        kept += sentry_span_start_child(sentry_get_current_span(), "op", NULL) != NULL;
    CHECK_INT(kept, SENTRY_MAX_SPANS);
    sentry_transaction_discard(tx);
    stop();
}

/* More transactions than there is room for: the oldest give way. */
static void too_many_open_transactions(void)
{
    enum { MORE = 20 };
    static sentry_transaction_t *open[SENTRY_MAX_OPEN_TRANSACTIONS + MORE];
    sentry_options_t options = trace_options(1.0);
    size_t i, sent = 0;
    REQUIRE(start_counting(&options) == 0);
    for (i = 0; i < COUNT(open); i++) {
        open[i] = trace_begin("tx");
        CHECK_EACH(open[i] != NULL);
        sentry_transaction_start_child(open[i], "op", "span");
    }
    for (i = 0; i < COUNT(open); i++) {
        int good = trace_end(open[i]);
        CHECK_EACH(good == (i >= MORE));
        sent += (size_t)good;
        if (i % 50 == 49)
            collect_count(); /* lets the queue run empty */
    }
    CHECK_INT(sent, SENTRY_MAX_OPEN_TRANSACTIONS);
#ifndef SENTRY_NO_HTTP
    CHECK_INT(collect_count(), SENTRY_MAX_OPEN_TRANSACTIONS);
    check_lost("internal_sdk_error", MORE, 2 * MORE);
#endif
    stop();
}

/* Not the one that happens to stand next. */
static void the_oldest_gives_way(void)
{
    static sentry_transaction_t *open[SENTRY_MAX_OPEN_TRANSACTIONS];
    sentry_transaction_t *fresh;
    size_t i, sent = 0;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < COUNT(open); i++)
        open[i] = trace_begin("tx");
    CHECK(trace_end(open[5]));
    fresh = trace_begin("fresh");
    CHECK(trace_end(trace_begin("one too many")));
    CHECK(trace_end(fresh));
    CHECK(!trace_end(open[0]));
    for (i = 1; i < COUNT(open); i++)
        sent += (size_t)trace_end(open[i]);
    CHECK_INT(sent, SENTRY_MAX_OPEN_TRANSACTIONS - 2);
    stop();
}

/* One that is never finished does not keep others from coming and going. */
static void one_stays_open(void)
{
    sentry_transaction_t *old;
    size_t i;
    REQUIRE(trace_start(1.0) == 0);
    collected.drop = 1;
    old = trace_begin("old");
    for (i = 0; i < SENTRY_MAX_OPEN_TRANSACTIONS * 3; i++)
        CHECK_EACH(trace_end(trace_begin("new")));
    CHECK(trace_end(old));
    CHECK_INT(collected.dropped, SENTRY_MAX_OPEN_TRANSACTIONS * 3 + 1);
    stop();
}

/* -- sampling --------------------------------------------------------------------------------- */

static struct {
    double rate;
    int calls, parent;
    char name[64], op[64], text[64];
    int32_t custom;
} sampler;

static double sample(const sentry_transaction_context_t *context, sentry_value_t custom, const int *parent_sampled, void *user_data)
{
    sampler.calls++;
    snprintf(sampler.name, sizeof sampler.name, "%s", test_shown(sentry_transaction_context_get_name(context)));
    snprintf(sampler.op, sizeof sampler.op, "%s", test_shown(sentry_transaction_context_get_operation(context)));
    snprintf(sampler.text, sizeof sampler.text, "%s", user_data ? (const char *)user_data : "");
    sampler.parent = parent_sampled ? *parent_sampled : -1;
    sampler.custom = sentry_value_as_int32(sentry_value_get_by_key(custom, "n"));
    return sampler.rate;
}

#define PARENT "771a43a4192642f0b136d5159a501700-b0e6f15b45c36b12"

/* The explicit decision, then the sampler's, then the parent's, then the rate. */
static void check_decision(int explicitly, double sampled_by, int parent, double rate)
{
    sentry_options_t options = trace_options(rate);
    sentry_transaction_context_t *context;
    int has_sampler = sampled_by > -2, sampler_decides = has_sampler && sampled_by >= 0 && sampled_by <= 1;
    int wanted = explicitly >= 0 ? explicitly : sampler_decides ? sampled_by > 0.5 : parent >= 0 ? parent : rate > 0.5;
    int got;
    if (has_sampler)
        options.traces_sampler = sample;
    sampler.rate = sampled_by;
    REQUIRE(collect_start(&options) == 0);
    context = sentry_transaction_context_new("name", "op");
    if (explicitly >= 0)
        sentry_transaction_context_set_sampled(context, explicitly);
    if (parent >= 0)
        sentry_transaction_context_update_from_header(context, "sentry-trace", parent ? PARENT "-1" : PARENT "-0");
    got = trace_end(sentry_transaction_start(context, sentry_value_new_null()));
    if (got != wanted)
        printf("  explicit %d, sampler %g, parent %d, rate %g\n", explicitly, sampled_by, parent, rate);
    CHECK_INT(got, wanted);
    collect_stop();
}

static void who_decides(void)
{
    static const double samplers[] = { -3, 0, 1, -0.5, 1.5 }, rates[] = { SENTRY_RATE_NONE, 1.0 };
    int explicitly, parent;
    size_t s, r;
    for (explicitly = -1; explicitly <= 1; explicitly++)
        for (parent = -1; parent <= 1; parent++)
            for (s = 0; s < COUNT(samplers); s++)
                for (r = 0; r < COUNT(rates); r++)
                    check_decision(explicitly, samplers[s], parent, rates[r]);
    check_decision(-1, NAN, -1, 1.0);
    check_decision(-1, NAN, 0, 1.0);
    check_decision(-1, NAN, -1, SENTRY_RATE_NONE);
}

static void explicit_decisions_can_be_taken_back(void)
{
    sentry_transaction_context_t *context;
    REQUIRE(trace_start(1.0) == 0);
    context = sentry_transaction_context_new("name", "op");
    sentry_transaction_context_set_sampled(context, 0);
    sentry_transaction_context_remove_sampled(context);
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    context = sentry_transaction_context_new("name", "op");
    sentry_transaction_context_set_sampled(context, 0);
    CHECK(!trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    stop();
}

static void what_the_sampler_sees(void)
{
    sentry_options_t options = trace_options(SENTRY_RATE_NONE);
    sentry_transaction_context_t *context;
    sentry_value_t custom = sentry_value_new_object(), lent;
    static char text[] = "user data";
    options.traces_sampler = sample;
    options.traces_sampler_data = text;
    sampler.rate = 1;
    REQUIRE(collect_start(&options) == 0);
    sentry_value_set_by_key(custom, "n", sentry_value_new_int32(17));
    lent = sentry_value_incref(custom);
    CHECK(trace_end(sentry_transaction_start(sentry_transaction_context_new("name", "op"), custom)));
    CHECK_INT(sentry_value_refcount(lent), 1);
    sentry_value_decref(lent);
    CHECK_INT(sampler.calls, 1);
    CHECK_STR(sampler.name, "name");
    CHECK_STR(sampler.op, "op");
    CHECK_STR(sampler.text, "user data");
    CHECK_INT(sampler.custom, 17);
    CHECK_INT(sampler.parent, -1);
    context = sentry_transaction_context_new("name", "op");
    sentry_transaction_context_update_from_header(context, "sentry-trace", PARENT "-0");
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK_INT(sampler.parent, 0);
    CHECK_INT(sampler.custom, 0);
    context = sentry_transaction_context_new("name", "op");
    sentry_transaction_context_update_from_header(context, "sentry-trace", PARENT "-1");
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK_INT(sampler.parent, 1);
    CHECK(trace_end(sentry_start_transaction("quick", "quick.op")));
    CHECK_STR(sampler.name, "quick");
    CHECK_STR(sampler.op, "quick.op");
    CHECK_INT(sampler.calls, 4);
    stop();
}

static void samplers_without_sense(void)
{
    sentry_options_t options = trace_options(1.0);
    double rates[5] = { 1.5, -0.1 };
    size_t i;
    rates[2] = INFINITY; /* which tcc does not take for a constant */
    rates[3] = -INFINITY;
    rates[4] = NAN;
    options.debug = 1;
    options.logger = keep_log;
    options.traces_sampler = sample;
    for (i = 0; i < COUNT(rates); i++) {
        sampler.rate = rates[i];
        logged.text[0] = 0;
        REQUIRE(collect_start(&options) == 0);
        logged.text[0] = 0;
        CHECK(trace_end(trace_begin("tx")));
        if (rates[i] == rates[i])
            CHECK_CONTAINS(logged.text, "traces_sampler");
        else
            CHECK_ABSENT(logged.text, "traces_sampler");
        CHECK_STR(trace_dsc(0, "sample_rate"), "1");
        collect_stop();
    }
}

/* What is in the way of a rate is counted, and what is kept says by which rate. */
static void rates(void)
{
    sentry_options_t options = trace_options(0.3);
    const int tries = 1000;
    int i, sent = 0;
    size_t n;
    double sum = 0;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < tries; i++) {
        sentry_transaction_t *tx = trace_begin("tx");
        const trace_headers_t *headers = trace_headers_of(tx);
        const char *number = baggage_member(headers->baggage, "sentry-sample_rand");
        double number_was = atof(number);
        int flag = headers->sentry_trace[50] == '1';
        CHECK_EACH(is_sample_rand(number));
        CHECK_EACH(strlen(headers->sentry_trace) == 51);
        CHECK_EACH(flag == (number_was < 0.3));
        CHECK_EACH(strcmp(baggage_member(headers->baggage, "sentry-sample_rate"), "0.3") == 0);
        CHECK_EACH(strcmp(baggage_member(headers->baggage, "sentry-sampled"), flag ? "true" : "false") == 0);
        sum += number_was;
        CHECK_EACH(trace_end(tx) == flag);
        sent += flag;
    }
    n = collect_count();
    CHECK_INT(n, sent);
    CHECK(sent > tries * 0.3 - 75 && sent < tries * 0.3 + 75); /* five times the deviation */
    CHECK(sum / tries > 0.45 && sum / tries < 0.55);
    CHECK_STR(trace_dsc(0, "sample_rate"), "0.3");
    CHECK(strcmp(trace_dsc(0, "sample_rand"), trace_dsc(1, "sample_rand")) != 0);
    stop();
}

/* The number is compared as it is sent, and one that is too long is cut, not rounded. */
static void rates_at_the_edge(void)
{
    static const struct {
        const char *number;
        double rate;
        int sampled;
    } table[] = { { "0.500000", 0.5, 0 }, { "0.499999", 0.5, 1 }, { "0.000000", 0.000001, 1 }, { "0.999999", 1.0, 1 }, { "0.9999999", 1.0, 1 },
        { "0.25", 0.25, 0 }, { "0.25", 0.26, 1 }, { "0", 0.01, 1 }, { "0.000123", 0.000123, 0 }, { "0.000506", 0.000506, 0 }, { "0.000122", 0.000123, 1 },
        { "0.4999999", 0.5, 1 }, { "0.00012299", 0.000123, 1 } };
    size_t i;
    for (i = 0; i < COUNT(table); i++) {
        char baggage[64];
        snprintf(baggage, sizeof baggage, "sentry-sample_rand=%s", table[i].number);
        REQUIRE(trace_start(table[i].rate) == 0);
        CHECK_INT(trace_end(trace_begin_from(PARENT, baggage)), table[i].sampled);
        collect_stop();
    }
}

static void sampler_rates_are_sent(void)
{
    sentry_options_t options = trace_options(1.0);
    int i;
    options.traces_sampler = sample;
    sampler.rate = 0.25;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < 200 && collect_count() == 0; i++)
        trace_end(trace_begin("tx"));
    REQUIRE(collect_count() == 1);
    CHECK_STR(trace_dsc(0, "sample_rate"), "0.25");
    CHECK(atof(trace_dsc(0, "sample_rand")) < 0.25);
    stop();
}

/* -- tracing off ------------------------------------------------------------------------------ */

static void off_is_off(void)
{
    sentry_options_t options = trace_options(0.0);
    sentry_transaction_context_t *context;
    sentry_transaction_t *tx;
    sentry_span_t *span;
    const trace_headers_t *headers;
    REQUIRE(start_counting(&options) == 0);
    tx = trace_begin("tx");
    span = sentry_transaction_start_child(tx, "op", "span");
    sentry_span_set_tag(span, "a", "b");
    sentry_span_finish(span);
    headers = trace_headers_of(tx);
    CHECK_INT(strlen(headers->sentry_trace), 49);
    CHECK_STR(baggage_member(headers->baggage, "sentry-sampled"), "");
    CHECK_STR(baggage_member(headers->baggage, "sentry-sample_rate"), "");
    CHECK(!trace_end(tx));
    /* nor does anybody's word change that */
    context = sentry_transaction_context_new("name", "op");
    sentry_transaction_context_set_sampled(context, 1);
    CHECK(!trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    tx = trace_begin_from(PARENT "-1", NULL);
    headers = trace_headers_of(tx);
    CHECK_STR(headers->sentry_trace + 49, "-1");
    CHECK(strncmp(headers->sentry_trace, PARENT, 33) == 0);
    CHECK(!trace_end(tx));
    tx = trace_begin_from(PARENT "-0", NULL);
    CHECK_STR(trace_headers_of(tx)->sentry_trace + 49, "-0");
    CHECK(!trace_end(tx));
    SENTRY_TRANSACTION("block", "op") {
        SENTRY_SPAN("op", "span") {
            say("event");
        }
    }
    CHECK_INT(collect_count(), 1);
#ifndef SENTRY_NO_HTTP
    CHECK_INT(collect_loss_count(), 0);
#endif
    stop();
}

/* Nothing new is sampled, but what was begun elsewhere goes on. */
static void a_rate_of_none(void)
{
    sentry_options_t options = trace_options(SENTRY_RATE_NONE);
    REQUIRE(start_counting(&options) == 0);
    CHECK(!trace_end(trace_begin("tx")));
    CHECK(!trace_end(trace_begin_from(PARENT, NULL)));
    CHECK(!trace_end(trace_begin_from(PARENT "-0", NULL)));
    CHECK(trace_end(trace_begin_from(PARENT "-1", NULL)));
    CHECK_STR(trace_headers_of(trace_begin("tx"))->sentry_trace + 49, "-0");
    CHECK_INT(collect_count(), 1);
    check_lost("sample_rate", 3, 3);
    stop();
}

static void rates_of_the_environment(void)
{
    sentry_options_t options = trace_options(0.0);
    test_set_env("SENTRY_TRACES_SAMPLE_RATE", "1.0");
    REQUIRE(collect_start(&options) == 0);
    CHECK(trace_end(trace_begin("tx")));
    collect_stop();
    options.traces_sample_rate = SENTRY_RATE_NONE;
    REQUIRE(collect_start(&options) == 0);
    CHECK(!trace_end(trace_begin("tx")));
    collect_stop();
    test_set_env("SENTRY_TRACES_SAMPLE_RATE", "2");
    options.traces_sample_rate = 0.0;
    REQUIRE(collect_start(&options) == 0);
    CHECK(!trace_end(trace_begin("tx")));
    collect_stop();
    test_set_env("SENTRY_TRACES_SAMPLE_RATE", NULL);
}

static void options_of_tracing(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_transaction_t *tx;
    REQUIRE(options != NULL);
    CHECK_INT(sentry_options_get_max_spans(options), 1000);
    CHECK(sentry_options_get_traces_sample_rate(options) == 0.0);
    CHECK_INT(sentry_options_get_propagate_traceparent(options), 0);
    CHECK_INT(sentry_options_get_strict_trace_continuation(options), 0);
    sentry_options_set_max_spans(options, 2);
    sentry_options_set_traces_sample_rate(options, 1.0);
    sentry_options_set_propagate_traceparent(options, 1);
    sentry_options_set_strict_trace_continuation(options, 1);
    CHECK_INT(sentry_options_get_max_spans(options), 2);
    CHECK(sentry_options_get_traces_sample_rate(options) == 1.0);
    CHECK_INT(sentry_options_get_propagate_traceparent(options), 1);
    CHECK_INT(sentry_options_get_strict_trace_continuation(options), 1);
    sentry_options_set_dsn(options, COLLECT_DSN);
    sentry_options_set_transport(options, collect_transport());
    REQUIRE(sentry_init(options) == 0);
    tx = trace_begin("tx");
    CHECK(*trace_headers_of(tx)->traceparent != 0);
    sentry_transaction_start_child(tx, "op", "1");
    sentry_transaction_start_child(tx, "op", "2");
    CHECK(sentry_transaction_start_child(tx, "op", "3") == NULL);
    CHECK(trace_end(tx));
    CHECK_INT(collect_len(0, "spans"), 2);
    stop();
    sentry_options_set_max_spans(NULL, 1);
    sentry_options_set_propagate_traceparent(NULL, 1);
    sentry_options_set_strict_trace_continuation(NULL, 1);
    sentry_options_set_before_transaction(NULL, NULL, NULL);
    sentry_options_set_before_send_transaction(NULL, NULL, NULL);
    options = sentry_options_new();
    sentry_options_set_max_spans(options, 0);
    CHECK_INT(sentry_options_get_max_spans(options), 0);
    sentry_options_free(options);
    CHECK_INT(alloc_now().blocks, 0);
}

/* -- hooks ------------------------------------------------------------------------------------ */

static struct {
    int calls, others; /* with a transaction, with something else */
    int drop, strip;   /* drops it; removes its first span */
    int hinted;
    char name[64];
} hook;

static sentry_value_t on_transaction(sentry_value_t event, void *hint, void *user_data)
{
    sentry_value_t spans = sentry_value_get_by_key(event, "spans");
    (void)user_data;
    if (strcmp(sentry_value_as_string(sentry_value_get_by_key(event, "type")), "transaction") != 0) {
        hook.others++;
        return event;
    }
    hook.calls++;
    hook.hinted += hint != NULL;
    snprintf(hook.name, sizeof hook.name, "%s", sentry_value_as_string(sentry_value_get_by_key(event, "transaction")));
    if (hook.drop) {
        sentry_value_decref(event);
        return sentry_value_new_null();
    }
    if (hook.strip)
        sentry_value_remove_by_index(spans, 0);
    sentry_value_set_by_key(event, "transaction", sentry_value_new_string("by the hook"));
    return event;
}

static sentry_value_t on_transaction_plain(sentry_value_t event, void *user_data)
{
    return on_transaction(event, NULL, user_data);
}

/* Ends one with so many spans. */
static int end_with_spans(const char *name, int count)
{
    sentry_transaction_t *tx = trace_begin(name);
    while (count-- > 0)
        sentry_span_finish(sentry_transaction_start_child(tx, "op", "span"));
    return trace_end(tx);
}

static void before_send_transaction(void)
{
    sentry_options_t options = trace_options(1.0);
    options.before_send_transaction = on_transaction;
    REQUIRE(start_counting(&options) == 0);
    CHECK(end_with_spans("first", 2));
    say("an error is none of its business");
    CHECK_STR(hook.name, "first");
    CHECK_INT(hook.calls, 1);
    CHECK_INT(hook.hinted, 1);
    CHECK_INT(hook.others, 0);
    CHECK_STR(collect_str(0, "transaction"), "by the hook");
    CHECK_INT(collect_len(0, "spans"), 2);
    hook.strip = 1;
    CHECK(end_with_spans("second", 3));
    CHECK_INT(collect_len(2, "spans"), 2);
    check_lost("before_send", 0, 1);
    hook.drop = 1;
    CHECK(!end_with_spans("third", 4));
    CHECK_INT(collect_count(), 3);
    check_lost("before_send", 1, 1 + 5);
    stop();
}

static void before_transaction(void)
{
    sentry_options_t options = trace_options(1.0);
    options.before_transaction = on_transaction_plain;
    REQUIRE(collect_start(&options) == 0);
    CHECK(end_with_spans("first", 1));
    CHECK_INT(hook.calls, 1);
    CHECK_INT(hook.hinted, 0);
    CHECK_STR(collect_str(0, "transaction"), "by the hook");
    hook.drop = 1;
    CHECK(!end_with_spans("second", 1));
    collect_stop();
    options.before_send_transaction = on_transaction; /* then the other is not asked */
    hook.drop = 0;
    hook.calls = 0;
    REQUIRE(collect_start(&options) == 0);
    CHECK(end_with_spans("third", 1));
    CHECK_INT(hook.calls, 1);
    CHECK_INT(hook.hinted, 1);
    stop();
}

static void ignored_transactions(void)
{
    static const char *const names[] = { "health*", "GET /ping", "?b", NULL };
    static const struct {
        const char *name;
        int sent;
    } table[] = { { "health", 0 }, { "healthy", 0 }, { "GET /ping", 0 }, { "GET /pings", 1 }, { "ab", 0 }, { "b", 1 }, { "aab", 1 }, { "", 1 }, { "a health", 1 } };
    sentry_options_t options = trace_options(1.0);
    size_t i;
    long lost = 0;
    options.ignore_transactions = names;
    options.before_send_transaction = on_transaction;
    REQUIRE(start_counting(&options) == 0);
    for (i = 0; i < COUNT(table); i++) {
        CHECK_INT(end_with_spans(table[i].name, 2), table[i].sent);
        lost += !table[i].sent;
    }
    CHECK_INT(hook.calls, (int)COUNT(table) - (int)lost);
    check_lost("event_processor", lost, lost * 3);
    stop();
}

static void processors_see_transactions(void)
{
    sentry_options_t options = trace_options(1.0);
    sentry_scope_t *scope;
    REQUIRE(start_counting(&options) == 0);
    CHECK_INT(sentry_add_event_processor(on_transaction, NULL), 0);
    CHECK(end_with_spans("first", 1));
    CHECK_INT(hook.calls, 1);
    CHECK_INT(hook.hinted, 1);
    CHECK_STR(collect_str(0, "transaction"), "by the hook");
    CHECK(is_valid_transaction(0));
    scope = sentry_push_scope();
    CHECK_INT(sentry_scope_add_event_processor(scope, on_transaction, NULL), 0);
    CHECK(end_with_spans("second", 1));
    CHECK_INT(hook.calls, 3);
    hook.strip = 1; /* the scope's takes one, the other one more */
    CHECK(end_with_spans("third", 4));
    CHECK_INT(collect_len(2, "spans"), 2);
    check_lost("event_processor", 0, 2);
    hook.drop = 1;
    CHECK(!end_with_spans("fourth", 2));
    CHECK_INT(hook.calls, 6);
    sentry_pop_scope();
    check_lost("event_processor", 1, 5);
    CHECK_INT(collect_count(), 3);
    stop();
}

/* What is for errors is not for transactions. */
static void errors_have_options_of_their_own(void)
{
    static const char *const types[] = { "*", NULL };
    sentry_options_t options = trace_options(1.0);
    options.before_send = on_transaction;
    options.sample_rate = SENTRY_RATE_NONE;
    options.ignore_errors = types;
    hook.drop = 1;
    REQUIRE(collect_start(&options) == 0);
    CHECK(end_with_spans("tx", 1));
    CHECK_INT(hook.calls, 0);
    CHECK_INT(collect_count(), 1);
    stop();
}

/* Inside of any callback the SDK is off; so are its blocks. */
static struct {
    int blocks;
    sentry_transaction_t *tx;
    sentry_span_t *span;
} inside;

static void use_tracing_inside(void)
{
    sentry_transaction_t *tx = sentry_start_transaction("inside", "op");
    CHECK(sentry_start_span("op", "inside") == NULL);
    CHECK(sentry_get_current_span() == NULL);
    CHECK(!trace_end(tx));
    sentry_span_set_tag(inside.span, "inside", "1");
    sentry_span_finish(inside.span);
    sentry_transaction_discard(inside.tx);
    SENTRY_TRANSACTION("inside", "op") {
        SENTRY_SPAN("op", "inside")
            inside.blocks++;
    }
}

static sentry_value_t trace_in_hook(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    use_tracing_inside();
    return event;
}

static double trace_in_sampler(const sentry_transaction_context_t *context, sentry_value_t custom, const int *parent_sampled, void *user_data)
{
    (void)context;
    (void)custom;
    (void)parent_sampled;
    (void)user_data;
    use_tracing_inside();
    return 1;
}

static void inside_of_callbacks(void)
{
    sentry_options_t options = trace_options(1.0);
    options.before_send_transaction = trace_in_hook;
    options.before_send = trace_in_hook;
    options.traces_sampler = trace_in_sampler;
    REQUIRE(collect_start(&options) == 0);
    sentry_add_event_processor(trace_in_hook, NULL);
    inside.tx = sentry_start_transaction("outside", "op");
    inside.span = sentry_start_span("op", "span");
    say("error");
    CHECK(trace_end(trace_begin("other")));
    CHECK(sentry_get_current_span() == inside.span);
    sentry_span_finish(inside.span);
    CHECK(trace_end(inside.tx));
    CHECK_INT(inside.blocks, 8); /* two samplers; a processor and a hook for each of three */
    CHECK_INT(collect_count(), 3);
    CHECK_ABSENT(collect_json(2), "inside");
    CHECK_INT(collect_len(2, "spans"), 1);
    stop();
}

/* -- what is counted -------------------------------------------------------------------------- */

static void what_is_not_sampled_is_counted(void)
{
    sentry_options_t options = trace_options(SENTRY_RATE_NONE);
    sentry_transaction_t *tx;
    options.max_spans = 3;
    REQUIRE(start_counting(&options) == 0);
    CHECK(!end_with_spans("tx", 2));
    check_lost("sample_rate", 1, 3);
    tx = sentry_start_transaction("tx", "op");
    CHECK(sentry_start_span("op", "open") != NULL);
    sentry_span_discard(sentry_get_current_span());
    sentry_transaction_discard(tx);
    check_lost("sample_rate", 1, 3);
    CHECK_INT(collect_count(), 0);
    CHECK(!end_with_spans("tx", 0));
    check_lost("sample_rate", 2, 4);
    stop();
}

#ifndef SENTRY_NO_HTTP
/* Halving is to blame only for what would have been sent without it. */
static void backpressure(void)
{
    sentry_options_t options = trace_options(0.8);
    sentry_stats_t stats;
    int i;
    REQUIRE(start_counting(&options) == 0);
    collect_limits = "3600:session:organization";
    say("brings the limit");
    CHECK_INT(collect_count(), 1);
    CHECK(trace_end(trace_begin_from(PARENT, "sentry-sample_rand=0.500000")));
    pass_ms(10000);
    sentry_get_stats(&stats);
    CHECK_INT(stats.backpressure, 1);
    CHECK(trace_end(trace_begin_from(PARENT, "sentry-sample_rand=0.399999")));
    CHECK(!trace_end(trace_begin_from(PARENT, "sentry-sample_rand=0.400000")));
    CHECK(!trace_end(trace_begin_from(PARENT, "sentry-sample_rand=0.799999")));
    CHECK(!trace_end(trace_begin_from(PARENT, "sentry-sample_rand=0.800000")));
    CHECK(trace_end(trace_begin_from(PARENT "-1", "sentry-sample_rand=0.700000,sentry-sample_rate=1")));
    check_lost("backpressure", 2, 2);
    check_lost("sample_rate", 1, 1);
    pass_ms(10000);
    CHECK(!trace_end(trace_begin_from(PARENT, "sentry-sample_rand=0.200000")));
    check_lost("backpressure", 3, 3);
    CHECK_INT(collect_count(), 4);
    for (i = 0; i < 200 && !trace_end(trace_begin("tx")); i++) {
    }
    CHECK_INT(collect_count(), 5);
    CHECK_STR(trace_dsc(4, "sample_rate"), "0.2");
    collect_limits = NULL;
    collect_stop();
}

/* What the transport cannot keep counts with its spans. */
static void a_full_queue(void)
{
    sentry_options_t options = trace_options(1.0);
    options.transport_queue_bytes = 2000;
    REQUIRE(start_counting(&options) == 0);
    end_with_spans("tx", 50); /* it may be found too big when it is finished, or when it is written */
    collect_count();
    CHECK_INT(collect_lost("queue_overflow", "transaction"), 1);
    CHECK_INT(collect_lost("queue_overflow", "span"), 51);
    stop();
}

static void limited_transactions(void)
{
    sentry_options_t options = trace_options(1.0);
    REQUIRE(start_counting(&options) == 0);
    collect_limits = "3600:transaction:organization";
    say("brings the limit");
    CHECK_INT(collect_count(), 1);
    end_with_spans("tx", 4);
    say("goes on");
    CHECK_INT(collect_count(), 2);
    check_lost("ratelimit_backoff", 1, 5);
    collect_limits = NULL;
    stop();
}
#endif

/* -- blocks ----------------------------------------------------------------------------------- */

static void blocks(void)
{
    REQUIRE(trace_start(1.0) == 0);
    block_runs = 0;
    blocks_run_once();
    CHECK_INT(block_runs, 3);
    CHECK(sentry_get_current_span() == NULL);
    CHECK_INT(collect_count(), 1);
    CHECK(is_valid_transaction(0));
    CHECK_STR(collect_str(0, "transaction"), "block");
    CHECK_STR(root_str(0, "op"), "test");
    CHECK_INT(collect_len(0, "spans"), 2);
    CHECK_STR(collect_str(0, "spans.0.op"), "one");
    CHECK_STR(collect_str(0, "spans.0.description"), "first");
    CHECK_STR(collect_str(0, "spans.1.op"), "two");
    CHECK(!collect_has(0, "spans.0.status"));
    SENTRY_SPAN("op", "of nothing")
        block_runs++;
    CHECK_INT(block_runs, 4);
    CHECK_INT(collect_count(), 1);
    stop();
}

static int span_left_by_return(void)
{
    SENTRY_SPAN("op", "returned") {
        SENTRY_SPAN("op", "returned inside") {
            return 7;
        }
    }
    return 0;
}

static void span_left_by_goto(void)
{
    SENTRY_SPAN("op", "gone") {
        SENTRY_SPAN("op", "gone inside") {
            goto out;
        }
    }
out:
    return;
}

static int transaction_left_by_return(void)
{
    SENTRY_TRANSACTION("returned", "op") {
        SENTRY_SPAN("op", "returned") {
            return 7;
        }
    }
    return 0;
}

/* Every way out ends what was begun, where the compiler has a way; elsewhere the block around brings things back. */
static void blocks_left_early(void)
{
    sentry_transaction_t *tx;
    int i;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("tx", "op");
    for (i = 0; i < 2; i++) {
        SENTRY_SPAN("op", "continued") {
            if (i < 2)
                continue; /* of the block, not of the loop */
            CHECK(0);
        }
    }
    CHECK_INT(i, 2);
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
    SENTRY_SPAN("op", "broken") {
        break;
    }
    CHECK_INT(span_left_by_return(), 7);
    span_left_by_goto();
#ifndef SENTRY__NO_CLEANUP
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
#endif
    CHECK(trace_end(tx));
    CHECK(sentry_get_current_span() == NULL);
    CHECK(is_valid_transaction(0));
    CHECK_INT(collect_len(0, "spans"), 2 + 1 + 2 + 2);
    CHECK_STR(parent_of(0, "continued"), "root");
    CHECK(!span_has(0, "continued", "status"));
    CHECK_STR(parent_of(0, "returned inside"), "returned");
#ifndef SENTRY__NO_CLEANUP
    for (i = 0; i < 7; i++) {
        char path[32];
        snprintf(path, sizeof path, "spans.%d.status", i);
        CHECK(!collect_has(0, path));
    }
    CHECK_STR(parent_of(0, "gone"), "root");
    CHECK_INT(transaction_left_by_return(), 7);
    CHECK_INT(collect_count(), 2);
    SENTRY_TRANSACTION("broken", "op") {
        break;
    }
    CHECK_INT(collect_count(), 3);
    CHECK(sentry_get_current_span() == NULL);
#else
    CHECK_INT(transaction_left_by_return(), 7);
#endif
    stop();
}

/* Blocks in blocks, in switches, in loops, without braces, and with what they are named after changing. */
static void blocks_anywhere(void)
{
    char name[16];
    int i;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "tx%d", i);
        SENTRY_TRANSACTION(name, "op") {
            switch (i) {
            case 0:
                SENTRY_SPAN("op", "zero")
                    SENTRY_SPAN("op", "inner")
                        block_runs++;
                break;
            default:
                if (i == 1)
                    SENTRY_SPAN("op", "one") block_runs++;
                else
                    SENTRY_SPAN("op", "other") block_runs++;
            }
        }
    }
    CHECK_INT(collect_count(), 3);
    CHECK_STR(collect_str(2, "transaction"), "tx2");
    CHECK_STR(parent_of(0, "inner"), "zero");
    CHECK_STR(parent_of(1, "one"), "root");
    CHECK_STR(parent_of(2, "other"), "root");
    stop();
}

/* One that the block's own transaction ends before it is over. */
static void blocks_ended_inside(void)
{
    REQUIRE(trace_start(1.0) == 0);
    SENTRY_TRANSACTION("ended", "op") {
        SENTRY_SPAN("op", "span") {
            sentry_span_set_tag(sentry_get_current_span(), "in", "1");
            sentry_span_finish(sentry_get_current_span());
            CHECK(sentry_get_current_span() != NULL);
        }
        CHECK(sentry_get_current_span() != NULL);
        sentry_span_finish(sentry_get_current_span());
        CHECK(sentry_get_current_span() == NULL);
    }
    CHECK_INT(collect_count(), 1);
    SENTRY_TRANSACTION("closed", "op") {
        collect_stop();
    }
    CHECK_INT(alloc_now().blocks, 0);
}

static void traced_functions(void)
{
    REQUIRE(trace_start(1.0) == 0);
    CHECK_INT(traced_function(1), 1); /* without a transaction: nothing */
    SENTRY_TRANSACTION("tx", "op") {
        CHECK_INT(traced_function(3), 3);
    }
    REQUIRE(collect_count() == 1);
#ifndef SENTRY__NO_CLEANUP
    CHECK_INT(collect_len(0, "spans"), 3);
    CHECK_STR(collect_str(0, "spans.0.op"), "function");
    CHECK_CONTAINS(collect_str(0, "spans.0.description"), "traced_function");
    CHECK_STR(collect_str(0, "spans.0.parent_span_id"), root_str(0, "span_id"));
    CHECK_STR(collect_str(0, "spans.1.parent_span_id"), collect_str(0, "spans.0.span_id"));
    CHECK_STR(collect_str(0, "spans.2.parent_span_id"), collect_str(0, "spans.1.span_id"));
    CHECK(!collect_has(0, "spans.0.status"));
#endif
    stop();
}

#if defined(__cplusplus) && (defined(__cpp_exceptions) || defined(__EXCEPTIONS))
static void throws(void)
{
    SENTRY_TRACE_FUNCTION();
    SENTRY_SPAN("op", "thrown through") {
        throw 5;
    }
}

static void blocks_left_by_exceptions(void)
{
    int caught = 0;
    REQUIRE(trace_start(1.0) == 0);
    try {
        SENTRY_TRANSACTION("tx", "op") {
            throws();
        }
    } catch (int thrown) {
        caught = thrown;
    }
    CHECK_INT(caught, 5);
    CHECK(sentry_get_current_span() == NULL);
    CHECK_INT(collect_count(), 1);
    CHECK_INT(collect_len(0, "spans"), 2);
    CHECK_STR(span_str(0, "thrown through", "status"), "internal_error");
    CHECK_STR(collect_str(0, "contexts.trace.status"), "internal_error");
    try {
        SENTRY_TRANSACTION("tx", "op") {
            SENTRY_SPAN("op", "caught inside") {
                try {
                    throws();
                } catch (int) {
                }
            }
            sentry_span_set_status(sentry_get_current_span(), SENTRY_SPAN_STATUS_CANCELLED);
            throws();
        }
    } catch (int) {
    }
    CHECK_STR(collect_str(1, "contexts.trace.status"), "cancelled");
    CHECK(!span_has(1, "caught inside", "status"));
    stop();
}
#endif

/* -- threads ---------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_THREADS
static void in_thread(void *(*run)(void *), void *arg)
{
    test_thread_t thread;
    REQUIRE(test_thread_start(&thread, run, arg) == 0);
    test_thread_join(thread);
}

static void *finish_span(void *arg)
{
    CHECK(sentry_get_current_span() == NULL);
    sentry_span_set_tag((sentry_span_t *)arg, "by", "another");
    sentry_span_finish((sentry_span_t *)arg);
    return NULL;
}

static void *own_spans(void *arg)
{
    sentry_transaction_t *tx = sentry_start_transaction("thread", "op");
    sentry_span_t *span = sentry_span_start_child((sentry_span_t *)arg, "op", "begun by another");
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
    sentry_span_finish(sentry_start_span("op", "own"));
    sentry_span_finish(span);
    CHECK(trace_end(tx));
    sentry_start_transaction("left open at the end of its thread", "op");
    return NULL;
}

static void *finish_transaction(void *arg)
{
    CHECK(trace_end((sentry_transaction_t *)arg));
    return NULL;
}

static void *set_for_all(void *arg)
{
    sentry_set_transaction_object((sentry_transaction_t *)arg);
    return NULL;
}

static void *start_span_here(void *arg)
{
    *(sentry_span_t **)arg = sentry_start_span("op", "below what was set");
    CHECK(*(sentry_span_t **)arg != NULL);
    return NULL;
}

static void spans_across_threads(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span, *second;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("tx", "op");
    span = sentry_start_span("op", "span");
    in_thread(own_spans, span);
    CHECK(sentry_get_current_span() == span);
    in_thread(finish_span, span);
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
    in_thread(finish_transaction, tx);
    CHECK(sentry_get_current_span() == NULL);
    CHECK(!trace_end(tx));
    REQUIRE(collect_count() == 2);
    CHECK(is_valid_transaction(0) && is_valid_transaction(1));
    CHECK_STR(collect_str(0, "transaction"), "thread");
    CHECK_INT(collect_len(0, "spans"), 1);
    CHECK(strcmp(root_str(0, "trace_id"), root_str(1, "trace_id")) != 0);
    CHECK_INT(collect_len(1, "spans"), 2);
    CHECK_STR(span_str(1, "span", "tags.by"), "another");
    CHECK(!span_has(1, "span", "status"));
    CHECK_STR(parent_of(1, "begun by another"), "span");
    CHECK(strcmp(sentry_value_as_string(sentry_value_get_by_key(collect_at(span_of(1, "begun by another"), "data"), "thread.id")),
              sentry_value_as_string(sentry_value_get_by_key(collect_at(span_of(1, "span"), "data"), "thread.id"))) != 0);
    /* sentry_set_transaction_object is for all threads that have no span of their own */
    tx = trace_begin("for all");
    sentry_set_transaction_object(tx);
    in_thread(start_span_here, &second);
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
    CHECK(trace_end(tx));
    CHECK_STR(parent_of(2, "below what was set"), "root");
    CHECK(sentry_get_current_span() == NULL);
    /* also one whose own was finished by another */
    tx = sentry_start_transaction("own", "op");
    in_thread(finish_transaction, tx);
    tx = trace_begin("for all");
    in_thread(set_for_all, tx);
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(tx));
    CHECK(trace_end(tx));
    stop();
}

enum { STORM_THREADS = 4, STORM_SLOTS = 16 };

static struct {
    test_mutex_t lock;
    void *transactions[STORM_SLOTS], *spans[STORM_SLOTS];
    sentry_hub_t *hub;
    int rounds;
} storm = { TEST_MUTEX_INIT, { NULL }, { NULL }, NULL, 0 };

/* Reads a slot, and puts something else there, if there is anything. */
static void *storm_swap(void **all, size_t slot, void *fresh)
{
    void *old;
    test_lock(&storm.lock);
    old = all[slot];
    all[slot] = fresh ? fresh : old;
    test_unlock(&storm.lock);
    return old;
}

static void storm_step(uint32_t r)
{
    sentry_transaction_t *tx = (sentry_transaction_t *)storm_swap(storm.transactions, (r >> 8) % STORM_SLOTS, NULL);
    sentry_span_t *span = (sentry_span_t *)storm_swap(storm.spans, (r >> 12) % STORM_SLOTS, NULL);
    switch (r % 16) {
    case 0: storm_swap(storm.transactions, (r >> 16) % STORM_SLOTS, trace_begin("storm")); break;
    case 1: sentry_transaction_finish(tx); break;
    case 2: sentry_transaction_discard(tx); break;
    case 3: storm_swap(storm.spans, (r >> 16) % STORM_SLOTS, sentry_transaction_start_child(tx, "op", "of a transaction")); break;
    case 4: storm_swap(storm.spans, (r >> 16) % STORM_SLOTS, sentry_span_start_child(span, "op", "of a span")); break;
    case 5: sentry_span_finish(span); break;
    case 6: sentry_span_discard(span); break;
    case 7:
        sentry_span_set_tag(span, r & 65536 ? "a" : "b", "value");
        sentry_transaction_set_tag(tx, r & 65536 ? "a" : "b", "value");
        sentry_span_remove_tag(span, "a");
        break;
    case 8:
        sentry_span_set_data(span, r & 65536 ? "a" : "b", sentry_value_new_string("a longer value, to be allocated"));
        sentry_transaction_set_data(tx, "c", sentry_value_new_int32((int32_t)r));
        sentry_span_remove_data(span, "b");
        break;
    case 9:
        sentry_transaction_set_name(tx, "renamed in the storm, to something that is longer");
        sentry_transaction_set_measurement(tx, "m", r, NULL);
        sentry_span_set_status(span, SENTRY_SPAN_STATUS_ABORTED);
        break;
    case 10:
        sentry_set_span(span);
        say("error");
        break;
    case 11:
        SENTRY_TRANSACTION("block", "op") {
            SENTRY_SPAN("op", "block") say("error");
        }
        break;
    case 12: {
        int headers = 0;
        sentry_span_iter_headers(span, keep_nothing, &headers);
        sentry_transaction_iter_headers(tx, keep_nothing, &headers);
        break;
    }
    case 13:
        SENTRY_WITH_HUB(storm.hub) {
            sentry_span_finish(sentry_start_span("op", "of the hub"));
            sentry_set_transaction_object(tx);
            say("error");
        }
        break;
    case 14:
        SENTRY_WITH_SCOPE(scope) {
            sentry_scope_set_span(scope, span);
            sentry_start_span("op", "of a scope");
        }
        break;
    default: {
        char buffer[SENTRY_TRACEPARENT_SIZE];
        sentry_get_traceparent(buffer, sizeof buffer);
        sentry_span_set_http_status(sentry_get_current_span(), 200);
    }
    }
}

static void *storm_run(void *arg)
{
    uint32_t r = *(const uint32_t *)arg;
    int i;
    for (i = 0; i < storm.rounds; i++) {
        r = r * 1664525u + 1013904223u;
        storm_step(r >> 4);
    }
    return NULL;
}

/* Everybody does everything to everything; whatever comes out of it is valid. */
static void storm_of_spans(void)
{
    static uint32_t seeds[STORM_THREADS] = { 1, 2, 3, 4 };
    test_thread_t threads[STORM_THREADS];
    size_t i, k, n, sent = 0, bad = 0;
    alloc_unwatched = 1;
    REQUIRE(trace_start(1.0) == 0);
    storm.rounds = test_factor() > 5 ? 150 : 600;
    storm.hub = sentry_hub_clone(NULL);
    for (i = 0; i < STORM_THREADS; i++)
        REQUIRE(test_thread_start(&threads[i], storm_run, &seeds[i]) == 0);
    for (i = 0; i < STORM_THREADS; i++)
        test_thread_join(threads[i]);
    n = collect_count();
    for (k = 0; k < n; k++) {
        if (strcmp(collect_str(k, "type"), "transaction") != 0)
            continue;
        sent++;
        bad += !is_valid_transaction(k);
    }
    CHECK(sent > 20);
    CHECK_INT(bad, 0);
    sentry_hub_free(storm.hub);
    sentry_set_span(NULL);
    collect_clear();
    CHECK(trace_end(trace_begin("after the storm")));
    CHECK_INT(collect_count(), 1);
    stop();
}

/* Close comes while spans are begun and ended. */
static void close_in_the_middle(void)
{
    static uint32_t seeds[STORM_THREADS] = { 5, 6, 7, 8 };
    test_thread_t threads[STORM_THREADS];
    size_t i;
    int round;
    storm.rounds = test_factor() > 5 ? 150 : 400;
    alloc_unwatched = 1;
    collected.drop = 1;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < STORM_THREADS; i++)
        REQUIRE(test_thread_start(&threads[i], storm_run, &seeds[i]) == 0);
    for (round = 0; round < 5; round++) {
        sentry_close();
        CHECK_INT(trace_start(1.0), 0);
    }
    for (i = 0; i < STORM_THREADS; i++)
        test_thread_join(threads[i]);
    stop();
}
#endif

/* -- fork ------------------------------------------------------------------------------------- */

#ifndef _WIN32
/* A child traces on its own; what its parent has open is its parent's. */
static void fork_with_open_spans(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    char trace_id[33], span_id[17], now[SENTRY_TRACEPARENT_SIZE];
    pid_t child;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("parent", "op");
    span = sentry_start_span("op", "span");
    sentry_get_traceparent(now, sizeof now);
    snprintf(trace_id, sizeof trace_id, "%.32s", now);
    snprintf(span_id, sizeof span_id, "%.16s", now + 33);
    fflush(NULL);
    child = fork();
    if (child == 0) {
        sentry_transaction_t *own;
        alarm(10);
        collect_after_fork();
        own = trace_begin("child");
        sentry_span_finish(sentry_transaction_start_child(own, "op", "child's"));
        CHECK(trace_end(own));
        CHECK_INT(collect_count(), 1);
        CHECK(is_valid_transaction(0));
        CHECK_INT(collect_len(0, "spans"), 1);
        CHECK_STR(root_str(0, "trace_id"), trace_id); /* what it does belongs to what its parent was doing */
        CHECK_STR(root_str(0, "parent_span_id"), span_id);
        sentry_span_set_tag(span, "child", "1");
        CHECK(sentry_span_start_child(span, "op", "child's") == NULL);
        sentry_span_finish(span);
        CHECK(!trace_end(tx));
        CHECK_INT(collect_count(), 1);
        sentry_close();
        collect_clear();
        test_end_child();
    }
    CHECK(child > 0 && test_child_ended_well(child));
    CHECK(sentry_get_current_span() == span);
    sentry_span_finish(span);
    CHECK(trace_end(tx));
    CHECK_INT(collect_count(), 1);
    CHECK_INT(collect_len(0, "spans"), 1);
    CHECK(!span_has(0, "span", "tags"));
    CHECK(!span_has(0, "span", "status"));
    stop();
}
#endif

/* -- memory ----------------------------------------------------------------------------------- */

/* What a program does all day. */
static void a_busy_transaction(int spans)
{
    sentry_transaction_t *tx = sentry_start_transaction("GET /users", SENTRY_OP_HTTP_SERVER);
    int i;
    sentry_transaction_set_tag(tx, "kind", "busy");
    for (i = 0; i < spans; i++) {
        sentry_span_t *span = sentry_start_span(SENTRY_OP_DB_QUERY, "SELECT * FROM users WHERE id = ?");
        sentry_span_set_tag(span, "shard", "7");
        sentry_span_set_data(span, SENTRY_DATA_DB_SYSTEM, sentry_value_new_string("postgresql"));
        sentry_span_set_data(span, SENTRY_DATA_HTTP_RESPONSE_STATUS_CODE, sentry_value_new_int32(200));
        sentry_span_set_status(span, SENTRY_SPAN_STATUS_OK);
        sentry_span_finish(span);
    }
    alloc_forget_most();
}

/* What so many spans may cost: nothing, but where the SDK keeps no memory, as under a sanitizer. */
static long allowance(int spans)
{
    int i;
    for (i = 0; i < 2; i++) {
        alloc_fail(0, 0);
        sentry_value_decref(sentry_value_new_string("a string that needs memory of its own"));
    }
    return alloc_now().calls ? spans * 8 : 0;
}

/* What a busy transaction costs, which stays open: the least of some, for a thread of the SDK's may still be starting. */
static long cost_of_spans(int spans, long most)
{
    long least = -1;
    int i;
    for (i = 0; i < 5 && (least < 0 || least > most); i++) {
        if (i) sentry_span_finish(sentry_get_current_span()), collect_clear();
        alloc_fail(0, 0);
        a_busy_transaction(spans);
        if (least < 0 || alloc_now().calls < least) least = alloc_now().calls;
        alloc_fail(0, 0);
    }
    return least;
}

/* Once as many spans have been there before, none costs an allocation. */
static void spans_do_not_allocate(void)
{
    int i;
    long most;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < 3; i++) {
        a_busy_transaction(100);
        sentry_span_finish(sentry_get_current_span());
    }
    collect_clear();
    most = allowance(100);
    CHECK_AT_MOST(cost_of_spans(100, most), most);
    sentry_span_finish(sentry_get_current_span());
    CHECK_INT(collect_count(), 1);
    CHECK_INT(collect_len(0, "spans"), 100);
    /* and where there are more than the SDK keeps memory for, only now and then */
    most = allowance(1000) + 50;
    CHECK_AT_MOST(cost_of_spans(1000, most), most);
    stop();
}

/* Neither does an unsampled one, from its start to its end. */
static void unsampled_does_not_allocate(void)
{
    int i;
    long most;
    REQUIRE(trace_start(SENTRY_RATE_NONE) == 0);
    for (i = 0; i < 3; i++) {
        a_busy_transaction(10);
        sentry_span_finish(sentry_get_current_span());
    }
    most = allowance(10);
    alloc_fail(0, 0);
    a_busy_transaction(10);
    sentry_span_finish(sentry_get_current_span());
    CHECK_AT_MOST(alloc_now().calls, most);
    stop();
}

/* What many transactions need, one after the other, is given back or used again. The worker may just be about to let go of the
 * last one, or have let go of it too late for the next. */
static void memory_does_not_grow(void)
{
    size_t bytes = 0;
    int i;
    REQUIRE(trace_start(1.0) == 0);
    collected.drop = 1;
    for (i = 0; i < 300; i++) {
        a_busy_transaction(i % 20);
        sentry_span_finish(sentry_get_current_span());
        collect_count(); /* waits for the worker */
        if (i == 39)
            bytes = alloc_now().bytes;
    }
    CHECK_AT_MOST(alloc_now().bytes, bytes + 50000);
    stop();
}

/* -- all of it, and again with the SDK's own transport ---------------------------------------- */

#ifndef SENTRY_NO_HTTP
#define BY_WORKER(X) \
    X(a_transaction) X(spans) X(errors_within) X(tags_and_data) X(keys_come_and_go) X(many_tags_and_data) X(long_values) X(hostile_text) X(names) X(sources) X(statuses) \
    X(http_statuses) X(measurements) X(given_times) X(absurd_times) X(finished_is_finished) X(unfinished_children) X(discarded_spans) \
    X(the_root_span) X(errors_in_spans) X(transactions_in_transactions) X(before_transaction) X(inside_of_callbacks) X(memory_does_not_grow)
#define X(name) \
    static void name##_by_worker(void) \
    { \
        collected.by_worker = 1; \
        name(); \
    }
BY_WORKER(X)
#undef X
#endif
#endif /* SENTRY_NO_TRACING */

#define X(name) { #name, name },
#define X_BY_WORKER(name) { #name "_by_worker", name##_by_worker },

static const test_case_t tests[] = {
    X(blocks_without_the_sdk)
#ifndef SENTRY_NO_TRACING
    X(a_transaction) X(spans) X(errors_within) X(tags_and_data) X(keys_come_and_go) X(many_tags_and_data) X(long_values) X(hostile_text) X(names) X(descriptions_and_origins) X(sources)
    X(statuses) X(http_statuses) X(http_status_of_a_span) X(measurements)
    X(given_times) X(absurd_times) X(the_clock_is_put_back)
    X(finished_is_finished) X(unfinished_children) X(discarded_spans) X(discarded_transactions) X(the_root_span) X(null_everywhere)
    X(without_the_sdk) X(contexts_outlive_the_sdk) X(wild_handles)
    X(current_span) X(transactions_in_transactions) X(spans_of_scopes) X(spans_of_hubs) X(hubs_begin_in_a_span) X(errors_in_spans)
    X(errors_in_unsampled_spans) X(max_spans) X(very_many_spans) X(too_many_open_transactions) X(the_oldest_gives_way) X(one_stays_open)
    X(who_decides) X(explicit_decisions_can_be_taken_back) X(what_the_sampler_sees) X(samplers_without_sense) X(rates) X(rates_at_the_edge)
    X(sampler_rates_are_sent) X(off_is_off) X(a_rate_of_none) X(rates_of_the_environment) X(options_of_tracing)
    X(before_send_transaction) X(before_transaction) X(ignored_transactions) X(processors_see_transactions) X(errors_have_options_of_their_own)
    X(inside_of_callbacks) X(what_is_not_sampled_is_counted)
    X(blocks) X(blocks_left_early) X(blocks_anywhere) X(blocks_ended_inside) X(traced_functions)
#if defined(__cplusplus) && (defined(__cpp_exceptions) || defined(__EXCEPTIONS))
    X(blocks_left_by_exceptions)
#endif
#ifndef SENTRY_NO_THREADS
    X(spans_across_threads) X(storm_of_spans) X(close_in_the_middle)
#endif
#ifndef _WIN32
    X(fork_with_open_spans)
#endif
    X(spans_do_not_allocate) X(unsampled_does_not_allocate) X(memory_does_not_grow)
#ifndef SENTRY_NO_HTTP
    X(backpressure) X(a_full_queue) X(limited_transactions) BY_WORKER(X_BY_WORKER)
#endif
#endif
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
