// Starts Spotlight, Sentry's receiver for development, in this process; sends it a few scenarios and reads back what it holds.
//
//     node spotlight.mjs SEND     SEND: the program of send.c
import assert from 'node:assert/strict';
import { setupSpotlight } from '@spotlightjs/spotlight';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collect } from './collect.mjs';
import { inspect } from './inspect.mjs';
import { send } from './send.mjs';

const [program] = process.argv.slice(2);
if (!program) throw new Error('usage: node spotlight.mjs SEND');
const silent = { info() {}, warn() {}, error: console.error, debug() {} };
const server = await setupSpotlight({ port: 0, isStandalone: true, logger: silent });
const { port } = server.address();
const dsn = `http://spotlight@127.0.0.1:${port}/1`;

// What the stream tells until it has told `count` envelopes: each [header, items].
async function stream(count) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 10e3);
    const told = [];
    try {
        const response = await fetch(`http://127.0.0.1:${port}/stream`, { headers: { accept: 'text/event-stream' }, signal: abort.signal });
        let text = '';
        for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
            const messages = (text += part.replaceAll('\r', '')).split('\n\n');
            text = messages.pop();
            for (const message of messages) {
                const data = message.split('\n').filter(line => line.startsWith('data:')).map(line => line.slice(5)).join('\n');
                if (data.trim().startsWith('[')) told.push(JSON.parse(data));
            }
            if (told.length >= count) break;
        }
    } catch (error) {
        if (error.name !== 'AbortError') throw error;
    } finally {
        clearTimeout(timer);
        abort.abort();
    }
    return told;
}

// Sends a scenario and returns its events, as the stream has them and as the stored bytes do, and the envelopes.
async function received({ scenario, to = dsn, place }) {
    await fetch(`http://127.0.0.1:${port}/clear`, { method: 'DELETE' });
    const ids = await send(program, to, scenario, '', place);
    const told = await stream(ids.length);
    const events = [], envelopes = [];
    for (const [header, items] of told) {
        const stored = await fetch(`http://127.0.0.1:${port}/envelope/${header.__spotlight_envelope_id}`);
        const envelope = inspect({ body: Buffer.from(await stored.arrayBuffer()) }, to || dsn);
        const [event] = envelope.events;
        assert.deepEqual(envelope.problems, []);
        envelopes.push(envelope);
        assert.equal(header.event_id, event.value.event_id);
        assert.deepEqual(items.find(([item]) => item.type === 'event')[1].event_id, event.value.event_id);
        events.push(event.value);
    }
    assert.deepEqual(events.map(event => event.event_id), ids);
    return { events, envelopes };
}

// What goes by the option is a copy: with a DSN the server, which is another, gets the same.
const streamUrl = `http://127.0.0.1:${port}/stream`;
const folder = mkdtempSync(join(tmpdir(), 'sentry-conformance-'));
const elsewhere = await collect(folder);
const names = envelope => envelope.items.filter(item => item.header.type === 'attachment').map(item => item.header.filename);

const checks = [
    ['message', ([event]) => assert.equal(event.logentry.formatted, 'Hello, world')],
    ['exception', events => assert.deepEqual(events.map(event => event.exception.values[0].type), ['ConfigError', 'RangeError'])],
    ['breadcrumbs', ([event]) => {
        assert.equal(event.breadcrumbs.values.length, 100);
        assert.equal(event.breadcrumbs.values[0].message, 'step 52');
    }],
    ['scope', ([event]) => assert.deepEqual(event.tags, { subsystem: 'config', 'region.zone-1': 'eu' })],
    ['utf8', ([event]) => assert.match(event.logentry.formatted, /^text a\ufffd+b/)],
    ['gzip', ([event]) => assert.equal(event.extra.long.length, 5000 * 44)],
    ['attachments', (events, envelopes) => {
        assert.equal(events.length, 2);
        assert.deepEqual(names(envelopes[1]), ['binary.bin', 'core.dmp', 'view-hierarchy.json', '"h\u00f6he".c']);
        assert.equal(envelopes[1].items[1].payload.subarray(0, 256).toString('hex'), Buffer.from([...Array(256).keys()]).toString('hex'));
    }, { place: fileURLToPath(new URL('send.c', import.meta.url)) }],
    ['spotlight', (events, envelopes) => {
        assert.equal(events[1].exception.values[0].type, 'SeenError');
        assert.deepEqual(envelopes.map(names), [['zero'], ['zero']]);
    }, { to: '', place: streamUrl }],
    ['spotlight', ([event]) => {
        assert.equal(event.logentry.formatted, 'seen by Spotlight');
        assert.equal(elsewhere.requests.length, 2);
    }, { to: `http://spotlight@127.0.0.1:${elsewhere.port}/1`, place: streamUrl }],
];

let passed = 0, failed = 0;
for (const [scenario, look, how] of checks) {
    try {
        const { events, envelopes } = await received({ scenario, ...how });
        look(events, envelopes);
        passed++;
    } catch (error) {
        failed++;
        console.log(`FAIL Spotlight, ${scenario}\n${error.message.replaceAll(/^/gm, '    ')}`);
    }
}
rmSync(folder, { recursive: true });
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
