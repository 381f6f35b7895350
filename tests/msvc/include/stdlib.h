#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
void *__cdecl malloc(size_t size);
void *__cdecl calloc(size_t count, size_t size);
void *__cdecl realloc(void *p, size_t size);
void __cdecl free(void *p);
__declspec(noreturn) void __cdecl abort(void);
__declspec(noreturn) void __cdecl exit(int code);
int __cdecl atexit(void(__cdecl *f)(void));
int __cdecl system(const char *command);
int __cdecl atoi(const char *s);
double __cdecl strtod(const char *s, char **end);
long __cdecl strtol(const char *s, char **end, int base);
unsigned long __cdecl strtoul(const char *s, char **end, int base);
long long __cdecl strtoll(const char *s, char **end, int base);
unsigned long long __cdecl strtoull(const char *s, char **end, int base);
void __cdecl qsort(void *base, size_t count, size_t size, int(__cdecl *compare)(const void *, const void *));
void *__cdecl bsearch(const void *key, const void *base, size_t count, size_t size, int(__cdecl *compare)(const void *, const void *));
_CRT_INSECURE_DEPRECATE(_dupenv_s) char *__cdecl getenv(const char *name);
_CRT_INSECURE_DEPRECATE(_wdupenv_s) wchar_t *__cdecl _wgetenv(const wchar_t *name);
typedef void(__cdecl *_purecall_handler)(void);
typedef void(__cdecl *_invalid_parameter_handler)(const wchar_t *expression, const wchar_t *function, const wchar_t *file, unsigned line, uintptr_t reserved);
_purecall_handler __cdecl _set_purecall_handler(_purecall_handler handler);
_invalid_parameter_handler __cdecl _set_invalid_parameter_handler(_invalid_parameter_handler handler);
__declspec(noreturn) void __cdecl _invoke_watson(const wchar_t *expression, const wchar_t *function, const wchar_t *file, unsigned line, uintptr_t reserved);
STUB_C_END
