/* sentry_curl.h: events over real TLS, HTTP/2 and proxies to curl/server.js, awkward answers from a sink, breadcrumbs, spans
 * and trace headers of the program's own requests.
 *
 * Needs node, openssl and libcurl; without them the tests are skipped, with CI=true in the environment they fail.
 *     TEST_CURL_FOLDER        where server.js and certificates.sh are. Default: "curl"
 *     SENTRY_CURL_LINK        tests that mode; link libcurl */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include "test.h"
#include "sink.h"
#include "collect.h"
#include "log.h"
#include "trace.h"
#if !defined(SENTRY_CURL_LINK) && !defined(_WIN32)
#include <dlfcn.h>
/* What the header calls to load a library. */
static void *test_dlopen(const char *name, int flags);
#define dlopen test_dlopen
#define dlsym test_dlsym
static void *test_dlsym(void *library, const char *name);
#include "../sentry_curl.h"
#undef dlopen
#undef dlsym
#else
#include "../sentry_curl.h"
#endif

#ifndef TEST_CURL_FOLDER
#define TEST_CURL_FOLDER "curl"
#endif
#define ENOUGH_MS 8000 /* for what happens at once; never waited for when all is well */

/* -- the SDK -- */

static char dsn[256];

static const char *dsn_of(const char *scheme, const char *host, int port, const char *path)
{
    snprintf(dsn, sizeof dsn, "%s://key@%s:%d/%s1", scheme, host, port, path);
    return dsn;
}

/* Options that look nothing up, keep the log, and give up late. */
static sentry_options_t options_for(const char *to)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = to;
    o.release = "app@1";
    o.server_name = "host";
    o.send_client_reports = SENTRY_OFF;
    o.http_retry = SENTRY_OFF; /* nothing outlives a test */
    o.database_path = __FILE__ "/none";
    o.connect_timeout = test_ms(5000);
    o.debug = 1;
    o.logger = keep_log;
    return o;
}

/* Sends an event and waits until it is dealt with. */
static void deliver(const char *text)
{
    sentry_capture_message(SENTRY_LEVEL_INFO, text);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
}

static unsigned lost_to_network(void)
{
    return sentry__load(&sentry__limits.lost[SENTRY_DROP_NETWORK_ERROR][SENTRY__CATEGORY_ERROR]);
}

/* -- libraries -- */

#ifndef SENTRY_CURL_LINK
#ifndef _WIN32
static struct {
    const char *only; /* the one library there is; NULL: all that there are */
    char tried[256];
    unsigned opened, initialized;
} libraries;

static void *test_dlopen(const char *name, int flags)
{
    size_t used = strlen(libraries.tried);
    snprintf(libraries.tried + used, sizeof libraries.tried - used, "%s ", name);
    libraries.opened++;
    return libraries.only && strcmp(libraries.only, name) != 0 ? NULL : dlopen(name, flags);
}

static void *test_dlsym(void *library, const char *name)
{
    libraries.initialized += strcmp(name, "curl_global_init") == 0 && library != RTLD_DEFAULT;
    return dlsym(library, name);
}

static void no_libcurl(void)
{
    libraries.only = "none";
}
#else
static void no_libcurl(void)
{
}
#endif
#endif

/* A test that cannot run, for this reason. */
static void missing(const char *what)
{
    const char *ci = getenv("CI");
    if (ci && strcmp(ci, "true") == 0)
        CHECK_STR(what, "nothing is missing");
    else
        test_skip(what);
}

/* Whether there is a libcurl; a test returns when there is none. */
static int has_libcurl(void)
{
    if (sentry__curl_ready())
        return 1;
#if !defined(SENTRY_CURL_LINK) && !defined(_WIN32)
    if (!dlopen(NULL, RTLD_NOW)) {
        test_skip("a static program loads no libraries");
        return 0;
    }
#endif
    missing("there is no libcurl");
    return 0;
}

#ifndef _WIN32
/* -- server.js -- */

static char folder[256]; /* of the certificates; "" when they could not be made */

static struct {
    pid_t pid;
    int in, out;
    char text[262144]; /* what it printed */
    size_t size;
} server;

/* Reads what the server prints until it contains the text; NULL after `ms`. */
static const char *server_said(const char *text, unsigned ms)
{
    long long until = test_now_ms() + ms;
    const char *found;
    while ((found = strstr(server.text, text)) == NULL && test_now_ms() <= until) {
        struct pollfd wait;
        ssize_t n = 0;
        wait.fd = server.out;
        wait.events = POLLIN;
        if (poll(&wait, 1, 10) > 0) {
            n = read(server.out, server.text + server.size, sizeof server.text - 1 - server.size);
            if (n <= 0)
                break;
        }
        server.size += (size_t)n;
        server.text[server.size] = 0;
    }
    return found;
}

/* The line in which the text stands, in a buffer that the next call overwrites; "" when it does not come. */
static const char *server_line(const char *text)
{
    static char line[65536];
    const char *at = server_said(text, test_ms(ENOUGH_MS));
    if (at && server_said("\n", 0)) {
        while (at > server.text && at[-1] != '\n')
            at--;
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    } else
        line[0] = 0;
    return line;
}

/* How many lines that begin so have come by now. */
static int server_count(const char *start)
{
    const char *at = server.text;
    int count = 0;
    server_said("no such line", 100);
    for (; (at = strstr(at, start)) != NULL; at += strlen(start))
        count += at == server.text || at[-1] == '\n';
    return count;
}

static int server_port(const char *name)
{
    char text[64];
    const char *at;
    snprintf(text, sizeof text, "port %s ", name);
    at = strstr(server.text, text);
    return at ? atoi(at + strlen(text)) : 0;
}

/* Starts the server. Otherwise says why and returns 0. */
static int server_start(void)
{
    int in[2], out[2];
    if (!has_libcurl())
        return 0;
    if (!folder[0]) {
        missing("there is no node or no openssl that works");
        return 0;
    }
    if (pipe(in) != 0 || pipe(out) != 0 || (server.pid = fork()) < 0)
        abort();
    if (server.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execlp("node", "node", TEST_CURL_FOLDER "/server.js", folder, (char *)NULL);
        _exit(1);
    }
    close(in[0]);
    close(out[1]);
    server.in = in[1];
    server.out = out[0];
    CHECK(server_said("ready\n", test_ms(ENOUGH_MS)) != NULL);
    return server_port("proxy") != 0;
}

/* Ends the SDK and the server. */
static void end(void)
{
    int status;
    sentry_close();
    close(server.in);
    while (server_said("no such line", 20) == NULL && waitpid(server.pid, &status, WNOHANG) == 0) {
    }
    close(server.out);
}

static const char *in_folder(const char *file)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    return path;
}

/* Options for one of the servers, with the right authority. */
static sentry_options_t options_to(const char *name, const char *path)
{
    int plain = strcmp(name, "http") == 0;
    sentry_options_t o = options_for(dsn_of(plain ? "http" : "https", "localhost", server_port(name), path));
    o.ca_certs = in_folder("ca.pem");
    return o;
}

/* Starts server and SDK; in a test that returns when it is 0. */
static int begin(const char *name, const char *path)
{
    sentry_options_t o;
    if (!server_start())
        return 0;
    o = options_to(name, path);
    CHECK_INT(sentry_init(&o), 0);
    return 1;
}

/* -- TLS -- */

static void delivers_over_tls(void)
{
    const char *line;
    if (!begin("https", ""))
        return;
    deliver("hello");
    line = server_line("hello");
    CHECK_CONTAINS(line, " POST /api/1/envelope/ ");
    CHECK_CONTAINS(line, " http=1.1 ");
    CHECK_CONTAINS(line, "user-agent=<" SENTRY_SDK_USER_AGENT ">");
    CHECK_CONTAINS(line, "content-type=<application/x-sentry-envelope>");
    CHECK_CONTAINS(line, "x-sentry-auth=<Sentry sentry_version=7, sentry_client=" SENTRY_SDK_USER_AGENT ", sentry_key=key>");
    CHECK_CONTAINS(line, " lengths=1 ");
    CHECK_ABSENT(line, "expect=");
    CHECK_ABSENT(line, "cookie=");
    CHECK_INT(lost_to_network(), 0);
    CHECK_CONTAINS(logged.text, "status 200");
    end();
}

/* Nothing arrives, the loss is counted, and the log says why. */
static void refuses(const char *name, const char *authority)
{
    sentry_options_t o;
    if (!server_start())
        return;
    o = options_to(name, "");
    o.ca_certs = authority ? in_folder(authority) : NULL;
    CHECK_INT(sentry_init(&o), 0);
    deliver("hello");
    CHECK_INT(server_count("request"), 0);
    CHECK_INT(lost_to_network(), 1);
    CHECK_CONTAINS(logged.text, "libcurl: ");
    CHECK_CONTAINS(logged.text, "certificate");
    CHECK_CONTAINS(logged.text, "status 0 (no answer)");
    end();
}
static void refuses_a_wrong_authority(void) { refuses("https", "other.pem"); }
static void refuses_what_the_system_does_not_know(void) { refuses("https", NULL); }
static void refuses_an_expired_certificate(void) { refuses("expired", "ca.pem"); }
static void refuses_a_wrong_host_name(void) { refuses("stranger", "ca.pem"); }

static void says_that_ca_certs_cannot_be_read(void)
{
    sentry_options_t o;
    if (!server_start())
        return;
    o = options_to("https", "");
    o.ca_certs = in_folder("nothing.pem");
    CHECK_INT(sentry_init(&o), 0);
    deliver("hello");
    CHECK_INT(server_count("request"), 0);
    CHECK_INT(lost_to_network(), 1);
    CHECK_CONTAINS(logged.text, "nothing.pem");
    end();
}

static void keeps_the_connection(void)
{
    if (!begin("https", ""))
        return;
    deliver("first");
    deliver("second");
    deliver("third");
    CHECK_CONTAINS(server_line("first"), " connection=1 ");
    CHECK_CONTAINS(server_line("second"), " connection=1 ");
    CHECK_CONTAINS(server_line("third"), " connection=1 ");
    end();
}

static void speaks_http2(void)
{
    if (!begin("http2", ""))
        return;
    deliver("first");
    deliver("second");
    CHECK_CONTAINS(server_line("first"), " connection=1 http=2.0 POST /api/1/envelope/ ");
    CHECK_CONTAINS(server_line("second"), " connection=1 http=2.0 ");
    CHECK_CONTAINS(server_line("second"), "x-sentry-auth=<Sentry ");
    CHECK_INT(lost_to_network(), 0);
    end();
}

/* -- answers -- */

static void is_limited(const char *server_name, const char *path)
{
    if (!begin(server_name, path))
        return;
    deliver("first");
    deliver("second");
    CHECK_CONTAINS(server_line("first"), path);
    CHECK_INT(server_count("request"), 1);
    CHECK_INT(sentry__load(&sentry__limits.lost[SENTRY_DROP_RATELIMIT_BACKOFF][SENTRY__CATEGORY_ERROR]), 1);
    end();
}
static void heeds_429(void) { is_limited("https", "429/"); }
static void heeds_rate_limits(void) { is_limited("https", "limits/"); }
static void heeds_rate_limits_over_http2(void) { is_limited("http2", "limits/"); }

static void follows_no_redirect(void)
{
    if (!begin("https", "redirect/"))
        return;
    deliver("hello");
    CHECK_CONTAINS(server_line("hello"), "/redirect/");
    CHECK_INT(server_count("request"), 1);
    CHECK_CONTAINS(logged.text, "status 307");
    end();
}

#ifdef SENTRY_NO_THREADS
#define CUT_OFF "(code 28)" /* it was out of time */
#else
#define CUT_OFF "(code 42)" /* close stopped it */
#endif

static void close_cuts_off_a_request(void)
{
    sentry_options_t o;
    long long start;
    if (!server_start())
        return;
    o = options_to("https", "hang/");
    o.shutdown_timeout = test_ms(500);
    CHECK_INT(sentry_init(&o), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "hello");
#ifndef SENTRY_NO_THREADS
    CHECK_CONTAINS(server_line("hello"), "/hang/");
#endif
    start = test_now_ms();
    sentry_close();
    CHECK_AT_MOST(test_now_ms() - start, test_ms(500) + 1000);
    CHECK_CONTAINS(server_line("hello"), "/hang/");
    /* The log ends with the SDK: the worker was done by then, and not left behind. */
    CHECK_CONTAINS(logged.text, CUT_OFF);
    CHECK_INT(lost_to_network(), 1);
    end();
}

/* -- proxies -- */

static void goes_through(const char *proxy, const char *server_name)
{
    char url[128];
    sentry_options_t o = options_to(server_name, "");
    snprintf(url, sizeof url, proxy, server_port("proxy"));
    o.proxy = url;
    CHECK_INT(sentry_init(&o), 0);
    deliver("first");
    deliver("second");
    CHECK_CONTAINS(server_line("second"), "request ");
    CHECK_INT(server_count("request"), 2);
}

static void tunnels_through_a_proxy(void)
{
    char want[64];
    const char *line;
    if (!server_start())
        return;
    goes_through("http://user:secret@localhost:%d", "https");
    snprintf(want, sizeof want, "proxy CONNECT localhost:%d ", server_port("https"));
    line = server_line(want);
    CHECK_CONTAINS(line, "\"proxy-authorization\":\"Basic dXNlcjpzZWNyZXQ=\"");
    CHECK_ABSENT(line, "sentry_key");
    CHECK_INT(server_count("proxy"), 1);
    CHECK_ABSENT(logged.text, "secret");
    end();
}

static void asks_a_proxy_for_plain_http(void)
{
    if (!server_start())
        return;
    goes_through("http://localhost:%d", "http");
    CHECK_CONTAINS(server_line("proxy POST http://localhost:"), "/api/1/envelope/");
    CHECK_INT(server_count("proxy"), 2);
    end();
}

/* Sends an event with these variables set; returns how often the proxy was asked. */
static int proxied(const char *variable, const char *no_proxy, const char *server_name, const char *option)
{
    char url[64];
    sentry_options_t o;
    int asked;
    if (!server_start())
        return -1;
    snprintf(url, sizeof url, "http://localhost:%d", server_port("proxy"));
    test_set_env(variable, url);
    test_set_env("no_proxy", no_proxy);
    o = options_to(server_name, "");
    o.proxy = option;
    CHECK_INT(sentry_init(&o), 0);
    deliver("hello");
    CHECK_CONTAINS(server_line("hello"), "request ");
    asked = server_count("proxy");
    end();
    return asked;
}
static void finds_the_https_proxy(void)
{
    int asked = proxied("https_proxy", NULL, "https", NULL);
    if (asked >= 0)
        CHECK_INT(asked, 1);
}
static void finds_the_http_proxy(void)
{
    int asked = proxied("http_proxy", NULL, "http", NULL);
    if (asked >= 0)
        CHECK_INT(asked, 1);
}
static void heeds_no_proxy(void)
{
    int asked = proxied("https_proxy", "localhost", "https", NULL);
    if (asked >= 0)
        CHECK_INT(asked, 0);
}
static void an_empty_proxy_is_none(void)
{
    int asked = proxied("https_proxy", NULL, "https", "");
    if (asked >= 0)
        CHECK_INT(asked, 0);
}

static void says_that_the_proxy_is_not_there(void)
{
    char url[64];
    sentry_options_t o;
    if (!server_start())
        return;
    o = options_to("https", "");
    snprintf(url, sizeof url, "http://localhost:%d", sink_closed_port());
    o.proxy = url;
    CHECK_INT(sentry_init(&o), 0);
    deliver("hello");
    CHECK_INT(server_count("request"), 0);
    CHECK_INT(lost_to_network(), 1);
    CHECK_CONTAINS(logged.text, "onnect to");
    end();
}

/* -- fork -- */

/* The child has a connection of its own, and the parent goes on with its. */
static void a_child_sends_too(void)
{
    pid_t child;
    if (!TEST_CAN_FORK_THREADS)
        SKIP("a sanitizer does not survive a fork with threads");
    if (!begin("https", ""))
        return;
    deliver("before");
    child = fork();
    if (child == 0) {
        deliver("child");
        sentry_close();
        test_end_child();
    }
    CHECK(test_child_ended_well(child));
    deliver("after");
    CHECK_CONTAINS(server_line("before"), " connection=1 ");
    CHECK_CONTAINS(server_line("child"), " connection=2 ");
    CHECK_CONTAINS(server_line("after"), " connection=1 ");
    end();
}

/* -- which libcurl -- */

#ifndef SENTRY_CURL_LINK
/* Whether there is this one; from here on there is no other. */
static int only(const char *library)
{
    int there = dlopen(library, RTLD_NOW) != NULL;
    if (!there && has_libcurl())
        missing(library);
    libraries.only = library;
    return there;
}

/* NSS leaves memory behind for valgrind to find, unless told that it is the end. */
static void clean_up(void)
{
    void *library = libraries.only ? dlopen(libraries.only, RTLD_NOW) : NULL, *symbol = library ? dlsym(library, "curl_global_cleanup") : NULL;
    void (*cleanup)(void);
    memcpy(&cleanup, &symbol, sizeof cleanup);
    if (cleanup)
        cleanup();
}

static void delivers_with(const char *library)
{
    char open[64];
    snprintf(open, sizeof open, "%s ", library);
    if (!only(library) || !begin("https", ""))
        return;
    deliver("hello");
    CHECK_CONTAINS(server_line("hello"), "request https");
    CHECK_INT(lost_to_network(), 0);
    CHECK_CONTAINS(libraries.tried, open);
    CHECK_INT(libraries.initialized, 1);
    end();
}
static void delivers_with_openssl(void) { delivers_with("libcurl.so.4"); }
static void delivers_with_gnutls(void) { delivers_with("libcurl-gnutls.so.4"); }
static void delivers_with_nss(void)
{
    delivers_with("libcurl-nss.so.4");
    clean_up();
}

static void refuses_with(const char *library)
{
    if (only(library))
        refuses("stranger", "ca.pem");
}
static void gnutls_refuses_a_wrong_host_name(void) { refuses_with("libcurl-gnutls.so.4"); }
static void nss_refuses_a_wrong_host_name(void)
{
    refuses_with("libcurl-nss.so.4");
    clean_up();
}

static void a_library_without_the_functions_is_none(void)
{
    sentry_options_t o = options_for("https://key@localhost/1");
    libraries.only = "libm.so.6";
    CHECK_INT(sentry_init(&o), 1);
    CHECK_CONTAINS(sentry_get_init_error(), "libcurl could not be loaded");
    CHECK_STR(libraries.tried, "libcurl.so.4 libcurl-gnutls.so.4 libcurl-nss.so.4 ");
}
#endif

#ifndef SENTRY_NO_THREADS
static void *perform_nothing(void *unused)
{
    CHECK(sentry_curl_easy_perform(NULL) != 0);
    return unused;
}

static void is_loaded_once(void)
{
    test_thread_t threads[8];
    size_t i;
    for (i = 0; i < 8; i++)
        CHECK_INT(test_thread_start(&threads[i], perform_nothing, NULL), 0);
    for (i = 0; i < 8; i++)
        test_thread_join(threads[i]);
    if (!has_libcurl())
        return;
#ifndef SENTRY_CURL_LINK
    CHECK_INT(libraries.initialized, 1);
#endif
    CHECK(sentry_curl_easy_perform(NULL) != 0);
}
#endif
#endif /* _WIN32 */

#ifndef SENTRY_CURL_LINK
static void without_libcurl_https_fails(void)
{
    sentry_options_t o = options_for("https://key@localhost/1");
    no_libcurl();
    CHECK_INT(sentry_init(&o), 1);
    CHECK_CONTAINS(sentry_get_init_error(), "https needs libcurl, and libcurl could not be loaded; tried: libcurl.");
    CHECK_CONTAINS(logged.text, "libcurl could not be loaded");
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_INT(sentry_curl_easy_perform(NULL), 2);
    CHECK_INT(sentry_curl_easy_request(NULL, "http://localhost/", NULL), 2);
}

static void without_libcurl_http_works(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(dsn_of("http", "127.0.0.1", sink_port(sink), ""));
    no_libcurl();
    CHECK_INT(sentry_init(&o), 0);
    CHECK_STR(sentry_get_init_error(), "");
    deliver("hello");
    CHECK_INT(sink_count(sink), 1);
    sentry_close();
    sink_stop(sink);
}
#endif

static void says_which_libcurl_it_is(void)
{
    sentry_options_t o = options_for("http://key@localhost/1");
    CHECK_INT(sentry_init(&o), 0);
    if (has_libcurl())
        CHECK_CONTAINS(logged.text, "using libcurl/");
    sentry_close();
}

/* -- awkward answers, over plain HTTP -- */

/* A sink and an SDK that sends to it by libcurl; NULL without libcurl. */
static sink_t *sink_begin(sentry_options_t *o)
{
    sink_t *sink = has_libcurl() ? sink_start() : NULL;
    if (!sink)
        return NULL;
    o->dsn = dsn_of("http", "127.0.0.1", sink_port(sink), "");
    CHECK_INT(sentry_init(o), 0);
    return sink;
}

static void sink_end(sink_t *sink)
{
    sentry_close();
    sink_stop(sink);
}

static void delivers_over_http(void)
{
    static const sink_kind_t kinds[] = { SINK_REPLY, SINK_CHUNKED, SINK_CONTINUE, SINK_UNTIL_CLOSE, SINK_REPLY_CLOSE, SINK_SLOW };
    sentry_options_t o = options_for(NULL);
    sink_t *sink = sink_begin(&o);
    size_t i, count = sizeof kinds / sizeof kinds[0];
    if (!sink)
        return;
    for (i = 0; i < count; i++) {
        sink_do(sink, kinds[i]);
        deliver("hello");
    }
    CHECK_INT(sink_count(sink), count);
    CHECK_INT(lost_to_network(), 0);
    CHECK_INT(sink_header_times(sink_request(sink, 0), "User-Agent"), 1);
    CHECK_STR(sink_header(sink_request(sink, 0), "User-Agent"), SENTRY_SDK_USER_AGENT);
    CHECK_INT(sink_header_times(sink_request(sink, 0), "Content-Length"), 1);
    CHECK_INT(sink_header_times(sink_request(sink, 0), "Expect"), 0);
    CHECK_INT(sink_request(sink, 0)->connection, 1);
    CHECK_INT(sink_request(sink, 1)->connection, 1);
    sink_end(sink);
}

/* Bodies of some size make libcurl ask before it sends them, unless told not to. */
static void does_not_ask_before_it_sends(void)
{
    static const char head[] = "{}\n{\"type\":\"event\",\"length\":2000000}\n";
    size_t size = sizeof head - 1 + 2000000;
    char *text = (char *)malloc(size);
    sentry_options_t o = options_for(NULL);
    sink_t *sink = sink_begin(&o);
    if (sink && text) {
        memset(text, ' ', size);
        memcpy(text, head, sizeof head - 1);
        sentry_capture_envelope(sentry_envelope_deserialize(text, size));
        CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
        REQUIRE(sink_count(sink) == 1);
        CHECK(sink_request(sink, 0)->body_size >= 2000000);
        CHECK_INT(sink_header_times(sink_request(sink, 0), "Expect"), 0);
        CHECK_INT(sink_header_times(sink_request(sink, 0), "Transfer-Encoding"), 0);
        sink_end(sink);
    }
    free(text);
}

/* libcurl counts the TLS handshake as connecting; a sink never answers one. */
static void gives_up_to_connect(void)
{
    sentry_options_t o = options_for(NULL);
    sink_t *sink = has_libcurl() ? sink_start() : NULL;
    long long start = test_now_ms();
    if (!sink)
        return;
    o.dsn = dsn_of("https", "127.0.0.1", sink_port(sink), "");
    o.connect_timeout = 300;
    CHECK_INT(sentry_init(&o), 0);
    deliver("hello");
    CHECK(test_now_ms() - start >= 300);
    CHECK_INT(lost_to_network(), 1);
    CHECK_CONTAINS(logged.text, "(code 28)");
    sink_end(sink);
}

/* One event meets this; it is lost to the network as often as said. */
static void meets(sink_kind_t kind, const char *bytes, unsigned lost)
{
    sentry_options_t o = options_for(NULL);
    sink_t *sink;
    o.transfer_timeout = test_ms(500);
    sink = sink_begin(&o);
    if (!sink)
        return;
    sink_raw(sink, kind, bytes);
    sink_always(sink, kind);
    deliver("hello");
    CHECK(sink_count(sink) >= 1);
    CHECK_INT(lost_to_network(), lost);
    CHECK_CONTAINS(logged.text, lost ? "libcurl: " : "status 200");
    sink_end(sink);
}
static void no_answer_is_a_loss(void) { meets(SINK_CLOSE, NULL, 1); }
static void a_reset_is_a_loss(void) { meets(SINK_RESET, NULL, 1); }
static void a_stall_is_a_loss(void) { meets(SINK_STALL, NULL, 1); }
static void half_a_header_is_a_loss(void) { meets(SINK_RAW, "HTTP/1.1 200 OK\r\nContent-Le", 1); }
static void an_interim_answer_is_none(void) { meets(SINK_RAW, "HTTP/1.1 100 Continue\r\n\r\n", 1); }
static void half_a_body_is_an_answer(void) { meets(SINK_RAW, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 0); }
static void a_body_that_stalls_is_an_answer(void) { meets(SINK_RAW_OPEN, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 0); }

static void a_header_is_bounded(void)
{
    sentry_options_t o = options_for(NULL);
    sink_t *sink = sink_begin(&o);
    if (!sink)
        return;
    sink_always(sink, SINK_ENDLESS_HEADER);
    deliver("hello");
    CHECK_INT(lost_to_network(), 1);
    CHECK_CONTAINS(logged.text, "(code 23)"); /* it was this header that had enough */
    sink_end(sink);
}

/* A body beyond the bound is an answer, but its connection is given up. */
static void a_body_is_bounded(void)
{
    size_t size = 2 * SENTRY_MAX_RESPONSE_BODY;
    char *body = (char *)malloc(size + 1);
    sentry_options_t o = options_for(NULL);
    sink_t *sink = sink_begin(&o);
    if (sink && body) {
        memset(body, 'a', size);
        body[size] = 0;
        sink_reply(sink, 200, "", body);
        deliver("first");
        deliver("second");
        CHECK_INT(sink_count(sink), 2);
        CHECK_INT(lost_to_network(), 0);
        CHECK_INT(sink_request(sink, 1)->connection, 2);
        sink_end(sink);
    }
    free(body);
}

/* A connection that the server has closed is not used again, and no event is lost over it. */
static void connects_again(void)
{
    sentry_options_t o = options_for(NULL);
    sink_t *sink = sink_begin(&o);
    if (!sink)
        return;
    sink_do(sink, SINK_REPLY_CLOSE);
    deliver("first");
    test_sleep_ms(50);
    deliver("second");
    CHECK_INT(sink_count(sink), 2);
    CHECK_INT(sink_request(sink, 1)->connection, 2);
    CHECK_INT(lost_to_network(), 0);
    sink_end(sink);
}

static void says_that_nobody_listens(void)
{
    sentry_options_t o = options_for(dsn_of("http", "127.0.0.1", sink_closed_port(), ""));
    if (!has_libcurl())
        return;
    CHECK_INT(sentry_init(&o), 0);
    deliver("hello");
    CHECK_INT(lost_to_network(), 1);
    CHECK_CONTAINS(logged.text, "libcurl: ");
    CHECK_CONTAINS(logged.text, "onnect to");
    sentry_close();
}

/* -- breadcrumbs -- */

static size_t ignore_bytes(char *bytes, size_t size, size_t n, void *data)
{
    (void)bytes;
    (void)data;
    return size * n;
}

#define SET(easy, name, value) sentry__curl.call.easy_setopt(easy, (sentry__curl_option_t)SENTRY__CURLOPT_##name, value)

/* A handle for a URL, as a program makes it. */
static sentry__curl_easy_t *easy_for(const char *url)
{
    sentry__curl_easy_t *easy = sentry__curl.call.easy_init();
    SET(easy, URL, url);
    SET(easy, WRITEFUNCTION, ignore_bytes);
    SET(easy, NOSIGNAL, 1L);
    SET(easy, PROXY, "");
    return easy;
}

/* Performs a request; returns libcurl's code. */
static int fetch(const char *url)
{
    sentry__curl_easy_t *easy = easy_for(url);
    int code = sentry_curl_easy_perform(easy);
    sentry__curl.call.easy_cleanup(easy);
    return code;
}

/* A sink for the program's requests and an SDK that collects; NULL without libcurl. */
static sink_t *crumbs_begin(sentry_options_t *o)
{
    sink_t *sink = has_libcurl() ? sink_start() : NULL;
    if (sink)
        CHECK_INT(collect_start(o), 0);
    return sink;
}

static void crumbs_end(sink_t *sink)
{
    collect_stop();
    sink_stop(sink);
}

static const char *url_of(const sink_t *sink, const char *before, const char *after)
{
    static char url[256];
    snprintf(url, sizeof url, "http://%s127.0.0.1:%d%s", before, sink_port(sink), after);
    return url;
}

/* Sends an event and lends its crumbs. */
static sentry_value_t crumbs(void)
{
    sentry_capture_message(SENTRY_LEVEL_INFO, "done");
    return collect_get(collect_count() - 1, "breadcrumbs.values");
}

static const char *crumb_text(sentry_value_t list, size_t i, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(sentry_value_get_by_index(list, i), key));
}

static sentry_value_t crumb_data(sentry_value_t list, size_t i, const char *key)
{
    return sentry_value_get_by_key(sentry_value_get_by_key(sentry_value_get_by_index(list, i), "data"), key);
}

static void a_request_leaves_a_crumb(void)
{
    sink_t *sink = crumbs_begin(NULL);
    sentry_value_t list;
    if (!sink)
        return;
    sink_reply(sink, 200, "", "12345");
    CHECK_INT(fetch(url_of(sink, "", "/a/b")), 0);
    list = crumbs();
    CHECK_INT(sentry_value_get_length(list), 1);
    CHECK_STR(crumb_text(list, 0, "type"), "http");
    CHECK_STR(crumb_text(list, 0, "category"), "http");
    CHECK_STR(crumb_text(list, 0, "level"), "");
    CHECK_STR(sentry_value_as_string(crumb_data(list, 0, "url")), url_of(sink, "", "/a/b"));
    CHECK_STR(sentry_value_as_string(crumb_data(list, 0, "method")), "GET");
    CHECK_INT(sentry_value_as_int32(crumb_data(list, 0, "status_code")), 200);
    CHECK_INT(sentry_value_as_int32(crumb_data(list, 0, "response_body_size")), 5);
    CHECK(sentry_value_is_null(crumb_data(list, 0, "request_body_size")));
    CHECK(sentry_value_is_null(crumb_data(list, 0, "http.query")));
    CHECK(sentry_value_is_null(crumb_data(list, 0, "reason")));
    CHECK(!sentry_value_is_null(crumb_data(list, 0, "duration_ms")));
    CHECK_AT_MOST(sentry_value_as_int64(crumb_data(list, 0, "duration_ms")), test_ms(ENOUGH_MS));
    crumbs_end(sink);
}

static void a_crumb_has_the_method_and_sizes(void)
{
    sink_t *sink = crumbs_begin(NULL);
    sentry__curl_easy_t *easy;
    sentry_value_t list;
    if (!sink)
        return;
    sink_do(sink, SINK_SLOW);
    easy = easy_for(url_of(sink, "", "/"));
    SET(easy, POSTFIELDS, "abcdefg");
    CHECK_INT(sentry_curl_easy_perform(easy), 0);
    sentry__curl.call.easy_cleanup(easy);
    list = crumbs();
    CHECK_STR(sentry_value_as_string(crumb_data(list, 0, "method")), "POST");
    CHECK_INT(sentry_value_as_int32(crumb_data(list, 0, "request_body_size")), 7);
    CHECK(sentry_value_as_int64(crumb_data(list, 0, "duration_ms")) >= 20);
    crumbs_end(sink);
}

static void a_crumb_has_a_level(void)
{
    static const struct {
        int status;
        const char *level;
    } cases[] = { { 204, "" }, { 304, "" }, { 400, "warning" }, { 404, "warning" }, { 499, "warning" }, { 500, "error" }, { 503, "error" } };
    sink_t *sink = crumbs_begin(NULL);
    sentry_value_t list;
    size_t i, count = sizeof cases / sizeof cases[0];
    if (!sink)
        return;
    for (i = 0; i < count; i++) {
        sink_reply(sink, cases[i].status, "", "");
        CHECK_INT(fetch(url_of(sink, "", "/")), 0);
    }
    list = crumbs();
    for (i = 0; i < count; i++) {
        CHECK_INT(sentry_value_as_int32(crumb_data(list, i, "status_code")), cases[i].status);
        CHECK_STR(crumb_text(list, i, "level"), cases[i].level);
    }
    crumbs_end(sink);
}

static void a_crumb_tells_of_failure(void)
{
    sink_t *sink = crumbs_begin(NULL);
    sentry_value_t list;
    char url[64];
    if (!sink)
        return;
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", sink_closed_port());
    CHECK_INT(fetch(url), 7);
    list = crumbs();
    CHECK_STR(crumb_text(list, 0, "level"), "error");
    CHECK_CONTAINS(sentry_value_as_string(crumb_data(list, 0, "reason")), "connect to server");
    CHECK_STR(sentry_value_as_string(crumb_data(list, 0, "url")), url);
    CHECK(sentry_value_is_null(crumb_data(list, 0, "status_code")));
    crumbs_end(sink);
}

static void a_crumb_keeps_no_secrets(void)
{
    sink_t *sink = crumbs_begin(NULL);
    sentry_value_t list;
    if (!sink)
        return;
    CHECK_INT(fetch(url_of(sink, "ada:lovelace@", "/p?a=1&Access_Token=t1&api-key=t2&b&token&=x&user%5Bpassword%5D=t3&c=2#d=3&auth=t4")), 0);
    CHECK_INT(fetch(url_of(sink, "", "?q=1&&r=2&")), 0);
    list = crumbs();
    CHECK_STR(sentry_value_as_string(crumb_data(list, 0, "url")), url_of(sink, "", "/p"));
    CHECK_STR(sentry_value_as_string(crumb_data(list, 0, "http.query")),
              "a=1&Access_Token=[Filtered]&api-key=[Filtered]&b&token&=x&user%5Bpassword%5D=[Filtered]&c=2");
    CHECK_STR(sentry_value_as_string(crumb_data(list, 0, "http.fragment")), "d=3&auth=[Filtered]");
    CHECK_STR(sentry_value_as_string(crumb_data(list, 1, "url")), url_of(sink, "", "/"));
    CHECK_STR(sentry_value_as_string(crumb_data(list, 1, "http.query")), "q=1&&r=2&");
    CHECK(strstr(sink_request(sink, 0)->path, "Access_Token=t1") != NULL);
    crumbs_end(sink);
}

/* Requests to the DSN's host and port, whatever their path, and other protocols. */
static void some_requests_leave_no_crumb(void)
{
    sentry_options_t o = collect_options();
    sink_t *ours = sink_start(), *sink;
    o.dsn = dsn_of("http", "127.0.0.1", sink_port(ours), "");
    sink = crumbs_begin(&o);
    if (sink) {
        CHECK_INT(fetch(url_of(ours, "", "/api/0/")), 0);
        CHECK_INT(fetch(url_of(ours, "user@", "/")), 0);
        CHECK_INT(fetch("file:///dev/null"), 0);
        CHECK_INT(sentry_value_get_length(crumbs()), 0);
        CHECK_INT(fetch(url_of(sink, "", "/")), 0);
        CHECK_INT(sentry_value_get_length(crumbs()), 1);
        crumbs_end(sink);
    }
    sink_stop(ours);
}

static void *seen_request;

static sentry_value_t see_crumb(sentry_value_t crumb, void *hint, void *data)
{
    (void)data;
    seen_request = sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_HTTP_REQUEST);
    return crumb;
}

static void before_breadcrumb_gets_the_handle(void)
{
    sentry_options_t o = collect_options();
    sentry__curl_easy_t *easy;
    sink_t *sink;
    o.before_breadcrumb = see_crumb;
    sink = crumbs_begin(&o);
    if (!sink)
        return;
    easy = easy_for(url_of(sink, "", "/"));
    CHECK_INT(sentry_curl_easy_perform(easy), 0);
    CHECK(seen_request == (void *)easy);
    sentry__curl.call.easy_cleanup(easy);
    crumbs_end(sink);
}

static void without_the_sdk_it_only_performs(void)
{
    sink_t *sink = crumbs_begin(NULL);
    if (!sink)
        return;
    sentry_close();
    CHECK_INT(fetch(url_of(sink, "", "/")), 0);
    CHECK_INT(sink_count(sink), 1);
    collect_start(NULL);
    CHECK_INT(sentry_value_get_length(crumbs()), 0);
    crumbs_end(sink);
}

static void urls_are_taken_apart(void)
{
    static const struct {
        const char *url, *scheme, *authority, *host, *port, *path, *query, *fragment;
    } cases[] = {
        { "http://a/b?c#d", "http", "a", "a", "", "/b", "c", "d" },
        { "HTTPS://[::1]:8/", "HTTPS", "[::1]:8", "::1", "8", "/", "", "" },
        { "http://[::1]", "http", "[::1]", "::1", "", "", "", "" },
        { "host/x", "http", "host", "host", "", "/x", "", "" },
        { "host/x?y=ftp://z", "http", "host", "host", "", "/x", "y=ftp://z", "" },
        { "http://u:p@h@k?x?y#z#", "http", "k", "k", "", "", "x?y", "z#" },
        { "http://u:1@h:80/a@b", "http", "h:80", "h", "80", "/a@b", "", "" },
        { "http://h:#?a", "http", "h:", "h", "", "", "", "?a" },
        { "http://10.0.0.1/", "http", "10.0.0.1", "10.0.0.1", "", "/", "", "" },
        { "http://", "http", "", "", "", "", "", "" },
        { "http://:8[]", "http", ":8[]", ":8[]", "", "", "", "" },
        { "http://[:8", "http", "[:8", "[", "8", "", "", "" },
        { "", "http", "", "", "", "", "", "" },
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sentry__url_t u = sentry__url_read(cases[i].url);
        CHECK(sentry__str_eq(u.scheme, sentry__str(cases[i].scheme)));
        CHECK(sentry__str_eq(u.authority, sentry__str(cases[i].authority)));
        CHECK(sentry__str_eq(u.host, sentry__str(cases[i].host)));
        CHECK(sentry__str_eq(u.port, sentry__str(cases[i].port)));
        CHECK(sentry__str_eq(u.path, sentry__str(cases[i].path)));
        CHECK(sentry__str_eq(u.query, sentry__str(cases[i].query)));
        CHECK(sentry__str_eq(u.fragment, sentry__str(cases[i].fragment)));
    }
}

static void the_dsns_host_is_known(void)
{
    static const struct {
        const char *dsn, *url;
        int ours;
    } cases[] = {
        { "https://k@a.io/1", "https://a.io/x", 1 },      { "https://k@a.io/1", "https://A.IO:443", 1 },
        { "https://k@a.io/1", "https://a.io:/", 1 },      { "https://k@a.io/1", "http://a.io/", 0 },
        { "https://k@a.io/1", "https://a.io:44/", 0 },    { "https://k@a.io/1", "https://b.a.io/", 0 },
        { "https://k@a.io/1", "https://a.io.evil/", 0 },  { "http://k@[::1]:80/1", "http://[::1]/", 1 },
        { "http://k@[::1]:81/1", "http://[::1]:81/", 1 }, { "http://k@1.2.3.4/1", "http://1.2.3.4", 1 },
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sentry_options_t o = collect_options();
        o.dsn = cases[i].dsn;
        CHECK_INT(collect_start(&o), 0);
        CHECK_INT(sentry__url_is_ours(cases[i].url), cases[i].ours);
        collect_stop();
    }
}

/* -- spans -- */

#ifndef SENTRY_NO_TRACING
static sentry_transaction_t *transaction;

/* A sink and an SDK with a transaction, in which the test goes on; NULL without libcurl. */
static sink_t *spans_begin(double rate)
{
    sentry_options_t o = trace_options(rate);
    sink_t *sink = crumbs_begin(&o);
    if (sink)
        transaction = sentry_start_transaction("test", "test");
    return sink;
}

/* Ends the transaction and lends its spans. */
static sentry_value_t spans(void)
{
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(transaction));
    CHECK(trace_end(transaction));
    return collect_get(collect_count() - 1, "spans");
}

static sentry_value_t span_data(sentry_value_t list, size_t i, const char *key)
{
    return crumb_data(list, i, key);
}

static const char *span_text(sentry_value_t list, size_t i, const char *key)
{
    return crumb_text(list, i, key);
}

static const char *data_text(sentry_value_t list, size_t i, const char *key)
{
    return sentry_value_as_string(span_data(list, i, key));
}

static void a_request_is_a_span(void)
{
    sink_t *sink = spans_begin(1.0);
    sentry_value_t list;
    char want[128];
    if (!sink)
        return;
    sink_reply(sink, 200, "", "12345");
    CHECK_INT(fetch(url_of(sink, "ada:lovelace@", "/a/b?q=1&token=t1#f=2&auth=t2")), 0);
    list = spans();
    REQUIRE(sentry_value_get_length(list) == 1);
    snprintf(want, sizeof want, "GET %s", url_of(sink, "", "/a/b"));
    CHECK_STR(span_text(list, 0, "description"), want);
    CHECK_STR(span_text(list, 0, "op"), "http.client");
    CHECK_STR(span_text(list, 0, "origin"), "auto.http.curl");
    CHECK_STR(span_text(list, 0, "status"), "ok");
    CHECK_STR(span_text(list, 0, "parent_span_id"), collect_str(0, "contexts.trace.span_id"));
    CHECK_STR(span_text(list, 0, "trace_id"), collect_str(0, "contexts.trace.trace_id"));
    CHECK_STR(data_text(list, 0, "url"), url_of(sink, "", "/a/b"));
    CHECK_STR(data_text(list, 0, "http.request.method"), "GET");
    CHECK_STR(data_text(list, 0, "http.query"), "q=1&token=[Filtered]");
    CHECK_STR(data_text(list, 0, "http.fragment"), "f=2&auth=[Filtered]");
    CHECK_STR(data_text(list, 0, "server.address"), "127.0.0.1");
    CHECK_INT(sentry_value_as_int32(span_data(list, 0, "server.port")), sink_port(sink));
    CHECK_INT(sentry_value_as_int32(span_data(list, 0, "http.response.status_code")), 200);
    CHECK_INT(sentry_value_as_int32(span_data(list, 0, "http.response_content_length")), 5);
    CHECK_INT(sentry_value_get_length(crumbs()), 1);
    crumbs_end(sink);
}

/* The minutes and seconds of a time, "2026-01-02T03:04:05.123456Z". */
static double seconds_of(sentry_value_t time)
{
    const char *minutes = strchr(sentry_value_as_string(time), ':');
    return minutes && strlen(minutes) > 4 ? 60 * atof(minutes + 1) + atof(minutes + 4) : -1;
}

/* What is not there is not said; the span lasts as long as the request. */
static void a_span_has_the_method_and_times(void)
{
    sink_t *sink = spans_begin(1.0);
    sentry__curl_easy_t *easy;
    sentry_value_t list, span;
    double took;
    char want[128];
    if (!sink)
        return;
    sink_do(sink, SINK_SLOW);
    easy = easy_for(url_of(sink, "", "/"));
    SET(easy, POSTFIELDS, "abcdefg");
    CHECK_INT(sentry_curl_easy_perform(easy), 0);
    sentry__curl.call.easy_cleanup(easy);
    list = spans();
    snprintf(want, sizeof want, "POST %s", url_of(sink, "", "/"));
    CHECK_STR(span_text(list, 0, "description"), want);
    CHECK_STR(data_text(list, 0, "http.request.method"), "POST");
    CHECK(sentry_value_is_null(span_data(list, 0, "http.query")));
    CHECK(sentry_value_is_null(span_data(list, 0, "http.fragment")));
    span = sentry_value_get_by_index(list, 0);
    took = seconds_of(sentry_value_get_by_key(span, "timestamp")) - seconds_of(sentry_value_get_by_key(span, "start_timestamp"));
    CHECK((took < 0 ? took + 3600 : took) >= 0.02);
    crumbs_end(sink);
}

static void a_span_has_a_status(void)
{
    static const struct {
        int status;
        const char *text;
    } cases[] = { { 200, "ok" }, { 204, "ok" }, { 401, "unauthenticated" }, { 404, "not_found" }, { 429, "resource_exhausted" },
                  { 500, "internal_error" }, { 503, "unavailable" } };
    sink_t *sink = spans_begin(1.0);
    sentry_value_t list;
    size_t i, count = sizeof cases / sizeof cases[0];
    if (!sink)
        return;
    for (i = 0; i < count; i++) {
        sink_reply(sink, cases[i].status, "", "");
        CHECK_INT(fetch(url_of(sink, "", "/")), 0);
    }
    list = spans();
    CHECK_INT(sentry_value_get_length(list), count);
    for (i = 0; i < count; i++) {
        CHECK_STR(span_text(list, i, "status"), cases[i].text);
        CHECK_INT(sentry_value_as_int32(span_data(list, i, "http.response.status_code")), cases[i].status);
    }
    crumbs_end(sink);
}

enum { TEST_NOPROGRESS = 43, TEST_FAILONERROR = 45, TEST_FOLLOWLOCATION = 52, TEST_XFERINFOFUNCTION = 20219 }; /* further options of libcurl's */

static int give_up(void *data, int64_t down_total, int64_t down, int64_t up_total, int64_t up)
{
    (void)data;
    (void)down_total;
    (void)down;
    (void)up_total;
    (void)up;
    return 1;
}

/* Fails in a way: libcurl's code. */
static int fail_to(const char *url, int code)
{
    sentry__curl_easy_t *easy = easy_for(url);
    int result;
    if (code == 22)
        sentry__curl.call.easy_setopt(easy, (sentry__curl_option_t)TEST_FAILONERROR, 1L);
    if (code == 28)
        SET(easy, TIMEOUT_MS, 100L);
    if (code == 42) {
        sentry__curl.call.easy_setopt(easy, (sentry__curl_option_t)TEST_NOPROGRESS, 0L);
        sentry__curl.call.easy_setopt(easy, (sentry__curl_option_t)TEST_XFERINFOFUNCTION, give_up);
    }
    result = sentry_curl_easy_perform(easy);
    sentry__curl.call.easy_cleanup(easy);
    return result;
}

static void a_span_tells_of_failure(void)
{
    static const struct {
        int code, status; /* what came before it failed */
        const char *text;
        sink_kind_t kind;
        const char *bytes;
    } cases[] = {
        { 7, 0, "internal_error", SINK_REPLY, NULL }, /* nobody listens */
        { 18, 200, "internal_error", SINK_RAW, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" },
        { 22, 404, "not_found", SINK_RAW, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n" },
        { 28, 0, "deadline_exceeded", SINK_STALL, NULL },
        { 28, 200, "deadline_exceeded", SINK_RAW_OPEN, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" },
        { 52, 0, "internal_error", SINK_CLOSE, NULL },
        { 42, 0, "cancelled", SINK_STALL, NULL },
    };
    sink_t *sink = spans_begin(1.0);
    sentry_value_t list;
    size_t i, count = sizeof cases / sizeof cases[0];
    char url[64];
    if (!sink)
        return;
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", sink_closed_port());
    CHECK_INT(fail_to(url, cases[0].code), cases[0].code);
    for (i = 1; i < count; i++) {
        sink_raw(sink, cases[i].kind, cases[i].bytes);
        CHECK_INT(fail_to(url_of(sink, "", "/"), cases[i].code), cases[i].code);
    }
    list = spans();
    CHECK_INT(sentry_value_get_length(list), count);
    CHECK_STR(data_text(list, 0, "url"), url);
    for (i = 0; i < count; i++) {
        CHECK_STR(span_text(list, i, "status"), cases[i].text);
        CHECK_INT(sentry_value_as_int32(span_data(list, i, "http.response.status_code")), cases[i].status);
        CHECK_INT(sentry_value_is_null(span_data(list, i, "http.response.status_code")), cases[i].status == 0);
        CHECK_INT(sentry_value_is_null(span_data(list, i, "http.response_content_length")), cases[i].status == 0);
    }
    crumbs_end(sink);
}

/* One span, which goes by the last URL; libcurl takes the headers along. */
static void a_span_follows_redirects(void)
{
    sink_t *sink = spans_begin(1.0);
    sentry__curl_easy_t *easy;
    sentry_value_t list;
    size_t i;
    if (!sink)
        return;
    sink_reply(sink, 302, "Location: /there\r\n", "");
    easy = easy_for("");
    sentry__curl.call.easy_setopt(easy, (sentry__curl_option_t)TEST_FOLLOWLOCATION, 1L);
    CHECK_INT(sentry_curl_easy_request(easy, url_of(sink, "", "/here"), NULL), 0);
    sentry__curl.call.easy_cleanup(easy);
    list = spans();
    CHECK_INT(sentry_value_get_length(list), 1);
    CHECK_STR(data_text(list, 0, "url"), url_of(sink, "", "/there"));
    CHECK_INT(sentry_value_as_int32(span_data(list, 0, "http.response.status_code")), 200);
    CHECK_INT(sink_count(sink), 2);
    for (i = 0; i < sink_count(sink); i++)
        CHECK_CONTAINS(sink_header(sink_request(sink, i), "sentry-trace"), span_text(list, 0, "span_id"));
    crumbs_end(sink);
}

static void some_requests_leave_no_span(void)
{
    sentry_options_t o = trace_options(1.0);
    sink_t *ours = sink_start(), *sink;
    o.dsn = dsn_of("http", "127.0.0.1", sink_port(ours), "");
    sink = crumbs_begin(&o);
    if (sink) {
        transaction = sentry_start_transaction("test", "test");
        CHECK_INT(fetch(url_of(ours, "", "/api/0/")), 0);
        CHECK_INT(sentry_get_current_span() == sentry_transaction_as_span(transaction), 1);
        CHECK_INT(fetch("file:///dev/null"), 0);
        CHECK(fetch("") != 0);
        CHECK(sentry_curl_easy_perform(NULL) != 0);
        CHECK(sentry_curl_easy_request(NULL, "http://localhost/", NULL) != 0);
        CHECK_INT(fetch(url_of(sink, "", "/theirs")), 0);
        CHECK_INT(sentry_value_get_length(spans()), 1);
        CHECK_CONTAINS(collect_str(0, "spans.0.description"), "/theirs");
        crumbs_end(sink);
    }
    sink_stop(ours);
}

static size_t start_a_span(char *bytes, size_t size, size_t n, void *data)
{
    SENTRY_SPAN("test", "in a callback") {
    }
    return ignore_bytes(bytes, size, n, data);
}

static void spans_nest(void)
{
    sink_t *sink = spans_begin(1.0);
    sentry_value_t list;
    if (!sink)
        return;
    SENTRY_SPAN("test", "outer") {
        sentry_span_t *outer = sentry_get_current_span();
        sentry__curl_easy_t *easy = easy_for(url_of(sink, "", "/"));
        SET(easy, WRITEFUNCTION, start_a_span);
        CHECK_INT(sentry_curl_easy_perform(easy), 0);
        sentry__curl.call.easy_cleanup(easy);
        CHECK(sentry_get_current_span() == outer);
    }
    list = spans();
    REQUIRE(sentry_value_get_length(list) == 3);
    CHECK_STR(span_text(list, 1, "op"), "http.client");
    CHECK_STR(span_text(list, 1, "parent_span_id"), span_text(list, 0, "span_id"));
    CHECK_STR(span_text(list, 2, "parent_span_id"), span_text(list, 1, "span_id"));
    crumbs_end(sink);
}

static void without_a_transaction_there_is_no_span(void)
{
    sentry_options_t o = trace_options(1.0);
    sink_t *sink = crumbs_begin(&o);
    if (!sink)
        return;
    CHECK_INT(fetch(url_of(sink, "", "/")), 0);
    CHECK(sentry_get_current_span() == NULL);
    CHECK_INT(collect_count(), 0);
    CHECK_INT(sentry_value_get_length(crumbs()), 1);
    crumbs_end(sink);
}
#endif

/* -- trace headers -- */

/* A list of the program's headers; texts end with NULL. */
static sentry__curl_list_t *headers_of(const char *const *texts)
{
    sentry__curl_list_t *list = NULL;
    for (; *texts; texts++)
        list = sentry__curl.call.slist_append(list, *texts);
    return list;
}

/* Performs a request with headers of the program's; they must be the same after it, and still be the handle's. */
static const sink_request_t *request_with(sink_t *sink, const char *const *texts)
{
    sentry__curl_list_t *list = headers_of(texts), *at;
    sentry__curl_easy_t *easy = easy_for("");
    size_t before = sink_count(sink);
    CHECK_INT(sentry_curl_easy_request(easy, url_of(sink, "", "/with"), list), 0);
    for (at = list; *texts && at; at = at->next)
        CHECK_STR(at->data, *texts++);
    CHECK(!*texts && !at);
    CHECK_INT(sentry_curl_easy_perform(easy), 0);
    sentry__curl.call.easy_cleanup(easy);
    if (sink_count(sink) != before + 2)
        abort();
    for (at = list; at; at = at->next)
        if (at->data[strlen(at->data) - 1] != ':') /* libcurl sends none without a value */
            CHECK_CONTAINS(sink_request(sink, before + 1)->head, at->data);
    if (!sentry__curl_has(list, "sentry-trace"))
        CHECK_INT(sink_header_times(sink_request(sink, before + 1), "sentry-trace"), 0);
    sentry__curl.call.slist_free_all(list);
    return sink_request(sink, before);
}

static const char *const no_headers[] = { NULL };
static const char *const some_headers[] = { "X-One: 1", "X-Two: 2", NULL };

static void a_request_carries_the_scopes_trace(void)
{
    sink_t *sink = crumbs_begin(NULL);
    const sink_request_t *r;
    char want[SENTRY_TRACEPARENT_SIZE];
    if (!sink)
        return;
    sentry_get_traceparent(want, sizeof want);
    r = request_with(sink, some_headers);
    CHECK_STR(r->path, "/with");
    CHECK_STR(sink_header(r, "sentry-trace"), want);
    CHECK_STR(sink_header(r, "baggage"), trace_headers()->baggage);
    CHECK_CONTAINS(sink_header(r, "baggage"), "sentry-trace_id=");
    CHECK_INT(sink_header_times(r, "traceparent"), 0);
    CHECK_STR(sink_header(r, "X-One"), "1");
    CHECK_STR(sink_header(r, "X-Two"), "2");
    r = request_with(sink, no_headers);
    CHECK_STR(sink_header(r, "sentry-trace"), want);
    crumbs_end(sink);
}

/* A request that is no target has the program's headers and no others. */
static void carries_nothing(sentry_options_t *o)
{
    sink_t *sink = crumbs_begin(o);
    const sink_request_t *r;
    if (!sink)
        return;
    r = request_with(sink, some_headers);
    CHECK_STR(sink_header(r, "X-Two"), "2");
    CHECK_INT(sink_header_times(r, "sentry-trace"), 0);
    CHECK_INT(sink_header_times(r, "baggage"), 0);
    crumbs_end(sink);
}

static int is_installed(const char *name)
{
    sentry_value_t list;
    size_t i;
    crumbs();
    list = collect_get(collect_count() - 1, "sdk.integrations");
    for (i = 0; i < sentry_value_get_length(list); i++)
        if (strcmp(sentry_value_as_string(sentry_value_get_by_index(list, i)), name) == 0)
            return 1;
    return 0;
}

/* It is an integration, which comes by itself. */
static void switched_off_it_only_performs(void)
{
    static const char *const disabled[] = { "libcurl", NULL };
    sentry_options_t o = collect_options();
    sink_t *sink = crumbs_begin(&o);
    if (!sink)
        return;
    CHECK(is_installed("libcurl"));
    crumbs_end(sink);
    o.disabled_integrations = disabled;
    carries_nothing(&o);
    sink = crumbs_begin(&o);
    CHECK(!is_installed("libcurl"));
    CHECK_INT(fetch(url_of(sink, "", "/")), 0);
    CHECK_INT(sentry_value_get_length(crumbs()), 0);
    crumbs_end(sink);
}

static void only_targets_get_headers(void)
{
    static const char *const others[] = { "example.com", NULL }, *const paths[] = { "example.com", "/with", NULL };
    sentry_options_t o = collect_options();
    sink_t *sink;
    o.propagate_traces = SENTRY_OFF;
    carries_nothing(&o);
    o.propagate_traces = 0;
    o.trace_propagation_targets = others;
    carries_nothing(&o);
    o.trace_propagation_targets = paths;
    sink = crumbs_begin(&o);
    if (!sink)
        return;
    CHECK_INT(sink_header_times(request_with(sink, some_headers), "sentry-trace"), 1);
    crumbs_end(sink);
}

static void the_dsns_host_gets_no_headers(void)
{
    sentry_options_t o = collect_options();
    sink_t *sink = has_libcurl() ? sink_start() : NULL;
    if (!sink)
        return;
    o.dsn = dsn_of("http", "127.0.0.1", sink_port(sink), "");
    CHECK_INT(collect_start(&o), 0);
    CHECK_INT(sink_header_times(request_with(sink, some_headers), "sentry-trace"), 0);
    CHECK_INT(sentry_value_get_length(crumbs()), 0);
    crumbs_end(sink);
}

static void without_the_sdk_there_are_no_headers(void)
{
    sink_t *sink = crumbs_begin(NULL);
    const sink_request_t *r;
    if (!sink)
        return;
    sentry_close();
    r = request_with(sink, some_headers);
    CHECK_STR(sink_header(r, "X-One"), "1");
    CHECK_INT(sink_header_times(r, "sentry-trace"), 0);
    crumbs_end(sink);
}

static void a_baggage_is_merged(void)
{
    static const char *const texts[] = { "Baggage: a=1;p,sentry-trace_id=old", "X-One: 1", "BAGGAGE:b=2", NULL };
    static const char *const nothing[] = { "baggage:", NULL };
    sink_t *sink = crumbs_begin(NULL);
    const sink_request_t *r;
    char want[SENTRY_MAX_BAGGAGE + 1];
    if (!sink)
        return;
    r = request_with(sink, texts);
    CHECK_INT(sink_header_times(r, "baggage"), 1);
    CHECK_INT(sink_header_times(r, "sentry-trace"), 1);
    CHECK_STR(sink_header(r, "X-One"), "1");
    sentry_merge_baggage("a=1;p,b=2", want, sizeof want);
    CHECK_STR(sink_header(r, "baggage"), want);
    CHECK_STR(baggage_member(want, "a"), "1;p");
    CHECK_STR(baggage_member(want, "b"), "2");
    CHECK_STR(baggage_member(want, "sentry-public_key"), "abc123");
    CHECK_CONTAINS(sink_header(r, "sentry-trace"), baggage_member(want, "sentry-trace_id"));
    crumbs_end(sink);
    sink = crumbs_begin(NULL);
    CHECK_STR(sink_header(request_with(sink, nothing), "baggage"), trace_headers()->baggage);
    crumbs_end(sink);
}

static void a_long_baggage_is_merged(void)
{
    static char line[4096];
    const char *const texts[] = { line, NULL };
    sink_t *sink = crumbs_begin(NULL);
    const char *baggage;
    if (!sink)
        return;
    snprintf(line, sizeof line, "baggage: a=%04000d", 1);
    baggage = sink_header(request_with(sink, texts), "baggage");
    CHECK_STR(baggage_member(baggage, "a"), line + 11);
    CHECK_STR(baggage_member(baggage, "sentry-public_key"), "abc123");
    crumbs_end(sink);
}

/* A trace that came without baggage goes on without: what Sentry's members there are, are another's. */
static void a_trace_without_baggage_has_none(void)
{
    static const char *const texts[] = { "baggage: a=1,sentry-trace_id=old", NULL }, *const olds[] = { "baggage: sentry-trace_id=old", NULL };
    sink_t *sink = crumbs_begin(NULL);
    if (!sink)
        return;
    CHECK_INT(sentry_continue_trace("0123456789abcdef0123456789abcdef-0123456789abcdef-1", NULL), 1);
    CHECK_STR(sink_header(request_with(sink, texts), "baggage"), "a=1");
    CHECK_INT(sink_header_times(request_with(sink, olds), "baggage"), 0);
    CHECK_INT(sink_header_times(request_with(sink, no_headers), "baggage"), 0);
    crumbs_end(sink);
}

static void a_trace_of_the_programs_wins(void)
{
    static const char *const texts[] = { "X-One: 1", "Sentry-Trace: mine", "baggage: a=1,sentry-x=2", NULL };
    static const char *const w3c[] = { "TraceParent: mine", NULL };
    sentry_options_t o = collect_options();
    sink_t *sink;
    const sink_request_t *r;
    o.propagate_traceparent = 1;
    sink = crumbs_begin(&o);
    if (!sink)
        return;
    r = request_with(sink, texts);
    CHECK_INT(sink_header_times(r, "sentry-trace"), 1);
    CHECK_STR(sink_header(r, "sentry-trace"), "mine");
    CHECK_STR(sink_header(r, "baggage"), "a=1,sentry-x=2");
    CHECK_INT(sink_header_times(r, "traceparent"), 0);
    r = request_with(sink, w3c);
    CHECK_INT(sink_header_times(r, "traceparent"), 1);
    CHECK_STR(sink_header(r, "traceparent"), "mine");
    CHECK_INT(sink_header_times(r, "sentry-trace"), 1);
    r = request_with(sink, no_headers);
    CHECK_STR(sink_header(r, "traceparent"), trace_headers()->traceparent);
    crumbs_end(sink);
}

static unsigned appends_left;
static sentry__curl_list_t *(*real_append)(sentry__curl_list_t *list, const char *text);

static sentry__curl_list_t *append_some(sentry__curl_list_t *list, const char *text)
{
    return appends_left-- ? real_append(list, text) : NULL;
}

/* Without memory the request goes with the program's headers alone. */
static void without_memory_the_trace_stays_behind(void)
{
    static const char *const texts[] = { "X-One: 1", "baggage: a=1", NULL };
    sink_t *sink = crumbs_begin(NULL);
    sentry__curl_list_t *list;
    unsigned i;
    if (!sink)
        return;
    list = headers_of(texts);
    real_append = sentry__curl.call.slist_append;
    sentry__curl.call.slist_append = append_some;
    for (i = 0; i < 4; i++) { /* three lines are made */
        sentry__curl_easy_t *easy = easy_for("");
        const sink_request_t *r;
        appends_left = i;
        CHECK_INT(sentry_curl_easy_request(easy, url_of(sink, "", "/"), list), 0);
        sentry__curl.call.easy_cleanup(easy);
        REQUIRE(sink_count(sink) == i + 1);
        r = sink_request(sink, i);
        CHECK_STR(sink_header(r, "X-One"), "1");
        CHECK_INT(sink_header_times(r, "sentry-trace"), i == 3);
        CHECK_INT(strcmp(sink_header(r, "baggage"), "a=1") == 0, i < 3);
    }
    sentry__curl.call.slist_free_all(list);
    crumbs_end(sink);
}

#ifndef SENTRY_NO_TRACING
/* The trace header of a request, "<trace id>-<span id>-<sampled>", against the span that it was. */
static void a_request_carries_its_span(void)
{
    sink_t *sink = spans_begin(1.0);
    const sink_request_t *r;
    sentry_value_t list;
    char want[SENTRY_TRACEPARENT_SIZE];
    if (!sink)
        return;
    r = request_with(sink, some_headers);
    list = spans();
    REQUIRE(sentry_value_get_length(list) == 2);
    snprintf(want, sizeof want, "%s-%s-1", span_text(list, 0, "trace_id"), span_text(list, 0, "span_id"));
    CHECK_STR(sink_header(r, "sentry-trace"), want);
    CHECK_CONTAINS(span_text(list, 0, "description"), "/with");
    CHECK_STR(baggage_member(sink_header(r, "baggage"), "sentry-trace_id"), span_text(list, 0, "trace_id"));
    CHECK_STR(baggage_member(sink_header(r, "baggage"), "sentry-sampled"), "true");
    CHECK_STR(baggage_member(sink_header(r, "baggage"), "sentry-transaction"), "test");
    crumbs_end(sink);
}

static void an_unsampled_trace_is_carried_too(void)
{
    sink_t *sink = spans_begin(SENTRY_RATE_NONE);
    const char *ours, *theirs;
    if (!sink)
        return;
    ours = trace_headers_of(transaction)->sentry_trace;
    theirs = sink_header(request_with(sink, no_headers), "sentry-trace");
    REQUIRE(theirs && strlen(theirs) == 51 && strlen(ours) == 51);
    CHECK(strncmp(theirs, ours, 33) == 0); /* the trace, not the span */
    CHECK_STR(theirs + 49, "-0");
    CHECK(!trace_end(transaction));
    CHECK_INT(collect_count(), 0);
    CHECK_INT(sentry_value_get_length(crumbs()), 2);
    crumbs_end(sink);
}
#endif

#ifdef SENTRY_CURL_LINK
/* The numbers that the header knows by itself are curl.h's. */
static void the_numbers_are_right(void)
{
    CHECK_INT(SENTRY__CURLE_FAILED_INIT, CURLE_FAILED_INIT);
    CHECK_INT(SENTRY__CURLE_WEIRD_SERVER_REPLY, CURLE_WEIRD_SERVER_REPLY);
    CHECK_INT(SENTRY__CURLE_HTTP_RETURNED_ERROR, CURLE_HTTP_RETURNED_ERROR);
    CHECK_INT(SENTRY__CURLE_OPERATION_TIMEDOUT, CURLE_OPERATION_TIMEDOUT);
    CHECK_INT(SENTRY__CURLE_ABORTED_BY_CALLBACK, CURLE_ABORTED_BY_CALLBACK);
    CHECK_INT(SENTRY__CURLMSG_DONE, CURLMSG_DONE);
    CHECK_INT(SENTRY__CURL_GLOBAL_ALL, CURL_GLOBAL_ALL);
    CHECK_INT(SENTRY__CURL_HTTP_VERSION_2TLS, CURL_HTTP_VERSION_2TLS);
    CHECK_INT(SENTRY__CURLOPT_HTTP_VERSION, CURLOPT_HTTP_VERSION);
    CHECK_INT(SENTRY__CURLOPT_NOSIGNAL, CURLOPT_NOSIGNAL);
    CHECK_INT(SENTRY__CURLOPT_POSTFIELDSIZE, CURLOPT_POSTFIELDSIZE);
    CHECK_INT(SENTRY__CURLOPT_TIMEOUT_MS, CURLOPT_TIMEOUT_MS);
    CHECK_INT(SENTRY__CURLOPT_CONNECTTIMEOUT_MS, CURLOPT_CONNECTTIMEOUT_MS);
    CHECK_INT(SENTRY__CURLOPT_SUPPRESS_CONNECT_HEADERS, CURLOPT_SUPPRESS_CONNECT_HEADERS);
    CHECK_INT(SENTRY__CURLOPT_QUICK_EXIT, CURLOPT_QUICK_EXIT);
    CHECK_INT(SENTRY__CURLOPT_WRITEDATA, CURLOPT_WRITEDATA);
    CHECK_INT(SENTRY__CURLOPT_URL, CURLOPT_URL);
    CHECK_INT(SENTRY__CURLOPT_PROXY, CURLOPT_PROXY);
    CHECK_INT(SENTRY__CURLOPT_ERRORBUFFER, CURLOPT_ERRORBUFFER);
    CHECK_INT(SENTRY__CURLOPT_POSTFIELDS, CURLOPT_POSTFIELDS);
    CHECK_INT(SENTRY__CURLOPT_HTTPHEADER, CURLOPT_HTTPHEADER);
    CHECK_INT(SENTRY__CURLOPT_HEADERDATA, CURLOPT_HEADERDATA);
    CHECK_INT(SENTRY__CURLOPT_CAINFO, CURLOPT_CAINFO);
    CHECK_INT(SENTRY__CURLOPT_WRITEFUNCTION, CURLOPT_WRITEFUNCTION);
    CHECK_INT(SENTRY__CURLOPT_HEADERFUNCTION, CURLOPT_HEADERFUNCTION);
    CHECK_INT(SENTRY__CURLINFO_EFFECTIVE_URL, CURLINFO_EFFECTIVE_URL);
    CHECK_INT(SENTRY__CURLINFO_EFFECTIVE_METHOD, CURLINFO_EFFECTIVE_METHOD);
    CHECK_INT(SENTRY__CURLINFO_RESPONSE_CODE, CURLINFO_RESPONSE_CODE);
    CHECK_INT(SENTRY__CURLINFO_SIZE_UPLOAD_T, CURLINFO_SIZE_UPLOAD_T);
    CHECK_INT(SENTRY__CURLINFO_SIZE_DOWNLOAD_T, CURLINFO_SIZE_DOWNLOAD_T);
    CHECK_INT(sizeof(curl_off_t), sizeof(int64_t));
    CHECK_AT_MOST(CURL_ERROR_SIZE, sizeof ((sentry__curl_client_t *)NULL)->error);
}
#endif

static const test_case_t tests[] = {
#ifndef _WIN32
    { "delivers_over_tls", delivers_over_tls },
    { "refuses_a_wrong_authority", refuses_a_wrong_authority },
    { "refuses_what_the_system_does_not_know", refuses_what_the_system_does_not_know },
    { "refuses_an_expired_certificate", refuses_an_expired_certificate },
    { "refuses_a_wrong_host_name", refuses_a_wrong_host_name },
    { "says_that_ca_certs_cannot_be_read", says_that_ca_certs_cannot_be_read },
    { "keeps_the_connection", keeps_the_connection },
    { "speaks_http2", speaks_http2 },
    { "heeds_429", heeds_429 },
    { "heeds_rate_limits", heeds_rate_limits },
    { "heeds_rate_limits_over_http2", heeds_rate_limits_over_http2 },
    { "follows_no_redirect", follows_no_redirect },
    { "close_cuts_off_a_request", close_cuts_off_a_request },
    { "tunnels_through_a_proxy", tunnels_through_a_proxy },
    { "asks_a_proxy_for_plain_http", asks_a_proxy_for_plain_http },
    { "finds_the_https_proxy", finds_the_https_proxy },
    { "finds_the_http_proxy", finds_the_http_proxy },
    { "heeds_no_proxy", heeds_no_proxy },
    { "an_empty_proxy_is_none", an_empty_proxy_is_none },
    { "says_that_the_proxy_is_not_there", says_that_the_proxy_is_not_there },
    { "a_child_sends_too", a_child_sends_too },
#ifndef SENTRY_CURL_LINK
    { "delivers_with_openssl", delivers_with_openssl },
    { "delivers_with_gnutls", delivers_with_gnutls },
    { "delivers_with_nss", delivers_with_nss },
    { "gnutls_refuses_a_wrong_host_name", gnutls_refuses_a_wrong_host_name },
    { "nss_refuses_a_wrong_host_name", nss_refuses_a_wrong_host_name },
    { "a_library_without_the_functions_is_none", a_library_without_the_functions_is_none },
#endif
#ifndef SENTRY_NO_THREADS
    { "is_loaded_once", is_loaded_once },
#endif
#endif
#ifndef SENTRY_CURL_LINK
    { "without_libcurl_https_fails", without_libcurl_https_fails },
    { "without_libcurl_http_works", without_libcurl_http_works },
#else
    { "the_numbers_are_right", the_numbers_are_right },
#endif
    { "says_which_libcurl_it_is", says_which_libcurl_it_is },
    { "delivers_over_http", delivers_over_http },
    { "does_not_ask_before_it_sends", does_not_ask_before_it_sends },
    { "gives_up_to_connect", gives_up_to_connect },
    { "no_answer_is_a_loss", no_answer_is_a_loss },
    { "a_reset_is_a_loss", a_reset_is_a_loss },
    { "a_stall_is_a_loss", a_stall_is_a_loss },
    { "half_a_header_is_a_loss", half_a_header_is_a_loss },
    { "an_interim_answer_is_none", an_interim_answer_is_none },
    { "a_header_is_bounded", a_header_is_bounded },
    { "half_a_body_is_an_answer", half_a_body_is_an_answer },
    { "a_body_that_stalls_is_an_answer", a_body_that_stalls_is_an_answer },
    { "a_body_is_bounded", a_body_is_bounded },
    { "connects_again", connects_again },
    { "says_that_nobody_listens", says_that_nobody_listens },
    { "a_request_leaves_a_crumb", a_request_leaves_a_crumb },
    { "a_crumb_has_the_method_and_sizes", a_crumb_has_the_method_and_sizes },
    { "a_crumb_has_a_level", a_crumb_has_a_level },
    { "a_crumb_tells_of_failure", a_crumb_tells_of_failure },
    { "a_crumb_keeps_no_secrets", a_crumb_keeps_no_secrets },
    { "some_requests_leave_no_crumb", some_requests_leave_no_crumb },
    { "before_breadcrumb_gets_the_handle", before_breadcrumb_gets_the_handle },
    { "without_the_sdk_it_only_performs", without_the_sdk_it_only_performs },
    { "urls_are_taken_apart", urls_are_taken_apart },
    { "the_dsns_host_is_known", the_dsns_host_is_known },
#ifndef SENTRY_NO_TRACING
    { "a_request_is_a_span", a_request_is_a_span },
    { "a_span_has_the_method_and_times", a_span_has_the_method_and_times },
    { "a_span_has_a_status", a_span_has_a_status },
    { "a_span_tells_of_failure", a_span_tells_of_failure },
    { "a_span_follows_redirects", a_span_follows_redirects },
    { "some_requests_leave_no_span", some_requests_leave_no_span },
    { "spans_nest", spans_nest },
    { "without_a_transaction_there_is_no_span", without_a_transaction_there_is_no_span },
    { "a_request_carries_its_span", a_request_carries_its_span },
    { "an_unsampled_trace_is_carried_too", an_unsampled_trace_is_carried_too },
#endif
    { "a_request_carries_the_scopes_trace", a_request_carries_the_scopes_trace },
    { "switched_off_it_only_performs", switched_off_it_only_performs },
    { "only_targets_get_headers", only_targets_get_headers },
    { "the_dsns_host_gets_no_headers", the_dsns_host_gets_no_headers },
    { "without_the_sdk_there_are_no_headers", without_the_sdk_there_are_no_headers },
    { "a_baggage_is_merged", a_baggage_is_merged },
    { "a_long_baggage_is_merged", a_long_baggage_is_merged },
    { "a_trace_without_baggage_has_none", a_trace_without_baggage_has_none },
    { "a_trace_of_the_programs_wins", a_trace_of_the_programs_wins },
    { "without_memory_the_trace_stays_behind", without_memory_the_trace_stays_behind },
};

#ifdef _WIN32
static void certificates_make(void)
{
}
static void certificates_remove(void)
{
}
#else
/* Runs a command; whether it went well. */
static int run(const char *command, const char *argument)
{
    char text[1024];
    snprintf(text, sizeof text, command, argument);
    return system(text) == 0;
}

/* Without openssl or node the folder's name is "". */
static void certificates_make(void)
{
    if (!test_new_directory(folder, sizeof folder))
        abort();
    if (run("node --version >%s/log 2>&1", folder) && run("sh " TEST_CURL_FOLDER "/certificates.sh %1$s >%1$s/log 2>&1", folder))
        return;
    run("cat %s/log", folder);
    run("rm -rf %s", folder);
    folder[0] = 0;
}

static void certificates_remove(void)
{
    if (folder[0] && !run("rm -rf %s", folder))
        abort();
}
#endif

int main(int argc, char **argv)
{
    static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY" };
    size_t i;
    int code;
    for (i = 0; i < sizeof proxies / sizeof proxies[0]; i++)
        test_set_env(proxies[i], NULL);
    certificates_make();
    code = test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
    certificates_remove();
    return code;
}
