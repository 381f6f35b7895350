#define SENTRY_IMPLEMENTATION
#include <libpq-fe.h>
#include "../../sentry.h"
#include "test.h"
#include "collect.h"
static void t(void){ CHECK(getenv("X") || 1); collect_start(NULL); collect_stop(); }
static const test_case_t tests[] = { {"adds", t} };
int main(int argc, char **argv) { return test_main(argc, argv, tests, 1); }
