/* sentry-native's HTTP client interface: a client that only writes down what it is asked for, under the SDK's worker. */
#include "../sentry.h"
#include "test.h"

#ifndef SENTRY_NO_HTTP

#define ENOUGH_MS 8000 /* for what happens at once; never waited for when all is well */
#define DSN "http://key:secret@relay.example.com:8080/prefix/42"

/* What happened; written by the worker's thread, read after a flush. */
static struct {
    unsigned made, started, sent, stopped, freed;
    char url[256], method[16], headers[1024], body[4096];
    int status, answers; /* what the client answers; whether it does */
    const char *key, *value;
    int hang;
    test_mutex_t lock;
    test_cond_t ready;
} seen;
static int the_client;

static void *make(void *data)
{
    seen.made++;
    return data;
}

static int start(sentry_http_client_t *client, const sentry_options_t *options)
{
    seen.started++;
    CHECK(client == &the_client);
    CHECK_STR(sentry_options_get_dsn(options), DSN);
    return 0;
}

static int start_badly(sentry_http_client_t *client, const sentry_options_t *options)
{
    (void)client;
    (void)options;
    return 1;
}

static int send_down(sentry_http_client_t *client, sentry_http_request_t *req, sentry_http_response_t *resp)
{
    size_t i, size = 0, used = 0;
    const char *key = "", *value = "", *body = sentry_http_request_get_body(req, &size);
    CHECK(client == &the_client);
    snprintf(seen.url, sizeof seen.url, "%s", sentry_http_request_get_url(req));
    snprintf(seen.method, sizeof seen.method, "%s", sentry_http_request_get_method(req));
    for (i = 0; sentry_http_request_get_header(req, i, &key, &value); i++)
        used += (size_t)snprintf(seen.headers + used, sizeof seen.headers - used, "%s: %s\n", key, value);
    CHECK_INT(i, sentry_http_request_get_header_count(req));
    CHECK(sentry_http_request_get_body_file_path(req, NULL) == NULL);
    if (size < sizeof seen.body) {
        memcpy(seen.body, body, size);
        seen.body[size] = 0;
    }
    sentry_http_response_set_status_code(resp, seen.status);
    if (seen.key) sentry_http_response_set_header(resp, seen.key, seen.value);
    test_lock(&seen.lock);
    seen.sent++;
    while (seen.hang && !seen.stopped) test_wait(&seen.ready, &seen.lock, 100);
    test_unlock(&seen.lock);
    return seen.answers;
}

static void stop(sentry_http_client_t *client)
{
    CHECK(client == &the_client);
    test_lock(&seen.lock);
    seen.stopped++;
    test_wake(&seen.ready);
    test_unlock(&seen.lock);
}

static void let_go(sentry_http_client_t *client)
{
    CHECK(client == &the_client);
    seen.freed++;
}

static int begin(int (*starter)(sentry_http_client_t *, const sentry_options_t *))
{
    sentry_options_t o;
    memset(&seen, 0, sizeof seen);
    seen.status = 200;
    seen.answers = 1;
    memset(&o, 0, sizeof o);
    o.dsn = DSN;
    o.release = "app@1";
    o.server_name = "host";
    o.http_retry = SENTRY_OFF; /* what meets no answer is counted at once */
    o.http_compression = SENTRY_OFF;
    o.database_path = __FILE__ "/none";
    o.transport = sentry_http_transport_new(make, &the_client, send_down, let_go);
    CHECK(o.transport != NULL);
    sentry_http_transport_set_client_start_func(o.transport, starter);
    sentry_http_transport_set_client_shutdown_func(o.transport, stop);
    return sentry_init(&o);
}

static void say(const char *text)
{
    sentry_capture_message(SENTRY_LEVEL_INFO, text);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
}

static void a_request_is_whole(void)
{
    char length[64];
    REQUIRE(begin(start) == 0);
    CHECK_INT(seen.made, 1);
    CHECK_INT(seen.started, 1);
    say("hello");
    CHECK_INT(seen.sent, 1);
    CHECK_STR(seen.method, "POST");
    CHECK_STR(seen.url, "http://relay.example.com:8080/prefix/api/42/envelope/");
    CHECK_CONTAINS(seen.headers, "User-Agent: sentry.native.header/");
    CHECK_CONTAINS(seen.headers, "X-Sentry-Auth: Sentry sentry_version=7, sentry_client=sentry.native.header/");
    CHECK_CONTAINS(seen.headers, "sentry_key=key, sentry_secret=secret\n");
    CHECK_CONTAINS(seen.headers, "Content-Type: application/x-sentry-envelope\n");
    snprintf(length, sizeof length, "Content-Length: %u\n", (unsigned)strlen(seen.body));
    CHECK_CONTAINS(seen.headers, length);
    CHECK_CONTAINS(seen.body, "\"hello\"");
    sentry_close();
    CHECK_INT(seen.made, 1);
    CHECK_INT(seen.freed, 1);
}

static void https_is_the_clients_business(void)
{
    sentry_options_t o;
    memset(&seen, 0, sizeof seen);
    seen.status = 200;
    seen.answers = 1;
    memset(&o, 0, sizeof o);
    o.dsn = "https://key@o1.ingest.example.com/42";
    o.transport = sentry_http_transport_new(make, &the_client, send_down, NULL);
    REQUIRE(sentry_init(&o) == 0);
    say("hello");
    CHECK_STR(seen.url, "https://o1.ingest.example.com/api/42/envelope/");
    sentry_close();
}

static void limits_are_obeyed(void)
{
    REQUIRE(begin(start) == 0);
    seen.key = "x-sentry-rate-limits";
    seen.value = "60:error:organization";
    say("the last");
    say("too much");
    CHECK_INT(seen.sent, 2); /* the report of it */
    CHECK_CONTAINS(seen.body, "\"reason\":\"ratelimit_backoff\",\"category\":\"error\",\"quantity\":1");
    CHECK_ABSENT(seen.body, "too much");
    sentry_close();
}

static void retry_after_is_obeyed(void)
{
    REQUIRE(begin(start) == 0);
    seen.status = 429;
    seen.key = "Retry-After";
    seen.value = " 60 ";
    say("the last");
    say("too much");
    CHECK_INT(seen.sent, 1);
    sentry_close();
}

static void no_answer_is_a_network_error(void)
{
    REQUIRE(begin(start) == 0);
    seen.answers = 0;
    say("lost"); /* its report is lost too, and kept */
    seen.answers = 1;
    say("arrives");
    CHECK_CONTAINS(seen.body, "arrives");
    CHECK_CONTAINS(seen.body, "\"reason\":\"network_error\",\"category\":\"error\",\"quantity\":1");
    sentry_close();
}

static void a_refusal_is_a_send_error(void)
{
    REQUIRE(begin(start) == 0);
    seen.status = 413;
    say("refused");
    seen.status = 200;
    say("arrives");
    CHECK_CONTAINS(seen.body, "\"reason\":\"send_error\",\"category\":\"error\",\"quantity\":1");
    sentry_close();
}

static void a_client_that_does_not_start(void)
{
    CHECK_INT(begin(start_badly), 1);
    CHECK_STR(sentry_get_init_error(), "the transport did not start");
    CHECK_INT(seen.freed, 1);
    CHECK_INT(sentry_is_enabled(), 0);
}

#ifndef SENTRY_NO_THREADS
static void close_ends_a_request(void)
{
    long long from;
    REQUIRE(begin(start) == 0);
    seen.hang = 1;
    sentry_capture_message(SENTRY_LEVEL_INFO, "hangs");
    CHECK_INT(sentry_flush(50), 1);
    from = test_now_ms();
    sentry_close();
    CHECK_AT_MOST(test_now_ms() - from, test_ms(4000));
    CHECK_INT(seen.stopped, 1);
    CHECK_INT(seen.freed, 1);
}
#endif

static void without_a_client(void)
{
    memset(&seen, 0, sizeof seen);
    CHECK(sentry_http_transport_new(NULL, NULL, send_down, let_go) == NULL);
    CHECK(sentry_http_transport_new(make, &the_client, NULL, let_go) == NULL);
    CHECK(sentry_http_transport_new(make, NULL, send_down, let_go) == NULL); /* the factory gives NULL */
    CHECK_INT(seen.freed, 0);
    sentry_transport_free(sentry_http_transport_new(make, &the_client, send_down, let_go)); /* never used */
    CHECK_INT(seen.freed, 1);
}

static void null_arguments(void)
{
    size_t size = 1;
    const char *key = NULL, *value = NULL;
    CHECK_STR(sentry_http_request_get_method(NULL), "");
    CHECK_STR(sentry_http_request_get_url(NULL), "");
    CHECK(sentry_http_request_get_body(NULL, &size) == NULL);
    CHECK_INT(size, 0);
    CHECK_INT(sentry_http_request_get_header_count(NULL), 0);
    CHECK_INT(sentry_http_request_get_header(NULL, 0, &key, &value), 0);
    sentry_http_response_set_status_code(NULL, 200);
    sentry_http_response_set_header(NULL, "a", "b");
    sentry_http_transport_set_client_start_func(NULL, start);
    sentry_http_transport_set_client_shutdown_func(NULL, stop);
}

#ifndef _WIN32
/* The parent's client is not the child's to use. */
static void a_child_makes_a_client_of_its_own(void)
{
    pid_t child;
    if (!TEST_CAN_FORK_THREADS) SKIP("a child cannot be forked beside threads here");
    REQUIRE(begin(start) == 0);
    say("parent");
    fflush(NULL);
    child = fork();
    if (child == 0) {
        say("child");
        CHECK_INT(seen.made, 2);
        CHECK_INT(seen.started, 2);
        CHECK_CONTAINS(seen.body, "\"child\"");
        sentry_close();
        test_end_child();
    }
    CHECK(test_child_ended_well(child));
    say("parent again");
    CHECK_INT(seen.made, 1);
    sentry_close();
}
#endif

static const test_case_t tests[] = {
    { "a_request_is_whole", a_request_is_whole },
    { "https_is_the_clients_business", https_is_the_clients_business },
    { "limits_are_obeyed", limits_are_obeyed },
    { "retry_after_is_obeyed", retry_after_is_obeyed },
    { "no_answer_is_a_network_error", no_answer_is_a_network_error },
    { "a_refusal_is_a_send_error", a_refusal_is_a_send_error },
    { "a_client_that_does_not_start", a_client_that_does_not_start },
#ifndef SENTRY_NO_THREADS
    { "close_ends_a_request", close_ends_a_request },
#endif
    { "without_a_client", without_a_client },
    { "null_arguments", null_arguments },
#ifndef _WIN32
    { "a_child_makes_a_client_of_its_own", a_child_makes_a_client_of_its_own },
#endif
};

#else

static void there_is_no_client_interface(void)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = "http://key@localhost/1";
    CHECK_INT(sentry_init(&o), 1);
}

static const test_case_t tests[] = { { "there_is_no_client_interface", there_is_no_client_interface } };

#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
