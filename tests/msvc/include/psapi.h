#pragma once
#include <windows.h>
STUB_C_BEGIN
__declspec(dllimport) BOOL WINAPI K32EnumProcessModules(HANDLE process, HMODULE *modules, DWORD size, LPDWORD needed);
STUB_C_END
