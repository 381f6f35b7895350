/* GLib's structured log: with the real library, both ways in, through sentry_glib_log_writer. */
#define G_LOG_USE_STRUCTURED
#define G_LOG_DOMAIN "app"
#include <glib.h>
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "test.h"

#include "collect.h"
#include "logger.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* GLib lets a process set a writer once; each test is a process. */
static int start(const sentry_options_t *options)
{
    g_log_set_writer_func(sentry_glib_log_writer, NULL, NULL);
    return collect_start(options);
}

static int warned_at;
static void warn_here(void) { warned_at = __LINE__, g_warning("%d left", 2); }

static void structured(void)
{
    char text[4096], *file;
    REQUIRE(start(NULL) == 0);
    test_stderr_begin();
    warn_here();
    g_log_structured("pool", G_LOG_LEVEL_CRITICAL, "MESSAGE", "no connection after %d tries", 3);
    test_stderr_end(text, sizeof text);
    CHECK_CONTAINS(text, "2 left"); /* g_log_writer_default's */
    CHECK_CONTAINS(text, "no connection after 3 tries");
    REQUIRE(collect_count() == 1);
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_STR(collect_str(0, "logger"), "pool");
    CHECK_STR(collect_str(0, "logentry.formatted"), "no connection after 3 tries");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.type"), "log");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "app");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.level"), "warning");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "2 left");
    file = sentry_value_to_json(collect_get(0, "breadcrumbs.values.0.data"));
    CHECK_CONTAINS(file, "glib.c\"");
    CHECK_CONTAINS(file, "warn_here"); /* in C++ with its types */
    snprintf(text, sizeof text, "\"code.lineno\":%d,", warned_at);
    CHECK_CONTAINS(file, text);
    sentry_free(file);
    CHECK_CONTAINS(collect_text(0, "sdk.integrations"), "\"glib\"");
    collect_stop();
}

/* g_log and those that were there before the structured log. */
static void unstructured(void)
{
    char text[4096];
    REQUIRE(start(NULL) == 0);
    test_stderr_begin();
    g_log("old", G_LOG_LEVEL_CRITICAL, "by g_log %d", 1);
    g_log(NULL, G_LOG_LEVEL_WARNING, "of nobody");
    test_stderr_end(text, sizeof text);
    CHECK_CONTAINS(text, "by g_log 1");
    REQUIRE(collect_count() == 1);
    CHECK_STR(collect_str(0, "logger"), "old");
    CHECK_STR(collect_str(0, "logentry.formatted"), "by g_log 1");
    sentry_capture_message(SENTRY_LEVEL_INFO, "show");
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.category"), "glib");
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.message"), "of nobody");
    collect_stop();
}

/* Fields with a length have no zero behind them, and those of other kinds are left alone. */
static void fields(void)
{
    static const char message[] = { 'r', 'a', 'w', '!' };
    static char longest[3000];
    GLogField list[4] = { { "MESSAGE", message, 3 }, { "OTHER", &list, sizeof list }, { "GLIB_DOMAIN", "d", -1 }, { "CODE_LINE", "12", -1 } };
    char text[8192];
    memset(longest, 'x', sizeof longest - 1);
    REQUIRE(start(NULL) == 0);
    test_stderr_begin();
    g_log_structured_array(G_LOG_LEVEL_CRITICAL, list, COUNT(list));
    list[0].value = longest;
    list[0].length = -1;
    g_log_structured_array(G_LOG_LEVEL_CRITICAL, list, COUNT(list));
    g_log_structured_array(G_LOG_LEVEL_CRITICAL, list + 1, 2);
    test_stderr_end(text, sizeof text);
    REQUIRE(collect_count() == 3);
    CHECK_STR(collect_str(0, "logentry.formatted"), "raw");
    CHECK_STR(collect_str(0, "logger"), "d");
    CHECK_INT(collect_len(1, "logentry.formatted"), SENTRY_MAX_FORMATTED - 1);
    CHECK_STR(collect_text(1, "breadcrumbs.values.0.data"), "{\"code.lineno\":12}");
    CHECK_STR(collect_str(2, "logentry.formatted"), "");
    collect_stop();
}

static void levels(void)
{
    static const struct {
        GLogLevelFlags level;
        const char *expected;
    } each[] = { { G_LOG_LEVEL_CRITICAL, "error" }, { G_LOG_LEVEL_WARNING, "warning" }, { G_LOG_LEVEL_MESSAGE, "info" }, { G_LOG_LEVEL_INFO, "info" }, { G_LOG_LEVEL_DEBUG, "debug" } };
    sentry_options_t o = collect_options();
    char text[4096];
    size_t i;
    logger_take_all(&o);
    REQUIRE(start(&o) == 0);
    test_stderr_begin();
    for (i = 0; i < COUNT(each); i++)
        g_log_structured("l", each[i].level, "MESSAGE", "text");
    test_stderr_end(text, sizeof text);
    logger_show(COUNT(each));
    for (i = 0; i < COUNT(each); i++)
        CHECK_STR(logger_level(i), each[i].expected);
    collect_stop();
}

/* The end of the program: the record is taken before GLib aborts. */
static sentry_value_t tell(sentry_value_t event, void *hint, void *data)
{
    const sentry_log_record_t *r = (const sentry_log_record_t *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_LOG_RECORD);
    if (r && r->level == SENTRY_LEVEL_FATAL && strcmp(r->message, "the end") == 0 && write(*(int *)data, "f", 1) != 1)
        abort();
    return event;
}

static void fatal(void)
{
    int ends[2], status = 0;
    char text[4096], got = 0;
    pid_t child;
    REQUIRE(pipe(ends) == 0);
    test_stderr_begin();
    child = fork();
    if (child == 0) {
        sentry_options_t o = collect_options();
        o.crash_handler = SENTRY_OFF;
        o.before_send = tell;
        o.before_send_data = &ends[1];
        if (start(&o) == 0)
            g_error("the end");
        _exit(0);
    }
    close(ends[1]);
    waitpid(child, &status, 0);
    test_stderr_end(text, sizeof text);
    CHECK(WIFSIGNALED(status));
    CHECK_INT(read(ends[0], &got, 1), 1);
    CHECK_CONTAINS(text, "the end");
    close(ends[0]);
}

static void disabled(void)
{
    static const char *const without[] = { "glib", NULL };
    sentry_options_t o = collect_options();
    char text[4096];
    o.disabled_integrations = without;
    REQUIRE(start(&o) == 0);
    test_stderr_begin();
    g_critical("to the writer");
    sentry_close();
    g_critical("when off");
    test_stderr_end(text, sizeof text);
    CHECK_CONTAINS(text, "to the writer");
    CHECK_CONTAINS(text, "when off");
    CHECK_INT(collect_count(), 0);
    collect_stop();
}

static const test_case_t tests[] = {
    {"structured", structured},
    {"unstructured", unstructured},
    {"fields", fields},
    {"levels", levels},
    {"fatal", fatal},
    {"disabled", disabled},
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
