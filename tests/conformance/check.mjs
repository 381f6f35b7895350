// Sends every scenario of send.c to a server in this process, looks at each request (inspect.mjs), and then for what the
// scenario promises.
//
//     node check.mjs SEND FOLDER [NAME...]     SEND: the program; FOLDER: where the requests are kept
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@sentry/core';
import { collect } from './collect.mjs';
import { inspect, STATUSES } from './inspect.mjs';
import { send } from './send.mjs';

const [program, folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error('usage: node check.mjs SEND FOLDER [NAME...]');
const KEY = '0123456789abcdef0123456789abcdef';
const NIL = '0'.repeat(32);
const local = port => `http://${KEY}@127.0.0.1:${port}/42`;
const NOBODY = `http://${KEY}@127.0.0.1:9/42`; // for what is sent without a DSN

// -- running a scenario --

// `scenario` may be several, one process behind the other; `place` is a function of the scenario's folder, or the string
// 'spotlight': then a second server stands there, whose envelopes are in `copies`.
async function run({ name, scenario = name, dsn = local, host, answer, input, place, env, ...more }) {
    const own = join(folder, name.replaceAll(/\W+/g, '-'));
    const server = await collect(own, answer, { host });
    const spotlight = place === 'spotlight' ? await collect(join(own, 'spotlight')) : null;
    try {
        const address = dsn(server.port);
        const where = spotlight ? `http://127.0.0.1:${spotlight.port}/stream` : place?.(own);
        const ids = [];
        for (const one of [scenario].flat()) ids.push(...await send(program, address, one, input, where, env));
        const copies = (spotlight?.requests ?? []).map(request => inspect({ body: request.body }, address || NOBODY));
        const envelopes = server.requests.map(request => inspect(request, address, more));
        const problems = [...envelopes, ...copies].flatMap((envelope, i) => envelope.problems.map(text => `envelope ${i + 1}: ${text}`));
        if (problems.length) throw new Error([...new Set(problems)].slice(0, 20).join('\n'));
        const events = envelopes.flatMap(envelope => envelope.events.map(event => event.value));
        const transactions = envelopes.flatMap(envelope => envelope.transactions.map(event => event.value));
        const lost = {};
        for (const { value } of envelopes.flatMap(envelope => envelope.reports)) {
            for (const { reason, category, quantity } of value.discarded_events) {
                lost[`${reason} ${category}`] = (lost[`${reason} ${category}`] ?? 0) + quantity;
            }
        }
        return { ids, envelopes, events, transactions, lost, requests: server.requests, copies, copied: spotlight?.requests };
    } finally {
        await server.close();
        await spotlight?.close();
    }
}

// What the captures returned is what arrived, in order.
function arrived({ ids, events }) {
    assert.deepEqual(events.map(event => event.event_id), ids.filter(id => id !== NIL));
}

const pick = (object, ...keys) => Object.fromEntries(keys.filter(key => key in (object ?? {})).map(key => [key, object[key]]));
const exceptions = event => event.exception.values.map(one => pick(one, 'type', 'value'));
const loopback6 = () => new Promise(resolve => {
    const server = createServer().once('error', () => resolve(false)).listen(0, '::1', () => server.close(() => resolve(true)));
});

// -- the scenarios: each has a name, what run() takes, and a function that looks at the outcome --

const checks = [];
const check = (name, look, how = {}) => checks.push({ name, look, ...how });

for (const [title, dsn, how] of [
    ['plain', port => `http://${KEY}@127.0.0.1:${port}/1`],
    ['with a secret', port => `http://${KEY}:secret@127.0.0.1:${port}/1`],
    ['with an empty secret', port => `http://${KEY}:@127.0.0.1:${port}/1`],
    ['with a name', port => `http://public@localhost:${port}/1234567890123`],
    ['with a path', port => `http://public@127.0.0.1:${port}/a/b/7`],
    ['with IPv6', port => `http://public@[::1]:${port}/1`, { host: '::1', skip: async () => await loopback6() ? '' : 'no IPv6 here' }],
]) {
    check(`DSN ${title}`, r => arrived(r), { scenario: 'message', dsn, ...how });
}

check('message', r => {
    arrived(r);
    const [event] = r.events;
    assert.equal(event.level, 'warning');
    assert.deepEqual(event.logentry, { formatted: 'Hello, world' });
    assert.deepEqual(pick(event, 'release', 'environment', 'dist', 'server_name'),
        { release: 'conformance@1.2.3+45', environment: 'test', dist: 'amd64', server_name: 'unit-7' });
    assert.ok(Math.abs(Date.parse(event.timestamp) - Date.now()) < 60e3, event.timestamp);
    assert.deepEqual(r.lost, {});
});

check('messagef', r => {
    arrived(r);
    assert.deepEqual(r.events[0].logentry, { message: 'disk %s is %d%% full', formatted: 'disk /dev/sda1 is 93% full' });
});

check('levels', r => {
    arrived(r);
    assert.deepEqual(r.events.map(event => event.level), ['debug', 'debug', 'info', 'warning', 'error', 'fatal']);
});

check('exception', r => {
    arrived(r);
    assert.deepEqual(exceptions(r.events[0]), [{ type: 'ConfigError', value: 'cannot open a.conf' }]);
    assert.deepEqual(exceptions(r.events[1]), [{ type: 'RangeError', value: '12 is more than ten' }]);
    assert.deepEqual(pick(r.events[0].exception.values[0].mechanism, 'type', 'handled'), { type: 'generic', handled: true });
    assert.equal(r.events[0].level ?? 'error', 'error');
});

check('sessions', r => {
    arrived(r);
    const sessions = r.envelopes.flatMap(envelope => envelope.sessions.map(session => session.value));
    const told = sessions.map(({ init, status, errors }) => `${status} ${errors}${init ? ' init' : ''}`);
    assert.deepEqual(told, ['ok 1 init', 'exited 1', 'ok 1 init', 'exited 1', 'crashed 1 init']);
    assert.equal(new Set(sessions.map(({ sid }) => sid)).size, 3);
    for (const { did, attrs } of sessions) {
        assert.equal(did, '4"2');
        assert.deepEqual(attrs, { release: 'conformance@1.2.3+45', environment: 'test' });
    }
    assert.deepEqual(r.envelopes.map(({ items }) => items.map(({ header }) => header.type).join()).slice(-3), ['event,session', 'session', 'session']);
    assert.deepEqual(r.lost, { 'sample_rate error': 1 });
});

check('cause', r => {
    arrived(r);
    const { values } = r.events[0].exception;
    assert.deepEqual(values.map(one => one.type), ['ENOENT', 'ConfigError', 'StartupError']);
    assert.deepEqual(values.map(one => one.mechanism?.exception_id), [2, 1, 0]);
    assert.deepEqual(values.map(one => one.mechanism?.parent_id), [1, 0, undefined]);
    assert.deepEqual(values.slice(0, 2).map(one => pick(one.mechanism, 'type', 'source')), Array(2).fill({ type: 'chained', source: 'cause' }));
});

check('errno', r => {
    arrived(r);
    assert.deepEqual(exceptions(r.events[0]), [{ type: 'ENOENT', value: 'open /etc/hello.conf: No such file or directory' }]);
    assert.deepEqual(r.events[0].exception.values[0].mechanism.meta, { errno: { number: 2, name: 'ENOENT' } });
    assert.deepEqual(exceptions(r.events[1]), [{ type: 'EACCES', value: 'Permission denied' }]);
});

check('scope', r => {
    arrived(r);
    const [own, bare, less] = r.events;
    for (const event of [own, bare]) {
        assert.deepEqual(event.tags, { subsystem: 'config', 'region.zone-1': 'eu' });
        assert.deepEqual(event.extra, { data: { nested: { a: [1, 2, { b: null }], c: true } }, list: [1, 'two'] });
        assert.match(event.modules['libc.so.6'], /^\d+\.\d+$/);
        assert(event.sdk.integrations.includes('modules') && !event.sdk.integrations.includes('argv'));
        assert.deepEqual(event.contexts.window, { width: 1920, title: 'Main', dark: true });
        assert.deepEqual(event.user, { id: '42', username: 'ada', email: 'ada@example.com', data: { plan: 'pro' } });
        assert.equal(event.transaction, 'GET /users/:id');
        assert.deepEqual(event.fingerprint, ['{{ default }}', 'config-missing']);
    }
    assert.deepEqual(own.breadcrumbs.values.map(crumb => pick(crumb, 'category', 'level', 'message')),
        [{ category: 'app', level: 'info', message: 'started with 3 arguments' }]);
    assert.deepEqual(pick(own, 'level', 'logger'), { level: 'error', logger: 'config' });
    assert.equal(bare.level, 'warning');
    assert.deepEqual(pick(less, 'release', 'environment', 'user', 'fingerprint', 'transaction', 'level'),
        { release: 'other@2.0.0', environment: 'staging', level: 'info' });
    assert.equal(less.contexts.window, undefined);
    assert.deepEqual(less.extra, { list: [1, 'two'] });
});

check('scopes', r => {
    arrived(r);
    const [event, local, base] = r.events;
    assert.deepEqual(event.tags, { base: 'yes', where: 'event' });
    assert.deepEqual(pick(event, 'level', 'transaction', 'fingerprint', 'extra', 'release', 'environment', 'server_name', 'dist'), {
        level: 'fatal', transaction: 'event', fingerprint: ['event'], extra: { where: 'event' },
        release: 'event@1', environment: 'event', server_name: 'event', dist: 'event',
    });
    assert.equal(event.user.id, 'event');
    assert.equal(event.contexts.where.is, 'event');
    assert.deepEqual(local.tags, { base: 'yes', where: 'local' });
    assert.deepEqual(base.tags, { base: 'yes' });
    for (const key of ['user', 'transaction', 'fingerprint', 'extra']) assert.equal(base[key], undefined, key);
    assert.equal(base.contexts.where, undefined);
});

check('utf8', r => {
    arrived(r);
    const [event, format, exception] = r.events;
    const repaired = /a\ufffd+b\ufffd+c\ufffd+d\ufffd+e\ufffd+f\ufffd+g\u20achx?$/;
    const [first, second] = event.breadcrumbs.values;
    for (const text of [
        event.logentry.formatted, event.logger, event.tags.tag, event.extra.extra, event.contexts.broken.field,
        event.user.id, event.user.username, event.user.email, event.transaction, event.fingerprint[0],
        first.message, first.category, second.message, second.category, event.exception.values[0].type, event.exception.values[0].value, event.threads.values[0].name, format.logentry.formatted,
        exception.exception.values[0].type, exception.exception.values[0].value,
        ...[event.tags, event.extra, event.contexts.broken].map(object => Object.keys(object).find(key => key.startsWith('key'))),
    ]) {
        assert.match(text, repaired);
    }
});

check('text', r => {
    arrived(r);
    const control = String.fromCharCode(...Array.from({ length: 31 }, (_, i) => i + 1)) + ' \x7f';
    assert.deepEqual(r.events[0].extra, {
        control, quotes: '" \\ / \' \\u0041 \\" </script>', plane: '\u00e9 \u20ac \u{1f600} \u2028 \uffff \u{10ffff} \ufeff',
        '': 'empty key', empty: '', 'k"e\\y\n': 'x',
    });
    assert.equal(r.events[0].logentry.formatted, 'line one\nline two\r\n\ttab');
});

check('huge', r => {
    arrived(r);
    const [{ extra, logentry, breadcrumbs, exception, _meta: meta }] = r.events;
    const ascii = 'x'.repeat(100000), emoji = '\u{1f600}'.repeat(5000);
    const cut = (text, whole, note, path) => {
        const { len, rem } = note?.[''] ?? {};
        assert.ok(Buffer.byteLength(text) <= 1024 && Buffer.byteLength(text) > 1000, `${path} has ${Buffer.byteLength(text)} bytes`);
        assert.ok(whole.startsWith(text.replace(/\.\.\.$/, '')), `${path} is no beginning of what it was`);
        assert.ok(len === Buffer.byteLength(whole) || len === [...whole].length, `_meta.${path} has len ${len}`);
        assert.equal(rem?.[0]?.[0], '!limit', `_meta.${path}`);
    };
    cut(extra.ascii, ascii, meta.extra.ascii, 'extra.ascii');
    cut(extra.two, '\u00e9'.repeat(5000), meta.extra.two, 'extra.two');
    cut(extra.quotes, '"\n'.repeat(5000), meta.extra.quotes, 'extra.quotes');
    for (let i = 0; i < 4; i++) cut(extra[i], 'abc'.slice(0, i) + emoji, meta.extra[i], `extra.${i}`);
    cut(extra.deep[0], ascii, meta.extra.deep?.[0], 'extra.deep.0');
    cut(logentry.formatted, ascii, meta.logentry?.formatted, 'logentry.formatted');
    cut(exception.values[0].value, '\u00e9'.repeat(5000), meta.exception?.values?.[0]?.value, 'exception.values.0.value');
    assert.ok(breadcrumbs.values[0].message.length >= 1000 && ascii.startsWith(breadcrumbs.values[0].message.replace(/\.\.\.$/, '')));
    assert.equal(extra.short, 'as it is');
    assert.equal(meta.extra.short, undefined);
});

check('large', r => {
    arrived(r);
    assert.deepEqual(Object.values(r.events[0].extra), Array(4).fill('0123456789abcdef'.repeat(65536)));
});

check('numbers', r => {
    arrived(r);
    const { n } = r.events[0].extra;
    const { text } = r.envelopes[0].events[0];
    const exact = { 'int64 min': '-9223372036854775808', 'int64 max': '9223372036854775807', 'uint64 max': '18446744073709551615' };
    for (const [key, digits] of Object.entries(exact)) {
        assert.match(text, new RegExp(`"${key}":${digits}[,}]`));
    }
    const read = {
        nan: null, inf: null, '-inf': null, 'int32 min': -2147483648, 'int32 max': 2147483647, 'double max': Number.MAX_VALUE,
        'double min': 2.2250738585072014e-308, denormal: 5e-324, '0.1': 0.1, '1/3': 1 / 3, '1e21': 1e21, pi: Math.PI,
        '2^53': 2 ** 53, true: true,
    };
    assert.deepEqual(pick(n, ...Object.keys(read)), read);
    assert.ok(n['-0'] === 0);
});

check('breadcrumbs', r => {
    arrived(r);
    const { values } = r.events[0].breadcrumbs;
    const steps = Array.from({ length: 98 }, (_, i) => ({ category: 'loop', level: i % 2 ? 'debug' : 'warning', message: `step ${i + 52}` }));
    assert.equal(values.length, 100);
    assert.deepEqual(values.slice(0, 98).map(crumb => pick(crumb, 'category', 'level', 'message')), steps);
    assert.deepEqual(pick(values[98], 'type', 'category', 'level', 'data'), {
        type: 'http', category: 'http', level: 'error', data: { url: 'http://example.com/a', method: 'GET', status_code: 500 },
    });
    assert.deepEqual(pick(values[99], 'timestamp', 'message'), { timestamp: '2026-01-02T03:04:05.678Z', message: 'of old' });
});

check('threads', r => {
    arrived(r);
    const [event] = r.events;
    assert.deepEqual(event.threads.values.map(thread => pick(thread, 'id', 'name', 'crashed')),
        [{ id: '1', name: 'main' }, { id: '42', name: 'worker', crashed: true }, { id: '18446744073709551615' }]);
    assert.equal(event.exception.values[0].thread_id, '42');
    assert.deepEqual(event.exception.values[0].mechanism, { type: 'watchdog', handled: false });
    assert.deepEqual(event.threads.values[1].stacktrace.frames.map(frame => frame.function), ['main', 'lock']);
});

check('random', r => {
    arrived(r);
    assert.equal(r.events.length, 100);
    for (const { tags = {}, extra } of r.events) {
        const text = hex => Buffer.from(hex, 'hex').toString();
        const model = extra.model.split(';').filter(Boolean).map(pair => pair.split(':').map(text));
        assert.deepEqual(tags, Object.fromEntries(model));
    }
});

// Every part of an event that the protocol knows comes through as it was given; the address only with send_default_pii.
const EVERYTHING = {
    event_id: '9ec79c33ec9942ab8353589fcb2e04dc', timestamp: '2026-01-02T03:04:05.678901Z', platform: 'native',
    level: 'error', logger: 'config', release: 'app@1.2.3', environment: 'staging', dist: '7', server_name: 'build-7', transaction: 'GET /',
    tags: { a: 'b' }, extra: { attempt: 3, ratio: 0.5, nested: { a: [1, 2, null] } }, fingerprint: ['{{ default }}', 'x'], modules: { zlib: '1.3.1' },
    user: { id: '42', username: 'ada', email: 'ada@example.com', geo: { city: 'Vienna', country_code: 'AT' }, data: { plan: 'pro' } },
    request: {
        method: 'POST', url: 'https://api.example.com/users', query_string: 'page=2', data: { name: 'x' },
        headers: { 'Content-Type': 'application/json' },
    },
    logentry: { message: '%s failed', params: ['boot'], formatted: 'boot failed' },
    contexts: {
        os: { name: 'Linux', version: '6.1.0' }, gpu: { name: 'llvmpipe' }, flags: { values: [{ flag: 'new-ui', result: true }] },
        'my own': { answer: 42 },
    },
    breadcrumbs: { values: [
        { timestamp: '2026-01-02T03:04:01.000000Z', type: 'navigation', category: 'navigation', data: { from: '/a', to: '/b' } },
    ] },
    exception: { values: [{
        type: 'ConfigError', value: 'cannot open', module: 'config', thread_id: 1001,
        mechanism: { type: 'generic', handled: true, data: { path: '/etc/app.conf' }, meta: { errno: { number: 2, name: 'ENOENT' } } },
        stacktrace: { frames: [
            { function: 'main', filename: 'main.c', lineno: 42, in_app: true, instruction_addr: '0x555555555189', vars: { argc: '1' } },
        ] },
    }] },
    threads: { values: [{ id: 1001, name: 'main', current: true, crashed: false }] },
    debug_meta: { images: [{
        type: 'elf', code_file: '/usr/bin/my-app', code_id: '0123456789abcdef0123456789abcdef01234567',
        debug_id: '67452301-ab89-efcd-0123-456789abcdef', image_addr: '0x555555554000', image_size: 16384, arch: 'x86_64',
    }] },
};
check('json', r => {
    arrived(r);
    const [event] = r.events;
    const { contexts, ...rest } = EVERYTHING;
    assert.deepEqual(pick(event, ...Object.keys(rest)), rest);
    for (const [key, context] of Object.entries(contexts)) assert.deepEqual(pick(event.contexts[key], ...Object.keys(context)), context);
}, { input: JSON.stringify({ ...EVERYTHING, user: { ...EVERYTHING.user, ip_address: '192.0.2.1' } }) });

const BINARY = Buffer.from([0, 10, 13, 255, 10, 0]);
const FOREIGN = Buffer.concat([
    Buffer.from('{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc","sdk":{"name":"other","version":"1.0.0"}}\n'),
    Buffer.from('{"type":"attachment","length":6,"filename":"a.bin"}\n'), BINARY,
    Buffer.from('\n{"type":"of_the_future","length":5,"more":[1]}\nhello\n{"type":"attachment","length":1,"filename":"b"}\n\n\n'),
]);
check('envelope', r => {
    const [envelope] = r.envelopes;
    assert.equal(envelope.header.event_id, '9ec79c33ec9942ab8353589fcb2e04dc');
    assert.deepEqual(envelope.items.map(item => item.header.type), ['attachment', 'of_the_future', 'attachment']);
    assert.deepEqual(envelope.items.map(item => item.payload.toString('hex')), [BINARY.toString('hex'), '68656c6c6f', '0a']);
    assert.deepEqual(envelope.items[1].header.more, [1]);
    assert.equal(envelope.items[0].header.filename, 'a.bin');
}, { input: FOREIGN, foreign: true });

check('reports', r => {
    arrived(r);
    assert.equal(r.ids.filter(id => id === NIL).length, 14);
    assert.deepEqual(r.lost, { 'event_processor error': 5, 'sample_rate error': 4, 'before_send error': 5 });
    assert.deepEqual(r.events.map(event => event.tags.hook), ['seen', 'errno']);
    const crumbs = r.events[0].breadcrumbs.values.map(crumb => pick(crumb, 'category', 'message'));
    assert.deepEqual(crumbs, [{ category: 'hooked', message: 'this' }]);
});

check('overflow', r => {
    assert.ok(r.events.length >= 5 && r.events.length < 50, `${r.events.length} arrived`);
    assert.equal(r.events.length + r.lost['queue_overflow error'], 50);
    for (const event of r.events) assert.ok(r.ids.includes(event.event_id), event.event_id);
}, { answer: n => ({ delay: n === 1 ? 1000 : 0 }) });

// A refusal is told to the server with the next envelope; a limit is kept, and is the server's to count when it answered 429.
for (const status of [400, 413, 500]) {
    check(`refused with ${status}`, r => {
        arrived(r);
        assert.deepEqual(r.lost, { 'send_error error': 1 });
    }, { scenario: 'refused', answer: n => n === 1 ? { status } : {} });
}
check('refused with a reset', r => {
    arrived(r);
    assert.deepEqual(r.lost, { 'network_error error': 1 });
}, { scenario: 'refused', answer: n => n === 1 ? { reset: true } : {} });
for (const [title, answer, lost] of [
    ['429 and limits', { status: 429, headers: { 'X-Sentry-Rate-Limits': '60:error;default:organization:quota' } }, 3],
    ['429 and Retry-After', { status: 429, headers: { 'Retry-After': '60' } }, 3],
    ['429 alone', { status: 429 }, 3],
    ['200 and limits', { headers: { 'X-Sentry-Rate-Limits': '60::organization' } }, 3],
    ['limits of others', { status: 429, headers: { 'X-Sentry-Rate-Limits': '60:transaction;future:key', 'Retry-After': '60' } }, 0],
]) {
    check(`limited by ${title}`, r => {
        assert.equal(r.events.length, 4 - lost);
        assert.equal(r.ids.length, 4);
        for (const [what, quantity] of Object.entries(r.lost)) assert.equal(`${what} ${quantity}`, 'ratelimit_backoff error 3');
    }, { scenario: 'refused', answer: n => n === 1 ? answer : {} });
}

check('hubs', r => {
    const messages = r.events.map(event => event.logentry.formatted);
    const wanted = [...'abcdefgh'].flatMap(name => Array.from({ length: 25 }, (_, i) => `${name}:${i}`));
    assert.deepEqual([...messages].sort(), wanted.sort());
    for (const event of r.events) {
        const [name, i] = event.logentry.formatted.split(':');
        const crumbs = event.breadcrumbs.values;
        const own = crumbs.slice(crumbs.findIndex(crumb => crumb.category === name));
        assert.deepEqual(event.tags, { main: 'yes', thread: name });
        assert.deepEqual(own.map(crumb => crumb.category + crumb.message), Array.from({ length: +i + 1 }, (_, k) => `${name}step ${k}`));
        assert.ok(crumbs.slice(0, -own.length).every(crumb => crumb.category === 'main'));
    }
});

check('again', r => {
    arrived(r);
    assert.deepEqual(r.events.map(event => event.logentry.formatted), ['life 0', 'life 1', 'life 2']);
    for (const event of r.events) assert.equal(event.tags, undefined);
});

// -- attachments --

const attached = envelope => envelope.items.filter(item => item.header.type === 'attachment')
    .map(({ header, payload }) => [header.filename, header.attachment_type, header.content_type, payload.toString('latin1')]);
const ZERO = [['zero', undefined, undefined, '\0\n']];
const SOURCE = fileURLToPath(new URL('send.c', import.meta.url));

check('attachments', r => {
    arrived(r);
    const binary = Buffer.from(Array.from({ length: 600 }, (_, i) => i % 256));
    binary.write('\n{"type":"event","length":2}\n{}\n\0', 512, 'latin1');
    const lasting = [
        ['binary.bin', undefined, undefined, binary.toString('latin1')],
        ['core.dmp', 'event.minidump', 'application/x-dmp', 'MDMP\x93\xa7\0\0\n\n'],
        ['view-hierarchy.json', 'event.view_hierarchy', 'application/json', '{"rendering_system":"test","windows":[]}'],
        ['"h\u00f6he".c', undefined, 'text/x-csrc', readFileSync(SOURCE, 'latin1')],
    ];
    assert.deepEqual(attached(r.envelopes[0]), [...lasting, ['hint.txt', undefined, undefined, '\n']]);
    assert.deepEqual(attached(r.envelopes[1]), lasting);
    assert.deepEqual(r.lost, {});
}, { place: () => SOURCE });

check('empty attachment', r => {
    arrived(r);
    assert.deepEqual(attached(r.envelopes[0]), [['empty', undefined, undefined, ''], ['line', undefined, undefined, '\n']]);
});

check('gzip', r => {
    arrived(r);
    const [request] = r.requests;
    const text = 'All work and no play makes Jack a dull boy. '.repeat(5000);
    assert.equal(request.headers['content-encoding'], 'gzip');
    assert.ok(request.length < 10e3, `${request.length} bytes`);
    assert.equal(r.events[0].extra.long, text);
    assert.deepEqual(attached(r.envelopes[0]), [['attached.txt', undefined, undefined, text.slice(0, 100000)]]);
});

// -- what waits on disk: no answer, or no time at the end; the next process sends it --

const database = { place: own => join(own, 'database') };

check('kept', r => {
    const [first, ...others] = r.envelopes;
    assert.deepEqual(first.events.map(event => event.value.event_id), [r.ids[0]]);
    assert.deepEqual(others.flatMap(envelope => envelope.events.map(event => event.value.event_id)).sort(), [...r.ids].sort());
    const again = others.find(envelope => envelope.header.event_id === r.ids[0]);
    assert.deepEqual(again.events[0].text, first.events[0].text);
    for (const envelope of r.envelopes) assert.deepEqual(attached(envelope), ZERO);
    assert.ok(again.header.sent_at > first.header.sent_at, `sent_at is ${again.header.sent_at}, was ${first.header.sent_at}`);
    assert.deepEqual(r.lost, {});
}, { ...database, scenario: ['kept', 'later'], answer: n => n === 1 ? { reset: true } : {} });

check('left', r => {
    assert.equal(r.ids.length, 4);
    assert.deepEqual([...new Set(r.events.map(event => event.event_id))].sort(), [...r.ids].sort());
    for (const envelope of r.envelopes) assert.deepEqual(attached(envelope), ZERO);
    assert.deepEqual(r.lost, {});
}, { ...database, scenario: ['left', 'later'], answer: n => ({ delay: n === 1 ? 1000 : 0 }) });

// -- the option `spotlight` --

function copied({ ids, copies, copied: requests }) {
    assert.deepEqual(copies.map(envelope => envelope.header.event_id), ids);
    for (const envelope of copies) assert.deepEqual(attached(envelope), ZERO);
    for (const { method, url, headers } of requests) {
        assert.deepEqual([method, url, headers['content-type']], ['POST', '/stream', 'application/x-sentry-envelope']);
    }
}
check('spotlight', r => {
    arrived(r);
    copied(r);
    const texts = envelopes => envelopes.map(envelope => envelope.events[0].text);
    assert.deepEqual(texts(r.copies), texts(r.envelopes));
}, { place: 'spotlight' });
check('spotlight without a DSN', r => {
    copied(r);
    assert.deepEqual(r.requests, []);
    for (const { header } of r.copies) assert.deepEqual(pick(header, 'dsn', 'trace'), {});
}, { place: 'spotlight', scenario: 'spotlight', dsn: () => '' });

// -- traces --

// A transaction's spans as a tree: [op, description, children].
const tree = (tx, id = tx.contexts.trace.span_id) => tx.spans.filter(span => span.parent_span_id === id)
    .map(span => [span.op, span.description, tree(tx, span.span_id)]);
const named = (tx, op) => tx.spans.find(span => span.op === op);
const dscOf = core.baggageHeaderToDynamicSamplingContext, traceOf = core.extractTraceparentData;

check('transaction', r => {
    assert.equal(r.transactions.length, 1);
    const [tx] = r.transactions, { trace } = tx.contexts, query = named(tx, 'db.query'), client = named(tx, 'http.client');
    assert.deepEqual(r.ids, [tx.event_id, NIL]);
    assert.deepEqual(pick(tx, 'transaction', 'transaction_info', 'release', 'environment', 'measurements'), {
        transaction: 'GET /users/:id', transaction_info: { source: 'route' }, release: 'conformance@1.2.3+45', environment: 'test',
        measurements: { 'queue.wait': { value: 12.5, unit: 'millisecond' }, rows: { value: 3, unit: 'none' } },
    });
    assert.deepEqual(tx.tags, { subsystem: 'http', own: 'yes', 'http.status_code': '503' });
    assert.deepEqual(pick(trace, 'op', 'status', 'parent_span_id'), { op: 'http.server', status: 'unavailable' });
    assert.deepEqual(pick(trace.data, 'http.request.method', 'http.response.status_code'),
        { 'http.request.method': 'GET', 'http.response.status_code': 503 });
    assert.deepEqual(tree(tx), [
        ['db.query', 'SELECT * FROM users WHERE id = ?', [['function', undefined, []]]],
        ['http.client', 'GET http://example.com/', []],
        ...Array(17).fill(['status', undefined, []]), ['early', undefined, []], ['unfinished', undefined, []],
    ]);
    assert.deepEqual([query.tags, query.data['db.system']], [{ 'db.shard': '7' }, 'postgresql']);
    assert.deepEqual(pick(named(tx, 'function').data, 'cache.key', 'cache.hit'),
        { 'cache.key': ['user:1', '"user":\u00e4'], 'cache.hit': true });
    assert.deepEqual([client.status, client.tags, client.data['http.response.status_code']],
        ['not_found', { 'http.status_code': '404' }, 404]);
    assert.deepEqual(tx.spans.filter(span => span.op === 'status').map(span => span.status), STATUSES.split(' '));
    assert.deepEqual(['start_timestamp', 'timestamp'].map(key => Date.parse(named(tx, 'early')[key])), [1.7e12, 1.7e12]);
    assert.deepEqual(pick(named(tx, 'unfinished'), 'timestamp', 'status'), { timestamp: tx.timestamp, status: 'deadline_exceeded' });
    assert.deepEqual(r.lost, {});
});

check('lost transactions', r => {
    assert.deepEqual(r.ids.map(id => id === NIL), [true, true, true, false, false]);
    assert.deepEqual(r.transactions.map(tx => [tx.transaction, tx.spans.length]), [['too many', 2], ['one span less', 1]]);
    assert.deepEqual(r.lost, {
        'sample_rate transaction': 1, 'sample_rate span': 3, 'before_send transaction': 1, 'before_send span': 4,
        'event_processor transaction': 1, 'event_processor span': 4, 'buffer_overflow span': 2,
    });
});

const HEADS = [
    ['app@1.2.3', 'production', 'GET /users/:id'],
    ['a,b=c;d%41+e@1 "f"', 'test, "\u00e4"=1;2%2C', 'work: a,b = c; 100% \u{1f600} +1'],
    ['\u00fcber@1', 'x'.repeat(64), ' spaces '],
];
check('heads', r => {
    HEADS.forEach(([release, environment, transaction], i) => {
        const [head, whole] = r.envelopes.slice(2 * i), tx = whole.transactions[0].value;
        const { goes, merged } = head.events[0].value.extra, dsc = dscOf(goes.baggage), { trace_id, span_id } = tx.contexts.trace;
        assert.deepEqual(traceOf(goes['sentry-trace']), { traceId: trace_id, parentSpanId: span_id, parentSampled: true });
        assert.equal(goes.traceparent, core.generateTraceparentHeader(trace_id, span_id, true));
        const theirs = core.mergeBaggageHeaders('other=1, sentry-release=old,x = y ;p=1', goes.baggage);
        assert.deepEqual(core.parseBaggageHeader(merged), core.parseBaggageHeader(theirs));
        assert.deepEqual({ ...dsc, sample_rand: '' },
            { trace_id, public_key: KEY, sample_rate: '1', sample_rand: '', sampled: 'true', release, environment, transaction });
        assert.deepEqual([head.header.trace, whole.header.trace], [dsc, dsc]);
        assert.equal(tx.transaction, transaction);
    });
    assert.equal(r.transactions.length, HEADS.length);
}, { input: HEADS.map(head => head.join('\t') + '\n').join('') });

// Headers as @sentry/core makes them, with what others put between; then such as are none.
const hex = bytes => randomBytes(bytes).toString('hex');
const BESIDE = [
    text => text, text => `other=1,${text}`, text => `${text},a=b;c=d`, text => ` a = b , ${text.replace(',', ' , ')}, ,x=%20`,
];
const INCOMING = Array.from({ length: 120 }, (_, i) => {
    const sampled = [true, false, undefined][i % 3], trace_id = hex(16), rand = Math.floor(Math.random() * 1e6) / 1e6;
    const [release] = HEADS[i % 3], [, environment] = HEADS[(i + 1) % 3], [, , transaction] = HEADS[(i + 2) % 3];
    const all = Object.entries({
        trace_id, public_key: hex(16), sample_rate: ['0.25', '1', '1e-3'][i % 5], sample_rand: rand.toFixed(i % 2 ? 16 : 6),
        sampled: sampled?.toString(), release, environment, transaction, org_id: '1', replay_id: hex(16),
    });
    const some = all.filter(([, value], k) => value !== undefined && (k < 2 || (i >> 1) % (k + 2) !== 0));
    const baggage = core.dynamicSamplingContextToSentryBaggageHeader(Object.fromEntries(some));
    return [core.generateSentryTraceHeader(trace_id, hex(8), sampled), i % 10 === 9 ? ['', 'other=1'][i % 4 >> 1] : BESIDE[i % 4](baggage)];
});
const NO_TRACES = [
    '', 'garbage', '1', `-${hex(8)}-1`, hex(16), `${hex(16)}_${hex(8)}`, `${hex(15)}-${hex(8)}-1`, `${hex(16)}-${hex(8)}-2`,
    `${hex(16)}-${hex(8)}-1-1`, `${'0'.repeat(32)}-${hex(8)}-1`, `${hex(16)}-${'0'.repeat(16)}-1`,
].map(trace => [trace, 'sentry-release=no']);

check('continued', r => {
    const heads = r.envelopes.filter(envelope => envelope.events.length);
    const whole = new Map(r.envelopes.filter(envelope => envelope.transactions.length)
        .map(envelope => [envelope.transactions[0].value.contexts.trace.trace_id, envelope]));
    let decided = 0;
    assert.equal(heads.length, INCOMING.length + NO_TRACES.length);
    INCOMING.forEach(([came, bags], i) => {
        const [{ value }] = heads[i].events, { goes } = value.extra, { traceId, parentSpanId, parentSampled } = traceOf(came);
        const dsc = dscOf(bags) ?? {}, ours = traceOf(goes['sentry-trace']), tx = whole.get(traceId), what = `${came} ${bags}`;
        assert.equal(value.logentry.formatted, 'goes on', what);
        assert.equal(ours.traceId, traceId, what);
        assert.equal(ours.parentSampled, parentSampled ?? ours.parentSampled, what);
        if (parentSampled === undefined && dsc.sample_rand) {
            decided += ours.parentSampled;
            assert.equal(ours.parentSampled, Number(dsc.sample_rand) < 0.5, what);
        }
        assert.deepEqual(dscOf(goes.baggage) ?? {}, dsc, what);
        assert.ok(Object.keys(core.parseBaggageHeader(goes.baggage) ?? {}).every(key => key.startsWith('sentry-')), goes.baggage);
        assert.deepEqual(pick(heads[i].header.trace, ...Object.keys(dsc)), dsc, what);
        // Without a baggage of Sentry's nothing is known of its head, and nothing of ours is said instead.
        const said = Object.keys(heads[i].header.trace ?? {});
        if (!dsc.trace_id) assert.ok(said.every(key => ['trace_id', 'public_key'].includes(key)), what);
        assert.equal(Boolean(tx), ours.parentSampled, what);
        if (!tx) return;
        assert.equal(tx.transactions[0].value.contexts.trace.parent_span_id, parentSpanId, what);
        assert.deepEqual(tx.header.trace, heads[i].header.trace, what);
    });
    assert.ok(decided > 0);
    NO_TRACES.forEach(([came], i) => {
        const { header, events: [{ value }] } = heads[INCOMING.length + i];
        assert.equal(value.logentry.formatted, 'new', came);
        assert.ok(!came.includes(value.contexts.trace.trace_id), came);
        assert.equal(header.trace.release, 'conformance@1.2.3+45', came);
    });
}, { input: [...INCOMING, ...NO_TRACES].map(([trace, bags]) => `${trace}\t${bags}\n`).join(''), continued: true });

// A child process gets the headers by its environment.
const FROM_PARENT = INCOMING[0];
check('environment', r => {
    const { traceId, parentSpanId, parentSampled } = traceOf(FROM_PARENT[0]), { trace } = r.transactions[0].contexts;
    assert.deepEqual(pick(trace, 'trace_id', 'parent_span_id'), { trace_id: traceId, parent_span_id: parentSpanId });
    assert.equal(parentSampled, true);
    for (const { header } of r.envelopes) assert.deepEqual(header.trace, dscOf(FROM_PARENT[1]));
}, { env: { SENTRY_TRACE: FROM_PARENT[0], SENTRY_BAGGAGE: FROM_PARENT[1] }, continued: true });

const TARGETS = ['http://api.example.com', '/v1/', 'a.b'];
const URLS = [
    'http://api.example.com/x', 'https://api.example.com/x', 'https://other/v1/y', 'https://other/v1', 'http://a.b/', 'http://axb/', '',
];
check('targets', r => {
    const theirs = URLS.map(url => Number(core.matchesTracePropagationTargets(url, TARGETS)));
    assert.equal(r.events[0].logentry.formatted, theirs.join(''));
}, { input: URLS.map(url => url + '\n').join('') });

// -- all of them --

const count = { passed: 0, failed: 0, skipped: 0 };
for (const { look, skip, ...how } of checks) {
    if (only.length && !only.includes(how.name)) continue;
    const why = await skip?.();
    if (why) {
        count.skipped++;
        console.log(`skip ${how.name}: ${why}`);
        continue;
    }
    try {
        look(await run(how));
        count.passed++;
    } catch (error) {
        count.failed++;
        console.log(`FAIL ${how.name}\n${error.message.replaceAll(/^/gm, '    ')}`);
    }
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed ? 1 : 0;
