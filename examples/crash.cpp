/* crash.cpp: exceptions that nobody catches, and other ways to std::terminate, reported with the exception's type and what().
 *
 *     c++ -g -pthread examples/crash.cpp -o crash && ./crash
 *
 * The child processes are the program; their parent stands for whoever starts it again, which is when reports are sent: to the
 * server that SENTRY_DSN names, or, without one, to a small receiver in this program that prints them. C++11, POSIX. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

#include <map>
#include <string>
#include <sys/wait.h>
#include <thread>

/* Crashes are caught, and reports are sent, as long as one of these lives. */
class Reporting {
public:
    explicit Reporting(const char *dsn)
    {
        sentry_options_t options = sentry_options_t();
        options.dsn = dsn;
        options.release = "crash@1.0.0";
        options.environment = "development";
        if (sentry_init(&options) != 0) fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    ~Reporting() { sentry_close(); }
    Reporting(const Reporting &) = delete;
    Reporting &operator=(const Reporting &) = delete;
};

class Users {
public:
    Users() { ages["ada"] = 36; }
    int age_of(const std::string &name) const { return ages.at(name); } /* throws std::out_of_range */

private:
    std::map<std::string, int> ages;
};

static void ask()
{
    Users users;
    printf("ada is %d\n", users.age_of("ada"));
    printf("alan is %d\n", users.age_of("alan"));
}

/* What throws here ends the program: it has promised not to. */
static void promise() noexcept
{
    printf("grace is %d\n", Users().age_of("grace"));
}

/* A thread that nobody has joined ends the program. */
static void forget()
{
    std::thread forgotten([] {});
}

/* Runs a part of the program until it crashes, then starts it again. */
static void run(const char *dsn, void (*part)())
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        Reporting reporting(dsn);
        part();
        exit(0);
    }
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status)) printf("the program crashed with signal %d, and is started again\n", WTERMSIG(status));
    Reporting again(dsn);
}

int main()
{
    const char *dsn = receiver_start();
    setvbuf(stdout, NULL, _IONBF, 0); /* what is printed before a crash is seen */
    run(dsn, ask);
    run(dsn, promise);
    run(dsn, forget);
    receiver_stop();
    return 0;
}
