/* Faults of networks and servers: whatever they do, each event arrives, or waits on disk, or is counted as lost, and never two
 * of these. */
#include "../sentry.h"
#include "test.h"
#include "sink.h"

#ifndef SENTRY_NO_HTTP

#include "files.h"
#include "delivery.h"

#define EVENTS 2
#define SLOW_MS 30 /* for a request that no time is enough for */
#define WHOLE ((size_t)-1)
#define LARGE 300000
/* Its first part is longer than names can be, so that no server of names is asked, which may take its time. */
#define NO_HOST "nohost-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.invalid"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifdef SENTRY_NO_FILES
#define CAN_KEEP 0
#else
#define CAN_KEEP 1
#endif

/* What becomes of an event that meets a fault. */
typedef enum {
    SENT,
    KEPT,    /* for a retry; a network_error when there is none */
    REFUSED, /* counted as send_error */
    LIMITED  /* counted as ratelimit_backoff, but not in client reports when it was the server that said so */
} fate_t;

typedef enum { AT_SINK, AT_NO_HOST, AT_CLOSED_PORT, AT_DEAF_PORT } place_t;

typedef struct {
    const char *name;
    fate_t fate;
    place_t place;
    sink_step_t step; /* what each request meets */
} fault_t;

#define STEP(kind, status, headers, body, ms, at) { kind, status, headers, body, ms, at }
#define REPLY(status, headers) STEP(SINK_REPLY, status, headers, "{}", 0, 0)
#define RAW(bytes) STEP(SINK_RAW, 0, "", bytes, 0, 0)
#define CUT(kind, at) STEP(kind, 200, "", "{}", 0, at)
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static const fault_t accepted[] = {
    { "200", SENT, AT_SINK, REPLY(200, "") },
    { "204", SENT, AT_SINK, REPLY(204, "") },
    { "chunks", SENT, AT_SINK, STEP(SINK_CHUNKED, 0, "", "{\"id\":\"1\"}", 0, 0) },
    { "until close", SENT, AT_SINK, STEP(SINK_UNTIL_CLOSE, 0, "", "{}", 0, 0) },
    { "100 Continue, then 200", SENT, AT_SINK, STEP(SINK_CONTINUE, 0, "", "{}", 0, 0) },
    { "byte by byte", SENT, AT_SINK, STEP(SINK_DRIP, 0, "", "{}", 1, 0) },
    { "keep-alive, then closed", SENT, AT_SINK, STEP(SINK_REPLY_CLOSE, 0, "", "{}", 0, 0) },
    { "keep-alive, then reset", SENT, AT_SINK, CUT(SINK_RESET, WHOLE) },
    { "Connection: close", SENT, AT_SINK, STEP(SINK_UNTIL_CLOSE, 0, "Connection: close\r\n", "{}", 0, 0) },
    { "a chunk that is no number", SENT, AT_SINK, RAW(CHUNKED "zz\r\n{}\r\n0\r\n\r\n") },
    { "a chunk that is too long", SENT, AT_SINK, RAW(CHUNKED "ffffffffffffffff\r\n{}\r\n0\r\n\r\n") },
    { "a chunk that ends early", SENT, AT_SINK, RAW(CHUNKED "5\r\n{}") },
    { "a chunk that ends late", SENT, AT_SINK, RAW(CHUNKED "1\r\n{}\r\n0\r\n\r\n") },
    { "no last chunk", SENT, AT_SINK, RAW(CHUNKED "2\r\n{}\r\n") },
    { "a length that is no number", SENT, AT_SINK, RAW("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}") },
    { "a length too much", SENT, AT_SINK, RAW("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}") },
    { "two answers", SENT, AT_SINK, RAW("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 No\r\n\r\n") }
};

static const fault_t refused[] = {
    { "301", REFUSED, AT_SINK, REPLY(301, "Location: /elsewhere\r\n") },
    { "302 to another host", REFUSED, AT_SINK, REPLY(302, "Location: http://127.0.0.1:1/\r\n") },
    { "304", REFUSED, AT_SINK, REPLY(304, "") },
    { "307", REFUSED, AT_SINK, REPLY(307, "Location: /elsewhere\r\n") },
    { "308", REFUSED, AT_SINK, REPLY(308, "") },
    { "400", REFUSED, AT_SINK, REPLY(400, "") },
    { "403", REFUSED, AT_SINK, REPLY(403, "") },
    { "407", REFUSED, AT_SINK, REPLY(407, "Proxy-Authenticate: Basic\r\n") },
    { "413", REFUSED, AT_SINK, REPLY(413, "") },
    { "413, then closed", REFUSED, AT_SINK, STEP(SINK_REPLY_CLOSE, 413, "", "{}", 0, 0) },
    { "500", REFUSED, AT_SINK, REPLY(500, "") },
    { "502, then reset", REFUSED, AT_SINK, STEP(SINK_RESET, 502, "", "{}", 0, WHOLE) },
    { "503 with Retry-After", REFUSED, AT_SINK, REPLY(503, "Retry-After: 60\r\n") },
    { "504 in chunks", REFUSED, AT_SINK, STEP(SINK_CHUNKED, 504, "", "{}", 0, 0) },
    { "599", REFUSED, AT_SINK, REPLY(599, "") }
};

static const fault_t limited[] = {
    { "429", LIMITED, AT_SINK, REPLY(429, "") },
    { "429 for a minute", LIMITED, AT_SINK, REPLY(429, "Retry-After: 60\r\n") },
    { "429 for no time", LIMITED, AT_SINK, REPLY(429, "Retry-After: 0\r\n") },
    { "429 until a date", LIMITED, AT_SINK, REPLY(429, "Retry-After: Fri, 31 Dec 2099 23:59:59 GMT\r\n") },
    { "429 until a date that was", LIMITED, AT_SINK, REPLY(429, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n") },
    { "429 until no date", LIMITED, AT_SINK, REPLY(429, "Retry-After: soon\r\n") },
    { "429 for errors", LIMITED, AT_SINK, REPLY(429, "X-Sentry-Rate-Limits: 60:error:key\r\n") },
    { "429 for sessions", LIMITED, AT_SINK, REPLY(429, "X-Sentry-Rate-Limits: 60:session:key\r\n") },
    { "429 for all", LIMITED, AT_SINK, REPLY(429, "X-Sentry-Rate-Limits: 60::organization:reason\r\n") },
    { "429 for nobody knows what", LIMITED, AT_SINK, REPLY(429, "X-Sentry-Rate-Limits: ,,60:x\r\nRetry-After: 60\r\n") },
    { "429, then closed", LIMITED, AT_SINK, STEP(SINK_REPLY_CLOSE, 429, "", "{}", 0, 0) }
};

static const fault_t unanswered[] = {
    { "closed", KEPT, AT_SINK, CUT(SINK_CLOSE, 0) },
    { "reset", KEPT, AT_SINK, CUT(SINK_RESET, 0) },
    { "an endless header", KEPT, AT_SINK, STEP(SINK_ENDLESS_HEADER, 0, "", "{}", 0, 0) },
    { "another protocol", KEPT, AT_SINK, RAW("SSH-2.0-OpenSSH_9.9\r\n") },
    { "no status", KEPT, AT_SINK, RAW("HTTP/1.1\r\n\r\n") },
    { "a status that is no number", KEPT, AT_SINK, RAW("HTTP/1.1 abc OK\r\n\r\n") },
    { "100 Continue, then closed", KEPT, AT_SINK, RAW("HTTP/1.1 100 Continue\r\n\r\n") },
    { "101", KEPT, AT_SINK, RAW("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") },
    { "nobody listens", KEPT, AT_CLOSED_PORT, REPLY(200, "") },
    { "nobody knows the host", KEPT, AT_NO_HOST, REPLY(200, "") }
};

/* These take as long as they may. */
static const fault_t endless[] = {
    { "no answer", KEPT, AT_SINK, CUT(SINK_STALL, 0) },
    { "half a status", KEPT, AT_SINK, CUT(SINK_STALL, 10) },
    { "half a header", KEPT, AT_SINK, CUT(SINK_STALL, 30) },
    { "100 Continue, then nothing", KEPT, AT_SINK, STEP(SINK_RAW_OPEN, 0, "", "HTTP/1.1 100 Continue\r\n\r\n", 0, 0) },
    { "a byte a second", KEPT, AT_SINK, STEP(SINK_DRIP, 500, "", "{}", 1000, 0) },
    { "nobody accepts", KEPT, AT_DEAF_PORT, REPLY(200, "") }
};

/* -- one fault ------------------------------------------------------------------------------------- */

static void describe(char text[256], const fault_t *f, int sent, int kept, long lost, long rightly)
{
    snprintf(text, 256, "%.100s: %d sent, %d kept, %ld lost, %ld of them for the right reason", f->name, sent, kept, lost, rightly);
}

static sentry_drop_reason_t reason_of(fate_t fate)
{
    return fate == REFUSED ? SENTRY_DROP_SEND_ERROR : fate == LIMITED ? SENTRY_DROP_RATELIMIT_BACKOFF : SENTRY_DROP_NETWORK_ERROR;
}

/* Compares what became of the events with what should have. */
static void check_fate(const fault_t *f, int kept, sink_t *sink, const sentry_uuid_t *ids, const sentry_stats_t *stats)
{
    int sent = f->fate == SENT ? EVENTS : 0, lost = EVENTS - sent - kept;
    char seen[256], wanted[256];
    stock_t stock = take_stock(sink, ids, EVENTS);
    describe(seen, f, stock.sent, stock.kept, dropped(stats), (long)stats->dropped[reason_of(f->fate)]);
    describe(wanted, f, sent, kept, lost, lost);
    CHECK_STR(seen, wanted);
    CHECK_INT(stock.twice, 0);
    CHECK_INT(stock.strange, 0);
}

/* A port where connections are made by the system, and nobody accepts them. */
static sink_socket_t deaf_port(int *port)
{
    sink_socket_t fd = sink_bind(AF_INET, port);
    if (fd == SINK_NONE || listen(fd, 8) != 0)
        abort();
    return fd;
}

static const char *message = "hello";

static void capture_some(sentry_uuid_t *ids)
{
    int i;
    for (i = 0; i < EVENTS; i++)
        ids[i] = say(message);
    flush();
}

/* Events meet a fault. With retry on, a later run delivers what was kept, in better times and to another server: the first may
 * still be busy with requests that nobody waits for any more. */
static void suffer(const fault_t *f, int retry, unsigned transfer_ms)
{
    sink_t *sink = sink_start(), *better = sink_start();
    sentry_options_t o;
    sentry_stats_t stats;
    sentry_uuid_t ids[EVENTS];
    stock_t stock;
    sink_socket_t deaf;
    int port, kept = f->fate == KEPT && retry > 0 && CAN_KEEP ? EVENTS : 0;
    deaf = deaf_port(&port);
    if (f->place == AT_SINK)
        port = sink_port(sink);
    if (f->place == AT_CLOSED_PORT)
        port = sink_closed_port();
    o = options_to_port(port);
    if (f->place == AT_NO_HOST)
        o.dsn = dsn_of_port(NO_HOST, 80);
    o.http_retry = retry;
    o.transfer_timeout = transfer_ms;
    o.max_value_length = SENTRY_NONE;
    if (f->step.kind == SINK_CLOSE_EARLY || f->step.kind == SINK_RESET_EARLY)
        o.send_client_reports = SENTRY_OFF; /* one alone is too short to be cut there */
    sink_always_step(sink, f->step);
    CHECK_INT(sentry_init(&o), 0);
    capture_some(ids);
    stats = stats_now();
    CHECK_INT(sentry_close(), 0);
    check_fate(f, kept, sink, ids, &stats);
    o = options_to_port(sink_port(better));
    CHECK_INT(sentry_init(&o), 0);
    flush();
    CHECK_INT(sentry_close(), 0);
    stock = take_stock(better, ids, EVENTS);
    CHECK_INT(stock.sent, kept);
    CHECK_INT(stock.kept + stock.twice + stock.strange, 0);
    sink_close_socket(deaf);
    sink_stop(sink);
    sink_stop(better);
}

static void suffer_each(const fault_t *faults, size_t count, unsigned transfer_ms)
{
    size_t i;
    REQUIRE(scratch_begin());
    for (i = 0; i < count; i++) {
        suffer(&faults[i], SENTRY_ON, transfer_ms);
        suffer(&faults[i], SENTRY_OFF, transfer_ms);
    }
    scratch_end();
}

static void accepted_events_are_sent(void)
{
    suffer_each(accepted, COUNT(accepted), test_ms(ENOUGH_MS));
}

static void refused_events_are_counted(void)
{
    suffer_each(refused, COUNT(refused), test_ms(ENOUGH_MS));
}

static void limited_events_are_counted(void)
{
    suffer_each(limited, COUNT(limited), test_ms(ENOUGH_MS));
}

static void unanswered_events_are_kept(void)
{
    suffer_each(unanswered, COUNT(unanswered), test_ms(ENOUGH_MS));
}

static void events_without_end_are_kept(void)
{
    suffer_each(endless, COUNT(endless), SLOW_MS);
}

/* A body that does not end takes as long as it may, and changes nothing. */
static void half_a_body_is_an_answer(void)
{
    static const fault_t fault = { "half a body", SENT, AT_SINK,
                                   STEP(SINK_RAW_OPEN, 0, "", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}", 0, 0) };
    REQUIRE(scratch_begin());
    suffer(&fault, SENTRY_ON, test_ms(200));
    scratch_end();
}

/* -- cut anywhere ---------------------------------------------------------------------------------- */

/* An answer that is cut before each of its bytes: what counts is that its header was whole. */
static void cut_answers(sink_kind_t kind, int retry)
{
    fault_t fault = { "an answer that is cut", KEPT, AT_SINK, CUT(SINK_CLOSE, 0) };
    char *text = sink_answer(&fault.step);
    size_t size = strlen(text), head = sink_head_size(text);
    free(text);
    fault.step.kind = kind;
    REQUIRE(scratch_begin());
    for (; fault.step.at <= size; fault.step.at++) {
        fault.fate = fault.step.at < head ? KEPT : SENT;
        suffer(&fault, retry, test_ms(ENOUGH_MS));
    }
    scratch_end();
}

static void answers_closed_anywhere(void)
{
    cut_answers(SINK_CLOSE, SENTRY_ON);
}

static void answers_closed_anywhere_without_retry(void)
{
    cut_answers(SINK_CLOSE, SENTRY_OFF);
}

static void answers_reset_anywhere(void)
{
    cut_answers(SINK_RESET, SENTRY_ON);
}

static void answers_reset_anywhere_without_retry(void)
{
    cut_answers(SINK_RESET, SENTRY_OFF);
}

/* The bytes of a request with the message. */
static size_t request_size(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_to_port(sink_port(sink));
    const sink_request_t *r;
    size_t size = 0;
    o.max_value_length = SENTRY_NONE;
    CHECK_INT(sentry_init(&o), 0);
    say(message);
    flush();
    r = sink_request(sink, 0);
    if (r)
        size = strlen(r->head) + r->body_size;
    sentry_close();
    sink_stop(sink);
    return size;
}

/* A request that is cut in many places. */
static void cut_requests(sink_kind_t kind, size_t places)
{
    fault_t fault = { "a request that is cut", KEPT, AT_SINK, CUT(SINK_CLOSE_EARLY, 0) };
    size_t size, place;
    REQUIRE(scratch_begin());
    size = request_size();
    CHECK(size > strlen(message));
    fault.step.kind = kind;
    for (place = 0; place < places; place++) {
        fault.step.at = size * place / places;
        suffer(&fault, SENTRY_ON, test_ms(ENOUGH_MS));
        suffer(&fault, SENTRY_OFF, test_ms(ENOUGH_MS));
    }
    scratch_end();
}

static void requests_closed_anywhere(void)
{
    cut_requests(SINK_CLOSE_EARLY, 16);
}

static void requests_reset_anywhere(void)
{
    cut_requests(SINK_RESET_EARLY, 16);
}

static void say_much(void)
{
    static char text[LARGE];
    memset(text, 'x', sizeof text - 1);
    message = text;
}

static void large_requests_cut_anywhere(void)
{
    say_much();
    cut_requests(SINK_CLOSE_EARLY, 3);
    cut_requests(SINK_RESET_EARLY, 3);
}

/* Who sees from the header that a request is too large answers at once. */
static void answers_may_come_early(void)
{
    static const fault_t early[] = {
        { "413 before the body", REFUSED, AT_SINK, STEP(SINK_REPLY_EARLY, 413, "Connection: close\r\n", "{}", 0, 100) },
        { "429 before the body", LIMITED, AT_SINK, STEP(SINK_REPLY_EARLY, 429, "Connection: close\r\n", "{}", 0, 100) }
    };
    say_much();
    suffer_each(early, COUNT(early), test_ms(ENOUGH_MS));
}

/* -- one after another ------------------------------------------------------------------------------ */

/* A connection that served, then ends under a request: it is repeated on a new one, unless an answer had begun. */
static void kept_connections_end(void)
{
    static const sink_kind_t kinds[] = { SINK_CLOSE, SINK_RESET, SINK_CLOSE_EARLY, SINK_RESET_EARLY };
    sentry_uuid_t ids[EVENTS];
    size_t i;
    REQUIRE(scratch_begin());
    for (i = 0; i < COUNT(kinds); i++) {
        sink_t *sink = sink_start();
        sentry_options_t o = options_to_port(sink_port(sink));
        stock_t stock;
        o.http_retry = SENTRY_OFF;
        sink_do(sink, SINK_REPLY);
        sink_do(sink, kinds[i]);
        CHECK_INT(sentry_init(&o), 0);
        capture_some(ids);
        CHECK_INT(sentry_close(), 0);
        stock = take_stock(sink, ids, EVENTS);
        CHECK_INT(stock.sent, EVENTS);
        CHECK_INT(stock.twice, 0);
        CHECK_INT(sink_connections(sink), 2);
        CHECK_INT(reported(sink, "*", "*"), 0);
        sink_stop(sink);
    }
    scratch_end();
}

#define MANY 80

typedef struct {
    sink_t *sink;
    sentry_uuid_t ids[MANY];
    int count, fates[LIMITED + 1];
} series_t;

/* An event for each fault that the sink can make. */
static void add_to_series(series_t *series, const fault_t *faults, size_t count)
{
    size_t i;
    for (i = 0; i < count; i++) {
        if (faults[i].place != AT_SINK)
            continue;
        sink_push(series->sink, faults[i].step);
        series->ids[series->count++] = say("hello");
        series->fates[faults[i].fate]++;
        flush();
    }
}

/* All faults in one run of the SDK: what is kept leaves as soon as the server answers again, and client reports say what was
 * lost, no more and no less. Some that meet no answer arrive even without retry: a connection that served before may end. */
static void suffer_all(int retry)
{
    static const fault_t stall = { "no answer", KEPT, AT_SINK, CUT(SINK_STALL, 0) };
    series_t series;
    sentry_options_t o;
    sentry_stats_t stats;
    stock_t stock;
    int lost, refusals;
    memset(&series, 0, sizeof series);
    REQUIRE(scratch_begin());
    series.sink = sink_start();
    o = options_to_port(sink_port(series.sink));
    o.http_retry = retry;
    o.transfer_timeout = test_ms(500);
    CHECK_INT(sentry_init(&o), 0);
    add_to_series(&series, accepted, COUNT(accepted));
    add_to_series(&series, unanswered, COUNT(unanswered));
    add_to_series(&series, refused, COUNT(refused));
    add_to_series(&series, &stall, 1);
    add_to_series(&series, unanswered, COUNT(unanswered));
    series.ids[series.count++] = say("last");
    flush();
    stats = stats_now();
    CHECK_INT(sentry_close(), 0);
    stock = take_stock(series.sink, series.ids, series.count);
    refusals = series.fates[REFUSED];
    lost = series.count - stock.sent;
    if (retry > 0 && CAN_KEEP)
        CHECK_INT(lost, refusals);
    else
        CHECK(lost > refusals + series.fates[KEPT] / 2 && lost <= refusals + series.fates[KEPT]);
    CHECK_INT(stock.kept + stock.twice + stock.strange, 0);
    CHECK_INT(dropped(&stats), lost);
    CHECK_INT(stats.dropped[SENTRY_DROP_SEND_ERROR], refusals);
    CHECK_INT(reported(series.sink, "*", "*"), lost);
    CHECK_INT(reported(series.sink, "send_error", "error"), refusals);
    CHECK_INT(reported(series.sink, "network_error", "error"), lost - refusals);
    CHECK_INT(stats.sent, arrived(series.sink, ""));
    CHECK_INT(stats.queued + stats.queued_bytes + stats.cached, 0);
    CHECK_INT(stats.last_status, 200);
    sink_stop(series.sink);
    scratch_end();
}

static void all_faults_in_a_row(void)
{
    suffer_all(SENTRY_ON);
}

static void all_faults_in_a_row_without_retry(void)
{
    suffer_all(SENTRY_OFF);
}

#ifndef SENTRY_NO_THREADS
/* -- from several threads --------------------------------------------------------------------------- */

#define THREADS 4
#define EACH 15

static void *say_some(void *memory)
{
    sentry_uuid_t *ids = (sentry_uuid_t *)memory;
    int i;
    for (i = 0; i < EACH; i++) {
        ids[i] = say("hello");
        if (i % 5 == 4)
            flush();
    }
    return NULL;
}

/* Four capture and flush while the server has its bad day. */
static void threads_meet_faults(void)
{
    static const fault_t *const lists[] = { unanswered, refused, accepted };
    static sentry_uuid_t ids[THREADS][EACH];
    test_thread_t threads[THREADS];
    sentry_options_t o;
    sentry_stats_t stats;
    stock_t stock;
    sink_t *sink = sink_start();
    size_t i;
    REQUIRE(scratch_begin());
    for (i = 0; i < 24; i++)
        sink_push(sink, lists[i % 3][i / 3].step);
    o = options_to_port(sink_port(sink));
    o.cache_max_items = SENTRY_NONE;
    CHECK_INT(sentry_init(&o), 0);
    for (i = 0; i < THREADS; i++)
        REQUIRE(test_thread_start(&threads[i], say_some, ids[i]) == 0);
    for (i = 0; i < THREADS; i++)
        test_thread_join(threads[i]);
    say("last");
    flush();
    stats = stats_now();
    CHECK_INT(sentry_close(), 0);
    stock = take_stock(sink, ids[0], THREADS * EACH);
    CHECK_INT(stock.kept + stock.twice + stock.strange, 0);
    CHECK_INT(stock.sent + dropped(&stats), THREADS * EACH);
    CHECK_INT(reported(sink, "*", "*"), dropped(&stats));
    sink_stop(sink);
    scratch_end();
}
#endif

static const test_case_t tests[] = {
    { "accepted_events_are_sent", accepted_events_are_sent },
    { "refused_events_are_counted", refused_events_are_counted },
    { "limited_events_are_counted", limited_events_are_counted },
    { "unanswered_events_are_kept", unanswered_events_are_kept },
    { "events_without_end_are_kept", events_without_end_are_kept },
    { "half_a_body_is_an_answer", half_a_body_is_an_answer },
    { "answers_closed_anywhere", answers_closed_anywhere },
    { "answers_closed_anywhere_without_retry", answers_closed_anywhere_without_retry },
    { "answers_reset_anywhere", answers_reset_anywhere },
    { "answers_reset_anywhere_without_retry", answers_reset_anywhere_without_retry },
    { "requests_closed_anywhere", requests_closed_anywhere },
    { "requests_reset_anywhere", requests_reset_anywhere },
    { "large_requests_cut_anywhere", large_requests_cut_anywhere },
    { "answers_may_come_early", answers_may_come_early },
    { "kept_connections_end", kept_connections_end },
    { "all_faults_in_a_row", all_faults_in_a_row },
#ifndef SENTRY_NO_THREADS
    { "threads_meet_faults", threads_meet_faults },
#endif
    { "all_faults_in_a_row_without_retry", all_faults_in_a_row_without_retry }
};

#else

static void no_network_no_faults(void)
{
    SKIP("there is no HTTP");
}

static const test_case_t tests[] = {
    { "no_network_no_faults", no_network_no_faults }
};

#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
