#pragma once
#include <stdint.h>
#define PRId32 "d"
#define PRIu32 "u"
#define PRIx32 "x"
#define PRId64 "lld"
#define PRIu64 "llu"
#define PRIx64 "llx"
#ifdef _WIN64
#define PRIxPTR "llx"
#else
#define PRIxPTR "x"
#endif
