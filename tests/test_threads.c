/* Threads: hubs across threads, everything at once, threads that end badly, fork. */
#include "alloc.h"
#include "collect.h"

#include <errno.h>

static sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

#ifndef SENTRY_NO_THREADS
/* Runs a function in a thread of sentry_thread_create and waits for it. */
static void in_thread(void *(*start)(void *), void *arg)
{
    sentry_thread_t thread;
    REQUIRE(sentry_thread_create(&thread, NULL, start, arg) == 0);
    sentry_thread_join(thread, NULL);
}

/* -- the two programs of the guide -- */

/* Manual propagation: clone a hub, hand it over, bind it in the thread. */
static void *manual_run(void *arg)
{
    sentry_hub_t *thread_hub = (sentry_hub_t *)arg;
    SENTRY_WITH_HUB(thread_hub) {
        sentry_capture_message(SENTRY_LEVEL_INFO, "hi"); /* event will have the `mydata` tag attached */
    }
    return NULL;
}

static void manual_propagation(void)
{
    sentry_hub_t *thread_hub;
    sentry_thread_t thread;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("mydata", "42");
    thread_hub = sentry_hub_clone(sentry_hub_current());
    sentry_set_tag("later", "1"); /* is not in the copy */
    REQUIRE(sentry_thread_create(&thread, NULL, manual_run, thread_hub) == 0);
    sentry_thread_join(thread, NULL);
    sentry_hub_free(thread_hub);
    CHECK_STR(collect_text(0, "tags"), "{\"mydata\":\"42\"}");
    CHECK_STR(collect_str(0, "logentry.formatted"), "hi");
    collect_stop();
}

/* Automatic propagation: an option, and nothing else. */
static void *automatic_run(void *arg)
{
    (void)arg;
    sentry_capture_message(SENTRY_LEVEL_INFO, "hi"); /* event will have the `mydata` tag attached */
    return NULL;
}

static void automatic_propagation(void)
{
    sentry_options_t options = collect_options();
    sentry_thread_t thread;
    options.propagate_hub = 1;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("mydata", "42");
    REQUIRE(sentry_thread_create(&thread, NULL, automatic_run, NULL) == 0);
    sentry_thread_join(thread, NULL);
    CHECK_STR(collect_text(0, "tags"), "{\"mydata\":\"42\"}");
    collect_stop();
}

/* -- propagation in detail -- */

static void *change_everything(void *arg)
{
    (void)arg;
    sentry_set_tag("child", "1");
    sentry_set_tag("mydata", "changed");
    sentry_set_user(sentry_value_new_user("child", NULL, NULL, NULL));
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "child");
    sentry_push_scope();
    sentry_set_tag("pushed", "1");
    say("child");
    return NULL; /* with the scope still pushed */
}

static void children_do_not_leak(void)
{
    sentry_options_t options = collect_options();
    options.propagate_hub = 1;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("mydata", "42");
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "parent");
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "in", "scope");
        in_thread(change_everything, NULL);
    }
    say("parent");
    CHECK_STR(collect_str(0, "tags.mydata"), "changed");
    CHECK_STR(collect_str(0, "tags.in"), "scope");
    CHECK_STR(collect_str(0, "tags.pushed"), "1");
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 2);
    CHECK_STR(collect_text(1, "tags"), "{\"mydata\":\"42\"}");
    CHECK(!collect_has(1, "user"));
    CHECK_INT(collect_len(1, "breadcrumbs.values"), 1);
    collect_stop();
}

/* Two threads that wait for each other's word. */
static struct {
    int stage;
} turn;

static void set_stage(int stage)
{
    collect__lock();
    turn.stage = stage;
    collect__unlock();
}

static int wait_stage(int stage)
{
    int ms, now = 0;
    for (ms = 0; ms < 8000 && now < stage; ms++) {
        collect__lock();
        now = turn.stage;
        collect__unlock();
        if (now < stage)
            test_sleep_ms(1);
    }
    return now >= stage;
}

static void *late_listener(void *arg)
{
    (void)arg;
    sentry_set_tag("by_child", "1"); /* main hub: everybody sees it */
    set_stage(1);
    CHECK(wait_stage(2));
    say("child");
    SENTRY_WITH_SCOPE(scope) { /* this thread's own */
        sentry_scope_set_tag(scope, "child_scope", "1");
        set_stage(3);
        CHECK(wait_stage(4));
        say("child pushed");
    }
    return NULL;
}

/* Without the option: the main hub, with what it has when the event is captured. */
static void no_propagation(void)
{
    sentry_thread_t thread;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("early", "1");
    sentry_push_scope();
    sentry_set_tag("main_scope", "1"); /* the main thread's own */
    REQUIRE(sentry_thread_create(&thread, NULL, late_listener, NULL) == 0);
    CHECK(wait_stage(1));
    sentry_pop_scope();
    sentry_set_tag("late", "1");
    sentry_push_scope();
    sentry_set_tag("main_scope", "2");
    set_stage(2);
    CHECK(wait_stage(3));
    say("main");
    set_stage(4);
    sentry_thread_join(thread, NULL);
    CHECK_STR(collect_text(0, "tags"), "{\"early\":\"1\",\"by_child\":\"1\",\"late\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"early\":\"1\",\"by_child\":\"1\",\"late\":\"1\",\"main_scope\":\"2\"}");
    CHECK_STR(collect_str(2, "tags.child_scope"), "1");
    CHECK(!collect_has(2, "tags.main_scope"));
    sentry_pop_scope();
    collect_stop();
}

/* A hub that the parent bound: with the option its copy, without it the main hub. */
static void propagation_from_a_bound_hub(void)
{
    int round;
    for (round = 0; round < 2; round++) {
        sentry_options_t options = collect_options();
        sentry_hub_t *hub;
        options.propagate_hub = round;
        REQUIRE(collect_start(&options) == 0);
        sentry_set_tag("main", "1");
        hub = sentry_hub_clone(NULL);
        SENTRY_WITH_HUB(hub) {
            sentry_set_tag("hub", "1");
            in_thread(automatic_run, NULL);
        }
        CHECK_STR(collect_text(0, "tags"), round ? "{\"main\":\"1\",\"hub\":\"1\"}" : "{\"main\":\"1\"}");
        sentry_hub_free(hub);
        collect_stop();
    }
}

static void *create_another(void *arg)
{
    sentry_set_tag("middle", "1");
    in_thread(automatic_run, arg);
    return NULL;
}

static void propagation_over_generations(void)
{
    sentry_options_t options = collect_options();
    options.propagate_hub = 1;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("top", "1");
    in_thread(create_another, NULL);
    say("main");
    CHECK_STR(collect_text(0, "tags"), "{\"top\":\"1\",\"middle\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"top\":\"1\"}");
    collect_stop();
}

static void *give_back(void *arg)
{
    return arg;
}

static void thread_results(void)
{
    sentry_thread_t thread;
    void *result = NULL;
    int data = 0, round;
    for (round = 0; round < 3; round++) { /* off, on, on with the option */
        sentry_options_t options = collect_options();
        options.propagate_hub = round == 2;
        if (round)
            REQUIRE(collect_start(&options) == 0);
        REQUIRE(sentry_thread_create(&thread, NULL, give_back, &data) == 0);
        CHECK_INT(sentry_thread_join(thread, &result), 0);
        CHECK(result == &data);
        REQUIRE(sentry_thread_create(&thread, NULL, give_back, (void *)~(uintptr_t)0) == 0);
        CHECK_INT(sentry_thread_join(thread, &result), 0);
        CHECK((uintptr_t)result == ~(uintptr_t)0); /* all its bits */
        REQUIRE(sentry_thread_create(&thread, NULL, give_back, NULL) == 0);
        CHECK_INT(sentry_thread_join(thread, NULL), 0);
        if (round)
            collect_stop();
    }
}

static void *leave_by_exit(void *arg)
{
    sentry_push_scope();
    sentry_set_tag("a", "1");
#ifdef _WIN32
    (void)arg;
    _endthreadex(1);
#else
    pthread_exit(arg);
#endif
    return NULL;
}

/* Threads that the SDK did not start, that leave without returning, and, where there are, with attributes. */
static void plain_threads(void)
{
    sentry_options_t options = collect_options();
    test_thread_t plain;
    sentry_thread_t thread;
    void *result = NULL;
    int data = 0;
    options.propagate_hub = 1;
    REQUIRE(collect_start(&options) == 0);
    sentry_set_tag("main", "1");
    REQUIRE(test_thread_start(&plain, automatic_run, NULL) == 0);
    test_thread_join(plain);
    CHECK_STR(collect_text(0, "tags"), "{\"main\":\"1\"}");
    REQUIRE(sentry_thread_create(&thread, NULL, leave_by_exit, &data) == 0);
    CHECK_INT(sentry_thread_join(thread, &result), 0);
#ifdef _WIN32
    CHECK(result == NULL);
#else
    CHECK(result == &data);
    {
        pthread_attr_t attr;
        pthread_attr_init(&attr);
        pthread_attr_setstacksize(&attr, 256 * 1024);
        REQUIRE(sentry_thread_create(&thread, &attr, automatic_run, NULL) == 0);
        CHECK_INT(sentry_thread_join(thread, NULL), 0);
        pthread_attr_destroy(&attr);
    }
    CHECK_STR(collect_text(1, "tags"), "{\"main\":\"1\"}");
#endif
    collect_stop();
}

/* The SDK is called from a thread's own clean-up, before and after the SDK's. */
static void at_thread_exit(void)
{
    sentry_set_tag("from", "destructor");
    sentry_push_scope();
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "destructor");
    say("destructor");
}

#ifdef _WIN32
typedef DWORD exit_key_t;
static void WINAPI exit_callback(void *arg)
{
    if (arg)
        at_thread_exit();
}
static int exit_key_new(exit_key_t *key) { return (*key = FlsAlloc(exit_callback)) == FLS_OUT_OF_INDEXES; }
static void exit_key_set(exit_key_t key, void *arg) { FlsSetValue(key, arg); }
#else
typedef pthread_key_t exit_key_t;
static void exit_callback(void *arg)
{
    (void)arg;
    at_thread_exit();
}
static int exit_key_new(exit_key_t *key) { return pthread_key_create(key, exit_callback); }
static void exit_key_set(exit_key_t key, void *arg) { pthread_setspecific(key, arg); }
#endif

static exit_key_t exit_keys[2];

#ifdef __cplusplus
struct says_at_exit {
    int used;
    ~says_at_exit()
    {
        if (used)
            at_thread_exit();
    }
};
static thread_local says_at_exit exit_object;
#endif

static void *end_with_a_destructor(void *arg)
{
    sentry_hub_t *hub = sentry_hub_clone(NULL);
    exit_key_set(exit_keys[0], arg);
    exit_key_set(exit_keys[1], arg);
#ifdef __cplusplus
    exit_object.used = 1;
#endif
    sentry_hub_bind(hub);
    sentry_hub_free(hub);
    sentry_push_scope();
    say("thread");
    return NULL;
}

static void calls_at_thread_exit(void)
{
    size_t warm = 0;
    int i, data = 0;
    alloc_unwatched = 0;
    collected.drop = 1;
    REQUIRE(exit_key_new(&exit_keys[0]) == 0);
    REQUIRE(collect_start(NULL) == 0);
    REQUIRE(exit_key_new(&exit_keys[1]) == 0);
    for (i = 0; i < 40; i++) {
        in_thread(end_with_a_destructor, &data);
        if (i == 20)
            warm = alloc_now().bytes;
    }
#ifndef __cplusplus
    CHECK_INT(collected.dropped, 120);
#elif !defined(_WIN32)
    CHECK_INT(collected.dropped, 160);
#else
    CHECK(collected.dropped >= 120); /* for C++ objects that end after the SDK's own data it may be off */
#endif
    CHECK_AT_MOST(alloc_now().bytes, warm + 4096);
    collect_stop();
}

#ifdef _WIN32
static void *main_fiber;

static void WINAPI other_fiber(void *arg)
{
    (void)arg;
    sentry_push_scope();
    sentry_set_tag("fiber", "1");
    say("fiber");
    SwitchToFiber(main_fiber);
}

/* The first call is made on a fiber that does not live as long as its thread. */
static void *use_fibers(void *arg)
{
    void *other = CreateFiber(0, other_fiber, NULL);
    (void)arg;
    main_fiber = ConvertThreadToFiber(NULL);
    SwitchToFiber(other);
    DeleteFiber(other);
    say("thread");
    sentry_pop_scope();
    say("popped");
    ConvertFiberToThread();
    return NULL;
}

static void fibers_end_before_their_thread(void)
{
    size_t warm = 0;
    int i;
    alloc_unwatched = 0;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 40; i++) {
        collect_clear();
        if (i == 20)
            warm = alloc_now().bytes;
        in_thread(use_fibers, NULL);
    }
    CHECK_STR(collect_str(1, "tags.fiber"), "1");
    CHECK_STR(collect_str(1, "logentry.formatted"), "thread");
    CHECK(!collect_has(2, "tags.fiber"));
    collect_clear();
    CHECK_AT_MOST(alloc_now().bytes, warm + 4096);
    collect_stop();
}
#endif

/* -- threads that end without tidying up -- */

static void *untidy(void *arg)
{
    sentry_hub_t *first = sentry_hub_clone(NULL), *second;
    (void)arg;
    sentry_push_scope();
    sentry_push_scope();
    sentry_set_tag("a", "1");
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "b");
    sentry_hub_bind(first);
    sentry_push_scope();
    sentry_set_tag("c", "1");
    second = sentry_hub_clone(first);
    sentry_hub_bind(second);
    sentry_push_scope();
    sentry_set_extra("d", sentry_value_new_int32(1));
    say("untidy");
    sentry_hub_free(first);
    sentry_hub_free(second);
    return NULL;
}

static void untidy_threads_leak_nothing(void)
{
    sentry_options_t options = collect_options();
    size_t warm = 0;
    int i;
    alloc_unwatched = 0;
    options.propagate_hub = 1;
    REQUIRE(collect_start(&options) == 0);
    collected.drop = 1;
    for (i = 0; i < 300; i++) {
        in_thread(untidy, NULL);
        if (i == 50)
            warm = alloc_now().bytes;
    }
    CHECK(alloc_now().bytes <= warm + 4096);
    collect__lock();
    CHECK_INT(collected.dropped, 300);
    collect__unlock();
    collect_stop();
    CHECK(alloc_now().bytes < 64 * 1024);
}

/* Close while a thread holds hubs and scopes: it lets go of them later. */
static void *hold_over_close(void *arg)
{
    sentry_hub_t *hub = sentry_hub_clone(NULL);
    (void)arg;
    sentry_push_scope();
    sentry_hub_bind(hub);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "a", "1");
        set_stage(1);
        CHECK(wait_stage(2)); /* closed */
        sentry_scope_set_tag(scope, "b", "1");
        say("off");
        set_stage(3);
        CHECK(wait_stage(4)); /* started again */
        sentry_scope_set_tag(scope, "c", "1");
        say("on");
    }
    sentry_pop_scope();
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    return NULL;
}

static void close_in_the_middle(void)
{
    sentry_thread_t thread;
    REQUIRE(collect_start(NULL) == 0);
    REQUIRE(sentry_thread_create(&thread, NULL, hold_over_close, NULL) == 0);
    CHECK(wait_stage(1));
    collect_stop();
    set_stage(2);
    CHECK(wait_stage(3));
    CHECK_INT(collect_count(), 0);
    REQUIRE(collect_start(NULL) == 0);
    set_stage(4);
    sentry_thread_join(thread, NULL);
    CHECK(collect_count() <= 1);
    say("main");
    CHECK_INT(collect_len(collect_count() - 1, "tags"), 0);
    collect_stop();
}

static sentry_value_t slow_hook(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    set_stage(1);
    test_sleep_ms(60);
    return event;
}

static void *say_slowly(void *arg)
{
    (void)arg;
    sentry_set_tag("t", "1");
    say("slow");
    sentry_set_tag("t", "2");
    return NULL;
}

/* Close while another thread is inside a hook. */
static void close_during_a_hook(void)
{
    sentry_options_t options = collect_options();
    sentry_thread_t thread;
    options.before_send = slow_hook;
    REQUIRE(collect_start(&options) == 0);
    REQUIRE(sentry_thread_create(&thread, NULL, say_slowly, NULL) == 0);
    CHECK(wait_stage(1));
    sentry_close();
    CHECK_INT(sentry_is_enabled(), 0);
    sentry_thread_join(thread, NULL);
    CHECK(collect_count() <= 1);
    collect_clear();
}

/* -- everything at once -- */

static struct {
    int stop; /* under collect's lock */
    sentry_hub_t *shared;
    unsigned calls[8];
} storm;

static int stopped(void)
{
    int stop;
    collect__lock();
    stop = storm.stop;
    collect__unlock();
    return stop;
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static sentry_value_t sometimes_drop(sentry_value_t event, void *hint, void *user_data)
{
    const char *id = sentry_value_as_string(sentry_value_get_by_key(event, "event_id"));
    (void)hint;
    (void)user_data;
    sentry_set_tag("from", "hook");
    if (id[0] != '0')
        return event;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static sentry_value_t storm_crumb(sentry_value_t one, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    sentry_value_set_by_key(one, "category", sentry_value_new_string("hooked"));
    return one;
}

static sentry_value_t small_object(uint32_t seed)
{
    sentry_value_t object = sentry_value_new_object();
    sentry_value_set_by_key(object, seed % 2 ? "a" : "b", sentry_value_new_int32((int32_t)(seed % 1000)));
    sentry_value_set_by_key(object, "text", sentry_value_new_string("some text"));
    return object;
}

static void storm_setters(uint32_t r, const char *key, const char *value)
{
    switch (r % 18) {
    case 0: sentry_set_tag(key, value); break;
    case 1: sentry_remove_tag(key); break;
    case 2: sentry_set_extra(key, small_object(r)); break;
    case 3: sentry_remove_extra(key); break;
    case 4: sentry_set_context(key, small_object(r)); break;
    case 5: sentry_update_context(key, small_object(r)); break;
    case 6: sentry_remove_context(key); break;
    case 7: sentry_set_user(sentry_value_new_user(key, value, NULL, NULL)); break;
    case 8: sentry_remove_user(); break;
    case 9: sentry_set_level((sentry_level_t)((int)(r >> 8) % 4)); break;
    case 10: sentry_set_fingerprint(key, value, NULL); break;
    case 11: sentry_remove_fingerprint(); break;
    case 12: sentry_set_transaction(value); break;
    case 13: sentry_set_release(key); break;
    case 14: sentry_set_environment(value); break;
    case 15: sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, value)); break;
    case 16: sentry_breadcrumb(key, SENTRY_LEVEL_INFO, "%s %u", value, (unsigned)r); break;
    default: {
        sentry_value_t tags = sentry_value_new_object();
        sentry_value_set_by_key(tags, key, sentry_value_new_string(value));
        sentry_set_tags(tags);
    }
    }
}

static void storm_scope(uint32_t r, const char *key, const char *value, sentry_scope_t *scope)
{
    switch (r % 10) {
    case 0: sentry_scope_set_tag(scope, key, value); break;
    case 1: sentry_scope_set_extra(scope, key, small_object(r)); break;
    case 2: sentry_scope_update_context(scope, key, small_object(r)); break;
    case 3: sentry_scope_set_user(scope, small_object(r)); break;
    case 4: sentry_scope_set_level(scope, SENTRY_LEVEL_WARNING); break;
    case 5: sentry_scope_set_fingerprint(scope, key, NULL); break;
    case 6: sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, value)); break;
    case 7: sentry_scope_add_event_processor(scope, sometimes_drop, NULL); break;
    case 8: sentry_scope_clear(scope); break;
    default: sentry_scope_set_transaction(scope, value); break;
    }
}

static void storm_capture(uint32_t r, const char *key, const char *value)
{
    sentry_scope_t *scope;
    sentry_uuid_t id;
    switch (r % 8) {
    case 0: sentry_capture_message(SENTRY_LEVEL_INFO, value); break;
    case 1: sentry_capture_messagef(SENTRY_LEVEL_INFO, "%s %d", value, 5); break;
    case 2: sentry_capture_exception(key, value); break;
    case 3:
        errno = ENOENT;
        sentry_capture_errno(value);
        break;
    case 4:
        scope = sentry_local_scope_new();
        storm_scope(r / 8, key, value, scope);
        sentry_scope_capture_event(scope, sentry_value_new_event());
        break;
    case 5:
        scope = sentry_scope_clone(NULL);
        storm_scope(r / 8, key, value, scope);
        sentry_scope_capture_event(scope, sentry_value_new_event());
        id = sentry_scope_get_last_event_id(scope);
        (void)id;
        sentry_scope_free(scope);
        break;
    case 6: sentry_flush(0); break;
    default:
        id = sentry_get_last_event_id();
        (void)id;
        sentry_is_enabled();
    }
}

static void storm_stack(uint32_t r, const char *key, const char *value, sentry_hub_t **own)
{
    switch (r % 9) {
    case 0:
    case 1:
        SENTRY_WITH_SCOPE(scope) {
            storm_scope(r / 9, key, value, scope);
            storm_setters(r / 9, key, value);
            if (r & 1024)
                storm_capture(r / 9, key, value);
            if (r & 2048)
                break;
        }
        break;
    case 2: sentry_push_scope(); break;
    case 3:
    case 4: sentry_pop_scope(); break;
    case 5:
        SENTRY_WITH_HUB(storm.shared) {
            storm_setters(r / 9, key, value);
            if (r & 1024)
                sentry_push_scope();
            else
                sentry_pop_scope();
            storm_capture(r / 9, key, value);
        }
        break;
    case 6: sentry_hub_bind(r & 512 ? *own : NULL); break;
    case 7:
        sentry_hub_free(*own);
        *own = sentry_hub_clone(NULL);
        break;
    default:
        sentry_hub_free(*own);
        *own = sentry_hub_clone(r & 512 ? storm.shared : sentry_hub_current());
        sentry_hub_bind(*own);
    }
}

static void *storm_thread(void *arg)
{
    static const char *const keys[] = {"alpha", "beta", "gamma", "delta", "a longer key"};
    static const char *const values[] = {"1", "two", "a somewhat longer value", "quote \" and \\", "\xc3\xa4"};
    unsigned *calls = (unsigned *)arg;
    uint32_t state = 2463534242u + (uint32_t)(calls - storm.calls) * 7919u;
    sentry_hub_t *own = NULL;
    while (!stopped()) {
        int i;
        for (i = 0; i < 20; i++) {
            uint32_t r = next_random(&state);
            const char *key = keys[r % 5], *value = values[(r >> 4) % 5];
            r >>= 8;
            if (r % 8 < 4)
                storm_setters(r / 8, key, value);
            else if (r % 8 < 5)
                storm_capture(r / 8, key, value);
            else if (r % 8 < 7)
                storm_stack(r / 8, key, value, &own);
            else if (r % 64 == 7)
                sentry_add_event_processor(sometimes_drop, NULL);
            ++*calls;
        }
    }
    sentry_hub_free(own); /* may still be bound, with scopes on it */
    return NULL;
}

/* Eight threads call everything at random while a ninth captures, closes and starts the SDK again. */
static void storm_of_calls(void)
{
    sentry_thread_t threads[8];
    long long end;
    int i, rounds = 0;
    collected.drop = 1;
    REQUIRE(collect_start(NULL) == 0);
    storm.shared = sentry_hub_clone(NULL);
    for (i = 0; i < 8; i++)
        REQUIRE(sentry_thread_create(&threads[i], NULL, storm_thread, &storm.calls[i]) == 0);
    end = test_now_ms() + 1200;
    while (test_now_ms() < end || rounds < 2) { /* slow machines get the time for two */
        sentry_options_t options = collect_options();
        options.propagate_hub = rounds & 1;
        options.before_send = rounds & 2 ? sometimes_drop : NULL;
        options.before_breadcrumb = rounds & 4 ? storm_crumb : NULL;
        options.max_breadcrumbs = rounds % 3 ? 10 : 0;
        sentry_set_tag("main", "1");
        say("main");
        test_sleep_ms((unsigned)(rounds % 7));
        sentry_close();
        if (rounds & 8)
            test_sleep_ms(1);
        REQUIRE(collect_start(&options) == 0);
        sentry_flush(1);
        rounds++;
    }
    collect__lock();
    storm.stop = 1;
    collect__unlock();
    for (i = 0; i < 8; i++) {
        sentry_thread_join(threads[i], NULL);
        CHECK(storm.calls[i] > 0);
    }
    CHECK(rounds > 1);
    CHECK(collected.dropped > 0);
    collected.drop = 0;
    collect_stop();
    sentry_hub_free(storm.shared);
    REQUIRE(collect_start(NULL) == 0);
    say("fresh");
    CHECK_INT(collect_count(), 1);
    CHECK_INT(collect_len(0, "tags"), 0);
    collect_stop();
}

static void *count_tags(void *arg)
{
    char key[16];
    int i;
    for (i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "%s%d", (const char *)arg, i);
        sentry_set_tag(key, key);
        sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "%s", key);
    }
    return NULL;
}

/* Writers on the main hub do not lose each other's writes. */
static void no_lost_updates(void)
{
    static char a[] = "a", b[] = "b", c[] = "c", d[] = "d";
    char *const names[4] = {a, b, c, d};
    sentry_options_t options = collect_options();
    sentry_thread_t threads[4];
    int i;
    options.max_breadcrumbs = 400;
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < 4; i++)
        REQUIRE(sentry_thread_create(&threads[i], NULL, count_tags, names[i]) == 0);
    for (i = 0; i < 4; i++)
        sentry_thread_join(threads[i], NULL);
    say("x");
    CHECK_INT(collect_len(0, "tags"), 400);
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 400);
    CHECK_STR(collect_str(0, "tags.a99"), "a99");
    CHECK_STR(collect_str(0, "tags.d0"), "d0");
    collect_stop();
}

static sentry_uuid_t many_ids[4][200];

static void *make_ids(void *arg)
{
    sentry_uuid_t *ids = (sentry_uuid_t *)arg;
    int i;
    for (i = 0; i < 200; i++)
        ids[i] = i % 2 ? sentry_uuid_new_v4() : say("x");
    return NULL;
}

static void ids_differ_between_threads(void)
{
    sentry_thread_t threads[4];
    size_t i, k, same = 0;
    collected.drop = 1;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 4; i++)
        REQUIRE(sentry_thread_create(&threads[i], NULL, make_ids, many_ids[i]) == 0);
    for (i = 0; i < 4; i++)
        sentry_thread_join(threads[i], NULL);
    for (i = 0; i < 800; i++) {
        for (k = i + 1; k < 800; k++)
            same += memcmp(&many_ids[i / 200][i % 200], &many_ids[k / 200][k % 200], sizeof(sentry_uuid_t)) == 0;
    }
    CHECK_INT(same, 0);
    collect_stop();
}

#else

/* The program has one thread, and hubs all the same. */
static void one_thread(void)
{
    sentry_hub_t *hub;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("early", "1");
    hub = sentry_hub_clone(NULL);
    sentry_set_tag("late", "1");
    SENTRY_WITH_HUB(hub) {
        sentry_push_scope();
        say("hub");
    }
    say("main");
    sentry_hub_free(hub);
    CHECK_STR(collect_text(0, "tags"), "{\"early\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"early\":\"1\",\"late\":\"1\"}");
    collect_stop();
}

#endif

#ifndef _WIN32
/* -- fork -- */

enum { FORK_IDS = 20 };

static int read_all(int fd, void *out, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(fd, (char *)out + got, size - got);
        if (n <= 0 && !(n < 0 && errno == EINTR))
            return 0;
        got += n > 0 ? (size_t)n : 0;
    }
    return 1;
}

/* The child's end: what it found out goes into the pipe. It becomes another program, so that no leak checker looks at
 * what it inherited. */
static void end_child(int fd, const void *data, size_t size)
{
    if (write(fd, data, size) == (ssize_t)size)
        execl("/bin/true", "true", (char *)NULL);
    _exit(1);
}

typedef struct {
    sentry_uuid_t ids[FORK_IDS];
    int failed; /* the line of the first condition that did not hold; 0: all did */
} fork_report_t;

/* A check in the child, which must not print: another thread may have had stdout's lock. */
#define CHILD_CHECK(cond) (void)((cond) || report.failed || (report.failed = __LINE__))

/* In the child: every kind of call works, and the events are there. */
static void child_of_fork(int fd)
{
    fork_report_t report;
    sentry_uuid_t *ids = report.ids;
    sentry_hub_t *hub;
    int i;
    report.failed = 0;
    alarm(test_ms(5000) / 1000);
    collect_after_fork();
    sentry_set_tag("child", "1");
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "child");
    for (i = 0; i < FORK_IDS; i++)
        ids[i] = i % 2 ? sentry_uuid_new_v4() : say("child");
    CHILD_CHECK(collect_count() == FORK_IDS / 2);
    CHILD_CHECK(strcmp(collect_str(0, "tags.child"), "1") == 0);
    CHILD_CHECK(strcmp(collect_str(0, "tags.parent"), "1") == 0);
    CHILD_CHECK(collect_is_id(0, &ids[0]));
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "pushed", "1");
        say("pushed");
    }
    hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(hub) {
        sentry_set_user(sentry_value_new_user("1", NULL, NULL, NULL));
        say("hub");
    }
    sentry_hub_free(hub);
    CHILD_CHECK(sentry_flush(1000) == 0);
    CHILD_CHECK(collect_count() == FORK_IDS / 2 + 2);
    sentry_close();
    collect_clear();
    CHILD_CHECK(collect_start(NULL) == 0); /* and again */
    say("restarted");
    CHILD_CHECK(collect_count() == 1);
    sentry_close();
    end_child(fd, &report, sizeof report);
}

/* Runs a child. Returns 0 when all was well there, the line of the check that failed, or -1 when it did not come to its end. */
static int run_fork(sentry_uuid_t ids[FORK_IDS])
{
    fork_report_t report;
    int ends[2], got;
    pid_t pid;
    memset(&report, 0, sizeof report);
    if (pipe(ends) != 0)
        return -1;
    pid = fork();
    if (pid == 0)
        child_of_fork(ends[1]);
    close(ends[1]);
    got = pid > 0 && read_all(ends[0], &report, sizeof report);
    close(ends[0]);
    if (pid > 0)
        waitpid(pid, NULL, 0);
    memcpy(ids, report.ids, sizeof report.ids);
    return got ? report.failed : -1;
}

static void fork_alone(void)
{
    sentry_uuid_t ids[4][FORK_IDS];
    size_t i, k, same = 0;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("parent", "1");
    say("warm");
    for (i = 0; i < 3; i++)
        CHECK_INT(run_fork(ids[i]), 0);
    for (i = 0; i < FORK_IDS; i++)
        ids[3][i] = i % 2 ? sentry_uuid_new_v4() : say("parent");
    for (i = 0; i < 4 * FORK_IDS; i++) {
        for (k = i + 1; k < 4 * FORK_IDS; k++)
            same += memcmp(&ids[i / FORK_IDS][i % FORK_IDS], &ids[k / FORK_IDS][k % FORK_IDS], sizeof(sentry_uuid_t)) == 0;
    }
    CHECK_INT(same, 0);
    CHECK_INT(collect_count(), 1 + FORK_IDS / 2);
    CHECK(!collect_has(collect_count() - 1, "tags.child"));
    collect_stop();
}

#ifndef SENTRY_NO_THREADS
/* Three kinds of work, so that each is often in the middle of something. A sanitizer's own malloc may be
 * locked in the child for good: then they do nothing. */
static void *busy(void *arg)
{
    int kind = *(int *)arg, round = 0;
    sentry_hub_t *hub = sentry_hub_clone(NULL);
    while (!stopped()) {
        int i;
        if (!TEST_CAN_FORK_THREADS) {
            test_sleep_ms(1);
            continue;
        }
        for (i = 0; i < 50 && kind == 0; i++)
            sentry_breadcrumb("busy", SENTRY_LEVEL_INFO, "%d", round);
        for (i = 0; i < 20 && kind == 1; i++) {
            sentry_set_tag("busy", i & 1 ? "1" : "2");
            sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, "busy"));
        }
        if (kind == 2) {
            say("busy");
            SENTRY_WITH_HUB(hub) {
                sentry_set_extra("busy", sentry_value_new_int32(round));
                SENTRY_WITH_SCOPE(scope) {
                    sentry_scope_set_tag(scope, "round", "1");
                    say("busy");
                }
            }
            sentry_flush(0);
        }
        round++;
    }
    sentry_hub_free(hub);
    return NULL;
}

/* Fork while other threads hold whatever locks there are. */
static void fork_among_threads(void)
{
    static int kinds[3] = {0, 1, 2};
    sentry_thread_t threads[3];
    sentry_uuid_t ids[FORK_IDS];
    int i;
    collected.drop = 1;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("parent", "1");
    for (i = 0; i < 3; i++)
        REQUIRE(sentry_thread_create(&threads[i], NULL, busy, &kinds[i]) == 0);
    if (!TEST_CAN_FORK_THREADS)
        test_sleep_ms(test_ms(100)); /* until they do: starting a thread and its hub allocates */
    for (i = 0; i < 60; i++) {
        CHECK_INT(run_fork(ids), 0);
        test_sleep_ms((unsigned)i % 3);
    }
    collect__lock();
    storm.stop = 1;
    collect__unlock();
    for (i = 0; i < 3; i++)
        sentry_thread_join(threads[i], NULL);
    collected.drop = 0;
    collect_stop();
}

#endif

static sentry_value_t fork_inside(sentry_value_t event, void *hint, void *user_data)
{
    int ends[2], good = 0;
    pid_t pid;
    (void)hint;
    (void)user_data;
    if (pipe(ends) != 0)
        return event;
    pid = fork();
    if (pid == 0) {
        sentry_uuid_t id;
        alarm(test_ms(5000) / 1000);
        id = say("inside: nothing");
        good = sentry_uuid_is_nil(&id) && sentry_flush(0) == 0;
        end_child(ends[1], &good, sizeof good);
    }
    close(ends[1]);
    CHECK(read_all(ends[0], &good, sizeof good));
    CHECK(good);
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return event;
}

static void fork_inside_a_hook(void)
{
    sentry_options_t options = collect_options();
    options.before_send = fork_inside;
    REQUIRE(collect_start(&options) == 0);
    say("x");
    CHECK_INT(collect_count(), 1);
    collect_stop();
}

#endif

static const test_case_t tests[] = {
#ifdef SENTRY_NO_THREADS
    {"one_thread", one_thread},
#else
    {"manual_propagation", manual_propagation},
    {"automatic_propagation", automatic_propagation},
    {"children_do_not_leak", children_do_not_leak},
    {"no_propagation", no_propagation},
    {"propagation_from_a_bound_hub", propagation_from_a_bound_hub},
    {"propagation_over_generations", propagation_over_generations},
    {"thread_results", thread_results},
    {"plain_threads", plain_threads},
    {"calls_at_thread_exit", calls_at_thread_exit},
#ifdef _WIN32
    {"fibers_end_before_their_thread", fibers_end_before_their_thread},
#endif
    {"untidy_threads_leak_nothing", untidy_threads_leak_nothing},
    {"close_in_the_middle", close_in_the_middle},
    {"close_during_a_hook", close_during_a_hook},
    {"storm_of_calls", storm_of_calls},
    {"no_lost_updates", no_lost_updates},
    {"ids_differ_between_threads", ids_differ_between_threads},
#ifndef _WIN32
    {"fork_among_threads", fork_among_threads},
#endif
#endif
#ifndef _WIN32
    {"fork_alone", fork_alone},
    {"fork_inside_a_hook", fork_inside_a_hook},
#endif
};

int main(int argc, char **argv)
{
    alloc_unwatched = 1;
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
