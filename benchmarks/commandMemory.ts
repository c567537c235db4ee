/**
 * Measures the memory of `perm-lmc merge` on checkpoints larger than the memory that it may use: the
 * peak of the resident set of the command's process against the bytes of both checkpoints: MLPs of random
 * weights whose hidden layers are all 1024 wide. Needs the disk for three checkpoints, and a build.
 *
 *     npm run bench commandMemory [-- LAYERS [MEMORY …]]
 *
 * LAYERS of 4 MB each make a checkpoint (default 32); MEMORY is a value of `--memory`, one run for each
 * (default 0 and 64MB). 256 layers make 1 GB, and each run takes minutes.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine } from './support/machine';
import { row } from './support/table';

const WIDTH = 1024;
const command = fileURLToPath(new URL('../dist/node/cli.js', import.meta.url));
const [layers = '32', ...given] = process.argv.slice(2);
const memories = given.length > 0 ? given : ['0', '64MB'];
const columns = [12, 18, 12, 10];
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-memory-'));

try {
  const checkpoints = ['a', 'b'].map((name, i) =>
    writeMlp(join(folder, name), Number(layers), i + 1),
  );
  const bytes = checkpoints.reduce((sum, path) => sum + statSync(path).size, 0);
  console.log(`${machine()}\n`);
  console.log(row(columns, '--memory', 'both files MB', 'peak MB', 'peak'));
  for (const memory of memories) {
    const words = ['merge', ...checkpoints, '--spec', `mlp:${Number(layers) + 1}`, '--force'];
    const limits = ['--memory', memory, '--max-sweeps', '1', '-o', join(folder, 'merged')];
    const peak = await peakOf([command, ...words, ...limits]);
    const megabytes = [bytes, peak].map((each) => (each / 2 ** 20).toFixed(0));
    console.log(row(columns, memory, ...megabytes, `${(peak / bytes).toFixed(2)} ×`));
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs a script of Node and resolves to the peak of its resident set. */
function peakOf(words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const look = () => {
    // The kernel's high-water mark: only a peak after the last look is missed.
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    peak = Math.max(peak, 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0));
  };
  const timer = setInterval(look, 50);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve(peak);
      else reject(new Error(`the command ended with ${code}`));
    });
  });
}

/** Writes an MLP of this many square layers and a small head, one layer after another. */
function writeMlp(path: string, count: number, seed: number): string {
  const shapes = Array.from(
    { length: count },
    (_, i) => [`fc${i + 1}.weight`, [WIDTH, WIDTH]] as const,
  );
  const all = [...shapes, [`fc${count + 1}.weight`, [10, WIDTH]] as const];
  let end = 0;
  const entries = all.map(([name, shape]) => {
    const begin = end;
    end += 4 * shape[0] * shape[1];
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUint64LE(BigInt(header.length));
  const file = openSync(path, 'wx');
  writeSync(file, length);
  writeSync(file, header);
  let state = seed;
  for (const [, [rows, inputs]] of all) {
    const values = new Float32Array(rows * inputs);
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      values[i] = state / 2 ** 31 / Math.sqrt(inputs);
    }
    writeSync(file, new Uint8Array(values.buffer));
  }
  closeSync(file);
  return path;
}
