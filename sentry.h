/* sentry.h - 0.1.0 - errors, breadcrumbs and context from C and C++ programs to Sentry - MIT license
 *
 * One file, no dependency but the C library and its threads. Source-compatible with the public API of sentry-native
 * as far as it goes (see LIMITS), with the scopes, hubs and options of the Sentry SDK for Python.
 *
 * DO THIS in one C or C++ file, before any other include:
 *
 *     #define SENTRY_IMPLEMENTATION
 *     #include "sentry.h"
 *
 *     sentry_init(&(sentry_options_t){ .dsn = "http://key@host/1", .release = "app@1.2.3" });
 *     sentry_capture_message(SENTRY_LEVEL_INFO, "it works");
 *     sentry_close();
 *
 * and #include "sentry.h" alone wherever else you use it. Compile with -pthread; on Windows link ws2_32.
 *
 * WHAT YOU GET
 *     messages, exceptions and chains of them, errno; tags, extra, contexts, user, level, fingerprint
 *     breadcrumbs that cost well under a microsecond; scopes; hubs for requests, jobs, fibers and threads
 *     before_send, event processors, sampling, ignore lists, a scrubber for secrets, limits on every string
 *     delivery by one background thread over HTTP, with rate limits and client reports; fork() is safe
 *     what cannot be delivered waits on disk and leaves later; attachments; user's consent; gzip; proxies; Spotlight; figures
 *     transactions and spans that nest by themselves, sampling, traces across threads, processes and machines
 *     https by libcurl, which sentry_curl.h loads at run time, or by a TLS library of yours; HTTP clients of yours
 *
 * CONTENTS (search for the tag)
 *     [P1] MACROS, LINKAGE, MEMORY
 *     [P2] VALUES
 *     [P3] OPTIONS
 *     [P4] INIT, FLUSH, CLOSE
 *     [P5] CAPTURE
 *     [P6] SCOPE AND HUB
 *     [P7] BREADCRUMBS
 *     [P8] TRACING
 *     [P9] PROFILING
 *     [P10] LOGS, METRICS, CHECK-INS, FEEDBACK
 *     [P11] SESSIONS, CONSENT
 *     [P12] ATTACHMENTS, ENVELOPES, TRANSPORTS
 *     [P13] INTEGRATIONS
 *     [P14] CRASH HANDLING
 *     [P15] SENTRY-NATIVE'S OTHER SPELLINGS
 *     [1] COMPILER AND FEATURES
 *     [2] PLATFORM
 *     [3] MEMORY AND LOCKS
 *     [4] TEXT AND BUFFERS
 *     [5] DIAGNOSTICS
 *     [6] THREAD DATA
 *     [7] VALUES IN MEMORY
 *     [8] JSON AND MSGPACK WRITERS
 *     [9] JSON READER
 *     [10] DSN
 *     [11] IDS AND TIME
 *     [12] TRACE HEADERS
 *     [13] EVENT PARTS
 *     [14] ENVELOPE
 *     [15] OBJECT FILES
 *     [16] MODULES
 *     [17] UNWINDER
 *     [18] DWARF
 *     [19] SYMBOLIZER
 *     [20] RATE LIMITS AND CLIENT REPORTS
 *     [21] DISK STORE
 *     [22] GZIP
 *     [23] HTTP
 *     [24] TRANSPORT
 *     [25] OPTIONS IN FORCE
 *     [26] WORKER
 *     [27] OUTPUTS
 *     [28] CLIENT
 *     [29] ATTACHMENTS
 *     [30] SCOPE
 *     [31] HUB
 *     [32] SPANS
 *     [33] TRACES
 *     [34] HINTS AND BREADCRUMBS
 *     [35] SESSIONS
 *     [36] PIPELINE
 *     [37] TRACING
 *     [38] TRACED FUNCTIONS
 *     [39] CRASH HANDLER
 *     [40] INIT AND CLOSE
 *
 * CONFIGURATION: macros to define before the include
 *     SENTRY_IMPLEMENTATION   in one file only: compiles the implementation into it
 *     SENTRY_API              default empty; in the implementing file: `static`, or an export attribute
 *     SENTRY_SDK_NAME         default "sentry.native.header"; in the implementing file: the SDK's name on the wire
 *     SENTRY_MALLOC(size), SENTRY_REALLOC(ptr, size), SENTRY_FREE(ptr)
 *                             default the C library's; all three, in the implementing file
 *     SENTRY_ASSERT(cond)     default nothing; in the implementing file, for work on this header
 *     SENTRY_MAX_DEPTH        default 128; in the implementing file: nesting of values
 *     SENTRY_MAX_OPEN_TRANSACTIONS
 *                             default 256; in the implementing file: transactions that may be open at once, up to 256 where a
 *                             pointer has 32 bits, else up to 65,536
 *     SENTRY_NO_THREADS       no thread is started, no pthread.h, no lock; the program has one thread. What is queued is sent
 *                             by sentry_flush and sentry_close
 *     SENTRY_NO_HTTP          no sockets, no built-in transport: set options.transport
 *     SENTRY_NO_FILES         no files, no stdio streams: no release from git, diagnostics go only to options.logger, nothing is kept
 *                             for later, attachments are bytes
 *     SENTRY_NO_TRACING       no transactions and spans: SENTRY_TRANSACTION, SENTRY_SPAN and SENTRY_TRACE_FUNCTION do nothing, the other
 *                             functions for them do not exist; traces still go on from process to process
 *     SENTRY_NO_SYMBOLIZER    no object files are read: options.functions_to_trace has no effect
 *     SENTRY_NO_CRASH, SENTRY_NO_PROFILER: accepted; those sections do not exist yet
 *                             the seven switches: the same in every file of a program
 *     SENTRY_INSTRUMENT_FUNCTIONS
 *                             in the implementing file: takes the calls that -finstrument-functions makes, see FUNCTIONS
 *     SENTRY_NOW_US(), SENTRY_TICKS_MS(), SENTRY_RANDOM(ptr, size)
 *                             default the system's; all three, in the implementing file: microseconds since 1970 UTC and
 *                             milliseconds that only grow, as unsigned 64-bit integers, and 0 when `size` bytes at `ptr` are random
 *     SENTRY_BUILD_STATIC, SENTRY_BUILD_SHARED: accepted for sentry-native's sake, without effect
 *
 * REPORT AN ERROR: sentry_capture_exception("ConfigError", "no such key") where you handle it, sentry_capture_errno(
 *     "open") right after a failed call, sentry_capture_message for what is worth knowing. For an error with causes
 *     build the event: sentry_value_new_event, sentry_event_add_exception, sentry_event_add_cause per cause,
 *     sentry_capture_event. Each returns the event's id; show it to the user, search for it later.
 *
 * SCOPES: what you set with sentry_set_tag and its like goes with every event from then on. To set it for a while,
 *     SENTRY_WITH_SCOPE(scope) { sentry_set_tag("job", "42"); work(); } takes it all back at the end of the block.
 *     For a request, a job or a fiber that moves between threads give it a hub: sentry_hub_clone(NULL) makes one
 *     with a copy of the current scope, SENTRY_WITH_HUB(hub) { ... } or sentry_hub_bind uses it on this thread.
 *
 * THREADS: every function may be called from any thread, except on a value, envelope or options struct that another
 *     thread is changing. All threads share the main hub until they bind another. A thread started with
 *     sentry_thread_create inherits its parent's data when options.propagate_hub is set.
 *
 * FORK: the child has a working SDK with an empty queue and the parent's scope; the parent goes on undisturbed. In
 *     between fork and exec in a program with threads call nothing here, as always.
 *
 * FLUSH: nothing waits for the network but sentry_flush and sentry_close. Call sentry_close before main returns.
 *
 * DELIVERY: every envelope is delivered, or kept on disk, or counted in a client report. Without an answer it goes to
 *     options.database_path and is tried again after 15 minutes, then after twice as long each time, six times in all; at
 *     every start; and when the network is back. sentry_close puts there what is left. An answer of any kind ends it. Several
 *     processes may share the folder: files are renamed by who sends them. sentry_get_stats tells how it goes.
 *
 * ATTACH: sentry_attach_file or sentry_attach_bytes for every event of the scope; sentry_hint_attach_file for one event, also
 *     in before_send; options.attachments for all. Files are read when an event goes out.
 *
 * TRACE: set options.traces_sample_rate, then SENTRY_TRANSACTION("import", "task") { SENTRY_SPAN("db.query", "SELECT 1") {
 *     ... } } times a piece of work and its steps, and SENTRY_TRACE_FUNCTION(); the function it stands in. Put the headers of
 *     sentry_trace_iter_headers into requests that you send, and give those that come in to sentry_continue_trace: then the
 *     trace goes on from process to process. SENTRY_TRACE and SENTRY_BAGGAGE in the environment do that for a child.
 *
 * FUNCTIONS: compile your files with -finstrument-functions, define SENTRY_INSTRUMENT_FUNCTIONS in the implementing file, and
 *     name functions in options.functions_to_trace: each call of one becomes a span while a transaction is open. "draw" is
 *     every function of that name, "render.c:draw" that of one source file, static ones too; "ns::Class::method" every overload
 *     of it, where the C++ library is linked; mangled names work as well. Names are looked up at init in what is loaded then:
 *     the symbol tables of ELF systems and MinGW; a program that was stripped has only the names that it exports. A function
 *     that is not named costs some 10 instructions a call, and as many at its end. Do not name functions that run in signal
 *     handlers. A shared library that is opened by dlopen finds the hooks with -rdynamic; its functions are found if it is open at
 *     init. Calls nested more than 64 deep are not traced. What longjmp left ends with the next call of a traced function. Fibers
 *     with stacks of their own mix up what is in what. With gcc's -flto static functions have no file.
 *
 * ELSEWHERE: options.proxy (HTTP, SOCKS5), options.unix_socket, sentry_fd_transport_new and sentry_folder_transport_new for
 *     programs without a network, options.spotlight for your own screen.
 *
 * SMALL TARGETS: without an operating system that the header knows (bare metal, WASI) define SENTRY_NO_THREADS,
 *     SENTRY_NO_HTTP, SENTRY_NO_FILES and the three clock macros, and pass a transport of sentry_transport_new.
 *
 * MEMORY: strings are copied, values passed in are consumed. What is kept is bounded: breadcrumbs by
 *     max_breadcrumbs, the queue by transport_queue_size and transport_queue_bytes, strings by max_value_length, the disk
 *     by cache_max_items, _size and _age.
 *     With no memory left calls do nothing.
 *
 * DIAGNOSTICS: with options.debug (or SENTRY_DEBUG=1) the SDK says on stderr, or to options.logger, what it drops and
 *     why. sentry_get_init_error tells why sentry_init failed, debug or not.
 *
 * FROM CALLBACKS: before_send, processors, samplers, breadcrumb hooks and transports run with the SDK switched off for
 *     their thread; value and envelope functions work. Callbacks run without any of the SDK's locks.
 *
 * LIMITS, as of this version
 *     Crashes are not caught. No profiling, logs, metrics, sessions or integrations: their options exist and
 *     warn when set. Regular expressions among trace_propagation_targets need POSIX, and not tcc. No https of its own: include sentry_curl.h, or set options.tls, or pass a transport. No proxy that itself
 *     wants TLS. What waits in memory is lost when the program is killed, or ends without sentry_close; files are not
 *     forced to the disk's platters, so the last may be lost with the power. A request that was cut off may have arrived: it is
 *     sent again, under the same event id. tcc has no way to run code when a block is left: see
 *     SENTRY_WITH_SCOPE. A shared library that holds the implementation must stay loaded while threads live that used it.
 *     Looking up a host name can take longer than connect_timeout; close does not wait for it.
 */

#ifndef SENTRY_H_INCLUDED
#define SENTRY_H_INCLUDED

/* ==[P1]== MACROS, LINKAGE, MEMORY =================================================== */

/* The implementation needs declarations that glibc hides in strict modes, and feature macros count only
 * before the first system header: so the file that implements includes sentry.h first. */
#if defined(SENTRY_IMPLEMENTATION) && !defined(_WIN32)
#if defined(_FEATURES_H) && !defined(__USE_GNU) && defined(__GLIBC__)
#error "sentry.h: in the file that defines SENTRY_IMPLEMENTATION, include sentry.h before any system header, or define _GNU_SOURCE"
#endif
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#ifndef _DARWIN_C_SOURCE
#define _DARWIN_C_SOURCE
#endif
#ifndef _NETBSD_SOURCE
#define _NETBSD_SOURCE
#endif
#endif

#if !defined(_WIN32) && !defined(SENTRY_NO_THREADS)
#include <pthread.h>
#endif
#include <inttypes.h>
#ifndef _WIN32
#include <signal.h>
#endif
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* SENTRY_PLATFORM_*: what is compiled for, under sentry-native's names; BARE: no system that this header knows. */
#if defined(_WIN32)
#define SENTRY_PLATFORM_WINDOWS
#elif defined(__APPLE__)
#define SENTRY_PLATFORM_DARWIN
#define SENTRY_PLATFORM_MACOS
#define SENTRY_PLATFORM_UNIX
#elif defined(__ANDROID__)
#define SENTRY_PLATFORM_ANDROID
#define SENTRY_PLATFORM_LINUX
#define SENTRY_PLATFORM_UNIX
#elif defined(__linux__)
#define SENTRY_PLATFORM_LINUX
#define SENTRY_PLATFORM_UNIX
#elif defined(__unix__) || defined(__unix) || defined(__HAIKU__) || defined(_AIX)
#define SENTRY_PLATFORM_UNIX
#else
#define SENTRY_PLATFORM_BARE
#endif

/* The SDK's name in events and requests. Override before the include, everywhere the same. */
#ifndef SENTRY_SDK_NAME
#define SENTRY_SDK_NAME "sentry.native.header"
#endif
/* The version of this header, semantic versioning. */
#ifndef SENTRY_SDK_VERSION
#define SENTRY_SDK_VERSION "0.1.0"
#endif
/* What the HTTP client calls itself unless sentry_options_t.sdk_name says otherwise. */
#define SENTRY_SDK_USER_AGENT SENTRY_SDK_NAME "/" SENTRY_SDK_VERSION

/* SENTRY_API stands before every public function. Define it as `static` in the implementing file to keep the
 * whole SDK private to that file, or as an export attribute to build it into a shared library. */
#ifdef SENTRY_API
#define SENTRY__API_IS_USERS
#else
#define SENTRY_API
#endif
/* sentry-native marks some functions so; here they are as stable as the rest. */
#ifndef SENTRY_EXPERIMENTAL_API
#define SENTRY_EXPERIMENTAL_API SENTRY_API
#endif

#if defined(__GNUC__) || defined(__clang__)
/* Lets the compiler check a printf-like function's arguments; f and a are 1-based positions. */
#define SENTRY_PRINTF(f, a) __attribute__((format(printf, f, a)))
/* Marks a function that exists only for programs written against an older sentry-native. */
#define SENTRY_DEPRECATED(msg) __attribute__((deprecated(msg)))
/* Statements around a call that is known to be deprecated. */
#define SENTRY_SUPPRESS_DEPRECATED \
    _Pragma("GCC diagnostic push"); \
    _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
/* Ends what SENTRY_SUPPRESS_DEPRECATED began. */
#define SENTRY_RESTORE_DEPRECATED _Pragma("GCC diagnostic pop")
#elif defined(_MSC_VER)
#define SENTRY_PRINTF(f, a)
#define SENTRY_DEPRECATED(msg) __declspec(deprecated(msg))
#define SENTRY_SUPPRESS_DEPRECATED __pragma(warning(push)) __pragma(warning(disable : 4996))
#define SENTRY_RESTORE_DEPRECATED __pragma(warning(pop))
#else
#define SENTRY_PRINTF(f, a)
#define SENTRY_DEPRECATED(msg)
#define SENTRY_SUPPRESS_DEPRECATED
#define SENTRY_RESTORE_DEPRECATED
#endif

/* Limits. Those that are worth changing can be defined before the include, in the implementing file. */
#ifndef SENTRY_MAX_DEPTH
#define SENTRY_MAX_DEPTH 128 /* nesting of values read or written; bounds the stack */
#endif
#ifndef SENTRY_MAX_OPEN_TRANSACTIONS
#define SENTRY_MAX_OPEN_TRANSACTIONS 256 /* transactions started and not finished; each has a place of 64 bytes, used or not */
#endif
#ifndef SENTRY_MAX_SYMBOL_BYTES
#define SENTRY_MAX_SYMBOL_BYTES ((size_t)96 * 1024 * 1024) /* what the symbolizer takes; what compressed debug sections become is among it */
#endif
#ifndef SENTRY_MAX_SYMBOL_FILES
#define SENTRY_MAX_SYMBOL_FILES 16 /* object files open at once, while an event is symbolized; none stays open */
#endif
#ifndef SENTRY_MAX_SOURCE_BYTES
#define SENTRY_MAX_SOURCE_BYTES ((uint64_t)8 * 1024 * 1024) /* read of a source file; longer ones are made by programs */
#endif
#ifndef SENTRY_MAX_EVENT_SOURCE
#define SENTRY_MAX_EVENT_SOURCE ((size_t)256 * 1024) /* bytes of source lines in an event, which may have 1 MiB */
#endif
#define SENTRY_MAX_SPANS (UINTPTR_MAX > 0xffffffffu ? 65535u : 2047u) /* cap of options.max_spans; a handle numbers them */
#define SENTRY_MAX_LIST_FILL 65536                      /* nulls that sentry_value_set_by_index adds; a wild index is not a wish */
#ifndef SENTRY_MAX_MODULES
#define SENTRY_MAX_MODULES 1024 /* libraries in debug_meta.images; an event item may have 1 MiB, and each takes some 200 bytes */
#endif
#ifndef SENTRY_MAX_ROWS
#define SENTRY_MAX_ROWS 2048 /* places in the cache that makes stack traces cheap, of 32 to 44 bytes each; a power of two */
#endif
#define SENTRY_MAX_BREADCRUMBS 10000                    /* cap of options.max_breadcrumbs; an event item may have 1 MiB */
#define SENTRY_MAX_FRAMES 256                           /* of a stack trace; what is more is left out of its middle */
#define SENTRY_MAX_FORMATTED 1024                       /* bytes of a quick breadcrumb's text; it is formatted on the stack */
#define SENTRY_MAX_HINTS 16                             /* pointers in a hint */
#define SENTRY_MAX_PROCESSORS 32                        /* event processors of a scope, and of the process */
#define SENTRY_MAX_ENVELOPE ((size_t)200 * 1024 * 1024) /* bytes of an envelope file; the server takes no more */
#define SENTRY_MAX_ATTACHMENT ((size_t)1024 * 1024 * 1024) /* bytes of an attachment */
#define SENTRY_MAX_RESPONSE_HEADER 65536                /* bytes of a server's status line and headers */
#define SENTRY_MAX_RESPONSE_BODY ((size_t)1024 * 1024)  /* bytes of a server's answer, which is not used */
#define SENTRY_MAX_DEBUG_BYTES ((size_t)64 * 1024 * 1024) /* bytes of a compressed section of debug information, which is read whole */

#ifdef __cplusplus
extern "C" {
#endif

/* Allocates `size` bytes with SENTRY_MALLOC, for memory that the SDK will free.
 * Errors: NULL when there is no memory. Thread: any. */
SENTRY_API void *sentry_malloc(size_t size);

/* Frees what the SDK handed out: JSON, msgpack and envelope buffers. NULL is fine. Thread: any. */
SENTRY_API void sentry_free(void *ptr);

/* sentry-native's older name for sentry_free. */
#define sentry_string_free sentry_free

/* ==[P2]== VALUES ====================================================================
 * A sentry_value_t is JSON in memory: null, bool, int32, int64, uint64, double, string, list or object, with a
 * reference count. A zeroed one is null. Lists and objects can be changed until they are frozen; everything
 * else never changes. Counting is atomic, changing a shared list or object is not: freeze it first.
 * A function that puts a value somewhere consumes it, also when it fails. Getters lend, `_owned` getters give.
 */

/* What a value is. */
typedef enum {
    SENTRY_VALUE_TYPE_NULL,   /* null, also what a failed allocation gives */
    SENTRY_VALUE_TYPE_BOOL,   /* true or false */
    SENTRY_VALUE_TYPE_INT32,  /* signed 32-bit integer */
    SENTRY_VALUE_TYPE_INT64,  /* signed 64-bit integer */
    SENTRY_VALUE_TYPE_UINT64, /* unsigned 64-bit integer */
    SENTRY_VALUE_TYPE_DOUBLE, /* IEEE 754 double; a non-finite one is written as null */
    SENTRY_VALUE_TYPE_STRING, /* bytes, UTF-8 when written: what is broken becomes U+FFFD */
    SENTRY_VALUE_TYPE_LIST,   /* values in order */
    SENTRY_VALUE_TYPE_OBJECT  /* keys and values, in the order of insertion */
} sentry_value_type_t;

/* The layout of a value: eight bytes, passed by value and through `...`; the fields are private. */
union sentry_value_u {
    uint64_t _bits;  /* a tagged immediate or an address */
    double _double;  /* unused; there so that the type is sentry-native's */
};
/* A value; see above. */
typedef union sentry_value_u sentry_value_t;

/* Units of measurements and attributes, as the protocol spells them. */
#define SENTRY_UNIT_NANOSECOND "nanosecond"
#define SENTRY_UNIT_MICROSECOND "microsecond"
#define SENTRY_UNIT_MILLISECOND "millisecond"
#define SENTRY_UNIT_SECOND "second"
#define SENTRY_UNIT_MINUTE "minute"
#define SENTRY_UNIT_HOUR "hour"
#define SENTRY_UNIT_DAY "day"
#define SENTRY_UNIT_WEEK "week"
#define SENTRY_UNIT_BIT "bit"
#define SENTRY_UNIT_BYTE "byte"
#define SENTRY_UNIT_KILOBYTE "kilobyte"
#define SENTRY_UNIT_KIBIBYTE "kibibyte"
#define SENTRY_UNIT_MEGABYTE "megabyte"
#define SENTRY_UNIT_MEBIBYTE "mebibyte"
#define SENTRY_UNIT_GIGABYTE "gigabyte"
#define SENTRY_UNIT_GIBIBYTE "gibibyte"
#define SENTRY_UNIT_TERABYTE "terabyte"
#define SENTRY_UNIT_TEBIBYTE "tebibyte"
#define SENTRY_UNIT_PETABYTE "petabyte"
#define SENTRY_UNIT_PEBIBYTE "pebibyte"
#define SENTRY_UNIT_EXABYTE "exabyte"
#define SENTRY_UNIT_EXBIBYTE "exbibyte"
#define SENTRY_UNIT_RATIO "ratio"
#define SENTRY_UNIT_PERCENT "percent"

/* Adds a reference and returns its argument. Thread: any. */
SENTRY_API sentry_value_t sentry_value_incref(sentry_value_t value);
/* Drops a reference. Returns 1 when others remain, 0 when the value is gone (or is null, bool, int32). Thread: any. */
SENTRY_API int sentry_value_decref(sentry_value_t value);
/* The number of references; 1 for null, bool and int32. */
SENTRY_API size_t sentry_value_refcount(sentry_value_t value);
/* Makes a list or object, and all below it, immutable for good; then it may be shared between threads. */
SENTRY_API void sentry_value_freeze(sentry_value_t value);
/* 1 when the value cannot be changed: frozen lists and objects, and everything that is neither. */
SENTRY_API int sentry_value_is_frozen(sentry_value_t value);

/* null. */
SENTRY_API sentry_value_t sentry_value_new_null(void);
/* A 32-bit integer. */
SENTRY_API sentry_value_t sentry_value_new_int32(int32_t value);
/* A 64-bit integer. */
SENTRY_API sentry_value_t sentry_value_new_int64(int64_t value);
/* An unsigned 64-bit integer. Readers in JavaScript lose digits above 2^53. */
SENTRY_API sentry_value_t sentry_value_new_uint64(uint64_t value);
/* A double; written so that it reads back the same. */
SENTRY_API sentry_value_t sentry_value_new_double(double value);
/* true for any value but 0. */
SENTRY_API sentry_value_t sentry_value_new_bool(int value);
/* A copy of a string; NULL gives null. */
SENTRY_API sentry_value_t sentry_value_new_string(const char *value);
/* An empty list. */
SENTRY_API sentry_value_t sentry_value_new_list(void);
/* An empty object. */
SENTRY_API sentry_value_t sentry_value_new_object(void);
/* An attribute of logs and metrics. `unit` may be NULL.
 * Shape: {"type":"boolean|integer|double|string|array","value":value[,"unit":unit]}
 * Errors: null, and the value is dropped, for null, objects, empty and mixed lists. */
SENTRY_API sentry_value_t sentry_value_new_attribute(sentry_value_t value, const char *unit);
/* Reads a JSON text (RFC 8259, strictly: one value, no comments, no trailing commas, valid UTF-8, nesting up to
 * SENTRY_MAX_DEPTH). Integers become int32, int64 or uint64 where they fit, else double; of equal keys the last wins.
 * Errors: null, as for the text `null`. */
SENTRY_API sentry_value_t sentry_value_from_json(const char *json);

/* The type of a value. */
SENTRY_API sentry_value_type_t sentry_value_get_type(sentry_value_t value);
/* Sets a key of an object. Errors: 1 when it is no object, is frozen, `k` is NULL, there is no memory, or `v` contains the object. */
SENTRY_API int sentry_value_set_by_key(sentry_value_t value, const char *k, sentry_value_t v);
/* Removes a key. Errors: 1 when it was not there or the object cannot be changed. */
SENTRY_API int sentry_value_remove_by_key(sentry_value_t value, const char *k);
/* Appends to a list. Errors: 1 as for sentry_value_set_by_key. */
SENTRY_API int sentry_value_append(sentry_value_t value, sentry_value_t v);
/* Sets an element; a list that is too short is filled up with nulls, up to SENTRY_MAX_LIST_FILL of them. Errors: 1. */
SENTRY_API int sentry_value_set_by_index(sentry_value_t value, size_t index, sentry_value_t v);
/* Removes an element and closes the gap; an index past the end is no error. Errors: 1 when the list cannot be changed. */
SENTRY_API int sentry_value_remove_by_index(sentry_value_t value, size_t index);
/* Lends the value of a key; null when there is none. */
SENTRY_API sentry_value_t sentry_value_get_by_key(sentry_value_t value, const char *k);
/* As sentry_value_get_by_key, with a reference that the caller drops. */
SENTRY_API sentry_value_t sentry_value_get_by_key_owned(sentry_value_t value, const char *k);
/* Lends an element; null past the end. */
SENTRY_API sentry_value_t sentry_value_get_by_index(sentry_value_t value, size_t index);
/* As sentry_value_get_by_index, with a reference that the caller drops. */
SENTRY_API sentry_value_t sentry_value_get_by_index_owned(sentry_value_t value, size_t index);
/* Bytes of a string, elements of a list, keys of an object; else 0. */
SENTRY_API size_t sentry_value_get_length(sentry_value_t value);
/* The value of an int32; 0 for every other type. */
SENTRY_API int32_t sentry_value_as_int32(sentry_value_t value);
/* The value of an int64 or int32; else 0. */
SENTRY_API int64_t sentry_value_as_int64(sentry_value_t value);
/* The value of a uint64; else 0. */
SENTRY_API uint64_t sentry_value_as_uint64(sentry_value_t value);
/* The value of a double or int32; else NaN. */
SENTRY_API double sentry_value_as_double(sentry_value_t value);
/* Lends the bytes of a string, zero-terminated; "" for every other type, never NULL. */
SENTRY_API const char *sentry_value_as_string(sentry_value_t value);
/* Truth: true, a number other than 0, a string, list or object that is not empty. */
SENTRY_API int sentry_value_is_true(sentry_value_t value);
/* 1 for null. */
SENTRY_API int sentry_value_is_null(sentry_value_t value);
/* The value as compact JSON, zero-terminated. Nesting deeper than SENTRY_MAX_DEPTH is written as null.
 * Owns: the caller frees it with sentry_free. Errors: NULL when there is no memory. */
SENTRY_API char *sentry_value_to_json(sentry_value_t value);
/* The value as msgpack, `*size_out` bytes. Owns and Errors: as sentry_value_to_json. */
SENTRY_API char *sentry_value_to_msgpack(sentry_value_t value, size_t *size_out);

/* How bad something is; also the level of the SDK's own diagnostics. In events, TRACE is sent as "debug". */
typedef enum sentry_level_e {
    SENTRY_LEVEL_TRACE = -2,  /* finest */
    SENTRY_LEVEL_DEBUG = -1,  /* "debug" */
    SENTRY_LEVEL_INFO = 0,    /* "info" */
    SENTRY_LEVEL_WARNING = 1, /* "warning" */
    SENTRY_LEVEL_ERROR = 2,   /* "error" */
    SENTRY_LEVEL_FATAL = 3    /* "fatal" */
} sentry_level_t;

/* An id of 128 bits, big-endian. */
typedef struct sentry_uuid_s {
    char bytes[16]; /* all zero is the nil id: "nothing was captured" */
} sentry_uuid_t;

/* The nil id. */
SENTRY_API sentry_uuid_t sentry_uuid_nil(void);
/* A random (version 4) id. Unique, not secret: it comes from a fast generator of each thread. */
SENTRY_API sentry_uuid_t sentry_uuid_new_v4(void);
/* Reads hex digits, dashes anywhere, either case; short input is filled with zeros. Errors: nil for anything else. */
SENTRY_API sentry_uuid_t sentry_uuid_from_string(const char *str);
/* The id of sixteen bytes. */
SENTRY_API sentry_uuid_t sentry_uuid_from_bytes(const char bytes[16]);
/* 1 for the nil id and for NULL. */
SENTRY_API int sentry_uuid_is_nil(const sentry_uuid_t *uuid);
/* Copies the sixteen bytes out. */
SENTRY_API void sentry_uuid_as_bytes(const sentry_uuid_t *uuid, char bytes[16]);
/* Writes 36 characters and a zero: lower case, with dashes. */
SENTRY_API void sentry_uuid_as_string(const sentry_uuid_t *uuid, char str[37]);

/* An event with an id, the time and the platform, to fill and give to sentry_capture_event.
 * Shape: {"event_id":32 hex,"timestamp":RFC 3339 with microseconds,"platform":"native"} */
SENTRY_API sentry_value_t sentry_value_new_event(void);
/* An event with a text. `logger` may be NULL.
 * Shape: event.level, event.logger, event.logentry.formatted */
SENTRY_API sentry_value_t sentry_value_new_message_event(sentry_level_t level, const char *logger, const char *text);
/* A breadcrumb with the time; both arguments may be NULL. Set "category", "level" and "data" by key.
 * Shape: {"timestamp":..,"type":type,"message":message} */
SENTRY_API sentry_value_t sentry_value_new_breadcrumb(const char *type, const char *message);
/* An exception for sentry_event_add_exception.
 * Shape: {"type":type,"value":value} */
SENTRY_API sentry_value_t sentry_value_new_exception(const char *type, const char *value);
/* A thread for sentry_event_add_thread; the id is written as a decimal string. `name` may be NULL.
 * Shape: {"id":"42","name":name} */
SENTRY_API sentry_value_t sentry_value_new_thread(uint64_t id, const char *name);
/* A user for sentry_set_user; NULL leaves a field out. Errors: null when all are NULL.
 * Shape: {"id":..,"username":..,"email":..,"ip_address":..} */
SENTRY_API sentry_value_t sentry_value_new_user(const char *id, const char *username, const char *email, const char *ip_address);
/* Appends to event.exception.values: the last one is what the event is called. Consumes the exception.
 * Shape: event.exception.values[] */
SENTRY_API void sentry_event_add_exception(sentry_value_t event, sentry_value_t exception);
/* Adds what caused the exceptions that the event has so far: first sentry_event_add_exception(event, error), then
 * sentry_event_add_cause(event, its cause), then the cause of that. Consumes the cause.
 * Shape: inserted before the others, with mechanism {"type":"chained","source":"cause","exception_id":n,"parent_id":n-1} */
SENTRY_API void sentry_event_add_cause(sentry_value_t event, sentry_value_t cause);
/* Appends to event.threads.values. Consumes the thread. */
SENTRY_API void sentry_event_add_thread(sentry_value_t event, sentry_value_t thread);
/* A stack trace of return addresses, innermost first; with NULL of this place. Names are found when the event is sent.
 * Shape: {"frames":[{"instruction_addr":"0x.."}]}, innermost last */
SENTRY_API sentry_value_t sentry_value_new_stacktrace(void **ips, size_t len);
/* Gives an exception or a thread a stack trace, as sentry_value_new_stacktrace makes it.
 * Shape: value.stacktrace */
SENTRY_API void sentry_value_set_stacktrace(sentry_value_t value, void **ips, size_t len);

/* ==[P3]== OPTIONS ===================================================================
 * All options in one struct. Zero is every field's default, so name only what differs:
 *     sentry_init(&(sentry_options_t){ .dsn = "...", .release = "app@1.2.3" });
 * or use sentry-native's setters on sentry_options_new(). Strings and lists are copied by sentry_init.
 */

/* A rate of zero, where plain 0 means "default". */
#define SENTRY_RATE_NONE (-1.0)
/* Switches a toggle on, whatever its default. */
#define SENTRY_ON 1
/* Switches a toggle off, where plain 0 means "default". */
#define SENTRY_OFF (-1)
/* A size of none: no breadcrumbs, no length limit; see the field. */
#define SENTRY_NONE ((size_t)-1)
/* A shutdown_timeout of zero, where plain 0 means "default". */
#define SENTRY_NO_WAIT ((uint64_t)-1)

/* SENTRY_LEVEL_INFO as a logger_level, where plain 0 means "default". */
#define SENTRY_LOGGER_INFO 10

/* The options; see the fields below. */
typedef struct sentry_options_s sentry_options_t;
/* An envelope: what travels to the server. See [P12]. */
typedef struct sentry_envelope_s sentry_envelope_t;
/* Where envelopes go. See [P12]. */
typedef struct sentry_transport_s sentry_transport_t;
/* What an event or breadcrumb was made from. See [P5]. */
typedef struct sentry_hint_s sentry_hint_t;
/* Functions around a TLS library. See [P12]. */
typedef struct sentry_tls_s sentry_tls_t;
/* options.cache_keep */
typedef enum { SENTRY_CACHE_KEEP_NONE = 0, SENTRY_CACHE_KEEP_OFFLINE = 1, SENTRY_CACHE_KEEP_ALWAYS = 2 } sentry_cache_keep_t;
/* What catches crashes in sentry-native; there is only one here, which options.crash_handler switches off. */
typedef struct sentry_backend_s sentry_backend_t;
/* An integration. None can be installed yet; the type is there for the field. */
typedef struct sentry_integration_s sentry_integration_t;
/* What a transaction will be. See [P8]. */
typedef struct sentry_transaction_context_s sentry_transaction_context_t;

/* A hook or processor: gets a value that it owns and returns it, changed or not; to drop it, decref it and return
 * null. `hint` is a sentry_hint_t*, never NULL. SDK calls made inside do nothing. Thread: the one that captured. */
typedef sentry_value_t (*sentry_event_function_t)(sentry_value_t event, void *hint, void *user_data);
/* sentry-native's breadcrumb hook, without a hint. */
typedef sentry_value_t (*sentry_before_breadcrumb_function_t)(sentry_value_t breadcrumb, void *user_data);
/* Decides an event's rate: 0 drops, 1 keeps, NaN has no opinion (the event is kept). The event is lent. */
typedef double (*sentry_error_sampler_function_t)(sentry_value_t event, void *hint, void *user_data);
/* Decides a transaction's rate, 0..1; anything else has no opinion (NaN says so). The values are lent. `parent_sampled`
 * points to the decision of who called us, or is NULL. SDK calls made inside do nothing. */
typedef double (*sentry_traces_sampler_function)(const sentry_transaction_context_t *transaction_ctx, sentry_value_t custom_sampling_ctx, const int *parent_sampled, void *user_data);
/* sentry-native's hook for transactions, without a hint. */
typedef sentry_value_t (*sentry_transaction_function_t)(sentry_value_t transaction, void *user_data);
/* The state of a thread when it crashed. See [P14]. */
typedef struct sentry_ucontext_s sentry_ucontext_t;
/* options.handler_strategy */
typedef enum { SENTRY_HANDLER_STRATEGY_DEFAULT = 0, SENTRY_HANDLER_STRATEGY_CHAIN_AT_START = 1 } sentry_handler_strategy_t;
/* Sees the event of a crash instead of before_send: gets a value that it owns and returns it, changed or not; to drop it, decref it and
 * return null. Runs in the crashed thread's signal handler, on an alternate stack of 64 KiB, when the unchanged report is on disk
 * already: should it crash or hang, that one stays. */
typedef sentry_value_t (*sentry_crash_function_t)(const sentry_ucontext_t *uctx, sentry_value_t event, void *user_data);
/* Gets the report of a crash of an earlier run, lent. Runs inside sentry_init; must not call the SDK, but for envelopes and values. */
typedef void (*sentry_crashed_last_run_function_t)(const sentry_envelope_t *envelope, void *user_data);
/* Gets the SDK's diagnostics as a printf format and its arguments. Thread: any; must not call the SDK. */
typedef void (*sentry_logger_function_t)(sentry_level_t level, const char *message, va_list args, void *userdata);

/* Every field's zero is its default. "Not built yet" options are accepted and warned about once at sentry_init. */
struct sentry_options_s {
    /* -- who sends where -- */
    const char *dsn;         /* the project's address. Default: SENTRY_DSN; when that is not set either, or is "", the SDK is a silent no-op */
    const char *release;     /* "app@1.2.3". Default: SENTRY_RELEASE, the git commit checked out around the executable, else around
                              * the working directory, then HEROKU_BUILD_COMMIT, HEROKU_SLUG_COMMIT, SOURCE_VERSION,
                              * CODEBUILD_RESOLVED_SOURCE_VERSION, CIRCLE_SHA1, GAE_DEPLOYMENT_ID, K_REVISION. "" for none */
    const char *environment; /* Default: SENTRY_ENVIRONMENT, else "production" */
    const char *dist;        /* build within a release. Default: none */
    const char *server_name; /* Default: the host's name. "" for none */
    const char *sdk_name;    /* Default: SENTRY_SDK_NAME */
    const char *org_id;      /* organisation in the trace header. Default: the digits of a DSN host like o123.ingest... */

    /* -- diagnostics -- */
    int debug;                       /* 1 prints the SDK's own diagnostics. Default: SENTRY_DEBUG (1, true, yes, on), else off */
    int logger_level;                /* least sentry_level_t to print; for INFO, SENTRY_LOGGER_INFO. Default: DEBUG */
    sentry_logger_function_t logger; /* gets the diagnostics when `debug` is on. Default: stderr, "[sentry] LEVEL text" */
    void *logger_data;               /* the logger's userdata */

    /* -- errors -- */
    double sample_rate;                              /* share of error events to send, 0..1. Default: SENTRY_SAMPLE_RATE, else 1. None: SENTRY_RATE_NONE */
    sentry_error_sampler_function_t error_sampler;   /* decides instead of sample_rate. Default: none */
    void *error_sampler_data;                        /* its user_data */
    const char *const *ignore_errors;                /* NULL-terminated exception types to drop; `*` and `?` match. Default: none */
    sentry_event_function_t before_send;             /* last look at every error event, after processors and scrubbing. Default: none */
    void *before_send_data;                          /* its user_data */
    int send_default_pii;                            /* 1 keeps user.ip_address and headers that name the client. Default: off */
    size_t max_value_length;                         /* bytes of a string before it is cut, with a note in _meta; ids, times, release and the like
                                                      * are not. Default: 1024. No limit: SENTRY_NONE */
    const char *const *attachments;                  /* NULL-terminated paths of files to send along with every event. Default: none */
    size_t max_attachment_size;                      /* bytes; what is bigger is left out and counted. Default: 20 MiB. No limit: SENTRY_NONE */
    int attach_stacktrace;                           /* 1 adds a stack trace to messages and other events without one; SENTRY_OFF: to nothing. Default: to
                                                      * what sentry_capture_exception and sentry_capture_errno report */
    int symbolize_stacktraces;                       /* SENTRY_OFF: send addresses only, for a server that has the debug files. Default: on */
    int include_source_context;                      /* SENTRY_OFF: no lines of source around the frames of a stack trace. Default: on, where the files are */
    const char *const *in_app_include;               /* NULL-terminated beginnings of functions, modules, files that are the program's own. Default: none */
    const char *const *in_app_exclude;               /* the same for what is not; in_app_include beats it. Default: none */
    const char *project_root;                        /* folder below which source files are the program's own. Default: the working directory */

    /* -- crashes -- */
    int crash_handler;                           /* SENTRY_OFF: crashes are not caught. Default: on */
    sentry_crash_function_t on_crash;            /* sees crashes, instead of before_send. Default: none */
    void *on_crash_data;                         /* its user_data */
    sentry_crashed_last_run_function_t on_crashed_last_run; /* sees crashes of earlier runs at sentry_init. Default: none */
    void *on_crashed_last_run_data;              /* its user_data */
    sentry_handler_strategy_t handler_strategy;  /* CHAIN_AT_START: the signal handler of before sees a signal first, and when it has mended
                                                  * what was wrong there is no report; for managed runtimes. Default: it comes last */
    int always_run;                              /* 1: report crashes under a debugger too. Default: leave them to the debugger */
    int crash_all_threads;                       /* SENTRY_OFF: only the crashed thread's stack. Default: on, on Linux */
    int foreign_thread_stacks;                   /* 1: threads that never called the SDK get an alternate stack too, by a signal, which may end a
                                                  * sleep() early; without one, stack overflow in them cannot be reported. Default: off. Linux */
    int send_crash_at_once;                      /* 1: a small process, made at sentry_init, sends a crash right away. Default: at the next start */
    uint64_t crash_send_timeout;                 /* ms that the crashed process waits for that. Default: 5000 */

    /* -- breadcrumbs -- */
    size_t max_breadcrumbs;                                      /* kept per scope and sent per event. Default: 100, at most SENTRY_MAX_BREADCRUMBS. None: SENTRY_NONE */
    sentry_event_function_t before_breadcrumb;                   /* sees every breadcrumb first, with its hint. Default: none */
    void *before_breadcrumb_data;                                /* its user_data */
    sentry_before_breadcrumb_function_t before_breadcrumb_plain; /* the same without a hint, as sentry-native has it; called when before_breadcrumb is not set */
    void *before_breadcrumb_plain_data;                          /* its user_data */

    /* -- threads -- */
    int propagate_hub; /* 1: sentry_thread_create gives the new thread a clone of its parent's hub. Default: off, the main hub */

    /* -- delivery -- */
    sentry_transport_t *transport;     /* takes the place of the built-in HTTP transport; owned by the SDK from sentry_init on. Default: none */
    int send_client_reports;           /* SENTRY_OFF: do not tell the server how much was dropped and why. Default: on */
    uint64_t shutdown_timeout;         /* ms that sentry_close waits for what is queued. Default: 2000. No wait: SENTRY_NO_WAIT */
    uint64_t connect_timeout;          /* ms to connect. Default: 5000 */
    uint64_t transfer_timeout;         /* ms for a whole request and its answer. Default: 30000 */
    size_t transport_queue_size;       /* envelopes that may wait; then new ones are dropped and counted. Default: 100 */
    size_t transport_queue_bytes;      /* bytes that may wait. Default: 32 MiB */
    int http_compression;              /* SENTRY_ON: send bodies as gzip whenever that saves an eighth; SENTRY_OFF: never. Default: when the server is not on
                                        * this machine */
    const char *proxy;                 /* "[http://][user:password@]host:port" or "socks5://[user:password@]host:port"; "" for none. Default: http_proxy, or
                                        * https_proxy or HTTPS_PROXY, as the DSN is, then all_proxy or ALL_PROXY. Not for hosts in no_proxy or NO_PROXY */
    const char *unix_socket;           /* path of a Unix-domain socket to connect to instead of the DSN's host; HTTP is spoken over it. Default: none */
    const char *ca_certs;              /* file of certificates to trust, PEM. Default: the system's. Only for sentry_curl.h */
    const sentry_tls_t *tls;           /* TLS for the built-in client, so that the DSN may be https; copied. Default: none */
    const char *spotlight;             /* URL of a Spotlight that gets a copy of everything, with or without a DSN; "1" for http://localhost:8969/stream,
                                        * "" for none. Default: SENTRY_SPOTLIGHT, likewise */
    int require_user_consent;          /* 1: nothing leaves before sentry_user_consent_give. Default: off */
    int enable_backpressure_handling;  /* SENTRY_OFF: keep the rate of traces when the queue is full or the server sets limits. Default: on */
    const char *transport_thread_name; /* the worker's name, cut to 15 bytes. Default: "sentry-http" */

    /* -- what could not be delivered -- */
    const char *database_path; /* folder for what must outlive the process; made, for its owner alone, when there is something to keep.
                                * Default: ".sentry-native" in the working directory */
    int http_retry;            /* SENTRY_OFF: what meets no answer is lost at once, and counted, instead of being kept on disk and tried again:
                                * at the next start, after 15 minutes, then after twice as long each time, six times. Default: on */
    int cache_keep;            /* SENTRY_CACHE_KEEP_OFFLINE: leave in cache/ what could not be sent in the end; _ALWAYS: also what was sent. Default: neither */
    size_t cache_max_items;    /* envelopes in cache/; the oldest go first, and are counted. Default: 30. No limit: SENTRY_NONE */
    size_t cache_max_size;     /* bytes in cache/. Default: no limit */
    time_t cache_max_age;      /* seconds that an envelope may stay in cache/. Default: no limit */

    /* -- tracing -- */
    double traces_sample_rate;                       /* share of transactions to send, 0..1. Default: SENTRY_TRACES_SAMPLE_RATE, else 0, tracing off;
                                                      * SENTRY_RATE_NONE: no new traces, but a sampled parent counts */
    sentry_traces_sampler_function traces_sampler;   /* decides before the parent and the rate do. Default: none */
    void *traces_sampler_data;                       /* its user_data */
    sentry_event_function_t before_send_transaction; /* last look at every transaction, after processors. Default: none */
    void *before_send_transaction_data;              /* its user_data */
    sentry_transaction_function_t before_transaction; /* the same without a hint, as sentry-native has it; called when before_send_transaction is not set */
    void *before_transaction_data;                   /* its user_data */
    const char *const *ignore_transactions;          /* NULL-terminated names of transactions to drop; `*` and `?` match. Default: none */
    size_t max_spans;                                /* spans of a transaction; more are counted as lost. Default: 1000, at most SENTRY_MAX_SPANS. None: SENTRY_NONE */
    const char *const *functions_to_trace;           /* NULL-terminated names, "parse", "render.c:draw", "ns::Class::method": their calls become spans, see
                                                      * FUNCTIONS. Default: none */
    int propagate_traces;                            /* SENTRY_OFF: sentry_is_trace_target says no to every request. Default: on */
    const char *const *trace_propagation_targets;    /* NULL-terminated; a URL that contains one gets trace headers, or, where it has one of ^$*+?()[]{}|\
                                                      * and system and compiler know POSIX's extended regular expressions, that matches it as one. Default: every URL */
    int propagate_traceparent;                       /* 1 adds W3C's traceparent to the trace headers. Default: off */
    int strict_trace_continuation;                   /* 1: a trace goes on only when it comes from the same org_id. Default: also when either has none */

    /* -- profiling -- */
    double profiles_sample_rate;                      /* share of sampled transactions to profile, 0..1. Default: 0. Not built yet */
    sentry_traces_sampler_function profiles_sampler;  /* decides instead. Default: none. Not built yet */
    void *profiles_sampler_data;                      /* its user_data */
    double profile_session_sample_rate;               /* share of processes to profile continuously, 0..1. Default: 0. Not built yet */
    int continuous_profiling_auto_start;              /* 1 starts the continuous profiler at sentry_init. Default: off. Not built yet */
    unsigned profiler_hz;                             /* samples a second. Default: 101. Not built yet */

    /* -- integrations -- */
    const sentry_integration_t *const *integrations;  /* NULL-terminated, replacing defaults of the same name. Default: none. Not built yet */
    int default_integrations;                         /* SENTRY_OFF: none of the default ones. Default: on. Not built yet */
    int auto_enabling_integrations;                   /* SENTRY_OFF: none because its library was included. Default: on. Not built yet */
    const char *const *disabled_integrations;         /* NULL-terminated names. Default: none. Not built yet */

    /* -- private: leave zero -- */
    void *_self;  /* marks a struct of sentry_options_new */
    void *_owned; /* strings that the setters copied */
};

/* A struct with the defaults and the environment's values filled in.
 * Owns: sentry_init takes it; otherwise sentry_options_free. Errors: NULL when there is no memory. */
SENTRY_API sentry_options_t *sentry_options_new(void);
/* Frees a struct of sentry_options_new that never reached sentry_init, with its transport. NULL is fine. */
SENTRY_API void sentry_options_free(sentry_options_t *opts);

/* Each setter writes the field of its name, copying strings; NULL options are ignored. In a setter 0 means 0:
 * where the field has another default it stores SENTRY_OFF, SENTRY_RATE_NONE or SENTRY_NONE. Each getter gives
 * the value in force. Made for structs of sentry_options_new; to one of your own assign fields, or the copies that
 * setters make for it are never freed. Thread: one thread at a time per struct. */
/* Field: dsn. NULL or "" makes the SDK a no-op whatever SENTRY_DSN says. */
SENTRY_API void sentry_options_set_dsn(sentry_options_t *opts, const char *dsn);
/* Field: dsn. NULL when not set. */
SENTRY_API const char *sentry_options_get_dsn(const sentry_options_t *opts);
/* Field: release. */
SENTRY_API void sentry_options_set_release(sentry_options_t *opts, const char *release);
/* Field: release. NULL when not set. */
SENTRY_API const char *sentry_options_get_release(const sentry_options_t *opts);
/* Field: environment. */
SENTRY_API void sentry_options_set_environment(sentry_options_t *opts, const char *environment);
/* Field: environment. */
SENTRY_API const char *sentry_options_get_environment(const sentry_options_t *opts);
/* Field: dist. */
SENTRY_API void sentry_options_set_dist(sentry_options_t *opts, const char *dist);
/* Field: dist. NULL when not set. */
SENTRY_API const char *sentry_options_get_dist(const sentry_options_t *opts);
/* Field: server_name. */
SENTRY_API void sentry_options_set_server_name(sentry_options_t *opts, const char *server_name);
/* Field: sdk_name. Returns 0, or 1 when it could not be set. */
SENTRY_API int sentry_options_set_sdk_name(sentry_options_t *opts, const char *sdk_name);
/* Field: sdk_name. */
SENTRY_API const char *sentry_options_get_sdk_name(const sentry_options_t *opts);
/* The User-Agent that follows from the SDK's name: "<sdk_name>/<version>". Valid as long as the options. */
SENTRY_API const char *sentry_options_get_user_agent(const sentry_options_t *opts);
/* Field: org_id. */
SENTRY_API void sentry_options_set_org_id(sentry_options_t *opts, const char *org_id);
/* Field: debug. */
SENTRY_API void sentry_options_set_debug(sentry_options_t *opts, int debug);
/* Field: debug. */
SENTRY_API int sentry_options_get_debug(const sentry_options_t *opts);
/* Field: logger_level. */
SENTRY_API void sentry_options_set_logger_level(sentry_options_t *opts, sentry_level_t level);
/* Fields: logger, logger_data. */
SENTRY_API void sentry_options_set_logger(sentry_options_t *opts, sentry_logger_function_t func, void *userdata);
/* Field: sample_rate. NaN and anything outside 0..1 is refused with a diagnostic. */
SENTRY_API void sentry_options_set_sample_rate(sentry_options_t *opts, double sample_rate);
/* Field: sample_rate. */
SENTRY_API double sentry_options_get_sample_rate(const sentry_options_t *opts);
/* Fields: error_sampler, error_sampler_data. */
SENTRY_API void sentry_options_set_error_sampler(sentry_options_t *opts, sentry_error_sampler_function_t func, void *user_data);
/* Fields: before_send, before_send_data. */
SENTRY_API void sentry_options_set_before_send(sentry_options_t *opts, sentry_event_function_t func, void *user_data);
/* Fields: before_breadcrumb_plain and its data. */
SENTRY_API void sentry_options_set_before_breadcrumb(sentry_options_t *opts, sentry_before_breadcrumb_function_t func, void *data);
/* Field: send_default_pii. */
SENTRY_API void sentry_options_set_send_default_pii(sentry_options_t *opts, int value);
/* Field: max_value_length; 0 means no limit. */
SENTRY_API void sentry_options_set_max_value_length(sentry_options_t *opts, size_t bytes);
/* Field: max_attachment_size; 0 is no limit. */
SENTRY_API void sentry_options_set_max_attachment_size(sentry_options_t *opts, size_t bytes);
#ifndef SENTRY_NO_FILES
/* Field: attachments; adds a path. */
SENTRY_API void sentry_options_add_attachment(sentry_options_t *opts, const char *path);
#endif
/* Field: attach_stacktrace. */
SENTRY_API void sentry_options_set_attach_stacktrace(sentry_options_t *opts, int value);
/* Field: symbolize_stacktraces. */
SENTRY_API void sentry_options_set_symbolize_stacktraces(sentry_options_t *opts, int val);
/* Field: symbolize_stacktraces. */
SENTRY_API int sentry_options_get_symbolize_stacktraces(const sentry_options_t *opts);
/* Field: crash_handler. What is no NULL is not known, and does nothing. */
SENTRY_API void sentry_options_set_backend(sentry_options_t *opts, sentry_backend_t *backend);
/* Fields: on_crash, on_crash_data. */
SENTRY_API void sentry_options_set_on_crash(sentry_options_t *opts, sentry_crash_function_t func, void *data);
/* Fields: on_crashed_last_run and its data. */
SENTRY_API void sentry_options_set_on_crashed_last_run(sentry_options_t *opts, sentry_crashed_last_run_function_t func, void *user_data);
/* Field: handler_strategy. */
SENTRY_API void sentry_options_set_handler_strategy(sentry_options_t *opts, sentry_handler_strategy_t handler_strategy);
/* Field: handler_strategy. */
SENTRY_API sentry_handler_strategy_t sentry_options_get_handler_strategy(const sentry_options_t *opts);
/* Field: max_breadcrumbs; 0 keeps none. */
SENTRY_API void sentry_options_set_max_breadcrumbs(sentry_options_t *opts, size_t max_breadcrumbs);
/* Field: max_breadcrumbs. */
SENTRY_API size_t sentry_options_get_max_breadcrumbs(const sentry_options_t *opts);
/* Field: propagate_hub. */
SENTRY_API void sentry_options_set_propagate_hub(sentry_options_t *opts, int value);
/* Field: transport; frees one that was set before. NULL installs a transport that drops everything. */
SENTRY_API void sentry_options_set_transport(sentry_options_t *opts, sentry_transport_t *transport);
/* Field: send_client_reports. */
SENTRY_API void sentry_options_set_send_client_reports(sentry_options_t *opts, int val);
/* Field: send_client_reports. */
SENTRY_API int sentry_options_get_send_client_reports(const sentry_options_t *opts);
/* Field: proxy. */
SENTRY_API void sentry_options_set_proxy(sentry_options_t *opts, const char *proxy);
/* Field: proxy. NULL when not set. */
SENTRY_API const char *sentry_options_get_proxy(const sentry_options_t *opts);
/* The same field under its older name. */
SENTRY_DEPRECATED("use sentry_options_set_proxy") SENTRY_API void sentry_options_set_http_proxy(sentry_options_t *opts, const char *proxy);
/* The same field under its older name. */
SENTRY_API const char *sentry_options_get_http_proxy(const sentry_options_t *opts);
/* Field: unix_socket. */
SENTRY_API void sentry_options_set_unix_socket(sentry_options_t *opts, const char *path);
/* Field: tls. */
SENTRY_API void sentry_options_set_tls(sentry_options_t *opts, const sentry_tls_t *tls);
/* Field: ca_certs. */
SENTRY_API void sentry_options_set_ca_certs(sentry_options_t *opts, const char *path);
/* Field: ca_certs. NULL when not set. */
SENTRY_API const char *sentry_options_get_ca_certs(const sentry_options_t *opts);
/* Field: http_compression. */
SENTRY_API void sentry_options_set_http_compression(sentry_options_t *opts, int enabled);
/* Field: spotlight. */
SENTRY_API void sentry_options_set_spotlight(sentry_options_t *opts, const char *spotlight);
/* Field: require_user_consent. */
SENTRY_API void sentry_options_set_require_user_consent(sentry_options_t *opts, int val);
/* Field: require_user_consent. */
SENTRY_API int sentry_options_get_require_user_consent(const sentry_options_t *opts);
/* Field: enable_backpressure_handling. */
SENTRY_API void sentry_options_set_enable_backpressure_handling(sentry_options_t *opts, int enabled);
/* Field: database_path. */
SENTRY_API void sentry_options_set_database_path(sentry_options_t *opts, const char *path);
/* Field: http_retry. */
SENTRY_API void sentry_options_set_http_retry(sentry_options_t *opts, int enabled);
/* Field: http_retry. */
SENTRY_API int sentry_options_get_http_retry(const sentry_options_t *opts);
/* Field: cache_keep; less than 0 is OFFLINE, more than 2 ALWAYS. */
SENTRY_API void sentry_options_set_cache_keep(sentry_options_t *opts, int mode);
/* Field: cache_keep. */
SENTRY_API int sentry_options_get_cache_keep(const sentry_options_t *opts);
/* Field: cache_max_items; 0 is no limit. */
SENTRY_API void sentry_options_set_cache_max_items(sentry_options_t *opts, size_t items);
/* Field: cache_max_size; 0 is no limit. */
SENTRY_API void sentry_options_set_cache_max_size(sentry_options_t *opts, size_t bytes);
/* Field: cache_max_age; 0 is no limit. */
SENTRY_API void sentry_options_set_cache_max_age(sentry_options_t *opts, time_t seconds);
/* Field: shutdown_timeout, ms; 0 does not wait. */
SENTRY_API void sentry_options_set_shutdown_timeout(sentry_options_t *opts, uint64_t shutdown_timeout);
/* Field: shutdown_timeout, ms. */
SENTRY_API uint64_t sentry_options_get_shutdown_timeout(sentry_options_t *opts);
/* Field: transfer_timeout, ms; 0 is the default. */
SENTRY_API void sentry_options_set_transfer_timeout(sentry_options_t *opts, uint64_t transfer_timeout);
/* Field: transfer_timeout, ms. */
SENTRY_API uint64_t sentry_options_get_transfer_timeout(sentry_options_t *opts);
/* Field: transport_thread_name. */
SENTRY_API void sentry_options_set_transport_thread_name(sentry_options_t *opts, const char *name);
/* Field: transport_thread_name. */
SENTRY_API const char *sentry_options_get_transport_thread_name(const sentry_options_t *opts);
/* Field: traces_sample_rate. */
SENTRY_API void sentry_options_set_traces_sample_rate(sentry_options_t *opts, double sample_rate);
/* Field: traces_sample_rate. */
SENTRY_API double sentry_options_get_traces_sample_rate(sentry_options_t *opts);
/* Fields: traces_sampler, traces_sampler_data. */
SENTRY_API void sentry_options_set_traces_sampler(sentry_options_t *opts, sentry_traces_sampler_function callback, void *user_data);
/* Fields: before_send_transaction and its data. */
SENTRY_API void sentry_options_set_before_send_transaction(sentry_options_t *opts, sentry_event_function_t func, void *user_data);
/* Fields: before_transaction and its data. */
SENTRY_API void sentry_options_set_before_transaction(sentry_options_t *opts, sentry_transaction_function_t func, void *data);
/* Field: max_spans; 0 keeps none. */
SENTRY_API void sentry_options_set_max_spans(sentry_options_t *opts, size_t max_spans);
/* Field: max_spans. */
SENTRY_API size_t sentry_options_get_max_spans(sentry_options_t *opts);
/* Field: propagate_traceparent. */
SENTRY_API void sentry_options_set_propagate_traceparent(sentry_options_t *opts, int propagate_traceparent);
/* Field: propagate_traceparent. */
SENTRY_API int sentry_options_get_propagate_traceparent(const sentry_options_t *opts);
/* Field: strict_trace_continuation. */
SENTRY_API void sentry_options_set_strict_trace_continuation(sentry_options_t *opts, int strict_trace_continuation);
/* Field: strict_trace_continuation. */
SENTRY_API int sentry_options_get_strict_trace_continuation(const sentry_options_t *opts);

/* ==[P4]== INIT, FLUSH, CLOSE ======================================================== */

/* Starts the SDK; a running one is closed first. Consumes a struct of sentry_options_new, copies any other; NULL is
 * all defaults. An empty or missing DSN gives a silent no-op and 0.
 * Errors: 1 for a malformed DSN, an https DSN without a TLS provider, a transport that does not start, no memory;
 * sentry_get_init_error then says what is wrong. Thread: any, one at a time. */
SENTRY_API int sentry_init(sentry_options_t *options);
/* Waits up to `timeout` ms until everything captured so far is delivered, or dropped and counted.
 * Returns 0 when so (also before init), 1 on timeout. Thread: any. */
SENTRY_API int sentry_flush(uint64_t timeout);
/* Delivers what is queued within options.shutdown_timeout, stops the worker and gives everything back; calls in
 * other threads become no-ops. What is left goes to disk, to be sent by the next process with the same database_path.
 * Returns the number of envelopes that it wrote there.
 * sentry_init may be called again. Thread: any, one at a time. */
SENTRY_API int sentry_close(void);
/* 1 between a successful sentry_init with a DSN and sentry_close. Thread: any. */
SENTRY_API int sentry_is_enabled(void);
/* Why the last sentry_init returned 1, in words; "" when it did not. Valid until the next sentry_init. */
SENTRY_API const char *sentry_get_init_error(void);
/* SENTRY_SDK_VERSION as compiled into the implementation. */
SENTRY_API const char *sentry_sdk_version(void);
/* SENTRY_SDK_NAME as compiled into the implementation. */
SENTRY_API const char *sentry_sdk_name(void);
/* SENTRY_SDK_USER_AGENT as compiled into the implementation. */
SENTRY_API const char *sentry_sdk_user_agent(void);

/* Why something was not sent; the names of the protocol's client reports. */
typedef enum {
    SENTRY_DROP_QUEUE_OVERFLOW,     /* transport_queue_size or _bytes were reached */
    SENTRY_DROP_CACHE_OVERFLOW,     /* cache_max_items, _size or _age were */
    SENTRY_DROP_RATELIMIT_BACKOFF,  /* the server had set a limit, or set it in answer to this */
    SENTRY_DROP_NETWORK_ERROR,      /* no answer */
    SENTRY_DROP_SEND_ERROR,         /* the server refused it */
    SENTRY_DROP_INTERNAL_SDK_ERROR, /* no memory, or a file that could not be read */
    SENTRY_DROP_SAMPLE_RATE,        /* sampled out */
    SENTRY_DROP_BACKPRESSURE,       /* sampled out because the queue was full, or the server had set limits */
    SENTRY_DROP_BEFORE_SEND,        /* a hook dropped it */
    SENTRY_DROP_EVENT_PROCESSOR,    /* a processor, ignore_errors, or a user who did not consent */
    SENTRY_DROP_BUFFER_OVERFLOW,    /* max_spans was reached */
    SENTRY_DROP_INVALID,            /* too big */
    SENTRY_DROP_REASONS             /* how many there are */
} sentry_drop_reason_t;

/* What became of everything since sentry_init. */
typedef struct {
    uint64_t queued, queued_bytes;         /* envelopes that wait in memory, the one being sent included */
    uint64_t sent, sent_bytes;             /* envelopes that the server accepted, and their bytes as they went out */
    uint64_t kept;                         /* envelopes written to disk, to be sent later */
    uint64_t cached;                       /* envelopes that wait on disk, as far as this process knows */
    uint64_t dropped[SENTRY_DROP_REASONS]; /* events, attachments and other items that were lost, by reason */
    int last_status;                       /* of the server's last answer; 0 when the last request got none */
    unsigned backpressure;                 /* the rate of traces is divided by two to the power of this, at most 10 */
} sentry_stats_t;
/* Fills in the figures; cheap enough for every frame. After sentry_close they stand still until the next sentry_init.
 * Custom transports count nothing but what was dropped before them. Thread: any. */
SENTRY_API void sentry_get_stats(sentry_stats_t *stats);

/* ==[P5]== CAPTURE ===================================================================
 * Each function sends one error event with the current scope's data and returns its id, or the nil id when nothing
 * was sent: SDK off, event ignored, dropped by a hook, not sampled. None waits for the network. Thread: any. */

/* Sends an event; consumes it. What the event says wins over the scope.
 * Order: ignore_errors, scope merged in, scope's and global processors, scrubbing and cutting, before_send, sampling. */
SENTRY_API sentry_uuid_t sentry_capture_event(sentry_value_t event);
/* As sentry_capture_event, with a hint that the hooks get; consumes both. `hint` may be NULL. */
SENTRY_API sentry_uuid_t sentry_capture_event_with_hint(sentry_value_t event, sentry_hint_t *hint);
/* Sends a text. Shape: event.level, event.logentry.formatted */
SENTRY_API sentry_uuid_t sentry_capture_message(sentry_level_t level, const char *text);
/* Sends a formatted text; the server groups by the format. Shape: event.logentry{message: fmt, formatted} */
SENTRY_API sentry_uuid_t sentry_capture_messagef(sentry_level_t level, const char *fmt, ...) SENTRY_PRINTF(2, 3);
/* Sends an error that was handled. Shape: event.exception.values[0]{type, value, mechanism{type:"generic", handled:true}} */
SENTRY_API sentry_uuid_t sentry_capture_exception(const char *type, const char *value);
/* As sentry_capture_exception, with a formatted value. */
SENTRY_API sentry_uuid_t sentry_capture_exceptionf(const char *type, const char *fmt, ...) SENTRY_PRINTF(2, 3);
/* Sends what errno says; leaves errno as it was. `what` names the call that failed and may be NULL.
 * Shape: exception {type:"ENOENT", value:"what: No such file or directory", mechanism.meta.errno{number, name}} */
SENTRY_API sentry_uuid_t sentry_capture_errno(const char *what);
/* The id of the last event sent from the current hub; for the main hub, from any thread that uses it. Nil before. */
SENTRY_API sentry_uuid_t sentry_get_last_event_id(void);

/* Keys of a hint that the SDK itself sets; the values are lent to the hook. */
#define SENTRY_HINT_EXCEPTION_TYPE "exception_type"   /* const char*, from the capture_exception family */
#define SENTRY_HINT_EXCEPTION_VALUE "exception_value" /* const char*, from the capture_exception family */
#define SENTRY_HINT_ERRNO "errno"                     /* const int*, from sentry_capture_errno */
#define SENTRY_HINT_LOG_RECORD "log_record"           /* what a logging adapter passes along */
#define SENTRY_HINT_HTTP_REQUEST "http_request"       /* what an HTTP client adapter passes along */

/* A new hint, to be consumed by a capture call. Errors: NULL when there is no memory; all functions take NULL. */
SENTRY_API sentry_hint_t *sentry_hint_new(void);
/* Frees a hint that no call consumed. */
SENTRY_API void sentry_hint_free(sentry_hint_t *hint);
/* Stores a pointer under a name, copied; the SDK never looks behind it. Up to SENTRY_MAX_HINTS. Errors: 1. */
SENTRY_API int sentry_hint_set(sentry_hint_t *hint, const char *key, const void *data);
/* The pointer stored under a name, or NULL. In before_send: sentry_hint_get((sentry_hint_t *)hint, SENTRY_HINT_ERRNO). */
SENTRY_API void *sentry_hint_get(const sentry_hint_t *hint, const char *key);

/* ==[P6]== SCOPE AND HUB =============================================================
 * A scope holds what events carry beside themselves; a hub is a stack of scopes. Setters write to the top scope of
 * the current hub: the main one, shared by all threads, unless the thread bound another. A pushed scope starts as a
 * copy of the one below and belongs to its hub, above the main hub to its thread. Thread: any, unless said. */

/* A scope. */
typedef struct sentry_scope_s sentry_scope_t;
/* A hub. */
typedef struct sentry_hub_s sentry_hub_t;

/* Pushes a copy of the top scope and returns it, lent until it is popped; NULL when the SDK is off. */
SENTRY_API sentry_scope_t *sentry_push_scope(void);
/* Pops the top scope; the hub's base scope stays. */
SENTRY_API void sentry_pop_scope(void);
/* Pops `scope` and whatever was pushed above it; nothing when it is not on the current stack. */
SENTRY_API void sentry_pop_scope_to(sentry_scope_t *scope);

/* A scope of your own, reusable, for sentry_scope_capture_event. Owns: sentry_scope_free. Errors: NULL. */
SENTRY_API sentry_scope_t *sentry_scope_new(void);
/* A scope of your own that the first capture frees. */
SENTRY_API sentry_scope_t *sentry_local_scope_new(void);
/* A reusable copy; costs a reference count. NULL copies the current scope. */
SENTRY_API sentry_scope_t *sentry_scope_clone(const sentry_scope_t *scope);
/* Frees a scope made by one of the three above; NULL and pushed scopes are left alone. */
SENTRY_API void sentry_scope_free(sentry_scope_t *scope);
/* Empties a scope; its trace and its processors stay. */
SENTRY_API void sentry_scope_clear(sentry_scope_t *scope);
/* Sends an event with this scope's data, then the current scope's where both left a gap. Consumes the event, and a
 * local scope. Returns as sentry_capture_event. */
SENTRY_API sentry_uuid_t sentry_scope_capture_event(sentry_scope_t *scope, sentry_value_t event);
/* The id of the last event sent with this scope; nil before. */
SENTRY_API sentry_uuid_t sentry_scope_get_last_event_id(const sentry_scope_t *scope);

/* Sets a searchable pair. NULL keys are ignored, a NULL value removes. Shape: event.tags.<key> */
SENTRY_API void sentry_set_tag(const char *key, const char *value);
/* sentry_set_tag on a scope. */
SENTRY_API void sentry_scope_set_tag(sentry_scope_t *scope, const char *key, const char *value);
/* Sets all pairs of an object of strings; consumes it. */
SENTRY_API void sentry_set_tags(sentry_value_t tags);
/* sentry_set_tags on a scope. */
SENTRY_API void sentry_scope_set_tags(sentry_scope_t *scope, sentry_value_t tags);
/* Removes a tag. */
SENTRY_API void sentry_remove_tag(const char *key);
/* sentry_remove_tag on a scope. */
SENTRY_API void sentry_scope_remove_tag(sentry_scope_t *scope, const char *key);
/* Sets any value; consumes it. Shape: event.extra.<key> */
SENTRY_API void sentry_set_extra(const char *key, sentry_value_t value);
/* sentry_set_extra on a scope. */
SENTRY_API void sentry_scope_set_extra(sentry_scope_t *scope, const char *key, sentry_value_t value);
/* Removes an extra. */
SENTRY_API void sentry_remove_extra(const char *key);
/* sentry_remove_extra on a scope. */
SENTRY_API void sentry_scope_remove_extra(sentry_scope_t *scope, const char *key);
/* Sets a context, an object, replacing one of that name; consumes it. Shape: event.contexts.<key> */
SENTRY_API void sentry_set_context(const char *key, sentry_value_t value);
/* sentry_set_context on a scope. */
SENTRY_API void sentry_scope_set_context(sentry_scope_t *scope, const char *key, sentry_value_t value);
/* Merges an object into a context, at every depth; new keys win. Consumes it. */
SENTRY_API void sentry_update_context(const char *key, sentry_value_t value);
/* sentry_update_context on a scope. */
SENTRY_API void sentry_scope_update_context(sentry_scope_t *scope, const char *key, sentry_value_t value);
/* Removes a context. */
SENTRY_API void sentry_remove_context(const char *key);
/* sentry_remove_context on a scope. */
SENTRY_API void sentry_scope_remove_context(sentry_scope_t *scope, const char *key);
/* Sets the user, an object of sentry_value_new_user or your own; consumes it; null removes. Shape: event.user */
SENTRY_API void sentry_set_user(sentry_value_t user);
/* sentry_set_user on a scope. */
SENTRY_API void sentry_scope_set_user(sentry_scope_t *scope, sentry_value_t user);
/* Removes the user. */
SENTRY_API void sentry_remove_user(void);
/* Sets the level of events that have none. Shape: event.level */
SENTRY_API void sentry_set_level(sentry_level_t level);
/* sentry_set_level on a scope. */
SENTRY_API void sentry_scope_set_level(sentry_scope_t *scope, sentry_level_t level);
/* Sets how events are grouped: strings, ended by NULL; "{{ default }}" stands for the server's own. Shape: event.fingerprint */
SENTRY_API void sentry_set_fingerprint(const char *fingerprint, ...);
/* sentry_set_fingerprint on a scope. */
SENTRY_API void sentry_scope_set_fingerprint(sentry_scope_t *scope, const char *fingerprint, ...);
/* sentry_set_fingerprint on a scope, from a list of strings; consumes it. */
SENTRY_API void sentry_scope_set_fingerprints(sentry_scope_t *scope, sentry_value_t fingerprints);
/* Removes the fingerprint. */
SENTRY_API void sentry_remove_fingerprint(void);
/* sentry_remove_fingerprint on a scope. */
SENTRY_API void sentry_scope_remove_fingerprint(sentry_scope_t *scope);
/* Names what the program is doing; NULL removes. Shape: event.transaction */
SENTRY_API void sentry_set_transaction(const char *transaction);
/* sentry_set_transaction on a scope. */
SENTRY_API void sentry_scope_set_transaction(sentry_scope_t *scope, const char *transaction);
/* Changes the release of events to come. Shape: event.release */
SENTRY_API void sentry_set_release(const char *release);
/* Changes the environment of events to come. Shape: event.environment */
SENTRY_API void sentry_set_environment(const char *environment);

/* Adds a processor to the process: it sees every event after its scope was merged in, and the scopes' own processors
 * ran. Up to SENTRY_MAX_PROCESSORS, gone with sentry_close. Errors: 1. */
SENTRY_API int sentry_add_event_processor(sentry_event_function_t func, void *user_data);
/* Adds a processor to a scope and to copies made of it from now on. Errors: 1. */
SENTRY_API int sentry_scope_add_event_processor(sentry_scope_t *scope, sentry_event_function_t func, void *user_data);

/* The hub this thread uses, lent: the one it bound, else the main one. NULL when the SDK is off. */
SENTRY_API sentry_hub_t *sentry_hub_current(void);
/* A hub of your own whose base scope is a copy of `hub`'s top scope (NULL: of the current one). A hub is not tied to
 * a thread: bind it wherever the job it belongs to runs. Owns: sentry_hub_free. Errors: NULL. */
SENTRY_API sentry_hub_t *sentry_hub_clone(const sentry_hub_t *hub);
/* Makes `hub` this thread's, and keeps it alive until another is bound or the thread ends; NULL goes back to the
 * main hub. Returns the hub bound before, lent, or NULL; pass it back to restore it. */
SENTRY_API sentry_hub_t *sentry_hub_bind(sentry_hub_t *hub);
/* Gives up a hub of sentry_hub_clone; threads that have it bound keep it until they let go. */
SENTRY_API void sentry_hub_free(sentry_hub_t *hub);

#ifndef SENTRY_NO_THREADS
#ifdef _WIN32
/* A thread of sentry_thread_create. */
typedef struct {
    void *handle; /* a HANDLE, for functions that wait; sentry_thread_join closes it */
    void *_start; /* private */
} sentry_thread_t;
#else
/* A thread of sentry_thread_create. */
typedef pthread_t sentry_thread_t;
#endif
/* pthread_create with a hub: with options.propagate_hub the thread runs with a clone of this thread's hub, without it
 * with the main one. `attr` is a pthread_attr_t* or NULL (on Windows NULL). Works, as plain pthread_create, when the
 * SDK is off. Errors: as pthread_create. */
SENTRY_API int sentry_thread_create(sentry_thread_t *thread, const void *attr, void *(*start)(void *), void *arg);
/* pthread_join. `result` may be NULL. */
SENTRY_API int sentry_thread_join(sentry_thread_t thread, void **result);
#endif

/* Private, for the macros below. */
typedef struct {
    sentry_hub_t *previous;
    int entered, inside;
} sentry__bound_t;
SENTRY_API void sentry__leave_scope(sentry_scope_t **scope);
SENTRY_API sentry__bound_t sentry__enter_hub(sentry_hub_t *hub);
SENTRY_API void sentry__leave_hub(sentry__bound_t *bound);

/* SENTRY_WITH_SCOPE(scope) { ... }: the block runs once with a pushed scope, named by you, that is popped after it.
 * In C++, and in C with gcc and clang, every way out pops: falling off the end, continue, break, return, goto, an
 * exception (not longjmp). Other C compilers pop at the end and on continue; after break, return or goto the scope stays
 * until the block around, a pop below it, or the thread ends: nothing is corrupted. When the SDK is off the block runs
 * with a NULL scope, which every function takes. */
/* SENTRY_WITH_HUB(hub) { ... }: the block runs once with this hub bound; the one before comes back by the same rules,
 * and after a break, return or goto in other C compilers with the next sentry_hub_bind. */
#define SENTRY__PASTE2(a, b) a##b
#define SENTRY__PASTE(a, b) SENTRY__PASTE2(a, b)
#define SENTRY__ONCE(scope) SENTRY__PASTE(sentry__once_, scope)
#ifdef __COUNTER__ /* several blocks may stand in a line; and with Visual Studio's /ZI __LINE__ cannot be part of a name */
#define SENTRY__UNIQUE(name) SENTRY__PASTE(name, __COUNTER__)
#else
#define SENTRY__UNIQUE(name) SENTRY__PASTE(name, __LINE__)
#endif
#define SENTRY_WITH_HUB(hub) SENTRY__WITH_HUB(hub, SENTRY__UNIQUE(sentry__bound_))
#if defined(__cplusplus)
extern "C++" {
struct sentry__scoped_t {
    sentry_scope_t *scope;
    int inside;
    sentry__scoped_t() : scope(sentry_push_scope()), inside(1) {}
    ~sentry__scoped_t() { sentry__leave_scope(&scope); }
    operator sentry_scope_t *() const { return scope; }
private:
    sentry__scoped_t(const sentry__scoped_t &);
    sentry__scoped_t &operator=(const sentry__scoped_t &);
};
struct sentry__hubbed_t : sentry__bound_t {
    explicit sentry__hubbed_t(sentry_hub_t *hub) : sentry__bound_t(sentry__enter_hub(hub)) {}
    ~sentry__hubbed_t() { sentry__leave_hub(this); }
private:
    sentry__hubbed_t(const sentry__hubbed_t &);
    sentry__hubbed_t &operator=(const sentry__hubbed_t &);
};
}
#define SENTRY_WITH_SCOPE(scope) for (sentry__scoped_t scope; scope.inside; scope.inside = 0)
#define SENTRY__WITH_HUB(hub, bound) for (sentry__hubbed_t bound(hub); bound.inside; bound.inside = 0)
#elif (defined(__GNUC__) || defined(__clang__)) && !defined(__TINYC__)
#define SENTRY_WITH_SCOPE(scope) \
    for (sentry_scope_t *scope __attribute__((cleanup(sentry__leave_scope))) = sentry_push_scope(), *SENTRY__ONCE(scope) = (sentry_scope_t *)(size_t)1; \
         SENTRY__ONCE(scope); (void)scope, SENTRY__ONCE(scope) = NULL)
#define SENTRY__WITH_HUB(hub, bound) \
    for (sentry__bound_t bound __attribute__((cleanup(sentry__leave_hub))) = sentry__enter_hub(hub); bound.inside; bound.inside = 0)
#else
#define SENTRY__NO_CLEANUP
#define SENTRY_WITH_SCOPE(scope) \
    for (sentry_scope_t *scope = sentry_push_scope(), *SENTRY__ONCE(scope) = (sentry_scope_t *)(size_t)1; \
         SENTRY__ONCE(scope); sentry__leave_scope(&scope), SENTRY__ONCE(scope) = NULL)
#define SENTRY__WITH_HUB(hub, bound) \
    for (sentry__bound_t bound = sentry__enter_hub(hub); bound.inside; sentry__leave_hub(&bound))
#endif

/* ==[P7]== BREADCRUMBS =============================================================== */

/* Adds a breadcrumb to the current scope, pushing out the oldest when options.max_breadcrumbs are kept; consumes it.
 * A missing timestamp is filled in. Shape: event.breadcrumbs.values[] */
SENTRY_API void sentry_add_breadcrumb(sentry_value_t breadcrumb);
/* As sentry_add_breadcrumb, with a hint that before_breadcrumb gets; consumes both. `hint` may be NULL. */
SENTRY_API void sentry_add_breadcrumb_with_hint(sentry_value_t breadcrumb, sentry_hint_t *hint);
/* sentry_add_breadcrumb on a scope; before_breadcrumb is not asked, as in sentry-native. */
SENTRY_API void sentry_scope_add_breadcrumb(sentry_scope_t *scope, sentry_value_t breadcrumb);
/* The quick form: no values, no heap but the breadcrumb itself. `category` may be NULL. The text is cut at
 * SENTRY_MAX_FORMATTED bytes. Shape: {"timestamp":..,"category":..,"level":..,"message":..} */
SENTRY_API void sentry_breadcrumb(const char *category, sentry_level_t level, const char *fmt, ...) SENTRY_PRINTF(3, 4);

/* ==[P8]== TRACING ===================================================================
 * A transaction is a piece of work, its spans are the steps; a trace links those of several threads, processes and
 * machines. On with options.traces_sample_rate or traces_sampler. sentry_start_transaction and sentry_start_span nest by
 * themselves: each becomes the current span of its hub, or on the main hub of its thread, until it is finished.
 * Shape: an event of type "transaction" with contexts.trace and spans[].
 *
 * Handles are numbers, not memory: they are checked on every use, so that a span that was finished already, or whose
 * transaction is gone, is safely ignored, and so is NULL. SENTRY_MAX_OPEN_TRANSACTIONS may be open at once; when they all
 * are, the oldest is taken for lost and discarded. What is still open when its transaction finishes ends with it, as
 * deadline_exceeded. Thread: any, also another than the one that started it. Spec: protocol of transactions, baggage. */

/* Bytes of a baggage header, in and out (W3C Baggage). */
#define SENTRY_MAX_BAGGAGE 8192
/* Its members. */
#define SENTRY_MAX_BAGGAGE_MEMBERS 64
/* Enough for what sentry_get_traceparent writes. */
#define SENTRY_TRACEPARENT_SIZE 52

/* Sets the trace that the current scope's events and the transactions to come belong to: 32 hex digits, and the 16 of
 * the span that caused them (NULL: none). For traces of a kind of your own; for Sentry's headers see
 * sentry_continue_trace. Malformed ids are ignored. */
SENTRY_API void sentry_set_trace(const char *trace_id, const char *parent_span_id);
/* Begins a new trace for the current scope: events and transactions to come belong to it. */
SENTRY_API void sentry_regenerate_trace(void);
/* Continues the trace that came with a request or a message, on the current scope: bind a hub first where requests run
 * beside each other. `sentry_trace` is the header of that name, or W3C's traceparent, `baggage` the other; both may be
 * NULL. Without a valid trace a new one begins. Returns 1 when the trace goes on, 0 when a new one began.
 *     sentry_continue_trace(header(r, "sentry-trace"), header(r, "baggage"));
 *     SENTRY_TRANSACTION("GET /users", SENTRY_OP_HTTP_SERVER) { ... } */
SENTRY_API int sentry_continue_trace(const char *sentry_trace, const char *baggage);

/* The header sentry-trace for a request that the current span (or scope) sends: "<trace id>-<span id>[-<0 or 1>]".
 * As snprintf: cut and zero-ended in `size` bytes, returns the length it has. "" and 0 when the SDK is off. */
SENTRY_API size_t sentry_get_traceparent(char *buf, size_t size);
/* The header baggage, likewise; "" when there is nothing to say. */
SENTRY_API size_t sentry_get_baggage(char *buf, size_t size);
/* The header baggage for a request that has one already: other vendors' members, then Sentry's. `existing` may be NULL. */
SENTRY_API size_t sentry_merge_baggage(const char *existing, char *buf, size_t size);
/* Takes a header's name and value. */
typedef void (*sentry_iter_headers_function_t)(const char *key, const char *value, void *userdata);
/* Calls back with each header that a request should carry: sentry-trace, baggage, with options.propagate_traceparent also
 * traceparent. It does not ask sentry_is_trace_target. */
SENTRY_API void sentry_trace_iter_headers(sentry_iter_headers_function_t callback, void *userdata);
/* Whether a request to `url` should carry them: options.propagate_traces, trace_propagation_targets; never to the DSN's host. */
SENTRY_API int sentry_is_trace_target(const char *url);

/* The operations and data keys that Sentry knows what to do with. Spec: span data conventions (OpenTelemetry's names). */
#define SENTRY_OP_HTTP_SERVER "http.server"
#define SENTRY_OP_HTTP_CLIENT "http.client"
#define SENTRY_OP_DB "db"
#define SENTRY_OP_DB_QUERY "db.query"
#define SENTRY_OP_CACHE_GET "cache.get"
#define SENTRY_OP_CACHE_PUT "cache.put"
#define SENTRY_OP_QUEUE_PUBLISH "queue.publish"
#define SENTRY_OP_QUEUE_PROCESS "queue.process"
#define SENTRY_OP_AI_COMPLETION "ai.completion"
#define SENTRY_OP_FUNCTION "function"
#define SENTRY_OP_TASK "task"
#define SENTRY_OP_SUBPROCESS "subprocess"
#define SENTRY_OP_FILE_READ "file.read"
#define SENTRY_OP_FILE_WRITE "file.write"
#define SENTRY_OP_RPC "rpc"
#define SENTRY_OP_UI_LOAD "ui.load"
#define SENTRY_DATA_HTTP_REQUEST_METHOD "http.request.method"
#define SENTRY_DATA_HTTP_RESPONSE_STATUS_CODE "http.response.status_code"
#define SENTRY_DATA_HTTP_RESPONSE_CONTENT_LENGTH "http.response_content_length"
#define SENTRY_DATA_HTTP_QUERY "http.query"
#define SENTRY_DATA_HTTP_FRAGMENT "http.fragment"
#define SENTRY_DATA_URL "url"
#define SENTRY_DATA_SERVER_ADDRESS "server.address"
#define SENTRY_DATA_SERVER_PORT "server.port"
#define SENTRY_DATA_DB_SYSTEM "db.system"
#define SENTRY_DATA_DB_NAME "db.name"
#define SENTRY_DATA_DB_OPERATION "db.operation"
#define SENTRY_DATA_CACHE_KEY "cache.key" /* a list */
#define SENTRY_DATA_CACHE_HIT "cache.hit"
#define SENTRY_DATA_CACHE_ITEM_SIZE "cache.item_size"
#define SENTRY_DATA_MESSAGING_DESTINATION_NAME "messaging.destination.name"
#define SENTRY_DATA_MESSAGING_MESSAGE_ID "messaging.message.id"
#define SENTRY_DATA_MESSAGING_MESSAGE_BODY_SIZE "messaging.message.body.size"
#define SENTRY_DATA_MESSAGING_MESSAGE_RECEIVE_LATENCY "messaging.message.receive.latency" /* ms */
#define SENTRY_DATA_CODE_FUNCTION "code.function"
#define SENTRY_DATA_CODE_FILEPATH "code.filepath"
#define SENTRY_DATA_CODE_LINENO "code.lineno"
#define SENTRY_DATA_THREAD_ID "thread.id" /* a string; every span has it */
#define SENTRY_DATA_THREAD_NAME "thread.name"

#ifndef SENTRY_NO_TRACING
/* A transaction. */
typedef struct sentry_transaction_s sentry_transaction_t;
/* A span. */
typedef struct sentry_span_s sentry_span_t;
/* How it went. Shape: "ok", "cancelled", "unknown_error", ... */
typedef enum {
    SENTRY_SPAN_STATUS_OK,                  /* it went well */
    SENTRY_SPAN_STATUS_CANCELLED,           /* who asked took it back */
    SENTRY_SPAN_STATUS_UNKNOWN,             /* "unknown_error" */
    SENTRY_SPAN_STATUS_INVALID_ARGUMENT,    /* the request is wrong */
    SENTRY_SPAN_STATUS_DEADLINE_EXCEEDED,   /* it took too long */
    SENTRY_SPAN_STATUS_NOT_FOUND,           /* what it was about is not there */
    SENTRY_SPAN_STATUS_ALREADY_EXISTS,      /* what was to be made is there */
    SENTRY_SPAN_STATUS_PERMISSION_DENIED,   /* who asked may not */
    SENTRY_SPAN_STATUS_RESOURCE_EXHAUSTED,  /* too much was asked, or too often */
    SENTRY_SPAN_STATUS_FAILED_PRECONDITION, /* not in this state */
    SENTRY_SPAN_STATUS_ABORTED,             /* somebody else was faster */
    SENTRY_SPAN_STATUS_OUT_OF_RANGE,        /* beyond the end */
    SENTRY_SPAN_STATUS_UNIMPLEMENTED,       /* nobody can do that */
    SENTRY_SPAN_STATUS_INTERNAL_ERROR,      /* something broke */
    SENTRY_SPAN_STATUS_UNAVAILABLE,         /* not now; try again */
    SENTRY_SPAN_STATUS_DATA_LOSS,           /* data are lost for good */
    SENTRY_SPAN_STATUS_UNAUTHENTICATED      /* who asked is not known */
} sentry_span_status_t;

/* Starts a transaction and makes it current. Inside a span it belongs to that span's trace, else to the one that the
 * scope continues, else it begins its own. `name` should not contain ids or other things that vary.
 * Returns NULL when the SDK is off. */
SENTRY_API sentry_transaction_t *sentry_start_transaction(const char *name, const char *op);
/* Starts a child of the current span and makes it current. NULL when there is none, or with options.max_spans reached. */
SENTRY_API sentry_span_t *sentry_start_span(const char *op, const char *description);
/* The current span, which may be the transaction itself; NULL when there is none. */
SENTRY_API sentry_span_t *sentry_get_current_span(void);
/* The transaction as a span: the functions for spans take it, and finishing it finishes the transaction. */
SENTRY_API sentry_span_t *sentry_transaction_as_span(sentry_transaction_t *transaction);

/* What a transaction will be, for those who have more to say than name and operation. Owns: the caller, until
 * sentry_transaction_start. Errors: NULL when there is no memory. */
SENTRY_API sentry_transaction_context_t *sentry_transaction_context_new(const char *name, const char *operation);
/* Changes the name. */
SENTRY_API void sentry_transaction_context_set_name(sentry_transaction_context_t *tx_ctx, const char *name);
/* The name, lent; a traces_sampler may ask. */
SENTRY_API const char *sentry_transaction_context_get_name(const sentry_transaction_context_t *tx_ctx);
/* Changes the operation. */
SENTRY_API void sentry_transaction_context_set_operation(sentry_transaction_context_t *tx_ctx, const char *operation);
/* The operation, lent. */
SENTRY_API const char *sentry_transaction_context_get_operation(const sentry_transaction_context_t *tx_ctx);
/* Decides: 1 to send it, 0 not to. Nothing else is asked then. */
SENTRY_API void sentry_transaction_context_set_sampled(sentry_transaction_context_t *tx_ctx, int sampled);
/* Takes the decision back. */
SENTRY_API void sentry_transaction_context_remove_sampled(sentry_transaction_context_t *tx_ctx);
/* Takes one header of a request that the transaction answers: sentry-trace, traceparent or baggage, in any case and
 * order; others are ignored. */
SENTRY_API void sentry_transaction_context_update_from_header(sentry_transaction_context_t *tx_ctx, const char *key, const char *value);
/* Starts a transaction that does not become current by itself: see sentry_set_transaction_object. Consumes both; the
 * second is what traces_sampler gets, or null. */
SENTRY_API sentry_transaction_t *sentry_transaction_start(sentry_transaction_context_t *tx_ctx, sentry_value_t custom_sampling_ctx);
/* The same, begun at a time. Units: microseconds since 1970, UTC. */
SENTRY_API sentry_transaction_t *sentry_transaction_start_ts(sentry_transaction_context_t *tx_ctx, sentry_value_t custom_sampling_ctx, uint64_t timestamp);
/* Ends it and sends it. Returns the event's id; nil when nothing was sent. */
SENTRY_API sentry_uuid_t sentry_transaction_finish(sentry_transaction_t *tx);
/* The same, ended at a time. */
SENTRY_API sentry_uuid_t sentry_transaction_finish_ts(sentry_transaction_t *tx, uint64_t timestamp);
/* Ends it unsent and uncounted. */
SENTRY_API void sentry_transaction_discard(sentry_transaction_t *tx);
/* Makes it the current scope's: on the main hub for all threads that have started none of their own. */
SENTRY_API void sentry_set_transaction_object(sentry_transaction_t *tx);
/* The same on a scope, for what is captured with it. */
SENTRY_API void sentry_scope_set_transaction_object(sentry_scope_t *scope, sentry_transaction_t *tx);
/* Makes a span the current scope's, likewise; NULL for none. */
SENTRY_API void sentry_set_span(sentry_span_t *span);
/* The same on a scope. */
SENTRY_API void sentry_scope_set_span(sentry_scope_t *scope, sentry_span_t *span);

/* Starts a child that does not become current. Either text may be NULL. NULL with options.max_spans reached. */
SENTRY_API sentry_span_t *sentry_transaction_start_child(sentry_transaction_t *parent, const char *operation, const char *description);
/* The same, begun at a time. */
SENTRY_API sentry_span_t *sentry_transaction_start_child_ts(sentry_transaction_t *parent, const char *operation, const char *description, uint64_t timestamp);
/* The same for a child of a span. */
SENTRY_API sentry_span_t *sentry_span_start_child(sentry_span_t *parent, const char *operation, const char *description);
/* The same, begun at a time. */
SENTRY_API sentry_span_t *sentry_span_start_child_ts(sentry_span_t *parent, const char *operation, const char *description, uint64_t timestamp);
/* Ends a span; what was current before it is current again. */
SENTRY_API void sentry_span_finish(sentry_span_t *span);
/* The same, ended at a time; one before its start counts as its start. */
SENTRY_API void sentry_span_finish_ts(sentry_span_t *span, uint64_t timestamp);
/* Leaves a span out; its children hang on its parent. */
SENTRY_API void sentry_span_discard(sentry_span_t *span);

/* Sets a searchable pair; the value is cut at 200 bytes. Shape: event.tags.<tag> */
SENTRY_API void sentry_transaction_set_tag(sentry_transaction_t *transaction, const char *tag, const char *value);
/* Removes a tag. */
SENTRY_API void sentry_transaction_remove_tag(sentry_transaction_t *transaction, const char *tag);
/* Sets any value; consumes it. Shape: event.contexts.trace.data.<key> */
SENTRY_API void sentry_transaction_set_data(sentry_transaction_t *transaction, const char *key, sentry_value_t value);
/* Removes it. */
SENTRY_API void sentry_transaction_remove_data(sentry_transaction_t *transaction, const char *key);
/* sentry_transaction_set_tag for a span. Shape: spans[].tags.<tag> */
SENTRY_API void sentry_span_set_tag(sentry_span_t *span, const char *tag, const char *value);
/* Removes a tag. */
SENTRY_API void sentry_span_remove_tag(sentry_span_t *span, const char *tag);
/* Sets any value; consumes it. Shape: spans[].data.<key> */
SENTRY_API void sentry_span_set_data(sentry_span_t *span, const char *key, sentry_value_t value);
/* Removes it. */
SENTRY_API void sentry_span_remove_data(sentry_span_t *span, const char *key);
/* Changes what a span is said to do; cut at 16 kB. Shape: spans[].description */
SENTRY_API void sentry_span_set_description(sentry_span_t *span, const char *description);
/* Says who made a span: "auto.<category>.<integration>" for instrumentation of yours, else it is "manual". Shape: spans[].origin */
SENTRY_API void sentry_span_set_origin(sentry_span_t *span, const char *origin);
/* Renames a transaction. Shape: event.transaction */
SENTRY_API void sentry_transaction_set_name(sentry_transaction_t *transaction, const char *name);
/* Says what kind of name it is: custom, url, route, view, component or task. Shape: event.transaction_info.source */
SENTRY_API void sentry_transaction_set_source(sentry_transaction_t *transaction, const char *source);
/* Sets a figure of the transaction; `unit` like "byte", "millisecond", "percent", NULL for none.
 * Infinities and NaN are ignored. Shape: event.measurements.<name>{value, unit} */
SENTRY_API void sentry_transaction_set_measurement(sentry_transaction_t *transaction, const char *name, double value, const char *unit);
/* Says how it went. */
SENTRY_API void sentry_span_set_status(sentry_span_t *span, sentry_span_status_t status);
/* The same for a transaction, which else went "ok". */
SENTRY_API void sentry_transaction_set_status(sentry_transaction_t *tx, sentry_span_status_t status);
/* Says how it went by an HTTP status. Shape: status, data["http.response.status_code"], tags["http.status_code"] */
SENTRY_API void sentry_span_set_http_status(sentry_span_t *span, int status_code);
/* The same for a transaction. */
SENTRY_API void sentry_transaction_set_http_status(sentry_transaction_t *tx, int status_code);
/* sentry_trace_iter_headers for a span that need not be current. */
SENTRY_API void sentry_span_iter_headers(sentry_span_t *span, sentry_iter_headers_function_t callback, void *userdata);
/* The same for a transaction. */
SENTRY_API void sentry_transaction_iter_headers(sentry_transaction_t *tx, sentry_iter_headers_function_t callback, void *userdata);

/* Private, for the macros below. */
typedef struct {
    sentry_span_t *span;
    int inside;
} sentry__traced_t;
SENTRY_API sentry__traced_t sentry__enter_transaction(const char *name, const char *op);
SENTRY_API sentry__traced_t sentry__enter_span(const char *op, const char *description);
SENTRY_API void sentry__leave_span(sentry__traced_t *traced);
#endif

/* SENTRY_TRANSACTION(name, op) { ... } and SENTRY_SPAN(op, description) { ... }: the block runs once, as a transaction or
 * as a child of the current span; inside sentry_get_current_span() is it. It ends as SENTRY_WITH_SCOPE's block does, on
 * every way out in C++, and in C with gcc and clang; with other C compilers at the end of the block and on continue, and
 * after break, return or goto with the transaction.
 * SENTRY_TRACE_FUNCTION(); as a statement makes the rest of the function a span of its name; C compilers other than gcc
 * and clang ignore it: use SENTRY_SPAN there. */
#ifdef SENTRY_NO_TRACING
#define SENTRY__TRACED(enter, traced) for (int traced = 1; traced; traced = 0)
#define SENTRY_TRACE_FUNCTION() ((void)0)
#elif defined(__cplusplus)
extern "C++" {
struct sentry__traced_block_t : sentry__traced_t {
    explicit sentry__traced_block_t(sentry__traced_t entered) : sentry__traced_t(entered) {}
    ~sentry__traced_block_t() { sentry__leave_span(this); }
private:
    sentry__traced_block_t(const sentry__traced_block_t &);
    sentry__traced_block_t &operator=(const sentry__traced_block_t &);
};
}
#define SENTRY__TRACED(enter, traced) for (sentry__traced_block_t traced(enter); traced.inside; traced.inside = 0)
#define SENTRY__TRACE_FUNCTION(traced) sentry__traced_block_t traced(sentry__enter_span(SENTRY_OP_FUNCTION, __func__))
#elif !defined(SENTRY__NO_CLEANUP)
#define SENTRY__TRACED(enter, traced) for (sentry__traced_t traced __attribute__((cleanup(sentry__leave_span))) = enter; traced.inside; traced.inside = 0)
#define SENTRY__TRACE_FUNCTION(traced) sentry__traced_t traced __attribute__((cleanup(sentry__leave_span), unused)) = sentry__enter_span(SENTRY_OP_FUNCTION, __func__)
#else
#define SENTRY__TRACED(enter, traced) for (sentry__traced_t traced = enter; traced.inside; sentry__leave_span(&traced))
#define SENTRY_TRACE_FUNCTION() ((void)0)
#endif
#define SENTRY_TRANSACTION(name, op) SENTRY__TRACED(sentry__enter_transaction(name, op), SENTRY__UNIQUE(sentry__traced_))
#define SENTRY_SPAN(op, description) SENTRY__TRACED(sentry__enter_span(op, description), SENTRY__UNIQUE(sentry__traced_))
#ifndef SENTRY_TRACE_FUNCTION
#define SENTRY_TRACE_FUNCTION() SENTRY__TRACE_FUNCTION(SENTRY__UNIQUE(sentry__traced_))
#endif

/* ==[P9]== PROFILING =================================================================
 * No functions yet; the options are in [P3]. */

/* ==[P10]== LOGS, METRICS, CHECK-INS, FEEDBACK =======================================
 * No functions yet. */

/* ==[P11]== SESSIONS, CONSENT ========================================================
 * With options.require_user_consent nothing leaves the process before the user has consented: what is captured is kept on
 * disk as if there were no network (dropped and counted with http_retry off and no cache_keep). What the user said is
 * remembered in the database folder. No sessions yet. */

/* What the user said. */
typedef enum { SENTRY_USER_CONSENT_UNKNOWN = -1, SENTRY_USER_CONSENT_REVOKED = 0, SENTRY_USER_CONSENT_GIVEN = 1 } sentry_user_consent_t;
/* The user agrees: what waits on disk leaves, and what comes. */
SENTRY_API void sentry_user_consent_give(void);
/* The user does not agree. */
SENTRY_API void sentry_user_consent_revoke(void);
/* Forgets what the user said. */
SENTRY_API void sentry_user_consent_reset(void);
/* What the user said; UNKNOWN when the SDK is off. */
SENTRY_API sentry_user_consent_t sentry_user_consent_get(void);
/* Whether options.require_user_consent is in force. */
SENTRY_API int sentry_user_consent_is_required(void);

/* ==[P12]== ATTACHMENTS, ENVELOPES, TRANSPORTS =======================================
 * Everything that is sent is an envelope: a header, then items, each with a header and a payload. An envelope is
 * used by one thread at a time. Spec: Sentry's envelope format. */

/* Frees an envelope; NULL is fine. */
SENTRY_API void sentry_envelope_free(sentry_envelope_t *envelope);
/* Lends a header, as "event_id"; null when there is none. */
SENTRY_API sentry_value_t sentry_envelope_get_header(const sentry_envelope_t *envelope, const char *key);
/* Lends the event in the envelope; null when it has none. */
SENTRY_API sentry_value_t sentry_envelope_get_event(const sentry_envelope_t *envelope);
/* Lends the transaction in the envelope; null when it has none. */
SENTRY_API sentry_value_t sentry_envelope_get_transaction(const sentry_envelope_t *envelope);
/* The number of items. */
SENTRY_API size_t sentry_envelope_get_item_count(const sentry_envelope_t *envelope);
/* Lends an item's header object, with "type"; null past the end. */
SENTRY_API sentry_value_t sentry_envelope_get_item_header(const sentry_envelope_t *envelope, size_t index);
/* Lends an item's payload, `*size_out` bytes, not zero-terminated; NULL past the end. */
SENTRY_API const char *sentry_envelope_get_item_payload(const sentry_envelope_t *envelope, size_t index, size_t *size_out);
/* The envelope in wire format, zero-terminated beyond its `*size_out` bytes. Owns: the caller, sentry_free. Errors: NULL. */
SENTRY_API char *sentry_envelope_serialize(const sentry_envelope_t *envelope, size_t *size_out);
/* Reads the wire format. Errors: NULL for anything that the format forbids: a header that is not JSON or has a
 * carriage return, an item without a type, a wrong length, an item_count that does not count, blank lines at the end. */
SENTRY_API sentry_envelope_t *sentry_envelope_deserialize(const char *buf, size_t buf_len);
#ifndef SENTRY_NO_FILES
/* Writes the envelope to a file that only its owner may read, replacing it in one step. Paths are UTF-8, on Windows too.
 * Errors: 1. */
SENTRY_API int sentry_envelope_write_to_file(const sentry_envelope_t *envelope, const char *path);
/* Reads a file in wire format. Errors: NULL. */
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_file(const char *path);
#endif
/* Sends an envelope as it is; consumes it. Nothing happens to it but rate limits. Thread: any. */
SENTRY_API void sentry_capture_envelope(sentry_envelope_t *envelope);

/* An attachment: it belongs to what it was attached to, a scope or a hint, and
 * goes when that goes, is cleared, or sentry_close is called. It is sent with every event captured from there. */
typedef struct sentry_attachment_s sentry_attachment_t;
#define SENTRY_ATTACHMENT_TYPE_GENERIC "event.attachment"
#define SENTRY_ATTACHMENT_TYPE_MINIDUMP "event.minidump"
#define SENTRY_ATTACHMENT_TYPE_VIEW_HIERARCHY "event.view_hierarchy"
#ifndef SENTRY_NO_FILES
/* Attaches a file to the current scope; one that it has already is not attached twice. The file is read when an event goes out,
 * on the capturing thread; one that cannot be read then, or is too big, is left out, and counted.
 * Shape: an item {"type":"attachment","filename":..,"attachment_type":..,"content_type":..} beside the event's. Errors: NULL. */
SENTRY_API sentry_attachment_t *sentry_attach_file(const char *path);
/* sentry_attach_file on a scope. */
SENTRY_API sentry_attachment_t *sentry_scope_attach_file(sentry_scope_t *scope, const char *path);
/* Attaches a file to the one event that the hint goes with; also in before_send and processors. Errors: NULL. */
SENTRY_API sentry_attachment_t *sentry_hint_attach_file(sentry_hint_t *hint, const char *path);
#endif
/* Attaches bytes, copied, to the current scope. Errors: NULL, also for more than SENTRY_MAX_ATTACHMENT. */
SENTRY_API sentry_attachment_t *sentry_attach_bytes(const char *buf, size_t buf_len, const char *filename);
/* sentry_attach_bytes on a scope. */
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytes(sentry_scope_t *scope, const char *buf, size_t buf_len, const char *filename);
/* Attaches bytes to the one event that the hint goes with. Errors: NULL. */
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytes(sentry_hint_t *hint, const char *buf, size_t buf_len, const char *filename);
/* Takes an attachment off the current scope, which ends it; others do not have it. */
SENTRY_API void sentry_remove_attachment(sentry_attachment_t *attachment);
/* Takes all attachments off the current scope. */
SENTRY_API void sentry_clear_attachments(void);
/* Sets its kind; NULL or "" clears it. Of those above the second and third bring a content type, unless one is set. Thread: any. */
SENTRY_API void sentry_attachment_set_type(sentry_attachment_t *attachment, const char *type);
/* Sets the MIME type; NULL or "" clears it. */
SENTRY_API void sentry_attachment_set_content_type(sentry_attachment_t *attachment, const char *content_type);
/* Sets the name that the server shows; only what follows the last slash counts. Default: the file's. */
SENTRY_API void sentry_attachment_set_filename(sentry_attachment_t *attachment, const char *filename);

/* A transport of your own. `send_func` is called on the capturing thread, owns the envelope and keeps the order.
 * Errors: NULL without send_func or memory. */
SENTRY_API sentry_transport_t *sentry_transport_new(void (*send_func)(sentry_envelope_t *envelope, void *state));
/* What the functions get as `state`. */
SENTRY_API void sentry_transport_set_state(sentry_transport_t *transport, void *state);
/* Frees the state, when the transport goes. */
SENTRY_API void sentry_transport_set_free_func(sentry_transport_t *transport, void (*free_func)(void *state));
/* Called by sentry_init with the options in force; anything but 0 makes sentry_init fail. */
SENTRY_API void sentry_transport_set_startup_func(sentry_transport_t *transport, int (*startup_func)(const sentry_options_t *options, void *state));
/* Called by sentry_flush: wait up to `timeout` ms; 0 when all is sent. */
SENTRY_API void sentry_transport_set_flush_func(sentry_transport_t *transport, int (*flush_func)(uint64_t timeout, void *state));
/* Called by sentry_close: send what is left within `timeout` ms and stop; 0 when all is sent. */
SENTRY_API void sentry_transport_set_shutdown_func(sentry_transport_t *transport, int (*shutdown_func)(uint64_t timeout, void *state));
#if !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_FILES)
/* A transport that writes each envelope to a descriptor, which stays the caller's: one behind the other, an item's header with
 * a "type" and its length, an envelope's without. It needs no DSN. A pipe that nobody reads holds up the worker's thread, not the
 * program. A child of fork writes to the same descriptor: close and start with another there. Errors: NULL. */
SENTRY_API sentry_transport_t *sentry_fd_transport_new(int fd);
/* A transport that writes each envelope to a file "<event id>.envelope" in a folder, made if need be; both are the owner's
 * alone. It needs no DSN. Errors: NULL. */
SENTRY_API sentry_transport_t *sentry_folder_transport_new(const char *path);
#endif
/* Tries now what waits on disk, whenever its time would come. HTTP transports only; others do nothing. */
SENTRY_API void sentry_transport_retry(sentry_transport_t *transport);
/* Frees a transport that no options took. NULL is fine. */
SENTRY_API void sentry_transport_free(sentry_transport_t *transport);

#ifndef SENTRY_NO_HTTP
/* An HTTP client of your own under the SDK's queue, worker, rate limits and client reports. Requests and responses are
 * lent for the time of the call that gets them. */
typedef struct sentry_http_request_s sentry_http_request_t;
/* What a client tells of the answer. */
typedef struct sentry_http_response_s sentry_http_response_t;
/* Whatever the factory makes. */
typedef void sentry_http_client_t;
/* Makes the client; called once, and once more in a child of fork that sends. NULL: there is none. */
typedef sentry_http_client_t *(*sentry_http_client_factory_func_t)(void *factory_data);
/* Executes one request: 1 when there was an answer (with its status set), 0 when there was none. Thread: the worker's. */
typedef int (*sentry_http_client_send_func_t)(sentry_http_client_t *client, sentry_http_request_t *req, sentry_http_response_t *resp);

/* "POST". */
SENTRY_API const char *sentry_http_request_get_method(const sentry_http_request_t *req);
/* The whole address, "http://host/api/1/envelope/". */
SENTRY_API const char *sentry_http_request_get_url(const sentry_http_request_t *req);
/* The number of headers. */
SENTRY_API size_t sentry_http_request_get_header_count(const sentry_http_request_t *req);
/* Lends a header. Returns 1, or 0 past the end. */
SENTRY_API int sentry_http_request_get_header(const sentry_http_request_t *req, size_t index, const char **key_out, const char **value_out);
/* Lends the body, `*len_out` bytes. */
SENTRY_API const char *sentry_http_request_get_body(const sentry_http_request_t *req, size_t *len_out);
/* The file that is the body; NULL, as bodies are in memory. */
SENTRY_API const char *sentry_http_request_get_body_file_path(const sentry_http_request_t *req, size_t *len_out);
/* The answer's status. */
SENTRY_API void sentry_http_response_set_status_code(sentry_http_response_t *resp, int status_code);
/* A header of the answer; those that the SDK has no use for are ignored. The strings are copied. */
SENTRY_API void sentry_http_response_set_header(sentry_http_response_t *resp, const char *key, const char *value);
/* A transport over such a client. `client_free_func` may be NULL. Errors: NULL without factory, send_func, client or memory. */
SENTRY_API sentry_transport_t *sentry_http_transport_new(sentry_http_client_factory_func_t factory, void *factory_data, sentry_http_client_send_func_t send_func, void (*client_free_func)(sentry_http_client_t *client));
/* Called by sentry_init with the options in force; anything but 0 makes it fail. */
SENTRY_API void sentry_http_transport_set_client_start_func(sentry_transport_t *transport, int (*start_func)(sentry_http_client_t *client, const sentry_options_t *options));
/* Called by sentry_close when time is up, on its thread, maybe while send_func runs: ends the request. */
SENTRY_API void sentry_http_transport_set_client_shutdown_func(sentry_transport_t *transport, void (*shutdown_func)(sentry_http_client_t *client));

/* The connection under a TLS session of yours. */
typedef struct sentry_tls_io_s sentry_tls_io_t;
/* TLS for the built-in client: four functions around any library. All run on the worker's thread. */
struct sentry_tls_s {
    /* Makes a session over `io`, shakes hands, and checks that the certificate is good and is for `host`: a name or an
     * address without brackets. Returns NULL when it is not, or for any other failure. */
    void *(*connect)(sentry_tls_io_t *io, const char *host, void *user_data);
    /* Reads at least one and at most `size` bytes. Returns how many, 0 at the end, less than 0 on error. */
    int (*read)(void *session, char *buf, size_t size);
    /* Writes at least one and at most `size` bytes. Returns how many, less than 0 on error. */
    int (*write)(void *session, const char *buf, size_t size);
    /* Ends the session and frees it. The connection is closed after it. */
    void (*close)(void *session);
    void *user_data; /* for `connect` */
};
/* What the library's own reading and writing is built on: some bytes of the connection, as soon as there are any, until
 * the request's time is up. Returns how many, 0 at the end, less than 0 on error or when time is up. */
SENTRY_API int sentry_tls_io_read(sentry_tls_io_t *io, char *buf, size_t size);
/* The same for writing. */
SENTRY_API int sentry_tls_io_write(sentry_tls_io_t *io, const char *buf, size_t size);
#endif

/* ==[P13]== INTEGRATIONS =============================================================
 * No functions yet; the options are in [P3]. */

/* ==[P14]== CRASH HANDLING ===========================================================
 * Crashes: signals. */
#if defined(SENTRY_PLATFORM_WINDOWS) && defined(_WINNT_)
/* What a signal handler, or a filter of exceptions, is told. */
struct sentry_ucontext_s {
    EXCEPTION_POINTERS exception_ptrs; /* without <windows.h> before this header: a struct of the same layout */
};
#elif defined(SENTRY_PLATFORM_WINDOWS)
/* EXCEPTION_POINTERS, where <windows.h> was not included before. */
struct sentry_exception_pointers_s {
    struct _EXCEPTION_RECORD *ExceptionRecord; /* as there */
    struct _CONTEXT *ContextRecord;            /* as there */
};
/* What a filter of exceptions is told. */
struct sentry_ucontext_s {
    struct sentry_exception_pointers_s exception_ptrs; /* what the filter got */
};
#elif defined(__USE_XOPEN_EXTENDED) || defined(__USE_XOPEN2K8) || (!defined(__GLIBC__) && !defined(SENTRY_PLATFORM_BARE) && defined(SI_USER))
/* What a signal handler is told. */
struct sentry_ucontext_s {
    int signum;               /* the signal's number */
    siginfo_t *siginfo;       /* may be NULL */
    ucontext_t *user_context; /* the handler's third argument */
};
#else
/* What a signal handler is told, where the C library keeps its types to itself: it does so in strict modes, without _POSIX_C_SOURCE. */
struct sentry_ucontext_s {
    int signum;         /* the signal's number */
    void *siginfo;      /* a siginfo_t, may be NULL */
    void *user_context; /* a ucontext_t, the handler's third argument */
};
#endif

/* This thread's stack: addresses to which its functions return, the caller's first. With `addr` only those from it on. Returns how
 * many there are, at most `max_len`; 0 where stacks cannot be walked. */
SENTRY_API size_t sentry_unwind_stack(void *addr, void **stacktrace_out, size_t max_len);
/* The stack of a signal's context; the first address is where it happened. Signal: safe, after sentry_init. */
SENTRY_API size_t sentry_unwind_stack_from_ucontext(const sentry_ucontext_t *uctx, void **stacktrace_out, size_t max_len);
/* What is loaded: a frozen list of objects as in debug_meta.images. Owns: the caller. */
SENTRY_API sentry_value_t sentry_get_modules_list(void);
/* Lets the next stack trace find out anew what is loaded. Where the system counts, as on Linux, that goes by itself. */
SENTRY_API void sentry_clear_modulecache(void);
/* Reports a crash that the program has caught itself. */
SENTRY_API void sentry_handle_exception(const sentry_ucontext_t *uctx);
/* Puts the handlers in place again, over those that came since. */
SENTRY_API int sentry_reinstall_backend(void);


/* ==[P15]== SENTRY-NATIVE'S OTHER SPELLINGS ==========================================
 * The functions above with explicit lengths: the string need not end in a zero byte, and ends at the first one. */

/* sentry_value_new_string, sentry_value_new_attribute, sentry_value_from_json. */
SENTRY_API sentry_value_t sentry_value_new_string_n(const char *value, size_t value_len);
SENTRY_API sentry_value_t sentry_value_new_attribute_n(sentry_value_t value, const char *unit, size_t unit_len);
SENTRY_API sentry_value_t sentry_value_from_json_n(const char *json, size_t json_len);
/* sentry_value_set_by_key, _remove_by_key, _get_by_key, _get_by_key_owned. */
SENTRY_API int sentry_value_set_by_key_n(sentry_value_t value, const char *k, size_t k_len, sentry_value_t v);
SENTRY_API int sentry_value_remove_by_key_n(sentry_value_t value, const char *k, size_t k_len);
SENTRY_API sentry_value_t sentry_value_get_by_key_n(sentry_value_t value, const char *k, size_t k_len);
SENTRY_API sentry_value_t sentry_value_get_by_key_owned_n(sentry_value_t value, const char *k, size_t k_len);
/* sentry_value_new_user, _message_event, _breadcrumb, _exception, _thread, sentry_uuid_from_string. */
SENTRY_API sentry_value_t sentry_value_new_user_n(const char *id, size_t id_len, const char *username, size_t username_len, const char *email, size_t email_len, const char *ip_address, size_t ip_address_len);
SENTRY_API sentry_value_t sentry_value_new_message_event_n(sentry_level_t level, const char *logger, size_t logger_len, const char *text, size_t text_len);
SENTRY_API sentry_value_t sentry_value_new_breadcrumb_n(const char *type, size_t type_len, const char *message, size_t message_len);
SENTRY_API sentry_value_t sentry_value_new_exception_n(const char *type, size_t type_len, const char *value, size_t value_len);
SENTRY_API sentry_value_t sentry_value_new_thread_n(uint64_t id, const char *name, size_t name_len);
SENTRY_API sentry_uuid_t sentry_uuid_from_string_n(const char *str, size_t str_len);
/* The options' setters. */
SENTRY_API void sentry_options_set_dsn_n(sentry_options_t *opts, const char *dsn, size_t dsn_len);
SENTRY_API void sentry_options_set_release_n(sentry_options_t *opts, const char *release, size_t release_len);
SENTRY_API void sentry_options_set_environment_n(sentry_options_t *opts, const char *environment, size_t environment_len);
SENTRY_API void sentry_options_set_dist_n(sentry_options_t *opts, const char *dist, size_t dist_len);
SENTRY_API int sentry_options_set_sdk_name_n(sentry_options_t *opts, const char *sdk_name, size_t sdk_name_len);
SENTRY_API void sentry_options_set_org_id_n(sentry_options_t *opts, const char *org_id, size_t org_id_len);
SENTRY_API void sentry_options_set_transport_thread_name_n(sentry_options_t *opts, const char *name, size_t name_len);
SENTRY_API void sentry_options_set_proxy_n(sentry_options_t *opts, const char *proxy, size_t proxy_len);
SENTRY_DEPRECATED("use sentry_options_set_proxy_n") SENTRY_API void sentry_options_set_http_proxy_n(sentry_options_t *opts, const char *proxy, size_t proxy_len);
SENTRY_API void sentry_options_set_unix_socket_n(sentry_options_t *opts, const char *path, size_t path_len);
SENTRY_API void sentry_options_set_ca_certs_n(sentry_options_t *opts, const char *path, size_t path_len);
SENTRY_API void sentry_options_set_spotlight_n(sentry_options_t *opts, const char *spotlight, size_t spotlight_len);
SENTRY_API void sentry_options_set_database_path_n(sentry_options_t *opts, const char *path, size_t path_len);
#if defined(_WIN32) && !defined(SENTRY_NO_FILES)
/* A path in UTF-16. */
SENTRY_API void sentry_options_set_database_pathw(sentry_options_t *opts, const wchar_t *path);
SENTRY_API void sentry_options_set_database_pathw_n(sentry_options_t *opts, const wchar_t *path, size_t path_len);
#endif
/* The scope's setters. */
SENTRY_API void sentry_set_tag_n(const char *key, size_t key_len, const char *value, size_t value_len);
SENTRY_API void sentry_scope_set_tag_n(sentry_scope_t *scope, const char *key, size_t key_len, const char *value, size_t value_len);
SENTRY_API void sentry_remove_tag_n(const char *key, size_t key_len);
SENTRY_API void sentry_set_extra_n(const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_scope_set_extra_n(sentry_scope_t *scope, const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_remove_extra_n(const char *key, size_t key_len);
SENTRY_API void sentry_set_context_n(const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_scope_set_context_n(sentry_scope_t *scope, const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_update_context_n(const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_scope_update_context_n(sentry_scope_t *scope, const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_remove_context_n(const char *key, size_t key_len);
/* Pairs of const char* and size_t, ended by a NULL pointer. */
SENTRY_API void sentry_set_fingerprint_n(const char *fingerprint, size_t fingerprint_len, ...);
SENTRY_API void sentry_scope_set_fingerprint_n(sentry_scope_t *scope, const char *fingerprint, size_t fingerprint_len, ...);
/* sentry_set_transaction, _release, _environment. */
SENTRY_API void sentry_set_transaction_n(const char *transaction, size_t transaction_len);
SENTRY_API void sentry_set_release_n(const char *release, size_t release_len);
SENTRY_API void sentry_set_environment_n(const char *environment, size_t environment_len);
/* Tracing. */
SENTRY_API void sentry_set_trace_n(const char *trace_id, size_t trace_id_len, const char *parent_span_id, size_t parent_span_id_len);
#ifndef SENTRY_NO_TRACING
SENTRY_API sentry_transaction_context_t *sentry_transaction_context_new_n(const char *name, size_t name_len, const char *operation, size_t operation_len);
SENTRY_API void sentry_transaction_context_set_name_n(sentry_transaction_context_t *tx_ctx, const char *name, size_t name_len);
SENTRY_API void sentry_transaction_context_set_operation_n(sentry_transaction_context_t *tx_ctx, const char *operation, size_t operation_len);
SENTRY_API void sentry_transaction_context_update_from_header_n(sentry_transaction_context_t *tx_ctx, const char *key, size_t key_len, const char *value, size_t value_len);
SENTRY_API sentry_span_t *sentry_transaction_start_child_n(sentry_transaction_t *parent, const char *operation, size_t operation_len, const char *description, size_t description_len);
SENTRY_API sentry_span_t *sentry_transaction_start_child_ts_n(sentry_transaction_t *parent, const char *operation, size_t operation_len, const char *description, size_t description_len, uint64_t timestamp);
SENTRY_API sentry_span_t *sentry_span_start_child_n(sentry_span_t *parent, const char *operation, size_t operation_len, const char *description, size_t description_len);
SENTRY_API sentry_span_t *sentry_span_start_child_ts_n(sentry_span_t *parent, const char *operation, size_t operation_len, const char *description, size_t description_len, uint64_t timestamp);
SENTRY_API void sentry_transaction_set_tag_n(sentry_transaction_t *transaction, const char *tag, size_t tag_len, const char *value, size_t value_len);
SENTRY_API void sentry_transaction_remove_tag_n(sentry_transaction_t *transaction, const char *tag, size_t tag_len);
SENTRY_API void sentry_transaction_set_data_n(sentry_transaction_t *transaction, const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_transaction_remove_data_n(sentry_transaction_t *transaction, const char *key, size_t key_len);
SENTRY_API void sentry_span_set_tag_n(sentry_span_t *span, const char *tag, size_t tag_len, const char *value, size_t value_len);
SENTRY_API void sentry_span_remove_tag_n(sentry_span_t *span, const char *tag, size_t tag_len);
SENTRY_API void sentry_span_set_data_n(sentry_span_t *span, const char *key, size_t key_len, sentry_value_t value);
SENTRY_API void sentry_span_remove_data_n(sentry_span_t *span, const char *key, size_t key_len);
SENTRY_API void sentry_transaction_set_name_n(sentry_transaction_t *transaction, const char *name, size_t name_len);
#endif
/* Attachments. */
SENTRY_API void sentry_attachment_set_type_n(sentry_attachment_t *attachment, const char *type, size_t type_len);
SENTRY_API void sentry_attachment_set_content_type_n(sentry_attachment_t *attachment, const char *content_type, size_t content_type_len);
SENTRY_API void sentry_attachment_set_filename_n(sentry_attachment_t *attachment, const char *filename, size_t filename_len);
SENTRY_API sentry_attachment_t *sentry_attach_bytes_n(const char *buf, size_t buf_len, const char *filename, size_t filename_len);
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytes_n(sentry_scope_t *scope, const char *buf, size_t buf_len, const char *filename, size_t filename_len);
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytes_n(sentry_hint_t *hint, const char *buf, size_t buf_len, const char *filename, size_t filename_len);
#ifndef SENTRY_NO_FILES
SENTRY_API sentry_attachment_t *sentry_attach_file_n(const char *path, size_t path_len);
SENTRY_API sentry_attachment_t *sentry_scope_attach_file_n(sentry_scope_t *scope, const char *path, size_t path_len);
SENTRY_API sentry_attachment_t *sentry_hint_attach_file_n(sentry_hint_t *hint, const char *path, size_t path_len);
SENTRY_API void sentry_options_add_attachment_n(sentry_options_t *opts, const char *path, size_t path_len);
#ifdef _WIN32
/* The same with paths and names in UTF-16. */
SENTRY_API sentry_attachment_t *sentry_attach_filew(const wchar_t *path);
SENTRY_API sentry_attachment_t *sentry_attach_filew_n(const wchar_t *path, size_t path_len);
SENTRY_API sentry_attachment_t *sentry_scope_attach_filew(sentry_scope_t *scope, const wchar_t *path);
SENTRY_API sentry_attachment_t *sentry_scope_attach_filew_n(sentry_scope_t *scope, const wchar_t *path, size_t path_len);
SENTRY_API sentry_attachment_t *sentry_hint_attach_filew(sentry_hint_t *hint, const wchar_t *path);
SENTRY_API sentry_attachment_t *sentry_hint_attach_filew_n(sentry_hint_t *hint, const wchar_t *path, size_t path_len);
SENTRY_API sentry_attachment_t *sentry_attach_bytesw(const char *buf, size_t buf_len, const wchar_t *filename);
SENTRY_API sentry_attachment_t *sentry_attach_bytesw_n(const char *buf, size_t buf_len, const wchar_t *filename, size_t filename_len);
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytesw(sentry_scope_t *scope, const char *buf, size_t buf_len, const wchar_t *filename);
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytesw_n(sentry_scope_t *scope, const char *buf, size_t buf_len, const wchar_t *filename, size_t filename_len);
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytesw(sentry_hint_t *hint, const char *buf, size_t buf_len, const wchar_t *filename);
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytesw_n(sentry_hint_t *hint, const char *buf, size_t buf_len, const wchar_t *filename, size_t filename_len);
SENTRY_API void sentry_attachment_set_filenamew(sentry_attachment_t *attachment, const wchar_t *filename);
SENTRY_API void sentry_attachment_set_filenamew_n(sentry_attachment_t *attachment, const wchar_t *filename, size_t filename_len);
SENTRY_API void sentry_options_add_attachmentw(sentry_options_t *opts, const wchar_t *path);
SENTRY_API void sentry_options_add_attachmentw_n(sentry_options_t *opts, const wchar_t *path, size_t path_len);
#endif
#endif
/* Envelopes: header by key, files by path. */
SENTRY_API sentry_value_t sentry_envelope_get_header_n(const sentry_envelope_t *envelope, const char *key, size_t key_len);
#ifndef SENTRY_NO_FILES
SENTRY_API int sentry_envelope_write_to_file_n(const sentry_envelope_t *envelope, const char *path, size_t path_len);
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_file_n(const char *path, size_t path_len);
#ifdef _WIN32
/* The same with paths in UTF-16, without halves of surrogate pairs. */
SENTRY_API int sentry_envelope_write_to_filew(const sentry_envelope_t *envelope, const wchar_t *path);
SENTRY_API int sentry_envelope_write_to_filew_n(const sentry_envelope_t *envelope, const wchar_t *path, size_t path_len);
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_filew(const wchar_t *path);
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_filew_n(const wchar_t *path, size_t path_len);
#endif
#endif

/* sentry_close under its older name. */
SENTRY_DEPRECATED("use sentry_close") SENTRY_API int sentry_shutdown(void);
/* sentry_scope_capture_event with its arguments the other way round. */
SENTRY_DEPRECATED("use sentry_scope_capture_event") SENTRY_API sentry_uuid_t sentry_capture_event_with_scope(sentry_value_t event, sentry_scope_t *scope);
/* Adds a thread that has nothing but a stack trace: sentry_value_set_stacktrace says more of it. */
SENTRY_DEPRECATED("use sentry_value_set_stacktrace") SENTRY_API void sentry_event_value_add_stacktrace(sentry_value_t event, void **ips, size_t len);
/* A transport that only lends the envelope to `func`; `data` is borrowed. */
SENTRY_DEPRECATED("use sentry_transport_new") SENTRY_API sentry_transport_t *sentry_new_function_transport(void (*func)(const sentry_envelope_t *envelope, void *data), void *data);

#ifdef __cplusplus
}
#endif
#endif /* SENTRY_H_INCLUDED */

#ifdef SENTRY_IMPLEMENTATION
#ifndef SENTRY__IMPLEMENTED
#define SENTRY__IMPLEMENTED

/* MAP of the implementation. An event's way, caller's thread:
 *     sentry_capture_* [36] -> current scope [31] -> its state, a snapshot [30] -> event_write: one walk, with [8] and
 *     the runs of bytes of [28] -> processors, before_send, sampling [36] -> envelope [14] -> transport [24]
 * and the worker's thread:
 *     queue [26] -> rate limits, client report [20] -> gzip [22] -> HTTP [23] -> limits from the answer [20]; without an answer a file [21]
 * A section uses only what stands above it; nothing private is declared ahead. Below calls up by data: counters that
 * a later envelope carries away, function pointers set at init. */

/* ==[1]== COMPILER AND FEATURES =====================================================
 * What the compiler offers: threads' own variables, atomics, inlining. Nothing else in the file asks for the compiler.
 */

#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef SENTRY_PLATFORM_WINDOWS
#if defined(SOMAXCONN) && !defined(_WINSOCK2API_)
#error "sentry.h: <winsock.h> was there first: in the file that defines SENTRY_IMPLEMENTATION, include sentry.h before <windows.h>, or define WIN32_LEAN_AND_MEAN"
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#ifdef _MSC_VER
#pragma comment(lib, "advapi32")
#endif
#ifndef SENTRY_NO_HTTP
#include <winsock2.h>
#include <ws2tcpip.h>
#ifdef _MSC_VER
#pragma comment(lib, "ws2_32")
#endif
#endif
#include <windows.h>
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <psapi.h>
#endif
#ifdef SENTRY_PLATFORM_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifndef SENTRY_NO_FILES
#include <dirent.h>
#include <sys/file.h>
#endif
#include <signal.h>
#include <sys/time.h>
#ifndef SENTRY_NO_THREADS
#include <sched.h>
#endif
#ifndef SENTRY_NO_HTTP
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#endif
#if defined(__ELF__) && !defined(__TINYC__)
#include <link.h>
#endif
#ifndef SENTRY_NO_FILES
#include <sys/mman.h>
#include <sys/wait.h>
#endif
#ifdef __APPLE__
#include <mach-o/dyld.h>
#include <sys/sysctl.h>
#endif
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#ifndef __TINYC__ /* which cannot read it */
#include <regex.h>
#endif
#ifdef SENTRY_PLATFORM_LINUX
#include <sys/syscall.h>
#endif
#endif

#if defined(__SSE2__) || defined(_M_X64) || (defined(_M_IX86_FP) && _M_IX86_FP >= 2)
#define SENTRY__SSE2
#include <emmintrin.h>
#endif

/* A user who makes SENTRY_API `static` does not call every function of it, and without threads, HTTP or files some helpers
 * have nobody to help, or without tracing. */
#if defined(SENTRY__API_IS_USERS) || defined(SENTRY_NO_THREADS) || defined(SENTRY_NO_HTTP) || defined(SENTRY_NO_FILES) || defined(SENTRY_NO_TRACING)
#define SENTRY__UNUSED_IS_FINE
#endif
#if defined(SENTRY__UNUSED_IS_FINE) && (defined(__GNUC__) || defined(__clang__))
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#ifdef _MSC_VER
#pragma warning(push)
#pragma warning(disable : 4127 4310 4505 4996) /* constant conditions, (char)0xc0, unused functions, sscanf and _wfopen */
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if defined(SENTRY_PLATFORM_BARE) && !(defined(SENTRY_NO_THREADS) && defined(SENTRY_NO_HTTP) && defined(SENTRY_NO_FILES))
#error "sentry.h: no system is known here: define SENTRY_NO_THREADS, SENTRY_NO_HTTP and SENTRY_NO_FILES"
#elif defined(SENTRY_PLATFORM_BARE) && !defined(SENTRY_NOW_US)
#error "sentry.h: no system is known here: define SENTRY_NOW_US(), SENTRY_TICKS_MS() and SENTRY_RANDOM(ptr, size)"
#endif
#if defined(SENTRY_NOW_US) + defined(SENTRY_TICKS_MS) + defined(SENTRY_RANDOM) != 0 && defined(SENTRY_NOW_US) + defined(SENTRY_TICKS_MS) + defined(SENTRY_RANDOM) != 3
#error "sentry.h: define SENTRY_NOW_US, SENTRY_TICKS_MS and SENTRY_RANDOM together"
#endif

#ifdef __GNUC__
#define SENTRY__LIKELY(x) __builtin_expect(!!(x), 1)
#define SENTRY__NOINLINE __attribute__((noinline))
#define SENTRY__INLINE static inline __attribute__((always_inline))
#elif defined(_MSC_VER)
#define SENTRY__LIKELY(x) (x)
#define SENTRY__NOINLINE __declspec(noinline)
#define SENTRY__INLINE static __forceinline
#else
#define SENTRY__LIKELY(x) (x)
#define SENTRY__NOINLINE
#define SENTRY__INLINE static
#endif

#ifdef SENTRY_NO_THREADS
#define SENTRY__THREADS 0
#else
#define SENTRY__THREADS 1
#endif

/* Without it a thread's data hangs on a key. */
#if defined(SENTRY_NO_THREADS)
#define SENTRY__THREAD_LOCAL
#elif defined(__GNUC__) && !defined(__TINYC__)
#define SENTRY__THREAD_LOCAL __thread
#elif defined(_MSC_VER)
#define SENTRY__THREAD_LOCAL __declspec(thread)
#endif

/* A variable that puts a function among those that the loader of Windows calls about threads. */
#ifdef _MSC_VER
#pragma section(".CRT$XLB", long, read)
#define SENTRY__AT_THREAD_EVENTS(name, func) static __declspec(allocate(".CRT$XLB")) const PIMAGE_TLS_CALLBACK name = func
#elif defined(_WIN32)
#define SENTRY__AT_THREAD_EVENTS(name, func) static const PIMAGE_TLS_CALLBACK name __attribute__((section(".CRT$XLB"), used)) = func
#endif

/* Whether object files are read, and whether crashes are caught. */
#if defined(SENTRY_NO_SYMBOLIZER) || defined(SENTRY_NO_FILES)
#define SENTRY__SYMBOLS 0
#else
#define SENTRY__SYMBOLS 1
#endif
#if defined(SENTRY_NO_CRASH) || defined(SENTRY_NO_FILES)
#define SENTRY__CRASH 0
#else
#define SENTRY__CRASH 1
#endif

/* Whether it is known what is loaded, and whether stacks can be walked. */
#if defined(SENTRY_NO_FILES)
#define SENTRY__MODULES 0
#elif defined(SENTRY_PLATFORM_WINDOWS) || (defined(__ELF__) && !defined(__TINYC__) && (defined(__linux__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) || defined(__DragonFly__)))
#define SENTRY__MODULES 1
#else
#define SENTRY__MODULES 0
#endif
#if !SENTRY__MODULES
#define SENTRY__UNWIND 0
#elif defined(SENTRY_PLATFORM_WINDOWS)
#define SENTRY__UNWIND 1
#elif defined(__linux__) && ((defined(__x86_64__) && defined(__LP64__)) || defined(__i386__) || defined(__aarch64__) || defined(__arm__) || (defined(__riscv) && __riscv_xlen == 64))
#define SENTRY__UNWIND 1
#define SENTRY__UNWIND_TABLES 1
#else
#define SENTRY__UNWIND 0
#endif
#ifndef SENTRY__UNWIND_TABLES
#define SENTRY__UNWIND_TABLES 0 /* by .eh_frame; else the system walks */
#endif
#ifdef SENTRY_PLATFORM_BARE
#define SENTRY__PROBES 0
#else
#define SENTRY__PROBES 1 /* memory can be looked at that may not be there */
#endif

/* The processor, as servers call it. */
#if defined(__x86_64__) || defined(_M_X64)
#define SENTRY__ARCH "x86_64"
#elif defined(__i386__) || defined(_M_IX86)
#define SENTRY__ARCH "x86"
#elif defined(__aarch64__) || defined(_M_ARM64)
#define SENTRY__ARCH "arm64"
#elif defined(__arm__) || defined(_M_ARM)
#define SENTRY__ARCH "arm"
#elif defined(__riscv) && __riscv_xlen == 64
#define SENTRY__ARCH "riscv64"
#elif defined(__powerpc64__)
#define SENTRY__ARCH "ppc64"
#elif defined(__powerpc__)
#define SENTRY__ARCH "ppc"
#elif defined(__mips64)
#define SENTRY__ARCH "mips64"
#elif defined(__mips__)
#define SENTRY__ARCH "mips"
#else
#define SENTRY__ARCH "unknown"
#endif

/* For functions that read what the compiler did not give them, which a sanitizer would object to. */
#if defined(__clang__) || (defined(__GNUC__) && __GNUC__ >= 8)
#define SENTRY__UNCHECKED __attribute__((no_sanitize("address"), no_sanitize("thread")))
#else
#define SENTRY__UNCHECKED
#endif

/* Whether the program's functions call at their start and end, which asks for the reader of symbols too. */
#if !defined(SENTRY_INSTRUMENT_FUNCTIONS) || !defined(__GNUC__) || defined(__TINYC__)
#define SENTRY__FUNCTIONS 0
#else
#if defined(SENTRY_NO_FILES) || defined(SENTRY_NO_SYMBOLIZER) || defined(SENTRY_NO_TRACING)
#define SENTRY__FUNCTIONS 0
#else
#define SENTRY__FUNCTIONS 1
#endif
#define SENTRY__UNTRACED __attribute__((no_instrument_function))
#ifdef __clang__
#define SENTRY__ONE_COPY __attribute__((noinline))
#else
#define SENTRY__ONE_COPY __attribute__((noinline, noclone))
#endif
#ifdef __ELF__
#define SENTRY__HOOK SENTRY__UNTRACED SENTRY__ONE_COPY __attribute__((visibility("default")))
#else
#define SENTRY__HOOK SENTRY__UNTRACED SENTRY__ONE_COPY
#endif
#endif

#ifndef SENTRY_MALLOC
#define SENTRY_MALLOC(size) malloc(size)
#define SENTRY_REALLOC(ptr, size) realloc(ptr, size)
#define SENTRY_FREE(ptr) free(ptr)
#define SENTRY__OWN_MALLOC
#elif !defined(SENTRY_REALLOC) || !defined(SENTRY_FREE)
#error "sentry.h: define SENTRY_MALLOC, SENTRY_REALLOC and SENTRY_FREE together"
#endif

/* An assertion never runs in a user's build: a reporter does not abort its host. */
#ifndef SENTRY_ASSERT
#define SENTRY_ASSERT(condition) ((void)0)
#define SENTRY__OWN_ASSERT
#endif

/* Atomic 32-bit words. The functions are relaxed, acquire or release as their names say; add returns the new value. */
typedef uint32_t sentry__word_t;

#if defined(__GNUC__) && !defined(__TINYC__) && !defined(SENTRY_NO_THREADS)
static inline sentry__word_t sentry__load(const sentry__word_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
static inline sentry__word_t sentry__load_acquire(const sentry__word_t *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
static inline void sentry__store(sentry__word_t *p, sentry__word_t v) { __atomic_store_n(p, v, __ATOMIC_RELAXED); }
static inline void sentry__store_release(sentry__word_t *p, sentry__word_t v) { __atomic_store_n(p, v, __ATOMIC_RELEASE); }
static inline sentry__word_t sentry__add(sentry__word_t *p, sentry__word_t v) { return __atomic_add_fetch(p, v, __ATOMIC_ACQ_REL); }
static inline sentry__word_t sentry__exchange(sentry__word_t *p, sentry__word_t v) { return __atomic_exchange_n(p, v, __ATOMIC_ACQ_REL); }
static inline int sentry__swap_if(sentry__word_t *p, sentry__word_t old, sentry__word_t v)
{
    return __atomic_compare_exchange_n(p, &old, v, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
static inline void sentry__store_ptr(void **p, void *v) { __atomic_store_n(p, v, __ATOMIC_RELEASE); }
static inline void *sentry__load_ptr(void *const *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
#elif defined(_MSC_VER) && !defined(SENTRY_NO_THREADS)
/* Volatile reads acquire and writes release with /volatile:ms, the default on x86. */
#if defined(_M_IX86) || defined(_M_X64)
#define SENTRY__FENCE() ((void)0)
#else
#define SENTRY__FENCE() MemoryBarrier()
#endif
static __inline sentry__word_t sentry__load(const sentry__word_t *p) { return *(const volatile sentry__word_t *)p; }
static __inline sentry__word_t sentry__load_acquire(const sentry__word_t *p)
{
    sentry__word_t v = *(const volatile sentry__word_t *)p;
    SENTRY__FENCE();
    return v;
}
static __inline void sentry__store(sentry__word_t *p, sentry__word_t v) { *(volatile sentry__word_t *)p = v; }
static __inline void sentry__store_release(sentry__word_t *p, sentry__word_t v)
{
    SENTRY__FENCE();
    *(volatile sentry__word_t *)p = v;
}
static __inline sentry__word_t sentry__add(sentry__word_t *p, sentry__word_t v) { return (sentry__word_t)_InterlockedExchangeAdd((volatile long *)p, (long)v) + v; }
static __inline sentry__word_t sentry__exchange(sentry__word_t *p, sentry__word_t v) { return (sentry__word_t)_InterlockedExchange((volatile long *)p, (long)v); }
static __inline int sentry__swap_if(sentry__word_t *p, sentry__word_t old, sentry__word_t v)
{
    return _InterlockedCompareExchange((volatile long *)p, (long)v, (long)old) == (long)old;
}
static __inline void sentry__store_ptr(void **p, void *v)
{
    SENTRY__FENCE();
    *(void *volatile *)p = v;
}
static __inline void *sentry__load_ptr(void *const *p)
{
    void *v = *(void *const volatile *)p;
    SENTRY__FENCE();
    return v;
}
#else
static sentry__word_t sentry__load(const sentry__word_t *p) { return *(const volatile sentry__word_t *)p; }
static sentry__word_t sentry__load_acquire(const sentry__word_t *p) { return *(const volatile sentry__word_t *)p; }
static void sentry__store(sentry__word_t *p, sentry__word_t v) { *(volatile sentry__word_t *)p = v; }
static void sentry__store_release(sentry__word_t *p, sentry__word_t v) { *(volatile sentry__word_t *)p = v; }
static void sentry__store_ptr(void **p, void *v) { *(void *volatile *)p = v; }
static void *sentry__load_ptr(void *const *p) { return *(void *const volatile *)p; }
#if defined(SENTRY_NO_THREADS)
static sentry__word_t sentry__add(sentry__word_t *p, sentry__word_t v) { return *p += v; }
static sentry__word_t sentry__exchange(sentry__word_t *p, sentry__word_t v)
{
    sentry__word_t old = *p;
    *p = v;
    return old;
}
static int sentry__swap_if(sentry__word_t *p, sentry__word_t old, sentry__word_t v)
{
    if (*p != old) return 0;
    *p = v;
    return 1;
}
#elif defined(__i386__) || defined(__x86_64__) /* tcc: loads and stores of these processors are acquire and release */
static sentry__word_t sentry__add(sentry__word_t *p, sentry__word_t v)
{
    sentry__word_t old = v;
    __asm__ volatile("lock; xaddl %0, %1" : "+r"(old), "+m"(*p) : : "memory");
    return old + v;
}
static sentry__word_t sentry__exchange(sentry__word_t *p, sentry__word_t v)
{
    __asm__ volatile("xchgl %0, %1" : "+r"(v), "+m"(*p) : : "memory");
    return v;
}
static int sentry__swap_if(sentry__word_t *p, sentry__word_t old, sentry__word_t v)
{
    sentry__word_t seen = old;
    __asm__ volatile("lock; cmpxchgl %2, %1" : "+a"(seen), "+m"(*p) : "r"(v) : "memory");
    return seen == old;
}
#else
#error "sentry.h: no atomic operations are known for this compiler and processor: define SENTRY_NO_THREADS"
#endif
#endif

/* A pointer and a length: how text travels inside. NULL stands for "no text". */
typedef struct {
    const char *p;
    size_t n;
} sentry__str_t;

/* ==[2]== PLATFORM ==================================================================
 * Owns    the only calls of the operating system: time, sleep, randomness, mutexes, threads, thread data, fork,
 *         environment, files, sockets, names. For POSIX and Windows, and as nothing where there is no system, with the same
 *         contracts; SENTRY_NO_THREADS, SENTRY_NO_FILES and SENTRY_NO_HTTP take their part out.
 * Lock    none.
 * Holds   no function blocks for longer than it was told to, except name look-up and file access.
 * Threads any.
 *
 *   os_now_us         microseconds since 1970, UTC            os_ticks_ms, _us  monotonic milliseconds, microseconds
 *   os_sleep_us       sleeps about so long                    os_random         fills with random bytes; 0 when it did
 *   os_mutex_*        a mutex, not recursive                  os_cond_wait      waits at most `ms`; may wake early
 *   os_thread_*       start returns 0 on success              os_key_*          one pointer a thread, with a destructor
 *   os_on_fork        functions around fork, registered once  os_fork_noticed   without threads: finds out about a fork
 *   os_getenv         NULL when not set                       os_open, ...      files and folders that are made are the owner's alone
 *   os_stat, touch    of a file that is no folder or link     os_flock_*        a lock that goes with its process
 *   os_exe, os_cwd, os_host, os_pid, os_tid                   os_describe       the system, for contexts.os
 *   os_socket_*       never block; -1 "not now", -2 error     os_regex_*        POSIX's, where it is
 *   os_images         each object file that is loaded, the program first
 *   os_file_*         a regular file, read in pieces; safe in signal handlers of POSIX     os_pages_*   memory that malloc has no part in
 *   os_images_counts  how often the loader loaded, unloaded   os_stack          where this thread's stack lies
 *   os_readable       whether a page of memory can be read; safe in signal handlers
 *   os_errors_*       errno, and the like, over a call        os_demangle       a name of C++; NULL without its library
 */

/* Name, version (of the kernel), build and architecture, each at most 127 bytes. */
typedef struct {
    char name[128], version[128], build[128], arch[128];
    uint64_t memory_bytes;
    unsigned processors;
} sentry__machine_t;

/* An object file that the system has loaded. */
typedef struct {
    const char *path;    /* "" or a bare name: none */
    uintptr_t base;      /* ELF: what an address of the file lies higher in memory; PE: where it begins */
    const char *headers; /* its program headers (ELF), or all its headers (PE), in memory */
    size_t count;        /* of program headers */
} sentry__os_image_t;

#ifdef SENTRY_NOW_US
static uint64_t sentry__os_now_us(void) { return SENTRY_NOW_US(); }
static uint64_t sentry__os_ticks_ms(void) { return SENTRY_TICKS_MS(); }
static uint64_t sentry__os_ticks_us(void) { return SENTRY_NOW_US(); } /* milliseconds would not do */
static int sentry__os_random(void *out, size_t n) { return SENTRY_RANDOM(out, n); }
#endif

#ifdef SENTRY_NO_FILES
#define SENTRY__FILES 0
static void sentry__os_print(const char *level, const char *text) { (void)level, (void)text; }
#else
#define SENTRY__FILES 1
static void sentry__os_print(const char *level, const char *text) { fprintf(stderr, "[sentry] %s %s\n", level, text); }
#endif

/* A compiled POSIX extended regular expression; where the system has none, nothing is one. */
#if defined(SENTRY_PLATFORM_UNIX) && !defined(__TINYC__)
typedef regex_t sentry__os_regex_t;
static int sentry__os_regex_new(sentry__os_regex_t *r, const char *text) { return regcomp(r, text, REG_EXTENDED | REG_NOSUB) == 0; }
static int sentry__os_regex_finds(const sentry__os_regex_t *r, const char *text) { return regexec(r, text, 0, NULL, 0) == 0; }
static void sentry__os_regex_free(sentry__os_regex_t *r) { regfree(r); }
#else
typedef int sentry__os_regex_t;
static int sentry__os_regex_new(sentry__os_regex_t *r, const char *text) { return (void)text, *r = 0; }
static int sentry__os_regex_finds(const sentry__os_regex_t *r, const char *text) { return (void)r, (void)text, 0; }
static void sentry__os_regex_free(sentry__os_regex_t *r) { (void)r; }
#endif

/* -- POSIX -- */

#ifdef SENTRY_PLATFORM_UNIX
#define SENTRY__DIRSEP '/'
#ifdef PIPE_BUF
#define SENTRY__FD_PIECE ((size_t)PIPE_BUF)
#else
#define SENTRY__FD_PIECE ((size_t)512)
#endif

#ifndef SENTRY_NOW_US
static uint64_t sentry__os_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static uint64_t sentry__os_ticks_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}
static uint64_t sentry__os_ticks_ms(void) { return sentry__os_ticks_us() / 1000u; }

static int sentry__os_random(void *out, size_t n)
{
    char *p = (char *)out;
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 1;
    while (n) {
        ssize_t got = read(fd, p, n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        p += got;
        n -= (size_t)got;
    }
    close(fd);
    return n != 0;
}
#endif

#ifndef SENTRY_NO_THREADS
typedef pthread_mutex_t sentry__mutex_t;
typedef pthread_cond_t sentry__cond_t;
typedef pthread_key_t sentry__key_t;
typedef pthread_t sentry__os_thread_t;

static void sentry__os_sleep_us(unsigned us)
{
    struct timespec t;
    t.tv_sec = (time_t)(us / 1000000u);
    t.tv_nsec = (long)(us % 1000000u) * 1000;
    nanosleep(&t, NULL);
}

static void sentry__os_yield(void) { sched_yield(); }

static void sentry__os_mutex_init(sentry__mutex_t *m) { pthread_mutex_init(m, NULL); }
static void sentry__os_mutex_free(sentry__mutex_t *m) { pthread_mutex_destroy(m); }
static void sentry__os_mutex_lock(sentry__mutex_t *m) { pthread_mutex_lock(m); }
static void sentry__os_mutex_unlock(sentry__mutex_t *m) { pthread_mutex_unlock(m); }

static void sentry__os_cond_init(sentry__cond_t *c)
{
#ifdef __APPLE__
    pthread_cond_init(c, NULL);
#else
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
#endif
}
static void sentry__os_cond_free(sentry__cond_t *c) { pthread_cond_destroy(c); }
static void sentry__os_cond_wake(sentry__cond_t *c) { pthread_cond_broadcast(c); }

static void sentry__os_cond_wait(sentry__cond_t *c, sentry__mutex_t *m, uint64_t ms)
{
    struct timespec t;
    if (ms > 3600000u) ms = 3600000u;
#ifdef __APPLE__
    t.tv_sec = (time_t)(ms / 1000u);
    t.tv_nsec = (long)(ms % 1000u) * 1000000;
    pthread_cond_timedwait_relative_np(c, m, &t);
#else
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(ms / 1000u);
    t.tv_nsec += (long)(ms % 1000u) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(c, m, &t);
#endif
}

/* The SDK's own threads take no signals, which are the program's, but for those of crashes and the one that asks for stacks. */
static int sentry__os_thread_start(sentry__os_thread_t *thread, const void *attr, void *(*fn)(void *), void *arg, int block_signals)
{
    static const int open[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGURG };
    sigset_t all, before;
    size_t i;
    int failed;
    if (block_signals) {
        sigfillset(&all);
        for (i = 0; i < sizeof open / sizeof open[0]; i++) sigdelset(&all, open[i]);
        pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    failed = pthread_create(thread, (const pthread_attr_t *)attr, fn, arg);
    if (block_signals) pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}
static int sentry__os_thread_join(sentry__os_thread_t thread, void **result) { return pthread_join(thread, result); }
static void sentry__os_thread_detach(sentry__os_thread_t thread) { pthread_detach(thread); }
static sentry__os_thread_t sentry__os_thread_self(void) { return pthread_self(); }
static void sentry__os_thread_signal(sentry__os_thread_t thread, int number) { pthread_kill(thread, number); }
static void sentry__os_signals(int how, const sigset_t *set) { pthread_sigmask(how, set, NULL); }

static void sentry__os_thread_name(const char *name)
{
#if defined(__linux__) && !defined(__TINYC__)
    char cut[16];
    snprintf(cut, sizeof cut, "%.15s", name);
    pthread_setname_np(pthread_self(), cut);
#elif defined(__APPLE__)
    pthread_setname_np(name);
#else
    (void)name;
#endif
}

static int sentry__os_key_new(sentry__key_t *key, void (*at_exit)(void *)) { return pthread_key_create(key, at_exit); }
static int sentry__os_key_set(sentry__key_t key, void *p) { return pthread_setspecific(key, p); }
#ifndef SENTRY__THREAD_LOCAL
static void *sentry__os_key_get(sentry__key_t key) { return pthread_getspecific(key); }
#endif

static void sentry__os_on_fork(void (*before)(void), void (*parent)(void), void (*child)(void)) { pthread_atfork(before, parent, child); }
static void sentry__os_fork_noticed(void) {}
#endif

static const char *sentry__os_getenv(const char *name, char room[1024])
{
    (void)room;
    return getenv(name);
}

#ifndef SENTRY_NO_FILES
typedef const char *sentry__os_path_t;
static sentry__os_path_t sentry__os_path(const char *path) { return path; }
static void sentry__os_path_free(sentry__os_path_t path) { (void)path; }
static FILE *sentry__os_open(sentry__os_path_t path, int to_write)
{
    struct stat s; /* a pipe in a file's place is left to those who use it */
    int fd = !to_write && (stat(path, &s) != 0 || !S_ISREG(s.st_mode)) ? -1
        : open(path, to_write ? O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC : O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, to_write ? "wb" : "rb") : NULL;
    if (fd >= 0 && !f) close(fd);
    return f;
}
static int sentry__os_rename(sentry__os_path_t from, sentry__os_path_t to) { return rename(from, to); }
static int sentry__os_unlink(sentry__os_path_t path) { return unlink(path); }
static int sentry__os_mkdir(sentry__os_path_t path) { return mkdir(path, 0700) != 0 && errno != EEXIST; }
static int sentry__os_rmdir(sentry__os_path_t path) { return rmdir(path); }
static size_t sentry__os_cwd(char *out, size_t cap) { return getcwd(out, cap) ? strlen(out) : 0; }

#ifndef SENTRY_NO_HTTP
#ifdef SENTRY_NO_THREADS
/* write() that no signal tells of a reader who is gone. */
static ssize_t sentry__os_fd_put(int fd, const char *p, size_t n)
{
    sigset_t broken, before, pending;
    int number, error;
    ssize_t sent;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigprocmask(SIG_BLOCK, &broken, &before);
    sent = write(fd, p, n);
    error = errno;
    sigpending(&pending);
    if (!sigismember(&before, SIGPIPE) && sigismember(&pending, SIGPIPE)) sigwait(&broken, &number);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return sent;
}
#else
/* The worker's thread takes no signals. */
static ssize_t sentry__os_fd_put(int fd, const char *p, size_t n) { return write(fd, p, n); }
#endif

/* Writes some bytes when there is room within `ms`; so few that a pipe takes them without waiting. Returns how many, -1 on error. */
static int sentry__os_fd_write(int fd, const char *p, size_t n, unsigned ms)
{
    struct pollfd f;
    ssize_t sent;
    f.fd = fd;
    f.events = POLLOUT;
    f.revents = 0;
    if (poll(&f, 1, (int)ms) <= 0) return 0;
    sent = sentry__os_fd_put(fd, p, n < SENTRY__FD_PIECE ? n : SENTRY__FD_PIECE);
    return sent >= 0 ? (int)sent : errno == EAGAIN || errno == EINTR ? 0 : -1;
}
#endif

static int sentry__os_stat(sentry__os_path_t path, uint64_t *size, uint64_t *changed_us)
{
    struct stat s;
    if (lstat(path, &s) != 0 || !S_ISREG(s.st_mode)) return 1;
    *size = (uint64_t)s.st_size;
#ifdef __APPLE__
    *changed_us = (uint64_t)s.st_mtimespec.tv_sec * 1000000u + (uint64_t)s.st_mtimespec.tv_nsec / 1000u;
#else
    *changed_us = (uint64_t)s.st_mtim.tv_sec * 1000000u + (uint64_t)s.st_mtim.tv_nsec / 1000u;
#endif
    return 0;
}

static void sentry__os_touch(sentry__os_path_t path, uint64_t changed_us)
{
    struct timespec t[2];
    t[0].tv_sec = t[1].tv_sec = (time_t)(changed_us / 1000000u);
    t[0].tv_nsec = t[1].tv_nsec = (long)(changed_us % 1000000u) * 1000;
    if (utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW) != 0) return; /* then the order among files of one moment is lost */
}

/* A file to read. */
typedef int sentry__os_file_t;
static int sentry__os_file_open(sentry__os_file_t *f, const char *path)
{
    struct stat s;
    *f = stat(path, &s) == 0 && S_ISREG(s.st_mode) ? open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1; /* a pipe is not even opened */
    if (*f >= 0 && fstat(*f, &s) == 0 && S_ISREG(s.st_mode)) return 0;
    if (*f >= 0) close(*f);
    return 1;
}
static size_t sentry__os_file_read(sentry__os_file_t f, uint64_t offset, void *out, size_t n)
{
    size_t got = 0;
    while (got < n) {
        ssize_t more = pread(f, (char *)out + got, n - got, (off_t)(offset + got));
        if (more < 0 && errno == EINTR) continue;
        if (more <= 0) break;
        got += (size_t)more;
    }
    return got;
}
static uint64_t sentry__os_file_size(sentry__os_file_t f)
{
    struct stat s;
    return fstat(f, &s) == 0 && s.st_size > 0 ? (uint64_t)s.st_size : 0;
}
static void sentry__os_file_close(sentry__os_file_t f) { close(f); }

/* A file that a signal handler writes, and what it does with names: nothing here takes memory. */
typedef int sentry__os_quiet_t;
static int sentry__os_quiet_create(sentry__os_quiet_t *f, const char *path)
{
    *f = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    return *f < 0;
}
static int sentry__os_quiet_write(sentry__os_quiet_t f, const char *p, size_t n)
{
    while (n) {
        ssize_t sent = write(f, p, n);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return 1;
        p += sent;
        n -= (size_t)sent;
    }
    return 0;
}
static void sentry__os_quiet_close(sentry__os_quiet_t f) { close(f); }
static int sentry__os_quiet_rename(const char *from, const char *to) { return rename(from, to); }
static void sentry__os_quiet_unlink(const char *path) { unlink(path); }
static void sentry__os_quiet_mkdir(const char *path) { mkdir(path, 0700); }
static void sentry__os_quiet_print(const char *p, size_t n) { sentry__os_quiet_write(2, p, n); }
/* A child that neither pthread_atfork's functions nor the parent's SIGCHLD hear of, where the system can. */
#if defined(SENTRY_PLATFORM_LINUX) && !defined(__TINYC__)
static pid_t sentry__os_quiet_fork(void) { return (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0); }
static int sentry__os_quiet_ended(pid_t child) { return waitpid(child, NULL, WNOHANG | __WALL) != 0; }
#else
static pid_t sentry__os_quiet_fork(void) { return fork(); }
static int sentry__os_quiet_ended(pid_t child) { return waitpid(child, NULL, WNOHANG) != 0; }
#endif
/* Held until the process ends. */
static void sentry__os_quiet_lock(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) flock(fd, LOCK_EX | LOCK_NB);
}

static void *sentry__os_pages_new(size_t n)
{
    void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}
static void sentry__os_pages_free(void *p, size_t n) { munmap(p, n); }

typedef DIR *sentry__os_dir_t;
static int sentry__os_dir_open(sentry__os_dir_t *dir, sentry__os_path_t path) { return (*dir = opendir(path)) == NULL; }
static void sentry__os_dir_close(sentry__os_dir_t *dir) { closedir(*dir); }
static const char *sentry__os_dir_next(sentry__os_dir_t *dir)
{
    const struct dirent *entry = readdir(*dir);
    return entry ? entry->d_name : NULL;
}

/* flock, because it is the file's and not the process's: two copies of the SDK in one process keep out of each other's way. */
typedef int sentry__os_flock_t;
static int sentry__os_flock_take(sentry__os_flock_t *lock, sentry__os_path_t path)
{
    struct stat s;
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*lock < 0) return 1;
    /* A lock on a file that somebody removed meanwhile keeps nobody out. */
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0 && fstat(*lock, &s) == 0 && s.st_nlink > 0) return 0;
    close(*lock);
    return 1;
}
static void sentry__os_flock_drop(sentry__os_flock_t *lock) { close(*lock); } /* in a child of fork it stays the parent's */
#endif

static size_t sentry__os_exe(char *out, size_t cap)
{
#if defined(__APPLE__)
    uint32_t n = (uint32_t)cap;
    if (_NSGetExecutablePath(out, &n) != 0) return 0;
    return strlen(out);
#else
    ssize_t n = readlink("/proc/self/exe", out, cap - 1);
    if (n <= 0) n = readlink("/proc/curproc/file", out, cap - 1);
    if (n <= 0) return 0;
    out[n] = 0;
    return (size_t)n;
#endif
}

static size_t sentry__os_host(char *out, size_t cap)
{
    if (gethostname(out, cap - 1) != 0) return 0;
    out[cap - 1] = 0;
    return strlen(out);
}

static unsigned sentry__os_pid(void) { return (unsigned)getpid(); }
#if defined(SENTRY_PLATFORM_LINUX)
static uint64_t sentry__os_tid(void) { return (uint64_t)syscall(SYS_gettid); }
#elif defined(SENTRY_PLATFORM_DARWIN) && !defined(SENTRY_NO_THREADS)
static uint64_t sentry__os_tid(void)
{
    uint64_t id = 0;
    pthread_threadid_np(NULL, &id);
    return id;
}
#elif !defined(SENTRY_NO_THREADS)
static uint64_t sentry__os_tid(void) { return (uint64_t)(uintptr_t)pthread_self(); }
#else
static uint64_t sentry__os_tid(void) { return sentry__os_pid(); }
#endif

static void sentry__os_error_text(int error, char *out, size_t cap)
{
#if defined(__GLIBC__) || defined(__ANDROID__)
    const char *text = strerror_r(error, out, cap);
    if (text != out) snprintf(out, cap, "%s", text);
#else
    if (strerror_r(error, out, cap) != 0) snprintf(out, cap, "error %d", error);
#endif
}

/* What people know the system by, where the kernel has numbers of its own. */
#ifdef __APPLE__
static void sentry__os_version(sentry__machine_t *m)
{
    size_t n = sizeof m->version;
    if (sysctlbyname("kern.osproductversion", m->version, &n, NULL, 0) != 0) m->version[0] = 0;
    n = sizeof m->build;
    if (sysctlbyname("kern.osversion", m->build, &n, NULL, 0) != 0) m->build[0] = 0;
}
#else
static void sentry__os_version(sentry__machine_t *m) { (void)m; }
#endif

static void sentry__os_describe(sentry__machine_t *m)
{
    struct utsname u;
    long page = sysconf(_SC_PAGESIZE), pages = 0, cpus = 0;
#if defined(_SC_PHYS_PAGES) && defined(_SC_NPROCESSORS_ONLN) /* neither is of POSIX */
    pages = sysconf(_SC_PHYS_PAGES);
    cpus = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    memset(m, 0, sizeof *m);
    if (uname(&u) >= 0) {
        snprintf(m->name, sizeof m->name, "%.127s", strcmp(u.sysname, "Darwin") ? u.sysname : "macOS");
        snprintf(m->version, sizeof m->version, "%.127s", u.release);
        snprintf(m->build, sizeof m->build, "%.127s", u.version);
        snprintf(m->arch, sizeof m->arch, "%.127s", u.machine);
    }
    sentry__os_version(m);
    if (pages > 0 && page > 0) m->memory_bytes = (uint64_t)pages * (uint64_t)page;
    if (cpus > 0) m->processors = (unsigned)cpus;
}

#ifndef SENTRY_NO_HTTP
typedef int sentry__socket_t;
typedef struct sockaddr_un sentry__unix_t;
#define SENTRY__NO_SOCKET (-1)

static int sentry__os_sockets_start(void) { return 0; }
static void sentry__os_sockets_stop(void) {}
static void sentry__os_socket_close(sentry__socket_t s) { close(s); }

static int sentry__os_socket_result(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == EINPROGRESS ? -1 : -2;
}

/* Starts to connect; SENTRY__NO_SOCKET when that fails at once. */
static sentry__socket_t sentry__os_socket_connect(const struct addrinfo *a)
{
    int on = 1, flags;
    sentry__socket_t s = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (s < 0) return SENTRY__NO_SOCKET;
    flags = fcntl(s, F_GETFL, 0);
    fcntl(s, F_SETFL, flags | O_NONBLOCK);
    fcntl(s, F_SETFD, FD_CLOEXEC);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
    setsockopt(s, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    if (connect(s, a->ai_addr, a->ai_addrlen) != 0 && sentry__os_socket_result() == -2) {
        close(s);
        return SENTRY__NO_SOCKET;
    }
    return s;
}

/* Waits until the socket can be read (or written), at most `ms`: 1 ready, 0 not, -2 error. */
static int sentry__os_socket_wait(sentry__socket_t s, int to_write, unsigned ms)
{
    struct pollfd p;
    int n;
    p.fd = s;
    p.events = (short)(to_write ? POLLOUT : POLLIN);
    p.revents = 0;
    n = poll(&p, 1, (int)ms);
    if (n < 0) return errno == EINTR ? 0 : -2;
    return n > 0;
}

static int sentry__os_socket_failed(sentry__socket_t s)
{
    int error = 0;
    socklen_t n = sizeof error;
    return getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &n) != 0 || error != 0;
}

static int sentry__os_socket_send(sentry__socket_t s, const char *p, size_t n)
{
#ifdef MSG_NOSIGNAL
    ssize_t sent = send(s, p, n, MSG_NOSIGNAL);
#else
    ssize_t sent = send(s, p, n, 0);
#endif
    return sent < 0 ? sentry__os_socket_result() : (int)sent;
}

static int sentry__os_socket_recv(sentry__socket_t s, char *p, size_t n)
{
    ssize_t got = recv(s, p, n, 0);
    return got < 0 ? sentry__os_socket_result() : (int)got;
}
#endif

#if defined(__ELF__) && !defined(__TINYC__) && (defined(__linux__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) || defined(__DragonFly__))
#define SENTRY__IMAGES 1
typedef struct {
    int (*see)(const sentry__os_image_t *image, void *arg);
    void *arg;
} sentry__os_images_t;

static int sentry__os_image(struct dl_phdr_info *info, size_t size, void *arg)
{
    const sentry__os_images_t *images = (const sentry__os_images_t *)arg;
    sentry__os_image_t image;
    (void)size;
    image.path = info->dlpi_name ? info->dlpi_name : "";
    image.base = (uintptr_t)info->dlpi_addr;
    image.headers = (const char *)info->dlpi_phdr;
    image.count = info->dlpi_phnum;
    return images->see(&image, images->arg);
}

/* Under the loader's lock: `see` allocates nothing and opens no file. */
static void sentry__os_images(int (*see)(const sentry__os_image_t *image, void *arg), void *arg)
{
    sentry__os_images_t images;
    images.see = see;
    images.arg = arg;
    dl_iterate_phdr(sentry__os_image, &images);
}

static int sentry__os_image_counts(struct dl_phdr_info *info, size_t size, void *arg)
{
    sentry__word_t *counts = (sentry__word_t *)arg;
    if (size < offsetof(struct dl_phdr_info, dlpi_subs) + sizeof info->dlpi_subs) return 1;
    counts[0] = (sentry__word_t)info->dlpi_adds;
    counts[1] = (sentry__word_t)info->dlpi_subs;
    return 1;
}

/* How often something was loaded, and unloaded; zeros from a loader that does not count. */
static void sentry__os_images_counts(sentry__word_t counts[2])
{
    counts[0] = counts[1] = 0;
    dl_iterate_phdr(sentry__os_image_counts, counts);
}
#else
#define SENTRY__IMAGES 0
static void sentry__os_images(int (*see)(const sentry__os_image_t *image, void *arg), void *arg)
{
    (void)see;
    (void)arg;
}
#endif

/* Whether a byte can be read. Of a whole page, whose least size this is. */
#define SENTRY__PROBE 4096u
#ifdef SENTRY_PLATFORM_LINUX
/* The system reads the new mask before it finds out that it is not told what to do with it. */
static int sentry__os_readable(uintptr_t at)
{
    int before = errno, readable;
    at &= ~(uintptr_t)(SENTRY__PROBE - 1);
    readable = at && (syscall(SYS_rt_sigprocmask, -1L, at, 0L, (long)(_NSIG / 8)) == 0 || errno != EFAULT);
    errno = before;
    return readable;
}
#else
static int sentry__os_readable(uintptr_t at)
{
    int before = errno, ends[2], readable = 0;
    if (pipe(ends) == 0) {
        readable = write(ends[1], (const void *)at, 1) == 1;
        close(ends[0]);
        close(ends[1]);
    }
    errno = before;
    return readable;
}
#endif

#if SENTRY__UNWIND_TABLES && !defined(SENTRY_NO_THREADS)
/* Takes long, for the first thread: it reads a file. */
static void sentry__os_stack(uintptr_t *start, uintptr_t *end)
{
    pthread_attr_t attr;
    void *at = NULL;
    size_t n = 0;
    if (pthread_getattr_np(pthread_self(), &attr) != 0) return;
    if (pthread_attr_getstack(&attr, &at, &n) == 0) {
        *start = (uintptr_t)at;
        *end = *start + n;
    }
    pthread_attr_destroy(&attr);
}
#elif SENTRY__UNWIND_TABLES
static void sentry__os_stack(uintptr_t *start, uintptr_t *end) { *start = *end = 0; }
#endif

#if !SENTRY__UNWIND
/* Where a signal came in the way; zeros when that is not known. */
static void sentry__os_where(const void *context, uintptr_t *pc, uintptr_t *sp)
{
#if defined(__linux__) && defined(__s390x__)
    *pc = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.psw.addr;
    *sp = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gregs[15];
#elif defined(__linux__) && defined(__powerpc64__)
    *pc = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gp_regs[32];
    *sp = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gp_regs[1];
#elif defined(__linux__) && defined(__powerpc__)
    *pc = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.uc_regs->gregs[32];
    *sp = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.uc_regs->gregs[1];
#elif defined(__linux__) && defined(__mips__)
    *pc = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.pc;
    *sp = (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gregs[29];
#elif defined(__APPLE__) && defined(__aarch64__)
    *pc = (uintptr_t)((const ucontext_t *)context)->uc_mcontext->__ss.__pc;
    *sp = (uintptr_t)((const ucontext_t *)context)->uc_mcontext->__ss.__sp;
#elif defined(__APPLE__) && defined(__x86_64__)
    *pc = (uintptr_t)((const ucontext_t *)context)->uc_mcontext->__ss.__rip;
    *sp = (uintptr_t)((const ucontext_t *)context)->uc_mcontext->__ss.__rsp;
#else
    (void)context;
    *pc = *sp = 0;
#endif
}
#endif

#if SENTRY__FUNCTIONS
typedef int sentry__os_errors_t;
static void sentry__os_errors_keep(sentry__os_errors_t *e) { *e = errno; }
static void sentry__os_errors_restore(const sentry__os_errors_t *e) { errno = *e; }
#endif
#endif /* POSIX */

/* -- Windows -- */

#ifdef SENTRY_PLATFORM_WINDOWS
#define SENTRY__DIRSEP '\\'

#ifndef SENTRY_NOW_US
static uint64_t sentry__os_now_us(void)
{
    FILETIME f;
#if _WIN32_WINNT >= 0x0602
    GetSystemTimePreciseAsFileTime(&f);
#else
    GetSystemTimeAsFileTime(&f); /* before Windows 8; moves only every few milliseconds */
#endif
    return (((uint64_t)f.dwHighDateTime << 32) | f.dwLowDateTime) / 10u - 11644473600000000u;
}
static uint64_t sentry__os_ticks_ms(void) { return GetTickCount64(); }
static uint64_t sentry__os_ticks_us(void)
{
    LARGE_INTEGER now, a_second;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&a_second);
    return (uint64_t)(now.QuadPart / a_second.QuadPart) * 1000000u + (uint64_t)(now.QuadPart % a_second.QuadPart) * 1000000u / (uint64_t)a_second.QuadPart;
}

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG size); /* RtlGenRandom, under the name it is exported by */
static int sentry__os_random(void *out, size_t n) { return !SystemFunction036(out, (ULONG)n); }
#endif

/* UTF-8 to UTF-16; NULL for NULL, broken text or without memory. Owns: the caller, SENTRY_FREE. */
static wchar_t *sentry__os_wide(const char *utf8)
{
    int n = utf8 ? MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, utf8, -1, NULL, 0) : 0;
    wchar_t *wide = n > 0 ? (wchar_t *)SENTRY_MALLOC((size_t)n * sizeof *wide) : NULL;
    if (wide) MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, n);
    return wide;
}

/* UTF-16 to UTF-8; 0 when it does not fit. */
static size_t sentry__os_narrow(const wchar_t *wide, char *out, size_t cap)
{
    int n = WideCharToMultiByte(CP_UTF8, 0, wide, -1, out, (int)cap, NULL, NULL);
    return n > 0 ? (size_t)n - 1 : 0;
}

#ifndef SENTRY_NO_THREADS
typedef SRWLOCK sentry__mutex_t;
typedef CONDITION_VARIABLE sentry__cond_t;
typedef char sentry__key_t;
typedef sentry_thread_t sentry__os_thread_t;

static void sentry__os_sleep_us(unsigned us) { Sleep((us + 999u) / 1000u); }
static void sentry__os_yield(void) { SwitchToThread(); }

static void sentry__os_mutex_init(sentry__mutex_t *m) { InitializeSRWLock(m); }
static void sentry__os_mutex_free(sentry__mutex_t *m) { (void)m; }
static void sentry__os_mutex_lock(sentry__mutex_t *m) { AcquireSRWLockExclusive(m); }
static void sentry__os_mutex_unlock(sentry__mutex_t *m) { ReleaseSRWLockExclusive(m); }
static void sentry__os_cond_init(sentry__cond_t *c) { InitializeConditionVariable(c); }
static void sentry__os_cond_free(sentry__cond_t *c) { (void)c; }
static void sentry__os_cond_wake(sentry__cond_t *c) { WakeAllConditionVariable(c); }
static void sentry__os_cond_wait(sentry__cond_t *c, sentry__mutex_t *m, uint64_t ms)
{
    SleepConditionVariableSRW(c, m, ms > 3600000u ? 3600000u : (DWORD)ms, 0);
}

/* What a thread runs and what came of it: its exit code has only 32 bits. Two hold it until one joins: the thread, and who
 * started it. */
typedef struct {
    sentry__word_t refs;
    void *(*fn)(void *);
    void *arg, *result;
} sentry__os_start_t;

static void sentry__os_start_release(sentry__os_start_t *s)
{
    if (sentry__add(&s->refs, (sentry__word_t)-1) == 0) SENTRY_FREE(s);
}

static unsigned __stdcall sentry__os_thread_main(void *start)
{
    sentry__os_start_t *s = (sentry__os_start_t *)start;
    s->result = s->fn(s->arg);
    sentry__os_start_release(s);
    return 0;
}

static int sentry__os_thread_start(sentry__os_thread_t *thread, const void *attr, void *(*fn)(void *), void *arg, int block_signals)
{
    sentry__os_start_t *s = (sentry__os_start_t *)SENTRY_MALLOC(sizeof *s);
    (void)attr;
    (void)block_signals;
    if (!s) return ENOMEM;
    s->refs = 2;
    s->fn = fn;
    s->arg = arg;
    s->result = NULL; /* for a thread that ends without returning */
    thread->_start = s;
    thread->handle = (HANDLE)_beginthreadex(NULL, 0, sentry__os_thread_main, s, 0, NULL);
    if (thread->handle) return 0;
    SENTRY_FREE(s);
    return EAGAIN;
}
static void sentry__os_thread_detach(sentry__os_thread_t thread)
{
    CloseHandle(thread.handle);
    sentry__os_start_release((sentry__os_start_t *)thread._start);
}
static int sentry__os_thread_join(sentry__os_thread_t thread, void **result)
{
    if (WaitForSingleObject(thread.handle, INFINITE) != WAIT_OBJECT_0) return EINVAL;
    if (result) *result = ((sentry__os_start_t *)thread._start)->result;
    CloseHandle(thread.handle);
    SENTRY_FREE(thread._start); /* however it ended */
    return 0;
}

/* Windows 10 and later name threads; what is older goes without. */
static void sentry__os_thread_name(const char *name)
{
    typedef HRESULT(WINAPI * describe_fn)(HANDLE, PCWSTR);
    HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    FARPROC proc = kernel ? GetProcAddress(kernel, "SetThreadDescription") : NULL;
    wchar_t *wide = proc ? sentry__os_wide(name) : NULL;
    describe_fn describe = NULL;
    memcpy(&describe, &proc, sizeof proc);
    if (wide) describe(GetCurrentThread(), wide);
    SENTRY_FREE(wide);
}

/* A callback among those that the loader calls when a thread ends. Not fiber-local storage, which ends with its fiber. The
 * value is in a slot of the system's: what the compiler keeps for a thread may be gone by then, and made anew. */
static struct {
    void (*at_exit)(void *);
    DWORD slot;
} sentry__os_key;
#define SENTRY__OS_ENDED ((void *)&sentry__os_key) /* nothing calls again for what is set from now on */

static VOID NTAPI sentry__os_thread_event(PVOID module, DWORD reason, PVOID reserved)
{
    void *p;
    (void)module;
    (void)reserved;
    if (reason != DLL_THREAD_DETACH || !sentry__os_key.at_exit) return;
    p = TlsGetValue(sentry__os_key.slot);
    if (p && p != SENTRY__OS_ENDED) sentry__os_key.at_exit(p);
    TlsSetValue(sentry__os_key.slot, SENTRY__OS_ENDED);
}
SENTRY__AT_THREAD_EVENTS(sentry__os_thread_events, sentry__os_thread_event);

static int sentry__os_key_new(sentry__key_t *key, void (*at_exit)(void *))
{
    *key = 0;
    sentry__os_key.slot = TlsAlloc();
    sentry__os_key.at_exit = sentry__os_key.slot == TLS_OUT_OF_INDEXES ? NULL : at_exit;
    /* Looking at the variable keeps it in the program. */
    return !sentry__os_key.at_exit || *(const volatile PIMAGE_TLS_CALLBACK *)&sentry__os_thread_events == NULL;
}
static int sentry__os_key_set(sentry__key_t key, void *p)
{
    (void)key;
    if (TlsGetValue(sentry__os_key.slot) == SENTRY__OS_ENDED) return p != NULL;
    return !TlsSetValue(sentry__os_key.slot, p);
}

static void sentry__os_on_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
    (void)before;
    (void)parent;
    (void)child;
}
static void sentry__os_fork_noticed(void) {}
#endif

/* Environment variables are UTF-16; one of more than 1,023 bytes counts as not set. */
static const char *sentry__os_getenv(const char *name, char room[1024])
{
    wchar_t *wide = sentry__os_wide(name), value[1024];
    DWORD n = wide ? GetEnvironmentVariableW(wide, value, 1024) : 0;
    SENTRY_FREE(wide);
    return n > 0 && n < 1024 && sentry__os_narrow(value, room, 1024) ? room : NULL;
}

#ifndef SENTRY_NO_FILES
/* Up to `n` units of UTF-16, ending at the first zero, as UTF-8. NULL for NULL or without memory. Owns: the caller. */
static char *sentry__os_utf8(const wchar_t *wide, size_t n)
{
    int units = 0, size;
    char *text;
    if (!wide) return NULL;
    while ((size_t)units < n && units < 32768 && wide[units]) units++;
    size = WideCharToMultiByte(CP_UTF8, 0, wide, units, NULL, 0, NULL, NULL);
    text = (char *)SENTRY_MALLOC((size_t)size + 1);
    if (!text) return NULL;
    WideCharToMultiByte(CP_UTF8, 0, wide, units, text, size, NULL, NULL);
    text[size] = 0;
    return text;
}

typedef wchar_t *sentry__os_path_t;

/* A path for the system: absolute and behind a prefix when it is longer than MAX_PATH allows. NULL when it is no path, and
 * without memory. Owns: the caller, sentry__os_path_free. */
static sentry__os_path_t sentry__os_path(const char *utf8)
{
    wchar_t *wide = sentry__os_wide(utf8), *full, *at;
    DWORD n = wide ? GetFullPathNameW(wide, 0, NULL, NULL) : 0;
    if (n < 240 || wcsncmp(wide, L"\\\\?\\", 4) == 0) return wide;
    full = (wchar_t *)SENTRY_MALLOC(((size_t)n + 8) * sizeof *full);
    if (full) {
        at = full + 6;
        if (GetFullPathNameW(wide, n, at, NULL) >= n) {
            SENTRY_FREE(full);
            full = NULL;
        } else if (at[0] == L'\\' && at[1] == L'\\') {
            memcpy(full, L"\\\\?\\UNC", 7 * sizeof *full); /* over the first of the two backslashes */
        } else {
            memmove(full + 4, at, (wcslen(at) + 1) * sizeof *full);
            memcpy(full, L"\\\\?\\", 4 * sizeof *full);
        }
    }
    SENTRY_FREE(wide);
    return full;
}
static void sentry__os_path_free(sentry__os_path_t path) { SENTRY_FREE(path); }
static FILE *sentry__os_open(const wchar_t *path, int to_write) { return _wfopen(path, to_write ? L"wbN" : L"rbN"); } /* N: not for children */
static int sentry__os_rename(const wchar_t *from, const wchar_t *to) { return MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING) ? 0 : -1; }
static int sentry__os_unlink(sentry__os_path_t path) { return !DeleteFileW(path); }
static int sentry__os_mkdir(sentry__os_path_t path) { return !CreateDirectoryW(path, NULL) && GetLastError() != ERROR_ALREADY_EXISTS; }
static int sentry__os_rmdir(sentry__os_path_t path) { return !RemoveDirectoryW(path); }
static size_t sentry__os_cwd(char *out, size_t cap)
{
    wchar_t w[1024];
    DWORD n = GetCurrentDirectoryW(1024, w);
    return n > 0 && n < 1024 ? sentry__os_narrow(w, out, cap) : 0;
}

static int sentry__os_stat(const wchar_t *path, uint64_t *size, uint64_t *changed_us)
{
    WIN32_FILE_ATTRIBUTE_DATA d;
    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &d) || (d.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT))) return 1;
    *size = ((uint64_t)d.nFileSizeHigh << 32) | d.nFileSizeLow;
    *changed_us = (((uint64_t)d.ftLastWriteTime.dwHighDateTime << 32) | d.ftLastWriteTime.dwLowDateTime) / 10u - 11644473600000000u;
    return 0;
}

static void sentry__os_touch(const wchar_t *path, uint64_t changed_us)
{
    uint64_t t = (changed_us + 11644473600000000u) * 10u;
    FILETIME f;
    HANDLE h = CreateFileW(path, FILE_WRITE_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    if (h == INVALID_HANDLE_VALUE) return;
    f.dwHighDateTime = (DWORD)(t >> 32);
    f.dwLowDateTime = (DWORD)t;
    SetFileTime(h, NULL, NULL, &f);
    CloseHandle(h);
}

typedef HANDLE sentry__os_file_t;
static int sentry__os_file_open(sentry__os_file_t *f, const char *utf8)
{
    sentry__os_path_t path = sentry__os_path(utf8);
    *f = path ? CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL) : INVALID_HANDLE_VALUE;
    sentry__os_path_free(path);
    if (*f == INVALID_HANDLE_VALUE) return 1;
    if (GetFileType(*f) == FILE_TYPE_DISK) return 0;
    CloseHandle(*f);
    return 1;
}
static size_t sentry__os_file_read(sentry__os_file_t f, uint64_t offset, void *out, size_t n)
{
    size_t got = 0;
    while (got < n) {
        OVERLAPPED at;
        DWORD more = 0, want = n - got < 0x40000000u ? (DWORD)(n - got) : 0x40000000u;
        memset(&at, 0, sizeof at);
        at.Offset = (DWORD)(offset + got);
        at.OffsetHigh = (DWORD)((offset + got) >> 32);
        if (!ReadFile(f, (char *)out + got, want, &more, &at) || !more) break;
        got += more;
    }
    return got;
}
static uint64_t sentry__os_file_size(sentry__os_file_t f)
{
    LARGE_INTEGER size;
    return GetFileSizeEx(f, &size) ? (uint64_t)size.QuadPart : 0;
}
static void sentry__os_file_close(sentry__os_file_t f) { CloseHandle(f); }

static void *sentry__os_pages_new(size_t n) { return VirtualAlloc(NULL, n, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE); }
static void sentry__os_pages_free(void *p, size_t n)
{
    (void)n;
    VirtualFree(p, 0, MEM_RELEASE);
}

typedef struct {
    HANDLE search;
    WIN32_FIND_DATAW found;
    int more; /* `found` is one that nobody saw */
    char name[1024];
} sentry__os_dir_t;
static int sentry__os_dir_open(sentry__os_dir_t *dir, const wchar_t *path)
{
    size_t n = wcslen(path);
    wchar_t *pattern = (wchar_t *)SENTRY_MALLOC((n + 3) * sizeof *pattern);
    if (!pattern) return 1;
    memcpy(pattern, path, n * sizeof *pattern);
    memcpy(pattern + n, L"\\*", 3 * sizeof *pattern);
    dir->search = FindFirstFileW(pattern, &dir->found);
    dir->more = 1;
    SENTRY_FREE(pattern);
    return dir->search == INVALID_HANDLE_VALUE;
}
static void sentry__os_dir_close(sentry__os_dir_t *dir) { FindClose(dir->search); }
static const char *sentry__os_dir_next(sentry__os_dir_t *dir)
{
    if (!dir->more) return NULL;
    sentry__os_narrow(dir->found.cFileName, dir->name, sizeof dir->name);
    dir->more = FindNextFileW(dir->search, &dir->found);
    return dir->name;
}

#ifndef SENTRY_NO_HTTP
/* Waits as long as it takes. */
static int sentry__os_fd_write(int fd, const char *p, size_t n, unsigned ms)
{
    int mode = _setmode(fd, _O_BINARY), sent = _write(fd, p, n < 4096 ? (unsigned)n : 4096u); /* as text, lines would grow */
    (void)ms;
    if (mode != -1) _setmode(fd, mode);
    return sent;
}
#endif

/* A file that nobody else can open. */
typedef HANDLE sentry__os_flock_t;
static int sentry__os_flock_take(sentry__os_flock_t *lock, const wchar_t *path)
{
    *lock = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    return *lock == INVALID_HANDLE_VALUE;
}
static void sentry__os_flock_drop(sentry__os_flock_t *lock) { CloseHandle(*lock); }
#endif

static size_t sentry__os_exe(char *out, size_t cap)
{
    wchar_t w[1024];
    DWORD n = GetModuleFileNameW(NULL, w, 1024);
    return n > 0 && n < 1024 ? sentry__os_narrow(w, out, cap) : 0;
}
static size_t sentry__os_host(char *out, size_t cap)
{
    wchar_t w[256];
    DWORD n = 256;
    return GetComputerNameExW(ComputerNameDnsHostname, w, &n) ? sentry__os_narrow(w, out, cap) : 0;
}
static unsigned sentry__os_pid(void) { return (unsigned)GetCurrentProcessId(); }
static uint64_t sentry__os_tid(void) { return GetCurrentThreadId(); }
static void sentry__os_error_text(int error, char *out, size_t cap)
{
    if (strerror_s(out, cap, error) != 0) snprintf(out, cap, "error %d", error);
}

static void sentry__os_describe(sentry__machine_t *m)
{
    typedef LONG(WINAPI * version_fn)(OSVERSIONINFOW *);
    OSVERSIONINFOW v;
    SYSTEM_INFO info;
    MEMORYSTATUSEX memory;
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    version_fn get_version = NULL;
    FARPROC proc = ntdll ? GetProcAddress(ntdll, "RtlGetVersion") : NULL;
    memset(m, 0, sizeof *m);
    memset(&v, 0, sizeof v);
    v.dwOSVersionInfoSize = sizeof v;
    memcpy(&get_version, &proc, sizeof proc);
    if (get_version) get_version(&v);
    snprintf(m->name, sizeof m->name, "Windows");
    snprintf(m->version, sizeof m->version, "%lu.%lu.%lu", (unsigned long)v.dwMajorVersion, (unsigned long)v.dwMinorVersion, (unsigned long)v.dwBuildNumber);
    snprintf(m->build, sizeof m->build, "%lu", (unsigned long)v.dwBuildNumber);
    GetNativeSystemInfo(&info);
    snprintf(m->arch, sizeof m->arch, "%s", info.wProcessorArchitecture == 9 ? "x86_64" : info.wProcessorArchitecture == 12 ? "arm64" : "x86");
    m->processors = info.dwNumberOfProcessors;
    memory.dwLength = sizeof memory;
    if (GlobalMemoryStatusEx(&memory)) m->memory_bytes = memory.ullTotalPhys;
}

#ifndef SENTRY_NO_HTTP
typedef SOCKET sentry__socket_t;
typedef struct { /* as Windows 10 and later have it */
    unsigned short sun_family;
    char sun_path[108];
} sentry__unix_t;
#define SENTRY__NO_SOCKET INVALID_SOCKET

static int sentry__os_sockets_start(void)
{
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data);
}
static void sentry__os_sockets_stop(void) { WSACleanup(); }
static void sentry__os_socket_close(sentry__socket_t s) { closesocket(s); }
static int sentry__os_socket_result(void)
{
    int e = WSAGetLastError();
    return e == WSAEWOULDBLOCK || e == WSAEINPROGRESS || e == WSAEINTR ? -1 : -2;
}
static sentry__socket_t sentry__os_socket_connect(const struct addrinfo *a)
{
    u_long on = 1;
    int yes = 1;
    sentry__socket_t s = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (s == INVALID_SOCKET) return SENTRY__NO_SOCKET;
    ioctlsocket(s, (long)FIONBIO, &on);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    SetHandleInformation((HANDLE)s, HANDLE_FLAG_INHERIT, 0);
    if (connect(s, a->ai_addr, (int)a->ai_addrlen) != 0 && sentry__os_socket_result() == -2) {
        closesocket(s);
        return SENTRY__NO_SOCKET;
    }
    return s;
}
/* select, because WSAPoll of older systems keeps silent about a connection that was refused. */
static int sentry__os_socket_wait(sentry__socket_t s, int to_write, unsigned ms)
{
    fd_set ready, failed;
    struct timeval t;
    int n;
    FD_ZERO(&ready);
    FD_ZERO(&failed);
    ready.fd_array[ready.fd_count++] = s;
    failed.fd_array[failed.fd_count++] = s;
    t.tv_sec = (long)(ms / 1000u);
    t.tv_usec = (long)(ms % 1000u) * 1000;
    n = select(0, to_write ? NULL : &ready, to_write ? &ready : NULL, &failed, &t);
    return n < 0 ? -2 : n > 0;
}
static int sentry__os_socket_failed(sentry__socket_t s)
{
    int error = 0, n = sizeof error;
    return getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &n) != 0 || error != 0;
}
static int sentry__os_socket_send(sentry__socket_t s, const char *p, size_t n)
{
    int sent = send(s, p, (int)n, 0);
    return sent < 0 ? sentry__os_socket_result() : sent;
}
static int sentry__os_socket_recv(sentry__socket_t s, char *p, size_t n)
{
    int got = recv(s, p, (int)n, 0);
    return got < 0 ? sentry__os_socket_result() : got;
}
#endif

#define SENTRY__IMAGES 1
#define SENTRY__OS_MODULES 1024

/* Each is kept from being unloaded while `see` looks. */
static void sentry__os_images(int (*see)(const sentry__os_image_t *image, void *arg), void *arg)
{
    HMODULE *modules = (HMODULE *)SENTRY_MALLOC(SENTRY__OS_MODULES * sizeof *modules), held;
    DWORD bytes = 0, i;
    int enough = !modules || !K32EnumProcessModules(GetCurrentProcess(), modules, SENTRY__OS_MODULES * sizeof *modules, &bytes);
    for (i = 0; !enough && i < SENTRY__OS_MODULES && i < bytes / sizeof *modules; i++) {
        wchar_t wide[1024];
        char path[1024];
        sentry__os_image_t image;
        DWORD n;
        if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)(void *)modules[i], &held)) continue;
        n = GetModuleFileNameW(held, wide, 1024);
        image.path = n > 0 && n < 1024 && sentry__os_narrow(wide, path, sizeof path) ? path : "";
        image.base = (uintptr_t)held;
        image.headers = (const char *)held;
        image.count = 0;
        enough = see(&image, arg);
        FreeLibrary(held);
    }
    SENTRY_FREE(modules);
}

/* Windows counts nothing. */
static void sentry__os_images_counts(sentry__word_t counts[2]) { counts[0] = counts[1] = 0; }

#define SENTRY__PROBE 4096u
static int sentry__os_readable(uintptr_t at)
{
    MEMORY_BASIC_INFORMATION m;
    const DWORD readable = PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    return VirtualQuery((LPCVOID)at, &m, sizeof m) && m.State == MEM_COMMIT && (m.Protect & readable) && !(m.Protect & PAGE_GUARD);
}

#if SENTRY__FUNCTIONS
typedef struct {
    int error;
    DWORD last;
} sentry__os_errors_t;
static void sentry__os_errors_keep(sentry__os_errors_t *e)
{
    e->last = GetLastError();
    e->error = errno;
}
static void sentry__os_errors_restore(const sentry__os_errors_t *e)
{
    errno = e->error;
    SetLastError(e->last);
}
#endif
#endif /* Windows */

/* -- no system: what the C library has, and the user's clock -- */

#ifdef SENTRY_PLATFORM_BARE
#define SENTRY__DIRSEP '/'

static const char *sentry__os_getenv(const char *name, char room[1024])
{
    (void)room;
    return getenv(name);
}
static size_t sentry__os_exe(char *out, size_t cap)
{
    (void)out;
    (void)cap;
    return 0;
}
static size_t sentry__os_host(char *out, size_t cap) { return sentry__os_exe(out, cap); }
static unsigned sentry__os_pid(void) { return 0; }
static uint64_t sentry__os_tid(void) { return 1; }
static void sentry__os_error_text(int error, char *out, size_t cap) { snprintf(out, cap, "%s", strerror(error)); }

static void sentry__os_describe(sentry__machine_t *m) { memset(m, 0, sizeof *m); }
static void sentry__os_where(const void *context, uintptr_t *pc, uintptr_t *sp)
{
    (void)context;
    *pc = *sp = 0;
}
#endif /* no system */

/* -- the C++ library, where there is one -- */

#if (SENTRY__SYMBOLS || SENTRY__CRASH) && SENTRY__IMAGES && defined(__GNUC__) && !defined(__TINYC__) && !defined(_WIN32)
extern char *__cxa_demangle(const char *mangled, char *out, size_t *size, int *status) __attribute__((weak));

/* The name that C++ gave a function, as people write it; NULL when it cannot be had. `*room` is malloc's, `*size` long, and grows. */
static const char *sentry__os_demangle(const char *mangled, char **room, size_t *size)
{
    int status = 0;
    char *text = __cxa_demangle ? __cxa_demangle(mangled, *room, size, &status) : NULL;
    if (text) *room = text;
    return text;
}
#elif SENTRY__SYMBOLS
static const char *sentry__os_demangle(const char *mangled, char **room, size_t *size)
{
    (void)mangled;
    (void)room;
    (void)size;
    return NULL;
}
#endif

/* -- no threads -- */

#ifdef SENTRY_NO_THREADS
typedef char sentry__mutex_t;
typedef char sentry__cond_t;
typedef char sentry__key_t;
typedef char sentry__os_thread_t;

#ifdef SENTRY_PLATFORM_UNIX
static sentry__os_thread_t sentry__os_thread_self(void) { return 0; }
static void sentry__os_thread_signal(sentry__os_thread_t thread, int number) { (void)thread, raise(number); }
static void sentry__os_signals(int how, const sigset_t *set) { sigprocmask(how, set, NULL); }
#endif
static void sentry__os_sleep_us(unsigned us) { (void)us; }
static void sentry__os_yield(void) {}
static int sentry__os_key_new(sentry__key_t *key, void (*at_exit)(void *))
{
    (void)at_exit;
    *key = 0;
    return 0;
}
static int sentry__os_key_set(sentry__key_t key, void *p)
{
    (void)key;
    (void)p;
    return 0;
}

/* Without pthread_atfork a child finds out by its number, when it is about to draw an id or to send. */
static struct {
    void (*before)(void), (*child)(void);
    unsigned pid;
} sentry__os_forks;
static void sentry__os_on_fork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
    (void)parent;
    sentry__os_forks.before = before;
    sentry__os_forks.child = child;
    sentry__os_forks.pid = sentry__os_pid();
}
static void sentry__os_fork_noticed(void)
{
    if (!sentry__os_forks.child || sentry__os_pid() == sentry__os_forks.pid) return;
    sentry__os_forks.pid = sentry__os_pid();
    if (sentry__os_forks.before) sentry__os_forks.before();
    sentry__os_forks.child();
}

static void sentry__os_mutex_init(sentry__mutex_t *m) { (void)m; }
static void sentry__os_mutex_free(sentry__mutex_t *m) { (void)m; }
static void sentry__os_mutex_lock(sentry__mutex_t *m) { (void)m; }
static void sentry__os_mutex_unlock(sentry__mutex_t *m) { (void)m; }
static void sentry__os_cond_init(sentry__cond_t *c) { (void)c; }
static void sentry__os_cond_free(sentry__cond_t *c) { (void)c; }
static void sentry__os_cond_wake(sentry__cond_t *c) { (void)c; }
static void sentry__os_cond_wait(sentry__cond_t *c, sentry__mutex_t *m, uint64_t ms)
{
    (void)c;
    (void)m;
    (void)ms;
}
static int sentry__os_thread_start(sentry__os_thread_t *thread, const void *attr, void *(*fn)(void *), void *arg, int block_signals)
{
    (void)thread;
    (void)attr;
    (void)fn;
    (void)arg;
    (void)block_signals;
    return EAGAIN;
}
static int sentry__os_thread_join(sentry__os_thread_t thread, void **result)
{
    (void)thread;
    (void)result;
    return EINVAL;
}
static void sentry__os_thread_detach(sentry__os_thread_t thread) { (void)thread; }
static void sentry__os_thread_name(const char *name) { (void)name; }
#endif

/* ==[3]== MEMORY AND LOCKS ==========================================================
 * Owns    the small lock, the count of forks.
 * Holds   a lock word is 0, or the fork generation of its holder. A child of fork finds words of its parent's other
 *         threads, which it does not have: those it takes over. So what such a lock guards is changed by single stores,
 *         in an order that is right at every moment: a holder that vanished may have stopped at any of them.
 * Threads any.
 */

static sentry__word_t sentry__fork_generation = 1;

/* For sections of a few hundred instructions: no I/O, no callback, no other lock inside. Zeroed is unlocked. */
typedef struct {
    sentry__word_t word;
} sentry__lock_t;

/* Spins, then yields, then sleeps, so that a real-time thread never starves a holder of lower priority. */
static SENTRY__NOINLINE void sentry__lock_slow(sentry__lock_t *lock)
{
    unsigned tries;
    for (tries = 0;; tries++) {
        sentry__word_t holder = sentry__load(&lock->word);
        if ((holder == 0 || holder != sentry__fork_generation) && sentry__swap_if(&lock->word, holder, sentry__fork_generation)) return;
        if (tries > 200) sentry__os_sleep_us(100);
        else if (tries > 50) sentry__os_yield();
    }
}

static void sentry__lock(sentry__lock_t *lock)
{
    if (!SENTRY__LIKELY(sentry__swap_if(&lock->word, 0, sentry__fork_generation))) sentry__lock_slow(lock);
}

static void sentry__unlock(sentry__lock_t *lock)
{
    SENTRY_ASSERT(lock->word == sentry__fork_generation);
    sentry__store_release(&lock->word, 0);
}

#ifndef SENTRY_NO_FILES
/* Memory in pages of the system, given back all at once: for what must not touch malloc, and for what is thrown away together. */
typedef struct sentry__chunk_s {
    struct sentry__chunk_s *next;
    size_t size, used; /* with this */
} sentry__chunk_t;
typedef struct {
    sentry__chunk_t *first;
    size_t taken, limit; /* bytes of the system; 0 is no limit */
    int failed;
} sentry__arena_t;

#define SENTRY__CHUNK ((size_t)65536)

/* Zeroed, and aligned for anything. NULL, and `failed`, without memory or above the limit. */
static void *sentry__arena_take(sentry__arena_t *a, size_t n)
{
    size_t head = (sizeof(sentry__chunk_t) + 15u) & ~(size_t)15u, want;
    sentry__chunk_t *c = a->first;
    void *p;
    if (n > SIZE_MAX / 2) n = SIZE_MAX / 2;
    n = (n + 15u) & ~(size_t)15u;
    if (!c || n > c->size - c->used) {
        want = n + head > SENTRY__CHUNK ? (n + head + SENTRY__CHUNK - 1) & ~(SENTRY__CHUNK - 1) : SENTRY__CHUNK;
        c = !a->limit || (a->taken <= a->limit && want <= a->limit - a->taken) ? (sentry__chunk_t *)sentry__os_pages_new(want) : NULL;
        if (!c) {
            a->failed = 1;
            return NULL;
        }
        c->size = want;
        c->used = head;
        a->taken += want;
        if (a->first && want - head - n < a->first->size - a->first->used) { /* the one with more room stays the first */
            c->next = a->first->next;
            a->first->next = c;
        } else {
            c->next = a->first;
            a->first = c;
        }
    }
    p = (char *)c + c->used;
    c->used += n;
    return p;
}

/* All of it; the arena may be used again. */
static void sentry__arena_free(sentry__arena_t *a)
{
    while (a->first) {
        sentry__chunk_t *c = a->first;
        a->first = c->next;
        sentry__os_pages_free(c, c->size);
    }
    a->taken = 0;
    a->failed = 0;
}
#endif

static void *sentry__alloc(size_t size) { return SENTRY_MALLOC(size ? size : 1); }

static void *sentry__calloc(size_t size)
{
    void *p = sentry__alloc(size);
    if (p) memset(p, 0, size);
    return p;
}

/* A zero-ended copy. NULL when `s` is NULL or there is no memory. */
static char *sentry__strdup(sentry__str_t s)
{
    char *copy = s.p ? (char *)sentry__alloc(s.n + 1) : NULL;
    if (!copy) return NULL;
    memcpy(copy, s.p, s.n);
    copy[s.n] = 0;
    return copy;
}

/* -- public -- */

SENTRY_API void *sentry_malloc(size_t size) { return sentry__alloc(size); }
SENTRY_API void sentry_free(void *ptr) { SENTRY_FREE(ptr); }

/* ==[4]== TEXT AND BUFFERS ==========================================================
 * Slices, a growing byte buffer with a sticky error, UTF-8, number formatting, matching. No state.
 */

static sentry__str_t sentry__slice(const char *p, size_t n)
{
    sentry__str_t s;
    s.p = p;
    s.n = n;
    return s;
}
static sentry__str_t sentry__str(const char *p) { return sentry__slice(p, p ? strlen(p) : 0); }

/* For the `_n` functions: up to `n` bytes, ending at the first zero; never reads beyond `n`. */
static sentry__str_t sentry__str_n(const char *p, size_t n)
{
    const char *end = p && n ? (const char *)memchr(p, 0, n) : NULL;
    return sentry__slice(p, end ? (size_t)(end - p) : p ? n : 0);
}

#define SENTRY__LITERAL(text) sentry__slice(text, sizeof(text) - 1)

/* A key's length and last byte in one word, so that searching compares words: keys tend to begin alike. */
#define SENTRY__MAX_KEY 0xffffffu     /* longer keys, and those of just that length, are refused */
#define SENTRY__NO_MARK UINT32_MAX /* theirs: no key that is kept has it */
static inline uint32_t sentry__key_mark(sentry__str_t key)
{
    if (!key.n || key.n >= SENTRY__MAX_KEY) return key.n ? SENTRY__NO_MARK : 0;
    return (uint32_t)key.n | (uint32_t)(unsigned char)key.p[key.n - 1] << 24;
}

static int sentry__str_eq(sentry__str_t a, sentry__str_t b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }

static char sentry__lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static int sentry__str_ieq(sentry__str_t a, sentry__str_t b)
{
    size_t i;
    if (a.n != b.n) return 0;
    for (i = 0; i < a.n; i++)
        if (sentry__lower(a.p[i]) != sentry__lower(b.p[i])) return 0;
    return 1;
}

static sentry__str_t sentry__str_trim(sentry__str_t s)
{
    while (s.n && (unsigned char)s.p[0] <= ' ') s.p++, s.n--;
    while (s.n && (unsigned char)s.p[s.n - 1] <= ' ') s.n--;
    return s;
}

/* Takes what stands before `c` off the front of `rest`; all of it when there is no `c`. */
static sentry__str_t sentry__take_until(sentry__str_t *rest, char c)
{
    const char *at = rest->n ? (const char *)memchr(rest->p, c, rest->n) : NULL;
    sentry__str_t part = sentry__slice(rest->p, at ? (size_t)(at - rest->p) : rest->n);
    rest->p += part.n + (at != NULL);
    rest->n -= part.n + (at != NULL);
    return sentry__str_trim(part);
}

/* `*` matches any run, `?` any byte; everything else itself. Linear but for the last star's retries. */
static int sentry__glob(sentry__str_t pattern, sentry__str_t text)
{
    size_t p = 0, t = 0, star = (size_t)-1, mark = 0;
    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
            p++;
            t++;
        } else if (star != (size_t)-1) {
            p = star + 1;
            t = ++mark;
        } else {
            return 0;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*') p++;
    return p == pattern.n;
}

/* memcpy for the short runs that JSON is made of: two overlapping moves of a fixed size instead of a call. */
static inline void sentry__copy(char *to, const char *from, size_t n)
{
    if (n > 32) memcpy(to, from, n);
    else if (n >= 16) memcpy(to, from, 16), memcpy(to + n - 16, from + n - 16, 16);
    else if (n >= 8) memcpy(to, from, 8), memcpy(to + n - 8, from + n - 8, 8);
    else if (n >= 4) memcpy(to, from, 4), memcpy(to + n - 4, from + n - 4, 4);
    else
        while (n--) to[n] = from[n];
}

/* memcmp for equality of short runs, in the same way. */
static inline int sentry__same(const char *a, const char *b, size_t n)
{
    uint64_t x[2], y[2];
    uint32_t v[2], w[2];
    if (n > 16) return memcmp(a, b, n) == 0;
    if (n >= 8) {
        memcpy(&x[0], a, 8), memcpy(&x[1], a + n - 8, 8);
        memcpy(&y[0], b, 8), memcpy(&y[1], b + n - 8, 8);
        return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
    }
    if (n >= 4) {
        memcpy(&v[0], a, 4), memcpy(&v[1], a + n - 4, 4);
        memcpy(&w[0], b, 4), memcpy(&w[1], b + n - 4, 4);
        return ((v[0] ^ w[0]) | (v[1] ^ w[1])) == 0;
    }
    while (n && a[n - 1] == b[n - 1]) n--;
    return n == 0;
}

/* Bytes that grow. It may start on the caller's storage, which it never frees. `failed` sticks: check it once. */
typedef struct {
    char *data;
    size_t len, cap;
    int failed, borrowed; /* 2: and it may not grow */
} sentry__buf_t;

static void sentry__buf_init(sentry__buf_t *b, char *storage, size_t cap)
{
    b->data = storage;
    b->len = 0;
    b->cap = cap;
    b->failed = 0;
    b->borrowed = storage != NULL;
}

/* Bytes on the caller's storage that never grow, for signal handlers. */
static void sentry__buf_fix(sentry__buf_t *b, char *storage, size_t cap)
{
    sentry__buf_init(b, storage, cap);
    b->borrowed = 2;
}

static void sentry__buf_free(sentry__buf_t *b)
{
    if (!b->borrowed) SENTRY_FREE(b->data);
    sentry__buf_init(b, NULL, 0);
}

static SENTRY__NOINLINE char *sentry__buf_grow(sentry__buf_t *b, size_t more)
{
    size_t cap = b->cap < 256 ? 256 : b->cap;
    char *data;
    if (b->failed || b->borrowed > 1 || more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4) {
        b->failed = 1;
        return NULL;
    }
    while (cap - b->len < more) cap *= 2;
    data = (char *)(b->borrowed ? SENTRY_MALLOC(cap) : SENTRY_REALLOC(b->data, cap));
    if (!data) {
        b->failed = 1;
        return NULL;
    }
    if (b->borrowed) memcpy(data, b->data, b->len);
    b->data = data;
    b->cap = cap;
    b->borrowed = 0;
    return data + b->len;
}

/* Room for `n` more bytes, or NULL; advance `len` by what was written. */
static inline char *sentry__buf_room(sentry__buf_t *b, size_t n)
{
    return SENTRY__LIKELY(b->cap - b->len >= n && !b->failed) ? b->data + b->len : sentry__buf_grow(b, n);
}

static void sentry__buf_put(sentry__buf_t *b, const char *p, size_t n)
{
    char *to = n ? sentry__buf_room(b, n) : NULL;
    if (!to) return;
    sentry__copy(to, p, n);
    b->len += n;
}

static inline void sentry__buf_byte(sentry__buf_t *b, char c)
{
    char *to = sentry__buf_room(b, 1);
    if (!to) return;
    *to = c;
    b->len++;
}

/* For literals: the size is known, the copy needs no call. */
SENTRY__INLINE void sentry__buf_literal(sentry__buf_t *b, const char *p, size_t n)
{
    char *to = sentry__buf_room(b, n);
    if (!to) return;
    memcpy(to, p, n);
    b->len += n;
}
#define SENTRY__PUT(b, text) sentry__buf_literal(b, text, sizeof(text) - 1)
static void sentry__buf_str(sentry__buf_t *b, sentry__str_t s) { sentry__buf_put(b, s.p, s.n); }
static void sentry__buf_cstr(sentry__buf_t *b, const char *s) { sentry__buf_put(b, s, strlen(s)); }

/* The bytes, zero-ended, now the caller's; NULL when anything failed. The buffer is empty after it. */
static char *sentry__buf_take(sentry__buf_t *b, size_t *len)
{
    char *data;
    sentry__buf_byte(b, 0);
    if (b->borrowed && !b->failed) sentry__buf_grow(b, b->cap);
    data = b->failed ? NULL : b->data;
    if (len) *len = data ? b->len - 1 : 0;
    if (!data) sentry__buf_free(b);
    sentry__buf_init(b, NULL, 0);
    return data;
}

/* Decimal digits; returns what is behind them. At most 20. */
static char *sentry__format_u64(char *to, uint64_t v)
{
    char digits[20];
    size_t n = 0;
    do digits[n++] = (char)('0' + (int)(v % 10u));
    while (v /= 10u);
    while (n) *to++ = digits[--n];
    return to;
}

static void sentry__buf_u64(sentry__buf_t *b, uint64_t v)
{
    char *to = sentry__buf_room(b, 20);
    if (to) b->len += (size_t)(sentry__format_u64(to, v) - to);
}

static void sentry__buf_i64(sentry__buf_t *b, int64_t v)
{
    if (v < 0) sentry__buf_byte(b, '-');
    sentry__buf_u64(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* Hexadecimal digits without zeros in front. */
static void sentry__buf_hex_u64(sentry__buf_t *b, uint64_t v)
{
    unsigned n = 1, i;
    char *to = sentry__buf_room(b, 16);
    while (n < 16 && v >> 4 * n) n++;
    for (i = n; to && i--; v >>= 4) to[i] = "0123456789abcdef"[v & 15];
    if (to) b->len += n;
}

static void sentry__buf_hex(sentry__buf_t *b, const char *bytes, size_t n)
{
    char *to = sentry__buf_room(b, 2 * n);
    size_t i;
    if (!to) return;
    for (i = 0; i < n; i++) {
        *to++ = "0123456789abcdef"[(unsigned char)bytes[i] >> 4];
        *to++ = "0123456789abcdef"[(unsigned char)bytes[i] & 15];
    }
    b->len += 2 * n;
}

/* A whole number of up to 1,184 bits, least significant word first: with two of them a double is a fraction, exactly. */
typedef struct {
    uint32_t word[37];
    unsigned n; /* words in use; the last is not zero */
} sentry__big_t;

static void sentry__big_set(sentry__big_t *b, uint64_t v)
{
    b->word[0] = (uint32_t)v;
    b->word[1] = (uint32_t)(v >> 32);
    b->n = b->word[1] ? 2 : b->word[0] != 0;
}

static void sentry__big_multiply(sentry__big_t *b, uint32_t by)
{
    uint64_t carry = 0;
    unsigned i;
    for (i = 0; i < b->n; i++) {
        carry += (uint64_t)b->word[i] * by;
        b->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) b->word[b->n++] = (uint32_t)carry;
}

/* Times ten to a power; nothing for a negative one. */
static void sentry__big_scale(sentry__big_t *b, int power)
{
    for (; power >= 9; power -= 9) sentry__big_multiply(b, 1000000000u);
    for (; power > 0; power--) sentry__big_multiply(b, 10);
}

static void sentry__big_shift(sentry__big_t *b, unsigned bits)
{
    unsigned words = bits / 32, i;
    sentry__big_multiply(b, (uint32_t)1 << bits % 32);
    for (i = b->n; i-- > 0;) b->word[i + words] = b->word[i];
    for (i = 0; i < words; i++) b->word[i] = 0;
    b->n += words;
}

static int64_t sentry__big_word(const sentry__big_t *b, unsigned i) { return b && i < b->n ? b->word[i] : 0; }

/* Compares a + plus with b; `plus` may be NULL. Returns -1, 0 or 1. */
static int sentry__big_compare(const sentry__big_t *a, const sentry__big_t *plus, const sentry__big_t *b)
{
    int64_t more = 0; /* a's and plus's words above this one less b's, in units of this one */
    unsigned i = a->n > b->n ? a->n : b->n;
    if (plus && plus->n > i) i = plus->n;
    while (i-- > 0) {
        more = more * ((int64_t)1 << 32) + sentry__big_word(a, i) + sentry__big_word(plus, i) - sentry__big_word(b, i);
        if (more > 0 || more < -1) return more > 0 ? 1 : -1; /* what is below cannot outweigh it */
    }
    return more < 0 ? -1 : 0;
}

static void sentry__big_subtract(sentry__big_t *a, const sentry__big_t *b)
{
    int64_t borrow = 0;
    unsigned i;
    for (i = 0; i < a->n; i++) {
        borrow += a->word[i] - sentry__big_word(b, i);
        a->word[i] = (uint32_t)(uint64_t)borrow;
        borrow = borrow < 0 ? -1 : 0;
    }
    while (a->n && !a->word[a->n - 1]) a->n--;
}

/* The fewest decimal digits that read back as the same double, and among them the nearest (Steele and White); at most 17.
 * `bits` are those of a positive, finite double. Returns the power of ten that 0.DIGITS is to be multiplied by. */
static int sentry__double_digits(uint64_t bits, char digits[18], size_t *count)
{
    sentry__big_t unit, b[3]; /* in units: what is left, and half the way to the next double below and above */
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int exponent = (int)(bits >> 52), even = !(fraction & 1), edge = !fraction && exponent > 1, power, i, low, high;
    size_t n = 0;
    if (exponent) fraction |= (uint64_t)1 << 52;
    exponent -= exponent ? 1075 : 1074;
    sentry__big_set(&unit, (uint64_t)2 << edge);
    sentry__big_set(&b[0], fraction << (1 + edge));
    sentry__big_set(&b[1], 1);
    sentry__big_set(&b[2], (uint64_t)1 << edge); /* below a power of two doubles stand closer */
    if (exponent < 0) sentry__big_shift(&unit, (unsigned)-exponent);
    for (i = 0; exponent > 0 && i < 3; i++) sentry__big_shift(&b[i], (unsigned)exponent);
    for (power = exponent; fraction > 1; fraction >>= 1) power++;
    power = (power + 1100) * 1233 / 4096 - 331; /* the digits before the point, or fewer */
    sentry__big_scale(&unit, power);
    for (i = 0; i < 3; i++) sentry__big_scale(&b[i], -power);
    for (; sentry__big_compare(&b[0], &b[2], &unit) > -even; power++) sentry__big_multiply(&unit, 10);
    do {
        for (i = 0; i < 3; i++) sentry__big_multiply(&b[i], 10);
        digits[n] = '0';
        for (; sentry__big_compare(&b[0], NULL, &unit) >= 0; digits[n]++) sentry__big_subtract(&b[0], &unit);
        low = sentry__big_compare(&b[0], NULL, &b[1]) < even;
        high = sentry__big_compare(&b[0], &b[2], &unit) > -even;
        n++;
    } while (!low && !high);
    i = sentry__big_compare(&b[0], &b[0], &unit);
    if (high && (!low || i > 0 || (i == 0 && digits[n - 1] % 2))) digits[n - 1]++;
    *count = n;
    return power;
}

/* The shortest text that reads back as the same double, at most 25 bytes, as JavaScript writes it but for -0. Knows no
 * locale, and needs no printf, which may leave out floating point. */
static size_t sentry__double_text(double v, char out[40])
{
    char digits[18], *to = out;
    size_t n, i, whole;
    uint64_t bits;
    int power;
    memcpy(&bits, &v, sizeof bits);
    if (bits >> 63) *to++ = '-', v = -v;
    if (v < 1e15 && (double)(int64_t)v == v) return (size_t)(sentry__format_u64(to, (uint64_t)v) - out);
    power = sentry__double_digits(bits & ~((uint64_t)1 << 63), digits, &n);
    if (power > 21 || power < -5) {
        *to++ = digits[0];
        if (n > 1) *to++ = '.';
        for (i = 1; i < n; i++) *to++ = digits[i];
        *to++ = 'e';
        *to++ = power < 1 ? '-' : '+';
        return (size_t)(sentry__format_u64(to, (uint64_t)(power < 1 ? 1 - power : power - 1)) - out);
    }
    whole = power > 0 ? (size_t)power : 0;
    for (i = 0; i < whole; i++) *to++ = (char)(i < n ? digits[i] : '0');
    if (!whole) *to++ = '0';
    if (n > whole) *to++ = '.';
    for (; power < 0; power++) *to++ = '0';
    for (; i < n; i++) *to++ = digits[i];
    return (size_t)(to - out);
}

/* The length of the UTF-8 sequence at `p` (Unicode, table 3-7), 0 when it is broken. */
static size_t sentry__utf8_len(const char *text, size_t left)
{
    const unsigned char *p = (const unsigned char *)text;
    unsigned char low = 0x80, high = 0xbf;
    size_t n, i;
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4) return 0;
    n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (p[0] == 0xe0) low = 0xa0;
    if (p[0] == 0xed) high = 0x9f;
    if (p[0] == 0xf0) low = 0x90;
    if (p[0] == 0xf4) high = 0x8f;
    if (left < n || p[1] < low || p[1] > high) return 0;
    for (i = 2; i < n; i++)
        if (p[i] < 0x80 || p[i] > 0xbf) return 0;
    return n;
}

/* `n` bytes, less those of a sequence that the end would cut in two. */
static size_t sentry__utf8_cut(const char *text, size_t n)
{
    size_t keep = n;
    while (keep && n - keep < 4 && ((unsigned char)text[keep - 1] & 0xc0) == 0x80) keep--;
    if (!keep || (unsigned char)text[keep - 1] < 0xc0) return n;
    return sentry__utf8_len(text + keep - 1, n - keep + 1) ? n : keep - 1;
}

static size_t sentry__utf8_put(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 63));
    out[2] = (char)(0x80 | ((c >> 6) & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}

/* A point in time `ms` from now; the end of time when there are too many. */
static uint64_t sentry__deadline(uint64_t ms)
{
    uint64_t now = sentry__os_ticks_ms();
    return ms > UINT64_MAX - now ? UINT64_MAX : now + ms;
}

/* The milliseconds until then. */
static uint64_t sentry__left(uint64_t deadline)
{
    uint64_t now = sentry__os_ticks_ms();
    return deadline > now ? deadline - now : 0;
}

static int sentry__hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = sentry__lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#ifndef SENTRY_NO_FILES
/* Joins two parts of a path into a buffer of 1024; an absolute second part stands alone. Returns 0 when it is too long. */
static int sentry__path_join(char out[1024], const char *base, sentry__str_t name)
{
    int absolute = name.n && (name.p[0] == '/' || name.p[0] == SENTRY__DIRSEP || (name.n > 1 && name.p[1] == ':'));
    int n = snprintf(out, 1024, "%s%s%.*s", absolute ? "" : base, absolute ? "" : "/", (int)(name.n < 1024 ? name.n : 1024), name.p);
    return n > 0 && n < 1024;
}

/* A whole file of at most `limit` bytes, zero-ended, the caller's. NULL when it cannot be had; with `*len` beyond the limit it
 * is longer. */
static char *sentry__file_read(const char *path, size_t limit, size_t *len)
{
    sentry__os_path_t from = sentry__os_path(path);
    FILE *f = from ? sentry__os_open(from, 0) : NULL;
    sentry__buf_t b;
    sentry__os_path_free(from);
    if (!f) return NULL;
    sentry__buf_init(&b, NULL, 0);
    while (!b.failed && b.len <= limit) {
        char *to = sentry__buf_room(&b, 4096);
        size_t got = to ? fread(to, 1, 4096, f) : 0;
        b.len += got;
        if (got < 4096) break;
    }
    *len = b.len;
    if (b.len > limit && fseek(f, 0, SEEK_END) == 0 && ftell(f) > 0) *len = (size_t)ftell(f);
    if (ferror(f) || b.len > limit) b.failed = 1;
    fclose(f);
    return b.failed ? (sentry__buf_free(&b), (char *)NULL) : sentry__buf_take(&b, len);
}

/* Writes beside the file and renames, so that the old one stays whole until the new one is. Returns 0 when done. */
static int sentry__file_replace(const char *path, const char *data, size_t len)
{
    static sentry__word_t serial;
    sentry__buf_t name;
    char *temporary;
    sentry__os_path_t to = sentry__os_path(path), beside; /* both made before there is a file to remove */
    FILE *f;
    int failed = 1;
    size_t folder = strlen(path); /* with the slash at its end */
    while (folder && path[folder - 1] != '/' && path[folder - 1] != SENTRY__DIRSEP) folder--;
    sentry__buf_init(&name, NULL, 0);
    sentry__buf_put(&name, path, folder);
    SENTRY__PUT(&name, ".");
    sentry__buf_u64(&name, sentry__os_pid());
    SENTRY__PUT(&name, "-");
    sentry__buf_u64(&name, sentry__add(&serial, 1));
    SENTRY__PUT(&name, ".tmp");
    temporary = sentry__buf_take(&name, NULL);
    beside = temporary ? sentry__os_path(temporary) : NULL;
    f = to && beside ? sentry__os_open(beside, 1) : NULL;
    if (f) {
        failed = fwrite(data, 1, len, f) != len;
        if (fclose(f) != 0) failed = 1;
        if (!failed) failed = sentry__os_rename(beside, to) != 0;
        if (failed) sentry__os_unlink(beside);
    }
    sentry__os_path_free(beside);
    sentry__os_path_free(to);
    SENTRY_FREE(temporary);
    return failed;
}

static int sentry__make_folder(const char *path)
{
    sentry__os_path_t at = sentry__os_path(path);
    int failed = !at || sentry__os_mkdir(at);
    sentry__os_path_free(at);
    return failed;
}

/* Makes a folder, and where that fails those above it first. Returns 0 when it is there. */
static int sentry__make_folders(const char *path)
{
    size_t i;
    char *part;
    if (!sentry__make_folder(path)) return 0;
    part = sentry__strdup(sentry__str(path));
    for (i = 1; part && path[i]; i++) {
        if (path[i] != '/' && path[i] != SENTRY__DIRSEP) continue;
        part[i] = 0;
        sentry__make_folder(part);
        part[i] = path[i];
    }
    SENTRY_FREE(part);
    return sentry__make_folder(path);
}
#endif

/* ==[5]== DIAGNOSTICS ===============================================================
 * Owns    where the SDK's own messages go, and the reason of the last failed init.
 * Lock    none: the settings are written by init and close, and read racily as one word that switches them on.
 * Holds   nothing is printed unless `level` says so; no message is built then.
 * Threads any.
 */

static struct {
    sentry__word_t on; /* least level to print + 10; 0 is off */
    sentry_logger_function_t func;
    void *data;
    sentry__lock_t lock;
    char init_error[256];
} sentry__diag;

static sentry__str_t sentry__level_str(sentry_level_t level)
{
    switch (level) {
    case SENTRY_LEVEL_TRACE:
    case SENTRY_LEVEL_DEBUG: return SENTRY__LITERAL("debug");
    case SENTRY_LEVEL_INFO: return SENTRY__LITERAL("info");
    case SENTRY_LEVEL_WARNING: return SENTRY__LITERAL("warning");
    case SENTRY_LEVEL_FATAL: return SENTRY__LITERAL("fatal");
    case SENTRY_LEVEL_ERROR:
    default: return SENTRY__LITERAL("error");
    }
}

/* Where the SDK's messages go without options.logger. */
static void sentry__log_plain(sentry_level_t level, const char *message, va_list args, void *data)
{
    char text[512];
    (void)data;
    vsnprintf(text, sizeof text, message, args);
    sentry__os_print(sentry__level_str(level).p, text);
}

static SENTRY__NOINLINE SENTRY_PRINTF(2, 0) void sentry__logv(sentry_level_t level, const char *fmt, va_list args)
{
    sentry__word_t on = sentry__load(&sentry__diag.on);
    sentry_logger_function_t func;
    void *data;
    if (!on || (int)level + 10 < (int)on) return;
    sentry__lock(&sentry__diag.lock);
    func = sentry__diag.func;
    data = sentry__diag.data;
    sentry__unlock(&sentry__diag.lock);
    if (func) func(level, fmt, args, data);
}

static SENTRY__NOINLINE SENTRY_PRINTF(2, 3) void sentry__log(sentry_level_t level, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    sentry__logv(level, fmt, args);
    va_end(args);
}

/* Logs why init fails and keeps it for sentry_get_init_error. Returns 1, init's result. */
static SENTRY_PRINTF(1, 2) int sentry__init_failed(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(sentry__diag.init_error, sizeof sentry__diag.init_error, fmt, args);
    va_end(args);
    sentry__log(SENTRY_LEVEL_ERROR, "%s", sentry__diag.init_error);
    return 1;
}

static void sentry__diag_set(int on, sentry_level_t least, sentry_logger_function_t func, void *data)
{
    sentry__lock(&sentry__diag.lock);
    sentry__diag.func = func ? func : sentry__log_plain;
    sentry__diag.data = data;
    sentry__unlock(&sentry__diag.lock);
    sentry__store(&sentry__diag.on, on ? (sentry__word_t)((int)least + 10) : 0);
}

/* ==[6]== THREAD DATA ===============================================================
 * Owns    one struct a thread: its hub, its pushed scopes, its random numbers, the second it last printed, its stack's bounds, and a few
 *         blocks of memory that values are made of.
 * Lock    the key is made once, under init's lock; a struct belongs to its thread.
 * Holds   a struct exists only if the SDK was on when its thread first called. Kept blocks are bounded.
 * Threads any; `at_exit` runs in the thread that ends.
 */

/* Blocks of a few sizes are kept by the thread that frees them: numbers and short strings, lists and objects,
 * breadcrumbs. Not under a sanitizer that looks for use after free. */
typedef enum { SENTRY__SMALL, SENTRY__BOX, SENTRY__CRUMB, SENTRY__BLOCK_KINDS } sentry__block_kind_t;
#define SENTRY__SMALL_BLOCK 64
#define SENTRY__BOX_BLOCK 224
#define SENTRY__CRUMB_BLOCK 320
static const struct {
    size_t size;
    unsigned most;
} sentry__block_kinds[SENTRY__BLOCK_KINDS] = { { SENTRY__SMALL_BLOCK, 64 }, { SENTRY__BOX_BLOCK, 16 }, { SENTRY__CRUMB_BLOCK, 8 } };
#if defined(__SANITIZE_ADDRESS__)
#define SENTRY__KEEPS_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SENTRY__KEEPS_BLOCKS 0
#endif
#endif
#ifndef SENTRY__KEEPS_BLOCKS
#define SENTRY__KEEPS_BLOCKS 1
#endif

/* A block that nobody uses. */
typedef struct sentry__block_s {
    struct sentry__block_s *next;
} sentry__block_t;

typedef struct {
    sentry__block_t *first;
    unsigned count;
} sentry__blocks_t;

typedef struct {
    uint64_t random[2];
    sentry__word_t random_generation;
    int in_callback;          /* a hook of the user runs: the SDK is off for this thread */
    uint64_t id;              /* the system's; 0: not asked yet */
    sentry__word_t id_generation;
    uintptr_t span;           /* current above the main hub's base scope, a handle; see SPANS */
    void *signal_stack;       /* made for this thread's crash */
    void *spare_tx;           /* the record of a transaction, to be used again */
    uint64_t printed_second;  /* what `printed` says */
    char printed[20];         /* "2026-01-02T03:04:05" */
    uintptr_t stack, stack_end; /* its bounds, when `stack_end` is not 0 */
    sentry_hub_t *hub;        /* bound, with a reference; NULL: the main one */
    sentry_scope_t *pushed;   /* the top scope that this thread pushed above the main hub */
    sentry__blocks_t blocks[SENTRY__BLOCK_KINDS];
} sentry__thread_t;

static struct {
    sentry__word_t have_key, active; /* active: between init and close; only then are structs made */
    sentry__key_t key;
    void (*at_begin)(sentry__thread_t *); /* the crash handler's: a stack for it */
    void (*at_exit)(sentry__thread_t *); /* the hub section's: lets go of hub and scopes */
} sentry__threads;

#ifdef SENTRY__THREAD_LOCAL
static SENTRY__THREAD_LOCAL sentry__thread_t *sentry__thread_own;
static inline sentry__thread_t *sentry__thread_known(void) { return sentry__thread_own; }
static void sentry__thread_remember(sentry__thread_t *t) { sentry__thread_own = t; }
#else
static sentry__thread_t *sentry__thread_known(void)
{
    return sentry__load(&sentry__threads.have_key) ? (sentry__thread_t *)sentry__os_key_get(sentry__threads.key) : NULL;
}
static void sentry__thread_remember(sentry__thread_t *t) { (void)t; }
#endif

static void sentry__blocks_free(sentry__blocks_t *blocks)
{
    while (blocks->first) {
        sentry__block_t *next = blocks->first->next;
        SENTRY_FREE(blocks->first);
        blocks->first = next;
    }
}

static void sentry__thread_end(void *p)
{
    sentry__thread_t *t = (sentry__thread_t *)p;
    size_t kind;
    if (sentry__threads.at_exit) sentry__threads.at_exit(t);
    sentry__thread_remember(NULL);
    for (kind = 0; kind < SENTRY__BLOCK_KINDS; kind++) sentry__blocks_free(&t->blocks[kind]);
    SENTRY_FREE(t);
}

/* Makes the key; init calls it before anything else can. Returns 0 when there is one. */
static int sentry__threads_start(void (*at_begin)(sentry__thread_t *), void (*at_exit)(sentry__thread_t *))
{
    sentry__threads.at_begin = at_begin;
    sentry__store(&sentry__threads.active, 1);
    if (sentry__load(&sentry__threads.have_key)) return 0;
    sentry__threads.at_exit = at_exit;
    if (sentry__os_key_new(&sentry__threads.key, sentry__thread_end)) {
        sentry__store(&sentry__threads.active, 0);
        return 1;
    }
    sentry__store_release(&sentry__threads.have_key, 1);
    return 0;
}

static SENTRY__NOINLINE sentry__thread_t *sentry__thread_new(void)
{
    sentry__thread_t *t = (sentry__thread_t *)sentry__calloc(sizeof *t);
    if (!t) return NULL;
    if (sentry__os_key_set(sentry__threads.key, t)) {
        SENTRY_FREE(t);
        return NULL;
    }
    sentry__thread_remember(t);
    if (sentry__threads.at_begin) sentry__threads.at_begin(t);
    return t;
}

/* This thread's struct; NULL without memory, or when there is none and the SDK is off. */
static sentry__thread_t *sentry__thread(void)
{
    sentry__thread_t *t = sentry__thread_known();
    if (SENTRY__LIKELY(t != NULL)) return t;
    return sentry__load(&sentry__threads.active) ? sentry__thread_new() : NULL;
}

/* Whether a hook of the user runs on this thread. */
static int sentry__in_callback(void)
{
    sentry__thread_t *t = sentry__thread_known();
    return t && t->in_callback;
}

static void sentry__threads_stop(void) { sentry__store(&sentry__threads.active, 0); }

/* Frees this thread's struct before the thread ends, unless it holds something. */
static void sentry__thread_release(void)
{
    sentry__thread_t *t = sentry__thread_known();
    if (!t || t->pushed || t->hub) return;
    sentry__os_key_set(sentry__threads.key, NULL);
    sentry__thread_end(t);
}

/* A block of a kind, if the thread kept one. */
static inline void *sentry__block_kept(sentry__block_kind_t kind)
{
    sentry__thread_t *t = SENTRY__KEEPS_BLOCKS ? sentry__thread_known() : NULL;
    sentry__block_t *block = t ? t->blocks[kind].first : NULL;
    if (!block) return NULL;
    t->blocks[kind].first = block->next;
    t->blocks[kind].count--;
    return block;
}

static inline void *sentry__block_take(sentry__block_kind_t kind)
{
    void *kept = sentry__block_kept(kind);
    return SENTRY__LIKELY(kept != NULL) ? kept : SENTRY_MALLOC(sentry__block_kinds[kind].size);
}

/* Keeps a block for the thread (may be NULL), or frees it. */
static inline void sentry__block_give(sentry__thread_t *t, void *p, sentry__block_kind_t kind)
{
    if (!SENTRY__KEEPS_BLOCKS || !t || t->blocks[kind].count >= sentry__block_kinds[kind].most) {
        SENTRY_FREE(p);
        return;
    }
    ((sentry__block_t *)p)->next = t->blocks[kind].first;
    t->blocks[kind].first = (sentry__block_t *)p;
    t->blocks[kind].count++;
}

/* ==[7]== VALUES IN MEMORY ==========================================================
 * Owns    the memory behind sentry_value_t.
 * Holds   bits 0 is null; low bits 01 an int32 (in the upper half), 10 a bool; else the address of a thing, which is
 *         at least 4-aligned. Lists and objects are boxes: a list's entries have no keys. A box in a box makes no cycle.
 * Threads counting is atomic; changing a box is the caller's business until it is frozen.
 */

#define SENTRY__TAG_INT 1u
#define SENTRY__TAG_BOOL 2u
#define SENTRY__BOX_ENTRIES 6
#define SENTRY__BOX_KEYS 56

/* What every heap value starts with. */
typedef struct {
    sentry__word_t refs;
    uint8_t type;   /* a sentry_value_type_t */
    uint8_t frozen;
    uint8_t nested; /* a box that has (or had) a box inside */
    uint8_t placed; /* a box that is (or was) inside another */
    uint8_t marked; /* while sentry__box_contains looks for cycles */
} sentry__thing_t;

typedef struct {
    sentry__thing_t head;
    union {
        int64_t i64;
        uint64_t u64;
        double d;
    } as;
} sentry__number_t;

typedef struct {
    sentry__thing_t head;
    size_t len; /* the bytes follow, and a zero */
} sentry__string_t;

/* The longest string that fits a small block. */
#define SENTRY__SMALL_STRING (SENTRY__SMALL_BLOCK - sizeof(sentry__string_t) - 1)

typedef struct {
    sentry_value_t value;
    uint32_t key, mark; /* where in `keys`; sentry__key_mark */
} sentry__entry_t;

/* Small boxes are one allocation: entries and keys stand inside until they outgrow it. */
typedef struct sentry__box_s {
    sentry__thing_t head;
    uint32_t len, cap, keys_len, keys_cap;
    sentry__entry_t *entries;
    char *keys;
    struct sentry__box_s *next; /* for work lists instead of recursion */
    sentry__entry_t inside[SENTRY__BOX_ENTRIES];
    char inside_keys[SENTRY__BOX_KEYS];
} sentry__box_t;

typedef char sentry__box_fits[sizeof(sentry__box_t) <= SENTRY__BOX_BLOCK ? 1 : -1];

static sentry_value_t sentry__value_bits(uint64_t bits)
{
    sentry_value_t v;
    v._bits = bits;
    return v;
}
static sentry_value_t sentry__value_of(void *thing) { return sentry__value_bits((uint64_t)(uintptr_t)thing); }
static sentry_value_t sentry__null(void) { return sentry__value_bits(0); }
static int sentry__is_null(sentry_value_t v) { return v._bits == 0; }

static inline sentry__thing_t *sentry__thing(sentry_value_t v) { return v._bits & 3u ? NULL : (sentry__thing_t *)(uintptr_t)v._bits; }

static inline void *sentry__thing_of(sentry_value_t v, sentry_value_type_t type)
{
    sentry__thing_t *t = sentry__thing(v);
    return t && t->type == (uint8_t)type ? t : NULL;
}

static sentry__box_t *sentry__box_of(sentry_value_t v)
{
    sentry__thing_t *t = sentry__thing(v);
    return t && t->type >= SENTRY_VALUE_TYPE_LIST ? (sentry__box_t *)(void *)t : NULL;
}
static sentry__box_t *sentry__object_of(sentry_value_t v) { return (sentry__box_t *)sentry__thing_of(v, SENTRY_VALUE_TYPE_OBJECT); }
static sentry__box_t *sentry__list_of(sentry_value_t v) { return (sentry__box_t *)sentry__thing_of(v, SENTRY_VALUE_TYPE_LIST); }

static sentry__str_t sentry__entry_key(const sentry__box_t *box, uint32_t i)
{
    return sentry__slice(box->keys + box->entries[i].key, box->entries[i].mark & SENTRY__MAX_KEY);
}

static void sentry__thing_init(sentry__thing_t *t, sentry_value_type_t type, int frozen)
{
    t->refs = 1;
    t->type = (uint8_t)type;
    t->frozen = (uint8_t)frozen;
    t->nested = t->placed = t->marked = 0;
}

static sentry_value_t sentry__number_new(sentry_value_type_t type, int64_t i64, uint64_t u64, double d)
{
    sentry__number_t *n = (sentry__number_t *)sentry__block_take(SENTRY__SMALL);
    if (!n) return sentry__null();
    sentry__thing_init(&n->head, type, 1);
    if (type == SENTRY_VALUE_TYPE_INT64) n->as.i64 = i64;
    else if (type == SENTRY_VALUE_TYPE_UINT64) n->as.u64 = u64;
    else n->as.d = d;
    return sentry__value_of(n);
}

static inline sentry_value_t sentry__string_fill(sentry__string_t *t, sentry__str_t s)
{
    sentry__thing_init(&t->head, SENTRY_VALUE_TYPE_STRING, 1);
    t->len = s.n;
    sentry__copy((char *)(t + 1), s.p, s.n);
    ((char *)(t + 1))[s.n] = 0;
    return sentry__value_of(t);
}

static SENTRY__NOINLINE sentry_value_t sentry__string_new_slow(sentry__str_t s)
{
    sentry__string_t *t;
    if (!s.p || s.n >= SIZE_MAX / 2) return sentry__null();
    t = (sentry__string_t *)SENTRY_MALLOC(s.n <= SENTRY__SMALL_STRING ? SENTRY__SMALL_BLOCK : sizeof *t + s.n + 1);
    return t ? sentry__string_fill(t, s) : sentry__null();
}

/* NULL gives null, as does a lack of memory. */
static sentry_value_t sentry__string_new(sentry__str_t s)
{
    void *kept = s.p && s.n <= SENTRY__SMALL_STRING ? sentry__block_kept(SENTRY__SMALL) : NULL;
    return SENTRY__LIKELY(kept != NULL) ? sentry__string_fill((sentry__string_t *)kept, s) : sentry__string_new_slow(s);
}

static inline sentry__str_t sentry__string_of(sentry_value_t v)
{
    sentry__string_t *t = (sentry__string_t *)sentry__thing_of(v, SENTRY_VALUE_TYPE_STRING);
    return t ? sentry__slice((const char *)(t + 1), t->len) : sentry__slice(NULL, 0);
}

static sentry_value_t sentry__box_new(sentry_value_type_t type)
{
    sentry__box_t *b = (sentry__box_t *)sentry__block_take(SENTRY__BOX);
    if (!b) return sentry__null();
    sentry__thing_init(&b->head, type, 0);
    b->len = b->keys_len = 0;
    b->cap = SENTRY__BOX_ENTRIES;
    b->keys_cap = SENTRY__BOX_KEYS;
    b->entries = b->inside;
    b->keys = b->inside_keys;
    b->next = NULL;
    return sentry__value_of(b);
}

static inline void sentry__scalar_free(sentry__thread_t *thread, sentry__thing_t *t)
{
    if (t->type == SENTRY_VALUE_TYPE_STRING && ((sentry__string_t *)(void *)t)->len > SENTRY__SMALL_STRING) SENTRY_FREE(t);
    else sentry__block_give(thread, t, SENTRY__SMALL);
}

/* Frees things whose count reached zero. Boxes wait in a list of their own, so depth costs no stack. */
static SENTRY__NOINLINE void sentry__thing_free(sentry__thing_t *t)
{
    sentry__thread_t *thread = sentry__thread_known();
    sentry__box_t *todo = NULL, *box;
    if (t->type < SENTRY_VALUE_TYPE_LIST) {
        sentry__scalar_free(thread, t);
        return;
    }
    todo = (sentry__box_t *)(void *)t;
    todo->next = NULL;
    while ((box = todo) != NULL) {
        sentry__entry_t *e = box->entries, *end = e + box->len;
        todo = box->next;
        for (; e < end; e++) {
            sentry__thing_t *child = sentry__thing(e->value);
            if (!child || sentry__add(&child->refs, (sentry__word_t)-1) != 0) continue;
            if (child->type < SENTRY_VALUE_TYPE_LIST) {
                sentry__scalar_free(thread, child);
            } else {
                ((sentry__box_t *)(void *)child)->next = todo;
                todo = (sentry__box_t *)(void *)child;
            }
        }
        if (box->entries != box->inside) SENTRY_FREE(box->entries);
        if (box->keys != box->inside_keys) SENTRY_FREE(box->keys);
        sentry__block_give(thread, box, SENTRY__BOX);
    }
}

static sentry_value_t sentry__incref(sentry_value_t v)
{
    sentry__thing_t *t = sentry__thing(v);
    if (t) sentry__add(&t->refs, 1);
    return v;
}

static SENTRY__NOINLINE int sentry__decref(sentry_value_t v)
{
    sentry__thing_t *t = sentry__thing(v);
    if (!t) return 0;
    SENTRY_ASSERT(sentry__load(&t->refs) > 0);
    if (sentry__add(&t->refs, (sentry__word_t)-1) != 0) return 1;
    sentry__thing_free(t);
    return 0;
}

/* Whether `inner`, a box that can be changed, stands somewhere in `outer`. Every box is looked at once: those seen are
 * marked and chained. Frozen ones are passed over: all below them is frozen too. */
static int sentry__box_contains(sentry__box_t *outer, const sentry__box_t *inner)
{
    sentry__box_t *at, *last = outer;
    int found = outer == inner;
    uint32_t i;
    if (found || outer->head.frozen || !outer->head.nested || !inner->head.placed) return found;
    outer->next = NULL;
    outer->head.marked = 1;
    for (at = outer; at; at = at->next)
        for (i = 0; i < at->len && !found; i++) {
            sentry__box_t *child = sentry__box_of(at->entries[i].value);
            if (!child || child->head.frozen || child->head.marked) continue;
            found = child == inner;
            child->head.marked = 1;
            child->next = NULL;
            last = last->next = child;
        }
    for (at = outer; at; at = at->next) at->head.marked = 0;
    return found;
}

SENTRY__INLINE uint32_t sentry__box_seek(const sentry__box_t *box, sentry__str_t key, uint32_t mark)
{
    const sentry__entry_t *e = box->entries, *end = e + box->len;
    for (; e < end; e++)
        if (e->mark == mark && sentry__same(box->keys + e->key, key.p, key.n)) return (uint32_t)(e - box->entries);
    return UINT32_MAX;
}
static uint32_t sentry__box_find(const sentry__box_t *box, sentry__str_t key) { return sentry__box_seek(box, key, sentry__key_mark(key)); }

/* Doubles one of a box's two arrays, moving it out of the box the first time. Returns 0 when there is room. */
static int sentry__box_grow(void **data, void *inside, uint32_t *cap, uint32_t len, size_t more, size_t size)
{
    size_t want = *cap;
    void *grown;
    while (want < len + more) want *= 2;
    if (want > UINT32_MAX / 2) return 1;
    grown = *data == inside ? sentry__alloc(want * size) : SENTRY_REALLOC(*data, want * size);
    if (!grown) return 1;
    if (*data == inside) memcpy(grown, inside, len * size);
    *data = grown;
    *cap = (uint32_t)want;
    return 0;
}

static SENTRY__NOINLINE int sentry__box_reserve(sentry__box_t *box, size_t key_len)
{
    void *p;
    if (key_len >= SENTRY__MAX_KEY) return 1;
    if (box->len == box->cap) {
        p = box->entries;
        if (sentry__box_grow(&p, box->inside, &box->cap, box->len, 1, sizeof(sentry__entry_t))) return 1;
        box->entries = (sentry__entry_t *)p;
    }
    if (box->keys_cap - box->keys_len < key_len) {
        p = box->keys;
        if (sentry__box_grow(&p, box->inside_keys, &box->keys_cap, box->keys_len, key_len, 1)) return 1;
        box->keys = (char *)p;
    }
    return 0;
}

/* Notes that a box goes into another. Returns 1 when that would make a cycle. */
static int sentry__box_nest(sentry__box_t *box, sentry_value_t v)
{
    sentry__box_t *child = sentry__box_of(v);
    if (!child) return 0;
    if (sentry__box_contains(child, box)) return 1;
    box->head.nested = 1;
    if (!child->head.frozen) child->head.placed = 1;
    return 0;
}

/* Writes an entry behind the others, where there is room. */
SENTRY__INLINE int sentry__box_write(sentry__box_t *box, sentry__str_t key, uint32_t mark, sentry_value_t v)
{
    sentry__entry_t *e = &box->entries[box->len++];
    e->value = v;
    e->key = box->keys_len;
    e->mark = mark;
    sentry__copy(box->keys + box->keys_len, key.p, key.n);
    box->keys_len += (uint32_t)key.n;
    return 0;
}

/* Adds an entry behind the others, whatever that takes. Consumes `v`. Returns 0 when done. */
static SENTRY__NOINLINE int sentry__box_append_slow(sentry__box_t *box, sentry__str_t key, sentry_value_t v)
{
    if (box->head.frozen || sentry__box_nest(box, v) || sentry__box_reserve(box, key.n)) {
        sentry__decref(v);
        return 1;
    }
    return sentry__box_write(box, key, sentry__key_mark(key), v);
}

/* The same; the key must be new. Mostly there is room, and the value is no box. */
SENTRY__INLINE int sentry__box_append(sentry__box_t *box, sentry__str_t key, uint32_t mark, sentry_value_t v)
{
    sentry__thing_t *thing = sentry__thing(v);
    int easy = mark != SENTRY__NO_MARK && box->len < box->cap && box->keys_cap - box->keys_len >= key.n && !box->head.frozen && (!thing || thing->type < SENTRY_VALUE_TYPE_LIST);
    return SENTRY__LIKELY(easy) ? sentry__box_write(box, key, mark, v) : sentry__box_append_slow(box, key, v);
}
static int sentry__box_add(sentry__box_t *box, sentry__str_t key, sentry_value_t v) { return sentry__box_append(box, key, sentry__key_mark(key), v); }

/* Replaces the value of entry `i`. Consumes `v`. Returns 0 when done. */
static SENTRY__NOINLINE int sentry__box_replace(sentry__box_t *box, uint32_t i, sentry_value_t v)
{
    if (box->head.frozen || sentry__box_nest(box, v)) {
        sentry__decref(v);
        return 1;
    }
    sentry__decref(box->entries[i].value);
    box->entries[i].value = v;
    return 0;
}

static int sentry__object_set(sentry_value_t object, sentry__str_t key, sentry_value_t v)
{
    sentry__box_t *box = sentry__object_of(object);
    uint32_t i, mark;
    if (!SENTRY__LIKELY(box && key.p)) return sentry__decref(v), 1;
    mark = sentry__key_mark(key);
    i = sentry__box_seek(box, key, mark);
    return SENTRY__LIKELY(i == UINT32_MAX) ? sentry__box_append(box, key, mark, v) : sentry__box_replace(box, i, v);
}

static sentry_value_t sentry__object_get(sentry_value_t object, sentry__str_t key)
{
    sentry__box_t *box = sentry__object_of(object);
    uint32_t i = box && key.p ? sentry__box_find(box, key) : UINT32_MAX;
    return i == UINT32_MAX ? sentry__null() : box->entries[i].value;
}

/* Takes entry `i` out, and its key out of the keys. */
static int sentry__box_remove(sentry__box_t *box, uint32_t i)
{
    uint32_t key = box->entries[i].key, n = box->entries[i].mark & SENTRY__MAX_KEY, k;
    if (box->head.frozen) return 1;
    sentry__decref(box->entries[i].value);
    memmove(box->keys + key, box->keys + key + n, box->keys_len - key - n);
    box->keys_len -= n;
    memmove(box->entries + i, box->entries + i + 1, (box->len - i - 1) * sizeof(sentry__entry_t));
    box->len--;
    for (k = 0; k < box->len; k++)
        if (box->entries[k].key > key) box->entries[k].key -= n;
    return 0;
}

static int sentry__object_remove(sentry_value_t object, sentry__str_t key)
{
    sentry__box_t *box = sentry__object_of(object);
    uint32_t i = box && key.p ? sentry__box_find(box, key) : UINT32_MAX;
    return i == UINT32_MAX ? 1 : sentry__box_remove(box, i);
}

static int sentry__list_push(sentry_value_t list, sentry_value_t v)
{
    sentry__box_t *box = sentry__list_of(list);
    if (box) return sentry__box_add(box, sentry__slice("", 0), v);
    sentry__decref(v);
    return 1;
}

/* An object with the same entries, that can be changed; null for anything but an object. */
static sentry_value_t sentry__object_copy(sentry_value_t object)
{
    sentry__box_t *box = sentry__object_of(object);
    sentry_value_t copy = box ? sentry__box_new(SENTRY_VALUE_TYPE_OBJECT) : sentry__null();
    uint32_t i;
    for (i = 0; !sentry__is_null(copy) && i < box->len; i++)
        sentry__object_set(copy, sentry__entry_key(box, i), sentry__incref(box->entries[i].value));
    return copy;
}

/* Merges `from` into `into`, at every depth where both have objects; `from` wins. Borrows both. */
static void sentry__object_merge(sentry_value_t into, sentry_value_t from, int depth)
{
    sentry__box_t *box = sentry__object_of(from);
    uint32_t i;
    for (i = 0; box && i < box->len; i++) {
        sentry__str_t key = sentry__entry_key(box, i);
        sentry_value_t v = box->entries[i].value, old = sentry__object_get(into, key);
        if (sentry__object_of(v) && sentry__object_of(old) && depth < SENTRY_MAX_DEPTH) {
            sentry_value_t merged = sentry__object_copy(old);
            sentry__object_merge(merged, v, depth + 1);
            sentry__object_set(into, key, merged);
        } else {
            sentry__object_set(into, key, sentry__incref(v));
        }
    }
}

/* -- public -- */

SENTRY_API sentry_value_t sentry_value_incref(sentry_value_t value) { return sentry__incref(value); }
SENTRY_API int sentry_value_decref(sentry_value_t value) { return sentry__decref(value); }

SENTRY_API size_t sentry_value_refcount(sentry_value_t value)
{
    sentry__thing_t *t = sentry__thing(value);
    return t ? sentry__load(&t->refs) : 1;
}

SENTRY_API void sentry_value_freeze(sentry_value_t value)
{
    sentry__box_t *todo = sentry__box_of(value), *box;
    if (!todo || todo->head.frozen) return;
    todo->head.frozen = 1;
    todo->next = NULL;
    while ((box = todo) != NULL) {
        uint32_t i;
        todo = box->next;
        for (i = 0; i < box->len; i++) {
            sentry__box_t *child = sentry__box_of(box->entries[i].value);
            if (!child || child->head.frozen) continue;
            child->head.frozen = 1;
            child->next = todo;
            todo = child;
        }
    }
}

SENTRY_API int sentry_value_is_frozen(sentry_value_t value)
{
    sentry__thing_t *t = sentry__thing(value);
    return t ? t->frozen : 1;
}

SENTRY_API sentry_value_t sentry_value_new_null(void) { return sentry__null(); }
SENTRY_API sentry_value_t sentry_value_new_int32(int32_t value) { return sentry__value_bits(((uint64_t)(uint32_t)value << 32) | SENTRY__TAG_INT); }
SENTRY_API sentry_value_t sentry_value_new_bool(int value) { return sentry__value_bits((value ? (uint64_t)1 << 32 : 0) | SENTRY__TAG_BOOL); }
SENTRY_API sentry_value_t sentry_value_new_int64(int64_t value) { return sentry__number_new(SENTRY_VALUE_TYPE_INT64, value, 0, 0); }
SENTRY_API sentry_value_t sentry_value_new_uint64(uint64_t value) { return sentry__number_new(SENTRY_VALUE_TYPE_UINT64, 0, value, 0); }
SENTRY_API sentry_value_t sentry_value_new_double(double value) { return sentry__number_new(SENTRY_VALUE_TYPE_DOUBLE, 0, 0, value); }
SENTRY_API sentry_value_t sentry_value_new_string(const char *value) { return sentry__string_new(sentry__str(value)); }
SENTRY_API sentry_value_t sentry_value_new_string_n(const char *value, size_t n) { return sentry__string_new(sentry__str_n(value, n)); }
SENTRY_API sentry_value_t sentry_value_new_list(void) { return sentry__box_new(SENTRY_VALUE_TYPE_LIST); }
SENTRY_API sentry_value_t sentry_value_new_object(void) { return sentry__box_new(SENTRY_VALUE_TYPE_OBJECT); }

SENTRY_API sentry_value_type_t sentry_value_get_type(sentry_value_t value)
{
    sentry__thing_t *t = sentry__thing(value);
    if (t) return (sentry_value_type_t)t->type;
    return (value._bits & 3u) == SENTRY__TAG_INT ? SENTRY_VALUE_TYPE_INT32 : (value._bits & 3u) == SENTRY__TAG_BOOL ? SENTRY_VALUE_TYPE_BOOL : SENTRY_VALUE_TYPE_NULL;
}

SENTRY_API int sentry_value_set_by_key(sentry_value_t value, const char *k, sentry_value_t v) { return sentry__object_set(value, sentry__str(k), v); }
SENTRY_API int sentry_value_set_by_key_n(sentry_value_t value, const char *k, size_t n, sentry_value_t v) { return sentry__object_set(value, sentry__str_n(k, n), v); }
SENTRY_API int sentry_value_remove_by_key(sentry_value_t value, const char *k) { return sentry__object_remove(value, sentry__str(k)); }
SENTRY_API int sentry_value_remove_by_key_n(sentry_value_t value, const char *k, size_t n) { return sentry__object_remove(value, sentry__str_n(k, n)); }
SENTRY_API sentry_value_t sentry_value_get_by_key(sentry_value_t value, const char *k) { return sentry__object_get(value, sentry__str(k)); }
SENTRY_API sentry_value_t sentry_value_get_by_key_n(sentry_value_t value, const char *k, size_t n) { return sentry__object_get(value, sentry__str_n(k, n)); }
SENTRY_API sentry_value_t sentry_value_get_by_key_owned(sentry_value_t value, const char *k) { return sentry__incref(sentry__object_get(value, sentry__str(k))); }
SENTRY_API sentry_value_t sentry_value_get_by_key_owned_n(sentry_value_t value, const char *k, size_t n) { return sentry__incref(sentry__object_get(value, sentry__str_n(k, n))); }
SENTRY_API int sentry_value_append(sentry_value_t value, sentry_value_t v) { return sentry__list_push(value, v); }

SENTRY_API int sentry_value_set_by_index(sentry_value_t value, size_t index, sentry_value_t v)
{
    sentry__box_t *box = sentry__list_of(value), *child = sentry__box_of(v);
    if (!box || box->head.frozen || index > (size_t)box->len + SENTRY_MAX_LIST_FILL || (child && sentry__box_contains(child, box))) {
        sentry__decref(v);
        return 1;
    }
    while (box->len < index)
        if (sentry__list_push(value, sentry__null())) {
            sentry__decref(v);
            return 1;
        }
    return index < box->len ? sentry__box_replace(box, (uint32_t)index, v) : sentry__list_push(value, v);
}

SENTRY_API int sentry_value_remove_by_index(sentry_value_t value, size_t index)
{
    sentry__box_t *box = sentry__list_of(value);
    if (!box || box->head.frozen) return 1;
    return index < box->len ? sentry__box_remove(box, (uint32_t)index) : 0;
}

SENTRY_API sentry_value_t sentry_value_get_by_index(sentry_value_t value, size_t index)
{
    sentry__box_t *box = sentry__list_of(value);
    return box && index < box->len ? box->entries[index].value : sentry__null();
}
SENTRY_API sentry_value_t sentry_value_get_by_index_owned(sentry_value_t value, size_t index) { return sentry__incref(sentry_value_get_by_index(value, index)); }

SENTRY_API size_t sentry_value_get_length(sentry_value_t value)
{
    sentry__box_t *box = sentry__box_of(value);
    return box ? box->len : sentry__string_of(value).n;
}

SENTRY_API int32_t sentry_value_as_int32(sentry_value_t value) { return (value._bits & 3u) == SENTRY__TAG_INT ? (int32_t)(uint32_t)(value._bits >> 32) : 0; }

SENTRY_API int64_t sentry_value_as_int64(sentry_value_t value)
{
    sentry__number_t *n = (sentry__number_t *)sentry__thing_of(value, SENTRY_VALUE_TYPE_INT64);
    return n ? n->as.i64 : sentry_value_as_int32(value);
}

SENTRY_API uint64_t sentry_value_as_uint64(sentry_value_t value)
{
    sentry__number_t *n = (sentry__number_t *)sentry__thing_of(value, SENTRY_VALUE_TYPE_UINT64);
    return n ? n->as.u64 : 0;
}

SENTRY_API double sentry_value_as_double(sentry_value_t value)
{
    sentry__number_t *n = (sentry__number_t *)sentry__thing_of(value, SENTRY_VALUE_TYPE_DOUBLE);
    if (n) return n->as.d;
    return (value._bits & 3u) == SENTRY__TAG_INT ? sentry_value_as_int32(value) : (double)NAN;
}

SENTRY_API const char *sentry_value_as_string(sentry_value_t value)
{
    sentry__str_t s = sentry__string_of(value);
    return s.p ? s.p : "";
}

SENTRY_API int sentry_value_is_true(sentry_value_t value)
{
    switch (sentry_value_get_type(value)) {
    case SENTRY_VALUE_TYPE_BOOL:
    case SENTRY_VALUE_TYPE_INT32: return value._bits >> 32 != 0;
    case SENTRY_VALUE_TYPE_INT64: return sentry_value_as_int64(value) != 0;
    case SENTRY_VALUE_TYPE_UINT64: return sentry_value_as_uint64(value) != 0;
    case SENTRY_VALUE_TYPE_DOUBLE: return sentry_value_as_double(value) != 0.0;
    case SENTRY_VALUE_TYPE_STRING:
    case SENTRY_VALUE_TYPE_LIST:
    case SENTRY_VALUE_TYPE_OBJECT: return sentry_value_get_length(value) != 0;
    case SENTRY_VALUE_TYPE_NULL:
    default: return 0;
    }
}

SENTRY_API int sentry_value_is_null(sentry_value_t value) { return sentry__is_null(value); }

/* ==[8]== JSON AND MSGPACK WRITERS ==================================================
 * Owns    nothing: a writer lives on its caller's stack.
 * Holds   the output is valid JSON in valid UTF-8 whatever went in. Recursion ends at SENTRY_MAX_DEPTH.
 *
 * The writer also applies the two rules that every outgoing event obeys, so that text is walked once: strings longer
 * than `max_string` are cut on a code point, and values under a denied key become "[Filtered]". Both leave a note in
 * `meta`, the event's _meta tree (protocol: https://develop.sentry.dev/sdk/data-model/event-payloads/meta).
 */

/* What is written, as far as scrubbing goes; SENTRY__RULE_BAG's own keys are checked. */
typedef enum {
    SENTRY__RULE_NONE,
    SENTRY__RULE_EVENT,   /* extra, user: bags; request, breadcrumbs: below */
    SENTRY__RULE_REQUEST, /* headers, cookies, data: bags */
    SENTRY__RULE_CRUMBS,  /* a list, or an object with `values` */
    SENTRY__RULE_CRUMB,   /* data: a bag; timestamp: exact */
    SENTRY__RULE_CONTEXTS, /* trace: exact */
    SENTRY__RULE_EXACT,   /* ids, times and names that must not be cut */
    SENTRY__RULE_BAG,
    SENTRY__RULE_USER /* a bag where ip_address goes altogether */
} sentry__rule_t;

typedef struct {
    sentry__buf_t *out;
    size_t max_string; /* SIZE_MAX: no limit */
    int pii;           /* names of the client's address stay */
    int base;          /* how many containers the caller has open around what it writes */
    sentry_value_t meta;
} sentry__json_t;

/* The way from the root to what is being written, for notes. A NULL key stands for an index. */
typedef struct sentry__path_s {
    const struct sentry__path_s *up;
    sentry__str_t key;
    uint32_t index;
    int depth;
} sentry__path_t;

static sentry__path_t sentry__path(const sentry__path_t *up, sentry__str_t key, uint32_t index)
{
    sentry__path_t path;
    path.up = up;
    path.key = key;
    path.index = index;
    path.depth = up ? up->depth + 1 : 0;
    return path;
}

static void sentry__json_init(sentry__json_t *w, sentry__buf_t *out, int base, size_t max_string, int pii)
{
    w->base = base;
    w->out = out;
    w->max_string = max_string;
    w->pii = pii;
    w->meta = sentry__null();
}

/* The object in `meta` that stands for a path, made on the way; null without memory. */
static sentry_value_t sentry__meta_at(sentry__json_t *w, const sentry__path_t *path)
{
    sentry_value_t up, here;
    char digits[16];
    sentry__str_t key;
    if (!path || (!path->up && !path->key.p)) {
        if (sentry__is_null(w->meta)) w->meta = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
        return w->meta;
    }
    up = sentry__meta_at(w, path->up);
    key = path->key.p ? path->key : sentry__slice(digits, (size_t)snprintf(digits, sizeof digits, "%u", (unsigned)path->index));
    here = sentry__object_get(up, key);
    if (!sentry__is_null(here)) return here;
    here = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    return sentry__object_set(up, key, here) ? sentry__null() : here;
}

/* Notes {"rem":[[rule, kind, from, to]],"len":len} for a string that was cut (len != 0) or substituted. */
static SENTRY__NOINLINE void sentry__json_note(sentry__json_t *w, const sentry__path_t *path, const char *rule, const char *kind, size_t len)
{
    sentry_value_t note = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT), rem = sentry__box_new(SENTRY_VALUE_TYPE_LIST);
    sentry_value_t first = sentry__box_new(SENTRY_VALUE_TYPE_LIST);
    sentry__list_push(first, sentry__string_new(sentry__str(rule)));
    sentry__list_push(first, sentry__string_new(sentry__str(kind)));
    if (len) {
        sentry__list_push(first, sentry_value_new_int64((int64_t)(w->max_string > 3 ? w->max_string - 3 : 0)));
        sentry__list_push(first, sentry_value_new_int64((int64_t)w->max_string));
        sentry__object_set(note, SENTRY__LITERAL("len"), sentry_value_new_int64((int64_t)len));
    }
    sentry__list_push(rem, first);
    sentry__object_set(note, SENTRY__LITERAL("rem"), rem);
    sentry__object_set(sentry__meta_at(w, path), SENTRY__LITERAL(""), note);
}

/* Whether one of sixteen bytes needs care in JSON: a control, a quote, a backslash, or what is not ASCII. */
#ifdef SENTRY__SSE2
static inline int sentry__unplain(uint64_t a, uint64_t b)
{
    __m128i v = _mm_set_epi64x((long long)b, (long long)a);
    __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
    return _mm_movemask_epi8(_mm_or_si128(marks, _mm_cmplt_epi8(v, _mm_set1_epi8(0x20))));
}
#else
static inline int sentry__unplain(uint64_t a, uint64_t b)
{
    const uint64_t low = 0x0101010101010101u, high = 0x8080808080808080u;
    uint64_t marks = a | (a - low * 0x20) | ((a ^ (low * '"')) - low) | ((a ^ (low * '\\')) - low);
    marks |= b | (b - low * 0x20) | ((b ^ (low * '"')) - low) | ((b ^ (low * '\\')) - low);
    return (marks & high) != 0;
}
#endif

/* Copies up to 16 bytes, or the first and last of more, and checks them. */
static inline int sentry__copy_words(char *to, const char *p, size_t n)
{
    uint64_t a, b;
    memcpy(&a, p, 8);
    memcpy(&b, p + n - 8, 8);
    memcpy(to, &a, 8);
    memcpy(to + n - 8, &b, 8);
    return sentry__unplain(a, b);
}

/* Copies text that needs no escape, checking on the way. Returns 0 when it does need one; then `to` holds rubbish. */
SENTRY__INLINE int sentry__copy_plain(char *to, const char *p, size_t n)
{
    uint64_t w = 0x2020202020202020u;
    int marks = 0;
    size_t i;
    if (n >= 8) {
        for (i = 0; n - i > 16; i += 16) marks |= sentry__copy_words(to + i, p + i, 16);
        if (n - i < 8) i = n - 8;
        return (marks | sentry__copy_words(to + i, p + i, n - i)) == 0;
    }
    if (n >= 4) {
        uint32_t a, b;
        memcpy(&a, p, 4);
        memcpy(&b, p + n - 4, 4);
        memcpy(to, &a, 4);
        memcpy(to + n - 4, &b, 4);
        w = (uint64_t)a << 32 | b;
    } else {
        for (i = 0; i < n; i++) w = w << 8 | (unsigned char)(to[i] = p[i]);
    }
    return sentry__unplain(w, w) == 0;
}

/* How many bytes from `p` need no escape: sixteen at a time, then one by one. */
static size_t sentry__plain_run(const char *p, size_t n)
{
    size_t i = 0;
    for (; n - i >= 16; i += 16) {
        uint64_t w[2];
        memcpy(w, p + i, 16);
        if (sentry__unplain(w[0], w[1])) break;
    }
    while (i < n && (unsigned char)p[i] >= 0x20 && (unsigned char)p[i] < 0x80 && p[i] != '"' && p[i] != '\\') i++;
    return i;
}

static void sentry__json_escape(sentry__buf_t *b, unsigned char c)
{
    char text[6];
    size_t n = 2;
    text[0] = '\\';
    switch (c) {
    case '"': text[1] = '"'; break;
    case '\\': text[1] = '\\'; break;
    case '\n': text[1] = 'n'; break;
    case '\r': text[1] = 'r'; break;
    case '\t': text[1] = 't'; break;
    case '\b': text[1] = 'b'; break;
    case '\f': text[1] = 'f'; break;
    default:
        memcpy(text + 1, "u00", 3);
        text[4] = "0123456789abcdef"[c >> 4];
        text[5] = "0123456789abcdef"[c & 15];
        n = 6;
    }
    sentry__buf_put(b, text, n);
}

/* The text between the quotes: escaped, and every broken byte replaced by U+FFFD. */
static void sentry__json_chars(sentry__buf_t *b, sentry__str_t s)
{
    while (s.n) {
        size_t n = sentry__plain_run(s.p, s.n);
        sentry__buf_put(b, s.p, n);
        s.p += n;
        s.n -= n;
        if (!s.n) return;
        n = 1;
        if ((unsigned char)*s.p < 0x80) {
            sentry__json_escape(b, (unsigned char)*s.p);
        } else {
            n = sentry__utf8_len(s.p, s.n);
            if (n) sentry__buf_put(b, s.p, n);
            else SENTRY__PUT(b, "\xef\xbf\xbd");
            n = n ? n : 1;
        }
        s.p += n;
        s.n -= n;
    }
}

/* The text with its quotes. Mostly it is plain, and short. */
static void sentry__json_text(sentry__buf_t *b, sentry__str_t s)
{
    char *to = s.n < 4096 ? sentry__buf_room(b, s.n + 2) : NULL;
    if (SENTRY__LIKELY(to && sentry__copy_plain(to + 1, s.p, s.n))) {
        to[0] = to[s.n + 1] = '"';
        b->len += s.n + 2;
        return;
    }
    sentry__buf_byte(b, '"');
    sentry__json_chars(b, s);
    sentry__buf_byte(b, '"');
}

/* A string that is too long: ends in "...", in max_string bytes. */
static SENTRY__NOINLINE void sentry__json_cut(sentry__json_t *w, sentry__str_t s, const sentry__path_t *path)
{
    size_t keep = sentry__utf8_cut(s.p, w->max_string > 3 ? w->max_string - 3 : 0);
    sentry__buf_byte(w->out, '"');
    sentry__json_chars(w->out, sentry__slice(s.p, keep));
    SENTRY__PUT(w->out, "...\"");
    sentry__json_note(w, path, "!limit", "x", s.n);
}

/* `,"key":`; the comma only when `lead` is one. */
static void sentry__json_key(sentry__buf_t *b, char lead, sentry__str_t key)
{
    char *to = key.n < 4096 ? sentry__buf_room(b, key.n + 4) : NULL;
    size_t at = lead != 0;
    if (SENTRY__LIKELY(to && sentry__copy_plain(to + at + 1, key.p, key.n))) {
        to[0] = lead;
        to[at] = '"';
        to[at + key.n + 1] = '"';
        to[at + key.n + 2] = ':';
        b->len += at + key.n + 3;
        return;
    }
    if (lead) sentry__buf_byte(b, lead);
    sentry__json_text(b, key);
    sentry__buf_byte(b, ':');
}

/* The letters, a is bit 1, that the names below begin with: a c i m p r s t u x _ */
#define SENTRY__DENIED_FIRST (1u << 1 | 1u << 3 | 1u << 9 | 1u << 13 | 1u << 16 | 1u << 18 | 1u << 19 | 1u << 20 | 1u << 21 | 1u << 24 | 1u << 31)

/* Names whose values are secrets, by length; and those that name the client, which stay when pii is allowed. */
static int sentry__denied(sentry__str_t key, int pii)
{
    static const char *const names[] = { "auth csrf", "token _csrf _xsrf", "passwd secret apikey cookie", "api_key session symfony", "password _session",
        "mysql_pwd csrftoken sessionid x_api_key phpsessid", "privatekey set_cookie csrf_token xsrf-token",
        "credentials private_key x_csrftoken connect.sid _csrf_token", "user_session", "authorization", "", "aiohttp_session x_forwarded_for", "", "", "",
        "proxy-authorization" };
    static const char *const client[] = { "", "", "", "", "", "x_real_ip", "ip_address", "remote_addr", "", "", "", "", "", "", "", "" };
    const char *p;
    char first;
    if (key.n < 4 || key.n > 19 || !(SENTRY__DENIED_FIRST >> (key.p[0] & 31) & 1u)) return 0;
    first = sentry__lower(key.p[0]);
    for (p = names[key.n - 4]; *p; p += key.n + (p[key.n] == ' '))
        if (*p == first && sentry__str_ieq(key, sentry__slice(p, key.n))) return 1;
    return !pii && client[key.n - 4][0] && sentry__str_ieq(key, sentry__slice(client[key.n - 4], key.n));
}

static int sentry__is(sentry__str_t key, const char *name, size_t n) { return key.n == n && memcmp(key.p, name, n) == 0; }
#define SENTRY__IS(key, name) sentry__is(key, name, sizeof(name) - 1)

static sentry__rule_t sentry__rule_of_event(sentry__str_t key)
{
    if (SENTRY__IS(key, "extra")) return SENTRY__RULE_BAG;
    if (SENTRY__IS(key, "user")) return SENTRY__RULE_USER;
    if (SENTRY__IS(key, "contexts")) return SENTRY__RULE_CONTEXTS;
    if (SENTRY__IS(key, "request")) return SENTRY__RULE_REQUEST;
    if (SENTRY__IS(key, "breadcrumbs")) return SENTRY__RULE_CRUMBS;
    if (SENTRY__IS(key, "spans") || SENTRY__IS(key, "start_timestamp")) return SENTRY__RULE_EXACT;
    if (SENTRY__IS(key, "timestamp") || SENTRY__IS(key, "sdk") || SENTRY__IS(key, "platform") || SENTRY__IS(key, "level")) return SENTRY__RULE_EXACT;
    return SENTRY__IS(key, "release") || SENTRY__IS(key, "environment") || SENTRY__IS(key, "debug_meta") ? SENTRY__RULE_EXACT : SENTRY__RULE_NONE;
}

/* The rule for what stands under `key` of something under `rule`. */
static sentry__rule_t sentry__rule_below(sentry__rule_t rule, sentry__str_t key)
{
    switch (rule) {
    case SENTRY__RULE_EVENT: return sentry__rule_of_event(key);
    case SENTRY__RULE_REQUEST: return SENTRY__IS(key, "headers") || SENTRY__IS(key, "cookies") || SENTRY__IS(key, "data") ? SENTRY__RULE_BAG : SENTRY__RULE_NONE;
    case SENTRY__RULE_CRUMBS: return SENTRY__IS(key, "values") ? SENTRY__RULE_CRUMBS : SENTRY__RULE_NONE;
    case SENTRY__RULE_CRUMB: return SENTRY__IS(key, "data") ? SENTRY__RULE_BAG : SENTRY__IS(key, "timestamp") ? SENTRY__RULE_EXACT : SENTRY__RULE_NONE;
    case SENTRY__RULE_CONTEXTS: return SENTRY__IS(key, "trace") ? SENTRY__RULE_EXACT : SENTRY__RULE_NONE;
    case SENTRY__RULE_EXACT: return rule;
    case SENTRY__RULE_NONE:
    case SENTRY__RULE_BAG:
    case SENTRY__RULE_USER:
    default: return SENTRY__RULE_NONE;
    }
}

static void sentry__json_number(sentry__buf_t *b, sentry_value_t v)
{
    char text[40];
    double d;
    switch (sentry_value_get_type(v)) {
    case SENTRY_VALUE_TYPE_INT64: sentry__buf_i64(b, sentry_value_as_int64(v)); return;
    case SENTRY_VALUE_TYPE_UINT64: sentry__buf_u64(b, sentry_value_as_uint64(v)); return;
    default:
        d = sentry_value_as_double(v);
        if (d >= -DBL_MAX && d <= DBL_MAX) sentry__buf_put(b, text, sentry__double_text(d, text));
        else SENTRY__PUT(b, "null");
    }
}

/* Whether a member of the user is left out altogether. */
static int sentry__json_omits(const sentry__json_t *w, sentry__str_t key) { return !w->pii && sentry__str_ieq(key, SENTRY__LITERAL("ip_address")); }

/* The short way for `,"key":"text"` where both are plain, one reservation and one pass: returns 0 when they are not. */
SENTRY__INLINE int sentry__json_pair(sentry__buf_t *b, char lead, sentry__str_t key, sentry__str_t text)
{
    size_t at = lead != 0;
    char *to = key.n + text.n < 4096 ? sentry__buf_room(b, key.n + text.n + 6) : NULL;
    if (!to || !sentry__copy_plain(to + at + 1, key.p, key.n)) return 0;
    to[0] = lead;
    to[at] = '"';
    at += key.n + 1;
    memcpy(to + at, "\":\"", 3);
    at += 3;
    if (!sentry__copy_plain(to + at, text.p, text.n)) return 0;
    to[at + text.n] = '"';
    b->len += at + text.n + 1;
    return 1;
}

/* What has no parts, but for strings; and what is too deep. */
static void sentry__json_scalar(sentry__buf_t *b, sentry_value_t v, sentry_value_type_t type)
{
    if (type == SENTRY_VALUE_TYPE_INT32) sentry__buf_i64(b, sentry_value_as_int32(v));
    else if (type == SENTRY_VALUE_TYPE_NULL || type >= SENTRY_VALUE_TYPE_LIST) SENTRY__PUT(b, "null");
    else if (type == SENTRY_VALUE_TYPE_BOOL) sentry__buf_cstr(b, sentry_value_is_true(v) ? "true" : "false");
    else sentry__json_number(b, v);
}

/* Writes `lead`, a comma or nothing, and one member (`"key":value`) or, with a NULL key, element `index` or the root
 * itself. `rule` is that of what contains it. The only recursion of the writer. */
static void sentry__json_member(sentry__json_t *w, char lead, sentry__str_t key, uint32_t index, sentry_value_t v, sentry__rule_t rule, const sentry__path_t *up)
{
    sentry__thing_t *thing = sentry__thing(v);
    sentry__path_t path;
    if (key.p) {
        sentry__json_key(w->out, lead, key);
        if (rule >= SENTRY__RULE_BAG && sentry__denied(key, w->pii)) {
            SENTRY__PUT(w->out, "\"[Filtered]\"");
            path = sentry__path(up, key, index);
            sentry__json_note(w, &path, "!config", "s", 0);
            return;
        }
        if (rule != SENTRY__RULE_NONE) rule = sentry__rule_below(rule, key);
    } else {
        if (lead) sentry__buf_byte(w->out, lead);
        if (rule == SENTRY__RULE_CRUMBS && up) rule = SENTRY__RULE_CRUMB;
    }
    if (thing && thing->type == SENTRY_VALUE_TYPE_STRING) {
        sentry__str_t s = sentry__string_of(v);
        if (SENTRY__LIKELY(s.n <= w->max_string || rule == SENTRY__RULE_EXACT)) {
            sentry__json_text(w->out, s);
        } else {
            path = sentry__path(up, key, index);
            sentry__json_cut(w, s, &path);
        }
    } else if (thing && thing->type >= SENTRY_VALUE_TYPE_LIST && w->base + (up ? up->depth + 1 : 0) < SENTRY_MAX_DEPTH) {
        sentry__box_t *box = (sentry__box_t *)(void *)thing;
        int is_list = thing->type == SENTRY_VALUE_TYPE_LIST;
        uint32_t i, written = 0;
        path = sentry__path(up, key, index);
        sentry__buf_byte(w->out, is_list ? '[' : '{');
        for (i = 0; i < box->len; i++) {
            sentry__str_t child = is_list ? sentry__slice(NULL, 0) : sentry__entry_key(box, i);
            sentry__str_t text = sentry__string_of(box->entries[i].value);
            if ((rule == SENTRY__RULE_NONE || (rule == SENTRY__RULE_BAG && !sentry__denied(child, w->pii))) && child.p && text.p && text.n <= w->max_string && sentry__json_pair(w->out, written ? ',' : 0, child, text)) {
                written++;
                continue;
            }
            if (rule == SENTRY__RULE_USER && sentry__json_omits(w, child)) continue;
            sentry__json_member(w, written++ ? ',' : 0, child, i, box->entries[i].value, rule, &path);
        }
        sentry__buf_byte(w->out, is_list ? ']' : '}');
    } else {
        sentry__json_scalar(w->out, v, sentry_value_get_type(v));
    }
}

/* A value without rules, with `base` containers open around it. */
static void sentry__json_plain(sentry__buf_t *b, int base, sentry_value_t v)
{
    sentry__json_t w;
    sentry__json_init(&w, b, base, SIZE_MAX, 1);
    sentry__json_member(&w, 0, sentry__slice(NULL, 0), 0, v, SENTRY__RULE_NONE, NULL);
}

static void sentry__be(sentry__buf_t *b, int tag, uint64_t v, int bytes)
{
    sentry__buf_byte(b, (char)tag);
    while (bytes--) sentry__buf_byte(b, (char)(v >> (8 * bytes)));
}

static void sentry__msgpack_uint(sentry__buf_t *b, uint64_t v)
{
    if (v < 0x80) sentry__buf_byte(b, (char)v);
    else if (v <= 0xff) sentry__be(b, 0xcc, v, 1);
    else if (v <= 0xffff) sentry__be(b, 0xcd, v, 2);
    else if (v <= 0xffffffffu) sentry__be(b, 0xce, v, 4);
    else sentry__be(b, 0xcf, v, 8);
}

static void sentry__msgpack_int(sentry__buf_t *b, int64_t v)
{
    if (v >= 0) sentry__msgpack_uint(b, (uint64_t)v);
    else if (v >= -32) sentry__buf_byte(b, (char)v);
    else if (v >= INT8_MIN) sentry__be(b, 0xd0, (uint64_t)v, 1);
    else if (v >= INT16_MIN) sentry__be(b, 0xd1, (uint64_t)v, 2);
    else if (v >= INT32_MIN) sentry__be(b, 0xd2, (uint64_t)v, 4);
    else sentry__be(b, 0xd3, (uint64_t)v, 8);
}

static void sentry__msgpack_str(sentry__buf_t *b, sentry__str_t s)
{
    if (s.n > UINT32_MAX) b->failed = 1;
    else if (s.n < 32) sentry__buf_byte(b, (char)(0xa0 | s.n));
    else if (s.n <= 0xff) sentry__be(b, 0xd9, s.n, 1);
    else if (s.n <= 0xffff) sentry__be(b, 0xda, s.n, 2);
    else sentry__be(b, 0xdb, s.n, 4);
    sentry__buf_str(b, s);
}

/* A string whose broken bytes, if any, become U+FFFD first. */
static void sentry__msgpack_text(sentry__buf_t *b, sentry__str_t s)
{
    sentry__buf_t whole;
    size_t i, n = 1;
    for (i = 0; i < s.n && n; i += n) n = sentry__utf8_len(s.p + i, s.n - i);
    if (n) {
        sentry__msgpack_str(b, s);
        return;
    }
    sentry__buf_init(&whole, NULL, 0);
    for (i = 0; i < s.n; i += n ? n : 1) {
        n = sentry__utf8_len(s.p + i, s.n - i);
        sentry__buf_put(&whole, n ? s.p + i : "\xef\xbf\xbd", n ? n : 3);
    }
    if (whole.failed) b->failed = 1;
    else sentry__msgpack_str(b, sentry__slice(whole.data, whole.len));
    sentry__buf_free(&whole);
}

/* Lists and objects differ in three tags: small, 16 bits, 32 bits. */
static void sentry__msgpack_count(sentry__buf_t *b, uint32_t n, int small, int tag16)
{
    if (n < 16) sentry__buf_byte(b, (char)(small | (int)n));
    else if (n <= 0xffff) sentry__be(b, tag16, n, 2);
    else sentry__be(b, tag16 + 1, n, 4);
}

static void sentry__msgpack(sentry__buf_t *b, sentry_value_t v, int depth)
{
    sentry__box_t *box = sentry__box_of(v);
    sentry_value_type_t type = sentry_value_get_type(v);
    uint64_t bits;
    double d;
    uint32_t i;
    switch (type) {
    case SENTRY_VALUE_TYPE_BOOL: sentry__buf_byte(b, (char)(sentry_value_is_true(v) ? 0xc3 : 0xc2)); return;
    case SENTRY_VALUE_TYPE_INT32:
    case SENTRY_VALUE_TYPE_INT64: sentry__msgpack_int(b, sentry_value_as_int64(v)); return;
    case SENTRY_VALUE_TYPE_UINT64: sentry__msgpack_uint(b, sentry_value_as_uint64(v)); return;
    case SENTRY_VALUE_TYPE_DOUBLE:
        d = sentry_value_as_double(v);
        memcpy(&bits, &d, sizeof bits);
        sentry__be(b, 0xcb, bits, 8);
        return;
    case SENTRY_VALUE_TYPE_STRING: sentry__msgpack_text(b, sentry__string_of(v)); return;
    case SENTRY_VALUE_TYPE_NULL:
    case SENTRY_VALUE_TYPE_LIST:
    case SENTRY_VALUE_TYPE_OBJECT:
    default: break;
    }
    if (!box || depth >= SENTRY_MAX_DEPTH) {
        sentry__buf_byte(b, (char)0xc0);
        return;
    }
    sentry__msgpack_count(b, box->len, type == SENTRY_VALUE_TYPE_LIST ? 0x90 : 0x80, type == SENTRY_VALUE_TYPE_LIST ? 0xdc : 0xde);
    for (i = 0; i < box->len; i++) {
        if (type == SENTRY_VALUE_TYPE_OBJECT) sentry__msgpack_text(b, sentry__entry_key(box, i));
        sentry__msgpack(b, box->entries[i].value, depth + 1);
    }
}

/* -- public -- */

SENTRY_API char *sentry_value_to_json(sentry_value_t value)
{
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    sentry__json_plain(&b, 0, value);
    return sentry__buf_take(&b, NULL);
}

SENTRY_API char *sentry_value_to_msgpack(sentry_value_t value, size_t *size_out)
{
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    sentry__msgpack(&b, value, 0);
    return sentry__buf_take(&b, size_out);
}

/* ==[9]== JSON READER ===============================================================
 * Owns    nothing: the reader lives on its caller's stack.
 * Holds   strict RFC 8259; no recursion; at most SENTRY_MAX_DEPTH open containers, each already in its parent.
 *         An error sticks; the value read so far is then dropped.
 */

typedef struct {
    const char *p, *end;
    int failed;
    sentry__buf_t text;                    /* the string being decoded */
    sentry_value_t open[SENTRY_MAX_DEPTH]; /* borrowed, but for the first, which is the root */
    int depth;
} sentry__reader_t;

static int sentry__read_is(const sentry__reader_t *r, char c) { return r->p < r->end && *r->p == c; }

static int sentry__read_take(sentry__reader_t *r, char c)
{
    if (!sentry__read_is(r, c)) return 0;
    r->p++;
    return 1;
}

static void sentry__read_space(sentry__reader_t *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r')) r->p++;
}

static uint32_t sentry__read_hex4(sentry__reader_t *r)
{
    uint32_t c = 0;
    int i;
    for (i = 0; i < 4; i++) {
        int digit = r->p < r->end ? sentry__hex_digit(*r->p++) : -1;
        if (digit < 0) r->failed = 1;
        c = c << 4 | (uint32_t)(digit & 15);
    }
    return c;
}

/* After "\u": a code point, with the other half of a surrogate pair; a half alone becomes U+FFFD. */
static uint32_t sentry__read_unicode(sentry__reader_t *r)
{
    uint32_t c = sentry__read_hex4(r), low;
    const char *again = r->p;
    if (c < 0xd800 || c > 0xdfff) return c;
    if (c > 0xdbff || r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u') return 0xfffd;
    r->p += 2;
    low = sentry__read_hex4(r);
    if (low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    r->p = again;
    return 0xfffd;
}

static void sentry__read_escape(sentry__reader_t *r)
{
    static const char codes[] = "\"\\/bfnrt", plain[] = "\"\\/\b\f\n\r\t";
    char c = r->p < r->end ? *r->p++ : 0, out[4];
    const char *at = c ? strchr(codes, c) : NULL;
    if (at) sentry__buf_byte(&r->text, plain[at - codes]);
    else if (c == 'u') sentry__buf_put(&r->text, out, sentry__utf8_put(out, sentry__read_unicode(r)));
    else r->failed = 1;
}

/* After the opening quote: decodes into `text`. */
static void sentry__read_string(sentry__reader_t *r)
{
    r->text.len = 0;
    while (!r->failed) {
        size_t n = sentry__plain_run(r->p, (size_t)(r->end - r->p));
        sentry__buf_put(&r->text, r->p, n);
        r->p += n;
        if (sentry__read_take(r, '"')) break;
        if (sentry__read_take(r, '\\')) {
            sentry__read_escape(r);
            continue;
        }
        n = r->p < r->end && (unsigned char)*r->p >= 0x80 ? sentry__utf8_len(r->p, (size_t)(r->end - r->p)) : 0;
        if (!n) r->failed = 1;
        sentry__buf_put(&r->text, r->p, n);
        r->p += n;
    }
    if (r->text.failed) r->failed = 1;
}

static int sentry__read_digits(sentry__reader_t *r)
{
    const char *start = r->p;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9') r->p++;
    return r->p > start;
}

/* strtod on a copy whose point is the locale's. Null without memory. */
static sentry_value_t sentry__read_double(sentry__str_t s)
{
    sentry__buf_t b;
    char stack[64], point[8] = "";
    size_t i, n;
    sentry_value_t v;
    snprintf(point, sizeof point, "%.1f", 0.5);
    n = strlen(point); /* 0 where printf leaves out floating point; what it returns then is any number */
    sentry__buf_init(&b, stack, sizeof stack);
    for (i = 0; i < s.n; i++)
        if (s.p[i] == '.' && n > 2) sentry__buf_put(&b, point + 1, n - 2);
        else sentry__buf_byte(&b, s.p[i]);
    sentry__buf_byte(&b, 0);
    v = b.failed ? sentry__null() : sentry_value_new_double(strtod(b.data, NULL));
    sentry__buf_free(&b);
    return v;
}

static sentry_value_t sentry__read_integer(sentry__str_t s)
{
    int minus = s.p[0] == '-';
    uint64_t v = 0;
    size_t i;
    for (i = (size_t)minus; i < s.n; i++) {
        unsigned digit = (unsigned)(s.p[i] - '0');
        if (v > (UINT64_MAX - digit) / 10) return sentry__read_double(s);
        v = v * 10 + digit;
    }
    if (minus && (v == 0 || v > (uint64_t)1 << 63)) return sentry__read_double(s);
    if (minus && v > (uint64_t)1 << 31) return sentry_value_new_int64(v == (uint64_t)1 << 63 ? INT64_MIN : -(int64_t)v);
    if (minus) return sentry_value_new_int32((int32_t)-(int64_t)v);
    if (v <= INT32_MAX) return sentry_value_new_int32((int32_t)v);
    return v <= INT64_MAX ? sentry_value_new_int64((int64_t)v) : sentry_value_new_uint64(v);
}

static sentry_value_t sentry__read_number(sentry__reader_t *r)
{
    const char *start = r->p;
    int whole = 1;
    sentry_value_t v;
    sentry__read_take(r, '-');
    if (!sentry__read_take(r, '0') && !sentry__read_digits(r)) r->failed = 1;
    if (sentry__read_take(r, '.')) {
        whole = 0;
        if (!sentry__read_digits(r)) r->failed = 1;
    }
    if (sentry__read_take(r, 'e') || sentry__read_take(r, 'E')) {
        whole = 0;
        if (!sentry__read_take(r, '+')) sentry__read_take(r, '-');
        if (!sentry__read_digits(r)) r->failed = 1;
    }
    if (r->failed) return sentry__null();
    v = whole ? sentry__read_integer(sentry__slice(start, (size_t)(r->p - start)))
              : sentry__read_double(sentry__slice(start, (size_t)(r->p - start)));
    if (sentry__is_null(v)) r->failed = 1;
    return v;
}

static sentry_value_t sentry__read_word(sentry__reader_t *r, const char *word, sentry_value_t v)
{
    size_t n = strlen(word);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0) r->failed = 1;
    else r->p += n;
    return v;
}

/* A scalar, or an empty container that the caller opens. */
static sentry_value_t sentry__read_value(sentry__reader_t *r)
{
    sentry_value_t v = sentry__null();
    switch (r->p < r->end ? *r->p : 0) {
    case '{': r->p++; v = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT); break;
    case '[': r->p++; v = sentry__box_new(SENTRY_VALUE_TYPE_LIST); break;
    case '"':
        r->p++;
        sentry__read_string(r);
        if (!r->failed) v = sentry__string_new(sentry__slice(r->text.len ? r->text.data : "", r->text.len));
        break;
    case 'n': return sentry__read_word(r, "null", v);
    case 't': return sentry__read_word(r, "true", sentry_value_new_bool(1));
    case 'f': return sentry__read_word(r, "false", sentry_value_new_bool(0));
    default: return sentry__read_number(r);
    }
    if (sentry__is_null(v)) r->failed = 1;
    return v;
}

/* Reads the key of the next member of an object into `text`. */
static void sentry__read_key(sentry__reader_t *r)
{
    if (!sentry__read_take(r, '"')) r->failed = 1;
    else sentry__read_string(r);
    sentry__read_space(r);
    if (!sentry__read_take(r, ':')) r->failed = 1;
    sentry__read_space(r);
}

/* Reads the next value and puts it into the innermost open container (or makes it the root). */
static sentry_value_t sentry__read_next(sentry__reader_t *r)
{
    sentry_value_t up = r->depth ? r->open[r->depth - 1] : sentry__null(), v;
    int box = 0;
    if (sentry__object_of(up)) {
        char key_storage[256];
        sentry__buf_t key;
        sentry__read_key(r);
        sentry__buf_init(&key, key_storage, sizeof key_storage);
        sentry__buf_put(&key, r->text.data, r->text.len);
        v = r->failed ? sentry__null() : sentry__read_value(r);
        box = sentry__box_of(v) != NULL;
        if (key.failed || sentry__object_set(up, sentry__slice(key.data, key.len), v)) r->failed = 1;
        sentry__buf_free(&key);
    } else {
        v = sentry__read_value(r);
        box = sentry__box_of(v) != NULL;
        if (r->depth && sentry__list_push(up, v)) r->failed = 1;
    }
    if (box && !r->failed) {
        if (r->depth < SENTRY_MAX_DEPTH) r->open[r->depth++] = v;
        else r->failed = 1;
    }
    return v;
}

/* After a value: closes what ends here. Returns 1 when another value follows. */
static int sentry__read_more(sentry__reader_t *r, int opened)
{
    for (; !r->failed && r->depth; opened = 0) {
        char close = sentry__object_of(r->open[r->depth - 1]) ? '}' : ']';
        sentry__read_space(r);
        if (sentry__read_take(r, close)) {
            r->depth--;
            continue;
        }
        if (!opened && !sentry__read_take(r, ',')) r->failed = 1;
        sentry__read_space(r);
        return !r->failed;
    }
    return 0;
}

/* The value of a whole text; null on error. */
static sentry_value_t sentry__json_read(sentry__str_t s)
{
    sentry__reader_t r;
    sentry_value_t root;
    int depth;
    if (!s.p) s = SENTRY__LITERAL("");
    r.p = s.p;
    r.end = s.p + s.n;
    r.failed = r.depth = 0;
    sentry__buf_init(&r.text, NULL, 0);
    sentry__read_space(&r);
    root = sentry__read_next(&r);
    for (depth = 0; sentry__read_more(&r, r.depth > depth);) {
        depth = r.depth;
        sentry__read_next(&r);
    }
    sentry__read_space(&r);
    if (r.p != r.end) r.failed = 1;
    sentry__buf_free(&r.text);
    if (r.failed) sentry__decref(root);
    return r.failed ? sentry__null() : root;
}

/* -- public -- */

SENTRY_API sentry_value_t sentry_value_from_json(const char *json) { return sentry__json_read(sentry__str(json)); }
SENTRY_API sentry_value_t sentry_value_from_json_n(const char *json, size_t n) { return sentry__json_read(sentry__str_n(json, n)); }

/* ==[10]== DSN ======================================================================
 * Parses scheme://public[:secret]@host[:port][/prefix]/project. No state.
 */

typedef struct {
    char *text;  /* the whole DSN as given */
    char *parts; /* a copy that the strings below stand in */
    int secure;
    unsigned port;
    const char *public_key, *secret_key, *host, *path, *project; /* host keeps its IPv6 brackets; path has no outer slashes */
    char org_id[24];                                             /* digits, or "" */
} sentry__dsn_t;

static void sentry__dsn_free(sentry__dsn_t *dsn)
{
    SENTRY_FREE(dsn->text);
    SENTRY_FREE(dsn->parts);
    memset(dsn, 0, sizeof *dsn);
}

/* Only what can stand in a header and a URL as it is. */
static int sentry__dsn_clean(const char *s, const char *also)
{
    for (; *s; s++)
        if (!((*s >= '0' && *s <= '9') || (sentry__lower(*s) >= 'a' && sentry__lower(*s) <= 'z') || strchr(also, *s))) return 0;
    return 1;
}

static const char *sentry__dsn_host(sentry__dsn_t *dsn, char *host)
{
    char *colon = strrchr(host, ':'), *end = strchr(host, ']');
    char *p;
    dsn->port = dsn->secure ? 443 : 80;
    if (colon && !(end && colon < end)) {
        unsigned port = 0;
        *colon = 0;
        for (p = colon + 1; *p >= '0' && *p <= '9' && port < 65536; p++) port = port * 10 + (unsigned)(*p - '0');
        if (*p || p == colon + 1 || port == 0 || port > 65535) return "the port is not a number from 1 to 65535";
        dsn->port = port;
    }
    if (!*host) return "the host is missing";
    if (host[0] == '[') {
        if (!end || end[1] || end == host + 1) return "the IPv6 address does not end in ']'";
        if (!sentry__dsn_clean(host + 1, ":.%]")) return "the host has a character that no IPv6 address has";
    } else if (!sentry__dsn_clean(host, ".-_")) {
        return "the host has a character that no host name has";
    }
    if (host[0] == 'o' && host[1] >= '0' && host[1] <= '9') {
        size_t n = strspn(host + 1, "0123456789");
        if (host[1 + n] == '.' && n < sizeof dsn->org_id) memcpy(dsn->org_id, host + 1, n);
    }
    dsn->host = host;
    return NULL;
}

/* Fills `dsn` (to be freed, also on error). Returns NULL, or what is wrong. */
static const char *sentry__dsn_parse(sentry__dsn_t *dsn, sentry__str_t text)
{
    char *user, *host, *path, *slash;
    const char *problem;
    memset(dsn, 0, sizeof *dsn);
    text = sentry__str_trim(text);
    dsn->text = sentry__strdup(text);
    dsn->parts = sentry__strdup(text);
    if (!dsn->text || !dsn->parts) return "out of memory";
    if (strpbrk(dsn->parts, "?#")) return "'?' and '#' have no place in it";
    user = strstr(dsn->parts, "://");
    if (!user) return "it does not begin with http:// or https://";
    *user = 0;
    user += 3;
    dsn->secure = sentry__str_ieq(sentry__str(dsn->parts), SENTRY__LITERAL("https"));
    if (!dsn->secure && !sentry__str_ieq(sentry__str(dsn->parts), SENTRY__LITERAL("http"))) return "its scheme is neither http nor https";
    path = strchr(user, '/');
    if (path) *path++ = 0;
    host = strrchr(user, '@');
    if (!host) return "the public key is missing: it stands before an '@'";
    *host++ = 0;
    slash = strchr(user, ':');
    if (slash) *slash++ = 0;
    dsn->public_key = user;
    dsn->secret_key = slash ? slash : "";
    if (!*user) return "the public key is empty";
    if (!sentry__dsn_clean(dsn->public_key, "-._~+=%!*") || !sentry__dsn_clean(dsn->secret_key, "-._~+=%!*")) return "a key has a character that is not allowed";
    problem = sentry__dsn_host(dsn, host);
    if (problem) return problem;
    while (path && *path && path[strlen(path) - 1] == '/') path[strlen(path) - 1] = 0;
    if (!path || !*path) return "the project id is missing at its end";
    slash = strrchr(path, '/');
    dsn->project = slash ? slash + 1 : path;
    dsn->path = slash ? path : "";
    if (slash) *slash = 0;
    if (!sentry__dsn_clean(dsn->project, "-._~")) return "the project id has a character that is not allowed";
    if (!sentry__dsn_clean(dsn->path, "-._~/%+@:")) return "the path has a character that is not allowed";
    return NULL;
}

/* ==[11]== IDS AND TIME =============================================================
 * Random numbers, ids, timestamps. State: the thread's own, see [6].
 * Holds   a thread's generator is seeded from the system, and again in a child of fork.
 */

static void sentry__random_seed(uint64_t random[2])
{
    static sentry__word_t seeds; /* so that two of one microsecond differ */
    if (sentry__os_random(random, 16) || !(random[0] | random[1])) {
        random[0] = (sentry__os_now_us() + sentry__add(&seeds, 1)) * 0x9e3779b97f4a7c15u;
        random[1] = ((uint64_t)sentry__os_pid() << 32 ^ (uint64_t)(uintptr_t)random) | 1;
    }
}

/* xorshift128+: unique ids, no secrets. */
static uint64_t sentry__random_next(uint64_t random[2])
{
    uint64_t a = random[0], b = random[1];
    random[0] = b;
    a ^= a << 23;
    random[1] = a ^ b ^ (a >> 18) ^ (b >> 5);
    return random[1] + b;
}

static uint64_t sentry__random(void)
{
    sentry__thread_t *t = sentry__thread();
    uint64_t own[2];
    sentry__os_fork_noticed();
    if (!t) {
        sentry__random_seed(own);
        return sentry__random_next(own);
    }
    if (t->random_generation != sentry__fork_generation) {
        sentry__random_seed(t->random);
        t->random_generation = sentry__fork_generation;
    }
    return sentry__random_next(t->random);
}

/* A number in [0, 1). */
static double sentry__random_unit(void) { return (double)(sentry__random() >> 11) / 9007199254740992.0; }

/* The date of a day since 1970 (Hinnant's algorithm, public domain mathematics). */
static void sentry__civil(uint64_t days, unsigned *year, unsigned *month, unsigned *day)
{
    uint64_t z = days + 719468, era = z / 146097;
    unsigned doe = (unsigned)(z - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = (unsigned)(yoe + era * 400) + (*month <= 2);
}

/* 0 to 99 as two digits. */
static void sentry__two_digits(char *out, unsigned v)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869"
                                "707172737475767778798081828384858687888990919293949596979899";
    memcpy(out, pairs + 2 * v, 2);
}

static void sentry__print_second(char out[20], uint64_t second)
{
    unsigned year, month, day, of_day = (unsigned)(second % 86400);
    sentry__civil(second / 86400, &year, &month, &day);
    memcpy(out, "0000-00-00T00:00:00", 20);
    sentry__two_digits(out, year / 100 % 100);
    sentry__two_digits(out + 2, year % 100);
    sentry__two_digits(out + 5, month);
    sentry__two_digits(out + 8, day);
    sentry__two_digits(out + 11, of_day / 3600);
    sentry__two_digits(out + 14, of_day / 60 % 60);
    sentry__two_digits(out + 17, of_day % 60);
}

#define SENTRY__STAMP_LEN 27

/* What follows the seconds in a time: ".678901Z". */
static void sentry__stamp_fraction(char out[8], unsigned us)
{
    out[0] = '.';
    sentry__two_digits(out + 1, us / 10000);
    sentry__two_digits(out + 3, us / 100 % 100);
    sentry__two_digits(out + 5, us % 100);
    out[7] = 'Z';
}

/* RFC 3339 in UTC with microseconds, "2026-01-02T03:04:05.678901Z": 27 characters, no zero. */
static void sentry__stamp(char out[SENTRY__STAMP_LEN], uint64_t us)
{
    sentry__thread_t *t = sentry__thread();
    uint64_t second = us / 1000000u;
    char text[20];
    if (!t || t->printed_second != second || !t->printed[0]) {
        sentry__print_second(text, second);
        if (t) {
            memcpy(t->printed, text, sizeof text);
            t->printed_second = second;
        }
    }
    memcpy(out, t ? t->printed : text, 19);
    sentry__stamp_fraction(out + 19, (unsigned)(us % 1000000u));
}

/* The same of now, for signal handlers: without the thread's data. */
static void sentry__stamp_signal(char out[SENTRY__STAMP_LEN])
{
    uint64_t us = sentry__os_now_us();
    sentry__print_second(out, us / 1000000u);
    sentry__stamp_fraction(out + 19, (unsigned)(us % 1000000u));
}

static sentry_value_t sentry__stamp_value(void)
{
    char text[SENTRY__STAMP_LEN];
    sentry__stamp(text, sentry__os_now_us());
    return sentry__string_new(sentry__slice(text, sizeof text));
}

/* 32 hex digits, as the protocol wants ids. */
static void sentry__uuid_hex(const sentry_uuid_t *id, char out[32])
{
    sentry__buf_t b;
    sentry__buf_init(&b, out, 32);
    sentry__buf_hex(&b, id->bytes, 16);
}

static sentry_value_t sentry__uuid_value(const sentry_uuid_t *id)
{
    char text[32];
    sentry__uuid_hex(id, text);
    return sentry__string_new(sentry__slice(text, sizeof text));
}

/* -- public -- */

SENTRY_API sentry_uuid_t sentry_uuid_nil(void)
{
    sentry_uuid_t id;
    memset(&id, 0, sizeof id);
    return id;
}

SENTRY_API sentry_uuid_t sentry_uuid_new_v4(void)
{
    sentry_uuid_t id;
    uint64_t r = sentry__random();
    memcpy(id.bytes, &r, 8);
    r = sentry__random();
    memcpy(id.bytes + 8, &r, 8);
    id.bytes[6] = (char)((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = (char)(((unsigned char)id.bytes[8] & 0x3f) | 0x80);
    return id;
}

SENTRY_API sentry_uuid_t sentry_uuid_from_string_n(const char *str, size_t str_len)
{
    sentry_uuid_t id = sentry_uuid_nil();
    sentry__str_t s = sentry__str_n(str, str_len);
    size_t i, digits = 0;
    for (i = 0; i < s.n; i++) {
        int digit = sentry__hex_digit(s.p[i]);
        if (s.p[i] == '-') continue;
        if (digit < 0 || digits == 32) return sentry_uuid_nil();
        id.bytes[digits / 2] = (char)(id.bytes[digits / 2] | (digits % 2 ? digit : digit << 4));
        digits++;
    }
    return id;
}
SENTRY_API sentry_uuid_t sentry_uuid_from_string(const char *str) { return sentry_uuid_from_string_n(str, str ? strlen(str) : 0); }

SENTRY_API sentry_uuid_t sentry_uuid_from_bytes(const char bytes[16])
{
    sentry_uuid_t id = sentry_uuid_nil();
    if (bytes) memcpy(id.bytes, bytes, 16);
    return id;
}

SENTRY_API int sentry_uuid_is_nil(const sentry_uuid_t *uuid)
{
    static const sentry_uuid_t nil = { { 0 } };
    return !uuid || memcmp(uuid->bytes, nil.bytes, 16) == 0;
}

SENTRY_API void sentry_uuid_as_bytes(const sentry_uuid_t *uuid, char bytes[16])
{
    if (uuid && bytes) memcpy(bytes, uuid->bytes, 16);
}

SENTRY_API void sentry_uuid_as_string(const sentry_uuid_t *uuid, char str[37])
{
    char hex[32];
    int i, to = 0;
    if (!uuid || !str) return;
    sentry__uuid_hex(uuid, hex);
    for (i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20) str[to++] = '-';
        str[to++] = hex[i];
    }
    str[to] = 0;
}

/* ==[12]== TRACE HEADERS ============================================================
 * How a trace travels: sentry-trace, traceparent and baggage, taken apart and put together. No state.
 * Holds   what comes in is read strictly and kept in bounds; no byte of one header gets into another unencoded.
 */

/* What is known of a trace: where it comes from, and what was decided about it. */
typedef struct {
    uint64_t id[2];       /* its first and its last 16 digits */
    uint64_t parent;      /* the span that called us; 0: none */
    double sample_rate;   /* that the head of the trace applied; negative: none, or unknown */
    uint32_t sample_rand; /* millionths */
    int sampled;          /* 1, 0, or -1: not decided */
    int joined;           /* transactions belong to it, instead of beginning traces of their own */
} sentry__lineage_t;

static void sentry__buf_hex64(sentry__buf_t *b, uint64_t v)
{
    char *to = sentry__buf_room(b, 16);
    int i;
    if (!to) return;
    for (i = 15; i >= 0; i--, v >>= 4) to[i] = "0123456789abcdef"[v & 15];
    b->len += 16;
}

static void sentry__buf_trace_id(sentry__buf_t *b, const sentry__lineage_t *l)
{
    sentry__buf_hex64(b, l->id[0]);
    sentry__buf_hex64(b, l->id[1]);
}

/* Reads hex digits, at most 16 of them. Returns 0 when something else is among them. */
static int sentry__read_hex64(sentry__str_t s, uint64_t *v)
{
    size_t i;
    *v = 0;
    for (i = 0; i < s.n; i++) {
        int digit = sentry__hex_digit(s.p[i]);
        if (digit < 0) return 0;
        *v = *v << 4 | (unsigned)digit;
    }
    return s.n > 0;
}

/* Random, and never 0. */
static uint64_t sentry__random_id(void)
{
    uint64_t v = sentry__random();
    return v ? v : 1;
}

/* A trace that begins here, and has no id yet. */
static void sentry__lineage_begin(sentry__lineage_t *l)
{
    l->id[0] = l->id[1] = 0;
    l->parent = 0;
    l->sample_rate = -1.0;
    l->sample_rand = (uint32_t)((sentry__random() >> 32) * 1000000u >> 32);
    l->sampled = -1;
    l->joined = 0;
}

/* Gives a trace an id, an UUID of version 4, if it has none. */
static void sentry__lineage_name(sentry__lineage_t *l)
{
    if (l->id[0] | l->id[1]) return;
    l->id[0] = (sentry__random() & 0xffffffffffff0fffu) | 0x4000;
    l->id[1] = (sentry__random() & 0x3fffffffffffffffu) | 0x8000000000000000u;
}

static void sentry__lineage_new(sentry__lineage_t *l)
{
    sentry__lineage_begin(l);
    sentry__lineage_name(l);
}

/* Reads the ids of a trace and of a span. Returns 1 when they are: 32 and 16 hex digits, neither all zero. */
static int sentry__read_ids(sentry__lineage_t *l, sentry__str_t trace, sentry__str_t span)
{
    sentry__lineage_t read = *l;
    if (trace.n != 32 || span.n != 16) return 0;
    if (!sentry__read_hex64(sentry__slice(trace.p, 16), &read.id[0]) || !sentry__read_hex64(sentry__slice(trace.p + 16, 16), &read.id[1])) return 0;
    if (!sentry__read_hex64(span, &read.parent) || !read.parent || !(read.id[0] | read.id[1])) return 0;
    *l = read;
    return 1;
}

/* "<32 hex>-<16 hex>[-<0 or 1>]". Returns 0 for anything else, and leaves `l` alone then. */
static int sentry__read_sentry_trace(sentry__lineage_t *l, sentry__str_t text)
{
    sentry__str_t rest = sentry__str_trim(text), trace = sentry__take_until(&rest, '-'), span = sentry__take_until(&rest, '-');
    size_t n = sentry__str_trim(text).n;
    if (n != 49 && !(n == 51 && rest.n == 1 && (rest.p[0] == '0' || rest.p[0] == '1'))) return 0;
    if (!sentry__read_ids(l, trace, span)) return 0;
    l->sampled = n == 49 ? -1 : rest.p[0] == '1';
    return 1;
}

/* "00-<32 hex>-<16 hex>-<flags>", W3C's. Without the flag "sampled" nothing is known: whoever has not decided sends that, too. */
static int sentry__read_traceparent(sentry__lineage_t *l, sentry__str_t text)
{
    sentry__str_t rest = sentry__str_trim(text), version = sentry__take_until(&rest, '-'), trace = sentry__take_until(&rest, '-');
    sentry__str_t span = sentry__take_until(&rest, '-'), flags = sentry__take_until(&rest, '-');
    uint64_t number, bits;
    if (version.n != 2 || flags.n != 2 || !sentry__read_hex64(version, &number) || !sentry__read_hex64(flags, &bits)) return 0;
    if (number == 0xff || (number == 0 && sentry__str_trim(text).n != 55) || !sentry__read_ids(l, trace, span)) return 0;
    l->sampled = bits & 1 ? 1 : -1;
    return 1;
}

/* Whether baggage may hold a byte as it is. */
static int sentry__is_unreserved(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == '~'; }

static void sentry__percent_put(sentry__buf_t *b, sentry__str_t s)
{
    size_t i;
    for (i = 0; i < s.n; i++) {
        if (sentry__is_unreserved(s.p[i])) {
            sentry__buf_byte(b, s.p[i]);
        } else {
            sentry__buf_byte(b, '%');
            sentry__buf_byte(b, "0123456789ABCDEF"[(unsigned char)s.p[i] >> 4]);
            sentry__buf_byte(b, "0123456789ABCDEF"[(unsigned char)s.p[i] & 15]);
        }
    }
}

/* What is no escape stays as it is. */
static void sentry__percent_get(sentry__buf_t *b, sentry__str_t s)
{
    uint64_t c;
    size_t i;
    for (i = 0; i < s.n; i++) {
        if (s.p[i] == '%' && s.n - i > 2 && sentry__read_hex64(sentry__slice(s.p + i + 1, 2), &c)) {
            sentry__buf_byte(b, (char)(unsigned char)c);
            i += 2;
        } else {
            sentry__buf_byte(b, s.p[i]);
        }
    }
}

/* Takes a member off the front of a baggage header, "key=value;properties". Returns 0 at the end. */
static int sentry__baggage_take(sentry__str_t *rest, sentry__str_t *member, sentry__str_t *key, sentry__str_t *value)
{
    while (rest->n) {
        sentry__str_t part;
        *member = sentry__take_until(rest, ',');
        part = *member;
        part = sentry__take_until(&part, ';');
        *value = part;
        *key = sentry__take_until(value, '=');
        *value = sentry__str_trim(*value);
        if (key->n && key->n < part.n) return 1;
    }
    return 0;
}

/* The part of a baggage header that is looked at: what goes beyond the limit goes with the member it cuts. */
static sentry__str_t sentry__baggage_cut(sentry__str_t header)
{
    if (header.n <= SENTRY_MAX_BAGGAGE) return header;
    for (header.n = SENTRY_MAX_BAGGAGE; header.n && header.p[header.n] != ','; header.n--) {}
    return header;
}

static int sentry__is_ours(sentry__str_t key) { return key.n > 7 && sentry__str_ieq(sentry__slice(key.p, 7), SENTRY__LITERAL("sentry-")); }

/* The value of one of Sentry's members, decoded into `b`; NULL when it is not there. */
static sentry__str_t sentry__baggage_get(sentry__buf_t *b, sentry__str_t baggage, sentry__str_t name)
{
    sentry__str_t member, key, value;
    size_t at = b->len;
    while (sentry__baggage_take(&baggage, &member, &key, &value)) {
        if (!sentry__is_ours(key) || !sentry__str_eq(sentry__slice(key.p + 7, key.n - 7), name)) continue;
        sentry__percent_get(b, value);
        return b->failed ? sentry__slice(NULL, 0) : sentry__slice(b->data ? b->data + at : "", b->len - at);
    }
    return sentry__slice(NULL, 0);
}

/* Adds a member of ours. */
static void sentry__baggage_put(sentry__buf_t *b, const char *name, sentry__str_t value)
{
    if (!value.n) return;
    if (b->len) sentry__buf_byte(b, ',');
    SENTRY__PUT(b, "sentry-");
    sentry__buf_cstr(b, name);
    sentry__buf_byte(b, '=');
    sentry__percent_put(b, value);
}

/* A number from 0 up to 1; negative for anything else. */
static double sentry__read_share(sentry__str_t s)
{
    sentry_value_t v = s.n && s.n < 40 ? sentry__json_read(s) : sentry__null();
    double share = sentry__is_null(v) ? -1.0 : sentry_value_as_double(v);
    sentry__decref(v);
    return share >= 0.0 && share <= 1.0 ? share : -1.0;
}

/* The millionths in "0.123456", without the rounding of doubles; -1 when it is no number below 1. */
static int32_t sentry__read_rand(sentry__str_t s)
{
    int32_t v = 0, unit = 100000;
    double share = sentry__read_share(s);
    size_t i;
    if (share < 0.0 || share >= 1.0) return -1;
    if (s.n < 2 || memcmp(s.p, "0.", 2) != 0 || memchr(s.p, 'e', s.n) || memchr(s.p, 'E', s.n)) return (int32_t)(share * 1e6);
    for (i = 2; i < s.n && unit; i++, unit /= 10) v += (s.p[i] - '0') * unit;
    return v;
}

/* What incoming baggage says about a trace that sentry-trace named: its rand, or one that fits the decision. */
static void sentry__read_baggage(sentry__lineage_t *l, sentry__str_t baggage)
{
    char room[64];
    sentry__buf_t b;
    double low = 0.0, high = 1.0, rate;
    int32_t rand;
    sentry__buf_init(&b, room, sizeof room);
    rate = sentry__read_share(sentry__baggage_get(&b, baggage, SENTRY__LITERAL("sample_rate")));
    rand = sentry__read_rand(sentry__baggage_get(&b, baggage, SENTRY__LITERAL("sample_rand")));
    sentry__buf_free(&b);
    l->sample_rate = rate;
    if (rate >= 0.0 && l->sampled == 1) high = rate;
    if (rate >= 0.0 && l->sampled == 0) low = rate;
    if (rand < 0) rand = (int32_t)((low + sentry__random_unit() * (high - low)) * 1e6);
    l->sample_rand = rand < 1000000 ? (uint32_t)rand : 999999;
}

/* Sentry's members of an incoming baggage header, encoded anew, the caller's: what is known of the trace by who began it.
 * "" when there are none, or when they are of another trace. NULL without memory. */
static char *sentry__baggage_adopt(const sentry__lineage_t *l, sentry__str_t header)
{
    char digits[32];
    sentry__buf_t b, ids, value;
    sentry__str_t rest = sentry__baggage_cut(header), member, key, encoded, id;
    size_t count = 0;
    sentry__buf_init(&ids, digits, sizeof digits);
    sentry__buf_trace_id(&ids, l);
    sentry__buf_init(&b, NULL, 0);
    sentry__buf_init(&value, NULL, 0);
    id = sentry__baggage_get(&value, rest, SENTRY__LITERAL("trace_id"));
    if (id.p && !sentry__str_ieq(id, sentry__slice(digits, sizeof digits))) rest.n = 0;
    for (; count < SENTRY_MAX_BAGGAGE_MEMBERS && sentry__baggage_take(&rest, &member, &key, &encoded); count++) {
        size_t i, before = b.len;
        for (i = 7; i < key.n && sentry__is_unreserved(key.p[i]); i++) {}
        if (!sentry__is_ours(key) || i < key.n) continue;
        value.len = 0;
        if (sentry__baggage_get(&value, sentry__slice(b.data, b.len), sentry__slice(key.p + 7, key.n - 7)).p) continue; /* the first counts */
        sentry__percent_get(&value, encoded);
        if (b.len) sentry__buf_byte(&b, ',');
        SENTRY__PUT(&b, "sentry-");
        sentry__buf_put(&b, key.p + 7, key.n - 7);
        sentry__buf_byte(&b, '=');
        sentry__percent_put(&b, sentry__slice(value.data, value.len));
        if (b.len > SENTRY_MAX_BAGGAGE) b.len = before;
    }
    if (value.failed) b.failed = 1;
    sentry__buf_free(&value);
    return sentry__buf_take(&b, NULL);
}

/* Whether a trace may go on that comes from `theirs`, an organisation, to `ours`; either may be empty. */
static int sentry__org_welcome(sentry__str_t theirs, sentry__str_t ours, int strict) { return (theirs.n && ours.n) || strict ? sentry__str_eq(theirs, ours) : 1; }

/* Reads the headers of a request into `l` and `*baggage` (the caller's). Returns 0, with nothing changed, when there is no trace
 * to go on with: none came, or it is not ours to continue. */
static int sentry__lineage_read(sentry__lineage_t *l, char **baggage, sentry__str_t trace, sentry__str_t header, sentry__str_t ours, int strict)
{
    char room[64];
    sentry__lineage_t read;
    sentry__buf_t org;
    char *kept;
    int welcome;
    sentry__lineage_new(&read);
    if (!sentry__read_sentry_trace(&read, trace) && !sentry__read_traceparent(&read, trace)) return 0;
    kept = sentry__baggage_adopt(&read, header);
    if (!kept) return 0;
    sentry__buf_init(&org, room, sizeof room);
    welcome = sentry__org_welcome(sentry__baggage_get(&org, sentry__str(kept), SENTRY__LITERAL("org_id")), ours, strict);
    sentry__buf_free(&org);
    if (!welcome) {
        SENTRY_FREE(kept);
        return 0;
    }
    sentry__read_baggage(&read, sentry__str(kept));
    read.joined = 1;
    *l = read;
    *baggage = kept;
    return 1;
}

/* sentry-trace, or with `w3c` traceparent, which has no way to say "not decided". */
static void sentry__put_traceparent(sentry__buf_t *b, const sentry__lineage_t *l, uint64_t span, int w3c)
{
    if (w3c) SENTRY__PUT(b, "00-");
    sentry__buf_trace_id(b, l);
    sentry__buf_byte(b, '-');
    sentry__buf_hex64(b, span);
    if (w3c) sentry__buf_cstr(b, l->sampled > 0 ? "-01" : "-00");
    else if (l->sampled >= 0) sentry__buf_cstr(b, l->sampled ? "-1" : "-0");
}

/* What the head of a trace tells of it besides: who it is. Each may be empty. */
typedef struct {
    sentry__str_t public_key, release, environment, transaction, org_id;
} sentry__head_t;

/* The members of a trace that begins here: the dynamic sampling context. */
static void sentry__put_baggage(sentry__buf_t *b, const sentry__lineage_t *l, const sentry__head_t *head)
{
    char room[40];
    sentry__buf_t id;
    sentry__buf_init(&id, room, sizeof room);
    sentry__buf_trace_id(&id, l);
    sentry__baggage_put(b, "trace_id", sentry__slice(room, id.len));
    sentry__baggage_put(b, "public_key", head->public_key);
    if (l->sample_rate >= 0.0) sentry__baggage_put(b, "sample_rate", sentry__slice(room, sentry__double_text(l->sample_rate, room)));
    snprintf(room, sizeof room, "0.%06u", (unsigned)(l->sample_rand % 1000000u));
    sentry__baggage_put(b, "sample_rand", sentry__slice(room, 8));
    if (l->sampled >= 0) sentry__baggage_put(b, "sampled", sentry__str(l->sampled ? "true" : "false"));
    sentry__baggage_put(b, "environment", head->environment);
    sentry__baggage_put(b, "release", head->release);
    sentry__baggage_put(b, "org_id", head->org_id);
    if (head->transaction.n < 256) sentry__baggage_put(b, "transaction", head->transaction);
}

/* Other vendors' members of `existing`, then as many of ours as there is room for. */
static void sentry__merge_baggage(sentry__buf_t *b, sentry__str_t existing, sentry__str_t ours)
{
    sentry__str_t rest, member, key, value;
    size_t count = 0, pass, i;
    for (pass = 0; pass < 2; pass++) { /* the first two of ours, trace_id and public_key, always find room */
        size_t members = SENTRY_MAX_BAGGAGE_MEMBERS - (pass ? 0 : 2), bytes = SENTRY_MAX_BAGGAGE - (pass ? 0 : 128);
        rest = pass ? ours : sentry__baggage_cut(existing);
        while (sentry__baggage_take(&rest, &member, &key, &value)) {
            for (i = 0; i < member.n && (unsigned char)member.p[i] >= ' ' && member.p[i] != 127; i++) {}
            if (sentry__is_ours(key) != (pass == 1) || i < member.n) continue;
            if (count == members || b->len + member.n + 1 > bytes) break;
            if (count++) sentry__buf_byte(b, ',');
            sentry__buf_str(b, member);
        }
    }
}

/* Shape: {"trace_id":"..","public_key":"..",...}, all strings: an envelope's trace header. Null when there is nothing, and without
 * memory: half of it would make the server ignore it all. */
static sentry_value_t sentry__baggage_value(sentry__str_t baggage)
{
    char room[256];
    sentry_value_t object = sentry__null(), text;
    sentry__str_t member, key, encoded;
    sentry__buf_t value;
    int failed = 0;
    sentry__buf_init(&value, room, sizeof room);
    while (sentry__baggage_take(&baggage, &member, &key, &encoded)) {
        if (!sentry__is_ours(key)) continue;
        value.len = 0;
        sentry__percent_get(&value, encoded);
        if (sentry__is_null(object)) object = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
        text = sentry__string_new(sentry__slice(value.data, value.len));
        failed |= value.failed || sentry__is_null(text) || sentry__object_set(object, sentry__slice(key.p + 7, key.n - 7), sentry__incref(text));
        sentry__decref(text);
    }
    sentry__buf_free(&value);
    if (!failed) return object;
    sentry__decref(object);
    return sentry__null();
}

/* ==[13]== EVENT PARTS ==============================================================
 * The constructors of [P2] that make parts of events. No state.
 */

/* Sets a key to a string, unless the string is NULL. */
static void sentry__set_text(sentry_value_t object, sentry__str_t key, sentry__str_t text)
{
    if (text.p) sentry__object_set(object, key, sentry__string_new(text));
}

static sentry_value_t sentry__event_new(void)
{
    sentry_value_t event = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry_uuid_t id = sentry_uuid_new_v4();
    sentry__object_set(event, SENTRY__LITERAL("event_id"), sentry__uuid_value(&id));
    sentry__object_set(event, SENTRY__LITERAL("timestamp"), sentry__stamp_value());
    sentry__set_text(event, SENTRY__LITERAL("platform"), SENTRY__LITERAL("native"));
    return event;
}

/* `format` is the text's template when it has one of its own, else NULL. */
static sentry_value_t sentry__message_new(sentry_level_t level, sentry__str_t logger, sentry__str_t format, sentry__str_t text)
{
    sentry_value_t event = sentry__event_new(), entry;
    sentry__set_text(event, SENTRY__LITERAL("level"), sentry__level_str(level));
    sentry__set_text(event, SENTRY__LITERAL("logger"), logger);
    if (!text.p) return event;
    entry = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__set_text(entry, SENTRY__LITERAL("message"), format);
    sentry__set_text(entry, SENTRY__LITERAL("formatted"), text);
    sentry__object_set(event, SENTRY__LITERAL("logentry"), entry);
    return event;
}

static sentry_value_t sentry__pair_new(sentry__str_t key1, sentry__str_t text1, sentry__str_t key2, sentry__str_t text2)
{
    sentry_value_t object = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__set_text(object, key1, text1);
    sentry__set_text(object, key2, text2);
    return object;
}

/* The list at event.<key>.values, made when missing; a list that stands there bare is used as it is. */
static sentry_value_t sentry__event_values(sentry_value_t event, sentry__str_t key)
{
    sentry_value_t at = sentry__object_get(event, key), list;
    if (sentry__list_of(at)) return at;
    if (!sentry__object_of(at)) {
        at = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
        if (sentry__object_set(event, key, at)) return sentry__null();
    }
    list = sentry__object_get(at, SENTRY__LITERAL("values"));
    if (sentry__list_of(list)) return list;
    list = sentry__box_new(SENTRY_VALUE_TYPE_LIST);
    return sentry__object_set(at, SENTRY__LITERAL("values"), list) ? sentry__null() : list;
}

/* Gives an exception its place in a chain: id `n`, below `n - 1`, and the keys that a mechanism must have. */
static void sentry__exception_place(sentry_value_t exception, int n)
{
    sentry_value_t mechanism = sentry__object_get(exception, SENTRY__LITERAL("mechanism"));
    if (!sentry__object_of(mechanism)) {
        mechanism = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
        sentry__set_text(mechanism, SENTRY__LITERAL("type"), n ? SENTRY__LITERAL("chained") : SENTRY__LITERAL("generic"));
        sentry__object_set(mechanism, SENTRY__LITERAL("handled"), sentry_value_new_bool(1));
        if (sentry__object_set(exception, SENTRY__LITERAL("mechanism"), mechanism)) return;
    }
    sentry__object_set(mechanism, SENTRY__LITERAL("exception_id"), sentry_value_new_int32(n));
    if (!n) return;
    sentry__set_text(mechanism, SENTRY__LITERAL("source"), SENTRY__LITERAL("cause"));
    sentry__object_set(mechanism, SENTRY__LITERAL("parent_id"), sentry_value_new_int32(n - 1));
}

static const char *sentry__attribute_type(sentry_value_t v)
{
    uint32_t i;
    sentry__box_t *list = sentry__list_of(v);
    switch (sentry_value_get_type(v)) {
    case SENTRY_VALUE_TYPE_BOOL: return "boolean";
    case SENTRY_VALUE_TYPE_INT32:
    case SENTRY_VALUE_TYPE_INT64:
    case SENTRY_VALUE_TYPE_UINT64: return "integer";
    case SENTRY_VALUE_TYPE_DOUBLE: return "double";
    case SENTRY_VALUE_TYPE_STRING: return "string";
    case SENTRY_VALUE_TYPE_LIST: break;
    case SENTRY_VALUE_TYPE_NULL:
    case SENTRY_VALUE_TYPE_OBJECT:
    default: return NULL;
    }
    for (i = 0; i < list->len; i++) {
        sentry_value_type_t type = sentry_value_get_type(list->entries[i].value);
        if (type != sentry_value_get_type(list->entries[0].value) || type == SENTRY_VALUE_TYPE_NULL || type >= SENTRY_VALUE_TYPE_LIST) return NULL;
    }
    return list->len ? "array" : NULL;
}

static sentry_value_t sentry__attribute_new(sentry_value_t value, sentry__str_t unit)
{
    const char *type = sentry__attribute_type(value);
    sentry_value_t attribute;
    if (!type) {
        sentry__decref(value);
        return sentry__null();
    }
    attribute = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__set_text(attribute, SENTRY__LITERAL("type"), sentry__str(type));
    sentry__object_set(attribute, SENTRY__LITERAL("value"), value);
    sentry__set_text(attribute, SENTRY__LITERAL("unit"), unit);
    return attribute;
}

static sentry_value_t sentry__user_new(sentry__str_t id, sentry__str_t name, sentry__str_t email, sentry__str_t ip)
{
    sentry_value_t user;
    if (!id.p && !name.p && !email.p && !ip.p) {
        sentry__log(SENTRY_LEVEL_WARNING, "a user needs an id, a name, an email or an address");
        return sentry__null();
    }
    user = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__set_text(user, SENTRY__LITERAL("id"), id);
    if (name.n) sentry__set_text(user, SENTRY__LITERAL("username"), name);
    if (email.n) sentry__set_text(user, SENTRY__LITERAL("email"), email);
    if (ip.n) sentry__set_text(user, SENTRY__LITERAL("ip_address"), ip);
    return user;
}

static sentry_value_t sentry__breadcrumb_new(sentry__str_t type, sentry__str_t message)
{
    sentry_value_t crumb = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__box_t *box = sentry__object_of(crumb);
    if (!box) return crumb;
    sentry__box_add(box, SENTRY__LITERAL("timestamp"), sentry__stamp_value());
    if (type.p) sentry__box_add(box, SENTRY__LITERAL("type"), sentry__string_new(type));
    if (message.p) sentry__box_add(box, SENTRY__LITERAL("message"), sentry__string_new(message));
    return crumb;
}

static sentry_value_t sentry__thread_value(uint64_t id, sentry__str_t name)
{
    char text[20];
    size_t n = (size_t)(sentry__format_u64(text, id) - text);
    return sentry__pair_new(SENTRY__LITERAL("id"), sentry__slice(text, n), SENTRY__LITERAL("name"), name);
}

/* -- public -- */

SENTRY_API sentry_value_t sentry_value_new_event(void) { return sentry__event_new(); }
SENTRY_API sentry_value_t sentry_value_new_message_event(sentry_level_t level, const char *logger, const char *text)
{
    return sentry__message_new(level, sentry__str(logger), sentry__slice(NULL, 0), sentry__str(text));
}
SENTRY_API sentry_value_t sentry_value_new_message_event_n(sentry_level_t level, const char *logger, size_t logger_len, const char *text, size_t text_len)
{
    return sentry__message_new(level, sentry__str_n(logger, logger_len), sentry__slice(NULL, 0), sentry__str_n(text, text_len));
}
SENTRY_API sentry_value_t sentry_value_new_breadcrumb(const char *type, const char *message) { return sentry__breadcrumb_new(sentry__str(type), sentry__str(message)); }
SENTRY_API sentry_value_t sentry_value_new_breadcrumb_n(const char *type, size_t type_len, const char *message, size_t message_len)
{
    return sentry__breadcrumb_new(sentry__str_n(type, type_len), sentry__str_n(message, message_len));
}
SENTRY_API sentry_value_t sentry_value_new_exception(const char *type, const char *value)
{
    return sentry__pair_new(SENTRY__LITERAL("type"), sentry__str(type), SENTRY__LITERAL("value"), sentry__str(value));
}
SENTRY_API sentry_value_t sentry_value_new_exception_n(const char *type, size_t type_len, const char *value, size_t value_len)
{
    return sentry__pair_new(SENTRY__LITERAL("type"), sentry__str_n(type, type_len), SENTRY__LITERAL("value"), sentry__str_n(value, value_len));
}
SENTRY_API sentry_value_t sentry_value_new_thread(uint64_t id, const char *name) { return sentry__thread_value(id, sentry__str(name)); }
SENTRY_API sentry_value_t sentry_value_new_thread_n(uint64_t id, const char *name, size_t name_len) { return sentry__thread_value(id, sentry__str_n(name, name_len)); }
SENTRY_API sentry_value_t sentry_value_new_user(const char *id, const char *username, const char *email, const char *ip_address)
{
    return sentry__user_new(sentry__str(id), sentry__str(username), sentry__str(email), sentry__str(ip_address));
}
SENTRY_API sentry_value_t sentry_value_new_user_n(const char *id, size_t id_len, const char *username, size_t username_len, const char *email, size_t email_len, const char *ip_address, size_t ip_address_len)
{
    return sentry__user_new(sentry__str_n(id, id_len), sentry__str_n(username, username_len), sentry__str_n(email, email_len), sentry__str_n(ip_address, ip_address_len));
}
SENTRY_API sentry_value_t sentry_value_new_attribute(sentry_value_t value, const char *unit) { return sentry__attribute_new(value, sentry__str(unit)); }
SENTRY_API sentry_value_t sentry_value_new_attribute_n(sentry_value_t value, const char *unit, size_t n) { return sentry__attribute_new(value, sentry__str_n(unit, n)); }

SENTRY_API void sentry_event_add_exception(sentry_value_t event, sentry_value_t exception)
{
    sentry__list_push(sentry__event_values(event, SENTRY__LITERAL("exception")), exception);
}

SENTRY_API void sentry_event_add_cause(sentry_value_t event, sentry_value_t cause)
{
    sentry_value_t values = sentry__event_values(event, SENTRY__LITERAL("exception"));
    sentry__box_t *box = sentry__list_of(values);
    sentry__entry_t added;
    uint32_t i;
    if (sentry__list_push(values, cause)) return;
    added = box->entries[box->len - 1];
    memmove(box->entries + 1, box->entries, (box->len - 1) * sizeof *box->entries);
    box->entries[0] = added;
    for (i = 0; i < box->len; i++) sentry__exception_place(box->entries[i].value, (int)(box->len - 1 - i));
}

SENTRY_API void sentry_event_add_thread(sentry_value_t event, sentry_value_t thread)
{
    sentry__list_push(sentry__event_values(event, SENTRY__LITERAL("threads")), thread);
}

/* ==[14]== ENVELOPE =================================================================
 * Owns    sentry_envelope_t: a header object and items, each a header object and payload bytes.
 * Holds   a payload never changes; what getters lend is parsed once and kept. `sent_at` is added when sending.
 * Threads one at a time.
 */

typedef struct {
    sentry_value_t header;
    char *payload; /* not NULL, zero-ended */
    size_t len;
    sentry_value_t parsed; /* of an event or transaction, once somebody asked */
    size_t spans;          /* of a transaction, itself included; 0: not counted yet */
} sentry__item_t;

/* A payload that is to be written when somebody wants to see it. */
typedef struct {
    void (*write)(sentry__buf_t *out, void *data);
    void (*drop)(void *data);
    void *data; /* owned; NULL: there is none */
    size_t bytes; /* about so many */
} sentry__later_t;

struct sentry_envelope_s {
    sentry_value_t header;
    sentry__item_t *items;
    size_t count, bytes; /* bytes of all payloads */
    sentry__later_t later; /* the last item's payload */
    sentry_envelope_t *next; /* in the transport's queue */
};

static sentry_envelope_t *sentry__envelope_new(void)
{
    sentry_envelope_t *e = (sentry_envelope_t *)sentry__calloc(sizeof *e);
    if (!e) return NULL;
    e->header = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    if (!sentry__is_null(e->header)) return e;
    SENTRY_FREE(e);
    return NULL;
}

static void sentry__item_free(sentry__item_t *item)
{
    sentry__decref(item->header);
    sentry__decref(item->parsed);
    SENTRY_FREE(item->payload);
}

static void sentry__envelope_free(sentry_envelope_t *e)
{
    size_t i;
    if (!e) return;
    if (e->later.data) e->later.drop(e->later.data);
    for (i = 0; i < e->count; i++) sentry__item_free(&e->items[i]);
    SENTRY_FREE(e->items);
    sentry__decref(e->header);
    SENTRY_FREE(e);
}

/* Consumes header and payload, also on failure. Returns 0 when done. */
static int sentry__envelope_add(sentry_envelope_t *e, sentry_value_t header, char *payload, size_t len)
{
    sentry__item_t *items = NULL;
    if (payload && sentry__object_of(header)) items = (sentry__item_t *)SENTRY_REALLOC(e->items, (e->count + 1) * sizeof *items);
    if (!items) {
        sentry__decref(header);
        SENTRY_FREE(payload);
        return 1;
    }
    e->items = items;
    items[e->count].header = header;
    items[e->count].payload = payload;
    items[e->count].len = len;
    items[e->count].parsed = sentry__null();
    items[e->count].spans = 0;
    e->count++;
    e->bytes += len;
    return 0;
}

static void sentry__envelope_remove(sentry_envelope_t *e, size_t i)
{
    e->bytes -= e->items[i].len;
    sentry__item_free(&e->items[i]);
    memmove(e->items + i, e->items + i + 1, (e->count - i - 1) * sizeof *e->items);
    e->count--;
}

/* Writes the payload that was left for later. Returns 0, or the number of spans that are lost with it, without memory; then the
 * item is gone. */
static size_t sentry__envelope_ready(sentry_envelope_t *e)
{
    sentry__later_t later = e->later;
    sentry__item_t *item = e->count ? &e->items[e->count - 1] : NULL;
    sentry__buf_t b;
    char *payload;
    size_t len, spans;
    if (!later.data) return 0;
    memset(&e->later, 0, sizeof e->later);
    sentry__buf_init(&b, NULL, 0);
    if (item) later.write(&b, later.data);
    later.drop(later.data);
    payload = item ? sentry__buf_take(&b, &len) : NULL;
    if (payload) {
        SENTRY_FREE(item->payload);
        item->payload = payload;
        e->bytes += len - item->len - later.bytes;
        item->len = len;
        return 0;
    }
    spans = item ? item->spans : 0;
    e->bytes -= later.bytes;
    if (item) sentry__envelope_remove(e, e->count - 1);
    return spans;
}

/* NULL without memory. */
static sentry_envelope_t *sentry__envelope_copy(const sentry_envelope_t *e)
{
    sentry_envelope_t *copy = sentry__envelope_new();
    size_t i;
    int failed = !copy;
    if (copy) sentry__object_merge(copy->header, e->header, 0);
    for (i = 0; !failed && i < e->count; i++)
        failed = sentry__envelope_add(copy, sentry__incref(e->items[i].header), sentry__strdup(sentry__slice(e->items[i].payload, e->items[i].len)), e->items[i].len);
    if (!failed) return copy;
    sentry__envelope_free(copy);
    return NULL;
}

/* Adds a field, unless there is no text. Returns 0 when done. */
static int sentry__item_field(sentry_value_t header, const char *key, const char *text)
{
    sentry_value_t v = text ? sentry__string_new(sentry__str(text)) : sentry__null();
    return text && (sentry__is_null(v) || sentry__object_set(header, sentry__str(key), v));
}

/* {"type":type}; the writer adds the length. Null without memory: an item without a type makes its envelope unreadable. */
static sentry_value_t sentry__item_header(const char *type)
{
    sentry_value_t header = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    if (!sentry__item_field(header, "type", type)) return header;
    sentry__decref(header);
    return sentry__null();
}

static sentry__str_t sentry__item_type(const sentry__item_t *item) { return sentry__string_of(sentry__object_get(item->header, SENTRY__LITERAL("type"))); }

/* Writes an object without its last brace, leaving out one key (unless NULL). Returns what comes before the next member. */
static const char *sentry__json_open(sentry__buf_t *b, sentry_value_t object, sentry__str_t without)
{
    sentry__box_t *box = sentry__object_of(object);
    sentry__json_t w;
    uint32_t i, written = 0;
    sentry__json_init(&w, b, 1, SIZE_MAX, 1);
    sentry__buf_byte(b, '{');
    for (i = 0; box && i < box->len; i++) {
        if (without.p && sentry__str_eq(sentry__entry_key(box, i), without)) continue;
        sentry__json_member(&w, written++ ? ',' : 0, sentry__entry_key(box, i), 0, box->entries[i].value, SENTRY__RULE_NONE, NULL);
    }
    return written ? "," : "";
}

/* What the header says of when it was sent: what it says itself, now, or nothing. */
typedef enum { SENTRY__SENT_AT_AS_IS, SENTRY__SENT_AT_NOW, SENTRY__SENT_AT_NONE } sentry__sent_at_t;

/* The wire format. */
static void sentry__envelope_write(const sentry_envelope_t *e, sentry__buf_t *b, sentry__sent_at_t sent_at)
{
    char stamp[SENTRY__STAMP_LEN];
    const char *comma = sentry__json_open(b, e->header, sent_at == SENTRY__SENT_AT_AS_IS ? sentry__slice(NULL, 0) : SENTRY__LITERAL("sent_at"));
    size_t i;
    if (sent_at == SENTRY__SENT_AT_NOW) {
        sentry__stamp(stamp, sentry__os_now_us());
        sentry__buf_cstr(b, comma);
        SENTRY__PUT(b, "\"sent_at\":\"");
        sentry__buf_put(b, stamp, sizeof stamp);
        sentry__buf_byte(b, '"');
    }
    SENTRY__PUT(b, "}\n");
    for (i = 0; i < e->count; i++) {
        comma = sentry__json_open(b, e->items[i].header, SENTRY__LITERAL("length"));
        sentry__buf_cstr(b, comma);
        SENTRY__PUT(b, "\"length\":");
        sentry__buf_u64(b, e->items[i].len);
        SENTRY__PUT(b, "}\n");
        sentry__buf_put(b, e->items[i].payload, e->items[i].len);
        sentry__buf_byte(b, '\n');
    }
}

/* Takes a line off the front of `rest`, without its newline. */
static sentry__str_t sentry__take_line(sentry__str_t *rest)
{
    const char *nl = rest->n ? (const char *)memchr(rest->p, '\n', rest->n) : NULL;
    sentry__str_t line = sentry__slice(rest->p, nl ? (size_t)(nl - rest->p) : rest->n);
    rest->p += line.n + (nl != NULL);
    rest->n -= line.n + (nl != NULL);
    return line;
}

/* A header line: a JSON object without space around it. Null for anything else. */
static sentry_value_t sentry__read_header(sentry__str_t line)
{
    sentry_value_t v;
    if (line.n < 2 || line.p[0] != '{' || line.p[line.n - 1] != '}') return sentry__null();
    v = sentry__json_read(line);
    if (sentry__object_of(v)) return v;
    sentry__decref(v);
    return sentry__null();
}

static int64_t sentry__any_integer(sentry_value_t v)
{
    return sentry_value_get_type(v) == SENTRY_VALUE_TYPE_INT32 || sentry_value_get_type(v) == SENTRY_VALUE_TYPE_INT64 ? sentry_value_as_int64(v) : -1;
}

/* Whether an item_count, where there is one, counts the payload's items. */
static int sentry__item_counts(sentry_value_t header, sentry__str_t payload)
{
    sentry_value_t count = sentry__object_get(header, SENTRY__LITERAL("item_count")), v;
    int right;
    if (sentry__is_null(count)) return 1;
    v = sentry__json_read(payload);
    right = sentry__any_integer(count) == (int64_t)sentry_value_get_length(sentry__object_get(v, SENTRY__LITERAL("items")));
    sentry__decref(v);
    return right;
}

/* Reads one item off the front of `rest` into the envelope. Returns NULL, or what is wrong. */
static const char *sentry__read_item(sentry_envelope_t *e, sentry__str_t *rest)
{
    sentry_value_t header = sentry__read_header(sentry__take_line(rest)), length;
    sentry__str_t payload;
    const char *problem = NULL;
    if (sentry__is_null(header)) return "an item's header is not a JSON object on a line of its own";
    length = sentry__object_get(header, SENTRY__LITERAL("length"));
    if (sentry__is_null(length)) {
        payload = sentry__take_line(rest);
    } else {
        int64_t n = sentry__any_integer(length);
        payload = sentry__slice(rest->p, n < 0 || (uint64_t)n > rest->n ? 0 : (size_t)n);
        if (n < 0 || (uint64_t)n > rest->n) problem = "an item is shorter than its length says";
        else if (payload.n < rest->n && rest->p[payload.n] != '\n') problem = "an item is longer than its length says";
        rest->p += payload.n;
        rest->n -= payload.n;
        if (rest->n && !problem) rest->p++, rest->n--;
    }
    if (!problem && !sentry__string_of(sentry__object_get(header, SENTRY__LITERAL("type"))).n) problem = "an item has no type";
    if (!problem && !sentry__item_counts(header, payload)) problem = "an item_count does not count its items";
    if (problem) {
        sentry__decref(header);
        return problem;
    }
    return sentry__envelope_add(e, header, sentry__strdup(sentry__slice(payload.p ? payload.p : "", payload.n)), payload.n) ? "out of memory" : NULL;
}

static sentry_envelope_t *sentry__envelope_read(sentry__str_t rest)
{
    sentry_envelope_t *e = rest.p ? sentry__envelope_new() : NULL;
    const char *problem = NULL;
    if (!e) return NULL;
    sentry__decref(e->header);
    e->header = sentry__read_header(sentry__take_line(&rest));
    if (sentry__is_null(e->header)) problem = "its header is not a JSON object on a line of its own";
    while (!problem && rest.n) problem = sentry__read_item(e, &rest);
    if (!problem) return e;
    sentry__log(SENTRY_LEVEL_WARNING, "an envelope was refused: %s", problem);
    sentry__envelope_free(e);
    return NULL;
}

/* The parsed payload of the first item of a type, lent. */
static sentry_value_t sentry__envelope_payload(const sentry_envelope_t *e, sentry__str_t type)
{
    size_t i;
    for (i = 0; e && i < e->count; i++) {
        sentry__item_t *item = &e->items[i];
        if (!sentry__str_eq(sentry__item_type(item), type)) continue;
        if (sentry__is_null(item->parsed)) item->parsed = sentry__json_read(sentry__slice(item->payload, item->len));
        return item->parsed;
    }
    return sentry__null();
}

#ifndef SENTRY_NO_FILES
static int sentry__envelope_save(const sentry_envelope_t *e, sentry__str_t path)
{
    sentry__buf_t b;
    char *name = sentry__strdup(path);
    int failed = 1;
    sentry__buf_init(&b, NULL, 0);
    if (e && name) {
        sentry__envelope_write(e, &b, SENTRY__SENT_AT_AS_IS);
        failed = b.failed || sentry__file_replace(name, b.data, b.len);
        if (failed) sentry__log(SENTRY_LEVEL_WARNING, "an envelope could not be written to %s", name);
    }
    sentry__buf_free(&b);
    SENTRY_FREE(name);
    return failed;
}

static sentry_envelope_t *sentry__envelope_load(sentry__str_t path)
{
    char *name = sentry__strdup(path), *data;
    size_t len = 0;
    sentry_envelope_t *e;
    if (!name) return NULL;
    data = sentry__file_read(name, SENTRY_MAX_ENVELOPE, &len);
    if (!data) sentry__log(SENTRY_LEVEL_WARNING, "no envelope could be read from %s", name);
    e = sentry__envelope_read(sentry__slice(data, len));
    SENTRY_FREE(data);
    SENTRY_FREE(name);
    return e;
}
#endif

/* -- public -- */

SENTRY_API void sentry_envelope_free(sentry_envelope_t *envelope) { sentry__envelope_free(envelope); }
SENTRY_API sentry_value_t sentry_envelope_get_header(const sentry_envelope_t *e, const char *key) { return e ? sentry__object_get(e->header, sentry__str(key)) : sentry__null(); }
SENTRY_API sentry_value_t sentry_envelope_get_header_n(const sentry_envelope_t *e, const char *key, size_t n) { return e ? sentry__object_get(e->header, sentry__str_n(key, n)) : sentry__null(); }
SENTRY_API sentry_value_t sentry_envelope_get_event(const sentry_envelope_t *e) { return sentry__envelope_payload(e, SENTRY__LITERAL("event")); }
SENTRY_API sentry_value_t sentry_envelope_get_transaction(const sentry_envelope_t *e) { return sentry__envelope_payload(e, SENTRY__LITERAL("transaction")); }
SENTRY_API size_t sentry_envelope_get_item_count(const sentry_envelope_t *e) { return e ? e->count : 0; }
SENTRY_API sentry_value_t sentry_envelope_get_item_header(const sentry_envelope_t *e, size_t index) { return e && index < e->count ? e->items[index].header : sentry__null(); }

SENTRY_API const char *sentry_envelope_get_item_payload(const sentry_envelope_t *e, size_t index, size_t *size_out)
{
    int have = e && index < e->count;
    if (size_out) *size_out = have ? e->items[index].len : 0;
    return have ? e->items[index].payload : NULL;
}

SENTRY_API char *sentry_envelope_serialize(const sentry_envelope_t *envelope, size_t *size_out)
{
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    if (size_out) *size_out = 0;
    if (!envelope) return NULL;
    sentry__envelope_write(envelope, &b, SENTRY__SENT_AT_AS_IS);
    return sentry__buf_take(&b, size_out);
}

SENTRY_API sentry_envelope_t *sentry_envelope_deserialize(const char *buf, size_t buf_len) { return sentry__envelope_read(sentry__slice(buf, buf_len)); }
#ifndef SENTRY_NO_FILES
SENTRY_API int sentry_envelope_write_to_file(const sentry_envelope_t *e, const char *path) { return sentry__envelope_save(e, sentry__str(path)); }
SENTRY_API int sentry_envelope_write_to_file_n(const sentry_envelope_t *e, const char *path, size_t n) { return sentry__envelope_save(e, sentry__str_n(path, n)); }
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_file(const char *path) { return sentry__envelope_load(sentry__str(path)); }
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_file_n(const char *path, size_t n) { return sentry__envelope_load(sentry__str_n(path, n)); }
#ifdef _WIN32
SENTRY_API int sentry_envelope_write_to_filew(const sentry_envelope_t *e, const wchar_t *path) { return sentry_envelope_write_to_filew_n(e, path, SIZE_MAX); }
SENTRY_API int sentry_envelope_write_to_filew_n(const sentry_envelope_t *e, const wchar_t *path, size_t n)
{
    char *utf8 = sentry__os_utf8(path, n);
    int failed = sentry__envelope_save(e, sentry__str(utf8));
    SENTRY_FREE(utf8);
    return failed;
}
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_filew(const wchar_t *path) { return sentry_envelope_read_from_filew_n(path, SIZE_MAX); }
SENTRY_API sentry_envelope_t *sentry_envelope_read_from_filew_n(const wchar_t *path, size_t n)
{
    char *utf8 = sentry__os_utf8(path, n);
    sentry_envelope_t *e = sentry__envelope_load(sentry__str(utf8));
    SENTRY_FREE(utf8);
    return e;
}
#endif
#endif

#if SENTRY__SYMBOLS
/* ==[15]== OBJECT FILES =============================================================
 * Owns    the reading of object files, ELF and PE: sections, also compressed ones, functions, and what tells one build from another.
 * Lock    none of its own; the loader's while it tells what is loaded, and then nothing is opened or allocated.
 * Holds   no number in a file is believed: what lies outside reads as 0, and sets `failed`. What a question may cost is bounded, by
 *         `work`. Memory is an arena's, and nothing else of the process is used: so it works after a crash. Nothing is mapped: a file
 *         that shrinks harms nobody. A file that is not the one that was loaded, by its headers and its notes, is not read.
 * Threads any; an object is one thread's.
 */

#define SENTRY__WINDOW ((size_t)4096)        /* bytes that are read at once */
#define SENTRY__WORK ((uint32_t)1 << 24)     /* steps that a question may cost: symbols, entries, instructions */
#define SENTRY__WINDOW_WORK ((uint32_t)32)   /* steps that a reading counts for */
#define SENTRY__MAX_TEXT ((uint64_t)4096)    /* bytes of a name or path; the rest is cut */
#define SENTRY__MAX_TABLES ((size_t)1 << 30) /* bytes of an image's names, which options.functions_to_trace reads at once */
#define SENTRY__INFLATE_BITS 10              /* codes of so many bits are found in one step */

enum {
    SENTRY__OBJECT_ELF = 1,
    SENTRY__OBJECT_PE = 2,
    SENTRY__ELF_LOAD = 1,
    SENTRY__ELF_NOTE = 4, /* of a program header; a section's is 7 */
    SENTRY__ELF_SYMTAB = 2,
    SENTRY__ELF_NOTES = 7,
    SENTRY__ELF_NOBITS = 8,
    SENTRY__ELF_DYNSYM = 11,
    SENTRY__ELF_FUNCTION = 2,
    SENTRY__ELF_FILE = 4,
    SENTRY__ELF_IFUNC = 10,
    SENTRY__ELF_ARM = 40,
    SENTRY__ELF_COMPRESSED = 0x800,
    SENTRY__COFF_STATIC = 3,
    SENTRY__COFF_FILE = 103,
    SENTRY__COFF_FUNCTION = 2,
    SENTRY__PE_SYMBOL = 18,  /* bytes of a symbol, and of what belongs to it */
    SENTRY__PE_SECTION = 40, /* bytes of a section's header */
    SENTRY__PE_I386 = 0x14c, /* there names begin with an underscore */
    SENTRY__MAX_NOTE = 4096  /* bytes of notes; a build id has 36 */
};

/* A stretch of a file that is seen through a window, or is in memory whole. Zeroed it is empty. */
typedef struct {
    uint64_t offset, size, address; /* in the file; in memory; as linked */
    uint64_t packed;                /* bytes in the file, of one that is to be inflated when it is first looked at; else 0 */
    const unsigned char *data;      /* its bytes from `from` on, `have` of them */
    uint64_t from, have;
    unsigned char *room; /* of the window; NULL: none yet */
} sentry__section_t;

/* A file that is read in pieces. */
typedef struct {
    sentry__os_file_t file;
    sentry__arena_t *arena; /* NULL: there is no file, the headers are in memory */
    uint64_t size;
    uint64_t vmaddr;        /* the lowest address of a page of it, as linked; PE: the image's */
    uint32_t work;          /* what the question at hand may still cost */
    int kind, big, wide;    /* most significant byte first; 64-bit */
    unsigned machine;
    uint64_t programs, program_count, headers, header_count; /* ELF's program headers; those of sections */
    uint64_t symbol_count;                                   /* of PE */
    sentry__section_t whole, names;                          /* all of the file; the names of its sections */
    sentry__section_t symbols, strings;                      /* the table of functions, and its names */
} sentry__object_t;

/* A place in a stretch, and how far may be read from there. */
typedef struct {
    sentry__object_t *o;
    sentry__section_t *s;
    uint64_t at, end;
    int failed; /* there was not enough: all that is read from then on is 0 */
} sentry__cursor_t;

/* -- inflating (RFC 1950, 1951) -- */

/* A Huffman code. `fast` has for the next bits a symbol, shifted, and the length of its code; 0: a longer one, which is counted
 * through. */
typedef struct {
    uint16_t fast[1 << SENTRY__INFLATE_BITS], count[16], symbol[288];
} sentry__inflate_code_t;

typedef struct {
    sentry__os_file_t file;
    uint64_t offset, left; /* of what is packed: where, how much is not read yet */
    uint64_t bits;
    unsigned bit_count, beyond; /* zeros that were read after the end */
    size_t in, have, at, size;
    int failed;
    unsigned char *out, window[SENTRY__WINDOW];
    uint8_t lengths[320];
    sentry__inflate_code_t literals, distances;
} sentry__inflate_t;

static unsigned sentry__inflate_byte(sentry__inflate_t *z)
{
    if (z->in < z->have) return z->window[z->in++];
    z->have = z->left < sizeof z->window ? (size_t)z->left : sizeof z->window;
    z->have = z->have ? sentry__os_file_read(z->file, z->offset, z->window, z->have) : 0;
    z->offset += z->have;
    z->left -= z->have;
    z->in = 0;
    if (z->have) return z->window[z->in++];
    z->left = 0;
    z->failed |= ++z->beyond > 8;
    return 0;
}

/* The next bits, 15 at most, which stay; then how many go. */
static unsigned sentry__inflate_see(sentry__inflate_t *z, unsigned n)
{
    while (z->bit_count < n) {
        z->bits |= (uint64_t)sentry__inflate_byte(z) << z->bit_count;
        z->bit_count += 8;
    }
    return (unsigned)z->bits & ((1u << n) - 1);
}
static void sentry__inflate_drop(sentry__inflate_t *z, unsigned n)
{
    z->bits >>= n;
    z->bit_count -= n;
}
static unsigned sentry__inflate_take(sentry__inflate_t *z, unsigned n)
{
    unsigned v = sentry__inflate_see(z, n);
    sentry__inflate_drop(z, n);
    return v;
}

/* Makes a code of the lengths of its symbols. */
static void sentry__inflate_code(sentry__inflate_t *z, sentry__inflate_code_t *code, const uint8_t *lengths, unsigned n)
{
    unsigned first[17], place[17], i, bit, length, reversed;
    memset(code, 0, sizeof *code);
    for (i = 0; i < n; i++) code->count[lengths[i]]++;
    code->count[0] = 0;
    first[1] = place[1] = 0;
    for (i = 1; i < 16; i++) {
        first[i + 1] = (first[i] + code->count[i]) << 1;
        place[i + 1] = place[i] + code->count[i];
        z->failed |= first[i] + code->count[i] > 1u << i; /* more codes than there are */
    }
    for (i = 0; i < n && !z->failed; i++) {
        if (!(length = lengths[i])) continue;
        code->symbol[place[length]++] = (uint16_t)i;
        for (reversed = 0, bit = 0; bit < length; bit++) reversed |= (first[length] >> bit & 1) << (length - 1 - bit);
        first[length]++;
        for (; length <= SENTRY__INFLATE_BITS && reversed < 1u << SENTRY__INFLATE_BITS; reversed += 1u << length) code->fast[reversed] = (uint16_t)(i << 4 | length);
    }
}

static unsigned sentry__inflate_symbol(sentry__inflate_t *z, const sentry__inflate_code_t *code)
{
    unsigned bits = sentry__inflate_see(z, 15), entry = code->fast[bits & ((1u << SENTRY__INFLATE_BITS) - 1)], length, value = 0, first = 0, place = 0;
    if (entry) {
        sentry__inflate_drop(z, entry & 15);
        return entry >> 4;
    }
    for (length = 1; length < 16; length++) {
        value |= bits >> (length - 1) & 1;
        if (value < first + code->count[length]) {
            sentry__inflate_drop(z, length);
            return code->symbol[place + value - first];
        }
        place += code->count[length];
        first = (first + code->count[length]) << 1;
        value <<= 1;
    }
    z->failed = 1;
    return 0;
}

/* The codes of a block; those that every file has, when it brings none. */
static void sentry__inflate_codes(sentry__inflate_t *z, int own)
{
    static const uint8_t order[19] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
    unsigned literals = 288, distances = 30, n = 0, i;
    memset(z->lengths, 0, sizeof z->lengths);
    if (!own) {
        for (i = 0; i < 288; i++) z->lengths[i] = (uint8_t)(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
        for (; i < 318; i++) z->lengths[i] = 5;
    } else {
        literals = 257 + sentry__inflate_take(z, 5);
        distances = 1 + sentry__inflate_take(z, 5);
        n = 4 + sentry__inflate_take(z, 4);
        for (i = 0; i < n; i++) z->lengths[order[i]] = (uint8_t)sentry__inflate_take(z, 3);
        sentry__inflate_code(z, &z->literals, z->lengths, 19);
        memset(z->lengths, 0, 19);
        z->failed |= literals > 286 || distances > 30;
        for (n = 0; n < literals + distances && !z->failed;) {
            unsigned symbol = sentry__inflate_symbol(z, &z->literals), times = 1, length = symbol;
            if (symbol == 16) length = n ? z->lengths[n - 1] : 0, times = 3 + sentry__inflate_take(z, 2);
            if (symbol > 16) length = 0, times = symbol == 17 ? 3 + sentry__inflate_take(z, 3) : 11 + sentry__inflate_take(z, 7);
            if (times > literals + distances - n) z->failed = 1;
            else while (times--) z->lengths[n++] = (uint8_t)length;
        }
    }
    sentry__inflate_code(z, &z->literals, z->lengths, literals);
    sentry__inflate_code(z, &z->distances, z->lengths + literals, distances);
}

/* The rest of a length or a distance, whose symbol has the `halves` highest bits after the first in it. */
static size_t sentry__inflate_rest(sentry__inflate_t *z, unsigned symbol, unsigned halves)
{
    unsigned extra = symbol < 2u << halves ? 0 : (symbol >> halves) - 1;
    if (!extra) return symbol;
    return ((size_t)((1u << halves) + (symbol & ((1u << halves) - 1))) << extra) + sentry__inflate_take(z, extra);
}

static void sentry__inflate_block(sentry__inflate_t *z)
{
    while (!z->failed) {
        unsigned symbol = sentry__inflate_symbol(z, &z->literals);
        size_t length, distance;
        if (symbol == 256) return;
        if (symbol < 256) {
            if (z->at < z->size) z->out[z->at++] = (unsigned char)symbol;
            else z->failed = 1;
            continue;
        }
        length = symbol == 285 ? 258 : 3 + sentry__inflate_rest(z, symbol - 257, 2);
        distance = 1 + sentry__inflate_rest(z, sentry__inflate_symbol(z, &z->distances), 1);
        z->failed |= symbol > 285 || distance > z->at || length > z->size - z->at;
        for (; length && !z->failed; length--, z->at++) z->out[z->at] = z->out[z->at - distance];
    }
}

static void sentry__inflate_stored(sentry__inflate_t *z)
{
    size_t n;
    sentry__inflate_drop(z, z->bit_count & 7);
    n = sentry__inflate_take(z, 8);
    n |= sentry__inflate_take(z, 8) << 8;
    sentry__inflate_take(z, 8); /* the same once more, inverted */
    sentry__inflate_take(z, 8);
    for (z->failed |= n > z->size - z->at; n && !z->failed; n--) z->out[z->at++] = (unsigned char)sentry__inflate_take(z, 8);
}

/* Inflates what is packed in a file into `out`, which it must fill. Returns 0 when it did. Its checksum is not looked at: the readers
 * of what comes out believe nothing anyway. */
static int sentry__inflate(sentry__arena_t *arena, sentry__os_file_t file, uint64_t offset, uint64_t packed, unsigned char *out, size_t size)
{
    sentry__inflate_t *z = (sentry__inflate_t *)sentry__arena_take(arena, sizeof *z);
    unsigned last = 0, kind;
    if (!z) return 1;
    z->file = file;
    z->offset = offset;
    z->left = packed;
    z->out = out;
    z->size = size;
    z->failed = (sentry__inflate_take(z, 8) & 15) != 8;
    sentry__inflate_take(z, 8);
    while (!last && !z->failed) {
        last = sentry__inflate_take(z, 1);
        kind = sentry__inflate_take(z, 2);
        if (kind == 0) sentry__inflate_stored(z);
        else sentry__inflate_codes(z, kind == 2);
        if (kind == 3) z->failed = 1;
        else if (kind) sentry__inflate_block(z);
    }
    return z->failed || z->at != z->size;
}

/* -- reading -- */

/* Takes a whole section into memory, inflated if it is packed. Behind it is a 0. Without success it is empty from then on. */
static void sentry__section_load(sentry__object_t *o, sentry__section_t *s)
{
    unsigned char *all = o->arena && s->size < SENTRY__MAX_TABLES ? (unsigned char *)sentry__arena_take(o->arena, (size_t)s->size + 1) : NULL;
    int failed = !all;
    if (all && s->packed) failed = sentry__inflate(o->arena, o->file, s->offset, s->packed, all, (size_t)s->size);
    else if (all) failed = sentry__os_file_read(o->file, s->offset, all, (size_t)s->size) != s->size;
    if (failed) s->size = 0;
    s->packed = 0;
    s->data = all;
    s->from = 0;
    s->have = s->size;
}

/* Moves the window over a byte. Returns 0 when it is there. */
static SENTRY__NOINLINE int sentry__section_fill(sentry__object_t *o, sentry__section_t *s, uint64_t at)
{
    uint64_t n;
    if (s->packed) sentry__section_load(o, s);
    if (at >= s->size || !o->arena || o->work < SENTRY__WINDOW_WORK) return 1;
    if (at - s->from < s->have) return 0;
    o->work -= SENTRY__WINDOW_WORK;
    if (!s->room) s->room = (unsigned char *)sentry__arena_take(o->arena, SENTRY__WINDOW);
    if (!s->room) return 1;
    s->from = at & ~(uint64_t)511; /* some of what is before it is often asked for too */
    n = s->size - s->from;
    s->have = sentry__os_file_read(o->file, s->offset + s->from, s->room, n < SENTRY__WINDOW ? (size_t)n : SENTRY__WINDOW);
    s->data = s->room;
    return at - s->from >= s->have;
}

static sentry__cursor_t sentry__cursor(sentry__object_t *o, sentry__section_t *s, uint64_t at)
{
    sentry__cursor_t c;
    c.o = o;
    c.s = s;
    c.at = at;
    c.end = s->size;
    c.failed = at > s->size;
    return c;
}

static unsigned sentry__take_byte(sentry__cursor_t *c)
{
    uint64_t in = c->at - c->s->from;
    if (c->failed || c->at >= c->end || (in >= c->s->have && sentry__section_fill(c->o, c->s, c->at))) {
        c->failed = 1;
        return 0;
    }
    return c->s->data[c->at++ - c->s->from];
}

/* A number of at most 8 bytes in the file's order. */
static uint64_t sentry__take_number(sentry__cursor_t *c, size_t n)
{
    uint64_t v = 0;
    size_t i;
    for (i = 0; i < n; i++) v = c->o->big ? v << 8 | sentry__take_byte(c) : v | (uint64_t)sentry__take_byte(c) << (8 * i);
    return c->failed ? 0 : v;
}
static uint64_t sentry__number_at(sentry__object_t *o, sentry__section_t *s, uint64_t at, size_t n)
{
    sentry__cursor_t c = sentry__cursor(o, s, at);
    return sentry__take_number(&c, n);
}

static void sentry__take_skip(sentry__cursor_t *c, uint64_t n)
{
    if (c->failed || c->at > c->end || n > c->end - c->at) c->failed = 1;
    else c->at += n;
}

/* A copy of a text that ends with a zero, or where no more may be read. NULL without memory. */
static char *sentry__take_text(sentry__cursor_t *c)
{
    sentry__cursor_t from = *c;
    uint64_t n = 0;
    char *text, *to;
    while (n < SENTRY__MAX_TEXT && c->at < c->end && sentry__take_byte(c)) n++;
    text = to = c->o->arena ? (char *)sentry__arena_take(c->o->arena, (size_t)n + 1) : NULL;
    for (; text && n; n--) *to++ = (char)(unsigned char)sentry__take_byte(&from);
    return text;
}

/* The same of bytes in memory, in the file's order. */
static uint64_t sentry__object_number(const sentry__object_t *o, const char *p, size_t n)
{
    uint64_t v = 0;
    size_t i;
    for (i = 0; i < n; i++) v = v << 8 | (unsigned char)p[o->big ? i : n - 1 - i];
    return v;
}

/* A hash of bytes (FNV-1a), that goes on from another. */
static uint64_t sentry__object_hash(uint64_t hash, const char *p, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) hash = (hash ^ (unsigned char)p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* -- headers -- */

/* A field of ELF, whose place depends on the class. Of `n` bytes; 0: as many as an address has. */
static uint64_t sentry__elf_field(sentry__object_t *o, uint64_t at, unsigned at32, unsigned at64, size_t n)
{
    return sentry__number_at(o, &o->whole, at + (o->wide ? at64 : at32), n ? n : o->wide ? 8 : 4);
}
static unsigned sentry__elf_size(const sentry__object_t *o, unsigned size32, unsigned size64) { return o->wide ? size64 : size32; }

/* What a header says of a section, or of a part of the program. */
typedef struct {
    uint64_t type, flags, address, offset, size, link;
} sentry__elf_part_t;

static sentry__elf_part_t sentry__elf_program(sentry__object_t *o, uint64_t i)
{
    sentry__elf_part_t part;
    uint64_t at = o->programs + i * sentry__elf_size(o, 32, 56);
    part.type = sentry__elf_field(o, at, 0, 0, 4);
    part.offset = sentry__elf_field(o, at, 4, 8, 0);
    part.address = sentry__elf_field(o, at, 8, 16, 0);
    part.size = sentry__elf_field(o, at, 16, 32, 0);
    part.flags = part.link = 0;
    return part;
}

static sentry__elf_part_t sentry__elf_header(sentry__object_t *o, uint64_t i)
{
    sentry__elf_part_t part;
    uint64_t at = o->headers + i * sentry__elf_size(o, 40, 64);
    part.type = i < o->header_count ? sentry__elf_field(o, at, 4, 4, 4) : 0;
    part.flags = sentry__elf_field(o, at, 8, 8, 0);
    part.address = sentry__elf_field(o, at, 12, 16, 0);
    part.offset = sentry__elf_field(o, at, 16, 24, 0);
    part.size = sentry__elf_field(o, at, 20, 32, 0);
    part.link = sentry__elf_field(o, at, 24, 40, 4);
    return part;
}

/* A stretch of the file; empty when the file does not have all of it. */
static sentry__section_t sentry__object_stretch(const sentry__object_t *o, uint64_t offset, uint64_t size)
{
    sentry__section_t s;
    memset(&s, 0, sizeof s);
    s.offset = offset;
    s.size = offset <= o->size && size <= o->size - offset ? size : 0;
    return s;
}

static sentry__section_t sentry__elf_stretch(const sentry__object_t *o, const sentry__elf_part_t *part)
{
    sentry__section_t s = sentry__object_stretch(o, part->offset, part->type == SENTRY__ELF_NOBITS ? 0 : part->size);
    s.address = part->address;
    return s;
}

/* Returns 0 when it is an ELF file. */
static int sentry__elf_open(sentry__object_t *o)
{
    sentry__cursor_t c = sentry__cursor(o, &o->whole, 0);
    unsigned wide, order;
    uint64_t i, names;
    if (sentry__take_number(&c, 4) != 0x464c457fu) return 1;
    wide = sentry__take_byte(&c);
    order = sentry__take_byte(&c);
    if (wide < 1 || wide > 2 || order < 1 || order > 2) return 1;
    o->wide = wide == 2;
    o->big = order == 2;
    o->machine = (unsigned)sentry__elf_field(o, 0, 18, 18, 2);
    o->programs = sentry__elf_field(o, 0, 28, 32, 0);
    o->headers = sentry__elf_field(o, 0, 32, 40, 0);
    if (sentry__elf_field(o, 0, 42, 54, 2) == sentry__elf_size(o, 32, 56)) o->program_count = sentry__elf_field(o, 0, 44, 56, 2);
    if (sentry__elf_field(o, 0, 46, 58, 2) == sentry__elf_size(o, 40, 64)) o->header_count = sentry__elf_field(o, 0, 48, 60, 2);
    names = sentry__elf_field(o, 0, 50, 62, 2);
    o->vmaddr = UINT64_MAX;
    for (i = 0; i < o->program_count; i++) {
        sentry__elf_part_t part = sentry__elf_program(o, i);
        if (part.type == SENTRY__ELF_LOAD && part.address < o->vmaddr) o->vmaddr = part.address & ~(uint64_t)4095;
    }
    if (o->vmaddr == UINT64_MAX) o->vmaddr = 0;
    if (o->header_count) {
        sentry__elf_part_t part = sentry__elf_header(o, names);
        o->names = sentry__elf_stretch(o, &part);
    }
    return 0;
}

/* Returns 0 when it is a PE file. */
static int sentry__pe_open(sentry__object_t *o)
{
    uint64_t at = sentry__number_at(o, &o->whole, 60, 4), symbols;
    if (sentry__number_at(o, &o->whole, 0, 2) != 0x5a4d || sentry__number_at(o, &o->whole, at, 4) != 0x4550) return 1;
    o->wide = sentry__number_at(o, &o->whole, at + 24, 2) == 0x20b;
    o->machine = (unsigned)sentry__number_at(o, &o->whole, at + 4, 2);
    o->vmaddr = sentry__number_at(o, &o->whole, at + (o->wide ? 48 : 52), o->wide ? 8 : 4);
    o->programs = at + 4;
    o->header_count = sentry__number_at(o, &o->whole, at + 6, 2);
    o->headers = at + 24 + sentry__number_at(o, &o->whole, at + 20, 2);
    symbols = sentry__number_at(o, &o->whole, at + 12, 4);
    o->symbol_count = sentry__number_at(o, &o->whole, at + 16, 4);
    o->symbols = sentry__object_stretch(o, symbols, o->symbol_count * SENTRY__PE_SYMBOL);
    symbols += o->symbols.size;
    o->strings = sentry__object_stretch(o, symbols, o->symbols.size ? sentry__number_at(o, &o->whole, symbols, 4) : 0); /* with these four bytes */
    o->names = o->strings;
    return 0;
}

/* Looks what it is: returns 0 when it can be read. */
static int sentry__object_look(sentry__object_t *o)
{
    o->work = SENTRY__WORK;
    o->kind = !sentry__elf_open(o) ? SENTRY__OBJECT_ELF : !sentry__pe_open(o) ? SENTRY__OBJECT_PE : 0;
    return !o->kind;
}

/* Returns 0 when it is an object file that can be read; then it is to be closed. What is read of it goes to the arena. */
static int sentry__object_open(sentry__object_t *o, sentry__arena_t *arena, const char *path)
{
    memset(o, 0, sizeof *o);
    if (sentry__os_file_open(&o->file, path)) return 1;
    o->arena = arena;
    o->size = sentry__os_file_size(o->file);
    o->whole = sentry__object_stretch(o, 0, o->size);
    if (!sentry__object_look(o)) return 0;
    sentry__os_file_close(o->file);
    return 1;
}

static void sentry__object_close(sentry__object_t *o) { sentry__os_file_close(o->file); }

/* -- sections -- */

/* Whether the name of a section is a dot and this: 1, or 2 for the old name of one that is compressed; else 0. */
static int sentry__section_is(sentry__cursor_t at, const char *name)
{
    unsigned c = sentry__take_byte(&at) == '.' ? sentry__take_byte(&at) : 0;
    int is = c == 'z' && *name != 'z' ? 2 : 1;
    if (is == 2) c = sentry__take_byte(&at);
    for (; *name; name++) {
        if (c != (unsigned char)*name) return 0;
        c = at.at < at.end ? sentry__take_byte(&at) : 0;
    }
    return c ? 0 : is;
}

/* Where the name of the section is: in the table of names, or in the header. */
static sentry__cursor_t sentry__section_name(sentry__object_t *o, uint64_t header)
{
    sentry__cursor_t c = sentry__cursor(o, &o->whole, header);
    uint64_t at = 0;
    unsigned digit;
    if (o->kind == SENTRY__OBJECT_ELF) return sentry__cursor(o, &o->names, sentry__take_number(&c, 4));
    c.end = c.at + 8 < c.end ? c.at + 8 : c.end;
    if (sentry__take_byte(&c) != '/') {
        c.at = header;
        return c;
    }
    while (c.at < c.end && (digit = sentry__take_byte(&c) - '0') < 10) at = 10 * at + digit;
    return sentry__cursor(o, &o->names, at);
}

/* Makes a stretch that is compressed one of what it inflates to. What is compressed in an unknown way is empty. */
static void sentry__section_pack(sentry__object_t *o, sentry__section_t *s, int old)
{
    uint64_t head = old ? 12 : sentry__elf_size(o, 12, 24), at = s->offset, size = 0, i;
    if (s->size <= head) head = 0;
    else if (!old) size = sentry__elf_field(o, at, 0, 0, 4) == 1 ? sentry__elf_field(o, at, 4, 8, 0) : 0;
    else if (sentry__number_at(o, &o->whole, at, 1) == 'Z') /* "ZLIB", and the size, most significant byte first */
        for (i = 4; i < 12; i++) size = size << 8 | sentry__number_at(o, &o->whole, at + i, 1);
    s->packed = s->size - head;
    s->offset += head;
    s->size = size <= SENTRY_MAX_DEBUG_BYTES && size / 1100 <= s->packed ? size : 0; /* nothing gets smaller than 1/1032 */
}

/* Finds sections by their names, which are without the dot; those that are not there are empty. */
static void sentry__object_sections(sentry__object_t *o, const char *const *names, sentry__section_t *sections, size_t n)
{
    unsigned step = o->kind == SENTRY__OBJECT_PE ? 0u + SENTRY__PE_SECTION : sentry__elf_size(o, 40, 64);
    uint64_t i, at, raw, size;
    size_t k;
    int is;
    memset(sections, 0, n * sizeof *sections);
    for (i = 0; i < o->header_count; i++) {
        sentry__cursor_t name = sentry__section_name(o, at = o->headers + i * step);
        for (k = 0, is = 0; k < n && (sections[k].size || !(is = sentry__section_is(name, names[k]))); k++) {}
        if (k == n) continue;
        if (o->kind == SENTRY__OBJECT_ELF) {
            sentry__elf_part_t part = sentry__elf_header(o, i);
            sections[k] = sentry__elf_stretch(o, &part);
            if (is == 2 || (part.flags & SENTRY__ELF_COMPRESSED)) sentry__section_pack(o, &sections[k], is == 2);
        } else {
            size = sentry__number_at(o, &o->whole, at + 8, 4);
            raw = sentry__number_at(o, &o->whole, at + 16, 4); /* is rounded up */
            sections[k] = sentry__object_stretch(o, sentry__number_at(o, &o->whole, at + 20, 4), size && size < raw ? size : raw);
            sections[k].address = o->vmaddr + sentry__number_at(o, &o->whole, at + 12, 4);
            if (is == 2) sentry__section_pack(o, &sections[k], 1);
        }
    }
}

/* Returns 0 when there is such a section, and something in it. */
static int sentry__object_section(sentry__object_t *o, const char *name, sentry__section_t *section)
{
    o->work = SENTRY__WORK;
    sentry__object_sections(o, &name, section, 1);
    return section->size == 0;
}

/* -- what tells one build of a file from another -- */

/* The build id that is among notes; its size, or 0. */
static size_t sentry__elf_notes(sentry__object_t *o, uint64_t offset, uint64_t size, unsigned char out[64])
{
    sentry__cursor_t c = sentry__cursor(o, &o->whole, offset);
    size_t i;
    if (size < SENTRY__MAX_NOTE && !c.failed && size < c.end - offset) c.end = offset + size;
    while (!c.failed && c.at < c.end) {
        uint64_t name = sentry__take_number(&c, 4), n = sentry__take_number(&c, 4), type = sentry__take_number(&c, 4);
        uint64_t text = name ? sentry__take_number(&c, 4) : 0;
        if (name == 4 && type == 3 && text == (o->big ? 0x474e5500u : 0x554e47u) && n <= 64) {
            for (i = 0; i < n; i++) out[i] = (unsigned char)sentry__take_byte(&c);
            return c.failed ? 0 : (size_t)n;
        }
        sentry__take_skip(&c, (name <= 4 ? 0 : (name - 1) / 4 * 4) + (n + 3) / 4 * 4);
    }
    return 0;
}

/* The build id of an ELF file; its size, or 0. */
static size_t sentry__object_build_id(sentry__object_t *o, unsigned char out[64])
{
    uint64_t i, count = o->kind == SENTRY__OBJECT_ELF ? o->header_count + o->program_count : 0;
    size_t n = 0;
    o->work = SENTRY__WORK;
    for (i = 0; i < count && !n; i++) { /* a debug file has its notes in sections only */
        sentry__elf_part_t part = i < o->header_count ? sentry__elf_header(o, i) : sentry__elf_program(o, i - o->header_count);
        if (part.type == (i < o->header_count ? 0u + SENTRY__ELF_NOTES : 0u + SENTRY__ELF_NOTE)) n = sentry__elf_notes(o, part.offset, part.size, out);
    }
    return n;
}

/* -- functions -- */

/* A symbol. `name` is where its name begins. */
typedef struct {
    uint64_t address, size; /* as linked; 0: unknown */
    sentry__cursor_t name;
    unsigned section; /* 0: none, it is of another file */
    int function, file, local;
} sentry__object_entry_t;

/* Finds the table of symbols that stripping takes away, else the one that the loader needs. Returns 0 when there is one. */
static int sentry__object_table(sentry__object_t *o)
{
    sentry__elf_part_t part, found, names;
    uint64_t i;
    o->work = SENTRY__WORK;
    if (o->kind == SENTRY__OBJECT_ELF && !o->symbols.size) {
        memset(&found, 0, sizeof found);
        for (i = 0; i < o->header_count; i++) {
            part = sentry__elf_header(o, i);
            if (part.type == SENTRY__ELF_SYMTAB || (part.type == SENTRY__ELF_DYNSYM && !found.type)) found = part;
        }
        names = sentry__elf_header(o, found.link);
        o->symbols = sentry__elf_stretch(o, &found);
        o->strings = sentry__elf_stretch(o, &names);
    }
    return o->symbols.size == 0;
}

static void sentry__elf_entry(sentry__object_t *o, sentry__cursor_t *c, sentry__object_entry_t *e)
{
    uint64_t name = sentry__take_number(c, 4), other;
    unsigned info;
    if (!o->wide) e->address = sentry__take_number(c, 4), e->size = sentry__take_number(c, 4);
    other = sentry__take_number(c, 4);
    if (o->wide) e->address = sentry__take_number(c, 8), e->size = sentry__take_number(c, 8);
    info = (unsigned)(o->big ? other >> 24 : other & 255);
    e->section = (unsigned)(o->big ? other & 0xffff : other >> 16);
    e->function = (info & 15) == SENTRY__ELF_FUNCTION || (info & 15) == SENTRY__ELF_IFUNC;
    e->file = (info & 15) == SENTRY__ELF_FILE;
    e->local = info >> 4 == 0;
    if (e->function && o->machine == SENTRY__ELF_ARM) e->address &= ~(uint64_t)1; /* it says that the code is Thumb's */
    e->name = sentry__cursor(o, &o->strings, name);
}

/* A name of at most `n` bytes in place; or zeros and where it is in the table of strings. */
static sentry__cursor_t sentry__pe_name(sentry__object_t *o, uint64_t at, uint64_t n)
{
    sentry__cursor_t c = sentry__cursor(o, &o->symbols, at);
    if (sentry__take_number(&c, 4) == 0) return sentry__cursor(o, &o->strings, sentry__take_number(&c, 4));
    c.at = at;
    c.end = at + n;
    return c;
}

static void sentry__pe_entry(sentry__object_t *o, sentry__cursor_t *c, sentry__object_entry_t *e)
{
    uint64_t at = c->at, more;
    unsigned kind;
    sentry__take_skip(c, 8);
    e->address = sentry__take_number(c, 4);
    e->section = (unsigned)sentry__take_number(c, 2);
    e->function = (sentry__take_number(c, 2) >> 4 & 3) == SENTRY__COFF_FUNCTION && e->section >= 1 && e->section <= o->header_count;
    kind = sentry__take_byte(c);
    more = (uint64_t)sentry__take_byte(c) * SENTRY__PE_SYMBOL;
    e->local = kind == SENTRY__COFF_STATIC;
    e->file = kind == SENTRY__COFF_FILE && more;
    if (e->function) e->address += o->vmaddr + sentry__number_at(o, &o->whole, o->headers + (e->section - 1) * (uint64_t)SENTRY__PE_SECTION + 12, 4);
    if (e->function || e->file) e->name = e->file ? sentry__pe_name(o, c->at, more) : sentry__pe_name(o, at, 8);
    if (e->function && o->machine == SENTRY__PE_I386 && sentry__number_at(o, e->name.s, e->name.at, 1) == '_') e->name.at++;
    sentry__take_skip(c, more);
}

/* The next symbol of the table; 0 at its end. */
static int sentry__object_entry(sentry__object_t *o, sentry__cursor_t *c, sentry__object_entry_t *e)
{
    memset(e, 0, sizeof *e);
    if (!o->work) return 0;
    o->work--;
    if (o->kind == SENTRY__OBJECT_ELF) sentry__elf_entry(o, c, e);
    else sentry__pe_entry(o, c, e);
    return !c->failed;
}

/* A symbol's name; without a version, which only ELF has. NULL without memory. */
static char *sentry__entry_name(const sentry__object_entry_t *e)
{
    sentry__cursor_t c = e->name;
    char *name = sentry__take_text(&c);
    if (name && c.o->kind == SENTRY__OBJECT_ELF && !e->file) name[strcspn(name, "@")] = 0;
    return name;
}

/* Whether an address is in a section that has a symbol. */
static int sentry__entry_reaches(sentry__object_t *o, const sentry__object_entry_t *e, uint64_t address)
{
    sentry__elf_part_t part;
    uint64_t at = o->headers + (e->section - 1) * (uint64_t)SENTRY__PE_SECTION;
    if (o->kind == SENTRY__OBJECT_PE) {
        part.address = o->vmaddr + sentry__number_at(o, &o->whole, at + 12, 4);
        part.size = sentry__number_at(o, &o->whole, at + 8, 4);
    } else {
        part = sentry__elf_header(o, e->section);
    }
    return address >= part.address && address - part.address < part.size;
}

/* The function at an address, as linked: its name, which the arena has, and where it begins. One of unknown size reaches to the next.
 * Among several the one with a size counts, then the one that begins last, then one that is not local. Returns 0 when there is one. */
static int sentry__object_symbol(sentry__object_t *o, uint64_t address, const char **name, uint64_t *start)
{
    sentry__object_entry_t e, sized, before;
    sentry__cursor_t c;
    memset(&sized, 0, sizeof sized);
    memset(&before, 0, sizeof before);
    if (sentry__object_table(o)) return 1;
    for (c = sentry__cursor(o, &o->symbols, 0); sentry__object_entry(o, &c, &e);) {
        sentry__object_entry_t *best = e.size && address - e.address < e.size ? &sized : &before;
        if (!e.function || !e.section || !e.address || e.address > address || e.address < best->address) continue;
        if (e.address > best->address || (best->local && !e.local) || (!best->size && e.size)) *best = e;
    }
    if (!sized.address && (before.size || !before.address || !sentry__entry_reaches(o, &before, address))) return 1;
    if (!sized.address) sized = before;
    *name = sentry__entry_name(&sized);
    *start = sized.address;
    return !*name || !**name;
}
#endif

#if SENTRY__FUNCTIONS
/* A function; or without a name a source file, which comes before its functions, and before all those that are not known to be of
 * one; or with neither the start of an image. Strings live until the call returns. */
typedef struct {
    const char *name, *file; /* may be NULL */
    uintptr_t address;       /* in memory */
} sentry__symbol_t;

/* Who is told of them. */
typedef struct {
    void (*see)(const sentry__symbol_t *symbol, void *arg);
    void *arg;
    uintptr_t base; /* what an address of the file lies higher in memory */
} sentry__symbols_t;

/* Tells of all functions of a file. Local ones are of the source file that was named last. A function of another image that has an
 * address is this one's way to it, and what counts as its address. */
static void sentry__object_functions(sentry__object_t *o, const sentry__symbols_t *to)
{
    sentry__object_entry_t e;
    sentry__cursor_t c;
    sentry__symbol_t s;
    const char *file = NULL;
    if (sentry__object_table(o)) return;
    sentry__section_load(o, &o->strings);
    for (c = sentry__cursor(o, &o->symbols, 0); sentry__object_entry(o, &c, &e);) {
        if (!e.file && (!e.function || !e.address)) continue;
        s.name = sentry__entry_name(&e);
        if (!s.name) return;
        if (e.file) file = s.name, s.name = NULL;
        s.file = e.file || e.local ? file : NULL;
        s.address = (uintptr_t)e.address + to->base;
        to->see(&s, to->arg);
    }
}

/* Whether a note is one that is loaded. */
static int sentry__elf_is_loaded(sentry__object_t *o, const sentry__elf_part_t *note)
{
    uint64_t i;
    if (note->type != SENTRY__ELF_NOTE || note->size > SENTRY__MAX_NOTE) return 0;
    for (i = 0; i < o->program_count; i++) {
        sentry__elf_part_t p = sentry__elf_program(o, i);
        if (p.type == SENTRY__ELF_LOAD && note->address >= p.address && note->address - p.address <= p.size && note->size <= p.size - (note->address - p.address)) return 1;
    }
    return 0;
}

/* Goes on with the hash of bytes. */
static uint64_t sentry__stretch_hash(uint64_t hash, sentry__object_t *o, sentry__section_t *s, uint64_t at, uint64_t n)
{
    sentry__cursor_t c = sentry__cursor(o, s, at);
    for (; n && !c.failed; n--) {
        char byte = (char)(unsigned char)sentry__take_byte(&c);
        hash = sentry__object_hash(hash, &byte, 1);
    }
    return hash;
}

/* What tells one build of a file from another: of ELF its program headers and notes, among them the build id; of PE the first header,
 * which has a time or a hash, and those of the sections, which have their sizes. Notes of what is loaded are in memory, `base` higher. */
static uint64_t sentry__object_print(sentry__object_t *o, uintptr_t base)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325), i;
    if (o->kind == SENTRY__OBJECT_PE) {
        hash = sentry__stretch_hash(hash, o, &o->whole, o->programs, 20);
        return sentry__stretch_hash(hash, o, &o->whole, o->headers, o->header_count * SENTRY__PE_SECTION);
    }
    hash = sentry__stretch_hash(hash, o, &o->whole, o->programs, o->program_count * sentry__elf_size(o, 32, 56));
    for (i = 0; i < o->program_count; i++) {
        sentry__elf_part_t part = sentry__elf_program(o, i);
        if (!sentry__elf_is_loaded(o, &part)) continue;
        if (o->arena) hash = sentry__stretch_hash(hash, o, &o->whole, part.offset, part.size);
        else hash = sentry__object_hash(hash, (const char *)(base + (uintptr_t)part.address), (size_t)part.size);
    }
    return hash;
}

/* Of what the loader has: an ELF image's program headers, in this machine's order and class; or all headers of a PE image. */
static uint64_t sentry__image_print(const sentry__os_image_t *image)
{
    sentry__object_t o;
    const uint16_t one = 1;
    memset(&o, 0, sizeof o);
    o.whole.data = (const unsigned char *)image->headers;
    o.whole.size = o.whole.have = UINT32_MAX;
    if (image->count) {
        o.kind = SENTRY__OBJECT_ELF;
        o.wide = sizeof(void *) == 8;
        o.big = *(const unsigned char *)&one == 0;
        o.program_count = image->count;
    } else if (sentry__object_look(&o)) {
        return 0;
    }
    return sentry__object_print(&o, image->base);
}

/* -- what is loaded -- */

/* An image, taken down while the loader holds still. */
typedef struct {
    size_t skip; /* images before it */
    int found;
    uint64_t print;
    uintptr_t base;
    char path[1024];
} sentry__image_t;

static int sentry__image_see(const sentry__os_image_t *os, void *arg)
{
    sentry__image_t *image = (sentry__image_t *)arg;
    size_t n = strlen(os->path);
    if (image->skip) {
        image->skip--;
        return 0;
    }
    image->found = 1;
    image->print = sentry__image_print(os);
    image->base = os->base;
    if (n >= sizeof image->path) n = 0;
    memcpy(image->path, os->path, n);
    image->path[n] = 0;
    return 1;
}

/* Reads the file if it is what was loaded. Returns 0 when it is. */
static int sentry__image_read(const sentry__image_t *image, const char *path, sentry__symbols_t *to)
{
    sentry__arena_t arena;
    sentry__object_t o;
    int open, is = 0;
    memset(&arena, 0, sizeof arena);
    arena.limit = SENTRY__MAX_TABLES;
    open = !sentry__object_open(&o, &arena, path);
    if (open) {
        is = sentry__object_print(&o, 0) == image->print;
        to->base = image->base - (o.kind == SENTRY__OBJECT_PE ? (uintptr_t)o.vmaddr : 0);
        if (is) sentry__object_functions(&o, to);
        sentry__object_close(&o);
    }
    sentry__arena_free(&arena);
    return !is;
}

/* The functions of all that is loaded now and has a file. What has no path is the program's, which the system may know better, or
 * nobody's: the kernel's. */
static void sentry__symbols(void (*see)(const sentry__symbol_t *symbol, void *arg), void *arg)
{
    char exe[1024];
    sentry__symbols_t to;
    sentry__image_t image;
    sentry__symbol_t none;
    size_t i;
    memset(&none, 0, sizeof none);
    to.see = see;
    to.arg = arg;
    for (i = 0;; i++) {
        memset(&image, 0, sizeof image);
        image.skip = i;
        sentry__os_images(sentry__image_see, &image);
        if (!image.found) return;
        see(&none, arg);
        if (i == 0) {
            exe[sentry__os_exe(exe, sizeof exe)] = 0;
            if (!sentry__image_read(&image, "/proc/self/exe", &to) || !sentry__image_read(&image, exe, &to)) continue;
        }
        if (strchr(image.path, '/') || strchr(image.path, SENTRY__DIRSEP)) sentry__image_read(&image, image.path, &to);
    }
}
#endif

/* ==[16]== MODULES ==================================================================
 * Owns    what is loaded: the last three snapshots of it, each with its ids and as JSON.
 * Lock    its own small one, while snapshots are exchanged and counted. The loader, which has a lock too, is asked before, never under it.
 * Holds   a snapshot never changes. Those that came before the newest stay a while, so that a signal handler may read without a lock.
 * Threads any; sentry__modules_signal in signal handlers too.
 */

#if SENTRY__MODULES
#define SENTRY__MAX_TEXTS 4   /* executable segments of a module; linkers make one */
#define SENTRY__MAX_BUILD_ID 32 /* bytes; linkers make 8 to 20, of a hash of the user's choice up to 32 */

typedef struct {
    uintptr_t start, end;
} sentry__range_t;

typedef struct {
    uintptr_t start, end; /* of all that is mapped of it */
    uintptr_t bias;       /* what an address of the file lies higher in memory */
    sentry__range_t text[SENTRY__MAX_TEXTS];
    unsigned texts;
    uintptr_t frames; /* .eh_frame_hdr; 0: none */
    size_t frames_size;
    const char *path;
    char code_id[2 * SENTRY__MAX_BUILD_ID + 1]; /* "": none */
    char debug_id[46];
} sentry__module_t;

typedef struct {
    sentry__word_t refs;
    sentry__word_t loaded, unloaded; /* the loader's counts */
    sentry__arena_t arena;           /* has all of it */
    size_t count;
    const sentry__module_t *list; /* by address */
    const char *json;             /* debug_meta.images, without its brackets */
    size_t json_size;
} sentry__modules_t;

static struct {
    sentry__lock_t lock;
    sentry__word_t newest, cleared;
    sentry__modules_t *last[3]; /* in a ring */
} sentry__loaded;

/* What is taken down while the loader holds still: then nothing is allocated, and no file opened. */
typedef struct {
    sentry__module_t *list;
    size_t seen, room;
    char *names;
    size_t names_used, names_room;
} sentry__taken_t;

/* The form in which servers know a build id: a UUID in Microsoft's order of bytes, which a file of the other order has already. */
static void sentry__debug_id(sentry__module_t *m, const unsigned char *id, size_t n)
{
    static const unsigned char order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
    const uint16_t one = 1;
    unsigned char swapped[16];
    sentry__buf_t b;
    size_t i;
    for (i = 0; i < 16; i++) {
        size_t from = *(const unsigned char *)&one ? order[i] : i;
        swapped[i] = from < n ? id[from] : 0;
    }
    sentry__buf_init(&b, m->debug_id, sizeof m->debug_id);
    for (i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) sentry__buf_byte(&b, '-');
        sentry__buf_hex(&b, (const char *)&swapped[i], 1);
    }
    m->debug_id[b.len] = 0;
}

/* Keeps a name; NULL when there is no room, which then is counted. */
static const char *sentry__taken_name(sentry__taken_t *t, const char *name)
{
    size_t n = strlen(name) + 1, at = t->names_used;
    t->names_used += n;
    if (t->names_used > t->names_room) return NULL;
    memcpy(t->names + at, name, n);
    return t->names + at;
}

#ifdef __ELF__
/* The GNU build id among notes; returns its size, 0 when there is none. */
static size_t sentry__build_id(const unsigned char *p, size_t n, size_t align, const unsigned char **id)
{
    while (n >= 12) {
        uint32_t head[3]; /* sizes of name and contents, type */
        size_t body, next;
        memcpy(head, p, sizeof head);
        body = 12 + (((size_t)head[0] + 3u) & ~(size_t)3u);
        next = (body + head[1] + align - 1) & ~(align - 1);
        if (head[0] > n || head[1] > n || body + head[1] > n) return 0;
        *id = p + body;
        if (head[2] == 3 && head[0] == 4 && memcmp(p + 12, "GNU", 4) == 0) return head[1];
        if (next >= n) return 0;
        p += next;
        n -= next;
    }
    return 0;
}

static void sentry__module_note(sentry__module_t *m, const ElfW(Phdr) *p)
{
    const unsigned char *id = NULL;
    uintptr_t at = m->bias + (uintptr_t)p->p_vaddr;
    size_t n = at >= m->start && at < m->end && p->p_memsz <= m->end - at
        ? sentry__build_id((const unsigned char *)at, (size_t)p->p_memsz, p->p_align == 8 ? 8 : 4, &id) : 0;
    sentry__buf_t b;
    if (!n || m->code_id[0]) return;
    if (n > SENTRY__MAX_BUILD_ID) n = SENTRY__MAX_BUILD_ID;
    sentry__buf_init(&b, m->code_id, sizeof m->code_id);
    sentry__buf_hex(&b, (const char *)id, n);
    m->code_id[b.len] = 0;
    sentry__debug_id(m, id, n);
}

/* Where the segments lie. */
static void sentry__module_segment(sentry__module_t *m, const ElfW(Phdr) *p)
{
    uintptr_t at = m->bias + (uintptr_t)p->p_vaddr, end = at + (uintptr_t)p->p_memsz;
    if (p->p_type == PT_GNU_EH_FRAME) {
        m->frames = at;
        m->frames_size = (size_t)p->p_memsz;
    }
    if (p->p_type != PT_LOAD || end <= at) return;
    if (!m->end || at < m->start) m->start = at & ~(uintptr_t)4095u;
    if (end > m->end) m->end = end;
    if (!(p->p_flags & PF_X) || m->texts == SENTRY__MAX_TEXTS) return;
    m->text[m->texts].start = at;
    m->text[m->texts++].end = end;
}

static int sentry__module_see(const sentry__os_image_t *image, void *arg)
{
    sentry__taken_t *t = (sentry__taken_t *)arg;
    const char *name = sentry__taken_name(t, image->path);
    sentry__module_t *m;
    size_t i;
    if (t->seen++ >= t->room || !name) return 0;
    m = &t->list[t->seen - 1];
    memset(m, 0, sizeof *m);
    m->path = name;
    m->bias = image->base;
    for (i = 0; i < image->count; i++) sentry__module_segment(m, (const ElfW(Phdr) *)(const void *)image->headers + i);
    for (i = 0; i < image->count; i++) {
        const ElfW(Phdr) *p = (const ElfW(Phdr) *)(const void *)image->headers + i;
        if (p->p_type == PT_NOTE) sentry__module_note(m, p);
    }
    if (m->frames < m->start || m->frames >= m->end || m->frames_size > m->end - m->frames) m->frames = 0;
    return 0;
}

/* Finds .text in a file of this machine's kind: where it is, how many bytes. */
static size_t sentry__elf_text(sentry__os_file_t f, uint64_t *offset)
{
    ElfW(Ehdr) h;
    ElfW(Shdr) s, names;
    char name[6];
    size_t i;
    if (sentry__os_file_read(f, 0, &h, sizeof h) != sizeof h || h.e_shentsize != sizeof s) return 0;
    if (sentry__os_file_read(f, h.e_shoff + (uint64_t)h.e_shstrndx * sizeof s, &names, sizeof names) != sizeof names) return 0;
    for (i = 1; i < h.e_shnum && sentry__os_file_read(f, h.e_shoff + i * sizeof s, &s, sizeof s) == sizeof s; i++) {
        *offset = s.sh_offset;
        if (s.sh_type == SHT_PROGBITS && sentry__os_file_read(f, names.sh_offset + s.sh_name, name, 6) == 6 && memcmp(name, ".text", 6) == 0) return (size_t)s.sh_size;
    }
    return 0;
}

/* Without a build id: the start of the code, folded. */
static void sentry__module_fold(sentry__module_t *m)
{
    unsigned char text[4096], id[16] = { 0 };
    uint64_t offset = 0;
    size_t n, i;
    sentry__os_file_t f;
    if (m->code_id[0]) return;
    sentry__debug_id(m, id, 16);
    if (sentry__os_file_open(&f, m->path)) return;
    n = sentry__elf_text(f, &offset);
    n = n ? sentry__os_file_read(f, offset, text, n < sizeof text ? n : sizeof text) : 0;
    sentry__os_file_close(f);
    for (i = 0; i < n; i++) id[i % 16] ^= text[i];
    sentry__debug_id(m, id, 16);
}
#define SENTRY__MODULE_TYPE "elf"
#else
/* The CodeView record, which names the build. */
static void sentry__module_codeview(sentry__module_t *m, const IMAGE_NT_HEADERS *h)
{
    const IMAGE_DATA_DIRECTORY *where = &h->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_DEBUG];
    const IMAGE_DEBUG_DIRECTORY *d = (const IMAGE_DEBUG_DIRECTORY *)(m->start + where->VirtualAddress);
    size_t i, n = h->OptionalHeader.NumberOfRvaAndSizes > IMAGE_DIRECTORY_ENTRY_DEBUG && where->VirtualAddress < m->end - m->start ? where->Size / sizeof *d : 0;
    for (i = 0; i < n; i++) {
        const unsigned char *p = (const unsigned char *)(m->start + d[i].AddressOfRawData);
        uint32_t age;
        if (d[i].Type != IMAGE_DEBUG_TYPE_CODEVIEW || d[i].SizeOfData < 24 || d[i].AddressOfRawData > m->end - m->start - 24 || memcmp(p, "RSDS", 4) != 0) continue;
        sentry__debug_id(m, p + 4, 16);
        memcpy(&age, p + 20, 4);
        snprintf(m->debug_id + 36, sizeof m->debug_id - 36, "-%x", (unsigned)age);
        return;
    }
}

static int sentry__module_see(const sentry__os_image_t *image, void *arg)
{
    sentry__taken_t *t = (sentry__taken_t *)arg;
    const char *name = sentry__taken_name(t, image->path);
    sentry__module_t *m;
    const IMAGE_NT_HEADERS *h = (const IMAGE_NT_HEADERS *)(const void *)(image->headers + ((const IMAGE_DOS_HEADER *)(const void *)image->headers)->e_lfanew);
    const IMAGE_SECTION_HEADER *s = IMAGE_FIRST_SECTION(h);
    unsigned char none[16] = { 0 };
    size_t i;
    if (t->seen++ >= t->room || !name) return 0;
    m = &t->list[t->seen - 1];
    memset(m, 0, sizeof *m);
    m->path = name;
    m->start = image->base;
    m->end = m->start + h->OptionalHeader.SizeOfImage;
    m->bias = m->start - (uintptr_t)h->OptionalHeader.ImageBase;
    for (i = 0; i < h->FileHeader.NumberOfSections; i++) {
        if (!(s[i].Characteristics & IMAGE_SCN_MEM_EXECUTE) || m->texts == SENTRY__MAX_TEXTS) continue;
        m->text[m->texts].start = m->start + s[i].VirtualAddress;
        m->text[m->texts++].end = m->start + s[i].VirtualAddress + s[i].Misc.VirtualSize;
    }
    snprintf(m->code_id, sizeof m->code_id, "%08lx%lx", (unsigned long)h->FileHeader.TimeDateStamp, (unsigned long)h->OptionalHeader.SizeOfImage);
    sentry__debug_id(m, none, 16);
    sentry__module_codeview(m, h);
    return 0;
}
static void sentry__module_fold(sentry__module_t *m) { (void)m; }
#define SENTRY__MODULE_TYPE "pe"
#endif

/* The program has no name among images, or one that is not its path; others may have one that is relative. */
static const char *sentry__module_path(sentry__modules_t *s, const char *name, int is_program)
{
    char path[2048], *copy;
    size_t n = is_program ? sentry__os_exe(path, sizeof path) : 0;
    if (!n && (!strchr(name, SENTRY__DIRSEP) || name[0] == SENTRY__DIRSEP || SENTRY__DIRSEP == '\\')) return name;
    if (!n) {
        n = sentry__os_cwd(path, sizeof path);
        while (name[0] == '.' && name[1] == '/') name += 2;
        if (!n || n + 1 + strlen(name) >= sizeof path) return name;
        path[n] = '/';
        memcpy(path + n + 1, name, strlen(name) + 1);
        n += 1 + strlen(name);
    }
    copy = (char *)sentry__arena_take(&s->arena, n + 1);
    if (!copy) return name;
    memcpy(copy, path, n);
    return copy;
}

static int sentry__module_order(const void *a, const void *b)
{
    uintptr_t x = ((const sentry__module_t *)a)->start, y = ((const sentry__module_t *)b)->start;
    return x < y ? -1 : x > y;
}

static void sentry__module_json(sentry__buf_t *b, const sentry__module_t *m)
{
    char text[2 + 2 * sizeof m->start + 1];
    snprintf(text, sizeof text, "0x%" PRIxPTR, m->start);
    SENTRY__PUT(b, "{\"type\":\"" SENTRY__MODULE_TYPE "\",\"image_addr\":\"");
    sentry__buf_cstr(b, text);
    SENTRY__PUT(b, "\",\"image_size\":");
    sentry__buf_u64(b, m->end - m->start);
    SENTRY__PUT(b, ",\"code_file\":");
    sentry__json_text(b, sentry__str(m->path));
    if (m->code_id[0]) {
        SENTRY__PUT(b, ",\"code_id\":\"");
        sentry__buf_cstr(b, m->code_id);
        sentry__buf_byte(b, '"');
    }
    SENTRY__PUT(b, ",\"debug_id\":\"");
    sentry__buf_cstr(b, m->debug_id);
    SENTRY__PUT(b, "\",\"arch\":\"" SENTRY__ARCH "\"}");
}

/* Takes down what is loaded: once to see how much it is, and again when it grew meanwhile. */
static sentry__module_t *sentry__modules_list(sentry__modules_t *s)
{
    sentry__taken_t t;
    memset(&t, 0, sizeof t);
    for (;;) {
        t.seen = t.names_used = 0;
        sentry__os_images(sentry__module_see, &t);
        if (t.seen > SENTRY_MAX_MODULES) t.seen = SENTRY_MAX_MODULES;
        if (t.seen <= t.room && t.names_used <= t.names_room) break;
        t.room = t.seen + 4 < SENTRY_MAX_MODULES ? t.seen + 4 : SENTRY_MAX_MODULES;
        t.names_room = t.names_used + 512;
        t.list = (sentry__module_t *)sentry__arena_take(&s->arena, t.room * sizeof *t.list);
        t.names = (char *)sentry__arena_take(&s->arena, t.names_room);
        if (!t.list || !t.names) return NULL;
    }
    s->count = t.seen;
    return t.list;
}

static void sentry__modules_free(sentry__modules_t *s)
{
    sentry__arena_t arena = s->arena; /* which it lies in */
    sentry__arena_free(&arena);
}

/* Owns: the caller has the only reference. NULL without memory. */
static sentry__modules_t *sentry__modules_new(sentry__word_t loaded, sentry__word_t unloaded)
{
    sentry__arena_t arena;
    sentry__modules_t *s;
    sentry__module_t *list;
    sentry__buf_t b;
    char *json;
    size_t i;
    memset(&arena, 0, sizeof arena);
    s = (sentry__modules_t *)sentry__arena_take(&arena, sizeof *s);
    if (!s) return NULL;
    s->arena = arena;
    s->refs = 1;
    s->loaded = loaded;
    s->unloaded = unloaded;
    list = sentry__modules_list(s);
    sentry__buf_init(&b, NULL, 0);
    for (i = 0; list && i < s->count; i++) {
        list[i].path = sentry__module_path(s, list[i].path, i == 0);
        sentry__module_fold(&list[i]);
    }
    if (list) qsort(list, s->count, sizeof *list, sentry__module_order);
    for (i = 0; list && i < s->count; i++) {
        if (i) sentry__buf_byte(&b, ',');
        sentry__module_json(&b, &list[i]);
    }
    json = b.failed ? NULL : (char *)sentry__arena_take(&s->arena, b.len + 1);
    if (json && b.len) memcpy(json, b.data, b.len);
    s->list = list;
    s->json = json;
    s->json_size = b.len;
    sentry__buf_free(&b);
    if (list && json) return s;
    sentry__modules_free(s);
    return NULL;
}

/* Lets go of a snapshot that was taken; NULL is fine. */
static void sentry__modules_give(const sentry__modules_t *m)
{
    sentry__modules_t *s = (sentry__modules_t *)(uintptr_t)m;
    if (s && sentry__add(&s->refs, (sentry__word_t)-1) == 0) sentry__modules_free(s);
}

/* Makes it the newest; the oldest goes. */
static void sentry__modules_publish(sentry__modules_t *s)
{
    sentry__word_t next;
    sentry__modules_t *old;
    sentry__lock(&sentry__loaded.lock);
    next = (sentry__load(&sentry__loaded.newest) + 1) % 3;
    old = sentry__loaded.last[next];
    sentry__store_ptr((void **)(void *)&sentry__loaded.last[next], s);
    sentry__store_release(&sentry__loaded.newest, next);
    sentry__unlock(&sentry__loaded.lock);
    sentry__modules_give(old);
}

/* The newest that was made. Signal: safe; it stays until two newer ones were made. */
static const sentry__modules_t *sentry__modules_signal(void)
{
    sentry__word_t newest = sentry__load_acquire(&sentry__loaded.newest);
    return (const sentry__modules_t *)sentry__load_ptr((void *const *)(const void *)&sentry__loaded.last[newest]);
}

/* What is loaded now, to be given back; NULL without memory. */
static const sentry__modules_t *sentry__modules_take(void)
{
    sentry__word_t counts[2];
    sentry__modules_t *s;
    sentry__os_images_counts(counts);
    counts[1] += sentry__load(&sentry__loaded.cleared);
    sentry__lock(&sentry__loaded.lock);
    s = sentry__loaded.last[sentry__load(&sentry__loaded.newest)];
    if (s && s->loaded == counts[0] && s->unloaded == counts[1]) sentry__add(&s->refs, 1);
    else s = NULL;
    sentry__unlock(&sentry__loaded.lock);
    if (s) return s;
    s = sentry__modules_new(counts[0], counts[1]);
    if (!s) return NULL;
    sentry__add(&s->refs, 1);
    sentry__modules_publish(s);
    return s;
}

/* Gives all memory back. */
static void sentry__modules_drop(void)
{
    int i;
    for (i = 0; i < 3; i++) sentry__modules_publish(NULL);
}

#if SENTRY__UNWIND
/* The module that an address lies in; NULL when there is none. */
static const sentry__module_t *sentry__module_of(const sentry__modules_t *m, uintptr_t pc)
{
    size_t low = 0, high = m ? m->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->list[middle].start <= pc) low = middle + 1;
        else high = middle;
    }
    return low && pc < m->list[low - 1].end ? &m->list[low - 1] : NULL;
}

/* Whether a module has code there. */
static int sentry__module_executes(const sentry__module_t *m, uintptr_t pc)
{
    unsigned i;
    for (i = 0; m && i < m->texts; i++)
        if (pc >= m->text[i].start && pc < m->text[i].end) return 1;
    return 0;
}
#endif

static sentry_value_t sentry__modules_value(void)
{
    const sentry__modules_t *m = sentry__modules_take();
    sentry_value_t list = sentry__null();
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    sentry__buf_byte(&b, '[');
    if (m) sentry__buf_put(&b, m->json, m->json_size);
    sentry__buf_byte(&b, ']');
    sentry__modules_give(m);
    if (!b.failed) list = sentry__json_read(sentry__slice(b.data, b.len));
    sentry__buf_free(&b);
    return list;
}
static void sentry__modules_clear(void) { sentry__add(&sentry__loaded.cleared, 1); }
#else
typedef struct {
    size_t count, json_size;
    const char *json;
} sentry__modules_t;
static const sentry__modules_t *sentry__modules_take(void) { return NULL; }
static void sentry__modules_give(const sentry__modules_t *m) { (void)m; }
static const sentry__modules_t *sentry__modules_signal(void) { return NULL; }
static void sentry__modules_drop(void) {}
static sentry_value_t sentry__modules_value(void) { return sentry_value_new_list(); }
static void sentry__modules_clear(void) {}
#endif

/* -- public -- */

SENTRY_API sentry_value_t sentry_get_modules_list(void)
{
    sentry_value_t list = sentry__modules_value();
    sentry_value_freeze(list);
    return list;
}
SENTRY_API void sentry_clear_modulecache(void) { sentry__modules_clear(); }

/* ==[17]== UNWINDER =================================================================
 * Owns    the cache of rows: what the tables said about an address.
 * Lock    none: a row has a count that is odd while it is written; who reads it meanwhile goes without.
 * Holds   no word of a stack is read that is not known to be there: by the bounds of the thread's stack, or by a probe of its page.
 *         Tables are believed only within their module. Stack pointers grow from frame to frame, so every walk ends.
 * Threads any; in signal handlers everything but sentry__unwind_here.
 */

/* How a frame was found. */
typedef enum { SENTRY__TRUST_CONTEXT, SENTRY__TRUST_CFI, SENTRY__TRUST_FP, SENTRY__TRUST_SCAN } sentry__trust_t;

#if SENTRY__PROBES
/* Bytes of memory, which may not be there; returns 0 when all could be read. Signal: safe. */
SENTRY__UNCHECKED static int sentry__read_safe(void *out, uintptr_t address, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) {
        if ((i == 0 || (address + i) % SENTRY__PROBE == 0) && !sentry__os_readable((address + i) & ~(uintptr_t)(SENTRY__PROBE - 1))) return 1;
        ((volatile char *)out)[i] = *(const volatile char *)(address + i);
    }
    return 0;
}
#endif

#if SENTRY__UNWIND_TABLES
/* -- registers, by DWARF's numbers -- */

#if defined(__x86_64__)
#define SENTRY__REGISTERS "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"
enum { SENTRY__COLUMNS = 17, SENTRY__REG_SP = 7, SENTRY__REG_FP = 6, SENTRY__REG_RA = 16 };
/* What a function gives back as it was: the return address first. */
static const unsigned char sentry__saved[] = { 16, 3, 6, 12, 13, 14, 15 };
#elif defined(__i386__)
#define SENTRY__REGISTERS "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip"
enum { SENTRY__COLUMNS = 9, SENTRY__REG_SP = 4, SENTRY__REG_FP = 5, SENTRY__REG_RA = 8 };
static const unsigned char sentry__saved[] = { 8, 3, 5, 6, 7 };
#elif defined(__aarch64__)
#define SENTRY__REGISTERS \
    "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", \
        "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "fp", "lr", "sp", "pc"
enum { SENTRY__COLUMNS = 32, SENTRY__REG_SP = 31, SENTRY__REG_FP = 29, SENTRY__REG_RA = 30 };
static const unsigned char sentry__saved[] = { 30, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 };
#elif defined(__riscv)
#define SENTRY__REGISTERS \
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", \
        "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6", "pc"
enum { SENTRY__COLUMNS = 32, SENTRY__REG_SP = 2, SENTRY__REG_FP = 8, SENTRY__REG_RA = 1 };
static const unsigned char sentry__saved[] = { 1, 8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27 };
#else
#define SENTRY__REGISTERS "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "fp", "ip", "sp", "lr", "pc"
enum { SENTRY__COLUMNS = 15, SENTRY__REG_SP = 13, SENTRY__REG_FP = 11, SENTRY__REG_RA = 14 };
static const unsigned char sentry__saved[] = { 14, 4, 5, 6, 7, 8, 9, 10, 11 };
#endif
enum { SENTRY__SAVED = (int)sizeof sentry__saved };
static const char *const sentry__register_names[] = { SENTRY__REGISTERS }; /* the last is the program counter's */
enum { SENTRY__REG_COUNT = (int)(sizeof sentry__register_names / sizeof sentry__register_names[0]) };
typedef struct {
    uintptr_t pc, sp, r[SENTRY__COLUMNS]; /* sp: as it was at first; the walk goes by the one of r */
    uint32_t known;                       /* of r, by bits */
} sentry__regs_t;

static uintptr_t sentry__reg(const sentry__regs_t *r, size_t i) { return i == SENTRY__REG_COUNT - 1 ? r->pc : r->r[i]; }

/* Of a thread of which no more is known. */
static void sentry__regs_at(sentry__regs_t *r, uintptr_t pc, uintptr_t sp)
{
    memset(r, 0, sizeof *r);
    r->pc = pc;
    r->sp = r->r[SENTRY__REG_SP] = sp;
    r->known = (uint32_t)1 << SENTRY__REG_SP;
}

/* -- registers of a signal and of here -- */

#define SENTRY__ALL_KNOWN ((uint32_t)(((uint64_t)1 << SENTRY__COLUMNS) - 1))
#if defined(__x86_64__)
#define SENTRY__CONTEXT_SIZE (offsetof(ucontext_t, uc_mcontext) + 17 * sizeof(uintptr_t))
static void sentry__regs_signal(sentry__regs_t *r, const void *context)
{
    static const unsigned char from[SENTRY__COLUMNS] = { 13, 12, 14, 11, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7, 16 };
    const char *all = (const char *)context + offsetof(ucontext_t, uc_mcontext);
    size_t i;
    for (i = 0; i < SENTRY__COLUMNS; i++) memcpy(&r->r[i], all + from[i] * sizeof r->r[i], sizeof r->r[i]);
    r->pc = r->r[SENTRY__REG_RA];
    r->sp = r->r[SENTRY__REG_SP];
    r->known = SENTRY__ALL_KNOWN;
}
SENTRY__INLINE void sentry__regs_here(sentry__regs_t *r)
{
    __asm__ volatile("leaq 0f(%%rip), %%rax\n0: movq %%rax, (%0)\n movq %%rbx, 40(%0)\n movq %%rbp, 64(%0)\n movq %%rsp, 72(%0)\n"
                     "movq %%r12, 112(%0)\n movq %%r13, 120(%0)\n movq %%r14, 128(%0)\n movq %%r15, 136(%0)" : : "D"(r) : "rax", "memory");
    r->known = 0xf0c8u;
}
#elif defined(__i386__)
#define SENTRY__CONTEXT_SIZE (offsetof(ucontext_t, uc_mcontext) + 18 * sizeof(uintptr_t))
static void sentry__regs_signal(sentry__regs_t *r, const void *context)
{
    static const unsigned char from[SENTRY__COLUMNS] = { 11, 10, 9, 8, 7, 6, 5, 4, 14 };
    const char *all = (const char *)context + offsetof(ucontext_t, uc_mcontext);
    size_t i;
    for (i = 0; i < SENTRY__COLUMNS; i++) memcpy(&r->r[i], all + from[i] * sizeof r->r[i], sizeof r->r[i]);
    r->pc = r->r[SENTRY__REG_RA];
    r->sp = r->r[SENTRY__REG_SP];
    r->known = SENTRY__ALL_KNOWN;
}
SENTRY__INLINE void sentry__regs_here(sentry__regs_t *r)
{
    __asm__ volatile("call 0f\n0: popl %%eax\n movl %%eax, (%0)\n movl %%ebx, 20(%0)\n movl %%esp, 24(%0)\n movl %%ebp, 28(%0)\n"
                     "movl %%esi, 32(%0)\n movl %%edi, 36(%0)" : : "d"(r) : "eax", "memory");
    r->known = 0xf8u;
}
#elif defined(__aarch64__)
#define SENTRY__CONTEXT_SIZE (offsetof(ucontext_t, uc_mcontext.regs) + 33 * sizeof(uintptr_t))
static void sentry__regs_signal(sentry__regs_t *r, const void *context)
{
    const char *all = (const char *)context + offsetof(ucontext_t, uc_mcontext.regs);
    memcpy(r->r, all, sizeof r->r); /* sp follows */
    memcpy(&r->pc, all + sizeof r->r, sizeof r->pc);
    r->sp = r->r[SENTRY__REG_SP];
    r->known = SENTRY__ALL_KNOWN;
}
SENTRY__INLINE void sentry__regs_here(sentry__regs_t *r)
{
    register sentry__regs_t *to __asm__("x9") = r;
    __asm__ volatile("adr x10, 0f\n0: str x10, [x9]\n stp x19, x20, [x9, #168]\n stp x21, x22, [x9, #184]\n stp x23, x24, [x9, #200]\n"
                     "stp x25, x26, [x9, #216]\n stp x27, x28, [x9, #232]\n stp x29, x30, [x9, #248]\n mov x10, sp\n str x10, [x9, #264]"
                     : : "r"(to) : "x10", "memory");
    r->known = 0xfff80000u;
}
#elif defined(__riscv)
#define SENTRY__CONTEXT_SIZE (offsetof(ucontext_t, uc_mcontext) + 32 * sizeof(uintptr_t))
static void sentry__regs_signal(sentry__regs_t *r, const void *context)
{
    const char *all = (const char *)context + offsetof(ucontext_t, uc_mcontext);
    memcpy(r->r, all, sizeof r->r);
    r->pc = r->r[0];
    r->r[0] = 0;
    r->sp = r->r[SENTRY__REG_SP];
    r->known = SENTRY__ALL_KNOWN;
}
SENTRY__INLINE void sentry__regs_here(sentry__regs_t *r)
{
    register sentry__regs_t *to __asm__("t0") = r;
    __asm__ volatile("auipc t1, 0\n sd t1, 0(t0)\n sd ra, 24(t0)\n sd sp, 32(t0)\n sd s0, 80(t0)\n sd s1, 88(t0)\n sd s2, 160(t0)\n sd s3, 168(t0)\n"
                     "sd s4, 176(t0)\n sd s5, 184(t0)\n sd s6, 192(t0)\n sd s7, 200(t0)\n sd s8, 208(t0)\n sd s9, 216(t0)\n sd s10, 224(t0)\n"
                     "sd s11, 232(t0)" : : "r"(to) : "t1", "memory");
    r->known = 0x0ffc0306u;
}
#else
#define SENTRY__CONTEXT_SIZE (offsetof(ucontext_t, uc_mcontext.arm_r0) + 16 * sizeof(uintptr_t))
static void sentry__regs_signal(sentry__regs_t *r, const void *context)
{
    const char *all = (const char *)context + offsetof(ucontext_t, uc_mcontext.arm_r0);
    memcpy(r->r, all, sizeof r->r);
    memcpy(&r->pc, all + sizeof r->r, sizeof r->pc);
    r->sp = r->r[SENTRY__REG_SP];
    r->known = SENTRY__ALL_KNOWN;
}
SENTRY__INLINE void sentry__regs_here(sentry__regs_t *r)
{
    register sentry__regs_t *to __asm__("r0") = r;
    __asm__ volatile("mov r1, pc\n str r1, [r0]\n str r4, [r0, #24]\n str r5, [r0, #28]\n str r6, [r0, #32]\n str r7, [r0, #36]\n str r8, [r0, #40]\n"
                     "str r9, [r0, #44]\n str r10, [r0, #48]\n str r11, [r0, #52]\n mov r1, sp\n str r1, [r0, #60]\n str lr, [r0, #64]"
                     : : "r"(to) : "r1", "memory");
    r->known = 0x6ff0u;
}
#endif

/* -- a walk -- */

typedef struct {
    const sentry__modules_t *modules;
    sentry__range_t stack, probed; /* what is known to be readable */
    int exact;                     /* the pc is where the thread was; else where it will return to */
    int careful;                   /* the tables may have gone: they are probed too */
    int guessed;                   /* some registers may be another frame's */
    int in_signal;                 /* the step that is done led out of a signal handler */
    int signals;                   /* how many did */
    sentry__regs_t r;
} sentry__walk_t;

enum { SENTRY__STEP_END = -1, SENTRY__STEP_NONE = -2 }; /* else the trust of the frame that was found */
enum { SENTRY__MAX_FRAMES = 1 << 20, SENTRY__MAX_SIGNALS = 16, SENTRY__MAX_SCAN = 512 };

static SENTRY__NOINLINE int sentry__reach_probe(sentry__walk_t *w, uintptr_t at, size_t n)
{
    uintptr_t page = at & ~(uintptr_t)(SENTRY__PROBE - 1), last;
    if (n > SENTRY__PROBE * 256u || at > UINTPTR_MAX - n - SENTRY__PROBE) return 1;
    for (last = at + n - 1; page <= last; page += SENTRY__PROBE) {
        if (page >= w->probed.start && page < w->probed.end) continue;
        if (!sentry__os_readable(page)) return 1;
        if (page == w->probed.end) w->probed.end += SENTRY__PROBE;
        else if (page + SENTRY__PROBE == w->probed.start) w->probed.start = page;
        else {
            w->probed.start = page;
            w->probed.end = page + SENTRY__PROBE;
        }
    }
    return 0;
}

/* Returns 0 when `n` bytes can be read there. */
static inline int sentry__reach(sentry__walk_t *w, uintptr_t at, size_t n)
{
    if (SENTRY__LIKELY(at >= w->stack.start && at < w->stack.end && n <= w->stack.end - at)) return 0;
    if (at >= w->probed.start && at < w->probed.end && n <= w->probed.end - at) return 0;
    return sentry__reach_probe(w, at, n);
}

typedef uintptr_t __attribute__((may_alias, aligned(1))) sentry__loose_t;

/* A word of the stack; returns 0 when it could be read. */
SENTRY__UNCHECKED static inline int sentry__peek(sentry__walk_t *w, uintptr_t at, uintptr_t *word)
{
    if (sentry__reach(w, at, sizeof *word)) return 1;
    *word = *(const sentry__loose_t *)at;
    return 0;
}

/* Whether a module has code at an address. */
static int sentry__walk_executes(const sentry__walk_t *w, uintptr_t pc) { return sentry__module_executes(sentry__module_of(w->modules, pc), pc); }

/* Whether a frame that ends there is above the last one. Only where the thread was may have none. */
static inline int sentry__goes_on(const sentry__walk_t *w, uintptr_t cfa) { return cfa > w->r.r[SENTRY__REG_SP] || (w->exact && cfa == w->r.r[SENTRY__REG_SP]); }

/* What signs a return address is taken off it. */
#ifdef __aarch64__
static inline uintptr_t sentry__plain_pc(uintptr_t pc)
{
    register uintptr_t lr __asm__("x30") = pc;
    __asm__("hint #7" : "+r"(lr)); /* xpaclri; older processors do nothing */
    return lr;
}
#else
static inline uintptr_t sentry__plain_pc(uintptr_t pc) { return pc; }
#endif

/* -- rows: what most tables come down to -- */

/* The CFA is a register and an offset; kept registers lie so many words from it, 0 where they were not changed. */
typedef struct {
    int32_t offset;
    int16_t reg; /* -1: there is no caller */
    int16_t at[SENTRY__SAVED + 1]; /* and one to make it even */
} sentry__row_t;

enum { SENTRY__PC_WORDS = sizeof(uintptr_t) / 4, SENTRY__ROW_WORDS = (int)(sizeof(sentry__row_t) / 4) };
typedef struct {
    sentry__word_t count, pc[SENTRY__PC_WORDS], row[SENTRY__ROW_WORDS];
} sentry__row_slot_t;

static struct {
    sentry__word_t unloaded; /* as of the modules that the rows are of */
    sentry__row_slot_t slots[SENTRY_MAX_ROWS];
} sentry__rows;

static inline sentry__row_slot_t *sentry__row_slot(uintptr_t pc) { return &sentry__rows.slots[(pc ^ (pc >> 11)) % SENTRY_MAX_ROWS]; }

/* Returns 0 when there is a row. */
static inline int sentry__row_get(uintptr_t pc, sentry__row_t *row)
{
    const sentry__row_slot_t *slot = sentry__row_slot(pc);
    sentry__word_t count = sentry__load_acquire(&slot->count), copy[SENTRY__ROW_WORDS];
    int i;
    if (count & 1 || !pc) return 1;
    for (i = 0; i < SENTRY__PC_WORDS; i++)
        if (sentry__load_acquire(&slot->pc[i]) != (sentry__word_t)((uint64_t)pc >> (32 * i))) return 1;
    for (i = 0; i < SENTRY__ROW_WORDS; i++) copy[i] = sentry__load_acquire(&slot->row[i]);
    memcpy(row, copy, sizeof *row);
    return sentry__load(&slot->count) != count;
}

static void sentry__row_put(uintptr_t pc, const sentry__row_t *row)
{
    sentry__row_slot_t *slot = sentry__row_slot(pc);
    sentry__word_t count = sentry__load(&slot->count), copy[SENTRY__ROW_WORDS];
    int i;
    if (count & 1 || !sentry__swap_if(&slot->count, count, count + 1)) return;
    memcpy(copy, row, sizeof *row);
    for (i = 0; i < SENTRY__PC_WORDS; i++) sentry__store_release(&slot->pc[i], (sentry__word_t)((uint64_t)pc >> (32 * i)));
    for (i = 0; i < SENTRY__ROW_WORDS; i++) sentry__store_release(&slot->row[i], copy[i]);
    sentry__store_release(&slot->count, count + 2);
}

/* Forgets all, when something was unloaded: other code may lie there now. */
static void sentry__rows_check(const sentry__modules_t *m)
{
    sentry__row_t none;
    size_t i;
    if (!m || sentry__load(&sentry__rows.unloaded) == m->unloaded) return;
    sentry__store(&sentry__rows.unloaded, m->unloaded);
    memset(&none, 0, sizeof none);
    for (i = 0; i < SENTRY_MAX_ROWS; i++) {
        sentry__row_slot_t *slot = &sentry__rows.slots[i];
        sentry__word_t count = sentry__load(&slot->count);
        int k;
        if (!count || count & 1 || !sentry__swap_if(&slot->count, count, count + 1)) continue;
        for (k = 0; k < SENTRY__PC_WORDS; k++) sentry__store_release(&slot->pc[k], 0);
        sentry__store_release(&slot->count, count + 2);
    }
}

/* To the caller's registers. */
static inline int sentry__row_apply(sentry__walk_t *w, const sentry__row_t *row)
{
    uintptr_t cfa, word[SENTRY__SAVED];
    int i;
    if (row->reg < 0) return SENTRY__STEP_END;
    if (!(w->r.known >> row->reg & 1u)) return SENTRY__STEP_NONE;
    cfa = w->r.r[row->reg] + (uintptr_t)(intptr_t)row->offset;
    if (!sentry__goes_on(w, cfa)) return SENTRY__STEP_NONE;
    for (i = 0; i < SENTRY__SAVED; i++)
        if (row->at[i] && sentry__peek(w, cfa + (uintptr_t)(intptr_t)row->at[i] * sizeof cfa, &word[i])) return SENTRY__STEP_NONE;
    if (w->guessed && !sentry__walk_executes(w, sentry__plain_pc(row->at[0] ? word[0] : w->r.r[SENTRY__REG_RA]))) return SENTRY__STEP_NONE;
    for (i = 0; i < SENTRY__SAVED; i++) {
        if (!row->at[i]) continue;
        w->r.r[sentry__saved[i]] = word[i];
        w->r.known |= (uint32_t)1 << sentry__saved[i];
    }
    w->r.r[SENTRY__REG_SP] = cfa;
    w->r.pc = sentry__plain_pc(w->r.r[SENTRY__REG_RA]);
    return SENTRY__TRUST_CFI;
}

/* -- tables: .eh_frame -- */

/* Bytes that are read from the front; `failed` sticks. */
typedef struct {
    uintptr_t at, end;
    int failed;
} sentry__bytes_t;

static uint64_t sentry__take(sentry__bytes_t *b, size_t n)
{
    uint64_t v = 0;
    uint16_t v2;
    uint32_t v4;
    if (b->failed || n > b->end - b->at) {
        b->failed = 1;
        return 0;
    }
    if (n == 1) v = *(const unsigned char *)b->at;
    if (n == 2) memcpy(&v2, (const void *)b->at, 2), v = v2;
    if (n == 4) memcpy(&v4, (const void *)b->at, 4), v = v4;
    if (n == 8) memcpy(&v, (const void *)b->at, 8);
    b->at += n;
    return v;
}

static uint64_t sentry__take_signed(sentry__bytes_t *b, size_t n)
{
    uint64_t v = sentry__take(b, n), top = (uint64_t)1 << (8 * n - 1);
    return n == 8 ? v : (v ^ top) - top;
}

/* LEB128, with a sign or without. */
static uint64_t sentry__take_leb(sentry__bytes_t *b, int is_signed)
{
    uint64_t v = 0, byte;
    unsigned shift = 0;
    do {
        byte = sentry__take(b, 1);
        if (shift < 64) v |= (byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (is_signed && byte & 0x40 && shift < 64) v |= ~(uint64_t)0 << shift;
    return v;
}

/* A pointer in the encoding of .eh_frame; 0 for one that is left out. `base`: of the header's table. */
static uintptr_t sentry__take_pointer(sentry__bytes_t *b, unsigned encoding, uintptr_t base)
{
    uintptr_t at = b->at, v;
    if (encoding == 0xff) return 0;
    switch (encoding & 15) {
    case 0: v = (uintptr_t)sentry__take(b, sizeof v); break;
    case 1: v = (uintptr_t)sentry__take_leb(b, 0); break;
    case 2: v = (uintptr_t)sentry__take(b, 2); break;
    case 3: v = (uintptr_t)sentry__take(b, 4); break;
    case 9: v = (uintptr_t)sentry__take_leb(b, 1); break;
    case 10: v = (uintptr_t)sentry__take_signed(b, 2); break;
    case 11: v = (uintptr_t)sentry__take_signed(b, 4); break;
    case 4:
    case 12: v = (uintptr_t)sentry__take(b, 8); break;
    default: b->failed = 1; return 0;
    }
    if ((encoding & 0x70) == 0x10) v += at;
    else if ((encoding & 0x70) == 0x30) v += base;
    else if (encoding & 0x70) b->failed = 1;
    return v; /* 0x80, a pointer to it, is only for personalities, which nobody follows */
}

/* What is known of a function's frame. */
typedef struct {
    sentry__bytes_t start, program; /* instructions: of all functions of a kind, and of this one */
    uintptr_t location, end;
    uint64_t code_step;
    int64_t data_step;
    unsigned encoding, ra;
    int is_signal, augmented;
} sentry__frame_t;

/* The bytes of a CIE or FDE at an address, behind its length; `failed` when they are not all in the module. */
static sentry__bytes_t sentry__entry(sentry__walk_t *w, const sentry__module_t *m, uintptr_t at)
{
    sentry__bytes_t b;
    uint64_t n;
    b.at = at;
    b.end = m->end;
    b.failed = at < m->start || at >= m->end || (w->careful && sentry__reach(w, at, 16));
    n = sentry__take(&b, 4);
    if (n == 0xffffffffu) n = sentry__take(&b, 8);
    if (!n || n > b.end - b.at) b.failed = 1;
    if (!b.failed && w->careful && sentry__reach(w, b.at, (size_t)n)) b.failed = 1;
    if (!b.failed) b.end = b.at + (uintptr_t)n;
    return b;
}

/* What a letter of the augmentation says. */
static int sentry__cie_letter(sentry__bytes_t *b, char letter, sentry__frame_t *f)
{
    switch (letter) {
    case 'R': f->encoding = (unsigned)sentry__take(b, 1); return 0;
    case 'P': sentry__take_pointer(b, (unsigned)sentry__take(b, 1) & 0x7f, 0); return 0;
    case 'L': sentry__take(b, 1); return 0;
    case 'S': f->is_signal = 1; return 0;
    case 'B':
    case 'G': return 0; /* keys that sign return addresses */
    default: return 1;
    }
}

/* The common part. Returns 0 when all of it is understood. */
static int sentry__cie_read(sentry__walk_t *w, const sentry__module_t *m, uintptr_t at, sentry__frame_t *f)
{
    sentry__bytes_t b = sentry__entry(w, m, at);
    uint64_t version, n;
    const char *letter;
    if (sentry__take(&b, 4) != 0 || b.failed) return 1;
    version = sentry__take(&b, 1);
    letter = (const char *)b.at;
    while (sentry__take(&b, 1)) {
    }
    if (b.failed || (version != 1 && version != 3)) return 1;
    f->code_step = sentry__take_leb(&b, 0);
    f->data_step = (int64_t)sentry__take_leb(&b, 1);
    f->ra = (unsigned)(version == 1 ? sentry__take(&b, 1) : sentry__take_leb(&b, 0));
    f->encoding = 0;
    f->is_signal = 0;
    f->augmented = *letter == 'z';
    n = f->augmented ? sentry__take_leb(&b, 0) : 0;
    if (b.failed || n > b.end - b.at || (*letter && !f->augmented)) return 1;
    f->start = b;
    f->start.at += (uintptr_t)n;
    b.end = f->start.at;
    while (f->augmented && *++letter)
        if (sentry__cie_letter(&b, *letter, f)) return 1;
    return b.failed || f->ra != SENTRY__REG_RA;
}

/* Returns 0 when the entry is understood, and is about `pc`. */
static int sentry__fde_read(sentry__walk_t *w, const sentry__module_t *m, uintptr_t at, uintptr_t pc, sentry__frame_t *f)
{
    sentry__bytes_t b = sentry__entry(w, m, at);
    uintptr_t here = b.at, size;
    uint64_t back = sentry__take(&b, 4), n;
    if (b.failed || !back || sentry__cie_read(w, m, here - (uintptr_t)back, f)) return 1;
    f->location = sentry__take_pointer(&b, f->encoding, 0);
    size = sentry__take_pointer(&b, f->encoding & 15, 0);
    n = f->augmented ? sentry__take_leb(&b, 0) : 0;
    if (b.failed || n > b.end - b.at || pc < f->location || pc - f->location >= size) return 1;
    b.at += (uintptr_t)n;
    f->program = b;
    return 0;
}

/* Finds a function's entry by the sorted table of the header; 0 when there is none. All linkers make the same kind of table. */
static uintptr_t sentry__fde_find(sentry__walk_t *w, const sentry__module_t *m, uintptr_t pc)
{
    sentry__bytes_t b;
    uint64_t head;
    size_t low = 0, high, middle;
    int32_t pair[2] = { 0, 0 };
    b.at = m->frames;
    b.end = b.at + m->frames_size;
    b.failed = !m->frames || (w->careful && sentry__reach(w, b.at, 16));
    head = sentry__take(&b, 1) << 24;
    head |= sentry__take(&b, 1) << 16;
    head |= sentry__take(&b, 1) << 8;
    head |= sentry__take(&b, 1);
    if ((head & 0xff00ffffu) != 0x0100033bu) return 0;
    sentry__take_pointer(&b, (unsigned)(head >> 16) & 255u, m->frames);
    high = (size_t)sentry__take(&b, 4);
    if (b.failed || high > (b.end - b.at) / sizeof pair) return 0;
    while (low < high) {
        middle = low + (high - low) / 2;
        if (w->careful && sentry__reach(w, b.at + middle * sizeof pair, sizeof pair)) return 0;
        memcpy(pair, (const void *)(b.at + middle * sizeof pair), sizeof pair);
        if (m->frames + (uintptr_t)(intptr_t)pair[0] <= pc) low = middle + 1;
        else high = middle;
    }
    if (!low) return 0;
    memcpy(pair, (const void *)(b.at + (low - 1) * sizeof pair), sizeof pair);
    return m->frames + (uintptr_t)(intptr_t)pair[1];
}

/* -- the tables' programs -- */

enum { SENTRY__SAME, SENTRY__UNDEFINED, SENTRY__OFFSET, SENTRY__VALUE_OFFSET, SENTRY__REGISTER, SENTRY__EXPRESSION, SENTRY__VALUE_EXPRESSION };
enum { SENTRY__CFA = SENTRY__COLUMNS };

/* Where the caller's registers are, and the CFA. */
typedef struct {
    intptr_t at[SENTRY__COLUMNS + 1];
    unsigned char how[SENTRY__COLUMNS + 1];
    uint64_t cfa_reg;
} sentry__rules_t;

typedef struct {
    const sentry__frame_t *f;
    uintptr_t location, pc;
    sentry__rules_t now, first, kept[4];
    unsigned depth;
} sentry__cfi_t;

static void sentry__cfi_rule(sentry__cfi_t *c, uint64_t reg, unsigned how, int64_t at)
{
    if (reg >= SENTRY__COLUMNS) return; /* of floating point and the like */
    c->now.how[reg] = (unsigned char)how;
    c->now.at[reg] = (intptr_t)at;
}

static int sentry__cfi_advance(sentry__cfi_t *c, uint64_t steps)
{
    c->location += (uintptr_t)(steps * c->f->code_step);
    return c->location > c->pc;
}

static void sentry__cfi_restore(sentry__cfi_t *c, uint64_t reg)
{
    if (reg < SENTRY__COLUMNS) sentry__cfi_rule(c, reg, c->first.how[reg], c->first.at[reg]);
}

/* What an instruction takes: 1 a register first; then an unsigned number, one times the step of data, a signed one times it, or a block. */
enum { SENTRY__TAKES_REG = 1, SENTRY__TAKES_NUMBER = 2, SENTRY__TAKES_STEPS = 4, SENTRY__TAKES_SIGNED = 8, SENTRY__TAKES_BLOCK = 16 };
static const struct {
    unsigned char takes, how; /* how: of rules about registers */
} sentry__cfi_ops[] = {
    { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 },                /* nop, set_loc, advance_loc1, 2, 4 */
    { SENTRY__TAKES_REG | SENTRY__TAKES_STEPS, SENTRY__OFFSET },     /* offset_extended */
    { SENTRY__TAKES_REG, 0 },                                        /* restore_extended */
    { SENTRY__TAKES_REG, SENTRY__UNDEFINED },
    { SENTRY__TAKES_REG, SENTRY__SAME },
    { SENTRY__TAKES_REG | SENTRY__TAKES_NUMBER, SENTRY__REGISTER },
    { 0, 0 }, { 0, 0 },                                              /* remember_state, restore_state */
    { SENTRY__TAKES_REG | SENTRY__TAKES_NUMBER, 0 },                 /* def_cfa */
    { SENTRY__TAKES_REG, 0 },                                        /* def_cfa_register */
    { SENTRY__TAKES_NUMBER, 0 },                                     /* def_cfa_offset */
    { SENTRY__TAKES_BLOCK, 0 },                                      /* def_cfa_expression */
    { SENTRY__TAKES_REG | SENTRY__TAKES_BLOCK, SENTRY__EXPRESSION },
    { SENTRY__TAKES_REG | SENTRY__TAKES_SIGNED, SENTRY__OFFSET },    /* offset_extended_sf */
    { SENTRY__TAKES_REG | SENTRY__TAKES_SIGNED, 0 },                 /* def_cfa_sf */
    { SENTRY__TAKES_SIGNED, 0 },                                     /* def_cfa_offset_sf */
    { SENTRY__TAKES_REG | SENTRY__TAKES_STEPS, SENTRY__VALUE_OFFSET },
    { SENTRY__TAKES_REG | SENTRY__TAKES_SIGNED, SENTRY__VALUE_OFFSET },
    { SENTRY__TAKES_REG | SENTRY__TAKES_BLOCK, SENTRY__VALUE_EXPRESSION },
};

static int64_t sentry__cfi_operand(const sentry__cfi_t *c, sentry__bytes_t *b, unsigned takes)
{
    uint64_t v, n;
    if (!(takes & ~(unsigned)SENTRY__TAKES_REG)) return 0;
    if (takes & SENTRY__TAKES_BLOCK) {
        v = b->at;
        n = sentry__take_leb(b, 0);
        if (n > b->end - b->at) b->failed = 1;
        else b->at += (uintptr_t)n;
        return (int64_t)v;
    }
    v = sentry__take_leb(b, (takes & SENTRY__TAKES_SIGNED) != 0);
    return (int64_t)(takes & SENTRY__TAKES_NUMBER ? v : v * (uint64_t)c->f->data_step);
}

/* The instructions that say what the CFA is, and those that keep rules for later. */
static void sentry__cfi_state(sentry__cfi_t *c, sentry__bytes_t *b, uint64_t op, uint64_t reg, int64_t v)
{
    sentry__rules_t *now = &c->now;
    if (op == 0x0a && c->depth < 4) c->kept[c->depth++] = *now;
    else if (op == 0x0b && c->depth) *now = c->kept[--c->depth];
    else if (op == 0x0a || op == 0x0b) b->failed = 1;
    if (op == 0x0c || op == 0x0d || op == 0x12) now->cfa_reg = reg;
    if (op == 0x0c || op == 0x0e || op == 0x0f || op == 0x12 || op == 0x13) now->at[SENTRY__CFA] = (intptr_t)v;
    if (op >= 0x0c && op <= 0x13) now->how[SENTRY__CFA] = op == 0x0f ? SENTRY__EXPRESSION : SENTRY__OFFSET;
}

/* One instruction; returns 1 when what follows is about later addresses. */
static int sentry__cfi_step(sentry__cfi_t *c, sentry__bytes_t *b)
{
    uint64_t op = sentry__take(b, 1), reg = op & 63;
    int64_t v;
    if (op >> 6 == 1) return sentry__cfi_advance(c, reg);
    if (op >> 6 == 2) sentry__cfi_rule(c, reg, SENTRY__OFFSET, sentry__cfi_operand(c, b, SENTRY__TAKES_STEPS));
    if (op >> 6 == 3) sentry__cfi_restore(c, reg);
    if (op >= 2 && op <= 4) return sentry__cfi_advance(c, sentry__take(b, (size_t)1 << (op - 2)));
    if (op == 1) c->location = sentry__take_pointer(b, c->f->encoding, 0);
    if (op == 1) return c->location > c->pc;
    if (op == 0x2e) sentry__take_leb(b, 0); /* the size of arguments on the stack */
    if (op >> 6 || op == 0x2d || op == 0x2e) return 0; /* 0x2d: the return address is signed from here on */
    if (op >= sizeof sentry__cfi_ops / sizeof sentry__cfi_ops[0]) {
        b->failed = 1;
        return 1;
    }
    reg = sentry__cfi_ops[op].takes & SENTRY__TAKES_REG ? sentry__take_leb(b, 0) : 0;
    v = sentry__cfi_operand(c, b, sentry__cfi_ops[op].takes);
    if (op == 6) sentry__cfi_restore(c, reg);
    else if (sentry__cfi_ops[op].how || op == 8) sentry__cfi_rule(c, reg, sentry__cfi_ops[op].how, v);
    else sentry__cfi_state(c, b, op, reg, v);
    return 0;
}

/* Returns 0 when the rules for `pc` are known. */
static int sentry__cfi_run(sentry__cfi_t *c, const sentry__frame_t *f, uintptr_t pc)
{
    sentry__bytes_t b = f->start;
    memset(&c->now, 0, sizeof c->now);
    c->f = f;
    c->pc = pc;
    c->location = f->location;
    c->depth = 0;
    while (b.at < b.end && !b.failed)
        if (sentry__cfi_step(c, &b)) return 1;
    if (b.failed) return 1;
    c->first = c->now;
    b = f->program;
    while (b.at < b.end && !b.failed)
        if (sentry__cfi_step(c, &b)) break;
    return b.failed || !c->now.how[SENTRY__CFA] || c->now.cfa_reg >= SENTRY__COLUMNS;
}

/* -- expressions -- */

typedef struct {
    uintptr_t word[16];
    size_t n;
} sentry__words_t;

static void sentry__push(sentry__words_t *s, sentry__bytes_t *b, uintptr_t v)
{
    if (s->n < sizeof s->word / sizeof s->word[0]) s->word[s->n++] = v;
    else b->failed = 1;
}

static uintptr_t sentry__pop(sentry__words_t *s, sentry__bytes_t *b)
{
    if (s->n) return s->word[--s->n];
    b->failed = 1;
    return 0;
}

/* The operators of two numbers. */
static uintptr_t sentry__binary(sentry__bytes_t *b, uint64_t op, uintptr_t x, uintptr_t y)
{
    intptr_t sx = (intptr_t)x, sy = (intptr_t)y;
    switch (op) {
    case 0x1a: return x & y;
    case 0x1c: return x - y;
    case 0x1e: return x * y;
    case 0x21: return x | y;
    case 0x22: return x + y;
    case 0x24: return y < 8 * sizeof x ? x << y : 0;
    case 0x25: return y < 8 * sizeof x ? x >> y : 0;
    case 0x27: return x ^ y;
    case 0x29: return x == y;
    case 0x2a: return sx >= sy;
    case 0x2b: return sx > sy;
    case 0x2c: return sx <= sy;
    case 0x2d: return sx < sy;
    case 0x2e: return x != y;
    default: b->failed = 1; return 0;
    }
}

/* A constant of an expression. */
static uintptr_t sentry__constant(sentry__bytes_t *b, uint64_t op)
{
    size_t size = (size_t)1 << ((op - 8) / 2);
    if (op == 0x03) return (uintptr_t)sentry__take(b, sizeof(uintptr_t));
    if (op >= 0x10) return (uintptr_t)sentry__take_leb(b, op == 0x11);
    return (uintptr_t)(op & 1 ? sentry__take_signed(b, size) : sentry__take(b, size));
}

/* One operation. */
static void sentry__operate(sentry__walk_t *w, sentry__words_t *s, sentry__bytes_t *b)
{
    uint64_t op = sentry__take(b, 1), reg = op == 0x92 ? sentry__take_leb(b, 0) : op - 0x70;
    uintptr_t x, y;
    if (op >= 0x30 && op <= 0x4f) sentry__push(s, b, (uintptr_t)op - 0x30);
    else if (op == 0x92 || (op >= 0x70 && op <= 0x8f)) {
        x = (uintptr_t)sentry__take_leb(b, 1);
        if (reg >= SENTRY__COLUMNS || !(w->r.known >> reg & 1u)) b->failed = 1;
        else sentry__push(s, b, w->r.r[reg] + x);
    } else if (op == 0x03 || (op >= 0x08 && op <= 0x11)) sentry__push(s, b, sentry__constant(b, op));
    else if (op == 0x06) {
        x = sentry__pop(s, b);
        if (b->failed || sentry__peek(w, x, &y)) b->failed = 1;
        else sentry__push(s, b, y);
    } else if (op == 0x12 || op == 0x16) { /* dup, swap */
        x = sentry__pop(s, b);
        y = op == 0x12 ? x : sentry__pop(s, b);
        sentry__push(s, b, x);
        sentry__push(s, b, y);
    } else if (op == 0x13) sentry__pop(s, b);
    else if (op == 0x23) {
        x = sentry__pop(s, b);
        sentry__push(s, b, x + (uintptr_t)sentry__take_leb(b, 0));
    } else if (op != 0x96) {
        y = sentry__pop(s, b);
        x = sentry__pop(s, b);
        sentry__push(s, b, sentry__binary(b, op, x, y));
    }
}

/* The value of the block at an address, which the program was checked to have whole. Returns 0 when it has one. */
static int sentry__evaluate(sentry__walk_t *w, uintptr_t block, const uintptr_t *first, uintptr_t *value)
{
    sentry__words_t s;
    sentry__bytes_t b;
    uint64_t n;
    s.n = 0;
    b.at = block;
    b.end = block + 16;
    b.failed = 0;
    n = sentry__take_leb(&b, 0);
    b.end = b.at + (uintptr_t)n;
    if (first) sentry__push(&s, &b, *first);
    while (b.at < b.end && !b.failed) sentry__operate(w, &s, &b);
    *value = sentry__pop(&s, &b);
    return b.failed;
}

/* -- a step -- */

/* Returns 0 when the rules come down to a row. */
static int sentry__rules_row(const sentry__rules_t *rules, sentry__row_t *row)
{
    int i, k, left = 0;
    memset(row, 0, sizeof *row);
    if (rules->how[SENTRY__REG_RA] == SENTRY__UNDEFINED) {
        row->reg = -1;
        return 0;
    }
    row->reg = (int16_t)rules->cfa_reg;
    row->offset = (int32_t)rules->at[SENTRY__CFA];
    if (rules->how[SENTRY__CFA] != SENTRY__OFFSET || row->offset != rules->at[SENTRY__CFA]) return 1;
    for (i = 0; i < SENTRY__COLUMNS; i++) left += rules->how[i] > SENTRY__UNDEFINED;
    for (k = 0; k < SENTRY__SAVED; k++) {
        intptr_t at = rules->at[sentry__saved[k]], words = at / (intptr_t)sizeof at;
        if (rules->how[sentry__saved[k]] != SENTRY__OFFSET) continue;
        row->at[k] = (int16_t)words;
        if (!words || words * (intptr_t)sizeof at != at || row->at[k] != words) return 1;
        left--;
    }
    return left != 0;
}

/* The caller's value of a register; returns 0 when it can be had. */
static int sentry__rule_value(sentry__walk_t *w, unsigned how, intptr_t at, uintptr_t cfa, uintptr_t *value)
{
    switch (how) {
    case SENTRY__OFFSET: return sentry__peek(w, cfa + (uintptr_t)at, value);
    case SENTRY__VALUE_OFFSET: *value = cfa + (uintptr_t)at; return 0;
    case SENTRY__REGISTER:
        if ((uintptr_t)at >= SENTRY__COLUMNS) return 1;
        *value = w->r.r[at];
        return 0;
    case SENTRY__EXPRESSION: return sentry__evaluate(w, (uintptr_t)at, &cfa, value) || sentry__peek(w, *value, value);
    default: return sentry__evaluate(w, (uintptr_t)at, &cfa, value);
    }
}

/* To the caller's registers, by rules that are more than a row. */
static int sentry__rules_apply(sentry__walk_t *w, const sentry__rules_t *rules, int is_signal)
{
    sentry__regs_t next = w->r;
    uintptr_t cfa = 0;
    int i;
    if (rules->how[SENTRY__REG_RA] == SENTRY__UNDEFINED) return SENTRY__STEP_END;
    if (rules->how[SENTRY__CFA] == SENTRY__EXPRESSION ? sentry__evaluate(w, (uintptr_t)rules->at[SENTRY__CFA], NULL, &cfa) : !(w->r.known >> rules->cfa_reg & 1u)) return SENTRY__STEP_NONE;
    if (rules->how[SENTRY__CFA] != SENTRY__EXPRESSION) cfa = w->r.r[rules->cfa_reg] + (uintptr_t)rules->at[SENTRY__CFA];
    if (!is_signal && !sentry__goes_on(w, cfa)) return SENTRY__STEP_NONE;
    next.r[SENTRY__REG_SP] = cfa;
    for (i = 0; i < SENTRY__COLUMNS; i++) {
        if (rules->how[i] <= SENTRY__UNDEFINED) continue;
        if (sentry__rule_value(w, rules->how[i], rules->at[i], cfa, &next.r[i])) return SENTRY__STEP_NONE;
        next.known |= (uint32_t)1 << i;
    }
    next.pc = sentry__plain_pc(next.r[SENTRY__REG_RA]);
    w->r = next;
    w->in_signal = is_signal;
    return SENTRY__TRUST_CFI;
}

static SENTRY__NOINLINE int sentry__step_tables(sentry__walk_t *w, uintptr_t at)
{
    const sentry__module_t *m = sentry__module_of(w->modules, at);
    sentry__frame_t f;
    sentry__cfi_t c;
    sentry__row_t row;
    uintptr_t fde = sentry__module_executes(m, at) ? sentry__fde_find(w, m, at) : 0;
    if (!fde || sentry__fde_read(w, m, fde, at, &f) || sentry__cfi_run(&c, &f, at)) return SENTRY__STEP_NONE;
    if (f.is_signal || sentry__rules_row(&c.now, &row)) return sentry__rules_apply(w, &c.now, f.is_signal);
    sentry__row_put(at, &row);
    return sentry__row_apply(w, &row);
}

/* -- where there are no tables -- */

/* The code that ends a signal handler, by its bytes: where the context lies from the stack pointer. */
#if defined(__x86_64__)
static const unsigned char sentry__sigreturn[] = { 0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05 };
#define SENTRY__SIGRETURN_AT 0u
#elif defined(__i386__)
static const unsigned char sentry__sigreturn[] = { 0xb8, 173, 0, 0, 0, 0xcd, 0x80 };
#define SENTRY__SIGRETURN_AT 12u + 128u /* the handler's arguments, siginfo_t */
#elif defined(__aarch64__)
static const unsigned char sentry__sigreturn[] = { 0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4 };
#define SENTRY__SIGRETURN_AT 128u
#elif defined(__riscv)
static const unsigned char sentry__sigreturn[] = { 0x93, 0x08, 0xb0, 0x08, 0x73, 0, 0, 0 };
#define SENTRY__SIGRETURN_AT 128u
#elif defined(__thumb__)
static const unsigned char sentry__sigreturn[] = { 0xad, 0x27, 0, 0xdf };
#define SENTRY__SIGRETURN_AT 128u
#else
static const unsigned char sentry__sigreturn[] = { 0xad, 0x70, 0xa0, 0xe3, 0, 0, 0, 0xef };
#define SENTRY__SIGRETURN_AT 128u
#endif

static int sentry__step_sigreturn(sentry__walk_t *w)
{
    uintptr_t context = w->r.r[SENTRY__REG_SP] + SENTRY__SIGRETURN_AT;
    if (sentry__reach(w, w->r.pc, sizeof sentry__sigreturn) || memcmp((const void *)w->r.pc, sentry__sigreturn, sizeof sentry__sigreturn) != 0) return SENTRY__STEP_NONE;
    if (sentry__reach(w, context, SENTRY__CONTEXT_SIZE)) return SENTRY__STEP_NONE;
    sentry__regs_signal(&w->r, (const void *)context);
    w->in_signal = 1;
    return SENTRY__TRUST_CFI;
}

#ifndef __arm__
static int sentry__guess(sentry__walk_t *w, uintptr_t pc, uintptr_t sp, sentry__trust_t trust)
{
    w->r.pc = pc;
    w->r.r[SENTRY__REG_SP] = sp;
    w->guessed = 1;
    return (int)trust;
}
#endif

#if defined(__x86_64__) || defined(__i386__)
/* Whether a call ends at an address of code: a return address is behind one. */
static int sentry__is_call(const sentry__walk_t *w, uintptr_t pc)
{
    const unsigned char *p = (const unsigned char *)pc;
    size_t n;
    if (!sentry__walk_executes(w, pc) || !sentry__walk_executes(w, pc - 7)) return 0;
    if (p[-5] == 0xe8) return 1;
    for (n = 2; n <= 7; n++) {
        unsigned mod = p[1 - (ptrdiff_t)n] >> 6, rm = p[1 - (ptrdiff_t)n] & 7u, more = 0;
        if (p[-(ptrdiff_t)n] != 0xff || (p[1 - (ptrdiff_t)n] & 0x38) != 0x10) continue;
        if (mod == 1) more = 1;
        if (mod == 2 || (mod == 0 && rm == 5)) more = 4;
        if (n == 2 + (size_t)(mod != 3 && rm == 4) + more) return 1;
    }
    return 0;
}

/* A call of what is no code: the return address is still where the call put it, and the registers are the caller's. */
static int sentry__step_bad_call(sentry__walk_t *w)
{
    uintptr_t word;
    if (sentry__peek(w, w->r.r[SENTRY__REG_SP], &word) || !sentry__is_call(w, word)) return SENTRY__STEP_NONE;
    w->r.pc = word;
    w->r.r[SENTRY__REG_SP] += sizeof word;
    return SENTRY__TRUST_SCAN;
}

/* The next word on the stack that looks like a return address. */
static int sentry__step_scan(sentry__walk_t *w)
{
    uintptr_t at = w->r.r[SENTRY__REG_SP] & ~(uintptr_t)(sizeof at - 1), word;
    int i;
    for (i = 0; i < SENTRY__MAX_SCAN; i++, at += sizeof at) {
        if (sentry__peek(w, at, &word)) break;
        if (sentry__is_call(w, word)) return sentry__guess(w, word, at + sizeof at, SENTRY__TRUST_SCAN);
    }
    return SENTRY__STEP_NONE;
}
#else
/* The same where calls leave the return address in a register. */
static int sentry__step_bad_call(sentry__walk_t *w)
{
    uintptr_t lr = sentry__plain_pc(w->r.r[SENTRY__REG_RA]);
    if (!(w->r.known >> SENTRY__REG_RA & 1u) || !sentry__walk_executes(w, lr)) return SENTRY__STEP_NONE;
    w->r.pc = lr;
    return SENTRY__TRUST_SCAN;
}
static int sentry__step_scan(sentry__walk_t *w) { return (void)w, SENTRY__STEP_NONE; }
#endif

/* By the frame pointer, if it looks like one. On RISC-V it points behind the pair. */
#ifdef __riscv
#define SENTRY__FP_PAIR(fp) ((fp) - 2 * sizeof(uintptr_t))
#else
#define SENTRY__FP_PAIR(fp) (fp)
#endif
#ifdef __arm__
static int sentry__step_pointer(sentry__walk_t *w) { return (void)w, SENTRY__STEP_NONE; } /* every compiler has a form of its own */
#else
static int sentry__step_pointer(sentry__walk_t *w)
{
    uintptr_t pair = SENTRY__FP_PAIR(w->r.r[SENTRY__REG_FP]), fp, pc;
    if (!(w->r.known >> SENTRY__REG_FP & 1u) || pair % sizeof pair || pair < w->r.r[SENTRY__REG_SP]) return SENTRY__STEP_NONE;
    if (sentry__peek(w, pair, &fp) || sentry__peek(w, pair + sizeof pair, &pc)) return SENTRY__STEP_NONE;
    pc = sentry__plain_pc(pc);
    if (w->modules && !sentry__walk_executes(w, pc)) return SENTRY__STEP_NONE;
    w->r.r[SENTRY__REG_FP] = fp;
    return sentry__guess(w, pc, pair + 2 * sizeof pair, SENTRY__TRUST_FP);
}
#endif

static SENTRY__NOINLINE int sentry__step_guess(sentry__walk_t *w)
{
    int how = sentry__step_sigreturn(w);
    if (how == SENTRY__STEP_NONE && w->exact && !sentry__walk_executes(w, w->r.pc)) how = sentry__step_bad_call(w);
    if (how == SENTRY__STEP_NONE) how = sentry__step_scan(w);
    if (how == SENTRY__STEP_NONE) how = sentry__step_pointer(w);
    return how;
}

/* To the caller: its trust, or SENTRY__STEP_END. */
static int sentry__step(sentry__walk_t *w)
{
    uintptr_t at = w->r.pc - !w->exact;
    sentry__row_t row;
    int how = SENTRY__LIKELY(sentry__row_get(at, &row) == 0) ? sentry__row_apply(w, &row) : sentry__step_tables(w, at);
    if (how == SENTRY__STEP_NONE) how = sentry__step_guess(w);
    w->exact = w->in_signal;
    if (w->in_signal) {
        w->in_signal = 0;
        if (++w->signals > SENTRY__MAX_SIGNALS) return SENTRY__STEP_END;
    }
    return how < 0 || !w->r.pc ? SENTRY__STEP_END : how;
}

/* From what the public functions get; returns 0 when there are registers. */
static int sentry__regs_of(sentry__regs_t *r, const sentry_ucontext_t *u)
{
    if (!u || !u->user_context) return 1;
    sentry__regs_signal(r, u->user_context);
    return 0;
}

static void sentry__walk_init(sentry__walk_t *w, const sentry__modules_t *m, const sentry__regs_t *r)
{
    memset(w, 0, sizeof *w - sizeof w->r);
    w->modules = m;
    w->r = *r;
    w->exact = w->careful = 1;
    sentry__rows_check(m);
}
#elif SENTRY__UNWIND

/* -- Windows: the system walks -- */

#if defined(__x86_64__) || defined(_M_X64)
#define SENTRY__REGISTERS "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"
#define SENTRY__FIRST_REG Rax
#define SENTRY__PC Rip
#define SENTRY__SP Rsp
#elif defined(__aarch64__) || defined(_M_ARM64)
#define SENTRY__REGISTERS \
    "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", \
        "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "fp", "lr", "sp", "pc"
#define SENTRY__FIRST_REG X0
#define SENTRY__PC Pc
#define SENTRY__SP Sp
#else
#define SENTRY__REGISTERS "edi", "esi", "ebx", "edx", "ecx", "eax", "ebp", "eip", "cs", "eflags", "esp"
#define SENTRY__FIRST_REG Edi
#define SENTRY__PC Eip
#define SENTRY__SP Esp
#endif

typedef struct {
    uintptr_t pc, sp;
    CONTEXT c;
} sentry__regs_t;

typedef struct {
    sentry__regs_t r;
    const sentry__modules_t *modules;
    int exact;
} sentry__walk_t;
typedef uintptr_t sentry__loose_t;
enum { SENTRY__STEP_END = -1, SENTRY__MAX_FRAMES = 1 << 20 };
static const char *const sentry__register_names[] = { SENTRY__REGISTERS };
enum { SENTRY__REG_COUNT = (int)(sizeof sentry__register_names / sizeof sentry__register_names[0]) };

static uintptr_t sentry__reg(const sentry__regs_t *r, size_t i)
{
    uintptr_t v;
    memcpy(&v, (const char *)&r->c + offsetof(CONTEXT, SENTRY__FIRST_REG) + i * sizeof v, sizeof v);
    return v;
}

static void sentry__regs_signal(sentry__regs_t *r, const void *context)
{
    memcpy(&r->c, context, sizeof r->c);
    r->pc = (uintptr_t)r->c.SENTRY__PC;
    r->sp = (uintptr_t)r->c.SENTRY__SP;
}

/* Of a thread of which no more is known. */
static void sentry__regs_at(sentry__regs_t *r, uintptr_t pc, uintptr_t sp)
{
    memset(r, 0, sizeof *r);
    r->pc = r->c.SENTRY__PC = pc;
    r->sp = r->c.SENTRY__SP = sp;
}

/* From what the public functions get; returns 0 when there are registers. */
static int sentry__regs_of(sentry__regs_t *r, const sentry_ucontext_t *u)
{
    if (!u || !u->exception_ptrs.ContextRecord) return 1;
    sentry__regs_signal(r, u->exception_ptrs.ContextRecord);
    return 0;
}

#if defined(__i386__) || defined(_M_IX86)
/* By the frame pointer, or after a call of what is no code by the word on the stack. */
static int sentry__step_system(sentry__walk_t *w)
{
    uint32_t pair[2];
    int no_code = w->exact && !sentry__module_executes(sentry__module_of(w->modules, w->r.c.Eip), w->r.c.Eip);
    if (sentry__read_safe(pair, no_code ? w->r.c.Esp - 4 : w->r.c.Ebp, sizeof pair) || (!no_code && w->r.c.Ebp < w->r.c.Esp)) return SENTRY__STEP_END;
    w->r.c.Esp = no_code ? w->r.c.Esp + 4 : w->r.c.Ebp + 8;
    if (!no_code) w->r.c.Ebp = pair[0];
    w->r.c.Eip = pair[1];
    return no_code ? SENTRY__TRUST_SCAN : SENTRY__TRUST_FP;
}
#else
/* A function without an entry changes nothing but the program counter. */
static int sentry__step_system(sentry__walk_t *w)
{
    DWORD64 base, frame;
    PVOID data;
    PRUNTIME_FUNCTION f = RtlLookupFunctionEntry(w->r.c.SENTRY__PC, &base, NULL);
    if (!sentry__os_readable((uintptr_t)w->r.c.SENTRY__SP)) return SENTRY__STEP_END;
    if (f) {
        RtlVirtualUnwind(UNW_FLAG_NHANDLER, base, w->r.c.SENTRY__PC, f, &w->r.c, &data, &frame, NULL);
        return SENTRY__TRUST_CFI;
    }
#if defined(__aarch64__) || defined(_M_ARM64)
    if (!w->exact) return SENTRY__STEP_END;
    w->r.c.Pc = w->r.c.Lr;
#else
    w->r.c.Rip = *(const DWORD64 *)w->r.c.Rsp;
    w->r.c.Rsp += 8;
#endif
    return SENTRY__TRUST_SCAN;
}
#endif

/* To the caller: its trust, or SENTRY__STEP_END. */
static int sentry__step(sentry__walk_t *w)
{
    uintptr_t sp = (uintptr_t)w->r.c.SENTRY__SP;
    int how = sentry__step_system(w);
    w->r.pc = (uintptr_t)w->r.c.SENTRY__PC;
    if ((uintptr_t)w->r.c.SENTRY__SP < sp + !w->exact || !w->r.pc) return SENTRY__STEP_END;
    w->exact = 0;
    return how;
}

static void sentry__walk_init(sentry__walk_t *w, const sentry__modules_t *m, const sentry__regs_t *r)
{
    w->modules = m;
    w->r = *r;
    w->exact = 1;
}
#endif

#if SENTRY__UNWIND
/* The registers as members of an object, under the names that servers know. Signal: safe, with room enough in `b`. */
static void sentry__regs_write(sentry__buf_t *b, const sentry__regs_t *r)
{
    size_t i;
    for (i = 0; i < SENTRY__REG_COUNT; i++) {
        if (i) sentry__buf_byte(b, ',');
        sentry__buf_byte(b, '"');
        sentry__buf_cstr(b, sentry__register_names[i]);
        SENTRY__PUT(b, "\":\"0x");
        sentry__buf_hex_u64(b, sentry__reg(r, i));
        sentry__buf_byte(b, '"');
    }
}

/* All of a walk, innermost first, without the first `skip`. More than `max` are counted, when `all` is set, and of these the last
 * max / 4 are kept, as the cause of an endless recursion may be at its beginning; those in between are left out. */
static size_t sentry__walk_all(sentry__walk_t *w, size_t skip, uintptr_t *pcs, unsigned char *trust, size_t max, size_t *left_out)
{
    sentry__loose_t *out = (sentry__loose_t *)pcs; /* they may be pointers */
    size_t n = 0, tail = left_out ? max / 4 : 0, head = max - tail, slot, i;
    int how = SENTRY__TRUST_CONTEXT;
    for (; how >= 0 && n < SENTRY__MAX_FRAMES && (tail || n < max); how = sentry__step(w)) {
        if (skip) {
            skip--;
            continue;
        }
        slot = n < max ? n : head + (n - head) % tail;
        out[slot] = w->r.pc;
        if (trust) trust[slot] = (unsigned char)how;
        n++;
    }
    if (left_out) *left_out = n > max ? n - max : 0;
    if (n <= max) return n;
    for (i = (n - head) % tail; i; i--) { /* turns the tail until its first is the first */
        uintptr_t pc = out[head];
        unsigned char how_first = trust ? trust[head] : 0;
        memmove(pcs + head, pcs + head + 1, (tail - 1) * sizeof *pcs);
        if (trust) memmove(trust + head, trust + head + 1, tail - 1);
        out[max - 1] = pc;
        if (trust) trust[max - 1] = how_first;
    }
    return max;
}

/* From registers to the thread's start; of more frames than `max` the first and the last. `left_out`: how many had no room; NULL: only
 * the first are wanted. Signal: safe. */
static size_t sentry__unwind_regs(const sentry__modules_t *m, const sentry__regs_t *r, uintptr_t *pcs, unsigned char *trust, size_t max, size_t *left_out)
{
    sentry__walk_t w;
    sentry__walk_init(&w, m, r);
    return sentry__walk_all(&w, 0, pcs, trust, max, left_out);
}
static size_t sentry__unwind(const sentry__modules_t *m, const sentry__regs_t *r, uintptr_t *pcs, unsigned char *trust, size_t max)
{
    size_t left_out;
    return sentry__unwind_regs(m, r, pcs, trust, max, &left_out);
}

#if SENTRY__UNWIND_TABLES
/* The bounds of this thread's stack, which the system is asked for once. */
static void sentry__stack_of(uintptr_t sp, sentry__range_t *stack)
{
    sentry__thread_t *t = sentry__thread();
    if (!t) return;
    if (!t->stack_end) sentry__os_stack(&t->stack, &t->stack_end);
    if (sp < t->stack || sp >= t->stack_end) return; /* a fiber's */
    stack->start = sp;
    stack->end = t->stack_end;
}

/* This thread's stack, from the caller of the function with these registers. */
static SENTRY__NOINLINE size_t sentry__unwind_from(const sentry__regs_t *r, uintptr_t *pcs, size_t max)
{
    const sentry__modules_t *m = sentry__modules_take();
    sentry__walk_t w;
    size_t n;
    sentry__walk_init(&w, m, r);
    w.careful = 0;
    sentry__stack_of(r->sp, &w.stack);
    n = sentry__walk_all(&w, 1, pcs, NULL, max, NULL);
    sentry__modules_give(m);
    return n;
}

/* This thread's stack, from the caller of the function that this stands in, which must not be inlined. */
SENTRY__INLINE size_t sentry__unwind_here(uintptr_t *pcs, size_t max)
{
    sentry__regs_t r;
    sentry__regs_here(&r);
    r.sp = r.r[SENTRY__REG_SP];
    return sentry__unwind_from(&r, pcs, max);
}
#else
SENTRY__INLINE size_t sentry__unwind_here(uintptr_t *pcs, size_t max) { return CaptureStackBackTrace(1, max < 0xffff ? (DWORD)max : 0xffff, (PVOID *)(void *)pcs, NULL); }
#endif
#else
/* -- no unwinder: where it happened is all that is known -- */

typedef struct {
    uintptr_t pc, sp;
} sentry__regs_t;

static void sentry__regs_at(sentry__regs_t *r, uintptr_t pc, uintptr_t sp)
{
    r->pc = pc;
    r->sp = sp;
}
static void sentry__regs_signal(sentry__regs_t *r, const void *context) { sentry__os_where(context, &r->pc, &r->sp); }
static void sentry__regs_write(sentry__buf_t *b, const sentry__regs_t *r)
{
    SENTRY__PUT(b, "\"pc\":\"0x");
    sentry__buf_hex_u64(b, r->pc);
    sentry__buf_byte(b, '"');
}

static size_t sentry__unwind(const sentry__modules_t *m, const sentry__regs_t *r, uintptr_t *pcs, unsigned char *trust, size_t max)
{
    (void)m;
    if (!max || !r->pc) return 0;
    pcs[0] = r->pc;
    if (trust) trust[0] = SENTRY__TRUST_CONTEXT;
    return 1;
}
static size_t sentry__unwind_here(uintptr_t *pcs, size_t max) { return (void)pcs, (void)max, (size_t)0; }
#endif

/* -- public -- */

#if SENTRY__UNWIND
/* Behind `addr`, when it is one of them. */
static size_t sentry__stack_after(const void *addr, void **stacktrace, size_t n)
{
    size_t i;
    if (!addr) return n;
    for (i = 0; i < n && stacktrace[i] != addr; i++) {
    }
    memmove(stacktrace, stacktrace + i, (n - i) * sizeof *stacktrace);
    return n - i;
}

SENTRY_API SENTRY__NOINLINE size_t sentry_unwind_stack(void *addr, void **stacktrace_out, size_t max_len)
{
    return stacktrace_out && max_len ? sentry__stack_after(addr, stacktrace_out, sentry__unwind_here((uintptr_t *)(void *)stacktrace_out, max_len)) : 0;
}

SENTRY_API size_t sentry_unwind_stack_from_ucontext(const sentry_ucontext_t *uctx, void **stacktrace_out, size_t max_len)
{
    sentry__regs_t r;
    if (!stacktrace_out || !max_len || sentry__regs_of(&r, uctx)) return 0;
    return sentry__unwind_regs(sentry__modules_signal(), &r, (uintptr_t *)(void *)stacktrace_out, NULL, max_len, NULL);
}
#else
SENTRY_API size_t sentry_unwind_stack(void *addr, void **stacktrace_out, size_t max_len)
{
    (void)addr;
    (void)stacktrace_out;
    (void)max_len;
    return 0;
}
SENTRY_API size_t sentry_unwind_stack_from_ucontext(const sentry_ucontext_t *uctx, void **stacktrace_out, size_t max_len)
{
    sentry__regs_t r;
    if (!uctx || !uctx->user_context || !stacktrace_out) return 0;
    sentry__regs_signal(&r, uctx->user_context);
    return sentry__unwind(NULL, &r, (uintptr_t *)(void *)stacktrace_out, NULL, max_len);
}
#endif

#if SENTRY__SYMBOLS
/* Shape: {"frames":[{"instruction_addr":"0x.."}]}, oldest first */
static sentry_value_t sentry__stack_value(void **ips, size_t n)
{
    sentry_value_t stack = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT), frames = sentry__box_new(SENTRY_VALUE_TYPE_LIST);
    while (n--) {
        char text[20];
        sentry__buf_t b;
        sentry_value_t frame = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
        sentry__buf_fix(&b, text, sizeof text);
        SENTRY__PUT(&b, "0x");
        sentry__buf_hex_u64(&b, (uintptr_t)ips[n]);
        sentry__set_text(frame, SENTRY__LITERAL("instruction_addr"), sentry__slice(b.data, b.len));
        sentry__list_push(frames, frame);
    }
    sentry__object_set(stack, SENTRY__LITERAL("frames"), frames);
    return stack;
}

SENTRY_API SENTRY__NOINLINE sentry_value_t sentry_value_new_stacktrace(void **ips, size_t len)
{
    void *here[SENTRY_MAX_FRAMES];
    return ips ? sentry__stack_value(ips, len) : sentry__stack_value(here, sentry_unwind_stack(NULL, here, SENTRY_MAX_FRAMES));
}

SENTRY_API SENTRY__NOINLINE void sentry_value_set_stacktrace(sentry_value_t value, void **ips, size_t len)
{
    sentry__object_set(value, SENTRY__LITERAL("stacktrace"), sentry_value_new_stacktrace(ips, len));
}

SENTRY_API SENTRY__NOINLINE void sentry_event_value_add_stacktrace(sentry_value_t event, void **ips, size_t len)
{
    sentry_value_t thread = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry_value_set_stacktrace(thread, ips, len);
    sentry_event_add_thread(event, thread);
}

/* ==[18]== DWARF ====================================================================
 * Which functions, files and lines an address is of, by debug information of DWARF 2 to 5. Without split files (.dwo), and without
 * what dwz moved to another file.
 * Owns    the reading of debug information. For each file: which unit an address is of; of the unit that was read last, its forms of
 *         entries, where its functions are, and marks in its program of lines.
 * Holds   as OBJECT FILES: nothing is believed, everything is bounded, memory is the arena's. Of sections only windows are in memory,
 *         unless they are compressed; arrays that grow leave at most as much behind as they have.
 * Threads any; one at a time for a file.
 */

enum {
    SENTRY__DW_INFO,
    SENTRY__DW_ABBREV,
    SENTRY__DW_LINE,
    SENTRY__DW_STR,
    SENTRY__DW_LINE_STR,
    SENTRY__DW_RANGES,
    SENTRY__DW_RNGLISTS,
    SENTRY__DW_ADDR,
    SENTRY__DW_STR_OFFSETS,
    SENTRY__DW_ARANGES,
    SENTRY__DW_SECTIONS
};
static const char *const sentry__dwarf_sections[SENTRY__DW_SECTIONS] = { "debug_info", "debug_abbrev", "debug_line", "debug_str", "debug_line_str", "debug_ranges",
    "debug_rnglists", "debug_addr", "debug_str_offsets", "debug_aranges" };

/* The attributes that are of use, as they are numbered here; each has one or more numbers in a file. */
enum {
    SENTRY__DW_NONE,
    SENTRY__DW_SIBLING,
    SENTRY__DW_NAME,
    SENTRY__DW_LINKAGE,
    SENTRY__DW_LOW,
    SENTRY__DW_HIGH,
    SENTRY__DW_IN_RANGES,
    SENTRY__DW_ENTRY,
    SENTRY__DW_ORIGIN,
    SENTRY__DW_CALL_FILE,
    SENTRY__DW_CALL_LINE,
    SENTRY__DW_CALL_COLUMN,
    SENTRY__DW_LINES,
    SENTRY__DW_FOLDER,
    SENTRY__DW_STR_BASE,
    SENTRY__DW_ADDR_BASE,
    SENTRY__DW_RANGES_BASE,
    SENTRY__DW_ATTRIBUTES
};
static const uint16_t sentry__dwarf_attributes[][2] = { { 0x01, SENTRY__DW_SIBLING }, { 0x03, SENTRY__DW_NAME }, { 0x6e, SENTRY__DW_LINKAGE },
    { 0x2007, SENTRY__DW_LINKAGE }, { 0x11, SENTRY__DW_LOW }, { 0x12, SENTRY__DW_HIGH }, { 0x55, SENTRY__DW_IN_RANGES }, { 0x52, SENTRY__DW_ENTRY },
    { 0x31, SENTRY__DW_ORIGIN }, { 0x47, SENTRY__DW_ORIGIN }, { 0x58, SENTRY__DW_CALL_FILE }, { 0x59, SENTRY__DW_CALL_LINE }, { 0x57, SENTRY__DW_CALL_COLUMN },
    { 0x10, SENTRY__DW_LINES }, { 0x1b, SENTRY__DW_FOLDER }, { 0x72, SENTRY__DW_STR_BASE }, { 0x73, SENTRY__DW_ADDR_BASE }, { 0x2133, SENTRY__DW_ADDR_BASE },
    { 0x74, SENTRY__DW_RANGES_BASE } };

enum {
    SENTRY__DW_BLOCK = 0x0b, /* tags */
    SENTRY__DW_UNIT = 0x11,
    SENTRY__DW_INLINED = 0x1d,
    SENTRY__DW_MODULE = 0x1e,
    SENTRY__DW_CATCH = 0x25,
    SENTRY__DW_FUNCTION = 0x2e,
    SENTRY__DW_TRY = 0x32,
    SENTRY__DW_NAMESPACE = 0x39,
    SENTRY__DW_PARTIAL_UNIT = 0x3c,
    SENTRY__DW_SKELETON_UNIT = 0x4a,
    SENTRY__DW_STRING = 0x08, /* forms */
    SENTRY__DW_STRP = 0x0e,
    SENTRY__DW_REF_ADDR = 0x10,
    SENTRY__DW_REF_FIRST = 0x11,
    SENTRY__DW_REF_LAST = 0x15,
    SENTRY__DW_INDIRECT = 0x16,
    SENTRY__DW_STRX = 0x1a,
    SENTRY__DW_ADDRX = 0x1b,
    SENTRY__DW_LINE_STRP = 0x1f,
    SENTRY__DW_IMPLICIT = 0x21,
    SENTRY__DW_RNGLISTX = 0x23,
    SENTRY__DW_STRX1 = 0x25,
    SENTRY__DW_STRX4 = 0x28,
    SENTRY__DW_ADDRX1 = 0x29,
    SENTRY__DW_ADDRX4 = 0x2c,
    SENTRY__DW_FORMS = 0x2d,
    SENTRY__DW_GNU_ADDR = 0x1f01,
    SENTRY__DW_GNU_STR = 0x1f02,
    SENTRY__DW_GNU_REF_ALT = 0x1f20,
    SENTRY__DW_GNU_STRP_ALT = 0x1f21
};

#define SENTRY__DW_DEEP 64   /* calls inlined into each other; further ones are left out */
#define SENTRY__DW_TEXTS 256 /* texts that are found again */
#define SENTRY__DW_MARKS 256 /* about so many are made in a program of lines */

/* What an address is of. Strings live in the arena. */
typedef struct {
    const char *function; /* as the linker knows it, or by its plain name; NULL: unknown */
    const char *name;     /* its plain name; NULL: unknown */
    const char *file;     /* with its folder, unless that is the unit's; NULL: unknown */
    const char *comp_dir; /* the folder in which the unit was compiled; NULL: unknown */
    unsigned line, column;
    uint64_t entry; /* where the function begins; 0: unknown */
} sentry__dwarf_place_t;

/* An array in the arena. */
typedef struct {
    void *p;
    uint32_t count, cap;
} sentry__grown_t;

/* How numbers are written in a unit. */
typedef struct {
    unsigned version, offset_size, address_size;
} sentry__shape_t;

/* A form of entries; and an attribute of one, with the value that all such entries have, if its form says so. */
typedef struct {
    uint64_t code;
    uint32_t first, count; /* of its attributes */
    uint32_t size;         /* bytes of an entry with nothing of use in it; 0: it is to be read */
    uint16_t tag, children;
} sentry__abbrev_t;
typedef struct {
    uint16_t form, attribute;
    uint32_t value;
} sentry__spec_t;

/* An entry. Of attributes that it does not have the form is 0. */
typedef struct {
    uint64_t at;
    unsigned tag, children;
    uint16_t form[SENTRY__DW_ATTRIBUTES];
    uint64_t value[SENTRY__DW_ATTRIBUTES];
} sentry__die_t;

/* Where a function is, and its entry, counted from the unit's begin. */
typedef struct {
    uint64_t low;
    uint32_t size, at;
} sentry__function_at_t;

/* Where a unit is. */
typedef struct {
    uint64_t low, high, unit;
} sentry__unit_at_t;

typedef struct {
    uint64_t at, first, end; /* in .debug_info: its begin, its first entry, its end */
    sentry__shape_t shape;
    int known;
    int scanned; /* its functions: 1 those that are in no other, 2 all */
    uint64_t abbrevs, abbrevs_next; /* its forms of entries, those that are not read yet */
    sentry__grown_t abbrev, spec;
    sentry__grown_t functions;
    uint64_t low, str_base, addr_base, ranges_base;
    sentry__die_t root;
} sentry__unit_t;

/* A line of the table that a program of lines makes, or the state before it. */
typedef struct {
    uint64_t at, address; /* the next instruction */
    uint32_t file, line, column;
    uint16_t open, dead; /* there was a line in this sequence; it is of code that was left out */
} sentry__line_row_t;

/* A part of the program, and which addresses it is about. */
typedef struct {
    sentry__line_row_t row;
    uint64_t end, low, high;
} sentry__mark_t;

typedef struct {
    uint64_t at, tables, program, end, lengths; /* in .debug_line: its begin, its names, its instructions, their lengths */
    sentry__shape_t shape;
    int known, line_base;
    unsigned min_length, line_range, opcode_base;
    sentry__grown_t marks;
} sentry__lines_t;

typedef struct {
    uint64_t key;
    const char *text;
} sentry__dwarf_text_t;

typedef struct sentry__dwarf_s {
    sentry__object_t *o;
    sentry__arena_t *arena;
    int indexed; /* 1: sections are known, and what .debug_aranges says; 2: all units */
    sentry__section_t section[SENTRY__DW_SECTIONS];
    sentry__grown_t ranges, listed, units; /* where units are; those that .debug_aranges has; all; sorted */
    sentry__unit_t unit, other;            /* the one that was asked about last; one that it refers to */
    sentry__lines_t lines;
    sentry__dwarf_text_t *texts;
} sentry__dwarf_t;

/* -- the ground -- */

/* Counts steps. Returns 0 when there were too many. */
static int sentry__dwarf_step(sentry__dwarf_t *d, uint32_t n)
{
    d->o->work -= n < d->o->work ? n : d->o->work;
    return d->o->work != 0;
}

static void *sentry__grown_add(sentry__arena_t *a, sentry__grown_t *g, size_t each)
{
    if (g->count == g->cap) {
        uint32_t cap = g->cap ? 2 * g->cap : 32;
        void *more = cap < UINT32_MAX / 64 ? sentry__arena_take(a, cap * each) : NULL;
        if (!more) return NULL;
        if (g->count) memcpy(more, g->p, g->count * each);
        g->p = more;
        g->cap = cap;
    }
    return (char *)g->p + g->count++ * each;
}

static uint64_t sentry__take_uleb(sentry__cursor_t *c)
{
    uint64_t v = 0;
    unsigned shift, byte = 128;
    for (shift = 0; byte & 128; shift += 7) {
        byte = sentry__take_byte(c);
        if (shift < 64) v |= (uint64_t)(byte & 127) << shift;
        else if (shift > 112) c->failed = 1;
    }
    return v;
}

static int64_t sentry__take_sleb(sentry__cursor_t *c)
{
    uint64_t v = 0;
    unsigned shift, byte = 128;
    for (shift = 0; byte & 128; shift += 7) {
        byte = sentry__take_byte(c);
        if (shift < 64) v |= (uint64_t)(byte & 127) << shift;
        else if (shift > 112) c->failed = 1;
    }
    if (shift < 64 && (byte & 64)) v |= UINT64_MAX << shift;
    return (int64_t)v;
}

static void sentry__take_past_text(sentry__cursor_t *c)
{
    while (sentry__take_byte(c)) {}
}

/* The length that units begin with: sets where they end, and the size of offsets in them. */
static uint64_t sentry__take_end(sentry__cursor_t *c, sentry__shape_t *shape)
{
    uint64_t n = sentry__take_number(c, 4);
    shape->offset_size = n == UINT32_MAX ? 8 : 4;
    if (n == UINT32_MAX) n = sentry__take_number(c, 8);
    else if (n >= 0xfffffff0u) c->failed = 1;
    if (c->failed || n > c->end - c->at) c->failed = 1;
    return c->failed ? c->end : c->at + n;
}

static sentry__cursor_t sentry__dwarf_at(sentry__dwarf_t *d, int section, uint64_t at) { return sentry__cursor(d->o, &d->section[section], at); }
static uint64_t sentry__dwarf_number(sentry__dwarf_t *d, int section, uint64_t at, size_t n) { return sentry__number_at(d->o, &d->section[section], at, n); }

/* Where a text is remembered; NULL without memory. */
static sentry__dwarf_text_t *sentry__dwarf_text_slot(sentry__dwarf_t *d, int section, uint64_t at)
{
    uint64_t key = at * 16 + (unsigned)section;
    sentry__dwarf_text_t *slot;
    if (!d->texts) d->texts = (sentry__dwarf_text_t *)sentry__arena_take(d->arena, SENTRY__DW_TEXTS * sizeof *d->texts);
    if (!d->texts) return NULL;
    slot = &d->texts[(uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) % SENTRY__DW_TEXTS];
    if (slot->key != key) slot->text = NULL;
    slot->key = key;
    return slot;
}

/* The text that an attribute has; one that is written out is in `section`. NULL: it is elsewhere, or there is no memory. */
static const char *sentry__dwarf_text(sentry__dwarf_t *d, const sentry__unit_t *u, int section, unsigned form, uint64_t value)
{
    sentry__dwarf_text_t *slot;
    sentry__cursor_t c;
    if (form == SENTRY__DW_GNU_STR || form == SENTRY__DW_STRX || (form >= SENTRY__DW_STRX1 && form <= SENTRY__DW_STRX4)) {
        value = sentry__dwarf_number(d, SENTRY__DW_STR_OFFSETS, u->str_base + value * u->shape.offset_size, u->shape.offset_size);
        form = SENTRY__DW_STRP;
    }
    if (form == SENTRY__DW_STRP) section = SENTRY__DW_STR;
    else if (form == SENTRY__DW_LINE_STRP) section = SENTRY__DW_LINE_STR;
    else if (form != SENTRY__DW_STRING) return NULL;
    slot = sentry__dwarf_text_slot(d, section, value);
    c = sentry__dwarf_at(d, section, value);
    if (slot && !slot->text && !c.failed) slot->text = sentry__take_text(&c);
    return slot ? slot->text : NULL;
}

/* -- entries -- */

/* How a form is written: digits are bytes, "a" is an address, "o" an offset, "r" one or the other, "u" a number of variable length, "z" a
 * text; "x", "y", "w" and "b" are blocks with lengths of 1, 2, 4 and variable bytes, "g" are 16 bytes; "?" is unknown. */
static char sentry__form_kind(unsigned form)
{
    if (form < SENTRY__DW_FORMS) return "?a?yw248zbx11uour1248u?ob0uu4ogo80uu812341234"[form];
    if (form == SENTRY__DW_GNU_ADDR || form == SENTRY__DW_GNU_STR) return 'u';
    return form == SENTRY__DW_GNU_REF_ALT || form == SENTRY__DW_GNU_STRP_ALT ? 'o' : '?';
}

/* The bytes of a form that has always as many; else 255. */
static unsigned sentry__form_size(const sentry__shape_t *shape, unsigned form)
{
    char kind = sentry__form_kind(form);
    if (kind >= '0' && kind <= '8') return (unsigned)(kind - '0');
    if (kind == 'a' || (kind == 'r' && shape->version < 3)) return shape->address_size;
    if (kind == 'o' || kind == 'r') return shape->offset_size;
    return kind == 'g' ? 16 : 255;
}

/* Reads a value: of a text that is written out its place, of a block nothing. */
static uint64_t sentry__take_form(sentry__cursor_t *c, const sentry__shape_t *shape, unsigned form)
{
    unsigned size = sentry__form_size(shape, form);
    uint64_t at = c->at;
    if (size <= 8) return sentry__take_number(c, size);
    switch (sentry__form_kind(form)) {
    case 'u': return sentry__take_uleb(c);
    case 'z': sentry__take_past_text(c); return at;
    case 'x': sentry__take_skip(c, sentry__take_number(c, 1)); return 0;
    case 'y': sentry__take_skip(c, sentry__take_number(c, 2)); return 0;
    case 'w': sentry__take_skip(c, sentry__take_number(c, 4)); return 0;
    case 'b': sentry__take_skip(c, sentry__take_uleb(c)); return 0;
    case 'g': sentry__take_skip(c, 16); return 0;
    default: c->failed = 1; return 0;
    }
}

/* Whether entries with the tag are looked into. */
static int sentry__tag_is_code(uint64_t tag)
{
    return tag == SENTRY__DW_FUNCTION || tag == SENTRY__DW_INLINED || tag == SENTRY__DW_BLOCK || tag == SENTRY__DW_TRY || tag == SENTRY__DW_CATCH;
}
static int sentry__tag_is_unit(uint64_t tag) { return tag == SENTRY__DW_UNIT || tag == SENTRY__DW_PARTIAL_UNIT || tag == SENTRY__DW_SKELETON_UNIT; }

/* Which attribute it is, when it is of use. */
static uint16_t sentry__abbrev_attribute(const sentry__abbrev_t *a, uint64_t number)
{
    size_t i;
    if (!sentry__tag_is_code(a->tag) && !sentry__tag_is_unit(a->tag)) return number == sentry__dwarf_attributes[0][0] && a->children ? SENTRY__DW_SIBLING : SENTRY__DW_NONE;
    for (i = 0; i < sizeof sentry__dwarf_attributes / sizeof *sentry__dwarf_attributes; i++)
        if (sentry__dwarf_attributes[i][0] == number) return sentry__dwarf_attributes[i][1];
    return SENTRY__DW_NONE;
}

/* Reads the next form of entries; NULL when there is none. */
static const sentry__abbrev_t *sentry__unit_abbrev_next(sentry__dwarf_t *d, sentry__unit_t *u)
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_ABBREV, u->abbrevs_next);
    sentry__abbrev_t a, *added;
    unsigned more = 1, size, useful = 0;
    u->abbrevs_next = UINT64_MAX;
    a.code = sentry__take_uleb(&c);
    a.tag = (uint16_t)sentry__take_uleb(&c);
    a.children = (uint16_t)sentry__take_byte(&c);
    a.first = u->spec.count;
    a.count = a.size = 0;
    while (a.code && more && !c.failed && sentry__dwarf_step(d, 1)) {
        uint64_t number = sentry__take_uleb(&c), form = sentry__take_uleb(&c);
        sentry__spec_t *spec = (sentry__spec_t *)sentry__grown_add(d->arena, &u->spec, sizeof *spec);
        if (!spec) return NULL;
        spec->form = form < UINT16_MAX ? (uint16_t)form : 0;
        spec->attribute = sentry__abbrev_attribute(&a, number);
        spec->value = form == SENTRY__DW_IMPLICIT ? (uint32_t)sentry__take_sleb(&c) : 0;
        size = sentry__form_size(&u->shape, spec->form);
        useful |= spec->attribute || size == 255;
        a.size += size;
        more = number || form;
        if (more) a.count++;
        else u->spec.count--;
    }
    if (useful) a.size = 0;
    added = more || c.failed ? NULL : (sentry__abbrev_t *)sentry__grown_add(d->arena, &u->abbrev, sizeof a);
    if (!added) return NULL;
    *added = a;
    u->abbrevs_next = c.at;
    return added;
}

/* They are mostly numbered from 1 on. */
static const sentry__abbrev_t *sentry__unit_abbrev(sentry__dwarf_t *d, sentry__unit_t *u, uint64_t code)
{
    const sentry__abbrev_t *all = (const sentry__abbrev_t *)u->abbrev.p, *a;
    uint32_t i;
    if (code - 1 < u->abbrev.count && all[code - 1].code == code) return &all[code - 1];
    for (i = 0; i < u->abbrev.count && sentry__dwarf_step(d, 1); i++)
        if (all[i].code == code) return &all[i];
    while ((a = sentry__unit_abbrev_next(d, u)) != NULL)
        if (a->code == code) return a;
    return NULL;
}

/* Reads an entry. Returns 0 for the end of those that belong to one, and when there is no more. */
static int sentry__take_die(sentry__dwarf_t *d, sentry__unit_t *u, sentry__cursor_t *c, sentry__die_t *die)
{
    const sentry__abbrev_t *a;
    const sentry__spec_t *spec;
    uint64_t code, value;
    uint32_t i, form;
    die->at = c->at;
    code = sentry__take_uleb(c);
    if (!sentry__dwarf_step(d, 1)) c->failed = 1;
    if (!code || c->failed) return 0;
    a = sentry__unit_abbrev(d, u, code);
    if (!a) return !(c->failed = 1);
    die->tag = a->tag;
    die->children = a->children;
    memset(die->form, 0, sizeof die->form);
    if (a->size) {
        sentry__take_skip(c, a->size);
        return !c->failed;
    }
    spec = (const sentry__spec_t *)u->spec.p + a->first;
    for (i = 0; i < a->count && !c->failed; i++, spec++) {
        form = spec->form == SENTRY__DW_INDIRECT ? (uint32_t)sentry__take_uleb(c) : spec->form;
        value = form == SENTRY__DW_IMPLICIT ? spec->value : sentry__take_form(c, &u->shape, form);
        die->form[spec->attribute] = (uint16_t)form;
        die->value[spec->attribute] = value;
    }
    sentry__dwarf_step(d, a->count / 4);
    return !c->failed;
}

static int sentry__form_is_address(unsigned form)
{
    return form == 1 || form == SENTRY__DW_ADDRX || form == SENTRY__DW_GNU_ADDR || (form >= SENTRY__DW_ADDRX1 && form <= SENTRY__DW_ADDRX4);
}

static uint64_t sentry__unit_address(sentry__dwarf_t *d, const sentry__unit_t *u, uint64_t index)
{
    return sentry__dwarf_number(d, SENTRY__DW_ADDR, u->addr_base + index * u->shape.address_size, u->shape.address_size);
}

/* The value of an attribute that is an address, or a number of bytes after `low`. */
static uint64_t sentry__die_address(sentry__dwarf_t *d, const sentry__unit_t *u, const sentry__die_t *die, int attribute, uint64_t low)
{
    unsigned form = die->form[attribute];
    if (!sentry__form_is_address(form)) return low + die->value[attribute];
    return form == 1 ? die->value[attribute] : sentry__unit_address(d, u, die->value[attribute]);
}

/* -- ranges -- */

enum { SENTRY__RANGES_END, SENTRY__RANGES_ONE, SENTRY__RANGES_OLD, SENTRY__RANGES_LIST };

/* The ranges of an entry, one after the other. */
typedef struct {
    sentry__dwarf_t *d;
    const sentry__unit_t *u;
    sentry__cursor_t c;
    uint64_t base, low, high;
    int kind;
} sentry__ranges_t;

static sentry__ranges_t sentry__ranges(sentry__dwarf_t *d, const sentry__unit_t *u, const sentry__die_t *die)
{
    sentry__ranges_t r;
    uint64_t at = die->value[SENTRY__DW_IN_RANGES];
    memset(&r, 0, sizeof r);
    r.d = d;
    r.u = u;
    r.base = u->low;
    if (die->form[SENTRY__DW_IN_RANGES]) {
        if (die->form[SENTRY__DW_IN_RANGES] == SENTRY__DW_RNGLISTX)
            at = u->ranges_base + sentry__dwarf_number(d, SENTRY__DW_RNGLISTS, u->ranges_base + at * u->shape.offset_size, u->shape.offset_size);
        r.kind = u->shape.version < 5 ? SENTRY__RANGES_OLD : SENTRY__RANGES_LIST;
        r.c = sentry__dwarf_at(d, u->shape.version < 5 ? SENTRY__DW_RANGES : SENTRY__DW_RNGLISTS, at);
    } else if (die->form[SENTRY__DW_LOW]) {
        r.kind = SENTRY__RANGES_ONE;
        r.low = sentry__die_address(d, u, die, SENTRY__DW_LOW, 0);
        r.high = die->form[SENTRY__DW_HIGH] ? sentry__die_address(d, u, die, SENTRY__DW_HIGH, r.low) : r.low + 1;
    }
    return r;
}

/* Reads an item of a list: sets `low` and `high`, or makes them equal. */
static void sentry__ranges_item(sentry__ranges_t *r)
{
    unsigned size = r->u->shape.address_size, kind = r->kind == SENTRY__RANGES_LIST ? sentry__take_byte(&r->c) : 8;
    uint64_t most = UINT64_MAX >> (64 - 8 * size), base = kind == 4 || kind == 8 ? r->base : 0;
    r->low = r->high = 0;
    if (kind == 8 || kind == 5 || kind == 6 || kind == 7) r->low = sentry__take_number(&r->c, size);
    else if (kind) r->low = sentry__take_uleb(&r->c);
    if (kind == 8 || kind == 6) r->high = sentry__take_number(&r->c, size);
    else if (kind == 2 || kind == 3 || kind == 4 || kind == 7) r->high = sentry__take_uleb(&r->c);
    if (kind == 1 || kind == 2 || kind == 3) r->low = sentry__unit_address(r->d, r->u, r->low);
    if (kind == 2) r->high = sentry__unit_address(r->d, r->u, r->high);
    if (kind == 3 || kind == 7) r->high += r->low;
    if (!kind || kind > 8 || r->c.failed || (kind == 8 && !r->low && !r->high)) r->kind = SENTRY__RANGES_END;
    if (kind == 1 || kind == 5 || (kind == 8 && r->low == most)) {
        r->base = kind == 8 ? r->high : r->low;
        r->low = r->high = 0;
    } else if (base == most) {
        r->low = r->high = 0; /* of code that was left out */
    }
    r->low = (r->low + base) & most;
    r->high = (r->high + base) & most;
}

/* The next range; 0 when there is none. What begins at 0 was left out by the linker. */
static int sentry__ranges_next(sentry__ranges_t *r)
{
    while (r->kind != SENTRY__RANGES_END && sentry__dwarf_step(r->d, 1)) {
        if (r->kind == SENTRY__RANGES_ONE) r->kind = SENTRY__RANGES_END;
        else sentry__ranges_item(r);
        if (r->low && r->low < r->high) return 1;
    }
    return 0;
}

/* Whether an entry has the address. Sets its lowest one. */
static int sentry__die_has(sentry__dwarf_t *d, const sentry__unit_t *u, const sentry__die_t *die, uint64_t address)
{
    sentry__ranges_t r = sentry__ranges(d, u, die);
    while (sentry__ranges_next(&r))
        if (address >= r.low && address < r.high) return 1;
    return 0;
}

/* Where an entry's code begins; 0 when it has none. */
static uint64_t sentry__die_entry(sentry__dwarf_t *d, const sentry__unit_t *u, const sentry__die_t *die)
{
    sentry__ranges_t r = sentry__ranges(d, u, die);
    if (die->form[SENTRY__DW_ENTRY] && sentry__form_is_address(die->form[SENTRY__DW_ENTRY])) return sentry__die_address(d, u, die, SENTRY__DW_ENTRY, 0);
    return sentry__ranges_next(&r) ? r.low : 0;
}

/* -- units -- */

/* Reads a unit's header. Returns 0 when it can be read; where it ends is known in any case, or is the section's end. */
static int sentry__unit_head(sentry__dwarf_t *d, sentry__unit_t *u, uint64_t at)
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_INFO, at);
    sentry__shape_t *shape = &u->shape;
    unsigned type = 0;
    u->at = at;
    u->end = sentry__take_end(&c, shape);
    shape->version = (unsigned)sentry__take_number(&c, 2);
    if (c.failed || shape->version < 2 || shape->version > 5) return 1;
    if (shape->version == 5) {
        type = sentry__take_byte(&c);
        shape->address_size = sentry__take_byte(&c);
    }
    u->abbrevs = sentry__take_number(&c, shape->offset_size);
    if (shape->version < 5) shape->address_size = sentry__take_byte(&c);
    if (type == 4 || type == 5) sentry__take_skip(&c, 8); /* the split file's id */
    u->first = c.at;
    return c.failed || type == 2 || type == 6 || type > 6 || (shape->address_size != 4 && shape->address_size != 8); /* of types */
}

/* Reads a unit's header and its first entry, unless they are known. Returns 0 when they are. */
static int sentry__unit_open(sentry__dwarf_t *d, sentry__unit_t *u, uint64_t at)
{
    sentry__cursor_t c;
    sentry__shape_t shape = u->shape;
    uint64_t abbrevs = u->abbrevs;
    if (u->known && u->at == at) return 0;
    u->known = 0;
    u->scanned = 0;
    u->functions.count = 0;
    if (sentry__unit_head(d, u, at)) {
        u->abbrevs = UINT64_MAX;
        return 1;
    }
    if (abbrevs != u->abbrevs || memcmp(&shape, &u->shape, sizeof shape) != 0 || !u->abbrev.count) {
        u->abbrev.count = u->spec.count = 0;
        u->abbrevs_next = u->abbrevs;
    }
    c = sentry__dwarf_at(d, SENTRY__DW_INFO, u->first);
    c.end = u->end;
    if (!sentry__take_die(d, u, &c, &u->root) || !sentry__tag_is_unit(u->root.tag)) return 1;
    u->str_base = u->root.form[SENTRY__DW_STR_BASE] ? u->root.value[SENTRY__DW_STR_BASE] : 0;
    u->addr_base = u->root.form[SENTRY__DW_ADDR_BASE] ? u->root.value[SENTRY__DW_ADDR_BASE] : 0;
    u->ranges_base = u->root.form[SENTRY__DW_RANGES_BASE] ? u->root.value[SENTRY__DW_RANGES_BASE] : 0;
    u->low = u->root.form[SENTRY__DW_LOW] ? sentry__die_address(d, u, &u->root, SENTRY__DW_LOW, 0) : 0;
    u->known = 1;
    return 0;
}

static void sentry__dwarf_add_range(sentry__dwarf_t *d, uint64_t low, uint64_t high, uint64_t unit)
{
    sentry__unit_at_t *last = (sentry__unit_at_t *)d->ranges.p + d->ranges.count - 1;
    if (d->ranges.count && last->unit == unit && last->high == low) {
        last->high = high;
        return;
    }
    last = (sentry__unit_at_t *)sentry__grown_add(d->arena, &d->ranges, sizeof *last);
    if (!last) return;
    last->low = low;
    last->high = high;
    last->unit = unit;
}

static void sentry__dwarf_add_unit(sentry__dwarf_t *d, sentry__grown_t *to, uint64_t at)
{
    uint64_t *unit = (uint64_t *)sentry__grown_add(d->arena, to, sizeof *unit);
    if (unit) *unit = at;
}

/* Reads what .debug_aranges says about one unit, up to `c->end`. Units have to ascend, as in .debug_info. */
static void sentry__dwarf_arange(sentry__dwarf_t *d, sentry__cursor_t *c, uint64_t begin, const sentry__shape_t *shape)
{
    unsigned version = (unsigned)sentry__take_number(c, 2), size, segments;
    uint64_t unit = sentry__take_number(c, shape->offset_size), low, n;
    size = sentry__take_byte(c);
    segments = sentry__take_byte(c);
    if (c->failed || version != 2 || (size != 4 && size != 8) || segments) return;
    if (d->listed.count && unit <= ((const uint64_t *)d->listed.p)[d->listed.count - 1]) return;
    sentry__dwarf_add_unit(d, &d->listed, unit);
    sentry__take_skip(c, (2 * size - (c->at - begin) % (2 * size)) % (2 * size));
    while (!c->failed && c->at < c->end && sentry__dwarf_step(d, 1)) {
        low = sentry__take_number(c, size);
        n = sentry__take_number(c, size);
        if (!low && !n) return;
        if (low && n && n <= UINT64_MAX - low && !c->failed) sentry__dwarf_add_range(d, low, low + n, unit);
    }
}

static void sentry__dwarf_aranges(sentry__dwarf_t *d)
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_ARANGES, 0);
    uint64_t all = c.end;
    sentry__shape_t shape;
    while (c.at < all && sentry__dwarf_step(d, 1)) {
        uint64_t begin = c.at, end = sentry__take_end(&c, &shape);
        if (c.failed) return;
        c.end = end;
        sentry__dwarf_arange(d, &c, begin, &shape);
        c.at = end;
        c.end = all;
        c.failed = 0;
    }
}

/* Finds all units, and where those are that .debug_aranges does not have. */
static void sentry__dwarf_units(sentry__dwarf_t *d)
{
    const uint64_t *listed = (const uint64_t *)d->listed.p;
    uint64_t at = 0;
    uint32_t i = 0;
    if (d->indexed == 2) return;
    d->indexed = 2;
    for (; at < d->section[SENTRY__DW_INFO].size && sentry__dwarf_step(d, 1); at = d->other.end) {
        sentry__unit_head(d, &d->other, at);
        d->other.known = 0;
        d->other.abbrevs = UINT64_MAX;
        if (d->other.end <= at) return;
        sentry__dwarf_add_unit(d, &d->units, at);
        while (i < d->listed.count && listed[i] < at) i++;
        if (i < d->listed.count && listed[i] == at) continue;
        if (!sentry__unit_open(d, &d->other, at)) {
            sentry__ranges_t r = sentry__ranges(d, &d->other, &d->other.root);
            while (sentry__ranges_next(&r)) sentry__dwarf_add_range(d, r.low, r.high, at);
        }
    }
}

/* The unit that has an entry; NULL: none. */
static sentry__unit_t *sentry__dwarf_unit_of(sentry__dwarf_t *d, uint64_t at)
{
    const uint64_t *all;
    uint32_t low = 0, high, middle;
    if (d->unit.known && at >= d->unit.at && at < d->unit.end) return &d->unit;
    sentry__dwarf_units(d);
    all = (const uint64_t *)d->units.p;
    for (high = d->units.count; low < high;) {
        middle = low + (high - low) / 2;
        if (all[middle] <= at) low = middle + 1;
        else high = middle;
    }
    return low && !sentry__unit_open(d, &d->other, all[low - 1]) && at < d->other.end ? &d->other : NULL;
}

/* -- functions -- */

/* Finds the functions of a unit: first, where entries tell where the next one is, without looking into them. */
static void sentry__unit_scan(sentry__dwarf_t *d, sentry__unit_t *u, int all)
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_INFO, u->first);
    sentry__die_t die;
    uint64_t depth = 0, next;
    c.end = u->end;
    memset(&die, 0, sizeof die);
    u->functions.count = 0;
    u->scanned = 2;
    while (c.at < c.end) {
        if (!sentry__take_die(d, u, &c, &die)) {
            if (c.failed || depth-- < 2) return;
            continue;
        }
        if (die.tag == SENTRY__DW_FUNCTION) {
            sentry__ranges_t r = sentry__ranges(d, u, &die);
            while (sentry__ranges_next(&r)) {
                sentry__function_at_t *f = r.high - r.low <= UINT32_MAX && die.at - u->at <= UINT32_MAX
                    ? (sentry__function_at_t *)sentry__grown_add(d->arena, &u->functions, sizeof *f) : NULL;
                if (!f) continue;
                f->low = r.low;
                f->size = (uint32_t)(r.high - r.low);
                f->at = (uint32_t)(die.at - u->at);
            }
        }
        next = u->at + die.value[SENTRY__DW_SIBLING];
        if (!die.children) continue;
        if (!all && depth && die.form[SENTRY__DW_SIBLING] && next > c.at && next < c.end && die.tag != SENTRY__DW_NAMESPACE && die.tag != SENTRY__DW_MODULE) {
            c.at = next;
            u->scanned = 1;
        } else {
            depth++;
        }
    }
}

/* The smallest function that has the address: its entry; 0: there is none. */
static uint64_t sentry__unit_function(const sentry__unit_t *u, uint64_t address)
{
    const sentry__function_at_t *all = (const sentry__function_at_t *)u->functions.p, *best = NULL;
    uint32_t i;
    for (i = 0; i < u->functions.count; i++)
        if (address - all[i].low < all[i].size && (!best || all[i].size < best->size)) best = &all[i];
    return best ? u->at + best->at : 0;
}

/* A function, or a call that is inlined: its entry, and for a call where it is. */
typedef struct {
    uint64_t at, entry, file;
    unsigned line, column;
} sentry__inlined_t;

static sentry__inlined_t sentry__inlined(sentry__dwarf_t *d, const sentry__unit_t *u, const sentry__die_t *die)
{
    sentry__inlined_t call;
    call.at = die->at;
    call.entry = sentry__die_entry(d, u, die);
    call.file = die->form[SENTRY__DW_CALL_FILE] ? die->value[SENTRY__DW_CALL_FILE] : 0;
    call.line = die->form[SENTRY__DW_CALL_LINE] ? (unsigned)die->value[SENTRY__DW_CALL_LINE] : 0;
    call.column = die->form[SENTRY__DW_CALL_COLUMN] ? (unsigned)die->value[SENTRY__DW_CALL_COLUMN] : 0;
    return call;
}

/* Follows an address into a function, whose entry is at `at`: first the function, then what is inlined at the address, further and further
 * in. Returns how many. */
static size_t sentry__unit_calls(sentry__dwarf_t *d, sentry__unit_t *u, uint64_t at, uint64_t address, sentry__inlined_t calls[SENTRY__DW_DEEP])
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_INFO, at);
    sentry__die_t die;
    uint64_t depth = 0, floor = 1, outside = 0, next; /* entries below the depth `outside` do not have the address, if it is not 0 */
    size_t n = 0;
    c.end = u->end;
    memset(&die, 0, sizeof die);
    while (c.at < c.end) {
        int inside = 0;
        if (!sentry__take_die(d, u, &c, &die)) {
            if (c.failed || depth-- <= floor) return n;
            if (depth == outside) outside = 0;
            continue;
        }
        if (n == 0 || (!outside && sentry__tag_is_code(die.tag) && die.tag != SENTRY__DW_FUNCTION)) {
            int anywhere = die.tag != SENTRY__DW_INLINED && !die.form[SENTRY__DW_LOW] && !die.form[SENTRY__DW_IN_RANGES];
            inside = anywhere || n == 0 || sentry__die_has(d, u, &die, address);
            if (inside && !anywhere) floor = depth + 1;
            if (inside && n < SENTRY__DW_DEEP && (n == 0 || die.tag == SENTRY__DW_INLINED)) calls[n++] = sentry__inlined(d, u, &die);
            if (inside && !anywhere && !die.children) return n;
        }
        next = u->at + die.value[SENTRY__DW_SIBLING];
        if (!die.children) continue;
        if (!inside && die.form[SENTRY__DW_SIBLING] && next > c.at && next < c.end) {
            c.at = next;
        } else {
            if (!inside && !outside) outside = depth;
            depth++;
        }
    }
    return n;
}

/* -- lines -- */

/* Reads the header of a program of lines, unless it is known. Returns 0 when there is one. */
static int sentry__lines_open(sentry__dwarf_t *d, sentry__lines_t *l, uint64_t at)
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_LINE, at);
    uint64_t n;
    if (l->known && l->at == at) return 0;
    l->known = 0;
    l->at = at;
    l->marks.count = 0;
    l->end = sentry__take_end(&c, &l->shape);
    l->shape.version = (unsigned)sentry__take_number(&c, 2);
    l->shape.address_size = l->shape.version < 5 ? 8 : sentry__take_byte(&c);
    if (l->shape.version == 5) sentry__take_byte(&c); /* the size of segments */
    n = sentry__take_number(&c, l->shape.offset_size);
    if (c.failed || l->shape.version < 2 || l->shape.version > 5 || n > l->end - c.at) return 1;
    l->program = c.at + n;
    l->min_length = sentry__take_byte(&c);
    if (l->shape.version >= 4) sentry__take_byte(&c); /* instructions that go together, of machines that nobody has */
    sentry__take_byte(&c);
    l->line_base = (int)sentry__take_byte(&c);
    if (l->line_base > 127) l->line_base -= 256;
    l->line_range = sentry__take_byte(&c);
    l->opcode_base = sentry__take_byte(&c);
    l->lengths = c.at;
    if (!l->line_range || !l->opcode_base) return 1;
    sentry__take_skip(&c, l->opcode_base - 1);
    l->tables = c.at;
    l->known = !c.failed;
    return c.failed;
}

static void sentry__row_begin(sentry__line_row_t *row, uint64_t at)
{
    memset(row, 0, sizeof *row);
    row->at = at;
    row->file = row->line = 1;
}

/* An instruction that is written with its length. Returns 2 at the end of a sequence. */
static int sentry__lines_extended(sentry__cursor_t *c, sentry__line_row_t *row)
{
    uint64_t n = sentry__take_uleb(c), next;
    unsigned op;
    if (c->failed || !n || n > c->end - c->at) return (c->failed = 1) - 1;
    next = c->at + n;
    op = sentry__take_byte(c);
    if (op == 2 && n >= 5 && n <= 9) {
        row->address = sentry__take_number(c, (size_t)n - 1);
        row->dead = !row->address || row->address >= (UINT64_MAX >> (8 * (9 - n))) - 1; /* of code that was left out */
    }
    c->at = next;
    return op == 1 ? 2 : 0;
}

/* Runs an instruction. Returns 1 when that made a line, 2 at the end of a sequence. */
static int sentry__lines_step(sentry__dwarf_t *d, const sentry__lines_t *l, sentry__cursor_t *c, sentry__line_row_t *row)
{
    unsigned op = sentry__take_byte(c), n;
    if (op >= l->opcode_base) {
        row->address += (op - l->opcode_base) / l->line_range * l->min_length;
        row->line += (uint32_t)(l->line_base + (int)((op - l->opcode_base) % l->line_range));
        return 1;
    }
    switch (op) {
    case 0: return sentry__lines_extended(c, row);
    case 1: return 1;
    case 2: row->address += sentry__take_uleb(c) * l->min_length; break;
    case 3: row->line += (uint32_t)sentry__take_sleb(c); break;
    case 4: row->file = (uint32_t)sentry__take_uleb(c); break;
    case 5: row->column = (uint32_t)sentry__take_uleb(c); break;
    case 8: row->address += (255 - l->opcode_base) / l->line_range * l->min_length; break;
    case 9: row->address += sentry__take_number(c, 2); break;
    case 6: case 7: case 10: case 11: break; /* marks of the line: begins a statement, a block, ends a prologue, begins the last part */
    default:
        for (n = (unsigned)sentry__dwarf_number(d, SENTRY__DW_LINE, l->lengths + op - 1, 1); n; n--) sentry__take_uleb(c);
    }
    return 0;
}

/* Runs the program from a mark to the first line at or behind `m->end`, or to the line that has the address: that is in `found` then, and 1
 * is returned. Else the mark tells afterwards which addresses it is about, and `next` is the state behind it. */
static int sentry__lines_run(sentry__dwarf_t *d, const sentry__lines_t *l, sentry__mark_t *m, uint64_t address, sentry__line_row_t *found, sentry__line_row_t *next)
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_LINE, m->row.at);
    sentry__line_row_t row = m->row;
    int made = 0;
    c.end = l->end;
    *found = row;
    while (c.at < c.end && (!made || c.at < m->end)) {
        made = sentry__lines_step(d, l, &c, &row);
        if (c.failed || !sentry__dwarf_step(d, 1)) break;
        if (!made) continue;
        if (row.open && !row.dead && found->address < row.address) {
            if (address >= found->address && address < row.address) return 1;
            if (found->address < m->low) m->low = found->address;
            if (row.address > m->high) m->high = row.address;
        }
        row.open = 1;
        if (made == 2) sentry__row_begin(&row, 0);
        *found = row;
    }
    row.at = c.failed || c.at < m->end ? l->end : c.at;
    *next = row;
    return 0;
}

/* Marks the program, so that only parts of it need to be run. */
static void sentry__lines_mark(sentry__dwarf_t *d, sentry__lines_t *l)
{
    uint64_t step = (l->end - l->program) / SENTRY__DW_MARKS < 1024 ? 1024 : (l->end - l->program) / SENTRY__DW_MARKS;
    sentry__line_row_t row, found;
    for (sentry__row_begin(&row, l->program); row.at < l->end;) {
        sentry__mark_t *m = (sentry__mark_t *)sentry__grown_add(d->arena, &l->marks, sizeof *m);
        if (!m) return;
        m->row = row;
        m->end = row.at + step;
        m->low = UINT64_MAX;
        m->high = 0;
        sentry__lines_run(d, l, m, UINT64_MAX, &found, &row);
    }
}

/* The line that has the address. Returns 0 when there is one. */
static int sentry__lines_find(sentry__dwarf_t *d, sentry__lines_t *l, uint64_t address, sentry__line_row_t *found)
{
    sentry__mark_t *all;
    sentry__line_row_t next;
    uint32_t i;
    if (!l->marks.count) sentry__lines_mark(d, l);
    all = (sentry__mark_t *)l->marks.p;
    for (i = 0; i < l->marks.count; i++)
        if (address >= all[i].low && address < all[i].high && sentry__lines_run(d, l, &all[i], address, found, &next)) return 0;
    return 1;
}

/* A file or a folder of the table of names: its name, and the number of its folder. */
typedef struct {
    uint64_t at, value, folder;
    unsigned form; /* 0: there is none */
} sentry__named_t;

/* Reads the names of folders, or then of files, in the form that they have before DWARF 5; finds the one with a number. */
static sentry__named_t sentry__lines_names_old(sentry__dwarf_t *d, sentry__cursor_t *c, int files, uint64_t number)
{
    sentry__named_t found, name;
    uint64_t i;
    memset(&found, 0, sizeof found);
    name.form = SENTRY__DW_STRING;
    for (i = 1; sentry__dwarf_step(d, 1); i++) {
        name.at = name.value = c->at;
        name.folder = 0;
        if (!sentry__take_byte(c)) break;
        sentry__take_past_text(c);
        if (files) {
            name.folder = sentry__take_uleb(c);
            sentry__take_uleb(c); /* when it was changed */
            sentry__take_uleb(c); /* its size */
        }
        if (i == number && !c->failed) found = name;
    }
    return found;
}

/* The same of DWARF 5, where forms are described. */
static sentry__named_t sentry__lines_names(sentry__dwarf_t *d, const sentry__lines_t *l, sentry__cursor_t *c, int files, uint64_t number)
{
    sentry__named_t found, name;
    sentry__cursor_t forms;
    uint64_t count, i;
    unsigned n, k;
    if (l->shape.version < 5) return sentry__lines_names_old(d, c, files, number);
    memset(&found, 0, sizeof found);
    n = sentry__take_byte(c);
    forms = *c;
    for (k = 0; k < 2 * n; k++) sentry__take_uleb(c);
    count = sentry__take_uleb(c);
    for (i = 0; i < count && !c->failed && sentry__dwarf_step(d, n + 1); i++) {
        sentry__cursor_t form = forms;
        memset(&name, 0, sizeof name);
        name.at = c->at;
        for (k = 0; k < n && !c->failed; k++) {
            uint64_t what = sentry__take_uleb(&form);
            unsigned how = (unsigned)sentry__take_uleb(&form);
            uint64_t value = sentry__take_form(c, &l->shape, how);
            if (what == 1) name.form = how, name.value = value;
            if (what == 2) name.folder = value;
        }
        if (i == number && !c->failed) found = name;
    }
    return found;
}

static int sentry__path_is_whole(const char *path) { return path[0] == '/' || path[0] == '\\' || (path[0] && path[1] == ':'); }

/* The name of a file of the unit, with its folder, if that is not the unit's own. NULL: unknown. */
static const char *sentry__lines_file(sentry__dwarf_t *d, const sentry__lines_t *l, const sentry__unit_t *u, uint64_t number)
{
    sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_LINE, l->tables);
    sentry__named_t file, folder;
    sentry__dwarf_text_t *slot;
    const char *name, *in;
    char *path;
    size_t n, m;
    c.end = l->program;
    sentry__lines_names(d, l, &c, 0, UINT64_MAX);
    file = sentry__lines_names(d, l, &c, 1, number);
    name = file.form ? sentry__dwarf_text(d, u, SENTRY__DW_LINE, file.form, file.value) : NULL;
    if (!name || sentry__path_is_whole(name) || !file.folder) return name;
    slot = sentry__dwarf_text_slot(d, SENTRY__DW_SECTIONS, file.at);
    if (slot && slot->text) return slot->text;
    c = sentry__dwarf_at(d, SENTRY__DW_LINE, l->tables);
    c.end = l->program;
    folder = sentry__lines_names(d, l, &c, 0, file.folder);
    in = folder.form ? sentry__dwarf_text(d, u, SENTRY__DW_LINE, folder.form, folder.value) : NULL;
    if (!in || !*in) return name;
    n = strlen(in);
    m = strlen(name);
    path = (char *)sentry__arena_take(d->arena, n + 1 + m + 1);
    if (!path) return name;
    memcpy(path, in, n);
    if (path[n - 1] != '/' && path[n - 1] != '\\') path[n++] = '/';
    memcpy(path + n, name, m);
    slot = sentry__dwarf_text_slot(d, SENTRY__DW_SECTIONS, file.at); /* the texts may have taken it */
    if (slot) slot->text = path;
    return path;
}

/* -- finding -- */

/* Where an entry refers to for more; NULL: nowhere, or to another file. */
static sentry__unit_t *sentry__die_origin(sentry__dwarf_t *d, sentry__unit_t *u, const sentry__die_t *die, uint64_t *at)
{
    unsigned form = die->form[SENTRY__DW_ORIGIN];
    *at = die->value[SENTRY__DW_ORIGIN];
    if (form == SENTRY__DW_REF_ADDR) return *at >= u->at && *at < u->end ? u : sentry__dwarf_unit_of(d, *at);
    *at += u->at;
    return form >= SENTRY__DW_REF_FIRST && form <= SENTRY__DW_REF_LAST ? u : NULL;
}

/* The names of the function of an entry, or of those that it refers to. */
static void sentry__dwarf_name(sentry__dwarf_t *d, sentry__unit_t *u, uint64_t at, sentry__dwarf_place_t *place)
{
    sentry__die_t die;
    int hops;
    for (hops = 0; hops < 8 && u && !place->function; hops++) {
        sentry__cursor_t c = sentry__dwarf_at(d, SENTRY__DW_INFO, at);
        c.end = u->end;
        if (!sentry__take_die(d, u, &c, &die)) break;
        if (die.form[SENTRY__DW_LINKAGE]) place->function = sentry__dwarf_text(d, u, SENTRY__DW_INFO, die.form[SENTRY__DW_LINKAGE], die.value[SENTRY__DW_LINKAGE]);
        if (die.form[SENTRY__DW_NAME] && !place->name) place->name = sentry__dwarf_text(d, u, SENTRY__DW_INFO, die.form[SENTRY__DW_NAME], die.value[SENTRY__DW_NAME]);
        u = die.form[SENTRY__DW_ORIGIN] ? sentry__die_origin(d, u, &die, &at) : NULL;
    }
    if (!place->function) place->function = place->name;
}

/* What an address is of, if it is of this unit. */
static size_t sentry__unit_find(sentry__dwarf_t *d, sentry__unit_t *u, uint64_t address, sentry__dwarf_place_t *places, size_t max)
{
    sentry__inlined_t calls[SENTRY__DW_DEEP];
    sentry__line_row_t row;
    uint64_t at;
    size_t depth = 0, n, i;
    const char *folder;
    int lines = u->root.form[SENTRY__DW_LINES] && !sentry__lines_open(d, &d->lines, u->root.value[SENTRY__DW_LINES]), line;
    if (!u->scanned) sentry__unit_scan(d, u, 0);
    at = sentry__unit_function(u, address);
    if (!at && u->scanned == 1) {
        sentry__unit_scan(d, u, 1);
        at = sentry__unit_function(u, address);
    }
    if (at) depth = sentry__unit_calls(d, u, at, address, calls);
    line = lines && !sentry__lines_find(d, &d->lines, address, &row);
    if (!depth && !line) return 0;
    n = depth ? depth < max ? depth : max : 1;
    folder = u->root.form[SENTRY__DW_FOLDER] ? sentry__dwarf_text(d, u, SENTRY__DW_INFO, u->root.form[SENTRY__DW_FOLDER], u->root.value[SENTRY__DW_FOLDER]) : NULL;
    memset(places, 0, n * sizeof *places);
    for (i = 0; i < n; i++) {
        sentry__dwarf_place_t *p = &places[i];
        const sentry__inlined_t *call = depth ? &calls[i == n - 1 ? 0 : depth - 1 - i] : NULL, *in = i ? &calls[i == n - 1 ? 1 : depth - i] : NULL;
        p->comp_dir = folder;
        p->line = in ? in->line : line ? row.line : 0;
        p->column = in ? in->column : line ? row.column : 0;
        if (lines && (in || line)) p->file = sentry__lines_file(d, &d->lines, u, in ? in->file : row.file);
        if (!call) continue;
        p->entry = call->entry;
        sentry__dwarf_name(d, u, call->at, p);
    }
    return n;
}

/* Nothing is read before something is looked for. */
static void sentry__dwarf_open(sentry__dwarf_t *d, sentry__object_t *o, sentry__arena_t *arena)
{
    memset(d, 0, sizeof *d);
    d->o = o;
    d->arena = arena;
}

/* What an address, as linked, is of: first the innermost of the calls that are inlined there, last the function; where there are more than
 * `max`, those before the last are left out. File and line of all but the first are where they call. Returns how many; 0: unknown. */
static size_t sentry__dwarf_find(sentry__dwarf_t *d, uint64_t address, sentry__dwarf_place_t *places, size_t max)
{
    size_t n = 0;
    uint32_t i = 0;
    int all;
    d->o->work = SENTRY__WORK;
    if (!d->indexed) {
        d->indexed = 1;
        sentry__object_sections(d->o, sentry__dwarf_sections, d->section, SENTRY__DW_SECTIONS);
        sentry__dwarf_aranges(d);
    }
    for (all = d->indexed; max && all <= 2; all++) {
        if (all == 2) sentry__dwarf_units(d);
        for (; i < d->ranges.count && !n; i++) {
            const sentry__unit_at_t *r = (const sentry__unit_at_t *)d->ranges.p + i;
            if (address >= r->low && address < r->high && !sentry__unit_open(d, &d->unit, r->unit)) n = sentry__unit_find(d, &d->unit, address, places, max);
        }
        if (n) break;
    }
    return n;
}
#endif

/* ==[19]== SYMBOLIZER ===============================================================
 * Owns    what addresses are called: the files of modules while an event is looked at, and what was found of each address.
 * Lock    none: a symbolizer is its caller's, one at a time. There is no state but in it.
 * Holds   no file is believed to be a module's but by its build id, or by what stands for one. All memory is the arena's; when that is
 *         full it is dropped, and everything is found anew. No file stays open when an event is done. A name comes from DWARF, of
 *         the file or of its debug file, else from a table of symbols; with rules.plain nothing calls malloc, so that a child that
 *         was forked in a signal handler can ask too.
 * Threads any, one at a time.
 */

#if SENTRY__SYMBOLS

enum {
    SENTRY__KEPT_SYMBOLS = 32 * 1024 * 1024, /* with more the arena is dropped when an event is done */
    SENTRY__CONTEXT = 5,                     /* source lines before and after */
    SENTRY__SOURCE_LINE = 512,               /* bytes of one; the rest is cut */
    SENTRY__INLINED = 32,                    /* frames of one address */
    SENTRY__PATH = 1024,                     /* bytes of a path with its end */
    SENTRY__PLACE_BUCKETS = 2048,
    SENTRY__MANGLED = 4096,  /* bytes of a name that is demangled */
    SENTRY__UNREADABLE = 8   /* modules whose debug information does not fit that are kept in mind */
};

/* What decides about frames; the caller's, for as long as the symbolizer lives. Each may be NULL or 0. */
typedef struct {
    const char *const *in_app_include, *const *in_app_exclude; /* NULL-terminated: beginnings of names */
    const char *project_root;
    const char *exe;          /* the program's file */
    const char *debug_folder; /* where debug files are; NULL: /usr/lib/debug */
    int source;               /* source lines are read */
    int plain;                /* nothing may call malloc */
} sentry__symbol_rules_t;

/* A module as an event or a snapshot tells of it. */
typedef struct {
    const char *path, *code_id, *debug_id; /* may be "" */
    uint64_t start, size;                  /* in memory */
} sentry__symbol_module_t;

/* The lines around one of a source file, "" where there is none. */
typedef struct {
    const char *line[2 * SENTRY__CONTEXT + 1];
    unsigned before, after; /* how many there are */
    size_t bytes;
} sentry__source_t;

/* What an address belongs to. Strings and source are the arena's: they live until the next call. */
typedef struct {
    const char *function; /* readable; NULL: unknown */
    const char *symbol;   /* as the linker knows it; NULL when that is the same */
    const char *file;     /* below project_root or the folder it was compiled in, when it is; NULL: unknown */
    const char *abs_path; /* NULL: unknown */
    unsigned line, column; /* 0: unknown */
    uint64_t symbol_addr;  /* in memory; 0: unknown */
    int in_app;            /* 1, 0, -1: unknown */
    int inlined;           /* the next one calls it without a call */
    int source_known;      /* looked for */
    const sentry__source_t *source; /* NULL: none */
} sentry__located_t;

/* A file of a module, open or not. What was read of it stays of use while it is closed. */
typedef struct {
    sentry__object_t object;
    sentry__dwarf_t dwarf;
    const char *path; /* NULL: there is none */
    uint64_t print;   /* of its size and beginning: tells whether it is still the same */
    int open, debug;  /* has debug information */
} sentry__binary_t;

typedef struct sentry__symbol_file_s {
    struct sentry__symbol_file_s *next;
    const char *path, *code_id, *debug_id;
    sentry__binary_t binary[2]; /* the module's own file, and its debug file */
    uint64_t address;           /* where the file wants to lie */
    int looked;                 /* the files were looked for */
    uint32_t hash, used;        /* by the clock: the one that was not for longest is closed first */
} sentry__symbol_file_t;

/* What is known of an address of a file. */
typedef struct sentry__places_s {
    struct sentry__places_s *next;
    const sentry__symbol_file_t *file;
    uint64_t address;
    size_t count;
    sentry__located_t *place; /* symbol_addr: as in the file */
} sentry__places_t;

typedef struct sentry__symbolizer_s {
    sentry__arena_t arena;
    const sentry__symbol_rules_t *rules;
    sentry__symbol_file_t *files;
    sentry__places_t **bucket;
    unsigned open;
    uint32_t clock;
    uint32_t unreadable[SENTRY__UNREADABLE]; /* by hash; stays when the arena goes */
    unsigned unreadables;
    char *demangled; /* of malloc, not SENTRY_MALLOC */
    size_t demangled_size;
} sentry__symbolizer_t;

/* -- paths -- */

typedef struct {
    char text[SENTRY__PATH];
    size_t n;
    int rooted; /* begins with a slash; with a drive it does not */
    int failed;
} sentry__tidy_path_t;

static int sentry__is_slash(char c) { return c == '/' || c == SENTRY__DIRSEP; }

static int sentry__path_is_absolute(const char *path)
{
    return sentry__is_slash(path[0]) || (SENTRY__DIRSEP == '\\' && path[0] && path[1] == ':');
}

/* Appends the parts of a path; "." goes, and ".." with what stands before it. An absolute one begins anew. */
static void sentry__tidy(sentry__tidy_path_t *to, const char *path)
{
    const char *end;
    if (sentry__path_is_absolute(path)) {
        to->n = 0;
        to->rooted = sentry__is_slash(path[0]);
    }
    for (; *path; path = end) {
        size_t n, last = to->n;
        while (sentry__is_slash(*path)) path++;
        for (end = path; *end && !sentry__is_slash(*end);) end++;
        n = (size_t)(end - path);
        while (last && to->text[last - 1] != '/') last--;
        if (n == 0 || (n == 1 && path[0] == '.')) continue;
        if (n == 2 && path[0] == '.' && path[1] == '.' && (to->n ? to->n - last != 2 || memcmp(to->text + last, "..", 2) != 0 : to->rooted)) {
            to->n = last ? last - 1 : 0;
            continue;
        }
        if (to->failed || n + to->n + 2 > sizeof to->text) {
            to->failed = 1;
            return;
        }
        if (to->n || to->rooted) to->text[to->n++] = '/';
        memcpy(to->text + to->n, path, n);
        to->n += n;
    }
    to->text[to->n] = 0;
}

static char sentry__path_char(char c)
{
    return sentry__is_slash(c) ? '/' : SENTRY__DIRSEP == '\\' ? sentry__lower(c) : c;
}

/* The length of `prefix` when `path` begins with it, else 0. */
static size_t sentry__path_begins(const char *path, const char *prefix)
{
    size_t n = 0;
    if (!path) return 0;
    while (prefix[n] && sentry__path_char(path[n]) == sentry__path_char(prefix[n])) n++;
    return prefix[n] ? 0 : n;
}

/* What is behind `folder` in a path that lies below it; NULL when it does not, and when all files do. */
static const char *sentry__path_below(const char *path, const char *folder)
{
    size_t n = folder ? sentry__path_begins(path, folder) : 0;
    if (n < 2 || (!sentry__is_slash(path[n]) && !sentry__is_slash(path[n - 1]))) return NULL;
    while (sentry__is_slash(path[n])) n++;
    return path[n] ? path + n : NULL;
}

static const char *sentry__path_base(const char *path)
{
    const char *base = path;
    for (; *path; path++)
        if (sentry__is_slash(*path)) base = path + 1;
    return base;
}

/* -- in_app -- */

/* Where systems keep libraries and headers. */
static const char *const sentry__system_folders[] = { "/lib/", "/lib32/", "/lib64/", "/libx32/", "/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/usr/libx32/",
    "/usr/include/", "/system/", "/apex/", "/System/", "c:/windows/", NULL };
/* Libraries of the system, wherever they lie. */
static const char *const sentry__system_modules[] = { "libc.so", "libc-2.", "libc.musl", "libpthread", "libdl.so", "librt.so", "libm.so", "ld-linux", "ld-musl",
    "ld64.so", "ld.so", "libstdc++", "libc++", "libgcc_s", "linux-vdso", "linux-gate", NULL };
/* What compilers and libraries put into a program; the whole name, unless it ends in '_' or ':'. */
static const char *const sentry__system_functions[] = { "_start", "__libc_", "_dl_", "std::", "__gnu_cxx::", "__cxxabiv1::", "__tmainCRTStartup", "mainCRTStartup",
    "WinMainCRTStartup", "__cyg_profile_func_", NULL };

static int sentry__begins_with_any(const char *path, const char *const *list)
{
    size_t i;
    for (i = 0; path && list && list[i]; i++)
        if (sentry__path_begins(path, list[i])) return 1;
    return 0;
}

/* Whether a function, its module or its source is listed in an option. */
static int sentry__is_listed(const char *const *list, const char *module, const sentry__located_t *at)
{
    size_t i;
    for (i = 0; at->function && list && list[i]; i++)
        if (list[i][0] && strncmp(at->function, list[i], strlen(list[i])) == 0) return 1;
    return sentry__begins_with_any(module, list) || (module && sentry__begins_with_any(sentry__path_base(module), list)) || sentry__begins_with_any(at->abs_path, list)
        || sentry__begins_with_any(at->file, list);
}

static int sentry__is_system_function(const sentry__located_t *at)
{
    size_t i, n;
    if (!at->function) return 0;
    if (strncmp(at->function, "sentry_", 7) == 0 && (!at->file || strncmp(sentry__path_base(at->file), "sentry", 6) == 0)) return 1;
    for (i = 0; sentry__system_functions[i]; i++) {
        n = strlen(sentry__system_functions[i]);
        if (strncmp(at->function, sentry__system_functions[i], n) == 0 && (!at->function[n] || strchr("_:", sentry__system_functions[i][n - 1]))) return 1;
    }
    return 0;
}

/* Whether a frame is the program's own: 1, 0, or -1 when nobody can tell. In this order: options.in_app_include, _exclude; functions of
 * the SDK and of what starts a program; the system's headers and libraries; what lies below project_root, in source; the program. */
static int sentry__in_app(const sentry__symbol_rules_t *rules, const char *module, const sentry__located_t *at)
{
    int own = module && rules->exe && rules->exe[0] && strcmp(module, rules->exe) == 0;
    if (sentry__is_listed(rules->in_app_include, module, at)) return 1;
    if (sentry__is_listed(rules->in_app_exclude, module, at) || sentry__is_system_function(at)) return 0;
    if (sentry__path_below(at->abs_path, rules->project_root)) return 1;
    if (sentry__begins_with_any(at->abs_path, sentry__system_folders)) return 0;
    if (own) return 1;
    if (sentry__begins_with_any(module, sentry__system_folders) || (module && sentry__begins_with_any(sentry__path_base(module), sentry__system_modules))) return 0;
    return -1;
}

/* -- files -- */

static const char *sentry__arena_text(sentry__arena_t *a, const char *text, size_t n)
{
    char *copy = (char *)sentry__arena_take(a, n + 1);
    if (copy) memcpy(copy, text, n);
    return copy;
}

/* What tells that a file is the one that was open before. */
static uint64_t sentry__binary_print(sentry__os_file_t file)
{
    char head[1024]; /* the build id is mostly there */
    size_t n = sentry__os_file_read(file, 0, head, sizeof head);
    return sentry__object_hash(sentry__os_file_size(file), head, n);
}

static void sentry__binary_close(sentry__symbolizer_t *s, sentry__binary_t *b)
{
    if (!b->open) return;
    sentry__os_file_close(b->object.file); /* what was read stays */
    b->open = 0;
    s->open--;
}

/* Closes all files, or the one that was not needed for longest. */
static void sentry__binaries_close(sentry__symbolizer_t *s, int all)
{
    sentry__symbol_file_t *f, *oldest = NULL;
    int i;
    for (f = s->files; f; f = f->next) {
        for (i = 0; all && i < 2; i++) sentry__binary_close(s, &f->binary[i]);
        if ((f->binary[0].open || f->binary[1].open) && (!oldest || s->clock - f->used > s->clock - oldest->used)) oldest = f;
    }
    for (i = 0; oldest && i < 2; i++) sentry__binary_close(s, &oldest->binary[i]);
}

/* Opens an object file for the first time. Returns 0 when it is one. */
static int sentry__binary_open(sentry__symbolizer_t *s, sentry__binary_t *b, const char *path)
{
    while (s->open >= SENTRY_MAX_SYMBOL_FILES) sentry__binaries_close(s, 0);
    memset(b, 0, sizeof *b);
    if (sentry__object_open(&b->object, &s->arena, path)) return 1;
    b->open = 1;
    s->open++;
    b->print = sentry__binary_print(b->object.file);
    b->path = sentry__arena_text(&s->arena, path, strlen(path));
    return b->path == NULL;
}

/* Forgets a file that is not the one that was looked for. */
static void sentry__binary_drop(sentry__symbolizer_t *s, sentry__binary_t *b)
{
    sentry__binary_close(s, b);
    b->path = NULL;
}

/* Makes a file that was closed readable again. Returns 0 when it is, 1 when there is no such file any more. */
static int sentry__binary_again(sentry__symbolizer_t *s, sentry__binary_t *b)
{
    if (!b->path || b->open) return 0;
    while (s->open >= SENTRY_MAX_SYMBOL_FILES) sentry__binaries_close(s, 0);
    if (sentry__os_file_open(&b->object.file, b->path)) return 1;
    b->open = 1;
    s->open++;
    return sentry__binary_print(b->object.file) != b->print;
}

static char *sentry__put_hex(char *to, const unsigned char *bytes, size_t n)
{
    size_t i;
    for (i = 0; i < 2 * n; i++) *to++ = "0123456789abcdef"[bytes[i / 2] >> (i % 2 ? 0 : 4) & 15];
    *to = 0;
    return to;
}

/* The debug id of a file without a build id: its code's first page, folded. Returns 0 when it has one. */
static int sentry__binary_folded_id(sentry__binary_t *b, char out[40])
{
    static const unsigned char order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
    unsigned char code[1024], id[16], swapped[16];
    sentry__section_t text;
    size_t n, i, at, size;
    memset(id, 0, sizeof id);
    if (sentry__object_section(&b->object, "text", &text)) return 1;
    size = text.size < 4096 ? (size_t)text.size : 4096;
    for (at = 0; at < size; at += n) {
        n = sentry__os_file_read(b->object.file, text.offset + at, code, size - at < sizeof code ? size - at : sizeof code);
        if (!n) return 1;
        for (i = 0; i < n; i++) id[(at + i) % 16] ^= code[i];
    }
    for (i = 0; i < 16; i++) swapped[i] = id[order[i]];
    for (i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
        out = sentry__put_hex(out, swapped + i, 1);
    }
    return size == 0;
}

/* What is known as the code id: of ELF the build id, of PE its time and size. Empty when there is none. */
static void sentry__binary_code_id(sentry__binary_t *b, char out[130])
{
    sentry__object_t *o = &b->object;
    unsigned char id[64];
    unsigned i;
    uint64_t v;
    if (o->kind != SENTRY__OBJECT_PE) {
        sentry__put_hex(out, id, sentry__object_build_id(o, id));
        return;
    }
    v = sentry__number_at(o, &o->whole, o->programs + 4, 4);
    for (i = 0; i < 4; i++) id[i] = (unsigned char)(v >> (24 - 8 * i));
    out = sentry__put_hex(out, id, 4);
    v = sentry__number_at(o, &o->whole, o->programs + 76, 4);
    for (i = 8; i > 1 && !(v >> 4 * (i - 1));) i--;
    while (i-- > 0) *out++ = "0123456789ABCDEF"[v >> 4 * i & 15];
    *out = 0;
}

/* Whether the file is the module's, or goes with it. */
static int sentry__binary_is(sentry__binary_t *b, const char *code_id, const char *debug_id)
{
    char id[130];
    sentry__binary_code_id(b, id);
    if (id[0] || code_id[0]) return sentry__str_ieq(sentry__str(id), sentry__str(code_id));
    return debug_id[0] && !sentry__binary_folded_id(b, id) && sentry__str_ieq(sentry__str(id), sentry__str(debug_id));
}

/* -- debug files -- */

/* A text that is put together from parts, in place; what does not fit fails. */
static int sentry__parts(char *out, size_t cap, const char *const *part, size_t count)
{
    size_t at = 0, i, n;
    for (i = 0; i < count; i++) {
        n = strlen(part[i]);
        if (n >= cap - at) return 1;
        memcpy(out + at, part[i], n + 1);
        at += n;
    }
    return 0;
}

/* The checksum that .gnu_debuglink has of the debug file (CRC-32). */
static uint32_t sentry__file_crc(sentry__os_file_t file)
{
    static const uint32_t nibble[16] = { 0, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu, 0xedb88320u, 0xf00f9344u,
        0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu };
    unsigned char piece[1024];
    uint32_t crc = UINT32_MAX;
    uint64_t at = 0;
    size_t n, i;
    while ((n = sentry__os_file_read(file, at, piece, sizeof piece)) != 0) {
        for (i = 0; i < n; i++) {
            crc = crc >> 4 ^ nibble[(crc ^ piece[i]) & 15];
            crc = crc >> 4 ^ nibble[(crc ^ (uint32_t)piece[i] >> 4) & 15];
        }
        at += n;
    }
    return ~crc;
}

/* Takes a file as the module's debug file if it is. With a checksum, `crc`, a file without ids is too. Returns 0 when it is taken. */
static int sentry__debug_try(sentry__symbolizer_t *s, sentry__symbol_file_t *f, const char *const *part, size_t parts, const uint32_t *crc)
{
    sentry__binary_t *b = &f->binary[1];
    sentry__section_t section;
    char id[130], path[SENTRY__PATH];
    if (sentry__parts(path, sizeof path, part, parts) || sentry__binary_open(s, b, path)) return sentry__binary_drop(s, b), 1;
    b->debug = !sentry__object_section(&b->object, "debug_info", &section);
    sentry__binary_code_id(b, id);
    if (b->debug && b->object.kind == SENTRY__OBJECT_ELF && id[0] && sentry__binary_is(b, f->code_id, "")) return 0;
    if (b->debug && (b->object.kind != SENTRY__OBJECT_ELF || !id[0]) && crc && sentry__file_crc(b->object.file) == *crc) return 0;
    sentry__binary_drop(s, b);
    return 1;
}

/* The debug file that the module names: beside it, in .debug, or below the folder of debug files. */
static void sentry__debug_linked(sentry__symbolizer_t *s, sentry__symbol_file_t *f, const char *root)
{
    sentry__binary_t *own = &f->binary[0];
    const char *base = sentry__path_base(f->path), *part[4];
    char folder[SENTRY__PATH], name[256];
    sentry__section_t link;
    uint32_t crc;
    size_t n, at;
    if (!own->path || sentry__object_section(&own->object, "gnu_debuglink", &link) || (size_t)(base - f->path) >= sizeof folder) return;
    n = sentry__os_file_read(own->object.file, link.offset, name, link.size < sizeof name ? (size_t)link.size : sizeof name);
    if (n < 8 || !memchr(name, 0, n - 4) || !name[0] || strchr(name, '/')) return;
    at = (strlen(name) + 4) / 4 * 4;
    if (at + 4 > n) return;
    crc = (uint32_t)sentry__number_at(&own->object, &link, at, 4);
    memcpy(folder, f->path, (size_t)(base - f->path));
    folder[base - f->path] = 0;
    part[0] = folder;
    part[1] = "";
    part[2] = name;
    if (strcmp(base, name) != 0 && !sentry__debug_try(s, f, part, 3, &crc)) return;
    part[1] = ".debug/";
    if (!sentry__debug_try(s, f, part, 3, &crc)) return;
    part[0] = root;
    part[1] = folder;
    sentry__debug_try(s, f, part, 3, &crc);
}

static void sentry__debug_find(sentry__symbolizer_t *s, sentry__symbol_file_t *f)
{
    const char *root = s->rules->debug_folder ? s->rules->debug_folder : "/usr/lib/debug", *part[6];
    char first[3] = "";
    size_t i = 0;
    while (sentry__hex_digit(f->code_id[i]) >= 0) i++; /* it is about to be part of a path */
    if (i > 2 && !f->code_id[i]) {
        memcpy(first, f->code_id, 2);
        part[0] = root;
        part[1] = "/.build-id/";
        part[2] = first;
        part[3] = "/";
        part[4] = f->code_id + 2;
        part[5] = ".debug";
        if (!sentry__debug_try(s, f, part, 6, NULL)) return;
    }
    sentry__debug_linked(s, f, root);
}

/* -- modules -- */

static uint32_t sentry__module_hash(const sentry__symbol_module_t *m)
{
    uint64_t hash = sentry__object_hash(UINT64_C(0xcbf29ce484222325), m->path, strlen(m->path) + 1);
    hash = sentry__object_hash(hash, m->code_id, strlen(m->code_id) + 1);
    hash = sentry__object_hash(hash, m->debug_id, strlen(m->debug_id));
    return (uint32_t)(hash ^ hash >> 32);
}

/* Whether the debug information of a module is too much for the arena. */
static int sentry__is_unreadable(const sentry__symbolizer_t *s, uint32_t hash)
{
    unsigned i;
    for (i = 0; i < SENTRY__UNREADABLE; i++)
        if (i < s->unreadables && s->unreadable[i] == hash) return 1;
    return 0;
}

/* Opens the module's own file. Returns 0 when it is there and is what was loaded. */
static int sentry__module_open(sentry__symbolizer_t *s, sentry__symbol_file_t *f, const char *path)
{
    sentry__binary_t *own = &f->binary[0];
    if (!sentry__binary_open(s, own, path) && sentry__binary_is(own, f->code_id, f->debug_id)) return 0;
    sentry__binary_drop(s, own);
    return 1;
}

/* Looks for the files of a module. One that was replaced while the program runs is still what the system started. */
static void sentry__module_look(sentry__symbolizer_t *s, sentry__symbol_file_t *f)
{
    sentry__binary_t *own = &f->binary[0];
    sentry__section_t section;
    int i, missing;
    f->looked = 1;
    missing = !sentry__path_is_absolute(f->path) || sentry__module_open(s, f, f->path);
    if (missing && s->rules->exe && strcmp(f->path, s->rules->exe) == 0) missing = sentry__module_open(s, f, "/proc/self/exe");
    own->debug = !missing && !sentry__object_section(&own->object, "debug_info", &section);
    if (!own->debug) sentry__debug_find(s, f);
    f->address = f->binary[missing && f->binary[1].path ? 1 : 0].object.vmaddr;
    for (i = 0; i < 2; i++) {
        if (sentry__is_unreadable(s, f->hash)) f->binary[i].debug = 0;
        if (f->binary[i].debug) sentry__dwarf_open(&f->binary[i].dwarf, &f->binary[i].object, &s->arena);
    }
}

/* What is known of a module's files; NULL without memory. */
static sentry__symbol_file_t *sentry__module_file(sentry__symbolizer_t *s, const sentry__symbol_module_t *m)
{
    uint32_t hash = sentry__module_hash(m);
    sentry__symbol_file_t *f = s->files;
    while (f && (f->hash != hash || strcmp(f->path, m->path) != 0 || strcmp(f->code_id, m->code_id) != 0 || strcmp(f->debug_id, m->debug_id) != 0)) f = f->next;
    if (f) return f;
    f = (sentry__symbol_file_t *)sentry__arena_take(&s->arena, sizeof *f);
    if (!f) return NULL;
    f->path = sentry__arena_text(&s->arena, m->path, strlen(m->path));
    f->code_id = sentry__arena_text(&s->arena, m->code_id, strlen(m->code_id));
    f->debug_id = sentry__arena_text(&s->arena, m->debug_id, strlen(m->debug_id));
    f->hash = hash;
    if (!f->path || !f->code_id || !f->debug_id) return NULL;
    f->next = s->files;
    s->files = f;
    return f;
}

/* Makes a module's files readable, whatever became of them meanwhile. */
static void sentry__module_ready(sentry__symbolizer_t *s, sentry__symbol_file_t *f)
{
    f->used = ++s->clock;
    if (f->looked && !sentry__binary_again(s, &f->binary[0]) && !sentry__binary_again(s, &f->binary[1])) return;
    sentry__binary_drop(s, &f->binary[0]);
    sentry__binary_drop(s, &f->binary[1]);
    f->binary[0].debug = f->binary[1].debug = 0;
    sentry__module_look(s, f);
}

/* -- source -- */

/* One line of a source file, zero-ended and in the arena; what is too long ends in "...". */
static const char *sentry__source_line(sentry__symbolizer_t *s, sentry__os_file_t file, uint64_t start, uint64_t end)
{
    const size_t most = SENTRY__SOURCE_LINE;
    size_t n = end - start <= most ? (size_t)(end - start) : most + 1;
    char *line = (char *)sentry__arena_take(&s->arena, n + 1);
    if (!line) return NULL;
    n = sentry__os_file_read(file, start, line, n);
    if (n && n == end - start && line[n - 1] == '\r') n--;
    if (n > most) {
        n = sentry__utf8_cut(line, most - 3);
        memcpy(line + n, "...", 3);
        n += 3;
    }
    line[n] = 0;
    return line;
}

/* Where the lines of a file are: `end[i]`, behind the newline, of those from `first` on. Returns how many of them there are. */
static unsigned sentry__source_lines(sentry__os_file_t file, unsigned first, uint64_t start[], uint64_t end[], unsigned max)
{
    char piece[1024];
    const char *p, *newline;
    uint64_t at = 0, begin = 0;
    unsigned line = 1, found = 0;
    size_t n;
    while (found < max && at < SENTRY_MAX_SOURCE_BYTES && (n = sentry__os_file_read(file, at, piece, sizeof piece)) != 0) {
        for (p = piece; found < max && (newline = (const char *)memchr(p, '\n', n - (size_t)(p - piece))) != NULL; p = newline + 1, line++) {
            if (line >= first) {
                start[found] = begin;
                end[found++] = at + (uint64_t)(newline - piece);
            }
            begin = at + (uint64_t)(newline - piece) + 1;
        }
        at += n;
    }
    if (found < max && line >= first && begin < at && at < SENTRY_MAX_SOURCE_BYTES) { /* the last has no newline */
        start[found] = begin;
        end[found++] = at;
    }
    return found;
}

static sentry__source_t *sentry__source_read(sentry__symbolizer_t *s, const char *path, unsigned line)
{
    uint64_t start[2 * SENTRY__CONTEXT + 1], end[2 * SENTRY__CONTEXT + 1];
    unsigned before = line > SENTRY__CONTEXT ? SENTRY__CONTEXT : line - 1, count, i;
    sentry__os_file_t file;
    sentry__source_t *source = NULL;
    if (sentry__os_file_open(&file, path)) return NULL;
    count = sentry__source_lines(file, line - before, start, end, before + 1 + SENTRY__CONTEXT);
    if (count > before) source = (sentry__source_t *)sentry__arena_take(&s->arena, sizeof *source);
    for (i = 0; source && i < count; i++) {
        source->line[i] = sentry__source_line(s, file, start[i], end[i]);
        if (!source->line[i]) source = NULL;
        else source->bytes += strlen(source->line[i]);
    }
    sentry__os_file_close(file);
    if (!source) return NULL;
    source->before = before;
    source->after = count - before - 1;
    return source;
}

/* The lines around a place: from where it was compiled, else from the same place below project_root. */
static const sentry__source_t *sentry__source_find(sentry__symbolizer_t *s, const sentry__located_t *at)
{
    const sentry__source_t *source = NULL;
    const char *part[3];
    char path[SENTRY__PATH];
    if (!at->line || !at->file) return NULL;
    if (at->abs_path) source = sentry__source_read(s, at->abs_path, at->line);
    part[0] = s->rules->project_root;
    part[1] = "/";
    part[2] = at->file;
    if (!source && part[0] && part[0][0] && !sentry__path_is_absolute(part[2]) && !sentry__parts(path, sizeof path, part, 3)) source = sentry__source_read(s, path, at->line);
    return source;
}

/* -- places -- */

/* The readable form of a name of C++, in the arena; NULL when it has none, or nothing makes it. */
static const char *sentry__demangle(sentry__symbolizer_t *s, const char *name)
{
    const char *text = NULL;
    if (!s->rules->plain && name[0] == '_' && name[1] == 'Z' && strlen(name) < SENTRY__MANGLED) text = sentry__os_demangle(name, &s->demangled, &s->demangled_size);
    return text ? sentry__arena_text(&s->arena, text, strlen(text)) : NULL;
}

/* Names of a function: as the linker knows it, and without that library's help as its source has it, which may be NULL. */
static void sentry__locate_name(sentry__symbolizer_t *s, sentry__located_t *at, const char *symbol, const char *plain)
{
    const char *readable = symbol ? sentry__demangle(s, symbol) : NULL;
    at->function = readable ? readable : plain ? plain : symbol;
    at->symbol = symbol && at->function && strcmp(at->function, symbol) != 0 ? symbol : NULL;
}

/* Paths of a source file: whole, and as short as people like them. */
static void sentry__locate_path(sentry__symbolizer_t *s, sentry__located_t *at, const sentry__dwarf_place_t *place)
{
    sentry__tidy_path_t whole;
    const char *below;
    if (!place->file || !place->file[0]) return;
    memset(&whole, 0, sizeof whole);
    if (place->comp_dir) sentry__tidy(&whole, place->comp_dir);
    sentry__tidy(&whole, place->file);
    if (whole.failed) return;
    if (sentry__path_is_absolute(whole.text)) at->abs_path = sentry__arena_text(&s->arena, whole.text, whole.n);
    below = sentry__path_below(at->abs_path, s->rules->project_root);
    if (!below) below = sentry__path_below(at->abs_path, place->comp_dir);
    if (below && at->abs_path) {
        at->file = below;
        return;
    }
    memset(&whole, 0, sizeof whole);
    sentry__tidy(&whole, place->file);
    at->file = sentry__arena_text(&s->arena, whole.text, whole.n);
}

/* Finds out what an address of a file is. */
static void sentry__places_find(sentry__symbolizer_t *s, sentry__symbol_file_t *f, sentry__places_t *to)
{
    sentry__dwarf_place_t place[SENTRY__INLINED];
    sentry__binary_t *b = &f->binary[f->binary[0].debug ? 0 : 1];
    uint64_t start = 0;
    const char *symbol = NULL;
    size_t n, i;
    sentry__module_ready(s, f);
    b = &f->binary[f->binary[0].debug ? 0 : 1];
    memset(place, 0, sizeof place);
    n = b->debug ? sentry__dwarf_find(&b->dwarf, to->address, place, SENTRY__INLINED) : 0;
    for (i = 2; i-- > 0 && !symbol && (!n || !place[n - 1].function);)
        if (!f->binary[i].path || sentry__object_symbol(&f->binary[i].object, to->address, &symbol, &start)) symbol = NULL;
    if (!n && symbol) n = 1;
    to->place = n ? (sentry__located_t *)sentry__arena_take(&s->arena, n * sizeof *to->place) : NULL;
    if (!to->place) return;
    to->count = n;
    for (i = 0; i < n; i++) {
        int outer = i + 1 == n;
        sentry__located_t *at = &to->place[i];
        sentry__locate_name(s, at, place[i].function ? place[i].function : outer ? symbol : NULL, place[i].name);
        sentry__locate_path(s, at, &place[i]);
        at->line = place[i].line;
        at->column = place[i].column;
        at->symbol_addr = outer && symbol ? start : outer ? place[i].entry : 0;
        at->inlined = !outer;
        at->in_app = sentry__in_app(s->rules, f->path, at);
    }
}

/* What is known of an address of a file, found now if need be. NULL without memory. */
static sentry__places_t *sentry__places(sentry__symbolizer_t *s, sentry__symbol_file_t *f, uint64_t address)
{
    size_t slot = (size_t)((address * UINT64_C(0x9e3779b97f4a7c15) >> 32 ^ f->hash) % SENTRY__PLACE_BUCKETS);
    sentry__places_t *p;
    if (!s->bucket) s->bucket = (sentry__places_t **)sentry__arena_take(&s->arena, SENTRY__PLACE_BUCKETS * sizeof *s->bucket);
    for (p = s->bucket ? s->bucket[slot] : NULL; p; p = p->next)
        if (p->file == f && p->address == address) return p;
    p = s->bucket ? (sentry__places_t *)sentry__arena_take(&s->arena, sizeof *p) : NULL;
    if (!p) return NULL;
    p->file = f;
    p->address = address;
    sentry__places_find(s, f, p);
    p->next = s->bucket[slot];
    s->bucket[slot] = p;
    return p;
}

static void sentry__symbolizer_init(sentry__symbolizer_t *s, const sentry__symbol_rules_t *rules)
{
    memset(s, 0, sizeof *s);
    s->rules = rules;
    s->arena.limit = SENTRY_MAX_SYMBOL_BYTES;
}

/* Forgets all but what cannot be read. */
static void sentry__symbolizer_drop(sentry__symbolizer_t *s)
{
    sentry__binaries_close(s, 1);
    sentry__arena_free(&s->arena);
    s->files = NULL;
    s->bucket = NULL;
}

static void sentry__symbolizer_free(sentry__symbolizer_t *s)
{
    sentry__symbolizer_drop(s);
    free(s->demangled); /* it is the C library's, not SENTRY_MALLOC's */
    s->demangled = NULL;
}

/* When nothing is to be found for a while: closes the files, and gives memory back when there is much of it. */
static void sentry__symbolizer_rest(sentry__symbolizer_t *s)
{
    sentry__binaries_close(s, 1);
    if (s->arena.taken > SENTRY__KEPT_SYMBOLS || s->arena.failed) sentry__symbolizer_drop(s);
}

/* What an address of a module is called: the innermost inlined call first. `exact`: the address is of an instruction; else of a return,
 * whose call is before it. Returns how many there are; files stay open until the symbolizer rests. When the arena is full it is dropped,
 * and what does not fit an empty one is done without. */
static size_t sentry__symbolizer_find(sentry__symbolizer_t *s, const sentry__symbol_module_t *m, uint64_t address, int exact, sentry__located_t *out, size_t max)
{
    sentry__symbol_file_t *f;
    sentry__places_t *p = NULL;
    size_t i, tries;
    address -= exact ? 0 : 1;
    if (address < m->start || address - m->start >= m->size) return 0;
    for (tries = 0; tries < 3; tries++) {
        if (s->arena.failed) sentry__symbolizer_drop(s);
        f = sentry__module_file(s, m);
        if (f && !f->looked) sentry__module_ready(s, f);
        p = f ? sentry__places(s, f, f->address + (address - m->start)) : NULL;
        if (!s->arena.failed) break;
        if (tries == 1) s->unreadable[s->unreadables++ % SENTRY__UNREADABLE] = sentry__module_hash(m);
    }
    for (i = 0; p && i < p->count && i < max; i++) {
        if (s->rules->source && !p->place[i].source_known) {
            p->place[i].source_known = 1;
            p->place[i].source = sentry__source_find(s, &p->place[i]);
        }
        out[i] = p->place[i];
        if (out[i].symbol_addr) out[i].symbol_addr = m->start + (out[i].symbol_addr - f->address);
    }
    return i;
}

/* -- for people -- */

/* A line that ends where its room does. */
typedef struct {
    char text[512];
    size_t n;
} sentry__line_t;

static void sentry__line_put(sentry__line_t *line, const char *text)
{
    size_t n = strlen(text), room = sizeof line->text - 1 - line->n;
    if (n > room) n = room;
    memcpy(line->text + line->n, text, n);
    line->n += n;
    line->text[line->n] = 0;
}

static void sentry__line_number(sentry__line_t *line, uint64_t v)
{
    char digits[21];
    *sentry__format_u64(digits, v) = 0;
    sentry__line_put(line, digits);
}

/* "0x" and at least so many digits. */
static void sentry__line_hex(sentry__line_t *line, uint64_t v, unsigned width)
{
    char digits[19], *to = digits;
    unsigned n;
    for (n = 16; n > 1 && n > width && !(v >> 4 * (n - 1));) n--;
    *to++ = '0';
    *to++ = 'x';
    while (n-- > 0) *to++ = "0123456789abcdef"[v >> 4 * n & 15];
    *to = 0;
    sentry__line_put(line, digits);
}

/* Shows a frame as people read it, a line for each inlined call: "  #0 0x00005581f0a012d4 crash_here (src/crash.c:12) in app". Numbers go on
 * in `number`. `m` may be NULL. */
static void sentry__symbolizer_print(sentry__symbolizer_t *s, const sentry__symbol_module_t *m, uint64_t address, int exact, unsigned *number,
    void (*see)(const char *line, void *arg), void *arg)
{
    sentry__located_t at[SENTRY__INLINED];
    size_t n = m ? sentry__symbolizer_find(s, m, address, exact, at, SENTRY__INLINED) : 0, i;
    memset(&at[n ? n - 1 : 0], 0, n ? 0 : sizeof at[0]);
    if (!n) at[0].in_app = sentry__in_app(s->rules, m ? m->path : NULL, &at[0]);
    for (i = 0; i < (n ? n : 1); i++) {
        sentry__line_t line;
        line.n = 0;
        sentry__line_put(&line, *number < 10 ? "  #" : " #");
        sentry__line_number(&line, (*number)++);
        sentry__line_put(&line, " ");
        sentry__line_hex(&line, address, 16);
        sentry__line_put(&line, " ");
        sentry__line_put(&line, at[i].function ? at[i].function : "?");
        if (at[i].file) {
            sentry__line_put(&line, " (");
            sentry__line_put(&line, at[i].file);
            sentry__line_put(&line, ":");
            sentry__line_number(&line, at[i].line);
            sentry__line_put(&line, ")");
        } else if (m) {
            sentry__line_put(&line, " (");
            sentry__line_put(&line, sentry__path_base(m->path));
            sentry__line_put(&line, "+");
            sentry__line_hex(&line, address - m->start, 1);
            sentry__line_put(&line, ")");
        }
        if (at[i].inlined) sentry__line_put(&line, " inlined");
        if (at[i].in_app == 1) sentry__line_put(&line, " in app");
        see(line.text, arg);
    }
}

/* -- events -- */

/* What is being filled. */
typedef struct {
    sentry__symbolizer_t *symbolizer;
    sentry__symbol_module_t *images;
    size_t count;
    int native; /* the event is */
    size_t source; /* bytes of source that the event may still take */
} sentry__named_event_t;

/* Sets what nobody has set yet. Consumes `v`. */
static void sentry__set_new(sentry_value_t object, sentry__str_t key, sentry_value_t v)
{
    if (sentry__is_null(v) || !sentry__is_null(sentry__object_get(object, key))) sentry__decref(v);
    else sentry__object_set(object, key, v);
}

static sentry_value_t sentry__address_value(uint64_t v)
{
    sentry__line_t line;
    line.n = 0;
    sentry__line_hex(&line, v, 1);
    return sentry__string_new(sentry__slice(line.text, line.n));
}

/* An address or a size: "0x" with hex digits, or a number. Returns 0 when it is one. */
static int sentry__address_of(sentry_value_t v, uint64_t *out)
{
    sentry__str_t s = sentry__string_of(v);
    size_t i;
    *out = 0;
    if (s.n > 2 && s.n <= 18 && s.p[0] == '0' && sentry__lower(s.p[1]) == 'x') {
        for (i = 2; i < s.n; i++) {
            int digit = sentry__hex_digit(s.p[i]);
            if (digit < 0) return 1;
            *out = *out << 4 | (uint64_t)digit;
        }
        return 0;
    }
    if (sentry_value_get_type(v) == SENTRY_VALUE_TYPE_UINT64) return *out = sentry_value_as_uint64(v), 0;
    if (sentry_value_as_int64(v) <= 0) return 1;
    return *out = (uint64_t)sentry_value_as_int64(v), 0;
}

/* Takes the event's images; Owns: `w`. */
static void sentry__event_images(sentry__named_event_t *w, sentry_value_t event)
{
    sentry__box_t *list = sentry__list_of(sentry__object_get(sentry__object_get(event, SENTRY__LITERAL("debug_meta")), SENTRY__LITERAL("images")));
    uint32_t i;
    w->images = list && list->len ? (sentry__symbol_module_t *)sentry__alloc(list->len * sizeof *w->images) : NULL;
    for (i = 0; w->images && i < list->len; i++) {
        sentry_value_t image = list->entries[i].value;
        sentry__symbol_module_t *m = &w->images[w->count];
        m->path = sentry_value_as_string(sentry__object_get(image, SENTRY__LITERAL("code_file")));
        m->code_id = sentry_value_as_string(sentry__object_get(image, SENTRY__LITERAL("code_id")));
        m->debug_id = sentry_value_as_string(sentry__object_get(image, SENTRY__LITERAL("debug_id")));
        if (sentry__address_of(sentry__object_get(image, SENTRY__LITERAL("image_addr")), &m->start)) continue;
        if (!sentry__address_of(sentry__object_get(image, SENTRY__LITERAL("image_size")), &m->size)) w->count++;
    }
}

/* The image that an address lies in; the one that begins last when there are several. NULL when there is none. */
static const sentry__symbol_module_t *sentry__image_of(const sentry__named_event_t *w, uint64_t address)
{
    const sentry__symbol_module_t *found = NULL;
    size_t i;
    for (i = 0; i < w->count; i++)
        if (address >= w->images[i].start && address - w->images[i].start < w->images[i].size && (!found || w->images[i].start > found->start)) found = &w->images[i];
    return found;
}

static sentry_value_t sentry__lines_value(const char *const *line, unsigned n)
{
    sentry_value_t list = sentry__box_new(SENTRY_VALUE_TYPE_LIST);
    unsigned i;
    for (i = 0; i < n; i++) sentry__list_push(list, sentry__string_new(sentry__str(line[i])));
    return list;
}

static sentry_value_t sentry__count_value(unsigned v) { return v && v <= INT32_MAX ? sentry_value_new_int32((int32_t)v) : sentry__null(); }

static void sentry__frame_source(sentry__named_event_t *w, sentry_value_t frame, const sentry__source_t *source)
{
    if (!source || source->bytes > w->source || !sentry__is_null(sentry__object_get(frame, SENTRY__LITERAL("context_line")))) return;
    w->source -= source->bytes;
    sentry__set_new(frame, SENTRY__LITERAL("pre_context"), sentry__lines_value(source->line, source->before));
    sentry__set_new(frame, SENTRY__LITERAL("context_line"), sentry__string_new(sentry__str(source->line[source->before])));
    sentry__set_new(frame, SENTRY__LITERAL("post_context"), sentry__lines_value(source->line + source->before + 1, source->after));
}

static void sentry__frame_fill(sentry__named_event_t *w, sentry_value_t frame, const sentry__located_t *at)
{
    sentry__set_new(frame, SENTRY__LITERAL("function"), sentry__string_new(sentry__str(at->function)));
    sentry__set_new(frame, SENTRY__LITERAL("symbol"), sentry__string_new(sentry__str(at->symbol)));
    if (at->symbol_addr) sentry__set_new(frame, SENTRY__LITERAL("symbol_addr"), sentry__address_value(at->symbol_addr));
    if (at->in_app >= 0) sentry__set_new(frame, SENTRY__LITERAL("in_app"), sentry_value_new_bool(at->in_app));
    if (!at->file || !sentry__is_null(sentry__object_get(frame, SENTRY__LITERAL("filename")))) return;
    sentry__set_new(frame, SENTRY__LITERAL("filename"), sentry__string_new(sentry__str(at->file)));
    sentry__set_new(frame, SENTRY__LITERAL("abs_path"), sentry__string_new(sentry__str(at->abs_path)));
    sentry__set_new(frame, SENTRY__LITERAL("lineno"), sentry__count_value(at->line));
    sentry__set_new(frame, SENTRY__LITERAL("colno"), sentry__count_value(at->column));
    sentry__frame_source(w, frame, at->source);
}

static int sentry__is_native(sentry_value_t platform)
{
    return sentry__str_eq(sentry__string_of(platform), SENTRY__LITERAL("native")) || sentry__str_eq(sentry__string_of(platform), SENTRY__LITERAL("c"));
}

/* Whether a frame has an address that is to be named, and no name. */
static int sentry__frame_address(const sentry__named_event_t *w, sentry_value_t frame, uint64_t *address)
{
    sentry_value_t platform = sentry__object_get(frame, SENTRY__LITERAL("platform")), mode = sentry__object_get(frame, SENTRY__LITERAL("addr_mode"));
    if (sentry__is_null(platform) ? !w->native : !sentry__is_native(platform)) return 0;
    if (sentry__string_of(sentry__object_get(frame, SENTRY__LITERAL("function"))).n) return 0;
    if (!sentry__is_null(mode) && !sentry__str_eq(sentry__string_of(mode), SENTRY__LITERAL("abs"))) return 0;
    return !sentry__address_of(sentry__object_get(frame, SENTRY__LITERAL("instruction_addr")), address);
}

/* A frame of a call that was compiled into the one of `frame`. */
static sentry_value_t sentry__frame_inlined(sentry_value_t frame)
{
    static const char *const same[] = { "instruction_addr", "image_addr", "package", "platform", "trust" };
    sentry_value_t copy = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    size_t i;
    for (i = 0; i < sizeof same / sizeof *same; i++) {
        sentry_value_t v = sentry__object_get(frame, sentry__str(same[i]));
        if (!sentry__is_null(v)) sentry__object_set(copy, sentry__str(same[i]), sentry__incref(v));
    }
    return copy;
}

/* Names a frame, and adds it and those of inlined calls to `list`. */
static void sentry__frame_name(sentry__named_event_t *w, sentry_value_t frame, int exact, sentry_value_t list)
{
    sentry__located_t at[SENTRY__INLINED];
    const sentry__symbol_module_t *m = NULL;
    uint64_t address;
    size_t n = 0;
    sentry__list_push(list, sentry__incref(frame));
    if (!sentry__frame_address(w, frame, &address)) return;
    m = sentry__image_of(w, address - (exact ? 0 : 1));
    if (!m) return;
    sentry__set_new(frame, SENTRY__LITERAL("package"), sentry__string_new(m->path[0] ? sentry__str(m->path) : sentry__slice(NULL, 0)));
    sentry__set_new(frame, SENTRY__LITERAL("image_addr"), sentry__address_value(m->start));
    n = sentry__symbolizer_find(w->symbolizer, m, address, exact, at, SENTRY__INLINED);
    if (!n) {
        memset(&at[0], 0, sizeof at[0]);
        at[0].in_app = sentry__in_app(w->symbolizer->rules, m->path, &at[0]);
        n = 1;
    }
    sentry__frame_fill(w, frame, &at[--n]);
    while (n-- > 0) {
        sentry_value_t inlined = sentry__frame_inlined(frame);
        sentry__frame_fill(w, inlined, &at[n]);
        sentry__list_push(list, inlined);
    }
}

/* Whether the address of frame `i` of `n` is that of an instruction, not of a return. `crashed`: so is the last one's. */
static int sentry__frame_is_exact(sentry_value_t stack, sentry_value_t frame, int last, int crashed)
{
    sentry__str_t adjust = sentry__string_of(sentry__object_get(stack, SENTRY__LITERAL("instruction_addr_adjustment")));
    sentry__str_t trust = sentry__string_of(sentry__object_get(frame, SENTRY__LITERAL("trust")));
    if (sentry__str_eq(adjust, SENTRY__LITERAL("none"))) return 1;
    if (sentry__str_eq(adjust, SENTRY__LITERAL("all"))) return 0;
    if (sentry__str_eq(adjust, SENTRY__LITERAL("all_but_first"))) return last;
    if (trust.p) return sentry__str_eq(trust, SENTRY__LITERAL("context"));
    return last && (crashed || sentry__object_of(sentry__object_get(stack, SENTRY__LITERAL("registers"))));
}

/* What was captured begins where the SDK was called. */
static void sentry__frames_trim(sentry_value_t list)
{
    size_t n = sentry_value_get_length(list);
    while (n-- > 1) {
        sentry__str_t function = sentry__string_of(sentry__object_get(sentry_value_get_by_index(list, n), SENTRY__LITERAL("function")));
        if (function.n < 7 || memcmp(function.p, "sentry_", 7) != 0) return;
        sentry_value_remove_by_index(list, n);
    }
}

static void sentry__stack_name(sentry__named_event_t *w, sentry_value_t stack, int crashed)
{
    sentry__box_t *frames = sentry__list_of(sentry__object_get(stack, SENTRY__LITERAL("frames")));
    sentry_value_t list = frames ? sentry__box_new(SENTRY_VALUE_TYPE_LIST) : sentry__null();
    uint32_t i, before = frames ? frames->len : 0;
    for (i = 0; i < before; i++) {
        sentry_value_t frame = frames->entries[i].value;
        sentry__frame_name(w, frame, sentry__frame_is_exact(stack, frame, i + 1 == before, crashed), list);
    }
    if (!crashed) sentry__frames_trim(list);
    if (sentry_value_get_length(list) != before) sentry__object_set(stack, SENTRY__LITERAL("frames"), list);
    else sentry__decref(list);
}

/* The stacks of all that event.<key> lists. */
static void sentry__stacks_name(sentry__named_event_t *w, sentry_value_t event, sentry__str_t key)
{
    sentry_value_t at = sentry__object_get(event, key);
    sentry__box_t *list = sentry__list_of(sentry__list_of(at) ? at : sentry__object_get(at, SENTRY__LITERAL("values")));
    uint32_t i;
    for (i = 0; list && i < list->len; i++) {
        sentry_value_t v = list->entries[i].value, handled = sentry__object_get(sentry__object_get(v, SENTRY__LITERAL("mechanism")), SENTRY__LITERAL("handled"));
        int crashed = sentry_value_is_true(sentry__object_get(v, SENTRY__LITERAL("crashed"))) || (sentry_value_get_type(handled) == SENTRY_VALUE_TYPE_BOOL && !sentry_value_is_true(handled));
        sentry__stack_name(w, sentry__object_get(v, SENTRY__LITERAL("stacktrace")), crashed);
    }
}

/* Names the frames of an event, by the images that the event itself lists; what is set already stays. Nobody else may be looking at it.
 * An address without `trust` is an instruction's in the last frame of what crashed, else a return's. */
static void sentry__symbolize_event(sentry__symbolizer_t *s, sentry_value_t event)
{
    sentry_value_t platform = sentry__object_get(event, SENTRY__LITERAL("platform"));
    sentry__named_event_t w;
    memset(&w, 0, sizeof w);
    w.symbolizer = s;
    w.native = sentry__is_null(platform) || sentry__is_native(platform);
    w.source = SENTRY_MAX_EVENT_SOURCE;
    sentry__event_images(&w, event);
    sentry__stacks_name(&w, event, SENTRY__LITERAL("exception"));
    sentry__stack_name(&w, sentry__object_get(event, SENTRY__LITERAL("stacktrace")), 0);
    sentry__stacks_name(&w, event, SENTRY__LITERAL("threads"));
    SENTRY_FREE(w.images);
    sentry__symbolizer_rest(s);
}

/* -- the process's own symbolizer, and envelopes -- */

static struct {
    sentry__word_t made, on;
    sentry__mutex_t mutex;
    sentry__symbolizer_t symbolizer;
    sentry__symbol_rules_t rules;
    char exe[1024], root[1024];
} sentry__naming;

/* By these options, which stay until sentry__naming_stop. */
static void sentry__naming_start(const sentry_options_t *o)
{
    sentry__symbol_rules_t *r = &sentry__naming.rules;
    if (o->symbolize_stacktraces < 0) return;
    if (!sentry__exchange(&sentry__naming.made, 1)) sentry__os_mutex_init(&sentry__naming.mutex);
    sentry__naming.exe[sentry__os_exe(sentry__naming.exe, sizeof sentry__naming.exe)] = 0;
    sentry__naming.root[sentry__os_cwd(sentry__naming.root, sizeof sentry__naming.root)] = 0;
    memset(r, 0, sizeof *r);
    r->in_app_include = o->in_app_include;
    r->in_app_exclude = o->in_app_exclude;
    r->project_root = o->project_root ? o->project_root : sentry__naming.root;
    r->exe = sentry__naming.exe;
    r->source = o->include_source_context >= 0;
    sentry__symbolizer_init(&sentry__naming.symbolizer, r);
    sentry__store_release(&sentry__naming.on, 1);
}

static void sentry__naming_stop(void)
{
    if (!sentry__load(&sentry__naming.on)) return;
    sentry__os_mutex_lock(&sentry__naming.mutex);
    sentry__store(&sentry__naming.on, 0);
    sentry__symbolizer_free(&sentry__naming.symbolizer);
    sentry__os_mutex_unlock(&sentry__naming.mutex);
}

/* In a child of fork: what another thread was at is forgotten, with its memory. */
static void sentry__naming_forked(void)
{
    if (!sentry__load(&sentry__naming.on)) return;
    sentry__os_mutex_init(&sentry__naming.mutex);
    sentry__symbolizer_init(&sentry__naming.symbolizer, &sentry__naming.rules);
}

/* Whether a payload has frames with addresses. */
static int sentry__has_addresses(const char *p, size_t n)
{
    static const char key[] = "\"instruction_addr\"";
    const char *end = p + n, *at = p;
    while ((at = at < end ? (const char *)memchr(at, '"', (size_t)(end - at)) : NULL) != NULL && (size_t)(end - at) >= sizeof key - 1) {
        if (memcmp(at, key, sizeof key - 1) == 0) return 1;
        at++;
    }
    return 0;
}

/* Names the frames of an envelope's events. Takes milliseconds the first time: not for the thread that captures. */
static void sentry__envelope_name(sentry_envelope_t *e)
{
    size_t i;
    for (i = 0; i < e->count && sentry__load_acquire(&sentry__naming.on); i++) {
        sentry__item_t *item = &e->items[i];
        sentry_value_t event;
        sentry__buf_t text;
        char *named;
        size_t n;
        if (!sentry__str_eq(sentry__string_of(sentry__object_get(item->header, SENTRY__LITERAL("type"))), SENTRY__LITERAL("event")) || !sentry__has_addresses(item->payload, item->len)) continue;
        event = sentry__json_read(sentry__slice(item->payload, item->len));
        sentry__os_mutex_lock(&sentry__naming.mutex);
        if (sentry__load(&sentry__naming.on)) sentry__symbolize_event(&sentry__naming.symbolizer, event);
        sentry__os_mutex_unlock(&sentry__naming.mutex);
        sentry__buf_init(&text, NULL, 0);
        sentry__json_plain(&text, 0, event);
        named = sentry__object_of(event) ? sentry__buf_take(&text, &n) : NULL;
        sentry__buf_free(&text);
        if (named) {
            SENTRY_FREE(item->payload);
            item->payload = named;
            item->len = n;
            sentry__decref(item->parsed);
            item->parsed = sentry__null();
        }
        sentry__decref(event);
    }
}
#else
static void sentry__naming_start(const sentry_options_t *o) { (void)o; }
static void sentry__naming_stop(void) {}
static void sentry__naming_forked(void) {}
static void sentry__envelope_name(sentry_envelope_t *e) { (void)e; }
#endif

/* ==[20]== RATE LIMITS AND CLIENT REPORTS ===========================================
 * Owns    when each category may be sent again, and how much of each was lost for which reason.
 * Lock    its own for the limits; the counters are atomic.
 * Holds   nothing is dropped without being counted, but for what the server refused with 429: it knows.
 * Threads any. Fork: a child starts with no losses; its parent reports them.
 */

#define SENTRY__CATEGORIES(X) \
    X(ERROR, "error") X(DEFAULT, "default") X(TRANSACTION, "transaction") X(SPAN, "span") X(SESSION, "session") \
    X(ATTACHMENT, "attachment") X(FEEDBACK, "feedback") X(PROFILE, "profile") X(PROFILE_CHUNK, "profile_chunk") X(MONITOR, "monitor") \
    X(LOG_ITEM, "log_item") X(LOG_BYTE, "log_byte") X(TRACE_METRIC, "trace_metric") X(TRACE_METRIC_BYTE, "trace_metric_byte") \
    X(REPLAY, "replay") X(SECURITY, "security") X(INTERNAL, "internal")
/* The names of sentry_drop_reason_t, in its order. */
static const char *const sentry__reason_names[] = { "queue_overflow", "cache_overflow", "ratelimit_backoff", "network_error", "send_error",
    "internal_sdk_error", "sample_rate", "backpressure", "before_send", "event_processor", "buffer_overflow", "invalid" };

#define SENTRY__X(id, name) SENTRY__CATEGORY_##id,
typedef enum { SENTRY__CATEGORIES(SENTRY__X) SENTRY__CATEGORY_COUNT } sentry__category_t;
#undef SENTRY__X

static struct {
    sentry__lock_t lock;
    uint64_t until_ms[SENTRY__CATEGORY_COUNT + 1]; /* by category, and for all; on the monotonic clock */
    sentry__word_t lost[SENTRY_DROP_REASONS][SENTRY__CATEGORY_COUNT];
    sentry__word_t any_lost;
    sentry__word_t full; /* the queue was, since `checked_ms` */
    uint64_t checked_ms;
    unsigned halvings, halve; /* see sentry__backpressure; whether it is wanted */
    sentry__word_t uneasy;    /* there was a reason to ask */
} sentry__limits;

/* What sentry_get_stats tells of the past. */
static struct {
    sentry__lock_t lock;
    sentry_stats_t now; /* but for the queue and backpressure */
} sentry__totals;

static sentry_stats_t sentry__totals_now(void)
{
    sentry_stats_t now;
    sentry__lock(&sentry__totals.lock);
    now = sentry__totals.now;
    sentry__unlock(&sentry__totals.lock);
    return now;
}

static void sentry__totals_dropped(sentry_drop_reason_t reason)
{
    sentry__lock(&sentry__totals.lock);
    sentry__totals.now.dropped[reason]++;
    sentry__unlock(&sentry__totals.lock);
}

static void sentry__lost(sentry_drop_reason_t reason, sentry__category_t category, size_t quantity)
{
    sentry__add(&sentry__limits.lost[reason][category], quantity > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)quantity);
    sentry__store(&sentry__limits.any_lost, 1);
}

/* An event that ended on its way to an envelope; a transaction has spans, and counts as one. */
static void sentry__lost_event(sentry_drop_reason_t reason, size_t spans)
{
    sentry__lost(reason, spans ? SENTRY__CATEGORY_TRANSACTION : SENTRY__CATEGORY_ERROR, 1);
    if (spans) sentry__lost(reason, SENTRY__CATEGORY_SPAN, spans);
    sentry__totals_dropped(reason);
}

/* The same for an envelope whose payload can no longer wait. */
static void sentry__envelope_finish(sentry_envelope_t *e)
{
    size_t spans = sentry__envelope_ready(e);
    if (spans) sentry__lost_event(SENTRY_DROP_INTERNAL_SDK_ERROR, spans);
}

static void sentry__limits_reset(int halve)
{
    size_t r, c;
    sentry__lock(&sentry__limits.lock);
    sentry__limits.halve = halve != 0;
    sentry__limits.halvings = 0;
    sentry__store(&sentry__limits.full, 0);
    sentry__store(&sentry__limits.uneasy, 0);
    sentry__limits.checked_ms = sentry__os_ticks_ms();
    memset(sentry__limits.until_ms, 0, sizeof sentry__limits.until_ms);
    sentry__unlock(&sentry__limits.lock);
    for (r = 0; r < SENTRY_DROP_REASONS; r++)
        for (c = 0; c < SENTRY__CATEGORY_COUNT; c++) sentry__store(&sentry__limits.lost[r][c], 0);
    sentry__store(&sentry__limits.any_lost, 0);
    sentry__lock(&sentry__totals.lock);
    memset(&sentry__totals.now, 0, sizeof sentry__totals.now);
    sentry__unlock(&sentry__totals.lock);
}

/* How often the rate of traces is to be halved: once more whenever ten seconds or more have brought a full queue or a limit
 * that is still active, at most ten times; not at all once they have not. Whoever asks does the counting. */
static unsigned sentry__backpressure(void)
{
    uint64_t now;
    unsigned halvings, bad, c;
    if (SENTRY__LIKELY(!sentry__load(&sentry__limits.uneasy))) return 0;
    now = sentry__os_ticks_ms();
    sentry__lock(&sentry__limits.lock);
    if (sentry__limits.halve && now - sentry__limits.checked_ms >= 10000) {
        bad = sentry__exchange(&sentry__limits.full, 0);
        for (c = 0; c <= SENTRY__CATEGORY_COUNT; c++) bad |= sentry__limits.until_ms[c] > now;
        sentry__limits.halvings = !bad ? 0 : sentry__limits.halvings < 10 ? sentry__limits.halvings + 1 : 10;
        sentry__store(&sentry__limits.uneasy, bad != 0);
        sentry__limits.checked_ms = now;
    }
    halvings = sentry__limits.halvings;
    sentry__unlock(&sentry__limits.lock);
    return halvings;
}

static void (*sentry__fork_hook)(void); /* the tracing section's: what was open is the parent's */

/* In a child of fork: locks and generators find out, and the losses are the parent's to report. */
static void sentry__fork_begin_child(void)
{
    sentry__fork_generation++;
    if (sentry__fork_hook) sentry__fork_hook();
    memset(sentry__limits.lost, 0, sizeof sentry__limits.lost);
    sentry__limits.any_lost = 0;
    memset(&sentry__totals, 0, sizeof sentry__totals);
}

#ifndef SENTRY_NO_HTTP
#define SENTRY__X(id, name) name,
static const char *const sentry__category_names[] = { SENTRY__CATEGORIES(SENTRY__X) };
#undef SENTRY__X

#define SENTRY__ALL SENTRY__CATEGORY_COUNT
#define SENTRY__MAX_LIMIT_MS (24u * 3600u * 1000u)

/* Counters taken out to be sent; put back when that fails. */
typedef struct {
    uint32_t lost[SENTRY_DROP_REASONS][SENTRY__CATEGORY_COUNT];
} sentry__report_t;

static sentry__category_t sentry__item_category(const sentry__item_t *item)
{
    static const struct {
        const char *type;
        sentry__category_t category;
    } map[] = { { "event", SENTRY__CATEGORY_ERROR }, { "transaction", SENTRY__CATEGORY_TRANSACTION }, { "attachment", SENTRY__CATEGORY_ATTACHMENT },
        { "session", SENTRY__CATEGORY_SESSION }, { "sessions", SENTRY__CATEGORY_SESSION }, { "feedback", SENTRY__CATEGORY_FEEDBACK },
        { "user_report", SENTRY__CATEGORY_FEEDBACK }, { "profile", SENTRY__CATEGORY_PROFILE }, { "profile_chunk", SENTRY__CATEGORY_PROFILE_CHUNK },
        { "check_in", SENTRY__CATEGORY_MONITOR }, { "log", SENTRY__CATEGORY_LOG_ITEM }, { "span", SENTRY__CATEGORY_SPAN },
        { "trace_metric", SENTRY__CATEGORY_TRACE_METRIC }, { "replay_event", SENTRY__CATEGORY_REPLAY }, { "replay_recording", SENTRY__CATEGORY_REPLAY },
        { "replay_video", SENTRY__CATEGORY_REPLAY }, { "client_report", SENTRY__CATEGORY_INTERNAL } };
    sentry__str_t type = sentry__item_type(item);
    size_t i;
    for (i = 0; i < sizeof map / sizeof map[0]; i++)
        if (sentry__str_eq(type, sentry__str(map[i].type))) return map[i].category;
    return SENTRY__CATEGORY_DEFAULT;
}

/* Counts an item as lost, in the quantities that its category is measured in. */
static void sentry__lost_item(sentry_drop_reason_t reason, const sentry__item_t *item)
{
    sentry__category_t category = sentry__item_category(item);
    int64_t items = sentry__any_integer(sentry__object_get(item->header, SENTRY__LITERAL("item_count")));
    size_t count = items > 0 ? (size_t)items : 1;
    sentry_value_t v;
    if (category == SENTRY__CATEGORY_INTERNAL) return;
    sentry__totals_dropped(reason);
    switch (category) {
    case SENTRY__CATEGORY_ATTACHMENT: sentry__lost(reason, category, item->len ? item->len : 1); return;
    case SENTRY__CATEGORY_LOG_ITEM: sentry__lost(reason, SENTRY__CATEGORY_LOG_BYTE, item->len); break;
    case SENTRY__CATEGORY_TRACE_METRIC: sentry__lost(reason, SENTRY__CATEGORY_TRACE_METRIC_BYTE, item->len); break;
    case SENTRY__CATEGORY_TRANSACTION:
        v = item->spans ? sentry__null() : sentry__json_read(sentry__slice(item->payload, item->len));
        sentry__lost(reason, SENTRY__CATEGORY_SPAN, item->spans ? item->spans : sentry_value_get_length(sentry__object_get(v, SENTRY__LITERAL("spans"))) + 1);
        sentry__decref(v);
        break;
    default: break;
    }
    sentry__lost(reason, category, count);
}

/* The server refused it because of a limit: it knows, so that is not reported. */
static void sentry__totals_refused(const sentry_envelope_t *e)
{
    size_t i;
    for (i = 0; i < e->count; i++)
        if (sentry__item_category(&e->items[i]) != SENTRY__CATEGORY_INTERNAL) sentry__totals_dropped(SENTRY_DROP_RATELIMIT_BACKOFF);
}

static void sentry__lost_envelope(sentry_drop_reason_t reason, const sentry_envelope_t *e)
{
    size_t i;
    for (i = 0; i < e->count; i++) sentry__lost_item(reason, &e->items[i]);
}

/* Takes the counters. Returns 0 when they are all zero. */
static int sentry__report_take(sentry__report_t *report)
{
    size_t r, c;
    int any = 0;
    if (!sentry__exchange(&sentry__limits.any_lost, 0)) return 0;
    for (r = 0; r < SENTRY_DROP_REASONS; r++)
        for (c = 0; c < SENTRY__CATEGORY_COUNT; c++) {
            report->lost[r][c] = sentry__exchange(&sentry__limits.lost[r][c], 0);
            any |= report->lost[r][c] != 0;
        }
    return any;
}

static void sentry__report_restore(const sentry__report_t *report)
{
    size_t r, c;
    for (r = 0; r < SENTRY_DROP_REASONS; r++)
        for (c = 0; c < SENTRY__CATEGORY_COUNT; c++)
            if (report->lost[r][c]) sentry__lost((sentry_drop_reason_t)r, (sentry__category_t)c, report->lost[r][c]);
}

/* Adds the report to an envelope. Returns 0 when done.
 * Shape: {"timestamp":..,"discarded_events":[{"reason":..,"category":..,"quantity":n}]} */
static int sentry__report_attach(const sentry__report_t *report, sentry_envelope_t *e)
{
    char stamp[SENTRY__STAMP_LEN];
    const char *comma = "";
    sentry__buf_t b;
    size_t r, c, len;
    char *payload;
    sentry__buf_init(&b, NULL, 0);
    sentry__stamp(stamp, sentry__os_now_us());
    SENTRY__PUT(&b, "{\"timestamp\":\"");
    sentry__buf_put(&b, stamp, sizeof stamp);
    SENTRY__PUT(&b, "\",\"discarded_events\":[");
    for (r = 0; r < SENTRY_DROP_REASONS; r++)
        for (c = 0; c < SENTRY__CATEGORY_COUNT; c++) {
            if (!report->lost[r][c]) continue;
            sentry__buf_cstr(&b, comma);
            SENTRY__PUT(&b, "{\"reason\":\"");
            sentry__buf_cstr(&b, sentry__reason_names[r]);
            SENTRY__PUT(&b, "\",\"category\":\"");
            sentry__buf_cstr(&b, sentry__category_names[c]);
            SENTRY__PUT(&b, "\",\"quantity\":");
            sentry__buf_u64(&b, report->lost[r][c]);
            SENTRY__PUT(&b, "}");
            comma = ",";
        }
    SENTRY__PUT(&b, "]}");
    payload = sentry__buf_take(&b, &len);
    return sentry__envelope_add(e, sentry__item_header("client_report"), payload, len);
}

static void sentry__limit(size_t category, uint64_t now_ms, uint64_t ms)
{
    uint64_t until = now_ms + (ms > SENTRY__MAX_LIMIT_MS ? SENTRY__MAX_LIMIT_MS : ms);
    sentry__lock(&sentry__limits.lock);
    if (sentry__limits.until_ms[category] < until) sentry__limits.until_ms[category] = until;
    sentry__store(&sentry__limits.uneasy, 1);
    sentry__unlock(&sentry__limits.lock);
}

/* Seconds, integer or decimal, as milliseconds. Returns 0 when it is no such number. */
static int sentry__read_seconds(sentry__str_t s, uint64_t *ms)
{
    uint64_t whole = 0;
    unsigned part = 0, unit = 100;
    size_t i = 0;
    s = sentry__str_trim(s);
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        if (whole < 1000000000u) whole = whole * 10 + (unsigned)(s.p[i] - '0');
    if (i == 0) return 0;
    if (i < s.n && s.p[i] == '.')
        for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, unit /= 10) part += unit * (unsigned)(s.p[i] - '0');
    *ms = whole * 1000 + part;
    return i == s.n;
}

/* X-Sentry-Rate-Limits: seconds:categories:scope..., separated by commas; what is malformed is skipped. */
static void sentry__limits_from_header(sentry__str_t header, uint64_t now_ms)
{
    while (header.n) {
        sentry__str_t limit = sentry__take_until(&header, ','), names;
        uint64_t ms = 0;
        size_t c;
        if (!limit.n || !memchr(limit.p, ':', limit.n) || !sentry__read_seconds(sentry__take_until(&limit, ':'), &ms)) continue;
        names = sentry__take_until(&limit, ':');
        if (!names.n) sentry__limit(SENTRY__ALL, now_ms, ms);
        while (names.n) {
            sentry__str_t name = sentry__take_until(&names, ';');
            for (c = 0; c < SENTRY__CATEGORY_COUNT; c++)
                if (sentry__str_eq(name, sentry__str(sentry__category_names[c]))) sentry__limit(c, now_ms, ms);
        }
    }
}

/* The Unix time of "Wed, 21 Oct 2026 07:28:00 GMT", 0 for anything else. */
static uint64_t sentry__http_date(sentry__str_t s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4], text[40];
    const char *at;
    unsigned day, year, hour, minute, second, y, m, d;
    uint64_t days;
    if (s.n >= sizeof text) return 0;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    if (sscanf(text, "%*3s, %2u %3s %4u %2u:%2u:%2u GMT", &day, month, &year, &hour, &minute, &second) != 6) return 0;
    at = strstr(months, month);
    if (!at || strlen(month) != 3 || (at - months) % 3 || year < 1970) return 0;
    days = (uint64_t)(year - 1970) * 365 + (year - 1969) / 4 - (year - 1901) / 100 + (year - 1601) / 400;
    for (; sentry__civil(days, &y, &m, &d), m != (unsigned)(at - months) / 3 + 1; days += 28) {}
    return (days + day - d) * 86400 + hour * 3600 + minute * 60 + second;
}

/* What an answer says about limits; the headers may be empty. */
static void sentry__limits_from_answer(int status, sentry__str_t rate_limits, sentry__str_t retry_after)
{
    uint64_t now = sentry__os_ticks_ms(), ms = 60000, seconds = sentry__os_now_us() / 1000000u, at;
    if (rate_limits.n) {
        sentry__limits_from_header(rate_limits, now);
    } else if (status == 429) {
        if (!sentry__read_seconds(retry_after, &ms)) {
            at = sentry__http_date(retry_after);
            ms = at > seconds ? (at - seconds) * 1000 : at ? 0 : 60000;
        }
        sentry__limit(SENTRY__ALL, now, ms);
    }
}

static int sentry__is_limited(sentry__category_t category, uint64_t now_ms)
{
    int limited;
    sentry__lock(&sentry__limits.lock);
    limited = sentry__limits.until_ms[SENTRY__ALL] > now_ms;
    if (category != SENTRY__CATEGORY_INTERNAL && sentry__limits.until_ms[category] > now_ms) limited = 1;
    if (category == SENTRY__CATEGORY_LOG_ITEM && sentry__limits.until_ms[SENTRY__CATEGORY_LOG_BYTE] > now_ms) limited = 1;
    if (category == SENTRY__CATEGORY_TRACE_METRIC && sentry__limits.until_ms[SENTRY__CATEGORY_TRACE_METRIC_BYTE] > now_ms) limited = 1;
    sentry__unlock(&sentry__limits.lock);
    return limited;
}

/* What came of a request: bytes of it, and a status, 0 without an answer. */
static void sentry__totals_answer(int status, size_t bytes)
{
    sentry__lock(&sentry__totals.lock);
    sentry__totals.now.last_status = status;
    sentry__totals.now.sent += status / 100 == 2;
    if (status / 100 == 2) sentry__totals.now.sent_bytes += bytes;
    sentry__unlock(&sentry__totals.lock);
}

/* Whether a limit holds up any part of an envelope. */
static int sentry__limits_hold(const sentry_envelope_t *e)
{
    uint64_t now = sentry__os_ticks_ms();
    size_t i;
    for (i = 0; i < e->count; i++)
        if (sentry__is_limited(sentry__item_category(&e->items[i]), now)) return 1;
    return 0;
}

#ifndef SENTRY_NO_FILES
/* One more, or less, waits on disk. */
static void sentry__totals_cached(int change)
{
    sentry__lock(&sentry__totals.lock);
    if (change > 0) sentry__totals.now.kept++;
    if (change > 0 || sentry__totals.now.cached > 0) sentry__totals.now.cached += (uint64_t)(int64_t)change;
    sentry__unlock(&sentry__totals.lock);
}

static void sentry__totals_cached_are(uint64_t count)
{
    sentry__lock(&sentry__totals.lock);
    sentry__totals.now.cached = count;
    sentry__unlock(&sentry__totals.lock);
}
#endif

/* Takes the attachments out and counts them. Returns how many there were. */
static size_t sentry__lost_attachments(sentry_drop_reason_t reason, sentry_envelope_t *e)
{
    size_t i, lost = 0;
    for (i = e->count; i-- > 0;) {
        if (sentry__item_category(&e->items[i]) != SENTRY__CATEGORY_ATTACHMENT) continue;
        sentry__lost_item(reason, &e->items[i]);
        sentry__envelope_remove(e, i);
        lost++;
    }
    return lost;
}

/* Takes limited items out and counts them; an event's attachments go with it. */
static void sentry__limits_apply(sentry_envelope_t *e)
{
    uint64_t now = sentry__os_ticks_ms();
    size_t i;
    int orphans = 0;
    for (i = 0; i < e->count;) {
        sentry__category_t category = sentry__item_category(&e->items[i]);
        if (!sentry__is_limited(category, now)) {
            i++;
            continue;
        }
        orphans |= category == SENTRY__CATEGORY_ERROR || category == SENTRY__CATEGORY_FEEDBACK;
        sentry__lost_item(SENTRY_DROP_RATELIMIT_BACKOFF, &e->items[i]);
        sentry__envelope_remove(e, i);
    }
    if (orphans) sentry__lost_attachments(SENTRY_DROP_RATELIMIT_BACKOFF, e);
}
#endif

/* ==[21]== DISK STORE ===============================================================
 * Owns    the folder of what outlives the process, laid out as sentry-native does:
 *             <run>.run/<event>.envelope           was queued at close, or is being tried by the process that holds <run>.run.lock
 *             cache/<ms>-<tries>-<event>.envelope  waits to be tried again; <ms> is when that was done last
 *             cache/<event>.envelope               kept for people to look at
 *             user-consent                         1 given, 0 revoked
 * Lock    a database's mutex, held during file access: by the worker and by who closes, never by who captures.
 * Holds   no folder is made before something must be kept. A file appears under its name when it is whole. Who wants to send it
 *         renames it into the folder of its own run first: so of several processes only one does, and when that one is
 *         killed, whoever can lock its run next has the file.
 * Threads any.
 */

static struct {
    sentry__word_t required, state; /* state: a sentry_user_consent_t, and 1 */
} sentry__consent;

/* Whether nothing may leave. */
static int sentry__withheld(void) { return sentry__load(&sentry__consent.required) && sentry__load(&sentry__consent.state) != SENTRY_USER_CONSENT_GIVEN + 1; }

typedef struct sentry__db_s sentry__db_t;

/* Where to keep an envelope, and what came of it. */
typedef enum { SENTRY__IN_RUN, SENTRY__IN_CACHE, SENTRY__FOR_PEOPLE } sentry__place_t;
typedef enum { SENTRY__KEPT, SENTRY__NOT_KEPT, SENTRY__TOO_BIG } sentry__kept_t;

#ifndef SENTRY_NO_FILES
#define SENTRY__FILE_NAME 96
#define SENTRY__RETRY_FIRST_US ((uint64_t)15 * 60 * 1000000)
#define SENTRY__RETRIES 6
#define SENTRY__RETRY_SHIFTS 5
#define SENTRY__LEFTOVER_US ((uint64_t)3600 * 1000000)

struct sentry__db_s {
    sentry__word_t refs;
    char *path; /* absolute */
    sentry__mutex_t mutex;
    char run[37]; /* whose folder is this process's; "" as long as there is none */
    sentry__os_flock_t lock;
    uint64_t last_us; /* the stamp given last: no two are the same */
    size_t max_items;
    uint64_t max_size, max_age_us;
    int keep, retry;
};

/* "<path>/<folder>/<name>"; either may be "". NULL without memory. */
static char *sentry__db_path(const sentry__db_t *db, const char *folder, const char *name)
{
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    sentry__buf_cstr(&b, db->path);
    if (folder[0]) SENTRY__PUT(&b, "/");
    sentry__buf_cstr(&b, folder);
    if (name[0]) SENTRY__PUT(&b, "/");
    sentry__buf_cstr(&b, name);
    return sentry__buf_take(&b, NULL);
}

/* Calls a function of the system with a path below the database. Returns its result, -1 without memory. */
static int sentry__db_on(const sentry__db_t *db, int (*call)(sentry__os_path_t), const char *folder, const char *name)
{
    char *path = sentry__db_path(db, folder, name);
    sentry__os_path_t to = path ? sentry__os_path(path) : NULL;
    int result = to ? call(to) : -1;
    sentry__os_path_free(to);
    SENTRY_FREE(path);
    return result;
}

/* Makes a folder below the database. Returns 0 when it is there. */
static int sentry__db_make(const sentry__db_t *db, const char *folder)
{
    char *path = sentry__db_path(db, folder, "");
    int failed = !path || sentry__make_folders(path);
    SENTRY_FREE(path);
    if (failed) sentry__log(SENTRY_LEVEL_ERROR, "the folder %s cannot be made: nothing is kept on disk", db->path);
    return failed;
}

/* What the file says, or else that nothing is known. */
static void sentry__consent_load(const sentry__db_t *db)
{
    char *path = db ? sentry__db_path(db, "", "user-consent") : NULL, *text = NULL;
    size_t n = 0;
    int state = SENTRY_USER_CONSENT_UNKNOWN;
    if (path) text = sentry__file_read(path, 64, &n);
    if (text && text[0] == '1') state = SENTRY_USER_CONSENT_GIVEN;
    if (text && text[0] == '0') state = SENTRY_USER_CONSENT_REVOKED;
    sentry__store(&sentry__consent.state, (sentry__word_t)(state + 1));
    SENTRY_FREE(text);
    SENTRY_FREE(path);
}

static void sentry__consent_save(const sentry__db_t *db, sentry_user_consent_t state)
{
    char *path;
    if (state == SENTRY_USER_CONSENT_UNKNOWN) {
        sentry__db_on(db, sentry__os_unlink, "", "user-consent");
        return;
    }
    path = sentry__db_make(db, "") ? NULL : sentry__db_path(db, "", "user-consent");
    if (!path || sentry__file_replace(path, state == SENTRY_USER_CONSENT_GIVEN ? "1\n" : "0\n", 2)) sentry__log(SENTRY_LEVEL_ERROR, "the user's consent could not be saved in %s", db->path);
    SENTRY_FREE(path);
}

#ifndef SENTRY_NO_HTTP
/* An envelope on disk. */
typedef struct {
    uint64_t stamp_us, size; /* when it was tried last, else written */
    unsigned tries;          /* from disk, that failed */
    int waiting, own;        /* to be sent; in the folder of this run */
    char name[SENTRY__FILE_NAME];
} sentry__file_t;

typedef struct {
    sentry__file_t *list;
    size_t count, cap;
} sentry__files_t;

static int sentry__digit(char c) { return c >= '0' && c <= '9' ? c - '0' : -1; }

/* The event that a file is named after: 36 bytes, or NULL. */
static const char *sentry__file_event(const sentry__file_t *f)
{
    size_t n = strlen(f->name);
    sentry_uuid_t id = n >= 45 ? sentry_uuid_from_string_n(f->name + n - 45, 36) : sentry_uuid_nil();
    return sentry_uuid_is_nil(&id) ? NULL : f->name + n - 45;
}

/* What a name says. Returns 0 when it is an envelope's. */
static int sentry__file_named(sentry__file_t *f, const char *name, int own)
{
    size_t n = strlen(name);
    const char *at = name;
    uint64_t ms = 0;
    memset(f, 0, sizeof *f);
    if (n <= 9 || n >= sizeof f->name || strcmp(name + n - 9, ".envelope") != 0) return 1;
    memcpy(f->name, name, n + 1);
    f->own = own;
    for (; sentry__digit(*at) >= 0 && at < name + 15; at++) ms = ms * 10 + (unsigned)sentry__digit(*at);
    if (at > name && at[0] == '-' && sentry__digit(at[1]) >= 0 && sentry__digit(at[2]) >= 0 && at[3] == '-') {
        f->stamp_us = ms * 1000;
        f->tries = (unsigned)(sentry__digit(at[1]) * 10 + sentry__digit(at[2]));
    }
    f->waiting = own || f->stamp_us || n != 45 || !sentry__file_event(f);
    return 0;
}

/* Half a file that a killed process left. */
static int sentry__is_leftover(const char *name, uint64_t changed_us)
{
    size_t n = strlen(name);
    uint64_t now = sentry__os_now_us();
    return n > 5 && name[0] == '.' && strcmp(name + n - 4, ".tmp") == 0 && changed_us < now && now - changed_us > SENTRY__LEFTOVER_US;
}

static void sentry__files_push(sentry__files_t *files, const sentry__file_t *f)
{
    if (files->count == files->cap) {
        size_t cap = files->cap ? files->cap * 2 : 32;
        sentry__file_t *list = (sentry__file_t *)SENTRY_REALLOC(files->list, cap * sizeof *list);
        if (!list) return;
        files->list = list;
        files->cap = cap;
    }
    files->list[files->count++] = *f;
}

/* Adds the envelopes in a folder, and removes leftovers. */
static void sentry__files_add(sentry__files_t *files, const sentry__db_t *db, const char *folder, int own)
{
    char *path = sentry__db_path(db, folder, "");
    sentry__os_path_t at = path ? sentry__os_path(path) : NULL;
    sentry__os_dir_t dir;
    const char *name;
    int open = at && !sentry__os_dir_open(&dir, at);
    while (open && (name = sentry__os_dir_next(&dir)) != NULL) {
        sentry__file_t f;
        uint64_t changed_us = 0, size = 0;
        char *full = sentry__db_path(db, folder, name);
        sentry__os_path_t of = full ? sentry__os_path(full) : NULL;
        if (of && !sentry__os_stat(of, &size, &changed_us)) {
            if (!sentry__file_named(&f, name, own)) {
                if (!f.stamp_us) f.stamp_us = changed_us;
                f.size = size;
                sentry__files_push(files, &f);
            } else if (sentry__is_leftover(name, changed_us)) {
                sentry__os_unlink(of);
            }
        }
        sentry__os_path_free(of);
        SENTRY_FREE(full);
    }
    if (open) sentry__os_dir_close(&dir);
    sentry__os_path_free(at);
    SENTRY_FREE(path);
}

static int sentry__file_order(const void *a, const void *b)
{
    const sentry__file_t *x = (const sentry__file_t *)a, *y = (const sentry__file_t *)b;
    return x->stamp_us < y->stamp_us ? -1 : x->stamp_us > y->stamp_us ? 1 : strcmp(x->name, y->name);
}

static void sentry__files_sort(sentry__files_t *files)
{
    if (files->count) qsort(files->list, files->count, sizeof *files->list, sentry__file_order);
}

static void sentry__files_free(sentry__files_t *files)
{
    SENTRY_FREE(files->list);
    memset(files, 0, sizeof *files);
}

/* "<uuid>.run" and what follows. */
static void sentry__run_name(char out[64], const char *uuid, const char *suffix) { snprintf(out, 64, "%.36s.run%s", uuid, suffix); }

/* The lock of a run. Returns 0 when it is this process's now. */
static int sentry__run_lock(const sentry__db_t *db, const char *uuid, sentry__os_flock_t *lock)
{
    char name[64], *path;
    sentry__os_path_t at;
    int failed;
    sentry__run_name(name, uuid, ".lock");
    path = sentry__db_path(db, "", name);
    at = path ? sentry__os_path(path) : NULL;
    failed = !at || sentry__os_flock_take(lock, at);
    sentry__os_path_free(at);
    SENTRY_FREE(path);
    return failed;
}

/* Gives up a run's lock; its folder and lock go when there is nothing in it. */
static void sentry__run_leave(const sentry__db_t *db, const char *uuid, sentry__os_flock_t *lock)
{
    char name[64];
    int gone;
    sentry__run_name(name, uuid, "");
    sentry__db_on(db, sentry__os_mkdir, name, ""); /* maybe there was none */
    gone = sentry__db_on(db, sentry__os_rmdir, name, "") == 0;
    sentry__run_name(name, uuid, ".lock");
    sentry__os_flock_drop(lock); /* first, because Windows removes no open file; nobody else makes a run of this name */
    if (gone) sentry__db_on(db, sentry__os_unlink, "", name);
}

/* This run's folder, made and locked. Returns 0 when it is there; `name` is it. */
static int sentry__db_run_locked(sentry__db_t *db, char name[64])
{
    unsigned tries;
    for (tries = 0; !db->run[0] && tries < 3; tries++) {
        sentry_uuid_t id = sentry_uuid_new_v4();
        char uuid[37];
        if (sentry__db_make(db, "")) return 1;
        sentry_uuid_as_string(&id, uuid);
        if (!sentry__run_lock(db, uuid, &db->lock)) memcpy(db->run, uuid, sizeof uuid);
    }
    sentry__run_name(name, db->run, "");
    return !db->run[0] || sentry__db_make(db, name);
}

static int sentry__db_rename(const sentry__db_t *db, const char *folder, const char *name, const char *to_folder, const char *to_name)
{
    char *path = sentry__db_path(db, folder, name), *to_path = sentry__db_path(db, to_folder, to_name);
    sentry__os_path_t from = path ? sentry__os_path(path) : NULL, to = to_path ? sentry__os_path(to_path) : NULL;
    int failed = !from || !to || sentry__os_rename(from, to) != 0;
    sentry__os_path_free(from);
    sentry__os_path_free(to);
    SENTRY_FREE(path);
    SENTRY_FREE(to_path);
    return failed;
}

/* Moves the envelopes of a run whose process is gone into this run's folder. */
static void sentry__db_adopt_locked(sentry__db_t *db, const char *uuid)
{
    char from[64], to[64];
    sentry__files_t files = { NULL, 0, 0 };
    sentry__os_flock_t lock;
    size_t i;
    if (sentry__run_lock(db, uuid, &lock)) return;
    sentry__run_name(from, uuid, "");
    sentry__files_add(&files, db, from, 0);
    for (i = 0; i < files.count && !sentry__db_run_locked(db, to); i++) sentry__db_rename(db, from, files.list[i].name, to, files.list[i].name);
    sentry__files_free(&files);
    sentry__run_leave(db, uuid, &lock);
}

/* Whether a name is that of a run's folder or lock: the run's 36 bytes stand in front. */
static int sentry__is_run(const char *name)
{
    size_t n = strlen(name);
    return (n == 40 && strcmp(name + 36, ".run") == 0) || (n == 45 && strcmp(name + 36, ".run.lock") == 0);
}

/* Looks for runs whose processes are gone. A run shows by its folder, its lock, or both. */
static void sentry__db_adopt_all_locked(sentry__db_t *db)
{
    sentry__os_path_t at = sentry__os_path(db->path);
    sentry__os_dir_t dir;
    const char *name;
    int open = at && !sentry__os_dir_open(&dir, at);
    while (open && (name = sentry__os_dir_next(&dir)) != NULL) {
        char uuid[37];
        if (!sentry__is_run(name)) continue;
        memcpy(uuid, name, 36);
        uuid[36] = 0;
        if (strcmp(uuid, db->run) != 0) sentry__db_adopt_locked(db, uuid);
    }
    if (open) sentry__os_dir_close(&dir);
    sentry__os_path_free(at);
}

/* The name of a file that waits in cache/, or with `tries` beyond all, of one kept for people. */
static void sentry__file_name(char out[SENTRY__FILE_NAME], uint64_t us, unsigned tries, const char *event)
{
    if (tries < SENTRY__RETRIES) snprintf(out, SENTRY__FILE_NAME, "%" PRIu64 "-%02u-%.36s.envelope", us / 1000, tries, event);
    else snprintf(out, SENTRY__FILE_NAME, "%.36s.envelope", event);
}

/* A point in time later than any given before, by a millisecond. */
static uint64_t sentry__db_stamp_locked(sentry__db_t *db)
{
    uint64_t now = sentry__os_now_us(), next = db->last_us + 1000;
    db->last_us = now >= next || next - now > 60000000u ? now : next; /* a clock that was put back is followed */
    return db->last_us;
}

/* Reads an envelope; NULL when it is none. */
static sentry_envelope_t *sentry__db_load(const sentry__db_t *db, const char *folder, const char *name)
{
    char *path = sentry__db_path(db, folder, name);
    sentry_envelope_t *e = path ? sentry__envelope_load(sentry__str(path)) : NULL;
    SENTRY_FREE(path);
    return e;
}

/* Holds cache/ within its limits: the oldest go. */
static void sentry__db_prune_locked(sentry__db_t *db)
{
    sentry__files_t files = { NULL, 0, 0 };
    uint64_t size = 0, now = sentry__os_now_us();
    size_t i;
    if (db->max_items == SIZE_MAX && db->max_size == UINT64_MAX && db->max_age_us == UINT64_MAX) return;
    sentry__files_add(&files, db, "cache", 0);
    sentry__files_sort(&files);
    for (i = 0; i < files.count; i++) size += files.list[i].size;
    for (i = 0; i < files.count; i++) {
        const sentry__file_t *f = &files.list[i];
        sentry_envelope_t *e;
        if (files.count - i <= db->max_items && size <= db->max_size && (now < f->stamp_us || now - f->stamp_us <= db->max_age_us)) break;
        size -= f->size;
        e = f->waiting ? sentry__db_load(db, "cache", f->name) : NULL;
        if (!sentry__db_on(db, sentry__os_unlink, "cache", f->name)) {
            if (e) sentry__lost_envelope(SENTRY_DROP_CACHE_OVERFLOW, e);
            if (f->waiting) sentry__totals_cached(-1);
            sentry__log(SENTRY_LEVEL_WARNING, "the cache is full: %s was removed", f->name);
        }
        sentry__envelope_free(e);
    }
    sentry__files_free(&files);
}

/* Where an envelope goes: a path to be freed, NULL without memory. In a run's folder no name is used twice. */
static char *sentry__db_place(const sentry__db_t *db, sentry__place_t place, const char *folder, uint64_t stamp_us, sentry_uuid_t id)
{
    char event[37], name[SENTRY__FILE_NAME], *path;
    uint64_t size;
    int taken;
    do {
        sentry__os_path_t at;
        if (sentry_uuid_is_nil(&id)) id = sentry_uuid_new_v4();
        sentry_uuid_as_string(&id, event);
        sentry__file_name(name, stamp_us, place == SENTRY__IN_CACHE ? 0 : SENTRY__RETRIES, event);
        path = sentry__db_path(db, folder, name);
        at = path ? sentry__os_path(path) : NULL;
        taken = at && place == SENTRY__IN_RUN && !sentry__os_stat(at, &size, &size);
        sentry__os_path_free(at);
        if (taken) SENTRY_FREE(path);
        id = sentry_uuid_nil();
    } while (taken);
    return path;
}

/* Writes an envelope; one that alone is more than the cache may hold does not push out the others. */
static sentry__kept_t sentry__db_keep_locked(sentry__db_t *db, const sentry_envelope_t *e, sentry__place_t place)
{
    sentry__str_t given = sentry__string_of(sentry__object_get(e->header, SENTRY__LITERAL("event_id")));
    uint64_t stamp = sentry__db_stamp_locked(db);
    char folder[64] = "cache", *path;
    sentry__os_path_t at;
    sentry__buf_t b;
    int failed = place == SENTRY__IN_RUN ? sentry__db_run_locked(db, folder) : sentry__db_make(db, folder), big;
    sentry__buf_init(&b, NULL, 0);
    path = failed ? NULL : sentry__db_place(db, place, folder, stamp, given.n >= 32 ? sentry_uuid_from_string_n(given.p, given.n) : sentry_uuid_nil());
    sentry__envelope_write(e, &b, SENTRY__SENT_AT_NONE);
    big = place != SENTRY__IN_RUN && b.len > db->max_size;
    failed = big || !path || b.failed || sentry__file_replace(path, b.data, b.len);
    at = place == SENTRY__IN_RUN && !failed ? sentry__os_path(path) : NULL;
    if (at) sentry__os_touch(at, stamp);
    sentry__os_path_free(at);
    if (failed) sentry__log(SENTRY_LEVEL_ERROR, "an envelope could not be kept in %s", path ? path : db->path);
    else sentry__log(SENTRY_LEVEL_DEBUG, "kept %s", path);
    sentry__buf_free(&b);
    SENTRY_FREE(path);
    return big ? SENTRY__TOO_BIG : failed ? SENTRY__NOT_KEPT : SENTRY__KEPT;
}

static sentry__kept_t sentry__db_keep(sentry__db_t *db, const sentry_envelope_t *e, sentry__place_t place)
{
    sentry__kept_t kept;
    if (!db || !e->count) return SENTRY__NOT_KEPT;
    sentry__os_mutex_lock(&db->mutex);
    kept = sentry__db_keep_locked(db, e, place);
    if (kept == SENTRY__KEPT && place != SENTRY__FOR_PEOPLE) sentry__totals_cached(1);
    if (place != SENTRY__IN_RUN) sentry__db_prune_locked(db);
    sentry__os_mutex_unlock(&db->mutex);
    return kept;
}

/* Whether there may be something to send. */
static int sentry__db_any(const sentry__db_t *db)
{
    sentry__os_path_t at = db ? sentry__os_path(db->path) : NULL;
    sentry__files_t files = { NULL, 0, 0 };
    sentry__os_dir_t dir;
    const char *name;
    int any = 0, open = at && !sentry__os_dir_open(&dir, at);
    while (open && (name = sentry__os_dir_next(&dir)) != NULL) any |= sentry__is_run(name);
    if (open) sentry__os_dir_close(&dir);
    if (open && !any) sentry__files_add(&files, db, "cache", 0);
    any |= files.count != 0;
    sentry__files_free(&files);
    sentry__os_path_free(at);
    return any;
}

/* Whether it is time to try a file again: 15 minutes after the first try, then twice as long each time, and a bit more, that
 * differs by file. A file from the future is due: somebody put the clock back. */
static int sentry__file_due(const sentry__file_t *f, uint64_t now)
{
    uint64_t wait = SENTRY__RETRY_FIRST_US << (f->tries < SENTRY__RETRY_SHIFTS ? f->tries : SENTRY__RETRY_SHIFTS);
    const char *event = sentry__file_event(f);
    if (event) wait += wait / 64 * (unsigned)sentry__hex_digit(event[0]);
    return f->stamp_us > now + 60000000u || now >= f->stamp_us + wait;
}

/* What there is to try, oldest first: all of it, or what is due. */
static void sentry__db_list(sentry__db_t *db, int all, sentry__files_t *files)
{
    sentry__files_t found = { NULL, 0, 0 };
    uint64_t now = sentry__os_now_us();
    char run[64];
    size_t i;
    uint32_t waiting = 0;
    sentry__os_mutex_lock(&db->mutex);
    sentry__db_adopt_all_locked(db);
    sentry__db_prune_locked(db);
    sentry__run_name(run, db->run, "");
    if (db->run[0]) sentry__files_add(&found, db, run, 1);
    sentry__files_add(&found, db, "cache", 0);
    for (i = 0; i < found.count; i++) {
        const sentry__file_t *f = &found.list[i];
        waiting += f->waiting != 0;
        if (f->waiting && (all || f->own || sentry__file_due(f, now))) sentry__files_push(files, f);
    }
    sentry__os_mutex_unlock(&db->mutex);
    sentry__totals_cached_are(waiting);
    sentry__files_sort(files);
    sentry__files_free(&found);
}

/* Makes a file this process's, and reads it; one that is no envelope is removed. NULL when there is nothing to send. */
static sentry_envelope_t *sentry__db_claim(sentry__db_t *db, sentry__file_t *f)
{
    sentry_envelope_t *e = NULL;
    char run[64];
    void *enough;
    sentry__os_mutex_lock(&db->mutex);
    if (!sentry__db_run_locked(db, run) && (f->own || !sentry__db_rename(db, "cache", f->name, run, f->name))) {
        f->own = 1;
        e = sentry__db_load(db, run, f->name);
        if (!e) e = sentry__db_load(db, run, f->name); /* for want of memory nothing is removed */
        enough = e ? NULL : sentry__alloc((size_t)(f->size < SENTRY_MAX_ENVELOPE ? f->size : 0) + 65536);
        if (enough) {
            sentry__log(SENTRY_LEVEL_WARNING, "%s is not an envelope, or cannot be read: it is removed", f->name);
            if (!sentry__db_on(db, sentry__os_unlink, run, f->name)) sentry__totals_cached(-1);
        }
        SENTRY_FREE(enough);
    }
    sentry__os_mutex_unlock(&db->mutex);
    return e;
}

/* Puts a claimed file where it belongs after a try. */
static void sentry__db_tried(sentry__db_t *db, const sentry__file_t *f, const sentry_envelope_t *e, int answered)
{
    char run[64], event[37], name[SENTRY__FILE_NAME];
    unsigned tries = answered || !db->retry ? SENTRY__RETRIES : f->tries + 1;
    const char *known = sentry__file_event(f);
    int moved = 1;
    sentry_uuid_t id;
    sentry__os_mutex_lock(&db->mutex);
    sentry__run_name(run, db->run, "");
    if (known) memcpy(event, known, 36);
    else id = sentry_uuid_new_v4(), sentry_uuid_as_string(&id, event);
    sentry__file_name(name, sentry__db_stamp_locked(db), tries, event);
    if (tries < SENTRY__RETRIES || db->keep >= (answered ? SENTRY_CACHE_KEEP_ALWAYS : SENTRY_CACHE_KEEP_OFFLINE))
        moved = sentry__db_make(db, "cache") || sentry__db_rename(db, run, f->name, "cache", name);
    if (tries >= SENTRY__RETRIES) {
        if (moved) sentry__db_on(db, sentry__os_unlink, run, f->name);
        if (!answered) sentry__lost_envelope(SENTRY_DROP_NETWORK_ERROR, e);
        sentry__totals_cached(-1);
    }
    sentry__db_prune_locked(db);
    sentry__os_mutex_unlock(&db->mutex);
}

/* Lets go of this run: what is in its folder is for whoever comes next. */
static void sentry__db_leave(sentry__db_t *db)
{
    if (!db) return;
    sentry__os_mutex_lock(&db->mutex);
    if (db->run[0]) sentry__run_leave(db, db->run, &db->lock);
    db->run[0] = 0;
    sentry__os_mutex_unlock(&db->mutex);
}

/* In a child of fork: the run is the parent's. */
static void sentry__db_forked(sentry__db_t *db)
{
    if (!db) return;
    sentry__os_mutex_init(&db->mutex);
    if (db->run[0]) sentry__os_flock_drop(&db->lock);
    db->run[0] = 0;
}
#endif

static sentry__db_t *sentry__db_retain(sentry__db_t *db)
{
    if (db) sentry__add(&db->refs, 1);
    return db;
}

static void sentry__db_release(sentry__db_t *db)
{
    if (!db || sentry__add(&db->refs, (sentry__word_t)-1) != 0) return;
    sentry__os_mutex_free(&db->mutex);
    SENTRY_FREE(db->path);
    SENTRY_FREE(db);
}

/* A database; nothing is made on disk. NULL without memory. */
static sentry__db_t *sentry__db_new(const sentry_options_t *o)
{
    const char *given = o->database_path && o->database_path[0] ? o->database_path : ".sentry-native";
    sentry__db_t *db = (sentry__db_t *)sentry__calloc(sizeof *db);
    char folder[1024], path[1024];
    if (!db) return NULL;
    db->refs = 1;
    if (sentry__os_cwd(folder, sizeof folder) && sentry__path_join(path, folder, sentry__str(given))) given = path;
    db->path = sentry__strdup(sentry__str(given));
    db->max_items = o->cache_max_items == SENTRY_NONE ? SIZE_MAX : o->cache_max_items ? o->cache_max_items : 30;
    db->max_size = o->cache_max_size ? o->cache_max_size : UINT64_MAX;
    db->max_age_us = o->cache_max_age > 0 ? (uint64_t)o->cache_max_age * 1000000u : UINT64_MAX;
    db->keep = o->cache_keep;
    db->retry = o->http_retry >= 0;
    sentry__os_mutex_init(&db->mutex);
    if (db->path) return db;
    sentry__db_release(db);
    return NULL;
}
#else
/* Without files consent is forgotten with the process. */
static void sentry__consent_load(const sentry__db_t *db)
{
    (void)db;
    sentry__store(&sentry__consent.state, (sentry__word_t)(SENTRY_USER_CONSENT_UNKNOWN + 1));
}
static void sentry__consent_save(const sentry__db_t *db, sentry_user_consent_t state) { (void)db, (void)state; }
static sentry__db_t *sentry__db_new(const sentry_options_t *o) { return (void)o, (sentry__db_t *)NULL; }
static sentry__db_t *sentry__db_retain(sentry__db_t *db) { return db; }
static void sentry__db_release(sentry__db_t *db) { (void)db; }

#ifndef SENTRY_NO_HTTP
typedef struct {
    char *name;
} sentry__file_t;
typedef struct {
    sentry__file_t *list;
    size_t count;
} sentry__files_t;
static void sentry__files_free(sentry__files_t *files) { (void)files; }
static int sentry__db_any(const sentry__db_t *db) { return db != NULL; }
static sentry__kept_t sentry__db_keep(sentry__db_t *db, const sentry_envelope_t *e, sentry__place_t place) { return (void)db, (void)e, (void)place, SENTRY__NOT_KEPT; }
static void sentry__db_list(sentry__db_t *db, int all, sentry__files_t *files) { (void)db, (void)all, (void)files; }
static sentry_envelope_t *sentry__db_claim(sentry__db_t *db, sentry__file_t *f) { return (void)db, (void)f, (sentry_envelope_t *)NULL; }
static void sentry__db_tried(sentry__db_t *db, const sentry__file_t *f, const sentry_envelope_t *e, int answered) { (void)db, (void)f, (void)e, (void)answered; }
static void sentry__db_leave(sentry__db_t *db) { (void)db; }
static void sentry__db_forked(sentry__db_t *db) { (void)db; }
#endif
#endif

/* ==[22]== GZIP =====================================================================
 * A writer of gzip (RFC 1951 and 1952): lazy matching, and Huffman codes of its own for each block. JSON gets about as small
 * as zlib makes it at its level 6.
 * Owns    one block of 57 kB, for the time of a call.
 * Holds   bytes are compared before a match is used: what `head` and `prev` say may be wrong, and does no harm.
 * Threads any; no state.
 */

#ifndef SENTRY_NO_HTTP
#define SENTRY__GZIP_WINDOW 16384u /* how far back matches are looked for; the format's 32768 would save 0.2 % more */
#define SENTRY__GZIP_HASHES 4096u  /* a power of two, as is the window */
#define SENTRY__GZIP_TRIES 16      /* positions compared to find one match; 8 are faster by a fifth, and cost 2 to 4 % */
#define SENTRY__GZIP_SHORTEST 4u   /* matches of 3, which the format has too, hardly pay */
#define SENTRY__GZIP_NICE 64u      /* one of this length is taken at once */
#define SENTRY__GZIP_LONGEST 258u
#define SENTRY__GZIP_BLOCK 4096u   /* units, after which codes are made anew */
#define SENTRY__GZIP_SYMBOLS 286u  /* 256 literals, the block's end, lengths */
#define SENTRY__GZIP_DISTANCES 30u
#define SENTRY__GZIP_END 256u

/* A Huffman code. For each symbol: how often it occurs, the bits of its code (0: none), and the code, first bit lowest. */
typedef struct {
    unsigned n;
    uint16_t times[SENTRY__GZIP_SYMBOLS], code[SENTRY__GZIP_SYMBOLS];
    uint8_t bits[SENTRY__GZIP_SYMBOLS];
} sentry__gzip_code_t;

typedef struct {
    size_t length, distance; /* length 0: there is none */
} sentry__gzip_match_t;

typedef struct {
    const unsigned char *data;
    size_t n;
    sentry__buf_t *out;
    uint32_t rest; /* bits that are not a byte yet */
    unsigned rest_bits, count; /* of units */
    sentry__gzip_code_t symbols, distances, header;
    uint32_t crc[256];
    uint16_t head[SENTRY__GZIP_HASHES], prev[SENTRY__GZIP_WINDOW]; /* the last position with a hash; how far before a position the next is, less 1 */
    uint16_t units[SENTRY__GZIP_BLOCK + 1];                        /* a literal; or 256 + length - 3, and behind it distance - 1 */
    uint16_t order[SENTRY__GZIP_SYMBOLS], weight[2 * SENTRY__GZIP_SYMBOLS], parent[2 * SENTRY__GZIP_SYMBOLS];
} sentry__gzip_t;

static uint32_t sentry__gzip_crc(sentry__gzip_t *z)
{
    uint32_t crc, i;
    size_t at;
    int bit;
    for (i = 0; i < 256; i++) {
        for (crc = i, bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        z->crc[i] = crc;
    }
    for (crc = UINT32_MAX, at = 0; at < z->n; at++) crc = crc >> 8 ^ z->crc[(crc ^ z->data[at]) & 255];
    return ~crc;
}

/* Writes at most 16 bits, the lowest first. */
static void sentry__gzip_put(sentry__gzip_t *z, unsigned value, unsigned bits)
{
    z->rest |= (uint32_t)value << z->rest_bits;
    for (z->rest_bits += bits; z->rest_bits >= 8; z->rest_bits -= 8) {
        sentry__buf_byte(z->out, (char)(unsigned char)(z->rest & 255));
        z->rest >>= 8;
    }
}

/* Writes a symbol, and the lowest `more` bits of what goes with it. */
static void sentry__gzip_put_symbol(sentry__gzip_t *z, const sentry__gzip_code_t *c, unsigned symbol, unsigned value, unsigned more)
{
    sentry__gzip_put(z, c->code[symbol], c->bits[symbol]);
    sentry__gzip_put(z, value & ((1u << more) - 1), more);
}

static void sentry__gzip_put_u32(sentry__gzip_t *z, uint32_t value)
{
    sentry__gzip_put(z, value & 0xffffu, 16);
    sentry__gzip_put(z, value >> 16, 16);
}

/* -- Huffman codes -- */

static void sentry__gzip_code_clear(sentry__gzip_code_t *c, unsigned n)
{
    memset(c, 0, sizeof *c);
    c->n = n;
}

/* Puts the symbols that occur in order, the rarest first; returns their number. */
static unsigned sentry__gzip_sort(sentry__gzip_t *z, const sentry__gzip_code_t *c)
{
    unsigned used = 0, i, k;
    for (i = 0; i < c->n; i++) {
        if (!c->times[i]) continue;
        for (k = used++; k > 0 && c->times[z->order[k - 1]] > c->times[i]; k--) z->order[k] = z->order[k - 1];
        z->order[k] = (uint16_t)i;
    }
    return used;
}

/* Finds the bits of all symbols, of which two or more occur: again and again the two lightest nodes become one. Symbols stand
 * in front and what they became behind, the lightest first in both. Returns the most bits. */
static unsigned sentry__gzip_tree(sentry__gzip_t *z, sentry__gzip_code_t *c)
{
    unsigned used = sentry__gzip_sort(z, c), leaf = 0, joined = used, node, half, i;
    for (i = 0; i < used; i++) z->weight[i] = c->times[z->order[i]];
    for (node = used; node < 2 * used - 1; node++) {
        for (z->weight[node] = 0, half = 0; half < 2; half++) {
            i = leaf < used && (joined >= node || z->weight[leaf] <= z->weight[joined]) ? leaf++ : joined++;
            z->weight[node] = (uint16_t)(z->weight[node] + z->weight[i]);
            z->parent[i] = (uint16_t)node;
        }
    }
    z->weight[--node] = 0; /* the root; from here on it is the depth */
    while (node-- > 0) z->weight[node] = (uint16_t)(z->weight[z->parent[node]] + 1);
    for (i = 0; i < used; i++) c->bits[z->order[i]] = (uint8_t)z->weight[i];
    return z->weight[0];
}

/* The codes that follow from the bits (RFC 1951, 3.2.2). */
static void sentry__gzip_number(sentry__gzip_code_t *c)
{
    unsigned next[17], i, bit, code, reversed;
    memset(next, 0, sizeof next);
    for (i = 0; i < c->n; i++)
        if (c->bits[i]) next[c->bits[i] + 1]++;
    for (i = 1; i < 17; i++) next[i] = (next[i] + next[i - 1]) << 1;
    for (i = 0; i < c->n; i++) {
        code = next[c->bits[i]]++;
        for (reversed = bit = 0; bit < c->bits[i]; bit++) reversed = reversed << 1 | (code >> bit & 1);
        c->code[i] = (uint16_t)reversed;
    }
}

/* Two symbols occur in any case, as not every reader takes a code of less. While a code is too long the numbers get more alike. */
static void sentry__gzip_code_make(sentry__gzip_t *z, sentry__gzip_code_t *c, unsigned longest)
{
    unsigned used = sentry__gzip_sort(z, c), i;
    for (i = 0; used < 2; i++)
        if (!c->times[i]) c->times[i] = 1, used++;
    while (sentry__gzip_tree(z, c) > longest)
        for (i = 0; i < c->n; i++) c->times[i] = (uint16_t)((c->times[i] + 1) / 2);
    sentry__gzip_number(c);
}

/* -- blocks -- */

/* The symbol for a number: its first bits, 1 + `first` of them at most, and how many follow; `*more` is that. */
static unsigned sentry__gzip_symbol(unsigned number, unsigned first, unsigned *more)
{
    for (*more = 0; number >> (first + 1 + *more);) ++*more;
    return (*more << first) + (number >> *more);
}

static unsigned sentry__gzip_distance(unsigned number, unsigned *more) { return sentry__gzip_symbol(number, 1, more); }

/* The longest has a symbol of its own. */
static unsigned sentry__gzip_length(unsigned number, unsigned *more)
{
    unsigned symbol = SENTRY__GZIP_END + 1 + sentry__gzip_symbol(number, 2, more);
    if (number < SENTRY__GZIP_LONGEST - 3) return symbol;
    *more = 0;
    return SENTRY__GZIP_SYMBOLS - 1;
}

/* The number of symbols without those at the end that have no bits. */
static unsigned sentry__gzip_told(const sentry__gzip_code_t *c)
{
    unsigned n = c->n;
    while (!c->bits[n - 1]) n--;
    return n;
}

/* What a header says of `n` symbols' bits (RFC 1951, 3.2.7): symbols in 5 bits, and above these how often it is repeated.
 * Returns the number of entries. */
static unsigned sentry__gzip_runs(const uint8_t *bits, unsigned n, uint16_t *runs)
{
    unsigned i, run, most, count = 0;
    for (i = 0; i < n; i += run) {
        most = !bits[i] ? 138 : i > 0 && bits[i] == bits[i - 1] ? 6 : 1;
        for (run = 1; run < most && i + run < n && bits[i + run] == bits[i];) run++;
        if (run < 3) run = 1, runs[count++] = bits[i];
        else if (bits[i]) runs[count++] = (uint16_t)(16 | (run - 3) << 5);
        else runs[count++] = (uint16_t)(run < 11 ? 17 | (run - 3) << 5 : 18 | (run - 11) << 5);
    }
    return count;
}

/* Writes the block's codes, which are in a code themselves. */
static void sentry__gzip_put_codes(sentry__gzip_t *z)
{
    static const uint8_t order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
    uint8_t bits[SENTRY__GZIP_SYMBOLS + SENTRY__GZIP_DISTANCES];
    uint16_t runs[SENTRY__GZIP_SYMBOLS + SENTRY__GZIP_DISTANCES];
    unsigned symbols = sentry__gzip_told(&z->symbols), distances = sentry__gzip_told(&z->distances), told = sizeof order, count, i;
    memcpy(bits, z->symbols.bits, symbols);
    memcpy(bits + symbols, z->distances.bits, distances);
    count = sentry__gzip_runs(bits, symbols + distances, runs);
    sentry__gzip_code_clear(&z->header, told);
    for (i = 0; i < count; i++) z->header.times[runs[i] & 31]++;
    sentry__gzip_code_make(z, &z->header, 7);
    while (!z->header.bits[order[told - 1]]) told--;
    sentry__gzip_put(z, (symbols - SENTRY__GZIP_END - 1) | (distances - 1) << 5 | (told - 4) << 10, 14);
    for (i = 0; i < told; i++) sentry__gzip_put(z, z->header.bits[order[i]], 3);
    for (i = 0; i < count; i++) {
        unsigned symbol = runs[i] & 31;
        sentry__gzip_put_symbol(z, &z->header, symbol, (unsigned)runs[i] >> 5, symbol < 16 ? 0 : symbol == 18 ? 7 : symbol - 14);
    }
}

static void sentry__gzip_put_units(sentry__gzip_t *z)
{
    unsigned i, unit, symbol, more = 0;
    for (i = 0; i < z->count; i++) {
        unit = z->units[i];
        if (unit < 256) {
            sentry__gzip_put_symbol(z, &z->symbols, unit, 0, 0);
            continue;
        }
        symbol = sentry__gzip_length(unit - 256, &more);
        sentry__gzip_put_symbol(z, &z->symbols, symbol, unit - 256, more);
        unit = z->units[++i];
        symbol = sentry__gzip_distance(unit, &more);
        sentry__gzip_put_symbol(z, &z->distances, symbol, unit, more);
    }
}

static void sentry__gzip_block_begin(sentry__gzip_t *z)
{
    z->count = 0;
    sentry__gzip_code_clear(&z->symbols, SENTRY__GZIP_SYMBOLS);
    sentry__gzip_code_clear(&z->distances, SENTRY__GZIP_DISTANCES);
}

static void sentry__gzip_block_end(sentry__gzip_t *z, unsigned last)
{
    z->symbols.times[SENTRY__GZIP_END] = 1;
    sentry__gzip_code_make(z, &z->symbols, 15);
    sentry__gzip_code_make(z, &z->distances, 15);
    sentry__gzip_put(z, last | 4, 3); /* 4: with codes of its own */
    sentry__gzip_put_codes(z);
    sentry__gzip_put_units(z);
    sentry__gzip_put_symbol(z, &z->symbols, SENTRY__GZIP_END, 0, 0);
    sentry__gzip_block_begin(z);
}

static void sentry__gzip_literal(sentry__gzip_t *z, unsigned char c)
{
    z->units[z->count++] = c;
    z->symbols.times[c]++;
}

static void sentry__gzip_match(sentry__gzip_t *z, sentry__gzip_match_t match)
{
    unsigned length = (unsigned)match.length - 3, distance = (unsigned)match.distance - 1, more;
    z->units[z->count++] = (uint16_t)(256 + length);
    z->units[z->count++] = (uint16_t)distance;
    z->symbols.times[sentry__gzip_length(length, &more)]++;
    z->distances.times[sentry__gzip_distance(distance, &more)]++;
}

/* -- matches -- */

/* Remembers a position; returns how far before it the last one with its hash is, 1 to 65,536, which may be untrue. */
static size_t sentry__gzip_enter(sentry__gzip_t *z, size_t at)
{
    const unsigned char *p = z->data + at;
    uint32_t four;
    uint16_t *head;
    if (z->n - at < SENTRY__GZIP_SHORTEST) return 65536;
    four = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    head = &z->head[(four * 0x9e3779b1u >> 16) % SENTRY__GZIP_HASHES];
    z->prev[at % SENTRY__GZIP_WINDOW] = (uint16_t)((at - *head - 1) & 0xffffu);
    *head = (uint16_t)(at & 0xffffu);
    return (size_t)z->prev[at % SENTRY__GZIP_WINDOW] + 1;
}

static size_t sentry__gzip_same(const unsigned char *a, const unsigned char *b, size_t most)
{
    size_t n = 0;
    while (n + 8 <= most && memcmp(a + n, b + n, 8) == 0) n += 8;
    while (n < most && a[n] == b[n]) n++;
    return n;
}

/* The longest match for what stands at a position, if it is longer than `length`; the first to try is `back` before it. */
static sentry__gzip_match_t sentry__gzip_find(const sentry__gzip_t *z, size_t at, size_t back, size_t length)
{
    sentry__gzip_match_t best = { 0, 0 };
    const unsigned char *p = z->data + at;
    size_t most = z->n - at < SENTRY__GZIP_LONGEST ? z->n - at : SENTRY__GZIP_LONGEST, same;
    int tries;
    if (length < SENTRY__GZIP_SHORTEST - 1) length = SENTRY__GZIP_SHORTEST - 1;
    for (tries = 0; tries < SENTRY__GZIP_TRIES && length < most && length < SENTRY__GZIP_NICE; tries++) {
        if (back > at || back > SENTRY__GZIP_WINDOW) break;
        same = p[length] == *(p + length - back) ? sentry__gzip_same(p, p - back, most) : 0;
        if (same > length) best.length = length = same, best.distance = back;
        back += (size_t)z->prev[(at - back) % SENTRY__GZIP_WINDOW] + 1;
    }
    return best;
}

/* Makes blocks of all bytes, unless more than `limit` are written. A match waits whether the next position has a longer one;
 * at the end none does, for it would reach beyond. */
static void sentry__gzip_blocks(sentry__gzip_t *z, size_t limit)
{
    sentry__gzip_match_t waiting = { 0, 0 }, match;
    size_t at, last;
    sentry__gzip_block_begin(z);
    for (at = 0; at < z->n && z->out->len < limit && !z->out->failed; at++) {
        match = sentry__gzip_find(z, at, sentry__gzip_enter(z, at), waiting.length);
        if (waiting.length && !match.length) {
            sentry__gzip_match(z, waiting);
            for (last = at + waiting.length - 2; at < last;) sentry__gzip_enter(z, ++at);
        } else if (waiting.length) {
            sentry__gzip_literal(z, z->data[at - 1]);
        } else if (!match.length) {
            sentry__gzip_literal(z, z->data[at]);
        }
        waiting = match;
        if (z->count >= SENTRY__GZIP_BLOCK) sentry__gzip_block_end(z, 0);
    }
    sentry__gzip_block_end(z, 1);
}

/* Appends the bytes as gzip. Returns 0 when that saves more than an eighth of them; else what was appended is of no use. */
static int sentry__gzip(sentry__buf_t *out, const char *data, size_t n)
{
    sentry__gzip_t *z = n ? (sentry__gzip_t *)sentry__alloc(sizeof *z) : NULL;
    size_t limit = out->len + n - n / 8;
    if (!z) return 1;
    z->data = (const unsigned char *)data;
    z->n = n;
    z->out = out;
    z->rest = z->rest_bits = 0;
    memset(z->head, 0, sizeof z->head); /* all of `prev` that is read was written */
    SENTRY__PUT(out, "\037\213\010\0\0\0\0\0\0\377");
    sentry__gzip_blocks(z, limit);
    sentry__gzip_put(z, 0, (8 - z->rest_bits) % 8);
    sentry__gzip_put_u32(z, sentry__gzip_crc(z));
    sentry__gzip_put_u32(z, (uint32_t)(n & UINT32_MAX));
    SENTRY_FREE(z);
    return out->failed || out->len >= limit;
}
#endif

/* ==[23]== HTTP =====================================================================
 * Owns    one connection to one server, kept alive between requests. HTTP/1.1 over plain TCP.
 * Holds   no call lasts longer than the request's deadline, but for name look-up; `stop` ends it within 50 ms. Header and
 *         body of an answer are bounded. A request is repeated only when a kept connection turns out to be closed
 *         before one byte of the answer.
 * Threads the worker's.
 */

#ifndef SENTRY_NO_HTTP
#define SENTRY__HTTP_BUFFER 8192
#define SENTRY__HTTP_LINE 8192
#define SENTRY__HTTP_PIECE 65536 /* bytes that are read or written at once, at most: systems and TLS libraries count in int */
#define SENTRY__HTTP_HEADERS 8

struct sentry_http_request_s {
    const char *method, *url;
    const char *keys[SENTRY__HTTP_HEADERS], *values[SENTRY__HTTP_HEADERS];
    size_t headers;
    sentry__str_t body;
    uint64_t deadline; /* of the whole request, on the monotonic clock */
};

struct sentry_http_response_s {
    int status; /* 0: no answer */
    char rate_limits[SENTRY__HTTP_LINE], retry_after[64];
};

/* Where a URL leads; the strings stand in `url`. */
typedef struct {
    char *url; /* in pieces */
    const char *host, *port; /* host without brackets */
    sentry__str_t authority, path; /* as Host: wants it; without the first slash */
    int secure;
} sentry__target_t;

typedef enum { SENTRY__PROXY_NONE, SENTRY__PROXY_HTTP, SENTRY__PROXY_SOCKS } sentry__proxy_kind_t;

/* Who connects in our place; the strings stand in `text`. */
typedef struct {
    sentry__proxy_kind_t kind;
    char *text;
    const char *host, *port, *user, *password; /* host without brackets; user NULL: none is asked for */
} sentry__proxy_t;

/* The built-in client. */
typedef struct sentry_tls_io_s {
    sentry__socket_t socket; /* SENTRY__NO_SOCKET between connections */
    sentry_tls_t tls;
    void *session; /* of TLS; NULL without */
    sentry__target_t target; /* of the connection */
    sentry__proxy_t proxy;
    const char *unix_path; /* where to connect instead; the options' */
    uint64_t connect_ms;
    sentry__word_t stop;
    uint64_t deadline; /* of the request in flight */
    char *in;          /* bytes received and not used: from `at` to `have` */
    size_t at, have;
} sentry__http_t;

/* How an answer's body ends. */
typedef struct {
    int keep; /* the connection can be used again */
    int chunked;
    uint64_t length; /* UINT64_MAX: not said */
} sentry__framing_t;

static void sentry__http_disconnect(sentry__http_t *h)
{
    if (h->session) h->tls.close(h->session);
    h->session = NULL;
    if (h->socket != SENTRY__NO_SOCKET) sentry__os_socket_close(h->socket);
    h->socket = SENTRY__NO_SOCKET;
    h->at = h->have = 0;
}

/* Waits for the socket until `deadline`, in slices, so that `stop` is seen. Returns 1 when it is ready. */
static int sentry__http_wait(sentry__http_t *h, int to_write, uint64_t deadline)
{
    for (;;) {
        uint64_t now = sentry__os_ticks_ms();
        int ready;
        if (now >= deadline || sentry__load(&h->stop)) return 0;
        ready = sentry__os_socket_wait(h->socket, to_write, deadline - now < 50 ? (unsigned)(deadline - now) : 50);
        if (ready) return ready == 1;
    }
}

/* Connects to a socket in the file system. Returns 1 when connected. */
static int sentry__http_connect_unix(sentry__http_t *h)
{
    size_t n = strlen(h->unix_path);
    sentry__unix_t u;
    struct addrinfo a;
    memset(&u, 0, sizeof u);
    memset(&a, 0, sizeof a);
    u.sun_family = AF_UNIX;
    memcpy(u.sun_path, h->unix_path, n < sizeof u.sun_path ? n : 0);
    a.ai_family = AF_UNIX;
    a.ai_socktype = SOCK_STREAM;
    a.ai_addr = (struct sockaddr *)(void *)&u;
    a.ai_addrlen = sizeof u;
    if (n < sizeof u.sun_path) h->socket = sentry__os_socket_connect(&a);
    if (h->socket != SENTRY__NO_SOCKET && (!sentry__http_wait(h, 1, h->deadline) || sentry__os_socket_failed(h->socket))) sentry__http_disconnect(h);
    if (h->socket == SENTRY__NO_SOCKET) sentry__log(SENTRY_LEVEL_WARNING, "no connection to the socket %s", h->unix_path);
    return h->socket != SENTRY__NO_SOCKET;
}

/* Connects to the first of the host's, or the proxy's, addresses that answers. Returns 1 when connected. */
static int sentry__http_connect(sentry__http_t *h)
{
    struct addrinfo hints, *found = NULL, *a;
    uint64_t deadline = sentry__deadline(h->connect_ms), left = 0;
    const char *host = h->proxy.kind ? h->proxy.host : h->target.host, *port = h->proxy.kind ? h->proxy.port : h->target.port;
    if (h->unix_path) return sentry__http_connect_unix(h);
    if (deadline > h->deadline) deadline = h->deadline;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        sentry__log(SENTRY_LEVEL_WARNING, "the host %s is not known", host);
        return 0;
    }
    for (a = found; a; a = a->ai_next) left++;
    for (a = found; a && h->socket == SENTRY__NO_SOCKET; a = a->ai_next, left--) {
        uint64_t now = sentry__os_ticks_ms(), share = deadline > now ? (deadline - now) / left : 0; /* one that swallows packets leaves time for the next */
        h->socket = sentry__os_socket_connect(a);
        if (h->socket == SENTRY__NO_SOCKET) continue;
        if (!sentry__http_wait(h, 1, now + share) || sentry__os_socket_failed(h->socket)) sentry__http_disconnect(h);
    }
    freeaddrinfo(found);
    if (h->socket == SENTRY__NO_SOCKET) sentry__log(SENTRY_LEVEL_WARNING, "no connection to %s%s port %s", h->proxy.kind ? "the proxy " : "", host, port);
    return h->socket != SENTRY__NO_SOCKET;
}

/* Writes some bytes to the socket. Returns how many, -1 on error or when time is up. */
static int sentry__http_push(sentry__http_t *h, const char *p, size_t n)
{
    for (;;) {
        int sent = sentry__os_socket_send(h->socket, p, n < SENTRY__HTTP_PIECE ? n : SENTRY__HTTP_PIECE);
        if (sent >= 0) return sent;
        if (sent == -2 || !sentry__http_wait(h, 1, h->deadline)) return -1;
    }
}

/* Reads some bytes from the socket. Returns how many, 0 at the end, -1 on error or when time is up. */
static int sentry__http_pull(sentry__http_t *h, char *p, size_t n)
{
    while (sentry__http_wait(h, 0, h->deadline)) { /* first, because there is hardly ever an answer yet */
        int got = sentry__os_socket_recv(h->socket, p, n < SENTRY__HTTP_PIECE ? n : SENTRY__HTTP_PIECE);
        if (got >= 0) return got;
        if (got == -2) break;
    }
    return -1;
}

static int sentry__http_send(sentry__http_t *h, const char *p, size_t n)
{
    while (n) {
        size_t piece = n < SENTRY__HTTP_PIECE ? n : SENTRY__HTTP_PIECE;
        int sent = h->session ? h->tls.write(h->session, p, piece) : sentry__http_push(h, p, piece);
        if (sent <= 0 || (size_t)sent > piece) return 0;
        p += sent;
        n -= (size_t)sent;
    }
    return 1;
}

/* The next byte of the answer, -1 at its end or on error. */
static int sentry__http_byte(sentry__http_t *h)
{
    if (h->at == h->have) {
        int got = h->session ? h->tls.read(h->session, h->in, SENTRY__HTTP_BUFFER) : sentry__http_pull(h, h->in, SENTRY__HTTP_BUFFER);
        if (got <= 0 || got > SENTRY__HTTP_BUFFER) return -1;
        h->at = 0;
        h->have = (size_t)got;
    }
    return (unsigned char)h->in[h->at++];
}

/* A line without its end, cut at the buffer's size; `*budget` counts down. Returns 0 at the end or over budget. */
static int sentry__http_line(sentry__http_t *h, char *line, size_t cap, size_t *budget)
{
    size_t n = 0;
    for (;;) {
        int c = sentry__http_byte(h);
        if (c < 0 || (*budget)-- == 0) return 0;
        if (c == '\n') break;
        if (n + 1 < cap) line[n++] = (char)c;
    }
    if (n && line[n - 1] == '\r') n--;
    line[n] = 0;
    return 1;
}

/* What the SDK wants to know of an answer, whoever read it. */
static void sentry__response_header(sentry_http_response_t *r, sentry__str_t name, sentry__str_t value)
{
    if (sentry__str_ieq(name, SENTRY__LITERAL("retry-after"))) {
        snprintf(r->retry_after, sizeof r->retry_after, "%.*s", (int)(value.n < 63 ? value.n : 63), value.p);
    } else if (sentry__str_ieq(name, SENTRY__LITERAL("x-sentry-rate-limits"))) {
        size_t used = strlen(r->rate_limits), room = sizeof r->rate_limits - used - 2;
        int cut = value.n > room;
        if (cut) value.n = room;
        while (cut && value.n && value.p[value.n - 1] != ',') value.n--; /* half a limit is none */
        snprintf(r->rate_limits + used, room + 2, "%s%.*s", used ? "," : "", (int)value.n, value.p);
    }
}

static void sentry__http_header(sentry__framing_t *framing, sentry_http_response_t *r, sentry__str_t line)
{
    int line_was_cut = line.n == SENTRY__HTTP_LINE - 1;
    sentry__str_t name = sentry__take_until(&line, ':'), value = sentry__str_trim(line);
    size_t i;
    if (sentry__str_ieq(name, SENTRY__LITERAL("content-length"))) {
        framing->length = 0;
        for (i = 0; i < value.n && value.p[i] >= '0' && value.p[i] <= '9' && framing->length < (uint64_t)1 << 56; i++)
            framing->length = framing->length * 10 + (unsigned)(value.p[i] - '0');
        if (i == 0 || i < value.n) { /* no number: read until the end, trust nothing after it */
            framing->keep = 0;
            framing->length = UINT64_MAX;
        }
    } else if (sentry__str_ieq(name, SENTRY__LITERAL("transfer-encoding"))) {
        framing->chunked = sentry__str_ieq(value, SENTRY__LITERAL("chunked"));
    } else if (sentry__str_ieq(name, SENTRY__LITERAL("connection"))) {
        if (sentry__str_ieq(value, SENTRY__LITERAL("close"))) framing->keep = 0;
    } else {
        while (line_was_cut && value.n && value.p[value.n - 1] != ',') value.n--; /* as far as it is whole */
        sentry__response_header(r, name, value);
    }
}

/* Status line and headers; those of a 1xx answer are passed over. Returns 1 when there are any. */
static int sentry__http_head(sentry__http_t *h, sentry__framing_t *framing, sentry_http_response_t *r)
{
    char line[SENTRY__HTTP_LINE];
    size_t budget = SENTRY_MAX_RESPONSE_HEADER;
    int minor = 0, status = 0;
    do {
        memset(r, 0, sizeof *r);
        memset(framing, 0, sizeof *framing);
        framing->length = UINT64_MAX;
        if (!sentry__http_line(h, line, sizeof line, &budget)) return 0;
        if (sscanf(line, "HTTP/1.%1d %3d", &minor, &status) != 2 || status < 100) return 0;
        framing->keep = minor > 0;
        for (;;) {
            if (!sentry__http_line(h, line, sizeof line, &budget)) return 0;
            if (!line[0]) break;
            sentry__http_header(framing, r, sentry__str(line));
        }
    } while (status < 200);
    r->status = status;
    return 1;
}

static int sentry__http_skip(sentry__http_t *h, uint64_t n, size_t *budget)
{
    for (; n; n--)
        if (sentry__http_byte(h) < 0 || (*budget)-- == 0) return 0;
    return 1;
}

/* Reads past the body, so that the connection can serve again. Returns 1 when it can. */
static int sentry__http_body(sentry__http_t *h, const sentry__framing_t *framing, int status)
{
    size_t budget = SENTRY_MAX_RESPONSE_BODY, line_budget;
    char line[64];
    if (status == 204 || status == 304) return 1;
    if (!framing->chunked) {
        if (framing->length == UINT64_MAX) return 0;
        return framing->length <= budget && sentry__http_skip(h, framing->length, &budget);
    }
    for (;;) {
        char *end;
        unsigned long long n;
        line_budget = 4096;
        if (!sentry__http_line(h, line, sizeof line, &line_budget)) return 0;
        if (sentry__hex_digit(line[0]) < 0) return 0;
        n = strtoull(line, &end, 16);
        if (n > budget) return 0;
        if (n == 0) break;
        if (!sentry__http_skip(h, n, &budget) || !sentry__http_line(h, line, sizeof line, &line_budget) || line[0]) return 0;
    }
    do {
        line_budget = 4096;
        if (!sentry__http_line(h, line, sizeof line, &line_budget)) return 0;
    } while (line[0]);
    return 1;
}

static void sentry__target_free(sentry__target_t *t)
{
    SENTRY_FREE(t->url);
    memset(t, 0, sizeof *t);
}

/* Takes "http[s]://host[:port][/path]" to pieces. Returns 0 when done; free the target in any case. */
static int sentry__target_read(sentry__target_t *t, sentry__str_t url)
{
    static const char digits[] = "0123456789";
    char *at, *end, *colon;
    size_t scheme;
    memset(t, 0, sizeof *t);
    t->secure = url.n > 8 && memcmp(url.p, "https://", 8) == 0;
    scheme = t->secure ? 8 : 7;
    if (!t->secure && (url.n <= 7 || memcmp(url.p, "http://", 7) != 0)) return 1;
    /* The text twice: once whole, for what is sent, once cut up. */
    t->url = (char *)sentry__alloc(2 * (url.n + 1));
    if (!t->url) return 1;
    memcpy(t->url, url.p, url.n);
    memcpy(t->url + url.n + 1, url.p, url.n);
    t->url[url.n] = t->url[2 * url.n + 1] = 0;
    at = t->url + scheme;
    end = at + strcspn(at, "/");
    t->authority = sentry__slice(at, (size_t)(end - at));
    t->path = sentry__str(*end ? end + 1 : end);
    at += url.n + 1;
    at[t->authority.n] = 0;
    colon = strrchr(at, ':');
    end = strchr(at, ']');
    if (colon && !(end && colon < end)) *colon++ = 0;
    else colon = NULL;
    if (at[0] == '[' && end) at++, *end = 0;
    t->host = at;
    t->port = colon ? colon : t->secure ? "443" : "80";
    return !at[0] || !t->port[0] || strspn(t->port, digits) != strlen(t->port);
}

/* Whether the connection there is leads where the URL does; else there is none after this, but a target. Returns 0 when
 * the URL is good. */
static int sentry__http_aim(sentry__http_t *h, sentry__str_t url)
{
    if (h->target.url && sentry__str_eq(sentry__str(h->target.url), url)) return 0;
    sentry__http_disconnect(h);
    sentry__target_free(&h->target);
    if (!sentry__target_read(&h->target, url)) return 0;
    sentry__target_free(&h->target);
    return 1;
}

/* -- proxies -- */

/* Three bytes as four characters, the last ones filled up with '='. */
static void sentry__buf_base64(sentry__buf_t *b, sentry__str_t s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t i, k;
    for (i = 0; i < s.n; i += 3) {
        unsigned v = 0;
        for (k = 0; k < 3; k++) v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0u);
        for (k = 0; k < 4; k++) sentry__buf_byte(b, i + k <= s.n ? digits[(v >> (18 - 6 * k)) & 63] : '=');
    }
}

/* Who we are, when the proxy asks for that: a header's line, with the end of the one before. */
static void sentry__proxy_auth(const sentry__proxy_t *p, sentry__buf_t *b)
{
    sentry__buf_t pair;
    if (!p->user) return;
    sentry__buf_init(&pair, NULL, 0);
    sentry__buf_cstr(&pair, p->user);
    SENTRY__PUT(&pair, ":");
    sentry__buf_cstr(&pair, p->password);
    SENTRY__PUT(b, "\r\nProxy-Authorization: Basic ");
    if (pair.failed) b->failed = 1;
    else sentry__buf_base64(b, sentry__slice(pair.data, pair.len));
    sentry__buf_free(&pair);
}

static void sentry__proxy_refused(const sentry__http_t *h, int status)
{
    sentry__log(SENTRY_LEVEL_WARNING, "the proxy %s does not connect: status %d%s", h->proxy.host, status, status == 407 ? ", it wants a user and a password" : "");
}

/* Asks an HTTP proxy to pass bytes on to the target. Returns 1 when it does. */
static int sentry__proxy_tunnel(sentry__http_t *h)
{
    sentry__framing_t framing;
    sentry_http_response_t r;
    sentry__buf_t b;
    const char *open = strchr(h->target.host, ':') ? "[" : "", *close = open[0] ? "]" : "";
    int half, sent;
    sentry__buf_init(&b, NULL, 0);
    SENTRY__PUT(&b, "CONNECT ");
    for (half = 0; half < 2; half++) {
        sentry__buf_cstr(&b, open);
        sentry__buf_cstr(&b, h->target.host);
        sentry__buf_cstr(&b, close);
        SENTRY__PUT(&b, ":");
        sentry__buf_cstr(&b, h->target.port);
        if (!half) SENTRY__PUT(&b, " HTTP/1.1\r\nHost: ");
    }
    sentry__proxy_auth(&h->proxy, &b);
    SENTRY__PUT(&b, "\r\n\r\n");
    sent = !b.failed && sentry__http_send(h, b.data, b.len);
    sentry__buf_free(&b);
    if (!sent || !sentry__http_head(h, &framing, &r)) return 0;
    if (r.status / 100 != 2) sentry__proxy_refused(h, r.status);
    return r.status / 100 == 2 && h->at == h->have;
}

static int sentry__socks_read(sentry__http_t *h, unsigned char *to, size_t n)
{
    int c = 0;
    for (; n && (c = sentry__http_byte(h)) >= 0; n--) *to++ = (unsigned char)c;
    return n == 0;
}

/* A length and as many bytes; SOCKS knows up to 255. */
static void sentry__socks_text(sentry__buf_t *b, const char *text)
{
    size_t n = strlen(text);
    if (n > 255) b->failed = 1;
    sentry__buf_byte(b, (char)(unsigned char)n);
    sentry__buf_put(b, text, n);
}

/* The target's address: numbers where it is a number, else the name, which the proxy looks up. */
static void sentry__socks_address(sentry__buf_t *b, const char *host)
{
    struct addrinfo hints, *found = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, NULL, &hints, &found) != 0) found = NULL;
    if (found && found->ai_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, found->ai_addr, sizeof four);
        sentry__buf_byte(b, 1);
        sentry__buf_put(b, (const char *)&four.sin_addr, 4);
    } else if (found && found->ai_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, found->ai_addr, sizeof six);
        sentry__buf_byte(b, 4);
        sentry__buf_put(b, (const char *)&six.sin6_addr, 16);
    } else {
        sentry__buf_byte(b, 3);
        sentry__socks_text(b, host);
    }
    if (found) freeaddrinfo(found);
}

/* Sends what is in the buffer, empties it, and reads an answer of `n` bytes. */
static int sentry__socks_ask(sentry__http_t *h, sentry__buf_t *b, unsigned char *answer, size_t n)
{
    int sent = !b->failed && sentry__http_send(h, b->data, b->len);
    b->len = 0;
    return sent && sentry__socks_read(h, answer, n);
}

/* The greeting of SOCKS5 (RFC 1928), with user and password (RFC 1929) when the proxy wants them. Returns NULL, or what is wrong. */
static const char *sentry__socks_greet(sentry__http_t *h, sentry__buf_t *b)
{
    unsigned char a[2];
    if (h->proxy.user) sentry__buf_put(b, "\5\2\0\2", 4);
    else sentry__buf_put(b, "\5\1\0", 3);
    if (!sentry__socks_ask(h, b, a, 2) || a[0] != 5) return "it does not speak SOCKS5";
    if (a[1] == 0) return NULL;
    if (a[1] != 2 || !h->proxy.user) return "it wants a user and a password";
    sentry__buf_byte(b, 1);
    sentry__socks_text(b, h->proxy.user);
    sentry__socks_text(b, h->proxy.password);
    return sentry__socks_ask(h, b, a, 2) && a[1] == 0 ? NULL : "it refuses the user and the password";
}

/* Asks a SOCKS5 proxy to connect to the target. Returns 1 when it did. */
static int sentry__socks_connect(sentry__http_t *h)
{
    unsigned char a[262];
    unsigned long port = strtoul(h->target.port, NULL, 10);
    sentry__buf_t b;
    char storage[600];
    const char *problem;
    sentry__buf_init(&b, storage, sizeof storage);
    problem = sentry__socks_greet(h, &b);
    if (!problem) {
        sentry__buf_put(&b, "\5\1\0", 3);
        sentry__socks_address(&b, h->target.host);
        sentry__buf_byte(&b, (char)(unsigned char)(port >> 8 & 255));
        sentry__buf_byte(&b, (char)(unsigned char)(port & 255));
        if (!sentry__socks_ask(h, &b, a, 5) || a[0] != 5) problem = "it does not answer"; /* the fifth byte begins the address it connects from */
        else if (a[1]) problem = a[1] == 2 ? "its rules forbid it" : a[1] == 3 || a[1] == 4 ? "it cannot reach the host" : a[1] == 5 ? "the connection was refused" : "it fails";
        else if (!sentry__socks_read(h, a + 5, a[3] == 1 ? 5 : a[3] == 4 ? 17 : (size_t)a[4] + 2) || h->at != h->have) problem = "its answer is malformed";
    }
    sentry__buf_free(&b);
    if (problem) sentry__log(SENTRY_LEVEL_WARNING, "the SOCKS proxy %s does not connect to %s: %s", h->proxy.host, h->target.host, problem);
    return problem == NULL;
}

/* A connection to where the target is, through a proxy where there is one, with TLS where the target wants it. Returns 1 when
 * there is one. */
static int sentry__http_open(sentry__http_t *h)
{
    int open;
    if (!sentry__http_connect(h)) return 0;
    open = h->proxy.kind != SENTRY__PROXY_SOCKS || sentry__socks_connect(h);
    if (open && h->proxy.kind == SENTRY__PROXY_HTTP && h->target.secure) open = sentry__proxy_tunnel(h);
    if (open && h->target.secure) {
        h->session = h->tls.connect(h, h->target.host, h->tls.user_data);
        open = h->session != NULL;
        if (!open) sentry__log(SENTRY_LEVEL_WARNING, "no TLS session with %s: the certificate, or the handshake, failed", h->target.host);
    }
    if (!open) sentry__http_disconnect(h);
    return open;
}

/* Replaces %XX in place. */
static void sentry__percent_decode(char *text)
{
    char *to = text;
    for (; *text; text++) {
        int high = text[0] == '%' ? sentry__hex_digit(text[1]) : -1, low = high >= 0 ? sentry__hex_digit(text[2]) : -1;
        *to++ = low >= 0 ? (char)(unsigned char)(high * 16 + low) : *text;
        if (low >= 0) text += 2;
    }
    *to = 0;
}

/* Reads "[scheme://][user[:password]@]host[:port][/]". Returns NULL, or what is wrong; free the proxy in any case. */
static const char *sentry__proxy_read(sentry__proxy_t *p, sentry__str_t text)
{
    char *at, *rest, *colon, *end;
    text = sentry__str_trim(text);
    p->text = sentry__strdup(text);
    if (!p->text) return "out of memory";
    at = strstr(p->text, "://");
    if (at) *at = 0;
    rest = at ? at + 3 : p->text;
    p->kind = SENTRY__PROXY_HTTP;
    if (at && (sentry__str_ieq(sentry__str(p->text), SENTRY__LITERAL("socks5")) || sentry__str_ieq(sentry__str(p->text), SENTRY__LITERAL("socks5h")))) p->kind = SENTRY__PROXY_SOCKS;
    else if (at && !sentry__str_ieq(sentry__str(p->text), SENTRY__LITERAL("http"))) return "its scheme is neither http nor socks5";
    p->port = p->kind == SENTRY__PROXY_SOCKS ? "1080" : "80";
    rest[strcspn(rest, "/")] = 0;
    at = strrchr(rest, '@');
    if (at) {
        *at = 0;
        colon = strchr(rest, ':');
        if (colon) *colon++ = 0;
        p->user = rest;
        p->password = colon ? colon : "";
        sentry__percent_decode(rest);
        if (colon) sentry__percent_decode(colon);
        rest = at + 1;
    }
    colon = strrchr(rest, ':');
    end = strchr(rest, ']');
    if (colon && !(end && colon < end)) {
        *colon = 0;
        p->port = colon + 1;
    }
    if (rest[0] == '[' && end) rest++, *end = 0;
    p->host = rest;
    if (!rest[0]) return "it has no host";
    return !p->port[0] || strspn(p->port, "0123456789") != strlen(p->port) ? "its port is not a number" : NULL;
}

/* Whether a no_proxy list, "example.com,.internal:8080 *", has a host and port. */
static int sentry__no_proxy(sentry__str_t list, sentry__str_t host, unsigned port)
{
    if (host.n > 2 && host.p[0] == '[') host = sentry__slice(host.p + 1, host.n - 2);
    while (list.n) {
        sentry__str_t entry, tail;
        size_t n = 0;
        while (n < list.n && list.p[n] != ',' && list.p[n] != ' ' && list.p[n] != '\t') n++;
        entry = sentry__slice(list.p, n);
        list = sentry__slice(list.p + n + (n < list.n), list.n - n - (n < list.n));
        if (entry.n == 1 && entry.p[0] == '*') return 1;
        for (n = entry.n; n > 0 && entry.p[n - 1] >= '0' && entry.p[n - 1] <= '9'; n--) {}
        if (n > 1 && n < entry.n && entry.p[n - 1] == ':' && (entry.p[n - 2] == ']' || !memchr(entry.p, ':', n - 1))) { /* a port, not the end of an IPv6 address */
            if (strtoul(entry.p + n, NULL, 10) != port) continue;
            entry.n = n - 1;
        }
        if (entry.n > 2 && entry.p[0] == '[' && entry.p[entry.n - 1] == ']') entry = sentry__slice(entry.p + 1, entry.n - 2);
        if (entry.n && entry.p[0] == '.') entry = sentry__slice(entry.p + 1, entry.n - 1);
        if (!entry.n || entry.n > host.n) continue;
        tail = sentry__slice(host.p + host.n - entry.n, entry.n);
        if (sentry__str_ieq(tail, entry) && (tail.p == host.p || tail.p[-1] == '.')) return 1;
    }
    return 0;
}

/* The proxy that options and environment ask for. Upper-case HTTP_PROXY is what a web server makes of a client's header. */
static const char *sentry__proxy_choose(sentry__proxy_t *p, const sentry_options_t *o, const sentry__dsn_t *dsn)
{
    static const char *const names[2][4] = { { "http_proxy", "http_proxy", "all_proxy", "ALL_PROXY" }, { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } };
    char room[1024], no_room[1024];
    const char *text = o->proxy, *no;
    size_t i;
    for (i = 0; !o->proxy && !(text && text[0]) && i < 4; i++) text = sentry__os_getenv(names[dsn->secure != 0][i], room);
    if (!text || !text[0]) return NULL;
    no = sentry__os_getenv("no_proxy", no_room);
    if (!no) no = sentry__os_getenv("NO_PROXY", no_room);
    return sentry__no_proxy(sentry__str(no), sentry__str(dsn->host), dsn->port) ? NULL : sentry__proxy_read(p, sentry__str(text));
}

/* "POST /path HTTP/1.1" and the headers, down to the blank line. */
static void sentry__http_write_head(const sentry__http_t *h, const sentry_http_request_t *req, sentry__buf_t *b)
{
    const sentry__target_t *t = &h->target;
    int proxied = h->proxy.kind == SENTRY__PROXY_HTTP && !t->secure;
    size_t i;
    sentry__buf_cstr(b, req->method);
    SENTRY__PUT(b, " ");
    if (proxied) { /* who passes it on wants the whole address */
        SENTRY__PUT(b, "http://");
        sentry__buf_str(b, t->authority);
    }
    SENTRY__PUT(b, "/");
    sentry__buf_str(b, t->path);
    SENTRY__PUT(b, " HTTP/1.1\r\nHost: ");
    sentry__buf_str(b, t->authority);
    if (proxied) sentry__proxy_auth(&h->proxy, b);
    for (i = 0; i < req->headers; i++) {
        SENTRY__PUT(b, "\r\n");
        sentry__buf_cstr(b, req->keys[i]);
        SENTRY__PUT(b, ": ");
        sentry__buf_cstr(b, req->values[i]);
    }
    SENTRY__PUT(b, "\r\n\r\n");
}

/* Sends head and body and reads the answer. Returns 1 when there is one. */
static int sentry__http_exchange(sentry__http_t *h, sentry__str_t head, sentry__str_t body, sentry_http_response_t *r)
{
    sentry__framing_t framing;
    int again;
    do {
        int kept, whole;
        again = 0;
        /* Bytes nobody asked for, or an end, on an idle connection: it cannot be trusted any more. */
        if (h->socket != SENTRY__NO_SOCKET && (h->at < h->have || sentry__os_socket_wait(h->socket, 0, 0))) sentry__http_disconnect(h);
        kept = h->socket != SENTRY__NO_SOCKET;
        if (!kept && !sentry__http_open(h)) return 0;
        h->at = h->have = 0;
        whole = sentry__http_send(h, head.p, head.n) && sentry__http_send(h, body.p, body.n);
        /* A server that refuses a big body may answer before it has read it all, and close. */
        if (!sentry__http_head(h, &framing, r)) {
            r->status = 0;
            again = kept && h->have == 0 && !sentry__load(&h->stop) && sentry__os_ticks_ms() < h->deadline;
            sentry__http_disconnect(h);
        } else if (!whole || !framing.keep || !sentry__http_body(h, &framing, r->status)) {
            sentry__http_disconnect(h);
        }
    } while (again);
    return r->status != 0;
}

/* -- the built-in client's functions -- */

static sentry_http_client_t *sentry__http_new(void *data)
{
    sentry__http_t *h = (sentry__http_t *)sentry__calloc(sizeof *h);
    (void)data;
    if (!h) return NULL;
    h->socket = SENTRY__NO_SOCKET;
    h->in = (char *)sentry__alloc(SENTRY__HTTP_BUFFER);
    if (h->in && !sentry__os_sockets_start()) return h;
    SENTRY_FREE(h->in);
    SENTRY_FREE(h);
    return NULL;
}

static void sentry__http_free(sentry_http_client_t *client)
{
    sentry__http_t *h = (sentry__http_t *)client;
    sentry__http_disconnect(h);
    sentry__os_sockets_stop();
    sentry__target_free(&h->target);
    SENTRY_FREE(h->proxy.text);
    SENTRY_FREE(h->in);
    SENTRY_FREE(h);
}

/* For a Spotlight: no proxy stands in its way. */
static int sentry__http_start_direct(sentry_http_client_t *client, const sentry_options_t *options)
{
    sentry__http_t *h = (sentry__http_t *)client;
    h->connect_ms = options->connect_timeout ? options->connect_timeout : 5000;
    if (options->tls) h->tls = *options->tls;
    return 0;
}

static int sentry__http_start(sentry_http_client_t *client, const sentry_options_t *options)
{
    sentry__http_t *h = (sentry__http_t *)client;
    const char *problem = NULL;
    sentry__dsn_t dsn;
    sentry__http_start_direct(client, options);
    h->unix_path = options->unix_socket;
    SENTRY_FREE(h->proxy.text);
    memset(&h->proxy, 0, sizeof h->proxy);
    if (h->unix_path) return 0;
    if (!sentry__dsn_parse(&dsn, sentry__str(options->dsn))) problem = sentry__proxy_choose(&h->proxy, options, &dsn);
    sentry__dsn_free(&dsn);
    return problem ? sentry__init_failed("the proxy is malformed: %s", problem) : 0;
}

static void sentry__http_stop(sentry_http_client_t *client) { sentry__store(&((sentry__http_t *)client)->stop, 1); }

static int sentry__http_do(sentry_http_client_t *client, sentry_http_request_t *req, sentry_http_response_t *r)
{
    sentry__http_t *h = (sentry__http_t *)client;
    sentry__str_t body = req->body;
    sentry__buf_t head;
    int answered;
    h->deadline = req->deadline;
    if (sentry__http_aim(h, sentry__str(req->url))) return 0;
    sentry__buf_init(&head, NULL, 0);
    sentry__http_write_head(h, req, &head);
    if (body.n <= SENTRY__HTTP_PIECE) { /* with the head, in one system call and as few packets as can be */
        sentry__buf_str(&head, body);
        body = sentry__slice(NULL, 0);
    }
    answered = !head.failed && sentry__http_exchange(h, sentry__slice(head.data, head.len), body, r);
    sentry__buf_free(&head);
    if (!answered || r->status != 407 || h->proxy.kind != SENTRY__PROXY_HTTP) return answered;
    sentry__proxy_refused(h, r->status); /* the server has not seen it */
    sentry__http_disconnect(h);
    return 0;
}

/* -- public -- */

SENTRY_API int sentry_tls_io_read(sentry_tls_io_t *io, char *buf, size_t size) { return io && buf ? sentry__http_pull(io, buf, size) : -1; }
SENTRY_API int sentry_tls_io_write(sentry_tls_io_t *io, const char *buf, size_t size) { return io && buf ? sentry__http_push(io, buf, size) : -1; }

SENTRY_API const char *sentry_http_request_get_method(const sentry_http_request_t *req) { return req ? req->method : ""; }
SENTRY_API const char *sentry_http_request_get_url(const sentry_http_request_t *req) { return req ? req->url : ""; }
SENTRY_API size_t sentry_http_request_get_header_count(const sentry_http_request_t *req) { return req ? req->headers : 0; }
SENTRY_API int sentry_http_request_get_header(const sentry_http_request_t *req, size_t index, const char **key_out, const char **value_out)
{
    if (!req || index >= req->headers) return 0;
    if (key_out) *key_out = req->keys[index];
    if (value_out) *value_out = req->values[index];
    return 1;
}
SENTRY_API const char *sentry_http_request_get_body(const sentry_http_request_t *req, size_t *len_out)
{
    if (len_out) *len_out = req ? req->body.n : 0;
    return req ? req->body.p : NULL;
}
SENTRY_API const char *sentry_http_request_get_body_file_path(const sentry_http_request_t *req, size_t *len_out)
{
    (void)req;
    if (len_out) *len_out = 0;
    return NULL;
}
SENTRY_API void sentry_http_response_set_status_code(sentry_http_response_t *r, int status_code)
{
    if (r) r->status = status_code;
}
SENTRY_API void sentry_http_response_set_header(sentry_http_response_t *r, const char *key, const char *value)
{
    if (r && key && value) sentry__response_header(r, sentry__str(key), sentry__str_trim(sentry__str(value)));
}
#endif

/* ==[24]== TRANSPORT ================================================================
 * Owns    sentry_transport_t: the functions that take an envelope away.
 * Threads a transport of the user's is called on the capturing thread.
 */

struct sentry_transport_s {
    void (*send)(sentry_envelope_t *envelope, void *state);
    int (*startup)(const sentry_options_t *options, void *state);
    int (*flush)(uint64_t timeout, void *state);
    int (*shutdown)(uint64_t timeout, void *state);
    void (*free_state)(void *state);
    void *state;
};

static void sentry__transport_free(sentry_transport_t *t)
{
    if (!t) return;
    if (t->free_state) t->free_state(t->state);
    SENTRY_FREE(t);
}

static sentry_transport_t *sentry__transport_new(void (*send)(sentry_envelope_t *, void *))
{
    sentry_transport_t *t = send ? (sentry_transport_t *)sentry__calloc(sizeof *t) : NULL;
    if (t) t->send = send;
    return t;
}

/* A function transport lends the envelope and frees it after the call. */
typedef struct {
    void (*func)(const sentry_envelope_t *envelope, void *data);
    void *data;
} sentry__function_t;

static void sentry__function_send(sentry_envelope_t *e, void *state)
{
    sentry__function_t *f = (sentry__function_t *)state;
    f->func(e, f->data);
    sentry__envelope_free(e);
}

static void sentry__function_free(void *state) { SENTRY_FREE(state); }

/* The transport that drops everything. */
static void sentry__null_send(sentry_envelope_t *e, void *state)
{
    (void)state;
    sentry__envelope_free(e);
}

/* -- public -- */

SENTRY_API sentry_transport_t *sentry_transport_new(void (*send_func)(sentry_envelope_t *envelope, void *state)) { return sentry__transport_new(send_func); }
SENTRY_API void sentry_transport_set_state(sentry_transport_t *t, void *state)
{
    if (t) t->state = state;
}
SENTRY_API void sentry_transport_set_free_func(sentry_transport_t *t, void (*free_func)(void *state))
{
    if (t) t->free_state = free_func;
}
SENTRY_API void sentry_transport_set_startup_func(sentry_transport_t *t, int (*startup_func)(const sentry_options_t *options, void *state))
{
    if (t) t->startup = startup_func;
}
SENTRY_API void sentry_transport_set_flush_func(sentry_transport_t *t, int (*flush_func)(uint64_t timeout, void *state))
{
    if (t) t->flush = flush_func;
}
SENTRY_API void sentry_transport_set_shutdown_func(sentry_transport_t *t, int (*shutdown_func)(uint64_t timeout, void *state))
{
    if (t) t->shutdown = shutdown_func;
}
SENTRY_API void sentry_transport_free(sentry_transport_t *transport) { sentry__transport_free(transport); }

SENTRY_API sentry_transport_t *sentry_new_function_transport(void (*func)(const sentry_envelope_t *envelope, void *data), void *data)
{
    sentry__function_t *f = func ? (sentry__function_t *)sentry__alloc(sizeof *f) : NULL;
    sentry_transport_t *t = f ? sentry__transport_new(sentry__function_send) : NULL;
    if (!t) {
        SENTRY_FREE(f);
        return NULL;
    }
    f->func = func;
    f->data = data;
    t->state = f;
    t->free_state = sentry__function_free;
    return t;
}

/* ==[25]== OPTIONS IN FORCE =========================================================
 * Owns    copies of strings that setters made, hanging on the struct they were made for.
 * Holds   a field keeps what was set, 0 for "default"; the functions below say what is in force.
 * Threads one at a time per struct.
 */

typedef struct sentry__owned_s {
    struct sentry__owned_s *next; /* the bytes follow */
} sentry__owned_t;

/* A copy that lives as long as the options; NULL for NULL, or without memory. */
static const char *sentry__options_keep(sentry_options_t *o, sentry__str_t s)
{
    sentry__owned_t *owned = s.p ? (sentry__owned_t *)sentry__alloc(sizeof *owned + s.n + 1) : NULL;
    char *text;
    if (!owned) return NULL;
    owned->next = (sentry__owned_t *)o->_owned;
    o->_owned = owned;
    text = (char *)(owned + 1);
    if (s.n) memcpy(text, s.p, s.n);
    text[s.n] = 0;
    return text;
}

static void sentry__options_drop_strings(sentry_options_t *o)
{
    sentry__owned_t *owned = (sentry__owned_t *)o->_owned, *next;
    for (; owned; owned = next) {
        next = owned->next;
        SENTRY_FREE(owned);
    }
    o->_owned = NULL;
}

/* A rate in force: `v` may be 0 for the default or negative for none. */
static double sentry__rate(double v, double otherwise) { return v < 0.0 ? 0.0 : v > 0.0 ? v : otherwise; }

static int sentry__rate_valid(double v) { return v >= 0.0 && v <= 1.0; }

/* A diagnostic about options that no init has seen yet: it goes where they say. */
static SENTRY_PRINTF(2, 3) void sentry__options_log(const sentry_options_t *o, const char *fmt, ...)
{
    va_list args;
    if (o->debug <= 0) return;
    va_start(args, fmt);
    (o->logger ? o->logger : sentry__log_plain)(SENTRY_LEVEL_ERROR, fmt, args, o->logger_data);
    va_end(args);
}

static void sentry__rate_set(const sentry_options_t *o, double *field, double v, const char *name)
{
    if (sentry__rate_valid(v)) *field = v > 0.0 ? v : SENTRY_RATE_NONE;
    else sentry__options_log(o, "%s %g is not a rate from 0 to 1: it is ignored", name, v);
}

static size_t sentry__size(size_t v, size_t otherwise) { return v == SENTRY_NONE ? 0 : v ? v : otherwise; }

static size_t sentry__max_breadcrumbs(const sentry_options_t *o)
{
    size_t n = sentry__size(o->max_breadcrumbs, 100);
    return n > SENTRY_MAX_BREADCRUMBS ? SENTRY_MAX_BREADCRUMBS : n;
}

static size_t sentry__max_spans(const sentry_options_t *o)
{
    size_t n = sentry__size(o->max_spans, 1000);
    return n > SENTRY_MAX_SPANS ? SENTRY_MAX_SPANS : n;
}

static size_t sentry__max_value_length(const sentry_options_t *o)
{
    return o->max_value_length == SENTRY_NONE ? SIZE_MAX : sentry__size(o->max_value_length, 1024);
}

static size_t sentry__max_attachment_size(const sentry_options_t *o)
{
    return o->max_attachment_size == SENTRY_NONE ? SIZE_MAX : sentry__size(o->max_attachment_size, (size_t)20 << 20);
}

static uint64_t sentry__shutdown_timeout(const sentry_options_t *o) { return o->shutdown_timeout == SENTRY_NO_WAIT ? 0 : o->shutdown_timeout ? o->shutdown_timeout : 2000; }

/* Whether `s` is one of six words. */
static int sentry__is_word(const char *s, const char *const words[6])
{
    size_t i;
    for (i = 0; s && i < 6; i++)
        if (sentry__str_ieq(sentry__str(s), sentry__str(words[i]))) return 1;
    return 0;
}
static int sentry__true_word(const char *s)
{
    static const char *const words[] = { "1", "true", "t", "yes", "y", "on" };
    return sentry__is_word(s, words);
}
static int sentry__false_word(const char *s)
{
    static const char *const words[] = { "0", "false", "f", "no", "n", "off" };
    return !s[0] || sentry__is_word(s, words);
}

static void sentry__rate_from_environment(const sentry_options_t *o, double *field, const char *name)
{
    char room[1024];
    const char *rate = sentry__os_getenv(name, room);
    sentry_value_t v;
    if (!rate || !rate[0] || *field < 0.0 || *field > 0.0) return;
    v = sentry__json_read(sentry__str_trim(sentry__str(rate))); /* JSON's numbers know no locale */
    sentry__rate_set(o, field, sentry_value_as_double(v), name);
    sentry__decref(v);
}

/* What the environment says where the program said nothing. */
static void sentry__options_from_environment(sentry_options_t *o)
{
    char room[1024];
    if (!o->dsn) o->dsn = sentry__options_keep(o, sentry__str(sentry__os_getenv("SENTRY_DSN", room)));
    if (!o->release) o->release = sentry__options_keep(o, sentry__str(sentry__os_getenv("SENTRY_RELEASE", room)));
    if (!o->environment) o->environment = sentry__options_keep(o, sentry__str(sentry__os_getenv("SENTRY_ENVIRONMENT", room)));
    if (o->environment && !o->environment[0]) o->environment = NULL;
    if (!o->debug && sentry__true_word(sentry__os_getenv("SENTRY_DEBUG", room))) o->debug = SENTRY_ON;
    sentry__rate_from_environment(o, &o->sample_rate, "SENTRY_SAMPLE_RATE");
    sentry__rate_from_environment(o, &o->traces_sample_rate, "SENTRY_TRACES_SAMPLE_RATE");
}

#ifndef SENTRY_NO_FILES
/* The commit in a line of text: 40 or 64 hex digits. */
static sentry__str_t sentry__commit(sentry__str_t line)
{
    size_t i;
    line = sentry__str_trim(line);
    for (i = 0; i < line.n && sentry__hex_digit(line.p[i]) >= 0; i++) {}
    return i == line.n && (i == 40 || i == 64) ? line : sentry__slice(NULL, 0);
}

/* The commit that `ref` names in a git folder: a file of its own, or a line of packed-refs. */
static const char *sentry__git_ref(sentry_options_t *o, const char *git, sentry__str_t ref)
{
    char path[1024], *text;
    const char *commit = NULL;
    size_t n;
    sentry__str_t rest;
    if (!sentry__path_join(path, git, ref)) return NULL;
    text = sentry__file_read(path, 4096, &n);
    if (text) commit = sentry__options_keep(o, sentry__commit(sentry__slice(text, n)));
    SENTRY_FREE(text);
    if (commit || !sentry__path_join(path, git, SENTRY__LITERAL("packed-refs"))) return commit;
    text = sentry__file_read(path, (size_t)16 << 20, &n);
    rest = sentry__slice(text, n);
    while (text && rest.n && !commit) {
        sentry__str_t line = sentry__take_line(&rest), hash = sentry__take_until(&line, ' ');
        if (sentry__str_eq(sentry__str_trim(line), ref)) commit = sentry__options_keep(o, sentry__commit(hash));
    }
    SENTRY_FREE(text);
    return commit;
}

/* The commit that a git folder has checked out; a worktree's refs are in its common folder. */
static const char *sentry__git_head(sentry_options_t *o, const char *git)
{
    char path[1024], common[1024], *text;
    const char *commit;
    sentry__str_t head;
    size_t n;
    if (!sentry__path_join(path, git, SENTRY__LITERAL("HEAD"))) return NULL;
    text = sentry__file_read(path, 4096, &n);
    if (!text) return NULL;
    head = sentry__str_trim(sentry__slice(text, n));
    commit = sentry__options_keep(o, sentry__commit(head));
    if (!commit && head.n > 5 && memcmp(head.p, "ref: ", 5) == 0) {
        sentry__str_t ref = sentry__str_trim(sentry__slice(head.p + 5, head.n - 5));
        char *where = NULL;
        commit = sentry__git_ref(o, git, ref);
        if (!commit && sentry__path_join(path, git, SENTRY__LITERAL("commondir"))) where = sentry__file_read(path, 1000, &n);
        if (where && sentry__path_join(common, git, sentry__str_trim(sentry__slice(where, n)))) commit = sentry__git_ref(o, common, ref);
        SENTRY_FREE(where);
    }
    SENTRY_FREE(text);
    return commit;
}

/* Looks for .git in a folder and those above it; .git may be a file that says where the folder is. */
static const char *sentry__git_commit(sentry_options_t *o, const char *folder)
{
    char at[1024], git[1024], other[1024], *text, *slash;
    const char *commit;
    size_t n;
    snprintf(at, sizeof at, "%.1000s", folder);
    for (;;) {
        if (!sentry__path_join(git, at, SENTRY__LITERAL(".git"))) return NULL;
        commit = sentry__git_head(o, git);
        text = commit ? NULL : sentry__file_read(git, 1000, &n);
        if (text && n > 8 && memcmp(text, "gitdir: ", 8) == 0 && sentry__path_join(other, at, sentry__str_trim(sentry__slice(text + 8, n - 8))))
            commit = sentry__git_head(o, other);
        SENTRY_FREE(text);
        slash = strrchr(at, '/');
        if (SENTRY__DIRSEP != '/' && strrchr(at, SENTRY__DIRSEP) > slash) slash = strrchr(at, SENTRY__DIRSEP);
        if (commit || !slash || !at[0]) return commit;
        *slash = 0;
    }
}

/* The commit around the executable, else that around the working directory. */
static const char *sentry__git_release(sentry_options_t *o)
{
    char folder[1024];
    const char *found = NULL;
    if (sentry__os_exe(folder, sizeof folder)) found = sentry__git_commit(o, folder);
    if (!found && sentry__os_cwd(folder, sizeof folder)) found = sentry__git_commit(o, folder);
    return found;
}
#else
static const char *sentry__git_release(sentry_options_t *o)
{
    (void)o;
    return NULL;
}
#endif

/* The release nobody named: that of git, then what build services say. */
static const char *sentry__release_detect(sentry_options_t *o)
{
    static const char *const names[] = { "HEROKU_BUILD_COMMIT", "HEROKU_SLUG_COMMIT", "SOURCE_VERSION", "CODEBUILD_RESOLVED_SOURCE_VERSION",
        "CIRCLE_SHA1", "GAE_DEPLOYMENT_ID", "K_REVISION" };
    char room[1024];
    const char *found = sentry__git_release(o);
    size_t i;
    for (i = 0; !found && i < sizeof names / sizeof names[0]; i++) {
        const char *value = sentry__os_getenv(names[i], room);
        if (value && value[0]) found = sentry__options_keep(o, sentry__str(value));
    }
    return found;
}

/* Copies a NULL-terminated list of strings, and one more unless that is NULL. NULL for nothing, and without memory. */
static const char *const *sentry__options_keep_list(sentry_options_t *o, const char *const *list, sentry__str_t more)
{
    size_t n = 0, i;
    sentry__owned_t *owned;
    const char **copy;
    if (!list && !more.p) return NULL;
    while (list && list[n]) n++;
    owned = (sentry__owned_t *)sentry__calloc(sizeof *owned + (n + 2) * sizeof *copy);
    if (!owned) return NULL;
    owned->next = (sentry__owned_t *)o->_owned;
    o->_owned = owned;
    copy = (const char **)(void *)(owned + 1);
    for (i = 0; i < n; i++)
        if ((copy[i] = sentry__options_keep(o, sentry__str(list[i]))) == NULL) return copy;
    copy[n] = sentry__options_keep(o, more);
    return copy;
}

/* One warning for each option that is set and has nothing behind it. */
static void sentry__options_warn(const sentry_options_t *o)
{
#define SENTRY__UNBUILT(name, set) \
    if (set) sentry__log(SENTRY_LEVEL_WARNING, "the option " name " is set, but not built yet: it has no effect")
    SENTRY__UNBUILT("profiles_sample_rate", o->profiles_sample_rate > 0.0);
    SENTRY__UNBUILT("profiles_sampler", o->profiles_sampler);
    SENTRY__UNBUILT("profile_session_sample_rate", o->profile_session_sample_rate > 0.0);
    SENTRY__UNBUILT("continuous_profiling_auto_start", o->continuous_profiling_auto_start > 0);
    SENTRY__UNBUILT("profiler_hz", o->profiler_hz);
    SENTRY__UNBUILT("integrations", o->integrations);
    SENTRY__UNBUILT("default_integrations", o->default_integrations);
    SENTRY__UNBUILT("auto_enabling_integrations", o->auto_enabling_integrations);
    SENTRY__UNBUILT("disabled_integrations", o->disabled_integrations);
#undef SENTRY__UNBUILT
}

/* A rate of the struct form: negative is "none"; what is no rate at all falls back to the default. */
static void sentry__rate_check(const sentry_options_t *o, double *field, const char *name)
{
    if (sentry__rate_valid(*field) || *field == SENTRY_RATE_NONE) return;
    sentry__options_log(o, "%s %g is not a rate from 0 to 1: it is ignored", name, *field);
    *field = 0.0;
}

/* Where Spotlight is: a word that means yes leaves that to the environment, or to the default. "" for nowhere. */
static const char *sentry__spotlight_url(const char *option, const char *environment)
{
    const char *said = option ? option : environment;
    if (!said || sentry__false_word(said)) return "";
    if (sentry__true_word(said)) said = option && environment && !sentry__true_word(environment) && !sentry__false_word(environment) ? environment : NULL;
    return said ? said : "http://localhost:8969/stream";
}

/* A copy of a caller's options with everything filled in that can be looked up. Strings hang on the copy. Returns 0, or
 * 1 without memory for what the caller said. */
static int sentry__options_resolve(sentry_options_t *to, const sentry_options_t *from)
{
    char room[1024];
    int failed = 0;
    *to = *from;
    to->_self = to->_owned = NULL;
#define SENTRY__COPY(field) \
    to->field = sentry__options_keep(to, sentry__str(from->field)); \
    failed |= from->field && !to->field
    SENTRY__COPY(dsn);
    SENTRY__COPY(release);
    SENTRY__COPY(environment);
    SENTRY__COPY(dist);
    SENTRY__COPY(server_name);
    SENTRY__COPY(sdk_name);
    SENTRY__COPY(org_id);
    SENTRY__COPY(proxy);
    SENTRY__COPY(unix_socket);
    SENTRY__COPY(ca_certs);
    SENTRY__COPY(transport_thread_name);
    SENTRY__COPY(database_path);
    SENTRY__COPY(project_root);
#undef SENTRY__COPY
    to->spotlight = sentry__options_keep(to, sentry__str(sentry__spotlight_url(from->spotlight, sentry__os_getenv("SENTRY_SPOTLIGHT", room))));
    to->ignore_errors = sentry__options_keep_list(to, from->ignore_errors, sentry__slice(NULL, 0));
    failed |= from->ignore_errors && !to->ignore_errors;
    to->attachments = sentry__options_keep_list(to, from->attachments, sentry__slice(NULL, 0));
    failed |= from->attachments && !to->attachments;
    to->in_app_include = sentry__options_keep_list(to, from->in_app_include, sentry__slice(NULL, 0));
    failed |= from->in_app_include && !to->in_app_include;
    to->in_app_exclude = sentry__options_keep_list(to, from->in_app_exclude, sentry__slice(NULL, 0));
    failed |= from->in_app_exclude && !to->in_app_exclude;
    to->ignore_transactions = sentry__options_keep_list(to, from->ignore_transactions, sentry__slice(NULL, 0));
    failed |= from->ignore_transactions && !to->ignore_transactions;
    to->trace_propagation_targets = sentry__options_keep_list(to, from->trace_propagation_targets, sentry__slice(NULL, 0));
    failed |= from->trace_propagation_targets && !to->trace_propagation_targets;
    sentry__rate_check(to, &to->sample_rate, "sample_rate");
    sentry__rate_check(to, &to->traces_sample_rate, "traces_sample_rate");
    sentry__rate_check(to, &to->profiles_sample_rate, "profiles_sample_rate");
    sentry__rate_check(to, &to->profile_session_sample_rate, "profile_session_sample_rate");
    sentry__options_from_environment(to);
    failed |= !to->dsn && sentry__os_getenv("SENTRY_DSN", room);
    if (!to->release) to->release = sentry__release_detect(to);
    if (!to->environment) to->environment = sentry__options_keep(to, SENTRY__LITERAL("production"));
    if (!to->server_name) to->server_name = sentry__options_keep(to, sentry__slice(room, sentry__os_host(room, sizeof room)));
    if (!to->sdk_name) to->sdk_name = sentry__options_keep(to, SENTRY__LITERAL(SENTRY_SDK_NAME));
    if (!to->transport_thread_name) to->transport_thread_name = sentry__options_keep(to, SENTRY__LITERAL("sentry-http"));
    return failed || !to->sdk_name;
}

/* Only what sentry_options_new made. Not inlined: compilers would warn of a struct on the caller's stack. */
static SENTRY__NOINLINE void sentry__options_free(sentry_options_t *o)
{
    if (!o || o->_self != o) return;
    sentry__transport_free(o->transport);
    sentry__options_drop_strings(o);
    SENTRY_FREE(o);
}

/* Shape: sdk of events and envelopes. */
static sentry_value_t sentry__sdk_value(const sentry_options_t *o)
{
    return sentry__pair_new(SENTRY__LITERAL("name"), sentry__str(o->sdk_name), SENTRY__LITERAL("version"), SENTRY__LITERAL(SENTRY_SDK_VERSION));
}

/* -- public -- */

SENTRY_API sentry_options_t *sentry_options_new(void)
{
    sentry_options_t *o = (sentry_options_t *)sentry__calloc(sizeof *o);
    if (!o) return NULL;
    o->_self = o;
    sentry__options_from_environment(o);
    return o;
}

SENTRY_API void sentry_options_free(sentry_options_t *opts) { sentry__options_free(opts); }

#define SENTRY__STRING_OPTION(field) \
    SENTRY_API void sentry_options_set_##field(sentry_options_t *opts, const char *field) \
    { \
        if (opts) opts->field = sentry__options_keep(opts, sentry__str(field)); \
    } \
    SENTRY_API void sentry_options_set_##field##_n(sentry_options_t *opts, const char *field, size_t n) \
    { \
        if (opts) opts->field = sentry__options_keep(opts, sentry__str_n(field, n)); \
    }
SENTRY__STRING_OPTION(release)
SENTRY__STRING_OPTION(environment)
SENTRY__STRING_OPTION(dist)
SENTRY__STRING_OPTION(org_id)
SENTRY__STRING_OPTION(proxy)
SENTRY__STRING_OPTION(unix_socket)
SENTRY__STRING_OPTION(ca_certs)
SENTRY__STRING_OPTION(transport_thread_name)
SENTRY__STRING_OPTION(spotlight)
SENTRY__STRING_OPTION(database_path)
#undef SENTRY__STRING_OPTION

#define SENTRY__HOOK_OPTION(name, type, field) \
    SENTRY_API void sentry_options_set_##name(sentry_options_t *opts, type func, void *data) \
    { \
        if (!opts) return; \
        opts->field = func; \
        opts->field##_data = data; \
    }
SENTRY__HOOK_OPTION(traces_sampler, sentry_traces_sampler_function, traces_sampler)
SENTRY__HOOK_OPTION(before_send_transaction, sentry_event_function_t, before_send_transaction)
SENTRY__HOOK_OPTION(before_transaction, sentry_transaction_function_t, before_transaction)
SENTRY__HOOK_OPTION(error_sampler, sentry_error_sampler_function_t, error_sampler)
SENTRY__HOOK_OPTION(before_send, sentry_event_function_t, before_send)
SENTRY__HOOK_OPTION(before_breadcrumb, sentry_before_breadcrumb_function_t, before_breadcrumb_plain)
SENTRY__HOOK_OPTION(on_crash, sentry_crash_function_t, on_crash)
SENTRY__HOOK_OPTION(on_crashed_last_run, sentry_crashed_last_run_function_t, on_crashed_last_run)
#undef SENTRY__HOOK_OPTION

#define SENTRY__TOGGLE_OPTION(field) \
    SENTRY_API void sentry_options_set_##field(sentry_options_t *opts, int on) \
    { \
        if (opts) opts->field = on ? SENTRY_ON : SENTRY_OFF; \
    }
SENTRY__TOGGLE_OPTION(propagate_traceparent)
SENTRY__TOGGLE_OPTION(strict_trace_continuation)
SENTRY__TOGGLE_OPTION(send_default_pii)
SENTRY__TOGGLE_OPTION(attach_stacktrace)
SENTRY__TOGGLE_OPTION(symbolize_stacktraces)
SENTRY__TOGGLE_OPTION(propagate_hub)
SENTRY__TOGGLE_OPTION(send_client_reports)
SENTRY__TOGGLE_OPTION(require_user_consent)
SENTRY__TOGGLE_OPTION(http_compression)
SENTRY__TOGGLE_OPTION(enable_backpressure_handling)
SENTRY__TOGGLE_OPTION(http_retry)
#undef SENTRY__TOGGLE_OPTION

SENTRY_API void sentry_options_set_dsn(sentry_options_t *opts, const char *dsn) { sentry_options_set_dsn_n(opts, dsn, dsn ? strlen(dsn) : 0); }
SENTRY_API void sentry_options_set_dsn_n(sentry_options_t *opts, const char *dsn, size_t n)
{
    if (opts) opts->dsn = sentry__options_keep(opts, dsn ? sentry__str_n(dsn, n) : SENTRY__LITERAL(""));
}
SENTRY_API void sentry_options_set_server_name(sentry_options_t *opts, const char *server_name)
{
    if (opts) opts->server_name = sentry__options_keep(opts, sentry__str(server_name));
}
SENTRY_API int sentry_options_set_sdk_name(sentry_options_t *opts, const char *sdk_name) { return sentry_options_set_sdk_name_n(opts, sdk_name, sdk_name ? strlen(sdk_name) : 0); }
SENTRY_API int sentry_options_set_sdk_name_n(sentry_options_t *opts, const char *sdk_name, size_t n)
{
    const char *name = opts && sdk_name ? sentry__options_keep(opts, sentry__str_n(sdk_name, n)) : NULL;
    if (name) opts->sdk_name = name;
    return name == NULL;
}
SENTRY_API const char *sentry_options_get_dsn(const sentry_options_t *opts) { return opts ? opts->dsn : NULL; }
SENTRY_API const char *sentry_options_get_release(const sentry_options_t *opts) { return opts ? opts->release : NULL; }
SENTRY_API const char *sentry_options_get_environment(const sentry_options_t *opts) { return opts && opts->environment ? opts->environment : "production"; }
SENTRY_API const char *sentry_options_get_dist(const sentry_options_t *opts) { return opts ? opts->dist : NULL; }
SENTRY_API const char *sentry_options_get_sdk_name(const sentry_options_t *opts) { return opts && opts->sdk_name ? opts->sdk_name : SENTRY_SDK_NAME; }
SENTRY_API const char *sentry_options_get_transport_thread_name(const sentry_options_t *opts) { return opts && opts->transport_thread_name ? opts->transport_thread_name : "sentry-http"; }

SENTRY_API void sentry_options_set_tls(sentry_options_t *opts, const sentry_tls_t *tls)
{
    if (opts) opts->tls = tls;
}
SENTRY_API void sentry_options_set_http_proxy(sentry_options_t *opts, const char *proxy) { sentry_options_set_proxy(opts, proxy); }
SENTRY_API void sentry_options_set_http_proxy_n(sentry_options_t *opts, const char *proxy, size_t n) { sentry_options_set_proxy_n(opts, proxy, n); }
SENTRY_API const char *sentry_options_get_http_proxy(const sentry_options_t *opts) { return sentry_options_get_proxy(opts); }
SENTRY_API const char *sentry_options_get_proxy(const sentry_options_t *opts) { return opts ? opts->proxy : NULL; }
SENTRY_API const char *sentry_options_get_ca_certs(const sentry_options_t *opts) { return opts ? opts->ca_certs : NULL; }
SENTRY_API const char *sentry_options_get_user_agent(const sentry_options_t *opts)
{
    char text[512];
    const char *kept = NULL;
    if (opts && opts->sdk_name) {
        int n = snprintf(text, sizeof text, "%.400s/%s", opts->sdk_name, SENTRY_SDK_VERSION), i;
        for (i = 0; i < n; i++) /* nothing that could end a header */
            if (text[i] <= ' ' || text[i] > '~' || text[i] == ',') text[i] = '_';
        kept = sentry__options_keep((sentry_options_t *)(uintptr_t)opts, sentry__slice(text, (size_t)n));
    }
    return kept ? kept : SENTRY_SDK_USER_AGENT;
}

SENTRY_API void sentry_options_set_debug(sentry_options_t *opts, int debug)
{
    if (opts) opts->debug = debug > 0 ? SENTRY_ON : SENTRY_OFF;
}
SENTRY_API int sentry_options_get_debug(const sentry_options_t *opts) { return opts && opts->debug > 0; }
SENTRY_API void sentry_options_set_logger_level(sentry_options_t *opts, sentry_level_t level)
{
    if (opts) opts->logger_level = level == SENTRY_LEVEL_INFO ? SENTRY_LOGGER_INFO : (int)level;
}
SENTRY_API void sentry_options_set_logger(sentry_options_t *opts, sentry_logger_function_t func, void *userdata)
{
    if (!opts) return;
    opts->logger = func;
    opts->logger_data = userdata;
}
SENTRY_API void sentry_options_set_sample_rate(sentry_options_t *opts, double sample_rate)
{
    if (opts) sentry__rate_set(opts, &opts->sample_rate, sample_rate, "sample_rate");
}
SENTRY_API double sentry_options_get_sample_rate(const sentry_options_t *opts) { return sentry__rate(opts ? opts->sample_rate : 0.0, 1.0); }
SENTRY_API void sentry_options_set_traces_sample_rate(sentry_options_t *opts, double sample_rate)
{
    if (opts) sentry__rate_set(opts, &opts->traces_sample_rate, sample_rate, "traces_sample_rate");
}
SENTRY_API double sentry_options_get_traces_sample_rate(sentry_options_t *opts) { return sentry__rate(opts ? opts->traces_sample_rate : 0.0, 0.0); }
SENTRY_API void sentry_options_set_max_spans(sentry_options_t *opts, size_t max_spans)
{
    if (opts) opts->max_spans = max_spans ? max_spans : SENTRY_NONE;
}
SENTRY_API size_t sentry_options_get_max_spans(sentry_options_t *opts) { return opts ? sentry__max_spans(opts) : 1000; }
SENTRY_API int sentry_options_get_propagate_traceparent(const sentry_options_t *opts) { return opts && opts->propagate_traceparent > 0; }
SENTRY_API int sentry_options_get_strict_trace_continuation(const sentry_options_t *opts) { return opts && opts->strict_trace_continuation > 0; }
SENTRY_API void sentry_options_set_max_value_length(sentry_options_t *opts, size_t bytes)
{
    if (opts) opts->max_value_length = bytes ? bytes : SENTRY_NONE;
}
SENTRY_API void sentry_options_set_max_attachment_size(sentry_options_t *opts, size_t bytes)
{
    if (opts) opts->max_attachment_size = bytes ? bytes : SENTRY_NONE;
}
#ifndef SENTRY_NO_FILES
SENTRY_API void sentry_options_add_attachment(sentry_options_t *opts, const char *path) { sentry_options_add_attachment_n(opts, path, path ? strlen(path) : 0); }
SENTRY_API void sentry_options_add_attachment_n(sentry_options_t *opts, const char *path, size_t n)
{
    const char *const *longer = opts && path ? sentry__options_keep_list(opts, opts->attachments, sentry__str_n(path, n)) : NULL;
    if (longer) opts->attachments = longer;
}
#ifdef _WIN32
SENTRY_API void sentry_options_add_attachmentw(sentry_options_t *opts, const wchar_t *path) { sentry_options_add_attachmentw_n(opts, path, SIZE_MAX); }
SENTRY_API void sentry_options_add_attachmentw_n(sentry_options_t *opts, const wchar_t *path, size_t n)
{
    char *utf8 = sentry__os_utf8(path, n);
    sentry_options_add_attachment(opts, utf8);
    SENTRY_FREE(utf8);
}
#endif
#endif
SENTRY_API void sentry_options_set_max_breadcrumbs(sentry_options_t *opts, size_t max_breadcrumbs)
{
    if (opts) opts->max_breadcrumbs = max_breadcrumbs ? max_breadcrumbs : SENTRY_NONE;
}
SENTRY_API size_t sentry_options_get_max_breadcrumbs(const sentry_options_t *opts) { return opts ? sentry__max_breadcrumbs(opts) : 100; }
SENTRY_API void sentry_options_set_transport(sentry_options_t *opts, sentry_transport_t *transport)
{
    if (!opts || (transport && transport == opts->transport)) return;
    sentry__transport_free(opts->transport);
    opts->transport = transport ? transport : sentry__transport_new(sentry__null_send);
}
SENTRY_API int sentry_options_get_send_client_reports(const sentry_options_t *opts) { return !opts || opts->send_client_reports >= 0; }
SENTRY_API int sentry_options_get_require_user_consent(const sentry_options_t *opts) { return opts && opts->require_user_consent > 0; }
SENTRY_API int sentry_options_get_http_retry(const sentry_options_t *opts) { return !opts || opts->http_retry >= 0; }
SENTRY_API int sentry_options_get_symbolize_stacktraces(const sentry_options_t *opts) { return !opts || opts->symbolize_stacktraces >= 0; }
SENTRY_API void sentry_options_set_backend(sentry_options_t *opts, sentry_backend_t *backend)
{
    if (opts && !backend) opts->crash_handler = SENTRY_OFF;
}
SENTRY_API void sentry_options_set_handler_strategy(sentry_options_t *opts, sentry_handler_strategy_t strategy)
{
    if (opts) opts->handler_strategy = strategy;
}
SENTRY_API sentry_handler_strategy_t sentry_options_get_handler_strategy(const sentry_options_t *opts) { return opts ? opts->handler_strategy : SENTRY_HANDLER_STRATEGY_DEFAULT; }
SENTRY_API void sentry_options_set_cache_keep(sentry_options_t *opts, int mode)
{
    if (opts) opts->cache_keep = mode < 0 ? SENTRY_CACHE_KEEP_OFFLINE : mode > SENTRY_CACHE_KEEP_ALWAYS ? SENTRY_CACHE_KEEP_ALWAYS : mode;
}
SENTRY_API int sentry_options_get_cache_keep(const sentry_options_t *opts) { return opts ? opts->cache_keep : SENTRY_CACHE_KEEP_NONE; }
SENTRY_API void sentry_options_set_cache_max_items(sentry_options_t *opts, size_t items)
{
    if (opts) opts->cache_max_items = items ? items : SENTRY_NONE;
}
SENTRY_API void sentry_options_set_cache_max_size(sentry_options_t *opts, size_t bytes)
{
    if (opts) opts->cache_max_size = bytes;
}
SENTRY_API void sentry_options_set_cache_max_age(sentry_options_t *opts, time_t seconds)
{
    if (opts) opts->cache_max_age = seconds;
}
#if defined(_WIN32) && !defined(SENTRY_NO_FILES)
SENTRY_API void sentry_options_set_database_pathw(sentry_options_t *opts, const wchar_t *path) { sentry_options_set_database_pathw_n(opts, path, SIZE_MAX); }
SENTRY_API void sentry_options_set_database_pathw_n(sentry_options_t *opts, const wchar_t *path, size_t n)
{
    char *utf8 = sentry__os_utf8(path, n);
    sentry_options_set_database_path(opts, utf8);
    SENTRY_FREE(utf8);
}
#endif
SENTRY_API void sentry_options_set_shutdown_timeout(sentry_options_t *opts, uint64_t shutdown_timeout)
{
    if (opts) opts->shutdown_timeout = shutdown_timeout ? shutdown_timeout : SENTRY_NO_WAIT;
}
SENTRY_API uint64_t sentry_options_get_shutdown_timeout(sentry_options_t *opts) { return opts ? sentry__shutdown_timeout(opts) : 2000; }
SENTRY_API void sentry_options_set_transfer_timeout(sentry_options_t *opts, uint64_t transfer_timeout)
{
    if (opts) opts->transfer_timeout = transfer_timeout;
}
SENTRY_API uint64_t sentry_options_get_transfer_timeout(sentry_options_t *opts) { return opts && opts->transfer_timeout ? opts->transfer_timeout : 30000; }

/* ==[26]== WORKER ===================================================================
 * Owns    the built-in transport: its queue and the thread that sends it.
 * Lock    a worker's mutex; no callback, I/O or other lock is taken under it, but to save what a stuck request holds at close.
 * Holds   queued <= cap and bytes <= cap_bytes; a thread runs iff `running`; it starts with the first envelope.
 * Threads any enqueues; only the worker dequeues. Fork: the child's queue is empty and its thread not started.
 *
 * A worker is counted: its transport holds it and so does its thread, which may outlive a close that ran out of time.
 * With SENTRY_NO_THREADS nothing ever runs; who flushes does the worker's work.
 */

#ifndef SENTRY_NO_HTTP
#define SENTRY__REPORT_EVERY_MS 60000u
#define SENTRY__COMPRESS_FROM 1024u /* bytes; less fits a packet or two anyway */
#define SENTRY__FILE_EVERY_MS 100u /* between two files, unless somebody waits */

/* Where envelopes go: only losses on the way to a server, or an output, count. */
typedef enum { SENTRY__TO_SERVER, SENTRY__TO_SPOTLIGHT, SENTRY__TO_OUTPUT } sentry__to_t;

typedef struct sentry__worker_s {
    sentry__word_t refs;
    sentry__mutex_t mutex;
    sentry__cond_t wake, idle; /* for the worker; for those who wait until it has nothing to do */
    sentry_envelope_t *first, *last;
    size_t queued, bytes, cap, cap_bytes;
    uint64_t accepted, finished; /* envelopes, ever */
    uint64_t awaited;            /* the least number finished that a flush waits for */
    int running, closing, send_reports;
    sentry_envelope_t *in_flight; /* fresh, on its way */
    sentry__word_t cut;           /* close has run out of time: what is not sent goes where the queue goes */
    int abandoned;                /* the thread did not end in time: what it had is taken care of */
    sentry__db_t *db;             /* NULL: nothing is kept */
    int retry, keep, compress;    /* options.http_retry, a toggle; cache_keep; whether bodies may go as gzip */
    int pass, passing, waiters;   /* files to be tried: wanted, under way (SENTRY__PASS_*); flushes, which speed it up */
    uint64_t passed_ms;           /* when a pass last ended */
    /* The worker's own: */
    sentry__files_t files; /* of the pass under way */
    size_t next_file;
    uint64_t next_file_ms, reported_ms; /* when it is due; when the last report left */
    int offline;                        /* the last request had no answer */
    sentry__os_thread_t thread;
    sentry_http_client_t *client; /* NULL in a child of fork, until it sends */
    sentry_http_client_factory_func_t factory;
    void *factory_data;
    sentry_http_client_send_func_t send;
    void (*free_client)(sentry_http_client_t *);
    int (*start_client)(sentry_http_client_t *, const sentry_options_t *);
    void (*stop_client)(sentry_http_client_t *);
    const sentry_options_t *options; /* in force; they live until the transport is freed */
    uint64_t total_ms; /* for one request */
    sentry__to_t to;
    uint64_t muted_until_ms, mute_ms; /* a Spotlight that does not answer */
    char *url, *auth, *user_agent;    /* only a server wants `auth` */
    char thread_name[16];
    sentry_value_t header; /* of envelopes that carry only a report: dsn and sdk */
    struct sentry__worker_s *next; /* that fork must mind */
} sentry__worker_t;

/* The workers that fork must mind: those of all transports there are. The lock is held from before a fork until after it. */
static sentry__worker_t *sentry__fork_workers;
static sentry__lock_t sentry__fork_lock;

static void sentry__fork_mind(sentry__worker_t *w)
{
    sentry__lock(&sentry__fork_lock);
    w->next = sentry__fork_workers;
    sentry__fork_workers = w;
    sentry__unlock(&sentry__fork_lock);
}

static void sentry__fork_forget(sentry__worker_t *w)
{
    sentry__worker_t **at;
    sentry__lock(&sentry__fork_lock);
    for (at = &sentry__fork_workers; *at && *at != w; at = &(*at)->next) {}
    if (*at) *at = w->next;
    sentry__unlock(&sentry__fork_lock);
}

static void sentry__worker_empty(sentry__worker_t *w)
{
    while (w->first) {
        sentry_envelope_t *next = w->first->next;
        sentry__envelope_free(w->first);
        w->first = next;
    }
    w->queued = w->bytes = 0;
}

static void sentry__worker_release(sentry__worker_t *w)
{
    if (sentry__add(&w->refs, (sentry__word_t)-1) != 0) return;
    sentry__worker_empty(w);
    sentry__files_free(&w->files);
    sentry__db_release(w->db);
    if (w->client && w->free_client) w->free_client(w->client);
    sentry__os_cond_free(&w->wake);
    sentry__os_cond_free(&w->idle);
    sentry__os_mutex_free(&w->mutex);
    SENTRY_FREE(w->url);
    SENTRY_FREE(w->auth);
    SENTRY_FREE(w->user_agent);
    sentry__decref(w->header);
    SENTRY_FREE(w);
}

static void sentry__request_header(sentry_http_request_t *req, const char *key, const char *value)
{
    req->keys[req->headers] = key;
    req->values[req->headers++] = value;
}

/* Posts the bytes of an envelope, as gzip where that pays; status 0 when there is no answer. Returns the bytes that went out. */
static size_t sentry__worker_post(const sentry__worker_t *w, sentry__str_t body, uint64_t deadline, sentry_http_response_t *r)
{
    sentry_http_request_t req;
    sentry__buf_t packed;
    char length[21];
    sentry__buf_init(&packed, NULL, 0);
    memset(&req, 0, sizeof req);
    if (w->compress && body.n >= SENTRY__COMPRESS_FROM && !sentry__gzip(&packed, body.p, body.n)) {
        body = sentry__slice(packed.data, packed.len);
        sentry__request_header(&req, "Content-Encoding", "gzip");
    }
    *sentry__format_u64(length, body.n) = 0;
    req.method = "POST";
    req.url = w->url;
    sentry__request_header(&req, "User-Agent", w->user_agent);
    if (w->auth) sentry__request_header(&req, "X-Sentry-Auth", w->auth);
    sentry__request_header(&req, "Content-Type", "application/x-sentry-envelope");
    sentry__request_header(&req, "Content-Length", length);
    req.body = body;
    req.deadline = deadline;
    memset(r, 0, sizeof *r);
    if (!w->client || !w->send(w->client, &req, r)) r->status = 0;
    sentry__buf_free(&packed);
    return body.n;
}

/* A fresh envelope is on its way, or (NULL) no more. Returns 1 when a close did not wait for it. */
static int sentry__worker_in_flight(sentry__worker_t *w, sentry_envelope_t *e)
{
    int abandoned;
    sentry__os_mutex_lock(&w->mutex);
    w->in_flight = e;
    abandoned = w->abandoned;
    sentry__os_mutex_unlock(&w->mutex);
    return abandoned;
}

#define SENTRY__NOT_SENT (-1)

/* Sends an envelope, along with a client report when there is something to report, and counts what the server refuses. Returns
 * its status, 0 for no answer, SENTRY__NOT_SENT when there was nothing to try, or somebody else took over. */
static int sentry__worker_deliver(sentry__worker_t *w, sentry_envelope_t *e, uint64_t deadline, int fresh)
{
    sentry__report_t report;
    sentry_http_response_t r;
    sentry__buf_t body;
    size_t bytes = 0;
    int reported = 0;
    if (w->send_reports && !sentry__is_limited(SENTRY__CATEGORY_INTERNAL, sentry__os_ticks_ms()) && sentry__report_take(&report)) {
        reported = sentry__report_attach(&report, e) == 0;
        if (!reported) sentry__report_restore(&report);
    }
    sentry__buf_init(&body, NULL, 0);
    r.status = SENTRY__NOT_SENT;
    if (e->count) sentry__envelope_write(e, &body, SENTRY__SENT_AT_NOW);
    if (e->count && !body.failed) {
        sentry__worker_in_flight(w, fresh ? e : NULL);
        bytes = sentry__worker_post(w, sentry__slice(body.data, body.len), deadline, &r);
        if (sentry__worker_in_flight(w, NULL)) r.status = SENTRY__NOT_SENT;
    }
    if (reported) {
        sentry__envelope_remove(e, e->count - 1);
        w->reported_ms = sentry__os_ticks_ms();
        if (r.status / 100 != 2) sentry__report_restore(&report);
    }
    if (body.failed && fresh) sentry__lost_envelope(SENTRY_DROP_INTERNAL_SDK_ERROR, e);
    if (r.status >= 0) {
        if (r.status == 429) sentry__totals_refused(e);
        else if (r.status && r.status / 100 != 2) sentry__lost_envelope(SENTRY_DROP_SEND_ERROR, e);
        sentry__limits_from_answer(r.status, sentry__str(r.rate_limits), sentry__str(r.retry_after));
        sentry__totals_answer(r.status, bytes);
        sentry__log(r.status / 100 == 2 ? SENTRY_LEVEL_DEBUG : SENTRY_LEVEL_WARNING, "sent %lu bytes, status %d%s", (unsigned long)bytes, r.status,
            r.status ? "" : " (no answer)");
    }
    sentry__buf_free(&body);
    return r.status;
}

/* An envelope for a report alone; what it carries is added when it is sent. */
static sentry_envelope_t *sentry__report_envelope(const sentry__worker_t *w)
{
    sentry_envelope_t *e = sentry__envelope_new();
    if (e) sentry__object_merge(e->header, w->header, 0);
    return e;
}

/* With nothing else to send, losses are reported once a minute. */
static int sentry__report_due(const sentry__worker_t *w)
{
    return w->send_reports && sentry__load(&sentry__limits.any_lost) && sentry__os_ticks_ms() - w->reported_ms >= SENTRY__REPORT_EVERY_MS;
}

static sentry_envelope_t *sentry__worker_take_locked(sentry__worker_t *w)
{
    sentry_envelope_t *e = w->first;
    if (!e) return NULL;
    w->first = e->next;
    w->queued--;
    w->bytes -= e->bytes;
    return e;
}

static void sentry__worker_queue_locked(sentry__worker_t *w, sentry_envelope_t *e)
{
    e->next = NULL;
    if (w->first) w->last->next = e;
    else w->first = e;
    w->last = e;
    w->queued++;
    w->accepted++;
    w->bytes += e->bytes;
    sentry__os_cond_wake(&w->wake);
}

/* Wants files to be tried: those whose time has come, or all. */
enum { SENTRY__PASS_DUE = 1, SENTRY__PASS_ALL };
static void sentry__worker_want_pass_locked(sentry__worker_t *w, int pass)
{
    if (w->db && w->pass < pass) w->pass = pass;
    sentry__os_cond_wake(&w->wake);
}

/* What becomes of a fresh envelope that met no answer, or may not leave: it waits on disk, or is lost, and counted. */
static void sentry__worker_unsent(const sentry__worker_t *w, sentry_envelope_t *e, int withheld)
{
    sentry_drop_reason_t reason = withheld ? SENTRY_DROP_EVENT_PROCESSOR : SENTRY_DROP_NETWORK_ERROR;
    int waits = w->retry || (withheld ? w->keep != SENTRY_CACHE_KEEP_NONE : sentry__load(&w->cut) != 0);
    sentry__kept_t kept = SENTRY__NOT_KEPT;
    if (waits || w->keep) sentry__envelope_finish(e);
    if (!e->count) return;
    if (waits) kept = sentry__db_keep(w->db, e, !withheld && sentry__load(&w->cut) ? SENTRY__IN_RUN : SENTRY__IN_CACHE);
    if (kept == SENTRY__KEPT) return;
    if (kept == SENTRY__TOO_BIG) reason = SENTRY_DROP_CACHE_OVERFLOW;
    if (!waits && !withheld && w->keep) sentry__db_keep(w->db, e, SENTRY__FOR_PEOPLE);
    sentry__lost_envelope(reason, e);
}

/* After an answer what waits is tried too: the network is back. */
static void sentry__worker_answered(sentry__worker_t *w, int status)
{
    int back = w->offline && status > 0;
    if (status >= 0) w->offline = status == 0;
    if (!back) return;
    sentry__os_mutex_lock(&w->mutex);
    sentry__worker_want_pass_locked(w, SENTRY__PASS_ALL);
    sentry__os_mutex_unlock(&w->mutex);
}

/* A copy for a Spotlight. When that does not answer, no more are sent for a while: a second at first, a minute in the end. */
static void sentry__worker_copy(sentry__worker_t *w, sentry_envelope_t *e, uint64_t deadline)
{
    sentry_http_response_t r;
    sentry__buf_t body;
    if (sentry__withheld() || sentry__os_ticks_ms() < w->muted_until_ms) return;
    sentry__buf_init(&body, NULL, 0);
    sentry__envelope_write(e, &body, SENTRY__SENT_AT_NOW);
    if (!body.failed) sentry__worker_post(w, sentry__slice(body.data, body.len), deadline, &r);
    w->mute_ms = body.failed || r.status ? 0 : !w->mute_ms ? 1000 : w->mute_ms < 30000 ? 2 * w->mute_ms : 60000;
    w->muted_until_ms = w->mute_ms ? sentry__os_ticks_ms() + w->mute_ms : 0;
    if (w->mute_ms) sentry__log(SENTRY_LEVEL_WARNING, "Spotlight does not answer at %s", w->url);
    sentry__buf_free(&body);
}

/* Sends an envelope and deals with what comes of it. */
static void sentry__worker_give(sentry__worker_t *w, sentry_envelope_t *e, uint64_t deadline)
{
    int withheld = sentry__withheld(), status = SENTRY__NOT_SENT;
    sentry__limits_apply(e);
    if (!withheld) status = sentry__worker_deliver(w, e, deadline, 1);
    if (e->count && (withheld || status == 0)) sentry__worker_unsent(w, e, withheld);
    if (e->count && status > 0 && w->keep == SENTRY_CACHE_KEEP_ALWAYS) sentry__db_keep(w->db, e, SENTRY__FOR_PEOPLE);
    sentry__worker_answered(w, status);
}

/* Sends an envelope within the time that one request may take, but not beyond `latest`, and is done with it. */
static void sentry__worker_work(sentry__worker_t *w, sentry_envelope_t *e, uint64_t latest)
{
    uint64_t deadline = sentry__deadline(w->total_ms);
    if (deadline > latest) deadline = latest;
    if (w->to == SENTRY__TO_SPOTLIGHT) sentry__worker_copy(w, e, deadline);
    else sentry__worker_give(w, e, deadline);
    sentry__os_mutex_lock(&w->mutex);
    if (++w->finished >= w->awaited) sentry__os_cond_wake(&w->idle);
    sentry__os_mutex_unlock(&w->mutex);
    sentry__envelope_free(e);
}

/* Tries a file. Returns 0 when the pass is over: the network is down, or the server wants a rest. */
static int sentry__worker_try(sentry__worker_t *w, sentry__file_t *f, uint64_t latest)
{
    uint64_t deadline = sentry__deadline(w->total_ms);
    sentry_envelope_t *e = sentry__db_claim(w->db, f);
    int status = SENTRY__NOT_SENT, over = e && sentry__limits_hold(e);
    if (e && !over) {
        sentry__envelope_name(e);
        status = sentry__worker_deliver(w, e, deadline < latest ? deadline : latest, 0);
        over = status <= 0 && e->count;
        /* What close cuts off stays with the run, and was not tried. */
        if (status > 0 || !e->count || (status == 0 && !sentry__load(&w->cut))) sentry__db_tried(w->db, f, e, status != 0);
        sentry__worker_answered(w, status);
    }
    w->next_file_ms = e ? sentry__os_ticks_ms() + SENTRY__FILE_EVERY_MS : 0;
    sentry__envelope_free(e);
    return !over;
}

/* Goes on with a pass by one file. */
static void sentry__worker_pass(sentry__worker_t *w, uint64_t latest)
{
    int withheld = sentry__withheld();
    if (!w->files.list && !withheld) {
        sentry__db_list(w->db, w->passing == SENTRY__PASS_ALL, &w->files);
        w->next_file = 0;
    }
    if (!withheld && w->next_file < w->files.count && sentry__worker_try(w, &w->files.list[w->next_file++], latest)) return;
    sentry__files_free(&w->files);
    sentry__os_mutex_lock(&w->mutex);
    w->passing = 0;
    w->passed_ms = sentry__os_ticks_ms();
    sentry__os_cond_wake(&w->idle);
    sentry__os_mutex_unlock(&w->mutex);
}

static int sentry__worker_file_ready_locked(const sentry__worker_t *w) { return (w->pass || w->passing) && (w->waiters || sentry__os_ticks_ms() >= w->next_file_ms); }

/* Does one thing: sends an envelope of the queue, else a file. Returns 0 when there is nothing to do. */
static int sentry__worker_turn(sentry__worker_t *w, uint64_t latest)
{
    sentry_envelope_t *e;
    int file;
    sentry__os_mutex_lock(&w->mutex);
    e = sentry__worker_take_locked(w);
    file = !e && sentry__worker_file_ready_locked(w);
    if (file && !w->passing) w->passing = w->pass, w->pass = 0;
    sentry__os_mutex_unlock(&w->mutex);
    if (e) sentry__envelope_finish(e);
    if (e) sentry__envelope_name(e);
    if (e) sentry__worker_work(w, e, latest);
    else if (file) sentry__worker_pass(w, latest);
    return e || file;
}

/* What comes up without anybody asking: a report of what was lost, files whose time has come. */
static void sentry__worker_idle_locked(sentry__worker_t *w)
{
    sentry_envelope_t *report = !w->first && sentry__report_due(w) ? sentry__report_envelope(w) : NULL;
    if (report) sentry__worker_queue_locked(w, report);
    if (!w->passing && sentry__totals_now().cached && sentry__os_ticks_ms() - w->passed_ms >= SENTRY__REPORT_EVERY_MS) sentry__worker_want_pass_locked(w, SENTRY__PASS_DUE);
}

static void *sentry__worker_main(void *arg)
{
    sentry__worker_t *w = (sentry__worker_t *)arg;
    sentry__os_thread_name(w->thread_name);
    sentry__os_mutex_lock(&w->mutex);
    while (!w->closing) {
        if (w->first || sentry__worker_file_ready_locked(w)) {
            sentry__os_mutex_unlock(&w->mutex);
            sentry__worker_turn(w, UINT64_MAX);
            sentry__os_mutex_lock(&w->mutex);
        } else {
            sentry__os_cond_wait(&w->wake, &w->mutex, w->pass || w->passing ? SENTRY__FILE_EVERY_MS : SENTRY__REPORT_EVERY_MS);
            sentry__worker_idle_locked(w);
        }
    }
    w->running = 0;
    sentry__os_cond_wake(&w->idle);
    sentry__os_mutex_unlock(&w->mutex);
    sentry__thread_release();
    sentry__worker_release(w);
    return NULL;
}

/* A client that is there in any case but this: the process is a child of fork, which must not use its parent's. */
static void sentry__worker_client_locked(sentry__worker_t *w)
{
    if (w->client) return;
    w->client = w->factory(w->factory_data);
    if (w->client && w->start_client) w->start_client(w->client, w->options);
}

static int sentry__worker_start_locked(sentry__worker_t *w)
{
    sentry__worker_client_locked(w);
    if (w->running || !SENTRY__THREADS) return 0;
    sentry__add(&w->refs, 1);
    w->running = sentry__os_thread_start(&w->thread, NULL, sentry__worker_main, w, 1) == 0;
    if (w->running) return 0;
    sentry__add(&w->refs, (sentry__word_t)-1);
    sentry__log(SENTRY_LEVEL_ERROR, "the worker thread could not be started");
    return 1;
}

/* Returns 0 when the envelope is in the queue. */
static int sentry__worker_enqueue(sentry__worker_t *w, sentry_envelope_t *e)
{
    int full;
    sentry__os_mutex_lock(&w->mutex);
    full = w->closing || w->queued >= w->cap || e->bytes > w->cap_bytes || w->bytes > w->cap_bytes - e->bytes;
    if (!full) full = sentry__worker_start_locked(w);
    if (!full) sentry__worker_queue_locked(w, e);
    sentry__os_mutex_unlock(&w->mutex);
    return full;
}

/* An event that does not fit goes without its attachments. */
static void sentry__worker_send(sentry_envelope_t *e, void *state)
{
    sentry__worker_t *w = (sentry__worker_t *)state;
    int counts = w->to != SENTRY__TO_SPOTLIGHT;
    sentry__os_fork_noticed();
    if (counts) sentry__limits_apply(e);
    if (e->count && !sentry__worker_enqueue(w, e)) return;
    if (counts && sentry__lost_attachments(SENTRY_DROP_QUEUE_OVERFLOW, e) && e->count && !sentry__worker_enqueue(w, e)) return;
    if (counts && e->count) {
        sentry__store(&sentry__limits.full, 1);
        sentry__store(&sentry__limits.uneasy, 1);
        sentry__lost_envelope(SENTRY_DROP_QUEUE_OVERFLOW, e);
        sentry__log(SENTRY_LEVEL_WARNING, "the queue is full: an envelope was dropped");
    }
    sentry__envelope_free(e);
}

/* Waits for what is accepted by now, and for files that are being tried. What was lost is reported with it: an empty envelope
 * goes behind the others, and is nothing in case one of them takes the report along. */
static int sentry__worker_flush(uint64_t timeout, void *state)
{
    sentry__worker_t *w = (sentry__worker_t *)state;
    uint64_t now = sentry__os_ticks_ms(), deadline = sentry__deadline(timeout), until;
    sentry_envelope_t *report = NULL;
    int late, cut = 0;
    sentry__os_fork_noticed();
    if (w->send_reports && sentry__load(&sentry__limits.any_lost)) report = sentry__report_envelope(w);
    sentry__os_mutex_lock(&w->mutex);
    if (report && !w->closing && !sentry__worker_start_locked(w)) {
        sentry__worker_queue_locked(w, report);
        report = NULL;
    }
    until = w->accepted;
    if (until < w->awaited || w->finished >= w->awaited) w->awaited = until;
    w->waiters++;
    sentry__worker_idle_locked(w);
    sentry__os_cond_wake(&w->wake);
    while ((late = (w->running || !SENTRY__THREADS) && (w->finished < until || w->pass || w->passing)) != 0 && now < deadline) {
        if (SENTRY__THREADS) sentry__os_cond_wait(&w->idle, &w->mutex, deadline - now);
        else sentry__worker_turn(w, deadline);
        now = sentry__os_ticks_ms();
        cut = !SENTRY__THREADS && now >= deadline;
    }
    w->waiters--;
    sentry__os_mutex_unlock(&w->mutex);
    sentry__envelope_free(report);
    return late || cut;
}

/* What is left in the queue when a worker has ended, or did not end in time. */
static void sentry__worker_dump(sentry__worker_t *w)
{
    int withheld = sentry__withheld();
    sentry_envelope_t *e;
    do {
        sentry__os_mutex_lock(&w->mutex);
        e = sentry__worker_take_locked(w);
        if (e) w->finished++;
        sentry__os_mutex_unlock(&w->mutex);
        if (e && e->count && w->to != SENTRY__TO_SPOTLIGHT) sentry__worker_unsent(w, e, withheld);
        sentry__envelope_free(e);
    } while (e);
}

/* Flushes, then ends the thread: a request that still runs is cut off, a name look-up is left to itself. */
static int sentry__worker_shutdown(uint64_t timeout, void *state)
{
    sentry__worker_t *w = (sentry__worker_t *)state;
    int late = sentry__worker_flush(timeout, state), ran;
    uint64_t deadline = sentry__os_ticks_ms() + 200;
    sentry__store(&w->cut, 1);
    if (w->client && w->stop_client) w->stop_client(w->client);
    sentry__os_mutex_lock(&w->mutex);
    w->closing = 1;
    ran = w->running;
    sentry__os_cond_wake(&w->wake);
    while (w->running && sentry__os_ticks_ms() < deadline) sentry__os_cond_wait(&w->idle, &w->mutex, 50);
    if (ran && w->running) {
        sentry__os_thread_detach(w->thread);
        w->abandoned = 1;
        if (w->in_flight) sentry__worker_unsent(w, w->in_flight, 0); /* under the lock, because its thread still reads it */
        ran = 0;
    }
    sentry__os_mutex_unlock(&w->mutex);
    if (ran) sentry__os_thread_join(w->thread, NULL);
    sentry__worker_dump(w);
    sentry__db_leave(w->db);
    return late;
}

static void sentry__worker_drop(void *state)
{
    sentry__fork_forget((sentry__worker_t *)state);
    sentry__worker_release((sentry__worker_t *)state);
}

static void sentry__before_fork(void)
{
    sentry__worker_t *w;
    sentry__lock(&sentry__fork_lock);
    for (w = sentry__fork_workers; w; w = w->next) sentry__os_mutex_lock(&w->mutex);
}

static void sentry__after_fork_parent(void)
{
    sentry__worker_t *w;
    for (w = sentry__fork_workers; w; w = w->next) sentry__os_mutex_unlock(&w->mutex);
    sentry__unlock(&sentry__fork_lock);
}

/* The child has no worker threads: what they held is the parent's to send. The envelope in flight and the client are not
 * freed: the thread that vanished may have been changing them, and the connection is the parent's. */
static void sentry__after_fork_child(void)
{
    sentry__worker_t *w;
    sentry__unlock(&sentry__fork_lock);
    sentry__fork_begin_child();
    for (w = sentry__fork_workers; w; w = w->next) {
        sentry__os_mutex_init(&w->mutex);
        sentry__os_cond_init(&w->wake);
        sentry__os_cond_init(&w->idle);
        sentry__worker_empty(w);
        w->finished = w->accepted;
        if (w->running) sentry__add(&w->refs, (sentry__word_t)-1);
        w->running = w->pass = w->passing = w->waiters = 0;
        w->client = NULL;
        w->in_flight = NULL;
        memset(&w->files, 0, sizeof w->files);
        sentry__db_forked(w->db);
    }
}

/* Once a process. Also what tells locks and generators that they are in a child. */
static void sentry__mind_forks(void)
{
    static sentry__word_t minded;
    if (!sentry__exchange(&minded, 1)) sentry__os_on_fork(sentry__before_fork, sentry__after_fork_parent, sentry__after_fork_child);
}

static char *sentry__endpoint(const sentry__dsn_t *dsn)
{
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    sentry__buf_cstr(&b, dsn->secure ? "https://" : "http://");
    sentry__buf_cstr(&b, dsn->host);
    if (dsn->port != (dsn->secure ? 443u : 80u)) {
        SENTRY__PUT(&b, ":");
        sentry__buf_u64(&b, dsn->port);
    }
    SENTRY__PUT(&b, "/");
    sentry__buf_cstr(&b, dsn->path);
    if (dsn->path[0]) SENTRY__PUT(&b, "/");
    SENTRY__PUT(&b, "api/");
    sentry__buf_cstr(&b, dsn->project);
    SENTRY__PUT(&b, "/envelope/");
    return sentry__buf_take(&b, NULL);
}

/* The value of X-Sentry-Auth. */
static char *sentry__auth(const sentry__dsn_t *dsn, const char *user_agent)
{
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    SENTRY__PUT(&b, "Sentry sentry_version=7, sentry_client=");
    sentry__buf_cstr(&b, user_agent);
    SENTRY__PUT(&b, ", sentry_key=");
    sentry__buf_cstr(&b, dsn->public_key);
    if (dsn->secret_key[0]) {
        SENTRY__PUT(&b, ", sentry_secret=");
        sentry__buf_cstr(&b, dsn->secret_key);
    }
    return sentry__buf_take(&b, NULL);
}

/* Lets the thread try files. */
static void sentry__worker_want_pass(sentry__worker_t *w, int pass)
{
    sentry__os_mutex_lock(&w->mutex);
    sentry__worker_want_pass_locked(w, pass);
    if (w->pass) sentry__worker_start_locked(w);
    sentry__os_mutex_unlock(&w->mutex);
}

/* Whether a host is this machine, where bytes cost less than packing them. */
static int sentry__is_here(sentry__str_t host)
{
    return sentry__str_ieq(host, SENTRY__LITERAL("localhost")) || sentry__str_eq(host, SENTRY__LITERAL("[::1]")) || (host.n > 4 && memcmp(host.p, "127.", 4) == 0);
}

/* A DSN among the options in force was read once already. */
static int sentry__worker_startup(const sentry_options_t *o, void *state)
{
    sentry__worker_t *w = (sentry__worker_t *)state;
    const char *user_agent = sentry_options_get_user_agent(o);
    sentry__dsn_t dsn;
    int failed = sentry__dsn_parse(&dsn, sentry__str(o->dsn)) != NULL;
    w->options = o;
    w->total_ms = o->transfer_timeout ? o->transfer_timeout : 30000;
    w->cap = o->transport_queue_size ? o->transport_queue_size : 100;
    w->cap_bytes = o->transport_queue_bytes ? o->transport_queue_bytes : (size_t)32 << 20;
    snprintf(w->thread_name, sizeof w->thread_name, "%.15s", sentry_options_get_transport_thread_name(o));
    w->header = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    if (!failed) sentry__set_text(w->header, SENTRY__LITERAL("dsn"), sentry__str(dsn.text));
    sentry__object_set(w->header, SENTRY__LITERAL("sdk"), sentry__sdk_value(o));
    sentry_value_freeze(w->header);
    w->user_agent = sentry__strdup(sentry__str(user_agent));
    if (w->to == SENTRY__TO_SERVER) {
        w->auth = failed ? NULL : sentry__auth(&dsn, user_agent);
        w->url = failed ? NULL : sentry__endpoint(&dsn);
    }
    if (w->to != SENTRY__TO_SPOTLIGHT) {
        w->send_reports = o->send_client_reports >= 0;
        w->retry = o->http_retry >= 0;
        w->keep = o->cache_keep;
    }
    w->compress = w->to == SENTRY__TO_SERVER && o->http_compression >= 0 && (o->http_compression > 0 || !(o->unix_socket || sentry__is_here(sentry__str(dsn.host))));
    sentry__dsn_free(&dsn);
    if (!w->user_agent || !w->url || (w->start_client && w->start_client(w->client, o))) return 1;
    w->passed_ms = sentry__os_ticks_ms();
    if (sentry__db_any(w->db)) sentry__worker_want_pass(w, SENTRY__PASS_ALL);
    return 0;
}

static sentry_transport_t *sentry__http_transport_new(sentry_http_client_factory_func_t factory, void *data, sentry_http_client_send_func_t send, void (*free_client)(sentry_http_client_t *))
{
    sentry__worker_t *w = factory && send ? (sentry__worker_t *)sentry__calloc(sizeof *w) : NULL;
    sentry_transport_t *t = w ? sentry__transport_new(sentry__worker_send) : NULL;
    if (t) w->client = factory(data);
    if (!t || !w->client) {
        SENTRY_FREE(t);
        SENTRY_FREE(w);
        return NULL;
    }
    w->refs = 1;
    w->factory = factory;
    w->factory_data = data;
    w->send = send;
    w->free_client = free_client;
    w->header = sentry__null();
    sentry__os_mutex_init(&w->mutex);
    sentry__os_cond_init(&w->wake);
    sentry__os_cond_init(&w->idle);
    t->startup = sentry__worker_startup;
    t->flush = sentry__worker_flush;
    t->shutdown = sentry__worker_shutdown;
    t->free_state = sentry__worker_drop;
    t->state = w;
    sentry__fork_mind(w);
    return t;
}

/* The worker of an HTTP transport; NULL for any other. */
static sentry__worker_t *sentry__worker_of(const sentry_transport_t *t) { return t && t->send == sentry__worker_send ? (sentry__worker_t *)t->state : NULL; }

/* Set by sentry_curl.h when the same file includes it: makes its transport, or, where https needs it, says in init's diagnostic
 * why it cannot. */
static sentry_transport_t *(*sentry__curl_hook)(int secure);

/* The transport with the built-in client. */
static sentry_transport_t *sentry__plain_transport(sentry__to_t to)
{
    sentry_transport_t *t = sentry__http_transport_new(sentry__http_new, NULL, sentry__http_do, sentry__http_free);
    sentry__worker_t *w = sentry__worker_of(t);
    if (!w) return NULL;
    w->to = to;
    w->start_client = sentry__http_start;
    w->stop_client = sentry__http_stop;
    return t;
}

/* The transport for those who set none. Without libcurl plain HTTP still works. */
static sentry_transport_t *sentry__default_transport(const sentry_options_t *o, int secure)
{
    const sentry_tls_t *tls = o->tls;
    int curl = sentry__curl_hook && !tls;
    sentry_transport_t *t = curl ? sentry__curl_hook(secure) : NULL;
    if (t || (curl && secure)) return t;
    if (!secure || (tls && tls->connect && tls->read && tls->write && tls->close)) return sentry__plain_transport(SENTRY__TO_SERVER);
    sentry__init_failed("the DSN is https, and this header alone speaks only http: include sentry_curl.h too, set options.tls or a transport of your own, or use an http DSN (a local relay)");
    return NULL;
}

/* The transport to a Spotlight. NULL, with a diagnostic, when there is none. */
static sentry_transport_t *sentry__spotlight_transport(const sentry_options_t *o)
{
    sentry_transport_t *t = o->spotlight && o->spotlight[0] ? sentry__plain_transport(SENTRY__TO_SPOTLIGHT) : NULL;
    sentry__worker_t *w = sentry__worker_of(t);
    if (!w) return NULL;
    w->url = sentry__strdup(sentry__str(o->spotlight));
    w->start_client = sentry__http_start_direct;
    if (!sentry__worker_startup(o, w)) return t;
    sentry__log(SENTRY_LEVEL_ERROR, "Spotlight cannot be reached at %s", o->spotlight);
    sentry__transport_free(t);
    return NULL;
}

/* Whether the transport needs no server, and so no DSN. */
static int sentry__is_output(const sentry_transport_t *t) { return sentry__worker_of(t) && sentry__worker_of(t)->to == SENTRY__TO_OUTPUT; }

/* Gives a transport that keeps things on disk its database. */
static void sentry__transport_set_db(sentry_transport_t *t, sentry__db_t *db)
{
    sentry__worker_t *w = sentry__worker_of(t);
    if (w) w->db = sentry__db_retain(db);
}

/* Whether the transport itself sees to it that nothing leaves without consent. */
static int sentry__transport_waits(const sentry_transport_t *t) { return sentry__worker_of(t) != NULL; }

/* In a process that only sends: nothing is kept on disk, or taken from there. */
static void sentry__transport_alone(sentry_transport_t *t)
{
    sentry__worker_t *w = sentry__worker_of(t);
    if (!w) return;
    w->db = NULL;
    w->retry = w->keep = w->pass = w->passing = 0;
}

static void sentry__transport_retry(sentry_transport_t *t)
{
    sentry__worker_t *w = sentry__worker_of(t);
    if (w) sentry__worker_want_pass(w, SENTRY__PASS_ALL);
}

static void sentry__transport_queue(const sentry_transport_t *t, sentry_stats_t *stats)
{
    sentry__worker_t *w = sentry__worker_of(t);
    if (!w) return;
    sentry__os_mutex_lock(&w->mutex);
    stats->queued = w->accepted - w->finished;
    stats->queued_bytes = w->bytes;
    sentry__os_mutex_unlock(&w->mutex);
}

/* -- public -- */

SENTRY_API sentry_transport_t *sentry_http_transport_new(sentry_http_client_factory_func_t factory, void *factory_data, sentry_http_client_send_func_t send_func, void (*client_free_func)(sentry_http_client_t *client))
{
    return sentry__http_transport_new(factory, factory_data, send_func, client_free_func);
}
SENTRY_API void sentry_http_transport_set_client_start_func(sentry_transport_t *t, int (*start_func)(sentry_http_client_t *client, const sentry_options_t *options))
{
    sentry__worker_t *w = sentry__worker_of(t);
    if (w) w->start_client = start_func;
}
SENTRY_API void sentry_http_transport_set_client_shutdown_func(sentry_transport_t *t, void (*shutdown_func)(sentry_http_client_t *client))
{
    sentry__worker_t *w = sentry__worker_of(t);
    if (w) w->stop_client = shutdown_func;
}
#else
static sentry_transport_t *sentry__spotlight_transport(const sentry_options_t *o)
{
    if (o->spotlight && o->spotlight[0]) sentry__log(SENTRY_LEVEL_WARNING, "a build with SENTRY_NO_HTTP knows no Spotlight");
    return NULL;
}
static int sentry__is_output(const sentry_transport_t *t) { return (void)t, 0; }
static void sentry__transport_set_db(sentry_transport_t *t, sentry__db_t *db) { (void)t, (void)db; }
static int sentry__transport_waits(const sentry_transport_t *t) { return (void)t, 0; }
static void sentry__transport_retry(sentry_transport_t *t) { (void)t; }
static void sentry__transport_queue(const sentry_transport_t *t, sentry_stats_t *stats) { (void)t, (void)stats; }

/* There is none: options.transport is a must. */
static sentry_transport_t *sentry__default_transport(const sentry_options_t *o, int secure)
{
    (void)o;
    (void)secure;
    sentry__init_failed("there is no built-in transport in a build with SENTRY_NO_HTTP: set options.transport");
    return NULL;
}

/* Once a process. */
static void sentry__mind_forks(void)
{
    static sentry__word_t minded;
    if (!sentry__exchange(&minded, 1)) sentry__os_on_fork(NULL, NULL, sentry__fork_begin_child);
}
#endif

/* ==[27]== OUTPUTS ==================================================================
 * Owns    the clients of transports that need no network: they take a request's body, which is an envelope.
 * Lock    none.
 * Holds   what could not be written counts as unanswered: it waits on disk, or is counted. After half an envelope no other is written.
 * Threads the worker's.
 */

#if !defined(SENTRY_NO_HTTP) && !defined(SENTRY_NO_FILES)
typedef struct {
    int fd, broken;
    char *folder; /* NULL: to `fd` */
    sentry__word_t stop;
} sentry__output_t;

/* The request carries no more than the bytes; how it went is told by a status. */
static int sentry__output_fd(sentry_http_client_t *client, sentry_http_request_t *req, sentry_http_response_t *r)
{
    sentry__output_t *out = (sentry__output_t *)client;
    sentry__str_t rest = req->body;
    while (rest.n && !out->broken && !sentry__load(&out->stop) && sentry__os_ticks_ms() < req->deadline) {
        int sent = sentry__os_fd_write(out->fd, rest.p, rest.n, 50);
        out->broken = sent < 0;
        if (sent > 0) rest = sentry__slice(rest.p + sent, rest.n - (size_t)sent);
    }
    if (rest.n && rest.n < req->body.n) out->broken = 1;
    if (rest.n) sentry__log(SENTRY_LEVEL_WARNING, "an envelope could not be written to the descriptor %d", out->fd);
    r->status = rest.n ? 0 : 200;
    return rest.n == 0;
}

static int sentry__output_folder(sentry_http_client_t *client, sentry_http_request_t *req, sentry_http_response_t *r)
{
    const sentry__output_t *out = (const sentry__output_t *)client;
    sentry__str_t rest = req->body;
    sentry_value_t header = sentry__read_header(sentry__take_line(&rest));
    sentry__str_t given = sentry__string_of(sentry__object_get(header, SENTRY__LITERAL("event_id")));
    sentry_uuid_t id = given.n >= 32 ? sentry_uuid_from_string_n(given.p, given.n) : sentry_uuid_nil();
    char name[48] = { 0 };
    sentry__buf_t path;
    int failed;
    if (sentry_uuid_is_nil(&id)) id = sentry_uuid_new_v4();
    sentry_uuid_as_string(&id, name);
    sentry__buf_init(&path, NULL, 0);
    sentry__buf_cstr(&path, out->folder);
    SENTRY__PUT(&path, "/");
    sentry__buf_cstr(&path, name);
    sentry__buf_put(&path, ".envelope", 10);
    failed = path.failed || sentry__make_folders(out->folder) || sentry__file_replace(path.data, req->body.p, req->body.n);
    if (failed) sentry__log(SENTRY_LEVEL_WARNING, "an envelope could not be written to the folder %s", out->folder);
    sentry__buf_free(&path);
    sentry__decref(header);
    r->status = failed ? 0 : 200;
    return !failed;
}

static sentry_http_client_t *sentry__output_new(void *data) { return data; }
static void sentry__output_stop(sentry_http_client_t *client) { sentry__store(&((sentry__output_t *)client)->stop, 1); }
static void sentry__output_free(sentry_http_client_t *client)
{
    SENTRY_FREE(((sentry__output_t *)client)->folder);
    SENTRY_FREE(client);
}

/* Consumes `folder`. */
static sentry_transport_t *sentry__output_transport(int fd, char *folder, sentry_http_client_send_func_t send)
{
    sentry__output_t *out = (sentry__output_t *)sentry__calloc(sizeof *out);
    sentry_transport_t *t = out ? sentry__http_transport_new(sentry__output_new, out, send, sentry__output_free) : NULL;
    sentry__worker_t *w = sentry__worker_of(t);
    if (w) w->url = sentry__strdup(SENTRY__LITERAL("file:"));
    if (!w) {
        SENTRY_FREE(folder);
        SENTRY_FREE(out);
        return NULL;
    }
    out->fd = fd;
    out->folder = folder;
    w->to = SENTRY__TO_OUTPUT;
    w->stop_client = sentry__output_stop;
    return t;
}

/* -- public -- */

SENTRY_API sentry_transport_t *sentry_fd_transport_new(int fd) { return fd >= 0 ? sentry__output_transport(fd, NULL, sentry__output_fd) : NULL; }
SENTRY_API sentry_transport_t *sentry_folder_transport_new(const char *path)
{
    char *folder = path && path[0] ? sentry__strdup(sentry__str(path)) : NULL;
    return folder ? sentry__output_transport(-1, folder, sentry__output_folder) : NULL;
}
#endif

/* ==[28]== CLIENT ===================================================================
 * Owns    the running SDK: options in force, DSN, transport, what every event says about the process.
 * Lock    its own, for the pointer and its count only.
 * Holds   `on` is 1 iff there is a client; a client never changes after its start, but for the process's processors
 *         (their own array, only appended to). Whoever captures holds a reference, so close never pulls it away.
 * Threads any.
 */

/* Patterns of URLs. */
typedef struct {
    size_t count;
    struct {
        const char *text; /* the options' */
        int is_regex;
        sentry__os_regex_t regex;
    } list[1];
} sentry__patterns_t;

static void sentry__patterns_free(sentry__patterns_t *p)
{
    size_t i;
    for (i = 0; p && i < p->count; i++)
        if (p->list[i].is_regex) sentry__os_regex_free(&p->list[i].regex);
    SENTRY_FREE(p);
}

/* NULL for NULL, or without memory. A text is taken as an expression only when it looks like one, so that a dot in a host's
 * name is a dot. */
static sentry__patterns_t *sentry__patterns_new(const char *const *texts)
{
    sentry__patterns_t *p;
    size_t n = 0, i;
    if (!texts) return NULL;
    while (texts[n]) n++;
    p = (sentry__patterns_t *)sentry__calloc(sizeof *p + n * sizeof p->list[0]);
    if (!p) return NULL;
    p->count = n;
    for (i = 0; i < n; i++) {
        p->list[i].text = texts[i];
        if (!texts[i][strcspn(texts[i], "^$*+?()[]{}|\\")]) continue;
        p->list[i].is_regex = sentry__os_regex_new(&p->list[i].regex, texts[i]);
        if (!p->list[i].is_regex) sentry__log(SENTRY_LEVEL_WARNING, "the pattern %s is no regular expression here: only what contains it matches", texts[i]);
    }
    return p;
}

static int sentry__patterns_match(const sentry__patterns_t *p, const char *text)
{
    size_t i;
    for (i = 0; i < p->count; i++)
        if (strstr(text, p->list[i].text) || (p->list[i].is_regex && sentry__os_regex_finds(&p->list[i].regex, text))) return 1;
    return 0;
}

/* A run of JSON members, immutable and counted: `"key":value,"key":value`, with an index of where each begins.
 * Tags, extra, contexts and the scope's single fields are runs; copying one into an event is one memcpy. */
typedef struct {
    sentry__word_t refs;
    uint32_t count, len;
    uint32_t room; /* bytes behind the struct */
    sentry_value_t meta; /* notes of what was cut, by key; usually null */
    /* sentry__member_t[count], then len bytes and a comma */
} sentry__run_t;

typedef struct {
    uint32_t len, mark; /* bytes of `"key":value`; sentry__key_mark of the escaped key */
} sentry__member_t;

typedef struct {
    sentry_event_function_t func;
    void *data;
} sentry__processor_t;

typedef struct {
    sentry__word_t refs, count;
    sentry__processor_t list[SENTRY_MAX_PROCESSORS];
} sentry__processors_t;

/* What every event says about the process, and how events are written. */
typedef struct {
    sentry__word_t refs;
    sentry__run_t *fields, *contexts; /* release, environment, sdk...; os, device, runtime, app */
    size_t max_string, max_breadcrumbs;
    int pii;
} sentry__process_t;

typedef struct {
    sentry__word_t refs;
    sentry_options_t options;
    sentry__dsn_t dsn; /* all zero without one */
    sentry_transport_t *transport, *spotlight; /* the second may be NULL */
    sentry__db_t *db;
    sentry__process_t *process;
    sentry__processors_t *processors; /* of the process */
    sentry__patterns_t *targets;      /* trace_propagation_targets, compiled */
    double sample_rate;
    int tracing; /* a rate or a sampler is set */
    size_t max_spans;
} sentry__client_t;

static struct {
    sentry__word_t on;
    sentry__lock_t lock;
    sentry__client_t *client;
    sentry__word_t max_string, max_breadcrumbs, pii, propagate_hub; /* copies for the hot calls; UINT32_MAX: no limit */
    sentry__word_t hook_crumbs;                                     /* a breadcrumb hook is set */
} sentry__sdk = { 0, { 0 }, NULL, 1024, 100, 0, 0, 0 };

static int sentry__is_on(void) { return sentry__load(&sentry__sdk.on) != 0; }

/* A reference to the running client; NULL when the SDK is off. */
static sentry__client_t *sentry__client_acquire(void)
{
    sentry__client_t *c;
    sentry__lock(&sentry__sdk.lock);
    c = sentry__sdk.client;
    if (c) sentry__add(&c->refs, 1);
    sentry__unlock(&sentry__sdk.lock);
    return c;
}

static const sentry__member_t *sentry__run_members(const sentry__run_t *run) { return (const sentry__member_t *)(const void *)(run + 1); }
static const char *sentry__run_text(const sentry__run_t *run) { return (const char *)(sentry__run_members(run) + run->count); }

static void sentry__run_release(sentry__run_t *run)
{
    if (!run || sentry__add(&run->refs, (sentry__word_t)-1) != 0) return;
    sentry__decref(run->meta);
    SENTRY_FREE(run);
}

/* Room for `count` members in `len` bytes, with a comma behind the last. `*spare`, a run that nobody has any more, is
 * used when it fits. */
SENTRY__INLINE sentry__run_t *sentry__run_alloc(sentry__run_t **spare, uint32_t count, size_t len)
{
    size_t need = count * sizeof(sentry__member_t) + len;
    sentry__run_t *run = *spare;
    if (SENTRY__LIKELY(run && run->room >= need)) {
        *spare = NULL;
    } else {
        if (need > UINT32_MAX / 4) return NULL;
        need += 64;
        run = (sentry__run_t *)SENTRY_MALLOC(sizeof *run + need);
        if (!run) return NULL;
        run->room = (uint32_t)need;
    }
    run->refs = 1;
    run->count = count;
    run->len = (uint32_t)len - 1;
    run->meta = sentry__null();
    return run;
}

/* The escaped key of a member whose bytes begin at `text`. */
static sentry__str_t sentry__member_key(const sentry__member_t *m, const char *text) { return sentry__slice(text + 1, m->mark & SENTRY__MAX_KEY); }

/* The number of the member with a key, and where its bytes begin; UINT32_MAX when there is none. */
SENTRY__INLINE uint32_t sentry__run_seek(const sentry__run_t *run, sentry__str_t escaped_key, uint32_t *at)
{
    uint32_t mark = sentry__key_mark(escaped_key), i, begin = 0;
    const sentry__member_t *m = sentry__run_members(run);
    const char *text = sentry__run_text(run) + 1;
    for (i = 0; i < run->count; begin += m[i].len + 1, i++) {
        if (m[i].mark != mark || !sentry__same(text + begin, escaped_key.p, escaped_key.n)) continue;
        *at = begin;
        return i;
    }
    return UINT32_MAX;
}

/* Whether the run (may be NULL) has a member with this key. */
static int sentry__run_has(const sentry__run_t *run, sentry__str_t escaped_key)
{
    uint32_t at;
    return run && sentry__run_seek(run, escaped_key, &at) != UINT32_MAX;
}

/* The value of a member, parsed; null when there is none. */
static sentry_value_t sentry__run_value(const sentry__run_t *run, sentry__str_t escaped_key)
{
    uint32_t at = 0, i = run ? sentry__run_seek(run, escaped_key, &at) : UINT32_MAX;
    size_t skip = escaped_key.n + 3;
    return i == UINT32_MAX ? sentry__null() : sentry__json_read(sentry__slice(sentry__run_text(run) + at + skip, sentry__run_members(run)[i].len - skip));
}

/* A change of one member: what a setter wants. */
typedef struct {
    sentry__str_t key, escaped;
    sentry__str_t value;  /* JSON, or with `quoted` text, which must be plain, as the key; NULL: the member goes */
    int quoted;
    sentry_value_t notes; /* about the value, under `key`; owned */
} sentry__edit_t;

/* The notes of a new run: the old ones without the key's, and the key's new ones, consumed. */
static SENTRY__NOINLINE sentry_value_t sentry__run_notes(const sentry__run_t *was, sentry__str_t key, sentry_value_t added)
{
    sentry_value_t notes = sentry__object_copy(was->meta);
    if (sentry__is_null(notes)) return added;
    sentry__object_remove(notes, key);
    sentry__object_merge(notes, added, 0);
    sentry__decref(added);
    return notes;
}

/* Writes `"key":`. Returns 0 when a key that must be plain is not; then `to` holds rubbish. */
SENTRY__INLINE int sentry__member_key_write(char *to, const sentry__edit_t *edit)
{
    int plain = 1;
    if (edit->quoted) plain = sentry__copy_plain(to + 1, edit->escaped.p, edit->escaped.n);
    else sentry__copy(to + 1, edit->escaped.p, edit->escaped.n);
    to[0] = '"';
    memcpy(to + edit->escaped.n + 1, "\":", 2);
    return plain;
}

/* Writes `value,`, with quotes when it is text. Returns as above. */
SENTRY__INLINE int sentry__member_value_write(char *to, const sentry__edit_t *edit)
{
    size_t n = edit->value.n;
    int plain = 1;
    if (edit->quoted) {
        plain = sentry__copy_plain(to + 1, edit->value.p, n);
        *to = '"';
        memcpy(to + n + 1, "\",", 2);
    } else {
        sentry__copy(to, edit->value.p, n);
        to[n] = ',';
    }
    return plain;
}

/* How a copy went. */
typedef enum { SENTRY__SET_DONE, SENTRY__SET_NO_MEMORY, SENTRY__SET_NOT_PLAIN } sentry__set_t;

/* A copy of `was` with a member set, in place or at the end, or removed: NULL when none is left. Consumes the edit's
 * notes. `*spare` may give its memory. */
SENTRY__INLINE sentry__run_t *sentry__run_copy(sentry__run_t **spare, const sentry__run_t *was, const sentry__edit_t *edit, sentry__set_t *result)
{
    /* Every member is followed by a comma, the last by one that is not counted. [from, to) is what goes, `in` what comes:
     * whole members, or a value behind a key that stays. */
    const sentry__member_t *m = sentry__run_members(was);
    uint32_t put = edit->value.p != NULL, head = (uint32_t)edit->escaped.n + 3, in = put ? (uint32_t)edit->value.n + (edit->quoted ? 3 : 1) : 0;
    uint32_t all = was->len + (was->count != 0), begin = all, at = sentry__run_seek(was, edit->escaped, &begin), gone = at != UINT32_MAX;
    uint32_t to = gone ? begin + m[at].len + 1 : all, from = gone && put ? begin + head : begin, count = was->count - gone + put;
    uint32_t add = gone || !put ? 0 : head;
    sentry__run_t *run;
    sentry__member_t *index;
    char *text;
    int plain = 1;
    if (!gone) at = was->count;
    *result = SENTRY__SET_DONE;
    run = count ? sentry__run_alloc(spare, count, (size_t)all - (to - from) + in + add) : NULL;
    if (!run) {
        if (count) *result = SENTRY__SET_NO_MEMORY;
        sentry__decref(edit->notes);
        return NULL;
    }
    index = (sentry__member_t *)(void *)(run + 1);
    text = (char *)(index + count);
    if (count == was->count) { /* index and text lie side by side */
        memcpy(index, m, count * sizeof *m + from);
    } else {
        memcpy(index, m, (put ? was->count : at) * sizeof *m);
        if (!put) memcpy(index + at, m + at + 1, (count - at) * sizeof *m);
        memcpy(text, sentry__run_text(was), from);
    }
    memcpy(text + from + in + add, sentry__run_text(was) + to, all - to);
    if (put) {
        if (add) {
            index[at].mark = sentry__key_mark(edit->escaped);
            plain = sentry__member_key_write(text + from, edit);
        }
        index[at].len = head + in - 1;
        if (!(plain & sentry__member_value_write(text + from + add, edit))) *result = SENTRY__SET_NOT_PLAIN;
    }
    if (!SENTRY__LIKELY(sentry__is_null(edit->notes) && sentry__is_null(was->meta))) run->meta = sentry__run_notes(was, edit->key, edit->notes);
    return run;
}

static const sentry__run_t sentry__no_run = { 0, 0, 0, 0, { 0 } };

/* The first member of a run, or one more; for what is said once. NULL without memory. */
static sentry__run_t *sentry__run_with(const sentry__run_t *was, sentry__str_t key, sentry__str_t json)
{
    sentry__run_t *spare = NULL;
    sentry__edit_t edit;
    sentry__set_t result;
    edit.key = edit.escaped = key;
    edit.value = json;
    edit.quoted = 0;
    edit.notes = sentry__null();
    return sentry__run_copy(&spare, was ? was : &sentry__no_run, &edit, &result);
}

/* Adds a member to a run, or sets it; without memory nothing happens. The key is escaped. */
static void sentry__run_put(sentry__run_t **run, sentry__str_t key, sentry__str_t json)
{
    sentry__run_t *next = sentry__run_with(*run, key, json);
    if (!next) return;
    sentry__run_release(*run);
    *run = next;
}

static void sentry__processors_release(sentry__processors_t *p)
{
    if (p && sentry__add(&p->refs, (sentry__word_t)-1) == 0) SENTRY_FREE(p);
}

/* A copy of `old` (may be NULL) with one more; NULL when it is full or there is no memory. */
static sentry__processors_t *sentry__processors_add(const sentry__processors_t *old, sentry_event_function_t func, void *data)
{
    sentry__processors_t *p;
    if (!func || (old && old->count >= SENTRY_MAX_PROCESSORS)) return NULL;
    p = (sentry__processors_t *)sentry__calloc(sizeof *p);
    if (!p) return NULL;
    p->refs = 1;
    p->count = old ? old->count : 0;
    if (old) memcpy(p->list, old->list, old->count * sizeof *p->list);
    p->list[p->count].func = func;
    p->list[p->count++].data = data;
    return p;
}

static void sentry__process_release(sentry__process_t *p)
{
    if (!p || sentry__add(&p->refs, (sentry__word_t)-1) != 0) return;
    sentry__run_release(p->fields);
    sentry__run_release(p->contexts);
    SENTRY_FREE(p);
}

/* The organisation that traces belong to; "" when it is not known. */
static sentry__str_t sentry__client_org(const sentry__client_t *c) { return sentry__str(c->options.org_id ? c->options.org_id : c->dsn.text ? c->dsn.org_id : ""); }

static SENTRY__NOINLINE void sentry__client_free(sentry__client_t *c)
{
    sentry__transport_free(c->transport);
    sentry__transport_free(c->spotlight);
    sentry__db_release(c->db);
    sentry__options_drop_strings(&c->options);
    sentry__dsn_free(&c->dsn);
    sentry__process_release(c->process);
    sentry__processors_release(c->processors);
    sentry__patterns_free(c->targets);
    SENTRY_FREE(c);
}

static inline void sentry__client_release(sentry__client_t *c)
{
    if (c && sentry__add(&c->refs, (sentry__word_t)-1) == 0) sentry__client_free(c);
}

/* ==[29]== ATTACHMENTS ==============================================================
 * Owns    attachments, and lists of them, which never change.
 * Lock    one an attachment, for its names; nothing is read or written under it.
 * Holds   a file is read when an event goes out, not before; one that cannot be read, or is too big, is left out and counted.
 * Threads any.
 */

struct sentry_attachment_s {
    sentry__word_t refs;
    sentry__lock_t lock;
    char *path;  /* of the file; NULL for bytes */
    char *bytes;
    size_t len;
    char *filename, *type, *content_type; /* may be NULL but for the first */
};

typedef struct {
    sentry__word_t refs;
    uint32_t count;
    /* sentry_attachment_t *[count] follow */
} sentry__attachments_t;

static sentry_attachment_t **sentry__attachment_list(const sentry__attachments_t *list) { return (sentry_attachment_t **)(uintptr_t)(list + 1); }

static void sentry__attachment_release(sentry_attachment_t *a)
{
    if (!a || sentry__add(&a->refs, (sentry__word_t)-1) != 0) return;
    SENTRY_FREE(a->path);
    SENTRY_FREE(a->bytes);
    SENTRY_FREE(a->filename);
    SENTRY_FREE(a->type);
    SENTRY_FREE(a->content_type);
    SENTRY_FREE(a);
}

static void sentry__attachments_release(sentry__attachments_t *list)
{
    uint32_t i;
    if (!list || sentry__add(&list->refs, (sentry__word_t)-1) != 0) return;
    for (i = 0; i < list->count; i++) sentry__attachment_release(sentry__attachment_list(list)[i]);
    SENTRY_FREE(list);
}

static int sentry__attachments_have(const sentry__attachments_t *list, const sentry_attachment_t *a)
{
    uint32_t i;
    for (i = 0; list && i < list->count; i++) {
        const sentry_attachment_t *b = sentry__attachment_list(list)[i];
        if (b == a || (b->path && a->path && strcmp(b->path, a->path) == 0)) return 1;
    }
    return 0;
}

/* A copy of `old` (may be NULL) with `more` (may be NULL), without `less`. NULL without memory. */
static sentry__attachments_t *sentry__attachments_copy(const sentry__attachments_t *old, sentry_attachment_t *more, const sentry_attachment_t *less)
{
    uint32_t n = old ? old->count : 0, i;
    sentry__attachments_t *list = (sentry__attachments_t *)sentry__calloc(sizeof *list + ((size_t)n + 1) * sizeof(sentry_attachment_t *));
    sentry_attachment_t **to;
    if (!list) return NULL;
    list->refs = 1;
    to = sentry__attachment_list(list);
    for (i = 0; i < n; i++)
        if (sentry__attachment_list(old)[i] != less) to[list->count++] = sentry__attachment_list(old)[i];
    if (more) to[list->count++] = more;
    for (i = 0; i < list->count; i++) sentry__add(&to[i]->refs, 1);
    return list;
}

/* What stands behind the last slash. */
static sentry__str_t sentry__base_name(sentry__str_t path)
{
    size_t at = path.n;
    while (at && path.p[at - 1] != '/' && path.p[at - 1] != SENTRY__DIRSEP) at--;
    return sentry__slice(path.p + at, path.n - at);
}

/* An attachment of a file, or of bytes, which are copied. NULL without memory, and for what no server takes. */
static sentry_attachment_t *sentry__attachment_new(sentry__str_t path, const char *bytes, size_t len, sentry__str_t filename)
{
    sentry_attachment_t *a = path.n || (bytes && len <= SENTRY_MAX_ATTACHMENT) ? (sentry_attachment_t *)sentry__calloc(sizeof *a) : NULL;
    if (!a) return NULL;
    a->refs = 1;
    if (path.n) a->path = sentry__strdup(path);
    else a->bytes = sentry__strdup(sentry__slice(bytes, len));
    a->len = len;
    filename = sentry__base_name(path.n ? path : filename);
    a->filename = sentry__strdup(filename.n ? filename : SENTRY__LITERAL("attachment"));
    if ((a->path || a->bytes) && a->filename) return a;
    sentry__attachment_release(a);
    return NULL;
}

/* Replaces one of the names, or (`only_first`) sets one that is not set; NULL or "" clears it. Without memory it stays. */
static void sentry__attachment_name(sentry_attachment_t *a, char **field, sentry__str_t text, int only_first)
{
    char *copy = text.n ? sentry__strdup(text) : NULL, *old = copy;
    if (text.n && !copy) return;
    sentry__lock(&a->lock);
    if (!only_first || !*field) {
        old = *field;
        *field = copy;
    }
    sentry__unlock(&a->lock);
    SENTRY_FREE(old);
}

static void sentry__attachment_set_type(sentry_attachment_t *a, sentry__str_t type)
{
    sentry__str_t content = sentry__slice(NULL, 0);
    if (sentry__str_eq(type, SENTRY__LITERAL(SENTRY_ATTACHMENT_TYPE_VIEW_HIERARCHY))) content = SENTRY__LITERAL("application/json");
    if (sentry__str_eq(type, SENTRY__LITERAL(SENTRY_ATTACHMENT_TYPE_MINIDUMP))) content = SENTRY__LITERAL("application/x-dmp");
    if (content.n) sentry__attachment_name(a, &a->content_type, content, 1);
    sentry__attachment_name(a, &a->type, type, 0);
}

/* A file names itself after its last part, so that nothing of the machine's folders leaves. */
static void sentry__attachment_set_filename(sentry_attachment_t *a, sentry__str_t filename)
{
    filename = sentry__base_name(filename);
    if (filename.n) sentry__attachment_name(a, &a->filename, filename, 0);
}

/* Null without memory for all of it.
 * Shape: {"type":"attachment","length":n,"filename":..,"attachment_type":..,"content_type":..} */
static sentry_value_t sentry__attachment_header(sentry_attachment_t *a)
{
    sentry_value_t header = sentry__item_header("attachment");
    int failed;
    sentry__lock(&a->lock);
    failed = sentry__item_field(header, "filename", a->filename);
    failed |= sentry__item_field(header, "attachment_type", a->type);
    failed |= sentry__item_field(header, "content_type", a->content_type);
    sentry__unlock(&a->lock);
    if (!failed) return header;
    sentry__decref(header);
    return sentry__null();
}

#ifndef SENTRY_NO_FILES
static char *sentry__attachment_file(const char *path, size_t max, size_t *len) { return sentry__file_read(path, max, len); }
#else
static char *sentry__attachment_file(const char *path, size_t max, size_t *len) { return (void)path, (void)max, (void)len, (char *)NULL; }
#endif

/* Adds an attachment to an envelope, or counts it. */
static void sentry__attach_item(sentry_envelope_t *e, sentry_attachment_t *a, size_t max)
{
    size_t len = a->len;
    int big = !a->path && len > max;
    char *payload = big ? NULL : a->path ? sentry__attachment_file(a->path, max, &len) : sentry__strdup(sentry__slice(a->bytes, len));
    if (payload && !sentry__envelope_add(e, sentry__attachment_header(a), payload, len)) return;
    big |= a->path && len > max;
    sentry__totals_dropped(big ? SENTRY_DROP_INVALID : SENTRY_DROP_INTERNAL_SDK_ERROR);
    sentry__lost(big ? SENTRY_DROP_INVALID : SENTRY_DROP_INTERNAL_SDK_ERROR, SENTRY__CATEGORY_ATTACHMENT, len ? len : 1);
    sentry__log(SENTRY_LEVEL_WARNING, "the attachment %s was left out: it %s", a->path ? a->path : "of bytes", big ? "is bigger than max_attachment_size" : "cannot be read");
}

/* Adds what is on one list and not on the other, which may both be NULL. */
static void sentry__attach_items(sentry_envelope_t *e, const sentry__attachments_t *list, const sentry__attachments_t *had, size_t max)
{
    uint32_t i;
    for (i = 0; list && i < list->count; i++)
        if (!sentry__attachments_have(had, sentry__attachment_list(list)[i])) sentry__attach_item(e, sentry__attachment_list(list)[i], max);
}

/* -- public -- */

#if defined(_WIN32) && !defined(SENTRY_NO_FILES)
/* Calls a function that takes UTF-8, here `utf8`, for one that takes UTF-16. */
#define SENTRY__WITH_UTF8(wide, n, call) \
    char *utf8 = sentry__os_utf8(wide, n); \
    sentry_attachment_t *a = call; \
    SENTRY_FREE(utf8); \
    return a
SENTRY_API void sentry_attachment_set_filenamew(sentry_attachment_t *attachment, const wchar_t *filename) { sentry_attachment_set_filenamew_n(attachment, filename, SIZE_MAX); }
SENTRY_API void sentry_attachment_set_filenamew_n(sentry_attachment_t *attachment, const wchar_t *filename, size_t n)
{
    char *utf8 = sentry__os_utf8(filename, n);
    sentry_attachment_set_filename(attachment, utf8);
    SENTRY_FREE(utf8);
}
#endif

#define SENTRY__ATTACHMENT_SETTER(field, call) \
    SENTRY_API void sentry_attachment_set_##field(sentry_attachment_t *attachment, const char *field) \
    { \
        if (attachment) call(sentry__str(field)); \
    } \
    SENTRY_API void sentry_attachment_set_##field##_n(sentry_attachment_t *attachment, const char *field, size_t n) \
    { \
        if (attachment) call(sentry__str_n(field, n)); \
    }
#define SENTRY__SET_TYPE(text) sentry__attachment_set_type(attachment, text)
#define SENTRY__SET_CONTENT_TYPE(text) sentry__attachment_name(attachment, &attachment->content_type, text, 0)
#define SENTRY__SET_FILENAME(text) sentry__attachment_set_filename(attachment, text)
SENTRY__ATTACHMENT_SETTER(type, SENTRY__SET_TYPE)
SENTRY__ATTACHMENT_SETTER(content_type, SENTRY__SET_CONTENT_TYPE)
SENTRY__ATTACHMENT_SETTER(filename, SENTRY__SET_FILENAME)
#undef SENTRY__SET_TYPE
#undef SENTRY__SET_CONTENT_TYPE
#undef SENTRY__SET_FILENAME
#undef SENTRY__ATTACHMENT_SETTER

/* ==[30]== SCOPE ====================================================================
 * Owns    sentry_scope_t, and the immutable states that scopes publish.
 * Lock    one a scope, held to swap the pointer; a new state is made under it, a callback never called.
 * Holds   runs, breadcrumbs, traces never change. A state that two hold never changes either: forking a scope and
 *         taking a snapshot count one reference, the next write copies the state. In a state of its own a scope
 *         exchanges one pointer with one store, so that a signal handler sees the old or the new. Breadcrumbs share an
 *         array: a state sees `crumb_count` slots up to `crumb_end`; whoever claims the slot behind the array's last
 *         one may append in place, everybody else copies.
 * Threads any.
 */

/* A breadcrumb: JSON bytes, written once. */
typedef struct {
    sentry__word_t refs;
    uint32_t len;
    uint64_t order;      /* microseconds since 1970 when it was added */
    sentry_value_t meta; /* notes; usually null */
    /* len bytes follow */
} sentry__crumb_t;

typedef struct {
    sentry__word_t refs, used; /* slots claimed */
    size_t cap;
    /* sentry__crumb_t *[cap] follow */
} sentry__crumbs_t;

/* The trace that a scope's events belong to. */
typedef struct {
    sentry__word_t refs;
    sentry__lineage_t lineage;
    uint64_t span_id;       /* stands for the scope where no span does */
    sentry__run_t *context; /* "trace":{...}, a context */
    /* What was told about the trace, by who began it, or by us: from then on it stays. Under the SDK's lock: */
    char *baggage;        /* as a header; NULL: nothing yet */
    sentry_value_t value; /* the same for envelopes, frozen; null: not made yet */
} sentry__trace_t;

typedef enum { SENTRY__TAGS, SENTRY__EXTRA, SENTRY__CONTEXTS, SENTRY__FIELDS, SENTRY__RUNS } sentry__slot_t;

typedef struct {
    sentry__word_t refs;
    sentry__run_t *runs[SENTRY__RUNS]; /* FIELDS: user, level, fingerprint, transaction, release, environment */
    sentry__crumbs_t *crumbs;
    uint32_t crumb_end, crumb_count;
    sentry__processors_t *processors;
    sentry__attachments_t *attachments;
    sentry__trace_t *trace;
} sentry__state_t;

typedef enum { SENTRY__SCOPE_BASE, SENTRY__SCOPE_PUSHED, SENTRY__SCOPE_USER, SENTRY__SCOPE_LOCAL } sentry__scope_kind_t;

struct sentry_scope_s {
    sentry__lock_t lock;
    sentry__word_t refs;
    sentry__state_t *state; /* NULL: empty */
    sentry__run_t *spare;   /* memory of a run of before, for the next */
    sentry__scope_kind_t kind;
    uintptr_t span; /* current while this scope is: a handle; see SPANS */
    sentry_uuid_t last_event_id;
    sentry_scope_t *below; /* of a pushed one */
    char apart[64];        /* other threads' scopes stay in other cache lines */
};

static sentry__crumb_t **sentry__crumb_slots(sentry__crumbs_t *crumbs) { return (sentry__crumb_t **)(void *)(crumbs + 1); }

static void sentry__crumb_release(sentry__crumb_t *crumb)
{
    if (!crumb || sentry__add(&crumb->refs, (sentry__word_t)-1) != 0) return;
    sentry__decref(crumb->meta);
    if (sizeof *crumb + crumb->len <= SENTRY__CRUMB_BLOCK) sentry__block_give(sentry__thread_known(), crumb, SENTRY__CRUMB);
    else SENTRY_FREE(crumb);
}

static void sentry__crumbs_release(sentry__crumbs_t *crumbs)
{
    uint32_t i, used;
    if (!crumbs || sentry__add(&crumbs->refs, (sentry__word_t)-1) != 0) return;
    used = sentry__load(&crumbs->used);
    for (i = 0; i < used; i++) sentry__crumb_release(sentry__crumb_slots(crumbs)[i]);
    SENTRY_FREE(crumbs);
}

static void sentry__trace_release(sentry__trace_t *trace)
{
    if (!trace || sentry__add(&trace->refs, (sentry__word_t)-1) != 0) return;
    sentry__run_release(trace->context);
    SENTRY_FREE(trace->baggage);
    sentry__decref(trace->value);
    SENTRY_FREE(trace);
}

static void sentry__state_release(sentry__state_t *s)
{
    size_t i;
    if (!s || sentry__add(&s->refs, (sentry__word_t)-1) != 0) return;
    for (i = 0; i < SENTRY__RUNS; i++) sentry__run_release(s->runs[i]);
    sentry__crumbs_release(s->crumbs);
    sentry__processors_release(s->processors);
    sentry__attachments_release(s->attachments);
    sentry__trace_release(s->trace);
    SENTRY_FREE(s);
}

/* A state that nobody but the scope holds, so that single pointers in it may be exchanged: the scope's own, or a copy
 * that takes its place. NULL without memory. */
static SENTRY__NOINLINE sentry__state_t *sentry__state_copy_locked(sentry_scope_t *scope)
{
    sentry__state_t *old = scope->state, *s = (sentry__state_t *)sentry__calloc(sizeof *s);
    size_t i;
    if (!s) return NULL;
    if (old) memcpy(s->runs, old->runs, sizeof *s - offsetof(sentry__state_t, runs));
    s->refs = 1;
    for (i = 0; i < SENTRY__RUNS; i++)
        if (s->runs[i]) sentry__add(&s->runs[i]->refs, 1);
    if (s->crumbs) sentry__add(&s->crumbs->refs, 1);
    if (s->processors) sentry__add(&s->processors->refs, 1);
    if (s->attachments) sentry__add(&s->attachments->refs, 1);
    if (s->trace) sentry__add(&s->trace->refs, 1);
    sentry__store_ptr((void **)(void *)&scope->state, s);
    sentry__state_release(old);
    return s;
}

/* `s` is the scope's state now. */
static inline sentry__state_t *sentry__state_own_locked(sentry_scope_t *scope, sentry__state_t *s)
{
    return SENTRY__LIKELY(s && sentry__load_acquire(&s->refs) == 1) ? s : sentry__state_copy_locked(scope);
}

/* A reference to what the scope says now; NULL when that is nothing. */
static sentry__state_t *sentry__scope_state(const sentry_scope_t *scope)
{
    sentry_scope_t *s = (sentry_scope_t *)(uintptr_t)scope;
    sentry__state_t *state;
    if (!s) return NULL;
    sentry__lock(&s->lock);
    state = s->state;
    if (state) sentry__add(&state->refs, 1);
    sentry__unlock(&s->lock);
    return state;
}

/* Replaces the whole state; consumes `state`. */
static void sentry__scope_restate(sentry_scope_t *scope, sentry__state_t *state)
{
    sentry__state_t *old;
    sentry__run_t *spare;
    sentry__lock(&scope->lock);
    old = scope->state;
    spare = scope->spare;
    scope->spare = NULL;
    sentry__store_ptr((void **)(void *)&scope->state, state);
    sentry__unlock(&scope->lock);
    SENTRY_FREE(spare);
    sentry__state_release(old);
}

static sentry_scope_t *sentry__scope_new(sentry__scope_kind_t kind, sentry__state_t *state)
{
    sentry_scope_t *scope = (sentry_scope_t *)sentry__calloc(sizeof *scope);
    if (!scope) {
        sentry__state_release(state);
        return NULL;
    }
    scope->refs = 1;
    scope->kind = kind;
    scope->state = state;
    return scope;
}

static SENTRY__NOINLINE void sentry__scope_drop(sentry_scope_t *scope)
{
    if (sentry__add(&scope->refs, (sentry__word_t)-1) != 0) return;
    sentry__state_release(scope->state);
    SENTRY_FREE(scope->spare);
    SENTRY_FREE(scope);
}

/* Drops a reference; the static base scope has none. */
static inline void sentry__scope_release(sentry_scope_t *scope)
{
    if (scope && scope->kind != SENTRY__SCOPE_BASE) sentry__scope_drop(scope);
}

/* Publishes the scope with one member of one of its runs changed. Returns SENTRY__SET_NOT_PLAIN when it was not. */
SENTRY__INLINE sentry__set_t sentry__scope_edit(sentry_scope_t *scope, sentry__slot_t slot, const sentry__edit_t *edit)
{
    sentry__run_t *run, *old;
    sentry__state_t *s;
    sentry__set_t result;
    sentry__lock(&scope->lock);
    s = scope->state;
    old = SENTRY__LIKELY(s != NULL) ? s->runs[slot] : NULL;
    run = sentry__run_copy(&scope->spare, SENTRY__LIKELY(old != NULL) ? old : &sentry__no_run, edit, &result);
    s = SENTRY__LIKELY(result == SENTRY__SET_DONE) ? sentry__state_own_locked(scope, s) : NULL;
    if (SENTRY__LIKELY(s != NULL)) sentry__store_ptr((void **)(void *)&s->runs[slot], run);
    else old = run;
    if (SENTRY__LIKELY(old && sentry__load_acquire(&old->refs) == 1) && !scope->spare && sentry__is_null(old->meta)) {
        scope->spare = old;
        old = NULL;
    }
    sentry__unlock(&scope->lock);
    if (!SENTRY__LIKELY(old == NULL)) sentry__run_release(old);
    return result;
}

/* Sets a member of one of the scope's runs to a value, or removes it when the value is null. `kept` are notes about
 * the value from before, or null. Borrows both. */
static void sentry__scope_write(sentry_scope_t *scope, sentry__slot_t slot, sentry__str_t key, sentry_value_t v, sentry_value_t kept)
{
    static const sentry__rule_t rules[SENTRY__RUNS] = { SENTRY__RULE_NONE, SENTRY__RULE_BAG, SENTRY__RULE_CONTEXTS, SENTRY__RULE_EVENT };
    char storage[512];
    sentry__buf_t b;
    sentry__json_t w;
    sentry__edit_t edit;
    sentry__word_t max = sentry__load(&sentry__sdk.max_string);
    size_t key_len;
    if (!scope || !key.p || key.n > SENTRY__MAX_KEY / 6) return;
    sentry__buf_init(&b, storage, sizeof storage);
    sentry__json_init(&w, &b, slot == SENTRY__FIELDS ? 1 : 2, max == UINT32_MAX ? SIZE_MAX : max, (int)sentry__load(&sentry__sdk.pii));
    sentry__json_text(&b, key);
    key_len = b.len - 2;
    if (!sentry__is_null(v)) {
        b.len = 0;
        if (!sentry__is_null(kept)) sentry__object_merge(sentry__meta_at(&w, NULL), kept, 0);
        sentry__json_member(&w, 0, key, 0, v, rules[slot], NULL);
    }
    edit.key = key;
    edit.escaped = sentry__slice(b.data + 1, key_len);
    edit.value = sentry__is_null(v) ? sentry__slice(NULL, 0) : sentry__slice(b.data + key_len + 3, b.len - key_len - 3);
    edit.quoted = 0;
    edit.notes = w.meta;
    if (b.failed || b.len > UINT32_MAX / 8) sentry__decref(w.meta);
    else sentry__scope_edit(scope, slot, &edit);
    sentry__buf_free(&b);
}

static void sentry__scope_set(sentry_scope_t *scope, sentry__slot_t slot, sentry__str_t key, sentry_value_t v) { sentry__scope_write(scope, slot, key, v, sentry__null()); }

/* The same for text, which is mostly plain: then it is copied once, from the caller into the run. */
static void sentry__scope_set_text(sentry_scope_t *scope, sentry__slot_t slot, sentry__str_t key, sentry__str_t text)
{
    sentry__edit_t edit;
    sentry_value_t v;
    if (!scope || !key.p) return;
    if (SENTRY__LIKELY(text.p && (text.n | key.n) < 65536 && text.n <= sentry__load(&sentry__sdk.max_string))) {
        edit.key = edit.escaped = key;
        edit.value = text;
        edit.quoted = 1;
        edit.notes = sentry__null();
        if (SENTRY__LIKELY(sentry__scope_edit(scope, slot, &edit) != SENTRY__SET_NOT_PLAIN)) return;
    }
    v = sentry__string_new(text);
    sentry__scope_set(scope, slot, key, v);
    sentry__decref(v);
}

/* Consumes the value, for the public setters. */
static void sentry__scope_take(sentry_scope_t *scope, sentry__slot_t slot, sentry__str_t key, sentry_value_t v)
{
    sentry__scope_set(scope, slot, key, v);
    sentry__decref(v);
}

static void sentry__scope_set_tags(sentry_scope_t *scope, sentry_value_t tags)
{
    sentry__box_t *box = sentry__object_of(tags);
    uint32_t i;
    if (!box) sentry__log(SENTRY_LEVEL_WARNING, "tags must be an object of strings");
    for (i = 0; scope && box && i < box->len; i++) {
        sentry__str_t text = sentry__string_of(box->entries[i].value);
        if (text.p) sentry__scope_set_text(scope, SENTRY__TAGS, sentry__entry_key(box, i), text);
        else sentry__log(SENTRY_LEVEL_WARNING, "the tag %.*s is not a string", (int)sentry__entry_key(box, i).n, sentry__entry_key(box, i).p);
    }
    sentry__decref(tags);
}

/* Contexts must be objects: the protocol knows nothing else there. */
static void sentry__scope_set_context(sentry_scope_t *scope, sentry__str_t key, sentry_value_t v)
{
    if (sentry__object_of(v) || sentry__is_null(v)) sentry__scope_set(scope, SENTRY__CONTEXTS, key, v);
    else sentry__log(SENTRY_LEVEL_WARNING, "a context must be an object");
    sentry__decref(v);
}

/* Two threads that update the same context at once: the later write wins, as a whole. */
static void sentry__scope_update_context(sentry_scope_t *scope, sentry__str_t key, sentry_value_t v)
{
    sentry__state_t *state = key.p ? sentry__scope_state(scope) : NULL;
    sentry__run_t *run = state ? state->runs[SENTRY__CONTEXTS] : NULL;
    sentry_value_t merged = sentry__null(), kept = sentry__null();
    sentry__buf_t b;
    sentry__buf_init(&b, NULL, 0);
    if (run) sentry__json_chars(&b, key);
    if (run && !b.failed) merged = sentry__run_value(run, sentry__slice(b.data, b.len));
    if (sentry__object_of(merged) && sentry__object_of(v)) {
        sentry__object_merge(merged, v, 0);
        if (!sentry__is_null(sentry__object_get(run->meta, key))) {
            kept = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
            sentry__object_set(kept, key, sentry__incref(sentry__object_get(run->meta, key)));
        }
        sentry__scope_write(scope, SENTRY__CONTEXTS, key, merged, kept);
        sentry__decref(kept);
        sentry__decref(v);
    } else {
        sentry__scope_set_context(scope, key, v);
    }
    sentry__decref(merged);
    sentry__buf_free(&b);
    sentry__state_release(state);
}

static void sentry__scope_set_level(sentry_scope_t *scope, sentry_level_t level)
{
    sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("level"), sentry__level_str(level));
}

static void sentry__scope_set_user(sentry_scope_t *scope, sentry_value_t user)
{
    if (!sentry__object_of(user) && !sentry__is_null(user)) sentry__log(SENTRY_LEVEL_WARNING, "a user must be an object");
    else sentry__scope_set(scope, SENTRY__FIELDS, SENTRY__LITERAL("user"), user);
    sentry__decref(user);
}

static void sentry__scope_set_fingerprints(sentry_scope_t *scope, sentry_value_t list)
{
    if (!sentry__list_of(list)) sentry__log(SENTRY_LEVEL_WARNING, "a fingerprint must be a list of strings");
    else sentry__scope_set(scope, SENTRY__FIELDS, SENTRY__LITERAL("fingerprint"), list);
    sentry__decref(list);
}

/* A list of the strings of a call: `first`, then `args` up to NULL, with lengths when `sized`. */
static sentry_value_t sentry__fingerprint_list(sentry__str_t first, va_list args, int sized)
{
    sentry_value_t list = sentry__box_new(SENTRY_VALUE_TYPE_LIST);
    sentry__str_t s = first;
    while (s.p) {
        const char *next;
        sentry__list_push(list, sentry__string_new(s));
        next = va_arg(args, const char *);
        s = !next ? sentry__slice(NULL, 0) : sized ? sentry__str_n(next, va_arg(args, size_t)) : sentry__str(next);
    }
    return list;
}

static int sentry__scope_add_processor(sentry_scope_t *scope, sentry_event_function_t func, void *data)
{
    sentry__processors_t *p, *old = NULL;
    sentry__state_t *s;
    if (!scope || !func) return 1;
    sentry__lock(&scope->lock);
    p = sentry__processors_add(scope->state ? scope->state->processors : NULL, func, data);
    s = p ? sentry__state_own_locked(scope, scope->state) : NULL;
    if (s) {
        old = s->processors;
        s->processors = p;
    } else {
        old = p;
    }
    sentry__unlock(&scope->lock);
    sentry__processors_release(old);
    return s == NULL;
}

/* Changes the scope's attachments: with `more`, without `less`, or (both NULL) to none. Returns 0 when done. */
static int sentry__scope_reattach(sentry_scope_t *scope, sentry_attachment_t *more, const sentry_attachment_t *less)
{
    sentry__attachments_t *list = NULL, *old = NULL;
    sentry__state_t *s;
    sentry__lock(&scope->lock);
    s = sentry__state_own_locked(scope, scope->state);
    if (s) {
        old = s->attachments;
        list = more || less ? sentry__attachments_copy(old, more, less) : NULL;
        if ((more || less) && !list) s = NULL;
    }
    if (s) sentry__store_ptr((void **)(void *)&s->attachments, list);
    sentry__unlock(&scope->lock);
    if (s) sentry__attachments_release(old);
    return s == NULL;
}

/* The attachment of this file that the scope has already; lent. */
static sentry_attachment_t *sentry__scope_attached(const sentry_scope_t *scope, sentry__str_t path)
{
    sentry__state_t *s = sentry__scope_state(scope);
    sentry_attachment_t *found = NULL;
    uint32_t i, n = s && s->attachments ? s->attachments->count : 0;
    for (i = 0; i < n && !found; i++) {
        sentry_attachment_t *a = sentry__attachment_list(s->attachments)[i];
        if (a->path && sentry__str_eq(sentry__str(a->path), path)) found = a;
    }
    sentry__state_release(s);
    return found;
}

/* Attaches a file, or bytes, to a scope. Returns the attachment, which is the scope's; NULL when that fails. */
static sentry_attachment_t *sentry__scope_attach(sentry_scope_t *scope, sentry__str_t path, const char *bytes, size_t len, sentry__str_t filename)
{
    sentry_attachment_t *a = scope && path.n ? sentry__scope_attached(scope, path) : NULL;
    int failed;
    if (a || !scope) return a;
    a = sentry__attachment_new(path, bytes, len, filename);
    failed = !a || sentry__scope_reattach(scope, a, NULL);
    sentry__attachment_release(a); /* the scope holds it, or nobody */
    return failed ? NULL : a;
}

/* Drops everything but the trace and the processors. */
static void sentry__scope_clear(sentry_scope_t *scope)
{
    sentry__state_t *s = (sentry__state_t *)sentry__calloc(sizeof *s), *old;
    if (!s) return;
    s->refs = 1;
    sentry__lock(&scope->lock);
    old = scope->state;
    if (old) {
        s->processors = old->processors;
        s->trace = old->trace;
        if (s->processors) sentry__add(&s->processors->refs, 1);
        if (s->trace) sentry__add(&s->trace->refs, 1);
    }
    sentry__store_ptr((void **)(void *)&scope->state, s);
    sentry__unlock(&scope->lock);
    sentry__state_release(old);
}

/* An array for twice as many as are kept, with the newest `keep` that the state sees; the other slots are NULL. */
static sentry__crumbs_t *sentry__crumbs_copy(const sentry__state_t *s, uint32_t keep, uint32_t max)
{
    sentry__crumbs_t *crumbs = (sentry__crumbs_t *)sentry__calloc(sizeof *crumbs + 2u * max * sizeof(sentry__crumb_t *));
    sentry__crumb_t **from, **to;
    uint32_t i;
    if (!crumbs) return NULL;
    crumbs->refs = 1;
    crumbs->used = keep;
    crumbs->cap = 2 * max;
    to = sentry__crumb_slots(crumbs);
    from = keep ? sentry__crumb_slots(s->crumbs) + s->crumb_end - keep : NULL;
    for (i = 0; i < keep; i++) {
        sentry__add(&from[i]->refs, 1);
        to[i] = from[i];
    }
    return crumbs;
}

/* The breadcrumb that no longer counts, to be released, when nobody else can see the array. */
static sentry__crumb_t *sentry__crumb_fallen(const sentry__state_t *s)
{
    uint32_t count = s->crumb_count;
    sentry__crumb_t **slot, *crumb;
    if (s->crumb_end <= count || sentry__load_acquire(&s->crumbs->refs) != 1) return NULL;
    slot = sentry__crumb_slots(s->crumbs) + s->crumb_end - count - 1;
    crumb = *slot;
    *slot = NULL;
    return crumb;
}

/* Publishes the scope with one more breadcrumb; consumes it. */
static void sentry__scope_add_crumb(sentry_scope_t *scope, sentry__crumb_t *crumb)
{
    uint32_t max = sentry__load(&sentry__sdk.max_breadcrumbs);
    sentry__crumbs_t *old = NULL, *crumbs;
    sentry__crumb_t *gone = NULL;
    sentry__state_t *s;
    if (!scope || !crumb || !max) {
        sentry__crumb_release(crumb);
        return;
    }
    sentry__lock(&scope->lock);
    s = sentry__state_own_locked(scope, scope->state);
    crumbs = s ? s->crumbs : NULL;
    if (s && (!crumbs || crumbs->cap != 2 * max || s->crumb_end >= crumbs->cap || !sentry__swap_if(&crumbs->used, s->crumb_end, s->crumb_end + 1))) {
        uint32_t keep = s->crumb_count < max ? s->crumb_count : max - 1;
        crumbs = sentry__crumbs_copy(s, keep, max);
        if (crumbs) {
            old = s->crumbs;
            sentry__store_release(&s->crumb_count, 0); /* whoever looks meanwhile sees none, not those of the other array */
            sentry__store_ptr((void **)(void *)&s->crumbs, crumbs);
            sentry__store_release(&s->crumb_end, keep);
            sentry__store_release(&s->crumb_count, keep);
            sentry__store(&crumbs->used, keep + 1);
        }
    }
    if (crumbs) {
        /* In this order: at every moment all that the state says is there, is there. */
        sentry__crumb_slots(crumbs)[s->crumb_end] = crumb;
        sentry__store_release(&s->crumb_end, s->crumb_end + 1);
        if (s->crumb_count < max) sentry__store_release(&s->crumb_count, s->crumb_count + 1);
        else gone = sentry__crumb_fallen(s);
        SENTRY_ASSERT(s->crumb_count <= s->crumb_end && s->crumb_end <= crumbs->cap);
        crumb = NULL;
    }
    sentry__unlock(&scope->lock);
    sentry__crumbs_release(old);
    sentry__crumb_release(crumb);
    sentry__crumb_release(gone);
}

/* Where in a trace something is: {"trace_id":..,"span_id":..,"parent_span_id":..} without the braces. */
static void sentry__put_place(sentry__buf_t *b, const sentry__lineage_t *l, uint64_t span, uint64_t parent)
{
    SENTRY__PUT(b, "\"trace_id\":\"");
    sentry__buf_trace_id(b, l);
    SENTRY__PUT(b, "\",\"span_id\":\"");
    sentry__buf_hex64(b, span);
    if (parent) {
        SENTRY__PUT(b, "\",\"parent_span_id\":\"");
        sentry__buf_hex64(b, parent);
    }
    sentry__buf_byte(b, '"');
}

/* A trace with its context; consumes `baggage`, which may be NULL. NULL without memory. */
static sentry__trace_t *sentry__trace_new(const sentry__lineage_t *l, char *baggage)
{
    sentry__trace_t *t = (sentry__trace_t *)sentry__calloc(sizeof *t);
    char text[160];
    sentry__buf_t b;
    if (!t) {
        SENTRY_FREE(baggage);
        return NULL;
    }
    t->refs = 1;
    t->lineage = *l;
    t->span_id = sentry__random_id();
    t->baggage = baggage;
    t->value = sentry__null();
    sentry__buf_init(&b, text, sizeof text);
    sentry__buf_byte(&b, '{');
    sentry__put_place(&b, l, t->span_id, l->parent);
    sentry__buf_byte(&b, '}');
    t->context = sentry__run_with(NULL, SENTRY__LITERAL("trace"), sentry__slice(b.data, b.len));
    if (t->context) return t;
    sentry__trace_release(t);
    return NULL;
}

/* Consumes the trace; NULL does nothing. */
static void sentry__scope_set_trace(sentry_scope_t *scope, sentry__trace_t *trace)
{
    sentry__trace_t *old = trace;
    sentry__state_t *s;
    if (!trace) return;
    sentry__lock(&scope->lock);
    s = sentry__state_own_locked(scope, scope->state);
    if (s) {
        old = s->trace;
        sentry__store_ptr((void **)(void *)&s->trace, trace);
    }
    sentry__unlock(&scope->lock);
    sentry__trace_release(old);
}

/* ==[31]== HUB ======================================================================
 * Owns    sentry_hub_t, the main hub among them; which scope is current.
 * Lock    one a hub, for its stack and last event id.
 * Holds   a hub has at least its base scope. The main hub's base is a static object: threads may still look at it after
 *         close. Scopes above the main hub's base hang on the thread that pushed them.
 * Threads any; push and pop of a bound hub may come from whoever has it bound.
 */

struct sentry_hub_s {
    sentry__word_t refs;
    sentry__lock_t lock;
    sentry_scope_t *top; /* a reference; the lowest is the base */
    sentry_uuid_t last_event_id;
    char apart[64]; /* other threads' hubs stay in other cache lines */
};

static sentry_scope_t sentry__main_scope; /* kind SENTRY__SCOPE_BASE is 0 */
static sentry__word_t sentry__main_has_span; /* or had one */
static sentry_hub_t sentry__main_hub;

static void sentry__hub_release(sentry_hub_t *hub)
{
    if (!hub || hub == &sentry__main_hub || sentry__add(&hub->refs, (sentry__word_t)-1) != 0) return;
    while (hub->top) {
        sentry_scope_t *below = hub->top->below;
        sentry__scope_release(hub->top);
        hub->top = below;
    }
    SENTRY_FREE(hub);
}

/* Runs when a thread ends: scopes it left behind, the hub it had bound. */
static void sentry__hub_thread_end(sentry__thread_t *t)
{
    while (t->pushed) {
        sentry_scope_t *below = t->pushed->below;
        sentry__scope_release(t->pushed);
        t->pushed = below;
    }
    sentry__hub_release(t->hub);
    t->hub = NULL;
}

/* The thread's struct when the SDK is on and not in one of its own callbacks; else NULL. */
static inline sentry__thread_t *sentry__enter(void)
{
    sentry__thread_t *t;
    if (!sentry__is_on()) return NULL;
    t = sentry__thread();
    return t && !t->in_callback ? t : NULL;
}

/* The thread's current scope, with a reference that sentry__scope_release drops. */
static inline sentry_scope_t *sentry__thread_scope(sentry__thread_t *t)
{
    sentry_scope_t *scope = t->pushed;
    if (SENTRY__LIKELY(!((uintptr_t)t->hub | (uintptr_t)scope))) return &sentry__main_scope;
    if (t->hub) {
        sentry__lock(&t->hub->lock);
        scope = t->hub->top;
        sentry__add(&scope->refs, 1);
        sentry__unlock(&t->hub->lock);
    } else {
        sentry__add(&scope->refs, 1);
    }
    return scope;
}

/* The same for whoever calls; NULL when the SDK is off. */
static sentry_scope_t *sentry__current_scope(void)
{
    sentry__thread_t *t = sentry__enter();
    return t ? sentry__thread_scope(t) : NULL;
}

static uintptr_t sentry__scope_span(sentry_scope_t *scope)
{
    uintptr_t span;
    sentry__lock(&scope->lock);
    span = scope->span;
    sentry__unlock(&scope->lock);
    return span;
}

/* Gives a scope a span if `was` is what it has, or in any case when `was` is 0. */
static void sentry__scope_set_span(sentry_scope_t *scope, uintptr_t was, uintptr_t span)
{
    sentry__lock(&scope->lock);
    if (!was || scope->span == was) scope->span = span;
    if (scope == &sentry__main_scope) sentry__store(&sentry__main_has_span, scope->span != 0);
    sentry__unlock(&scope->lock);
}

/* The span that is the thread's own: with a hub or pushed scopes that of the top one. May be stale. */
static uintptr_t sentry__span_current_own(sentry__thread_t *t)
{
    sentry_scope_t *scope;
    uintptr_t span;
    if (SENTRY__LIKELY(!t->hub && !t->pushed)) return t->span;
    scope = sentry__thread_scope(t);
    span = sentry__scope_span(scope);
    sentry__scope_release(scope);
    return span;
}

/* The same, or that of all threads which have none. */
static uintptr_t sentry__span_current(sentry__thread_t *t)
{
    uintptr_t span = sentry__span_current_own(t);
    if (SENTRY__LIKELY(span || t->hub || t->pushed || !sentry__load(&sentry__main_has_span))) return span;
    return sentry__scope_span(&sentry__main_scope);
}

static SENTRY__NOINLINE void sentry__span_change_scope(sentry__thread_t *t, uintptr_t was, uintptr_t span)
{
    sentry_scope_t *scope = sentry__thread_scope(t);
    sentry__scope_set_span(scope, was, span);
    sentry__scope_release(scope);
}

/* Gives the thread a span of its own, if `was` is what it has, or in any case when `was` is 0. */
SENTRY__INLINE void sentry__span_change(sentry__thread_t *t, uintptr_t was, uintptr_t span)
{
    if (!SENTRY__LIKELY(!((uintptr_t)t->hub | (uintptr_t)t->pushed))) sentry__span_change_scope(t, was, span);
    else if (!was || t->span == was) t->span = span;
}

static sentry_scope_t *sentry__scope_push(sentry__thread_t *t)
{
    sentry_scope_t *top = sentry__thread_scope(t), *scope;
    scope = sentry__scope_new(SENTRY__SCOPE_PUSHED, sentry__scope_state(top));
    sentry__scope_release(top);
    if (!scope) return NULL;
    scope->span = sentry__span_current(t);
    if (!t->hub) {
        scope->below = t->pushed;
        t->pushed = scope;
        return scope;
    }
    sentry__lock(&t->hub->lock);
    scope->below = t->hub->top;
    t->hub->top = scope;
    sentry__unlock(&t->hub->lock);
    return scope;
}

/* Pops down to and with `scope`, if it is on the stack; NULL pops the top one. A hub's base stays. */
static void sentry__stack_pop(sentry_scope_t **top, const sentry_scope_t *scope)
{
    sentry_scope_t *at = *top, *below;
    while (scope && at && at != scope) at = at->below;
    if (!at || at->kind != SENTRY__SCOPE_PUSHED) return;
    for (;;) {
        int last = *top == at;
        below = (*top)->below;
        sentry__scope_release(*top);
        *top = below;
        if (last) return;
    }
}

/* Works whether the SDK is on or not: what was pushed must go. */
static void sentry__scope_pop(const sentry_scope_t *scope)
{
    sentry__thread_t *t = sentry__thread_known();
    if (!t || t->in_callback) return;
    if (!t->hub) {
        sentry__stack_pop(&t->pushed, scope);
        if (!sentry__is_on()) sentry__thread_release();
        return;
    }
    sentry__lock(&t->hub->lock);
    sentry__stack_pop(&t->hub->top, scope);
    sentry__unlock(&t->hub->lock);
    if (scope) sentry__stack_pop(&t->pushed, scope);
}

static sentry__state_t *sentry__hub_state(const sentry_hub_t *hub)
{
    sentry_hub_t *h = (sentry_hub_t *)(uintptr_t)hub;
    sentry__state_t *state;
    sentry__thread_t *t = sentry__thread();
    if (h == &sentry__main_hub) return sentry__scope_state(t && t->pushed ? t->pushed : &sentry__main_scope);
    sentry__lock(&h->lock);
    state = sentry__scope_state(h->top);
    sentry__unlock(&h->lock);
    return state;
}

static uintptr_t sentry__hub_span(const sentry_hub_t *hub)
{
    sentry__thread_t *t = sentry__thread();
    sentry_hub_t *h = (sentry_hub_t *)(uintptr_t)hub, *bound = t ? t->hub : NULL;
    uintptr_t span;
    if (!t) return 0;
    t->hub = h == &sentry__main_hub ? NULL : h; /* as if it were bound */
    span = sentry__span_current(t);
    t->hub = bound;
    return span;
}

static sentry_hub_t *sentry__hub_clone(const sentry_hub_t *hub)
{
    sentry_hub_t *copy = (sentry_hub_t *)sentry__calloc(sizeof *copy);
    if (!copy) return NULL;
    copy->refs = 1;
    copy->top = sentry__scope_new(SENTRY__SCOPE_USER, sentry__hub_state(hub));
    if (copy->top) copy->top->span = sentry__hub_span(hub);
    if (copy->top) return copy;
    SENTRY_FREE(copy);
    return NULL;
}

/* Takes over a reference to `hub` (NULL: the main one). Returns the one before, with its reference. */
static sentry_hub_t *sentry__hub_swap(sentry__thread_t *t, sentry_hub_t *hub)
{
    sentry_hub_t *before = t->hub;
    t->hub = hub == &sentry__main_hub ? NULL : hub;
    return before;
}

static sentry_hub_t *sentry__hub_ref(sentry_hub_t *hub)
{
    if (hub && hub != &sentry__main_hub) sentry__add(&hub->refs, 1);
    return hub;
}

#ifndef SENTRY_NO_THREADS
/* What a thread of sentry_thread_create runs. */
typedef struct {
    void *(*start)(void *);
    void *arg;
    sentry_hub_t *hub; /* with a reference; NULL: the main one */
} sentry__start_t;

static void *sentry__thread_main(void *p)
{
    sentry__start_t s = *(sentry__start_t *)p;
    sentry__thread_t *t = s.hub ? sentry__thread() : NULL;
    SENTRY_FREE(p);
    if (t) sentry__hub_swap(t, s.hub);
    else sentry__hub_release(s.hub);
    return s.start(s.arg);
}
#endif

/* -- public -- */

SENTRY_API sentry_scope_t *sentry_push_scope(void)
{
    sentry__thread_t *t = sentry__enter();
    return t ? sentry__scope_push(t) : NULL;
}
SENTRY_API void sentry_pop_scope(void)
{
    sentry__scope_pop(NULL);
}
SENTRY_API void sentry_pop_scope_to(sentry_scope_t *scope)
{
    if (scope) sentry__scope_pop(scope);
}
SENTRY_API void sentry__leave_scope(sentry_scope_t **scope) { sentry_pop_scope_to(*scope); }

SENTRY_API sentry_scope_t *sentry_scope_new(void) { return sentry__scope_new(SENTRY__SCOPE_USER, NULL); }
SENTRY_API sentry_scope_t *sentry_local_scope_new(void) { return sentry__scope_new(SENTRY__SCOPE_LOCAL, NULL); }
SENTRY_API sentry_scope_t *sentry_scope_clone(const sentry_scope_t *scope)
{
    sentry_scope_t *current = scope ? NULL : sentry__current_scope();
    sentry_scope_t *copy = sentry__scope_new(SENTRY__SCOPE_USER, sentry__scope_state(scope ? scope : current));
    if (copy && scope) copy->span = sentry__scope_span((sentry_scope_t *)(uintptr_t)scope);
    sentry__scope_release(current);
    return copy;
}
SENTRY_API void sentry_scope_free(sentry_scope_t *scope)
{
    if (scope && scope->kind >= SENTRY__SCOPE_USER) sentry__scope_release(scope);
}
SENTRY_API void sentry_scope_clear(sentry_scope_t *scope)
{
    if (scope) sentry__scope_clear(scope);
}
SENTRY_API sentry_uuid_t sentry_scope_get_last_event_id(const sentry_scope_t *scope)
{
    sentry_scope_t *s = (sentry_scope_t *)(uintptr_t)scope;
    sentry_uuid_t id = sentry_uuid_nil();
    if (!s) return id;
    sentry__lock(&s->lock);
    id = s->last_event_id;
    sentry__unlock(&s->lock);
    return id;
}

/* Runs `call` with `scope` naming the current scope; for setters that consume nothing. */
#define SENTRY__ON_CURRENT(call) \
    sentry__thread_t *t; \
    sentry_scope_t *scope; \
    if (!sentry__is_on()) return; \
    t = sentry__thread(); \
    if (!t || t->in_callback) return; \
    scope = sentry__thread_scope(t); \
    call; \
    sentry__scope_release(scope)
/* The same for setters that consume `value`. */
#define SENTRY__TAKE_CURRENT(value, call) \
    sentry_scope_t *scope = sentry__current_scope(); \
    if (!scope) { \
        sentry__decref(value); \
        return; \
    } \
    call; \
    sentry__scope_release(scope)

/* Attaches to a scope; NULL is the current one. */
static sentry_attachment_t *sentry__attach(sentry_scope_t *scope, int current, sentry__str_t path, const char *bytes, size_t len, sentry__str_t filename)
{
    sentry_scope_t *mine = current ? sentry__current_scope() : NULL;
    sentry_attachment_t *a = sentry__scope_attach(current ? mine : scope, path, bytes, len, filename);
    sentry__scope_release(mine);
    return a;
}

SENTRY_API sentry_attachment_t *sentry_attach_bytes(const char *buf, size_t n, const char *filename) { return sentry__attach(NULL, 1, sentry__slice(NULL, 0), buf, n, sentry__str(filename)); }
SENTRY_API sentry_attachment_t *sentry_attach_bytes_n(const char *buf, size_t n, const char *filename, size_t filename_len) { return sentry__attach(NULL, 1, sentry__slice(NULL, 0), buf, n, sentry__str_n(filename, filename_len)); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytes(sentry_scope_t *scope, const char *buf, size_t n, const char *filename) { return sentry__attach(scope, 0, sentry__slice(NULL, 0), buf, n, sentry__str(filename)); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytes_n(sentry_scope_t *scope, const char *buf, size_t n, const char *filename, size_t filename_len) { return sentry__attach(scope, 0, sentry__slice(NULL, 0), buf, n, sentry__str_n(filename, filename_len)); }
SENTRY_API void sentry_clear_attachments(void) { SENTRY__ON_CURRENT(sentry__scope_reattach(scope, NULL, NULL)); }
SENTRY_API void sentry_remove_attachment(sentry_attachment_t *attachment)
{
    if (!attachment) return;
    SENTRY__ON_CURRENT(sentry__scope_reattach(scope, NULL, attachment));
}
#ifndef SENTRY_NO_FILES
SENTRY_API sentry_attachment_t *sentry_attach_file(const char *path) { return sentry__attach(NULL, 1, sentry__str(path), NULL, 0, sentry__str(path)); }
SENTRY_API sentry_attachment_t *sentry_attach_file_n(const char *path, size_t n) { return sentry__attach(NULL, 1, sentry__str_n(path, n), NULL, 0, sentry__str_n(path, n)); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_file(sentry_scope_t *scope, const char *path) { return sentry__attach(scope, 0, sentry__str(path), NULL, 0, sentry__str(path)); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_file_n(sentry_scope_t *scope, const char *path, size_t n) { return sentry__attach(scope, 0, sentry__str_n(path, n), NULL, 0, sentry__str_n(path, n)); }
#ifdef _WIN32
SENTRY_API sentry_attachment_t *sentry_attach_filew(const wchar_t *path) { return sentry_attach_filew_n(path, SIZE_MAX); }
SENTRY_API sentry_attachment_t *sentry_attach_filew_n(const wchar_t *path, size_t n) { SENTRY__WITH_UTF8(path, n, sentry_attach_file(utf8)); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_filew(sentry_scope_t *scope, const wchar_t *path) { return sentry_scope_attach_filew_n(scope, path, SIZE_MAX); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_filew_n(sentry_scope_t *scope, const wchar_t *path, size_t n) { SENTRY__WITH_UTF8(path, n, sentry_scope_attach_file(scope, utf8)); }
SENTRY_API sentry_attachment_t *sentry_attach_bytesw(const char *buf, size_t len, const wchar_t *filename) { return sentry_attach_bytesw_n(buf, len, filename, SIZE_MAX); }
SENTRY_API sentry_attachment_t *sentry_attach_bytesw_n(const char *buf, size_t len, const wchar_t *filename, size_t n) { SENTRY__WITH_UTF8(filename, n, sentry_attach_bytes(buf, len, utf8)); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytesw(sentry_scope_t *scope, const char *buf, size_t len, const wchar_t *filename) { return sentry_scope_attach_bytesw_n(scope, buf, len, filename, SIZE_MAX); }
SENTRY_API sentry_attachment_t *sentry_scope_attach_bytesw_n(sentry_scope_t *scope, const char *buf, size_t len, const wchar_t *filename, size_t n) { SENTRY__WITH_UTF8(filename, n, sentry_scope_attach_bytes(scope, buf, len, utf8)); }
#endif
#endif

SENTRY_API void sentry_set_tag(const char *key, const char *value) { SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__TAGS, sentry__str(key), sentry__str(value))); }
SENTRY_API void sentry_set_tag_n(const char *key, size_t key_len, const char *value, size_t value_len)
{
    SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__TAGS, sentry__str_n(key, key_len), sentry__str_n(value, value_len)));
}
SENTRY_API void sentry_scope_set_tag(sentry_scope_t *scope, const char *key, const char *value) { sentry__scope_set_text(scope, SENTRY__TAGS, sentry__str(key), sentry__str(value)); }
SENTRY_API void sentry_scope_set_tag_n(sentry_scope_t *scope, const char *key, size_t key_len, const char *value, size_t value_len)
{
    sentry__scope_set_text(scope, SENTRY__TAGS, sentry__str_n(key, key_len), sentry__str_n(value, value_len));
}
SENTRY_API void sentry_set_tags(sentry_value_t tags) { SENTRY__TAKE_CURRENT(tags, sentry__scope_set_tags(scope, tags)); }
SENTRY_API void sentry_scope_set_tags(sentry_scope_t *scope, sentry_value_t tags) { sentry__scope_set_tags(scope, tags); }
SENTRY_API void sentry_remove_tag(const char *key) { SENTRY__ON_CURRENT(sentry__scope_set(scope, SENTRY__TAGS, sentry__str(key), sentry__null())); }
SENTRY_API void sentry_remove_tag_n(const char *key, size_t n) { SENTRY__ON_CURRENT(sentry__scope_set(scope, SENTRY__TAGS, sentry__str_n(key, n), sentry__null())); }
SENTRY_API void sentry_scope_remove_tag(sentry_scope_t *scope, const char *key) { sentry__scope_set(scope, SENTRY__TAGS, sentry__str(key), sentry__null()); }
SENTRY_API void sentry_set_extra(const char *key, sentry_value_t value) { SENTRY__TAKE_CURRENT(value, sentry__scope_take(scope, SENTRY__EXTRA, sentry__str(key), value)); }
SENTRY_API void sentry_set_extra_n(const char *key, size_t n, sentry_value_t value) { SENTRY__TAKE_CURRENT(value, sentry__scope_take(scope, SENTRY__EXTRA, sentry__str_n(key, n), value)); }
SENTRY_API void sentry_scope_set_extra(sentry_scope_t *scope, const char *key, sentry_value_t value) { sentry__scope_take(scope, SENTRY__EXTRA, sentry__str(key), value); }
SENTRY_API void sentry_scope_set_extra_n(sentry_scope_t *scope, const char *key, size_t n, sentry_value_t value) { sentry__scope_take(scope, SENTRY__EXTRA, sentry__str_n(key, n), value); }
SENTRY_API void sentry_remove_extra(const char *key) { SENTRY__ON_CURRENT(sentry__scope_set(scope, SENTRY__EXTRA, sentry__str(key), sentry__null())); }
SENTRY_API void sentry_remove_extra_n(const char *key, size_t n) { SENTRY__ON_CURRENT(sentry__scope_set(scope, SENTRY__EXTRA, sentry__str_n(key, n), sentry__null())); }
SENTRY_API void sentry_scope_remove_extra(sentry_scope_t *scope, const char *key) { sentry__scope_set(scope, SENTRY__EXTRA, sentry__str(key), sentry__null()); }
SENTRY_API void sentry_set_context(const char *key, sentry_value_t value) { SENTRY__TAKE_CURRENT(value, sentry__scope_set_context(scope, sentry__str(key), value)); }
SENTRY_API void sentry_set_context_n(const char *key, size_t n, sentry_value_t value) { SENTRY__TAKE_CURRENT(value, sentry__scope_set_context(scope, sentry__str_n(key, n), value)); }
SENTRY_API void sentry_scope_set_context(sentry_scope_t *scope, const char *key, sentry_value_t value) { sentry__scope_set_context(scope, sentry__str(key), value); }
SENTRY_API void sentry_scope_set_context_n(sentry_scope_t *scope, const char *key, size_t n, sentry_value_t value) { sentry__scope_set_context(scope, sentry__str_n(key, n), value); }
SENTRY_API void sentry_update_context(const char *key, sentry_value_t value) { SENTRY__TAKE_CURRENT(value, sentry__scope_update_context(scope, sentry__str(key), value)); }
SENTRY_API void sentry_update_context_n(const char *key, size_t n, sentry_value_t value) { SENTRY__TAKE_CURRENT(value, sentry__scope_update_context(scope, sentry__str_n(key, n), value)); }
SENTRY_API void sentry_scope_update_context(sentry_scope_t *scope, const char *key, sentry_value_t value) { sentry__scope_update_context(scope, sentry__str(key), value); }
SENTRY_API void sentry_scope_update_context_n(sentry_scope_t *scope, const char *key, size_t n, sentry_value_t value) { sentry__scope_update_context(scope, sentry__str_n(key, n), value); }
SENTRY_API void sentry_remove_context(const char *key) { SENTRY__ON_CURRENT(sentry__scope_set(scope, SENTRY__CONTEXTS, sentry__str(key), sentry__null())); }
SENTRY_API void sentry_remove_context_n(const char *key, size_t n) { SENTRY__ON_CURRENT(sentry__scope_set(scope, SENTRY__CONTEXTS, sentry__str_n(key, n), sentry__null())); }
SENTRY_API void sentry_scope_remove_context(sentry_scope_t *scope, const char *key) { sentry__scope_set(scope, SENTRY__CONTEXTS, sentry__str(key), sentry__null()); }
SENTRY_API void sentry_set_user(sentry_value_t user) { SENTRY__TAKE_CURRENT(user, sentry__scope_set_user(scope, user)); }
SENTRY_API void sentry_scope_set_user(sentry_scope_t *scope, sentry_value_t user) { sentry__scope_set_user(scope, user); }
SENTRY_API void sentry_remove_user(void) { SENTRY__ON_CURRENT(sentry__scope_set_user(scope, sentry__null())); }
SENTRY_API void sentry_set_level(sentry_level_t level) { SENTRY__ON_CURRENT(sentry__scope_set_level(scope, level)); }
SENTRY_API void sentry_scope_set_level(sentry_scope_t *scope, sentry_level_t level) { sentry__scope_set_level(scope, level); }
SENTRY_API void sentry_scope_set_fingerprints(sentry_scope_t *scope, sentry_value_t fingerprints) { sentry__scope_set_fingerprints(scope, fingerprints); }
SENTRY_API void sentry_remove_fingerprint(void) { SENTRY__ON_CURRENT(sentry__scope_set(scope, SENTRY__FIELDS, SENTRY__LITERAL("fingerprint"), sentry__null())); }
SENTRY_API void sentry_scope_remove_fingerprint(sentry_scope_t *scope) { sentry__scope_set(scope, SENTRY__FIELDS, SENTRY__LITERAL("fingerprint"), sentry__null()); }
SENTRY_API void sentry_set_transaction(const char *name) { SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("transaction"), sentry__str(name))); }
SENTRY_API void sentry_set_transaction_n(const char *name, size_t n) { SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("transaction"), sentry__str_n(name, n))); }
SENTRY_API void sentry_scope_set_transaction(sentry_scope_t *scope, const char *name) { sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("transaction"), sentry__str(name)); }
SENTRY_API void sentry_set_release(const char *release) { SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("release"), sentry__str(release))); }
SENTRY_API void sentry_set_release_n(const char *release, size_t n) { SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("release"), sentry__str_n(release, n))); }
SENTRY_API void sentry_set_environment(const char *environment) { SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("environment"), sentry__str(environment))); }
SENTRY_API void sentry_set_environment_n(const char *environment, size_t n) { SENTRY__ON_CURRENT(sentry__scope_set_text(scope, SENTRY__FIELDS, SENTRY__LITERAL("environment"), sentry__str_n(environment, n))); }

SENTRY_API void sentry_scope_set_fingerprint(sentry_scope_t *scope, const char *fingerprint, ...)
{
    va_list args;
    va_start(args, fingerprint);
    sentry__scope_set_fingerprints(scope, sentry__fingerprint_list(sentry__str(fingerprint), args, 0));
    va_end(args);
}
SENTRY_API void sentry_scope_set_fingerprint_n(sentry_scope_t *scope, const char *fingerprint, size_t fingerprint_len, ...)
{
    va_list args;
    va_start(args, fingerprint_len);
    sentry__scope_set_fingerprints(scope, sentry__fingerprint_list(sentry__str_n(fingerprint, fingerprint_len), args, 1));
    va_end(args);
}
SENTRY_API void sentry_set_fingerprint(const char *fingerprint, ...)
{
    sentry_scope_t *scope = sentry__current_scope();
    va_list args;
    if (!scope) return;
    va_start(args, fingerprint);
    sentry__scope_set_fingerprints(scope, sentry__fingerprint_list(sentry__str(fingerprint), args, 0));
    va_end(args);
    sentry__scope_release(scope);
}
SENTRY_API void sentry_set_fingerprint_n(const char *fingerprint, size_t fingerprint_len, ...)
{
    sentry_scope_t *scope = sentry__current_scope();
    va_list args;
    if (!scope) return;
    va_start(args, fingerprint_len);
    sentry__scope_set_fingerprints(scope, sentry__fingerprint_list(sentry__str_n(fingerprint, fingerprint_len), args, 1));
    va_end(args);
    sentry__scope_release(scope);
}

SENTRY_API int sentry_scope_add_event_processor(sentry_scope_t *scope, sentry_event_function_t func, void *user_data) { return sentry__scope_add_processor(scope, func, user_data); }

SENTRY_API sentry_hub_t *sentry_hub_current(void)
{
    sentry__thread_t *t = sentry__enter();
    return !t ? NULL : t->hub ? t->hub : &sentry__main_hub;
}
SENTRY_API sentry_hub_t *sentry_hub_clone(const sentry_hub_t *hub)
{
    sentry_hub_t *current = sentry_hub_current();
    if (!hub) hub = current;
    return current ? sentry__hub_clone(hub) : NULL;
}
SENTRY_API sentry_hub_t *sentry_hub_bind(sentry_hub_t *hub)
{
    sentry__thread_t *t = sentry__thread();
    sentry_hub_t *before = t && !t->in_callback ? sentry__hub_swap(t, sentry__hub_ref(hub)) : NULL;
    sentry__hub_release(before);
    return before;
}
SENTRY_API void sentry_hub_free(sentry_hub_t *hub) { sentry__hub_release(hub); }

/* The block keeps the hub of before alive, so that it can come back whoever freed it. */
SENTRY_API sentry__bound_t sentry__enter_hub(sentry_hub_t *hub)
{
    sentry__thread_t *t = sentry__enter();
    sentry__bound_t bound;
    bound.previous = t ? sentry__hub_swap(t, sentry__hub_ref(hub)) : &sentry__main_hub;
    bound.entered = t != NULL;
    bound.inside = 1;
    return bound;
}
SENTRY_API void sentry__leave_hub(sentry__bound_t *bound)
{
    sentry__thread_t *t = bound->entered ? sentry__thread() : NULL;
    if (t) sentry__hub_release(sentry__hub_swap(t, bound->previous));
    bound->entered = bound->inside = 0;
}

#ifndef SENTRY_NO_THREADS
SENTRY_API int sentry_thread_create(sentry_thread_t *thread, const void *attr, void *(*start)(void *), void *arg)
{
    sentry__start_t *s;
    int failed;
    if (!thread || !start) return EINVAL;
    s = (sentry__start_t *)sentry__alloc(sizeof *s);
    if (!s) return ENOMEM;
    s->start = start;
    s->arg = arg;
    s->hub = sentry__load(&sentry__sdk.propagate_hub) ? sentry_hub_clone(NULL) : NULL;
    failed = sentry__os_thread_start(thread, attr, sentry__thread_main, s, 0);
    if (!failed) return 0;
    sentry__hub_release(s->hub);
    SENTRY_FREE(s);
    return failed;
}
SENTRY_API int sentry_thread_join(sentry_thread_t thread, void **result) { return sentry__os_thread_join(thread, result); }
#endif

/* ==[32]== SPANS ====================================================================
 * Owns    open transactions, and what is known of their spans until it is written.
 * Lock    one a place, for its transaction with all its spans; one for the records that wait to be used again.
 * Holds   a handle is a generation, a place and the number of a span. A place's generation changes with each transaction it
 *         gets, so that no handle outlives what it stood for. What left its place belongs to who took it out. A child of
 *         fork leaves its parent's transactions alone: a thread that is gone may have been changing them.
 * Threads any.
 */

/* Where in a trace something is. */
typedef struct {
    sentry__lineage_t lineage;
    uint64_t span;
    sentry__buf_t baggage; /* Sentry's members; empty: there is nothing to tell */
    sentry__buf_t context; /* of a span: {"trace_id":..} */
    sentry__run_t *run;    /* of a scope's trace: the context */
    sentry_value_t told;   /* the baggage for an envelope, if that was asked for */
    int w3c;               /* whether requests also carry traceparent */
    char baggage_room[512], context_room[384];
} sentry__where_t;

#ifndef SENTRY_NO_TRACING
enum {
    SENTRY__SPAN_BITS = sizeof(uintptr_t) > 4 ? 16 : 11,
    SENTRY__PLACE_BITS = sizeof(uintptr_t) > 4 ? 16 : 8,
    SENTRY__HANDLE_BITS = SENTRY__SPAN_BITS + SENTRY__PLACE_BITS
};
typedef char sentry__places_fit_t[SENTRY_MAX_OPEN_TRANSACTIONS > 0 && SENTRY_MAX_OPEN_TRANSACTIONS <= 1 << SENTRY__PLACE_BITS ? 1 : -1];

#define SENTRY__TX_BYTES ((size_t)4 << 20) /* of texts and data of one transaction; what is more is left out */
#define SENTRY__TX_KEPT_BYTES 131072u      /* of memory that a record may keep for the next transaction: some 300 spans */
#define SENTRY__TX_KEPT 8u                 /* records that are kept */
#define SENTRY__MAX_OP 128                 /* bytes; the server cuts there */
#define SENTRY__MAX_DESCRIPTION 16384      /* bytes */
#define SENTRY__SPAN_TAG 200               /* bytes of a tag's value, as in sentry-native */

/* Something said about a span: a JSON member. */
typedef enum { SENTRY__DATUM_TAG, SENTRY__DATUM_DATA, SENTRY__DATUM_MEASUREMENT } sentry__datum_kind_t;
typedef struct {
    uint32_t next; /* number of the span's next one and 1; 0: none */
    uint32_t at, len, room; /* where `"key":value` stands in the transaction's text */
    uint32_t key_len;       /* escaped */
    sentry__datum_kind_t kind;
} sentry__datum_t;

/* A span; a transaction's first is its own. */
typedef struct {
    uint64_t id, start_us, end_us; /* 0: open */
    uint64_t thread;
    uintptr_t before;      /* what was current when this one became so; a handle */
    uint32_t parent;       /* number */
    uint32_t first;        /* datum, and 1; 0: none */
    uint32_t op, text;     /* offsets; the text is a description, or the transaction's name */
    uint32_t op_len, text_len;
    uint32_t origin, origin_len; /* 0: "manual" */
    unsigned char status;  /* and 1; 0: nobody has said */
    unsigned char omitted; /* discarded */
} sentry__span_t;

typedef struct sentry__tx_s {
    struct sentry__tx_s *next; /* that waits to be used again */
    sentry__word_t order;      /* in which they began */
    sentry__word_t born;       /* fork generation */
    int recording;             /* it will be sent */
    int counted;               /* that it will not is counted, with `reason` */
    sentry_drop_reason_t reason;
    uint32_t max_spans, refused;
    sentry__lineage_t lineage;
    char *baggage;             /* what was told about the trace; NULL: nothing yet */
    const char *source;
    uint64_t wall_us, ticks_us; /* the same moment on both clocks */
    sentry__span_t *spans;
    sentry__datum_t *data;
    uint32_t count, cap, data_count, data_cap;
    sentry__buf_t text;
    uint32_t omitted;
    sentry_value_t notes;      /* about what was cut: {"<span>":{"tags":..,"data":..}} */
    /* Since it was finished: */
    sentry__process_t *process;
    sentry__state_t *state;
    sentry_uuid_t id;
} sentry__tx_t;

typedef struct {
    sentry__lock_t lock;
    sentry__word_t generation;
    sentry__tx_t *tx;
    char apart[48]; /* other threads' places stay in other cache lines */
} sentry__tx_place_t;

static struct {
    sentry__word_t next; /* transaction */
    sentry__tx_place_t places[SENTRY_MAX_OPEN_TRANSACTIONS];
    sentry__lock_t lock;
    sentry__tx_t *spare;
    unsigned spares;
} sentry__tracing;

/* -- records -- */

static size_t sentry__tx_bytes(const sentry__tx_t *tx) { return sizeof *tx + tx->cap * sizeof *tx->spans + tx->data_cap * sizeof *tx->data + tx->text.cap; }

static void sentry__tx_destroy(sentry__tx_t *tx)
{
    SENTRY_FREE(tx->spans);
    SENTRY_FREE(tx->data);
    sentry__buf_free(&tx->text);
    SENTRY_FREE(tx);
}

/* Lets go of what a transaction held; the record waits for another, with the thread (may be NULL) or with all, if it is not
 * too big. */
static void sentry__tx_release(sentry__tx_t *tx, sentry__thread_t *t)
{
    int keep = SENTRY__KEEPS_BLOCKS && sentry__is_on() && sentry__tx_bytes(tx) <= SENTRY__TX_KEPT_BYTES;
    if (tx->baggage) SENTRY_FREE(tx->baggage);
    if (!sentry__is_null(tx->notes)) sentry__decref(tx->notes);
    if (tx->process) sentry__process_release(tx->process);
    if (tx->state) sentry__state_release(tx->state);
    if (keep && t && !t->spare_tx) {
        t->spare_tx = tx;
        return;
    }
    sentry__lock(&sentry__tracing.lock);
    keep = keep && sentry__tracing.spares < SENTRY__TX_KEPT;
    if (keep) {
        tx->next = sentry__tracing.spare;
        sentry__store_ptr((void **)(void *)&sentry__tracing.spare, tx);
        sentry__tracing.spares++;
    }
    sentry__unlock(&sentry__tracing.lock);
    if (!keep) sentry__tx_destroy(tx);
}

static sentry__tx_t *sentry__tx_spare(void)
{
    sentry__tx_t *tx;
    sentry__lock(&sentry__tracing.lock);
    tx = sentry__tracing.spare;
    if (tx) {
        sentry__store_ptr((void **)(void *)&sentry__tracing.spare, tx->next);
        sentry__tracing.spares--;
    }
    sentry__unlock(&sentry__tracing.lock);
    return tx;
}

/* By a thread that ends. */
static void sentry__tracing_thread_end(sentry__thread_t *t)
{
    if (t->spare_tx) sentry__tx_destroy((sentry__tx_t *)t->spare_tx);
    t->spare_tx = NULL;
}

/* An empty record; NULL without memory. */
static sentry__tx_t *sentry__tx_new(sentry__thread_t *t)
{
    sentry__tx_t *tx = t->spare_tx ? (sentry__tx_t *)t->spare_tx : sentry__tx_spare();
    t->spare_tx = NULL;
    if (!tx) {
        tx = (sentry__tx_t *)sentry__calloc(sizeof *tx);
        if (!tx) return NULL;
        sentry__buf_init(&tx->text, NULL, 0);
    }
    tx->born = sentry__fork_generation;
    tx->recording = tx->counted = 0;
    tx->refused = tx->omitted = tx->count = tx->data_count = 0;
    tx->baggage = NULL;
    tx->source = "custom";
    tx->text.len = 0;
    tx->text.failed = 0;
    tx->notes = sentry__null();
    tx->process = NULL;
    tx->state = NULL;
    return tx;
}

/* Room for one more element of an array, of at most `most`. Returns 0 when there is some. */
static int sentry__tx_grow(void **array, uint32_t *cap, uint32_t count, uint32_t most, size_t size)
{
    uint32_t want = *cap ? 2 * *cap : 16;
    void *grown;
    if (SENTRY__LIKELY(count < *cap)) return 0;
    if (want > most) want = most;
    grown = want > count ? SENTRY_REALLOC(*array, want * size) : NULL;
    if (!grown) return 1;
    *array = grown;
    *cap = want;
    return 0;
}

/* Keeps a text of at most `most` bytes. Returns its length, 0 when there is no room. */
static inline uint32_t sentry__tx_keep(sentry__tx_t *tx, sentry__str_t s, size_t most, uint32_t *at)
{
    size_t n = s.n > most ? sentry__utf8_cut(s.p, most) : s.n;
    *at = (uint32_t)tx->text.len;
    if (SENTRY__LIKELY(n <= 32 && tx->text.cap - tx->text.len >= n)) {
        sentry__copy(tx->text.data + tx->text.len, s.p, n);
        tx->text.len += n;
        return (uint32_t)n;
    }
    if (tx->text.len + n > SENTRY__TX_BYTES) return 0;
    sentry__buf_put(&tx->text, s.p, n);
    if (!SENTRY__LIKELY(!tx->text.failed)) tx->text.failed = 0, n = 0;
    return (uint32_t)n;
}

static sentry__str_t sentry__tx_text(const sentry__tx_t *tx, uint32_t at, uint32_t n) { return sentry__slice(n ? tx->text.data + at : "", n); }

/* -- places -- */

static uint32_t sentry__handle_number(uintptr_t h) { return (uint32_t)(h & (((uintptr_t)1 << SENTRY__SPAN_BITS) - 1)); }

static sentry__word_t sentry__generation_after(sentry__word_t g)
{
    g = (sentry__word_t)((g + 1) & (UINTPTR_MAX >> SENTRY__HANDLE_BITS) & UINT32_MAX);
    return g ? g : 1;
}

/* The handle of another span of the same transaction. */
static uintptr_t sentry__handle_of(uintptr_t h, uint32_t number) { return (h & ~(((uintptr_t)1 << SENTRY__SPAN_BITS) - 1)) | number; }

/* Whether two handles are of one transaction. */
static int sentry__handle_same(uintptr_t a, uintptr_t b) { return a >> SENTRY__SPAN_BITS == b >> SENTRY__SPAN_BITS; }

/* Locks the place of a handle when it still means something, and gives the transaction; else NULL, and nothing is locked. */
SENTRY__INLINE sentry__tx_place_t *sentry__place_lock_now(uintptr_t h)
{
    uint32_t at = (uint32_t)(h >> SENTRY__SPAN_BITS) & ((1u << SENTRY__PLACE_BITS) - 1);
    sentry__tx_place_t *place;
    if (!h || at >= SENTRY_MAX_OPEN_TRANSACTIONS) return NULL;
    place = &sentry__tracing.places[at];
    sentry__lock(&place->lock);
    if (SENTRY__LIKELY(place->tx && place->generation == h >> SENTRY__HANDLE_BITS && place->tx->born == sentry__fork_generation
            && sentry__handle_number(h) < place->tx->count)) return place;
    sentry__unlock(&place->lock);
    return NULL;
}

/* The same, for those who are not in a hurry. */
static SENTRY__NOINLINE sentry__tx_place_t *sentry__place_lock(uintptr_t h) { return sentry__place_lock_now(h); }

/* Counts a transaction that will not be sent, unless tracing is off, and is done with it. */
static void sentry__tx_lose(sentry__tx_t *tx, sentry__thread_t *t, sentry_drop_reason_t reason)
{
    if (tx->recording || tx->counted) sentry__lost_event(reason, (size_t)tx->count - tx->omitted + tx->refused);
    sentry__tx_release(tx, t);
}

/* The place, locked, of the transaction that began first. */
static sentry__tx_place_t *sentry__place_oldest(sentry__word_t now)
{
    uint32_t i, oldest = 0;
    sentry__word_t age, most = 0;
    for (i = 0; i < SENTRY_MAX_OPEN_TRANSACTIONS; i++) {
        sentry__tx_place_t *place = &sentry__tracing.places[i];
        sentry__lock(&place->lock);
        age = place->tx ? now - place->tx->order : UINT32_MAX;
        sentry__unlock(&place->lock);
        if (age >= most) most = age, oldest = i;
    }
    sentry__lock(&sentry__tracing.places[oldest].lock);
    return &sentry__tracing.places[oldest];
}

/* Gives a transaction a place. Returns the handle of its first span. */
static uintptr_t sentry__place_take(sentry__tx_t *tx)
{
    sentry__tx_t *lost;
    sentry__tx_place_t *place = NULL;
    uint32_t i;
    uintptr_t h;
    tx->order = sentry__add(&sentry__tracing.next, 1);
    for (i = 0; i < SENTRY_MAX_OPEN_TRANSACTIONS; i++) {
        place = &sentry__tracing.places[(tx->order + i) % SENTRY_MAX_OPEN_TRANSACTIONS];
        sentry__lock(&place->lock);
        if (!place->tx || place->tx->born != sentry__fork_generation) break;
        sentry__unlock(&place->lock);
    }
    if (i == SENTRY_MAX_OPEN_TRANSACTIONS) place = sentry__place_oldest(tx->order);
    lost = place->tx && place->tx->born == sentry__fork_generation ? place->tx : NULL;
    sentry__store(&place->generation, sentry__generation_after(place->generation));
    h = ((uintptr_t)place->generation << SENTRY__PLACE_BITS | (uintptr_t)(place - sentry__tracing.places)) << SENTRY__SPAN_BITS;
    sentry__store_ptr((void **)(void *)&place->tx, tx);
    sentry__unlock(&place->lock);
    if (lost) {
        sentry__log(SENTRY_LEVEL_WARNING, "%d transactions are open: the oldest is taken for lost", SENTRY_MAX_OPEN_TRANSACTIONS);
        sentry__tx_lose(lost, NULL, SENTRY_DROP_INTERNAL_SDK_ERROR);
    }
    return h;
}

/* Takes the transaction out of its locked place, and unlocks that. */
static sentry__tx_t *sentry__place_leave(sentry__tx_place_t *place)
{
    sentry__tx_t *tx = place->tx;
    sentry__store_ptr((void **)(void *)&place->tx, NULL);
    sentry__unlock(&place->lock);
    return tx;
}

/* At close: what is open is discarded, what is kept freed. */
static void sentry__tracing_stop(void)
{
    sentry__tx_t *tx;
    size_t i;
    for (i = 0; i < SENTRY_MAX_OPEN_TRANSACTIONS; i++) {
        sentry__tx_place_t *place = &sentry__tracing.places[i];
        sentry__lock(&place->lock);
        tx = sentry__place_leave(place);
        if (tx && tx->born == sentry__fork_generation) sentry__tx_release(tx, NULL);
    }
    while ((tx = sentry__tx_spare()) != NULL) sentry__tx_destroy(tx);
}

/* -- spans -- */

static uint64_t sentry__tx_now(const sentry__tx_t *tx) { return tx->wall_us + (sentry__os_ticks_us() - tx->ticks_us); }

static uint64_t sentry__thread_id(sentry__thread_t *t)
{
    if (!SENTRY__LIKELY(t->id && t->id_generation == sentry__fork_generation)) {
        t->id = sentry__os_tid();
        t->id_generation = sentry__fork_generation;
    }
    return t->id;
}

static SENTRY__NOINLINE void sentry__span_record(sentry__tx_t *tx, sentry__thread_t *t, sentry__span_t *span, sentry__str_t op, sentry__str_t text, uint64_t us)
{
    span->id = sentry__random_id();
    span->start_us = us ? us : sentry__tx_now(tx);
    span->thread = sentry__thread_id(t);
    span->op_len = sentry__tx_keep(tx, op, SENTRY__MAX_OP, &span->op);
    span->text_len = sentry__tx_keep(tx, text, SENTRY__MAX_DESCRIPTION, &span->text);
}

/* Adds a span; `us` 0 is now. Returns its number; UINT32_MAX when it is one too many, which is counted. */
SENTRY__INLINE uint32_t sentry__span_add(sentry__tx_t *tx, sentry__thread_t *t, uint32_t parent, sentry__str_t op, sentry__str_t text, uint64_t us)
{
    sentry__span_t *span;
    if (!SENTRY__LIKELY(tx->count <= tx->max_spans && tx->count < tx->cap)
        && (tx->count > tx->max_spans || sentry__tx_grow((void **)(void *)&tx->spans, &tx->cap, tx->count, tx->max_spans + 1, sizeof *tx->spans))) {
        tx->refused++;
        return UINT32_MAX;
    }
    span = &tx->spans[tx->count];
    span->id = span->end_us = 0;
    span->before = 0;
    span->parent = parent;
    span->first = span->origin_len = 0;
    span->status = span->omitted = 0;
    if (tx->recording) sentry__span_record(tx, t, span, op, text, us);
    return tx->count++;
}

SENTRY__INLINE void sentry__span_end(const sentry__tx_t *tx, sentry__span_t *span, uint64_t us)
{
    if (!us) us = tx->recording ? sentry__tx_now(tx) : 1;
    span->end_us = tx->recording && us < span->start_us ? span->start_us : us;
}

/* The nearest open span from `h` on along what was current before; the place is locked, and left so. UINT32_MAX when that
 * leads out of the transaction, then `*h` is where to. */
static uint32_t sentry__span_open_from(const sentry__tx_t *tx, uintptr_t *h)
{
    uintptr_t at = *h;
    while (tx->spans[sentry__handle_number(at)].end_us) {
        at = tx->spans[sentry__handle_number(at)].before;
        if (at && sentry__handle_same(at, *h)) continue;
        *h = at;
        return UINT32_MAX;
    }
    *h = at;
    return sentry__handle_number(at);
}

/* Locks the place of the thread's current span, and gives its handle. NULL when there is none. */
static SENTRY__NOINLINE sentry__tx_place_t *sentry__span_lock_current_slow(sentry__thread_t *t, uintptr_t *span)
{
    uintptr_t h = sentry__span_current(t), own = t->hub || t->pushed ? 0 : t->span;
    for (;;) {
        sentry__tx_place_t *place = sentry__place_lock(h);
        if (place && sentry__span_open_from(place->tx, &h) != UINT32_MAX) {
            *span = h;
            return place;
        }
        if (place) sentry__unlock(&place->lock);
        else h = 0;
        if (h) continue;
        if (!own) return NULL;
        own = t->span = 0; /* then what all threads have */
        h = sentry__span_current(t);
    }
}

/* The short way, for a span of the thread's own that is open. */
SENTRY__INLINE sentry__tx_place_t *sentry__span_lock_current(sentry__thread_t *t, uintptr_t *span)
{
    sentry__tx_place_t *place;
    *span = t->span;
    if (!SENTRY__LIKELY(!((uintptr_t)t->hub | (uintptr_t)t->pushed))) return sentry__span_lock_current_slow(t, span);
    place = sentry__place_lock_now(*span);
    if (SENTRY__LIKELY(place && !place->tx->spans[sentry__handle_number(*span)].end_us)) return place;
    if (place) sentry__unlock(&place->lock);
    return *span || sentry__load(&sentry__main_has_span) ? sentry__span_lock_current_slow(t, span) : NULL;
}

/* The thread's current span, 0 for none. */
static inline uintptr_t sentry__span_live(sentry__thread_t *t)
{
    uintptr_t h = 0;
    sentry__tx_place_t *place;
    if (!((uintptr_t)t->hub | (uintptr_t)t->pushed | t->span | sentry__load(&sentry__main_has_span))) return 0;
    place = sentry__span_lock_current_slow(t, &h);
    if (!place) return 0;
    sentry__unlock(&place->lock);
    return h;
}

/* The span that stands for what is captured with a scope: its own, else the thread's. 0 for none. */
static uintptr_t sentry__span_for(sentry__thread_t *t, sentry_scope_t *scope)
{
    uintptr_t h = scope ? sentry__scope_span(scope) : 0;
    sentry__tx_place_t *place = sentry__place_lock(h);
    int open = place && sentry__span_open_from(place->tx, &h) != UINT32_MAX;
    if (place) sentry__unlock(&place->lock);
    return open ? h : sentry__span_live(t);
}

/* Starts a child of a span, or with `current` of the current one, and makes it so. Returns its handle, 0 for none. */
static uintptr_t sentry__span_start(uintptr_t parent, int current, sentry__str_t op, sentry__str_t text, uint64_t us)
{
    sentry__thread_t *t = sentry__enter();
    uintptr_t h = parent;
    sentry__tx_place_t *place = !t ? NULL : current ? sentry__span_lock_current(t, &h) : sentry__place_lock(h);
    uint32_t number;
    if (!place) return 0;
    number = sentry__span_add(place->tx, t, sentry__handle_number(h), op, text, us);
    if (number != UINT32_MAX && current) place->tx->spans[number].before = h;
    sentry__unlock(&place->lock);
    if (number == UINT32_MAX) return 0;
    h = sentry__handle_of(h, number);
    if (current) sentry__span_change(t, 0, h);
    return h;
}

/* Finishes or omits a span that is no transaction. */
static void sentry__span_finish(sentry__thread_t *t, uintptr_t h, uint64_t us, int omitted)
{
    sentry__tx_place_t *place = sentry__place_lock_now(h);
    sentry__span_t *span = place ? &place->tx->spans[sentry__handle_number(h)] : NULL;
    uintptr_t before = 0;
    int open = span && !span->end_us;
    if (!place) return;
    if (open) {
        sentry__span_end(place->tx, span, us);
        span->omitted = (unsigned char)omitted;
        place->tx->omitted += (uint32_t)omitted;
        before = span->before;
    }
    sentry__unlock(&place->lock);
    if (open) sentry__span_change(t, h, before);
}

/* -- what is said about spans -- */

/* Locks the place of a span that is open and will be sent; NULL for any other. */
static sentry__tx_place_t *sentry__span_lock(uintptr_t h)
{
    sentry__tx_place_t *place = sentry__enter() ? sentry__place_lock(h) : NULL;
    if (!place) return NULL;
    if (place->tx->recording && !place->tx->spans[sentry__handle_number(h)].end_us) return place;
    sentry__unlock(&place->lock);
    return NULL;
}

/* The object under a key, made when it is missing. */
static sentry_value_t sentry__object_child(sentry_value_t object, sentry__str_t key)
{
    sentry_value_t child = sentry__object_get(object, key);
    if (!sentry__is_null(child)) return child;
    child = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    return sentry__object_set(object, key, child) ? sentry__null() : child;
}

/* The notes about the data of a span: {"tags":{..},"data":{..}}; null when there are none, and not to be `made`. */
static sentry_value_t sentry__tx_notes(sentry__tx_t *tx, uint32_t number, int made)
{
    char digits[21];
    sentry__str_t key = sentry__slice(digits, (size_t)(sentry__format_u64(digits, number) - digits));
    if (made && sentry__is_null(tx->notes)) tx->notes = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    return made ? sentry__object_child(tx->notes, key) : sentry__object_get(tx->notes, key);
}

static sentry__str_t sentry__datum_name(sentry__datum_kind_t kind) { return kind == SENTRY__DATUM_TAG ? SENTRY__LITERAL("tags") : SENTRY__LITERAL("data"); }

/* Replaces the notes about one key. Borrows `notes`, {key:note} or null. */
static void sentry__datum_note(sentry__tx_t *tx, uint32_t number, sentry__datum_kind_t kind, sentry__str_t key, sentry_value_t notes)
{
    sentry_value_t group = sentry__object_get(sentry__tx_notes(tx, number, 0), sentry__datum_name(kind));
    if (!sentry__is_null(group)) sentry__object_remove(group, key);
    if (!sentry__is_null(notes)) sentry__object_merge(sentry__object_child(sentry__tx_notes(tx, number, 1), sentry__datum_name(kind)), notes, 0);
}

/* The datum with the key of a member, `"key":value`, or one that is `made` at the end. NULL when there is none, or no room. */
static sentry__datum_t *sentry__datum_at(sentry__tx_t *tx, uint32_t number, sentry__datum_kind_t kind, const char *member, uint32_t key_len, int made)
{
    uint32_t at = tx->spans[number].first, last = 0;
    sentry__datum_t *d;
    for (; at; last = at, at = d->next) {
        d = &tx->data[at - 1];
        if (d->room && d->kind == kind && d->key_len == key_len && memcmp(tx->text.data + d->at, member, key_len + 1) == 0) return d;
    }
    if (!made || tx->data_count * sizeof *d > SENTRY__TX_BYTES || sentry__tx_grow((void **)(void *)&tx->data, &tx->data_cap, tx->data_count, UINT32_MAX / 64, sizeof *d)) return NULL;
    d = &tx->data[tx->data_count++];
    d->next = d->at = d->len = d->room = 0;
    d->key_len = key_len;
    d->kind = kind;
    if (last) tx->data[last - 1].next = tx->data_count;
    else tx->spans[number].first = tx->data_count;
    return d;
}

/* Keeps a member for a span, or removes what has its key, which is all that is looked at then. */
static void sentry__datum_put(uintptr_t h, sentry__datum_kind_t kind, sentry__str_t key, sentry__str_t member, uint32_t key_len, sentry_value_t notes, int remove)
{
    sentry__tx_place_t *place = sentry__span_lock(h);
    sentry__datum_t *d;
    sentry__tx_t *tx;
    int full = 0;
    if (!place) return;
    tx = place->tx;
    d = sentry__datum_at(tx, sentry__handle_number(h), kind, member.p, key_len, !remove);
    if (d && !remove) {
        if (member.n > d->room) {
            uint32_t at, len = sentry__tx_keep(tx, member, member.n, &at);
            full = len == 0;
            if (!full) d->at = at, d->room = len;
        } else {
            memcpy(tx->text.data + d->at, member.p, member.n);
        }
    }
    if (d && !full) {
        d->len = remove ? 0 : (uint32_t)member.n;
        sentry__datum_note(tx, sentry__handle_number(h), kind, key, notes);
    }
    sentry__unlock(&place->lock);
    if (!remove && (!d || full)) sentry__log(SENTRY_LEVEL_WARNING, "a span's %.*s is left out: its transaction is full", (int)key.n, key.p);
}

/* Sets a key of a span to a value, or removes it. Consumes the value. */
static void sentry__span_set(uintptr_t h, sentry__datum_kind_t kind, sentry__str_t key, sentry_value_t v, int remove)
{
    char storage[512];
    sentry__buf_t b;
    sentry__json_t w;
    sentry__word_t max = kind == SENTRY__DATUM_TAG ? SENTRY__SPAN_TAG : sentry__load(&sentry__sdk.max_string);
    sentry__tx_place_t *place = key.p && key.n < SENTRY__MAX_KEY / 6 ? sentry__span_lock(h) : NULL;
    size_t key_len;
    if (!place) {
        sentry__decref(v);
        return;
    }
    sentry__unlock(&place->lock);
    sentry__buf_init(&b, storage, sizeof storage);
    sentry__json_init(&w, &b, 3, max == UINT32_MAX ? SIZE_MAX : max, (int)sentry__load(&sentry__sdk.pii));
    sentry__json_text(&b, key);
    key_len = b.len - 2;
    if (!remove) {
        b.len = 0;
        sentry__json_member(&w, 0, key, 0, v, kind == SENTRY__DATUM_DATA ? SENTRY__RULE_BAG : SENTRY__RULE_NONE, NULL);
    }
    if (!b.failed && b.len < UINT32_MAX / 8) sentry__datum_put(h, kind, key, sentry__slice(b.data, b.len), (uint32_t)key_len, w.meta, remove);
    sentry__decref(w.meta);
    sentry__buf_free(&b);
    sentry__decref(v);
}

static void sentry__span_set_text(uintptr_t h, sentry__datum_kind_t kind, sentry__str_t key, sentry__str_t text)
{
    if (text.p) sentry__span_set(h, kind, key, sentry__string_new(text), 0);
    else sentry__span_set(h, kind, key, sentry__null(), 1);
}

static void sentry__span_set_status(uintptr_t h, sentry_span_status_t status)
{
    sentry__tx_place_t *place = (unsigned)status <= (unsigned)SENTRY_SPAN_STATUS_UNAUTHENTICATED ? sentry__span_lock(h) : NULL;
    if (!place) return;
    place->tx->spans[sentry__handle_number(h)].status = (unsigned char)((unsigned)status + 1);
    sentry__unlock(&place->lock);
}

/* gRPC's status for an HTTP status. */
static sentry_span_status_t sentry__http_status(int code)
{
    switch (code) {
    case 401: return SENTRY_SPAN_STATUS_UNAUTHENTICATED;
    case 403: return SENTRY_SPAN_STATUS_PERMISSION_DENIED;
    case 404: return SENTRY_SPAN_STATUS_NOT_FOUND;
    case 409: return SENTRY_SPAN_STATUS_ALREADY_EXISTS;
    case 413: return SENTRY_SPAN_STATUS_FAILED_PRECONDITION;
    case 429: return SENTRY_SPAN_STATUS_RESOURCE_EXHAUSTED;
    case 499: return SENTRY_SPAN_STATUS_CANCELLED;
    case 501: return SENTRY_SPAN_STATUS_UNIMPLEMENTED;
    case 503: return SENTRY_SPAN_STATUS_UNAVAILABLE;
    case 504: return SENTRY_SPAN_STATUS_DEADLINE_EXCEEDED;
    default: break;
    }
    if (code >= 100 && code < 400) return SENTRY_SPAN_STATUS_OK;
    if (code >= 400 && code < 500) return SENTRY_SPAN_STATUS_INVALID_ARGUMENT;
    return code >= 500 && code < 600 ? SENTRY_SPAN_STATUS_INTERNAL_ERROR : SENTRY_SPAN_STATUS_UNKNOWN;
}

static void sentry__span_set_http_status(uintptr_t h, int code)
{
    char text[16];
    sentry__span_set_status(h, sentry__http_status(code));
    sentry__span_set(h, SENTRY__DATUM_DATA, SENTRY__LITERAL(SENTRY_DATA_HTTP_RESPONSE_STATUS_CODE), sentry_value_new_int32(code), 0);
    sentry__span_set_text(h, SENTRY__DATUM_TAG, SENTRY__LITERAL("http.status_code"), sentry__slice(text, (size_t)snprintf(text, sizeof text, "%d", code)));
}

static sentry__str_t sentry__unlabeled(sentry__str_t name) { return name.n ? name : SENTRY__LITERAL("<unlabeled transaction>"); }

/* Changes a span's description, or a transaction's name; that also of one that will not be sent, because others hear of it. */
static void sentry__span_set_description(uintptr_t h, sentry__str_t text)
{
    sentry__tx_place_t *place = sentry__enter() ? sentry__place_lock(h) : NULL;
    sentry__span_t *span = place ? &place->tx->spans[sentry__handle_number(h)] : NULL;
    uint32_t at, n;
    if (!place) return;
    if (!sentry__handle_number(h)) text = sentry__unlabeled(text);
    if (!span->end_us && (place->tx->recording || !sentry__handle_number(h))) {
        if (text.n <= span->text_len) {
            if (text.n) memcpy(place->tx->text.data + span->text, text.p, text.n);
            span->text_len = (uint32_t)text.n;
        } else {
            n = sentry__tx_keep(place->tx, text, SENTRY__MAX_DESCRIPTION, &at);
            if (n) span->text = at, span->text_len = n;
        }
    }
    sentry__unlock(&place->lock);
}

static void sentry__span_set_origin(uintptr_t h, sentry__str_t origin)
{
    sentry__tx_place_t *place = sentry__span_lock(h);
    sentry__span_t *span = place ? &place->tx->spans[sentry__handle_number(h)] : NULL;
    if (!place) return;
    span->origin_len = sentry__tx_keep(place->tx, origin, SENTRY__MAX_OP, &span->origin);
    sentry__unlock(&place->lock);
}

static void sentry__tx_set_source(uintptr_t h, sentry__str_t source)
{
    static const char *const sources[] = { "custom", "url", "route", "view", "component", "task" };
    sentry__tx_place_t *place;
    size_t i, n = sizeof sources / sizeof sources[0];
    for (i = 0; i < n && !sentry__str_eq(source, sentry__str(sources[i])); i++) {}
    if (i == n) sentry__log(SENTRY_LEVEL_WARNING, "a transaction's source cannot be %.*s", (int)source.n, source.p ? source.p : "");
    place = i < n && sentry__enter() ? sentry__place_lock(h) : NULL;
    if (!place) return;
    place->tx->source = sources[i];
    sentry__unlock(&place->lock);
}

/* -- what is told of them -- */

static sentry__str_t sentry__status_text(unsigned char status)
{
    static const char *const names[] = { "ok", "cancelled", "unknown_error", "invalid_argument", "deadline_exceeded", "not_found", "already_exists",
        "permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal_error", "unavailable",
        "data_loss", "unauthenticated" };
    return sentry__str(names[status - 1]);
}

/* A span's id; one that will not be sent gets it when somebody asks. */
static uint64_t sentry__span_id(sentry__span_t *span)
{
    if (!span->id) span->id = sentry__random_id();
    return span->id;
}

/* The id of the span that stands above one; of those that are left out, the one above them. */
static uint64_t sentry__span_parent(const sentry__tx_t *tx, const sentry__span_t *span)
{
    uint32_t at = span->parent;
    if (span == tx->spans) return tx->lineage.parent;
    while (tx->spans[at].omitted) at = tx->spans[at].parent;
    return sentry__span_id(&tx->spans[at]);
}

/* `"trace_id":..,"span_id":..,"op":..`, without a brace around it. */
static void sentry__put_span(sentry__buf_t *b, const sentry__tx_t *tx, sentry__span_t *span)
{
    sentry__put_place(b, &tx->lineage, sentry__span_id(span), sentry__span_parent(tx, span));
    if (!tx->recording) return;
    sentry__json_key(b, ',', SENTRY__LITERAL("op"));
    sentry__json_text(b, span->op_len ? sentry__tx_text(tx, span->op, span->op_len) : SENTRY__LITERAL("default"));
    if (!span->status) return;
    sentry__json_key(b, ',', SENTRY__LITERAL("status"));
    sentry__json_text(b, sentry__status_text(span->status));
}

/* The frozen baggage of a transaction, made when nothing was told before. NULL without memory. */
static const char *sentry__tx_baggage(sentry__tx_t *tx, const sentry__head_t *self)
{
    sentry__head_t head = *self;
    char room[1024];
    sentry__buf_t b;
    if (tx->baggage) return tx->baggage;
    if (strcmp(tx->source, "url") != 0) head.transaction = sentry__tx_text(tx, tx->spans[0].text, tx->spans[0].text_len);
    sentry__buf_init(&b, room, sizeof room);
    sentry__put_baggage(&b, &tx->lineage, &head);
    if (!b.failed) tx->baggage = sentry__strdup(sentry__slice(b.data, b.len));
    sentry__buf_free(&b);
    return tx->baggage;
}

/* Where a live span is: `where` gets it when `h` is one. Returns 1 then. `self` NULL: the baggage is not wanted. */
static int sentry__span_where(uintptr_t h, sentry__where_t *where, const sentry__head_t *self)
{
    sentry__tx_place_t *place = sentry__place_lock(h);
    sentry__span_t *span;
    const char *baggage;
    if (!place) return 0;
    span = &place->tx->spans[sentry__handle_number(h)];
    sentry__lineage_name(&place->tx->lineage);
    where->lineage = place->tx->lineage;
    where->span = sentry__span_id(span);
    SENTRY__PUT(&where->context, "{");
    sentry__put_span(&where->context, place->tx, span);
    SENTRY__PUT(&where->context, "}");
    baggage = self ? sentry__tx_baggage(place->tx, self) : NULL;
    if (baggage) sentry__buf_cstr(&where->baggage, baggage);
    sentry__unlock(&place->lock);
    return 1;
}

/* `,"name":{...}` of one kind of data. */
static void sentry__put_data(sentry__buf_t *b, const sentry__tx_t *tx, const sentry__span_t *span, sentry__datum_kind_t kind, const char *name)
{
    size_t start = b->len;
    uint32_t at, written = 0;
    const sentry__datum_t *d;
    int own_thread = 0;
    sentry__json_key(b, ',', sentry__str(name));
    sentry__buf_byte(b, '{');
    for (at = span->first; at; at = d->next) {
        d = &tx->data[at - 1];
        if (d->kind != kind || !d->len) continue;
        if (written++) sentry__buf_byte(b, ',');
        sentry__buf_put(b, tx->text.data + d->at, d->len);
        own_thread |= sentry__str_eq(sentry__slice(tx->text.data + d->at + 1, d->key_len), SENTRY__LITERAL(SENTRY_DATA_THREAD_ID));
    }
    if (kind == SENTRY__DATUM_DATA && !own_thread) {
        if (written++) sentry__buf_byte(b, ',');
        SENTRY__PUT(b, "\"" SENTRY_DATA_THREAD_ID "\":\"");
        sentry__buf_u64(b, span->thread);
        sentry__buf_byte(b, '"');
    }
    sentry__buf_byte(b, '}');
    if (!written && !b->failed) b->len = start;
}

static void sentry__put_time(sentry__buf_t *b, const char *key, uint64_t us)
{
    char stamp[SENTRY__STAMP_LEN];
    sentry__stamp(stamp, us);
    sentry__json_key(b, ',', sentry__str(key));
    sentry__json_text(b, sentry__slice(stamp, sizeof stamp));
}

static void sentry__put_origin(sentry__buf_t *b, const sentry__tx_t *tx, const sentry__span_t *span)
{
    sentry__json_key(b, ',', SENTRY__LITERAL("origin"));
    sentry__json_text(b, span->origin_len ? sentry__tx_text(tx, span->origin, span->origin_len) : SENTRY__LITERAL("manual"));
}

/* The list of spans; `notes` gets what is to be noted about them, by their place in it. */
static void sentry__put_spans(sentry__buf_t *b, sentry__tx_t *tx, sentry_value_t notes)
{
    char digits[21];
    uint32_t i, written = 0;
    sentry__buf_byte(b, '[');
    for (i = 1; i < tx->count; i++) {
        sentry__span_t *span = &tx->spans[i];
        sentry_value_t note = sentry__tx_notes(tx, i, 0);
        if (span->omitted) continue;
        if (!sentry__is_null(note)) sentry__object_set(notes, sentry__slice(digits, (size_t)(sentry__format_u64(digits, written) - digits)), sentry__incref(note));
        if (written++) sentry__buf_byte(b, ',');
        sentry__buf_byte(b, '{');
        sentry__put_span(b, tx, span);
        if (span->text_len) {
            sentry__json_key(b, ',', SENTRY__LITERAL("description"));
            sentry__json_text(b, sentry__tx_text(tx, span->text, span->text_len));
        }
        sentry__put_time(b, "start_timestamp", span->start_us);
        sentry__put_time(b, "timestamp", span->end_us);
        sentry__put_origin(b, tx, span);
        sentry__put_data(b, tx, span, SENTRY__DATUM_TAG, "tags");
        sentry__put_data(b, tx, span, SENTRY__DATUM_DATA, "data");
        sentry__buf_byte(b, '}');
    }
    sentry__buf_byte(b, ']');
}

/* Adds what stands in `b` behind `from`, `,"key":value`, to a run. */
static void sentry__run_put_tail(sentry__run_t **run, sentry__buf_t *b, const char *key)
{
    size_t skip = strlen(key) + 4;
    if (b->len > skip && !b->failed) sentry__run_put(run, sentry__str(key), sentry__slice(b->data + skip, b->len - skip));
    b->len = 0;
}

/* What a finished transaction says, as if it were a scope: the runs of `layer` are the caller's. */
static void sentry__tx_layer(sentry__tx_t *tx, sentry__state_t *layer)
{
    sentry__span_t *root = tx->spans;
    sentry__run_t **fields = &layer->runs[SENTRY__FIELDS], **contexts = &layer->runs[SENTRY__CONTEXTS], **tags = &layer->runs[SENTRY__TAGS];
    sentry_value_t notes = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT), note = sentry__tx_notes(tx, 0, 0);
    const sentry__datum_t *d;
    sentry__buf_t b;
    uint32_t at;
    memset(layer, 0, sizeof *layer);
    sentry__buf_init(&b, NULL, 0);
    sentry__run_put(fields, SENTRY__LITERAL("type"), SENTRY__LITERAL("\"transaction\""));
    sentry__json_text(&b, sentry__tx_text(tx, root->text, root->text_len));
    sentry__run_put(fields, SENTRY__LITERAL("transaction"), sentry__slice(b.data, b.len));
    b.len = 0;
    SENTRY__PUT(&b, "{\"source\":");
    sentry__json_text(&b, sentry__str(tx->source));
    SENTRY__PUT(&b, "}");
    sentry__run_put(fields, SENTRY__LITERAL("transaction_info"), sentry__slice(b.data, b.len));
    b.len = 0;
    sentry__put_time(&b, "start_timestamp", root->start_us);
    sentry__run_put_tail(fields, &b, "start_timestamp");
    sentry__put_time(&b, "timestamp", root->end_us);
    sentry__run_put_tail(fields, &b, "timestamp");
    sentry__put_data(&b, tx, root, SENTRY__DATUM_MEASUREMENT, "measurements");
    sentry__run_put_tail(fields, &b, "measurements");
    sentry__put_spans(&b, tx, notes);
    sentry__run_put(fields, SENTRY__LITERAL("spans"), b.failed ? SENTRY__LITERAL("[]") : sentry__slice(b.data, b.len));
    if (*fields && sentry_value_get_length(notes)) sentry__object_set((*fields)->meta = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT), SENTRY__LITERAL("spans"), sentry__incref(notes));
    sentry__decref(notes);
    for (at = root->first; at; at = d->next) {
        d = &tx->data[at - 1];
        if (d->kind != SENTRY__DATUM_TAG || !d->len) continue;
        sentry__run_put(tags, sentry__slice(tx->text.data + d->at + 1, d->key_len), sentry__slice(tx->text.data + d->at + d->key_len + 3, d->len - d->key_len - 3));
    }
    if (*tags) (*tags)->meta = sentry__incref(sentry__object_get(note, SENTRY__LITERAL("tags")));
    b.len = 0;
    SENTRY__PUT(&b, "{");
    sentry__put_span(&b, tx, root);
    sentry__put_origin(&b, tx, root);
    sentry__put_data(&b, tx, root, SENTRY__DATUM_DATA, "data");
    SENTRY__PUT(&b, "}");
    if (!b.failed) sentry__run_put(contexts, SENTRY__LITERAL("trace"), sentry__slice(b.data, b.len));
    if (*contexts && !sentry__is_null(note)) {
        (*contexts)->meta = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
        sentry__object_set((*contexts)->meta, SENTRY__LITERAL("trace"), sentry__incref(note));
    }
    sentry__buf_free(&b);
}

static void sentry__layer_free(sentry__state_t *layer)
{
    size_t i;
    for (i = 0; i < SENTRY__RUNS; i++) sentry__run_release(layer->runs[i]);
}

/* In a child of fork: what was open is its parent's. What the child does belongs to the span that forked. */
static void sentry__tracing_forked(void)
{
    sentry__thread_t *t = sentry__thread_known();
    uintptr_t h = t && sentry__is_on() ? sentry__span_current(t) : 0;
    sentry__tx_place_t *place = h ? &sentry__tracing.places[(h >> SENTRY__SPAN_BITS) & ((1u << SENTRY__PLACE_BITS) - 1)] : NULL;
    sentry__lineage_t l;
    sentry_scope_t *scope;
    const sentry__tx_t *tx = place && place->generation == h >> SENTRY__HANDLE_BITS ? place->tx : NULL;
    if (t) t->span = 0;
    if (!tx || sentry__handle_number(h) >= tx->count) return;
    l = tx->lineage;
    sentry__lineage_name(&l);
    l.parent = sentry__span_id(&tx->spans[sentry__handle_number(h)]);
    l.joined = 1;
    scope = sentry__thread_scope(t);
    sentry__scope_set_trace(scope, sentry__trace_new(&l, tx->baggage ? sentry__strdup(sentry__str(tx->baggage)) : NULL));
    sentry__scope_release(scope);
}
#else
static int sentry__span_where(uintptr_t h, sentry__where_t *where, const sentry__head_t *self) { return (void)h, (void)where, (void)self, 0; }
static uintptr_t sentry__span_live(sentry__thread_t *t) { return (void)t, (uintptr_t)0; }
static uintptr_t sentry__span_for(sentry__thread_t *t, sentry_scope_t *scope) { return (void)t, (void)scope, (uintptr_t)0; }
static void sentry__tracing_stop(void) {}
static void sentry__tracing_thread_end(sentry__thread_t *t) { (void)t; }
static void sentry__tracing_forked(void) {}
#endif

/* ==[33]== TRACES ===================================================================
 * Owns    the answer to "which trace is this?": that of the current span, else that of the scope.
 * Lock    none but the SDK's, for what was told about a scope's trace.
 * Holds   what was once told about a trace, to a server or to a process that we call, is told again and never changed.
 * Threads any.
 */

/* What this program tells about a trace that it began. */
typedef struct {
    sentry__head_t head;
    sentry_value_t held[2]; /* strings in it */
} sentry__self_t;

/* A text of the scopes' fields, else the option's. */
static sentry__str_t sentry__self_field(sentry__state_t *const *layers, size_t n, sentry__str_t key, const char *option, sentry_value_t *held)
{
    size_t k;
    *held = sentry__null();
    for (k = 0; k < n && sentry__is_null(*held); k++)
        if (layers[k]) *held = sentry__run_value(layers[k]->runs[SENTRY__FIELDS], key);
    return sentry__is_null(*held) ? sentry__str(option) : sentry__string_of(*held);
}

static void sentry__self_describe(sentry__self_t *self, const sentry__client_t *c, sentry__state_t *const *layers, size_t n)
{
    self->head.public_key = sentry__str(c->dsn.public_key);
    self->head.release = sentry__self_field(layers, n, SENTRY__LITERAL("release"), c->options.release, &self->held[0]);
    self->head.environment = sentry__self_field(layers, n, SENTRY__LITERAL("environment"), c->options.environment, &self->held[1]);
    self->head.org_id = sentry__client_org(c);
    self->head.transaction = sentry__slice(NULL, 0);
}

static void sentry__self_free(sentry__self_t *self)
{
    sentry__decref(self->held[0]);
    sentry__decref(self->held[1]);
}

/* Puts what is told about a scope's trace into `out`; here and now that is settled when nothing was told yet. */
static void sentry__trace_tell(sentry__trace_t *trace, const sentry__head_t *head, sentry__buf_t *out)
{
    char *told;
    int known;
    sentry__lock(&sentry__sdk.lock);
    known = trace->baggage != NULL;
    if (known) sentry__buf_cstr(out, trace->baggage);
    sentry__unlock(&sentry__sdk.lock);
    if (known) return;
    sentry__put_baggage(out, &trace->lineage, head);
    told = out->failed ? NULL : sentry__strdup(sentry__slice(out->data, out->len));
    sentry__lock(&sentry__sdk.lock);
    if (!trace->baggage) {
        trace->baggage = told;
        told = NULL;
    } else { /* somebody was faster, and may have said something else */
        out->len = 0;
        sentry__buf_cstr(out, trace->baggage);
    }
    sentry__unlock(&sentry__sdk.lock);
    SENTRY_FREE(told);
}

/* The same for an envelope, the caller's; null when it was never asked for. */
static sentry_value_t sentry__trace_value(sentry__trace_t *trace)
{
    sentry_value_t v;
    sentry__lock(&sentry__sdk.lock);
    v = sentry__incref(trace->value);
    sentry__unlock(&sentry__sdk.lock);
    return v;
}

/* Keeps it; lends the value. */
static void sentry__trace_keep_value(sentry__trace_t *trace, sentry_value_t v)
{
    sentry_value_t old;
    sentry_value_freeze(v);
    sentry__lock(&sentry__sdk.lock);
    old = trace->value;
    trace->value = sentry__incref(v);
    sentry__unlock(&sentry__sdk.lock);
    sentry__decref(old);
}

static void sentry__where_init(sentry__where_t *where)
{
    sentry__buf_init(&where->baggage, where->baggage_room, sizeof where->baggage_room);
    sentry__buf_init(&where->context, where->context_room, sizeof where->context_room);
    where->run = NULL;
    where->told = sentry__null();
    where->w3c = 0;
}

static void sentry__where_free(sentry__where_t *where)
{
    sentry__buf_free(&where->baggage);
    sentry__buf_free(&where->context);
    sentry__run_release(where->run);
    sentry__decref(where->told);
}

/* Finds out where a span is, or, when that is 0 or stale, where the scopes are; what is told about it as a header, or `for_envelope`.
 * Returns 0 when that is nowhere. */
static int sentry__locate(sentry__where_t *where, const sentry__client_t *c, uintptr_t span, sentry__state_t *const *layers, size_t n, int for_envelope)
{
    const sentry__head_t *head = NULL;
    sentry__self_t self;
    sentry__trace_t *trace = NULL;
    int found;
    size_t k;
    for (k = n; k-- > 0;)
        if (layers[k] && layers[k]->trace) trace = layers[k]->trace;
    if (!span && trace && for_envelope) where->told = sentry__trace_value(trace);
    if (c->dsn.text && sentry__is_null(where->told)) { /* the server wants to know for which project */
        sentry__self_describe(&self, c, layers, n);
        head = &self.head;
    }
    found = sentry__span_where(span, where, head);
    if (!found && trace) {
        where->lineage = trace->lineage;
        where->span = trace->span_id;
        where->run = trace->context;
        sentry__add(&where->run->refs, 1);
        if (head) sentry__trace_tell(trace, head, &where->baggage);
    }
    if (head) sentry__self_free(&self);
    if (for_envelope && where->baggage.len && !where->baggage.failed) {
        where->told = sentry__baggage_value(sentry__slice(where->baggage.data, where->baggage.len));
        if (where->run && !sentry__is_null(where->told)) sentry__trace_keep_value(trace, where->told);
    }
    return found || trace;
}

/* Where a span is, or (0) this thread. Returns 0 when that is nowhere; else `where` is to be freed. */
static int sentry__where_now(sentry__where_t *where, uintptr_t span)
{
    sentry__thread_t *t = sentry__enter();
    sentry__client_t *c = t ? sentry__client_acquire() : NULL;
    sentry_scope_t *scope;
    sentry__state_t *state;
    int found;
    if (!c) return 0;
    scope = sentry__thread_scope(t);
    state = sentry__scope_state(scope);
    sentry__where_init(where);
    where->w3c = c->options.propagate_traceparent > 0;
    found = sentry__locate(where, c, span ? span : sentry__span_live(t), &state, 1, 0);
    if (found && span && where->run) found = 0; /* the span is gone */
    if (!found) sentry__where_free(where);
    sentry__state_release(state);
    sentry__scope_release(scope);
    sentry__client_release(c);
    return found;
}

/* Makes a trace the current scope's. */
static void sentry__trace_set(const sentry__lineage_t *l, char *baggage)
{
    sentry_scope_t *scope = sentry__current_scope();
    if (scope) sentry__scope_set_trace(scope, sentry__trace_new(l, baggage));
    else SENTRY_FREE(baggage);
    sentry__scope_release(scope);
}

/* The trace of a process that has just begun: its parent's, if that left word in the environment. */
static sentry__trace_t *sentry__trace_first(const sentry__client_t *c)
{
    char use[1024], trace[1024], room[1024];
    const char *used = sentry__os_getenv("SENTRY_USE_ENVIRONMENT", use), *text = sentry__os_getenv("SENTRY_TRACE", trace);
    sentry__lineage_t l;
    char *baggage = NULL;
    int joined = text && !(used && used[0] && sentry__false_word(used))
        && sentry__lineage_read(&l, &baggage, sentry__str(text), sentry__str(sentry__os_getenv("SENTRY_BAGGAGE", room)), sentry__client_org(c), c->options.strict_trace_continuation > 0);
    if (!joined) sentry__lineage_new(&l);
    return sentry__trace_new(&l, baggage);
}

/* As snprintf does: cut and zero-ended. */
static size_t sentry__give_text(char *buf, size_t size, const sentry__buf_t *text)
{
    size_t n = text->failed ? 0 : text->len;
    if (buf && size) {
        memcpy(buf, text->data ? text->data : "", n < size ? n : size - 1);
        buf[n < size ? n : size - 1] = 0;
    }
    return n;
}

static void sentry__iter_headers(uintptr_t span, sentry_iter_headers_function_t callback, void *userdata)
{
    char text[64];
    sentry__where_t where;
    sentry__buf_t b;
    if (!callback || !sentry__where_now(&where, span)) return;
    sentry__buf_init(&b, text, sizeof text);
    sentry__put_traceparent(&b, &where.lineage, where.span, 0);
    sentry__buf_byte(&b, 0);
    callback("sentry-trace", b.data, userdata);
    sentry__buf_byte(&where.baggage, 0);
    if (where.baggage.len > 1 && !where.baggage.failed) callback("baggage", where.baggage.data, userdata);
    b.len = 0;
    sentry__put_traceparent(&b, &where.lineage, where.span, 1);
    sentry__buf_byte(&b, 0);
    if (where.w3c) callback("traceparent", b.data, userdata);
    sentry__where_free(&where);
}

/* Whether a URL is of the host that a DSN names. */
static int sentry__is_dsn_host(const sentry__dsn_t *dsn, sentry__str_t url)
{
    const char *at = dsn->text ? strstr(url.p, "://") : NULL;
    sentry__str_t rest = at ? sentry__slice(at + 3, url.n - (size_t)(at + 3 - url.p)) : url, port;
    int secure = at && at > url.p && sentry__lower(at[-1]) == 's';
    char digits[21];
    size_t n;
    if (!dsn->text) return 0;
    if (at && strcspn(url.p, "/?#") != (size_t)(at - url.p) + 1) rest = url, secure = 0; /* that stands in a path or query */
    rest.n = strcspn(rest.p, "/?#");
    for (n = rest.n; n > 0 && rest.p[n - 1] != '@'; n--) {}
    rest = sentry__slice(rest.p + n, rest.n - n);
    for (n = rest.n; n > 0 && rest.p[n - 1] >= '0' && rest.p[n - 1] <= '9'; n--) {}
    port = n > 0 && rest.p[n - 1] == ':' ? sentry__slice(rest.p + n, rest.n - n) : sentry__slice("", 0);
    if (port.n || (n == rest.n && n > 0 && rest.p[n - 1] == ':')) rest.n = n - 1;
    if (!port.n) port = secure ? SENTRY__LITERAL("443") : SENTRY__LITERAL("80");
    return sentry__str_ieq(rest, sentry__str(dsn->host)) && sentry__str_eq(port, sentry__slice(digits, (size_t)(sentry__format_u64(digits, dsn->port) - digits)));
}

/* -- public -- */

SENTRY_API void sentry_set_trace_n(const char *trace_id, size_t trace_id_len, const char *parent_span_id, size_t parent_span_id_len)
{
    sentry__str_t parent = sentry__str_n(parent_span_id, parent_span_id_len);
    sentry__lineage_t l;
    int valid;
    if (!sentry__is_on()) return;
    sentry__lineage_new(&l);
    valid = sentry__read_ids(&l, sentry__str_n(trace_id, trace_id_len), parent.n ? parent : SENTRY__LITERAL("0000000000000001"));
    if (!parent.n) l.parent = 0;
    l.joined = 1;
    if (valid) sentry__trace_set(&l, NULL);
    else sentry__log(SENTRY_LEVEL_WARNING, "a trace needs an id of 32 hex digits, and its span's of 16: it is ignored");
}
SENTRY_API void sentry_set_trace(const char *trace_id, const char *parent_span_id)
{
    sentry_set_trace_n(trace_id, trace_id ? strlen(trace_id) : 0, parent_span_id, parent_span_id ? strlen(parent_span_id) : 0);
}

SENTRY_API void sentry_regenerate_trace(void)
{
    sentry__lineage_t l;
    if (!sentry__is_on()) return;
    sentry__lineage_new(&l);
    l.joined = 1;
    sentry__trace_set(&l, NULL);
}

SENTRY_API int sentry_continue_trace(const char *sentry_trace, const char *baggage)
{
    sentry__client_t *c = sentry__enter() ? sentry__client_acquire() : NULL;
    sentry__lineage_t l;
    char *kept = NULL;
    int continued;
    if (!c) return 0;
    continued = sentry__lineage_read(&l, &kept, sentry__str(sentry_trace), sentry__str(baggage), sentry__client_org(c), c->options.strict_trace_continuation > 0);
    if (!continued) sentry__lineage_new(&l);
    l.joined = 1;
    sentry__trace_set(&l, kept);
    sentry__client_release(c);
    return continued;
}

SENTRY_API size_t sentry_get_traceparent(char *buf, size_t size)
{
    char text[64];
    sentry__where_t where;
    sentry__buf_t b;
    sentry__buf_init(&b, text, sizeof text);
    if (sentry__where_now(&where, 0)) {
        sentry__put_traceparent(&b, &where.lineage, where.span, 0);
        sentry__where_free(&where);
    }
    return sentry__give_text(buf, size, &b);
}

SENTRY_API size_t sentry_merge_baggage(const char *existing, char *buf, size_t size)
{
    char room[1024];
    sentry__where_t where;
    sentry__buf_t b;
    size_t n;
    sentry__buf_init(&b, room, sizeof room);
    if (sentry__where_now(&where, 0)) {
        sentry__merge_baggage(&b, sentry__str(existing), sentry__slice(where.baggage.data, where.baggage.len));
        sentry__where_free(&where);
    }
    n = sentry__give_text(buf, size, &b);
    sentry__buf_free(&b);
    return n;
}
SENTRY_API size_t sentry_get_baggage(char *buf, size_t size) { return sentry_merge_baggage(NULL, buf, size); }

SENTRY_API void sentry_trace_iter_headers(sentry_iter_headers_function_t callback, void *userdata) { sentry__iter_headers(0, callback, userdata); }

SENTRY_API int sentry_is_trace_target(const char *url)
{
    sentry__client_t *c = url && sentry__enter() ? sentry__client_acquire() : NULL;
    int target = c && c->options.propagate_traces >= 0 && !sentry__is_dsn_host(&c->dsn, sentry__str(url)) && (!c->targets || sentry__patterns_match(c->targets, url));
    sentry__client_release(c);
    return target;
}

/* ==[34]== HINTS AND BREADCRUMBS ====================================================
 * Owns    hints; how a breadcrumb becomes bytes.
 * Lock    none.
 * Holds   a hook never sees a NULL hint. A breadcrumb is serialized once, when it is added.
 * Threads any.
 */

struct sentry_hint_s {
    size_t count;
    int copied; /* the keys are the hint's own */
    sentry__attachments_t *attachments;
    struct {
        const char *key;
        const void *data;
    } items[SENTRY_MAX_HINTS];
};

static void sentry__hint_init(sentry_hint_t *hint) { hint->count = 0, hint->copied = 0, hint->attachments = NULL; }

static int sentry__hint_put(sentry_hint_t *hint, const char *key, const void *data)
{
    size_t i;
    for (i = 0; i < hint->count; i++)
        if (strcmp(hint->items[i].key, key) == 0) {
            hint->items[i].data = data;
            return 0;
        }
    if (hint->count == SENTRY_MAX_HINTS) return 1;
    if (hint->copied) key = sentry__strdup(sentry__str(key));
    if (!key) return 1;
    hint->items[hint->count].key = key;
    hint->items[hint->count++].data = data;
    return 0;
}

static void sentry__hint_free(sentry_hint_t *hint)
{
    size_t i;
    if (!hint) return;
    sentry__attachments_release(hint->attachments);
    for (i = 0; hint->copied && i < hint->count; i++) SENTRY_FREE((void *)(uintptr_t)hint->items[i].key);
    if (hint->copied) SENTRY_FREE(hint);
}

/* Attaches a file, or bytes, to what the hint goes with. Returns the attachment, which is the hint's. */
static sentry_attachment_t *sentry__hint_attach(sentry_hint_t *hint, sentry__str_t path, const char *bytes, size_t len, sentry__str_t filename)
{
    sentry_attachment_t *a = hint ? sentry__attachment_new(path, bytes, len, filename) : NULL;
    sentry__attachments_t *list = a ? sentry__attachments_copy(hint->attachments, a, NULL) : NULL;
    sentry__attachment_release(a);
    if (!list) return NULL;
    sentry__attachments_release(hint->attachments);
    hint->attachments = list;
    return a;
}

/* Calls a hook with an event or breadcrumb that it consumes; the SDK is off for this thread meanwhile. */
static sentry_value_t sentry__call_hook(sentry__thread_t *t, sentry_event_function_t func, sentry_value_t v, sentry_hint_t *hint, void *data)
{
    t->in_callback++;
    v = func(v, hint, data);
    t->in_callback--;
    return v;
}

/* The same for sentry-native's hooks, which get no hint. */
static sentry_value_t sentry__call_plain_hook(sentry__thread_t *t, sentry_value_t (*func)(sentry_value_t, void *), sentry_value_t v, void *data)
{
    t->in_callback++;
    v = func(v, data);
    t->in_callback--;
    return v;
}

/* A breadcrumb of these bytes; consumes the notes. NULL without memory. */
static sentry__crumb_t *sentry__crumb_new(const sentry__buf_t *b, uint64_t now_us, sentry_value_t meta)
{
    sentry__crumb_t *crumb = NULL;
    if (!b->failed && sizeof *crumb + b->len <= SENTRY__CRUMB_BLOCK) crumb = (sentry__crumb_t *)sentry__block_take(SENTRY__CRUMB);
    else if (!b->failed && b->len < UINT32_MAX) crumb = (sentry__crumb_t *)SENTRY_MALLOC(sizeof *crumb + b->len);
    if (!crumb) {
        sentry__decref(meta);
        return NULL;
    }
    crumb->refs = 1;
    crumb->len = (uint32_t)b->len;
    crumb->order = now_us;
    crumb->meta = meta;
    memcpy(crumb + 1, b->data, b->len);
    return crumb;
}

static void sentry__crumb_stamp(sentry__buf_t *b, uint64_t now_us)
{
    char stamp[SENTRY__STAMP_LEN];
    sentry__stamp(stamp, now_us);
    SENTRY__PUT(b, "{\"timestamp\":\"");
    sentry__buf_put(b, stamp, sizeof stamp);
    sentry__buf_byte(b, '"');
}

/* Serializes a breadcrumb (borrowed), with a timestamp whatever it says. */
static sentry__crumb_t *sentry__crumb_from_value(sentry_value_t v)
{
    char storage[1024];
    sentry__buf_t b;
    sentry__json_t w;
    sentry__crumb_t *crumb;
    sentry__box_t *box = sentry__object_of(v);
    sentry__word_t max = sentry__load(&sentry__sdk.max_string);
    uint64_t now = sentry__os_now_us();
    uint32_t i;
    int stamped;
    if (!box) return NULL;
    sentry__buf_init(&b, storage, sizeof storage);
    sentry__json_init(&w, &b, 4, max == UINT32_MAX ? SIZE_MAX : max, (int)sentry__load(&sentry__sdk.pii));
    stamped = sentry__box_find(box, SENTRY__LITERAL("timestamp")) != UINT32_MAX;
    if (stamped) sentry__buf_byte(&b, '{');
    else sentry__crumb_stamp(&b, now);
    for (i = 0; i < box->len; i++) {
        sentry__str_t key = sentry__entry_key(box, i), text = sentry__string_of(box->entries[i].value);
        char lead = i || !stamped ? ',' : 0;
        if (text.p && text.n <= w.max_string && sentry__json_pair(&b, lead, key, text)) continue;
        sentry__json_member(&w, lead, key, 0, box->entries[i].value, SENTRY__RULE_CRUMB, NULL);
    }
    sentry__buf_byte(&b, '}');
    crumb = sentry__crumb_new(&b, now, w.meta);
    sentry__buf_free(&b);
    return crumb;
}

/* Asks the user's hook, when there is one. Consumes and returns the breadcrumb; null drops it. */
static sentry_value_t sentry__crumb_hook(sentry__thread_t *t, sentry_value_t v, sentry_hint_t *hint)
{
    sentry__client_t *c = sentry__client_acquire();
    sentry_hint_t none;
    sentry__hint_init(&none);
    if (c && c->options.before_breadcrumb) {
        v = sentry__call_hook(t, c->options.before_breadcrumb, v, hint ? hint : &none, c->options.before_breadcrumb_data);
    } else if (c && c->options.before_breadcrumb_plain) {
        v = sentry__call_plain_hook(t, c->options.before_breadcrumb_plain, v, c->options.before_breadcrumb_plain_data);
    }
    sentry__client_release(c);
    sentry__hint_free(&none);
    return v;
}

static void sentry__add_breadcrumb(sentry_value_t v, sentry_hint_t *hint)
{
    sentry__thread_t *t = sentry__enter();
    if (t) {
        sentry_scope_t *scope;
        if (sentry__load(&sentry__sdk.hook_crumbs)) v = sentry__crumb_hook(t, v, hint);
        scope = sentry__current_scope();
        if (scope) sentry__scope_add_crumb(scope, sentry__crumb_from_value(v));
        sentry__scope_release(scope);
    }
    sentry__decref(v);
    sentry__hint_free(hint);
}

/* The quick form's bytes, for text that needs no cutting. */
static sentry__crumb_t *sentry__crumb_quick(sentry__str_t category, sentry_level_t level, sentry__str_t message)
{
    char storage[SENTRY_MAX_FORMATTED + 512];
    sentry__buf_t b;
    sentry__crumb_t *crumb;
    uint64_t now = sentry__os_now_us();
    sentry__buf_init(&b, storage, sizeof storage);
    sentry__crumb_stamp(&b, now);
    if (category.p) {
        SENTRY__PUT(&b, ",\"category\":");
        sentry__json_text(&b, category);
    }
    SENTRY__PUT(&b, ",\"level\":\"");
    sentry__buf_str(&b, sentry__level_str(level));
    SENTRY__PUT(&b, "\",\"message\":");
    sentry__json_text(&b, message);
    sentry__buf_byte(&b, '}');
    crumb = sentry__crumb_new(&b, now, sentry__null());
    sentry__buf_free(&b);
    return crumb;
}

/* The plain conversions (%s %d %i %u %c %%, with l, ll, z) without the C library's machinery. Returns the length, or -1
 * when the format has others or the text does not fit: then the C library does it. */
static SENTRY_PRINTF(3, 0) int sentry__format_plain(char *out, size_t cap, const char *fmt, va_list args)
{
    char *to = out, *end = out + cap - 24; /* room for any number */
    long long v;
    while (*fmt && to < end) {
        const char *percent = strchr(fmt, '%');
        size_t n = percent ? (size_t)(percent - fmt) : strlen(fmt);
        int longs = 0;
        sentry__str_t s;
        if (n > (size_t)(end - to)) return -1;
        sentry__copy(to, fmt, n);
        to += n;
        if (!percent) return (int)(to - out);
        for (fmt = percent + 1; *fmt == 'l' || *fmt == 'z'; fmt++) longs += *fmt == 'z' && sizeof(size_t) != sizeof(long) ? 2 : 1;
        switch (*fmt++) {
        case 's':
            s = sentry__str(va_arg(args, const char *));
            if (!s.p || longs || s.n > (size_t)(end - to)) return -1;
            sentry__copy(to, s.p, s.n);
            to += s.n;
            break;
        case 'd':
        case 'i':
            v = longs == 0 ? va_arg(args, int) : longs == 1 ? va_arg(args, long) : va_arg(args, long long);
            if (v < 0) *to++ = '-';
            to = sentry__format_u64(to, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
            break;
        case 'u': to = sentry__format_u64(to, longs == 0 ? va_arg(args, unsigned) : longs == 1 ? va_arg(args, unsigned long) : va_arg(args, unsigned long long)); break;
        case 'c': *to++ = (char)va_arg(args, int); break;
        case '%': *to++ = '%'; break;
        default: return -1;
        }
    }
    return *fmt ? -1 : (int)(to - out);
}

static SENTRY__NOINLINE SENTRY_PRINTF(3, 0) void sentry__breadcrumb(const char *category, sentry_level_t level, const char *fmt, va_list args)
{
    char text[SENTRY_MAX_FORMATTED];
    sentry__word_t max = sentry__load(&sentry__sdk.max_string);
    sentry__str_t name = sentry__str(category);
    sentry_scope_t *scope;
    size_t len;
    va_list again;
    int n;
    if (!fmt) return;
    va_copy(again, args);
    n = sentry__format_plain(text, sizeof text, fmt, args);
    if (n < 0) n = vsnprintf(text, sizeof text, fmt, again);
    va_end(again);
    if (n < 0) return;
    len = (size_t)n < sizeof text ? (size_t)n : sentry__utf8_cut(text, sizeof text - 1);
    if (sentry__load(&sentry__sdk.hook_crumbs) || len > max || name.n > max) {
        sentry_value_t v = sentry__breadcrumb_new(sentry__slice(NULL, 0), sentry__slice(text, len));
        sentry__set_text(v, SENTRY__LITERAL("category"), name);
        sentry__set_text(v, SENTRY__LITERAL("level"), sentry__level_str(level));
        sentry__add_breadcrumb(v, NULL);
        return;
    }
    scope = sentry__current_scope();
    if (scope) sentry__scope_add_crumb(scope, sentry__crumb_quick(name, level, sentry__slice(text, len)));
    sentry__scope_release(scope);
}

/* -- public -- */

SENTRY_API sentry_hint_t *sentry_hint_new(void)
{
    sentry_hint_t *hint = (sentry_hint_t *)sentry__calloc(sizeof *hint);
    if (hint) hint->copied = 1;
    return hint;
}
SENTRY_API void sentry_hint_free(sentry_hint_t *hint) { sentry__hint_free(hint); }
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytes(sentry_hint_t *hint, const char *buf, size_t n, const char *filename) { return sentry__hint_attach(hint, sentry__slice(NULL, 0), buf, n, sentry__str(filename)); }
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytes_n(sentry_hint_t *hint, const char *buf, size_t n, const char *filename, size_t filename_len) { return sentry__hint_attach(hint, sentry__slice(NULL, 0), buf, n, sentry__str_n(filename, filename_len)); }
#ifndef SENTRY_NO_FILES
SENTRY_API sentry_attachment_t *sentry_hint_attach_file(sentry_hint_t *hint, const char *path) { return sentry__hint_attach(hint, sentry__str(path), NULL, 0, sentry__str(path)); }
SENTRY_API sentry_attachment_t *sentry_hint_attach_file_n(sentry_hint_t *hint, const char *path, size_t n) { return sentry__hint_attach(hint, sentry__str_n(path, n), NULL, 0, sentry__str_n(path, n)); }
#ifdef _WIN32
SENTRY_API sentry_attachment_t *sentry_hint_attach_filew(sentry_hint_t *hint, const wchar_t *path) { return sentry_hint_attach_filew_n(hint, path, SIZE_MAX); }
SENTRY_API sentry_attachment_t *sentry_hint_attach_filew_n(sentry_hint_t *hint, const wchar_t *path, size_t n) { SENTRY__WITH_UTF8(path, n, sentry_hint_attach_file(hint, utf8)); }
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytesw(sentry_hint_t *hint, const char *buf, size_t len, const wchar_t *filename) { return sentry_hint_attach_bytesw_n(hint, buf, len, filename, SIZE_MAX); }
SENTRY_API sentry_attachment_t *sentry_hint_attach_bytesw_n(sentry_hint_t *hint, const char *buf, size_t len, const wchar_t *filename, size_t n) { SENTRY__WITH_UTF8(filename, n, sentry_hint_attach_bytes(hint, buf, len, utf8)); }
#endif
#endif
SENTRY_API int sentry_hint_set(sentry_hint_t *hint, const char *key, const void *data) { return hint && key ? sentry__hint_put(hint, key, data) : 1; }

SENTRY_API void *sentry_hint_get(const sentry_hint_t *hint, const char *key)
{
    size_t i;
    for (i = 0; hint && key && i < hint->count; i++)
        if (strcmp(hint->items[i].key, key) == 0) return (void *)(uintptr_t)hint->items[i].data;
    return NULL;
}

SENTRY_API void sentry_add_breadcrumb(sentry_value_t breadcrumb) { sentry__add_breadcrumb(breadcrumb, NULL); }
SENTRY_API void sentry_add_breadcrumb_with_hint(sentry_value_t breadcrumb, sentry_hint_t *hint) { sentry__add_breadcrumb(breadcrumb, hint); }
SENTRY_API void sentry_scope_add_breadcrumb(sentry_scope_t *scope, sentry_value_t breadcrumb)
{
    if (scope) sentry__scope_add_crumb(scope, sentry__crumb_from_value(breadcrumb));
    sentry__decref(breadcrumb);
}

SENTRY_API void sentry_breadcrumb(const char *category, sentry_level_t level, const char *fmt, ...)
{
    va_list args;
    if (!sentry__is_on()) return;
    va_start(args, fmt);
    sentry__breadcrumb(category, level, fmt, args);
    va_end(args);
}

/* ==[35]== SESSIONS =================================================================
 * Owns    the session that is open.
 */
/*STANDIN2*/
static size_t sentry__session_crash_json_signal(char *out, size_t cap) { (void)out; (void)cap; return 0; }
static void sentry__session_crashed_signal(void) {}
/*ENDSTANDIN2*/

/* ==[36]== PIPELINE =================================================================
 * Owns    the way of an event: ignore, merge, processors, before_send, sampling, envelope.
 * Lock    none is held while a hook runs.
 * Holds   an event is walked once: what scopes say is copied as bytes. Only for a hook the bytes become values again.
 *         Whatever ends an event's way is counted.
 * Threads the one that captures.
 */

/* What an event is made from. layers[0] wins over layers[1]. */
typedef struct {
    sentry__client_t *client;
    const sentry__process_t *process;
    sentry__state_t *layers[2];
    size_t layer_count;
    sentry__run_t *trace; /* the context of where it happened; NULL: none */
    sentry_value_t told;  /* the envelope's trace header; null: none */
    sentry_uuid_t id;
    sentry__thread_t *thread;
    sentry_hint_t *hint; /* never NULL */
    const uintptr_t *stack; /* return addresses of where it was captured, newest first */
    size_t stack_count;
    size_t spans;          /* of a transaction, itself included; 0: it is an event */
    sentry__later_t later; /* how a transaction is written */
} sentry__draft_t;

/* A member's key without its escapes, as a string to drop; the quotes stand around `escaped`. */
static sentry_value_t sentry__plain_key(sentry__str_t escaped) { return sentry__json_read(sentry__slice(escaped.p - 1, escaped.n + 2)); }

/* Whether the object has a member's key. */
static int sentry__box_has(const sentry__box_t *own, sentry__str_t escaped)
{
    sentry_value_t key;
    int has;
    if (!own) return 0;
    if (!memchr(escaped.p, '\\', escaped.n)) return sentry__box_find(own, escaped) != UINT32_MAX;
    key = sentry__plain_key(escaped);
    has = sentry__box_find(own, sentry__string_of(key)) != UINT32_MAX;
    sentry__decref(key);
    return has;
}

/* Moves the notes about a member of a run into the event's. */
static void sentry__write_note(sentry__json_t *w, const sentry__path_t *path, const sentry__run_t *run, sentry__str_t escaped)
{
    sentry_value_t key = sentry__plain_key(escaped), note = sentry__object_get(run->meta, sentry__string_of(key));
    if (!sentry__is_null(note)) sentry__object_set(sentry__meta_at(w, path), sentry__string_of(key), sentry__incref(note));
    sentry__decref(key);
}

/* Writes the members of the runs that neither `own` nor an earlier run has. Returns how many members stand there. */
static uint32_t sentry__write_runs(sentry__json_t *w, const sentry__path_t *path, const sentry__box_t *own, sentry__run_t *const *runs, size_t count, uint32_t written)
{
    size_t r, earlier;
    for (r = 0; r < count; r++) {
        const sentry__run_t *run = runs[r];
        const sentry__member_t *m = run ? sentry__run_members(run) : NULL, *end = run ? m + run->count : NULL;
        const char *text = run ? sentry__run_text(run) : NULL;
        if (run && !written && sentry__is_null(run->meta)) {
            sentry__buf_put(w->out, text, run->len);
            written += run->count;
            continue;
        }
        for (; m < end; text += m->len + 1, m++) {
            sentry__str_t key = sentry__member_key(m, text);
            int taken = sentry__box_has(own, key);
            for (earlier = 0; earlier < r && !taken; earlier++) taken = sentry__run_has(runs[earlier], key);
            if (taken) continue;
            if (written++) sentry__buf_byte(w->out, ',');
            sentry__buf_put(w->out, text, m->len);
            if (!sentry__is_null(run->meta)) sentry__write_note(w, path, run, key);
        }
    }
    return written;
}

/* `,"key":{...}` from the event's own object and the runs; nothing when all are empty. */
static void sentry__write_group(sentry__json_t *w, sentry__str_t key, sentry_value_t event, sentry__run_t *const *runs, size_t count)
{
    sentry__box_t *own = sentry__object_of(sentry__object_get(event, key));
    sentry__rule_t rule = sentry__rule_below(SENTRY__RULE_EVENT, key);
    sentry__path_t path = sentry__path(NULL, key, 0);
    size_t start = w->out->len;
    uint32_t i, written = 0;
    sentry__buf_byte(w->out, ',');
    sentry__json_text(w->out, key);
    SENTRY__PUT(w->out, ":{");
    for (i = 0; own && i < own->len; i++) {
        sentry__json_member(w, written++ ? ',' : 0, sentry__entry_key(own, i), 0, own->entries[i].value, rule, &path);
    }
    written = sentry__write_runs(w, &path, own, runs, count, written);
    sentry__buf_byte(w->out, '}');
    if (!written && !w->out->failed) w->out->len = start;
}

/* Which of two states' next breadcrumbs is older; `at` are positions, `end` their ends. Returns the state's number. */
static size_t sentry__older_crumb(sentry__state_t *const *s, const uint32_t *at, const uint32_t *end)
{
    if (at[0] >= end[0]) return 1;
    if (at[1] >= end[1]) return 0;
    return sentry__crumb_slots(s[1]->crumbs)[at[1]]->order <= sentry__crumb_slots(s[0]->crumbs)[at[0]]->order;
}

/* `,"breadcrumbs":{"values":[...]}`: the scopes' in the order of time, then the event's own; the newest of all. */
static void sentry__write_breadcrumbs(sentry__json_t *w, const sentry__draft_t *d, sentry_value_t event)
{
    sentry_value_t own = sentry__object_get(event, SENTRY__LITERAL("breadcrumbs"));
    sentry__path_t crumbs = sentry__path(NULL, SENTRY__LITERAL("breadcrumbs"), 0), values = sentry__path(&crumbs, SENTRY__LITERAL("values"), 0);
    sentry__box_t *list = sentry__list_of(sentry__object_of(own) ? sentry__object_get(own, SENTRY__LITERAL("values")) : own);
    uint32_t at[2] = { 0, 0 }, end[2] = { 0, 0 }, i, written = 0;
    size_t total = list ? list->len : 0, skip, k;
    for (k = 0; k < d->layer_count; k++) {
        if (!d->layers[k] || !d->layers[k]->crumb_count) continue;
        end[k] = d->layers[k]->crumb_end;
        at[k] = end[k] - d->layers[k]->crumb_count;
        total += d->layers[k]->crumb_count;
    }
    if (!total) return;
    skip = d->layer_count && total > d->process->max_breadcrumbs ? total - d->process->max_breadcrumbs : 0;
    SENTRY__PUT(w->out, ",\"breadcrumbs\":{\"values\":[");
    while (at[0] < end[0] || at[1] < end[1]) {
        size_t from = sentry__older_crumb(d->layers, at, end);
        const sentry__crumb_t *crumb = sentry__crumb_slots(d->layers[from]->crumbs)[at[from]++];
        sentry__path_t path = sentry__path(&values, sentry__slice(NULL, 0), written);
        if (skip) {
            skip--;
            continue;
        }
        if (written++) sentry__buf_byte(w->out, ',');
        sentry__buf_put(w->out, (const char *)(crumb + 1), crumb->len);
        if (!sentry__is_null(crumb->meta)) sentry__object_merge(sentry__meta_at(w, &path), crumb->meta, 0);
    }
    for (i = (uint32_t)skip; list && i < list->len; i++) {
        sentry__json_member(w, written ? ',' : 0, sentry__slice(NULL, 0), written, list->entries[i].value, SENTRY__RULE_CRUMBS, &values);
        written++;
    }
    SENTRY__PUT(w->out, "]}");
}

/* Frames of a stack trace, oldest first, from addresses that are newest first; `trust` may be NULL. */
static void sentry__write_frames(sentry__buf_t *b, const uintptr_t *pcs, const unsigned char *trust, size_t count)
{
    static const char *const names[] = { "context", "cfi", "fp", "scan" };
    while (count--) {
        SENTRY__PUT(b, "{\"instruction_addr\":\"0x");
        sentry__buf_hex_u64(b, pcs[count]);
        if (trust) {
            SENTRY__PUT(b, "\",\"trust\":\"");
            sentry__buf_cstr(b, names[trust[count]]);
        }
        SENTRY__PUT(b, "\"}");
        if (count) sentry__buf_byte(b, ',');
    }
}

/* The addresses of a draft as the newest thing in the list that was written last: the exception's, which ends in "}]}". */
static void sentry__write_exception_stack(sentry__buf_t *b, const sentry__draft_t *d)
{
    if (b->failed) return;
    b->len -= 3;
    SENTRY__PUT(b, ",\"stacktrace\":{\"frames\":[");
    sentry__write_frames(b, d->stack, NULL, d->stack_count);
    SENTRY__PUT(b, "],\"instruction_addr_adjustment\":\"all\"}}]}");
}

/* Shape: threads.values[{"id":..,"current":true,"stacktrace":{"frames":[..]}}] */
static void sentry__write_thread_stack(sentry__buf_t *b, const sentry__draft_t *d)
{
    SENTRY__PUT(b, ",\"threads\":{\"values\":[{\"id\":");
    sentry__buf_u64(b, sentry__thread_id(d->thread));
    SENTRY__PUT(b, ",\"current\":true,\"stacktrace\":{\"frames\":[");
    sentry__write_frames(b, d->stack, NULL, d->stack_count);
    SENTRY__PUT(b, "],\"instruction_addr_adjustment\":\"all\"}}]}");
}

/* The list below a key of the event, bare or at "values". */
static sentry_value_t sentry__event_list(sentry_value_t event, sentry__str_t key)
{
    sentry_value_t at = sentry__object_get(event, key);
    return sentry__object_of(at) ? sentry__object_get(at, SENTRY__LITERAL("values")) : at;
}

static int sentry__has_stack(sentry_value_t event, sentry__str_t key)
{
    sentry__box_t *list = sentry__list_of(sentry__event_list(event, key));
    uint32_t i;
    for (i = 0; list && i < list->len; i++)
        if (!sentry__is_null(sentry__object_get(list->entries[i].value, SENTRY__LITERAL("stacktrace")))) return 1;
    return 0;
}

/* Where the stack goes that a draft brings: to the exception, when it ends as sentry__write_exception_stack wants it, else to a
 * thread. */
static int sentry__stack_fits_exception(sentry_value_t event)
{
    sentry__box_t *own = sentry__object_of(sentry__object_get(event, SENTRY__LITERAL("exception")));
    sentry__box_t *list = sentry__list_of(sentry__event_list(event, SENTRY__LITERAL("exception")));
    return own && own->len == 1 && list && list->len && sentry_value_get_length(list->entries[list->len - 1].value) && sentry__object_of(list->entries[list->len - 1].value) != NULL;
}

/* What addresses in the event belong to. */
static void sentry__write_modules(sentry__buf_t *b, const sentry__draft_t *d, sentry_value_t event)
{
    const sentry__modules_t *modules;
    if (d->spans || sentry__box_find(sentry__object_of(event), SENTRY__LITERAL("debug_meta")) != UINT32_MAX) return;
    if (!d->stack_count && !sentry__has_stack(event, SENTRY__LITERAL("exception")) && !sentry__has_stack(event, SENTRY__LITERAL("threads"))) return;
    modules = sentry__modules_take();
    if (modules && modules->json_size) {
        SENTRY__PUT(b, ",\"debug_meta\":{\"images\":[");
        sentry__buf_put(b, modules->json, modules->json_size);
        SENTRY__PUT(b, "]}");
    }
    sentry__modules_give(modules);
}

/* The event's own members, but for those that scopes add to and the ones written first or last. What is null in a `layer`'s event
 * only keeps the scopes' out. */
static void sentry__write_own(sentry__json_t *w, const sentry__draft_t *d, sentry_value_t event, int layer)
{
    static const char *const apart[] = { "event_id", "tags", "extra", "contexts", "breadcrumbs", "_meta", "message" };
    sentry__box_t *box = sentry__object_of(event);
    int in_exception = d->stack_count && sentry__stack_fits_exception(event);
    uint32_t i;
    size_t k;
    for (i = 0; i < box->len; i++) {
        sentry__str_t key = sentry__entry_key(box, i);
        for (k = 0; k < sizeof apart / sizeof apart[0] && !sentry__str_eq(key, sentry__str(apart[k])); k++) {}
        if (k < sizeof apart / sizeof apart[0] || (layer && sentry__is_null(box->entries[i].value))) continue;
        sentry__json_member(w, ',', key, 0, box->entries[i].value, SENTRY__RULE_EVENT, NULL);
        if (in_exception && sentry__str_eq(key, SENTRY__LITERAL("exception"))) sentry__write_exception_stack(w->out, d);
    }
    if (d->stack_count && !in_exception) sentry__write_thread_stack(w->out, d);
}

/* `message` is the old name of logentry: a text, or an object as sentry-native makes it. */
static void sentry__write_message(sentry__json_t *w, sentry_value_t event)
{
    sentry_value_t message = sentry__object_get(event, SENTRY__LITERAL("message"));
    sentry__path_t path = sentry__path(NULL, SENTRY__LITERAL("logentry"), 0);
    if (sentry__is_null(message) || sentry__box_find(sentry__object_of(event), path.key) != UINT32_MAX) return;
    if (sentry__object_of(message)) {
        sentry__json_member(w, ',', path.key, 0, message, SENTRY__RULE_EVENT, NULL);
        return;
    }
    SENTRY__PUT(w->out, ",\"logentry\":{");
    sentry__json_member(w, 0, SENTRY__LITERAL("formatted"), 0, message, SENTRY__RULE_NONE, &path);
    sentry__buf_byte(w->out, '}');
}

/* Writes an event with what its draft adds. Borrows all. */
static void sentry__event_write(sentry__buf_t *out, const sentry__draft_t *d, sentry_value_t event)
{
    sentry__run_t *runs[SENTRY__RUNS][4];
    sentry__box_t *own = sentry__object_of(event);
    sentry__json_t w;
    char id[32], stamp[SENTRY__STAMP_LEN];
    size_t k, slot, n = d->layer_count;
    sentry__json_init(&w, out, 1, d->process->max_string, d->process->pii);
    w.meta = sentry__object_copy(sentry__object_get(event, SENTRY__LITERAL("_meta")));
    for (slot = 0; slot < SENTRY__RUNS; slot++)
        for (k = 0; k < n; k++) runs[slot][k] = d->layers[k] ? d->layers[k]->runs[slot] : NULL;
    SENTRY__PUT(out, "{\"event_id\":\"");
    sentry__uuid_hex(&d->id, id);
    sentry__buf_put(out, id, sizeof id);
    sentry__buf_byte(out, '"');
    if (!d->spans && sentry__is_null(sentry__object_get(event, SENTRY__LITERAL("timestamp")))) {
        sentry__stamp(stamp, sentry__os_now_us());
        SENTRY__PUT(out, ",\"timestamp\":\"");
        sentry__buf_put(out, stamp, sizeof stamp);
        sentry__buf_byte(out, '"');
    }
    sentry__write_own(&w, d, event, d->spans && n);
    sentry__write_message(&w, event);
    sentry__write_modules(out, d, event);
    runs[SENTRY__FIELDS][n] = n ? d->process->fields : NULL;
    sentry__write_runs(&w, NULL, own, runs[SENTRY__FIELDS], n + 1, 1);
    if (n && !d->spans && sentry__box_find(own, SENTRY__LITERAL("level")) == UINT32_MAX && !sentry__run_has(runs[SENTRY__FIELDS][0], SENTRY__LITERAL("level"))
        && (n < 2 || !sentry__run_has(runs[SENTRY__FIELDS][1], SENTRY__LITERAL("level")))) SENTRY__PUT(out, ",\"level\":\"error\"");
    sentry__write_group(&w, SENTRY__LITERAL("tags"), event, runs[SENTRY__TAGS], n);
    sentry__write_group(&w, SENTRY__LITERAL("extra"), event, runs[SENTRY__EXTRA], n);
    runs[SENTRY__CONTEXTS][n] = n ? d->trace : NULL;
    runs[SENTRY__CONTEXTS][n + 1] = n ? d->process->contexts : NULL;
    sentry__write_group(&w, SENTRY__LITERAL("contexts"), event, runs[SENTRY__CONTEXTS], n + 2);
    if (!d->spans) sentry__write_breadcrumbs(&w, d, event);
    if (!sentry__is_null(w.meta)) {
        SENTRY__PUT(out, ",\"_meta\":");
        sentry__json_plain(out, 1, w.meta);
        sentry__decref(w.meta);
    }
    sentry__buf_byte(out, '}');
}

/* Whether an exception's type is on the list of those to drop; the last exception is the event's. */
static int sentry__is_ignored(const sentry__client_t *c, sentry_value_t event)
{
    const char *const *pattern = c->options.ignore_errors;
    sentry_value_t exceptions, last;
    sentry__str_t type;
    size_t n;
    if (!pattern) return 0;
    exceptions = sentry__object_get(event, SENTRY__LITERAL("exception"));
    if (sentry__object_of(exceptions)) exceptions = sentry__object_get(exceptions, SENTRY__LITERAL("values"));
    n = sentry_value_get_length(exceptions);
    last = n ? sentry_value_get_by_index(exceptions, n - 1) : sentry__null();
    type = sentry__string_of(sentry__object_get(last, SENTRY__LITERAL("type")));
    for (; type.p && *pattern; pattern++)
        if (sentry__glob(sentry__str(*pattern), type)) return 1;
    return 0;
}

/* Runs one list of processors. Consumes and returns the event; null when one dropped it. */
static sentry_value_t sentry__run_processors(const sentry__draft_t *d, const sentry__processors_t *p, sentry_value_t event)
{
    uint32_t i;
    for (i = 0; p && i < p->count && sentry__object_of(event); i++) event = sentry__call_hook(d->thread, p->list[i].func, event, d->hint, p->list[i].data);
    return event;
}

static sentry__processors_t *sentry__client_processors(sentry__client_t *c)
{
    sentry__processors_t *p;
    sentry__lock(&sentry__sdk.lock);
    p = c->processors;
    if (p) sentry__add(&p->refs, 1);
    sentry__unlock(&sentry__sdk.lock);
    return p;
}

/* The bytes of an event as a value, for a hook; null without memory. */
static sentry_value_t sentry__text_value(const sentry__buf_t *text) { return text->failed ? sentry__null() : sentry__json_read(sentry__slice(text->data, text->len)); }

/* Counts the spans that a hook has taken out of a transaction. */
static void sentry__draft_recount(sentry__draft_t *d, sentry_value_t event, sentry_drop_reason_t reason)
{
    size_t left = d->spans ? sentry_value_get_length(sentry__object_get(event, SENTRY__LITERAL("spans"))) + 1 : 0;
    if (left < d->spans) sentry__lost(reason, SENTRY__CATEGORY_SPAN, d->spans - left);
    d->spans = left;
}

static int sentry__draft_has_processors(const sentry__draft_t *d, const sentry__processors_t *global)
{
    size_t k;
    int any = global != NULL;
    for (k = 0; k < d->layer_count; k++) any |= d->layers[k] && d->layers[k]->processors;
    return any;
}

/* The stages read and rewrite an event's bytes. Each returns 1 to keep it. */
static int sentry__processors_stage(sentry__draft_t *d, sentry__buf_t *text, const sentry__processors_t *global)
{
    sentry__draft_t alone = *d;
    sentry_value_t event;
    size_t k;
    int kept;
    if (!sentry__draft_has_processors(d, global)) return 1;
    event = sentry__text_value(text);
    for (k = 0; k < d->layer_count; k++)
        if (d->layers[k]) event = sentry__run_processors(d, d->layers[k]->processors, event);
    event = sentry__run_processors(d, global, event);
    kept = sentry__object_of(event) != NULL;
    text->len = 0;
    alone.layer_count = alone.stack_count = 0;
    if (kept) {
        sentry__draft_recount(d, event, SENTRY_DROP_EVENT_PROCESSOR);
        sentry__event_write(text, &alone, event);
    }
    sentry__decref(event);
    return kept;
}

static int sentry__before_send_stage(sentry__draft_t *d, sentry__buf_t *text)
{
    const sentry_options_t *o = &d->client->options;
    sentry_event_function_t func = d->spans ? o->before_send_transaction : o->before_send;
    sentry_value_t event;
    int kept;
    if (func) {
        event = sentry__call_hook(d->thread, func, sentry__text_value(text), d->hint, d->spans ? o->before_send_transaction_data : o->before_send_data);
    } else if (d->spans && o->before_transaction) {
        event = sentry__call_plain_hook(d->thread, o->before_transaction, sentry__text_value(text), o->before_transaction_data);
    } else {
        return 1;
    }
    kept = sentry__object_of(event) != NULL;
    text->len = 0;
    if (kept) {
        sentry__draft_recount(d, event, SENTRY_DROP_BEFORE_SEND);
        sentry__json_plain(text, 0, event);
    }
    sentry__decref(event);
    return kept;
}

static int sentry__sampling_stage(const sentry__draft_t *d, const sentry__buf_t *text)
{
    const sentry_options_t *o = &d->client->options;
    double rate = d->client->sample_rate;
    if (d->spans) return 1; /* that was decided when it began */
    if (o->error_sampler) {
        sentry_value_t event = sentry__text_value(text);
        d->thread->in_callback++;
        rate = o->error_sampler(event, d->hint, o->error_sampler_data);
        d->thread->in_callback--;
        sentry__decref(event);
        if (!sentry__rate_valid(rate)) {
            if (rate == rate) sentry__log(SENTRY_LEVEL_ERROR, "error_sampler returned %g, which is not a rate from 0 to 1: the event is kept", rate);
            rate = 1.0;
        }
    }
    return rate >= 1.0 || sentry__random_unit() < rate;
}

/* Wraps the bytes of an event, which are consumed, or with `later` what will write them. NULL without memory. */
static sentry_envelope_t *sentry__event_envelope(sentry__draft_t *d, sentry__buf_t *text, int later)
{
    sentry_envelope_t *e = sentry__envelope_new();
    size_t len;
    char *payload = sentry__buf_take(text, &len);
    if (!e || !payload) {
        SENTRY_FREE(payload);
        sentry__envelope_free(e);
        return NULL;
    }
    sentry__object_set(e->header, SENTRY__LITERAL("event_id"), sentry__uuid_value(&d->id));
    if (d->client->dsn.text) sentry__set_text(e->header, SENTRY__LITERAL("dsn"), sentry__str(d->client->dsn.text));
    sentry__object_set(e->header, SENTRY__LITERAL("sdk"), sentry__sdk_value(&d->client->options));
    sentry__object_set(e->header, SENTRY__LITERAL("sent_at"), sentry__stamp_value());
    if (!sentry__is_null(d->told)) sentry__object_set(e->header, SENTRY__LITERAL("trace"), sentry__incref(d->told));
    if (sentry__envelope_add(e, sentry__item_header(d->spans ? "transaction" : "event"), payload, len)) {
        sentry__envelope_free(e);
        return NULL;
    }
    e->items[0].spans = d->spans;
    if (later) {
        e->later = d->later;
        e->bytes += d->later.bytes;
        d->later.data = NULL;
    }
    return e;
}

/* Hands an envelope to the transport, which may be the user's; consumes it. */
static void sentry__send(sentry__client_t *c, sentry__thread_t *t, sentry_envelope_t *e)
{
    sentry_envelope_t *copy;
    int later = e->later.data && (c->spotlight || !sentry__transport_waits(c->transport));
    if (later) sentry__envelope_finish(e);
    if (later && !e->count) {
        sentry__envelope_free(e);
        return;
    }
    if (!sentry__transport_waits(c->transport)) sentry__envelope_name(e);
    copy = c->spotlight ? sentry__envelope_copy(e) : NULL;
    if (copy) c->spotlight->send(copy, c->spotlight->state);
    if (sentry__withheld() && !sentry__transport_waits(c->transport)) {
        sentry__totals_dropped(SENTRY_DROP_EVENT_PROCESSOR);
        sentry__envelope_free(e);
        return;
    }
    t->in_callback++;
    c->transport->send(e, c->transport->state);
    t->in_callback--;
}

/* Runs the stages. Returns the envelope, or NULL when the event ended here, which is counted. */
static sentry_envelope_t *sentry__draft_run(sentry__draft_t *d, sentry_value_t event)
{
    sentry_drop_reason_t reason = SENTRY_DROP_INTERNAL_SDK_ERROR;
    sentry__processors_t *global = sentry__client_processors(d->client);
    const sentry_options_t *o = &d->client->options;
    int later = d->later.data && !o->before_send_transaction && !o->before_transaction && !sentry__draft_has_processors(d, global); /* nobody wants to see it */
    sentry_envelope_t *e = NULL;
    sentry__buf_t text;
    sentry__buf_init(&text, NULL, 0);
    if (later) {
        e = sentry__event_envelope(d, &text, 1);
    } else if (!d->spans && sentry__is_ignored(d->client, event)) {
        reason = SENTRY_DROP_EVENT_PROCESSOR;
    } else {
        sentry__buf_grow(&text, 4096);
        if (d->later.data) d->later.write(&text, d->later.data);
        else sentry__event_write(&text, d, event);
        if (!sentry__processors_stage(d, &text, global)) reason = SENTRY_DROP_EVENT_PROCESSOR;
        else if (!text.failed && !sentry__before_send_stage(d, &text)) reason = SENTRY_DROP_BEFORE_SEND;
        else if (!text.failed && !sentry__sampling_stage(d, &text)) reason = SENTRY_DROP_SAMPLE_RATE;
        else e = sentry__event_envelope(d, &text, 0);
    }
    sentry__buf_free(&text);
    sentry__processors_release(global);
    if (!e) {
        sentry__lost_event(reason, d->spans);
        sentry__log(SENTRY_LEVEL_DEBUG, "%s was dropped: %s", d->spans ? "a transaction" : "an event", sentry__reason_names[reason]);
    }
    return e;
}

/* Adds what the scopes and the hint have attached. */
static void sentry__draft_attach(const sentry__draft_t *d, sentry_envelope_t *e)
{
    size_t max = sentry__max_attachment_size(&d->client->options), k;
    const sentry__attachments_t *had = NULL;
    for (k = 0; k < d->layer_count; k++) {
        const sentry__attachments_t *list = d->layers[k] ? d->layers[k]->attachments : NULL;
        sentry__attach_items(e, list, had, max);
        if (!had) had = list;
    }
    sentry__attach_items(e, d->hint->attachments, NULL, max);
}

/* Remembers the id of an event with a hub, and with the scope that was captured with. */
static void sentry__note_event_id(sentry_hub_t *hub, sentry_scope_t *scope, sentry_uuid_t id)
{
    sentry__lock(&hub->lock);
    hub->last_event_id = id;
    sentry__unlock(&hub->lock);
    sentry__lock(&scope->lock);
    scope->last_event_id = id;
    sentry__unlock(&scope->lock);
}

/* Sends what a draft makes, with `scope` as the one that remembers it; `event` is lent. Consumes the draft's trace and `told`,
 * and what writes it. */
static sentry_uuid_t sentry__draft_send(sentry__draft_t *d, sentry_scope_t *scope, sentry_value_t event)
{
    sentry_envelope_t *e = sentry__draft_run(d, event);
    if (e) {
        if (!d->spans) sentry__draft_attach(d, e);
        sentry__note_event_id(d->thread->hub ? d->thread->hub : &sentry__main_hub, scope, d->id);
        sentry__send(d->client, d->thread, e);
    }
    if (d->later.data) d->later.drop(d->later.data);
    sentry__decref(d->told);
    sentry__run_release(d->trace);
    return e ? d->id : sentry_uuid_nil();
}

/* Says in which trace something happens: the context, and the trace header. */
static void sentry__draft_locate(sentry__draft_t *d, uintptr_t span)
{
    sentry__where_t where;
    sentry__where_init(&where);
    if (sentry__locate(&where, d->client, span, d->layers, d->layer_count, 1)) {
        d->trace = where.run ? where.run : sentry__run_with(NULL, SENTRY__LITERAL("trace"), sentry__slice(where.context.data, where.context.len));
        d->told = where.told;
        where.run = NULL;
        where.told = sentry__null();
    }
    sentry__where_free(&where);
}

/* Captures with a scope (NULL: only the current one). Consumes event, hint and a local scope. An `error` brings its stack, unless that
 * is switched off; another event only when that is asked for, and it has none. */
static SENTRY__NOINLINE sentry_uuid_t sentry__capture_as(int error, sentry_scope_t *scope, sentry_value_t event, sentry_hint_t *hint)
{
    uintptr_t stack[SENTRY_MAX_FRAMES];
    sentry__draft_t d;
    sentry_hint_t none;
    sentry_scope_t *current;
    sentry_uuid_t id = sentry_uuid_nil();
    memset(&d, 0, sizeof d);
    d.thread = sentry__enter();
    d.client = d.thread ? sentry__client_acquire() : NULL;
    d.told = sentry__null();
    sentry__hint_init(&none);
    d.hint = hint ? hint : &none;
    if (d.client && sentry__object_of(event)) {
        sentry__str_t given = sentry__string_of(sentry__object_get(event, SENTRY__LITERAL("event_id")));
        if (given.n >= 32) d.id = sentry_uuid_from_string_n(given.p, given.n);
        if (sentry_uuid_is_nil(&d.id)) d.id = sentry_uuid_new_v4();
        current = sentry__thread_scope(d.thread);
        d.process = d.client->process;
        d.layer_count = scope && scope != current ? 2 : 1;
        d.layers[0] = sentry__scope_state(scope ? scope : current);
        d.layers[1] = d.layer_count == 2 ? sentry__scope_state(current) : NULL;
        sentry__draft_locate(&d, sentry__span_for(d.thread, scope));
        d.stack = stack;
        if (d.client->options.attach_stacktrace > 0 ? !sentry__has_stack(event, SENTRY__LITERAL("exception")) && !sentry__has_stack(event, SENTRY__LITERAL("threads"))
                                                    : error && !d.client->options.attach_stacktrace) d.stack_count = sentry__unwind_here(stack, SENTRY_MAX_FRAMES);
        id = sentry__draft_send(&d, scope ? scope : current, event);
        sentry__state_release(d.layers[0]);
        sentry__state_release(d.layers[1]);
        sentry__scope_release(current);
    }
    sentry__client_release(d.client);
    sentry__decref(event);
    sentry__hint_free(d.hint);
    if (scope && scope->kind == SENTRY__SCOPE_LOCAL) sentry__scope_release(scope);
    return id;
}

static sentry_uuid_t sentry__capture(sentry_scope_t *scope, sentry_value_t event, sentry_hint_t *hint) { return sentry__capture_as(0, scope, event, hint); }

static sentry_value_t sentry__exception_event(sentry__str_t type, sentry__str_t value, sentry_value_t meta)
{
    sentry_value_t event = sentry__event_new();
    sentry_value_t exception = sentry__pair_new(SENTRY__LITERAL("type"), type, SENTRY__LITERAL("value"), value);
    sentry_value_t mechanism = sentry__pair_new(SENTRY__LITERAL("type"), SENTRY__LITERAL("generic"), SENTRY__LITERAL("handled"), sentry__slice(NULL, 0));
    sentry__object_set(mechanism, SENTRY__LITERAL("handled"), sentry_value_new_bool(1));
    if (!sentry__is_null(meta)) sentry__object_set(mechanism, SENTRY__LITERAL("meta"), meta);
    sentry__object_set(exception, SENTRY__LITERAL("mechanism"), mechanism);
    sentry_event_add_exception(event, exception);
    return event;
}

static sentry_uuid_t sentry__capture_exception(sentry__str_t type, sentry__str_t value, const int *error, sentry_value_t meta)
{
    sentry_hint_t hint;
    if (!type.p) type = SENTRY__LITERAL("Error");
    sentry__hint_init(&hint);
    sentry__hint_put(&hint, SENTRY_HINT_EXCEPTION_TYPE, type.p);
    if (value.p) sentry__hint_put(&hint, SENTRY_HINT_EXCEPTION_VALUE, value.p);
    if (error) sentry__hint_put(&hint, SENTRY_HINT_ERRNO, error);
    return sentry__capture_as(1, NULL, sentry__exception_event(type, value, meta), &hint);
}

/* printf into a buffer, zero-ended beyond its length. */
static SENTRY_PRINTF(2, 0) void sentry__buf_vprintf(sentry__buf_t *b, const char *fmt, va_list args)
{
    va_list again;
    char *room;
    int n;
    va_copy(again, args);
    n = vsnprintf(b->data, b->cap, fmt, args);
    if (n < 0) n = 0, b->data[0] = 0;
    if ((size_t)n >= b->cap) {
        room = sentry__buf_room(b, (size_t)n + 1);
        if (room) vsnprintf(room, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    b->len = b->failed ? 0 : (size_t)n;
}

/* "ENOENT" and its like, for the errors that programs meet; others are "errno 123". */
static const char *sentry__errno_name(int error, char out[24])
{
#define SENTRY__ERRNO(name) \
    case name: return #name
    switch (error) {
        SENTRY__ERRNO(EPERM); SENTRY__ERRNO(ENOENT); SENTRY__ERRNO(EINTR); SENTRY__ERRNO(EIO); SENTRY__ERRNO(E2BIG); SENTRY__ERRNO(ENOEXEC);
        SENTRY__ERRNO(EBADF); SENTRY__ERRNO(ECHILD); SENTRY__ERRNO(EAGAIN); SENTRY__ERRNO(ENOMEM); SENTRY__ERRNO(EACCES); SENTRY__ERRNO(EFAULT);
        SENTRY__ERRNO(EBUSY); SENTRY__ERRNO(EEXIST); SENTRY__ERRNO(EXDEV); SENTRY__ERRNO(ENODEV); SENTRY__ERRNO(ENOTDIR); SENTRY__ERRNO(EISDIR);
        SENTRY__ERRNO(EINVAL); SENTRY__ERRNO(ENFILE); SENTRY__ERRNO(EMFILE); SENTRY__ERRNO(ENOTTY); SENTRY__ERRNO(EFBIG); SENTRY__ERRNO(ENOSPC);
        SENTRY__ERRNO(ESPIPE); SENTRY__ERRNO(EROFS); SENTRY__ERRNO(EMLINK); SENTRY__ERRNO(EPIPE); SENTRY__ERRNO(EDOM); SENTRY__ERRNO(ERANGE);
        SENTRY__ERRNO(EDEADLK); SENTRY__ERRNO(ENAMETOOLONG); SENTRY__ERRNO(ENOSYS); SENTRY__ERRNO(ENOTEMPTY); SENTRY__ERRNO(EILSEQ);
        SENTRY__ERRNO(ESRCH); SENTRY__ERRNO(ENXIO); SENTRY__ERRNO(ENOLCK); SENTRY__ERRNO(EADDRINUSE); SENTRY__ERRNO(EADDRNOTAVAIL);
        SENTRY__ERRNO(ECONNREFUSED); SENTRY__ERRNO(ECONNRESET); SENTRY__ERRNO(ECONNABORTED); SENTRY__ERRNO(EHOSTUNREACH); SENTRY__ERRNO(ENETUNREACH);
        SENTRY__ERRNO(ENETDOWN); SENTRY__ERRNO(ENOTCONN); SENTRY__ERRNO(ENOTSOCK); SENTRY__ERRNO(EISCONN); SENTRY__ERRNO(EALREADY);
        SENTRY__ERRNO(EINPROGRESS); SENTRY__ERRNO(ETIMEDOUT); SENTRY__ERRNO(EMSGSIZE); SENTRY__ERRNO(ENOBUFS); SENTRY__ERRNO(EPROTO);
        SENTRY__ERRNO(EOVERFLOW); SENTRY__ERRNO(ENOTSUP); SENTRY__ERRNO(ECANCELED); SENTRY__ERRNO(ELOOP);
    default: break;
    }
#undef SENTRY__ERRNO
    snprintf(out, 24, "errno %d", error);
    return out;
}

/* -- public -- */

SENTRY_API sentry_uuid_t sentry_capture_event(sentry_value_t event) { return sentry__capture(NULL, event, NULL); }
SENTRY_API sentry_uuid_t sentry_capture_event_with_hint(sentry_value_t event, sentry_hint_t *hint) { return sentry__capture(NULL, event, hint); }
SENTRY_API sentry_uuid_t sentry_scope_capture_event(sentry_scope_t *scope, sentry_value_t event) { return sentry__capture(scope, event, NULL); }
SENTRY_API sentry_uuid_t sentry_capture_event_with_scope(sentry_value_t event, sentry_scope_t *scope) { return sentry__capture(scope, event, NULL); }

SENTRY_API sentry_uuid_t sentry_capture_message(sentry_level_t level, const char *text)
{
    if (!sentry__is_on()) return sentry_uuid_nil();
    return sentry__capture(NULL, sentry__message_new(level, sentry__slice(NULL, 0), sentry__slice(NULL, 0), sentry__str(text)), NULL);
}

SENTRY_API sentry_uuid_t sentry_capture_messagef(sentry_level_t level, const char *fmt, ...)
{
    char storage[1024];
    sentry__buf_t b;
    sentry_uuid_t id;
    va_list args;
    if (!sentry__is_on() || !fmt) return sentry_uuid_nil();
    sentry__buf_init(&b, storage, sizeof storage);
    va_start(args, fmt);
    sentry__buf_vprintf(&b, fmt, args);
    va_end(args);
    id = sentry__capture(NULL, sentry__message_new(level, sentry__slice(NULL, 0), sentry__str(fmt), sentry__slice(b.data, b.len)), NULL);
    sentry__buf_free(&b);
    return id;
}

SENTRY_API sentry_uuid_t sentry_capture_exception(const char *type, const char *value)
{
    if (!sentry__is_on()) return sentry_uuid_nil();
    return sentry__capture_exception(sentry__str(type), sentry__str(value), NULL, sentry__null());
}

SENTRY_API sentry_uuid_t sentry_capture_exceptionf(const char *type, const char *fmt, ...)
{
    char storage[1024];
    sentry__buf_t b;
    sentry_uuid_t id;
    va_list args;
    if (!sentry__is_on() || !fmt) return sentry_uuid_nil();
    sentry__buf_init(&b, storage, sizeof storage);
    va_start(args, fmt);
    sentry__buf_vprintf(&b, fmt, args);
    va_end(args);
    id = sentry__capture_exception(sentry__str(type), sentry__slice(b.data, b.len), NULL, sentry__null());
    sentry__buf_free(&b);
    return id;
}

SENTRY_API sentry_uuid_t sentry_capture_errno(const char *what)
{
    int error = errno;
    char name[24], reason[128], text[512];
    sentry_value_t meta, number;
    sentry_uuid_t id;
    const char *type;
    int n;
    if (!sentry__is_on()) return sentry_uuid_nil();
    type = sentry__errno_name(error, name);
    sentry__os_error_text(error, reason, sizeof reason);
    n = snprintf(text, sizeof text, "%.300s%s%s", what ? what : "", what ? ": " : "", reason);
    number = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__object_set(number, SENTRY__LITERAL("number"), sentry_value_new_int32(error));
    if (type != name) sentry__set_text(number, SENTRY__LITERAL("name"), sentry__str(type));
    meta = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__object_set(meta, SENTRY__LITERAL("errno"), number);
    id = sentry__capture_exception(sentry__str(type), sentry__slice(text, (size_t)n), &error, meta);
    errno = error;
    return id;
}

SENTRY_API sentry_uuid_t sentry_get_last_event_id(void)
{
    sentry_hub_t *hub = sentry_hub_current();
    sentry_uuid_t id = sentry_uuid_nil();
    if (!hub) return id;
    sentry__lock(&hub->lock);
    id = hub->last_event_id;
    sentry__unlock(&hub->lock);
    return id;
}

SENTRY_API void sentry_capture_envelope(sentry_envelope_t *envelope)
{
    sentry__thread_t *t = sentry__enter();
    sentry__client_t *c = t && envelope ? sentry__client_acquire() : NULL;
    if (c) sentry__send(c, t, envelope);
    else sentry__envelope_free(envelope);
    sentry__client_release(c);
}

SENTRY_API int sentry_add_event_processor(sentry_event_function_t func, void *user_data)
{
    sentry__processors_t *p = NULL, *old = NULL;
    if (!sentry__enter()) return 1;
    sentry__lock(&sentry__sdk.lock);
    if (sentry__sdk.client) {
        old = sentry__sdk.client->processors;
        p = sentry__processors_add(old, func, user_data);
        if (p) sentry__sdk.client->processors = p;
    }
    sentry__unlock(&sentry__sdk.lock);
    if (p) sentry__processors_release(old);
    return p == NULL;
}

/* ==[37]== TRACING ==================================================================
 * Owns    how a transaction begins and ends, and the functions of [P8] for spans.
 * Lock    none is held while a sampler or a hook runs.
 * Holds   whether a transaction is sent is decided once, when it begins.
 * Threads any.
 */

#ifndef SENTRY_NO_TRACING
struct sentry_transaction_context_s {
    char *name, *op;
    int sampled;                      /* the caller's wish; -1: none */
    char *trace, *parent, *baggage;   /* headers; NULL: did not come */
};

static void sentry__context_text(char **field, sentry__str_t text)
{
    char *copy = sentry__strdup(text.p ? text : SENTRY__LITERAL(""));
    if (!copy) return;
    SENTRY_FREE(*field);
    *field = copy;
}

static void sentry__context_free(sentry_transaction_context_t *ctx)
{
    if (!ctx) return;
    SENTRY_FREE(ctx->name);
    SENTRY_FREE(ctx->op);
    SENTRY_FREE(ctx->trace);
    SENTRY_FREE(ctx->parent);
    SENTRY_FREE(ctx->baggage);
    SENTRY_FREE(ctx);
}

static sentry_transaction_context_t *sentry__context_new(sentry__str_t name, sentry__str_t op)
{
    sentry_transaction_context_t *ctx = (sentry_transaction_context_t *)sentry__calloc(sizeof *ctx);
    if (!ctx) return NULL;
    ctx->sampled = -1;
    sentry__context_text(&ctx->name, name);
    sentry__context_text(&ctx->op, op);
    if (ctx->name && ctx->op) return ctx;
    sentry__context_free(ctx);
    return NULL;
}

static void sentry__context_header(sentry_transaction_context_t *ctx, sentry__str_t key, sentry__str_t value)
{
    sentry__lineage_t l;
    if (!ctx || !value.p) return;
    memset(&l, 0, sizeof l);
    if (sentry__str_ieq(key, SENTRY__LITERAL("sentry-trace")) && sentry__read_sentry_trace(&l, value)) sentry__context_text(&ctx->trace, value);
    else if (sentry__str_ieq(key, SENTRY__LITERAL("traceparent")) && sentry__read_traceparent(&l, value)) sentry__context_text(&ctx->parent, sentry__slice(value.p, value.n < 128 ? value.n : 128));
    else if (sentry__str_ieq(key, SENTRY__LITERAL("baggage"))) sentry__context_text(&ctx->baggage, sentry__baggage_cut(value));
}

/* The trace of the scope, if transactions are to join it. Returns 1 then. */
static int sentry__join_scope(sentry__thread_t *t, sentry__lineage_t *l, char **baggage)
{
    sentry_scope_t *scope = sentry__thread_scope(t);
    sentry__trace_t *trace;
    int joined;
    sentry__lock(&scope->lock);
    trace = scope->state ? scope->state->trace : NULL;
    joined = trace && trace->lineage.joined;
    if (joined) sentry__add(&trace->refs, 1);
    sentry__unlock(&scope->lock);
    if (joined) {
        *l = trace->lineage;
        sentry__lock(&sentry__sdk.lock);
        if (trace->baggage) *baggage = sentry__strdup(sentry__str(trace->baggage));
        sentry__unlock(&sentry__sdk.lock);
        sentry__trace_release(trace);
    }
    sentry__scope_release(scope);
    return joined;
}

/* The trace of a span. Returns 1 when it has one. */
static int sentry__join_span(uintptr_t h, sentry__lineage_t *l, char **baggage)
{
    sentry__where_t where;
    if (!h || !sentry__where_now(&where, h)) return 0;
    *l = where.lineage;
    l->parent = where.span;
    *baggage = sentry__strdup(sentry__slice(where.baggage.data ? where.baggage.data : "", where.baggage.len));
    sentry__where_free(&where);
    return 1;
}

/* Which trace a transaction belongs to: the one in the headers that it answers, the current span's (0: it has none), the
 * scope's, or its own. */
static void sentry__tx_join(sentry__tx_t *tx, sentry__thread_t *t, const sentry__client_t *c, const sentry_transaction_context_t *ctx, uintptr_t span)
{
    sentry__lineage_t *l = &tx->lineage;
    const char *trace = ctx->trace ? ctx->trace : ctx->parent; /* both were valid when they came */
    if (trace) {
        if (sentry__lineage_read(l, &tx->baggage, sentry__str(trace), sentry__str(ctx->baggage), sentry__client_org(c), c->options.strict_trace_continuation > 0)) return;
    } else if (sentry__join_span(span, l, &tx->baggage) || sentry__join_scope(t, l, &tx->baggage)) {
        return;
    }
    sentry__lineage_begin(l); /* what will not be sent gets a name when somebody asks */
}

/* What the sampler says: a rate, or less than 0. */
static double sentry__ask_sampler(sentry__thread_t *t, const sentry_options_t *o, const sentry_transaction_context_t *ctx, sentry_value_t custom, const int *parent)
{
    double rate;
    t->in_callback++;
    rate = o->traces_sampler(ctx, custom, *parent < 0 ? NULL : parent, o->traces_sampler_data);
    t->in_callback--;
    if (sentry__rate_valid(rate)) return rate;
    if (rate == rate) sentry__log(SENTRY_LEVEL_ERROR, "traces_sampler returned %g, which is not a rate from 0 to 1: it is not asked", rate);
    return -1.0;
}

/* Compares what the two texts on the wire read as: doubles, also where the machine computes with more digits. */
static int sentry__rand_below(uint32_t rand, double rate)
{
    volatile double share = rand / 1e6, limit = rate;
    return share < limit;
}

/* Decides: the caller, the sampler, the parent, the rate. */
static void sentry__tx_decide(sentry__tx_t *tx, sentry__thread_t *t, const sentry__client_t *c, const sentry_transaction_context_t *ctx, sentry_value_t custom)
{
    const sentry_options_t *o = &c->options;
    sentry__lineage_t *l = &tx->lineage;
    double rate = -1.0;
    if (!c->tracing) return; /* whoever called us, or whom we call, decides */
    tx->counted = 1;
    tx->reason = SENTRY_DROP_SAMPLE_RATE;
    if (ctx->sampled >= 0) {
        l->sampled = ctx->sampled;
        l->sample_rate = -1.0;
    } else {
        if (o->traces_sampler) rate = sentry__ask_sampler(t, o, ctx, custom, &l->sampled);
        if (rate < 0.0 && l->sampled < 0) rate = sentry__rate(o->traces_sample_rate, 0.0);
    }
    if (rate >= 0.0) {
        unsigned halvings = sentry__backpressure();
        l->sample_rate = rate / (double)(1u << halvings);
        l->sampled = sentry__rand_below(l->sample_rand, l->sample_rate);
        if (halvings && !l->sampled && sentry__rand_below(l->sample_rand, rate)) tx->reason = SENTRY_DROP_BACKPRESSURE;
    }
    tx->recording = l->sampled > 0;
    if (tx->recording) sentry__lineage_name(l);
}

/* Starts a transaction, with `current` as a step of the current span, and makes it current. Returns its handle, 0 when the
 * SDK is off. Borrows the context, consumes `custom`. */
static uintptr_t sentry__tx_start(const sentry_transaction_context_t *ctx, sentry_value_t custom, uint64_t us, int current)
{
    sentry__thread_t *t = ctx ? sentry__enter() : NULL;
    sentry__client_t *c = t ? sentry__client_acquire() : NULL;
    sentry__tx_t *tx;
    uintptr_t h = 0, before;
    sentry__os_fork_noticed(); /* before the record is given its generation */
    tx = c ? sentry__tx_new(t) : NULL;
    before = tx && current ? sentry__span_live(t) : 0;
    if (tx) {
        sentry__span_t *root;
        sentry__tx_join(tx, t, c, ctx, before);
        sentry__tx_decide(tx, t, c, ctx, custom);
        tx->max_spans = (uint32_t)c->max_spans;
        if (tx->recording) {
            tx->ticks_us = sentry__os_ticks_us();
            tx->wall_us = sentry__os_now_us();
        }
        if (sentry__span_add(tx, t, 0, sentry__str(tx->recording ? ctx->op : NULL), sentry__slice(NULL, 0), us ? us : tx->wall_us) == 0) {
            root = tx->spans;
            root->text_len = sentry__tx_keep(tx, sentry__unlabeled(sentry__str(ctx->name)), SENTRY__MAX_DESCRIPTION, &root->text);
            root->before = before;
            h = sentry__place_take(tx);
            if (current) sentry__span_change(t, 0, h);
        } else {
            sentry__tx_release(tx, t);
        }
    }
    sentry__client_release(c);
    if (!sentry__is_null(custom)) sentry__decref(custom);
    return h;
}

/* Takes a transaction out of its place, ended at `us` with all its spans; what was current before it is so again. NULL when it
 * is gone already. */
static sentry__tx_t *sentry__tx_end(sentry__thread_t *t, uintptr_t h, uint64_t us)
{
    uintptr_t current = sentry__span_current_own(t);
    sentry__tx_place_t *place = sentry__place_lock_now(h);
    sentry__tx_t *tx = place ? sentry__place_leave(place) : NULL;
    uint32_t i;
    if (!tx) return NULL;
    sentry__span_end(tx, tx->spans, us);
    if (tx->recording && !tx->spans[0].status) tx->spans[0].status = (unsigned char)SENTRY_SPAN_STATUS_OK + 1;
    for (i = 1; tx->recording && i < tx->count; i++) {
        if (tx->spans[i].end_us) continue;
        sentry__span_end(tx, &tx->spans[i], tx->spans[0].end_us);
        tx->spans[i].status = (unsigned char)SENTRY_SPAN_STATUS_DEADLINE_EXCEEDED + 1;
    }
    if (current && sentry__handle_same(current, h)) sentry__span_change(t, current, tx->spans[0].before);
    return tx;
}

/* Writes a transaction's event; for the worker, or when a hook wants to see it. */
static void sentry__tx_write(sentry__buf_t *out, void *data)
{
    sentry__tx_t *tx = (sentry__tx_t *)data;
    sentry_value_t none = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__state_t layer;
    sentry__draft_t d;
    sentry__object_set(none, SENTRY__LITERAL("level"), sentry__null()); /* a transaction has none */
    sentry__tx_layer(tx, &layer);
    memset(&d, 0, sizeof d);
    d.process = tx->process;
    d.layers[0] = &layer;
    d.layers[1] = tx->state;
    d.layer_count = 2;
    d.id = tx->id;
    d.spans = 1;
    if (!sentry__is_null(none)) sentry__event_write(out, &d, none);
    else out->failed = 1;
    sentry__decref(none);
    sentry__layer_free(&layer);
}

static void sentry__tx_drop(void *data) { sentry__tx_release((sentry__tx_t *)data, NULL); }

static int sentry__tx_ignored(const sentry__client_t *c, const sentry__tx_t *tx)
{
    const char *const *pattern = c->options.ignore_transactions;
    sentry__str_t name = sentry__tx_text(tx, tx->spans[0].text, tx->spans[0].text_len);
    for (; pattern && *pattern; pattern++)
        if (sentry__glob(sentry__str(*pattern), name)) return 1;
    return 0;
}

/* Sends a transaction that was finished; consumes it. */
static sentry_uuid_t sentry__tx_capture(sentry__thread_t *t, sentry__client_t *c, sentry__tx_t *tx)
{
    sentry_scope_t *scope;
    sentry__draft_t d;
    sentry_hint_t none;
    sentry__self_t self;
    sentry_uuid_t id;
    if (sentry__tx_ignored(c, tx)) {
        sentry__tx_lose(tx, t, SENTRY_DROP_EVENT_PROCESSOR);
        return sentry_uuid_nil();
    }
    if (tx->refused) sentry__lost(SENTRY_DROP_BUFFER_OVERFLOW, SENTRY__CATEGORY_SPAN, tx->refused);
    scope = sentry__thread_scope(t);
    sentry__hint_init(&none);
    memset(&d, 0, sizeof d);
    d.thread = t;
    d.client = c;
    d.process = tx->process = c->process;
    sentry__add(&c->process->refs, 1);
    d.layers[0] = tx->state = sentry__scope_state(scope);
    d.layer_count = 1;
    d.id = tx->id = sentry_uuid_new_v4();
    d.hint = &none;
    d.told = sentry__null();
    d.spans = tx->count - tx->omitted;
    d.later.write = sentry__tx_write;
    d.later.drop = sentry__tx_drop;
    d.later.data = tx;
    d.later.bytes = sentry__tx_bytes(tx);
    if (c->dsn.text) {
        sentry__self_describe(&self, c, d.layers, 1);
        d.told = sentry__baggage_value(sentry__str(sentry__tx_baggage(tx, &self.head)));
        sentry__self_free(&self);
    }
    id = sentry__draft_send(&d, scope, sentry__null());
    sentry__hint_free(&none);
    sentry__scope_release(scope);
    return id;
}

static sentry_uuid_t sentry__tx_finish(uintptr_t h, uint64_t us)
{
    sentry__thread_t *t = sentry__enter();
    sentry__tx_t *tx = t ? sentry__tx_end(t, sentry__handle_of(h, 0), us) : NULL;
    sentry__client_t *c = tx && tx->recording ? sentry__client_acquire() : NULL;
    sentry_uuid_t id = sentry_uuid_nil();
    if (!tx) return id;
    if (!tx->recording) sentry__tx_lose(tx, t, tx->reason);
    else if (c) id = sentry__tx_capture(t, c, tx);
    else sentry__tx_release(tx, t);
    sentry__client_release(c);
    return id;
}

static void sentry__tx_discard(uintptr_t h)
{
    sentry__thread_t *t = sentry__enter();
    sentry__tx_t *tx = t ? sentry__tx_end(t, sentry__handle_of(h, 0), 0) : NULL;
    if (tx) sentry__tx_release(tx, t);
}

/* Finishes, or with `omitted` discards, whatever a handle stands for. */
static void sentry__handle_finish(uintptr_t h, uint64_t us, int omitted)
{
    sentry__thread_t *t;
    if (!h) return;
    if (!sentry__handle_number(h)) {
        if (omitted) sentry__tx_discard(h);
        else sentry__tx_finish(h, us);
        return;
    }
    t = sentry__enter();
    if (t) sentry__span_finish(t, h, us, omitted);
}

/* Makes a span the current scope's. */
static void sentry__handle_set(uintptr_t h)
{
    sentry__thread_t *t = sentry__enter();
    if (!t) return;
    if (t->hub || t->pushed) {
        sentry__span_change(t, 0, h);
    } else {
        t->span = 0;
        sentry__scope_set_span(&sentry__main_scope, 0, h);
    }
}

static uintptr_t sentry__tx_handle(sentry_transaction_t *tx) { return (uintptr_t)tx; }
static uintptr_t sentry__span_handle(sentry_span_t *span) { return (uintptr_t)span; }
static sentry_span_t *sentry__as_span(uintptr_t h) { return (sentry_span_t *)h; }

/* -- public -- */

SENTRY_API sentry_transaction_t *sentry_start_transaction(const char *name, const char *op)
{
    sentry_transaction_context_t ctx;
    memset(&ctx, 0, sizeof ctx);
    ctx.name = (char *)(uintptr_t)(name ? name : ""); /* lent: a sampler only reads it */
    ctx.op = (char *)(uintptr_t)(op ? op : "");
    ctx.sampled = -1;
    return (sentry_transaction_t *)sentry__tx_start(&ctx, sentry__null(), 0, 1);
}
SENTRY_API sentry_span_t *sentry_start_span(const char *op, const char *description) { return sentry__as_span(sentry__span_start(0, 1, sentry__str(op), sentry__str(description), 0)); }
SENTRY_API sentry_span_t *sentry_get_current_span(void)
{
    sentry__thread_t *t = sentry__enter();
    return t ? sentry__as_span(sentry__span_live(t)) : NULL;
}
SENTRY_API sentry_span_t *sentry_transaction_as_span(sentry_transaction_t *transaction) { return sentry__as_span(sentry__tx_handle(transaction)); }

SENTRY_API sentry_transaction_context_t *sentry_transaction_context_new(const char *name, const char *operation) { return sentry__context_new(sentry__str(name), sentry__str(operation)); }
SENTRY_API sentry_transaction_context_t *sentry_transaction_context_new_n(const char *name, size_t name_len, const char *operation, size_t operation_len)
{
    return sentry__context_new(sentry__str_n(name, name_len), sentry__str_n(operation, operation_len));
}
SENTRY_API void sentry_transaction_context_set_name(sentry_transaction_context_t *ctx, const char *name) { sentry_transaction_context_set_name_n(ctx, name, name ? strlen(name) : 0); }
SENTRY_API void sentry_transaction_context_set_name_n(sentry_transaction_context_t *ctx, const char *name, size_t n)
{
    if (ctx) sentry__context_text(&ctx->name, sentry__str_n(name, n));
}
SENTRY_API const char *sentry_transaction_context_get_name(const sentry_transaction_context_t *ctx) { return ctx ? ctx->name : NULL; }
SENTRY_API void sentry_transaction_context_set_operation(sentry_transaction_context_t *ctx, const char *op) { sentry_transaction_context_set_operation_n(ctx, op, op ? strlen(op) : 0); }
SENTRY_API void sentry_transaction_context_set_operation_n(sentry_transaction_context_t *ctx, const char *op, size_t n)
{
    if (ctx) sentry__context_text(&ctx->op, sentry__str_n(op, n));
}
SENTRY_API const char *sentry_transaction_context_get_operation(const sentry_transaction_context_t *ctx) { return ctx ? ctx->op : NULL; }
SENTRY_API void sentry_transaction_context_set_sampled(sentry_transaction_context_t *ctx, int sampled)
{
    if (ctx) ctx->sampled = sampled != 0;
}
SENTRY_API void sentry_transaction_context_remove_sampled(sentry_transaction_context_t *ctx)
{
    if (ctx) ctx->sampled = -1;
}
SENTRY_API void sentry_transaction_context_update_from_header(sentry_transaction_context_t *ctx, const char *key, const char *value) { sentry__context_header(ctx, sentry__str(key), sentry__str(value)); }
SENTRY_API void sentry_transaction_context_update_from_header_n(sentry_transaction_context_t *ctx, const char *key, size_t key_len, const char *value, size_t value_len)
{
    sentry__context_header(ctx, sentry__str_n(key, key_len), sentry__str_n(value, value_len));
}

SENTRY_API sentry_transaction_t *sentry_transaction_start_ts(sentry_transaction_context_t *ctx, sentry_value_t custom_sampling_ctx, uint64_t timestamp)
{
    uintptr_t h = sentry__tx_start(ctx, custom_sampling_ctx, timestamp, 0);
    sentry__context_free(ctx);
    return (sentry_transaction_t *)h;
}
SENTRY_API sentry_transaction_t *sentry_transaction_start(sentry_transaction_context_t *ctx, sentry_value_t custom_sampling_ctx) { return sentry_transaction_start_ts(ctx, custom_sampling_ctx, 0); }
SENTRY_API sentry_uuid_t sentry_transaction_finish_ts(sentry_transaction_t *tx, uint64_t timestamp) { return sentry__tx_finish(sentry__tx_handle(tx), timestamp); }
SENTRY_API sentry_uuid_t sentry_transaction_finish(sentry_transaction_t *tx) { return sentry__tx_finish(sentry__tx_handle(tx), 0); }
SENTRY_API void sentry_transaction_discard(sentry_transaction_t *tx) { sentry__tx_discard(sentry__tx_handle(tx)); }

SENTRY_API void sentry_set_transaction_object(sentry_transaction_t *tx) { sentry__handle_set(sentry__tx_handle(tx)); }
SENTRY_API void sentry_set_span(sentry_span_t *span) { sentry__handle_set(sentry__span_handle(span)); }
SENTRY_API void sentry_scope_set_transaction_object(sentry_scope_t *scope, sentry_transaction_t *tx)
{
    if (scope) sentry__scope_set_span(scope, 0, sentry__tx_handle(tx));
}
SENTRY_API void sentry_scope_set_span(sentry_scope_t *scope, sentry_span_t *span)
{
    if (scope) sentry__scope_set_span(scope, 0, sentry__span_handle(span));
}

SENTRY_API void sentry_span_finish(sentry_span_t *span) { sentry__handle_finish(sentry__span_handle(span), 0, 0); }
SENTRY_API void sentry_span_finish_ts(sentry_span_t *span, uint64_t timestamp) { sentry__handle_finish(sentry__span_handle(span), timestamp, 0); }
SENTRY_API void sentry_span_discard(sentry_span_t *span) { sentry__handle_finish(sentry__span_handle(span), 0, 1); }

#define SENTRY__ON_BOTH(type, name, handle) \
    SENTRY_API sentry_span_t *sentry_##name##_start_child(type *it, const char *op, const char *text) { return sentry_##name##_start_child_ts(it, op, text, 0); } \
    SENTRY_API sentry_span_t *sentry_##name##_start_child_n(type *it, const char *op, size_t op_len, const char *text, size_t text_len) \
    { \
        return sentry_##name##_start_child_ts_n(it, op, op_len, text, text_len, 0); \
    } \
    SENTRY_API sentry_span_t *sentry_##name##_start_child_ts(type *it, const char *op, const char *text, uint64_t timestamp) \
    { \
        return sentry__as_span(sentry__span_start(handle(it), 0, sentry__str(op), sentry__str(text), timestamp)); \
    } \
    SENTRY_API sentry_span_t *sentry_##name##_start_child_ts_n(type *it, const char *op, size_t op_len, const char *text, size_t text_len, uint64_t timestamp) \
    { \
        return sentry__as_span(sentry__span_start(handle(it), 0, sentry__str_n(op, op_len), sentry__str_n(text, text_len), timestamp)); \
    } \
    SENTRY_API void sentry_##name##_set_tag(type *it, const char *tag, const char *value) { sentry__span_set_text(handle(it), SENTRY__DATUM_TAG, sentry__str(tag), sentry__str(value)); } \
    SENTRY_API void sentry_##name##_set_tag_n(type *it, const char *tag, size_t tag_len, const char *value, size_t value_len) \
    { \
        sentry__span_set_text(handle(it), SENTRY__DATUM_TAG, sentry__str_n(tag, tag_len), sentry__str_n(value, value_len)); \
    } \
    SENTRY_API void sentry_##name##_remove_tag(type *it, const char *tag) { sentry__span_set(handle(it), SENTRY__DATUM_TAG, sentry__str(tag), sentry__null(), 1); } \
    SENTRY_API void sentry_##name##_remove_tag_n(type *it, const char *tag, size_t n) { sentry__span_set(handle(it), SENTRY__DATUM_TAG, sentry__str_n(tag, n), sentry__null(), 1); } \
    SENTRY_API void sentry_##name##_set_data(type *it, const char *key, sentry_value_t value) { sentry__span_set(handle(it), SENTRY__DATUM_DATA, sentry__str(key), value, 0); } \
    SENTRY_API void sentry_##name##_set_data_n(type *it, const char *key, size_t n, sentry_value_t value) { sentry__span_set(handle(it), SENTRY__DATUM_DATA, sentry__str_n(key, n), value, 0); } \
    SENTRY_API void sentry_##name##_remove_data(type *it, const char *key) { sentry__span_set(handle(it), SENTRY__DATUM_DATA, sentry__str(key), sentry__null(), 1); } \
    SENTRY_API void sentry_##name##_remove_data_n(type *it, const char *key, size_t n) { sentry__span_set(handle(it), SENTRY__DATUM_DATA, sentry__str_n(key, n), sentry__null(), 1); } \
    SENTRY_API void sentry_##name##_set_status(type *it, sentry_span_status_t status) { sentry__span_set_status(handle(it), status); } \
    SENTRY_API void sentry_##name##_set_http_status(type *it, int status_code) { sentry__span_set_http_status(handle(it), status_code); } \
    SENTRY_API void sentry_##name##_iter_headers(type *it, sentry_iter_headers_function_t callback, void *userdata) \
    { \
        if (it) sentry__iter_headers(handle(it), callback, userdata); \
    }
SENTRY__ON_BOTH(sentry_transaction_t, transaction, sentry__tx_handle)
SENTRY__ON_BOTH(sentry_span_t, span, sentry__span_handle)
#undef SENTRY__ON_BOTH

SENTRY_API void sentry_span_set_description(sentry_span_t *span, const char *description) { sentry__span_set_description(sentry__span_handle(span), sentry__str(description)); }
SENTRY_API void sentry_span_set_origin(sentry_span_t *span, const char *origin) { sentry__span_set_origin(sentry__span_handle(span), sentry__str(origin)); }
SENTRY_API void sentry_transaction_set_name(sentry_transaction_t *tx, const char *name) { sentry__span_set_description(sentry__handle_of(sentry__tx_handle(tx), 0), sentry__str(name)); }
SENTRY_API void sentry_transaction_set_name_n(sentry_transaction_t *tx, const char *name, size_t n) { sentry__span_set_description(sentry__handle_of(sentry__tx_handle(tx), 0), sentry__str_n(name, n)); }
SENTRY_API void sentry_transaction_set_source(sentry_transaction_t *tx, const char *source) { sentry__tx_set_source(sentry__tx_handle(tx), sentry__str(source)); }
SENTRY_API void sentry_transaction_set_measurement(sentry_transaction_t *tx, const char *name, double value, const char *unit)
{
    sentry_value_t v;
    if (!sentry__is_on() || !(value >= -DBL_MAX && value <= DBL_MAX)) return;
    v = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__object_set(v, SENTRY__LITERAL("value"), sentry_value_new_double(value));
    sentry__set_text(v, SENTRY__LITERAL("unit"), sentry__str(unit ? unit : "none"));
    sentry__span_set(sentry__handle_of(sentry__tx_handle(tx), 0), SENTRY__DATUM_MEASUREMENT, sentry__str(name), v, 0);
}

SENTRY_API sentry__traced_t sentry__enter_transaction(const char *name, const char *op)
{
    sentry__traced_t traced;
    traced.span = sentry_transaction_as_span(sentry_start_transaction(name, op));
    traced.inside = 1;
    return traced;
}
SENTRY_API sentry__traced_t sentry__enter_span(const char *op, const char *description)
{
    sentry__traced_t traced;
    traced.span = sentry_start_span(op, description);
    traced.inside = 1;
    return traced;
}
SENTRY_API void sentry__leave_span(sentry__traced_t *traced)
{
    sentry_span_finish(traced->span);
    traced->span = NULL;
    traced->inside = 0;
}
#endif

/* ==[38]== TRACED FUNCTIONS =========================================================
 * Owns    what options.functions_to_trace names: a table of addresses, and for each thread the calls that have not returned.
 * Lock    init's, for the table, which calls only read.
 * Holds   a function that is not named costs a look into the table. Neither the SDK nor a hook is ever traced.
 * Threads any.
 */

#if SENTRY__FUNCTIONS
#define SENTRY__CALLS 64        /* calls in calls of functions that are traced, a thread; those further in are not traced */
#define SENTRY__FUNCTION_SLOTS 128 /* at least; an eighth of them is used, so that most functions meet an empty one */

typedef struct {
    const char *name, *file; /* the second may be NULL */
} sentry__known_t;

typedef struct {
    const void *address; /* NULL: empty */
    const sentry__known_t *function;
} sentry__function_slot_t;

/* Addresses of functions, found by hash. Functions and texts lie behind the slots. A table that calls have seen stays: any thread may
 * still be looking at it, and the next init mostly wants the same. */
typedef struct sentry__function_table_s {
    struct sentry__function_table_s *older;
    size_t mask;
    unsigned shift;
} sentry__function_table_t;

/* Nothing is called on the way of a function that is not traced: what is may be instrumented itself. */
static inline __attribute__((always_inline)) SENTRY__UNTRACED sentry__function_slot_t *sentry__function_slots(const sentry__function_table_t *table)
{
    return (sentry__function_slot_t *)(uintptr_t)(table + 1);
}

static struct {
    sentry__function_table_t *now, *kept; /* NULL: none is traced; and all that there were, by init's lock */
} sentry__traced;
#define SENTRY__TRACED_NOW ((const sentry__function_table_t *)__atomic_load_n(&sentry__traced.now, __ATOMIC_ACQUIRE))

/* What options.functions_to_trace wants, while it is looked for. */
typedef struct {
    sentry__str_t file, name;
    sentry__str_t last;  /* the name's last part, which its mangled form contains; empty when it is no word */
    int file_here, found; /* this image has that source file; a function */
} sentry__wanted_t;

typedef struct {
    uintptr_t address;
    size_t wanted, name, file; /* by number; where in the texts; 0: none */
} sentry__match_t;

typedef struct {
    sentry__wanted_t *wanted;
    size_t count;
    sentry__buf_t matches, texts; /* sentry__match_t; zero-ended, behind an empty one */
    char *demangled;              /* of malloc */
    size_t demangled_size;
} sentry__search_t;

/* Where one path is the end of the other, as "src/render.c" and "render.c". */
static int sentry__same_file(sentry__str_t a, sentry__str_t b)
{
    sentry__str_t shorter = a.n < b.n ? a : b, longer = a.n < b.n ? b : a;
    size_t more = longer.n - shorter.n;
    if (!shorter.n || (more && longer.p[more - 1] != '/' && longer.p[more - 1] != SENTRY__DIRSEP)) return 0;
    return memcmp(longer.p + more, shorter.p, shorter.n) == 0;
}

/* Whether a demangled function is the one that is meant, whatever its parameters: "ns::draw" is "int ns::draw<int>(char)". */
static int sentry__is_cxx_name(const char *text, sentry__str_t name)
{
    size_t i;
    int depth = 0;
    for (i = 0; text[i]; i++) {
        int begins = i == 0 || strchr(" *&", text[i - 1]) || (i >= 3 && memcmp(text + i - 3, ")::", 3) == 0);
        if (begins && depth == 0 && strncmp(text + i, name.p, name.n) == 0 && strchr("(<[", text[i + name.n])) return 1;
        depth += (text[i] == '(' || text[i] == '<') - (text[i] == ')' || text[i] == '>');
    }
    return 0;
}

/* Whether the mangled name can be of this one at all; saves most the demangling. */
static int sentry__may_be_cxx_name(const char *mangled, sentry__str_t last)
{
    const char *at = mangled;
    if (!last.n) return 1;
    while ((at = strchr(at + 1, last.p[0])) != NULL) /* behind its length */
        if (at[-1] >= '0' && at[-1] <= '9' && strncmp(at, last.p, last.n) == 0) return 1;
    return 0;
}

static int sentry__is_wanted(sentry__search_t *search, const sentry__wanted_t *w, const char *symbol)
{
    const char *text;
    if (!w->name.n) return 0;
    if (strncmp(symbol, w->name.p, w->name.n) == 0 && !symbol[w->name.n]) return 1;
    if (symbol[0] != '_' || symbol[1] != 'Z' || !sentry__may_be_cxx_name(symbol, w->last)) return 0;
    text = sentry__os_demangle(symbol, &search->demangled, &search->demangled_size);
    return text && sentry__is_cxx_name(text, w->name);
}

/* Where a text is among those of the search; 0 for none. */
static size_t sentry__search_text(sentry__search_t *search, sentry__str_t text)
{
    size_t at = search->texts.len;
    if (!text.n) return 0;
    sentry__buf_str(&search->texts, text);
    sentry__buf_byte(&search->texts, 0);
    return at;
}

static void sentry__search_add(sentry__search_t *search, sentry__wanted_t *w, const sentry__symbol_t *symbol)
{
    sentry__match_t match;
    const char *readable = strncmp(w->name.p, "_Z", 2) == 0 ? sentry__os_demangle(symbol->name, &search->demangled, &search->demangled_size) : NULL;
    match.address = symbol->address;
    match.wanted = (size_t)(w - search->wanted);
    match.name = sentry__search_text(search, readable ? sentry__str(readable) : w->name);
    match.file = sentry__search_text(search, symbol->file ? sentry__str(symbol->file) : w->file);
    sentry__buf_put(&search->matches, (const char *)&match, sizeof match);
    w->found = 1;
}

static void sentry__search_see(const sentry__symbol_t *symbol, void *arg)
{
    sentry__search_t *search = (sentry__search_t *)arg;
    size_t i;
    for (i = 0; i < search->count; i++) {
        sentry__wanted_t *w = &search->wanted[i];
        if (!symbol->name && !symbol->file) {
            w->file_here = 0; /* an image begins */
        } else if (symbol->name) {
            int here = !w->file.n || (symbol->file ? sentry__same_file(sentry__str(symbol->file), w->file) : w->file_here);
            if (here && sentry__is_wanted(search, w, symbol->name)) sentry__search_add(search, w, symbol);
        } else if (w->file.n && sentry__same_file(sentry__str(symbol->file), w->file)) {
            w->file_here = 1;
        }
    }
}

/* The part of a name that its mangled form has in it: the last, unless that is an operator or has template arguments. */
static sentry__str_t sentry__last_part(sentry__str_t name)
{
    size_t at = name.n, i;
    while (at && name.p[at - 1] != ':' && name.p[at - 1] != '~') at--;
    for (i = at; i < name.n; i++)
        if (!strchr("0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", name.p[i])) at = name.n;
    if (strncmp(name.p + at, "operator", 8) == 0) at = name.n;
    return sentry__slice(name.p + at, name.n - at);
}

/* Takes an option's entry apart: "render.c:draw", where "::" is part of a name. The SDK's own functions would call themselves. */
static void sentry__wanted_set(sentry__wanted_t *w, const char *text)
{
    sentry__str_t all = sentry__str(text);
    size_t at = all.n;
    while (at && !(text[at - 1] == ':' && (at == 1 || text[at - 2] != ':'))) at -= text[at - 1] == ':' ? 2 : 1;
    w->name = sentry__slice(text + at, all.n - at);
    w->file = sentry__slice(text, at ? at - 1 : 0);
    w->last = sentry__last_part(w->name);
    if (strncmp(w->name.p, "sentry_", 7) != 0 && !strstr(w->name.p, "sentry__")) return;
    sentry__log(SENTRY_LEVEL_WARNING, "functions_to_trace: %s is the SDK's own: it is not traced", text);
    w->name.n = 0;
    w->found = 1;
}

#define SENTRY__FUNCTION_HASH(address, shift) ((uint32_t)(uintptr_t)(address) * 2654435769u >> (shift))

static void sentry__function_table_put(sentry__function_table_t *table, const sentry__known_t *function, uintptr_t address)
{
    sentry__function_slot_t *slot = sentry__function_slots(table);
    size_t i = SENTRY__FUNCTION_HASH(address, table->shift);
    while (slot[i].address && (uintptr_t)slot[i].address != address) i = (i + 1) & table->mask;
    if (slot[i].address) return; /* another name of it came first */
    slot[i].address = (const void *)address;
    slot[i].function = function;
}

/* A table of what was found; NULL without memory. */
static sentry__function_table_t *sentry__function_table_new(const sentry__search_t *search)
{
    size_t n = search->matches.len / sizeof(sentry__match_t), slots = SENTRY__FUNCTION_SLOTS, i;
    unsigned shift = 25;
    sentry__function_table_t *table;
    sentry__known_t *functions;
    char *texts;
    for (; slots < 8 * n; slots *= 2) shift--;
    table = search->matches.failed || search->texts.failed ? NULL
        : (sentry__function_table_t *)sentry__calloc(sizeof *table + slots * sizeof(sentry__function_slot_t) + n * sizeof *functions + search->texts.len);
    if (!table) return NULL;
    table->mask = slots - 1;
    table->shift = shift;
    functions = (sentry__known_t *)(void *)(sentry__function_slots(table) + slots);
    texts = (char *)(functions + n);
    sentry__copy(texts, search->texts.data, search->texts.len);
    for (i = 0; i < n; i++) {
        sentry__match_t match;
        memcpy(&match, search->matches.data + i * sizeof match, sizeof match);
        functions[i].name = texts + match.name;
        functions[i].file = match.file ? texts + match.file : NULL;
        sentry__function_table_put(table, &functions[i], match.address);
    }
    return table;
}

static int sentry__function_slot_same(const sentry__function_slot_t *a, const sentry__function_slot_t *b)
{
    if (a->address != b->address) return 0;
    if (!a->address) return 1;
    if (strcmp(a->function->name, b->function->name) != 0 || !a->function->file != !b->function->file) return 0;
    return !a->function->file || strcmp(a->function->file, b->function->file) == 0;
}

/* Lets calls see the table, or an old one that is the same. */
static void sentry__function_table_publish(sentry__function_table_t *table)
{
    sentry__function_table_t *old;
    size_t i = 0;
    for (old = sentry__traced.kept; old; old = old->older) {
        for (i = 0; old->mask == table->mask && i <= old->mask; i++)
            if (!sentry__function_slot_same(&sentry__function_slots(old)[i], &sentry__function_slots(table)[i])) break;
        if (i > table->mask) break;
    }
    if (old) {
        SENTRY_FREE(table);
        table = old;
    } else {
        table->older = sentry__traced.kept;
        sentry__traced.kept = table;
    }
    sentry__store_ptr((void **)(void *)&sentry__traced.now, table);
}

/* Finds the functions of options.functions_to_trace in what is loaded now. */
static void sentry__functions_search(sentry__search_t *search, const char *const *names)
{
    sentry__function_table_t *table;
    size_t i;
    for (i = 0; i < search->count; i++) sentry__wanted_set(&search->wanted[i], names[i]);
    sentry__buf_byte(&search->texts, 0);
    sentry__symbols(sentry__search_see, search);
    for (i = 0; i < search->count; i++)
        if (!search->wanted[i].found)
            sentry__log(SENTRY_LEVEL_WARNING, "functions_to_trace: no function %s is found; a program that is stripped has only the names it exports", names[i]);
    table = search->matches.len ? sentry__function_table_new(search) : NULL;
    if (table) sentry__function_table_publish(table);
    else if (search->matches.len) sentry__log(SENTRY_LEVEL_ERROR, "functions_to_trace: out of memory, nothing is traced");
}

/* By init, when the SDK is on. */
static void sentry__functions_start(const sentry_options_t *o)
{
    sentry__search_t search;
    memset(&search, 0, sizeof search);
    while (o->functions_to_trace && o->functions_to_trace[search.count]) search.count++;
    if (search.count && !SENTRY__IMAGES) sentry__log(SENTRY_LEVEL_WARNING, "functions_to_trace has no effect: symbols are not read on this system");
    if (!search.count || !SENTRY__IMAGES) return;
    sentry__buf_init(&search.matches, NULL, 0);
    sentry__buf_init(&search.texts, NULL, 0);
    search.wanted = (sentry__wanted_t *)sentry__calloc(search.count * sizeof *search.wanted);
    if (search.wanted) sentry__functions_search(&search, o->functions_to_trace);
    SENTRY_FREE(search.wanted);
    sentry__buf_free(&search.matches);
    sentry__buf_free(&search.texts);
    free(search.demangled); /* it is the C library's, not SENTRY_MALLOC's */
}

/* By close, first of all. */
static void sentry__functions_stop(void) { sentry__store_ptr((void **)(void *)&sentry__traced.now, NULL); }

/* A call of a traced function that has not returned, as its start saw it. `frame` is where the stack was: what is called further in
 * lies lower. */
typedef struct {
    const void *function, *caller, *at; /* by address: where it returns to, and where in it the hook was called */
    uintptr_t frame;
    sentry_span_t *span; /* may be NULL */
    unsigned lost;       /* calls of the same function, compiled into this one, that had no room and have not returned */
} sentry__call_t;

/* The thread's own. Frames never grow from one entry to the next. */
static SENTRY__THREAD_LOCAL struct {
    unsigned depth;
    int busy; /* the SDK runs for one of them: what it calls is not traced */
    int full; /* there were calls that had no room */
    sentry__call_t call[SENTRY__CALLS];
} sentry__calls;

/* Finishes all spans but those of the first calls. */
static SENTRY__UNTRACED void sentry__calls_cut(unsigned keep)
{
    while (sentry__calls.depth > keep) {
        sentry_span_t *span = sentry__calls.call[--sentry__calls.depth].span;
        if (span) sentry_span_finish(span);
        sentry__calls.full = 0;
    }
}

/* Whether the hook was jumped to as the last of a call, whose frame is gone by then. */
static SENTRY__UNTRACED int sentry__call_is_over(const sentry__call_t *call) { return call->at == call->caller; }

/* Finishes what cannot be running any more, because the stack was lower there, or was used by another since: calls that longjmp or an
 * exception left. Several calls share a frame when one is compiled into the other. */
static SENTRY__UNTRACED void sentry__calls_drop(const sentry__call_t *now, int starts)
{
    unsigned keep = 0;
    while (keep < sentry__calls.depth) {
        const sentry__call_t *c = &sentry__calls.call[keep];
        if (c->frame < now->frame) break;
        if (c->frame == now->frame && !sentry__call_is_over(now) && (c->caller != now->caller || (starts && c->at == now->at))) break;
        keep++;
    }
    sentry__calls_cut(keep);
}

/* The last call of the same function in the same frame, by number from 1; 0 for none. */
static SENTRY__UNTRACED unsigned sentry__calls_find(const sentry__call_t *call)
{
    unsigned i = sentry__calls.depth;
    while (i && sentry__calls.call[i - 1].frame == call->frame && sentry__calls.call[i - 1].function != call->function) i--;
    return i && sentry__calls.call[i - 1].frame == call->frame ? i : 0;
}

static SENTRY__UNTRACED void sentry__call_start(const sentry__known_t *function, sentry__call_t *call)
{
    if (sentry__calls.depth == SENTRY__CALLS) {
        unsigned i = sentry__calls_find(call);
        if (i) sentry__calls.call[i - 1].lost++;
        sentry__calls.full = 1;
        return;
    }
    call->span = sentry_start_span(SENTRY_OP_FUNCTION, function->name);
    sentry_span_set_origin(call->span, "auto.function");
    if (call->span) sentry_span_set_data(call->span, SENTRY_DATA_CODE_FUNCTION, sentry_value_new_string(function->name));
    if (call->span && function->file) sentry_span_set_data(call->span, SENTRY_DATA_CODE_FILEPATH, sentry_value_new_string(function->file));
    if (call->span || sentry__calls.depth) sentry__calls.call[sentry__calls.depth++] = *call; /* without a span it tells apart who ends */
}

/* The call that ends: of the same frame, or the last, where alloca moved the stack meanwhile. */
static SENTRY__UNTRACED void sentry__call_end(const sentry__call_t *call)
{
    unsigned i = sentry__calls_find(call);
    const sentry__call_t *last = sentry__calls.depth && !sentry__calls.full ? &sentry__calls.call[sentry__calls.depth - 1] : NULL;
    if (sentry__call_is_over(call)) return; /* it was dropped */
    if (i && sentry__calls.call[i - 1].lost) sentry__calls.call[i - 1].lost--;
    else if (i) sentry__calls_cut(i - 1);
    else if (last && last->function == call->function && last->caller == call->caller) sentry__calls_cut(sentry__calls.depth - 1);
}

/* What is known of a function that the hash of its address leads to; NULL when it is not traced. */
static SENTRY__UNTRACED const sentry__known_t *sentry__function_find(const sentry__function_table_t *table, const void *address)
{
    const sentry__function_slot_t *slot = sentry__function_slots(table);
    size_t i = SENTRY__FUNCTION_HASH(address, table->shift);
    while (slot[i].address && slot[i].address != address) i = (i + 1) & table->mask;
    return slot[i].function;
}

/* A call starts or ends of a function that is traced, most likely. Keeps what the program would find in errno. There is one copy, so that
 * both see the same frame of a function. */
static SENTRY__UNTRACED SENTRY__ONE_COPY void sentry__call_seen(const void *function, const void *caller, const void *at, int starts)
{
    const sentry__function_table_t *table = SENTRY__TRACED_NOW;
    const sentry__known_t *known = table ? sentry__function_find(table, function) : NULL;
    sentry__os_errors_t errors;
    sentry__call_t call;
    if (!known) return;
    sentry__os_errors_keep(&errors);
    call.function = function;
    call.caller = caller;
    call.at = at;
    call.frame = (uintptr_t)__builtin_frame_address(0);
    call.span = NULL;
    call.lost = 0;
    if (!sentry__calls.busy) {
        sentry__calls.busy = 1;
        sentry__calls_drop(&call, starts);
        if (starts) sentry__call_start(known, &call);
        else sentry__call_end(&call);
        sentry__calls.busy = 0;
    }
    sentry__os_errors_restore(&errors);
}

/* By a thread that ends, before its data go. */
static void sentry__functions_thread_end(void)
{
    sentry__calls.busy = 1;
    sentry__calls_cut(0);
    sentry__calls.busy = 0;
}

/* Whether the hash of its address leads to no function that is traced; all that most functions cost. */
static inline __attribute__((always_inline)) SENTRY__UNTRACED int sentry__function_untraced(const void *address)
{
    const sentry__function_table_t *table = SENTRY__TRACED_NOW;
    return !table || !sentry__function_slots(table)[SENTRY__FUNCTION_HASH(address, table->shift)].address;
}

/* What compilers have called by -finstrument-functions. In view of shared libraries too, whatever else is. */
SENTRY__HOOK void __cyg_profile_func_enter(void *function, void *caller)
{
    if (SENTRY__LIKELY(sentry__function_untraced(function))) return;
    sentry__call_seen(function, caller, __builtin_return_address(0), 1);
}
SENTRY__HOOK void __cyg_profile_func_exit(void *function, void *caller)
{
    if (SENTRY__LIKELY(sentry__function_untraced(function))) return;
    sentry__call_seen(function, caller, __builtin_return_address(0), 0);
}
#else
static void sentry__functions_start(const sentry_options_t *o)
{
    if (!o->functions_to_trace || !o->functions_to_trace[0]) return;
    sentry__log(SENTRY_LEVEL_WARNING, "functions_to_trace has no effect: it takes gcc or clang, SENTRY_INSTRUMENT_FUNCTIONS defined, and none of "
                                      "SENTRY_NO_FILES, SENTRY_NO_SYMBOLIZER and SENTRY_NO_TRACING");
}
static void sentry__functions_stop(void) {}
static void sentry__functions_thread_end(void) {}

#ifdef SENTRY__HOOK
SENTRY__HOOK void __cyg_profile_func_enter(void *function, void *caller) { (void)function, (void)caller; }
SENTRY__HOOK void __cyg_profile_func_exit(void *function, void *caller) { (void)function, (void)caller; }
#endif
#endif

/* ==[39]== CRASH HANDLER ============================================================
 * Owns    the handlers of fatal signals, the alternate stacks they run on, and one block of memory made at init, in which a report
 *         is written.
 * Lock    none: whoever crashes first owns the block, others wait.
 * Holds   what runs in a handler calls nothing but the system, and functions named _signal and their like: no malloc, no lock, no
 *         stdio. What it reads of the program's it reads with care, and copies only what is JSON. The report is made in steps;
 *         one that crashes, or hangs, is left out, and the next goes on.
 * Threads any. Fork: a child reports its own crashes, under a run of its own.
 */

#if SENTRY__CRASH
#define SENTRY__CRASH_FRAMES 256              /* of the stack of the thread that crashed */
#define SENTRY__CRASH_THREADS 256             /* others whose stacks are told */
#define SENTRY__CRASH_THREAD_FRAMES 64        /* of each of them */
#define SENTRY__CRASH_TEXT ((size_t)1 << 20)  /* bytes of an event; servers refuse more */
#define SENTRY__CRASH_PIECE ((size_t)1 << 16) /* bytes of a part of the scope */
#define SENTRY__CRASH_STACK ((size_t)1 << 16) /* an alternate stack */
#define SENTRY__CRASH_PATH 4096

/* Another thread at the moment of the crash. */
typedef struct {
    uint64_t id;
    sentry__word_t state; /* see SENTRY__ASKED */
    size_t count;
    char name[16];
    unsigned char trust[SENTRY__CRASH_THREAD_FRAMES];
    uintptr_t pcs[SENTRY__CRASH_THREAD_FRAMES];
} sentry__crash_thread_t;

/* What is known of a crash. */
typedef struct {
    int number, code;         /* of the signal; Windows: 0, the exception's */
    const char *name;         /* "SIGSEGV" */
    const char *code_name;    /* "SEGV_MAPERR"; NULL: none */
    const char *text;         /* "Segmentation fault" */
    uintptr_t address;        /* that was accessed */
    int has_address;
    const char *kind;         /* what lies there; NULL: not known */
    const char *access;       /* "read", "write", "execute"; NULL: not known */
    const sentry_ucontext_t *context;
} sentry__fault_t;

/* The process that sends: pipes for paths of reports, and for a byte for each that was sent; -1: there is none. */
typedef struct {
    int to, back;
} sentry__sender_t;

#ifdef SENTRY_PLATFORM_UNIX
/* The signal, and who got it. */
typedef struct {
    siginfo_t info;
    sentry_ucontext_t context;
    sentry__os_thread_t thread;
} sentry__crash_signal_t;
#endif

typedef struct {
    /* made at init */
    sentry__client_t *client; /* lent; it outlives the block */
    unsigned pid;
    char run[37];             /* the run's folder, when the process has none */
    sentry_uuid_t id;         /* the report's */
    char folder[SENTRY__CRASH_PATH], head[2048];
    /* the crash */
    sentry__word_t owner; /* the thread that reports, as a word; 0: nobody */
    sentry__word_t step, done, released; /* the next step; nothing more is done; threads that were asked may go on */
    int stored, dropped, sent;
    sentry__sender_t sender;
    sentry__fault_t fault;
    sentry__crash_signal_t signal;
    sentry__regs_t regs;
    size_t count;
    unsigned char trust[SENTRY__CRASH_FRAMES];
    uintptr_t pcs[SENTRY__CRASH_FRAMES];
    uint64_t thread; /* its id */
    char type[256], message[1024]; /* what the C++ library or the C library said; "" nothing */
    size_t thread_count;
    sentry__crash_thread_t threads[SENTRY__CRASH_THREADS];
    sentry__buf_t event, session;
    const sentry__attachments_t *attachments; /* the scope's, alive; NULL: none */
    char text[SENTRY__CRASH_TEXT], session_text[1024], pieces[4][SENTRY__CRASH_PIECE];
} sentry__crash_t;

static sentry__crash_t *sentry__crash; /* NULL: crashes are not caught */

/* A text of the program's, as far as it can be read; "" when not at all. */
static void sentry__crash_copy_text(char *out, size_t cap, const char *live)
{
    size_t n = 0;
    while (live && n < cap - 1 && !sentry__read_safe(out + n, (uintptr_t)live + n, 1) && out[n]) n++;
    out[n] = 0;
}

#ifdef SENTRY_PLATFORM_UNIX
/* -- POSIX: what a signal says -- */

#define SENTRY__CRASH_SIGNALS 7
static const struct {
    int number;
    const char *name, *text;
} sentry__crash_signals[SENTRY__CRASH_SIGNALS] = { { SIGSEGV, "SIGSEGV", "Segmentation fault" }, { SIGBUS, "SIGBUS", "Bus error" }, { SIGABRT, "SIGABRT", "Aborted" },
    { SIGILL, "SIGILL", "Illegal instruction" }, { SIGFPE, "SIGFPE", "Arithmetic exception" }, { SIGTRAP, "SIGTRAP", "Trace or breakpoint trap" }, { SIGSYS, "SIGSYS", "Bad system call" } };

static const struct {
    int number, code; /* of any signal, when 0 */
    const char *name;
} sentry__crash_codes[] = { { SIGSEGV, SEGV_MAPERR, "SEGV_MAPERR" }, { SIGSEGV, SEGV_ACCERR, "SEGV_ACCERR" }, { SIGBUS, BUS_ADRALN, "BUS_ADRALN" }, { SIGBUS, BUS_ADRERR, "BUS_ADRERR" },
    { SIGBUS, BUS_OBJERR, "BUS_OBJERR" }, { SIGILL, ILL_ILLOPC, "ILL_ILLOPC" }, { SIGILL, ILL_ILLOPN, "ILL_ILLOPN" }, { SIGILL, ILL_ILLADR, "ILL_ILLADR" }, { SIGILL, ILL_ILLTRP, "ILL_ILLTRP" },
    { SIGILL, ILL_PRVOPC, "ILL_PRVOPC" }, { SIGILL, ILL_PRVREG, "ILL_PRVREG" }, { SIGILL, ILL_COPROC, "ILL_COPROC" }, { SIGILL, ILL_BADSTK, "ILL_BADSTK" }, { SIGFPE, FPE_INTDIV, "FPE_INTDIV" },
    { SIGFPE, FPE_INTOVF, "FPE_INTOVF" }, { SIGFPE, FPE_FLTDIV, "FPE_FLTDIV" }, { SIGFPE, FPE_FLTOVF, "FPE_FLTOVF" }, { SIGFPE, FPE_FLTUND, "FPE_FLTUND" }, { SIGFPE, FPE_FLTRES, "FPE_FLTRES" },
    { SIGFPE, FPE_FLTINV, "FPE_FLTINV" }, { SIGFPE, FPE_FLTSUB, "FPE_FLTSUB" }, { SIGTRAP, TRAP_BRKPT, "TRAP_BRKPT" }, { SIGTRAP, TRAP_TRACE, "TRAP_TRACE" },
#ifdef SENTRY_PLATFORM_LINUX
    { SIGSYS, 1, "SYS_SECCOMP" }, { 0, 0x80, "SI_KERNEL" }, { 0, -6, "SI_TKILL" },
#endif
    { 0, SI_USER, "SI_USER" }, { 0, SI_QUEUE, "SI_QUEUE" } };

/* What the C library said before it aborted: an assertion, a smashed heap or stack. glibc keeps it; NULL elsewhere. */
static const char *const *sentry__abort_message;

/* What the signal itself tells. */
static void sentry__fault_signal(sentry__fault_t *f, const sentry_ucontext_t *context)
{
    size_t i;
    memset(f, 0, sizeof *f);
    f->context = context;
    f->number = context->signum;
    f->code = context->siginfo ? context->siginfo->si_code : 0;
    f->name = "signal";
    f->text = "Fatal signal";
    for (i = 0; i < SENTRY__CRASH_SIGNALS; i++)
        if (sentry__crash_signals[i].number == f->number) f->name = sentry__crash_signals[i].name, f->text = sentry__crash_signals[i].text;
    for (i = 0; i < sizeof sentry__crash_codes / sizeof sentry__crash_codes[0] && !f->code_name; i++)
        if ((sentry__crash_codes[i].number == f->number || !sentry__crash_codes[i].number) && sentry__crash_codes[i].code == f->code) f->code_name = sentry__crash_codes[i].name;
    f->has_address = f->code > 0 && (f->number == SIGSEGV || f->number == SIGBUS);
    if (f->has_address) f->address = (uintptr_t)context->siginfo->si_addr;
}

#ifdef SENTRY_PLATFORM_LINUX
/* A line of /proc/self/maps. Returns what is behind it; NULL when there is no whole line. */
typedef struct {
    uintptr_t start, end;
    const char *rights, *name;
} sentry__mapping_t;

static const char *sentry__mapping_read(sentry__mapping_t *m, const char *p, const char *end)
{
    const char *line_end = (const char *)memchr(p, '\n', (size_t)(end - p));
    uintptr_t number[2] = { 0, 0 };
    size_t i;
    if (!line_end) return NULL;
    for (i = 0; i < 2; i++, p++)
        for (; sentry__hex_digit(*p) >= 0; p++) number[i] = number[i] << 4 | (uintptr_t)sentry__hex_digit(*p);
    m->start = number[0];
    m->end = number[1];
    m->rights = p;
    m->name = line_end;
    while (m->name > p && m->name[-1] != ' ') m->name--;
    return line_end + 1;
}

/* What lies at an address, by the list of what is mapped. */
static const char *sentry__fault_kind(uintptr_t address, uintptr_t sp)
{
    char text[4096];
    uint64_t offset = 0;
    const char *kind = "unmapped";
    int near_stack = address + ((uintptr_t)1 << 16) >= sp && address <= sp + ((uintptr_t)1 << 16);
    sentry__os_file_t file;
    if (address < 65536) return "null";
    if (sentry__os_file_open(&file, "/proc/self/maps")) return NULL;
    for (;;) {
        size_t n = sentry__os_file_read(file, offset, text, sizeof text);
        const char *p = text, *next;
        sentry__mapping_t m;
        while ((next = sentry__mapping_read(&m, p, text + n)) != NULL) {
            p = next;
            if (address < m.start || address >= m.end) continue;
            kind = m.rights[0] == '-' && m.rights[1] == '-' && m.rights[2] == '-' ? "guard_page" : strncmp(m.name, "[heap]", 6) == 0 ? "heap"
                : strncmp(m.name, "[stack", 6) == 0 ? "stack" : m.rights[2] == 'x' ? "code" : "protected";
        }
        if (p == text) break;
        offset += (uint64_t)(p - text);
    }
    sentry__os_file_close(file);
    return near_stack && (kind[0] == 'u' || kind[0] == 'g') ? "stack_overflow" : kind;
}

/* Whether a debugger has this process. */
static int sentry__is_traced(void)
{
    char text[2048];
    sentry__os_file_t file;
    size_t n;
    const char *at;
    if (sentry__os_file_open(&file, "/proc/self/status")) return 0;
    n = sentry__os_file_read(file, 0, text, sizeof text - 1);
    sentry__os_file_close(file);
    text[n] = 0;
    at = strstr(text, "TracerPid:\t");
    return at && at[11] != '0';
}
#else
static const char *sentry__fault_kind(uintptr_t address, uintptr_t sp) { return address < 65536 ? "null" : address + 65536 >= sp && address <= sp + 65536 ? "stack_overflow" : NULL; }
static int sentry__is_traced(void) { return 0; }
#endif

/* What else can be found out about a fault. */
static void sentry__fault_explain(sentry__crash_t *k)
{
    sentry__fault_t *f = &k->fault;
    const char *said = NULL;
    if (f->number == SIGABRT && !k->message[0] && sentry__abort_message && !sentry__read_safe(&said, (uintptr_t)sentry__abort_message, sizeof said) && said) {
        sentry__crash_copy_text(k->message, sizeof k->message, said + sizeof(unsigned)); /* the text is behind its length */
        k->message[strcspn(k->message, "\n")] = 0;
    }
    if (f->number == SIGSEGV && f->code == 0x80) f->has_address = 0, f->kind = "noncanonical", f->text = "Segmentation fault: an address that cannot be, or an instruction that is not allowed";
    if (!f->has_address) return;
    f->kind = sentry__fault_kind(f->address, k->regs.sp);
    if (f->address == k->regs.pc) f->access = "execute";
#if defined(SENTRY_PLATFORM_LINUX) && defined(__x86_64__)
    else if (f->number == SIGSEGV) f->access = ((const ucontext_t *)f->context->user_context)->uc_mcontext.gregs[REG_ERR] & 2 ? "write" : "read";
#endif
}

/* -- POSIX: the other threads -- */

enum { SENTRY__FREE, SENTRY__ASKED, SENTRY__TELLING, SENTRY__TOLD, SENTRY__PASSED };
#define SENTRY__CRASH_ASK SIGURG /* asks a thread for its stack: nobody minds it, as its default is to be ignored */

/* After so long a step is given up: a signal comes. 0: no longer. */
static void sentry__crash_watch(unsigned ms)
{
    struct itimerval t;
    memset(&t, 0, sizeof t);
    t.it_value.tv_sec = (time_t)(ms / 1000);
    t.it_value.tv_usec = (suseconds_t)(ms % 1000) * 1000;
    setitimer(ITIMER_REAL, &t, NULL);
}

static void sentry__crash_wait_us(unsigned us)
{
    struct timespec t;
    t.tv_sec = 0;
    t.tv_nsec = (long)us * 1000;
    nanosleep(&t, NULL);
}

#if defined(SENTRY_PLATFORM_LINUX) && SENTRY__THREADS
/* In a thread that was asked: it tells, and stays, so that what it works on stays as it is. */
static void sentry__crash_asked(int number, siginfo_t *info, void *context)
{
    sentry__crash_t *k = sentry__crash;
    int error = errno;
    uint64_t self = sentry__os_tid();
    size_t i;
    sentry__regs_t regs;
    (void)number;
    for (i = 0; k && info->si_pid == (pid_t)k->pid && i < SENTRY__CRASH_THREADS; i++) {
        sentry__crash_thread_t *t = &k->threads[i];
        if (t->id != self || !sentry__swap_if(&t->state, SENTRY__ASKED, SENTRY__TELLING)) continue;
        sentry__regs_signal(&regs, context);
        t->count = sentry__unwind(sentry__modules_signal(), &regs, t->pcs, t->trust, SENTRY__CRASH_THREAD_FRAMES);
        sentry__store_release(&t->state, SENTRY__TOLD);
        for (i = 0; i < 5000 && !sentry__load_acquire(&k->released); i++) sentry__crash_wait_us(1000);
        break;
    }
    errno = error;
}

/* Where a thread that does not answer waits in the kernel: the last two numbers of its line are sp and pc. */
static void sentry__crash_look(sentry__crash_thread_t *t, const char *text, size_t n)
{
    uintptr_t number[2] = { 0, 0 };
    sentry__regs_t regs;
    size_t i;
    for (i = 0; i + 1 < n; i++) {
        if (text[i] == ' ' && text[i + 1] != '-') number[0] = number[1], number[1] = 0;
        else if (sentry__hex_digit(text[i]) >= 0) number[1] = number[1] << 4 | (uintptr_t)sentry__hex_digit(text[i]);
        else number[1] = 0; /* an x, or a word */
    }
    if (!number[0] || !number[1]) return;
    sentry__regs_at(&regs, number[1], number[0]);
    t->count = sentry__unwind(sentry__modules_signal(), &regs, t->pcs, t->trust, SENTRY__CRASH_THREAD_FRAMES);
}

/* Reads /proc/self/task/<id>/<name>; returns the bytes that were there. */
static size_t sentry__crash_task(uint64_t id, const char *name, char *out, size_t cap)
{
    char path[64];
    sentry__buf_t b;
    sentry__os_file_t file;
    size_t n;
    sentry__buf_fix(&b, path, sizeof path);
    SENTRY__PUT(&b, "/proc/self/task/");
    sentry__buf_u64(&b, id);
    sentry__buf_byte(&b, '/');
    sentry__buf_cstr(&b, name);
    sentry__buf_byte(&b, 0);
    if (sentry__os_file_open(&file, path)) return 0;
    n = sentry__os_file_read(file, 0, out, cap);
    sentry__os_file_close(file);
    return n;
}

static void sentry__crash_thread_name(uint64_t id, char name[16])
{
    size_t n = sentry__crash_task(id, "comm", name, 16);
    if (n == 16) n = 15;
    name[n] = 0;
    if (n && name[n - 1] == '\n') name[n - 1] = 0;
}

/* Calls `see` with the number of each thread of the process. */
static void sentry__crash_each_thread(void (*see)(uint64_t id, void *arg), void *arg)
{
    char room[4096];
    unsigned short size;
    long n, at;
    int fd = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (fd >= 0 && (n = syscall(SYS_getdents64, fd, room, sizeof room)) > 0)
        for (at = 0; at < n; at += size) {
            const char *name = room + at + 19; /* behind inode, offset, size, type */
            uint64_t id = 0;
            memcpy(&size, room + at + 16, sizeof size);
            for (; *name >= '0' && *name <= '9'; name++) id = id * 10 + (unsigned)(*name - '0');
            if (id) see(id, arg);
        }
    if (fd >= 0) close(fd);
}

static void sentry__crash_list_thread(uint64_t id, void *arg)
{
    sentry__crash_t *k = (sentry__crash_t *)arg;
    if (id != k->thread && k->thread_count < SENTRY__CRASH_THREADS) k->threads[k->thread_count++].id = id;
}

/* The stacks of all other threads: each tells its own; of those that do not, where they wait in the kernel. */
static void sentry__crash_take_threads(sentry__crash_t *k)
{
    struct sigaction ask;
    char text[256];
    size_t i, left;
    unsigned tries;
    k->thread_count = 0;
    sentry__crash_each_thread(sentry__crash_list_thread, k);
    memset(&ask, 0, sizeof ask);
    ask.sa_sigaction = sentry__crash_asked;
    ask.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&ask.sa_mask);
    sigaction(SENTRY__CRASH_ASK, &ask, NULL);
    for (i = 0; i < k->thread_count; i++) {
        sentry__crash_thread_t *t = &k->threads[i];
        t->count = 0;
        sentry__crash_thread_name(t->id, t->name);
        sentry__store_release(&t->state, SENTRY__ASKED);
        syscall(SYS_tgkill, (pid_t)k->pid, (pid_t)t->id, SENTRY__CRASH_ASK);
    }
    for (tries = 0, left = 1; left && tries < 2000; tries++) { /* 200 ms */
        for (i = left = 0; i < k->thread_count; i++) left += sentry__load_acquire(&k->threads[i].state) != SENTRY__TOLD;
        if (left) sentry__crash_wait_us(50);
    }
    for (i = 0; i < k->thread_count; i++) {
        sentry__crash_thread_t *t = &k->threads[i];
        if (sentry__swap_if(&t->state, SENTRY__ASKED, SENTRY__PASSED)) sentry__crash_look(t, text, sentry__crash_task(t->id, "syscall", text, sizeof text));
        else if (sentry__load_acquire(&t->state) != SENTRY__TOLD) t->count = 0;
    }
}
#else
static void sentry__crash_thread_name(uint64_t id, char name[16]) { (void)id, name[0] = 0; }
static void sentry__crash_take_threads(sentry__crash_t *k) { (void)k; }
#endif
/* -- POSIX: the stack for a person -- */

#if SENTRY__SYMBOLS
#define SENTRY__CRASH_LINES 24 /* of a stack that is printed */

static void sentry__crash_print_line(const char *line, void *arg)
{
    (void)arg;
    sentry__os_quiet_print(line, strlen(line));
    sentry__os_quiet_print("\n", 1);
}

/* In a child: names may be looked up there at leisure; what goes wrong harms nobody. */
static void sentry__crash_print_child(const sentry__crash_t *k)
{
    const sentry__modules_t *modules = sentry__modules_signal();
    sentry__symbol_rules_t rules = sentry__naming.rules;
    sentry__symbolizer_t s;
    unsigned number = 0;
    size_t i;
    rules.plain = 1;
    rules.source = 0;
    sentry__symbolizer_init(&s, &rules);
    for (i = 0; i < k->count && i < SENTRY__CRASH_LINES; i++) {
        const sentry__module_t *of = sentry__module_of(modules, k->pcs[i] - (i != 0));
        sentry__symbol_module_t m;
        memset(&m, 0, sizeof m);
        if (of) {
            m.path = of->path;
            m.code_id = of->code_id;
            m.debug_id = of->debug_id;
            m.start = of->start;
            m.size = of->end - of->start;
        }
        sentry__symbolizer_print(&s, of ? &m : NULL, k->pcs[i], i == 0, &number, sentry__crash_print_line, NULL);
    }
    if (i < k->count) sentry__crash_print_line("  ...", NULL);
}

static void sentry__crash_print(const sentry__crash_t *k)
{
    unsigned tries;
    pid_t child = sentry__os_quiet_fork();
    if (child == 0) {
        for (tries = 0; tries < SENTRY__CRASH_SIGNALS; tries++) signal(sentry__crash_signals[tries].number, SIG_DFL);
        signal(SIGALRM, SIG_DFL);
        alarm(3);
        sentry__crash_print_child(k);
        _exit(0);
    }
    for (tries = 0; child > 0 && tries < 4000 && !sentry__os_quiet_ended(child); tries++) sentry__crash_wait_us(1000);
}
#else
static void sentry__crash_print(const sentry__crash_t *k) { (void)k; }
#endif

/* -- POSIX: a process that sends -- */

#ifndef SENTRY_NO_HTTP
/* Whether the process has sent the file, within so many milliseconds. */
static int sentry__sender_ask(const sentry__sender_t *sender, const char *path, unsigned ms)
{
    struct pollfd answer;
    char sent = 0;
    if (sender->to < 0 || sentry__os_quiet_write(sender->to, path, strlen(path) + 1)) return 0;
    answer.fd = sender->back;
    answer.events = POLLIN;
    return poll(&answer, 1, (int)ms) == 1 && read(sender->back, &sent, 1) == 1 && sent == 'y';
}

#else
static int sentry__sender_ask(const sentry__sender_t *sender, const char *path, unsigned ms) { return (void)sender, (void)path, (void)ms, 0; }
#endif
#endif

/* -- JSON that is taken from memory as it is -- */

/* What is behind a JSON string, or NULL. */
static const char *sentry__check_string(const char *p, const char *end)
{
    if (p >= end || *p != '"') return NULL;
    for (p++; p < end && *p != '"'; p++) {
        if ((unsigned char)*p < 0x20) return NULL;
        if (*p == '\\' && ++p >= end) return NULL;
    }
    return p < end ? p + 1 : NULL;
}

/* What is behind a number or a word, or NULL. */
static const char *sentry__check_word(const char *p, const char *end)
{
    const char *start = p;
    while (p < end && ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || *p == '-' || *p == '+' || *p == '.' || *p == 'E')) p++;
    return p > start ? p : NULL;
}

/* Whether bytes are one JSON value. Checks what a smashed heap breaks, not the last rule of the grammar. */
static int sentry__check_value(const char *p, const char *end)
{
    char open[SENTRY_MAX_DEPTH + 2]; /* the brackets that are open */
    size_t depth = 0;
    for (;;) {
        if (p < end && (*p == '{' || *p == '[')) {
            if (depth > SENTRY_MAX_DEPTH) return 0;
            open[depth++] = *p++ == '{' ? '}' : ']';
            if (p >= end || *p != open[depth - 1]) {
                if (open[depth - 1] == ']') continue;
                goto key;
            }
        } else if ((p = p < end && *p == '"' ? sentry__check_string(p, end) : sentry__check_word(p, end)) == NULL) {
            return 0;
        }
        while (depth && p < end && *p == open[depth - 1]) p++, depth--;
        if (!depth) return p == end;
        if (p >= end || *p++ != ',') return 0;
        if (open[depth - 1] == ']') continue;
    key:
        p = sentry__check_string(p, end);
        if (!p || p >= end || *p++ != ':') return 0;
    }
}

/* A copy of a run of the scope's, in a piece of the block; one without members when it cannot be read, or is not as it should be. */
static const sentry__run_t *sentry__crash_run(const sentry__run_t *live, char *piece)
{
    sentry__run_t *run = (sentry__run_t *)(void *)piece;
    const sentry__member_t *m;
    const char *text, *end;
    size_t size;
    uint32_t i;
    if (!live || sentry__read_safe(run, (uintptr_t)live, sizeof *run)) return &sentry__no_run;
    size = sizeof *run + (size_t)run->count * sizeof *m + run->len + 1;
    if (run->count > SENTRY__CRASH_PIECE / sizeof *m || run->len > SENTRY__CRASH_PIECE || size > SENTRY__CRASH_PIECE) return &sentry__no_run;
    if (sentry__read_safe(run, (uintptr_t)live, size)) return &sentry__no_run;
    run->meta = sentry__no_run.meta;
    m = sentry__run_members(run);
    text = sentry__run_text(run);
    end = text + run->len;
    for (i = 0; i < run->count; text += m[i++].len + 1) {
        const char *value = m[i].len <= (size_t)(end - text) ? sentry__check_string(text, text + m[i].len) : NULL;
        if (!value || value - text - 2 != (ptrdiff_t)(m[i].mark & SENTRY__MAX_KEY) || *value != ':' || !sentry__check_value(value + 1, text + m[i].len)) return &sentry__no_run;
    }
    return text == end + 1 || !run->count ? run : &sentry__no_run;
}

/* Writes the members of runs, the first with a key counts; with a name as an object, else among the event's, but for those it has
 * itself. */
static void sentry__crash_group(sentry__crash_t *k, const char *name, const sentry__run_t *const *live, size_t count)
{
    sentry__buf_t *b = &k->event;
    const sentry__run_t *runs[4];
    size_t start = b->len, r, earlier;
    uint32_t i, written = 0;
    for (r = 0; r < count; r++) runs[r] = sentry__crash_run(live[r], k->pieces[r]);
    sentry__buf_byte(b, ',');
    if (name) {
        sentry__json_text(b, sentry__str(name));
        SENTRY__PUT(b, ":{");
    }
    for (r = 0; r < count; r++) {
        const sentry__member_t *m = sentry__run_members(runs[r]);
        const char *text = sentry__run_text(runs[r]);
        for (i = 0; i < runs[r]->count; text += m[i++].len + 1) {
            sentry__str_t key = sentry__member_key(&m[i], text);
            int skip = !name && (sentry__str_eq(key, SENTRY__LITERAL("level")) || sentry__str_eq(key, SENTRY__LITERAL("platform")));
            for (earlier = 0; earlier < r && !skip; earlier++) skip = sentry__run_has(runs[earlier], key);
            if (skip) continue;
            if (written++) sentry__buf_byte(b, ',');
            sentry__buf_put(b, text, m[i].len);
        }
    }
    if (name) sentry__buf_byte(b, '}');
    if (!written || b->failed) b->len = start, b->failed = 0;
}

/* The newest breadcrumbs of a scope's state, of which `s` is a copy. */
static void sentry__crash_crumbs(sentry__crash_t *k, const sentry__state_t *s)
{
    sentry__buf_t *b = &k->event;
    size_t start = b->len, written = 0;
    uint32_t i, n = s->crumb_count;
    uintptr_t slots = (uintptr_t)s->crumbs + sizeof(sentry__crumbs_t);
    if (!s->crumbs || n > s->crumb_end || n > SENTRY_MAX_BREADCRUMBS) return;
    SENTRY__PUT(b, ",\"breadcrumbs\":{\"values\":[");
    for (i = s->crumb_end - n; i < s->crumb_end; i++) {
        sentry__crumb_t *at, crumb;
        size_t before = b->len;
        char *room;
        if (sentry__read_safe(&at, slots + i * sizeof at, sizeof at) || !at || sentry__read_safe(&crumb, (uintptr_t)at, sizeof crumb)) continue;
        room = crumb.len < SENTRY__CRASH_PIECE ? sentry__buf_room(b, crumb.len + 1) : NULL;
        if (!room) break;
        if (written) *room++ = ',';
        if (sentry__read_safe(room, (uintptr_t)(at + 1), crumb.len) || !sentry__check_value(room, room + crumb.len)) continue;
        b->len = before + crumb.len + (written++ != 0);
    }
    SENTRY__PUT(b, "]}");
    if (!written || b->failed) b->len = start, b->failed = 0;
}

/* -- the event -- */

static void sentry__crash_text(sentry__buf_t *b, const char *key, const char *text)
{
    sentry__json_text(b, sentry__str(key));
    sentry__buf_byte(b, ':');
    sentry__json_text(b, sentry__str(text));
}

/* Shape: {"type":..,"value":..,"mechanism":{..},"thread_id":..,"stacktrace":{..}} */
static void sentry__crash_exception(const sentry__crash_t *k, sentry__buf_t *b)
{
    const sentry__fault_t *f = &k->fault;
    char value[1024];
    sentry__buf_t v;
    sentry__buf_fix(&v, value, sizeof value);
    sentry__buf_cstr(&v, k->message[0] ? k->message : f->text);
    if (!k->message[0] && f->has_address) {
        SENTRY__PUT(&v, ": ");
        sentry__buf_cstr(&v, f->access ? f->access : "access");
        SENTRY__PUT(&v, " at 0x");
        sentry__buf_hex_u64(&v, f->address);
        if (f->kind && strcmp(f->kind, "null") == 0) {
            SENTRY__PUT(&v, " (NULL pointer");
            if (f->address) SENTRY__PUT(&v, " plus 0x"), sentry__buf_hex_u64(&v, f->address);
            SENTRY__PUT(&v, ")");
        } else if (f->kind) {
            SENTRY__PUT(&v, " (");
            sentry__buf_cstr(&v, f->kind);
            SENTRY__PUT(&v, ")");
        }
    }
    sentry__buf_byte(b, '{');
    sentry__crash_text(b, "type", k->type[0] ? k->type : f->name);
    SENTRY__PUT(b, ",\"value\":");
    sentry__json_text(b, sentry__slice(v.data, v.len));
    SENTRY__PUT(b, ",\"mechanism\":{");
    sentry__crash_text(b, "type", k->type[0] ? "terminate" : "signalhandler");
    SENTRY__PUT(b, ",\"handled\":false,\"synthetic\":");
    sentry__buf_cstr(b, k->type[0] ? "false" : "true");
    if (f->number) {
        SENTRY__PUT(b, ",\"meta\":{\"signal\":{\"number\":");
        sentry__buf_i64(b, f->number);
        sentry__buf_byte(b, ',');
        sentry__crash_text(b, "name", f->name);
        SENTRY__PUT(b, ",\"code\":");
        sentry__buf_i64(b, f->code);
        if (f->code_name) sentry__buf_byte(b, ','), sentry__crash_text(b, "code_name", f->code_name);
        SENTRY__PUT(b, "}}");
    }
    if (f->has_address || f->kind) {
        SENTRY__PUT(b, ",\"data\":{");
        sentry__crash_text(b, "fault_kind", f->kind ? f->kind : "unknown");
        if (f->has_address) {
            SENTRY__PUT(b, ",\"fault_address\":\"0x");
            sentry__buf_hex_u64(b, f->address);
            sentry__buf_byte(b, '"');
        }
        if (f->access) sentry__buf_byte(b, ','), sentry__crash_text(b, "access", f->access);
        sentry__buf_byte(b, '}');
    }
    SENTRY__PUT(b, "},\"thread_id\":");
    sentry__buf_u64(b, k->thread);
    if (k->count) {
        SENTRY__PUT(b, ",\"stacktrace\":{\"frames\":[");
        sentry__write_frames(b, k->pcs, k->trust, k->count);
        SENTRY__PUT(b, "],\"registers\":{");
        sentry__regs_write(b, &k->regs);
        SENTRY__PUT(b, "}}");
    }
    sentry__buf_byte(b, '}');
}

/* Shape: {"id":..,"name":..,"crashed":..,"current":..,"main":..,"stacktrace":{..}} */
static void sentry__crash_thread(const sentry__crash_t *k, sentry__buf_t *b, const sentry__crash_thread_t *t, uint64_t id)
{
    char name[16];
    SENTRY__PUT(b, "{\"id\":");
    sentry__buf_u64(b, id);
    if (t) memcpy(name, t->name, sizeof name);
    else sentry__crash_thread_name(id, name);
    if (name[0]) sentry__buf_byte(b, ','), sentry__crash_text(b, "name", name);
    if (!t) SENTRY__PUT(b, ",\"crashed\":true,\"current\":true");
    if (id == k->pid) SENTRY__PUT(b, ",\"main\":true");
    if (t && t->count) {
        SENTRY__PUT(b, ",\"stacktrace\":{\"frames\":[");
        sentry__write_frames(b, t->pcs, t->trust, t->count);
        SENTRY__PUT(b, "],\"snapshot\":true}");
    }
    sentry__buf_byte(b, '}');
}

/* What a part of the event could not add is left out, so that the rest is whole. */
static void sentry__crash_threads(sentry__crash_t *k)
{
    sentry__buf_t *b = &k->event;
    size_t i, kept;
    SENTRY__PUT(b, ",\"threads\":{\"values\":[");
    sentry__crash_thread(k, b, NULL, k->thread);
    for (i = 0; i < k->thread_count; i++) {
        kept = b->len;
        sentry__buf_byte(b, ',');
        sentry__crash_thread(k, b, &k->threads[i], k->threads[i].id);
        if (b->failed || b->cap - b->len < SENTRY__CRASH_TEXT / 4) { /* the scope wants to be told too */
            b->len = kept;
            b->failed = 0;
            break;
        }
    }
    SENTRY__PUT(b, "]}");
}

/* The scope that the crashed thread had. What is read of it is copied with care. */
static void sentry__crash_scope(sentry__crash_t *k)
{
    const sentry__thread_t *t = sentry__thread_known();
    const sentry_scope_t *scope = &sentry__main_scope;
    const sentry__process_t *process = k->client->process;
    const sentry__run_t *runs[3];
    sentry__state_t *live, s;
    sentry__thread_t thread;
    sentry_hub_t hub;
    sentry__trace_t trace;
    if (t && !sentry__read_safe(&thread, (uintptr_t)t, sizeof thread)) {
        if (thread.hub && !sentry__read_safe(&hub, (uintptr_t)thread.hub, sizeof hub) && hub.top) scope = hub.top;
        else if (thread.pushed) scope = thread.pushed;
    }
    memset(&s, 0, sizeof s);
    if (sentry__read_safe(&live, (uintptr_t)&scope->state, sizeof live) || !live || sentry__read_safe(&s, (uintptr_t)live, sizeof s)) memset(&s, 0, sizeof s);
    runs[0] = s.runs[SENTRY__FIELDS];
    runs[1] = process->fields;
    sentry__crash_group(k, NULL, runs, 2);
    runs[0] = s.runs[SENTRY__TAGS];
    sentry__crash_group(k, "tags", runs, 1);
    runs[0] = s.runs[SENTRY__EXTRA];
    sentry__crash_group(k, "extra", runs, 1);
    runs[0] = s.runs[SENTRY__CONTEXTS];
    runs[1] = s.trace && !sentry__read_safe(&trace, (uintptr_t)s.trace, sizeof trace) ? trace.context : NULL;
    runs[2] = process->contexts;
    sentry__crash_group(k, "contexts", runs, 3);
    sentry__crash_crumbs(k, &s);
    k->attachments = s.attachments;
}

/* Writes the event into the block: with what the scope says, or only what the handler knows itself. */
static void sentry__crash_write(sentry__crash_t *k, int full)
{
    const sentry__modules_t *modules = full ? sentry__modules_signal() : NULL;
    sentry__buf_t *b = &k->event;
    char stamp[SENTRY__STAMP_LEN], id[32];
    sentry__buf_fix(b, k->text, sizeof k->text);
    sentry__uuid_hex(&k->id, id);
    sentry__stamp_signal(stamp);
    SENTRY__PUT(b, "{\"event_id\":\"");
    sentry__buf_put(b, id, sizeof id);
    SENTRY__PUT(b, "\",\"timestamp\":\"");
    sentry__buf_put(b, stamp, sizeof stamp);
    SENTRY__PUT(b, "\",\"level\":\"fatal\",\"platform\":\"native\",\"exception\":{\"values\":[");
    sentry__crash_exception(k, b);
    SENTRY__PUT(b, "]}");
    sentry__crash_threads(k);
    if (modules && modules->json_size && modules->json_size < b->cap - b->len) {
        SENTRY__PUT(b, ",\"debug_meta\":{\"images\":[");
        sentry__buf_put(b, modules->json, modules->json_size);
        SENTRY__PUT(b, "]}");
    }
    if (full) sentry__crash_scope(k);
    sentry__buf_byte(b, '}');
}

/* -- the file -- */

/* The folder of this process's run, or of the one that a crash begins. */
static const char *sentry__crash_folder(const sentry__crash_t *k) { return k->client->db->run[0] ? k->client->db->run : k->run; }

/* "<folder>/<run>.run<tail>" in `out`; an event's name for `event`: "/<event><tail>". */
static void sentry__crash_path(const sentry__crash_t *k, char out[SENTRY__CRASH_PATH], const char *before, int event, const char *tail)
{
    sentry__buf_t b;
    char id[37];
    sentry__buf_fix(&b, out, SENTRY__CRASH_PATH);
    sentry__buf_cstr(&b, k->folder);
    sentry__buf_byte(&b, '/');
    sentry__buf_put(&b, sentry__crash_folder(k), 36);
    SENTRY__PUT(&b, ".run");
    sentry__buf_cstr(&b, before);
    sentry_uuid_as_string(&k->id, id);
    if (event) sentry__buf_cstr(&b, id);
    sentry__buf_cstr(&b, tail);
    sentry__buf_byte(&b, 0);
    if (b.failed) out[0] = 0;
}

/* Writes a line of the envelope's about what follows it. Returns 0 when done. */
static int sentry__crash_item(sentry__os_quiet_t file, const char *type, uint64_t length, const sentry_attachment_t *a)
{
    char storage[4096], text[512];
    sentry__buf_t b;
    sentry__buf_fix(&b, storage, sizeof storage);
    SENTRY__PUT(&b, "{\"type\":\"");
    sentry__buf_cstr(&b, type);
    SENTRY__PUT(&b, "\",\"length\":");
    sentry__buf_u64(&b, length);
    if (a) {
        const char *const names[] = { "filename", "attachment_type", "content_type" }, *const live[] = { a->filename, a->type, a->content_type };
        size_t i;
        for (i = 0; i < 3; i++) {
            sentry__crash_copy_text(text, sizeof text, live[i]);
            if (text[0]) sentry__buf_byte(&b, ','), sentry__crash_text(&b, names[i], text);
        }
    }
    SENTRY__PUT(&b, "}\n");
    return b.failed || sentry__os_quiet_write(file, b.data, b.len);
}

/* Writes an attachment: what its file has now, or its bytes. Returns 0 when the envelope is whole. */
static int sentry__crash_attachment(sentry__crash_t *k, sentry__os_quiet_t file, const sentry_attachment_t *a)
{
    char path[SENTRY__CRASH_PATH], *piece = k->pieces[0];
    uint64_t size = a->len, at;
    sentry__os_file_t from;
    int failed;
    if (a->path) {
        sentry__crash_copy_text(path, sizeof path, a->path);
        if (sentry__os_file_open(&from, path)) return 0;
        size = sentry__os_file_size(from);
    }
    if (size > sentry__max_attachment_size(&k->client->options) || size > SENTRY_MAX_ATTACHMENT) {
        if (a->path) sentry__os_file_close(from);
        return 0;
    }
    failed = sentry__crash_item(file, "attachment", size, a);
    for (at = 0; !failed && at < size; at += SENTRY__CRASH_PIECE) {
        size_t n = size - at < SENTRY__CRASH_PIECE ? (size_t)(size - at) : SENTRY__CRASH_PIECE;
        memset(piece, 0, n); /* what cannot be read any more is zeros */
        if (a->path) sentry__os_file_read(from, at, piece, n);
        else if (sentry__read_safe(piece, (uintptr_t)a->bytes + (uintptr_t)at, n)) memset(piece, 0, n);
        failed = sentry__os_quiet_write(file, piece, n);
    }
    if (a->path) sentry__os_file_close(from);
    return failed || sentry__os_quiet_write(file, "\n", 1);
}

/* The scope's attachments. */
static int sentry__crash_attach(sentry__crash_t *k, sentry__os_quiet_t file)
{
    sentry__attachments_t list;
    sentry_attachment_t *at, a;
    uint32_t i;
    int failed = 0;
    if (!k->attachments || sentry__read_safe(&list, (uintptr_t)k->attachments, sizeof list)) return 0;
    for (i = 0; i < list.count && i < 256 && !failed; i++) {
        if (sentry__read_safe(&at, (uintptr_t)(k->attachments + 1) + i * sizeof at, sizeof at) || sentry__read_safe(&a, (uintptr_t)at, sizeof a)) continue;
        failed = sentry__crash_attachment(k, file, &a);
    }
    return failed;
}

/* Whether the report and what goes with it is on disk under its name. */
static int sentry__crash_file(sentry__crash_t *k, int attach)
{
    char path[SENTRY__CRASH_PATH], tmp[SENTRY__CRASH_PATH], storage[2560], id[32];
    sentry__os_quiet_t file;
    sentry__buf_t b;
    int failed;
    sentry__uuid_hex(&k->id, id);
    sentry__buf_fix(&b, storage, sizeof storage);
    SENTRY__PUT(&b, "{\"event_id\":\"");
    sentry__buf_put(&b, id, sizeof id);
    sentry__buf_cstr(&b, k->head);
    sentry__buf_byte(&b, '\n');
    sentry__crash_path(k, tmp, "/.", 1, ".tmp");
    if (b.failed || k->event.failed || sentry__os_quiet_create(&file, tmp)) return 0;
    failed = sentry__os_quiet_write(file, b.data, b.len) || sentry__crash_item(file, "event", k->event.len, NULL);
    failed = failed || sentry__os_quiet_write(file, k->event.data, k->event.len) || sentry__os_quiet_write(file, "\n", 1);
    if (k->session.len) failed = failed || sentry__crash_item(file, "session", k->session.len, NULL) || sentry__os_quiet_write(file, k->session.data, k->session.len) || sentry__os_quiet_write(file, "\n", 1);
    if (attach) failed = failed || sentry__crash_attach(k, file);
    sentry__os_quiet_close(file);
    sentry__crash_path(k, path, "/", 1, ".envelope");
    if (!failed && !sentry__os_quiet_rename(tmp, path)) return 1;
    sentry__os_quiet_unlink(tmp);
    return 0;
}

/* -- the steps -- */

static unsigned sentry__crash_send_timeout(const sentry__crash_t *k)
{
    uint64_t ms = k->client->options.crash_send_timeout;
    return !ms ? 5000 : ms > 600000 ? 600000 : (unsigned)ms;
}


/* The stack of the thread that crashed. */
static void sentry__crash_step_unwind(sentry__crash_t *k)
{
    k->count = 1; /* should that crash, the place itself is known */
    k->pcs[0] = k->regs.pc;
    k->trust[0] = SENTRY__TRUST_CONTEXT;
    k->count = sentry__unwind(sentry__modules_signal(), &k->regs, k->pcs, k->trust, SENTRY__CRASH_FRAMES);
}

static void sentry__crash_step_explain(sentry__crash_t *k) { sentry__fault_explain(k); }

static void sentry__crash_step_session(sentry__crash_t *k)
{
    sentry__buf_fix(&k->session, k->session_text, sizeof k->session_text);
    k->session.len = sentry__session_crash_json_signal(k->session_text, sizeof k->session_text);
}

/* The folders; most are there. */
static void sentry__crash_step_folder(sentry__crash_t *k)
{
    char path[SENTRY__CRASH_PATH];
    size_t i;
    for (i = 1; k->folder[i]; i++) {
        if (k->folder[i] != '/' && k->folder[i] != SENTRY__DIRSEP) continue;
        memcpy(path, k->folder, i);
        path[i] = 0;
        sentry__os_quiet_mkdir(path);
    }
    sentry__os_quiet_mkdir(k->folder);
    sentry__crash_path(k, path, ".lock", 0, "");
    if (sentry__crash_folder(k) == k->run) sentry__os_quiet_lock(path); /* nobody takes the run away before it is whole */
    sentry__crash_path(k, path, "", 0, "");
    sentry__os_quiet_mkdir(path);
}

static void sentry__crash_step_report(sentry__crash_t *k)
{
    sentry__crash_write(k, 1);
    k->stored = sentry__crash_file(k, 0);
}

/* What can still be told when the scope, or the modules, were out of order. */
static void sentry__crash_step_short_report(sentry__crash_t *k)
{
    if (k->stored) return;
    sentry__crash_write(k, 0);
    k->stored = sentry__crash_file(k, 0);
}

/* For the next start: that there was a crash. */
static void sentry__crash_step_mark(sentry__crash_t *k)
{
    char path[SENTRY__CRASH_PATH], stamp[SENTRY__STAMP_LEN];
    sentry__os_quiet_t file;
    sentry__buf_t b;
    sentry__crash_path(k, path, "/", 1, ".crash");
    if (!sentry__os_quiet_create(&file, path)) sentry__os_quiet_close(file);
    sentry__buf_fix(&b, path, sizeof path);
    sentry__buf_cstr(&b, k->folder);
    SENTRY__PUT(&b, "/last_crash");
    sentry__buf_byte(&b, 0);
    if (b.failed || sentry__os_quiet_create(&file, path)) return;
    sentry__stamp_signal(stamp);
    sentry__os_quiet_write(file, stamp, sizeof stamp);
    sentry__os_quiet_close(file);
    if (k->session.len && k->stored) sentry__session_crashed_signal();
}

/* What the other threads do; then the report once more, with them, and with attachments. */
static void sentry__crash_step_threads(sentry__crash_t *k)
{
    if (k->client->options.crash_all_threads >= 0) sentry__crash_take_threads(k);
}

static void sentry__crash_step_long_report(sentry__crash_t *k)
{
    if (!k->stored || (!k->thread_count && !k->attachments)) return;
    sentry__crash_write(k, 1);
    sentry__crash_file(k, 1);
}

/* on_crash, or before_send, may change or drop the report. That is the user's code and may do anything; the report is on disk. */
static void sentry__crash_step_hooks(sentry__crash_t *k)
{
    const sentry_options_t *o = &k->client->options;
    sentry__thread_t *t = o->on_crash || o->before_send ? sentry__thread() : NULL;
    char path[SENTRY__CRASH_PATH];
    sentry_value_t event;
    sentry_hint_t hint;
    sentry__buf_t text;
    if (!t || k->event.failed) return;
    event = sentry__text_value(&k->event);
    if (!sentry__object_of(event)) return;
    t->in_callback++;
    sentry__hint_init(&hint);
    event = o->on_crash ? o->on_crash(k->fault.context, event, o->on_crash_data) : o->before_send(event, &hint, o->before_send_data);
    t->in_callback--;
    if (sentry__object_of(event)) {
        sentry__buf_init(&text, NULL, 0);
        sentry__json_plain(&text, 0, event);
        if (!text.failed) k->event = text, sentry__crash_file(k, 1);
        return;
    }
    sentry__crash_path(k, path, "/", 1, ".envelope");
    sentry__os_quiet_unlink(path);
    k->dropped = 1;
}

/* Has the report sent at once, when that is wanted, and waits for it. */
static void sentry__crash_step_send(sentry__crash_t *k)
{
    char path[SENTRY__CRASH_PATH];
    if (!k->stored || k->dropped || sentry__withheld()) return;
    sentry__crash_path(k, path, "/", 1, ".envelope");
    k->sent = sentry__sender_ask(&k->sender, path, sentry__crash_send_timeout(k));
}

/* For a person. */
static void sentry__crash_step_tell(sentry__crash_t *k)
{
    sentry__buf_t b;
    char line[512];
    if (k->client->options.debug <= 0) return;
    sentry__buf_fix(&b, line, sizeof line);
    SENTRY__PUT(&b, "[sentry] FATAL ");
    sentry__buf_cstr(&b, k->type[0] ? k->type : k->fault.name);
    SENTRY__PUT(&b, ": crash has been captured");
    if (!k->stored) SENTRY__PUT(&b, ", but nothing could be written");
    if (k->dropped) SENTRY__PUT(&b, ", and dropped by a hook");
    if (k->sent) SENTRY__PUT(&b, ", and sent");
    sentry__buf_byte(&b, '\n');
    sentry__os_quiet_print(b.data, b.len);
    sentry__crash_print(k);
}

static void (*const sentry__crash_steps[])(sentry__crash_t *k) = { sentry__crash_step_unwind, sentry__crash_step_explain, sentry__crash_step_session, sentry__crash_step_folder,
    sentry__crash_step_report, sentry__crash_step_short_report, sentry__crash_step_mark, sentry__crash_step_threads, sentry__crash_step_long_report, sentry__crash_step_hooks,
    sentry__crash_step_send, sentry__crash_step_tell };

/* Does what is left to do. A step that crashes, or takes too long, gets here again by a signal, and is not tried again. */
static void sentry__crash_go(sentry__crash_t *k)
{
    while (k->step < sizeof sentry__crash_steps / sizeof sentry__crash_steps[0]) {
        sentry__word_t step = k->step++;
        sentry__crash_watch(sentry__crash_steps[step] == sentry__crash_step_send ? sentry__crash_send_timeout(k) + 1000 : 5000);
        sentry__crash_steps[step](k);
    }
    sentry__crash_watch(0);
    sentry__store_release(&k->released, 1);
}

/* Makes the block ready for a crash of this process. */
static void sentry__crash_rearm(sentry__crash_t *k)
{
    sentry_uuid_t run = sentry_uuid_new_v4();
    sentry_uuid_as_string(&run, k->run);
    k->id = sentry_uuid_new_v4();
    k->pid = sentry__os_pid();
    k->step = k->done = k->released = 0;
    k->stored = k->dropped = k->sent = 0;
    k->thread_count = k->count = k->session.len = 0;
    k->attachments = NULL;
    k->type[0] = k->message[0] = 0;
    sentry__store_release(&k->owner, 0);
}

#ifdef SENTRY_PLATFORM_UNIX
/* -- POSIX: handlers -- */

static struct sigaction sentry__crash_before[SENTRY__CRASH_SIGNALS]; /* whose handlers ours replaced */

static const struct sigaction *sentry__crash_previous(int number)
{
    size_t i = 0;
    while (i < SENTRY__CRASH_SIGNALS - 1 && sentry__crash_signals[i].number != number) i++;
    return &sentry__crash_before[i];
}

static void sentry__crash_restore(void)
{
    size_t i;
    for (i = 0; i < SENTRY__CRASH_SIGNALS; i++) sigaction(sentry__crash_signals[i].number, &sentry__crash_before[i], NULL);
}

/* Sends this thread the very signal again. */
static void sentry__crash_raise(int number, siginfo_t *info)
{
#ifdef SENTRY_PLATFORM_LINUX
    if (syscall(SYS_rt_tgsigqueueinfo, getpid(), (pid_t)sentry__os_tid(), number, info) == 0) return;
#endif
    (void)info;
    raise(number);
}

/* After a step that crashed or hung nothing is left to return to: ends as the first signal would have. */
static void sentry__crash_rest(sentry__crash_t *k)
{
    sentry__crash_go(k);
    sentry__crash_restore();
    sentry__store_release(&k->done, 1);
    sentry__crash_raise(k->signal.info.si_signo, &k->signal.info);
}

static int sentry__crash_is_own(const sentry__crash_t *k) { return sentry__load(&k->owner) == (sentry__word_t)sentry__os_tid(); }

/* A step takes too long. The signal may come to any thread. */
static void sentry__crash_late(int number)
{
    sentry__crash_t *k = sentry__crash;
    int error = errno;
    if (k && sentry__crash_is_own(k)) sentry__crash_rest(k);
    else if (k) sentry__os_thread_signal(k->signal.thread, number);
    errno = error;
}

/* Whether the handler of before has seen the signal and mended what was wrong: then the thread goes on elsewhere. */
static int sentry__crash_mended(int number, siginfo_t *info, void *context)
{
    const struct sigaction *before = sentry__crash_previous(number);
    sentry__regs_t was, is;
    if (before->sa_handler == SIG_DFL || before->sa_handler == SIG_IGN) return 0;
    sentry__regs_signal(&was, context);
    if (before->sa_flags & SA_SIGINFO) before->sa_sigaction(number, info, context);
    else before->sa_handler(number);
    sentry__regs_signal(&is, context);
    return was.pc != is.pc || was.sp != is.sp;
}

static void sentry__crash_begin(sentry__crash_t *k, const sentry_ucontext_t *context)
{
    k->signal.context = *context;
    sentry__fault_signal(&k->fault, &k->signal.context);
    sentry__regs_signal(&k->regs, context->user_context);
    k->thread = sentry__os_tid();
}

/* The handler. What it was that the signal tells, the report, and then as if nothing had been there: the handlers of before are
 * back, and the instruction is done again, or the signal comes again. */
static void sentry__crash_signal(int number, siginfo_t *info, void *uc)
{
    sentry__crash_t *k = sentry__crash;
    int error = errno, chained;
    struct sigaction late;
    sentry_ucontext_t context;
    sigset_t set;
    unsigned i;
    if (!k || (SENTRY__THREADS && k->pid != sentry__os_pid())) { /* a child that shares our memory */
        sigaction(number, sentry__crash_previous(number), NULL);
        return;
    }
    if (sentry__crash_is_own(k)) {
        sentry__crash_rest(k);
        return;
    }
    chained = k->client->options.handler_strategy == SENTRY_HANDLER_STRATEGY_CHAIN_AT_START;
    if (chained && sentry__crash_mended(number, info, uc)) return;
    if (!sentry__swap_if(&k->owner, 0, (sentry__word_t)sentry__os_tid())) {
        for (i = 0; i < 60000 && !sentry__load_acquire(&k->done); i++) sentry__crash_wait_us(1000);
        return;
    }
    memset(&late, 0, sizeof late);
    late.sa_handler = sentry__crash_late;
    late.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigaction(SIGALRM, &late, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sentry__os_signals(SIG_UNBLOCK, &set);
    k->signal.info = *info;
    k->signal.thread = sentry__os_thread_self();
    context.signum = number;
    context.siginfo = info;
    context.user_context = (ucontext_t *)uc;
    sentry__crash_begin(k, &context);
    if (k->client->options.always_run > 0 || !sentry__is_traced()) sentry__crash_go(k);
    sentry__crash_restore();
    if (chained) signal(number, SIG_DFL); /* the handler of before has seen it */
    sentry__store_release(&k->done, 1);
    sentry__store_release(&k->released, 1);
    if (info->si_code <= 0 || number == SIGABRT || number == SIGTRAP || number == SIGSYS) { /* no instruction that is done again brings it */
        sigemptyset(&set);
        sigaddset(&set, number);
        sentry__os_signals(SIG_BLOCK, &set); /* until the handler has returned */
        sentry__crash_raise(number, info);
    }
    errno = error;
}

/* Takes the signals, but for those that the program ignores. */
static void sentry__crash_install(void)
{
    struct sigaction ours;
    size_t i;
    memset(&ours, 0, sizeof ours);
    ours.sa_sigaction = sentry__crash_signal;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (i = 0; i < SENTRY__CRASH_SIGNALS; i++) {
        sigaction(sentry__crash_signals[i].number, NULL, &sentry__crash_before[i]);
        if (sentry__crash_before[i].sa_handler != SIG_IGN) sigaction(sentry__crash_signals[i].number, &ours, NULL);
    }
}

/* Gives them back; a handler that somebody put over ours since then stays. */
static void sentry__crash_uninstall(void)
{
    struct sigaction now;
    size_t i;
    for (i = 0; i < SENTRY__CRASH_SIGNALS; i++) {
        int number = sentry__crash_signals[i].number;
        if (sigaction(number, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == sentry__crash_signal) sigaction(number, &sentry__crash_before[i], NULL);
    }
}

/* A stack for this thread's handlers, behind a page that nothing may touch; NULL when it has one. */
static void *sentry__crash_stack_new(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    stack_t stack;
    char *p;
    if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return NULL;
    p = (char *)sentry__os_pages_new(SENTRY__CRASH_STACK + page);
    if (!p) return NULL;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = p + page;
    stack.ss_size = SENTRY__CRASH_STACK;
    if (mprotect(p, page, PROT_NONE) == 0 && sigaltstack(&stack, NULL) == 0) return p;
    sentry__os_pages_free(p, SENTRY__CRASH_STACK + page);
    return NULL;
}

static void sentry__crash_stack_free(void *p)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && stack.ss_sp == (char *)p + page) {
        stack.ss_flags = SS_DISABLE;
        sigaltstack(&stack, NULL);
    }
    sentry__os_pages_free(p, SENTRY__CRASH_STACK + page);
}

#if defined(SENTRY_PLATFORM_LINUX) && SENTRY__THREADS
/* Alternate stacks for threads that never called the SDK: a thread of ours looks for them, and a signal's handler gives them one
 * through its context, where sigaltstack would be undone when it returns. */
#define SENTRY__FOREIGN 1024 /* threads that are looked after at once */
static struct {
    sentry__word_t running, stop;
    sentry__os_thread_t thread;
    struct {
        sentry__word_t id; /* 0: free; a place is a thread's as long as it lives */
        void *stack;
        int seen;
    } list[SENTRY__FOREIGN];
} sentry__foreign;

static void sentry__foreign_asked(int number, siginfo_t *info, void *context)
{
    stack_t *stack = &((ucontext_t *)context)->uc_stack;
    int error = errno;
    sentry__word_t self = (sentry__word_t)sentry__os_tid();
    size_t page = (size_t)sysconf(_SC_PAGESIZE), i;
    for (i = 0; i < SENTRY__FOREIGN && sentry__load_acquire(&sentry__foreign.list[i].id) != self; i++) {}
    if (i < SENTRY__FOREIGN && info->si_pid == getpid() && (stack->ss_flags & SS_DISABLE) && sentry__foreign.list[i].stack) {
        stack->ss_sp = (char *)sentry__foreign.list[i].stack + page;
        stack->ss_size = SENTRY__CRASH_STACK;
        stack->ss_flags = 0;
    }
    (void)number;
    errno = error;
}

/* A thread that was not there before gets memory and a signal. */
static void sentry__foreign_see(uint64_t id, void *arg)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), i, place = SENTRY__FOREIGN;
    char *stack;
    (void)arg;
    for (i = 0; i < SENTRY__FOREIGN; i++) {
        sentry__word_t known = sentry__load(&sentry__foreign.list[i].id);
        if (known == (sentry__word_t)id) {
            sentry__foreign.list[i].seen = 1;
            return;
        }
        if (!known && place == SENTRY__FOREIGN) place = i;
    }
    stack = place == SENTRY__FOREIGN || id == sentry__os_tid() ? NULL : (char *)sentry__os_pages_new(SENTRY__CRASH_STACK + page);
    if (!stack) return;
    mprotect(stack, page, PROT_NONE);
    sentry__foreign.list[place].stack = stack;
    sentry__foreign.list[place].seen = 1;
    sentry__store_release(&sentry__foreign.list[place].id, (sentry__word_t)id);
    syscall(SYS_tgkill, getpid(), (pid_t)id, SENTRY__CRASH_ASK);
}

/* Looks four times a second. The stack of a thread that is gone goes too. */
static void *sentry__foreign_run(void *arg)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), i;
    unsigned n;
    sentry__os_thread_name("sentry-stacks");
    while (!sentry__load_acquire(&sentry__foreign.stop)) {
        for (i = 0; i < SENTRY__FOREIGN; i++) sentry__foreign.list[i].seen = 0;
        sentry__crash_each_thread(sentry__foreign_see, NULL);
        for (i = 0; i < SENTRY__FOREIGN; i++) {
            if (sentry__foreign.list[i].seen || !sentry__load(&sentry__foreign.list[i].id)) continue;
            sentry__store_release(&sentry__foreign.list[i].id, 0);
            sentry__os_pages_free(sentry__foreign.list[i].stack, SENTRY__CRASH_STACK + page);
        }
        for (n = 0; n < 25 && !sentry__load_acquire(&sentry__foreign.stop); n++) sentry__crash_wait_us(10000);
    }
    return arg;
}

static void sentry__foreign_start(const sentry_options_t *o)
{
    struct sigaction ask;
    if (o->foreign_thread_stacks <= 0) return;
    memset(&ask, 0, sizeof ask);
    ask.sa_sigaction = sentry__foreign_asked;
    ask.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigaction(SENTRY__CRASH_ASK, &ask, NULL);
    memset(sentry__foreign.list, 0, sizeof sentry__foreign.list);
    sentry__foreign.stop = 0;
    sentry__store_release(&sentry__foreign.running, 1);
    if (sentry__os_thread_start(&sentry__foreign.thread, NULL, sentry__foreign_run, NULL, 1)) sentry__foreign.running = 0;
}

/* Stacks of threads that live stay theirs. */
static void sentry__foreign_stop(void)
{
    if (!sentry__load(&sentry__foreign.running)) return;
    sentry__store_release(&sentry__foreign.stop, 1);
    sentry__os_thread_join(sentry__foreign.thread, NULL);
    sentry__store_release(&sentry__foreign.running, 0);
}

static void sentry__foreign_forked(const sentry_options_t *o)
{
    sentry__foreign.running = 0;
    sentry__foreign_start(o);
}
#else
static void sentry__foreign_start(const sentry_options_t *o) { (void)o; }
static void sentry__foreign_stop(void) {}
static void sentry__foreign_forked(const sentry_options_t *o) { (void)o; }
#endif

#ifndef SENTRY_NO_HTTP
/* Sends what is in a file, and removes it then. Returns 0 when it left. */
static int sentry__sender_send(sentry__client_t *c, const char *path, unsigned ms)
{
    sentry_envelope_t *e = sentry__envelope_load(sentry__str(path));
    uint64_t sent = sentry__totals_now().sent;
    if (!e) return 1;
    c->transport->send(e, c->transport->state);
    if (c->transport->flush && c->transport->flush(ms, c->transport->state)) return 1;
    if (sentry__transport_waits(c->transport) && sentry__totals_now().sent == sent) return 1;
    unlink(path);
    return 0;
}

/* The process: waits for paths until its parent, and all children of that, are gone. */
static void sentry__sender_run(sentry__client_t *c, int from, int back, unsigned ms)
{
    char path[SENTRY__CRASH_PATH];
    size_t n = 0;
    int fd, last = c->options.debug > 0 ? 1 : 2; /* stderr is for diagnostics */
    long most = sysconf(_SC_OPEN_MAX);
    for (fd = 3; fd < most && fd < 65536; fd++) /* nobody waits for us to close what the program had open */
        if (fd != from && fd != back) close(fd);
    fd = open("/dev/null", O_RDWR);
    for (; fd >= 0 && last >= 0; last--) dup2(fd, last);
    if (fd > 2) close(fd);
    sentry__transport_alone(c->transport);
    sentry__os_thread_name("sentry-crash");
    for (;;) {
        ssize_t got = read(from, path + n, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) _exit(0);
        if (path[n] && n < sizeof path - 1) {
            n++;
        } else if (n && !path[n]) {
            char sent = (char)(sentry__sender_send(c, path, ms) ? 'n' : 'y');
            if (write(back, &sent, 1) < 0) _exit(0);
            n = 0;
        }
    }
}

/* Makes the process. It is nobody's child, so that the program never meets it in wait(). */
static void sentry__sender_start(sentry__sender_t *sender, sentry__client_t *c, unsigned ms)
{
    int to[2] = { -1, -1 }, back[2] = { -1, -1 };
    pid_t child = -1;
    sender->to = sender->back = -1;
    if (c->options.send_crash_at_once <= 0) return;
    if (pipe(to) == 0 && pipe(back) == 0) child = fork();
    if (child == 0) {
        if (setsid() < 0 || fork() != 0) _exit(0);
        sentry__crash_uninstall();
        sentry__crash = NULL;
        sentry__store(&sentry__consent.required, 0); /* who asks has looked */
        signal(SIGPIPE, SIG_IGN);
        sentry__sender_run(c, to[0], back[1], ms);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    if (to[0] >= 0) close(to[0]);
    if (back[1] >= 0) close(back[1]);
    if (child > 0) {
        fcntl(to[1], F_SETFD, FD_CLOEXEC);
        fcntl(back[0], F_SETFD, FD_CLOEXEC);
        sender->to = to[1];
        sender->back = back[0];
        return;
    }
    if (to[1] >= 0) close(to[1]);
    if (back[0] >= 0) close(back[0]);
    sentry__log(SENTRY_LEVEL_WARNING, "no process could be made to send crashes: they leave at the next start");
}

static void sentry__sender_stop(sentry__sender_t *sender)
{
    if (sender->to < 0) return;
    close(sender->to);
    close(sender->back);
}

#else
static void sentry__sender_start(sentry__sender_t *sender, sentry__client_t *c, unsigned ms) { (void)sender, (void)c, (void)ms; }
static void sentry__sender_stop(sentry__sender_t *sender) { (void)sender; }
#endif

/* -- the C and C++ libraries' last words -- */

#if defined(__GNUC__) && !defined(__TINYC__) && defined(__ELF__)
/* Of the C++ library, when it is there. */
extern void (*sentry__cxx_set_terminate(void (*handler)(void)))(void) __asm__("_ZSt13set_terminatePFvvE") __attribute__((weak));
extern void *sentry__cxx_current_type(void) __asm__("__cxa_current_exception_type") __attribute__((weak));
typedef struct {
    void *object, *more[7]; /* only the first is written; of this size, it is returned as objects of C++ are */
} sentry__cxx_exception_t;
extern sentry__cxx_exception_t sentry__cxx_current(void) __asm__("_ZSt17current_exceptionv") __attribute__((weak));
extern void *sentry__cxx_exception_type[] __asm__("_ZTISt9exception") __attribute__((weak));
#if defined(__GLIBC__)
extern void *dlvsym(void *library, const char *name, const char *version) __attribute__((weak));
#endif

static void (*sentry__terminate_before)(void);

/* std::terminate: which exception nobody caught. Its text is asked for with the type's own functions: is it a std::exception, by
 * the fifth function of its type, and then what(), its third. */
static void sentry__terminate(void)
{
    typedef int (*can_catch_t)(const void *type, const void *thrown, void **object, unsigned outer);
    typedef const char *(*what_t)(const void *object);
    sentry__crash_t *k = sentry__crash;
    void **type = sentry__cxx_current_type ? (void **)sentry__cxx_current_type() : NULL;
    const char *name = type ? (const char *)type[1] : NULL, *text = NULL;
    if (k && name) {
        char *room = NULL;
        size_t size = 0;
        if (*name == '*') name++;
        text = sentry__os_demangle(name, &room, &size);
        snprintf(k->type, sizeof k->type, "%s", text ? text : name);
        free(room);
        text = NULL;
        if (sentry__cxx_current && sentry__cxx_exception_type) {
            void *object = sentry__cxx_current().object;
            can_catch_t can_catch;
            what_t what;
            memcpy(&can_catch, (char *)sentry__cxx_exception_type[0] + 4 * sizeof(void *), sizeof can_catch);
            if (object && can_catch(sentry__cxx_exception_type, type, &object, 1)) {
                memcpy(&what, *(char **)object + 2 * sizeof(void *), sizeof what);
                text = what(object);
            }
        }
        snprintf(k->message, sizeof k->message, "%s", text ? text : "an exception that nobody caught");
    } else if (k && !k->message[0]) {
        snprintf(k->message, sizeof k->message, "std::terminate was called");
    }
    if (sentry__terminate_before) sentry__terminate_before();
    abort();
}

static void sentry__last_words(int on)
{
    if (sentry__cxx_set_terminate) {
        if (on) sentry__terminate_before = sentry__cxx_set_terminate(sentry__terminate);
        else sentry__cxx_set_terminate(sentry__terminate_before);
    }
#if defined(__GLIBC__)
    if (dlvsym) sentry__abort_message = (const char *const *)dlvsym(NULL, "__abort_msg", "GLIBC_PRIVATE");
#endif
}
#else
static void sentry__last_words(int on) { (void)on; }
#endif
#endif

/* -- init and close -- */

/* What follows the event's id in the envelope's header. */
static void sentry__crash_head(sentry__crash_t *k)
{
    sentry_value_t sdk = sentry__sdk_value(&k->client->options);
    sentry__buf_t b;
    sentry__buf_fix(&b, k->head, sizeof k->head);
    sentry__buf_byte(&b, '"');
    if (k->client->dsn.text) {
        SENTRY__PUT(&b, ",\"dsn\":");
        sentry__json_text(&b, sentry__str(k->client->dsn.text));
    }
    SENTRY__PUT(&b, ",\"sdk\":");
    sentry__json_plain(&b, 2, sdk);
    SENTRY__PUT(&b, "}\0");
    if (b.failed) memcpy(k->head, "\"}", 3);
    sentry__decref(sdk);
}

static void sentry__crash_thread_begin(sentry__thread_t *t)
{
    if (sentry__crash && t && !t->signal_stack) t->signal_stack = sentry__crash_stack_new();
}

static void sentry__crash_thread_end(sentry__thread_t *t)
{
    if (t->signal_stack) sentry__crash_stack_free(t->signal_stack);
    t->signal_stack = NULL;
}

static void sentry__crash_start(sentry__client_t *c)
{
    size_t n = strlen(c->db->path);
    sentry__crash_t *k = c->options.crash_handler < 0 || n >= SENTRY__CRASH_PATH ? NULL : (sentry__crash_t *)sentry__os_pages_new(sizeof *k);
    if (!k) return;
    k->client = c;
    memcpy(k->folder, c->db->path, n + 1);
    sentry__crash_head(k);
    sentry__crash_rearm(k);
    sentry__modules_give(sentry__modules_take());
    sentry__sender_start(&k->sender, c, sentry__crash_send_timeout(k));
    sentry__store_ptr((void **)(void *)&sentry__crash, k);
    sentry__crash_thread_begin(sentry__thread());
    sentry__crash_install();
    sentry__foreign_start(&c->options);
    sentry__last_words(1);
}

static void sentry__crash_stop(void)
{
    sentry__crash_t *k = sentry__crash;
    if (!k) return;
    sentry__last_words(0);
    sentry__foreign_stop();
    sentry__crash_uninstall();
    sentry__sender_stop(&k->sender);
    sentry__store_ptr((void **)(void *)&sentry__crash, NULL);
    if (!sentry__load(&k->owner)) sentry__os_pages_free(k, sizeof *k); /* else another thread is in it: the process ends */
}

static void sentry__crash_forked(void)
{
    if (!sentry__crash) return;
    sentry__crash_rearm(sentry__crash);
    sentry__foreign_forked(&sentry__crash->client->options);
}

/* -- public -- */

SENTRY_API void sentry_handle_exception(const sentry_ucontext_t *uctx)
{
    sentry__crash_t *k = sentry__crash;
    if (!k || !uctx || !sentry__swap_if(&k->owner, 0, (sentry__word_t)sentry__os_tid())) return;
    sentry__crash_begin(k, uctx);
    sentry__crash_go(k);
    sentry__crash_rearm(k);
}

SENTRY_API int sentry_reinstall_backend(void)
{
    sentry__crash_t *k = sentry__crash;
    if (!k) return 1;
    sentry__crash_uninstall();
    sentry__crash_rearm(k);
    sentry__crash_install();
    return 0;
}
#else
static void sentry__crash_start(sentry__client_t *c) { (void)c; }
static void sentry__crash_stop(void) {}
static void sentry__crash_forked(void) {}
static void sentry__crash_thread_begin(sentry__thread_t *t) { (void)t; }
static void sentry__crash_thread_end(sentry__thread_t *t) { (void)t; }
SENTRY_API void sentry_handle_exception(const sentry_ucontext_t *uctx) { (void)uctx; }
SENTRY_API int sentry_reinstall_backend(void) { return 1; }
#endif

/* ==[40]== INIT AND CLOSE ===========================================================
 * Owns    the making and ending of the client.
 * Lock    its own, so that init and close take turns; it is held while close waits.
 * Holds   a failed init leaves the SDK off and nothing behind.
 * Threads any, one after the other.
 */

static sentry__lock_t sentry__init_lock;

/* Adds `"key":value` to a run, unless there is nothing in it; consumes the value. */
static void sentry__run_add(sentry__run_t **run, const char *key, sentry_value_t v)
{
    sentry__buf_t b;
    int empty = sentry__is_null(v) || (sentry__object_of(v) && sentry_value_get_length(v) == 0);
    sentry__buf_init(&b, NULL, 0);
    sentry__json_plain(&b, 2, v);
    if (!empty && !b.failed) sentry__run_put(run, sentry__str(key), sentry__slice(b.data, b.len));
    sentry__buf_free(&b);
    sentry__decref(v);
}

static void sentry__run_add_text(sentry__run_t **run, const char *key, const char *text)
{
    if (text && text[0]) sentry__run_add(run, key, sentry__string_new(sentry__str_trim(sentry__str(text))));
}

#if defined(SENTRY_PLATFORM_UNIX) && !defined(SENTRY_NO_FILES)
/* A line of os-release, `key="value"` or `key=value`. */
static void sentry__os_release_line(sentry_value_t os, sentry__str_t line, const char *key, const char *name)
{
    size_t n = strlen(key);
    if (line.n <= n || memcmp(line.p, key, n) != 0) return;
    line = sentry__slice(line.p + n, line.n - n);
    if (line.n > 1 && (line.p[0] == '"' || line.p[0] == '\'') && line.p[line.n - 1] == line.p[0]) line = sentry__slice(line.p + 1, line.n - 2);
    if (line.n) sentry__set_text(os, sentry__str(name), line);
}

/* The distribution, where /etc/os-release tells it. */
static void sentry__os_release(sentry_value_t os)
{
    size_t n = 0;
    char *text = sentry__file_read("/etc/os-release", 65536, &n);
    sentry__str_t rest = sentry__slice(text, n);
    while (text && rest.n) {
        sentry__str_t line = sentry__str_trim(sentry__take_line(&rest));
        sentry__os_release_line(os, line, "ID=", "distribution_name");
        sentry__os_release_line(os, line, "VERSION_ID=", "distribution_version");
        sentry__os_release_line(os, line, "PRETTY_NAME=", "distribution_pretty_name");
    }
    SENTRY_FREE(text);
}
#else
static void sentry__os_release(sentry_value_t os) { (void)os; }
#endif

/* Shape: contexts.os; null where there is no system. */
static sentry_value_t sentry__os_context(const sentry__machine_t *m)
{
    sentry_value_t os;
    if (!m->name[0]) return sentry__null();
    os = sentry__pair_new(SENTRY__LITERAL("name"), sentry__str(m->name), SENTRY__LITERAL("version"), sentry__str(m->version));
    sentry__set_text(os, SENTRY__LITERAL("build"), sentry__str(m->build));
    sentry__os_release(os);
    return os;
}

/* Shape: contexts.device */
static sentry_value_t sentry__device_context(const sentry__machine_t *m)
{
    sentry_value_t device = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    if (m->arch[0]) sentry__set_text(device, SENTRY__LITERAL("arch"), sentry__str(m->arch));
    if (m->memory_bytes) sentry__object_set(device, SENTRY__LITERAL("memory_size"), sentry_value_new_int64((int64_t)m->memory_bytes));
    if (m->processors) sentry__object_set(device, SENTRY__LITERAL("processor_count"), sentry_value_new_int32((int32_t)m->processors));
    return device;
}

/* Shape: contexts.runtime: the C library, and the compiler as raw_description. */
static sentry_value_t sentry__runtime_context(void)
{
    sentry_value_t runtime = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    sentry__str_t name = SENTRY__LITERAL("libc"), version = SENTRY__LITERAL("");
#if defined(__GLIBC__)
    name = SENTRY__LITERAL("glibc");
    version = sentry__str(gnu_get_libc_version());
#elif defined(_UCRT) || defined(_MSC_VER)
    name = SENTRY__LITERAL("ucrt");
#elif defined(_WIN32)
    name = SENTRY__LITERAL("msvcrt");
#elif defined(__APPLE__)
    name = SENTRY__LITERAL("libSystem");
#elif defined(__ANDROID__)
    name = SENTRY__LITERAL("bionic");
#elif defined(__linux__)
    name = SENTRY__LITERAL("musl");
#elif defined(__NEWLIB__)
    name = SENTRY__LITERAL("newlib");
#elif defined(__wasi__)
    name = SENTRY__LITERAL("wasi-libc");
#endif
    sentry__set_text(runtime, SENTRY__LITERAL("name"), name);
    if (version.n) sentry__set_text(runtime, SENTRY__LITERAL("version"), version);
#if defined(__clang__)
    sentry__set_text(runtime, SENTRY__LITERAL("raw_description"), SENTRY__LITERAL("built by clang " __clang_version__));
#elif defined(__GNUC__)
    sentry__set_text(runtime, SENTRY__LITERAL("raw_description"), SENTRY__LITERAL("built by gcc " __VERSION__));
#endif
    return runtime;
}

/* Shape: contexts.app: the executable's name, and when the SDK started. */
static sentry_value_t sentry__app_context(const sentry__machine_t *m)
{
    char exe[1024];
    size_t n = sentry__os_exe(exe, sizeof exe), at = n;
    sentry_value_t app = sentry__box_new(SENTRY_VALUE_TYPE_OBJECT);
    while (at && exe[at - 1] != '/' && exe[at - 1] != SENTRY__DIRSEP) at--;
    if (n) sentry__set_text(app, SENTRY__LITERAL("app_name"), sentry__slice(exe + at, n - at));
    if (m->arch[0]) sentry__set_text(app, SENTRY__LITERAL("app_arch"), sentry__str(m->arch));
    sentry__object_set(app, SENTRY__LITERAL("app_start_time"), sentry__stamp_value());
    return app;
}

/* What every event says about this process, written once. */
static void sentry__client_describe(sentry__client_t *c)
{
    sentry__machine_t machine;
    sentry__os_describe(&machine);
    sentry__run_add_text(&c->process->fields, "platform", "native");
    sentry__run_add_text(&c->process->fields, "release", c->options.release);
    sentry__run_add_text(&c->process->fields, "environment", c->options.environment);
    sentry__run_add_text(&c->process->fields, "dist", c->options.dist);
    sentry__run_add_text(&c->process->fields, "server_name", c->options.server_name);
    sentry__run_add(&c->process->fields, "sdk", sentry__sdk_value(&c->options));
    sentry__run_add(&c->process->contexts, "os", sentry__os_context(&machine));
    sentry__run_add(&c->process->contexts, "device", sentry__device_context(&machine));
    sentry__run_add(&c->process->contexts, "runtime", sentry__runtime_context());
    sentry__run_add(&c->process->contexts, "app", sentry__app_context(&machine));
}

/* The main transport: the user's, the default one, or without a DSN the way to Spotlight. Returns init's result. */
static int sentry__client_connect(sentry__client_t *c)
{
    const sentry_options_t *o = &c->options;
    if (!c->dsn.text && !sentry__is_output(c->transport)) {
        sentry__transport_free(c->transport);
        c->transport = c->spotlight;
        c->spotlight = NULL;
        return c->transport ? 0 : sentry__init_failed("there is no DSN, and Spotlight cannot be reached at %s", o->spotlight);
    }
    if (!c->transport) c->transport = sentry__default_transport(o, c->dsn.secure);
    sentry__transport_set_db(c->transport, c->db);
    if (c->transport && (!c->transport->startup || !c->transport->startup(o, c->transport->state))) return 0;
    if (sentry__diag.init_error[0]) return 1; /* said already, and better */
    return sentry__init_failed(c->transport ? "the transport did not start" : "the transport could not be made: out of memory, or no sockets");
}

/* Makes a client of resolved options and starts its transport. Returns init's result; on failure `c` is to be released. */
static int sentry__client_start(sentry__client_t *c)
{
    sentry_options_t *o = &c->options;
    const char *problem = o->dsn && o->dsn[0] ? sentry__dsn_parse(&c->dsn, sentry__str(o->dsn)) : NULL;
    if (problem) return sentry__init_failed("the DSN is malformed: %s", problem);
    if (!c->dsn.text && !sentry__is_output(c->transport)) { /* what only Spotlight sees is for the developer: all of it */
        o->sample_rate = 1.0;
        o->error_sampler = NULL;
        o->traces_sample_rate = 1.0;
        o->traces_sampler = NULL;
        o->send_default_pii = SENTRY_ON;
    }
    c->process = (sentry__process_t *)sentry__calloc(sizeof *c->process);
    if (!c->process) return sentry__init_failed("out of memory");
    c->process->refs = 1;
    c->process->max_string = sentry__max_value_length(o);
    c->process->max_breadcrumbs = sentry__max_breadcrumbs(o);
    c->process->pii = o->send_default_pii > 0;
    c->sample_rate = sentry__rate(o->sample_rate, 1.0);
    c->tracing = o->traces_sampler || o->traces_sample_rate > 0.0 || o->traces_sample_rate < 0.0;
    c->max_spans = sentry__max_spans(o);
    c->targets = sentry__patterns_new(o->trace_propagation_targets);
    c->db = sentry__db_new(o);
    sentry__store(&sentry__consent.required, o->require_user_consent > 0);
    sentry__consent_load(c->db);
    sentry__client_describe(c);
    if (!c->process->fields || !c->process->contexts || (SENTRY__FILES && !c->db) || (o->trace_propagation_targets && !c->targets)) return sentry__init_failed("out of memory");
    c->spotlight = sentry__spotlight_transport(o);
    return sentry__client_connect(c);
}

/* Lets everybody see the client, and the main hub its base scope. */
static void sentry__client_publish(sentry__client_t *c)
{
    sentry__state_t *state = (sentry__state_t *)sentry__calloc(sizeof *state);
    const char *const *path;
    if (state) {
        state->refs = 1;
        state->trace = sentry__trace_first(c);
    }
    sentry__main_hub.top = &sentry__main_scope;
    sentry__scope_restate(&sentry__main_scope, state);
    for (path = SENTRY__FILES ? c->options.attachments : NULL; path && *path; path++) sentry__scope_attach(&sentry__main_scope, sentry__str(*path), NULL, 0, sentry__str(*path));
    sentry__store(&sentry__sdk.max_string, c->process->max_string >= UINT32_MAX ? UINT32_MAX : (sentry__word_t)c->process->max_string);
    sentry__store(&sentry__sdk.max_breadcrumbs, (sentry__word_t)c->process->max_breadcrumbs);
    sentry__store(&sentry__sdk.pii, (sentry__word_t)c->process->pii);
    sentry__store(&sentry__sdk.propagate_hub, c->options.propagate_hub > 0);
    sentry__store(&sentry__sdk.hook_crumbs, c->options.before_breadcrumb || c->options.before_breadcrumb_plain);
    sentry__lock(&sentry__sdk.lock);
    sentry__sdk.client = c;
    sentry__unlock(&sentry__sdk.lock);
    sentry__store_release(&sentry__sdk.on, 1);
}

/* Returns the number of envelopes that went to disk. */
static int sentry__close(void)
{
    sentry__client_t *c;
    uint64_t kept, timeout, deadline;
    sentry__functions_stop();
    sentry__crash_stop();
    sentry__lock(&sentry__sdk.lock);
    c = sentry__sdk.client;
    sentry__sdk.client = NULL;
    sentry__store(&sentry__sdk.on, 0);
    sentry__unlock(&sentry__sdk.lock);
    if (!c) return 0;
    kept = sentry__totals_now().kept;
    timeout = sentry__shutdown_timeout(&c->options);
    deadline = sentry__deadline(timeout);
    if (c->transport->shutdown) c->transport->shutdown(timeout, c->transport->state);
    if (c->spotlight) c->spotlight->shutdown(sentry__left(deadline), c->spotlight->state);
    sentry__tracing_stop();
    sentry__scope_restate(&sentry__main_scope, NULL);
    sentry__scope_set_span(&sentry__main_scope, 0, 0);
    sentry__note_event_id(&sentry__main_hub, &sentry__main_scope, sentry_uuid_nil());
    sentry__naming_stop();
    sentry__modules_drop();
    sentry__store(&sentry__sdk.propagate_hub, 0);
    sentry__client_release(c);
    sentry__diag_set(0, SENTRY_LEVEL_DEBUG, NULL, NULL);
    return (int)(sentry__totals_now().kept - kept);
}

/* What a thread leaves behind. */
static void sentry__thread_ends(sentry__thread_t *t)
{
    sentry__functions_thread_end();
    sentry__crash_thread_end(t);
    sentry__tracing_thread_end(t);
    sentry__hub_thread_end(t);
}

/* In a child of fork. */
static void sentry__forked(void)
{
    sentry__tracing_forked();
    sentry__naming_forked();
    sentry__crash_forked();
}

static int sentry__init(const sentry_options_t *o, sentry_transport_t *transport)
{
    sentry__client_t *c;
    int failed, on;
    char room[1024];
    int debug = o->debug > 0 || (!o->debug && sentry__true_word(sentry__os_getenv("SENTRY_DEBUG", room)));
    sentry_level_t level = o->logger_level == SENTRY_LOGGER_INFO ? SENTRY_LEVEL_INFO : o->logger_level ? (sentry_level_t)o->logger_level : SENTRY_LEVEL_DEBUG;
    sentry__diag.init_error[0] = 0;
    sentry__diag_set(debug, level, o->logger, o->logger_data);
    c = sentry__threads_start(sentry__crash_thread_begin, sentry__thread_ends) ? NULL : (sentry__client_t *)sentry__calloc(sizeof *c);
    if (!c) {
        sentry__transport_free(transport);
        return sentry__init_failed("out of memory");
    }
    c->refs = 1;
    c->transport = transport;
    sentry__mind_forks();
    sentry__fork_hook = sentry__forked;
    sentry__limits_reset(o->enable_backpressure_handling >= 0);
    failed = sentry__options_resolve(&c->options, o) ? sentry__init_failed("out of memory") : 0;
    c->options.transport = NULL;
    on = !failed && ((c->options.dsn && c->options.dsn[0]) || (c->options.spotlight && c->options.spotlight[0]) || sentry__is_output(transport));
    if (on) failed = sentry__client_start(c);
    if (!on || failed) {
        sentry__client_release(c);
        return failed;
    }
    sentry__options_warn(o);
    sentry__client_publish(c);
    sentry__naming_start(&c->options);
    sentry__crash_start(c);
    sentry__functions_start(&c->options);
    return 0;
}

/* -- public -- */

SENTRY_API int sentry_init(sentry_options_t *options)
{
    sentry_options_t none;
    sentry_transport_t *transport;
    int failed = 1;
    memset(&none, 0, sizeof none);
    if (!options) options = &none;
    transport = options->transport;
    options->transport = NULL;
    if (!sentry__in_callback()) {
        sentry__lock(&sentry__init_lock);
        sentry__close();
        failed = sentry__init(options, transport);
        if (!sentry__is_on()) sentry__threads_stop(), sentry__thread_release();
        sentry__unlock(&sentry__init_lock);
    } else {
        sentry__transport_free(transport);
    }
    sentry__options_free(options);
    return failed;
}

SENTRY_API int sentry_flush(uint64_t timeout)
{
    sentry__client_t *c = sentry__in_callback() ? NULL : sentry__client_acquire();
    uint64_t deadline = sentry__deadline(timeout);
    int late = c && c->transport->flush ? c->transport->flush(timeout, c->transport->state) : 0;
    if (c && c->spotlight) late |= c->spotlight->flush(sentry__left(deadline), c->spotlight->state);
    sentry__client_release(c);
    return late != 0;
}

SENTRY_API int sentry_close(void)
{
    int kept;
    if (!sentry__is_on() || sentry__in_callback()) return 0;
    sentry__lock(&sentry__init_lock);
    kept = sentry__close();
    sentry__threads_stop();
    sentry__thread_release();
    sentry__unlock(&sentry__init_lock);
    return kept;
}
SENTRY_API int sentry_shutdown(void) { return sentry_close(); }

SENTRY_API void sentry_get_stats(sentry_stats_t *stats)
{
    sentry__client_t *c;
    if (!stats) return;
    *stats = sentry__totals_now();
    stats->backpressure = sentry__backpressure();
    c = sentry__client_acquire();
    if (c) sentry__transport_queue(c->transport, stats);
    sentry__client_release(c);
}

static void sentry__consent_set(sentry_user_consent_t state)
{
    sentry__client_t *c = sentry__client_acquire();
    if (!c) return;
    sentry__store(&sentry__consent.state, (sentry__word_t)(state + 1));
    sentry__consent_save(c->db, state);
    if (state == SENTRY_USER_CONSENT_GIVEN) sentry__transport_retry(c->transport);
    sentry__client_release(c);
}
SENTRY_API void sentry_user_consent_give(void) { sentry__consent_set(SENTRY_USER_CONSENT_GIVEN); }
SENTRY_API void sentry_user_consent_revoke(void) { sentry__consent_set(SENTRY_USER_CONSENT_REVOKED); }
SENTRY_API void sentry_user_consent_reset(void) { sentry__consent_set(SENTRY_USER_CONSENT_UNKNOWN); }
SENTRY_API sentry_user_consent_t sentry_user_consent_get(void)
{
    return sentry__is_on() ? (sentry_user_consent_t)((int)sentry__load(&sentry__consent.state) - 1) : SENTRY_USER_CONSENT_UNKNOWN;
}
SENTRY_API int sentry_user_consent_is_required(void) { return sentry__is_on() && sentry__load(&sentry__consent.required); }

SENTRY_API void sentry_transport_retry(sentry_transport_t *transport) { sentry__transport_retry(transport); }
SENTRY_API int sentry_is_enabled(void) { return sentry__is_on(); }
SENTRY_API const char *sentry_get_init_error(void) { return sentry__diag.init_error; }
SENTRY_API const char *sentry_sdk_version(void) { return SENTRY_SDK_VERSION; }
SENTRY_API const char *sentry_sdk_name(void) { return SENTRY_SDK_NAME; }
SENTRY_API const char *sentry_sdk_user_agent(void) { return SENTRY_SDK_USER_AGENT; }

#ifdef __cplusplus
}
#endif

#if defined(SENTRY__UNUSED_IS_FINE) && (defined(__GNUC__) || defined(__clang__))
#pragma GCC diagnostic pop
#endif
#ifdef _MSC_VER
#pragma warning(pop)
#endif

/* Nothing private stays defined after this point. */
#undef SENTRY__ALL
#undef SENTRY__ALL_KNOWN
#undef SENTRY__ARCH
#undef SENTRY__AT_THREAD_EVENTS
#undef SENTRY__BOX_BLOCK
#undef SENTRY__BOX_ENTRIES
#undef SENTRY__BOX_KEYS
#undef SENTRY__CALLS
#undef SENTRY__CATEGORIES
#undef SENTRY__CHUNK
#undef SENTRY__COMPRESS_FROM
#undef SENTRY__CONTEXT_SIZE
#undef SENTRY__CRASH
#undef SENTRY__CRASH_ASK
#undef SENTRY__CRASH_FRAMES
#undef SENTRY__CRASH_LINES
#undef SENTRY__CRASH_PATH
#undef SENTRY__CRASH_PIECE
#undef SENTRY__CRASH_SIGNALS
#undef SENTRY__CRASH_STACK
#undef SENTRY__CRASH_TEXT
#undef SENTRY__CRASH_THREADS
#undef SENTRY__CRASH_THREAD_FRAMES
#undef SENTRY__CRUMB_BLOCK
#undef SENTRY__DENIED_FIRST
#undef SENTRY__DIRSEP
#undef SENTRY__DW_DEEP
#undef SENTRY__DW_MARKS
#undef SENTRY__DW_TEXTS
#undef SENTRY__FD_PIECE
#undef SENTRY__FENCE
#undef SENTRY__FILES
#undef SENTRY__FILE_EVERY_MS
#undef SENTRY__FILE_NAME
#undef SENTRY__FIRST_REG
#undef SENTRY__FOREIGN
#undef SENTRY__FP_PAIR
#undef SENTRY__FUNCTIONS
#undef SENTRY__FUNCTION_HASH
#undef SENTRY__FUNCTION_SLOTS
#undef SENTRY__GZIP_BLOCK
#undef SENTRY__GZIP_DISTANCES
#undef SENTRY__GZIP_END
#undef SENTRY__GZIP_HASHES
#undef SENTRY__GZIP_LONGEST
#undef SENTRY__GZIP_NICE
#undef SENTRY__GZIP_SHORTEST
#undef SENTRY__GZIP_SYMBOLS
#undef SENTRY__GZIP_TRIES
#undef SENTRY__GZIP_WINDOW
#undef SENTRY__HOOK
#undef SENTRY__HTTP_BUFFER
#undef SENTRY__HTTP_HEADERS
#undef SENTRY__HTTP_LINE
#undef SENTRY__HTTP_PIECE
#undef SENTRY__IMAGES
#undef SENTRY__INFLATE_BITS
#undef SENTRY__INLINE
#undef SENTRY__IS
#undef SENTRY__KEEPS_BLOCKS
#undef SENTRY__LEFTOVER_US
#undef SENTRY__LIKELY
#undef SENTRY__LITERAL
#undef SENTRY__MAX_BUILD_ID
#undef SENTRY__MAX_DESCRIPTION
#undef SENTRY__MAX_KEY
#undef SENTRY__MAX_LIMIT_MS
#undef SENTRY__MAX_OP
#undef SENTRY__MAX_TABLES
#undef SENTRY__MAX_TEXT
#undef SENTRY__MAX_TEXTS
#undef SENTRY__MODULES
#undef SENTRY__MODULE_TYPE
#undef SENTRY__NOINLINE
#undef SENTRY__NOT_SENT
#undef SENTRY__NO_MARK
#undef SENTRY__NO_SOCKET
#undef SENTRY__ONE_COPY
#undef SENTRY__ON_CURRENT
#undef SENTRY__OS_ENDED
#undef SENTRY__OS_MODULES
#undef SENTRY__PC
#undef SENTRY__PROBE
#undef SENTRY__PROBES
#undef SENTRY__PUT
#undef SENTRY__REGISTERS
#undef SENTRY__REPORT_EVERY_MS
#undef SENTRY__RETRIES
#undef SENTRY__RETRY_FIRST_US
#undef SENTRY__RETRY_SHIFTS
#undef SENTRY__SIGRETURN_AT
#undef SENTRY__SMALL_BLOCK
#undef SENTRY__SMALL_STRING
#undef SENTRY__SP
#undef SENTRY__SPAN_TAG
#undef SENTRY__SSE2
#undef SENTRY__STAMP_LEN
#undef SENTRY__SYMBOLS
#undef SENTRY__TAG_BOOL
#undef SENTRY__TAG_INT
#undef SENTRY__TAKE_CURRENT
#undef SENTRY__THREADS
#undef SENTRY__THREAD_LOCAL
#undef SENTRY__TRACED_NOW
#undef SENTRY__TX_BYTES
#undef SENTRY__TX_KEPT
#undef SENTRY__TX_KEPT_BYTES
#undef SENTRY__UNCHECKED
#undef SENTRY__UNTRACED
#undef SENTRY__UNUSED_IS_FINE
#undef SENTRY__UNWIND
#undef SENTRY__UNWIND_TABLES
#undef SENTRY__WINDOW
#undef SENTRY__WINDOW_WORK
#undef SENTRY__WITH_UTF8
#undef SENTRY__WORK
#ifdef SENTRY__OWN_MALLOC
#undef SENTRY__OWN_MALLOC
#undef SENTRY_MALLOC
#undef SENTRY_REALLOC
#undef SENTRY_FREE
#endif
#ifdef SENTRY__OWN_ASSERT
#undef SENTRY__OWN_ASSERT
#undef SENTRY_ASSERT
#endif

#endif /* SENTRY__IMPLEMENTED */
#endif /* SENTRY_IMPLEMENTATION */

/* RELEASE HISTORY
 *     0.1.0   first version
 *
 * LICENSE
 *
 * MIT License
 *
 * Copyright (c) 2026 the sentry.h authors
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
