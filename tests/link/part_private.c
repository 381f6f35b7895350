/* A library that keeps an SDK of its own, unseen by the program's. */
#define SENTRY_API static
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#ifdef __cplusplus
extern "C"
#endif
int part_private(void);

static int private_count;

static void count_privately(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    private_count++;
    sentry_envelope_free(envelope);
}

int part_private(void)
{
    sentry_options_t *options = sentry_options_new();
    sentry_uuid_t id;
    if (sentry_is_enabled()) return 1;
    sentry_options_set_dsn(options, "http://private@127.0.0.1:9/1");
    sentry_options_set_transport(options, sentry_transport_new(count_privately));
    if (sentry_init(options) != 0) return 1;
    id = sentry_capture_message(SENTRY_LEVEL_INFO, "private");
    return sentry_close() != 0 || private_count != 1 || sentry_uuid_is_nil(&id);
}
