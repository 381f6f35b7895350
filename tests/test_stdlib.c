/* Child processes and HTTP requests of the program's: breadcrumbs, spans, the trace in a child's environment and in a request's headers. */
#include "alloc.h"
#include "collect.h"
#include "trace.h"

#ifndef _WIN32
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WRITTEN "out.txt"

static const char *program; /* this one's path */

/* -- helpers ---------------------------------------------------------------------------------- */

static void stop(void)
{
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

/* Without tracing there are no spans, but all the rest. */
#ifdef SENTRY_NO_TRACING
#define TRACING 0
static int start(void) { return collect_start(NULL); }
static sentry_value_t spans(void) { return sentry_value_new_null(); }
#else
#define TRACING 1
static sentry_transaction_t *transaction;

static int start_with(sentry_options_t options)
{
    int failed;
    options.traces_sample_rate = 1.0;
    failed = collect_start(&options);
    transaction = sentry_start_transaction("test", "test");
    return failed;
}

/* An SDK with a transaction, in which the test goes on. */
static int start(void)
{
    return start_with(collect_options());
}

/* Ends the transaction and lends its spans. */
static sentry_value_t spans(void)
{
    CHECK(sentry_get_current_span() == sentry_transaction_as_span(transaction));
    CHECK(trace_end(transaction));
    return collect_get(collect_count() - 1, "spans");
}
#endif

static sentry_value_t crumbs(void)
{
    say("done");
    return collect_get(collect_count() - 1, "breadcrumbs.values");
}

static const char *text_at(sentry_value_t list, size_t i, const char *path)
{
    return sentry_value_as_string(collect_at(sentry_value_get_by_index(list, i), path));
}

/* For keys with dots in them. */
static sentry_value_t member_at(sentry_value_t list, size_t i, const char *of, const char *key)
{
    return sentry_value_get_by_key(sentry_value_get_by_key(sentry_value_get_by_index(list, i), of), key);
}

/* What a child wrote to WRITTEN, until the next call. */
static const char *output(void)
{
    static char text[20000];
    FILE *file = fopen(WRITTEN, "rb");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0, i, k = 0;
    if (file)
        fclose(file);
    remove(WRITTEN);
    for (i = 0; i < n; i++) /* Windows ends lines with CR LF */
        if (text[i] != '\r')
            text[k++] = text[i];
    text[k] = 0;
    return text;
}

/* The value of a variable among lines "NAME=value"; "" when it is not there, NULL when it is there twice. Until the next call but one. */
static const char *variable(const char *lines, const char *name)
{
    static char values[2][9000];
    static int which;
    size_t n = strlen(name);
    int times = 0;
    char *value = values[which ^= 1];
    value[0] = 0;
    while (*lines) {
        size_t line = strcspn(lines, "\n");
        if (line > n && strncmp(lines, name, n) == 0 && lines[n] == '=') {
            times++;
            snprintf(value, sizeof values[0], "%.*s", (int)(line - n - 1), lines + n + 1);
        }
        lines += line + (lines[line] == '\n');
    }
    return times > 1 ? NULL : value;
}

#ifdef _WIN32
#define PRINT_ENVIRONMENT "set >" WRITTEN
#define EXIT_3 "exit 3"
#define STATUS_3 3
#else
#define PRINT_ENVIRONMENT "env >" WRITTEN
#define EXIT_3 "exit 3"
#define STATUS_3 (3 << 8)
#endif

/* What a child was told is that a trace goes on from a span, NULL: of which no id is known. */
static void is_told(const char *lines, const char *trace_id, const char *span_id)
{
    const char *told = variable(lines, "SENTRY_TRACE");
    CHECK(told && strlen(told) >= 49 && strncmp(told, trace_id, 32) == 0);
    if (told && span_id && strlen(told) >= 49)
        CHECK_INT(strncmp(told + 33, span_id, 16), 0);
    CHECK_STR(variable(lines, "SUBPROCESS_SENTRY_TRACE"), variable(lines, "SENTRY_TRACE"));
    CHECK_STR(baggage_member(variable(lines, "SENTRY_BAGGAGE"), "sentry-trace_id"), trace_id);
    CHECK_STR(variable(lines, "SUBPROCESS_BAGGAGE"), variable(lines, "SENTRY_BAGGAGE"));
}

/* The trace that children go on with now: 32 digits. */
static const char *trace_id(void)
{
    static char text[SENTRY_TRACEPARENT_SIZE];
    sentry_get_traceparent(text, sizeof text);
    text[32] = 0;
    return text;
}

/* The span `i` of the transaction: what every span of a child says. */
static void is_span(sentry_value_t list, size_t i, const char *op, const char *description)
{
    if (!TRACING)
        return;
    CHECK_STR(text_at(list, i, "op"), op);
    CHECK_STR(text_at(list, i, "description"), description);
    CHECK_STR(text_at(list, i, "origin"), "auto.subprocess.stdlib");
    CHECK_STR(text_at(list, i, "parent_span_id"), collect_str(collect_count() - 1, "contexts.trace.span_id"));
}

static void is_crumb(sentry_value_t list, size_t i, const char *message)
{
    CHECK_STR(text_at(list, i, "type"), "subprocess");
    CHECK_STR(text_at(list, i, "category"), "subprocess");
    CHECK_STR(text_at(list, i, "message"), message);
}

/* -- system ----------------------------------------------------------------------------------- */

static void system_leaves_a_crumb_and_a_span(void)
{
    sentry_value_t list;
    int error;
    errno = 77;
    CHECK_INT(system(EXIT_3), STATUS_3);
    error = errno; /* Windows changes it */
    REQUIRE(start() == 0);
    errno = 77;
    CHECK_INT(sentry_system(EXIT_3), STATUS_3);
    CHECK_INT(errno, error);
    list = crumbs();
    CHECK_INT(sentry_value_get_length(list), 1);
    is_crumb(list, 0, EXIT_3);
    CHECK_STR(text_at(list, 0, "level"), "");
    CHECK(sentry_value_is_null(member_at(list, 0, "data", "subprocess.pid")));
    list = spans();
    CHECK_INT(sentry_value_get_length(list), TRACING);
    is_span(list, 0, "subprocess", EXIT_3);
    CHECK_STR(text_at(list, 0, "status"), "");
    stop();
}

static void system_hands_the_trace_on(void)
{
    char trace[52], lines[20000];
    REQUIRE(start() == 0);
    snprintf(trace, sizeof trace, "%s", trace_id());
    CHECK_INT(sentry_system(PRINT_ENVIRONMENT), 0);
    snprintf(lines, sizeof lines, "%s", output());
    is_told(lines, trace, TRACING ? text_at(spans(), 0, "span_id") : NULL);
    stop();
}

/* There is nothing but the scope's trace then, and the child's parent is the scope. */
static void a_trace_without_a_span_is_handed_on(void)
{
    char trace[SENTRY_TRACEPARENT_SIZE];
    REQUIRE(collect_start(NULL) == 0);
    sentry_get_traceparent(trace, sizeof trace);
    CHECK_INT(sentry_system(PRINT_ENVIRONMENT), 0);
    CHECK_STR(variable(output(), "SENTRY_TRACE"), trace);
    CHECK_INT(sentry_value_get_length(crumbs()), 1);
    stop();
}

static void the_trace_of_before_is_replaced(void)
{
    char trace[52];
    test_set_env("SENTRY_BAGGAGE", "sentry-trace_id=0123456789abcdef0123456789abcdef,sentry-public_key=old");
    test_set_env("SUBPROCESS_BAGGAGE", "sentry-trace_id=0123456789abcdef0123456789abcdef");
    REQUIRE(collect_start(NULL) == 0);
    snprintf(trace, sizeof trace, "%s", trace_id());
    CHECK_INT(sentry_system(PRINT_ENVIRONMENT), 0);
    is_told(output(), trace, NULL);
    CHECK_INT(sentry_continue_trace("0123456789abcdef0123456789abcdef-0123456789abcdef-1", NULL), 1); /* which has no baggage */
    CHECK_INT(sentry_system(PRINT_ENVIRONMENT), 0);
    snprintf(trace, sizeof trace, "%s", variable(output(), "SENTRY_BAGGAGE"));
    CHECK_STR(trace, "");
    stop();
}

/* Every call, in an SDK that should not mind: it does as the real one, and leaves nothing. */
static void nothing_is_left(const sentry_options_t *options)
{
    FILE *stream;
    if (options)
        REQUIRE(collect_start(options) == 0);
    CHECK_INT(sentry_system(EXIT_3), STATUS_3);
    CHECK_INT(sentry_system(PRINT_ENVIRONMENT), 0);
    CHECK_STR(variable(output(), "SENTRY_TRACE"), "");
    stream = sentry_popen(PRINT_ENVIRONMENT, "r");
    REQUIRE(stream != NULL);
    CHECK_INT(sentry_pclose(stream), 0);
    CHECK_STR(variable(output(), "SENTRY_TRACE"), "");
#ifndef _WIN32
    {
        char *const argv[] = { (char *)"sh", (char *)"-c", (char *)PRINT_ENVIRONMENT, NULL };
        pid_t child = 0;
        int status = -1;
        CHECK_INT(sentry_posix_spawn(&child, "/bin/sh", NULL, NULL, argv, environ), 0);
        CHECK_INT(sentry_waitpid(child, &status, 0), child);
        CHECK_INT(status, 0);
        CHECK_STR(variable(output(), "SENTRY_TRACE"), "");
        child = sentry_fork_exec("sh", argv, NULL, NULL);
        CHECK(child > 0);
        CHECK_INT(sentry_waitpid(child, &status, 0), child);
        CHECK_INT(status, 0);
        CHECK_STR(variable(output(), "SENTRY_TRACE"), "");
        if ((child = fork()) == 0)
            _exit(sentry_execvp("sh", argv) + 100);
        CHECK_INT(waitpid(child, &status, 0), child);
        CHECK_INT(status, 0);
        CHECK_STR(variable(output(), "SENTRY_TRACE"), "");
    }
#endif
    CHECK(options || sentry_http_request_begin("GET", "http://example.com/") == NULL);
}

static void without_the_sdk_it_is_the_real_one(void)
{
    nothing_is_left(NULL);
    CHECK_INT(alloc_now().blocks, 0);
}

static void switched_off_it_is_the_real_one(void)
{
    static const char *const disabled[] = { "stdlib", NULL };
    sentry_options_t options = collect_options();
    options.disabled_integrations = disabled;
    nothing_is_left(&options);
    CHECK(sentry_http_request_begin("GET", "http://example.com/") == NULL);
    CHECK_INT(sentry_value_get_length(crumbs()), 0);
    stop();
}

static void without_propagation_the_environment_stays(void)
{
    sentry_options_t options = collect_options();
    options.propagate_traces = SENTRY_OFF;
    nothing_is_left(&options);
    CHECK(sentry_value_get_length(crumbs()) > 2); /* breadcrumbs there are */
    stop();
}

static void a_shell_is_asked_for(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK(sentry_system(NULL) != 0);
    CHECK_INT(sentry_value_get_length(crumbs()), 0);
    stop();
}

static void commands_keep_no_secrets(void)
{
    sentry_value_t list;
    REQUIRE(start() == 0);
    CHECK_INT(sentry_system("echo --password=hunter2 --user me >" WRITTEN), 0);
    CHECK_CONTAINS(output(), "--password=hunter2 --user me");
    list = crumbs();
    CHECK_STR(text_at(list, 0, "message"), "echo --password=[Filtered] --user me >" WRITTEN);
    if (TRACING)
        CHECK_STR(text_at(spans(), 0, "description"), "echo --password=[Filtered] --user me >" WRITTEN);
    stop();
}

/* What a shell might take for something else is not put before its command. */
static void wild_values_stay_behind(void)
{
    static const char *const wild[] = { "sentry-release='; exit 7; '", "sentry-release=$(exit 7)", "sentry-release=%PATH!\"&exit 7" };
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < COUNT(wild); i++) {
        const char *told;
        CHECK_INT(sentry_continue_trace("0123456789abcdef0123456789abcdef-0123456789abcdef-1", wild[i]), 1);
        CHECK_INT(sentry_system(PRINT_ENVIRONMENT), 0);
        told = variable(output(), "SENTRY_BAGGAGE");
        CHECK(told && !strpbrk(told, "'\"$&;!"));
    }
    stop();
}

#ifndef _WIN32
/* What a shell makes of a command does not change by what is set before it: how it ends, its name, what is no command. */
static void a_shell_does_the_same(void)
{
    static const char *const commands[] = { "exit 3", "kill -9 $$", "kill -SEGV $$", "false; true", "true; false", "(", "'", "", "#", "exec sh -c 'kill -ABRT $$'",
        "printf '%s|' \"$0\" \"$#\" 'it'\\''s' >>" WRITTEN, "echo \"a\\\\b $((1 + 1))\" `echo c` >>" WRITTEN, "nosuchcommand 2>>" WRITTEN, "trap 'exit 5' EXIT; false",
        "cat <<'END' >>" WRITTEN "\n'a'\nEND\n", "exit 300" };
    char expected[sizeof commands / sizeof commands[0] * 100];
    int statuses[COUNT(commands)];
    size_t i;
    for (i = 0; i < COUNT(commands); i++)
        statuses[i] = system(commands[i]);
    snprintf(expected, sizeof expected, "%s", output());
    CHECK_CONTAINS(expected, "sh|0|it's|");
    REQUIRE(start() == 0);
    for (i = 0; i < COUNT(commands); i++)
        CHECK_INT(sentry_system(commands[i]), statuses[i]);
    CHECK_STR(output(), expected);
    for (i = 0; i < COUNT(commands); i++)
        CHECK_INT(sentry_pclose(sentry_popen(commands[i], "r")), statuses[i]);
    CHECK_STR(output(), expected);
    stop();
}
#endif

/* As long as it may be; with the variables before it, it would be too long. */
static void a_long_command_runs(void)
{
    static char command[131000];
    int n = snprintf(command, sizeof command, "exit 3 #");
    size_t end = sizeof command - 1;
#ifdef _WIN32
    n = snprintf(command, sizeof command, "exit 3 & rem ");
    end = 8000;
#endif
    memset(command + n, 'x', end - (size_t)n);
    command[end] = 0;
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_system(command), STATUS_3);
    stop();
}

#ifdef _WIN32
/* Whose quotes mean what they mean only at the beginning. */
static void a_quoted_command_runs(void)
{
    static const char *const commands[] = { "\"cmd\" /c \"exit 3\"", "\"\"cmd\" /c \"exit 3\"\"", "\"cmd\" /c exit 3", "\"exit 3\"" };
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < COUNT(commands); i++)
        CHECK_INT(sentry_system(commands[i]), system(commands[i]));
    stop();
}
#endif

static int hooks;

static sentry_value_t run_in_hook(sentry_value_t crumb, void *hint, void *data)
{
    (void)hint, (void)data;
    hooks++;
    CHECK_INT(sentry_system(EXIT_3), STATUS_3);
    CHECK(sentry_http_request_begin("GET", "http://example.com/") == NULL);
    return crumb;
}

static void hooks_may_run_commands(void)
{
    sentry_options_t options = collect_options();
    options.before_breadcrumb = run_in_hook;
    REQUIRE(collect_start(&options) == 0);
    CHECK_INT(sentry_system(EXIT_3), STATUS_3);
    CHECK_INT(hooks, 1);
    CHECK_INT(sentry_value_get_length(crumbs()), 1);
    stop();
}

/* Whatever allocation fails, the command runs, and nothing is lost of the memory. */
static void without_memory_commands_run(void)
{
    long i, most = 60;
#ifdef _WIN32
    most = 12; /* programs start slowly there */
#endif
    for (i = 1; i < most; i++) {
        FILE *stream;
        REQUIRE(start() == 0);
        alloc_fail(i, 1);
        CHECK_EACH(sentry_system(EXIT_3) == STATUS_3);
        stream = sentry_popen(EXIT_3, "r");
        CHECK_EACH(stream && sentry_pclose(stream) == STATUS_3);
        sentry_http_request_end(sentry_http_request_begin("GET", "http://example.com/?a=1"), 200, "OK", NULL);
        alloc_fail(0, 0);
        stop();
    }
}

/* -- popen ------------------------------------------------------------------------------------ */

static void popen_leaves_a_crumb_and_spans(void)
{
    char text[16] = "";
    FILE *stream;
    sentry_value_t list;
    REQUIRE(start() == 0);
    stream = sentry_popen("echo hello", "r");
    REQUIRE(stream != NULL);
    CHECK(fgets(text, sizeof text, stream) && strncmp(text, "hello", 5) == 0);
    CHECK_INT(sentry_pclose(stream), 0);
    stream = sentry_popen(EXIT_3, "w");
    REQUIRE(stream != NULL);
    CHECK_INT(sentry_pclose(stream), STATUS_3);
    list = crumbs();
    CHECK_INT(sentry_value_get_length(list), 2);
    is_crumb(list, 0, "echo hello");
    is_crumb(list, 1, EXIT_3);
    list = spans();
    CHECK_INT(sentry_value_get_length(list), TRACING ? 4 : 0);
    is_span(list, 0, "subprocess", "echo hello");
    is_span(list, 1, "subprocess.wait", "");
    is_span(list, 2, "subprocess", EXIT_3);
    is_span(list, 3, "subprocess.wait", "");
    stop();
}

static void popen_hands_the_trace_on(void)
{
    char trace[52], lines[20000];
    FILE *stream;
    REQUIRE(start() == 0);
    snprintf(trace, sizeof trace, "%s", trace_id());
    stream = sentry_popen(PRINT_ENVIRONMENT, "r");
    REQUIRE(stream != NULL);
    sentry_pclose(stream);
    snprintf(lines, sizeof lines, "%s", output());
    is_told(lines, trace, TRACING ? text_at(spans(), 0, "span_id") : NULL);
    stop();
}

#ifndef _WIN32
static void popen_fails_as_the_real_one(void)
{
    sentry_value_t list;
    REQUIRE(start() == 0);
    errno = 0;
    CHECK(sentry_popen("echo", "nonsense") == NULL);
    CHECK_INT(errno, EINVAL);
    list = crumbs();
    CHECK_STR(text_at(list, 0, "level"), "error");
    if (TRACING)
        CHECK_STR(text_at(spans(), 0, "status"), "internal_error");
    stop();
}

/* -- posix_spawn and waitpid ------------------------------------------------------------------ */

static char *const print_environment[] = { (char *)"sh", (char *)"-c", (char *)PRINT_ENVIRONMENT, NULL };
static char *const exit_3[] = { (char *)"sh", (char *)"-c", (char *)EXIT_3, NULL };

/* Waits by the function behind. */
static int status_of(pid_t child)
{
    int status = -1;
    CHECK_INT(waitpid(child, &status, 0), child);
    return status;
}

static void spawn_leaves_a_crumb_and_a_span(void)
{
    sentry_value_t list;
    char id[24];
    pid_t child = 0;
    REQUIRE(start() == 0);
    errno = 77;
    CHECK_INT(sentry_posix_spawn(&child, "/bin/sh", NULL, NULL, exit_3, environ), 0);
    CHECK_INT(errno, 77);
    CHECK(child > 0);
    CHECK_INT(status_of(child), STATUS_3);
    snprintf(id, sizeof id, "%ld", (long)child);
    list = crumbs();
    CHECK_INT(sentry_value_get_length(list), 1);
    is_crumb(list, 0, "sh -c " EXIT_3);
    CHECK_INT(sentry_value_as_int64(member_at(list, 0, "data", "subprocess.pid")), child);
    list = spans();
    CHECK_INT(sentry_value_get_length(list), TRACING);
    is_span(list, 0, "subprocess", "sh -c " EXIT_3);
    if (TRACING)
        CHECK_STR(sentry_value_as_string(member_at(list, 0, "tags", "subprocess.pid")), id);
    stop();
}

static void spawn_hands_the_trace_on(void)
{
    static char *const few[] = { (char *)"PATH=/usr/bin:/bin", (char *)"SENTRY_TRACE=old", (char *)"SENTRY_TRACER=kept", (char *)"SUBPROCESS_BAGGAGE=old", NULL };
    char trace[52], lines[2][20000];
    pid_t child = 0;
    sentry_value_t list;
    REQUIRE(start() == 0);
    snprintf(trace, sizeof trace, "%s", trace_id());
    CHECK_INT(sentry_posix_spawnp(&child, "sh", NULL, NULL, print_environment, few), 0);
    CHECK_INT(status_of(child), 0);
    snprintf(lines[0], sizeof lines[0], "%s", output());
    CHECK_INT(sentry_posix_spawn(&child, "/bin/sh", NULL, NULL, print_environment, environ), 0);
    CHECK_INT(status_of(child), 0);
    snprintf(lines[1], sizeof lines[1], "%s", output());
    list = spans();
    is_told(lines[0], trace, TRACING ? text_at(list, 0, "span_id") : NULL);
    CHECK_STR(variable(lines[0], "PATH"), "/usr/bin:/bin");
    CHECK_STR(variable(lines[0], "SENTRY_TRACER"), "kept");
    CHECK_STR(variable(lines[0], "HOME"), "");
    is_told(lines[1], trace, TRACING ? text_at(list, 1, "span_id") : NULL);
    CHECK_STR(variable(lines[1], "HOME"), getenv("HOME") ? getenv("HOME") : "");
    stop();
}

static void spawn_takes_no_pid_and_no_environment(void)
{
    int status = -1;
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_posix_spawn(NULL, "/bin/sh", NULL, NULL, exit_3, NULL), 0);
    CHECK(wait(&status) > 0);
    CHECK_INT(status, STATUS_3);
    CHECK(sentry_value_as_int64(member_at(crumbs(), 0, "data", "subprocess.pid")) > 0);
    stop();
}

static void spawn_fails_as_the_real_one(void)
{
    sentry_value_t list;
    pid_t child = 99;
    int error;
    errno = 77;
    if (getenv("TEST_VALGRIND") || posix_spawn(&child, "/no/such/program", NULL, NULL, exit_3, environ) == 0)
        SKIP("under an emulator posix_spawn never fails");
    error = errno; /* it may change */
    REQUIRE(start() == 0);
    errno = 77;
    CHECK_INT(sentry_posix_spawn(&child, "/no/such/program", NULL, NULL, exit_3, environ), ENOENT);
    CHECK_INT(errno, error);
    CHECK_INT(child, 99);
    list = crumbs();
    is_crumb(list, 0, "sh -c " EXIT_3);
    CHECK_STR(text_at(list, 0, "level"), "error");
    CHECK(sentry_value_is_null(member_at(list, 0, "data", "subprocess.pid")));
    if (TRACING)
        CHECK_STR(text_at(spans(), 0, "status"), "internal_error");
    stop();
}

/* It goes as it is. */
static void a_huge_environment_stays(void)
{
    static char names[2000][16];
    static char *envp[2001];
    char lines[20000];
    pid_t child = 0;
    size_t i;
    for (i = 0; i < 2000; i++) {
        snprintf(names[i], sizeof names[i], "V%d=1", (int)i);
        envp[i] = names[i];
    }
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_posix_spawn(&child, "/bin/sh", NULL, NULL, print_environment, envp), 0);
    CHECK_INT(status_of(child), 0);
    snprintf(lines, sizeof lines, "%s", output());
    CHECK_STR(variable(lines, "V1999"), "1");
    CHECK_STR(variable(lines, "SENTRY_TRACE"), "");
    envp[900] = NULL;
    CHECK_INT(sentry_posix_spawn(&child, "/bin/sh", NULL, NULL, print_environment, envp), 0);
    CHECK_INT(status_of(child), 0);
    snprintf(lines, sizeof lines, "%s", output());
    CHECK_STR(variable(lines, "V899"), "1");
    is_told(lines, trace_id(), NULL);
    stop();
}

static void waiting_is_a_span(void)
{
    static char *const wait_for_input[] = { (char *)"sh", (char *)"-c", (char *)"read x; exit 3", NULL };
    posix_spawn_file_actions_t actions;
    sentry_value_t list;
    char id[24];
    int ends[2], status = -1;
    pid_t child = 0;
    REQUIRE(pipe(ends) == 0 && start() == 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    CHECK_INT(sentry_posix_spawnp(&child, "sh", &actions, NULL, wait_for_input, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    CHECK_INT(sentry_waitpid(child, &status, WNOHANG), 0); /* who only looks does not wait */
    close(ends[1]);
    CHECK_INT(sentry_waitpid(-1, &status, 0), child);
    CHECK_INT(status, STATUS_3);
    errno = 0;
    CHECK_INT(sentry_waitpid(child, &status, 0), -1);
    CHECK_INT(errno, ECHILD);
    close(ends[0]);
    snprintf(id, sizeof id, "%ld", (long)child);
    CHECK_INT(sentry_value_get_length(crumbs()), 1);
    list = spans();
    CHECK_INT(sentry_value_get_length(list), TRACING ? 3 : 0);
    is_span(list, 1, "subprocess.wait", "");
    is_span(list, 2, "subprocess.wait", "");
    if (TRACING) {
        CHECK_STR(sentry_value_as_string(member_at(list, 1, "tags", "subprocess.pid")), id);
        CHECK_STR(text_at(list, 1, "status"), "");
        CHECK_STR(text_at(list, 2, "status"), "internal_error");
    }
    stop();
}

static void ring(int number) { (void)number; }

/* A wait that a signal ends is begun again by those who want: it has not failed. */
static void an_interrupted_wait_is_no_failure(void)
{
    static char *const interrupt[] = { (char *)"sh", (char *)"-c", (char *)"sleep 0.2; kill -USR1 $PPID; exec sleep 5", NULL };
    struct sigaction action, before;
    pid_t child;
    sentry_value_t list;
    memset(&action, 0, sizeof action);
    action.sa_handler = ring;
    REQUIRE(start() == 0);
    sigaction(SIGUSR1, &action, &before);
    child = sentry_fork_exec("sh", interrupt, NULL, NULL);
    CHECK_INT(sentry_waitpid(child, NULL, 0), -1);
    CHECK_INT(errno, EINTR);
    kill(child, SIGKILL);
    CHECK_INT(sentry_waitpid(child, NULL, 0), child);
    sigaction(SIGUSR1, &before, NULL);
    list = spans();
    if (TRACING) {
        CHECK_STR(text_at(list, 1, "op"), "subprocess.wait");
        CHECK_STR(text_at(list, 1, "status"), "");
    }
    stop();
}

/* As the real ones do: who waits in system does not hear of the keyboard. */
static void signals_are_as_without(void)
{
    struct sigaction before, after;
    sigaction(SIGINT, NULL, &before);
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_system("kill -INT $PPID; exit 3"), STATUS_3);
    CHECK_INT(sentry_system("kill -QUIT $PPID; kill -TERM $$"), SIGTERM);
    sigaction(SIGINT, NULL, &after);
    CHECK(before.sa_handler == after.sa_handler);
    stop();
}

/* -- fork and exec ---------------------------------------------------------------------------- */

/* Puts a file where programs put theirs. */
static void prepare(void *data)
{
    int fd;
    for (fd = 3; fd < 30; fd++)
        dup2(*(int *)data, fd);
}

static void fork_exec_runs_a_program(void)
{
    static char *const argv[] = { (char *)"sh", (char *)"-c", (char *)"env >&5; exit 3", NULL };
    char trace[52], lines[20000];
    FILE *file = fopen(WRITTEN, "wb");
    sentry_value_t list;
    pid_t child;
    int fd = file ? fileno(file) : -1;
    REQUIRE(fd >= 0 && start() == 0);
    snprintf(trace, sizeof trace, "%s", trace_id());
    child = sentry_fork_exec("sh", argv, prepare, &fd);
    CHECK(child > 0);
    CHECK_INT(status_of(child), STATUS_3);
    fclose(file);
    snprintf(lines, sizeof lines, "%s", output());
    list = crumbs();
    is_crumb(list, 0, "sh -c env >&5; exit 3");
    CHECK_INT(sentry_value_as_int64(member_at(list, 0, "data", "subprocess.pid")), child);
    list = spans();
    CHECK_INT(sentry_value_get_length(list), TRACING);
    is_span(list, 0, "subprocess", "sh -c env >&5; exit 3");
    is_told(lines, trace, TRACING ? text_at(list, 0, "span_id") : NULL);
    CHECK_STR(variable(lines, "PATH"), getenv("PATH"));
    stop();
}

static void fork_exec_tells_why_not(void)
{
    int on, fd = 2;
    if (getenv("TEST_VALGRIND"))
        SKIP("memcheck reports what a child holds that could not become another program");
    for (on = 0; on < 2; on++) {
        if (on)
            REQUIRE(collect_start(NULL) == 0);
        errno = 0;
        CHECK_INT(sentry_fork_exec("/no/such/program", exit_3, NULL, NULL), -1);
        CHECK_INT(errno, ENOENT);
        CHECK_INT(sentry_fork_exec("/etc", exit_3, NULL, NULL), -1);
        CHECK_INT(errno, EACCES);
        CHECK_INT(sentry_fork_exec("/no/such/program", exit_3, prepare, &fd), -1);
        CHECK_INT(errno, ENOENT);
        CHECK_INT(waitpid(-1, NULL, WNOHANG), -1); /* there is no child left */
        CHECK_INT(errno, ECHILD);
    }
    CHECK_STR(text_at(crumbs(), 1, "level"), "error");
    stop();
}

/* A fork of the program's own: the child goes on from the span in which it was made. */
static void exec_hands_the_trace_on(void)
{
    static char *const few[] = { (char *)"PATH=/usr/bin:/bin", (char *)"SENTRY_TRACE=old", NULL };
    char trace[SENTRY_TRACEPARENT_SIZE], lines[20000];
    int way;
    REQUIRE(start() == 0);
    sentry_get_traceparent(trace, sizeof trace);
    trace[32] = trace[49] = 0;
    for (way = 0; way < 3; way++) {
        pid_t child = fork();
        if (child == 0) {
            if (way == 0)
                sentry_execvp("sh", print_environment);
            else if (way == 2)
                sentry_execv("/bin/sh", print_environment);
            else
                sentry_execve("/bin/sh", print_environment, few);
            _exit(99);
        }
        CHECK_INT(status_of(child), 0);
        snprintf(lines, sizeof lines, "%s", output());
        is_told(lines, trace, trace + 33);
        if (way == 1)
            CHECK_STR(variable(lines, "HOME"), "");
    }
    CHECK_INT(sentry_value_get_length(crumbs()), 0);
    spans();
    stop();
}

static void exec_fails_as_the_real_one(void)
{
    int on;
    for (on = 0; on < 2; on++) {
        if (on)
            REQUIRE(collect_start(NULL) == 0);
        errno = 0;
        CHECK_INT(sentry_execvp("/no/such/program", exit_3), -1);
        CHECK_INT(errno, ENOENT);
        CHECK_INT(sentry_execve("/etc", exit_3, environ), -1);
        CHECK_INT(errno, EACCES);
    }
    CHECK(getenv("SENTRY_TRACE") == NULL);
    stop();
}

#if !defined(SENTRY_NO_THREADS)
static volatile int busy = 1;

/* Keeps the locks of the SDK and of the allocator in use. */
static void *keep_busy(void *arg)
{
    while (busy) {
        sentry_set_tag("a", "b");
        say("x");
    }
    return arg;
}

static void threads_do_not_stop_a_fork(void)
{
    test_thread_t threads[2];
    char trace[52];
    int i;
    if (!TEST_CAN_FORK_THREADS)
        SKIP("the sanitizer's locks do not survive fork");
    collected.drop = 1;
    REQUIRE(collect_start(NULL) == 0);
    snprintf(trace, sizeof trace, "%s", trace_id());
    for (i = 0; i < 2; i++)
        CHECK_INT(test_thread_start(&threads[i], keep_busy, NULL), 0);
    for (i = 0; i < 100; i++) {
        pid_t child = fork();
        if (child == 0) {
            sentry_execvp("sh", print_environment);
            _exit(99);
        }
        CHECK_EACH(status_of(child) == 0);
        CHECK_EACH(strncmp(variable(output(), "SENTRY_TRACE"), trace, 32) == 0);
    }
    busy = 0;
    for (i = 0; i < 2; i++)
        test_thread_join(threads[i]);
    stop();
}
#endif
#endif

/* -- children with an SDK --------------------------------------------------------------------- */

/* This program as a child: prints the trace it is in. */
static int be_a_child(void)
{
    char text[SENTRY_MAX_BAGGAGE + 1];
    if (collect_start(NULL) != 0)
        return 1;
    sentry_get_traceparent(text, sizeof text);
    printf("TRACE=%s\n", text);
    sentry_get_baggage(text, sizeof text);
    printf("BAGGAGE=%s\n", text);
    sentry_close();
    return 0;
}

static void a_child_continues_the_trace(void)
{
    char command[2048], baggage[SENTRY_MAX_BAGGAGE + 1], trace[52];
    const char *lines;
    int code;
    snprintf(command, sizeof command, "%s child >" WRITTEN, program);
    if (system(command) != 0)
        SKIP("this program runs under an emulator alone");
    CHECK_INT(strlen(variable(output(), "TRACE")), 49); /* its own */
    REQUIRE(start() == 0);
    snprintf(trace, sizeof trace, "%s", trace_id());
    sentry_get_baggage(baggage, sizeof baggage);
    code = sentry_system(command);
    lines = output();
    CHECK_INT(code, 0);
    CHECK_INT(strncmp(variable(lines, "TRACE"), trace, 32), 0);
    CHECK_STR(variable(lines, "BAGGAGE"), baggage);
    spans();
    stop();
}

/* -- HTTP ------------------------------------------------------------------------------------- */

static sentry_value_t http_span(size_t i)
{
    return sentry_value_get_by_index(collect_get(collect_count() - 1, "spans"), i);
}

static void a_request_leaves_a_crumb_and_a_span(void)
{
    sentry_http_exchange_t *request;
    sentry_value_t list;
    REQUIRE(start() == 0);
    request = sentry_http_request_begin("POST", "https://ada:lovelace@example.com:8443/a/b?q=1&token=t1#f=2&auth=t2");
    REQUIRE(request != NULL);
    sentry_http_request_end(request, 201, "Created", NULL);
    list = crumbs();
    CHECK_INT(sentry_value_get_length(list), 1);
    CHECK_STR(text_at(list, 0, "type"), "http");
    CHECK_STR(text_at(list, 0, "category"), "http");
    CHECK_STR(text_at(list, 0, "level"), "");
    CHECK_STR(text_at(list, 0, "data.method"), "POST");
    CHECK_STR(text_at(list, 0, "data.url"), "https://example.com:8443/a/b");
    CHECK_STR(sentry_value_as_string(member_at(list, 0, "data", "http.query")), "q=1&token=[Filtered]");
    CHECK_STR(sentry_value_as_string(member_at(list, 0, "data", "http.fragment")), "f=2&auth=[Filtered]");
    CHECK_INT(sentry_value_as_int32(member_at(list, 0, "data", "status_code")), 201);
    CHECK_STR(text_at(list, 0, "data.reason"), "Created");
    CHECK_AT_MOST(sentry_value_as_int64(member_at(list, 0, "data", "duration_ms")), test_ms(5000));
    CHECK_INT(sentry_value_get_length(sentry_value_get_by_key(sentry_value_get_by_index(list, 0), "data")), 7);
    list = spans();
    CHECK_INT(sentry_value_get_length(list), TRACING);
    if (TRACING) {
        CHECK_STR(text_at(list, 0, "op"), "http.client");
        CHECK_STR(text_at(list, 0, "origin"), "auto.http.stdlib");
        CHECK_STR(text_at(list, 0, "description"), "POST https://example.com:8443/a/b");
        CHECK_STR(text_at(list, 0, "status"), "ok");
        CHECK_STR(sentry_value_as_string(member_at(list, 0, "data", "http.request.method")), "POST");
        CHECK_STR(text_at(list, 0, "data.url"), "https://example.com:8443/a/b");
        CHECK_STR(sentry_value_as_string(member_at(list, 0, "data", "http.query")), "q=1&token=[Filtered]");
        CHECK_STR(sentry_value_as_string(member_at(list, 0, "data", "http.fragment")), "f=2&auth=[Filtered]");
        CHECK_INT(sentry_value_as_int32(member_at(list, 0, "data", "http.response.status_code")), 201);
        CHECK_STR(text_at(list, 0, "data.reason"), "Created");
        CHECK_STR(sentry_value_as_string(member_at(list, 0, "data", "server.address")), "example.com");
        CHECK_INT(sentry_value_as_int32(member_at(list, 0, "data", "server.port")), 8443);
        CHECK(sentry_value_is_null(collect_at(http_span(0), "data.duration_ms")));
    }
    stop();
}

static void a_request_has_a_level_and_a_status(void)
{
    static const struct {
        int status;
        const char *level, *outcome;
    } cases[] = { { 200, "", "ok" }, { 304, "", "ok" }, { 404, "warning", "not_found" }, { 429, "warning", "resource_exhausted" },
        { 500, "error", "internal_error" }, { 503, "error", "unavailable" }, { 0, "error", "internal_error" } };
    sentry_value_t list;
    size_t i;
    REQUIRE(start() == 0);
    for (i = 0; i < COUNT(cases); i++)
        sentry_http_request_end(sentry_http_request_begin(NULL, "http://example.com"), cases[i].status, cases[i].status ? NULL : "connection refused", NULL);
    list = crumbs();
    CHECK_INT(sentry_value_get_length(list), COUNT(cases));
    for (i = 0; i < COUNT(cases); i++) {
        CHECK_STR(text_at(list, i, "level"), cases[i].level);
        CHECK_INT(sentry_value_is_null(member_at(list, i, "data", "status_code")), cases[i].status == 0);
        CHECK_STR(text_at(list, i, "data.reason"), cases[i].status ? "" : "connection refused");
        CHECK_STR(text_at(list, i, "data.method"), "");
    }
    list = spans();
    for (i = 0; i < COUNT(cases) && TRACING; i++) {
        CHECK_STR(text_at(list, i, "status"), cases[i].outcome);
        CHECK_STR(text_at(list, i, "description"), "http://example.com");
        CHECK_INT(sentry_value_is_null(member_at(list, i, "data", "server.port")), 1);
    }
    stop();
}

/* Requests that overlap are all steps of the same; none becomes current. */
static void requests_may_overlap(void)
{
    sentry_http_exchange_t *first, *second;
    sentry_value_t list;
    REQUIRE(start() == 0);
    first = sentry_http_request_begin("GET", "http://example.com/1");
    second = sentry_http_request_begin("GET", "http://example.com/2");
    sentry_http_request_end(first, 200, NULL, NULL);
    sentry_http_request_end(second, 200, NULL, NULL);
    CHECK_STR(text_at(crumbs(), 1, "data.url"), "http://example.com/2");
    list = spans();
    if (TRACING)
        CHECK_STR(text_at(list, 0, "parent_span_id"), text_at(list, 1, "parent_span_id"));
    stop();
}

/* A client may have written it: a look at each byte, not at all behind each, or the time of this test is over. */
static void a_user_of_megabytes_takes_no_longer(void)
{
    size_t n = (size_t)8 << 20;
    char *url = (char *)malloc(n + 32);
    REQUIRE(url != NULL && start() == 0);
    memset(url, 'a', n);
    memcpy(url, "http://", 7);
    strcpy(url + n, "@example.com/path");
    sentry_http_request_end(sentry_http_request_begin("GET", url), 200, NULL, NULL);
    CHECK_STR(text_at(crumbs(), 0, "data.url"), "http://example.com/path");
    free(url);
    stop();
}

static const trace_headers_t *headers_of(const sentry_http_exchange_t *request)
{
    static trace_headers_t headers;
    memset(&headers, 0, sizeof headers);
    sentry_http_request_headers(request, trace_keep_header, &headers);
    return &headers;
}

static void a_request_carries_its_span(void)
{
    sentry_http_exchange_t *request;
    char trace[128];
    REQUIRE(start() == 0);
    request = sentry_http_request_begin("GET", "http://example.com/");
    snprintf(trace, sizeof trace, "%.127s", headers_of(request)->sentry_trace);
    CHECK_INT(headers_of(request)->count, 2);
    CHECK_INT(strncmp(trace, trace_id(), 32), 0);
    CHECK_STR(baggage_member(headers_of(request)->baggage, "sentry-trace_id"), trace_id());
    sentry_http_request_headers(request, NULL, NULL);
    sentry_http_request_end(request, 200, NULL, NULL);
    CHECK(TRACING ? strncmp(trace + 33, text_at(spans(), 0, "span_id"), 16) == 0 : trace[33] != 0);
    stop();
}

static void only_targets_get_headers(void)
{
    static const char *const targets[] = { "example.com", NULL };
    sentry_options_t options = collect_options();
    sentry_http_exchange_t *request;
    options.trace_propagation_targets = targets;
    REQUIRE(collect_start(&options) == 0);
    request = sentry_http_request_begin("GET", "http://example.org/");
    CHECK_INT(headers_of(request)->count, 0);
    sentry_http_request_end(request, 200, NULL, NULL);
    request = sentry_http_request_begin("GET", "http://example.com/");
    CHECK_INT(headers_of(request)->count, 2);
    sentry_http_request_end(request, 200, NULL, NULL);
    CHECK_INT(sentry_value_get_length(crumbs()), 2);
    stop();
}

/* The DSN's host, and what is none: all three calls take it. */
static void some_requests_leave_nothing(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK(sentry_http_request_begin("POST", "http://o42.ingest.example.com/api/7/envelope/") == NULL);
    CHECK(sentry_http_request_begin("GET", NULL) == NULL);
    CHECK_INT(headers_of(NULL)->count, 0);
    sentry_http_request_end(NULL, 200, NULL, NULL);
    CHECK_INT(sentry_value_get_length(crumbs()), 0);
    stop();
}

static void *seen;

static sentry_value_t see_crumb(sentry_value_t crumb, void *hint, void *data)
{
    (void)data;
    seen = sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_HTTP_REQUEST);
    return crumb;
}

static void before_breadcrumb_gets_the_client(void)
{
    sentry_options_t options = collect_options();
    int client = 0;
    options.before_breadcrumb = see_crumb;
    REQUIRE(collect_start(&options) == 0);
    sentry_http_request_end(sentry_http_request_begin("GET", "http://example.com/"), 200, NULL, &client);
    CHECK(seen == &client);
    stop();
}

static void a_request_may_outlive_the_sdk(void)
{
    sentry_http_exchange_t *request;
    REQUIRE(start() == 0);
    request = sentry_http_request_begin("GET", "http://example.com/");
    sentry_close();
    CHECK_INT(headers_of(request)->count, 0);
    sentry_http_request_end(request, 200, NULL, NULL);
    stop();
}

/* -- renamed calls: from here on in this file ------------------------------------------------- */

#define SENTRY_WRAP_STDLIB
#include "../sentry.h"

/* A function of its own that has such a name. */
typedef struct {
    int (*system)(int n);
} machine_t;
static int add_one(int n) { return n + 1; }

static void calls_are_renamed(void)
{
    FILE *stream;
    sentry_value_t list;
    machine_t machine;
    size_t count = 2;
    machine.system = add_one;
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(system(EXIT_3), STATUS_3);
    CHECK_INT((machine.system)(1), 2);
    stream = popen("exit 0", "r");
    REQUIRE(stream != NULL);
    CHECK_INT(pclose(stream), 0);
#ifdef __cplusplus
    CHECK_INT(std::system(EXIT_3), STATUS_3);
    CHECK_INT(::system(EXIT_3), STATUS_3);
    count += 2;
#endif
#ifndef _WIN32
    {
        pid_t child = 0;
        CHECK_INT(posix_spawn(&child, "/bin/sh", NULL, NULL, exit_3, environ), 0);
        CHECK_INT(waitpid(child, NULL, 0), child);
        CHECK_INT(posix_spawnp(&child, "sh", NULL, NULL, exit_3, environ), 0);
        CHECK_INT(waitpid(child, NULL, 0), child);
        if ((child = fork()) == 0) {
            execvp("sh", print_environment);
            _exit(99);
        }
        CHECK_INT(waitpid(child, NULL, 0), child);
        CHECK_INT(strncmp(variable(output(), "SENTRY_TRACE"), trace_id(), 32), 0);
        if ((child = fork()) == 0) {
            execve("/bin/sh", print_environment, environ);
            _exit(99);
        }
        CHECK_INT(waitpid(child, NULL, 0), child);
        CHECK_INT(strncmp(variable(output(), "SENTRY_TRACE"), trace_id(), 32), 0);
        count += 2;
    }
#endif
    list = crumbs();
    CHECK_INT(sentry_value_get_length(list), count);
    stop();
}

static const test_case_t tests[] = {
    { "system_leaves_a_crumb_and_a_span", system_leaves_a_crumb_and_a_span },
    { "system_hands_the_trace_on", system_hands_the_trace_on },
    { "a_trace_without_a_span_is_handed_on", a_trace_without_a_span_is_handed_on },
    { "the_trace_of_before_is_replaced", the_trace_of_before_is_replaced },
    { "without_the_sdk_it_is_the_real_one", without_the_sdk_it_is_the_real_one },
    { "switched_off_it_is_the_real_one", switched_off_it_is_the_real_one },
    { "without_propagation_the_environment_stays", without_propagation_the_environment_stays },
    { "a_shell_is_asked_for", a_shell_is_asked_for },
    { "commands_keep_no_secrets", commands_keep_no_secrets },
    { "wild_values_stay_behind", wild_values_stay_behind },
    { "a_long_command_runs", a_long_command_runs },
    { "hooks_may_run_commands", hooks_may_run_commands },
    { "without_memory_commands_run", without_memory_commands_run },
    { "popen_leaves_a_crumb_and_spans", popen_leaves_a_crumb_and_spans },
    { "popen_hands_the_trace_on", popen_hands_the_trace_on },
#ifdef _WIN32
    { "a_quoted_command_runs", a_quoted_command_runs },
#else
    { "a_shell_does_the_same", a_shell_does_the_same },
    { "popen_fails_as_the_real_one", popen_fails_as_the_real_one },
    { "spawn_leaves_a_crumb_and_a_span", spawn_leaves_a_crumb_and_a_span },
    { "spawn_hands_the_trace_on", spawn_hands_the_trace_on },
    { "spawn_takes_no_pid_and_no_environment", spawn_takes_no_pid_and_no_environment },
    { "spawn_fails_as_the_real_one", spawn_fails_as_the_real_one },
    { "a_huge_environment_stays", a_huge_environment_stays },
    { "waiting_is_a_span", waiting_is_a_span },
    { "an_interrupted_wait_is_no_failure", an_interrupted_wait_is_no_failure },
    { "signals_are_as_without", signals_are_as_without },
    { "fork_exec_runs_a_program", fork_exec_runs_a_program },
    { "fork_exec_tells_why_not", fork_exec_tells_why_not },
    { "exec_hands_the_trace_on", exec_hands_the_trace_on },
    { "exec_fails_as_the_real_one", exec_fails_as_the_real_one },
#ifndef SENTRY_NO_THREADS
    { "threads_do_not_stop_a_fork", threads_do_not_stop_a_fork },
#endif
#endif
    { "a_child_continues_the_trace", a_child_continues_the_trace },
    { "a_request_leaves_a_crumb_and_a_span", a_request_leaves_a_crumb_and_a_span },
    { "a_request_has_a_level_and_a_status", a_request_has_a_level_and_a_status },
    { "requests_may_overlap", requests_may_overlap },
    { "a_user_of_megabytes_takes_no_longer", a_user_of_megabytes_takes_no_longer },
    { "a_request_carries_its_span", a_request_carries_its_span },
    { "only_targets_get_headers", only_targets_get_headers },
    { "some_requests_leave_nothing", some_requests_leave_nothing },
    { "before_breadcrumb_gets_the_client", before_breadcrumb_gets_the_client },
    { "a_request_may_outlive_the_sdk", a_request_may_outlive_the_sdk },
    { "calls_are_renamed", calls_are_renamed },
};

int main(int argc, char **argv)
{
    program = argv[0];
    if (argc > 1 && strcmp(argv[1], "child") == 0)
        return be_a_child();
    return test_main(argc, argv, tests, COUNT(tests));
}
