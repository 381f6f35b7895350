// What a report must say, beyond what every event does; each function adds to a list of problems.
import { readFileSync } from 'node:fs';
import { checker, sessionsOf, signals } from './run.mjs';

export const source = readFileSync(new URL('crasher.c', import.meta.url), 'utf8').split('\n');

const plain = name => name?.replace(/\(.*\)( const)?$/, '').replace(/\.(part|constprop|isra|cold)\b.*/, '');
export const linesOf = mark => source.flatMap((line, i) => line.endsWith(`/* ${mark} */`) ? [i + 1] : []);
const hex = number => `0x${number.toString(16)}`;

function lookAtException(event, { what, place, expected, way }, facts, problems) {
    const expect = checker(problems), [exception, ...more] = event.exception?.values ?? [];
    if (!expect(exception && !more.length, `${event.exception?.values?.length} exceptions`)) return {};
    const { mechanism = {} } = exception, signal = mechanism.meta?.signal, type = expected.type ?? expected.signal;
    const matches = (text, wanted) => wanted instanceof RegExp ? wanted.test(text) : text === wanted;
    expect(matches(exception.type, type), `the type is ${exception.type}, not ${type}`);
    expect(matches(exception.value, expected.value ?? /./), `the value is ${exception.value}, not ${expected.value}`);
    const by = place === 'started' ? 'threading' : expected.mechanism ?? 'signalhandler';
    expect(mechanism.type === by, `the mechanism is ${mechanism.type}, not ${by}`);
    expect(mechanism.handled === false, `handled is ${mechanism.handled}`);
    if (!expected.mechanism) {
        expect(mechanism.synthetic === true, `synthetic is ${mechanism.synthetic}`);
        const same = signal?.name === type && signal?.number === signals[type];
        expect(way.windows || same, `meta.signal is ${JSON.stringify(signal)}`);
    }
    const code = way.emulated ? undefined : expected.code;
    if (code) expect(signal?.code_name === code, `code_name is ${signal?.code_name}, not ${code}`);
    const { fault_kind: kind, fault_address: address } = mechanism.data ?? {};
    if (expected.kind) expect([expected.kind].flat().includes(kind), `fault_kind is ${kind}, not ${expected.kind}`);
    else if (expected.signal === 'SIGABRT') expect(kind === undefined && address === undefined, `${what} with ${kind} at ${address}`);
    if (expected.address) expect(Number(address) === Number(facts.address), `fault_address is ${address}, not ${hex(facts.address)}`);
    return exception;
}

function lookAtThreads(event, exception, { place, expected, way }, facts, problems) {
    const expect = checker(problems), threads = event.threads?.values ?? [], current = threads.filter(thread => thread.crashed);
    const name = expected.thread ?? ({ thread: 'crashing', foreign: 'crashing', started: 'crashing', worker: 'sentry-http' })[place], isMain = !name;
    if (!expect(current.length === 1, `${current.length} threads have crashed`)) return;
    const [crashed] = current;
    expect(crashed.id === exception.thread_id, `the exception is of thread ${exception.thread_id}, ${crashed.id} crashed`);
    const known = !expected.thread && !way.windows;
    if (known) expect(String(crashed.id) === String(facts.tid), `thread ${crashed.id} crashed, not ${facts.tid}`);
    const { current: isCurrent, main = false } = crashed;
    expect(isCurrent === true && main === isMain, `the crashed thread has current ${isCurrent}, main ${main}`);
    expect(!crashed.stacktrace, 'the crashed thread has a stack beside that of the exception');
    if (!way.windows) expect(crashed.name === (name ?? crashed.name) && crashed.name, `the crashed thread is called ${crashed.name}`);
    expect(new Set(threads.map(thread => thread.id)).size === threads.length, 'two threads with one id');
    if (place === 'fork' || way.windows) return;
    const idle = threads.find(thread => thread.name === 'idle');
    expect(idle && !idle.crashed && idle.stacktrace?.frames?.length > 1, `the idle thread is ${JSON.stringify(idle)}`);
    expect(threads.filter(thread => thread.main).length === 1, 'not one main thread');
    for (const thread of threads) expect(thread.id === crashed.id || !thread.current, 'two current threads');
}

function lookAtStack(event, exception, { way }, problems) {
    const expect = checker(problems), { frames = [], registers = {} } = exception.stacktrace ?? {};
    const images = event.debug_meta?.images ?? [], counter = registers.rip ?? registers.pc;
    const inside = (image, address) => Number(image.image_addr) <= address && address < Number(image.image_addr) + image.image_size;
    const program = images.find(image => image.code_file === way.program), top = frames.at(-1);
    if (!expect(top, 'no frames')) return;
    expect(Number(counter) === Number(top.instruction_addr), `the last frame is ${top.instruction_addr}, the registers say ${counter}`);
    expect(Object.keys(registers).length >= 16, `${Object.keys(registers).length} registers`);
    expect(program, `${way.program} is not among the images: ${images.map(image => image.code_file)}`);
    const type = way.windows ? 'pe' : 'elf';
    expect(program?.type === type && program?.arch === way.arch, `the program's image is ${JSON.stringify(program)}`);
    if (program) expect(frames.some(frame => inside(program, Number(frame.instruction_addr))), 'no frame lies in the program');
}

function lookAtScope(event, { settings = {}, place, expected, way }, problems) {
    const expect = checker(problems);
    expect(event.dist === String(settings.number ?? 0), `dist is ${event.dist}`);
    expect(event.tags?.scope === 'full', `the tags are ${JSON.stringify(event.tags)}`);
    if (place === 'thread') expect(event.tags?.thread === 'knows the SDK', `the tags are ${JSON.stringify(event.tags)}`);
    expect(event.user?.id === '42', `the user is ${JSON.stringify(event.user)}`);
    const crumbs = event.breadcrumbs?.values?.map(crumb => crumb.message) ?? [];
    expect(crumbs.includes('about to crash'), `the breadcrumbs are ${crumbs}`);
    const { release, environment } = event;
    expect(release === 'crasher@1.0.0' && environment === 'production', `release ${release}, environment ${environment}`);
    expect(event.contexts?.os?.name === (way.windows ? 'Windows' : 'Linux'), `contexts.os is ${JSON.stringify(event.contexts?.os)}`);
    const { 'sys.argv': argv, ...given } = event.extra ?? {}, extra = JSON.stringify(given);
    expect(expected.extra || argv?.[0]?.includes('crasher'), `the command line is ${JSON.stringify(argv)}`);
    if (expected.extra) expect(extra === JSON.stringify(expected.extra), `extra is ${extra}`);
}

const shown = frames => frames.map(frame => [frame.function ?? frame.instruction_addr, frame.lineno].filter(Boolean).join(':')).join(' < ');

const CALLERS = {
    main: 'main', thread: 'crash_on_thread', foreign: 'crash_on_thread', started: 'crash_on_thread', worker: 'crash_in_client',
    fork: 'crash_in_child',
};

// The names of functions, files and lines, which the next start has found.
export function lookAtNames(event, { what, place, expected, way }, problems) {
    const expect = checker(problems), frames = [...event.exception.values[0].stacktrace?.frames ?? []].reverse();
    const fn = expected.fn ?? `crash_${what}`, text = shown(frames.slice(0, 12));
    const at = frames.findIndex(frame => plain(frame.function) === fn);
    if (!expect(at >= 0, `${fn} is not in the stack: ${text}`)) return;
    const { filename = '', abs_path = '', lineno, in_app, context_line } = frames[at], lines = linesOf(expected.line ?? what);
    expect([filename, abs_path].some(path => path.endsWith('crasher.c')), `${fn} is in the file ${filename}, ${abs_path}`);
    if (expected.lines === false) expect(lineno === undefined || lines.includes(lineno), `${fn} is at line ${lineno}, not ${lines}`);
    else if (expected.fn === 'go_deeper') expect(Math.abs(lineno - lines[0]) <= 6, `${fn} is at line ${lineno}, not ${lines}`);
    else if (expect(lines.includes(lineno), `${fn} is at line ${lineno}, not ${lines}`)) {
        expect(way.windows || context_line === source[lineno - 1], `the line of ${fn} is ${context_line}`);
    }
    expect(in_app === true, `${fn} has in_app ${in_app}`);
    if (expected.at === 'top') expect(at === 0, `${fn} is not on top: ${text}`);
    if (expected.at === 'below') expect(at === 1 && !frames[0].function, `${fn} is not the second: ${text}`);
    if (expected.callers === false || way.name === 'musl') return;
    const callers = expected.callers ?? ['crash_here', CALLERS[place]];
    let from = at;
    for (const name of callers) {
        const found = frames.findIndex((frame, i) => i > from && plain(frame.function) === name);
        const most = `${shown(frames.slice(0, 8))} ... ${shown(frames.slice(-6))}`;
        if (!expect(found > from, `${name} is not among the callers of ${fn}: ${most}`)) return;
        from = found;
    }
}

export function lookAtEvent(event, cell, facts, problems) {
    const exception = lookAtException(event, cell, facts, problems);
    lookAtThreads(event, exception, cell, facts, problems);
    lookAtStack(event, exception, cell, problems);
    lookAtScope(event, cell, problems);
}

// -- sessions --

// Of all that was sent: each session's updates are in order, and how those of the crashed process ended.
export function lookAtSessions(envelopes, crash, { place, expected }, problems) {
    const expect = checker(problems), all = envelopes.flatMap(sessionsOf);
    const ended = all.filter(session => !['ok', 'exited'].includes(session.status)), text = JSON.stringify(ended);
    const wanted = expected.session ?? (place === 'fork' ? undefined : expected.silent ? 'abnormal' : 'crashed');
    if (!wanted) return expect(ended.length === 0, `a session ended: ${text}`);
    const isOne = ended.length === 1 && ended[0].status === wanted;
    if (!expect(isOne, `the sessions that did not end well are ${text}, not one ${wanted}`)) return;
    const [{ sid, errors, attrs }] = ended;
    // An envelope that was on its way when the program crashed may arrive or not: so the report begins the session, too.
    const begun = all.filter(session => session.sid === sid && session.init).length;
    expect(begun >= 1 && begun <= (expected.sending ? 2 : 1), `${sid} began ${begun} times`);
    expect(wanted !== 'crashed' || errors >= 1, `${errors} errors in a session that crashed`);
    expect(attrs?.release === 'crasher@1.0.0', `the session's attrs are ${JSON.stringify(attrs)}`);
    if (crash) expect(sessionsOf(crash).some(session => session.sid === sid), 'the session does not go along with the crash');
}
