/* hello.c: reports one error, with what is needed to understand it.
 *
 *     cc -pthread examples/hello.c -o hello && ./hello
 *
 * It goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program that prints it. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

static int load_config(const char *path)
{
    FILE *file = fopen(path, "r");
    sentry_breadcrumb("config", SENTRY_LEVEL_INFO, "opening %s", path);
    if (!file) return 0;
    fclose(file);
    return 1;
}

int main(void)
{
    const char *dsn = receiver_start();
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = "hello@1.0.0", .environment = "development" }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    sentry_set_tag("subsystem", "config");
    sentry_set_user(sentry_value_new_user("42", "ada", NULL, NULL));
    sentry_value_t window = sentry_value_new_object();
    sentry_value_set_by_key(window, "width", sentry_value_new_int32(1280));
    sentry_value_set_by_key(window, "title", sentry_value_new_string("Hello"));
    sentry_set_context("window", window);
    sentry_breadcrumb("app", SENTRY_LEVEL_INFO, "started");

    if (!load_config("/etc/hello.conf")) sentry_capture_exceptionf("ConfigError", "cannot open %s", "/etc/hello.conf");

    sentry_close(); /* waits, two seconds at most, until the report is there */
    receiver_stop();
    return 0;
}
