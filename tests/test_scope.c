/* Scopes and hubs: stacks, copies, setters, precedence, event processors. */
#include "../sentry.h"
#include "test.h"
#include "collect.h"

static sentry_value_t string_object(const char *key, const char *value)
{
    sentry_value_t object = sentry_value_new_object();
    sentry_value_set_by_key(object, key, sentry_value_new_string(value));
    return object;
}

static sentry_value_t int_object(const char *key, int32_t value)
{
    sentry_value_t object = sentry_value_new_object();
    sentry_value_set_by_key(object, key, sentry_value_new_int32(value));
    return object;
}

/* collect_start, but that extra has nothing but the test's own. */
static int start_without_argv(const sentry_options_t *options)
{
    static const char *const disabled[] = { "argv", NULL };
    sentry_options_t mine = options ? *options : collect_options();
    mine.disabled_integrations = disabled;
    return collect_start(&mine);
}

static sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

/* The tag of the newest event; "" when it has none of that name. */
static const char *last_tag(const char *key)
{
    if (!collect_count())
        return "";
    return sentry_value_as_string(sentry_value_get_by_key(collect_get(collect_count() - 1, "tags"), key));
}

/* -- push, pop -- */

static void main_hub(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK(sentry_hub_current() != NULL);
    sentry_set_tag("a", "1");
    say("one");
    say("two");
    CHECK_INT(collect_count(), 2);
    CHECK_STR(collect_str(0, "tags.a"), "1");
    CHECK_STR(collect_str(1, "tags.a"), "1");
    collect_stop();
    CHECK(sentry_hub_current() == NULL);
}

static void push_and_pop(void)
{
    sentry_scope_t *scope;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("base", "b");
    scope = sentry_push_scope();
    CHECK(scope != NULL);
    sentry_set_tag("inner", "i");
    sentry_set_tag("base", "changed");
    sentry_scope_set_tag(scope, "direct", "d");
    say("inside");
    sentry_pop_scope();
    say("outside");
    CHECK_STR(collect_str(0, "tags.base"), "changed");
    CHECK_STR(collect_str(0, "tags.inner"), "i");
    CHECK_STR(collect_str(0, "tags.direct"), "d");
    CHECK_STR(collect_text(1, "tags"), "{\"base\":\"b\"}");
    collect_stop();
}

static void pop_more_than_pushed(void)
{
    int i;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("base", "b");
    sentry_push_scope();
    for (i = 0; i < 5; i++)
        sentry_pop_scope();
    sentry_set_tag("still", "works");
    say("x");
    CHECK_STR(last_tag("base"), "b");
    CHECK_STR(last_tag("still"), "works");
    sentry_push_scope();
    sentry_set_tag("gone", "1");
    sentry_pop_scope();
    say("y");
    CHECK_STR(last_tag("gone"), "");
    CHECK_STR(last_tag("still"), "works");
    collect_stop();
}

static void deep_stack(void)
{
    enum { DEPTH = 300 };
    char key[16];
    int i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < DEPTH; i++) {
        sentry_push_scope();
        snprintf(key, sizeof key, "k%d", i);
        sentry_set_tag(key, "v");
    }
    say("top");
    for (i = 0; i < DEPTH / 2; i++)
        sentry_pop_scope();
    say("middle");
    for (i = 0; i < DEPTH; i++)
        sentry_pop_scope();
    say("base");
    CHECK_INT(collect_len(0, "tags"), DEPTH);
    CHECK_INT(collect_len(1, "tags"), DEPTH / 2);
    CHECK_INT(collect_len(2, "tags"), 0);
    collect_stop();
}

static void pop_to(void)
{
    sentry_scope_t *first, *second, *own;
    REQUIRE(collect_start(NULL) == 0);
    first = sentry_push_scope();
    sentry_set_tag("first", "1");
    second = sentry_push_scope();
    sentry_set_tag("second", "1");
    sentry_push_scope();
    sentry_set_tag("third", "1");
    sentry_pop_scope_to(second);
    say("a");
    CHECK_STR(collect_text(0, "tags"), "{\"first\":\"1\"}");
    own = sentry_scope_new();
    sentry_pop_scope_to(own); /* not on the stack */
    sentry_pop_scope_to(NULL);
    say("b");
    CHECK_STR(last_tag("first"), "1");
    sentry_pop_scope_to(first);
    say("c");
    CHECK_STR(last_tag("first"), "");
    sentry_scope_free(own);
    collect_stop();
}

static void free_of_pushed_scope(void)
{
    sentry_scope_t *scope;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_push_scope();
    sentry_set_tag("inner", "1");
    sentry_scope_free(scope);
    say("inside");
    CHECK_STR(last_tag("inner"), "1");
    sentry_set_tag("more", "2");
    say("inside");
    CHECK_STR(last_tag("more"), "2");
    sentry_pop_scope();
    say("outside");
    CHECK_STR(last_tag("inner"), "");
    collect_stop();
}

/* -- SENTRY_WITH_SCOPE -- */

static void with_scope(void)
{
    int runs = 0;
    REQUIRE(collect_start(NULL) == 0);
    SENTRY_WITH_SCOPE(scope) {
        runs++;
        sentry_scope_set_tag(scope, "in", "1");
        sentry_set_tag("top", "1");
        say("inside");
    }
    say("outside");
    CHECK_INT(runs, 1);
    CHECK_STR(collect_text(0, "tags"), "{\"in\":\"1\",\"top\":\"1\"}");
    CHECK(!collect_has(1, "tags.in"));
    CHECK(!collect_has(1, "tags.top"));
    collect_stop();
}

static void with_scope_nested(void)
{
    REQUIRE(collect_start(NULL) == 0);
    SENTRY_WITH_SCOPE(outer) {
        sentry_scope_set_tag(outer, "a", "1");
        SENTRY_WITH_SCOPE(middle) {
            sentry_scope_set_tag(middle, "b", "2");
            SENTRY_WITH_SCOPE(inner) {
                sentry_scope_set_tag(inner, "c", "3");
                say("3");
            }
            say("2");
        }
        say("1");
    }
    say("0");
    CHECK_STR(collect_text(0, "tags"), "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"a\":\"1\",\"b\":\"2\"}");
    CHECK_STR(collect_text(2, "tags"), "{\"a\":\"1\"}");
    CHECK_INT(collect_len(3, "tags"), 0);
    collect_stop();
}

static void with_scope_without_braces(void)
{
    int i, runs = 0;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 3; i++)
        SENTRY_WITH_SCOPE(scope)
            if (i != 1)
                sentry_scope_set_tag(scope, "n", "x"), runs++;
            else
                say("else belongs to the inner if");
    CHECK_INT(runs, 2);
    say("after");
    CHECK_STR(last_tag("n"), "");
    collect_stop();
}

static int leave_by_return(void)
{
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "returned", "1");
        return 7;
    }
    return 0;
}

static int leave_by_return_deep(void)
{
    SENTRY_WITH_SCOPE(outer) {
        sentry_scope_set_tag(outer, "outer", "1");
        SENTRY_WITH_SCOPE(inner) {
            sentry_scope_set_tag(inner, "inner", "1");
            return 8;
        }
    }
    return 0;
}

static void leave_by_goto(void)
{
    SENTRY_WITH_SCOPE(outer) {
        sentry_scope_set_tag(outer, "outer", "1");
        SENTRY_WITH_SCOPE(inner) {
            sentry_scope_set_tag(inner, "gone", "1");
            goto out;
        }
    }
out:
    return;
}

/* Every way out of the block; the block around brings back the stack with every compiler. */
static void with_scope_left_early(void)
{
    int i;
    REQUIRE(collect_start(NULL) == 0);
    SENTRY_WITH_SCOPE(around) {
        sentry_scope_set_tag(around, "around", "1");
        SENTRY_WITH_SCOPE(scope) {
            sentry_scope_set_tag(scope, "broken", "1");
            break;
        }
        for (i = 0; i < 3; i++) {
            SENTRY_WITH_SCOPE(scope) {
                sentry_scope_set_tag(scope, "continued", "1");
                if (i < 3)
                    continue; /* of the block, not of the loop */
                sentry_scope_set_tag(scope, "never", "1");
            }
        }
        CHECK_INT(i, 3);
        CHECK_INT(leave_by_return(), 7);
        CHECK_INT(leave_by_return_deep(), 8);
        leave_by_goto();
        say("around");
#ifndef SENTRY__NO_CLEANUP
        CHECK_STR(collect_text(0, "tags"), "{\"around\":\"1\"}");
#endif
        CHECK_STR(last_tag("around"), "1");
        CHECK_STR(last_tag("continued"), "");
        CHECK_STR(last_tag("never"), "");
    }
    say("outside");
    CHECK_INT(collect_len(1, "tags"), 0);
    sentry_set_tag("base", "1");
    say("base");
    CHECK_STR(collect_text(2, "tags"), "{\"base\":\"1\"}");
    collect_stop();
}

/* The same at the outermost level, many times over; where nothing pops, a pop by hand or close does. */
static void with_scope_left_at_the_base(void)
{
    int i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 20; i++) {
        SENTRY_WITH_SCOPE(scope) {
            sentry_scope_set_tag(scope, "broken", "1");
            break;
        }
        CHECK_INT(leave_by_return_deep(), 8);
        leave_by_goto();
    }
#ifndef SENTRY__NO_CLEANUP
    say("clean");
    CHECK_INT(collect_len(0, "tags"), 0);
#else
    for (i = 0; i < 20 * 5; i++)
        sentry_pop_scope();
    say("clean");
    CHECK_INT(collect_len(0, "tags"), 0);
    CHECK_INT(leave_by_return(), 7);
#endif
    collect_stop();
}

static void with_scope_switch(void)
{
    int i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 3; i++) {
        SENTRY_WITH_SCOPE(scope) {
            switch (i) {
            case 0:
                sentry_scope_set_tag(scope, "zero", "1");
                break;
            default:
                sentry_scope_set_tag(scope, "other", "1");
            }
            say("in");
        }
    }
    say("out");
    CHECK_STR(collect_text(0, "tags"), "{\"zero\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"other\":\"1\"}");
    CHECK_INT(collect_len(3, "tags"), 0);
    collect_stop();
}

static void with_scope_pop_inside(void)
{
    REQUIRE(collect_start(NULL) == 0);
    SENTRY_WITH_SCOPE(outer) {
        sentry_scope_set_tag(outer, "outer", "1");
        SENTRY_WITH_SCOPE(inner) {
            sentry_scope_set_tag(inner, "inner", "1");
            sentry_pop_scope(); /* pops what the block will pop again: must not take the outer one */
        }
        say("outer");
        sentry_push_scope(); /* left for the block to pop */
        sentry_set_tag("extra", "1");
    }
    say("base");
    CHECK_STR(collect_text(0, "tags"), "{\"outer\":\"1\"}");
    CHECK_INT(collect_len(1, "tags"), 0);
    collect_stop();
}

static void with_scope_when_off(void)
{
    int runs = 0, breaks = 0;
    SENTRY_WITH_SCOPE(scope) {
        runs++;
        CHECK(scope == NULL);
        sentry_scope_set_tag(scope, "a", "b");
        sentry_scope_set_extra(scope, "a", sentry_value_new_string("b"));
        sentry_scope_set_user(scope, sentry_value_new_user("1", NULL, NULL, NULL));
        sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "m"));
        sentry_scope_clear(scope);
        SENTRY_WITH_SCOPE(inner) {
            runs++;
            CHECK(inner == NULL);
            break;
        }
        breaks++;
    }
    CHECK_INT(runs, 2);
    CHECK_INT(breaks, 1);
    CHECK_INT(leave_by_return(), 7);
    leave_by_goto();
    SENTRY_WITH_HUB(NULL) {
        runs++;
    }
    CHECK_INT(runs, 3);
}

/* Init and close in the middle of a block. */
static void with_scope_across_close(void)
{
    int runs = 0;
    REQUIRE(collect_start(NULL) == 0);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "a", "1");
        sentry_close();
        sentry_set_tag("b", "2");
        runs++;
    }
    collect_clear();
    SENTRY_WITH_SCOPE(scope) {
        CHECK(scope == NULL);
        REQUIRE(collect_start(NULL) == 0);
        sentry_set_tag("base", "1");
        runs++;
    }
    CHECK_INT(runs, 2);
    say("after");
    CHECK_STR(collect_text(0, "tags"), "{\"base\":\"1\"}");
    collect_stop();
}

/* -- hubs -- */

static void hub_isolates(void)
{
    sentry_hub_t *main_one, *hub;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("base", "1");
    main_one = sentry_hub_current();
    hub = sentry_hub_clone(main_one);
    REQUIRE(hub != NULL);
    CHECK(hub != main_one);
    sentry_set_tag("late", "main");
    CHECK(sentry_hub_bind(hub) != hub);
    CHECK(sentry_hub_current() == hub);
    sentry_set_tag("hub", "1");
    say("hub");
    CHECK_STR(collect_text(0, "tags"), "{\"base\":\"1\",\"hub\":\"1\"}");
    CHECK(sentry_hub_bind(NULL) == hub);
    CHECK(sentry_hub_current() == main_one);
    say("main");
    CHECK_STR(collect_text(1, "tags"), "{\"base\":\"1\",\"late\":\"main\"}");
    sentry_hub_bind(hub);
    say("hub again");
    CHECK_STR(collect_text(2, "tags"), "{\"base\":\"1\",\"hub\":\"1\"}");
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    collect_stop();
}

static void hub_clones_the_top(void)
{
    sentry_hub_t *hub = NULL;
    REQUIRE(collect_start(NULL) == 0);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "pushed", "1");
        hub = sentry_hub_clone(NULL);
    }
    REQUIRE(hub != NULL);
    SENTRY_WITH_HUB(hub) {
        sentry_pop_scope(); /* the copy is the hub's base, it stays */
        say("hub");
    }
    say("main");
    CHECK_STR(collect_text(0, "tags"), "{\"pushed\":\"1\"}");
    CHECK_INT(collect_len(1, "tags"), 0);
    sentry_hub_free(hub);
    collect_stop();
}

static void hub_has_its_own_stack(void)
{
    sentry_hub_t *hub;
    REQUIRE(collect_start(NULL) == 0);
    hub = sentry_hub_clone(NULL);
    sentry_push_scope();
    sentry_set_tag("main_pushed", "1");
    sentry_hub_bind(hub);
    sentry_set_tag("hub_base", "1");
    sentry_push_scope();
    sentry_set_tag("hub_pushed", "1");
    say("hub pushed");
    sentry_hub_bind(NULL);
    say("main pushed");
    sentry_pop_scope();
    say("main base");
    sentry_hub_bind(hub);
    say("hub pushed still");
    sentry_pop_scope();
    say("hub base");
    sentry_hub_bind(NULL);
    CHECK_STR(collect_text(0, "tags"), "{\"hub_base\":\"1\",\"hub_pushed\":\"1\"}");
    CHECK_STR(collect_text(1, "tags"), "{\"main_pushed\":\"1\"}");
    CHECK_INT(collect_len(2, "tags"), 0);
    CHECK_STR(collect_text(3, "tags"), "{\"hub_base\":\"1\",\"hub_pushed\":\"1\"}");
    CHECK_STR(collect_text(4, "tags"), "{\"hub_base\":\"1\"}");
    sentry_hub_free(hub);
    collect_stop();
}

static int hub_return(sentry_hub_t *hub)
{
    SENTRY_WITH_HUB(hub) {
        return 5;
    }
    return 0;
}

static void with_hub(void)
{
    sentry_hub_t *main_one, *a, *b;
    int runs = 0;
    REQUIRE(collect_start(NULL) == 0);
    main_one = sentry_hub_current();
    a = sentry_hub_clone(NULL);
    b = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(a) {
        runs++;
        CHECK(sentry_hub_current() == a);
        SENTRY_WITH_HUB(b) {
            runs++;
            CHECK(sentry_hub_current() == b);
            SENTRY_WITH_HUB(NULL) {
                runs++;
                CHECK(sentry_hub_current() == main_one);
            }
            CHECK(sentry_hub_current() == b);
        }
        CHECK(sentry_hub_current() == a);
    }
    CHECK_INT(runs, 3);
    CHECK(sentry_hub_current() == main_one);
    SENTRY_WITH_HUB(a) {
        if (runs)
            continue;
        runs = 0;
    }
    CHECK(sentry_hub_current() == main_one);
    SENTRY_WITH_HUB(a) {
        break;
    }
#ifndef SENTRY__NO_CLEANUP
    CHECK(sentry_hub_current() == main_one);
#else
    sentry_hub_bind(NULL);
#endif
    CHECK_INT(hub_return(b), 5);
#ifndef SENTRY__NO_CLEANUP
    CHECK(sentry_hub_current() == main_one);
#else
    sentry_hub_bind(NULL);
#endif
    CHECK(sentry_hub_current() == main_one);
    sentry_hub_free(a);
    sentry_hub_free(b);
    collect_stop();
}

static void hub_freed_while_bound(void)
{
    sentry_hub_t *hub;
    REQUIRE(collect_start(NULL) == 0);
    hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    sentry_hub_free(hub);
    sentry_set_tag("alive", "1");
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "pushed", "1");
        say("hub");
    }
    CHECK_STR(collect_text(0, "tags"), "{\"alive\":\"1\",\"pushed\":\"1\"}");
    sentry_hub_bind(NULL);
    say("main");
    CHECK_INT(collect_len(1, "tags"), 0);
    /* freed inside the block */
    hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(hub) {
        sentry_hub_free(hub);
        sentry_set_tag("in", "1");
        say("hub");
    }
    CHECK_STR(collect_text(2, "tags"), "{\"in\":\"1\"}");
    /* freed while bound and then closed */
    hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    sentry_hub_free(hub);
    collect_stop();
    sentry_hub_bind(NULL);
}

static void hub_outlives_close(void)
{
    sentry_hub_t *hub;
    REQUIRE(collect_start(NULL) == 0);
    hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(hub) {
        sentry_set_tag("old", "1");
    }
    collect_stop();
    SENTRY_WITH_HUB(hub) {
        sentry_set_tag("off", "1");
        say("nothing");
    }
    sentry_hub_free(hub);
    REQUIRE(collect_start(NULL) == 0);
    say("new");
    CHECK_INT(collect_count(), 1);
    CHECK_INT(collect_len(0, "tags"), 0);
    collect_stop();
}

static void hub_bad_arguments(void)
{
    sentry_hub_t *hub;
    sentry_hub_free(NULL);
    CHECK(sentry_hub_bind(NULL) == NULL);
    CHECK(sentry_hub_current() == NULL);
    hub = sentry_hub_clone(NULL); /* off: NULL, or a hub to be freed */
    sentry_hub_free(hub);
    REQUIRE(collect_start(NULL) == 0);
    CHECK(sentry_hub_bind(NULL) == NULL || sentry_hub_current() != NULL);
    sentry_hub_free(NULL);
    hub = sentry_hub_clone(NULL);
    sentry_hub_bind(hub);
    sentry_hub_bind(hub);
    sentry_hub_bind(hub);
    CHECK(sentry_hub_current() == hub);
    sentry_hub_bind(NULL);
    sentry_hub_bind(NULL);
    sentry_hub_free(hub);
    collect_stop();
}

#ifndef SENTRY_NO_THREADS
static sentry_hub_t *moving_hub;

static void *hub_second_stop(void *arg)
{
    (void)arg;
    SENTRY_WITH_HUB(moving_hub) {
        say("second");
        sentry_set_tag("second", "1");
        sentry_push_scope();
        sentry_set_tag("pushed", "1");
    }
    say("unbound");
    return NULL;
}

static void hub_moves_between_threads(void)
{
    sentry_thread_t thread;
    REQUIRE(collect_start(NULL) == 0);
    moving_hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(moving_hub) {
        sentry_set_tag("first", "1");
    }
    REQUIRE(sentry_thread_create(&thread, NULL, hub_second_stop, NULL) == 0);
    sentry_thread_join(thread, NULL);
    SENTRY_WITH_HUB(moving_hub) {
        say("third");
    }
    CHECK_STR(collect_text(0, "tags"), "{\"first\":\"1\"}");
    CHECK_INT(collect_len(1, "tags"), 0);
    CHECK_STR(collect_str(2, "tags.second"), "1");
    CHECK_STR(collect_str(2, "tags.pushed"), "1");
    sentry_hub_free(moving_hub);
    collect_stop();
}

static sentry_hub_t *shared_hub;

static void *hub_sharer(void *arg)
{
    const char *key = (const char *)arg;
    char value[16];
    int i;
    sentry_hub_bind(shared_hub);
    for (i = 0; i <= 300; i++) {
        snprintf(value, sizeof value, "%d", i);
        sentry_set_tag(key, value);
        sentry_breadcrumb(key, SENTRY_LEVEL_INFO, "%d", i);
    }
    say(key);
    return NULL; /* bound till the thread ends */
}

static void hub_in_two_threads(void)
{
    sentry_thread_t a, b;
    static char key_a[] = "a", key_b[] = "b";
    REQUIRE(collect_start(NULL) == 0);
    shared_hub = sentry_hub_clone(NULL);
    REQUIRE(sentry_thread_create(&a, NULL, hub_sharer, key_a) == 0);
    REQUIRE(sentry_thread_create(&b, NULL, hub_sharer, key_b) == 0);
    sentry_thread_join(a, NULL);
    sentry_thread_join(b, NULL);
    SENTRY_WITH_HUB(shared_hub) {
        say("sum");
    }
    CHECK_INT(collect_count(), 3);
    CHECK_STR(collect_str(2, "tags.a"), "300");
    CHECK_STR(collect_str(2, "tags.b"), "300");
    CHECK_INT(collect_len(2, "breadcrumbs.values"), 100);
    say("main");
    CHECK_INT(collect_len(3, "tags"), 0);
    sentry_hub_free(shared_hub);
    collect_stop();
}
#endif

/* -- scopes of one's own -- */

static void local_scope(void)
{
    sentry_scope_t *scope;
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_local_scope_new();
    REQUIRE(scope != NULL);
    sentry_scope_set_tag(scope, "local", "1");
    id = sentry_scope_capture_event(scope, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m")); /* frees it */
    CHECK(!sentry_uuid_is_nil(&id));
    CHECK_STR(collect_str(0, "tags.local"), "1");
    say("plain");
    CHECK_INT(collect_len(1, "tags"), 0);
    /* freed as well when nothing is sent */
    scope = sentry_local_scope_new();
    id = sentry_scope_capture_event(scope, sentry_value_new_null());
    CHECK(sentry_uuid_is_nil(&id));
    scope = sentry_local_scope_new();
    sentry_scope_set_tag(scope, "local", "1");
    sentry_scope_free(scope);
    scope = sentry_local_scope_new();
    collect_stop();
    id = sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK(sentry_uuid_is_nil(&id));
}

static void reusable_scope(void)
{
    sentry_scope_t *scope;
    int i;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("current", "c");
    scope = sentry_scope_new();
    REQUIRE(scope != NULL);
    sentry_scope_set_tag(scope, "own", "o");
    for (i = 0; i < 3; i++)
        sentry_scope_capture_event(scope, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    CHECK_INT(collect_count(), 3);
    CHECK_STR(collect_str(2, "tags.own"), "o");
    CHECK_STR(collect_str(2, "tags.current"), "c");
    sentry_scope_set_tag(scope, "own", "changed");
    sentry_scope_remove_tag(scope, "gone");
    sentry_scope_capture_event(scope, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    CHECK_STR(last_tag("own"), "changed");
    CHECK_STR(collect_str(2, "tags.own"), "o");
    collect_stop();
    sentry_scope_set_tag(scope, "after", "close");
    sentry_scope_free(scope);
}

static void scope_made_before_init(void)
{
    sentry_scope_t *scope = sentry_scope_new();
    REQUIRE(scope != NULL);
    sentry_scope_set_tag(scope, "early", "a text");
    sentry_scope_set_extra(scope, "early", sentry_value_new_string("a text"));
    sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "early"));
    REQUIRE(collect_start(NULL) == 0);
    sentry_scope_set_tag(scope, "later", "a text");
    sentry_scope_capture_event(scope, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    CHECK_INT(collect_count(), 1);
    CHECK_STR(last_tag("later"), "a text");
    CHECK_STR(last_tag("early"), "a text");
    CHECK_STR(collect_str(0, "extra.early"), "a text");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "early");
    CHECK(!collect_has(0, "_meta"));
    sentry_scope_free(scope);
    collect_stop();
}

static void clones_are_independent(void)
{
    sentry_scope_t *original, *clone, *second;
    REQUIRE(start_without_argv(NULL) == 0);
    original = sentry_scope_new();
    sentry_scope_set_tag(original, "shared", "1");
    sentry_scope_set_extra(original, "extra", sentry_value_new_int32(1));
    sentry_scope_set_context(original, "ctx", int_object("a", 1));
    sentry_scope_set_user(original, sentry_value_new_user("u", NULL, NULL, NULL));
    sentry_scope_add_breadcrumb(original, sentry_value_new_breadcrumb(NULL, "shared"));
    clone = sentry_scope_clone(original);
    REQUIRE(clone != NULL);
    second = sentry_scope_clone(clone);
    sentry_scope_set_tag(original, "original", "1");
    sentry_scope_set_tag(clone, "clone", "1");
    sentry_scope_set_tag(clone, "shared", "clone");
    sentry_scope_update_context(clone, "ctx", int_object("b", 2));
    sentry_scope_set_extra(original, "extra", sentry_value_new_int32(2));
    sentry_scope_add_breadcrumb(original, sentry_value_new_breadcrumb(NULL, "original"));
    sentry_scope_add_breadcrumb(clone, sentry_value_new_breadcrumb(NULL, "clone"));
    sentry_scope_set_user(clone, sentry_value_new_user("other", NULL, NULL, NULL));
    sentry_scope_capture_event(original, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    sentry_scope_capture_event(clone, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    sentry_scope_free(original);
    sentry_scope_capture_event(second, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    CHECK_STR(collect_str(0, "tags.shared"), "1");
    CHECK_STR(collect_str(0, "tags.original"), "1");
    CHECK_INT(collect_len(0, "tags"), 2);
    CHECK_STR(collect_text(0, "extra"), "{\"extra\":2}");
    CHECK_STR(collect_text(0, "contexts.ctx"), "{\"a\":1}");
    CHECK_STR(collect_str(0, "user.id"), "u");
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 2);
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.message"), "original");
    CHECK_STR(collect_str(1, "tags.shared"), "clone");
    CHECK_STR(collect_str(1, "tags.clone"), "1");
    CHECK_INT(collect_len(1, "tags"), 2);
    CHECK_STR(collect_text(1, "extra"), "{\"extra\":1}");
    CHECK_STR(collect_text(1, "contexts.ctx"), "{\"a\":1,\"b\":2}");
    CHECK_STR(collect_str(1, "user.id"), "other");
    CHECK_INT(collect_len(1, "breadcrumbs.values"), 2);
    CHECK_STR(collect_str(1, "breadcrumbs.values.1.message"), "clone");
    CHECK_STR(collect_text(2, "tags"), "{\"shared\":\"1\"}");
    CHECK_INT(collect_len(2, "breadcrumbs.values"), 1);
    sentry_scope_free(clone);
    sentry_scope_free(second);
    collect_stop();
}

static void clone_of_the_current_scope(void)
{
    sentry_scope_t *clone;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("was", "1");
    clone = sentry_scope_clone(NULL);
    REQUIRE(clone != NULL);
    sentry_remove_tag("was");
    sentry_set_tag("is", "1");
    sentry_scope_capture_event(clone, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    say("current");
    CHECK_STR(collect_str(0, "tags.was"), "1");
    CHECK_STR(collect_str(0, "tags.is"), "1");
    CHECK_STR(collect_text(1, "tags"), "{\"is\":\"1\"}");
    sentry_scope_free(clone);
    collect_stop();
}

static sentry_value_t count_calls(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    ++*(int *)user_data;
    return event;
}

static void clear_keeps_trace_and_processors(void)
{
    static int calls;
    sentry_scope_t *scope;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_push_scope();
    CHECK_INT(sentry_scope_add_event_processor(scope, count_calls, &calls), 0);
    sentry_scope_set_tag(scope, "t", "1");
    sentry_scope_set_extra(scope, "e", sentry_value_new_int32(1));
    sentry_scope_set_context(scope, "c", int_object("a", 1));
    sentry_scope_set_user(scope, sentry_value_new_user("1", NULL, NULL, NULL));
    sentry_scope_set_level(scope, SENTRY_LEVEL_FATAL);
    sentry_scope_set_fingerprint(scope, "f", NULL);
    sentry_scope_set_transaction(scope, "/t");
    sentry_scope_add_breadcrumb(scope, sentry_value_new_breadcrumb(NULL, "b"));
    sentry_capture_event(sentry_value_new_event());
    sentry_scope_clear(scope);
    sentry_capture_event(sentry_value_new_event());
    CHECK_STR(collect_str(0, "level"), "fatal");
    CHECK_STR(collect_str(0, "transaction"), "/t");
    CHECK(!collect_has(1, "tags.t"));
    CHECK(!collect_has(1, "extra.e"));
    CHECK(!collect_has(1, "contexts.c"));
    CHECK(!collect_has(1, "user.id"));
    CHECK(strcmp(collect_str(1, "level"), "fatal") != 0);
    CHECK_INT(collect_len(1, "fingerprint"), 0);
    CHECK(!collect_has(1, "transaction"));
    CHECK_INT(collect_len(1, "breadcrumbs.values"), 0);
    CHECK_INT(calls, 2);
    CHECK_INT(strlen(collect_str(0, "contexts.trace.trace_id")), 32);
    CHECK_STR(collect_str(1, "contexts.trace.trace_id"), collect_str(0, "contexts.trace.trace_id"));
    sentry_pop_scope();
    collect_stop();
}

static void processors_cannot_be_endless(void)
{
    static int calls;
    sentry_scope_t *scope;
    int i, global = 0, own = 0;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < SENTRY_MAX_PROCESSORS + 20; i++)
        global += !sentry_add_event_processor(count_calls, &calls);
    scope = sentry_scope_new();
    for (i = 0; i < SENTRY_MAX_PROCESSORS + 20; i++)
        own += !sentry_scope_add_event_processor(scope, count_calls, &calls);
    CHECK_INT(global, SENTRY_MAX_PROCESSORS);
    CHECK_INT(own, SENTRY_MAX_PROCESSORS);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_INT(calls, 2 * SENTRY_MAX_PROCESSORS);
    sentry_scope_free(scope);
    collect_stop();
    /* the process-wide ones are gone with close */
    calls = 0;
    REQUIRE(collect_start(NULL) == 0);
    say("x");
    CHECK_INT(calls, 0);
    CHECK_INT(sentry_add_event_processor(count_calls, &calls), 0);
    say("x");
    CHECK_INT(calls, 1);
    collect_stop();
}

/* -- setters -- */

static void tags(void)
{
    sentry_value_t both;
    sentry_scope_t *scope;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("b", "2");
    sentry_set_tag("a", "1");
    sentry_set_tag("b", "3");
    both = string_object("c", "4");
    sentry_value_set_by_key(both, "a", sentry_value_new_string("5"));
    sentry_set_tags(both);
    say("set");
    CHECK_INT(collect_len(0, "tags"), 3);
    CHECK_STR(collect_str(0, "tags.a"), "5");
    CHECK_STR(collect_str(0, "tags.b"), "3");
    CHECK_STR(collect_str(0, "tags.c"), "4");
    sentry_remove_tag("b");
    sentry_remove_tag("not there");
    sentry_set_tag("a", NULL); /* removes */
    say("removed");
    CHECK_STR(collect_text(1, "tags"), "{\"c\":\"4\"}");
    sentry_set_tag_n("dddd", 2, "vvvv", 3);
    sentry_remove_tag_n("cc", 1);
    say("n");
    CHECK_STR(collect_text(2, "tags"), "{\"dd\":\"vvv\"}");
    sentry_set_tag("", "empty key");
    sentry_set_tag("quote\"\\\n", "quote\"\\\n");
    say("odd");
    CHECK_STR(last_tag("quote\"\\\n"), "quote\"\\\n");
    scope = sentry_scope_new();
    sentry_scope_set_tags(scope, string_object("x", "y"));
    sentry_scope_set_tag_n(scope, "zz", 1, "zz", 1);
    sentry_scope_remove_tag(scope, "x");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(last_tag("z"), "z");
    CHECK_STR(last_tag("x"), "");
    sentry_scope_free(scope);
    collect_stop();
}

static void tags_of_other_types(void)
{
    sentry_value_t mixed = sentry_value_new_object();
    REQUIRE(collect_start(NULL) == 0);
    sentry_value_set_by_key(mixed, "good", sentry_value_new_string("1"));
    sentry_value_set_by_key(mixed, "list", sentry_value_new_list());
    sentry_value_set_by_key(mixed, "null", sentry_value_new_null());
    sentry_value_set_by_key(mixed, "int", sentry_value_new_int32(5));
    sentry_set_tags(mixed);
    sentry_set_tags(sentry_value_new_null());
    sentry_set_tags(sentry_value_new_list());
    sentry_set_tags(sentry_value_new_string("text"));
    say("x");
    CHECK_STR(last_tag("good"), "1");
    CHECK(!collect_has(0, "tags.list"));
    CHECK(!collect_has(0, "tags.null"));
    collect_stop();
}

static void extras(void)
{
    sentry_scope_t *scope;
    sentry_value_t list;
    REQUIRE(start_without_argv(NULL) == 0);
    sentry_set_extra("int", sentry_value_new_int32(-5));
    sentry_set_extra("text", sentry_value_new_string("t"));
    sentry_set_extra("object", int_object("k", 1));
    list = sentry_value_new_list();
    sentry_value_append(list, sentry_value_new_bool(1));
    sentry_value_append(list, sentry_value_new_null());
    sentry_value_append(list, sentry_value_new_double(1.5));
    sentry_set_extra("list", list);
    say("set");
    CHECK_STR(collect_text(0, "extra"), "{\"int\":-5,\"text\":\"t\",\"object\":{\"k\":1},\"list\":[true,null,1.5]}");
    sentry_set_extra("object", int_object("other", 2)); /* replaces */
    sentry_remove_extra("int");
    sentry_remove_extra_n("textile", 4);
    sentry_remove_extra("not there");
    say("changed");
    CHECK_INT(collect_len(1, "extra"), 2);
    CHECK_STR(collect_text(1, "extra.object"), "{\"other\":2}");
    CHECK_STR(collect_text(1, "extra.list"), "[true,null,1.5]");
    scope = sentry_scope_new();
    sentry_scope_set_extra(scope, "own", sentry_value_new_bool(0));
    sentry_scope_set_extra_n(scope, "own2", 4, sentry_value_new_bool(1));
    sentry_scope_set_extra(scope, "gone", sentry_value_new_bool(1));
    sentry_scope_remove_extra(scope, "gone");
    sentry_set_extra_n("nnn", 1, sentry_value_new_int32(1));
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_text(2, "extra.own"), "false");
    CHECK_STR(collect_text(2, "extra.own2"), "true");
    CHECK_STR(collect_text(2, "extra.n"), "1");
    CHECK(!collect_has(2, "extra.gone"));
    sentry_scope_free(scope);
    collect_stop();
}

/* A value that is changed after it was handed over must not change what was set. */
static void values_are_taken_as_they_are(void)
{
    sentry_value_t object = int_object("k", 1);
    REQUIRE(collect_start(NULL) == 0);
    sentry_value_incref(object);
    sentry_set_extra("e", object);
    sentry_value_incref(object);
    sentry_set_context("c", object);
    say("a");
    sentry_value_decref(object);
    CHECK_STR(collect_text(0, "extra.e"), "{\"k\":1}");
    CHECK_STR(collect_text(0, "contexts.c"), "{\"k\":1}");
    collect_stop();
}

static void contexts(void)
{
    sentry_scope_t *scope;
    sentry_value_t deep, update;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_context("game", int_object("level", 1));
    sentry_set_context("game", int_object("score", 2)); /* replaces */
    say("replaced");
    CHECK_STR(collect_text(0, "contexts.game"), "{\"score\":2}");
    deep = sentry_value_from_json("{\"a\":{\"b\":{\"x\":1,\"y\":2},\"l\":[1,2]},\"k\":1}");
    sentry_set_context("deep", deep);
    update = sentry_value_from_json("{\"a\":{\"b\":{\"y\":3,\"z\":4},\"l\":[9]},\"k\":{\"now\":\"object\"},\"n\":null}");
    sentry_update_context("deep", update);
    sentry_update_context("fresh", int_object("new", 1));
    say("merged");
    CHECK_STR(collect_text(1, "contexts.deep.a.b"), "{\"x\":1,\"y\":3,\"z\":4}");
    CHECK_STR(collect_text(1, "contexts.deep.a.l"), "[9]");
    CHECK_STR(collect_text(1, "contexts.deep.k"), "{\"now\":\"object\"}");
    CHECK_STR(collect_text(1, "contexts.fresh"), "{\"new\":1}");
    sentry_remove_context("deep");
    sentry_remove_context_n("gamestop", 4);
    sentry_remove_context("not there");
    say("removed");
    CHECK(!collect_has(2, "contexts.deep"));
    CHECK(!collect_has(2, "contexts.game"));
    CHECK(collect_has(2, "contexts.fresh"));
    scope = sentry_scope_new();
    sentry_scope_set_context(scope, "own", int_object("a", 1));
    sentry_scope_update_context(scope, "own", int_object("b", 2));
    sentry_scope_set_context_n(scope, "nnn", 1, int_object("a", 1));
    sentry_scope_update_context_n(scope, "nnn", 1, int_object("a", 2));
    sentry_scope_set_context(scope, "gone", int_object("a", 1));
    sentry_scope_remove_context(scope, "gone");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_text(3, "contexts.own"), "{\"a\":1,\"b\":2}");
    CHECK_STR(collect_text(3, "contexts.n"), "{\"a\":2}");
    CHECK(!collect_has(3, "contexts.gone"));
    CHECK(collect_has(3, "contexts.fresh"));
    sentry_scope_free(scope);
    collect_stop();
}

static void contexts_override_the_default_ones(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_context("os", string_object("name", "TempleOS"));
    sentry_set_context("bad", sentry_value_new_string("no object"));
    sentry_set_context("bad2", sentry_value_new_list());
    sentry_update_context("bad3", sentry_value_new_int32(1));
    say("x");
    CHECK_STR(collect_str(0, "contexts.os.name"), "TempleOS");
    CHECK(!collect_has(0, "contexts.bad"));
    CHECK(!collect_has(0, "contexts.bad2"));
    CHECK(!collect_has(0, "contexts.bad3"));
    sentry_remove_context("os");
    say("y");
    CHECK(strcmp(collect_str(1, "contexts.os.name"), "TempleOS") != 0);
    collect_stop();
}

static void user(void)
{
    sentry_value_t odd;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_user(sentry_value_new_user("42", "jane", "jane@example.com", NULL));
    say("a");
    CHECK_STR(collect_text(0, "user"), "{\"id\":\"42\",\"username\":\"jane\",\"email\":\"jane@example.com\"}");
    odd = sentry_value_new_object();
    sentry_value_set_by_key(odd, "plan", sentry_value_new_string("pro"));
    sentry_set_user(odd); /* replaces */
    say("b");
    CHECK_STR(collect_text(1, "user"), "{\"plan\":\"pro\"}");
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_user(scope, sentry_value_new_user("7", NULL, NULL, NULL));
        say("c");
    }
    CHECK_STR(collect_text(2, "user"), "{\"id\":\"7\"}");
    sentry_remove_user();
    say("d");
    CHECK(!collect_has(3, "user"));
    sentry_set_user(sentry_value_new_user("1", NULL, NULL, NULL));
    sentry_set_user(sentry_value_new_null()); /* removes */
    say("e");
    CHECK(!collect_has(4, "user"));
    sentry_set_user(sentry_value_new_string("no object"));
    say("f");
    CHECK(!collect_has(5, "user.id"));
    collect_stop();
}

static void level(void)
{
    static const struct {
        sentry_level_t level;
        const char *name;
    } levels[] = {{SENTRY_LEVEL_TRACE, "debug"}, {SENTRY_LEVEL_DEBUG, "debug"}, {SENTRY_LEVEL_INFO, "info"},
        {SENTRY_LEVEL_WARNING, "warning"}, {SENTRY_LEVEL_ERROR, "error"}, {SENTRY_LEVEL_FATAL, "fatal"}};
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        sentry_set_level(levels[i].level);
        sentry_capture_event(sentry_value_new_event());
        CHECK_STR(collect_str(i, "level"), levels[i].name);
    }
    say("own"); /* what the event says wins */
    CHECK_STR(collect_str(i, "level"), "info");
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_level(scope, SENTRY_LEVEL_WARNING);
        sentry_capture_event(sentry_value_new_event());
        CHECK_STR(collect_str(i + 1, "level"), "warning");
    }
#ifndef __cplusplus
    sentry_set_level((sentry_level_t)-99);
    sentry_set_level((sentry_level_t)99);
#endif
    sentry_capture_event(sentry_value_new_event());
    CHECK(*collect_str(i + 2, "level"));
    collect_stop();
}

static void fingerprint(void)
{
    sentry_scope_t *scope;
    sentry_value_t list;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_fingerprint("{{ default }}", "a", "b", NULL);
    say("0");
    CHECK_STR(collect_text(0, "fingerprint"), "[\"{{ default }}\",\"a\",\"b\"]");
    sentry_set_fingerprint_n("abc", (size_t)2, "def", (size_t)1, (const char *)NULL);
    say("1");
    CHECK_STR(collect_text(1, "fingerprint"), "[\"ab\",\"d\"]");
    sentry_set_fingerprint("only", NULL);
    say("2");
    CHECK_STR(collect_text(2, "fingerprint"), "[\"only\"]");
    scope = sentry_scope_new();
    sentry_scope_set_fingerprint(scope, "x", "y", NULL);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_text(3, "fingerprint"), "[\"x\",\"y\"]");
    sentry_scope_set_fingerprint_n(scope, "xyz", (size_t)1, (const char *)NULL);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_text(4, "fingerprint"), "[\"x\"]");
    list = sentry_value_new_list();
    sentry_value_append(list, sentry_value_new_string("l1"));
    sentry_value_append(list, sentry_value_new_string("l2"));
    sentry_scope_set_fingerprints(scope, list);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_text(5, "fingerprint"), "[\"l1\",\"l2\"]");
    sentry_scope_set_fingerprints(scope, sentry_value_new_string("no list"));
    sentry_scope_remove_fingerprint(scope);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_text(6, "fingerprint"), "[\"only\"]");
    sentry_remove_fingerprint();
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK(!collect_has(7, "fingerprint"));
    sentry_set_fingerprint(NULL);
    sentry_scope_set_fingerprint(scope, NULL);
    sentry_scope_set_fingerprints(NULL, sentry_value_new_list());
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_INT(collect_len(8, "fingerprint"), 0);
    sentry_scope_free(scope);
    collect_stop();
}

static void transaction_name(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_transaction("/index");
    say("0");
    CHECK_STR(collect_str(0, "transaction"), "/index");
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_transaction(scope, "/inner");
        say("1");
    }
    CHECK_STR(collect_str(1, "transaction"), "/inner");
    sentry_set_transaction_n("/indexes", 4);
    say("2");
    CHECK_STR(collect_str(2, "transaction"), "/ind");
    sentry_set_transaction(NULL);
    say("3");
    CHECK(!collect_has(3, "transaction"));
    collect_stop();
}

static void release_and_environment(void)
{
    sentry_value_t event;
    REQUIRE(collect_start(NULL) == 0);
    say("0");
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    CHECK_STR(collect_str(0, "environment"), "testing");
    sentry_set_release("app@2");
    sentry_set_environment("staging");
    sentry_regenerate_trace(); /* what was told about a trace once stays */
    say("1");
    CHECK_STR(collect_str(1, "release"), "app@2");
    CHECK_STR(collect_str(1, "environment"), "staging");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(1), "trace.release")), "app@2");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(1), "trace.environment")), "staging");
    sentry_set_release_n("app@3456", 5);
    sentry_set_environment_n("production", 4);
    say("2");
    CHECK_STR(collect_str(2, "release"), "app@3");
    CHECK_STR(collect_str(2, "environment"), "prod");
    event = sentry_value_new_event();
    sentry_value_set_by_key(event, "release", sentry_value_new_string("own@1"));
    sentry_value_set_by_key(event, "environment", sentry_value_new_string("own"));
    sentry_capture_event(event);
    CHECK_STR(collect_str(3, "release"), "own@1");
    CHECK_STR(collect_str(3, "environment"), "own");
    sentry_set_release(NULL);
    sentry_set_environment(NULL);
    say("4");
    CHECK_STR(collect_str(4, "release"), "app@1.2.3");
    sentry_set_release("\xc3\xa4@1");
    sentry_set_environment("\"quoted\"");
    sentry_regenerate_trace();
    say("5");
    CHECK_STR(collect_str(5, "release"), "\xc3\xa4@1");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(5), "trace.release")), "\xc3\xa4@1");
    CHECK_STR(sentry_value_as_string(collect_at(collect_head(5), "trace.environment")), "\"quoted\"");
    CHECK_INT(collect_count(), 6);
    collect_stop();
}

/* -- precedence: event, then the scope given, then the current scope, then what the SDK knows -- */

static void precedence(void)
{
    sentry_scope_t *scope;
    sentry_value_t event;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("all", "current");
    sentry_set_tag("scope_current", "current");
    sentry_set_tag("current", "current");
    sentry_set_extra("all", sentry_value_new_string("current"));
    sentry_set_extra("scope_current", sentry_value_new_string("current"));
    sentry_set_extra("current", sentry_value_new_string("current"));
    sentry_set_context("all", string_object("v", "current"));
    sentry_set_context("scope_current", string_object("v", "current"));
    sentry_set_context("current", string_object("v", "current"));
    sentry_set_context("os", string_object("name", "current"));
    sentry_set_user(sentry_value_new_user("current", NULL, NULL, NULL));
    sentry_set_level(SENTRY_LEVEL_FATAL);
    sentry_set_fingerprint("current", NULL);
    sentry_set_transaction("current");
    scope = sentry_scope_new();

    /* only the current scope says something */
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_str(0, "tags.all"), "current");
    CHECK_STR(collect_str(0, "extra.all"), "current");
    CHECK_STR(collect_str(0, "contexts.all.v"), "current");
    CHECK_STR(collect_str(0, "contexts.os.name"), "current");
    CHECK_STR(collect_str(0, "user.id"), "current");
    CHECK_STR(collect_str(0, "level"), "fatal");
    CHECK_STR(collect_text(0, "fingerprint"), "[\"current\"]");
    CHECK_STR(collect_str(0, "transaction"), "current");

    /* the scope given says more */
    sentry_scope_set_tag(scope, "all", "scope");
    sentry_scope_set_tag(scope, "scope_current", "scope");
    sentry_scope_set_tag(scope, "scope", "scope");
    sentry_scope_set_extra(scope, "all", sentry_value_new_string("scope"));
    sentry_scope_set_extra(scope, "scope_current", sentry_value_new_string("scope"));
    sentry_scope_set_context(scope, "all", string_object("v", "scope"));
    sentry_scope_set_context(scope, "scope_current", string_object("v", "scope"));
    sentry_scope_set_context(scope, "os", string_object("name", "scope"));
    sentry_scope_set_user(scope, sentry_value_new_user("scope", NULL, NULL, NULL));
    sentry_scope_set_level(scope, SENTRY_LEVEL_WARNING);
    sentry_scope_set_fingerprint(scope, "scope", NULL);
    sentry_scope_set_transaction(scope, "scope");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_str(1, "tags.all"), "scope");
    CHECK_STR(collect_str(1, "tags.scope_current"), "scope");
    CHECK_STR(collect_str(1, "tags.scope"), "scope");
    CHECK_STR(collect_str(1, "tags.current"), "current");
    CHECK_STR(collect_str(1, "extra.all"), "scope");
    CHECK_STR(collect_str(1, "extra.current"), "current");
    CHECK_STR(collect_str(1, "contexts.all.v"), "scope");
    CHECK_STR(collect_str(1, "contexts.os.name"), "scope");
    CHECK_STR(collect_str(1, "contexts.current.v"), "current");
    CHECK_STR(collect_str(1, "user.id"), "scope");
    CHECK_STR(collect_str(1, "level"), "warning");
    CHECK_STR(collect_text(1, "fingerprint"), "[\"scope\"]");
    CHECK_STR(collect_str(1, "transaction"), "scope");

    /* the event says it all */
    event = sentry_value_from_json("{\"tags\":{\"all\":\"event\",\"event\":\"event\"},\"extra\":{\"all\":\"event\"},"
        "\"contexts\":{\"all\":{\"v\":\"event\"},\"os\":{\"name\":\"event\"},"
        "\"trace\":{\"trace_id\":\"0123456789abcdef0123456789abcdef\",\"span_id\":\"0123456789abcdef\"}},"
        "\"user\":{\"id\":\"event\"},\"level\":\"info\",\"fingerprint\":[\"event\"],\"transaction\":\"event\","
        "\"release\":\"event@1\",\"environment\":\"event\",\"dist\":\"event\","
        "\"server_name\":\"event\",\"platform\":\"other\",\"logger\":\"event\","
        "\"timestamp\":\"2020-01-02T03:04:05.000006Z\"}");
    sentry_scope_capture_event(scope, event);
    CHECK_STR(collect_str(2, "tags.all"), "event");
    CHECK_STR(collect_str(2, "tags.event"), "event");
    CHECK_STR(collect_str(2, "tags.scope_current"), "scope");
    CHECK_STR(collect_str(2, "tags.current"), "current");
    CHECK_STR(collect_str(2, "extra.all"), "event");
    CHECK_STR(collect_str(2, "extra.scope_current"), "scope");
    CHECK_STR(collect_str(2, "contexts.all.v"), "event");
    CHECK_STR(collect_str(2, "contexts.os.name"), "event");
    CHECK_STR(collect_str(2, "contexts.scope_current.v"), "scope");
    CHECK_STR(collect_str(2, "contexts.trace.trace_id"), "0123456789abcdef0123456789abcdef");
    CHECK_STR(collect_str(2, "user.id"), "event");
    CHECK_STR(collect_str(2, "level"), "info");
    CHECK_STR(collect_text(2, "fingerprint"), "[\"event\"]");
    CHECK_STR(collect_str(2, "transaction"), "event");
    CHECK_STR(collect_str(2, "release"), "event@1");
    CHECK_STR(collect_str(2, "environment"), "event");
    CHECK_STR(collect_str(2, "dist"), "event");
    CHECK_STR(collect_str(2, "server_name"), "event");
    CHECK_STR(collect_str(2, "platform"), "other");
    CHECK_STR(collect_str(2, "logger"), "event");
    CHECK_STR(collect_str(2, "timestamp"), "2020-01-02T03:04:05.000006Z");
    CHECK(collect_has(2, "sdk.name"));

    /* the current scope was not touched by any of it */
    say("current");
    CHECK_STR(collect_str(3, "tags.all"), "current");
    CHECK(!collect_has(3, "tags.scope"));
    CHECK(!collect_has(3, "tags.event"));
    sentry_scope_free(scope);
    collect_stop();
}

/* A scope without a level leaves the current scope's in place. */
static void passed_scope_has_no_level_of_its_own(void)
{
    sentry_scope_t *scope;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_level(SENTRY_LEVEL_WARNING);
    scope = sentry_local_scope_new();
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(collect_str(0, "level"), "warning");
    collect_stop();
}

static void deprecated_argument_order(void)
{
    sentry_scope_t *scope;
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_local_scope_new();
    sentry_scope_set_tag(scope, "t", "1");
    SENTRY_SUPPRESS_DEPRECATED
    id = sentry_capture_event_with_scope(sentry_value_new_event(), scope);
    SENTRY_RESTORE_DEPRECATED
    CHECK(collect_is_id(0, &id));
    CHECK_STR(last_tag("t"), "1");
    collect_stop();
}

/* -- bad input -- */

static void null_everywhere(void)
{
    sentry_scope_t *scope;
    sentry_uuid_t id;
    int round;
    for (round = 0; round < 2; round++) { /* off, then on */
        if (round == 1)
            REQUIRE(collect_start(NULL) == 0);
        scope = sentry_scope_new();
        sentry_set_tag(NULL, "v");
        sentry_set_tag(NULL, NULL);
        sentry_set_tag("k", NULL);
        sentry_set_tag_n(NULL, 0, NULL, 0);
        sentry_set_tag_n("k", 1, NULL, 5);
        sentry_scope_set_tag(NULL, "k", "v");
        sentry_scope_set_tag(scope, NULL, "v");
        sentry_scope_set_tag_n(NULL, NULL, 3, NULL, 3);
        sentry_scope_set_tags(NULL, string_object("a", "b"));
        sentry_remove_tag(NULL);
        sentry_remove_tag_n(NULL, 4);
        sentry_scope_remove_tag(NULL, "k");
        sentry_scope_remove_tag(scope, NULL);
        sentry_set_extra(NULL, int_object("a", 1));
        sentry_set_extra("null", sentry_value_new_null());
        sentry_set_extra_n(NULL, 1, int_object("a", 1));
        sentry_scope_set_extra(NULL, "k", int_object("a", 1));
        sentry_scope_set_extra(scope, NULL, int_object("a", 1));
        sentry_remove_extra(NULL);
        sentry_scope_remove_extra(NULL, NULL);
        sentry_set_context(NULL, int_object("a", 1));
        sentry_set_context("null", sentry_value_new_null());
        sentry_scope_set_context(NULL, "k", int_object("a", 1));
        sentry_scope_set_context(scope, NULL, int_object("a", 1));
        sentry_update_context(NULL, int_object("a", 1));
        sentry_update_context("null", sentry_value_new_null());
        sentry_scope_update_context(NULL, "k", int_object("a", 1));
        sentry_remove_context(NULL);
        sentry_scope_remove_context(NULL, "k");
        sentry_scope_remove_context(scope, NULL);
        sentry_set_user(sentry_value_new_null());
        sentry_scope_set_user(NULL, int_object("a", 1));
        sentry_scope_set_level(NULL, SENTRY_LEVEL_INFO);
        sentry_set_fingerprint(NULL);
        sentry_set_fingerprint_n(NULL, (size_t)0);
        sentry_scope_set_fingerprint(NULL, "a", NULL);
        sentry_scope_set_fingerprint_n(NULL, "a", (size_t)1, (const char *)NULL);
        sentry_scope_set_fingerprints(NULL, sentry_value_new_list());
        sentry_scope_set_fingerprints(scope, sentry_value_new_null());
        sentry_scope_remove_fingerprint(NULL);
        sentry_set_transaction(NULL);
        sentry_set_transaction_n(NULL, 3);
        sentry_scope_set_transaction(NULL, "t");
        sentry_set_release(NULL);
        sentry_set_environment(NULL);
        sentry_scope_add_breadcrumb(NULL, sentry_value_new_breadcrumb(NULL, NULL));
        sentry_scope_clear(NULL);
        sentry_scope_free(NULL);
        CHECK_INT(sentry_add_event_processor(NULL, NULL), 1);
        CHECK_INT(sentry_scope_add_event_processor(NULL, count_calls, NULL), 1);
        CHECK_INT(sentry_scope_add_event_processor(scope, NULL, NULL), scope ? 1 : 1);
        id = sentry_scope_get_last_event_id(NULL);
        CHECK(sentry_uuid_is_nil(&id));
        id = sentry_get_last_event_id();
        CHECK(sentry_uuid_is_nil(&id));
        sentry_pop_scope_to(NULL);
        sentry_scope_free(scope);
    }
    /* without a scope: as sentry_capture_event */
    id = sentry_scope_capture_event(NULL, sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "m"));
    CHECK_INT(collect_count(), sentry_uuid_is_nil(&id) ? 0 : 1);
    say("last");
    CHECK(!sentry_value_is_null(collect_event(collect_count() - 1)));
    CHECK_INT(collect_len(collect_count() - 1, "tags"), 0);
    collect_stop();
}

static void huge_keys_and_values(void)
{
    enum { HUGE_SIZE = 1 << 20 };
    char *huge = (char *)malloc(HUGE_SIZE + 1);
    sentry_options_t options = collect_options();
    REQUIRE(huge != NULL);
    memset(huge, 'x', HUGE_SIZE);
    huge[HUGE_SIZE] = 0;
    options.max_value_length = SENTRY_NONE;
    REQUIRE(start_without_argv(&options) == 0);
    sentry_set_tag("value", huge);
    sentry_set_tag(huge, "key");
    sentry_set_extra(huge, sentry_value_new_string(huge));
    sentry_set_context(huge, string_object(huge, huge));
    sentry_set_transaction(huge);
    sentry_set_user(sentry_value_new_user(huge, huge, NULL, NULL));
    sentry_set_fingerprint(huge, NULL);
    sentry_set_release(huge);
    sentry_set_environment(huge);
    say("huge");
    CHECK_INT(collect_count(), 1);
    CHECK_INT(sentry_value_get_type(collect_event(0)), SENTRY_VALUE_TYPE_OBJECT);
    CHECK_INT(collect_len(0, "extra"), 1);
    sentry_remove_tag(huge);
    sentry_remove_extra(huge);
    sentry_remove_context(huge);
    say("gone");
    CHECK_INT(collect_len(1, "extra"), 0);
    collect_stop();
    free(huge);
}

static void many_keys(void)
{
    enum { KEYS = 1000 };
    char key[16];
    int i;
    REQUIRE(start_without_argv(NULL) == 0);
    for (i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "k%d", i);
        sentry_set_tag(key, key);
        sentry_set_extra(key, sentry_value_new_int32(i));
    }
    for (i = 0; i < KEYS; i += 2) {
        snprintf(key, sizeof key, "k%d", i);
        sentry_remove_tag(key);
    }
    say("x");
    CHECK_STR(last_tag("k1"), "k1");
    CHECK_STR(last_tag("k999"), "k999");
    CHECK_STR(last_tag("k500"), "");
    CHECK_INT(collect_len(0, "tags"), KEYS / 2);
    CHECK_INT(collect_len(0, "extra"), KEYS);
    collect_stop();
}

static void broken_utf8(void)
{
    static const char *const broken[] = {"\xff\xfe", "a\xc3", "\xe2\x82", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "ok\x80ok"};
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        sentry_set_tag("value", broken[i]);
        sentry_set_tag(broken[i], "key");
        sentry_set_extra(broken[i], sentry_value_new_string(broken[i]));
        sentry_set_context(broken[i], string_object(broken[i], broken[i]));
        sentry_set_user(sentry_value_new_user(broken[i], NULL, NULL, NULL));
        sentry_set_fingerprint(broken[i], NULL);
        sentry_set_transaction(broken[i]);
        sentry_breadcrumb(broken[i], SENTRY_LEVEL_INFO, "%s", broken[i]);
        say(broken[i]);
        CHECK_INT(sentry_value_get_type(collect_event(i)), SENTRY_VALUE_TYPE_OBJECT);
        CHECK_CONTAINS(collect_str(i, "tags.value"), "\xef\xbf\xbd");
        CHECK_CONTAINS(collect_str(i, "logentry.formatted"), "\xef\xbf\xbd");
    }
    CHECK_STR(collect_str(i - 1, "tags.value"), "ok\xef\xbf\xbdok");
    collect_stop();
}

/* -- event processors -- */

static char order[64];

static sentry_value_t note(sentry_value_t event, void *hint, void *user_data)
{
    CHECK(hint != NULL);
    CHECK_INT(sentry_value_get_type(event), SENTRY_VALUE_TYPE_OBJECT);
    if (strlen(order) + 2 < sizeof order)
        strncat(order, (const char *)user_data, 1);
    return event;
}

static char name_a[] = "a", name_b[] = "b", name_g[] = "g", name_h[] = "h";

static void processors_in_order(void)
{
    sentry_scope_t *scope;
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_add_event_processor(note, name_g), 0);
    CHECK_INT(sentry_add_event_processor(note, name_h), 0);
    scope = sentry_push_scope();
    CHECK_INT(sentry_scope_add_event_processor(scope, note, name_a), 0);
    CHECK_INT(sentry_scope_add_event_processor(scope, note, name_b), 0);
    say("pushed");
    CHECK_STR(order, "abgh");
    sentry_pop_scope();
    order[0] = 0;
    say("base");
    CHECK_STR(order, "gh");
    order[0] = 0;
    scope = sentry_local_scope_new();
    sentry_scope_add_event_processor(scope, note, name_b);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(order, "bgh");
    collect_stop();
}

static void processors_are_inherited(void)
{
    sentry_scope_t *scope, *clone;
    sentry_hub_t *hub;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_push_scope();
    sentry_scope_add_event_processor(scope, note, name_a);
    SENTRY_WITH_SCOPE(inner) {
        sentry_scope_add_event_processor(inner, note, name_b);
        say("inner");
    }
    CHECK_STR(order, "ab");
    order[0] = 0;
    say("outer: what was added to the copy is not here");
    CHECK_STR(order, "a");
    order[0] = 0;
    hub = sentry_hub_clone(NULL);
    clone = sentry_scope_clone(scope);
    sentry_scope_add_event_processor(scope, note, name_h); /* after the copies were made */
    sentry_pop_scope();
    SENTRY_WITH_HUB(hub) {
        say("hub");
    }
    CHECK_STR(order, "a");
    order[0] = 0;
    sentry_scope_capture_event(clone, sentry_value_new_event());
    CHECK_STR(order, "a");
    order[0] = 0;
    say("base");
    CHECK_STR(order, "");
    sentry_scope_free(clone);
    sentry_hub_free(hub);
    collect_stop();
}

static sentry_value_t drop_it(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    ++*(int *)user_data;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static sentry_value_t return_a_string(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    sentry_value_decref(event);
    return sentry_value_new_string("no event");
}

static sentry_value_t change_it(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    sentry_value_set_by_key(event, "logger", sentry_value_new_string("processor"));
    sentry_value_set_by_key(sentry_value_get_by_key(event, "tags"), "set", sentry_value_new_string("processor"));
    sentry_value_remove_by_key(sentry_value_get_by_key(event, "tags"), "removed");
    return event;
}

static sentry_value_t replace_it(sentry_value_t event, void *hint, void *user_data)
{
    sentry_value_t other = sentry_value_new_message_event(SENTRY_LEVEL_WARNING, NULL, "replaced");
    (void)hint;
    (void)user_data;
    sentry_value_decref(event);
    return other;
}

static void processors_drop(void)
{
    static int calls, later;
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    sentry_add_event_processor(count_calls, &later);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_add_event_processor(scope, drop_it, &calls);
        id = say("dropped");
        CHECK(sentry_uuid_is_nil(&id));
        CHECK_INT(calls, 1);
        CHECK_INT(later, 0);
    }
    CHECK_INT(collect_count(), 0);
    id = sentry_get_last_event_id();
    CHECK(sentry_uuid_is_nil(&id));
    id = say("kept");
    CHECK(!sentry_uuid_is_nil(&id));
    CHECK_INT(later, 1);
    sentry_add_event_processor(drop_it, &calls);
    say("dropped by the global one");
    CHECK_INT(collect_count(), 1);
    CHECK_INT(calls, 2);
    collect_stop();
    REQUIRE(collect_start(NULL) == 0);
    sentry_add_event_processor(return_a_string, NULL);
    id = say("no object any more");
    CHECK(sentry_uuid_is_nil(&id));
    CHECK_INT(collect_count(), 0);
    collect_stop();
}

static void processors_change(void)
{
    sentry_uuid_t id;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("kept", "1");
    sentry_set_tag("removed", "1");
    sentry_add_event_processor(change_it, NULL);
    say("x");
    CHECK_STR(collect_str(0, "logger"), "processor");
    CHECK_STR(collect_text(0, "tags"), "{\"kept\":\"1\",\"set\":\"processor\"}");
    sentry_add_event_processor(replace_it, NULL);
    id = say("y");
    CHECK_STR(collect_str(1, "logentry.formatted"), "replaced");
    CHECK(collect_is_id(1, &id));
    collect_stop();
}

static sentry_value_t call_the_sdk(sentry_value_t event, void *hint, void *user_data)
{
    sentry_uuid_t id;
    (void)hint;
    ++*(int *)user_data;
    sentry_set_tag("from", "processor");
    sentry_set_extra("from", sentry_value_new_int32(1));
    sentry_set_user(sentry_value_new_user("processor", NULL, NULL, NULL));
    sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, "processor"));
    sentry_breadcrumb("c", SENTRY_LEVEL_INFO, "processor");
    id = sentry_capture_message(SENTRY_LEVEL_INFO, "processor");
    CHECK(sentry_uuid_is_nil(&id));
    id = sentry_capture_exception("E", "processor");
    CHECK(sentry_uuid_is_nil(&id));
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "from", "scope");
        id = sentry_capture_event(sentry_value_new_event());
        CHECK(sentry_uuid_is_nil(&id));
    }
    sentry_pop_scope();
    return event;
}

static void processors_cannot_reenter(void)
{
    static int calls;
    REQUIRE(start_without_argv(NULL) == 0);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_set_tag(scope, "mine", "1");
        sentry_add_event_processor(call_the_sdk, &calls);
        sentry_scope_add_event_processor(scope, call_the_sdk, &calls);
        say("x");
        CHECK_INT(calls, 2);
        CHECK_INT(collect_count(), 1);
        say("y");
        CHECK_INT(calls, 4);
        CHECK_STR(collect_text(1, "tags"), "{\"mine\":\"1\"}");
        CHECK(!collect_has(1, "extra"));
        CHECK(!collect_has(1, "user"));
        CHECK_INT(collect_len(1, "breadcrumbs.values"), 0);
    }
    say("z");
    CHECK_INT(collect_len(2, "tags"), 0);
    collect_stop();
}

static sentry_value_t see_everything(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    ++*(int *)user_data;
    CHECK_STR(sentry_value_as_string(collect_at(event, "tags.t")), "1");
    CHECK_STR(sentry_value_as_string(collect_at(event, "extra.e")), "1");
    CHECK_STR(sentry_value_as_string(collect_at(event, "contexts.c.k")), "1");
    CHECK_STR(sentry_value_as_string(collect_at(event, "user.id")), "1");
    CHECK_STR(sentry_value_as_string(collect_at(event, "breadcrumbs.values.0.message")), "1");
    CHECK_STR(sentry_value_as_string(collect_at(event, "logentry.formatted")), "x");
    CHECK_INT(strlen(sentry_value_as_string(collect_at(event, "event_id"))), 32);
    return event;
}

static void processors_see_the_merged_event(void)
{
    static int calls;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("t", "1");
    sentry_set_extra("e", sentry_value_new_string("1"));
    sentry_set_context("c", string_object("k", "1"));
    sentry_set_user(sentry_value_new_user("1", NULL, NULL, NULL));
    sentry_add_breadcrumb(sentry_value_new_breadcrumb(NULL, "1"));
    sentry_add_event_processor(see_everything, &calls);
    SENTRY_WITH_SCOPE(scope) {
        sentry_scope_add_event_processor(scope, see_everything, &calls);
        say("x");
    }
    CHECK_INT(calls, 2);
    collect_stop();
}

/* -- last event id -- */

static int same_id(sentry_uuid_t a, sentry_uuid_t b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

static void last_event_id(void)
{
    sentry_scope_t *scope;
    sentry_hub_t *hub;
    sentry_uuid_t nil = sentry_uuid_nil(), first, second, third;
    REQUIRE(collect_start(NULL) == 0);
    CHECK(same_id(sentry_get_last_event_id(), nil));
    first = say("1");
    CHECK(same_id(sentry_get_last_event_id(), first));
    hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(hub) {
        second = say("2");
        CHECK(same_id(sentry_get_last_event_id(), second));
    }
    CHECK(same_id(sentry_get_last_event_id(), first));
    scope = sentry_scope_new();
    CHECK(same_id(sentry_scope_get_last_event_id(scope), nil));
    third = sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK(same_id(sentry_scope_get_last_event_id(scope), third));
    CHECK(same_id(sentry_get_last_event_id(), third));
    sentry_scope_capture_event(scope, sentry_value_new_null());
    CHECK(same_id(sentry_scope_get_last_event_id(scope), third));
    sentry_scope_free(scope);
    SENTRY_WITH_SCOPE(pushed) {
        first = say("pushed");
        CHECK(same_id(sentry_scope_get_last_event_id(pushed), first));
    }
    CHECK(same_id(sentry_get_last_event_id(), first));
    sentry_hub_free(hub);
    collect_stop();
    CHECK(same_id(sentry_get_last_event_id(), nil));
    REQUIRE(collect_start(NULL) == 0);
    CHECK(same_id(sentry_get_last_event_id(), nil));
    collect_stop();
}

#ifndef SENTRY_NO_THREADS
static void *say_elsewhere(void *arg)
{
    *(sentry_uuid_t *)arg = say("elsewhere");
    return NULL;
}

static void last_event_id_of_another_thread(void)
{
    sentry_thread_t thread;
    sentry_uuid_t first, other;
    REQUIRE(collect_start(NULL) == 0);
    first = say("here");
    CHECK(same_id(sentry_get_last_event_id(), first));
    REQUIRE(sentry_thread_create(&thread, NULL, say_elsewhere, &other) == 0);
    sentry_thread_join(thread, NULL);
    CHECK(same_id(sentry_get_last_event_id(), other));
    CHECK(!same_id(first, other));
    collect_stop();
}
#endif

/* A scope that is pushed before a close and popped after it is popped. */
static void pop_after_close(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_push_scope();
    sentry_set_tag("pushed", "1");
    sentry_close();
    sentry_pop_scope();
    collect_clear();
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("base", "1");
    say("x");
    CHECK_STR(collect_text(0, "tags"), "{\"base\":\"1\"}");
    collect_stop();
}

/* What was set is gone after a close. */
static void close_forgets(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_tag("t", "1");
    sentry_set_user(sentry_value_new_user("1", NULL, NULL, NULL));
    sentry_set_release("changed@1");
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "b");
    collect_stop();
    REQUIRE(collect_start(NULL) == 0);
    say("x");
    CHECK_INT(collect_len(0, "tags"), 0);
    CHECK(!collect_has(0, "user"));
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 0);
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    collect_stop();
}

static const test_case_t tests[] = {
    {"main_hub", main_hub},
    {"push_and_pop", push_and_pop},
    {"pop_more_than_pushed", pop_more_than_pushed},
    {"deep_stack", deep_stack},
    {"pop_to", pop_to},
    {"free_of_pushed_scope", free_of_pushed_scope},
    {"with_scope", with_scope},
    {"with_scope_nested", with_scope_nested},
    {"with_scope_without_braces", with_scope_without_braces},
    {"with_scope_left_early", with_scope_left_early},
    {"with_scope_left_at_the_base", with_scope_left_at_the_base},
    {"with_scope_switch", with_scope_switch},
    {"with_scope_pop_inside", with_scope_pop_inside},
    {"with_scope_when_off", with_scope_when_off},
    {"with_scope_across_close", with_scope_across_close},
    {"hub_isolates", hub_isolates},
    {"hub_clones_the_top", hub_clones_the_top},
    {"hub_has_its_own_stack", hub_has_its_own_stack},
    {"with_hub", with_hub},
    {"hub_freed_while_bound", hub_freed_while_bound},
    {"hub_outlives_close", hub_outlives_close},
    {"hub_bad_arguments", hub_bad_arguments},
#ifndef SENTRY_NO_THREADS
    {"hub_moves_between_threads", hub_moves_between_threads},
    {"hub_in_two_threads", hub_in_two_threads},
#endif
    {"local_scope", local_scope},
    {"reusable_scope", reusable_scope},
    {"scope_made_before_init", scope_made_before_init},
    {"clones_are_independent", clones_are_independent},
    {"clone_of_the_current_scope", clone_of_the_current_scope},
    {"clear_keeps_trace_and_processors", clear_keeps_trace_and_processors},
    {"processors_cannot_be_endless", processors_cannot_be_endless},
    {"tags", tags},
    {"tags_of_other_types", tags_of_other_types},
    {"extras", extras},
    {"values_are_taken_as_they_are", values_are_taken_as_they_are},
    {"contexts", contexts},
    {"contexts_override_the_default_ones", contexts_override_the_default_ones},
    {"user", user},
    {"level", level},
    {"fingerprint", fingerprint},
    {"transaction_name", transaction_name},
    {"release_and_environment", release_and_environment},
    {"precedence", precedence},
    {"passed_scope_has_no_level_of_its_own", passed_scope_has_no_level_of_its_own},
    {"deprecated_argument_order", deprecated_argument_order},
    {"null_everywhere", null_everywhere},
    {"huge_keys_and_values", huge_keys_and_values},
    {"many_keys", many_keys},
    {"broken_utf8", broken_utf8},
    {"processors_in_order", processors_in_order},
    {"processors_are_inherited", processors_are_inherited},
    {"processors_drop", processors_drop},
    {"processors_change", processors_change},
    {"processors_cannot_reenter", processors_cannot_reenter},
    {"processors_see_the_merged_event", processors_see_the_merged_event},
#ifndef SENTRY_NO_THREADS
    {"last_event_id_of_another_thread", last_event_id_of_another_thread},
#endif
    {"last_event_id", last_event_id},
    {"pop_after_close", pop_after_close},
    {"close_forgets", close_forgets},
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
