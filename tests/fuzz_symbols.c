/* Fuzzing the readers of tables of symbols, ELF and PE: no file may make them read beyond what it has, or hang.
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -pthread -o fuzz_symbols fuzz_symbols.c && ./fuzz_symbols corpus
 * Begin with small files of both kinds: shared libraries without the C library, of all machines that there is a compiler for. */
#define SENTRY_INSTRUMENT_FUNCTIONS
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C"
#endif
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    size_t images, files, functions, bytes;
} seen;

/* Reads each byte that it is given. */
static void see(const sentry__symbol_t *symbol, void *arg)
{
    if (arg != &seen || (!symbol->name && !symbol->file)) abort();
    seen.bytes += symbol->name ? strlen(symbol->name) : 0;
    seen.bytes += symbol->file ? strlen(symbol->file) : 0;
    if (symbol->name) seen.functions++;
    else seen.files++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sentry__symbols_t to;
    sentry__object_t o;
    char *bytes = (char *)malloc(size + 1); /* fmemopen takes no constant */
    FILE *file;
    if (!bytes || !size) {
        free(bytes);
        return 0;
    }
    memcpy(bytes, data, size);
    to.see = see;
    to.arg = &seen;
    to.base = 0x1000;
    file = fmemopen(bytes, size, "rb");
    sentry__object_open(&o, file);
    sentry__elf_file_print(&o);
    o.failed = 0;
    sentry__pe_file_print(&o);
    o.failed = 0;
    sentry__elf_symbols(&o, &to);
    o.failed = 0;
    sentry__pe_symbols(&o, &to);
    sentry__object_close(&o);
    free(bytes);
    return 0;
}
