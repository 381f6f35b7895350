/* Capturing: the shapes of events and envelopes, filters, sampling, cutting, scrubbing, bad input. */
#include "../sentry.h"
#include "test.h"
#include "collect.h"

#include <errno.h>

static sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

/* 1 for RFC 3339 in UTC, with or without a fraction of a second. */
static int is_timestamp(const char *text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    size_t i;
    for (i = 0; shape[i]; i++) {
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return 0;
    }
    if (text[i] == '.')
        i += 1 + strspn(text + i + 1, "0123456789");
    return strcmp(text + i, "Z") == 0;
}

static int is_type(size_t event, const char *path, sentry_value_type_t type)
{
    return sentry_value_get_type(collect_get(event, path)) == type;
}

static int is_text(size_t event, const char *path)
{
    return is_type(event, path, SENTRY_VALUE_TYPE_STRING) && *collect_str(event, path);
}

/* -- shapes -- */

static void message(void)
{
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    id = sentry_capture_message(SENTRY_LEVEL_WARNING, "100 % \"plain\"");
    CHECK(collect_is_id(0, &id));
    CHECK_STR(collect_str(0, "level"), "warning");
    CHECK_STR(collect_text(0, "logentry"), "{\"formatted\":\"100 % \\\"plain\\\"\"}");
    CHECK(!collect_has(0, "exception"));
    CHECK(!collect_has(0, "message"));
    CHECK(!collect_has(0, "type"));
    sentry_capture_message(SENTRY_LEVEL_TRACE, "trace");
    CHECK_STR(collect_str(1, "level"), "debug");
    sentry_capture_message(SENTRY_LEVEL_FATAL, "");
    sentry_capture_message(SENTRY_LEVEL_INFO, NULL);
    CHECK(collect_count() <= 4);
    collect_stop();
}

static void messagef(void)
{
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    id = sentry_capture_messagef(SENTRY_LEVEL_ERROR, "user %s has %d items", "jane", 3);
    CHECK(collect_is_id(0, &id));
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_STR(collect_str(0, "logentry.message"), "user %s has %d items");
    CHECK_STR(collect_str(0, "logentry.formatted"), "user jane has 3 items");
    sentry_capture_messagef(SENTRY_LEVEL_ERROR, NULL);
    CHECK(collect_count() <= 2);
    collect_stop();
}

static void message_event(void)
{
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    id = sentry_capture_event(sentry_value_new_message_event(SENTRY_LEVEL_DEBUG, "my.logger", "text"));
    CHECK(collect_is_id(0, &id));
    CHECK_STR(collect_str(0, "logger"), "my.logger");
    CHECK_STR(collect_str(0, "level"), "debug");
    CHECK_STR(collect_str(0, "logentry.formatted"), "text");
    sentry_capture_event(sentry_value_new_message_event_n(SENTRY_LEVEL_INFO, "loggers", 6, "textual", 4));
    CHECK_STR(collect_str(1, "logger"), "logger");
    CHECK_STR(collect_str(1, "logentry.formatted"), "text");
    collect_stop();
}

static void exception(void)
{
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    id = sentry_capture_exception("ValueError", "bad value");
    CHECK(collect_is_id(0, &id));
    CHECK_INT(collect_len(0, "exception.values"), 1);
    CHECK_STR(collect_str(0, "exception.values.0.type"), "ValueError");
    CHECK_STR(collect_str(0, "exception.values.0.value"), "bad value");
    CHECK_STR(collect_str(0, "exception.values.0.mechanism.type"), "generic");
    CHECK_STR(collect_text(0, "exception.values.0.mechanism.handled"), "true");
    CHECK_STR(collect_str(0, "level"), "error");
    id = sentry_capture_exceptionf("IoError", "%s: %d", "disk", 7);
    CHECK(collect_is_id(1, &id));
    CHECK_STR(collect_str(1, "exception.values.0.type"), "IoError");
    CHECK_STR(collect_str(1, "exception.values.0.value"), "disk: 7");
    CHECK_STR(collect_str(1, "exception.values.0.mechanism.type"), "generic");
    sentry_capture_exception("OnlyType", NULL);
    CHECK_STR(collect_str(2, "exception.values.0.type"), "OnlyType");
    sentry_capture_exception(NULL, "only value");
    sentry_capture_exception(NULL, NULL);
    sentry_capture_exceptionf(NULL, NULL);
    collect_stop();
}

static void errno_shapes(void)
{
    sentry_uuid_t id;
    char expected[128];
    REQUIRE(collect_start(NULL) == 0);
    errno = ENOENT;
    id = sentry_capture_errno("open");
    CHECK_INT(errno, ENOENT);
    CHECK(collect_is_id(0, &id));
    CHECK_STR(collect_str(0, "exception.values.0.type"), "ENOENT");
    snprintf(expected, sizeof expected, "open: %s", strerror(ENOENT));
    CHECK_STR(collect_str(0, "exception.values.0.value"), expected);
    CHECK_INT(sentry_value_as_int32(collect_get(0, "exception.values.0.mechanism.meta.errno.number")), ENOENT);
    CHECK_STR(collect_str(0, "exception.values.0.mechanism.meta.errno.name"), "ENOENT");
    CHECK_STR(collect_text(0, "exception.values.0.mechanism.handled"), "true");
    CHECK(is_text(0, "exception.values.0.mechanism.type"));
    errno = EACCES;
    sentry_capture_errno(NULL);
    CHECK_INT(errno, EACCES);
    CHECK_STR(collect_str(1, "exception.values.0.type"), "EACCES");
    CHECK_STR(collect_str(1, "exception.values.0.value"), strerror(EACCES));
    errno = 98765; /* no such error */
    sentry_capture_errno("odd");
    CHECK_INT(errno, 98765);
    CHECK(is_text(2, "exception.values.0.type"));
    CHECK_CONTAINS(collect_str(2, "exception.values.0.value"), "odd: ");
    CHECK_INT(sentry_value_as_int32(collect_get(2, "exception.values.0.mechanism.meta.errno.number")), 98765);
    errno = 0;
    sentry_capture_errno("none");
    CHECK_INT(errno, 0);
    collect_stop();
    errno = EINTR;
    sentry_capture_errno("off");
    CHECK_INT(errno, EINTR);
}

static void exception_chains(void)
{
    sentry_value_t event, bad;
    REQUIRE(collect_start(NULL) == 0);
    event = sentry_value_new_event();
    sentry_event_add_exception(event, sentry_value_new_exception("Outer", "o"));
    sentry_event_add_cause(event, sentry_value_new_exception("Middle", "m"));
    sentry_event_add_cause(event, sentry_value_new_exception("Inner", "i"));
    sentry_event_add_thread(event, sentry_value_new_thread(42, "worker"));
    sentry_capture_event(event);
    CHECK_INT(collect_len(0, "exception.values"), 3);
    CHECK_STR(collect_str(0, "exception.values.0.type"), "Inner");
    CHECK_STR(collect_str(0, "exception.values.1.type"), "Middle");
    CHECK_STR(collect_str(0, "exception.values.2.type"), "Outer");
    CHECK_STR(collect_str(0, "exception.values.0.mechanism.type"), "chained");
    CHECK_STR(collect_str(0, "exception.values.0.mechanism.source"), "cause");
    CHECK_STR(collect_text(0, "exception.values.0.mechanism.exception_id"), "2");
    CHECK_STR(collect_text(0, "exception.values.0.mechanism.parent_id"), "1");
    CHECK_STR(collect_text(0, "exception.values.1.mechanism.exception_id"), "1");
    CHECK_STR(collect_text(0, "exception.values.1.mechanism.parent_id"), "0");
    CHECK_STR(collect_text(0, "threads.values"), "[{\"id\":\"42\",\"name\":\"worker\"}]");
    event = sentry_value_new_event();
    sentry_event_add_exception(event, sentry_value_new_exception("First", "1"));
    sentry_event_add_exception(event, sentry_value_new_exception("Second", "2"));
    sentry_capture_event(event);
    CHECK_STR(collect_str(1, "exception.values.0.type"), "First");
    CHECK_STR(collect_str(1, "exception.values.1.type"), "Second");
    /* what is no event, no exception */
    sentry_event_add_exception(sentry_value_new_null(), sentry_value_new_exception("E", "v"));
    sentry_event_add_cause(sentry_value_new_null(), sentry_value_new_exception("E", "v"));
    sentry_event_add_thread(sentry_value_new_null(), sentry_value_new_thread(1, NULL));
    event = sentry_value_new_event();
    sentry_event_add_exception(event, sentry_value_new_null());
    sentry_event_add_cause(event, sentry_value_new_string("text"));
    sentry_event_add_cause(event, sentry_value_new_exception("Alone", "a"));
    bad = sentry_value_new_event();
    sentry_value_set_by_key(bad, "exception", sentry_value_new_string("nonsense"));
    sentry_event_add_exception(bad, sentry_value_new_exception("E", "v"));
    sentry_event_add_cause(bad, sentry_value_new_exception("E", "v"));
    sentry_capture_event(event);
    sentry_capture_event(bad);
    CHECK_CONTAINS(collect_json(2), "Alone");
    CHECK_INT(collect_count(), 4);
    collect_stop();
}

/* -- what every event has -- */

static const char *own_name = ""; /* of this program, without its folder */

static void skeleton(void)
{
    sentry_options_t options = collect_options();
    sentry_uuid_t id;
    options.dist = "42";
    REQUIRE(collect_start(&options) == 0);
    id = say("x");
    CHECK(!sentry_uuid_is_nil(&id));
    CHECK(is_hex(collect_str(0, "event_id"), 32));
    CHECK(is_timestamp(collect_str(0, "timestamp")));
    CHECK_INT(strlen(collect_str(0, "timestamp")), 27);
    CHECK_STR(collect_str(0, "platform"), "native");
    CHECK_STR(collect_str(0, "sdk.name"), SENTRY_SDK_NAME);
    CHECK_STR(collect_str(0, "sdk.version"), SENTRY_SDK_VERSION);
    CHECK_STR(collect_str(0, "server_name"), "box");
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    CHECK_STR(collect_str(0, "environment"), "testing");
    CHECK_STR(collect_str(0, "dist"), "42");
    CHECK(is_hex(collect_str(0, "contexts.trace.trace_id"), 32));
    CHECK(is_hex(collect_str(0, "contexts.trace.span_id"), 16));
    CHECK(is_type(0, "contexts.os", SENTRY_VALUE_TYPE_OBJECT));
    CHECK(is_text(0, "contexts.os.name"));
    CHECK(is_type(0, "contexts.device", SENTRY_VALUE_TYPE_OBJECT));
    CHECK(is_text(0, "contexts.device.arch"));
    CHECK(is_type(0, "contexts.runtime", SENTRY_VALUE_TYPE_OBJECT));
    CHECK(is_text(0, "contexts.runtime.name"));
    CHECK(is_type(0, "contexts.app", SENTRY_VALUE_TYPE_OBJECT));
    CHECK(is_timestamp(collect_str(0, "contexts.app.app_start_time")));
#ifdef __linux__
    CHECK_STR(collect_str(0, "contexts.os.name"), "Linux");
#elif defined(_WIN32)
    CHECK_STR(collect_str(0, "contexts.os.name"), "Windows");
#endif
#if defined(__linux__) || defined(_WIN32)
    CHECK(is_text(0, "contexts.os.version"));
    CHECK_STR(collect_str(0, "contexts.app.app_name"), own_name);
#endif
    /* nothing empty is sent */
    CHECK(!collect_has(0, "tags"));
    CHECK(!collect_has(0, "user"));
    CHECK(!collect_has(0, "breadcrumbs"));
    CHECK(!collect_has(0, "fingerprint"));
    CHECK_ABSENT(collect_json(0), "\"tags\"");
    CHECK_ABSENT(collect_json(0), "\"_meta\"");
    CHECK_ABSENT(collect_json(0), "null");
    collect_stop();
}

/* 1 when every field of a context, as far as it is there, has the protocol's type. */
static void context_types(void)
{
    static const struct {
        const char *path;
        sentry_value_type_t type;
    } fields[] = {
        {"contexts.os.name", SENTRY_VALUE_TYPE_STRING},
        {"contexts.os.version", SENTRY_VALUE_TYPE_STRING},
        {"contexts.os.build", SENTRY_VALUE_TYPE_STRING},
        {"contexts.os.kernel_version", SENTRY_VALUE_TYPE_STRING},
        {"contexts.os.distribution_name", SENTRY_VALUE_TYPE_STRING},
        {"contexts.os.distribution_version", SENTRY_VALUE_TYPE_STRING},
        {"contexts.os.distribution_pretty_name", SENTRY_VALUE_TYPE_STRING},
        {"contexts.device.arch", SENTRY_VALUE_TYPE_STRING},
        {"contexts.device.family", SENTRY_VALUE_TYPE_STRING},
        {"contexts.device.model", SENTRY_VALUE_TYPE_STRING},
        {"contexts.device.name", SENTRY_VALUE_TYPE_STRING},
        {"contexts.device.cpu_description", SENTRY_VALUE_TYPE_STRING},
        {"contexts.device.boot_time", SENTRY_VALUE_TYPE_STRING},
        {"contexts.runtime.name", SENTRY_VALUE_TYPE_STRING},
        {"contexts.runtime.version", SENTRY_VALUE_TYPE_STRING},
        {"contexts.runtime.build", SENTRY_VALUE_TYPE_STRING},
        {"contexts.runtime.raw_description", SENTRY_VALUE_TYPE_STRING},
        {"contexts.app.app_start_time", SENTRY_VALUE_TYPE_STRING},
        {"contexts.app.app_name", SENTRY_VALUE_TYPE_STRING},
        {"contexts.app.app_version", SENTRY_VALUE_TYPE_STRING},
        {"contexts.app.app_identifier", SENTRY_VALUE_TYPE_STRING},
        {"contexts.app.build_type", SENTRY_VALUE_TYPE_STRING},
        {"contexts.app.app_arch", SENTRY_VALUE_TYPE_STRING},
        {"contexts.trace.trace_id", SENTRY_VALUE_TYPE_STRING},
        {"contexts.trace.span_id", SENTRY_VALUE_TYPE_STRING},
    };
    static const char *const numbers[] = {"contexts.device.memory_size", "contexts.device.free_memory",
        "contexts.device.usable_memory", "contexts.device.storage_size", "contexts.device.free_storage",
        "contexts.device.processor_count", "contexts.device.processor_frequency", "contexts.app.app_memory"};
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    say("x");
    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (collect_has(0, fields[i].path) && !is_type(0, fields[i].path, fields[i].type))
            CHECK_STR(collect_text(0, fields[i].path), fields[i].path);
    }
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sentry_value_type_t type = sentry_value_get_type(collect_get(0, numbers[i]));
        if (collect_has(0, numbers[i])
            && (type < SENTRY_VALUE_TYPE_INT32 || type > SENTRY_VALUE_TYPE_UINT64 || collect_text(0, numbers[i])[0] == '-'))
            CHECK_STR(collect_text(0, numbers[i]), numbers[i]);
    }
    if (collect_has(0, "contexts.device.processor_count"))
        CHECK(strcmp(collect_text(0, "contexts.device.processor_count"), "0") != 0);
    CHECK(collect_has(0, "contexts.os"));
    collect_stop();
}

static void server_name_and_sdk_name(void)
{
    sentry_options_t options = collect_options();
    options.server_name = NULL;
    options.sdk_name = "sentry.test";
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK(is_text(0, "server_name"));
    CHECK_STR(collect_str(0, "sdk.name"), "sentry.test");
    collect_stop();
    options.server_name = "";
    options.release = "";
    options.environment = NULL;
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK(!collect_has(0, "server_name"));
    CHECK(!collect_has(0, "release"));
    CHECK_STR(collect_str(0, "environment"), "production");
    CHECK(!collect_has(0, "dist"));
    collect_stop();
}

static void event_ids(void)
{
    sentry_value_t event;
    sentry_uuid_t id;
    char text[37];
    REQUIRE(collect_start(NULL) == 0);
    event = sentry_value_new_event();
    sentry_value_set_by_key(event, "event_id", sentry_value_new_string("C993AFB6-B4AC-48A6-B61B-2558E601D65D"));
    id = sentry_capture_event(event);
    sentry_uuid_as_string(&id, text);
    CHECK_STR(text, "c993afb6-b4ac-48a6-b61b-2558e601d65d");
    CHECK_STR(collect_str(0, "event_id"), "c993afb6b4ac48a6b61b2558e601d65d");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "event_id")), "c993afb6b4ac48a6b61b2558e601d65d");
    event = sentry_value_new_event();
    sentry_value_set_by_key(event, "event_id", sentry_value_new_string("0123456789abcdef0123456789abcdef"));
    id = sentry_capture_event(event);
    CHECK(collect_is_id(1, &id));
    CHECK_STR(collect_str(1, "event_id"), "0123456789abcdef0123456789abcdef");
    /* without one, or with one that is none, a new one is made */
    id = sentry_capture_event(sentry_value_new_object());
    CHECK(collect_is_id(2, &id));
    CHECK(is_hex(collect_str(2, "event_id"), 32));
    CHECK(is_timestamp(collect_str(2, "timestamp")));
    CHECK_STR(collect_str(2, "platform"), "native");
    event = sentry_value_new_event();
    sentry_value_set_by_key(event, "event_id", sentry_value_new_string("not an id"));
    id = sentry_capture_event(event);
    CHECK(!sentry_uuid_is_nil(&id));
    CHECK(is_hex(collect_str(3, "event_id"), 32));
    event = sentry_value_new_event();
    sentry_value_set_by_key(event, "event_id", sentry_value_new_int32(7));
    id = sentry_capture_event(event);
    CHECK(is_hex(collect_str(4, "event_id"), 32));
    CHECK(collect_is_id(4, &id));
    event = sentry_value_new_event();
    sentry_value_set_by_key(event, "event_id", sentry_value_new_string("00000000000000000000000000000000"));
    id = sentry_capture_event(event);
    CHECK(is_hex(collect_str(5, "event_id"), 32));
    CHECK(collect_is_id(5, &id));
    CHECK(strcmp(collect_str(4, "event_id"), collect_str(5, "event_id")) != 0);
    collect_stop();
}

static void envelope_headers(void)
{
    static const char *const strings[] = {"trace_id", "public_key", "release", "environment", "org_id"};
    sentry_value_t head, trace;
    char *wire, *expected;
    size_t i, size = 0;
    REQUIRE(collect_start(NULL) == 0);
    say("x");
    head = collect_head(0);
    CHECK_STR(sentry_value_as_string(collect_at(head, "event_id")), collect_str(0, "event_id"));
    CHECK_STR(sentry_value_as_string(collect_at(head, "dsn")), COLLECT_DSN);
    CHECK_STR(sentry_value_as_string(collect_at(head, "sdk.name")), SENTRY_SDK_NAME);
    CHECK_STR(sentry_value_as_string(collect_at(head, "sdk.version")), SENTRY_SDK_VERSION);
    CHECK(is_timestamp(sentry_value_as_string(collect_at(head, "sent_at"))));
    trace = collect_at(head, "trace");
    for (i = 0; i < sizeof strings / sizeof strings[0]; i++)
        CHECK_INT(sentry_value_get_type(sentry_value_get_by_key(trace, strings[i])), SENTRY_VALUE_TYPE_STRING);
    CHECK_STR(sentry_value_as_string(collect_at(trace, "trace_id")), collect_str(0, "contexts.trace.trace_id"));
    CHECK_STR(sentry_value_as_string(collect_at(trace, "public_key")), "abc123");
    CHECK_STR(sentry_value_as_string(collect_at(trace, "release")), "app@1.2.3");
    CHECK_STR(sentry_value_as_string(collect_at(trace, "environment")), "testing");
    CHECK_STR(sentry_value_as_string(collect_at(trace, "org_id")), "42");
    /* the same from the envelope's own getters */
    CHECK_STR(sentry_value_as_string(sentry_envelope_get_header(collect_envelope(0), "event_id")), collect_str(0, "event_id"));
    CHECK(sentry_value_is_null(sentry_envelope_get_header(collect_envelope(0), "nothing")));
    CHECK_INT(sentry_envelope_get_item_count(collect_envelope(0)), 1);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(sentry_envelope_get_event(collect_envelope(0)), "event_id")),
        collect_str(0, "event_id"));
    CHECK(sentry_value_is_null(sentry_envelope_get_transaction(collect_envelope(0))));
    /* header, item header with the length, payload */
    wire = sentry_envelope_serialize(collect_envelope(0), &size);
    REQUIRE(wire != NULL);
    CHECK_INT(strlen(wire), size);
    expected = (char *)malloc(strlen(collect_json(0)) + 100);
    REQUIRE(expected != NULL);
    snprintf(expected, strlen(collect_json(0)) + 100, "\"length\":%d", (int)strlen(collect_json(0)));
    CHECK_CONTAINS(wire, expected);
    snprintf(expected, strlen(collect_json(0)) + 100, "}\n%s", collect_json(0));
    CHECK_CONTAINS(wire, expected);
    free(expected);
    sentry_free(wire);
    collect_stop();
}

static void trace_header_without_extras(void)
{
    sentry_options_t options = collect_options();
    options.dsn = "http://key@example.com/1";
    options.release = "";
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK(sentry_value_is_null(collect_at(collect_head(0), "trace.org_id")));
    CHECK(sentry_value_is_null(collect_at(collect_head(0), "trace.release")));
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.public_key")), "key");
    collect_stop();
    options.org_id = "777";
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(0), "trace.org_id")), "777");
    collect_stop();
}

/* -- ignore_errors -- */

static void ignore_errors(void)
{
    static const char *const patterns[] = {"ValueError", "Net*", "E??ENT", "*Timeout", NULL};
    static const struct {
        const char *type;
        int sent;
    } cases[] = {
        {"ValueError", 0}, {"ValueErrors", 1}, {"valueerror", 1}, {"AValueError", 1}, {"Net", 0}, {"NetError", 0}, {"MyNet", 1},
        {"ENOENT", 0}, {"EENT", 1}, {"ReadTimeout", 0}, {"TimeoutRead", 1}, {"", 1}, {"Timeout", 0}, {"TimeTimeout", 0},
    };
    sentry_options_t options = collect_options();
    size_t i;
    options.ignore_errors = patterns;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t before = collect_count();
        sentry_uuid_t id = sentry_capture_exception(cases[i].type, "v");
        if (collect_count() - before != (size_t)cases[i].sent || sentry_uuid_is_nil(&id) == cases[i].sent)
            CHECK_STR(cases[i].type, cases[i].sent ? "should be sent" : "should be ignored");
    }
    collect_clear();
    say("ValueError"); /* a text, no error */
    CHECK_INT(collect_count(), 1);
    errno = ENOENT;
    sentry_capture_errno("open");
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

/* What an event is called is its last exception; causes are not what is ignored. */
static void ignore_errors_in_chains(void)
{
    static const char *const patterns[] = {"Ignored", NULL};
    sentry_options_t options = collect_options();
    sentry_value_t event;
    options.ignore_errors = patterns;
    REQUIRE(collect_start(&options) == 0);
    event = sentry_value_new_event();
    sentry_event_add_exception(event, sentry_value_new_exception("Ignored", "outer"));
    sentry_event_add_cause(event, sentry_value_new_exception("Cause", "inner"));
    sentry_capture_event(event);
    CHECK_INT(collect_count(), 0);
    event = sentry_value_new_event();
    sentry_event_add_exception(event, sentry_value_new_exception("Outer", "outer"));
    sentry_event_add_cause(event, sentry_value_new_exception("Ignored", "inner"));
    sentry_capture_event(event);
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

static void ignore_errors_is_copied(void)
{
    static const char *const none[] = {NULL};
    char type[8] = "Gone";
    const char *patterns[2];
    sentry_options_t options = collect_options();
    patterns[0] = type;
    patterns[1] = NULL;
    options.ignore_errors = patterns;
    REQUIRE(collect_start(&options) == 0);
    strcpy(type, "Other");
    patterns[0] = NULL;
    sentry_capture_exception("Gone", "v");
    CHECK_INT(collect_count(), 0);
    sentry_capture_exception("Other", "v");
    CHECK_INT(collect_count(), 1);
    collect_stop();
    options.ignore_errors = none;
    REQUIRE(collect_start(&options) == 0);
    sentry_capture_exception("Gone", "v");
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

/* Patterns that a backtracking matcher chokes on. */
static void ignore_errors_is_quick(void)
{
    static const char *const patterns[] = {"*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", NULL};
    sentry_options_t options = collect_options();
    char type[3000];
    memset(type, 'a', sizeof type);
    type[sizeof type - 1] = 0;
    options.ignore_errors = patterns;
    REQUIRE(collect_start(&options) == 0);
    sentry_capture_exception(type, "v");
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

/* -- before_send and hints -- */

static int calls;
static char seen_type[32], seen_value[32];
static int seen_errno, seen_hint;
static void *seen_mine;

static sentry_value_t keep(sentry_value_t event, void *hint, void *user_data)
{
    const char *type = (const char *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_EXCEPTION_TYPE);
    const char *value = (const char *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_EXCEPTION_VALUE);
    const int *number = (const int *)sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_ERRNO);
    (void)user_data;
    calls++;
    seen_hint = hint != NULL;
    snprintf(seen_type, sizeof seen_type, "%s", type ? type : "none");
    snprintf(seen_value, sizeof seen_value, "%s", value ? value : "none");
    seen_errno = number ? *number : -1;
    seen_mine = sentry_hint_get((sentry_hint_t *)hint, "mine");
    return event;
}

static sentry_value_t change(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    calls++;
    sentry_value_set_by_key(event, "logger", sentry_value_new_string("changed"));
    sentry_value_remove_by_key(event, "server_name");
    return event;
}

static sentry_value_t drop(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    calls++;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static sentry_value_t no_object(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    calls++;
    sentry_value_decref(event);
    return sentry_value_new_list();
}

static void before_send_hints(void)
{
    sentry_options_t options = collect_options();
    sentry_hint_t *hint;
    int mine = 0;
    options.before_send = keep;
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK_INT(calls, 1);
    CHECK_INT(seen_hint, 1);
    CHECK_STR(seen_type, "none");
    CHECK_INT(seen_errno, -1);
    sentry_capture_exception("Type", "value");
    CHECK_STR(seen_type, "Type");
    CHECK_STR(seen_value, "value");
    CHECK_INT(seen_errno, -1);
    sentry_capture_exceptionf("Typef", "value %d", 5);
    CHECK_STR(seen_type, "Typef");
    CHECK_STR(seen_value, "value 5");
    errno = EPERM;
    sentry_capture_errno("x");
    CHECK_INT(seen_errno, EPERM);
    hint = sentry_hint_new();
    CHECK_INT(sentry_hint_set(hint, "mine", &mine), 0);
    sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    CHECK(seen_mine == &mine);
    sentry_capture_event_with_hint(sentry_value_new_event(), NULL);
    CHECK_INT(seen_hint, 1);
    CHECK(seen_mine == NULL);
    sentry_capture_event_with_hint(sentry_value_new_null(), sentry_hint_new());
    CHECK_INT(calls, 6);
    CHECK_INT(collect_count(), 6);
    collect_stop();
    sentry_capture_event_with_hint(sentry_value_new_event(), sentry_hint_new());
}

static void hints(void)
{
    sentry_hint_t *hint = sentry_hint_new();
    char key[16];
    int data[2], i, kept = 0;
    REQUIRE(hint != NULL);
    CHECK(sentry_hint_get(hint, "a") == NULL);
    CHECK_INT(sentry_hint_set(hint, "a", &data[0]), 0);
    CHECK(sentry_hint_get(hint, "a") == &data[0]);
    CHECK_INT(sentry_hint_set(hint, "a", &data[1]), 0);
    CHECK(sentry_hint_get(hint, "a") == &data[1]);
    strcpy(key, "copied");
    CHECK_INT(sentry_hint_set(hint, key, &data[0]), 0);
    strcpy(key, "other");
    CHECK(sentry_hint_get(hint, "copied") == &data[0]);
    CHECK_INT(sentry_hint_set(NULL, "a", &data[0]), 1);
    CHECK_INT(sentry_hint_set(hint, NULL, &data[0]), 1);
    CHECK(sentry_hint_get(NULL, "a") == NULL);
    CHECK(sentry_hint_get(hint, NULL) == NULL);
    for (i = 0; i < SENTRY_MAX_HINTS + 10; i++) {
        snprintf(key, sizeof key, "k%d", i);
        kept += !sentry_hint_set(hint, key, &data[0]);
    }
    CHECK_INT(kept, SENTRY_MAX_HINTS - 2);
    sentry_hint_free(hint);
    sentry_hint_free(NULL);
}

static void before_send_changes(void)
{
    sentry_options_t options = collect_options();
    sentry_uuid_t id;
    options.before_send = change;
    REQUIRE(collect_start(&options) == 0);
    id = say("x");
    CHECK_INT(calls, 1);
    CHECK_STR(collect_str(0, "logger"), "changed");
    CHECK(!collect_has(0, "server_name"));
    CHECK(collect_is_id(0, &id));
    collect_stop();
}

static void before_send_drops(void)
{
    sentry_options_t options = collect_options();
    sentry_uuid_t id;
    int round;
    for (round = 0; round < 2; round++) {
        options.before_send = round ? no_object : drop;
        REQUIRE(collect_start(&options) == 0);
        id = say("x");
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_get_last_event_id();
        CHECK(sentry_uuid_is_nil(&id));
        CHECK_INT(collect_count(), 0);
        CHECK_INT(calls, round + 1);
        collect_stop();
    }
}

/* Everything is there already: scope, SDK, scrubbing, cutting; what the hook adds is sent as it is. */
static sentry_value_t look(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    calls++;
    CHECK(user_data == &calls);
    CHECK_STR(sentry_value_as_string(collect_at(event, "tags.t")), "1");
    CHECK_STR(sentry_value_as_string(collect_at(event, "extra.password")), "[Filtered]");
    CHECK_STR(sentry_value_as_string(collect_at(event, "extra.long")), "0123456...");
    CHECK_STR(sentry_value_as_string(collect_at(event, "release")), "app@1.2.3");
    CHECK_STR(sentry_value_as_string(collect_at(event, "sdk.name")), SENTRY_SDK_NAME);
    CHECK(is_hex(sentry_value_as_string(collect_at(event, "contexts.trace.trace_id")), 32));
    CHECK(!sentry_value_is_null(collect_at(event, "contexts.os.name")));
    CHECK_STR(sentry_value_as_string(collect_at(event, "processed")), "yes");
    sentry_value_set_by_key(event, "added", sentry_value_new_string("a long text by the hook"));
    return event;
}

static sentry_value_t process(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    CHECK_INT(calls, 0); /* processors run before */
    sentry_value_set_by_key(event, "processed", sentry_value_new_string("yes"));
    return event;
}

static void before_send_is_last(void)
{
    sentry_options_t options = collect_options();
    options.before_send = look;
    options.before_send_data = &calls;
    options.max_value_length = 10;
    REQUIRE(collect_start(&options) == 0);
    sentry_add_event_processor(process, NULL);
    sentry_set_tag("t", "1");
    sentry_set_extra("password", sentry_value_new_string("hunter2"));
    sentry_set_extra("long", sentry_value_new_string("0123456789abc"));
    say("x");
    CHECK_INT(calls, 1);
    CHECK_STR(collect_str(0, "added"), "a long text by the hook");
    collect_stop();
}

static sentry_value_t recurse(sentry_value_t event, void *hint, void *user_data)
{
    sentry_uuid_t id;
    (void)hint;
    (void)user_data;
    calls++;
    id = say("inner");
    CHECK(sentry_uuid_is_nil(&id));
    id = sentry_capture_errno("inner");
    CHECK(sentry_uuid_is_nil(&id));
    id = sentry_capture_exceptionf("E", "%d", 1);
    CHECK(sentry_uuid_is_nil(&id));
    sentry_set_tag("inner", "1");
    sentry_flush(0);
    return event;
}

static void before_send_cannot_reenter(void)
{
    sentry_options_t options = collect_options();
    options.before_send = recurse;
    REQUIRE(collect_start(&options) == 0);
    say("outer");
    say("outer");
    CHECK_INT(calls, 2);
    CHECK_INT(collect_count(), 2);
    CHECK(!collect_has(1, "tags.inner"));
    collect_stop();
}

static sentry_value_t close_inside(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    calls++;
    sentry_close();
    sentry_init(NULL);
    return event;
}

static void close_inside_a_hook_does_nothing(void)
{
    sentry_options_t options = collect_options();
    options.before_send = close_inside;
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK_INT(calls, 1);
    CHECK_INT(collect_count(), 1);
    CHECK_INT(sentry_is_enabled(), 1);
    collect_stop();
}

/* -- sampling -- */

static void sample_rate(void)
{
    static const double rates[] = {0.5, 0.1, 0.9};
    enum { EVENTS = 2000 };
    size_t r;
    for (r = 0; r < sizeof rates / sizeof rates[0]; r++) {
        sentry_options_t options = collect_options();
        double mean = (double)EVENTS * rates[r], variance = mean * (1 - rates[r]), off;
        int i, ids = 0;
        options.sample_rate = rates[r];
        REQUIRE(collect_start(&options) == 0);
        collected.drop = 1;
        for (i = 0; i < EVENTS; i++) {
            sentry_uuid_t id = say("x");
            ids += !sentry_uuid_is_nil(&id);
        }
        off = (double)collected.dropped - mean;
        CHECK_INT(ids, collected.dropped);
        CHECK(off * off < 36 * variance); /* within six standard deviations */
        collected.drop = 0;
        collect_stop();
    }
}

static void sample_rate_none(void)
{
    sentry_options_t options = collect_options();
    sentry_uuid_t id;
    int i;
    options.sample_rate = SENTRY_RATE_NONE;
    options.before_send = keep;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < 50; i++)
        id = say("x");
    CHECK(sentry_uuid_is_nil(&id));
    id = sentry_get_last_event_id();
    CHECK(sentry_uuid_is_nil(&id));
    CHECK_INT(collect_count(), 0);
    CHECK_INT(calls, 50); /* sampling comes after before_send */
    collect_stop();
    options.sample_rate = 1.0;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < 50; i++)
        say("x");
    CHECK_INT(collect_count(), 50);
    collect_stop();
    options.sample_rate = 0; /* the default */
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < 50; i++)
        say("x");
    CHECK_INT(collect_count(), 50);
    collect_stop();
}

/* Rates that are none are refused: the default stays. */
static void sample_rate_nonsense(void)
{
    static const double rates[] = {1.5, -0.5, 1e300};
    size_t r;
    int i;
    sentry_options_t options = collect_options();
    for (r = 0; r <= sizeof rates / sizeof rates[0]; r++) {
        options.sample_rate = r ? rates[r - 1] : sentry_value_as_double(sentry_value_new_null());
        REQUIRE(collect_start(&options) == 0);
        for (i = 0; i < 20; i++)
            say("x");
        CHECK_INT(collect_count(), 20);
        collect_stop();
    }
}

static double sampler_says;
static char sampler_saw[64];

static double sampler(sentry_value_t event, void *hint, void *user_data)
{
    sentry_uuid_t id;
    CHECK(hint != NULL);
    CHECK(user_data == &calls);
    snprintf(sampler_saw, sizeof sampler_saw, "%s", sentry_value_as_string(collect_at(event, "logentry.formatted")));
    calls++;
    id = say("inside");
    CHECK(sentry_uuid_is_nil(&id));
    return sampler_says;
}

static int sent_with(double sampler_rate, double sample, int events)
{
    sentry_options_t options = collect_options();
    int i, count;
    options.error_sampler = sampler;
    options.error_sampler_data = &calls;
    options.sample_rate = sample;
    sampler_says = sampler_rate;
    calls = 0;
    if (collect_start(&options) != 0)
        return -1;
    for (i = 0; i < events; i++)
        say("x");
    CHECK_INT(calls, events);
    count = (int)collect_count();
    collect_stop();
    return count;
}

static void error_sampler(void)
{
    double nan_value = sentry_value_as_double(sentry_value_new_null());
    int half;
    CHECK_INT(sent_with(0, 1.0, 20), 0);
    CHECK_STR(sampler_saw, "x");
    CHECK_INT(sent_with(1, 1.0, 20), 20);
    CHECK_INT(sent_with(1, SENTRY_RATE_NONE, 20), 20); /* decides instead of the rate */
    CHECK_INT(sent_with(nan_value, 1.0, 20), 20);
    CHECK_INT(sent_with(nan_value, SENTRY_RATE_NONE, 20), 20);
    CHECK_INT(sent_with(1.5, 1.0, 20), 20);
    CHECK_INT(sent_with(-0.5, 1.0, 20), 20);
    half = sent_with(0.5, 1.0, 600);
    CHECK(half > 300 - 6 * 13);
    CHECK(half < 300 + 6 * 13);
}

static void error_sampler_sees_what_before_send_left(void)
{
    sentry_options_t options = collect_options();
    options.before_send = drop;
    options.error_sampler = sampler;
    options.error_sampler_data = &calls;
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK_INT(calls, 1); /* before_send only */
    collect_stop();
}

/* -- cutting -- */

static void check_cut(const char *path, const char *expected, const char *note)
{
    char meta[160];
    CHECK_STR(collect_str(0, path), expected);
    snprintf(meta, sizeof meta, "_meta.%s.", path);
    if (note)
        CHECK_STR(collect_text(0, meta), note);
    else
        CHECK(!collect_has(0, meta));
}

static void cutting(void)
{
    static const char note[] = "{\"len\":13,\"rem\":[[\"!limit\",\"x\",7,10]]}";
    static const char text[] = "0123456789abc";
    sentry_options_t options = collect_options();
    sentry_value_t event;
    options.max_value_length = 10;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("tag", text);
    sentry_set_tag("fits", "0123456789");
    sentry_set_extra("plain", sentry_value_new_string(text));
    sentry_set_extra("deep", sentry_value_from_json("{\"a\":[1,\"short\",{\"b\":\"0123456789abc\"}]}"));
    sentry_set_context("ctx", sentry_value_from_json("{\"a\":{\"b\":\"0123456789abc\"},\"c\":\"ok\"}"));
    sentry_set_user(sentry_value_new_user(text, "ok", NULL, NULL));
    event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, text);
    sentry_event_add_exception(event, sentry_value_new_exception("Type", text));
    sentry_capture_event(event);
    check_cut("tags.tag", "0123456...", note);
    check_cut("tags.fits", "0123456789", NULL);
    check_cut("extra.plain", "0123456...", note);
    check_cut("extra.deep.a.2.b", "0123456...", note);
    check_cut("extra.deep.a.1", "short", NULL);
    check_cut("contexts.ctx.a.b", "0123456...", note);
    check_cut("contexts.ctx.c", "ok", NULL);
    check_cut("user.id", "0123456...", note);
    check_cut("user.username", "ok", NULL);
    check_cut("logentry.formatted", "0123456...", note);
    check_cut("exception.values.0.value", "0123456...", note);
    /* what is no text stays whole */
    CHECK_INT(strlen(collect_str(0, "event_id")), 32);
    CHECK_INT(strlen(collect_str(0, "timestamp")), 27);
    CHECK_INT(strlen(collect_str(0, "contexts.trace.trace_id")), 32);
    CHECK_INT(strlen(collect_str(0, "contexts.trace.span_id")), 16);
    CHECK_STR(collect_str(0, "sdk.name"), SENTRY_SDK_NAME);
    collect_stop();
}

/* On a code point: never a broken one, never more than the limit. */
static void cutting_on_code_points(void)
{
    static const struct {
        const char *text, *expected;
        int length;
    } cases[] = {
        {"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "\xc3\xa4\xc3\xa4\xc3\xa4...", 12},
        {"x\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "x\xc3\xa4\xc3\xa4\xc3\xa4...", 13},
        {"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", "\xe2\x82\xac\xe2\x82\xac...", 12},
        {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80...", 12},
        {"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 0},
    };
    sentry_options_t options = collect_options();
    char note[64];
    size_t i;
    options.max_value_length = 10;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        say(cases[i].text);
        CHECK_STR(collect_str(i, "logentry.formatted"), cases[i].expected);
        snprintf(note, sizeof note, "{\"len\":%d,\"rem\":[[\"!limit\",\"x\",7,10]]}", cases[i].length);
        CHECK_STR(collect_text(i, "_meta.logentry.formatted."), cases[i].length ? note : "null");
    }
    collect_stop();
}

static void cutting_defaults(void)
{
    sentry_options_t options = collect_options();
    char *text = (char *)malloc(5001);
    REQUIRE(text != NULL);
    memset(text, 'x', 5000);
    text[5000] = 0;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_extra("blob", sentry_value_new_string(text));
    say("x");
    CHECK_INT(collect_len(0, "extra.blob"), 1024);
    CHECK_STR(collect_str(0, "extra.blob") + 1021, "...");
    CHECK_STR(collect_text(0, "_meta"), "{\"extra\":{\"blob\":{\"\":{\"len\":5000,\"rem\":[[\"!limit\",\"x\",1021,1024]]}}}}");
    collect_stop();
    options.max_value_length = SENTRY_NONE;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_extra("blob", sentry_value_new_string(text));
    say(text);
    CHECK_INT(collect_len(0, "extra.blob"), 5000);
    CHECK_INT(collect_len(0, "logentry.formatted"), 5000);
    CHECK(!collect_has(0, "_meta"));
    collect_stop();
    free(text);
}

/* Limits that leave no room for the dots. */
static void cutting_to_almost_nothing(void)
{
    size_t limit;
    for (limit = 1; limit < 6; limit++) {
        sentry_options_t options = collect_options();
        options.max_value_length = limit;
        REQUIRE(collect_start(&options) == 0);
        sentry_set_tag("t", "a longer text");
        say("another longer text");
        CHECK_INT(collect_count(), 1);
        CHECK(collect_len(0, "tags.t") <= (limit < 3 ? 3 : limit));
        collect_stop();
    }
}

/* The notes of keys that need escapes, and of values that were merged later. */
static void cutting_notes_stay(void)
{
    static const char note[] = "{\"len\":13,\"rem\":[[\"!limit\",\"x\",7,10]]}";
    sentry_options_t options = collect_options();
    sentry_value_t notes, tag, context = sentry_value_new_object();
    char *text;
    options.max_value_length = 10;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("odd \"key\"\n", "0123456789abc");
    sentry_value_set_by_key(context, "long", sentry_value_new_string("0123456789abc"));
    sentry_set_context("ctx", context);
    context = sentry_value_new_object();
    sentry_value_set_by_key(context, "other", sentry_value_new_string("o"));
    sentry_update_context("ctx", context);
    sentry_set_tag("z", "short");
    say("x");
    notes = collect_get(0, "_meta.tags");
    tag = sentry_value_get_by_key(collect_get(0, "tags"), "odd \"key\"\n");
    CHECK_STR(sentry_value_as_string(tag), "0123456...");
    text = sentry_value_to_json(sentry_value_get_by_key(sentry_value_get_by_key(notes, "odd \"key\"\n"), ""));
    CHECK_STR(text, note);
    sentry_free(text);
    CHECK_STR(collect_str(0, "contexts.ctx.long"), "0123456...");
    CHECK_STR(collect_str(0, "contexts.ctx.other"), "o");
    CHECK_STR(collect_text(0, "_meta.contexts.ctx.long."), note);
    sentry_remove_context("ctx"); /* and they go with what they are about */
    sentry_set_tag("odd \"key\"\n", "short");
    say("y");
    CHECK(!collect_has(1, "_meta"));
    collect_stop();
}

/* An event's own _meta stays, next to the notes. */
static void cutting_keeps_notes_of_others(void)
{
    sentry_options_t options = collect_options();
    sentry_value_t event = sentry_value_from_json("{\"_meta\":{\"extra\":{\"mine\":{\"\":{\"len\":99}}}},\"extra\":{\"mine\":\"m\","
        "\"long\":\"0123456789abc\"}}");
    options.max_value_length = 10;
    REQUIRE(collect_start(&options) == 0);
    sentry_capture_event(event);
    CHECK_STR(collect_text(0, "_meta.extra.mine."), "{\"len\":99}");
    CHECK_STR(collect_text(0, "_meta.extra.long."), "{\"len\":13,\"rem\":[[\"!limit\",\"x\",7,10]]}");
    collect_stop();
}

/* -- scrubbing -- */

static const char *const denylist[] = {"password", "passwd", "secret", "api_key", "apikey", "auth", "credentials", "mysql_pwd",
    "privatekey", "private_key", "token", "session", "csrftoken", "sessionid", "x_csrftoken", "x_forwarded_for", "set_cookie",
    "cookie", "authorization", "proxy-authorization", "x_api_key", "aiohttp_session", "connect.sid", "csrf_token", "csrf", "_csrf",
    "_csrf_token", "PHPSESSID", "_session", "symfony", "user_session", "_xsrf", "XSRF-TOKEN"};

enum { DENIED = sizeof denylist / sizeof denylist[0] };

/* A key with the case of every other letter changed. */
static void odd_case(char *out, const char *key)
{
    size_t i;
    for (i = 0; key[i]; i++) {
        char c = key[i];
        if (i % 2 == 0 && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        else if (i % 2 == 0 && c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        out[i] = c;
    }
    out[i] = 0;
}

/* An object with every denied key, twice, and one that is fine. */
static sentry_value_t secrets(void)
{
    sentry_value_t object = sentry_value_new_object();
    char key[32];
    size_t i;
    for (i = 0; i < DENIED; i++) {
        sentry_value_set_by_key(object, denylist[i], sentry_value_new_string("hunter2"));
        odd_case(key, denylist[i]);
        sentry_value_set_by_key(object, key, sentry_value_new_string("hunter2"));
    }
    sentry_value_set_by_key(object, "fine", sentry_value_new_string("visible"));
    return object;
}

static void check_scrubbed(const char *path)
{
    char meta[64], key[32];
    sentry_value_t object = collect_get(0, path), notes;
    size_t i;
    int round;
    snprintf(meta, sizeof meta, "_meta.%s", path);
    notes = collect_get(0, meta);
    for (i = 0; i < DENIED; i++) {
        for (round = 0; round < 2; round++) {
            char *note;
            snprintf(key, sizeof key, "%s", denylist[i]);
            if (round)
                odd_case(key, denylist[i]);
            if (strcmp(sentry_value_as_string(sentry_value_get_by_key(object, key)), "[Filtered]") != 0)
                printf("%s.%s:\n", path, key);
            CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(object, key)), "[Filtered]");
            note = sentry_value_to_json(sentry_value_get_by_key(sentry_value_get_by_key(notes, key), ""));
            CHECK_STR(note, "{\"rem\":[[\"!config\",\"s\"]]}");
            sentry_free(note);
        }
    }
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(object, "fine")), "visible");
    CHECK(sentry_value_is_null(sentry_value_get_by_key(notes, "fine")));
}

static void check_visible(const char *path)
{
    sentry_value_t object = collect_get(0, path);
    size_t i;
    for (i = 0; i < DENIED; i++)
        CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(object, denylist[i])), "hunter2");
}

static void scrubbing(void)
{
    sentry_value_t event = sentry_value_new_event(), request = sentry_value_new_object(), extra = sentry_value_new_object(), crumb;
    char key[32];
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    sentry_value_set_by_key(request, "headers", secrets());
    sentry_value_set_by_key(request, "cookies", secrets());
    sentry_value_set_by_key(request, "data", secrets());
    sentry_value_set_by_key(request, "url", sentry_value_new_string("http://example.com/"));
    sentry_value_set_by_key(event, "request", request);
    for (i = 0; i < DENIED; i++) { /* half from the scope, half from the event */
        sentry_set_extra(denylist[i], sentry_value_new_string("hunter2"));
        odd_case(key, denylist[i]);
        sentry_value_set_by_key(extra, key, sentry_value_new_string("hunter2"));
    }
    sentry_set_extra("fine", sentry_value_new_string("visible"));
    sentry_value_set_by_key(event, "extra", extra);
    sentry_value_set_by_key(event, "user", secrets());
    sentry_set_tags(secrets());
    sentry_set_context("ctx", secrets());
    crumb = sentry_value_new_breadcrumb(NULL, "m");
    sentry_value_set_by_key(crumb, "data", secrets());
    sentry_add_breadcrumb(crumb);
    sentry_capture_event(event);
    check_scrubbed("request.headers");
    check_scrubbed("request.cookies");
    check_scrubbed("request.data");
    check_scrubbed("extra");
    check_scrubbed("user");
    check_scrubbed("breadcrumbs.values.0.data");
    check_visible("tags");
    check_visible("contexts.ctx");
    CHECK_STR(collect_str(0, "request.url"), "http://example.com/");
    CHECK(!collect_has(0, "_meta.tags"));
    CHECK(!collect_has(0, "_meta.contexts"));
    collect_stop();
}

/* Secrets that are no texts; keys that only look like one. */
static void scrubbing_other_values(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_extra("password", sentry_value_from_json("{\"deep\":[\"hunter2\"]}"));
    sentry_set_extra("token", sentry_value_new_double(471.14711)); /* digits that no random id has */
    sentry_set_extra("passwords", sentry_value_new_string("visible"));
    sentry_set_extra("my_password", sentry_value_new_string("visible"));
    sentry_set_extra("pass", sentry_value_new_string("visible"));
    sentry_set_extra("", sentry_value_new_string("visible"));
    say("password=hunter3");
    CHECK_STR(collect_str(0, "extra.password"), "[Filtered]");
    CHECK_STR(collect_str(0, "extra.token"), "[Filtered]");
    CHECK_ABSENT(collect_json(0), "hunter2");
    CHECK_ABSENT(collect_json(0), "471.14711");
    CHECK_STR(collect_str(0, "extra.passwords"), "visible");
    CHECK_STR(collect_str(0, "extra.my_password"), "visible");
    CHECK_STR(collect_str(0, "extra.pass"), "visible");
    CHECK_STR(collect_str(0, "logentry.formatted"), "password=hunter3");
    collect_stop();
}

static sentry_value_t request_with_names(void)
{
    sentry_value_t event = sentry_value_new_event(), request = sentry_value_new_object(), headers = sentry_value_new_object();
    sentry_value_set_by_key(headers, "x_real_ip", sentry_value_new_string("10.0.0.1"));
    sentry_value_set_by_key(headers, "REMOTE_ADDR", sentry_value_new_string("10.0.0.1"));
    sentry_value_set_by_key(headers, "accept", sentry_value_new_string("text"));
    sentry_value_set_by_key(headers, "cookie", sentry_value_new_string("hunter2"));
    sentry_value_set_by_key(request, "headers", headers);
    sentry_value_set_by_key(event, "request", request);
    return event;
}

static void personal_data(void)
{
    sentry_options_t options = collect_options();
    REQUIRE(collect_start(&options) == 0);
    sentry_set_user(sentry_value_new_user("42", NULL, NULL, "192.168.1.7"));
    sentry_capture_event(request_with_names());
    CHECK_STR(collect_str(0, "user.id"), "42");
    CHECK(!collect_has(0, "user.ip_address"));
    CHECK_ABSENT(collect_json(0), "192.168.1.7");
    CHECK_ABSENT(collect_json(0), "10.0.0.1");
    CHECK_STR(collect_str(0, "request.headers.x_real_ip"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.REMOTE_ADDR"), "[Filtered]");
    CHECK_STR(collect_str(0, "request.headers.accept"), "text");
    collect_stop();
    options.send_default_pii = 1;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_user(sentry_value_new_user("42", NULL, NULL, "192.168.1.7"));
    sentry_capture_event(request_with_names());
    CHECK_STR(collect_str(0, "user.ip_address"), "192.168.1.7");
    CHECK_STR(collect_str(0, "request.headers.x_real_ip"), "10.0.0.1");
    CHECK_STR(collect_str(0, "request.headers.REMOTE_ADDR"), "10.0.0.1");
    CHECK_STR(collect_str(0, "request.headers.cookie"), "[Filtered]");
    collect_stop();
}

/* -- bad input -- */

static void no_events(void)
{
    sentry_value_t frozen, shared;
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    id = sentry_capture_event(sentry_value_new_null());
    CHECK(sentry_uuid_is_nil(&id));
    id = sentry_capture_event(sentry_value_new_int32(5));
    CHECK(sentry_uuid_is_nil(&id));
    id = sentry_capture_event(sentry_value_new_string("text"));
    CHECK(sentry_uuid_is_nil(&id));
    id = sentry_capture_event(sentry_value_new_list());
    CHECK(sentry_uuid_is_nil(&id));
    CHECK_INT(collect_count(), 0);
    /* a frozen event is sent, or not, but is not changed */
    sentry_set_tag("t", "1");
    frozen = sentry_value_new_object();
    sentry_value_set_by_key(frozen, "logger", sentry_value_new_string("frozen"));
    sentry_value_freeze(frozen);
    sentry_value_incref(frozen);
    id = sentry_capture_event(frozen);
    CHECK_INT(sentry_value_get_length(frozen), 1);
    CHECK_INT(collect_count(), sentry_uuid_is_nil(&id) ? 0 : 1);
    if (collect_count()) {
        CHECK(collect_is_id(0, &id));
        CHECK_STR(collect_str(0, "logger"), "frozen");
        CHECK_STR(collect_str(0, "tags.t"), "1");
    }
    sentry_value_decref(frozen);
    /* an event that somebody else holds as well */
    shared = sentry_value_new_event();
    sentry_value_incref(shared);
    id = sentry_capture_event(shared);
    CHECK(!sentry_uuid_is_nil(&id));
    sentry_value_decref(shared);
    collect_stop();
}

/* Well-known keys with values of the wrong type. */
static void nonsense_fields(void)
{
    static const char *const fields[] = {"tags", "extra", "contexts", "user", "level", "fingerprint", "transaction", "release",
        "breadcrumbs", "exception", "threads", "logentry", "request", "sdk", "timestamp", "platform", "event_id", "_meta",
        "server_name", "environment", "dist"};
    static const char *const values[] = {"5", "\"text\"", "[1,2]", "{\"values\":5}", "{\"a\":{\"b\":[null]}}", "null", "true",
        "1.5", "{\"trace\":5,\"values\":[1,\"a\",null]}", "[[\"k\",\"v\"]]"};
    size_t f, v, sent = 0;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("t", "1");
    sentry_set_extra("e", sentry_value_new_int32(1));
    sentry_set_context("trace", sentry_value_new_object());
    sentry_set_user(sentry_value_new_user("1", NULL, NULL, "1.2.3.4"));
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "b");
    for (f = 0; f < sizeof fields / sizeof fields[0]; f++) {
        for (v = 0; v < sizeof values / sizeof values[0]; v++) {
            sentry_value_t event = sentry_value_new_event();
            sentry_uuid_t id;
            sentry_value_set_by_key(event, fields[f], sentry_value_from_json(values[v]));
            id = sentry_capture_event(event);
            if (sentry_uuid_is_nil(&id))
                continue;
            if (sentry_value_get_type(collect_event(sent)) != SENTRY_VALUE_TYPE_OBJECT)
                CHECK_STR(collect_json(sent), fields[f]);
            CHECK(is_hex(collect_str(sent, "event_id"), 32));
            sent++;
        }
    }
    CHECK_INT(collect_count(), sent);
    CHECK(sent > 100);
    collect_stop();
}

/* Lists in lists, or objects in objects with a text at each level. */
static sentry_value_t deep_value(int objects)
{
    sentry_value_t inner = objects ? sentry_value_new_object() : sentry_value_new_list();
    int i;
    for (i = 0; i < 10000; i++) {
        sentry_value_t outer = objects ? sentry_value_new_object() : sentry_value_new_list();
        if (objects) {
            sentry_value_set_by_key(outer, "in", inner);
            sentry_value_set_by_key(outer, "text", sentry_value_new_string("0123456789abc"));
        } else {
            sentry_value_append(outer, inner);
        }
        inner = outer;
    }
    return inner;
}

/* The deepest nesting of a JSON text. */
static int depth_of(const char *json)
{
    int depth = 0, most = 0, quoted = 0;
    for (; *json; json++) {
        if (quoted && *json == '\\' && json[1])
            json++;
        else if (*json == '"')
            quoted = !quoted;
        else if (!quoted && (*json == '{' || *json == '['))
            most = ++depth > most ? depth : most;
        else if (!quoted && (*json == '}' || *json == ']'))
            depth--;
    }
    return most;
}

/* Deep values are cut off where readers, the server's too, stop: SENTRY_MAX_DEPTH, counted from the event. */
static void very_deep_values(void)
{
    int way;
    for (way = 0; way < 9; way++) {
        sentry_options_t options = collect_options();
        sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "x"), group = sentry_value_new_object();
        calls = 0;
        options.max_value_length = 10;
        options.before_send = way < 3 ? NULL : keep;
        REQUIRE(collect_start(&options) == 0);
        if (way >= 6)
            sentry_add_event_processor(keep, NULL);
        sentry_value_set_by_key(group, "deep", deep_value(way & 1));
        switch (way % 3) {
        case 0:
            sentry_set_extra("deep", deep_value(way & 1));
            sentry_set_context("deep", deep_value(1));
            break;
        case 1:
            sentry_value_set_by_key(event, "extra", sentry_value_incref(group));
            sentry_value_set_by_key(event, "deep", deep_value(1));
            break;
        default:
            sentry_value_set_by_key(group, "message", sentry_value_new_string("crumb"));
            sentry_add_breadcrumb(sentry_value_incref(group));
        }
        sentry_value_decref(group);
        sentry_capture_event(event);
        CHECK_INT(collect_count(), 1);
        CHECK_INT(calls, way < 3 ? 0 : way < 6 ? 1 : 2);
        CHECK(depth_of(collect_json(0)) <= SENTRY_MAX_DEPTH);
        CHECK(depth_of(collect_json(0)) > SENTRY_MAX_DEPTH / 2);
        CHECK_INT(sentry_value_get_type(collect_event(0)), SENTRY_VALUE_TYPE_OBJECT);
        CHECK_INT(sentry_value_get_type(sentry_envelope_get_event(collect_envelope(0))), SENTRY_VALUE_TYPE_OBJECT);
        CHECK_STR(collect_str(0, "logentry.formatted"), "x");
        CHECK_STR(collect_str(0, "release"), "app@1.2.3");
        collect_stop();
    }
}

static void numbers(void)
{
    double zero = 0, nan_value = sentry_value_as_double(sentry_value_new_null());
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_extra("nan", sentry_value_new_double(nan_value));
    sentry_set_extra("inf", sentry_value_new_double(1e308 * 10));
    sentry_set_extra("ninf", sentry_value_new_double(-1e308 * 10));
    sentry_set_extra("nzero", sentry_value_new_double(-zero));
    sentry_set_extra("tiny", sentry_value_new_double(5e-324));
    sentry_set_extra("i64", sentry_value_new_int64(INT64_MIN));
    sentry_set_extra("u64", sentry_value_new_uint64(UINT64_MAX));
    say("x");
    CHECK_INT(sentry_value_get_type(collect_event(0)), SENTRY_VALUE_TYPE_OBJECT);
    CHECK_CONTAINS(collect_json(0), "\"nan\":null");
    CHECK_CONTAINS(collect_json(0), "\"inf\":null");
    CHECK_CONTAINS(collect_json(0), "\"ninf\":null");
    CHECK_CONTAINS(collect_json(0), "\"i64\":-9223372036854775808");
    CHECK_CONTAINS(collect_json(0), "\"u64\":18446744073709551615");
    CHECK(sentry_value_as_double(collect_get(0, "extra.tiny")) == (double)5e-324);
    collect_stop();
}

static void huge_strings(void)
{
    enum { HUGE_SIZE = 10 << 20 };
    sentry_options_t options = collect_options();
    char *text = (char *)malloc(HUGE_SIZE + 1);
    sentry_value_t event;
    REQUIRE(text != NULL);
    memset(text, 'x', HUGE_SIZE);
    text[HUGE_SIZE] = 0;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("t", text);
    sentry_set_extra("e", sentry_value_new_string(text));
    sentry_capture_exception(text, text);
    say(text);
    sentry_capture_messagef(SENTRY_LEVEL_INFO, "%s", text);
    sentry_breadcrumb(text, SENTRY_LEVEL_INFO, "%s", text);
    say("x");
    CHECK_INT(collect_count(), 4);
    CHECK_INT(collect_len(1, "logentry.formatted"), 1024);
    CHECK_STR(collect_text(1, "_meta.logentry.formatted."), "{\"len\":10485760,\"rem\":[[\"!limit\",\"x\",1021,1024]]}");
    CHECK(collect_len(2, "logentry.formatted") <= 1024);
    CHECK(strlen(collect_json(1)) < 100000);
    collect_stop();
    options.max_value_length = SENTRY_NONE;
    REQUIRE(collect_start(&options) == 0);
    event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, text);
    sentry_capture_event(event);
    CHECK_INT(collect_len(0, "logentry.formatted"), HUGE_SIZE);
    collect_stop();
    free(text);
}

static void thousand_tags(void)
{
    sentry_value_t event = sentry_value_new_event(), tags = sentry_value_new_object();
    char key[24];
    int i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "scope%d", i);
        sentry_set_tag(key, "s");
        snprintf(key, sizeof key, "event%d", i);
        sentry_value_set_by_key(tags, key, sentry_value_new_string("e"));
    }
    sentry_value_set_by_key(tags, "scope500", sentry_value_new_string("e"));
    sentry_value_set_by_key(event, "tags", tags);
    sentry_capture_event(event);
    CHECK_INT(collect_len(0, "tags"), 2000);
    CHECK_STR(collect_str(0, "tags.scope999"), "s");
    CHECK_STR(collect_str(0, "tags.scope500"), "e");
    CHECK_STR(collect_str(0, "tags.event999"), "e");
    collect_stop();
}

static void when_off(void)
{
    sentry_options_t options;
    sentry_uuid_t id;
    int round;
    for (round = 0; round < 3; round++) {
        id = say("x");
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_capture_messagef(SENTRY_LEVEL_INFO, "%d", 1);
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_capture_exception("E", "v");
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_capture_errno("x");
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_capture_event(sentry_value_new_event());
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_capture_event_with_hint(sentry_value_new_event(), sentry_hint_new());
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_get_last_event_id();
        CHECK(sentry_uuid_is_nil(&id));
        CHECK_INT(sentry_is_enabled(), 0);
        CHECK_INT(sentry_flush(10), 0);
        CHECK_INT(sentry_close(), 0);
        if (round == 0) {
            REQUIRE(collect_start(NULL) == 0);
            CHECK_INT(sentry_is_enabled(), 1);
            collect_stop();
        } else if (round == 1) { /* started, but without a DSN */
            memset(&options, 0, sizeof options);
            options.dsn = "";
            CHECK_INT(sentry_init(&options), 0);
            CHECK_INT(sentry_is_enabled(), 0);
        }
    }
}

static void on_a_null_transport(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_uuid_t id;
    sentry_options_set_dsn(options, COLLECT_DSN);
    sentry_options_set_transport(options, NULL);
    REQUIRE(sentry_init(options) == 0);
    sentry_set_tag("t", "1");
    id = say("x");
    (void)id;
    CHECK_INT(sentry_flush(100), 0);
    CHECK_INT(sentry_close(), 0);
}

static const test_case_t tests[] = {
    {"message", message},
    {"messagef", messagef},
    {"message_event", message_event},
    {"exception", exception},
    {"errno_shapes", errno_shapes},
    {"exception_chains", exception_chains},
    {"skeleton", skeleton},
    {"context_types", context_types},
    {"server_name_and_sdk_name", server_name_and_sdk_name},
    {"event_ids", event_ids},
    {"envelope_headers", envelope_headers},
    {"trace_header_without_extras", trace_header_without_extras},
    {"ignore_errors", ignore_errors},
    {"ignore_errors_in_chains", ignore_errors_in_chains},
    {"ignore_errors_is_copied", ignore_errors_is_copied},
    {"ignore_errors_is_quick", ignore_errors_is_quick},
    {"before_send_hints", before_send_hints},
    {"hints", hints},
    {"before_send_changes", before_send_changes},
    {"before_send_drops", before_send_drops},
    {"before_send_is_last", before_send_is_last},
    {"before_send_cannot_reenter", before_send_cannot_reenter},
    {"close_inside_a_hook_does_nothing", close_inside_a_hook_does_nothing},
    {"sample_rate", sample_rate},
    {"sample_rate_none", sample_rate_none},
    {"sample_rate_nonsense", sample_rate_nonsense},
    {"error_sampler", error_sampler},
    {"error_sampler_sees_what_before_send_left", error_sampler_sees_what_before_send_left},
    {"cutting", cutting},
    {"cutting_on_code_points", cutting_on_code_points},
    {"cutting_defaults", cutting_defaults},
    {"cutting_to_almost_nothing", cutting_to_almost_nothing},
    {"cutting_notes_stay", cutting_notes_stay},
    {"cutting_keeps_notes_of_others", cutting_keeps_notes_of_others},
    {"scrubbing", scrubbing},
    {"scrubbing_other_values", scrubbing_other_values},
    {"personal_data", personal_data},
    {"no_events", no_events},
    {"nonsense_fields", nonsense_fields},
    {"very_deep_values", very_deep_values},
    {"numbers", numbers},
    {"huge_strings", huge_strings},
    {"thousand_tags", thousand_tags},
    {"when_off", when_off},
    {"on_a_null_transport", on_a_null_transport},
};

int main(int argc, char **argv)
{
    const char *at;
    for (own_name = at = argv[0]; *at; at++) {
        if (*at == '/' || *at == '\\') own_name = at + 1;
    }
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
