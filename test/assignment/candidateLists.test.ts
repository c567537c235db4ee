import { describe, expect, it } from 'vitest';
import { buildList, createCandidateLists } from '../../src/assignment/candidateLists';
import { kinds, numbers } from '../support/assignmentProblems';

describe('buildList', () => {
  it.each(Object.entries(kinds))('leaves out no column cheaper than the bound: %s', (_, make) => {
    for (const size of [1, 2, 31, 32, 33, 70, 200]) {
      const next = numbers(size);
      const rows = 3;
      const similarity = make(rows, size, next);
      const prices = Float64Array.from({ length: size }, () => Math.floor(3 * next()));
      const lists = createCandidateLists(similarity, rows, prices);
      for (let row = 0; row < rows; row++) {
        buildList(lists, row);
        const from = row * lists.capacity;
        const length = lists.lengths[row];
        const listed = Array.from(lists.columns.subarray(from, from + length));
        expect(length).toBeGreaterThanOrEqual(Math.min(size, 16));
        expect(new Set(listed).size).toBe(length);
        for (let column = 0; column < size; column++) {
          const value = similarity[row * size + column];
          const cost = prices[column] - value;
          const at = listed.indexOf(column);
          if (at < 0) expect(cost).toBeGreaterThanOrEqual(lists.bounds[row]);
          else {
            expect(lists.values[from + at]).toBe(value);
            expect(cost).toBeLessThanOrEqual(lists.bounds[row]);
          }
        }
      }
    }
  });
});
