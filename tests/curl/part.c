/* The implementation alone. */
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
#include "../../sentry_curl.h"
