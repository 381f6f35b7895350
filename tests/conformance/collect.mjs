// An HTTP server that keeps every request it gets: in memory, and in a folder as NNN.envelope (the body, unpacked) and NNN.json
// (method, URL and headers).
//
//     const server = await collect(folder, answer)     answer(n, request) -> {status, headers, delay}, or {reset: true}
//     server.port, server.requests, await server.close()
//
// or `node collect.mjs FOLDER [PORT]`, which prints a DSN and runs until it is ended.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

export async function collect(folder, answer = () => ({}), { host = '127.0.0.1', port = 0 } = {}) {
    const requests = [];
    mkdirSync(folder, { recursive: true });
    const server = createServer((incoming, response) => {
        const parts = [];
        incoming.on('data', part => parts.push(part));
        incoming.on('end', () => {
            const { method, url, headers, rawHeaders } = incoming;
            const wire = Buffer.concat(parts);
            const body = headers['content-encoding'] === 'gzip' ? gunzipSync(wire) : wire;
            const request = { method, url, headers, rawHeaders, body, length: wire.length };
            const name = join(folder, String(requests.push(request)).padStart(3, '0'));
            writeFileSync(name + '.envelope', request.body);
            writeFileSync(name + '.json', JSON.stringify({ method, url, headers: rawHeaders }, null, 1));
            const { status = 200, headers: reply = {}, delay = 0, reset } = answer(requests.length, request);
            if (reset) return incoming.socket.resetAndDestroy();
            setTimeout(() => response.writeHead(status, { 'Content-Type': 'application/json', ...reply }).end('{}'), delay);
        });
    });
    await new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    const close = () => new Promise(resolve => {
        server.close(resolve);
        server.closeAllConnections();
    });
    return { port: server.address().port, requests, close };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const [folder, port = 0] = process.argv.slice(2);
    if (!folder) throw new Error('usage: node collect.mjs FOLDER [PORT]');
    const server = await collect(folder, undefined, { port: Number(port) });
    console.log(`http://public@127.0.0.1:${server.port}/1`);
}
