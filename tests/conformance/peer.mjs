// A server with Sentry's own SDK for node, for node.mjs: it continues the traces of its requests, and makes requests in them.
//
//     node peer.mjs DSN RATE      RATE: its tracesSampleRate; without it tracing is off
//
// Prints its port. GET /call?then=URL&flush: gets URL when there is one, captures a message, and answers with the headers that
// came, those that would go out, and what URL answered. GET /flush: sends all there is.
import * as Sentry from '@sentry/node';

const [dsn, rate] = process.argv.slice(2);
Sentry.init({
    dsn,
    release: 'peer@2.0.0',
    environment: 'peer, "test" \u00e4=1;2%41',
    traceLifecycle: 'static',
    tracesSampleRate: rate === undefined ? undefined : Number(rate),
});
const { createServer } = await import('node:http');

const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/flush') return response.end(String(await Sentry.flush(5000)));
    const then = searchParams.get('then');
    const answer = then ? await (await fetch(then)).text() : '';
    Sentry.captureMessage('in the peer');
    const { 'sentry-trace': trace, baggage } = request.headers;
    response.end(JSON.stringify({ came: { 'sentry-trace': trace, baggage }, goes: Sentry.getTraceData(), answer }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
