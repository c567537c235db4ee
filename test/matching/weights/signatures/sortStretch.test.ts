import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortable, sortStretch } from '../../../../src/matching/weights/signatures/sortStretch';

const special = [0, -0, Infinity, -Infinity, 1e-45, -1e-45, 3.4e38, -3.4e38];

describe('a stretch is sorted as Float32Array.sort does', () => {
  // Insertion, the sort of the platform, four passes, three passes, and the limits between them.
  it.each([0, 1, 2, 32, 33, 64, 65, 300, 1499, 1500, 5000])('%d values', (length) => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(...special, 1, 2))),
        (numbers) => {
          const values = Float32Array.from({ length: length + 5 }, () => numbers.next().value!);
          const expected = values.slice();
          expected.subarray(3, 3 + length).sort();
          sortStretch(sortable(values, length), 3, 3 + length);
          // Zeros of either sign are equal.
          expect(values.map((x) => x + 0)).toEqual(expected.map((x) => x + 0));
        },
      ),
      { numRuns: length > 1000 ? 3 : 20 },
    );
  });
});
