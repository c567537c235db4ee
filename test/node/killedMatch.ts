import { readFileSync } from 'node:fs';
import { parseSpec } from '../../src/io';
import { weightMatchFiles } from '../../src/node';

/**
 * Matches two checkpoints with a state, step by step in slow motion, and kills its own process once the file has a
 * point of the descent: `killedMatch.ts SPEC A B STATE`.
 */
const [spec, a, b, state] = process.argv.slice(2);
await weightMatchFiles(parseSpec(spec), a, b, {
  ...{ state, method: 'coordinateDescent', start: 'identity' },
  onProgress() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    if (readFileSync(state, 'utf8').includes('"point"')) process.kill(process.pid, 'SIGKILL');
  },
});
