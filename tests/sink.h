/* sink.h: a scripted HTTP/1.1 server on the loopback interface or a Unix-domain socket, for tests of HTTP clients. It
 * shares no code with what it tests. POSIX and Winsock.
 *
 *     sink_t *sink = sink_start();                          on 127.0.0.1; sink_start_on(AF_INET6) on ::1
 *     sink_reply(sink, 429, "Retry-After: 5\r\n", "");      the answer to the first request
 *     sink_do(sink, SINK_RESET);                            what happens to the second; then "200 {}" for the rest
 *     ... client talks to sink_port(sink) ...
 *     sink_wait(sink, 2, 5000);                             2 when two requests came within 5 s
 *     sink_request(sink, 0)->body ...
 *     sink_stop(sink);
 *
 * Every connection has a thread. Requests take the script's steps in the order in which they come in. */
#ifndef SINK_H_INCLUDED
#define SINK_H_INCLUDED

#include "port.h"
#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#endif

/* -- sockets of both systems -- */

#ifdef _WIN32
typedef SOCKET sink_socket_t;
typedef int sink_size_t;
#define SINK_NONE INVALID_SOCKET
#define SINK_SEND_FLAGS 0
#define SHUT_RDWR SD_BOTH
#define strcasecmp _stricmp

static inline void sink_close_socket(sink_socket_t fd) { closesocket(fd); }
static inline int sink_poll_sockets(struct pollfd *waits, unsigned count, int ms) { return WSAPoll(waits, count, ms); }
/* Whether the call that just failed is to be made again. */
static inline int sink_again(void) { return WSAGetLastError() == WSAEWOULDBLOCK; }

static inline void sink_unblock(sink_socket_t fd)
{
    u_long on = 1;
    ioctlsocket(fd, (long)FIONBIO, &on);
}

static inline sink_socket_t sink_socket(int family, int type)
{
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data) == 0 ? socket(family, type, 0) : SINK_NONE;
}
#else
typedef int sink_socket_t;
typedef size_t sink_size_t;
#define SINK_NONE (-1)
#ifdef MSG_NOSIGNAL
#define SINK_SEND_FLAGS MSG_NOSIGNAL
#else
#define SINK_SEND_FLAGS 0
#endif

static inline void sink_close_socket(sink_socket_t fd) { close(fd); }
static inline int sink_poll_sockets(struct pollfd *waits, unsigned count, int ms) { return poll(waits, count, ms); }
static inline int sink_again(void) { return errno == EAGAIN || errno == EINTR; }
static inline void sink_unblock(sink_socket_t fd) { fcntl(fd, F_SETFL, O_NONBLOCK); }
static inline sink_socket_t sink_socket(int family, int type) { return socket(family, type, 0); }
#endif

#define SINK_MAX_CONNECTIONS 256        /* in a sink's life; more are closed at once */
#define SINK_MAX_HEADERS 64             /* of a request; more are not indexed */
#define SINK_MAX_REQUEST (64u << 20)    /* bytes; a longer request is not read */

/* What a request meets. The body and the status count where a reply is made. */
typedef enum {
    SINK_REPLY,          /* a reply by Content-Length, then keep-alive */
    SINK_CHUNKED,        /* a reply in chunks of up to 3 bytes, with an extension and a trailer, then keep-alive */
    SINK_UNTIL_CLOSE,    /* a reply that ends where the connection does */
    SINK_CONTINUE,       /* "100 Continue", "103 Early Hints", then as SINK_REPLY */
    SINK_REPLY_CLOSE,    /* as SINK_REPLY, then the connection is closed without a word */
    SINK_SLOW,           /* as SINK_REPLY, 20 ms later */
    SINK_DRIP,           /* as SINK_REPLY, a byte every `ms` */
    SINK_HOLD,           /* waits for sink_release, then as SINK_REPLY */
    SINK_RAW,            /* the bytes of `body`, then close */
    SINK_RAW_OPEN,       /* the bytes of `body`, then nothing, ever */
    SINK_ENDLESS_HEADER, /* a reply whose header does not end */
    SINK_STALL,          /* the first `at` bytes of the reply, then nothing, ever */
    SINK_CLOSE,          /* the first `at` bytes of the reply, then close */
    SINK_RESET,          /* the first `at` bytes of the reply, then TCP reset */
    SINK_REPLY_EARLY,    /* as SINK_REPLY once `at` bytes of the request are read; it is not recorded, the rest is ignored */
    SINK_CLOSE_EARLY,    /* close once `at` bytes of the request are read; it is not recorded */
    SINK_RESET_EARLY     /* TCP reset once `at` bytes of the request are read; it is not recorded */
} sink_kind_t;

/* One step of the script. Zero means: 200, no headers, the body "{}". */
typedef struct {
    sink_kind_t kind;
    int status;
    const char *headers; /* lines that end in \r\n */
    const char *body;
    unsigned ms;         /* SINK_DRIP */
    size_t at;           /* where the reply or the request is cut; beyond its end is its end */
} sink_step_t;

/* A request as it came in. */
typedef struct {
    char *method, *path, *version;
    char *head;                                        /* request line and headers, as sent */
    char *body;                                        /* zero-terminated beyond its size */
    size_t body_size;
    unsigned connection;                               /* from 1 */
    sink_kind_t kind;                                  /* what it met */
    int status;                                        /* the step's */
    int accepted;                                      /* the answer says 2xx, as far as a whole header goes */
    size_t header_count;
    char *names[SINK_MAX_HEADERS], *values[SINK_MAX_HEADERS];
    char *text;                                        /* what the pointers above point into */
} sink_request_t;

typedef struct sink_s sink_t;

/* One connection and its thread. */
typedef struct {
    sink_t *sink;
    test_thread_t thread;
    sink_socket_t fd;
    unsigned number;
    char *bytes;          /* read and not used yet */
    size_t size, room;
} sink_connection_t;

struct sink_s {
    int family, port;
    sink_socket_t listener;
    sink_socket_t wake;   /* becomes readable, and stays so, when the sink stops */
    test_thread_t thread;
    test_mutex_t lock;    /* guards all below */
    test_cond_t news;
    sink_step_t *steps;   /* copies */
    size_t step_count, step_next;
    sink_step_t otherwise;
    sink_request_t **requests;
    size_t request_count;
    sink_connection_t *connections[SINK_MAX_CONNECTIONS];
    unsigned connection_count;
    int released;
};

/* -- small things -- */

static inline void *sink_realloc(void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (!memory)
        abort();
    return memory;
}

static inline char *sink_copy(const char *bytes, size_t size)
{
    char *copy = (char *)sink_realloc(NULL, size + 1);
    if (size)
        memcpy(copy, bytes, size);
    copy[size] = 0;
    return copy;
}

/* Waits until the socket (SINK_NONE: none) is ready, for `ms` or for good (-1). 1 ready, 0 time is up, -1 the sink stops. */
static inline int sink_poll(const sink_t *sink, sink_socket_t fd, short events, int ms)
{
    struct pollfd waits[2];
    memset(waits, 0, sizeof waits);
    waits[0].fd = sink->wake;
    waits[0].events = POLLIN;
    waits[1].fd = fd;
    waits[1].events = events;
    while (sink_poll_sockets(waits, fd == SINK_NONE ? 1 : 2, ms) < 0)
        if (!sink_again())
            return -1;
    if (waits[0].revents)
        return -1;
    return waits[1].revents != 0;
}

/* Sends all bytes. 0, or -1 when the peer is gone or the sink stops. */
static inline int sink_send(const sink_connection_t *c, const char *bytes, size_t size)
{
    while (size > 0) {
        long n;
        if (sink_poll(c->sink, c->fd, POLLOUT, -1) < 0)
            return -1;
        n = (long)send(c->fd, bytes, (sink_size_t)size, SINK_SEND_FLAGS);
        if (n < 0 && sink_again())
            continue;
        if (n <= 0)
            return -1;
        bytes += n;
        size -= (size_t)n;
    }
    return 0;
}

static inline int sink_send_text(const sink_connection_t *c, const char *text)
{
    return sink_send(c, text, strlen(text));
}

/* Reads some more bytes. 0, or -1 at the end of the connection. */
static inline int sink_receive(sink_connection_t *c)
{
    long n;
    if (c->size >= SINK_MAX_REQUEST || sink_poll(c->sink, c->fd, POLLIN, -1) < 0)
        return -1;
    if (c->room - c->size < 4096) {
        c->room = c->room * 2 + 8192;
        c->bytes = (char *)sink_realloc(c->bytes, c->room);
    }
    n = (long)recv(c->fd, c->bytes + c->size, (sink_size_t)(c->room - c->size - 1), 0);
    if (n < 0 && sink_again())
        return 0;
    if (n <= 0)
        return -1;
    c->size += (size_t)n;
    c->bytes[c->size] = 0;
    return 0;
}

/* Waits for a request's first byte. 1, or 0 at the end of the connection. */
static inline int sink_has_more(const sink_connection_t *c)
{
    char byte;
    return c->size > 0 || (sink_poll(c->sink, c->fd, POLLIN, -1) > 0 && recv(c->fd, &byte, 1, MSG_PEEK) == 1);
}

/* -- requests -- */

/* Splits a line off `*at` in place. */
static inline char *sink_line(char **at)
{
    char *line = *at, *end = strstr(line, "\r\n");
    *at = end ? end + 2 : line + strlen(line);
    if (end)
        *end = 0;
    return line;
}

/* Cuts `*at` at the next `stop` and moves past it and the spaces behind it. */
static inline char *sink_word(char **at, char stop)
{
    char *word = *at, *end = strchr(word, stop);
    *at = end ? end + 1 : word + strlen(word);
    if (end)
        *end = 0;
    *at += strspn(*at, " \t");
    return word;
}

static inline sink_request_t *sink_request_new(const char *head, size_t size)
{
    sink_request_t *r = (sink_request_t *)sink_realloc(NULL, sizeof *r);
    char *at, *line;
    memset(r, 0, sizeof *r);
    r->head = sink_copy(head, size);
    r->text = sink_copy(head, size);
    at = r->text;
    line = sink_line(&at);
    r->method = sink_word(&line, ' ');
    r->path = sink_word(&line, ' ');
    r->version = line;
    while (*at && r->header_count < SINK_MAX_HEADERS) {
        line = sink_line(&at);
        if (!*line)
            break;
        r->names[r->header_count] = sink_word(&line, ':');
        r->values[r->header_count++] = line;
    }
    return r;
}

static inline void sink_request_free(sink_request_t *r)
{
    free(r->head);
    free(r->text);
    free(r->body);
    free(r);
}

/* The value of a header, NULL when there is none. */
static inline const char *sink_header(const sink_request_t *r, const char *name)
{
    size_t i;
    for (i = 0; i < r->header_count; i++)
        if (strcasecmp(r->names[i], name) == 0)
            return r->values[i];
    return NULL;
}

/* How often a header occurs. */
static inline int sink_header_times(const sink_request_t *r, const char *name)
{
    size_t i;
    int times = 0;
    for (i = 0; i < r->header_count; i++)
        times += strcasecmp(r->names[i], name) == 0;
    return times;
}

/* Takes a whole request from the connection; NULL when it ends before. */
static inline sink_request_t *sink_read(sink_connection_t *c)
{
    sink_request_t *r;
    const char *end, *length;
    size_t head;
    while (!c->size || !(end = strstr(c->bytes, "\r\n\r\n")))
        if (sink_receive(c) != 0)
            return NULL;
    head = (size_t)(end - c->bytes) + 4;
    r = sink_request_new(c->bytes, head);
    length = sink_header(r, "Content-Length");
    r->body_size = length ? (size_t)strtoul(length, NULL, 10) : 0;
    while (c->size - head < r->body_size) {
        if (sink_receive(c) != 0) {
            sink_request_free(r);
            return NULL;
        }
    }
    r->body = sink_copy(c->bytes + head, r->body_size);
    c->size -= head + r->body_size;
    memmove(c->bytes, c->bytes + head + r->body_size, c->size + 1);
    r->connection = c->number;
    return r;
}

/* -- answers -- */

/* The answer's bytes, with the framing that the step wants. */
static inline char *sink_answer(const sink_step_t *step)
{
    const char *body = step->body, *framing = "";
    size_t size = strlen(body), room = strlen(step->headers) + size * 8 + 256, used, i;
    char *text = (char *)sink_realloc(NULL, room), number[64];
    if (step->kind == SINK_CHUNKED)
        framing = "Transfer-Encoding: chunked\r\n";
    else if (step->kind != SINK_UNTIL_CLOSE) {
        snprintf(number, sizeof number, "Content-Length: %lu\r\n", (unsigned long)size);
        framing = number;
    }
    if (step->status == 204 || step->status == 304)
        framing = body = "";
    used = (size_t)snprintf(text, room, "HTTP/1.1 %d Reason\r\n%s%s\r\n", step->status, step->headers, framing);
    if (step->kind != SINK_CHUNKED) {
        snprintf(text + used, room - used, "%s", body);
        return text;
    }
    for (i = 0; i < size; i += 3) {
        unsigned n = size - i < 3 ? (unsigned)(size - i) : 3;
        used += (size_t)snprintf(text + used, room - used, "%x;a=\"b\"\r\n%.*s\r\n", n, (int)n, body + i);
    }
    snprintf(text + used, room - used, "0\r\nX-Trailer: 1\r\n\r\n");
    return text;
}

/* Reads until there are so many bytes, or the peer or the sink ends it. */
static inline void sink_read_up_to(sink_connection_t *c, size_t size)
{
    while (c->size < size && sink_receive(c) == 0) {
    }
}

/* Does nothing until the peer or the sink ends it. */
static inline void sink_idle(sink_connection_t *c)
{
    sink_read_up_to(c, SINK_MAX_REQUEST);
}

/* Where an answer's header ends; 0 when it does not. */
static inline size_t sink_head_size(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    return end ? (size_t)(end - answer) + 4 : 0;
}

/* Whether who gets this answer knows that the request was accepted. */
static inline int sink_accepts(const sink_step_t *step)
{
    char *text;
    int whole;
    switch (step->kind) {
    case SINK_RAW:
    case SINK_RAW_OPEN:
        return strncmp(step->body, "HTTP/1.1 2", 10) == 0 && sink_head_size(step->body) > 0;
    case SINK_STALL:
    case SINK_CLOSE:
    case SINK_RESET:
        text = sink_answer(step);
        whole = step->at >= sink_head_size(text);
        free(text);
        return whole && step->status / 100 == 2;
    default:
        return step->kind != SINK_ENDLESS_HEADER && step->status / 100 == 2;
    }
}

/* Sends the beginning of the answer, as much as the step says. */
static inline void sink_send_part(const sink_connection_t *c, const char *answer, size_t size)
{
    size_t all = strlen(answer);
    sink_send(c, answer, size < all ? size : all);
}

static inline int sink_drip(const sink_connection_t *c, const char *text, unsigned ms)
{
    for (; *text; text++)
        if (sink_send(c, text, 1) != 0 || sink_poll(c->sink, SINK_NONE, 0, (int)ms) < 0)
            return -1;
    return 0;
}

static inline int sink_hold(sink_t *sink)
{
    int released = 0;
    while (!released) {
        if (sink_poll(sink, SINK_NONE, 0, 2) < 0)
            return -1;
        test_lock(&sink->lock);
        released = sink->released;
        test_unlock(&sink->lock);
    }
    return 0;
}

static inline void sink_endless_header(const sink_connection_t *c)
{
    static const char line[] = "X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
    int failed = sink_send_text(c, "HTTP/1.1 200 OK\r\n");
    while (!failed)
        failed = sink_send_text(c, line);
}

/* Makes closing the socket a TCP reset. */
static inline void sink_set_reset(const sink_connection_t *c)
{
    struct linger hard;
    hard.l_onoff = 1;
    hard.l_linger = 0;
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, (const char *)&hard, sizeof hard);
}

/* Does what the step says. 0 when the connection goes on. */
static inline int sink_act(sink_connection_t *c, const sink_step_t *step)
{
    char *text = NULL;
    int done = -1;
    switch (step->kind) {
    case SINK_HOLD:
        if (sink_hold(c->sink) != 0)
            break;
        /* fall through */
    case SINK_SLOW:
        if (step->kind == SINK_SLOW && sink_poll(c->sink, SINK_NONE, 0, 20) < 0)
            break;
        /* fall through */
    case SINK_REPLY:
    case SINK_CHUNKED:
    case SINK_UNTIL_CLOSE:
    case SINK_CONTINUE:
    case SINK_REPLY_CLOSE:
        text = sink_answer(step);
        if (step->kind == SINK_CONTINUE)
            sink_send_text(c, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
        done = sink_send_text(c, text);
        if (step->kind == SINK_UNTIL_CLOSE || step->kind == SINK_REPLY_CLOSE)
            done = -1;
        break;
    case SINK_DRIP:
        text = sink_answer(step);
        done = sink_drip(c, text, step->ms);
        break;
    case SINK_RAW:
        sink_send_text(c, step->body);
        break;
    case SINK_RAW_OPEN:
        sink_send_text(c, step->body);
        sink_idle(c);
        break;
    case SINK_ENDLESS_HEADER:
        sink_endless_header(c);
        break;
    case SINK_STALL:
    case SINK_RESET:
    case SINK_CLOSE:
        text = sink_answer(step);
        sink_send_part(c, text, step->at);
        if (step->kind == SINK_STALL)
            sink_idle(c);
        if (step->kind == SINK_RESET)
            sink_set_reset(c);
        break;
    case SINK_REPLY_EARLY:
        sink_read_up_to(c, step->at);
        text = sink_answer(step);
        sink_send_text(c, text);
        sink_idle(c);
        break;
    case SINK_RESET_EARLY:
    case SINK_CLOSE_EARLY:
        sink_read_up_to(c, step->at);
        if (step->kind == SINK_RESET_EARLY)
            sink_set_reset(c);
        break;
    }
    free(text);
    return done;
}

/* -- threads -- */

/* The next step; with `early`, only when it is one that comes before reading. 1 when there is one. */
static inline int sink_next_locked(sink_t *sink, sink_step_t *step, int early)
{
    int scripted = sink->step_next < sink->step_count;
    *step = scripted ? sink->steps[sink->step_next] : sink->otherwise;
    if ((step->kind == SINK_REPLY_EARLY || step->kind == SINK_CLOSE_EARLY || step->kind == SINK_RESET_EARLY) != early)
        return 0;
    sink->step_next += scripted ? 1 : 0;
    return 1;
}

/* Publishes a request. It does not change from here on. */
static inline void sink_record_locked(sink_t *sink, sink_request_t *r, const sink_step_t *step)
{
    r->kind = step->kind;
    r->status = step->status;
    r->accepted = sink_accepts(step);
    sink->requests = (sink_request_t **)sink_realloc(sink->requests, (sink->request_count + 1) * sizeof *sink->requests);
    sink->requests[sink->request_count++] = r;
    test_wake(&sink->news);
}

static inline void *sink_serve(void *arg)
{
    sink_connection_t *c = (sink_connection_t *)arg;
    sink_t *sink = c->sink;
    sink_step_t step;
    int done = 0;
    memset(&step, 0, sizeof step);
    while (!done && sink_has_more(c)) {
        sink_request_t *r = NULL;
        test_lock(&sink->lock);
        done = sink_next_locked(sink, &step, 1);
        test_unlock(&sink->lock);
        if (!done && !(r = sink_read(c)))
            break;
        if (r) {
            test_lock(&sink->lock);
            sink_next_locked(sink, &step, 0);
            sink_record_locked(sink, r, &step);
            test_unlock(&sink->lock);
        }
        done = sink_act(c, &step);
    }
    /* A forked child may hold the socket too: without this the peer would not see an orderly end. */
    if (step.kind != SINK_RESET && step.kind != SINK_RESET_EARLY)
        shutdown(c->fd, SHUT_RDWR);
    sink_close_socket(c->fd);
    free(c->bytes);
    c->bytes = NULL;
    return NULL;
}

static inline void sink_connect(sink_t *sink, sink_socket_t fd)
{
    sink_connection_t *c = (sink_connection_t *)sink_realloc(NULL, sizeof *c);
    memset(c, 0, sizeof *c);
    c->sink = sink;
    c->fd = fd;
    sink_unblock(fd);
#ifdef SO_NOSIGPIPE
    {
        int on = 1;
        setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
    }
#endif
    test_lock(&sink->lock);
    if (sink->connection_count == SINK_MAX_CONNECTIONS) {
        sink_close_socket(fd);
        free(c);
    } else {
        c->number = sink->connection_count + 1;
        if (test_thread_start(&c->thread, sink_serve, c) != 0)
            abort();
        sink->connections[sink->connection_count++] = c;
        test_wake(&sink->news);
    }
    test_unlock(&sink->lock);
}

static inline void *sink_accept(void *arg)
{
    sink_t *sink = (sink_t *)arg;
    while (sink_poll(sink, sink->listener, POLLIN, -1) >= 0) {
        sink_socket_t fd = accept(sink->listener, NULL, NULL);
        if (fd != SINK_NONE)
            sink_connect(sink, fd);
    }
    return NULL;
}

/* -- the interface -- */

/* Binds a socket to a free port of the loopback interface, and a SOCK_DGRAM to itself as its peer; SINK_NONE when there
 * is none of that family. */
static inline sink_socket_t sink_bind_as(int type, int family, int *port)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr *address = family == AF_INET6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t size = family == AF_INET6 ? (socklen_t)sizeof v6 : (socklen_t)sizeof v4;
    sink_socket_t fd = sink_socket(family, type);
    memset(&v4, 0, sizeof v4);
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(&v6, 0, sizeof v6);
    v6.sin6_family = AF_INET6;
    v6.sin6_addr.s6_addr[15] = 1;
    if (fd == SINK_NONE)
        return fd;
    if (bind(fd, address, size) != 0 || getsockname(fd, address, &size) != 0
        || (type == SOCK_DGRAM && connect(fd, address, size) != 0)) {
        sink_close_socket(fd);
        return SINK_NONE;
    }
    *port = ntohs(family == AF_INET6 ? v6.sin6_port : v4.sin_port);
    return fd;
}

#ifndef _WIN32
/* The Unix-domain socket with this number. */
static inline struct sockaddr_un sink_unix_address(int number)
{
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/sentry-sink-%ld-%d", test_pid(), number); /* its room is short */
    return address;
}

/* Binds a Unix-domain socket; its number stands in for a port. */
static inline sink_socket_t sink_bind_unix(int *port)
{
    static int last;
    sink_socket_t fd = sink_socket(AF_UNIX, SOCK_STREAM);
    struct sockaddr_un address = sink_unix_address(*port = ++last);
    if (fd == SINK_NONE || bind(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    sink_close_socket(fd);
    return SINK_NONE;
}
#endif

static inline sink_socket_t sink_bind(int family, int *port)
{
#ifndef _WIN32
    if (family == AF_UNIX)
        return sink_bind_unix(port);
#endif
    return sink_bind_as(SOCK_STREAM, family, port);
}

/* A port on which nothing listens. Its socket stays bound, so that no sink of a test program beside this one gets it. */
static inline int sink_closed_port(void)
{
    static int port;
    if (port == 0 && sink_bind(AF_INET, &port) == SINK_NONE)
        port = 1;
    return port;
}

/* The step with its defaults filled in. */
static inline sink_step_t sink_filled(sink_step_t step)
{
    step.status = step.status ? step.status : 200;
    step.headers = step.headers ? step.headers : "";
    step.body = step.body ? step.body : "{}";
    return step;
}

/* Starts a sink on 127.0.0.1 (AF_INET), on ::1 (AF_INET6), or at sink_path (AF_UNIX, but for Windows). Errors: NULL. */
static inline sink_t *sink_start_on(int family)
{
    static const test_mutex_t lock = TEST_MUTEX_INIT;
    static const test_cond_t news = TEST_COND_INIT;
    sink_t *sink;
    int port, wake_port;
    sink_socket_t fd = sink_bind(family, &port);
    if (fd == SINK_NONE)
        return NULL;
    sink = (sink_t *)sink_realloc(NULL, sizeof *sink);
    memset(sink, 0, sizeof *sink);
    sink->family = family;
    sink->port = port;
    sink->listener = fd;
    sink->wake = sink_bind_as(SOCK_DGRAM, AF_INET, &wake_port);
    sink->otherwise = sink_filled(sink->otherwise);
    sink->lock = lock;
    sink->news = news;
    sink_unblock(fd);
    if (sink->wake == SINK_NONE || listen(fd, 64) != 0 || test_thread_start(&sink->thread, sink_accept, sink) != 0)
        abort();
    return sink;
}

static inline sink_t *sink_start(void)
{
    return sink_start_on(AF_INET);
}

static inline int sink_port(const sink_t *sink)
{
    return sink->port;
}

#ifndef _WIN32
/* Where a sink of AF_UNIX is; the next call overwrites it. */
static inline const char *sink_path(const sink_t *sink)
{
    static struct sockaddr_un address;
    address = sink_unix_address(sink->port);
    return address.sun_path;
}
#endif

/* Appends a step to the script; its strings are copied. */
static inline void sink_push(sink_t *sink, sink_step_t step)
{
    step = sink_filled(step);
    step.headers = sink_copy(step.headers, strlen(step.headers));
    step.body = sink_copy(step.body, strlen(step.body));
    test_lock(&sink->lock);
    sink->steps = (sink_step_t *)sink_realloc(sink->steps, (sink->step_count + 1) * sizeof *sink->steps);
    sink->steps[sink->step_count++] = step;
    test_unlock(&sink->lock);
}

static inline void sink_push_kind(sink_t *sink, sink_kind_t kind, int status, const char *headers, const char *body)
{
    sink_step_t step;
    memset(&step, 0, sizeof step);
    step.kind = kind;
    step.status = status;
    step.headers = headers;
    step.body = body;
    sink_push(sink, step);
}

/* Appends a plain reply. */
static inline void sink_reply(sink_t *sink, int status, const char *headers, const char *body)
{
    sink_push_kind(sink, SINK_REPLY, status, headers, body);
}

/* Appends a step with default status, headers and body. */
static inline void sink_do(sink_t *sink, sink_kind_t kind)
{
    sink_push_kind(sink, kind, 0, NULL, NULL);
}

/* Appends a step that sends these bytes. */
static inline void sink_raw(sink_t *sink, sink_kind_t kind, const char *bytes)
{
    sink_push_kind(sink, kind, 0, NULL, bytes);
}

/* What happens to requests for which the script has no step; without this, "200 {}". The strings are lent. */
static inline void sink_always_step(sink_t *sink, sink_step_t step)
{
    test_lock(&sink->lock);
    sink->otherwise = sink_filled(step);
    test_unlock(&sink->lock);
}

/* The same with default status, headers and body. */
static inline void sink_always(sink_t *sink, sink_kind_t kind)
{
    sink_step_t step;
    memset(&step, 0, sizeof step);
    step.kind = kind;
    sink_always_step(sink, step);
}

/* Lets all that SINK_HOLD holds go on. */
static inline void sink_release(sink_t *sink)
{
    test_lock(&sink->lock);
    sink->released = 1;
    test_unlock(&sink->lock);
}

/* Waits until `count` requests were recorded, at most `ms`; returns how many there are. */
static inline size_t sink_wait(sink_t *sink, size_t count, unsigned ms)
{
    long long until = test_now_ms() + ms, left;
    size_t seen;
    test_lock(&sink->lock);
    while (sink->request_count < count && (left = until - test_now_ms()) > 0)
        test_wait(&sink->news, &sink->lock, (unsigned)left);
    seen = sink->request_count;
    test_unlock(&sink->lock);
    return seen;
}

static inline size_t sink_count(sink_t *sink)
{
    return sink_wait(sink, 0, 0);
}

/* Lends a request, from 0; NULL when there are not so many. */
static inline const sink_request_t *sink_request(sink_t *sink, size_t index)
{
    const sink_request_t *r;
    test_lock(&sink->lock);
    r = index < sink->request_count ? sink->requests[index] : NULL;
    test_unlock(&sink->lock);
    return r;
}

/* How many connections were made. */
static inline unsigned sink_connections(sink_t *sink)
{
    unsigned count;
    test_lock(&sink->lock);
    count = sink->connection_count;
    test_unlock(&sink->lock);
    return count;
}

/* Ends all connections and threads and frees everything. NULL is fine. */
static inline void sink_stop(sink_t *sink)
{
    size_t i;
    if (!sink)
        return;
    if (send(sink->wake, "", 1, 0) != 1)
        abort();
    test_thread_join(sink->thread);
    for (i = 0; i < sink->connection_count; i++) {
        test_thread_join(sink->connections[i]->thread);
        free(sink->connections[i]);
    }
    for (i = 0; i < sink->request_count; i++)
        sink_request_free(sink->requests[i]);
    for (i = 0; i < sink->step_count; i++) {
        free((void *)sink->steps[i].headers);
        free((void *)sink->steps[i].body);
    }
    sink_close_socket(sink->listener);
    sink_close_socket(sink->wake);
#ifndef _WIN32
    if (sink->family == AF_UNIX)
        unlink(sink_path(sink));
#endif
    free(sink->requests);
    free(sink->steps);
    free(sink);
}

#endif /* SINK_H_INCLUDED */
