/**
 * How long does one assignment problem take? The default solver against the plain one, munkres-js
 * (up to n = 256) and, where Python has scipy, scipy's linear_sum_assignment: on the same matrices,
 * interleaved in one run. Prints medians in milliseconds and ratios with their spread (quartiles).
 *
 *     npm run bench assignment [-- 256 512 1024]
 */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { munkres, shortestAugmentingPath, solveAssignment } from 'perm-lmc';
import { kinds, numbers } from '../test/support/assignmentProblems';

const REPEATS = 7;
const sizes = process.argv.slice(2).map(Number);
const chosen = [
  'uniform',
  'gram, independent',
  'gram, noisy copy',
  'gram, very different norms',
  'gram, 30 % dead units',
  'integers 0–9',
] as const;

const scipy = await startScipy();
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, ${scipy?.version ?? 'no scipy'}`,
);
console.log('time / scipy is smaller than 1 where this library is faster; median (quartiles)\n');
console.log(
  row('matrices', 'n', 'default ms', 'default / scipy', 'default / plain', 'default / munkres-js'),
);
for (const kind of chosen) {
  for (const n of sizes.length > 0 ? sizes : [256, 512, 1024, 2048, 4096]) {
    const similarity = Float32Array.from(kinds[kind](n, n, numbers(n)));
    const runs: Record<string, number[]> = { ours: [], plain: [], munkres: [], scipy: [] };
    const objectives = new Set<string>();
    const record = (name: string, work: () => { objective: number }) => {
      const start = performance.now();
      objectives.add(work().objective.toPrecision(6));
      runs[name].push(performance.now() - start);
    };
    await scipy?.load(similarity, n);
    solveAssignment(similarity, n);
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      record('ours', () => solveAssignment(similarity, n));
      if (n <= 2048) record('plain', () => shortestAugmentingPath(similarity, n));
      if (n <= 256 && repeat === 0) record('munkres', () => munkres(similarity, n));
      if (scipy) runs.scipy.push(await scipy.solve());
    }
    const ratio = (other: number[]) =>
      other.length === 0
        ? '–'
        : spread(runs.ours.slice(0, other.length).map((ms, i) => ms / other[i]));
    console.log(
      row(
        kind,
        `${n}`,
        quantile(runs.ours, 0.5).toFixed(1),
        ratio(runs.scipy),
        ratio(runs.plain),
        ratio(runs.munkres),
      ),
    );
    if (objectives.size > 1) throw new Error(`the solvers disagree: ${[...objectives]}`);
  }
}
scipy?.stop();

function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.round(q * (values.length - 1))];
}

function spread(ratios: number[]): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toPrecision(2));
  return ratios.length === 1 ? middle : `${middle} (${low}–${high})`;
}

function row(...cells: string[]): string {
  const widths = [28, 5, 11, 20, 20, 21];
  return cells
    .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    .join('');
}

/** A Python process that loads a matrix and times scipy on it; null where there is none. */
async function startScipy() {
  const file = join(tmpdir(), `perm-lmc-bench-${process.pid}.f32`);
  const script = new URL('./scipyAssignment.py', import.meta.url).pathname;
  const python = spawn('python3', [script, file], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  python.on('error', () => {});
  python.stdin.on('error', () => {});
  const ask = async (question: string): Promise<string> => {
    python.stdin.write(`${question}\n`);
    return (await lines.next()).value ?? '';
  };
  const version = await ask('version');
  if (!version.startsWith('scipy')) return null;
  return {
    version,
    async load(similarity: Float32Array, n: number) {
      writeFileSync(file, similarity);
      await ask(`load ${n}`);
    },
    solve: async () => Number(await ask('solve')),
    stop() {
      python.stdin.end();
      rmSync(file, { force: true });
    },
  };
}
