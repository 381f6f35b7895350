/* The command line: what of it is a secret, where it comes from, and when it is sent. */
#include "../sentry.h"
#include "test.h"
#include "collect.h"
#include "inside.h"

static struct {
    int count;
    const char **words;
} real; /* what main got */

/* Whether the loader tells the command line, and whether the system does. */
#if (defined(__GLIBC__) && !defined(__TINYC__)) || defined(__APPLE__)
#define HAS_LOADER 1
#else
#define HAS_LOADER 0
#endif
#if defined(_WIN32) || HAS_LOADER || (defined(SENTRY_PLATFORM_LINUX) && !defined(SENTRY_NO_FILES))
#define KNOWN 1
#else
#define KNOWN 0
#endif

/* -- secrets -- */

static const char *scrub(const char *command)
{
    static char text[8192];
    return inside_scrub_command(text, sizeof text, command) ? text : "too long";
}

/* Words of an array of at most seven, joined by blanks. */
static const char *scrub_words(const char *const *words)
{
    static char text[1024];
    return inside_scrub_words(text, sizeof text, words) ? text : "too long";
}

static void nothing_secret(void)
{
    static const char *const plain[] = { "", " ", "ls -l /tmp", "cp 'a b' \"c d\" e\\ f", "make -j2 CC=gcc CFLAGS='-O2 -g'", "tar cf - . | gzip > x.tgz && echo done; exit 0",
        "curl https://example.com/a?b=c&d=e#f", "git log --author=me --no-pager", "ssh host:22 -p 22", "echo token", "password", "cat secret.txt", "a=b c:d",
        "echo 'unclosed", "echo \\", "--", "-", "://", "x://y", "mail me@example.com", "C:\\Program Files\\x.exe /c dir", "\xff\xfe=\x01", "$(date) `date` (a; b)" };
    size_t i;
    for (i = 0; i < sizeof plain / sizeof plain[0]; i++) CHECK_STR(scrub(plain[i]), plain[i]);
    CHECK_STR(scrub(NULL), "");
    CHECK_STR(scrub_words(NULL), "");
}

static void options_with_secrets(void)
{
    CHECK_STR(scrub("run --password=hunter2 now"), "run --password=[Filtered] now");
    CHECK_STR(scrub("run --password hunter2 now"), "run --password [Filtered] now");
    CHECK_STR(scrub("run -password hunter2 now"), "run -password [Filtered] now");
    CHECK_STR(scrub("run --PassWord=hunter2"), "run --PassWord=[Filtered]");
    CHECK_STR(scrub("run --db-password=x --access_token y"), "run --db-password=[Filtered] --access_token [Filtered]");
    CHECK_STR(scrub("run --api-key=x --private-key y --x-csrftoken=z"), "run --api-key=[Filtered] --private-key [Filtered] --x-csrftoken=[Filtered]");
    CHECK_STR(scrub("java -Ddb.password=x -jar a.jar"), "java -Ddb.password=[Filtered] -jar a.jar");
    CHECK_STR(scrub("net use /password:x y"), "net use /password:[Filtered] y");
    CHECK_STR(scrub("run --token --verbose"), "run --token --verbose");
    CHECK_STR(scrub("run --token -x7 a"), "run --token [Filtered] a");
    CHECK_STR(scrub("run --token --password x"), "run --token --password [Filtered]");
    CHECK_STR(scrub("run --password= x"), "run --password= x");
    CHECK_STR(scrub("run --token"), "run --token");
    CHECK_STR(scrub("run --aws-secret-access-key=x --pass y --ssl.passphrase z --pwd=a"), "run --aws-secret-access-key=[Filtered] --pass [Filtered] --ssl.passphrase [Filtered] --pwd=[Filtered]");
    CHECK_STR(scrub("AWS_SECRET_ACCESS_KEY=x DB_PASS=y OLDPWD=z run --bypass=a --compass b"), "AWS_SECRET_ACCESS_KEY=[Filtered] DB_PASS=[Filtered] OLDPWD=z run --bypass=a --compass b");
    CHECK_STR(scrub("run --secretary=x --tokens=3 --author=y"), "run --secretary=x --tokens=3 --author=y");
}

static void quoted_secrets(void)
{
    CHECK_STR(scrub("run --password='a b' c"), "run --password=[Filtered] c");
    CHECK_STR(scrub("run --password=\"a \\\" b\" c"), "run --password=[Filtered] c");
    CHECK_STR(scrub("run --password=a\\ b c"), "run --password=[Filtered] c");
    CHECK_STR(scrub("run --password 'a b' c"), "run --password '[Filtered]' c");
    CHECK_STR(scrub("run '--password=a b' c"), "run '--password=[Filtered]' c");
    CHECK_STR(scrub("run --password=a'b c'd e"), "run --password=[Filtered] e");
    CHECK_STR(scrub("run --password='a b"), "run --password=[Filtered]");
    CHECK_STR(scrub("run --password='' c \"password='' c\""), "run --password=[Filtered] c \"password=[Filtered]\"");
    CHECK_STR(scrub("sh -c 'mysql --password \"a b\" x'"), "sh -c 'mysql --password \"[Filtered]\" x'");
    CHECK_STR(scrub("sh -c \"run; PGPASSWORD=x psql db\""), "sh -c \"run; PGPASSWORD=[Filtered] psql db\"");
    CHECK_STR(scrub("post '{\"user\":\"me\",\"password\":\"a\\\" b\",\"n\":1}'"), "post '{\"user\":\"me\",\"password\":[Filtered],\"n\":1}'");
    CHECK_STR(scrub("curl -H 'Authorization: Bearer abc' x"), "curl -H 'Authorization: [Filtered]' x");
    CHECK_STR(scrub("curl -H \"X-Api-Key:abc\" x"), "curl -H \"X-Api-Key:[Filtered]\" x");
    CHECK_STR(scrub("curl -H'Authorization: Bearer abc' x"), "curl -H'Authorization: [Filtered]' x");
    CHECK_STR(scrub("curl --header=\"Authorization: Bearer abc\" x"), "curl --header=\"Authorization: [Filtered]\" x");
    CHECK_STR(scrub("curl -d '{\"user\": \"me\", \"password\": \"a b\", \"n\": 1}' x"), "curl -d '{\"user\": \"me\", \"password\": [Filtered], \"n\": 1}' x");
    CHECK_STR(scrub("curl -d '{\"a\":1, \"password\" : \"a b\"}' x"), "curl -d '{\"a\":1, \"password\" : [Filtered]}' x");
    CHECK_STR(scrub("curl -d \"{\\\"user\\\": \\\"me\\\", \\\"password\\\": \\\"a b\\\", \\\"n\\\": 1}\" x"), "curl -d \"{\\\"user\\\": \\\"me\\\", \\\"password\\\": [Filtered], \\\"n\\\": 1}\" x");
    CHECK_STR(scrub("curl -d \"{\\\"password\\\":\\\"a b\\\",\\\"n\\\":1}\" x"), "curl -d \"{\\\"password\\\":[Filtered],\\\"n\\\":1}\" x");
    CHECK_STR(scrub("curl -d \"{\\\"password\\\":\\\"a"), "curl -d \"{\\\"password\\\":[Filtered]");
    CHECK_STR(scrub("run password=$(cat a b; (c)) d --token $(cat e) f"), "run password=[Filtered] d --token [Filtered] f");
    CHECK_STR(scrub("run 'user = me; password = abc' d"), "run 'user = me; password = [Filtered]' d");
    CHECK_STR(scrub("run --password \\\n  abc d"), "run --password \\\n  [Filtered] d");
    CHECK_STR(scrub("test a = b -a (password"), "test a = b -a (password");
}

static void variables_with_secrets(void)
{
    CHECK_STR(scrub("PGPASSWORD=x psql"), "PGPASSWORD=[Filtered] psql");
    CHECK_STR(scrub("A=1 MYSQL_PWD='x y' mysql"), "A=1 MYSQL_PWD=[Filtered] mysql");
    CHECK_STR(scrub("export GITHUB_TOKEN=x;cmd"), "export GITHUB_TOKEN=[Filtered];cmd");
    CHECK_STR(scrub("(SECRET=x)|cat"), "(SECRET=[Filtered])|cat");
    CHECK_STR(scrub("psql 'host=h password=x dbname=d'"), "psql 'host=h password=[Filtered] dbname=d'");
    CHECK_STR(scrub("odbc \"Server=h;Password=x;Port=1\""), "odbc \"Server=h;Password=[Filtered];Port=1\"");
}

static void urls_with_secrets(void)
{
    CHECK_STR(scrub("git clone https://me:pass@example.com/a.git"), "git clone https://[Filtered]@example.com/a.git");
    CHECK_STR(scrub("git clone https://ghp_abc@example.com/a@b"), "git clone https://[Filtered]@example.com/a@b");
    CHECK_STR(scrub("x --url=postgres://u:p@h@host:5432/db"), "x --url=postgres://[Filtered]@host:5432/db");
    CHECK_STR(scrub("x redis://:p@host redis://token:p@host"), "x redis://[Filtered]@host redis://[Filtered]@host");
    CHECK_STR(scrub("x http://a:b@c,http://d:e@f"), "x http://[Filtered]@c,http://[Filtered]@f");
    CHECK_STR(scrub("x 'http://h/?a=b&token=c&d=e#f'"), "x 'http://h/?a=b&token=[Filtered]&d=e#f'");
    CHECK_STR(scrub("x http://h/?api_key=c http://i/#access_token=d"), "x http://h/?api_key=[Filtered] http://i/#access_token=[Filtered]");
    CHECK_STR(scrub("x http://h/a@b?c@d"), "x http://h/a@b?c@d");
    CHECK_STR(scrub("x --url=\"http://h/?token=c&d=e\""), "x --url=\"http://h/?token=[Filtered]&d=e\"");
    CHECK_STR(scrub("x 'http://u:a&b;c(d)@h/' \"http://u:a'b@h/\""), "x 'http://[Filtered]@h/' \"http://[Filtered]@h/\"");
}

static void secrets_in_words(void)
{
    static const char *const options[] = { "run", "--password=a b; c", "--token", "x y", "z", NULL };
    static const char *const shell[] = { "sh", "-c", "PGPASSWORD=x psql", "run --secret y", "https://a:b&d|e@c/", NULL };
    static const char *const apart[] = { "run", "--header=Authorization: Bearer abc", "{\"password\": \"abc\", \"a\":1}", "password = abc", "Cookie:", NULL };
    static const char *const blanks[] = { "a b", "", "--db-token", "", "c", NULL };
    sentry_value_t list = inside_scrub_list(options, 5);
    char *json = sentry_value_to_json(list);
    CHECK_STR(scrub_words(options), "run --password=[Filtered] --token [Filtered] z");
    CHECK_STR(scrub_words(shell), "sh -c PGPASSWORD=[Filtered] run --secret [Filtered] https://[Filtered]@c/");
    CHECK_STR(scrub_words(apart), "run --header=Authorization: [Filtered] {\"password\": [Filtered], \"a\":1} password = [Filtered] Cookie:");
    CHECK_STR(scrub_words(blanks), "a b  --db-token [Filtered] c");
    CHECK_STR(json, "[\"run\",\"--password=[Filtered]\",\"--token\",\"[Filtered]\",\"z\"]");
    sentry_free(json);
    sentry_value_decref(list);
}

/* Whatever is in a command: it ends, in time, within its memory. */
static void anything(void)
{
    static const char alphabet[] = "a '\"`\\;&|()<>=:/?#@-_.password token";
    static char text[4096];
    unsigned seed = 7, round;
    size_t i;
    for (round = 0; round < 2000; round++) {
        size_t n = round % 10 ? round % 60 : sizeof text - 1;
        for (i = 0; i < n; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        text[n] = 0;
        CHECK(strlen(scrub(text)) <= 4 * n + 16);
    }
}

/* -- where it comes from -- */

/* Starts the SDK, sends an event and gives its command line; null when it has none. */
static sentry_value_t sent_words(const sentry_options_t *options)
{
    CHECK_INT(collect_start(options), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
    CHECK_INT(collect_count(), 1);
    return sentry_value_get_by_key(collect_get(0, "extra"), "sys.argv");
}

static const char *word(sentry_value_t list, size_t i)
{
    return sentry_value_as_string(sentry_value_get_by_index(list, i));
}

static void given(void)
{
    static const char *const words[] = { "prog", "--token=abc", "a \"b\"", "", "last", NULL, "not this" };
    sentry_value_t list;
    sentry_set_argv(7, words);
    list = sent_words(NULL);
    CHECK_INT(sentry_value_get_length(list), 5);
    CHECK_STR(word(list, 0), "prog");
    CHECK_STR(word(list, 1), "--token=[Filtered]");
    CHECK_STR(word(list, 2), "a \"b\"");
    CHECK_STR(word(list, 3), "");
    CHECK_STR(word(list, 4), "last");
    sentry_set_argv(2, words + 3); /* for the next time */
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
    CHECK_INT(sentry_value_get_length(sentry_value_get_by_key(collect_get(1, "extra"), "sys.argv")), 5);
    collect_stop();
    CHECK_INT(sentry_value_get_length(sent_words(NULL)), 2);
    collect_stop();
}

/* Without being given one, and after it was taken back. */
static void of_the_system(void)
{
    static const char *const words[] = { "prog" };
    sentry_value_t list;
    int i;
    sentry_set_argv(1, words);
    sentry_set_argv(0, words);
    list = sent_words(NULL);
    if (!KNOWN) {
        CHECK(sentry_value_is_null(list));
    } else {
        CHECK_INT(sentry_value_get_length(list), real.count);
        for (i = 0; i < real.count; i++) CHECK_STR(word(list, (size_t)i), real.words[i]);
    }
    collect_stop();
}

static void counts_that_are_none(void)
{
    static const char *const words[] = { "prog", NULL };
    sentry_set_argv(-1, words);
    sentry_set_argv(3, NULL);
    sentry_set_argv(2, words + 1);
    CHECK_INT(sentry_value_get_length(sent_words(NULL)), KNOWN ? real.count : 0);
    collect_stop();
}

/* Without it, and with a wish for privacy. */
static void not_wanted(void)
{
    static const char *const words[] = { "prog", "secret" };
    static const char *const disabled[] = { "argv", NULL };
    sentry_options_t options = collect_options();
    sentry_set_argv(2, words);
    options.send_default_pii = SENTRY_OFF;
    CHECK(sentry_value_is_null(sent_words(&options)));
    collect_stop();
    options = collect_options();
    options.disabled_integrations = disabled;
    CHECK(sentry_value_is_null(sent_words(&options)));
    collect_stop();
    options = collect_options();
    options.default_integrations = SENTRY_OFF;
    CHECK(sentry_value_is_null(sent_words(&options)));
    collect_stop();
    {
        const sentry_integration_t *listed[] = { sentry_argv_integration(), NULL };
        options.integrations = listed;
        CHECK_INT(sentry_value_get_length(sent_words(&options)), 2);
        collect_stop();
    }
}

static void privacy_by_setter(void)
{
    static const char *const words[] = { "prog", "secret" };
    sentry_options_t *options = sentry_options_new();
    sentry_set_argv(2, words);
    sentry_options_set_dsn(options, COLLECT_DSN);
    sentry_options_set_send_default_pii(options, 0);
    sentry_options_set_auto_session_tracking(options, 0);
    sentry_options_set_transport(options, collect_transport());
    CHECK_INT(sentry_init(options), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
    CHECK(!collect_has(0, "extra"));
    collect_stop();
}

/* One of the program's own is in its place. */
static void the_programs_own(void)
{
    CHECK_INT(collect_start(NULL), 0);
    sentry_set_extra("sys.argv", sentry_value_new_string("mine"));
    sentry_set_extra("other", sentry_value_new_int32(1));
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(collect_get(0, "extra"), "sys.argv")), "mine");
    CHECK_INT(collect_len(0, "extra"), 2);
    collect_stop();
}

#ifndef SENTRY_NO_TRACING
static void in_transactions(void)
{
    static const char *const words[] = { "prog", "--password", "x" };
    sentry_options_t options = collect_options();
    sentry_value_t list;
    sentry_set_argv(3, words);
    options.traces_sample_rate = 1.0;
    CHECK_INT(collect_start(&options), 0);
    sentry_transaction_finish(sentry_transaction_start(sentry_transaction_context_new("name", "op"), sentry_value_new_null()));
    list = sentry_value_get_by_key(collect_get(0, "extra"), "sys.argv");
    CHECK_INT(sentry_value_get_length(list), 3);
    CHECK_STR(word(list, 2), "[Filtered]");
    collect_stop();
}
#endif

/* Long words are cut as all strings are; words beyond the limit are left out, and none is left half. */
static void long_ones(void)
{
    static char wide[3001], most[SENTRY_MAX_ARGV_BYTES - 3001 - 4], tight[2];
    const char *words[] = { "abc", wide, most, "x" };
    sentry_value_t list;
    memset(wide, 'w', sizeof wide - 1);
    memset(most, 'm', sizeof most - 1);
    sentry_set_argv(4, words);
    list = sent_words(NULL);
    CHECK_INT(sentry_value_get_length(list), 3);
    CHECK_INT(strlen(word(list, 1)), 1024);
    CHECK_STR(word(list, 1) + 1020, "w...");
    CHECK_STR(word(list, 2) + 1020, "m...");
    collect_stop();
    CHECK_INT(inside_os_argv(tight, sizeof tight), 0); /* the program's name is longer */
}

#if HAS_LOADER
/* Where there is no /proc. */
static void of_the_loader(void)
{
    static char text[SENTRY_MAX_ARGV_BYTES], tight[2];
    size_t n = inside_os_loader_argv(text, sizeof text), at = 0;
    int i;
    for (i = 0; i < real.count; i++) {
        CHECK_STR(text + at, real.words[i]);
        at += strlen(text + at) + 1;
    }
    CHECK_INT(n, at);
    CHECK_INT(inside_os_loader_argv(tight, sizeof tight), 0);
}
#endif

#ifdef _WIN32
/* The words of a line, each in brackets. */
static const char *split(const wchar_t *line, size_t cap)
{
    static char text[256];
    wchar_t words[64];
    size_t n = inside_os_argv_split(line, words, cap), i, used = 0;
    for (i = 0; i < n; i++) {
        if (i == 0 || !words[i - 1]) text[used++] = '[';
        text[used++] = words[i] ? (char)words[i] : ']';
    }
    text[used] = 0;
    return text;
}

static void lines_split(void)
{
    CHECK_STR(split(L"prog", 64), "[prog]");
    CHECK_STR(split(L"", 64), "[]");
    CHECK_STR(split(L"\"a b\\\" c  d\t e ", 64), "[a b\\][c][d][e]");
    CHECK_STR(split(L"p \"a b\" \"\" c\"d e\"f", 64), "[p][a b][][cd ef]");
    CHECK_STR(split(L"p a\\b \\\\\"c d\\\\\" e", 64), "[p][a\\b][\\c d\\][e]");
    CHECK_STR(split(L"p a\\\"b \\\\\\\"c", 64), "[p][a\"b][\\\"c]");
    CHECK_STR(split(L"p \"a\"\"b c\" d", 64), "[p][a\"b c][d]");
    CHECK_STR(split(L"p \"open a", 64), "[p][open a]");
    CHECK_STR(split(L"p abc def", 10), "[p][abc][def]");
    CHECK_STR(split(L"p abc def", 9), "[p][abc]");
    CHECK_STR(split(L"p abc\\\\\\\\", 9), "[p]");
}
#endif

static const test_case_t tests[] = {
    {"nothing_secret", nothing_secret},
    {"options_with_secrets", options_with_secrets},
    {"quoted_secrets", quoted_secrets},
    {"variables_with_secrets", variables_with_secrets},
    {"urls_with_secrets", urls_with_secrets},
    {"secrets_in_words", secrets_in_words},
    {"anything", anything},
    {"given", given},
    {"of_the_system", of_the_system},
    {"counts_that_are_none", counts_that_are_none},
    {"not_wanted", not_wanted},
    {"privacy_by_setter", privacy_by_setter},
    {"the_programs_own", the_programs_own},
#ifndef SENTRY_NO_TRACING
    {"in_transactions", in_transactions},
#endif
    {"long_ones", long_ones},
#if HAS_LOADER
    {"of_the_loader", of_the_loader},
#endif
#ifdef _WIN32
    {"lines_split", lines_split},
#endif
};

int main(int argc, char **argv)
{
    real.count = argc;
    real.words = (const char **)(void *)argv;
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
