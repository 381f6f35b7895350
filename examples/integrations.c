/* integrations.c: what the default integrations do, each in a few lines.
 *
 *     cc -pthread examples/integrations.c -o integrations && ./integrations
 *
 * The reports go to the server that SENTRY_DSN names, or, without one, to a small receiver in this program that prints them. POSIX. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#define SENTRY_WRAP_STDLIB    /* in each file whose calls of system, popen, posix_spawn and the like are to be seen; the linker can do it too */
#define SENTRY_WRAP_PTHREAD   /* in each file whose threads are to have their parent's scope */
#include "../sentry.h"
#include "receiver.h"

#include <sys/wait.h>

static const char *dsn;

/* modules: every error tells what is loaded. The receiver would print all of it. */
static sentry_value_t look_at_modules(sentry_value_t event, void *hint, void *data)
{
    static int told;
    (void)hint;
    (void)data;
    if (sentry_value_get_length(sentry_value_get_by_key(event, "modules")) && !told++) puts("the event has names and versions of libraries");
    return event;
}

/* argv: the command line goes along, without what is secret. The system tells it; here it is given, to show that. */
static void start(const char *to)
{
    static const char *const command_line[] = { "integrations", "--user=ada", "--password=hunter2" };
    sentry_logging_options_t logging = { .level = SENTRY_LEVEL_WARNING }; /* INFO without this */
    sentry_threading_options_t threading = { .propagate_hub = 1 };
    const sentry_integration_t *const integrations[] = { sentry_logging_integration(&logging), sentry_threading_integration(&threading),
                                                         NULL };
    sentry_set_argv(3, command_line);
    if (sentry_init(&(sentry_options_t){ .dsn = to, .release = "integrations@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0, .auto_session_tracking = SENTRY_OFF, .always_run = 1 /* in debuggers too */,
                                         .send_client_reports = SENTRY_OFF, .integrations = integrations }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    sentry_add_event_processor(look_at_modules, NULL);
}

/* excepthook: crashes are reported, by the next start. threading: this one says that it was in a thread of the program's. */
static void *crash(void *arg)
{
    sentry_set_thread_name("reckless");
    abort();
    return arg;
}

static void crash_in_a_thread(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pthread_t thread;
        start("http://public@127.0.0.1:9/1"); /* wherever: nothing is sent before the next start */
        if (pthread_create(&thread, NULL, crash, NULL) == 0) pthread_join(thread, NULL);
        _exit(1);
    }
    waitpid(pid, NULL, 0);
}

static void start_again(void) { start(dsn); }

/* threading: the thread has its parent's scope, and its own from then on. */
static void *work(void *arg)
{
    sentry_set_tag("thread", "worker");
    sentry_capture_exception("WorkError", "nothing to do");
    return arg;
}

static void use_threads(void)
{
    pthread_t thread;
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "parent", "main");
        if (pthread_create(&thread, NULL, work, NULL) == 0) pthread_join(thread, NULL);
    }
}

/* dedupe: the same error from the same place is sent once. */
static void fail_often(void)
{
    int i;
    for (i = 0; i < 3; i++) sentry_capture_exceptionf("DiskError", "%s is full", "/dev/sda1");
}

/* logging: a record becomes a breadcrumb, and from ERROR on an event. A logger with a callback calls this from there. */
static void log_something(void)
{
    SENTRY_LOG_RECORD(SENTRY_LEVEL_INFO, "db.pool", "connected to %s", "replica 1"); /* below the level */
    SENTRY_LOG_RECORD(SENTRY_LEVEL_WARNING, "db.pool", "%d of %d connections are in use", 18, 20);
    SENTRY_LOG_RECORD(SENTRY_LEVEL_ERROR, "db.pool", "lost the connection to %s", "replica 1");
    sentry_ignore_logger("noisy.*");
    SENTRY_LOG_RECORD(SENTRY_LEVEL_ERROR, "noisy.library", "as ever");
}

/* stdlib: child processes are spans and breadcrumbs, and have the trace; so are HTTP requests, by whatever client. */
static void print_header(const char *key, const char *value, void *data)
{
    (void)value;
    (void)data;
    printf("the request has the header %s\n", key);
}

static void start_processes(void)
{
    SENTRY_TRANSACTION("convert", SENTRY_OP_TASK) {
        sentry_http_exchange_t *request;
        char *const command[] = { "sh", "-c", "test -n \"$SENTRY_TRACE\"", NULL };
        pid_t pid;
        int status;
        FILE *pipe;
        char line[64];
        if (system("test -n \"$SENTRY_TRACE\"") == 0) puts("the child of system has the trace");
        pipe = popen("echo ${SENTRY_BAGGAGE:+the child of popen has the baggage}", "r");
        if (pipe && fgets(line, sizeof line, pipe)) fputs(line, stdout);
        if (pipe) pclose(pipe);
        if (posix_spawnp(&pid, "sh", NULL, NULL, command, NULL) == 0 && waitpid(pid, &status, 0) == pid && status == 0)
            puts("the child of posix_spawn has the trace");
        request = sentry_http_request_begin("GET", "https://ada:hunter2@api.example.com/users?page=2");
        sentry_http_request_headers(request, print_header, NULL);
        sentry_http_request_end(request, 404, "Not Found", NULL);
        sentry_capture_exception("ConvertError", "no such user");
    }
}

/* Waits until all has arrived, so that one follows the other on the screen. */
static void show(const char *title, void (*run)(void))
{
    printf("\n==== %s ====\n", title);
    run();
    sentry_flush(5000);
}

int main(void)
{
    crash_in_a_thread();
    dsn = receiver_start();
    atexit(receiver_stop); /* before sentry_init, which registers what must come first */
    show("excepthook", start_again);
    show("threading", use_threads);
    show("dedupe", fail_often);
    show("logging", log_something);
    show("stdlib", start_processes);
    puts("\n==== atexit ====");
    sentry_capture_exception("LastError", "on its way when the program ends");
    return 0; /* sent all the same, without sentry_close */
}
