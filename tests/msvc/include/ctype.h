#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
int __cdecl tolower(int c);
int __cdecl isdigit(int c);
STUB_C_END
