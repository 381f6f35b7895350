#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
#define SIGINT 2
#define SIGABRT 22
void(__cdecl *__cdecl signal(int number, void(__cdecl *handler)(int)))(int);
STUB_C_END
