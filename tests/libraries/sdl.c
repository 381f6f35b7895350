/* SDL's log: with the real library, taken by itself, by hand, and beside a function of the program's. */
#define SDL_MAIN_HANDLED
#include <SDL.h>
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "test.h"

#include "collect.h"
#include "logger.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static SDL_LogOutputFunction output(void)
{
    SDL_LogOutputFunction is = NULL;
    void *data = NULL;
    SDL_LogGetOutputFunction(&is, &data);
    return is;
}

static void by_itself(void)
{
    SDL_LogOutputFunction before = output();
    char text[4096];
    REQUIRE(collect_start(NULL) == 0);
    CHECK(output() == sentry_sdl_log_output);
    SDL_LogSetAllPriority(SDL_LOG_PRIORITY_INFO);
    test_stderr_begin();
    SDL_Log("hello %d", 1);
    SDL_LogWarn(SDL_LOG_CATEGORY_AUDIO, "buffer %s", "empty");
    SDL_LogWarn(SDL_LOG_CATEGORY_CUSTOM + 1, "of ours");
    SDL_LogError(SDL_LOG_CATEGORY_RENDER, "no device");
    test_stderr_end(text, sizeof text);
    CHECK_CONTAINS(text, "hello 1"); /* SDL's own function's */
    CHECK_CONTAINS(text, "no device");
    REQUIRE(collect_count() == 1);
    CHECK_STR(collect_str(0, "logger"), "sdl.render");
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_STR(collect_text(0, "logentry"), "{\"formatted\":\"no device\"}");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "hello 1");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.category"), "sdl.application");
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.level"), "info");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.category"), "sdl.audio");
    CHECK_STR(collect_str(0, "breadcrumbs.values.1.level"), "warning");
    CHECK_STR(collect_str(0, "breadcrumbs.values.2.category"), "sdl.20");
    CHECK_CONTAINS(collect_text(0, "sdk.integrations"), "\"sdl\"");
    collect_stop();
    CHECK(output() == before);
}

static void levels(void)
{
    static const struct {
        SDL_LogPriority priority;
        const char *level;
    } each[] = { { SDL_LOG_PRIORITY_VERBOSE, "debug" }, { SDL_LOG_PRIORITY_DEBUG, "debug" }, { SDL_LOG_PRIORITY_INFO, "info" }, { SDL_LOG_PRIORITY_WARN, "warning" },
        { SDL_LOG_PRIORITY_ERROR, "error" }, { SDL_LOG_PRIORITY_CRITICAL, "fatal" } };
    sentry_options_t o = collect_options();
    char text[4096];
    size_t i;
    logger_take_all(&o);
    REQUIRE(collect_start(&o) == 0);
    SDL_LogSetAllPriority(SDL_LOG_PRIORITY_VERBOSE);
    test_stderr_begin();
    for (i = 0; i < COUNT(each); i++)
        SDL_LogMessage(SDL_LOG_CATEGORY_SYSTEM, each[i].priority, "text");
    test_stderr_end(text, sizeof text);
    logger_show(COUNT(each));
    for (i = 0; i < COUNT(each); i++)
        CHECK_STR(logger_level(i), each[i].level);
    collect_stop();
}

static int own_calls;
static void SDLCALL own(void *data, int category, SDL_LogPriority priority, const char *message)
{
    own_calls++;
    CHECK(data == (void *)&own_calls);
    CHECK_INT(category, SDL_LOG_CATEGORY_APPLICATION);
    CHECK_INT(priority, SDL_LOG_PRIORITY_ERROR);
    CHECK_STR(message, "own");
}

/* A function of the program's that was there before is called on. */
static void beside_ones_own(void)
{
    SDL_LogSetOutputFunction(own, &own_calls);
    REQUIRE(collect_start(NULL) == 0);
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "own");
    CHECK_INT(own_calls, 1);
    CHECK_INT(collect_count(), 1);
    collect_stop();
    CHECK(output() == own);
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "own");
    CHECK_INT(own_calls, 2);
}

/* One that came later stays. */
static void put_over(void)
{
    REQUIRE(collect_start(NULL) == 0);
    SDL_LogSetOutputFunction(own, &own_calls);
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "own");
    CHECK_INT(collect_count(), 0);
    collect_stop();
    CHECK(output() == own);
}

/* What chaining made of ours, which is below it. */
static SDL_LogOutputFunction below;
static void *below_data;
static void SDLCALL chaining(void *data, int category, SDL_LogPriority priority, const char *message)
{
    (void)data;
    below(below_data, category, priority, message);
}

/* One that hands on to ours stays in between, however often the SDK starts. */
static void chained(void)
{
    int i;
    SDL_LogSetOutputFunction(own, &own_calls);
    REQUIRE(collect_start(NULL) == 0);
    SDL_LogGetOutputFunction(&below, &below_data);
    SDL_LogSetOutputFunction(chaining, NULL);
    for (i = 0; i < 20; i++) {
        SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "own");
        CHECK_INT(own_calls, i + 1);
        CHECK_INT(collect_count(), i + 1);
        sentry_close();
        CHECK(output() == chaining);
        REQUIRE(collect_start(NULL) == 0);
    }
    collect_stop();
    CHECK(output() == chaining);
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "own");
    CHECK_INT(own_calls, 21);
}

static void by_hand(void)
{
    char text[4096];
    SDL_LogSetOutputFunction(sentry_sdl_log_output, NULL);
    REQUIRE(collect_start(NULL) == 0);
    test_stderr_begin();
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "by hand");
    CHECK_INT(collect_count(), 1);
    sentry_close();
    SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "when off");
    test_stderr_end(text, sizeof text);
    CHECK_CONTAINS(text, "by hand");
    CHECK_CONTAINS(text, "when off");
    CHECK(output() == sentry_sdl_log_output);
    collect_stop();
}

static void disabled(void)
{
    static const char *const without[] = { "sdl", NULL };
    sentry_options_t o = collect_options();
    SDL_LogOutputFunction before = output();
    o.disabled_integrations = without;
    REQUIRE(collect_start(&o) == 0);
    CHECK(output() == before);
    collect_stop();
}

/* Started again and again, it does not call itself. */
static void again(void)
{
    int i;
    SDL_LogSetOutputFunction(own, &own_calls);
    for (i = 0; i < 3; i++) {
        REQUIRE(collect_start(NULL) == 0);
        SDL_LogError(SDL_LOG_CATEGORY_APPLICATION, "own");
        CHECK_INT(own_calls, i + 1);
    }
    collect_stop();
}

static const test_case_t tests[] = {
    {"by_itself", by_itself},
    {"levels", levels},
    {"beside_ones_own", beside_ones_own},
    {"put_over", put_over},
    {"chained", chained},
    {"by_hand", by_hand},
    {"disabled", disabled},
    {"again", again},
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
