#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
int __cdecl memcmp(const void *a, const void *b, size_t n);
void *__cdecl memcpy(void *to, const void *from, size_t n);
void *__cdecl memmove(void *to, const void *from, size_t n);
void *__cdecl memset(void *to, int value, size_t n);
size_t __cdecl strlen(const char *s);
int __cdecl strcmp(const char *a, const char *b);
int __cdecl strncmp(const char *a, const char *b, size_t n);
size_t __cdecl strspn(const char *s, const char *set);
char *__cdecl strpbrk(const char *s, const char *set);
size_t __cdecl strcspn(const char *s, const char *set);
size_t __cdecl wcslen(const wchar_t *s);
int __cdecl wcscmp(const wchar_t *a, const wchar_t *b);
int __cdecl wcsncmp(const wchar_t *a, const wchar_t *b, size_t n);
errno_t __cdecl strerror_s(char *buffer, size_t size, int error);
_CRT_INSECURE_DEPRECATE(strerror_s) char *__cdecl strerror(int error);
_CRT_INSECURE_DEPRECATE(strcpy_s) char *__cdecl strcpy(char *to, const char *from);
_CRT_INSECURE_DEPRECATE(strcat_s) char *__cdecl strcat(char *to, const char *from);
_CRT_INSECURE_DEPRECATE(strncpy_s) char *__cdecl strncpy(char *to, const char *from, size_t n);
_CRT_INSECURE_DEPRECATE(wcscpy_s) wchar_t *__cdecl wcscpy(wchar_t *to, const wchar_t *from);
#ifdef __cplusplus
}
/* In C++ what is searched decides whether the result can be changed. */
extern "C++" {
const void *__cdecl memchr(const void *s, int c, size_t n);
void *__cdecl memchr(void *s, int c, size_t n);
const char *__cdecl strchr(const char *s, int c);
char *__cdecl strchr(char *s, int c);
const char *__cdecl strrchr(const char *s, int c);
char *__cdecl strrchr(char *s, int c);
const char *__cdecl strstr(const char *s, const char *what);
char *__cdecl strstr(char *s, const char *what);
}
#else
void *__cdecl memchr(const void *s, int c, size_t n);
char *__cdecl strchr(const char *s, int c);
char *__cdecl strrchr(const char *s, int c);
char *__cdecl strstr(const char *s, const char *what);
#endif
