// A page in headless Chromium, driven through the pipe of its debugging protocol, without packages.
//
//     const page = await open('chromium', 1200, 900);
//     await page.go(url); await page.evaluate('document.title'); await page.screenshot('page.png'); await page.close();
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function open(program, width, height) {
    const profile = mkdtempSync(join(tmpdir(), 'sentry-browser-'));
    const browser = spawn(program, ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', '--no-first-run',
        '--disable-dev-shm-usage', `--user-data-dir=${profile}`, `--window-size=${width},${height}`],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, HOME: profile } });
    const ended = new Promise(resolve => browser.on('close', resolve));
    const waiting = new Map();
    const fail = why => waiting.forEach(({ reject }) => reject(new Error(why)));
    let said = '', text = '', count = 0, session;
    browser.stderr.on('data', data => said += data);
    browser.on('error', error => fail(error.message));
    browser.on('close', () => fail(`the browser ended: ${said.slice(-500)}`));
    browser.stdio[3].on('error', () => {});
    browser.stdio[4].setEncoding('utf8').on('data', data => {
        const messages = (text += data).split('\0');
        text = messages.pop();
        for (const { id, result, error } of messages.map(message => JSON.parse(message))) {
            if (error) waiting.get(id)?.reject(new Error(error.message));
            else waiting.get(id)?.resolve(result);
            waiting.delete(id);
        }
    });
    const command = (method, params = {}) => new Promise((resolve, reject) => {
        waiting.set(++count, { resolve, reject });
        browser.stdio[3].write(JSON.stringify({ id: count, method, params, sessionId: session }) + '\0');
    });
    const { targetId } = await command('Target.createTarget', { url: 'about:blank' });
    session = (await command('Target.attachToTarget', { targetId, flatten: true })).sessionId;
    return {
        go: url => command('Page.navigate', { url }),
        async evaluate(expression) {
            const params = { expression, returnByValue: true, awaitPromise: true };
            const { result, exceptionDetails } = await command('Runtime.evaluate', params);
            if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
            return result.value;
        },
        async screenshot(file) {
            writeFileSync(file, Buffer.from((await command('Page.captureScreenshot')).data, 'base64'));
        },
        async close() {
            session = undefined;
            command('Browser.close').catch(() => {});
            await ended;
            rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
        },
    };
}
