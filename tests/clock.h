/* clock.h: the SDK with clocks and random numbers that the test sets, and with the allocator of alloc.h. Include instead of
 * sentry.h; it includes test.h too. A test is linked with the SDK of sdk.c. The clocks stand until clock_pass moves them; a test
 * that supplies its own tells them to clock_supply before it uses the SDK. */
#ifndef CLOCK_H_INCLUDED
#define CLOCK_H_INCLUDED

#include <stddef.h>
#ifdef SENTRY_IMPLEMENTATION
static unsigned long long clock_now_us(void);
static unsigned long long clock_ticks_ms(void);
static int clock_random(void *out, size_t size);
#define SENTRY_NOW_US() clock_now_us()
#define SENTRY_TICKS_MS() clock_ticks_ms()
#define SENTRY_RANDOM(out, size) clock_random(out, size)
#endif
#include "alloc.h"

typedef struct {
    unsigned long long (*now_us)(void), (*ticks_ms)(void);
    int (*random)(void *out, size_t size);
} clock_supply_t;

void clock_pass(long long ms, long long wall_ms);
void clock_set(long long wall_us);
void clock_reseed(unsigned long long bits);
void clock_supply(clock_supply_t supply);

#ifdef TEST_SDK
static clock_supply_t clock_supplied; /* by the test, if at all */

void clock_supply(clock_supply_t supply) { clock_supplied = supply; }

static struct {
    test_mutex_t lock;     /* guards all below */
    long long ms, wall_us; /* that only grow; since 1970 */
    unsigned long long bits;
} clocks = { TEST_MUTEX_INIT, 1000, 1767323045678901, 88172645463325252ULL };

/* Moves a clock and reads it. ThreadSanitizer takes a lock for a reason why what stands around it cannot be a race. */
static inline unsigned long long clock_add(long long *clock, long long more)
{
    long long now;
#if TEST_HAS_TSAN
    now = __atomic_add_fetch(clock, more, __ATOMIC_RELAXED);
#else
    test_lock(&clocks.lock);
    now = *clock += more;
    test_unlock(&clocks.lock);
#endif
    return (unsigned long long)now;
}

void clock_pass(long long ms, long long wall_ms)
{
    clock_add(&clocks.ms, ms);
    clock_add(&clocks.wall_us, wall_ms * 1000);
}

/* Before anything has read it. */
void clock_set(long long wall_us) { clocks.wall_us = wall_us; }

/* For a child that is not to draw its parent's random numbers. */
void clock_reseed(unsigned long long bits) { clocks.bits ^= bits; }

static unsigned long long clock_ticks_ms(void)
{
    return clock_supplied.ticks_ms ? clock_supplied.ticks_ms() : clock_add(&clocks.ms, 0);
}

static unsigned long long clock_now_us(void)
{
    return clock_supplied.now_us ? clock_supplied.now_us() : clock_add(&clocks.wall_us, 0);
}

static int clock_random(void *out, size_t size)
{
    unsigned char *bytes = (unsigned char *)out;
    size_t i;
    if (clock_supplied.random) return clock_supplied.random(out, size);
    test_lock(&clocks.lock);
    for (i = 0; i < size; i++) {
        clocks.bits ^= clocks.bits << 13;
        clocks.bits ^= clocks.bits >> 7;
        clocks.bits ^= clocks.bits << 17;
        bytes[i] = (unsigned char)(clocks.bits >> 32);
    }
    test_unlock(&clocks.lock);
    return 0;
}
#endif

#endif /* CLOCK_H_INCLUDED */
