// Runs the crasher, and reads what it leaves.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { basename, join } from 'node:path';
import { inspect } from '../conformance/inspect.mjs';

export const KEY = '0123456789abcdef0123456789abcdef';
const DSN = `http://${KEY}@127.0.0.1:9/42`;
export const { signals } = constants;

export function readWays(folder) {
    return readFileSync(join(folder, 'ways'), 'utf8').trim().split('\n').map(line => {
        const [name, ...command] = line.split(/ +/);
        const windows = name === 'windows', program = windows ? 'Z:' + command.at(-1).replaceAll('/', '\\') : command.at(-1);
        return { name, command, program, windows, emulated: command.length > 1, arch: name === 'aarch64' ? 'arm64' : 'x86_64' };
    });
}

// A function that notes what is not true.
export function checker(problems) {
    return (truth, text) => {
        if (!truth) problems.push(text);
        return truth;
    };
}

// Works on all of a list, some at a time.
export async function together(list, work, jobs = Math.min(availableParallelism(), 4)) {
    const rest = [...list];
    await Promise.all(Array.from({ length: jobs }, async () => {
        while (rest.length) await work(rest.shift());
    }));
}

// -- running --

const wine = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^WINE|^HOME$/.test(name)));

// Resolves to how a command ended: "exit 0", "SIGSEGV", with what it printed.
export function run(command, { env = {}, timeout = 20e3 } = {}) {
    return new Promise((resolve, reject) => {
        const how = { env: { PATH: process.env.PATH, ...wine, ...env }, timeout, killSignal: 'SIGTERM' };
        const child = spawn(command[0], command.slice(1), how);
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

const FACTS = ['faulted', 'renamed', 'passed_on', 'calls', 'tid', 'address', 'status', 'hooks', 'used'];
function readShared(own) {
    const path = join(own, 'shared'); // none on Windows
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(8 * FACTS.length);
    return Object.fromEntries(FACTS.map((name, i) => [name, bytes.readBigInt64LE(8 * i)]));
}

// A new folder below one.
export function fresh(folder, name) {
    const own = join(folder, 'cells', name.replaceAll(/[^\w+-]+/g, '.'));
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own, { recursive: true });
    return own;
}

// Runs the crasher in a folder; a cell in a child, or under a tracer, ends as the child did.
export async function crash({ way, what, place, settings, expected }, own, more = {}, env) {
    const args = Object.entries({ ...settings, ...more }).map(pair => pair.join('='));
    const command = [...way.command, own, what, place, ...args];
    const dumping = ['sh', '-c', 'ulimit -c unlimited; "$@"; exit $?', 'sh', ...command];
    const outcome = await run(expected?.core ? dumping : command, { env });
    const facts = readShared(own);
    if ((place === 'fork' || settings?.traced) && outcome.end === 'exit 0') outcome.end = wordOf(Number(facts.status));
    if (expected?.core && /^exit (12[89]|1[3-9]\d)$/.test(outcome.end)) outcome.end = wordOf(Number(outcome.end.slice(5)) - 128);
    return { ...outcome, facts, core: /core dumped/.test(outcome.log) };
}

// -- what lies in the database --

export function listed(path) {
    return existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath ?? entry.path, entry.name)) : [];
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
// An envelope, with its event when there is one.
export function readCrash(body, path) {
    const envelope = inspect({ body }, DSN);
    return { ...envelope, path, event: envelope.events[0]?.value };
}
export const crashOf = path => readCrash(readFileSync(path), path);
export const sessionsOf = envelope => envelope.items.filter(item => item.header.type === 'session')
    .map(item => JSON.parse(item.payload));

// The crash that a process left, and what is wrong with how it lies there.
export function left(own, { dropped }, problems) {
    const files = listed(join(own, 'db')), runs = files.filter(path => /\/db\/[0-9a-f-]{36}\.run\/[^/]+$/.test(path));
    const crashes = runs.filter(path => path.endsWith('.envelope')).map(crashOf).filter(crash => crash.event?.level === 'fatal');
    const markers = runs.filter(path => path.endsWith('.crash'));
    const last = join(own, 'db', 'last_crash');
    for (const path of runs) if (path.endsWith('.pending')) problems.push(`left ${basename(path)}`);
    if (markers.some(path => statSync(path).size > 0)) problems.push('a .crash that is not empty');
    if (markers.length !== crashes.length && !dropped) problems.push(`${markers.length} markers .crash for ${crashes.length} crashes`);
    for (const { path, event, problems: found } of crashes) {
        const name = basename(path, '.envelope');
        if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)) problems.push(`the name ${name} is no dashed UUID`);
        if (name.replaceAll('-', '') !== event.event_id) problems.push(`the name ${name} is not the event's id ${event.event_id}`);
        if (!existsSync(path.replace(/envelope$/, 'crash'))) problems.push('no .crash beside the envelope');
        problems.push(...found.filter(text => !text.startsWith('header.sent_at')).map(text => `on disk: ${text}`));
    }
    const time = existsSync(last) ? readFileSync(last, 'latin1').trim() : '';
    if (crashes.length && !RFC3339.test(time)) problems.push(`last_crash says ${time}`);
    if (!crashes.length && !dropped && existsSync(last)) problems.push('a last_crash without a crash');
    return crashes;
}
