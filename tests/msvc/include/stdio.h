#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
typedef struct _iobuf {
    void *_Placeholder;
} FILE;
FILE *__cdecl __acrt_iob_func(unsigned index);
#define stdin (__acrt_iob_func(0))
#define stdout (__acrt_iob_func(1))
#define stderr (__acrt_iob_func(2))
#define EOF (-1)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
_CRT_INSECURE_DEPRECATE(fopen_s) FILE *__cdecl fopen(const char *path, const char *mode);
_CRT_INSECURE_DEPRECATE(_wfopen_s) FILE *__cdecl _wfopen(const wchar_t *path, const wchar_t *mode);
errno_t __cdecl fopen_s(FILE **file, const char *path, const char *mode);
errno_t __cdecl _wfopen_s(FILE **file, const wchar_t *path, const wchar_t *mode);
FILE *__cdecl _wfsopen(const wchar_t *path, const wchar_t *mode, int share);
FILE *__cdecl _popen(const char *command, const char *mode);
int __cdecl _pclose(FILE *stream);
int __cdecl fclose(FILE *file);
int __cdecl fflush(FILE *file);
int __cdecl ferror(FILE *file);
int __cdecl feof(FILE *file);
int __cdecl fputs(const char *text, FILE *file);
int __cdecl fputc(int c, FILE *file);
int __cdecl putchar(int c);
int __cdecl puts(const char *text);
size_t __cdecl fread(void *to, size_t size, size_t count, FILE *file);
size_t __cdecl fwrite(const void *from, size_t size, size_t count, FILE *file);
int __cdecl fseek(FILE *file, long offset, int origin);
long __cdecl ftell(FILE *file);
int __cdecl remove(const char *path);
int __cdecl rename(const char *from, const char *to);
int __cdecl printf(const char *format, ...);
int __cdecl fprintf(FILE *file, const char *format, ...);
int __cdecl vfprintf(FILE *file, const char *format, va_list args);
int __cdecl snprintf(char *to, size_t size, const char *format, ...);
int __cdecl vsnprintf(char *to, size_t size, const char *format, va_list args);
_CRT_INSECURE_DEPRECATE(sprintf_s) int __cdecl sprintf(char *to, const char *format, ...);
_CRT_INSECURE_DEPRECATE(sscanf_s) int __cdecl sscanf(const char *from, const char *format, ...);
STUB_C_END
