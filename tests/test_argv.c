/* The command line: what of it is a secret, where it comes from, and when it is sent. */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include "test.h"
#include "collect.h"

/* -- secrets -- */

static const char *scrub(const char *command)
{
    static char text[8192];
    sentry__buf_t b;
    sentry__buf_init(&b, text, sizeof text);
    sentry__scrub_command(&b, command);
    sentry__buf_byte(&b, 0);
    return b.data == text ? text : "too long";
}

/* Words of an array of at most seven, joined by blanks. */
static const char *scrub_words(const char *const *words)
{
    static char text[1024];
    sentry__buf_t b;
    sentry__buf_init(&b, text, sizeof text);
    sentry__scrub_words(&b, words);
    sentry__buf_byte(&b, 0);
    return text;
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
    CHECK_STR(scrub("sh -c 'mysql --password \"a b\" x'"), "sh -c 'mysql --password \"[Filtered]\" x'");
    CHECK_STR(scrub("sh -c \"run; PGPASSWORD=x psql db\""), "sh -c \"run; PGPASSWORD=[Filtered] psql db\"");
    CHECK_STR(scrub("post '{\"user\":\"me\",\"password\":\"a\\\" b\",\"n\":1}'"), "post '{\"user\":\"me\",\"password\":[Filtered],\"n\":1}'");
    CHECK_STR(scrub("curl -H 'Authorization: Bearer abc' x"), "curl -H 'Authorization: [Filtered]' x");
    CHECK_STR(scrub("curl -H \"X-Api-Key:abc\" x"), "curl -H \"X-Api-Key:[Filtered]\" x");
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
}

static void secrets_in_words(void)
{
    static const char *const options[] = { "run", "--password=a b; c", "--token", "x y", "z", NULL };
    static const char *const shell[] = { "sh", "-c", "PGPASSWORD=x psql", "run --secret y", "https://a:b@c/", NULL };
    static const char *const blanks[] = { "a b", "", "--db-token", "", "c", NULL };
    sentry_value_t list = sentry__scrub_list(options, 5);
    char *json = sentry_value_to_json(list);
    CHECK_STR(scrub_words(options), "run --password=[Filtered] --token [Filtered] z");
    CHECK_STR(scrub_words(shell), "sh -c PGPASSWORD=[Filtered] run --secret [Filtered] https://[Filtered]@c/");
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

static const test_case_t tests[] = {
    {"nothing_secret", nothing_secret},
    {"options_with_secrets", options_with_secrets},
    {"quoted_secrets", quoted_secrets},
    {"variables_with_secrets", variables_with_secrets},
    {"urls_with_secrets", urls_with_secrets},
    {"secrets_in_words", secrets_in_words},
    {"anything", anything},
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
