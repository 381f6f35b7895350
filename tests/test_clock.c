/* A clock and random numbers that the program supplies: what they say is what is sent, whatever they say. */
#include "clock.h"
#include "collect.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define A_MOMENT UINT64_C(1767323045678901)
#define A_MOMENT_TEXT "2026-01-02T03:04:05.678901Z"
#define MANY 1000

/* -- what is supplied ---------------------------------------------------------------------- */

static struct {
    uint64_t now_us;
    uint64_t tick_us; /* how far each look at the clock moves it */
    unsigned looks;
} wall = { A_MOMENT, 0, 0 };

static unsigned long long supplied_now_us(void)
{
    uint64_t now = wall.now_us;
    wall.looks++;
    wall.now_us += wall.tick_us;
    return now;
}

static unsigned long long supplied_ticks_ms(void)
{
    return 1000;
}

typedef enum { NUMBERS, FAILURE, ZEROS } supply_t;

static struct {
    supply_t supply;
    uint64_t seed;
    unsigned calls;
} dice;

static int supplied_random(void *out, size_t size)
{
    unsigned char *bytes = (unsigned char *)out;
    size_t i;
    dice.calls++;
    if (dice.supply == FAILURE) return 1;
    for (i = 0; i < size; i++) {
        dice.seed = dice.seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = dice.supply == ZEROS ? 0 : (unsigned char)(dice.seed >> 56);
    }
    return 0;
}

static void throw_dice(supply_t supply, uint64_t seed)
{
    dice.supply = supply;
    dice.seed = seed;
}

/* -- helpers ------------------------------------------------------------------------------- */

static sentry_uuid_t capture(void)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, "text");
}

static const char *sent_at(size_t i)
{
    return sentry_value_as_string(collect_at(collect_head(i), "sent_at"));
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(sentry_uuid_t));
}

/* Sorts ids; each must be a random one, and none may be there twice. */
static void check_ids(sentry_uuid_t *ids, size_t count)
{
    size_t i, bad = 0;
    for (i = 0; i < count; i++) {
        if ((ids[i].bytes[6] & 0xf0) != 0x40 || (ids[i].bytes[8] & 0xc0) != 0x80) bad++;
    }
    qsort(ids, count, sizeof ids[0], compare_ids);
    for (i = 1; i < count; i++) {
        if (compare_ids(&ids[i - 1], &ids[i]) == 0) bad++;
    }
    CHECK_INT(bad, 0);
}

/* -- the clock ----------------------------------------------------------------------------- */

static void events_say_what_the_clock_says(void)
{
    sentry_value_t event;
    REQUIRE(collect_start(NULL) == 0);
    capture();
    CHECK_STR(collect_str(0, "timestamp"), A_MOMENT_TEXT);
    CHECK_STR(collect_str(0, "contexts.app.app_start_time"), A_MOMENT_TEXT);
    CHECK_STR(sent_at(0), A_MOMENT_TEXT);
    wall.now_us += 1000001;
    capture();
    CHECK_STR(collect_str(1, "timestamp"), "2026-01-02T03:04:06.678902Z");
    CHECK_STR(collect_str(1, "contexts.app.app_start_time"), A_MOMENT_TEXT);
    CHECK_STR(sent_at(1), "2026-01-02T03:04:06.678902Z");
    event = sentry_value_new_event();
    wall.now_us += 60000000;
    sentry_capture_event(event);
    CHECK_STR(collect_str(2, "timestamp"), "2026-01-02T03:04:06.678902Z");
    CHECK_STR(sent_at(2), "2026-01-02T03:05:06.678902Z");
    CHECK(wall.looks > 0);
    collect_stop();
}

static void breadcrumbs_say_what_the_clock_says(void)
{
    sentry_value_t stamped = sentry_value_new_breadcrumb("default", "stamped when it is made");
    REQUIRE(collect_start(NULL) == 0);
    wall.now_us += 100;
    sentry_add_breadcrumb(stamped);
    wall.now_us += 100;
    sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "quick");
    wall.now_us += 100;
    sentry_add_breadcrumb(sentry_value_from_json("{\"message\":\"stamped when it is added\"}"));
    wall.now_us += 100;
    capture();
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 3);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.timestamp"), A_MOMENT_TEXT);
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.timestamp"), "2026-01-02T03:04:05.679101Z");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.timestamp"), "2026-01-02T03:04:05.679201Z");
    CHECK_STR(collect_str(0, "timestamp"), "2026-01-02T03:04:05.679301Z");
    collect_stop();
}

/* Each date twice, so that what is kept of the second printed last is used too; and both with and without the SDK. */
static void dates(void)
{
    static const struct {
        uint64_t now_us;
        const char *text;
    } cases[] = {
        { 0, "1970-01-01T00:00:00.000000Z" },
        { 1, "1970-01-01T00:00:00.000001Z" },
        { UINT64_C(999999), "1970-01-01T00:00:00.999999Z" },
        { UINT64_C(1000000), "1970-01-01T00:00:01.000000Z" },
        { UINT64_C(86400000000), "1970-01-02T00:00:00.000000Z" },
        { UINT64_C(951868799999999), "2000-02-29T23:59:59.999999Z" },
        { UINT64_C(951868800000000), "2000-03-01T00:00:00.000000Z" },
        { A_MOMENT, A_MOMENT_TEXT },
        { UINT64_C(2147483647999999), "2038-01-19T03:14:07.999999Z" },
        { UINT64_C(2147483648000000), "2038-01-19T03:14:08.000000Z" },
        { UINT64_C(4102444799999999), "2099-12-31T23:59:59.999999Z" },
        { UINT64_C(4102444800000000), "2100-01-01T00:00:00.000000Z" },
        { UINT64_C(4107542399999999), "2100-02-28T23:59:59.999999Z" },
        { UINT64_C(4107542400000000), "2100-03-01T00:00:00.000000Z" },
        { UINT64_C(4133937600500000), "2100-12-31T12:00:00.500000Z" },
        { UINT64_C(4294967296000000), "2106-02-07T06:28:16.000000Z" },
        { UINT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z" },
        { 0, "1970-01-01T00:00:00.000000Z" }
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        sentry_value_t event;
        wall.now_us = cases[i].now_us;
        event = sentry_value_new_event();
        CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(event, "timestamp")), cases[i].text);
        sentry_value_decref(event);
        REQUIRE(collect_start(NULL) == 0);
        sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "text");
        capture();
        capture();
        CHECK_STR(collect_str(0, "contexts.app.app_start_time"), cases[i].text);
        CHECK_STR(collect_str(0, "breadcrumbs.values.0.timestamp"), cases[i].text);
        CHECK_STR(collect_str(0, "timestamp"), cases[i].text);
        CHECK_STR(collect_str(1, "timestamp"), cases[i].text);
        CHECK_STR(sent_at(1), cases[i].text);
        collect_stop();
    }
}

/* All dates in a row on one thread, forward and back. */
static void clock_that_jumps(void)
{
    static const struct {
        uint64_t now_us;
        const char *text;
    } steps[] = {
        { A_MOMENT, A_MOMENT_TEXT },
        { A_MOMENT - 1000000, "2026-01-02T03:04:04.678901Z" },
        { 0, "1970-01-01T00:00:00.000000Z" },
        { UINT64_C(4107542400000000), "2100-03-01T00:00:00.000000Z" },
        { A_MOMENT, A_MOMENT_TEXT }
    };
    char path[64];
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < COUNT(steps); i++) {
        wall.now_us = steps[i].now_us;
        sentry_breadcrumb("category", SENTRY_LEVEL_INFO, "%u", (unsigned)i);
        capture();
        CHECK_STR(collect_str(i, "timestamp"), steps[i].text);
        CHECK_STR(sent_at(i), steps[i].text);
    }
    CHECK_INT(collect_len(COUNT(steps) - 1, "breadcrumbs.values"), COUNT(steps));
    for (i = 0; i < COUNT(steps); i++) {
        snprintf(path, sizeof path, "breadcrumbs.values.%u.timestamp", (unsigned)i);
        CHECK_STR(collect_str(COUNT(steps) - 1, path), steps[i].text);
    }
    CHECK_INT(sentry_flush(1000), 0);
    collect_stop();
}

/* What two scopes hold is joined by time. A clock that goes back or stands still changes no scope's own order. */
static void check_order_of_breadcrumbs(uint64_t back_us)
{
    char path[64], message[2][8] = { "", "" };
    sentry_scope_t *scope;
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_scope_new();
    for (i = 0; i < 8; i++) {
        sentry_value_t crumb = sentry_value_new_breadcrumb(i % 2 ? "odd" : "even", NULL);
        sentry_value_set_by_key(crumb, "message", sentry_value_new_int32((int32_t)i));
        if (i % 2) sentry_add_breadcrumb(crumb);
        else sentry_scope_add_breadcrumb(scope, crumb);
        wall.now_us -= back_us;
    }
    sentry_scope_capture_event(scope, sentry_value_new_event());
    sentry_scope_free(scope);
    CHECK_INT(collect_len(0, "breadcrumbs.values"), 8);
    for (i = 0; i < 8; i++) {
        char *of_scope;
        int32_t number;
        snprintf(path, sizeof path, "breadcrumbs.values.%u.message", (unsigned)i);
        number = sentry_value_as_int32(collect_get(0, path));
        of_scope = message[number % 2];
        of_scope[strlen(of_scope)] = (char)('0' + number);
    }
    CHECK_STR(message[0], "0246");
    CHECK_STR(message[1], "1357");
    collect_stop();
}

static void order_of_breadcrumbs(void)
{
    check_order_of_breadcrumbs(0);
    check_order_of_breadcrumbs(1000000);
}

static void clock_that_stands_still(void)
{
    static sentry_uuid_t ids[MANY];
    size_t i, bad = 0;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < MANY; i++) {
        ids[i] = capture();
        if (!collect_is_id(i, &ids[i]) || strcmp(collect_str(i, "timestamp"), A_MOMENT_TEXT) != 0) bad++;
    }
    CHECK_INT(bad, 0);
    CHECK_INT(collect_count(), MANY);
    check_ids(ids, MANY);
    CHECK_INT(sentry_flush(1000), 0);
    collect_stop();
}

/* An event is stamped before it is sent, and not before what led to it. */
static void clock_that_ticks(void)
{
    REQUIRE(collect_start(NULL) == 0);
    wall.tick_us = 7;
    sentry_breadcrumb(NULL, SENTRY_LEVEL_INFO, "before");
    capture();
    CHECK(strcmp(collect_str(0, "contexts.app.app_start_time"), collect_str(0, "breadcrumbs.values.0.timestamp")) <= 0);
    CHECK(strcmp(collect_str(0, "breadcrumbs.values.0.timestamp"), collect_str(0, "timestamp")) < 0);
    CHECK(strcmp(collect_str(0, "timestamp"), sent_at(0)) < 0);
    collect_stop();
}

/* -- random numbers -------------------------------------------------------------------------- */

/* Starts the SDK with a seed; the ids of its first events. */
static void ids_of_seed(uint64_t seed, sentry_uuid_t ids[3], char trace[33])
{
    size_t i;
    throw_dice(NUMBERS, seed);
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 3; i++) {
        ids[i] = capture();
        CHECK(collect_is_id(i, &ids[i]));
    }
    snprintf(trace, 33, "%s", collect_str(0, "contexts.trace.trace_id"));
    collect_stop();
}

static void same_seed_same_ids(void)
{
    sentry_uuid_t first[3], second[3], other[3], all[6];
    char first_trace[33] = "", second_trace[33] = "", other_trace[33] = "";
    ids_of_seed(1, first, first_trace);
    CHECK(dice.calls > 0);
    ids_of_seed(1, second, second_trace);
    ids_of_seed(2, other, other_trace);
    CHECK(memcmp(first, second, sizeof first) == 0);
    CHECK_STR(second_trace, first_trace);
    CHECK_INT(strlen(first_trace), 32);
    CHECK(strcmp(first_trace, other_trace) != 0);
    memcpy(all, first, sizeof first);
    memcpy(all + 3, other, sizeof other);
    check_ids(all, COUNT(all));
}

/* Which of 64 events are sampled, as bits. */
static uint64_t choices_of_seed(uint64_t seed)
{
    sentry_options_t options = collect_options();
    uint64_t choices = 0;
    int i;
    options.sample_rate = 0.5;
    throw_dice(NUMBERS, seed);
    CHECK_INT(collect_start(&options), 0);
    for (i = 0; i < 64; i++) {
        size_t before = collect_count();
        capture();
        choices = choices << 1 | (collect_count() > before);
    }
    collect_stop();
    return choices;
}

static void same_seed_same_samples(void)
{
    uint64_t first = choices_of_seed(1), second = choices_of_seed(1), other = choices_of_seed(2);
    CHECK(first == second);
    CHECK(first != other);
    CHECK(first != 0 && first != UINT64_MAX);
}

/* Ids differ even where nothing does, not the clock, not the numbers: before init, while the SDK runs, after close. */
static void check_ids_without(supply_t supply)
{
    static sentry_uuid_t ids[3 * MANY];
    size_t i, used = 0;
    throw_dice(supply, 1);
    for (i = 0; i < MANY; i++) ids[used++] = sentry_uuid_new_v4();
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < MANY; i++) ids[used++] = capture();
    CHECK_INT(collect_count(), MANY);
    collect_stop();
    for (i = 0; i < MANY; i++) ids[used++] = sentry_uuid_new_v4();
    CHECK(dice.calls > 0);
    check_ids(ids, used);
}

static void no_random_numbers(void)
{
    check_ids_without(FAILURE);
}

static void only_zeros(void)
{
    check_ids_without(ZEROS);
}

/* A device just switched on: no clock, no numbers. */
static void neither_clock_nor_numbers(void)
{
    wall.now_us = 0;
    check_ids_without(FAILURE);
}

/* A sampler without numbers still lets some through and holds some back. */
static void samples_without_random_numbers(void)
{
    sentry_options_t options = collect_options();
    int i;
    options.sample_rate = 0.5;
    throw_dice(FAILURE, 1);
    REQUIRE(collect_start(&options) == 0);
    for (i = 0; i < MANY; i++) capture();
    CHECK(collect_count() > MANY / 4 && collect_count() < MANY * 3 / 4);
    collect_stop();
}

static const test_case_t tests[] = {
    { "events_say_what_the_clock_says", events_say_what_the_clock_says },
    { "breadcrumbs_say_what_the_clock_says", breadcrumbs_say_what_the_clock_says },
    { "dates", dates },
    { "clock_that_jumps", clock_that_jumps },
    { "order_of_breadcrumbs", order_of_breadcrumbs },
    { "clock_that_stands_still", clock_that_stands_still },
    { "clock_that_ticks", clock_that_ticks },
    { "same_seed_same_ids", same_seed_same_ids },
    { "same_seed_same_samples", same_seed_same_samples },
    { "no_random_numbers", no_random_numbers },
    { "only_zeros", only_zeros },
    { "neither_clock_nor_numbers", neither_clock_nor_numbers },
    { "samples_without_random_numbers", samples_without_random_numbers }
};

int main(int argc, char **argv)
{
    static const clock_supply_t supplies = { supplied_now_us, supplied_ticks_ms, supplied_random };
    clock_supply(supplies);
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
