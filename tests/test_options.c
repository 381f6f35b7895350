/* Options in both forms, the environment, DSNs, release detection, init and close, custom transports. */
#include "alloc.h"
#include "collect.h"
#include "files.h"
#include "comma.h"
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <tlhelp32.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY "49d0f7386ad645858ae85020e393bef3"

/* -- diagnostics ------------------------------------------------------------------------- */

static char heard[1 << 16]; /* one line a diagnostic */
static size_t heard_size;
static sentry_level_t heard_least = SENTRY_LEVEL_FATAL;

static void hear(sentry_level_t level, const char *message, va_list args, void *userdata)
{
    int size;
    CHECK_STR((const char *)userdata, "userdata");
    if (level < heard_least) heard_least = level;
    if (heard_size + 2 >= sizeof heard) return;
    size = vsnprintf(heard + heard_size, sizeof heard - heard_size - 1, message, args);
    if (size > 0) heard_size += (size_t)size;
    if (heard_size > sizeof heard - 2) heard_size = sizeof heard - 2;
    heard[heard_size++] = '\n';
    heard[heard_size] = 0;
}

static void hear_nothing_yet(void)
{
    heard_size = 0;
    heard[0] = 0;
    heard_least = SENTRY_LEVEL_FATAL;
}

static int is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Lines that name `word`, as a whole word. */
static int lines_naming(const char *word)
{
    const char *line = heard, *found, *end;
    size_t size = strlen(word);
    int lines = 0;
    while ((found = strstr(line, word)) != NULL) {
        if ((found > heard && is_name_byte(found[-1])) || is_name_byte(found[size])) {
            line = found + 1;
            continue;
        }
        lines++;
        end = strchr(found, '\n');
        if (!end) break;
        line = end + 1;
    }
    return lines;
}

/* collect_options, heard. */
static sentry_options_t loud_options(void)
{
    sentry_options_t options = collect_options();
    options.debug = 1;
    options.logger = hear;
    options.logger_data = (void *)"userdata";
    return options;
}

/* Sends one event; whether it arrived. */
static int sends(void)
{
    size_t before = collect_count();
    sentry_uuid_t id = sentry_capture_message(SENTRY_LEVEL_INFO, "hello");
    CHECK_INT(!sentry_uuid_is_nil(&id), collect_count() > before);
    return collect_count() > before;
}

static int sends_with(const sentry_options_t *options)
{
    int result;
    CHECK_INT(collect_start(options), 0);
    result = sends();
    collect_stop();
    return result;
}

/* -- struct and setters ------------------------------------------------------------------- */

static void defaults(void)
{
    sentry_options_t *options = sentry_options_new();
    REQUIRE(options != NULL);
    CHECK(sentry_options_get_dsn(options) == NULL);
    CHECK(sentry_options_get_dist(options) == NULL);
    CHECK_STR(sentry_options_get_environment(options), "production");
    CHECK_STR(sentry_options_get_sdk_name(options), SENTRY_SDK_NAME);
    CHECK_STR(sentry_options_get_user_agent(options), SENTRY_SDK_USER_AGENT);
    CHECK_INT(sentry_options_get_debug(options), 0);
    CHECK(sentry_options_get_sample_rate(options) == 1.0);
    CHECK(sentry_options_get_traces_sample_rate(options) == 0.0);
    CHECK_INT(sentry_options_get_max_breadcrumbs(options), 100);
    CHECK_INT(sentry_options_get_send_client_reports(options), 1);
    CHECK_INT(sentry_options_get_shutdown_timeout(options), 2000);
    CHECK_INT(sentry_options_get_transfer_timeout(options), 30000);
    CHECK_STR(sentry_options_get_transport_thread_name(options), "sentry-http");
    sentry_options_free(options);
    CHECK_INT(alloc_now().blocks, 0);
}

static void setters_and_getters(void)
{
    char text[64];
    sentry_options_t *options = sentry_options_new();
    REQUIRE(options != NULL);
    strcpy(text, "http://k@h/1");
    sentry_options_set_dsn(options, text);
    memset(text, 'x', strlen(text));
    CHECK_STR(sentry_options_get_dsn(options), "http://k@h/1");
    sentry_options_set_release(options, "app@1");
    CHECK_STR(sentry_options_get_release(options), "app@1");
    sentry_options_set_release(options, "app@2");
    CHECK_STR(sentry_options_get_release(options), "app@2");
    sentry_options_set_environment(options, "staging");
    CHECK_STR(sentry_options_get_environment(options), "staging");
    sentry_options_set_dist(options, "17");
    CHECK_STR(sentry_options_get_dist(options), "17");
    CHECK_INT(sentry_options_set_sdk_name(options, "acme.c"), 0);
    CHECK_STR(sentry_options_get_sdk_name(options), "acme.c");
    CHECK_STR(sentry_options_get_user_agent(options), "acme.c/" SENTRY_SDK_VERSION);
    sentry_options_set_debug(options, 1);
    CHECK_INT(sentry_options_get_debug(options), 1);
    sentry_options_set_debug(options, 0);
    CHECK_INT(sentry_options_get_debug(options), 0);
    sentry_options_set_max_breadcrumbs(options, 7);
    CHECK_INT(sentry_options_get_max_breadcrumbs(options), 7);
    sentry_options_set_shutdown_timeout(options, 77);
    CHECK_INT(sentry_options_get_shutdown_timeout(options), 77);
    sentry_options_set_transfer_timeout(options, 78);
    CHECK_INT(sentry_options_get_transfer_timeout(options), 78);
    sentry_options_set_transport_thread_name(options, "mine");
    CHECK_STR(sentry_options_get_transport_thread_name(options), "mine");
    sentry_options_set_traces_sample_rate(options, 0.5);
    CHECK(sentry_options_get_traces_sample_rate(options) == 0.5);
    sentry_options_set_dsn(options, NULL);
    sentry_options_set_release(options, NULL);
    sentry_options_set_dist(options, NULL);
    CHECK(sentry_options_get_dist(options) == NULL);
    sentry_options_free(options);
    CHECK_INT(alloc_now().blocks, 0);
}

static void setters_with_lengths(void)
{
    sentry_options_t *options = sentry_options_new();
    REQUIRE(options != NULL);
    sentry_options_set_dsn_n(options, "http://k@h/12345", 13);
    CHECK_STR(sentry_options_get_dsn(options), "http://k@h/12");
    sentry_options_set_release_n(options, "app@1.2", 5);
    CHECK_STR(sentry_options_get_release(options), "app@1");
    sentry_options_set_environment_n(options, "staging", 5);
    CHECK_STR(sentry_options_get_environment(options), "stagi");
    sentry_options_set_dist_n(options, "1\0" "234", 5);
    CHECK_STR(sentry_options_get_dist(options), "1");
    CHECK_INT(sentry_options_set_sdk_name_n(options, "acme.cpp", 6), 0);
    CHECK_STR(sentry_options_get_sdk_name(options), "acme.c");
    sentry_options_set_transport_thread_name_n(options, "workers", 6);
    CHECK_STR(sentry_options_get_transport_thread_name(options), "worker");
    sentry_options_set_org_id_n(options, "123", 2);
    sentry_options_set_release_n(options, NULL, 5);
    sentry_options_free(options);
    CHECK_INT(alloc_now().blocks, 0);
}

/* In a setter 0 means 0, where the field's 0 is another default. */
static void zero_in_setters(void)
{
    sentry_options_t *options = sentry_options_new();
    REQUIRE(options != NULL);
    sentry_options_set_sample_rate(options, 0.0);
    CHECK(sentry_options_get_sample_rate(options) == 0.0);
    CHECK(options->sample_rate == SENTRY_RATE_NONE);
    sentry_options_set_sample_rate(options, 1.0);
    CHECK(sentry_options_get_sample_rate(options) == 1.0);
    sentry_options_set_max_breadcrumbs(options, 0);
    CHECK_INT(sentry_options_get_max_breadcrumbs(options), 0);
    CHECK(options->max_breadcrumbs == SENTRY_NONE);
    sentry_options_set_max_value_length(options, 0);
    CHECK(options->max_value_length == SENTRY_NONE);
    sentry_options_set_shutdown_timeout(options, 0);
    CHECK_INT(sentry_options_get_shutdown_timeout(options), 0);
    sentry_options_set_send_client_reports(options, 0);
    CHECK_INT(sentry_options_get_send_client_reports(options), 0);
    CHECK_INT(options->send_client_reports, SENTRY_OFF);
    sentry_options_set_send_client_reports(options, 1);
    CHECK_INT(sentry_options_get_send_client_reports(options), 1);
    sentry_options_set_transfer_timeout(options, 0);
    CHECK_INT(sentry_options_get_transfer_timeout(options), 30000);
    sentry_options_set_traces_sample_rate(options, 0.0);
    CHECK(sentry_options_get_traces_sample_rate(options) == 0.0);
    sentry_options_free(options);
}

/* A getter on a struct of one's own sees the same defaults. */
static void getters_on_a_zeroed_struct(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    CHECK(sentry_options_get_dsn(&options) == NULL);
    CHECK(sentry_options_get_sample_rate(&options) == 1.0);
    CHECK_INT(sentry_options_get_max_breadcrumbs(&options), 100);
    CHECK_INT(sentry_options_get_send_client_reports(&options), 1);
    CHECK_INT(sentry_options_get_shutdown_timeout(&options), 2000);
    CHECK_INT(sentry_options_get_transfer_timeout(&options), 30000);
    CHECK_STR(sentry_options_get_sdk_name(&options), SENTRY_SDK_NAME);
    CHECK_STR(sentry_options_get_environment(&options), "production");
    CHECK_STR(sentry_options_get_transport_thread_name(&options), "sentry-http");
    CHECK_INT(alloc_now().blocks, 0);
}

static sentry_value_t pass_event(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    if (user_data) ++*(int *)user_data;
    return event;
}

static sentry_value_t pass_crumb(sentry_value_t crumb, void *user_data)
{
    if (user_data) ++*(int *)user_data;
    return crumb;
}

static double sample_none(sentry_value_t event, void *hint, void *user_data)
{
    (void)event;
    (void)hint;
    if (user_data) ++*(int *)user_data;
    return 0.0;
}

static void null_options(void)
{
    sentry_options_set_dsn(NULL, "x");
    sentry_options_set_release(NULL, "x");
    sentry_options_set_environment(NULL, "x");
    sentry_options_set_dist(NULL, "x");
    sentry_options_set_server_name(NULL, "x");
    CHECK_INT(sentry_options_set_sdk_name(NULL, "x"), 1);
    CHECK_INT(sentry_options_set_sdk_name_n(NULL, "x", 1), 1);
    sentry_options_set_org_id(NULL, "x");
    sentry_options_set_debug(NULL, 1);
    sentry_options_set_logger_level(NULL, SENTRY_LEVEL_INFO);
    sentry_options_set_logger(NULL, hear, NULL);
    sentry_options_set_sample_rate(NULL, 0.5);
    sentry_options_set_error_sampler(NULL, sample_none, NULL);
    sentry_options_set_before_send(NULL, pass_event, NULL);
    sentry_options_set_before_breadcrumb(NULL, pass_crumb, NULL);
    sentry_options_set_send_default_pii(NULL, 1);
    sentry_options_set_max_value_length(NULL, 1);
    sentry_options_set_attach_stacktrace(NULL, 1);
    sentry_options_set_max_breadcrumbs(NULL, 1);
    sentry_options_set_propagate_hub(NULL, 1);
    sentry_options_set_send_client_reports(NULL, 1);
    sentry_options_set_shutdown_timeout(NULL, 1);
    sentry_options_set_transfer_timeout(NULL, 1);
    sentry_options_set_transport_thread_name(NULL, "x");
    sentry_options_set_traces_sample_rate(NULL, 0.5);
    sentry_options_set_traces_sampler(NULL, NULL, NULL);
    sentry_options_set_dsn_n(NULL, "x", 1);
    sentry_options_set_release_n(NULL, "x", 1);
    sentry_options_set_environment_n(NULL, "x", 1);
    sentry_options_set_dist_n(NULL, "x", 1);
    sentry_options_set_org_id_n(NULL, "x", 1);
    sentry_options_set_transport_thread_name_n(NULL, "x", 1);
    sentry_options_free(NULL);
    CHECK(sentry_options_get_dsn(NULL) == NULL);
    CHECK(sentry_options_get_release(NULL) == NULL);
    CHECK(sentry_options_get_dist(NULL) == NULL);
    (void)sentry_options_get_environment(NULL);
    (void)sentry_options_get_sdk_name(NULL);
    (void)sentry_options_get_user_agent(NULL);
    (void)sentry_options_get_debug(NULL);
    (void)sentry_options_get_sample_rate(NULL);
    (void)sentry_options_get_max_breadcrumbs(NULL);
    (void)sentry_options_get_send_client_reports(NULL);
    (void)sentry_options_get_shutdown_timeout(NULL);
    (void)sentry_options_get_transfer_timeout(NULL);
    (void)sentry_options_get_transport_thread_name(NULL);
    (void)sentry_options_get_traces_sample_rate(NULL);
    CHECK_INT(alloc_now().blocks, 0);
}

/* The same options as a struct and through setters. */
static int start_either(int with_setters, int *calls)
{
    sentry_options_t fields, *options;
    if (!with_setters) {
        memset(&fields, 0, sizeof fields);
        fields.dsn = "http://" KEY "@o77.ingest.example.com/42";
        fields.release = "app@1.2.3";
        fields.environment = "staging";
        fields.dist = "17";
        fields.server_name = "box";
        fields.sdk_name = "acme.c";
        fields.org_id = "99";
        fields.max_breadcrumbs = 2;
        fields.max_value_length = 100;
        fields.before_send = pass_event;
        fields.before_send_data = calls;
        fields.before_breadcrumb_plain = pass_crumb;
        fields.before_breadcrumb_plain_data = calls;
        fields.send_client_reports = SENTRY_OFF;
        return collect_start(&fields);
    }
    options = sentry_options_new();
    sentry_options_set_dsn(options, "http://" KEY "@o77.ingest.example.com/42");
    sentry_options_set_release(options, "app@1.2.3");
    sentry_options_set_environment(options, "staging");
    sentry_options_set_dist(options, "17");
    sentry_options_set_server_name(options, "box");
    sentry_options_set_sdk_name(options, "acme.c");
    sentry_options_set_org_id(options, "99");
    sentry_options_set_max_breadcrumbs(options, 2);
    sentry_options_set_max_value_length(options, 100);
    sentry_options_set_before_send(options, pass_event, calls);
    sentry_options_set_before_breadcrumb(options, pass_crumb, calls);
    sentry_options_set_send_client_reports(options, 0);
    sentry_options_set_transport(options, collect_transport());
    return sentry_init(options);
}

static void check_either(int with_setters)
{
    static char text[5000];
    int calls = 0, i;
    memset(text, 'a', sizeof text - 1);
    REQUIRE(start_either(with_setters, &calls) == 0);
    CHECK(sentry_is_enabled());
    CHECK_STR(sentry_get_init_error(), "");
    for (i = 0; i < 5; i++) sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, "crumb"));
    sentry_set_extra("long", sentry_value_new_string(text));
    CHECK(sends());
    CHECK_INT(calls, 6);
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    CHECK_STR(collect_str(0, "environment"), "staging");
    CHECK_STR(collect_str(0, "dist"), "17");
    CHECK_STR(collect_str(0, "server_name"), "box");
    CHECK_STR(collect_str(0, "sdk.name"), "acme.c");
    CHECK_STR(collect_str(0, "sdk.version"), SENTRY_SDK_VERSION);
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 2);
    CHECK(collect_len(0, "extra.long") <= 103);
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "dsn")), "http://" KEY "@o77.ingest.example.com/42");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.public_key")), KEY);
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.org_id")), "99");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.release")), "app@1.2.3");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.environment")), "staging");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "sdk.name")), "acme.c");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void struct_form(void)
{
    check_either(0);
}

static void setter_form(void)
{
    check_either(1);
}

#ifndef __cplusplus
static void compound_literal(void)
{
    CHECK_INT(sentry_init(&(sentry_options_t){ .dsn = COLLECT_DSN, .release = "app@1.2.3", .transport = collect_transport() }), 0);
    CHECK(sends());
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    CHECK_STR(collect_str(0, "environment"), "production");
    CHECK_STR(collect_str(0, "sdk.name"), SENTRY_SDK_NAME);
    collect_stop();
}
#endif

/* Nothing of a caller's struct is used after sentry_init. */
static void struct_is_copied(void)
{
    char dsn[64], release[16], type[16];
    const char *ignored[3];
    sentry_options_t options = collect_options();
    strcpy(dsn, COLLECT_DSN);
    strcpy(release, "app@1");
    strcpy(type, "Boring*");
    ignored[0] = type;
    ignored[1] = "Dull";
    ignored[2] = NULL;
    options.dsn = dsn;
    options.release = release;
    options.ignore_errors = ignored;
    options.transport = collect_transport();
    CHECK_INT(sentry_init(&options), 0);
    memset(dsn, 'x', sizeof dsn);
    memset(release, 'x', sizeof release);
    memset(type, 'x', sizeof type);
    memset(&options, 0xff, sizeof options);
    memset(ignored, 0xff, sizeof ignored);
    CHECK(sends());
    CHECK_STR(collect_str(0, "release"), "app@1");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "dsn")), COLLECT_DSN);
    sentry_capture_exception("BoringError", "x");
    sentry_capture_exception("Dull", "x");
    CHECK_INT(collect_count(), 1);
    sentry_capture_exception("Other", "x");
    CHECK_INT(collect_count(), 2);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void struct_can_be_used_again(void)
{
    sentry_options_t options = collect_options();
    CHECK(sends_with(&options));
    CHECK(sends_with(&options));
    CHECK_STR(options.release, "app@1.2.3");
    CHECK(options.transport == NULL);
}

static void rate_of_none(void)
{
    sentry_options_t options = collect_options(), *made;
    options.sample_rate = SENTRY_RATE_NONE;
    CHECK(!sends_with(&options));
    options.sample_rate = 1.0;
    CHECK(sends_with(&options));
    made = sentry_options_new();
    sentry_options_set_dsn(made, COLLECT_DSN);
    sentry_options_set_sample_rate(made, 0.0);
    sentry_options_set_transport(made, collect_transport());
    CHECK_INT(sentry_init(made), 0);
    CHECK(!sends());
    collect_stop();
}

static void error_sampler_decides(void)
{
    int calls = 0;
    sentry_options_t options = collect_options(), *made;
    options.error_sampler = sample_none;
    options.error_sampler_data = &calls;
    CHECK(!sends_with(&options));
    CHECK_INT(calls, 1);
    made = sentry_options_new();
    sentry_options_set_dsn(made, COLLECT_DSN);
    sentry_options_set_error_sampler(made, sample_none, &calls);
    sentry_options_set_transport(made, collect_transport());
    CHECK_INT(sentry_init(made), 0);
    CHECK(!sends());
    CHECK_INT(calls, 2);
    collect_stop();
}

/* Length of a value of 5,000 bytes after it was sent. */
static size_t sent_length(const sentry_options_t *options)
{
    static char text[5001];
    size_t length;
    memset(text, 'a', sizeof text - 1);
    CHECK_INT(collect_start(options), 0);
    sentry_set_extra("long", sentry_value_new_string(text));
    CHECK(sends());
    length = collect_len(0, "extra.long");
    collect_stop();
    return length;
}

static void value_lengths(void)
{
    sentry_options_t options = collect_options();
    size_t length = sent_length(&options);
    CHECK(length > 1000 && length <= 1024 + 3);
    options.max_value_length = SENTRY_NONE;
    CHECK_INT(sent_length(&options), 5000);
    options.max_value_length = 6000;
    CHECK_INT(sent_length(&options), 5000);
    options.max_value_length = 50;
    length = sent_length(&options);
    CHECK(length > 40 && length <= 53);
}

static size_t sent_breadcrumbs(const sentry_options_t *options, int added)
{
    size_t length;
    CHECK_INT(collect_start(options), 0);
    while (added-- > 0) sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "%d", added);
    CHECK(sends());
    length = collect_len(0, "breadcrumbs.values");
    collect_stop();
    return length;
}

static void breadcrumb_limits(void)
{
    sentry_options_t options = collect_options();
    CHECK_INT(sent_breadcrumbs(&options, 150), 100);
    options.max_breadcrumbs = 3;
    CHECK_INT(sent_breadcrumbs(&options, 5), 3);
    options.max_breadcrumbs = SENTRY_NONE;
    CHECK_INT(sent_breadcrumbs(&options, 5), 0);
}

static void empty_means_none(void)
{
    sentry_options_t options = collect_options();
    options.release = "";
    options.server_name = "";
    CHECK_INT(collect_start(&options), 0);
    CHECK(sends());
    CHECK(!collect_has(0, "release"));
    CHECK(!collect_has(0, "server_name"));
    CHECK(!collect_has(0, "dist"));
    collect_stop();
}

static void default_server_name(void)
{
    char host[256] = "";
    sentry_options_t options = collect_options();
#ifdef _WIN32
    DWORD size = sizeof host;
    REQUIRE(GetComputerNameExA(ComputerNameDnsHostname, host, &size));
#else
    REQUIRE(gethostname(host, sizeof host - 1) == 0);
#endif
    options.server_name = NULL;
    CHECK_INT(collect_start(&options), 0);
    CHECK(sends());
    CHECK_STR(collect_str(0, "server_name"), host);
    collect_stop();
}

/* -- the environment ------------------------------------------------------------------------ */

static void environment_variables(void)
{
    sentry_options_t *options, fields;
    test_set_env("SENTRY_DSN", "http://env@o5.ingest.example.com/1");
    test_set_env("SENTRY_RELEASE", "env@1");
    test_set_env("SENTRY_ENVIRONMENT", "from-env");
    test_set_env("SENTRY_SAMPLE_RATE", "0.25");
    test_set_env("SENTRY_DEBUG", "1");
    options = sentry_options_new();
    CHECK_STR(sentry_options_get_dsn(options), "http://env@o5.ingest.example.com/1");
    CHECK_STR(sentry_options_get_release(options), "env@1");
    CHECK_STR(sentry_options_get_environment(options), "from-env");
    CHECK(sentry_options_get_sample_rate(options) == 0.25);
    CHECK_INT(sentry_options_get_debug(options), 1);
    sentry_options_set_dsn(options, "http://mine@h/2");
    sentry_options_set_release(options, "mine@2");
    sentry_options_set_environment(options, "mine");
    sentry_options_set_sample_rate(options, 0.5);
    sentry_options_set_debug(options, 0);
    CHECK_STR(sentry_options_get_dsn(options), "http://mine@h/2");
    CHECK_STR(sentry_options_get_release(options), "mine@2");
    CHECK_STR(sentry_options_get_environment(options), "mine");
    CHECK(sentry_options_get_sample_rate(options) == 0.5);
    CHECK_INT(sentry_options_get_debug(options), 0);
    sentry_options_free(options);
    test_set_env("SENTRY_DEBUG", NULL);
    test_set_env("SENTRY_SAMPLE_RATE", NULL);
    memset(&fields, 0, sizeof fields);
    CHECK_INT(collect_start(&fields), 0);
    CHECK(sends());
    CHECK_STR(collect_str(0, "release"), "env@1");
    CHECK_STR(collect_str(0, "environment"), "from-env");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.public_key")), "env");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.org_id")), "5");
    collect_stop();
}

static void environment_beyond_ascii(void)
{
    static const char release[] = "gr\xC3\xB6\xC3\x9F" "e@1.2", environment[] = "\xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x98\x80";
    sentry_options_t *options, fields;
    test_set_env("SENTRY_DSN", COLLECT_DSN);
    test_set_env("SENTRY_RELEASE", release);
    test_set_env("SENTRY_ENVIRONMENT", environment);
    options = sentry_options_new();
    CHECK_STR(sentry_options_get_release(options), release);
    CHECK_STR(sentry_options_get_environment(options), environment);
    sentry_options_free(options);
    memset(&fields, 0, sizeof fields);
    CHECK_INT(collect_start(&fields), 0);
    CHECK(sends());
    CHECK_STR(collect_str(0, "release"), release);
    CHECK_STR(collect_str(0, "environment"), environment);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void fields_win_over_the_environment(void)
{
    sentry_options_t options = collect_options();
    test_set_env("SENTRY_DSN", "http://env@h/1");
    test_set_env("SENTRY_RELEASE", "env@1");
    test_set_env("SENTRY_ENVIRONMENT", "from-env");
    test_set_env("SENTRY_SAMPLE_RATE", "0");
    options.sample_rate = 1.0;
    CHECK_INT(collect_start(&options), 0);
    CHECK(sends());
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    CHECK_STR(collect_str(0, "environment"), "testing");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.public_key")), "abc123");
    collect_stop();
    options.sample_rate = 0.0;
    CHECK(!sends_with(&options));
    test_set_env("SENTRY_SAMPLE_RATE", "1");
    options.sample_rate = SENTRY_RATE_NONE;
    CHECK(!sends_with(&options));
}

static void debug_words(void)
{
    static const char *const yes[] = { "1", "t", "true", "y", "yes", "on", "TRUE", "Yes" };
    static const char *const no[] = { "", "0", "f", "false", "n", "no", "off", "10", "truest" };
    size_t i;
    for (i = 0; i < COUNT(yes) + COUNT(no); i++) {
        const char *word = i < COUNT(yes) ? yes[i] : no[i - COUNT(yes)];
        sentry_options_t *options;
        test_set_env("SENTRY_DEBUG", word);
        options = sentry_options_new();
        if (sentry_options_get_debug(options) != (i < COUNT(yes))) CHECK_STR(word, "understood");
        sentry_options_free(options);
    }
    CHECK_INT(alloc_now().blocks, 0);
}

static void sample_rates_of_the_environment(void)
{
    static const struct {
        const char *text;
        double rate;
    } cases[] = {
        { "0", 0.0 }, { "0.0", 0.0 }, { "1", 1.0 }, { "0.125", 0.125 }, { "1e-1", 0.1 }, { "", 1.0 }, { "2", 1.0 }, { "-1", 1.0 },
        { "-0.5", 1.0 },
        { "abc", 1.0 }, { "nan", 1.0 }, { "inf", 1.0 }, { "0.5x", 1.0 }, { "0,5", 1.0 }, { "1.0000001", 1.0 }, { "1e999", 1.0 }
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        sentry_options_t *options;
        test_set_env("SENTRY_SAMPLE_RATE", cases[i].text);
        options = sentry_options_new();
        if (!(sentry_options_get_sample_rate(options) == cases[i].rate)) CHECK_STR(cases[i].text, "read as another rate");
        sentry_options_free(options);
    }
    CHECK(i > 0);
}

/* A program that calls setlocale has "0.25" mean a quarter too. */
static void sample_rate_where_the_decimal_point_is_a_comma(void)
{
    sentry_options_t *options;
    if (!comma_begin()) SKIP("no locale with a decimal comma");
    test_set_env("SENTRY_SAMPLE_RATE", "0.25");
    options = sentry_options_new();
    CHECK(sentry_options_get_sample_rate(options) == 0.25);
    sentry_options_free(options);
    test_set_env("SENTRY_SAMPLE_RATE", "0,25");
    options = sentry_options_new();
    CHECK(sentry_options_get_sample_rate(options) == 1.0);
    sentry_options_free(options);
}

static void bad_rate_in_the_environment_is_said(void)
{
    sentry_options_t options = loud_options();
    test_set_env("SENTRY_SAMPLE_RATE", "a lot");
    CHECK(sends_with(&options));
    CHECK_CONTAINS(heard, "SENTRY_SAMPLE_RATE");
}

/* -- diagnostics ------------------------------------------------------------------------------ */

static double not_a_number(void)
{
    uint64_t bits = UINT64_C(0x7ff8000000000000);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void bad_sample_rates_are_refused(void)
{
    double bad[4];
    size_t i;
    bad[0] = not_a_number();
    bad[1] = -0.5;
    bad[2] = 1.5;
    bad[3] = 1e300;
    for (i = 0; i < COUNT(bad); i++) {
        sentry_options_t options = loud_options(), *made = sentry_options_new();
        hear_nothing_yet();
        options.sample_rate = bad[i];
        CHECK(sends_with(&options));
        CHECK_INT(lines_naming("sample_rate"), 1);
        hear_nothing_yet();
        sentry_options_set_dsn(made, COLLECT_DSN);
        sentry_options_set_debug(made, 1);
        sentry_options_set_logger(made, hear, (void *)"userdata");
        sentry_options_set_sample_rate(made, 0.75);
        sentry_options_set_sample_rate(made, bad[i]);
        CHECK(sentry_options_get_sample_rate(made) == 0.75);
        CHECK_INT(lines_naming("sample_rate"), 1);
        sentry_options_free(made);
    }
    CHECK_INT(alloc_now().blocks, 0);
}

static const char *const some_names[] = { "first", "second", NULL };
static const sentry_integration_t *const no_integrations[] = { NULL };

static double no_opinion(const sentry_transaction_context_t *context, sentry_value_t custom, const int *parent, void *user_data)
{
    (void)context;
    (void)custom;
    (void)parent;
    (void)user_data;
    return 0.0;
}

#define SETTER(name, value) \
    static void set_##name(sentry_options_t *options) \
    { \
        options->name = value; \
    }
SETTER(functions_to_trace, some_names)
SETTER(profiles_sample_rate, 0.5)
SETTER(profiles_sampler, no_opinion)
SETTER(profile_session_sample_rate, 0.5)
SETTER(continuous_profiling_auto_start, 1)
SETTER(profiler_hz, 99)

static const struct {
    const char *name;
    void (*set)(sentry_options_t *options);
} not_built[] = {
    { "functions_to_trace", set_functions_to_trace },
    { "profiles_sample_rate", set_profiles_sample_rate },
    { "profiles_sampler", set_profiles_sampler },
    { "profile_session_sample_rate", set_profile_session_sample_rate },
    { "continuous_profiling_auto_start", set_continuous_profiling_auto_start },
    { "profiler_hz", set_profiler_hz }
};

static void not_built_options_warn_once(void)
{
    size_t i, other;
    for (i = 0; i < COUNT(not_built); i++) {
        sentry_options_t options = loud_options();
        not_built[i].set(&options);
        hear_nothing_yet();
        CHECK(sends_with(&options));
        for (other = 0; other < COUNT(not_built); other++) {
            if (lines_naming(not_built[other].name) != (other == i)) {
                CHECK_STR(not_built[i].name, not_built[other].name);
                CHECK_INT(lines_naming(not_built[other].name), other == i);
            }
        }
    }
}

static void built_options_do_not_warn(void)
{
    sentry_options_t options = loud_options();
    size_t i;
    options.integrations = no_integrations;
    options.default_integrations = SENTRY_OFF;
    options.auto_enabling_integrations = SENTRY_OFF;
    options.disabled_integrations = some_names;
    CHECK(sends_with(&options));
    for (i = 0; i < COUNT(not_built); i++) CHECK_INT(lines_naming(not_built[i].name), 0);
    CHECK_ABSENT(heard, "not built");
}

static void all_not_built_options_at_once(void)
{
    sentry_options_t options = loud_options();
    size_t i;
    for (i = 0; i < COUNT(not_built); i++) not_built[i].set(&options);
    CHECK(sends_with(&options));
    for (i = 0; i < COUNT(not_built); i++) CHECK_INT(lines_naming(not_built[i].name), 1);
    hear_nothing_yet();
    CHECK(sends_with(&options));
    for (i = 0; i < COUNT(not_built); i++) CHECK_INT(lines_naming(not_built[i].name), 1);
}

static void quiet_without_debug(void)
{
    sentry_options_t options = loud_options();
    options.debug = 0;
    options.profiles_sample_rate = 0.5;
    CHECK(sends_with(&options));
    CHECK_INT(heard_size, 0);
}

static void logger_levels(void)
{
    sentry_options_t options = loud_options();
    options.profiles_sample_rate = 0.5;
    options.logger_level = SENTRY_LEVEL_WARNING;
    CHECK(sends_with(&options));
    CHECK(heard_size > 0 && heard_least >= SENTRY_LEVEL_WARNING);
    hear_nothing_yet();
    options.logger_level = SENTRY_LOGGER_INFO;
    CHECK(sends_with(&options));
    CHECK(heard_least >= SENTRY_LEVEL_INFO);
    hear_nothing_yet();
    options.logger_level = SENTRY_LEVEL_FATAL;
    CHECK(sends_with(&options));
    CHECK_INT(heard_size, 0);
    options.logger_level = SENTRY_LEVEL_TRACE;
    CHECK(sends_with(&options));
    CHECK(heard_size > 0);
}

/* Without files there is no stderr. */
static void default_logger_writes_to_stderr(void)
{
    char text[8192];
    size_t size;
    sentry_options_t options = loud_options();
    options.logger = NULL;
    options.profiles_sample_rate = 0.5;
    test_stderr_begin();
    sends_with(&options);
    size = test_stderr_end(text, sizeof text);
#ifdef SENTRY_NO_FILES
    CHECK_INT(size, 0);
#else
    CHECK_CONTAINS(text, "[sentry] ");
    CHECK_CONTAINS(text, "profiles_sample_rate");
    CHECK(size > 0 && text[size - 1] == '\n');
#endif
}

/* -- DSN ---------------------------------------------------------------------------------------- */

static void valid_dsns(void)
{
    static const struct {
        const char *dsn, *key, *org;
    } cases[] = {
        { "https://pub@o123.ingest.us.sentry.io/42", "pub", "123" },
        { "http://pub:sec@localhost:9000/1", "pub", "" },
        { "https://pub@example.com/a/b/7", "pub", "" },
        { "http://pub@[::1]:9000/1", "pub", "" },
        { "https://pub@example.com:443/1", "pub", "" },
        { "http://pub:@host/1", "pub", "" },
        { "http://pub@host:65535/1", "pub", "" },
        { "http://pub@host:1/1", "pub", "" },
        { "http://pub@10.0.0.1/1", "pub", "" },
        { "http://" KEY "@o1.ingest.example.com/42", KEY, "1" },
        { "http://pub@o12x.ingest.example.com/42", "pub", "" },
        { "http://pub@o.ingest.example.com/42", "pub", "" },
        { "http://pub@o123/42", "pub", "" },
        { "http://pub@xo123.ingest.example.com/42", "pub", "" },
        { "http://pub@host/not-a-number", "pub", "" },
        { "http://pub@host/a/b/c/d/1/", "pub", "" }
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        sentry_options_t options = collect_options();
        options.dsn = cases[i].dsn;
        if (collect_start(&options) != 0) CHECK_STR(sentry_get_init_error(), cases[i].dsn);
        CHECK(sends());
        CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.public_key")), cases[i].key);
        CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.org_id")), cases[i].org);
        collect_stop();
    }
    CHECK_INT(alloc_now().blocks, 0);
}

static void to_lower(const char *text, char *out, size_t cap)
{
    size_t i;
    for (i = 0; text[i] && i + 1 < cap; i++) out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    out[i] = 0;
}

/* A malformed DSN must be refused in words that name the DSN and what is wrong with it. */
static void malformed_dsns(void)
{
    static const struct {
        const char *dsn, *names;
    } cases[] = {
        { "garbage", "" }, { "http", "" }, { "http:", "" }, { "http:/k@h/1", "" }, { "://k@h/1", "" }, { "ftp://k@h/1", "http" },
        { "httpx://k@h/1", "http" }, { "k@h/1", "" }, { "http://h/1", "key" }, { "http://@h/1", "key" },
        { "http://:secret@h/1", "key" },
        { "http://k@/1", "host" }, { "http://k@:80/1", "host" }, { "http://k@h", "project" }, { "http://k@h/", "project" },
        { "http://k@h:80", "project" }, { "http://k@h:0/1", "port" }, { "http://k@h:65536/1", "port" },
        { "http://k@h:99999999999999999999/1", "port" },
        { "http://k@h:abc/1", "port" }, { "http://k@h:8a/1", "port" }, { "http://k@h:-1/1", "port" }, { "http://k@h:/1", "port" },
        { "http://k@[::1/1", "" }, { "http://k@[]/1", "" }, { "http://", "" }, { "http:///", "" }, { "http://k@", "" },
        { "http://k\r\nX-Evil: 1@h/1", "" }, { "http://k@h\r\nX-Evil: 1/1", "" }, { "http://k@h/1\r\nX-Evil: 1", "" }, { " ", "" }
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        sentry_options_t options = collect_options();
        char error[512];
        int result;
        options.dsn = cases[i].dsn;
        result = collect_start(&options);
        to_lower(sentry_get_init_error(), error, sizeof error);
        if (result != 1) CHECK_STR(cases[i].dsn, "a DSN that is refused");
        CHECK_INT(sentry_is_enabled(), 0);
        CHECK_CONTAINS(error, "dsn");
        CHECK_CONTAINS(error, cases[i].names);
        CHECK(strlen(error) > 10);
        collect_stop();
    }
    CHECK_INT(alloc_now().blocks, 0);
}

static void malformed_dsn_after_a_good_start(void)
{
    sentry_options_t options = collect_options();
    CHECK_INT(collect_start(NULL), 0);
    options.dsn = "nonsense";
    CHECK_INT(collect_start(&options), 1);
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK(!sends());
    CHECK_INT(collect_start(NULL), 0);
    CHECK_STR(sentry_get_init_error(), "");
    CHECK(sends());
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void malformed_dsn_of_the_environment(void)
{
    test_set_env("SENTRY_DSN", "nonsense");
    CHECK_INT(sentry_init(NULL), 1);
    CHECK(sentry_get_init_error()[0] != 0);
    CHECK_INT(sentry_close(), 0);
}

/* The threads and open files of this process, where they can be counted. */
#ifdef _WIN32
static int own_threads(void)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 thread;
    int threads = 0, more;
    thread.dwSize = sizeof thread;
    for (more = Thread32First(snapshot, &thread); more; more = Thread32Next(snapshot, &thread))
        threads += thread.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(snapshot);
    return threads;
}
#else
static int own_threads(void)
{
    return file_each("/proc/self/task", NULL, NULL);
}
#endif

/* Open files and the like. Windows numbers handles from 4 up, and gives the lowest that is free. */
static int own_files(void)
{
#ifdef _WIN32
    size_t handle;
    DWORD flags;
    int n = 0;
    for (handle = 4; handle < 4 * 2048; handle += 4) n += GetHandleInformation((HANDLE)handle, &flags) != 0;
    return n;
#else
    return file_each("/proc/self/fd", NULL, NULL);
#endif
}

/* Waits a moment for a joined thread to leave the list. */
static int settled_threads(int expected)
{
    int i;
    for (i = 0; i < 200 && own_threads() != expected; i++) test_sleep_ms(5);
    return own_threads();
}

static void check_noop(sentry_options_t *options)
{
    int threads = own_threads();
    sentry_uuid_t id;
    CHECK_INT(sentry_init(options), 0);
    CHECK_STR(sentry_get_init_error(), "");
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_INT(own_threads(), threads);
    id = sentry_capture_message(SENTRY_LEVEL_INFO, "nobody listens");
    CHECK(sentry_uuid_is_nil(&id));
    CHECK_INT(sentry_flush(1000), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(alloc_now().blocks, 0);
}

static void without_dsn(void)
{
    sentry_options_t options, *made;
    check_noop(NULL);
    memset(&options, 0, sizeof options);
    check_noop(&options);
    options.dsn = "";
    check_noop(&options);
    check_noop(sentry_options_new());
    test_set_env("SENTRY_DSN", "");
    check_noop(NULL);
    test_set_env("SENTRY_DSN", "http://k@127.0.0.1:9/1");
    check_noop(&options);
    made = sentry_options_new();
    sentry_options_set_dsn(made, "");
    check_noop(made);
    made = sentry_options_new();
    sentry_options_set_dsn(made, NULL);
    check_noop(made);
}

/* Silence is for the program; who asks for diagnostics is told. */
static void without_dsn_nothing_is_printed(void)
{
    sentry_options_t options = loud_options();
    options.dsn = "";
    options.debug = 0;
    CHECK_INT(sentry_init(&options), 0);
    CHECK_INT(heard_size, 0);
    sentry_close();
}

#ifdef SENTRY_NO_HTTP
static void no_transport_of_its_own(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = COLLECT_DSN;
    CHECK_INT(sentry_init(&options), 1);
    CHECK_CONTAINS(sentry_get_init_error(), "options.transport");
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(alloc_now().blocks, 0);
}
#else
static void https_needs_a_provider(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = "https://" KEY "@o1.ingest.example.com/42";
    CHECK_INT(sentry_init(&options), 1);
    CHECK_CONTAINS(sentry_get_init_error(), "sentry_curl.h");
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(sentry_sdk_version(), SENTRY_SDK_VERSION);
    CHECK_STR(sentry_sdk_name(), SENTRY_SDK_NAME);
    CHECK_STR(sentry_sdk_user_agent(), SENTRY_SDK_USER_AGENT);
    CHECK_INT(alloc_now().blocks, 0);
}
#endif

/* -- before init, after close --------------------------------------------------------------------- */

static void call_everything(void)
{
    sentry_hint_t *hint = sentry_hint_new();
    sentry_scope_t *scope;
    sentry_hub_t *hub;
    sentry_uuid_t ids[8];
    size_t i;
    int ran = 0;
    ids[0] = sentry_capture_event(sentry_value_new_event());
    ids[1] = sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    ids[2] = sentry_capture_message(SENTRY_LEVEL_INFO, "text");
    ids[3] = sentry_capture_messagef(SENTRY_LEVEL_INFO, "%d", 1);
    ids[4] = sentry_capture_exception("type", "value");
    ids[5] = sentry_capture_exceptionf("type", "%d", 1);
    ids[6] = sentry_capture_errno("open");
    ids[7] = sentry_get_last_event_id();
    for (i = 0; i < COUNT(ids); i++) CHECK(sentry_uuid_is_nil(&ids[i]));
    sentry_set_tag("a", "b");
    sentry_set_tags(sentry_value_from_json("{\"a\":\"b\"}"));
    sentry_remove_tag("a");
    sentry_set_extra("a", sentry_value_new_string("b"));
    sentry_remove_extra("a");
    sentry_set_context("a", sentry_value_new_object());
    sentry_update_context("a", sentry_value_new_object());
    sentry_remove_context("a");
    sentry_set_user(sentry_value_new_user("1", NULL, NULL, NULL));
    sentry_remove_user();
    sentry_set_level(SENTRY_LEVEL_ERROR);
    sentry_set_fingerprint("a", "b", NULL);
    sentry_remove_fingerprint();
    sentry_set_transaction("t");
    sentry_set_release("r");
    sentry_set_environment("e");
    sentry_add_breadcrumb(sentry_value_new_breadcrumb("a", "b"));
    sentry_add_breadcrumb_with_hint(sentry_value_new_breadcrumb("a", "b"), sentry_hint_new());
    sentry_breadcrumb("a", SENTRY_LEVEL_INFO, "%s", "b");
    sentry_capture_envelope(sentry_envelope_deserialize("{}\n{\"type\":\"x\",\"length\":0}\n\n", 28));
    CHECK(sentry_push_scope() == NULL);
    sentry_pop_scope();
    sentry_pop_scope_to(NULL);
    CHECK(sentry_hub_current() == NULL);
    SENTRY_WITH_SCOPE (inner) {
        CHECK(inner == NULL);
        sentry_scope_set_tag(inner, "a", "b");
        ran++;
    }
    SENTRY_WITH_HUB (NULL) {
        ran++;
    }
    CHECK_INT(ran, 2);
    scope = sentry_scope_new();
    sentry_scope_set_tag(scope, "a", "b");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    sentry_scope_free(scope);
    scope = sentry_local_scope_new();
    sentry_scope_capture_event(scope, sentry_value_new_event());
    hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_INT(sentry_flush(1000), 0);
    CHECK_INT(sentry_close(), 0);
}

static void calls_before_init(void)
{
    call_everything();
    CHECK_STR(sentry_get_init_error(), "");
    CHECK_INT(alloc_now().blocks, 0);
}

static void calls_after_close(void)
{
    CHECK_INT(collect_start(NULL), 0);
    CHECK(sends());
    collect_stop();
    call_everything();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(collect_count(), 0);
    CHECK_INT(alloc_now().blocks, 0);
}

static void nothing_of_before_is_left(void)
{
    CHECK_INT(collect_start(NULL), 0);
    sentry_set_tag("old", "1");
    sentry_set_release("old@1");
    CHECK(sends());
    CHECK_STR(collect_str(0, "tags.old"), "1");
    collect_stop();
    CHECK_INT(collect_start(NULL), 0);
    CHECK(sends());
    CHECK(!collect_has(0, "tags.old"));
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    collect_stop();
}

/* Scopes that nobody popped stay valid after close, for blocks that are still open; popping gives them back. */
static void pushed_scopes_outlive_close(void)
{
    sentry_scope_t *scope;
    CHECK_INT(collect_start(NULL), 0);
    scope = sentry_push_scope();
    sentry_set_tag("old", "1");
    sentry_push_scope();
    collect_stop();
    CHECK(alloc_now().blocks > 0);
    sentry_scope_set_tag(scope, "late", "1");
    sentry_pop_scope();
    sentry_pop_scope();
    CHECK_INT(alloc_now().blocks, 0);
    CHECK_INT(collect_start(NULL), 0);
    CHECK(sends());
    CHECK(!collect_has(0, "tags.old"));
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void deprecated_names(void)
{
    CHECK_INT(collect_start(NULL), 0);
    SENTRY_SUPPRESS_DEPRECATED
    sentry_capture_event_with_scope(sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "x"), sentry_local_scope_new());
    CHECK_INT(collect_count(), 1);
    CHECK_INT(sentry_shutdown(), 0);
    SENTRY_RESTORE_DEPRECATED
    CHECK_INT(sentry_is_enabled(), 0);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

/* Starts and stops many times; nothing may grow. */
static void start_and_stop(int times, const sentry_options_t *options, int with_collector)
{
    long blocks = -1;
    int threads = own_threads(), files = 0, i;
    for (i = 0; i < times; i++) {
        if ((with_collector ? collect_start(options) : sentry_init((sentry_options_t *)options)) != 0) {
            CHECK_STR(sentry_get_init_error(), "");
            return;
        }
        if (with_collector) sentry_capture_message(SENTRY_LEVEL_INFO, "hello");
        sentry_set_tag("a", "b");
        collect_stop();
        if (i == 2) {
            blocks = alloc_now().blocks;
            files = own_files();
        }
    }
    CHECK_INT(alloc_now().blocks, blocks);
    CHECK_INT(own_files(), files);
    CHECK_INT(settled_threads(threads), threads);
    CHECK_INT(alloc_now().blocks, 0);
}

static void a_thousand_starts(void)
{
    start_and_stop(1000, NULL, 1);
}

#ifndef SENTRY_NO_HTTP
static void many_starts_of_the_http_transport(void)
{
    sentry_options_t options = collect_options();
    options.dsn = "http://k@127.0.0.1:9/1";
    start_and_stop(200, &options, 0);
}
#endif

/* -- transports -------------------------------------------------------------------------------------- */

static char trace[512]; /* what the transports were asked to do */

static void note(const char *format, unsigned long number)
{
    size_t used = strlen(trace);
    snprintf(trace + used, sizeof trace - used, format, number);
}

static void traced_send(sentry_envelope_t *envelope, void *state)
{
    note(state ? "send%lu " : "send-without-state%lu ", state ? *(unsigned long *)state : 0);
    sentry_envelope_free(envelope);
}

static int startup_result, flush_result, shutdown_result;

static int traced_startup(const sentry_options_t *options, void *state)
{
    note("startup%lu ", *(unsigned long *)state);
    CHECK_STR(sentry_options_get_dsn(options), COLLECT_DSN);
    CHECK_STR(sentry_options_get_release(options), "app@1.2.3");
    CHECK_STR(sentry_options_get_environment(options), "testing");
    return startup_result;
}

static int traced_flush(uint64_t timeout, void *state)
{
    CHECK(state != NULL);
    note("flush(%lu) ", (unsigned long)timeout);
    return flush_result;
}

static int traced_shutdown(uint64_t timeout, void *state)
{
    CHECK(state != NULL);
    note("shutdown(%lu) ", (unsigned long)timeout);
    return shutdown_result;
}

static void traced_free(void *state)
{
    note("free%lu ", *(unsigned long *)state);
    free(state);
}

static sentry_transport_t *traced_transport(unsigned long number)
{
    sentry_transport_t *transport = sentry_transport_new(traced_send);
    unsigned long *state = (unsigned long *)malloc(sizeof *state);
    if (!transport || !state) abort();
    *state = number;
    sentry_transport_set_state(transport, state);
    sentry_transport_set_free_func(transport, traced_free);
    sentry_transport_set_startup_func(transport, traced_startup);
    sentry_transport_set_flush_func(transport, traced_flush);
    sentry_transport_set_shutdown_func(transport, traced_shutdown);
    return transport;
}

static int start_traced(unsigned long number, uint64_t shutdown_timeout)
{
    sentry_options_t options = collect_options();
    options.transport = traced_transport(number);
    options.shutdown_timeout = shutdown_timeout;
    return sentry_init(&options);
}

static void hooks_in_order(void)
{
    CHECK_INT(start_traced(1, 0), 0);
    CHECK_STR(trace, "startup1 ");
    CHECK_INT(sentry_is_enabled(), 1);
    sentry_capture_message(SENTRY_LEVEL_INFO, "one");
    sentry_capture_message(SENTRY_LEVEL_INFO, "two");
    CHECK_INT(sentry_flush(250), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(trace, "startup1 send1 send1 flush(250) shutdown(2000) free1 ");
    CHECK_INT(alloc_now().blocks, 0);
}

static void shutdown_timeouts(void)
{
    CHECK_INT(start_traced(1, 77), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(trace, "startup1 shutdown(77) free1 ");
    trace[0] = 0;
    CHECK_INT(start_traced(2, SENTRY_NO_WAIT), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(trace, "startup2 shutdown(0) free2 ");
}

static void flush_says_what_the_hook_says(void)
{
    flush_result = 1;
    CHECK_INT(start_traced(1, 0), 0);
    CHECK_INT(sentry_flush(0), 1);
    flush_result = 0;
    CHECK_INT(sentry_flush(5), 0);
    shutdown_result = 1;
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(trace, "startup1 flush(0) flush(5) shutdown(2000) free1 ");
    CHECK_INT(alloc_now().blocks, 0);
}

static void failed_startup(void)
{
    startup_result = 7;
    CHECK_INT(start_traced(1, 0), 1);
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_CONTAINS(sentry_get_init_error(), "transport");
    CHECK(!sends());
    CHECK_INT(sentry_close(), 0);
    CHECK_CONTAINS(trace, "startup1 ");
    CHECK_CONTAINS(trace, "free1 ");
    CHECK_ABSENT(strstr(trace, "free1 ") ? strstr(trace, "free1 ") + 1 : trace, "free1 ");
    CHECK_INT(alloc_now().blocks, 0);
    startup_result = 0;
    trace[0] = 0;
    CHECK_INT(start_traced(2, 0), 0);
    CHECK_STR(sentry_get_init_error(), "");
    sentry_close();
}

static void second_init_closes_the_first(void)
{
    CHECK_INT(start_traced(1, 0), 0);
    CHECK_INT(start_traced(2, 0), 0);
    CHECK_STR(trace, "startup1 shutdown(2000) free1 startup2 ");
    sentry_capture_message(SENTRY_LEVEL_INFO, "one");
    sentry_close();
    CHECK_STR(trace, "startup1 shutdown(2000) free1 startup2 send2 shutdown(2000) free2 ");
    CHECK_INT(alloc_now().blocks, 0);
}

static void transports_of_failed_starts_are_freed(void)
{
    sentry_options_t options = collect_options(), *made = sentry_options_new();
    options.dsn = "nonsense";
    options.transport = traced_transport(1);
    CHECK_INT(sentry_init(&options), 1);
    CHECK_STR(trace, "free1 ");
    trace[0] = 0;
    sentry_options_set_dsn(made, "nonsense");
    sentry_options_set_transport(made, traced_transport(2));
    CHECK_INT(sentry_init(made), 1);
    CHECK_STR(trace, "free2 ");
    CHECK_INT(alloc_now().blocks, 0);
}

static void transports_of_options(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_options_set_transport(options, traced_transport(1));
    CHECK_STR(trace, "");
    sentry_options_set_transport(options, traced_transport(2));
    CHECK_STR(trace, "free1 ");
    sentry_options_free(options);
    CHECK_STR(trace, "free1 free2 ");
    sentry_transport_free(traced_transport(3));
    CHECK_STR(trace, "free1 free2 free3 ");
    sentry_options_set_transport(NULL, NULL);
    CHECK_INT(alloc_now().blocks, 0);
}

static void same_transport_twice(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_transport_t *transport = traced_transport(1);
    sentry_options_set_transport(options, transport);
    sentry_options_set_transport(options, transport);
    CHECK_STR(trace, "");
    sentry_options_free(options);
    CHECK_STR(trace, "free1 ");
}

static void null_transport_drops_everything(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_options_set_dsn(options, "https://k@o1.ingest.example.com/42");
    sentry_options_set_transport(options, traced_transport(1));
    sentry_options_set_transport(options, NULL);
    CHECK_STR(trace, "free1 ");
    CHECK_INT(sentry_init(options), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "one");
    CHECK_INT(sentry_flush(1000), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(trace, "free1 ");
    CHECK_INT(alloc_now().blocks, 0);
}

static void transport_without_hooks(void)
{
    unsigned long state = 5;
    sentry_options_t options = collect_options();
    options.transport = sentry_transport_new(traced_send);
    CHECK_INT(sentry_init(&options), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "one");
    CHECK_INT(sentry_flush(10), 0);
    CHECK_INT(sentry_close(), 0);
    options.transport = sentry_transport_new(traced_send);
    sentry_transport_set_state(options.transport, &state);
    CHECK_INT(sentry_init(&options), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "one");
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(trace, "send-without-state0 send5 ");
    CHECK_INT(alloc_now().blocks, 0);
}

static void transport_null_arguments(void)
{
    CHECK(sentry_transport_new(NULL) == NULL);
    sentry_transport_set_state(NULL, NULL);
    sentry_transport_set_free_func(NULL, NULL);
    sentry_transport_set_startup_func(NULL, NULL);
    sentry_transport_set_flush_func(NULL, NULL);
    sentry_transport_set_shutdown_func(NULL, NULL);
    sentry_transport_free(NULL);
    CHECK_INT(alloc_now().blocks, 0);
}

static void lent_to_function(const sentry_envelope_t *envelope, void *data)
{
    CHECK_STR((const char *)data, "data");
    CHECK_INT(sentry_envelope_get_item_count(envelope), 1);
    note("lent%lu ", 0);
}

static void function_transport(void)
{
    sentry_options_t options = collect_options();
    SENTRY_SUPPRESS_DEPRECATED
    options.transport = sentry_new_function_transport(lent_to_function, (void *)"data");
    SENTRY_RESTORE_DEPRECATED
    CHECK_INT(sentry_init(&options), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "one");
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(trace, "lent0 ");
    CHECK_INT(alloc_now().blocks, 0);
}

/* Without an address there is nothing to do for a transport either. */
static void transport_without_dsn(void)
{
    sentry_options_t options = collect_options();
    options.dsn = NULL;
    options.transport = traced_transport(1);
    check_noop(&options);
    CHECK_STR(trace, "free1 ");
}

/* -- the parts of a DSN, which only the implementation sees ---------------------------------------- */

static void parts_of_dsns(void)
{
    static const struct {
        const char *dsn;
        int secure;
        unsigned port;
        const char *key, *secret, *host, *path, *project, *org;
    } cases[] = {
        { "https://pub@o123.ingest.us.sentry.io/42", 1, 443, "pub", "", "o123.ingest.us.sentry.io", "", "42", "123" },
        { "http://pub:sec@localhost:9000/1", 0, 9000, "pub", "sec", "localhost", "", "1", "" },
        { "https://pub@example.com/a/b/7", 1, 443, "pub", "", "example.com", "a/b", "7", "" },
        { "http://pub@[::1]:9000/1", 0, 9000, "pub", "", "[::1]", "", "1", "" },
        { "http://pub@[fe80::1%25eth0]/1", 0, 80, "pub", "", "[fe80::1%25eth0]", "", "1", "" },
        { "https://pub@example.com:443/1", 1, 443, "pub", "", "example.com", "", "1", "" },
        { "http://pub@example.com/1", 0, 80, "pub", "", "example.com", "", "1", "" },
        { "http://pub:@host/1", 0, 80, "pub", "", "host", "", "1", "" },
        { "http://pub@host/a/b/c/1///", 0, 80, "pub", "", "host", "a/b/c", "1", "" },
        { "http://pub@host:65535/x.y-z", 0, 65535, "pub", "", "host", "", "x.y-z", "" },
        { "http://pub@o18446744073709551615.ingest.example.com/1", 0, 80, "pub", "", "o18446744073709551615.ingest.example.com", "", "1",
            "18446744073709551615" }
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        inside_dsn_t dsn;
        const char *problem = inside_dsn_parse(&dsn, cases[i].dsn);
        if (problem) {
            CHECK_STR(cases[i].dsn, problem);
        } else {
            CHECK_STR(dsn.text, cases[i].dsn);
            CHECK_INT(dsn.secure, cases[i].secure);
            CHECK_INT(dsn.port, cases[i].port);
            CHECK_STR(dsn.public_key, cases[i].key);
            CHECK_STR(dsn.secret_key, cases[i].secret);
            CHECK_STR(dsn.host, cases[i].host);
            CHECK_STR(dsn.path, cases[i].path);
            CHECK_STR(dsn.project, cases[i].project);
            CHECK_STR(dsn.org_id, cases[i].org);
        }
        inside_dsn_free(&dsn);
    }
    CHECK_INT(alloc_now().blocks, 0);
}

/* -- release detection ---------------------------------------------------------------------------- */

#ifndef SENTRY_NO_FILES
#define COMMIT_A "1111111111111111111111111111111111111111"
#define COMMIT_B "2222222222222222222222222222222222222222"
#define COMMIT_C "3333333333333333333333333333333333333333"
#define COMMIT_256 "4444444444444444444444444444444444444444444444444444444444444444"
#define UNICODE "\xC3\xA4 \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x98\x80" /* a folder's name */

static const char *own_path = ""; /* of this program */

static void put_file(const char *name, const char *text)
{
    file_put(in_scratch(name), text, strlen(text));
}

/* The commit found from a directory below the scratch directory; "" for none. */
static void check_commit(const char *directory, const char *expected)
{
    sentry_options_t *options = sentry_options_new();
    const char *found = inside_git_commit(options, in_scratch(directory));
    CHECK_STR(found ? found : "", expected);
    sentry_options_free(options);
}

static void commits_of_git_folders(void)
{
    REQUIRE(scratch_begin());
    put_file("loose/.git/HEAD", "ref: refs/heads/main\n");
    put_file("loose/.git/refs/heads/main", COMMIT_A "\n");
    put_file("loose/src/deep/down/file", "");
    check_commit("loose", COMMIT_A);
    check_commit("loose/src/deep/down", COMMIT_A);
    check_commit("loose/src/deep/down/file", COMMIT_A);
    check_commit("loose/no/such/folder", COMMIT_A);
    put_file("packed/.git/HEAD", "ref: refs/heads/feature/one\n");
    put_file("packed/.git/packed-refs", "# pack-refs with: peeled fully-peeled sorted \n" COMMIT_A " refs/heads/feature\n" COMMIT_B
        " refs/heads/feature/one\n^" COMMIT_C "\n" COMMIT_C " refs/heads/feature/one/more\n");
    check_commit("packed", COMMIT_B);
    put_file("packed/.git/refs/heads/feature/one", COMMIT_C "\n");
    check_commit("packed", COMMIT_C);
    put_file("detached/.git/HEAD", COMMIT_B "\n");
    check_commit("detached", COMMIT_B);
    put_file("bare-line/.git/HEAD", COMMIT_B);
    check_commit("bare-line", COMMIT_B);
    put_file("sha256/.git/HEAD", COMMIT_256 "\n");
    check_commit("sha256", COMMIT_256);
    put_file("loose/vendored/.git/HEAD", COMMIT_C "\n");
    check_commit("loose/vendored", COMMIT_C);
    put_file(UNICODE "/.git/HEAD", "ref: refs/heads/\xC3\xA4\xE6\x97\xA5\n");
    put_file(UNICODE "/.git/refs/heads/\xC3\xA4\xE6\x97\xA5", COMMIT_B "\n");
    check_commit(UNICODE "/src", COMMIT_B);
    scratch_end();
    CHECK_INT(alloc_now().blocks, 0);
}

static void commits_of_worktrees(void)
{
    char text[FILE_MAX_PATH];
    REQUIRE(scratch_begin());
    put_file("main/.git/HEAD", "ref: refs/heads/main\n");
    put_file("main/.git/refs/heads/main", COMMIT_A "\n");
    put_file("main/.git/refs/heads/loose", COMMIT_B "\n");
    put_file("main/.git/packed-refs", COMMIT_C " refs/heads/packed\n");
    put_file("main/.git/worktrees/one/HEAD", "ref: refs/heads/loose\n");
    put_file("main/.git/worktrees/one/commondir", "../..\n");
    snprintf(text, sizeof text, "gitdir: %s/main/.git/worktrees/one\n", scratch);
    put_file("one/.git", text);
    check_commit("one", COMMIT_B);
    put_file("one/src/file", "");
    check_commit("one/src", COMMIT_B);
    put_file("main/.git/worktrees/two/HEAD", "ref: refs/heads/packed\n");
    put_file("main/.git/worktrees/two/commondir", "../..\n");
    put_file("two/.git", "gitdir: ../main/.git/worktrees/two");
    check_commit("two", COMMIT_C);
    put_file("main/.git/modules/sub/HEAD", COMMIT_C "\n");
    put_file("main/sub/.git", "gitdir: ../.git/modules/sub\n");
    check_commit("main/sub", COMMIT_C);
    scratch_end();
    CHECK_INT(alloc_now().blocks, 0);
}

static void broken_git_folders(void)
{
    static const char *const heads[] = {
        "", "\n", "ref: ", "ref: refs/heads/missing\n", "ref:refs/heads/main\n", "nonsense\n", "1111\n", COMMIT_A "1\n", COMMIT_A " x\n",
        "ref: refs/heads/bad\n", "ref: /etc/passwd\n", "ref: ../../../../../../etc/passwd\n", "ref: C:/Windows/win.ini\n", "ref: .\n", "ref: refs/heads\n"
    };
    size_t i;
    REQUIRE(scratch_begin());
    put_file("x/.git/refs/heads/bad", "what is this\n");
    for (i = 0; i < COUNT(heads); i++) {
        put_file("x/.git/HEAD", heads[i]);
        check_commit("x", "");
    }
    put_file("x/.git/packed-refs", "\n\n \n" COMMIT_A "\n" COMMIT_A " \nrefs/heads/missing\nshort refs/heads/missing\n" COMMIT_B);
    put_file("x/.git/HEAD", "ref: refs/heads/missing\n");
    check_commit("x", "");
    put_file("file/.git", "not a gitdir");
    check_commit("file", "");
    put_file("file/.git", "gitdir: ");
    check_commit("file", "");
    put_file("file/.git", "gitdir: /no/such/place\n");
    check_commit("file", "");
    put_file("self/.git", "gitdir: .\n");
    check_commit("self", "");
    put_file("empty/.git/config", "");
    check_commit("empty", "");
    scratch_end();
    CHECK_INT(alloc_now().blocks, 0);
}

#ifdef _WIN32
static void copy_own_program(const char *to)
{
    wchar_t own[1024], *path = test_wide_path(to);
    CHECK(GetModuleFileNameW(NULL, own, COUNT(own)) > 0);
    CHECK(CopyFileW(own, path, FALSE));
    free(path);
}

static int run_copy(const char *program)
{
    wchar_t *path = test_wide(program);
    int result = (int)_wspawnl(_P_WAIT, path, L"copy", L"--detect-release", (wchar_t *)NULL);
    free(path);
    return result;
}
#else
static void copy_own_program(const char *to)
{
    size_t size;
    char *bytes = file_get(own_path, &size);
    CHECK(bytes != NULL);
    if (bytes) file_put(to, bytes, size);
    CHECK_INT(chmod(to, 0700), 0);
    free(bytes);
}

/* $TEST_RUN is what programs like this one need to run, if anything: an emulator. */
static int run_copy(const char *program)
{
    char command[FILE_MAX_PATH + 32];
    snprintf(command, sizeof command, "$TEST_RUN '%s' --detect-release", program);
    return system(command);
}
#endif

/* What a copy of this program, started in `directory` as `program`, detects. */
static void check_detected(const char *directory, const char *program, const char *expected)
{
    char *found;
    size_t size;
    REQUIRE(test_chdir(in_scratch(directory)) == 0);
    CHECK_INT(run_copy(in_scratch(program)), 0);
    found = file_get("detected", &size);
    CHECK_STR(found, expected);
    free(found);
    REQUIRE(test_chdir(scratch) == 0);
}

/* The copy's side of check_detected. */
static int write_detected_release(void)
{
    sentry_options_t options = collect_options();
    options.release = NULL;
    if (collect_start(&options) != 0) return 1;
    sentry_capture_message(SENTRY_LEVEL_INFO, "x");
    file_put("detected", collect_str(0, "release"), strlen(collect_str(0, "release")));
    collect_stop();
    return 0;
}

#define PROGRAM_IN_GIT UNICODE "/bin/app.exe"
#define PROGRAM "no git " UNICODE "/app.exe"

static void where_releases_come_from(void)
{
    static const char *const names[] = { "HEROKU_BUILD_COMMIT", "HEROKU_SLUG_COMMIT", "SOURCE_VERSION", "CODEBUILD_RESOLVED_SOURCE_VERSION",
        "CIRCLE_SHA1", "GAE_DEPLOYMENT_ID", "K_REVISION" };
    size_t i;
    REQUIRE(scratch_begin());
    for (i = 0; i < COUNT(names); i++) test_set_env(names[i], names[i]);
    put_file(UNICODE "/.git/HEAD", COMMIT_A "\n");
    put_file("b " UNICODE "/.git/HEAD", COMMIT_B "\n");
    put_file(PROGRAM_IN_GIT, "");
    put_file(PROGRAM, "");
    copy_own_program(in_scratch(PROGRAM_IN_GIT));
    copy_own_program(in_scratch(PROGRAM));
    test_set_env("SENTRY_RELEASE", "mine");
    check_detected("b " UNICODE, PROGRAM_IN_GIT, "mine");
    test_set_env("SENTRY_RELEASE", NULL);
    check_detected("b " UNICODE, PROGRAM_IN_GIT, COMMIT_A);
    check_detected("b " UNICODE, PROGRAM, COMMIT_B);
    for (i = 0; i < COUNT(names); i++) {
        check_detected("no git " UNICODE, PROGRAM, names[i]);
        test_set_env(names[i], i % 2 ? "" : NULL);
    }
    check_detected("no git " UNICODE, PROGRAM, "");
    scratch_end();
}
#endif

static const test_case_t tests[] = {
    { "defaults", defaults },
    { "setters_and_getters", setters_and_getters },
    { "setters_with_lengths", setters_with_lengths },
    { "zero_in_setters", zero_in_setters },
    { "getters_on_a_zeroed_struct", getters_on_a_zeroed_struct },
    { "null_options", null_options },
    { "struct_form", struct_form },
    { "setter_form", setter_form },
#ifndef __cplusplus
    { "compound_literal", compound_literal },
#endif
    { "struct_is_copied", struct_is_copied },
    { "struct_can_be_used_again", struct_can_be_used_again },
    { "rate_of_none", rate_of_none },
    { "error_sampler_decides", error_sampler_decides },
    { "value_lengths", value_lengths },
    { "breadcrumb_limits", breadcrumb_limits },
    { "empty_means_none", empty_means_none },
    { "default_server_name", default_server_name },
    { "environment_variables", environment_variables },
    { "environment_beyond_ascii", environment_beyond_ascii },
    { "fields_win_over_the_environment", fields_win_over_the_environment },
    { "debug_words", debug_words },
    { "sample_rates_of_the_environment", sample_rates_of_the_environment },
    { "sample_rate_where_the_decimal_point_is_a_comma", sample_rate_where_the_decimal_point_is_a_comma },
    { "bad_rate_in_the_environment_is_said", bad_rate_in_the_environment_is_said },
    { "bad_sample_rates_are_refused", bad_sample_rates_are_refused },
    { "not_built_options_warn_once", not_built_options_warn_once },
    { "built_options_do_not_warn", built_options_do_not_warn },
    { "all_not_built_options_at_once", all_not_built_options_at_once },
    { "quiet_without_debug", quiet_without_debug },
    { "logger_levels", logger_levels },
    { "default_logger_writes_to_stderr", default_logger_writes_to_stderr },
    { "valid_dsns", valid_dsns },
    { "malformed_dsns", malformed_dsns },
    { "malformed_dsn_after_a_good_start", malformed_dsn_after_a_good_start },
    { "malformed_dsn_of_the_environment", malformed_dsn_of_the_environment },
    { "without_dsn", without_dsn },
    { "without_dsn_nothing_is_printed", without_dsn_nothing_is_printed },
#ifdef SENTRY_NO_HTTP
    { "no_transport_of_its_own", no_transport_of_its_own },
#else
    { "https_needs_a_provider", https_needs_a_provider },
#endif
    { "calls_before_init", calls_before_init },
    { "calls_after_close", calls_after_close },
    { "nothing_of_before_is_left", nothing_of_before_is_left },
    { "pushed_scopes_outlive_close", pushed_scopes_outlive_close },
    { "deprecated_names", deprecated_names },
    { "a_thousand_starts", a_thousand_starts },
#ifndef SENTRY_NO_HTTP
    { "many_starts_of_the_http_transport", many_starts_of_the_http_transport },
#endif
    { "hooks_in_order", hooks_in_order },
    { "shutdown_timeouts", shutdown_timeouts },
    { "flush_says_what_the_hook_says", flush_says_what_the_hook_says },
    { "failed_startup", failed_startup },
    { "second_init_closes_the_first", second_init_closes_the_first },
    { "transports_of_failed_starts_are_freed", transports_of_failed_starts_are_freed },
    { "transports_of_options", transports_of_options },
    { "same_transport_twice", same_transport_twice },
    { "null_transport_drops_everything", null_transport_drops_everything },
    { "transport_without_hooks", transport_without_hooks },
    { "transport_null_arguments", transport_null_arguments },
    { "function_transport", function_transport },
    { "transport_without_dsn", transport_without_dsn },
#ifndef SENTRY_NO_FILES
    { "commits_of_git_folders", commits_of_git_folders },
    { "commits_of_worktrees", commits_of_worktrees },
    { "broken_git_folders", broken_git_folders },
    { "where_releases_come_from", where_releases_come_from },
#endif
    { "parts_of_dsns", parts_of_dsns }
};

int main(int argc, char **argv)
{
#ifndef SENTRY_NO_FILES
    if (argc == 2 && strcmp(argv[1], "--detect-release") == 0) return write_detected_release();
    own_path = argv[0];
#endif
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
