// What every request must be, whatever it carries. Each function returns the problems it found, as lines of text.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
    baggageHeaderToDynamicSamplingContext, dsnFromString, dynamicSamplingContextToSentryBaggageHeader,
    getEnvelopeEndpointWithUrlEncodedAuth, parseEnvelope,
} from '@sentry/core';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const CATEGORIES = 'attachment default error feedback internal log_byte log_item monitor profile profile_chunk session span '
    + 'transaction trace_metric';
const REASONS = 'queue_overflow cache_overflow buffer_overflow ratelimit_backoff network_error send_error internal_sdk_error '
    + 'sample_rate before_send event_processor backpressure insufficient_data ignored invalid';
const ATTACHMENTS = 'event.attachment event.minidump event.applecrashreport event.view_hierarchy unreal.context unreal.logs';
export const STATUSES = 'ok cancelled unknown_error invalid_argument deadline_exceeded not_found already_exists '
    + 'permission_denied resource_exhausted failed_precondition aborted out_of_range unimplemented internal_error unavailable data_loss '
    + 'unauthenticated';
const SOURCES = 'custom url route view component task';
const SPAN_KEYS = 'trace_id span_id parent_span_id op description start_timestamp timestamp status origin tags data';
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const HEX32 = /^(?!0+$)[0-9a-f]{32}$/;
const HEX16 = /^(?!0+$)[0-9a-f]{16}$/;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const decode = bytes => JSON.parse(strict.decode(bytes));

// -- the event schema: it predates some of today's protocol, which is taken out before it is asked --

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('uuid', /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
for (const name of ['int32', 'int64', 'uint', 'uint8', 'uint16', 'uint32', 'uint64']) {
    ajv.addFormat(name, { type: 'number', validate: n => Number.isInteger(n) && (n >= 0 || name[0] === 'i') });
}
for (const name of ['float', 'double']) ajv.addFormat(name, { type: 'number', validate: Number.isFinite });
const validate = ajv.compile(JSON.parse(readFileSync(new URL('schema/event.schema.json', import.meta.url))));

function schemaProblems(event) {
    const { _meta, start_timestamp, spans, measurements, ...known } = structuredClone(event);
    if (known.sdk) delete known.sdk.settings;
    for (const { stacktrace } of [...known.exception?.values ?? [], ...known.threads?.values ?? []]) {
        for (const frame of stacktrace?.frames ?? []) delete frame.trust;
    }
    if (validate(known)) return [];
    return validate.errors.filter(e => e.keyword !== 'anyOf').slice(0, 5)
        .map(e => `event${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}

// -- an envelope: framing without mercy, then the same by Sentry's own parser --

export function readEnvelope(body) {
    const problems = [], items = [];
    let at = 0;
    const line = () => {
        const end = body.indexOf(10, at);
        if (end < 0) throw new Error(`no newline after the header at byte ${at}`);
        const text = strict.decode(body.subarray(at, end));
        const object = JSON.parse(text);
        if (!object || typeof object !== 'object' || Array.isArray(object)) throw new Error(`the header at byte ${at} is no object`);
        if (text !== text.trim() || text[0] !== '{') problems.push(`the header at byte ${at} has blanks around it`);
        at = end + 1;
        return object;
    };
    try {
        const header = line();
        while (at < body.length) {
            const item = line();
            if (typeof item.type !== 'string') throw new Error(`item ${items.length} has no type`);
            if (!Number.isInteger(item.length)) throw new Error(`item ${items.length} has no length`);
            if (at + item.length >= body.length) throw new Error(`item ${items.length} is longer than the envelope`);
            if (body[at + item.length] !== 10) throw new Error(`item ${items.length} is followed by byte ${body[at + item.length]}`);
            items.push({ header: item, payload: body.subarray(at, at + item.length) });
            at += item.length + 1;
        }
        // Their parser takes a length of 0 for none, and what follows for JSON; Relay does not.
        if (items.some(item => item.header.type === 'attachment' && item.header.length === 0)) return { header, items, problems };
        const theirs = parseEnvelope(new Uint8Array(body))[1];
        if (theirs.length !== items.length) problems.push(`@sentry/core finds ${theirs.length} items, not ${items.length}`);
        items.forEach(({ header: h, payload }, i) => {
            const [theirHeader, theirPayload] = theirs[i] ?? [];
            const bytes = theirPayload instanceof Uint8Array ? Buffer.from(theirPayload) : null;
            if (theirHeader?.type !== h.type) problems.push(`@sentry/core takes item ${i} for ${theirHeader?.type}, not ${h.type}`);
            if (bytes && !bytes.equals(payload)) problems.push(`@sentry/core reads other bytes in item ${i}`);
        });
        return { header, items, problems };
    } catch (error) {
        return { header: {}, items, problems: [...problems, error.message] };
    }
}

// -- the parts --

function requestProblems(request, dsn) {
    const problems = [];
    const expect = (truth, text) => truth || problems.push(text);
    const parts = dsnFromString(dsn);
    const url = new URL(getEnvelopeEndpointWithUrlEncodedAuth(parts));
    const auth = request.headers['x-sentry-auth'] ?? '';
    const pairs = Object.fromEntries(auth.replace(/^Sentry /, '').split(/, ?/).map(pair => pair.split('=')));
    expect(request.method === 'POST', `the method is ${request.method}`);
    expect(request.url.split('?')[0] === url.pathname, `the path is ${request.url}, not ${url.pathname}`);
    expect(auth.startsWith('Sentry '), `X-Sentry-Auth is "${auth}"`);
    expect(pairs.sentry_version === url.searchParams.get('sentry_version'), `sentry_version is ${pairs.sentry_version}`);
    expect(pairs.sentry_key === url.searchParams.get('sentry_key'), `sentry_key is ${pairs.sentry_key}`);
    expect(!pairs.sentry_secret || pairs.sentry_secret === parts.pass, `sentry_secret is ${pairs.sentry_secret}`);
    expect(!('sentry_timestamp' in pairs), 'sentry_timestamp is obsolete');
    expect(/^[\w.]+\/\d+\.\d+\.\d+$/.test(pairs.sentry_client), `sentry_client is ${pairs.sentry_client}`);
    expect((request.headers['user-agent'] ?? '').split(' ')[0] === pairs.sentry_client, `User-Agent is ${request.headers['user-agent']}`);
    expect(request.headers['content-type'] === 'application/x-sentry-envelope', `Content-Type is ${request.headers['content-type']}`);
    expect(Number(request.headers['content-length']) === request.length, `Content-Length is ${request.headers['content-length']}`);
    const encoding = request.headers['content-encoding'];
    expect([undefined, 'gzip'].includes(encoding), `Content-Encoding is ${encoding}`);
    expect(!encoding || request.length < request.body.length, `packed it has ${request.length} bytes, not ${request.body.length}`);
    expect([url.host, `${url.hostname}:${url.port || 80}`].includes(request.headers.host), `Host is ${request.headers.host}`);
    const names = request.rawHeaders.filter((_, i) => i % 2 === 0).map(name => name.toLowerCase());
    expect(new Set(names).size === names.length, `a header occurs twice: ${names.join(' ')}`);
    return problems;
}

function headerProblems(header, items, dsn, { now, continued }) {
    const problems = [];
    const expect = (truth, text) => truth || problems.push(text);
    const parts = dsnFromString(dsn);
    const { event_id, sent_at, trace, sdk } = header;
    const theirs = header.dsn === undefined ? undefined : dsnFromString(header.dsn);
    expect(event_id === undefined || HEX32.test(event_id), `header.event_id is ${event_id}`);
    expect(RFC3339.test(sent_at) && Math.abs(Date.parse(sent_at) - now) < 60e3, `header.sent_at is ${sent_at}`);
    const same = theirs?.publicKey === parts.publicKey && theirs?.projectId === parts.projectId;
    expect(header.dsn === undefined || same, `header.dsn is ${header.dsn}`);
    const reportOnly = sdk === undefined && items.every(item => item.header.type === 'client_report');
    expect(reportOnly || (typeof sdk?.name === 'string' && typeof sdk?.version === 'string'), `header.sdk is ${JSON.stringify(sdk)}`);
    const known = ['event_id', 'dsn', 'sdk', 'sent_at', 'trace'];
    for (const key of Object.keys(header)) expect(known.includes(key), `the header has a key of its own: ${key}`);
    if (trace) {
        const strings = Object.values(trace).every(value => typeof value === 'string');
        expect(strings, `header.trace has a value that is no string: ${JSON.stringify(trace)}`);
        expect(HEX32.test(trace.trace_id), `header.trace.trace_id is ${trace.trace_id}`);
        if (continued) return problems; // the other values are those of whoever began the trace
        expect(trace.public_key === parts.publicKey, `header.trace.public_key is ${trace.public_key}`);
        expect(trace.sample_rand === undefined || /^0\.\d{6}$/.test(trace.sample_rand), `header.trace.sample_rand is ${trace.sample_rand}`);
        const { sample_rate: rate, sample_rand: rand, sampled } = trace, decided = Number(rand) < Number(rate);
        expect(rate === undefined || /^[01](\.\d+)?(e-\d+)?$/.test(rate), `header.trace.sample_rate is ${rate}`);
        expect(!rate || !sampled || sampled === String(decided), `header.trace says ${sampled}, with ${rand} of ${rate}`);
        const baggage = baggageHeaderToDynamicSamplingContext(dynamicSamplingContextToSentryBaggageHeader(trace));
        expect(isDeepStrictEqual(baggage, trace), `header.trace as baggage is ${JSON.stringify(baggage)}`);
    }
    return problems;
}

// What a span and a transaction's contexts.trace have in common.
function spanProblems(span, where) {
    const problems = [];
    const expect = (truth, text) => truth || problems.push(`${where} ${text}`);
    expect(typeof span.op === 'string' && span.op.length <= 128, `has the op ${span.op}`);
    expect(span.origin === 'manual', `has the origin ${span.origin}`);
    expect(span.status === undefined || STATUSES.split(' ').includes(span.status), `has the status ${span.status}`);
    expect(span.parent_span_id === undefined || HEX16.test(span.parent_span_id), `has the parent ${span.parent_span_id}`);
    expect(span.data === undefined || typeof span.data['thread.id'] === 'string', `has the data ${JSON.stringify(span.data)}`);
    for (const [key, value] of Object.entries(span.tags ?? {})) expect(typeof value === 'string', `has the tag ${key}: ${value}`);
    return problems;
}

function transactionProblems(event, header, continued) {
    const problems = [];
    const expect = (truth, text) => truth || problems.push(text);
    const root = event.contexts.trace, parents = new Map([[root.span_id, undefined]]), source = event.transaction_info?.source;
    const ordered = ({ start_timestamp: start, timestamp: end }) => RFC3339.test(start) && RFC3339.test(end) && start <= end;
    expect(typeof event.transaction === 'string' && event.transaction, `the transaction's name is ${event.transaction}`);
    expect(SOURCES.split(' ').includes(source), `the transaction's source is ${source}`);
    expect(ordered(event), `the transaction is from ${event.start_timestamp} to ${event.timestamp}`);
    expect(header.trace?.trace_id === root.trace_id || (continued && !header.trace), 'a transaction of another trace than header.trace');
    for (const key of ['level', 'exception', 'breadcrumbs', 'logentry']) expect(!(key in event), `a transaction has ${key}`);
    problems.push(...spanProblems(root, 'contexts.trace'));
    expect(Array.isArray(event.spans), `spans is ${JSON.stringify(event.spans)}`);
    for (const span of event.spans ?? []) {
        const where = `the span ${span.op} ${span.description ?? ''}`;
        problems.push(...spanProblems(span, where));
        expect(span.data, `${where} has no data`);
        expect(span.trace_id === root.trace_id, `${where} is of the trace ${span.trace_id}`);
        expect(HEX16.test(span.span_id) && !parents.has(span.span_id), `${where} has the id ${span.span_id}`);
        expect(ordered(span), `${where} is from ${span.start_timestamp} to ${span.timestamp}`);
        for (const key of Object.keys(span)) expect(SPAN_KEYS.split(' ').includes(key), `${where} has a key of its own: ${key}`);
        parents.set(span.span_id, span.parent_span_id);
    }
    for (const span of event.spans ?? []) { // each hangs on the root, over however many
        const seen = new Set();
        let id = span.span_id;
        while (id !== root.span_id && parents.has(id) && !seen.has(id)) id = parents.get(seen.add(id) && id);
        expect(id === root.span_id, `the span ${span.op} ${span.description ?? ''} hangs on ${id}`);
    }
    for (const [name, { value, unit, ...more }] of Object.entries(event.measurements ?? {})) {
        const good = typeof value === 'number' && typeof unit === 'string' && !Object.keys(more).length;
        expect(good, `the measurement ${name} is ${value} ${unit}`);
    }
    return problems;
}

function eventProblems(event, header, continued) {
    const problems = [];
    const expect = (truth, text) => truth || problems.push(text);
    const trace = event.contexts?.trace;
    expect(HEX32.test(event.event_id), `event_id is ${event.event_id}`);
    expect(event.event_id === header.event_id, `event_id is ${event.event_id}, the header's ${header.event_id}`);
    expect(RFC3339.test(event.timestamp), `timestamp is ${event.timestamp}`);
    expect(event.platform === 'native', `platform is ${event.platform}`);
    expect(event.sdk?.name === header.sdk?.name && event.sdk?.version === header.sdk?.version, `sdk is ${JSON.stringify(event.sdk)}`);
    expect(HEX32.test(trace?.trace_id) && HEX16.test(trace?.span_id), `contexts.trace is ${JSON.stringify(trace)}`);
    expect(!header.trace || header.trace.trace_id === trace?.trace_id, 'header.trace is of another trace than contexts.trace');
    expect(['fatal', 'error', 'warning', 'info', 'debug', undefined].includes(event.level), `level is ${event.level}`);
    for (const [key, context] of Object.entries(event.contexts ?? {})) {
        expect(context && typeof context === 'object' && !Array.isArray(context), `contexts.${key} is no object`);
    }
    for (const [key, value] of Object.entries(event.tags ?? {})) expect(typeof value === 'string', `tags.${key} is no string`);
    for (const key of ['exception', 'threads', 'breadcrumbs']) {
        expect(event[key] === undefined || event[key].values?.length > 0, `${key} is not {values: [...]}`);
    }
    for (const crumb of event.breadcrumbs?.values ?? []) {
        expect(RFC3339.test(crumb.timestamp), `a breadcrumb's timestamp is ${crumb.timestamp}`);
    }
    for (const one of event.exception?.values ?? []) expect(one.type || one.value, 'an exception without type and value');
    for (const key of ['received', 'culprit', 'message', 'project', 'stacktrace']) expect(!(key in event), `${key} must not be sent`);
    if (event.type === 'transaction') problems.push(...transactionProblems(event, header, continued));
    return [...problems, ...schemaProblems(event)];
}

function attachmentProblems({ filename, attachment_type, content_type, ...more }, header) {
    const problems = [];
    const expect = (truth, text) => truth || problems.push(text);
    expect(typeof filename === 'string' && filename && !filename.includes('/'), `an attachment's filename is ${filename}`);
    expect(attachment_type === undefined || ATTACHMENTS.split(' ').includes(attachment_type), `attachment_type is ${attachment_type}`);
    expect(content_type === undefined || /^[\w.+-]+\/[\w.+-]+(; ?.+)?$/.test(content_type), `content_type is ${content_type}`);
    expect(HEX32.test(header.event_id), 'an attachment without an event_id in the header');
    for (const key of Object.keys(more)) expect(['type', 'length'].includes(key), `an attachment has ${key}`);
    return problems;
}

function reportProblems(report) {
    const problems = [];
    const seen = new Set();
    if (!Array.isArray(report.discarded_events) || !report.discarded_events.length) return ['discarded_events is no list, or empty'];
    for (const { reason, category, quantity, ...more } of report.discarded_events) {
        if (!REASONS.split(' ').includes(reason)) problems.push(`the reason ${reason} is not Sentry's`);
        if (!CATEGORIES.split(' ').includes(category)) problems.push(`the category ${category} is not Sentry's`);
        if (!Number.isInteger(quantity) || quantity < 1) problems.push(`the quantity is ${quantity}`);
        if (Object.keys(more).length) problems.push(`a discarded event has more keys: ${Object.keys(more)}`);
        if (seen.has(reason + category)) problems.push(`${reason}, ${category} is reported twice in one report`);
        seen.add(reason + category);
    }
    for (const key of Object.keys(report)) if (!['timestamp', 'discarded_events'].includes(key)) problems.push(`a client report has ${key}`);
    const { timestamp } = report;
    if (timestamp !== undefined && !RFC3339.test(timestamp) && !Number.isInteger(timestamp)) problems.push(`its timestamp is ${timestamp}`);
    return problems;
}

function sessionProblems({ sid, did, init, seq, timestamp, started, duration, status, errors, abnormal_mechanism, attrs, ...more }) {
    const problems = [];
    const expect = (truth, text) => truth || problems.push(text);
    expect(/^(?!0{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(sid), `a session's sid is ${sid}`);
    expect(did === undefined || (typeof did === 'string' && did), `a session's did is ${did}`);
    expect(init === undefined || init === true, `a session's init is ${init}`);
    expect(Number.isInteger(seq) && seq >= 0 && (!init || seq === 0), `a session's seq is ${seq}`);
    expect(RFC3339.test(timestamp) && RFC3339.test(started) && started <= timestamp, `a session's times are ${started}, ${timestamp}`);
    expect(['ok', 'exited', 'crashed', 'abnormal'].includes(status), `a session's status is ${status}`);
    expect(status === 'ok' ? duration === undefined : duration === undefined || duration >= 0, `a session's duration is ${duration}`);
    expect(Number.isInteger(errors) && errors >= (status === 'crashed' ? 1 : 0), `a session has ${errors} errors, and is ${status}`);
    expect(abnormal_mechanism === (status === 'abnormal' ? 'none' : undefined), `its abnormal_mechanism is ${abnormal_mechanism}`);
    expect(typeof attrs?.release === 'string' && attrs.release, `a session's release is ${attrs?.release}`);
    for (const key of Object.keys(attrs ?? {})) expect(['release', 'environment'].includes(key), `a session's attrs have ${key}`);
    for (const key of Object.keys(more)) problems.push(`a session has ${key}`);
    return problems;
}

const PAYLOADS = { event: eventProblems, transaction: eventProblems, client_report: reportProblems, session: sessionProblems };

// Takes a request apart: {header, items, events, transactions, reports, sessions, problems}. Without `headers` only its body is looked
// at; with `foreign` the envelope is one that another SDK made, and its header is that SDK's; with `continued` its header's
// trace is one that another SDK began.
export function inspect(request, dsn, { foreign = false, continued = false, now = Date.now() } = {}) {
    const { header, items, problems } = readEnvelope(request.body);
    const lists = { event: [], transaction: [], client_report: [], session: [] };
    if (request.headers) problems.push(...requestProblems(request, dsn));
    if (!foreign) problems.push(...headerProblems(header, items, dsn, { now, continued }));
    if (!items.length) problems.push('an envelope without items');
    for (const { header: item, payload } of items) {
        if (item.type === 'attachment' && !foreign) problems.push(...attachmentProblems(item, header));
        if (!(item.type in lists)) continue;
        try {
            const value = decode(payload);
            lists[item.type].push({ value, text: strict.decode(payload) });
            problems.push(...PAYLOADS[item.type](value, header, continued));
            const typed = value.type === 'transaction';
            if (typed !== (item.type === 'transaction')) problems.push(`the ${item.type} has the type ${value.type}`);
        } catch (error) {
            problems.push(`the payload of the ${item.type} is not JSON in UTF-8: ${error.message}`);
        }
    }
    const { event: events, transaction: transactions, client_report: reports, session: sessions } = lists;
    if (events.length + transactions.length > 1) problems.push('an envelope with two events');
    return { header, items, problems, events, transactions, reports, sessions };
}
