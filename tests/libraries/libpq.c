/* libpq with a real PostgreSQL server: queries as spans and breadcrumbs, also those that are sent and answered later. The server is where
 * PGHOST and its likes say. Built with WAY: 1, calls are renamed by SENTRY_WRAP_LIBPQ; 2, by the linker; else by hand. */
#define SENTRY_IMPLEMENTATION
#if WAY == 1
#define SENTRY_WRAP_LIBPQ
#elif WAY == 2
#define SENTRY_WRAP_LINKER
#endif
#include <libpq-fe.h>
#include "alloc.h"
#include "collect.h"
#include "work.h"

#if WAY == 0
#define PQexec sentry_PQexec
#define PQexecParams sentry_PQexecParams
#define PQprepare sentry_PQprepare
#define PQexecPrepared sentry_PQexecPrepared
#define PQsendQuery sentry_PQsendQuery
#define PQsendQueryParams sentry_PQsendQueryParams
#define PQsendPrepare sentry_PQsendPrepare
#define PQsendQueryPrepared sentry_PQsendQueryPrepared
#define PQgetResult sentry_PQgetResult
#endif

static PGconn *conn;

/* Starts the SDK, and connects. */
static int start(const sentry_options_t *options)
{
    CHECK_INT(work_start(options), 0);
    conn = PQconnectdb("");
    CHECK_STR(PQerrorMessage(conn), "");
    return PQstatus(conn) != CONNECTION_OK;
}

static void stop(void)
{
    PQfinish(conn);
    work_stop();
}

/* The status of a result, which is freed. */
static ExecStatusType status_of(PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status;
}

/* The only field of a result, which is freed. */
static const char *field_of(PGresult *result)
{
    static char text[64];
    snprintf(text, sizeof text, "%s", PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : "none");
    PQclear(result);
    return text;
}

static void queries(void)
{
    const char *values[1] = { "hidden" };
    REQUIRE(start(NULL) == 0);
    CHECK_STR(field_of(PQexec(conn, "SELECT 1")), "1");
    CHECK_STR(field_of(PQexecParams(conn, "SELECT $1::text", 1, NULL, values, NULL, NULL, 0)), "hidden");
    work_done();
    CHECK(work_installed("libpq"));
    CHECK_STR(work_span_list(), "SELECT 1\nSELECT $1::text\n");
    CHECK_STR(work_crumb_list(), work_span_list());
    CHECK_STR(work_span_str(0, "op"), "db");
    CHECK_STR(work_span_str(0, "origin"), "auto.db.libpq");
    CHECK_STR(work_span_str(0, "status"), "");
    CHECK_STR(work_span_data_str(0, "db.system"), "postgresql");
    CHECK_STR(work_span_data_str(0, "db.name"), "postgres");
    CHECK_STR(work_span_data_str(0, "server.address"), PQhost(conn));
    CHECK_INT(sentry_value_as_int32(work_span_data(0, "server.port")), atoi(PQport(conn)));
    CHECK_STR(work_crumb_str(0, "type"), "query");
    CHECK_STR(work_crumb_str(0, "category"), "query");
    CHECK_STR(work_crumb_str(0, "level"), "");
    CHECK_STR(work_crumb_data_str(0, "db.system"), "postgresql");
    CHECK(sentry_value_as_double(work_crumb_data(0, "duration_ms")) > 0);
    CHECK_ABSENT(collect_text(0, "spans"), "hidden");
    CHECK_ABSENT(collect_text(1, "breadcrumbs"), "hidden");
    stop();
}

static void failures(void)
{
    PGresult *result;
    REQUIRE(start(NULL) == 0);
    result = PQexec(conn, "SELECT 1 / 0");
    CHECK_STR(PQresultErrorField(result, PG_DIAG_SQLSTATE), "22012");
    CHECK_INT(status_of(result), PGRES_FATAL_ERROR);
    CHECK(PQexec(NULL, "SELECT 1") == NULL);
    CHECK_INT(status_of(PQexec(conn, NULL)), PGRES_FATAL_ERROR);
    CHECK_INT(status_of(PQexec(conn, "")), PGRES_EMPTY_QUERY);
    CHECK_INT(PQsendQuery(NULL, "SELECT 'unsent'"), 0);
    CHECK(PQgetResult(NULL) == NULL);
    CHECK_INT(status_of(PQprepare(conn, "broken", "no SQL", 0, NULL)), PGRES_FATAL_ERROR);
    CHECK_INT(status_of(PQexecPrepared(conn, "broken", 0, NULL, NULL, NULL, 0)), PGRES_FATAL_ERROR);
    work_done();
    CHECK_STR(work_span_str(0, "status"), "internal_error");
    CHECK_STR(work_span_data_str(0, "db.response.status_code"), "22012");
    CHECK_STR(work_crumb_str(0, "level"), "error");
    CHECK_STR(work_span_str(1, "status"), "internal_error");
    CHECK_STR(work_span_list(), "SELECT 1 / 0\nSELECT 1\n\n\nSELECT 'unsent'\nno SQL\nbroken\n");
    CHECK_STR(work_span_str(3, "status"), "");
    CHECK_STR(work_span_str(4, "status"), "internal_error");
    CHECK_STR(work_span_data_str(5, "db.response.status_code"), "42601");
    stop();
}

static void lost_connections(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_INT(status_of(PQexec(conn, "SELECT pg_terminate_backend(pg_backend_pid())")), PGRES_FATAL_ERROR);
    CHECK_INT(PQstatus(conn), CONNECTION_BAD);
    CHECK_INT(PQsendQuery(conn, "SELECT 1"), 0);
    work_done();
    CHECK_STR(work_span_str(0, "status"), "internal_error");
    CHECK_STR(work_span_str(1, "status"), "internal_error");
    CHECK_INT(work_spans(), 2);
    stop();
}

static void passwords(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_INT(status_of(PQexec(conn, "CREATE ROLE someone PASSWORD 'it''s sesame' CREATEDB")), PGRES_COMMAND_OK);
    CHECK_INT(status_of(PQexec(conn, "alter role someone encrypted password\n E'it\\'s sesame'; DROP ROLE someone")), PGRES_COMMAND_OK);
    CHECK_INT(status_of(PQexec(conn, "SELECT 'x' AS password, 'y' AS e")), PGRES_TUPLES_OK);
    CHECK_INT(status_of(PQexec(conn, "SELECT 'password")), PGRES_FATAL_ERROR);
    CHECK_INT(status_of(PQexec(conn, "SELECT password='sesame")), PGRES_FATAL_ERROR);
    CHECK_INT(status_of(PQexec(conn, "CREATE ROLE someone PASSWORD $$it's sesame$$; ALTER ROLE someone PASSWORD $a$ses$$ame$a$; DROP ROLE someone")), PGRES_COMMAND_OK);
    CHECK_INT(status_of(PQexec(conn, "SELECT 'host=h user=u password=sesame dbname=d', 'password=''open sesame'' a=b', 'pg://u:sesame@h/'")), PGRES_TUPLES_OK);
    CHECK_INT(status_of(PQexec(conn, "SELECT 'a\\' -- it's\n, /* it's */ 'kept' AS \"it's\", $q$kept$q$, $$$$, 1 WHERE 'api_key' <> 'kept'")), PGRES_TUPLES_OK);
    CHECK_INT(status_of(PQexec(conn, "WITH t(api_key, \"user token\") AS (SELECT 'a', 'b') SELECT 1 FROM t WHERE api_key = 'sesame' AND \"user token\" != 'sesame'")), PGRES_TUPLES_OK);
    CHECK_INT(status_of(PQexec(conn, "SELECT $1 $tag$ sesame")), PGRES_FATAL_ERROR);
    CHECK_INT(status_of(PQexec(conn, "SELECT 1 WHERE 'password' = 'ses'\n 'ame' AND 'a' = 'kept'")), PGRES_TUPLES_OK);
    CHECK_INT(status_of(PQexec(conn, "DO $$ BEGIN EXECUTE 'CREATE ROLE someone PASSWORD ''sesame'''; END $$; ALTER ROLE someone PASSWORD/* it's */U&'sesame'; DROP ROLE someone")), PGRES_COMMAND_OK);
    CHECK_INT(status_of(PQexec(conn, "SELECT set_config('my.password', 'sesame', false), 1 WHERE 'password' = 'sesame' OR 'password' IN ('sesame') AND 'bob' = 'bob'")), PGRES_TUPLES_OK);
    CHECK_INT(status_of(PQexec(conn, "SELECT '{\"api_key\": \"sesame\", \"n\": 1}', 'key' = 'kept', 'password' AS a, 'kept' AS b")), PGRES_TUPLES_OK);
    work_done();
    CHECK_STR(work_span_list(), "CREATE ROLE someone PASSWORD '[Filtered]' CREATEDB\nalter role someone encrypted password\n E'[Filtered]'; DROP ROLE someone\n"
        "SELECT 'x' AS password, 'y' AS e\nSELECT 'password\nSELECT password='[Filtered]\n"
        "CREATE ROLE someone PASSWORD $$[Filtered]$$; ALTER ROLE someone PASSWORD $a$[Filtered]$a$; DROP ROLE someone\n"
        "SELECT 'host=h user=u password=[Filtered] dbname=d', 'password=[Filtered] a=b', 'pg://[Filtered]@h/'\n"
        "SELECT 'a\\' -- it's\n, /* it's */ 'kept' AS \"it's\", $q$kept$q$, $$$$, 1 WHERE 'api_key' <> 'kept'\n"
        "WITH t(api_key, \"user token\") AS (SELECT 'a', 'b') SELECT 1 FROM t WHERE api_key = '[Filtered]' AND \"user token\" != '[Filtered]'\n"
        "SELECT $1 $tag$ sesame\n"
        "SELECT 1 WHERE 'password' = '[Filtered]'\n '[Filtered]' AND 'a' = 'kept'\n"
        "DO $$ BEGIN EXECUTE 'CREATE ROLE someone PASSWORD ''[Filtered]'''; END $$; ALTER ROLE someone PASSWORD/* it's */U&'[Filtered]'; DROP ROLE someone\n"
        "SELECT set_config('my.password', '[Filtered]', false), 1 WHERE 'password' = '[Filtered]' OR 'password' IN ('sesame') AND 'bob' = 'bob'\n"
        "SELECT '{\"api_key\": [Filtered], \"n\": 1}', 'key' = 'kept', 'password' AS a, 'kept' AS b\n");
    CHECK_STR(work_crumb_list(), work_span_list());
    stop();
}

static void prepared(void)
{
    const char *values[1] = { "41" };
    char name[16];
    int i;
    REQUIRE(start(NULL) == 0);
    CHECK_INT(status_of(PQprepare(conn, "add", "SELECT $1::int + 1", 1, NULL)), PGRES_COMMAND_OK);
    CHECK_INT(status_of(PQprepare(conn, "", "SELECT 'unnamed'", 0, NULL)), PGRES_COMMAND_OK);
    CHECK_STR(field_of(PQexecPrepared(conn, "add", 1, values, NULL, NULL, 0)), "42");
    CHECK_STR(field_of(PQexecPrepared(conn, "", 0, NULL, NULL, NULL, 0)), "unnamed");
    CHECK_INT(status_of(PQprepare(conn, "", "SELECT 'another'", 0, NULL)), PGRES_COMMAND_OK);
    CHECK_STR(field_of(PQexecPrepared(conn, "", 0, NULL, NULL, NULL, 0)), "another");
    CHECK_INT(status_of(PQexec(conn, "PREPARE by_sql AS SELECT 1")), PGRES_COMMAND_OK);
    CHECK_STR(field_of(PQexecPrepared(conn, "by_sql", 0, NULL, NULL, NULL, 0)), "1");
    PQreset(conn);
    CHECK_INT(status_of(PQexecPrepared(conn, "add", 1, values, NULL, NULL, 0)), PGRES_FATAL_ERROR);
    for (i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "p%d", i);
        CHECK_EACH(status_of(PQprepare(conn, name, "SELECT 2", 0, NULL)) == PGRES_COMMAND_OK);
    }
    CHECK_STR(field_of(PQexecPrepared(conn, "p255", 0, NULL, NULL, NULL, 0)), "2");
    CHECK_STR(field_of(PQexecPrepared(conn, "p256", 0, NULL, NULL, NULL, 0)), "2"); /* one too many */
    work_done();
    CHECK_STR(work_span_str(0, "description"), "SELECT $1::int + 1");
    CHECK_STR(work_span_str(2, "description"), "SELECT $1::int + 1");
    CHECK_STR(work_span_str(3, "description"), "SELECT 'unnamed'");
    CHECK_STR(work_span_str(5, "description"), "SELECT 'another'");
    CHECK_STR(work_span_str(7, "description"), "by_sql");
    CHECK_STR(work_span_str(8, "description"), "add");
    CHECK_STR(work_span_str(309, "description"), "SELECT 2");
    CHECK_STR(work_span_str(310, "description"), "p256");
    stop();
}

/* -- sent, and answered later -- */

/* Takes all results; returns how many there were. */
static int take_all(void)
{
    PGresult *result;
    int count = 0;
    while ((result = PQgetResult(conn)) != NULL) {
        PQclear(result);
        count++;
    }
    return count;
}

static void sent(void)
{
    const char *values[1] = { "1" };
    REQUIRE(start(NULL) == 0);
    CHECK_INT(PQsendQuery(conn, "SELECT pg_sleep(0.05); SELECT 2"), 1);
    CHECK_INT(PQsendQuery(conn, "SELECT 'refused'"), 0); /* another one is on its way */
    CHECK_INT(take_all(), 2);
    CHECK_INT(PQsendQueryParams(conn, "SELECT $1", 1, NULL, values, NULL, NULL, 0), 1);
    CHECK_INT(take_all(), 1);
    CHECK_INT(PQsendPrepare(conn, "p", "SELECT $1::int", 1, NULL), 1);
    CHECK_INT(take_all(), 1);
    CHECK_INT(PQsendQueryPrepared(conn, "p", 1, values, NULL, NULL, 0), 1);
    CHECK_INT(take_all(), 1);
    CHECK_INT(PQsendQuery(conn, "SELECT 1 / 0"), 1);
    CHECK_INT(take_all(), 1);
    CHECK_INT(take_all(), 0);
    work_done();
    CHECK_STR(work_span_list(), "SELECT pg_sleep(0.05); SELECT 2\nSELECT 'refused'\nSELECT $1\nSELECT $1::int\nSELECT $1::int\nSELECT 1 / 0\n");
    CHECK(work_span_ms(0) >= 49);
    CHECK_STR(work_span_str(1, "status"), "internal_error");
    CHECK_STR(work_span_str(5, "status"), "internal_error");
    CHECK_STR(work_span_data_str(5, "db.response.status_code"), "22012");
    CHECK_STR(work_span_str(0, "status"), "");
    CHECK_STR(work_crumb_str(5, "level"), "error");
    stop();
}

/* It lasts until its last result is taken. */
static void sent_lasts(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_INT(PQsendQuery(conn, "SELECT 1"), 1);
    test_sleep_ms(60);
    CHECK_INT(take_all(), 1);
    work_done();
    CHECK_INT(work_spans(), 1);
    CHECK(work_span_ms(0) >= 59);
    CHECK(sentry_value_as_double(work_crumb_data(0, "duration_ms")) >= 59);
    stop();
}

/* What nobody takes the results of ends with what comes next, or with the connection. */
static void abandoned(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_INT(PQsendQuery(conn, "SELECT 'left'"), 1);
    CHECK_STR(field_of(PQexec(conn, "SELECT 2")), "2");
    CHECK_INT(PQsendQuery(conn, "SELECT 'left too'"), 1);
    PQfinish(conn);
    conn = NULL;
    work_done();
    CHECK_STR(work_crumb_list(), "SELECT 'left'\nSELECT 2\nSELECT 'left too'\n");
    CHECK_INT(work_spans(), 3);
    stop();
}

static void abandoned_by_a_reset(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_INT(PQsendQuery(conn, "SELECT 'left'"), 1);
    PQreset(conn);
    CHECK_INT(PQsendQuery(conn, "SELECT 2"), 1);
    CHECK_INT(take_all(), 1);
    work_done();
    CHECK_STR(work_crumb_list(), "SELECT 'left'\nSELECT 2\n");
    stop();
}

static void row_by_row(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_INT(PQsendQuery(conn, "SELECT generate_series(1, 5)"), 1);
    CHECK_INT(PQsetSingleRowMode(conn), 1);
    CHECK_INT(take_all(), 6);
    work_done();
    CHECK_STR(work_span_list(), "SELECT generate_series(1, 5)\n");
    stop();
}

#ifdef LIBPQ_HAS_PIPELINING
/* Results come as: one's, NULL, the next one's, NULL, the mark. */
static void pipelines(void)
{
    PGresult *result;
    REQUIRE(start(NULL) == 0);
    CHECK_INT(PQenterPipelineMode(conn), 1);
    CHECK_INT(PQsendQueryParams(conn, "SELECT 1", 0, NULL, NULL, NULL, NULL, 0), 1);
    CHECK_INT(PQsendQueryParams(conn, "SELECT 1 / 0", 0, NULL, NULL, NULL, NULL, 0), 1);
    CHECK_INT(PQsendQueryParams(conn, "SELECT 'not run'", 0, NULL, NULL, NULL, NULL, 0), 1);
    CHECK_INT(PQpipelineSync(conn), 1);
    CHECK_INT(PQsendQueryParams(conn, "SELECT 4", 0, NULL, NULL, NULL, NULL, 0), 1);
    CHECK_INT(PQpipelineSync(conn), 1);
    CHECK_INT(take_all(), 1);
    CHECK_INT(take_all(), 1);
    result = PQgetResult(conn);
    CHECK_INT(status_of(result), PGRES_PIPELINE_ABORTED);
    CHECK(PQgetResult(conn) == NULL);
    CHECK_INT(status_of(PQgetResult(conn)), PGRES_PIPELINE_SYNC);
    CHECK_INT(take_all(), 1);
    CHECK_INT(status_of(PQgetResult(conn)), PGRES_PIPELINE_SYNC);
    CHECK(PQgetResult(conn) == NULL);
    CHECK_INT(PQexitPipelineMode(conn), 1);
    CHECK_STR(field_of(PQexec(conn, "SELECT 5")), "5");
    work_done();
    CHECK_STR(work_crumb_list(), "SELECT 1\nSELECT 1 / 0\nSELECT 'not run'\nSELECT 4\nSELECT 5\n");
    CHECK_STR(work_span_str(0, "status"), "");
    CHECK_STR(work_span_str(1, "status"), "internal_error");
    CHECK_STR(work_span_str(2, "status"), "internal_error");
    CHECK_STR(work_span_str(3, "status"), "");
    stop();
}
#endif

/* -- when it is off -- */

static void switched_off(void)
{
    static const char *const names[] = { "libpq", NULL };
    sentry_options_t options = collect_options();
    options.disabled_integrations = names;
    REQUIRE(start(&options) == 0);
    CHECK_STR(field_of(PQexec(conn, "SELECT 1")), "1");
    CHECK_INT(status_of(PQprepare(conn, "p", "SELECT 2", 0, NULL)), PGRES_COMMAND_OK);
    CHECK_INT(PQsendQueryPrepared(conn, "p", 0, NULL, NULL, NULL, 0), 1);
    CHECK_INT(take_all(), 1);
    work_done();
    CHECK(!work_installed("libpq"));
    CHECK_INT(work_spans(), 0);
    CHECK_INT(work_crumbs(), 0);
    stop();
}

/* A query that was sent before the SDK is closed, and taken after it. */
static void closing(void)
{
    REQUIRE(start(NULL) == 0);
    CHECK_INT(PQsendQuery(conn, "SELECT 1"), 1);
    collect_stop();
    CHECK_INT(take_all(), 1);
    REQUIRE(work_start(NULL) == 0);
    CHECK_STR(field_of(PQexec(conn, "SELECT 2")), "2");
    work_done();
    CHECK_STR(work_span_list(), "SELECT 2\n");
    stop();
}

static void listed(void)
{
    const sentry_integration_t *list[2];
    sentry_options_t options = collect_options();
    list[0] = sentry_libpq_integration();
    list[1] = NULL;
    options.auto_enabling_integrations = SENTRY_OFF;
    options.integrations = list;
    REQUIRE(start(&options) == 0);
    CHECK_STR(field_of(PQexec(conn, "SELECT 1")), "1");
    work_done();
    CHECK_INT(work_spans(), 1);
    stop();
}

static PGconn *hook_conn;

static sentry_value_t hook_with_sql(sentry_value_t crumb, void *hint, void *data)
{
    (void)hint;
    (*(int *)data)++;
    CHECK_STR(field_of(PQexec(hook_conn, "SELECT 'in the hook'")), "in the hook");
    return crumb;
}

static void a_hook_that_uses_it(void)
{
    sentry_options_t options = collect_options();
    int calls = 0;
    options.before_breadcrumb = hook_with_sql;
    options.before_breadcrumb_data = &calls;
    REQUIRE(start(&options) == 0);
    hook_conn = PQconnectdb("");
    CHECK_STR(field_of(PQexec(conn, "SELECT 1")), "1");
    work_done();
    CHECK_INT(calls, 1);
    CHECK_STR(work_span_list(), "SELECT 1\n");
    PQfinish(hook_conn);
    stop();
}

static void no_memory(void)
{
    long at;
    REQUIRE(start(NULL) == 0);
    for (at = 1; at < 120; at++) {
        alloc_fail(at, (int)(at % 2));
        CHECK_STR(field_of(PQexec(conn, "SELECT 1")), "1");
        CHECK_INT(status_of(PQprepare(conn, "", "SELECT 2", 0, NULL)), PGRES_COMMAND_OK);
        CHECK_INT(PQsendQueryPrepared(conn, "", 0, NULL, NULL, NULL, 0), 1);
        CHECK_INT(take_all(), 1);
        alloc_fail(0, 0);
    }
    stop();
}

static const test_case_t tests[] = {
    { "queries", queries },
    { "failures", failures },
    { "lost_connections", lost_connections },
    { "passwords", passwords },
    { "prepared", prepared },
    { "sent", sent },
    { "sent_lasts", sent_lasts },
    { "abandoned", abandoned },
    { "abandoned_by_a_reset", abandoned_by_a_reset },
    { "row_by_row", row_by_row },
#ifdef LIBPQ_HAS_PIPELINING
    { "pipelines", pipelines },
#endif
    { "switched_off", switched_off },
    { "closing", closing },
    { "listed", listed },
    { "a_hook_that_uses_it", a_hook_that_uses_it },
    { "no_memory", no_memory },
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
