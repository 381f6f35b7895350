// Runs the program of send.c, with a place and an environment when there are such; resolves to the ids that its captures
// returned, without dashes.
import { spawn } from 'node:child_process';

export function send(program, dsn, scenario, input = '', place, env = {}) {
    return new Promise((resolve, reject) => {
        const args = [dsn, scenario, place].filter(arg => arg !== undefined);
        const child = spawn(program, args, { env: { PATH: process.env.PATH, ...env }, timeout: 60e3 });
        let out = '', log = '';
        child.stdout.on('data', data => out += data);
        child.stderr.on('data', data => log += data);
        child.stdin.on('error', () => {});
        child.on('error', reject);
        child.on('close', (code, signal) => {
            if (code !== 0 || !out.endsWith('closed\n')) return reject(new Error(`send ended with ${signal ?? code}: ${log || out}`));
            if (log) return reject(new Error(`send is not silent: ${log}`));
            resolve(out.split('\n').slice(0, -2).map(id => id.replaceAll('-', '')));
        });
        child.stdin.end(input);
    });
}
