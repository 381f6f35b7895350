/* baremetal.c: reports from a board without an operating system. The transport writes each envelope to a serial line; what
 * listens there posts the bytes as they are to https://HOST/api/PROJECT/envelope/. It runs on a desktop too:
 *
 *     cc examples/baremetal.c -o baremetal && ./baremetal
 *
 * For a Cortex-M3 see tests/bare/run.sh. Replace the four board_ functions by those of your board. */
#include <stddef.h>

static unsigned long long board_us(void);
static int board_random(void *to, size_t size);

#define SENTRY_NO_THREADS /* the same three in every file that includes sentry.h, best by -D */
#define SENTRY_NO_HTTP
#define SENTRY_NO_FILES
#define SENTRY_NOW_US() board_us() /* microseconds since 1970 */
#define SENTRY_TICKS_MS() (board_us() / 1000u)
#define SENTRY_RANDOM(to, size) board_random(to, size) /* 0 when filled */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

/* -- the board -- */
/* A real one reads its clock chip at the start and counts on with a timer. */
static unsigned long long board_us(void)
{
    static unsigned long long now = 1767323045000000u;
    return now += 1000;
}

/* The ids of events are made of it. Here they are always the same; a real board asks its random number generator. */
static int board_random(void *to, size_t size)
{
    unsigned char *p = (unsigned char *)to;
    static uint32_t state = 1;
    for (; size; size--, state = state * 1664525u + 1013904223u) *p++ = (unsigned char)(state >> 24);
    return 0;
}

static void board_uart(const char *bytes, size_t size) { fwrite(bytes, 1, size, stdout); }

static int board_temperature(void) { return 93; }

/* -- reports -- */
static void send_to_uart(sentry_envelope_t *envelope, void *state)
{
    size_t size = 0;
    char line[32], *bytes = sentry_envelope_serialize(envelope, &size);
    (void)state;
    if (bytes) {
        board_uart(line, (size_t)snprintf(line, sizeof line, "SENTRY %lu\n", (unsigned long)size));
        board_uart(bytes, size);
    }
    sentry_free(bytes);
    sentry_envelope_free(envelope);
}

int main(void)
{
    sentry_options_t options = { .dsn = "http://public@relay.local/1", .release = "oven@1.0.0", .server_name = "oven-7", .max_breadcrumbs = 10,
        .auto_session_tracking = SENTRY_OFF }; /* an oven has no sessions */
    options.transport = sentry_transport_new(send_to_uart);
    if (sentry_init(&options) != 0) return 1;
    sentry_set_tag("board", "rev-b");
    sentry_breadcrumb("heater", SENTRY_LEVEL_INFO, "on");
    if (board_temperature() > 90) sentry_capture_exceptionf("TemperatureError", "%d degrees", board_temperature());
    return sentry_close();
}
