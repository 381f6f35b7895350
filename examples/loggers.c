/* loggers.c: logs of libraries as breadcrumbs and events: syslog(3), GLib and SDL2, which go on to where they went; standard error;
 * and a logger that has a callback.
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

/* A logger of your own, or of a library, which tells somebody else too. */
static void (*on_line)(int severity, const char *file, int line, const char *text);

static void log_line(int severity, const char *file, int line, const char *text)
{
    printf("%s\n", text);
    if (on_line) on_line(severity, file, line, text);
}

static void to_sentry(int severity, const char *file, int line, const char *text)
{
    sentry_log_record_text(severity > 2 ? SENTRY_LEVEL_ERROR : SENTRY_LEVEL_INFO, "game", file, line, NULL, text);
}

static void start(const char *dsn, int capture_stderr)
{
    sentry_logging_options_t logging = { .capture_stderr = capture_stderr };
    const sentry_integration_t *const integrations[] = { sentry_logging_integration(&logging), NULL };
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = "loggers@1.0.0", .environment = "development",
                                         .auto_session_tracking = SENTRY_OFF, .integrations = integrations }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
}

int main(void)
{
    const char *dsn = receiver_start();
    start(dsn, 0);
    g_log_set_writer_func(sentry_glib_log_writer, NULL, NULL); /* SDL's function is installed by itself */
    on_line = to_sentry;
    syslog(LOG_NOTICE, "%d users are there", 3);               /* a breadcrumb */
    g_log("network", G_LOG_LEVEL_WARNING, "the host %s is slow", "db1");
    SDL_Log("the window has %d x %d pixels", 1280, 720);
    log_line(1, "game.c", 17, "the level is loaded");
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "no sound device"); /* an event, with the breadcrumbs of before */
    SENTRY_LOG_EXCEPTION("game", "SaveError", "disk full", "slot %d was not saved", 3); /* an event of an error */

    start(dsn, 1); /* again, with what goes to standard error, whoever writes it */
    fputs("a library complains\n", stderr);
    sentry_capture_exception("LibraryError", "it said so");
    sentry_close();
    receiver_stop();
    return 0;
}
