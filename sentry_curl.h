/* sentry_curl.h - 0.1.0 - libcurl for sentry.h: https, proxies, breadcrumbs and spans of requests - MIT license
 *
 * A companion of sentry.h, in the same folder. It makes libcurl the default transport, so that an https DSN works, and
 * leaves a breadcrumb and a span for each request of the program's own: those are the integration "libcurl", which the
 * options can switch off.
 *
 * DO THIS in the file that implements sentry.h, and nothing else:
 *
 *     #define SENTRY_IMPLEMENTATION
 *     #include "sentry.h"
 *     #include "sentry_curl.h"
 *
 *     sentry_init(&(sentry_options_t){ .dsn = "https://key@o1.ingest.sentry.io/1" });
 *
 * and #include "sentry_curl.h" elsewhere only to call the functions of [P1]. The order of the two does not matter;
 * without sentry.h before it, this header includes it. No curl header and no -lcurl is needed: the system's libcurl is
 * loaded at run time. With glibc before 2.34 link -ldl.
 *
 * WHAT YOU GET
 *     https with certificates and host names checked, against options.ca_certs where that is set
 *     the proxy of options.proxy, else the environment's: http_proxy (lower case), https_proxy, all_proxy, no_proxy
 *     one connection for all requests; HTTP/2 where libcurl and the server have it; options.connect_timeout and
 *     transfer_timeout; a close that cuts off a request within 0.1 s
 *
 * CONTENTS (search for the tag)
 *     [P1] PUBLIC FUNCTIONS
 *     [1] LIBCURL
 *     [2] HTTP CLIENT
 *     [3] BREADCRUMBS AND SPANS
 *     [4] TRACE HEADERS
 *
 * CONFIGURATION: macros to define before the include, in the implementing file
 *     SENTRY_CURL_LINK      includes <curl/curl.h> and calls libcurl as a linked library: link -lcurl. For static programs
 *     SENTRY_CURL_LIBRARY   a name or path, the only library to load. Default: where the program has libcurl already, that one;
 *                           else libcurl.so.4, libcurl-gnutls.so.4, libcurl-nss.so.4, on macOS libcurl.4.dylib, on Windows
 *                           libcurl.dll, libcurl-4.dll, libcurl-x64.dll
 *     Those of sentry.h hold. With SENTRY_NO_HTTP there is no transport, only breadcrumbs and spans; with SENTRY_NO_TRACING
 *     there are no spans.
 *
 * WITHOUT LIBCURL on the machine sentry_init fails for an https DSN, and sentry_get_init_error says what was looked for. An
 *     http DSN works all the same, by sentry.h's own client.
 *
 * DIAGNOSTICS: a request that fails is explained with options.debug, in libcurl's words. The event is counted as
 *     "network_error" in the next client report.
 *
 * PROGRAMS THAT USE LIBCURL THEMSELVES: libcurl is initialized once, at the first sentry_init that needs it or the first
 *     call of [P1]. Before libcurl 7.84 that is not safe while another thread uses libcurl for the first time:
 *     call curl_global_init first thing in main, as libcurl's manual says.
 *
 * LIMITS, as of this version
 *     libcurl 7.28 or newer; tested with 7.88. It stays loaded and initialized until the program ends, as others may use it.
 *     In C++ the transport is installed when this file's static objects are made: a static object of another file that calls
 *     sentry_init may come before that. Requests by the multi interface leave neither breadcrumbs nor spans; the words of a
 *     status line ("Not Found") are not kept by libcurl and so not in them. A name look-up goes on in the background
 *     when its request is cut off; before libcurl 7.87 whoever flushes without threads waits for it.
 */

#ifndef SENTRY_CURL_H_INCLUDED
#define SENTRY_CURL_H_INCLUDED

#if !defined(SENTRY_H_INCLUDED) || (defined(SENTRY_IMPLEMENTATION) && !defined(SENTRY__IMPLEMENTED))
#include "sentry.h"
#endif

/* ==[P1]== PUBLIC FUNCTIONS ========================================================== */

#ifdef __cplusplus
extern "C" {
#endif

/* curl_easy_perform, with a breadcrumb for what it did, and as a span where one is current. `curl` is a CURL *, the result
 * a CURLcode: cast it in C++. The URL, after redirects the last one, is kept without user and password; in query and
 * fragment what has a name like "token" or "password" is replaced. Other protocols than HTTP and requests to the DSN's host
 * and port leave nothing. before_breadcrumb gets the handle as SENTRY_HINT_HTTP_REQUEST. While the SDK or the
 * integration is off it is curl_easy_perform alone.
 * No trace headers go along: libcurl tells nobody which headers a handle has, and to set ours would take the program's away.
 * See sentry_curl_easy_request for that.
 * Shape: {"type":"http","category":"http","level":"error" after failure and 5xx, "warning" after 4xx,"data":{"url":..,
 * "method":..,"http.query":..,"http.fragment":..,"status_code":..,"reason": why it failed,"duration_ms":..,
 * "request_body_size":..,"response_body_size":..}}; what is not known is left out, the method before libcurl 7.72.
 * spans[]{"op":"http.client","origin":"auto.http.curl","description":"GET https://host/path","status":..,"data":{"url":..,
 * "http.request.method":..,"http.query":..,"http.fragment":..,"http.response.status_code":..,
 * "http.response_content_length": bytes of the body that came,"reason":..,"server.address":..,"server.port": when the URL has
 * one}};
 * status by the HTTP status; internal_error when the request failed, deadline_exceeded when it was out of time, cancelled
 * when a callback of the program's ended it.
 * Errors: libcurl's; 2, CURLE_FAILED_INIT, where libcurl cannot be loaded. Thread: any, but one at a time per handle. */
SENTRY_API int sentry_curl_easy_perform(void *curl);
/* sentry_curl_easy_perform of a request to `url` that carries the trace along when sentry_is_trace_target says so, with or
 * without a current span. It sets CURLOPT_URL, and CURLOPT_HTTPHEADER to `headers`: a struct curl_slist * or NULL, which
 * stays the caller's, is not changed, and is what the handle has afterwards.
 * A sentry-trace among `headers` means that the caller sees to traces: nothing is added. A baggage among them goes out
 * merged with Sentry's, as by sentry_merge_baggage; a traceparent goes out as it is. Where libcurl follows a redirect
 * (CURLOPT_FOLLOWLOCATION) it takes all headers along, whatever the target.
 *     code = (CURLcode)sentry_curl_easy_request(curl, "https://api.example.com/users", NULL);
 * Errors, Thread: as sentry_curl_easy_perform. */
SENTRY_API int sentry_curl_easy_request(void *curl, const char *url, void *headers);

#ifdef __cplusplus
}
#endif

#endif /* SENTRY_CURL_H_INCLUDED */

#ifdef SENTRY_IMPLEMENTATION
#ifndef SENTRY__CURL_IMPLEMENTED
#define SENTRY__CURL_IMPLEMENTED

#ifdef SENTRY_CURL_LINK
#include <curl/curl.h>
#elif !defined(_WIN32)
#include <dlfcn.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif
#if defined(SENTRY__API_IS_USERS) && (defined(__GNUC__) || defined(__clang__))
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif

/* ==[1]== LIBCURL ====================================================================
 * Owns    libcurl: loaded or linked, initialized once, never given back.
 * Lock    its own, while loading: who comes meanwhile sleeps and looks again. A child of fork that was made meanwhile loads
 *         again.
 * Holds   `state` is set last; after that nothing changes.
 * Threads any.
 */

#ifdef SENTRY_CURL_LINK
typedef CURL sentry__curl_easy_t;
typedef CURLM sentry__curl_multi_t;
typedef CURLcode sentry__curl_code_t;
typedef CURLMcode sentry__curl_multi_code_t;
typedef CURLoption sentry__curl_option_t;
typedef CURLINFO sentry__curl_info_t;
typedef CURLMsg sentry__curl_message_t;
typedef struct curl_slist sentry__curl_list_t;
typedef struct curl_waitfd sentry__curl_wait_t;
#else
/* The few types of libcurl's interface, which do not change. Its enumerations are passed as int. */
typedef void sentry__curl_easy_t;
typedef void sentry__curl_multi_t;
typedef int sentry__curl_code_t;
typedef int sentry__curl_multi_code_t;
typedef int sentry__curl_option_t;
typedef int sentry__curl_info_t;
typedef struct {
    int msg;
    sentry__curl_easy_t *easy_handle;
    union {
        void *whatever;
        sentry__curl_code_t result;
    } data;
} sentry__curl_message_t;
typedef struct sentry__curl_list_s {
    char *data;
    struct sentry__curl_list_s *next;
} sentry__curl_list_t;
typedef struct sentry__curl_wait_s sentry__curl_wait_t;
#endif

/* Numbers of libcurl's interface, under its names. */
enum {
    SENTRY__CURLE_FAILED_INIT = 2,
    SENTRY__CURLE_WEIRD_SERVER_REPLY = 8,
    SENTRY__CURLE_HTTP_RETURNED_ERROR = 22,
    SENTRY__CURLE_OPERATION_TIMEDOUT = 28,
    SENTRY__CURLE_ABORTED_BY_CALLBACK = 42,
    SENTRY__CURLMSG_DONE = 1,
    SENTRY__CURL_GLOBAL_ALL = 3,
    SENTRY__CURL_HTTP_VERSION_2TLS = 4,
    SENTRY__CURLOPT_HTTP_VERSION = 84,
    SENTRY__CURLOPT_NOSIGNAL = 99,
    SENTRY__CURLOPT_POSTFIELDSIZE = 60,
    SENTRY__CURLOPT_TIMEOUT_MS = 155,
    SENTRY__CURLOPT_CONNECTTIMEOUT_MS = 156,
    SENTRY__CURLOPT_SUPPRESS_CONNECT_HEADERS = 265,
    SENTRY__CURLOPT_QUICK_EXIT = 322,
    SENTRY__CURLOPT_WRITEDATA = 10001,
    SENTRY__CURLOPT_URL = 10002,
    SENTRY__CURLOPT_PROXY = 10004,
    SENTRY__CURLOPT_ERRORBUFFER = 10010,
    SENTRY__CURLOPT_POSTFIELDS = 10015,
    SENTRY__CURLOPT_HTTPHEADER = 10023,
    SENTRY__CURLOPT_HEADERDATA = 10029,
    SENTRY__CURLOPT_CAINFO = 10065,
    SENTRY__CURLOPT_UNIX_SOCKET_PATH = 10231,
    SENTRY__CURLOPT_WRITEFUNCTION = 20011,
    SENTRY__CURLOPT_HEADERFUNCTION = 20079,
    SENTRY__CURLINFO_EFFECTIVE_URL = 0x100000 + 1,
    SENTRY__CURLINFO_EFFECTIVE_METHOD = 0x100000 + 58,
    SENTRY__CURLINFO_RESPONSE_CODE = 0x200000 + 2,
    SENTRY__CURLINFO_SIZE_UPLOAD_T = 0x600000 + 7,
    SENTRY__CURLINFO_SIZE_DOWNLOAD_T = 0x600000 + 8
};
#define SENTRY__CURL_ERROR_SIZE 256

/* What is called of libcurl. Those that take `...` must be called as such: some processors pass it differently. */
typedef struct {
    sentry__curl_code_t (*global_init)(long flags);
    char *(*version)(void);
    sentry__curl_easy_t *(*easy_init)(void);
    sentry__curl_code_t (*easy_setopt)(sentry__curl_easy_t *easy, sentry__curl_option_t option, ...);
    sentry__curl_code_t (*easy_getinfo)(sentry__curl_easy_t *easy, sentry__curl_info_t info, ...);
    sentry__curl_code_t (*easy_perform)(sentry__curl_easy_t *easy);
    const char *(*easy_strerror)(sentry__curl_code_t code);
    void (*easy_cleanup)(sentry__curl_easy_t *easy);
    sentry__curl_list_t *(*slist_append)(sentry__curl_list_t *list, const char *text);
    void (*slist_free_all)(sentry__curl_list_t *list);
    sentry__curl_multi_t *(*multi_init)(void);
    sentry__curl_multi_code_t (*multi_add_handle)(sentry__curl_multi_t *multi, sentry__curl_easy_t *easy);
    sentry__curl_multi_code_t (*multi_remove_handle)(sentry__curl_multi_t *multi, sentry__curl_easy_t *easy);
    sentry__curl_multi_code_t (*multi_perform)(sentry__curl_multi_t *multi, int *running);
    sentry__curl_multi_code_t (*multi_wait)(sentry__curl_multi_t *multi, sentry__curl_wait_t *extra, unsigned extras, int ms,
        int *ready);
    sentry__curl_message_t *(*multi_info_read)(sentry__curl_multi_t *multi, int *left);
    sentry__curl_multi_code_t (*multi_cleanup)(sentry__curl_multi_t *multi);
} sentry__curl_functions_t;

#define SENTRY__CURL_FUNCTIONS(X) \
    X(global_init) X(version) X(easy_init) X(easy_setopt) X(easy_getinfo) X(easy_perform) X(easy_strerror) X(easy_cleanup) \
    X(slist_append) X(slist_free_all) X(multi_init) X(multi_add_handle) X(multi_remove_handle) X(multi_perform) X(multi_wait) \
    X(multi_info_read) X(multi_cleanup)

static struct {
    sentry__lock_t lock;
    sentry__word_t state; /* SENTRY__CURL_UNTRIED and so on */
    sentry__curl_functions_t call;
} sentry__curl;
enum { SENTRY__CURL_UNTRIED, SENTRY__CURL_READY, SENTRY__CURL_ABSENT };

#ifdef SENTRY_CURL_LINK
#define SENTRY__CURL_NAMES "the one that is linked"
static int sentry__curl_load(sentry__curl_functions_t *f)
{
#define SENTRY__CURL_GET(name) f->name = curl_##name;
    SENTRY__CURL_FUNCTIONS(SENTRY__CURL_GET)
    return 0;
}
#else
#ifdef SENTRY_CURL_LIBRARY
#define SENTRY__CURL_NAMES SENTRY_CURL_LIBRARY
#elif defined(_WIN32)
#define SENTRY__CURL_NAMES "libcurl.dll libcurl-4.dll libcurl-x64.dll"
#elif defined(__APPLE__)
#define SENTRY__CURL_NAMES "libcurl.4.dylib"
#else
#define SENTRY__CURL_NAMES "libcurl.so.4 libcurl-gnutls.so.4 libcurl-nss.so.4"
#endif

#ifdef _WIN32
#ifndef LOAD_LIBRARY_SEARCH_DEFAULT_DIRS
#define LOAD_LIBRARY_SEARCH_DEFAULT_DIRS 0x1000
#endif
/* From the program's folder and the system's, not from the current one or PATH, where anybody may have put it. */
static void *sentry__curl_open(const char *name) { return (void *)LoadLibraryExA(name, NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS); }
static void sentry__curl_symbol(void *library, const char *name, void *to)
{
    FARPROC symbol = GetProcAddress((HMODULE)library, name);
    memcpy(to, &symbol, sizeof symbol);
}
#else
static void *sentry__curl_open(const char *name) { return dlopen(name, RTLD_NOW | RTLD_LOCAL); }
static void sentry__curl_symbol(void *library, const char *name, void *to)
{
    void *symbol = dlsym(library, name);
    memcpy(to, &symbol, sizeof symbol);
}
#endif

/* Takes the functions from a library. Returns 0 when it has them all. */
static int sentry__curl_bind(sentry__curl_functions_t *f, void *library)
{
    int missing = 0;
#define SENTRY__CURL_GET(name) \
    sentry__curl_symbol(library, "curl_" #name, &f->name); \
    missing |= !f->name;
    SENTRY__CURL_FUNCTIONS(SENTRY__CURL_GET)
    return missing;
}

/* Names are separated by blanks, but the user's own is one whatever it contains. A library that the program has already goes
 * first: handles of one libcurl must not get into another. */
static int sentry__curl_load(sentry__curl_functions_t *f)
{
    const char *at = SENTRY__CURL_NAMES;
#ifdef SENTRY_CURL_LIBRARY
    void *library = sentry__curl_open(at);
    return !library || sentry__curl_bind(f, library);
#else
    char name[32];
    int n;
#ifdef RTLD_DEFAULT
    if (sentry__curl_bind(f, RTLD_DEFAULT) == 0) return 0;
#endif
    for (; sscanf(at, "%31s%n", name, &n) == 1; at += n) {
        void *library = sentry__curl_open(name);
        if (library && sentry__curl_bind(f, library) == 0) return 0;
        sentry__log(SENTRY_LEVEL_DEBUG, "libcurl: %s %s", name, library ? "lacks functions" : "cannot be loaded");
    }
    return 1;
#endif
}
#endif

static sentry__word_t sentry__curl_begin(void)
{
    if (sentry__curl_load(&sentry__curl.call) || sentry__curl.call.global_init(SENTRY__CURL_GLOBAL_ALL)) return SENTRY__CURL_ABSENT;
    sentry__log(SENTRY_LEVEL_DEBUG, "using %s", sentry__curl.call.version());
    return SENTRY__CURL_READY;
}

/* Whether there is a libcurl; at the first time, loads it. */
static int sentry__curl_ready(void)
{
    sentry__word_t state = sentry__load_acquire(&sentry__curl.state);
    if (state == SENTRY__CURL_UNTRIED) {
        sentry__lock(&sentry__curl.lock);
        if (sentry__load(&sentry__curl.state) == SENTRY__CURL_UNTRIED) sentry__store_release(&sentry__curl.state, sentry__curl_begin());
        state = sentry__load(&sentry__curl.state);
        sentry__unlock(&sentry__curl.lock);
    }
    return state == SENTRY__CURL_READY;
}

/* The value is a long, a pointer or a function, as libcurl's manual says; an option that this libcurl has not is ignored. */
#define SENTRY__CURL_SET(easy, name, value) \
    sentry__curl.call.easy_setopt(easy, (sentry__curl_option_t)SENTRY__CURLOPT_##name, value)
/* Stores what the name says; nothing when this libcurl does not know it. */
#define SENTRY__CURL_INFO(easy, name, to) \
    sentry__curl.call.easy_getinfo(easy, (sentry__curl_info_t)SENTRY__CURLINFO_##name, to)

/* A list of headers that grows; `failed`, for want of memory, sticks. */
typedef struct {
    sentry__curl_list_t *list;
    int failed;
} sentry__curl_headers_t;

static void sentry__curl_line(sentry__curl_headers_t *h, const char *line)
{
    sentry__curl_list_t *longer = h->failed ? NULL : sentry__curl.call.slist_append(h->list, line);
    if (longer) h->list = longer;
    else h->failed = 1;
}

static void sentry__curl_header(sentry__curl_headers_t *h, const char *key, const char *value)
{
    sentry__buf_t text;
    char room[512];
    sentry__buf_init(&text, room, sizeof room);
    sentry__buf_cstr(&text, key);
    sentry__buf_cstr(&text, ": ");
    sentry__buf_cstr(&text, value);
    sentry__buf_byte(&text, 0);
    if (text.failed) h->failed = 1;
    else sentry__curl_line(h, text.data);
    sentry__buf_free(&text);
}

/* The list, now the caller's; NULL when anything failed. */
static sentry__curl_list_t *sentry__curl_headers_take(sentry__curl_headers_t *h)
{
    if (!h->failed) return h->list;
    sentry__curl.call.slist_free_all(h->list);
    return NULL;
}

#ifndef SENTRY_NO_HTTP
/* ==[2]== HTTP CLIENT ================================================================
 * Owns    an easy handle, which keeps the options, in a multi handle, which keeps the connection: so it waits in short steps and
 *         sees `stop` between them, while curl_easy_perform may look up from a silent server only once a second.
 * Holds   no call lasts longer than the request's deadline; `stop` ends it within 0.1 s. Header and body of an answer are
 *         bounded. No redirects, cookies or .netrc; certificates are checked: all libcurl's defaults.
 * Threads the worker's.
 */

#define SENTRY__CURL_STEP_MS 50

typedef struct {
    sentry__curl_easy_t *easy;
    sentry__curl_multi_t *multi;
    sentry__word_t stop;
    /* of the request in flight */
    sentry_http_response_t *answer;
    size_t received;
    int head_done; /* the last line of the answer's header was seen */
    char error[SENTRY__CURL_ERROR_SIZE];
} sentry__curl_client_t;

/* Counts bytes of an answer. Returns `n`, or 0, which ends the request, when they are too many. */
static size_t sentry__curl_count(sentry__curl_client_t *c, size_t n)
{
    c->received += n;
    return c->received <= (c->head_done ? SENTRY_MAX_RESPONSE_BODY : SENTRY_MAX_RESPONSE_HEADER) ? n : 0;
}

/* Called with a part of the body, of which nothing is needed. */
static size_t sentry__curl_on_body(char *bytes, size_t size, size_t n, void *client)
{
    (void)bytes;
    return sentry__curl_count((sentry__curl_client_t *)client, size * n);
}

/* Called with each line of the header, which ends in CR LF; also for interim answers, before the real one. */
static size_t sentry__curl_on_header(char *bytes, size_t size, size_t n, void *client)
{
    sentry__curl_client_t *c = (sentry__curl_client_t *)client;
    sentry__str_t line = sentry__str_trim(sentry__slice(bytes, size * n)), name;
    if (line.n == 0) c->head_done = 1;
    else if (line.n > 5 && memcmp(line.p, "HTTP/", 5) == 0) c->head_done = 0;
    name = sentry__take_until(&line, ':');
    sentry__response_header(c->answer, name, sentry__str_trim(line));
    return sentry__curl_count(c, size * n);
}

static void sentry__curl_free(sentry_http_client_t *client)
{
    sentry__curl_client_t *c = (sentry__curl_client_t *)client;
    if (c->easy) sentry__curl.call.easy_cleanup(c->easy);
    if (c->multi) sentry__curl.call.multi_cleanup(c->multi);
    sentry_free(c);
}

static sentry_http_client_t *sentry__curl_new(void *data)
{
    sentry__curl_client_t *c = (sentry__curl_client_t *)sentry__calloc(sizeof *c);
    (void)data;
    if (!c) return NULL;
    c->easy = sentry__curl.call.easy_init();
    c->multi = sentry__curl.call.multi_init();
    if (c->easy && c->multi) return c;
    sentry__curl_free(c);
    return NULL;
}

/* libcurl's times are long, and 0 is its default. */
static long sentry__curl_ms(uint64_t ms) { return ms == 0 ? 1 : ms < INT32_MAX ? (long)ms : INT32_MAX; }

static int sentry__curl_start(sentry_http_client_t *client, const sentry_options_t *options)
{
    sentry__curl_client_t *c = (sentry__curl_client_t *)client;
#ifndef SENTRY_NO_THREADS
    /* No signals: the worker blocks them. Without threads libcurl shall see to it that SIGPIPE does not end the program. */
    SENTRY__CURL_SET(c->easy, NOSIGNAL, 1L);
#endif
    SENTRY__CURL_SET(c->easy, QUICK_EXIT, 1L);
    SENTRY__CURL_SET(c->easy, SUPPRESS_CONNECT_HEADERS, 1L);
    SENTRY__CURL_SET(c->easy, HTTP_VERSION, (long)SENTRY__CURL_HTTP_VERSION_2TLS);
    SENTRY__CURL_SET(c->easy, CONNECTTIMEOUT_MS, sentry__curl_ms(options->connect_timeout ? options->connect_timeout : 5000));
    SENTRY__CURL_SET(c->easy, ERRORBUFFER, c->error);
    SENTRY__CURL_SET(c->easy, WRITEFUNCTION, sentry__curl_on_body);
    SENTRY__CURL_SET(c->easy, WRITEDATA, (void *)c);
    SENTRY__CURL_SET(c->easy, HEADERFUNCTION, sentry__curl_on_header);
    SENTRY__CURL_SET(c->easy, HEADERDATA, (void *)c);
    if (options->proxy) SENTRY__CURL_SET(c->easy, PROXY, options->proxy);
    if (options->unix_socket) SENTRY__CURL_SET(c->easy, UNIX_SOCKET_PATH, options->unix_socket);
    if (options->ca_certs) SENTRY__CURL_SET(c->easy, CAINFO, options->ca_certs);
    return 0;
}

static void sentry__curl_stop(sentry_http_client_t *client) { sentry__store(&((sentry__curl_client_t *)client)->stop, 1); }

/* The request's headers as libcurl wants them, and none that makes the server say "100 Continue" first. NULL: no memory. */
static sentry__curl_list_t *sentry__curl_headers(const sentry_http_request_t *req)
{
    sentry__curl_headers_t h = { NULL, 0 };
    size_t i;
    sentry__curl_line(&h, "Expect:");
    for (i = 0; i < req->headers; i++) sentry__curl_header(&h, req->keys[i], req->values[i]);
    return sentry__curl_headers_take(&h);
}

/* Runs what the easy handle is set up for, until it is done or cut off. Returns libcurl's code. */
static int sentry__curl_run(sentry__curl_client_t *c)
{
    int running = 1, ready, code = SENTRY__CURLE_ABORTED_BY_CALLBACK;
    sentry__curl_message_t *message;
    if (sentry__curl.call.multi_add_handle(c->multi, c->easy)) return SENTRY__CURLE_FAILED_INIT;
    while (!sentry__load(&c->stop) && sentry__curl.call.multi_perform(c->multi, &running) == 0 && running) {
        /* It returns at once as long as there is no socket, while a name is looked up. */
        if (sentry__curl.call.multi_wait(c->multi, NULL, 0, SENTRY__CURL_STEP_MS, &ready)) break;
        if (ready == 0) sentry__os_sleep_us(2000);
    }
    while ((message = sentry__curl.call.multi_info_read(c->multi, &ready)) != NULL)
        if ((int)message->msg == SENTRY__CURLMSG_DONE) code = (int)message->data.result;
    sentry__curl.call.multi_remove_handle(c->multi, c->easy);
    return code;
}

/* Once the whole header has arrived the server has decided, whatever becomes of the rest; libcurl is content with half of it. */
static int sentry__curl_send(sentry_http_client_t *client, sentry_http_request_t *req, sentry_http_response_t *resp)
{
    sentry__curl_client_t *c = (sentry__curl_client_t *)client;
    sentry__curl_list_t *headers = sentry__curl_headers(req);
    uint64_t now = sentry__os_ticks_ms();
    long status = 0;
    int code, answered;
    if (!headers) return 0;
    c->answer = resp;
    c->received = 0;
    c->head_done = 0;
    c->error[0] = 0;
    SENTRY__CURL_SET(c->easy, URL, req->url);
    SENTRY__CURL_SET(c->easy, HTTPHEADER, headers);
    SENTRY__CURL_SET(c->easy, POSTFIELDSIZE, (long)req->body.n);
    SENTRY__CURL_SET(c->easy, POSTFIELDS, req->body.p);
    SENTRY__CURL_SET(c->easy, TIMEOUT_MS, sentry__curl_ms(req->deadline > now ? req->deadline - now : 1));
    code = sentry__curl_run(c);
    SENTRY__CURL_SET(c->easy, HTTPHEADER, (void *)NULL);
    sentry__curl.call.slist_free_all(headers);
    SENTRY__CURL_INFO(c->easy, RESPONSE_CODE, &status);
    answered = c->head_done && status >= 200;
    if (code == 0 && !answered) code = SENTRY__CURLE_WEIRD_SERVER_REPLY;
    if (code != 0)
        sentry__log(SENTRY_LEVEL_WARNING, "libcurl: %s (code %d)",
            c->error[0] ? c->error : sentry__curl.call.easy_strerror((sentry__curl_code_t)code), code);
    sentry_http_response_set_status_code(resp, (int)status);
    return answered;
}

/* For sentry__curl_hook of sentry.h. */
static sentry_transport_t *sentry__curl_transport(int secure)
{
    sentry_transport_t *t;
    if (!sentry__curl_ready()) {
        if (secure) sentry__init_failed("https needs libcurl, and libcurl could not be loaded; tried: %s", SENTRY__CURL_NAMES);
        return NULL;
    }
    t = sentry_http_transport_new(sentry__curl_new, NULL, sentry__curl_send, sentry__curl_free);
    sentry_http_transport_set_client_start_func(t, sentry__curl_start);
    sentry_http_transport_set_client_shutdown_func(t, sentry__curl_stop);
    return t;
}

#ifdef __cplusplus
static struct sentry__curl_install_s {
    sentry__curl_install_s() { sentry__curl_hook = sentry__curl_transport; }
} sentry__curl_install;
#else
static sentry_transport_t *(*sentry__curl_hook)(int secure) = sentry__curl_transport;
#endif
#endif /* SENTRY_NO_HTTP */

/* ==[3]== BREADCRUMBS AND SPANS ======================================================
 * What a request of the program's own leaves behind. No state.
 * Threads any.
 */

#ifdef __cplusplus
static struct sentry__curl_present_s {
    sentry__curl_present_s() { sentry__has_curl_header = 1; }
} sentry__curl_present;
#else
static int sentry__has_curl_header = 1;
#endif

/* How it went. Texts are libcurl's. */
static void sentry__curl_result(sentry__request_t *r, sentry__curl_easy_t *easy, int code)
{
    long status = 0;
    int64_t sent = 0, received = -1; /* what libcurl calls curl_off_t */
    SENTRY__CURL_INFO(easy, EFFECTIVE_METHOD, &r->method);
    SENTRY__CURL_INFO(easy, RESPONSE_CODE, &status);
    SENTRY__CURL_INFO(easy, SIZE_UPLOAD_T, &sent);
    SENTRY__CURL_INFO(easy, SIZE_DOWNLOAD_T, &received);
    r->status = (int)status;
    r->failed = code != 0;
    if (code) r->reason = sentry__curl.call.easy_strerror((sentry__curl_code_t)code);
    r->sent = sent > 0 ? sent : -1;
    r->received = status ? received : -1; /* no answer: nothing came */
    r->client = easy;
}

#ifdef SENTRY_NO_TRACING
static sentry__step_t sentry__curl_step(void) { return sentry__step_begin(NULL, NULL, NULL); }
static void sentry__curl_step_discard(sentry__step_t *s) { (void)s; }
static void sentry__curl_step_end(sentry__step_t *s, int code) { (void)s, (void)code; }
#else
/* It becomes current, so that what libcurl calls back is in it. */
static sentry__step_t sentry__curl_step(void)
{
    sentry__step_t s;
    s.began = sentry__os_ticks_us();
    s.span = sentry_start_span(SENTRY_OP_HTTP_CLIENT, NULL);
    sentry_span_set_origin(s.span, "auto.http.curl");
    return s;
}

static void sentry__curl_step_discard(sentry__step_t *s) { sentry_span_discard(s->span); }

/* A failure counts more than the status that came before it, unless it is that libcurl took the status for one. */
static void sentry__curl_step_end(sentry__step_t *s, int code)
{
    if (code == SENTRY__CURLE_OPERATION_TIMEDOUT) sentry_span_set_status(s->span, SENTRY_SPAN_STATUS_DEADLINE_EXCEEDED);
    else if (code == SENTRY__CURLE_ABORTED_BY_CALLBACK) sentry_span_set_status(s->span, SENTRY_SPAN_STATUS_CANCELLED);
    sentry__step_end(s, code && code != SENTRY__CURLE_HTTP_RETURNED_ERROR && code != SENTRY__CURLE_OPERATION_TIMEDOUT && code != SENTRY__CURLE_ABORTED_BY_CALLBACK);
}
#endif

/* Performs a request whose span has begun, and tells of it. */
static int sentry__curl_perform(sentry__curl_easy_t *easy, sentry__step_t *step)
{
    int code = (int)sentry__curl.call.easy_perform(easy);
    sentry__request_t r;
    sentry__url_t url;
    memset(&r, 0, sizeof r);
    if (easy && sentry__minds(SENTRY__HAS_LIBCURL)) SENTRY__CURL_INFO(easy, EFFECTIVE_URL, &r.url);
    url = sentry__url_read(r.url ? r.url : "");
    if (r.url && r.url[0] && (sentry__str_ieq(url.scheme, sentry__str("http")) || sentry__str_ieq(url.scheme, sentry__str("https"))) && !sentry__url_is_ours(r.url)) {
        sentry__curl_result(&r, easy, code);
        sentry__request_tell(step, &r);
        sentry__curl_step_end(step, code);
    } else {
        sentry__curl_step_discard(step);
    }
    return code;
}

/* ==[4]== TRACE HEADERS ==============================================================
 * A program's list of headers with those of the current trace. No state.
 * Threads any.
 */

/* A list that is being made of the caller's. */
typedef struct {
    sentry__curl_headers_t made;
    const sentry__curl_list_t *theirs;
    sentry__buf_t baggage; /* theirs: all lines joined */
    int merged;            /* it is in the list, with ours */
} sentry__curl_traced_t;

/* The value in a line "name: value" or "name;"; NULL when its name is another. */
static const char *sentry__curl_value(const char *line, const char *name)
{
    size_t n = strcspn(line, ":;");
    return sentry__str_ieq(sentry__slice(line, n), sentry__str(name)) ? line + n + (line[n] != 0) : NULL;
}

static int sentry__curl_has(const sentry__curl_list_t *list, const char *name)
{
    while (list && !sentry__curl_value(list->data, name)) list = list->next;
    return list != NULL;
}

static void sentry__curl_merge(sentry__curl_traced_t *t, const char *ours)
{
    sentry__buf_t text;
    char room[1024];
    sentry__buf_init(&text, room, sizeof room);
    sentry__merge_baggage(&text, sentry__slice(t->baggage.data, t->baggage.len), sentry__str(ours));
    sentry__buf_byte(&text, 0);
    if (text.failed || t->baggage.failed) t->made.failed = 1;
    else sentry__curl_header(&t->made, "baggage", text.data); /* libcurl sends none that is empty */
    t->merged = 1;
    sentry__buf_free(&text);
}

/* For sentry_trace_iter_headers. */
static void sentry__curl_trace(const char *key, const char *value, void *traced)
{
    sentry__curl_traced_t *t = (sentry__curl_traced_t *)traced;
    if (strcmp(key, "baggage") == 0) sentry__curl_merge(t, value);
    else if (!sentry__curl_has(t->theirs, key)) sentry__curl_header(&t->made, key, value);
}

/* The caller's headers and the current trace's. NULL when nothing is to be added, and without memory. */
static sentry__curl_list_t *sentry__curl_trace_headers(const sentry__curl_list_t *theirs)
{
    sentry__curl_traced_t t;
    char room[1024];
    const char *value;
    if (sentry__curl_has(theirs, "sentry-trace")) return NULL;
    memset(&t, 0, sizeof t);
    sentry__buf_init(&t.baggage, room, sizeof room);
    for (t.theirs = theirs; theirs; theirs = theirs->next) {
        value = sentry__curl_value(theirs->data, "baggage");
        if (!value) sentry__curl_line(&t.made, theirs->data);
        else if (t.baggage.len) sentry__buf_byte(&t.baggage, ',');
        if (value) sentry__buf_cstr(&t.baggage, value);
    }
    sentry_trace_iter_headers(sentry__curl_trace, &t);
    if (!t.merged) sentry__curl_merge(&t, "");
    sentry__buf_free(&t.baggage);
    return sentry__curl_headers_take(&t.made);
}

/* -- public -- */

SENTRY_API int sentry_curl_easy_perform(void *curl)
{
    sentry__step_t step;
    if (!sentry__curl_ready()) return SENTRY__CURLE_FAILED_INIT;
    if (!sentry__minds(SENTRY__HAS_LIBCURL)) return (int)sentry__curl.call.easy_perform((sentry__curl_easy_t *)curl);
    step = sentry__curl_step();
    return sentry__curl_perform((sentry__curl_easy_t *)curl, &step);
}

SENTRY_API int sentry_curl_easy_request(void *curl, const char *url, void *headers)
{
    sentry__curl_easy_t *easy = (sentry__curl_easy_t *)curl;
    sentry__curl_list_t *theirs = (sentry__curl_list_t *)headers, *traced;
    sentry__step_t step;
    int code;
    if (!sentry__curl_ready()) return SENTRY__CURLE_FAILED_INIT;
    code = (int)SENTRY__CURL_SET(easy, URL, url);
    if (code) return code;
    if (!sentry__minds(SENTRY__HAS_LIBCURL)) {
        SENTRY__CURL_SET(easy, HTTPHEADER, theirs);
        return (int)sentry__curl.call.easy_perform(easy);
    }
    step = sentry__curl_step();
    traced = sentry_is_trace_target(url) ? sentry__curl_trace_headers(theirs) : NULL;
    SENTRY__CURL_SET(easy, HTTPHEADER, traced ? traced : theirs);
    code = sentry__curl_perform(easy, &step);
    SENTRY__CURL_SET(easy, HTTPHEADER, theirs);
    sentry__curl.call.slist_free_all(traced);
    return code;
}

#if defined(SENTRY__API_IS_USERS) && (defined(__GNUC__) || defined(__clang__))
#pragma GCC diagnostic pop
#endif
#ifdef __cplusplus
}
#endif

#undef SENTRY__CURL_ERROR_SIZE
#undef SENTRY__CURL_FUNCTIONS
#undef SENTRY__CURL_GET
#undef SENTRY__CURL_INFO
#undef SENTRY__CURL_NAMES
#undef SENTRY__CURL_SET
#undef SENTRY__CURL_STEP_MS

#endif /* SENTRY__CURL_IMPLEMENTED */
#endif /* SENTRY_IMPLEMENTATION */

/* LICENSE
 *
 * MIT License
 *
 * Copyright (c) 2026 the sentry.h authors
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
