/* receiver.h: a small HTTP server on the loopback that takes what the SDK sends and prints it for a person. For the
 * examples: include sentry.h first, then this. One thread serves one connection at a time, one request a connection.
 *
 *     const char *dsn = receiver_start();     SENTRY_DSN, or else a DSN that leads to the receiver; NULL when it cannot start
 *     ... sentry_init with that DSN, report, sentry_close ...
 *     receiver_stop();                        prints what is still on its way, then ends
 */
#ifndef SENTRY_EXAMPLE_RECEIVER_H
#define SENTRY_EXAMPLE_RECEIVER_H

#include "net.h"

#define RECEIVER_MAX_BODY (8 * 1024 * 1024) /* bytes of an envelope */

static net_socket_t receiver_listener;
static int receiver_port;
static sentry_thread_t receiver_thread;

/* -- the report -- */
/* Prints a string, padded to `width`, without the control characters that could play tricks on a terminal. */
static void receiver_chars(const char *text, int width)
{
    int length = 0;
    for (; text[length]; length++) putchar((unsigned char)text[length] < 0x20 || text[length] == 0x7f ? ' ' : text[length]);
    if (width && length >= width) width = length + 1; /* something stands between one and the next */
    for (; length < width; length++) putchar(' ');
}

static void receiver_text(sentry_value_t value, int width)
{
    receiver_chars(sentry_value_as_string(value), width);
}

/* Prints a value as JSON without quotes: on one line, or, with `margin`, each member of it on a line of its own behind that. */
static void receiver_json(sentry_value_t value, const char *margin)
{
    char *json = sentry_value_to_json(value), *p;
    int depth = margin ? 0 : 1, quoted = 0;
    for (p = json; p && *p; p++) {
        if (*p == '"') {
            quoted = !quoted;
        } else if (margin && !quoted && *p == ',' && depth == 1) {
            printf("\n%s", margin);
        } else {
            if (quoted && *p == '\\' && (p[1] == '"' || p[1] == '\\')) p++;
            if (!quoted) depth -= *p == '}' || *p == ']';
            if (quoted || depth > 0) putchar(*p);
            if (!quoted) depth += *p == '{' || *p == '[';
            if (!quoted && (*p == ',' || *p == ':')) putchar(' ');
        }
    }
    sentry_free(json);
}

/* Prints some of an event's fields, those that it has. */
static void receiver_fields(sentry_value_t event, const char *const *keys)
{
    for (; *keys; keys++) {
        sentry_value_t value = sentry_value_get_by_key(event, *keys);
        if (sentry_value_get_length(value) == 0) continue;
        printf("  %-12s ", *keys);
        receiver_json(value, "               ");
        putchar('\n');
    }
}

/* Prints "at load (config.c:12)" and the line for each frame of a stack that is the program's own, the innermost first. */
static void receiver_stack(sentry_value_t stack)
{
    sentry_value_t frames = sentry_value_get_by_key(stack, "frames");
    size_t i = sentry_value_get_length(frames);
    while (i-- > 0) {
        sentry_value_t frame = sentry_value_get_by_index(frames, i);
        const char *source = sentry_value_as_string(sentry_value_get_by_key(frame, "context_line"));
        int line = (int)sentry_value_as_int32(sentry_value_get_by_key(frame, "lineno"));
        if (!sentry_value_is_true(sentry_value_get_by_key(frame, "in_app"))) continue;
        printf("  %-12s at ", "");
        receiver_text(sentry_value_get_by_key(frame, "function"), 0);
        if (line > 0) {
            printf(" (");
            receiver_text(sentry_value_get_by_key(frame, "filename"), 0);
            printf(":%d)  ", line);
            receiver_chars(source + strspn(source, " \t"), 0);
        }
        putchar('\n');
    }
}

/* Prints "ConfigError: cannot open a.conf (handled)" for an exception, the outermost first, and what caused it; of one that nobody
 * handled also what noticed it. */
static void receiver_exceptions(sentry_value_t list)
{
    size_t count = sentry_value_get_length(list), i = count;
    while (i-- > 0) {
        sentry_value_t one = sentry_value_get_by_index(list, i);
        sentry_value_t mechanism = sentry_value_get_by_key(one, "mechanism"), handled = sentry_value_get_by_key(mechanism, "handled");
        int is_known = !sentry_value_is_null(handled), is_handled = sentry_value_is_true(handled);
        printf("  %-12s ", i + 1 == count ? "exception" : "caused by");
        receiver_text(sentry_value_get_by_key(one, "type"), 0);
        printf(": ");
        receiver_text(sentry_value_get_by_key(one, "value"), 0);
        if (is_known && is_handled) printf(" (handled)");
        if (is_known && !is_handled) printf(" (not handled: %s)", sentry_value_as_string(sentry_value_get_by_key(mechanism, "type")));
        putchar('\n');
        receiver_stack(sentry_value_get_by_key(one, "stacktrace"));
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
        if (sentry_value_get_length(sentry_value_get_by_key(one, "message"))) receiver_text(sentry_value_get_by_key(one, "message"), 0);
        else receiver_json(sentry_value_get_by_key(one, "data"), NULL);
        putchar('\n');
    }
}

static void receiver_event(sentry_value_t event)
{
    static const char *const message[] = { "formatted", NULL };
    static const char *const keys[] = { "event_id", "timestamp", "level", "transaction", "release", "environment",
                                        "server_name", "sdk", "request", "tags", "user", "contexts", "extra", NULL };
    receiver_fields(sentry_value_get_by_key(event, "logentry"), message);
    receiver_exceptions(sentry_value_get_by_key(sentry_value_get_by_key(event, "exception"), "values"));
    receiver_fields(event, keys);
    receiver_breadcrumbs(sentry_value_get_by_key(sentry_value_get_by_key(event, "breadcrumbs"), "values"));
}

/* Milliseconds from one RFC 3339 time to another, less than a day later. */
static double receiver_milliseconds(sentry_value_t from, sentry_value_t to)
{
    int hour = 0, minute = 0, later_hour = 0, later_minute = 0;
    double second = 0, later_second = 0, between;
    sscanf(sentry_value_as_string(from), "%*d-%*d-%*dT%d:%d:%lf", &hour, &minute, &second);
    sscanf(sentry_value_as_string(to), "%*d-%*d-%*dT%d:%d:%lf", &later_hour, &later_minute, &later_second);
    between = ((later_hour - hour) * 60 + later_minute - minute) * 60e3 + (later_second - second) * 1e3;
    return between < 0 ? between + 24 * 3600e3 : between;
}

/* Prints "0.210 + 4.512 ms  b0e6f15b45c36b12  db.query: SELECT 1 (ok)" for a span that began 0.21 ms after `origin`, with its
 * tags and data. */
static void receiver_span(sentry_value_t span, sentry_value_t name, sentry_value_t origin, sentry_value_t times, int depth)
{
    static const char *const more[] = { "tags", "data", NULL };
    sentry_value_t start = sentry_value_get_by_key(times, "start_timestamp");
    size_t i;
    printf("  %8.3f + %8.3f ms  ", receiver_milliseconds(origin, start),
           receiver_milliseconds(start, sentry_value_get_by_key(times, "timestamp")));
    receiver_text(sentry_value_get_by_key(span, "span_id"), 18 + 2 * depth);
    receiver_text(sentry_value_get_by_key(span, "op"), 0);
    if (sentry_value_get_length(name)) printf(": ");
    receiver_text(name, 0);
    if (sentry_value_get_length(sentry_value_get_by_key(span, "status"))) {
        printf(" (%s)", sentry_value_as_string(sentry_value_get_by_key(span, "status")));
    }
    putchar('\n');
    for (i = 0; more[i]; i++) {
        sentry_value_t value = sentry_value_get_by_key(span, more[i]);
        if (sentry_value_get_length(value) == 0) continue;
        printf("%*s%s ", 2 * depth + 48, "", more[i]);
        receiver_json(value, NULL);
        putchar('\n');
    }
}

/* Prints the spans below one, each with those below it. Returns how many. */
static size_t receiver_spans(sentry_value_t spans, const char *parent, sentry_value_t origin, int depth)
{
    size_t i, printed = 0;
    for (i = 0; i < sentry_value_get_length(spans); i++) {
        sentry_value_t span = sentry_value_get_by_index(spans, i);
        if (strcmp(sentry_value_as_string(sentry_value_get_by_key(span, "parent_span_id")), parent) != 0) continue;
        receiver_span(span, sentry_value_get_by_key(span, "description"), origin, span, depth);
        printed += 1 + receiver_spans(spans, sentry_value_as_string(sentry_value_get_by_key(span, "span_id")), origin, depth + 1);
    }
    return printed;
}

/* Prints a transaction: what trace it is part of, who decided that it is sent, and when its spans ran. */
static void receiver_transaction(sentry_value_t event, sentry_value_t sampling)
{
    static const char *const keys[] = { "transaction", "event_id", "release", "tags", "user", "measurements", NULL };
    sentry_value_t trace = sentry_value_get_by_key(sentry_value_get_by_key(event, "contexts"), "trace");
    sentry_value_t spans = sentry_value_get_by_key(event, "spans"), origin = sentry_value_get_by_key(event, "start_timestamp");
    sentry_value_t parent = sentry_value_get_by_key(trace, "parent_span_id");
    size_t lost = sentry_value_get_length(spans);
    receiver_fields(event, keys);
    printf("  %-12s ", "trace");
    receiver_text(sentry_value_get_by_key(trace, "trace_id"), 0);
    printf(", span ");
    receiver_text(sentry_value_get_by_key(trace, "span_id"), 0);
    printf(sentry_value_get_length(parent) ? " below " : "");
    receiver_text(parent, 0);
    printf("\n  %-12s ", "sampling");
    receiver_json(sampling, NULL);
    printf("\n  spans\n");
    receiver_span(trace, sentry_value_get_by_key(event, "transaction"), origin, event, 0);
    lost -= receiver_spans(spans, sentry_value_as_string(sentry_value_get_by_key(trace, "span_id")), origin, 1);
    if (lost > 0) printf("    and %lu below none of these\n", (unsigned long)lost);
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
        } else if (strcmp(sentry_value_as_string(type), "transaction") == 0) {
            receiver_transaction(sentry_envelope_get_transaction(envelope), sentry_envelope_get_header(envelope, "trace"));
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
/* Reads one request, prints what is in it and answers. Returns 0 when it is receiver_stop's. */
static int receiver_serve(net_socket_t client, char *buffer)
{
    size_t have = net_read(client, buffer, 0, 0), length = 0, whole = 0;
    const char *status = "400 Bad Request";
    char text[128], *end = strstr(buffer, "\r\n\r\n");
    if (end && strncmp(buffer, "STOP\r\n", 6) == 0) return 0;
    if (end && strncmp(buffer, "POST ", 5) == 0 && net_header(buffer, "content-length", text, sizeof text)) {
        length = (size_t)strtoul(text, NULL, 10);
        if (length <= RECEIVER_MAX_BODY) whole = (size_t)(end + 4 - buffer) + length;
    }
    if (length > 0 && whole > 0 && net_read(client, buffer, have, whole) >= whole) {
        receiver_report(end + 4, length);
        status = "200 OK";
    }
    snprintf(text, sizeof text, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", status);
    net_send(client, text);
    return 1;
}

static void *receiver_run(void *memory)
{
    int running = 1;
    while (running) {
        net_socket_t client = accept(receiver_listener, NULL, NULL);
        if (client == NET_NONE) continue;
        running = receiver_serve(client, (char *)memory);
        net_close(client);
    }
    free(memory);
    return NULL;
}

static const char *receiver_start(void)
{
    static char dsn[64];
    const char *given = getenv("SENTRY_DSN");
    void *memory;
    if (given && *given) {
        printf("reporting to %s\n", given);
        return given;
    }
    puts("reporting to the receiver in this program (set SENTRY_DSN for a real server)");
    fflush(stdout);
    memory = malloc(NET_MAX_HEAD + RECEIVER_MAX_BODY + 1);
    receiver_listener = net_listen(&receiver_port);
    if (!memory || receiver_listener == NET_NONE) return NULL;
    if (sentry_thread_create(&receiver_thread, NULL, receiver_run, memory) != 0) return NULL;
    snprintf(dsn, sizeof dsn, "http://public@127.0.0.1:%d/1", receiver_port);
    return dsn;
}

/* Call it once, after sentry_close: what it sends waits its turn behind the connections that are already there. */
static void receiver_stop(void)
{
    net_socket_t client = receiver_port ? net_connect(receiver_port) : NET_NONE;
    if (receiver_port == 0) puts("SENTRY_DEBUG=1 tells how that went");
    if (client == NET_NONE) return;
    net_send(client, "STOP\r\n\r\n");
    sentry_thread_join(receiver_thread, NULL);
    net_close(client);
    net_close(receiver_listener);
}

#endif /* SENTRY_EXAMPLE_RECEIVER_H */
