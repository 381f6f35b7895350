#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
typedef unsigned(__stdcall *_beginthreadex_proc_type)(void *);
uintptr_t __cdecl _beginthreadex(void *security, unsigned stack_size, _beginthreadex_proc_type start, void *arg, unsigned flags, unsigned *id);
void __cdecl _endthreadex(unsigned code);
STUB_C_END
