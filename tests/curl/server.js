// The servers that test_curl.c talks to: Sentry over HTTP, HTTPS and HTTP/2, with good and bad certificates, and a proxy.
//     node server.js FOLDER        with what certificates.sh made there
// Prints "port NAME NUMBER" for each, then "ready", then a line for each request. Ends when its input does.
//
// The first part of a path says what happens: /429/, /limits/, /hang/, /redirect/; /status/NUMBER; anything else is 200.
'use strict';
const fs = require('fs');
const http = require('http');
const http2 = require('http2');
const https = require('https');
const net = require('net');
const path = require('path');

const folder = process.argv[2];
const ports = {};
let connections = 0;

function say(line) {
    process.stdout.write(line + '\n');
}

function certificate(name) {
    const read = (ending) => fs.readFileSync(path.join(folder, name + ending));
    return { key: read('.key'), cert: read('.pem') };
}

function answer(request, response) {
    const [what, detail] = request.url.split('/').slice(1);
    const length = { 'Content-Length': 2 };
    switch (what) {
    case 'hang': return;
    case '429': response.writeHead(429, { 'Retry-After': '60', ...length }); break;
    case 'limits': response.writeHead(200, { 'X-Sentry-Rate-Limits': '60:error:organization', ...length }); break;
    case 'redirect': response.writeHead(307, { 'Location': `http://localhost:${ports.http}/away/`, ...length }); break;
    case 'status': response.writeHead(Number(detail), length); break;
    default: response.writeHead(200, length);
    }
    response.end('{}');
}

// One line a request: what came, on which connection, by which protocol.
function serve(name) {
    return (request, response) => {
        const socket = request.httpVersionMajor === 2 ? request.stream.session.socket : request.socket;
        socket.number = socket.number || ++connections;
        const body = [];
        request.on('data', (bytes) => body.push(bytes));
        request.on('end', () => {
            const names = Object.keys(request.headers).filter((key) => key[0] !== ':');
            const lengths = request.httpVersionMajor === 2 ? 1 : request.rawHeaders.filter((text) => /^content-length$/i.test(text)).length;
            const headers = names.map((key) => `${key}=<${request.headers[key]}>`).join(' ');
            say(`request ${name} connection=${socket.number} http=${request.httpVersion} ${request.method} ${request.url} `
                + `lengths=${lengths} ${headers} body=${JSON.stringify(Buffer.concat(body).toString())}`);
            answer(request, response);
        });
    };
}

// Forwards requests and tunnels.
function proxy() {
    const server = http.createServer((request, response) => {
        say(`proxy ${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
        const onward = http.request(request.url, { method: request.method, headers: request.headers }, (reply) => {
            response.writeHead(reply.statusCode, reply.headers);
            reply.pipe(response);
        });
        request.pipe(onward);
    });
    server.on('connect', (request, socket, head) => {
        say(`proxy CONNECT ${request.url} ${JSON.stringify(request.headers)}`);
        const [host, port] = request.url.split(':');
        const onward = net.connect(port, host, () => {
            socket.write('HTTP/1.1 200 Established\r\nX-Sentry-Rate-Limits: 60:error:organization\r\n\r\n');
            onward.write(head);
            onward.pipe(socket);
            socket.pipe(onward);
        });
        socket.on('error', () => onward.destroy());
        onward.on('error', () => socket.destroy());
    });
    return server;
}

const servers = {
    http: http.createServer(serve('http')),
    https: https.createServer(certificate('good'), serve('https')),
    http2: http2.createSecureServer(certificate('good'), serve('http2')),
    stranger: https.createServer(certificate('stranger'), serve('stranger')),
    expired: https.createServer(certificate('expired'), serve('expired')),
    proxy: proxy(),
};
let waiting = Object.keys(servers).length;
for (const [name, server] of Object.entries(servers)) {
    server.listen(0, 'localhost', () => {
        ports[name] = server.address().port;
        say(`port ${name} ${ports[name]}`);
        if (--waiting === 0) say('ready');
    });
}
process.stdin.resume().on('end', () => process.exit(0));
