/* work.h: what the tests of libraries share. A transaction is open while a library works; when it is done, its spans can be looked at,
 * and its breadcrumbs. Include after collect.h. */
#ifndef WORK_H
#define WORK_H

static sentry_transaction_t *work_open;

/* Opens the transaction. */
static inline void work_begin(void)
{
    work_open = sentry_transaction_start(sentry_transaction_context_new("work", "test"), sentry_value_new_null());
    sentry_set_transaction_object(work_open);
}

/* Starts the SDK, with its options if they are not NULL, and opens the transaction. */
static inline int work_start(const sentry_options_t *options)
{
    sentry_options_t mine = options ? *options : collect_options();
    mine.traces_sample_rate = 1.0;
    if (collect_start(&mine) != 0)
        return 1;
    work_begin();
    return 0;
}

/* Ends the transaction, which is the first event then, and sends a message with the breadcrumbs, the second. */
static inline void work_done(void)
{
    collect_clear();
    sentry_transaction_finish(work_open);
    sentry_capture_message(SENTRY_LEVEL_INFO, "done");
    CHECK_INT(collect_count(), 2);
}

/* Closes the SDK; nothing must be left of it. */
static inline void work_stop(void)
{
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

static inline size_t work_spans(void) { return collect_len(0, "spans"); }
static inline size_t work_crumbs(void) { return collect_len(1, "breadcrumbs.values"); }

/* Something of a span, or a breadcrumb, in order. */
static inline sentry_value_t work_span(size_t i, const char *path)
{
    return collect_at(sentry_value_get_by_index(collect_get(0, "spans"), i), path);
}
static inline sentry_value_t work_crumb(size_t i, const char *path)
{
    return collect_at(sentry_value_get_by_index(collect_get(1, "breadcrumbs.values"), i), path);
}
static inline const char *work_span_str(size_t i, const char *path) { return sentry_value_as_string(work_span(i, path)); }
static inline const char *work_crumb_str(size_t i, const char *path) { return sentry_value_as_string(work_crumb(i, path)); }

/* Of their data, whose keys have dots. */
static inline sentry_value_t work_span_data(size_t i, const char *key) { return sentry_value_get_by_key(work_span(i, "data"), key); }
static inline sentry_value_t work_crumb_data(size_t i, const char *key) { return sentry_value_get_by_key(work_crumb(i, "data"), key); }
static inline const char *work_span_data_str(size_t i, const char *key) { return sentry_value_as_string(work_span_data(i, key)); }
static inline const char *work_crumb_data_str(size_t i, const char *key) { return sentry_value_as_string(work_crumb_data(i, key)); }

/* The descriptions of the spans, and the messages of the breadcrumbs, each with a line end. */
static inline const char *work_list(sentry_value_t list, const char *key)
{
    static char text[16384];
    size_t i, used = 0;
    text[0] = 0;
    for (i = 0; i < sentry_value_get_length(list) && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", sentry_value_as_string(sentry_value_get_by_key(sentry_value_get_by_index(list, i), key)));
    return text;
}
static inline const char *work_span_list(void) { return work_list(collect_get(0, "spans"), "description"); }
static inline const char *work_crumb_list(void) { return work_list(collect_get(1, "breadcrumbs.values"), "message"); }

/* The ms between a span's beginning and end. */
static inline double work_span_ms(size_t i)
{
    const char *from = work_span_str(i, "start_timestamp"), *to = work_span_str(i, "timestamp");
    double ms = strlen(from) == 27 && strlen(to) == 27 ? (atof(to + 17) - atof(from + 17)) * 1000 : -1;
    return ms < 0 ? ms + 60000 : ms;
}

/* Whether an installed integration has the name, by the last event. */
static inline int work_installed(const char *name)
{
    sentry_value_t list = collect_get(1, "sdk.integrations");
    size_t i;
    for (i = 0; i < sentry_value_get_length(list); i++)
        if (strcmp(sentry_value_as_string(sentry_value_get_by_index(list, i)), name) == 0)
            return 1;
    return 0;
}
#endif
