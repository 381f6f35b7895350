/* Fuzzing the readers. The first byte selects: even JSON, odd an envelope; the rest is the text.
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -pthread -o fuzz_json fuzz_json.c && ./fuzz_json corpus
 *     cc -g -DFUZZ_STANDALONE -pthread -o fuzz_json fuzz_json.c && ./fuzz_json files, with no selecting byte: both are tried
 * What can be read must be written, and read back as the same. */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C"
#endif
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process in a way that every fuzzer counts. */
static void expect(int condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "fuzz_json: %s\n", what);
    abort();
}

/* A copy without a byte to spare, so that a sanitizer sees each step too far. */
static char *exact_copy(const uint8_t *data, size_t size)
{
    char *copy = (char *)malloc(size ? size : 1);
    expect(copy != NULL, "no memory");
    if (size) memcpy(copy, data, size);
    return copy;
}

static void use_value(sentry_value_t value)
{
    size_t size = 0;
    char *first = sentry_value_to_json(value), *second, *packed = sentry_value_to_msgpack(value, &size);
    sentry_value_t again = sentry_value_from_json(first);
    second = sentry_value_to_json(again);
    expect(first && second && packed && size > 0, "a value was not written");
    expect(strcmp(first, second) == 0, "a value changed on its way");
    sentry_value_freeze(value);
    sentry_value_decref(again);
    sentry_free(first);
    sentry_free(second);
    sentry_free(packed);
}

static void try_json(const uint8_t *data, size_t size)
{
    char *text = exact_copy(data, size);
    sentry_value_t value = sentry_value_from_json_n(text, size);
    if (!sentry_value_is_null(value)) use_value(value);
    sentry_value_decref(value);
    free(text);
}

static void use_envelope(const sentry_envelope_t *envelope)
{
    size_t i, size = 0, again_size = 0, count = sentry_envelope_get_item_count(envelope);
    char *first = sentry_envelope_serialize(envelope, &size), *second;
    sentry_envelope_t *again;
    expect(first != NULL, "an envelope was not written");
    again = sentry_envelope_deserialize(first, size);
    expect(again != NULL && sentry_envelope_get_item_count(again) == count, "an envelope was not read back");
    second = sentry_envelope_serialize(again, &again_size);
    expect(second && size == again_size && memcmp(first, second, size) == 0, "an envelope changed on its way");
    for (i = 0; i < count; i++) {
        const char *payload = sentry_envelope_get_item_payload(envelope, i, &size);
        const char *other = sentry_envelope_get_item_payload(again, i, &again_size);
        expect(payload && other && size == again_size && memcmp(payload, other, size) == 0, "a payload changed on its way");
    }
    (void)sentry_envelope_get_event(envelope);
    (void)sentry_envelope_get_transaction(envelope);
    sentry_envelope_free(again);
    sentry_free(first);
    sentry_free(second);
}

static void try_envelope(const uint8_t *data, size_t size)
{
    char *text = exact_copy(data, size);
    sentry_envelope_t *envelope = sentry_envelope_deserialize(text, size);
    if (envelope) use_envelope(envelope);
    sentry_envelope_free(envelope);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    if (data[0] & 1) try_envelope(data + 1, size - 1);
    else try_json(data + 1, size - 1);
    return 0;
}

#ifdef FUZZ_STANDALONE
int main(int argc, char **argv)
{
    static uint8_t data[1 << 20];
    int i;
    for (i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        size_t size;
        if (!file) {
            fprintf(stderr, "fuzz_json: cannot read %s\n", argv[i]);
            return 1;
        }
        size = fread(data, 1, sizeof data, file);
        fclose(file);
        LLVMFuzzerTestOneInput(data, size);
        try_json(data, size);
        try_envelope(data, size);
    }
    printf("%d files\n", argc - 1);
    return 0;
}
#endif
