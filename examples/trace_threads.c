/* trace_threads.c: a thread pool whose jobs report as part of what submitted them: each job brings a hub with the scope and the
 * span of its submitter along, and a span that begins when it is submitted and ends on the thread that ran it.
 *
 *     cc -pthread examples/trace_threads.c -o trace_threads && ./trace_threads
 *
 * The transaction goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. POSIX. */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

#define WORKERS 2
#define TILES 4

typedef struct {
    char name[16];
    int result;
    sentry_hub_t *hub;
    sentry_span_t *span;
} job_t;

/* -- a thread pool: what your program has already; NULL in the queue ends a worker -- */

static job_t *queue[TILES + WORKERS];
static size_t first, last;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;

static void push(job_t *job)
{
    pthread_mutex_lock(&lock);
    queue[last++] = job;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&lock);
}

static job_t *pop(void)
{
    job_t *job;
    pthread_mutex_lock(&lock);
    while (first == last) pthread_cond_wait(&filled, &lock);
    job = queue[first++];
    pthread_mutex_unlock(&lock);
    return job;
}

/* -- the work -- */

static int shade(int seed)
{
    int i, sum = seed;
    SENTRY_SPAN(SENTRY_OP_FUNCTION, "shade") {
        for (i = 0; i < 100000; i++) sum = (sum * 31 + i) & 0xffff;
    }
    return sum;
}

static void render(job_t *job)
{
    SENTRY_SPAN(SENTRY_OP_FUNCTION, "render") {
        job->result = shade(job->name[5]);
        if (strcmp(job->name, "tile 3") == 0) sentry_capture_exceptionf("RenderError", "%s has no texture", job->name);
    }
}

/* -- the pool with Sentry: submit remembers where it was called, and the worker goes on there -- */

static void submit(job_t *job)
{
    job->hub = sentry_hub_clone(NULL); /* a copy of this thread's scope */
    job->span = sentry_span_start_child(sentry_get_current_span(), SENTRY_OP_TASK, job->name);
    push(job);
}

static void run(job_t *job)
{
    SENTRY_WITH_HUB(job->hub) {
        sentry_set_tag("tile", job->name); /* the other jobs do not see it */
        sentry_set_span(job->span);        /* spans begun below nest in this one */
        render(job);
        sentry_span_finish(job->span);
    }
    sentry_hub_free(job->hub);
}

static void *worker(void *arg)
{
    job_t *job;
    (void)arg;
    while ((job = pop()) != NULL) run(job);
    return NULL;
}

int main(void)
{
    pthread_t thread[WORKERS];
    job_t jobs[TILES];
    int i, threads = 0;
    if (sentry_init(&(sentry_options_t){ .dsn = receiver_start(), .release = "trace_threads@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0 /* every transaction; less in production */ }) != 0) {
        fprintf(stderr, "no transactions: %s\n", sentry_get_init_error());
    }
    SENTRY_TRANSACTION("render frame", SENTRY_OP_TASK) {
        for (i = 0; i < TILES; i++) {
            snprintf(jobs[i].name, sizeof jobs[i].name, "tile %d", i + 1);
            submit(&jobs[i]);
        }
        for (i = 0; i < WORKERS; i++) push(NULL);
        while (threads < WORKERS && pthread_create(&thread[threads], NULL, worker, NULL) == 0) threads++;
        for (i = 0; i < threads; i++) pthread_join(thread[i], NULL); /* a transaction ends after its spans */
    }
    sentry_close();
    receiver_stop();
    return 0;
}
