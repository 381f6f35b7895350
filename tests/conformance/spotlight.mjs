// Starts Spotlight, Sentry's receiver for development, in this process; sends it a few scenarios and reads back what it holds.
//
//     node spotlight.mjs SEND     SEND: the program of send.c
import assert from 'node:assert/strict';
import { setupSpotlight } from '@spotlightjs/spotlight';
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

// Sends a scenario and returns its events, as the stream has them and as the stored bytes do.
async function received(scenario) {
    await fetch(`http://127.0.0.1:${port}/clear`, { method: 'DELETE' });
    const ids = await send(program, dsn, scenario);
    const told = await stream(ids.length);
    const events = [];
    for (const [header, items] of told) {
        const stored = await fetch(`http://127.0.0.1:${port}/envelope/${header.__spotlight_envelope_id}`);
        const { problems, events: [event] } = inspect({ body: Buffer.from(await stored.arrayBuffer()) }, dsn);
        assert.deepEqual(problems, []);
        assert.equal(header.event_id, event.value.event_id);
        assert.deepEqual(items.find(([item]) => item.type === 'event')[1].event_id, event.value.event_id);
        events.push(event.value);
    }
    assert.deepEqual(events.map(event => event.event_id), ids);
    return events;
}

const checks = {
    message([event]) {
        assert.equal(event.logentry.formatted, 'Hello, world');
    },
    exception(events) {
        assert.deepEqual(events.map(event => event.exception.values[0].type), ['ConfigError', 'RangeError']);
    },
    breadcrumbs([event]) {
        assert.equal(event.breadcrumbs.values.length, 100);
        assert.equal(event.breadcrumbs.values[0].message, 'step 52');
    },
    scope([event]) {
        assert.deepEqual(event.tags, { subsystem: 'config', 'region.zone-1': 'eu' });
    },
    utf8([event]) {
        assert.match(event.logentry.formatted, /^text a\ufffd+b/);
    },
};

let passed = 0, failed = 0;
for (const [name, look] of Object.entries(checks)) {
    try {
        look(await received(name));
        passed++;
    } catch (error) {
        failed++;
        console.log(`FAIL Spotlight, ${name}\n${error.message.replaceAll(/^/gm, '    ')}`);
    }
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
