#pragma once
#include <vcruntime.h>
#define STUB_SLOT(type) ((sizeof(type) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#ifdef _M_X64
STUB_C_BEGIN
void __cdecl __va_start(va_list *list, ...); /* known to the compiler */
STUB_C_END
#define va_start(list, last) ((void)__va_start(&list, last))
#else
#define va_start(list, last) ((void)(list = (va_list)&(last) + STUB_SLOT(last)))
#endif
#define va_arg(list, type) (*(type *)((list += STUB_SLOT(type)) - STUB_SLOT(type)))
#define va_copy(to, from) ((to) = (from))
#define va_end(list) ((void)(list = (va_list)0))
