/* Runs children by the functions of the system, which another part of the build makes the SDK's. Exits with what is wrong; also C++. */
#include "../../sentry.h"
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KNOWS_THE_TRACE "test -n \"$SENTRY_TRACE\" && exit 3"
#define WELL (3 << 8)
#define CHILDREN 4

static size_t crumbs;

static void count_crumbs(sentry_envelope_t *envelope, void *state)
{
    sentry_value_t list = sentry_value_get_by_key(sentry_envelope_get_event(envelope), "breadcrumbs");
    (void)state;
    crumbs = sentry_value_get_length(sentry_value_get_by_key(list, "values"));
    sentry_envelope_free(envelope);
}

static int spawned(int by_name)
{
    static char shell[] = "sh", option[] = "-c", command[] = KNOWS_THE_TRACE;
    static char *argv[] = { shell, option, command, NULL }, *envp[] = { NULL };
    pid_t child = 0;
    int status = 0;
    if (by_name ? posix_spawnp(&child, "sh", NULL, NULL, argv, envp) : posix_spawn(&child, "/bin/sh", NULL, NULL, argv, envp)) return -1;
    return waitpid(child, &status, 0) == child ? status : -1;
}

int main(void)
{
    sentry_options_t *options = sentry_options_new();
    FILE *stream;
    int wrong = 0;
    sentry_options_set_dsn(options, "http://shared@127.0.0.1:9/1");
    sentry_options_set_transport(options, sentry_transport_new(count_crumbs));
    sentry_options_set_auto_session_tracking(options, 0);
    if (sentry_init(options) != 0) return 1;
    wrong |= (system(KNOWS_THE_TRACE) != WELL) << 1;
    stream = popen(KNOWS_THE_TRACE, "r");
    wrong |= (!stream || pclose(stream) != WELL) << 2;
    wrong |= (spawned(0) != WELL) << 3;
    wrong |= (spawned(1) != WELL) << 4;
    sentry_capture_message(SENTRY_LEVEL_INFO, "done");
    sentry_close();
    wrong |= (crumbs != CHILDREN) << 5;
    if (wrong) printf("wrong: %d, breadcrumbs: %d\n", wrong, (int)crumbs);
    return wrong;
}
