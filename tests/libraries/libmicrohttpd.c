/* libmicrohttpd.c: servers of libmicrohttpd, in all the ways in which they run, and clients that talk to them. */
#include <stdint.h>
#include <sys/types.h>
#include <microhttpd.h>
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "test.h"

#include "collect.h"
#include "files.h"
#include "trace.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define TRACE_ID "771a43a4192642f0b136d5159a501700"
#define SPAN_ID "b0e6f15b45c36b12"
#define TRACE_HEADERS "sentry-trace: " TRACE_ID "-" SPAN_ID "-1\r\nbaggage: sentry-trace_id=" TRACE_ID ",sentry-public_key=theirs,sentry-sampled=true\r\n"

/* -- a client ------------------------------------------------------------------------------------ */

static int dial(int port)
{
    struct sockaddr_in address;
    struct timeval patience = { 10, 0 };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)port);
    CHECK(connect(s, (struct sockaddr *)&address, sizeof address) == 0);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return s;
}

static void say_to(int s, const char *text)
{
    CHECK_INT(send(s, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Reads until the server hangs up. Returns the answer's status; 0 when there was none. */
static int answer_of(int s)
{
    char text[4096];
    size_t have = 0;
    ssize_t n;
    int status = 0;
    while (have < sizeof text - 1 && (n = recv(s, text + have, sizeof text - 1 - have, 0)) > 0) have += (size_t)n;
    text[have] = 0;
    if (sscanf(text, "HTTP/1.1 %d", &status) != 1) status = 0;
    close(s);
    return status;
}

/* A request of a few lines on a connection of its own. */
static int ask(int port, const char *line, const char *head, const char *body)
{
    char text[2048];
    int s = dial(port);
    snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Length: %u\r\n%s\r\n%s", line, (unsigned)strlen(body), head, body);
    say_to(s, text);
    return answer_of(s);
}

/* -- a server ------------------------------------------------------------------------------------ */

typedef struct {
    size_t bytes; /* of the body that came */
    int calls;    /* of the handler, for this request */
} request_t;

static struct {
    int wrong;        /* things that were not as they should be */
    int completed;    /* requests */
    int hub_calls;    /* calls of the handler with a hub of their own */
    test_mutex_t lock;
    struct MHD_Connection *suspended;
} seen;

static void count(int *what)
{
    test_lock(&seen.lock);
    ++*what;
    test_unlock(&seen.lock);
}

static sentry_mhd_result_t reply(struct MHD_Connection *connection, unsigned status)
{
    static char body[] = "hello\n";
    struct MHD_Response *response = MHD_create_response_from_buffer(sizeof body - 1, body, MHD_RESPMEM_PERSISTENT);
    sentry_mhd_result_t queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static void crash(void)
{
    int *volatile nowhere = (int *)16;
    *(volatile int *)nowhere = 1;
}

static void *wakes(void *connection)
{
    test_sleep_ms(20);
    MHD_resume_connection((struct MHD_Connection *)connection);
    return NULL;
}

/* What a URL asks for. The first call of a request is without its body, the last when that has come. */
static sentry_mhd_result_t handler(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *data, size_t *size, void **con_cls)
{
    request_t *request = (request_t *)*con_cls;
    (void)data;
    if (strcmp((const char *)cls, "app") != 0 || !method || strcmp(version, "HTTP/1.1") != 0) count(&seen.wrong);
    if (sentry_get_current_span()) count(&seen.hub_calls);
    if (!request) {
        *con_cls = request = (request_t *)calloc(1, sizeof *request);
        sentry_set_tag("url", url);
        sentry_breadcrumb("handler", SENTRY_LEVEL_INFO, "began %s", url);
        return request ? MHD_YES : MHD_NO;
    }
    request->calls++;
    if (*size) {
        request->bytes += *size;
        *size = 0;
        return MHD_YES;
    }
    if (strcmp(url, "/crash") == 0) crash();
    if (strcmp(url, "/refuse") == 0) return MHD_NO;
    if (strcmp(url, "/later") == 0 && request->calls == 1) {
        sentry_thread_t thread;
        MHD_suspend_connection(connection);
        if (sentry_thread_create(&thread, NULL, wakes, connection) != 0) count(&seen.wrong);
        else pthread_detach(thread);
        return MHD_YES;
    }
    if (strcmp(url, "/broken") == 0) sentry_capture_exceptionf("Error", "broken after %u bytes", (unsigned)request->bytes);
    SENTRY_SPAN("db.query", "SELECT 1") {}
    return reply(connection, strcmp(url, "/broken") == 0 ? 500 : strcmp(url, "/none") == 0 ? 404 : 200);
}

static void completed(void *cls, struct MHD_Connection *connection, void **con_cls, enum MHD_RequestTerminationCode toe)
{
    (void)connection, (void)toe;
    if (strcmp((const char *)cls, "end") != 0) count(&seen.wrong);
    free(*con_cls);
    *con_cls = NULL;
    count(&seen.completed);
}

static const char *route(void *cls, struct MHD_Connection *connection, const char *method, const char *url)
{
    if (strcmp((const char *)cls, "app") != 0 || !connection || !method) count(&seen.wrong);
    return strncmp(url, "/users/", 7) == 0 ? "/users/{id}" : NULL;
}

static char for_handler[] = "app", for_completed[] = "end";
static sentry_mhd_t app = { handler, for_handler, completed, for_completed, NULL, NULL };
static struct MHD_Daemon *daemon_;

/* Starts a server; returns its port. */
static int serve(unsigned flags, unsigned threads)
{
    struct MHD_OptionItem pool[] = { { MHD_OPTION_END, 0, NULL }, { MHD_OPTION_END, 0, NULL } };
    const union MHD_DaemonInfo *info;
    test_mutex_t fresh = TEST_MUTEX_INIT;
    if (threads) pool[0].option = MHD_OPTION_THREAD_POOL_SIZE, pool[0].value = (intptr_t)threads;
    memset(&seen, 0, sizeof seen);
    memcpy(&seen.lock, &fresh, sizeof fresh);
    daemon_ = MHD_start_daemon(flags, 0, NULL, NULL, sentry_mhd_handler, &app, MHD_OPTION_NOTIFY_COMPLETED, sentry_mhd_completed, &app, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
    info = daemon_ ? MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    CHECK(info != NULL);
    return info ? info->port : 0;
}

#define ONE_THREAD (MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME)
#define THREAD_EACH (MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION)

/* Waits for the requests to be completed, and ends the server. */
static void served(int requests)
{
    long long until = test_now_ms() + test_ms(8000);
    int n = 0;
    do {
        test_sleep_ms(2);
        test_lock(&seen.lock);
        n = seen.completed;
        test_unlock(&seen.lock);
    } while (n < requests && test_now_ms() < until);
    MHD_stop_daemon(daemon_);
    CHECK_INT(seen.completed, requests);
    CHECK_INT(seen.wrong, 0);
}

static const char *datum(size_t i, const char *path, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(collect_get(i, path), key));
}

/* -- tests --------------------------------------------------------------------------------------- */

/* What a request and an error in it say, whatever thread it runs on. */
static void request_and_error(unsigned flags, unsigned threads)
{
    int port;
    REQUIRE(trace_start(1.0) == 0);
    port = serve(flags, threads);
    CHECK_INT(ask(port, "POST /broken?a=1&b=x%20y%26z&token=hush", TRACE_HEADERS "Cookie: a=b\r\nX-Mine: 7\r\n", "0123456789"), 500);
    served(1);
    CHECK(seen.hub_calls >= 3);
    CHECK_INT(collect_count(), 2);
    CHECK_STR(collect_str(0, "exception.values.0.value"), "broken after 10 bytes");
    CHECK_STR(collect_str(0, "request.method"), "POST");
    CHECK_STR(collect_str(0, "request.url"), "http://example.com/broken");
    CHECK_STR(collect_str(0, "request.query_string"), "a=1&b=x%20y%26z&token=[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.X-Mine"), "7");
    CHECK_STR(collect_str(0, "request.headers.Cookie"), "[Filtered]");
    CHECK_STR(collect_str(0, "transaction"), "POST /broken");
    CHECK_STR(collect_str(0, "tags.url"), "/broken");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "began /broken");
    CHECK_STR(collect_str(0, "contexts.trace.trace_id"), TRACE_ID);
    CHECK_STR(collect_str(1, "type"), "transaction");
    CHECK_STR(collect_str(1, "transaction"), "POST /broken");
    CHECK_STR(collect_str(1, "transaction_info.source"), "url");
    CHECK_STR(collect_str(1, "contexts.trace.trace_id"), TRACE_ID);
    CHECK_STR(collect_str(1, "contexts.trace.parent_span_id"), SPAN_ID);
    CHECK_STR(collect_str(0, "contexts.trace.span_id"), collect_str(1, "contexts.trace.span_id"));
    CHECK_STR(collect_str(1, "contexts.trace.op"), "http.server");
    CHECK_STR(collect_str(1, "contexts.trace.origin"), "auto.http.libmicrohttpd");
    CHECK_STR(collect_str(1, "contexts.trace.status"), "internal_error");
    CHECK_STR(datum(1, "contexts.trace.data", "http.request.method"), "POST");
    CHECK_STR(datum(1, "tags", "http.status_code"), "500");
    CHECK_INT(sentry_value_as_int32(collect_get(1, "contexts.response.status_code")), 500);
    CHECK_STR(collect_str(1, "spans.0.op"), "db.query");
    CHECK_STR(trace_dsc(1, "public_key"), "theirs");
    collect_stop();
}

static void one_thread(void) { request_and_error(ONE_THREAD, 0); }
static void thread_pool(void) { request_and_error(ONE_THREAD, 4); }
static void thread_per_connection(void) { request_and_error(THREAD_EACH, 0); }
#ifdef __linux__
static void epoll(void) { request_and_error(ONE_THREAD | MHD_USE_EPOLL, 0); }
#endif

/* The loop in the program's own thread, which has its own hub between requests. */
static void external_loop(void)
{
    struct MHD_Daemon *loop;
    const union MHD_DaemonInfo *info;
    test_mutex_t fresh = TEST_MUTEX_INIT;
    long long until = test_now_ms() + test_ms(8000);
    sentry_hub_t *hub;
    int s, sent = 0;
    REQUIRE(trace_start(1.0) == 0);
    memset(&seen, 0, sizeof seen);
    memcpy(&seen.lock, &fresh, sizeof fresh);
    loop = MHD_start_daemon(MHD_NO_FLAG, 0, NULL, NULL, sentry_mhd_handler, &app, MHD_OPTION_NOTIFY_COMPLETED, sentry_mhd_completed, &app, MHD_OPTION_END);
    REQUIRE(loop != NULL);
    info = MHD_get_daemon_info(loop, MHD_DAEMON_INFO_BIND_PORT);
    hub = sentry_hub_current();
    s = dial(info->port);
    say_to(s, "POST / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Length: 2\r\n\r\n");
    while (!seen.completed && test_now_ms() < until) {
        if (seen.hub_calls && !sent) {
            say_to(s, "ab"); /* the rest of a request that is being worked on */
            sent = 1;
        }
        MHD_run(loop);
        CHECK_EACH(sentry_hub_current() == hub);
        test_sleep_ms(1);
    }
    CHECK_INT(answer_of(s), 200);
    MHD_stop_daemon(loop);
    CHECK(sentry_hub_current() == hub);
    say("outside");
    CHECK_INT(sent, 1);
    CHECK_STR(collect_str(0, "transaction"), "POST /");
    CHECK(!collect_has(1, "request") && !collect_has(1, "transaction"));
    collect_stop();
}

/* Names: by the route, by what answers, by the URL. */
static void transaction_styles(void)
{
    static const struct {
        const char *style, *name, *source;
    } cases[] = { { NULL, "GET /users/{id}", "route" }, { "url", "GET /users/{id}", "route" }, { "endpoint", "/users/{id}", "component" } };
    size_t i;
    for (i = 0; i < 3; i++) {
        int port;
        REQUIRE(trace_start(1.0) == 0);
        app.route = route;
        app.transaction_style = cases[i].style;
        port = serve(ONE_THREAD, 0);
        CHECK_INT(ask(port, "GET /users/7", "", ""), 200);
        CHECK_INT(ask(port, "GET /else", "", ""), 200);
        served(2);
        CHECK_STR(collect_str(0, "transaction"), cases[i].name);
        CHECK_STR(collect_str(0, "transaction_info.source"), cases[i].source);
        CHECK_STR(collect_str(0, "request.url"), "http://example.com/users/7");
        CHECK_STR(collect_str(1, "transaction"), "GET /else");
        CHECK_STR(collect_str(1, "transaction_info.source"), "url");
        collect_stop();
    }
}

/* The library gives the path decoded: what was no separator does not become one. */
static void odd_paths(void)
{
    int port;
    REQUIRE(trace_start(1.0) == 0);
    port = serve(ONE_THREAD, 0);
    CHECK_INT(ask(port, "GET /a%3Fb%23c%25/d%20e?f=%3D&g%26h=1", "", ""), 200);
    CHECK_INT(ask(port, "GET /none?flag", "", ""), 404);
    served(2);
    CHECK_STR(collect_str(0, "request.url"), "http://example.com/a%3Fb%23c%25/d%20e");
    CHECK_STR(collect_str(0, "request.query_string"), "f=%3D&g%26h=1");
    CHECK_STR(collect_str(0, "transaction"), "GET /a%3Fb%23c%25/d%20e");
    CHECK_STR(collect_str(1, "request.query_string"), "flag");
    CHECK_STR(collect_str(1, "contexts.trace.status"), "not_found");
    collect_stop();
}

/* Requests of one connection do not share anything. */
static void keep_alive(void)
{
    int s;
    REQUIRE(trace_start(1.0) == 0);
    s = dial(serve(ONE_THREAD, 0));
    say_to(s, "GET /none HTTP/1.1\r\nHost: a\r\n" TRACE_HEADERS "\r\nGET /two HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
    CHECK_INT(answer_of(s), 404);
    served(2);
    CHECK_INT(collect_count(), 2);
    CHECK_STR(collect_str(0, "request.url"), "http://a/none");
    CHECK_STR(collect_str(0, "contexts.trace.status"), "not_found");
    CHECK_STR(collect_str(0, "contexts.trace.trace_id"), TRACE_ID);
    CHECK_STR(collect_str(1, "request.url"), "http://b/two");
    CHECK_STR(collect_str(1, "contexts.trace.status"), "ok");
    CHECK_STR(collect_str(1, "tags.url"), "/two");
    CHECK(strcmp(collect_str(1, "contexts.trace.trace_id"), TRACE_ID) != 0);
    CHECK(!collect_has(1, "contexts.trace.parent_span_id"));
    collect_stop();
}

/* A connection that waits for something else meanwhile. */
static void suspended(void)
{
    int port, first, second;
    REQUIRE(trace_start(1.0) == 0);
    port = serve(ONE_THREAD, 0);
    first = dial(port), second = dial(port);
    say_to(first, "GET /later HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    say_to(second, "GET /later HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n");
    CHECK_INT(ask(port, "GET /", "", ""), 200);
    CHECK_INT(answer_of(first), 200);
    CHECK_INT(answer_of(second), 200);
    served(3);
    CHECK_INT(collect_count(), 3);
    CHECK_INT(seen.hub_calls, 2 + 3 + 3);
    CHECK_STR(collect_str(0, "transaction"), "GET /");
    CHECK_STR(collect_str(1, "transaction"), "GET /later");
    CHECK_STR(collect_str(1, "contexts.trace.status"), "ok");
    CHECK_STR(collect_str(2, "contexts.trace.status"), "ok");
    CHECK(strcmp(collect_str(1, "request.url"), collect_str(2, "request.url")) != 0);
    CHECK(strcmp(collect_str(1, "contexts.trace.trace_id"), collect_str(2, "contexts.trace.trace_id")) != 0);
    collect_stop();
}

/* Without an answer. */
static void unanswered(void)
{
    int port, s;
    REQUIRE(trace_start(1.0) == 0);
    port = serve(ONE_THREAD, 0);
    CHECK_INT(ask(port, "GET /refuse", "", ""), 0);
    s = dial(port);
    say_to(s, "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
    test_sleep_ms(50);
    close(s);
    served(2);
    CHECK_INT(collect_count(), 2);
    CHECK_STR(collect_str(0, "contexts.trace.status"), "internal_error");
    CHECK_STR(collect_str(1, "transaction"), "POST /slow");
    CHECK_STR(collect_str(1, "contexts.trace.status"), "cancelled");
    CHECK(!collect_has(0, "contexts.response") && !collect_has(1, "contexts.response"));
    collect_stop();
}

/* When it is not wanted, and when the SDK is off, the handler is called as without it. */
static void disabled(void)
{
    static const char *const names[] = { "libmicrohttpd", NULL };
    sentry_options_t options = trace_options(1.0);
    int port, on;
    options.disabled_integrations = names;
    for (on = 0; on < 2; on++) {
        if (on) REQUIRE(collect_start(&options) == 0);
        port = serve(ONE_THREAD, 0);
        CHECK_INT(ask(port, "POST /broken", "", "01234"), 500);
        served(1);
        CHECK_INT(seen.hub_calls, 0);
        CHECK_INT(collect_count(), on);
        CHECK(!collect_has(0, "request"));
        collect_stop();
    }
}

static void installed(void)
{
    const sentry_integration_t *list[2] = { sentry_libmicrohttpd_integration(), NULL };
    sentry_options_t options = collect_options();
    options.auto_enabling_integrations = SENTRY_OFF;
    REQUIRE(collect_start(&options) == 0);
    say("without");
    CHECK(strstr(collect_text(0, "sdk.integrations"), "\"libmicrohttpd\"") == NULL);
    collect_stop();
    options.integrations = list;
    REQUIRE(collect_start(&options) == 0);
    say("with");
    CHECK(strstr(collect_text(0, "sdk.integrations"), "\"libmicrohttpd\"") != NULL);
    collect_stop();
}

#define CLIENTS 4
#define REQUESTS 50
static int port_of_all;

static void *asks(void *arg)
{
    int i, good = 0;
    for (i = 0; i < REQUESTS; i++) good += ask(port_of_all, "GET /broken", "", "") == 500;
    *(int *)arg = good;
    return NULL;
}

/* Many at once: each error is in the trace of its own request. */
static void many_requests(void)
{
    test_thread_t threads[CLIENTS];
    int good[CLIENTS];
    size_t i, k, errors = 0, linked = 0;
    REQUIRE(trace_start(1.0) == 0);
    port_of_all = serve(ONE_THREAD, 4);
    for (i = 0; i < CLIENTS; i++) REQUIRE(test_thread_start(&threads[i], asks, &good[i]) == 0);
    for (i = 0; i < CLIENTS; i++) test_thread_join(threads[i]);
    served(CLIENTS * REQUESTS);
    for (i = 0; i < CLIENTS; i++) CHECK_INT(good[i], REQUESTS);
    CHECK_INT(collect_count(), 2 * CLIENTS * REQUESTS);
    for (i = 0; i < collect_count(); i++) {
        if (!collect_has(i, "exception")) continue;
        errors++;
        for (k = 0; k < collect_count(); k++)
            linked += !collect_has(k, "exception") && strcmp(collect_str(k, "contexts.trace.span_id"), collect_str(i, "contexts.trace.span_id")) == 0;
    }
    CHECK_INT(errors, CLIENTS * REQUESTS);
    CHECK_INT(linked, errors);
    collect_stop();
}

/* -- a crash in a handler ------------------------------------------------------------------------- */

#define SURVIVED 200 /* a child's exit code */
static sentry_value_t report;

static void look_at_file(const char *path, void *data)
{
    size_t size = 0, n = strlen(path), item;
    char *bytes;
    sentry_envelope_t *envelope;
    (void)data;
    if (n < 9 || strcmp(path + n - 9, ".envelope") != 0) return;
    bytes = file_get(path, &size);
    envelope = sentry_envelope_deserialize(bytes, size);
    for (item = 0; envelope && item < sentry_envelope_get_item_count(envelope); item++) {
        const char *payload = sentry_envelope_get_item_payload(envelope, item, &size);
        if (strcmp(collect_item_type(envelope, item), "event") == 0) report = sentry_value_from_json_n(payload, size);
    }
    sentry_envelope_free(envelope);
    free(bytes);
}

static void look_at_run(const char *path, void *data)
{
    size_t n = strlen(path);
    if (n > 4 && strcmp(path + n - 4, ".run") == 0) file_each(path, look_at_file, data);
}

static const char *reported(const char *path) { return sentry_value_as_string(collect_at(report, path)); }

static void crash_in_a_handler(void)
{
    sentry_options_t options = trace_options(1.0);
    struct rlimit no_core = { 0, 0 };
    int ports[2], port = 0, status = 0;
    pid_t child;
    REQUIRE(scratch_begin());
    options.database_path = scratch;
    REQUIRE(pipe(ports) == 0);
    child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &no_core);
        if (collect_start(&options)) _exit(SURVIVED);
        port = serve(ONE_THREAD, 0);
        if (write(ports[1], &port, sizeof port) != sizeof port) _exit(SURVIVED);
        test_sleep_ms(test_ms(8000));
        _exit(SURVIVED);
    }
    REQUIRE(read(ports[0], &port, sizeof port) == sizeof port);
    CHECK_INT(ask(port, "GET /crash?a=b", TRACE_HEADERS, ""), 0);
    waitpid(child, &status, 0);
    CHECK(!WIFEXITED(status) || WEXITSTATUS(status) < SURVIVED); /* sanitizers exit */
    report = sentry_value_new_null();
    file_each(scratch, look_at_run, NULL);
    CHECK_STR(reported("level"), "fatal");
    CHECK_STR(reported("request.url"), "http://example.com/crash");
    CHECK_STR(reported("request.query_string"), "a=b");
    CHECK_STR(reported("transaction"), "GET /crash");
    CHECK_STR(reported("contexts.trace.trace_id"), TRACE_ID);
    CHECK_STR(reported("tags.url"), "/crash");
    CHECK_STR(reported("breadcrumbs.values.0.message"), "began /crash");
    sentry_value_decref(report);
    scratch_end();
}

static const test_case_t tests[] = {
    { "one_thread", one_thread },
    { "thread_pool", thread_pool },
    { "thread_per_connection", thread_per_connection },
#ifdef __linux__
    { "epoll", epoll },
#endif
    { "external_loop", external_loop },
    { "transaction_styles", transaction_styles },
    { "odd_paths", odd_paths },
    { "keep_alive", keep_alive },
    { "suspended", suspended },
    { "unanswered", unanswered },
    { "disabled", disabled },
    { "installed", installed },
    { "many_requests", many_requests },
    { "crash_in_a_handler", crash_in_a_handler },
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
