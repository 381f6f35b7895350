/* server_mhd.c: a server of libmicrohttpd whose requests are transactions: the handler stays as it is, and two functions of the
 * SDK stand between it and the library.
 *
 *     cc -pthread examples/server_mhd.c -lmicrohttpd -o server_mhd && ./server_mhd
 *
 * What it reports goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. */
#define _GNU_SOURCE           /* for sentry.h, because another header comes before it */
#include <microhttpd.h>       /* before sentry.h: then it knows what goes along with it */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h" /* and net.h, for the sockets of the little client */

/* -- the server -- */

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *body)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), (void *)body, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

/* Runs with the request's hub: what it sets, reports and times belongs to the request. */
static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                              const char *data, size_t *size, void **con_cls)
{
    int id = 0;
    (void)cls, (void)method, (void)version, (void)data, (void)size, (void)con_cls;
    if (sscanf(url, "/users/%d", &id) != 1) return reply(connection, MHD_HTTP_NOT_FOUND, "there are only users\n");
    sentry_set_tag("user", url + strlen("/users/"));
    SENTRY_SPAN(SENTRY_OP_DB_QUERY, "SELECT name FROM users WHERE id = ?") { /* the query */ }
    if (id == 7) return reply(connection, MHD_HTTP_OK, "Ada\n");
    sentry_capture_exceptionf("LookupError", "there is no user %d", id);
    return reply(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "sorry\n");
}

/* Without it transactions are named by their paths, and there are as many as users. */
static const char *route(void *cls, struct MHD_Connection *connection, const char *method, const char *url)
{
    (void)cls, (void)connection, (void)method;
    return strncmp(url, "/users/", strlen("/users/")) == 0 ? "/users/{id}" : NULL;
}

static sentry_mhd_t app = { .handler = answer, .route = route, .transaction_style = "url" /* "endpoint" for a function's name */ };

/* -- a client, to have something to answer -- */

static void add_header(const char *key, const char *value, void *server)
{
    net_send(*(net_socket_t *)server, key);
    net_send(*(net_socket_t *)server, ": ");
    net_send(*(net_socket_t *)server, value);
    net_send(*(net_socket_t *)server, "\r\n");
}

/* Returns the answer's status; 0 when there is none. */
static int ask(int port, const char *path)
{
    static char text[NET_MAX_HEAD + 1];
    net_socket_t server = net_connect(port);
    int status = 0;
    if (server == NET_NONE) return 0;
    net_send(server, "GET ");
    net_send(server, path);
    net_send(server, " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    sentry_trace_iter_headers(add_header, &server); /* the server goes on with this trace */
    net_send(server, "\r\n");
    net_read(server, text, 0, 0);
    sscanf(text, "HTTP/1.1 %d", &status);
    net_close(server);
    return status;
}

int main(void)
{
    struct MHD_Daemon *server;
    const union MHD_DaemonInfo *info;
    int statuses[3] = { 0, 0, 0 };

    if (sentry_init(&(sentry_options_t){ .dsn = receiver_start(), .release = "server_mhd@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0 /* every transaction; less in production */ }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    server = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, sentry_mhd_handler, &app,
                              MHD_OPTION_NOTIFY_COMPLETED, sentry_mhd_completed, &app, MHD_OPTION_END);
    info = server ? MHD_get_daemon_info(server, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!info) return 1;

    SENTRY_TRANSACTION("show users", SENTRY_OP_TASK) {
        statuses[0] = ask(info->port, "/users/7");
        statuses[1] = ask(info->port, "/users/8?token=hunter2");
        statuses[2] = ask(info->port, "/else");
        MHD_stop_daemon(server);
    }
    sentry_close();
    receiver_stop();
    printf("\nanswers: %d, %d, %d\n", statuses[0], statuses[1], statuses[2]);
    return 0;
}
