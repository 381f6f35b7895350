/* Release health: what a session tells and when, what counts for it, and how one is closed whose process is gone. */
#include "clock.h"
#include "files.h"
#include "inside.h"
#ifndef SENTRY_NO_HTTP
#include "sink.h"
#endif
#include <signal.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define A_MOMENT_TEXT "2026-01-02T03:04:05.678901Z" /* where the clock of clock.h begins */
#define A_SID "7c7b6585-f901-4351-bf8d-02711b721929"
#define A_RUN "11111111-2222-4333-8444-555555555555"
#define ENOUGH_MS 8000
#ifdef SENTRY_NO_FILES
#define HAS_FILES 0
#else
#define HAS_FILES 1
#endif

/* -- what arrives -------------------------------------------------------------------------------------- */

typedef struct {
    char text[1025];
    int beside; /* it came with an event */
} told_t;

static struct {
    test_mutex_t lock;
    told_t list[512];
    int count, events, envelopes, limited; /* sessions, and so on; reports of sessions that limits held back */
    int offline, limit;                    /* the client gets no answer, or one that limits sessions */
} told = { TEST_MUTEX_INIT, { { "", 0 } }, 0, 0, 0, 0, 0, 0 };

static const char *type_of(const sentry_envelope_t *envelope, size_t item)
{
    return sentry_value_as_string(sentry_value_get_by_key(sentry_envelope_get_item_header(envelope, item), "type"));
}

static void take_item(const sentry_envelope_t *envelope, size_t item)
{
    size_t size = 0;
    const char *payload = sentry_envelope_get_item_payload(envelope, item, &size);
    if (strcmp(type_of(envelope, item), "event") == 0) told.events++;
    if (strcmp(type_of(envelope, item), "client_report") == 0) told.limited += strstr(payload, "\"category\":\"session\"") != NULL;
    if (strcmp(type_of(envelope, item), "session") != 0) return;
    CHECK_EACH(size < sizeof told.list[0].text && told.count < (int)COUNT(told.list));
    told.list[told.count].beside = item > 0;
    snprintf(told.list[told.count++].text, sizeof told.list[0].text, "%s", payload);
}

static void take(const sentry_envelope_t *envelope)
{
    size_t item;
    test_lock(&told.lock);
    for (item = 0; item < sentry_envelope_get_item_count(envelope); item++) take_item(envelope, item);
    told.envelopes++;
    test_unlock(&told.lock);
}

static void receive(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    take(envelope);
    sentry_envelope_free(envelope);
}

#ifndef SENTRY_NO_HTTP
static sentry_http_client_t *client_new(void *data) { return (sentry_http_client_t *)data; }

static int client_send(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    size_t size;
    const char *body = sentry_http_request_get_body(request, &size);
    sentry_envelope_t *envelope = sentry_envelope_deserialize(body, size);
    (void)client;
    CHECK_EACH(envelope != NULL);
    if (!told.offline) take(envelope);
    sentry_envelope_free(envelope);
    if (told.limit) sentry_http_response_set_header(response, "X-Sentry-Rate-Limits", "3600:session:key");
    sentry_http_response_set_status_code(response, told.offline ? 0 : 200);
    return !told.offline;
}
#endif

/* What a member of session i is, as text; numbers with three digits behind the point. Two may be in use. */
static const char *member(int i, const char *key)
{
    static char texts[2][512];
    static int next;
    char *text = texts[next = !next];
    sentry_value_t v = sentry_value_from_json(i < told.count ? told.list[i].text : ""), field = sentry_value_get_by_key(v, key);
    CHECK_EACH(sentry_value_get_type(v) == SENTRY_VALUE_TYPE_OBJECT);
    switch (sentry_value_get_type(field)) {
    case SENTRY_VALUE_TYPE_NULL: snprintf(text, sizeof texts[0], "none"); break;
    case SENTRY_VALUE_TYPE_BOOL: snprintf(text, sizeof texts[0], "%s", sentry_value_is_true(field) ? "true" : "false"); break;
    case SENTRY_VALUE_TYPE_STRING: snprintf(text, sizeof texts[0], "%s", sentry_value_as_string(field)); break;
    case SENTRY_VALUE_TYPE_OBJECT: {
        char *json = sentry_value_to_json(field);
        snprintf(text, sizeof texts[0], "%s", json);
        sentry_free(json);
        break;
    }
    default: snprintf(text, sizeof texts[0], "%.3f", sentry_value_as_double(field)); break;
    }
    sentry_value_decref(v);
    return text;
}

/* Session i: its status, how many errors, whether it is the first word of it, and whether it came with an event. */
static void check_told(int i, const char *status, int errors, int init, int beside)
{
    char number[32];
    snprintf(number, sizeof number, "%d.000", errors);
    CHECK(i < told.count);
    CHECK_STR(member(i, "status"), status);
    CHECK_STR(member(i, "errors"), number);
    CHECK_STR(member(i, "init"), init ? "true" : "none");
    if (i < told.count) CHECK_INT(told.list[i].beside, beside);
}

static int same_session(int i, int k)
{
    return strcmp(member(i, "sid"), member(k, "sid")) == 0 && strcmp(member(i, "started"), member(k, "started")) == 0
        && strcmp(member(i, "did"), member(k, "did")) == 0 && strcmp(member(i, "attrs"), member(k, "attrs")) == 0;
}

/* -- the SDK ------------------------------------------------------------------------------------------- */

/* Where it keeps things. */
static const char *database(void)
{
    static char path[FILE_MAX_PATH];
    file_join(path, scratch, "database");
    return path;
}

static int by_worker; /* take the SDK's own transport */

static sentry_options_t some_options(void)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = "http://key@o1.ingest.example.com/42";
    o.release = "my-app@1.2.3";
    o.server_name = "host";
    o.database_path = database();
    o.http_compression = SENTRY_OFF;
    return o;
}

static int start_with(sentry_options_t o)
{
    o.transport = NULL;
#ifndef SENTRY_NO_HTTP
    if (by_worker) o.transport = sentry_http_transport_new(client_new, &told, client_send, NULL);
#endif
    if (!by_worker) o.transport = sentry_transport_new(receive);
    return sentry_init(&o) == 0;
}

static int start(void) { return start_with(some_options()); }

static void flush(void) { CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0); }

/* Sends everything and ends; what is still to be told is in `told` then. */
static void stop(void)
{
    sentry_close();
    CHECK_INT(alloc_now().blocks, 0);
}

static void forget(void) { told.count = told.events = told.envelopes = told.limited = 0; }

static void fail(void) { sentry_capture_exception("Error", "it failed"); }

/* Runs a test with a transport of the user's, and with the SDK's. */
static void both_ways(void (*run)(void))
{
    REQUIRE(scratch_begin());
    run();
#ifndef SENTRY_NO_HTTP
    forget();
    file_remove(database(), NULL);
    by_worker = 1;
    run();
    by_worker = 0;
#endif
    scratch_end();
}
#define BOTH_WAYS(name) \
    static void name(void) { both_ways(name##_once); }

/* -- a session's life ---------------------------------------------------------------------------------- */

static void begins_and_ends_once(void)
{
    clock_set(1767323045678901);
    REQUIRE(start());
    CHECK_INT(told.count, 0); /* nothing leaves before there is something to say */
    clock_pass(65000, 65000);
    stop();
    REQUIRE(told.count == 1);
    check_told(0, "exited", 0, 1, 0);
    CHECK_STR(member(0, "started"), A_MOMENT_TEXT);
    CHECK_STR(member(0, "timestamp"), "2026-01-02T03:05:10.678901Z");
    CHECK_STR(member(0, "duration"), "65.000");
    CHECK_STR(member(0, "seq"), "0.000");
    CHECK_STR(member(0, "attrs"), "{\"release\":\"my-app@1.2.3\",\"environment\":\"production\"}");
    CHECK_STR(member(0, "abnormal_mechanism"), "none");
    CHECK_INT(strlen(member(0, "sid")), 36);
    CHECK_INT(strlen(member(0, "did")), HAS_FILES ? 36 : 4);
}
BOTH_WAYS(begins_and_ends)

/* An update has the members that the reference has. */
static void shapes_once(void)
{
    static const struct {
        const char *file;
        int told, exact; /* it has no more than those */
    } updates[] = { { "session_init", 0, 1 }, { "session_exited", 1, 1 }, { "session_abnormal", 3, 0 } };
    size_t i, k, size;
    REQUIRE(start());
    fail();
    sentry_end_session();
    sentry_start_session();
    fail();
    sentry_end_session_with_status(SENTRY_SESSION_STATUS_ABNORMAL);
    stop();
    REQUIRE(told.count == 4);
    CHECK(strcmp(member(0, "seq"), member(1, "seq")) != 0); /* by which the server puts them in order */
    for (i = 0; i < COUNT(updates); i++) {
        char path[64], *bytes;
        sentry_envelope_t *golden;
        sentry_value_t theirs, ours = sentry_value_from_json(told.list[updates[i].told].text);
        static const char *const keys[] = { "sid", "did", "started", "attrs", "init", "seq", "timestamp", "duration", "status", "errors", "abnormal_mechanism" };
        snprintf(path, sizeof path, "golden/%s.envelope", updates[i].file);
        bytes = file_get(path, &size);
        REQUIRE(bytes != NULL);
        golden = sentry_envelope_deserialize(bytes, size);
        theirs = sentry_value_from_json(sentry_envelope_get_item_payload(golden, 0, NULL));
        for (k = 0; k < COUNT(keys); k++) {
            sentry_value_type_t type = sentry_value_get_type(sentry_value_get_by_key(theirs, keys[k])), is = sentry_value_get_type(sentry_value_get_by_key(ours, keys[k]));
            if (!HAS_FILES && strcmp(keys[k], "did") == 0) continue;
            if (type == SENTRY_VALUE_TYPE_INT64) type = SENTRY_VALUE_TYPE_INT32;
            if (is == SENTRY_VALUE_TYPE_INT64) is = SENTRY_VALUE_TYPE_INT32;
            if (is == SENTRY_VALUE_TYPE_DOUBLE || type == SENTRY_VALUE_TYPE_DOUBLE) CHECK_EACH(strcmp(keys[k], "duration") == 0);
            else if (updates[i].exact || type != SENTRY_VALUE_TYPE_NULL) CHECK_STR(member(updates[i].told, keys[k])[0] && is == type ? keys[k] : "", keys[k]);
        }
        sentry_value_decref(theirs);
        sentry_value_decref(ours);
        sentry_envelope_free(golden);
        free(bytes);
    }
    CHECK_STR(member(3, "abnormal_mechanism"), "none");
}

static void shapes(void)
{
    REQUIRE(scratch_begin());
    shapes_once();
    scratch_end();
}

/* The first envelope with an event takes the session along, and from then on each that changes it. */
static void rides_along_once(void)
{
    REQUIRE(start());
    sentry_capture_message(SENTRY_LEVEL_INFO, "hello");
    sentry_capture_message(SENTRY_LEVEL_INFO, "again");
    fail();
    sentry_capture_message(SENTRY_LEVEL_INFO, "once more");
    fail();
    clock_pass(1500, 1500);
    stop();
    CHECK_INT(told.events, 5);
    CHECK_INT(told.envelopes, 6);
    REQUIRE(told.count == 4);
    check_told(0, "ok", 0, 1, 1);
    check_told(1, "ok", 1, 0, 1);
    check_told(2, "ok", 2, 0, 1);
    check_told(3, "exited", 2, 0, 0);
    CHECK_STR(member(2, "duration"), "none");
    CHECK_STR(member(3, "duration"), "1.500");
    CHECK(same_session(0, 1) && same_session(0, 2) && same_session(0, 3));
}
BOTH_WAYS(rides_along)

static void several_once(void)
{
    REQUIRE(start());
    sentry_start_session(); /* ends the one of init */
    fail();
    sentry_end_session();
    sentry_end_session();
    fail(); /* counts for none */
    sentry_start_session();
    sentry_end_session_with_status(SENTRY_SESSION_STATUS_CRASHED);
    stop();
    REQUIRE(told.count == 4);
    check_told(0, "exited", 0, 1, 0);
    check_told(1, "ok", 1, 1, 1);
    check_told(2, "exited", 1, 0, 0);
    check_told(3, "crashed", 1, 1, 0);
    CHECK(strcmp(member(0, "sid"), member(1, "sid")) != 0);
    CHECK(strcmp(member(0, "sid"), member(3, "sid")) != 0);
    CHECK(same_session(1, 2));
}
BOTH_WAYS(several)

static void ends_as_said_once(void)
{
    static const struct {
        int status;
        const char *name;
        int errors;
    } ends[] = { { SENTRY_SESSION_STATUS_OK, "exited", 0 }, { SENTRY_SESSION_STATUS_EXITED, "exited", 0 }, { SENTRY_SESSION_STATUS_CRASHED, "crashed", 1 },
        { SENTRY_SESSION_STATUS_ABNORMAL, "abnormal", 0 }, { 99, "exited", 0 }, { -1, "exited", 0 } };
    size_t i;
    REQUIRE(start());
    for (i = 0; i < COUNT(ends); i++) {
        sentry_start_session();
        flush();
        forget();
        sentry_end_session_with_status((sentry_session_status_t)ends[i].status);
        flush();
        check_told(0, ends[i].name, ends[i].errors, 1, 0);
        CHECK_INT(told.count, 1);
    }
    forget();
    stop();
    CHECK_INT(told.count, 0);
}
BOTH_WAYS(ends_as_said)

static void without_the_sdk(void)
{
    sentry_options_t o = some_options();
    REQUIRE(scratch_begin());
    o = some_options();
    sentry_start_session();
    sentry_end_session();
    sentry_end_session();
    o.dsn = "";
    REQUIRE(start_with(o));
    sentry_start_session();
    sentry_end_session();
    stop();
    sentry_end_session_with_status(SENTRY_SESSION_STATUS_CRASHED);
    CHECK_INT(told.count, 0);
    CHECK_INT(scratch_files(), 0);
    scratch_end();
}

static void only_with_a_release(void)
{
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = some_options();
    o.release = "";
    REQUIRE(start_with(o));
    sentry_start_session();
    fail();
    CHECK_INT(scratch_files(), 0);
    sentry_set_release("late@1");
    sentry_start_session();
    stop();
    REQUIRE(told.count == 1);
    check_told(0, "exited", 0, 1, 0);
    CHECK_CONTAINS(member(0, "attrs"), "late@1");
    scratch_end();
}

static void not_by_itself_when_off(void)
{
    sentry_options_t o, *made;
    REQUIRE(scratch_begin());
    o = some_options();
    o.auto_session_tracking = SENTRY_OFF;
    REQUIRE(start_with(o));
    fail();
    CHECK_INT(told.count, 0);
    CHECK_INT(scratch_files(), 0);
    sentry_start_session();
    stop();
    CHECK_INT(told.count, 1);
    made = sentry_options_new();
    CHECK_INT(sentry_options_get_auto_session_tracking(made), 1);
    sentry_options_set_auto_session_tracking(made, 0);
    CHECK_INT(made->auto_session_tracking, SENTRY_OFF);
    CHECK_INT(sentry_options_get_auto_session_tracking(made), 0);
    sentry_options_set_auto_session_tracking(made, 1);
    CHECK_INT(sentry_options_get_auto_session_tracking(made), 1);
    CHECK_INT(sentry_options_get_auto_session_tracking(NULL), 1);
    sentry_options_set_auto_session_tracking(NULL, 1);
    sentry_options_free(made);
    scratch_end();
}

static void another_init_once(void)
{
    REQUIRE(start());
    fail();
    REQUIRE(start());
    stop();
    REQUIRE(told.count == 3);
    check_told(0, "ok", 1, 1, 1);
    check_told(1, "exited", 1, 0, 0);
    check_told(2, "exited", 0, 1, 0);
    CHECK(strcmp(member(1, "sid"), member(2, "sid")) != 0);
    CHECK_STR(member(1, "did"), member(2, "did"));
}
BOTH_WAYS(another_init)

/* The wall clock may be put back; a duration is measured. */
static void durations_are_measured_once(void)
{
    REQUIRE(start());
    clock_pass(2345, -3600000);
    stop();
    REQUIRE(told.count == 1);
    CHECK_STR(member(0, "duration"), "2.345");
}
BOTH_WAYS(durations_are_measured)

/* -- what counts --------------------------------------------------------------------------------------- */

static sentry_value_t event_with(const char *level, const char *type, int handled)
{
    sentry_value_t event = sentry_value_new_event(), exception = sentry_value_new_exception(type, "text"), mechanism = sentry_value_new_object();
    sentry_value_set_by_key(mechanism, "handled", sentry_value_new_bool(handled));
    sentry_value_set_by_key(exception, "mechanism", mechanism);
    if (level) sentry_value_set_by_key(event, "level", sentry_value_new_string(level));
    if (type) sentry_event_add_exception(event, exception);
    else sentry_value_decref(exception);
    return event;
}

static void capture_level(const char *level) { sentry_capture_event(event_with(level, NULL, 1)); }

/* How many errors what has happened since made. */
static int errors_now(void) { return (int)inside_session_errors(); }

static sentry_value_t drop(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static void errors_count_once(void)
{
    sentry_scope_t *scope;
    REQUIRE(start());
    capture_level("debug");
    capture_level("info");
    capture_level("warning");
    sentry_capture_message(SENTRY_LEVEL_ERROR, "a message is no error");
    sentry_capture_messagef(SENTRY_LEVEL_FATAL, "%s", "nor is this");
    CHECK_INT(errors_now(), 0);
    capture_level("error");
    CHECK_INT(errors_now(), 1);
    capture_level("fatal");
    CHECK_INT(errors_now(), 2);
    capture_level(NULL); /* an error, when nobody says otherwise */
    CHECK_INT(errors_now(), 3);
    fail();
    CHECK_INT(errors_now(), 4);
    errno = ENOENT;
    sentry_capture_errno("open");
    CHECK_INT(errors_now(), 5);
    sentry_capture_event(event_with("info", "Exception", 1));
    CHECK_INT(errors_now(), 6);
    scope = sentry_local_scope_new();
    sentry_scope_set_level(scope, SENTRY_LEVEL_INFO);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_INT(errors_now(), 6);
    sentry_set_level(SENTRY_LEVEL_WARNING);
    capture_level(NULL);
    CHECK_INT(errors_now(), 6);
    stop();
    check_told(told.count - 1, "exited", 6, 0, 0);
}
BOTH_WAYS(errors_count)

static sentry_value_t make_info(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    sentry_value_set_by_key(event, "level", sentry_value_new_string("info"));
    return event;
}

/* Filtered events do not count; hooks decide what an event is. */
static void filters_once(void)
{
    static const char *const ignored[] = { "Err*", NULL };
    sentry_options_t o = some_options();
    o.before_send = drop;
    REQUIRE(start_with(o));
    fail();
    CHECK_INT(errors_now(), 0);
    stop();
    o = some_options();
    o.ignore_errors = ignored;
    REQUIRE(start_with(o));
    fail();
    CHECK_INT(errors_now(), 0);
    stop();
    REQUIRE(start());
    sentry_add_event_processor(drop, NULL);
    fail();
    CHECK_INT(errors_now(), 0);
    stop();
    REQUIRE(start());
    sentry_add_event_processor(make_info, NULL);
    capture_level("error");
    CHECK_INT(errors_now(), 0);
    stop();
    o = some_options();
    o.before_send = make_info;
    REQUIRE(start_with(o));
    capture_level("error");
    CHECK_INT(errors_now(), 0);
    stop();
    CHECK_INT(told.events, 2);
}
BOTH_WAYS(filters)

/* What is sampled out counts: the first time the server hears of it, then with what comes next. */
static void sampling_once(void)
{
    sentry_options_t o = some_options();
    o.sample_rate = SENTRY_RATE_NONE;
    REQUIRE(start_with(o));
    fail();
    flush();
    REQUIRE(told.count == 1);
    check_told(0, "ok", 1, 1, 0);
    fail();
    flush();
    CHECK_INT(told.count, 1);
    sentry_capture_message(SENTRY_LEVEL_INFO, "sampled out as well");
    stop();
    CHECK_INT(told.events, 0);
    REQUIRE(told.count == 2);
    check_told(1, "exited", 2, 0, 0);
    forget();
    REQUIRE(start_with(o));
    sentry_capture_event(event_with(NULL, "Fatal", 0));
    fail();
    stop();
    REQUIRE(told.count == 1);
    check_told(0, "crashed", 1, 1, 0);
}
BOTH_WAYS(sampling)

static void unhandled_is_crashed_once(void)
{
    REQUIRE(start());
    clock_pass(250, 250);
    sentry_capture_event(event_with("info", "Fatal", 0));
    fail();
    sentry_capture_event(event_with(NULL, "Fatal", 0));
    sentry_end_session();
    stop();
    REQUIRE(told.count == 1);
    check_told(0, "crashed", 1, 1, 1);
    CHECK_STR(member(0, "duration"), "0.250");
    CHECK_INT(told.events, 3);
}
BOTH_WAYS(unhandled_is_crashed)

/* -- who and what ---------------------------------------------------------------------------------------- */

static void user_is(const char *id, const char *email, const char *name)
{
    sentry_set_user(sentry_value_new_user(id, name, email, NULL));
}

/* The did of a session that says nothing before its end. */
static const char *did_at_the_end(void)
{
    sentry_end_session();
    flush();
    return member(told.count - 1, "did");
}

static void users_once(void)
{
    sentry_value_t number = sentry_value_new_object(), nothing = sentry_value_new_object();
    char installation[64];
    REQUIRE(start());
    snprintf(installation, sizeof installation, "%s", did_at_the_end());
    sentry_start_session();
    user_is("42", "e@example.com", "ada");
    CHECK_STR(did_at_the_end(), "42");
    sentry_start_session(); /* it is known at the start as well */
    CHECK_STR(did_at_the_end(), "42");
    sentry_start_session();
    user_is(NULL, "e@example.com", "ada");
    CHECK_STR(did_at_the_end(), "e@example.com");
    sentry_start_session();
    user_is("", NULL, "ad\"a");
    CHECK_STR(did_at_the_end(), "ad\"a");
    sentry_start_session();
    sentry_value_set_by_key(number, "id", sentry_value_new_int32(7));
    sentry_set_user(number);
    CHECK_STR(did_at_the_end(), "7");
    sentry_start_session();
    sentry_value_set_by_key(nothing, "id", sentry_value_new_list());
    sentry_set_user(nothing);
    CHECK_STR(did_at_the_end(), installation);
    sentry_start_session();
    user_is("42", NULL, NULL);
    sentry_remove_user();
    CHECK_STR(did_at_the_end(), installation);
    stop();
    REQUIRE(start());
    CHECK_STR(did_at_the_end(), installation);
    stop();
}
BOTH_WAYS(users)

static void user_stays_once_told_once(void)
{
    REQUIRE(start());
    user_is("first", NULL, NULL);
    user_is("second", NULL, NULL);
    fail();
    user_is("third", NULL, NULL);
    fail();
    sentry_remove_user();
    stop();
    REQUIRE(told.count == 3);
    CHECK_STR(member(0, "did"), "second");
    CHECK(same_session(0, 1) && same_session(0, 2));
}
BOTH_WAYS(user_stays_once_told)

/* A request's user is not the process's. */
static void users_of_scopes_and_hubs_once(void)
{
    sentry_hub_t *hub;
    REQUIRE(start());
    user_is("process", NULL, NULL);
    sentry_push_scope();
    user_is("scope", NULL, NULL);
    sentry_pop_scope();
    hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    user_is("hub", NULL, NULL);
    fail();
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    stop();
    REQUIRE(told.count == 2);
    CHECK_STR(member(0, "did"), "process");
    CHECK_STR(member(1, "did"), "process");
}
BOTH_WAYS(users_of_scopes_and_hubs)

static void attributes_stay_once(void)
{
    sentry_options_t o = some_options();
    o.environment = "testing";
    REQUIRE(start_with(o));
    sentry_set_release("other@2");
    sentry_set_environment("elsewhere");
    fail();
    sentry_start_session();
    stop();
    REQUIRE(told.count == 3);
    CHECK_STR(member(0, "attrs"), "{\"release\":\"my-app@1.2.3\",\"environment\":\"testing\"}");
    CHECK(same_session(0, 1));
    CHECK_STR(member(2, "attrs"), "{\"release\":\"other@2\",\"environment\":\"elsewhere\"}");
}
BOTH_WAYS(attributes_stay)

static void odd_texts_once(void)
{
    static const char umlaut[] = "\xC3\xA4";
    char name[2001], cut[512];
    sentry_options_t o = some_options();
    size_t i;
    memset(name, 'x', 2000);
    name[2000] = 0;
    o.release = name;
    REQUIRE(start_with(o)); /* no server takes such a release */
    fail();
    stop();
    CHECK_INT(told.count, 0);
    o = some_options();
    o.release = " a\"b\\c@1\n";
    REQUIRE(start_with(o));
    for (i = 0; i < 1000; i++) memcpy(name + 2 * i, umlaut, 2);
    user_is(name + 1, NULL, NULL); /* begins with half a letter */
    fail();
    stop();
    REQUIRE(told.count == 2);
    CHECK_STR(member(0, "attrs"), "{\"release\":\"a\\\"b\\\\c@1\",\"environment\":\"production\"}");
    snprintf(cut, sizeof cut, "%s", member(0, "did"));
    CHECK(strlen(cut) >= 190 && strlen(cut) <= 210);
    CHECK_CONTAINS(cut, umlaut);
    CHECK(same_session(0, 1));
}
BOTH_WAYS(odd_texts)

/* In the SDK's own callbacks the SDK is off. */
static sentry_value_t meddle(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    sentry_end_session_with_status(SENTRY_SESSION_STATUS_CRASHED);
    sentry_start_session();
    return event;
}

static void callbacks_do_not_meddle_once(void)
{
    sentry_options_t o = some_options();
    o.before_send = meddle;
    REQUIRE(start_with(o));
    fail();
    stop();
    REQUIRE(told.count == 2);
    check_told(0, "ok", 1, 1, 1);
    check_told(1, "exited", 1, 0, 0);
}
BOTH_WAYS(callbacks_do_not_meddle)

/* -- threads ----------------------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_THREADS
#define THREADS 4
#define ROUNDS 25

static void *fail_often(void *unused)
{
    int i;
    (void)unused;
    for (i = 0; i < ROUNDS; i++) sentry_capture_exceptionf("Error", "number %d", i);
    return NULL;
}

static void *change_often(void *unused)
{
    char name[32];
    int i;
    (void)unused;
    for (i = 0; i < ROUNDS; i++) {
        snprintf(name, sizeof name, "user %d", i);
        user_is(name, NULL, NULL);
        sentry_set_release(name);
    }
    return NULL;
}

static void *begin_often(void *unused)
{
    int i;
    (void)unused;
    for (i = 0; i < ROUNDS; i++) {
        sentry_start_session();
        if (i % 2) sentry_end_session();
    }
    return NULL;
}

static void run_threads(void *(*const *runs)(void *), int count)
{
    test_thread_t threads[THREADS];
    int i;
    for (i = 0; i < count; i++) CHECK_INT(test_thread_start(&threads[i], runs[i], NULL), 0);
    for (i = 0; i < count; i++) test_thread_join(threads[i]);
}

static void threads_count_together_once(void)
{
    static void *(*const runs[THREADS])(void *) = { fail_often, fail_often, change_often, fail_often };
    int i, begun = 0, ended = 0;
    REQUIRE(start());
    run_threads(runs, THREADS);
    stop();
    for (i = 0; i < told.count; i++) {
        CHECK_EACH(same_session(0, i));
        begun += strcmp(member(i, "init"), "true") == 0;
        ended += strcmp(member(i, "status"), "exited") == 0;
    }
    CHECK_INT(begun, 1);
    CHECK_INT(ended, 1);
    check_told(told.count - 1, "exited", 3 * ROUNDS, 0, 0);
}
BOTH_WAYS(threads_count_together)

/* Whoever begins and ends them: each begins once, ends once, and says nothing after that. */
static void threads_begin_and_end_once(void)
{
    static void *(*const runs[THREADS])(void *) = { begin_often, fail_often, change_often, begin_often };
    int i, k;
    sentry_options_t o = some_options();
    o.transport_queue_size = 1000;
    REQUIRE(start_with(o));
    run_threads(runs, THREADS);
    stop();
    for (i = 0; i < told.count; i++) {
        int begun = 0, ended = 0;
        for (k = 0; k < told.count; k++) {
            if (strcmp(member(k, "sid"), member(i, "sid")) != 0) continue;
            begun += strcmp(member(k, "init"), "true") == 0;
            ended += strcmp(member(k, "status"), "exited") == 0;
        }
        CHECK_EACH(begun == 1);
        CHECK_EACH(ended == 1);
    }
    CHECK(told.count > ROUNDS);
}
BOTH_WAYS(threads_begin_and_end)
#endif

/* -- for the handler of crashes ----------------------------------------------------------------------------- */

static void payload_of_a_crash_once(void)
{
    char text[1024 + 1]; /* as much as the handler has, and a zero */
    size_t len;
    REQUIRE(start());
    user_is("42", NULL, NULL);
    flush();
    clock_pass(1234, 1234);
    CHECK_INT(inside_session_crash_json_signal(text, 100), 0);
    len = inside_session_crash_json_signal(text, sizeof text - 1);
    REQUIRE(len > 0);
    text[len] = 0;
    snprintf(told.list[0].text, sizeof told.list[0].text, "%s", text);
    told.list[0].beside = 0;
    told.count = 1;
    check_told(0, "crashed", 1, 1, 0);
    CHECK_STR(member(0, "did"), "42");
    CHECK_STR(member(0, "duration"), "1.234");
    forget();
    fail();
    fail();
    flush(); /* until the first word of it has arrived, whatever is told begins it */
    len = inside_session_crash_json_signal(text, sizeof text - 1);
    text[len] = 0;
    snprintf(told.list[2].text, sizeof told.list[0].text, "%s", text);
    told.count = 3;
    told.list[2].beside = 0;
    check_told(2, "crashed", 3, 0, 0);
    CHECK(same_session(0, 2));
    inside_session_crashed_signal();
    CHECK_INT(inside_session_crash_json_signal(text, sizeof text), 0);
    forget();
    fail();
    stop();
    CHECK_INT(told.count, 0);
    CHECK_INT(inside_session_crash_json_signal(text, sizeof text), 0);
}
BOTH_WAYS(payload_of_a_crash)

/* -- on disk ---------------------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_FILES
/* A path in the database. */
static const char *in_database(const char *name)
{
    static char path[FILE_MAX_PATH];
    file_join(path, database(), name);
    return path;
}

typedef struct {
    int runs, files; /* folders; files in them */
    char text[2048]; /* of a session.json */
} runs_t;

static void see_file(const char *path, void *data)
{
    runs_t *runs = (runs_t *)data;
    size_t n = strlen(path), size;
    char *bytes = n > 13 && strcmp(path + n - 13, "/session.json") == 0 ? file_get(path, &size) : NULL;
    runs->files++;
    if (bytes) snprintf(runs->text, sizeof runs->text, "%s", bytes);
    free(bytes);
}

static void see_run(const char *path, void *data)
{
    runs_t *runs = (runs_t *)data;
    size_t n = strlen(path);
    if (n < 4 || strcmp(path + n - 4, ".run") != 0) return;
    runs->runs++;
    file_each(path, see_file, data);
}

/* What stands in the folders of runs. */
static runs_t runs_now(void)
{
    runs_t runs;
    memset(&runs, 0, sizeof runs);
    file_each(database(), see_run, &runs);
    return runs;
}

static void file_follows_once(void)
{
    runs_t runs;
    REQUIRE(start());
    runs = runs_now(); /* before anything else: a kill would be seen */
    CHECK_INT(runs.files, 1);
    CHECK_CONTAINS(runs.text, "\"status\":\"ok\",\"errors\":0}");
    CHECK_CONTAINS(runs.text, "\"init\":true");
    user_is("42", NULL, NULL);
    flush();
    CHECK_CONTAINS(runs_now().text, "\"did\":\"42\"");
    fail();
    flush();
    runs = runs_now();
    CHECK_CONTAINS(runs.text, "\"status\":\"ok\",\"errors\":1}");
    CHECK_ABSENT(runs.text, "init");
    CHECK_INT(runs.files, 1);
    sentry_end_session();
    flush();
    CHECK_INT(runs_now().files, 0);
    sentry_start_session();
    CHECK_INT(runs_now().files, 1);
    stop();
    CHECK_INT(runs_now().runs, 0);
    CHECK_INT(file_each(database(), NULL, NULL), 1); /* installation_id */
}
BOTH_WAYS(file_follows)

static const char *session_text(const char *more)
{
    static char text[1024];
    snprintf(text, sizeof text, "{\"sid\":\"" A_SID "\",\"did\":\"me\",\"started\":\"2026-01-02T03:04:00.000000Z\",\"attrs\":{\"release\":\"a@1\",\"environment\":\"e\"}%s}", more);
    return text;
}

static void put_session(const char *run, const char *text)
{
    char name[128];
    snprintf(name, sizeof name, "%s.run/session.json", run);
    file_put(in_database(name), text, strlen(text));
}

/* A run that takes over what others left, without a session of its own. */
static void take_over(void)
{
    sentry_options_t o = some_options();
    o.auto_session_tracking = SENTRY_OFF;
    forget();
    REQUIRE(start_with(o));
    flush();
    stop();
    CHECK_INT(runs_now().runs, 0);
    CHECK_INT(runs_now().files, 0);
}

static void left_open_is_abnormal_once(void)
{
    put_session(A_RUN, session_text(",\"init\":true,\"status\":\"ok\",\"errors\":2"));
    take_over();
    REQUIRE(told.count == 1);
    check_told(0, "abnormal", 2, 1, 0);
    CHECK_STR(member(0, "sid"), A_SID);
    CHECK_STR(member(0, "did"), "me");
    CHECK_STR(member(0, "started"), "2026-01-02T03:04:00.000000Z");
    CHECK_STR(member(0, "attrs"), "{\"release\":\"a@1\",\"environment\":\"e\"}");
    CHECK_CONTAINS(told.list[0].text, "\"abnormal_mechanism\":\"none\"");
    /* sentry-native leaves init out, or says false, once it was told */
    put_session(A_RUN, session_text(",\"init\":false,\"status\":\"ok\",\"errors\":0"));
    take_over();
    check_told(0, "abnormal", 0, 0, 0);
    take_over();
    CHECK_INT(told.envelopes, 0);
}
BOTH_WAYS(left_open_is_abnormal)

static void marker_means_crashed_once(void)
{
    put_session(A_RUN, session_text(",\"init\":true,\"status\":\"ok\",\"errors\":2"));
    file_put(in_database(A_RUN ".run/9ec79c33-ec99-42ab-8353-000000000001.crash"), "", 0);
    take_over();
    REQUIRE(told.count == 1);
    check_told(0, "crashed", 3, 1, 0);
    CHECK_STR(member(0, "abnormal_mechanism"), "none");
}
BOTH_WAYS(marker_means_crashed)

static void crash_file_tells_all_once(void)
{
    static const char envelope[] = "{\"event_id\":\"9ec79c33ec9942ab8353000000000001\"}\n{\"type\":\"event\",\"length\":2}\n{}\n{\"type\":\"session\",\"length\":20}\n"
                                   "{\"status\":\"crashed\"}\n";
    put_session(A_RUN, session_text(",\"init\":true,\"status\":\"ok\",\"errors\":2"));
    file_put(in_database(A_RUN ".run/9ec79c33-ec99-42ab-8353-000000000001.crash"), "", 0);
    file_put(in_database(A_RUN ".run/9ec79c33-ec99-42ab-8353-000000000001.envelope"), envelope, sizeof envelope - 1);
    take_over();
    CHECK_INT(told.events, 1);
    REQUIRE(told.count == 1);
    CHECK(told.list[0].beside);
    CHECK_STR(told.list[0].text, "{\"status\":\"crashed\"}");
}
BOTH_WAYS(crash_file_tells_all)

static void last_crash_means_one_once(void)
{
    static const char *const later[] = { "2026-01-02T03:04:00.000001Z", "2026-01-02T03:04:00Z\n", "2027-01-01T00:00:00.5Z" };
    static const char *const not_later[] = { "2026-01-02T03:03:59.999999Z", "2025-12-31T23:59:59Z", "", "tomorrow, maybe, at noon", "2026" };
    size_t i;
    int crashed = 0;
    for (i = 0; i < COUNT(later); i++) {
        put_session(A_RUN, session_text(",\"status\":\"ok\",\"errors\":0"));
        file_put(in_database("last_crash"), later[i], strlen(later[i]));
        take_over();
        check_told(0, "crashed", 1, 0, 0);
        CHECK_INT(told.count, 1);
    }
    for (i = 0; i < COUNT(not_later); i++) {
        put_session(A_RUN, session_text(",\"status\":\"ok\",\"errors\":0"));
        file_put(in_database("last_crash"), not_later[i], strlen(not_later[i]));
        take_over();
        check_told(0, "abnormal", 0, 0, 0);
        CHECK_INT(told.count, 1);
    }
    /* one crash is one session's */
    put_session(A_RUN, session_text(",\"status\":\"ok\",\"errors\":0"));
    put_session("21111111-2222-4333-8444-555555555555",
        "{\"sid\":\"8c7b6585-f901-4351-bf8d-02711b721929\",\"started\":\"2026-01-02T03:04:00.000000Z\",\"attrs\":{\"release\":\"a@1\"}}");
    file_put(in_database("last_crash"), later[0], strlen(later[0]));
    take_over();
    REQUIRE(told.count == 2);
    for (i = 0; i < 2; i++) crashed += strcmp(member((int)i, "status"), "crashed") == 0;
    CHECK_INT(crashed, 1);
    test_unlink(in_database("last_crash"));
}
BOTH_WAYS(last_crash_means_one)

/* It had ended, and the process was killed before that was sent. */
static void ended_is_told_as_it_was_once(void)
{
    put_session(A_RUN, session_text(",\"timestamp\":\"2026-01-02T03:05:00.000000Z\",\"duration\":60.5,\"status\":\"exited\",\"errors\":1"));
    take_over();
    REQUIRE(told.count == 1);
    check_told(0, "exited", 1, 0, 0);
    CHECK_STR(member(0, "duration"), "60.500");
    CHECK_STR(member(0, "timestamp"), "2026-01-02T03:05:00.000000Z");
}
BOTH_WAYS(ended_is_told_as_it_was)

static void what_is_no_session_goes_once(void)
{
#define REST ",\"started\":\"2026-01-02T03:04:00Z\",\"attrs\":{\"release\":\"a@1\"}}"
    static const char *const texts[] = { "", "{}", "null", "[]", "{", "\xFF\xFE", "{\"sid\":1" REST, "{\"sid\":\"\"" REST, "{\"sid\":\"00000000-0000-0000-0000-000000000000\"" REST,
        "{\"sid\":\"../../../etc/passwd\"" REST, "{\"sid\":\"" A_SID "/../x\"" REST, "{\"sid\":\"" A_SID "\",\"status\":\"great\"" REST, "{\"sid\":\"" A_SID "\",\"status\":\"\"" REST,
        "{\"sid\":\"" A_SID "\",\"attrs\":{\"release\":\"a@1\"}}", "{\"sid\":\"" A_SID "\",\"started\":\"soon\",\"attrs\":{\"release\":\"a@1\"}}",
        "{\"sid\":\"" A_SID "\",\"started\":12345,\"attrs\":{\"release\":\"a@1\"}}", "{\"sid\":\"" A_SID "\",\"started\":\"2026-01-02T03:04:00Z\",\"attrs\":{\"release\":\"\"}}",
        "{\"sid\":\"" A_SID "\",\"started\":\"2026-01-02T03:04:00Z\",\"attrs\":{\"release\":7}}", "{\"sid\":\"" A_SID "\",\"started\":\"2026-01-02T03:04:00Z\",\"attrs\":[]}",
        "{\"sid\":\"" A_SID "\",\"started\":\"2026-01-02T03:04:00Z\"}" };
#undef REST
    char *big = (char *)malloc(100001);
    size_t i;
    REQUIRE(big != NULL);
    for (i = 0; i < COUNT(texts); i++) {
        put_session(A_RUN, texts[i]);
        take_over();
        CHECK_INT(told.envelopes, 0);
    }
    memset(big, '[', 100000);
    big[100000] = 0;
    put_session(A_RUN, big);
    take_over();
    big[60000] = 0;
    put_session(A_RUN, big);
    take_over();
    CHECK_INT(told.envelopes, 0);
    free(big);
    /* what can be made sense of is */
    put_session(A_RUN, session_text(",\"errors\":-5,\"init\":0,\"did\":7,\"status\":null"));
    take_over();
    check_told(0, "abnormal", 0, 0, 0);
    put_session(A_RUN, session_text(",\"errors\":\"many\""));
    take_over();
    check_told(0, "abnormal", 0, 0, 0);
}
BOTH_WAYS(what_is_no_session_goes)

/* Where nothing can be written sessions are told all the same. */
static void no_place_for_files_once(void)
{
    file_put(database(), "a file", 6);
    REQUIRE(start());
    fail();
    stop();
    REQUIRE(told.count == 2);
    check_told(0, "ok", 1, 1, 1);
    check_told(1, "exited", 1, 0, 0);
    CHECK_STR(member(0, "did"), "none");
    test_unlink(database());
}
BOTH_WAYS(no_place_for_files)

static void broken_installations_are_replaced_once(void)
{
    char did[64];
    file_put(in_database("installation_id"), "what?", 5);
    REQUIRE(start());
    stop();
    snprintf(did, sizeof did, "%s", member(0, "did"));
    CHECK_INT(strlen(did), 36);
    forget();
    REQUIRE(start());
    stop();
    CHECK_STR(member(0, "did"), did);
    file_put(in_database("installation_id"), "9EC79C33-ec99-42ab-8353-589fcb2e04dc\n", 37);
    forget();
    REQUIRE(start());
    stop();
    CHECK_STR(member(0, "did"), "9ec79c33-ec99-42ab-8353-589fcb2e04dc");
}
BOTH_WAYS(broken_installations_are_replaced)

#ifndef SENTRY_NO_HTTP
static void offline_at_first(void)
{
    by_worker = 1;
    REQUIRE(scratch_begin());
    told.offline = 1;
    put_session(A_RUN, session_text(",\"init\":true"));
    REQUIRE(start());
    flush();
    fail();
    sentry_close();
    CHECK_INT(told.envelopes, 0);
    told.offline = 0;
    take_over();
    REQUIRE(told.count == 3);
    CHECK_INT(told.events, 1);
    CHECK_STR(member(0, "sid"), A_SID);
    check_told(0, "abnormal", 0, 1, 0);
    check_told(1, "ok", 1, 1, 1);
    check_told(2, "exited", 1, 0, 0);
    CHECK(same_session(1, 2));
    take_over();
    CHECK_INT(told.envelopes, 0);
    scratch_end();
}

static void consent(void)
{
    sentry_options_t o;
    by_worker = 1;
    REQUIRE(scratch_begin());
    o = some_options();
    o.require_user_consent = 1;
    put_session(A_RUN, session_text(",\"init\":true"));
    REQUIRE(start_with(o));
    fail();
    sentry_start_session();
    flush();
    stop();
    CHECK_INT(told.envelopes, 0);
    REQUIRE(start_with(o));
    sentry_user_consent_give();
    flush();
    CHECK_INT(told.envelopes, 4); /* what the other run left, the event, its end, the second session */
    CHECK_INT(told.count, 4);
    stop();
    CHECK_INT(told.count, 5);
    scratch_end();
}

/* Over the wire: nobody is there at first. */
static void over_http(void)
{
    char dsn[64];
    sentry_options_t o;
    sink_t *sink;
    size_t i;
    REQUIRE(scratch_begin());
    o = some_options();
    snprintf(dsn, sizeof dsn, "http://key@127.0.0.1:%d/42", sink_closed_port());
    o.dsn = dsn;
    o.transport = NULL;
    REQUIRE(sentry_init(&o) == 0);
    fail();
    sentry_close();
    sink = sink_start();
    snprintf(dsn, sizeof dsn, "http://key@127.0.0.1:%d/42", sink_port(sink));
    REQUIRE(sentry_init(&o) == 0);
    flush();
    stop();
    CHECK_INT(sink_count(sink), 3);
    for (i = 0; i < sink_count(sink); i++) {
        sentry_envelope_t *envelope = sentry_envelope_deserialize(sink_request(sink, i)->body, sink_request(sink, i)->body_size);
        take(envelope);
        sentry_envelope_free(envelope);
    }
    REQUIRE(told.count == 3);
    check_told(0, "ok", 1, 1, 1);
    check_told(1, "exited", 1, 0, 0);
    check_told(2, "exited", 0, 1, 0);
    CHECK(same_session(0, 1));
    sink_stop(sink);
    scratch_end();
}

static void limits(void)
{
    by_worker = 1;
    REQUIRE(scratch_begin());
    told.limit = 1;
    REQUIRE(start());
    fail();
    flush();
    check_told(0, "ok", 1, 1, 1);
    fail();
    sentry_end_session();
    stop();
    CHECK_INT(told.count, 1);
    CHECK_INT(told.events, 2);
    CHECK(told.limited > 0);
    CHECK_INT(runs_now().runs, 0);
    scratch_end();
}
#endif

#ifndef _WIN32
/* -- processes ------------------------------------------------------------------------------------------------ */

/* A child that does not draw its parent's random numbers. */
static pid_t fork_child(void)
{
    pid_t child = fork();
    if (child == 0) {
        clock_reseed((unsigned long long)getpid() << 20);
        forget();
    }
    return child;
}

static void kill_now(void)
{
    raise(SIGKILL);
}

/* Runs something in a child, which is killed at its end or ends well. */
static void in_child(void (*live)(void), int killed)
{
    pid_t child = fork_child();
    int status = 0;
    if (child == 0) {
        live();
        if (killed) kill_now();
        test_end_child();
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status), killed ? SIGKILL : 0);
}

static void live_quietly(void)
{
    CHECK(start());
}

static void live_with_a_user(void)
{
    CHECK(start());
    user_is("ada", NULL, NULL);
    flush();
}

static void live_and_fail(void)
{
    CHECK(start());
    user_is("ada", NULL, NULL);
    fail();
    fail();
    flush();
}

/* Killed: the next process says so, with what the file said. */
static void killed_is_abnormal_once(void)
{
    runs_t runs;
    in_child(live_quietly, 1);
    runs = runs_now();
    CHECK_INT(runs.files, 1);
    take_over();
    REQUIRE(told.count == 1);
    check_told(0, "abnormal", 0, 1, 0);
    CHECK_CONTAINS(runs.text, member(0, "sid"));
    CHECK_CONTAINS(runs.text, member(0, "did"));
    CHECK_CONTAINS(runs.text, member(0, "started"));
    in_child(live_with_a_user, 1);
    take_over();
    check_told(0, "abnormal", 0, 1, 0);
    CHECK_STR(member(0, "did"), "ada");
    in_child(live_and_fail, 1); /* its errors, and that it began, were told already */
    take_over();
    check_told(0, "abnormal", 2, 0, 0);
    CHECK_STR(member(0, "did"), "ada");
    CHECK_INT(told.count, 1);
}
BOTH_WAYS(killed_is_abnormal)

#ifndef SENTRY_NO_CRASH
static void live_and_crash(void)
{
    CHECK(start());
    user_is("ada", NULL, NULL);
    fail();
    flush();
    raise(SIGSEGV);
}

/* The report of a crash ends the session, and nobody tells of it again. */
static void crashed_once(void)
{
    pid_t child = fork_child();
    int status = 0;
    if (child == 0) {
        live_and_crash();
        test_end_child();
    }
    CHECK(waitpid(child, &status, 0) == child && status != 0);
    if (!TEST_HAS_ASAN && !TEST_HAS_TSAN) CHECK_INT(WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGSEGV); /* else it is theirs in the end */
    take_over();
    CHECK_INT(told.events, 1);
    REQUIRE(told.count == 1);
    check_told(0, "crashed", 2, 0, 1);
    CHECK_STR(member(0, "did"), "ada");
    take_over();
    CHECK_INT(told.envelopes, 0);
}
BOTH_WAYS(crashed)
#endif

/* What lives is left alone, whoever else starts and ends. */
static void living_are_left_alone_once(void)
{
    int go[2], ready[2], status = -1;
    char byte = 0;
    pid_t child;
    REQUIRE(pipe(go) == 0 && pipe(ready) == 0);
    child = fork_child();
    if (child == 0) {
        CHECK(start());
        CHECK(write(ready[1], "", 1) == 1 && read(go[0], &byte, 1) == 1);
        CHECK_INT(runs_now().files, 1);
        sentry_close();
        CHECK_INT(told.count, 1);
        check_told(0, "exited", 0, 1, 0);
        test_end_child();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    REQUIRE(start());
    flush();
    CHECK_INT(runs_now().files, 2);
    stop();
    CHECK_INT(told.count, 1);
    CHECK_INT(runs_now().files, 1);
    CHECK(write(go[1], "", 1) == 1);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK_INT(runs_now().runs, 0);
    close(go[0]), close(go[1]), close(ready[0]), close(ready[1]);
}
BOTH_WAYS(living_are_left_alone)

static void children_have_none_once(void)
{
    pid_t child;
    if (by_worker && !TEST_CAN_FORK_THREADS) return;
    REQUIRE(start());
    fail();
    flush();
    child = fork_child();
    if (child == 0) {
        runs_t runs = runs_now();
        char text[1024];
        fail(); /* counts for no session */
        CHECK_INT(inside_session_crash_json_signal(text, sizeof text), 0);
        sentry_end_session();
        flush();
        CHECK_INT(told.count, 0);
        CHECK_STR(runs_now().text, runs.text);
        sentry_start_session();
        fail();
        flush();
        CHECK_INT(runs_now().files, 2);
        sentry_close();
        CHECK_INT(told.count, 2);
        check_told(told.count - 1, "exited", 1, 0, 0);
        CHECK_STR(runs_now().text, runs.text);
        test_end_child();
    }
    CHECK(test_child_ended_well(child));
    CHECK_INT(runs_now().files, 1);
    fail();
    stop();
    REQUIRE(told.count == 3);
    check_told(2, "exited", 2, 0, 0);
    CHECK(same_session(0, 2));
    CHECK_INT(runs_now().runs, 0);
}
BOTH_WAYS(children_have_none)

#endif
#endif

static const test_case_t tests[] = {
    { "begins_and_ends", begins_and_ends },
    { "shapes", shapes },
    { "rides_along", rides_along },
    { "several", several },
    { "ends_as_said", ends_as_said },
    { "without_the_sdk", without_the_sdk },
    { "only_with_a_release", only_with_a_release },
    { "not_by_itself_when_off", not_by_itself_when_off },
    { "another_init", another_init },
    { "durations_are_measured", durations_are_measured },
    { "errors_count", errors_count },
    { "filters", filters },
    { "sampling", sampling },
    { "unhandled_is_crashed", unhandled_is_crashed },
    { "users", users },
    { "user_stays_once_told", user_stays_once_told },
    { "users_of_scopes_and_hubs", users_of_scopes_and_hubs },
    { "attributes_stay", attributes_stay },
    { "odd_texts", odd_texts },
    { "callbacks_do_not_meddle", callbacks_do_not_meddle },
    { "payload_of_a_crash", payload_of_a_crash },
#ifndef SENTRY_NO_THREADS
    { "threads_count_together", threads_count_together },
    { "threads_begin_and_end", threads_begin_and_end },
#endif
#ifndef SENTRY_NO_FILES
    { "file_follows", file_follows },
    { "left_open_is_abnormal", left_open_is_abnormal },
    { "marker_means_crashed", marker_means_crashed },
    { "crash_file_tells_all", crash_file_tells_all },
    { "last_crash_means_one", last_crash_means_one },
    { "ended_is_told_as_it_was", ended_is_told_as_it_was },
    { "what_is_no_session_goes", what_is_no_session_goes },
    { "no_place_for_files", no_place_for_files },
    { "broken_installations_are_replaced", broken_installations_are_replaced },
#ifndef SENTRY_NO_HTTP
    { "offline_at_first", offline_at_first },
    { "consent", consent },
    { "limits", limits },
    { "over_http", over_http },
#endif
#ifndef _WIN32
    { "killed_is_abnormal", killed_is_abnormal },
    { "living_are_left_alone", living_are_left_alone },
    { "children_have_none", children_have_none },
#ifndef SENTRY_NO_CRASH
    { "crashed", crashed },
#endif
#endif
#endif
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
