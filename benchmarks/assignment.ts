/**
 * Times assignment problems: the default solver (WebAssembly) on float32 and on float64 matrices, the same in
 * TypeScript (as without WebAssembly), the plain solver, munkres-js (up to n = 256) and, where Python has scipy,
 * scipy's linear_sum_assignment: on the same matrices, interleaved in one run. Prints medians in milliseconds and
 * ratios with their spread (quartiles). The trained grams are the problems of the first two sweeps of a match of
 * two MLPs 784-n-n-10 trained on MNIST, all together.
 *
 *     npm run bench assignment [-- 256 512 1024]
 */
import '@tensorflow/tfjs-backend-wasm';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setBackend } from '@tensorflow/tfjs-core';
import { munkres, shortestAugmentingPath, solveAssignment } from 'perm-lmc';
import { augmentOnCandidates } from '../src/assignment/augmentOnCandidates';
import { kinds, numbers } from '../test/support/assignmentProblems';
import { machine } from './support/machine';
import { startPython } from './support/python';
import { quantile, row, spread } from './support/table';
import { trainedGrams } from './support/trainedGrams';

const REPEATS = 7;
const sizes = process.argv.slice(2).map(Number);
const chosen = [
  'uniform',
  'gram, independent',
  'gram, noisy copy',
  'gram, very different norms',
  'gram, 30 % dead units',
  'integers 0–9',
  'constant rows and columns',
] as const;

const file = join(tmpdir(), `perm-lmc-bench-${process.pid}.f32`);
const scipy = await startPython('assignment.py', [file]);
console.log(machine(scipy?.version ?? 'no scipy'));
console.log('time / scipy is smaller than 1 where this library is faster; median (quartiles)\n');
const widths = [28, 5, 12, 22, 22, 20, 25, 22];
console.log(
  row(
    widths,
    'matrices',
    'n',
    'float32 ms',
    'float32 / scipy',
    'float64 / scipy',
    'TypeScript / scipy',
    'float64 / plain',
    'float64 / munkres-js',
  ),
);
const wanted = sizes.length > 0 ? sizes : [256, 512, 1024, 2048, 4096];
for (const kind of chosen) {
  for (const n of wanted)
    await measure(kind, n, [Float32Array.from(kinds[kind](n, n, numbers(n)))]);
}
await setBackend('wasm');
for (const n of wanted.filter((size) => size >= 512 && size <= 2048)) {
  await measure('gram, trained', n, await trainedGrams(n));
}
scipy?.stop();
rmSync(file, { force: true });

/** Solves problems of n rows and columns, one after another, in every way, and prints a line. */
async function measure(kind: string, n: number, float32: readonly Float32Array[]): Promise<void> {
  const float64 = float32.map((similarity) => Float64Array.from(similarity));
  const runs: Record<string, number[]> = {};
  const record = (name: string, milliseconds: number) => {
    runs[name] = [...(runs[name] ?? []), milliseconds];
  };
  const objectives = new Set<string>();
  const time = (name: string, solve: () => number) => {
    const start = performance.now();
    const objective = solve();
    record(name, performance.now() - start);
    objectives.add(objective.toPrecision(6));
  };
  if (scipy) {
    writeFileSync(file, Buffer.concat(float32.map(({ buffer }) => new Uint8Array(buffer))));
    await scipy.ask(`load ${n}`);
  }
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    time('float32', () => total(float32, (matrix) => solveAssignment(matrix, n)));
    time('float64', () => total(float64, (matrix) => solveAssignment(matrix, n)));
    time('lists', () => total(float64, (matrix) => inTypeScript(matrix, n)));
    if (n <= 2048)
      time('plain', () => total(float64, (matrix) => shortestAugmentingPath(matrix, n)));
    if (n <= 256 && repeat === 0)
      time('munkres', () => total(float64, (matrix) => munkres(matrix, n)));
    if (scipy) record('scipy', Number(await scipy.ask('solve')));
  }
  const ratio = (own: string, other: string) =>
    spread((runs[other] ?? []).map((milliseconds, i) => runs[own][i] / milliseconds));
  console.log(
    row(
      widths,
      kind,
      `${n}`,
      quantile(runs.float32, 0.5).toFixed(1),
      ratio('float32', 'scipy'),
      ratio('float64', 'scipy'),
      ratio('lists', 'scipy'),
      ratio('float64', 'plain'),
      ratio('float64', 'munkres'),
    ),
  );
  if (objectives.size > 1) throw new Error(`the solvers disagree: ${[...objectives]}`);
}

function total<Matrix>(
  matrices: readonly Matrix[],
  solve: (matrix: Matrix) => { objective: number },
): number {
  return matrices.reduce((sum, matrix) => sum + solve(matrix).objective, 0);
}

/** As `solveAssignment` solves where there is no WebAssembly. */
function inTypeScript(similarity: Float64Array, n: number): { objective: number } {
  const columns = augmentOnCandidates(similarity, n, new Float64Array(n), true);
  return {
    objective: columns.reduce((sum, column, row) => sum + similarity[row * n + column], 0),
  };
}
