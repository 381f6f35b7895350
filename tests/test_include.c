/* Including the header: as often as one likes, before and after others, with everything private to this file. What
 * takes several files is in link/. */
#define SENTRY_API static
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include "../sentry.h"
#include "test.h"
#include "collect.h"
#undef SENTRY_IMPLEMENTATION
#include "../sentry.h"
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

#include <stdarg.h>
#include <string.h>

/* A file may have names of its own that look like the SDK's. */
static int sentry = 1, scope = 2, level = 3;

static void private_sdk_works(void)
{
    sentry_uuid_t id;
    CHECK_INT(collect_start(NULL), 0);
    sentry_set_tag("where", "here");
    id = sentry_capture_message(SENTRY_LEVEL_WARNING, "private");
    CHECK_INT(collect_count(), 1);
    CHECK(collect_is_id(0, &id));
    CHECK_STR(collect_str(0, "tags.where"), "here");
    CHECK_STR(collect_str(0, "logentry.formatted"), "private");
    collect_stop();
    CHECK_INT(sentry + scope + level, 6);
}

static void names_and_versions(void)
{
    CHECK_STR(sentry_sdk_name(), SENTRY_SDK_NAME);
    CHECK_STR(sentry_sdk_version(), SENTRY_SDK_VERSION);
    CHECK_STR(sentry_sdk_user_agent(), SENTRY_SDK_USER_AGENT);
    CHECK_STR(SENTRY_SDK_USER_AGENT, SENTRY_SDK_NAME "/" SENTRY_SDK_VERSION);
    CHECK_STR(SENTRY_SDK_VERSION, "0.1.0");
}

static void platform_macros(void)
{
    int platforms = 0, known = 0;
#ifdef SENTRY_PLATFORM_WINDOWS
    platforms++;
#endif
#ifdef SENTRY_PLATFORM_UNIX
    platforms++;
#endif
#if defined(__linux__) && defined(SENTRY_PLATFORM_LINUX)
    known = 1;
#elif defined(__APPLE__) && defined(SENTRY_PLATFORM_MACOS) && defined(SENTRY_PLATFORM_DARWIN)
    known = 1;
#elif !defined(__linux__) && !defined(__APPLE__)
    known = 1;
#endif
    CHECK_INT(platforms, 1);
    CHECK_INT(known, 1);
}

/* What programs compiled against sentry-native rely on. */
static void layouts(void)
{
    sentry_value_t value = sentry_value_new_null();
    CHECK_INT(sizeof value, 8);
    CHECK_INT(sizeof value._bits, 8);
    CHECK_INT(sizeof value._double, 8);
    CHECK_INT(sizeof(sentry_uuid_t), 16);
    CHECK_INT(SENTRY_VALUE_TYPE_NULL, 0);
    CHECK_INT(SENTRY_VALUE_TYPE_BOOL, 1);
    CHECK_INT(SENTRY_VALUE_TYPE_INT32, 2);
    CHECK_INT(SENTRY_VALUE_TYPE_INT64, 3);
    CHECK_INT(SENTRY_VALUE_TYPE_UINT64, 4);
    CHECK_INT(SENTRY_VALUE_TYPE_DOUBLE, 5);
    CHECK_INT(SENTRY_VALUE_TYPE_STRING, 6);
    CHECK_INT(SENTRY_VALUE_TYPE_LIST, 7);
    CHECK_INT(SENTRY_VALUE_TYPE_OBJECT, 8);
    CHECK_INT(SENTRY_LEVEL_TRACE, -2);
    CHECK_INT(SENTRY_LEVEL_DEBUG, -1);
    CHECK_INT(SENTRY_LEVEL_INFO, 0);
    CHECK_INT(SENTRY_LEVEL_WARNING, 1);
    CHECK_INT(SENTRY_LEVEL_ERROR, 2);
    CHECK_INT(SENTRY_LEVEL_FATAL, 3);
}

static sentry_value_t second_of(int count, ...)
{
    sentry_value_t value;
    va_list args;
    va_start(args, count);
    value = va_arg(args, sentry_value_t);
    value = va_arg(args, sentry_value_t);
    va_end(args);
    return value;
}

static void values_travel_through_dots(void)
{
    sentry_value_t text = sentry_value_new_string("text");
    CHECK_STR(sentry_value_as_string(second_of(2, sentry_value_new_int32(1), text)), "text");
    CHECK_INT(sentry_value_decref(text), 0);
}

/* The block macros in the places where a macro of several statements would go wrong. */
static void blocks_are_one_statement(void)
{
    int ran = 0, i;
    CHECK_INT(collect_start(NULL), 0);
    for (i = 0; i < 3; i++)
        SENTRY_WITH_SCOPE(inner) sentry_scope_set_tag(inner, "a", "b"), ran++;
    if (ran == 3)
        SENTRY_WITH_SCOPE(outer)
            SENTRY_WITH_SCOPE(inner) {
                CHECK(outer != inner);
                ran++;
            }
    else
        ran = -1;
    CHECK_INT(ran, 4);
    sentry_capture_message(SENTRY_LEVEL_INFO, "after");
    CHECK(!collect_has(0, "tags.a"));
    collect_stop();
}

static const test_case_t tests[] = {
    { "private_sdk_works", private_sdk_works },
    { "names_and_versions", names_and_versions },
    { "platform_macros", platform_macros },
    { "layouts", layouts },
    { "values_travel_through_dots", values_travel_through_dots },
    { "blocks_are_one_statement", blocks_are_one_statement }
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
