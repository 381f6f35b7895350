/* alloc.h: the SDK with an allocator that counts, and fails on demand. Include instead of sentry.h; it includes test.h too. A test
 * that defines SENTRY_IMPLEMENTATION has the SDK in it, others are linked with that of sdk.c.
 *
 *     before = alloc_now().bytes;  ...  CHECK_INT(alloc_now().bytes, before);     what the SDK holds
 *     alloc_fail(7, 1);  ...  alloc_fail(0, 0);                                   the 7th allocation from here and all after it fail
 *
 * Each allocation takes a lock, which can hide races: with alloc_unwatched set it does not, and nothing is counted. */
#ifndef ALLOC_H_INCLUDED
#define ALLOC_H_INCLUDED

#include <stddef.h>

/* What both sides of the link see: extern, or in a test of one file static. */
#ifdef TEST_SDK
#define TEST_SEAM
#else
#define TEST_SEAM static inline
#endif

#ifdef SENTRY_IMPLEMENTATION
static void *alloc_malloc(size_t size);
static void *alloc_realloc(void *old, size_t size);
static void alloc_free(void *memory);
#define SENTRY_MALLOC(size) alloc_malloc(size)
#define SENTRY_REALLOC(old, size) alloc_realloc(old, size)
#define SENTRY_FREE(memory) alloc_free(memory)
#endif
#include "../sentry.h"
#include "test.h"

typedef struct {
    size_t bytes, most_bytes; /* held now, and at most since alloc_forget_most */
    long blocks;              /* held now */
    long calls, failed;       /* allocations since alloc_fail, and those that failed */
} alloc_counts_t;

#ifndef SENTRY_IMPLEMENTATION
extern int alloc_unwatched;
alloc_counts_t alloc_now(void);
void alloc_forget_most(void);
long alloc_fail(long at, int for_good);
#else
static struct {
    test_mutex_t lock; /* guards all below */
    alloc_counts_t counts;
    long fail_at;      /* which call fails; 0: none */
    int for_good;      /* and all after it */
} alloc_state = { TEST_MUTEX_INIT, { 0, 0, 0, 0, 0 }, 0, 0 };

#ifdef TEST_SDK
extern int alloc_unwatched;
int alloc_unwatched; /* to be set while the SDK holds nothing */
#else
static int alloc_unwatched;
#endif

/* Counts a call that wants `size` bytes more for `blocks` more; 0 when it is to fail. */
static inline int alloc_take(size_t size, long blocks)
{
    alloc_counts_t *c = &alloc_state.counts;
    int fails;
    if (alloc_unwatched)
        return 1;
    test_lock(&alloc_state.lock);
    c->calls++;
    fails = alloc_state.fail_at > 0 && (c->calls == alloc_state.fail_at || (alloc_state.for_good && c->calls > alloc_state.fail_at));
    if (fails)
        c->failed++;
    else {
        c->blocks += blocks;
        c->bytes += size;
        if (c->bytes > c->most_bytes)
            c->most_bytes = c->bytes;
    }
    test_unlock(&alloc_state.lock);
    return !fails;
}

static inline void alloc_give(size_t size, long blocks)
{
    if (alloc_unwatched)
        return;
    test_lock(&alloc_state.lock);
    alloc_state.counts.blocks -= blocks;
    alloc_state.counts.bytes -= size;
    test_unlock(&alloc_state.lock);
}

/* The size stands in front of each block, in 16 bytes that keep the alignment. */
static inline size_t alloc_size(void *memory)
{
    size_t size;
    memcpy(&size, (char *)memory - 16, sizeof size);
    return size;
}

static void *alloc_malloc(size_t size)
{
    char *raw = alloc_take(size, 1) ? (char *)malloc(size + 16) : NULL;
    if (!raw)
        return NULL;
    memcpy(raw, &size, sizeof size);
    return raw + 16;
}

/* Always moves. */
static void *alloc_realloc(void *old, size_t size)
{
    size_t old_size = old ? alloc_size(old) : 0;
    void *memory = alloc_malloc(size);
    if (!memory || !old)
        return memory;
    memcpy(memory, old, old_size < size ? old_size : size);
    alloc_free(old);
    return memory;
}

static void alloc_free(void *memory)
{
    if (!memory)
        return;
    alloc_give(alloc_size(memory), 1);
    free((char *)memory - 16);
}

TEST_SEAM alloc_counts_t alloc_now(void)
{
    alloc_counts_t now;
    test_lock(&alloc_state.lock);
    now = alloc_state.counts;
    test_unlock(&alloc_state.lock);
    return now;
}

TEST_SEAM void alloc_forget_most(void)
{
    test_lock(&alloc_state.lock);
    alloc_state.counts.most_bytes = alloc_state.counts.bytes;
    test_unlock(&alloc_state.lock);
}

/* Counts from here; lets call number `at` fail, and `for_good` all after it. 0 and 0: memory is plenty. Returns how many
 * failed before. */
TEST_SEAM long alloc_fail(long at, int for_good)
{
    long failed;
    test_lock(&alloc_state.lock);
    failed = alloc_state.counts.failed;
    alloc_state.counts.calls = alloc_state.counts.failed = 0;
    alloc_state.fail_at = at;
    alloc_state.for_good = for_good;
    test_unlock(&alloc_state.lock);
    return failed;
}
#endif

#endif /* ALLOC_H_INCLUDED */
