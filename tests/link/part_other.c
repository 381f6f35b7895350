/* The API in C or C++, after the system's headers. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "parts.h"
#include "../../sentry.h"

int part_other(void)
{
    sentry_uuid_t id;
    int error;
    errno = ENOENT;
    id = sentry_capture_errno("open");
    error = errno;
    if (sentry_uuid_is_nil(&id) || error != ENOENT) return 1;
    if (strcmp(sentry_sdk_version(), SENTRY_SDK_VERSION) != 0) return 1;
    sentry_breadcrumb("part", SENTRY_LEVEL_INFO, "%s", "other");
    id = sentry_capture_exceptionf("Error", "number %d", 1);
    return sentry_uuid_is_nil(&id);
}
