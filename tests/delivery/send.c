/* send.c: sends events by the built-in client and prints the id of each.
 *     send COUNT DSN [proxy=URL] [unix=PATH]        "proxy=" is the option "", for none
 * The SDK says on stderr what it does. Exits 1 when something was still waiting after five seconds. */
#include "../../sentry.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    sentry_options_t options;
    sentry_uuid_t id;
    char text[37];
    int i, late = 0;
    if (argc < 3) {
        fprintf(stderr, "send COUNT DSN [proxy=URL] [unix=PATH]\n");
        return 2;
    }
    memset(&options, 0, sizeof options);
    options.dsn = argv[2];
    options.auto_session_tracking = SENTRY_OFF; /* what is counted are events */
    options.release = "send@1.0.0";
    options.debug = 1;
    options.http_retry = SENTRY_OFF;
    options.http_compression = SENTRY_OFF; /* the receiver reads no gzip */
    for (i = 3; i < argc; i++) {
        if (strncmp(argv[i], "proxy=", 6) == 0) options.proxy = argv[i] + 6;
        else if (strncmp(argv[i], "unix=", 5) == 0) options.unix_socket = argv[i] + 5;
        else return 2;
    }
    if (sentry_init(&options) != 0) {
        fprintf(stderr, "%s\n", sentry_get_init_error());
        return 1;
    }
    /* One after another, so that each finds the connection as the one before left it. */
    for (i = 0; i < atoi(argv[1]); i++) {
        id = sentry_capture_message(SENTRY_LEVEL_INFO, "on its way");
        late |= sentry_flush(5000);
        sentry_uuid_as_string(&id, text);
        printf("%.8s%.4s%.4s%.4s%.12s\n", text, text + 9, text + 14, text + 19, text + 24);
    }
    sentry_close();
    return late;
}
