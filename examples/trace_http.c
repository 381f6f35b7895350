/* trace_http.c: one trace through two services. A client times its HTTP requests with spans and sends the trace along in
 * headers; a server continues it, so that Sentry shows what both did as one tree.
 *
 *     cc -pthread examples/trace_http.c -o trace_http && ./trace_http
 *
 * The transactions go to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h" /* and net.h, for the sockets of the little client and server */

#define REQUESTS 2

/* -- the client -- */

typedef struct {
    char text[NET_MAX_HEAD + 1];
    size_t length;
} request_t;

static void add_header(const char *key, const char *value, void *userdata)
{
    request_t *request = (request_t *)userdata;
    size_t room = sizeof request->text - request->length;
    int length = snprintf(request->text + request->length, room, "%s: %s\r\n", key, value);
    if (length > 0 && (size_t)length < room) request->length += (size_t)length;
    else request->text[request->length] = 0; /* a request without the header is better than one with half of it */
}

/* Returns the status of the answer; 0 when there is none. */
static int http_get(const char *url)
{
    static request_t request, answer;
    char host[64] = "", path[256] = "/", name[400], length[32];
    const char *query = strchr(url, '?');
    int port = 80, status = 0;
    sscanf(url, "http://%63[^:/]:%d%255[^?]", host, &port, path);
    snprintf(name, sizeof name, "GET http://%s:%d%s", host, port, path); /* without the query: spans are grouped by this */

    SENTRY_SPAN(SENTRY_OP_HTTP_CLIENT, name) {
        sentry_span_t *span = sentry_get_current_span();
        net_socket_t server = net_connect(port); /* the example's host is this machine */
        sentry_span_set_data(span, SENTRY_DATA_HTTP_REQUEST_METHOD, sentry_value_new_string("GET"));
        sentry_span_set_data(span, SENTRY_DATA_URL, sentry_value_new_string(url));
        sentry_span_set_data(span, SENTRY_DATA_SERVER_ADDRESS, sentry_value_new_string(host));
        sentry_span_set_data(span, SENTRY_DATA_SERVER_PORT, sentry_value_new_int32(port));
        if (query) sentry_span_set_data(span, SENTRY_DATA_HTTP_QUERY, sentry_value_new_string(query));

        request.length = 0;
        add_header("Host", host, &request);
        if (sentry_is_trace_target(url)) sentry_trace_iter_headers(add_header, &request); /* the span goes along */
        if (server != NET_NONE) {
            net_send(server, "GET ");
            net_send(server, strchr(url + 7, '/'));
            net_send(server, " HTTP/1.1\r\nConnection: close\r\n");
            net_send(server, request.text);
            net_send(server, "\r\n");
            net_read(server, answer.text, 0, 0);
            sscanf(answer.text, "HTTP/1.1 %d", &status);
            net_close(server);
        }

        if (status) sentry_span_set_http_status(span, status);
        else sentry_span_set_status(span, SENTRY_SPAN_STATUS_UNAVAILABLE);
        if (status && net_header(answer.text, "content-length", length, sizeof length)) {
            sentry_span_set_data(span, SENTRY_DATA_HTTP_RESPONSE_CONTENT_LENGTH, sentry_value_new_int32(atoi(length)));
        }
    }
    return status;
}

/* -- the server: another process in earnest, here a thread -- */

static const char *find_user(const char *id)
{
    const char *user = NULL;
    SENTRY_SPAN(SENTRY_OP_DB_QUERY, "SELECT * FROM users WHERE id = ?") { /* with the parameters left out */
        sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_DB_SYSTEM, sentry_value_new_string("sqlite"));
        sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_DB_OPERATION, sentry_value_new_string("SELECT"));
        user = strcmp(id, "7") == 0 ? "{\"name\":\"Ada\"}" : NULL;
    }
    return user;
}

static void serve(net_socket_t client)
{
    static request_t request;
    char trace[128], baggage[SENTRY_MAX_BAGGAGE + 1], id[16] = "", answer[256];
    sentry_transaction_t *transaction;
    const char *user;
    net_read(client, request.text, 0, 0);
    sscanf(request.text, "GET /users/%15[^? ]", id);

    net_header(request.text, "sentry-trace", trace, sizeof trace);
    net_header(request.text, "baggage", baggage, sizeof baggage);
    sentry_continue_trace(trace, baggage); /* begins a trace when there are no such headers */
    transaction = sentry_start_transaction("GET /users/{id}", SENTRY_OP_HTTP_SERVER);
    sentry_transaction_set_source(transaction, "route");
    sentry_transaction_set_data(transaction, SENTRY_DATA_HTTP_REQUEST_METHOD, sentry_value_new_string("GET"));

    user = find_user(id);
    sentry_transaction_set_http_status(transaction, user ? 200 : 404);
    sentry_transaction_finish(transaction);

    snprintf(answer, sizeof answer, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %lu\r\n\r\n%s",
             user ? "200 OK" : "404 Not Found", user ? (unsigned long)strlen(user) : 0, user ? user : "");
    net_send(client, answer);
}

static void *server(void *listener)
{
    int i;
    for (i = 0; i < REQUESTS; i++) {
        net_socket_t client = accept(*(net_socket_t *)listener, NULL, NULL);
        sentry_hub_t *hub = sentry_hub_clone(NULL); /* each request has its own: requests do not share traces, tags, users */
        SENTRY_WITH_HUB(hub) {
            serve(client);
        }
        sentry_hub_free(hub);
        net_close(client);
    }
    return NULL;
}

int main(void)
{
    static const char *const targets[] = { "http://localhost", "https://api.example.com", NULL };
    int port = 0;
    net_socket_t listener = net_listen(&port);
    sentry_thread_t thread;
    char url[64];

    if (sentry_init(&(sentry_options_t){ .dsn = receiver_start(), .release = "trace_http@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0,             /* every transaction; less in production */
                                         .trace_propagation_targets = targets, /* nobody else gets the trace's headers */
        }) != 0) {
        fprintf(stderr, "no transactions: %s\n", sentry_get_init_error());
    }
    if (listener == NET_NONE || sentry_thread_create(&thread, NULL, server, &listener) != 0) return 1;

    SENTRY_TRANSACTION("show users", SENTRY_OP_TASK) {
        snprintf(url, sizeof url, "http://localhost:%d/users/7?fields=name", port);
        http_get(url);
        snprintf(url, sizeof url, "http://localhost:%d/users/8", port);
        http_get(url);
    }

    sentry_thread_join(thread, NULL);
    net_close(listener);
    sentry_close();
    receiver_stop();
    return 0;
}
