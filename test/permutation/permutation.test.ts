import fc from 'fast-check';
import {
  compose,
  composePermutations,
  fixedPoints,
  hammingDistance,
  InvalidInputError,
  identityPermutation,
  invert,
  invertPermutations,
  isPermutation,
  permutationFromMatrix,
  permutationMatrix,
  permutationsFrom,
  randomPermutation,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';

const size = fc.integer({ min: 0, max: 40 });
const seed = fc.integer();

/** Two or three permutations of the same size. */
const permutations = (count: number) =>
  fc
    .tuple(size, fc.array(seed, { minLength: count, maxLength: count }))
    .map(([n, seeds]) => seeds.map((value) => randomPermutation(n, { seed: value })));

describe('the group laws', () => {
  it('composition is associative', () => {
    fc.assert(
      fc.property(permutations(3), ([p, q, r]) => {
        expect(compose(compose(p, q), r)).toEqual(compose(p, compose(q, r)));
      }),
    );
  });

  it('the identity changes nothing, from either side', () => {
    fc.assert(
      fc.property(permutations(1), ([p]) => {
        const identity = identityPermutation(p.length);
        expect(compose(p, identity)).toEqual(p);
        expect(compose(identity, p)).toEqual(p);
      }),
    );
  });

  it('the inverse undoes, from either side', () => {
    fc.assert(
      fc.property(permutations(1), ([p]) => {
        const identity = identityPermutation(p.length);
        expect(compose(p, invert(p))).toEqual(identity);
        expect(compose(invert(p), p)).toEqual(identity);
        expect(invert(invert(p))).toEqual(p);
      }),
    );
  });

  it('the inverse of a composition is the composition of the inverses in reverse', () => {
    fc.assert(
      fc.property(permutations(2), ([p, q]) => {
        expect(invert(compose(p, q))).toEqual(compose(invert(q), invert(p)));
      }),
    );
  });

  it('compose(p, q) gathers by p and then by q', () => {
    // [a b c] by [2 0 1] is [c a b]; that by [0 2 1] is [c b a].
    const gather = (items: string[], p: Int32Array) => Array.from(p, (i) => items[i]);
    const [p, q] = [Int32Array.of(2, 0, 1), Int32Array.of(0, 2, 1)];
    expect(gather(gather(['a', 'b', 'c'], p), q)).toEqual(gather(['a', 'b', 'c'], compose(p, q)));
    expect(gather(['a', 'b', 'c'], compose(p, q))).toEqual(['c', 'b', 'a']);
  });

  it('records of permutations compose and invert group by group', () => {
    const p = { h: Int32Array.of(2, 0, 1), g: Int32Array.of(1, 0) };
    expect(composePermutations(p, invertPermutations(p))).toEqual({
      h: identityPermutation(3),
      g: identityPermutation(2),
    });
  });
});

describe('random permutations', () => {
  it('are permutations, the same for the same seed', () => {
    fc.assert(
      fc.property(size, seed, (n, value) => {
        const p = randomPermutation(n, { seed: value });
        expect(p.length).toBe(n);
        expect(isPermutation(p)).toBe(true);
        expect(randomPermutation(n, { seed: value })).toEqual(p);
      }),
    );
  });

  it('are the same in every process: the sequence of a seed never changes', () => {
    expect(Array.from(randomPermutation(8, { seed: 0 }))).toEqual([3, 6, 0, 4, 7, 1, 5, 2]);
    expect(Array.from(randomPermutation(8, { seed: -1 }))).toEqual([2, 7, 0, 5, 1, 4, 3, 6]);
  });

  it('are uniform: over 12 000 seeds each of the 6 orders of 3 units comes up 2000 ± 5σ times', () => {
    const counts = new Map<string, number>();
    for (let value = 0; value < 12000; value++) {
      const key = randomPermutation(3, { seed: value }).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // σ² = 12000 · 1/6 · 5/6, σ ≈ 41
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(205);
  });
});

describe('what is read off permutations', () => {
  it.each([
    [[], true],
    [[0], true],
    [[1], false],
    [[1, 0], true],
    [[0, 0], false],
    [[0, 2], false],
    [[-1, 0], false],
    [[0.5, 1], false],
    [[Number.NaN], false],
    [{ length: -1 }, false],
  ])('isPermutation(%j) is %s', (values, expected) => {
    expect(isPermutation(values)).toBe(expected);
  });

  it('fixed points are where p[i] = i, and the distance to the identity counts the others', () => {
    fc.assert(
      fc.property(permutations(2), ([p, q]) => {
        const fixed = fixedPoints(p);
        for (const i of fixed) expect(p[i]).toBe(i);
        expect(hammingDistance(p, identityPermutation(p.length))).toBe(p.length - fixed.length);
        // Invariant under relabelling: d(p, q) = d(q⁻¹p, 1).
        expect(hammingDistance(p, q)).toBe(p.length - fixedPoints(compose(invert(q), p)).length);
        expect(hammingDistance(p, q)).not.toBe(1);
      }),
    );
  });

  it('a matrix with more values than an array can hold is refused', () => {
    expect(() => permutationMatrix(identityPermutation(46_341))).toThrow(
      /permutationMatrix: the matrix of 46341 units.*Pass at most 46340/,
    );
  });

  it('the matrix form multiplies as the permutation gathers, and comes back', () => {
    fc.assert(
      fc.property(permutations(1), ([p]) => {
        const n = p.length;
        const matrix = permutationMatrix(p);
        const x = Float64Array.from({ length: n }, (_, i) => i * i + 0.5);
        const product = Float64Array.from({ length: n }, (_, i) =>
          x.reduce((sum, value, j) => sum + matrix[i * n + j] * value, 0),
        );
        expect(product).toEqual(Float64Array.from(p, (i) => x[i]));
        expect(permutationFromMatrix(matrix, n)).toEqual(p);
      }),
    );
  });
});

describe('bad input', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a size that is no integer', () => identityPermutation(1.5), /identityPermutation: .*1\.5/],
    ['a negative size', () => randomPermutation(-1), /randomPermutation: .*-1/],
    [
      'a seed that is no integer',
      () => randomPermutation(3, { seed: 0.5 }),
      /seed must be an integer, received 0\.5/,
    ],
    [
      'a repeated unit',
      () => invert(Int32Array.of(0, 0)),
      /invert: p must hold each of 0 … 1 exactly once, received \[0, 0\]/,
    ],
    [
      'an array',
      () => invert([1, 0] as unknown as Int32Array),
      /must be an Int32Array, received an array/,
    ],
    [
      'different lengths',
      () => compose(Int32Array.of(0), Int32Array.of(1, 0)),
      /p permutes 1 units and q 2/,
    ],
    [
      'different groups',
      () => composePermutations({ a: Int32Array.of(0) }, {}),
      /q has no group 'a'/,
    ],
    [
      'groups of different sizes',
      () => composePermutations({ a: Int32Array.of(0) }, { a: Int32Array.of(0, 1) }),
      /group 'a' has 1 units in p and 2 in q/,
    ],
    [
      'a matrix of another size',
      () => permutationFromMatrix([1, 0], 2),
      /expected 2 × 2 values, received 2/,
    ],
    [
      'a soft matrix',
      () => permutationFromMatrix([0.5, 0.5, 0.5, 0.5], 2),
      /row 0 has the value 0\.5 at column 0/,
    ],
    ['a row of zeros', () => permutationFromMatrix([1, 0, 0, 0], 2), /a row or a column has no 1/],
    [
      'two ones in a column',
      () => permutationFromMatrix([1, 0, 1, 0], 2),
      /a row or a column has no 1/,
    ],
  ])('%s is refused', (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });
});

describe('permutationsFrom', () => {
  it('makes typed arrays of their own, of lists and of typed arrays', () => {
    const given = { h1: [2, 0, 1], h2: Int32Array.of(1, 0) };
    const found = permutationsFrom(given);
    expect(found).toEqual({ h1: Int32Array.of(2, 0, 1), h2: Int32Array.of(1, 0) });
    expect(found.h2).not.toBe(given.h2);
  });

  it.each([
    ['twice the same', { h1: [0, 0, 1] }],
    ['a unit that is not there', { h1: [0, 3, 1] }],
    ['a fraction', { h1: [0, 0.5] }],
    ['nothing', { h1: null }],
    ['text', { h1: '01' }],
  ])('refuses %s, by the group', (_, plain) => {
    expect(() => permutationsFrom(plain as never)).toThrow(/permutationsFrom: .*'h1'/);
  });

  it('refuses what is no record', () => {
    expect(() => permutationsFrom([[0, 1]] as never)).toThrow(/permutations must be a record/);
  });
});
