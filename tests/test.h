/* test.h: a small test harness. Each test runs in a process of its own, with a timeout.
 *
 *     static void adds(void) { CHECK_INT(1 + 1, 2); }
 *     static const test_case_t tests[] = { {"adds", adds} };
 *     int main(int argc, char **argv) { return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]); }
 *
 * Checks print file:line and both values and go on; they may be used in any thread and in forked children.
 * A test fails when a check fails, when it checks nothing, when its process dies, ends early or exits non-zero (so
 * leaks that a sanitizer finds count), and after TEST_TIMEOUT_MS. The closing line is "N passed, N failed, N skipped".
 *     argv[1]              runs only the tests whose name contains it
 *     TEST_TIMEOUT_FACTOR  environment: multiplies timeouts and test_ms(), for valgrind and slow machines
 *     TEST_NO_FORK=1       environment: runs tests in this process, for debuggers
 * Include after sentry.h. */
#ifndef TEST_H_INCLUDED
#define TEST_H_INCLUDED

#include "port.h"

/* Which of the sanitizers watches. */
#if defined(__SANITIZE_ADDRESS__)
#define TEST_HAS_ASAN 1
#elif defined(__SANITIZE_THREAD__)
#define TEST_HAS_TSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_HAS_ASAN 1
#elif __has_feature(thread_sanitizer)
#define TEST_HAS_TSAN 1
#endif
#endif
#ifndef TEST_HAS_ASAN
#define TEST_HAS_ASAN 0
#endif
#ifndef TEST_HAS_TSAN
#define TEST_HAS_TSAN 0
#endif

/* Whether a child may use the SDK that was forked by a test with threads. Not under ASan and TSan, whose own locks and
 * list of threads do not survive that; valgrind does. Who compiles for something else that cannot sets it to 0. */
#if TEST_HAS_ASAN || TEST_HAS_TSAN
#undef TEST_CAN_FORK_THREADS
#define TEST_CAN_FORK_THREADS 0
#elif !defined(TEST_CAN_FORK_THREADS)
#define TEST_CAN_FORK_THREADS 1
#endif

/* How long a test may take. */
#ifndef TEST_TIMEOUT_MS
#define TEST_TIMEOUT_MS 10000
#endif
/* Bytes of a string that a failed check prints. */
#define TEST_MAX_SHOWN 3000

typedef struct {
    const char *name;
    void (*run)(void);
} test_case_t;

typedef struct {
    unsigned passed, failed; /* checks */
    int skipped, finished;
    char death[64];          /* how its process ended, "" when well */
} test_outcome_t;

static test_outcome_t test_outcome; /* of a test in this process */
#ifdef _WIN32
static HANDLE test_pipe;            /* in a test's process: where to report; one byte a check, so safe in any thread */
#else
static int test_pipe;               /* the same; 0 is none */
#endif

/* -- checks -- */

#define CHECK(cond) ((void)test_check(__FILE__, __LINE__, #cond, !!(cond)))
#define CHECK_INT(actual, expected) test_check_int(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))
#define CHECK_AT_MOST(actual, most) test_check_at_most(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(most))
#define CHECK_STR(actual, expected) test_check_str(__FILE__, __LINE__, #actual, (actual), (expected))
#define CHECK_CONTAINS(haystack, needle) test_check_find(__FILE__, __LINE__, #haystack, (haystack), (needle), 1)
#define CHECK_ABSENT(haystack, needle) test_check_find(__FILE__, __LINE__, #haystack, (haystack), (needle), 0)
/* In loops: counts only what is wrong, as each check costs a system call. */
#define CHECK_EACH(cond) do { if (!(cond)) CHECK(cond); } while (0)
#define REQUIRE(cond) do { if (!test_check(__FILE__, __LINE__, #cond, !!(cond))) return; } while (0)
#define SKIP(why) do { test_skip(why); return; } while (0)

/* '.' a check passed, 'F' one failed, 'S' skipped, 'E' the test came to its end. */
static inline void test_count(test_outcome_t *outcome, char what)
{
    switch (what) {
    case '.': outcome->passed++; break;
    case 'F': outcome->failed++; break;
    case 'S': outcome->skipped = 1; break;
    default: outcome->finished = 1; break;
    }
}

/* Sends a report to the process that watches. */
static inline void test_send(char what)
{
#ifdef _WIN32
    DWORD n;
    WriteFile(test_pipe, &what, 1, &n, NULL);
#else
    while (write(test_pipe, &what, 1) < 0 && errno == EINTR) {
    }
#endif
}

static inline int test_report(char what)
{
    if (test_pipe)
        test_send(what);
    else
        test_count(&test_outcome, what);
    return what == '.';
}

static inline void test_skip(const char *why)
{
    printf("  skipped: %s\n", why);
    fflush(stdout);
    test_report('S');
}

static inline const char *test_shown(const char *text)
{
    return text ? text : "(null)";
}

static inline int test_check(const char *file, int line, const char *what, int good)
{
    if (!good) {
        printf("%s:%d: %s is false\n", file, line, what);
        fflush(stdout);
    }
    return test_report(good ? '.' : 'F');
}

static inline void test_check_int(const char *file, int line, const char *what, long long actual, long long expected)
{
    if (actual != expected) {
        printf("%s:%d: %s is %lld, expected %lld\n", file, line, what, actual, expected);
        fflush(stdout);
    }
    test_report(actual == expected ? '.' : 'F');
}

static inline void test_check_at_most(const char *file, int line, const char *what, long long actual, long long most)
{
    if (actual > most) {
        printf("%s:%d: %s is %lld, expected at most %lld\n", file, line, what, actual, most);
        fflush(stdout);
    }
    test_report(actual <= most ? '.' : 'F');
}

static inline void test_check_str(const char *file, int line, const char *what, const char *actual, const char *expected)
{
    int good = actual && expected ? strcmp(actual, expected) == 0 : actual == expected;
    if (!good) {
        printf("%s:%d: %s is\n    \"%.*s\", expected\n    \"%.*s\"\n", file, line, what, TEST_MAX_SHOWN, test_shown(actual),
               TEST_MAX_SHOWN, test_shown(expected));
        fflush(stdout);
    }
    test_report(good ? '.' : 'F');
}

static inline void test_check_find(const char *file, int line, const char *what, const char *hay, const char *needle, int wanted)
{
    int good = (hay && needle && strstr(hay, needle) != NULL) == wanted;
    if (!good) {
        printf("%s:%d: %s is\n    \"%.*s\", which should%s contain\n    \"%s\"\n", file, line, what, TEST_MAX_SHOWN,
               test_shown(hay), wanted ? "" : " not", test_shown(needle));
        fflush(stdout);
    }
    test_report(good ? '.' : 'F');
}

/* -- time -- */

static inline double test_factor(void)
{
    const char *text = getenv("TEST_TIMEOUT_FACTOR");
    double factor = text ? atof(text) : 1;
    return factor >= 1 ? factor : 1;
}

/* A time that the machine's speed matters for, scaled to it. */
static inline unsigned test_ms(unsigned ms)
{
    return (unsigned)(ms * test_factor());
}

#ifndef _WIN32
/* Ends a child that a test forked. Under valgrind (the Makefile sets TEST_VALGRIND) by becoming another program: the
 * search for leaks would find what threads held that the child does not have. */
static inline void test_end_child(void)
{
    fflush(NULL);
    if (getenv("TEST_VALGRIND"))
        execlp("true", "true", (char *)NULL);
    _exit(0);
}

/* Waits for a child of a test; whether it ended well. */
static inline int test_child_ended_well(pid_t child)
{
    int status = -1;
    return waitpid(child, &status, 0) == child && status == 0;
}
#endif

/* -- running -- */

static inline test_outcome_t test_run_here(const test_case_t *test)
{
    memset(&test_outcome, 0, sizeof test_outcome);
    test->run();
    test_report('E');
    return test_outcome;
}

#ifdef _WIN32
/* A test's process is this program again, with its name and where to report in the environment. */
#define TEST_CHILD L"TEST_CHILD"
#define TEST_MAX_NAME 200

/* Starts it, to be resumed. */
static inline int test_spawn(const char *name, HANDLE reports, PROCESS_INFORMATION *process)
{
    wchar_t program[1024], what[TEST_MAX_NAME + 32];
    STARTUPINFOW start;
    int started, tries;
    memset(&start, 0, sizeof start);
    start.cb = sizeof start;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    swprintf(what, sizeof what / sizeof what[0], L"%llu %.*hs", (unsigned long long)(size_t)reports, TEST_MAX_NAME, name);
    GetModuleFileNameW(NULL, program, sizeof program / sizeof program[0]);
    SetEnvironmentVariableW(TEST_CHILD, what);
    for (tries = 0, started = 0; !started && tries < 5; tries++) { /* Wine is short of something now and then */
        if (tries > 0)
            test_sleep_ms(200);
        started = CreateProcessW(program, GetCommandLineW(), NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &start, process);
    }
    SetEnvironmentVariableW(TEST_CHILD, NULL);
    return started;
}

static inline void test_drain(HANDLE reports, test_outcome_t *outcome)
{
    char bytes[512];
    DWORD n = 0, i;
    while (PeekNamedPipe(reports, NULL, 0, NULL, &n, NULL) && n > 0 && ReadFile(reports, bytes, sizeof bytes, &n, NULL))
        for (i = 0; i < n; i++)
            test_count(outcome, bytes[i]);
}

/* Reads the reports of a test's process until it ends, or ends it. */
static inline void test_watch(HANDLE process, HANDLE job, HANDLE reports, unsigned timeout_ms, test_outcome_t *outcome)
{
    long long deadline = test_now_ms() + timeout_ms;
    DWORD code = 0;
    int late = 0;
    while (WaitForSingleObject(process, 5) == WAIT_TIMEOUT) {
        test_drain(reports, outcome);
        if (!late && test_now_ms() > deadline) {
            late = 1;
            TerminateJobObject(job, 1);
        }
    }
    test_drain(reports, outcome);
    GetExitCodeProcess(process, &code);
    if (late)
        snprintf(outcome->death, sizeof outcome->death, "took longer than %u ms", timeout_ms);
    else if (code >= 0xC0000000u)
        snprintf(outcome->death, sizeof outcome->death, "died by exception 0x%08lx", (unsigned long)code);
    else if (!outcome->finished)
        snprintf(outcome->death, sizeof outcome->death, "exited with %lu before its end", (unsigned long)code);
    else if (code != 0)
        snprintf(outcome->death, sizeof outcome->death, "exited with %lu", (unsigned long)code);
}

/* The test's process is in a job: it dies with all that it started when the job's handle is closed, here or by our death. */
static inline test_outcome_t test_run(const test_case_t *test)
{
    test_outcome_t outcome;
    SECURITY_ATTRIBUTES inherited;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
    PROCESS_INFORMATION process;
    HANDLE reports, to_child, job;
    if (getenv("TEST_NO_FORK"))
        return test_run_here(test);
    memset(&outcome, 0, sizeof outcome);
    memset(&limits, 0, sizeof limits);
    memset(&inherited, 0, sizeof inherited);
    inherited.nLength = sizeof inherited;
    inherited.bInheritHandle = TRUE;
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    fflush(NULL);
    job = CreateJobObjectW(NULL, NULL);
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    if (!CreatePipe(&reports, &to_child, &inherited, 65536))
        abort();
    SetHandleInformation(reports, HANDLE_FLAG_INHERIT, 0);
    if (!test_spawn(test->name, to_child, &process))
        snprintf(outcome.death, sizeof outcome.death, "could not be started: error %lu", (unsigned long)GetLastError());
    else {
        AssignProcessToJobObject(job, process.hProcess);
        ResumeThread(process.hThread);
        test_watch(process.hProcess, job, reports, test_ms(TEST_TIMEOUT_MS), &outcome);
        CloseHandle(process.hThread);
        CloseHandle(process.hProcess);
    }
    CloseHandle(to_child);
    CloseHandle(reports);
    CloseHandle(job);
    return outcome;
}

/* A crash ends the process, with the exception as its exit code, and starts no debugger. */
static inline LONG WINAPI test_die(EXCEPTION_POINTERS *crash)
{
    (void)crash;
    return EXCEPTION_EXECUTE_HANDLER;
}

/* In a test's process: runs the test. Elsewhere: returns. No window asks what to do about a crash, and \n stays \n. */
static inline void test_begin(const test_case_t *tests, size_t count)
{
    wchar_t what[TEST_MAX_NAME + 32], *name;
    char narrow[TEST_MAX_NAME + 1];
    size_t i;
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    _setmode(_fileno(stdout), _O_BINARY);
    _setmode(_fileno(stderr), _O_BINARY);
    if (!GetEnvironmentVariableW(TEST_CHILD, what, sizeof what / sizeof what[0]))
        return;
    SetEnvironmentVariableW(TEST_CHILD, NULL);
    SetUnhandledExceptionFilter(test_die);
    test_pipe = (HANDLE)(size_t)wcstoull(what, &name, 10);
    snprintf(narrow, sizeof narrow, "%ls", name + 1);
    for (i = 0; i < count; i++) {
        if (strcmp(tests[i].name, narrow) == 0) {
            tests[i].run();
            test_report('E');
            exit(0);
        }
    }
    exit(1);
}
#else
/* In the test's process: a group of its own, so that its children die with it, and an alarm should nobody watch. */
static inline void test_child(const test_case_t *test, int fd, unsigned timeout_ms)
{
    setpgid(0, 0);
    alarm(timeout_ms / 1000 + 5);
    test_pipe = fd;
    test->run();
    test_report('E');
    exit(0);
}

static inline void test_drain(int fd, test_outcome_t *outcome)
{
    char bytes[512];
    ssize_t n, i;
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        for (i = 0; i < n; i++)
            test_count(outcome, bytes[i]);
}

/* Reads the reports of a test's process until it ends, or ends it. */
static inline void test_watch(pid_t pid, int fd, unsigned timeout_ms, test_outcome_t *outcome)
{
    long long deadline = test_now_ms() + timeout_ms;
    int status = 0, late = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        struct pollfd wait;
        wait.fd = fd;
        wait.events = POLLIN;
        wait.revents = 0;
        poll(&wait, 1, 20);
        test_drain(fd, outcome);
        if (wait.revents & POLLHUP)
            test_sleep_ms(1);
        if (!late && test_now_ms() > deadline) {
            late = 1;
            kill(-pid, SIGKILL);
        }
    }
    test_drain(fd, outcome);
    if (late)
        snprintf(outcome->death, sizeof outcome->death, "took longer than %u ms", timeout_ms);
    else if (WIFSIGNALED(status))
        snprintf(outcome->death, sizeof outcome->death, "died by signal %d", WTERMSIG(status));
    else if (!outcome->finished)
        snprintf(outcome->death, sizeof outcome->death, "exited with %d before its end", WEXITSTATUS(status));
    else if (WEXITSTATUS(status) != 0)
        snprintf(outcome->death, sizeof outcome->death, "exited with %d", WEXITSTATUS(status));
}

static inline test_outcome_t test_run(const test_case_t *test)
{
    test_outcome_t outcome;
    unsigned timeout_ms = test_ms(TEST_TIMEOUT_MS);
    int ends[2];
    pid_t pid;
    if (getenv("TEST_NO_FORK"))
        return test_run_here(test);
    memset(&outcome, 0, sizeof outcome);
    fflush(NULL);
    if (pipe(ends) != 0 || (pid = fork()) < 0) {
        snprintf(outcome.death, sizeof outcome.death, "could not be started");
        return outcome;
    }
    if (pid == 0) {
        close(ends[0]);
        test_child(test, ends[1], timeout_ms);
    }
    setpgid(pid, pid);
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    test_watch(pid, ends[0], timeout_ms, &outcome);
    close(ends[0]);
    return outcome;
}

#endif

/* What the user's shell says to Sentry programs must not change the tests. */
static inline void test_clear_environment(void)
{
    static const char *const names[] = { "SENTRY_DSN", "SENTRY_RELEASE", "SENTRY_ENVIRONMENT", "SENTRY_DEBUG", "SENTRY_SAMPLE_RATE",
                                         "SENTRY_TRACES_SAMPLE_RATE", "SENTRY_PROFILES_SAMPLE_RATE", "SENTRY_SPOTLIGHT", "http_proxy",
                                         "HTTP_PROXY", "all_proxy", "ALL_PROXY" };
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        test_set_env(names[i], NULL);
}

/* Prints one line for a test that failed; returns whether it did. */
static inline int test_judge(const char *name, const test_outcome_t *outcome)
{
    if (outcome->death[0])
        printf("FAIL %s: %s, %u checks failed\n", name, outcome->death, outcome->failed);
    else if (outcome->failed)
        printf("FAIL %s: %u checks failed\n", name, outcome->failed);
    else if (!outcome->passed && !outcome->skipped)
        printf("FAIL %s: asserts nothing\n", name);
    else
        return 0;
    return 1;
}

static inline int test_main(int argc, char **argv, const test_case_t *tests, size_t count)
{
    unsigned passed = 0, failed = 0, skipped = 0;
    size_t i;
    test_clear_environment();
#ifdef _WIN32
    test_begin(tests, count);
#endif
    for (i = 0; i < count; i++) {
        test_outcome_t outcome;
        if (argc > 1 && !strstr(tests[i].name, argv[1]))
            continue;
        outcome = test_run(&tests[i]);
        if (test_judge(tests[i].name, &outcome))
            failed++;
        else if (outcome.skipped) {
            printf("skip %s\n", tests[i].name);
            skipped++;
        } else
            passed++;
        fflush(stdout);
    }
    printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
    return failed ? 1 : 0;
}

#endif /* TEST_H_INCLUDED */
