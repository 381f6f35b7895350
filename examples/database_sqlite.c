/* database_sqlite.c: SQLite with the SDK: every statement is a span and a breadcrumb, and what SQLite logs is a record. Nothing is
 * called for it: sqlite3.h stands before sentry.h in the file that implements it.
 *
 *     cc -pthread examples/database_sqlite.c -lsqlite3 -o database_sqlite && ./database_sqlite
 *
 * What it reports goes to the server that SENTRY_DSN names, or, without one, to a small receiver in this program. */
#define _GNU_SOURCE           /* for sentry.h, because another header comes before it */
#include <sqlite3.h>          /* before sentry.h: then it knows what goes along with it */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

static int run(sqlite3 *db, const char *sql)
{
    int failed = sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK;
    if (failed) sentry_capture_exception("DatabaseError", sqlite3_errmsg(db)); /* carries the statements of before */
    return failed;
}

/* Values are bound, so the SDK does not see them. */
static int add_user(sqlite3 *db, const char *name)
{
    sqlite3_stmt *statement = NULL;
    int failed = sqlite3_prepare_v2(db, "INSERT INTO users (name) VALUES (?)", -1, &statement, NULL) != SQLITE_OK
        || sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) != SQLITE_OK || sqlite3_step(statement) != SQLITE_DONE;
    sqlite3_finalize(statement);
    return failed;
}

int main(void)
{
    sqlite3 *db = NULL;
    const char *dsn = receiver_start();
    sqlite3_config(SQLITE_CONFIG_LOG, sentry_sqlite_log, NULL); /* before anything else of SQLite */
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = "database_sqlite@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0, .auto_session_tracking = SENTRY_OFF }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) return 1;
    SENTRY_TRANSACTION("sign up", SENTRY_OP_TASK) {
        run(db, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
        add_user(db, "Ada");
        run(db, "SELECT * FROM user"); /* there is no such table */
    }
    sqlite3_close(db);
    sentry_close();
    receiver_stop();
    return 0;
}
