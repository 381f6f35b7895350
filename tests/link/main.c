/* Starts the shared SDK, runs the parts that were linked, and sees that all their events came. */
#include "parts.h"
#include <stdio.h>

static int sent;

static void count_event(sentry_envelope_t *envelope, void *state)
{
    (void)state;
    sent++;
    sentry_envelope_free(envelope);
}

int main(void)
{
    sentry_options_t *options = sentry_options_new();
    int wrong = 0;
    sentry_options_set_dsn(options, "http://shared@127.0.0.1:9/1");
    sentry_options_set_transport(options, sentry_transport_new(count_event));
    if (sentry_init(options) != 0) return 1;
    wrong |= part_c();
    wrong |= part_other() << 1;
#ifdef WITH_PRIVATE
    wrong |= part_private() << 2;
#endif
    if (sentry_close() != 0) wrong |= 8;
    if (sent != 3) wrong |= 16;
    if (wrong) printf("wrong: %d, sent: %d\n", wrong, sent);
    return wrong;
}
