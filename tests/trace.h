/* trace.h: what the tests of tracing share. Include after sentry.h, test.h and collect.h. */
#ifndef TRACE_H
#define TRACE_H

/* collect_options, with such a rate of transactions. */
static inline sentry_options_t trace_options(double rate)
{
    sentry_options_t options = collect_options();
    options.traces_sample_rate = rate;
    return options;
}

/* Starts the SDK with such a rate. */
static inline int trace_start(double rate)
{
    sentry_options_t options = trace_options(rate);
    return collect_start(&options);
}

static inline sentry_uuid_t say(const char *text)
{
    return sentry_capture_message(SENTRY_LEVEL_INFO, text);
}

/* What the trace header of envelope i says; "" when it has no such key. */
static inline const char *trace_dsc(size_t i, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(collect_at(collect_head(i), "trace"), key));
}

/* How many keys that header has. */
static inline size_t trace_dsc_size(size_t i)
{
    return sentry_value_get_length(collect_at(collect_head(i), "trace"));
}

/* A dynamic sampling context's number: 0.dddddd. */
static inline int is_sample_rand(const char *text)
{
    return strlen(text) == 8 && text[0] == '0' && text[1] == '.' && strspn(text + 2, "0123456789") == 6;
}

/* -- headers that go out -- */

typedef struct {
    char sentry_trace[128], traceparent[128], baggage[SENTRY_MAX_BAGGAGE + 1];
    int count, others; /* headers in all; those of other names */
} trace_headers_t;

/* For sentry_trace_iter_headers and the like. */
static inline void trace_keep_header(const char *key, const char *value, void *userdata)
{
    trace_headers_t *h = (trace_headers_t *)userdata;
    h->count++;
    if (strcmp(key, "sentry-trace") == 0)
        snprintf(h->sentry_trace, sizeof h->sentry_trace, "%s", value);
    else if (strcmp(key, "baggage") == 0)
        snprintf(h->baggage, sizeof h->baggage, "%s", value);
    else if (strcmp(key, "traceparent") == 0)
        snprintf(h->traceparent, sizeof h->traceparent, "%s", value);
    else
        h->others++;
}

/* The headers of the current scope, until the next call. */
static inline const trace_headers_t *trace_headers(void)
{
    static trace_headers_t headers;
    memset(&headers, 0, sizeof headers);
    sentry_trace_iter_headers(trace_keep_header, &headers);
    return &headers;
}

/* A member of a baggage header, as it stands there; "" when it is not there, NULL when it is there twice. Until the next call. */
static inline const char *baggage_member(const char *baggage, const char *key)
{
    static char value[SENTRY_MAX_BAGGAGE + 1];
    const char *at = baggage;
    size_t length = strlen(key);
    int times = 0;
    value[0] = 0;
    while (*at) {
        size_t member = strcspn(at, ",");
        if (member > length && strncmp(at, key, length) == 0 && at[length] == '=') {
            times++;
            snprintf(value, sizeof value, "%.*s", (int)(member - length - 1), at + length + 1);
        }
        at += member + (at[member] == ',');
    }
    return times > 1 ? NULL : value;
}

#ifndef SENTRY_NO_TRACING
/* A transaction that is nobody's current one. */
static inline sentry_transaction_t *trace_begin(const char *name)
{
    return sentry_transaction_start(sentry_transaction_context_new(name, "test"), sentry_value_new_null());
}

/* One that continues a trace; either header may be NULL. */
static inline sentry_transaction_t *trace_begin_from(const char *sentry_trace, const char *baggage)
{
    sentry_transaction_context_t *context = sentry_transaction_context_new("from outside", "test");
    if (sentry_trace)
        sentry_transaction_context_update_from_header(context, "sentry-trace", sentry_trace);
    if (baggage)
        sentry_transaction_context_update_from_header(context, "baggage", baggage);
    return sentry_transaction_start(context, sentry_value_new_null());
}

/* The headers of a transaction, until the next call. */
static inline const trace_headers_t *trace_headers_of(sentry_transaction_t *tx)
{
    static trace_headers_t headers;
    memset(&headers, 0, sizeof headers);
    sentry_transaction_iter_headers(tx, trace_keep_header, &headers);
    return &headers;
}

/* Whether finishing it sent something. */
static inline int trace_end(sentry_transaction_t *tx)
{
    sentry_uuid_t id = sentry_transaction_finish(tx);
    return !sentry_uuid_is_nil(&id);
}
#endif

#endif /* TRACE_H */
