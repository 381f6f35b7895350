// Reads what pack wrote with node's zlib, byte for byte.
//     node check.mjs FOLDER <names      prints what is wrong; the closing line is "N passed, N failed, N skipped"
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = process.argv[2];
let passed = 0;
let failed = 0;
for (const name of readFileSync(0, 'utf8').split('\n').filter((line) => line && !line.endsWith(' plain'))) {
    let problem;
    try {
        const back = gunzipSync(readFileSync(join(folder, `${name}.gz`)));
        if (!back.equals(readFileSync(join(folder, name)))) problem = 'not the same';
    } catch (error) {
        problem = error.message;
    }
    if (problem) {
        failed++;
        console.log(`FAIL ${name}: node: ${problem}`);
    } else passed++;
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
