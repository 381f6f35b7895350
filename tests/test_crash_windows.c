/* Crashes on Windows: what is reported of each, and that the process ends as it would have without the SDK. A crash is this program
 * again, started as "crash FOLDER WHAT WHERE WORDS": what happens, in which thread, and words that are flags. */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include "test.h"

#if defined(_WIN32) && !defined(SENTRY_NO_FILES) && !defined(SENTRY_NO_CRASH)
#include "files.h"
#include <signal.h>
#include <winternl.h>
#ifdef __cplusplus
#include <stdexcept>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SURVIVED 77
#define NOINLINE __attribute__((noinline))

/* -- the program that crashes ------------------------------------------------------------------------ */

static struct {
    const char *what, *where, *words;
    HANDLE filter, abort, hook; /* files that get a byte for each call of the filter of before, of the handler of before, of the hook */
} crash;

static volatile int nothing;
static volatile uintptr_t nowhere;
static volatile int some = 7;

static int flag(const char *word) { return strstr(crash.words, word) != NULL; }

static HANDLE file_to_leave_in(const char *name) { return CreateFileA(name, FILE_APPEND_DATA, FILE_SHARE_READ, NULL, OPEN_ALWAYS, 0, NULL); }
static void leave(HANDLE file)
{
    DWORD written;
    WriteFile(file, "x", 1, &written, NULL);
}

static NOINLINE void crash_null_read(void) { nothing = *(volatile int *)(nowhere + 0x18); }
static NOINLINE void crash_null_write(void) { *(volatile int *)nowhere = 1; }
static NOINLINE void crash_wild_read(void) { nothing = *(volatile int *)(nowhere + 0x12345678); }
static NOINLINE void crash_noncanonical(void) { nothing = *(volatile int *)(nowhere + (uintptr_t)0xdead000000000000u); }
static NOINLINE void crash_divide(void) { nothing = some / nothing; }
static NOINLINE void crash_illegal(void) { __asm__ volatile("ud2"); }
static NOINLINE void crash_break(void) { __asm__ volatile("int3"); }
static NOINLINE void crash_own(void) { RaiseException(0xe0001234u, 0, 0, NULL); nothing = 1; }
static NOINLINE void crash_heap(void) { RaiseException(0xc0000374u, EXCEPTION_NONCONTINUABLE, 0, NULL); nothing = 1; }
static NOINLINE void crash_abort(void) { abort(); }
static NOINLINE void crash_raise(void) { raise(SIGABRT); nothing = 1; }

static NOINLINE void crash_wild_call(void)
{
    void (*call)(void);
    uintptr_t to = nowhere + 0x12345678;
    memcpy(&call, &to, sizeof call);
    call();
    nothing = 1;
}

static NOINLINE void crash_no_access(void)
{
    volatile int *page = (volatile int *)VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_NOACCESS);
    *page = 1;
}

static NOINLINE void crash_read_only(void)
{
    volatile int *page = (volatile int *)VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READONLY);
    *page = 1;
}

/* With large frames, of which each page is touched first; with small ones, whose first touch may be a call. */
static NOINLINE int crash_overflow(int depth)
{
    volatile char frame[5000];
    frame[0] = (char)depth;
    if (depth < 0) return 0;
    nothing = crash_overflow(depth + 1) + frame[0];
    return nothing;
}
static NOINLINE int crash_overflow_small(int depth)
{
    if (depth < 0) return 0;
    nothing = crash_overflow_small(depth + 1) + depth;
    return nothing;
}
static void crash_overflows(void) { crash_overflow(0); }
static void crash_overflows_small(void) { crash_overflow_small(0); }

/* With the heap's lock held, by this thread or by another one: whoever takes memory from now on waits for ever. */
static DWORD WINAPI hold_heap(LPVOID held)
{
    HeapLock(GetProcessHeap());
    SetEvent((HANDLE)held);
    Sleep(INFINITE);
    return 0;
}
static NOINLINE void crash_heap_held(void)
{
    HeapLock(GetProcessHeap());
    crash_null_write();
}
static NOINLINE void crash_heap_held_elsewhere(void)
{
    HANDLE held = CreateEventW(NULL, FALSE, FALSE, NULL);
    CloseHandle(CreateThread(NULL, 0, hold_heap, held, 0, NULL));
    WaitForSingleObject(held, INFINITE);
    crash_null_write();
}

/* An exception that the program has an answer to is none of ours. */
static LONG WINAPI mend(EXCEPTION_POINTERS *e)
{
    return e->ExceptionRecord->ExceptionCode == 0xe0001234u ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}
static NOINLINE void crash_mended(void)
{
    void *handler = AddVectoredExceptionHandler(0, mend);
    crash_own();
    RemoveVectoredExceptionHandler(handler);
}

/* Reported by the program itself; then it goes on. */
static NOINLINE void crash_told(void)
{
    EXCEPTION_RECORD record;
    CONTEXT context;
    sentry_ucontext_t u;
    memset(&record, 0, sizeof record);
    RtlCaptureContext(&context);
    record.ExceptionCode = 0xc0000005u;
    record.NumberParameters = 2;
    record.ExceptionInformation[1] = 0x18;
    u.exception_ptrs.ExceptionRecord = &record;
    u.exception_ptrs.ContextRecord = &context;
    sentry_handle_exception(&u);
}

static NOINLINE void crash_told_then_null_read(void)
{
    crash_told();
    crash_null_read();
}

#ifdef __cplusplus
static NOINLINE void crash_throw(void) { throw std::out_of_range("there is no tenth"); }
struct base_t {
    base_t() { call(); }
    virtual ~base_t() {}
    virtual void work() = 0;
    void call() { work(); }
};
struct derived_t : base_t {
    void work() { nothing = 1; }
};
static NOINLINE void crash_pure(void) { derived_t d; }
static NOINLINE void crash_caught(void)
{
    try {
        crash_throw();
    } catch (const std::exception &) {
    }
}
#endif

/* What MSVC's throw makes: of "gone", which comes from std::exception at its beginning, as the lists of types say. */
static struct {
    int32_t info[4], list[3], own[7], base[7];
    struct {
        void *functions, *spare;
        char name[24];
    } names[2];
    const void *functions[2]; /* of the object */
    const void *object;
} thrown;

static const char *thrown_what(const void *object)
{
    return object == &thrown.object ? "gone with the wind" : "another object";
}

static int32_t offset_of(const void *p, uintptr_t base) { return (int32_t)((uintptr_t)p - base); }

static NOINLINE void crash_msvc_throw(void)
{
    uintptr_t base = sizeof(void *) == 8 ? (uintptr_t)GetModuleHandleW(NULL) : 0;
    ULONG_PTR args[4];
    const char *(*what)(const void *) = thrown_what;
    strcpy(thrown.names[0].name, ".?AVgone@mine@@");
    strcpy(thrown.names[1].name, ".?AVexception@std@@");
    thrown.own[1] = offset_of(&thrown.names[0], base);
    thrown.base[1] = offset_of(&thrown.names[1], base);
    thrown.list[0] = 2;
    thrown.list[1] = offset_of(thrown.own, base);
    thrown.list[2] = offset_of(thrown.base, base);
    thrown.info[3] = offset_of(thrown.list, base);
    memcpy(&thrown.functions[1], &what, sizeof what);
    thrown.object = thrown.functions;
    args[0] = 0x19930520;
    args[1] = (ULONG_PTR)&thrown.object;
    args[2] = (ULONG_PTR)thrown.info;
    args[3] = base;
    RaiseException(0xe06d7363u, EXCEPTION_NONCONTINUABLE, sizeof(void *) == 8 ? 4 : 3, args);
    nothing = 1;
}

static const struct {
    const char *name;
    void (*function)(void);
} crashes[] = {
    { "null_read", crash_null_read }, { "null_write", crash_null_write }, { "wild_read", crash_wild_read }, { "noncanonical", crash_noncanonical },
    { "wild_call", crash_wild_call }, { "no_access", crash_no_access }, { "read_only", crash_read_only }, { "divide", crash_divide },
    { "illegal", crash_illegal }, { "break", crash_break }, { "own", crash_own }, { "heap", crash_heap }, { "abort", crash_abort }, { "raise", crash_raise },
    { "overflow", crash_overflows }, { "overflow_small", crash_overflows_small }, { "heap_held", crash_heap_held }, { "heap_held_elsewhere", crash_heap_held_elsewhere },
    { "msvc_throw", crash_msvc_throw }, { "mended", crash_mended }, { "told", crash_told }, { "told_then_null_read", crash_told_then_null_read },
#ifdef __cplusplus
    { "throw", crash_throw }, { "pure", crash_pure }, { "caught", crash_caught },
#endif
};

static void name_thread(const char *name) { sentry__os_thread_name(name); }

static void do_it(void)
{
    size_t i = 0;
    char at[32];
    while (strcmp(crashes[i].name, crash.what) != 0) i++;
    if (strcmp(crash.where, "foreign") != 0) {
        int (*deep)(int) = strcmp(crash.what, "overflow") == 0 ? crash_overflow : strcmp(crash.what, "overflow_small") == 0 ? crash_overflow_small : NULL;
        uintptr_t function;
        memcpy(&function, &crashes[i].function, sizeof function);
        if (deep) memcpy(&function, &deep, sizeof function);
        snprintf(at, sizeof at, "%llu", (unsigned long long)function);
        sentry_set_tag("function", at);
    }
    crashes[i].function();
}

static DWORD WINAPI crash_thread(LPVOID arg)
{
    (void)arg;
    name_thread("crasher");
    do_it();
    return 0;
}

static DWORD WINAPI second_crash(LPVOID arg)
{
    WaitForSingleObject((HANDLE)arg, INFINITE);
    crash_null_write();
    return 0;
}

static DWORD WINAPI wait_for_ever(LPVOID arg)
{
    name_thread("waiter");
    SetEvent((HANDLE)arg);
    Sleep(INFINITE);
    return 0;
}

static LONG WINAPI filter_before(EXCEPTION_POINTERS *e)
{
    (void)e;
    leave(crash.filter);
    return EXCEPTION_EXECUTE_HANDLER;
}

static void abort_before(int number)
{
    (void)number;
    leave(crash.abort);
}

static sentry_value_t hook(const sentry_ucontext_t *u, sentry_value_t event, void *data)
{
    (void)data;
    leave(crash.hook);
    if (flag("hook_crashes")) crash_null_write();
    if (flag("hook_aborts")) abort();
    if (flag("hook_hangs")) Sleep(INFINITE);
    if (flag("hook_drops")) {
        sentry_value_decref(event);
        return sentry_value_new_null();
    }
    sentry_value_set_by_key(event, "server_name", sentry_value_new_string(u->exception_ptrs.ExceptionRecord ? "hooked" : "without a record"));
    return event;
}

static void drop(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    sentry_envelope_free(envelope);
}

static void start(void)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = "http://key@127.0.0.1:9/1";
    o.release = "app@1";
    o.auto_session_tracking = SENTRY_OFF;
    o.database_path = "database";
    o.transport = sentry_transport_new(drop);
    o.debug = flag("debug");
    o.logger_level = SENTRY_LEVEL_FATAL;
    o.crash_handler = flag("no_handler") ? SENTRY_OFF : 0;
    o.always_run = flag("always_run");
    o.crash_all_threads = flag("alone") ? SENTRY_OFF : 0;
    if (flag("chain_at_start")) o.handler_strategy = SENTRY_HANDLER_STRATEGY_CHAIN_AT_START;
    if (flag("hook")) o.on_crash = hook;
    if (sentry_init(&o) != 0) exit(99);
    sentry_set_tag("place", "here");
    sentry_add_breadcrumb(sentry_value_new_breadcrumb("default", "on the way"));
}

static int crash_main(char **argv)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL), thread;
    crash.what = argv[3];
    crash.where = argv[4];
    crash.words = argv[5];
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    test_chdir(argv[2]);
    if (!flag("plain")) SetUnhandledExceptionFilter(filter_before);
    if (flag("own_abort")) signal(SIGABRT, abort_before);
    if (!flag("off")) start();
    test_mkdir("elsewhere"); /* the database's path does not go with the working directory */
    test_chdir("elsewhere");
    crash.filter = file_to_leave_in("filter");
    crash.abort = file_to_leave_in("abort");
    crash.hook = file_to_leave_in("hook");
    if (flag("reinstall")) {
        SetUnhandledExceptionFilter(filter_before);
        sentry_reinstall_backend();
    }
    if (flag("debugged")) NtCurrentTeb()->ProcessEnvironmentBlock->BeingDebugged = 1;
    CreateThread(NULL, 0, wait_for_ever, event, 0, NULL);
    WaitForSingleObject(event, INFINITE);
    if (flag("two")) CreateThread(NULL, 0, second_crash, event, 0, NULL), SetEvent(event);
    if (strcmp(crash.where, "main") == 0) {
        do_it();
    } else {
        thread = CreateThread(NULL, strcmp(crash.where, "small") == 0 ? 65536 : 0, crash_thread, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        WaitForSingleObject(thread, INFINITE);
    }
    if (flag("close")) sentry_close();
    return SURVIVED;
}

/* -- running it --------------------------------------------------------------------------------------- */

/* Runs a crash to its end, in the scratch directory; returns its exit code. */
static DWORD run(const char *what, const char *where, const char *words)
{
    wchar_t program[1024], line[4096], *folder = test_wide(scratch);
    SECURITY_ATTRIBUTES inherited;
    STARTUPINFOW start;
    PROCESS_INFORMATION process;
    DWORD code = 0;
    memset(&inherited, 0, sizeof inherited);
    memset(&start, 0, sizeof start);
    inherited.nLength = sizeof inherited;
    inherited.bInheritHandle = TRUE;
    start.cb = sizeof start;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdOutput = start.hStdError = CreateFileA(in_scratch("stderr"), GENERIC_WRITE, FILE_SHARE_READ, &inherited, CREATE_ALWAYS, 0, NULL);
    GetModuleFileNameW(NULL, program, COUNT(program));
    swprintf(line, COUNT(line), L"\"%ls\" crash \"%ls\" %hs %hs \"%hs \"", program, folder, what, where, words);
    free(folder);
    if (!CreateProcessW(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) abort();
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(start.hStdError);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

static int file_size_of(const char *name)
{
    size_t size = 0;
    char *bytes = file_get(in_scratch(name), &size);
    free(bytes);
    return bytes ? (int)size : 0;
}

/* How often the crash left a byte. */
static int left(const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "elsewhere/%s", name);
    return file_size_of(path);
}

/* What the runs of the database hold. */
static struct {
    int envelopes, markers, others;
    char path[FILE_MAX_PATH];
} stored;

static int ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void look_at_file(const char *path, void *data)
{
    (void)data;
    if (ends_with(path, ".crash")) {
        stored.markers++;
    } else if (ends_with(path, ".envelope")) {
        stored.envelopes++;
        snprintf(stored.path, sizeof stored.path, "%s", path);
    } else {
        printf("%s\n", path);
        stored.others++;
    }
}

static void look_at_run(const char *path, void *data)
{
    if (ends_with(path, ".run")) file_each(path, look_at_file, data);
}

static void look(void)
{
    memset(&stored, 0, sizeof stored);
    file_each(in_scratch("database"), look_at_run, NULL);
}

static sentry_value_t at(sentry_value_t value, const char *key) { return sentry_value_get_by_key(value, key); }
static const char *text(sentry_value_t value, const char *key) { return sentry_value_as_string(at(value, key)); }
static uintptr_t number_of(sentry_value_t value, const char *key) { return (uintptr_t)strtoull(text(value, key), NULL, 0); }

/* The event of the one report there is; null when there is another number of them. To be decref'ed. */
static sentry_value_t only_report(void)
{
    sentry_envelope_t *e;
    sentry_value_t event;
    look();
    CHECK_INT(stored.envelopes, 1);
    CHECK_INT(stored.markers, 1);
    CHECK_INT(stored.others, 0);
    if (stored.envelopes != 1) return sentry_value_new_null();
    e = sentry_envelope_read_from_file(stored.path);
    event = sentry_envelope_get_event(e);
    sentry_value_incref(event);
    sentry_envelope_free(e);
    return event;
}

/* What a report of a crash must say. */
typedef struct {
    const char *what, *where, *words;
    DWORD ends;       /* the exit code */
    const char *type; /* of the exception */
    const char *value;
    const char *code, *kind, *access; /* of mechanism.data; NULL: not there */
    uintptr_t address;
    int filters; /* how often the filter of before ran */
    int elsewhere; /* the function is not the crash's own */
} expected_t;

static sentry_value_t thread_of(sentry_value_t event, const char *name)
{
    sentry_value_t threads = at(at(event, "threads"), "values");
    size_t i;
    for (i = 0; i < sentry_value_get_length(threads); i++)
        if (strcmp(text(sentry_value_get_by_index(threads, i), "name"), name) == 0) return sentry_value_get_by_index(threads, i);
    return sentry_value_new_null();
}

static void check_threads(sentry_value_t event, sentry_value_t exception, const expected_t *x)
{
    sentry_value_t threads = at(at(event, "threads"), "values"), waiter = thread_of(event, "waiter"), crasher = thread_of(event, "crasher");
    size_t i, crashed = 0, mains = 0;
    for (i = 0; i < sentry_value_get_length(threads); i++) {
        sentry_value_t thread = sentry_value_get_by_index(threads, i);
        if (sentry_value_is_true(at(thread, "crashed"))) {
            crashed++;
            CHECK_INT(sentry_value_as_int32(at(thread, "id")), sentry_value_as_int32(at(exception, "thread_id")));
            CHECK_INT(sentry_value_is_true(at(thread, "main")), strcmp(x->where, "main") == 0);
        }
        mains += sentry_value_is_true(at(thread, "main")) != 0;
        CHECK(strcmp(text(thread, "name"), "sentry-crash") != 0);
    }
    CHECK_INT(crashed, 1);
    CHECK(mains <= 1);
    CHECK(strcmp(x->where, "main") != 0 || mains == 1);
    CHECK_INT(sentry_value_is_true(at(crasher, "crashed")), strcmp(x->where, "main") != 0);
    if (strstr(x->words, "alone")) {
        CHECK(sentry_value_is_null(waiter));
        return;
    }
    CHECK(sentry_value_get_length(at(at(waiter, "stacktrace"), "frames")) >= 2);
    CHECK(sentry_value_is_true(at(at(waiter, "stacktrace"), "snapshot")));
    CHECK_INT(mains, 1);
}

static int frames_in(sentry_value_t exception, uintptr_t function)
{
    sentry_value_t frames = at(at(exception, "stacktrace"), "frames");
    size_t i;
    int count = 0;
    for (i = 0; i < sentry_value_get_length(frames); i++) {
        uintptr_t pc = number_of(sentry_value_get_by_index(frames, i), "instruction_addr");
        count += pc >= function && pc < function + 1024;
    }
    return count;
}

static void check_report(const expected_t *x)
{
    sentry_value_t event = only_report(), exceptions = at(at(event, "exception"), "values"), exception = sentry_value_get_by_index(exceptions, 0);
    sentry_value_t mechanism = at(exception, "mechanism"), data = at(mechanism, "data"), images = at(at(event, "debug_meta"), "images"), first;
    CHECK_STR(text(event, "level"), "fatal");
    CHECK_STR(text(event, "platform"), "native");
    CHECK_STR(text(event, "release"), "app@1");
    CHECK_INT(sentry_value_get_length(exceptions), 1);
    CHECK_STR(text(exception, "type"), x->type);
    CHECK_CONTAINS(text(exception, "value"), x->value);
    CHECK(sentry_value_get_type(at(mechanism, "handled")) == SENTRY_VALUE_TYPE_BOOL && !sentry_value_is_true(at(mechanism, "handled")));
    CHECK_STR(text(data, "code"), x->code ? x->code : "");
    CHECK_STR(text(data, "fault_kind"), x->kind ? x->kind : "");
    CHECK_STR(text(data, "access"), x->access ? x->access : "");
    if (x->address) CHECK_INT(number_of(data, "fault_address"), x->address);
    CHECK_STR(text(mechanism, "type"), strstr(x->type, "::") ? "terminate" : "signalhandler");
    if (x->ends == 3) CHECK_INT(sentry_value_as_int32(at(at(at(mechanism, "meta"), "signal"), "number")), SIGABRT);
    CHECK_CONTAINS(text(at(at(exception, "stacktrace"), "registers"), sizeof(void *) == 8 ? "rip" : "eip"), "0x");
    CHECK_STR(text(at(event, "tags"), "place"), "here");
    CHECK_INT(sentry_value_get_length(at(at(event, "breadcrumbs"), "values")), 1);
    CHECK(sentry_value_get_length(images) > 2);
    CHECK(sentry_value_get_length(at(event, "modules")) > 1);
    first = sentry_value_get_by_index(images, 0);
    CHECK_STR(text(first, "type"), "pe");
    if (strcmp(x->where, "foreign") != 0 && !x->elsewhere) CHECK(frames_in(exception, (uintptr_t)strtoull(text(at(event, "tags"), "function"), NULL, 10)) >= 1);
    check_threads(event, exception, x);
    CHECK_INT(file_size_of("database/last_crash"), 27);
    sentry_value_decref(event);
}

static int on_wine(void) { return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL; }

/* Wine keeps no stack for who asks for some, so that it often has not enough to find a filter: then the thread ends, and no more. */
static void check_end(const expected_t *x, DWORD code, int filters)
{
    int dies = on_wine() && strncmp(x->what, "overflow", 8) == 0 && strcmp(x->where, "main") != 0 && code == SURVIVED;
    CHECK_INT(code, dies ? SURVIVED : x->ends);
    if (!dies) CHECK_INT(filters, x->filters);
}

/* Without the SDK and with it: the process ends in the same way, the filter of before runs as often. */
static void check_crash(const expected_t *x)
{
    char off[128];
    DWORD code;
    int before;
    REQUIRE(scratch_begin());
    snprintf(off, sizeof off, "%s off", x->words);
    code = run(x->what, x->where, off);
    before = left("filter");
    check_end(x, code, before);
    look();
    CHECK_INT(stored.envelopes, 0);
    code = run(x->what, x->where, x->words);
    check_end(x, code, left("filter") - before);
    check_report(x);
    scratch_end();
}

/* Runs one with words for the SDK; how the process ends. */
static DWORD run_once(const char *what, const char *where, const char *words)
{
    CHECK(scratch_begin());
    return run(what, where, words);
}

/* -- tests -------------------------------------------------------------------------------------------- */

#define VIOLATION 0xc0000005u
#define IS_VIOLATION VIOLATION, "EXCEPTION_ACCESS_VIOLATION"

#define CRASH(name, ...) \
    static void name(void) \
    { \
        static const expected_t x = { __VA_ARGS__ }; \
        check_crash(&x); \
    }

CRASH(null_read, "null_read", "main", "", IS_VIOLATION, "read at 0x18 (NULL pointer plus 0x18)", "0xc0000005", "null", "read", 0x18, 1, 0)
CRASH(null_write, "null_write", "thread", "", IS_VIOLATION, "write at 0x0 (NULL pointer)", "0xc0000005", "null", "write", 0, 1, 0)
CRASH(wild_read, "wild_read", "main", "", IS_VIOLATION, "read at 0x12345678", "0xc0000005", "unmapped", "read", 0x12345678, 1, 0)
CRASH(wild_call, "wild_call", "thread", "", IS_VIOLATION, "execute at 0x12345678", "0xc0000005", "unmapped", "execute", 0x12345678, 1, 0)
CRASH(no_access, "no_access", "main", "", IS_VIOLATION, "write at 0x", "0xc0000005", "guard_page", "write", 0, 1, 0)
CRASH(read_only, "read_only", "main", "", IS_VIOLATION, "write at 0x", "0xc0000005", "protected", "write", 0, 1, 0)
CRASH(noncanonical, "noncanonical", "main", "", IS_VIOLATION, "an address that cannot be", "0xc0000005", "noncanonical", NULL, 0, 1, 0)
CRASH(divide, "divide", "main", "", 0xc0000094u, "EXCEPTION_INT_DIVIDE_BY_ZERO", "Integer division by zero", "0xc0000094", NULL, NULL, 0, 1, 0)
CRASH(illegal, "illegal", "thread", "", 0xc000001du, "EXCEPTION_ILLEGAL_INSTRUCTION", "Illegal instruction", "0xc000001d", NULL, NULL, 0, 1, 0)
CRASH(breakpoint, "break", "main", "", 0x80000003u, "EXCEPTION_BREAKPOINT", "Breakpoint", "0x80000003", NULL, NULL, 0, 1, 0)
CRASH(own_exception, "own", "thread", "", 0xe0001234u, "EXCEPTION 0xe0001234", "An exception that nobody handled", "0xe0001234", NULL, NULL, 0, 1, 0)
CRASH(heap_corruption, "heap", "main", "", 0xc0000374u, "STATUS_HEAP_CORRUPTION", "Heap corruption", "0xc0000374", NULL, NULL, 0, 1, 0)
CRASH(msvc_throw, "msvc_throw", "thread", "", 0xe06d7363u, "mine::gone", "gone with the wind", "0xe06d7363", NULL, NULL, 0, 1, 0)
CRASH(overflow_in_main, "overflow", "main", "", 0xc00000fdu, "EXCEPTION_STACK_OVERFLOW", "Stack overflow", "0xc00000fd", "stack_overflow", NULL, 0, 1, 0)
CRASH(overflow_in_thread, "overflow", "thread", "", 0xc00000fdu, "EXCEPTION_STACK_OVERFLOW", "Stack overflow", "0xc00000fd", "stack_overflow", NULL, 0, 1, 0)
CRASH(overflow_in_small_thread, "overflow", "small", "", 0xc00000fdu, "EXCEPTION_STACK_OVERFLOW", "Stack overflow", "0xc00000fd", "stack_overflow", NULL, 0, 1, 0)
CRASH(overflow_in_foreign_thread, "overflow", "foreign", "", 0xc00000fdu, "EXCEPTION_STACK_OVERFLOW", "Stack overflow", "0xc00000fd", "stack_overflow", NULL, 0, 1, 0)
CRASH(overflow_of_small_frames, "overflow_small", "thread", "", 0xc00000fdu, "EXCEPTION_STACK_OVERFLOW", "Stack overflow", "0xc00000fd", "stack_overflow", NULL, 0, 1, 0)
CRASH(overflow_of_small_frames_in_foreign_thread, "overflow_small", "foreign", "", 0xc00000fdu, "EXCEPTION_STACK_OVERFLOW", "Stack overflow", "0xc00000fd", "stack_overflow", NULL, 0, 1, 0)
CRASH(foreign_thread, "null_read", "foreign", "", IS_VIOLATION, "read at 0x18", "0xc0000005", "null", "read", 0x18, 1, 0)
CRASH(aborted, "abort", "main", "", 3, "SIGABRT", "Aborted", NULL, NULL, NULL, 0, 0, 0)
CRASH(aborted_in_thread, "abort", "thread", "", 3, "SIGABRT", "Aborted", NULL, NULL, NULL, 0, 0, 0)
CRASH(raised, "raise", "main", "", 3, "SIGABRT", "Aborted", NULL, NULL, NULL, 0, 0, 0)
CRASH(heap_held, "heap_held", "main", "", IS_VIOLATION, "write at 0x0", "0xc0000005", "null", "write", 0, 1, 0)
CRASH(heap_held_elsewhere, "heap_held_elsewhere", "thread", "", IS_VIOLATION, "write at 0x0", "0xc0000005", "null", "write", 0, 1, 0)
CRASH(alone, "null_read", "main", "alone", IS_VIOLATION, "read at 0x18", "0xc0000005", "null", "read", 0x18, 1, 0)
CRASH(chained_at_start, "null_read", "main", "chain_at_start", IS_VIOLATION, "read at 0x18", "0xc0000005", "null", "read", 0x18, 1, 0)
CRASH(reinstalled, "null_read", "main", "reinstall plain", IS_VIOLATION, "read at 0x18", "0xc0000005", "null", "read", 0x18, 1, 0)
CRASH(debugged_always, "abort", "main", "debugged always_run", 3, "SIGABRT", "Aborted", NULL, NULL, NULL, 0, 0, 0)

/* -- what is not reported -- */

static void nothing_stored(void)
{
    look();
    CHECK_INT(stored.envelopes, 0);
    CHECK_INT(stored.markers, 0);
    CHECK_INT(file_size_of("database/last_crash"), 0);
    scratch_end();
}

static void handler_off(void)
{
    CHECK_INT(run_once("null_read", "main", "no_handler"), VIOLATION);
    CHECK_INT(left("filter"), 1);
    nothing_stored();
}

static void debugged(void)
{
    CHECK_INT(run_once("abort", "main", "debugged"), 3);
    nothing_stored();
}

/* An exception with an answer, and a program that closes the SDK. */
static void mended(void)
{
    CHECK_INT(run_once("mended", "thread", "close"), SURVIVED);
    nothing_stored();
}

/* -- hooks, and crashes within -- */

static void check_hook(const char *what, const char *words, DWORD ends, const char *name)
{
    sentry_value_t event;
    CHECK_INT(run_once(what, "thread", words), ends);
    CHECK_INT(left("hook"), 1);
    event = only_report();
    CHECK_STR(text(event, "server_name"), name);
    CHECK(sentry_value_get_length(at(at(thread_of(event, "waiter"), "stacktrace"), "frames")) >= 2);
    sentry_value_decref(event);
    scratch_end();
}

static char host[256];
static const char *host_name(void)
{
    return sentry__os_host(host, sizeof host) ? host : "";
}

static void hook_changes(void) { check_hook("null_write", "hook", VIOLATION, "hooked"); }
static void hook_crashes(void) { check_hook("null_write", "hook_crashes", VIOLATION, host_name()); }
static void hook_aborts(void) { check_hook("null_write", "hook_aborts", VIOLATION, host_name()); }
static void hook_hangs(void) { check_hook("null_write", "hook_hangs", VIOLATION, host_name()); }
static void hook_crashes_in_abort(void) { check_hook("abort", "hook_crashes", 3, host_name()); }
static void hook_aborts_in_abort(void) { check_hook("abort", "hook_aborts", 3, host_name()); }

static void hook_drops(void)
{
    CHECK_INT(run_once("null_write", "thread", "hook_drops"), VIOLATION);
    look();
    CHECK_INT(stored.envelopes, 0);
    scratch_end();
}

/* -- more than one -- */

static void two_threads(void)
{
    sentry_value_t event;
    CHECK_INT(run_once("null_read", "thread", "two"), VIOLATION);
    event = only_report();
    CHECK_STR(text(sentry_value_get_by_index(at(at(event, "exception"), "values"), 0), "type"), "EXCEPTION_ACCESS_VIOLATION");
    sentry_value_decref(event);
    scratch_end();
}

static void told(void)
{
    sentry_value_t event, exception;
    CHECK_INT(run_once("told", "thread", "close"), SURVIVED);
    event = only_report();
    exception = sentry_value_get_by_index(at(at(event, "exception"), "values"), 0);
    CHECK_CONTAINS(text(exception, "value"), "NULL pointer plus 0x18");
    CHECK(frames_in(exception, (uintptr_t)strtoull(text(at(event, "tags"), "function"), NULL, 10)) >= 1);
    sentry_value_decref(event);
    scratch_end();
}

/* Reported by the program, and then a crash that it did not see. */
static void told_then_crashed(void)
{
    CHECK_INT(run_once("told_then_null_read", "thread", ""), VIOLATION);
    look();
    CHECK_INT(stored.envelopes, 2);
    scratch_end();
}

static void abort_handler_of_before(void)
{
    sentry_value_t event;
    CHECK_INT(run_once("raise", "main", "own_abort"), SURVIVED);
    CHECK_INT(left("abort"), 1);
    event = only_report();
    sentry_value_decref(event);
    scratch_end();
}

/* For a person, on stderr. */
static void debug_tells(void)
{
    char *log;
    size_t size;
    CHECK_INT(run_once("null_read", "main", "debug"), VIOLATION);
    log = file_get(in_scratch("stderr"), &size);
    REQUIRE(log != NULL);
    CHECK_CONTAINS(log, "EXCEPTION_ACCESS_VIOLATION: crash has been captured");
    CHECK_CONTAINS(log, "crash_null_read");
    free(log);
    scratch_end();
}

/* A report of an earlier run goes out, and is told to who asked. */
static int seen;
static void see_last_run(const sentry_envelope_t *envelope, void *data)
{
    (void)data;
    seen += sentry_value_get_type(sentry_envelope_get_event(envelope)) == SENTRY_VALUE_TYPE_OBJECT;
}
static void next_start(void)
{
    sentry_options_t o;
    CHECK_INT(run_once("null_read", "main", ""), VIOLATION);
    memset(&o, 0, sizeof o);
    o.dsn = "http://key@127.0.0.1:9/1";
    o.database_path = in_scratch("database");
    o.transport = sentry_transport_new(drop);
    o.on_crashed_last_run = see_last_run;
    CHECK_INT(sentry_init(&o), 0);
    CHECK_INT(seen, 1);
    CHECK_INT(sentry_get_crashed_last_run(), 1);
    sentry_close();
    look();
    CHECK_INT(stored.envelopes, 0);
    scratch_end();
}

static void stack_guarantee(void)
{
    ULONG size = 0;
    CHECK_INT(sentry_set_thread_stack_guarantee(65536), 1);
    CHECK(SetThreadStackGuarantee(&size));
    CHECK_INT(size, 65536);
}

#ifdef __cplusplus
/* -- C++ -- */

CRASH(not_caught, "throw", "main", "plain", 3, "std::out_of_range", "there is no tenth", NULL, NULL, NULL, 0, 0, 0)
CRASH(not_caught_in_thread, "throw", "thread", "plain", 3, "std::out_of_range", "there is no tenth", NULL, NULL, NULL, 0, 0, 0)
CRASH(pure_call, "pure", "main", "", IS_VIOLATION, "execute at 0x0 (NULL pointer)", "0xc0000005", "null", "execute", 0, 1, 0) /* as a static program has nothing there */
static void caught(void)
{
    CHECK_INT(run_once("caught", "thread", "close"), SURVIVED);
    nothing_stored();
}
#endif

static const test_case_t tests[] = {
    { "null_read", null_read }, { "null_write", null_write }, { "wild_read", wild_read }, { "wild_call", wild_call }, { "no_access", no_access },
    { "read_only", read_only }, { "noncanonical", noncanonical }, { "divide", divide }, { "illegal", illegal }, { "breakpoint", breakpoint },
    { "own_exception", own_exception }, { "heap_corruption", heap_corruption }, { "msvc_throw", msvc_throw }, { "overflow_in_main", overflow_in_main },
    { "overflow_in_thread", overflow_in_thread }, { "overflow_in_small_thread", overflow_in_small_thread },
    { "overflow_in_foreign_thread", overflow_in_foreign_thread }, { "overflow_of_small_frames", overflow_of_small_frames },
    { "overflow_of_small_frames_in_foreign_thread", overflow_of_small_frames_in_foreign_thread }, { "foreign_thread", foreign_thread }, { "aborted", aborted },
    { "aborted_in_thread", aborted_in_thread }, { "raised", raised }, { "heap_held", heap_held }, { "heap_held_elsewhere", heap_held_elsewhere },
    { "alone", alone }, { "chained_at_start", chained_at_start }, { "reinstalled", reinstalled }, { "debugged_always", debugged_always },
    { "handler_off", handler_off }, { "debugged", debugged }, { "mended", mended }, { "hook_changes", hook_changes }, { "hook_crashes", hook_crashes },
    { "hook_aborts", hook_aborts }, { "hook_hangs", hook_hangs }, { "hook_crashes_in_abort", hook_crashes_in_abort },
    { "hook_aborts_in_abort", hook_aborts_in_abort }, { "hook_drops", hook_drops }, { "two_threads", two_threads }, { "told", told },
    { "told_then_crashed", told_then_crashed }, { "abort_handler_of_before", abort_handler_of_before }, { "debug_tells", debug_tells },
    { "next_start", next_start }, { "stack_guarantee", stack_guarantee },
#ifdef __cplusplus
    { "not_caught", not_caught }, { "not_caught_in_thread", not_caught_in_thread }, { "pure_call", pure_call }, { "caught", caught },
#endif
};

int main(int argc, char **argv)
{
    if (argc == 6 && strcmp(argv[1], "crash") == 0) return crash_main(argv);
    return test_main(argc, argv, tests, COUNT(tests));
}
#else
/* Nothing of this is there. */
int main(void)
{
    puts("0 passed, 0 failed, 0 skipped");
    return 0;
}
#endif
