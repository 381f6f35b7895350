/* event.modules: names and versions of what is loaded. */
#define SENTRY_IMPLEMENTATION
#include "../sentry.h"
#include "test.h"

#include "collect.h"

#if defined(SENTRY_NO_FILES) || !(defined(_WIN32) || (defined(__ELF__) && !defined(__TINYC__)))
#define KNOWN 0
#else
#define KNOWN 1
#endif

#if KNOWN
#ifndef _WIN32
#include <dlfcn.h>
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -- versions -- */

/* What modules are told of as; only name, version and code_id of them are looked at. */
static const char *told(const sentry__module_t *list, size_t n)
{
    static char text[1024];
    sentry__modules_t snapshot;
    sentry__buf_t b;
    memset(&snapshot, 0, sizeof snapshot);
    snapshot.count = n;
    sentry__buf_init(&b, text, sizeof text);
    sentry__modules_versions(&b, &snapshot, list);
    sentry__buf_byte(&b, 0);
    CHECK(!b.failed);
    sentry__arena_free(&snapshot.arena);
    return text;
}

static void one_of_a_name(void)
{
    sentry__module_t list[6];
    memset(list, 0, sizeof list);
    list[0].name = "libz.so.1";
    strcpy(list[0].version, "1.2");
    strcpy(list[0].code_id, "aa");
    strcpy(list[1].version, "9"); /* the program */
    list[2].name = "lib\"a";
    strcpy(list[2].code_id, "0123456789abcdef0123456789abcdef01234567");
    list[3].name = "libnone.so"; /* nothing is known of it */
    list[4].name = "libz.so.1";
    strcpy(list[4].version, "1.2");
    list[5].name = "libb.so";
    strcpy(list[5].version, "3");
    CHECK_STR(told(list, 6), "\"lib\\\"a\":\"0123456789abcdef0123456789abcdef01234567\",\"libb.so\":\"3\",\"libz.so.1\":\"1.2\"");
    CHECK_STR(told(list, 0), "");
}

#ifdef __ELF__
static const char *newest(const char *const *names)
{
    static sentry__module_t m;
    memset(&m, 0, sizeof m);
    for (; *names; names++) sentry__module_version(&m, *names);
    return m.version;
}

static void versions_in_names(void)
{
    static const char *const libc[] = { "GLIBC_2.2.5", "GLIBC_2.36", "GLIBC_2.9", "GLIBC_ABI_DT_RELR", NULL };
    static const char *const underscores[] = { "GNUTLS_3_4", "GNUTLS_3_7_2", "GNUTLS_3_6_14", NULL };
    static const char *const words[] = { "CURL_OPENSSL_4", NULL };
    static const char *const digits[] = { "IDN2_0.0.0", NULL };
    static const char *const tails[] = { "k5crypto_3_MIT", NULL };
    static const char *const letters[] = { "OPENSSL_1_1_0", "OPENSSL_1_1_0i", "OPENSSL_1_1_0d", NULL };
    static const char *const kinds[] = { "GLIBCXX_3.4", "GLIBCXX_3.4.30", "CXXABI_1.3.13", "CXXABI_FLOAT128", NULL };
    static const char *const none[] = { "", "_", "A_", "libz.so.1", "VERS", "2.0", NULL };
    static const char *const zeros[] = { "A_1.01", "A_1.1", "A_1", NULL };
    static const char *const huge[] = { "A_99999999999999999999999", "A_123456789012345678901234567890123456789012345678901234567890", NULL };
    CHECK_STR(newest(libc), "2.36");
    CHECK_STR(newest(underscores), "3.7.2");
    CHECK_STR(newest(words), "4");
    CHECK_STR(newest(digits), "0.0.0");
    CHECK_STR(newest(tails), "3");
    CHECK_STR(newest(letters), "1.1.0i");
    CHECK_STR(newest(kinds), "3.4.30");
    CHECK_STR(newest(none), "");
    CHECK_STR(newest(zeros), "1.01");
    CHECK_AT_MOST(strlen(newest(huge)), 31);
}

static void order_of_versions(void)
{
    static const char *const rising[] = { "", "0", "1", "1.2", "1.2.3", "1.2.13", "1.10", "1.10a", "1.10b", "2", "10" };
    size_t i, k;
    for (i = 0; i < COUNT(rising); i++)
        for (k = 0; k < COUNT(rising); k++) CHECK_INT(sentry__version_order(rising[i], rising[k]), i > k ? 1 : i < k ? -1 : 0);
}

/* -- an image -- */

/* A library as it lies in memory: what tells of names, and nothing else. */
typedef struct {
    uint16_t version, flags, index, names;
    uint32_t hash, name_at, next;
    uint32_t name, name_next;
} image_version_t;

typedef struct {
    ElfW(Phdr) headers[2];
    ElfW(Dyn) dynamic[8];
    image_version_t versions[4];
    char strings[64];
} image_t;

static const char strings[64] = "\0lib_9.so.1.\0OWN_1.9\0OWN_1.10\0OWN_PRIVATE_7\0";

static void image_version(image_version_t *v, int base, uint32_t name, int last)
{
    memset(v, 0, sizeof *v);
    v->version = v->names = 1;
    v->flags = (uint16_t)base;
    v->name_at = 20;
    v->next = last ? 0 : (uint32_t)sizeof *v;
    v->name = name;
}

/* `added` is what the loader has made of places: 0, or where the image is. */
static void image_make(image_t *image, size_t size, uintptr_t added)
{
    static const ElfW(Sxword) tags[] = { DT_STRTAB, DT_STRSZ, DT_SONAME, DT_VERDEF, DT_VERDEFNUM, DT_NULL };
    const uintptr_t values[] = { offsetof(image_t, strings) + added, sizeof strings, 1, offsetof(image_t, versions) + added, 4, 0 };
    size_t i;
    memset(image, 0, sizeof *image);
    image->headers[0].p_type = PT_LOAD;
    image->headers[0].p_flags = PF_R;
    image->headers[0].p_memsz = size;
    image->headers[1].p_type = PT_DYNAMIC;
    image->headers[1].p_vaddr = offsetof(image_t, dynamic);
    image->headers[1].p_memsz = sizeof image->dynamic;
    for (i = 0; i < COUNT(tags); i++) {
        memcpy(&image->dynamic[i].d_tag, &tags[i], sizeof image->dynamic[i].d_tag);
        image->dynamic[i].d_un.d_val = values[i];
    }
    image_version(&image->versions[0], 1, 1, 0);
    image_version(&image->versions[1], 0, 13, 0);
    image_version(&image->versions[2], 0, 21, 0);
    image_version(&image->versions[3], 0, 30, 1);
    memcpy(image->strings, strings, sizeof strings);
}

/* Takes it down; `n` bytes of it are in memory. Each text has an end. */
static sentry__module_t image_take(const image_t *image, size_t n, const ElfW(Phdr) *headers, char names[600])
{
    sentry__module_t m;
    sentry__os_image_t seen;
    sentry__taken_t t;
    (void)n;
    memset(&t, 0, sizeof t);
    memset(&m, 0, sizeof m);
    t.list = &m;
    t.room = 1;
    t.names = names;
    t.names_room = 600;
    seen.path = "/lib/libfile.so";
    seen.base = (uintptr_t)image;
    seen.headers = (const char *)headers;
    seen.count = 2;
    CHECK_EACH(sentry__module_see(&seen, &t) == 0);
    CHECK_EACH(t.seen == 1 && m.name && strlen(m.name) <= 255 && memchr(m.version, 0, sizeof m.version));
    return m;
}

static void names_of_an_image(void)
{
    static image_t image;
    char names[600];
    sentry__module_t m;
    int relocated;
    for (relocated = 0; relocated < 2; relocated++) {
        image_make(&image, sizeof image, relocated ? (uintptr_t)&image : 0);
        m = image_take(&image, sizeof image, image.headers, names);
        CHECK_STR(m.name, "lib_9.so.1."); /* which is the first version's name, and none itself */
        CHECK_STR(m.version, "1.10");
        image.dynamic[2].d_tag = DT_NULL; /* no name, and nothing behind it */
        m = image_take(&image, sizeof image, image.headers, names);
        CHECK_STR(m.name, "");
        CHECK_STR(m.version, "");
    }
    image_make(&image, sizeof image, 0);
    image.headers[0].p_flags = 0; /* may not be read */
    m = image_take(&image, sizeof image, image.headers, names);
    CHECK_STR(m.name, "");
    CHECK_STR(m.version, "");
}

/* Cut off anywhere, and with each byte changed: a sanitizer would see what is read beyond its end. */
static void smashed_images(void)
{
    static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
    size_t n, i, k;
    char names[600];
    for (n = 0; n <= sizeof(image_t); n++) {
        image_t *image = (image_t *)malloc(n ? n : 1), whole;
        image_make(&whole, n, 0);
        memcpy(image, &whole, n);
        image_take(image, n, whole.headers, names);
        free(image);
    }
    for (i = offsetof(image_t, dynamic); i < sizeof(image_t); i++)
        for (k = 0; k < COUNT(values); k++) {
            image_t *image = (image_t *)malloc(sizeof *image);
            image_make(image, sizeof *image, 0);
            ((unsigned char *)image)[i] = values[k];
            image_take(image, sizeof *image, image->headers, names);
            free(image);
        }
    CHECK(1);
}

/* Random ones, without an end of anything. */
static void wild_images(void)
{
    unsigned seed = 3, round;
    size_t i;
    char names[600];
    for (round = 0; round < 3000; round++) {
        image_t *image = (image_t *)malloc(sizeof *image);
        unsigned char *bytes = (unsigned char *)image;
        image_make(image, sizeof *image, 0);
        for (i = 0; i < 1 + round % 20; i++) {
            size_t at;
            seed = seed * 1103515245u + 12345u;
            at = sizeof image->headers + (seed >> 8) % (sizeof *image - sizeof image->headers);
            bytes[at] = (unsigned char)(seed >> 3);
        }
        image_take(image, sizeof *image, image->headers, names);
        free(image);
    }
    CHECK(1);
}

/* -- what is loaded, as readelf sees it -- */

/* The first line that a command prints. */
static const char *line_of(const char *format, const char *path)
{
    static char line[512];
    char command[2048];
    FILE *p;
    snprintf(command, sizeof command, format, path);
    p = popen(command, "r");
    line[0] = 0;
    if (p && !fgets(line, sizeof line, p)) line[0] = 0;
    if (p) pclose(p);
    line[strcspn(line, "\n")] = 0;
    return line;
}

/* Checks one library. */
static void check_with_readelf(sentry_value_t told_of, const char *path)
{
    char name[512], symbols[128], file[128];
    const char *version;
    snprintf(name, sizeof name, "%s", line_of("readelf -dW '%s' 2>/dev/null | sed -n 's/.*Library soname: \\[\\(.*\\)\\]/\\1/p'", path));
    if (!name[0]) snprintf(name, sizeof name, "%s", strrchr(path, '/') + 1);
    version = line_of("readelf -VW '%s' 2>/dev/null | awk '/Rev: / && !/BASE/ && !/PRIVATE/ && match($NF, /_[0-9]/) { v = substr($NF, RSTART + 1); "
        "sub(/_[^0-9].*/, \"\", v); gsub(/_/, \".\", v); print v }' | sort -Vr", path);
    snprintf(symbols, sizeof symbols, "%s", version);
    snprintf(file, sizeof file, "%s", line_of("basename \"$(readlink -f '%s')\" | sed -n 's/.*\\.so\\.\\([0-9]\\)/\\1/p'", path));
    version = !symbols[0] || (strchr(file, '.') && sentry__version_order(file, symbols) > 0) ? file : symbols;
    if (!version[0]) version = line_of("readelf -nW '%s' 2>/dev/null | sed -n 's/.*Build ID: //p'", path);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(told_of, name)), version);
}

static void as_readelf_says(void)
{
    static const char *const more[] = { "libz.so.1", "libcurl.so.4", "libcurl-gnutls.so.4", "libstdc++.so.6", "libsqlite3.so.0", "libkrb5.so.3", "libpq.so.5", "libglib-2.0.so.0" };
    const sentry__modules_t *m;
    sentry_value_t told_of;
    sentry__buf_t b;
    char exe[1024];
    size_t i, named = 0;
    if (!line_of("readelf --version 2>/dev/null%s", "")[0]) SKIP("there is no readelf");
    for (i = 0; i < COUNT(more); i++) dlopen(more[i], RTLD_LAZY);
    m = sentry__modules_take();
    REQUIRE(m != NULL);
    sentry__buf_init(&b, NULL, 0);
    sentry__buf_byte(&b, '{');
    sentry__buf_put(&b, m->versions, m->versions_size);
    sentry__buf_byte(&b, '}');
    told_of = sentry_value_from_json_n(b.data, b.len);
    CHECK_INT(sentry_value_get_type(told_of), SENTRY_VALUE_TYPE_OBJECT);
    for (i = 0; i < m->count; i++) {
        if (!m->list[i].name) continue;
        named++;
        if (!line_of("readelf -h '%s' 2>/dev/null", m->list[i].path)[0]) SKIP("readelf does not see the libraries, as under an emulator");
        check_with_readelf(told_of, m->list[i].path);
    }
    CHECK_INT(sentry_value_get_length(told_of), named);
    exe[sentry__os_exe(exe, sizeof exe - 1)] = 0;
    CHECK_CONTAINS(exe, "/");
    CHECK(sentry_value_is_null(sentry_value_get_by_key(told_of, strrchr(exe, '/') + 1)));
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_key(told_of, "linux-vdso.so.1")), "");
    sentry_value_decref(told_of);
    sentry__buf_free(&b);
    sentry__modules_give(m);
}
#else
/* -- what is loaded, as Windows sees it -- */

typedef DWORD(WINAPI *version_size_t)(LPCWSTR file, LPDWORD handle);
typedef BOOL(WINAPI *version_info_t)(LPCWSTR file, DWORD handle, DWORD size, LPVOID data);
typedef BOOL(WINAPI *version_query_t)(LPCVOID block, LPCWSTR what, LPVOID *data, PUINT size);

static void as_version_dll_says(void)
{
    static unsigned char block[65536];
    HMODULE dll = LoadLibraryW(L"version.dll");
    version_info_t info = dll ? (version_info_t)(uintptr_t)GetProcAddress(dll, "GetFileVersionInfoW") : NULL;
    version_query_t query = dll ? (version_query_t)(uintptr_t)GetProcAddress(dll, "VerQueryValueW") : NULL;
    const sentry__modules_t *m = sentry__modules_take();
    size_t i, versions = 0;
    REQUIRE(m && info && query);
    for (i = 0; i < m->count; i++) {
        wchar_t wide[1024];
        char text[64];
        VS_FIXEDFILEINFO v, *found;
        UINT size;
        if (!m->list[i].name) continue;
        MultiByteToWideChar(CP_UTF8, 0, m->list[i].path, -1, wide, 1024);
        CHECK_STR(m->list[i].name, strrchr(m->list[i].path, '\\') + 1);
        text[0] = 0;
        if (info(wide, 0, sizeof block, block) && query(block, L"\\", (LPVOID *)(void *)&found, &size)) {
            memcpy(&v, found, sizeof v);
            snprintf(text, sizeof text, "%u.%u.%u.%u", (unsigned)HIWORD(v.dwFileVersionMS), (unsigned)LOWORD(v.dwFileVersionMS), (unsigned)HIWORD(v.dwFileVersionLS),
                (unsigned)LOWORD(v.dwFileVersionLS));
            versions++;
        }
        CHECK_STR(m->list[i].version, text);
    }
    CHECK_AT_MOST(1, versions);
    sentry__modules_give(m);
}
#endif

/* -- events -- */

static void say(void)
{
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
}

/* Whether anything is loaded but the program itself. */
static int has_libraries(void)
{
    const sentry__modules_t *m = sentry__modules_take();
    int has = m && m->versions_size;
    sentry__modules_give(m);
    return has;
}

static void in_events(void)
{
    static const char *const disabled[] = { "modules", NULL };
    sentry_options_t options = collect_options();
    CHECK_INT(collect_start(NULL), 0);
    say();
    CHECK_INT(collect_has(0, "modules"), has_libraries());
    CHECK(!collect_has(0, "debug_meta")); /* there are no addresses */
    collect_stop();
    options.disabled_integrations = disabled;
    CHECK_INT(collect_start(&options), 0);
    say();
    CHECK(!collect_has(0, "modules"));
    collect_stop();
    options = collect_options();
    options.default_integrations = SENTRY_OFF;
    CHECK_INT(collect_start(&options), 0);
    say();
    CHECK(!collect_has(0, "modules"));
    collect_stop();
    {
        const sentry_integration_t *listed[] = { sentry_modules_integration(), NULL };
        options.integrations = listed;
        CHECK_INT(collect_start(&options), 0);
        say();
        CHECK_INT(collect_has(0, "modules"), has_libraries());
        collect_stop();
    }
}

static void an_events_own(void)
{
    sentry_value_t event = sentry_value_new_event(), own = sentry_value_new_object();
    sentry_value_set_by_key(own, "mine", sentry_value_new_string("1"));
    sentry_value_set_by_key(event, "modules", own);
    CHECK_INT(collect_start(NULL), 0);
    sentry_capture_event(event);
    CHECK_STR(collect_text(0, "modules"), "{\"mine\":\"1\"}");
    collect_stop();
}

static sentry_value_t remove_modules(sentry_value_t event, void *hint, void *data)
{
    (void)hint;
    CHECK_INT(!sentry_value_is_null(sentry_value_get_by_key(event, "modules")), has_libraries());
    if (data) sentry_value_remove_by_key(event, "modules");
    return event;
}

/* What a hook takes away stays away; what it leaves is sent once. */
static void in_hooks(void)
{
    static int yes;
    sentry_options_t options = collect_options();
    int removes;
    for (removes = 0; removes < 2; removes++) {
        options.before_send = remove_modules;
        options.before_send_data = removes ? &yes : NULL;
        CHECK_INT(collect_start(&options), 0);
        say();
        CHECK_INT(collect_has(0, "modules"), has_libraries() && !removes);
        collect_stop();
    }
    CHECK_INT(collect_start(NULL), 0);
    sentry_add_event_processor(remove_modules, &yes);
    say();
    CHECK(!collect_has(0, "modules"));
    collect_stop();
}

#ifndef SENTRY_NO_TRACING
static void not_in_transactions(void)
{
    sentry_options_t options = collect_options();
    options.traces_sample_rate = 1.0;
    CHECK_INT(collect_start(&options), 0);
    sentry_transaction_finish(sentry_transaction_start(sentry_transaction_context_new("name", "op"), sentry_value_new_null()));
    CHECK_STR(collect_str(0, "type"), "transaction");
    CHECK(!collect_has(0, "modules"));
    collect_stop();
}
#endif

/* What is loaded later is in later events. */
static void loaded_later(void)
{
#ifdef _WIN32
    const char *name = "winmm.dll";
#else
    const char *name = "libz.so.1";
#endif
    CHECK_INT(collect_start(NULL), 0);
    say();
    if (collect_has(0, "modules") && sentry_value_get_length(sentry_value_get_by_key(collect_get(0, "modules"), name))) SKIP("it is loaded already");
#ifdef _WIN32
    if (!LoadLibraryA(name)) SKIP("there is no such library");
#else
    if (!dlopen(name, RTLD_NOW)) SKIP("there is no such library");
#endif
    say();
    CHECK(sentry_value_get_length(sentry_value_get_by_key(collect_get(1, "modules"), name)) > 0);
    CHECK_INT(sentry_value_get_length(sentry_value_get_by_key(collect_get(0, "modules"), name)), 0);
    collect_stop();
}
#else
/* Where it is not known what is loaded, nothing is said. */
static void not_known(void)
{
    CHECK_INT(collect_start(NULL), 0);
    sentry_capture_message(SENTRY_LEVEL_INFO, "m");
    CHECK(!collect_has(0, "modules"));
    CHECK_ABSENT(collect_json(0), "\"modules\":");
    collect_stop();
}
#endif

static const test_case_t tests[] = {
#if KNOWN
    {"one_of_a_name", one_of_a_name},
#ifdef __ELF__
    {"versions_in_names", versions_in_names},
    {"order_of_versions", order_of_versions},
    {"names_of_an_image", names_of_an_image},
    {"smashed_images", smashed_images},
    {"wild_images", wild_images},
    {"as_readelf_says", as_readelf_says},
#else
    {"as_version_dll_says", as_version_dll_says},
#endif
    {"in_events", in_events},
    {"an_events_own", an_events_own},
    {"in_hooks", in_hooks},
#ifndef SENTRY_NO_TRACING
    {"not_in_transactions", not_in_transactions},
#endif
    {"loaded_later", loaded_later},
#else
    {"not_known", not_known},
#endif
};

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, sizeof tests / sizeof tests[0]);
}
