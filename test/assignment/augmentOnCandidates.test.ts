import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { augmentInWasm } from '../../src/assignment/augmentInWasm';
import { augmentOnCandidates } from '../../src/assignment/augmentOnCandidates';
import { kinds, numbers } from '../support/assignmentProblems';

/** The functions of a file, in order. */
function functionsOf(path: string): string[] {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  return Array.from(text.matchAll(/^(?:export )?function (\w+)/gm), ([, name]) => name);
}

describe('augmentOnCandidates in TypeScript and in WebAssembly', () => {
  it.each([
    ['augmentOnCandidates', []],
    ['candidateLists', ['createCandidateLists', 'scanMinima', 'listUpTo']],
    ['heap', ['createHeap']],
  ])('%s.ts has the same functions in the same order, but for %j', (file, own) => {
    const plain = functionsOf(`src/assignment/${file}.ts`);
    const compiled = functionsOf(`assembly/assignment/${file}.ts`);
    expect(compiled.filter((name) => plain.includes(name))).toEqual(
      plain.filter((name) => !own.includes(name)),
    );
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
