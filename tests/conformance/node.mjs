// Traces that run through a C program and a server with Sentry's own SDK for node: the program asks the server (peer.mjs), which
// asks the program in turn before it answers. Whoever begins it, it is one trace with one decision and one baggage.
//
//     node node.mjs SEND FOLDER     SEND: the program of send.c; FOLDER: where the requests are kept
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { baggageHeaderToDynamicSamplingContext, extractTraceparentData, parseEnvelope } from '@sentry/core';
import { collect } from './collect.mjs';
import { inspect } from './inspect.mjs';
import { send } from './send.mjs';

const [program, folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node node.mjs SEND FOLDER');
const server = await collect(folder);
const OURS = `http://0123456789abcdef0123456789abcdef@127.0.0.1:${server.port}/1`;
const THEIRS = `http://peer@127.0.0.1:${server.port}/2`;
const NIL = '0'.repeat(32);

// A running peer.mjs: its port.
function start(rate) {
    return new Promise((resolve, reject) => {
        const peer = spawn(process.execPath, [fileURLToPath(new URL('peer.mjs', import.meta.url)), THEIRS, ...rate],
            { stdio: ['pipe', 'pipe', 'inherit'] });
        peer.on('error', reject);
        peer.on('close', code => reject(new Error(`the peer ended with ${code}`)));
        peer.stdout.once('data', data => resolve(Number(data)));
    });
}

// The event or transaction in an envelope of theirs, with what the envelope says of its trace.
function theirs(body) {
    const [header, items] = parseEnvelope(new Uint8Array(body));
    return items.filter(([{ type }]) => ['event', 'transaction'].includes(type)).map(([, payload]) => {
        const event = payload instanceof Uint8Array ? JSON.parse(Buffer.from(payload)) : payload;
        return { ...event, dsc: header.trace };
    });
}

// Runs a scenario of send.c and returns what came of it on both sides.
async function run(scenario, port) {
    server.requests.length = 0;
    const ids = await send(program, OURS, scenario, '', String(port));
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/flush`)).text(), 'true');
    const to = project => server.requests.filter(request => request.url.startsWith(`/api/${project}/`));
    const mine = to(1).map(request => inspect(request, OURS, { continued: true })), peers = to(2).flatMap(request => theirs(request.body));
    const all = mine.flatMap(({ header, events, transactions }) => [...events, ...transactions]
        .map(({ value }) => ({ ...value, dsc: header.trace })));
    const message = text => all.find(event => event.logentry?.formatted === text);
    const transaction = name => all.find(event => event.transaction === name && event.type);
    assert.deepEqual(mine.flatMap(envelope => envelope.problems), []);
    assert.deepEqual(ids.filter(id => id !== NIL).sort(), all.map(event => event.event_id).sort());
    return {
        asks: message('asks'), answers: message('answers'), asked: transaction('ask the peer'), worked: transaction('GET /work'),
        peer: peers.find(event => event.message === 'in the peer'),
        call: peers.find(event => event.transaction === 'GET /call' && event.type === 'transaction'),
        reports: mine.flatMap(envelope => envelope.reports.flatMap(({ value }) => value.discarded_events)),
        reply: JSON.parse(message('asks').extra.answer),
    };
}

// Node writes the number again, without zeros at its end.
const same = (a, b, key) => (key === 'sample_rand' ? assert.equal(Number(a), Number(b)) : assert.equal(a, b, key));
const parts = ({ 'sentry-trace': trace, baggage }) =>
    ({ ...extractTraceparentData(trace), dsc: baggageHeaderToDynamicSamplingContext(baggage) });
const span = (event, op) => event.spans.find(one => one.op === op);

// What holds in every trace: `r.reply.came` is what the peer got of us, `r.answers.extra.came` what we got of it.
function oneTrace(r, { began, sampled, rates }) {
    const first = began === 'we' ? parts(r.reply.came) : parts(r.answers.extra.came), second = parts(r.answers.extra.came);
    const joined = [r.answers, r.worked, r.peer, r.call, ...(began === 'we' ? [r.asks, r.asked] : [])].filter(Boolean);
    for (const event of joined) {
        assert.equal(event.contexts.trace.trace_id, first.traceId);
        for (const [key, value] of Object.entries(first.dsc)) same(event.dsc[key], value, key);
        assert.equal(event.dsc.sampled, first.dsc.sampled);
    }
    for (const headers of [second, parts(r.reply.goes), parts(r.answers.extra.goes)]) {
        assert.equal(headers.traceId, first.traceId);
        for (const [key, value] of Object.entries(first.dsc)) same(headers.dsc[key], value, key);
    }
    // The decision, and what is sent by it.
    assert.deepEqual([first.parentSampled, second.parentSampled, parts(r.answers.extra.goes).parentSampled], sampled);
    assert.deepEqual([r.asked, r.call, r.worked].map(Boolean), rates);
    // Each transaction hangs on the span that made the request.
    if (began === 'we') assert.equal(first.parentSpanId, r.asks.contexts.trace.span_id);
    else assert.equal(r.reply.came['sentry-trace'], undefined);
    if (r.asked && began === 'we') assert.equal(first.parentSpanId, span(r.asked, 'http.client').span_id);
    if (r.call && began === 'we') assert.equal(r.call.contexts.trace.parent_span_id, first.parentSpanId);
    if (r.call) assert.equal(span(r.call, 'http.client').span_id, second.parentSpanId);
    if (r.worked) assert.equal(r.worked.contexts.trace.parent_span_id, second.parentSpanId);
}

const count = (r, reason, category) => r.reports.filter(one => one.reason === reason && one.category === category)
    .reduce((sum, { quantity }) => sum + quantity, 0);
const lost = r => ['transaction', 'span'].map(category => count(r, 'sample_rate', category));

const checks = [];
const check = (name, scenario, peer, look) => checks.push({ name, scenario, peer, look });
for (const peer of ['on', 'none']) {
    check(`we begin, sampled, the peer's rate is ${peer}`, 'chain sampled', peer, r => {
        oneTrace(r, { began: 'we', sampled: [true, true, true], rates: [true, true, true] });
        assert.deepEqual([r.asked.dsc.sampled, r.asked.dsc.sample_rate, r.reports], ['true', '1', []]);
    });
    check(`we begin, not sampled, the peer's rate is ${peer}`, 'chain unsampled', peer, r => {
        oneTrace(r, { began: 'we', sampled: [false, false, false], rates: [false, false, false] });
        assert.equal(r.answers.dsc.sampled, 'false');
        assert.deepEqual(lost(r), [2, 3]);
    });
}
check('we begin, sampled, the peer does not trace', 'chain sampled', 'off', r => {
    oneTrace(r, { began: 'we', sampled: [true, true, true], rates: [true, false, true] });
});
check('we begin without tracing, the peer decides', 'chain deferred', 'on', r => {
    oneTrace(r, { began: 'we', sampled: [undefined, true, true], rates: [false, true, false] });
    assert.deepEqual(lost(r), [0, 0]);
});
check('we begin without tracing, the peer decides against it', 'chain deferred', 'none', r => {
    oneTrace(r, { began: 'we', sampled: [undefined, false, false], rates: [false, false, false] });
});
check('nobody traces', 'chain deferred', 'off', r => {
    oneTrace(r, { began: 'we', sampled: [undefined, undefined, undefined], rates: [false, false, false] });
});
check('the peer begins, sampled', 'chain second', 'on', r => {
    oneTrace(r, { began: 'the peer', sampled: [true, true, true], rates: [true, true, true] });
    assert.deepEqual([r.worked.dsc.public_key, r.worked.dsc.release], ['peer', 'peer@2.0.0']);
    assert.deepEqual(r.worked.dsc, r.call.dsc);
});
check('the peer begins, not sampled', 'chain second', 'none', r => {
    oneTrace(r, { began: 'the peer', sampled: [false, false, false], rates: [true, false, false] });
    assert.deepEqual(lost(r), [1, 1]);
});
check('the peer begins without tracing, we decide', 'chain second', 'off', r => {
    oneTrace(r, { began: 'the peer', sampled: [undefined, undefined, true], rates: [true, false, true] });
});

const rates = { on: ['1'], none: ['0'], off: [] };
const ports = Object.fromEntries(await Promise.all(Object.entries(rates).map(async ([name, rate]) => [name, await start(rate)])));
let passed = 0, failed = 0;
for (const { name, scenario, peer, look } of checks) {
    try {
        look(await run(scenario, ports[peer]));
        passed++;
    } catch (error) {
        failed++;
        console.log(`FAIL node, ${name}\n${error.message.replaceAll(/^/gm, '    ')}`);
    }
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
