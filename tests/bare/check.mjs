// Reads what core.c printed: every JSON text by JSON.parse, every envelope byte for byte, and what it says.
//
//     node check.mjs FILE [no-floats]     no-floats: the C library's printf leaves out floating point
//
// Where the packages of tests/conformance are installed, envelopes also go through the readers there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const [file, mode] = process.argv.slice(2);
const floats = mode !== 'no-floats';
const bytes = readFileSync(file);
const strict = new TextDecoder('utf-8', { fatal: true });
const DSN = 'http://0123456789abcdef0123456789abcdef@sentry.invalid/42';
const NIL = '00000000-0000-0000-0000-000000000000';
const count = { passed: 0, failed: 0, skipped: 0 };

function check(name, look) {
    try {
        look();
        count.passed++;
    } catch (error) {
        count.failed++;
        console.log(`FAIL ${name}: ${error.message}`);
    }
}

let inspect;
try {
    ({ inspect } = await import('../conformance/inspect.mjs'));
} catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
}

// -- the records of the output --

let at = 0;
function line() {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new Error(`the output ends within a line, at byte ${at}`);
    const text = strict.decode(bytes.subarray(at, end));
    at = end + 1;
    return text;
}

const envelopes = [], said = [], read = [], figures = {};
while (at < bytes.length) {
    const [, mark, kind, rest] = /^(# )?(\w+) (.*)$/s.exec(line()) ?? [];
    const [what, ...text] = (rest ?? '').split(': ');
    if (kind === 'envelope' && !mark) {
        envelopes.push(bytes.subarray(at, at + Number(rest)));
        at += Number(rest);
        assert.equal(bytes[at++], 10, `an envelope of ${rest} bytes ends elsewhere`);
    } else if (kind === 'said' && !mark) {
        said.push([what, text.join(': ')]);
    } else if (kind === 'json') {
        const value = [what, text.join(': ')];
        if (mark) figures[what] = value[1];
        else read.push(value);
    } else if (!mark) {
        throw new Error(`an unknown record before byte ${at}`);
    }
}
const words = Object.fromEntries(said);

// -- framing: a header, then items of exactly the length they say --

function items(envelope) {
    const found = [];
    let from = 0;
    const header = () => {
        const end = envelope.indexOf(10, from);
        assert.ok(end > 0, 'a header without an end');
        const value = JSON.parse(strict.decode(envelope.subarray(from, end)));
        from = end + 1;
        return value;
    };
    const own = header();
    while (from < envelope.length) {
        const item = header();
        const payload = envelope.subarray(from, from + item.length);
        assert.equal(payload.length, item.length);
        assert.equal(envelope[from + item.length], 10, 'an item is not followed by a newline');
        found.push({ item, payload, value: item.type === 'event' ? JSON.parse(strict.decode(payload)) : null });
        from += item.length + 1;
    }
    return { header: own, items: found };
}

const events = [];
envelopes.forEach((envelope, i) => check(`envelope ${i + 1}`, () => {
    const { header, items: found } = items(envelope);
    assert.equal(found.length, 1);
    const event = found[0].value;
    if (event) {
        assert.equal(event.event_id, header.event_id);
        events.push(event);
    }
    const { problems } = inspect?.({ body: envelope }, DSN, { foreign: !event, now: Date.parse(header.sent_at) }) ?? { problems: [] };
    assert.deepEqual(problems, []);
}));
if (!inspect) {
    console.log('skip the readers of tests/conformance: their packages are not installed');
    count.skipped++;
}

// -- JSON --

for (const [what, text] of read) check(`JSON of ${what}`, () => JSON.parse(text));
check('values', () => {
    const all = JSON.parse(read.find(([what]) => what === 'all')[1]);
    const doubles = [0.1, 1 / 3, 1e21, 5e-324, Number.MAX_VALUE, -0, 1e15, -123456789.125, 3];
    all.doubles.forEach((value, i) => assert.ok(Object.is(value, doubles[i]) || (!floats && value === null), `double ${i} is ${value}`));
    assert.equal(all.nan, null);
    assert.equal(all.int32, -2147483648);
    assert.match(read.find(([what]) => what === 'all')[1], /"int64":-9223372036854775808,"uint64":18446744073709551615,/);
    assert.deepEqual(all.thread, { id: '18446744073709551615', name: 'main' });
    assert.deepEqual(all.list, [null, null, null, 'fourth']);
    assert.equal(all.text, 'a"\\\n\u0001 \u00e9 \ufffd end of a string that is longer than a few words');
});
check('texts', () => {
    const texts = read.filter(([what]) => what === 'read').map(([, text]) => JSON.parse(text));
    const [list, ...rest] = texts;
    assert.deepEqual(list, [1, -2500, floats ? 0.1 : list?.[2] === null ? null : 0.1, true, null, '\u00e9\u{1f600}']);
    assert.deepEqual(rest.slice(0, 2), [{ a: 2 }, 9223372036854775808]);
    assert.ok(rest[2] === 0 || (!floats && rest[2] === null), `-0 is ${rest[2]}`);
    assert.deepEqual(rest.slice(3), [null, -9223372036854775808, null, null, null, null, null, null]);
});
check('what the platform says', () => {
    for (const [name, context] of Object.entries(JSON.parse(figures.contexts))) {
        assert.ok(context && typeof context === 'object', `contexts.${name} is ${JSON.stringify(context)}`);
        for (const [key, value] of Object.entries(context)) assert.notEqual(value, '', `contexts.${name}.${key} is empty`);
    }
});

// -- what was captured --

const event = text => events.find(({ logentry, exception }) => logentry?.formatted === text || exception?.values.at(-1).type === text) ?? {};
check('ids', () => {
    const hex = id => id.replaceAll('-', '');
    const returned = said.filter(([what, text]) => /^[0-9a-f-]{36}$/.test(text) && what !== 'last' && text !== NIL).map(([, text]) => hex(text));
    const sampled = events.filter(({ level }) => level === 'debug').map(one => one.event_id);
    assert.deepEqual(events.map(one => one.event_id), [...returned, ...sampled]);
    assert.equal(new Set(returned).size, returned.length);
    assert.ok(returned.length >= 11);
    assert.equal(hex(words.last), event('ENOENT').event_id);
});
check('scope', () => {
    const { tags, extra, contexts, user, transaction, fingerprint, breadcrumbs, timestamp } = event('Hello from nowhere');
    assert.deepEqual(tags, { board: 'mps2' });
    assert.deepEqual(extra, { reading: { volts: floats ? [3.3, 3.25] : extra?.reading?.volts, ok: true }, 'sys.argv': ['core', '--token', '[Filtered]'] });
    assert.deepEqual(contexts.firmware, { slot: 'a', size: 40960, boot: { count: 7 } });
    assert.deepEqual(user, { id: '42', username: 'ada' });
    assert.deepEqual([transaction, fingerprint], ['loop', ['{{ default }}', 'core']]);
    assert.equal(timestamp, '2026-01-02T03:04:06.500000Z');
    assert.deepEqual(breadcrumbs.values.map(({ timestamp: when, message }) => [when, message]),
        [['2026-01-02T03:04:05.000000Z', 'slot 1 of flash'], ['2026-01-02T03:04:06.500000Z', 'of values']]);
});
check('errors', () => {
    assert.equal(event('core is -40 degrees and 4000000000 ticks').logentry.message, '%s is %d degrees and %lu ticks');
    assert.equal(event('SensorError').exception.values[0].value, 'no answer from i2c');
    assert.deepEqual(event('BootError').exception.values.map(({ type }) => type), ['FlashError', 'BootError']);
    assert.equal(event('ENOENT').exception.values[0].value, 'open: No such file or directory');
    assert.equal(words['errno stays'], '1');
});
check('scopes and hubs', () => {
    assert.deepEqual(event('in a scope').tags, { board: 'inner' });
    assert.deepEqual(event('in a hub').tags, { board: 'mps2', hub: 'yes' });
    assert.deepEqual(event('with a scope').tags, { board: 'mps2', own: 'yes' });
    assert.deepEqual(event('outside').tags, { board: 'mps2' });
});
check('limits', () => {
    const { extra, _meta: meta } = events.find(({ extra: one }) => one?.long);
    assert.equal(extra.password, '[Filtered]');
    assert.equal(extra.long.length, 1024);
    assert.equal(meta.extra.long[''].len, 1999);
});
check('hooks', () => {
    assert.equal(words.drop, NIL);
    assert.equal(event('keep').logger, 'keep');
    assert.equal(event('keep').extra.processor, 'global');
    for (const { breadcrumbs } of events) {
        for (const { category, type } of breadcrumbs.values) assert.ok(category !== 'noise' && type !== undefined, `${category} ${type}`);
    }
    assert.deepEqual([...new Set(said.filter(([what]) => what === 'sampled').map(([, text]) => text))].sort(), ['0', '1']);
});
check('what it said', () => {
    const wanted = {
        'a frozen object changes': '0', references: '2', 'init without a transport': '1', enabled: '0', items: '1', payload: '3',
        'a broken envelope is read': '0', flush: '500', flushed: '0', 'kept after close': '0', 'kept after a life without memory': '0',
        'each allocation failed once': '1',
    };
    for (const [what, text] of Object.entries(wanted)) assert.equal(words[what], text, what);
    assert.match(words.why, /SENTRY_NO_HTTP/);
});

console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed ? 1 : 0;
