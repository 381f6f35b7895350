/* What every header of Microsoft's C library begins with. These stubs declare what sentry.h and its examples use, with
 * some of its neighbours, as the UCRT and the Windows SDK declare it, and nothing that only POSIX has: they check names, types
 * and what the compiler accepts. They are our own writing and no substitute for a build with the real headers. */
#ifndef _VCRUNTIME_H
#define _VCRUNTIME_H

#ifdef _WIN64
typedef unsigned __int64 size_t;
typedef __int64 ptrdiff_t, intptr_t;
typedef unsigned __int64 uintptr_t;
#else
typedef unsigned int size_t;
typedef int ptrdiff_t, intptr_t;
typedef unsigned int uintptr_t;
#endif
#ifndef __cplusplus
typedef unsigned short wchar_t;
#endif
typedef char *va_list;
typedef int errno_t;

#ifdef __cplusplus
#define NULL 0
#define STUB_C_BEGIN extern "C" {
#define STUB_C_END }
#else
#define NULL ((void *)0)
#define STUB_C_BEGIN
#define STUB_C_END
#endif

/* C4996, on by default in the UCRT too. */
#ifdef _CRT_SECURE_NO_WARNINGS
#define _CRT_INSECURE_DEPRECATE(replacement)
#else
#define _CRT_INSECURE_DEPRECATE(replacement) __declspec(deprecated("This function or variable may be unsafe. Consider using " #replacement " instead."))
#endif

#endif
