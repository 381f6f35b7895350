/* fence.h: memory that ends where reading is not allowed, to find what reads one byte too far. Include after test.h. */
#ifndef FENCE_H
#define FENCE_H

#include <string.h>
#ifndef _WIN32
#include <sys/mman.h>
#endif

/* Of the memory before the fence. */
#define FENCE_SIZE 262144 /* a multiple of any page size */

typedef struct {
    char *end; /* the first byte that cannot be read */
} fence_t;

/* Whether there is a fence now; it stays until the process ends. */
static inline int fence_open(fence_t *fence)
{
#ifdef _WIN32
    void *memory = VirtualAlloc(NULL, 2 * FENCE_SIZE, MEM_RESERVE, PAGE_NOACCESS);
    if (memory) memory = VirtualAlloc(memory, FENCE_SIZE, MEM_COMMIT, PAGE_READWRITE);
#else
    void *memory = mmap(NULL, 2 * FENCE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory, FENCE_SIZE, PROT_READ | PROT_WRITE) != 0) memory = NULL;
#endif
    fence->end = memory ? (char *)memory + FENCE_SIZE : NULL;
    return memory != NULL;
}

/* Copies at most FENCE_SIZE bytes to the very end of the memory. */
static inline char *fence_put(const fence_t *fence, const char *bytes, size_t size)
{
    char *at = fence->end - size;
    if (size > 0) memcpy(at, bytes, size);
    return at;
}

#endif /* FENCE_H */
