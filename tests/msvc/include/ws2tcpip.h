#ifndef _WS2TCPIP_H_
#define _WS2TCPIP_H_
#include <winsock2.h>
STUB_C_BEGIN
typedef int socklen_t;
#define AI_NUMERICHOST 4
typedef struct in6_addr {
    UCHAR Byte[16];
} IN6_ADDR;
struct sockaddr_in6 {
    short sin6_family;
    u_short sin6_port;
    ULONG sin6_flowinfo;
    struct in6_addr sin6_addr;
    ULONG sin6_scope_id;
};
typedef struct addrinfo {
    int ai_flags, ai_family, ai_socktype, ai_protocol;
    size_t ai_addrlen;
    char *ai_canonname;
    struct sockaddr *ai_addr;
    struct addrinfo *ai_next;
} ADDRINFOA, *PADDRINFOA;
__declspec(dllimport) INT WINAPI getaddrinfo(PCSTR host, PCSTR port, const ADDRINFOA *hints, PADDRINFOA *out);
__declspec(dllimport) VOID WINAPI freeaddrinfo(PADDRINFOA list);
STUB_C_END
#endif
