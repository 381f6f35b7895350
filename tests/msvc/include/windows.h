#ifndef _WINDOWS_
#define _WINDOWS_
#define _INC_WINDOWS
#include <intrin.h>
#include <stdarg.h>
#include <vcruntime.h>
STUB_C_BEGIN

/* -- minwindef.h, basetsd.h, winnt.h -- */
#ifndef NOMINMAX
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#endif
#define CALLBACK __stdcall
#define WINAPI __stdcall
#define APIENTRY WINAPI
#define NTAPI __stdcall
#define VOID void
#define CONST const
#define FALSE 0
#define TRUE 1
#define MAX_PATH 260
#define DECLARE_HANDLE(name) \
    struct name##__ { \
        int unused; \
    }; \
    typedef struct name##__ *name
typedef char CHAR, *PSTR, *LPSTR;
typedef const char *PCSTR, *LPCSTR;
typedef wchar_t WCHAR, *PWSTR, *LPWSTR;
typedef const wchar_t *PCWSTR, *LPCWSTR;
typedef short SHORT;
typedef int INT, BOOL, *PBOOL, *LPBOOL;
typedef unsigned int UINT;
typedef long LONG, HRESULT;
typedef unsigned long ULONG, DWORD, *PDWORD, *LPDWORD;
typedef unsigned short USHORT, WORD;
typedef unsigned char UCHAR, BYTE, BOOLEAN;
typedef __int64 LONGLONG, LONG64;
typedef unsigned __int64 ULONGLONG, DWORDLONG, ULONG64, DWORD64;
typedef void *PVOID, *LPVOID, *HANDLE, **PHANDLE;
typedef const void *LPCVOID;
#ifdef _WIN64
typedef __int64 INT_PTR, LONG_PTR;
typedef unsigned __int64 UINT_PTR, ULONG_PTR, DWORD_PTR, SIZE_T;
typedef INT_PTR(WINAPI *FARPROC)(void);
#else
typedef int INT_PTR;
typedef long LONG_PTR;
typedef unsigned int UINT_PTR;
typedef unsigned long ULONG_PTR, DWORD_PTR, SIZE_T;
typedef int(WINAPI *FARPROC)(void);
#endif
DECLARE_HANDLE(HINSTANCE);
typedef HINSTANCE HMODULE;
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)
#define LOBYTE(w) ((BYTE)(((DWORD_PTR)(w)) & 0xff))
#define MAKEWORD(a, b) ((WORD)(((BYTE)(((DWORD_PTR)(a)) & 0xff)) | ((WORD)((BYTE)(((DWORD_PTR)(b)) & 0xff))) << 8))
typedef union _LARGE_INTEGER {
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER;
typedef struct _FILETIME {
    DWORD dwLowDateTime, dwHighDateTime;
} FILETIME, *LPFILETIME;
typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;
typedef struct _OSVERSIONINFOW {
    DWORD dwOSVersionInfoSize, dwMajorVersion, dwMinorVersion, dwBuildNumber, dwPlatformId;
    WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

/* -- errors, modules, system -- */
#define ERROR_SUCCESS 0L
#define ERROR_FILE_NOT_FOUND 2L
#define ERROR_INSUFFICIENT_BUFFER 122L
#define ERROR_ALREADY_EXISTS 183L
#define ERROR_ENVVAR_NOT_FOUND 203L
#define STILL_ACTIVE 259L
#define PROCESSOR_ARCHITECTURE_INTEL 0
#define PROCESSOR_ARCHITECTURE_AMD64 9
#define PROCESSOR_ARCHITECTURE_ARM64 12
typedef struct _SYSTEM_INFO {
    WORD wProcessorArchitecture, wReserved;
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress, lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors, dwProcessorType, dwAllocationGranularity;
    WORD wProcessorLevel, wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;
typedef struct _MEMORYSTATUSEX {
    DWORD dwLength, dwMemoryLoad;
    DWORDLONG ullTotalPhys, ullAvailPhys, ullTotalPageFile, ullAvailPageFile, ullTotalVirtual, ullAvailVirtual, ullAvailExtendedVirtual;
} MEMORYSTATUSEX, *LPMEMORYSTATUSEX;
typedef enum _COMPUTER_NAME_FORMAT { ComputerNameNetBIOS, ComputerNameDnsHostname } COMPUTER_NAME_FORMAT;
__declspec(dllimport) DWORD WINAPI GetLastError(void);
__declspec(dllimport) VOID WINAPI SetLastError(DWORD error);
__declspec(dllimport) HMODULE WINAPI GetModuleHandleW(LPCWSTR name);
__declspec(dllimport) HMODULE WINAPI LoadLibraryW(LPCWSTR name);
__declspec(dllimport) FARPROC WINAPI GetProcAddress(HMODULE module, LPCSTR name);
__declspec(dllimport) DWORD WINAPI GetModuleFileNameW(HMODULE module, LPWSTR out, DWORD size);
__declspec(dllimport) LPWSTR WINAPI GetCommandLineW(void);
DECLARE_HANDLE(HRSRC);
typedef HANDLE HGLOBAL;
typedef struct tagVS_FIXEDFILEINFO {
    DWORD dwSignature, dwStrucVersion, dwFileVersionMS, dwFileVersionLS, dwProductVersionMS, dwProductVersionLS, dwFileFlagsMask, dwFileFlags, dwFileOS, dwFileType,
        dwFileSubtype, dwFileDateMS, dwFileDateLS;
} VS_FIXEDFILEINFO;
#define MAKEINTRESOURCEW(i) ((LPWSTR)((ULONG_PTR)((WORD)(i))))
#define LOWORD(l) ((WORD)(((ULONG_PTR)(l)) & 0xffff))
#define HIWORD(l) ((WORD)((((ULONG_PTR)(l)) >> 16) & 0xffff))
__declspec(dllimport) HRSRC WINAPI FindResourceW(HMODULE module, LPCWSTR name, LPCWSTR type);
__declspec(dllimport) DWORD WINAPI SizeofResource(HMODULE module, HRSRC resource);
__declspec(dllimport) HGLOBAL WINAPI LoadResource(HMODULE module, HRSRC resource);
__declspec(dllimport) LPVOID WINAPI LockResource(HGLOBAL data);
__declspec(dllimport) VOID WINAPI GetNativeSystemInfo(LPSYSTEM_INFO info);
__declspec(dllimport) BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX memory);
__declspec(dllimport) BOOL WINAPI GetComputerNameExW(COMPUTER_NAME_FORMAT type, LPWSTR out, LPDWORD size);
__declspec(dllimport) DWORD WINAPI GetEnvironmentVariableW(LPCWSTR name, LPWSTR out, DWORD size);
__declspec(dllimport) DWORD WINAPI GetEnvironmentVariableA(LPCSTR name, LPSTR out, DWORD size);
__declspec(dllimport) DWORD WINAPI GetCurrentProcessId(void);
__declspec(dllimport) DWORD WINAPI GetCurrentThreadId(void);
__declspec(dllimport) VOID WINAPI OutputDebugStringA(LPCSTR text);

/* -- text -- */
#define CP_ACP 0
#define CP_UTF8 65001
#define MB_ERR_INVALID_CHARS 8
#define WC_ERR_INVALID_CHARS 0x80
__declspec(dllimport) int WINAPI MultiByteToWideChar(UINT page, DWORD flags, LPCSTR from, int from_len, LPWSTR to, int to_len);
__declspec(dllimport) int WINAPI WideCharToMultiByte(UINT page, DWORD flags, LPCWSTR from, int from_len, LPSTR to, int to_len, LPCSTR unknown, LPBOOL used_unknown);

/* -- time -- */
__declspec(dllimport) VOID WINAPI GetSystemTimeAsFileTime(LPFILETIME out);
__declspec(dllimport) VOID WINAPI GetSystemTimePreciseAsFileTime(LPFILETIME out);
__declspec(dllimport) ULONGLONG WINAPI GetTickCount64(void);
__declspec(dllimport) BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *out);
__declspec(dllimport) BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *out);
__declspec(dllimport) VOID WINAPI Sleep(DWORD ms);

/* -- threads -- */
typedef struct _RTL_SRWLOCK {
    PVOID Ptr;
} SRWLOCK, *PSRWLOCK;
typedef struct _RTL_CONDITION_VARIABLE {
    PVOID Ptr;
} CONDITION_VARIABLE, *PCONDITION_VARIABLE;
#define SRWLOCK_INIT \
    { 0 }
#define INFINITE 0xFFFFFFFF
#define WAIT_OBJECT_0 0L
#define WAIT_TIMEOUT 258L
#define TLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)
#define DUPLICATE_SAME_ACCESS 2
#define HANDLE_FLAG_INHERIT 1
typedef VOID(NTAPI *PIMAGE_TLS_CALLBACK)(PVOID module, DWORD reason, PVOID reserved);
#define DLL_PROCESS_DETACH 0
#define DLL_THREAD_DETACH 3
typedef DWORD(WINAPI *LPTHREAD_START_ROUTINE)(LPVOID arg);
__declspec(dllimport) VOID WINAPI InitializeSRWLock(PSRWLOCK lock);
__declspec(dllimport) VOID WINAPI AcquireSRWLockExclusive(PSRWLOCK lock);
__declspec(dllimport) VOID WINAPI ReleaseSRWLockExclusive(PSRWLOCK lock);
__declspec(dllimport) VOID WINAPI InitializeConditionVariable(PCONDITION_VARIABLE c);
__declspec(dllimport) VOID WINAPI WakeConditionVariable(PCONDITION_VARIABLE c);
__declspec(dllimport) VOID WINAPI WakeAllConditionVariable(PCONDITION_VARIABLE c);
__declspec(dllimport) BOOL WINAPI SleepConditionVariableSRW(PCONDITION_VARIABLE c, PSRWLOCK lock, DWORD ms, ULONG flags);
__declspec(dllimport) BOOL WINAPI SwitchToThread(void);
__declspec(dllimport) DWORD WINAPI TlsAlloc(void);
__declspec(dllimport) PVOID WINAPI TlsGetValue(DWORD index);
__declspec(dllimport) BOOL WINAPI TlsSetValue(DWORD index, PVOID data);
__declspec(dllimport) BOOL WINAPI TlsFree(DWORD index);
__declspec(dllimport) HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack, LPTHREAD_START_ROUTINE start, LPVOID arg, DWORD flags, LPDWORD id);
__declspec(dllimport) HANDLE WINAPI GetCurrentThread(void);
__declspec(dllimport) HANDLE WINAPI GetCurrentProcess(void);
__declspec(dllimport) DWORD WINAPI WaitForSingleObject(HANDLE handle, DWORD ms);
__declspec(dllimport) BOOL WINAPI GetExitCodeThread(HANDLE thread, LPDWORD code);
__declspec(dllimport) BOOL WINAPI CloseHandle(HANDLE handle);
__declspec(dllimport) BOOL WINAPI SetHandleInformation(HANDLE handle, DWORD mask, DWORD flags);
__declspec(dllimport) BOOL WINAPI DuplicateHandle(HANDLE from_process, HANDLE handle, HANDLE to_process, PHANDLE out, DWORD access, BOOL inherit, DWORD options);
#define MemoryBarrier() __faststorefence()
void __faststorefence(void);
#define InterlockedExchange _InterlockedExchange
#define InterlockedExchangeAdd _InterlockedExchangeAdd
#define InterlockedCompareExchange _InterlockedCompareExchange
#define InterlockedExchangePointer _InterlockedExchangePointer
#define InterlockedCompareExchangePointer _InterlockedCompareExchangePointer

/* -- memory -- */
#define PAGE_NOACCESS 0x01
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_WRITECOPY 0x08
#define PAGE_EXECUTE 0x10
#define PAGE_EXECUTE_READ 0x20
#define PAGE_EXECUTE_READWRITE 0x40
#define PAGE_EXECUTE_WRITECOPY 0x80
#define PAGE_GUARD 0x100
#define MEM_COMMIT 0x00001000
#define MEM_RESERVE 0x00002000
#define MEM_RELEASE 0x00008000
#define MEM_FREE 0x00010000
typedef struct _MEMORY_BASIC_INFORMATION {
    PVOID BaseAddress, AllocationBase;
    DWORD AllocationProtect;
    SIZE_T RegionSize;
    DWORD State, Protect, Type;
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;
__declspec(dllimport) LPVOID WINAPI VirtualAlloc(LPVOID at, SIZE_T size, DWORD type, DWORD protect);
__declspec(dllimport) BOOL WINAPI VirtualFree(LPVOID at, SIZE_T size, DWORD type);
__declspec(dllimport) SIZE_T WINAPI VirtualQuery(LPCVOID at, PMEMORY_BASIC_INFORMATION out, SIZE_T size);

/* -- exceptions -- */
#define EXCEPTION_MAXIMUM_PARAMETERS 15
#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)
typedef struct _EXCEPTION_RECORD {
    DWORD ExceptionCode, ExceptionFlags;
    struct _EXCEPTION_RECORD *ExceptionRecord;
    PVOID ExceptionAddress;
    DWORD NumberParameters;
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;
#if defined(_M_X64)
#define CONTEXT_FULL 0x10000bL
typedef struct __declspec(align(16)) _CONTEXT {
    DWORD64 P1Home, P2Home, P3Home, P4Home, P5Home, P6Home;
    DWORD ContextFlags, MxCsr;
    WORD SegCs, SegDs, SegEs, SegFs, SegGs, SegSs;
    DWORD EFlags;
    DWORD64 Dr0, Dr1, Dr2, Dr3, Dr6, Dr7, Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8, R9, R10, R11, R12, R13, R14, R15, Rip;
    BYTE rest[976];
} CONTEXT, *PCONTEXT;
#elif defined(_M_ARM64)
#define CONTEXT_FULL 0x400007L
typedef struct __declspec(align(16)) _CONTEXT {
    ULONG ContextFlags, Cpsr;
    DWORD64 X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, X14, X15, X16, X17, X18, X19, X20, X21, X22, X23, X24, X25, X26, X27,
        X28, Fp, Lr, Sp, Pc;
    BYTE rest[640];
} CONTEXT, *PCONTEXT;
#else
#define CONTEXT_FULL 0x10007L
typedef struct _CONTEXT {
    DWORD ContextFlags, Dr0, Dr1, Dr2, Dr3, Dr6, Dr7;
    BYTE FloatSave[112];
    DWORD SegGs, SegFs, SegEs, SegDs, Edi, Esi, Ebx, Edx, Ecx, Eax, Ebp, Eip, SegCs, EFlags, Esp, SegSs;
    BYTE ExtendedRegisters[512];
} CONTEXT, *PCONTEXT;
#endif
typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PCONTEXT ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;
typedef LONG(WINAPI *PTOP_LEVEL_EXCEPTION_FILTER)(PEXCEPTION_POINTERS e);
typedef PTOP_LEVEL_EXCEPTION_FILTER LPTOP_LEVEL_EXCEPTION_FILTER;
typedef LONG(NTAPI *PVECTORED_EXCEPTION_HANDLER)(PEXCEPTION_POINTERS e);
typedef struct _NT_TIB {
    PVOID ExceptionList, StackBase, StackLimit;
} NT_TIB;
struct _TEB *__cdecl NtCurrentTeb(void);
__declspec(dllimport) LPTOP_LEVEL_EXCEPTION_FILTER WINAPI SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER filter);
__declspec(dllimport) PVOID WINAPI AddVectoredExceptionHandler(ULONG first, PVECTORED_EXCEPTION_HANDLER handler);
__declspec(dllimport) ULONG WINAPI RemoveVectoredExceptionHandler(PVOID handle);
__declspec(dllimport) BOOL WINAPI IsDebuggerPresent(void);
__declspec(dllimport) VOID NTAPI RtlCaptureContext(PCONTEXT out);
__declspec(dllimport) WORD NTAPI RtlCaptureStackBackTrace(DWORD skip, DWORD count, PVOID *out, DWORD *hash);
#define CaptureStackBackTrace RtlCaptureStackBackTrace
#ifndef _M_IX86
#define UNW_FLAG_NHANDLER 0
typedef struct _RUNTIME_FUNCTION {
    DWORD BeginAddress, UnwindData;
} RUNTIME_FUNCTION, *PRUNTIME_FUNCTION;
__declspec(dllimport) PRUNTIME_FUNCTION NTAPI RtlLookupFunctionEntry(DWORD64 pc, DWORD64 *base, void *history);
__declspec(dllimport) PVOID NTAPI RtlVirtualUnwind(DWORD type, DWORD64 base, DWORD64 pc, PRUNTIME_FUNCTION f, PCONTEXT context, PVOID *data, DWORD64 *frame, void *pointers);
#endif

/* -- images -- */
#define IMAGE_SCN_MEM_EXECUTE 0x20000000
#define IMAGE_DIRECTORY_ENTRY_DEBUG 6
#define IMAGE_DEBUG_TYPE_CODEVIEW 2
#define IMAGE_SIZEOF_SHORT_NAME 8
typedef struct _IMAGE_DATA_DIRECTORY {
    DWORD VirtualAddress, Size;
} IMAGE_DATA_DIRECTORY;
typedef struct _IMAGE_FILE_HEADER {
    WORD Machine, NumberOfSections;
    DWORD TimeDateStamp, PointerToSymbolTable, NumberOfSymbols;
    WORD SizeOfOptionalHeader, Characteristics;
} IMAGE_FILE_HEADER;
typedef struct _IMAGE_OPTIONAL_HEADER { /* what is in it, in another order */
    ULONG_PTR ImageBase;
    DWORD SizeOfImage, SizeOfHeaders, NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[16];
} IMAGE_OPTIONAL_HEADER;
typedef struct _IMAGE_NT_HEADERS {
    DWORD Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER OptionalHeader;
} IMAGE_NT_HEADERS;
typedef struct _IMAGE_DOS_HEADER {
    WORD e_magic;
    LONG e_lfanew;
} IMAGE_DOS_HEADER;
typedef struct _IMAGE_SECTION_HEADER {
    BYTE Name[IMAGE_SIZEOF_SHORT_NAME];
    union {
        DWORD PhysicalAddress, VirtualSize;
    } Misc;
    DWORD VirtualAddress, SizeOfRawData, PointerToRawData, PointerToRelocations, PointerToLinenumbers;
    WORD NumberOfRelocations, NumberOfLinenumbers;
    DWORD Characteristics;
} IMAGE_SECTION_HEADER;
typedef struct _IMAGE_DEBUG_DIRECTORY {
    DWORD Characteristics, TimeDateStamp;
    WORD MajorVersion, MinorVersion;
    DWORD Type, SizeOfData, AddressOfRawData, PointerToRawData;
} IMAGE_DEBUG_DIRECTORY;
#define IMAGE_FIRST_SECTION(nt) ((const IMAGE_SECTION_HEADER *)((const BYTE *)&(nt)->OptionalHeader + (nt)->FileHeader.SizeOfOptionalHeader))

/* -- other threads, and what they wait for -- */
#define SYNCHRONIZE 0x00100000L
#define DELETE 0x00010000L
#define THREAD_SUSPEND_RESUME 0x0002
#define THREAD_GET_CONTEXT 0x0008
#define THREAD_QUERY_INFORMATION 0x0040
#define STD_ERROR_HANDLE ((DWORD)-12)
__declspec(dllimport) HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL set, LPCWSTR name);
__declspec(dllimport) BOOL WINAPI SetEvent(HANDLE event);
__declspec(dllimport) DWORD WINAPI WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all, DWORD ms);
__declspec(dllimport) HANDLE WINAPI OpenThread(DWORD access, BOOL inherit, DWORD id);
__declspec(dllimport) DWORD WINAPI GetThreadId(HANDLE thread);
__declspec(dllimport) DWORD WINAPI SuspendThread(HANDLE thread);
__declspec(dllimport) DWORD WINAPI ResumeThread(HANDLE thread);
__declspec(dllimport) BOOL WINAPI GetThreadContext(HANDLE thread, PCONTEXT out);
__declspec(dllimport) BOOL WINAPI SetThreadStackGuarantee(ULONG *size);
__declspec(dllimport) DWORD WINAPI GetTickCount(void);
__declspec(dllimport) HANDLE WINAPI GetStdHandle(DWORD which);

/* -- files -- */
#define FILE_READ_ATTRIBUTES 0x80
#define FILE_TYPE_DISK 1
typedef struct _OVERLAPPED {
    ULONG_PTR Internal, InternalHigh;
    DWORD Offset, OffsetHigh;
    HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;
__declspec(dllimport) DWORD WINAPI GetFileType(HANDLE file);
__declspec(dllimport) BOOL WINAPI GetFileSizeEx(HANDLE file, LARGE_INTEGER *out);
#define GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT 2
#define GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS 4
__declspec(dllimport) BOOL WINAPI GetModuleHandleExW(DWORD flags, LPCWSTR name, HMODULE *out);
__declspec(dllimport) BOOL WINAPI FreeLibrary(HMODULE module);
#define MOVEFILE_REPLACE_EXISTING 1
#define MOVEFILE_WRITE_THROUGH 8
#define GENERIC_READ 0x80000000L
#define GENERIC_WRITE 0x40000000L
#define FILE_SHARE_READ 1
#define FILE_SHARE_WRITE 2
#define FILE_SHARE_DELETE 4
#define FILE_WRITE_ATTRIBUTES 0x100
#define CREATE_ALWAYS 2
#define OPEN_EXISTING 3
#define OPEN_ALWAYS 4
#define FILE_ATTRIBUTE_NORMAL 0x80
#define FILE_ATTRIBUTE_DIRECTORY 0x10
#define FILE_ATTRIBUTE_REPARSE_POINT 0x400
#define INVALID_FILE_ATTRIBUTES ((DWORD)-1)
__declspec(dllimport) HANDLE WINAPI CreateFileW(LPCWSTR path, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security, DWORD how, DWORD flags, HANDLE model);
__declspec(dllimport) BOOL WINAPI ReadFile(HANDLE file, LPVOID to, DWORD size, LPDWORD got, void *overlapped);
__declspec(dllimport) BOOL WINAPI WriteFile(HANDLE file, LPCVOID from, DWORD size, LPDWORD written, void *overlapped);
__declspec(dllimport) BOOL WINAPI MoveFileExW(LPCWSTR from, LPCWSTR to, DWORD flags);
__declspec(dllimport) BOOL WINAPI DeleteFileW(LPCWSTR path);
__declspec(dllimport) BOOL WINAPI CreateDirectoryW(LPCWSTR path, LPSECURITY_ATTRIBUTES security);
__declspec(dllimport) BOOL WINAPI RemoveDirectoryW(LPCWSTR path);
__declspec(dllimport) BOOL WINAPI SetFileTime(HANDLE file, const FILETIME *created, const FILETIME *read, const FILETIME *written);
typedef struct _WIN32_FIND_DATAW {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime, ftLastAccessTime, ftLastWriteTime;
    DWORD nFileSizeHigh, nFileSizeLow, dwReserved0, dwReserved1;
    WCHAR cFileName[260], cAlternateFileName[14];
} WIN32_FIND_DATAW, *LPWIN32_FIND_DATAW;
__declspec(dllimport) HANDLE WINAPI FindFirstFileW(LPCWSTR pattern, LPWIN32_FIND_DATAW found);
__declspec(dllimport) BOOL WINAPI FindNextFileW(HANDLE search, LPWIN32_FIND_DATAW found);
__declspec(dllimport) BOOL WINAPI FindClose(HANDLE search);
typedef enum _GET_FILEEX_INFO_LEVELS { GetFileExInfoStandard, GetFileExMaxInfoLevel } GET_FILEEX_INFO_LEVELS;
typedef struct _WIN32_FILE_ATTRIBUTE_DATA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime, ftLastAccessTime, ftLastWriteTime;
    DWORD nFileSizeHigh, nFileSizeLow;
} WIN32_FILE_ATTRIBUTE_DATA, *LPWIN32_FILE_ATTRIBUTE_DATA;
__declspec(dllimport) BOOL WINAPI GetFileAttributesExW(LPCWSTR path, GET_FILEEX_INFO_LEVELS level, LPVOID out);
__declspec(dllimport) DWORD WINAPI GetCurrentDirectoryW(DWORD size, LPWSTR out);
__declspec(dllimport) DWORD WINAPI GetFullPathNameW(LPCWSTR path, DWORD size, LPWSTR out, LPWSTR *file_part);
__declspec(dllimport) DWORD WINAPI GetFileAttributesW(LPCWSTR path);

STUB_C_END
#ifndef WIN32_LEAN_AND_MEAN
#include <winsock.h>
#endif
#endif
