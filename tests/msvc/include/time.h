#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
typedef __int64 time_t;
struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};
struct timespec {
    time_t tv_sec;
    long tv_nsec;
};
time_t __cdecl time(time_t *t);
_CRT_INSECURE_DEPRECATE(gmtime_s) struct tm *__cdecl gmtime(const time_t *t);
_CRT_INSECURE_DEPRECATE(localtime_s) struct tm *__cdecl localtime(const time_t *t);
errno_t __cdecl gmtime_s(struct tm *out, const time_t *t);
STUB_C_END
