/* Envelopes: the wire format in both directions, against a reader of its own, files, broken input, and sending one as it is. */
#include "../sentry.h"
#include "test.h"
#include "fence.h"
#include "files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <sys/resource.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EVENT_ID "9ec79c33ec9942ab8353589fcb2e04dc"

/* -- bytes and files ------------------------------------------------------------------ */

typedef struct {
    char *bytes; /* a zero behind the last */
    size_t size;
} blob_t;

static blob_t blob_of(const char *bytes, size_t size)
{
    blob_t blob;
    blob.size = size;
    blob.bytes = (char *)malloc(size + 1);
    if (!blob.bytes) abort();
    memcpy(blob.bytes, bytes, size);
    blob.bytes[size] = 0;
    return blob;
}

typedef void (*golden_visitor_t)(const char *path, const blob_t *blob);

typedef struct {
    golden_visitor_t visit;
    int visited;
} golden_visit_t;

static void visit_golden(const char *path, void *data)
{
    golden_visit_t *golden = (golden_visit_t *)data;
    const char *dot = strrchr(path, '.');
    blob_t blob;
    if (!dot || strcmp(dot, ".envelope") != 0) return;
    blob.bytes = file_get(path, &blob.size);
    CHECK(blob.bytes != NULL);
    if (!blob.bytes) return;
    golden->visit(path, &blob);
    golden->visited++;
    free(blob.bytes);
}

/* Calls a function for each envelope in a directory of golden files; the number of them. */
static int each_golden(const char *directory, golden_visitor_t visit)
{
    golden_visit_t golden;
    golden.visit = visit;
    golden.visited = 0;
    file_each(directory, visit_golden, &golden);
    return golden.visited;
}

static sentry_envelope_t *read_golden(const char *name, blob_t *blob)
{
    char path[256];
    snprintf(path, sizeof path, "golden/%s.envelope", name);
    blob->bytes = file_get(path, &blob->size);
    return blob->bytes ? sentry_envelope_deserialize(blob->bytes, blob->size) : NULL;
}

static sentry_envelope_t *parse(const char *text)
{
    return sentry_envelope_deserialize(text, strlen(text));
}

/* -- JSON by meaning: key order, spaces and the spelling of escapes do not count -------- */

static const char *json_space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* The first byte behind a value. */
static const char *json_end(const char *p)
{
    int depth = 0;
    p = json_space(p);
    do {
        if (*p == '"') {
            for (p++; *p && *p != '"'; p++) {
                if (*p == '\\' && p[1]) p++;
            }
        } else if (*p == '[' || *p == '{') {
            depth++;
        } else if (*p == ']' || *p == '}') {
            depth--;
        } else if (depth == 0) {
            return p + strcspn(p, ",]} \t\r\n");
        }
        if (*p) p++;
    } while (depth > 0 && *p);
    return p;
}

/* Decodes a string into UTF-8. */
static void json_text(const char *p, char *out, size_t cap)
{
    size_t used = 0;
    for (p++; *p && *p != '"' && used + 5 < cap; p++) {
        unsigned code = 0, low = 0;
        if (*p != '\\') {
            out[used++] = *p;
        } else if (*++p != 'u') {
            const char *names = "bfnrt", *found = strchr(names, *p);
            out[used++] = found ? "\b\f\n\r\t"[found - names] : *p;
        } else {
            sscanf(p + 1, "%4x", &code);
            p += 4;
            if (code >= 0xd800 && code < 0xdc00 && sscanf(p + 1, "\\u%4x", &low) == 1) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                p += 6;
            }
            if (code >= 0x10000) out[used++] = (char)(0xf0 | code >> 18);
            if (code >= 0x800) out[used++] = (char)(code >= 0x10000 ? 0x80 | (code >> 12 & 63) : 0xe0 | code >> 12);
            if (code >= 0x80) out[used++] = (char)(code >= 0x800 ? 0x80 | (code >> 6 & 63) : 0xc0 | code >> 6);
            out[used++] = (char)(code >= 0x80 ? 0x80 | (code & 63) : code);
        }
    }
    out[used] = 0;
}

static int json_same_text(const char *a, const char *b)
{
    static char left[16384], right[16384];
    json_text(a, left, sizeof left);
    json_text(b, right, sizeof right);
    return strcmp(left, right) == 0;
}

/* The value of a key, or NULL; keys are told apart by meaning too. */
static const char *json_member(const char *object, const char *quoted_key)
{
    const char *p = json_space(object + 1);
    while (*p == '"') {
        const char *value = json_space(json_end(p));
        value = json_space(value + 1);
        if (json_same_text(p, quoted_key)) return value;
        p = json_space(json_end(value));
        if (*p == ',') p = json_space(p + 1);
    }
    return NULL;
}

static int json_same(const char *a, const char *b);

/* Each key of `a` but "length" stands in `b` with the same value; counts them. */
static int json_members_in(const char *a, const char *b, int *members)
{
    const char *p = json_space(a + 1);
    while (*p == '"') {
        const char *value = json_space(json_space(json_end(p)) + 1);
        if (!json_same_text(p, "\"length\"")) {
            const char *other = json_member(b, p);
            if (!other || !json_same(value, other)) return 0;
            (*members)++;
        }
        p = json_space(json_end(value));
        if (*p == ',') p = json_space(p + 1);
    }
    return 1;
}

static int json_same_lists(const char *a, const char *b)
{
    a = json_space(a + 1);
    b = json_space(b + 1);
    while (*a != ']' && *b != ']' && *a && *b) {
        if (!json_same(a, b)) return 0;
        a = json_space(json_end(a));
        b = json_space(json_end(b));
        if (*a == ',') a = json_space(a + 1);
        if (*b == ',') b = json_space(b + 1);
    }
    return *a == ']' && *b == ']';
}

/* Whether two valid texts mean the same; the key "length" of any object is left out. */
static int json_same(const char *a, const char *b)
{
    int left = 0, right = 0;
    size_t size;
    a = json_space(a);
    b = json_space(b);
    if (*a != *b && !(strchr("-0123456789", *a) && strchr("-0123456789", *b))) return 0;
    if (*a == '{') return json_members_in(a, b, &left) && json_members_in(b, a, &right) && left == right;
    if (*a == '[') return json_same_lists(a, b);
    if (*a == '"') return json_same_text(a, b);
    size = (size_t)(json_end(a) - a);
    if (size == (size_t)(json_end(b) - b) && memcmp(a, b, size) == 0) return 1;
    return strchr("-0123456789", *a) != NULL && strtod(a, NULL) == strtod(b, NULL);
}

static void own_comparison(void)
{
    CHECK(json_same("{\"a\":1,\"b\":[true,\"\\u00e9\"]}", "{ \"b\" : [true,\"\xC3\xA9\"], \"a\":1.0 }"));
    CHECK(json_same("{\"a\":{},\"length\":3}", "{\"a\":{}}"));
    CHECK(json_same("\"\\ud83d\\ude00\\n\"", "\"\xF0\x9F\x98\x80\\u000a\""));
    CHECK(!json_same("{\"a\":1}", "{\"a\":2}"));
    CHECK(!json_same("{\"a\":1}", "{\"a\":1,\"b\":1}"));
    CHECK(!json_same("[1,2]", "[1]"));
    CHECK(!json_same("[1,2]", "[2,1]"));
    CHECK(!json_same("null", "true"));
    CHECK(!json_same("\"1\"", "1"));
}

/* -- a reader of valid envelopes, apart from the SDK's ---------------------------------- */

typedef struct {
    blob_t header, payload;
} mini_item_t;

typedef struct {
    blob_t header;
    mini_item_t items[64];
    size_t count;
} mini_t;

static const char *mini_line(const char *p, const char *end, blob_t *line)
{
    const char *stop = p;
    while (stop < end && *stop != '\n') stop++;
    *line = blob_of(p, (size_t)(stop - p));
    return stop < end ? stop + 1 : end;
}

static void mini_read(mini_t *mini, const blob_t *blob)
{
    const char *p = blob->bytes, *end = p + blob->size, *length;
    mini->count = 0;
    p = mini_line(p, end, &mini->header);
    while (p < end && mini->count < COUNT(mini->items)) {
        mini_item_t *item = &mini->items[mini->count++];
        p = mini_line(p, end, &item->header);
        length = json_member(item->header.bytes, "\"length\"");
        if (length) {
            item->payload = blob_of(p, (size_t)strtoul(length, NULL, 10));
            p += item->payload.size;
            if (p < end) p++;
        } else {
            p = mini_line(p, end, &item->payload);
        }
    }
}

static void mini_free(mini_t *mini)
{
    size_t i;
    free(mini->header.bytes);
    for (i = 0; i < mini->count; i++) {
        free(mini->items[i].header.bytes);
        free(mini->items[i].payload.bytes);
    }
}

static int same_blob(const blob_t *blob, const char *bytes, size_t size)
{
    return bytes != NULL && blob->size == size && memcmp(blob->bytes, bytes, size) == 0;
}

/* -- golden files ------------------------------------------------------------------------ */

/* The items as the API shows them. */
static void check_items(const sentry_envelope_t *envelope, const mini_t *mini)
{
    size_t i, size = 12345;
    CHECK_INT(sentry_envelope_get_item_count(envelope), mini->count);
    for (i = 0; i < mini->count; i++) {
        char *header = sentry_value_to_json(sentry_envelope_get_item_header(envelope, i));
        const char *payload = sentry_envelope_get_item_payload(envelope, i, &size);
        CHECK(header != NULL && json_same(header, mini->items[i].header.bytes));
        CHECK(same_blob(&mini->items[i].payload, payload, size));
        sentry_free(header);
    }
    CHECK(sentry_value_is_null(sentry_envelope_get_item_header(envelope, mini->count)));
    CHECK(sentry_envelope_get_item_payload(envelope, mini->count, &size) == NULL);
    CHECK(sentry_envelope_get_item_payload(envelope, (size_t)-1, &size) == NULL);
}

/* What the SDK writes, read by the other reader: the same envelope, in normal form. */
static void check_serialized(const sentry_envelope_t *envelope, const mini_t *mini)
{
    mini_t again;
    blob_t blob;
    size_t i, size = 0, expected;
    char *bytes = sentry_envelope_serialize(envelope, &size);
    REQUIRE(bytes != NULL);
    CHECK_INT(bytes[size], 0);
    CHECK_INT(bytes[size - 1], '\n');
    blob = blob_of(bytes, size);
    mini_read(&again, &blob);
    CHECK_INT(again.count, mini->count);
    CHECK(json_same(again.header.bytes, mini->header.bytes));
    expected = again.header.size + 1;
    for (i = 0; i < again.count && i < mini->count; i++) {
        const char *length = json_member(again.items[i].header.bytes, "\"length\"");
        CHECK(json_same(again.items[i].header.bytes, mini->items[i].header.bytes));
        CHECK(same_blob(&again.items[i].payload, mini->items[i].payload.bytes, mini->items[i].payload.size));
        CHECK(length != NULL && strtoul(length, NULL, 10) == mini->items[i].payload.size);
        expected += again.items[i].header.size + 1 + again.items[i].payload.size + 1;
    }
    CHECK_INT(size, expected);
    mini_free(&again);
    free(blob.bytes);
    sentry_free(bytes);
}

static void check_golden(const char *path, const blob_t *blob)
{
    mini_t mini;
    sentry_envelope_t *envelope = sentry_envelope_deserialize(blob->bytes, blob->size);
    mini_read(&mini, blob);
    if (!envelope) CHECK_STR(path, "a file that can be read");
    if (envelope) {
        check_items(envelope, &mini);
        check_serialized(envelope, &mini);
    }
    sentry_envelope_free(envelope);
    mini_free(&mini);
}

static void golden_files(void)
{
    CHECK(each_golden("golden", check_golden) >= 28);
}

static void check_refused(const char *path, const blob_t *blob)
{
    sentry_envelope_t *envelope = sentry_envelope_deserialize(blob->bytes, blob->size);
    if (envelope) CHECK_STR(path, "a file that is refused");
    sentry_envelope_free(envelope);
}

static void invalid_golden_files(void)
{
    CHECK(each_golden("golden/invalid", check_refused) >= 6);
}

/* Reading what was written gives what was written. */
static void check_stable(const sentry_envelope_t *envelope)
{
    size_t size = 0, again_size = 0;
    char *bytes = sentry_envelope_serialize(envelope, &size), *again_bytes = NULL;
    sentry_envelope_t *again = bytes ? sentry_envelope_deserialize(bytes, size) : NULL;
    if (again) again_bytes = sentry_envelope_serialize(again, &again_size);
    CHECK_EACH(again_bytes != NULL && size == again_size && memcmp(bytes, again_bytes, size) == 0);
    sentry_envelope_free(again);
    sentry_free(bytes);
    sentry_free(again_bytes);
}

static fence_t fence;

/* Reads bytes that end where memory ends; whether they are an envelope. */
static int read_fenced(const char *bytes, size_t size)
{
    sentry_envelope_t *envelope = sentry_envelope_deserialize(fence_put(&fence, bytes, size), size);
    if (!envelope) return 0;
    check_stable(envelope);
    (void)sentry_envelope_get_event(envelope);
    (void)sentry_envelope_get_transaction(envelope);
    sentry_envelope_free(envelope);
    return 1;
}

static void cut_anywhere(const char *path, const blob_t *blob)
{
    size_t size, accepted = 0;
    (void)path;
    for (size = 0; size < blob->size; size++) accepted += (size_t)read_fenced(blob->bytes, size);
    CHECK(accepted < 100);
}

static void truncated(void)
{
    REQUIRE(fence_open(&fence));
    CHECK(each_golden("golden", cut_anywhere) > 0);
    CHECK(each_golden("golden/invalid", cut_anywhere) > 0);
}

static uint64_t random_state = UINT64_C(2463534242);

static size_t random_below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % (uint64_t)limit);
}

static void change_anywhere(const char *path, const blob_t *blob)
{
    static const char likely[] = "\n\n\n\r{}[]\",:0123456789 \\\xFF";
    int round;
    (void)path;
    for (round = 0; round < 300; round++) {
        blob_t copy = blob_of(blob->bytes, blob->size);
        size_t times = 1 + random_below(3);
        while (times-- > 0 && copy.size > 1) {
            size_t at = random_below(copy.size < 400 || random_below(2) ? copy.size : 400);
            size_t kind = random_below(3);
            if (kind == 0) copy.bytes[at] = likely[random_below(sizeof likely)];
            else if (kind == 1) memmove(copy.bytes + at, copy.bytes + at + 1, copy.size-- - at - 1);
            else copy.bytes[at] = (char)random_below(256);
        }
        read_fenced(copy.bytes, copy.size);
        free(copy.bytes);
    }
}

static void mutated(void)
{
    REQUIRE(fence_open(&fence));
    CHECK(each_golden("golden", change_anywhere) > 0);
    CHECK(each_golden("golden/invalid", change_anywhere) > 0);
}

/* -- framing ------------------------------------------------------------------------------- */

static void accepted_texts(void)
{
    static const struct {
        const char *text;
        int items;
    } cases[] = {
        { "{}", 0 }, { "{}\n", 0 }, { "{\"event_id\":\"" EVENT_ID "\"}\n", 0 }, { "{}\n{\"type\":\"x\",\"length\":0}\n", 1 },
        { "{}\n{\"type\":\"x\",\"length\":0}\n\n", 1 }, { "{}\n{\"type\":\"x\",\"length\":1}\n\n", 1 },
        { "{}\n{\"type\":\"x\",\"length\":1}\n\n\n", 1 }, { "{}\n{\"type\":\"x\"}\nab", 1 },
        { "{}\n{\"type\":\"x\"}\nab\n", 1 }, { "{}\n{\"type\":\"x\"}\n\n", 1 }, { "{}\n{\"type\":\"x\"}\nab\r\n", 1 },
        { "{}\n{\"type\":\"x\"}\nab\n{\"type\":\"y\",\"length\":2}\ncd", 2 }, { "{}\n{\"length\":2,\"type\":\"x\"}\n{}\n", 1 },
        { "{}\n{\"type\":\"log\",\"item_count\":0,\"length\":12}\n{\"items\":[]}\n", 1 },
        { "{}\n{\"type\":\"log\",\"item_count\":2,\"length\":15}\n{\"items\":[1,2]}", 1 },
        { "{}\n{\"type\":\"x\",\"length\":5}\na\nb\r\n\n{\"type\":\"x\",\"length\":0}\n\n", 2 }
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        sentry_envelope_t *envelope = parse(cases[i].text);
        if (!envelope) CHECK_STR(cases[i].text, "an envelope that can be read");
        CHECK_INT(sentry_envelope_get_item_count(envelope), cases[i].items);
        if (envelope) check_stable(envelope);
        sentry_envelope_free(envelope);
    }
}

static void refused_texts(void)
{
    static const char *const cases[] = {
        "", "\n", "\n\n", "null", "[]", "\"x\"", "{", "x\n", "{}x", "{},\n", "{\"a\":1,}\n", "{}\r\n", "{}\n\n", "{}\n\n\n",
        "\n{}", "{}\n\n{\"type\":\"x\",\"length\":0}\n", "{}\n{}\n", "{}\n{}\nabc", "{}\n[]\nabc", "{}\nnull\n", "{}\nx\n",
        "{}\n{\"type\":1}\nabc", "{}\n{\"type\":null}\nabc", "{}\n{\"type\":\"x\",\"length\":1}\n",
        "{}\n{\"type\":\"x\",\"length\":4}\nabc", "{}\n{\"type\":\"x\",\"length\":2}\nabc",
        "{}\n{\"type\":\"x\",\"length\":3}\nabc\n\n", "{}\n{\"type\":\"x\",\"length\":3}\nabc\n\n\n",
        "{}\n{\"type\":\"x\",\"length\":-1}\nabc", "{}\n{\"type\":\"x\",\"length\":\"3\"}\nabc",
        "{}\n{\"type\":\"x\",\"length\":3.5}\nabc", "{}\n{\"type\":\"x\",\"length\":18446744073709551615}\nabc",
        "{}\n{\"type\":\"x\",\"length\":18446744073709551616}\nabc", "{}\n{\"type\":\"x\",\"length\":9223372036854775807}\nabc",
        "{}\n{\"type\":\"x\",\"length\":4294967299}\nabc", "{}\n{\"type\":\"x\"}\r\nabc",
        "{}\n{\"type\":\"x\",\"length\":3}\r\nabc", "{}\n{\"type\":\"log\",\"item_count\":1}\n{\"items\":[]}\n",
        "{}\n{\"type\":\"log\",\"item_count\":1}\n{\"items\":[1,2]}\n",
        "{}\n{\"type\":\"x\",\"length\":3}\nabc{\"type\":\"x\"}\nabc", "{}\n{\"type\":\"x\"}\nabc\n\n", "{\"\xFF\":1}\n"
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        sentry_envelope_t *envelope = parse(cases[i]);
        if (envelope) CHECK_STR(cases[i], "an envelope that is refused");
        sentry_envelope_free(envelope);
    }
    CHECK(sentry_envelope_deserialize("{}\0x\n", 5) == NULL);
    CHECK(sentry_envelope_deserialize("{}\n{\"type\":\"x\"\0}\nabc", 20) == NULL);
    CHECK(sentry_envelope_deserialize("{}", 0) == NULL);
    CHECK(sentry_envelope_deserialize(NULL, 0) == NULL);
    CHECK(sentry_envelope_deserialize(NULL, 7) == NULL);
}

static void lengths_are_written(void)
{
    sentry_envelope_t *envelope = parse("{}\n{\"type\":\"session\",\"x\":[1]}\n{\"a\":1}");
    size_t size = 0;
    char *bytes = sentry_envelope_serialize(envelope, &size);
    CHECK(bytes != NULL && json_same("{\"type\":\"session\",\"x\":[1]}", bytes + 3));
    CHECK_CONTAINS(bytes, "\"length\":7");
    CHECK_CONTAINS(bytes, "}\n{\"a\":1}\n");
    CHECK_INT(strlen(bytes), size);
    sentry_free(bytes);
    sentry_envelope_free(envelope);
}

static void large_payload(void)
{
    static const char head[] = "{}\n{\"type\":\"attachment\",\"length\":16777216}\n";
    size_t length = 16777216, head_size = sizeof head - 1, size = 0;
    char *text = (char *)malloc(head_size + length), *bytes;
    sentry_envelope_t *envelope;
    REQUIRE(text != NULL);
    memcpy(text, head, head_size);
    memset(text + head_size, '\n', length);
    envelope = sentry_envelope_deserialize(text, head_size + length);
    CHECK(envelope != NULL);
    bytes = sentry_envelope_serialize(envelope, &size);
    CHECK(bytes != NULL && size == head_size + length + 1 && memcmp(bytes + size - 1 - length, text + head_size, length) == 0);
    sentry_free(bytes);
    sentry_envelope_free(envelope);
    free(text);
}

static void many_items(void)
{
    static char text[8192];
    size_t used = 3;
    int i;
    sentry_envelope_t *envelope;
    memcpy(text, "{}\n", 3);
    for (i = 0; i < 200; i++) used += (size_t)snprintf(text + used, sizeof text - used, "{\"type\":\"x\",\"n\":%d}\n%d\n", i, i);
    envelope = sentry_envelope_deserialize(text, used);
    CHECK_INT(sentry_envelope_get_item_count(envelope), 200);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(sentry_envelope_get_item_header(envelope, 199), "n")), 199);
    if (envelope) check_stable(envelope);
    sentry_envelope_free(envelope);
}

/* -- getters --------------------------------------------------------------------------------- */

static void headers(void)
{
    blob_t blob;
    sentry_envelope_t *envelope = read_golden("event_message", &blob);
    sentry_value_t trace;
    REQUIRE(envelope != NULL);
    CHECK_STR(sentry_value_as_string(sentry_envelope_get_header(envelope, "event_id")), EVENT_ID);
    CHECK_STR(sentry_value_as_string(sentry_envelope_get_header_n(envelope, "event_id...", 8)), EVENT_ID);
    CHECK_STR(sentry_value_as_string(sentry_envelope_get_header(envelope, "sent_at")), "2026-01-02T03:04:06.000000Z");
    trace = sentry_envelope_get_header(envelope, "trace");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(trace, "trace_id")), "771a43a4192642f0b136d5159a501700");
    CHECK(sentry_value_is_null(sentry_envelope_get_header(envelope, "event")));
    CHECK(sentry_value_is_null(sentry_envelope_get_header(envelope, "")));
    CHECK(sentry_value_is_null(sentry_envelope_get_header(envelope, NULL)));
    CHECK(sentry_value_is_null(sentry_envelope_get_header_n(envelope, NULL, 8)));
    sentry_envelope_free(envelope);
    free(blob.bytes);
}

/* `which` of the two getters has the payload, the other null. */
static void check_lent(const char *name, const char *which)
{
    blob_t blob;
    sentry_envelope_t *envelope = read_golden(name, &blob);
    sentry_value_t event = sentry_envelope_get_event(envelope), transaction = sentry_envelope_get_transaction(envelope), found;
    CHECK(envelope != NULL);
    CHECK_INT(!sentry_value_is_null(event), strcmp(which, "event") == 0);
    CHECK_INT(!sentry_value_is_null(transaction), strcmp(which, "transaction") == 0);
    found = sentry_value_is_null(event) ? transaction : event;
    if (!sentry_value_is_null(found)) {
        CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(found, "event_id")), EVENT_ID);
        found = strcmp(which, "event") == 0 ? sentry_envelope_get_event(envelope) : sentry_envelope_get_transaction(envelope);
        CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(found, "event_id")), EVENT_ID);
    }
    sentry_envelope_free(envelope);
    free(blob.bytes);
}

static void events_and_transactions(void)
{
    sentry_envelope_t *envelope;
    check_lent("event_message", "event");
    check_lent("event_error_full", "event");
    check_lent("event_crash_signal", "event");
    check_lent("transaction", "transaction");
    check_lent("transaction_profile_v1", "transaction");
    check_lent("session_init", "");
    check_lent("framing_empty_envelope", "");
    check_lent("feedback", "");
    envelope = parse("{}\n{\"type\":\"event\",\"length\":3}\nabc");
    CHECK(envelope == NULL || sentry_value_is_null(sentry_envelope_get_event(envelope)));
    sentry_envelope_free(envelope);
    envelope = parse("{}\n{\"type\":\"event\",\"length\":9}\n{\"a\":1}\n\n");
    CHECK(envelope != NULL && sentry_value_as_int32(sentry_value_get_by_key(sentry_envelope_get_event(envelope), "a")) == 1);
    sentry_envelope_free(envelope);
}

static void null_arguments(void)
{
    size_t size = 5;
    sentry_envelope_t *envelope = parse("{}\n{\"type\":\"x\",\"length\":1}\na\n");
    char *bytes;
    sentry_envelope_free(NULL);
    CHECK(sentry_value_is_null(sentry_envelope_get_header(NULL, "a")));
    CHECK(sentry_value_is_null(sentry_envelope_get_event(NULL)));
    CHECK(sentry_value_is_null(sentry_envelope_get_transaction(NULL)));
    CHECK_INT(sentry_envelope_get_item_count(NULL), 0);
    CHECK(sentry_value_is_null(sentry_envelope_get_item_header(NULL, 0)));
    CHECK(sentry_envelope_get_item_payload(NULL, 0, &size) == NULL);
    CHECK(sentry_envelope_get_item_payload(NULL, 0, NULL) == NULL);
    CHECK(sentry_envelope_get_item_payload(envelope, 0, NULL) != NULL);
    CHECK(sentry_envelope_get_item_payload(envelope, 1, NULL) == NULL);
    CHECK(sentry_envelope_serialize(NULL, &size) == NULL);
    CHECK(sentry_envelope_serialize(NULL, NULL) == NULL);
    bytes = sentry_envelope_serialize(envelope, NULL);
    CHECK_STR(bytes, "{}\n{\"type\":\"x\",\"length\":1}\na\n");
    sentry_free(bytes);
    sentry_capture_envelope(NULL);
    sentry_envelope_free(envelope);
}

/* -- files ------------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_FILES
#define SMALL "{}\n{\"type\":\"x\",\"length\":3}\nabc\n"
#define UMLAUTS "gr\xC3\xB6\xC3\x9F" "e \xC3\x84.envelope"
#define CJK "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.envelope"
#define EMOJI "\xF0\x9F\x98\x80\xF0\x9F\x8E\x89.envelope"

static void check_file(const char *path, const char *expected)
{
    size_t size;
    char *bytes = file_get(path, &size);
    CHECK_STR(bytes, expected);
    free(bytes);
}

/* Writes an envelope, replaces it, reads it back. */
static void check_write_and_read(const char *path)
{
    sentry_envelope_t *envelope = parse(SMALL), *again;
    CHECK_INT(sentry_envelope_write_to_file(envelope, path), 0);
    check_file(path, SMALL);
    file_put(path, "a longer file than the envelope will be, so that what is left of it would show", 78);
    CHECK_INT(sentry_envelope_write_to_file(envelope, path), 0);
    check_file(path, SMALL);
    again = sentry_envelope_read_from_file(path);
    CHECK_INT(sentry_envelope_get_item_count(again), 1);
    sentry_envelope_free(again);
    sentry_envelope_free(envelope);
}

static void written_and_read_back(void)
{
    const char *path;
    sentry_envelope_t *envelope = parse(SMALL), *again;
    REQUIRE(scratch_begin());
    path = in_scratch("one.envelope");
    check_write_and_read(path);
    CHECK_INT(scratch_files(), 1);
    again = sentry_envelope_read_from_file_n(path, strlen(path));
    CHECK(again != NULL);
    sentry_envelope_free(again);
    CHECK_INT(sentry_envelope_write_to_file_n(envelope, path, strlen(path) - strlen(".envelope")), 0);
    check_file(in_scratch("one"), SMALL);
    CHECK_INT(scratch_files(), 2);
    sentry_envelope_free(envelope);
    scratch_end();
}

static void null_paths(void)
{
    sentry_envelope_t *envelope = parse(SMALL);
    REQUIRE(scratch_begin());
    CHECK_INT(sentry_envelope_write_to_file(NULL, in_scratch("none.envelope")), 1);
    CHECK_INT(scratch_files(), 0);
    CHECK_INT(sentry_envelope_write_to_file(envelope, NULL), 1);
    CHECK_INT(sentry_envelope_write_to_file_n(envelope, NULL, 4), 1);
    CHECK_INT(sentry_envelope_write_to_file(envelope, ""), 1);
    CHECK(sentry_envelope_read_from_file(NULL) == NULL);
    CHECK(sentry_envelope_read_from_file_n(NULL, 4) == NULL);
    CHECK(sentry_envelope_read_from_file("") == NULL);
    sentry_envelope_free(envelope);
    scratch_end();
}

static void through_files(const char *path, const blob_t *blob)
{
    mini_t mini;
    sentry_envelope_t *envelope = sentry_envelope_read_from_file(path), *again;
    CHECK_INT(sentry_envelope_write_to_file(envelope, in_scratch("copy.envelope")), 0);
    again = sentry_envelope_read_from_file(in_scratch("copy.envelope"));
    mini_read(&mini, blob);
    check_items(envelope, &mini);
    check_items(again, &mini);
    mini_free(&mini);
    sentry_envelope_free(envelope);
    sentry_envelope_free(again);
}

static void refused_from_files(const char *path, const blob_t *blob)
{
    (void)blob;
    CHECK(sentry_envelope_read_from_file(path) == NULL);
}

static void golden_files_through_files(void)
{
    REQUIRE(scratch_begin());
    CHECK(each_golden("golden", through_files) >= 28);
    CHECK_INT(scratch_files(), 1);
    CHECK(each_golden("golden/invalid", refused_from_files) >= 6);
    scratch_end();
}

static void keep_path(const char *path, void *data)
{
    snprintf((char *)data, FILE_MAX_PATH, "%s", path);
}

/* Names are UTF-8 everywhere: the file has the name that was asked for, and no other. */
static void names_beyond_ascii(void)
{
    static const char *const names[] = { UMLAUTS, CJK, EMOJI, "with space \xE2\x82\xAC.envelope" };
    char path[FILE_MAX_PATH] = "";
    size_t i;
    for (i = 0; i < COUNT(names); i++) {
        REQUIRE(scratch_begin());
        check_write_and_read(in_scratch(names[i]));
        CHECK_INT(file_each(scratch, keep_path, path), 1);
        CHECK_STR(path, in_scratch(names[i]));
        snprintf(path, sizeof path, "%s folder/%s", names[i], names[i]);
        file_put(in_scratch(path), "", 0);
        check_write_and_read(in_scratch(path));
        CHECK_INT(scratch_files(), 2);
        scratch_end();
    }
}

/* Longer than the 260 characters that Windows once took; from the root and from the working directory. */
static void long_paths(void)
{
    char path[FILE_MAX_PATH];
    size_t used = 0;
    REQUIRE(scratch_begin());
    while (used < 1200) used += (size_t)snprintf(path + used, sizeof path - used, "a folder with a name of some 40 letters/");
    snprintf(path + used, sizeof path - used, "one.envelope");
    file_put(in_scratch(path), "", 0);
    check_write_and_read(in_scratch(path));
    REQUIRE(test_chdir(scratch) == 0);
    check_write_and_read(path);
    CHECK_INT(scratch_files(), 1);
    scratch_end();
}

/* As long as a name may be: the file beside it, which becomes it, has a short one. */
static void longest_name(void)
{
    char name[256];
    memset(name, 'n', 255);
    name[255] = 0;
    REQUIRE(scratch_begin());
    check_write_and_read(in_scratch(name));
    CHECK_INT(scratch_files(), 1);
    REQUIRE(test_chdir(scratch) == 0);
    check_write_and_read(name);
    scratch_end();
}

static void unwritable_paths(void)
{
    sentry_envelope_t *envelope = parse(SMALL);
    REQUIRE(scratch_begin());
    CHECK_INT(sentry_envelope_write_to_file(envelope, in_scratch("missing/one.envelope")), 1);
    CHECK_INT(test_mkdir(in_scratch("directory")), 0);
    CHECK_INT(sentry_envelope_write_to_file(envelope, in_scratch("directory")), 1);
    CHECK(sentry_envelope_read_from_file(in_scratch("directory")) == NULL);
    CHECK(sentry_envelope_read_from_file(in_scratch("missing/one.envelope")) == NULL);
    CHECK(sentry_envelope_read_from_file(in_scratch(UMLAUTS)) == NULL);
    CHECK_INT(scratch_files(), 1);
    sentry_envelope_free(envelope);
    scratch_end();
}

/* Writing fails: the old file stays, and nothing is left of the new one. */
static void check_failing_write(const sentry_envelope_t *envelope, const char *path)
{
    CHECK_INT(sentry_envelope_write_to_file(envelope, path), 1);
    CHECK_INT(scratch_files(), 1);
}

#ifdef _WIN32
/* The forms with UTF-16 paths lead to the files that the UTF-8 forms know. */
static void wide_paths(void)
{
    static const wchar_t name[] = L"gr\u00f6\u00dfe \u00c4.envelope.more";
    sentry_envelope_t *envelope = parse(SMALL), *again;
    size_t length = sizeof UMLAUTS - 1 - 3; /* characters: three of them are two bytes each */
    REQUIRE(scratch_begin());
    REQUIRE(test_chdir(scratch) == 0);
    CHECK_INT(sentry_envelope_write_to_filew(envelope, name), 0);
    check_file(in_scratch(UMLAUTS ".more"), SMALL);
    again = sentry_envelope_read_from_filew(name);
    CHECK_INT(sentry_envelope_get_item_count(again), 1);
    sentry_envelope_free(again);
    CHECK(sentry_envelope_read_from_filew_n(name, length) == NULL);
    CHECK_INT(sentry_envelope_write_to_filew_n(envelope, name, length), 0);
    check_file(in_scratch(UMLAUTS), SMALL);
    CHECK_INT(scratch_files(), 2);
    again = sentry_envelope_read_from_filew_n(name, length);
    CHECK_INT(sentry_envelope_get_item_count(again), 1);
    sentry_envelope_free(again);
    again = sentry_envelope_read_from_filew_n(L"gr\u00f6\u00dfe \u00c4.envelope\0x", length + 2);
    CHECK_INT(sentry_envelope_get_item_count(again), 1);
    sentry_envelope_free(again);
    again = sentry_envelope_read_from_file(UMLAUTS);
    CHECK_INT(sentry_envelope_get_item_count(again), 1);
    sentry_envelope_free(again);
    CHECK_INT(sentry_envelope_write_to_filew(envelope, L"\U0001F600\U0001F389.envelope"), 0);
    check_file(in_scratch(EMOJI), SMALL);
    CHECK_INT(sentry_envelope_write_to_filew(envelope, L"missing\\one.envelope"), 1);
    CHECK_INT(sentry_envelope_write_to_filew(envelope, L""), 1);
    CHECK_INT(sentry_envelope_write_to_filew(envelope, NULL), 1);
    CHECK_INT(sentry_envelope_write_to_filew_n(envelope, NULL, 4), 1);
    CHECK_INT(sentry_envelope_write_to_filew_n(envelope, name, 0), 1);
    CHECK_INT(sentry_envelope_write_to_filew(NULL, name), 1);
    CHECK(sentry_envelope_read_from_filew(L"") == NULL);
    CHECK(sentry_envelope_read_from_filew(NULL) == NULL);
    CHECK(sentry_envelope_read_from_filew_n(NULL, 4) == NULL);
    CHECK_INT(scratch_files(), 3);
    sentry_envelope_free(envelope);
    scratch_end();
}

/* A file that another program has open for itself cannot be replaced. */
static void failed_write_leaves_the_old_file(void)
{
    const char *path;
    sentry_envelope_t *envelope = parse(SMALL);
    wchar_t *wide;
    HANDLE open;
    REQUIRE(scratch_begin());
    path = in_scratch("one.envelope");
    file_put(path, "old", 3);
    wide = test_wide_path(path);
    open = CreateFileW(wide, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    REQUIRE(open != INVALID_HANDLE_VALUE);
    check_failing_write(envelope, path);
    CHECK(CloseHandle(open));
    check_file(path, "old");
    check_write_and_read(path);
    free(wide);
    sentry_envelope_free(envelope);
    scratch_end();
}
#else
/* A disk that is full in the middle. */
static void failed_write_leaves_the_old_file(void)
{
    char text[4096];
    struct rlimit limit;
    sentry_envelope_t *envelope;
    REQUIRE(scratch_begin());
    file_put(in_scratch("one.envelope"), "old", 3);
    memset(text, 'x', sizeof text);
    memcpy(text, "{}\n{\"type\":\"attachment\",\"length\":4000}\n", 39);
    envelope = sentry_envelope_deserialize(text, 39 + 4000);
    REQUIRE(envelope != NULL);
    signal(SIGXFSZ, SIG_IGN);
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = 1000;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    check_failing_write(envelope, in_scratch("one.envelope"));
    limit.rlim_cur = limit.rlim_max;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    check_file(in_scratch("one.envelope"), "old");
    sentry_envelope_free(envelope);
    scratch_end();
}
#endif
#endif

/* -- sending -------------------------------------------------------------------------------------- */

/* What a transport got. */
typedef struct {
    int count;
    blob_t last;
} inbox_t;

static void keep_envelope(sentry_envelope_t *envelope, void *state)
{
    inbox_t *inbox = (inbox_t *)state;
    size_t size = 0;
    char *bytes = sentry_envelope_serialize(envelope, &size);
    inbox->count++;
    free(inbox->last.bytes);
    inbox->last = blob_of(bytes ? bytes : "", bytes ? size : 0);
    sentry_free(bytes);
    sentry_envelope_free(envelope);
}

static inbox_t inbox; /* lives as long as any transport */

static int start(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_transport_t *transport = sentry_transport_new(keep_envelope);
    sentry_transport_set_state(transport, &inbox);
    sentry_options_set_dsn(options, "http://key@127.0.0.1:9/42");
    sentry_options_set_transport(options, transport);
    sentry_options_set_auto_session_tracking(options, 0);
    return sentry_init(options);
}

static void send_as_it_is(const char *path, const blob_t *blob)
{
    mini_t mini;
    sentry_envelope_t *envelope = sentry_envelope_deserialize(blob->bytes, blob->size), *got;
    int before = inbox.count;
    REQUIRE(envelope != NULL);
    sentry_capture_envelope(envelope);
    if (inbox.count == before) {
        CHECK(strstr(path, "framing_empty") != NULL);
        return;
    }
    CHECK_INT(inbox.count, before + 1);
    mini_read(&mini, blob);
    got = sentry_envelope_deserialize(inbox.last.bytes, inbox.last.size);
    CHECK(got != NULL);
    if (got) {
        check_items(got, &mini);
        check_serialized(got, &mini);
    }
    sentry_envelope_free(got);
    mini_free(&mini);
}

static void captured_as_it_is(void)
{
    REQUIRE(start() == 0);
    CHECK(each_golden("golden", send_as_it_is) >= 28);
    CHECK(inbox.count >= 27);
    sentry_close();
    free(inbox.last.bytes);
}

static void captured_while_off(void)
{
    blob_t blob;
    sentry_envelope_t *envelope = read_golden("event_message", &blob);
    REQUIRE(envelope != NULL);
    sentry_capture_envelope(envelope);
    REQUIRE(start() == 0);
    sentry_close();
    envelope = sentry_envelope_deserialize(blob.bytes, blob.size);
    sentry_capture_envelope(envelope);
    CHECK_INT(inbox.count, 0);
    free(blob.bytes);
}

static const test_case_t tests[] = {
    { "own_comparison", own_comparison },
    { "golden_files", golden_files },
    { "invalid_golden_files", invalid_golden_files },
    { "truncated", truncated },
    { "mutated", mutated },
    { "accepted_texts", accepted_texts },
    { "refused_texts", refused_texts },
    { "lengths_are_written", lengths_are_written },
    { "large_payload", large_payload },
    { "many_items", many_items },
    { "headers", headers },
    { "events_and_transactions", events_and_transactions },
    { "null_arguments", null_arguments },
#ifndef SENTRY_NO_FILES
    { "written_and_read_back", written_and_read_back },
    { "null_paths", null_paths },
    { "golden_files_through_files", golden_files_through_files },
    { "names_beyond_ascii", names_beyond_ascii },
    { "long_paths", long_paths },
    { "longest_name", longest_name },
    { "unwritable_paths", unwritable_paths },
#ifdef _WIN32
    { "wide_paths", wide_paths },
#endif
    { "failed_write_leaves_the_old_file", failed_write_leaves_the_old_file },
#endif
    { "captured_as_it_is", captured_as_it_is },
    { "captured_while_off", captured_while_off }
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
