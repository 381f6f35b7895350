/* What must not compile where feature macros count: a system header came first. */
#include <stdio.h>
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
