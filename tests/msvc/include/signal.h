#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
#define SIG_DFL ((void(__cdecl *)(int))0)
#define SIG_IGN ((void(__cdecl *)(int))1)
#define SIGINT 2
#define SIGABRT 22
void(__cdecl *__cdecl signal(int number, void(__cdecl *handler)(int)))(int);
int __cdecl raise(int number);
STUB_C_END
