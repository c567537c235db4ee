import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { augmentInWasm } from '../../src/assignment/augmentInWasm';
import { augmentOnCandidates } from '../../src/assignment/augmentOnCandidates';
import { float64Kinds, kinds, numbers } from '../support/assignmentProblems';

/** How many instances of each kind; `npm run fuzz -- assignment` takes more. */
const instances = Number(process.env.FUZZ ?? 8);

const {
  'magnitudes from 1e-300 to 1e300': _,
  'around 1e300 and −1e300': __,
  ...float64
} = float64Kinds;

/** The kinds of magnitudes up to 1e30; solveAssignment scales the others. */
const solvable = {
  ...kinds,
  ...float64,
  ...Object.fromEntries(
    Object.entries(kinds).map(([name, make]) => [
      `${name}, float32`,
      (...shape: Parameters<typeof kinds.uniform>) => Float32Array.from(make(...shape)),
    ]),
  ),
};

/** The functions of a file, in order. */
function functionsOf(path: string): string[] {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  return Array.from(text.matchAll(/^(?:export )?function (\w+)/gm), ([, name]) => name);
}

describe('augmentOnCandidates in TypeScript and in WebAssembly', () => {
  it.each([
    ['augmentOnCandidates', []],
    ['candidateLists', ['createCandidateLists']],
    ['flatRows', []],
    ['heap', ['createHeap']],
    ['problem', ['createProblem']],
  ])('%s.ts has the same functions in the same order, but for %j', (file, own) => {
    const plain = functionsOf(`src/assignment/${file}.ts`);
    const compiled = functionsOf(`assembly/assignment/${file}.ts`);
    expect(compiled.filter((name) => plain.includes(name))).toEqual(
      plain.filter((name) => !own.includes(name)),
    );
  });

  it.each(Object.entries(solvable))('find the same columns at the same prices: %s', (_, make) => {
    for (let seed = 1; seed <= instances; seed++) {
      const next = numbers(seed * 6091);
      const size = 33 + Math.floor(next() ** 2 * 150);
      const square = next() < 0.7;
      const rows = square ? size : 1 + Math.floor(next() * size);
      const warm = square && next() < 0.4;
      const start = Float64Array.from({ length: size }, () => (warm ? next() - 0.5 : 0));
      const similarity = make(rows, size, next);
      const [plain, compiled] = [augmentOnCandidates, augmentInWasm].map((solve) => {
        const prices = start.slice();
        return { columns: solve(similarity, rows, prices, !warm), prices };
      });
      expect(plain, `seed ${seed}, ${rows} × ${size}`).toEqual(compiled);
    }
  });

  it.each(Object.entries(kinds))('reach the same sum and certify it by prices: %s', (_, make) => {
    const [rows, size] = [40, 53];
    const similarity = Float32Array.from(make(rows, size, numbers(3)));
    const sums = [augmentOnCandidates, augmentInWasm].map((solve) => {
      const prices = new Float64Array(size);
      const columns = Array.from(solve(similarity, rows, prices, true)!);
      expect(new Set(columns).size).toBe(rows);
      let scale = 1;
      for (const value of similarity) scale = Math.max(scale, Math.abs(value));
      columns.forEach((column, row) => {
        const own = similarity.subarray(row * size, (row + 1) * size);
        const costs = Array.from(own, (value, j) => prices[j] - value);
        // Every row is on a column that is cheapest for it.
        expect(costs[column] - Math.min(...costs)).toBeLessThan(1e-9 * scale);
      });
      // No unassigned column has risen in price.
      prices.forEach((price, j) => {
        if (!columns.includes(j)) expect(price).toBe(0);
      });
      return columns.reduce((sum, column, row) => sum + similarity[row * size + column], 0) / scale;
    });
    expect(sums[0]).toBeCloseTo(sums[1], 9);
  });
});
