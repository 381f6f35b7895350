/* Integrations: which are installed, what one of the user's own can do; atexit, excepthook, dedupe. */
#include "alloc.h"
#include "collect.h"
#include "files.h"
#include "inside.h"
#ifndef SENTRY_NO_HTTP
#include "sink.h"
#include "delivery.h"
#endif
#ifndef _WIN32
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#endif
#ifdef __linux__
#include <sys/ptrace.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -- what happens, in one line --------------------------------------------------------------- */

static char story[4096];

static void narrate(const char *what, const char *who)
{
    size_t n = strlen(story);
    snprintf(story + n, sizeof story - n, "%s%s %s", n ? ", " : "", what, who);
}

static char heard[4096];

static void hear(sentry_level_t level, const char *message, va_list args, void *userdata)
{
    size_t n = strlen(heard);
    (void)level;
    (void)userdata;
    vsnprintf(heard + n, sizeof heard - n, message, args);
}

/* -- integrations of one's own --------------------------------------------------------------- */

static int set_up(void *data)
{
    narrate("setup", (const char *)data);
    return 0;
}

static int set_up_in_vain(void *data)
{
    narrate("try", (const char *)data);
    return 1;
}

static void tear_down(void *data) { narrate("teardown", (const char *)data); }

/* Appends its name to a tag, so that the order can be told. */
static sentry_value_t process(sentry_value_t event, void *hint, void *data)
{
    sentry_value_t tags = sentry_value_get_by_key(event, "tags");
    char text[128];
    CHECK(hint != NULL);
    snprintf(text, sizeof text, "%s%s.", sentry_value_as_string(sentry_value_get_by_key(tags, "seen")), (const char *)data);
    if (sentry_value_is_null(tags)) {
        tags = sentry_value_new_object();
        sentry_value_set_by_key(event, "tags", sentry_value_incref(tags));
        sentry_value_decref(tags);
    }
    sentry_value_set_by_key(tags, "seen", sentry_value_new_string(text));
    return event;
}

static sentry_value_t drop(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    narrate("drop", (const char *)data);
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static char a_name[] = "a", b_name[] = "b", c_name[] = "c";
static const sentry_integration_t a = { "a", set_up, tear_down, process, a_name }, b = { "b", set_up, tear_down, process, b_name },
                                  c = { "c", set_up, tear_down, process, c_name };

/* -- small things ------------------------------------------------------------------------------ */

static sentry_options_t listing(const sentry_integration_t *const *list)
{
    sentry_options_t options = collect_options();
    options.integrations = list;
    return options;
}

/* The same without the default ones. */
static sentry_options_t only(const sentry_integration_t *const *list)
{
    sentry_options_t options = listing(list);
    options.default_integrations = SENTRY_OFF;
    return options;
}

static void send_message(void) { sentry_capture_message(SENTRY_LEVEL_INFO, "hello"); }

/* Starts, sends one event, and gives the names that came with it. */
static const char *names_with(const sentry_options_t *options)
{
    static char names[4096];
    CHECK_INT(collect_start(options), 0);
    send_message();
    CHECK_INT(collect_count(), 1);
    snprintf(names, sizeof names, "%s", collect_text(0, "sdk.integrations"));
    collect_stop();
    return names;
}

static const char *const built_in[] = { "atexit", "excepthook", "dedupe", "stdlib", "modules", "argv", "logging", "threading" };

/* Whether a built-in one is among those of inside_built or inside_installed. */
static int among(unsigned which, const char *name)
{
    size_t i = 0;
    while (strcmp(built_in[i], name) != 0) i++;
    return (int)(which >> i & 1);
}

/* The default ones as they are listed: those that this build has. */
static const char *default_names(void)
{
    static char text[200];
    size_t i;
    text[0] = 0;
    for (i = 0; i < COUNT(built_in); i++)
        if (inside_built() >> i & 1) sprintf(text + strlen(text), "%s\"%s\"", text[0] ? "," : "", built_in[i]);
    return text;
}

static const char *list_of(const char *first, const char *rest)
{
    static char text[1024];
    snprintf(text, sizeof text, "[%s%s]", first, rest);
    return text;
}

/* -- which are installed ----------------------------------------------------------------------- */

static void default_ones(void)
{
    sentry_options_t options = collect_options();
    CHECK_STR(names_with(&options), list_of("", default_names()));
    CHECK_INT(alloc_now().blocks, 0);
}

static void default_ones_switched_off(void)
{
    sentry_options_t options = collect_options();
    options.default_integrations = SENTRY_OFF;
    CHECK_STR(names_with(&options), "null");
    CHECK_INT(inside_installed(), 0);
}

static void listed_ones_come_first(void)
{
    const sentry_integration_t *const list[] = { &b, &a, &c, NULL };
    sentry_options_t options = listing(list);
    CHECK_STR(names_with(&options), list_of("\"b\",\"a\",\"c\",", default_names()));
    CHECK_STR(story, "setup b, setup a, setup c, teardown c, teardown a, teardown b");
}

static void listed_ones_without_the_default_ones(void)
{
    const sentry_integration_t *const list[] = { &a, sentry_dedupe_integration(), &b, NULL };
    sentry_options_t options = only(list);
    CHECK_STR(names_with(&options), "[\"a\",\"dedupe\",\"b\"]");
}

static void a_default_one_that_is_listed_moves_to_the_front(void)
{
    const sentry_integration_t *const list[] = { sentry_threading_integration(NULL), sentry_atexit_integration(NULL), NULL };
    sentry_options_t options = listing(list);
    const char *names = names_with(&options);
    CHECK(strncmp(names, "[\"threading\",\"atexit\",", 22) == 0);
    CHECK_INT(strlen(names), strlen(default_names()) + 2);
}

static void disabled_ones(void)
{
    static const char *const disabled[] = { "stdlib", "b", "no such one", "argv", NULL };
    const sentry_integration_t *const list[] = { &a, &b, sentry_argv_integration(), NULL };
    sentry_options_t options = listing(list);
    const char *names;
    options.disabled_integrations = disabled;
    names = names_with(&options);
    CHECK_CONTAINS(names, "[\"a\",\"atexit\",");
    CHECK_CONTAINS(names, among(inside_built(), "modules") ? "\"dedupe\",\"modules\",\"logging\",\"threading\"]" : "\"dedupe\",\"logging\",\"threading\"]");
    CHECK_STR(story, "setup a, teardown a");
    options.debug = 1;
    options.logger = hear;
    names_with(&options);
    CHECK_CONTAINS(heard, "there is no integration no such one that could be disabled");
    CHECK_ABSENT(heard, "no integration b");
    CHECK_ABSENT(heard, "no integration stdlib");
}

/* What is given to a listed one does not count when it is disabled. */
static void options_of_disabled_ones(void)
{
    static const char *const disabled[] = { "threading", "excepthook", NULL };
    sentry_excepthook_options_t always;
    sentry_threading_options_t propagate;
    const sentry_integration_t *list[3] = { NULL, NULL, NULL };
    sentry_options_t options = listing(list);
    always.always_run = propagate.propagate_hub = 1;
    list[0] = sentry_threading_integration(&propagate);
    list[1] = sentry_excepthook_integration(&always);
    options.disabled_integrations = disabled;
    CHECK_INT(collect_start(&options), 0);
    CHECK_INT(inside_propagates_hubs(), 0);
    CHECK(!inside_always_runs());
    collect_stop();
}

/* Options of before do not stay for a start that does not list the integration. */
static void options_count_for_one_start(void)
{
    sentry_threading_options_t propagate;
    const sentry_integration_t *list[2] = { NULL, NULL };
    sentry_options_t options = listing(list);
    propagate.propagate_hub = 1;
    list[0] = sentry_threading_integration(&propagate);
    CHECK_INT(collect_start(&options), 0);
    CHECK_INT(inside_propagates_hubs(), 1);
    collect_stop();
    CHECK_INT(collect_start(NULL), 0);
    CHECK_INT(inside_propagates_hubs(), 0);
    collect_stop();
}

static void without_a_name(void)
{
    static const sentry_integration_t nameless = { NULL, set_up, tear_down, process, a_name }, empty = { "", set_up, tear_down, process, b_name };
    const sentry_integration_t *const list[] = { &nameless, &c, &empty, NULL };
    sentry_options_t options = only(list);
    options.debug = 1;
    options.logger = hear;
    CHECK_STR(names_with(&options), "[\"c\"]");
    CHECK_STR(story, "setup c, teardown c");
    CHECK_CONTAINS(heard, "without a name");
}

static void the_same_name_twice(void)
{
    static const sentry_integration_t other = { "a", set_up, tear_down, process, b_name };
    const sentry_integration_t *const list[] = { &a, &c, &other, NULL };
    sentry_options_t options = only(list);
    CHECK_STR(names_with(&options), "[\"c\",\"a\"]");
    CHECK_STR(story, "setup c, setup b, teardown b, teardown c");
}

static void the_same_one_twice(void)
{
    const sentry_integration_t *const list[] = { &a, &a, NULL };
    sentry_options_t options = only(list);
    CHECK_STR(names_with(&options), "[\"a\"]");
    CHECK_STR(story, "setup a, teardown a");
}

static void too_many(void)
{
    static sentry_integration_t many[SENTRY_MAX_INTEGRATIONS + 2];
    static char names[SENTRY_MAX_INTEGRATIONS + 2][16];
    static const sentry_integration_t *list[SENTRY_MAX_INTEGRATIONS + 3];
    sentry_options_t options = listing(list);
    size_t i;
    for (i = 0; i < COUNT(many); i++) {
        snprintf(names[i], sizeof names[i], "n%u", (unsigned)i);
        many[i].name = names[i];
        list[i] = &many[i];
    }
    options.debug = 1;
    options.logger = hear;
    CHECK_INT(collect_start(&options), 0);
    send_message();
    CHECK_INT(collect_len(0, "sdk.integrations"), SENTRY_MAX_INTEGRATIONS);
    CHECK_STR(collect_str(0, "sdk.integrations.0"), "n0");
    CHECK_STR(collect_str(0, "sdk.integrations.63"), "n63");
    CHECK_CONTAINS(heard, "n64 is ignored");
    CHECK_CONTAINS(heard, "n65 is ignored");
    CHECK_CONTAINS(heard, "atexit is ignored");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void a_setup_that_fails(void)
{
    static const sentry_integration_t vain = { "vain", set_up_in_vain, tear_down, process, b_name };
    const sentry_integration_t *const list[] = { &a, &vain, &c, NULL };
    sentry_options_t options = only(list);
    options.debug = 1;
    options.logger = hear;
    CHECK_STR(names_with(&options), "[\"a\",\"c\"]");
    CHECK_STR(story, "setup a, try b, setup c, teardown c, teardown a");
    CHECK_CONTAINS(heard, "vain cannot be installed");
}

/* The one that was to be replaced does not come back. */
static void a_replacement_whose_setup_fails(void)
{
    static const sentry_integration_t vain = { "stdlib", set_up_in_vain, tear_down, NULL, b_name };
    const sentry_integration_t *const list[] = { &vain, NULL };
    sentry_options_t options = listing(list);
    CHECK_ABSENT(names_with(&options), "stdlib");
    CHECK_STR(story, "try b");
}

static int start_in_vain(const sentry_options_t *options, void *state)
{
    (void)options;
    (void)state;
    return 1;
}

/* What was set up is taken down again. */
static void an_init_that_fails(void)
{
    const sentry_integration_t *const list[] = { &a, &b, NULL };
    sentry_options_t options = only(list);
    options.transport = collect_transport();
    sentry_transport_set_startup_func(options.transport, start_in_vain);
    CHECK_INT(sentry_init(&options), 1);
    CHECK_STR(story, "setup a, setup b, teardown b, teardown a");
    CHECK_INT(alloc_now().blocks, 0);
}

static void an_init_without_a_dsn(void)
{
    const sentry_integration_t *const list[] = { &a, NULL };
    sentry_options_t options = only(list);
    options.dsn = "";
    CHECK_INT(sentry_init(&options), 0);
    CHECK_STR(story, "");
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(story, "");
}

/* A second init is a close and an init. */
static void a_second_init(void)
{
    const sentry_integration_t *const first[] = { &a, NULL }, *const second[] = { &b, NULL };
    sentry_options_t options = only(first);
    CHECK_INT(collect_start(&options), 0);
    options = only(second);
    CHECK_INT(collect_start(&options), 0);
    send_message();
    CHECK_STR(collect_text(0, "sdk.integrations"), "[\"b\"]");
    collect_stop();
    CHECK_STR(story, "setup a, teardown a, setup b, teardown b");
    sentry_close();
    CHECK_STR(story, "setup a, teardown a, setup b, teardown b");
}

/* -- what they can do ------------------------------------------------------------------------------ */

static int look_around(void *data)
{
    *(int *)data = sentry_is_enabled();
    send_message();
    return 0;
}

static void say_goodbye(void *data)
{
    *(int *)data += 10 * (sentry_is_enabled() + 1);
    sentry_capture_message(SENTRY_LEVEL_INFO, "goodbye");
}

static void when_the_sdk_is_on(void)
{
    static int state = -1;
    static const sentry_integration_t one = { "one", look_around, say_goodbye, NULL, &state };
    const sentry_integration_t *const list[] = { &one, NULL };
    sentry_options_t options = only(list);
    CHECK_INT(collect_start(&options), 0);
    CHECK_INT(state, 0);
    CHECK_INT(collect_count(), 0);
    sentry_close();
    CHECK_INT(state, 20);
    CHECK_INT(collect_count(), 1);
    CHECK_STR(collect_str(0, "logentry.formatted"), "goodbye");
    collect_stop();
}

#ifndef SENTRY_NO_THREADS
/* One that needs what its setup made, on many threads. */
static struct {
    test_mutex_t lock;
    int ready, at_work, bad, seen, torn_down;
    int wait, stop; /* 1: stays in the processor until it is 0; ends the threads */
} machine = { TEST_MUTEX_INIT, 0, 0, 0, 0, 0, 0, 0 };

static int machine_is(int *what, int value)
{
    int is;
    test_lock(&machine.lock);
    is = *what == value;
    test_unlock(&machine.lock);
    return is;
}

static void machine_set(int *what, int value)
{
    test_lock(&machine.lock);
    *what = value;
    test_unlock(&machine.lock);
}

static int machine_start(void *data)
{
    (void)data;
    machine_set(&machine.ready, 1);
    return 0;
}

static void machine_stop(void *data)
{
    (void)data;
    test_lock(&machine.lock);
    machine.ready = 0;
    machine.torn_down++;
    machine.bad += machine.at_work;
    test_unlock(&machine.lock);
}

static sentry_value_t machine_process(sentry_value_t event, void *hint, void *data)
{
    (void)hint, (void)data;
    test_lock(&machine.lock);
    machine.at_work++;
    machine.seen++;
    machine.bad += !machine.ready;
    test_unlock(&machine.lock);
    while (machine_is(&machine.wait, 1)) test_sleep_ms(1);
    test_lock(&machine.lock);
    machine.at_work--;
    test_unlock(&machine.lock);
    return event;
}

static const sentry_integration_t machine_integration = { "machine", machine_start, machine_stop, machine_process, NULL };

static void *send_on(void *arg)
{
    while (machine_is(&machine.stop, 0)) send_message();
    return arg;
}

/* Whatever other threads send meanwhile, nothing of it is processed by what was torn down. */
static void no_event_after_teardown(void)
{
    const sentry_integration_t *const list[] = { &machine_integration, &a, NULL };
    sentry_options_t options = only(list);
    test_thread_t threads[3];
    size_t i;
    int round;
    collected.drop = 1;
    for (i = 0; i < COUNT(threads); i++) REQUIRE(test_thread_start(&threads[i], send_on, NULL) == 0);
    for (round = 0; round < 20; round++) {
        sentry_options_t o = options;
        int before = machine.seen;
        CHECK_INT(collect_start(&o), 0);
        while (machine_is(&machine.seen, before)) test_sleep_ms(1);
        sentry_close();
    }
    machine_set(&machine.stop, 1);
    for (i = 0; i < COUNT(threads); i++) test_thread_join(threads[i]);
    collect_stop();
    CHECK_INT(machine.torn_down, 20);
    CHECK_INT(machine.bad, 0);
}

static void *send_once(void *arg)
{
    send_message();
    return arg;
}

/* What an event does not leave in time is left as it is. */
static void an_event_that_stays(void)
{
    const sentry_integration_t *const list[] = { &a, &machine_integration, &b, NULL };
    sentry_options_t options = only(list);
    test_thread_t thread;
    options.shutdown_timeout = 50;
    machine_set(&machine.wait, 1);
    CHECK_INT(collect_start(&options), 0);
    REQUIRE(test_thread_start(&thread, send_once, NULL) == 0);
    while (machine_is(&machine.at_work, 0)) test_sleep_ms(1);
#ifndef _WIN32
    if (TEST_CAN_FORK_THREADS) { /* a child has no such thread: it does not wait */
        pid_t child = fork();
        if (child == 0) {
            sentry_close();
            CHECK_INT(machine.torn_down, 1);
            test_end_child();
        }
        CHECK(test_child_ended_well(child));
    }
#endif
    sentry_close();
    CHECK_INT(machine.torn_down, 0);
    CHECK_STR(story, "setup a, setup b");
    machine_set(&machine.wait, 0);
    test_thread_join(thread);
    collect_stop();
}
#endif

/* It is copied: what becomes of the struct later does not matter. */
static void the_struct_is_copied(void)
{
    sentry_integration_t mine = a;
    const sentry_integration_t *list[2] = { NULL, NULL };
    sentry_options_t options = only(list);
    list[0] = &mine;
    CHECK_INT(collect_start(&options), 0);
    memset(&mine, 0xff, sizeof mine);
    list[0] = NULL;
    send_message();
    CHECK_STR(collect_str(0, "tags.seen"), "a.");
    collect_stop();
    CHECK_STR(story, "setup a, teardown a");
}

/* Before the processors of scopes and of the process, in the order of installation. */
static void events_are_processed(void)
{
    static char global_name[] = "global", scope_name[] = "scope";
    const sentry_integration_t *const list[] = { &b, &a, NULL };
    sentry_options_t options = only(list);
    CHECK_INT(collect_start(&options), 0);
    sentry_add_event_processor(process, global_name);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_add_event_processor(scope, process, scope_name);
        send_message();
        sentry_capture_exception("Error", "bad");
    }
    CHECK_STR(collect_str(0, "tags.seen"), "b.a.scope.global.");
    CHECK_STR(collect_str(1, "tags.seen"), "b.a.scope.global.");
    collect_stop();
}

static void events_are_dropped(void)
{
    static const sentry_integration_t dropper = { "dropper", NULL, NULL, drop, a_name };
    const sentry_integration_t *const list[] = { &dropper, &b, NULL };
    sentry_options_t options = only(list);
    options.send_client_reports = SENTRY_ON;
    CHECK_INT(collect_start(&options), 0);
    send_message();
    CHECK_INT(collect_count(), 0);
#ifndef SENTRY_NO_HTTP
    collect_stop();
    collected.by_worker = 1;
    CHECK_INT(collect_start(&options), 0);
    send_message();
    sentry_close();
    CHECK_INT(collect_lost("event_processor", "error"), 1);
#endif
    collect_stop();
    CHECK_CONTAINS(story, "drop a");
}

#ifndef SENTRY_NO_TRACING
static void transactions_are_processed(void)
{
    const sentry_integration_t *const list[] = { &b, &a, NULL };
    sentry_options_t options = only(list);
    options.traces_sample_rate = 1.0;
    CHECK_INT(collect_start(&options), 0);
    SENTRY_TRANSACTION("work", "task") {}
    CHECK_STR(collect_str(0, "type"), "transaction");
    CHECK_STR(collect_str(0, "tags.seen"), "b.a.");
    CHECK_STR(collect_text(0, "sdk.integrations"), "[\"b\",\"a\"]");
    collect_stop();
}
#endif

/* A literal of the same name may be the same memory: the built-in one must be off all the same. */
static void a_default_one_is_replaced(void)
{
    static const sentry_integration_t mine = { "dedupe", set_up, tear_down, process, a_name };
    const sentry_integration_t *const list[] = { &mine, NULL };
    sentry_options_t options = listing(list);
    const char *first, *names = names_with(&options);
    first = strstr(names, "\"dedupe\"");
    CHECK(first == names + 1);
    CHECK(first && strstr(first + 1, "\"dedupe\"") == NULL);
    CHECK_STR(story, "setup a, teardown a");
    CHECK_INT(collect_start(&options), 0);
    CHECK_INT(among(inside_installed(), "dedupe"), 0);
    CHECK_INT(among(inside_installed(), "stdlib"), 1);
    collect_stop();
}

/* -- dedupe ------------------------------------------------------------------------------------------- */

/* Addresses that stand for places. */
static char places[4][64];

/* Captures an error with a stack trace of its own. */
static void fail_at(int place, const char *type, const char *text)
{
    sentry_value_t event = sentry_value_new_event(), exception = sentry_value_new_exception(type, text);
    void *stack[2];
    stack[0] = places[place];
    stack[1] = places[3];
    sentry_value_set_stacktrace(exception, stack, COUNT(stack));
    sentry_event_add_exception(event, exception);
    sentry_capture_event(event);
}

static void fail(void) { fail_at(0, "IOError", "disk full"); }

static void an_error_repeats(void)
{
    CHECK_INT(collect_start(NULL), 0);
    fail();
    fail();
    fail();
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

static void another_place_type_or_message(void)
{
    CHECK_INT(collect_start(NULL), 0);
    fail();
    fail_at(1, "IOError", "disk full");
    CHECK_INT(collect_count(), 2);
    fail_at(1, "IOError", "disk empty");
    CHECK_INT(collect_count(), 3);
    fail_at(1, "OSError", "disk empty");
    CHECK_INT(collect_count(), 4);
    fail_at(1, "OSError", "disk empty");
    CHECK_INT(collect_count(), 4);
    collect_stop();
}

/* What an event says besides its exception is part of the error. */
static void another_message(void)
{
    int i;
    CHECK_INT(collect_start(NULL), 0);
    for (i = 0; i < 4; i++) {
        sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_ERROR, NULL, i < 2 ? "while reading" : "while writing");
        sentry_value_t exception = sentry_value_new_exception("IOError", "disk full");
        void *stack[1];
        stack[0] = places[0];
        sentry_value_set_stacktrace(exception, stack, COUNT(stack));
        sentry_event_add_exception(event, exception);
        sentry_capture_event(event);
    }
    CHECK_INT(collect_count(), 2);
    collect_stop();
}

/* Only the last one counts. */
static void errors_take_turns(void)
{
    int i;
    CHECK_INT(collect_start(NULL), 0);
    for (i = 0; i < 6; i++) fail_at(i % 2, "IOError", "disk full");
    CHECK_INT(collect_count(), 6);
    collect_stop();
}

static void messages_do_not_count(void)
{
    CHECK_INT(collect_start(NULL), 0);
    fail();
    send_message();
    send_message();
    CHECK_INT(collect_count(), 3);
    fail();
    CHECK_INT(collect_count(), 3);
    collect_stop();
}

static void other_data_does_not_count(void)
{
    CHECK_INT(collect_start(NULL), 0);
    fail();
    sentry_set_tag("job", "2");
    sentry_add_breadcrumb(sentry_value_new_breadcrumb("default", "went on"));
    fail();
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

static void each_hub_has_its_own(void)
{
    sentry_hub_t *hub;
    CHECK_INT(collect_start(NULL), 0);
    hub = sentry_hub_clone(NULL);
    fail();
    SENTRY_WITH_HUB(hub) {
        fail();
        fail();
    }
    CHECK_INT(collect_count(), 2);
    fail();
    CHECK_INT(collect_count(), 2);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "in", "block");
        fail();
    }
    CHECK_INT(collect_count(), 2);
    sentry_hub_free(hub);
    collect_stop();
}

#ifndef SENTRY_NO_THREADS
static void *fail_twice(void *arg)
{
    fail();
    fail();
    return arg;
}

static void another_thread(void)
{
    test_thread_t thread;
    CHECK_INT(collect_start(NULL), 0);
    fail();
    CHECK_INT(test_thread_start(&thread, fail_twice, NULL), 0);
    test_thread_join(thread);
    CHECK_INT(collect_count(), 2);
    collect_stop();
}
#endif

static int drops;

static sentry_value_t drop_first(sentry_value_t event, void *hint, void *data)
{
    (void)data;
    return ++drops == 1 ? drop(event, hint, a_name) : event;
}

/* What before_send did not want was not sent: the next one like it is new. */
static void before_send_forgets(void)
{
    sentry_options_t options = collect_options();
    options.before_send = drop_first;
    CHECK_INT(collect_start(&options), 0);
    fail();
    CHECK_INT(collect_count(), 0);
    fail();
    CHECK_INT(collect_count(), 1);
    fail();
    CHECK_INT(collect_count(), 1);
    CHECK_INT(drops, 2);
    collect_stop();
}

static sentry_value_t drop_messages(sentry_value_t event, void *hint, void *data)
{
    return sentry_value_is_null(sentry_value_get_by_key(event, "exception")) ? drop(event, hint, data) : event;
}

/* But that goes for errors alone. */
static void a_dropped_message_forgets_none(void)
{
    sentry_options_t options = collect_options();
    options.before_send = drop_messages;
    options.before_send_data = a_name;
    CHECK_INT(collect_start(&options), 0);
    fail();
    send_message();
    CHECK_STR(story, "drop a");
    fail();
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

#ifndef SENTRY_NO_TRACING
/* It is about errors: a dropped transaction forgets none. */
static void before_send_transaction_does_not_forget(void)
{
    sentry_options_t options = collect_options();
    options.traces_sample_rate = 1.0;
    options.before_send_transaction = drop;
    options.before_send_transaction_data = a_name;
    CHECK_INT(collect_start(&options), 0);
    fail();
    SENTRY_TRANSACTION("work", "task") {}
    CHECK_STR(story, "drop a");
    fail();
    CHECK_INT(collect_count(), 1);
    collect_stop();
}
#endif

static void an_error_without_a_stack_is_always_sent(void)
{
    sentry_options_t options = collect_options();
    int i;
    options.attach_stacktrace = SENTRY_OFF;
    CHECK_INT(collect_start(&options), 0);
    for (i = 0; i < 3; i++) sentry_capture_exception("IOError", "disk full");
    CHECK_INT(collect_count(), 3);
    collect_stop();
}

/* The stack that the SDK takes. */
static void an_error_repeats_in_a_loop(void)
{
    void *stack[4];
    volatile int i; /* else the loop may become three calls in three places */
    CHECK_INT(collect_start(NULL), 0);
    if (!sentry_unwind_stack(NULL, stack, COUNT(stack))) {
        collect_stop();
        SKIP("stacks cannot be walked here");
    }
    for (i = 0; i < 3; i++) sentry_capture_exception("IOError", "disk full");
    CHECK_INT(collect_count(), 1);
    sentry_capture_exception("IOError", "disk full");
    CHECK_INT(collect_count(), 2);
    collect_stop();
}

static void a_chain_of_errors(void)
{
    int i;
    CHECK_INT(collect_start(NULL), 0);
    for (i = 0; i < 4; i++) {
        sentry_value_t event = sentry_value_new_event(), exception = sentry_value_new_exception("LoadError", "no config");
        void *stack[1];
        stack[0] = places[0];
        sentry_value_set_stacktrace(exception, stack, 1);
        sentry_event_add_exception(event, exception);
        sentry_event_add_cause(event, sentry_value_new_exception("IOError", i < 2 ? "no such file" : "permission denied"));
        sentry_capture_event(event);
    }
    CHECK_INT(collect_count(), 2);
    collect_stop();
}

static void dedupe_switched_off(void)
{
    static const char *const disabled[] = { "dedupe", NULL };
    sentry_options_t options = collect_options();
    options.disabled_integrations = disabled;
    CHECK_INT(collect_start(&options), 0);
    fail();
    fail();
    CHECK_INT(collect_count(), 2);
    collect_stop();
}

/* A new start knows nothing of before. */
/* An error that comes back after a while is news. */
static void an_error_that_comes_back(void)
{
    CHECK_INT(collect_start(NULL), 0);
    fail();
    inside_age_error(SENTRY_DEDUPE_MS - 5000);
    fail();
    CHECK_INT(collect_count(), 1);
    inside_age_error(5000);
    fail();
    CHECK_INT(collect_count(), 2);
    fail();
    CHECK_INT(collect_count(), 2);
    collect_stop();
}

static void a_new_start_forgets(void)
{
    CHECK_INT(collect_start(NULL), 0);
    fail();
    collect_stop();
    CHECK_INT(collect_start(NULL), 0);
    fail();
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

/* Counted as what an event processor dropped. */
static void repeats_are_counted(void)
{
#ifdef SENTRY_NO_HTTP
    SKIP("client reports are of the HTTP transport");
#else
    sentry_options_t options = collect_options();
    options.send_client_reports = SENTRY_ON;
    collected.by_worker = 1;
    CHECK_INT(collect_start(&options), 0);
    fail();
    fail();
    fail();
    sentry_close();
    CHECK_INT(collect_lost("event_processor", "error"), 2);
    collect_stop();
#endif
}

#if !defined(_WIN32) && !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_FILES)
/* -- processes that end ------------------------------------------------------------------------------- */

#define ENDED 7 /* the status that they end with */
#define ALL 9   /* more requests than they make */
/* First in tests of processes that end in the middle of things: valgrind has them fail for what they hold. */
#define MAY_LEAVE_MEMORY() do { if (getenv("TEST_VALGRIND")) SKIP("valgrind counts what such an end leaves"); } while (0)

/* A process: it is forked while there is no thread, and begins to live when it is told the port of a server. */
typedef struct {
    pid_t id;
    int port; /* where to write it */
    long long born;
} child_t;

static child_t bear(void (*live)(int port))
{
    child_t child;
    int ends[2] = { -1, -1 }, port = 0;
    memset(&child, 0, sizeof child);
    CHECK_INT(pipe(ends), 0);
    fflush(NULL);
    child.id = fork();
    if (child.id == 0) {
        close(ends[1]);
        if (read(ends[0], &port, sizeof port) == (ssize_t)sizeof port) live(port);
        _exit(1);
    }
    close(ends[0]);
    child.port = ends[1];
    return child;
}

static void let_live(child_t *child, int port)
{
    child->born = test_now_ms();
    CHECK(write(child->port, &port, sizeof port) == (ssize_t)sizeof port);
    close(child->port);
}

/* Waits for its end; its exit status, or -1 when it died or had to be killed. */
static int outlive(const child_t *child)
{
    long long until = test_now_ms() + test_ms(ENOUGH_MS);
    int status = -1;
    while (waitpid(child->id, &status, WNOHANG) == 0) {
        if (test_now_ms() > until) {
            kill(child->id, SIGKILL);
            waitpid(child->id, &status, 0);
            return -1;
        }
        test_sleep_ms(5);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Lives through a process with a server that holds back its first answers; the server, to be stopped. *ms: how long it took. */
static sink_t *witness(void (*live)(int port), int held, long long *ms)
{
    child_t child = bear(live);
    sink_t *sink = sink_start();
    while (held-- > 0) sink_do(sink, SINK_HOLD);
    let_live(&child, sink_port(sink));
    CHECK_INT(outlive(&child), ENDED);
    if (ms) *ms = test_now_ms() - child.born;
    return sink;
}

static void bury(sink_t *sink)
{
    sink_release(sink);
    sink_stop(sink);
    scratch_end();
}

static struct {
    const char *text;
    int files;
} sought;

static void seek(const char *path, void *data)
{
    struct stat is;
    size_t size;
    char *bytes;
    if (stat(path, &is) == 0 && S_ISDIR(is.st_mode)) {
        file_each(path, seek, data);
        return;
    }
    bytes = file_get(path, &size);
    sought.files += bytes && strstr(bytes, sought.text) != NULL;
    free(bytes);
}

/* How many files of the database have the text. */
static int on_disk(const char *text)
{
    sought.text = text;
    sought.files = 0;
    file_each(database(), seek, NULL);
    return sought.files;
}

static sentry_options_t options_of_child(int port)
{
    sentry_options_t o = options_to_port(port);
    o.http_compression = SENTRY_OFF;
    o.auto_session_tracking = SENTRY_ON;
    return o;
}

static void start_child(sentry_options_t *o) { CHECK_INT(sentry_init(o), 0); }

/* -- atexit -- */

static void live_and_exit(int port)
{
    sentry_options_t o = options_of_child(port);
    start_child(&o);
    say("last words");
    exit(ENDED);
}

static void exit_delivers_and_ends_the_session(void)
{
    sink_t *sink;
    REQUIRE(scratch_begin());
    sink = witness(live_and_exit, 0, NULL);
    CHECK_INT(arrived(sink, "last words"), 1);
    CHECK_INT(arrived(sink, "\"status\":\"exited\""), 1);
    CHECK_INT(on_disk("last words"), 0);
    bury(sink);
}

static void live_and_close(int port)
{
    sentry_options_t o = options_of_child(port);
    start_child(&o);
    say("last words");
    sentry_close();
    exit(ENDED);
}

static void exit_after_close(void)
{
    sink_t *sink;
    REQUIRE(scratch_begin());
    sink = witness(live_and_close, 0, NULL);
    CHECK_INT(arrived(sink, "last words"), 1);
    CHECK_INT(arrived(sink, "\"status\":\"exited\""), 1);
    bury(sink);
}

static void live_twice(int port)
{
    sentry_options_t o = options_of_child(port);
    start_child(&o);
    say("first words");
    o = options_of_child(port);
    start_child(&o);
    live_and_exit(port);
}

static void exit_after_several_starts(void)
{
    sink_t *sink;
    REQUIRE(scratch_begin());
    sink = witness(live_twice, 0, NULL);
    CHECK_INT(arrived(sink, "first words"), 1);
    CHECK_INT(arrived(sink, "last words"), 1);
    CHECK_INT(arrived(sink, "\"status\":\"exited\""), 3);
    bury(sink);
}

static void live_without_atexit(int port)
{
    static const char *const disabled[] = { "atexit", NULL };
    sentry_options_t o = options_of_child(port);
    o.disabled_integrations = disabled;
    start_child(&o);
    say("last words");
    exit(ENDED);
}

/* What the worker has not sent by itself is not waited for, and the session ends without a word. */
static void exit_without_atexit(void)
{
    sink_t *sink;
    long long ms;
    MAY_LEAVE_MEMORY();
    REQUIRE(scratch_begin());
    sink = witness(live_without_atexit, ALL, &ms);
    CHECK_AT_MOST(ms, test_ms(1500));
    sink_release(sink);
    CHECK_INT(arrived(sink, "\"status\":\"exited\""), 0);
    bury(sink);
}

static void live_without_waiting(int port)
{
    sentry_options_t o = options_of_child(port);
    o.shutdown_timeout = SENTRY_NO_WAIT;
    start_child(&o);
    say("last words");
    exit(ENDED);
}

static void exit_does_not_wait(void)
{
    sink_t *sink;
    long long ms;
    REQUIRE(scratch_begin());
    sink = witness(live_without_waiting, ALL, &ms);
    CHECK_AT_MOST(ms, test_ms(1500));
    CHECK_INT(on_disk("last words"), 1);
    CHECK_INT(on_disk("\"status\":\"exited\""), 1);
    bury(sink);
}

static int asked_twice;

/* Writes what it was told where the parent finds it. */
static void note_exit(size_t pending, uint64_t timeout, void *user_data)
{
    char text[64];
    CHECK_INT(asked_twice++, 0);
    snprintf(text, sizeof text, "%u pending, %s", (unsigned)pending, timeout > 0 && timeout <= test_ms(400) - 100 ? "time" : "no time");
    file_put(in_scratch((const char *)user_data), text, strlen(text));
}

static sentry_atexit_options_t noting(void)
{
    static char name[] = "note";
    sentry_atexit_options_t options;
    options.callback = note_exit;
    options.callback_data = name;
    return options;
}

static void live_with_callback(int port, int flushes)
{
    const sentry_integration_t *list[2] = { NULL, NULL };
    sentry_atexit_options_t atexit_options = noting();
    sentry_options_t o = options_of_child(port);
    o.integrations = list;
    list[0] = sentry_atexit_integration(&atexit_options);
    o.shutdown_timeout = test_ms(400);
    if (flushes) o.auto_session_tracking = SENTRY_OFF;
    start_child(&o);
    say("last words");
    if (flushes) sentry_flush(test_ms(5000));
    exit(ENDED);
}
static void live_impatiently(int port) { live_with_callback(port, 0); }
static void live_and_flush(int port) { live_with_callback(port, 1); }

/* The timeout is all that it takes; the callback hears of what waits and of the time that is left. */
static void exit_waits_so_long(void)
{
    sink_t *sink;
    long long ms;
    char *note;
    size_t size;
    REQUIRE(scratch_begin());
    sink = witness(live_impatiently, ALL, &ms);
    CHECK(ms >= test_ms(400));
    CHECK_AT_MOST(ms, test_ms(1900));
    note = file_get(in_scratch("note"), &size);
    CHECK_CONTAINS(note, " pending, time");
    CHECK(note && atoi(note) >= 1 && atoi(note) <= 3);
    free(note);
    CHECK_INT(on_disk("last words"), 1);
    bury(sink);
}

static void exit_with_nothing_to_wait_for(void)
{
    sink_t *sink;
    size_t size;
    REQUIRE(scratch_begin());
    sink = witness(live_and_flush, 0, NULL);
    CHECK_INT(arrived(sink, "last words"), 1);
    CHECK(file_get(in_scratch("note"), &size) == NULL);
    bury(sink);
}

static void hear_at_exit(sentry_level_t level, const char *message, va_list args, void *userdata)
{
    hear(level, message, args, userdata);
    if (strstr(heard, "wait to be sent")) file_put(in_scratch("note"), "heard", 5);
}

static void live_and_tell(int port)
{
    sentry_options_t o = options_of_child(port);
    o.shutdown_timeout = 200;
    o.debug = 1;
    o.logger = hear_at_exit;
    start_child(&o);
    say("last words");
    heard[0] = 0;
    exit(ENDED);
}

static void exit_tells_what_it_waits_for(void)
{
    sink_t *sink;
    char *note;
    size_t size;
    REQUIRE(scratch_begin());
    sink = witness(live_and_tell, ALL, NULL);
    note = file_get(in_scratch("note"), &size);
    CHECK(note != NULL);
    free(note);
    bury(sink);
}

static sentry_value_t exit_now(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    (void)data;
    exit(ENDED);
    return event;
}

static void live_and_exit_in_a_hook(int port)
{
    sentry_options_t o = options_of_child(port);
    o.before_send = exit_now;
    start_child(&o);
    say("last words");
    _exit(2);
}

static void exit_in_a_hook(void)
{
    sink_t *sink;
    long long ms;
    MAY_LEAVE_MEMORY();
    REQUIRE(scratch_begin());
    sink = witness(live_and_exit_in_a_hook, 0, &ms);
    CHECK_AT_MOST(ms, test_ms(1500));
    bury(sink);
}

static void exit_in_it(void *data)
{
    (void)data;
    exit(ENDED);
}

static void live_and_exit_in_a_teardown(int port)
{
    static const sentry_integration_t leaver = { "leaver", NULL, exit_in_it, NULL, NULL };
    const sentry_integration_t *const list[] = { &leaver, NULL };
    sentry_options_t o = options_of_child(port);
    o.integrations = list;
    start_child(&o);
    sentry_close();
    _exit(2);
}

/* Which runs while the SDK is being closed: it must not wait for that. */
static void exit_in_a_teardown(void)
{
    MAY_LEAVE_MEMORY();
    REQUIRE(scratch_begin());
    bury(witness(live_and_exit_in_a_teardown, 0, NULL));
}

static int exit_instead(sentry_http_client_t *poster, sentry_http_request_t *request, sentry_http_response_t *response)
{
    (void)poster;
    (void)request;
    (void)response;
    exit(ENDED);
    return 0;
}

static void live_and_exit_in_the_client(int port)
{
    sentry_options_t o = options_of_child(port);
    o.transport = sentry_http_transport_new(client_new, &client, exit_instead, NULL);
    start_child(&o);
    say("last words");
    sentry_flush(test_ms(ENOUGH_MS));
    test_sleep_ms(test_ms(ENOUGH_MS));
    _exit(2);
}

/* The worker itself ends the program: it must not wait for itself. */
static void exit_in_the_worker(void)
{
    sink_t *sink;
    long long ms;
    MAY_LEAVE_MEMORY();
    REQUIRE(scratch_begin());
    sink = witness(live_and_exit_in_the_client, 0, &ms);
    CHECK_AT_MOST(ms, test_ms(1500));
    bury(sink);
}

#ifndef SENTRY_NO_THREADS
static void *capture_for_ever(void *arg)
{
    for (;;) sentry_add_breadcrumb(sentry_value_new_breadcrumb("default", "busy"));
    return arg;
}

static void *exit_here(void *arg)
{
    say("last words");
    exit(ENDED);
    return arg;
}

static void live_and_exit_in_a_thread(int port)
{
    test_thread_t busy, thread;
    sentry_options_t o = options_of_child(port);
    start_child(&o);
    CHECK_INT(test_thread_start(&busy, capture_for_ever, NULL), 0);
    CHECK_INT(test_thread_start(&thread, exit_here, NULL), 0);
    test_thread_join(thread);
    _exit(2);
}

/* While another goes on calling the SDK. */
static void exit_in_a_thread(void)
{
    sink_t *sink;
    MAY_LEAVE_MEMORY();
    REQUIRE(scratch_begin());
    sink = witness(live_and_exit_in_a_thread, 0, NULL);
    CHECK_INT(arrived(sink, "last words"), 1);
    bury(sink);
}

/* A child of fork that ends by exit sends its own, and leaves its parent's session alone. */
static void live_and_fork(int port)
{
    pid_t child;
    int status = -1;
    sentry_options_t o = options_of_child(port);
    start_child(&o);
    flush();
    child = fork();
    if (child == 0) {
        say("words of the child");
        exit(ENDED);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == ENDED);
    say("words of the parent");
    exit(ENDED);
}

static void exit_in_a_child_of_fork(void)
{
    sink_t *sink;
    if (!TEST_CAN_FORK_THREADS) SKIP("what runs the test cannot fork threads");
    MAY_LEAVE_MEMORY();
    REQUIRE(scratch_begin());
    sink = witness(live_and_fork, 0, NULL);
    CHECK_INT(arrived(sink, "words of the child"), 1);
    CHECK_INT(arrived(sink, "words of the parent"), 1);
    CHECK_INT(arrived(sink, "\"status\":\"exited\""), 1);
    bury(sink);
}
#endif

/* -- excepthook -- */

static void live_and_crash(int port)
{
    const sentry_integration_t *const list[] = { &a, &b, NULL };
    sentry_options_t o = options_of_child(port);
    o.integrations = list;
    start_child(&o);
    abort();
}

/* Dies of a signal; what it left is in the database. */
static void die(void (*live)(int port))
{
    child_t child = bear(live);
    int status = 0;
    let_live(&child, 9);
    CHECK(waitpid(child.id, &status, 0) == child.id);
    CHECK(!WIFEXITED(status) || WEXITSTATUS(status) != ENDED);
}

/* Their names are in the report; their processors do not run in a crash. */
static void a_crash_names_them(void)
{
    if (!among(inside_built(), "excepthook")) SKIP("crashes are not caught here");
    REQUIRE(scratch_begin());
    die(live_and_crash);
    CHECK_INT(on_disk("\"integrations\":[\"a\",\"b\",\"atexit\",\"excepthook\","), 1);
    CHECK_INT(on_disk("\"signalhandler\""), 1);
    CHECK_INT(on_disk("\"seen\""), 0);
    scratch_end();
}

/* What waits for a server that does not answer when the program crashes is on disk then. */
static void live_reporting_and_crash(int port)
{
    sentry_options_t o = options_of_child(port);
    signal(SIGSEGV, SIG_DFL);
    start_child(&o);
    say("first words");
    say("more words");
    say("last words");
    raise(SIGSEGV);
}

static void a_crash_keeps_what_waits(void)
{
    child_t child;
    sink_t *sink;
    int status = 0, i;
    if (!among(inside_built(), "excepthook")) SKIP("crashes are not caught here");
    REQUIRE(scratch_begin());
    child = bear(live_reporting_and_crash);
    sink = sink_start();
    for (i = 0; i < ALL; i++) sink_do(sink, SINK_HOLD);
    let_live(&child, sink_port(sink));
    waitpid(child.id, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    CHECK_INT(on_disk("first words"), 1);
    CHECK_INT(on_disk("more words"), 1);
    CHECK_INT(on_disk("last words"), 1);
    CHECK_INT(on_disk("\"type\":\"SIGSEGV\""), 1);
    bury(sink);
}

#ifndef SENTRY_NO_THREADS
static void *close_now(void *arg)
{
    sentry_close();
    return arg;
}

static void live_closing_and_crash(int port)
{
    sentry_options_t o = options_of_child(port);
    test_thread_t thread;
    signal(SIGSEGV, SIG_DFL);
    start_child(&o);
    say("last words");
    if (test_thread_start(&thread, close_now, NULL)) _exit(2);
    test_sleep_ms(300);
    raise(SIGSEGV);
}

/* Also while the SDK waits for the network, in order to end. */
static void a_crash_during_close(void)
{
    child_t child;
    sink_t *sink;
    int status = 0, i;
    if (!among(inside_built(), "excepthook")) SKIP("crashes are not caught here");
    REQUIRE(scratch_begin());
    child = bear(live_closing_and_crash);
    sink = sink_start();
    for (i = 0; i < ALL; i++) sink_do(sink, SINK_HOLD);
    let_live(&child, sink_port(sink));
    waitpid(child.id, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    CHECK_INT(on_disk("last words"), 1);
    CHECK_INT(on_disk("\"type\":\"SIGSEGV\""), 1);
    bury(sink);
}
#endif

static void live_and_crash_unseen(int port)
{
    static const char *const disabled[] = { "excepthook", NULL };
    struct sigaction before, after;
    sentry_options_t o = options_of_child(port);
    o.disabled_integrations = disabled;
    sigaction(SIGABRT, NULL, &before);
    start_child(&o);
    sigaction(SIGABRT, NULL, &after);
    CHECK(before.sa_handler == after.sa_handler);
    abort();
}

static void without_excepthook(void)
{
    REQUIRE(scratch_begin());
    die(live_and_crash_unseen);
    CHECK_INT(on_disk("SIGABRT"), 0);
    scratch_end();
}

#ifdef __linux__
/* Under a debugger, which lets it go on, the report is there only with always_run. */
static void live_traced(int port, int always_run)
{
    const sentry_integration_t *list[2] = { NULL, NULL };
    sentry_excepthook_options_t options;
    sentry_options_t o = options_of_child(port);
    options.always_run = always_run;
    list[0] = sentry_excepthook_integration(&options);
    o.integrations = list;
    start_child(&o);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(ENDED);
    abort();
}
static void live_traced_always(int port) { live_traced(port, 1); }
static void live_traced_by_default(int port) { live_traced(port, 0); }

/* Whether it crashed under a debugger. */
static int debug(void (*live)(int port))
{
    child_t child = bear(live);
    int status = 0;
    let_live(&child, 9);
    while (waitpid(child.id, &status, 0) == child.id && WIFSTOPPED(status))
        ptrace(PTRACE_CONT, child.id, NULL, (void *)(intptr_t)WSTOPSIG(status));
    return !WIFEXITED(status) || WEXITSTATUS(status) != ENDED;
}

static void excepthook_under_a_debugger(void)
{
    if (getenv("TEST_VALGRIND")) SKIP("valgrind's programs cannot be debugged so");
    if (!among(inside_built(), "excepthook")) SKIP("crashes are not caught here");
    REQUIRE(scratch_begin());
    if (!debug(live_traced_by_default)) {
        scratch_end();
        SKIP("there is no ptrace");
    }
    CHECK_INT(on_disk("SIGABRT"), 0);
    CHECK(debug(live_traced_always));
    CHECK_INT(on_disk("SIGABRT") > 0, 1);
    scratch_end();
}
#endif
#endif

static const test_case_t tests[] = {
    { "default_ones", default_ones },
    { "default_ones_switched_off", default_ones_switched_off },
    { "listed_ones_come_first", listed_ones_come_first },
    { "listed_ones_without_the_default_ones", listed_ones_without_the_default_ones },
    { "a_default_one_that_is_listed_moves_to_the_front", a_default_one_that_is_listed_moves_to_the_front },
    { "disabled_ones", disabled_ones },
    { "options_of_disabled_ones", options_of_disabled_ones },
    { "options_count_for_one_start", options_count_for_one_start },
    { "without_a_name", without_a_name },
    { "the_same_name_twice", the_same_name_twice },
    { "the_same_one_twice", the_same_one_twice },
    { "too_many", too_many },
    { "a_setup_that_fails", a_setup_that_fails },
    { "a_replacement_whose_setup_fails", a_replacement_whose_setup_fails },
    { "an_init_that_fails", an_init_that_fails },
    { "an_init_without_a_dsn", an_init_without_a_dsn },
    { "a_second_init", a_second_init },
    { "when_the_sdk_is_on", when_the_sdk_is_on },
    { "the_struct_is_copied", the_struct_is_copied },
#ifndef SENTRY_NO_THREADS
    { "no_event_after_teardown", no_event_after_teardown },
    { "an_event_that_stays", an_event_that_stays },
#endif
    { "events_are_processed", events_are_processed },
    { "events_are_dropped", events_are_dropped },
#ifndef SENTRY_NO_TRACING
    { "transactions_are_processed", transactions_are_processed },
    { "before_send_transaction_does_not_forget", before_send_transaction_does_not_forget },
#endif
    { "a_default_one_is_replaced", a_default_one_is_replaced },
    { "an_error_repeats", an_error_repeats },
    { "another_place_type_or_message", another_place_type_or_message },
    { "another_message", another_message },
    { "errors_take_turns", errors_take_turns },
    { "messages_do_not_count", messages_do_not_count },
    { "other_data_does_not_count", other_data_does_not_count },
    { "each_hub_has_its_own", each_hub_has_its_own },
#ifndef SENTRY_NO_THREADS
    { "another_thread", another_thread },
#endif
    { "before_send_forgets", before_send_forgets },
    { "a_dropped_message_forgets_none", a_dropped_message_forgets_none },
    { "an_error_without_a_stack_is_always_sent", an_error_without_a_stack_is_always_sent },
    { "an_error_repeats_in_a_loop", an_error_repeats_in_a_loop },
    { "a_chain_of_errors", a_chain_of_errors },
    { "dedupe_switched_off", dedupe_switched_off },
    { "an_error_that_comes_back", an_error_that_comes_back },
    { "a_new_start_forgets", a_new_start_forgets },
    { "repeats_are_counted", repeats_are_counted },
#if !defined(_WIN32) && !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_FILES)
    { "exit_delivers_and_ends_the_session", exit_delivers_and_ends_the_session },
    { "exit_after_close", exit_after_close },
    { "exit_after_several_starts", exit_after_several_starts },
    { "exit_without_atexit", exit_without_atexit },
    { "exit_does_not_wait", exit_does_not_wait },
    { "exit_waits_so_long", exit_waits_so_long },
    { "exit_with_nothing_to_wait_for", exit_with_nothing_to_wait_for },
    { "exit_tells_what_it_waits_for", exit_tells_what_it_waits_for },
    { "exit_in_a_hook", exit_in_a_hook },
    { "exit_in_a_teardown", exit_in_a_teardown },
    { "exit_in_the_worker", exit_in_the_worker },
#ifndef SENTRY_NO_THREADS
    { "exit_in_a_thread", exit_in_a_thread },
    { "exit_in_a_child_of_fork", exit_in_a_child_of_fork },
#endif
    { "a_crash_names_them", a_crash_names_them },
    { "a_crash_keeps_what_waits", a_crash_keeps_what_waits },
#ifndef SENTRY_NO_THREADS
    { "a_crash_during_close", a_crash_during_close },
#endif
    { "without_excepthook", without_excepthook },
#ifdef __linux__
    { "excepthook_under_a_debugger", excepthook_under_a_debugger },
#endif
#endif
};

int main(int argc, char **argv) { return test_main(argc, argv, tests, COUNT(tests)); }
