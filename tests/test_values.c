/* Values, ids, and the shapes of events: what the containers promise, JSON and msgpack in both directions. */
#include "../sentry.h"
#include "test.h"
#include "files.h"
#include "comma.h"
#include "fence.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- helpers ------------------------------------------------------------------------ */

#define FFFD "\xEF\xBF\xBD"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Compares a value's JSON. */
#define CHECK_JSON(value, expected) \
    do { \
        char *json_text = sentry_value_to_json(value); \
        CHECK_STR(json_text, expected); \
        sentry_free(json_text); \
    } while (0)

static uint64_t random_state = UINT64_C(88172645463325252);

/* The same numbers in every run. */
static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static size_t random_below(size_t limit)
{
    return (size_t)(next_random() % (uint64_t)limit);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int is_nan(double value)
{
    return (bits_of(value) & UINT64_C(0x7fffffffffffffff)) > UINT64_C(0x7ff0000000000000);
}

static sentry_value_t null_value(void)
{
    return sentry_value_new_null();
}

static sentry_value_t text_value(const char *text)
{
    return sentry_value_new_string(text);
}

/* A value that is counted: 1 more reference than its one owner, so that what a setter drops can be seen. */
static sentry_value_t watched(void)
{
    return sentry_value_incref(sentry_value_new_string("watched"));
}

/* Bytes of the well-formed UTF-8 sequence at p, 0 when there is none (RFC 3629). */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    unsigned low = 0x80, high = 0xBF;
    size_t need, i;
    if (left == 0) return 0;
    if (p[0] < 0x80) return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) need = 2;
    else if (p[0] >= 0xE0 && p[0] <= 0xEF) need = 3;
    else if (p[0] >= 0xF0 && p[0] <= 0xF4) need = 4;
    else return 0;
    if (p[0] == 0xE0) low = 0xA0;
    if (p[0] == 0xED) high = 0x9F;
    if (p[0] == 0xF0) low = 0x90;
    if (p[0] == 0xF4) high = 0x8F;
    if (need > left || p[1] < low || p[1] > high) return 0;
    for (i = 2; i < need; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF) return 0;
    }
    return need;
}

static int utf8_valid(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t at = 0;
    while (at < size) {
        size_t step = utf8_sequence(p + at, size - at);
        if (step == 0) return 0;
        at += step;
    }
    return 1;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Four hex digits at p, or -1. */
static int hex4(const char *p)
{
    int i, result = 0;
    for (i = 0; i < 4; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0) return -1;
        result = result * 16 + digit;
    }
    return result;
}

/* One escape after its backslash, at most U+007F as the writer needs no other: the byte, or -1. */
static int unescape(const char **p)
{
    static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    const char *found;
    int code;
    if (**p == 'u') {
        code = hex4(*p + 1);
        *p += 5;
        return code >= 0 && code < 128 ? code : -1;
    }
    found = **p ? strchr(names, **p) : NULL;
    if (!found) return -1;
    (*p)++;
    return (unsigned char)bytes[found - names];
}

/* Decodes a JSON string with its quotes into `out`; the length, or -1 for anything that RFC 8259 forbids. */
static long decode_json_string(const char *json, char *out, size_t cap)
{
    const char *p = json;
    size_t used = 0;
    if (*p++ != '"') return -1;
    while (*p != '"') {
        int byte = (unsigned char)*p;
        if (byte < 0x20 || used + 1 >= cap) return -1;
        p++;
        if (byte == '\\') byte = unescape(&p);
        if (byte < 0) return -1;
        out[used++] = (char)byte;
    }
    out[used] = 0;
    return p[1] == 0 ? (long)used : -1;
}

/* Nesting of a JSON text, strings skipped. */
static size_t json_depth(const char *json)
{
    size_t depth = 0, deepest = 0;
    int quoted = 0;
    for (; *json; json++) {
        if (quoted) {
            if (*json == '\\') json++;
            else if (*json == '"') quoted = 0;
        } else if (*json == '"') {
            quoted = 1;
        } else if (*json == '[' || *json == '{') {
            if (++depth > deepest) deepest = depth;
        } else if (*json == ']' || *json == '}') {
            depth--;
        }
    }
    return deepest;
}

/* The number that a value holds, whatever its type. */
static double number_of(sentry_value_t value)
{
    switch (sentry_value_get_type(value)) {
    case SENTRY_VALUE_TYPE_INT32:
        return (double)sentry_value_as_int32(value);
    case SENTRY_VALUE_TYPE_INT64:
        return (double)sentry_value_as_int64(value);
    case SENTRY_VALUE_TYPE_UINT64:
        return (double)sentry_value_as_uint64(value);
    default:
        return sentry_value_as_double(value);
    }
}

#define SMALL_STACK (256 * 1024)

/* Runs a function on a thread with a small stack and waits for it; 0 when there is no such thread. */
#ifdef _WIN32
typedef struct {
    void *(*function)(void *);
    void *argument;
} small_stack_t;

static unsigned __stdcall small_stack_main(void *start)
{
    const small_stack_t *what = (const small_stack_t *)start;
    what->function(what->argument);
    return 0;
}

static int run_on_small_stack(void *(*function)(void *), void *argument)
{
    small_stack_t what;
    HANDLE thread;
    what.function = function;
    what.argument = argument;
    thread = (HANDLE)_beginthreadex(NULL, SMALL_STACK, small_stack_main, &what, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (!thread) return 0;
    test_thread_join(thread);
    return 1;
}
#else
static int run_on_small_stack(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    pthread_attr_t attr;
    int failed;
    if (pthread_attr_init(&attr) != 0 || pthread_attr_setstacksize(&attr, SMALL_STACK) != 0) return 0;
    failed = pthread_create(&thread, &attr, function, argument);
    pthread_attr_destroy(&attr);
    return !failed && pthread_join(thread, NULL) == 0;
}
#endif

/* -- types and getters -------------------------------------------------------------- */

/* What every getter says about one value. */
static void check_getters(sentry_value_t value, sentry_value_type_t type, int32_t i32, int64_t i64, uint64_t u64, const char *text,
    int truth)
{
    CHECK_INT(sentry_value_get_type(value), type);
    CHECK_INT(sentry_value_as_int32(value), i32);
    CHECK(sentry_value_as_int64(value) == i64);
    CHECK(sentry_value_as_uint64(value) == u64);
    CHECK_STR(sentry_value_as_string(value), text);
    CHECK_INT(sentry_value_is_true(value) != 0, truth);
    CHECK_INT(sentry_value_is_null(value) != 0, type == SENTRY_VALUE_TYPE_NULL);
    CHECK_INT(sentry_value_refcount(value), 1);
    sentry_value_decref(value);
}

static void getters_do_not_coerce(void)
{
    check_getters(sentry_value_new_null(), SENTRY_VALUE_TYPE_NULL, 0, 0, 0, "", 0);
    check_getters(sentry_value_new_bool(1), SENTRY_VALUE_TYPE_BOOL, 0, 0, 0, "", 1);
    check_getters(sentry_value_new_bool(0), SENTRY_VALUE_TYPE_BOOL, 0, 0, 0, "", 0);
    check_getters(sentry_value_new_int32(5), SENTRY_VALUE_TYPE_INT32, 5, 5, 0, "", 1);
    check_getters(sentry_value_new_int32(-7), SENTRY_VALUE_TYPE_INT32, -7, -7, 0, "", 1);
    check_getters(sentry_value_new_int64(5), SENTRY_VALUE_TYPE_INT64, 0, 5, 0, "", 1);
    check_getters(sentry_value_new_uint64(5), SENTRY_VALUE_TYPE_UINT64, 0, 0, 5, "", 1);
    check_getters(sentry_value_new_double(5.0), SENTRY_VALUE_TYPE_DOUBLE, 0, 0, 0, "", 1);
    check_getters(sentry_value_new_string("5"), SENTRY_VALUE_TYPE_STRING, 0, 0, 0, "5", 1);
    check_getters(sentry_value_new_list(), SENTRY_VALUE_TYPE_LIST, 0, 0, 0, "", 0);
    check_getters(sentry_value_new_object(), SENTRY_VALUE_TYPE_OBJECT, 0, 0, 0, "", 0);
}

static int double_is_nan(sentry_value_t value)
{
    int result = is_nan(sentry_value_as_double(value));
    sentry_value_decref(value);
    return result;
}

static void as_double_takes_doubles_and_int32(void)
{
    sentry_value_t value = sentry_value_new_double(-2.5);
    CHECK(sentry_value_as_double(value) == -2.5);
    sentry_value_decref(value);
    CHECK(sentry_value_as_double(sentry_value_new_int32(-3)) == -3.0);
    CHECK(double_is_nan(null_value()));
    CHECK(double_is_nan(sentry_value_new_bool(1)));
    CHECK(double_is_nan(sentry_value_new_int64(1)));
    CHECK(double_is_nan(sentry_value_new_uint64(1)));
    CHECK(double_is_nan(text_value("1")));
    CHECK(double_is_nan(sentry_value_new_list()));
    CHECK(double_is_nan(sentry_value_new_object()));
}

static int truth_of(sentry_value_t value)
{
    int result = sentry_value_is_true(value);
    sentry_value_decref(value);
    return result != 0;
}

static void truth(void)
{
    CHECK_INT(truth_of(sentry_value_new_bool(42)), 1);
    CHECK_INT(truth_of(sentry_value_new_int32(0)), 0);
    CHECK_INT(truth_of(sentry_value_new_int64(0)), 0);
    CHECK_INT(truth_of(sentry_value_new_int64(INT64_C(1) << 40)), 1);
    CHECK_INT(truth_of(sentry_value_new_uint64(0)), 0);
    CHECK_INT(truth_of(sentry_value_new_uint64(UINT64_MAX)), 1);
    CHECK_INT(truth_of(sentry_value_new_double(0.0)), 0);
    CHECK_INT(truth_of(sentry_value_new_double(-0.0)), 0);
    CHECK_INT(truth_of(sentry_value_new_double(0.25)), 1);
    CHECK_INT(truth_of(text_value("")), 0);
    CHECK_INT(truth_of(text_value("0")), 1);
    CHECK_INT(truth_of(sentry_value_from_json("[0]")), 1);
    CHECK_INT(truth_of(sentry_value_from_json("{\"a\":0}")), 1);
}

static void extreme_integers(void)
{
    static const struct {
        int64_t number;
        const char *text;
    } signed_numbers[] = {
        { 0, "0" }, { INT32_MAX, "2147483647" }, { INT32_MIN, "-2147483648" },
        { INT64_C(2147483648), "2147483648" }, { -INT64_C(2147483649), "-2147483649" },
        { INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" }
    };
    size_t i;
    sentry_value_t value;
    for (i = 0; i < COUNT(signed_numbers); i++) {
        value = sentry_value_new_int64(signed_numbers[i].number);
        CHECK(sentry_value_as_int64(value) == signed_numbers[i].number);
        CHECK_INT(sentry_value_get_type(value), SENTRY_VALUE_TYPE_INT64);
        CHECK_JSON(value, signed_numbers[i].text);
        sentry_value_decref(value);
    }
    CHECK_JSON(sentry_value_new_int32(INT32_MIN), "-2147483648");
    CHECK_JSON(sentry_value_new_int32(INT32_MAX), "2147483647");
    CHECK_INT(sentry_value_as_int32(sentry_value_new_int32(INT32_MIN)), INT32_MIN);
    CHECK_INT(sentry_value_as_int32(sentry_value_new_int32(-1)), -1);
    value = sentry_value_new_uint64(UINT64_MAX);
    CHECK(sentry_value_as_uint64(value) == UINT64_MAX);
    CHECK_JSON(value, "18446744073709551615");
    sentry_value_decref(value);
}

static void null_arguments(void)
{
    sentry_value_t object = sentry_value_new_object(), item = watched();
    size_t size = 77;
    char *bytes;
    CHECK(sentry_value_is_null(sentry_value_new_string(NULL)));
    CHECK(sentry_value_is_null(sentry_value_new_string_n(NULL, 5)));
    CHECK(sentry_value_is_null(sentry_value_from_json(NULL)));
    CHECK(sentry_value_is_null(sentry_value_from_json_n(NULL, 5)));
    CHECK(sentry_value_is_null(sentry_value_from_json_n("", 0)));
    CHECK_INT(sentry_value_set_by_key(object, NULL, item), 1);
    CHECK_INT(sentry_value_refcount(item), 1);
    CHECK_INT(sentry_value_set_by_key_n(object, NULL, 3, sentry_value_incref(item)), 1);
    CHECK_INT(sentry_value_refcount(item), 1);
    CHECK_INT(sentry_value_remove_by_key(object, NULL), 1);
    CHECK_INT(sentry_value_remove_by_key_n(object, NULL, 3), 1);
    CHECK(sentry_value_is_null(sentry_value_get_by_key(object, NULL)));
    CHECK(sentry_value_is_null(sentry_value_get_by_key_n(object, NULL, 3)));
    CHECK(sentry_value_is_null(sentry_value_get_by_key_owned(object, NULL)));
    CHECK(sentry_value_is_null(sentry_value_get_by_key_owned_n(object, NULL, 3)));
    CHECK_INT(sentry_value_get_length(object), 0);
    bytes = sentry_value_to_msgpack(null_value(), &size);
    CHECK(bytes != NULL && size == 1);
    sentry_free(bytes);
    sentry_free(sentry_value_to_msgpack(object, NULL));
    sentry_free(NULL);
    sentry_string_free(NULL);
    sentry_value_decref(item);
    sentry_value_decref(object);
}

static void zeroed_value_is_null(void)
{
    sentry_value_t value;
    memset(&value, 0, sizeof value);
    CHECK(sentry_value_is_null(value));
    CHECK_INT(sizeof value, 8);
    CHECK_JSON(value, "null");
    CHECK_INT(sentry_value_decref(sentry_value_incref(value)), 0);
}

/* -- references --------------------------------------------------------------------- */

static void reference_counts(void)
{
    sentry_value_t made[6];
    size_t i;
    made[0] = sentry_value_new_int64(1);
    made[1] = sentry_value_new_uint64(1);
    made[2] = sentry_value_new_double(0.1);
    made[3] = text_value("text");
    made[4] = sentry_value_new_list();
    made[5] = sentry_value_new_object();
    for (i = 0; i < COUNT(made); i++) {
        sentry_value_t same = sentry_value_incref(made[i]);
        CHECK(same._bits == made[i]._bits);
        CHECK_INT(sentry_value_refcount(made[i]), 2);
        CHECK_INT(sentry_value_decref(same), 1);
        CHECK_INT(sentry_value_refcount(made[i]), 1);
        CHECK_INT(sentry_value_decref(made[i]), 0);
    }
    CHECK_INT(sentry_value_decref(null_value()), 0);
    CHECK_INT(sentry_value_decref(sentry_value_incref(sentry_value_new_int32(1))), 0);
    CHECK_INT(sentry_value_decref(sentry_value_new_bool(1)), 0);
    CHECK_INT(sentry_value_refcount(sentry_value_incref(sentry_value_new_int32(1))), 1);
    CHECK_INT(sentry_value_refcount(sentry_value_new_bool(1)), 1);
    CHECK_INT(sentry_value_refcount(null_value()), 1);
}

/* `v` must lose the reference that the setter got, whatever the setter said. */
#define CHECK_REFUSED(call, v) \
    do { \
        sentry_value_incref(v); \
        CHECK_INT(call, 1); \
        CHECK_INT(sentry_value_refcount(v), 1); \
    } while (0)

static void setters_consume_when_they_fail(void)
{
    sentry_value_t item = text_value("item"), list = sentry_value_new_list(), object = sentry_value_new_object();
    sentry_value_t text = text_value("not a container"), number = sentry_value_new_int32(3);
    CHECK_REFUSED(sentry_value_set_by_key(list, "k", item), item);
    CHECK_REFUSED(sentry_value_set_by_key(text, "k", item), item);
    CHECK_REFUSED(sentry_value_set_by_key(number, "k", item), item);
    CHECK_REFUSED(sentry_value_set_by_key(null_value(), "k", item), item);
    CHECK_REFUSED(sentry_value_set_by_key_n(list, "k", 1, item), item);
    CHECK_REFUSED(sentry_value_append(object, item), item);
    CHECK_REFUSED(sentry_value_append(text, item), item);
    CHECK_REFUSED(sentry_value_append(number, item), item);
    CHECK_REFUSED(sentry_value_append(null_value(), item), item);
    CHECK_REFUSED(sentry_value_set_by_index(object, 0, item), item);
    CHECK_REFUSED(sentry_value_set_by_index(null_value(), 0, item), item);
    CHECK_REFUSED(sentry_value_set_by_index(list, (size_t)-1, item), item);
    sentry_value_freeze(list);
    sentry_value_freeze(object);
    CHECK_REFUSED(sentry_value_append(list, item), item);
    CHECK_REFUSED(sentry_value_set_by_index(list, 0, item), item);
    CHECK_REFUSED(sentry_value_set_by_key(object, "k", item), item);
    sentry_value_decref(item);
    sentry_value_decref(list);
    sentry_value_decref(object);
    sentry_value_decref(text);
}

static void containers_hold_and_release(void)
{
    sentry_value_t item = watched(), list = sentry_value_new_list(), object = sentry_value_new_object();
    CHECK_INT(sentry_value_append(list, item), 0);
    CHECK_INT(sentry_value_refcount(item), 2);
    CHECK_INT(sentry_value_append(list, sentry_value_incref(item)), 0);
    CHECK_INT(sentry_value_set_by_key(object, "a", sentry_value_incref(item)), 0);
    CHECK_INT(sentry_value_refcount(item), 4);
    CHECK_INT(sentry_value_set_by_key(object, "a", sentry_value_incref(item)), 0);
    CHECK_INT(sentry_value_refcount(item), 4);
    CHECK_INT(sentry_value_set_by_index(list, 1, sentry_value_new_int32(1)), 0);
    CHECK_INT(sentry_value_refcount(item), 3);
    CHECK_INT(sentry_value_remove_by_index(list, 0), 0);
    CHECK_INT(sentry_value_refcount(item), 2);
    CHECK_INT(sentry_value_remove_by_key(object, "a"), 0);
    CHECK_INT(sentry_value_refcount(item), 1);
    CHECK_INT(sentry_value_append(list, sentry_value_incref(item)), 0);
    CHECK_INT(sentry_value_set_by_key(object, "list", list), 0);
    CHECK_INT(sentry_value_refcount(item), 2);
    CHECK_INT(sentry_value_decref(object), 0);
    CHECK_INT(sentry_value_refcount(item), 1);
    sentry_value_decref(item);
}

static void lent_and_owned(void)
{
    sentry_value_t object = sentry_value_new_object(), list = sentry_value_new_list(), got;
    sentry_value_set_by_key(object, "k", text_value("v"));
    sentry_value_append(list, text_value("v"));
    got = sentry_value_get_by_key(object, "k");
    CHECK_INT(sentry_value_refcount(got), 1);
    got = sentry_value_get_by_key_owned(object, "k");
    CHECK_INT(sentry_value_refcount(got), 2);
    sentry_value_decref(got);
    got = sentry_value_get_by_key_owned_n(object, "kk", 1);
    CHECK_INT(sentry_value_refcount(got), 2);
    sentry_value_decref(object);
    CHECK_INT(sentry_value_refcount(got), 1);
    CHECK_STR(sentry_value_as_string(got), "v");
    sentry_value_decref(got);
    got = sentry_value_get_by_index(list, 0);
    CHECK_INT(sentry_value_refcount(got), 1);
    got = sentry_value_get_by_index_owned(list, 0);
    CHECK_INT(sentry_value_refcount(got), 2);
    sentry_value_decref(got);
    CHECK(sentry_value_is_null(sentry_value_get_by_index_owned(list, 1)));
    sentry_value_decref(list);
}

#ifndef SENTRY_NO_THREADS
#define COUNTING_THREADS 4
#define COUNTING_ROUNDS 50000

static void *count_up_and_down(void *argument)
{
    sentry_value_t *shared = (sentry_value_t *)argument;
    int i;
    for (i = 0; i < COUNTING_ROUNDS; i++) {
        sentry_value_t inner = sentry_value_get_by_key_owned(sentry_value_incref(*shared), "k");
        sentry_value_decref(inner);
        sentry_value_decref(*shared);
    }
    return NULL;
}

static void counting_is_atomic(void)
{
    sentry_thread_t threads[COUNTING_THREADS];
    sentry_value_t shared = sentry_value_from_json("{\"k\":[1,2,3]}");
    int i, started = 0;
    sentry_value_freeze(shared);
    for (i = 0; i < COUNTING_THREADS; i++) {
        if (sentry_thread_create(&threads[started], NULL, count_up_and_down, &shared) == 0) started++;
    }
    CHECK_INT(started, COUNTING_THREADS);
    for (i = 0; i < started; i++) CHECK_INT(sentry_thread_join(threads[i], NULL), 0);
    CHECK_INT(sentry_value_refcount(shared), 1);
    CHECK_INT(sentry_value_refcount(sentry_value_get_by_key(shared, "k")), 1);
    CHECK_INT(sentry_value_decref(shared), 0);
}
#endif

/* -- freezing ----------------------------------------------------------------------- */

static void scalars_are_born_frozen(void)
{
    sentry_value_t text = text_value("x"), list = sentry_value_new_list(), object = sentry_value_new_object();
    sentry_value_t number = sentry_value_new_double(1.5);
    CHECK(sentry_value_is_frozen(null_value()));
    CHECK(sentry_value_is_frozen(sentry_value_new_bool(1)));
    CHECK(sentry_value_is_frozen(sentry_value_new_int32(1)));
    CHECK(sentry_value_is_frozen(number));
    CHECK(sentry_value_is_frozen(text));
    CHECK(!sentry_value_is_frozen(list));
    CHECK(!sentry_value_is_frozen(object));
    sentry_value_freeze(null_value());
    sentry_value_freeze(text);
    sentry_value_decref(text);
    sentry_value_decref(list);
    sentry_value_decref(object);
    sentry_value_decref(number);
}

static void freezing_goes_all_the_way_down(void)
{
    sentry_value_t root = sentry_value_from_json("{\"a\":[{\"b\":[1,{\"c\":2}]}],\"d\":{}}"), inner;
    inner = sentry_value_get_by_index(sentry_value_get_by_key(root, "a"), 0);
    CHECK(!sentry_value_is_frozen(inner));
    sentry_value_freeze(root);
    sentry_value_freeze(root);
    CHECK(sentry_value_is_frozen(root));
    CHECK(sentry_value_is_frozen(inner));
    CHECK(sentry_value_is_frozen(sentry_value_get_by_key(root, "d")));
    CHECK_INT(sentry_value_set_by_key(inner, "x", null_value()), 1);
    inner = sentry_value_get_by_key(inner, "b");
    CHECK_INT(sentry_value_append(inner, null_value()), 1);
    CHECK_INT(sentry_value_remove_by_index(inner, 0), 1);
    CHECK_INT(sentry_value_remove_by_index(inner, 99), 1);
    CHECK_INT(sentry_value_set_by_index(inner, 0, null_value()), 1);
    CHECK_INT(sentry_value_remove_by_key(sentry_value_get_by_index(inner, 1), "c"), 1);
    CHECK_INT(sentry_value_remove_by_key(root, "a"), 1);
    CHECK_JSON(root, "{\"a\":[{\"b\":[1,{\"c\":2}]}],\"d\":{}}");
    sentry_value_decref(root);
}

static void frozen_values_can_be_put_elsewhere(void)
{
    sentry_value_t part = sentry_value_from_json("[1]"), list = sentry_value_new_list();
    sentry_value_freeze(part);
    CHECK_INT(sentry_value_append(list, sentry_value_incref(part)), 0);
    CHECK_INT(sentry_value_append(list, part), 0);
    CHECK_INT(sentry_value_append(list, sentry_value_new_int32(2)), 0);
    CHECK_JSON(list, "[[1],[1],2]");
    sentry_value_decref(list);
}

/* -- objects and lists -------------------------------------------------------------- */

static void objects_keep_their_order(void)
{
    sentry_value_t object = sentry_value_new_object();
    CHECK_INT(sentry_value_set_by_key(object, "z", sentry_value_new_int32(1)), 0);
    CHECK_INT(sentry_value_set_by_key(object, "a", sentry_value_new_int32(2)), 0);
    CHECK_INT(sentry_value_set_by_key(object, "", sentry_value_new_int32(3)), 0);
    CHECK_INT(sentry_value_set_by_key(object, "m", null_value()), 0);
    CHECK_JSON(object, "{\"z\":1,\"a\":2,\"\":3,\"m\":null}");
    CHECK_INT(sentry_value_get_length(object), 4);
    CHECK_INT(sentry_value_set_by_key(object, "a", text_value("new")), 0);
    CHECK_JSON(object, "{\"z\":1,\"a\":\"new\",\"\":3,\"m\":null}");
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(object, "")), 3);
    CHECK_INT(sentry_value_remove_by_key(object, "z"), 0);
    CHECK_INT(sentry_value_remove_by_key(object, "z"), 1);
    CHECK_INT(sentry_value_set_by_key(object, "z", sentry_value_new_bool(1)), 0);
    CHECK_JSON(object, "{\"a\":\"new\",\"\":3,\"m\":null,\"z\":true}");
    CHECK_INT(sentry_value_remove_by_key(object, "m"), 0);
    CHECK_INT(sentry_value_get_length(object), 3);
    CHECK(sentry_value_is_null(sentry_value_get_by_key(object, "missing")));
    sentry_value_decref(object);
}

static void keys_with_lengths(void)
{
    sentry_value_t object = sentry_value_new_object();
    CHECK_INT(sentry_value_set_by_key_n(object, "abcdef", 3, sentry_value_new_int32(1)), 0);
    CHECK_INT(sentry_value_set_by_key_n(object, "abcdef", 0, sentry_value_new_int32(2)), 0);
    CHECK_INT(sentry_value_set_by_key_n(object, "ab\0ef", 5, sentry_value_new_int32(3)), 0);
    CHECK_JSON(object, "{\"abc\":1,\"\":2,\"ab\":3}");
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key_n(object, "abx", 2)), 3);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key_n(object, "abc\0ef", 6)), 1);
    CHECK(sentry_value_is_null(sentry_value_get_by_key_n(object, "abcdef", 6)));
    CHECK_INT(sentry_value_remove_by_key_n(object, "abx", 2), 0);
    CHECK_INT(sentry_value_remove_by_key_n(object, "abx", 2), 1);
    CHECK_JSON(object, "{\"abc\":1,\"\":2}");
    sentry_value_decref(object);
}

static void keys_are_copied(void)
{
    char key[8] = "key", text[8] = "text";
    sentry_value_t object = sentry_value_new_object();
    sentry_value_set_by_key(object, key, sentry_value_new_string(text));
    memset(key, 'x', 3);
    memset(text, 'x', 4);
    CHECK_JSON(object, "{\"key\":\"text\"}");
    sentry_value_decref(object);
}

static void wrong_types_have_no_parts(void)
{
    sentry_value_t list = sentry_value_from_json("[1]"), object = sentry_value_from_json("{\"0\":1}"), text = text_value("abc");
    CHECK(sentry_value_is_null(sentry_value_get_by_key(list, "0")));
    CHECK(sentry_value_is_null(sentry_value_get_by_key(text, "0")));
    CHECK(sentry_value_is_null(sentry_value_get_by_key(null_value(), "0")));
    CHECK(sentry_value_is_null(sentry_value_get_by_index(object, 0)));
    CHECK(sentry_value_is_null(sentry_value_get_by_index(text, 0)));
    CHECK(sentry_value_is_null(sentry_value_get_by_index(sentry_value_new_int32(1), 0)));
    CHECK_INT(sentry_value_remove_by_key(list, "0"), 1);
    CHECK_INT(sentry_value_remove_by_index(object, 0), 1);
    CHECK_INT(sentry_value_remove_by_index(null_value(), 0), 1);
    CHECK_INT(sentry_value_get_length(text), 3);
    CHECK_INT(sentry_value_get_length(list), 1);
    CHECK_INT(sentry_value_get_length(object), 1);
    CHECK_INT(sentry_value_get_length(null_value()), 0);
    CHECK_INT(sentry_value_get_length(sentry_value_new_int32(1234)), 0);
    sentry_value_decref(list);
    sentry_value_decref(object);
    sentry_value_decref(text);
}

static void list_indices(void)
{
    sentry_value_t list = sentry_value_new_list();
    CHECK_INT(sentry_value_set_by_index(list, 3, sentry_value_new_int32(3)), 0);
    CHECK_JSON(list, "[null,null,null,3]");
    CHECK_INT(sentry_value_append(list, sentry_value_new_int32(4)), 0);
    CHECK_INT(sentry_value_set_by_index(list, 0, sentry_value_new_int32(0)), 0);
    CHECK_INT(sentry_value_set_by_index(list, 5, sentry_value_new_int32(5)), 0);
    CHECK_JSON(list, "[0,null,null,3,4,5]");
    CHECK_INT(sentry_value_get_length(list), 6);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_index(list, 5)), 5);
    CHECK(sentry_value_is_null(sentry_value_get_by_index(list, 6)));
    CHECK(sentry_value_is_null(sentry_value_get_by_index(list, (size_t)-1)));
    CHECK_INT(sentry_value_remove_by_index(list, 1), 0);
    CHECK_INT(sentry_value_remove_by_index(list, 4), 0);
    CHECK_INT(sentry_value_remove_by_index(list, 4), 0);
    CHECK_INT(sentry_value_remove_by_index(list, (size_t)-1), 0);
    CHECK_JSON(list, "[0,null,3,4]");
    CHECK_INT(sentry_value_remove_by_index(list, 0), 0);
    CHECK_JSON(list, "[null,3,4]");
    sentry_value_decref(list);
}

static void list_fill_is_limited(void)
{
    sentry_value_t list = sentry_value_new_list(), item = text_value("item");
    CHECK_REFUSED(sentry_value_set_by_index(list, (size_t)-1, item), item);
    CHECK_REFUSED(sentry_value_set_by_index(list, ((size_t)-1) / 2, item), item);
    CHECK_INT(sentry_value_get_length(list), 0);
#ifdef SENTRY_MAX_LIST_FILL
    CHECK_REFUSED(sentry_value_set_by_index(list, (size_t)SENTRY_MAX_LIST_FILL + 1, item), item);
    CHECK_INT(sentry_value_get_length(list), 0);
    CHECK_INT(sentry_value_set_by_index(list, (size_t)SENTRY_MAX_LIST_FILL, sentry_value_incref(item)), 0);
    CHECK_INT(sentry_value_get_length(list), (size_t)SENTRY_MAX_LIST_FILL + 1);
    CHECK(sentry_value_is_null(sentry_value_get_by_index(list, (size_t)SENTRY_MAX_LIST_FILL - 1)));
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_index(list, (size_t)SENTRY_MAX_LIST_FILL)), "item");
#endif
    sentry_value_decref(list);
    CHECK_INT(sentry_value_refcount(item), 1);
    sentry_value_decref(item);
}

static void many_elements(void)
{
    sentry_value_t list = sentry_value_new_list(), object = sentry_value_new_object();
    char key[24];
    int i;
    for (i = 0; i < 100000; i++) sentry_value_append(list, sentry_value_new_int32(i));
    CHECK_INT(sentry_value_get_length(list), 100000);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_index(list, 99999)), 99999);
    for (i = 0; i < 2000; i++) {
        snprintf(key, sizeof key, "key-%d", i);
        CHECK_INT(sentry_value_set_by_key(object, key, sentry_value_new_int32(i)), 0);
    }
    CHECK_INT(sentry_value_get_length(object), 2000);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(object, "key-1999")), 1999);
    for (i = 0; i < 2000; i += 2) {
        snprintf(key, sizeof key, "key-%d", i);
        CHECK_INT(sentry_value_remove_by_key(object, key), 0);
    }
    CHECK_INT(sentry_value_get_length(object), 1000);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(object, "key-777")), 777);
    sentry_value_decref(list);
    sentry_value_decref(object);
}

static void huge_string(void)
{
    size_t size = (size_t)64 << 20;
    char *text = (char *)malloc(size + 1), *json;
    sentry_value_t value;
    REQUIRE(text != NULL);
    memset(text, 'a', size);
    text[size - 1] = '"';
    text[size] = 0;
    value = sentry_value_new_string(text);
    CHECK_INT(sentry_value_get_length(value), size);
    CHECK(memcmp(sentry_value_as_string(value), text, size + 1) == 0);
    json = sentry_value_to_json(value);
    CHECK(json != NULL);
    if (json) {
        CHECK_INT(strlen(json), size + 3);
        CHECK_STR(json + size - 1, "a\\\"\"");
        sentry_value_decref(value);
        value = sentry_value_from_json(json);
        CHECK_INT(sentry_value_get_length(value), size);
    }
    sentry_free(json);
    sentry_value_decref(value);
    free(text);
}

/* -- attributes --------------------------------------------------------------------- */

static void check_attribute(sentry_value_t value, const char *unit, const char *expected)
{
    sentry_value_t attribute = sentry_value_new_attribute(value, unit);
    CHECK_JSON(attribute, expected);
    sentry_value_decref(attribute);
}

static void attributes(void)
{
    sentry_value_t attribute, item = watched();
    check_attribute(sentry_value_new_bool(1), NULL, "{\"type\":\"boolean\",\"value\":true}");
    check_attribute(sentry_value_new_int32(1), NULL, "{\"type\":\"integer\",\"value\":1}");
    check_attribute(sentry_value_new_int64(INT64_C(1) << 40), NULL, "{\"type\":\"integer\",\"value\":1099511627776}");
    check_attribute(sentry_value_new_uint64(7), NULL, "{\"type\":\"integer\",\"value\":7}");
    check_attribute(sentry_value_new_double(2.5), SENTRY_UNIT_SECOND, "{\"type\":\"double\",\"value\":2.5,\"unit\":\"second\"}");
    check_attribute(text_value("x"), NULL, "{\"type\":\"string\",\"value\":\"x\"}");
    check_attribute(sentry_value_from_json("[1,2]"), SENTRY_UNIT_BYTE, "{\"type\":\"array\",\"value\":[1,2],\"unit\":\"byte\"}");
    check_attribute(sentry_value_from_json("[\"a\",\"b\"]"), NULL, "{\"type\":\"array\",\"value\":[\"a\",\"b\"]}");
    attribute = sentry_value_new_attribute_n(item, "secondhand", 6);
    CHECK_JSON(attribute, "{\"type\":\"string\",\"value\":\"watched\",\"unit\":\"second\"}");
    sentry_value_decref(attribute);
    CHECK_INT(sentry_value_refcount(item), 1);
    sentry_value_decref(item);
}

static void attributes_refused(void)
{
    sentry_value_t item = sentry_value_from_json("{\"a\":1}");
    CHECK(sentry_value_is_null(sentry_value_new_attribute(sentry_value_incref(item), NULL)));
    CHECK_INT(sentry_value_refcount(item), 1);
    sentry_value_decref(item);
    item = sentry_value_from_json("[1,\"a\"]");
    CHECK(sentry_value_is_null(sentry_value_new_attribute(sentry_value_incref(item), "second")));
    CHECK_INT(sentry_value_refcount(item), 1);
    sentry_value_decref(item);
    CHECK(sentry_value_is_null(sentry_value_new_attribute(null_value(), NULL)));
    CHECK(sentry_value_is_null(sentry_value_new_attribute(sentry_value_new_list(), NULL)));
    CHECK(sentry_value_is_null(sentry_value_new_attribute(sentry_value_new_object(), NULL)));
}

/* -- ids ---------------------------------------------------------------------------- */

static void check_uuid(sentry_uuid_t uuid, const char *expected)
{
    char text[40];
    memset(text, '#', sizeof text);
    sentry_uuid_as_string(&uuid, text);
    CHECK_INT(text[36], 0);
    CHECK_INT(text[37], '#');
    CHECK_STR(text, expected);
}

#define NIL "00000000-0000-0000-0000-000000000000"

static void uuid_from_strings(void)
{
    check_uuid(sentry_uuid_from_string("fdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2a"), "fdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2a");
    check_uuid(sentry_uuid_from_string("FDB70C8662C74E33BFE8C6EE0C3F1B2A"), "fdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2a");
    check_uuid(sentry_uuid_from_string("fdb7-0c8662c74e33bfe8c-6ee0c3f1-b2a-"), "fdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2a");
    check_uuid(sentry_uuid_from_string("fdb70c86"), "fdb70c86-0000-0000-0000-000000000000");
    check_uuid(sentry_uuid_from_string(""), NIL);
    check_uuid(sentry_uuid_from_string("-"), NIL);
    check_uuid(sentry_uuid_from_string(NULL), NIL);
    check_uuid(sentry_uuid_from_string("gdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2a"), NIL);
    check_uuid(sentry_uuid_from_string("fdb70c86 62c7 4e33 bfe8 c6ee0c3f1b2a"), NIL);
    check_uuid(sentry_uuid_from_string("fdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2a0"), NIL);
    check_uuid(sentry_uuid_from_string("fdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2ax"), NIL);
    check_uuid(sentry_uuid_from_string("{fdb70c86-62c7-4e33-bfe8-c6ee0c3f1b2a}"), NIL);
    check_uuid(sentry_uuid_from_string_n("fdb70c8662c74e33", 4), "fdb70000-0000-0000-0000-000000000000");
    check_uuid(sentry_uuid_from_string_n("fdb70c8662c74e33", 0), NIL);
    check_uuid(sentry_uuid_from_string_n("fdb7\0c8662c74e33", 16), "fdb70000-0000-0000-0000-000000000000");
    check_uuid(sentry_uuid_from_string_n(NULL, 16), NIL);
}

static void uuid_bytes(void)
{
    static const char bytes[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, (char)0xff };
    char out[16];
    sentry_uuid_t uuid = sentry_uuid_from_bytes(bytes);
    CHECK(memcmp(uuid.bytes, bytes, 16) == 0);
    sentry_uuid_as_bytes(&uuid, out);
    CHECK(memcmp(out, bytes, 16) == 0);
    check_uuid(uuid, "00010203-0405-0607-0809-0a0b0c0d0eff");
    CHECK(!sentry_uuid_is_nil(&uuid));
    uuid = sentry_uuid_nil();
    CHECK(sentry_uuid_is_nil(&uuid));
    CHECK(sentry_uuid_is_nil(NULL));
    check_uuid(uuid, NIL);
    memset(&uuid, 0, sizeof uuid);
    uuid.bytes[15] = 1;
    CHECK(!sentry_uuid_is_nil(&uuid));
    CHECK_INT(sizeof uuid, 16);
}

static int compare_uuids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(sentry_uuid_t));
}

static void uuids_are_random(void)
{
    static sentry_uuid_t made[10000];
    int ones[128];
    size_t i, bit;
    memset(ones, 0, sizeof ones);
    for (i = 0; i < COUNT(made); i++) {
        made[i] = sentry_uuid_new_v4();
        CHECK_EACH(((made[i].bytes[6] >> 4) & 15) == 4);
        CHECK_EACH(((made[i].bytes[8] >> 6) & 3) == 2);
        for (bit = 0; bit < 128; bit++) ones[bit] += (made[i].bytes[bit / 8] >> (bit % 8)) & 1;
    }
    for (bit = 0; bit < 128; bit++) {
        if (bit / 8 == 6 && bit % 8 >= 4) continue;
        if (bit / 8 == 8 && bit % 8 >= 6) continue;
        CHECK(ones[bit] > 4500 && ones[bit] < 5500);
    }
    qsort(made, COUNT(made), sizeof made[0], compare_uuids);
    for (i = 1; i < COUNT(made); i++) CHECK_EACH(compare_uuids(&made[i - 1], &made[i]) != 0);
}

#ifndef _WIN32
static void uuids_differ_after_fork(void)
{
    sentry_uuid_t first = sentry_uuid_new_v4(), parents, childs;
    int ends[2], status = -1;
    pid_t child;
    REQUIRE(!sentry_uuid_is_nil(&first));
    REQUIRE(pipe(ends) == 0);
    child = fork();
    if (child == 0) {
        childs = sentry_uuid_new_v4();
        _exit(write(ends[1], &childs, sizeof childs) == (ssize_t)sizeof childs ? 0 : 1);
    }
    parents = sentry_uuid_new_v4();
    REQUIRE(child > 0);
    CHECK_INT(read(ends[0], &childs, sizeof childs), sizeof childs);
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    CHECK(memcmp(&childs, &parents, sizeof childs) != 0);
    CHECK(memcmp(&childs, &first, sizeof childs) != 0);
    close(ends[0]);
    close(ends[1]);
}
#endif

#ifndef SENTRY_NO_THREADS
static void *fill_with_uuids(void *argument)
{
    sentry_uuid_t *out = (sentry_uuid_t *)argument;
    int i;
    for (i = 0; i < 100; i++) out[i] = sentry_uuid_new_v4();
    return NULL;
}

static void uuids_differ_between_threads(void)
{
    static sentry_uuid_t made[400];
    sentry_thread_t threads[4];
    size_t i;
    for (i = 0; i < 4; i++) REQUIRE(sentry_thread_create(&threads[i], NULL, fill_with_uuids, made + 100 * i) == 0);
    for (i = 0; i < 4; i++) CHECK_INT(sentry_thread_join(threads[i], NULL), 0);
    qsort(made, COUNT(made), sizeof made[0], compare_uuids);
    for (i = 1; i < COUNT(made); i++) CHECK(compare_uuids(&made[i - 1], &made[i]) != 0);
}
#endif

/* -- constructors ------------------------------------------------------------------- */

static int is_hex(const char *text, size_t length)
{
    size_t i;
    for (i = 0; i < length; i++) {
        if (hex_digit(text[i]) < 0 || (text[i] >= 'A' && text[i] <= 'F')) return 0;
    }
    return text[length] == 0;
}

/* 2026-01-02T03:04:05.678901Z */
static int is_timestamp(const char *text)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    size_t i;
    if (strlen(text) != sizeof shape - 1) return 0;
    for (i = 0; i < sizeof shape - 1; i++) {
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return 0;
    }
    return 1;
}

static const char *text_at(sentry_value_t object, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(object, key));
}

static void new_event(void)
{
    sentry_value_t event = sentry_value_new_event(), other = sentry_value_new_event();
    char today[32];
    time_t now = time(NULL);
    CHECK(is_hex(text_at(event, "event_id"), 32));
    CHECK(strcmp(text_at(event, "event_id"), text_at(other, "event_id")) != 0);
    CHECK_INT(text_at(event, "event_id")[12], '4');
    CHECK(is_timestamp(text_at(event, "timestamp")));
    strftime(today, sizeof today, "%Y-%m-%dT", gmtime(&now));
    CHECK(strncmp(text_at(event, "timestamp"), today, strlen(today)) == 0 || now % 86400 < 5);
    CHECK_STR(text_at(event, "platform"), "native");
    CHECK_INT(sentry_value_get_length(event), 3);
    CHECK(!sentry_value_is_frozen(event));
    sentry_value_decref(event);
    sentry_value_decref(other);
}

static void check_message_event(sentry_value_t event, const char *level, const char *logger, const char *text)
{
    CHECK(is_hex(text_at(event, "event_id"), 32));
    CHECK(is_timestamp(text_at(event, "timestamp")));
    CHECK_STR(text_at(event, "platform"), "native");
    CHECK_STR(text_at(event, "level"), level);
    CHECK_STR(text_at(event, "logger"), logger);
    CHECK_STR(text_at(sentry_value_get_by_key(event, "logentry"), "formatted"), text);
    CHECK(sentry_value_is_null(sentry_value_get_by_key(event, "message")));
    sentry_value_decref(event);
}

static void new_message_event(void)
{
    check_message_event(sentry_value_new_message_event(SENTRY_LEVEL_TRACE, "log", "text"), "debug", "log", "text");
    check_message_event(sentry_value_new_message_event(SENTRY_LEVEL_DEBUG, "log", "text"), "debug", "log", "text");
    check_message_event(sentry_value_new_message_event(SENTRY_LEVEL_INFO, NULL, "text"), "info", "", "text");
    check_message_event(sentry_value_new_message_event(SENTRY_LEVEL_WARNING, NULL, "text"), "warning", "", "text");
    check_message_event(sentry_value_new_message_event(SENTRY_LEVEL_ERROR, NULL, "100%s"), "error", "", "100%s");
    check_message_event(sentry_value_new_message_event(SENTRY_LEVEL_FATAL, NULL, NULL), "fatal", "", "");
    check_message_event(sentry_value_new_message_event_n(SENTRY_LEVEL_INFO, "logger", 3, "text...", 4), "info", "log", "text");
    check_message_event(sentry_value_new_message_event_n(SENTRY_LEVEL_INFO, NULL, 3, NULL, 4), "info", "", "");
}

static void new_breadcrumb(void)
{
    sentry_value_t crumb = sentry_value_new_breadcrumb("http", "GET /");
    CHECK(is_timestamp(text_at(crumb, "timestamp")));
    CHECK_STR(text_at(crumb, "type"), "http");
    CHECK_STR(text_at(crumb, "message"), "GET /");
    CHECK_INT(sentry_value_get_length(crumb), 3);
    CHECK_INT(sentry_value_set_by_key(crumb, "category", text_value("c")), 0);
    sentry_value_decref(crumb);
    crumb = sentry_value_new_breadcrumb(NULL, NULL);
    CHECK(is_timestamp(text_at(crumb, "timestamp")));
    CHECK_INT(sentry_value_get_length(crumb), 1);
    sentry_value_decref(crumb);
    crumb = sentry_value_new_breadcrumb_n("http!", 4, "GET!", 3);
    CHECK_STR(text_at(crumb, "type"), "http");
    CHECK_STR(text_at(crumb, "message"), "GET");
    sentry_value_decref(crumb);
}

static void check_and_drop(sentry_value_t value, const char *expected)
{
    CHECK_JSON(value, expected);
    sentry_value_decref(value);
}

static void new_exception_and_thread(void)
{
    check_and_drop(sentry_value_new_exception("Error", "went wrong"), "{\"type\":\"Error\",\"value\":\"went wrong\"}");
    check_and_drop(sentry_value_new_exception_n("Errors", 5, "went", 4), "{\"type\":\"Error\",\"value\":\"went\"}");
    check_and_drop(sentry_value_new_exception("Error", NULL), "{\"type\":\"Error\"}");
    check_and_drop(sentry_value_new_thread(42, "main"), "{\"id\":\"42\",\"name\":\"main\"}");
    check_and_drop(sentry_value_new_thread(UINT64_MAX, NULL), "{\"id\":\"18446744073709551615\"}");
    check_and_drop(sentry_value_new_thread_n(0, "main", 2), "{\"id\":\"0\",\"name\":\"ma\"}");
}

static void new_user(void)
{
    check_and_drop(sentry_value_new_user("1", "ada", "a@b.c", "10.0.0.1"),
        "{\"id\":\"1\",\"username\":\"ada\",\"email\":\"a@b.c\",\"ip_address\":\"10.0.0.1\"}");
    check_and_drop(sentry_value_new_user(NULL, "ada", NULL, NULL), "{\"username\":\"ada\"}");
    check_and_drop(sentry_value_new_user("1", NULL, NULL, NULL), "{\"id\":\"1\"}");
    check_and_drop(sentry_value_new_user(NULL, NULL, NULL, NULL), "null");
    check_and_drop(sentry_value_new_user_n("12", 1, "adam", 3, "a@b.cde", 5, "10.0.0.1", 7),
        "{\"id\":\"1\",\"username\":\"ada\",\"email\":\"a@b.c\",\"ip_address\":\"10.0.0.\"}");
    check_and_drop(sentry_value_new_user_n(NULL, 1, NULL, 1, NULL, 1, NULL, 1), "null");
}

/* -- exceptions and threads in events ------------------------------------------------- */

static sentry_value_t exceptions_of(sentry_value_t event)
{
    return sentry_value_get_by_key(sentry_value_get_by_key(event, "exception"), "values");
}

static void adding_exceptions(void)
{
    sentry_value_t event = sentry_value_new_object(), item = sentry_value_incref(sentry_value_new_exception("A", "a"));
    sentry_event_add_exception(event, item);
    CHECK_INT(sentry_value_refcount(item), 2);
    CHECK_JSON(event, "{\"exception\":{\"values\":[{\"type\":\"A\",\"value\":\"a\"}]}}");
    sentry_event_add_exception(event, sentry_value_new_exception("B", "b"));
    CHECK_INT(sentry_value_get_length(exceptions_of(event)), 2);
    CHECK_STR(text_at(sentry_value_get_by_index(exceptions_of(event), 0), "type"), "A");
    CHECK_STR(text_at(sentry_value_get_by_index(exceptions_of(event), 1), "type"), "B");
    sentry_event_add_exception(null_value(), sentry_value_incref(item));
    CHECK_INT(sentry_value_refcount(item), 2);
    sentry_value_freeze(event);
    sentry_event_add_exception(event, sentry_value_incref(item));
    sentry_event_add_cause(event, sentry_value_incref(item));
    CHECK_INT(sentry_value_refcount(item), 2);
    sentry_value_decref(event);
    CHECK_INT(sentry_value_refcount(item), 1);
    sentry_value_decref(item);
}

/* What an exception that add_cause put there must say about itself. */
static void check_cause(sentry_value_t exception, const char *type, int id)
{
    sentry_value_t mechanism = sentry_value_get_by_key(exception, "mechanism");
    CHECK_STR(text_at(exception, "type"), type);
    CHECK_STR(text_at(mechanism, "type"), "chained");
    CHECK_STR(text_at(mechanism, "source"), "cause");
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(mechanism, "exception_id")), id);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(mechanism, "parent_id")), id - 1);
    CHECK_INT(sentry_value_get_type(sentry_value_get_by_key(mechanism, "parent_id")), SENTRY_VALUE_TYPE_INT32);
}

static void adding_causes(void)
{
    sentry_value_t event = sentry_value_new_event(), values, root, item = watched();
    sentry_event_add_exception(event, sentry_value_new_exception("Outer", "o"));
    sentry_event_add_cause(event, sentry_value_new_exception("Middle", "m"));
    sentry_event_add_cause(event, sentry_value_new_exception("Inner", "i"));
    values = exceptions_of(event);
    CHECK_INT(sentry_value_get_length(values), 3);
    check_cause(sentry_value_get_by_index(values, 0), "Inner", 2);
    check_cause(sentry_value_get_by_index(values, 1), "Middle", 1);
    root = sentry_value_get_by_index(values, 2);
    CHECK_STR(text_at(root, "type"), "Outer");
    root = sentry_value_get_by_key(root, "mechanism");
    if (!sentry_value_is_null(root)) {
        CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key(root, "exception_id")), 0);
        CHECK(sentry_value_is_null(sentry_value_get_by_key(root, "parent_id")));
        CHECK(text_at(root, "type")[0] != 0);
    }
    sentry_value_decref(event);
    sentry_event_add_cause(null_value(), item);
    CHECK_INT(sentry_value_refcount(item), 1);
    sentry_value_decref(item);
}

static void adding_a_cause_first(void)
{
    sentry_value_t event = sentry_value_new_object();
    sentry_event_add_cause(event, sentry_value_new_exception("Lonely", "cause"));
    CHECK_INT(sentry_value_get_length(exceptions_of(event)), 1);
    sentry_event_add_exception(event, null_value());
    sentry_event_add_cause(event, null_value());
    sentry_event_add_thread(event, null_value());
    sentry_value_decref(event);
}

static void adding_threads(void)
{
    sentry_value_t event = sentry_value_new_object(), item = sentry_value_incref(sentry_value_new_thread(1, "main"));
    sentry_event_add_thread(event, item);
    sentry_event_add_thread(event, sentry_value_new_thread(2, NULL));
    CHECK_JSON(event, "{\"threads\":{\"values\":[{\"id\":\"1\",\"name\":\"main\"},{\"id\":\"2\"}]}}");
    sentry_event_add_thread(null_value(), sentry_value_incref(item));
    CHECK_INT(sentry_value_refcount(item), 2);
    sentry_value_decref(event);
    sentry_value_decref(item);
}

/* An event that already has exceptions keeps them, also in the short form. */
static void adding_to_a_bare_list(void)
{
    sentry_value_t event = sentry_value_from_json("{\"exception\":[{\"type\":\"First\"}]}");
    char *json;
    sentry_event_add_exception(event, sentry_value_new_exception("Second", "s"));
    json = sentry_value_to_json(event);
    CHECK_CONTAINS(json, "First");
    CHECK_CONTAINS(json, "Second");
    sentry_free(json);
    sentry_value_decref(event);
}

/* -- writing JSON --------------------------------------------------------------------- */

/* The JSON of a string must decode to the same bytes. */
static void check_string_survives(const char *text, size_t size)
{
    static char decoded[4096];
    sentry_value_t value = sentry_value_new_string_n(text, size), again;
    char *json = sentry_value_to_json(value);
    REQUIRE(json != NULL);
    CHECK(utf8_valid(json, strlen(json)));
    CHECK_INT(decode_json_string(json, decoded, sizeof decoded), size);
    CHECK(memcmp(decoded, text, size) == 0);
    again = sentry_value_from_json(json);
    CHECK_INT(sentry_value_get_type(again), SENTRY_VALUE_TYPE_STRING);
    CHECK_INT(sentry_value_get_length(again), size);
    CHECK(memcmp(sentry_value_as_string(again), text, size) == 0);
    sentry_value_decref(again);
    sentry_free(json);
    sentry_value_decref(value);
}

static void every_ascii_byte(void)
{
    char text[4] = "x?y";
    int byte;
    for (byte = 1; byte < 128; byte++) {
        text[1] = (char)byte;
        check_string_survives(text, 3);
        check_string_survives(text + 1, 1);
    }
    check_string_survives("", 0);
    check_string_survives("\"\\/\b\f\n\r\t\x1f\x7f", 10);
}

static void plain_text_is_not_escaped(void)
{
    check_and_drop(text_value("a\"b\\c"), "\"a\\\"b\\\\c\"");
    check_and_drop(text_value("line\nbreak\ttab\rcr"), "\"line\\nbreak\\ttab\\rcr\"");
    check_and_drop(text_value("gr\xC3\xBC\xC3\x9F \xE6\x97\xA5 \xF0\x9F\x98\x80"), "\"gr\xC3\xBC\xC3\x9F \xE6\x97\xA5 \xF0\x9F\x98\x80\"");
    check_and_drop(text_value("\xE2\x80\xA8"), "\"\xE2\x80\xA8\"");
    check_and_drop(text_value("\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"),
        "\"\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"");
}

/* Broken UTF-8 between two letters: the letters stay, between them only U+FFFD and what was whole. */
static void broken_utf8_is_repaired(void)
{
    static const char *const broken[] = {
        "\x80", "\xBF", "\x80\x80\x80", "\xC0", "\xC1", "\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xDF", "\xE0", "\xE0\x80\x80",
        "\xE0\x9F\xBF", "\xE0\xA0", "\xE1\x80", "\xED\xA0\x80", "\xED\xAF\xBF", "\xED\xB0\x80", "\xED\xBF\xBF",
        "\xED\xA0\xBD\xED\xB8\x80", "\xEF\xBF", "\xF0", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80", "\xF0\x9F\x98",
        "\xF0\x9F",
        "\xF4\x90\x80\x80", "\xF4\x8F\xBF", "\xF5\x80\x80\x80", "\xF7\xBF\xBF\xBF", "\xF8\x88\x80\x80\x80",
        "\xFC\x84\x80\x80\x80\x80",
        "\xFE", "\xFF", "\xFF\xFE", "\xC3\x28", "\xE2\x28\xA1", "\xE2\x82\x28", "\xF0\x28\x8C\xBC", "\xF0\x90\x28\xBC",
        "\xC3\xC3\xA4\xA4"
    };
    char text[32], *json;
    size_t i, pass;
    for (i = 0; i < COUNT(broken); i++) {
        for (pass = 0; pass < 2; pass++) {
            sentry_value_t value;
            snprintf(text, sizeof text, pass ? "%s" : "a%sz", broken[i]);
            value = sentry_value_new_string(text);
            CHECK_STR(sentry_value_as_string(value), text);
            json = sentry_value_to_json(value);
            REQUIRE(json != NULL);
            CHECK(utf8_valid(json, strlen(json)));
            CHECK_CONTAINS(json, FFFD);
            if (pass == 0) CHECK(strncmp(json, "\"a", 2) == 0 && strcmp(json + strlen(json) - 2, "z\"") == 0);
            CHECK(strlen(json) <= 2 + 3 * strlen(text));
            sentry_free(json);
            sentry_value_decref(value);
        }
    }
    check_and_drop(text_value("\xC3\x28"), "\"" FFFD "(\"");
    check_and_drop(text_value("\xC3\xC3\xA4"), "\"" FFFD "\xC3\xA4\"");
    check_and_drop(text_value("\xFFok\xFF"), "\"" FFFD "ok" FFFD "\"");
}

/* Random bytes as a string, as a key and cut anywhere: always UTF-8, always readable again. */
static void random_bytes_become_utf8(void)
{
    char text[40];
    int round;
    for (round = 0; round < 20000; round++) {
        size_t i, size = random_below(sizeof text - 1);
        sentry_value_t object = sentry_value_new_object(), again;
        char *json, *second;
        for (i = 0; i < size; i++) text[i] = (char)(next_random() & 1 ? 0x80 + random_below(128) : 1 + random_below(255));
        text[size] = 0;
        sentry_value_set_by_key(object, text, sentry_value_new_string_n(text, size));
        json = sentry_value_to_json(object);
        if (!json) break;
        CHECK_EACH(utf8_valid(json, strlen(json)));
        again = sentry_value_from_json(json);
        CHECK_EACH(sentry_value_get_length(again) == 1);
        second = sentry_value_to_json(again);
        if (!second || strcmp(second, json) != 0) CHECK_STR(second, json);
        sentry_free(second);
        sentry_free(json);
        sentry_value_decref(again);
        sentry_value_decref(object);
    }
    CHECK_INT(round, 20000);
}

/* A double's text read back by the C library and by the SDK's own reader. */
static void check_double(double number)
{
    sentry_value_t value = sentry_value_new_double(number), again;
    char *json = sentry_value_to_json(value), *end = NULL;
    if (!json) {
        CHECK(json != NULL);
        return;
    }
    CHECK_EACH(bits_of(strtod(json, &end)) == bits_of(number));
    CHECK_EACH(end != NULL && *end == 0);
    CHECK_EACH(strspn(json, "0123456789+-.eE") == strlen(json));
    CHECK_EACH(json[0] == '-' || (json[0] >= '0' && json[0] <= '9'));
    again = sentry_value_from_json(json);
    CHECK_EACH(number_of(again) == number);
    sentry_value_decref(again);
    sentry_free(json);
    sentry_value_decref(value);
}

static void doubles_read_back_the_same(void)
{
    static const double numbers[] = {
        0.0, -0.0, 1.0, -1.0, 0.1, 0.2, 0.3, 1.0 / 3.0, 100.0, 1e15, 1e16, 1e17, 123456789012345680.0, 1e20,
        1e21, 1e22, 1e23, 1e100, 1e-5,
        1e-6, 1e-7, 1.5e-7, 1e-300, 5e-324, DBL_MIN, DBL_MAX, -DBL_MAX, DBL_EPSILON, 2147483647.0, 2147483648.0, 9007199254740991.0,
        9007199254740993.0, 9223372036854775807.0, 18446744073709551615.0, 4.35, 0.30000000000000004, 2.2250738585072011e-308,
        1.7976931348623157e308, 3.14159265358979, 1e9, 123456.789
    };
    size_t i;
    for (i = 0; i < COUNT(numbers); i++) check_double(numbers[i]);
    for (i = 0; i < 20000; i++) {
        uint64_t bits = next_random();
        if ((bits >> 52 & 0x7ff) == 0x7ff) continue;
        check_double(double_of(bits));
    }
    for (i = 0; i < 2000; i++) check_double(double_of(next_random() & UINT64_C(0x800fffffffffffff)));
    for (i = 0; i < 2000; i++) check_double((double)(int64_t)next_random());
    for (i = 0; i < 2000; i++) check_double((double)random_below(1000000) / 1000.0);
    check_double(double_of(1));
    check_double(double_of(UINT64_C(0x000fffffffffffff)));
    check_double(double_of(UINT64_C(0x7fefffffffffffff)));
    CHECK(1);
}

static void doubles_are_short(void)
{
    char *json;
    sentry_value_t value = sentry_value_new_double(0.1);
    CHECK_JSON(value, "0.1");
    sentry_value_decref(value);
    check_and_drop(sentry_value_new_double(-2.5), "-2.5");
    check_and_drop(sentry_value_new_double(123.456), "123.456");
    value = sentry_value_new_double(1.0);
    json = sentry_value_to_json(value);
    CHECK(json != NULL && (strcmp(json, "1") == 0 || strcmp(json, "1.0") == 0));
    sentry_free(json);
    sentry_value_decref(value);
}

static void not_a_number_is_null(void)
{
    check_and_drop(sentry_value_new_double(double_of(UINT64_C(0x7ff8000000000000))), "null");
    check_and_drop(sentry_value_new_double(double_of(UINT64_C(0xfff8000000000000))), "null");
    check_and_drop(sentry_value_new_double(double_of(UINT64_C(0x7ff0000000000001))), "null");
    check_and_drop(sentry_value_new_double(double_of(UINT64_C(0xffffffffffffffff))), "null");
    check_and_drop(sentry_value_new_double(double_of(UINT64_C(0x7ff0000000000000))), "null");
    check_and_drop(sentry_value_new_double(double_of(UINT64_C(0xfff0000000000000))), "null");
}

/* Every bit pattern stays a double: none may look like the SDK's own tags. */
static void doubles_keep_their_bits(void)
{
    int i;
    for (i = 0; i < 20000; i++) {
        uint64_t bits = i < 4096 ? (uint64_t)i << 52 | (uint64_t)(i & 7) : next_random();
        sentry_value_t value = sentry_value_new_double(double_of(bits));
        double back = sentry_value_as_double(value);
        CHECK_EACH(sentry_value_get_type(value) == SENTRY_VALUE_TYPE_DOUBLE);
        CHECK_EACH(is_nan(double_of(bits)) ? is_nan(back) : bits_of(back) == bits);
        sentry_value_decref(value);
    }
    CHECK_INT(i, 20000);
}

/* -- locales ---------------------------------------------------------------------------- */

static void works_where_the_decimal_point_is_a_comma(void)
{
    sentry_value_t value;
    size_t i;
    if (!comma_begin()) SKIP("no locale with a decimal comma");
    check_and_drop(sentry_value_new_double(1234.5), "1234.5");
    check_and_drop(sentry_value_new_double(-0.001), "-0.001");
    value = sentry_value_from_json("[1.5,2.25e3]");
    CHECK(sentry_value_as_double(sentry_value_get_by_index(value, 0)) == 1.5);
    CHECK(sentry_value_as_double(sentry_value_get_by_index(value, 1)) == 2250.0);
    sentry_value_decref(value);
    CHECK(sentry_value_is_null(sentry_value_from_json("1,5")));
    for (i = 0; i < 200; i++) {
        uint64_t bits = next_random() & UINT64_C(0xbfffffffffffffff);
        char *json;
        value = sentry_value_new_double(double_of(bits));
        json = sentry_value_to_json(value);
        CHECK(json != NULL && strchr(json, ',') == NULL);
        sentry_value_decref(value);
        value = sentry_value_from_json(json);
        CHECK(number_of(value) == double_of(bits));
        sentry_free(json);
        sentry_value_decref(value);
    }
}

/* -- depth and cycles ------------------------------------------------------------------- */

#define DEEP 10000

/* What the thread with the small stack found. */
typedef struct {
    char *json;
    char *pack;
    size_t pack_size;
    int appended;
    int frozen;
    int last_decref;
} deep_t;

/* [[[...]]], from the outside in. */
static sentry_value_t nested_list(size_t depth, int *appended)
{
    sentry_value_t root = sentry_value_new_list(), inner = root;
    size_t i;
    for (i = 1; i < depth; i++) {
        sentry_value_t next = sentry_value_new_list();
        if (sentry_value_append(inner, next) == 0) (*appended)++;
        inner = next;
    }
    return root;
}

/* {"k":{"k":...}}, from the inside out. */
static sentry_value_t nested_object(size_t depth, int *appended)
{
    sentry_value_t root = sentry_value_new_object();
    size_t i;
    for (i = 1; i < depth; i++) {
        sentry_value_t outer = sentry_value_new_object();
        if (sentry_value_set_by_key(outer, "k", root) == 0) (*appended)++;
        root = outer;
    }
    return root;
}

static void write_and_drop(deep_t *deep, sentry_value_t root)
{
    deep->json = sentry_value_to_json(root);
    deep->pack = sentry_value_to_msgpack(root, &deep->pack_size);
    sentry_value_freeze(root);
    deep->frozen = sentry_value_is_frozen(root);
    deep->last_decref = sentry_value_decref(root);
}

static void *deep_lists(void *argument)
{
    deep_t *deep = (deep_t *)argument;
    write_and_drop(deep, nested_list(DEEP, &deep->appended));
    return NULL;
}

static void *deep_objects(void *argument)
{
    deep_t *deep = (deep_t *)argument;
    write_and_drop(deep, nested_object(DEEP, &deep->appended));
    return NULL;
}

static void *deep_text(void *argument)
{
    deep_t *deep = (deep_t *)argument;
    size_t size = 1000000;
    char *text = (char *)malloc(size + 1);
    if (!text) return NULL;
    memset(text, '[', size);
    text[size] = 0;
    deep->last_decref = sentry_value_decref(sentry_value_from_json(text));
    memset(text, ' ', size);
    deep->last_decref |= sentry_value_decref(sentry_value_from_json(text));
    for (size = 0; size + 5 <= 1000000; size += 5) memcpy(text + size, "{\"a\":", 5);
    deep->last_decref |= sentry_value_decref(sentry_value_from_json(text));
    free(text);
    return NULL;
}

static void deep_values_need_no_stack(void)
{
    deep_t deep;
    memset(&deep, 0, sizeof deep);
    REQUIRE(run_on_small_stack(deep_lists, &deep));
    CHECK_INT(deep.appended, DEEP - 1);
    CHECK_INT(deep.frozen, 1);
    CHECK_INT(deep.last_decref, 0);
    CHECK(deep.json != NULL && deep.pack != NULL);
    CHECK(deep.pack_size > 0 && deep.pack_size <= DEEP);
    CHECK(deep.json != NULL && json_depth(deep.json) < DEEP);
#ifdef SENTRY_MAX_DEPTH
    if (deep.json) {
        CHECK_INT(json_depth(deep.json), SENTRY_MAX_DEPTH);
        CHECK_INT(strlen(deep.json), 2 * SENTRY_MAX_DEPTH + 4);
        CHECK_CONTAINS(deep.json, "[null]");
    }
    CHECK_INT(deep.pack_size, SENTRY_MAX_DEPTH + 1);
#endif
    sentry_free(deep.json);
    sentry_free(deep.pack);
    memset(&deep, 0, sizeof deep);
    REQUIRE(run_on_small_stack(deep_objects, &deep));
    CHECK_INT(deep.appended, DEEP - 1);
    CHECK_INT(deep.frozen, 1);
    CHECK_INT(deep.last_decref, 0);
    CHECK_CONTAINS(deep.json, "{\"k\":null}");
    sentry_free(deep.json);
    sentry_free(deep.pack);
    REQUIRE(run_on_small_stack(deep_text, &deep));
    CHECK_INT(deep.last_decref, 0);
}

#ifdef SENTRY_MAX_DEPTH
/* `depth` opening brackets, something inside, and the closing ones. */
static char *bracket_text(size_t depth, const char *inside)
{
    char *text = (char *)malloc(2 * depth + strlen(inside) + 1);
    if (!text) return NULL;
    memset(text, '[', depth);
    memcpy(text + depth, inside, strlen(inside));
    memset(text + depth + strlen(inside), ']', depth);
    text[2 * depth + strlen(inside)] = 0;
    return text;
}

static void depth_limit_is_exact(void)
{
    int appended = 0;
    char *text = bracket_text(SENTRY_MAX_DEPTH, ""), *json;
    sentry_value_t value = sentry_value_from_json(text);
    REQUIRE(text != NULL);
    CHECK_INT(sentry_value_get_type(value), SENTRY_VALUE_TYPE_LIST);
    CHECK_JSON(value, text);
    sentry_value_decref(value);
    value = nested_list(SENTRY_MAX_DEPTH, &appended);
    CHECK_JSON(value, text);
    sentry_value_decref(value);
    free(text);
    text = bracket_text(SENTRY_MAX_DEPTH, "\"x\"");
    value = sentry_value_from_json(text);
    CHECK_JSON(value, text);
    sentry_value_decref(value);
    free(text);
    text = bracket_text(SENTRY_MAX_DEPTH + 1, "");
    CHECK(sentry_value_is_null(sentry_value_from_json(text)));
    free(text);
    value = nested_list(SENTRY_MAX_DEPTH + 1, &appended);
    json = sentry_value_to_json(value);
    text = bracket_text(SENTRY_MAX_DEPTH, "null");
    CHECK_STR(json, text);
    free(text);
    sentry_free(json);
    sentry_value_decref(value);
}
#else
static void depth_limit_is_exact(void)
{
    SKIP("SENTRY_MAX_DEPTH is not known");
}
#endif

/* Keys are found by length and last byte first: one of 16 MiB and four bytes must not be taken for one of four. */
static void absurdly_long_keys(void)
{
    size_t n = ((size_t)1 << 24) + 4;
    char *key = (char *)malloc(n + 1);
    sentry_value_t object = sentry_value_new_object();
    REQUIRE(key != NULL);
    memset(key, 'a', n);
    key[n] = 0;
    CHECK_INT(sentry_value_set_by_key(object, "aaaa", sentry_value_new_int32(1)), 0);
    CHECK(sentry_value_is_null(sentry_value_get_by_key(object, key)));
    CHECK_INT(sentry_value_set_by_key(object, key, sentry_value_new_int32(2)), 1);
    CHECK_INT(sentry_value_remove_by_key(object, key), 1);
    CHECK_INT(sentry_value_set_by_key_n(object, key, (size_t)1 << 20, sentry_value_new_int32(3)), 0);
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key_n(object, key, (size_t)1 << 20)), 3);
    CHECK_INT((int)sentry_value_get_length(object), 2);
    CHECK_JSON(sentry_value_get_by_key(object, "aaaa"), "1");
    sentry_value_decref(object);
    free(key);
}

static void cycles_are_refused(void)
{
    sentry_value_t list = sentry_value_new_list(), object = sentry_value_new_object(), inner = sentry_value_new_list();
    CHECK_INT(sentry_value_append(list, sentry_value_incref(list)), 1);
    CHECK_INT(sentry_value_set_by_index(list, 0, sentry_value_incref(list)), 1);
    CHECK_INT(sentry_value_set_by_key(object, "me", sentry_value_incref(object)), 1);
    CHECK_INT(sentry_value_refcount(list), 1);
    CHECK_INT(sentry_value_refcount(object), 1);
    CHECK_INT(sentry_value_append(list, sentry_value_incref(object)), 0);
    CHECK_INT(sentry_value_set_by_key(object, "inner", sentry_value_incref(inner)), 0);
    CHECK_INT(sentry_value_append(inner, sentry_value_incref(list)), 1);
    CHECK_INT(sentry_value_append(inner, sentry_value_incref(object)), 1);
    CHECK_INT(sentry_value_append(inner, sentry_value_incref(inner)), 1);
    CHECK_INT(sentry_value_set_by_key(object, "list", sentry_value_incref(list)), 1);
    CHECK_INT(sentry_value_set_by_index(inner, 7, sentry_value_incref(list)), 1);
    CHECK_INT(sentry_value_refcount(list), 1);
    CHECK_INT(sentry_value_refcount(object), 2);
    CHECK_INT(sentry_value_refcount(inner), 2);
    CHECK_JSON(list, "[{\"inner\":[]}]");
    CHECK_INT(sentry_value_append(list, sentry_value_incref(inner)), 0);
    CHECK_INT(sentry_value_append(list, sentry_value_incref(inner)), 0);
    CHECK_JSON(list, "[{\"inner\":[]},[],[]]");
    sentry_value_decref(list);
    sentry_value_decref(object);
    sentry_value_decref(inner);
}

static void long_cycle_is_refused(void)
{
    sentry_value_t root = sentry_value_new_list(), inner = root;
    int i;
    for (i = 0; i < 1000; i++) {
        sentry_value_t next = sentry_value_new_list();
        sentry_value_append(inner, next);
        inner = next;
    }
    CHECK_INT(sentry_value_append(inner, sentry_value_incref(root)), 1);
    CHECK_INT(sentry_value_refcount(root), 1);
    CHECK_INT(sentry_value_append(inner, sentry_value_new_int32(1)), 0);
    sentry_value_decref(root);
}

/* Each level twice in the next: few values, but as many paths as 2^40. */
static void shared_parts(void)
{
    sentry_value_t value = sentry_value_new_list();
    int i;
    for (i = 0; i < 40; i++) {
        sentry_value_t outer = sentry_value_new_list();
        CHECK_INT(sentry_value_append(outer, sentry_value_incref(value)), 0);
        CHECK_INT(sentry_value_append(outer, value), 0);
        value = outer;
    }
    sentry_value_freeze(value);
    CHECK(sentry_value_is_frozen(value));
    CHECK_INT(sentry_value_decref(value), 0);
}

/* -- reading JSON ----------------------------------------------------------------------- */

typedef struct {
    const char *text;
    const char *written; /* how the SDK writes what it read; NULL when the text must be refused */
} json_case_t;

static const json_case_t valid_texts[] = {
    { "null", "null" }, { "true", "true" }, { "false", "false" }, { "0", "0" }, { "7", "7" }, { "-1", "-1" },
    { "1234567890", "1234567890" }, { " null ", "null" }, { "\t\n\r true\t\n\r ", "true" }, { "\"\"", "\"\"" },
    { "\"a\"", "\"a\"" }, { " \"a b\" ", "\"a b\"" }, { "[]", "[]" }, { "[ ]", "[]" }, { "{}", "{}" }, { "{ }", "{}" },
    { "[1]", "[1]" }, { "[1,2,3]", "[1,2,3]" }, { "[ 1 , 2 ]", "[1,2]" }, { "[\n1\n]\n", "[1]" }, { "[[]]", "[[]]" },
    { "[[],[]]", "[[],[]]" }, { "[{}]", "[{}]" }, { "[null,true,false]", "[null,true,false]" }, { "[null]", "[null]" },
    { "{\"a\":1}", "{\"a\":1}" }, { "{ \"a\" : 1 }", "{\"a\":1}" }, { "{\"a\":{\"b\":{}}}", "{\"a\":{\"b\":{}}}" },
    { "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2}" }, { "{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}" }, { "{\"\":0}", "{\"\":0}" },
    { "{\"a\":null}", "{\"a\":null}" }, { "{\"a b\":[]}", "{\"a b\":[]}" }, { "{\"a\":1,\"a\":2}", "{\"a\":2}" },
    { "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}" }, { "{\"a\":1,\"\\u0061\":2}", "{\"a\":2}" },
    { "{\"a\":[1],\"a\":{}}", "{\"a\":{}}" }, { "\"\\\"\"", "\"\\\"\"" }, { "\"\\\\\"", "\"\\\\\"" }, { "\"\\/\"", "\"/\"" },
    { "\"\\n\"", "\"\\n\"" }, { "\"\\t\\r\"", "\"\\t\\r\"" }, { "\"\\u0041\"", "\"A\"" }, { "\"\\u00e9\"", "\"\xC3\xA9\"" },
    { "\"\\u00E9\"", "\"\xC3\xA9\"" }, { "\"\\u20ac\"", "\"\xE2\x82\xAC\"" }, { "\"\\uFFFF\"", "\"\xEF\xBF\xBF\"" },
    { "\"\\uD83D\\uDE00\"", "\"\xF0\x9F\x98\x80\"" }, { "\"\\ud800\\udc00\"", "\"\xF0\x90\x80\x80\"" },
    { "\"\\udbff\\udfff\"", "\"\xF4\x8F\xBF\xBF\"" }, { "\"\\u0022\"", "\"\\\"\"" }, { "\"\\u005c\"", "\"\\\\\"" },
    { "\"\\u002f\"", "\"/\"" }, { "\"\\u2028\"", "\"\xE2\x80\xA8\"" }, { "\"\\ufeff\"", "\"\xEF\xBB\xBF\"" },
    { "\"/\"", "\"/\"" }, { "\"'\"", "\"'\"" }, { "\"\xC3\xA9\"", "\"\xC3\xA9\"" }, { "\"\xE2\x82\xAC\"", "\"\xE2\x82\xAC\"" },
    { "\"\xF0\x9F\x98\x80\"", "\"\xF0\x9F\x98\x80\"" }, { "\"\xF4\x8F\xBF\xBF\"", "\"\xF4\x8F\xBF\xBF\"" },
    { "\"\xED\x9F\xBF\"", "\"\xED\x9F\xBF\"" }, { "\"\xEE\x80\x80\"", "\"\xEE\x80\x80\"" },
    { "{\"\xC3\xA9\":1}", "{\"\xC3\xA9\":1}" }, { "\"\\u0061\\u0062\"", "\"ab\"" }, { "\"a\\u0062c\"", "\"abc\"" },
    { "\"http:\\/\\/x\"", "\"http://x\"" }, { "\"[1,2]\"", "\"[1,2]\"" }, { "\"{}\"", "\"{}\"" },
    { "\"\\\\u0041\"", "\"\\\\u0041\"" },
    /* half of a pair */
    { "\"\\ud800\"", "\"" FFFD "\"" }, { "\"\\udfff\"", "\"" FFFD "\"" }, { "\"\\ud800x\"", "\"" FFFD "x\"" },
    { "\"\\udc00\\ud800\"", "\"" FFFD FFFD "\"" }, { "\"\\ud800\\ud800\"", "\"" FFFD FFFD "\"" },
    { "\"\\ud800\\u0041\"", "\"" FFFD "A\"" }, { "\"\\ud800\\n\"", "\"" FFFD "\\n\"" },
    { "\"\\ud800\\ud83d\\ude00\"", "\"" FFFD "\xF0\x9F\x98\x80\"" }, { "\"x\\udead\"", "\"x" FFFD "\"" },
    /* integers */
    { "2147483647", "2147483647" }, { "2147483648", "2147483648" }, { "-2147483648", "-2147483648" },
    { "-2147483649", "-2147483649" }, { "4294967296", "4294967296" }, { "9007199254740993", "9007199254740993" },
    { "9223372036854775807", "9223372036854775807" }, { "9223372036854775808", "9223372036854775808" },
    { "-9223372036854775808", "-9223372036854775808" }, { "18446744073709551615", "18446744073709551615" },
    { "[0,-1,10,-10]", "[0,-1,10,-10]" },
    /* other numbers */
    { "1.5", "1.5" }, { "-0.25", "-0.25" }, { "0.1", "0.1" }, { "123.456", "123.456" }, { "15e-1", "1.5" }, { "15E-1", "1.5" },
    { "0.15e1", "1.5" }, { "0.15e+1", "1.5" }, { "0.15E+01", "1.5" }, { "[0.5]", "[0.5]" }, { "{\"n\":-2.5}", "{\"n\":-2.5}" }
};

static const json_case_t invalid_texts[] = {
    { "", NULL }, { " ", NULL }, { "\n", NULL }, { "nul", NULL }, { "nulll", NULL }, { "Null", NULL }, { "NULL", NULL },
    { "tru", NULL }, { "True", NULL }, { "truex", NULL }, { "fals", NULL }, { "undefined", NULL }, { "NaN", NULL },
    { "nan", NULL }, { "Infinity", NULL }, { "-Infinity", NULL }, { "inf", NULL }, { "-", NULL }, { "+1", NULL },
    { "--1", NULL }, { "- 1", NULL }, { "01", NULL }, { "-01", NULL }, { "00", NULL }, { "1.", NULL }, { ".5", NULL },
    { "-.5", NULL }, { "1.e5", NULL }, { "1e", NULL }, { "1e+", NULL }, { "1e-", NULL }, { "1E", NULL }, { "1.5e", NULL },
    { "1e1.5", NULL }, { "1..5", NULL }, { "1.5.5", NULL }, { "0x10", NULL }, { "0b1", NULL }, { "1_000", NULL },
    { "1,5", NULL }, { "1 2", NULL }, { "1a", NULL }, { "0e", NULL }, { "1f", NULL }, { "\xEF\xBC\x91", NULL }, { "[", NULL },
    { "]", NULL }, { "[1", NULL }, { "[1,", NULL }, { "[1,]", NULL }, { "[,]", NULL }, { "[,1]", NULL }, { "[1,,2]", NULL },
    { "[1 2]", NULL }, { "[1]]", NULL }, { "[1}", NULL }, { "[[1]", NULL }, { "[]x", NULL }, { "[1];", NULL },
    { "[\"a\"", NULL }, { "[\"a", NULL }, { "[1:2]", NULL }, { "[*]", NULL }, { "(1)", NULL }, { "{", NULL }, { "}", NULL },
    { "{]", NULL }, { "{\"a\"}", NULL }, { "{\"a\":}", NULL }, { "{\"a\":1", NULL }, { "{\"a\":1,", NULL },
    { "{\"a\":1,}", NULL }, { "{,}", NULL }, { "{\"a\" 1}", NULL }, { "{\"a\":1 \"b\":2}", NULL },
    { "{\"a\":1,,\"b\":2}", NULL }, { "{a:1}", NULL }, { "{'a':1}", NULL }, { "{1:1}", NULL }, { "{null:1}", NULL },
    { "{\"a\"::1}", NULL }, { "{\"a\":1}}", NULL }, { "{\"a\":1}x", NULL }, { "{\"a\":1 2}", NULL }, { "{[]:1}", NULL },
    { "{\"a\",1}", NULL }, { "{\"a", NULL }, { "{\"a\"", NULL }, { "{\"a\":", NULL }, { "\"", NULL }, { "\"a", NULL },
    { "a\"", NULL }, { "'a'", NULL }, { "\"a\"b", NULL }, { "\"a\"\"b\"", NULL }, { "\"\\", NULL }, { "\"\\\"", NULL },
    { "\"\\x41\"", NULL }, { "\"\\a\"", NULL }, { "\"\\0\"", NULL }, { "\"\\'\"", NULL }, { "\"\\U0041\"", NULL },
    { "\"\\ \"", NULL }, { "\"\\u\"", NULL }, { "\"\\u1\"", NULL }, { "\"\\u12\"", NULL }, { "\"\\u123\"", NULL },
    { "\"\\u123g\"", NULL }, { "\"\\u 123\"", NULL }, { "\"\\u-123\"", NULL }, { "\"\\u+123\"", NULL }, { "\"\\u0x41\"", NULL },
    { "\"\\ud83d\\u\"", NULL }, { "\"\\ud83d\\u12\"", NULL }, { "\"\\ud83d\\", NULL }, { "\"\\ud83d\\x\"", NULL },
    { "\"a\nb\"", NULL }, { "\"a\tb\"", NULL }, { "\"\x01\"", NULL }, { "\"\x1f\"", NULL }, { "\"\r\"", NULL },
    { "{\"a\nb\":1}", NULL }, { "\xEF\xBB\xBF{}", NULL }, { "// c\n1", NULL }, { "/* c */1", NULL }, { "1 // c", NULL },
    { "# c", NULL }, { "[1]\f", NULL }, { "\v1", NULL }, { "\xC2\xA0" "1", NULL }, { "[1]\xE2\x80\xA8", NULL },
    { "\\u0031", NULL },
    /* broken UTF-8 */
    { "\"\x80\"", NULL }, { "\"\xFF\"", NULL }, { "\"\xC0\xAF\"", NULL }, { "\"\xE0\x80\xAF\"", NULL },
    { "\"\xED\xA0\x80\"", NULL }, { "\"\xF4\x90\x80\x80\"", NULL }, { "\"\xC3\"", NULL }, { "\"\xE2\x82\"", NULL },
    { "\"\xF0\x9F\x98\"", NULL }, { "\"\xF8\x88\x80\x80\x80\"", NULL }, { "{\"\xFF\":1}", NULL }, { "\xFF", NULL },
    { "[\x80]", NULL }
};

/* Reads a text that ends right before a page which cannot be read. */
static sentry_value_t read_fenced(const fence_t *fence, const char *text, size_t size)
{
    return sentry_value_from_json_n(fence_put(fence, text, size), size);
}

static void valid_json(void)
{
    fence_t fence;
    size_t i;
    REQUIRE(fence_open(&fence));
    CHECK(COUNT(valid_texts) + COUNT(invalid_texts) >= 120);
    for (i = 0; i < COUNT(valid_texts); i++) {
        sentry_value_t value = sentry_value_from_json(valid_texts[i].text);
        CHECK_JSON(value, valid_texts[i].written);
        sentry_value_decref(value);
        value = read_fenced(&fence, valid_texts[i].text, strlen(valid_texts[i].text));
        CHECK_JSON(value, valid_texts[i].written);
        sentry_value_decref(value);
        value = sentry_value_from_json(valid_texts[i].written);
        CHECK_JSON(value, valid_texts[i].written);
        sentry_value_decref(value);
    }
}

static void invalid_json(void)
{
    fence_t fence;
    size_t i;
    REQUIRE(fence_open(&fence));
    for (i = 0; i < COUNT(invalid_texts); i++) {
        char wrapped[64];
        sentry_value_t value = sentry_value_from_json(invalid_texts[i].text);
        if (!sentry_value_is_null(value)) CHECK_STR(invalid_texts[i].text, "a text that is refused");
        sentry_value_decref(value);
        value = read_fenced(&fence, invalid_texts[i].text, strlen(invalid_texts[i].text));
        CHECK(sentry_value_is_null(value));
        sentry_value_decref(value);
        snprintf(wrapped, sizeof wrapped, "{\"k\":[0,%s", invalid_texts[i].text);
        value = sentry_value_from_json(wrapped);
        CHECK(sentry_value_is_null(value));
        sentry_value_decref(value);
    }
}

/* Every start of every valid text: no byte past the end is looked at. */
static void cut_json(void)
{
    fence_t fence;
    size_t i, size;
    REQUIRE(fence_open(&fence));
    for (i = 0; i < COUNT(valid_texts); i++) {
        for (size = 0; size < strlen(valid_texts[i].text); size++) {
            sentry_value_decref(read_fenced(&fence, valid_texts[i].text, size));
        }
    }
}

static void check_number(const char *text, sentry_value_type_t type, double number)
{
    sentry_value_t value = sentry_value_from_json(text);
    CHECK_INT(sentry_value_get_type(value), type);
    CHECK(number_of(value) == number);
    sentry_value_decref(value);
}

static void number_types(void)
{
    check_number("0", SENTRY_VALUE_TYPE_INT32, 0.0);
    check_number("2147483647", SENTRY_VALUE_TYPE_INT32, 2147483647.0);
    check_number("-2147483648", SENTRY_VALUE_TYPE_INT32, -2147483648.0);
    check_number("2147483648", SENTRY_VALUE_TYPE_INT64, 2147483648.0);
    check_number("-2147483649", SENTRY_VALUE_TYPE_INT64, -2147483649.0);
    check_number("9223372036854775807", SENTRY_VALUE_TYPE_INT64, 9223372036854775807.0);
    check_number("-9223372036854775808", SENTRY_VALUE_TYPE_INT64, -9223372036854775808.0);
    check_number("9223372036854775808", SENTRY_VALUE_TYPE_UINT64, 9223372036854775808.0);
    check_number("18446744073709551615", SENTRY_VALUE_TYPE_UINT64, 18446744073709551615.0);
    check_number("18446744073709551616", SENTRY_VALUE_TYPE_DOUBLE, 18446744073709551616.0);
    check_number("-9223372036854775809", SENTRY_VALUE_TYPE_DOUBLE, -9223372036854775809.0);
    check_number("99999999999999999999999999999999", SENTRY_VALUE_TYPE_DOUBLE, 1e32);
    check_number("1e2", SENTRY_VALUE_TYPE_DOUBLE, 100.0);
    check_number("1.0", SENTRY_VALUE_TYPE_DOUBLE, 1.0);
    check_number("1E400000000000000000000", SENTRY_VALUE_TYPE_DOUBLE, double_of(UINT64_C(0x7ff0000000000000)));
    check_number("1e-400", SENTRY_VALUE_TYPE_DOUBLE, 0.0);
    check_number("0e400", SENTRY_VALUE_TYPE_DOUBLE, 0.0);
    check_number("5e-324", SENTRY_VALUE_TYPE_DOUBLE, 5e-324);
    check_number("1.7976931348623157e308", SENTRY_VALUE_TYPE_DOUBLE, DBL_MAX);
    check_number("2.2250738585072011e-308", SENTRY_VALUE_TYPE_DOUBLE, 2.2250738585072011e-308);
    check_number("9007199254740993.0", SENTRY_VALUE_TYPE_DOUBLE, 9007199254740992.0);
    check_number("0.1000000000000000055511151231257827021181583404541015625", SENTRY_VALUE_TYPE_DOUBLE, 0.1);
}

static void negative_zero(void)
{
    sentry_value_t value = sentry_value_from_json("-0"), again;
    char *json = sentry_value_to_json(value);
    CHECK(number_of(value) == 0.0);
    CHECK(json != NULL && (strcmp(json, "0") == 0 || strcmp(json, "-0") == 0 || strcmp(json, "-0.0") == 0));
    sentry_free(json);
    sentry_value_decref(value);
    value = sentry_value_new_double(-0.0);
    json = sentry_value_to_json(value);
    CHECK(json != NULL && json[0] == '-');
    again = sentry_value_from_json(json);
    CHECK(bits_of(sentry_value_as_double(again)) == bits_of(-0.0));
    sentry_value_decref(again);
    sentry_free(json);
    sentry_value_decref(value);
    value = sentry_value_from_json("-0.0");
    CHECK(bits_of(sentry_value_as_double(value)) == bits_of(-0.0));
    sentry_value_decref(value);
}

/* A number with thousands of digits, read like any other. */
static void long_numbers(void)
{
    char text[5001];
    sentry_value_t value;
    memset(text, '1', sizeof text);
    text[1] = '.';
    text[sizeof text - 1] = 0;
    value = sentry_value_from_json(text);
    CHECK(sentry_value_as_double(value) == (double)1.1111111111111112);
    sentry_value_decref(value);
    memset(text, '0', sizeof text);
    text[0] = '0';
    text[1] = '.';
    memcpy(text + 4990, "1e4989", 7);
    value = sentry_value_from_json(text);
    CHECK(sentry_value_as_double(value) == 1.0);
    sentry_value_decref(value);
    memset(text, '9', sizeof text);
    text[sizeof text - 1] = 0;
    value = sentry_value_from_json(text);
    CHECK(sentry_value_is_null(value) || sentry_value_as_double(value) > DBL_MAX);
    sentry_value_decref(value);
}

/* A text ends at its first zero byte, also in the middle of what `_n` was given; a zero that is escaped is data. */
static void zero_bytes(void)
{
    sentry_value_t value = sentry_value_from_json_n("[1]\0[2]", 7);
    CHECK_JSON(value, "[1]");
    sentry_value_decref(value);
    CHECK(sentry_value_is_null(sentry_value_from_json_n("[1,\0" "2]", 6)));
    CHECK(sentry_value_is_null(sentry_value_from_json_n("\"a\0b\"", 5)));
    CHECK(sentry_value_is_null(sentry_value_from_json_n("\0[1]", 4)));
    value = sentry_value_from_json("[\"a\\u0000b\"]");
    CHECK_INT(sentry_value_get_type(value), SENTRY_VALUE_TYPE_LIST);
    CHECK_INT(sentry_value_get_length(value), 1);
    CHECK_INT(sentry_value_as_string(sentry_value_get_by_index(value, 0))[0], 'a');
    sentry_value_decref(value);
    value = sentry_value_from_json("{\"a\\u0000b\":1}");
    CHECK_INT(sentry_value_get_type(value), SENTRY_VALUE_TYPE_OBJECT);
    CHECK_INT(sentry_value_get_length(value), 1);
    sentry_value_decref(value);
    value = sentry_value_new_string_n("a\0b", 3);
    CHECK_INT(sentry_value_get_length(value), 1);
    CHECK_STR(sentry_value_as_string(value), "a");
    sentry_value_decref(value);
}

/* Strings with a length that end right before a page which cannot be read. */
static void lengths_are_respected(void)
{
    fence_t fence;
    sentry_value_t object = sentry_value_new_object(), value;
    const char *text;
    REQUIRE(fence_open(&fence));
    text = fence_put(&fence, "abcdef", 6);
    value = sentry_value_new_string_n(text, 6);
    CHECK_STR(sentry_value_as_string(value), "abcdef");
    sentry_value_decref(value);
    CHECK_INT(sentry_value_set_by_key_n(object, text, 6, sentry_value_new_int32(1)), 0);
    CHECK_INT(sentry_value_set_by_key_n(object, text + 3, 3, sentry_value_new_int32(2)), 0);
    CHECK_JSON(object, "{\"abcdef\":1,\"def\":2}");
    CHECK_INT(sentry_value_as_int32(sentry_value_get_by_key_n(object, text + 3, 3)), 2);
    CHECK(sentry_value_is_null(sentry_value_get_by_key_n(object, text + 4, 2)));
    CHECK_INT(sentry_value_remove_by_key_n(object, text + 3, 3), 0);
    check_uuid(sentry_uuid_from_string_n(text, 6), "abcdef00-0000-0000-0000-000000000000");
    check_and_drop(sentry_value_new_exception_n(text, 6, text + 3, 3), "{\"type\":\"abcdef\",\"value\":\"def\"}");
    check_and_drop(sentry_value_new_thread_n(1, text, 6), "{\"id\":\"1\",\"name\":\"abcdef\"}");
    check_and_drop(sentry_value_new_user_n(text, 6, text, 6, text, 6, text, 6),
        "{\"id\":\"abcdef\",\"username\":\"abcdef\",\"email\":\"abcdef\",\"ip_address\":\"abcdef\"}");
    check_and_drop(sentry_value_new_attribute_n(text_value("x"), text, 6),
        "{\"type\":\"string\",\"value\":\"x\",\"unit\":\"abcdef\"}");
    sentry_value_decref(sentry_value_new_breadcrumb_n(text, 6, text, 6));
    sentry_value_decref(sentry_value_new_message_event_n(SENTRY_LEVEL_INFO, text, 6, text, 6));
    sentry_value_decref(object);
    text = fence_put(&fence, "a\xF0\x9F\x98", 4);
    value = sentry_value_new_string_n(text, 4);
    CHECK_JSON(value, "\"a" FFFD FFFD FFFD "\"");
    sentry_value_decref(value);
}

/* Changes, inserts, doubles or removes a few bytes; the new size. */
static size_t mutate(char *text, size_t size, size_t cap)
{
    static const char likely[] = "{}[]\",:\\u0019eE+-. \ntfnd8D\x80\xC3\xED\xF0\xFF";
    size_t times = 1 + random_below(3);
    while (times-- > 0 && size > 0) {
        size_t at = random_below(size);
        char byte = next_random() & 3 ? likely[random_below(sizeof likely)] : (char)random_below(256);
        switch (random_below(4)) {
        case 0:
            text[at] = byte;
            break;
        case 1:
            if (size < cap) {
                memmove(text + at + 1, text + at, size - at);
                text[at] = byte;
                size++;
            }
            break;
        case 2:
            memmove(text + at, text + at + 1, size - at - 1);
            size--;
            break;
        default:
            text[at] = text[random_below(size)];
            break;
        }
    }
    return size;
}

static void mutated_json(void)
{
    static const char *const seeds[] = {
        "{\"a\":[1,2.5,-3e2,true,false,null],\"b\":{\"c\":\"\\u00e9\\ud83d\\ude00\\n\",\"d\":[]},\"e\":18446744073709551615}",
        "[\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\",{\"\":{\"\":[[[]]]}}]",
        "[0,-0,1e1,0.5,123456789012,-9223372036854775808,1.7976931348623157e308,5e-324]",
        "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\",\"tags\":{\"k\":\"v\"},\"tags\":{\"k\":\"w\"}}"
    };
    fence_t fence;
    char text[256];
    int round, read = 0;
    REQUIRE(fence_open(&fence));
    for (round = 0; round < 100000; round++) {
        const char *seed = seeds[random_below(COUNT(seeds))];
        size_t size = strlen(seed);
        sentry_value_t value, again;
        char *first, *second;
        memcpy(text, seed, size);
        size = mutate(text, size, sizeof text);
        value = read_fenced(&fence, text, size);
        if (sentry_value_is_null(value)) continue;
        read++;
        first = sentry_value_to_json(value);
        again = sentry_value_from_json(first);
        second = sentry_value_to_json(again);
        if (!first || !second || strcmp(first, second) != 0) CHECK_STR(second, first);
        CHECK_EACH(first != NULL && utf8_valid(first, strlen(first)));
        sentry_free(first);
        sentry_free(second);
        sentry_value_decref(value);
        sentry_value_decref(again);
    }
    CHECK(read > 1000);
}

/* -- msgpack ----------------------------------------------------------------------------- */

/* A reader of msgpack that knows nothing of the SDK; `p` becomes NULL at the first mismatch. */
typedef struct {
    const unsigned char *p, *end;
} pack_t;

static uint64_t pack_big_endian(pack_t *pack, size_t bytes)
{
    uint64_t result = 0;
    if (!pack->p || (size_t)(pack->end - pack->p) < bytes) {
        pack->p = NULL;
        return 0;
    }
    while (bytes-- > 0) result = result << 8 | *pack->p++;
    return result;
}

static int is_integer(sentry_value_t value)
{
    sentry_value_type_t type = sentry_value_get_type(value);
    return type == SENTRY_VALUE_TYPE_INT32 || type == SENTRY_VALUE_TYPE_INT64 || type == SENTRY_VALUE_TYPE_UINT64;
}

/* Integers, in the shortest form that msgpack has for them. */
static int pack_match_integer(pack_t *pack, unsigned tag, sentry_value_t value)
{
    int big = sentry_value_get_type(value) == SENTRY_VALUE_TYPE_UINT64;
    uint64_t bits = big ? sentry_value_as_uint64(value) : (uint64_t)sentry_value_as_int64(value);
    int negative = !big && sentry_value_as_int64(value) < 0;
    uint64_t read, minimum;
    size_t bytes;
    if (tag < 0x80) return bits == tag;
    if (tag >= 0xe0) return negative && bits == (UINT64_C(0xffffffffffffff00) | tag);
    if (tag < 0xcc || tag > 0xd3) return 0;
    bytes = (size_t)1 << (tag & 3);
    read = pack_big_endian(pack, bytes);
    if (tag <= 0xcf) {
        minimum = bytes == 1 ? 0x80 : UINT64_C(1) << (4 * bytes);
        return !negative && read == bits && read >= minimum;
    }
    if (bytes < 8) read |= UINT64_MAX << (8 * bytes);
    minimum = bytes == 1 ? 32 : UINT64_C(1) << (4 * bytes - 1);
    return negative && read == bits && UINT64_MAX - bits >= minimum;
}

/* The length behind a tag of strings, lists or maps; `fix` and its mask, then the tag of 16-bit lengths. */
static size_t pack_length(pack_t *pack, unsigned tag, unsigned fix, unsigned mask, unsigned tag16)
{
    uint64_t length;
    if ((tag & ~mask) == fix) return tag & mask;
    if (tag16 == 0xda && tag == 0xd9) {
        length = pack_big_endian(pack, 1);
        if (length > mask) return (size_t)length;
    } else if (tag == tag16) {
        length = pack_big_endian(pack, 2);
        if (length > (tag16 == 0xda ? 0xff : mask)) return (size_t)length;
    } else if (tag == tag16 + 1) {
        length = pack_big_endian(pack, 4);
        if (length > 0xffff) return (size_t)length;
    }
    pack->p = NULL;
    return (size_t)-1;
}

static int pack_match_string(pack_t *pack, unsigned tag, const char *text, size_t size)
{
    if (pack_length(pack, tag, 0xa0, 0x1f, 0xda) != size) return 0;
    if (!pack->p || (size_t)(pack->end - pack->p) < size || memcmp(pack->p, text, size) != 0) return 0;
    pack->p += size;
    return 1;
}

/* Reads one thing and compares it with a value; 0 for a difference. */
static int pack_match(pack_t *pack, sentry_value_t value)
{
    unsigned tag = (unsigned)pack_big_endian(pack, 1);
    size_t i, length;
    if (!pack->p) return 0;
    if (is_integer(value)) return pack_match_integer(pack, tag, value);
    switch (sentry_value_get_type(value)) {
    case SENTRY_VALUE_TYPE_NULL:
        return tag == 0xc0;
    case SENTRY_VALUE_TYPE_BOOL:
        return tag == (sentry_value_is_true(value) ? 0xc3u : 0xc2u);
    case SENTRY_VALUE_TYPE_DOUBLE:
        return tag == 0xcb && pack_big_endian(pack, 8) == bits_of(sentry_value_as_double(value));
    case SENTRY_VALUE_TYPE_STRING:
        return pack_match_string(pack, tag, sentry_value_as_string(value), sentry_value_get_length(value));
    case SENTRY_VALUE_TYPE_LIST:
        length = pack_length(pack, tag, 0x90, 0x0f, 0xdc);
        if (length != sentry_value_get_length(value)) return 0;
        for (i = 0; i < length; i++) {
            if (!pack_match(pack, sentry_value_get_by_index(value, i))) return 0;
        }
        return 1;
    case SENTRY_VALUE_TYPE_OBJECT:
        length = pack_length(pack, tag, 0x80, 0x0f, 0xde);
        if (length != sentry_value_get_length(value)) return 0;
        for (i = 0; i < length; i++) {
            char key[64];
            size_t size = 0;
            unsigned key_tag = (unsigned)pack_big_endian(pack, 1);
            size = pack_length(pack, key_tag, 0xa0, 0x1f, 0xda);
            if (!pack->p || size >= sizeof key || (size_t)(pack->end - pack->p) < size) return 0;
            memcpy(key, pack->p, size);
            key[size] = 0;
            pack->p += size;
            if (!pack_match(pack, sentry_value_get_by_key(value, key))) return 0;
        }
        return 1;
    default:
        return 0;
    }
}

/* Writes a value and reads it back with the reader above; drops it. */
static void check_pack(sentry_value_t value)
{
    size_t size = 0;
    char *bytes = sentry_value_to_msgpack(value, &size);
    pack_t pack;
    pack.p = (const unsigned char *)bytes;
    pack.end = pack.p + size;
    if (!bytes || !pack_match(&pack, value) || pack.p != pack.end) check_and_drop(sentry_value_incref(value), "packed well");
    sentry_free(bytes);
    sentry_value_decref(value);
}

static void check_bytes(const char *json, const char *expected)
{
    sentry_value_t value = sentry_value_from_json(json);
    size_t i, size = 0;
    char *bytes = sentry_value_to_msgpack(value, &size), hex[128];
    REQUIRE(bytes != NULL && size * 2 < sizeof hex);
    for (i = 0; i < size; i++) snprintf(hex + 2 * i, 3, "%02x", (unsigned)(unsigned char)bytes[i]);
    CHECK_STR(hex, expected);
    sentry_free(bytes);
    check_pack(value);
}

static void msgpack_bytes(void)
{
    static const json_case_t cases[] = {
        { "null", "c0" }, { "false", "c2" }, { "true", "c3" }, { "0", "00" }, { "1", "01" }, { "127", "7f" }, { "128", "cc80" },
        { "255", "ccff" }, { "256", "cd0100" }, { "65535", "cdffff" }, { "65536", "ce00010000" },
        { "2147483647", "ce7fffffff" }, { "2147483648", "ce80000000" }, { "4294967295", "ceffffffff" },
        { "4294967296", "cf0000000100000000" }, { "9223372036854775807", "cf7fffffffffffffff" },
        { "9223372036854775808", "cf8000000000000000" }, { "18446744073709551615", "cfffffffffffffffff" }, { "-1", "ff" },
        { "-32", "e0" }, { "-33", "d0df" }, { "-128", "d080" }, { "-129", "d1ff7f" }, { "-32768", "d18000" },
        { "-32769", "d2ffff7fff" }, { "-2147483648", "d280000000" }, { "-2147483649", "d3ffffffff7fffffff" },
        { "-9223372036854775808", "d38000000000000000" }, { "1.5", "cb3ff8000000000000" }, { "-0.1", "cbbfb999999999999a" },
        { "\"\"", "a0" }, { "\"a\"", "a161" }, { "\"\xC3\xA9\"", "a2c3a9" }, { "[]", "90" }, { "[1]", "9101" },
        { "[[],[null]]", "929091c0" }, { "{}", "80" }, { "{\"a\":1}", "81a16101" },
        { "{\"b\":[true],\"a\":{}}", "82a16291c3a16180" }, { "{\"\":-1}", "81a0ff" }
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) check_bytes(cases[i].text, cases[i].written);
}

static void check_pack_head(sentry_value_t value, const char *head, size_t head_size)
{
    size_t size = 0;
    char *bytes = sentry_value_to_msgpack(value, &size);
    CHECK(bytes != NULL && size > head_size && memcmp(bytes, head, head_size) == 0);
    sentry_free(bytes);
    check_pack(value);
}

static sentry_value_t text_of_length(size_t length)
{
    char *text = (char *)malloc(length + 1);
    sentry_value_t value = sentry_value_new_null();
    if (!text) return value;
    memset(text, 's', length);
    text[length] = 0;
    value = sentry_value_new_string(text);
    free(text);
    return value;
}

static sentry_value_t list_of_length(size_t length)
{
    sentry_value_t list = sentry_value_new_list();
    while (length-- > 0) sentry_value_append(list, sentry_value_new_int32((int32_t)length));
    return list;
}

static sentry_value_t object_of_length(size_t length)
{
    sentry_value_t object = sentry_value_new_object();
    while (length-- > 0) {
        char key[24];
        snprintf(key, sizeof key, "%lu", (unsigned long)length);
        sentry_value_set_by_key(object, key, sentry_value_new_bool(1));
    }
    return object;
}

static void msgpack_size_classes(void)
{
    check_pack_head(text_of_length(31), "\xbf", 1);
    check_pack_head(text_of_length(32), "\xd9\x20", 2);
    check_pack_head(text_of_length(255), "\xd9\xff", 2);
    check_pack_head(text_of_length(256), "\xda\x01\x00", 3);
    check_pack_head(text_of_length(65535), "\xda\xff\xff", 3);
    check_pack_head(text_of_length(65536), "\xdb\x00\x01\x00\x00", 5);
    check_pack_head(list_of_length(15), "\x9f", 1);
    check_pack_head(list_of_length(16), "\xdc\x00\x10", 3);
    check_pack_head(list_of_length(65535), "\xdc\xff\xff", 3);
    check_pack_head(list_of_length(65536), "\xdd\x00\x01\x00\x00", 5);
    check_pack_head(object_of_length(15), "\x8f", 1);
    check_pack_head(object_of_length(16), "\xde\x00\x10", 3);
    check_pack_head(object_of_length(1000), "\xde\x03\xe8", 3);
}

static void msgpack_integers(void)
{
    int i;
    for (i = 0; i < 20000; i++) {
        uint64_t bits = next_random() >> random_below(64);
        check_pack(sentry_value_new_int32((int32_t)(uint32_t)bits));
        check_pack(sentry_value_new_int64((int64_t)bits));
        check_pack(sentry_value_new_int64(-(int64_t)(bits >> 1)));
        check_pack(sentry_value_new_uint64(bits));
    }
    check_pack(sentry_value_new_int64(5));
    check_pack(sentry_value_new_uint64(5));
    check_pack(sentry_value_new_double(5.0));
    CHECK_INT(i, 20000);
}

static void msgpack_of_broken_utf8(void)
{
    size_t size = 0;
    sentry_value_t value = text_value("a\xFFz");
    char *bytes = sentry_value_to_msgpack(value, &size);
    REQUIRE(bytes != NULL && size > 1);
    CHECK(utf8_valid(bytes + 1, size - 1));
    CHECK_INT((unsigned char)bytes[0], 0xa0 + size - 1);
    sentry_free(bytes);
    sentry_value_decref(value);
}

/* The text of a double reads back as the same double, and no text with one digit less does. */
static void doubles_are_shortest(void)
{
    uint64_t random = 0x9e3779b97f4a7c15u;
    unsigned i, wrong = 0, longer = 0;
    for (i = 0; i < 20000; i++) {
        double v;
        char *text, less[40];
        size_t digits = 0;
        const char *p;
        sentry_value_t value;
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        memcpy(&v, &random, sizeof v);
        if (i % 2) v = (double)(random >> 40) / 1000.0; /* what programs measure */
        if (!(v >= -DBL_MAX && v <= DBL_MAX)) continue;
        value = sentry_value_new_double(v);
        text = sentry_value_to_json(value);
        sentry_value_decref(value);
        for (p = text; *p && *p != 'e'; p++) digits += *p >= '0' && *p <= '9' && (digits > 0 || *p != '0');
        wrong += strtod(text, NULL) < v || strtod(text, NULL) > v;
        if (digits > 1 && digits <= 17 && strchr(text, '.')) {
            snprintf(less, sizeof less, "%.*e", (int)digits - 2, v);
            longer += !(strtod(less, NULL) < v || strtod(less, NULL) > v);
        }
        sentry_free(text);
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(longer, 0);
}

static const test_case_t tests[] = {
    { "getters_do_not_coerce", getters_do_not_coerce },
    { "doubles_are_shortest", doubles_are_shortest },
    { "as_double_takes_doubles_and_int32", as_double_takes_doubles_and_int32 },
    { "truth", truth },
    { "extreme_integers", extreme_integers },
    { "null_arguments", null_arguments },
    { "zeroed_value_is_null", zeroed_value_is_null },
    { "reference_counts", reference_counts },
    { "setters_consume_when_they_fail", setters_consume_when_they_fail },
    { "containers_hold_and_release", containers_hold_and_release },
    { "lent_and_owned", lent_and_owned },
#ifndef SENTRY_NO_THREADS
    { "counting_is_atomic", counting_is_atomic },
#endif
    { "scalars_are_born_frozen", scalars_are_born_frozen },
    { "freezing_goes_all_the_way_down", freezing_goes_all_the_way_down },
    { "frozen_values_can_be_put_elsewhere", frozen_values_can_be_put_elsewhere },
    { "objects_keep_their_order", objects_keep_their_order },
    { "keys_with_lengths", keys_with_lengths },
    { "keys_are_copied", keys_are_copied },
    { "wrong_types_have_no_parts", wrong_types_have_no_parts },
    { "list_indices", list_indices },
    { "list_fill_is_limited", list_fill_is_limited },
    { "many_elements", many_elements },
    { "huge_string", huge_string },
    { "attributes", attributes },
    { "attributes_refused", attributes_refused },
    { "uuid_from_strings", uuid_from_strings },
    { "uuid_bytes", uuid_bytes },
    { "uuids_are_random", uuids_are_random },
#ifndef _WIN32
    { "uuids_differ_after_fork", uuids_differ_after_fork },
#endif
#ifndef SENTRY_NO_THREADS
    { "uuids_differ_between_threads", uuids_differ_between_threads },
#endif
    { "new_event", new_event },
    { "new_message_event", new_message_event },
    { "new_breadcrumb", new_breadcrumb },
    { "new_exception_and_thread", new_exception_and_thread },
    { "new_user", new_user },
    { "adding_exceptions", adding_exceptions },
    { "adding_causes", adding_causes },
    { "adding_a_cause_first", adding_a_cause_first },
    { "adding_threads", adding_threads },
    { "adding_to_a_bare_list", adding_to_a_bare_list },
    { "every_ascii_byte", every_ascii_byte },
    { "plain_text_is_not_escaped", plain_text_is_not_escaped },
    { "broken_utf8_is_repaired", broken_utf8_is_repaired },
    { "random_bytes_become_utf8", random_bytes_become_utf8 },
    { "doubles_read_back_the_same", doubles_read_back_the_same },
    { "doubles_are_short", doubles_are_short },
    { "not_a_number_is_null", not_a_number_is_null },
    { "doubles_keep_their_bits", doubles_keep_their_bits },
    { "works_where_the_decimal_point_is_a_comma", works_where_the_decimal_point_is_a_comma },
    { "deep_values_need_no_stack", deep_values_need_no_stack },
    { "depth_limit_is_exact", depth_limit_is_exact },
    { "absurdly_long_keys", absurdly_long_keys },
    { "cycles_are_refused", cycles_are_refused },
    { "long_cycle_is_refused", long_cycle_is_refused },
    { "shared_parts", shared_parts },
    { "valid_json", valid_json },
    { "invalid_json", invalid_json },
    { "cut_json", cut_json },
    { "number_types", number_types },
    { "negative_zero", negative_zero },
    { "long_numbers", long_numbers },
    { "zero_bytes", zero_bytes },
    { "lengths_are_respected", lengths_are_respected },
    { "mutated_json", mutated_json },
    { "msgpack_bytes", msgpack_bytes },
    { "msgpack_size_classes", msgpack_size_classes },
    { "msgpack_integers", msgpack_integers },
    { "msgpack_of_broken_utf8", msgpack_of_broken_utf8 }
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
