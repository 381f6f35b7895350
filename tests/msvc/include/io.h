#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
int __cdecl _setmode(int fd, int mode);
int __cdecl _write(int fd, void const *bytes, unsigned count);
STUB_C_END
