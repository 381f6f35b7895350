/* Fuzzing the writer of gzip: libz reads back what it writes. Needs zlib.h and libz.
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -pthread -o fuzz_gzip fuzz_gzip.c -lz && ./fuzz_gzip -max_len=100000 corpus
 * The first two bytes are how often the rest is repeated, at most some 200,000 bytes, so that short inputs too come to several
 * blocks, and behind the window. */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LIMIT 200000

#ifdef __cplusplus
extern "C"
#endif
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process in a way that every fuzzer counts. */
static void expect(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz_gzip: %s\n", what);
    abort();
}

/* One whole gzip file of `text`, and nothing behind it. */
static void read_back(const sentry__buf_t *out, const char *text, size_t size)
{
    static unsigned char back[LIMIT + 100000];
    z_stream z;
    memset(&z, 0, sizeof z);
    expect(inflateInit2(&z, 15 + 16) == Z_OK, "no memory");
    z.next_in = (unsigned char *)out->data;
    z.avail_in = (unsigned)out->len;
    z.next_out = back;
    z.avail_out = sizeof back;
    expect(inflate(&z, Z_FINISH) == Z_STREAM_END, "libz does not read it");
    expect(z.avail_in == 0 && z.total_out == size && memcmp(back, text, size) == 0, "it changed on its way");
    inflateEnd(&z);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t times, part, i;
    sentry__buf_t out;
    char *text;
    if (size < 3) return 0;
    part = size - 2;
    times = 1 + (data[0] | (size_t)data[1] << 8) % (LIMIT / part + 1);
    text = (char *)malloc(times * part); /* without a byte to spare */
    expect(text != NULL, "no memory");
    for (i = 0; i < times; i++) memcpy(text + i * part, data + 2, part);
    sentry__buf_init(&out, NULL, 0);
    if (sentry__gzip(&out, text, times * part) == 0) {
        expect(out.len < times * part - times * part / 8, "it does not pay");
        read_back(&out, text, times * part);
    }
    sentry__buf_free(&out);
    free(text);
    return 0;
}
