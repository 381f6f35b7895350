/* The threading integration: calls of pthread_create and thrd_create that are the SDK's in this file, hubs that follow, names. */
#ifdef __has_include
#if __has_include(<threads.h>)
#include <threads.h>
#endif
#endif
#define SENTRY_WRAP_PTHREAD
#include "alloc.h"
#include "collect.h"

#include <errno.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#ifndef SENTRY_NO_THREADS
static sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

static sentry_options_t propagating(void)
{
    static const sentry_integration_t *list[2] = { NULL, NULL };
    sentry_threading_options_t threading;
    sentry_options_t options = collect_options();
    threading.propagate_hub = 1;
    list[0] = sentry_threading_integration(&threading);
    options.integrations = list;
    return options;
}

static void *change_and_say(void *arg)
{
    sentry_set_tag("child", "1");
    say("child");
    return arg;
}

/* -- the hub follows -------------------------------------------------------------------------- */

static void by_sentry_thread_create(void)
{
    sentry_options_t options = propagating();
    sentry_thread_t thread;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("parent", "1");
    REQUIRE(sentry_thread_create(&thread, NULL, change_and_say, NULL) == 0);
    CHECK_INT(sentry_thread_join(thread, NULL), 0);
    say("parent");
    CHECK_STR(collect_text(0, "tags"), "{\"parent\":\"1\",\"child\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"parent\":\"1\"}");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

#ifndef _WIN32
/* The plain call, renamed. */
static void by_pthread_create(void)
{
    sentry_options_t options = propagating();
    pthread_attr_t attr;
    pthread_t thread;
    void *result = NULL;
    int data = 0;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("parent", "1");
    REQUIRE(pthread_create(&thread, NULL, change_and_say, &data) == 0);
    CHECK_INT(pthread_join(thread, &result), 0);
    CHECK(result == &data);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 512 * 1024);
    REQUIRE(pthread_create(&thread, &attr, change_and_say, NULL) == 0);
    CHECK_INT(pthread_join(thread, &result), 0);
    CHECK(result == NULL);
    pthread_attr_destroy(&attr);
    CHECK_INT(collect_count(), 2);
    CHECK_STR(collect_text(0, "tags"), "{\"parent\":\"1\",\"child\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"parent\":\"1\",\"child\":\"1\"}");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

/* The function itself is still there, and its threads have the main hub. */
static void by_the_function_behind(void)
{
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = pthread_create;
    sentry_options_t options = propagating();
    sentry_hub_t *hub;
    pthread_t thread;
    REQUIRE(collect_start(&options) == 0);
    hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(hub) {
        sentry_set_tag("parent", "1");
        REQUIRE((pthread_create)(&thread, NULL, change_and_say, NULL) == 0);
        pthread_join(thread, NULL);
        REQUIRE(create(&thread, NULL, change_and_say, NULL) == 0);
        pthread_join(thread, NULL);
    }
    sentry_hub_free(hub);
    CHECK_STR(collect_text(0, "tags"), "{\"child\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"child\":\"1\"}");
    collect_stop();
}

/* As pthread_create: the SDK is off, there is no memory, the attributes are no good. */
static void pthread_create_as_ever(void)
{
    static const size_t much = (size_t)-1 >> 2;
    pthread_attr_t attr;
    pthread_t thread;
    void *result = NULL;
    int data = 0;
    REQUIRE(pthread_create(&thread, NULL, change_and_say, &data) == 0);
    CHECK_INT(pthread_join(thread, &result), 0);
    CHECK(result == &data);
    CHECK_INT(alloc_now().blocks, 0);
    REQUIRE(collect_start(NULL) == 0);
    pthread_attr_init(&attr);
    CHECK_INT(pthread_attr_setstacksize(&attr, much & ~(size_t)0xffff), 0);
    CHECK_INT(pthread_create(&thread, &attr, change_and_say, NULL), (pthread_create)(&thread, &attr, change_and_say, NULL));
    pthread_attr_destroy(&attr);
    alloc_fail(1, 1);
    CHECK_INT(pthread_create(&thread, NULL, change_and_say, NULL), ENOMEM);
    alloc_fail(0, 0);
    CHECK_INT(collect_count(), 0);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}
#endif

#ifdef TSS_DTOR_ITERATIONS
static int change_say_and_count(void *arg)
{
    change_and_say(NULL);
    return ++*(int *)arg;
}

static void by_thrd_create(void)
{
    sentry_options_t options = propagating();
    thrd_t thread;
    int count = -8, result = 0;
    if (TEST_HAS_TSAN) SKIP("the thread sanitizer does not know thrd_create, and dies of it");
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("parent", "1");
    REQUIRE(thrd_create(&thread, change_say_and_count, &count) == thrd_success);
    CHECK_INT(thrd_join(thread, &result), thrd_success);
    CHECK_INT(result, -7);
    CHECK_INT(count, -7);
    REQUIRE(sentry_thrd_create(&thread, change_say_and_count, &count) == thrd_success);
    CHECK_INT(thrd_join(thread, &result), thrd_success);
    CHECK_INT(result, -6);
    CHECK_STR(collect_text(0, "tags"), "{\"parent\":\"1\",\"child\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"parent\":\"1\",\"child\":\"1\"}");
    alloc_fail(1, 1);
    CHECK_INT(thrd_create(&thread, change_say_and_count, &count), thrd_nomem);
    alloc_fail(0, 0);
    CHECK_INT(count, -6);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
    REQUIRE(thrd_create(&thread, change_say_and_count, &count) == thrd_success);
    CHECK_INT(thrd_join(thread, &result), thrd_success);
    CHECK_INT(result, -5);
    CHECK_INT(alloc_now().blocks, 0);
}
#endif

/* Without the option, and without the integration, the main hub it is. */
static void without_propagation(void)
{
    static const char *const disabled[] = { "threading", NULL };
    int round;
    for (round = 0; round < 2; round++) {
        sentry_options_t options = round ? propagating() : collect_options();
        sentry_hub_t *hub;
        sentry_thread_t thread;
        options.disabled_integrations = round ? disabled : NULL;
        REQUIRE(collect_start(&options) == 0);
        hub = sentry_hub_clone(NULL);
        SENTRY_WITH_HUB(hub) {
            sentry_set_tag("parent", "1");
            REQUIRE(sentry_thread_create(&thread, NULL, change_and_say, NULL) == 0);
            sentry_thread_join(thread, NULL);
        }
        sentry_hub_free(hub);
        CHECK_STR(collect_text(0, "tags"), "{\"child\":\"1\"}");
        collect_stop();
        CHECK_INT(alloc_now().blocks, 0);
    }
}

/* -- names -------------------------------------------------------------------------------------- */

#define LONG_NAME "a name that is much longer than what the system keeps, and than 63 bytes"

static void say_with_a_stack(const char *text)
{
    sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, text);
    sentry_capture_event(event);
}

static void *be_named(void *arg)
{
    sentry_set_thread_name((const char *)arg);
    say_with_a_stack("named");
    return NULL;
}

static void names_in_events(void)
{
    sentry_options_t options = collect_options();
    sentry_thread_t thread;
    static char name[] = "loader";
    options.attach_stacktrace = SENTRY_ON;
    REQUIRE(collect_start(&options) == 0);
    say_with_a_stack("unnamed");
    if (!collect_has(0, "threads")) {
        collect_stop();
        SKIP("stacks cannot be walked here");
    }
    CHECK(!collect_has(0, "threads.values.0.name"));
    REQUIRE(sentry_thread_create(&thread, NULL, be_named, name) == 0);
    sentry_thread_join(thread, NULL);
    CHECK_STR(collect_str(1, "threads.values.0.name"), "loader");
    be_named((void *)(uintptr_t)LONG_NAME);
    CHECK_INT(collect_len(2, "threads.values.0.name"), 63);
    CHECK(strncmp(collect_str(2, "threads.values.0.name"), LONG_NAME, 63) == 0);
    be_named((void *)(uintptr_t) "quo\"te");
    CHECK_STR(collect_str(3, "threads.values.0.name"), "quo\"te");
    be_named((void *)(uintptr_t) "");
    CHECK(!collect_has(4, "threads.values.0.name"));
    be_named((void *)(uintptr_t) "again");
    be_named(NULL);
    CHECK(!collect_has(6, "threads.values.0.name"));
    collect_stop();
}

/* Also those that have a stack elsewhere, or none. */
static void names_in_errors(void)
{
    sentry_options_t options = collect_options();
    sentry_value_t event;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_thread_name("worker");
    sentry_capture_exception("IOError", "disk full");
    CHECK_STR(collect_str(0, "threads.values.0.name"), "worker");
    CHECK_STR(collect_text(0, "threads.values.0.current"), "true");
    CHECK(!collect_has(0, "threads.values.0.stacktrace"));
    if (collect_has(0, "exception.values.0.stacktrace")) CHECK_STR(collect_text(0, "exception.values.0.thread_id"), collect_text(0, "threads.values.0.id"));
    sentry_capture_message(SENTRY_LEVEL_INFO, "a message");
    CHECK_STR(collect_str(1, "threads.values.0.name"), "worker");
    event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "with threads");
    sentry_event_add_thread(event, sentry_value_new_thread(7, "its own"));
    sentry_capture_event(event);
    CHECK_STR(collect_text(2, "threads"), "{\"values\":[{\"id\":\"7\",\"name\":\"its own\"}]}");
    sentry_set_thread_name(NULL);
    sentry_capture_exception("IOError", "disk full again");
    CHECK(!collect_has(3, "threads"));
    CHECK(!collect_has(3, "exception.values.0.thread_id"));
    collect_stop();
}

#ifdef __linux__
static const char *system_name(void)
{
    static char name[64];
    FILE *file = fopen("/proc/thread-self/comm", "r");
    name[0] = 0;
    if (file) {
        CHECK(fgets(name, sizeof name, file) != NULL);
        fclose(file);
    }
    name[strcspn(name, "\n")] = 0;
    return name;
}

/* Whether the SDK is on or not. */
static void names_for_the_system(void)
{
    sentry_set_thread_name("before");
    if (strcmp(system_name(), "before") != 0) SKIP("the system tells no names, or takes none of this compiler's programs");
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_thread_name(LONG_NAME);
    CHECK_STR(system_name(), "a name that is ");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}
#endif

#ifndef SENTRY_NO_TRACING
static void *work_under_a_name(void *arg)
{
    sentry_span_t *parent = (sentry_span_t *)arg, *span;
    sentry_set_thread_name("worker");
    span = sentry_span_start_child(parent, "step", "by the worker");
    sentry_span_finish(span);
    return NULL;
}

static void names_in_spans(void)
{
    sentry_options_t options = collect_options();
    sentry_thread_t thread;
    options.traces_sample_rate = 1.0;
    REQUIRE(collect_start(&options) == 0);
    SENTRY_TRANSACTION("work", "task") {
        SENTRY_SPAN("step", "unnamed") {
            REQUIRE(sentry_thread_create(&thread, NULL, work_under_a_name, sentry_get_current_span()) == 0);
            sentry_thread_join(thread, NULL);
        }
        sentry_set_thread_name("boss");
        SENTRY_SPAN("step", "named") {
            sentry_span_set_data(sentry_get_current_span(), "k", sentry_value_new_int32(1));
        }
        SENTRY_SPAN("step", "named by hand") {
            sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_THREAD_NAME, sentry_value_new_string("other"));
        }
    }
    SENTRY_TRANSACTION("more work", "task") {}
    CHECK_INT(collect_len(0, "spans"), 4);
    CHECK_ABSENT(collect_text(0, "contexts.trace.data"), "thread.name");
    CHECK_ABSENT(collect_text(0, "spans.0.data"), "thread.name");
    CHECK_CONTAINS(collect_text(0, "spans.1.data"), "\"thread.name\":\"worker\"");
    CHECK_CONTAINS(collect_text(0, "spans.2.data"), "\"k\":1");
    CHECK_CONTAINS(collect_text(0, "spans.2.data"), "\"thread.name\":\"boss\"");
    CHECK_CONTAINS(collect_text(0, "spans.3.data"), "\"thread.name\":\"other\"");
    CHECK_ABSENT(collect_text(0, "spans.3.data"), "boss");
    CHECK_CONTAINS(collect_text(1, "contexts.trace.data"), "\"thread.name\":\"boss\"");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}
#endif

static const test_case_t tests[] = {
    { "by_sentry_thread_create", by_sentry_thread_create },
#ifndef _WIN32
    { "by_pthread_create", by_pthread_create },
    { "by_the_function_behind", by_the_function_behind },
    { "pthread_create_as_ever", pthread_create_as_ever },
#endif
#ifdef TSS_DTOR_ITERATIONS
    { "by_thrd_create", by_thrd_create },
#endif
    { "without_propagation", without_propagation },
    { "names_in_events", names_in_events },
    { "names_in_errors", names_in_errors },
#ifdef __linux__
    { "names_for_the_system", names_for_the_system },
#endif
#ifndef SENTRY_NO_TRACING
    { "names_in_spans", names_in_spans },
#endif
};
#else
static void no_threads(void) { SKIP("there are no threads"); }
static const test_case_t tests[] = { { "no_threads", no_threads } };
#endif

int main(int argc, char **argv) { return test_main(argc, argv, tests, COUNT(tests)); }
