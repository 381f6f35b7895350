/* The HTTP transport, seen from both ends: the public API on one, a scripted server on the other. */
#include "../sentry.h"
#include "test.h"
#include "sink.h"

#ifndef SENTRY_NO_HTTP

#include "files.h"
#include "delivery.h"

/* -- starting and sending -- */

static const char *dsn_of(const sink_t *sink)
{
    return dsn_of_port(sink->family == AF_INET6 ? "[::1]" : "127.0.0.1", sink_port(sink));
}

/* Options that look nothing up. */
static sentry_options_t options_to(const char *dsn)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = dsn;
    o.release = "app@1";
    o.server_name = "host";
    o.http_retry = SENTRY_OFF; /* nothing outlives a test: not what meets no answer, nor what is left at the end */
    o.database_path = __FILE__ "/none";
    o.auto_session_tracking = SENTRY_OFF;
    return o;
}

static sentry_options_t options_for(const sink_t *sink)
{
    return options_to(dsn_of(sink));
}

/* A sink and an SDK that sends to it. */
static sink_t *begin(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    CHECK_INT(sentry_init(&o), 0);
    return sink;
}

static sink_t *begin_with(sink_t *sink, sentry_options_t *o)
{
    CHECK_INT(sentry_init(o), 0);
    return sink;
}

static void end(sink_t *sink)
{
    sink_release(sink);
    sentry_close();
    sink_stop(sink);
}

/* Until the first event is on its way. Without threads it waits for a flush. */
static void wait_for_first(sink_t *sink)
{
#ifdef SENTRY_NO_THREADS
    CHECK_INT(sink_count(sink), 0);
#else
    CHECK_INT(sink_wait(sink, 1, test_ms(ENOUGH_MS)), 1);
#endif
}

/* Sends an event and waits until it is dealt with. */
static void say_and_flush(const char *text)
{
    say(text);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
}

/* Sends an envelope with one item. `more` is for its header: ",\"key\":value". */
static void send_item(const char *type, const char *more, const char *payload)
{
    char text[1024];
    int n = snprintf(text, sizeof text,
                     "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n{\"type\":\"%s\",\"length\":%d%s}\n%s\n",
                     type, (int)strlen(payload), more, payload);
    sentry_envelope_t *envelope = sentry_envelope_deserialize(text, (size_t)n);
    CHECK(envelope != NULL);
    sentry_capture_envelope(envelope);
}

static void send_session(void)
{
    send_item("session", "", "{\"sid\":\"7c7b6585-f901-4351-bf8d-02711b721929\"}");
}

/* -- what arrived -- */

/* The first accepted request that contains the text. */
static const sink_request_t *request_with(sink_t *sink, const char *text)
{
    const sink_request_t *r;
    size_t i;
    for (i = 0; (r = sink_request(sink, i)) != NULL; i++)
        if (r->accepted && strstr(r->body, text))
            return r;
    return NULL;
}

static int any_report(sink_t *sink)
{
    return arrived(sink, "discarded_events");
}

/* -- requests -- */

static void request_is_what_the_protocol_says(void)
{
    sink_t *sink = begin();
    const sink_request_t *r;
    char host[64];
    say_and_flush("hello");
    REQUIRE(sink_count(sink) == 1);
    r = sink_request(sink, 0);
    snprintf(host, sizeof host, "127.0.0.1:%d", sink_port(sink));
    CHECK_STR(r->method, "POST");
    CHECK_STR(r->path, "/api/1/envelope/");
    CHECK_STR(r->version, "HTTP/1.1");
    CHECK_STR(sink_header(r, "Host"), host);
    CHECK_STR(sink_header(r, "Content-Type"), "application/x-sentry-envelope");
    CHECK_STR(sink_header(r, "User-Agent"), sentry_sdk_user_agent());
    CHECK_CONTAINS(sink_header(r, "X-Sentry-Auth"), "Sentry sentry_version=7");
    CHECK_CONTAINS(sink_header(r, "X-Sentry-Auth"), "sentry_key=key");
    CHECK_CONTAINS(sink_header(r, "X-Sentry-Auth"), "sentry_client=" SENTRY_SDK_USER_AGENT);
    CHECK_ABSENT(sink_header(r, "X-Sentry-Auth"), "sentry_secret");
    CHECK_ABSENT(r->head, "sentry_timestamp");
    end(sink);
}

static void request_has_each_header_once(void)
{
    sink_t *sink = begin();
    const sink_request_t *r;
    say_and_flush("hello");
    REQUIRE((r = sink_request(sink, 0)) != NULL);
    CHECK_INT(sink_header_times(r, "Host"), 1);
    CHECK_INT(sink_header_times(r, "Content-Type"), 1);
    CHECK_INT(sink_header_times(r, "Content-Length"), 1);
    CHECK_INT(sink_header_times(r, "User-Agent"), 1);
    CHECK_INT(sink_header_times(r, "X-Sentry-Auth"), 1);
    CHECK_INT(sink_header_times(r, "Transfer-Encoding"), 0);
    CHECK_INT(sink_header_times(r, "Expect"), 0);
    end(sink);
}

static void body_is_an_envelope(void)
{
    sink_t *sink = begin();
    const sink_request_t *r;
    sentry_envelope_t *envelope;
    char id[37], dashed[37], *to = id;
    const char *from;
    sentry_uuid_t uuid = say("hello");
    sentry_uuid_as_string(&uuid, dashed);
    for (from = dashed; *from; from++)
        if (*from != '-')
            *to++ = *from;
    *to = 0;
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    REQUIRE((r = sink_request(sink, 0)) != NULL);
    REQUIRE(r->body_size > 0);
    CHECK_INT(r->body[r->body_size - 1], '\n');
    REQUIRE((envelope = sentry_envelope_deserialize(r->body, r->body_size)) != NULL);
    CHECK_INT(sentry_envelope_get_item_count(envelope), 1);
    CHECK_STR(sentry_value_as_string(sentry_envelope_get_header(envelope, "event_id")), id);
    CHECK_STR(sentry_value_as_string(sentry_envelope_get_header(envelope, "dsn")), dsn_of(sink));
    CHECK_CONTAINS(sentry_value_as_string(sentry_envelope_get_header(envelope, "sent_at")), "Z");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(sentry_envelope_get_event(envelope), "event_id")), id);
    sentry_envelope_free(envelope);
    end(sink);
}

static void large_body_arrives_whole(void)
{
    static char text[700000];
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    const sink_request_t *r;
    memset(text, 'x', sizeof text - 1);
    memcpy(text + sizeof text - 5, "last", 4);
    o.max_value_length = SENTRY_NONE;
    begin_with(sink, &o);
    say_and_flush(text);
    REQUIRE((r = sink_request(sink, 0)) != NULL);
    CHECK(r->body_size > sizeof text);
    CHECK(strstr(r->body, text) != NULL);
    end(sink);
}

static void secret_of_the_dsn_is_no_part_of_the_key(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    char dsn[64];
    snprintf(dsn, sizeof dsn, "http://public:private@127.0.0.1:%d/42", sink_port(sink));
    o.dsn = dsn;
    begin_with(sink, &o);
    say_and_flush("hello");
    REQUIRE(sink_count(sink) == 1);
    CHECK_STR(sink_request(sink, 0)->path, "/api/42/envelope/");
    CHECK_CONTAINS(sink_header(sink_request(sink, 0), "X-Sentry-Auth"), "sentry_key=public");
    CHECK_ABSENT(sink_header(sink_request(sink, 0), "X-Sentry-Auth"), "public:");
    end(sink);
}

static void path_prefix_comes_first(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    char dsn[64];
    snprintf(dsn, sizeof dsn, "http://key@127.0.0.1:%d/a/b/7", sink_port(sink));
    o.dsn = dsn;
    begin_with(sink, &o);
    say_and_flush("hello");
    REQUIRE(sink_count(sink) == 1);
    CHECK_STR(sink_request(sink, 0)->path, "/a/b/api/7/envelope/");
    end(sink);
}

static void sdk_name_is_the_user_agent(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    const sink_request_t *r;
    o.sdk_name = "my.engine";
    begin_with(sink, &o);
    say_and_flush("hello");
    REQUIRE((r = sink_request(sink, 0)) != NULL);
    CHECK_STR(sink_header(r, "User-Agent"), "my.engine/" SENTRY_SDK_VERSION);
    CHECK_CONTAINS(sink_header(r, "X-Sentry-Auth"), "sentry_client=my.engine/");
    end(sink);
}

/* What ends up in a request's head must not be able to add lines to it. */
static void names_cannot_forge_headers(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    const sink_request_t *r;
    o.sdk_name = "sdk\r\nX-Forged: 1";
    if (sentry_init(&o) == 0)
        say_and_flush("hello");
    r = sink_request(sink, 0);
    CHECK(!r || !sink_header(r, "X-Forged"));
    end(sink);
}

static void dsns_cannot_forge_headers(void)
{
    static const char *const forged[] = {
        "http://key\r\nX-Forged: 1\r\nX: @127.0.0.1:%d/1",
        "http://key@127.0.0.1:%d/1 HTTP/1.1\r\nX-Forged: 1\r\nX: ",
        "http://key@127.0.0.1:%d/a\r\nX-Forged: 1\r\nX: /1",
        "http://k:s\nX-Forged: 1\r\nX: @127.0.0.1:%d/1"
    };
    size_t i;
    for (i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        sink_t *sink = sink_start();
        sentry_options_t o = options_for(sink);
        const sink_request_t *r;
        char dsn[128];
        size_t used = (size_t)(strchr(forged[i], '%') - forged[i]);
        snprintf(dsn, sizeof dsn, "%.*s%d%s", (int)used, forged[i], sink_port(sink), forged[i] + used + 2);
        o.dsn = dsn;
        if (sentry_init(&o) == 0)
            say_and_flush("hello");
        r = sink_request(sink, 0);
        CHECK(!r || !sink_header(r, "X-Forged"));
        end(sink);
    }
}

static void speaks_ipv6(void)
{
    sink_t *sink = sink_start_on(AF_INET6);
    sentry_options_t o;
    char host[64];
    if (!sink)
        SKIP("::1 is not available");
    o = options_for(sink);
    begin_with(sink, &o);
    snprintf(host, sizeof host, "[::1]:%d", sink_port(sink));
    say_and_flush("hello");
    CHECK_INT(arrived(sink, "hello"), 1);
    REQUIRE(sink_count(sink) == 1);
    CHECK_STR(sink_header(sink_request(sink, 0), "Host"), host);
    end(sink);
}

/* localhost may be ::1 first, where nobody listens. */
static void tries_all_addresses_of_a_name(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    char dsn[64];
    snprintf(dsn, sizeof dsn, "http://key@localhost:%d/1", sink_port(sink));
    o.dsn = dsn;
    begin_with(sink, &o);
    say_and_flush("hello");
    CHECK_INT(arrived(sink, "hello"), 1);
    end(sink);
}

/* -- connections and answers -- */

/* Two events against a server that answers the first in some way; both must arrive. Returns the connections used. */
static unsigned two_events(sink_kind_t kind, int status, const char *headers, const char *body)
{
    sink_t *sink = begin();
    unsigned connections;
    sink_push_kind(sink, kind, status, headers, body);
    say_and_flush("first");
    say_and_flush("second");
    CHECK_INT(sink_count(sink), 2);
    CHECK_INT(arrived(sink, "second"), 1);
    CHECK_INT(any_report(sink), 0);
    connections = sink_connections(sink);
    end(sink);
    return connections;
}

static void keeps_the_connection(void)
{
    CHECK_INT(two_events(SINK_REPLY, 200, "", "{\"id\":\"1\"}"), 1);
    CHECK_INT(two_events(SINK_REPLY, 200, "content-type:text/plain\r\nX-Empty:\r\n", ""), 1);
}

static void reads_chunked_answers(void)
{
    CHECK_INT(two_events(SINK_CHUNKED, 200, "", "{\"id\":\"9ec79c33\"}"), 1);
    CHECK_INT(two_events(SINK_CHUNKED, 200, "", ""), 1);
}

static void reads_answers_until_close(void)
{
    CHECK_INT(two_events(SINK_UNTIL_CLOSE, 200, "", "{}"), 2);
    CHECK_INT(two_events(SINK_UNTIL_CLOSE, 200, "Connection: close\r\n", "{}"), 2);
}

static void reads_answers_without_a_body(void)
{
    CHECK_INT(two_events(SINK_REPLY, 204, "", ""), 1);
}

static void skips_interim_answers(void)
{
    CHECK_INT(two_events(SINK_CONTINUE, 200, "", "{}"), 1);
}

static void obeys_connection_close(void)
{
    CHECK_INT(two_events(SINK_REPLY, 200, "Connection: close\r\n", "{}"), 2);
    CHECK_INT(two_events(SINK_REPLY, 200, "connection: Close\r\n", "{}"), 2);
}

static void survives_a_close_between_requests(void)
{
    CHECK_INT(two_events(SINK_REPLY_CLOSE, 200, "", "{}"), 2);
}

static void reads_answers_that_come_in_pieces(void)
{
    sink_t *sink = begin();
    sink_step_t step;
    memset(&step, 0, sizeof step);
    step.kind = SINK_DRIP;
    step.ms = 1;
    sink_push(sink, step);
    say_and_flush("first");
    say_and_flush("second");
    CHECK_INT(arrived(sink, "second"), 1);
    CHECK_INT(sink_connections(sink), 1);
    CHECK_INT(any_report(sink), 0);
    end(sink);
}

static void large_answer_is_read_or_left(void)
{
    static char body[300001];
    memset(body, 'y', sizeof body - 1);
    CHECK_AT_MOST(two_events(SINK_REPLY, 200, "", body), 2);
    CHECK_AT_MOST(two_events(SINK_CHUNKED, 200, "", body), 2);
}

/* -- servers that misbehave -- */

/* The first event meets trouble: it is lost and counted, or delivered; the second arrives. */
static void after_trouble(const char *what, const sink_step_t *step)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    o.transfer_timeout = test_ms(400);
    sink_push(sink, *step);
    begin_with(sink, &o);
    say_and_flush("first");
    say_and_flush("second");
    if (arrived(sink, "second") != 1 || reported(sink, "network_error", "error") > 1)
        printf("  after: %s\n", what);
    CHECK_INT(arrived(sink, "second"), 1);
    CHECK_AT_MOST(reported(sink, "network_error", "error"), 1);
    end(sink);
}

static sink_step_t step_of(sink_kind_t kind, const char *body)
{
    sink_step_t step;
    memset(&step, 0, sizeof step);
    step.kind = kind;
    step.body = body;
    step.ms = 1000;
    return step;
}

static void after_bytes(const char *bytes)
{
    sink_step_t closed = step_of(SINK_RAW, bytes), open = step_of(SINK_RAW_OPEN, bytes);
    after_trouble(bytes, &closed);
    after_trouble(bytes, &open);
}

#define OK_LINE "HTTP/1.1 200 OK\r\n"

static void survives_garbage(void)
{
    after_bytes("");
    after_bytes("\r\n\r\n\r\n");
    after_bytes("SSH-2.0-OpenSSH_9.9\r\n");
    after_bytes("HTTP/1.1\r\n\r\n");
    after_bytes("HTTP/1.1 abc OK\r\n\r\n");
    after_bytes("HTTP/1.1 99999999999999999999 OK\r\n\r\n");
    after_bytes("HTTP/1.1 -200 OK\r\n\r\n");
}

static void survives_broken_headers(void)
{
    after_bytes(OK_LINE ":\r\n: x\r\nno colon\r\n \r\n\r\n");
    after_bytes(OK_LINE "Content-Length: 10\r\n");
    after_bytes("HTTP/1.1 100 Continue\r\n\r\n");
    after_bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
}

static void survives_absurd_lengths(void)
{
    after_bytes(OK_LINE "Content-Length: 99999999999999999999\r\n\r\n{}");
    after_bytes(OK_LINE "Content-Length: 18446744073709551615\r\n\r\n{}");
    after_bytes(OK_LINE "Content-Length: -1\r\n\r\n{}");
    after_bytes(OK_LINE "Content-Length: abc\r\n\r\n{}");
    after_bytes(OK_LINE "Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}");
    after_bytes(OK_LINE "Content-Length: 50\r\n\r\n{}");
    after_bytes(OK_LINE "Content-Length: 1\r\n\r\n{} and more than was promised");
}

static void survives_bad_chunks(void)
{
    after_bytes(OK_LINE "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
    after_bytes(OK_LINE "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n");
    after_bytes(OK_LINE "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}\r\n0\r\n\r\n");
    after_bytes(OK_LINE "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n");
    after_bytes(OK_LINE "Transfer-Encoding: chunked\r\n\r\n2\r\n{}garbage\r\n0\r\n\r\n");
    after_bytes(OK_LINE "Transfer-Encoding: chunked\r\n\r\n2\r\n{");
    after_bytes(OK_LINE "Transfer-Encoding: chunked\r\n\r\n0000000000000000000000000000000000000000000000000000000000000000");
    after_bytes(OK_LINE "Transfer-Encoding: gzip, chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n");
}

/* The first event is certainly lost. */
static void loses_one_to(sink_kind_t kind)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    sink_step_t step = step_of(kind, "");
    o.transfer_timeout = test_ms(400);
    sink_push(sink, step);
    begin_with(sink, &o);
    say_and_flush("first");
    say_and_flush("second");
    CHECK_INT(arrived(sink, "first"), 0);
    CHECK_INT(arrived(sink, "second"), 1);
    CHECK_INT(reported(sink, "network_error", "error"), 1);
    CHECK_INT(reported(sink, "network_error", "*"), 1);
    end(sink);
}

static void survives_a_reset(void)
{
    loses_one_to(SINK_RESET);
}

static void survives_a_close_without_an_answer(void)
{
    loses_one_to(SINK_CLOSE);
}

static void survives_a_stall(void)
{
    loses_one_to(SINK_STALL);
}

static void survives_an_endless_header(void)
{
    loses_one_to(SINK_ENDLESS_HEADER);
}

/* The transfer_timeout is for the whole request, not for each byte of the answer. */
static void survives_a_drip(void)
{
    sink_step_t step = step_of(SINK_DRIP, "{}");
    long long start = test_now_ms();
    after_trouble("a byte a second", &step);
    CHECK_AT_MOST(test_now_ms() - start, test_ms(5000));
}

static void survives_an_early_reset(void)
{
    sink_step_t reset = step_of(SINK_RESET_EARLY, ""), shut = step_of(SINK_CLOSE_EARLY, "");
    after_trouble("an early reset", &reset);
    after_trouble("an early close", &shut);
}

static void survives_a_refused_connection(void)
{
    sentry_options_t o = options_to(dsn_of_port("127.0.0.1", sink_closed_port()));
    CHECK_INT(sentry_init(&o), 0);
    say_and_flush("first");
    say_and_flush("second");
    CHECK_INT(sentry_close(), 0);
}

/* A server whose queue of connections is full: nobody accepts, nobody refuses. */
static void gives_up_connecting(void)
{
    sentry_options_t o;
    struct sockaddr_in to;
    int port = 0, i;
    sink_socket_t filler[4], fd = sink_bind(AF_INET, &port);
    REQUIRE(fd != SINK_NONE && listen(fd, 0) == 0);
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons((unsigned short)port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (i = 0; i < 4; i++) {
        filler[i] = sink_socket(AF_INET, SOCK_STREAM);
        sink_unblock(filler[i]);
        (void)!connect(filler[i], (struct sockaddr *)&to, sizeof to);
    }
    o = options_to(dsn_of_port("127.0.0.1", port));
    o.connect_timeout = test_ms(300);
    o.transfer_timeout = test_ms(600);
    CHECK_INT(sentry_init(&o), 0);
    say_and_flush("first");
    CHECK_INT(sentry_close(), 0);
    for (i = 0; i < 4; i++)
        sink_close_socket(filler[i]);
    sink_close_socket(fd);
}

/* A large body meets sockets that close. On POSIX, without care, that is a SIGPIPE, which would end this process. */
static void raises_no_sigpipe(void)
{
    static char text[700000];
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int i;
#ifndef _WIN32
    struct sigaction action;
    signal(SIGPIPE, SIG_DFL);
#endif
    memset(text, 'x', sizeof text - 1);
    o.max_value_length = SENTRY_NONE;
    begin_with(sink, &o);
    for (i = 0; i < 10; i++) {
        sink_do(sink, i % 2 ? SINK_RESET_EARLY : SINK_CLOSE_EARLY);
        say_and_flush(text);
    }
    say_and_flush("last");
    CHECK_INT(arrived(sink, "last"), 1);
#ifndef _WIN32
    CHECK_INT(sigaction(SIGPIPE, NULL, &action), 0);
    CHECK(action.sa_handler == SIG_DFL);
#endif
    end(sink);
}

/* -- flush and close -- */

#ifdef SENTRY_NO_THREADS
/* The request that the flush itself makes ends with its time, and is lost. */
static void flush_times_out(void)
{
    sink_t *sink = begin();
    long long start;
    sink_do(sink, SINK_STALL);
    say("hello");
    CHECK(sentry_flush(0) != 0);
    CHECK_INT(sink_count(sink), 0);
    start = test_now_ms();
    CHECK(sentry_flush(200) != 0);
    CHECK_AT_MOST(test_now_ms() - start, test_ms(2000));
    CHECK_INT(sink_count(sink), 1);
    say_and_flush("again");
    CHECK_INT(arrived(sink, "again"), 1);
    CHECK_INT(reported(sink, "network_error", "error"), 1);
    end(sink);
}
#else
static void flush_times_out(void)
{
    sink_t *sink = begin();
    long long start;
    sink_always(sink, SINK_HOLD);
    say("hello");
    wait_for_first(sink);
    start = test_now_ms();
    CHECK(sentry_flush(200) != 0);
    CHECK_AT_MOST(test_now_ms() - start, test_ms(2000));
    CHECK(sentry_flush(0) != 0);
    sink_release(sink);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(sink_count(sink), 1);
    end(sink);
}
#endif

static void flush_without_work_is_quick(void)
{
    sink_t *sink;
    long long start = test_now_ms();
    CHECK_INT(sentry_flush(5000), 0);
    sink = begin();
    CHECK_INT(sentry_flush(5000), 0);
    CHECK_AT_MOST(test_now_ms() - start, test_ms(2500));
    CHECK_INT(sink_connections(sink), 0);
    end(sink);
    CHECK_INT(sentry_flush(5000), 0);
}

static void *release_later(void *sink)
{
    test_sleep_ms(200);
    sink_release((sink_t *)sink);
    return NULL;
}

static void flush_takes_the_longest_timeout(void)
{
    sink_t *sink = begin();
    test_thread_t thread;
    sink_always(sink, SINK_HOLD);
    say("hello");
    REQUIRE(test_thread_start(&thread, release_later, sink) == 0);
    CHECK_INT(sentry_flush(UINT64_MAX), 0);
    CHECK_INT(arrived(sink, "hello"), 1);
    test_thread_join(thread);
    end(sink);
}

static void huge_timeouts_are_no_timeouts(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    o.connect_timeout = UINT64_MAX;
    o.transfer_timeout = UINT64_MAX;
    o.shutdown_timeout = UINT64_MAX - 1;
    begin_with(sink, &o);
    say_and_flush("hello");
    say("again");
    sentry_close();
    CHECK_INT(arrived(sink, "hello"), 1);
    CHECK_INT(arrived(sink, "again"), 1);
    sink_stop(sink);
}

/* Closing takes the shutdown_timeout at most, whatever the server does. */
static void close_takes_at_most(uint64_t shutdown_timeout, sink_kind_t kind)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    long long start;
    int i;
    o.shutdown_timeout = shutdown_timeout;
    sink_always(sink, kind);
    begin_with(sink, &o);
    for (i = 0; i < 5; i++)
        say("hello");
    wait_for_first(sink);
    start = test_now_ms();
    CHECK_INT(sentry_close(), 0);
    CHECK_AT_MOST(test_now_ms() - start, test_ms(2500));
    CHECK_INT(sentry_is_enabled(), 0);
    sink_stop(sink);
}

static void close_does_not_wait_for_a_stall(void)
{
    close_takes_at_most(300, SINK_STALL);
    close_takes_at_most(300, SINK_ENDLESS_HEADER);
    close_takes_at_most(SENTRY_NO_WAIT, SINK_STALL);
}

static void close_does_not_wait_for_a_drip(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    long long start;
    o.shutdown_timeout = 300;
    sink_push(sink, step_of(SINK_DRIP, "{}"));
    begin_with(sink, &o);
    say("hello");
    wait_for_first(sink);
    start = test_now_ms();
    sentry_close();
    CHECK_AT_MOST(test_now_ms() - start, test_ms(2500));
    sink_stop(sink);
}

/* Looking up a name cannot be cut short, so closing leaves it behind. */
static void close_does_not_wait_for_a_name(void)
{
    sentry_options_t o = options_to("http://key@no-such-host.invalid:9/1");
    long long start;
    o.shutdown_timeout = 300;
    CHECK_INT(sentry_init(&o), 0);
    say("hello");
    start = test_now_ms();
    sentry_close();
    CHECK_AT_MOST(test_now_ms() - start, test_ms(2500));
}

static void close_delivers_what_is_queued(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int i;
    o.shutdown_timeout = test_ms(ENOUGH_MS);
    begin_with(sink, &o);
    for (i = 0; i < 20; i++)
        say("hello");
    sentry_close();
    CHECK_INT(arrived(sink, "hello"), 20);
    say("too late");
    CHECK_INT(sentry_flush(test_ms(1000)), 0);
    CHECK_INT(arrived(sink, "too late"), 0);
    sink_stop(sink);
}

static void init_again_after_close(void)
{
    sink_t *one = begin(), *two;
    say("for one");
    sentry_close();
    two = begin();
    say("for two");
    sentry_close();
    CHECK_INT(arrived(one, "for one"), 1);
    CHECK_INT(arrived(one, "for two"), 0);
    CHECK_INT(arrived(two, "for one"), 0);
    CHECK_INT(arrived(two, "for two"), 1);
    sink_stop(one);
    sink_stop(two);
}

static void init_while_running_closes_first(void)
{
    sink_t *one = begin(), *two;
    say("for one");
    two = begin();
    say("for two");
    sentry_close();
    CHECK_INT(arrived(one, "for one"), 1);
    CHECK_INT(arrived(two, "for one"), 0);
    CHECK_INT(arrived(two, "for two"), 1);
    sink_stop(one);
    sink_stop(two);
}

/* Descriptors, or on Windows handles. */
static int open_descriptors(void)
{
#ifdef _WIN32
    DWORD count = 0;
    GetProcessHandleCount(GetCurrentProcess(), &count);
    return (int)count;
#else
    int fd, count = 0;
    for (fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
#endif
}

static void use_connections(void)
{
    sink_t *sink = begin();
    sink_do(sink, SINK_RESET);
    sink_do(sink, SINK_REPLY_CLOSE);
    say("first");
    say("second");
    say("third");
    end(sink);
}

static void close_gives_descriptors_back(void)
{
    int before, i;
#ifdef _WIN32
    use_connections(); /* from its first use on Winsock has handles of its own */
#endif
    before = open_descriptors();
    for (i = 0; i < 5; i++)
        use_connections();
    CHECK_INT(open_descriptors(), before);
}

static void https_needs_a_provider(void)
{
    sentry_options_t o = options_to("https://key@127.0.0.1:1/1");
    CHECK_INT(sentry_init(&o), 1);
    CHECK_CONTAINS(sentry_get_init_error(), "sentry_curl.h");
    CHECK_INT(sentry_is_enabled(), 0);
    say("nobody hears");
    CHECK_INT(sentry_flush(100), 0);
    sentry_close();
}

/* -- the queue -- */

static void queue_is_bounded_in_envelopes(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int i;
    o.transport_queue_size = 5;
    sink_do(sink, SINK_HOLD);
    begin_with(sink, &o);
    say("hello");
    wait_for_first(sink);
    for (i = 1; i < 20; i++)
        say("hello");
    sink_release(sink);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_AT_MOST(arrived(sink, "hello"), 6);
    CHECK_INT(arrived(sink, "hello") + reported(sink, "queue_overflow", "error"), 20);
    CHECK(arrived(sink, "hello") >= 5);
    end(sink);
}

static void queue_is_bounded_in_bytes(void)
{
    static char text[5000];
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int i;
    memset(text, 'x', sizeof text - 1);
    o.max_value_length = SENTRY_NONE;
    o.transport_queue_bytes = 24000;
    sink_do(sink, SINK_HOLD);
    begin_with(sink, &o);
    say(text);
    wait_for_first(sink);
    for (i = 1; i < 20; i++)
        say(text);
    sink_release(sink);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_AT_MOST(arrived(sink, "xxxx"), 5);
    CHECK_INT(arrived(sink, "xxxx") + reported(sink, "queue_overflow", "error"), 20);
    CHECK(arrived(sink, "xxxx") >= 3);
    end(sink);
}

/* The event ids in the envelopes' headers, all different? */
static int ids_differ(sink_t *sink)
{
    size_t i, j, count = sink_count(sink);
    for (i = 0; i < count; i++)
        for (j = 0; j < i; j++) {
            const char *a = strstr(sink_request(sink, i)->body, "\"event_id\":\"");
            const char *b = strstr(sink_request(sink, j)->body, "\"event_id\":\"");
            if (a && b && strncmp(a, b, 44) == 0)
                return 0;
        }
    return 1;
}

static void queue_keeps_the_order(void)
{
    sink_t *sink = begin();
    char text[24];
    int i;
    for (i = 10; i < 40; i++) {
        snprintf(text, sizeof text, "number %d", i);
        say(text);
    }
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    REQUIRE(sink_count(sink) == 30);
    for (i = 10; i < 40; i++) {
        snprintf(text, sizeof text, "number %d", i);
        CHECK_CONTAINS(sink_request(sink, (size_t)(i - 10))->body, text);
    }
    CHECK(ids_differ(sink));
    end(sink);
}

#ifndef SENTRY_NO_THREADS
/* -- several threads -- */

static void *say_until_told(void *flag)
{
    test_mutex_t *running = (test_mutex_t *)flag;
    while (!test_trylock(running)) {
        sentry_set_tag("key", "value");
        say("from-thread");
    }
    test_unlock(running);
    return NULL;
}

/* It waits for what was captured so far, not until all threads are silent. */
static void flush_does_not_wait_for_later_events(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    test_mutex_t running = TEST_MUTEX_INIT;
    test_thread_t threads[2];
    int i;
    o.transport_queue_size = 10;
    sink_always(sink, SINK_SLOW);
    begin_with(sink, &o);
    test_lock(&running);
    for (i = 0; i < 2; i++)
        REQUIRE(test_thread_start(&threads[i], say_until_told, &running) == 0);
    CHECK(sink_wait(sink, 5, test_ms(ENOUGH_MS)) >= 5);
    CHECK_INT(sentry_flush(test_ms(4000)), 0);
    test_unlock(&running);
    for (i = 0; i < 2; i++)
        test_thread_join(threads[i]);
    end(sink);
}

static void *say_ten(void *name)
{
    int i;
    for (i = 0; i < 10; i++)
        sentry_capture_messagef(SENTRY_LEVEL_INFO, "%s %d", (const char *)name, i);
    return NULL;
}

static void threads_capture_together(void)
{
    static char names[4][8] = { "alpha", "beta", "gamma", "delta" };
    sink_t *sink = begin();
    test_thread_t threads[4];
    int i;
    for (i = 0; i < 4; i++)
        REQUIRE(test_thread_start(&threads[i], say_ten, names[i]) == 0);
    for (i = 0; i < 4; i++)
        test_thread_join(threads[i]);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(sink_count(sink), 40);
    for (i = 0; i < 4; i++)
        CHECK_INT(arrived(sink, names[i]), 10);
    CHECK(ids_differ(sink));
    end(sink);
}

static void *flush_some(void *result)
{
    *(int *)result = sentry_flush(test_ms(ENOUGH_MS));
    return NULL;
}

static void threads_flush_together(void)
{
    sink_t *sink = begin();
    test_thread_t threads[4];
    char name[] = "hello";
    int i, results[4] = { 9, 9, 9, 9 };
    say_ten(name);
    for (i = 0; i < 4; i++)
        REQUIRE(test_thread_start(&threads[i], flush_some, &results[i]) == 0);
    for (i = 0; i < 4; i++) {
        test_thread_join(threads[i]);
        CHECK_INT(results[i], 0);
    }
    CHECK_INT(arrived(sink, "hello"), 10);
    end(sink);
}
#endif

/* -- client reports -- */

static sentry_value_t drop(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

/* Drops the first three events. */
static sentry_value_t drop_three(sentry_value_t event, void *hint, void *data)
{
    int *seen = (int *)data;
    return (*seen)++ < 3 ? drop(event, hint, data) : event;
}

static void before_send_is_counted(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int i, seen = 0;
    o.before_send = drop_three;
    o.before_send_data = &seen;
    begin_with(sink, &o);
    for (i = 0; i < 3; i++)
        say("dropped");
    say_and_flush("kept");
    CHECK_INT(arrived(sink, "dropped"), 0);
    CHECK_INT(arrived(sink, "kept"), 1);
    CHECK_INT(reported(sink, "before_send", "error"), 3);
    CHECK_INT(reported(sink, "before_send", "*"), 3);
    CHECK_AT_MOST(sink_count(sink), 2);
    end(sink);
}

static void event_processors_are_counted(void)
{
    sink_t *sink = begin();
    int seen = 0;
    CHECK_INT(sentry_add_event_processor(drop_three, &seen), 0);
    say("dropped");
    say("dropped");
    say("dropped");
    say_and_flush("kept");
    CHECK_INT(arrived(sink, "kept"), 1);
    CHECK_INT(reported(sink, "event_processor", "error"), 3);
    end(sink);
}

static void scope_processors_are_counted(void)
{
    sink_t *sink = begin();
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_add_event_processor(scope, drop, NULL);
        say("dropped");
    }
    say_and_flush("kept");
    CHECK_INT(arrived(sink, "kept"), 1);
    CHECK_INT(reported(sink, "event_processor", "error"), 1);
    end(sink);
}

static void ignored_errors_are_counted(void)
{
    static const char *const ignored[] = { "Boring*", NULL };
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    o.ignore_errors = ignored;
    begin_with(sink, &o);
    sentry_capture_exception("BoringError", "dropped");
    say_and_flush("kept");
    CHECK_INT(arrived(sink, "dropped"), 0);
    CHECK_INT(reported(sink, "event_processor", "error"), 1);
    end(sink);
}

static void sampling_is_counted(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    o.sample_rate = SENTRY_RATE_NONE;
    begin_with(sink, &o);
    say("dropped");
    say_and_flush("dropped");
    send_session();
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(arrived(sink, "dropped"), 0);
    CHECK_INT(reported(sink, "sample_rate", "error"), 2);
    end(sink);
}

/* With nothing else to send, a flush or the close sends the report. */
static void reports_need_no_event(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    o.before_send = drop;
    begin_with(sink, &o);
    say("dropped");
    say_and_flush("dropped");
    sentry_close();
    CHECK_INT(reported(sink, "before_send", "error"), 2);
    sink_stop(sink);
}

/* The first event is refused; returns what the second brought about it. */
static long refused_with(int status, const char *reason)
{
    sink_t *sink = begin();
    long count;
    sink_reply(sink, status, "", "{\"detail\":\"no\"}");
    say_and_flush("first");
    say_and_flush("second");
    CHECK_INT(arrived(sink, "second"), 1);
    count = reported(sink, reason, "error");
    CHECK_INT(reported(sink, reason, "*"), count);
    end(sink);
    return count;
}

static void refusals_are_counted(void)
{
    CHECK_INT(refused_with(413, "send_error"), 1);
    CHECK_INT(refused_with(400, "send_error"), 1);
    CHECK_INT(refused_with(403, "send_error"), 1);
    CHECK_INT(refused_with(404, "send_error"), 1);
    CHECK_INT(refused_with(500, "send_error"), 1);
    CHECK_INT(refused_with(503, "send_error"), 1);
    CHECK_INT(refused_with(500, "network_error"), 0);
}

/* The server counts those itself; what the limit drops afterwards is ours to count. */
static void limited_events_are_counted_but_not_the_429(void)
{
    sink_t *sink = begin();
    sink_reply(sink, 429, "X-Sentry-Rate-Limits: 60:error:key\r\n", "");
    say_and_flush("refused");
    say_and_flush("limited");
    say_and_flush("limited");
    send_session();
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(arrived(sink, "\"sid\""), 1);
    CHECK_INT(arrived(sink, "limited"), 0);
    CHECK_INT(reported(sink, "ratelimit_backoff", "error"), 2);
    CHECK_INT(reported(sink, "send_error", "*"), 0);
    CHECK_INT(reported(sink, "network_error", "*"), 0);
    end(sink);
}

/* A report whose request fails comes again. */
static void lost_reports_are_sent_again(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int seen = 2;
    o.before_send = drop_three;
    o.before_send_data = &seen;
    sink_do(sink, SINK_RESET);
    begin_with(sink, &o);
    say("dropped");
    say_and_flush("first");
    say_and_flush("second");
    CHECK_INT(arrived(sink, "second"), 1);
    CHECK_INT(reported(sink, "before_send", "error"), 1);
    CHECK_INT(reported(sink, "network_error", "error"), arrived(sink, "first") ? 0 : 1);
    end(sink);
}

static void reports_are_sent_once(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int i, seen = 2;
    o.before_send = drop_three;
    o.before_send_data = &seen;
    begin_with(sink, &o);
    say("dropped");
    for (i = 0; i < 3; i++)
        say_and_flush("kept");
    CHECK_INT(any_report(sink), 1);
    CHECK_INT(reported(sink, "before_send", "error"), 1);
    end(sink);
}

static void reports_can_be_switched_off(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    int seen = 0;
    o.send_client_reports = SENTRY_OFF;
    o.before_send = drop_three;
    o.before_send_data = &seen;
    sink_reply(sink, 500, "", "");
    begin_with(sink, &o);
    say("dropped");
    say("dropped");
    say("dropped");
    say_and_flush("refused");
    say_and_flush("kept");
    sentry_close();
    CHECK_INT(arrived(sink, "kept"), 1);
    CHECK_INT(any_report(sink), 0);
    sink_stop(sink);
}

static void quantities_are_the_protocols(void)
{
    sink_t *sink = begin();
    sink_reply(sink, 200, "X-Sentry-Rate-Limits: 60:transaction;span;attachment;log_item;trace_metric;session:key\r\n", "{}");
    say_and_flush("first");
    send_item("transaction", "", "{\"type\":\"transaction\",\"spans\":[{},{},{}]}");
    send_item("attachment", ",\"filename\":\"a\"", "0123456789");
    send_item("attachment", ",\"filename\":\"empty\"", "");
    send_item("log", ",\"item_count\":2,\"content_type\":\"application/vnd.sentry.items.log+json\"", "{\"items\":[{},{}]}");
    send_item("trace_metric", ",\"item_count\":3,\"content_type\":\"application/vnd.sentry.items.trace-metric+json\"",
              "{\"items\":[{},{},{}]}");
    send_item("sessions", "", "{\"aggregates\":[]}");
    say_and_flush("second");
    CHECK_INT(reported(sink, "ratelimit_backoff", "transaction"), 1);
    CHECK_INT(reported(sink, "ratelimit_backoff", "attachment"), 11);
    CHECK_INT(reported(sink, "ratelimit_backoff", "log_item"), 2);
    CHECK(reported(sink, "ratelimit_backoff", "log_byte") > 0);
    CHECK_INT(reported(sink, "ratelimit_backoff", "trace_metric"), 3);
    CHECK_INT(reported(sink, "ratelimit_backoff", "session"), 1);
    CHECK_INT(reported(sink, "ratelimit_backoff", "span"), 4);
    CHECK_INT(reported(sink, "ratelimit_backoff", "error"), 0);
    end(sink);
}

/* -- rate limits -- */

/* One item of each type; the payload names it. */
static const struct {
    const char *type, *more, *payload;
} items[] = {
    { "event", "", "{\"probe\":\"<event>\"}" },
    { "transaction", "", "{\"type\":\"transaction\",\"probe\":\"<transaction>\"}" },
    { "session", "", "{\"probe\":\"<session>\"}" },
    { "sessions", "", "{\"probe\":\"<sessions>\"}" },
    { "attachment", ",\"filename\":\"a\"", "<attachment>" },
    { "feedback", "", "{\"probe\":\"<feedback>\"}" },
    { "user_report", "", "{\"probe\":\"<user_report>\"}" },
    { "profile", "", "{\"probe\":\"<profile>\"}" },
    { "profile_chunk", ",\"platform\":\"native\"", "{\"probe\":\"<profile_chunk>\"}" },
    { "check_in", "", "{\"probe\":\"<check_in>\"}" },
    { "log", ",\"item_count\":1,\"content_type\":\"application/vnd.sentry.items.log+json\"",
      "{\"items\":[{\"probe\":\"<log>\"}]}" },
    { "span", ",\"item_count\":1,\"content_type\":\"application/vnd.sentry.items.span.v2+json\"",
      "{\"items\":[{\"probe\":\"<span>\"}]}" },
    { "trace_metric", ",\"item_count\":1,\"content_type\":\"application/vnd.sentry.items.trace-metric+json\"",
      "{\"items\":[{\"probe\":\"<trace_metric>\"}]}" },
    { "replay_event", "", "{\"probe\":\"<replay_event>\"}" },
    { "replay_recording", "", "<replay_recording>" },
    { "client_report", "", "{\"discarded_events\":[],\"probe\":\"<client_report>\"}" },
    { "future", "", "{\"probe\":\"<future>\"}" }
};
#define ITEM_COUNT (sizeof items / sizeof items[0])
#define ALL_ITEMS \
    "event transaction session sessions attachment feedback user_report profile profile_chunk check_in log span " \
    "trace_metric replay_event replay_recording client_report future "

/* Answers an event with this status and these headers, then sends every type of item; checks which do not arrive. */
static void check_limits(int status, const char *headers, const char *expected)
{
    char seen[1024], wanted[1024], probe[64];
    size_t i, used;
    sink_t *sink = begin();
    sink_reply(sink, status, headers, "{}");
    say_and_flush("first");
    for (i = 0; i < ITEM_COUNT; i++)
        send_item(items[i].type, items[i].more, items[i].payload);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    used = (size_t)snprintf(seen, sizeof seen, "%.300s limits ", headers);
    for (i = 0; i < ITEM_COUNT; i++) {
        snprintf(probe, sizeof probe, "<%s>", items[i].type);
        if (!arrived(sink, probe))
            used += (size_t)snprintf(seen + used, sizeof seen - used, "%s ", items[i].type);
    }
    snprintf(wanted, sizeof wanted, "%.300s limits %s", headers, expected);
    CHECK_STR(seen, wanted);
    if (strcmp(expected, ALL_ITEMS) == 0)
        CHECK_INT(sink_count(sink), 1);
    end(sink);
}

static void check_limit_header(const char *value, const char *expected)
{
    static char header[80000];
    snprintf(header, sizeof header, "X-Sentry-Rate-Limits: %s\r\n", value);
    check_limits(200, header, expected);
}

static void limits_by_category(void)
{
    check_limit_header("60:error:key", "event ");
    check_limit_header("60:transaction:key", "transaction ");
    check_limit_header("60:session:key", "session sessions ");
    check_limit_header("60:attachment:key", "attachment ");
    check_limit_header("60:feedback:key", "feedback user_report ");
    check_limit_header("60:profile:key", "profile ");
    check_limit_header("60:profile_chunk:key", "profile_chunk ");
    check_limit_header("60:monitor:key", "check_in ");
    check_limit_header("60:log_item:key", "log ");
    check_limit_header("60:log_byte:key", "log ");
    check_limit_header("60:span:key", "span ");
    check_limit_header("60:trace_metric:key", "trace_metric ");
    check_limit_header("60:trace_metric_byte:key", "trace_metric ");
    check_limit_header("60:replay:key", "replay_event replay_recording ");
    check_limit_header("60:default:key", "future ");
}

static void limits_for_nothing_we_send(void)
{
    check_limit_header("60:security:key", "");
    check_limit_header("60:internal:key", "");
    check_limit_header("60:profile_chunk_ui:key", "");
    check_limit_header("60:transaction_indexed;span_indexed;profile_duration;attachment_item:key", "");
    check_limit_header("60:no_such_category:key", "");
    check_limit_header("60:no_such;category:organization", "");
    check_limit_header("2700:metric_bucket:organization:quota_exceeded:custom", "");
}

static void limits_for_everything(void)
{
    check_limit_header("60::organization", ALL_ITEMS);
    check_limit_header("60::organization:reason", ALL_ITEMS);
    check_limit_header("5:error:key, 60::organization", ALL_ITEMS);
}

static void limits_of_every_form(void)
{
    check_limit_header("60:transaction:key, 2700:default;error;security:organization", "event transaction future ");
    check_limit_header("60:error;session:key", "event session sessions ");
    check_limit_header("60:no_such;error:key", "event ");
    check_limit_header("60:error:key:reason", "event ");
    check_limit_header("60:error:key:reason:namespace:a:b:c", "event ");
    check_limit_header("  60:error:key ,  60:session:key  ", "event session sessions ");
    check_limit_header("60:error:key,60:session:key", "event session sessions ");
    check_limit_header("60.5:error:key", "event ");
    check_limit_header("99999999999999999999999:error:key", "event ");
    check_limit_header("60:error:key, 0:error:key", "event ");
    check_limits(200, "x-sentry-rate-limits:60:error:key\r\n", "event ");
    check_limits(200, "X-Sentry-Rate-Limits: 60:error:key\r\nX-Sentry-Rate-Limits: 60:session:key\r\n", "event session sessions ");
}

static void limits_that_are_malformed(void)
{
    check_limit_header("", "");
    check_limit_header(",, ,", "");
    check_limit_header("60", "");
    check_limit_header("abc:error:key", "");
    check_limit_header("nan:error:key", "");
    check_limit_header("-60:error:key", "");
    check_limit_header("0:error:key", "");
    check_limit_header(":error:key", "");
    check_limit_header("abc:error:key, 60, x, 60:session:key", "session sessions ");
}

static void limits_in_a_long_header(void)
{
    char value[5000];
    size_t used = (size_t)snprintf(value, sizeof value, "60:");
    while (used < 4000)
        used += (size_t)snprintf(value + used, sizeof value - used, "category%u;", (unsigned)used);
    snprintf(value + used, sizeof value - used, "error:key");
    check_limit_header(value, "event ");
}

/* A header that is too long may be cut, but a cut must not make a limit wider: "60:no_such:key" is not "60:". */
static void limits_in_a_header_that_is_cut(void)
{
    static char value[70000];
    int pad;
    for (pad = 1; pad <= 11; pad++) {
        size_t used = (size_t)snprintf(value, sizeof value, "2700:%.*s:key", pad, "aaaaaaaaaaa");
        while (used < 60000)
            used += (size_t)snprintf(value + used, sizeof value - used, ",2700:a:key");
        check_limit_header(value, "");
    }
}

static void limits_on_any_status(void)
{
    check_limits(429, "X-Sentry-Rate-Limits: 60:error:key\r\n", "event ");
    check_limits(413, "X-Sentry-Rate-Limits: 60:error:key\r\n", "event ");
    check_limits(500, "X-Sentry-Rate-Limits: 60:error:key\r\n", "event ");
}

/* Retry-After counts only on a 429, and only without the other header. */
static void retry_after_of_every_form(void)
{
    check_limits(429, "Retry-After: 60\r\n", ALL_ITEMS);
    check_limits(429, "retry-after:60.5\r\n", ALL_ITEMS);
    check_limits(429, "Retry-After: Fri, 31 Dec 2099 23:59:59 GMT\r\n", ALL_ITEMS);
    check_limits(429, "Retry-After: Friday, 31-Dec-49 23:59:59 GMT\r\n", ALL_ITEMS);
    check_limits(429, "Retry-After: Thu Dec 31 23:59:59 2099\r\n", ALL_ITEMS);
    check_limits(429, "Retry-After: soon\r\n", ALL_ITEMS);
    check_limits(429, "Retry-After: Fri, 99 Foo 2099 23:59:59 GMT\r\n", ALL_ITEMS);
    check_limits(429, "Retry-After: 99999999999999999999999\r\n", ALL_ITEMS);
    check_limits(429, "Retry-After:\r\n", ALL_ITEMS);
    check_limits(429, "", ALL_ITEMS);
}

static void retry_after_that_does_not_count(void)
{
    check_limits(200, "Retry-After: 60\r\n", "");
    check_limits(503, "Retry-After: 60\r\n", "");
    check_limits(429, "Retry-After: 60\r\nX-Sentry-Rate-Limits: 60:session:key\r\n", "session sessions ");
    check_limits(429, "Retry-After: 60\r\nX-Sentry-Rate-Limits: 60:no_such_category:key\r\n", "");
}

/* The limit is in force at first, and gone within the test's time. */
static void check_expiry(int status, const char *headers)
{
    sink_t *sink = begin();
    long long start = test_now_ms();
    int tries = 0;
    sink_reply(sink, status, headers, "{}");
    say_and_flush("first");
    while (!arrived(sink, "after") && test_now_ms() - start < test_ms(ENOUGH_MS)) {
        tries++;
        say_and_flush("after");
        test_sleep_ms(50);
    }
    CHECK_INT(arrived(sink, "after"), 1);
    CHECK(tries > 1);
    CHECK_INT(reported(sink, "ratelimit_backoff", "error"), tries - 1);
    end(sink);
}

static void limits_expire(void)
{
    check_expiry(200, "X-Sentry-Rate-Limits: 1:error:key\r\n");
    check_expiry(200, "X-Sentry-Rate-Limits: 1.5::key\r\n");
    check_expiry(429, "Retry-After: 1\r\n");
}

static void limits_expire_at_a_date(void)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t then = time(NULL) + 3;
    struct tm tm;
    char header[128];
    tm = *gmtime(&then);
    snprintf(header, sizeof header, "Retry-After: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday], tm.tm_mday,
             months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    check_expiry(429, header);
}

/* A shorter limit does not replace a longer one. */
static void longer_limits_stay(void)
{
    sink_t *sink = begin();
    sink_reply(sink, 200, "X-Sentry-Rate-Limits: 60:error:key\r\n", "{}");
    sink_reply(sink, 200, "X-Sentry-Rate-Limits: 0.1:error:key\r\n", "{}");
    say_and_flush("first");
    send_session();
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    test_sleep_ms(300);
    say_and_flush("limited");
    CHECK_INT(arrived(sink, "limited"), 0);
    end(sink);
}

/* Queued before the limit was known, stopped right before sending. */
static void limits_stop_what_is_queued(void)
{
    sink_t *sink = begin();
    sink_push_kind(sink, SINK_HOLD, 200, "X-Sentry-Rate-Limits: 60:error:key\r\n", "{}");
    say("first");
    wait_for_first(sink);
    say("queued");
    send_session();
    sink_release(sink);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(arrived(sink, "queued"), 0);
    CHECK_INT(arrived(sink, "\"sid\""), 1);
    CHECK_INT(reported(sink, "ratelimit_backoff", "error"), 1);
    end(sink);
}

/* Limits belong to one run of the SDK. */
static void limits_end_with_close(void)
{
    sink_t *sink = begin();
    sentry_options_t o = options_for(sink);
    sink_reply(sink, 429, "", "");
    say_and_flush("first");
    sentry_close();
    begin_with(sink, &o);
    say_and_flush("second");
    CHECK_INT(arrived(sink, "second"), 1);
    end(sink);
}

/* Sends an envelope of an event, its attachment and a session under a limit. */
static sink_t *send_mixed(const char *limits)
{
    static const char text[] = "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n"
                               "{\"type\":\"event\",\"length\":19}\n{\"probe\":\"<event>\"}\n"
                               "{\"type\":\"attachment\",\"length\":12,\"filename\":\"a\"}\n<attachment>\n"
                               "{\"type\":\"session\",\"length\":21}\n{\"probe\":\"<session>\"}\n";
    sentry_envelope_t *envelope = sentry_envelope_deserialize(text, sizeof text - 1);
    sink_t *sink = begin();
    CHECK(envelope != NULL);
    sink_reply(sink, 200, limits, "{}");
    say_and_flush("first");
    sentry_capture_envelope(envelope);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    return sink;
}

static void limits_remove_items_only(void)
{
    sink_t *sink = send_mixed("X-Sentry-Rate-Limits: 60:session:key\r\n");
    CHECK_INT(arrived(sink, "<event>"), 1);
    CHECK_INT(arrived(sink, "<attachment>"), 1);
    CHECK_INT(arrived(sink, "<session>"), 0);
    CHECK(request_with(sink, "<event>") == request_with(sink, "<attachment>"));
    CHECK_INT(reported(sink, "ratelimit_backoff", "session"), 1);
    end(sink);
}

static void limits_take_attachments_along(void)
{
    sink_t *sink = send_mixed("X-Sentry-Rate-Limits: 60:error:key\r\n");
    CHECK_INT(arrived(sink, "<event>"), 0);
    CHECK_INT(arrived(sink, "<attachment>"), 0);
    CHECK_INT(arrived(sink, "<session>"), 1);
    CHECK_INT(reported(sink, "ratelimit_backoff", "error"), 1);
    end(sink);
}

static void limits_leave_no_empty_envelope(void)
{
    sink_t *sink = send_mixed("X-Sentry-Rate-Limits: 60:session;error;attachment:key\r\n");
    CHECK_INT(arrived(sink, "<"), 0);
    CHECK_AT_MOST(sink_count(sink), 2);
    CHECK_INT(arrived(sink, "first") + any_report(sink), (int)sink_count(sink));
    end(sink);
}

#ifndef _WIN32
/* -- fork -- */

/* First in each of these tests. */
#define NEEDS_FORK() do { if (!TEST_CAN_FORK_THREADS) SKIP("what runs the test cannot fork threads"); } while (0)

/* Ends a child when all that it captured was dealt with. */
static void child_end(void)
{
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    sentry_close();
    test_end_child();
}

/* One event in flight and two queued in the parent, one of the child's own. */
static void fork_splits_the_queue(void)
{
    NEEDS_FORK();
    sink_t *sink = begin();
    pid_t child;
#ifndef SENTRY_NO_THREADS /* else it would be the child's event that is held */
    sink_do(sink, SINK_HOLD);
#endif
    say("parent-1");
    wait_for_first(sink);
    say("parent-2");
    say("parent-3");
    child = fork();
    if (child == 0) {
        say("from-child");
        child_end();
    }
    CHECK(test_child_ended_well(child));
    CHECK_INT(arrived(sink, "from-child"), 1);
    say("parent-4");
    sink_release(sink);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(arrived(sink, "parent-1"), 1);
    CHECK_INT(arrived(sink, "parent-2"), 1);
    CHECK_INT(arrived(sink, "parent-3"), 1);
    CHECK_INT(arrived(sink, "parent-4"), 1);
    CHECK_INT(sink_count(sink), 5);
    CHECK(ids_differ(sink));
    end(sink);
}

/* An idle connection is the parent's: the child must make its own. */
static void fork_shares_no_connection(void)
{
    NEEDS_FORK();
    sink_t *sink = begin();
    pid_t child;
    say_and_flush("before");
    child = fork();
    if (child == 0) {
        say("from-child");
        child_end();
    }
    CHECK(test_child_ended_well(child));
    say_and_flush("after");
    CHECK_INT(arrived(sink, "from-child"), 1);
    CHECK_INT(arrived(sink, "after"), 1);
    REQUIRE(sink_count(sink) == 3);
    CHECK_INT(sink_connections(sink), 2);
    CHECK_INT(sink_request(sink, 2)->connection, 1);
    CHECK(ids_differ(sink));
    end(sink);
}

static void fork_before_the_first_event(void)
{
    NEEDS_FORK();
    sink_t *sink = begin();
    pid_t child = fork();
    if (child == 0) {
        say("from-child");
        child_end();
    }
    say_and_flush("from-parent");
    CHECK(test_child_ended_well(child));
    CHECK_INT(arrived(sink, "from-child"), 1);
    CHECK_INT(arrived(sink, "from-parent"), 1);
    CHECK(ids_differ(sink));
    end(sink);
}

static void fork_in_a_child(void)
{
    NEEDS_FORK();
    sink_t *sink = begin();
    pid_t child = fork();
    if (child == 0) {
        pid_t grandchild;
        say("from-child");
        grandchild = fork();
        if (grandchild == 0) {
            say("from-grandchild");
            child_end();
        }
        CHECK(test_child_ended_well(grandchild));
        child_end();
    }
    CHECK(test_child_ended_well(child));
    CHECK_INT(arrived(sink, "from-child"), 1);
    CHECK_INT(arrived(sink, "from-grandchild"), 1);
    CHECK(ids_differ(sink));
    end(sink);
}

/* A child that only ends, and one that closes what it did not use. */
static void fork_leaves_the_parent_alone(void)
{
    NEEDS_FORK();
    sink_t *sink = begin();
    pid_t child;
    sink_do(sink, SINK_HOLD);
    say("one");
    say("two");
    wait_for_first(sink);
    child = fork();
    if (child == 0)
        test_end_child();
    CHECK(test_child_ended_well(child));
    child = fork();
    if (child == 0)
        child_end();
    CHECK(test_child_ended_well(child));
    sink_release(sink);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(arrived(sink, "one"), 1);
    CHECK_INT(arrived(sink, "two"), 1);
    CHECK_INT(sink_count(sink), 2);
    end(sink);
}

static void fork_then_init_in_the_child(void)
{
    NEEDS_FORK();
    sink_t *one = begin(), *two = sink_start();
    pid_t child;
    say("for one");
    child = fork();
    if (child == 0) {
        sentry_options_t o = options_for(two);
        CHECK_INT(sentry_init(&o), 0);
        say("for two");
        child_end();
    }
    CHECK(test_child_ended_well(child));
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    CHECK_INT(arrived(one, "for one"), 1);
    CHECK_INT(sink_count(one), 1);
    CHECK_INT(arrived(two, "for two"), 1);
    CHECK_INT(sink_count(two), 1);
    end(one);
    sink_stop(two);
}

/* The losses that the parent counted are the parent's to report. */
static void fork_does_not_double_reports(void)
{
    NEEDS_FORK();
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    pid_t child;
    int seen = 2;
    o.before_send = drop_three;
    o.before_send_data = &seen;
    begin_with(sink, &o);
    say("dropped");
    child = fork();
    if (child == 0) {
        say("from-child");
        child_end();
    }
    CHECK(test_child_ended_well(child));
    say_and_flush("from-parent");
    CHECK_INT(reported(sink, "before_send", "error"), 1);
    end(sink);
}

#ifndef SENTRY_NO_THREADS
/* The envelope that the worker is changing at the fork is not the child's to touch. */
static void fork_while_limits_drop(void)
{
    NEEDS_FORK();
    sink_t *sink = begin();
    test_mutex_t running = TEST_MUTEX_INIT;
    test_thread_t thread;
    int i;
    sink_reply(sink, 200, "X-Sentry-Rate-Limits: 60:session:key\r\n", "{}");
    say_and_flush("first");
    sink_always(sink, SINK_RESET);
    test_lock(&running);
    REQUIRE(test_thread_start(&thread, say_until_told, &running) == 0);
    for (i = 0; i < 50; i++) {
        pid_t child = fork();
        if (child == 0) {
            sentry_close();
            test_end_child();
        }
        CHECK(test_child_ended_well(child));
    }
    test_unlock(&running);
    test_thread_join(thread);
    end(sink);
}

/* Locks that other threads hold at the fork must not hang the child. */
static void fork_while_threads_capture(void)
{
    NEEDS_FORK();
    sink_t *sink = begin();
    test_mutex_t running = TEST_MUTEX_INIT;
    test_thread_t threads[3];
    pid_t child;
    int i;
    test_lock(&running);
    for (i = 0; i < 3; i++)
        REQUIRE(test_thread_start(&threads[i], say_until_told, &running) == 0);
    for (i = 0; i < 10; i++) {
        child = fork();
        if (child == 0) {
            say("from-child");
            child_end();
        }
        CHECK(test_child_ended_well(child));
    }
    test_unlock(&running);
    for (i = 0; i < 3; i++)
        test_thread_join(threads[i]);
    CHECK_INT(arrived(sink, "from-child"), 10);
    end(sink);
}
#endif
#endif

static const test_case_t tests[] = {
    { "request_is_what_the_protocol_says", request_is_what_the_protocol_says },
    { "request_has_each_header_once", request_has_each_header_once },
    { "body_is_an_envelope", body_is_an_envelope },
    { "large_body_arrives_whole", large_body_arrives_whole },
    { "secret_of_the_dsn_is_no_part_of_the_key", secret_of_the_dsn_is_no_part_of_the_key },
    { "path_prefix_comes_first", path_prefix_comes_first },
    { "sdk_name_is_the_user_agent", sdk_name_is_the_user_agent },
    { "names_cannot_forge_headers", names_cannot_forge_headers },
    { "dsns_cannot_forge_headers", dsns_cannot_forge_headers },
    { "speaks_ipv6", speaks_ipv6 },
    { "tries_all_addresses_of_a_name", tries_all_addresses_of_a_name },
    { "keeps_the_connection", keeps_the_connection },
    { "reads_chunked_answers", reads_chunked_answers },
    { "reads_answers_until_close", reads_answers_until_close },
    { "reads_answers_without_a_body", reads_answers_without_a_body },
    { "skips_interim_answers", skips_interim_answers },
    { "obeys_connection_close", obeys_connection_close },
    { "survives_a_close_between_requests", survives_a_close_between_requests },
    { "reads_answers_that_come_in_pieces", reads_answers_that_come_in_pieces },
    { "large_answer_is_read_or_left", large_answer_is_read_or_left },
    { "survives_garbage", survives_garbage },
    { "survives_broken_headers", survives_broken_headers },
    { "survives_absurd_lengths", survives_absurd_lengths },
    { "survives_bad_chunks", survives_bad_chunks },
    { "survives_a_reset", survives_a_reset },
    { "survives_a_close_without_an_answer", survives_a_close_without_an_answer },
    { "survives_a_stall", survives_a_stall },
    { "survives_an_endless_header", survives_an_endless_header },
    { "survives_a_drip", survives_a_drip },
    { "survives_an_early_reset", survives_an_early_reset },
    { "survives_a_refused_connection", survives_a_refused_connection },
    { "gives_up_connecting", gives_up_connecting },
    { "raises_no_sigpipe", raises_no_sigpipe },
    { "flush_times_out", flush_times_out },
    { "flush_without_work_is_quick", flush_without_work_is_quick },
    { "flush_takes_the_longest_timeout", flush_takes_the_longest_timeout },
    { "huge_timeouts_are_no_timeouts", huge_timeouts_are_no_timeouts },
    { "close_does_not_wait_for_a_stall", close_does_not_wait_for_a_stall },
    { "close_does_not_wait_for_a_drip", close_does_not_wait_for_a_drip },
    { "close_does_not_wait_for_a_name", close_does_not_wait_for_a_name },
    { "close_delivers_what_is_queued", close_delivers_what_is_queued },
    { "close_gives_descriptors_back", close_gives_descriptors_back },
    { "init_again_after_close", init_again_after_close },
    { "init_while_running_closes_first", init_while_running_closes_first },
    { "https_needs_a_provider", https_needs_a_provider },
    { "queue_is_bounded_in_envelopes", queue_is_bounded_in_envelopes },
    { "queue_is_bounded_in_bytes", queue_is_bounded_in_bytes },
    { "queue_keeps_the_order", queue_keeps_the_order },
#ifndef SENTRY_NO_THREADS
    { "flush_does_not_wait_for_later_events", flush_does_not_wait_for_later_events },
    { "threads_capture_together", threads_capture_together },
    { "threads_flush_together", threads_flush_together },
#endif
    { "before_send_is_counted", before_send_is_counted },
    { "event_processors_are_counted", event_processors_are_counted },
    { "scope_processors_are_counted", scope_processors_are_counted },
    { "ignored_errors_are_counted", ignored_errors_are_counted },
    { "sampling_is_counted", sampling_is_counted },
    { "reports_need_no_event", reports_need_no_event },
    { "refusals_are_counted", refusals_are_counted },
    { "limited_events_are_counted_but_not_the_429", limited_events_are_counted_but_not_the_429 },
    { "lost_reports_are_sent_again", lost_reports_are_sent_again },
    { "reports_are_sent_once", reports_are_sent_once },
    { "reports_can_be_switched_off", reports_can_be_switched_off },
    { "quantities_are_the_protocols", quantities_are_the_protocols },
    { "limits_by_category", limits_by_category },
    { "limits_for_nothing_we_send", limits_for_nothing_we_send },
    { "limits_for_everything", limits_for_everything },
    { "limits_of_every_form", limits_of_every_form },
    { "limits_that_are_malformed", limits_that_are_malformed },
    { "limits_in_a_long_header", limits_in_a_long_header },
    { "limits_in_a_header_that_is_cut", limits_in_a_header_that_is_cut },
    { "limits_on_any_status", limits_on_any_status },
    { "retry_after_of_every_form", retry_after_of_every_form },
    { "retry_after_that_does_not_count", retry_after_that_does_not_count },
    { "limits_expire", limits_expire },
    { "limits_expire_at_a_date", limits_expire_at_a_date },
    { "longer_limits_stay", longer_limits_stay },
    { "limits_stop_what_is_queued", limits_stop_what_is_queued },
    { "limits_end_with_close", limits_end_with_close },
    { "limits_remove_items_only", limits_remove_items_only },
    { "limits_take_attachments_along", limits_take_attachments_along },
#ifndef _WIN32
    { "fork_splits_the_queue", fork_splits_the_queue },
    { "fork_shares_no_connection", fork_shares_no_connection },
    { "fork_before_the_first_event", fork_before_the_first_event },
    { "fork_in_a_child", fork_in_a_child },
    { "fork_leaves_the_parent_alone", fork_leaves_the_parent_alone },
    { "fork_then_init_in_the_child", fork_then_init_in_the_child },
    { "fork_does_not_double_reports", fork_does_not_double_reports },
#ifndef SENTRY_NO_THREADS
    { "fork_while_limits_drop", fork_while_limits_drop },
    { "fork_while_threads_capture", fork_while_threads_capture },
#endif
#endif
    { "limits_leave_no_empty_envelope", limits_leave_no_empty_envelope }
};

#else

static void init_needs_a_transport(void)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = "http://key@127.0.0.1:9/1";
    o.release = "app@1";
    CHECK_INT(sentry_init(&o), 1);
    CHECK_CONTAINS(sentry_get_init_error(), "SENTRY_NO_HTTP");
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_INT(sentry_close(), 0);
}

static const test_case_t tests[] = {
    { "init_needs_a_transport", init_needs_a_transport }
};

#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
