/* Asks the reader of debug information, as addr2line is asked.
 *     find addresses FILE COUNT    prints so many addresses of its code, the same each time
 *     find places FILE             prints what the addresses in its input are of, as "addr2line -a -i -f" does
 *     find time FILE               prints what that takes */
#define SENTRY_API static /* so that only what is asked here is compiled */
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PLACES 64

static sentry__arena_t arena;
static sentry__object_t object;
static sentry__dwarf_t dwarf;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int print_addresses(uint64_t count)
{
    sentry__section_t text;
    uint64_t random = 1;
    if (sentry__object_section(&object, "text", &text)) return 1;
    while (count--) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        printf("0x%llx\n", (unsigned long long)(text.address + (random >> 20) % text.size));
    }
    return 0;
}

/* A function that only the table of symbols has goes by that, as in addr2line. */
static void print_places(uint64_t address)
{
    sentry__dwarf_place_t places[PLACES];
    const char *name;
    uint64_t start;
    size_t n, i;
    memset(places, 0, sizeof places);
    n = sentry__dwarf_find(&dwarf, address, places, PLACES);
    if (!n) n = 1;
    if (!places[n - 1].function && !sentry__object_symbol(&object, address, &name, &start)) places[n - 1].function = name;
    printf("0x%016llx\n", (unsigned long long)address);
    for (i = 0; i < n; i++) {
        sentry__dwarf_place_t *p = &places[i];
        int whole = !p->file || sentry__path_is_whole(p->file) || !p->comp_dir;
        printf("%s\n%s%s%s:%u\n", p->function ? p->function : "??", whole ? "" : p->comp_dir, whole ? "" : "/", p->file ? p->file : "??", p->line);
    }
}

static struct {
    double first_ms, unit_ms, same_ms;
    unsigned count, units;
} took;

static void time_places(uint64_t address, double opened_ms)
{
    sentry__dwarf_place_t places[PLACES];
    uint64_t unit = dwarf.unit.at;
    double from = now_ms(), ms;
    sentry__dwarf_find(&dwarf, address, places, PLACES);
    ms = now_ms() - from;
    if (!took.count++) {
        took.first_ms = ms + opened_ms;
    } else if (unit != dwarf.unit.at) {
        took.units++;
        took.unit_ms += ms;
    } else {
        took.same_ms += ms;
    }
}

int main(int argc, char **argv)
{
    char line[128];
    double from = now_ms();
    unsigned same;
    arena.limit = (size_t)256 * 1024 * 1024;
    if (argc < 3 || sentry__object_open(&object, &arena, argv[2])) {
        fprintf(stderr, "find: %s is no object file\n", argc > 2 ? argv[2] : "");
        return 1;
    }
    sentry__dwarf_open(&dwarf, &object, &arena);
    from = now_ms() - from;
    if (strcmp(argv[1], "addresses") == 0) return print_addresses(strtoul(argc > 3 ? argv[3] : "1000", NULL, 10));
    while (fgets(line, sizeof line, stdin)) {
        uint64_t address = strtoull(line, NULL, 16);
        if (strcmp(argv[1], "time") == 0) time_places(address, from);
        else print_places(address);
    }
    same = took.count - took.units - 1;
    if (took.count)
        printf("first %.2f ms, in another unit %.3f ms, in the same %.3f ms, memory %u KB\n", took.first_ms, took.unit_ms / (took.units ? took.units : 1),
            took.same_ms / (same ? same : 1), (unsigned)(arena.taken / 1024));
    sentry__object_close(&object);
    sentry__arena_free(&arena);
    return 0;
}
