/* port.h: what the tests need of the operating system, under one name on POSIX and on Windows: time, threads, the
 * environment, files with UTF-8 names, what is written to stderr. It shares no code with the SDK. */
#ifndef PORT_H_INCLUDED
#define PORT_H_INCLUDED

#if !defined(_WIN32) && !defined(_GNU_SOURCE) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN /* windows.h has many names */
#endif
#include <winsock2.h>
#include <windows.h>
#include <direct.h>
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <wchar.h>
#else
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

/*   test_now_ms          a clock that only goes forward         test_sleep_ms        sleeps so long
 *   test_lock            of a mutex that is TEST_MUTEX_INIT     test_trylock         1 when it got the lock
 *   test_wait            for test_wake, at most `ms`; may return early; the condition begins as TEST_COND_INIT
 *   test_thread_start    0 when the thread runs                 test_thread_join     once for each thread
 *   test_set_env         NULL removes                           test_pid
 *   test_fopen, test_mkdir, test_rmdir, test_chdir, test_unlink                      as POSIX, names in UTF-8
 *   test_new_directory   a new directory for temporary files, its name without a slash at the end; 1 when made
 *   test_stderr_begin    keeps what is written to stderr from now on
 *   test_stderr_end      puts stderr back, and what was written into `text`, as far as it fits; returns its length */

#ifdef _WIN32

static inline long long test_now_ms(void)
{
    return (long long)GetTickCount64();
}

static inline void test_sleep_ms(unsigned ms)
{
    Sleep(ms);
}

typedef SRWLOCK test_mutex_t;
typedef CONDITION_VARIABLE test_cond_t;
#define TEST_MUTEX_INIT SRWLOCK_INIT
#define TEST_COND_INIT CONDITION_VARIABLE_INIT
static inline void test_lock(test_mutex_t *mutex) { AcquireSRWLockExclusive(mutex); }
static inline int test_trylock(test_mutex_t *mutex) { return TryAcquireSRWLockExclusive(mutex) != 0; }
static inline void test_unlock(test_mutex_t *mutex) { ReleaseSRWLockExclusive(mutex); }
static inline void test_wait(test_cond_t *cond, test_mutex_t *mutex, unsigned ms) { SleepConditionVariableSRW(cond, mutex, ms, 0); }
static inline void test_wake(test_cond_t *cond) { WakeAllConditionVariable(cond); }

typedef HANDLE test_thread_t;

typedef struct {
    void *(*run)(void *);
    void *arg;
} test_start_t;

static inline unsigned __stdcall test_thread_main(void *memory)
{
    test_start_t start = *(test_start_t *)memory;
    free(memory);
    start.run(start.arg);
    return 0;
}

static inline int test_thread_start(test_thread_t *thread, void *(*run)(void *), void *arg)
{
    test_start_t *start = (test_start_t *)malloc(sizeof *start);
    if (!start)
        return -1;
    start->run = run;
    start->arg = arg;
    *thread = (HANDLE)_beginthreadex(NULL, 0, test_thread_main, start, 0, NULL);
    if (!*thread)
        free(start);
    return *thread ? 0 : -1;
}

static inline void test_thread_join(test_thread_t thread)
{
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static inline long test_pid(void)
{
    return (long)GetCurrentProcessId();
}

/* A copy in UTF-16, to be freed. Text that is no UTF-8, and no memory, end the test. */
static inline wchar_t *test_wide(const char *utf8)
{
    int size = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, utf8, -1, NULL, 0);
    wchar_t *wide = size > 0 ? (wchar_t *)malloc((size_t)size * sizeof *wide) : NULL;
    if (!wide)
        abort();
    MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, size);
    return wide;
}

/* A path in UTF-16 that may be longer than MAX_PATH, to be freed. */
static inline wchar_t *test_wide_path(const char *utf8)
{
    wchar_t *wide = test_wide(utf8), *full;
    size_t size = (size_t)GetFullPathNameW(wide, 0, NULL, NULL) + 5;
    full = (wchar_t *)malloc(size * sizeof *full);
    if (!full)
        abort();
    wcscpy(full, L"\\\\?\\");
    if (!GetFullPathNameW(wide, (DWORD)(size - 4), full + 4, NULL))
        full[0] = 0;
    free(wide);
    return full;
}

/* The C library's environment and the process's: the former has no empty values. */
static inline void test_set_env(const char *name, const char *value)
{
    wchar_t *wide_name = test_wide(name), *wide_value = test_wide(value ? value : "");
    _wputenv_s(wide_name, wide_value);
    SetEnvironmentVariableW(wide_name, value ? wide_value : NULL);
    free(wide_name);
    free(wide_value);
}

static inline FILE *test_fopen(const char *path, const char *mode)
{
    wchar_t *wide_path = test_wide_path(path), *wide_mode = test_wide(mode);
    FILE *file = _wfopen(wide_path, wide_mode);
    free(wide_path);
    free(wide_mode);
    return file;
}

static inline int test_on_path(int (*call)(const wchar_t *), wchar_t *path)
{
    int result = call(path);
    free(path);
    return result;
}
static inline int test_mkdir(const char *path) { return test_on_path(_wmkdir, test_wide_path(path)); }
static inline int test_rmdir(const char *path) { return test_on_path(_wrmdir, test_wide_path(path)); }
static inline int test_chdir(const char *path) { return test_on_path(_wchdir, test_wide(path)); }
static inline int test_unlink(const char *path) { return test_on_path(_wunlink, test_wide_path(path)); }

static inline int test_new_directory(char *path, size_t size)
{
    wchar_t base[MAX_PATH + 1], name[MAX_PATH + 1];
    if (!GetTempPathW(MAX_PATH, base) || !GetTempFileNameW(base, L"sdk", 0, name))
        return 0;
    DeleteFileW(name);
    return CreateDirectoryW(name, NULL) && WideCharToMultiByte(CP_UTF8, 0, name, -1, path, (int)size, NULL, NULL) > 0;
}

/* Deletes itself when closed. */
static inline FILE *test_scratch_file(void)
{
    wchar_t base[MAX_PATH + 1], name[MAX_PATH + 1];
    return GetTempPathW(MAX_PATH, base) && GetTempFileNameW(base, L"sdk", 0, name) ? _wfopen(name, L"w+bD") : NULL;
}

#else /* POSIX */

static inline long long test_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void test_sleep_ms(unsigned ms)
{
    struct timespec left;
    left.tv_sec = (time_t)(ms / 1000);
    left.tv_nsec = (long)(ms % 1000) * 1000000;
    while (nanosleep(&left, &left) != 0) {
    }
}

typedef pthread_mutex_t test_mutex_t;
typedef pthread_cond_t test_cond_t;
#define TEST_MUTEX_INIT PTHREAD_MUTEX_INITIALIZER
#define TEST_COND_INIT PTHREAD_COND_INITIALIZER
static inline void test_lock(test_mutex_t *mutex) { pthread_mutex_lock(mutex); }
static inline int test_trylock(test_mutex_t *mutex) { return pthread_mutex_trylock(mutex) == 0; }
static inline void test_unlock(test_mutex_t *mutex) { pthread_mutex_unlock(mutex); }
static inline void test_wake(test_cond_t *cond) { pthread_cond_broadcast(cond); }

static inline void test_wait(test_cond_t *cond, test_mutex_t *mutex, unsigned ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(cond, mutex, &until);
}

typedef pthread_t test_thread_t;
static inline int test_thread_start(test_thread_t *thread, void *(*run)(void *), void *arg) { return pthread_create(thread, NULL, run, arg); }
static inline void test_thread_join(test_thread_t thread) { pthread_join(thread, NULL); }

static inline long test_pid(void)
{
    return (long)getpid();
}

static inline void test_set_env(const char *name, const char *value)
{
    if (value)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

static inline FILE *test_fopen(const char *path, const char *mode) { return fopen(path, mode); }
static inline int test_mkdir(const char *path) { return mkdir(path, 0700); }
static inline int test_rmdir(const char *path) { return rmdir(path); }
static inline int test_chdir(const char *path) { return chdir(path); }
static inline int test_unlink(const char *path) { return unlink(path); }

static inline int test_new_directory(char *path, size_t size)
{
    const char *base = getenv("TMPDIR");
    snprintf(path, size, "%s/sentry-test-XXXXXX", base && *base ? base : "/tmp");
    return mkdtemp(path) != NULL;
}

static inline FILE *test_scratch_file(void) { return tmpfile(); }

#endif

#ifdef _WIN32
#define TEST_OS_(name) _##name
#else
#define TEST_OS_(name) name
#endif

static struct {
    FILE *file;
    int real;
} test_stderr;

static inline void test_stderr_begin(void)
{
    fflush(stderr);
    test_stderr.file = test_scratch_file();
    test_stderr.real = TEST_OS_(dup)(2);
    if (!test_stderr.file || test_stderr.real < 0 || TEST_OS_(dup2)(TEST_OS_(fileno)(test_stderr.file), 2) < 0)
        abort();
}

static inline size_t test_stderr_end(char *text, size_t size)
{
    size_t length;
    fflush(stderr);
    TEST_OS_(dup2)(test_stderr.real, 2);
    TEST_OS_(close)(test_stderr.real);
    rewind(test_stderr.file);
    length = fread(text, 1, size - 1, test_stderr.file);
    text[length] = 0;
    fclose(test_stderr.file);
    return length;
}
#endif /* PORT_H_INCLUDED */
