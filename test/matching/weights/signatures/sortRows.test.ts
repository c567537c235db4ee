import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortPlainRows, sortRows } from '../../../../src/matching/weights/signatures/sortRows';
import { sortRowsInWasm } from '../../../../src/matching/weights/signatures/sortRowsInWasm';

const special = [0, -0, Infinity, -Infinity, 1e-45, -1e-45, 3.4e38, -3.4e38];

/** Up to eleven rows, so that the last four are not always whole, of stretches with up to 70 values. */
const problems = fc
  .record({
    units: fc.integer({ min: 0, max: 11 }),
    lengths: fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 }),
  })
  .chain(({ units, lengths }) => {
    const length = lengths.reduce((sum, each) => sum + each, 0);
    const value = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(...special, 1, 2));
    return fc.record({
      ends: fc.constant(endsOf(lengths)),
      rows: fc
        .array(value, { minLength: units * length, maxLength: units * length })
        .map((values) => Float32Array.from(values)),
    });
  });

function endsOf(lengths: readonly number[]): Int32Array {
  let end = 0;
  return Int32Array.from(lengths, (length) => {
    end += length;
    return end;
  });
}

/** The oracle: Float32Array.sort on each stretch of each row. */
function sortedOneByOne(rows: Float32Array, ends: Int32Array): Float32Array {
  const sorted = rows.slice();
  const length = ends[ends.length - 1];
  for (let first = 0; first < sorted.length; first += length) {
    let start = 0;
    for (const end of ends) {
      sorted.subarray(first + start, first + end).sort();
      start = end;
    }
  }
  return sorted;
}

describe.each([
  ['in WebAssembly', sortRowsInWasm],
  ['in TypeScript', sortPlainRows],
  ['by default', sortRows],
])('rows are sorted stretch by stretch %s', (_, sort) => {
  it('as Float32Array.sort does', () => {
    fc.assert(
      fc.property(problems, ({ rows, ends }) => {
        const sorted = rows.slice();
        sort(sorted, ends[ends.length - 1], ends);
        // Zeros of either sign are equal.
        const expected = sortedOneByOne(rows, ends);
        expect(sorted.map((x) => x + 0)).toEqual(expected.map((x) => x + 0));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps every value, zeros of either sign included', () => {
    const rows = Float32Array.of(0, -0, -0, 1, 0, -1, -0, 0);
    sort(rows, 8, Int32Array.of(8));
    expect(rows.filter((x) => Object.is(x, -0))).toHaveLength(3);
    expect([...rows].map((x) => x + 0)).toEqual([-1, 0, 0, 0, 0, 0, 0, 1]);
  });
});

describe('by default, stretches too long for WebAssembly', () => {
  it('are sorted, too', () => {
    const length = 2 ** 14 + 1;
    const rows = Float32Array.from({ length }, (_, i) => (i * 7919) % length);
    sortRows(rows, length, Int32Array.of(length));
    expect(rows.every((value, i) => value === i)).toBe(true);
  });
});
