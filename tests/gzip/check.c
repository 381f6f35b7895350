/* Reads what pack wrote with libz, byte for byte, and compares sizes with what libz makes of the same.
 *     check FOLDER <names      prints what is wrong; the closing line is "N passed, N failed, N skipped"
 * A text that did not pay for the SDK does not do so by much for libz either, and JSON gets about as small as at libz's level 6. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SMALL 300

static unsigned char text[6000000], packed[6000000], back[6000001];
static int passed, failed;

static size_t get_file(const char *folder, const char *name, const char *end, unsigned char *to, size_t room)
{
    char path[1000];
    FILE *file;
    size_t size;
    snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
    file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "check: cannot read %s\n", path);
        exit(1);
    }
    size = fread(to, 1, room, file);
    fclose(file);
    return size;
}

static void expect(int good, const char *name, const char *what)
{
    if (good) {
        passed++;
        return;
    }
    failed++;
    printf("FAIL %s: %s\n", name, what);
}

/* What libz makes of it at its level 6. */
static size_t libz_size(size_t size)
{
    z_stream z;
    size_t result;
    memset(&z, 0, sizeof z);
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) exit(1);
    z.next_in = text;
    z.avail_in = (unsigned)size;
    z.next_out = back;
    z.avail_out = sizeof back;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) exit(1);
    result = z.total_out;
    deflateEnd(&z);
    return result;
}

/* One whole gzip file and nothing behind it. */
static int reads(size_t size, size_t packed_size)
{
    z_stream z;
    int code, good;
    memset(&z, 0, sizeof z);
    if (inflateInit2(&z, 15 + 16) != Z_OK) exit(1);
    z.next_in = packed;
    z.avail_in = (unsigned)packed_size;
    z.next_out = back;
    z.avail_out = sizeof back;
    code = inflate(&z, Z_FINISH);
    good = code == Z_STREAM_END && z.avail_in == 0 && z.total_out == size && memcmp(back, text, size) == 0;
    inflateEnd(&z);
    return good;
}

int main(int argc, char **argv)
{
    char line[200];
    if (argc != 2) return 1;
    while (fgets(line, sizeof line, stdin)) {
        const char *name = strtok(line, " \n"), *plain = strtok(NULL, " \n");
        size_t size = get_file(argv[1], name, "", text, sizeof text), packed_size;
        if (plain) {
            expect(size < SMALL || libz_size(size) > size * 4 / 5, name, "libz saves much");
            continue;
        }
        packed_size = get_file(argv[1], name, ".gz", packed, sizeof packed);
        expect(reads(size, packed_size), name, "libz does not read the same");
        if (strncmp(name, "json-", 5) != 0) continue;
        printf("%s: %lu bytes, libz's level 6 %lu\n", name, (unsigned long)packed_size, (unsigned long)libz_size(size));
        expect(packed_size <= libz_size(size) * 21 / 20, name, "it is larger than libz's by more than a twentieth");
    }
    printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed > 0;
}
