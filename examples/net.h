/* net.h: what the examples need of sockets, on POSIX and Windows: TCP on the loopback and a little HTTP. To show things with,
 * not to build servers on: it blocks, and reads headers as they usually look. */
#ifndef SENTRY_EXAMPLE_NET_H
#define SENTRY_EXAMPLE_NET_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _WIN32
#include <ws2tcpip.h>
typedef SOCKET net_socket_t;
typedef int net_size_t;
typedef SOCKET net_fd_t;
#define net_close closesocket
#define NET_STARTUP() WSAStartup(MAKEWORD(2, 2), &(WSADATA){ 0 })
#else
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>
typedef int net_socket_t;
typedef size_t net_size_t;
#ifdef __APPLE__
typedef int net_fd_t; /* what FD_SET wants */
#else
typedef unsigned net_fd_t;
#endif
#define net_close close
#define NET_STARTUP()
#endif
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

#define NET_NONE ((net_socket_t)-1)
#define NET_MAX_HEAD (16 * 1024) /* bytes of a request or an answer before its body */
#define NET_MAX_SECONDS 10       /* for one to arrive */

/* The loopback's address; with port 0 a free one is chosen by net_listen. */
static struct sockaddr_in net_address(int port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)port);
    return address;
}

/* Listens on a free port, which `*port` tells. Returns NET_NONE when it cannot. */
static net_socket_t net_listen(int *port)
{
    struct sockaddr_in address = net_address(0);
    socklen_t length = sizeof address;
    net_socket_t listener;
    NET_STARTUP();
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener == NET_NONE) return NET_NONE;
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 16) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        net_close(listener);
        return NET_NONE;
    }
    *port = ntohs(address.sin_port);
    return listener;
}

/* Connects to a port of this machine; NET_NONE when nobody listens. */
static net_socket_t net_connect(int port)
{
    struct sockaddr_in address = net_address(port);
    net_socket_t client = socket(AF_INET, SOCK_STREAM, 0);
    if (client == NET_NONE || connect(client, (struct sockaddr *)&address, sizeof address) == 0) return client;
    net_close(client);
    return NET_NONE;
}

static void net_send(net_socket_t to, const char *text)
{
    send(to, text, (net_size_t)strlen(text), MSG_NOSIGNAL);
}

/* Reads behind the `have` bytes that are there until there are `want`, or, when that is 0, a blank line. `buffer` has room for
 * those, or NET_MAX_HEAD, and a zero. Returns how many bytes there are then. */
static size_t net_read(net_socket_t from, char *buffer, size_t have, size_t want)
{
    time_t deadline = time(NULL) + NET_MAX_SECONDS;
    buffer[have] = 0;
    while (want ? have < want : have < NET_MAX_HEAD && !strstr(buffer, "\r\n\r\n")) {
        struct timeval patience = { (long)(deadline - time(NULL)), 0 };
        fd_set one;
        int n;
        FD_ZERO(&one);
        FD_SET((net_fd_t)from, &one);
        if (patience.tv_sec <= 0 || select((int)from + 1, &one, NULL, NULL, &patience) <= 0) break;
        n = (int)recv(from, buffer + have, (net_size_t)((want ? want : NET_MAX_HEAD) - have), 0);
        if (n <= 0) break;
        buffer[have += (size_t)n] = 0;
    }
    return have;
}

/* Copies the value of a header of the request or answer in `head`; `name` is in lower case. Returns 0, and "", without it. */
static int net_header(const char *head, const char *name, char *value, size_t size)
{
    size_t length = strlen(name), i;
    value[0] = 0;
    while ((head = strstr(head, "\r\n")) != NULL && strncmp(head, "\r\n\r\n", 4) != 0) {
        head += 2;
        for (i = 0; i < length && tolower((unsigned char)head[i]) == name[i]; i++) {}
        if (i < length || head[i] != ':') continue;
        head += i + 1 + strspn(head + i + 1, " \t");
        snprintf(value, size, "%.*s", (int)strcspn(head, "\r\n"), head);
        return 1;
    }
    return 0;
}

#endif /* SENTRY_EXAMPLE_NET_H */
