/* Where else envelopes go than to a server over TCP: a descriptor, a folder, a Unix-domain socket, a Spotlight. And what is
 * counted: statistics, and how pressure on the server lowers the rate of traces. */
#include "clock.h"
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* -- what is supplied: a clock that stands still when told to ------------------------------------- */

static struct {
    test_mutex_t lock; /* guards all below */
    int stands;
    unsigned long long now_ms, seed;
} supply = { TEST_MUTEX_INIT, 0, 0, 1 };

static unsigned long long supplied_ticks_ms(void)
{
    unsigned long long now;
    test_lock(&supply.lock);
    now = supply.stands ? supply.now_ms : (unsigned long long)test_now_ms();
    test_unlock(&supply.lock);
    return now;
}

static unsigned long long supplied_now_us(void)
{
    return (unsigned long long)time(NULL) * 1000000;
}

static int supplied_random(void *out, size_t size)
{
    unsigned char *bytes = (unsigned char *)out;
    size_t i;
    test_lock(&supply.lock);
    for (i = 0; i < size; i++) {
        supply.seed = supply.seed * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = (unsigned char)(supply.seed >> 56);
    }
    test_unlock(&supply.lock);
    return 0;
}

#ifndef SENTRY_NO_HTTP
#include "sink.h"
#ifndef SENTRY_NO_FILES
#include "files.h"
#endif

#define ENOUGH_MS 8000 /* for what happens at once; never waited for when all is well */
#define SLACK_MS 2000  /* for what a busy machine does meanwhile */

static void stop_clock(void)
{
    test_lock(&supply.lock);
    supply.stands = 1;
    supply.now_ms = (unsigned long long)test_now_ms();
    test_unlock(&supply.lock);
}

static void pass_ms(unsigned ms)
{
    test_lock(&supply.lock);
    supply.now_ms += ms;
    test_unlock(&supply.lock);
}

/* -- starting and sending ---------------------------------------------------------------------- */

/* Options that look nothing up and keep nothing. */
static sentry_options_t quiet_options(void)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.release = "app@1";
    o.server_name = "host";
    o.http_retry = SENTRY_OFF;
    o.send_client_reports = SENTRY_OFF;
    o.auto_session_tracking = SENTRY_OFF;
    o.database_path = __FILE__ "/none";
    return o;
}

static sentry_options_t options_for(sink_t *server)
{
    static char dsn[64];
    sentry_options_t o = quiet_options();
    snprintf(dsn, sizeof dsn, "http://key@127.0.0.1:%d/1", sink_port(server));
    o.dsn = dsn;
    return o;
}

static sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

static void flush(void)
{
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
}

static void say_and_flush(const char *text)
{
    say(text);
    flush();
}

static sentry_stats_t stats_now(void)
{
    sentry_stats_t stats;
    memset(&stats, 0x55, sizeof stats);
    sentry_get_stats(&stats);
    return stats;
}

static uint64_t dropped(sentry_drop_reason_t reason)
{
    return stats_now().dropped[reason];
}

static uint64_t dropped_at_all(void)
{
    sentry_stats_t stats = stats_now();
    uint64_t sum = 0;
    int reason;
    for (reason = 0; reason < SENTRY_DROP_REASONS; reason++) sum += stats.dropped[reason];
    return sum;
}

/* -- what arrived -------------------------------------------------------------------------------- */

/* How many requests contain the text. */
static int arrived(sink_t *sink, const char *text)
{
    const sink_request_t *r;
    size_t i;
    int times = 0;
    for (i = 0; (r = sink_request(sink, i)) != NULL; i++) times += strstr(r->body, text) != NULL;
    return times;
}

/* Request i as an envelope, the caller's; NULL when it is none. */
static sentry_envelope_t *received(sink_t *sink, size_t i)
{
    const sink_request_t *r = sink_request(sink, i);
    return r ? sentry_envelope_deserialize(r->body, r->body_size) : NULL;
}

static const char *text_at(sentry_value_t object, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(object, key));
}

/* The message of an envelope's event; "" when it has none. */
static const char *message_of(const sentry_envelope_t *envelope)
{
    return text_at(sentry_value_get_by_key(sentry_envelope_get_event(envelope), "logentry"), "formatted");
}

/* What before_send can do. */
static sentry_value_t drop_event(sentry_value_t event, void *hint, void *user_data)
{
    (void)hint;
    (void)user_data;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

/* -- a descriptor ---------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_FILES

#ifdef _WIN32
#define open_pipe(ends) _pipe(ends, 65536, _O_BINARY | _O_NOINHERIT)
#else
#define open_pipe(ends) pipe(ends)
#endif

/* Bytes that hold one envelope behind the other. */
typedef struct {
    const char *at, *end;
} stream_t;

static const char *behind_line(const char *at, const char *end)
{
    const char *line_end = at < end ? (const char *)memchr(at, '\n', (size_t)(end - at)) : NULL;
    return line_end ? line_end + 1 : NULL;
}

/* Where the item ends that begins here; `at` when none does, as an envelope's header has no type; NULL when a part is missing. */
static const char *behind_item(const char *at, const char *end)
{
    const char *payload = behind_line(at, end);
    sentry_value_t header = payload ? sentry_value_from_json_n(at, (size_t)(payload - at)) : sentry_value_new_null();
    size_t length = (size_t)sentry_value_as_int64(sentry_value_get_by_key(header, "length"));
    int is_item = *text_at(header, "type") != 0;
    sentry_value_decref(header);
    if (at == end || (payload && !is_item)) return at;
    return payload && (size_t)(end - payload) > length && payload[length] == '\n' ? payload + length + 1 : NULL;
}

/* Takes the next envelope, the caller's; NULL at the end, and for one that is not whole. */
static sentry_envelope_t *next_envelope(stream_t *stream)
{
    const char *from = stream->at, *at = behind_line(from, stream->end), *next = at;
    while (next && (next = behind_item(at, stream->end)) != at) at = next;
    if (!next) return NULL;
    stream->at = at;
    return sentry_envelope_deserialize(from, (size_t)(at - from));
}

/* A descriptor for a new file in the scratch directory. */
static int create(const char *name)
{
#ifdef _WIN32
    wchar_t *path = test_wide_path(in_scratch(name));
    int fd = _wopen(path, _O_WRONLY | _O_CREAT | _O_APPEND | _O_BINARY, 0600);
    free(path);
    return fd;
#else
    return open(in_scratch(name), O_WRONLY | O_CREAT | O_APPEND, 0600);
#endif
}

/* Starts the SDK with a transport to a descriptor. */
static int start_to(int fd, const sentry_options_t *with)
{
    sentry_options_t o = with ? *with : quiet_options();
    o.transport = sentry_fd_transport_new(fd);
    CHECK(o.transport != NULL);
    return sentry_init(&o);
}

/* The messages in a file of envelopes, joined by commas, in a buffer that the next call overwrites. */
static const char *messages_in(const char *name)
{
    static char text[4096];
    size_t size, used = 0;
    char *bytes = file_get(in_scratch(name), &size);
    sentry_envelope_t *envelope;
    stream_t stream;
    text[0] = 0;
    if (!bytes) return "there is no such file";
    stream.at = bytes;
    stream.end = bytes + size;
    while ((envelope = next_envelope(&stream)) != NULL) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? "," : "", message_of(envelope));
        sentry_envelope_free(envelope);
    }
    CHECK(stream.at == stream.end); /* nothing but envelopes */
    free(bytes);
    return text;
}

static void descriptor_needs_no_dsn(void)
{
    sentry_uuid_t id;
    int fd;
    REQUIRE(scratch_begin());
    REQUIRE((fd = create("out")) >= 0);
    REQUIRE(start_to(fd, NULL) == 0);
    CHECK_INT(sentry_is_enabled(), 1);
    id = say("one");
    CHECK(!sentry_uuid_is_nil(&id));
    say_and_flush("two");
    CHECK_STR(messages_in("out"), "one,two");
    CHECK_INT(stats_now().sent, 2);
    CHECK_INT(stats_now().last_status, 200);
    CHECK_INT(stats_now().queued, 0);
    say("three");
    CHECK_INT(sentry_close(), 0);
    CHECK_STR(messages_in("out"), "one,two,three");
    CHECK_INT(stats_now().sent, 3);
    CHECK_INT(TEST_OS_(write)(fd, "\n", 1), 1); /* it is still the caller's */
    TEST_OS_(close)(fd);
    scratch_end();
}

static void without_a_dsn_none_is_told(void)
{
    sentry_options_t o = quiet_options();
    char *bytes;
    size_t size;
    int fd, round;
    REQUIRE(scratch_begin());
    for (round = 0; round < 2; round++) {
        sentry_envelope_t *envelope;
        REQUIRE((fd = create(round ? "with" : "without")) >= 0);
        o.dsn = round ? "http://key@example.com/1" : NULL;
        REQUIRE(start_to(fd, &o) == 0);
        say("one");
        sentry_close();
        TEST_OS_(close)(fd);
        bytes = file_get(in_scratch(round ? "with" : "without"), &size);
        envelope = sentry_envelope_deserialize(bytes, size);
        CHECK_STR(sentry_value_as_string(sentry_envelope_get_header(envelope, "dsn")), round ? "http://key@example.com/1" : "");
        CHECK_INT(sentry_value_is_null(sentry_envelope_get_header(envelope, "trace")), !round);
        CHECK_STR(message_of(envelope), "one");
        sentry_envelope_free(envelope);
        free(bytes);
    }
    scratch_end();
}

/* Files are for whom they are written for: what must not be sent is not written either. */
static void outputs_keep_what_is_private(void)
{
    sentry_options_t o = quiet_options();
    size_t size;
    char *bytes;
    int fd;
    REQUIRE(scratch_begin());
    REQUIRE((fd = create("out")) >= 0);
    REQUIRE(start_to(fd, NULL) == 0);
    sentry_set_user(sentry_value_new_user("42", NULL, NULL, "192.168.1.7"));
    say("one");
    o.sample_rate = SENTRY_RATE_NONE;
    REQUIRE(start_to(fd, &o) == 0);
    say("not sampled");
    CHECK_INT(dropped(SENTRY_DROP_SAMPLE_RATE), 1);
    sentry_close();
    TEST_OS_(close)(fd);
    CHECK_STR(messages_in("out"), "one");
    bytes = file_get(in_scratch("out"), &size);
    CHECK_CONTAINS(bytes, "\"42\"");
    CHECK_ABSENT(bytes, "192.168.1.7");
    free(bytes);
    scratch_end();
}

static void descriptors_that_are_none(void)
{
    int ends[2];
    long long before;
    CHECK(sentry_fd_transport_new(-1) == NULL);
    sentry_transport_free(sentry_fd_transport_new(1)); /* that no options took */
    REQUIRE(open_pipe(ends) == 0);
    TEST_OS_(close)(ends[0]);
#ifdef _WIN32
    REQUIRE(start_to(ends[1], NULL) == 0); /* a descriptor that is closed ends the process there */
#else
    TEST_OS_(close)(ends[1]);
    REQUIRE(start_to(ends[1], NULL) == 0);
#endif
    before = test_now_ms();
    say("one");
    say("two");
    CHECK_INT(sentry_close(), 0);
    CHECK_AT_MOST(test_now_ms() - before, test_ms(SLACK_MS));
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 2);
    CHECK_INT(stats_now().sent, 0);
}

/* A stream can be read back envelope by envelope, whatever is in it. */
static void streams_are_read_back(void)
{
    static char binary[5000];
    size_t size, i;
    sentry_envelope_t *envelope;
    stream_t stream;
    const char *payload;
    char *bytes;
    int fd, count = 0;
    for (i = 0; i < sizeof binary; i++) binary[i] = (char)i;
    memcpy(binary, "\n{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n{\"type\":\"event\",\"length\":2}\n{}\n", 80);
    REQUIRE(scratch_begin());
    REQUIRE((fd = create("out")) >= 0);
    REQUIRE(start_to(fd, NULL) == 0);
    say("one\n\"two\" \xc3\xa9");
    sentry_attach_bytes(binary, sizeof binary, "binary");
    sentry_attach_bytes("", 0, "empty");
    say("with attachments");
    sentry_clear_attachments();
    say("three");
    sentry_close();
    TEST_OS_(close)(fd);
    bytes = file_get(in_scratch("out"), &size);
    stream.at = bytes;
    stream.end = bytes + size;
    while ((envelope = next_envelope(&stream)) != NULL) {
        static const char *const messages[] = { "one\n\"two\" \xc3\xa9", "with attachments", "three" };
        CHECK_STR(message_of(envelope), count < 3 ? messages[count] : "no more");
        CHECK_INT(sentry_envelope_get_item_count(envelope), count == 1 ? 3 : 1);
        payload = sentry_envelope_get_item_payload(envelope, 1, &size);
        if (count == 1) CHECK(size == sizeof binary && memcmp(payload, binary, size) == 0);
        sentry_envelope_free(envelope);
        count++;
    }
    CHECK_INT(count, 3);
    CHECK(stream.at == stream.end);
    free(bytes);
    scratch_end();
}

/* -- pipes -- */

typedef struct {
    int fd;
    unsigned pause_ms; /* before each read */
    char *bytes;
    size_t size;
} reader_t;

/* Reads until nobody can write any more. */
static void *read_all(void *arg)
{
    reader_t *reader = (reader_t *)arg;
    char piece[20000];
    long n;
    do {
        test_sleep_ms(reader->pause_ms);
        n = (long)TEST_OS_(read)(reader->fd, piece, sizeof piece);
        if (n <= 0) continue;
        reader->bytes = (char *)sink_realloc(reader->bytes, reader->size + (size_t)n);
        memcpy(reader->bytes + reader->size, piece, (size_t)n);
        reader->size += (size_t)n;
    } while (n > 0);
    return NULL;
}

#define MANY 100

/* Sets seen[n] for each whole envelope with "event n"; returns how many there are. */
static int mark_events(const char *bytes, size_t size, int seen[MANY])
{
    sentry_envelope_t *envelope;
    stream_t stream;
    int count = 0;
    stream.at = bytes;
    stream.end = bytes + size;
    while ((envelope = next_envelope(&stream)) != NULL) {
        const char *text = message_of(envelope);
        int n = strncmp(text, "event ", 6) == 0 ? atoi(text + 6) : -1;
        if (n >= 0 && n < MANY) seen[n]++, count++;
        sentry_envelope_free(envelope);
    }
    return count;
}

/* Sends "event 0", "event 1", ... with bytes of an attachment each; no call may wait. */
static void send_many(size_t attached)
{
    char text[32], *bytes = (char *)calloc(1, attached + 1);
    long long before = test_now_ms();
    int i;
    if (bytes) memset(bytes, 'x', attached);
    sentry_attach_bytes(bytes, attached, "filler");
    for (i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "event %d", i);
        say(text);
    }
    CHECK_AT_MOST(test_now_ms() - before, test_ms(SLACK_MS));
    free(bytes);
}

static void check_all_once(const int seen[MANY])
{
    int i;
    for (i = 0; i < MANY; i++)
        if (seen[i] != 1) {
            printf("  event %d was seen %d times\n", i, seen[i]);
            CHECK_INT(seen[i], 1);
        }
}

/* More than a pipe holds, to a reader that takes its time; with a descriptor that waits, and with one that does not. */
static void slow_readers_get_all(void)
{
    sentry_options_t o = quiet_options();
    test_thread_t thread;
    reader_t reader;
    int ends[2], round;
    for (round = 0; round < 2; round++) {
        int seen[MANY] = { 0 };
        memset(&reader, 0, sizeof reader);
        REQUIRE(open_pipe(ends) == 0);
        reader.fd = ends[0];
        reader.pause_ms = 1;
#ifndef _WIN32
        if (round) fcntl(ends[1], F_SETFL, O_NONBLOCK);
#endif
        o.shutdown_timeout = test_ms(ENOUGH_MS);
        REQUIRE(start_to(ends[1], &o) == 0);
        REQUIRE(test_thread_start(&thread, read_all, &reader) == 0);
        send_many(10000);
        CHECK_INT(sentry_close(), 0);
        TEST_OS_(close)(ends[1]);
        test_thread_join(thread);
        TEST_OS_(close)(ends[0]);
        CHECK_INT(mark_events(reader.bytes, reader.size, seen), MANY);
        check_all_once(seen);
        CHECK_INT(dropped_at_all(), 0);
        CHECK_INT(stats_now().sent, MANY);
        CHECK_INT(stats_now().sent_bytes, reader.size);
        free(reader.bytes);
    }
}

static void mark_file(const char *path, void *data)
{
    size_t size, length = strlen(path);
    char *bytes;
    if (length < 9 || strcmp(path + length - 9, ".envelope") != 0) {
        file_each(path, mark_file, data);
        return;
    }
    bytes = file_get(path, &size);
    if (bytes) mark_events(bytes, size, (int *)data);
    free(bytes);
}

/* Reads what is in the pipe and does not wait for more. */
static void read_rest(reader_t *reader)
{
#ifdef _WIN32
    DWORD n = 0;
    char piece[4096];
    while (test_sleep_ms(20), PeekNamedPipe((HANDLE)_get_osfhandle(reader->fd), NULL, 0, NULL, &n, NULL) && n > 0) {
        int got = _read(reader->fd, piece, n < sizeof piece ? n : sizeof piece);
        if (got <= 0) break;
        reader->bytes = (char *)sink_realloc(reader->bytes, reader->size + (size_t)got);
        memcpy(reader->bytes + reader->size, piece, (size_t)got);
        reader->size += (size_t)got;
    }
#else
    fcntl(reader->fd, F_SETFL, O_NONBLOCK);
    read_all(reader);
#endif
}

/* A pipe that nobody reads: no capture waits, close comes back in time, and each event is in the pipe, on disk or counted. Who
 * writes elsewhere later sends what is on disk. */
static void nobody_reads(void)
{
    sentry_options_t o = quiet_options();
    int piped[MANY] = { 0 }, on_disk[MANY] = { 0 }, later[MANY] = { 0 }, all[MANY], ends[2], kept, i, fd, in_pipe;
    char database[FILE_MAX_PATH], *bytes;
    sentry_stats_t stats;
    reader_t reader;
    long long before;
    size_t size;
    REQUIRE(scratch_begin());
    REQUIRE(open_pipe(ends) == 0);
    snprintf(database, sizeof database, "%s", in_scratch("db"));
    o.database_path = database;
    o.http_retry = SENTRY_ON;
    o.shutdown_timeout = 200;
    REQUIRE(start_to(ends[1], &o) == 0);
    send_many(10000);
    before = test_now_ms();
    kept = sentry_close();
    CHECK_AT_MOST(test_now_ms() - before, 200 + 250 + test_ms(SLACK_MS));
    stats = stats_now();
    CHECK(kept > 0);
    CHECK_INT(stats.kept, kept);
    CHECK_INT(dropped_at_all(), 0);
    CHECK_INT(stats.sent + stats.kept, MANY);
    file_each(database, mark_file, on_disk);
    memset(&reader, 0, sizeof reader);
    reader.fd = ends[0];
    read_rest(&reader);
    in_pipe = mark_events(reader.bytes, reader.size, piped);
    for (i = 0; i < MANY; i++) all[i] = piped[i] + on_disk[i];
#ifdef _WIN32 /* a write that waits there cannot be cut off, and goes on when somebody reads: then it is in both */
    CHECK(in_pipe == (int)stats.sent || in_pipe == (int)stats.sent + 1);
    for (i = 0; i < MANY; i++) all[i] -= piped[i] && on_disk[i] && in_pipe > (int)stats.sent;
#else
    CHECK_INT(in_pipe, stats.sent);
#endif
    check_all_once(all);
    TEST_OS_(close)(ends[1]);
    TEST_OS_(close)(ends[0]);
    free(reader.bytes);
    REQUIRE((fd = create("out")) >= 0);
    o.shutdown_timeout = test_ms(ENOUGH_MS);
    REQUIRE(start_to(fd, &o) == 0);
    CHECK_INT(sentry_close(), 0);
    TEST_OS_(close)(fd);
    bytes = file_get(in_scratch("out"), &size);
    CHECK_INT(mark_events(bytes, size, later), kept);
    CHECK_INT(memcmp(later, on_disk, sizeof later), 0);
    free(bytes);
    scratch_end();
}

/* Without a disk it is counted. */
static void nobody_reads_and_nothing_is_kept(void)
{
    sentry_options_t o = quiet_options();
    int ends[2];
    sentry_stats_t stats;
    reader_t reader;
    REQUIRE(open_pipe(ends) == 0);
    o.shutdown_timeout = 100;
    o.transport_queue_size = 20;
    REQUIRE(start_to(ends[1], &o) == 0);
    send_many(10000);
    CHECK_INT(sentry_close(), 0);
    stats = stats_now();
    CHECK(stats.dropped[SENTRY_DROP_QUEUE_OVERFLOW] > 0);
    CHECK(stats.dropped[SENTRY_DROP_NETWORK_ERROR] > 0);
    CHECK_INT(stats.kept, 0);
    CHECK_INT(stats.sent * 2 + dropped_at_all(), MANY * 2); /* events and attachments */
    memset(&reader, 0, sizeof reader);
    reader.fd = ends[0];
    read_rest(&reader);
    free(reader.bytes);
    TEST_OS_(close)(ends[1]);
    TEST_OS_(close)(ends[0]);
}

#ifndef _WIN32
/* What follows half an envelope could not be read. */
static void after_half_an_envelope_comes_no_other(void)
{
    static const char filler[200000] = "";
    sentry_options_t o = quiet_options();
    int ends[2], seen[MANY] = { 0 };
    reader_t reader;
    size_t half;
    REQUIRE(pipe(ends) == 0);
    o.transfer_timeout = test_ms(50);
    REQUIRE(start_to(ends[1], &o) == 0);
    sentry_attach_bytes(filler, sizeof filler, "filler");
    say_and_flush("event 0"); /* is given up half-way */
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 2);
    memset(&reader, 0, sizeof reader);
    reader.fd = ends[0];
    read_rest(&reader);
    half = reader.size;
    CHECK(half > 0 && half < sizeof filler);
    sentry_clear_attachments();
    say_and_flush("event 1");
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 3);
    read_rest(&reader);
    CHECK_INT(reader.size, half);
    CHECK_INT(mark_events(reader.bytes, reader.size, seen), 0);
    sentry_close();
    free(reader.bytes);
    close(ends[0]);
    close(ends[1]);
}

static volatile sig_atomic_t signals;

static void count_signal(int number)
{
    (void)number;
    signals = signals + 1;
}

/* The program hears nothing of a reader that went away. */
static void a_reader_goes_away(void)
{
    sentry_options_t o = quiet_options();
    int ends[2];
    signal(SIGPIPE, count_signal);
    REQUIRE(pipe(ends) == 0);
    REQUIRE(start_to(ends[1], &o) == 0);
    say_and_flush("read");
    close(ends[0]);
    say_and_flush("not read");
    say_and_flush("not read");
    CHECK_INT(stats_now().sent, 1);
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 2);
    CHECK_INT(stats_now().last_status, 0);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(signals, 0);
    CHECK_INT(write(ends[1], "x", 1), -1); /* its own writes it does hear of */
    CHECK_INT(signals, 1);
    close(ends[1]);
}

/* No program is ended by a signal whose action is the default. */
static void a_reader_goes_away_and_sigpipe_would_kill(void)
{
    int ends[2];
    signal(SIGPIPE, SIG_DFL);
    REQUIRE(pipe(ends) == 0);
    REQUIRE(start_to(ends[1], NULL) == 0);
    close(ends[0]);
    say_and_flush("not read");
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 1);
    close(ends[1]);
}
#else
/* A descriptor in text mode does not change the bytes. */
static void text_mode_changes_nothing(void)
{
    wchar_t *path;
    int fd;
    REQUIRE(scratch_begin());
    path = test_wide_path(in_scratch("out"));
    fd = _wopen(path, _O_WRONLY | _O_CREAT | _O_TEXT, 0600);
    free(path);
    REQUIRE(fd >= 0);
    REQUIRE(start_to(fd, NULL) == 0);
    sentry_attach_bytes("a\nb\r\n", 5, "lines");
    say("one");
    say("two");
    sentry_close();
    _close(fd);
    CHECK_STR(messages_in("out"), "one,two");
    scratch_end();
}
#endif

static void outputs_wait_for_consent(void)
{
    sentry_options_t o = quiet_options();
    char database[FILE_MAX_PATH];
    int fd;
    REQUIRE(scratch_begin());
    snprintf(database, sizeof database, "%s", in_scratch("db"));
    o.database_path = database;
    o.http_retry = SENTRY_ON;
    o.require_user_consent = 1;
    REQUIRE((fd = create("out")) >= 0);
    REQUIRE(start_to(fd, &o) == 0);
    say_and_flush("one");
    CHECK_STR(messages_in("out"), "");
    sentry_user_consent_give();
    flush();
    CHECK_STR(messages_in("out"), "one");
    say_and_flush("two");
    CHECK_STR(messages_in("out"), "one,two");
    sentry_user_consent_revoke();
    say("three");
    sentry_close();
    TEST_OS_(close)(fd);
    CHECK_STR(messages_in("out"), "one,two");
    scratch_end();
}

static void losses_are_told(void)
{
    sentry_options_t o = quiet_options();
    size_t size;
    char *bytes;
    int fd;
    REQUIRE(scratch_begin());
    o.before_send = drop_event;
    o.send_client_reports = SENTRY_ON;
    REQUIRE((fd = create("out")) >= 0);
    REQUIRE(start_to(fd, &o) == 0);
    say("dropped");
    sentry_close();
    TEST_OS_(close)(fd);
    bytes = file_get(in_scratch("out"), &size);
    CHECK_CONTAINS(bytes, "\"reason\":\"before_send\",\"category\":\"error\",\"quantity\":1");
    free(bytes);
    scratch_end();
}

/* -- a folder ---------------------------------------------------------------------------------------- */

static int start_in(const char *folder, const sentry_options_t *with)
{
    sentry_options_t o = with ? *with : quiet_options();
    o.transport = sentry_folder_transport_new(folder);
    CHECK(o.transport != NULL);
    return sentry_init(&o);
}

static int mode_is(const char *path, int mode)
{
#ifdef _WIN32
    return (void)path, (void)mode, 1; /* who may what is inherited there */
#else
    struct stat s;
    return stat(path, &s) == 0 && (int)(s.st_mode & 0777) == mode;
#endif
}

/* Checks that the file of an event is there and holds it. */
static void check_file(const char *folder, const sentry_uuid_t *id, const char *message)
{
    char name[64], dashed[37];
    sentry_envelope_t *envelope;
    char path[FILE_MAX_PATH];
    sentry_uuid_as_string(id, dashed);
    snprintf(name, sizeof name, "%s.envelope", dashed);
    file_join(path, folder, name);
    envelope = sentry_envelope_read_from_file(path);
    CHECK_STR(message_of(envelope), message);
    CHECK(mode_is(path, 0600));
    sentry_envelope_free(envelope);
}

static void folder_gets_a_file_an_event(void)
{
    char folder[FILE_MAX_PATH];
    sentry_uuid_t one, two;
    REQUIRE(scratch_begin());
    snprintf(folder, sizeof folder, "%s", in_scratch("made/as/needed"));
    REQUIRE(start_in(folder, NULL) == 0);
    CHECK_INT(sentry_is_enabled(), 1);
    CHECK_INT(scratch_files(), 0); /* nothing to write yet */
    one = say("one");
    two = sentry_capture_message(SENTRY_LEVEL_INFO, "two");
    flush();
    CHECK_INT(file_each(folder, NULL, NULL), 2); /* and nothing beside them */
    check_file(folder, &one, "one");
    check_file(folder, &two, "two");
    CHECK(mode_is(folder, 0700));
    CHECK_INT(stats_now().sent, 2);
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(dropped_at_all(), 0);
    scratch_end();
}

static void folder_with_a_dsn(void)
{
    sentry_options_t o = quiet_options();
    char folder[FILE_MAX_PATH];
    sentry_uuid_t id;
    REQUIRE(scratch_begin());
    o.dsn = "http://key@example.com/1";
    snprintf(folder, sizeof folder, "%s", in_scratch("out/")); /* with a slash behind it */
    REQUIRE(start_in(folder, &o) == 0);
    id = say("one");
    CHECK_INT(sentry_close(), 0);
    check_file(in_scratch("out"), &id, "one");
    scratch_end();
}

static void folder_names(void)
{
    static const char *const names[] = { "out", "./dots/../down", "sp ace", "h\xc3\xb6he \xf0\x9f\x98\x80" };
    sentry_uuid_t id;
    size_t i;
    CHECK(sentry_folder_transport_new(NULL) == NULL);
    CHECK(sentry_folder_transport_new("") == NULL);
    sentry_transport_free(sentry_folder_transport_new("unused"));
    REQUIRE(scratch_begin());
    REQUIRE(test_chdir(scratch) == 0);
    test_mkdir("dots");
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", names[i]);
        REQUIRE(start_in(name, NULL) == 0);
        memset(name, 'x', sizeof name); /* it was copied */
        id = say("one");
        CHECK_INT(sentry_close(), 0);
        CHECK_INT(file_each(in_scratch(names[i]), NULL, NULL), 1);
        check_file(in_scratch(names[i]), &id, "one");
    }
    scratch_end();
}

/* A folder that is there stays as it is, with all that is in it. */
static void folder_that_is_there(void)
{
    char folder[FILE_MAX_PATH];
    size_t size;
    char *bytes;
    REQUIRE(scratch_begin());
    snprintf(folder, sizeof folder, "%s", in_scratch("out"));
    file_put(in_scratch("out/other.envelope"), "others'", 7);
#ifndef _WIN32
    chmod(folder, 0750);
#endif
    REQUIRE(start_in(folder, NULL) == 0);
    say("one");
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(file_each(folder, NULL, NULL), 2);
    CHECK(mode_is(folder, 0750));
    bytes = file_get(in_scratch("out/other.envelope"), &size);
    CHECK_STR(bytes, "others'");
    free(bytes);
    scratch_end();
}

static void an_event_that_is_sent_again_replaces_its_file(void)
{
    char folder[FILE_MAX_PATH];
    sentry_uuid_t id = sentry_uuid_nil();
    int i;
    REQUIRE(scratch_begin());
    snprintf(folder, sizeof folder, "%s", in_scratch("out"));
    REQUIRE(start_in(folder, NULL) == 0);
    for (i = 0; i < 2; i++) {
        sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, i ? "second" : "first");
        sentry_value_set_by_key(event, "event_id", sentry_value_new_string("9ec79c33ec9942ab8353589fcb2e04dc"));
        id = sentry_capture_event(event);
        flush();
    }
    CHECK_INT(sentry_close(), 0);
    CHECK_INT(file_each(folder, NULL, NULL), 1);
    check_file(folder, &id, "second");
    scratch_end();
}

static void folder_that_cannot_be(void)
{
    sentry_options_t o = quiet_options();
    char folder[FILE_MAX_PATH], database[FILE_MAX_PATH];
    sentry_uuid_t id;
    REQUIRE(scratch_begin());
    file_put(in_scratch("file"), "x", 1);
    snprintf(folder, sizeof folder, "%s", in_scratch("file/out"));
    snprintf(database, sizeof database, "%s", in_scratch("db"));
    REQUIRE(start_in(folder, NULL) == 0);
    say_and_flush("lost");
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 1);
    CHECK_INT(stats_now().sent, 0);
    CHECK_INT(stats_now().last_status, 0);
    CHECK_INT(sentry_close(), 0);
    o.database_path = database; /* and with one: it waits there */
    o.http_retry = SENTRY_ON;
    REQUIRE(start_in(folder, &o) == 0);
    id = say("kept");
    flush();
    CHECK_INT(stats_now().kept, 1);
    CHECK_INT(dropped_at_all(), 0);
    sentry_close();
    test_unlink(in_scratch("file"));
    REQUIRE(start_in(folder, &o) == 0);
    flush();
    check_file(folder, &id, "kept");
    CHECK_INT(stats_now().cached, 0);
    sentry_close();
    scratch_end();
}

#ifndef _WIN32
static void folder_that_may_not_be_written(void)
{
    char folder[FILE_MAX_PATH];
    sentry_uuid_t id;
    int root;
    REQUIRE(scratch_begin());
    snprintf(folder, sizeof folder, "%s", in_scratch("out"));
    REQUIRE(test_mkdir(folder) == 0 && chmod(folder, 0500) == 0);
    root = access(folder, W_OK) == 0; /* who may write everywhere */
    REQUIRE(start_in(folder, NULL) == 0);
    id = say("one");
    flush();
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), !root);
    CHECK_INT(stats_now().sent, root);
    chmod(folder, 0700);
    if (!root) {
        CHECK_INT(file_each(folder, NULL, NULL), 0);
        id = say("two");
        flush();
    }
    check_file(folder, &id, root ? "one" : "two");
    sentry_close();
    scratch_end();
}
#endif

static void folder_gets_attachments_too(void)
{
    char folder[FILE_MAX_PATH], dashed[37], name[64], path[FILE_MAX_PATH];
    sentry_envelope_t *envelope;
    const char *payload;
    sentry_uuid_t id;
    size_t size = 0;
    REQUIRE(scratch_begin());
    snprintf(folder, sizeof folder, "%s", in_scratch("out"));
    REQUIRE(start_in(folder, NULL) == 0);
    sentry_attach_bytes("a\0\r\nb", 5, "binary");
    id = say("one");
    sentry_close();
    sentry_uuid_as_string(&id, dashed);
    snprintf(name, sizeof name, "%s.envelope", dashed);
    file_join(path, folder, name);
    envelope = sentry_envelope_read_from_file(path);
    payload = sentry_envelope_get_item_payload(envelope, 1, &size);
    CHECK(size == 5 && memcmp(payload, "a\0\r\nb", 5) == 0);
    sentry_envelope_free(envelope);
    scratch_end();
}

#endif /* SENTRY_NO_FILES */

/* -- a Unix-domain socket ------------------------------------------------------------------------------ */

#ifndef _WIN32
static sentry_options_t options_for_socket(const sink_t *sink)
{
    sentry_options_t o = quiet_options();
    o.dsn = "http://key@sentry.invalid:8080/prefix/1"; /* which nobody looks up */
    o.unix_socket = sink_path(sink);
    return o;
}

static void http_over_a_socket(void)
{
    sink_t *sink = sink_start_on(AF_UNIX);
    sentry_options_t o;
    const sink_request_t *r;
    REQUIRE(sink != NULL);
    o = options_for_socket(sink);
    o.proxy = "127.0.0.1:1"; /* which a socket does not need */
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    say_and_flush("two");
    REQUIRE(sink_count(sink) == 2);
    CHECK_INT(arrived(sink, "\"one\""), 1);
    CHECK_INT(sink_connections(sink), 1); /* kept open */
    r = sink_request(sink, 0);
    CHECK_STR(r->method, "POST");
    CHECK_STR(r->path, "/prefix/api/1/envelope/");
    CHECK_STR(sink_header(r, "Host"), "sentry.invalid:8080");
    CHECK_CONTAINS(sink_header(r, "X-Sentry-Auth"), "sentry_key=key");
    CHECK(!sink_header(r, "Content-Encoding"));
    CHECK_INT(stats_now().sent, 2);
    sentry_close();
    sink_stop(sink);
}

static void sockets_that_fail(void)
{
    static char long_path[4000];
    sink_t *sink = sink_start_on(AF_UNIX);
    sentry_options_t o;
    int i;
    REQUIRE(sink != NULL);
    memset(long_path, 'x', sizeof long_path - 1);
    sink_do(sink, SINK_CLOSE);
    sink_do(sink, SINK_STALL);
    sink_reply(sink, 429, "Retry-After: 60\r\n", "");
    for (i = 0; i < 5; i++) {
        sentry_stats_t stats;
        long long before = test_now_ms();
        o = options_for_socket(sink);
        o.transfer_timeout = 100;
        if (i == 3) o.unix_socket = "/no/such/socket";
        if (i == 4) o.unix_socket = long_path;
        REQUIRE(sentry_init(&o) == 0);
        say_and_flush("one");
        sentry_close();
        CHECK_AT_MOST(test_now_ms() - before, test_ms(SLACK_MS));
        stats = stats_now();
        CHECK_INT(stats.sent, 0);
        CHECK_INT(stats.last_status, i == 2 ? 429 : 0);
        CHECK_INT(stats.dropped[i == 2 ? SENTRY_DROP_RATELIMIT_BACKOFF : SENTRY_DROP_NETWORK_ERROR], 1);
    }
    CHECK_INT(sink_count(sink), 3);
    sink_stop(sink);
}

static void socket_that_comes_back(void)
{
    sink_t *sink = sink_start_on(AF_UNIX);
    sentry_options_t o;
    REQUIRE(sink != NULL);
    sink_do(sink, SINK_REPLY_CLOSE);
    o = options_for_socket(sink);
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    say_and_flush("two");
    CHECK_INT(arrived(sink, "\"two\""), 1);
    CHECK_INT(stats_now().sent, 2);
    sentry_close();
    sink_stop(sink);
}

static void socket_by_the_setter(void)
{
    sink_t *sink = sink_start_on(AF_UNIX);
    sentry_options_t *o = sentry_options_new(), nothing = quiet_options();
    REQUIRE(sink != NULL);
    sentry_options_set_dsn(o, "http://key@sentry.invalid/1");
    sentry_options_set_unix_socket(o, sink_path(sink));
    sentry_options_set_unix_socket(NULL, "x");
    sentry_options_set_http_retry(o, 0);
    sentry_options_set_database_path(o, nothing.database_path);
    REQUIRE(sentry_init(o) == 0);
    say_and_flush("one");
    CHECK_INT(arrived(sink, "\"one\""), 1);
    sentry_close();
    sink_stop(sink);
}
#endif

/* -- Spotlight ------------------------------------------------------------------------------------------ */

static const char *url_of(sink_t *spotlight)
{
    static char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/stream", sink_port(spotlight));
    return url;
}

static void end(sink_t *server, sink_t *spotlight)
{
    if (server) sink_release(server);
    if (spotlight) sink_release(spotlight);
    sentry_close();
    sink_stop(server);
    sink_stop(spotlight);
}

static void spotlight_gets_a_copy(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    sentry_envelope_t *at_server, *at_spotlight;
    const sink_request_t *r;
    size_t size, other_size, i;
    o.spotlight = url_of(spotlight);
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes("a\0\nb", 4, "binary");
    say_and_flush("one");
    REQUIRE(sink_count(server) == 1 && sink_count(spotlight) == 1);
    at_server = received(server, 0);
    at_spotlight = received(spotlight, 0);
    CHECK_INT(sentry_envelope_get_item_count(at_server), 2);
    CHECK_INT(sentry_envelope_get_item_count(at_spotlight), 2);
    for (i = 0; i < 2; i++) {
        const char *payload = sentry_envelope_get_item_payload(at_server, i, &size);
        const char *other = sentry_envelope_get_item_payload(at_spotlight, i, &other_size);
        CHECK(size == other_size && memcmp(payload, other, size) == 0);
    }
    r = sink_request(spotlight, 0);
    CHECK_STR(r->method, "POST");
    CHECK_STR(r->path, "/stream");
    CHECK_STR(sink_header(r, "Content-Type"), "application/x-sentry-envelope");
    CHECK_STR(sink_header(r, "User-Agent"), sentry_sdk_user_agent());
    CHECK(!sink_header(r, "X-Sentry-Auth"));
    CHECK_CONTAINS(sink_request(server, 0)->path, "/api/1/envelope/");
    CHECK_INT(stats_now().sent, 1); /* the copy does not count */
    CHECK_INT(stats_now().sent_bytes, sink_request(server, 0)->body_size);
    sentry_envelope_free(at_server);
    sentry_envelope_free(at_spotlight);
    say("at the end");
    sentry_close();
    CHECK_INT(arrived(spotlight, "at the end"), 1);
    CHECK_INT(arrived(server, "at the end"), 1);
    end(server, spotlight);
}

/* What a developer's machine alone sees is all there is. */
static void spotlight_needs_no_dsn(void)
{
    sink_t *spotlight = sink_start();
    sentry_options_t o = quiet_options();
    sentry_envelope_t *envelope;
    o.spotlight = url_of(spotlight);
    o.sample_rate = SENTRY_RATE_NONE;
    REQUIRE(sentry_init(&o) == 0);
    CHECK_INT(sentry_is_enabled(), 1);
    sentry_set_user(sentry_value_new_user("42", NULL, NULL, "192.168.1.7"));
    say_and_flush("one");
    REQUIRE((envelope = received(spotlight, 0)) != NULL);
    CHECK_STR(message_of(envelope), "one");
    CHECK_STR(text_at(sentry_value_get_by_key(sentry_envelope_get_event(envelope), "user"), "ip_address"), "192.168.1.7");
    CHECK(sentry_value_is_null(sentry_envelope_get_header(envelope, "dsn")));
    CHECK(sentry_value_is_null(sentry_envelope_get_header(envelope, "trace")));
    sentry_envelope_free(envelope);
    end(NULL, spotlight);
}

static void spotlight_sees_what_is_sent(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    o.spotlight = url_of(spotlight);
    o.before_send = drop_event;
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("dropped");
    CHECK_INT(sink_count(spotlight), 0);
    CHECK_INT(dropped(SENTRY_DROP_BEFORE_SEND), 1);
    end(server, spotlight);
}

/* What limits the way to the server does not limit the copy. */
static void spotlight_knows_no_limits(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    sink_reply(server, 429, "Retry-After: 60\r\n", "");
    o.spotlight = url_of(spotlight);
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    say_and_flush("two");
    CHECK_INT(sink_count(server), 1);
    CHECK_INT(sink_count(spotlight), 2);
    CHECK_INT(arrived(spotlight, "\"two\""), 1);
    CHECK_INT(dropped(SENTRY_DROP_RATELIMIT_BACKOFF), 2);
    end(server, spotlight);
}

static void spotlight_limits_nothing(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    sink_reply(spotlight, 429, "Retry-After: 60\r\nX-Sentry-Rate-Limits: 60::organization\r\n", "");
    sink_reply(spotlight, 500, "", "");
    o.spotlight = url_of(spotlight);
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    say_and_flush("two");
    say_and_flush("three");
    CHECK_INT(sink_count(server), 3);
    CHECK_INT(sink_count(spotlight), 3);
    CHECK_INT(dropped_at_all(), 0);
    CHECK_INT(stats_now().last_status, 200);
    end(server, spotlight);
}

/* Nothing listens there: the server gets all, nothing is counted or kept. */
static void spotlight_is_down(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    char url[64];
    int i;
    snprintf(url, sizeof url, "http://0.0.0.0:%d/stream", sink_closed_port()); /* which Windows refuses at once */
    o.spotlight = url;
    o.http_retry = SENTRY_ON;
    REQUIRE(sentry_init(&o) == 0);
    for (i = 0; i < 20; i++) say("one");
    flush();
    CHECK_INT(sink_count(server), 20);
    CHECK_INT(stats_now().sent, 20);
    CHECK_INT(stats_now().kept, 0);
    CHECK_INT(dropped_at_all(), 0);
    CHECK_INT(stats_now().last_status, 200);
    CHECK_INT(sentry_close(), 0);
    end(server, NULL);
}

/* It takes what it is sent and says nothing. */
static void spotlight_stalls(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    long long before;
    int i;
    sink_always(spotlight, SINK_STALL);
    o.spotlight = url_of(spotlight);
    o.shutdown_timeout = 200;
    o.transport_queue_size = 30;
    REQUIRE(sentry_init(&o) == 0);
    before = test_now_ms();
    for (i = 0; i < 20; i++) say("one");
#ifndef SENTRY_NO_THREADS
    CHECK_INT(sink_wait(server, 20, test_ms(ENOUGH_MS)), 20);
    for (; i < 40; i++) say("one"); /* more than the queue to Spotlight has room for */
    CHECK_AT_MOST(test_now_ms() - before, test_ms(SLACK_MS));
    CHECK_INT(sink_wait(server, 40, test_ms(ENOUGH_MS)), 40);
#endif
    before = test_now_ms();
    CHECK_INT(sentry_close(), 0);
    CHECK_AT_MOST(test_now_ms() - before, 2 * 200 + 500 + test_ms(SLACK_MS));
    CHECK_INT(stats_now().sent, i);
    CHECK_INT(dropped_at_all(), 0);
    CHECK_INT(sink_count(spotlight), 1);
    end(server, spotlight);
}

/* The time that close may take is that for both. */
static void both_stall(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    long long before;
    sink_always(server, SINK_STALL);
    sink_always(spotlight, SINK_STALL);
    o.spotlight = url_of(spotlight);
    o.shutdown_timeout = test_ms(800);
    REQUIRE(sentry_init(&o) == 0);
    say("one");
    CHECK_INT(sentry_flush(10), 1);
    before = test_now_ms();
    sentry_close();
    CHECK_AT_MOST(test_now_ms() - before, test_ms(1500));
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 1);
    end(server, spotlight);
}

/* After a failure it is left alone for a second, then for two, four ... A success forgets that. */
static void spotlight_is_muted(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    stop_clock();
    sink_do(spotlight, SINK_CLOSE);
    sink_do(spotlight, SINK_CLOSE);
    sink_do(spotlight, SINK_REPLY_CLOSE); /* a request that a kept connection does not answer is made again */
    sink_do(spotlight, SINK_CLOSE);
    o.spotlight = url_of(spotlight);
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("fails");
    CHECK_INT(sink_count(spotlight), 1);
    pass_ms(999);
    say_and_flush("muted");
    CHECK_INT(sink_count(spotlight), 1);
    pass_ms(1);
    say_and_flush("fails");
    CHECK_INT(sink_count(spotlight), 2);
    pass_ms(1999);
    say_and_flush("muted");
    CHECK_INT(sink_count(spotlight), 2);
    pass_ms(1);
    say_and_flush("succeeds");
    CHECK_INT(sink_count(spotlight), 3);
    CHECK_INT(arrived(spotlight, "succeeds"), 1);
    say_and_flush("fails");
    CHECK_INT(sink_count(spotlight), 4);
    pass_ms(1000);
    say_and_flush("succeeds");
    CHECK_INT(sink_count(spotlight), 5);
    CHECK_INT(arrived(spotlight, "muted"), 0);
    CHECK_INT(sink_count(server), 7);
    end(server, spotlight);
}

static void spotlight_is_muted_for_a_minute_at_most(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    int i;
    stop_clock();
    sink_always(spotlight, SINK_CLOSE);
    o.spotlight = url_of(spotlight);
    REQUIRE(sentry_init(&o) == 0);
    for (i = 0; i < 10; i++) {
        say_and_flush("fails");
        pass_ms(60000);
    }
    CHECK_INT(sink_count(spotlight), 10);
    say_and_flush("fails");
    pass_ms(59999);
    say_and_flush("muted");
    CHECK_INT(sink_count(spotlight), 11);
    end(server, spotlight);
}

static void spotlight_waits_for_consent(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start();
    sentry_options_t o = options_for(server);
    o.spotlight = url_of(spotlight);
    o.require_user_consent = 1;
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("before");
    CHECK_INT(sink_count(server), 0);
    CHECK_INT(sink_count(spotlight), 0);
    sentry_user_consent_give();
    say_and_flush("given");
    CHECK_INT(arrived(server, "given"), 1);
    CHECK_INT(arrived(spotlight, "given"), 1);
    sentry_user_consent_revoke();
    say_and_flush("revoked");
    CHECK_INT(arrived(server, "revoked"), 0);
    CHECK_INT(arrived(spotlight, "revoked"), 0);
    CHECK_INT(sink_count(spotlight), 1);
    end(server, spotlight);
}

/* It is on this machine: what stands between the program and the server is not asked. */
static void spotlight_is_reached_directly(void)
{
    sink_t *proxy = sink_start(), *spotlight = sink_start();
    sentry_options_t o = quiet_options();
    static const char zeros[4000] = "";
    char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%d", sink_port(proxy));
    o.dsn = "http://key@sentry.invalid/1";
    o.proxy = address;
    o.http_compression = SENTRY_ON;
    o.spotlight = url_of(spotlight);
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes(zeros, sizeof zeros, "zeros"); /* which the server would get packed */
    say_and_flush("one");
    REQUIRE(sink_count(spotlight) == 1 && sink_count(proxy) == 1);
    CHECK_INT(arrived(spotlight, "\"one\""), 1);
    CHECK(!sink_header(sink_request(spotlight, 0), "Content-Encoding"));
    CHECK_CONTAINS(sink_request(proxy, 0)->path, "sentry.invalid");
    CHECK_STR(sink_header(sink_request(proxy, 0), "Content-Encoding"), "gzip");
    end(proxy, spotlight);
}

static size_t custom_sent;

static void custom_send(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    custom_sent++;
    sentry_envelope_free(envelope);
}

static void spotlight_beside_a_custom_transport(void)
{
    sink_t *spotlight = sink_start();
    sentry_options_t o = quiet_options();
    o.dsn = "http://key@sentry.invalid/1";
    o.transport = sentry_transport_new(custom_send);
    o.spotlight = url_of(spotlight);
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    CHECK_INT(custom_sent, 1);
    CHECK_INT(arrived(spotlight, "\"one\""), 1);
    CHECK_INT(stats_now().sent, 0);
    end(NULL, spotlight);
}

static void spotlight_at_no_address(void)
{
    static const char *const urls[] = { "nonsense", "http://", "https://localhost/stream", "http://127.0.0.1:99999/stream",
                                        "http:// x/", "http://localhost:1/\r\nX-Forged: 1" };
    sink_t *server = sink_start();
    size_t i;
    for (i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        sentry_options_t o = options_for(server);
        o.spotlight = urls[i];
        REQUIRE(sentry_init(&o) == 0);
        say_and_flush("one");
        CHECK_INT(sink_count(server), i + 1);
        CHECK_INT(dropped_at_all(), 0);
        CHECK_INT(sentry_close(), 0);
    }
    sink_stop(server);
}

/* -- what turns it on -- */

static void spotlight_words(void)
{
    static const char standard[] = "http://localhost:8969/stream", other[] = "http://localhost:1234/stream";
    static const struct {
        const char *option, *environment, *url;
    } cases[] = {
        { NULL, NULL, "" }, { NULL, "", "" }, { NULL, "0", "" }, { NULL, "false", "" }, { NULL, "f", "" }, { NULL, "n", "" },
        { NULL, "no", "" }, { NULL, "off", "" }, { NULL, "OFF", "" },
        { NULL, "1", standard }, { NULL, "true", standard }, { NULL, "True", standard }, { NULL, "t", standard },
        { NULL, "y", standard }, { NULL, "yes", standard }, { NULL, "on", standard }, { NULL, other, other },
        { "", NULL, "" }, { "", "1", "" }, { "", other, "" }, { "0", other, "" }, { "false", other, "" },
        { "1", NULL, standard }, { "true", NULL, standard }, { "1", "1", standard }, { "1", "0", standard },
        { "1", "", standard }, { "1", other, other }, { "true", other, other },
        { other, NULL, other }, { other, "1", other }, { other, "0", other }, { other, "http://localhost:5678/", other },
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_STR(inside_spotlight_url(cases[i].option, cases[i].environment), cases[i].url);
}

static void spotlight_by_the_environment(void)
{
    sink_t *server = sink_start(), *spotlight = sink_start(), *other = sink_start();
    sentry_options_t o = options_for(server), bare = quiet_options();
    test_set_env("SENTRY_SPOTLIGHT", url_of(spotlight));
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    CHECK_INT(sink_count(spotlight), 1);
    REQUIRE(sentry_init(&bare) == 0); /* without a DSN too */
    CHECK_INT(sentry_is_enabled(), 1);
    say_and_flush("two");
    CHECK_INT(arrived(spotlight, "\"two\""), 1);
    o = options_for(server);
    o.spotlight = url_of(other); /* the option wins */
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("three");
    CHECK_INT(sink_count(other), 1);
    o = options_for(server);
    o.spotlight = "";
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("four");
    CHECK_INT(sink_count(server), 3);
    bare = quiet_options();
    bare.spotlight = "";
    CHECK_INT(sentry_init(&bare), 0);
    CHECK_INT(sentry_is_enabled(), 0);
    CHECK_INT(sink_count(spotlight), 2);
    CHECK_INT(sink_count(other), 1);
    sink_stop(other);
    end(server, spotlight);
}

static void spotlight_by_the_setter(void)
{
    sink_t *spotlight = sink_start();
    sentry_options_t *o = sentry_options_new();
    char url[80];
    snprintf(url, sizeof url, "%sxyz", url_of(spotlight));
    sentry_options_set_spotlight(o, "http://127.0.0.1:1/");
    sentry_options_set_spotlight_n(o, url, strlen(url) - 3);
    sentry_options_set_spotlight(NULL, url);
    memset(url, 'x', sizeof url);
    REQUIRE(sentry_init(o) == 0);
    say_and_flush("one");
    REQUIRE(sink_count(spotlight) == 1);
    CHECK_STR(sink_request(spotlight, 0)->path, "/stream");
    end(NULL, spotlight);
}

/* -- statistics ------------------------------------------------------------------------------------------- */

static void stats_of_answers(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    sentry_stats_t stats;
    uint64_t bytes;
    sink_reply(server, 200, "", "{}");
    sink_reply(server, 202, "", "{}");
    sink_reply(server, 500, "", "{}");
    sink_push_kind(server, SINK_REPLY_CLOSE, 413, "", "{}");
    sink_do(server, SINK_CLOSE);
    sink_reply(server, 429, "Retry-After: 60\r\n", "");
    REQUIRE(sentry_init(&o) == 0);
    stats = stats_now();
    CHECK_INT(stats.sent + stats.sent_bytes + stats.queued + stats.queued_bytes + stats.kept + stats.cached, 0);
    CHECK_INT(stats.last_status, 0);
    CHECK_INT(stats.backpressure, 0);
    CHECK_INT(dropped_at_all(), 0);
    say_and_flush("one");
    REQUIRE(sink_count(server) == 1);
    CHECK_INT(stats_now().sent, 1);
    CHECK_INT(stats_now().sent_bytes, sink_request(server, 0)->body_size);
    CHECK_INT(stats_now().last_status, 200);
    say_and_flush("two");
    REQUIRE(sink_count(server) == 2);
    bytes = sink_request(server, 0)->body_size + sink_request(server, 1)->body_size;
    CHECK_INT(stats_now().sent, 2);
    CHECK_INT(stats_now().last_status, 202);
    say_and_flush("refused");
    CHECK_INT(stats_now().last_status, 500);
    say_and_flush("refused");
    CHECK_INT(stats_now().last_status, 413);
    CHECK_INT(dropped(SENTRY_DROP_SEND_ERROR), 2);
    say_and_flush("no answer");
    CHECK_INT(stats_now().last_status, 0);
    CHECK_INT(dropped(SENTRY_DROP_NETWORK_ERROR), 1);
    say_and_flush("limit");
    CHECK_INT(stats_now().last_status, 429);
    CHECK_INT(dropped(SENTRY_DROP_RATELIMIT_BACKOFF), 1);
    say_and_flush("limited");
    CHECK_INT(dropped(SENTRY_DROP_RATELIMIT_BACKOFF), 2);
    stats = stats_now();
    CHECK_INT(stats.sent, 2);
    CHECK_INT(stats.sent_bytes, bytes);
    CHECK_INT(dropped_at_all(), 5);
    sentry_close();
    CHECK_INT(stats_now().sent, 2); /* they stand still */
    CHECK_INT(stats_now().last_status, 429);
    CHECK_INT(dropped_at_all(), 5);
    sentry_get_stats(NULL);
    o = options_for(server);
    REQUIRE(sentry_init(&o) == 0);
    CHECK_INT(stats_now().sent, 0); /* of this life */
    CHECK_INT(stats_now().last_status, 0);
    CHECK_INT(dropped_at_all(), 0);
    end(server, NULL);
}

/* What goes over the wire counts, not what it was before. */
static void stats_of_packed_bytes(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    char text[4000];
    memset(text, 'x', sizeof text);
    o.http_compression = SENTRY_ON;
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes(text, sizeof text, "x");
    say_and_flush("one");
    REQUIRE(sink_count(server) == 1);
    CHECK_STR(sink_header(sink_request(server, 0), "Content-Encoding"), "gzip");
    CHECK_INT(stats_now().sent_bytes, sink_request(server, 0)->body_size);
    CHECK_AT_MOST(stats_now().sent_bytes, 4000);
    end(server, NULL);
}

static void stats_of_the_queue(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    sentry_stats_t stats;
    char attached[1000];
    memset(attached, 'x', sizeof attached);
    sink_do(server, SINK_HOLD);
    o.transport_queue_size = 4;
    REQUIRE(sentry_init(&o) == 0);
    say("one");
#ifndef SENTRY_NO_THREADS
    CHECK_INT(sink_wait(server, 1, test_ms(ENOUGH_MS)), 1);
    CHECK_INT(stats_now().queued, 1); /* the one being sent */
#endif
    sentry_attach_bytes(attached, sizeof attached, "x");
    say("two");
    say("three");
    stats = stats_now();
    CHECK_INT(stats.queued, 3);
    CHECK(stats.queued_bytes > 2000);
    CHECK_AT_MOST(stats.queued_bytes, 20000);
    say("four");
    say("five");
    say("six");
    stats = stats_now();
#ifdef SENTRY_NO_THREADS
    CHECK_INT(stats.queued, 4);
    CHECK_INT(stats.dropped[SENTRY_DROP_QUEUE_OVERFLOW], 4);
#else
    CHECK_INT(stats.queued, 5);
    CHECK_INT(stats.dropped[SENTRY_DROP_QUEUE_OVERFLOW], 2); /* an event and its attachment */
#endif
    sink_release(server);
    flush();
    stats = stats_now();
    CHECK_INT(stats.queued, 0);
    CHECK_INT(stats.queued_bytes, 0);
    CHECK_INT(stats.sent, sink_count(server));
    end(server, NULL);
}

static double never(sentry_value_t event, void *hint, void *user_data)
{
    (void)event;
    (void)hint;
    (void)user_data;
    return 0.0;
}

static void stats_of_what_is_dropped_on_the_way(void)
{
    static const char *const ignored[] = { "Ignored", NULL };
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    o.ignore_errors = ignored;
    o.error_sampler = never;
    REQUIRE(sentry_init(&o) == 0);
    sentry_capture_exception("Ignored", "x");
    CHECK_INT(dropped(SENTRY_DROP_EVENT_PROCESSOR), 1);
    say("sampled out");
    CHECK_INT(dropped(SENTRY_DROP_SAMPLE_RATE), 1);
    sentry_add_event_processor(drop_event, NULL);
    say("processed away");
    CHECK_INT(dropped(SENTRY_DROP_EVENT_PROCESSOR), 2);
    CHECK_INT(dropped_at_all(), 3);
    o = options_for(server);
    o.before_send = drop_event;
    o.max_attachment_size = 1;
    REQUIRE(sentry_init(&o) == 0);
    say("dropped");
    CHECK_INT(dropped(SENTRY_DROP_BEFORE_SEND), 1);
    CHECK_INT(dropped_at_all(), 1);
    end(server, NULL);
    CHECK_INT(stats_now().sent, 0);
}

#ifndef SENTRY_NO_FILES
static void stats_of_what_is_kept(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    char database[FILE_MAX_PATH];
    REQUIRE(scratch_begin());
    snprintf(database, sizeof database, "%s", in_scratch("db"));
    o.database_path = database;
    o.http_retry = SENTRY_ON;
    sink_do(server, SINK_CLOSE);
    sink_do(server, SINK_CLOSE);
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    say_and_flush("two");
    CHECK_INT(stats_now().kept, 2);
    CHECK_INT(stats_now().cached, 2);
    CHECK_INT(stats_now().sent, 0);
    CHECK_INT(stats_now().last_status, 0);
    say_and_flush("three"); /* the network is back: the others go too */
    flush();
    CHECK_INT(stats_now().sent, 3);
    CHECK_INT(stats_now().kept, 2);
    CHECK_INT(stats_now().cached, 0);
    CHECK_INT(dropped_at_all(), 0);
    end(server, NULL);
    scratch_end();
}
#endif

/* -- backpressure ------------------------------------------------------------------------------------------ */

/* Once more for each ten seconds in which a limit was active, ten times at most; none once it is over. */
static void a_limit_presses(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    unsigned i;
    stop_clock();
    sink_reply(server, 200, "X-Sentry-Rate-Limits: 3600:transaction:organization\r\n", "{}");
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    CHECK_INT(stats_now().backpressure, 0);
    pass_ms(9999);
    CHECK_INT(stats_now().backpressure, 0);
    for (i = 1; i <= 12; i++) {
        pass_ms(1);
        CHECK_INT(stats_now().backpressure, i < 10 ? i : 10);
        CHECK_INT(stats_now().backpressure, i < 10 ? i : 10); /* asking does not change it */
        pass_ms(9999);
        CHECK_INT(stats_now().backpressure, i < 10 ? i : 10);
    }
    pass_ms(3600000);
    CHECK_INT(stats_now().backpressure, 0);
    end(server, NULL);
}

static void a_full_queue_presses(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    stop_clock();
    sink_do(server, SINK_HOLD);
    o.transport_queue_size = 1;
    REQUIRE(sentry_init(&o) == 0);
    say("one");
#ifndef SENTRY_NO_THREADS
    CHECK_INT(sink_wait(server, 1, test_ms(ENOUGH_MS)), 1); /* it has left the queue */
    say("two");
#endif
    CHECK_INT(dropped_at_all(), 0);
    say("too many");
    CHECK_INT(dropped(SENTRY_DROP_QUEUE_OVERFLOW), 1);
    pass_ms(10000);
    CHECK_INT(stats_now().backpressure, 1);
    say("too many"); /* in the next ten seconds it is full again */
    pass_ms(10000);
    CHECK_INT(stats_now().backpressure, 2);
    pass_ms(10000);
    CHECK_INT(stats_now().backpressure, 0);
    end(server, NULL);
}

static void pressure_can_be_refused(void)
{
    sink_t *server = sink_start();
    sentry_options_t *o = sentry_options_new(), plain = options_for(server);
    stop_clock();
    sink_reply(server, 429, "Retry-After: 3600\r\n", "");
    *o = plain;
    o->dsn = NULL;
    sentry_options_set_enable_backpressure_handling(o, 1);
    CHECK_INT(o->enable_backpressure_handling, SENTRY_ON);
    sentry_options_set_enable_backpressure_handling(o, 0);
    CHECK_INT(o->enable_backpressure_handling, SENTRY_OFF);
    sentry_options_set_enable_backpressure_handling(NULL, 0);
    plain.enable_backpressure_handling = o->enable_backpressure_handling;
    sentry_free(o);
    REQUIRE(sentry_init(&plain) == 0);
    say_and_flush("one");
    CHECK_INT(stats_now().last_status, 429);
    pass_ms(100000);
    CHECK_INT(stats_now().backpressure, 0);
    end(server, NULL);
}

static void another_life_begins_without_pressure(void)
{
    sink_t *server = sink_start();
    sentry_options_t o = options_for(server);
    stop_clock();
    sink_reply(server, 429, "Retry-After: 3600\r\n", "");
    REQUIRE(sentry_init(&o) == 0);
    say_and_flush("one");
    pass_ms(10000);
    CHECK_INT(stats_now().backpressure, 1);
    o = options_for(server);
    REQUIRE(sentry_init(&o) == 0);
    CHECK_INT(stats_now().backpressure, 0);
    pass_ms(10000);
    CHECK_INT(stats_now().backpressure, 0);
    end(server, NULL);
}

#else /* SENTRY_NO_HTTP */

static void free_it(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    sentry_envelope_free(envelope);
}

/* What a custom transport does is not known; what did not get to it is. */
static void stats_of_what_is_dropped_on_the_way(void)
{
    static const char *const ignored[] = { "Ignored", NULL };
    sentry_options_t o;
    sentry_stats_t stats;
    memset(&o, 0, sizeof o);
    o.dsn = "http://key@sentry.invalid/1";
    o.release = "app@1";
    o.ignore_errors = ignored;
    o.transport = sentry_transport_new(free_it);
    REQUIRE(sentry_init(&o) == 0);
    sentry_capture_exception("Ignored", "x");
    sentry_capture_exception("Sent", "x");
    memset(&stats, 0x55, sizeof stats);
    sentry_get_stats(&stats);
    CHECK_INT(stats.dropped[SENTRY_DROP_EVENT_PROCESSOR], 1);
    CHECK_INT(stats.dropped[SENTRY_DROP_BEFORE_SEND], 0);
    CHECK_INT(stats.sent + stats.sent_bytes + stats.queued + stats.queued_bytes + stats.kept + stats.cached, 0);
    CHECK_INT(stats.last_status, 0);
    CHECK_INT(stats.backpressure, 0);
    sentry_close();
}

static void spotlight_is_not_there(void)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = "http://key@sentry.invalid/1";
    o.release = "app@1";
    o.spotlight = "1";
    o.transport = sentry_transport_new(free_it);
    CHECK_INT(sentry_init(&o), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "x");
    CHECK_INT(sentry_close(), 0);
    memset(&o, 0, sizeof o);
    o.spotlight = "1";
    CHECK_INT(sentry_init(&o), 1);
    CHECK_CONTAINS(sentry_get_init_error(), "Spotlight");
}
#endif

static const test_case_t tests[] = {
#ifndef SENTRY_NO_HTTP
#ifndef SENTRY_NO_FILES
    { "descriptor_needs_no_dsn", descriptor_needs_no_dsn },
    { "without_a_dsn_none_is_told", without_a_dsn_none_is_told },
    { "outputs_keep_what_is_private", outputs_keep_what_is_private },
    { "descriptors_that_are_none", descriptors_that_are_none },
    { "streams_are_read_back", streams_are_read_back },
    { "slow_readers_get_all", slow_readers_get_all },
    { "nobody_reads", nobody_reads },
    { "nobody_reads_and_nothing_is_kept", nobody_reads_and_nothing_is_kept },
#ifndef _WIN32
    { "after_half_an_envelope_comes_no_other", after_half_an_envelope_comes_no_other },
    { "a_reader_goes_away", a_reader_goes_away },
    { "a_reader_goes_away_and_sigpipe_would_kill", a_reader_goes_away_and_sigpipe_would_kill },
    { "folder_that_may_not_be_written", folder_that_may_not_be_written },
#else
    { "text_mode_changes_nothing", text_mode_changes_nothing },
#endif
    { "outputs_wait_for_consent", outputs_wait_for_consent },
    { "losses_are_told", losses_are_told },
    { "folder_gets_a_file_an_event", folder_gets_a_file_an_event },
    { "folder_with_a_dsn", folder_with_a_dsn },
    { "folder_names", folder_names },
    { "folder_that_is_there", folder_that_is_there },
    { "an_event_that_is_sent_again_replaces_its_file", an_event_that_is_sent_again_replaces_its_file },
    { "folder_that_cannot_be", folder_that_cannot_be },
    { "folder_gets_attachments_too", folder_gets_attachments_too },
    { "stats_of_what_is_kept", stats_of_what_is_kept },
#endif
#ifndef _WIN32
    { "http_over_a_socket", http_over_a_socket },
    { "sockets_that_fail", sockets_that_fail },
    { "socket_that_comes_back", socket_that_comes_back },
    { "socket_by_the_setter", socket_by_the_setter },
#endif
    { "spotlight_gets_a_copy", spotlight_gets_a_copy },
    { "spotlight_needs_no_dsn", spotlight_needs_no_dsn },
    { "spotlight_sees_what_is_sent", spotlight_sees_what_is_sent },
    { "spotlight_knows_no_limits", spotlight_knows_no_limits },
    { "spotlight_limits_nothing", spotlight_limits_nothing },
    { "spotlight_is_down", spotlight_is_down },
    { "spotlight_stalls", spotlight_stalls },
    { "both_stall", both_stall },
    { "spotlight_is_muted", spotlight_is_muted },
    { "spotlight_is_muted_for_a_minute_at_most", spotlight_is_muted_for_a_minute_at_most },
    { "spotlight_waits_for_consent", spotlight_waits_for_consent },
    { "spotlight_is_reached_directly", spotlight_is_reached_directly },
    { "spotlight_beside_a_custom_transport", spotlight_beside_a_custom_transport },
    { "spotlight_at_no_address", spotlight_at_no_address },
    { "spotlight_words", spotlight_words },
    { "spotlight_by_the_environment", spotlight_by_the_environment },
    { "spotlight_by_the_setter", spotlight_by_the_setter },
    { "stats_of_answers", stats_of_answers },
    { "stats_of_packed_bytes", stats_of_packed_bytes },
    { "stats_of_the_queue", stats_of_the_queue },
    { "a_limit_presses", a_limit_presses },
    { "a_full_queue_presses", a_full_queue_presses },
    { "pressure_can_be_refused", pressure_can_be_refused },
    { "another_life_begins_without_pressure", another_life_begins_without_pressure },
#else
    { "spotlight_is_not_there", spotlight_is_not_there },
#endif
    { "stats_of_what_is_dropped_on_the_way", stats_of_what_is_dropped_on_the_way },
};

int main(int argc, char **argv)
{
    static const clock_supply_t supplies = { supplied_now_us, supplied_ticks_ms, supplied_random };
    clock_supply(supplies);
    alloc_unwatched = 1; /* its lock would hide races */
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
