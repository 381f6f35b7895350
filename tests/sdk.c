/* The SDK for the tests that use its public functions alone: compiled once for all of them, as it is, with the allocator of alloc.h
 * (SDK_ALLOC), or with that and the clocks of clock.h (SDK_CLOCK). */
#define SENTRY_IMPLEMENTATION
#define TEST_SDK
#if defined(SDK_CLOCK)
#include "clock.h"
#elif defined(SDK_ALLOC)
#include "alloc.h"
#else
#include "../sentry.h"
#endif
#include "inside.h"
