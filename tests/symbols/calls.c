/* A file with functions that are inlined into each other, some more than once, and with rare parts that are moved away. Needs no C library. */
#define ALWAYS static inline __attribute__((always_inline))
#define NEVER __attribute__((noinline, noclone))
#ifdef __clang__
#undef NEVER
#define NEVER __attribute__((noinline))
#endif

struct shape {
    int kind, size;
    struct shape *next;
};

static volatile int calls_seen;

ALWAYS int square(int n)
{
    calls_seen += n;
    return n * n;
}

ALWAYS int area(const struct shape *s)
{
    int a = square(s->size);
    if (s->kind == 2) a += square(a + 1);
    return a;
}

NEVER __attribute__((cold)) int calls_odd(int n)
{
    calls_seen -= n;
    return n - 1;
}

NEVER int calls_all(const struct shape *s)
{
    int sum = 0;
    for (; s; s = s->next) {
        int a = area(s);
        if (__builtin_expect(a < 0, 0)) {
            int b = calls_odd(a);
            sum -= calls_odd(square(b));
        }
        sum += a;
    }
    return sum;
}

static int NEVER twice(int n)
{
    return square(n) + square(n + calls_seen);
}

int calls_begin(int n)
{
    struct shape small, big;
    small.kind = 1;
    small.size = n;
    small.next = &big;
    big.kind = 2;
    big.size = twice(n);
    big.next = 0;
    return calls_all(&small);
}

#ifdef CALLS_MAIN
int main(int argc, char **argv)
{
    return calls_begin(argc) == 3 && argv[0] == 0;
}
#endif
