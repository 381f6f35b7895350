/* trace_queue.c: one trace through a message queue: a process that publishes orders, and one that works them off later.
 *
 *     cc -pthread examples/trace_queue.c -o trace_queue && ./trace_queue
 *
 * The queue is a pipe between two real processes; with any other, put the two strings of the trace beside the message. The
 * transactions go to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. POSIX. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

#include <inttypes.h>
#include <sys/wait.h>

#define QUEUE "orders"

typedef struct {
    const char *id, *body, *trace, *baggage;
    int64_t published; /* milliseconds since 1970 */
} message_t;

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void start(const char *dsn, const char *release)
{
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = release, .environment = "development",
                                         .traces_sample_rate = 1.0 /* every transaction; less in production */ }) != 0) {
        fprintf(stderr, "no transactions: %s\n", sentry_get_init_error());
    }
}

/* What both sides say of a message. */
static void describe(const message_t *message)
{
    sentry_span_t *span = sentry_get_current_span();
    sentry_span_set_data(span, SENTRY_DATA_MESSAGING_DESTINATION_NAME, sentry_value_new_string(QUEUE));
    sentry_span_set_data(span, SENTRY_DATA_MESSAGING_MESSAGE_ID, sentry_value_new_string(message->id));
    sentry_span_set_data(span, SENTRY_DATA_MESSAGING_MESSAGE_BODY_SIZE, sentry_value_new_int32((int32_t)strlen(message->body)));
}

/* -- the producer -- */

static void publish(FILE *queue, const char *id, const char *body)
{
    char trace[SENTRY_TRACEPARENT_SIZE], baggage[SENTRY_MAX_BAGGAGE + 1];
    message_t message = { id, body, trace, baggage, now() };
    SENTRY_SPAN(SENTRY_OP_QUEUE_PUBLISH, "Publish to " QUEUE) {
        describe(&message);
        sentry_get_traceparent(trace, sizeof trace); /* what HTTP requests carry in the header sentry-trace */
        sentry_get_baggage(baggage, sizeof baggage); /* and in the header baggage; either is "" when the SDK is off */
        fprintf(queue, "%s\t%" PRId64 "\t%s\t%s\t%s\n", id, message.published, trace, baggage, body);
    }
}

static void produce(FILE *queue, const char *dsn)
{
    start(dsn, "shop@1.0.0");
    SENTRY_TRANSACTION("check out", SENTRY_OP_TASK) {
        publish(queue, "order-1", "2 apples");
        publish(queue, "order-2", "-1 pears");
    }
    fclose(queue);
    sentry_close();
}

/* -- the consumer -- */

/* Returns whether that went well. */
static int work(const message_t *message)
{
    if (message->body[0] != '-') return 1;
    sentry_capture_exceptionf("OrderError", "cannot deliver %s", message->body); /* carries the ids of the span, too */
    return 0;
}

static void process(const message_t *message)
{
    SENTRY_WITH_SCOPE(scope) { /* so that the next message does not go on with the trace of this one */
        sentry_continue_trace(message->trace, message->baggage);
        SENTRY_TRANSACTION("Process " QUEUE, SENTRY_OP_QUEUE_PROCESS) {
            sentry_span_t *transaction = sentry_get_current_span();
            SENTRY_SPAN(SENTRY_OP_QUEUE_PROCESS, "Process " QUEUE) {
                describe(message);
                sentry_span_set_data(sentry_get_current_span(), SENTRY_DATA_MESSAGING_MESSAGE_RECEIVE_LATENCY,
                                     sentry_value_new_double((double)(now() - message->published)));
                sentry_span_set_status(transaction, work(message) ? SENTRY_SPAN_STATUS_OK : SENTRY_SPAN_STATUS_INTERNAL_ERROR);
            }
        }
    }
}

/* Cuts the next field off a line. */
static char *field(char **rest)
{
    char *start = *rest, *end = start + strcspn(start, "\t\n");
    *rest = *end ? end + 1 : end;
    *end = 0;
    return start;
}

static void consume(FILE *queue, const char *dsn)
{
    static char line[SENTRY_MAX_BAGGAGE + 512];
    start(dsn, "warehouse@1.0.0");
    while (fgets(line, sizeof line, queue)) {
        char *rest = line;
        message_t message;
        message.id = field(&rest);
        message.published = strtoll(field(&rest), NULL, 10);
        message.trace = field(&rest);
        message.baggage = field(&rest);
        message.body = field(&rest);
        process(&message);
    }
    fclose(queue);
    sentry_close();
}

int main(void)
{
    const char *dsn = receiver_start();
    int ends[2], status = 0;
    pid_t producer;
    if (pipe(ends) != 0) return 1;
    producer = fork();
    if (producer == 0) {
        close(ends[0]);
        produce(fdopen(ends[1], "w"), dsn);
        fflush(stdout);
        _exit(0);
    }
    close(ends[1]);
    waitpid(producer, &status, 0); /* only so that the report has an order; a queue needs no such wait */
    consume(fdopen(ends[0], "r"), dsn);
    receiver_stop();
    return status;
}
