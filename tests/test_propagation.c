/* Traces that come from elsewhere and go on elsewhere: sentry-trace, traceparent, baggage, the environment. */
#include "alloc.h"
#include "collect.h"
#include "files.h"
#include "trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define TRACE_ID "771a43a4192642f0b136d5159a501700"
#define SPAN_ID "b0e6f15b45c36b12"
#define PARENT TRACE_ID "-" SPAN_ID
#define THEIRS "sentry-trace_id=" TRACE_ID ",sentry-public_key=49d0f7386ad645858ae85020e393bef3,sentry-sample_rate=0.25,sentry-sample_rand=0.123456," \
               "sentry-sampled=true,sentry-environment=production,sentry-release=my-app%401.2.3,sentry-transaction=GET%20%2Fusers%2F%3Aid,sentry-org_id=42"

static void stop(void)
{
    collect_stop();
    CHECK_INT(alloc_now().blocks, 0);
}

/* The header sentry-trace as a request would get it now, in a buffer that the next call overwrites. */
static const char *traceparent(void)
{
    static char text[SENTRY_TRACEPARENT_SIZE];
    size_t length = sentry_get_traceparent(text, sizeof text);
    CHECK_EACH(length == strlen(text));
    return text;
}

static const char *baggage(void)
{
    static char text[SENTRY_MAX_BAGGAGE + 1];
    size_t length = sentry_get_baggage(text, sizeof text);
    CHECK_EACH(length == strlen(text));
    return text;
}

static const char *merged(const char *existing)
{
    static char text[SENTRY_MAX_BAGGAGE + 1];
    size_t length = sentry_merge_baggage(existing, text, sizeof text);
    CHECK_EACH(length == strlen(text));
    return text;
}

/* A member of what goes out now. */
static const char *member(const char *key)
{
    return baggage_member(baggage(), key);
}

static int members_of(const char *header)
{
    int n = *header != 0;
    for (; *header; header++)
        n += *header == ',';
    return n;
}

/* "<32>-<16>" with a flag, or none. */
static int is_sentry_trace(const char *text, const char *flag)
{
    char trace[33], span[17];
    if (strlen(text) != 49 + strlen(flag) || text[32] != '-')
        return 0;
    snprintf(trace, sizeof trace, "%.32s", text);
    snprintf(span, sizeof span, "%.16s", text + 33);
    return is_hex(trace, 32) && is_hex(span, 16) && strcmp(text + 49, flag) == 0;
}

static const char *trace_str(size_t i, const char *key)
{
    return sentry_value_as_string(sentry_value_get_by_key(collect_get(i, "contexts.trace"), key));
}

/* -- out: without a transaction --------------------------------------------------------------- */

static void headers_of_a_scope(void)
{
    char first[64];
    const trace_headers_t *headers;
    REQUIRE(collect_start(NULL) == 0);
    snprintf(first, sizeof first, "%s", traceparent());
    CHECK(is_sentry_trace(first, ""));
    CHECK_STR(traceparent(), first);
    CHECK_INT(strncmp(member("sentry-trace_id"), first, 32), 0);
    CHECK_STR(member("sentry-public_key"), "abc123");
    CHECK_STR(member("sentry-release"), "app%401.2.3");
    CHECK_STR(member("sentry-environment"), "testing");
    CHECK_STR(member("sentry-org_id"), "42");
    CHECK(is_sample_rand(member("sentry-sample_rand")));
    CHECK_STR(member("sentry-sampled"), "");
    CHECK_STR(member("sentry-sample_rate"), "");
    CHECK_STR(member("sentry-transaction"), "");
    CHECK_INT(members_of(baggage()), 6);
    headers = trace_headers();
    CHECK_INT(headers->count, 2);
    CHECK_STR(headers->sentry_trace, first);
    CHECK_STR(headers->baggage, baggage());
    say("error");
    CHECK_INT(strncmp(trace_str(0, "trace_id"), first, 32), 0);
    CHECK_STR(trace_str(0, "span_id"), first + 33);
    CHECK_STR(trace_dsc(0, "trace_id"), trace_str(0, "trace_id"));
    CHECK_STR(trace_dsc(0, "release"), "app@1.2.3");
    CHECK_STR(trace_dsc(0, "sampled"), "");
    stop();
}

static void without_the_sdk(void)
{
    char text[8] = "before";
    const trace_headers_t *headers = trace_headers();
    CHECK_INT(headers->count, 0);
    CHECK_INT(sentry_get_traceparent(text, sizeof text), 0);
    CHECK_STR(text, "");
    snprintf(text, sizeof text, "before");
    CHECK_INT(sentry_get_baggage(text, sizeof text), 0);
    CHECK_STR(text, "");
    CHECK_INT(sentry_get_traceparent(NULL, 0), 0);
    CHECK_INT(sentry_get_baggage(NULL, 0), 0);
    sentry_merge_baggage("a=1", text, sizeof text);
    sentry_merge_baggage(NULL, NULL, 0);
    sentry_trace_iter_headers(NULL, NULL);
    CHECK_INT(sentry_continue_trace(PARENT, THEIRS), 0);
    CHECK_INT(sentry_continue_trace(NULL, NULL), 0);
    sentry_set_trace(TRACE_ID, SPAN_ID);
    sentry_set_trace(NULL, NULL);
    sentry_set_trace_n(NULL, 5, NULL, 5);
    sentry_regenerate_trace();
    CHECK_INT(sentry_is_trace_target("http://example.com/"), 0);
    CHECK_INT(sentry_is_trace_target(NULL), 0);
    REQUIRE(collect_start(NULL) == 0);
    CHECK(strncmp(traceparent(), TRACE_ID, 32) != 0);
    sentry_trace_iter_headers(NULL, NULL);
    stop();
    CHECK_INT(sentry_get_traceparent(text, sizeof text), 0);
}

static void buffers_too_small(void)
{
    char text[SENTRY_MAX_BAGGAGE + 1], whole[SENTRY_MAX_BAGGAGE + 1];
    size_t size, length;
    REQUIRE(collect_start(NULL) == 0);
    snprintf(whole, sizeof whole, "%s", traceparent());
    CHECK_INT(sentry_get_traceparent(NULL, 0), 49);
    for (size = 1; size < 52; size++) {
        memset(text, '#', sizeof text);
        CHECK_EACH(sentry_get_traceparent(text, size) == 49);
        length = size - 1 < 49 ? size - 1 : 49;
        CHECK_EACH(strlen(text) == length && memcmp(text, whole, length) == 0 && text[size] == '#');
    }
    snprintf(whole, sizeof whole, "%s", baggage());
    CHECK_INT(sentry_get_baggage(NULL, 0), strlen(whole));
    CHECK_INT(sentry_merge_baggage("a=1", NULL, 0), strlen(whole) + 4);
    for (size = 1; size < 20; size++) {
        memset(text, '#', sizeof text);
        CHECK_EACH(sentry_get_baggage(text, size) == strlen(whole));
        CHECK_EACH(strlen(text) == size - 1 && memcmp(text, whole, size - 1) == 0 && text[size] == '#');
        memset(text, '#', sizeof text);
        CHECK_EACH(sentry_merge_baggage("a=1", text, size) == strlen(whole) + 4);
        CHECK_EACH(strlen(text) == size - 1 && text[size] == '#');
    }
    stop();
}

/* -- in: the headers -------------------------------------------------------------------------- */

static void continue_a_trace(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_continue_trace(PARENT "-1", THEIRS), 1);
    CHECK(is_sentry_trace(traceparent(), "-1"));
    CHECK_INT(strncmp(traceparent(), TRACE_ID, 32), 0);
    CHECK(strncmp(traceparent() + 33, SPAN_ID, 16) != 0);
    CHECK_STR(baggage(), THEIRS);
    say("error");
    CHECK_STR(trace_str(0, "trace_id"), TRACE_ID);
    CHECK_STR(trace_str(0, "parent_span_id"), SPAN_ID);
    CHECK_INT(strncmp(traceparent() + 33, trace_str(0, "span_id"), 16), 0);
    CHECK_STR(trace_dsc(0, "trace_id"), TRACE_ID);
    CHECK_STR(trace_dsc(0, "public_key"), "49d0f7386ad645858ae85020e393bef3");
    CHECK_STR(trace_dsc(0, "sample_rate"), "0.25");
    CHECK_STR(trace_dsc(0, "sample_rand"), "0.123456");
    CHECK_STR(trace_dsc(0, "sampled"), "true");
    CHECK_STR(trace_dsc(0, "environment"), "production");
    CHECK_STR(trace_dsc(0, "release"), "my-app@1.2.3");
    CHECK_STR(trace_dsc(0, "transaction"), "GET /users/:id");
    CHECK_STR(trace_dsc(0, "org_id"), "42");
    CHECK_INT(trace_dsc_size(0), 9);
    CHECK_STR(collect_str(0, "release"), "app@1.2.3");
    CHECK_INT(sentry_continue_trace(PARENT "-0", THEIRS), 1);
    CHECK(is_sentry_trace(traceparent(), "-0"));
    CHECK_INT(sentry_continue_trace(PARENT, THEIRS), 1);
    CHECK(is_sentry_trace(traceparent(), ""));
    stop();
}

/* Then the trace is theirs, and we know nothing that we could tell of it. */
static void without_baggage(void)
{
    static const char *const headers[] = { NULL, "", "other=1", "sentry-", "nonsense", ",,,=,;" };
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < COUNT(headers); i++) {
        CHECK_INT(sentry_continue_trace(PARENT "-1", headers[i]), 1);
        CHECK_STR(baggage(), "");
        CHECK_INT(trace_headers()->count, 1);
        CHECK_STR(merged("a=1"), "a=1");
        say("error");
        CHECK_STR(trace_str(i, "trace_id"), TRACE_ID);
        CHECK_STR(trace_dsc(i, "release"), "");
        CHECK_STR(trace_dsc(i, "environment"), "");
        CHECK_STR(trace_dsc(i, "sample_rand"), "");
        if (trace_dsc_size(i) > 0) {
            CHECK_STR(trace_dsc(i, "trace_id"), TRACE_ID);
            CHECK_STR(trace_dsc(i, "public_key"), "abc123");
        }
    }
    stop();
}

static void sentry_trace_is_read_strictly(void)
{
    static const char *const good[] = { PARENT, PARENT "-0", PARENT "-1", " \t" PARENT "-1 \t", "771A43A4192642F0B136D5159A501700-B0E6F15B45C36B12",
        "00-" PARENT "-01", "00-" PARENT "-00", "cc-" PARENT "-01-what-comes-after" };
    static const char *const bad[] = { NULL, "", " ", "-", "--", TRACE_ID, TRACE_ID "-", TRACE_ID SPAN_ID, PARENT "-", PARENT "-2", PARENT "-true", PARENT "-1-1",
        PARENT "-01", "-" PARENT, PARENT " -1", TRACE_ID "0-" SPAN_ID, "0" PARENT, PARENT "0", PARENT "0-1",
        "771a43a4192642f0b136d5159a50170-" SPAN_ID, TRACE_ID "-b0e6f15b45c36b1", "771a43a4192642f0b136d5159a50170g-" SPAN_ID, TRACE_ID "-b0e6f15b45c36b1 ",
        "00000000000000000000000000000000-" SPAN_ID, TRACE_ID "-0000000000000000", "771a43a4192642f0b136d5159a501700_" SPAN_ID, PARENT "-\xc3\xa9",
        "ff-" PARENT "-01", "00-" PARENT "-1", "00-" PARENT, "00-" PARENT "-01-more", "0-" PARENT "-01", "00-" TRACE_ID "-0000000000000000-01" };
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < COUNT(good); i++) {
        if (sentry_continue_trace(good[i], THEIRS) != 1 || strncmp(traceparent(), TRACE_ID, 32) != 0)
            CHECK_STR(good[i], "continued");
        sentry_regenerate_trace();
    }
    for (i = 0; i < COUNT(bad); i++) {
        char before[64];
        CHECK_EACH(sentry_continue_trace(PARENT "-1", THEIRS) == 1);
        snprintf(before, sizeof before, "%s", traceparent());
        if (sentry_continue_trace(bad[i], THEIRS) != 0 || strncmp(traceparent(), before, 32) == 0 || !is_sentry_trace(traceparent(), "")
            || strstr(baggage(), "my-app"))
            CHECK_STR(bad[i], "refused");
    }
    say("error");
    CHECK(!collect_has(0, "contexts.trace.parent_span_id"));
    stop();
}

static void scopes_have_traces(void)
{
    char outer[64];
    sentry_hub_t *hub;
    REQUIRE(collect_start(NULL) == 0);
    snprintf(outer, sizeof outer, "%s", traceparent());
    SENTRY_WITH_SCOPE(scope) {
        CHECK(scope != NULL);
        CHECK_STR(traceparent(), outer);
        CHECK_INT(sentry_continue_trace(PARENT, NULL), 1);
        CHECK_INT(strncmp(traceparent(), TRACE_ID, 32), 0);
    }
    CHECK_STR(traceparent(), outer);
    hub = sentry_hub_clone(NULL);
    SENTRY_WITH_HUB(hub) {
        CHECK_INT(sentry_continue_trace(PARENT, NULL), 1);
    }
    CHECK_STR(traceparent(), outer);
    SENTRY_WITH_HUB(hub) {
        CHECK_INT(strncmp(traceparent(), TRACE_ID, 32), 0);
    }
    sentry_hub_free(hub);
    stop();
}

static void set_trace(void)
{
    static const char *const bad[] = { NULL, "", "771a", TRACE_ID "0", "771a43a4192642f0b136d5159a50170g", "00000000000000000000000000000000" };
    char before[64];
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_trace(TRACE_ID, SPAN_ID);
    CHECK(is_sentry_trace(traceparent(), ""));
    CHECK_INT(strncmp(traceparent(), TRACE_ID, 32), 0);
    CHECK_STR(member("sentry-trace_id"), TRACE_ID);
    CHECK_STR(member("sentry-release"), "app%401.2.3");
    say("error");
    CHECK_STR(trace_str(0, "trace_id"), TRACE_ID);
    CHECK_STR(trace_str(0, "parent_span_id"), SPAN_ID);
    sentry_set_trace_n(TRACE_ID "and more", 32, SPAN_ID "and more", 16);
    CHECK_INT(strncmp(traceparent(), TRACE_ID, 32), 0);
    sentry_set_trace("0123456789abcdef0123456789ABCDEF", NULL);
    CHECK_INT(strncmp(traceparent(), "0123456789abcdef0123456789abcdef", 32), 0);
    say("error");
    CHECK(!collect_has(1, "contexts.trace.parent_span_id"));
    snprintf(before, sizeof before, "%s", traceparent());
    for (i = 0; i < COUNT(bad); i++) {
        sentry_set_trace(bad[i], SPAN_ID);
        CHECK_STR(traceparent(), before);
    }
    stop();
}

static void regenerate_trace(void)
{
    char before[64];
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_continue_trace(PARENT "-1", THEIRS), 1);
    sentry_regenerate_trace();
    snprintf(before, sizeof before, "%s", traceparent());
    CHECK(is_sentry_trace(before, ""));
    CHECK(strncmp(before, TRACE_ID, 32) != 0);
    CHECK_STR(member("sentry-release"), "app%401.2.3");
    sentry_regenerate_trace();
    CHECK(strncmp(before, traceparent(), 32) != 0);
    say("error");
    CHECK_INT(strncmp(traceparent(), trace_str(0, "trace_id"), 32), 0);
    CHECK(!collect_has(0, "contexts.trace.parent_span_id"));
    stop();
}

/* -- baggage ---------------------------------------------------------------------------------- */

/* What others put into an incoming header is not for third parties. */
static void foreign_members_stay(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_continue_trace(PARENT, "other=secret,sentry-release=a,another=x;p=1 , sentry-trace_id=" TRACE_ID), 1);
    CHECK_STR(member("sentry-release"), "a");
    CHECK_STR(member("sentry-trace_id"), TRACE_ID);
    CHECK_INT(members_of(baggage()), 2);
    CHECK_ABSENT(merged("mine=1"), "secret");
    CHECK(strncmp(merged("mine=1"), "mine=1,", 7) == 0);
    stop();
}

static void merging(void)
{
    char ours[SENTRY_MAX_BAGGAGE + 1], expected[2 * SENTRY_MAX_BAGGAGE];
    static const struct {
        const char *existing, *kept;
    } table[] = { { NULL, "" }, { "", "" }, { "a=1", "a=1," }, { "a=1,b=2", "a=1,b=2," }, { "sentry-release=old", "" },
        { "a=1,sentry-trace_id=0,b=2,sentry-x=y", "a=1,b=2," }, { ",,a=1,,", "a=1," }, { "Sentry-Release=old,a=1", "a=1," },
        { "a=1;p=2;q", "a=1;p=2;q," }, { "sentry=1", "sentry=1," } };
    size_t i;
    REQUIRE(collect_start(NULL) == 0);
    snprintf(ours, sizeof ours, "%s", baggage());
    for (i = 0; i < COUNT(table); i++) {
        snprintf(expected, sizeof expected, "%s%s", table[i].kept, ours);
        CHECK_STR(merged(table[i].existing), expected);
    }
    CHECK_ABSENT(merged("a=1\r\nEvil: header=2"), "\r");
    CHECK_ABSENT(merged("a=1\r\nEvil: header=2"), "\n");
    stop();
}

/* However much is there already: within the limits, and the two that count are in it. */
static void merging_into_much(void)
{
    static char existing[100001];
    int i;
    size_t n = 0;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < 100; i++)
        n += (size_t)snprintf(existing + n, sizeof existing - n, "%sk%d=v", i ? "," : "", i);
    CHECK_AT_MOST(members_of(merged(existing)), 64);
    CHECK(*baggage_member(merged(existing), "k0") == 'v');
    CHECK(*baggage_member(merged(existing), "sentry-trace_id") != 0);
    CHECK(*baggage_member(merged(existing), "sentry-public_key") != 0);
    existing[0] = 'k';
    existing[1] = '=';
    for (n = 8100; n <= 8200; n += 10) {
        memset(existing + 2, 'x', n - 2);
        existing[n] = 0;
        CHECK_AT_MOST(strlen(merged(existing)), SENTRY_MAX_BAGGAGE);
        CHECK(*baggage_member(merged(existing), "sentry-trace_id") != 0);
        CHECK(*baggage_member(merged(existing), "sentry-public_key") != 0);
    }
    memset(existing, 'x', 100000);
    CHECK_AT_MOST(strlen(merged(existing)), SENTRY_MAX_BAGGAGE);
    stop();
}

/* Every byte that is not plain goes as %XX, and comes back from it. */
static void percent_encoding(void)
{
    char all[256], there[SENTRY_MAX_BAGGAGE + 1];
    int i;
    sentry_options_t options = collect_options();
    for (i = 1; i < 128; i++)
        all[i - 1] = (char)i;
    snprintf(all + 127, sizeof all - 127, "\xc3\xa9\xe2\x82\xac");
    options.environment = all;
    REQUIRE(collect_start(&options) == 0);
    CHECK_INT(strspn(member("sentry-environment"), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%"), strlen(member("sentry-environment")));
    CHECK_CONTAINS(member("sentry-environment"), "-.%2F0123456789%3A%3B%3C%3D");
    CHECK_CONTAINS(member("sentry-environment"), "xyz%7B%7C%7D~%7F%C3%A9%E2%82%AC");
    CHECK_CONTAINS(member("sentry-environment"), "%01%02");
    snprintf(there, sizeof there, "%s", baggage());
    CHECK_INT(sentry_continue_trace(PARENT, strstr(there, "sentry-environment")), 1);
    say("error");
    CHECK_STR(trace_dsc(0, "environment"), all);
    stop();
}

static void broken_encoding(void)
{
    static const struct {
        const char *sent, *read;
    } table[] = { { "a%2Cb", "a,b" }, { "a%2cb", "a,b" }, { "a+b", "a+b" }, { "100%", "100%" }, { "%", "%" }, { "%2", "%2" }, { "%zz", "%zz" }, { "%2g%41", "%2gA" },
        { "%%41", "%A" }, { " padded ", "padded" }, { "x;prop=1;other", "x" }, { "a=b", "a=b" }, { "%C3%A9", "\xc3\xa9" }, { "%25%34%31", "%41" } };
    size_t i;
    char header[128];
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < COUNT(table); i++) {
        snprintf(header, sizeof header, "sentry-trace_id=" TRACE_ID ", sentry-release =%s", table[i].sent);
        CHECK_INT(sentry_continue_trace(PARENT, header), 1);
        say("error");
        CHECK_STR(trace_dsc(i, "release"), table[i].read);
        snprintf(header, sizeof header, "%s", member("sentry-release"));
        CHECK_INT(strspn(header, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%"), strlen(header));
    }
    stop();
}

/* Baggage of another trace is not this one's. */
static void baggage_of_another_trace(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_continue_trace("0123456789abcdef0123456789abcdef-" SPAN_ID "-1", THEIRS), 1);
    CHECK_ABSENT(baggage(), TRACE_ID);
    say("error");
    CHECK_STR(trace_str(0, "trace_id"), "0123456789abcdef0123456789abcdef");
    if (trace_dsc_size(0) > 0)
        CHECK_STR(trace_dsc(0, "trace_id"), "0123456789abcdef0123456789abcdef");
    stop();
}

static void names_in_any_case(void)
{
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(sentry_continue_trace(PARENT "-1", "SENTRY-release=a,sentry-trace_id=771A43A4192642F0B136D5159A501700"), 1);
    CHECK_CONTAINS(baggage(), "release=a");
    stop();
}

/* -- hostile headers -------------------------------------------------------------------------- */

/* Whatever comes in, what goes out is well-formed and within the limits, and so is the event. */
static void check_outgoing(void)
{
    static size_t events;
    const char *text = baggage(), *at;
    CHECK_AT_MOST(strlen(text), SENTRY_MAX_BAGGAGE);
    CHECK_AT_MOST(members_of(text), 64);
    for (at = text; *at; at += strspn(at, ",")) {
        size_t n = strcspn(at, ",");
        CHECK_EACH(strncmp(at, "sentry-", 7) == 0 && memchr(at, '=', n) != NULL);
        CHECK_EACH(strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%=") >= n);
        at += n;
    }
    CHECK(is_sentry_trace(traceparent(), strlen(traceparent()) == 49 ? "" : traceparent() + 49));
    if (!collect_count())
        events = 0;
    say("error");
    CHECK_STR(trace_dsc(events, "trace_id"), *trace_dsc(events, "trace_id") ? trace_str(events, "trace_id") : "");
    events++;
}

static void too_many_members(void)
{
    enum { MANY = 10000 };
    char *header = (char *)malloc(MANY * 40);
    size_t n = 0;
    int i, kind;
    REQUIRE(header != NULL);
    REQUIRE(collect_start(NULL) == 0);
    for (kind = 0; kind < 4; kind++) {
        for (i = 0, n = 0; i < MANY; i++)
            n += (size_t)sprintf(header + n, kind == 0 ? "a%d=1," : kind == 1 ? "sentry-a%d=%%20," : kind == 2 ? "," : "sentry-same=%d,", i);
        CHECK_INT(sentry_continue_trace(PARENT, header), 1);
        CHECK(kind == 1 ? members_of(baggage()) == 64 : members_of(baggage()) <= 64);
        check_outgoing();
    }
    n = 0;
    for (i = 0; i < 63; i++)
        n += (size_t)sprintf(header + n, "a%d=1,", i);
    sprintf(header + n, "sentry-last=1,sentry-over=1");
    CHECK_INT(sentry_continue_trace(PARENT, header), 1);
    CHECK_STR(baggage(), "sentry-last=1");
    free(header);
    stop();
}

static void too_many_bytes(void)
{
    enum { MEGABYTE = 1 << 20 };
    static const char fills[] = "a,=;%\x80\xff \t\"s";
    char *header = (char *)malloc(MEGABYTE + 1);
    size_t i, bytes = alloc_now().bytes;
    REQUIRE(header != NULL);
    REQUIRE(collect_start(NULL) == 0);
    header[MEGABYTE] = 0;
    bytes = alloc_now().bytes;
    for (i = 0; i < COUNT(fills); i++) {
        memset(header, i < COUNT(fills) - 1 ? fills[i] : '\n', MEGABYTE);
        CHECK_INT(sentry_continue_trace(PARENT, header), 1);
        check_outgoing();
        memcpy(header, "sentry-release=", 15);
        CHECK_INT(sentry_continue_trace(PARENT, header), 1);
        check_outgoing();
        memcpy(header, "sentry-release=short,sentry-huge=", 33);
        CHECK_INT(sentry_continue_trace(PARENT, header), 1);
        CHECK_STR(member("sentry-release"), "short");
        check_outgoing();
        CHECK_INT(sentry_continue_trace(header, header), 0);
        CHECK_AT_MOST(strlen(merged(header)), SENTRY_MAX_BAGGAGE);
        sentry_set_trace(header, header);
    }
    collect_clear();
    CHECK_AT_MOST(alloc_now().bytes, bytes + 65536);
    free(header);
    stop();
}

/* What begins within the limit and ends beyond it is not cut, but left out, as is what follows. */
static void bytes_at_the_limit(void)
{
    static char header[SENTRY_MAX_BAGGAGE + 100];
    static const char last[] = ",sentry-release=last";
    size_t over;
    REQUIRE(collect_start(NULL) == 0);
    for (over = 0; over < 3; over++) {
        size_t at = SENTRY_MAX_BAGGAGE + over - strlen(last);
        memset(header, 'x', at);
        memcpy(header, "a=", 2);
        snprintf(header + at, sizeof header - at, "%s%s", last, over == 2 ? ",sentry-more=1" : "");
        CHECK_INT(sentry_continue_trace(PARENT, header), 1);
        CHECK_STR(baggage(), over ? "" : "sentry-release=last");
    }
    stop();
}

/* One that is within the limit and becomes longer when it is encoded anew. */
static void encoding_makes_longer(void)
{
    static char header[SENTRY_MAX_BAGGAGE + 1];
    size_t n;
    REQUIRE(collect_start(NULL) == 0);
    memset(header, 0xc3, sizeof header - 1);
    memcpy(header, "sentry-trace_id=" TRACE_ID ",sentry-public_key=abc,sentry-release=", 16 + 32 + 38);
    for (n = 0; n < sizeof header - 1; n += 997)
        if (n > 100)
            memcpy(header + n, ",sentry-x=", 10);
    CHECK_INT(sentry_continue_trace(PARENT, header), 1);
    CHECK_STR(member("sentry-trace_id"), TRACE_ID);
    check_outgoing();
    stop();
}

/* -- where headers go ------------------------------------------------------------------------- */

static void check_target(const char *url, int wanted)
{
    if (sentry_is_trace_target(url) != wanted)
        printf("  %s\n", url);
    CHECK_INT(sentry_is_trace_target(url), wanted);
}

static void every_url_is_a_target(void)
{
    sentry_options_t options = collect_options();
    REQUIRE(collect_start(&options) == 0);
    check_target("http://example.com/", 1);
    check_target("https://user:password@example.com:8080/path?query#fragment", 1);
    check_target("http://o42.ingest.example.com/api/7/envelope/", 0);
    check_target("http://o42.ingest.example.com:80/", 0);
    check_target("http://o42.ingest.example.com:8080/", 1);
    check_target("http://o42.ingest.example.com", 0);
    check_target("HTTP://O42.Ingest.Example.COM/", 0);
    check_target("http://o42.ingest.example.com.other.example/", 1);
    check_target("http://not-o42.ingest.example.com/", 1);
    check_target("http://other.example/?u=http://o42.ingest.example.com/", 1);
    check_target("http://other.example/o42.ingest.example.com/", 1);
    check_target("other.example/?u=http://o42.ingest.example.com/", 1); /* the scheme stands first, if there is one */
    check_target("o42.ingest.example.com/?u=http://other.example/", 0);
    check_target("http://user:password@o42.ingest.example.com/", 0);
    check_target("http://o42.ingest.example.com@other.example/", 1);
    CHECK_INT(sentry_is_trace_target(NULL), 0);
    stop();
    options.propagate_traces = SENTRY_OFF;
    REQUIRE(collect_start(&options) == 0);
    check_target("http://example.com/", 0);
    stop();
}

static void chosen_targets(void)
{
    static const char *const targets[] = { "api.example.com", "/v2/", "localhost", NULL };
    static const char *const none[] = { NULL };
    sentry_options_t options = collect_options();
    options.trace_propagation_targets = targets;
    REQUIRE(collect_start(&options) == 0);
    check_target("https://api.example.com/x", 1);
    check_target("https://api-example.com/x", 0); /* a dot is a dot */
    check_target("https://other.example/v2/x", 1);
    check_target("https://other.example/v1/x", 0);
    check_target("http://localhost:8080", 1);
    check_target("/v2/relative", 1);
    check_target("", 0);
    check_target("http://o42.ingest.example.com/v2/", 0);
    stop();
    options.trace_propagation_targets = none;
    REQUIRE(collect_start(&options) == 0);
    check_target("https://api.example.com/x", 0);
    CHECK(is_sentry_trace(traceparent(), ""));
    CHECK_INT(sentry_continue_trace(PARENT, NULL), 1); /* what comes in goes on all the same */
    stop();
}

static void targets_by_expressions(void)
{
    static const char *const targets[] = { "^https://[a-z]+\\.internal/", "(beta|alpha)$", "((", "what?", NULL };
    sentry_options_t options = collect_options();
    options.trace_propagation_targets = targets;
    REQUIRE(collect_start(&options) == 0);
#if !defined(_WIN32) && !defined(__TINYC__) /* the one has no such expressions, the other cannot read their header */
    check_target("https://db.internal/x", 1);
    check_target("http://x/?https://db.internal/x", 0);
    check_target("https://db2.internal/x", 0);
    check_target("https://dbxinternal/x", 0);
    check_target("http://x/alpha", 1);
    check_target("http://x/alpha/", 0);
#endif
    check_target("http://x/((", 1);
    check_target("http://x/(", 0);
    check_target("http://x/what?", 1);
    stop();
}

/* -- the environment -------------------------------------------------------------------------- */

static void check_environment(const char *use, const char *trace, const char *with_baggage, int joined)
{
    test_set_env("SENTRY_USE_ENVIRONMENT", use);
    test_set_env("SENTRY_TRACE", trace);
    test_set_env("SENTRY_BAGGAGE", with_baggage);
    REQUIRE(collect_start(NULL) == 0);
    CHECK_INT(strncmp(traceparent(), TRACE_ID, 32) == 0, joined);
    CHECK_INT(strstr(baggage(), "sentry-release=theirs") != NULL, joined && with_baggage && strcmp(trace, "") != 0);
    collect_stop();
    test_set_env("SENTRY_USE_ENVIRONMENT", NULL);
    test_set_env("SENTRY_TRACE", NULL);
    test_set_env("SENTRY_BAGGAGE", NULL);
}

static void environment(void)
{
    static const char *const no[] = { "false", "no", "off", "n", "0", "False", "OFF" };
    static const char *const yes[] = { "true", "1", "yes", "on", "y", "" };
    size_t i;
    check_environment(NULL, PARENT "-1", "sentry-release=theirs", 1);
    check_environment(NULL, PARENT, NULL, 1);
    check_environment(NULL, "nonsense", "sentry-release=theirs", 0);
    check_environment(NULL, "", "sentry-release=theirs", 0);
    check_environment(NULL, NULL, "sentry-release=theirs", 0);
    for (i = 0; i < COUNT(no); i++)
        check_environment(no[i], PARENT "-1", "sentry-release=theirs", 0);
    for (i = 0; i < COUNT(yes); i++)
        check_environment(yes[i], PARENT "-1", "sentry-release=theirs", 1);
}

static const char *own_path;

/* The child's side: says what it goes on with. */
static int write_trace(const char *path)
{
    FILE *file;
    if (collect_start(NULL) != 0 || !(file = test_fopen(path, "wb")))
        return 1;
    fprintf(file, "%s %s", traceparent(), baggage());
    fclose(file);
    collect_stop();
    return 0;
}

/* Runs this program again, with what is in the environment now. */
static int run_child(void)
{
#ifdef _WIN32
    wchar_t program[1024];
    return GetModuleFileNameW(NULL, program, COUNT(program)) ? (int)_wspawnl(_P_WAIT, program, L"child", L"--write-trace", (wchar_t *)NULL) : -1;
#else
    char command[FILE_MAX_PATH + 64];
    snprintf(command, sizeof command, "$TEST_RUN '%s' --write-trace", own_path); /* an emulator, if one is needed */
    return system(command);
#endif
}

static void a_real_child(void)
{
    char directory[FILE_MAX_PATH], path[FILE_MAX_PATH], expected[SENTRY_MAX_BAGGAGE + 1], *found;
    size_t size;
    REQUIRE(test_new_directory(directory, sizeof directory));
    file_join(path, directory, "trace");
    test_set_env("TEST_TRACE_FILE", path);
    REQUIRE(collect_start(NULL) == 0);
    test_set_env("SENTRY_TRACE", traceparent());
    test_set_env("SENTRY_BAGGAGE", baggage());
    CHECK_INT(run_child(), 0);
    found = file_get(path, &size);
    REQUIRE(found != NULL);
    CHECK_INT(strncmp(found, traceparent(), 33), 0);
    CHECK(strncmp(found + 33, traceparent() + 33, 16) != 0);
    snprintf(expected, sizeof expected, " %s", baggage());
    CHECK_STR(strchr(found, ' '), expected);
    free(found);
    test_set_env("SENTRY_USE_ENVIRONMENT", "0");
    CHECK_INT(run_child(), 0);
    found = file_get(path, &size);
    REQUIRE(found != NULL);
    CHECK(strncmp(found, traceparent(), 32) != 0);
    free(found);
    test_unlink(path);
    test_rmdir(directory);
    stop();
}

/* -- whose trace it is ------------------------------------------------------------------------ */

static void organisations(void)
{
    static const struct {
        const char *theirs, *ours;
        int lax, strict;
    } table[] = { { "1", "1", 1, 1 }, { NULL, "1", 1, 0 }, { "1", NULL, 1, 0 }, { NULL, NULL, 1, 1 }, { "1", "2", 0, 0 } };
    char header[128];
    size_t i;
    int strict, by_dsn;
    for (i = 0; i < COUNT(table); i++)
        for (strict = 0; strict < 2; strict++)
            for (by_dsn = 0; by_dsn < 2; by_dsn++) {
                sentry_options_t options = collect_options();
                int wanted = strict ? table[i].strict : table[i].lax;
                options.strict_trace_continuation = strict;
                options.dsn = "http://abc123@ingest.example.com/7";
                if (table[i].ours && by_dsn)
                    options.dsn = *table[i].ours == '1' ? "http://abc123@o1.ingest.example.com/7" : "http://abc123@o2.ingest.example.com/7";
                else
                    options.org_id = table[i].ours;
                REQUIRE(collect_start(&options) == 0);
                snprintf(header, sizeof header, "sentry-release=theirs%s%s", table[i].theirs ? ",sentry-org_id=" : "", table[i].theirs ? table[i].theirs : "");
                CHECK_INT(sentry_continue_trace(PARENT "-1", header), wanted);
                CHECK_INT(strncmp(traceparent(), TRACE_ID, 32) == 0, wanted);
                CHECK_INT(strstr(baggage(), "theirs") != NULL, wanted);
                CHECK_INT(traceparent()[49] == '-', wanted);
                stop();
            }
}

/* -- W3C's traceparent ------------------------------------------------------------------------ */

static void w3c(void)
{
    sentry_options_t options = collect_options();
    char expected[64];
    REQUIRE(collect_start(&options) == 0);
    CHECK_STR(trace_headers()->traceparent, "");
    stop();
    options.propagate_traceparent = 1;
    REQUIRE(collect_start(&options) == 0);
    snprintf(expected, sizeof expected, "00-%s-00", traceparent());
    CHECK_STR(trace_headers()->traceparent, expected);
    CHECK_INT(trace_headers()->count, 3);
    CHECK_INT(sentry_continue_trace("00-" PARENT "-01", NULL), 1);
    CHECK(is_sentry_trace(traceparent(), "-1"));
    snprintf(expected, sizeof expected, "00-%.49s-01", traceparent());
    CHECK_STR(trace_headers()->traceparent, expected);
    CHECK_INT(sentry_continue_trace(PARENT "-0", NULL), 1);
    snprintf(expected, sizeof expected, "00-%.49s-00", traceparent());
    CHECK_STR(trace_headers()->traceparent, expected);
    CHECK_INT(trace_headers()->others, 0);
    stop();
}

/* -- with transactions ------------------------------------------------------------------------ */

#ifndef SENTRY_NO_TRACING
static void headers_of_a_transaction(void)
{
    sentry_transaction_t *tx;
    sentry_span_t *span;
    trace_headers_t headers;
    char span_id[17];
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("GET /users/:id \xc3\xa9", "op");
    CHECK(is_sentry_trace(traceparent(), "-1"));
    CHECK_STR(trace_headers_of(tx)->sentry_trace, traceparent());
    CHECK_STR(member("sentry-sampled"), "true");
    CHECK_STR(member("sentry-sample_rate"), "1");
    CHECK_STR(member("sentry-transaction"), "GET%20%2Fusers%2F%3Aid%20%C3%A9");
    CHECK(is_sample_rand(member("sentry-sample_rand")));
    CHECK_INT(members_of(baggage()), 9);
    span = sentry_start_span("op", "span");
    snprintf(span_id, sizeof span_id, "%s", traceparent() + 33);
    CHECK(strcmp(trace_headers_of(tx)->sentry_trace, traceparent()) != 0);
    memset(&headers, 0, sizeof headers);
    sentry_span_iter_headers(span, trace_keep_header, &headers);
    CHECK_STR(headers.sentry_trace, traceparent());
    CHECK_STR(headers.baggage, baggage());
    CHECK_INT(headers.count, 2);
    CHECK(trace_end(tx));
    CHECK_STR(collect_str(0, "spans.0.span_id"), span_id);
    CHECK_INT(strncmp(headers.sentry_trace, trace_str(0, "trace_id"), 32), 0);
    CHECK_STR(trace_dsc(0, "transaction"), "GET /users/:id \xc3\xa9");
    CHECK(is_sentry_trace(traceparent(), ""));
    CHECK(strncmp(traceparent(), headers.sentry_trace, 32) != 0);
    stop();
}

/* Who continues a trace has all transactions in it; who does not has one for each. */
static void transactions_join(void)
{
    char trace_id[64];
    REQUIRE(trace_start(1.0) == 0);
    snprintf(trace_id, sizeof trace_id, "%.32s", traceparent());
    CHECK(trace_end(sentry_start_transaction("alone", "op")));
    CHECK(trace_end(sentry_start_transaction("alone", "op")));
    CHECK(strcmp(trace_str(0, "trace_id"), trace_id) != 0);
    CHECK(strcmp(trace_str(0, "trace_id"), trace_str(1, "trace_id")) != 0);
    CHECK_INT(sentry_continue_trace(PARENT, THEIRS), 1);
    CHECK(trace_end(sentry_start_transaction("joined", "op")));
    CHECK(trace_end(trace_begin("joined")));
    CHECK_STR(trace_str(2, "trace_id"), TRACE_ID);
    CHECK_STR(trace_str(2, "parent_span_id"), SPAN_ID);
    CHECK_STR(trace_str(3, "trace_id"), TRACE_ID);
    CHECK_STR(trace_str(3, "parent_span_id"), SPAN_ID);
    CHECK(strcmp(trace_str(2, "span_id"), trace_str(3, "span_id")) != 0);
    CHECK_STR(trace_dsc(2, "release"), "my-app@1.2.3");
    CHECK_STR(trace_dsc(2, "public_key"), "49d0f7386ad645858ae85020e393bef3");
    sentry_set_trace("0123456789abcdef0123456789abcdef", SPAN_ID);
    CHECK(trace_end(sentry_start_transaction("set", "op")));
    CHECK_STR(trace_str(4, "trace_id"), "0123456789abcdef0123456789abcdef");
    CHECK_STR(trace_str(4, "parent_span_id"), SPAN_ID);
    CHECK_STR(trace_dsc(4, "trace_id"), "0123456789abcdef0123456789abcdef");
    CHECK_STR(trace_dsc(4, "sampled"), "true");
    sentry_regenerate_trace();
    snprintf(trace_id, sizeof trace_id, "%.32s", traceparent());
    CHECK(trace_end(sentry_start_transaction("new", "op")));
    CHECK(trace_end(sentry_start_transaction("new", "op")));
    CHECK_STR(trace_str(5, "trace_id"), trace_id);
    CHECK_STR(trace_str(6, "trace_id"), trace_id);
    CHECK(!collect_has(5, "contexts.trace.parent_span_id"));
    /* what a context was told wins over what the scope goes on with */
    CHECK(trace_end(trace_begin_from("00112233445566778899aabbccddeeff-" SPAN_ID "-1", NULL)));
    CHECK_STR(trace_str(7, "trace_id"), "00112233445566778899aabbccddeeff");
    stop();
}

static void headers_for_a_context(void)
{
    static const struct {
        const char *key, *value;
        int joined;
    } table[] = { { "sentry-trace", PARENT "-1", 1 }, { "Sentry-Trace", PARENT "-1", 1 }, { "SENTRY-TRACE", " " PARENT, 1 }, { "traceparent", "00-" PARENT "-01", 1 },
        { "sentry-trace", "nonsense", 0 }, { "sentry-trace", "", 0 }, { "sentry_trace", PARENT, 0 }, { "x-sentry-trace", PARENT, 0 }, { "sentry-trace ", PARENT, 0 },
        { "baggage", THEIRS, 0 }, { "", PARENT, 0 } };
    size_t i;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < COUNT(table); i++) {
        sentry_transaction_context_t *context = sentry_transaction_context_new("tx", "op");
        sentry_transaction_context_update_from_header(context, table[i].key, table[i].value);
        CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
        if ((strcmp(trace_str(i, "trace_id"), TRACE_ID) == 0) != table[i].joined)
            CHECK_STR(table[i].key, table[i].joined ? "taken" : "ignored");
        CHECK_STR(trace_str(i, "parent_span_id"), table[i].joined ? SPAN_ID : "");
        CHECK_STR(trace_dsc(i, "release"), table[i].joined ? "" : "app@1.2.3");
    }
    stop();
}

/* In any order, and the last valid one counts. */
static void order_of_headers(void)
{
    sentry_transaction_context_t *context;
    REQUIRE(trace_start(1.0) == 0);
    context = sentry_transaction_context_new("tx", "op");
    sentry_transaction_context_update_from_header(context, "BAGGAGE", THEIRS);
    sentry_transaction_context_update_from_header(context, "accept", "text/html");
    sentry_transaction_context_update_from_header(context, "sentry-trace", PARENT "-1");
    sentry_transaction_context_update_from_header(context, "sentry-trace", "nonsense");
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK_STR(trace_str(0, "trace_id"), TRACE_ID);
    CHECK_STR(trace_dsc(0, "release"), "my-app@1.2.3");
    context = sentry_transaction_context_new("tx", "op");
    sentry_transaction_context_update_from_header_n(context, "sentry-tracer", 12, PARENT "-1234", 51);
    sentry_transaction_context_update_from_header_n(context, "baggages", 7, THEIRS ",sentry-more=1", strlen(THEIRS));
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK_STR(trace_str(1, "trace_id"), TRACE_ID);
    CHECK_STR(trace_dsc(1, "release"), "my-app@1.2.3");
    CHECK_STR(trace_dsc(1, "more"), "");
    stop();
}

/* A zero byte ends a text, also one whose length is given. */
static void zero_bytes(void)
{
    static const char trace[] = PARENT "-1\0-1", first[] = "\0" PARENT, header[] = "sentry-release=a\0b,sentry-environment=c";
    sentry_transaction_context_t *context;
    REQUIRE(trace_start(1.0) == 0);
    context = sentry_transaction_context_new("tx", "op");
    sentry_transaction_context_update_from_header_n(context, "sentry-trace\0x", 14, trace, sizeof trace - 1);
    sentry_transaction_context_update_from_header_n(context, "baggage", 7, header, sizeof header - 1);
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK_STR(trace_str(0, "trace_id"), TRACE_ID);
    CHECK_STR(trace_dsc(0, "release"), "a");
    CHECK_STR(trace_dsc(0, "environment"), "");
    context = sentry_transaction_context_new("tx", "op");
    sentry_transaction_context_update_from_header_n(context, "sentry-trace", 12, first, sizeof first - 1);
    CHECK(trace_end(sentry_transaction_start(context, sentry_value_new_null())));
    CHECK(strcmp(trace_str(1, "trace_id"), TRACE_ID) != 0);
    sentry_set_trace_n("771a43a4192642f0b136d5159a5017\0000", 32, NULL, 0);
    CHECK(strncmp(traceparent(), "771a43", 6) != 0);
    stop();
}

/* Protocol 5.7: what goes out for what came in. */
static void outgoing_flags(void)
{
    static const double rates[] = { 0.0, SENTRY_RATE_NONE, 1.0 };
    static const char *const incoming[] = { NULL, PARENT, PARENT "-0", PARENT "-1" };
    static const char *const of_transaction[3][4] = { { "", "", "-0", "-1" }, { "-0", "-0", "-0", "-1" }, { "-1", "-1", "-0", "-1" } };
    static const char *const of_scope[4] = { "", "", "-0", "-1" };
    size_t r, in;
    for (r = 0; r < COUNT(rates); r++)
        for (in = 0; in < COUNT(incoming); in++) {
            sentry_transaction_t *tx;
            REQUIRE(trace_start(rates[r]) == 0);
            tx = trace_begin_from(incoming[in], NULL);
            CHECK(is_sentry_trace(trace_headers_of(tx)->sentry_trace, of_transaction[r][in]));
            sentry_transaction_discard(tx);
            sentry_continue_trace(incoming[in], NULL);
            CHECK(is_sentry_trace(traceparent(), of_scope[in]));
            tx = sentry_start_transaction("tx", "op");
            CHECK(is_sentry_trace(traceparent(), of_transaction[r][in]));
            CHECK_INT(incoming[in] && strncmp(traceparent(), TRACE_ID, 32) == 0, incoming[in] != NULL);
            sentry_transaction_discard(tx);
            stop();
        }
}

/* Until it has left for the first time, what is said of a trace may change; then it stays. */
static void freezing(void)
{
    sentry_transaction_t *tx;
    char before[SENTRY_MAX_BAGGAGE + 1];
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("first", "op");
    sentry_transaction_set_name(tx, "second");
    sentry_set_release("app@2");
    snprintf(before, sizeof before, "%s", baggage());
    CHECK_STR(baggage_member(before, "sentry-transaction"), "second");
    CHECK_STR(baggage_member(before, "sentry-release"), "app%402");
    sentry_transaction_set_name(tx, "third");
    sentry_transaction_set_source(tx, "url");
    sentry_set_release("app@3");
    sentry_set_environment("changed");
    CHECK_STR(baggage(), before);
    CHECK(trace_end(tx));
    CHECK_STR(collect_str(0, "transaction"), "third");
    CHECK_STR(collect_str(0, "release"), "app@3");
    CHECK_STR(trace_dsc(0, "transaction"), "second");
    CHECK_STR(trace_dsc(0, "release"), "app@2");
    CHECK_STR(trace_dsc(0, "environment"), "testing");
    /* by an error's envelope */
    tx = sentry_start_transaction("fourth", "op");
    say("error");
    sentry_transaction_set_name(tx, "fifth");
    CHECK_STR(member("sentry-transaction"), "fourth");
    CHECK(trace_end(tx));
    CHECK_STR(trace_dsc(2, "transaction"), "fourth");
    /* by the headers of a span */
    tx = trace_begin("sixth");
    CHECK_STR(baggage_member(trace_headers_of(tx)->baggage, "sentry-transaction"), "sixth");
    sentry_transaction_set_name(tx, "seventh");
    CHECK(trace_end(tx));
    CHECK_STR(trace_dsc(3, "transaction"), "sixth");
    stop();
}

static void freezing_without_transactions(void)
{
    REQUIRE(collect_start(NULL) == 0);
    sentry_set_release("app@2");
    CHECK_STR(member("sentry-release"), "app%402");
    sentry_set_release("app@3");
    CHECK_STR(member("sentry-release"), "app%402");
    say("error");
    CHECK_STR(collect_str(0, "release"), "app@3");
    CHECK_STR(trace_dsc(0, "release"), "app@2");
    sentry_regenerate_trace();
    CHECK_STR(member("sentry-release"), "app%403");
    stop();
}

/* The name of a URL may be a secret, and is of no use for sampling. */
static void names_of_urls_stay(void)
{
    sentry_transaction_t *tx;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("/users/7?token=x", "op");
    sentry_transaction_set_source(tx, "url");
    CHECK_STR(member("sentry-transaction"), "");
    CHECK(trace_end(tx));
    CHECK_STR(trace_dsc(0, "transaction"), "");
    CHECK_STR(collect_str(0, "transaction"), "/users/7?token=x");
    stop();
}

/* No text of ours begins a header of its own. */
static void headers_cannot_be_split(void)
{
    sentry_options_t options = trace_options(1.0);
    sentry_transaction_t *tx;
    options.release = "a\r\nEvil: 1";
    options.environment = "b,sentry-sampled=false;x";
    options.org_id = "4\n2";
    REQUIRE(collect_start(&options) == 0);
    tx = sentry_start_transaction("name\r\n\r\nbody\x01", "op");
    CHECK_INT(strcspn(baggage(), "\r\n\x01; "), strlen(baggage()));
    CHECK_STR(member("sentry-sampled"), "true");
    CHECK(trace_end(tx));
    CHECK_STR(trace_dsc(0, "sampled"), "true");
    stop();
}

/* One service calls another: it all belongs together, and the second says what the first said. */
static void two_services(void)
{
    sentry_options_t options = trace_options(1.0);
    char trace[64], bag[SENTRY_MAX_BAGGAGE + 1], dsc[1024];
    sentry_transaction_t *tx;
    REQUIRE(trace_start(1.0) == 0);
    tx = sentry_start_transaction("caller", SENTRY_OP_HTTP_SERVER);
    sentry_start_span(SENTRY_OP_HTTP_CLIENT, "GET http://second/");
    snprintf(trace, sizeof trace, "%s", traceparent());
    snprintf(bag, sizeof bag, "%s", baggage());
    CHECK(trace_end(tx));
    {
        char *json = sentry_value_to_json(collect_at(collect_head(0), "trace"));
        snprintf(dsc, sizeof dsc, "%s", json);
        sentry_free(json);
    }
    stop();
    options.dsn = "http://other@o42.ingest.example.com/8";
    options.release = "second@1";
    options.environment = "elsewhere";
    options.traces_sample_rate = SENTRY_RATE_NONE;
    REQUIRE(collect_start(&options) == 0);
    CHECK_INT(sentry_continue_trace(trace, bag), 1);
    SENTRY_TRANSACTION("callee", SENTRY_OP_HTTP_SERVER) {
        say("error");
        CHECK_STR(baggage(), bag);
        CHECK(is_sentry_trace(traceparent(), "-1"));
        CHECK_INT(strncmp(traceparent(), trace, 32), 0);
    }
    CHECK_INT(collect_count(), 2);
    CHECK_INT(strncmp(trace_str(1, "trace_id"), trace, 32), 0);
    CHECK_INT(strncmp(trace_str(1, "parent_span_id"), trace + 33, 16), 0);
    CHECK_STR(trace_dsc(0, "release"), "app@1.2.3");
    CHECK_STR(trace_dsc(1, "public_key"), "abc123");
    CHECK_STR(collect_str(1, "release"), "second@1");
    {
        sentry_value_t first = sentry_value_from_json(dsc), second = collect_at(collect_head(1), "trace");
        static const char *const keys[] = { "trace_id", "public_key", "sample_rate", "sample_rand", "sampled", "release", "environment", "transaction", "org_id" };
        size_t i;
        CHECK_INT(sentry_value_get_length(first), COUNT(keys));
        CHECK_INT(sentry_value_get_length(second), COUNT(keys));
        for (i = 0; i < COUNT(keys); i++)
            CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(second, keys[i])), sentry_value_as_string(sentry_value_get_by_key(first, keys[i])));
        sentry_value_decref(first);
    }
    stop();
}

/* The clocks and numbers of the machine, for once. */
static void real_times(void)
{
    sentry_transaction_t *tx;
    char before[32], after[32];
    time_t now = time(NULL);
    REQUIRE(trace_start(1.0) == 0);
    strftime(before, sizeof before, "%Y-%m-%dT%H:%M:%S", gmtime(&now));
    tx = trace_begin("tx");
    test_sleep_ms(20);
    CHECK(trace_end(tx));
    now = time(NULL) + 1;
    strftime(after, sizeof after, "%Y-%m-%dT%H:%M:%S", gmtime(&now));
    CHECK(strcmp(before, collect_str(0, "start_timestamp")) <= 0);
    CHECK(strcmp(collect_str(0, "start_timestamp"), collect_str(0, "timestamp")) < 0);
    CHECK(strcmp(collect_str(0, "timestamp"), after) <= 0);
    stop();
}

#endif

/* -- threads ---------------------------------------------------------------------------------- */

#ifndef SENTRY_NO_THREADS
/* What is frozen once is the same for all who look, however many look first. */
static struct {
    test_mutex_t lock;
    char text[SENTRY_MAX_BAGGAGE + 1];
    int looks, changes;
} shared = { TEST_MUTEX_INIT, "", 0, 0 };

static void *look(void *arg)
{
    char text[SENTRY_MAX_BAGGAGE + 1];
    int i;
    for (i = 0; i < 4; i++) {
        sentry_set_release(arg == &shared || i % 2 ? "app@odd" : "app@even");
        sentry_get_baggage(text, sizeof text);
        test_lock(&shared.lock);
        if (shared.looks++ == 0)
            memcpy(shared.text, text, sizeof text);
        shared.changes += strcmp(shared.text, text) != 0;
        test_unlock(&shared.lock);
        say("error");
    }
    return arg;
}

static void many_look_at_once(void)
{
    enum { ROUNDS = 20, LOOKS = 4 };
    test_thread_t threads[4];
    size_t i, n, wrong = 0;
    int round;
    alloc_unwatched = 1;
    REQUIRE(collect_start(NULL) == 0);
    for (round = 0; round < ROUNDS; round++) {
        sentry_regenerate_trace();
        shared.looks = 0;
        for (i = 0; i < COUNT(threads); i++)
            REQUIRE(test_thread_start(&threads[i], look, i % 2 ? &shared : NULL) == 0);
        for (i = 0; i < COUNT(threads); i++)
            test_thread_join(threads[i]);
        CHECK_EACH(shared.looks == (int)COUNT(threads) * LOOKS);
        n = collect_count();
        CHECK_EACH(n == COUNT(threads) * LOOKS);
        for (i = 1; i < n; i++)
            wrong += strcmp(trace_dsc(i, "release"), trace_dsc(0, "release")) != 0;
        collect_clear();
    }
    CHECK_INT(shared.changes, 0);
    CHECK_INT(wrong, 0);
    stop();
}

static void *change(void *arg)
{
    char text[256];
    int i;
    for (i = 0; i < 50; i++) {
        switch ((i + *(int *)arg) % 6) {
        case 0: sentry_continue_trace(PARENT "-1", THEIRS); break;
        case 1: sentry_regenerate_trace(); break;
        case 2: sentry_set_trace(TRACE_ID, NULL); break;
        case 3: sentry_get_baggage(text, sizeof text); break;
        case 4: sentry_merge_baggage("a=1", text, sizeof text); break;
        default: say("error");
        }
        sentry_get_traceparent(text, sizeof text);
        CHECK_EACH(is_sentry_trace(text, strlen(text) == 49 ? "" : text + 49));
    }
    return NULL;
}

static void traces_change_under_way(void)
{
    static int kinds[4] = { 0, 1, 2, 3 };
    test_thread_t threads[4];
    size_t i, n, wrong = 0;
    REQUIRE(collect_start(NULL) == 0);
    for (i = 0; i < COUNT(threads); i++)
        REQUIRE(test_thread_start(&threads[i], change, &kinds[i]) == 0);
    for (i = 0; i < COUNT(threads); i++)
        test_thread_join(threads[i]);
    n = collect_count();
    for (i = 0; i < n; i++)
        wrong += *trace_dsc(i, "trace_id") && strcmp(trace_dsc(i, "trace_id"), trace_str(i, "trace_id")) != 0;
    CHECK(n > 20);
    CHECK_INT(wrong, 0);
    stop();
}

#ifndef SENTRY_NO_TRACING
/* A request beside others, with a hub and a trace of its own. */
static void *serve(void *arg)
{
    sentry_hub_t *hub = sentry_hub_clone(NULL);
    char trace[64], out[SENTRY_TRACEPARENT_SIZE];
    int i;
    snprintf(trace, sizeof trace, "%032x-%016x-1", (unsigned)*(int *)arg, 7u);
    SENTRY_WITH_HUB(hub) {
        for (i = 0; i < 50; i++) {
            CHECK_EACH(sentry_continue_trace(trace, THEIRS) == 1);
            SENTRY_TRANSACTION("request", "op") {
                sentry_get_traceparent(out, sizeof out);
                CHECK_EACH(strncmp(out, trace, 32) == 0);
            }
        }
    }
    sentry_hub_free(hub);
    return NULL;
}

static void requests_beside_each_other(void)
{
    static int numbers[4] = { 1, 2, 3, 4 };
    test_thread_t threads[4];
    size_t i, n, wrong = 0;
    REQUIRE(trace_start(1.0) == 0);
    for (i = 0; i < COUNT(threads); i++)
        REQUIRE(test_thread_start(&threads[i], serve, &numbers[i]) == 0);
    for (i = 0; i < COUNT(threads); i++)
        test_thread_join(threads[i]);
    n = collect_count();
    CHECK_INT(n, 200);
    for (i = 0; i < n; i++)
        wrong += strcmp(trace_str(i, "parent_span_id"), "0000000000000007") != 0;
    CHECK_INT(wrong, 0);
    stop();
}
#endif
#endif

#define X(name) { #name, name },

static const test_case_t tests[] = {
    X(headers_of_a_scope) X(without_the_sdk) X(buffers_too_small)
    X(continue_a_trace) X(without_baggage) X(sentry_trace_is_read_strictly) X(scopes_have_traces) X(set_trace) X(regenerate_trace)
    X(foreign_members_stay) X(merging) X(merging_into_much) X(percent_encoding) X(broken_encoding) X(baggage_of_another_trace) X(names_in_any_case)
    X(too_many_members) X(too_many_bytes) X(bytes_at_the_limit) X(encoding_makes_longer)
    X(every_url_is_a_target) X(chosen_targets) X(targets_by_expressions)
    X(environment) X(a_real_child) X(organisations) X(w3c)
#ifndef SENTRY_NO_TRACING
    X(headers_of_a_transaction) X(transactions_join) X(headers_for_a_context) X(order_of_headers) X(zero_bytes) X(outgoing_flags)
    X(freezing) X(freezing_without_transactions) X(names_of_urls_stay) X(headers_cannot_be_split) X(two_services) X(real_times)
#endif
#ifndef SENTRY_NO_THREADS
    X(many_look_at_once) X(traces_change_under_way)
#ifndef SENTRY_NO_TRACING
    X(requests_beside_each_other)
#endif
#endif
};

int main(int argc, char **argv)
{
    const char *path = getenv("TEST_TRACE_FILE");
    own_path = argv[0];
    if (argc == 2 && strcmp(argv[1], "--write-trace") == 0)
        return path ? write_trace(path) : 1;
    return test_main(argc, argv, tests, COUNT(tests));
}
