#pragma once
#include <vcruntime.h>
#define offsetof(s, m) ((size_t)&(((s *)0)->m))
