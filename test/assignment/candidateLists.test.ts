import { describe, expect, it } from 'vitest';
import { buildList, CAPACITY, createCandidateLists } from '../../src/assignment/candidateLists';
import { coverRounding, createProblem } from '../../src/assignment/problem';
import { float64Kinds, kinds, numbers } from '../support/assignmentProblems';

describe('buildList', () => {
  const {
    'magnitudes from 1e-300 to 1e300': _,
    'around 1e300 and −1e300': __,
    ...small
  } = float64Kinds;

  it.each(Object.entries({ ...kinds, ...small }))(
    'leaves out no column cheaper than the bound: %s',
    (_, make) => {
      for (const size of [1, 2, 31, 32, 33, 70, 200]) {
        const next = numbers(size);
        const rows = 3;
        const similarity = make(rows, size, next);
        const prices = Float64Array.from({ length: size }, () => Math.floor(3 * next()));
        const problem = createProblem(similarity, rows, prices);
        coverRounding(problem, Math.max(...similarity.map(Math.abs)));
        const lists = createCandidateLists(problem);
        for (let row = 0; row < rows; row++) {
          buildList(problem, lists, row);
          const from = row * CAPACITY;
          const length = lists.lengths[row];
          const listed = Array.from(lists.columns.subarray(from, from + length));
          let within = 0;
          expect(new Set(listed).size).toBe(length);
          for (let column = 0; column < size; column++) {
            const value = similarity[row * size + column];
            const cost = prices[column] - value;
            const at = listed.indexOf(column);
            if (at < 0) expect(cost).toBeGreaterThanOrEqual(lists.bounds[row]);
            else {
              expect(lists.values[from + at]).toBe(value);
              if (cost <= lists.bounds[row]) within++;
            }
          }
          expect(within).toBeGreaterThanOrEqual(Math.min(size, 12));
        }
      }
    },
  );
});
