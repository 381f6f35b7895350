/* crash.c: a program that crashes, and how its next start reports that: with function, file and line.
 *
 *     cc -g -pthread examples/crash.c -o crash && ./crash
 *
 * Without -g there are functions, but no files and lines. The child process is the program; its parent stands for whoever
 * starts it again. The report goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program
 * that prints it. POSIX. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

#include <sys/wait.h>

typedef struct {
    char name[8];
    int age;
} user_t;

static const user_t users[] = { { "ada", 36 }, { "grace", 85 } };

static const user_t *find_user(const char *name)
{
    size_t i;
    for (i = 0; i < sizeof users / sizeof users[0]; i++) {
        if (strcmp(users[i].name, name) == 0) return &users[i];
    }
    return NULL;
}

static int age_of(const char *name)
{
    const user_t *user = find_user(name);
    sentry_breadcrumb("users", SENTRY_LEVEL_INFO, "how old is %s?", name);
    return user->age; /* nobody has looked whether there is one */
}

/* From here on crashes are caught; what the last run left of one is sent. */
static void start(const char *dsn)
{
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = "crash@1.0.0", .environment = "development" }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
}

static int run(const char *dsn)
{
    start(dsn);
    sentry_set_tag("subsystem", "users");
    printf("ada is %d\n", age_of("ada"));
    printf("alan is %d\n", age_of("alan"));
    sentry_close();
    return 0;
}

int main(void)
{
    const char *dsn = receiver_start();
    int status = 0;
    setvbuf(stdout, NULL, _IONBF, 0); /* what is printed before a crash is seen */
    pid_t pid = fork();
    if (pid == 0) exit(run(dsn));
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status)) printf("the program crashed with signal %d, and is started again\n", WTERMSIG(status));
    start(dsn);
    sentry_close();
    receiver_stop();
    return 0;
}
