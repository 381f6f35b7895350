// What crashes, where, in which program, and what the report must say.
//
// An expectation: {signal, type, value, kind, code, at, caller, address}
//     signal    that ends the process                          type, value  of the exception; type is the signal where there is none
//     kind      mechanism.data.fault_kind, one or several      code         mechanism.meta.signal.code_name
//     at        where the crashed function is in the stack: 'top', 'below' a frame without a function, 'in' it somewhere
//     fn, line  the function, else crash_<what>; the line is that with the comment /* <line> */, else /* <what> */
//     alone     it is not run without the SDK, where it would not crash; sending: an envelope may be on its way when it crashes
//     silent    there is no report; session: how it ends then, else abnormal; dropped: there is still the mark of a crash
//     exit      an exit code instead of a signal; core: whether a core is dumped, as without the SDK
//     hooks, calls   how often on_crash or before_send, and the previous handler, are called; before: that one before the report
//     callers   functions that have called it, the nearest first; false: none can be told
//     address   whether fault_address is what the program says; lines: false where the compiler gives its own code no line
const ABORT = { signal: 'SIGABRT', at: 'in' };
const SEGV = { signal: 'SIGSEGV', at: 'top' };

const anywhere = {
    null_read: { ...SEGV, kind: 'null', code: 'SEGV_MAPERR', address: true, value: /0x18.*NULL/ },
    null_call: { ...SEGV, kind: 'null', code: 'SEGV_MAPERR', address: true, value: /null/i, at: 'below' },
    wild_jump: { ...SEGV, kind: 'unmapped', code: 'SEGV_MAPERR', address: true, at: 'below' },
    wild_write: { ...SEGV, kind: 'unmapped', code: 'SEGV_MAPERR', address: true },
    noncanonical: { ...SEGV, kind: ['noncanonical', 'unmapped'] },
    read_only: { ...SEGV, kind: ['protected', 'code'], code: 'SEGV_ACCERR', address: true },
    data_call: { ...SEGV, kind: 'protected', code: 'SEGV_ACCERR', address: true, at: 'below' },
    stack_overflow: { ...SEGV, kind: 'stack_overflow', value: /overflow/i, fn: 'go_deeper' },
    heap_smash: { ...ABORT, value: /free\(\): invalid/ },
    double_free: { ...ABORT, value: /double free detected/ },
    in_malloc: { ...SEGV, kind: 'unmapped', at: 'in' },
    abort: ABORT,
    assert: { ...ABORT, value: /crasher\.c:\d+: .*crash_assert.*: Assertion `sink == 12345' failed/ },
    stack_smash: { ...ABORT, value: /stack smashing detected/, callers: false },
    fortify: { ...ABORT, value: /buffer overflow detected/ },
    fpe: { signal: 'SIGFPE', at: 'top' },
    illegal: { signal: 'SIGILL', at: 'top' },
    trap: { signal: 'SIGTRAP', at: 'top' },
    raise: { signal: 'SIGBUS', at: 'in' },
    bus: { signal: 'SIGBUS', code: 'BUS_ADRERR', at: 'top', address: true },
    sigsys: { signal: 'SIGSYS', at: 'in', code: 'SYS_SECCOMP' },
    kill_segv: { ...SEGV, at: 'in' },
    holding_sdk_lock: { ...SEGV, kind: 'null', at: 'in', alone: true, sending: true },
};
// Windows, as far as Wine goes: not every exit code arrives there.
const windows = {
    null_read: { type: 'EXCEPTION_ACCESS_VIOLATION', at: 'top', kind: 'null', value: /NULL pointer plus 0x18/ },
    abort: { type: 'SIGABRT', at: 'in' },
    fpe: { type: 'EXCEPTION_INT_DIVIDE_BY_ZERO', at: 'top' },
    illegal: { type: 'EXCEPTION_ILLEGAL_INSTRUCTION', at: 'top' },
    stack_overflow: { type: 'EXCEPTION_STACK_OVERFLOW', at: 'top', kind: 'stack_overflow', fn: 'go_deeper' },
};
const exceptions = {
    throw: { ...ABORT, type: 'std::out_of_range', value: /^there is no tenth$/, mechanism: 'terminate' },
    throw_int: { ...ABORT, type: 'int', mechanism: 'terminate' },
    noexcept: { ...ABORT, type: 'std::out_of_range', value: /^there is no tenth$/, mechanism: 'terminate',
        fn: 'crash_throw', line: 'throw' },
    terminate: ABORT,
};
const PLACES = ['main', 'thread', 'foreign', 'worker', 'fork'];

// What differs: musl says nothing when its malloc finds that something is wrong, and ends by an instruction that is not allowed.
const musl = {
    heap_smash: { ...SEGV, at: 'in' }, double_free: { ...SEGV, at: 'in' }, in_malloc: null,
    stack_smash: { ...SEGV, at: 'in', callers: false }, assert: { ...ABORT }, fortify: null,
};
// clang's code of a function that must not throw ends the program when what it has called is gone already.
const unwound = { noexcept: { ...exceptions.noexcept, fn: 'no_throw', line: 'noexcept' } };
const clang = { stack_smash: { ...anywhere.stack_smash, lines: false } };
// The emulator: a division by zero is none there, nothing is forbidden, an address that cannot be is not told; two threads that
// crash at once are too much for it.
const qemu = { noncanonical: null, fpe: { signal: 'SIGFPE', at: 'in' }, sigsys: { signal: 'SIGSYS', at: 'in' } };

function* matrix(way) {
    for (const [what, expected] of way.windows ? Object.entries(windows) : []) {
        for (const place of ['main', 'thread', 'foreign', 'started', 'worker']) {
            yield { way, what, place, expected: { ...expected, alone: place === 'worker' } };
        }
    }
    if (way.windows) return;
    const own = { musl, clang, 'clang++': unwound, aarch64: qemu }[way.name] ?? {};
    const whats = { ...(way.name.endsWith('++') ? exceptions : anywhere), ...own };
    for (const [what, expected] of Object.entries(whats)) {
        for (const place of way.emulated && !['null_read', 'stack_overflow', 'abort'].includes(what) ? ['main'] : PLACES) {
            if (what === 'holding_sdk_lock' && place === 'worker') continue; // the SDK is off there
            if (!expected) continue;
            if (what !== 'stack_overflow' || place !== 'foreign') {
                yield { way, what, place, expected: place === 'worker' ? { ...expected, alone: true } : expected };
                continue;
            }
            yield { way, what, place, expected: { ...expected, silent: true } };
            // It looks for new threads four times a second.
            yield { way, what, place, expected, settings: { foreign_thread_stacks: 1, delay: 600000 } };
        }
    }
}

function* others(way) {
    const { null_read, abort, illegal, kill_segv, stack_overflow } = anywhere;
    const cell = (what, expected, settings = {}, place = 'main') => ({ way, what, place, expected, settings });
    yield cell('two_threads', { ...null_read, fn: 'crash_null_read', line: 'null_read', thread: 'crashing', callers: ['one_of_two'] });
    for (const [what, expected] of Object.entries({ null_read, abort, stack_overflow })) yield cell(what, expected, {}, 'started');
    yield cell('killed', { signal: 'SIGKILL', silent: true, session: 'abnormal' });
    for (const place of ['main', 'thread', 'foreign', 'fork']) {
        yield cell('abort', { ...abort, hooks: 1 }, { hook: 3 }, place); // on_crash crashes
        yield cell('abort', { ...abort, hooks: 1 }, { hook: 4 }, place); // before_send crashes
    }
    yield cell('null_read', { ...null_read, hooks: 1 }, { hook: 3 });
    yield cell('null_read', { ...null_read, hooks: 1, extra: { hook: 'was here' } }, { hook: 1 });
    yield cell('null_read', { ...null_read, hooks: 1, silent: true, dropped: true, session: 'crashed' }, { hook: 2 });
    for (let lock = 2; lock <= 8; lock++) {
        yield cell('holding_sdk_lock', anywhere.holding_sdk_lock, { lock });
        yield cell('holding_sdk_lock', anywhere.holding_sdk_lock, { lock }, 'thread');
    }
    for (const reinstall of [0, 1]) {
        for (const [what, expected] of Object.entries({ null_read, abort, illegal, kill_segv })) {
            yield cell(what, { ...expected, calls: 1 }, { previous: 1, reinstall });
            yield cell(what, { ...expected, calls: 1, exit: 91 }, { previous: 2, reinstall });
        }
    }
    yield cell('stack_overflow', { ...stack_overflow, calls: 1 }, { previous: 1 }, 'thread');
    yield cell('null_read', { ...null_read, calls: 1, before: true }, { previous: 4, chain: 1 });
    yield cell('abort', { ...abort, calls: 1, before: true }, { previous: 4, chain: 1 });
    yield cell('null_read', { ...null_read }, { chain: 1 });
    if (way.arch === 'x86_64') {
        yield cell('illegal', { calls: 1, exit: 90, silent: true, session: '' }, { previous: 3, chain: 1 }); // it ends by exit
    }
    yield cell('null_read', { ...null_read, silent: true }, { traced: 1 });
    yield cell('null_read', null_read, { traced: 1, always_run: 1 });
    yield cell('null_read', { ...null_read, says: true }, { debug: 1 });
    yield cell('handled', { type: 'SIGSEGV', exit: 90, at: 'in', kind: 'unmapped', code: 'SEGV_MAPERR', alone: true });
    for (const [what, expected] of Object.entries({ null_read, abort, kill_segv, stack_overflow })) {
        yield cell(what, { ...expected, core: true });
        yield cell(what, { ...expected, core: true }, {}, 'thread');
    }
}

// For crashes at random.
export const RANDOM = Object.entries(anywhere);

export function cells(ways) {
    return ways.flatMap(way => [...matrix(way), ...(['gcc', 'musl'].includes(way.name) ? others(way) : [])]);
}
