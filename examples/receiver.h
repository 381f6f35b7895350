/* receiver.h: a small HTTP server on the loopback that takes what the SDK sends and prints it for a person. For the
 * examples: include sentry.h first, then this. One thread serves one connection at a time, one request a connection.
 *
 *     const char *dsn = receiver_start();     a DSN that leads to it; NULL when it cannot start
 *     ... sentry_init with that DSN, report, sentry_close ...
 *     receiver_stop();                        prints what is still on its way, then ends
 */
#ifndef SENTRY_EXAMPLE_RECEIVER_H
#define SENTRY_EXAMPLE_RECEIVER_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _WIN32
#include <ws2tcpip.h>
typedef SOCKET receiver_socket_t;
typedef int receiver_size_t;
typedef SOCKET receiver_fd_t;
#define RECEIVER_CLOSE closesocket
#define RECEIVER_STARTUP() WSAStartup(MAKEWORD(2, 2), &(WSADATA){ 0 })
#else
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>
typedef int receiver_socket_t;
typedef size_t receiver_size_t;
#ifdef __APPLE__
typedef int receiver_fd_t; /* what FD_SET wants */
#else
typedef unsigned receiver_fd_t;
#endif
#define RECEIVER_CLOSE close
#define RECEIVER_STARTUP()
#endif
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

#define RECEIVER_MAX_HEAD (16 * 1024)       /* bytes of a request before its body */
#define RECEIVER_MAX_BODY (8 * 1024 * 1024) /* bytes of an envelope */
#define RECEIVER_MAX_SECONDS 10             /* for one request to arrive */

static receiver_socket_t receiver_listener;
static struct sockaddr_in receiver_address;
static sentry_thread_t receiver_thread;

/* -- the report -- */
/* Prints a string, padded to `width`, without the control characters that could play tricks on a terminal. */
static void receiver_text(sentry_value_t value, int width)
{
    const char *text = sentry_value_as_string(value);
    for (; *text; text++, width--) putchar((unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text);
    while (width-- > 0) putchar(' ');
}

/* Prints a string, or each member of an object on a line of its own: its JSON without quotes and the outermost braces. */
static void receiver_field(sentry_value_t event, const char *key)
{
    sentry_value_t value = sentry_value_get_by_key(event, key);
    char *json = sentry_value_get_length(value) ? sentry_value_to_json(value) : NULL, *p;
    int depth = 0, quoted = 0;
    if (json) printf("  %-12s ", key);
    for (p = json; p && *p; p++) {
        if (*p == '"') {
            quoted = !quoted;
        } else if (!quoted && *p == ',' && depth == 1) {
            printf("\n  %-12s ", "");
        } else {
            if (quoted && *p == '\\' && (p[1] == '"' || p[1] == '\\')) p++;
            if (!quoted) depth -= *p == '}' || *p == ']';
            if (quoted || depth > 0) putchar(*p);
            if (!quoted) depth += *p == '{' || *p == '[';
            if (!quoted && (*p == ',' || *p == ':')) putchar(' ');
        }
    }
    if (json) putchar('\n');
    sentry_free(json);
}

/* Prints "ConfigError: cannot open a.conf (handled)" for an exception, the outermost first, and what caused it. */
static void receiver_exceptions(sentry_value_t list)
{
    size_t count = sentry_value_get_length(list), i = count;
    while (i-- > 0) {
        sentry_value_t one = sentry_value_get_by_index(list, i);
        sentry_value_t handled = sentry_value_get_by_key(sentry_value_get_by_key(one, "mechanism"), "handled");
        printf("  %-12s ", i + 1 == count ? "exception" : "caused by");
        receiver_text(sentry_value_get_by_key(one, "type"), 0);
        printf(": ");
        receiver_text(sentry_value_get_by_key(one, "value"), 0);
        printf(sentry_value_is_null(handled) ? "\n" : sentry_value_is_true(handled) ? " (handled)\n" : " (not handled)\n");
    }
}

static void receiver_breadcrumbs(sentry_value_t list)
{
    size_t i;
    for (i = 0; i < sentry_value_get_length(list); i++) {
        sentry_value_t one = sentry_value_get_by_index(list, i);
        printf("  %-12s ", i ? "" : "breadcrumbs");
        receiver_text(sentry_value_get_by_key(one, "timestamp"), 29);
        receiver_text(sentry_value_get_by_key(one, "category"), 10);
        receiver_text(sentry_value_get_by_key(one, "level"), 9);
        receiver_text(sentry_value_get_by_key(one, "message"), 0);
        putchar('\n');
    }
}

static void receiver_event(sentry_value_t event)
{
    static const char *const keys[] = { "event_id", "timestamp", "level", "transaction", "release", "environment",
                                        "server_name", "sdk", "tags", "user", "contexts", "extra", NULL };
    size_t i;
    receiver_field(sentry_value_get_by_key(event, "logentry"), "formatted");
    receiver_exceptions(sentry_value_get_by_key(sentry_value_get_by_key(event, "exception"), "values"));
    for (i = 0; keys[i]; i++) receiver_field(event, keys[i]);
    receiver_breadcrumbs(sentry_value_get_by_key(sentry_value_get_by_key(event, "breadcrumbs"), "values"));
}

static void receiver_report(const char *body, size_t length)
{
    sentry_envelope_t *envelope = sentry_envelope_deserialize(body, length);
    size_t i, size = 0, count = envelope ? sentry_envelope_get_item_count(envelope) : 0;
    printf("\n---- received an envelope of %lu bytes%s ----\n", (unsigned long)length, envelope ? "" : ", but cannot read it");
    for (i = 0; i < count; i++) {
        sentry_value_t type = sentry_value_get_by_key(sentry_envelope_get_item_header(envelope, i), "type");
        if (strcmp(sentry_value_as_string(type), "event") == 0) {
            receiver_event(sentry_envelope_get_event(envelope));
        } else if (sentry_envelope_get_item_payload(envelope, i, &size)) {
            printf("  %-12s ", "also");
            receiver_text(type, 0);
            printf(", %lu bytes\n", (unsigned long)size);
        }
    }
    sentry_envelope_free(envelope);
    fflush(stdout);
}

/* -- the server -- */
/* Reads until there are `want` bytes, or, when that is 0, a blank line. Returns how many bytes there are then. */
static size_t receiver_read(receiver_socket_t client, char *buffer, size_t have, size_t want, time_t deadline)
{
    buffer[have] = 0;
    while (want ? have < want : have < RECEIVER_MAX_HEAD && !strstr(buffer, "\r\n\r\n")) {
        struct timeval patience = { (long)(deadline - time(NULL)), 0 };
        fd_set one;
        int n;
        FD_ZERO(&one);
        FD_SET((receiver_fd_t)client, &one);
        if (patience.tv_sec <= 0 || select((int)client + 1, &one, NULL, NULL, &patience) <= 0) break;
        n = (int)recv(client, buffer + have, (receiver_size_t)((want ? want : RECEIVER_MAX_HEAD) - have), 0);
        if (n <= 0) break;
        buffer[have += (size_t)n] = 0;
    }
    return have;
}

/* Reads one request, prints what is in it and answers. Returns 0 when it is receiver_stop's. */
static int receiver_serve(receiver_socket_t client, char *buffer)
{
    time_t deadline = time(NULL) + RECEIVER_MAX_SECONDS;
    size_t have = receiver_read(client, buffer, 0, 0, deadline), length = 0, whole = 0;
    const char *status = "400 Bad Request";
    char answer[128], *end = strstr(buffer, "\r\n\r\n"), *p;
    if (end && strncmp(buffer, "STOP\r\n", 6) == 0) return 0;
    if (end && strncmp(buffer, "POST ", 5) == 0) {
        for (p = buffer; p < end; p++) *p = (char)tolower((unsigned char)*p);
        p = strstr(buffer, "\r\ncontent-length:");
        if (p && p < end) length = (size_t)strtoul(p + 17, NULL, 10);
        if (length <= RECEIVER_MAX_BODY) whole = (size_t)(end + 4 - buffer) + length;
    }
    if (length > 0 && whole > 0 && receiver_read(client, buffer, have, whole, deadline) >= whole) {
        receiver_report(end + 4, length);
        status = "200 OK";
    }
    snprintf(answer, sizeof answer, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", status);
    send(client, answer, (receiver_size_t)strlen(answer), MSG_NOSIGNAL);
    return 1;
}

static void *receiver_run(void *memory)
{
    int running = 1;
    while (running) {
        receiver_socket_t client = accept(receiver_listener, NULL, NULL);
        if (client == (receiver_socket_t)-1) continue;
        running = receiver_serve(client, (char *)memory);
        RECEIVER_CLOSE(client);
    }
    free(memory);
    return NULL;
}

static const char *receiver_start(void)
{
    static char dsn[64];
    socklen_t length = sizeof receiver_address;
    struct sockaddr *address = (struct sockaddr *)&receiver_address;
    void *memory = malloc(RECEIVER_MAX_HEAD + RECEIVER_MAX_BODY + 1);
    RECEIVER_STARTUP();
    receiver_address.sin_family = AF_INET;
    receiver_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    receiver_listener = socket(AF_INET, SOCK_STREAM, 0);
    if (!memory || bind(receiver_listener, address, length) != 0 || listen(receiver_listener, 16) != 0 ||
        getsockname(receiver_listener, address, &length) != 0) return NULL;
    if (sentry_thread_create(&receiver_thread, NULL, receiver_run, memory) != 0) return NULL;
    snprintf(dsn, sizeof dsn, "http://public@127.0.0.1:%d/1", ntohs(receiver_address.sin_port));
    return dsn;
}

/* Call it once, after sentry_close: what it sends waits its turn behind the connections that are already there. */
static void receiver_stop(void)
{
    receiver_socket_t client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, (struct sockaddr *)&receiver_address, sizeof receiver_address) == 0) {
        send(client, "STOP\r\n\r\n", 8, MSG_NOSIGNAL);
        sentry_thread_join(receiver_thread, NULL);
    }
    RECEIVER_CLOSE(client);
    RECEIVER_CLOSE(receiver_listener);
}

#endif /* SENTRY_EXAMPLE_RECEIVER_H */
