/* killed.c: what the SDK says is on disk gets to the server, whenever the process is killed.
 *     killed RECEIVER FOLDER KILLS
 *
 * Processes that report without an end are killed one after another, at any moment, while the server comes and goes and is
 * slow; each finds what the others left, and two at a time share it. The last one delivers all there is. An event that the
 * diagnostics called kept must have arrived by then. It may have come again only when the process that sent it was killed
 * before it heard the answer, or had no time to remove the file: so nothing else came from that process after it.
 * FOLDER must be empty; what was kept, what came and the database are left there. KILL_SEED makes it the same run again,
 * but for the machine's mood. POSIX. */
#include "../../sentry.h"
#include "receiver.h"
#include <fcntl.h>
#include <signal.h>
#include <time.h>

enum { KILLS = 10000 };

static char database[512], kept_path[512], log_path[512];
static int kept_file;
static unsigned random_seed;

/* From 0 to n - 1. */
static unsigned random_below(unsigned n)
{
    random_seed = random_seed * 1103515245u + 12345u;
    return (random_seed >> 8) % n;
}

/* -- the processes that are killed -- */

/* Copies the id out of "kept .../<time>-<try>-<id>.envelope" to the file of ids, which outlives the process. */
static void note_kept(sentry_level_t level, const char *format, va_list args, void *data)
{
    static const char end[] = ".envelope";
    char text[1024], line[34];
    size_t i, at = 0, n;
    (void)level, (void)data;
    vsnprintf(text, sizeof text, format, args);
    n = strlen(text);
    if (strncmp(text, "kept ", 5) != 0 || n < 36 + sizeof end || strcmp(text + n - (sizeof end - 1), end) != 0) return;
    for (i = n - (sizeof end - 1) - 36; at < 32 && text[i] != '.'; i++)
        if (text[i] != '-') line[at++] = text[i];
    line[at++] = '\n';
    if (at == 33 && write(kept_file, line, at) != (ssize_t)at) _exit(1);
}

/* `number` is the process's; its requests name it as the User-Agent. */
static void start(const receiver_t *r, int number)
{
    sentry_options_t options;
    char dsn[64], name[32];
    memset(&options, 0, sizeof options);
    snprintf(dsn, sizeof dsn, "http://key@127.0.0.1:%d/1", r->port);
    snprintf(name, sizeof name, "killed.%d", number);
    options.dsn = dsn;
    options.auto_session_tracking = SENTRY_OFF; /* what is counted are events */
    options.sdk_name = name;
    options.release = "killed@1.0.0";
    options.proxy = "";
    options.database_path = database;
    options.cache_max_items = SENTRY_NONE;
    options.debug = 1;
    options.logger = note_kept;
    if (sentry_init(&options) != 0) _exit(1);
}

/* Reports until it is killed; now and then waits for what it has, so that what lies on disk is sent without a pause. */
static void report(void)
{
    struct timespec pause = { 0, 300000 };
    int i;
    for (i = 1;; i++) {
        sentry_capture_message(SENTRY_LEVEL_INFO, "one of many");
        if (i % 16 == 0) sentry_flush(20);
        nanosleep(&pause, NULL);
    }
}

/* Delivers what there is. Returns 0 when all of it went. */
static int deliver(void)
{
    return sentry_flush(60000) + sentry_close();
}

/* Starts a process of one or the other kind. */
static pid_t run(const receiver_t *r, int number, int is_last)
{
    pid_t pid = fork();
    if (pid < 0) exit(1);
    if (pid == 0) {
        start(r, number);
        if (is_last) _exit(deliver() != 0);
        report();
    }
    return pid;
}

/* -- the one that kills -- */

static void sleep_us(unsigned us)
{
    struct timespec time;
    time.tv_sec = 0;
    time.tv_nsec = (long)us * 1000;
    nanosleep(&time, NULL);
}

static void change_mood(const receiver_t *r)
{
    static const char *const moods[] = { "fine", "refuse", "slow 3", "refuse", "slow 20", "fine" };
    fprintf(r->commands, "%s\n", moods[random_below(sizeof moods / sizeof moods[0])]);
    fflush(r->commands);
}

/* A process that ended by itself is a failure. */
static void kill_one(pid_t pid)
{
    int status = 0;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return;
    printf("FAIL a process ended by itself, status %d\n", status);
    exit(1);
}

/* Each process lives beside the one before it for a while, and beside the one after it, on the same database. */
static void kill_many(const receiver_t *r, int n)
{
    pid_t before = 0, pid;
    int i;
    for (i = 0; i < n; i++) {
        change_mood(r);
        pid = run(r, i, 0);
        sleep_us(1000 + random_below(30000));
        if (before) kill_one(before);
        change_mood(r);
        sleep_us(1000 + random_below(30000));
        before = pid;
    }
    kill_one(before);
}

/* -- what came of it -- */

typedef struct {
    char id[33];
    int process; /* that sent it; -1: the line does not say */
    size_t order;
} arrival_t;

static int by_id(const void *a, const void *b)
{
    const arrival_t *x = (const arrival_t *)a, *y = (const arrival_t *)b;
    int order = strcmp(x->id, y->id);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_id_alone(const void *a, const void *b)
{
    return strcmp(((const arrival_t *)a)->id, ((const arrival_t *)b)->id);
}

/* How much of a line is the begin of another, whose writer was killed at the end of a page of the file. */
static size_t torn(const char *line)
{
    size_t digits = strspn(line, "0123456789abcdef");
    return digits > 32 ? digits - 32 : 0;
}

/* Reads lines that begin with an id, in a new array. */
static arrival_t *read_ids(const char *path, size_t *count)
{
    FILE *f = fopen(path, "r");
    arrival_t *all = NULL;
    size_t n = 0, room = 0;
    char line[4096];
    const char *agent;
    while (f && fgets(line, sizeof line, f)) {
        if (n == room) all = (arrival_t *)realloc(all, (room = 2 * room + 1000) * sizeof *all);
        if (!all) exit(1);
        memset(&all[n], 0, sizeof all[n]);
        all[n].order = n;
        all[n].process = (agent = strstr(line, "User-Agent: killed.")) != NULL ? atoi(agent + 19) : -1;
        if (sscanf(line + torn(line), "%32s", all[n].id) == 1 && strlen(all[n].id) == 32) n++;
    }
    if (f) fclose(f);
    *count = n;
    return all;
}

/* Returns the number of failures. */
static int judge(int n)
{
    static size_t last[KILLS]; /* arrival of each process that was killed, and one more */
    size_t i, kept_count, count, missing = 0, twice = 0, unexplained = 0, different;
    arrival_t *kept = read_ids(kept_path, &kept_count), *arrivals = read_ids(log_path, &count);
    arrival_t *sorted = (arrival_t *)malloc((count + 1) * sizeof *sorted);
    if (!sorted || !kept || !arrivals) return 1;
    for (i = 0; i < count; i++)
        if (arrivals[i].process >= 0 && arrivals[i].process < n) last[arrivals[i].process] = i + 1;
    memcpy(sorted, arrivals, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_id);
    qsort(kept, kept_count, sizeof *kept, by_id);
    for (i = different = 0; i < kept_count; i++) {
        if (i && strcmp(kept[i].id, kept[i - 1].id) == 0) continue;
        different++;
        if (bsearch(&kept[i], sorted, count, sizeof *sorted, by_id_alone)) continue;
        if (missing++ < 5) printf("FAIL kept, but did not arrive: %s\n", kept[i].id);
    }
    for (i = 0; i + 1 < count; i++) {
        if (strcmp(sorted[i].id, sorted[i + 1].id) != 0) continue;
        twice++;
        if (sorted[i].process >= 0 && sorted[i].process < n && last[sorted[i].process] == sorted[i].order + 1) continue;
        if (unexplained++ < 5) printf("FAIL arrived again without need: %s, first from process %d\n", sorted[i].id, sorted[i].process);
    }
    printf("kept %lu\narrived %lu\nmissing %lu\n", (unsigned long)different, (unsigned long)(count - twice), (unsigned long)missing);
    printf("twice %lu\nunexplained %lu\n", (unsigned long)twice, (unsigned long)unexplained);
    free(sorted);
    free(arrivals);
    free(kept);
    return (missing > 0) + (unexplained > 0);
}

int main(int argc, char **argv)
{
    receiver_t r;
    receiver_count_t count;
    int n = argc == 4 ? atoi(argv[3]) : 0, status = 1, failed = 0;
    const char *seed = getenv("KILL_SEED");
    if (n <= 0 || n > KILLS) {
        fprintf(stderr, "killed RECEIVER FOLDER KILLS\n");
        return 2;
    }
    random_seed = seed ? (unsigned)strtoul(seed, NULL, 10) : (unsigned)time(NULL) ^ (unsigned)getpid();
    printf("seed %u\n", random_seed);
    fflush(stdout);
    snprintf(database, sizeof database, "%s/database", argv[2]);
    snprintf(kept_path, sizeof kept_path, "%s/kept", argv[2]);
    snprintf(log_path, sizeof log_path, "%s/arrived", argv[2]);
    kept_file = open(kept_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (kept_file < 0) return 1;
    receiver_start(&r, argv[1], log_path);
    kill_many(&r, n);
    fprintf(r.commands, "fine\n");
    fflush(r.commands);
    waitpid(run(&r, n, 1), &status, 0);
    if (status != 0) failed = printf("FAIL the last process could not deliver everything, status %d\n", status);
    count = receiver_end(&r);
    if (count.bad) failed = printf("FAIL %llu requests that were no whole envelopes\n", count.bad);
    printf("kills %d\n", n);
    return judge(n) || failed;
}
