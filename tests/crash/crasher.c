/* crasher.c: a program that crashes, in a way and in a place of choice.
 *     crasher FOLDER WHAT WHERE [NAME=NUMBER...]
 *
 * WHAT is one of `crashes` below, or "send": a start that does not crash and sends what the ones before it left. WHERE is
 * main, thread (one that has called the SDK), foreign (one that never did), started (such a one of sentry_thread_create), worker
 * (the SDK's own, in a client of the program's) or fork (a child). The names are those of `settings`. In FOLDER there are then db (the SDK's database), received (what was sent, a file for each envelope) and
 * shared (moments and facts, see shared_t). Lines that crash end in a comment that says for what.
 *
 * The SDK is in another file, made so that it takes locks and renames files through the functions of this one. */
#include "../../sentry.h"
#include "../port.h"
#include <assert.h>
#include <stdint.h>
#ifndef _WIN32
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <ucontext.h>
#endif
#ifdef __cplusplus
#include <stdexcept>
#endif

typedef void (*function_t)(void);

enum { MAX_THREADS = 200, SURVIVED = 90, PASSED_ON = 91 };
enum { HOOK_NONE, HOOK_CHANGE, HOOK_DROP, HOOK_CRASH, SEND_CRASH };                          /* the setting "hook" */
enum { PREVIOUS_NONE, PREVIOUS_RAISES, PREVIOUS_EXITS, PREVIOUS_REPAIRS, PREVIOUS_RETURNS }; /* the setting "previous" */

static struct {
    const char *name;
    int value;
} settings[] = {
    { "sdk", 1 },            /* 0: as without it */
    { "idle", 1 },           /* threads that wait in read() */
    { "busy", 0 },           /* threads that report all the time */
    { "delay", 0 },          /* microseconds before the crash */
    { "number", 0 },         /* the event's dist, to tell reports apart */
    { "hook", HOOK_NONE },   /* on_crash, or before_send */
    { "previous", PREVIOUS_NONE }, /* a handler of the program's own, installed before the SDK's */
    { "reinstall", 0 },      /* 1: it is installed after the SDK's, which then puts itself in front */
    { "chain", 0 },          /* 1: options.handler_strategy, the previous handler comes first */
    { "traced", 0 },         /* 1: under a debugger */
    { "lock", 1 },           /* which of the SDK's locks is the one to crash under */
    { "always_run", 0 },     /* options of these names */
    { "foreign_thread_stacks", 0 },
    { "send_crash_at_once", 0 },
    { "crash_send_timeout", 0 },
    { "debug", 0 },
    { "names", 1 }, /* 0: what is sent has addresses only, which is faster */
};

/* What the one who runs this wants to know; survives the crash. Moments are nanoseconds of the monotonic clock. */
typedef struct {
    int64_t faulted;   /* right before the crash */
    int64_t renamed;   /* when the report was there, under its name */
    int64_t passed_on; /* when the previous handler was called first */
    int64_t calls;     /* of the previous handler */
    int64_t tid, address, status /* of the child that crashed */, hooks;
    int64_t used; /* nanoseconds of processor time of the crashing thread from `faulted` to `renamed` */
} shared_t;

static shared_t *shared, without_file;
static volatile uintptr_t secret; /* what the compiler does not know */
static volatile int sink;
static volatile int lock_countdown; /* 1: the next lock that the SDK takes on the thread that is about to crash is where it does */

static int setting(const char *name)
{
    size_t i;
    for (i = 0; strcmp(settings[i].name, name) != 0; i++) {}
    return settings[i].value;
}

static uintptr_t hidden(uintptr_t value)
{
    secret = value;
    return secret;
}

#ifdef _WIN32
static int64_t now_ns(void) { return 0; }
static int64_t used_ns(void) { return 0; }
static int64_t thread_id(void) { return (int64_t)GetCurrentThreadId(); }
static void name_thread(const char *name) { (void)name; }
#else
static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
static int64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
static int64_t used_ns(void) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }
static int64_t thread_id(void) { return (int64_t)syscall(SYS_gettid); }
static void name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
#endif

/* To be called right before a crash at that address, if it has one. */
static void about_to_crash(uintptr_t address)
{
    shared->tid = thread_id();
    shared->address = (int64_t)address;
    shared->used = -used_ns();
    shared->faulted = now_ns();
}

/* -- the crashes -- */

typedef struct {
    char name[24];
    int number;
} record_t;

static void crash_null_read(void)
{
    const record_t *record = (const record_t *)hidden(0);
    about_to_crash(sizeof record->name);
    sink = record->number; /* null_read */
}

static void crash_abort(void)
{
    about_to_crash(0);
    abort(); /* abort */
}

static void crash_fpe(void)
{
    int divisor = (int)hidden(0);
    about_to_crash(0);
#if defined(__x86_64__) || defined(__i386__)
    sink = 100 / divisor; /* fpe */
#else
    sink = raise(SIGFPE) + divisor; /* fpe */
#endif
}

static void crash_illegal(void)
{
    about_to_crash(0);
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("ud2"); /* illegal */
#elif defined(__aarch64__)
    __asm__ volatile(".inst 0"); /* illegal */
#else
    raise(SIGILL); /* illegal */
#endif
}

static int go_deeper(int depth)
{
    volatile char room[200];
    room[depth % 200] = (char)depth;
    shared->address = (int64_t)(uintptr_t)room;
    return (depth == (int)secret ? 0 : go_deeper(depth + 1)) + room[depth % 100]; /* stack_overflow */
}

static void crash_stack_overflow(void)
{
    hidden(0);
    about_to_crash(0);
    sink = go_deeper(1);
}

#ifndef _WIN32

/* Where nothing is mapped. */
#define NOWHERE (sizeof(void *) > 4 ? (uintptr_t)0x123456789000 : (uintptr_t)0x10000)

static void crash_null_call(void)
{
    function_t function = (function_t)hidden(0);
    about_to_crash(0);
    function(), sink++; /* null_call */
}

static void crash_wild_jump(void)
{
    function_t function = (function_t)hidden(NOWHERE);
    about_to_crash(NOWHERE);
    function(), sink++; /* wild_jump */
}

static void crash_wild_write(void)
{
    volatile int *where = (volatile int *)hidden(NOWHERE + 8);
    about_to_crash(NOWHERE + 8);
    *where = 1; /* wild_write */
}

static void crash_noncanonical(void)
{
    about_to_crash(0);
    *(volatile int *)hidden((uintptr_t)0xdeadbeefdeadbee0ULL) = 1; /* noncanonical */
}

static void crash_read_only(void)
{
    static const int constant = 1;
    volatile int *where = (volatile int *)hidden((uintptr_t)&constant);
    about_to_crash((uintptr_t)where);
    *where = 2; /* read_only */
}

/* The data of a program cannot be executed. */
static void crash_data_call(void)
{
    function_t function = (function_t)hidden((uintptr_t)&settings[0]);
    about_to_crash((uintptr_t)&settings[0]);
    function(), sink++; /* data_call */
}

static void overwrite(volatile char *start, size_t size)
{
    while (size > 0) start[--size] = 'x';
}

/* Of many pieces the last ones lie side by side. */
static void crash_heap_smash(void)
{
    static uintptr_t memory[1000];
    size_t i, last = sizeof memory / sizeof memory[0] - 1;
    for (i = 0; i <= last; i++) memory[i] = hidden((uintptr_t)malloc(40));
    overwrite((volatile char *)memory[last - 1], 60);
    about_to_crash(0);
    free((void *)memory[last]), sink++; /* heap_smash */
}

static void crash_double_free(void)
{
    void *memory = malloc(40);
    hidden((uintptr_t)memory);
    free(memory);
    about_to_crash(0);
    free((void *)secret), sink++; /* double_free */
}

/* glibc's malloc holds its lock when it follows the list of free pieces, which leads nowhere: a piece between two that are in
 * use has been written to after it was freed. */
static void crash_in_malloc(void)
{
    uintptr_t memory[16];
    size_t i;
    for (i = 0; i < sizeof memory / sizeof memory[0]; i++) memory[i] = hidden((uintptr_t)malloc(5000));
    free((void *)memory[14]);
    ((void *volatile *)hidden(memory[14]))[1] = (void *)NOWHERE;
    about_to_crash(NOWHERE + 2 * sizeof(void *));
    hidden((uintptr_t)malloc(50000)), sink++; /* in_malloc */
}

static void crash_assert(void)
{
    about_to_crash(0);
    assert(sink == 12345); /* assert */
}

/* The guard of the stack lies beyond the array, by what the compiler likes. */
static void crash_stack_smash(void)
{
    char room[16];
    overwrite((volatile char *)hidden((uintptr_t)room), sizeof room + 8 + 8);
    about_to_crash(0);
} /* stack_smash */

static void crash_trap(void)
{
    about_to_crash(0);
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("int3"); sink++; /* trap */
#elif defined(__aarch64__)
    __asm__ volatile("brk #0"); /* trap */
#else
    raise(SIGTRAP); /* trap */
#endif
}

static void crash_raise(void)
{
    about_to_crash(0);
    raise(SIGBUS), sink++; /* raise */
}

static void crash_bus(void)
{
    int file = open("truncated", O_RDWR | O_CREAT | O_TRUNC, 0600);
    volatile char *memory;
    if (file < 0 || ftruncate(file, 4096) != 0) exit(1);
    memory = (volatile char *)mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED || ftruncate(file, 0) != 0) exit(1);
    about_to_crash((uintptr_t)memory);
    sink = *memory; /* bus */
}

#ifdef __GLIBC__
static void crash_fortify(void)
{
    char room[16];
    about_to_crash(0);
    __builtin___memcpy_chk(room, settings, hidden(64), sizeof room), sink += room[2]; /* fortify */
}
#endif

/* A system call that is not allowed; the emulator allows all. musl has no headers for this. */
static void crash_sigsys(void)
{
    static struct {
        uint16_t code;
        uint8_t then, otherwise;
        uint32_t value;
    } filter[] = { { 0x20, 0, 0, 0 } /* load the number */,
                   { 0x15, 0, 1, SYS_getppid } /* is it this one? */,
                   { 0x06, 0, 0, 0x00030000 } /* SECCOMP_RET_TRAP */,
                   { 0x06, 0, 0, 0x7fff0000 } /* SECCOMP_RET_ALLOW */ };
    static struct {
        unsigned short count;
        void *filter;
    } program = { 4, filter };
    int is_filtered = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, 2, &program, 0, 0) == 0;
    about_to_crash(0);
    sink = is_filtered ? (int)syscall(SYS_getppid) : raise(SIGSYS); /* sigsys */
}

/* Another process sends the signal. */
static void crash_kill_segv(void)
{
    pid_t process = getpid(), pid;
    int64_t tid = thread_id();
    about_to_crash(0);
    if ((pid = fork()) == 0) { /* kill_segv */
        syscall(SYS_tgkill, process, (pid_t)tid, SIGSEGV);
        _exit(0);
    }
    shared->status = pid; /* who it was; replaced where a child crashes */
    for (;;) sleep(10); /* kill_segv */
}

static void crash_killed(void)
{
    raise(SIGKILL);
}

static void crash_holding_sdk_lock(void)
{
    int i;
    about_to_crash(0);
    lock_countdown = setting("lock");
    for (i = 0; i < 100; i++) {
        sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, "a lock is taken")); /* holding_sdk_lock */
        sentry_capture_message(SENTRY_LEVEL_INFO, "a lock is taken"); /* holding_sdk_lock */
    }
}

static volatile int ready;

static void *one_of_two(void *unused)
{
    (void)unused;
    name_thread("crashing");
    __sync_fetch_and_add(&ready, 1);
    while (ready < 2) {}
    crash_null_read();
    return NULL;
}

static void crash_two_threads(void)
{
    test_thread_t threads[2];
    int i;
    for (i = 0; i < 2; i++)
        if (test_thread_start(&threads[i], one_of_two, NULL) != 0) exit(1);
    for (i = 0; i < 2; i++) test_thread_join(threads[i]);
}

/* A program with a handler of its own, which asks the SDK to report. */
static void report_it(int number, siginfo_t *info, void *where)
{
    sentry_ucontext_t context;
    siginfo_t invalid = *info;
    (void)number;
    memset(&context, 0, sizeof context);
    invalid.si_signo = context.signum = SIGSEGV;
    invalid.si_code = SEGV_MAPERR;
    invalid.si_addr = (void *)NOWHERE;
    context.siginfo = &invalid;
    context.user_context = (ucontext_t *)where;
    sentry_handle_exception(&context);
}

static void crash_handled(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = report_it;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, &action, NULL);
    about_to_crash(NOWHERE);
    raise(SIGUSR1), sink++; /* handled */
}
#endif /* POSIX */

#ifdef __cplusplus
static void crash_throw(void)
{
    about_to_crash(0);
    throw std::out_of_range("there is no tenth"); /* throw */
}

static void crash_throw_int(void)
{
    about_to_crash(0);
    throw 42; /* throw_int */
}

static void no_throw() noexcept
{
    crash_throw(); /* noexcept */
}

static void crash_noexcept(void)
{
    no_throw();
}

static void crash_terminate(void)
{
    about_to_crash(0);
    std::terminate(); /* terminate */
}
#endif

#define CRASH(name) { #name, crash_##name }
static const struct {
    const char *name;
    function_t function;
} crashes[] = {
    CRASH(null_read), CRASH(abort), CRASH(fpe), CRASH(illegal), CRASH(stack_overflow),
#ifndef _WIN32
    CRASH(null_call), CRASH(wild_jump), CRASH(wild_write), CRASH(noncanonical), CRASH(read_only), CRASH(data_call),
    CRASH(heap_smash), CRASH(double_free), CRASH(in_malloc), CRASH(assert), CRASH(stack_smash), CRASH(trap), CRASH(raise),
    CRASH(bus), CRASH(sigsys), CRASH(kill_segv), CRASH(killed), CRASH(holding_sdk_lock), CRASH(two_threads), CRASH(handled),
#endif
#ifdef __GLIBC__
    CRASH(fortify),
#endif
#ifdef __cplusplus
    CRASH(throw), CRASH(throw_int), CRASH(noexcept), CRASH(terminate),
#endif
    { NULL, NULL }
};

static function_t chosen;

static void crash_here(void)
{
    if (setting("delay") > 0) {
#ifdef _WIN32
        test_sleep_ms((unsigned)setting("delay") / 1000);
#else
        usleep((useconds_t)setting("delay"));
#endif
    }
    chosen();
    sink++;
}

/* -- what the SDK's file calls instead of the system's functions -- */

#ifndef _WIN32
#ifdef __cplusplus
extern "C" {
#endif
int crasher_lock(pthread_mutex_t *mutex);
int crasher_rename(const char *from, const char *to);

int crasher_lock(pthread_mutex_t *mutex)
{
    int result = pthread_mutex_lock(mutex);
    if (lock_countdown > 0 && shared->tid == thread_id() && --lock_countdown == 0) crash_null_read();
    return result;
}

int crasher_rename(const char *from, const char *to)
{
    static const char end[] = ".envelope";
    int result = rename(from, to);
    size_t n = strlen(to);
    if (shared->faulted && !shared->renamed && n > sizeof end && strcmp(to + n - (sizeof end - 1), end) == 0) {
        shared->renamed = now_ns();
        shared->used += used_ns();
    }
    return result;
}
#ifdef __cplusplus
}
#endif
#endif

/* -- hooks and handlers of the program's own -- */

static sentry_value_t crash_in_hook(sentry_value_t event)
{
    const volatile record_t *record = (const volatile record_t *)hidden(0);
    sink = record->number;
    return event;
}

static sentry_value_t on_crash(const sentry_ucontext_t *context, sentry_value_t event, void *unused)
{
    (void)context, (void)unused;
    shared->hooks++;
    if (setting("hook") == HOOK_CRASH) return crash_in_hook(event);
    if (setting("hook") == HOOK_CHANGE) {
        sentry_value_t extra = sentry_value_new_object();
        sentry_value_set_by_key(extra, "hook", sentry_value_new_string("was here"));
        sentry_value_set_by_key(event, "extra", extra);
        return event;
    }
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static sentry_value_t before_send(sentry_value_t event, void *hint, void *unused)
{
    (void)hint, (void)unused;
    shared->hooks++;
    return crash_in_hook(event);
}

static void on_crashed_last_run(const sentry_envelope_t *envelope, void *unused)
{
    (void)unused;
    printf("crashed_last_run %d\n", envelope != NULL);
}

#ifndef _WIN32
static void previous_handler(int number, siginfo_t *info, void *context)
{
    (void)info, (void)context;
    if (shared->calls++ == 0) shared->passed_on = now_ns();
    if (setting("previous") == PREVIOUS_EXITS) _exit(PASSED_ON);
    if (setting("previous") == PREVIOUS_REPAIRS) {
#if defined(__x86_64__)
        ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2; /* the length of ud2 */
#endif
        return;
    }
    signal(number, SIG_DFL);
    if (setting("previous") == PREVIOUS_RAISES) raise(number);
}

static void install_previous(void)
{
    static const int numbers[] = { SIGSEGV, SIGABRT, SIGILL };
    struct sigaction action;
    size_t i;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = previous_handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) sigaction(numbers[i], &action, NULL);
}

/* Goes on in a child that this process traces, as a debugger that passes every signal on. */
static void be_traced(void)
{
    pid_t pid = fork();
    int status = 0, is_first = 1;
    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(1);
        raise(SIGSTOP);
        return;
    }
    while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
        ptrace(PTRACE_CONT, pid, NULL, (void *)(intptr_t)(is_first ? 0 : WSTOPSIG(status)));
        is_first = 0;
    }
    shared->status = status;
    exit(0);
}
#endif

/* A client that crashes when it is to send. */
static int crash_in_client(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    (void)client, (void)request, (void)response;
    crash_here();
    exit(SURVIVED);
}

static sentry_http_client_t *new_client(void *data)
{
    return data;
}

/* -- the program -- */

static sentry_transport_t *new_transport(const char *where)
{
    if (strcmp(where, "worker") == 0) return sentry_http_transport_new(new_client, &settings, crash_in_client, NULL);
    if (getenv("SENTRY_DSN")) return NULL;
    return sentry_folder_transport_new("received");
}

static void start(const char *where)
{
    static char number[16];
    sentry_options_t options;
    const char *dsn = getenv("SENTRY_DSN");
    snprintf(number, sizeof number, "%d", setting("number"));
    memset(&options, 0, sizeof options);
    options.dist = number;
    options.dsn = dsn ? dsn : "http://0123456789abcdef0123456789abcdef@127.0.0.1:9/42";
    options.transport = new_transport(where);
    options.release = "crasher@1.0.0";
    options.database_path = "db";
    options.proxy = "";
    options.debug = setting("debug");
    options.symbolize_stacktraces = setting("names") ? SENTRY_ON : SENTRY_OFF;
    options.always_run = setting("always_run");
    options.foreign_thread_stacks = setting("foreign_thread_stacks");
    options.send_crash_at_once = setting("send_crash_at_once");
    options.crash_send_timeout = (uint64_t)setting("crash_send_timeout");
    options.handler_strategy = setting("chain") ? SENTRY_HANDLER_STRATEGY_CHAIN_AT_START : SENTRY_HANDLER_STRATEGY_DEFAULT;
    if (setting("hook") == SEND_CRASH) options.before_send = before_send;
    if (setting("hook") != HOOK_NONE && setting("hook") != SEND_CRASH) options.on_crash = on_crash;
    options.on_crashed_last_run = on_crashed_last_run;
    if (sentry_init(&options) != 0) {
        fprintf(stderr, "no init: %s\n", sentry_get_init_error());
        exit(1);
    }
}

/* Leaves a scope as a program has it. */
static void fill_scope(void)
{
    sentry_set_tag("scope", "full");
    sentry_set_user(sentry_value_new_user("42", "ada", NULL, NULL));
    sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, "about to crash"));
}

static void *stay_idle(void *memory)
{
    char byte;
    name_thread("idle");
    *(volatile int *)memory = 1;
#ifdef _WIN32
    test_sleep_ms(60000);
    (void)byte;
#else
    {
        int ends[2];
        if (pipe(ends) == 0 && read(ends[0], &byte, 1) == 1) sink++;
    }
#endif
    return NULL;
}

static void *stay_busy(void *memory)
{
    char name[16];
    int i;
    name_thread("busy");
    *(volatile int *)memory = 1;
    for (i = 0;; i++) {
        snprintf(name, sizeof name, "busy %d", i % 100);
        sentry_set_tag("busy", name);
        sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, name));
        if (i % 64 == 0) free(malloc((size_t)i % 5000));
    }
    return NULL;
}

static void start_threads(void)
{
    static volatile int is_there[MAX_THREADS];
    test_thread_t thread;
    int idle = setting("idle"), count = idle + setting("busy"), i;
    for (i = 0; i < count && i < MAX_THREADS; i++)
        if (test_thread_start(&thread, i < idle ? stay_idle : stay_busy, (void *)&is_there[i]) != 0) exit(1);
    for (i = 0; i < count && i < MAX_THREADS; i++)
        while (!is_there[i]) test_sleep_ms(1);
}

static void *crash_on_thread(void *knows_sdk)
{
    name_thread("crashing");
    if (knows_sdk) sentry_set_tag("thread", "knows the SDK");
    crash_here();
    return NULL;
}

static void crash_elsewhere(int knows_sdk)
{
    test_thread_t thread;
    if (test_thread_start(&thread, crash_on_thread, knows_sdk ? &thread : NULL) == 0) test_thread_join(thread);
}

static void crash_in_started(void)
{
    sentry_thread_t thread;
    if (sentry_thread_create(&thread, NULL, crash_on_thread, NULL) == 0) sentry_thread_join(thread, NULL);
}

/* The parent goes on, and ends well. */
static void crash_in_child(void)
{
#ifndef _WIN32
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        crash_here();
        _exit(SURVIVED);
    }
    waitpid(pid, &status, 0);
    shared->status = status;
#endif
    sentry_close();
    exit(0);
}

static void crash_at(const char *where)
{
    if (strcmp(where, "main") == 0) {
        crash_here();
    } else if (strcmp(where, "worker") == 0) {
        sentry_capture_message(SENTRY_LEVEL_INFO, "for the client");
        for (;;) test_sleep_ms(1000);
    } else if (strcmp(where, "fork") == 0) {
        crash_in_child();
    } else if (strcmp(where, "started") == 0) {
        crash_in_started();
    } else {
        crash_elsewhere(strcmp(where, "thread") == 0);
    }
}

/* What comes after a crash: the next start. */
static int send_all(void)
{
    start("main");
    printf("sentry_get_crashed_last_run %d\n", sentry_get_crashed_last_run());
    return sentry_flush(20000) + sentry_close();
}

static void share(void)
{
    shared = &without_file;
#ifndef _WIN32
    {
        int file = open("shared", O_RDWR | O_CREAT, 0600);
        if (file < 0 || ftruncate(file, 4096) != 0) exit(1);
        shared = (shared_t *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if ((void *)shared == MAP_FAILED) exit(1);
        close(file);
    }
#endif
}

static void read_settings(char **args)
{
    for (; *args; args++) {
        size_t i, n = strcspn(*args, "="), count = sizeof settings / sizeof settings[0];
        for (i = 0; i < count && (strncmp(settings[i].name, *args, n) != 0 || settings[i].name[n]); i++) {}
        if (i == count) exit(2);
        settings[i].value = atoi(*args + n + 1);
    }
}

int main(int argc, char **argv)
{
    size_t i;
    if (argc < 4 || test_chdir(argv[1]) != 0) {
        fprintf(stderr, "crasher FOLDER WHAT WHERE [NAME=NUMBER...]\n");
        return 2;
    }
    read_settings(argv + 4);
    share();
    if (strcmp(argv[2], "send") == 0) return send_all();
    for (i = 0; crashes[i].name && strcmp(crashes[i].name, argv[2]) != 0; i++) {}
    chosen = crashes[i].function;
    if (!chosen) return 3;
#ifndef _WIN32
    if (setting("traced")) be_traced();
    if (setting("previous") && !setting("reinstall")) install_previous();
#endif
    if (setting("sdk")) start(argv[3]);
#ifndef _WIN32
    if (setting("reinstall")) {
        install_previous();
        if (setting("sdk")) sentry_reinstall_backend();
    }
    if (mkdir("elsewhere", 0700) == 0 || errno == EEXIST) test_chdir("elsewhere");
#endif
    fill_scope();
    start_threads();
    crash_at(argv[3]);
    return SURVIVED;
}
