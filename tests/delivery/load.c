/* load.c: many events to receiver.c's program; nothing may be lost.
 *     load soak RECEIVER N       N small events, with no more waiting than the queue takes; prints how much memory grew
 *     load burst RECEIVER N      N events of 28 kB as fast as they come; prints the events per second, of a flush's end
 * Prints "NAME VALUE" lines. Exits 1 when the receiver has not got each event exactly once. POSIX. */
#include "../../sentry.h"
#include "receiver.h"
#include <time.h>

enum { WARM = 10000, WAITING = 90 };

static unsigned char ids[16]; /* the XOR of all that were captured */

static void captured(sentry_uuid_t id)
{
    int i;
    if (sentry_uuid_is_nil(&id)) {
        fprintf(stderr, "an event was not captured\n");
        exit(1);
    }
    for (i = 0; i < 16; i++) ids[i] = (unsigned char)(ids[i] ^ (unsigned char)id.bytes[i]);
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What the SDK counted agrees: as many sent, and nothing kept or dropped. Returns 0 when so. */
static int miscounted(long n)
{
    sentry_stats_t stats;
    uint64_t dropped = 0;
    int i;
    sentry_get_stats(&stats);
    for (i = 0; i < SENTRY_DROP_REASONS; i++) dropped += stats.dropped[i];
    if (stats.sent == (uint64_t)n && stats.queued + stats.kept + dropped == 0 && stats.last_status == 200) return 0;
    printf("FAIL captured %ld, the SDK counts %lu sent, %lu queued, %lu kept, %lu dropped, last status %d\n", n,
        (unsigned long)stats.sent, (unsigned long)stats.queued, (unsigned long)stats.kept, (unsigned long)dropped, stats.last_status);
    return 1;
}

/* The most memory that was ever resident, in kB. */
static long peak_kb(void)
{
    char line[256];
    long kb = -1;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %ld", &kb) == 1) break;
    if (f) fclose(f);
    return kb;
}

static void start(const receiver_t *r, size_t queue)
{
    sentry_options_t options;
    char dsn[64];
    memset(&options, 0, sizeof options);
    snprintf(dsn, sizeof dsn, "http://key@127.0.0.1:%d/1", r->port);
    options.dsn = dsn;
    options.auto_session_tracking = SENTRY_OFF; /* what is counted are events */
    options.release = "load@1.0.0";
    options.proxy = "";
    options.transport_queue_size = queue;
    options.transport_queue_bytes = SENTRY_NONE;
    if (sentry_init(&options) != 0) {
        fprintf(stderr, "%s\n", sentry_get_init_error());
        exit(1);
    }
}

static void flush(void)
{
    if (sentry_flush(600000) == 0) return;
    fprintf(stderr, "the flush was late\n");
    exit(1);
}

static unsigned long queued(void)
{
    sentry_stats_t stats;
    sentry_get_stats(&stats);
    return (unsigned long)stats.queued;
}

static void sleep_us(long us)
{
    struct timespec time;
    time.tv_sec = 0;
    time.tv_nsec = us * 1000;
    nanosleep(&time, NULL);
}

static void soak(long n)
{
    long i, warm = 0;
    double began = now_s();
    for (i = 0; i < n; i++) {
        while (queued() >= WAITING) sleep_us(100);
        if (i == WARM) warm = peak_kb();
        captured(sentry_capture_message(SENTRY_LEVEL_INFO, "one of very many"));
    }
    flush();
    printf("events_per_second %.0f\npeak_kB %ld\ngrowth_kB %ld\nwarm %d\n", (double)n / (now_s() - began), peak_kb(), peak_kb() - warm, WARM);
}

static void fill_scope(void)
{
    static const char text[] = "level loaded from the cache after it was not found in the memory of it";
    static const char data[] = "{\"number\":17,\"path\":\"levels/forest.map\",\"why\":\"the door was opened\"}";
    char key[16];
    int i;
    for (i = 0; i < 10; i++) {
        snprintf(key, sizeof key, "tag.%d", i);
        sentry_set_tag(key, "some value");
    }
    sentry_set_user(sentry_value_new_user("42", "jane", "jane@example.com", NULL));
    sentry_set_context("game", sentry_value_from_json("{\"level\":3,\"mode\":\"story\",\"score\":4711}"));
    for (i = 0; i < 100; i++) {
        sentry_value_t crumb = sentry_value_new_breadcrumb("default", text);
        sentry_value_set_by_key(crumb, "category", sentry_value_new_string("game.level"));
        sentry_value_set_by_key(crumb, "level", sentry_value_new_string("info"));
        sentry_value_set_by_key(crumb, "data", sentry_value_from_json(data));
        sentry_add_breadcrumb(crumb);
    }
}

static void burst(long n)
{
    double began;
    long i;
    fill_scope();
    began = now_s();
    for (i = 0; i < n; i++) captured(sentry_capture_message(SENTRY_LEVEL_ERROR, "one of many big ones"));
    flush();
    printf("events_per_second %.0f\n", (double)n / (now_s() - began));
}

int main(int argc, char **argv)
{
    receiver_t r;
    receiver_count_t count;
    char sum[33];
    long n = argc == 4 ? atol(argv[3]) : 0;
    int i, failed, is_soak = argc == 4 && strcmp(argv[1], "soak") == 0;
    if (n <= 0 || (!is_soak && strcmp(argv[1], "burst") != 0)) {
        fprintf(stderr, "load soak|burst RECEIVER N\n");
        return 2;
    }
    receiver_start(&r, argv[2], NULL);
    start(&r, is_soak ? 100 : (size_t)n);
    if (is_soak) soak(n);
    else burst(n);
    failed = miscounted(n);
    sentry_close();
    count = receiver_end(&r);
    for (i = 0; i < 16; i++) snprintf(sum + 2 * i, 3, "%02x", ids[i]);
    printf("bytes_per_event %llu\n", count.events ? count.bytes / count.events : 0);
    if (count.events == (unsigned long long)n && count.unique == count.events && count.other + count.bad == 0
        && strcmp(sum, count.ids) == 0)
        return failed;
    printf("FAIL captured %ld, arrived %llu, different ones %llu, others %llu, bad ones %llu, ids %s and %s\n", n, count.events,
        count.unique, count.other, count.bad, sum, count.ids);
    return 1;
}
