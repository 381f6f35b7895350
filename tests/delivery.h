/* delivery.h: events on their way to a sink: sending them, and finding out what became of each: it arrived, it waits on disk,
 * or client reports count it. Include after sentry.h, test.h, sink.h and files.h. */
#ifndef DELIVERY_H
#define DELIVERY_H

#define ENOUGH_MS 8000 /* for what happens at once; never waited for when all is well */

/* -- starting and sending ------------------------------------------------------------------------ */

/* The DSN of a port on this machine, for one SDK at a time. */
static inline const char *dsn_of_port(const char *host, int port)
{
    static char dsn[128];
    snprintf(dsn, sizeof dsn, "http://key@%s:%d/1", host, port);
    return dsn;
}

/* Where the SDK keeps what waits, in the scratch directory. */
static inline const char *database(void)
{
    static char path[FILE_MAX_PATH];
    file_join(path, scratch, "database");
    return path;
}

/* A path in the database; two may be in use. */
static inline const char *in_database(const char *name)
{
    static char paths[2][FILE_MAX_PATH];
    static int next;
    next = !next;
    file_join(paths[next], database(), name);
    return paths[next];
}

/* Options that look nothing up, begin no session, send to a port of this machine, and keep what waits in the scratch directory. */
static inline sentry_options_t options_to_port(int port)
{
    sentry_options_t o;
    memset(&o, 0, sizeof o);
    o.dsn = dsn_of_port("127.0.0.1", port);
    o.release = "app@1";
    o.server_name = "host";
    o.database_path = database();
    o.transfer_timeout = test_ms(ENOUGH_MS);
    o.auto_session_tracking = SENTRY_OFF;
    return o;
}

static inline sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

static inline void flush(void)
{
    CHECK_INT(sentry_flush(test_ms(ENOUGH_MS)), 0);
}

/* -- a client without a network --------------------------------------------------------------------- */

#ifndef SENTRY_NO_HTTP
static struct {
    test_mutex_t lock;
    int status; /* of its answers; 0: it gets none */
    int requests, hangs, gone;
} client = { TEST_MUTEX_INIT, 0, 0, 0, 0 };

/* Reads a field of it, after setting it to `value`, if that is not negative. */
static inline int client_field(int *field, int value)
{
    int is;
    test_lock(&client.lock);
    is = *field = value < 0 ? *field : value;
    test_unlock(&client.lock);
    return is;
}

static inline int client_requests(void) { return client_field(&client.requests, -1); }
static inline int client_gone(void) { return client_field(&client.gone, -1); }
static inline void client_answers(int status) { client_field(&client.status, status); }
static inline void client_hangs(int hangs) { client_field(&client.hangs, hangs); }

static inline sentry_http_client_t *client_new(void *data)
{
    return (sentry_http_client_t *)data;
}

static inline int client_send(sentry_http_client_t *c, sentry_http_request_t *request, sentry_http_response_t *response)
{
    (void)c;
    (void)request;
    client_field(&client.requests, client_requests() + 1);
    while (client_field(&client.hangs, -1))
        test_sleep_ms(1);
    sentry_http_response_set_status_code(response, client_field(&client.status, -1));
    return client_field(&client.status, -1) != 0;
}

static inline void client_free(sentry_http_client_t *c)
{
    (void)c;
    client_field(&client.gone, 1);
}

static inline sentry_transport_t *client_transport(void)
{
    return sentry_http_transport_new(client_new, &client, client_send, client_free);
}
#endif

/* -- what arrived ---------------------------------------------------------------------------------- */

/* How many accepted requests contain the text. */
static inline int arrived(sink_t *sink, const char *text)
{
    const sink_request_t *r;
    size_t i;
    int times = 0;
    for (i = 0; (r = sink_request(sink, i)) != NULL; i++)
        times += r->accepted && strstr(r->body, text) != NULL;
    return times;
}

static inline int is_text(sentry_value_t object, const char *key, const char *text)
{
    return strcmp(sentry_value_as_string(sentry_value_get_by_key(object, key)), text) == 0;
}

/* What one client report says about a reason and a category; "*" is any. */
static inline long reported_in(const char *payload, size_t size, const char *reason, const char *category)
{
    sentry_value_t report = sentry_value_from_json_n(payload, size);
    sentry_value_t list = sentry_value_get_by_key(report, "discarded_events");
    long sum = 0;
    size_t i;
    CHECK_INT(sentry_value_get_type(list), SENTRY_VALUE_TYPE_LIST);
    for (i = 0; i < sentry_value_get_length(list); i++) {
        sentry_value_t entry = sentry_value_get_by_index(list, i);
        if ((is_text(entry, "reason", reason) || *reason == '*') && (is_text(entry, "category", category) || *category == '*'))
            sum += (long)sentry_value_as_int64(sentry_value_get_by_key(entry, "quantity"));
    }
    sentry_value_decref(report);
    return sum;
}

/* The sum of what all accepted client reports say. */
static inline long reported(sink_t *sink, const char *reason, const char *category)
{
    const sink_request_t *r;
    size_t i, item, size;
    long sum = 0;
    for (i = 0; (r = sink_request(sink, i)) != NULL; i++) {
        sentry_envelope_t *envelope = r->accepted ? sentry_envelope_deserialize(r->body, r->body_size) : NULL;
        for (item = 0; item < sentry_envelope_get_item_count(envelope); item++) {
            const char *payload = sentry_envelope_get_item_payload(envelope, item, &size);
            if (is_text(sentry_envelope_get_item_header(envelope, item), "type", "client_report"))
                sum += reported_in(payload, size, reason, category);
        }
        sentry_envelope_free(envelope);
    }
    return sum;
}

/* -- what waits on disk ---------------------------------------------------------------------------- */

#define MAX_KEPT 256

/* An envelope in a file. */
typedef struct {
    char name[128];
    int good;         /* it is an envelope */
    sentry_uuid_t id; /* its event's */
} kept_t;

typedef struct {
    kept_t files[MAX_KEPT]; /* by name */
    int count;
    int others;             /* files of other names */
} kept_list_t;

static inline int has_suffix(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return n >= m && strcmp(text + n - m, suffix) == 0;
}

static inline void kept_add(const char *path, void *data)
{
    kept_list_t *list = (kept_list_t *)data;
    kept_t *file = &list->files[list->count];
    sentry_envelope_t *envelope;
    size_t size;
    char *bytes;
    if (!has_suffix(path, ".envelope") || list->count == MAX_KEPT) {
        list->others++;
        return;
    }
    list->count++;
    memset(file, 0, sizeof *file);
    snprintf(file->name, sizeof file->name, "%s", strrchr(path, '/') + 1);
    bytes = file_get(path, &size);
    envelope = bytes ? sentry_envelope_deserialize(bytes, size) : NULL;
    file->good = envelope != NULL;
    file->id = sentry_uuid_from_string(sentry_value_as_string(sentry_envelope_get_header(envelope, "event_id")));
    sentry_envelope_free(envelope);
    free(bytes);
}

static inline int kept_compare(const void *a, const void *b)
{
    return strcmp(((const kept_t *)a)->name, ((const kept_t *)b)->name);
}

/* What waits in cache/. */
static inline const kept_list_t *kept_in_cache(void)
{
    static kept_list_t list;
    memset(&list, 0, sizeof list);
    file_each(in_database("cache"), kept_add, &list);
    qsort(list.files, (size_t)list.count, sizeof list.files[0], kept_compare);
    return &list;
}

static inline void kept_add_run(const char *path, void *list)
{
    if (has_suffix(path, ".run"))
        file_each(path, kept_add, list);
}

/* What waits in the folders of runs. */
static inline const kept_list_t *kept_in_runs(void)
{
    static kept_list_t list;
    memset(&list, 0, sizeof list);
    file_each(database(), kept_add_run, &list);
    qsort(list.files, (size_t)list.count, sizeof list.files[0], kept_compare);
    return &list;
}

static inline int same_id(const sentry_uuid_t *a, const sentry_uuid_t *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static inline int kept_has(const kept_list_t *list, const sentry_uuid_t *id)
{
    int i, times = 0;
    for (i = 0; i < list->count; i++)
        times += list->files[i].good && same_id(&list->files[i].id, id);
    return times;
}

/* -- stock-taking ---------------------------------------------------------------------------------- */

/* What became of some events. */
typedef struct {
    int sent;    /* arrived */
    int kept;    /* wait on disk */
    int twice;   /* arrived or wait more than once */
    int strange; /* files that are no envelope of theirs */
} stock_t;

/* An id as events have it: 32 digits. */
static inline const char *hex_of(const sentry_uuid_t *id)
{
    static char hex[33];
    char dashed[37], *to = hex;
    const char *from;
    sentry_uuid_as_string(id, dashed);
    for (from = dashed; *from; from++)
        if (*from != '-')
            *to++ = *from;
    return hex;
}

/* How often the sink accepted an event. */
static inline int arrivals(sink_t *sink, const sentry_uuid_t *id)
{
    char text[64];
    snprintf(text, sizeof text, "\"event_id\":\"%s\"", hex_of(id));
    return arrived(sink, text);
}

/* Looks for each event at the sink and on disk; call it when the SDK is closed. */
static inline stock_t take_stock(sink_t *sink, const sentry_uuid_t *ids, int count)
{
    const kept_list_t *cache = kept_in_cache(), *runs = kept_in_runs();
    stock_t stock = { 0, 0, 0, 0 };
    int i;
    for (i = 0; i < count; i++) {
        int sent = arrivals(sink, &ids[i]), kept = kept_has(cache, &ids[i]) + kept_has(runs, &ids[i]);
        stock.sent += sent > 0;
        stock.kept += kept > 0;
        stock.twice += sent + kept > 1;
    }
    stock.strange = cache->count + runs->count - stock.kept + cache->others + runs->others;
    return stock;
}

static inline sentry_stats_t stats_now(void)
{
    sentry_stats_t stats;
    memset(&stats, 0, sizeof stats);
    sentry_get_stats(&stats);
    return stats;
}

/* What the statistics count as lost, for all reasons. */
static inline long dropped(const sentry_stats_t *stats)
{
    uint64_t sum = 0;
    int i;
    for (i = 0; i < SENTRY_DROP_REASONS; i++)
        sum += stats->dropped[i];
    return (long)sum;
}

#endif /* DELIVERY_H */
