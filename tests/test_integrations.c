/* Integrations: which are installed, what one of the user's own can do; atexit, excepthook, dedupe. */
#define SENTRY_IMPLEMENTATION
#include "alloc.h"
#include "collect.h"
#include "files.h"
#ifndef SENTRY_NO_HTTP
#include "sink.h"
#include "delivery.h"
#endif
#ifndef _WIN32
#include <signal.h>
#include <sys/wait.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -- what happens, in one line --------------------------------------------------------------- */

static char story[4096];

static void tell(const char *what, const char *who)
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
    tell("setup", (const char *)data);
    return 0;
}

static int set_up_in_vain(void *data)
{
    tell("try", (const char *)data);
    return 1;
}

static void tear_down(void *data) { tell("teardown", (const char *)data); }

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
    tell("drop", (const char *)data);
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

/* The default ones as they are listed; where crashes cannot be caught there is no excepthook. */
static const char *default_names(void)
{
    return sentry__built >> SENTRY__HAS_EXCEPTHOOK & 1 ? "\"atexit\",\"excepthook\",\"dedupe\",\"stdlib\",\"modules\",\"argv\",\"logging\",\"threading\""
                                                       : "\"atexit\",\"dedupe\",\"stdlib\",\"modules\",\"argv\",\"logging\",\"threading\"";
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
    CHECK_INT(sentry__load(&sentry__sdk.installed), 0);
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
    CHECK_CONTAINS(names, "\"dedupe\",\"modules\",\"logging\",\"threading\"]");
    CHECK_STR(story, "setup a, teardown a");
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
    CHECK_INT(sentry__load(&sentry__sdk.propagate_hub), 0);
    CHECK(sentry__sdk.client->options.always_run <= 0);
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
    CHECK_INT(sentry__load(&sentry__sdk.propagate_hub), 1);
    collect_stop();
    CHECK_INT(collect_start(NULL), 0);
    CHECK_INT(sentry__load(&sentry__sdk.propagate_hub), 0);
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
    CHECK_INT(sentry__has(SENTRY__HAS_DEDUPE), 0);
    CHECK_INT(sentry__has(SENTRY__HAS_STDLIB), 1);
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
    int i;
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
/*@@PROCESSES@@*/

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
    { "events_are_processed", events_are_processed },
    { "events_are_dropped", events_are_dropped },
#ifndef SENTRY_NO_TRACING
    { "transactions_are_processed", transactions_are_processed },
    { "before_send_transaction_does_not_forget", before_send_transaction_does_not_forget },
#endif
    { "a_default_one_is_replaced", a_default_one_is_replaced },
    { "an_error_repeats", an_error_repeats },
    { "another_place_type_or_message", another_place_type_or_message },
    { "errors_take_turns", errors_take_turns },
    { "messages_do_not_count", messages_do_not_count },
    { "other_data_does_not_count", other_data_does_not_count },
    { "each_hub_has_its_own", each_hub_has_its_own },
#ifndef SENTRY_NO_THREADS
    { "another_thread", another_thread },
#endif
    { "before_send_forgets", before_send_forgets },
    { "an_error_without_a_stack_is_always_sent", an_error_without_a_stack_is_always_sent },
    { "an_error_repeats_in_a_loop", an_error_repeats_in_a_loop },
    { "a_chain_of_errors", a_chain_of_errors },
    { "dedupe_switched_off", dedupe_switched_off },
    { "a_new_start_forgets", a_new_start_forgets },
    { "repeats_are_counted", repeats_are_counted },
    /*@@TESTS@@*/
};

int main(int argc, char **argv) { return test_main(argc, argv, tests, COUNT(tests)); }
