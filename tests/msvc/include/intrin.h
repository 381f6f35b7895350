#pragma once
#include <vcruntime.h>
STUB_C_BEGIN
long _InterlockedExchange(long volatile *p, long v);
long _InterlockedExchangeAdd(long volatile *p, long v);
long _InterlockedCompareExchange(long volatile *p, long v, long old);
void *_InterlockedExchangePointer(void *volatile *p, void *v);
void *_InterlockedCompareExchangePointer(void *volatile *p, void *v, void *old);
STUB_C_END
