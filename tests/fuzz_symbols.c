/* Fuzzing the readers of object files: symbols, sections, inflating, DWARF. No file may make them read beyond what it has, take more memory
 * than they are given, or hang.
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -pthread -o fuzz_symbols fuzz_symbols.c && ./fuzz_symbols corpus
 * Begin with small files of all kinds: shared libraries without the C library, of all machines that there is a compiler for, with debug
 * information of all versions. */
#define SENTRY_ASSERT(condition) ((condition) ? (void)0 : abort())
#define SENTRY_INSTRUMENT_FUNCTIONS
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LIMIT ((size_t)16 * 1024 * 1024)
#define PLACES 8

#ifdef __cplusplus
extern "C"
#endif
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    size_t images, files, functions, bytes;
} seen;

/* Reads each byte that it is given. */
static void see_text(const char *text) { seen.bytes += text ? strlen(text) : 0; }

static void see(const sentry__symbol_t *symbol, void *arg)
{
    if (arg != &seen || (!symbol->name && !symbol->file)) abort();
    see_text(symbol->name);
    see_text(symbol->file);
    if (symbol->name) seen.functions++;
    else seen.files++;
}

static void find(sentry__object_t *o, sentry__dwarf_t *d, uint64_t address, size_t max)
{
    sentry__dwarf_place_t places[PLACES];
    const char *name;
    uint64_t start;
    size_t n, i;
    n = sentry__dwarf_find(d, address, places, max);
    if (n > max) abort();
    for (i = 0; i < n; i++) {
        see_text(places[i].function);
        see_text(places[i].name);
        see_text(places[i].file);
        see_text(places[i].comp_dir);
    }
    if (!sentry__object_symbol(o, address, &name, &start)) {
        if (!name || start > address) abort();
        see_text(name);
    }
}

/* Asks for addresses that the file has, as far as it says so. */
static void find_all(sentry__object_t *o, sentry__arena_t *arena)
{
    sentry__dwarf_t d;
    uint32_t i;
    sentry__dwarf_open(&d, o, arena);
    find(o, &d, 0x1000, PLACES);
    for (i = 0; i < d.ranges.count && i < 4; i++) {
        sentry__unit_at_t range = ((const sentry__unit_at_t *)d.ranges.p)[i];
        find(o, &d, range.low, PLACES);
        find(o, &d, range.low + (range.high - range.low) / 2, 2);
    }
    for (i = 0; i < d.unit.functions.count && i < 8; i++) {
        sentry__function_at_t function = ((const sentry__function_at_t *)d.unit.functions.p)[i];
        find(o, &d, function.low + function.size / 2, PLACES);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    char path[64];
    unsigned char id[64];
    sentry__arena_t arena;
    sentry__symbols_t to;
    sentry__object_t o;
    if (fd < 0) fd = memfd_create("object", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    memset(&arena, 0, sizeof arena);
    arena.limit = LIMIT;
    to.see = see;
    to.arg = &seen;
    to.base = 0x1000;
    if (!sentry__object_open(&o, &arena, path)) {
        seen.bytes += sentry__object_print(&o, 0) & 1;
        if (sentry__object_build_id(&o, id) > sizeof id) abort();
        find_all(&o, &arena);
        sentry__object_functions(&o, &to);
        sentry__object_close(&o);
    }
    if (arena.taken > LIMIT) abort();
    sentry__arena_free(&arena);
    return 0;
}
