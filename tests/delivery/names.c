/* names.c: loaded into a program before others (LD_PRELOAD), makes it know the host names in $NAMES, which is like
 * "a.test=::1,b.test=127.0.0.1". So a proxy can be the only one that knows a name. It also says "listening" on stderr as
 * soon as the program does, which not every server tells. glibc and musl. */
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*listen_t)(int fd, int waiting);
typedef int (*getaddrinfo_t)(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found);

/* Copies the address of a name out of $NAMES. Returns 1 when the name is there. */
static int known(const char *node, char *address, size_t size)
{
    const char *at = getenv("NAMES");
    size_t n = strlen(node);
    while (at && *at) {
        size_t length = strcspn(at, ",");
        if (length > n && strncmp(at, node, n) == 0 && at[n] == '=') {
            snprintf(address, size, "%.*s", (int)(length - n - 1), at + n + 1);
            return 1;
        }
        at += length + (at[length] == ',');
    }
    return 0;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    getaddrinfo_t real;
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    char address[64];
    memcpy(&real, &symbol, sizeof real);
    return real(node && known(node, address, sizeof address) ? address : node, service, hints, found);
}

int listen(int fd, int waiting)
{
    listen_t real;
    void *symbol = dlsym(RTLD_NEXT, "listen");
    int failed;
    memcpy(&real, &symbol, sizeof real);
    failed = real(fd, waiting);
    if (!failed) fputs("listening\n", stderr);
    return failed;
}
