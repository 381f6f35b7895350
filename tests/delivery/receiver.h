/* receiver.h: starts receiver.c's program, talks to it and hears what it counted. */
#ifndef RECEIVER_H_INCLUDED
#define RECEIVER_H_INCLUDED

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    pid_t pid;
    FILE *commands, *answers;
    int port;
} receiver_t;

typedef struct {
    unsigned long long bad, events, unique, other, bytes;
    char ids[33]; /* the XOR of the different ones */
} receiver_count_t;

static void receiver_start(receiver_t *r, const char *program, const char *log)
{
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0 || (r->pid = fork()) < 0) exit(1);
    if (r->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execl(program, program, "127.0.0.1:0", log, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    r->commands = fdopen(in[1], "w");
    r->answers = fdopen(out[0], "r");
    if (!r->commands || !r->answers || fscanf(r->answers, "port %d", &r->port) != 1) {
        fprintf(stderr, "%s does not start\n", program);
        exit(1);
    }
}

/* Ends it and takes its count. */
static receiver_count_t receiver_end(receiver_t *r)
{
    receiver_count_t c;
    fclose(r->commands);
    memset(&c, 0, sizeof c);
    if (fscanf(r->answers, " bad %llu events %llu unique %llu other %llu bytes %llu ids %32s", &c.bad, &c.events, &c.unique,
            &c.other, &c.bytes, c.ids) != 6)
        exit(1);
    fclose(r->answers);
    waitpid(r->pid, NULL, 0);
    return c;
}

#endif
