/* What addresses are called: functions, files and lines of this very program, of copies that are stripped, of other files in its place;
 * what counts as the program's own; source lines; events. */
#define SENTRY_API static /* so that only what is tested here is compiled */
#define SENTRY_IMPLEMENTATION
#include "alloc.h"
#include "files.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#if !defined(SENTRY_NO_SYMBOLIZER) && !defined(SENTRY_NO_FILES)

#ifdef __linux__
#include <elf.h>
#if UINTPTR_MAX > 0xffffffffu
typedef Elf64_Ehdr elf_header_t;
typedef Elf64_Phdr elf_program_t;
typedef Elf64_Shdr elf_section_t;
#else
typedef Elf32_Ehdr elf_header_t;
typedef Elf32_Phdr elf_program_t;
typedef Elf32_Shdr elf_section_t;
#endif
#endif

/* -- functions to be found ------------------------------------------------------------------------- */

typedef struct {
    char *pc; /* where a call returns to */
    int line; /* the call's */
} spot_t;

static spot_t spots[8];

#if defined(__GNUC__) || defined(__clang__) || defined(__TINYC__)
#define NOINLINE __attribute__((noinline))
#define INLINED LOCAL inline __attribute__((always_inline))
#define RETURNS_TO ((char *)__builtin_return_address(0))
#else
#define NOINLINE
#define INLINED LOCAL
#define RETURNS_TO NULL
#endif

/* In C++ compilers differ in what static functions are called. */
#ifdef __cplusplus
extern "C" {
#define LOCAL
#else
#define LOCAL static
#endif

static volatile int kept; /* so that no call is the last thing that a function does */
static void keep(int n) { kept = kept + n; }

NOINLINE LOCAL void take_pc(spot_t *spot)
{
    spot->pc = RETURNS_TO;
    keep(1);
}

#define HERE(spot) ((spot)->line = __LINE__, take_pc(spot), keep(1))

/* The lines around that call are known to "source". */
NOINLINE LOCAL void plain_function(spot_t *spot)
{
    keep(2); /* before it */
    HERE(spot); /* \"quoted\", \ttabbed, caf\303\251 */
    keep(3); /* after it */
}

INLINED void inlined_function(spot_t *spot)
{
    HERE(spot);
}

NOINLINE LOCAL void outer_function(spot_t *spot)
{
    keep(1);
    inlined_function(spot), spots[2].line = __LINE__;
    keep(1);
}

NOINLINE LOCAL void pointed_function(spot_t *spot)
{
    HERE(spot);
}

static void (*volatile pointer)(spot_t *spot) = pointed_function;

/* A name of C++ is readable where its library is linked. */
#ifdef __cplusplus
}
#include <exception>
#ifdef _WIN32
#define METHOD "method"
#else
#define METHOD "space::thing_t::method(spot_t*, int)"
#endif

namespace space {
struct thing_t {
    NOINLINE static void method(spot_t *spot, int) { HERE(spot); }
};
}
#endif

static void run_functions(void)
{
    plain_function(&spots[0]);
    outer_function(&spots[1]);
    pointer(&spots[3]);
#ifdef __cplusplus
    std::set_terminate(std::get_terminate()); /* by weak symbols alone a library is not linked */
    space::thing_t::method(&spots[4], 1);
#endif
}

/* -- this program ------------------------------------------------------------------------------------ */

static struct {
    char path[1024], code_id[80], debug_id[40];
    sentry__symbol_module_t module;
    int table, dwarf; /* it has a table of symbols; it was compiled with -g */
} self;

#ifdef __linux__
/* The folded code's id, as the server's tools make it for a file without a build id. */
static void make_debug_id(const char *file, size_t size)
{
    static const int order[] = { 3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15 };
    const elf_header_t *h = (const elf_header_t *)(const void *)file;
    const elf_section_t *s = (const elf_section_t *)(const void *)(file + h->e_shoff);
    unsigned char id[16];
    size_t i, at;
    char *to = self.debug_id;
    memset(id, 0, sizeof id);
    for (i = 0; h->e_shoff && h->e_shoff < size && i < h->e_shnum; i++)
        if (strcmp(file + s[h->e_shstrndx].sh_offset + s[i].sh_name, ".text") == 0)
            for (at = 0; at < s[i].sh_size && at < 4096; at++) id[at % 16] = (unsigned char)(id[at % 16] ^ (unsigned char)file[s[i].sh_offset + at]);
    for (i = 0; i < COUNT(order); i++) to += order[i] < 0 ? sprintf(to, "-") : sprintf(to, "%02x", id[order[i]]);
}

/* The build id's hex digits; none when there is none. */
static void make_code_id(const char *file)
{
    const elf_header_t *h = (const elf_header_t *)(const void *)file;
    const elf_program_t *p = (const elf_program_t *)(const void *)(file + h->e_phoff);
    size_t i, at, k;
    for (i = 0; i < h->e_phnum; i++) {
        uint32_t n[3];
        if (p[i].p_type != PT_NOTE) continue;
        for (at = 0; at + sizeof n <= p[i].p_filesz; at += sizeof n + (n[0] + 3u) / 4 * 4 + (n[1] + 3u) / 4 * 4) {
            memcpy(n, file + p[i].p_offset + at, sizeof n);
            if (n[2] != 3 || n[0] != 4 || n[1] > 32 || memcmp(file + p[i].p_offset + at + sizeof n, "GNU", 4) != 0) continue;
            for (k = 0; k < n[1]; k++) sprintf(self.code_id + 2 * k, "%02x", (unsigned char)file[p[i].p_offset + at + sizeof n + 4 + k]);
        }
    }
}

static int has_text(const char *bytes, size_t size, const char *text)
{
    size_t n = strlen(text) + 1, i;
    for (i = 0; i + n <= size; i++)
        if (bytes[i] == text[0] && memcmp(bytes + i, text, n) == 0) return 1;
    return 0;
}

/* Takes what the kernel says about this program. Returns 0 when all is known. */
static int know_self(void)
{
    char line[2048], section[16];
    FILE *maps = fopen("/proc/self/maps", "r");
    ssize_t n = readlink("/proc/self/exe", self.path, sizeof self.path - 1);
    char *file;
    size_t size;
    if (!maps || n <= 0) return 1;
    while (fgets(line, sizeof line, maps)) {
        unsigned long long start, end;
        char *path = strchr(line, '/');
        if (!path || strncmp(path, self.path, (size_t)n) != 0 || path[n] != '\n' || sscanf(line, "%llx-%llx", &start, &end) != 2) continue;
        if (!self.module.start) self.module.start = start;
        self.module.size = end - self.module.start;
    }
    fclose(maps);
    file = file_get(self.path, &size);
    if (!file || !self.module.start) return 1;
    strcpy(section, ".debug");
    self.dwarf = has_text(file, size, strcat(section, "_info")); /* put together, else this text would be found */
    strcpy(section, ".sym");
    self.table = has_text(file, size, strcat(section, "tab"));
    make_code_id(file);
    make_debug_id(file, size);
    free(file);
    return 0;
}
#elif defined(_WIN32)
static int know_self(void)
{
    const char *base = (const char *)(void *)GetModuleHandleW(NULL);
    const IMAGE_NT_HEADERS *h = (const IMAGE_NT_HEADERS *)(const void *)(base + ((const IMAGE_DOS_HEADER *)(const void *)base)->e_lfanew);
    DWORD n = GetModuleFileNameA(NULL, self.path, sizeof self.path);
    self.module.start = (uint64_t)(uintptr_t)base;
    self.module.size = h->OptionalHeader.SizeOfImage;
    sprintf(self.code_id, "%08lx%lX", (unsigned long)h->FileHeader.TimeDateStamp, (unsigned long)h->OptionalHeader.SizeOfImage);
    self.table = self.dwarf = 1;
    return n == 0;
}
#else
static int know_self(void) { return 1; }
#endif

static sentry__symbol_rules_t rules;
static sentry__symbolizer_t symbolizer;

/* Begins with nothing known. Returns 0 when this program can look itself up. */
static int begin(void)
{
    int unknown = know_self();
    self.module.path = self.path;
    self.module.code_id = self.code_id;
    self.module.debug_id = self.debug_id;
    memset(&rules, 0, sizeof rules);
    rules.exe = self.path;
    sentry__symbolizer_init(&symbolizer, &rules);
    run_functions();
    return unknown;
}

static void end(void)
{
    sentry__symbolizer_free(&symbolizer);
    CHECK_INT(symbolizer.open, 0);
    CHECK_INT(symbolizer.arena.taken, 0);
}

#define BEGIN() do { if (begin()) SKIP("nobody tells where this program is"); } while (0)
#define BEGIN_WITH_LINES() do { BEGIN(); if (!self.dwarf) SKIP("compiled without DWARF"); } while (0)

static sentry__located_t found[SENTRY__INLINED];

/* What a spot is called, by a module. */
static size_t find(const sentry__symbol_module_t *m, const spot_t *spot)
{
    memset(found, 0, sizeof found);
    return sentry__symbolizer_find(&symbolizer, m, (uint64_t)(uintptr_t)spot->pc, 0, found, COUNT(found));
}

/* Checks one of what was found. */
static void check_found(size_t i, const char *function, const char *file, int line)
{
    CHECK_STR(found[i].function, function);
    CHECK_INT(found[i].line, line);
    CHECK(found[i].file && strcmp(sentry__path_base(found[i].file), file) == 0);
}

/* -- own functions ---------------------------------------------------------------------------------- */

static void functions(void)
{
    size_t n;
    BEGIN_WITH_LINES();
    n = find(&self.module, &spots[0]);
    CHECK_INT(n, 1);
    check_found(0, "plain_function", "test_symbolizer.c", spots[0].line);
    CHECK_INT(found[0].inlined, 0);
    CHECK(found[0].symbol_addr <= (uint64_t)(uintptr_t)spots[0].pc && found[0].symbol_addr >= self.module.start);
    CHECK(found[0].abs_path && sentry__path_is_absolute(found[0].abs_path));
    CHECK_INT(found[0].in_app, 1);
    n = find(&self.module, &spots[3]);
    CHECK_INT(n, 1);
    check_found(0, "pointed_function", "test_symbolizer.c", spots[3].line);
    CHECK(found[0].symbol_addr == (uint64_t)(uintptr_t)pointer || sizeof(void *) == 4); /* Thumb */
    end();
}

static void inlined(void)
{
    BEGIN_WITH_LINES();
    CHECK_INT(find(&self.module, &spots[1]), 2);
    check_found(0, "inlined_function", "test_symbolizer.c", spots[1].line);
    CHECK_INT(found[0].inlined, 1);
    CHECK_INT(found[0].symbol_addr, 0);
    check_found(1, "outer_function", "test_symbolizer.c", spots[2].line);
    CHECK_INT(found[1].inlined, 0);
    CHECK(found[1].symbol_addr != 0);
    CHECK_INT(sentry__symbolizer_find(&symbolizer, &self.module, (uint64_t)(uintptr_t)spots[1].pc, 0, found, 1), 1); /* no room for more */
    end();
}

#ifdef __cplusplus
static void cxx_names(void)
{
    BEGIN_WITH_LINES();
    CHECK_INT(find(&self.module, &spots[4]), 1);
    check_found(0, METHOD, "test_symbolizer.c", spots[4].line);
    CHECK_CONTAINS(found[0].symbol, "_ZN5space7thing_t6method");
    rules.plain = 1;
    sentry__symbolizer_drop(&symbolizer);
    CHECK_INT(find(&self.module, &spots[4]), 1);
    CHECK_STR(found[0].function, "method");
    end();
}
#endif

/* What lies in no module, and what looks as if. */
static void nowhere(void)
{
    sentry__symbol_module_t m;
    BEGIN();
    m = self.module;
    CHECK_INT(sentry__symbolizer_find(&symbolizer, &m, 0, 0, found, COUNT(found)), 0);
    CHECK_INT(sentry__symbolizer_find(&symbolizer, &m, UINT64_MAX, 1, found, COUNT(found)), 0);
    CHECK_INT(sentry__symbolizer_find(&symbolizer, &m, m.start, 0, found, COUNT(found)), 0);
    CHECK_INT(sentry__symbolizer_find(&symbolizer, &m, m.start + m.size, 1, found, COUNT(found)), 0);
    m.size = 0;
    CHECK_INT(find(&m, &spots[0]), 0);
    m = self.module;
    m.path = "nowhere/at/all";
    CHECK_INT(find(&m, &spots[0]), 0);
    m.path = "";
    CHECK_INT(find(&m, &spots[0]), 0);
    m.path = "/";
    CHECK_INT(find(&m, &spots[0]), 0);
    m.path = "/dev/zero";
    CHECK_INT(find(&m, &spots[0]), 0);
    m = self.module;
    m.start -= 4096; /* wrong, but in range: another function, or none, and no harm */
    find(&m, &spots[0]);
    end();
}

/* A file with another id is not used, whatever its name. */
static void wrong_id(void)
{
    sentry__symbol_module_t m;
    char id[80];
    BEGIN();
    if (!self.table) SKIP("compiled without symbols");
    m = self.module;
    if (self.code_id[0]) {
        strcpy(id, self.code_id);
        id[5] = id[5] == '0' ? '1' : '0';
        m.code_id = id;
        CHECK_INT(find(&m, &spots[0]), 0);
        m.code_id = "";
        CHECK_INT(find(&m, &spots[0]), 0); /* the file has one: then it is not the one */
        m.code_id = self.code_id;
        CHECK(find(&m, &spots[0]) >= 1);
    } else {
        CHECK(find(&m, &spots[0]) >= 1);
        strcpy(id, self.debug_id);
        id[5] = id[5] == '0' ? '1' : '0';
        m.debug_id = id;
        CHECK_INT(find(&m, &spots[0]), 0);
    }
    m.code_id = m.debug_id = "";
    CHECK_INT(find(&m, &spots[0]), 0);
    end();
}

/* -- copies that are stripped ------------------------------------------------------------------------- */

#ifdef __linux__
/* Runs a command in the scratch folder; $SELF is this program, $OBJCOPY is for its machine. Returns 0 when it went well. */
static int shell(const char *command)
{
    char line[4096];
    snprintf(line, sizeof line, "cd '%s' && { %s; } >/dev/null 2>&1", scratch, command);
    return system(line);
}

/* Finds the objcopy that knows this machine. Returns 0 when there is one. */
static int find_objcopy(void)
{
    static const char *const names[] = { "objcopy", "aarch64-linux-gnu-objcopy", "arm-linux-gnueabihf-objcopy", "s390x-linux-gnu-objcopy", "riscv64-linux-gnu-objcopy",
        "powerpc-linux-gnu-objcopy" };
    size_t i;
    for (i = 0; i < COUNT(names); i++) {
        test_set_env("OBJCOPY", names[i]);
        if (shell("$OBJCOPY --only-keep-debug \"$SELF\" a.debug && $OBJCOPY --strip-all \"$SELF\" bare") == 0) return 0;
    }
    return 1;
}

/* A module of a file in the scratch folder. */
static sentry__symbol_module_t scratch_module(const char *name)
{
    static char path[FILE_MAX_PATH];
    sentry__symbol_module_t m = self.module;
    strcpy(path, in_scratch(name));
    m.path = path;
    return m;
}

/* Checks that a module has the functions and lines. */
static void check_lines(const sentry__symbol_module_t *m)
{
    sentry__symbolizer_drop(&symbolizer);
    CHECK_INT(find(m, &spots[1]), 2);
    check_found(0, "inlined_function", "test_symbolizer.c", spots[1].line);
    check_found(1, "outer_function", "test_symbolizer.c", spots[2].line);
}

#define BEGIN_COPIES() \
    do { \
        BEGIN_WITH_LINES(); \
        REQUIRE(scratch_begin()); \
        test_set_env("SELF", self.path); \
    } while (0)

#define BEGIN_STRIPPED() \
    do { \
        BEGIN_COPIES(); \
        if (find_objcopy()) { \
            scratch_end(); \
            SKIP("no objcopy is there that knows this machine"); \
        } \
    } while (0)

static void stripped(void)
{
    sentry__symbol_module_t m;
    BEGIN_STRIPPED();
    m = scratch_module("bare");
    CHECK_INT(find(&m, &spots[0]), 0); /* a static function: nothing is left of it */
    /* only the table of symbols */
    CHECK_INT(shell("$OBJCOPY --strip-debug \"$SELF\" table"), 0);
    m = scratch_module("table");
    CHECK_INT(find(&m, &spots[0]), 1);
    CHECK_STR(found[0].function, "plain_function");
    CHECK_INT(found[0].line, 0);
    CHECK(found[0].symbol_addr != 0 && found[0].symbol_addr <= (uint64_t)(uintptr_t)spots[0].pc);
    scratch_end();
    end();
}

/* By .gnu_debuglink: beside the file, in .debug, below the folder of debug files. */
static void linked(void)
{
    sentry__symbol_module_t m;
    char folder[2 * FILE_MAX_PATH];
    BEGIN_STRIPPED();
    CHECK_INT(shell("$OBJCOPY --strip-all --add-gnu-debuglink=a.debug \"$SELF\" prog"), 0);
    m = scratch_module("prog");
    check_lines(&m);
    CHECK_INT(shell("mkdir .debug && mv a.debug .debug/"), 0);
    check_lines(&m);
    CHECK_INT(shell("mkdir -p \"root$PWD\" && mv .debug/a.debug \"root$PWD\""), 0);
    sentry__symbolizer_drop(&symbolizer);
    CHECK_INT(find(&m, &spots[0]), 0);
    snprintf(folder, sizeof folder, "%s/root", scratch);
    rules.debug_folder = folder;
    check_lines(&m);
    scratch_end();
    end();
}

/* By build id, also when the file itself is gone. */
static void by_build_id(void)
{
    sentry__symbol_module_t m;
    char folder[FILE_MAX_PATH], command[512];
    BEGIN_STRIPPED();
    if (!self.code_id[0]) {
        scratch_end();
        SKIP("this program has no build id");
    }
    snprintf(command, sizeof command, "mkdir -p .build-id/%.2s && mv a.debug .build-id/%.2s/%s.debug", self.code_id, self.code_id, self.code_id + 2);
    CHECK_INT(shell(command), 0);
    m = scratch_module("bare");
    strcpy(folder, scratch);
    rules.debug_folder = folder;
    check_lines(&m);
    test_unlink(m.path);
    check_lines(&m);
    /* one of another program under that name */
    snprintf(command, sizeof command, "$OBJCOPY --remove-section .note.gnu.build-id .build-id/%.2s/%s.debug", self.code_id, self.code_id + 2);
    CHECK_INT(shell(command), 0);
    sentry__symbolizer_drop(&symbolizer);
    CHECK_INT(find(&m, &spots[0]), 0);
    scratch_end();
    end();
}

/* Without build ids it is the checksum that counts for the debug file, and the code for the file. */
static void by_checksum(void)
{
    sentry__symbol_module_t m;
    BEGIN_STRIPPED();
    CHECK_INT(shell("$OBJCOPY --remove-section .note.gnu.build-id \"$SELF\" full && $OBJCOPY --only-keep-debug full b.debug"
                    " && $OBJCOPY --strip-all --add-gnu-debuglink=b.debug full prog"), 0);
    m = scratch_module("prog");
    m.code_id = "";
    check_lines(&m);
    CHECK_INT(shell("printf x >>b.debug"), 0);
    sentry__symbolizer_drop(&symbolizer);
    CHECK_INT(find(&m, &spots[0]), 0);
    scratch_end();
    end();
}

/* Another file in a module's place is noticed when it is opened again, and then not used. */
static void replaced(void)
{
    sentry__symbol_module_t m;
    BEGIN_COPIES();
    CHECK_INT(shell("cp \"$SELF\" prog"), 0);
    m = scratch_module("prog");
    CHECK_INT(find(&m, &spots[0]), 1);
    CHECK(symbolizer.open >= 1);
    sentry__symbolizer_rest(&symbolizer);
    CHECK_INT(symbolizer.open, 0);
    CHECK_INT(shell("rm prog && head -c 3000 \"$SELF\" >prog"), 0);
    CHECK_INT(find(&m, &spots[0]), 1); /* it was found before */
    CHECK_INT(find(&m, &spots[3]), 0);
    CHECK_INT(shell("cp \"$SELF\" prog"), 0);
    sentry__symbolizer_drop(&symbolizer);
    CHECK_INT(find(&m, &spots[3]), 1);
    scratch_end();
    end();
}

/* The program's file may be removed or replaced while it runs: the system still has it. */
static void program_removed(void)
{
    sentry__symbol_module_t m;
    BEGIN_WITH_LINES();
    m = self.module;
    m.path = "/usr/bin/no such program (deleted)";
    CHECK_INT(find(&m, &spots[0]), 0);
    rules.exe = m.path;
    sentry__symbolizer_drop(&symbolizer);
    CHECK_INT(find(&m, &spots[0]), 1);
    check_found(0, "plain_function", "test_symbolizer.c", spots[0].line);
    m.code_id = m.debug_id = "00112233-4455-6677-8899-aabbccddeeff"; /* of an earlier build, as an old report has it */
    CHECK_INT(find(&m, &spots[0]), 0);
    end();
}

/* Of many modules only some are open at a time; all are found again. */
static void many_modules(void)
{
    char name[64], path[FILE_MAX_PATH];
    sentry__symbol_module_t m;
    int round, i, lost = 0;
    BEGIN_COPIES();
    for (i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "ln -s \"$SELF\" m%d", i);
        CHECK_EACH(shell(name) == 0);
    }
    m = self.module;
    m.path = path;
    for (round = 0; round < 2; round++)
        for (i = 0; i < 40; i++) {
            snprintf(name, sizeof name, "m%d", i);
            strcpy(path, in_scratch(name));
            lost += find(&m, &spots[round ? 3 : 0]) != 1 || found[0].line != (unsigned)spots[round ? 3 : 0].line;
            CHECK_EACH(symbolizer.open <= SENTRY_MAX_SYMBOL_FILES);
        }
    CHECK_INT(lost, 0);
    scratch_end();
    end();
}
#endif

/* -- in_app ------------------------------------------------------------------------------------------- */

static void in_app(void)
{
    static const char *const include[] = { "std::mine", "libmine", "/usr/include/mine/", "", NULL };
    static const char *const exclude[] = { "vendor_", "/app/third_party/", "libother.so", "sub/generated", NULL };
    static const struct {
        const char *module, *function, *abs_path, *file;
        int in_app;
    } cases[] = {
        { "/app/bin/prog", "work", "/app/src/work.c", "src/work.c", 1 },
        { "/app/bin/prog", "work", NULL, NULL, 1 },
        { "/app/bin/prog", NULL, NULL, NULL, 1 },
        { "/app/bin/prog", "work", "/elsewhere/work.c", "work.c", 1 },          /* the program, compiled elsewhere */
        { "/app/bin/prog", "at", "/usr/include/c++/12/vector", "/usr/include/c++/12/vector", 0 }, /* inlined from a header */
        { "/app/bin/prog", "_start", NULL, NULL, 0 },
        { "/app/bin/prog", "_start_engine", NULL, NULL, 1 },
        { "/app/bin/prog", "__libc_start_call_main", NULL, NULL, 0 },
        { "/app/bin/prog", "std::sort(int*, int*)", NULL, NULL, 0 },
        { "/app/bin/prog", "std::mine::sort()", NULL, NULL, 1 },                /* include beats the rest */
        { "/app/bin/prog", "sentry_capture_message", "/app/include/sentry.h", "include/sentry.h", 0 },
        { "/app/bin/prog", "sentry__capture", NULL, NULL, 0 },
        { "/app/bin/prog", "sentry_mode", "/app/src/enemy.c", "src/enemy.c", 1 }, /* a name is not all */
        { "/app/bin/prog", "vendor_call", "/app/src/work.c", "src/work.c", 0 },
        { "/app/bin/prog", "work", "/app/third_party/zip.c", "third_party/zip.c", 0 },
        { "/app/bin/prog", "work", "/app/sub/generated.c", "sub/generated.c", 0 },
        { "/app/bin/prog", "work", "/usr/include/mine/work.h", "/usr/include/mine/work.h", 1 },
        { "/usr/lib/x86_64-linux-gnu/libc.so.6", "qsort", NULL, NULL, 0 },
        { "/usr/lib/x86_64-linux-gnu/libc.so.6", "qsort", "/app/build/qsort.c", "build/qsort.c", 1 }, /* one's own libc */
        { "/lib64/ld-linux-x86-64.so.2", "_dl_start", NULL, NULL, 0 },
        { "/opt/toolchain/lib/libstdc++.so.6", "f", NULL, NULL, 0 },
        { "linux-vdso.so.1", NULL, NULL, NULL, 0 },
        { "/usr/lib/libmine.so.2", "f", NULL, NULL, 1 },
        { "/opt/x/libother.so.1", "f", NULL, NULL, 0 },
        { "/opt/x/libplugin.so", "f", NULL, NULL, -1 },
        { "/opt/x/libplugin.so", "f", "/apple/f.c", "f.c", -1 },                 /* beside project_root, not below */
        { "/app/bin/prog2", "f", NULL, NULL, -1 },
#ifdef _WIN32
        { "C:\\Windows\\System32\\ntdll.dll", "f", NULL, NULL, 0 },
        { "c:\\windows.old\\x.dll", "f", NULL, NULL, -1 },
        { "D:\\x\\LibMine.dll", "f", NULL, NULL, 1 },
        { "D:\\x\\y.dll", "f", "\\APP\\a.c", "a.c", 1 },
#endif
        { NULL, NULL, NULL, NULL, -1 },
    };
    size_t i;
    memset(&rules, 0, sizeof rules);
    rules.in_app_include = include;
    rules.in_app_exclude = exclude;
    rules.project_root = "/app";
    rules.exe = "/app/bin/prog";
    for (i = 0; i < COUNT(cases); i++) {
        sentry__located_t at;
        memset(&at, 0, sizeof at);
        at.function = cases[i].function;
        at.abs_path = cases[i].abs_path;
        at.file = cases[i].file;
        if (sentry__in_app(&rules, cases[i].module, &at) != cases[i].in_app) printf("case %d: %s\n", (int)i, cases[i].function ? cases[i].function : "-");
        CHECK_INT(sentry__in_app(&rules, cases[i].module, &at), cases[i].in_app);
    }
    rules.project_root = "/"; /* no project: everything is below it */
    CHECK_INT(sentry__path_below("/usr/include/x.h", rules.project_root) != NULL, 0);
}

static void paths(void)
{
    static const struct {
        const char *folder, *file, *whole, *below;
    } cases[] = {
        { "/app", "a.c", "/app/a.c", "a.c" },
        { "/app/", "./src//a.c", "/app/src/a.c", "src/a.c" },
        { "/app/build", "../src/./a.c", "/app/src/a.c", NULL },
        { "/app", "/usr/include/a.h", "/usr/include/a.h", NULL },
        { "/app", "/app/../x/a.c", "/x/a.c", NULL },
        { "/", "a.c", "/a.c", NULL },
        { "/", "../../a.c", "/a.c", NULL },
        { "", "../x/../../a.c", "../../a.c", NULL },
        { "build", "../../a.c", "../a.c", NULL },
        { "/app", "/apple/a.c", "/apple/a.c", NULL },
        { "/app", "/app", "/app", NULL },
    };
    size_t i;
    sentry__tidy_path_t path;
    char longest[3000];
    for (i = 0; i < COUNT(cases); i++) {
        memset(&path, 0, sizeof path);
        sentry__tidy(&path, cases[i].folder);
        sentry__tidy(&path, cases[i].file);
        CHECK_STR(path.text, cases[i].whole);
        CHECK_STR(sentry__path_below(path.text, cases[i].folder), cases[i].below);
    }
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    memset(&path, 0, sizeof path);
    sentry__tidy(&path, longest);
    CHECK_INT(path.failed, 1);
}

/* -- source ------------------------------------------------------------------------------------------- */

/* The lines that are read around line 3 of a text, joined with '|', the line itself in brackets. */
static const char *lines_of(const char *text, size_t size, unsigned line)
{
    static char out[8192];
    sentry__source_t *source;
    unsigned i;
    file_put(in_scratch("source.c"), text, size);
    source = sentry__source_read(&symbolizer, in_scratch("source.c"), line);
    out[0] = 0;
    for (i = 0; source && i < source->before + 1 + source->after; i++) sprintf(out + strlen(out), i == source->before ? "[%s]" : "%s|", source->line[i]);
    return source ? out : NULL;
}

static void source_lines(void)
{
    static const char ten[] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
    char wide[2000], expected[1200];
    memset(&rules, 0, sizeof rules);
    sentry__symbolizer_init(&symbolizer, &rules);
    REQUIRE(scratch_begin());
    CHECK_STR(lines_of(ten, sizeof ten - 1, 6), "1|2|3|4|5|[6]7|8|9|10|11|");
    CHECK_STR(lines_of(ten, sizeof ten - 1, 1), "[1]2|3|4|5|6|");
    CHECK_STR(lines_of(ten, sizeof ten - 1, 12), "7|8|9|10|11|[12]");
    CHECK_STR(lines_of(ten, sizeof ten - 1, 13), NULL);
    CHECK_STR(lines_of(ten, sizeof ten - 1, UINT32_MAX), NULL);
    CHECK_STR(lines_of("a\r\nb\r\n\r\nd", 9, 2), "a|[b]|d|");
    CHECK_STR(lines_of("only", 4, 1), "[only]");
    CHECK_STR(lines_of("", 0, 1), NULL);
    CHECK_STR(lines_of("\n\n", 2, 2), "|[]");
    memset(wide, 'x', sizeof wide);
    wide[1500] = '\n';
    memset(expected, 0, sizeof expected);
    expected[0] = '[';
    memset(expected + 1, 'x', SENTRY__SOURCE_LINE - 3);
    strcat(expected, "...]");
    memset(expected + strlen(expected), 'x', 499);
    strcat(expected, "|");
    CHECK_STR(lines_of(wide, sizeof wide, 1), expected);
    memset(wide, 'x', SENTRY__SOURCE_LINE);
    wide[SENTRY__SOURCE_LINE] = '\n';
    CHECK_INT(strlen(lines_of(wide, SENTRY__SOURCE_LINE + 1, 1)), SENTRY__SOURCE_LINE + 2); /* just fits */
    CHECK(sentry__source_read(&symbolizer, scratch, 1) == NULL);
    CHECK(sentry__source_read(&symbolizer, in_scratch("none"), 1) == NULL);
#ifndef _WIN32
    CHECK(sentry__source_read(&symbolizer, "/dev/zero", 1) == NULL);
    CHECK_INT(mkfifo(in_scratch("pipe"), 0600), 0);
    CHECK(sentry__source_read(&symbolizer, in_scratch("pipe"), 1) == NULL); /* and does not wait for a writer */
#endif
    scratch_end();
    end();
}

/* The lines around a call above, as they stand there. */
static void source(void)
{
    const sentry__source_t *s;
    BEGIN_WITH_LINES();
    rules.source = 1;
    CHECK_INT(find(&self.module, &spots[0]), 1);
    s = found[0].source;
    REQUIRE(s != NULL && s->before == 5 && s->after == 5);
    CHECK_STR(s->line[0], "");
    CHECK_STR(s->line[1], "/* The lines around that call are known to \"source\". */");
    CHECK_STR(s->line[2], "NOINLINE LOCAL void plain_function(spot_t *spot)");
    CHECK_STR(s->line[4], "    keep(2); /* before it */");
    CHECK_STR(s->line[5], "    HERE(spot); /* \\\"quoted\\\", \\ttabbed, caf\\303\\251 */");
    CHECK_STR(s->line[6], "    keep(3); /* after it */");
    CHECK_STR(s->line[7], "}");
    CHECK_STR(s->line[10], "{");
    end();
}

/* Sources are looked for below project_root when they are not where they were compiled. */
static void source_moved(void)
{
    sentry__located_t at;
    const sentry__source_t *s;
    char root[FILE_MAX_PATH];
    memset(&rules, 0, sizeof rules);
    memset(&at, 0, sizeof at);
    sentry__symbolizer_init(&symbolizer, &rules);
    REQUIRE(scratch_begin());
    strcpy(root, scratch);
    file_put(in_scratch("src/moved.c"), "one\ntwo\n", 8);
    at.abs_path = "/nowhere/build/src/moved.c";
    at.file = "src/moved.c";
    at.line = 2;
    CHECK(sentry__source_find(&symbolizer, &at) == NULL);
    rules.project_root = root;
    s = sentry__source_find(&symbolizer, &at);
    CHECK_STR(s ? s->line[1] : NULL, "two");
    at.line = 0;
    CHECK(sentry__source_find(&symbolizer, &at) == NULL);
    scratch_end();
    end();
}

/* -- events ------------------------------------------------------------------------------------------- */

/* An event of JSON, where "$N" is the address of spot N, "$S" and "$B" this program's size and start, "$P", "$C" and "$D" its path, code id
 * and debug id. */
static sentry_value_t event_of(const char *text)
{
    char json[65536], *to = json;
    const char *p;
    sentry_value_t event;
    for (; *text && to < json + sizeof json - 1100; text++) {
        if (*text != '$') *to++ = *text;
        else if (*++text == 'P')
            for (p = self.path; *p; p++) to += sprintf(to, *p == '\\' ? "\\\\" : "%c", *p);
        else if (*text == 'C') to += sprintf(to, "%s", self.code_id);
        else if (*text == 'D') to += sprintf(to, "%s", self.debug_id);
        else if (*text == 'S') to += sprintf(to, "%llu", (unsigned long long)self.module.size);
        else if (*text == 'B') to += sprintf(to, "0x%llx", (unsigned long long)self.module.start);
        else to += sprintf(to, "0x%llx", (unsigned long long)(uintptr_t)spots[*text - '0'].pc);
    }
    *to = 0;
    event = sentry_value_from_json(json);
    if (sentry_value_is_null(event)) printf("no JSON: %s\n", json);
    return event;
}

#define IMAGES "\"debug_meta\":{\"images\":[{\"type\":\"elf\",\"image_addr\":\"$B\",\"image_size\":$S,\"code_file\":\"$P\",\"code_id\":\"$C\",\"debug_id\":\"$D\"}]}"

static sentry_value_t frame_of(sentry_value_t holder, size_t i)
{
    return sentry_value_get_by_index(sentry_value_get_by_key(sentry_value_get_by_key(holder, "stacktrace"), "frames"), i);
}
static size_t frames_of(sentry_value_t holder)
{
    return sentry_value_get_length(sentry_value_get_by_key(sentry_value_get_by_key(holder, "stacktrace"), "frames"));
}
static sentry_value_t first_of(sentry_value_t event, const char *key)
{
    return sentry_value_get_by_index(sentry_value_get_by_key(sentry_value_get_by_key(event, key), "values"), 0);
}
static const char *text_of(sentry_value_t object, const char *key) { return sentry_value_as_string(sentry_value_get_by_key(object, key)); }
static int number_of(sentry_value_t object, const char *key) { return sentry_value_as_int32(sentry_value_get_by_key(object, key)); }

static void events(void)
{
    sentry_value_t event, frame, thread;
    char address[32];
    BEGIN_WITH_LINES();
    rules.source = 1;
    event = event_of("{\"platform\":\"native\",\"exception\":{\"values\":[{\"type\":\"Error\",\"stacktrace\":{\"frames\":["
                     "{\"instruction_addr\":\"$3\"},{\"instruction_addr\":\"$1\"},{\"instruction_addr\":\"$0\",\"lineno\":7}]}}]},"
                     "\"threads\":{\"values\":[{\"id\":\"1\",\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$3\"}]}}]},"
                     "\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$0\"}]}," IMAGES "}");
    sentry__symbolize_event(&symbolizer, event);
    thread = first_of(event, "exception");
    CHECK_INT(frames_of(thread), 4);
    CHECK_STR(text_of(frame_of(thread, 0), "function"), "pointed_function");
    CHECK_STR(text_of(frame_of(thread, 1), "function"), "outer_function"); /* the caller first */
    CHECK_STR(text_of(frame_of(thread, 2), "function"), "inlined_function");
    CHECK_STR(text_of(frame_of(thread, 2), "instruction_addr"), text_of(frame_of(thread, 1), "instruction_addr"));
    CHECK_STR(text_of(frame_of(thread, 2), "package"), self.path);
    CHECK_INT(number_of(frame_of(thread, 1), "lineno"), spots[2].line);
    CHECK_INT(number_of(frame_of(thread, 2), "lineno"), spots[1].line);
    CHECK_INT(number_of(frame_of(thread, 3), "lineno"), 7); /* as it was */
    frame = frame_of(event, 0);
    CHECK_STR(text_of(frame, "function"), "plain_function");
    CHECK_STR(text_of(frame, "package"), self.path);
    sprintf(address, "0x%llx", (unsigned long long)self.module.start);
    CHECK_STR(text_of(frame, "image_addr"), address);
    CHECK_STR(text_of(frame, "filename"), __FILE__);
    CHECK_CONTAINS(text_of(frame, "abs_path"), "/test_symbolizer.c");
    CHECK_INT(number_of(frame, "lineno"), spots[0].line);
    CHECK(sentry_value_get_type(sentry_value_get_by_key(frame, "in_app")) == SENTRY_VALUE_TYPE_BOOL && sentry_value_is_true(sentry_value_get_by_key(frame, "in_app")));
    CHECK_STR(text_of(frame, "context_line"), "    HERE(spot); /* \\\"quoted\\\", \\ttabbed, caf\\303\\251 */");
    CHECK_INT(sentry_value_get_length(sentry_value_get_by_key(frame, "pre_context")), 5);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_index(sentry_value_get_by_key(frame, "pre_context"), 4)), "    keep(2); /* before it */");
    CHECK_INT(sentry_value_get_length(sentry_value_get_by_key(frame, "post_context")), 5);
    CHECK_STR(sentry_value_as_string(sentry_value_get_by_index(sentry_value_get_by_key(frame, "post_context"), 0)), "    keep(3); /* after it */");
    CHECK(strncmp(text_of(frame, "symbol_addr"), "0x", 2) == 0);
    CHECK_STR(text_of(frame_of(first_of(event, "threads"), 0), "function"), "pointed_function");
    CHECK_INT(symbolizer.open, 0);
    sentry_value_decref(event);
    end();
}

/* What was captured begins where the SDK was called; what crashed begins where it crashed. */
static void sdk_frames(void)
{
    static const char frames[] = "\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$3\"},{\"function\":\"sentry_mode\",\"filename\":\"enemy.c\"},"
                                 "{\"function\":\"sentry_capture_event\",\"filename\":\"lib/sentry.h\"},{\"function\":\"sentry__capture\"}]}";
    char json[1024];
    sentry_value_t event;
    BEGIN();
    snprintf(json, sizeof json, "{\"exception\":[{%s},{\"mechanism\":{\"handled\":false},%s}]," IMAGES "}", frames, frames);
    event = event_of(json);
    sentry__symbolize_event(&symbolizer, event);
    CHECK_INT(frames_of(sentry_value_get_by_index(sentry_value_get_by_key(event, "exception"), 0)), 2);
    CHECK_INT(frames_of(sentry_value_get_by_index(sentry_value_get_by_key(event, "exception"), 1)), 4);
    sentry_value_decref(event);
    end();
}

/* The line of an exception's only frame, by what the exception, its stack and the frame say besides. */
static int line_by(const char *exception, const char *stack, const char *frame)
{
    char json[1024];
    sentry_value_t event;
    int line;
    snprintf(json, sizeof json, "{\"exception\":{\"values\":[{%s\"stacktrace\":{%s\"frames\":[{%s\"instruction_addr\":\"$0\"}]}}]}," IMAGES "}", exception, stack, frame);
    event = event_of(json);
    sentry__symbolize_event(&symbolizer, event);
    line = number_of(frame_of(first_of(event, "exception"), 0), "lineno");
    sentry_value_decref(event);
    return line;
}

/* Addresses of returns are of the instruction before them, those of instructions are not; it is the symbols that tell which was
 * looked up: an address just behind the call is of the call's own line only as a return's. */
static void adjustment(void)
{
    uint64_t before, at;
    size_t n;
    BEGIN_WITH_LINES();
    before = at = (uint64_t)(uintptr_t)spots[0].pc;
    while ((n = sentry__symbolizer_find(&symbolizer, &self.module, at, 1, found, COUNT(found))) != 0 && found[n - 1].line == (unsigned)spots[0].line) at++;
    spots[0].pc += at - before; /* the first instruction of another line, which a return to it is not of */
    CHECK_INT(line_by("", "", ""), spots[0].line);
    CHECK_INT(line_by("", "\"instruction_addr_adjustment\":\"all\",", "\"trust\":\"context\","), spots[0].line);
    CHECK_INT(line_by("\"mechanism\":{\"type\":\"generic\",\"handled\":true},", "", ""), spots[0].line);
    CHECK_INT(line_by("\"mechanism\":{\"handled\":false},", "", "\"trust\":\"cfi\","), spots[0].line);
    CHECK(line_by("", "\"registers\":{\"pc\":\"0x1\"},", "") != spots[0].line);
    CHECK(line_by("", "\"instruction_addr_adjustment\":\"none\",", "") != spots[0].line);
    CHECK(line_by("", "\"instruction_addr_adjustment\":\"all_but_first\",", "") != spots[0].line);
    CHECK(line_by("", "", "\"trust\":\"context\",") != spots[0].line);
    CHECK(line_by("\"crashed\":true,", "", "") != spots[0].line);
    CHECK(line_by("\"mechanism\":{\"type\":\"signalhandler\",\"handled\":false},", "", "") != spots[0].line);
    end();
}

/* Frames with names, and those of other platforms, stay as they are. */
static void untouched(void)
{
    static const char *const frames[] = { "{\"instruction_addr\":\"$0\",\"function\":\"mine\"}", "{\"instruction_addr\":\"$0\",\"platform\":\"python\"}",
        "{\"instruction_addr\":\"$0\",\"addr_mode\":\"rel:0\"}", "{\"function\":\"mine\",\"filename\":\"a.py\"}", "{\"instruction_addr\":\"what\"}",
        "{\"instruction_addr\":\"0x\"}", "{\"instruction_addr\":\"0x12345678123456781\"}", "{\"instruction_addr\":-5}", "{\"instruction_addr\":[]}", "{}", "7", "null" };
    char json[4096], *before, *after;
    size_t i;
    sentry_value_t event;
    BEGIN();
    for (i = 0; i < COUNT(frames); i++) {
        snprintf(json, sizeof json, "{\"stacktrace\":{\"frames\":[%s]},%s}", frames[i], IMAGES);
        event = event_of(json);
        before = sentry_value_to_json(event);
        sentry__symbolize_event(&symbolizer, event);
        after = sentry_value_to_json(event);
        CHECK_STR(after, before);
        sentry_free(before);
        sentry_free(after);
        sentry_value_decref(event);
    }
    event = event_of("{\"platform\":\"python\",\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$0\"},{\"instruction_addr\":\"$0\",\"platform\":\"native\"}]}," IMAGES "}");
    sentry__symbolize_event(&symbolizer, event);
    CHECK_STR(text_of(frame_of(event, 0), "function"), "");
    CHECK_STR(text_of(frame_of(event, 0), "package"), "");
    CHECK_STR(text_of(frame_of(event, 1), "package"), self.path);
    sentry_value_decref(event);
    /* frozen: nothing can be set, and nothing breaks */
    event = event_of("{\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$1\"}]}," IMAGES "}");
    sentry_value_freeze(event);
    sentry__symbolize_event(&symbolizer, event);
    CHECK_INT(frames_of(event), 1);
    CHECK_STR(text_of(frame_of(event, 0), "function"), "");
    sentry_value_decref(event);
    end();
}

/* Lists of images that make no sense do no harm, and do not hide the one that does. */
static void hostile_images(void)
{
    static const char *const images[] = { "null", "7", "[]", "{}", "{\"images\":7}", "{\"images\":[7,null,[],{},\"x\"]}",
        "{\"images\":[{\"image_addr\":\"0xffffffffffffffff\",\"image_size\":-1,\"code_file\":\"/dev/zero\"}]}",
        "{\"images\":[{\"image_addr\":\"0x1\",\"image_size\":18446744073709551615,\"code_file\":\"/\",\"code_id\":\"../../../../etc/passwd\",\"debug_id\":\"x\"}]}",
        "{\"images\":[{\"image_addr\":1,\"image_size\":9223372036854775807,\"code_file\":\"\",\"code_id\":\"\"}]}",
        "{\"images\":[{\"image_addr\":1,\"image_size\":1e300,\"code_file\":[],\"code_id\":{}}]}",
        "{\"images\":[{\"image_addr\":{},\"image_size\":[],\"code_file\":7,\"code_id\":7}]}",
        "{\"images\":[{\"image_addr\":\"$B\",\"image_size\":$S,\"code_file\":\"$P/\",\"code_id\":\"$C\"}]}",
        "{\"images\":[{\"image_addr\":\"$B\",\"image_size\":$S,\"code_file\":\"relative\",\"code_id\":\"ab\"}]}" };
    char json[4096];
    size_t i;
    sentry_value_t event;
    BEGIN();
    rules.source = 1;
    for (i = 0; i < COUNT(images); i++) {
        snprintf(json, sizeof json, "{\"exception\":[{\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$0\"},{\"instruction_addr\":\"0xffffffffffffffff\"}]}}],\"debug_meta\":%s}", images[i]);
        event = event_of(json);
        CHECK(!sentry_value_is_null(event));
        sentry__symbolize_event(&symbolizer, event);
        CHECK_STR(text_of(frame_of(sentry_value_get_by_index(sentry_value_get_by_key(event, "exception"), 0), 0), "function"), "");
        sentry_value_decref(event);
    }
    event = event_of("{\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$0\"}]},\"debug_meta\":{\"images\":[{\"image_addr\":1,\"image_size\":9223372036854775807,\"code_file\":\"x\"},"
                     "{\"image_addr\":\"$B\",\"image_size\":$S,\"code_file\":\"$P\",\"code_id\":\"$C\",\"debug_id\":\"$D\"}]}}");
    sentry__symbolize_event(&symbolizer, event);
    CHECK_STR(text_of(frame_of(event, 0), "package"), self.path);
    sentry_value_decref(event);
    end();
}

/* Source that is no UTF-8 goes out as UTF-8. */
static void source_bytes(void)
{
    sentry__located_t at;
    sentry__named_event_t w;
    sentry_value_t frame = sentry_value_new_object();
    char path[FILE_MAX_PATH], *json;
    memset(&rules, 0, sizeof rules);
    memset(&at, 0, sizeof at);
    memset(&w, 0, sizeof w);
    sentry__symbolizer_init(&symbolizer, &rules);
    REQUIRE(scratch_begin());
    strcpy(path, in_scratch("latin1.c"));
    file_put(path, "ok \303\251\nbad \351 \377\n", 14);
    at.abs_path = path;
    at.file = "latin1.c";
    at.line = 2;
    at.source = sentry__source_find(&symbolizer, &at);
    w.source = 1000;
    sentry__frame_fill(&w, frame, &at);
    json = sentry_value_to_json(frame);
    CHECK_CONTAINS(json, "\"pre_context\":[\"ok \303\251\"],\"context_line\":\"bad \357\277\275 \357\277\275\",\"post_context\":[]");
    sentry_free(json);
    sentry_value_decref(frame);
    frame = sentry_value_new_object();
    w.source = 5; /* no room for more lines in this event */
    sentry__frame_fill(&w, frame, &at);
    CHECK_STR(text_of(frame, "filename"), "latin1.c");
    CHECK(sentry_value_is_null(sentry_value_get_by_key(frame, "context_line")));
    sentry_value_decref(frame);
    scratch_end();
    end();
}

/* -- much --------------------------------------------------------------------------------------------- */

/* Ten thousand frames, of two hundred places, of which most are functions of this program. */
static void many_frames(void)
{
    sentry_value_t event, stack = sentry_value_new_object(), frames = sentry_value_new_list();
    long long start;
    size_t i, named = 0;
    uint64_t step, span;
    BEGIN_WITH_LINES();
    rules.source = 1;
    event = event_of("{" IMAGES "}");
    span = (uint64_t)(uintptr_t)spots[0].pc - self.module.start;
    step = span / 200 + 1;
    for (i = 0; i < 10000; i++) {
        sentry_value_t frame = sentry_value_new_object();
        char address[32];
        sprintf(address, "0x%llx", (unsigned long long)((uint64_t)(uintptr_t)spots[0].pc - i % 200 * step % span));
        sentry_value_set_by_key(frame, "instruction_addr", sentry_value_new_string(address));
        sentry_value_append(frames, frame);
    }
    sentry_value_set_by_key(stack, "frames", frames);
    sentry_value_set_by_key(event, "stacktrace", stack);
    start = test_now_ms();
    sentry__symbolize_event(&symbolizer, event);
    printf("  10000 frames: %lld ms, %lu KiB\n", test_now_ms() - start, (unsigned long)(symbolizer.arena.taken / 1024));
    CHECK_AT_MOST(symbolizer.arena.taken, SENTRY__KEPT_SYMBOLS);
    CHECK(frames_of(event) >= 10000);
    for (i = 0; i < frames_of(event); i++) named += text_of(frame_of(event, i), "function")[0] != 0;
    CHECK(named > 1000);
    sentry_value_decref(event);
    end();
}

/* In little memory all is found nevertheless: what was known is forgotten when it is full. */
static void little_memory(void)
{
    size_t limits[] = { 16u << 20, 2u << 20, 1u << 20, 512u << 10 }, k, i, lost;
    BEGIN_WITH_LINES();
    for (k = 0; k < COUNT(limits); k++) {
        sentry__symbolizer_drop(&symbolizer);
        symbolizer.arena.limit = limits[k];
        for (i = 0, lost = 0; i < 300; i++) {
            sentry__symbolizer_find(&symbolizer, &self.module, (uint64_t)(uintptr_t)spots[0].pc - 16 * i, 1, found, COUNT(found));
            lost += find(&self.module, &spots[i % 2 ? 3 : 0]) != 1 || found[0].line != (unsigned)spots[i % 2 ? 3 : 0].line;
            CHECK_EACH(symbolizer.arena.taken <= limits[k]);
        }
        CHECK_INT(lost, 0);
    }
    /* in too little there is nothing, but no harm */
    for (k = 0; k <= 4; k++) {
        sentry__symbolizer_drop(&symbolizer);
        symbolizer.arena.limit = k << 16 | 1;
        for (i = 0; i < 10; i++) find(&self.module, &spots[i % 4]);
        CHECK_AT_MOST(symbolizer.arena.taken, symbolizer.arena.limit);
    }
    end();
}

/* Events with no memory for values are incomplete, and that is all. */
static void no_values(void)
{
    long at;
    size_t i;
    BEGIN();
    rules.source = 1;
    for (at = 1; at < 60; at++) {
        sentry_value_t event = event_of("{\"stacktrace\":{\"frames\":[{\"instruction_addr\":\"$1\"},{\"instruction_addr\":\"$0\"}]}," IMAGES "}");
        alloc_fail(at, 1);
        sentry__symbolize_event(&symbolizer, event);
        alloc_fail(0, 0);
        CHECK_EACH(frames_of(event) >= 2);
        for (i = 0; i < frames_of(event); i++) CHECK_EACH(text_of(frame_of(event, i), "instruction_addr")[0]); /* no frame is a hole */
        sentry_value_decref(event);
    }
    CHECK(at == 60);
    end();
}

/* -- in a child of a signal handler ---------------------------------------------------------------------- */

static int printed;
static char print_out[4096];

static void print_line(const char *line, void *arg)
{
    (void)arg;
    printed++;
    snprintf(print_out + strlen(print_out), sizeof print_out - strlen(print_out), "%s\n", line);
}

#ifndef _WIN32
static void on_signal(int signal_number)
{
    int status = -1;
    pid_t child = fork();
    (void)signal_number;
    if (child == 0) {
        size_t n;
        alloc_fail(1, 1);
        n = find(&self.module, &spots[1]);
        _exit(n == 2 && found[0].line == (unsigned)spots[1].line && found[1].function && alloc_state.counts.calls == 0 && !symbolizer.demangled ? 0 : 1);
    }
    printed = waitpid(child, &status, 0) == child && status == 0;
}

static void in_child(void)
{
    BEGIN_WITH_LINES();
    rules.plain = 1;
    rules.source = 1;
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    CHECK_INT(printed, 1);
    end();
}
#endif

static void printing(void)
{
    unsigned number = 9;
    char expected[1024], name[64];
    sentry__symbol_module_t m;
    unsigned long long pc;
    BEGIN_WITH_LINES();
    pc = (unsigned long long)(uintptr_t)spots[1].pc;
    sentry__symbolizer_print(&symbolizer, &self.module, pc, 0, &number, print_line, NULL);
    CHECK_INT(number, 11);
    CHECK_INT(printed, 2);
    snprintf(expected, sizeof expected, "  #9 0x%016llx %s (" __FILE__ ":%d) inlined in app\n #10 0x%016llx %s (" __FILE__ ":%d) in app\n", pc,
             "inlined_function", spots[1].line, pc, "outer_function", spots[2].line);
    CHECK_STR(print_out, expected);
    print_out[0] = 0;
    m = self.module;
    m.path = "/opt/libgone.so";
    sentry__symbolizer_print(&symbolizer, &m, m.start + 0x1a0, 0, &number, print_line, NULL);
    sentry__symbolizer_print(&symbolizer, NULL, 0x10, 1, &number, print_line, NULL);
    snprintf(name, sizeof name, " #11 0x%016llx ? (libgone.so+0x1a0)\n", (unsigned long long)m.start + 0x1a0);
    snprintf(expected, sizeof expected, "%s #12 0x0000000000000010 ?\n", name);
    CHECK_STR(print_out, expected);
    end();
}

static const test_case_t tests[] = {
    { "functions", functions },
    { "inlined", inlined },
#ifdef __cplusplus
    { "cxx names", cxx_names },
#endif
    { "nowhere", nowhere },
    { "wrong id", wrong_id },
#ifdef __linux__
    { "stripped", stripped },
    { "linked", linked },
    { "by build id", by_build_id },
    { "by checksum", by_checksum },
    { "replaced", replaced },
    { "program removed", program_removed },
    { "many modules", many_modules },
#endif
    { "in_app", in_app },
    { "paths", paths },
    { "source lines", source_lines },
    { "source", source },
    { "source moved", source_moved },
    { "events", events },
    { "the SDK's frames", sdk_frames },
    { "adjustment", adjustment },
    { "untouched", untouched },
    { "hostile images", hostile_images },
    { "source bytes", source_bytes },
    { "many frames", many_frames },
    { "little memory", little_memory },
    { "no values", no_values },
#ifndef _WIN32
    { "in a child", in_child },
#endif
    { "printing", printing },
};
#else
static void no_symbolizer(void) { SKIP("there is no symbolizer in this build"); }
static const test_case_t tests[] = { { "no symbolizer", no_symbolizer } };
#endif

int main(int argc, char **argv)
{
    return test_main(argc, argv, tests, COUNT(tests));
}
