/* loggers.c: logs of libraries as breadcrumbs and events: syslog(3), GLib and SDL2, which go on to where they went.
 *
 *     cc -pthread examples/loggers.c $(pkg-config --cflags --libs glib-2.0 sdl2) -o loggers && ./loggers
 *
 * What it reports goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. POSIX. */
#define _GNU_SOURCE           /* for sentry.h, because other headers come before it */
#include <SDL.h>
#include <glib.h>             /* before sentry.h: then it knows what goes along with them */
#define SENTRY_WRAP_SYSLOG    /* in each file whose calls of syslog are to be seen */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

#include <syslog.h>

int main(void)
{
    const char *dsn = receiver_start();
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = "loggers@1.0.0", .environment = "development",
                                         .auto_session_tracking = SENTRY_OFF }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    g_log_set_writer_func(sentry_glib_log_writer, NULL, NULL); /* SDL's function is installed by itself */
    syslog(LOG_NOTICE, "%d users are there", 3);               /* a breadcrumb */
    g_log("network", G_LOG_LEVEL_WARNING, "the host %s is slow", "db1");
    SDL_Log("the window has %d x %d pixels", 1280, 720);
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "no sound device"); /* an event, with the breadcrumbs of before */
    sentry_close();
    receiver_stop();
    return 0;
}
