// Runs the cells of cells.mjs, each in a folder of its own: without the SDK, with it, and a next start that sends; and looks at
// how the program ended, at what it left in its database, and at what was sent.
//
//     node check.mjs FOLDER     with FOLDER/ways: "NAME [EMULATOR...] PROGRAM", one a line
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { basename, join } from 'node:path';
import { collect } from '../conformance/collect.mjs';
import { inspect } from '../conformance/inspect.mjs';
import { cells } from './cells.mjs';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node check.mjs FOLDER');
const DSN = 'http://0123456789abcdef0123456789abcdef@127.0.0.1:9/42';
const only = new RegExp(process.env.CELLS ?? '');
const JOBS = Math.min(availableParallelism(), 4);
const { signals } = constants;
const source = readFileSync(new URL('crasher.c', import.meta.url), 'utf8').split('\n');

const ways = readFileSync(join(folder, 'ways'), 'utf8').trim().split('\n').map(line => {
    const [name, ...command] = line.split(/ +/);
    return { name, command, program: command.at(-1), emulated: command.length > 1, arch: name === 'aarch64' ? 'arm64' : 'x86_64' };
});

// -- running --

// Resolves to how a command ended: "exit 0", "SIGSEGV", with what it printed.
function run(command, { env = {}, timeout = 20e3 } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(command[0], command.slice(1), { env: { PATH: process.env.PATH, ...env }, timeout, killSignal: 'SIGTERM' });
        let out = '', log = '';
        child.stdout.on('data', data => out += data);
        child.stderr.on('data', data => log += data);
        child.on('error', reject);
        child.on('close', (code, signal) => resolve({ end: signal ?? `exit ${code}`, out, log }));
    });
}

function wordOf(status) {
    const number = status & 0x7f;
    return number ? Object.keys(signals).find(name => signals[name] === number) : `exit ${status >> 8}`;
}

const FACTS = ['faulted', 'renamed', 'passed_on', 'calls', 'tid', 'address', 'status', 'hooks'];
function readShared(own) {
    const bytes = readFileSync(join(own, 'shared'));
    return Object.fromEntries(FACTS.map((name, i) => [name, bytes.readBigInt64LE(8 * i)]));
}

function fresh(name) {
    const own = join(folder, 'cells', name.replaceAll(/[^\w+-]+/g, '.'));
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own, { recursive: true });
    return own;
}

// Runs the crasher in a folder; a cell in a child, or under a tracer, ends as the child did.
async function crash({ way, what, place, settings, expected }, own, more = {}, env) {
    const args = Object.entries({ ...settings, ...more }).map(pair => pair.join('='));
    const command = [...way.command, own, what, place, ...args];
    const outcome = await run(expected?.core ? ['sh', '-c', 'ulimit -c unlimited; "$@"; exit $?', 'sh', ...command] : command, { env });
    const facts = readShared(own);
    if ((place === 'fork' || settings?.traced) && outcome.end === 'exit 0') outcome.end = wordOf(Number(facts.status));
    if (expected?.core && /^exit (12[89]|1[3-9]\d)$/.test(outcome.end)) outcome.end = wordOf(Number(outcome.end.slice(5)) - 128);
    return { ...outcome, facts, core: /core dumped/.test(outcome.log) };
}

// -- what lies in the database --

function listed(path) {
    return existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath ?? entry.path, entry.name)) : [];
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const crashOf = path => {
    const envelope = inspect({ body: readFileSync(path) }, DSN);
    return { ...envelope, path, event: envelope.events[0]?.value };
};
const sessionsOf = envelope => envelope.items.filter(item => item.header.type === 'session').map(item => JSON.parse(item.payload));

// The crash that a process left, and what is wrong with how it lies there.
function left(own, { dropped }, problems) {
    const files = listed(join(own, 'db')), runs = files.filter(path => /\/db\/[0-9a-f-]{36}\.run\/[^/]+$/.test(path));
    const crashes = runs.filter(path => path.endsWith('.envelope')).map(crashOf).filter(crash => crash.event?.level === 'fatal');
    const markers = runs.filter(path => path.endsWith('.crash'));
    const last = join(own, 'db', 'last_crash');
    for (const path of runs) if (/pending|tmp/.test(basename(path))) problems.push(`left ${basename(path)}`);
    if (markers.some(path => statSync(path).size > 0)) problems.push('a .crash that is not empty');
    if (markers.length !== crashes.length && !dropped) problems.push(`${markers.length} markers .crash for ${crashes.length} crashes`);
    for (const { path, event, problems: found } of crashes) {
        const name = basename(path, '.envelope');
        if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) problems.push(`the name ${name} is no dashed UUID`);
        if (name.replaceAll('-', '') !== event.event_id) problems.push(`the name ${name} is not the event's id ${event.event_id}`);
        if (!existsSync(path.replace(/envelope$/, 'crash'))) problems.push('no .crash beside the envelope');
        problems.push(...found.filter(text => !text.startsWith('header.sent_at')).map(text => `on disk: ${text}`));
    }
    if (crashes.length && !(existsSync(last) && RFC3339.test(readFileSync(last, 'latin1').trim()))) problems.push('no time in last_crash');
    if (!crashes.length && !dropped && existsSync(last)) problems.push('a last_crash without a crash');
    return crashes;
}

// -- what a report says --

const plain = name => name?.replace(/\(.*\)( const)?$/, '').replace(/\.(part|constprop|isra|cold)\b.*/, '');
const linesOf = mark => source.flatMap((line, i) => line.endsWith(`/* ${mark} */`) ? [i + 1] : []);
const hex = number => `0x${number.toString(16)}`;

function checker(problems) {
    return (truth, text) => {
        if (!truth) problems.push(text);
        return truth;
    };
}

function lookAtException(event, { what, expected, way }, facts, problems) {
    const expect = checker(problems), [exception, ...more] = event.exception?.values ?? [];
    if (!expect(exception && !more.length, `${event.exception?.values?.length} exceptions`)) return {};
    const { mechanism = {} } = exception, signal = mechanism.meta?.signal, type = expected.type ?? expected.signal;
    const matches = (text, wanted) => wanted instanceof RegExp ? wanted.test(text) : text === wanted;
    expect(matches(exception.type, type), `the type is ${exception.type}, not ${type}`);
    expect(matches(exception.value, expected.value ?? /./), `the value is ${exception.value}, not ${expected.value}`);
    expect(mechanism.type === (expected.mechanism ?? 'signalhandler'), `the mechanism is ${mechanism.type}`);
    expect(mechanism.handled === false, `handled is ${mechanism.handled}`);
    if (!expected.mechanism) {
        expect(mechanism.synthetic === true, `synthetic is ${mechanism.synthetic}`);
        expect(signal?.name === type && signal?.number === signals[type], `meta.signal is ${JSON.stringify(signal)}`);
    }
    if (expected.code && !way.emulated) expect(signal?.code_name === expected.code, `code_name is ${signal?.code_name}, not ${expected.code}`);
    const { fault_kind: kind, fault_address: address } = mechanism.data ?? {};
    if (expected.kind) expect([expected.kind].flat().includes(kind), `fault_kind is ${kind}, not ${expected.kind}`);
    else if (expected.signal === 'SIGABRT') expect(kind === undefined && address === undefined, `${what} with ${kind} at ${address}`);
    if (expected.address) expect(Number(address) === Number(facts.address), `fault_address is ${address}, not ${hex(facts.address)}`);
    return exception;
}

function lookAtThreads(event, exception, { place, expected }, facts, problems) {
    const expect = checker(problems), threads = event.threads?.values ?? [], current = threads.filter(thread => thread.crashed);
    const name = expected.thread ?? ({ thread: 'crashing', foreign: 'crashing', worker: 'sentry-http' })[place], isMain = !name;
    if (!expect(current.length === 1, `${current.length} threads have crashed`)) return;
    const [crashed] = current;
    expect(crashed.id === exception.thread_id, `the exception is of thread ${exception.thread_id}, ${crashed.id} crashed`);
    if (!expected.thread) expect(String(crashed.id) === String(facts.tid), `thread ${crashed.id} crashed, not ${facts.tid}`);
    expect(crashed.current === true && Boolean(crashed.main) === isMain, `the crashed thread is ${JSON.stringify({ ...crashed, stacktrace: 0 })}`);
    expect(!crashed.stacktrace, 'the crashed thread has a stack beside that of the exception');
    expect(crashed.name === (name ?? crashed.name) && crashed.name, `the crashed thread is called ${crashed.name}`);
    expect(new Set(threads.map(thread => thread.id)).size === threads.length, 'two threads with one id');
    if (place === 'fork') return;
    const idle = threads.find(thread => thread.name === 'idle');
    expect(idle && !idle.crashed && idle.stacktrace?.frames?.length > 1, `the idle thread is ${JSON.stringify(idle)}`);
    expect(threads.filter(thread => thread.main).length === 1, 'not one main thread');
    for (const thread of threads) expect(thread.id === crashed.id || !thread.current, 'two current threads');
}

function lookAtStack(event, exception, { way }, problems) {
    const expect = checker(problems), { frames = [], registers = {} } = exception.stacktrace ?? {}, images = event.debug_meta?.images ?? [];
    const inside = (image, address) => Number(image.image_addr) <= address && address < Number(image.image_addr) + image.image_size;
    const program = images.find(image => image.code_file === way.program), top = frames.at(-1);
    if (!expect(top, 'no frames')) return;
    expect(Number(registers.rip ?? registers.pc) === Number(top.instruction_addr), `the last frame is ${top.instruction_addr}, the registers say ${registers.rip ?? registers.pc}`);
    expect(Object.keys(registers).length >= 16, `${Object.keys(registers).length} registers`);
    expect(program, `${way.program} is not among the images: ${images.map(image => image.code_file)}`);
    expect(program?.type === 'elf' && program?.arch === way.arch, `the program's image is ${JSON.stringify(program)}`);
    if (program) expect(frames.some(frame => inside(program, Number(frame.instruction_addr))), 'no frame lies in the program');
}

function lookAtScope(event, { settings = {}, place, expected }, problems) {
    const expect = checker(problems);
    expect(event.tags?.number === String(settings.number ?? 0), `the tags are ${JSON.stringify(event.tags)}`);
    if (place === 'thread') expect(event.tags?.thread === 'knows the SDK', `the tags are ${JSON.stringify(event.tags)}`);
    expect(event.user?.id === '42', `the user is ${JSON.stringify(event.user)}`);
    const crumbs = event.breadcrumbs?.values?.map(crumb => crumb.message) ?? [];
    expect(crumbs.includes('about to crash'), `the breadcrumbs are ${crumbs}`);
    expect(event.release === 'crasher@1.0.0' && event.environment === 'production', `release ${event.release}, environment ${event.environment}`);
    expect(event.contexts?.os?.name === 'Linux', `contexts.os is ${JSON.stringify(event.contexts?.os)}`);
    if (expected.extra) expect(JSON.stringify(event.extra) === JSON.stringify(expected.extra), `extra is ${JSON.stringify(event.extra)}`);
}

const shown = frames => frames.map(frame => `${frame.function ?? frame.instruction_addr}${frame.lineno ? ':' + frame.lineno : ''}`).join(' < ');

// The names of functions, files and lines, which the next start has found.
function lookAtNames(event, { what, place, expected, way }, problems) {
    const expect = checker(problems), frames = [...event.exception.values[0].stacktrace?.frames ?? []].reverse();
    const fn = expected.fn ?? `crash_${what}`, at = frames.findIndex(frame => plain(frame.function) === fn), text = shown(frames.slice(0, 12));
    if (!expect(at >= 0, `${fn} is not in the stack: ${text}`)) return;
    const { filename = '', abs_path = '', lineno, in_app, context_line } = frames[at], lines = linesOf(expected.line ?? what);
    expect([filename, abs_path].some(path => path.endsWith('crasher.c')), `${fn} is in the file ${filename}, ${abs_path}`);
    if (expected.fn === 'go_deeper') expect(Math.abs(lineno - lines[0]) <= 6, `${fn} is at line ${lineno}, not ${lines}`);
    else if (expect(lines.includes(lineno), `${fn} is at line ${lineno}, not ${lines}`)) {
        expect(context_line === source[lineno - 1], `the line of ${fn} is ${context_line}`);
    }
    expect(in_app === true, `${fn} has in_app ${in_app}`);
    if (expected.at === 'top') expect(at === 0, `${fn} is not on top: ${text}`);
    if (expected.at === 'below') expect(at === 1 && !frames[0].function, `${fn} is not the second: ${text}`);
    if (expected.callers === false || way.name === 'musl') return;
    const callers = expected.callers ?? ['crash_here', { thread: 'crash_on_thread', foreign: 'crash_on_thread', worker: 'crash_in_client', fork: 'crash_in_child' }[place] ?? 'main'];
    let from = at;
    for (const name of callers) {
        const found = frames.findIndex((frame, i) => i > from && plain(frame.function) === name);
        if (!expect(found > from, `${name} is not among the callers of ${fn}: ${shown(frames.slice(0, 8))} ... ${shown(frames.slice(-6))}`)) return;
        from = found;
    }
}

function lookAtEvent(event, cell, facts, problems) {
    const exception = lookAtException(event, cell, facts, problems);
    lookAtThreads(event, exception, cell, facts, problems);
    lookAtStack(event, exception, cell, problems);
    lookAtScope(event, cell, problems);
}

// -- sessions --

// Of all that was sent: each session's updates are in order, and how those of the crashed process ended.
function lookAtSessions(envelopes, crash, { place, expected }, problems) {
    const expect = checker(problems), all = envelopes.flatMap(sessionsOf), ended = all.filter(session => session.status !== 'ok' && session.status !== 'exited');
    const wanted = expected.session ?? (place === 'fork' ? undefined : expected.silent ? 'abnormal' : 'crashed');
    if (!wanted) return expect(ended.length === 0, `a session ended: ${JSON.stringify(ended)}`);
    if (!expect(ended.length === 1 && ended[0].status === wanted, `the sessions that did not end well are ${JSON.stringify(ended)}, not one ${wanted}`)) return;
    const [{ sid, errors, attrs }] = ended;
    expect(all.filter(session => session.sid === sid && session.init).length === 1, `${sid} began more than once, or never`);
    expect(wanted !== 'crashed' || errors >= 1, `${errors} errors in a session that crashed`);
    expect(attrs?.release === 'crasher@1.0.0', `the session's attrs are ${JSON.stringify(attrs)}`);
    if (crash) expect(sessionsOf(crash).some(session => session.sid === sid), 'the session does not go along with the crash');
}

// -- a cell --

const nameOf = ({ way, what, place, settings = {}, expected }) => [way.name, what, place, expected.core ? 'core' : '',
    ...Object.entries(settings).map(pair => pair.join('='))].filter(Boolean).join(' ');

async function lookAt(cell) {
    const { expected, settings = {}, way } = cell, name = nameOf(cell), own = fresh(name), problems = [], expect = checker(problems);
    const wanted = expected.exit === undefined ? expected.signal : `exit ${expected.exit}`;
    const off = expected.alone || way.emulated ? { end: wanted, core: false } : await crash(cell, fresh(name + ' off'), { sdk: 0 });
    expect(off.end === wanted, `without the SDK it ends with ${off.end}, not ${wanted}`);
    const on = await crash(cell, own), { facts } = on;
    expect(on.end === off.end, `it ends with ${on.end}, without the SDK with ${off.end}: ${on.log.slice(0, 300)}`);
    if (expected.core) expect(on.core === off.core, `core dumped: ${on.core}, without the SDK ${off.core}`);
    const crashes = left(own, expected, problems);
    if (expected.silent) expect(!crashes.length, 'it left a report');
    else expect(crashes.length === 1, `it left ${crashes.length} reports`);
    if (crashes.length && !expected.silent) lookAtEvent(crashes[0].event, cell, facts, problems);
    if (expected.calls !== undefined) expect(Number(facts.calls) === expected.calls, `the previous handler was called ${facts.calls} times`);
    if (expected.calls && !expected.silent) {
        const order = facts.passed_on < facts.renamed;
        expect(order === Boolean(expected.before), `the previous handler was called ${order ? 'before' : 'after'} the report was there`);
    }
    if (expected.hooks !== undefined) expect(Number(facts.hooks) === expected.hooks, `the hook was called ${facts.hooks} times`);
    if (expected.says) {
        expect(on.log.trim().split('\n').some(line => line.includes('crash has been captured')), 'it does not say "crash has been captured"');
        expect(on.log.includes('crash_null_read') && on.log.includes(`crasher.c:${linesOf('null_read')[0]}`), `it does not print the stack: ${on.log.slice(-1000)}`);
    }
    await lookAtNext(cell, own, crashes, problems);
    return problems;
}

// The next start sends it, with names, and leaves nothing.
async function lookAtNext(cell, own, crashes, problems) {
    const { way, expected } = cell, expect = checker(problems), found = expected.silent ? 0 : 1;
    const next = await run([...way.command, own, 'send', 'main']);
    expect(next.end === 'exit 0', `the next start ends with ${next.end}: ${next.log.slice(0, 300)}`);
    const envelopes = listed(join(own, 'received')).map(crashOf), sent = envelopes.filter(envelope => envelope.event?.level === 'fatal');
    for (const envelope of envelopes) problems.push(...envelope.problems.map(text => `sent: ${text}`));
    expect(sent.length === found, `${sent.length} reports were sent`);
    expect(next.out.includes(`sentry_get_crashed_last_run ${found || Number(expected.dropped ?? 0)}`), `the next start says ${next.out}`);
    expect((next.out.match(/crashed_last_run 1\n/g) ?? []).length === 2 * found, `on_crashed_last_run: ${next.out}`);
    const rest = listed(join(own, 'db')).filter(path => /\.run\/|\.run\.lock$/.test(path));
    expect(!rest.length, `the next start leaves ${rest.map(path => basename(path))}`);
    lookAtSessions(envelopes, sent[0], cell, problems);
    if (!found || !sent.length || !crashes.length) return;
    expect(sent[0].event.event_id === crashes[0].event.event_id, 'another event was sent than that on disk');
    lookAtNames(sent[0].event, cell, problems);
}

// -- all of them --

const count = { passed: 0, failed: 0, skipped: 0 };

async function test(name, look) {
    if (!only.test(name)) return;
    let problems;
    try {
        problems = await look();
    } catch (error) {
        problems = [error.stack];
    }
    if (problems.length === 0) return count.passed++;
    count.failed++;
    console.log(`FAIL ${name}\n${problems.slice(0, 12).map(text => `    ${text.slice(0, 600)}`).join('\n')}`);
}

async function together(list, work, jobs = JOBS) {
    const rest = [...list];
    await Promise.all(Array.from({ length: jobs }, async () => {
        while (rest.length) await work(rest.shift());
    }));
}

await together(cells(ways), cell => test(nameOf(cell), () => lookAt(cell)));
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed ? 1 : 0;
