#ifndef _WINSOCK2API_
#define _WINSOCK2API_
#ifdef _WINSOCKAPI_
#error "winsock.h has already been included"
#endif
#define _WINSOCKAPI_ /* keeps windows.h from including winsock.h */
#include <windows.h>
STUB_C_BEGIN

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef UINT_PTR SOCKET;
#define INVALID_SOCKET ((SOCKET)(~0))
#define SOCKET_ERROR (-1)
#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 23
#define SOCK_STREAM 1
#define SOL_SOCKET 0xffff
#define SO_ERROR 0x1007
#define TCP_NODELAY 1
#define IPPROTO_TCP 6
#define INADDR_LOOPBACK 0x7f000001
#define FD_SETSIZE 64
#define SOMAXCONN 0x7fffffff
#define FIONBIO 0x8004667e /* negative when it is a long, as it is in the SDK */
#define POLLRDNORM 0x0100
#define POLLRDBAND 0x0200
#define POLLIN (POLLRDNORM | POLLRDBAND)
#define POLLWRNORM 0x0010
#define POLLOUT (POLLWRNORM)
#define POLLERR 0x0001
#define POLLHUP 0x0002
#define WSAEINTR 10004L
#define WSAEWOULDBLOCK 10035L
#define WSAEINPROGRESS 10036L
struct in_addr {
    union {
        struct {
            UCHAR s_b1, s_b2, s_b3, s_b4;
        } S_un_b;
        ULONG S_addr;
    } S_un;
#define s_addr S_un.S_addr
};
struct sockaddr {
    u_short sa_family;
    CHAR sa_data[14];
};
struct sockaddr_in {
    short sin_family;
    USHORT sin_port;
    struct in_addr sin_addr;
    CHAR sin_zero[8];
};
struct timeval {
    long tv_sec, tv_usec;
};
typedef struct fd_set {
    u_int fd_count;
    SOCKET fd_array[FD_SETSIZE];
} fd_set;
#define FD_ZERO(set) (((fd_set *)(set))->fd_count = 0)
#define FD_SET(fd, set) ((void)(((fd_set *)(set))->fd_array[((fd_set *)(set))->fd_count++] = (fd)))
int WINAPI __WSAFDIsSet(SOCKET s, fd_set *set);
#define FD_ISSET(fd, set) __WSAFDIsSet((SOCKET)(fd), (fd_set *)(set))
typedef struct WSAData {
    WORD wVersion, wHighVersion;
    unsigned short iMaxSockets, iMaxUdpDg;
    char *lpVendorInfo;
    char szDescription[257], szSystemStatus[129];
} WSADATA, *LPWSADATA;
typedef struct pollfd {
    SOCKET fd;
    SHORT events, revents;
} WSAPOLLFD, *LPWSAPOLLFD;
__declspec(dllimport) int WINAPI WSAStartup(WORD version, LPWSADATA data);
__declspec(dllimport) int WINAPI WSACleanup(void);
__declspec(dllimport) int WINAPI WSAGetLastError(void);
__declspec(dllimport) int WINAPI WSAPoll(LPWSAPOLLFD fds, ULONG count, INT timeout);
__declspec(dllimport) SOCKET WINAPI socket(int family, int type, int protocol);
__declspec(dllimport) SOCKET WINAPI accept(SOCKET s, struct sockaddr *address, int *len);
__declspec(dllimport) int WINAPI bind(SOCKET s, const struct sockaddr *address, int len);
__declspec(dllimport) int WINAPI listen(SOCKET s, int backlog);
__declspec(dllimport) int WINAPI connect(SOCKET s, const struct sockaddr *address, int len);
__declspec(dllimport) int WINAPI getsockname(SOCKET s, struct sockaddr *address, int *len);
__declspec(dllimport) int WINAPI getsockopt(SOCKET s, int level, int option, char *value, int *len);
__declspec(dllimport) int WINAPI setsockopt(SOCKET s, int level, int option, const char *value, int len);
__declspec(dllimport) int WINAPI ioctlsocket(SOCKET s, long command, u_long *arg);
__declspec(dllimport) int WINAPI send(SOCKET s, const char *from, int len, int flags);
__declspec(dllimport) int WINAPI recv(SOCKET s, char *to, int len, int flags);
__declspec(dllimport) int WINAPI select(int ignored, fd_set *read, fd_set *write, fd_set *except, const struct timeval *timeout);
__declspec(dllimport) int WINAPI closesocket(SOCKET s);
__declspec(dllimport) u_long WINAPI htonl(u_long v);
__declspec(dllimport) u_short WINAPI htons(u_short v);
__declspec(dllimport) u_short WINAPI ntohs(u_short v);
STUB_C_END
#endif
