// Runs the cells of cells.mjs, each in a folder of its own: without the SDK, with it, and a next start that sends; and looks at
// how the program ended, at what it left in its database, and at what was sent. Then many crashes at random, how long one takes,
// and crashes that are sent at once.
//
//     node check.mjs FOLDER [CRASHES]     with FOLDER/ways: "NAME [EMULATOR...] PROGRAM", one a line; crashes at random
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { collect } from '../conformance/collect.mjs';
import { cells, RANDOM } from './cells.mjs';
import { linesOf, lookAtEvent, lookAtNames, lookAtSessions } from './look.mjs';
import { checker, crash, crashOf, fresh, KEY, left, listed, readCrash, readWays, run, together } from './run.mjs';

const [given, crashes = 1000] = process.argv.slice(2);
if (!given) throw new Error('usage: node check.mjs FOLDER [CRASHES]');
const folder = resolve(given);
const only = new RegExp(process.env.CELLS ?? '');
const ways = readWays(folder);

// -- a cell --

const nameOf = ({ way, what, place, settings = {}, expected }) => [way.name, what, place, expected.core ? 'core' : '',
    ...Object.entries(settings).map(pair => pair.join('='))].filter(Boolean).join(' ');

async function lookAt(cell) {
    const { expected, way } = cell, name = nameOf(cell), own = fresh(folder, name), problems = [], expect = checker(problems);
    const wanted = expected.exit === undefined ? expected.signal : `exit ${expected.exit}`, known = way.emulated && !way.windows;
    const off = expected.alone || known ? { end: wanted, core: false } : await crash(cell, fresh(folder, name + ' off'), { sdk: 0 });
    const on = await crash(cell, own), { facts } = on;
    const untold = way.windows && (expected.alone || [on.end, off.end].includes('exit 0')); // by Wine
    const said = untold ? on.end : off.end;
    expect(way.windows || off.end === wanted, `without the SDK it ends with ${off.end}, not ${wanted}`);
    expect(on.end === said, `it ends with ${on.end}, without the SDK with ${off.end}: ${on.log.slice(0, 300)}`);
    if (expected.core) expect(on.core === off.core, `core dumped: ${on.core}, without the SDK ${off.core}`);
    const crashes = left(own, expected, problems);
    if (expected.silent) expect(!crashes.length, 'it left a report');
    else expect(crashes.length === 1, `it left ${crashes.length} reports`);
    if (crashes.length && !expected.silent) lookAtEvent(crashes[0].event, cell, facts, problems);
    const calls = expected.calls ?? 0;
    expect(Number(facts.calls) === calls, `the previous handler was called ${facts.calls} times`);
    if (calls && !expected.silent) {
        const before = facts.passed_on < facts.renamed;
        expect(before === Boolean(expected.before), `the previous handler was called ${before ? 'before' : 'after'} the report`);
    }
    if (expected.hooks !== undefined) expect(Number(facts.hooks) === expected.hooks, `the hook was called ${facts.hooks} times`);
    if (expected.says) {
        const line = `crasher.c:${linesOf('null_read')[0]}`;
        expect(on.log.includes('crash has been captured'), 'it does not say "crash has been captured"');
        expect(on.log.includes('crash_null_read') && on.log.includes(line), `it does not print the stack: ${on.log.slice(-1000)}`);
    }
    await lookAtNext(cell, own, crashes, problems);
    return problems;
}

// The next start sends it, with names, and leaves nothing.
async function lookAtNext(cell, own, crashes, problems) {
    const { way, expected } = cell, expect = checker(problems), found = expected.silent ? 0 : 1;
    const next = await run([...way.command, own, 'send', 'main']);
    expect(next.end === 'exit 0', `the next start ends with ${next.end}: ${next.log.slice(0, 300)}`);
    const envelopes = listed(join(own, 'received')).map(crashOf), sent = envelopes.filter(({ event }) => event?.level === 'fatal');
    for (const envelope of envelopes) problems.push(...envelope.problems.map(text => `sent: ${text}`));
    expect(sent.length === found, `${sent.length} reports were sent`);
    const known = found || Number(expected.dropped ?? 0);
    expect(next.out.includes(`sentry_get_crashed_last_run ${known}`), `the next start says ${next.out}`);
    expect((next.out.match(/^crashed_last_run 1$/gm) ?? []).length === found, `on_crashed_last_run: ${next.out}`);
    const rest = listed(join(own, 'db')).filter(path => /\.run\/|\.run\.lock$/.test(path));
    expect(!rest.length, `the next start leaves ${rest.map(path => basename(path))}`);
    lookAtSessions(envelopes, sent[0], cell, problems);
    if (!found || !sent.length || !crashes.length) return;
    expect(sent[0].event.event_id === crashes[0].event.event_id, 'another event was sent than that on disk');
    lookAtNames(sent[0].event, cell, problems);
}

const fatals = server => server.requests.map(request => readCrash(request.body)).filter(({ event }) => event?.level === 'fatal');

// -- many at random, on one database: each process sends what others left until it crashes itself --

const below = n => Math.floor(Math.random() * n);

function anyCrash(number) {
    const [what, expected] = RANDOM[below(RANDOM.length)], some = what === 'stack_overflow' || what === 'kill_segv';
    const all = what === 'holding_sdk_lock' ? 4 : 5; // on the worker the SDK is off while a client works
    const place = ['main', 'thread', 'foreign', 'fork', 'worker'][below(some ? 2 : all)];
    const settings = { number, busy: below(4), delay: below(3000), lock: 1 + below(20), names: Number(below(10) === 0) };
    return { what, expected, place, settings };
}

async function lookAtMany(way, n) {
    const own = fresh(folder, `${way.name} random`), problems = [], expect = checker(problems);
    const server = await collect(join(own, 'server')), env = { SENTRY_DSN: `http://${KEY}@127.0.0.1:${server.port}/42` };
    const all = Array.from({ length: n }, (_, number) => ({ way, ...anyCrash(number), name: '', arrived: [] }));
    mkdirSync(join(own, 'db'), { mode: 0o700 });
    await together(all, async one => {
        const place = join(own, String(one.settings.number));
        mkdirSync(place);
        symlinkSync(join(own, 'db'), join(place, 'db'));
        const { end, log } = await crash(one, place, {}, env);
        one.name = nameOf(one);
        expect(end === one.expected.signal, `${one.name} ends with ${end}, not ${one.expected.signal}: ${log.slice(0, 200)}`);
    });
    const next = await run([...way.command, own, 'send', 'main', 'names=0'], { env, timeout: 60e3 });
    await server.close();
    expect(next.end === 'exit 0', `the last start ends with ${next.end}: ${next.log.slice(0, 300)}`);
    for (const { event, problems: found } of fatals(server)) {
        problems.push(...found.filter(text => !text.startsWith('header.sent_at')).map(text => `sent: ${text}`));
        all[event.dist].arrived.push(event.event_id);
    }
    for (const { name, arrived } of all) expect(new Set(arrived).size === 1, `${name}: arrived are ${arrived}`);
    const rest = listed(join(own, 'db')).filter(path => /\.run\/|cache/.test(path));
    expect(!rest.length, `the last start leaves ${rest.slice(0, 5)}`);
    const [lost, twice] = [all.filter(one => !one.arrived.length), all.filter(one => one.arrived.length > 1)];
    console.log(`${way.name}: ${n} crashes at random, ${lost.length} lost, ${twice.length} sent again because the sender crashed`);
    return problems;
}

// -- how long it takes --

const middle = list => [...list].sort((a, b) => a - b)[list.length >> 1];

// From the fault to the report under its name, and to the handler that would have come first without the SDK. Those are printed, for
// others may be at work on this machine; what is held against a limit is the least of the crashing thread's own time until the report is
// there, with room for a slower machine.
async function lookAtTime(way, threads, limit) {
    const problems = [], times = { renamed: [], passed_on: [], used: [] };
    for (let i = 0; i < 25; i++) {
        const own = fresh(folder, `${way.name} time ${threads} ${i}`), settings = { previous: 1, idle: threads - 1 };
        const { facts } = await crash({ way, what: 'null_read', place: 'main', settings, expected: {} }, own);
        for (const name of ['renamed', 'passed_on']) times[name].push(Number(facts[name] - facts.faulted) / 1000);
        times.used.push(Number(facts.used) / 1000);
    }
    const shown = name => `${middle(times[name]).toFixed(0)} us (at worst ${Math.max(...times[name]).toFixed(0)})`;
    console.log(`${way.name}: with ${threads} threads from the fault to the renamed file ${shown('renamed')}, of the thread's own time `
        + `${shown('used')}; to the previous handler ${shown('passed_on')}`);
    const least = Math.min(...times.used);
    checker(problems)(least > 0 && least <= limit, `${least} us, allowed are ${limit}`);
    return problems;
}

// -- sent at once --

// Whether a process with that in its environment is there a second later.
async function remains(mark) {
    for (let tries = 0; ; tries++) {
        const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(pid => {
            try {
                return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
            } catch {
                return false;
            }
        });
        if (!pids.length || tries === 20) return pids.length > 0;
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

async function lookAtOnce(way, name, how) {
    const { what = 'null_read', place = 'main', answer, refused = false, timeout = 5000, expected, sent = 1 } = how;
    const own = fresh(folder, name), problems = [], expect = checker(problems), mark = `CRASHER_MARK=${own}`;
    const server = await collect(join(own, 'server'), answer), settings = { send_crash_at_once: 1, crash_send_timeout: timeout };
    const dsn = port => ({ SENTRY_DSN: `http://${KEY}@127.0.0.1:${port}/42`, CRASHER_MARK: own });
    try {
        const start = Date.now(), env = dsn(refused ? 9 : server.port);
        const { end, facts } = await crash({ way, what, place, settings, expected }, own, {}, env);
        const took = Date.now() - start, arrived = fatals(server);
        expect(end === (expected.signal ?? 'exit 0'), `it ends with ${end}`);
        expect(took < timeout + 1000, `it took ${took} ms`);
        expect(!await remains(mark), 'a process remains');
        expect(arrived.length >= sent, `${arrived.length} reports arrived`);
        if (arrived.length) lookAtEvent(arrived[0].event, { way, what, place, settings, expected }, facts, problems);
        for (const { problems: found } of arrived) problems.push(...found);
        const later = await collect(join(own, 'later'));
        const next = await run([...way.command, own, 'send', 'main', 'send_crash_at_once=1'], { env: dsn(later.port) });
        const [rest] = [fatals(later), await later.close()];
        expect(next.end === 'exit 0', `the next start ends with ${next.end}`);
        expect(rest.length === (expected.silent || sent ? 0 : 1), `the next start sends ${rest.length}`);
        if (rest.length) lookAtNames(rest[0].event, { way, what, place, expected }, problems);
        expect(!await remains(mark), 'a process of the next start remains');
    } finally {
        await server.close();
    }
    return problems;
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

await together(cells(ways), cell => test(nameOf(cell), () => lookAt(cell)));
for (const way of ways.filter(({ name }) => name === 'gcc')) {
    const { null_read, stack_overflow, abort } = Object.fromEntries(RANDOM), killed = { signal: 'SIGKILL', silent: true };
    const once = (name, how) => test(`${way.name} at once ${name}`, () => lookAtOnce(way, `${way.name} at once ${name}`, how));
    await once('null_read', { expected: null_read });
    await once('abort thread', { expected: abort, what: 'abort', place: 'thread' });
    await once('stack_overflow foreign', { expected: stack_overflow, what: 'stack_overflow', place: 'thread' });
    await once('fork', { expected: null_read, place: 'fork' });
    await once('slow', { expected: null_read, answer: () => ({ delay: 1000 }) });
    await once('silent', { expected: null_read, answer: () => ({ delay: 4000 }), timeout: 500, sent: 0 });
    await once('refused', { expected: null_read, refused: true, sent: 0 });
    await once('killed', { expected: killed, what: 'killed', sent: 0 });
    await test(`${way.name} random`, () => lookAtMany(way, Number(crashes)));
    await test(`${way.name} time 1`, () => lookAtTime(way, 1, 400));
    await test(`${way.name} time 50`, () => lookAtTime(way, 50, 1500));
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed ? 1 : 0;
