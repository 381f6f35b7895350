/* receiver.c: an HTTP server for envelopes that is fast enough to be no part of what is measured, and counts.
 *     receiver ADDRESS [LOG]     127.0.0.1:0, [::1]:0 or unix:PATH
 *
 * Prints "port NUMBER" and takes lines on its input:
 *     fine          answers 200 (so it begins)
 *     slow MS       answers 200 after so many milliseconds
 *     refuse        takes no connections, and ends those there are; requests that are whole by then are answered first
 * At the input's end it prints "bad N events N unique N other N bytes N ids HEX" and ends: events are envelopes with an
 * event_id, unique counts different ones, HEX is the XOR of those; other are envelopes without, such as client reports. Bad
 * are requests that are no whole envelope, or lack Host or Content-Length; they get a 400.
 *
 * LOG gets a line for every request before it is answered, "ID CONNECTION HEAD": "-" for no id; the connection's number; the
 * head's lines joined by " | ", and the body where there is no id. POSIX. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 64, BUFFER = 1 << 20, HEAD = 8192 };

typedef struct {
    uint64_t high, low;
} id_t128;

typedef struct {
    int fd; /* -1: free */
    unsigned number;
    char *in;
    size_t have, head, whole; /* bytes there; of the head, of the request, 0 while not known */
    long long due;            /* when to answer, in us; 0 while the request is not whole */
} connection_t;

static connection_t connections[CONNECTIONS];
static union {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    struct sockaddr_un local;
} address;
static socklen_t address_size;
static int listener = -1, holder = -1; /* the holder is bound to the port, so that nobody gets it while nobody listens there */
static long long delay_us;
static FILE *log_file;
static unsigned accepted;
static unsigned long long bad, events, others, bytes;

/* -- ids: a set that grows -- */

static id_t128 *ids, sum;
static size_t ids_room, ids_count;

static int id_add(id_t128 id)
{
    size_t i;
    if (2 * ids_count >= ids_room) {
        id_t128 *old = ids;
        size_t n = ids_room;
        ids_room = n ? 4 * n : 4096;
        ids = (id_t128 *)calloc(ids_room, sizeof *ids);
        if (!ids) exit(1);
        ids_count = 0;
        sum.high = sum.low = 0;
        for (i = 0; i < n; i++)
            if (old[i].high | old[i].low) id_add(old[i]);
        free(old);
    }
    for (i = (size_t)id.low & (ids_room - 1); ids[i].high | ids[i].low; i = (i + 1) & (ids_room - 1))
        if (ids[i].high == id.high && ids[i].low == id.low) return 0;
    ids[i] = id;
    ids_count++;
    sum.high ^= id.high;
    sum.low ^= id.low;
    return 1;
}

static uint64_t hex(const char *p)
{
    char digits[17];
    memcpy(digits, p, 16);
    digits[16] = 0;
    return strtoull(digits, NULL, 16);
}

/* -- what a request is -- */

static long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A header's value in a head that ends with a zero; NULL when it is not there. */
static const char *header(const char *head, const char *name)
{
    size_t n = strlen(name);
    while ((head = strchr(head, '\n')) != NULL) {
        head++;
        if (strncasecmp(head, name, n) == 0 && head[n] == ':') return head + n + 1 + strspn(head + n + 1, " ");
    }
    return NULL;
}

/* Learns how long the request is when its head is there. A head that says nothing has no body. */
static void measure(connection_t *c)
{
    char *end = c->head ? NULL : (char *)memmem(c->in, c->have, "\r\n\r\n", 4), kept;
    const char *length;
    if (!end) return;
    c->head = (size_t)(end - c->in) + 4;
    if (c->head >= HEAD) {
        fprintf(stderr, "receiver: a head of %lu bytes\n", (unsigned long)c->head);
        exit(1);
    }
    kept = end[2];
    end[2] = 0;
    length = header(c->in, "Content-Length");
    c->whole = c->head + (length ? (size_t)strtoull(length, NULL, 10) : 0);
    end[2] = kept;
    if (c->whole > BUFFER) {
        fprintf(stderr, "receiver: a request of %lu bytes\n", (unsigned long)c->whole);
        exit(1);
    }
}

/* Whether the body is an envelope down to its last byte: its header's line, then items of the length that theirs say. */
static int is_envelope(const char *p, const char *end)
{
    const char *line = (const char *)memchr(p, '\n', (size_t)(end - p)), *length;
    if (!line) return 0;
    for (p = line + 1; p < end; p = length + 1) {
        line = (const char *)memchr(p, '\n', (size_t)(end - p));
        length = line ? (const char *)memmem(p, (size_t)(line - p), "\"length\":", 9) : NULL;
        if (!length || strtoull(length + 9, NULL, 10) > (size_t)(end - line - 1)) return 0;
        length = line + 1 + strtoull(length + 9, NULL, 10);
        if (length < end && *length != '\n') return 0;
    }
    return 1;
}

static void write_log(const connection_t *c, const char *id, const char *head)
{
    const char *p;
    fprintf(log_file, "%s %u ", id, c->number);
    for (p = head; *p; p++)
        if (*p == '\r') fputs(p[2] ? " | " : "", log_file);
        else if (*p != '\n') fputc(*p, log_file);
    if (id[0] == '-') fputs(" | ", log_file);
    for (p = c->in + c->head; id[0] == '-' && p < c->in + c->whole; p++) fputc(*p == '\n' ? ' ' : *p, log_file);
    fputc('\n', log_file);
    fflush(log_file);
}

/* Answers, counts, and makes room for the next request. */
static void answer(connection_t *c)
{
    static const char fine[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    static const char wrong[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    char head[HEAD], text[33] = "-";
    const char *body = c->in + c->head, *id, *line;
    ssize_t sent;
    int good;
    memcpy(head, c->in, c->head - 2);
    head[c->head - 2] = 0;
    good = header(head, "Host") && header(head, "Content-Length") && is_envelope(body, c->in + c->whole);
    line = (const char *)memchr(body, '\n', c->whole - c->head);
    id = line ? (const char *)memmem(body, (size_t)(line - body), "\"event_id\":\"", 12) : NULL;
    if (id && line - id >= 44) memcpy(text, id + 12, 32);
    if (log_file) write_log(c, text, head);
    /* The client may be gone: what it sent has come all the same. */
    sent = send(c->fd, good ? fine : wrong, (good ? sizeof fine : sizeof wrong) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) exit(1);
    bytes += c->whole;
    bad += !good;
    others += good && text[0] == '-';
    if (good && text[0] != '-') {
        id_t128 number;
        number.high = hex(text);
        number.low = hex(text + 16);
        events++;
        id_add(number);
    }
    memmove(c->in, c->in + c->whole, c->have - c->whole);
    c->have -= c->whole;
    c->head = c->whole = 0;
    c->due = 0;
}

/* -- connections -- */

static void drop(connection_t *c)
{
    close(c->fd);
    c->fd = -1;
}

/* Notes when requests are whole, and answers those whose time has come. */
static void serve(connection_t *c)
{
    for (;;) {
        measure(c);
        if (!c->head || c->have < c->whole) return;
        if (!c->due) c->due = now_us() + delay_us;
        if (delay_us && now_us() < c->due) return;
        answer(c);
    }
}

static void take(connection_t *c)
{
    ssize_t got = recv(c->fd, c->in + c->have, BUFFER - c->have, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got > 0) {
        c->have += (size_t)got;
        serve(c);
        return;
    }
    if (c->due) answer(c);
    drop(c);
}

static void greet(void)
{
    int fd = accept(listener, NULL, NULL), on = 1, i = 0;
    if (fd < 0) return;
    while (i < CONNECTIONS && connections[i].fd >= 0) i++;
    if (i == CONNECTIONS) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!connections[i].in) connections[i].in = (char *)malloc(BUFFER);
    if (!connections[i].in) exit(1);
    connections[i].fd = fd;
    connections[i].number = ++accepted;
    connections[i].have = connections[i].head = connections[i].whole = 0;
    connections[i].due = 0;
}

/* A socket at the address. Where the system chooses the port, the address becomes that. */
static int bound(void)
{
    int on = 1, fd = socket(address.any.sa_family, SOCK_STREAM, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 || bind(fd, &address.any, address_size) != 0
        || getsockname(fd, &address.any, &address_size) != 0) {
        perror("receiver");
        exit(1);
    }
    return fd;
}

/* Takes connections. */
static void begin(void)
{
    if (listener >= 0) return;
    if (address.any.sa_family == AF_UNIX) unlink(address.local.sun_path);
    else if (holder < 0) holder = bound();
    listener = bound();
    if (listen(listener, 64) == 0) return;
    perror("receiver");
    exit(1);
}

static void refuse(void)
{
    int i;
    if (listener >= 0) close(listener);
    listener = -1;
    for (i = 0; i < CONNECTIONS; i++) {
        if (connections[i].fd < 0) continue;
        if (connections[i].due) answer(&connections[i]);
        drop(&connections[i]);
    }
}

/* -- the program -- */

static int read_address(char *text)
{
    char *port = strrchr(text, ':');
    if (!port) return 1;
    if (strncmp(text, "unix:", 5) == 0 && strlen(text + 5) < sizeof address.local.sun_path) {
        address.local.sun_family = AF_UNIX;
        strcpy(address.local.sun_path, text + 5);
        address_size = (socklen_t)sizeof address.local;
        return 0;
    }
    *port++ = 0;
    if (text[0] == '[') {
        text[strlen(text) - 1] = 0;
        address.six.sin6_family = AF_INET6;
        address.six.sin6_port = htons((uint16_t)atoi(port));
        address_size = (socklen_t)sizeof address.six;
        return inet_pton(AF_INET6, text + 1, &address.six.sin6_addr) != 1;
    }
    address.four.sin_family = AF_INET;
    address.four.sin_port = htons((uint16_t)atoi(port));
    address_size = (socklen_t)sizeof address.four;
    return inet_pton(AF_INET, text, &address.four.sin_addr) != 1;
}

/* Obeys what came on the input. Returns 0 at its end. */
static int obey(void)
{
    char text[256], *line;
    ssize_t got = read(0, text, sizeof text - 1);
    if (got <= 0) return 0;
    text[got] = 0;
    for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strcmp(line, "refuse") == 0) {
            refuse();
            continue;
        }
        delay_us = strncmp(line, "slow ", 5) == 0 ? 1000 * atoll(line + 5) : 0;
        begin();
    }
    return 1;
}

/* Milliseconds until the next answer is due; -1 when none is. */
static int next_due(void)
{
    long long least = -1, now = now_us();
    int i;
    for (i = 0; i < CONNECTIONS; i++) {
        long long left;
        if (connections[i].fd < 0 || !connections[i].due) continue;
        left = connections[i].due > now ? connections[i].due - now : 0;
        if (least < 0 || left < least) least = left;
    }
    return least < 0 ? -1 : (int)((least + 999) / 1000);
}

int main(int argc, char **argv)
{
    struct pollfd waits[CONNECTIONS + 2];
    int i, going = 1;
    if (argc < 2 || read_address(argv[1]) != 0) {
        fprintf(stderr, "receiver ADDRESS [LOG]\n");
        return 2;
    }
    if (argc > 2 && !(log_file = fopen(argv[2], "w"))) return 1;
    for (i = 0; i < CONNECTIONS; i++) connections[i].fd = -1;
    begin();
    printf("port %d\n", ntohs(address.any.sa_family == AF_UNIX ? 0 : address.four.sin_port)); /* where sin6_port stands too */
    fflush(stdout);
    while (going) {
        waits[0].fd = 0;
        waits[1].fd = listener;
        for (i = 0; i < CONNECTIONS; i++) waits[i + 2].fd = connections[i].fd;
        for (i = 0; i < CONNECTIONS + 2; i++) waits[i].events = POLLIN;
        if (poll(waits, CONNECTIONS + 2, next_due()) < 0 && errno != EINTR) return 1;
        if (listener >= 0 && (waits[1].revents & POLLIN)) greet();
        for (i = 0; i < CONNECTIONS; i++) {
            if (connections[i].fd < 0 || connections[i].fd != waits[i + 2].fd) continue;
            if (waits[i + 2].revents) take(&connections[i]);
            else if (connections[i].due) serve(&connections[i]);
        }
        if (waits[0].revents) going = obey();
    }
    refuse();
    printf("bad %llu events %llu unique %llu other %llu bytes %llu ids %016llx%016llx\n", bad, events,
        (unsigned long long)ids_count, others, bytes, (unsigned long long)sum.high, (unsigned long long)sum.low);
    return 0;
}
