/* Writes texts of all kinds into a folder, each as NAME and, when that pays, as NAME.gz by the SDK's writer.
 *     pack FOLDER      prints the names, and "plain" behind those that do not pay */
#define SENTRY_IMPLEMENTATION
#include "../../sentry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE 5000000
#define WINDOW 16384 /* of the writer; the format's is twice that */

static char text[LARGE];
static const char *folder;
static unsigned long long random_state = 88172645463325252ULL;

static unsigned random_below(unsigned limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state >> 11) % limit;
}

/* -- files -- */

static void put_file(const char *name, const char *end, const char *bytes, size_t size)
{
    char path[1000];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
    file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        fprintf(stderr, "pack: cannot write %s\n", path);
        exit(1);
    }
}

/* The writer's answer must be true: 0 when it saves more than an eighth. */
static void pack(const char *name, size_t size)
{
    char *exact = (char *)malloc(size ? size : 1); /* so that a sanitizer sees each step too far */
    sentry__buf_t out;
    int plain;
    if (!exact) exit(1);
    memcpy(exact, text, size);
    sentry__buf_init(&out, NULL, 0);
    plain = sentry__gzip(&out, exact, size);
    if (out.failed || (!plain && out.len >= size - size / 8)) {
        fprintf(stderr, "pack: %s: the answer is %d, the size %lu\n", name, plain, (unsigned long)out.len);
        exit(1);
    }
    put_file(name, "", text, size);
    if (!plain) put_file(name, ".gz", out.data, out.len);
    printf("%s%s\n", name, plain ? " plain" : "");
    sentry__buf_free(&out);
    free(exact);
}

static void pack_numbered(const char *kind, size_t number, size_t size)
{
    char name[100];
    snprintf(name, sizeof name, "%s-%lu", kind, (unsigned long)number);
    pack(name, size);
}

/* -- texts -- */

static void fill(size_t from, size_t to, unsigned kinds)
{
    for (; from < to; from++) text[from] = (char)(unsigned char)random_below(kinds);
}

static size_t fill_json(size_t size)
{
    static const char *const words[] = { "loaded", "level", "failed", "cache", "retry", "frame", "texture", "network" };
    size_t used = 0;
    while (size - used > 300)
        used += (size_t)snprintf(text + used, size - used, "{\"timestamp\":\"2026-01-02T03:04:%02u.%06uZ\",\"type\":\"http\",\"message\":"
            "\"%s %s %s\",\"data\":{\"url\":\"https://example.com/items/%u?token=%08x\",\"status_code\":%u,\"ms\":%u.%u}},",
            random_below(60), random_below(1000000), words[random_below(8)], words[random_below(8)], words[random_below(8)],
            random_below(100000), random_below(0xffffffffu), random_below(9) ? 200 : 404, random_below(500), random_below(1000));
    return used;
}

static void small(void)
{
    size_t size;
    for (size = 0; size <= 300; size++) {
        memset(text, 'a', size);
        pack_numbered("same", size, size);
        fill(0, size, 3);
        pack_numbered("three", size, size);
        fill(0, size, 256);
        pack_numbered("random", size, size);
    }
}

/* All 256 bytes, and 300 of them again as far behind as the window reaches, less, more. */
static void windows(void)
{
    static const size_t edges[] = { 1, 2, 3, 4, 5, 24, 8192, WINDOW, WINDOW + 257, 24577, 2 * WINDOW, 2 * WINDOW + 258, 65536, 131072 };
    size_t i, distance;
    for (i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        for (distance = edges[i] < 3 ? 1 : edges[i] - 2; distance <= edges[i] + 2; distance++) {
            size_t k;
            fill(0, distance, 4);
            fill(0, distance < 300 ? distance : 300, 256);
            for (k = distance; k < distance + 300; k++) text[k] = text[k - distance];
            pack_numbered("distance", distance, distance + 300);
        }
    }
}

static void lengths(void)
{
    size_t length, used;
    for (length = 250; length <= 270; length++) {
        fill(0, 8000, 16);
        for (used = 8000; used < 16000; used += length) {
            memcpy(text + used, text + used - 8000 + random_below(500), length);
            text[used + length - 1] = (char)200;
        }
        pack_numbered("length", length, used);
    }
    for (length = 1, used = 0; length < 600; length++) {
        memset(text + used, (int)(length & 127), length);
        used += length;
    }
    pack("lengths", used);
}

/* Literals alone, and as many as the writer puts in a block. */
static void blocks(void)
{
    size_t size;
    for (size = 4093; size <= 4099; size++) {
        fill(0, 4 * size, 32);
        pack_numbered("block", size, size);
        pack_numbered("blocks", 4 * size, 4 * size);
    }
}

/* Some symbols are much rarer than others. */
static void uneven(void)
{
    size_t i;
    unsigned kind;
    for (kind = 2; kind < 40; kind++) {
        for (i = 0; i < 20000; i++) {
            unsigned c = 0;
            while (c < 255 && random_below(kind) == 0) c++;
            text[i] = (char)(unsigned char)(c * 3 + (c > 3 ? random_below(20) : 0));
        }
        pack_numbered("uneven", kind, 20000);
    }
}

/* Copies from anywhere before, among literals. */
static void mixed(void)
{
    unsigned round, kinds, length;
    size_t size, used, distance;
    for (round = 0; round < 200; round++) {
        size = random_below(100000);
        kinds = 1 + random_below(256);
        for (used = 0; used < size;) {
            if (used == 0 || random_below(5) == 0) {
                text[used++] = (char)(unsigned char)random_below(kinds);
                continue;
            }
            distance = 1 + random_below((unsigned)(used < 70000 ? used : 70000));
            for (length = 1 + random_below(random_below(8) ? 12 : 400); length > 0 && used < size; length--, used++)
                text[used] = text[used - distance];
        }
        pack_numbered("mixed", round, size);
    }
}

static void large(void)
{
    size_t i, size;
    pack("json-1000", fill_json(1300));
    pack("json-4000", fill_json(4300));
    pack("json-28000", fill_json(28300));
    pack("json-200000", fill_json(200300));
    pack("json-5000000", fill_json(LARGE));
    fill(0, LARGE / 3, 256); /* which pays only thanks to what follows */
    pack("half", LARGE);
    for (i = 0; i < LARGE; i++) text[i] = "the same again and again, "[i % 26];
    pack("again", LARGE);
    memset(text, 0, LARGE);
    pack("zeros", LARGE);
    fill(0, LARGE, 64);
    pack("sixtyfour", LARGE);
    fill(0, LARGE, 256);
    pack("noise", LARGE);
    for (size = 0; size < 40000; size++) text[size] = (char)(unsigned char)(size >> 4 ^ size);
    pack("pattern", size);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 1;
    folder = argv[1];
    small();
    windows();
    lengths();
    blocks();
    uneven();
    mixed();
    large();
    return 0;
}
