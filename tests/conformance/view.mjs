// Shows a trace of two transactions and an error in Spotlight's own web page, in headless Chromium, and reads what is on it.
//
//     node view.mjs SEND CHROMIUM PICTURE     SEND: the program of send.c; PICTURE: where a screenshot goes
import assert from 'node:assert/strict';
import { setupSpotlight } from '@spotlightjs/spotlight';
import { readFileSync } from 'node:fs';
import { open } from './browser.mjs';
import { send } from './send.mjs';

const [program, chromium, picture] = process.argv.slice(2);
if (!picture) throw new Error('usage: node view.mjs SEND CHROMIUM PICTURE');

const ui = new URL('../ui/', import.meta.resolve('@spotlightjs/spotlight'));
const files = ['index.html', ...Object.values(JSON.parse(readFileSync(new URL('manifest.json', ui)))).map(({ file }) => file)];
const filesToServe = Object.fromEntries(files.filter(Boolean).map(file => [file, readFileSync(new URL(file, ui))]));
const silent = { info() {}, warn() {}, error: console.error, debug() {} };
const server = await setupSpotlight({ port: 0, isStandalone: true, logger: silent, filesToServe });
const base = `http://127.0.0.1:${server.address().port}`;

// A transaction below another is folded up until one clicks on the number of its children.
const UNFOLD = `for (const arrow of document.querySelectorAll('ul.tree .node svg.transition:not(.rotate-180)')) arrow.parentElement.click()`;
// The page's tree, as lines: depth, operation, name, duration, where on the time line it begins and how long it is, in percent.
const TREE = `(() => {
    const lines = [];
    const walk = (list, depth) => {
        for (const item of list.querySelectorAll(':scope > li')) {
            const line = item.querySelector(':scope > a'), [node, waterfall] = line.children, bar = waterfall.lastElementChild.style;
            const percent = text => Number(/([\\d.]+)%/.exec(text)[1]);
            lines.push([depth, node.querySelector('.font-bold.break-keep').innerText, node.querySelector('[title]').innerText,
                waterfall.innerText.trim(), percent(bar.left), Math.round(percent(bar.width) / 0.095) / 10].join(' | '));
            const below = item.querySelector(':scope > ul.tree');
            if (below) walk(below, depth + 1);
        }
    };
    const top = document.querySelector('ul.tree');
    if (top) walk(top, 0);
    return lines;
})()`;
const WANTED = [
    '0 | task | check out | 500ms | 0 | 100',
    '1 | db | load user | 150ms | 10 | 30',
    '2 | db.query | SELECT * FROM users WHERE id = ? | 50ms | 20 | 10',
    '1 | http.client | GET http://shop/cart | 200ms | 50 | 40',
    '2 | http.server | GET /cart | 150ms | 55 | 30',
    '3 | function | parse | 100ms | 60 | 20',
    '4 | function | "inner" <b> | 30ms | 64 | 6',
];

// Asks ten times a second, for at most 20 seconds, whether something is so.
async function until(good) {
    for (const deadline = Date.now() + 20e3; Date.now() < deadline;) {
        if (await good()) return true;
        await new Promise(resolve => setTimeout(resolve, 100));
    }
    return false;
}

let failed = 0, page;
try {
    const { body } = await fetch(`${base}/stream`, { headers: { accept: 'text/event-stream' } });
    await send(program, `http://spotlight@127.0.0.1:${server.address().port}/1`, 'two trees');
    const stream = body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    let told = '', trace;
    while (!(trace = /"trace_id":"([0-9a-f]{32})"/.exec(told)?.[1])) told += (await stream.next()).value;
    page = await open(chromium, 1400, 900);
    await page.go(`${base}/telemetry/traces/${trace}/context`);
    let lines = [];
    await until(async () => {
        await page.evaluate(UNFOLD);
        lines = await page.evaluate(TREE);
        return lines.length >= WANTED.length;
    });
    await page.screenshot(picture);
    assert.deepEqual(lines, WANTED);
    const shown = () => page.evaluate('document.body.innerText');
    for (const text of ['7 spans, 2 txns', '500ms recorded in 7 spans', 'op:"task"\nstatus:"ok"']) {
        assert.ok((await shown()).includes(text), `the page does not say ${text}`);
    }
    await page.evaluate(`document.querySelector('a[href$="/traces/${trace}/errors"]').click()`);
    assert.ok(await until(async () => /CartError\s+the cart is empty/.test(await shown())), 'the error is not with its trace');
} catch (error) {
    failed = 1;
    console.log(`FAIL Spotlight's page\n${error.message.replaceAll(/^/gm, '    ')}`);
}
await page?.close();
console.log(`${1 - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed);
