/* The implementation in a file that had the API before, by way of other headers. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "parts.h"
#include <stdio.h>
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
