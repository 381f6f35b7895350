/* collect.h: a transport that keeps every envelope, and helpers that look into what was sent.
 * Include after sentry.h and test.h. Text and values that a helper returns live until collect_clear.
 * "Event" below stands for the event or the transaction of an envelope.
 *
 * Paths: keys and list indices joined by dots, as "breadcrumbs.values.0.message". Between two dots, and after a
 * dot at the end, stands the empty key: "_meta.extra.blob." is the note about extra.blob.
 */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdlib.h>
#include <string.h>

#define COLLECT_DSN "http://abc123@o42.ingest.example.com/7"

typedef struct {
    sentry_envelope_t *envelope;
    char *json;           /* payload of the event's item, zero-terminated */
    sentry_value_t event; /* the payload, parsed when first asked for */
    sentry_value_t head;  /* the envelope's header line, likewise */
} collect_entry_t;

static struct {
    collect_entry_t *entries;
    size_t count;   /* entries in use */
    size_t cap;
    size_t others;  /* envelopes without an event: not kept */
    int drop;       /* 1: free envelopes at once and only count them */
    size_t dropped; /* how many of those */
    int by_worker;  /* 1: collect_start takes the SDK's own transport, with a client instead of a network; the helpers wait for it */
    struct {
        char reason[24], category[24];
        long quantity;
    } losses[64]; /* what client reports said */
    size_t loss_count;
} collected;

static test_mutex_t collect__mutex = TEST_MUTEX_INIT;
static inline void collect__lock(void)
{
    test_lock(&collect__mutex);
}
static inline void collect__unlock(void)
{
    test_unlock(&collect__mutex);
}

/* The type of an item. */
static inline const char *collect_item_type(const sentry_envelope_t *envelope, size_t item)
{
    return sentry_value_as_string(sentry_value_get_by_key(sentry_envelope_get_item_header(envelope, item), "type"));
}

/* A copy of the first event item's payload, or NULL. */
static inline char *collect__payload(const sentry_envelope_t *envelope)
{
    size_t count = sentry_envelope_get_item_count(envelope), i;
    for (i = 0; i < count; i++) {
        const char *type = collect_item_type(envelope, i);
        size_t size = 0;
        const char *payload;
        char *copy;
        if (strcmp(type, "event") != 0 && strcmp(type, "transaction") != 0)
            continue;
        payload = sentry_envelope_get_item_payload(envelope, i, &size);
        if (!payload)
            return NULL;
        copy = (char *)malloc(size + 1);
        if (!copy)
            return NULL;
        memcpy(copy, payload, size);
        copy[size] = 0;
        return copy;
    }
    return NULL;
}

/* Adds to what was said to be lost. */
static inline void collect__loss(const char *reason, const char *category, long quantity)
{
    size_t i;
    for (i = 0; i < collected.loss_count; i++)
        if (strcmp(collected.losses[i].reason, reason) == 0 && strcmp(collected.losses[i].category, category) == 0)
            break;
    if (i == sizeof collected.losses / sizeof collected.losses[0])
        abort();
    if (i == collected.loss_count) {
        collected.loss_count++;
        snprintf(collected.losses[i].reason, sizeof collected.losses[i].reason, "%s", reason);
        snprintf(collected.losses[i].category, sizeof collected.losses[i].category, "%s", category);
        collected.losses[i].quantity = 0;
    }
    collected.losses[i].quantity += quantity;
}

/* Reads the client reports of an envelope. */
static inline void collect__reports(const sentry_envelope_t *envelope)
{
    size_t count = sentry_envelope_get_item_count(envelope), item, i, size;
    for (item = 0; item < count; item++) {
        const char *payload = sentry_envelope_get_item_payload(envelope, item, &size);
        sentry_value_t report, list;
        if (strcmp(collect_item_type(envelope, item), "client_report") != 0)
            continue;
        report = sentry_value_from_json_n(payload, size);
        list = sentry_value_get_by_key(report, "discarded_events");
        for (i = 0; i < sentry_value_get_length(list); i++) {
            sentry_value_t loss = sentry_value_get_by_index(list, i);
            collect__loss(sentry_value_as_string(sentry_value_get_by_key(loss, "reason")),
                sentry_value_as_string(sentry_value_get_by_key(loss, "category")),
                (long)sentry_value_as_int64(sentry_value_get_by_key(loss, "quantity")));
        }
        sentry_value_decref(report);
    }
}

/* The transport's send function. */
static inline void collect__send(sentry_envelope_t *envelope, void *state)
{
    char *json = collected.drop ? NULL : collect__payload(envelope);
    (void)state;
    collect__lock();
    collect__reports(envelope);
    if (collected.drop) {
        collected.dropped++;
    } else if (!json) {
        collected.others++;
    } else {
        if (collected.count == collected.cap) {
            size_t cap = collected.cap ? collected.cap * 2 : 16;
            collect_entry_t *bigger = (collect_entry_t *)realloc(collected.entries, cap * sizeof *bigger);
            if (!bigger)
                abort();
            collected.entries = bigger;
            collected.cap = cap;
        }
        memset(&collected.entries[collected.count], 0, sizeof collected.entries[0]);
        collected.entries[collected.count].envelope = envelope;
        collected.entries[collected.count].json = json;
        collected.count++;
        envelope = NULL;
    }
    collect__unlock();
    sentry_envelope_free(envelope);
}

/* The transport, for tests that call sentry_init themselves. */
static inline sentry_transport_t *collect_transport(void)
{
    return sentry_transport_new(collect__send);
}

/* Options that do not look at the machine: a DSN, a release, an environment, a server name; no client reports, no session. */
static inline sentry_options_t collect_options(void)
{
    sentry_options_t options;
    memset(&options, 0, sizeof options);
    options.dsn = COLLECT_DSN;
    options.release = "app@1.2.3";
    options.environment = "testing";
    options.server_name = "box";
    options.send_client_reports = SENTRY_OFF;
    options.auto_session_tracking = SENTRY_OFF;
    return options;
}

#ifndef SENTRY_NO_HTTP
/* A client for the SDK's transport whose server accepts everything, and has `collect_limits` to say. */
static const char *volatile collect_limits;

static inline sentry_http_client_t *collect__client(void *data)
{
    return (sentry_http_client_t *)data;
}

static inline int collect__post(sentry_http_client_t *client, sentry_http_request_t *request, sentry_http_response_t *response)
{
    size_t size;
    const char *body = sentry_http_request_get_body(request, &size);
    sentry_envelope_t *envelope = sentry_envelope_deserialize(body, size);
    (void)client;
    CHECK(envelope != NULL);
    if (envelope)
        collect__send(envelope, NULL);
    if (collect_limits)
        sentry_http_response_set_header(response, "X-Sentry-Rate-Limits", collect_limits);
    sentry_http_response_set_status_code(response, 200);
    return 1;
}
#endif

/* Starts the SDK with these options (NULL: collect_options) and the collecting transport. Returns what sentry_init does. */
static inline int collect_start(const sentry_options_t *options)
{
    sentry_options_t mine = options ? *options : collect_options();
    mine.transport = NULL;
#ifndef SENTRY_NO_HTTP
    if (collected.by_worker) {
        mine.transport = sentry_http_transport_new(collect__client, &collected, collect__post, NULL);
        mine.http_compression = SENTRY_OFF;
        mine.http_retry = SENTRY_OFF;
    }
#endif
    if (!collected.by_worker)
        mine.transport = collect_transport();
    return sentry_init(&mine);
}

/* Waits for the worker, if there is one. */
static inline void collect__await(void)
{
    if (collected.by_worker)
        CHECK_INT(sentry_flush(test_ms(8000)), 0);
}

/* Forgets all that was sent. */
static inline void collect_clear(void)
{
    size_t i;
    collect__lock();
    for (i = 0; i < collected.count; i++) {
        sentry_envelope_free(collected.entries[i].envelope);
        free(collected.entries[i].json);
        sentry_value_decref(collected.entries[i].event);
        sentry_value_decref(collected.entries[i].head);
    }
    free(collected.entries);
    collected.entries = NULL;
    collected.count = collected.cap = collected.others = collected.dropped = collected.loss_count = 0;
    collect__unlock();
}

/* Closes the SDK and forgets all that was sent. */
static inline void collect_stop(void)
{
    sentry_close();
    collect_clear();
}

/* For the child of a fork: another thread may have had the lock, and what the parent got is not the child's. */
static inline void collect_after_fork(void)
{
    test_mutex_t fresh = TEST_MUTEX_INIT;
    int by_worker = collected.by_worker;
    memcpy(&collect__mutex, &fresh, sizeof fresh);
    memset(&collected, 0, sizeof collected);
    collected.by_worker = by_worker;
}

/* The number of events sent. */
static inline size_t collect_count(void)
{
    size_t count;
    collect__await();
    collect__lock();
    count = collected.count;
    collect__unlock();
    return count;
}

/* How much client reports say was lost; with by_worker only, as other transports send none. */
static inline long collect_lost(const char *reason, const char *category)
{
    long quantity = 0;
    size_t i;
    collect__await();
    collect__lock();
    for (i = 0; i < collected.loss_count; i++)
        if (strcmp(collected.losses[i].reason, reason) == 0 && strcmp(collected.losses[i].category, category) == 0)
            quantity = collected.losses[i].quantity;
    collect__unlock();
    return quantity;
}

/* How many kinds of loss the reports have named. */
static inline size_t collect_loss_count(void)
{
    size_t count;
    collect__await();
    collect__lock();
    count = collected.loss_count;
    collect__unlock();
    return count;
}

/* Event i as the JSON text that was sent; "" when there is none. */
static inline const char *collect_json(size_t i)
{
    const char *json;
    collect__await();
    collect__lock();
    json = i < collected.count ? collected.entries[i].json : "";
    collect__unlock();
    return json;
}

/* Envelope i, lent; NULL when there is none. */
static inline const sentry_envelope_t *collect_envelope(size_t i)
{
    const sentry_envelope_t *envelope;
    collect__await();
    collect__lock();
    envelope = i < collected.count ? collected.entries[i].envelope : NULL;
    collect__unlock();
    return envelope;
}

/* Event i, parsed from the text that was sent and lent; null when there is none or the text is no JSON. */
static inline sentry_value_t collect_event(size_t i)
{
    sentry_value_t event = sentry_value_new_null();
    collect__await();
    collect__lock();
    if (i < collected.count) {
        collect_entry_t *entry = &collected.entries[i];
        if (sentry_value_is_null(entry->event))
            entry->event = sentry_value_from_json(entry->json);
        event = entry->event;
    }
    collect__unlock();
    return event;
}

/* The header line of envelope i as it goes over the wire, parsed and lent. */
static inline sentry_value_t collect_head(size_t i)
{
    sentry_value_t head = sentry_value_new_null();
    collect__await();
    collect__lock();
    if (i < collected.count) {
        collect_entry_t *entry = &collected.entries[i];
        if (sentry_value_is_null(entry->head)) {
            size_t size = 0;
            char *wire = sentry_envelope_serialize(entry->envelope, &size);
            char *end = wire ? strchr(wire, '\n') : NULL;
            if (end)
                entry->head = sentry_value_from_json_n(wire, (size_t)(end - wire));
            sentry_free(wire);
        }
        head = entry->head;
    }
    collect__unlock();
    return head;
}

/* What a path below `root` leads to, lent; null when it leads nowhere. */
static inline sentry_value_t collect_at(sentry_value_t root, const char *path)
{
    for (;;) {
        const char *end = strchr(path, '.');
        size_t length = end ? (size_t)(end - path) : strlen(path);
        if (sentry_value_get_type(root) == SENTRY_VALUE_TYPE_LIST)
            root = sentry_value_get_by_index(root, (size_t)strtoul(path, NULL, 10));
        else
            root = sentry_value_get_by_key_n(root, path, length);
        if (!end)
            return root;
        path = end + 1;
    }
}

/* What a path in event i leads to, lent. */
static inline sentry_value_t collect_get(size_t i, const char *path)
{
    return collect_at(collect_event(i), path);
}

/* The string at a path in event i; "" when there is none. */
static inline const char *collect_str(size_t i, const char *path)
{
    return sentry_value_as_string(collect_get(i, path));
}

/* The length of the string, list or object at a path in event i. */
static inline size_t collect_len(size_t i, const char *path)
{
    return sentry_value_get_length(collect_get(i, path));
}

/* 1 when a path in event i leads to something other than null. */
static inline int collect_has(size_t i, const char *path)
{
    return !sentry_value_is_null(collect_get(i, path));
}

/* What a path in event i leads to, as JSON in a buffer that the next call overwrites. */
static inline const char *collect_text(size_t i, const char *path)
{
    static char text[4096];
    char *json = sentry_value_to_json(collect_get(i, path));
    size_t length = json ? strlen(json) : 0;
    if (length >= sizeof text)
        length = sizeof text - 1;
    if (json)
        memcpy(text, json, length);
    text[length] = 0;
    sentry_free(json);
    return text;
}

/* 1 when `id` is event i's, written as 32 lower-case hex digits. */
static inline int collect_is_id(size_t i, const sentry_uuid_t *id)
{
    char dashed[37], hex[33];
    size_t n = 0, k;
    sentry_uuid_as_string(id, dashed);
    for (k = 0; dashed[k] && n < 32; k++) {
        if (dashed[k] != '-')
            hex[n++] = dashed[k];
    }
    hex[n] = 0;
    return strcmp(collect_str(i, "event_id"), hex) == 0;
}

/* 1 for an id: so many lower-case hex digits that are not all 0. */
static inline int is_hex(const char *text, size_t digits)
{
    return strlen(text) == digits && strspn(text, "0123456789abcdef") == digits && strspn(text, "0") != digits;
}

#endif /* COLLECT_H */
