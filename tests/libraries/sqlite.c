/* SQLite: statements as spans and breadcrumbs, its error log. */
#define SENTRY_IMPLEMENTATION
#include <sqlite3.h>
#include "alloc.h"
#include "collect.h"
#include "work.h"

#define KEPT 64  /* statements that are noted at once */
#define MANY 100

static sqlite3 *open_db(const char *name)
{
    sqlite3 *db = NULL;
    CHECK_INT(sqlite3_open(name, &db), SQLITE_OK);
    return db;
}

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    CHECK_INT(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    return stmt;
}

/* Starts with a connection to a database in memory that has a table t(a), of which the first breadcrumb tells. */
static sqlite3 *start_with_table(const sentry_options_t *options)
{
    sqlite3 *db;
    CHECK_INT(work_start(options), 0);
    db = open_db(":memory:");
    CHECK_INT(run(db, "CREATE TABLE t(a)"), SQLITE_OK);
    sentry_transaction_finish(work_open);
    work_begin();
    return db;
}

static void stop(sqlite3 *db)
{
    CHECK_INT(sqlite3_close(db), SQLITE_OK);
    work_stop();
}

static void statements(void)
{
    sqlite3 *db = start_with_table(NULL);
    CHECK_INT(run(db, "INSERT INTO t VALUES(1); SELECT * FROM t"), SQLITE_OK);
    work_done();
    CHECK(work_installed("sqlite"));
    CHECK_STR(work_span_list(), "INSERT INTO t VALUES(1);\nSELECT * FROM t\n");
    CHECK_STR(work_span_str(0, "op"), "db");
    CHECK_STR(work_span_str(0, "origin"), "auto.db.sqlite");
    CHECK_STR(work_span_data_str(0, "db.system"), "sqlite");
    CHECK_STR(work_span_data_str(0, "db.name"), ":memory:");
    CHECK_STR(work_crumb_list(), "CREATE TABLE t(a)\nINSERT INTO t VALUES(1);\nSELECT * FROM t\n");
    CHECK_STR(work_crumb_str(1, "type"), "query");
    CHECK_STR(work_crumb_str(1, "category"), "query");
    CHECK_STR(work_crumb_data_str(1, "db.system"), "sqlite");
    CHECK(sentry_value_as_double(work_crumb_data(1, "duration_ms")) >= 0);
    stop(db);
}

static void file_name(void)
{
    sqlite3 *db;
    REQUIRE(work_start(NULL) == 0);
    db = open_db("statements.db");
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    work_done();
    CHECK_STR(work_span_data_str(0, "db.name"), sqlite3_db_filename(db, "main"));
    CHECK_CONTAINS(work_span_data_str(0, "db.name"), "statements.db");
    stop(db);
}

static void values_are_not_kept(void)
{
    sqlite3 *db = start_with_table(NULL);
    sqlite3_stmt *stmt = prepare(db, "INSERT INTO t VALUES(?)");
    CHECK_INT(sqlite3_bind_text(stmt, 1, "secret", -1, SQLITE_STATIC), SQLITE_OK);
    CHECK_INT(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
    CHECK_INT(run(db, "SELECT 'it''s', a AS password FROM t WHERE password = 'hunter''2' AND a = 'kept'"), SQLITE_OK);
    run(db, "SELECT a AS password FROM t WHERE [password] = ('hunter2') OR password = lower('hunter2') OR password = 'hunter\\' OR a = 'kept'");
    work_done();
    CHECK_STR(work_span_list(), "INSERT INTO t VALUES(?)\nSELECT 'it''s', a AS password FROM t WHERE password = '[Filtered]' AND a = 'kept'\n"
        "SELECT a AS password FROM t WHERE [password] = ('[Filtered]') OR password = lower('[Filtered]') OR password = '[Filtered]' OR a = 'kept'\n");
    CHECK_CONTAINS(collect_text(1, "breadcrumbs"), "password = '[Filtered]'");
    CHECK_ABSENT(collect_text(0, "spans"), "hunter");
    CHECK_ABSENT(collect_text(0, "spans"), "secret");
    CHECK_ABSENT(collect_text(1, "breadcrumbs"), "hunter");
    stop(db);
}

/* With what SQL tells SQLite, or one that encrypts, a password. */
static void keys_are_not_kept(void)
{
    static const char *const telling[] = { "PRAGMA key = 'hunter2'", "PRAGMA main.rekey=\"x'hunter2'\"", "PRAGMA hexkey('hunter2')", "ATTACH ':memory:' AS other KEY 'hunter2'" };
    sqlite3 *db = start_with_table(NULL);
    size_t i;
    for (i = 0; i < sizeof telling / sizeof telling[0]; i++) run(db, telling[i]);
    CHECK_INT(run(db, "SELECT 1 FROM t WHERE 'key' = 'kept'; PRAGMA table_info('kept')"), SQLITE_OK);
    work_done();
    CHECK_STR(work_span_list(), "PRAGMA key = '[Filtered]'\nPRAGMA main.rekey=\"[Filtered]\"\nPRAGMA hexkey('[Filtered]')\nATTACH ':memory:' AS other KEY '[Filtered]'\n"
        "SELECT 1 FROM t WHERE 'key' = 'kept';\nPRAGMA table_info('kept')\n");
    CHECK_ABSENT(collect_text(1, "breadcrumbs"), "hunter");
    stop(db);
}

static void sleep_in_sql(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    test_sleep_ms((unsigned)sqlite3_value_int(values[0]));
    sqlite3_result_int(context, 1);
}

static void times(void)
{
    sqlite3 *db = start_with_table(NULL);
    CHECK_INT(sqlite3_create_function(db, "nap", 1, SQLITE_UTF8, NULL, sleep_in_sql, NULL, NULL), SQLITE_OK);
    CHECK_INT(run(db, "SELECT nap(60)"), SQLITE_OK);
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    work_done();
    CHECK(work_span_ms(0) >= 59);
    CHECK(work_span_ms(1) < 59);
    CHECK(sentry_value_as_double(work_crumb_data(1, "duration_ms")) >= 59);
    CHECK(strcmp(work_span_str(0, "timestamp"), work_span_str(1, "start_timestamp")) <= 0);
    CHECK(strcmp(collect_str(0, "start_timestamp"), work_span_str(0, "start_timestamp")) <= 0);
    CHECK(work_span_ms(1) > 0 || sentry_value_as_double(work_crumb_data(2, "duration_ms")) > 0); /* SQLite itself counts ms */
    stop(db);
}

static void statement_in_sql(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count, (void)values;
    sqlite3_result_int(context, run(sqlite3_context_db_handle(context), "SELECT 'inner'"));
}

static sqlite3_stmt *cached;

static void cached_in_sql(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count, (void)values;
    CHECK_INT(sqlite3_step(cached), SQLITE_ROW);
    CHECK_INT(sqlite3_reset(cached), SQLITE_OK);
    sqlite3_result_int(context, 1);
}

/* One and the same statement, once by itself and once inside another. */
static void nested_after_it_was_not(void)
{
    sqlite3 *db = start_with_table(NULL);
    CHECK_INT(sqlite3_create_function(db, "inner", 0, SQLITE_UTF8, NULL, cached_in_sql, NULL, NULL), SQLITE_OK);
    cached = prepare(db, "SELECT 'cached'");
    CHECK_INT(sqlite3_step(cached), SQLITE_ROW);
    CHECK_INT(sqlite3_reset(cached), SQLITE_OK);
    CHECK_INT(run(db, "SELECT \"inner\"()"), SQLITE_OK);
    work_done();
    CHECK_STR(work_span_list(), "SELECT 'cached'\nSELECT \"inner\"()\n");
    sqlite3_finalize(cached);
    stop(db);
}

static void nested_ones_are_one(void)
{
    sqlite3 *db = start_with_table(NULL);
    CHECK_INT(run(db, "CREATE TABLE log(a)"), SQLITE_OK);
    CHECK_INT(run(db, "CREATE TRIGGER noted AFTER INSERT ON t BEGIN INSERT INTO log VALUES(new.a); UPDATE log SET a = 2; END"), SQLITE_OK);
    CHECK_INT(sqlite3_create_function(db, "inner", 0, SQLITE_UTF8, NULL, statement_in_sql, NULL, NULL), SQLITE_OK);
    CHECK_INT(run(db, "INSERT INTO t VALUES(1), (2)"), SQLITE_OK);
    CHECK_INT(run(db, "SELECT \"inner\"()"), SQLITE_OK);
    CHECK_INT(run(db, "VACUUM"), SQLITE_OK);
    work_done();
    CHECK_STR(work_span_list(), "CREATE TABLE log(a)\nCREATE TRIGGER noted AFTER INSERT ON t BEGIN INSERT INTO log VALUES(new.a); UPDATE log SET a = 2; END\n"
        "INSERT INTO t VALUES(1), (2)\nSELECT \"inner\"()\nVACUUM\n");
    stop(db);
}

static void virtual_tables(void)
{
    sqlite3 *db = start_with_table(NULL);
    if (run(db, "CREATE VIRTUAL TABLE words USING fts5(text)") != SQLITE_OK) {
        stop(db);
        SKIP("this SQLite has no full text search");
    }
    CHECK_INT(run(db, "INSERT INTO words VALUES('a b c')"), SQLITE_OK);
    CHECK_INT(run(db, "SELECT * FROM words WHERE words MATCH 'b'"), SQLITE_OK);
    work_done();
    CHECK_STR(work_span_list(), "CREATE VIRTUAL TABLE words USING fts5(text)\nINSERT INTO words VALUES('a b c')\nSELECT * FROM words WHERE words MATCH 'b'\n");
    stop(db);
}

/* Statements that were begun one after the other, each ended in its own time. */
static void interleaved(void)
{
    sqlite3 *db = start_with_table(NULL);
    sqlite3_stmt *rows, *other;
    CHECK_INT(run(db, "INSERT INTO t VALUES(1), (2)"), SQLITE_OK);
    rows = prepare(db, "SELECT a FROM t");
    other = prepare(db, "SELECT 'other'");
    CHECK_INT(sqlite3_step(rows), SQLITE_ROW);
    CHECK_INT(sqlite3_step(other), SQLITE_ROW);
    test_sleep_ms(30);
    CHECK_INT(sqlite3_step(other), SQLITE_DONE);
    CHECK_INT(sqlite3_step(rows), SQLITE_ROW);
    test_sleep_ms(30);
    CHECK_INT(sqlite3_reset(rows), SQLITE_OK); /* before its end */
    CHECK_INT(sqlite3_step(rows), SQLITE_ROW);
    sqlite3_finalize(rows);
    sqlite3_finalize(other);
    work_done();
    CHECK_STR(work_span_list(), "INSERT INTO t VALUES(1), (2)\nSELECT 'other'\nSELECT a FROM t\nSELECT a FROM t\n");
    CHECK(work_span_ms(1) >= 29);
    CHECK(work_span_ms(2) >= 59);
    CHECK(work_span_ms(3) < 29);
    stop(db);
}

static void very_many_at_once(void)
{
    sqlite3 *db = start_with_table(NULL);
    sqlite3_stmt *stmt[MANY];
    char sql[64];
    size_t i;
    for (i = 0; i < MANY; i++) {
        snprintf(sql, sizeof sql, "SELECT %d", (int)i);
        stmt[i] = prepare(db, sql);
        CHECK_INT(sqlite3_step(stmt[i]), SQLITE_ROW);
    }
    for (i = 0; i < MANY; i++)
        CHECK_INT(sqlite3_finalize(stmt[i]), SQLITE_OK);
    work_done();
    CHECK_INT(work_spans(), KEPT); /* the oldest are forgotten */
    CHECK_STR(work_span_str(0, "description"), "SELECT 36");
    CHECK_STR(work_span_str(work_spans() - 1, "description"), "SELECT 99");
    stop(db);
}

static void errors_stay(void)
{
    sqlite3 *db = start_with_table(NULL);
    CHECK_INT(run(db, "CREATE UNIQUE INDEX one ON t(a)"), SQLITE_OK);
    CHECK_INT(run(db, "INSERT INTO t VALUES(1)"), SQLITE_OK);
    CHECK_INT(run(db, "INSERT INTO t VALUES(1)"), SQLITE_CONSTRAINT);
    CHECK_STR(sqlite3_errmsg(db), "UNIQUE constraint failed: t.a");
    CHECK_INT(run(db, "no SQL"), SQLITE_ERROR);
    work_done();
    CHECK_STR(work_span_list(), "CREATE UNIQUE INDEX one ON t(a)\nINSERT INTO t VALUES(1)\nINSERT INTO t VALUES(1)\n");
    stop(db);
}

/* -- which connections -- */

static void attaching(void)
{
    sqlite3 *before = open_db(":memory:");
    REQUIRE(work_start(NULL) == 0);
    CHECK_INT(run(before, "SELECT 'unseen'"), SQLITE_OK);
    CHECK_INT(sentry_sqlite_attach(NULL), SQLITE_MISUSE);
    CHECK_INT(sentry_sqlite_attach(before), SQLITE_OK);
    CHECK_INT(sentry_sqlite_attach(before), SQLITE_OK);
    CHECK_INT(run(before, "SELECT 'seen'"), SQLITE_OK);
    work_done();
    CHECK_STR(work_span_list(), "SELECT 'seen'\n");
    stop(before);
}

static int traced_by_program;

static int program_trace(unsigned what, void *data, void *p, void *x)
{
    (void)what, (void)data, (void)p, (void)x;
    traced_by_program++;
    return 0;
}

static void a_hook_of_the_programs(void)
{
    sqlite3 *db = start_with_table(NULL);
    CHECK_INT(sqlite3_trace_v2(db, SQLITE_TRACE_STMT, program_trace, NULL), SQLITE_OK);
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    CHECK_INT(traced_by_program, 1);
    work_done();
    CHECK_INT(work_spans(), 0);
    stop(db);
}

static void switched_off(void)
{
    static const char *const names[] = { "sqlite", NULL };
    sentry_options_t options = collect_options();
    sqlite3 *db;
    options.disabled_integrations = names;
    db = start_with_table(&options);
    CHECK_INT(sentry_sqlite_attach(db), SQLITE_OK);
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    work_done();
    CHECK(!work_installed("sqlite"));
    CHECK_INT(work_spans(), 0);
    CHECK_INT(work_crumbs(), 0);
    stop(db);
    options = collect_options();
    options.auto_enabling_integrations = SENTRY_OFF;
    db = start_with_table(&options);
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    work_done();
    CHECK_INT(work_spans(), 0);
    stop(db);
}

static void listed(void)
{
    const sentry_integration_t *list[2];
    sentry_options_t options = collect_options();
    sqlite3 *db;
    list[0] = sentry_sqlite_integration();
    list[1] = NULL;
    options.auto_enabling_integrations = SENTRY_OFF;
    options.integrations = list;
    db = start_with_table(&options);
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    work_done();
    CHECK(work_installed("sqlite"));
    CHECK_STR(work_span_list(), "SELECT 1\n");
    stop(db);
}

/* Connections outlive the SDK: it may come and go. */
static void closing(void)
{
    sqlite3 *db = start_with_table(NULL), *later;
    sqlite3_stmt *stmt = prepare(db, "SELECT 'begun before'");
    CHECK_INT(sqlite3_step(stmt), SQLITE_ROW);
    work_stop();
    CHECK_INT(run(db, "SELECT 'off'"), SQLITE_OK);
    later = open_db(":memory:");
    REQUIRE(work_start(NULL) == 0);
    CHECK_INT(sqlite3_finalize(stmt), SQLITE_OK);
    CHECK_INT(run(later, "SELECT 'opened while it was off'"), SQLITE_OK);
    CHECK_INT(run(db, "SELECT 'on again'"), SQLITE_OK);
    work_done();
    CHECK_STR(work_span_list(), "SELECT 'on again'\n");
    sqlite3_close(later);
    stop(db);
}

static void without_a_transaction(void)
{
    sqlite3 *db;
    REQUIRE(collect_start(NULL) == 0);
    db = open_db(":memory:");
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    sentry_capture_message(SENTRY_LEVEL_INFO, "done");
    CHECK_INT(collect_count(), 1);
    CHECK_STR(collect_str(0, "breadcrumbs.values.0.message"), "SELECT 1");
    stop(db);
}

/* -- its error log -- */

static void error_log(void)
{
    sentry_options_t options = collect_options();
    sqlite3 *db;
    FILE *file;
    REQUIRE(sqlite3_config(SQLITE_CONFIG_LOG, sentry_sqlite_log, NULL) == SQLITE_OK);
    db = start_with_table(&options);
    collect_clear();
    CHECK_INT(run(db, "CREATE UNIQUE INDEX one ON t(a)"), SQLITE_OK);
    CHECK_INT(run(db, "INSERT INTO t VALUES(1), (1)"), SQLITE_CONSTRAINT);
    CHECK_INT(collect_count(), 0);
    file = test_fopen("broken.db", "wb");
    REQUIRE(file != NULL);
    fputs("this is no database, but it is long enough that one could think so, and then some more of it to be quite sure of that", file);
    fclose(file);
    CHECK_INT(sqlite3_close(db), SQLITE_OK);
    db = open_db("broken.db");
    CHECK_INT(run(db, "SELECT * FROM sqlite_master"), SQLITE_NOTADB);
    CHECK_INT(collect_count(), 1);
    CHECK_STR(collect_str(0, "logger"), "sqlite");
    CHECK_STR(collect_str(0, "level"), "error");
    CHECK_CONTAINS(collect_text(0, "logentry"), "file is not a database");
    CHECK_CONTAINS(collect_text(0, "breadcrumbs"), "UNIQUE constraint failed");
    CHECK_CONTAINS(collect_text(0, "breadcrumbs"), "\"category\":\"sqlite\"");
    CHECK_CONTAINS(collect_text(0, "breadcrumbs"), "\"level\":\"warning\"");
    sentry_transaction_finish(work_open);
    stop(db);
}

/* -- hooks, threads -- */

static sqlite3 *hook_db;

static sentry_value_t hook_with_sql(sentry_value_t crumb, void *hint, void *data)
{
    (void)hint;
    (*(int *)data)++;
    CHECK_INT(run(hook_db, "SELECT 'in the hook'"), SQLITE_OK);
    return crumb;
}

static void a_hook_that_uses_it(void)
{
    sentry_options_t options = collect_options();
    sqlite3 *db;
    int calls = 0;
    options.before_breadcrumb = hook_with_sql;
    options.before_breadcrumb_data = &calls;
    hook_db = NULL;
    REQUIRE(work_start(&options) == 0);
    hook_db = open_db(":memory:");
    db = open_db(":memory:");
    CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
    work_done();
    CHECK_INT(calls, 1);
    CHECK_STR(work_span_list(), "SELECT 1\n");
    CHECK_STR(work_crumb_list(), "SELECT 1\n");
    sqlite3_close(hook_db);
    stop(db);
}

static void no_memory(void)
{
    sqlite3 *db = start_with_table(NULL);
    long at;
    for (at = 1; at < 20; at++) {
        alloc_fail(at, 1);
        CHECK_INT(run(db, "SELECT 1"), SQLITE_OK);
        alloc_fail(0, 0);
    }
    sentry_transaction_finish(work_open);
    stop(db);
}

static void *busy(void *arg)
{
    sqlite3 *db = (sqlite3 *)arg ? (sqlite3 *)arg : open_db(":memory:");
    int i;
    for (i = 0; i < 100; i++)
        CHECK_EACH(run(db, "SELECT 1; SELECT 2") == SQLITE_OK);
    if (!arg)
        CHECK_INT(sqlite3_close(db), SQLITE_OK);
    return NULL;
}

static void threads(void)
{
    sqlite3 *db = start_with_table(NULL);
    test_thread_t thread[4];
    size_t i;
    for (i = 0; i < 4; i++)
        REQUIRE(test_thread_start(&thread[i], busy, i & 1 ? db : NULL) == 0);
    for (i = 0; i < 4; i++)
        test_thread_join(thread[i]);
    work_done();
    CHECK_INT(work_spans(), 4 * 100 * 2);
    stop(db);
}

static const test_case_t tests[] = {
    { "statements", statements },
    { "file_name", file_name },
    { "values_are_not_kept", values_are_not_kept },
    { "keys_are_not_kept", keys_are_not_kept },
    { "times", times },
    { "nested_ones_are_one", nested_ones_are_one },
    { "nested_after_it_was_not", nested_after_it_was_not },
    { "virtual_tables", virtual_tables },
    { "interleaved", interleaved },
    { "very_many_at_once", very_many_at_once },
    { "errors_stay", errors_stay },
    { "attaching", attaching },
    { "a_hook_of_the_programs", a_hook_of_the_programs },
    { "switched_off", switched_off },
    { "listed", listed },
    { "closing", closing },
    { "without_a_transaction", without_a_transaction },
    { "error_log", error_log },
    { "a_hook_that_uses_it", a_hook_that_uses_it },
    { "no_memory", no_memory },
    { "threads", threads },
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
