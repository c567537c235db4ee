import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  movedTowards,
  type SoftPermutation,
  softTrace,
} from '../../../../src/matching/weights/frankWolfe/softPermutation';
import { trace } from '../../../../src/matching/weights/trace';
import { randomPermutation } from '../../../../src/permutation';

const n = 5;

/** The matrix of a mixture, `[n][n]`. */
function dense({ uniform, vertices }: SoftPermutation): number[][] {
  const p = Array.from({ length: n }, () => Array.from({ length: n }, () => uniform / n));
  for (const { weight, permutation } of vertices) {
    for (let i = 0; i < n; i++) p[i][permutation[i]] += weight;
  }
  return p;
}

/** Steps towards random permutations, which repeat often. */
const steps = fc.array(
  fc.record({
    seed: fc.nat(3),
    t: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(1)),
  }),
  { maxLength: 8 },
);
const centre: SoftPermutation = { uniform: 1, vertices: [] };

describe('a mixture of permutations', () => {
  it('moves as its matrix does, (1 − t) P + t Q, and stays doubly stochastic', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        let point = centre;
        let matrix = dense(centre);
        for (const { seed, t } of moves) {
          const q = randomPermutation(n, { seed });
          point = movedTowards(point, q, t);
          matrix = matrix.map((row, i) =>
            row.map((value, j) => (1 - t) * value + (q[i] === j ? t : 0)),
          );
          const found = dense(point);
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < n; j++) expect(found[i][j]).toBeCloseTo(matrix[i][j], 10);
            expect(found[i].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
            expect(found.reduce((sum, row) => sum + row[i], 0)).toBeCloseTo(1, 10);
          }
        }
      }),
    );
  });

  it('lists each permutation once, and nothing but the last after a whole step', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        let point = centre;
        for (const { seed, t } of moves) {
          point = movedTowards(point, randomPermutation(n, { seed }), t);
          const names = point.vertices.map(({ permutation }) => permutation.join());
          expect(new Set(names).size).toBe(names.length);
          if (t === 1) expect([point.uniform, point.vertices.length]).toEqual([0, 1]);
        }
      }),
    );
  });

  it('does not change the mixture that it comes from', () => {
    const p = Int32Array.of(1, 0, 2, 3, 4);
    const before = movedTowards(centre, p, 0.5);
    const copy = structuredClone(before);
    movedTowards(before, p.slice(), 0.25);
    expect(before).toEqual(copy);
  });

  it('has the inner product of its matrix with a gram', () => {
    fc.assert(
      fc.property(steps, fc.nat(1000), (moves, seed) => {
        let point = centre;
        for (const { seed, t } of moves)
          point = movedTowards(point, randomPermutation(n, { seed }), t);
        const gram = Float32Array.from({ length: n * n }, (_, at) => Math.sin(at * at + seed));
        let sum = 0;
        dense(point).forEach((row, i) => {
          row.forEach((value, j) => {
            sum += gram[i * n + j] * value;
          });
        });
        expect(softTrace(gram, point)).toBeCloseTo(sum, 8);
      }),
    );
  });

  it('trace adds up the entries of a permutation', () => {
    // [[1, 2], [3, 4]]: 1 + 4 as it is, 2 + 3 swapped.
    const gram = Float32Array.of(1, 2, 3, 4);
    expect(trace(gram, Int32Array.of(0, 1))).toBe(5);
    expect(trace(gram, Int32Array.of(1, 0))).toBe(5);
    expect(trace(Float32Array.of(1, 2, 3, 7), Int32Array.of(0, 1))).toBe(8);
    expect(trace(new Float32Array(0), new Int32Array(0))).toBe(0);
  });
});
