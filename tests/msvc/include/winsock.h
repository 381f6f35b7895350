/* Winsock 1, which windows.h brings along unless WIN32_LEAN_AND_MEAN is defined. It does not go with winsock2.h. */
#ifndef _WINSOCKAPI_
#define _WINSOCKAPI_
#include <windows.h>
#define SOMAXCONN 5
struct sockaddr {
    unsigned short sa_family;
    char sa_data[14];
};
#endif
