/* The logging integration: records as breadcrumbs and events, syslog, standard error. GLib and SDL are in libraries/. */
#define SENTRY_WRAP_SYSLOG
#include "../sentry.h"
#include "test.h"

#include "collect.h"
#include "files.h"

#include <limits.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PLACE "src/pool.c", 42, "pool_get"

static const sentry_integration_t *listed[2];

/* Starts with options of the integration's. */
static int start(const sentry_options_t *options, const sentry_logging_options_t *logging)
{
    sentry_options_t o = options ? *options : collect_options();
    listed[0] = sentry_logging_integration(logging);
    o.integrations = listed;
    return collect_start(&o);
}

/* Captures a message that shows the breadcrumbs; returns its number. */
static size_t show(void)
{
    sentry_capture_message(SENTRY_LEVEL_INFO, "show");
    return collect_count() - 1;
}

static size_t crumbs(void)
{
    return collect_len(show(), "breadcrumbs.values");
}

/* -- levels -- */

static const sentry_level_t all_levels[] = { SENTRY_LEVEL_TRACE, SENTRY_LEVEL_DEBUG, SENTRY_LEVEL_INFO, SENTRY_LEVEL_WARNING, SENTRY_LEVEL_ERROR, SENTRY_LEVEL_FATAL };

/* Makes a record of each level in all three ways; so many of the levels are to become something. */
static void levels_become(const sentry_logging_options_t *options, size_t breadcrumbs, size_t events)
{
    size_t i;
    REQUIRE(start(NULL, options) == 0);
    for (i = 0; i < COUNT(all_levels); i++) {
        sentry_log_record(all_levels[i], "l", NULL, 0, NULL, "%d", 1);
        sentry_log_record_text(all_levels[i], "l", NULL, 0, NULL, "1");
        SENTRY_LOG_RECORD(all_levels[i], "l", "1");
    }
    CHECK_INT(collect_count(), 3 * events);
    CHECK_INT(crumbs(), 3 * breadcrumbs);
    collect_stop();
}

static void levels(void)
{
    sentry_logging_options_t o;
    memset(&o, 0, sizeof o);
    levels_become(NULL, 4, 2);
    levels_become(&o, 4, 2);
    o.level = SENTRY_LEVEL_DEBUG;
    levels_become(&o, 5, 2);
    o.level = SENTRY_LEVEL_TRACE;
    levels_become(&o, 6, 2);
    o.level = SENTRY_LEVEL_WARNING;
    o.event_level = SENTRY_LOGGER_INFO;
    levels_become(&o, 3, 4);
    o.level = SENTRY_LOGGER_NONE;
    o.event_level = SENTRY_LEVEL_FATAL;
    levels_become(&o, 0, 1);
    o.level = SENTRY_LOGGER_INFO;
    o.event_level = SENTRY_LOGGER_NONE;
    levels_become(&o, 4, 0);
}

/* Listing it once with options says nothing about the next time. */
static void standard_levels_come_back(void)
{
    sentry_logging_options_t o;
    memset(&o, 0, sizeof o);
    o.event_level = SENTRY_LEVEL_WARNING;
    REQUIRE(start(NULL, &o) == 0);
    REQUIRE(collect_start(NULL) == 0);
    sentry_log_record_text(SENTRY_LEVEL_WARNING, "l", NULL, 0, NULL, "text");
    CHECK_INT(collect_count(), 0);
    collect_stop();
}

static void not_installed(void)
{
    static const char *const without[] = { "logging", NULL };
    sentry_options_t o = collect_options();
    sentry_log_record(SENTRY_LEVEL_FATAL, "l", PLACE, "%d", 1);
    o.disabled_integrations = without;
    REQUIRE(start(&o, NULL) == 0);
    sentry_log_record(SENTRY_LEVEL_FATAL, "l", PLACE, "%d", 1);
    sentry_log_record_text(SENTRY_LEVEL_FATAL, "l", PLACE, "text");
    CHECK_INT(crumbs(), 0);
    CHECK_INT(collect_count(), 1);
    sentry_close();
    sentry_log_record(SENTRY_LEVEL_FATAL, "l", PLACE, "%d", 1);
    CHECK_INT(collect_count(), 1);
    collect_clear();
}

/* -- shapes -- */

static void event_shape(void)
{
    sentry_value_t place;
    REQUIRE(start(NULL, NULL) == 0);
    sentry_log_record(SENTRY_LEVEL_ERROR, "db.pool", PLACE, "no connection after %d tries: %s", 3, "refused");
    sentry_log_record(SENTRY_LEVEL_FATAL, NULL, NULL, 0, NULL, "gone");
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "db", PLACE, "100% of %s");
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "db", PLACE, NULL);
    REQUIRE(collect_count() == 3);
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_STR(collect_str(0, "logger"), "db.pool");
    CHECK_STR(collect_text(0, "logentry"), "{\"message\":\"no connection after %d tries: %s\",\"formatted\":\"no connection after 3 tries: refused\","
                                           "\"params\":[3,\"refused\"]}");
    CHECK(!collect_has(0, "breadcrumbs"));
    CHECK(!collect_has(0, "threads"));
    place = collect_get(0, "extra");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(place, "code.filepath")), "src/pool.c");
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(place, "code.lineno")), 42);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(place, "code.function")), "pool_get");
    CHECK(sentry_value_is_null(sentry_value_get_by_key(collect_get(1, "extra"), "code.lineno")));
    CHECK_STR(collect_str(1, "level"), "fatal");
    CHECK(!collect_has(1, "logger"));
    CHECK_STR(collect_text(1, "logentry"), "{\"message\":\"gone\",\"formatted\":\"gone\"}");
    CHECK_INT(collect_len(1, "breadcrumbs.values"), 1);
    CHECK_STR(collect_text(2, "logentry"), "{\"formatted\":\"100% of %s\"}");
    collect_stop();
}

/* What the hint of an error's record says. */
static sentry_value_t hinted(sentry_value_t event, void *hint, void *data)
{
    const sentry_log_record_t *r = (const sentry_log_record_t *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_LOG_RECORD);
    const char *type = (const char *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_EXCEPTION_TYPE);
    const char *value = (const char *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_EXCEPTION_VALUE);
    if (r && type && value) CHECK(strcmp(r->type, type) == 0 && strcmp(r->value, value) == 0);
    *(int *)data += r && type && value;
    return event;
}

static void exception_shape(void)
{
    sentry_logging_options_t quiet;
    sentry_options_t o = collect_options();
    int hints = 0;
    o.before_send = hinted;
    o.before_send_data = &hints;
    REQUIRE(start(&o, NULL) == 0);
    sentry_log_exception(SENTRY_LEVEL_ERROR, "db.pool", PLACE, "DbError", "refused", "no connection to %s", "replica 1");
    SENTRY_LOG_EXCEPTION("db", NULL, NULL, "what it was nobody knows");
    sentry_log_exception(SENTRY_LEVEL_WARNING, "db", PLACE, "DbError", "slow", "%d ms", 900);
    sentry_log_exception(SENTRY_LEVEL_ERROR, "db", PLACE, "DbError", "refused", NULL);
    sentry_capture_exception("DbError", "for comparison");
    REQUIRE(collect_count() == 3);
    CHECK_INT(hints, 1);
    CHECK_INT(collect_len(0, "exception.values"), 1);
    CHECK_STR(collect_str(0, "exception.values.0.type"), "DbError");
    CHECK_STR(collect_str(0, "exception.values.0.value"), "refused");
    CHECK_STR(collect_text(0, "exception.values.0.mechanism"), "{\"type\":\"logging\",\"handled\":true}");
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_STR(collect_str(0, "logger"), "db.pool");
    CHECK_STR(collect_text(0, "logentry"), "{\"message\":\"no connection to %s\",\"formatted\":\"no connection to replica 1\",\"params\":[\"replica 1\"]}");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(collect_get(0, "extra"), "code.filepath")), "src/pool.c");
    CHECK_INT(collect_has(0, "exception.values.0.stacktrace"), collect_has(2, "exception.values.0.stacktrace"));
    CHECK_STR(collect_str(1, "exception.values.0.type"), "Error");
    CHECK_INT(crumbs(), 3);
    memset(&quiet, 0, sizeof quiet);
    quiet.event_level = SENTRY_LOGGER_NONE;
    REQUIRE(start(NULL, &quiet) == 0);
    sentry_log_exception(SENTRY_LEVEL_ERROR, "db.pool", PLACE, "DbError", "refused", "no connection");
    CHECK_INT(crumbs(), 1);
    collect_stop();
}

static sentry_value_t keep_it(sentry_value_t v, void *hint, void *data)
{
    (void)hint;
    (void)data;
    return v;
}

/* The same whether or not somebody looks at them. */
static void breadcrumbs_have_shape(const sentry_options_t *options)
{
    static const char file[] = "breadcrumbs.values.2.data";
    size_t at;
    REQUIRE(start(options, NULL) == 0);
    sentry_log_record(SENTRY_LEVEL_WARNING, "db.pool", PLACE, "%d \"left\"", 2);
    sentry_log_record_text(SENTRY_LEVEL_INFO, NULL, NULL, 0, NULL, "plain");
    SENTRY_LOG_RECORD(SENTRY_LEVEL_INFO, "here", "%s", "macro");
    sentry_log_record_text(SENTRY_LEVEL_INFO, "l", NULL, 7, "f", "no file");
    at = show();
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.type"), "log");
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.category"), "db.pool");
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.level"), "warning");
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.message"), "2 \"left\"");
    CHECK_STR(collect_text(at, "breadcrumbs.values.0.data"), "{\"code.filepath\":\"src/pool.c\",\"code.lineno\":42,\"code.function\":\"pool_get\"}");
    CHECK(collect_has(at, "breadcrumbs.values.0.timestamp"));
    CHECK(!collect_has(at, "breadcrumbs.values.1.category"));
    CHECK(!collect_has(at, "breadcrumbs.values.1.data"));
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(collect_get(at, file), "code.filepath")), __FILE__);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(collect_get(at, file), "code.function")), "breadcrumbs_have_shape");
    CHECK_STR(collect_text(at, "breadcrumbs.values.3.data"), "{\"code.lineno\":7,\"code.function\":\"f\"}");
    collect_stop();
}

static void breadcrumb_shape(void)
{
    sentry_options_t o = collect_options();
    breadcrumbs_have_shape(&o);
    o.before_breadcrumb = keep_it;
    breadcrumbs_have_shape(&o);
}

/* Of what is too long the beginning is kept. */
static void long_breadcrumb(void)
{
    char text[51];
    sentry_options_t o = collect_options();
    o.max_value_length = 30;
    memset(text, 'x', sizeof text - 1);
    text[50] = 0;
    REQUIRE(start(&o, NULL) == 0);
    sentry_log_record(SENTRY_LEVEL_INFO, "l", PLACE, "%s", text);
    sentry_log_record(SENTRY_LEVEL_INFO, text, NULL, 0, NULL, "short");
    CHECK_INT(collect_len(show(), "breadcrumbs.values.0.message"), 30);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "l");
    CHECK_INT(collect_len(0, "breadcrumbs.values.1.category"), 30);
    collect_stop();
}

/* A text that does not fit where it is formatted first. */
static void long_message(void)
{
    static char text[5000];
    sentry_options_t o = collect_options();
    o.max_value_length = 100000;
    memset(text, 'x', sizeof text - 1);
    REQUIRE(start(&o, NULL) == 0);
    sentry_log_record(SENTRY_LEVEL_ERROR, "l", NULL, 0, NULL, "%s!", text);
    CHECK_INT(collect_len(0, "logentry.formatted"), sizeof text);
    CHECK_INT(collect_len(0, "logentry.params.0"), sizeof text - 1);
    collect_stop();
}

/* -- what printf was given -- */

/* Without the compiler's look at the arguments. */
static void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sentry_log_record_v(SENTRY_LEVEL_ERROR, "l", NULL, 0, NULL, format, args);
    va_end(args);
}

#define CHECK_PARAMS(expected) CHECK_STR(collect_text(collect_count() - 1, "logentry.params"), expected)
#define CHECK_SAID(expected) CHECK_STR(collect_str(collect_count() - 1, "logentry.formatted"), expected)

static void params_of_numbers(void)
{
    char expected[128];
    REQUIRE(start(NULL, NULL) == 0);
    say("%d %i %u", -1, 2, 4000000000u);
    CHECK_PARAMS("[-1,2,4000000000]");
    say("%hhd %hd %hhu %hu", 300, 70000, 300, 70000);
    CHECK_PARAMS("[44,4464,44,4464]");
    say("%ld %lu", -2L, 3UL);
    CHECK_PARAMS("[-2,3]");
    say("%lld|%llu|%d", -9007199254740993LL, 18446744073709551615ULL, 5);
    CHECK_PARAMS("[-9007199254740993,18446744073709551615,5]");
    snprintf(expected, sizeof expected, "[%llu,-7,-9007199254740993,%ld,9]", (unsigned long long)SIZE_MAX, LONG_MIN);
    say("%zu %td %jd %ld %d", SIZE_MAX, (ptrdiff_t)-7, (intmax_t)-9007199254740993LL, LONG_MIN, 9);
    CHECK_PARAMS(expected);
    say("%x %X %o %#x", 255, 255, 8, 16);
    CHECK_PARAMS("[255,255,8,16]");
    say("%f %e %G %a %.2f %d", 0.5, 1.5, 2.5, 3.5, 4.25, 1);
    CHECK_PARAMS("[0.5,1.5,2.5,3.5,4.25,1]");
    say("%Lf %d", (long double)0.25, 7);
    CHECK_PARAMS("[0.25,7]");
    collect_stop();
}

static void params_of_texts(void)
{
    char unended[3] = { 'a', 'b', 'c' };
    REQUIRE(start(NULL, NULL) == 0);
    say("%s|%s|%c|%%|%d", "text", "", 'x', 1);
    CHECK_PARAMS("[\"text\",\"\",\"x\",1]");
    say("%.*s|%.2s|%.0s|%d", 3, unended, unended, "none", 4);
    CHECK_PARAMS("[3,\"abc\",\"ab\",\"\",4]");
    CHECK_SAID("abc|ab||4");
    say("%p|%d", (void *)0x1f, 2);
    CHECK_PARAMS("[\"0x1f\",2]");
    say("%.*s", -1, "all");
    CHECK_PARAMS("[-1,\"all\"]");
    collect_stop();
}

static void params_with_widths(void)
{
    REQUIRE(start(NULL, NULL) == 0);
    say("[%5d] [%-5s] [%05.1f] [%+d] [% d]", 1, "a", 1.5, 2, 3);
    CHECK_PARAMS("[1,\"a\",1.5,2,3]");
    say("[%*d] [%-*s] [%*.*f]", 4, 1, 5, "a", 6, 2, 0.5);
    CHECK_PARAMS("[4,1,5,\"a\",6,2,0.5]");
    CHECK_SAID("[   1] [a    ] [  0.50]");
    collect_stop();
}

/* What is not known ends the list, before anything is taken for what it is not. */
static void params_that_are_not_known(void)
{
    REQUIRE(start(NULL, NULL) == 0);
    say("no arguments 100%%");
    CHECK(!collect_has(0, "logentry.params"));
    say("%d %ls %d", 1, L"wide", 2);
    CHECK_PARAMS("[1]");
    say("%d ends in %", 1);
    CHECK_PARAMS("[1]");
    collect_stop();
}

/* Microsoft's printf has none of these. */
#ifdef _WIN32
static void params_of_posix(void)
{
    SKIP("this C library's printf has no such conversions");
}
#else
static void params_of_posix(void)
{
    int count = 0;
    REQUIRE(start(NULL, NULL) == 0);
    say("%2$d %1$d", 1, 2);
    CHECK(!collect_has(0, "logentry.params"));
    CHECK_SAID("2 1");
    say("%d%n %d", 1, &count, 2);
    CHECK_PARAMS("[1,2]");
    CHECK_INT(count, 1);
    say("%s %d", (char *)NULL, 1);
    CHECK_PARAMS("[\"(null)\",1]");
    errno = ENOENT;
    say("open: %m, %d", 7);
    CHECK_PARAMS("[7]");
    CHECK_SAID("open: No such file or directory, 7");
    CHECK_INT(errno, ENOENT);
    collect_stop();
}
#endif

static void errno_stays(void)
{
    REQUIRE(start(NULL, NULL) == 0);
    errno = EDOM;
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "l", PLACE, "text");
    CHECK_INT(errno, EDOM);
    sentry_log_record(SENTRY_LEVEL_ERROR, "l", PLACE, "%d", 1);
    CHECK_INT(errno, EDOM);
    collect_stop();
}

/* -- loggers that are ignored -- */

static void record(const char *logger)
{
    sentry_log_record_text(SENTRY_LEVEL_INFO, logger, NULL, 0, NULL, "text");
}

static void ignored_loggers(void)
{
    REQUIRE(start(NULL, NULL) == 0);
    CHECK_INT(sentry_ignore_logger("noise"), 0);
    CHECK_INT(sentry_ignore_logger("net.*"), 0);
    CHECK_INT(sentry_ignore_logger("db.?"), 0);
    record("noise");
    record("net.tcp");
    record("db.1");
    sentry_log_record(SENTRY_LEVEL_FATAL, "noise", NULL, 0, NULL, "%d", 1);
    CHECK_INT(crumbs(), 0);
    CHECK_INT(collect_count(), 1);
    record("noises");
    record("net");
    record("db.12");
    record("Noise");
    record(NULL);
    CHECK_INT(crumbs(), 5);
    collect_stop();
    REQUIRE(start(NULL, NULL) == 0);
    record("noise");
    CHECK_INT(crumbs(), 0);
    sentry_unignore_logger("net.tcp");
    sentry_unignore_logger("noise");
    sentry_unignore_logger(NULL);
    record("noise");
    record("net.tcp");
    record("db.1");
    CHECK_INT(crumbs(), 1);
    collect_stop();
}

static void ignored_loggers_are_few(void)
{
    char name[80];
    int i;
    memset(name, 'x', sizeof name);
    name[64] = 0;
    CHECK_INT(sentry_ignore_logger(name), 1);
    CHECK_INT(sentry_ignore_logger(NULL), 1);
    name[63] = 0;
    CHECK_INT(sentry_ignore_logger(name), 0);
    for (i = 1; i < SENTRY_MAX_IGNORED_LOGGERS; i++) {
        snprintf(name, sizeof name, "logger%d", i);
        CHECK_EACH(sentry_ignore_logger(name) == 0);
        CHECK_EACH(sentry_ignore_logger(name) == 0); /* there already */
    }
    CHECK_INT(sentry_ignore_logger("one more"), 1);
    CHECK_INT(sentry_ignore_logger("logger7"), 0);
    REQUIRE(start(NULL, NULL) == 0);
    record("one more");
    record("logger31");
    CHECK_INT(crumbs(), 1);
    sentry_unignore_logger("logger7");
    CHECK_INT(sentry_ignore_logger("one more"), 0);
    record("one more");
    record("logger31");
    record("logger7");
    CHECK_INT(crumbs(), 2);
    collect_stop();
}

/* -- hooks -- */

static int seen;

static void look(void *hint)
{
    const sentry_log_record_t *r = (const sentry_log_record_t *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_LOG_RECORD);
    if (!r)
        return;
    seen++;
    CHECK_INT(r->level, SENTRY_LEVEL_ERROR);
    CHECK_STR(r->logger, "db");
    CHECK_STR(r->file, "src/pool.c");
    CHECK_INT(r->line, 42);
    CHECK_STR(r->function, "pool_get");
    CHECK_STR(r->format, "%d");
    CHECK_STR(r->message, "7");
}

static sentry_value_t look_at_it(sentry_value_t v, void *hint, void *data)
{
    (void)data;
    look(hint);
    return v;
}

static void hint_has_the_record(void)
{
    sentry_options_t o = collect_options();
    o.before_breadcrumb = o.before_send = look_at_it;
    REQUIRE(start(&o, NULL) == 0);
    sentry_log_record(SENTRY_LEVEL_ERROR, "db", PLACE, "%d", 7);
    CHECK_INT(seen, 2);
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
    CHECK_INT(seen, 2);
    collect_stop();
}

static sentry_value_t log_it(sentry_value_t v, void *hint, void *data)
{
    (void)hint;
    (void)data;
    seen++;
    sentry_log_record(SENTRY_LEVEL_ERROR, "hook", PLACE, "%d", seen);
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "hook", PLACE, "in a hook");
    return v;
}

static void hooks_that_log(void)
{
    sentry_options_t o = collect_options();
    o.before_breadcrumb = o.before_send = log_it;
    REQUIRE(start(&o, NULL) == 0);
    sentry_log_record(SENTRY_LEVEL_ERROR, "db", PLACE, "%d", 7);
    CHECK_INT(seen, 2);
    CHECK_INT(crumbs(), 1);
    CHECK_INT(collect_count(), 2);
    collect_stop();
}

/* A program whose logger takes what the SDK says, and hands all to the SDK. */
static SENTRY_PRINTF(2, 0) void log_further(sentry_level_t level, const char *message, va_list args, void *data)
{
    (void)level;
    (void)data;
    seen++;
    sentry_log_record_v(SENTRY_LEVEL_ERROR, "sdk", NULL, 0, NULL, message, args);
}

static sentry_value_t drop_it(sentry_value_t v, void *hint, void *data)
{
    (void)hint;
    (void)data;
    sentry_value_decref(v);
    return sentry_value_new_null();
}

static void logger_of_the_sdk(void)
{
    sentry_options_t o = collect_options();
    o.debug = 1;
    o.logger = log_further;
    o.before_send = drop_it; /* which is told */
    REQUIRE(start(&o, NULL) == 0);
    seen = 0;
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "db", PLACE, "text");
    CHECK(seen > 0);
    CHECK_INT(collect_count(), 0);
    sentry_close();
}

#ifndef SENTRY_NO_HTTP
static test_mutex_t posting = TEST_MUTEX_INIT;
static int posted;

/* A client that logs what it does; on the SDK's own thread. */
static int log_and_post(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    (void)client;
    (void)request;
    sentry_log_record(SENTRY_LEVEL_ERROR, "http", PLACE, "%s", "sent");
    test_lock(&posting);
    posted++;
    test_unlock(&posting);
    sentry_http_response_set_status_code(response, 200);
    return 1;
}

static sentry_http_client_t *a_client(void *data)
{
    return (sentry_http_client_t *)data;
}

static void clients_that_log(void)
{
    sentry_options_t o = collect_options();
    o.transport = sentry_http_transport_new(a_client, &posted, log_and_post, NULL);
    REQUIRE(sentry_init(&o) == 0);
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "db", PLACE, "text");
    CHECK_INT(sentry_flush(test_ms(5000)), 0);
    CHECK_INT(sentry_flush(test_ms(5000)), 0);
    sentry_close();
    CHECK_INT(posted, 1);
}
#else
static void clients_that_log(void)
{
    SKIP("a build without HTTP has no clients");
}
#endif

/* -- a logger with a callback: sentry.h's recipe for log.c -- */

enum { LOGC_TRACE, LOGC_DEBUG, LOGC_INFO, LOGC_WARN, LOGC_ERROR, LOGC_FATAL };

/* What log.c hands to a callback. */
typedef struct {
    va_list ap;
    const char *fmt, *file;
    int line, level;
} logc_event_t;

static void to_sentry(logc_event_t *e)
{
    sentry_level_t level = (sentry_level_t)(e->level - LOGC_INFO + SENTRY_LEVEL_INFO);
    sentry_log_record_v(level, "app", e->file, e->line, NULL, e->fmt, e->ap);
}

static void logc_log(int level, const char *file, int line, const char *fmt, ...)
{
    logc_event_t e;
    e.fmt = fmt;
    e.file = file;
    e.line = line;
    e.level = level;
    va_start(e.ap, fmt);
    to_sentry(&e);
    va_end(e.ap);
}

static void recipe(void)
{
    REQUIRE(start(NULL, NULL) == 0);
    logc_log(LOGC_TRACE, "a.c", 1, "trace");
    logc_log(LOGC_DEBUG, "a.c", 2, "debug");
    logc_log(LOGC_INFO, "a.c", 3, "%s %d", "info", 1);
    logc_log(LOGC_WARN, "a.c", 4, "warn");
    logc_log(LOGC_ERROR, "a.c", 5, "error");
    logc_log(LOGC_FATAL, "a.c", 6, "%s %d", "fatal", 2);
    REQUIRE(collect_count() == 2);
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_STR(collect_str(1, "level"), "fatal");
    CHECK_STR(collect_text(1, "logentry"), "{\"message\":\"%s %d\",\"formatted\":\"fatal 2\",\"params\":[\"fatal\",2]}");
    CHECK_INT(collect_len(1, "breadcrumbs.values"), 3);
    CHECK_STR(collect_str(1, "breadcrumbs.values.0.message"), "info 1");
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.level"), "warning");
    CHECK_STR(collect_text(1, "breadcrumbs.values.2.data"), "{\"code.filepath\":\"a.c\",\"code.lineno\":5}");
    collect_stop();
}

/* -- stack traces -- */

static size_t frames_with(int option, int of_messages)
{
    sentry_options_t o = collect_options();
    sentry_logging_options_t l;
    size_t n;
    memset(&l, 0, sizeof l);
    l.attach_stacktrace = option;
    o.attach_stacktrace = of_messages;
    if (start(&o, &l))
        return 0;
    sentry_log_record_text(SENTRY_LEVEL_ERROR, "db", PLACE, "text");
    n = collect_len(0, "threads.values.0.stacktrace.frames");
    collect_stop();
    return n;
}

static void stack_traces(void)
{
    sentry_options_t o = collect_options();
    o.attach_stacktrace = SENTRY_ON;
    REQUIRE(collect_start(&o) == 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
    if (!collect_has(0, "threads")) {
        collect_stop();
        SKIP("stacks cannot be walked here");
    }
    collect_stop();
    CHECK_INT(frames_with(0, 0), 0);
    CHECK(frames_with(0, SENTRY_ON) > 0);
    CHECK(frames_with(1, 0) > 0);
    CHECK(frames_with(1, SENTRY_ON) > 0);
    CHECK(frames_with(1, SENTRY_OFF) > 0);
}

/* -- threads -- */

#ifndef SENTRY_NO_THREADS
#define EACH 200
static void *record_much(void *name)
{
    int i;
    for (i = 0; i < EACH; i++) {
        sentry_ignore_logger((const char *)name);
        record((const char *)name);
        sentry_unignore_logger((const char *)name);
        sentry_log_record(SENTRY_LEVEL_ERROR, "all", PLACE, "%s", (const char *)name);
    }
    return NULL;
}

static void from_threads(void)
{
    static char names[][8] = { "one", "two", "three" };
    test_thread_t threads[COUNT(names)];
    sentry_options_t o = collect_options();
    size_t i;
    o.max_breadcrumbs = 2 * EACH * (int)COUNT(names);
    REQUIRE(start(&o, NULL) == 0);
    for (i = 0; i < COUNT(names); i++)
        REQUIRE(test_thread_start(&threads[i], record_much, names[i]) == 0);
    for (i = 0; i < COUNT(names); i++)
        test_thread_join(threads[i]);
    CHECK_INT(collect_count(), EACH * COUNT(names));
    CHECK_INT(crumbs(), EACH * COUNT(names));
    collect_stop();
}
#else
static void from_threads(void)
{
    SKIP("a build without threads");
}
#endif

/* -- syslog -- */

#ifdef SENTRY_PLATFORM_UNIX
static void vsay(int priority, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsyslog(priority, format, args);
    va_end(args);
}

static void syslog_is_called_too(void)
{
    char text[4096];
    REQUIRE(start(NULL, NULL) == 0);
    test_stderr_begin();
    openlog("prog", LOG_PERROR, LOG_USER);
    sentry_syslog(LOG_ERR, "direct %d", 1);
    syslog(LOG_WARNING, "wrapped %d", 2);
    vsay(LOG_NOTICE | LOG_DAEMON, "list %d", 3);
    errno = ENOENT;
    vsay(LOG_INFO, "open: %m");
    closelog();
    test_stderr_end(text, sizeof text);
    CHECK_CONTAINS(text, "prog: direct 1\n");
    CHECK_CONTAINS(text, "prog: wrapped 2\n");
    CHECK_CONTAINS(text, "prog: list 3\n");
    REQUIRE(collect_count() == 1);
    CHECK_STR(collect_str(0, "logger"), "syslog");
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_STR(collect_text(0, "logentry"), "{\"message\":\"direct %d\",\"formatted\":\"direct 1\",\"params\":[1]}");
    CHECK_INT(crumbs(), 4);
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.message"), "wrapped 2");
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.level"), "warning");
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.category"), "syslog");
    CHECK_STR(collect_str(1, "breadcrumbs.values.2.message"), "list 3");
    CHECK_STR(collect_str(1, "breadcrumbs.values.2.level"), "info");
    CHECK_STR(collect_str(1, "breadcrumbs.values.3.message"), "open: No such file or directory");
    collect_stop();
}

static void syslog_levels(void)
{
    static const struct {
        int priority;
        const char *level;
    } expected[] = { { LOG_EMERG, "fatal" }, { LOG_ALERT, "fatal" }, { LOG_CRIT, "fatal" }, { LOG_ERR, "error" }, { LOG_WARNING, "warning" }, { LOG_NOTICE, "info" },
        { LOG_INFO, "info" }, { LOG_DEBUG, "debug" } };
    sentry_logging_options_t o;
    char text[32];
    size_t i, at;
    memset(&o, 0, sizeof o);
    o.level = SENTRY_LEVEL_DEBUG;
    o.event_level = SENTRY_LOGGER_NONE;
    REQUIRE(start(NULL, &o) == 0);
    for (i = 0; i < COUNT(expected); i++)
        sentry_syslog(expected[i].priority | LOG_LOCAL0, "text");
    at = show();
    for (i = 0; i < COUNT(expected); i++) {
        snprintf(text, sizeof text, "breadcrumbs.values.%d.level", (int)i);
        CHECK_STR(collect_str(at, text), expected[i].level);
    }
    setlogmask(LOG_UPTO(LOG_WARNING));
    sentry_syslog(LOG_INFO, "kept out");
    CHECK_INT(crumbs(), COUNT(expected));
    sentry_syslog(LOG_WARNING, "let in");
    CHECK_INT(crumbs(), COUNT(expected) + 1);
    collect_stop();
}
#else
static void syslog_is_called_too(void)
{
    SKIP("there is no syslog here");
}
static void syslog_levels(void)
{
    SKIP("there is no syslog here");
}
#endif

/* -- standard error -- */

#if defined(SENTRY_PLATFORM_UNIX) && !defined(SENTRY_NO_THREADS) && !defined(SENTRY_NO_FILES)
#include <sys/resource.h>

static char said[1 << 20];

/* Starts with standard error captured, on its way into a file. */
static int start_captured(const sentry_options_t *options)
{
    sentry_logging_options_t l;
    memset(&l, 0, sizeof l);
    l.capture_stderr = 1;
    test_stderr_begin();
    return start(options, &l);
}

/* Closes; what came through is in `said`. */
static void stop_captured(void)
{
    collect_stop();
    test_stderr_end(said, sizeof said);
}

static void put(const char *text)
{
    if (write(2, text, strlen(text)) < 0)
        abort();
}

/* Waits until an event has so many breadcrumbs; returns its number. */
static size_t until_crumbs(size_t count)
{
    long long until = test_now_ms() + test_ms(5000);
    size_t at = show();
    while (collect_len(at, "breadcrumbs.values") < count && test_now_ms() < until) {
        test_sleep_ms(5);
        at = show();
    }
    CHECK_INT(collect_len(at, "breadcrumbs.values"), count);
    return at;
}

static int same_file(int a, int b)
{
    struct stat x, y;
    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void stderr_lines(void)
{
    size_t at;
    int before = dup(2);
    REQUIRE(start_captured(NULL) == 0);
    fprintf(stderr, "first\n");
    put("second\r\n\nthi");
    put("rd\n");
    at = until_crumbs(3);
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.message"), "first");
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.category"), "stderr");
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.type"), "log");
    CHECK_STR(collect_str(at, "breadcrumbs.values.0.level"), "info");
    CHECK(!collect_has(at, "breadcrumbs.values.0.data"));
    CHECK_STR(collect_str(at, "breadcrumbs.values.1.message"), "second");
    CHECK_STR(collect_str(at, "breadcrumbs.values.2.message"), "third");
    put("unended");
    sentry_close();
    put(", goes on");
    CHECK(same_file(2, fileno(test_stderr.file)));
    stop_captured();
    CHECK(same_file(2, before));
    close(before);
    CHECK_STR(said, "first\nsecond\r\n\nthird\nunended, goes on");
}

static void stderr_is_left_alone(void)
{
    sentry_logging_options_t l;
    memset(&l, 0, sizeof l);
    test_stderr_begin();
    REQUIRE(start(NULL, &l) == 0);
    CHECK(same_file(2, fileno(test_stderr.file)));
    put("text\n");
    test_sleep_ms(50);
    CHECK_INT(crumbs(), 0);
    stop_captured();
    CHECK_STR(said, "text\n");
}

/* Of a long line the beginning is kept, up to a whole character; all of it gets where it should. */
static void stderr_long_lines(void)
{
    static char line[3001];
    sentry_options_t o = collect_options();
    size_t at, i;
    o.max_value_length = 10000;
    for (i = 0; i + 2 < sizeof line; i += 2)
        memcpy(line + i, "\xc3\xa4", 2);
    memmove(line + 1, line, sizeof line - 2);
    line[0] = 'a';
    REQUIRE(start_captured(&o) == 0);
    put(line);
    put("\nnext\n");
    at = until_crumbs(2);
    CHECK_INT(collect_len(at, "breadcrumbs.values.0.message"), 1023);
    CHECK(strncmp(collect_str(at, "breadcrumbs.values.0.message"), line, 1023) == 0);
    CHECK_STR(collect_str(at, "breadcrumbs.values.1.message"), "next");
    stop_captured();
    CHECK_INT(strlen(said), strlen(line) + 6);
}

static void stderr_ignored(void)
{
    sentry_options_t o = collect_options();
    o.debug = 1; /* the SDK's words go there too */
    sentry_ignore_logger("stderr");
    REQUIRE(start_captured(&o) == 0);
    put("no\n");
    test_sleep_ms(100);
    sentry_unignore_logger("stderr");
    sentry_capture_event(sentry_value_new_null());
    put("[sentry] debug no\nyes\n");
    until_crumbs(1);
    stop_captured();
    CHECK_CONTAINS(said, "no\n");
    CHECK_CONTAINS(said, "yes\n");
}

/* What a hook writes is seen, but is no breadcrumb that would call the hook again. */
static sentry_value_t tell_it(sentry_value_t v, void *hint, void *data)
{
    const sentry_log_record_t *r = (const sentry_log_record_t *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_LOG_RECORD);
    (void)data;
    if (r) {
        CHECK_STR(r->logger, "stderr");
        fprintf(stderr, "hook: %s\n", r->message);
    }
    return v;
}

static void stderr_of_hooks(void)
{
    sentry_options_t o = collect_options();
    o.before_breadcrumb = tell_it;
    REQUIRE(start_captured(&o) == 0);
    put("one\n");
    until_crumbs(1);
    put("two\n");
    until_crumbs(2);
    test_sleep_ms(50);
    CHECK_INT(crumbs(), 2);
    stop_captured();
    CHECK_STR(said, "one\nhook: one\ntwo\nhook: two\n");
}

/* Whoever makes standard error something else meanwhile keeps that. */
static void stderr_made_another(void)
{
    int other = open("/dev/null", O_WRONLY);
    REQUIRE(start_captured(NULL) == 0);
    put("captured\n");
    until_crumbs(1);
    dup2(other, 2);
    sentry_close();
    CHECK(same_file(2, other));
    close(other);
    stop_captured();
    CHECK_STR(said, "captured\n");
}

static int another = -1;

static sentry_value_t make_it_another(sentry_value_t v, void *hint, void *data)
{
    (void)hint;
    (void)data;
    dup2(another, 2);
    return v;
}

/* Also while a hook looks at a line. */
static void stderr_made_another_in_a_hook(void)
{
    sentry_options_t o = collect_options();
    o.before_breadcrumb = make_it_another;
    another = open("/dev/null", O_WRONLY);
    REQUIRE(start_captured(&o) == 0);
    put("captured\n");
    until_crumbs(1);
    test_sleep_ms(50);
    CHECK(same_file(2, another));
    close(another);
    stop_captured();
    CHECK_STR(said, "captured\n");
}

static int open_files(void)
{
    int fd, n = 0;
    for (fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void stderr_started_again(void)
{
    int i, before = open_files();
    for (i = 0; i < 2; i++) {
        REQUIRE(start_captured(NULL) == 0);
        put("line\n");
        until_crumbs(1);
        stop_captured();
        CHECK_STR(said, "line\n");
    }
    CHECK_INT(open_files(), before);
}

/* What was written just before an error is among its breadcrumbs. */
static void stderr_before_an_event(void)
{
    int i;
    REQUIRE(start_captured(NULL) == 0);
    for (i = 0; i < 50; i++) {
        char path[64];
        fprintf(stderr, "cannot open %d\n", i);
        sentry_capture_message(SENTRY_LEVEL_ERROR, "cannot go on");
        snprintf(path, sizeof path, "breadcrumbs.values.%d.message", i);
        CHECK_CONTAINS(collect_str(collect_count() - 1, path), "cannot open");
    }
    stop_captured();
}

/* A program that takes this one's place finds what standard error was; when none does, it goes on as before. */
static void stderr_of_exec(void)
{
    static char *const words[] = { (char *)"sh", (char *)"-c", (char *)"echo successor >&2; exit 7", NULL };
    int status = -1;
    pid_t child;
    test_stderr_begin();
    child = fork();
    if (child == 0) {
        sentry_logging_options_t l;
        memset(&l, 0, sizeof l);
        l.capture_stderr = 1;
        if (start(NULL, &l) == 0 && sentry_execvp("/nosuchprogram", words) == -1 && errno == ENOENT) {
            put("captured\n");
            until_crumbs(1);
            sentry_execvp("sh", words);
        }
        _exit(77);
    }
    waitpid(child, &status, 0);
    test_stderr_end(said, sizeof said);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    CHECK_STR(said, "captured\nsuccessor\n");
}

/* A reader that has stopped reading does not stop a program that would not wait for it, nor its end. */
static void stderr_that_nobody_takes(void)
{
    int ends[2] = { -1, -1 }, status = -1, i;
    sentry_logging_options_t l;
    pid_t child;
    REQUIRE(pipe(ends) == 0);
    memset(&l, 0, sizeof l);
    l.capture_stderr = 1;
    fflush(NULL);
    child = fork();
    if (child == 0) {
        alarm(test_ms(20000) / 1000);
        fcntl(ends[1], F_SETFL, O_NONBLOCK);
        dup2(ends[1], 2);
        if (start(NULL, &l)) _exit(2);
        for (i = 0; i < 10000 && write(2, "0123456789012345678901234567890123456789012345678\n", 50) == 50; i++) {}
        sentry_close();
        _exit(i < 10000 ? 7 : 8);
    }
    waitpid(child, &status, 0);
    close(ends[0]);
    close(ends[1]);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

#define LINES 2000
static void *write_much(void *name)
{
    int i;
    for (i = 0; i < LINES; i++)
        fprintf(stderr, "%s %d\n", (const char *)name, i);
    return NULL;
}

/* Nothing is lost, and each writer's lines stay in order. */
static void stderr_of_threads(void)
{
    static char names[][4] = { "a", "b", "c" };
    test_thread_t threads[COUNT(names)];
    int next[COUNT(names)] = { 0, 0, 0 };
    size_t i, bad = 0;
    char *line, *rest = said;
    REQUIRE(start_captured(NULL) == 0);
    for (i = 0; i < COUNT(names); i++)
        REQUIRE(test_thread_start(&threads[i], write_much, names[i]) == 0);
    for (i = 0; i < COUNT(names); i++)
        test_thread_join(threads[i]);
    stop_captured();
    while ((line = rest) != NULL && (rest = strchr(line, '\n')) != NULL) {
        i = (size_t)(line[0] - 'a');
        *rest++ = 0;
        bad += i >= COUNT(names) || atoi(line + 2) != next[i]++;
    }
    CHECK_INT(bad, 0);
    for (i = 0; i < COUNT(names); i++)
        CHECK_INT(next[i], LINES);
}

static void stderr_of_children(void)
{
    pid_t child;
    size_t at;
    if (!TEST_CAN_FORK_THREADS)
        SKIP("a child of a program with threads cannot go on here");
    REQUIRE(start_captured(NULL) == 0);
    put("parent\n");
    until_crumbs(1);
    child = fork();
    if (child == 0) {
        put(same_file(2, fileno(test_stderr.file)) ? "child, direct\n" : "child\n");
        test_end_child();
    }
    CHECK(test_child_ended_well(child));
    put("parent again\n");
    at = until_crumbs(2);
    CHECK_STR(collect_str(at, "breadcrumbs.values.1.message"), "parent again");
    stop_captured();
    CHECK_CONTAINS(said, "child, direct\n");
}

/* Runs a function in a child with standard error captured, and waits for it; -1 when it did not start. */
static int end_of(const sentry_options_t *options, void (*run)(void))
{
    int status = -1;
    pid_t child;
    fflush(stdout);
    test_stderr_begin();
    child = fork();
    if (child == 0) {
        sentry_logging_options_t l;
        struct rlimit no_core;
        memset(&l, 0, sizeof l);
        l.capture_stderr = 1;
        memset(&no_core, 0, sizeof no_core);
        setrlimit(RLIMIT_CORE, &no_core);
        alarm(test_ms(8000) / 1000);
        if (start(options, &l) == 0)
            run();
        _exit(77);
    }
    waitpid(child, &status, 0);
    test_stderr_end(said, sizeof said);
    return status;
}

static void leave(void)
{
    int i;
    for (i = 0; i < 500; i++)
        put("a line\n");
    exit(5);
}

/* Whether or not the SDK is closed at exit. */
static void stderr_at_exit(void)
{
    static const char *const without[] = { "atexit", NULL };
    sentry_options_t o = collect_options();
    int status, i;
    if (getenv("TEST_VALGRIND"))
        SKIP("memcheck looks for leaks of a child that exits");
    for (i = 0; i < 2; i++) {
        o.disabled_integrations = i ? without : NULL;
        status = end_of(&o, leave);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
        CHECK_INT(strlen(said), 500 * strlen("a line\n"));
    }
}

#if !defined(SENTRY_NO_CRASH)
static void crash(void)
{
    put("last words\n");
    put("and more");
    abort();
}

static sentry_value_t speak(const sentry_ucontext_t *context, sentry_value_t event, void *data)
{
    (void)context;
    (void)data;
    put(same_file(2, fileno(test_stderr.file)) ? ", then a hook" : ", captured");
    return event;
}

/* All of it is there, and what was said last is in the report. */
static void stderr_of_crashes(void)
{
    sentry_options_t o = collect_options();
    char database[FILE_MAX_PATH];
    int status;
    if (TEST_HAS_TSAN || getenv("TEST_VALGRIND"))
        SKIP("signals are handled otherwise here");
    REQUIRE(scratch_begin());
    snprintf(database, sizeof database, "%s", in_scratch("db"));
    o.database_path = database;
    o.on_crash = speak;
    status = end_of(&o, crash);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CHECK_CONTAINS(said, "last words\nand more, then a hook"); /* emulators add a word */
    REQUIRE(collect_start(&o) == 0);
    REQUIRE(collect_count() == 1);
    CHECK_STR(collect_str(0, "level"), "fatal");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "last words");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.message"), "and more");
    collect_stop();
    scratch_end();
}
#else
static void stderr_of_crashes(void)
{
    SKIP("a build without the crash handler");
}
#endif
#define STDERR_TESTS \
    {"stderr_lines", stderr_lines}, {"stderr_is_left_alone", stderr_is_left_alone}, {"stderr_long_lines", stderr_long_lines}, {"stderr_ignored", stderr_ignored}, \
    {"stderr_of_hooks", stderr_of_hooks}, {"stderr_made_another", stderr_made_another}, {"stderr_made_another_in_a_hook", stderr_made_another_in_a_hook}, {"stderr_started_again", stderr_started_again}, \
    {"stderr_that_nobody_takes", stderr_that_nobody_takes}, {"stderr_before_an_event", stderr_before_an_event}, {"stderr_of_exec", stderr_of_exec}, {"stderr_of_threads", stderr_of_threads}, {"stderr_of_children", stderr_of_children}, {"stderr_at_exit", stderr_at_exit}, {"stderr_of_crashes", stderr_of_crashes},
#else
#include "log.h"

/* Says so, and does no harm. */
static void stderr_cannot_be_captured(void)
{
    sentry_options_t o = collect_options();
    sentry_logging_options_t l;
    memset(&l, 0, sizeof l);
    l.capture_stderr = 1;
    o.debug = 1;
    o.logger = keep_log;
    REQUIRE(start(&o, &l) == 0);
    CHECK_CONTAINS(logged.text, "standard error cannot be captured");
    collect_stop();
}
#define STDERR_TESTS {"stderr_cannot_be_captured", stderr_cannot_be_captured},
#endif

static const test_case_t tests[] = {
    {"levels", levels},
    {"standard_levels_come_back", standard_levels_come_back},
    {"not_installed", not_installed},
    {"event_shape", event_shape},
    {"exception_shape", exception_shape},
    {"breadcrumb_shape", breadcrumb_shape},
    {"long_breadcrumb", long_breadcrumb},
    {"long_message", long_message},
    {"params_of_numbers", params_of_numbers},
    {"params_of_texts", params_of_texts},
    {"params_with_widths", params_with_widths},
    {"params_that_are_not_known", params_that_are_not_known},
    {"params_of_posix", params_of_posix},
    {"errno_stays", errno_stays},
    {"ignored_loggers", ignored_loggers},
    {"ignored_loggers_are_few", ignored_loggers_are_few},
    {"hint_has_the_record", hint_has_the_record},
    {"hooks_that_log", hooks_that_log},
    {"logger_of_the_sdk", logger_of_the_sdk},
    {"clients_that_log", clients_that_log},
    {"recipe", recipe},
    {"stack_traces", stack_traces},
    {"from_threads", from_threads},
    {"syslog_is_called_too", syslog_is_called_too},
    {"syslog_levels", syslog_levels},
    STDERR_TESTS
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
