/* inside.h: what tests that are linked with the SDK of sdk.c look at inside it, beside its public functions. Include after sentry.h. */
#ifndef INSIDE_H_INCLUDED
#define INSIDE_H_INCLUDED

/* A DSN's parts; they stand in what inside_dsn_parse fills, until inside_dsn_free. */
typedef struct {
    const char *text, *public_key, *secret_key, *host, *path, *project, *org_id;
    int secure;
    unsigned port;
    void *own;
} inside_dsn_t;

/* What the implementation has as sentry__ and the rest of the name. Those that fill a text return 0 when it does not fit. */
int inside_scrub_command(char *out, size_t cap, const char *command);
int inside_scrub_words(char *out, size_t cap, const char *const *words);
sentry_value_t inside_scrub_list(const char *const *words, size_t n);
size_t inside_os_argv(char *out, size_t cap);
#ifdef _WIN32
size_t inside_os_argv_split(const wchar_t *line, wchar_t *out, size_t cap);
#else
size_t inside_os_loader_argv(char *out, size_t cap);
#endif
unsigned long long inside_os_now_us(void);
unsigned long long inside_os_ticks_ms(void);
const char *inside_dsn_parse(inside_dsn_t *dsn, const char *text); /* what is wrong with it, or NULL */
void inside_dsn_free(inside_dsn_t *dsn);
#ifndef SENTRY_NO_FILES
const char *inside_git_commit(sentry_options_t *options, const char *folder);
#endif
const char *inside_spotlight_url(const char *option, const char *environment);
unsigned inside_session_errors(void);
size_t inside_session_crash_json_signal(char *out, size_t cap);
void inside_session_crashed_signal(void);
unsigned inside_built(void);     /* the integrations that this program can have, those that are installed: a bit each, in their order */
unsigned inside_installed(void);
int inside_propagates_hubs(void);
int inside_always_runs(void);    /* while the SDK is on */
void inside_age_error(unsigned ms); /* the main hub's last error was so much longer ago */

#ifdef TEST_SDK
static int inside_ended(sentry__buf_t *b, const char *out)
{
    sentry__buf_byte(b, 0);
    return b->data == out;
}

int inside_scrub_command(char *out, size_t cap, const char *command)
{
    sentry__buf_t b;
    sentry__buf_init(&b, out, cap);
    sentry__scrub_command(&b, command);
    return inside_ended(&b, out);
}

int inside_scrub_words(char *out, size_t cap, const char *const *words)
{
    sentry__buf_t b;
    sentry__buf_init(&b, out, cap);
    sentry__scrub_words(&b, words);
    return inside_ended(&b, out);
}

sentry_value_t inside_scrub_list(const char *const *words, size_t n) { return sentry__scrub_list(words, n); }
size_t inside_os_argv(char *out, size_t cap) { return sentry__os_argv(out, cap); }
#ifdef _WIN32
size_t inside_os_argv_split(const wchar_t *line, wchar_t *out, size_t cap) { return sentry__os_argv_split(line, out, cap); }
#else
size_t inside_os_loader_argv(char *out, size_t cap) { return sentry__os_loader_argv(out, cap); }
#endif
unsigned long long inside_os_now_us(void) { return sentry__os_now_us(); }
unsigned long long inside_os_ticks_ms(void) { return sentry__os_ticks_ms(); }

const char *inside_dsn_parse(inside_dsn_t *dsn, const char *text)
{
    sentry__dsn_t *d = (sentry__dsn_t *)malloc(sizeof *d);
    const char *problem = d ? sentry__dsn_parse(d, sentry__str(text)) : "no memory";
    memset(dsn, 0, sizeof *dsn);
    dsn->own = d;
    if (problem) return problem;
    dsn->text = d->text, dsn->public_key = d->public_key, dsn->secret_key = d->secret_key, dsn->host = d->host;
    dsn->path = d->path, dsn->project = d->project, dsn->org_id = d->org_id, dsn->secure = d->secure, dsn->port = d->port;
    return NULL;
}

void inside_dsn_free(inside_dsn_t *dsn)
{
    if (dsn->own) sentry__dsn_free((sentry__dsn_t *)dsn->own);
    free(dsn->own);
}

#ifndef SENTRY_NO_FILES
const char *inside_git_commit(sentry_options_t *options, const char *folder) { return sentry__git_commit(options, folder); }
#endif
const char *inside_spotlight_url(const char *option, const char *environment) { return sentry__spotlight_url(option, environment); }
unsigned inside_session_errors(void) { return sentry__load(&sentry__session.errors); }
size_t inside_session_crash_json_signal(char *out, size_t cap) { return sentry__session_crash_json_signal(out, cap); }
void inside_session_crashed_signal(void) { sentry__session_crashed_signal(); }
unsigned inside_built(void) { return sentry__built; }
unsigned inside_installed(void) { return sentry__load(&sentry__sdk.installed); }
int inside_propagates_hubs(void) { return sentry__load(&sentry__sdk.propagate_hub) != 0; }
int inside_always_runs(void) { return sentry__sdk.client->options.always_run > 0; }
void inside_age_error(unsigned ms) { sentry__main_hub.last_error_ms -= ms; }
#endif

#endif /* INSIDE_H_INCLUDED */
