/* Attachments: what is attached where, when it is read, what goes out with which event, and what is counted when it does not. */
#include "alloc.h"
#include "collect.h"
#ifndef SENTRY_NO_FILES
#include "files.h"
#endif
#ifndef SENTRY_NO_HTTP
#include "sink.h"
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENOUGH_MS 8000 /* for what happens at once; never waited for when all is well */
#define MEGABYTE (1u << 20)

/* -- what was sent ------------------------------------------------------------------------- */

static sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

/* What an item's header says; "" when it says nothing. */
static const char *item_text(const sentry_envelope_t *envelope, size_t item, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(sentry_envelope_get_item_header(envelope, item), key));
}

static int is_attachment(const sentry_envelope_t *envelope, size_t item)
{
    return strcmp(item_text(envelope, item, "type"), "attachment") == 0;
}

/* The item of the k-th attachment; the number of items when there is none. */
static size_t find_attachment(const sentry_envelope_t *envelope, size_t k)
{
    size_t count = sentry_envelope_get_item_count(envelope), item;
    for (item = 0; item < count; item++)
        if (is_attachment(envelope, item) && k-- == 0) break;
    return item;
}

static const char *header(size_t event, size_t k, const char *key)
{
    const sentry_envelope_t *envelope = collect_envelope(event);
    return item_text(envelope, find_attachment(envelope, k), key);
}

static const char *payload(size_t event, size_t k, size_t *size)
{
    const sentry_envelope_t *envelope = collect_envelope(event);
    *size = 0;
    return sentry_envelope_get_item_payload(envelope, find_attachment(envelope, k), size);
}

static size_t attachments_of(const sentry_envelope_t *envelope)
{
    size_t count = sentry_envelope_get_item_count(envelope), item, n = 0;
    for (item = 0; item < count; item++) n += (size_t)is_attachment(envelope, item);
    return n;
}

/* The attachments in their order, "a.txt=its text b.txt=", in a buffer that the next call overwrites. */
static const char *shown(const sentry_envelope_t *envelope)
{
    static char text[4096];
    size_t count = attachments_of(envelope), used = 0, size, k;
    text[0] = 0;
    for (k = 0; k < count && used < sizeof text; k++) {
        size_t item = find_attachment(envelope, k);
        const char *bytes = sentry_envelope_get_item_payload(envelope, item, &size);
        const char *name = item_text(envelope, item, "filename");
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=%.*s", k ? " " : "", name, (int)size, bytes);
    }
    return text;
}

/* What goes along with an event that is captured now. */
static const char *goes_along(void)
{
    say("what goes along");
    return collect_count() ? shown(collect_envelope(collect_count() - 1)) : "nothing was sent";
}

static uint64_t dropped(sentry_drop_reason_t reason)
{
    sentry_stats_t stats;
    sentry_get_stats(&stats);
    return stats.dropped[reason];
}

static uint64_t dropped_at_all(void)
{
    uint64_t sum = 0;
    int reason;
    for (reason = 0; reason < SENTRY_DROP_REASONS; reason++) sum += dropped((sentry_drop_reason_t)reason);
    return sum;
}

/* -- bytes --------------------------------------------------------------------------------- */

static void bytes_go_with_every_event(void)
{
    char text[] = "one";
    REQUIRE(collect_start(NULL) == 0);
    CHECK_STR(goes_along(), "");
    CHECK(sentry_attach_bytes(text, 3, "a.txt") != NULL);
    memcpy(text, "xxx", 3); /* they were copied */
    CHECK_STR(goes_along(), "a.txt=one");
    CHECK_STR(goes_along(), "a.txt=one");
    CHECK(sentry_attach_bytes("two", 3, "b.txt") != NULL);
    sentry_capture_exception("Type", "value");
    CHECK_STR(shown(collect_envelope(3)), "a.txt=one b.txt=two");
    CHECK_INT(sentry_envelope_get_item_count(collect_envelope(3)), 3);
    CHECK_INT(is_attachment(collect_envelope(3), 0), 0); /* the event comes first */
    CHECK_INT(dropped_at_all(), 0);
    collect_stop();
}

static void header_says_only_what_is_known(void)
{
    char *text;
    REQUIRE(collect_start(NULL) == 0);
    sentry_attach_bytes("one", 3, "a.txt");
    say("x");
    text = sentry_value_to_json(sentry_envelope_get_item_header(collect_envelope(0), 1));
    CHECK_STR(text, "{\"type\":\"attachment\",\"filename\":\"a.txt\"}"); /* the length is written when it is sent */
    sentry_free(text);
    collect_stop();
}

static void bytes_by_every_function(void)
{
    sentry_scope_t *scope;
    sentry_hint_t *hint;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_scope_new();
    hint = sentry_hint_new();
    CHECK(sentry_attach_bytes("1", 1, "a") != NULL);
    CHECK(sentry_attach_bytes_n("2", 1, "bcd", 1) != NULL);
    CHECK(sentry_attach_bytes_n("3", 1, "c\0d", 3) != NULL); /* a name ends at a zero */
    CHECK(sentry_scope_attach_bytes(scope, "4", 1, "d") != NULL);
    CHECK(sentry_scope_attach_bytes_n(scope, "5", 1, "efg", 1) != NULL);
    CHECK(sentry_hint_attach_bytes(hint, "6", 1, "f") != NULL);
    CHECK(sentry_hint_attach_bytes_n(hint, "7", 1, "ghi", 1) != NULL);
    sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    CHECK_STR(shown(collect_envelope(0)), "a=1 b=2 c=3 f=6 g=7");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(1)), "d=4 e=5 a=1 b=2 c=3");
    sentry_scope_free(scope);
    collect_stop();
}

static void bytes_that_are_none(void)
{
    sentry_scope_t *scope;
    sentry_hint_t *hint;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_scope_new();
    hint = sentry_hint_new();
    CHECK(sentry_attach_bytes(NULL, 5, "a") == NULL);
    CHECK(sentry_attach_bytes(NULL, 0, "a") == NULL);
    CHECK(sentry_attach_bytes_n(NULL, 5, "a", 1) == NULL);
    CHECK(sentry_scope_attach_bytes(scope, NULL, 5, "a") == NULL);
    CHECK(sentry_hint_attach_bytes(hint, NULL, 5, "a") == NULL);
    CHECK(sentry_scope_attach_bytes(NULL, "1", 1, "a") == NULL);
    CHECK(sentry_scope_attach_bytes_n(NULL, "1", 1, "a", 1) == NULL);
    CHECK(sentry_hint_attach_bytes(NULL, "1", 1, "a") == NULL);
    CHECK(sentry_hint_attach_bytes_n(NULL, "1", 1, "a", 1) == NULL);
    CHECK(sentry_attach_bytes("1", SENTRY_MAX_ATTACHMENT + 1, "a") == NULL);
    CHECK(sentry_hint_attach_bytes(hint, "1", SIZE_MAX, "a") == NULL);
    CHECK_STR(goes_along(), "");
    sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(1)), "");
    CHECK_STR(shown(collect_envelope(2)), "");
    CHECK_INT(dropped_at_all(), 0);
    sentry_scope_free(scope);
    collect_stop();
}

static void empty_bytes_and_names(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK(sentry_attach_bytes("", 0, "empty") != NULL);
    CHECK(sentry_attach_bytes("1", 1, NULL) != NULL);
    CHECK(sentry_attach_bytes("2", 1, "") != NULL);
    CHECK(sentry_attach_bytes_n("3", 1, "name", 0) != NULL);
    CHECK(sentry_attach_bytes("4", 1, "folder/") != NULL);
    CHECK_STR(goes_along(), "empty= attachment=1 attachment=2 attachment=3 attachment=4");
    CHECK_INT(dropped_at_all(), 0);
    collect_stop();
}

static void equal_bytes_are_two_attachments(void)
{
    sentry_attachment_t *first;
    REQUIRE(collect_start(NULL) == 0);
    first = sentry_attach_bytes("1", 1, "a");
    CHECK(first != sentry_attach_bytes("1", 1, "a"));
    CHECK_STR(goes_along(), "a=1 a=1");
    collect_stop();
}

/* All bytes there are, and what a reader of lines would trip over; on the wire too. */
static void bytes_arrive_as_they_are(void)
{
    static char bytes[256 * 3 + 40];
    static const char tail[] = "\n{\"type\":\"event\",\"length\":2}\n{}\n\n\r\n";
    sentry_envelope_t *read;
    const char *sent;
    char *wire;
    size_t size = 0, i;
    for (i = 0; i < 256 * 3; i++) bytes[i] = (char)(i % 256);
    memcpy(bytes + 256 * 3, tail, sizeof tail);
    REQUIRE(collect_start(NULL) == 0);
    sentry_attach_bytes(bytes, sizeof bytes, "binary");
    sentry_attach_bytes("", 0, "empty");
    sentry_attach_bytes("\n", 1, "line");
    sentry_attach_bytes("\0\0", 2, "zeros");
    say("x");
    sent = payload(0, 0, &size);
    REQUIRE(size == sizeof bytes);
    CHECK_INT(memcmp(sent, bytes, size), 0);
    sent = payload(0, 3, &size);
    CHECK(size == 2 && memcmp(sent, "\0\0", 2) == 0);
    wire = sentry_envelope_serialize(collect_envelope(0), &size);
    REQUIRE((read = sentry_envelope_deserialize(wire, size)) != NULL);
    CHECK_INT(sentry_envelope_get_item_count(read), 5);
    sent = sentry_envelope_get_item_payload(read, 1, &size);
    REQUIRE(size == sizeof bytes);
    CHECK_INT(memcmp(sent, bytes, size), 0);
    CHECK_INT(sentry_value_as_int64(sentry_value_get_by_key(sentry_envelope_get_item_header(read, 1), "length")), sizeof bytes);
    CHECK_STR(item_text(read, 2, "filename"), "empty");
    sent = sentry_envelope_get_item_payload(read, 3, &size);
    CHECK(size == 1 && sent[0] == '\n');
    sentry_envelope_free(read);
    sentry_free(wire);
    collect_stop();
}

/* -- names --------------------------------------------------------------------------------- */

static void types(void)
{
    sentry_attachment_t *a, *b, *c;
    REQUIRE(collect_start(NULL) == 0);
    a = sentry_attach_bytes("1", 1, "a");
    b = sentry_attach_bytes("2", 1, "b");
    c = sentry_attach_bytes("3", 1, "c");
    sentry_attachment_set_type(a, SENTRY_ATTACHMENT_TYPE_GENERIC);
    sentry_attachment_set_type(b, SENTRY_ATTACHMENT_TYPE_MINIDUMP);
    sentry_attachment_set_type_n(c, SENTRY_ATTACHMENT_TYPE_VIEW_HIERARCHY "x", strlen(SENTRY_ATTACHMENT_TYPE_VIEW_HIERARCHY));
    say("x");
    CHECK_STR(header(0, 0, "attachment_type"), "event.attachment");
    CHECK_STR(header(0, 0, "content_type"), "");
    CHECK_STR(header(0, 1, "attachment_type"), "event.minidump");
    CHECK_STR(header(0, 1, "content_type"), "application/x-dmp");
    CHECK_STR(header(0, 2, "attachment_type"), "event.view_hierarchy");
    CHECK_STR(header(0, 2, "content_type"), "application/json");
    sentry_attachment_set_type(a, "my.type");
    sentry_attachment_set_type(b, NULL);
    sentry_attachment_set_type(c, "");
    say("x");
    CHECK_STR(header(1, 0, "attachment_type"), "my.type");
    CHECK_STR(header(1, 1, "attachment_type"), "");
    CHECK_STR(header(1, 2, "attachment_type"), "");
    sentry_attachment_set_type_n(a, NULL, 7);
    sentry_attachment_set_type_n(b, "abc", 0);
    say("x");
    CHECK_STR(header(2, 0, "attachment_type"), "");
    CHECK_STR(header(2, 1, "attachment_type"), "");
    collect_stop();
}

static void content_types(void)
{
    sentry_attachment_t *a, *b, *c;
    REQUIRE(collect_start(NULL) == 0);
    a = sentry_attach_bytes("1", 1, "a");
    b = sentry_attach_bytes("2", 1, "b");
    c = sentry_attach_bytes("3", 1, "c");
    sentry_attachment_set_content_type(a, "image/png");
    sentry_attachment_set_content_type_n(b, "text/plain; charset=utf-8", 10);
    sentry_attachment_set_type(b, SENTRY_ATTACHMENT_TYPE_MINIDUMP); /* what was said is not changed */
    sentry_attachment_set_type(c, SENTRY_ATTACHMENT_TYPE_MINIDUMP);
    sentry_attachment_set_content_type(c, "application/octet-stream");
    say("x");
    CHECK_STR(header(0, 0, "content_type"), "image/png");
    CHECK_STR(header(0, 1, "content_type"), "text/plain");
    CHECK_STR(header(0, 1, "attachment_type"), "event.minidump");
    CHECK_STR(header(0, 2, "content_type"), "application/octet-stream");
    sentry_attachment_set_content_type(a, NULL);
    sentry_attachment_set_content_type(b, "");
    sentry_attachment_set_content_type_n(c, "abc", 0);
    say("x");
    CHECK_STR(header(1, 0, "content_type"), "");
    CHECK_STR(header(1, 1, "content_type"), "");
    CHECK_STR(header(1, 2, "content_type"), "");
    collect_stop();
}

static void file_names(void)
{
    sentry_attachment_t *a;
    REQUIRE(collect_start(NULL) == 0);
    a = sentry_attach_bytes("1", 1, "some/folder/a.txt");
    CHECK_STR(goes_along(), "a.txt=1");
    sentry_attachment_set_filename(a, "b.txt");
    CHECK_STR(goes_along(), "b.txt=1");
    sentry_attachment_set_filename(a, "/etc/c.txt");
    CHECK_STR(goes_along(), "c.txt=1");
    sentry_attachment_set_filename_n(a, "../d.txt.orig", 8);
    CHECK_STR(goes_along(), "d.txt=1");
    /* it always has a name */
    sentry_attachment_set_filename(a, NULL);
    sentry_attachment_set_filename(a, "");
    sentry_attachment_set_filename(a, "folder/");
    sentry_attachment_set_filename_n(a, "folder/e.txt", 7);
    CHECK_STR(goes_along(), "d.txt=1");
    sentry_attachment_set_filename(a, "C:\\Users\\ada\\f.txt");
#ifdef _WIN32
    CHECK_STR(goes_along(), "f.txt=1");
#else
    CHECK_STR(goes_along(), "C:\\Users\\ada\\f.txt=1"); /* a name like any other here */
#endif
    collect_stop();
}

static void setters_take_null(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_attachment_set_type(NULL, "a");
    sentry_attachment_set_type_n(NULL, "a", 1);
    sentry_attachment_set_content_type(NULL, "a");
    sentry_attachment_set_content_type_n(NULL, "a", 1);
    sentry_attachment_set_filename(NULL, "a");
    sentry_attachment_set_filename_n(NULL, "a", 1);
    sentry_remove_attachment(NULL);
    CHECK_STR(goes_along(), "");
    collect_stop();
}

/* Text that could break a header line, or is none. */
static void odd_names(void)
{
    static const char *const odd[] = { "\"q\"", "a\nb", "a\r\nb", "a\\", "\xc3\xa9\xf0\x9f\x98\x80", "\xff\xfe", "a b", "\x01",
                                       "}" };
    sentry_envelope_t *read;
    char name[1100], *wire;
    size_t i, size;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = 0;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        sentry_attachment_t *a = sentry_attach_bytes("1", 1, odd[i]);
        sentry_attachment_set_type(a, odd[i]);
        sentry_attachment_set_content_type(a, odd[i]);
    }
    sentry_attach_bytes("1", 1, name);
    say("x");
    wire = sentry_envelope_serialize(collect_envelope(0), &size);
    REQUIRE((read = sentry_envelope_deserialize(wire, size)) != NULL);
    CHECK_INT(sentry_envelope_get_item_count(read), 2 + sizeof odd / sizeof odd[0]);
    for (i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        const char *expected = i == 5 ? "\xef\xbf\xbd\xef\xbf\xbd" : odd[i];
#ifdef _WIN32
        if (strcmp(odd[i], "a\\") == 0) CHECK_STR(item_text(read, i + 1, "filename"), "attachment");
        else
#endif
            CHECK_STR(item_text(read, i + 1, "filename"), expected);
        CHECK_STR(item_text(read, i + 1, "attachment_type"), expected);
        CHECK_STR(item_text(read, i + 1, "content_type"), expected);
    }
    CHECK_STR(item_text(read, i + 1, "filename"), name);
    sentry_envelope_free(read);
    sentry_free(wire);
    collect_stop();
}

/* -- scopes -------------------------------------------------------------------------------- */

static void pushed_scopes(void)
{
    sentry_attachment_t *below;
    REQUIRE(collect_start(NULL) == 0);
    below = sentry_attach_bytes("1", 1, "below");
    SENTRY_WITH_SCOPE(scope) {
        sentry_attach_bytes("2", 1, "pushed");
        sentry_scope_attach_bytes(scope, "3", 1, "named");
        CHECK_STR(goes_along(), "below=1 pushed=2 named=3");
        sentry_push_scope();
        sentry_attach_bytes("4", 1, "top");
        CHECK_STR(goes_along(), "below=1 pushed=2 named=3 top=4");
        sentry_attachment_set_filename(below, "renamed");
        sentry_pop_scope();
        CHECK_STR(goes_along(), "renamed=1 pushed=2 named=3");
    }
    CHECK_STR(goes_along(), "renamed=1");
    collect_stop();
}

static void removal_in_a_pushed_scope_ends_with_it(void)
{
    sentry_attachment_t *first, *second;
    REQUIRE(collect_start(NULL) == 0);
    first = sentry_attach_bytes("1", 1, "a");
    second = sentry_attach_bytes("2", 1, "b");
    SENTRY_WITH_SCOPE(scope) {
        sentry_remove_attachment(first);
        CHECK_STR(goes_along(), "b=2");
        sentry_remove_attachment(first); /* which is below only */
        sentry_attach_bytes("3", 1, "c");
        sentry_clear_attachments();
        CHECK_STR(goes_along(), "");
    }
    CHECK_STR(goes_along(), "a=1 b=2");
    sentry_remove_attachment(second);
    CHECK_STR(goes_along(), "a=1");
    collect_stop();
}

static void removal(void)
{
    static const char megabyte[MEGABYTE] = "1";
    sentry_attachment_t *a, *b, *c;
    size_t before;
    REQUIRE(collect_start(NULL) == 0);
    a = sentry_attach_bytes("1", 1, "a");
    b = sentry_attach_bytes("2", 1, "b");
    c = sentry_attach_bytes("3", 1, "c");
    before = alloc_now().bytes;
    sentry_remove_attachment(sentry_attach_bytes(megabyte, sizeof megabyte, "d"));
    CHECK_AT_MOST(alloc_now().bytes, before + sizeof megabyte / 2); /* nobody else has it */
    sentry_remove_attachment(b);
    CHECK_STR(goes_along(), "a=1 c=3");
    sentry_remove_attachment(a);
    CHECK_STR(goes_along(), "c=3");
    sentry_remove_attachment(c);
    CHECK_STR(goes_along(), "");
    sentry_attach_bytes("4", 1, "d");
    sentry_attach_bytes("5", 1, "e");
    sentry_clear_attachments();
    sentry_clear_attachments();
    CHECK_STR(goes_along(), "");
    sentry_attach_bytes("6", 1, "f");
    CHECK_STR(goes_along(), "f=6");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void removal_knows_only_the_current_scope(void)
{
    sentry_scope_t *scope;
    sentry_attachment_t *theirs;
    REQUIRE(collect_start(NULL) == 0);
    sentry_attach_bytes("1", 1, "a");
    scope = sentry_scope_new();
    theirs = sentry_scope_attach_bytes(scope, "2", 1, "b");
    sentry_remove_attachment(theirs);
    sentry_clear_attachments();
    CHECK_STR(goes_along(), "");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(1)), "b=2");
    sentry_scope_clear(scope);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(2)), "");
    sentry_scope_free(scope);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

/* An event of a scope of one's own has what that scope and the current one have, and what both have once. */
static void user_scopes(void)
{
    sentry_scope_t *clone, *local;
    sentry_attachment_t *both;
    REQUIRE(collect_start(NULL) == 0);
    both = sentry_attach_bytes("1", 1, "both");
    clone = sentry_scope_clone(NULL);
    sentry_scope_attach_bytes(clone, "2", 1, "clone");
    sentry_attach_bytes("3", 1, "current");
    sentry_scope_capture_event(clone, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(0)), "both=1 clone=2 current=3");
    CHECK_STR(goes_along(), "both=1 current=3");
    sentry_remove_attachment(both);
    CHECK_STR(goes_along(), "current=3");
    sentry_scope_capture_event(clone, sentry_value_new_event()); /* it still has it */
    CHECK_STR(shown(collect_envelope(3)), "both=1 clone=2 current=3");
    local = sentry_local_scope_new();
    sentry_scope_attach_bytes(local, "4", 1, "local");
    sentry_scope_capture_event(local, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(4)), "local=4 current=3");
    CHECK_STR(goes_along(), "current=3");
    sentry_scope_free(clone);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void hubs(void)
{
    sentry_hub_t *hub, *previous;
    REQUIRE(collect_start(NULL) == 0);
    sentry_attach_bytes("1", 1, "main");
    REQUIRE((hub = sentry_hub_clone(NULL)) != NULL);
    sentry_attach_bytes("2", 1, "later");
    previous = sentry_hub_bind(hub);
    sentry_attach_bytes("3", 1, "hub");
    CHECK_STR(goes_along(), "main=1 hub=3");
    sentry_clear_attachments();
    CHECK_STR(goes_along(), "");
    sentry_hub_bind(previous);
    CHECK_STR(goes_along(), "main=1 later=2");
    sentry_hub_free(hub);
    collect_stop();
}

static void scopes_outlive_what_they_were_made_for(void)
{
    sentry_scope_t *scope;
    sentry_attachment_t *a;
    REQUIRE(collect_start(NULL) == 0);
    scope = sentry_scope_new();
    a = sentry_scope_attach_bytes(scope, "1", 1, "a");
    collect_stop();
    sentry_attachment_set_filename(a, "b");
    sentry_scope_capture_event(scope, sentry_value_new_event());
    REQUIRE(collect_start(NULL) == 0);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(0)), "b=1");
    sentry_scope_free(scope);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void when_off(void)
{
    sentry_hint_t *hint;
    int round;
    for (round = 0; round < 2; round++) {
        CHECK(sentry_attach_bytes("1", 1, "a") == NULL);
        sentry_clear_attachments();
        hint = sentry_hint_new();
        sentry_hint_attach_bytes(hint, "2", 1, "b");
        sentry_capture_event_with_hint(sentry_value_new_event(), hint);
        REQUIRE(collect_start(NULL) == 0);
        CHECK_STR(goes_along(), "");
        sentry_attach_bytes("3", 1, "c");
        collect_stop();
        CHECK_INT(alloc_now().blocks, 0);
    }
}

static void envelopes_of_the_user_get_none(void)
{
    static const char text[] = "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n{\"type\":\"event\"}\n{}\n";
    REQUIRE(collect_start(NULL) == 0);
    sentry_attach_bytes("1", 1, "a");
    sentry_capture_envelope(sentry_envelope_deserialize(text, sizeof text - 1));
    CHECK_INT(collect_count(), 1);
    CHECK_STR(shown(collect_envelope(0)), "");
    collect_stop();
}

/* -- hints and hooks ----------------------------------------------------------------------- */

static void hints_are_for_one_event(void)
{
    sentry_hint_t *hint;
    sentry_attachment_t *a;
    REQUIRE(collect_start(NULL) == 0);
    sentry_attach_bytes("1", 1, "scope");
    hint = sentry_hint_new();
    a = sentry_hint_attach_bytes(hint, "2", 1, "hint");
    sentry_hint_attach_bytes(hint, "3", 1, "more");
    sentry_attachment_set_type(a, "event.attachment");
    sentry_attachment_set_content_type(a, "text/plain");
    sentry_attachment_set_filename(a, "named");
    sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    CHECK_STR(shown(collect_envelope(0)), "scope=1 named=2 more=3");
    CHECK_STR(header(0, 1, "attachment_type"), "event.attachment");
    CHECK_STR(header(0, 1, "content_type"), "text/plain");
    CHECK_STR(goes_along(), "scope=1");
    /* one that no event takes */
    hint = sentry_hint_new();
    sentry_hint_attach_bytes(hint, "4", 1, "lost");
    sentry_hint_free(hint);
    hint = sentry_hint_new();
    sentry_hint_attach_bytes(hint, "5", 1, "lost");
    sentry_capture_event_with_hint(sentry_value_new_null(), hint);
    CHECK_STR(goes_along(), "scope=1");
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static struct {
    int drops, calls;
    sentry_attachment_t *of_scope;
} hook;

static sentry_value_t attach_in_hook(sentry_value_t event, void *hint, void *name)
{
    hook.calls++;
    sentry_hint_attach_bytes((sentry_hint_t *)hint, "hooked", 6, (const char *)name);
    hook.of_scope = sentry_attach_bytes("1", 1, "in a hook the SDK is off");
    if (!hook.drops) return event;
    sentry_value_decref(event);
    return sentry_value_new_null();
}

static char by_before_send[] = "before_send", by_processor[] = "processor", by_scope[] = "scope_processor";

static void hooks_attach(void)
{
    sentry_options_t options = collect_options();
    options.before_send = attach_in_hook;
    options.before_send_data = by_before_send;
    REQUIRE(collect_start(&options) == 0);
    sentry_add_event_processor(attach_in_hook, by_processor);
    SENTRY_WITH_SCOPE(scope) {
        sentry_hint_t *hint = sentry_hint_new();
        sentry_scope_add_event_processor(scope, attach_in_hook, by_scope);
        sentry_hint_attach_bytes(hint, "1", 1, "own");
        sentry_capture_event_with_hint(sentry_value_new_event(), hint);
        CHECK_STR(shown(collect_envelope(0)), "own=1 scope_processor=hooked processor=hooked before_send=hooked");
    }
    sentry_capture_exception("Type", "value"); /* which has a hint of its own, as any event */
    CHECK_STR(shown(collect_envelope(1)), "processor=hooked before_send=hooked");
    CHECK_STR(goes_along(), "processor=hooked before_send=hooked");
    CHECK(hook.of_scope == NULL);
    hook.drops = 1;
    say("dropped");
    CHECK_INT(collect_count(), 3);
    CHECK_INT(hook.calls, 8);
    CHECK_INT(dropped(SENTRY_DROP_EVENT_PROCESSOR), 1); /* the event; what it would have had is not counted */
    CHECK_INT(dropped_at_all(), 1);
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static void dropped_events_take_nothing_along(void)
{
    sentry_options_t options = collect_options();
    options.sample_rate = SENTRY_RATE_NONE;
    REQUIRE(collect_start(&options) == 0);
    sentry_attach_bytes("1", 1, "a");
    say("x");
    CHECK_INT(collect_count(), 0);
    CHECK_INT(dropped(SENTRY_DROP_SAMPLE_RATE), 1);
    CHECK_INT(dropped_at_all(), 1);
    collect_stop();
}

/* -- sizes --------------------------------------------------------------------------------- */

static char *filled(size_t size)
{
    char *bytes = (char *)malloc(size + 1);
    if (!bytes) abort();
    memset(bytes, 'x', size);
    bytes[size] = 0;
    return bytes;
}

static void too_many_bytes(void)
{
    sentry_options_t options = collect_options();
    sentry_uuid_t id;
    options.max_attachment_size = 10;
    REQUIRE(collect_start(&options) == 0);
    CHECK(sentry_attach_bytes("0123456789", 10, "fits") != NULL);
    CHECK(sentry_attach_bytes("0123456789a", 11, "big") != NULL);
    CHECK(sentry_attach_bytes("1", 1, "small") != NULL);
    id = say("x");
    CHECK(collect_is_id(0, &id));
    CHECK_STR(shown(collect_envelope(0)), "fits=0123456789 small=1");
    CHECK_INT(dropped(SENTRY_DROP_INVALID), 1);
    say("x");
    CHECK_INT(dropped(SENTRY_DROP_INVALID), 2);
    CHECK_INT(dropped_at_all(), 2);
    collect_stop();
}

static void size_by_default(void)
{
    char *bytes = filled(20 * MEGABYTE + 1);
    sentry_options_t options = collect_options();
    size_t size;
    REQUIRE(collect_start(NULL) == 0);
    sentry_attach_bytes(bytes, 20 * MEGABYTE, "fits");
    sentry_attach_bytes(bytes, 20 * MEGABYTE + 1, "big");
    say("x");
    CHECK_INT(attachments_of(collect_envelope(0)), 1);
    CHECK(payload(0, 0, &size) != NULL);
    CHECK_INT(size, 20 * MEGABYTE);
    CHECK_INT(dropped(SENTRY_DROP_INVALID), 1);
    collect_stop();
    options.max_attachment_size = SENTRY_NONE;
    REQUIRE(collect_start(&options) == 0);
    sentry_attach_bytes(bytes, 20 * MEGABYTE + 1, "big");
    say("x");
    CHECK(payload(0, 0, &size) != NULL);
    CHECK_INT(size, 20 * MEGABYTE + 1);
    collect_stop();
    free(bytes);
}

static void size_by_the_setter(void)
{
    sentry_options_t *options = sentry_options_new();
    CHECK(options->max_attachment_size == 0); /* the default */
    sentry_options_set_max_attachment_size(options, 0);
    CHECK(options->max_attachment_size == SENTRY_NONE);
    sentry_options_set_max_attachment_size(options, 3);
    sentry_options_set_max_attachment_size(NULL, 4);
    sentry_options_set_dsn(options, COLLECT_DSN);
    sentry_options_set_transport(options, collect_transport());
    REQUIRE(sentry_init(options) == 0);
    sentry_attach_bytes("123", 3, "a");
    sentry_attach_bytes("1234", 4, "b");
    CHECK_STR(goes_along(), "a=123");
    collect_stop();
}

static void many(void)
{
    char name[16];
    int i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        sentry_attach_bytes(name, strlen(name), name);
    }
    say("x");
    CHECK_INT(attachments_of(collect_envelope(0)), 1000);
    CHECK_STR(header(0, 999, "filename"), "n999");
    collect_stop();
}

/* -- files --------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_FILES

static void put_text(const char *name, const char *text)
{
    file_put(in_scratch(name), text, strlen(text));
}

static int begin_files(const sentry_options_t *options)
{
    int good = scratch_begin() && collect_start(options) == 0;
    CHECK(good);
    return good;
}

static void end_files(void)
{
    collect_stop();
    scratch_end();
    CHECK_INT(alloc_now().blocks, 0);
}

static void files_are_read_when_an_event_goes_out(void)
{
    REQUIRE(begin_files(NULL));
    put_text("a.log", "before");
    CHECK(sentry_attach_file(in_scratch("a.log")) != NULL);
    put_text("a.log", "one");
    CHECK_STR(goes_along(), "a.log=one");
    put_text("a.log", "one more");
    CHECK_STR(goes_along(), "a.log=one more");
    CHECK_STR(shown(collect_envelope(0)), "a.log=one");
    CHECK(sentry_attach_file(in_scratch("b.log")) != NULL); /* which is not there yet */
    put_text("b.log", "two");
    CHECK_STR(goes_along(), "a.log=one more b.log=two");
    CHECK_INT(dropped_at_all(), 0);
    end_files();
}

static void files_by_every_function(void)
{
    sentry_scope_t *scope;
    sentry_hint_t *hint;
    char path[FILE_MAX_PATH];
    size_t n;
    REQUIRE(begin_files(NULL));
    put_text("a", "1");
    put_text("b", "2");
    put_text("c", "3");
    snprintf(path, sizeof path, "%s", in_scratch("b.more"));
    n = strlen(path) - strlen(".more");
    scope = sentry_scope_new();
    hint = sentry_hint_new();
    CHECK(sentry_attach_file(in_scratch("a")) != NULL);
    CHECK(sentry_attach_file_n(path, n) != NULL);
    CHECK(sentry_scope_attach_file(scope, in_scratch("c")) != NULL);
    CHECK(sentry_scope_attach_file_n(scope, path, n) != NULL);
    CHECK(sentry_hint_attach_file(hint, in_scratch("c")) != NULL);
    CHECK(sentry_hint_attach_file_n(hint, path, n) != NULL);
    sentry_scope_attach_bytes(scope, "4", 1, "d");
    CHECK_STR(goes_along(), "a=1 b=2");
    sentry_clear_attachments();
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(1)), "c=3 b=2 d=4");
    sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    CHECK_STR(shown(collect_envelope(2)), "c=3 b=2");
    sentry_scope_free(scope);
    end_files();
}

static void files_that_are_none(void)
{
    sentry_scope_t *scope;
    sentry_hint_t *hint;
    REQUIRE(begin_files(NULL));
    put_text("a", "1");
    scope = sentry_scope_new();
    hint = sentry_hint_new();
    CHECK(sentry_attach_file(NULL) == NULL);
    CHECK(sentry_attach_file("") == NULL);
    CHECK(sentry_attach_file_n(NULL, 3) == NULL);
    CHECK(sentry_attach_file_n("abc", 0) == NULL);
    CHECK(sentry_scope_attach_file(scope, NULL) == NULL);
    CHECK(sentry_scope_attach_file(scope, "") == NULL);
    CHECK(sentry_scope_attach_file(NULL, in_scratch("a")) == NULL);
    CHECK(sentry_scope_attach_file_n(NULL, in_scratch("a"), 1000) == NULL);
    CHECK(sentry_hint_attach_file(hint, NULL) == NULL);
    CHECK(sentry_hint_attach_file(hint, "") == NULL);
    CHECK(sentry_hint_attach_file(NULL, in_scratch("a")) == NULL);
    CHECK(sentry_hint_attach_file_n(NULL, in_scratch("a"), 1000) == NULL);
    CHECK_STR(goes_along(), "");
    sentry_hint_free(hint);
    sentry_scope_free(scope);
    end_files();
}

static void a_file_is_attached_once(void)
{
    sentry_attachment_t *a;
    sentry_scope_t *scope;
    REQUIRE(begin_files(NULL));
    put_text("a", "1");
    a = sentry_attach_file(in_scratch("a"));
    CHECK(a != NULL && a == sentry_attach_file(in_scratch("a")));
    CHECK(a == sentry_attach_file_n(in_scratch("a"), strlen(in_scratch("a"))));
    CHECK_STR(goes_along(), "a=1");
    SENTRY_WITH_SCOPE(inner) {
        CHECK(a == sentry_attach_file(in_scratch("a")));
        CHECK(a == sentry_scope_attach_file(inner, in_scratch("a")));
        CHECK_STR(goes_along(), "a=1");
    }
    scope = sentry_scope_new();
    CHECK(sentry_scope_attach_file(scope, in_scratch("a")) == sentry_scope_attach_file(scope, in_scratch("a")));
    CHECK(a != sentry_scope_attach_file(scope, in_scratch("a"))); /* another scope's is its own */
    sentry_remove_attachment(a);
    CHECK_STR(goes_along(), "");
    CHECK(sentry_attach_file(in_scratch("a")) != NULL);
    CHECK_STR(goes_along(), "a=1");
    sentry_scope_capture_event(scope, sentry_value_new_event()); /* both have it */
    CHECK_STR(shown(collect_envelope(4)), "a=1");
    sentry_scope_free(scope);
    end_files();
}

static void file_types(void)
{
    sentry_attachment_t *a;
    REQUIRE(begin_files(NULL));
    put_text("core.dmp", "MDMP");
    a = sentry_attach_file(in_scratch("core.dmp"));
    sentry_attachment_set_type(a, SENTRY_ATTACHMENT_TYPE_MINIDUMP);
    say("x");
    CHECK_STR(header(0, 0, "filename"), "core.dmp");
    CHECK_STR(header(0, 0, "attachment_type"), "event.minidump");
    CHECK_STR(header(0, 0, "content_type"), "application/x-dmp");
    sentry_attachment_set_filename(a, "other.dmp"); /* what it is called, not what is read */
    CHECK_STR(goes_along(), "other.dmp=MDMP");
    end_files();
}

static void relative_paths(void)
{
    REQUIRE(begin_files(NULL));
    put_text("one/a", "1");
    put_text("two/a", "2");
    REQUIRE(test_chdir(in_scratch("one")) == 0);
    CHECK(sentry_attach_file("a") != NULL);
    CHECK(sentry_attach_file("../two/a") != NULL);
    CHECK_STR(goes_along(), "a=1 a=2");
    end_files();
}

/* What is not there, is a folder, or may not be read: the event goes without it, and each time that is counted. */
static void files_that_cannot_be_read(void)
{
    unsigned bad = 0;
    sentry_uuid_t id;
    REQUIRE(begin_files(NULL));
    put_text("folder/a", "1");
    sentry_attach_file(in_scratch("missing"));
    sentry_attach_file(in_scratch("folder"));
    sentry_attach_file(in_scratch("folder/a/b"));
    sentry_attach_file(in_scratch("no/such/folder"));
    bad = 4;
#ifndef _WIN32
    put_text("secret", "2");
    if (chmod(in_scratch("secret"), 0) == 0 && access(in_scratch("secret"), R_OK) != 0) { /* root may read all */
        sentry_attach_file(in_scratch("secret"));
        bad++;
    }
#endif
    sentry_attach_file(in_scratch("folder/a"));
    id = say("x");
    CHECK(collect_is_id(0, &id));
    CHECK_STR(shown(collect_envelope(0)), "a=1");
    CHECK_INT(dropped(SENTRY_DROP_INTERNAL_SDK_ERROR), bad);
    CHECK_STR(goes_along(), "a=1");
    CHECK_INT(dropped(SENTRY_DROP_INTERNAL_SDK_ERROR), bad * 2);
    CHECK_INT(dropped_at_all(), bad * 2);
    end_files();
}

static void empty_files(void)
{
    REQUIRE(begin_files(NULL));
    put_text("a", "");
    sentry_attach_file(in_scratch("a"));
    CHECK_STR(goes_along(), "a=");
    CHECK_INT(attachments_of(collect_envelope(0)), 1);
    CHECK_INT(dropped_at_all(), 0);
    end_files();
}

/* What has no size is no file: nobody waits for a pipe, and what others put into it is left to whom it is for. */
#ifndef _WIN32
static void pipes_are_left_alone(void)
{
    char bytes[8] = "";
    int fd;
    REQUIRE(begin_files(NULL));
    REQUIRE(mkfifo(in_scratch("pipe"), 0600) == 0);
    sentry_attach_file(in_scratch("pipe"));
    CHECK_STR(goes_along(), "");
    CHECK_INT(dropped(SENTRY_DROP_INTERNAL_SDK_ERROR), 1);
    fd = open(in_scratch("pipe"), O_RDWR | O_NONBLOCK);
    REQUIRE(fd >= 0);
    CHECK_INT(write(fd, "theirs", 6), 6);
    CHECK_STR(goes_along(), "");
    CHECK_INT(dropped(SENTRY_DROP_INTERNAL_SDK_ERROR), 2);
    CHECK_INT(read(fd, bytes, 6), 6);
    CHECK_STR(bytes, "theirs");
    close(fd);
    end_files();
}

static void links_are_followed(void)
{
    char target[FILE_MAX_PATH];
    REQUIRE(begin_files(NULL));
    put_text("a", "1");
    snprintf(target, sizeof target, "%s", in_scratch("a"));
    REQUIRE(symlink(target, in_scratch("link")) == 0);
    sentry_attach_file(in_scratch("link"));
    CHECK_STR(goes_along(), "link=1");
    end_files();
}
#endif

static void binary_files_arrive_as_they_are(void)
{
    static char bytes[70000];
    const char *sent;
    size_t size, i;
    for (i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7 + i / 256);
    memcpy(bytes + 4090, "\r\n\x1a\r\n\0\n", 7); /* about where a buffer might end */
    REQUIRE(begin_files(NULL));
    file_put(in_scratch("binary"), bytes, sizeof bytes);
    sentry_attach_file(in_scratch("binary"));
    say("x");
    sent = payload(0, 0, &size);
    CHECK_INT(size, sizeof bytes);
    CHECK(sent && size == sizeof bytes && memcmp(sent, bytes, size) == 0);
    end_files();
}

static void files_that_are_too_big(void)
{
    static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 8191, 8192 };
    char *bytes = filled(20000), name[16];
    sentry_options_t options = collect_options();
    size_t i;
    options.max_attachment_size = 8191;
    REQUIRE(begin_files(&options));
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        snprintf(name, sizeof name, "n%d", (int)sizes[i]);
        file_put(in_scratch(name), bytes, sizes[i]);
        sentry_attach_file(in_scratch(name));
    }
    say("x");
    CHECK_INT(attachments_of(collect_envelope(0)), 6);
    CHECK_STR(header(0, 5, "filename"), "n8191");
    CHECK_INT(dropped(SENTRY_DROP_INVALID), 1);
    CHECK_INT(dropped_at_all(), 1);
    free(bytes);
    end_files();
}

/* -- by the options -- */

static void options_attach(void)
{
    char one[FILE_MAX_PATH], two[FILE_MAX_PATH];
    const char *paths[3];
    sentry_options_t options = collect_options();
    REQUIRE(scratch_begin());
    put_text("a", "1");
    put_text("b", "2");
    snprintf(one, sizeof one, "%s", in_scratch("a"));
    snprintf(two, sizeof two, "%s", in_scratch("b"));
    paths[0] = one;
    paths[1] = two;
    paths[2] = NULL;
    options.attachments = paths;
    REQUIRE(collect_start(&options) == 0);
    one[0] = two[0] = 0; /* they were copied */
    CHECK_STR(goes_along(), "a=1 b=2");
    put_text("b", "changed");
    SENTRY_WITH_SCOPE(scope) {
        sentry_attach_bytes("3", 1, "c");
        CHECK_STR(goes_along(), "a=1 b=changed c=3");
    }
    CHECK(sentry_attach_file(in_scratch("a")) != NULL); /* attached already */
    CHECK_STR(goes_along(), "a=1 b=changed");
    sentry_clear_attachments();
    CHECK_STR(goes_along(), "");
    collect_stop();
    REQUIRE(collect_start(NULL) == 0); /* another life, without */
    CHECK_STR(goes_along(), "");
    end_files();
}

static void options_add(void)
{
    char path[FILE_MAX_PATH];
    sentry_options_t *options = sentry_options_new();
    REQUIRE(scratch_begin());
    put_text("a", "1");
    put_text("b", "2");
    snprintf(path, sizeof path, "%s", in_scratch("b.more"));
    sentry_options_set_dsn(options, COLLECT_DSN);
    sentry_options_add_attachment(options, in_scratch("a"));
    sentry_options_add_attachment_n(options, path, strlen(path) - strlen(".more"));
    sentry_options_add_attachment(options, in_scratch("a")); /* twice is once */
    sentry_options_add_attachment(options, NULL);
    sentry_options_add_attachment(options, "");
    sentry_options_add_attachment(NULL, in_scratch("a"));
    sentry_options_add_attachment_n(NULL, path, 3);
    sentry_options_set_transport(options, collect_transport());
    REQUIRE(sentry_init(options) == 0);
    CHECK_STR(goes_along(), "a=1 b=2");
    CHECK_INT(dropped_at_all(), 0);
    end_files();
}

/* -- Windows -- */

#ifdef _WIN32
#define A_NAME "h\xc3\xb6he \xf0\x9f\x98\x80.txt"

static void wide_files(void)
{
    wchar_t *path, *longer;
    size_t n;
    sentry_scope_t *scope;
    sentry_hint_t *hint;
    REQUIRE(begin_files(NULL));
    put_text(A_NAME, "1");
    path = test_wide(in_scratch(A_NAME));
    longer = test_wide(in_scratch(A_NAME ".more"));
    n = wcslen(path);
    scope = sentry_scope_new();
    hint = sentry_hint_new();
    CHECK(sentry_attach_filew(path) != NULL);
    CHECK_STR(goes_along(), A_NAME "=1");
    sentry_clear_attachments();
    CHECK(sentry_attach_filew_n(longer, n) != NULL);
    CHECK_STR(goes_along(), A_NAME "=1");
    CHECK(sentry_attach_filew(path) == sentry_attach_file(in_scratch(A_NAME)));
    sentry_clear_attachments();
    CHECK(sentry_scope_attach_filew(scope, path) == sentry_scope_attach_filew_n(scope, longer, n));
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(2)), A_NAME "=1");
    CHECK(sentry_hint_attach_filew(hint, path) != NULL);
    CHECK(sentry_hint_attach_filew_n(hint, longer, n) != NULL);
    sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    CHECK_STR(shown(collect_envelope(3)), A_NAME "=1 " A_NAME "=1");
    CHECK(sentry_attach_filew(NULL) == NULL);
    CHECK(sentry_attach_filew_n(NULL, 3) == NULL);
    CHECK(sentry_attach_filew(L"") == NULL);
    sentry_scope_free(scope);
    free(path);
    free(longer);
    end_files();
}

static void wide_bytes_and_names(void)
{
    wchar_t *name = test_wide(A_NAME), *longer = test_wide("folder\\" A_NAME ".more");
    size_t n = wcslen(L"folder\\") + wcslen(name);
    sentry_attachment_t *a;
    sentry_scope_t *scope;
    sentry_hint_t *hint;
    REQUIRE(begin_files(NULL));
    scope = sentry_scope_new();
    hint = sentry_hint_new();
    CHECK((a = sentry_attach_bytesw("1", 1, name)) != NULL);
    CHECK(sentry_attach_bytesw_n("2", 1, longer, n) != NULL);
    CHECK_STR(goes_along(), A_NAME "=1 " A_NAME "=2");
    sentry_attachment_set_filenamew(a, L"a");
    CHECK_STR(goes_along(), "a=1 " A_NAME "=2");
    sentry_attachment_set_filenamew_n(a, longer, n);
    CHECK_STR(goes_along(), A_NAME "=1 " A_NAME "=2");
    sentry_attachment_set_filenamew(a, NULL);
    sentry_attachment_set_filenamew(NULL, name);
    sentry_attachment_set_filenamew_n(NULL, name, 1);
    CHECK_STR(goes_along(), A_NAME "=1 " A_NAME "=2");
    sentry_clear_attachments();
    CHECK(sentry_scope_attach_bytesw(scope, "3", 1, name) != NULL);
    CHECK(sentry_scope_attach_bytesw_n(scope, "4", 1, longer, n) != NULL);
    sentry_scope_capture_event(scope, sentry_value_new_event());
    CHECK_STR(shown(collect_envelope(4)), A_NAME "=3 " A_NAME "=4");
    CHECK(sentry_hint_attach_bytesw(hint, "5", 1, name) != NULL);
    CHECK(sentry_hint_attach_bytesw_n(hint, "6", 1, longer, n) != NULL);
    sentry_capture_event_with_hint(sentry_value_new_event(), hint);
    CHECK_STR(shown(collect_envelope(5)), A_NAME "=5 " A_NAME "=6");
    CHECK(sentry_attach_bytesw("7", 1, NULL) != NULL);
    CHECK(sentry_attach_bytesw(NULL, 1, name) == NULL);
    CHECK_STR(goes_along(), "attachment=7");
    sentry_scope_free(scope);
    free(name);
    free(longer);
    end_files();
}

static void wide_options(void)
{
    wchar_t *path, *longer;
    sentry_options_t *options = sentry_options_new();
    REQUIRE(scratch_begin());
    put_text(A_NAME, "1");
    put_text("b", "2");
    path = test_wide(in_scratch(A_NAME));
    longer = test_wide(in_scratch("b.more"));
    sentry_options_set_dsn(options, COLLECT_DSN);
    sentry_options_add_attachmentw(options, path);
    sentry_options_add_attachmentw_n(options, longer, wcslen(longer) - wcslen(L".more"));
    sentry_options_add_attachmentw(options, NULL);
    sentry_options_add_attachmentw(NULL, path);
    sentry_options_set_transport(options, collect_transport());
    REQUIRE(sentry_init(options) == 0);
    CHECK_STR(goes_along(), A_NAME "=1 b=2");
    free(path);
    free(longer);
    end_files();
}
#endif
#endif /* SENTRY_NO_FILES */

/* -- on the way to a server ---------------------------------------------------------------- */

#ifndef SENTRY_NO_HTTP

static sentry_options_t options_for(sink_t *sink)
{
    static char dsn[64];
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    snprintf(dsn, sizeof dsn, "http://key@127.0.0.1:%d/1", sink_port(sink));
    o.dsn = dsn;
    o.release = "app@1";
    o.server_name = "host";
    o.http_retry = SENTRY_OFF; /* nothing outlives a test */
    o.database_path = __FILE__ "/none";
    return o;
}

/* Request i as an envelope, the caller's; NULL when it is none. */
static sentry_envelope_t *received(sink_t *sink, size_t i)
{
    const sink_request_t *r = sink_request(sink, i);
    return r ? sentry_envelope_deserialize(r->body, r->body_size) : NULL;
}

/* Checks which attachments request i has. */
static void check_received(sink_t *sink, size_t i, const char *expected)
{
    sentry_envelope_t *envelope = received(sink, i);
    CHECK(envelope != NULL);
    CHECK(!sentry_value_is_null(sentry_envelope_get_event(envelope)));
    CHECK_STR(shown(envelope), expected);
    sentry_envelope_free(envelope);
}

/* What a client report says about attachments and a reason; anything else says nothing. */
static long reported_by(const char *bytes, size_t size, const char *reason)
{
    sentry_value_t report = sentry_value_from_json_n(bytes, size), list = sentry_value_get_by_key(report, "discarded_events");
    long sum = 0;
    size_t i;
    for (i = 0; i < sentry_value_get_length(list); i++) {
        sentry_value_t entry = sentry_value_get_by_index(list, i);
        if (strcmp(sentry_value_as_string(sentry_value_get_by_key(entry, "category")), "attachment") == 0
            && strcmp(sentry_value_as_string(sentry_value_get_by_key(entry, "reason")), reason) == 0)
            sum += (long)sentry_value_as_int64(sentry_value_get_by_key(entry, "quantity"));
    }
    sentry_value_decref(report);
    return sum;
}

/* The same of all requests. */
static long reported(sink_t *sink, const char *reason)
{
    sentry_envelope_t *envelope;
    size_t i, item, size;
    long sum = 0;
    for (i = 0; (envelope = received(sink, i)) != NULL; i++) {
        for (item = 0; item < sentry_envelope_get_item_count(envelope); item++) {
            const char *bytes = sentry_envelope_get_item_payload(envelope, item, &size);
            if (strcmp(item_text(envelope, item, "type"), "client_report") == 0) sum += reported_by(bytes, size, reason);
        }
        sentry_envelope_free(envelope);
    }
    return sum;
}

static void say_and_flush(const char *text)
{
    say(text);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
}

static void attachments_arrive(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes("1\n2", 3, "a");
    say_and_flush("x");
    check_received(sink, 0, "a=1\n2");
    sentry_close();
    sink_stop(sink);
}

/* In a client report attachments are counted in bytes. */
static void what_is_left_out_is_reported(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    o.max_attachment_size = 100;
    REQUIRE(sentry_init(&o) == 0);
    {
        char *bytes = filled(10000);
        sentry_attach_bytes(bytes, 150, "big");
#ifndef SENTRY_NO_FILES
        REQUIRE(scratch_begin());
        file_put(in_scratch("too-big"), bytes, 10000);
        sentry_attach_file(in_scratch("too-big"));
        sentry_attach_file(in_scratch("missing"));
#endif
        free(bytes);
    }
    say_and_flush("x");
    check_received(sink, 0, "");
    sentry_close();
#ifndef SENTRY_NO_FILES
    CHECK_INT(reported(sink, "invalid"), 150 + 10000);
    CHECK_INT(reported(sink, "internal_sdk_error"), 1); /* nobody knows how long it was */
    scratch_end();
#else
    CHECK_INT(reported(sink, "invalid"), 150);
#endif
    sink_stop(sink);
}

/* An event that finds no room in the queue goes without its attachments. */
static void the_queue_has_no_room(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    char *bytes = filled(50000);
    sentry_stats_t stats;
    o.transport_queue_bytes = 40000;
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes(bytes, 50000, "big");
    sentry_attach_bytes("1", 1, "small");
    say_and_flush("x");
    check_received(sink, 0, "");
    sentry_get_stats(&stats);
    CHECK_INT(stats.sent, 1);
    CHECK_INT(stats.dropped[SENTRY_DROP_QUEUE_OVERFLOW], 2);
    sentry_clear_attachments();
    sentry_attach_bytes(bytes, 20000, "fits");
    say_and_flush("x");
    sentry_close();
    {
        sentry_envelope_t *second = received(sink, 1);
        CHECK_INT(attachments_of(second), 1);
        sentry_envelope_free(second);
    }
    CHECK_INT(reported(sink, "queue_overflow"), 50001);
    sink_stop(sink);
    free(bytes);
}

/* Bytes that wait count; once they are gone there is room again. */
static void the_queue_fills_up(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    char *bytes = filled(30000);
    sentry_stats_t stats;
    unsigned waits = 0;
    sink_do(sink, SINK_HOLD);
    o.transport_queue_bytes = 50000;
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes(bytes, 30000, "big");
#ifndef SENTRY_NO_THREADS
    say("on its way");
    CHECK_INT(sink_wait(sink, 1, test_ms(ENOUGH_MS)), 1);
    waits++;
#endif
    say("waits");
    say("goes without");
    sentry_get_stats(&stats);
    CHECK_INT(stats.queued, waits + 2);
    CHECK_AT_MOST(stats.queued_bytes, 50000);
    CHECK_INT(stats.dropped[SENTRY_DROP_QUEUE_OVERFLOW], 1);
    sink_release(sink);
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
    say_and_flush("goes with it");
    CHECK_INT(dropped(SENTRY_DROP_QUEUE_OVERFLOW), 1);
    sentry_close();
    check_received(sink, waits + 1, "");
    CHECK_INT(reported(sink, "queue_overflow"), 30000);
    sink_stop(sink);
    free(bytes);
}

static void a_limit_for_attachments(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    sink_reply(sink, 200, "X-Sentry-Rate-Limits: 60:attachment:organization\r\n", "{}");
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes("12345", 5, "a");
    say_and_flush("with");
    say_and_flush("without");
    check_received(sink, 0, "a=12345");
    check_received(sink, 1, "");
    CHECK_INT(dropped(SENTRY_DROP_RATELIMIT_BACKOFF), 1);
    sentry_close();
    CHECK_INT(reported(sink, "ratelimit_backoff"), 5);
    sink_stop(sink);
}

/* The server would store them without their event. */
static void a_limit_for_events_holds_for_what_goes_with_them(void)
{
    sink_t *sink = sink_start();
    sentry_options_t o = options_for(sink);
    sink_reply(sink, 200, "X-Sentry-Rate-Limits: 60:error:organization\r\n", "{}");
    REQUIRE(sentry_init(&o) == 0);
    sentry_attach_bytes("12345", 5, "a");
    say_and_flush("with");
    say_and_flush("limited");
    CHECK_INT(dropped(SENTRY_DROP_RATELIMIT_BACKOFF), 2);
    sentry_close();
    check_received(sink, 0, "a=12345");
    CHECK_INT(reported(sink, "ratelimit_backoff"), 5);
    sink_stop(sink);
}
#endif

/* -- threads ------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_THREADS
#define ROUNDS 300

static sentry_attachment_t *shared;

static void *set_names(void *arg)
{
    const char *name = (const char *)arg;
    int i;
    for (i = 0; i < ROUNDS; i++) {
        sentry_attachment_set_filename(shared, name);
        sentry_attachment_set_type(shared, i % 3 ? name : i % 2 ? NULL : SENTRY_ATTACHMENT_TYPE_MINIDUMP);
        sentry_attachment_set_content_type(shared, i % 2 ? name : NULL);
    }
    return NULL;
}

static void *attach_and_remove(void *arg)
{
    int i;
    for (i = 0; i < ROUNDS; i++) {
        sentry_attachment_t *a = sentry_attach_bytes((const char *)arg, 1, "more");
        CHECK_EACH(a != NULL);
        if (i % 10) sentry_remove_attachment(a);
    }
    return NULL;
}

static int is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0) return 1;
    return 0;
}

static void names_change_while_events_go_out(void)
{
    static const char *const names[] = { "first-name", "second", NULL };
    static const char *const all_types[] = { "", "first-name", "second", "event.minidump", NULL };
    static const char *const contents[] = { "", "first-name", "second", "application/x-dmp", NULL };
    static char first[] = "first-name", second[] = "second", byte[] = "x";
    test_thread_t threads[4];
    size_t i;
    alloc_unwatched = 1; /* its lock would hide races */
    REQUIRE(collect_start(NULL) == 0);
    shared = sentry_attach_bytes("1", 1, "first-name");
    REQUIRE(test_thread_start(&threads[0], set_names, first) == 0);
    REQUIRE(test_thread_start(&threads[1], set_names, second) == 0);
    REQUIRE(test_thread_start(&threads[2], attach_and_remove, byte) == 0);
    REQUIRE(test_thread_start(&threads[3], attach_and_remove, byte) == 0);
    for (i = 0; i < ROUNDS; i++) say("x");
    for (i = 0; i < 4; i++) test_thread_join(threads[i]);
    CHECK_INT(collect_count(), ROUNDS);
    for (i = 0; i < ROUNDS; i++) {
        CHECK_EACH(is_one_of(header(i, 0, "filename"), names));
        CHECK_EACH(is_one_of(header(i, 0, "attachment_type"), all_types));
        CHECK_EACH(is_one_of(header(i, 0, "content_type"), contents));
    }
    collect_clear();
    say("x");
    CHECK_INT(attachments_of(collect_envelope(0)), 1 + 2 * ROUNDS / 10);
    CHECK_INT(dropped_at_all(), 0);
    collect_stop();
}
#endif

/* -- out of memory --------------------------------------------------------------------------- */

/* Attachments of all kinds with one event, then one that goes. */
static void use_attachments(sentry_value_t event)
{
    sentry_hint_t *hint = sentry_hint_new();
    sentry_attachment_t *a = sentry_attach_bytes("2", 1, "second");
    sentry_attachment_set_type(a, SENTRY_ATTACHMENT_TYPE_VIEW_HIERARCHY);
    sentry_attachment_set_content_type(a, "text/plain");
    sentry_attachment_set_filename(a, "folder/renamed");
    sentry_hint_attach_bytes(hint, "3", 1, "hint");
#ifndef SENTRY_NO_FILES
    sentry_hint_attach_file(hint, in_scratch("file"));
    sentry_attach_file(in_scratch("file"));
#endif
    sentry_capture_event_with_hint(event, hint);
    sentry_remove_attachment(a);
}

/* Whatever fails: the event arrives or is counted, an attachment is whole or is not there, and the first one stays. */
static void attachments_run_out_of_memory(void)
{
    int for_good, failed;
    long n;
#ifndef SENTRY_NO_FILES
    REQUIRE(scratch_begin());
    put_text("file", "content");
#endif
    for (for_good = 0; for_good < 2; for_good++) {
        for (n = 1, failed = 1; failed && n < 2000; n++) {
            sentry_value_t event = sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "x");
            uint64_t lost;
            size_t k;
            REQUIRE(collect_start(NULL) == 0);
            sentry_attach_bytes("1", 1, "first");
            alloc_fail(n, for_good);
            use_attachments(event);
            failed = alloc_fail(0, 0) > 0;
            lost = dropped(SENTRY_DROP_INTERNAL_SDK_ERROR);
            CHECK_EACH(collect_count() == 1 || lost > 0);
            for (k = 0; collect_count() && k < attachments_of(collect_envelope(0)); k++) {
                const char *name = header(0, k, "filename");
                size_t size;
                const char *bytes = payload(0, k, &size);
                if (strcmp(name, "file") == 0) CHECK_EACH(size == 7 && memcmp(bytes, "content", 7) == 0);
                else CHECK_EACH(*name && size == 1);
            }
            collect_clear();
            if (strncmp(goes_along(), "first=1", 7) != 0) {
                printf("  allocation %ld%s failing takes the first one off\n", n, for_good ? " and all after it" : "");
                CHECK_CONTAINS(goes_along(), "first=1");
            }
            collect_stop();
            if (alloc_now().blocks) {
                printf("  allocation %ld%s failing leaves blocks\n", n, for_good ? " and all after it" : "");
                CHECK_INT(alloc_now().blocks, 0);
            }
        }
        CHECK(n > 20 && n < 2000);
    }
#ifndef SENTRY_NO_FILES
    scratch_end();
#endif
}

static const test_case_t tests[] = {
    { "bytes_go_with_every_event", bytes_go_with_every_event },
    { "header_says_only_what_is_known", header_says_only_what_is_known },
    { "bytes_by_every_function", bytes_by_every_function },
    { "bytes_that_are_none", bytes_that_are_none },
    { "empty_bytes_and_names", empty_bytes_and_names },
    { "equal_bytes_are_two_attachments", equal_bytes_are_two_attachments },
    { "bytes_arrive_as_they_are", bytes_arrive_as_they_are },
    { "types", types },
    { "content_types", content_types },
    { "file_names", file_names },
    { "setters_take_null", setters_take_null },
    { "odd_names", odd_names },
    { "pushed_scopes", pushed_scopes },
    { "removal_in_a_pushed_scope_ends_with_it", removal_in_a_pushed_scope_ends_with_it },
    { "removal", removal },
    { "removal_knows_only_the_current_scope", removal_knows_only_the_current_scope },
    { "user_scopes", user_scopes },
    { "hubs", hubs },
    { "scopes_outlive_what_they_were_made_for", scopes_outlive_what_they_were_made_for },
    { "when_off", when_off },
    { "envelopes_of_the_user_get_none", envelopes_of_the_user_get_none },
    { "hints_are_for_one_event", hints_are_for_one_event },
    { "hooks_attach", hooks_attach },
    { "dropped_events_take_nothing_along", dropped_events_take_nothing_along },
    { "too_many_bytes", too_many_bytes },
    { "size_by_default", size_by_default },
    { "size_by_the_setter", size_by_the_setter },
    { "many", many },
#ifndef SENTRY_NO_FILES
    { "files_are_read_when_an_event_goes_out", files_are_read_when_an_event_goes_out },
    { "files_by_every_function", files_by_every_function },
    { "files_that_are_none", files_that_are_none },
    { "a_file_is_attached_once", a_file_is_attached_once },
    { "file_types", file_types },
    { "relative_paths", relative_paths },
    { "files_that_cannot_be_read", files_that_cannot_be_read },
    { "empty_files", empty_files },
#ifndef _WIN32
    { "pipes_are_left_alone", pipes_are_left_alone },
    { "links_are_followed", links_are_followed },
#endif
    { "binary_files_arrive_as_they_are", binary_files_arrive_as_they_are },
    { "files_that_are_too_big", files_that_are_too_big },
    { "options_attach", options_attach },
    { "options_add", options_add },
#ifdef _WIN32
    { "wide_files", wide_files },
    { "wide_bytes_and_names", wide_bytes_and_names },
    { "wide_options", wide_options },
#endif
#endif
#ifndef SENTRY_NO_HTTP
    { "attachments_arrive", attachments_arrive },
    { "what_is_left_out_is_reported", what_is_left_out_is_reported },
    { "the_queue_has_no_room", the_queue_has_no_room },
    { "the_queue_fills_up", the_queue_fills_up },
    { "a_limit_for_attachments", a_limit_for_attachments },
    { "a_limit_for_events_holds_for_what_goes_with_them", a_limit_for_events_holds_for_what_goes_with_them },
#endif
#ifndef SENTRY_NO_THREADS
    { "names_change_while_events_go_out", names_change_while_events_go_out },
#endif
    { "attachments_run_out_of_memory", attachments_run_out_of_memory },
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
