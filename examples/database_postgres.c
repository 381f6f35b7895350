/* database_postgres.c: PostgreSQL with the SDK: queries are spans and breadcrumbs.
 *
 *     cc -pthread examples/database_postgres.c $(pkg-config --cflags --libs libpq) -o database_postgres && ./database_postgres
 *
 * The server is the one that PGHOST, PGPORT, PGUSER and PGDATABASE name. What it reports goes to the server that SENTRY_DSN names, or,
 * without one, to a small receiver in this program. */
#define _GNU_SOURCE           /* for sentry.h, because another header comes before it */
#include <libpq-fe.h>         /* before sentry.h: then it knows what goes along with it */
#define SENTRY_WRAP_LIBPQ     /* in each file whose queries are to be seen */
#define SENTRY_IMPLEMENTATION /* in one file of your program */
#include "../sentry.h"
#include "receiver.h"

static void query(PGconn *db, const char *sql, const char *value)
{
    PGresult *result = PQexecParams(db, sql, value ? 1 : 0, NULL, &value, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) sentry_capture_exception("DatabaseError", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    PQclear(result);
}

int main(void)
{
    PGconn *db = PQconnectdb("application_name=example");
    const char *dsn = receiver_start();
    if (sentry_init(&(sentry_options_t){ .dsn = dsn, .release = "database_postgres@1.0.0", .environment = "development",
                                         .traces_sample_rate = 1.0, .auto_session_tracking = SENTRY_OFF }) != 0) {
        fprintf(stderr, "no reports: %s\n", sentry_get_init_error());
    }
    SENTRY_TRANSACTION("sign up", SENTRY_OP_TASK) {
        query(db, "CREATE TEMPORARY TABLE users (id serial, name text)", NULL);
        query(db, "INSERT INTO users (name) VALUES ($1)", "Ada"); /* the value is not sent */
        query(db, "SELECT name FROM user_names", NULL);           /* there is no such table */
    }
    PQfinish(db);
    sentry_close();
    receiver_stop();
    return 0;
}
