/**
 * Times one assignment problem. The default solver (in WebAssembly, as for all float32
 * matrices) against itself in TypeScript (as for float64, or without WebAssembly), the plain one,
 * munkres-js (up to n = 256) and, where Python has scipy, scipy's linear_sum_assignment: on the same
 * matrices, interleaved in one run. Prints medians in milliseconds and ratios with their spread (quartiles).
 *
 *     npm run bench assignment [-- 256 512 1024]
 */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { munkres, shortestAugmentingPath, solveAssignment } from 'perm-lmc';
import { kinds, numbers } from '../test/support/assignmentProblems';
import { machine } from './support/machine';
import { startPython } from './support/python';
import { quantile, row, spread } from './support/table';

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

const file = join(tmpdir(), `perm-lmc-bench-${process.pid}.f32`);
const scipy = await startPython('assignment.py', [file]);
console.log(machine(scipy?.version ?? 'no scipy'));
console.log('time / scipy is smaller than 1 where this library is faster; median (quartiles)\n');
const widths = [28, 5, 11, 22, 20, 25, 21];
console.log(
  row(
    widths,
    'matrices',
    'n',
    'default ms',
    'default / scipy',
    'TypeScript / scipy',
    'default / plain',
    'default / munkres-js',
  ),
);
for (const kind of chosen) {
  for (const n of sizes.length > 0 ? sizes : [256, 512, 1024, 2048, 4096]) {
    const similarity = Float32Array.from(kinds[kind](n, n, numbers(n)));
    const inFloat64 = Float64Array.from(similarity);
    const runs: Record<string, number[]> = {
      ours: [],
      lists: [],
      plain: [],
      munkres: [],
      scipy: [],
    };
    const objectives = new Set<string>();
    const record = (name: string, work: () => { objective: number }) => {
      const start = performance.now();
      objectives.add(work().objective.toPrecision(6));
      runs[name].push(performance.now() - start);
    };
    if (scipy) {
      writeFileSync(file, similarity);
      await scipy.ask(`load ${n}`);
    }
    solveAssignment(similarity, n);
    solveAssignment(inFloat64, n);
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      record('ours', () => solveAssignment(similarity, n));
      record('lists', () => solveAssignment(inFloat64, n));
      if (n <= 2048) record('plain', () => shortestAugmentingPath(similarity, n));
      if (n <= 256 && repeat === 0) record('munkres', () => munkres(similarity, n));
      if (scipy) runs.scipy.push(Number(await scipy.ask('solve')));
    }
    const ratio = (other: number[], own = runs.ours) =>
      other.length === 0 ? '–' : spread(own.slice(0, other.length).map((ms, i) => ms / other[i]));
    console.log(
      row(
        widths,
        kind,
        `${n}`,
        quantile(runs.ours, 0.5).toFixed(1),
        ratio(runs.scipy),
        ratio(runs.scipy, runs.lists),
        ratio(runs.plain),
        ratio(runs.munkres),
      ),
    );
    if (objectives.size > 1) throw new Error(`the solvers disagree: ${[...objectives]}`);
  }
}
scipy?.stop();
rmSync(file, { force: true });
