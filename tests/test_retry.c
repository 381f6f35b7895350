/* When what waits on disk is tried again, by a clock that the test sets. */
#include "clock.h"
#include "sink.h"
#include "files.h"
#include "delivery.h"
#include "inside.h"

#define MINUTE 60000 /* in milliseconds */

#if !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_FILES)

/* -- helpers --------------------------------------------------------------------------------------- */

static void begin(void)
{
    sentry_options_t o = options_to_port(9);
    o.transport = client_transport();
    o.send_client_reports = SENTRY_OFF; /* they would be requests too */
    CHECK_INT(sentry_init(&o), 0);
}

/* Lets time pass, and a flush try what is due; then there were so many requests, ever. */
static void check_requests_after(long long ms, int wanted)
{
    clock_pass(ms, ms);
    flush();
    CHECK_INT(client_requests(), wanted);
}

/* The number of tries in the name of an event's file; -1 when there is none. */
static int tries(const sentry_uuid_t *id)
{
    const kept_list_t *list = kept_in_cache();
    int i;
    for (i = 0; i < list->count; i++)
        if (same_id(&list->files[i].id, id))
            return atoi(list->files[i].name + 14);
    return -1;
}

/* -- tests ----------------------------------------------------------------------------------------- */

/* 15 minutes after the first try, then twice as long each time, up to 8 hours, and each time up to a quarter more. */
static void waits_longer_each_time(void)
{
    sentry_uuid_t id;
    int n;
    REQUIRE(scratch_begin());
    begin();
    id = say("hello");
    flush();
    CHECK_INT(client_requests(), 1);
    for (n = 0; n <= 5; n++) {
        long long wait = (15LL << n) * MINUTE;
        CHECK_INT(tries(&id), n);
        check_requests_after(wait - 2 * MINUTE, n + 1);
        check_requests_after(wait / 4 + 2 * MINUTE, n + 2);
    }
    CHECK_INT(tries(&id), -1);
    check_requests_after(100 * 60 * MINUTE, 7);
    CHECK_INT(stats_now().dropped[SENTRY_DROP_NETWORK_ERROR], 1);
    CHECK_INT(stats_now().cached, 0);
    CHECK_INT(sentry_close(), 0);
    scratch_end();
}

/* One at a time, each when its own time has come; an answer brings them all. */
static void tries_what_is_due(void)
{
    sentry_uuid_t first, second;
    REQUIRE(scratch_begin());
    begin();
    first = say("first");
    flush();
    clock_pass(20 * MINUTE - 1, 20 * MINUTE - 1);
    second = say("second");
    flush();
    check_requests_after(1, 3);
    CHECK_INT(tries(&first), 1);
    CHECK_INT(tries(&second), 0);
    check_requests_after(20 * MINUTE, 4);
    CHECK_INT(tries(&first), 1);
    CHECK_INT(tries(&second), 1);
    client_answers(200);
    check_requests_after(20 * MINUTE, 6);
    CHECK_INT(tries(&first), -1);
    CHECK_INT(tries(&second), -1);
    CHECK_INT(stats_now().sent, 2);
    CHECK_INT(sentry_close(), 0);
    scratch_end();
}

/* Who puts the clock back by days must not wait for days. */
static void a_clock_may_be_put_back(void)
{
    sentry_uuid_t id;
    REQUIRE(scratch_begin());
    begin();
    id = say("hello");
    flush();
    CHECK_INT(tries(&id), 0);
    clock_pass(0, -48 * 60 * MINUTE);
    check_requests_after(2 * MINUTE, 2);
    CHECK_INT(tries(&id), 1);
    check_requests_after(20 * MINUTE, 2);
    check_requests_after(20 * MINUTE, 3);
    CHECK_INT(sentry_close(), 0);
    scratch_end();
}

static const test_case_t tests[] = {
    { "waits_longer_each_time", waits_longer_each_time },
    { "tries_what_is_due", tries_what_is_due },
    { "a_clock_may_be_put_back", a_clock_may_be_put_back }
};

#else

/* test_database.c has what there is without files or HTTP. */
static void the_clock_is_asked(void)
{
    long long ticks_ms = (long long)inside_os_ticks_ms(), now_us = (long long)inside_os_now_us();
    clock_pass(MINUTE, -MINUTE);
    CHECK_INT(inside_os_ticks_ms(), ticks_ms + MINUTE);
    CHECK_INT(inside_os_now_us(), now_us - MINUTE * 1000);
}

static const test_case_t tests[] = {
    { "the_clock_is_asked", the_clock_is_asked }
};

#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
