/* trace_cache.c: spans around a cache, with the keys by which Sentry counts hits and misses.
 *
 *     cc -pthread examples/trace_cache.c -o trace_cache && ./trace_cache
 *
 * The transaction goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

/* -- a cache: what your program has already -- */

static struct {
    char key[32], value[64];
} cache[8];
static size_t cached;

static const char *cache_find(const char *key)
{
    size_t i;
    for (i = 0; i < cached; i++) {
        if (strcmp(cache[i].key, key) == 0) return cache[i].value;
    }
    return NULL;
}

static void cache_add(const char *key, const char *value)
{
    if (cached == sizeof cache / sizeof cache[0]) return;
    snprintf(cache[cached].key, sizeof cache[cached].key, "%s", key);
    snprintf(cache[cached++].value, sizeof cache[0].value, "%s", value);
}

/* -- the same with spans -- */

/* cache.key is a list, because some calls ask for several at once. */
static void set_cache_key(const char *key)
{
    sentry_value_t keys = sentry_value_new_list();
    sentry_value_append(keys, sentry_value_new_string(key));
    sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_CACHE_KEY, keys);
}

static void set_item_size(const char *value)
{
    sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_CACHE_ITEM_SIZE, sentry_value_new_int32((int32_t)strlen(value)));
}

static const char *cache_get(const char *key)
{
    const char *value = NULL;
    SENTRY_SPAN(SENTRY_OP_CACHE_GET, key) {
        value = cache_find(key);
        set_cache_key(key);
        sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_CACHE_HIT, sentry_value_new_bool(value != NULL));
        if (value) set_item_size(value);
    }
    return value;
}

static void cache_put(const char *key, const char *value)
{
    SENTRY_SPAN(SENTRY_OP_CACHE_PUT, key) {
        cache_add(key, value);
        set_cache_key(key);
        set_item_size(value);
    }
}

static const char *load_profile(void)
{
    const char *profile = NULL;
    SENTRY_SPAN(SENTRY_OP_DB_QUERY, "SELECT profile FROM users WHERE id = ?") { /* with the parameters left out */
        sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_DB_SYSTEM, sentry_value_new_string("sqlite"));
        profile = "{\"name\":\"Ada\",\"plan\":\"pro\"}";
    }
    return profile;
}

static const char *get_profile(const char *key)
{
    const char *profile = cache_get(key);
    if (!profile) {
        profile = load_profile();
        cache_put(key, profile);
    }
    return profile;
}

int main(void)
{
    if (sentry_init(&(sentry_options_t){ .dsn = receiver_start(), .release = "trace_cache@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0 /* every transaction; less in production */ }) != 0) {
        fprintf(stderr, "no transactions: %s\n", sentry_get_init_error());
    }
    SENTRY_TRANSACTION("show profile", SENTRY_OP_TASK) {
        get_profile("user:7"); /* misses */
        get_profile("user:7"); /* hits */
    }
    sentry_close();
    receiver_stop();
    return 0;
}
