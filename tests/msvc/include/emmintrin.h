#pragma once
#include <vcruntime.h>
#if !defined(_M_X64) && !defined(_M_IX86)
#error "This header is specific to X86 and X64 targets"
#endif
STUB_C_BEGIN
typedef union __declspec(intrin_type) __declspec(align(16)) __m128i {
    __int8 m128i_i8[16];
    unsigned __int64 m128i_u64[2];
} __m128i;
__m128i _mm_set_epi64x(__int64 high, __int64 low);
__m128i _mm_set1_epi8(char v);
__m128i _mm_or_si128(__m128i a, __m128i b);
__m128i _mm_cmpeq_epi8(__m128i a, __m128i b);
__m128i _mm_cmplt_epi8(__m128i a, __m128i b);
__m128i _mm_loadu_si128(__m128i const *p);
void _mm_storeu_si128(__m128i *p, __m128i v);
int _mm_movemask_epi8(__m128i v);
STUB_C_END
