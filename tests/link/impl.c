/* The one file of a program that implements; also compiled as C++. */
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"
