/* Breadcrumbs: shapes, the ring, the hooks, merging, memory. */
#include "alloc.h"
#include "collect.h"

static size_t held(void)
{
    return alloc_now().bytes;
}

static void crumb(const char *text)
{
    sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, text));
}

static void say(void)
{
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
}

static size_t crumbs(size_t event)
{
    return collect_len(event, "breadcrumbs.values");
}

/* The messages of an event's breadcrumbs, joined by blanks. */
static const char *messages(size_t event)
{
    static char text[2048];
    sentry_value_t list = collect_get(event, "breadcrumbs.values");
    size_t i, used = 0;
    text[0] = 0;
    for (i = 0; i < sentry_value_get_length(list); i++) {
        sentry_value_t message = sentry_value_get_by_key(sentry_value_get_by_index(list, i), "message");
        size_t length = sentry_value_get_length(message);
        if (used + length + 2 > sizeof text)
            break;
        if (used)
            text[used++] = ' ';
        memcpy(text + used, sentry_value_as_string(message), length + 1);
        used += length;
    }
    return text;
}

/* 1 for RFC 3339 in UTC with microseconds, as 2026-01-02T03:04:05.678901Z. */
static int is_timestamp(const char *text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    size_t i;
    for (i = 0; shape[i]; i++) {
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
            return 0;
    }
    return text[i] == 0;
}

/* -- shapes -- */

static void value_form(void)
{
    sentry_value_t one, data;
    REQUIRE(collect_start(NULL) == 0);
    one = sentry_value_new_breadcrumb("http", "hello");
    data = sentry_value_new_object();
    sentry_value_set_by_key(data, "url", sentry_value_new_string("http://x"));
    sentry_value_set_by_key(data, "status_code", sentry_value_new_int32(200));
    sentry_value_set_by_key(one, "category", sentry_value_new_string("net"));
    sentry_value_set_by_key(one, "level", sentry_value_new_string("warning"));
    sentry_value_set_by_key(one, "data", data);
    sentry_add_breadcrumb(one);
    say();
    CHECK_INT(crumbs(0), 1);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.type"), "http");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "hello");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "net");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.level"), "warning");
    CHECK_STR(collect_text(0, "breadcrumbs.values.0.data"), "{\"url\":\"http://x\",\"status_code\":200}");
    CHECK(is_timestamp(collect_str(0, "breadcrumbs.values.0.timestamp")));
    collect_stop();
}

static void constructor(void)
{
    sentry_value_t one = sentry_value_new_breadcrumb(NULL, NULL);
    CHECK(is_timestamp(sentry_value_as_string(sentry_value_get_by_key(one, "timestamp"))));
    CHECK_INT(sentry_value_get_length(one), 1);
    sentry_value_decref(one);
    one = sentry_value_new_breadcrumb_n("type", 2, "message", 3);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(one, "type")), "ty");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(one, "message")), "mes");
    sentry_value_decref(one);
}

static void timestamps(void)
{
    sentry_value_t one;
    REQUIRE(collect_start(NULL) == 0);
    one = sentry_value_new_object();
    sentry_value_set_by_key(one, "message", sentry_value_new_string("without"));
    sentry_add_breadcrumb(one);
    one = sentry_value_new_breadcrumb(NULL, "with");
    sentry_value_set_by_key(one, "timestamp", sentry_value_new_string("2001-02-03T04:05:06Z"));
    sentry_add_breadcrumb(one);
    one = sentry_value_new_breadcrumb(NULL, "number");
    sentry_value_set_by_key(one, "timestamp", sentry_value_new_double(1700000000.25));
    sentry_add_breadcrumb(one);
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "quick");
    say();
    CHECK(is_timestamp(collect_str(0, "breadcrumbs.values.0.timestamp")));
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.timestamp"), "2001-02-03T04:05:06Z");
    CHECK_STR(collect_text(0, "breadcrumbs.values.2.timestamp"), "1700000000.25");
    CHECK(is_timestamp(collect_str(0, "breadcrumbs.values.3.timestamp")));
    CHECK(strcmp(collect_str(0, "breadcrumbs.values.0.timestamp"), collect_str(0, "breadcrumbs.values.3.timestamp")) <= 0);
    CHECK_STR(messages(0), "without with number quick");
    collect_stop();
}

static void quick_form(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_breadcrumb("auth", SENTRY_LEVEL_INFO, "user %s, %d", "jane", 42);
    sentry_breadcrumb(NULL, SENTRY_LEVEL_FATAL, "quote \" slash \\ line \n tab \t bell \a");
    sentry_breadcrumb("c\"d", SENTRY_LEVEL_TRACE, "%s", "");
    say();
    CHECK_INT(crumbs(0), 3);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "auth");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.level"), "info");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "user jane, 42");
    CHECK_INT(collect_len(0, "breadcrumbs.values.0"), 4);
    CHECK(!collect_has(0, "breadcrumbs.values.1.category"));
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.level"), "fatal");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.message"), "quote \" slash \\ line \n tab \t bell \a");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.category"), "c\"d");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.level"), "debug");
    collect_stop();
}

/* Where the quick form cuts: at SENTRY_MAX_FORMATTED bytes, never inside a character. */
static void quick_form_is_cut(void)
{
    enum { TOO_LONG = 4 * SENTRY_MAX_FORMATTED + 4 };
    sentry_options_t options = collect_options();
    char *text = (char *)malloc(TOO_LONG + 1);
    size_t i, length;
    REQUIRE(text != NULL);
    options.max_value_length = SENTRY_NONE;
    REQUIRE(collect_start(&options) == 0);
    memset(text, 'x', TOO_LONG);
    text[TOO_LONG] = 0;
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "%s", text);
    for (i = 1; i + 1 < TOO_LONG; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "%s", text);
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "x%s", text);
    say();
    for (i = 0; i < 3; i++) {
        const char *got = i == 0 ? collect_str(0, "breadcrumbs.values.0.message")
            : i == 1 ? collect_str(0, "breadcrumbs.values.1.message") : collect_str(0, "breadcrumbs.values.2.message");
        length = strlen(got);
        CHECK(length <= SENTRY_MAX_FORMATTED);
        CHECK(length >= SENTRY_MAX_FORMATTED - 8);
        CHECK_ABSENT(got, "\xef\xbf\xbd");
    }
    CHECK_CONTAINS(collect_str(0, "breadcrumbs.values.0.message"), "xxxxxxxxxx");
    free(text);
    collect_stop();
}

static void bad_values(void)
{
    sentry_value_t frozen;
    REQUIRE(collect_start(NULL) == 0);
    sentry_add_breadcrumb(sentry_value_new_null());
    sentry_add_breadcrumb(sentry_value_new_int32(5));
    sentry_add_breadcrumb(sentry_value_new_string("text"));
    sentry_add_breadcrumb(sentry_value_new_list());
    sentry_add_breadcrumb_with_hint(sentry_value_new_null(), sentry_hint_new());
    sentry_add_breadcrumb_with_hint(sentry_value_new_null(), NULL);
    sentry_scope_add_breadcrumb(NULL, sentry_value_new_breadcrumb(NULL, "m"));
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, NULL);
    say();
    CHECK(crumbs(0) <= 1);
    frozen = sentry_value_new_object();
    sentry_value_set_by_key(frozen, "message", sentry_value_new_string("frozen"));
    sentry_value_freeze(frozen);
    sentry_value_incref(frozen);
    sentry_add_breadcrumb(frozen);
    CHECK_INT(sentry_value_get_length(frozen), 1);
    sentry_value_decref(frozen);
    sentry_breadcrumb("bad \xff", SENTRY_LEVEL_INFO, "bad \xff");
    say();
    CHECK_INT(sentry_value_get_type(collect_event(1)), SENTRY_VALUE_TYPE_OBJECT);
    CHECK_CONTAINS(collect_json(1), "\"frozen\"");
    CHECK_CONTAINS(collect_json(1), "bad \xef\xbf\xbd");
    collect_stop();
}

/* What is changed after the call does not change what was added. */
static void value_is_taken_as_it_is(void)
{
    sentry_value_t one;
    REQUIRE(collect_start(NULL) == 0);
    one = sentry_value_new_breadcrumb(NULL, "before");
    sentry_value_incref(one);
    sentry_add_breadcrumb(one);
    sentry_value_set_by_key(one, "message", sentry_value_new_string("after"));
    say();
    CHECK_STR(messages(0), "before");
    sentry_value_decref(one);
    collect_stop();
}

/* -- the ring -- */

static void number_crumbs(int from, int to)
{
    int i;
    for (i = from; i < to; i++) {
        if (i % 2)
            sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "%d", i);
        else {
            char text[16];
            snprintf(text, sizeof text, "%d", i);
            crumb(text);
        }
    }
}

static void hundred_by_default(void)
{
    char path[48], number[16];
    int i;
    REQUIRE(collect_start(NULL) == 0);
    number_crumbs(0, 100);
    say();
    CHECK_INT(crumbs(0), 100);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "0");
    number_crumbs(100, 263);
    say();
    CHECK_INT(crumbs(1), 100);
    for (i = 0; i < 100; i++) {
        snprintf(path, sizeof path, "breadcrumbs.values.%d.message", i);
        snprintf(number, sizeof number, "%d", i + 163);
        CHECK_STR(collect_str(1, path), number);
    }
    CHECK_INT(crumbs(0), 100); /* what was sent stays as it was */
    CHECK_STR(collect_str(0, "breadcrumbs.values.99.message"), "99");
    collect_stop();
}

static void custom_size(void)
{
    static const size_t sizes[] = {1, 2, 3, 7, 64, 65, 250};
    char number[16];
    size_t i;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        sentry_options_t options = collect_options();
        options.max_breadcrumbs = sizes[i];
        REQUIRE(collect_start(&options) == 0);
        number_crumbs(0, 1000);
        say();
        CHECK_INT(crumbs(0), sizes[i]);
        snprintf(number, sizeof number, "%d", 1000 - (int)sizes[i]);
        CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), number);
        collect_stop();
    }
}

static void none(void)
{
    sentry_options_t options = collect_options();
    sentry_scope_t *scope;
    sentry_options_t *built;
    options.max_breadcrumbs = SENTRY_NONE;
    REQUIRE(collect_start(&options) == 0);
    number_crumbs(0, 10);
    scope = sentry_local_scope_new();
    sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "own"));
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_INT(collect_count(), 1);
    CHECK_INT(crumbs(0), 0);
    collect_stop();
    built = sentry_options_new();
    sentry_options_set_dsn(built, COLLECT_DSN);
    sentry_options_set_max_breadcrumbs(built, 0); /* in a setter 0 means 0 */
    CHECK_INT(sentry_options_get_max_breadcrumbs(built), 0);
    sentry_options_set_transport(built, collect_transport());
    REQUIRE(sentry_init(built) == 0);
    number_crumbs(0, 10);
    say();
    CHECK_INT(crumbs(0), 0);
    collect_stop();
}

static void absurd_size_is_capped(void)
{
    static const size_t sizes[] = {(size_t)SENTRY_MAX_BREADCRUMBS + 1, (size_t)-2, (size_t)-1 / 2};
    size_t i;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        sentry_options_t options = collect_options();
        size_t before = held();
        options.max_breadcrumbs = sizes[i];
        REQUIRE(collect_start(&options) == 0);
        crumb("first");
        CHECK(held() - before < 1u << 20);
        number_crumbs(0, SENTRY_MAX_BREADCRUMBS + 10);
        say();
        CHECK_INT(crumbs(0), SENTRY_MAX_BREADCRUMBS);
        CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "10");
        collect_stop();
    }
}

static void scopes_of_ones_own(void)
{
    sentry_options_t options = collect_options();
    sentry_scope_t *scope;
    int i;
    options.max_breadcrumbs = 5;
    REQUIRE(collect_start(&options) == 0);
    scope = sentry_scope_new();
    for (i = 0; i < 12; i++)
        sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, i < 10 ? "old" : "new"));
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(messages(0), "old old old new new");
    say();
    CHECK_INT(crumbs(1), 0);
    sentry_scope_free(scope);
    collect_stop();
}

/* -- copies -- */

static void pushed_scopes_do_not_leak(void)
{
    REQUIRE(collect_start(NULL) == 0);
    crumb("base");
    SENTRY_WITH_SCOPE(scope) {
        crumb("pushed");
        sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "scope"));
        sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "quick");
        SENTRY_WITH_SCOPE(inner) {
            sentry_scope_add_breadcrumb(inner, sentry_value_new_breadcrumb(NULL, "inner"));
            say();
        }
        say();
    }
    say();
    crumb("later");
    say();
    CHECK_STR(messages(0), "base pushed scope quick inner");
    CHECK_STR(messages(1), "base pushed scope quick");
    CHECK_STR(messages(2), "base");
    CHECK_STR(messages(3), "base later");
    collect_stop();
}

/* Copies of a ring that is full, half full, and of two that go on in turns. */
static void forks_are_apart(void)
{
    static const int fills[] = {0, 1, 3, 8, 9, 20};
    size_t f;
    for (f = 0; f < sizeof fills / sizeof fills[0]; f++) {
        sentry_options_t options = collect_options();
        sentry_scope_t *a, *b, *origin;
        int i;
        options.max_breadcrumbs = 8;
        REQUIRE(collect_start(&options) == 0);
        origin = sentry_scope_new();
        for (i = 0; i < fills[f]; i++)
            sentry_scope_add_breadcrumb(origin, sentry_value_new_breadcrumb(NULL, "o"));
        a = sentry_scope_clone(origin);
        b = sentry_scope_clone(origin);
        for (i = 0; i < 5; i++) {
            sentry_scope_add_breadcrumb(a, sentry_value_new_breadcrumb(NULL, "a"));
            sentry_scope_add_breadcrumb(b, sentry_value_new_breadcrumb(NULL, "b"));
            if (i == 2)
                sentry_scope_add_breadcrumb(origin, sentry_value_new_breadcrumb(NULL, "late"));
        }
        sentry_scope_capture_event(a, sentry_value_new_event());
        sentry_scope_capture_event(b, sentry_value_new_event());
        sentry_scope_capture_event(origin, sentry_value_new_event());
        CHECK_INT(crumbs(0), fills[f] < 3 ? fills[f] + 5 : 8);
        CHECK_CONTAINS(messages(0), "a a a a a");
        CHECK_ABSENT(messages(0), "b");
        CHECK_ABSENT(messages(0), "late");
        CHECK_CONTAINS(messages(1), "b b b b b");
        CHECK_ABSENT(messages(1), "a");
        CHECK_INT(crumbs(2), fills[f] < 7 ? fills[f] + 1 : 8);
        CHECK_CONTAINS(messages(2), "late");
        CHECK_ABSENT(messages(2), "b");
        sentry_scope_free(a);
        sentry_scope_free(origin);
        sentry_scope_free(b);
        collect_stop();
    }
}

static void forks_of_a_hub_are_apart(void)
{
    sentry_hub_t *a, *b;
    int i;
    REQUIRE(collect_start(NULL) == 0);
    number_crumbs(0, 150);
    a = sentry_hub_clone(NULL);
    b = sentry_hub_clone(NULL);
    for (i = 0; i < 60; i++) {
        SENTRY_WITH_HUB(a) {
            crumb("a");
        }
        SENTRY_WITH_HUB(b) {
            crumb("b");
        }
        crumb("m");
    }
    SENTRY_WITH_HUB(a) {
        say();
    }
    SENTRY_WITH_HUB(b) {
        say();
    }
    say();
    CHECK_ABSENT(messages(0), "b");
    CHECK_ABSENT(messages(0), "m");
    CHECK_ABSENT(messages(1), "a");
    CHECK_ABSENT(messages(2), "a");
    for (i = 0; i < 3; i++) {
        CHECK_INT(crumbs((size_t)i), 100);
        CHECK_STR(collect_str((size_t)i, "breadcrumbs.values.0.message"), "110");
        CHECK_STR(collect_str((size_t)i, "breadcrumbs.values.39.message"), "149");
        CHECK_STR(collect_str((size_t)i, "breadcrumbs.values.99.message"), i == 0 ? "a" : i == 1 ? "b" : "m");
    }
    sentry_hub_free(a);
    sentry_hub_free(b);
    collect_stop();
}

static sentry_value_t event_with_crumbs(const char *first, const char *second)
{
    sentry_value_t event = sentry_value_new_event(), list = sentry_value_new_list(), object = sentry_value_new_object();
    sentry_value_append(list, sentry_value_new_breadcrumb(NULL, first));
    sentry_value_append(list, sentry_value_new_breadcrumb(NULL, second));
    sentry_value_set_by_key(object, "values", list);
    sentry_value_set_by_key(event, "breadcrumbs", object);
    return event;
}

/* Current scope, scope given, event: added in that order, sent in that order, the newest kept. */
static void merging(void)
{
    static const size_t sizes[] = {100, 5, 3, 1};
    static const char *const expected[] = {"c1 c2 s1 s2 e1 e2", "c2 s1 s2 e1 e2", "s2 e1 e2", "e2"};
    size_t i;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        sentry_options_t options = collect_options();
        sentry_scope_t *scope;
        options.max_breadcrumbs = sizes[i];
        REQUIRE(collect_start(&options) == 0);
        crumb("c1");
        crumb("c2");
        scope = sentry_scope_new();
        sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "s1"));
        sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "s2"));
        sentry_scope_capture_event(scope, event_with_crumbs("e1", "e2"));
        CHECK_STR(messages(0), expected[i]);
        sentry_capture_event(event_with_crumbs("e1", "e2"));
        CHECK_STR(messages(1), i == 0 ? "c1 c2 e1 e2" : i == 1 ? "c1 c2 e1 e2" : i == 2 ? "c2 e1 e2" : "e2");
        sentry_scope_free(scope);
        collect_stop();
    }
}

/* sentry-native writes a bare list; both are taken. */
static void event_with_a_bare_list(void)
{
    sentry_value_t event = sentry_value_new_event(), list = sentry_value_new_list();
    REQUIRE(collect_start(NULL) == 0);
    crumb("scope");
    sentry_value_append(list, sentry_value_new_breadcrumb(NULL, "event"));
    sentry_value_set_by_key(event, "breadcrumbs", list);
    sentry_capture_event(event);
    CHECK_CONTAINS(collect_json(0), "\"event\"");
    CHECK_STR(messages(0), "scope event");
    event = sentry_value_new_event();
    sentry_value_set_by_key(event, "breadcrumbs", sentry_value_new_string("nonsense"));
    sentry_capture_event(event);
    CHECK_INT(collect_count(), 2);
    CHECK_CONTAINS(collect_json(1), "\"event_id\"");
    collect_stop();
}

/* -- hooks -- */

static int hook_calls;
static void *hook_hint, *hook_data;

static sentry_value_t change(sentry_value_t one, void *hint, void *user_data)
{
    hook_calls++;
    hook_data = user_data;
    CHECK(hint != NULL);
    hook_hint = sentry_hint_get((sentry_hint_t *)hint, "mine");
    sentry_value_set_by_key(one, "category", sentry_value_new_string("hooked"));
    return one;
}

static sentry_value_t drop(sentry_value_t one, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    hook_calls++;
    if (strcmp(sentry_value_as_string(sentry_value_get_by_key(one, "message")), "secret") != 0)
        return one;
    sentry_value_decref(one);
    return sentry_value_new_null();
}

static sentry_value_t replace(sentry_value_t one, void *hint, void *user_data)
{
    (void)hint;
    hook_calls++;
    sentry_value_decref(one);
    switch (*(int *)user_data) {
    case 0: return sentry_value_new_null();
    case 1: return sentry_value_new_string("no object");
    case 2: return sentry_value_new_list();
    case 3: return sentry_value_new_int32(1);
    default: return sentry_value_new_breadcrumb(NULL, "another");
    }
}

static sentry_value_t plain(sentry_value_t one, void *user_data)
{
    hook_calls++;
    hook_data = user_data;
    sentry_value_set_by_key(one, "category", sentry_value_new_string("plain"));
    return one;
}

static sentry_value_t plain_drop(sentry_value_t one, void *user_data)
{
    (void)user_data;
    hook_calls++;
    sentry_value_decref(one);
    return sentry_value_new_null();
}

static void hook_changes(void)
{
    sentry_options_t options = collect_options();
    sentry_hint_t *hint;
    int mine = 5, data = 6;
    options.before_breadcrumb = change;
    options.before_breadcrumb_data = &data;
    REQUIRE(collect_start(&options) == 0);
    crumb("plain");
    CHECK(hook_hint == NULL);
    CHECK(hook_data == &data);
    hint = sentry_hint_new();
    sentry_hint_set(hint, "mine", &mine);
    sentry_add_breadcrumb_with_hint(sentry_value_new_breadcrumb(NULL, "hinted"), hint);
    CHECK(hook_hint == &mine);
    sentry_breadcrumb("quick", SENTRY_LEVEL_INFO, "quick");
    CHECK_INT(hook_calls, 3);
    say();
    CHECK_STR(messages(0), "plain hinted quick");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "hooked");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.category"), "hooked");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.category"), "hooked");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.level"), "info");
    collect_stop();
}

static void hook_drops(void)
{
    sentry_options_t options = collect_options();
    options.before_breadcrumb = drop;
    REQUIRE(collect_start(&options) == 0);
    crumb("a");
    crumb("secret");
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "secret");
    crumb("b");
    say();
    CHECK_INT(hook_calls, 4);
    CHECK_STR(messages(0), "a b");
    collect_stop();
}

static void hook_replaces(void)
{
    int what;
    for (what = 0; what < 5; what++) {
        sentry_options_t options = collect_options();
        options.before_breadcrumb = replace;
        options.before_breadcrumb_data = &what;
        REQUIRE(collect_start(&options) == 0);
        crumb("one");
        sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "two");
        say();
        CHECK_STR(messages(0), what < 4 ? "" : "another another");
        CHECK_INT(crumbs(0), what < 4 ? 0 : 2);
        collect_stop();
    }
}

static void plain_hook(void)
{
    sentry_options_t options = collect_options();
    sentry_options_t *built;
    int data = 1;
    options.before_breadcrumb_plain = plain;
    options.before_breadcrumb_plain_data = &data;
    REQUIRE(collect_start(&options) == 0);
    crumb("a");
    sentry_add_breadcrumb_with_hint(sentry_value_new_breadcrumb(NULL, "b"), sentry_hint_new());
    CHECK(hook_data == &data);
    say();
    CHECK_INT(hook_calls, 2);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "plain");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.category"), "plain");
    collect_stop();
    /* the hook with a hint goes first, and alone */
    options.before_breadcrumb = change;
    REQUIRE(collect_start(&options) == 0);
    hook_calls = 0;
    crumb("a");
    CHECK_INT(hook_calls, 1);
    say();
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "hooked");
    collect_stop();
    /* as sentry-native sets it */
    built = sentry_options_new();
    sentry_options_set_dsn(built, COLLECT_DSN);
    sentry_options_set_before_breadcrumb(built, plain_drop, NULL);
    sentry_options_set_transport(built, collect_transport());
    REQUIRE(sentry_init(built) == 0);
    crumb("gone");
    say();
    CHECK_INT(crumbs(0), 0);
    collect_stop();
}

static void scope_form_skips_the_hook(void)
{
    sentry_options_t options = collect_options();
    options.before_breadcrumb = change;
    options.before_breadcrumb_plain = plain;
    REQUIRE(collect_start(&options) == 0);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "direct"));
        say();
    }
    CHECK_INT(hook_calls, 0);
    CHECK_STR(messages(0), "direct");
    CHECK(!collect_has(0, "breadcrumbs.values.0.category"));
    collect_stop();
}

static sentry_value_t recurse(sentry_value_t one, void *hint, void *user_data)
{
    sentry_uuid_t id;
    (void)hint;
    (void)user_data;
    hook_calls++;
    crumb("from the hook");
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "from the hook");
    sentry_set_tag("from", "hook");
    id = sentry_capture_message(SENTRY_LEVEL_INFO, "from the hook");
    CHECK(sentry_uuid_is_nil(&id));
    return one;
}

static void hook_cannot_reenter(void)
{
    sentry_options_t options = collect_options();
    options.before_breadcrumb = recurse;
    REQUIRE(collect_start(&options) == 0);
    crumb("a");
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "b");
    say();
    CHECK_INT(hook_calls, 2);
    CHECK_INT(collect_count(), 1);
    CHECK_STR(messages(0), "a b");
    CHECK(!collect_has(0, "tags.from"));
    collect_stop();
}

/* Hooks see ordinary events, and may change the breadcrumbs in them. */
static sentry_value_t empty_out(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    CHECK_INT(sentry_value_get_length(collect_at(event, "breadcrumbs.values")), 2);
    CHECK_STR(sentry_value_as_string(collect_at(event, "breadcrumbs.values.1.message")), "b");
    sentry_value_remove_by_index(collect_at(event, "breadcrumbs.values"), 0);
    sentry_value_set_by_key(collect_at(event, "breadcrumbs.values.0"), "message", sentry_value_new_string("changed"));
    return event;
}

static void before_send_sees_breadcrumbs(void)
{
    sentry_options_t options = collect_options();
    options.before_send = empty_out;
    REQUIRE(collect_start(&options) == 0);
    crumb("a");
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "b");
    say();
    CHECK_STR(messages(0), "changed");
    say(); /* the scope's own are as they were */
    CHECK_STR(messages(1), "changed");
    collect_stop();
}

/* -- memory -- */

static void memory_is_bounded(void)
{
    enum { ADDS = 200000, WARM = 1000 };
    size_t after_warm_up;
    int i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < WARM; i++)
        sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "message number %08d", i);
    after_warm_up = held();
    alloc_forget_most();
    for (i = 0; i < ADDS; i++)
        sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "message number %08d", i);
    CHECK(held() <= after_warm_up + 4096);
    CHECK(alloc_now().most_bytes <= after_warm_up + 64 * 1024);
    CHECK(held() < 512 * 1024);
    say();
    CHECK_STR(collect_str(0, "breadcrumbs.values.99.message"), "message number 00199999");
    collect_stop();
}

static void memory_is_bounded_with_values(void)
{
    enum { ADDS = 100000, WARM = 1000 };
    size_t after_warm_up = 0;
    int i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < ADDS; i++) {
        sentry_value_t one = sentry_value_new_breadcrumb("default", "message"), data = sentry_value_new_object();
        sentry_value_set_by_key(data, "n", sentry_value_new_int32(i));
        sentry_value_set_by_key(one, "data", data);
        sentry_add_breadcrumb(one);
        if (i == WARM) {
            after_warm_up = held();
            alloc_forget_most();
        }
    }
    CHECK(held() <= after_warm_up + 4096);
    CHECK(alloc_now().most_bytes <= after_warm_up + 64 * 1024);
    collect_stop();
}

/* Breadcrumbs of all sizes: big ones must not stay behind in some pool. */
static void big_ones_go_away(void)
{
    enum { BIG = 1 << 16 };
    sentry_options_t options = collect_options();
    char *big = (char *)malloc(BIG + 1);
    size_t before;
    int i;
    REQUIRE(big != NULL);
    memset(big, 'x', BIG);
    big[BIG] = 0;
    options.max_value_length = SENTRY_NONE;
    REQUIRE(collect_start(&options) == 0);
    number_crumbs(0, 300);
    before = held();
    for (i = 0; i < 500; i++)
        crumb(big);
    CHECK(held() < before + 210 * (size_t)BIG); /* what is kept, and as many that wait to be let go of */
    number_crumbs(0, 300);
    CHECK(held() < before + 256 * 1024);
    say();
    CHECK_STR(collect_str(0, "breadcrumbs.values.99.message"), "299");
    collect_stop();
    free(big);
}

static void close_gives_everything_back(void)
{
    size_t before = held();
    int round;
    for (round = 0; round < 3; round++) {
        sentry_hub_t *hub;
        REQUIRE(collect_start(NULL) == 0);
        number_crumbs(0, 500);
        sentry_push_scope();
        number_crumbs(0, 50);
        hub = sentry_hub_clone(NULL);
        SENTRY_WITH_HUB(hub) {
            number_crumbs(0, 50);
            say();
        }
        sentry_hub_free(hub);
        sentry_pop_scope();
        collect_stop();
    }
    CHECK(held() <= before + 4096); /* what a thread keeps for its next call */
    CHECK(alloc_now().calls > 0);
}

/* -- cutting and scrubbing -- */

static void long_ones_are_cut(void)
{
    sentry_options_t options = collect_options();
    sentry_value_t one, data;
    options.max_value_length = 10;
    REQUIRE(collect_start(&options) == 0);
    crumb("short");
    crumb("0123456789abc");
    one = sentry_value_new_breadcrumb(NULL, "data");
    data = sentry_value_new_object();
    sentry_value_set_by_key(data, "long", sentry_value_new_string("ABCDEFGHIJKLMNOP"));
    sentry_value_set_by_key(data, "fits", sentry_value_new_string("ABCDEFGHIJ"));
    sentry_value_set_by_key(one, "data", data);
    sentry_add_breadcrumb(one);
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "quick one that is long");
    say();
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "short");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.message"), "0123456...");
    CHECK_STR(collect_text(0, "_meta.breadcrumbs.values.1.message."), "{\"len\":13,\"rem\":[[\"!limit\",\"x\",7,10]]}");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.data.long"), "ABCDEFG...");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.data.fits"), "ABCDEFGHIJ");
    CHECK_STR(collect_text(0, "_meta.breadcrumbs.values.2.data.long."), "{\"len\":16,\"rem\":[[\"!limit\",\"x\",7,10]]}");
    CHECK(!collect_has(0, "_meta.breadcrumbs.values.2.data.fits"));
    CHECK_STR(collect_str(0, "breadcrumbs.values.3.message"), "quick o...");
    CHECK_STR(collect_text(0, "_meta.breadcrumbs.values.3.message."), "{\"len\":22,\"rem\":[[\"!limit\",\"x\",7,10]]}");
    CHECK(!collect_has(0, "_meta.breadcrumbs.values.0"));
    CHECK(is_timestamp(collect_str(0, "breadcrumbs.values.3.timestamp"))); /* 27 bytes, but not text */
    collect_stop();
}

/* The index in _meta is the place in the event, also after the ring went round and in merged lists. */
static void notes_follow_their_breadcrumbs(void)
{
    sentry_options_t options = collect_options();
    sentry_scope_t *scope;
    int i;
    options.max_value_length = 10;
    options.max_breadcrumbs = 4;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < 6; i++)
        crumb("short");
    crumb("0123456789abc");
    crumb("short");
    say();
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.message"), "0123456...");
    CHECK_STR(collect_text(0, "_meta.breadcrumbs.values"),
        "{\"2\":{\"message\":{\"\":{\"len\":13,\"rem\":[[\"!limit\",\"x\",7,10]]}}}}");
    scope = sentry_local_scope_new();
    sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "long from the scope"));
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.message"), "0123456...");
    CHECK_STR(collect_str(1, "breadcrumbs.values.3.message"), "long fr...");
    CHECK(!collect_has(1, "_meta.breadcrumbs.values.0"));
    CHECK(collect_has(1, "_meta.breadcrumbs.values.1.message"));
    CHECK(!collect_has(1, "_meta.breadcrumbs.values.2"));
    CHECK_STR(collect_text(1, "_meta.breadcrumbs.values.3.message."), "{\"len\":19,\"rem\":[[\"!limit\",\"x\",7,10]]}");
    collect_stop();
}

static void secrets_are_filtered(void)
{
    sentry_value_t one, data;
    REQUIRE(collect_start(NULL) == 0);
    crumb("none");
    one = sentry_value_new_breadcrumb(NULL, "password in the text stays");
    data = sentry_value_new_object();
    sentry_value_set_by_key(data, "password", sentry_value_new_string("hunter2"));
    sentry_value_set_by_key(data, "Authorization", sentry_value_new_string("Bearer hunter2"));
    sentry_value_set_by_key(data, "API_KEY", sentry_value_new_int32(12345));
    sentry_value_set_by_key(data, "passwords", sentry_value_new_string("not on the list"));
    sentry_value_set_by_key(one, "data", data);
    sentry_value_set_by_key(one, "token", sentry_value_new_string("not in data"));
    sentry_add_breadcrumb(one);
    say();
    CHECK_ABSENT(collect_json(0), "hunter2");
    CHECK_ABSENT(collect_json(0), "12345");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.data.password"), "[Filtered]");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.data.Authorization"), "[Filtered]");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.data.API_KEY"), "[Filtered]");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.data.passwords"), "not on the list");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.token"), "not in data");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.message"), "password in the text stays");
    CHECK_STR(collect_text(0, "_meta.breadcrumbs.values.1.data.password."), "{\"rem\":[[\"!config\",\"s\"]]}");
    CHECK_STR(collect_text(0, "_meta.breadcrumbs.values.1.data.API_KEY."), "{\"rem\":[[\"!config\",\"s\"]]}");
    CHECK(!collect_has(0, "_meta.breadcrumbs.values.0"));
    collect_stop();
}

/* Before init and after close nothing is kept. */
static void when_off(void)
{
    size_t before = held();
    number_crumbs(0, 10);
    sentry_add_breadcrumb_with_hint(sentry_value_new_breadcrumb(NULL, "m"), sentry_hint_new());
    CHECK_INT(held(), before);
    REQUIRE(collect_start(NULL) == 0);
    say();
    CHECK_INT(crumbs(0), 0);
    collect_stop();
    number_crumbs(0, 10);
    REQUIRE(collect_start(NULL) == 0);
    say();
    CHECK_INT(crumbs(0), 0);
    collect_stop();
}

static const test_case_t tests[] = {
    {"value_form", value_form},
    {"constructor", constructor},
    {"timestamps", timestamps},
    {"quick_form", quick_form},
    {"quick_form_is_cut", quick_form_is_cut},
    {"bad_values", bad_values},
    {"value_is_taken_as_it_is", value_is_taken_as_it_is},
    {"hundred_by_default", hundred_by_default},
    {"custom_size", custom_size},
    {"none", none},
    {"absurd_size_is_capped", absurd_size_is_capped},
    {"scopes_of_ones_own", scopes_of_ones_own},
    {"pushed_scopes_do_not_leak", pushed_scopes_do_not_leak},
    {"forks_are_apart", forks_are_apart},
    {"forks_of_a_hub_are_apart", forks_of_a_hub_are_apart},
    {"merging", merging},
    {"event_with_a_bare_list", event_with_a_bare_list},
    {"hook_changes", hook_changes},
    {"hook_drops", hook_drops},
    {"hook_replaces", hook_replaces},
    {"plain_hook", plain_hook},
    {"scope_form_skips_the_hook", scope_form_skips_the_hook},
    {"hook_cannot_reenter", hook_cannot_reenter},
    {"before_send_sees_breadcrumbs", before_send_sees_breadcrumbs},
    {"memory_is_bounded", memory_is_bounded},
    {"memory_is_bounded_with_values", memory_is_bounded_with_values},
    {"big_ones_go_away", big_ones_go_away},
    {"close_gives_everything_back", close_gives_everything_back},
    {"long_ones_are_cut", long_ones_are_cut},
    {"notes_follow_their_breadcrumbs", notes_follow_their_breadcrumbs},
    {"secrets_are_filtered", secrets_are_filtered},
    {"when_off", when_off},
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
