import fc from 'fast-check';
import { randomPermutation } from 'perm-lmc';
import { expect, it } from 'vitest';
import { keepOptimum } from '../../../../src/matching/weights/search/keepOptimum';
import type { Optimum } from '../../../../src/matching/weights/search/searchChain';

/** 200 units in which the units from `first` on have been moved one place, `count` of them. */
function moved(first: number, count: number, objective: number): Optimum {
  const p = Int32Array.from({ length: 200 }, (_, i) => i);
  for (let i = 0; i < count; i++) p[first + i] = first + ((i + 1) % count);
  return { permutations: { h: p }, objective };
}

it('keeps the best, sorted, and no more than asked', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      (objectives, most) => {
        let kept: Optimum[] = [];
        objectives.forEach((objective, seed) => {
          const before = structuredClone(kept);
          const permutations = { h: randomPermutation(200, { seed }) };
          const next = keepOptimum(kept, { permutations, objective }, most);
          expect(kept).toEqual(before);
          kept = next;
        });
        const best = [...objectives].sort((x, y) => y - x).slice(0, most);
        expect(kept.map(({ objective }) => objective)).toEqual(best);
      },
    ),
  );
});

it('keeps the better of two that differ in less than a tenth of the units', () => {
  const one = moved(0, 15, 5); // 15 of 200 units differ from the identity.
  const identity = moved(0, 1, 4);
  expect(keepOptimum([identity], one, 6)).toEqual([one]);
  expect(keepOptimum([one], identity, 6)).toEqual([one]);
  expect(keepOptimum([one], { ...identity, objective: 5 }, 6)).toEqual([one]); // The first of equals.
  const far = moved(0, 20, 4.5); // A tenth: another optimum.
  expect(keepOptimum([moved(0, 1, 5)], far, 6)).toEqual([moved(0, 1, 5), far]);
});

it('replaces all that are nearly the same as a better one', () => {
  const [left, right] = [moved(0, 15, 1), moved(100, 15, 2)]; // 30 units apart: 15 %.
  const both = keepOptimum([left], right, 6);
  expect(both).toEqual([right, left]);
  const between = moved(0, 1, 3); // 15 units from either.
  expect(keepOptimum(both, between, 6)).toEqual([between]);
  expect(keepOptimum(both, { ...between, objective: 1.5 }, 6)).toEqual(both);
});

it('keeps the permutations and S alone', () => {
  const { permutations, objective } = moved(0, 15, 1);
  const [kept] = keepOptimum([], { permutations, objective, rounds: 5 } as Optimum, 1);
  expect(kept).toEqual({ permutations, objective });
});
