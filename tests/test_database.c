/* What could not be delivered and waits on disk: what is kept and how, when it leaves, who may take it, how much there may be,
 * and what consent has to do with it. */
#include "../sentry.h"
#include "test.h"
#include "sink.h"
#include "files.h"
#include "delivery.h"
#include "log.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#if !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_FILES)

#ifndef _WIN32
#include <sys/resource.h>
#endif

#define HOUR_MS 3600000LL

/* -- helpers --------------------------------------------------------------------------------------- */

static sentry_options_t options_for(sink_t *sink)
{
    return options_to_port(sink_port(sink));
}

/* Options that reach nobody. */
static sentry_options_t options_for_nobody(void)
{
    return options_to_port(sink_closed_port());
}

static void begin(sentry_options_t *o)
{
    CHECK_INT(sentry_init(o), 0);
}

/* A whole run of the SDK, which delivers what it can. */
static void run(sentry_options_t *o)
{
    begin(o);
    flush();
    CHECK_INT(sentry_close(), 0);
}

static long long now_ms(void)
{
    return (long long)time(NULL) * 1000;
}

/* The event with a number. */
static sentry_uuid_t event(int n)
{
    char text[37];
    snprintf(text, sizeof text, "9ec79c33-ec99-42ab-8353-%012d", n);
    return sentry_uuid_from_string(text);
}

/* The envelope of an event. */
static size_t envelope_of(char text[512], int n)
{
    char payload[128];
    sentry_uuid_t id = event(n);
    const char *hex = hex_of(&id);
    int length = snprintf(payload, sizeof payload, "{\"event_id\":\"%s\",\"message\":\"number %d.\"}", hex, n);
    return (size_t)snprintf(text, 512, "{\"event_id\":\"%s\"}\n{\"type\":\"event\",\"length\":%d}\n%s\n", hex, length, payload);
}

/* A name in a folder of the database: "folder/prefix<event>.envelope". */
static const char *path_of(const char *folder, const char *prefix, int n)
{
    char name[256], dashed[37];
    sentry_uuid_t id = event(n);
    sentry_uuid_as_string(&id, dashed);
    snprintf(name, sizeof name, "%s/%s%s.envelope", folder, prefix, dashed);
    return in_database(name);
}

static void put_event(const char *folder, const char *prefix, int n)
{
    char text[512];
    size_t size = envelope_of(text, n);
    file_put(path_of(folder, prefix, n), text, size);
}

/* A file that waits since then, after so many tries. */
static void put_waiting(long long since_ms, int tries, int n)
{
    char prefix[40];
    snprintf(prefix, sizeof prefix, "%lld-%02d-", since_ms, tries);
    put_event("cache", prefix, n);
}

/* Events 1 to `count`, the first an hour old, each a minute younger. */
static void put_some(int count)
{
    int n;
    for (n = 1; n <= count; n++)
        put_waiting(now_ms() - HOUR_MS + n * 60000, 0, n);
}

static int event_arrived(sink_t *sink, int n)
{
    sentry_uuid_t id = event(n);
    return arrivals(sink, &id);
}

/* How many of events 1 to `count` arrived, all of them once. */
static int events_arrived(sink_t *sink, int count)
{
    int n, sum = 0;
    for (n = 1; n <= count; n++) {
        CHECK_AT_MOST(event_arrived(sink, n), 1);
        sum += event_arrived(sink, n);
    }
    return sum;
}

static int same_id_as(const kept_t *file, int n)
{
    sentry_uuid_t id = event(n);
    return file->good && same_id(&file->id, &id);
}

static long dropped_now(void)
{
    sentry_stats_t stats = stats_now();
    return dropped(&stats);
}

/* Whether the accepted requests hold these events, in this order. */
static int arrived_in_order(sink_t *sink, const sentry_uuid_t *ids, int count)
{
    const sink_request_t *r;
    size_t i;
    int next = 0;
    for (i = 0; (r = sink_request(sink, i)) != NULL; i++) {
        sentry_envelope_t *e = r->accepted ? sentry_envelope_deserialize(r->body, r->body_size) : NULL;
        sentry_uuid_t id = sentry_uuid_from_string(sentry_value_as_string(sentry_envelope_get_header(e, "event_id")));
        sentry_envelope_free(e);
        next += next < count && same_id(&id, &ids[next]);
    }
    return next == count;
}

static void say_some(sentry_uuid_t *ids, int count)
{
    int i;
    for (i = 0; i < count; i++)
        ids[i] = say("hello");
}

/* The number of tries in a name; -1 for a file that nobody tries any more. */
static int tries_of(const kept_t *file)
{
    long long ms;
    int tries;
    return sscanf(file->name, "%13lld-%2d-", &ms, &tries) == 2 && strlen(file->name) == 62 ? tries : -1;
}

static int file_is(const char *path, const char *text)
{
    size_t size;
    char *bytes = file_get(path, &size);
    int same = bytes && size == strlen(text) && memcmp(bytes, text, size) == 0;
    free(bytes);
    return same;
}

static int exists(const char *path)
{
    FILE *file = test_fopen(path, "rb");
    if (file)
        fclose(file);
    return file != NULL;
}

static void count_run(const char *path, void *count)
{
    *(int *)count += strstr(path, ".run") != NULL;
}

/* Folders of runs, and their locks. */
static int traces_of_runs(void)
{
    int count = 0;
    file_each(database(), count_run, &count);
    return count;
}

/* Nothing waits, and nothing lies about. */
static void check_all_gone(void)
{
    CHECK_INT(kept_in_cache()->count + kept_in_cache()->others, 0);
    CHECK_INT(traces_of_runs(), 0);
}

/* -- what is kept ---------------------------------------------------------------------------------- */

static const char *in_cache(const kept_t *file)
{
    char name[256];
    snprintf(name, sizeof name, "cache/%s", file->name);
    return in_database(name);
}

static void refused_events_are_kept(void)
{
    sentry_options_t o;
    sentry_stats_t stats;
    sentry_uuid_t id;
    char dashed[37];
    long long ms = 0, before = now_ms();
    const kept_t *file;
    REQUIRE(scratch_begin());
    o = options_for_nobody();
    begin(&o);
    id = say("hello");
    flush();
    REQUIRE(kept_in_cache()->count == 1);
    file = &kept_in_cache()->files[0];
    CHECK(file->good && same_id(&file->id, &id));
    CHECK_INT(tries_of(file), 0);
    CHECK_INT(sscanf(file->name, "%13lld", &ms), 1);
    CHECK(ms >= before && ms <= now_ms() + 2000);
    sentry_uuid_as_string(&id, dashed);
    CHECK(strncmp(file->name + 17, dashed, 36) == 0);
    stats = stats_now();
    CHECK_INT(stats.kept, 1);
    CHECK_INT(stats.cached, 1);
    CHECK_INT(stats.last_status, 0);
    CHECK_INT(dropped(&stats), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(kept_in_cache()->count, 1);
    CHECK_INT(kept_in_cache()->others, 0);
    CHECK_INT(traces_of_runs(), 0);
    scratch_end();
}

/* An envelope, as it would be sent, but for the time of sending: that is not known yet. */
static void kept_files_are_envelopes(void)
{
    sentry_options_t o;
    sentry_envelope_t *e;
    REQUIRE(scratch_begin());
    o = options_for_nobody();
    begin(&o);
    say("hello");
    flush();
    REQUIRE(kept_in_cache()->count == 1);
    e = sentry_envelope_read_from_file(in_cache(&kept_in_cache()->files[0]));
    CHECK_INT(sentry_envelope_get_item_count(e), 1);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(sentry_envelope_get_event(e), "level")), "info");
    CHECK_STR(sentry_value_as_string(sentry_envelope_get_header(e, "dsn")), o.dsn);
    CHECK(sentry_value_is_null(sentry_envelope_get_header(e, "sent_at")));
    sentry_envelope_free(e);
    sentry_close();
    scratch_end();
}

#ifndef _WIN32
static int mode_of(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 ? (int)(s.st_mode & 07777) : -1;
}

/* Whatever the umask allows. */
static void kept_files_are_private(void)
{
    sentry_options_t o;
    mode_t mask = umask(0);
    REQUIRE(scratch_begin());
    o = options_for_nobody();
    o.require_user_consent = 1;
    begin(&o);
    sentry_user_consent_give();
    say("hello");
    flush();
    REQUIRE(kept_in_cache()->count == 1);
    CHECK_INT(mode_of(database()), 0700);
    CHECK_INT(mode_of(in_database("cache")), 0700);
    CHECK_INT(mode_of(in_cache(&kept_in_cache()->files[0])), 0600);
    CHECK_INT(mode_of(in_database("user-consent")), 0600);
    sentry_close();
    umask(mask);
    scratch_end();
}
#endif

static void nothing_is_made_without_need(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_for(sink);
    begin(&o);
    say("hello");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(scratch_files(), 0);
    o = options_for_nobody();
    o.http_retry = SENTRY_OFF;
    begin(&o);
    say("hello");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(scratch_files(), 0);
    sink_stop(sink);
    scratch_end();
}

static void folder_has_a_default(void)
{
    sentry_options_t o;
    REQUIRE(scratch_begin());
    REQUIRE(test_chdir(scratch) == 0);
    o = options_for_nobody();
    o.database_path = NULL;
    begin(&o);
    say("hello");
    CHECK_INT(test_chdir("..") == 0, 1);
    flush();
    sentry_close();
    CHECK_INT(file_each(in_scratch(".sentry-native/cache"), NULL, NULL), 1);
    scratch_end();
}

/* The folders above it are made, too. */
static void folder_may_be_deep(void)
{
    sentry_options_t o;
    char path[FILE_MAX_PATH];
    REQUIRE(scratch_begin());
    file_join(path, scratch, "a/b c/d\xc3\xa9");
    o = options_for_nobody();
    o.database_path = path;
    begin(&o);
    say("hello");
    flush();
    sentry_close();
    CHECK_INT(file_each(in_scratch("a/b c/d\xc3\xa9/cache"), NULL, NULL), 1);
    scratch_end();
}

/* Who reads "kept" may pull the plug. */
static void keeping_is_said(void)
{
    sentry_options_t o;
    char *kept;
    REQUIRE(scratch_begin());
    o = options_for_nobody();
    o.debug = 1;
    o.logger = keep_log;
    begin(&o);
    say("hello");
    flush();
    REQUIRE((kept = strstr(logged.text, "kept ")) != NULL);
    kept[strcspn(kept, "\n")] = 0;
    CHECK(exists(kept + 5));
    CHECK_CONTAINS(kept, kept_in_cache()->files[0].name);
    sentry_close();
    scratch_end();
}

/* -- when it leaves -------------------------------------------------------------------------------- */

#define SOME 12

/* Oldest first, also of those that were kept at the same moment. */
static void leaves_at_the_next_start(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_stats_t stats;
    sentry_uuid_t ids[SOME];
    size_t i;
    REQUIRE(scratch_begin());
    o = options_for_nobody();
    begin(&o);
    say_some(ids, SOME);
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(kept_in_cache()->count, SOME);
    o = options_for(sink);
    begin(&o);
    flush();
    stats = stats_now();
    CHECK_INT(stats.sent, SOME);
    CHECK_INT(stats.kept + stats.cached, 0);
    CHECK_INT(dropped(&stats), 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(sink_count(sink), SOME);
    CHECK(arrived_in_order(sink, ids, SOME));
    for (i = 0; i < sink_count(sink); i++)
        CHECK_CONTAINS(sink_request(sink, i)->body, "\"sent_at\":\"");
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

#ifndef SENTRY_NO_THREADS
/* Without a flush: at its own pace, a tenth of a second apart. */
static void leaves_without_a_flush(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    long long start = test_now_ms();
    REQUIRE(scratch_begin());
    put_some(3);
    o = options_for(sink);
    begin(&o);
    CHECK_INT(sink_wait(sink, 3, test_ms(ENOUGH_MS)), 3);
    CHECK(test_now_ms() - start >= 150);
    sentry_close();
    CHECK_INT(events_arrived(sink, 3), 3);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}
#endif

/* Attachments and unknown items, byte by byte. */
static void content_is_left_as_it_was(void)
{
    static const char head[] = "{\"event_id\":\"9ec79c33ec9942ab8353000000000001\",\"future\":[1,\"\xc3\xa9\"]}\n"
                               "{\"type\":\"future\",\"length\":2,\"x\":true}\n{}\n"
                               "{\"type\":\"attachment\",\"length\":512,\"filename\":\"a\"}\n";
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_envelope_t *e;
    const char *payload;
    char text[sizeof head + 512];
    size_t i, size = 0;
    REQUIRE(scratch_begin());
    memcpy(text, head, sizeof head - 1);
    for (i = 0; i < 512; i++)
        text[sizeof head - 1 + i] = (char)i;
    text[sizeof text - 1] = '\n';
    file_put(path_of("cache", "1767323045678-00-", 1), text, sizeof text);
    o = options_for(sink);
    run(&o);
    REQUIRE(sink_count(sink) == 1);
    e = sentry_envelope_deserialize(sink_request(sink, 0)->body, sink_request(sink, 0)->body_size);
    CHECK_INT(sentry_envelope_get_item_count(e), 2);
    CHECK_CONTAINS(sink_request(sink, 0)->body, "\"future\":[1,\"\xc3\xa9\"]");
    CHECK_CONTAINS(sink_request(sink, 0)->body, "\"x\":true");
    payload = sentry_envelope_get_item_payload(e, 1, &size);
    CHECK(size == 512 && memcmp(payload, text + sizeof head - 1, size) == 0);
    sentry_envelope_free(e);
    sink_stop(sink);
    scratch_end();
}

static void leaves_when_a_server_answers_again(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t ids[3];
    stock_t stock;
    REQUIRE(scratch_begin());
    o = options_for(sink);
    sink_always(sink, SINK_RESET);
    begin(&o);
    say_some(ids, 2);
    flush();
    CHECK_INT(kept_in_cache()->count, 2);
    sink_always(sink, SINK_REPLY);
    say_some(ids + 2, 1);
    flush();
    CHECK_INT(stats_now().cached, 0);
    CHECK_INT(sentry_close(), 0);
    stock = take_stock(sink, ids, 3);
    CHECK_INT(stock.sent, 3);
    CHECK_INT(stock.kept + stock.twice, 0);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* A server that answers, whatever it says, has had it. It refuses reports too until a flush is over: one may leave between two files. */
static void ends_with(int status)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_stats_t stats;
    sink_step_t step;
    REQUIRE(scratch_begin());
    put_some(3);
    memset(&step, 0, sizeof step);
    step.status = status;
    sink_always_step(sink, step);
    o = options_for(sink);
    begin(&o);
    flush();
    stats = stats_now();
    CHECK_INT(stats.dropped[SENTRY_DROP_SEND_ERROR], 3);
    CHECK_INT(events_arrived(sink, 3), 0);
    sink_always(sink, SINK_REPLY);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(reported(sink, "send_error", "error"), 3);
    CHECK_INT(events_arrived(sink, 3), 0);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

static void any_answer_ends_it(void)
{
    ends_with(500);
    ends_with(413);
}

/* Those that a limit holds back wait on, uncounted. */
static void limits_hold_it_back(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_stats_t stats;
    REQUIRE(scratch_begin());
    put_some(3);
    sink_reply(sink, 429, "Retry-After: 60\r\n", "");
    o = options_for(sink);
    begin(&o);
    flush();
    stats = stats_now();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(sink_count(sink), 1);
    CHECK_INT(kept_in_cache()->count + kept_in_runs()->count, 2);
    CHECK_INT(stats.dropped[SENTRY_DROP_RATELIMIT_BACKOFF], 1);
    CHECK_INT(dropped(&stats), 1);
    run(&o);
    CHECK_INT(events_arrived(sink, 3), 2);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* -- what close leaves ----------------------------------------------------------------------------- */

static void check_run(const char *path, void *runs)
{
    const char *name = strrchr(path, '/') + 1;
    if (!has_suffix(name, ".run"))
        return;
    CHECK_INT(strlen(name), 40);
    ++*(int *)runs;
}

/* A server that is silent, and no time to wait: the queue goes to disk, and leaves from there at the next start. */
static void dump_the_queue(int retry)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t ids[5];
    sentry_stats_t stats;
    stock_t stock;
    int i, runs = 0;
    REQUIRE(scratch_begin());
    o = options_for(sink);
    o.http_retry = retry;
    o.shutdown_timeout = SENTRY_NO_WAIT;
    sink_always(sink, SINK_STALL);
    begin(&o);
    say_some(ids, 5);
#ifndef SENTRY_NO_THREADS
    CHECK_INT(sink_wait(sink, 1, test_ms(ENOUGH_MS)), 1);
#endif
    CHECK_INT(sentry_close(), 5);
    stats = stats_now();
    CHECK_INT(stats.kept, 5);
    CHECK_INT(dropped(&stats), 0);
    CHECK_INT(kept_in_runs()->count, 5);
    CHECK_INT(kept_in_runs()->others, 0);
    for (i = 0; i < kept_in_runs()->count; i++)
        CHECK_INT(strlen(kept_in_runs()->files[i].name), 45);
    CHECK_INT(kept_in_cache()->count, 0);
    file_each(database(), check_run, &runs);
    CHECK_INT(runs, 1);
    stock = take_stock(sink, ids, 5);
    CHECK_INT(stock.kept, 5);
    CHECK_INT(stock.sent + stock.twice + stock.strange, 0);
    sink_always(sink, SINK_REPLY);
    run(&o);
    CHECK(arrived_in_order(sink, ids, 5));
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

static void close_dumps_the_queue(void)
{
    dump_the_queue(SENTRY_ON);
}

static void close_dumps_the_queue_without_retry(void)
{
    dump_the_queue(SENTRY_OFF);
}

/* An init closes what ran before, and takes what that left. */
static void init_takes_over(void)
{
    sink_t *silent = sink_start(), *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t ids[3];
    REQUIRE(scratch_begin());
    sink_always(silent, SINK_STALL);
    o = options_for(silent);
    o.shutdown_timeout = SENTRY_NO_WAIT;
    begin(&o);
    say_some(ids, 3);
    o = options_for(sink);
    run(&o);
    CHECK(arrived_in_order(sink, ids, 3));
    CHECK_INT(sink_count(sink), 3);
    check_all_gone();
    sink_stop(silent);
    sink_stop(sink);
    scratch_end();
}

/* What waits and is being tried is not tried to the end, and stays as it was. */
static void close_interrupts_tries(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    const kept_list_t *runs, *cache;
    REQUIRE(scratch_begin());
    put_some(3);
    o = options_for(sink);
    o.shutdown_timeout = SENTRY_NO_WAIT;
    sink_always(sink, SINK_STALL);
    begin(&o);
#ifndef SENTRY_NO_THREADS
    CHECK_INT(sink_wait(sink, 1, test_ms(ENOUGH_MS)), 1);
#endif
    CHECK_INT(sentry_close(), 0);
    runs = kept_in_runs();
    cache = kept_in_cache();
    CHECK_INT(runs->count + cache->count, 3);
    CHECK(runs->count == 0 || (runs->count == 1 && tries_of(&runs->files[0]) == 0));
    CHECK(cache->count > 0 && tries_of(&cache->files[0]) == 0);
    CHECK_INT(dropped_now(), 0);
    sink_always(sink, SINK_REPLY);
    run(&o);
    CHECK_INT(events_arrived(sink, 3), 3);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* What sentry-native left: its envelopes are sent, what else is there is not ours. */
static void runs_of_others_are_adopted(void)
{
    static const char run_name[] = "7c7b6585-f901-4351-bf8d-02711b721929.run";
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    put_event(run_name, "", 1);
    put_event(run_name, "", 2);
    file_put(in_database("7c7b6585-f901-4351-bf8d-02711b721929.run.lock"), "", 0);
    put_event("11111111-2222-4333-8444-555555555555.run", "", 3);
    file_put(in_database("11111111-2222-4333-8444-555555555555.run/settings.dat"), "{}", 2);
    put_waiting(now_ms() - HOUR_MS, 0, 4);
    o = options_for(sink);
    run(&o);
    CHECK_INT(events_arrived(sink, 4), 4);
    CHECK_INT(kept_in_cache()->count + kept_in_runs()->count, 0);
    CHECK(!exists(in_database("7c7b6585-f901-4351-bf8d-02711b721929.run.lock")));
    CHECK(file_is(in_database("11111111-2222-4333-8444-555555555555.run/settings.dat"), "{}"));
    sink_stop(sink);
    scratch_end();
}

#ifndef _WIN32
/* -- several processes ----------------------------------------------------------------------------- */

/* What children are forked with, before this process has another thread: they wait for a port to send to. */
static struct {
    int ends[2];
} wire;

/* Starts a child that runs the SDK, and ends with it. */
static pid_t start_child(void (*live)(int port))
{
    pid_t child = fork();
    int port = 0;
    if (child != 0)
        return child;
    close(wire.ends[1]);
    if (read(wire.ends[0], &port, sizeof port) == (ssize_t)sizeof port)
        live(port);
    test_end_child();
    return child;
}

static void tell_child(int port)
{
    CHECK_INT(write(wire.ends[1], &port, sizeof port), sizeof port);
}

static void send_two(int port)
{
    sentry_options_t o = options_to_port(port);
    begin(&o);
    say("of a child");
    say("of a child");
    flush();
    CHECK_INT(sentry_close(), 0);
}

#define CHILDREN 3

/* All find the same files at their start: each is sent by one of them. */
static void processes_share_a_database(void)
{
    sink_t *sink;
    sentry_options_t o;
    pid_t children[CHILDREN];
    int i;
    REQUIRE(scratch_begin() && pipe(wire.ends) == 0);
    put_some(20);
    put_event("7c7b6585-f901-4351-bf8d-02711b721929.run", "", 21);
    put_event("7c7b6585-f901-4351-bf8d-02711b721929.run", "", 22);
    for (i = 0; i < CHILDREN; i++)
        children[i] = start_child(send_two);
    sink = sink_start();
    sink_always(sink, SINK_SLOW);
    for (i = 0; i < CHILDREN; i++)
        tell_child(sink_port(sink));
    for (i = 0; i < CHILDREN; i++)
        CHECK(test_child_ended_well(children[i]));
    o = options_for(sink);
    run(&o);
    CHECK_INT(events_arrived(sink, 22), 22);
    CHECK_INT(arrived(sink, "of a child"), 2 * CHILDREN);
    CHECK_INT(sink_count(sink), 22 + 2 * CHILDREN);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

static void keep_two(int port)
{
    sentry_options_t o = options_to_port(port);
    begin(&o);
    say("of a child");
    say("of a child");
    flush();
    CHECK_INT(sentry_close(), 0);
}

/* Processes that keep, beside each other. */
static void processes_keep_together(void)
{
    sink_t *sink;
    sentry_options_t o;
    pid_t children[CHILDREN];
    int i;
    REQUIRE(scratch_begin() && pipe(wire.ends) == 0);
    for (i = 0; i < CHILDREN; i++)
        children[i] = start_child(keep_two);
    for (i = 0; i < CHILDREN; i++)
        tell_child(sink_closed_port());
    for (i = 0; i < CHILDREN; i++)
        CHECK(test_child_ended_well(children[i]));
    CHECK_INT(kept_in_cache()->count, 2 * CHILDREN);
    sink = sink_start();
    o = options_for(sink);
    run(&o);
    CHECK_INT(arrived(sink, "of a child"), 2 * CHILDREN);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

static void try_for_ever(int port)
{
    sentry_options_t o = options_to_port(port);
    o.transfer_timeout = 600000;
    begin(&o);
    sentry_flush(600000);
}

/* What a process is trying stays its own while it lives; and then it is anybody's. */
static void try_and_die(void (*live)(int port), int gives_sign)
{
    sink_t *sink;
    sentry_options_t o;
    pid_t child;
    int port = 0, status;
    long long start = test_now_ms();
    sink_socket_t deaf;
    REQUIRE(scratch_begin() && pipe(wire.ends) == 0);
    put_some(1);
    deaf = sink_bind(AF_INET, &port);
    REQUIRE(deaf != SINK_NONE && listen(deaf, 8) == 0);
    child = start_child(live);
    tell_child(port);
    while ((kept_in_runs()->count == 0 || (gives_sign && !exists(in_scratch("sign")))) && test_now_ms() - start < test_ms(ENOUGH_MS))
        test_sleep_ms(5);
    CHECK_INT(kept_in_runs()->count, 1);
    sink = sink_start();
    o = options_for(sink);
    run(&o);
    CHECK_INT(sink_count(sink), 0);
    CHECK_INT(kept_in_runs()->count, 1);
    CHECK_INT(kill(child, SIGKILL), 0);
    CHECK_INT(waitpid(child, &status, 0), child);
    run(&o);
    CHECK_INT(events_arrived(sink, 1), 1);
    check_all_gone();
    close(deaf);
    sink_stop(sink);
    scratch_end();
}

static void living_runs_are_left_alone(void)
{
    try_and_die(try_for_ever, 0);
}

#ifndef SENTRY_NO_THREADS
/* Has a child of its own that comes and goes, while it lives on. */
static void fork_and_try_for_ever(int port)
{
    sentry_options_t o = options_to_port(port);
    pid_t child;
    o.transfer_timeout = 600000;
    begin(&o);
    while (kept_in_runs()->count == 0)
        test_sleep_ms(1);
    child = fork();
    if (child == 0) {
        sentry_close();
        test_end_child();
    }
    CHECK(test_child_ended_well(child));
    file_put(in_scratch("sign"), "", 0);
    pause();
}

static void children_do_not_end_a_run(void)
{
    if (!TEST_CAN_FORK_THREADS)
        SKIP("what runs the test cannot fork threads");
    try_and_die(fork_and_try_for_ever, 1);
}
#endif

/* Keeps events until it is killed. */
static void keep_many(int port)
{
    sentry_options_t o = options_to_port(port);
    int i;
    o.cache_max_items = SENTRY_NONE;
    begin(&o);
    for (i = 0; i < 100; i++) {
        say("of a child");
        flush();
    }
    pause();
}

/* A file is there whole, or it is not there; half a file that a killed process left does no harm. */
static void killed_processes_leave_whole_files(void)
{
    sink_t *sink;
    sentry_options_t o;
    pid_t children[5];
    int i, status, kept;
    REQUIRE(scratch_begin() && pipe(wire.ends) == 0);
    for (i = 0; i < 5; i++) {
        children[i] = start_child(keep_many);
        tell_child(sink_closed_port());
        while (kept_in_cache()->count < 10 * i + 1)
            test_sleep_ms(1);
        CHECK_INT(kill(children[i], SIGKILL), 0);
        CHECK_INT(waitpid(children[i], &status, 0), children[i]);
    }
    kept = kept_in_cache()->count;
    for (i = 0; i < kept; i++)
        CHECK(kept_in_cache()->files[i].good);
    sink = sink_start();
    o = options_for(sink);
    o.cache_max_items = SENTRY_NONE;
    run(&o);
    CHECK_INT(arrived(sink, "of a child"), kept);
    CHECK_INT(kept_in_cache()->count, 0);
    sink_stop(sink);
    scratch_end();
}
#endif

/* -- how much there may be ------------------------------------------------------------------------- */

static void number_is_limited(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t ids[5];
    int i;
    REQUIRE(scratch_begin());
    o = options_for(sink);
    o.cache_max_items = 3;
    sink_always(sink, SINK_RESET);
    begin(&o);
    say_some(ids, 5);
    flush();
    for (i = 0; i < 5; i++)
        CHECK_INT(kept_has(kept_in_cache(), &ids[i]), i >= 2);
    CHECK_INT(stats_now().dropped[SENTRY_DROP_CACHE_OVERFLOW], 2);
    CHECK_INT(stats_now().kept, 5);
    CHECK_INT(stats_now().cached, 3);
    sink_always(sink, SINK_REPLY);
    say("last");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK(arrived_in_order(sink, ids + 2, 3));
    CHECK_INT(reported(sink, "cache_overflow", "error"), 2);
    CHECK_INT(reported(sink, "*", "*"), 2);
    sink_stop(sink);
    scratch_end();
}

/* How many of six events stay in a cache of a certain size. The youngest do. */
static int kept_of_six(size_t max_items, size_t max_size)
{
    sentry_options_t o;
    sentry_uuid_t ids[6];
    int i, kept;
    o = options_for_nobody();
    o.cache_max_items = max_items;
    o.cache_max_size = max_size;
    begin(&o);
    say_some(ids, 6);
    flush();
    CHECK_INT(sentry_close(), 0);
    kept = kept_in_cache()->count;
    for (i = 0; i < 6; i++)
        CHECK_INT(kept_has(kept_in_cache(), &ids[i]), i >= 6 - kept);
    CHECK_INT(stats_now().dropped[SENTRY_DROP_CACHE_OVERFLOW], 6 - kept);
    CHECK_INT(stats_now().cached, kept);
    file_remove(database(), NULL);
    return kept;
}

static void size_is_limited(void)
{
    char *bytes;
    size_t size;
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_for_nobody();
    begin(&o);
    say("hello");
    flush();
    sentry_close();
    REQUIRE(kept_in_cache()->count == 1);
    bytes = file_get(in_cache(&kept_in_cache()->files[0]), &size);
    free(bytes);
    file_remove(database(), NULL);
    CHECK_INT(kept_of_six(0, size * 5 / 2), 2);
    CHECK_INT(kept_of_six(0, size * 11 / 2), 5);
    CHECK_INT(kept_of_six(0, size * 20), 6);
    CHECK_INT(kept_of_six(4, size * 20), 4);
    CHECK_INT(kept_of_six(1, SENTRY_NONE), 1);
    CHECK_INT(kept_of_six(SENTRY_NONE, size / 2), 0);
    scratch_end();
}

/* What alone is too big for the cache leaves the others where they are. */
static void a_big_one_pushes_out_none(void)
{
    static char text[20000];
    sentry_options_t o;
    sentry_uuid_t small;
    REQUIRE(scratch_begin());
    memset(text, 'x', sizeof text - 1);
    o = options_for_nobody();
    o.max_value_length = SENTRY_NONE;
    o.cache_max_size = 10000;
    begin(&o);
    small = say("small");
    say(text);
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(kept_in_cache()->count, 1);
    CHECK_INT(kept_has(kept_in_cache(), &small), 1);
    CHECK_INT(stats_now().kept, 1);
    CHECK_INT(stats_now().dropped[SENTRY_DROP_CACHE_OVERFLOW], 1);
    CHECK_INT(stats_now().dropped[SENTRY_DROP_NETWORK_ERROR], 0);
    scratch_end();
}

static void limits_have_defaults(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    put_some(40);
    o = options_for(sink);
    run(&o);
    CHECK_INT(events_arrived(sink, 40), 30);
    CHECK_INT(event_arrived(sink, 10), 0);
    CHECK_INT(event_arrived(sink, 11), 1);
    CHECK_INT(reported(sink, "cache_overflow", "error"), 10);
    put_some(40);
    o.cache_max_items = SENTRY_NONE;
    run(&o);
    CHECK_INT(event_arrived(sink, 10), 1);
    CHECK_INT(event_arrived(sink, 11), 2);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

static void age_is_limited(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    put_waiting(now_ms() - 48 * HOUR_MS, 0, 1);
    put_waiting(now_ms() - 3 * HOUR_MS, 5, 2);
    put_waiting(now_ms() - HOUR_MS, 0, 3);
    put_waiting(now_ms() - 1000, 0, 4);
    o = options_for(sink);
    o.cache_max_age = 2 * 3600;
    run(&o);
    CHECK_INT(events_arrived(sink, 2), 0);
    CHECK_INT(events_arrived(sink, 4), 2);
    CHECK_INT(reported(sink, "cache_overflow", "error"), 2);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* -- kept for people to look at -------------------------------------------------------------------- */

/* The files in cache/ that nobody tries any more, and those that wait. */
static void count_cache(int *left, int *waiting)
{
    const kept_list_t *list = kept_in_cache();
    int i;
    *left = *waiting = 0;
    for (i = 0; i < list->count; i++) {
        int dead = tries_of(&list->files[i]) < 0;
        CHECK(list->files[i].good);
        CHECK(!dead || strlen(list->files[i].name) == 45);
        *left += dead;
        *waiting += !dead;
    }
}

static void check_cache(int left_wanted, int waiting_wanted)
{
    int left, waiting;
    count_cache(&left, &waiting);
    CHECK_INT(left, left_wanted);
    CHECK_INT(waiting, waiting_wanted);
}

/* An event that is sent, one that the server refuses, one that gets no answer, under each mode. */
static void keep_by_mode(int mode, int retry, int left, int waiting)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_for(sink);
    o.cache_keep = mode;
    o.http_retry = retry;
    begin(&o);
    say("sent");
    flush();
    sink_reply(sink, 413, "", "");
    say("refused");
    flush();
    sink_always(sink, SINK_RESET);
    say("unanswered");
    flush();
    CHECK_INT(sentry_close(), 0);
    check_cache(left, waiting);
    sink_stop(sink);
    scratch_end();
}

static void cache_keep_has_modes(void)
{
    keep_by_mode(SENTRY_CACHE_KEEP_NONE, SENTRY_ON, 0, 1);
    keep_by_mode(SENTRY_CACHE_KEEP_NONE, SENTRY_OFF, 0, 0);
    keep_by_mode(SENTRY_CACHE_KEEP_OFFLINE, SENTRY_ON, 0, 1);
    keep_by_mode(SENTRY_CACHE_KEEP_OFFLINE, SENTRY_OFF, 1, 0);
    keep_by_mode(SENTRY_CACHE_KEEP_ALWAYS, SENTRY_ON, 2, 1);
    keep_by_mode(SENTRY_CACHE_KEEP_ALWAYS, SENTRY_OFF, 3, 0);
}

/* The same for what waits already, and a last try that fails. */
static void cache_keep_has_modes_for_retries(void)
{
    static const int left_after_success[] = { 0, 0, 2 }, left_after_failure[] = { 0, 1, 1 };
    int mode;
    for (mode = SENTRY_CACHE_KEEP_NONE; mode <= SENTRY_CACHE_KEEP_ALWAYS; mode++) {
        sink_t *sink = sink_start();
        sentry_options_t o;
        REQUIRE(scratch_begin());
        put_some(2);
        o = options_for(sink);
        o.cache_keep = mode;
        run(&o);
        check_cache(left_after_success[mode], 0);
        file_remove(database(), NULL);
        put_waiting(now_ms() - HOUR_MS, 5, 3);
        o = options_for_nobody();
        o.cache_keep = mode;
        run(&o);
        check_cache(left_after_failure[mode], 0);
        sink_stop(sink);
        scratch_end();
    }
}

/* It is not sent again, and goes by the limits, uncounted. */
static void what_is_kept_for_people_stays(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    put_event("cache", "", 1);
    put_event("cache", "", 2);
    put_event("cache", "", 3);
    o = options_for(sink);
    o.cache_keep = SENTRY_CACHE_KEEP_OFFLINE;
    run(&o);
    CHECK_INT(sink_count(sink), 0);
    check_cache(3, 0);
    o.cache_max_items = 2;
    put_waiting(now_ms() + HOUR_MS, 0, 4);
    run(&o);
    CHECK_INT(events_arrived(sink, 4), 1);
    CHECK_INT(event_arrived(sink, 4), 1);
    check_cache(1, 0);
    CHECK_INT(dropped_now(), 0);
    sink_stop(sink);
    scratch_end();
}

/* -- trying again ---------------------------------------------------------------------------------- */

/* A pass ends with the first failure: who does not answer one does not answer the next either. */
static void failures_are_counted_in_names(void)
{
    sentry_options_t o;
    const kept_list_t *list;
    REQUIRE(scratch_begin());
    put_some(3);
    o = options_for_nobody();
    run(&o);
    list = kept_in_cache();
    REQUIRE(list->count == 3);
    CHECK(same_id_as(&list->files[0], 2) && tries_of(&list->files[0]) == 0);
    CHECK(same_id_as(&list->files[1], 3) && tries_of(&list->files[1]) == 0);
    CHECK(same_id_as(&list->files[2], 1) && tries_of(&list->files[2]) == 1);
    CHECK_INT(dropped_now(), 0);
    scratch_end();
}

static void sixth_failure_is_the_last(void)
{
    sentry_options_t o;
    int tries;
    REQUIRE(scratch_begin());
    put_some(1);
    o = options_for_nobody();
    for (tries = 1; tries <= 5; tries++) {
        run(&o);
        REQUIRE(kept_in_cache()->count == 1);
        CHECK_INT(tries_of(&kept_in_cache()->files[0]), tries);
        CHECK_INT(dropped_now(), 0);
    }
    run(&o);
    CHECK_INT(stats_now().dropped[SENTRY_DROP_NETWORK_ERROR], 1);
    CHECK_INT(dropped_now(), 1);
    check_all_gone();
    scratch_end();
}

/* With retry off, what an earlier run kept has one try. */
static void last_try_without_retry(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    put_some(2);
    sink_do(sink, SINK_RESET);
    o = options_for(sink);
    o.http_retry = SENTRY_OFF;
    run(&o);
    run(&o);
    CHECK_INT(event_arrived(sink, 1), 0);
    CHECK_INT(event_arrived(sink, 2), 1);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* The name says when it was tried, not when it happened. */
static void failures_move_to_the_end(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t ids[3];
    REQUIRE(scratch_begin());
    ids[0] = event(2);
    ids[1] = event(3);
    ids[2] = event(1);
    put_some(3);
    sink_do(sink, SINK_RESET);
    o = options_for(sink);
    run(&o);
    run(&o);
    CHECK(arrived_in_order(sink, ids, 3));
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* -- a client of the test's own --------------------------------------------------------------------- */

static void retry_can_be_asked_for(void)
{
    sentry_transport_t *transport = client_transport();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_to_port(9);
    o.transport = transport;
    begin(&o);
    say("hello");
    flush();
    CHECK_INT(client_requests(), 1);
    CHECK_INT(kept_in_cache()->count, 1);
    client_answers(200);
    flush();
    CHECK_INT(client_requests(), 1);
    sentry_transport_retry(transport);
    flush();
    CHECK_INT(client_requests(), 2);
    CHECK_INT(stats_now().sent, 1);
    CHECK_INT(stats_now().cached, 0);
    sentry_transport_retry(transport);
    sentry_transport_retry(NULL);
    flush();
    CHECK_INT(client_requests(), 2);
    CHECK_INT(sentry_close(), 0);
    check_all_gone();
    scratch_end();
}

#ifndef SENTRY_NO_THREADS
/* A client that cannot be stopped: what it has in hand is put on disk without it, as it may never come back. */
static void close_leaves_a_client_behind(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t ids[2];
    stock_t stock;
    long long start = test_now_ms();
    REQUIRE(scratch_begin());
    o = options_to_port(9);
    o.transport = client_transport();
    o.shutdown_timeout = SENTRY_NO_WAIT;
    client_hangs(1);
    begin(&o);
    say_some(ids, 2);
    while (client_requests() < 1 && test_now_ms() - start < test_ms(ENOUGH_MS))
        test_sleep_ms(1);
    CHECK_INT(client_requests(), 1);
    CHECK_INT(sentry_close(), 2);
    stock = take_stock(sink, ids, 2);
    CHECK_INT(stock.kept, 2);
    CHECK_INT(stock.twice + stock.strange, 0);
    client_hangs(0);
    while (client_gone() == 0 && test_now_ms() - start < test_ms(ENOUGH_MS))
        test_sleep_ms(1);
    CHECK_INT(client_gone(), 1);
    stock = take_stock(sink, ids, 2);
    CHECK_INT(stock.kept, 2);
    o = options_for(sink);
    run(&o);
    CHECK(arrived_in_order(sink, ids, 2));
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}
#endif

/* -- what may lie about ---------------------------------------------------------------------------- */

/* Files with names of ours that are none of ours: they go, with a warning, and the others are sent. */
static void broken_files_are_removed(void)
{
    static const char *const broken[] = { "", "\n", "{}", "{", "no envelope\nat all\n", "{\"event_id\":1}\n{\"type\":\"event\"",
                                          "{}\n{\"type\":\"event\",\"length\":99999999}\n{}\n", "{}\n{\"length\":2}\n{}\n" };
    sink_t *sink = sink_start();
    sentry_options_t o;
    char text[512], prefix[40];
    size_t size, i;
    int n = 1;
    REQUIRE(scratch_begin());
    for (i = 0; i < COUNT(broken); i++) {
        snprintf(prefix, sizeof prefix, "%lld-00-", now_ms() - HOUR_MS);
        file_put(path_of("cache", prefix, n++), broken[i], strlen(broken[i]));
    }
    size = envelope_of(text, 100);
    for (i = 1; i < size - 1; i += 7)
        file_put(path_of(i % 2 ? "cache" : "7c7b6585-f901-4351-bf8d-02711b721929.run", i % 2 ? prefix : "", n++), text, i);
    memset(text, 0, sizeof text);
    file_put(path_of("cache", prefix, n++), text, sizeof text);
    put_waiting(now_ms() - 1000, 0, 101);
    o = options_for(sink);
    o.cache_max_items = SENTRY_NONE;
    o.debug = 1;
    o.logger_level = SENTRY_LEVEL_WARNING;
    o.logger = keep_log;
    run(&o);
    CHECK_INT(event_arrived(sink, 101), 1);
    CHECK_INT(sink_count(sink), 1);
    CHECK_CONTAINS(logged.text, "9ec79c33-ec99-42ab-8353-000000000005");
    CHECK_INT(dropped_now(), 0);
    CHECK_INT(stats_now().cached, 0);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* Names that are not ours. */
static void foreign_files_are_left_alone(void)
{
    static const char *const names[] = { "cache/notes.txt", "cache/1767323045678-00-9ec79c33-ec99-42ab-8353-000000000001.envelope.bak",
                                         "cache/.hidden", "cache/envelope", "notes.envelope", "x.run.txt" };
    static const char folder[] = "cache/1767323045678-00-9ec79c33-ec99-42ab-8353-000000000002.envelope";
    sink_t *sink = sink_start();
    sentry_options_t o;
    size_t i;
    REQUIRE(scratch_begin());
    for (i = 0; i < COUNT(names); i++)
        file_put(in_database(names[i]), "mine", 4);
    put_event("cache/folder", "", 1);
    put_event(folder, "", 2);
    put_some(3);
    o = options_for(sink);
    run(&o);
    CHECK_INT(event_arrived(sink, 3), 1);
    for (i = 0; i < COUNT(names); i++)
        CHECK(file_is(in_database(names[i]), "mine"));
    CHECK(exists(path_of("cache/folder", "", 1)));
    CHECK(exists(path_of(folder, "", 2)));
    CHECK_INT(stats_now().cached, 0);
    sink_stop(sink);
    scratch_end();
}

#ifndef _WIN32
/* What a link leads to outside is not ours to remove. */
static void links_are_not_followed_to_the_end(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    char text[512], outside[FILE_MAX_PATH];
    size_t size;
    REQUIRE(scratch_begin());
    size = envelope_of(text, 1);
    file_join(outside, scratch, "outside/1.envelope");
    file_put(outside, text, size);
    put_some(3);
    CHECK_INT(symlink(outside, path_of("cache", "1767323045678-00-", 4)), 0);
    CHECK_INT(symlink("/nowhere", path_of("cache", "1767323045678-00-", 5)), 0);
    CHECK_INT(symlink(in_scratch("outside"), path_of("cache", "1767323045678-00-", 6)), 0);
    CHECK_INT(symlink(".", path_of("cache", "1767323045678-00-", 7)), 0);
    o = options_for(sink);
    run(&o);
    CHECK(file_is(outside, text));
    CHECK_INT(event_arrived(sink, 2), 1);
    CHECK_INT(event_arrived(sink, 3), 1);
    sink_stop(sink);
    scratch_end();
}

/* Rights do not count for root, who becomes somebody else for these tests, and root again: a search for leaks needs it.
 * Whether that works. */
static int become(uid_t user)
{
    return getuid() != 0 || seteuid(user) == 0;
}

static void unreadable_files_harm_nothing(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    if (!become(65534))
        SKIP("root may read everything");
    REQUIRE(scratch_begin());
    put_some(3);
    CHECK_INT(chmod(in_cache(&kept_in_cache()->files[0]), 0), 0);
    o = options_for(sink);
    run(&o);
    CHECK_INT(events_arrived(sink, 3), 2);
    sink_stop(sink);
    scratch_end();
    CHECK(become(0));
}

/* What is in it cannot be claimed, so it is not sent: nobody could take it out afterwards. */
static void read_only_folders_harm_nothing(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    if (!become(65534))
        SKIP("root may write everywhere");
    REQUIRE(scratch_begin());
    put_some(2);
    CHECK_INT(chmod(in_database("cache"), 0500), 0);
    CHECK_INT(chmod(database(), 0500), 0);
    o = options_for(sink);
    begin(&o);
    say("hello");
    flush();
    CHECK_INT(arrived(sink, "hello"), 1);
    sink_always(sink, SINK_RESET);
    say("again");
    flush();
    CHECK_INT(dropped_now(), 1);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(events_arrived(sink, 2), 0);
    CHECK_INT(kept_in_cache()->count, 2);
    CHECK_INT(chmod(database(), 0700), 0);
    CHECK_INT(chmod(in_database("cache"), 0700), 0);
    sink_always(sink, SINK_REPLY);
    run(&o);
    CHECK_INT(events_arrived(sink, 2), 2);
    sink_stop(sink);
    scratch_end();
    CHECK(become(0));
}

/* Files may have so many bytes from now on. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What cannot be written is counted; what was there stays, and half a file does not. */
static void full_disks_harm_nothing(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t id;
    REQUIRE(scratch_begin());
    put_some(2);
    sink_always(sink, SINK_RESET);
    signal(SIGXFSZ, SIG_IGN);
    o = options_for(sink);
    begin(&o);
    flush();
    limit_files(100);
    say("lost");
    flush();
    limit_files(RLIM_INFINITY);
    CHECK_INT(dropped_now(), 1);
    CHECK_INT(kept_in_cache()->count, 2);
    CHECK_INT(kept_in_cache()->others, 0);
    id = say("kept");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(kept_in_cache()->count, 3);
    CHECK_INT(kept_has(kept_in_cache(), &id), 1);
    sink_always(sink, SINK_REPLY);
    run(&o);
    CHECK_INT(events_arrived(sink, 2), 2);
    CHECK_INT(arrived(sink, "lost"), 0);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}
#endif

/* A path that leads through a file. */
static void impossible_folders_harm_nothing(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    char path[FILE_MAX_PATH];
    REQUIRE(scratch_begin());
    file_put(in_scratch("file"), "mine", 4);
    file_join(path, scratch, "file/database");
    o = options_for(sink);
    o.database_path = path;
    o.shutdown_timeout = SENTRY_NO_WAIT;
    begin(&o);
    say("sent");
    flush();
    sink_always(sink, SINK_RESET);
    say("lost");
    flush();
    CHECK_INT(dropped_now(), 1);
    sink_always(sink, SINK_STALL);
    say("queued");
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(dropped_now(), 2);
    CHECK_INT(arrived(sink, "sent"), 1);
    CHECK(file_is(in_scratch("file"), "mine"));
    sink_stop(sink);
    scratch_end();
}

/* -- consent --------------------------------------------------------------------------------------- */

static sentry_options_t options_with_consent(sink_t *sink)
{
    sentry_options_t o = options_for(sink);
    o.require_user_consent = 1;
    return o;
}

static void nothing_leaves_without_consent(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    sentry_uuid_t ids[4];
    REQUIRE(scratch_begin());
    put_some(1);
    o = options_with_consent(sink);
    CHECK_INT(sentry_user_consent_get(), SENTRY_USER_CONSENT_UNKNOWN);
    CHECK_INT(sentry_user_consent_is_required(), 0);
    begin(&o);
    CHECK_INT(sentry_user_consent_get(), SENTRY_USER_CONSENT_UNKNOWN);
    CHECK_INT(sentry_user_consent_is_required(), 1);
    ids[0] = event(1);
    say_some(ids + 1, 2);
    flush();
    CHECK_INT(sink_connections(sink), 0);
    check_cache(0, 3);
    CHECK_INT(dropped_now(), 0);
    sentry_user_consent_give();
    CHECK_INT(sentry_user_consent_get(), SENTRY_USER_CONSENT_GIVEN);
    flush();
    say_some(ids + 3, 1);
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK(arrived_in_order(sink, ids, 4));
    CHECK_INT(sink_count(sink), 4);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

/* A run of the SDK in which one event happens; whether it arrived. */
static int consented_run(sink_t *sink, sentry_user_consent_t wanted)
{
    sentry_options_t o = options_with_consent(sink);
    size_t before = sink_count(sink);
    begin(&o);
    CHECK_INT(sentry_user_consent_get(), wanted);
    say("hello");
    flush();
    CHECK_INT(sentry_close(), 0);
    return sink_count(sink) > before;
}

static void consent_is_remembered(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_with_consent(sink);
    begin(&o);
    CHECK(!exists(in_database("user-consent")));
    sentry_user_consent_give();
    CHECK(file_is(in_database("user-consent"), "1\n"));
    sentry_close();
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_GIVEN), 1);
    begin(&o);
    sentry_user_consent_revoke();
    CHECK_INT(sentry_user_consent_get(), SENTRY_USER_CONSENT_REVOKED);
    CHECK(file_is(in_database("user-consent"), "0\n"));
    sentry_close();
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_REVOKED), 0);
    begin(&o);
    sentry_user_consent_reset();
    CHECK_INT(sentry_user_consent_get(), SENTRY_USER_CONSENT_UNKNOWN);
    CHECK(!exists(in_database("user-consent")));
    sentry_close();
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_UNKNOWN), 0);
    check_cache(0, 2);
    sink_stop(sink);
    scratch_end();
}

/* Files that say something else say nothing. */
static void consent_is_what_the_file_says(void)
{
    sink_t *sink = sink_start();
    REQUIRE(scratch_begin());
    file_put(in_database("user-consent"), "1\n", 2);
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_GIVEN), 1);
    file_put(in_database("user-consent"), "0\n", 2);
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_REVOKED), 0);
    file_put(in_database("user-consent"), "", 0);
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_UNKNOWN), 0);
    file_put(in_database("user-consent"), "yes\n", 4);
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_UNKNOWN), 0);
    sink_stop(sink);
    scratch_end();
}

static void consent_can_be_revoked_at_any_time(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_with_consent(sink);
    begin(&o);
    sentry_user_consent_give();
    sink_do(sink, SINK_HOLD);
    say("in flight");
#ifdef SENTRY_NO_THREADS
    sink_release(sink);
    flush();
#else
    CHECK_INT(sink_wait(sink, 1, test_ms(ENOUGH_MS)), 1);
    say("queued");
#endif
    sentry_user_consent_revoke();
    sink_release(sink);
    say("later");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(arrived(sink, "in flight"), 1);
    CHECK_INT(sink_count(sink), 1);
    CHECK_INT(kept_in_runs()->count, 0);
    begin(&o);
    sentry_user_consent_give();
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(arrived(sink, "later"), 1);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

#ifndef SENTRY_NO_THREADS
/* Also while what waits is being sent. */
static void consent_can_be_revoked_during_tries(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    put_some(3);
    file_put(in_database("user-consent"), "1\n", 2);
    o = options_with_consent(sink);
    sink_do(sink, SINK_HOLD);
    begin(&o);
    CHECK_INT(sink_wait(sink, 1, test_ms(ENOUGH_MS)), 1);
    sentry_user_consent_revoke();
    sink_release(sink);
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(sink_count(sink), 1);
    CHECK_INT(events_arrived(sink, 3), 1);
    CHECK_INT(kept_in_cache()->count + kept_in_runs()->count, 2);
    CHECK_INT(dropped_now(), 0);
    sink_stop(sink);
    scratch_end();
}
#endif

static void consent_counts_only_when_required(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_for(sink);
    begin(&o);
    CHECK_INT(sentry_user_consent_is_required(), 0);
    sentry_user_consent_revoke();
    CHECK_INT(sentry_user_consent_get(), SENTRY_USER_CONSENT_REVOKED);
    say("hello");
    flush();
    CHECK_INT(arrived(sink, "hello"), 1);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(consented_run(sink, SENTRY_USER_CONSENT_REVOKED), 0);
    sink_stop(sink);
    scratch_end();
}

/* Nothing may leave and nothing may be kept: it is lost, and nothing tells the server. */
static void without_a_cache_consent_comes_too_late(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_with_consent(sink);
    o.http_retry = SENTRY_OFF;
    begin(&o);
    say("dropped");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(scratch_files(), 0);
    CHECK_INT(sink_connections(sink), 0);
    begin(&o);
    sentry_user_consent_give();
    say("sent");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(arrived(sink, "dropped"), 0);
    CHECK_INT(arrived(sink, "sent"), 1);
    CHECK_INT(kept_in_cache()->count, 0);
    sink_stop(sink);
    scratch_end();
}

static void a_cache_waits_for_consent(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_with_consent(sink);
    o.http_retry = SENTRY_OFF;
    o.cache_keep = SENTRY_CACHE_KEEP_OFFLINE;
    begin(&o);
    say("hello");
    flush();
    check_cache(0, 1);
    sentry_user_consent_give();
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(arrived(sink, "hello"), 1);
    check_all_gone();
    sink_stop(sink);
    scratch_end();
}

static const test_case_t tests[] = {
    { "refused_events_are_kept", refused_events_are_kept },
    { "kept_files_are_envelopes", kept_files_are_envelopes },
#ifndef _WIN32
    { "kept_files_are_private", kept_files_are_private },
#endif
    { "nothing_is_made_without_need", nothing_is_made_without_need },
    { "folder_has_a_default", folder_has_a_default },
    { "folder_may_be_deep", folder_may_be_deep },
    { "keeping_is_said", keeping_is_said },
    { "leaves_at_the_next_start", leaves_at_the_next_start },
#ifndef SENTRY_NO_THREADS
    { "leaves_without_a_flush", leaves_without_a_flush },
#endif
    { "content_is_left_as_it_was", content_is_left_as_it_was },
    { "leaves_when_a_server_answers_again", leaves_when_a_server_answers_again },
    { "any_answer_ends_it", any_answer_ends_it },
    { "limits_hold_it_back", limits_hold_it_back },
    { "close_dumps_the_queue", close_dumps_the_queue },
    { "close_dumps_the_queue_without_retry", close_dumps_the_queue_without_retry },
    { "init_takes_over", init_takes_over },
    { "close_interrupts_tries", close_interrupts_tries },
    { "runs_of_others_are_adopted", runs_of_others_are_adopted },
#ifndef _WIN32
    { "processes_share_a_database", processes_share_a_database },
    { "processes_keep_together", processes_keep_together },
    { "living_runs_are_left_alone", living_runs_are_left_alone },
#ifndef SENTRY_NO_THREADS
    { "children_do_not_end_a_run", children_do_not_end_a_run },
#endif
    { "killed_processes_leave_whole_files", killed_processes_leave_whole_files },
#endif
    { "number_is_limited", number_is_limited },
    { "size_is_limited", size_is_limited },
    { "a_big_one_pushes_out_none", a_big_one_pushes_out_none },
    { "limits_have_defaults", limits_have_defaults },
    { "age_is_limited", age_is_limited },
    { "cache_keep_has_modes", cache_keep_has_modes },
    { "cache_keep_has_modes_for_retries", cache_keep_has_modes_for_retries },
    { "what_is_kept_for_people_stays", what_is_kept_for_people_stays },
    { "failures_are_counted_in_names", failures_are_counted_in_names },
    { "sixth_failure_is_the_last", sixth_failure_is_the_last },
    { "last_try_without_retry", last_try_without_retry },
    { "failures_move_to_the_end", failures_move_to_the_end },
    { "retry_can_be_asked_for", retry_can_be_asked_for },
#ifndef SENTRY_NO_THREADS
    { "close_leaves_a_client_behind", close_leaves_a_client_behind },
#endif
    { "broken_files_are_removed", broken_files_are_removed },
    { "foreign_files_are_left_alone", foreign_files_are_left_alone },
#ifndef _WIN32
    { "links_are_not_followed_to_the_end", links_are_not_followed_to_the_end },
    { "unreadable_files_harm_nothing", unreadable_files_harm_nothing },
    { "read_only_folders_harm_nothing", read_only_folders_harm_nothing },
    { "full_disks_harm_nothing", full_disks_harm_nothing },
#endif
    { "impossible_folders_harm_nothing", impossible_folders_harm_nothing },
    { "nothing_leaves_without_consent", nothing_leaves_without_consent },
    { "consent_is_remembered", consent_is_remembered },
    { "consent_is_what_the_file_says", consent_is_what_the_file_says },
    { "consent_can_be_revoked_at_any_time", consent_can_be_revoked_at_any_time },
#ifndef SENTRY_NO_THREADS
    { "consent_can_be_revoked_during_tries", consent_can_be_revoked_during_tries },
#endif
    { "consent_counts_only_when_required", consent_counts_only_when_required },
    { "without_a_cache_consent_comes_too_late", without_a_cache_consent_comes_too_late },
    { "a_cache_waits_for_consent", a_cache_waits_for_consent }
};

#else

static void drop(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    sentry_envelope_free(envelope);
}

/* Without files, or without HTTP, nothing is ever kept. */
static void nothing_is_kept(void)
{
    sentry_options_t o;
    REQUIRE(scratch_begin());
    o = options_to_port(9);
    o.transport = sentry_transport_new(drop);
    CHECK_INT(sentry_init(&o), 0);
    say("hello");
    flush();
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(scratch_files(), 0);
    scratch_end();
}

static const test_case_t tests[] = {
    { "nothing_is_kept", nothing_is_kept }
};

#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
