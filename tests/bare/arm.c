/* arm.c: what a C program needs on a bare Cortex-M: the vectors, the start, and newlib's system calls. Output goes to the
 * debugger (semihosting), which is what qemu's -semihosting-config gives it. Prints how much stack and heap were used. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

extern unsigned data_start[], data_end[], data_image[], bss_start[], bss_end[], stack_start[], stack_end[];
extern char heap_start[], heap_end[];
int main(void);

enum { SYS_OPEN = 1, SYS_WRITE0 = 4, SYS_WRITE = 5, SYS_EXIT = 24 };
#define EXITED 0x20026 /* the reason that means success */
#define CRASHED 0x20023
#define PAINT 0xa5a5a5a5u

static char *heap = heap_start;

static int semihost(int call, const void *argument)
{
    register int r0 __asm__("r0") = call;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void _exit(int code)
{
    for (;;) semihost(SYS_EXIT, (const void *)(code ? CRASHED : EXITED));
}

static void fault(void)
{
    semihost(SYS_WRITE0, "fault\n");
    _exit(1);
}

/* All but a little: the compiler may call memset for it. */
static void paint_stack(void)
{
    unsigned *p, *top;
    __asm__ volatile("mov %0, sp" : "=r"(top));
    for (p = stack_start; p < top - 32; p++) *p = PAINT;
}

static unsigned stack_used(void)
{
    unsigned *p = stack_start;
    while (p < stack_end && *p == PAINT) p++;
    return (unsigned)((char *)stack_end - (char *)p);
}

void reset(void)
{
    unsigned *to, *from = data_image;
    int code;
    for (to = data_start; to < data_end;) *to++ = *from++;
    for (to = bss_start; to < bss_end;) *to++ = 0;
#ifdef TRAP_UNALIGNED
    *(volatile unsigned *)0xe000ed14 |= 8; /* as a Cortex-M0, which has no unaligned access at all */
#endif
    paint_stack();
    code = main();
    printf("# stack %u bytes, heap of the C library %u bytes\n", stack_used(), (unsigned)(heap - heap_start));
    fflush(stdout);
    _exit(code);
}

__attribute__((section(".vectors"), used)) static const struct {
    unsigned *stack;
    void (*handlers[15])(void);
} vectors = { stack_end, { reset, fault, fault, fault, fault, fault } };

/* -- newlib's system calls -- */

int _write(int file, const void *bytes, size_t size)
{
    static int console = -1;
    static const char name[] = ":tt";
    const uintptr_t open[3] = { (uintptr_t)name, 4 /* "w" */, sizeof name - 1 };
    uintptr_t write[3] = { 0, (uintptr_t)bytes, size };
    (void)file;
    if (console < 0) console = semihost(SYS_OPEN, open);
    write[0] = (uintptr_t)console;
    return (int)size - semihost(SYS_WRITE, write);
}

void *_sbrk(ptrdiff_t more)
{
    char *old = heap;
    if (more > heap_end - heap) {
        errno = ENOMEM;
        return (void *)-1;
    }
    heap += more;
    return old;
}

int _fstat(int file, struct stat *out)
{
    (void)file;
    out->st_mode = S_IFCHR;
    return 0;
}
int _isatty(int file) { return file >= 0; }
int _close(int file) { return -(file < 0); }
int _read(int file, void *to, size_t size) { return (void)file, (void)to, (void)size, 0; }
long _lseek(int file, long offset, int origin) { return (void)file, (void)offset, (void)origin, 0; }
int _kill(int pid, int number) { return (void)pid, (void)number, -1; }
int _getpid(void) { return 1; }
