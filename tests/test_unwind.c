/* test_unwind.c: stacks are walked to their ends, out of signals of all kinds, and what is loaded is known, with its ids. */
#define SENTRY_API static /* so that only what is tested here is compiled */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

#include "test.h"

#include "files.h"

#include <setjmp.h>
#ifndef _WIN32
#include <dlfcn.h>
#include <sys/mman.h>
#endif
#ifdef __GLIBC__
#include <ucontext.h>
#if __GLIBC_PREREQ(2, 35)
#define SYSTEM_FINDS 1
#endif
#endif

#if defined(__GNUC__) && !defined(__clang__) && !defined(__TINYC__)
#define FRAME __attribute__((noinline, noclone))
#elif defined(__GNUC__)
#define FRAME __attribute__((noinline))
#else
#define FRAME
#endif
#if defined(__clang__) || (defined(__GNUC__) && !defined(__TINYC__))
#define ANY_READ __attribute__((no_sanitize("address"), no_sanitize("thread")))
#else
#define ANY_READ
#endif
#if defined(__clang__)
#define ANY_CALL __attribute__((no_sanitize("undefined", "address"))) /* calls of what is no function */
#else
#define ANY_CALL
#endif
/* What follows a call, so that it is not the function's last act. */
#define KEEP() (kept = kept + 1)
/* Notes where this function returns to. */
#define CALLER() (wanted[wanted_count++ % WANTED] = CODE(__builtin_return_address(0)))
/* Without what says that it is Thumb code. ARM's tables are right where functions call, but not in the middle of their beginnings. */
#ifdef __arm__
#define EXACT_TABLES 0
#define CODE(pointer) ((uintptr_t)(pointer) & ~(uintptr_t)1)
#else
#define EXACT_TABLES 1
#define CODE(pointer) ((uintptr_t)(pointer))
#endif

/* What this build of the SDK can. */
#if defined(SENTRY_NO_FILES) || defined(__TINYC__)
#define LISTS_MODULES 0
#elif defined(_WIN32) || (defined(__ELF__) && defined(__linux__))
#define LISTS_MODULES 1
#else
#define LISTS_MODULES 0
#endif
#if LISTS_MODULES && defined(__linux__) && ((defined(__x86_64__) && defined(__LP64__)) || defined(__i386__) || defined(__aarch64__) || defined(__arm__) || defined(__riscv))
#define HAS_TABLES 1
#else
#define HAS_TABLES 0
#endif
#if HAS_TABLES || (LISTS_MODULES && defined(_WIN32))
#define WALKS 1
#else
#define WALKS 0
#endif
#ifdef __x86_64__
#define CONTEXT_PC Rip
#define CONTEXT_SP Rsp
#else
#define CONTEXT_PC Pc
#define CONTEXT_SP Sp
#endif

#if WALKS

enum { WANTED = 64, FRAMES = 64 };
static uintptr_t wanted[WANTED], main_returns_to; /* outermost first */
static unsigned wanted_count;
static volatile int kept;
static int *volatile bad = (int *)64; /* nothing is there */

static struct {
    uintptr_t pcs[FRAMES];
    unsigned char trust[FRAMES];
    size_t count, left_out, by_public;
    volatile int inside, faults, signals; /* faults: of the walk itself */
    void *same[FRAMES];
} seen;

static void print_seen(void)
{
    size_t i;
    for (i = 0; i < seen.count; i++) {
        const sentry__module_t *m = sentry__module_of(sentry__modules_signal(), seen.pcs[i]);
        printf("    %2d %d 0x%llx %s+0x%llx\n", (int)i, seen.trust[i], (unsigned long long)seen.pcs[i], m ? m->path : "?", (unsigned long long)(seen.pcs[i] - (m ? m->bias : 0)));
    }
    for (i = wanted_count; i-- > 0;)
        printf("    wanted 0x%llx\n", (unsigned long long)wanted[i]);
    printf("    main returns to 0x%llx\n", (unsigned long long)main_returns_to);
}

/* -- a crash that the test survives -- */

#ifdef _WIN32
static void *back[5];
static CONTEXT *where;

/* Where the thread goes on after its crash. */
static void recover(void)
{
    __builtin_longjmp(back, 1);
}

static LONG CALLBACK on_crash(EXCEPTION_POINTERS *e)
{
    sentry_ucontext_t public_context;
    sentry__regs_t r;
    if (seen.inside)
        seen.faults = 1;
    seen.inside = 1;
    seen.signals = seen.signals + 1;
    memcpy(&public_context, e, sizeof *e);
    sentry__regs_signal(&r, e->ContextRecord);
    seen.count = sentry__unwind_regs(sentry__modules_signal(), &r, seen.pcs, seen.trust, FRAMES, &seen.left_out);
    seen.by_public = sentry_unwind_stack_from_ucontext(&public_context, seen.same, FRAMES);
    seen.inside = 0;
    where = e->ContextRecord;
    e->ContextRecord->CONTEXT_PC = (uintptr_t)recover;
    e->ContextRecord->CONTEXT_SP = (e->ContextRecord->CONTEXT_SP < 65536 ? (uintptr_t)&r : e->ContextRecord->CONTEXT_SP) / 16 * 16 - 4096 - 8;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static void crash(void (*run)(void))
{
    void *handler = AddVectoredExceptionHandler(1, on_crash);
    sentry__modules_give(sentry__modules_take());
    seen.count = seen.left_out = 0;
    seen.signals = 0;
    if (__builtin_setjmp(back) == 0)
        run();
    RemoveVectoredExceptionHandler(handler);
}
#else
static sigjmp_buf back;
static char handlers_stack[1 << 18];

static void on_crash(int signum, siginfo_t *info, void *context)
{
    sentry_ucontext_t public_context;
    sentry__regs_t r;
    if (seen.inside) {
        seen.faults = 1;
        siglongjmp(back, 1);
    }
    seen.inside = 1;
    seen.signals = seen.signals + 1;
    public_context.signum = signum;
    public_context.siginfo = info;
    public_context.user_context = (ucontext_t *)context;
    sentry__regs_signal(&r, context);
    seen.count = sentry__unwind_regs(sentry__modules_signal(), &r, seen.pcs, seen.trust, FRAMES, &seen.left_out);
    seen.by_public = sentry_unwind_stack_from_ucontext(&public_context, seen.same, FRAMES);
    seen.inside = 0;
    siglongjmp(back, 1);
}

/* Runs what crashes, with the handler on a stack of its own. */
static void crash(void (*run)(void))
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP };
    struct sigaction action;
    stack_t own, before;
    size_t i;
    memset(&own, 0, sizeof own);
    own.ss_sp = handlers_stack;
    own.ss_size = sizeof handlers_stack;
    sigaltstack(&own, &before);
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
    sentry__modules_give(sentry__modules_take());
    seen.count = seen.left_out = 0;
    seen.signals = 0;
    if (sigsetjmp(back, 1) == 0)
        run();
    sigaltstack(&before, NULL);
}
#endif

/* Whether there are tables for a function; then frames are certain. */
static int has_tables(uintptr_t function)
{
#if HAS_TABLES && !defined(__arm__)
    const sentry__modules_t *modules = sentry__modules_take();
    const sentry__module_t *m = sentry__module_of(modules, function);
    sentry__frame_t f;
    sentry__walk_t w;
    uintptr_t entry;
    int has;
    memset(&w, 0, sizeof w);
    entry = m ? sentry__fde_find(&w, m, function) : 0;
    has = entry && sentry__fde_read(&w, m, entry, function, &f) == 0;
    sentry__modules_give(modules);
    return has;
#elif HAS_TABLES
    const sentry__modules_t *modules = sentry__modules_take();
    const sentry__module_t *m = sentry__module_of(modules, function);
    sentry__walk_t w;
    sentry__exidx_t x;
    int has;
    memset(&w, 0, sizeof w);
    memset(&x, 0, sizeof x);
    x.w = &w;
    has = m && sentry__exidx_find(&x, m, CODE(function)) == 0;
    sentry__modules_give(modules);
    return has;
#else
    (void)function;
    return 1;
#endif
}

/* Why this program's stack cannot be walked; NULL when it can. x86 has other ways. */
static const char *no_tables(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return NULL;
#else
    return has_tables((uintptr_t)crash) ? NULL : "this program has no tables: it needs -fasynchronous-unwind-tables, or -funwind-tables on ARM";
#endif
}

/* The same for what this test crashes. */
static const char *lacking(void)
{
    return getenv("TEST_VALGRIND") ? "memcheck reports the crashes that this test makes" : no_tables();
}
#define NEEDS_TABLES() do { if (lacking()) SKIP(lacking()); } while (0)

/* All callers were found, in their order, and after them main's where it is the thread's start. */
static void check_walk(int of_main)
{
    size_t at = 0;
    unsigned i;
    int good = 1;
    for (i = wanted_count; i-- > 0;) {
        while (at < seen.count && seen.pcs[at] != wanted[i])
            at++;
        good &= at < seen.count;
    }
    while (of_main && at < seen.count && seen.pcs[at] != main_returns_to)
        at++;
    good &= at < seen.count;
    CHECK(good);
    if (!good)
        print_seen();
    CHECK_INT(seen.faults, 0);
    CHECK_INT(seen.signals, 1);
    CHECK_INT(seen.trust[0], SENTRY__TRUST_CONTEXT);
    CHECK_INT(seen.by_public, seen.left_out ? (size_t)FRAMES : seen.count);
    CHECK(memcmp(seen.same, seen.pcs, seen.count / 2 * sizeof seen.pcs[0]) == 0);
}

/* Everything but the innermost frame came out of tables. */
static void check_certain(void)
{
    size_t i;
#ifdef __GLIBC__
    for (i = 1; i < seen.count && has_tables((uintptr_t)crash); i++)
        CHECK_EACH(seen.trust[i] == SENTRY__TRUST_CFI);
#endif
    for (i = 1; i < seen.count; i++)
        CHECK_EACH(seen.trust[i] >= SENTRY__TRUST_CFI && seen.trust[i] <= SENTRY__TRUST_SCAN);
}

/* -- what crashes -- */

static FRAME void leaf(void)
{
    CALLER();
    *bad = 1;
}

static FRAME void through(void (*next)(void))
{
    CALLER();
    next();
    KEEP();
}

static FRAME void in_leaf(void)
{
    CALLER();
    through(leaf);
    KEEP();
}

static void (*volatile no_function)(void);

static FRAME ANY_CALL void call_it(void)
{
    CALLER();
    no_function();
    KEEP();
}

static FRAME void in_call(void)
{
    CALLER();
    through(call_it);
    KEEP();
}

static FRAME int compare(const void *a, const void *b)
{
    CALLER();
    KEEP();
    *bad = *(const int *)a - *(const int *)b;
    return 0;
}

static FRAME void in_callback(void)
{
    int numbers[] = { 3, 1, 2 };
    CALLER();
    qsort(numbers, 3, sizeof numbers[0], compare);
    KEEP();
}

static size_t (*volatile length)(const char *) = strlen;

static FRAME void in_length(void)
{
    CALLER();
    kept = (int)length((const char *)bad);
}

#if !defined(_WIN32) && !defined(__riscv) && !defined(__arm__) /* there abort, as it never returns, does not save where to */
#define ABORT_SAVES 1
static FRAME void in_abort(void)
{
    CALLER();
    abort();
}
#endif

static FRAME void in_growing_frame(void)
{
    volatile char *room = (volatile char *)__builtin_alloca((size_t)kept % 7 * 100 + 100);
    CALLER();
    room[0] = 1;
    through(leaf);
    KEEP();
}

static FRAME void in_aligned_frame(void)
{
    volatile char __attribute__((aligned(64))) room[64];
    volatile char *more = (volatile char *)__builtin_alloca((size_t)kept % 7 * 100 + 100);
    CALLER();
    room[0] = 1;
    more[0] = 1;
    in_growing_frame();
    kept = room[0];
}

/* Runs a scenario from a few frames up. */
static FRAME void scenario(void (*run)(void))
{
    wanted_count = 0;
    CALLER();
    crash(run);
    KEEP();
}

static void walks_out_of_a_leaf(void)
{
    NEEDS_TABLES();
    scenario(in_leaf);
    check_walk(1);
    check_certain();
    CHECK(seen.pcs[0] >= (uintptr_t)leaf && seen.pcs[0] < (uintptr_t)leaf + 512);
    if (has_tables((uintptr_t)crash) && EXACT_TABLES) {
        CHECK(seen.pcs[1] == wanted[wanted_count - 1]);
        CHECK(seen.pcs[2] == wanted[wanted_count - 2]);
    }
}

static void walks_out_of_calls_of_no_code(void)
{
    static int data[16];
    uintptr_t at[] = { 0, 0x10000, (uintptr_t)data };
    size_t i;
    NEEDS_TABLES();
    for (i = 0; i < sizeof at / sizeof at[0]; i++) {
        no_function = (void (*)(void))at[i];
        scenario(in_call);
        check_walk(1);
        CHECK(seen.pcs[0] == CODE(at[i]));
        CHECK(seen.pcs[1] > (uintptr_t)call_it && seen.pcs[1] < (uintptr_t)call_it + 512);
        CHECK_INT(seen.trust[1], SENTRY__TRUST_SCAN);
    }
}

static void walks_out_of_libc(void)
{
    NEEDS_TABLES();
#if !defined(__x86_64__) && !defined(__i386__)
    if (!has_tables((uintptr_t)qsort))
        SKIP("the C library has no tables");
#endif
    scenario(in_callback);
    check_walk(1);
    if (EXACT_TABLES) {
        scenario(in_length);
        check_walk(1);
    }
#ifdef ABORT_SAVES
    scenario(in_abort);
    check_walk(1);
#endif
}

static void walks_over_frames_of_all_kinds(void)
{
    NEEDS_TABLES();
    scenario(in_growing_frame);
    check_walk(1);
    scenario(in_aligned_frame);
    check_walk(1);
}

/* -- threads -- */

typedef struct {
    void (*run)(void);
} job_t;

static FRAME void *in_thread(void *arg)
{
    wanted_count = 0;
    crash(((job_t *)arg)->run);
    KEEP();
    return NULL;
}

static void run_in_thread(void (*run)(void))
{
    job_t job;
    test_thread_t thread;
    job.run = run;
    REQUIRE(test_thread_start(&thread, in_thread, &job) == 0);
    test_thread_join(thread);
}

static void walks_in_a_thread(void)
{
    size_t i;
    NEEDS_TABLES();
    run_in_thread(in_leaf);
    check_walk(0);
    for (i = 0; i < seen.count; i++)
        CHECK_EACH(seen.pcs[i] != main_returns_to);
}

/* -- this stack -- */

static void *here[FRAMES];
static size_t here_count, here_max = FRAMES;
static void *here_from;

static FRAME void look(void)
{
    CALLER();
    here_count = sentry_unwind_stack(here_from, here, here_max);
    KEEP();
}

static FRAME void look_deeper(void)
{
    CALLER();
    through(look);
    KEEP();
}

/* What was seen of here, as if a signal had. */
static void check_here(int of_main)
{
    memset(&seen, 0, sizeof seen);
    memcpy(seen.pcs, here, sizeof seen.pcs);
    memcpy(seen.same, here, sizeof seen.pcs);
    seen.count = seen.by_public = here_count;
    seen.signals = 1;
    check_walk(of_main);
}

static void *look_in_thread(void *arg)
{
    (void)arg;
    wanted_count = 0;
    look_deeper();
    return NULL;
}

static void walks_here(void)
{
    test_thread_t thread;
    size_t all;
    if (no_tables())
        SKIP(no_tables());
    wanted_count = 0;
    look_deeper();
    check_here(1);
    CHECK((uintptr_t)here[0] > (uintptr_t)look && (uintptr_t)here[0] < (uintptr_t)look + 512);
    all = here_count;

    here_max = 2; /* the first ones */
    look_deeper();
    CHECK_INT(here_count, 2);
    here_max = FRAMES;

    here_from = (void *)main_returns_to;
    wanted_count = 0;
    look_deeper();
    here_from = NULL;
    CHECK(here_count > 0 && here_count < all);
    if (here_count)
        CHECK(here[0] == (void *)main_returns_to);
    CHECK_INT(sentry_unwind_stack(&thread, here, FRAMES), 0);
    CHECK_INT(sentry_unwind_stack(NULL, here, 0), 0);
    CHECK_INT(sentry_unwind_stack(NULL, NULL, 1), 0);
    CHECK_INT(sentry_unwind_stack_from_ucontext(NULL, here, FRAMES), 0);

    REQUIRE(test_thread_start(&thread, look_in_thread, NULL) == 0);
    test_thread_join(thread);
    check_here(0);
    sentry__thread_release();
}

/* The first frames and the last ones are kept when there are more. */
static void keeps_both_ends(void)
{
    uintptr_t pcs[9];
    unsigned char trust[9];
    size_t n, left_out = 0, i;
    sentry__regs_t r;
#if HAS_TABLES
    NEEDS_TABLES();
    sentry__regs_here(&r);
#else
    CONTEXT c;
    RtlCaptureContext(&c);
    sentry__regs_signal(&r, &c);
#endif
    sentry__modules_give(sentry__modules_take());
    memset(&seen, 0, sizeof seen);
    seen.count = sentry__unwind_regs(sentry__modules_signal(), &r, seen.pcs, seen.trust, FRAMES, &left_out);
    CHECK_INT(left_out, 0);
    REQUIRE(seen.count > 4 && seen.count < FRAMES);
    for (n = 1; n <= 9; n++) {
        size_t got = sentry__unwind_regs(sentry__modules_signal(), &r, pcs, trust, n, &left_out), tail = n / 4;
        CHECK_EACH(got == (n < seen.count ? n : seen.count));
        CHECK_EACH(n < 4 || left_out == seen.count - got);
        if (got == seen.count)
            tail = 0;
        for (i = 0; i < got - tail; i++)
            CHECK_EACH(pcs[i] == seen.pcs[i] && trust[i] == seen.trust[i]);
        for (i = 0; i < tail; i++)
            CHECK_EACH(pcs[got - 1 - i] == seen.pcs[seen.count - 1 - i] && trust[got - 1 - i] == seen.trust[seen.count - 1 - i]);
    }
}

/* -- many threads, while libraries come and go -- */

enum { WALKERS = 4, TIMES = 300 };
static sentry__word_t walks_wrong, walkers_done;

static FRAME size_t look_from(int depth, void **out)
{
    volatile size_t n = depth ? look_from(depth - 1, out) : sentry_unwind_stack(NULL, out, FRAMES);
    return n;
}

static void *walker(void *arg)
{
    void *first[FRAMES], *now[FRAMES];
    size_t n = look_from(7, first), i;
    (void)arg;
    for (i = 0; i < TIMES; i++) {
        size_t m = look_from(7, now);
        if (m != n || n < 9 || memcmp(first + 9, now + 9, (n - 9) * sizeof *now) != 0)
            sentry__add(&walks_wrong, 1);
    }
    sentry__add(&walkers_done, 1);
    return NULL;
}

static void walks_in_many_threads(void)
{
    test_thread_t threads[WALKERS];
    int i;
    if (no_tables())
        SKIP(no_tables());
    for (i = 0; i < WALKERS; i++)
        REQUIRE(test_thread_start(&threads[i], walker, NULL) == 0);
    while (sentry__load_acquire(&walkers_done) < WALKERS) {
#ifndef _WIN32
        void *library = dlopen("libanl.so.1", RTLD_NOW);
        if (library)
            dlclose(library);
#endif
        sentry_clear_modulecache();
        test_sleep_ms(1);
    }
    for (i = 0; i < WALKERS; i++)
        test_thread_join(threads[i]);
    CHECK_INT(walks_wrong, 0);
}

/* -- what only POSIX has -- */

#if HAS_TABLES
static void on_user_signal(int signum)
{
    (void)signum;
    CALLER();
    through(leaf);
    KEEP();
}

static FRAME void in_handler(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_user_signal;
    sigaction(SIGUSR1, &action, NULL);
    CALLER();
    raise(SIGUSR1);
    KEEP();
}

static void walks_over_signal_handlers(void)
{
    NEEDS_TABLES();
#if TEST_HAS_TSAN
    SKIP("ThreadSanitizer blocks all signals in a handler, a crash in it is the end");
#endif
    scenario(in_handler);
    check_walk(1);
}

static FRAME int deep(int n)
{
    volatile char room[200];
    room[0] = (char)n;
    if (n < 0)
        return 0;
    if (n == 0)
        CALLER();
    return deep(n + 1) + room[0];
}

static FRAME void in_overflow(void)
{
    CALLER();
    kept = deep(0);
}

static void *overflow_in_thread(void *arg)
{
    (void)arg;
    wanted_count = 0;
    crash(in_overflow);
    return NULL;
}

/* The beginning of the recursion is kept, and its end. */
static void walks_out_of_an_overflow(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    size_t i;
    NEEDS_TABLES();
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 1 << 20);
    REQUIRE(pthread_create(&thread, &attr, overflow_in_thread, NULL) == 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    check_walk(0);
    CHECK_INT(seen.count, FRAMES);
    CHECK(seen.left_out > 500);
    for (i = 0; i < FRAMES / 2; i++)
        CHECK_EACH(seen.pcs[i] >= (uintptr_t)deep && seen.pcs[i] < (uintptr_t)deep + 1024);
}

/* A library that was loaded after the last look at what is. */
#ifdef SYSTEM_FINDS
static void walks_out_of_what_is_new(void)
{
    sentry__modules_t none;
    sentry__regs_t r;
    uintptr_t pcs[FRAMES];
    size_t n, all, left_out, i;
    NEEDS_TABLES();
    sentry__regs_here(&r);
    sentry__modules_give(sentry__modules_take());
    all = sentry__unwind_regs(sentry__modules_signal(), &r, seen.pcs, seen.trust, FRAMES, &left_out);
    memset(&none, 0, sizeof none);
    none.unloaded = 1; /* nothing is remembered */
    n = sentry__unwind_regs(&none, &r, pcs, seen.trust, FRAMES, &left_out);
    CHECK_INT(n, all);
    for (i = 0; i < n; i++)
        CHECK_EACH(pcs[i] == seen.pcs[i] && seen.trust[i] == (i ? SENTRY__TRUST_CFI : SENTRY__TRUST_CONTEXT));
}
#else
static void walks_out_of_what_is_new(void) { SKIP("the C library does not find objects for signal handlers"); }
#endif

/* What destroys a stack must not destroy the walk. */
#if defined(__x86_64__)
#define SET_POINTER(reg, v) __asm__ volatile("movq %0, %%" reg "\n movq $0, 64" : : "r"(v) : "memory")
#define FP_NAME "rbp"
#define SP_NAME "rsp"
#elif defined(__i386__)
#define SET_POINTER(reg, v) __asm__ volatile("movl %0, %%" reg "\n movl $0, 64" : : "r"(v) : "memory")
#define FP_NAME "ebp"
#define SP_NAME "esp"
#elif defined(__aarch64__)
#define SET_POINTER(reg, v) __asm__ volatile("mov " reg ", %0\n mov x9, #64\n str x9, [x9]" : : "r"(v) : "x9", "memory")
#define FP_NAME "x29"
#define SP_NAME "sp"
#elif defined(__riscv)
#define SET_POINTER(reg, v) __asm__ volatile("mv " reg ", %0\n li t0, 64\n sd t0, 0(t0)" : : "r"(v) : "t0", "memory")
#define FP_NAME "s0"
#define SP_NAME "sp"
#else
#define SET_POINTER(reg, v) __asm__ volatile("mov " reg ", %0\n mov r3, #64\n str r3, [r3]" : : "r"(v) : "r3", "memory")
#define FP_NAME "r11"
#define SP_NAME "sp"
#endif

static FRAME void with_bad_frame_pointer(void)
{
    CALLER();
    SET_POINTER(FP_NAME, (uintptr_t)0x1238);
}

static FRAME void with_bad_stack_pointer(void)
{
    CALLER();
    SET_POINTER(SP_NAME, (uintptr_t)0x10);
}

/* Overwrites its frame and its caller's, up to `end`. */
static FRAME ANY_READ void smash(volatile uintptr_t *end)
{
    volatile uintptr_t *up = (volatile uintptr_t *)__builtin_frame_address(0);
    while (up < end)
        *up++ = 0x4141;
    *bad = 1;
}

static FRAME void in_smashed(void)
{
    volatile uintptr_t room[64];
    room[0] = 1;
    smash(room + 64);
    kept = (int)room[0];
}

static void survives_broken_stacks(void)
{
    void (*const runs[])(void) = { with_bad_frame_pointer, with_bad_stack_pointer, in_smashed };
    size_t i;
    if (getenv("TEST_VALGRIND"))
        SKIP(lacking());
    for (i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        scenario(runs[i]);
        CHECK_INT(seen.faults, 0);
        CHECK_INT(seen.signals, 1);
        CHECK(seen.count >= 1);
        CHECK_INT(seen.trust[0], SENTRY__TRUST_CONTEXT);
#if defined(__x86_64__) || defined(__i386__)
        if (i == 0) /* the callers are found all the same */
            check_walk(1);
#endif
    }
}

#if defined(__GLIBC__) && !defined(__riscv) && !TEST_HAS_ASAN && !TEST_HAS_TSAN
static ucontext_t main_context, fiber_context;

static void in_fiber(void)
{
    wanted_count = 0;
    crash(in_leaf);
}

/* A fiber's stack is not its thread's. */
static void walks_in_a_fiber(void)
{
    char *stack;
    NEEDS_TABLES();
    stack = (char *)malloc(1 << 18);
    REQUIRE(stack != NULL);
    getcontext(&fiber_context);
    fiber_context.uc_stack.ss_sp = stack;
    fiber_context.uc_stack.ss_size = 1 << 18;
    fiber_context.uc_link = &main_context;
    makecontext(&fiber_context, in_fiber, 0);
    swapcontext(&main_context, &fiber_context);
    check_walk(0);
    free(stack);
}
#else
static void walks_in_a_fiber(void) { SKIP("makecontext is not to be had, or not with this sanitizer"); }
#endif

/* -- pieces -- */

#ifndef __arm__
static uintptr_t evaluated(const char *block, int *failed)
{
    sentry__walk_t w;
    uintptr_t value = 0, first = 1000;
    char room[64];
    static uintptr_t memory[2] = { 7, 11 };
    room[0] = (char)strlen(block);
    memcpy(room + 1, block, strlen(block));
    memset(&w, 0, sizeof w);
    w.r.r[3] = (uintptr_t)memory;
    w.r.known = 8;
    *failed = sentry__evaluate(&w, (uintptr_t)room, &first, &value);
    return value;
}

/* DWARF's expressions, as tables have them: 1000 lies on the stack at first. */
static void evaluates_expressions(void)
{
    static const struct {
        const char *block;
        intptr_t value;
    } good[] = {
        { "\x35", 5 }, { "\x08\xff", 255 }, { "\x09\xff", -1 }, { "\x0b\xfe\xff", -2 }, { "\x10\x81\x01", 129 }, { "\x11\x7f", -1 },
        { "\x12\x22", 2000 }, { "\x33\x13", 1000 }, { "\x33\x16\x1c", -997 }, { "\x33\x1c", 997 }, { "\x33\x1e", 3000 }, { "\x38\x1a", 8 },
        { "\x37\x21", 1007 }, { "\x37\x27", 1007 }, { "\x23\x05", 1005 }, { "\x33\x24", 8000 }, { "\x33\x25", 125 }, { "\x33\x29", 0 },
        { "\x33\x2a", 1 }, { "\x33\x2b", 1 }, { "\x33\x2c", 0 }, { "\x33\x2d", 0 }, { "\x33\x2e", 1 }, { "\x96", 1000 },
    };
    static const char *const broken[] = { "\x22", "\x13\x13", "\x01", "\x70\x01", "\x92\x7f\x01", "\x35\x06", "\x08" };
    size_t i;
    int failed;
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        uintptr_t value = evaluated(good[i].block, &failed);
        CHECK_INT((intptr_t)value, good[i].value);
        CHECK_INT(failed, 0);
    }
    CHECK_INT(evaluated(sizeof(void *) == 8 ? "\x73\x08\x06" : "\x73\x04\x06", &failed), 11); /* a word of memory */
    for (i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        evaluated(broken[i], &failed);
        CHECK(failed);
    }
}

static const char *rules_of(const char *program, size_t n, sentry__cfi_t *c)
{
    static const unsigned char start[] = { 0x0c, SENTRY__REG_SP, 8, 0x80 | 3, 2 }; /* the CFA is sp + 8; 3 is two words below */
    sentry__frame_t f;
    memset(&f, 0, sizeof f);
    f.start.at = (uintptr_t)start;
    f.start.end = f.start.at + sizeof start;
    f.program.at = (uintptr_t)program;
    f.program.end = f.program.at + n;
    f.location = 100;
    f.code_step = 1;
    f.data_step = -(int64_t)sizeof(void *);
    return sentry__cfi_run(c, &f, 110) ? "failed" : "good";
}
#define RULES(program) rules_of(program, sizeof program - 1, &c)

static void reads_programs(void)
{
    const intptr_t word = (intptr_t)sizeof(void *);
    sentry__cfi_t c;
    CHECK_STR(RULES(""), "good");
    CHECK_INT(c.now.how[3], SENTRY__OFFSET);
    CHECK_INT(c.now.at[3], -2 * word);
    CHECK_INT(c.now.at[SENTRY__CFA], 8);
    CHECK_STR(RULES("\x4a\x0e\x10"), "good"); /* 10 further: still about 110 */
    CHECK_INT(c.now.at[SENTRY__CFA], 16);
    CHECK_STR(RULES("\x4b\x0e\x10"), "good"); /* 11 further: no more */
    CHECK_INT(c.now.at[SENTRY__CFA], 8);
    CHECK_STR(RULES("\x02\x0b\x0e\x10"), "good");
    CHECK_INT(c.now.at[SENTRY__CFA], 8);
    CHECK_STR(RULES("\x0a\x0e\x20\x83\x05\x0b"), "good"); /* remembers, restores */
    CHECK_INT(c.now.at[SENTRY__CFA], 8);
    CHECK_INT(c.now.at[3], -2 * word);
    CHECK_STR(RULES("\x83\x05\xc3"), "good");
    CHECK_INT(c.now.at[3], -2 * word);
    CHECK_STR(RULES("\x83\x05\x06\x03\x07\x04\x09\x05\x06\x14\x06\x03"), "good");
    CHECK_INT(c.now.at[3], -2 * word);
    CHECK_INT(c.now.how[4], SENTRY__UNDEFINED);
    CHECK_INT(c.now.how[5], SENTRY__REGISTER);
    CHECK_INT(c.now.at[5], 6);
    CHECK_INT(c.now.how[6], SENTRY__VALUE_OFFSET);
    CHECK_INT(c.now.at[6], -3 * word);
    CHECK_STR(RULES("\x11\x03\x7f\x13\x7e\x0d\x05\x10\x04\x01\x30\x2d\x2e\x08"), "good");
    CHECK_INT(c.now.at[3], word);
    CHECK_INT(c.now.at[SENTRY__CFA], 2 * word);
    CHECK_INT(c.now.cfa_reg, 5);
    CHECK_INT(c.now.how[4], SENTRY__EXPRESSION);
    CHECK_STR(RULES("\x0b"), "failed");
    CHECK_STR(RULES("\x0a\x0a\x0a\x0a\x0a"), "failed");
    CHECK_STR(RULES("\x3f"), "failed");
    CHECK_STR(RULES("\x0c\x05"), "failed");
    CHECK_STR(RULES("\x0f\x7f"), "failed");
}

static void keeps_rows(void)
{
    sentry__row_t row, got;
    memset(&row, 0, sizeof row);
    CHECK_INT(sentry__row_get(0, &got), 1); /* an empty place is nobody's */
    CHECK_INT(sentry__row_get(0x1234, &got), 1);
    row.offset = -77;
    row.at[SENTRY__SAVED - 1] = -5;
    sentry__row_put(0x1234, &row);
    CHECK_INT(sentry__row_get(0x1234, &got), 0);
    CHECK(memcmp(&row, &got, sizeof row) == 0);
    CHECK_INT(sentry__row_get(0x1234 + (uintptr_t)SENTRY_MAX_ROWS * 4096, &got), 1);
    sentry__row_slot(0x1234)->count++; /* somebody writes */
    CHECK_INT(sentry__row_get(0x1234, &got), 1);
    sentry__row_put(0x1234, &row);
    sentry__row_slot(0x1234)->count++;
    sentry_clear_modulecache();
    sentry__modules_give(sentry__modules_take());
    sentry__rows_check(sentry__modules_signal());
    CHECK_INT(sentry__row_get(0x1234, &got), 1);
}
#endif
#endif

static void writes_registers(void)
{
    char text[2048];
    sentry__buf_t b;
    sentry__regs_t r;
    sentry_value_t value;
    sentry__regs_at(&r, 0x1234abcd, 0x5678);
    sentry__buf_init(&b, text, sizeof text);
    sentry__buf_byte(&b, '{');
    sentry__regs_write(&b, &r);
    sentry__buf_byte(&b, '}');
    value = sentry__json_read(sentry__slice(b.data, b.len));
    CHECK(sentry_value_get_type(value) == SENTRY_VALUE_TYPE_OBJECT);
    CHECK(sentry_value_get_length(value) > 8);
#if defined(__x86_64__)
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(value, "rip")), "0x1234abcd");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(value, "rsp")), "0x5678");
#elif defined(__i386__)
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(value, "eip")), "0x1234abcd");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(value, "esp")), "0x5678");
#else
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(value, "pc")), "0x1234abcd");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(value, "sp")), "0x5678");
#endif
    sentry_value_decref(value);
}

#else /* no unwinder */

static void walks_nowhere(void)
{
    void *out[4];
    CHECK_INT(sentry_unwind_stack(NULL, out, 4), 0);
    SKIP("stacks cannot be walked on this processor, or with this compiler");
}
#endif

/* -- what is loaded -- */

#if LISTS_MODULES
static const char *text_of(sentry_value_t image, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(image, key));
}

static uintptr_t number_of(sentry_value_t image, const char *key)
{
    return (uintptr_t)strtoull(text_of(image, key), NULL, 0);
}

/* The image that an address lies in. */
static sentry_value_t image_of(sentry_value_t list, uintptr_t address)
{
    size_t i;
    for (i = 0; i < sentry_value_get_length(list); i++) {
        sentry_value_t image = sentry_value_get_by_index(list, i);
        uintptr_t start = number_of(image, "image_addr");
        if (address >= start && address - start < (uintptr_t)sentry_value_as_int32(sentry_value_get_by_key(image, "image_size")))
            return image;
    }
    return sentry_value_new_null();
}

static void lists_what_is_loaded(void)
{
    sentry_value_t list = sentry_get_modules_list(), image;
    char exe[2048];
    size_t i, n = sentry__os_exe(exe, sizeof exe);
    exe[n] = 0;
    CHECK(sentry_value_is_frozen(list));
    REQUIRE(sentry_value_get_length(list) >= 1);
    image = image_of(list, (uintptr_t)text_of);
    CHECK_STR(text_of(image, "code_file"), exe);
    #ifdef _WIN32
    CHECK_STR(text_of(image, "type"), "pe");
#else
    CHECK_STR(text_of(image, "type"), "elf");
#endif
#ifdef __x86_64__
    CHECK_STR(text_of(image, "arch"), "x86_64");
#elif defined(__aarch64__)
    CHECK_STR(text_of(image, "arch"), "arm64");
#endif
    for (i = 0; i < sentry_value_get_length(list); i++) {
        image = sentry_value_get_by_index(list, i);
        CHECK_EACH(strlen(text_of(image, "debug_id")) >= 36);
        CHECK_EACH(text_of(image, "debug_id")[8] == '-' && text_of(image, "debug_id")[23] == '-');
        CHECK_EACH(number_of(image, "image_addr") % 4096 == 0);
        CHECK_EACH(i == 0 || number_of(image, "image_addr") > number_of(sentry_value_get_by_index(list, i - 1), "image_addr"));
    }
    sentry_value_decref(list);
}

typedef struct {
    size_t count, known;
    const sentry__modules_t *modules;
} counted_t;

static int count_image(const sentry__os_image_t *image, void *arg)
{
    counted_t *c = (counted_t *)arg;
    size_t i;
    for (i = 0; i < c->modules->count; i++)
#ifdef _WIN32
        c->known += c->modules->list[i].start == image->base;
#else
        c->known += c->modules->list[i].bias == image->base;
#endif
    c->count++;
    return 0;
}

static size_t images_now(void)
{
    counted_t c;
    memset(&c, 0, sizeof c);
    c.modules = sentry__modules_take();
    sentry__os_images(count_image, &c);
    CHECK_INT(c.modules->count, c.count);
    CHECK_INT(c.known, c.count);
    sentry__modules_give(c.modules);
    return c.count;
}

/* A library that is not there yet; NULL when there is none. */
#ifdef _WIN32
static void *library_open(void) { return GetModuleHandleW(L"psapi.dll") ? NULL : (void *)LoadLibraryW(L"psapi.dll"); }
static void library_close(void *library) { FreeLibrary((HMODULE)library); }
#else
static void *library_open(void)
{
    static const char *const names[] = { "libanl.so.1", "libBrokenLocale.so.1", "libnss_hesiod.so.2" };
    void *library = NULL;
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0] && !library; i++)
        library = dlopen(names[i], RTLD_NOLOAD | RTLD_NOW) ? NULL : dlopen(names[i], RTLD_NOW);
    return library;
}
static void library_close(void *library) { dlclose(library); }
#endif

static void follows_libraries(void)
{
    size_t before = images_now();
    void *library;
    const sentry__modules_t *old = sentry__modules_signal(), *again;
    again = sentry__modules_take();
    CHECK(again == old); /* as long as nothing changes it is the same one */
    sentry__modules_give(again);
    library = library_open();
    if (!library)
        SKIP("no library to load");
    CHECK(images_now() > before);
    CHECK(sentry__modules_signal() != old);
    CHECK_INT(old->count, before); /* a signal handler may still read it */
    library_close(library);
    CHECK_INT(images_now(), before);
    sentry__modules_drop();
    CHECK(sentry__modules_signal() == NULL);
    CHECK_INT(images_now(), before);
    sentry__modules_drop();
}

#ifdef __ELF__
/* Every file of which the system says that code of it is mapped is listed there, under the same name. */
static void lists_what_is_mapped(void)
{
    sentry_value_t list = sentry_get_modules_list();
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[4096];
    int found = 0;
    if (!maps)
        SKIP("there is no /proc");
    while (fgets(line, sizeof line, maps)) {
        char *path = strchr(line, '/'), real[4096] = "";
        sentry_value_t image;
        size_t n;
        if (!path || !strstr(line, " r-xp ") || strstr(path, "/valgrind/"))
            continue;
        path[strcspn(path, "\n")] = 0;
        image = image_of(list, (uintptr_t)strtoull(line, NULL, 16));
        if (sentry_value_is_null(image) && strstr(path, "qemu"))
            continue; /* the emulator itself */
        /* qemu has a root of its own */
        n = realpath(text_of(image, "code_file"), real) ? strlen(real) : 0;
        if (sentry_value_is_null(image) || n > strlen(path) || strcmp(path + strlen(path) - n, real) != 0) {
            printf("    %s is listed as %s\n", line, text_of(image, "code_file"));
            CHECK_STR(text_of(image, "code_file"), path);
        }
        found++;
    }
    fclose(maps);
    CHECK(found >= 1);
    sentry_value_decref(list);
}

/* Ids are those that servers compute. */
static void makes_ids(void)
{
    static const struct {
        size_t n;
        const char *id, *little, *big;
    } builds[] = {
        { 20, "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67", "67452301-ab89-efcd-0123-456789abcdef",
          "01234567-89ab-cdef-0123-456789abcdef" },
        { 20, "\xf1\xc3\xbc\xc0\x27\x98\x65\xfe\x30\x58\x40\x4b\x28\x31\xd9\xe6\x41\x35\x38\x6c", "c0bcc3f1-9827-fe65-3058-404b2831d9e6",
          "f1c3bcc0-2798-65fe-3058-404b2831d9e6" },
        { 3, "\x01\x02\x03", "00030201-0000-0000-0000-000000000000", "01020300-0000-0000-0000-000000000000" },
    };
    const uint16_t one = 1;
    sentry__module_t m;
    size_t i;
    for (i = 0; i < sizeof builds / sizeof builds[0]; i++) {
        sentry__debug_id(&m, (const unsigned char *)builds[i].id, builds[i].n);
        CHECK_STR(m.debug_id, *(const char *)&one ? builds[i].little : builds[i].big);
    }
}

/* A file without a build id: the start of its code counts. */
static void folds_code(void)
{
    static struct {
        ElfW(Ehdr) head;
        ElfW(Shdr) section[3];
        char names[16];
        unsigned char text[4100];
    } file;
    const uint16_t one = 1;
    sentry__module_t m;
    size_t i;
    memcpy(file.head.e_ident, "\177ELF", 4);
    file.head.e_ident[4] = sizeof(void *) == 8 ? 2 : 1;
    file.head.e_ident[5] = *(const char *)&one ? 1 : 2;
    file.head.e_shoff = offsetof(__typeof__(file), section);
    file.head.e_shentsize = sizeof file.section[0];
    file.head.e_shnum = 3;
    file.head.e_shstrndx = 2;
    memcpy(file.names, "\0.text\0.shstr", 14);
    file.section[1].sh_name = 1;
    file.section[1].sh_type = SHT_PROGBITS;
    file.section[1].sh_offset = offsetof(__typeof__(file), text);
    file.section[1].sh_size = sizeof file.text;
    file.section[2].sh_name = 7;
    file.section[2].sh_type = SHT_STRTAB;
    file.section[2].sh_offset = offsetof(__typeof__(file), names);
    file.section[2].sh_size = sizeof file.names;
    for (i = 0; i < sizeof file.text; i++)
        file.text[i] = (unsigned char)(i * i / 7 + i / 256); /* what is behind 4096 does not count */
    REQUIRE(scratch_begin());
    file_put(in_scratch("folded"), (const char *)&file, sizeof file);
    memset(&m, 0, sizeof m);
    m.path = in_scratch("folded");
    sentry__module_from_file(&m);
    CHECK_STR(m.debug_id, *(const char *)&one ? "f2d2b9d9-9e0e-1b4a-5f4a-72ba628eb9f9" : "d9b9d2f2-0e9e-4a1b-5f4a-72ba628eb9f9");
    if (getenv("TEST_KEEP_FILES"))
        return; /* for a look at it with other tools */
    m.path = "/there/is/no/such/file";
    sentry__module_from_file(&m);
    CHECK_STR(m.debug_id, "00000000-0000-0000-0000-000000000000");
    scratch_end();
}
#endif
#endif

/* -- memory that may not be there -- */

#ifndef SENTRY_PLATFORM_BARE
static void reads_what_is_there(void)
{
    char out[16];
#ifndef _WIN32
    long page = sysconf(_SC_PAGESIZE);
    char *pages;
#endif
    if (getenv("TEST_VALGRIND"))
        SKIP("memcheck reports what this test asks the system");
    CHECK_INT(sentry__read_safe(out, (uintptr_t) "some text", 10), 0);
    CHECK_STR(out, "some text");
    CHECK_INT(sentry__read_safe(out, 0, 1), 1);
    CHECK_INT(sentry__read_safe(out, 64, 1), 1);
    CHECK_INT(sentry__read_safe(out, UINTPTR_MAX - 7, 8), 1);
#ifndef _WIN32
    pages = (char *)mmap(NULL, (size_t)page * 3, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(pages != MAP_FAILED);
    mprotect(pages + page, (size_t)page, PROT_NONE);
    munmap(pages + 2 * page, (size_t)page);
    CHECK_INT(sentry__read_safe(out, (uintptr_t)pages + (uintptr_t)page - 8, 8), 0);
    CHECK_INT(sentry__read_safe(out, (uintptr_t)pages + (uintptr_t)page - 8, 9), 1);
    CHECK_INT(sentry__read_safe(out, (uintptr_t)pages + (uintptr_t)page, 1), 1);
    CHECK_INT(sentry__read_safe(out, (uintptr_t)pages + 2 * (uintptr_t)page, 1), 1);
    munmap(pages, (size_t)page * 2);
#endif
}
#endif

static const test_case_t tests[] = {
#if WALKS
    { "walks_out_of_a_leaf", walks_out_of_a_leaf },
    { "walks_out_of_calls_of_no_code", walks_out_of_calls_of_no_code },
    { "walks_out_of_libc", walks_out_of_libc },
    { "walks_over_frames_of_all_kinds", walks_over_frames_of_all_kinds },
    { "walks_in_a_thread", walks_in_a_thread },
    { "walks_here", walks_here },
    { "walks_in_many_threads", walks_in_many_threads },
    { "keeps_both_ends", keeps_both_ends },
    { "writes_registers", writes_registers },
#if HAS_TABLES
    { "walks_over_signal_handlers", walks_over_signal_handlers },
    { "walks_out_of_an_overflow", walks_out_of_an_overflow },
    { "walks_out_of_what_is_new", walks_out_of_what_is_new },
    { "walks_in_a_fiber", walks_in_a_fiber },
    { "survives_broken_stacks", survives_broken_stacks },
#ifndef __arm__
    { "evaluates_expressions", evaluates_expressions },
    { "reads_programs", reads_programs },
    { "keeps_rows", keeps_rows },
#endif
#endif
#else
    { "walks_nowhere", walks_nowhere },
#endif
#if LISTS_MODULES
    { "lists_what_is_loaded", lists_what_is_loaded },
    { "follows_libraries", follows_libraries },
#ifdef __ELF__
    { "lists_what_is_mapped", lists_what_is_mapped },
    { "makes_ids", makes_ids },
    { "folds_code", folds_code },
#endif
#endif
#ifndef SENTRY_PLATFORM_BARE
    { "reads_what_is_there", reads_what_is_there },
#endif
};

int main(int argc, char **argv)
{
    int code;
#if WALKS
    main_returns_to = CODE(__builtin_return_address(0));
#endif
    sentry__threads_start(NULL, NULL);
    code = test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
    fflush(stdout);
    return code;
}
