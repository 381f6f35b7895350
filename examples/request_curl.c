/* request_curl.c: a request by libcurl is a span and a breadcrumb, and carries the trace along.
 *
 *     cc -pthread examples/request_curl.c -lcurl -o request_curl && ./request_curl
 *
 * What it reports goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. */
#define _GNU_SOURCE           /* for sentry.h, because another header comes before it */
#include <curl/curl.h>
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "../sentry_curl.h" /* https for the SDK, too */
#include "receiver.h"       /* and net.h, for the sockets of the little server */

/* Answers one request. */
static void *server(void *listener)
{
    static char request[NET_MAX_HEAD + 1];
    char trace[128];
    net_socket_t client = accept(*(net_socket_t *)listener, NULL, NULL);
    net_read(client, request, 0, 0);
    if (net_header(request, "sentry-trace", trace, sizeof trace)) printf("the request carries the trace %s\n", trace);
    net_send(client, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    net_close(client);
    return NULL;
}

int main(void)
{
    int port = 0;
    net_socket_t listener = net_listen(&port);
    sentry_thread_t thread;
    char url[64];
    CURL *curl;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
    if (sentry_init(&(sentry_options_t){ .dsn = receiver_start(), .release = "request_curl@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0, .auto_session_tracking = SENTRY_OFF }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    if (!curl || listener == NET_NONE || sentry_thread_create(&thread, NULL, server, &listener) != 0) return 1;
    snprintf(url, sizeof url, "http://localhost:%d/users?token=secret", port);
    SENTRY_TRANSACTION("show users", SENTRY_OP_TASK) {
        if (sentry_curl_easy_request(curl, url, NULL) == CURLE_OK) sentry_capture_exception("ServiceError", "there are no users today");
    }
    sentry_thread_join(thread, NULL);
    net_close(listener);
    curl_easy_cleanup(curl);
    sentry_close();
    receiver_stop();
    return 0;
}
