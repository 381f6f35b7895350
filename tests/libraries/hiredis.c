/* hiredis with a real Redis server: commands as spans and breadcrumbs, pipelines, and that all else is as without the SDK. The server is
 * at REDIS_SOCKET and REDIS_PORT. Built with WAY: 1, calls are renamed by SENTRY_WRAP_HIREDIS; 2, by the linker; else by hand. */
#define SENTRY_IMPLEMENTATION
#if WAY == 1
#define SENTRY_WRAP_HIREDIS
#elif WAY == 2
#define SENTRY_WRAP_LINKER
#endif
#include <hiredis.h>
#include "alloc.h"
#include "collect.h"
#include "work.h"

#if WAY == 0
#define redisCommand sentry_redisCommand
#define redisvCommand sentry_redisvCommand
#define redisCommandArgv sentry_redisCommandArgv
#define redisAppendCommand sentry_redisAppendCommand
#define redisAppendCommandArgv sentry_redisAppendCommandArgv
#define redisGetReply sentry_redisGetReply
#endif

static redisContext *redis;

static int port(void)
{
    const char *text = getenv("REDIS_PORT");
    return text ? atoi(text) : 0;
}

/* Starts the SDK, and connects. */
static int start(const sentry_options_t *options)
{
    CHECK_INT(work_start(options), 0);
    redis = redisConnect("127.0.0.1", port());
    return redis && !redis->err ? 0 : 1;
}

static void stop(void)
{
    redisFree(redis);
    work_stop();
}

/* What comes back as text; "" for what is none. Frees the reply. */
static const char *text_of(void *reply)
{
    static char text[256];
    redisReply *r = (redisReply *)reply;
    text[0] = 0;
    if (r && r->str)
        snprintf(text, sizeof text, "%s", r->str);
    if (r)
        freeReplyObject(r);
    return text;
}

static void commands(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_STR(text_of(redisCommand(redis, "set %s %s", "user:1", "hidden")), "OK");
    CHECK_STR(text_of(redisCommand(redis, "GET user:1")), "hidden");
    CHECK_STR(text_of(redisCommand(redis, "PING")), "PONG");
    work_done();
    CHECK(work_installed("hiredis"));
    CHECK_STR(work_span_list(), "SET 'user:1' [Filtered]\nGET 'user:1'\nPING\n");
    CHECK_STR(work_crumb_list(), work_span_list());
    CHECK_STR(work_span_str(0, "op"), "db.redis");
    CHECK_STR(work_span_str(0, "origin"), "auto.db.redis");
    CHECK_STR(work_span_str(0, "status"), "");
    CHECK_STR(work_span_data_str(0, "db.system"), "redis");
    CHECK_STR(work_span_data_str(0, "db.operation"), "SET");
    CHECK_STR(work_crumb_data_str(0, "db.operation"), "SET");
    CHECK_STR(work_crumb_data_str(0, "db.system"), "redis");
    CHECK_STR(work_span_data_str(0, "server.address"), "127.0.0.1");
    CHECK_INT(sentry_value_as_int32(work_span_data(0, "server.port")), port());
    CHECK_STR(work_crumb_str(0, "type"), "redis");
    CHECK_STR(work_crumb_str(0, "category"), "redis");
    CHECK_STR(work_crumb_str(0, "level"), "");
    CHECK_STR(work_crumb_data_str(0, "db.system"), "redis");
    CHECK(sentry_value_as_double(work_crumb_data(0, "duration_ms")) > 0);
    CHECK_ABSENT(collect_text(0, "spans"), "hidden");
    stop();
}

static void argument_lists(void)
{
    const char *words[] = { "SET", "a\nb", "x\0y" };
    const char *get[] = { "GET", "a\nb" };
    size_t lengths[] = { 3, 3, 3 };
    redisReply *reply;
    REQUIRE(start(NULL) == 0);
    CHECK_STR(text_of(redisCommandArgv(redis, 3, words, lengths)), "OK");
    reply = (redisReply *)redisCommandArgv(redis, 2, get, NULL);
    CHECK(reply && reply->len == 3 && memcmp(reply->str, "x\0y", 3) == 0);
    text_of(reply);
    reply = (redisReply *)redisCommand(redis, "GET %b", "a\nb", (size_t)3);
    CHECK(reply && reply->len == 3);
    text_of(reply);
    work_done();
    CHECK_STR(work_span_list(), "SET 'a\\x0ab' [Filtered]\nGET 'a\\x0ab'\nGET 'a\\x0ab'\n");
    stop();
}

static void *with_list(const char *format, ...)
{
    va_list args;
    void *reply;
    va_start(args, format);
    reply = redisvCommand(redis, format, args);
    va_end(args);
    return reply;
}

static void lists_of_arguments(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_STR(text_of(with_list("SET list:%d %s", 7, "v")), "OK");
    CHECK_STR(text_of(with_list("GET list:%d", 7)), "v");
    work_done();
    CHECK_STR(work_span_list(), "SET 'list:7' [Filtered]\nGET 'list:7'\n");
    stop();
}

static void personal_data(void)
{
    static const char *const secret[] = { "AUTH nobody sesame", "HELLO 3 AUTH nobody sesame", "CONFIG SET nosuch sesame", "ACL SETUSER someone >sesame",
        "MIGRATE 127.0.0.1 1 k 0 1 AUTH sesame", "SENTINEL SET main auth-pass sesame" };
    sentry_options_t options = collect_options();
    char longest[1024];
    size_t i;
    options.send_default_pii = SENTRY_ON;
    REQUIRE(start(&options) == 0);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    CHECK_STR(text_of(redisCommand(redis, "SET k %s", "shown")), "OK");
    text_of(redisCommand(redis, "DEL 1 2 3 4 5 6 7 8 9 10 11 12 13 14"));
    text_of(redisCommand(redis, "GET %s", longest));
    for (i = 0; i < sizeof secret / sizeof secret[0]; i++)
        text_of(redisCommand(redis, secret[i]));
    work_done();
    CHECK_STR(work_span_str(0, "description"), "SET 'k' 'shown'");
    CHECK_STR(work_span_str(1, "description"), "DEL '1' '2' '3' '4' '5' '6' '7' '8' '9' '10' '11'");
    CHECK_INT(strlen(work_span_str(2, "description")), strlen("GET ''...") + 200);
    CHECK_STR(work_span_str(3, "description"), "AUTH [Filtered] [Filtered]");
    CHECK_INT(work_spans(), 3 + sizeof secret / sizeof secret[0]);
    CHECK_ABSENT(collect_text(0, "spans"), "sesame");
    CHECK_ABSENT(collect_text(1, "breadcrumbs"), "sesame");
    stop();
}

static void failures(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_CONTAINS(text_of(redisCommand(redis, "NOSUCH thing")), "unknown command");
    CHECK(redisCommand(redis, "GET %y", 1) == NULL); /* not a format: nothing is sent */
    CHECK_INT(redis->err, REDIS_ERR_OTHER);
    redisFree(redis);
    redis = redisConnect("127.0.0.1", port());
    CHECK_STR(text_of(redisCommand(redis, "PING")), "PONG");
    work_done();
    CHECK_STR(work_span_str(0, "status"), "internal_error");
    CHECK_STR(work_crumb_str(0, "level"), "error");
    CHECK_STR(work_span_str(1, "status"), "");
    stop();
}

static void lost_connections(void)
{
    void *reply = NULL;
    signal(SIGPIPE, SIG_IGN);
    REQUIRE(start(NULL) == 0);
    CHECK_STR(text_of(redisCommand(redis, "CLIENT SETNAME mine")), "OK");
    shutdown(redis->fd, SHUT_RDWR);
    CHECK(redisCommand(redis, "GET k") == NULL);
    CHECK(redis->err == REDIS_ERR_EOF || redis->err == REDIS_ERR_IO);
    CHECK_INT(redisGetReply(redis, &reply), REDIS_ERR);
    work_done();
    CHECK_STR(work_span_str(1, "status"), "internal_error");
    CHECK_STR(work_crumb_str(1, "level"), "error");
    stop();
}

static void pipelines(void)
{
    const char *incr[] = { "INCR", "count" };
    void *reply;
    int i;
    REQUIRE(start(NULL) == 0);
    CHECK_INT(redisAppendCommand(redis, "SET count %d", 41), REDIS_OK);
    CHECK_INT(redisAppendCommandArgv(redis, 2, incr, NULL), REDIS_OK);
    CHECK_INT(redisAppendCommand(redis, "GET count"), REDIS_OK);
    for (i = 0; i < 3; i++) {
        CHECK_INT(redisGetReply(redis, &reply), REDIS_OK);
        if (i == 2)
            CHECK_STR(text_of(reply), "42");
        else
            freeReplyObject(reply);
    }
    work_done();
    CHECK_STR(work_crumb_list(), "SET 'count' [Filtered]\nINCR 'count'\nGET 'count'\n");
    CHECK_STR(work_span_list(), "redis.pipeline.execute\n");
    CHECK_STR(work_span_str(0, "op"), "db.redis");
    CHECK_STR(work_span_str(0, "status"), "");
    CHECK_STR(work_span_data_str(0, "server.address"), "127.0.0.1");
    stop();
}

static void unix_sockets(void)
{
    REQUIRE(start(NULL) == 0);
    redisFree(redis);
    redis = redisConnectUnix(getenv("REDIS_SOCKET"));
    REQUIRE(redis && !redis->err);
    CHECK_STR(text_of(redisCommand(redis, "PING")), "PONG");
    work_done();
    CHECK_STR(work_span_data_str(0, "server.address"), getenv("REDIS_SOCKET"));
    CHECK(sentry_value_is_null(work_span_data(0, "server.port")));
    stop();
}

/* A context that does not block keeps the command, and whoever has the event loop sends it. */
static void not_blocking(void)
{
    REQUIRE(start(NULL) == 0);
    redisFree(redis);
    redis = redisConnectNonBlock("127.0.0.1", port());
    REQUIRE(redis != NULL);
    CHECK(redisCommand(redis, "PING") == NULL);
    CHECK_CONTAINS(redis->obuf, "PING");
    work_done();
    CHECK_INT(work_spans(), 0);
    stop();
}

/* A context whose reader makes no replies. */
static void no_reply_objects(void)
{
    void *reply;
    REQUIRE(start(NULL) == 0);
    redis->reader->fn = NULL;
    reply = redisCommand(redis, "PING");
    CHECK_INT((size_t)reply, REDIS_REPLY_STATUS);
    work_done();
    CHECK_STR(work_span_str(0, "status"), "");
    stop();
}

/* What would be an error, were it hiredis's. */
static void *make_number(const redisReadTask *task, char *text, size_t len)
{
    int *reply = (int *)malloc(sizeof *reply);
    (void)task, (void)text, (void)len;
    *reply = REDIS_REPLY_ERROR;
    return reply;
}

/* One whose reader makes replies of the program's own kind. */
static void foreign_reply_objects(void)
{
    redisReplyObjectFunctions mine;
    void *reply;
    REQUIRE(start(NULL) == 0);
    mine = *redis->reader->fn;
    mine.createString = make_number;
    mine.freeObject = free;
    redis->reader->fn = &mine;
    reply = redisCommand(redis, "PING");
    CHECK(reply != NULL);
    free(reply);
    work_done();
    CHECK_STR(work_span_list(), "PING\n");
    CHECK_STR(work_span_str(0, "status"), "");
    stop();
}

static void switched_off(void)
{
    static const char *const names[] = { "hiredis", NULL };
    sentry_options_t options = collect_options();
    void *reply;
    options.disabled_integrations = names;
    REQUIRE(start(&options) == 0);
    CHECK_STR(text_of(redisCommand(redis, "PING")), "PONG");
    CHECK_INT(redisAppendCommand(redis, "PING"), REDIS_OK);
    CHECK_INT(redisGetReply(redis, &reply), REDIS_OK);
    CHECK_STR(text_of(reply), "PONG");
    work_done();
    CHECK(!work_installed("hiredis"));
    CHECK_INT(work_spans(), 0);
    CHECK_INT(work_crumbs(), 0);
    collect_stop();
    CHECK_STR(text_of(redisCommand(redis, "PING")), "PONG");
    stop();
}

static void listed(void)
{
    const sentry_integration_t *list[2];
    sentry_options_t options = collect_options();
    list[0] = sentry_hiredis_integration();
    list[1] = NULL;
    options.auto_enabling_integrations = SENTRY_OFF;
    options.integrations = list;
    REQUIRE(start(&options) == 0);
    CHECK_STR(text_of(redisCommand(redis, "PING")), "PONG");
    work_done();
    CHECK_INT(work_spans(), 1);
    stop();
}

static redisContext *hook_redis;

static sentry_value_t hook_with_redis(sentry_value_t crumb, void *hint, void *data)
{
    (void)hint;
    (*(int *)data)++;
    CHECK_STR(text_of(redisCommand(hook_redis, "PING")), "PONG");
    return crumb;
}

static void a_hook_that_uses_it(void)
{
    sentry_options_t options = collect_options();
    int calls = 0;
    options.before_breadcrumb = hook_with_redis;
    options.before_breadcrumb_data = &calls;
    REQUIRE(start(&options) == 0);
    hook_redis = redisConnect("127.0.0.1", port());
    CHECK_STR(text_of(redisCommand(redis, "ECHO x")), "x");
    work_done();
    CHECK_INT(calls, 1);
    CHECK_STR(work_span_list(), "ECHO 'x'\n");
    redisFree(hook_redis);
    stop();
}

static void no_memory(void)
{
    char value[2048]; /* four of them are a description that needs memory */
    sentry_options_t options = collect_options();
    long at;
    options.send_default_pii = SENTRY_ON;
    REQUIRE(start(&options) == 0);
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = 0;
    for (at = 1; at < 20; at++) {
        alloc_fail(at, 1);
        CHECK_STR(text_of(redisCommand(redis, "MSET %s 1 %s 2 %s 3 k %s", value, value, value, value)), "OK");
        alloc_fail(0, 0);
    }
    sentry_transaction_finish(work_open);
    stop();
}

static const test_case_t tests[] = {
    { "commands", commands },
    { "argument_lists", argument_lists },
    { "lists_of_arguments", lists_of_arguments },
    { "personal_data", personal_data },
    { "failures", failures },
    { "lost_connections", lost_connections },
    { "pipelines", pipelines },
    { "unix_sockets", unix_sockets },
    { "not_blocking", not_blocking },
    { "no_reply_objects", no_reply_objects },
    { "foreign_reply_objects", foreign_reply_objects },
    { "switched_off", switched_off },
    { "listed", listed },
    { "a_hook_that_uses_it", a_hook_that_uses_it },
    { "no_memory", no_memory },
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
