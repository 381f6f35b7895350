/* queue_redis.c: jobs in a Redis list. One process puts them there with the trace they belong to, another works them off: each
 * job is a transaction with a hub of its own, in the trace of who asked for it.
 *
 *     redis-server --port 6379 &
 *     cc -pthread examples/queue_redis.c $(pkg-config --cflags --libs hiredis) -o queue_redis && ./queue_redis
 *
 * REDIS_PORT names another port. What it reports goes to the server that SENTRY_DSN names, or, without one, to a small receiver in
 * this program. POSIX. */
#define _GNU_SOURCE           /* for sentry.h, because another header comes before it */
#include <hiredis.h>          /* before sentry.h: then it knows what goes along with it */
#define SENTRY_WRAP_HIREDIS   /* commands are spans and breadcrumbs */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

#include <sys/wait.h>

#define QUEUE "orders"

static void start(const char *dsn, const char *release)
{
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = release, .environment = "development",
                                         .traces_sample_rate = 1.0 /* every transaction; less in production */ }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
}

static redisContext *redis_connect(void)
{
    const char *port = getenv("REDIS_PORT");
    redisContext *redis = redisConnect("127.0.0.1", port ? atoi(port) : 6379);
    if (redis && !redis->err) return redis;
    fprintf(stderr, "no Redis: %s\n", redis ? redis->errstr : "no memory");
    exit(1);
}

/* -- the shop -- */

/* A job is its trace, its baggage and the order, with tabs between them. */
static void publish(redisContext *redis, const char *order)
{
    char trace[SENTRY_TRACEPARENT_SIZE], baggage[SENTRY_MAX_BAGGAGE + 1];
    SENTRY_SPAN(SENTRY_OP_QUEUE_PUBLISH, QUEUE) {
        sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_MESSAGING_DESTINATION_NAME, sentry_value_new_string(QUEUE));
        sentry_get_traceparent(trace, sizeof trace);
        sentry_get_baggage(baggage, sizeof baggage);
        freeReplyObject(redisCommand(redis, "LPUSH " QUEUE " %s\t%s\t%s", trace, baggage, order));
    }
}

static void shop(const char *dsn)
{
    redisContext *redis = redis_connect();
    start(dsn, "shop@1.0.0");
    SENTRY_TRANSACTION("check out", SENTRY_OP_TASK) {
        publish(redis, "2 apples");
        publish(redis, "-1 pears");
    }
    publish(redis, "stop");
    sentry_close();
    redisFree(redis);
}

/* -- the warehouse -- */

/* Returns whether that went well. */
static int deliver(redisContext *redis, const char *order)
{
    freeReplyObject(redisCommand(redis, "INCR delivered"));
    if (order[0] != '-') return 1;
    sentry_capture_exceptionf("OrderError", "cannot deliver %s", order); /* carries the ids of the job's trace */
    return 0;
}

/* Cuts the next field off a job. */
static const char *field(char **rest)
{
    char *begin = *rest, *end = begin + strcspn(begin, "\t");
    *rest = *end ? end + 1 : end;
    *end = 0;
    return begin;
}

/* Works off one job. Returns 0 when it was the last. */
static int work(redisContext *redis, char *job)
{
    const char *trace = field(&job), *baggage = field(&job), *order = field(&job);
    sentry_work_t *task;
    if (strcmp(order, "stop") == 0) return 0;
    task = sentry_task_begin("deliver order", QUEUE, trace, baggage); /* or SENTRY_TASK(..) { } for a block */
    sentry_task_end(task, !deliver(redis, order));
    return 1;
}

static void warehouse(const char *dsn)
{
    redisContext *redis = redis_connect();
    int more = 1;
    start(dsn, "warehouse@1.0.0");
    while (more) {
        redisReply *reply = (redisReply *)redisCommand(redis, "BRPOP " QUEUE " 10");
        more = reply && reply->type == REDIS_REPLY_ARRAY && work(redis, reply->element[1]->str);
        if (reply) freeReplyObject(reply);
    }
    sentry_close();
    redisFree(redis);
}

int main(void)
{
    const char *dsn = receiver_start();
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        shop(dsn);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, &status, 0); /* only so that the report has an order; the queue needs no such wait */
    warehouse(dsn);
    receiver_stop();
    return status;
}
