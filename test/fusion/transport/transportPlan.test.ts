import { describe, expect, it } from 'vitest';
import { solveAssignment } from '../../../src';
import { transportPlan } from '../../../src/fusion/transport/transportPlan';
import { randomSource } from '../../../src/runtime';

const yieldPoint = async () => {};

/** The least cost by an assignment of lcm(rows, columns) copies. */
function costByCopies(costs: Float64Array, rows: number, columns: number): number {
  let size = rows;
  while (size % columns !== 0) size += rows;
  const copies = Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size) % rows, (at % size) % columns];
    return -costs[i * columns + j];
  });
  return -solveAssignment(copies, size).objective / size;
}

describe('transportPlan', () => {
  it('solves a case by hand', async () => {
    // Rows at 0, 3, columns at 1, 2, 3, of 1/3 each: half goes to each row, so column 2 is divided.
    const costs = Float64Array.of(1, 2, 3, 2, 1, 0);
    const plan = await transportPlan(costs, 2, 3, yieldPoint);
    expect(plan.a).toEqual(Int32Array.of(0, 0, 1, 1));
    expect(plan.b).toEqual(Int32Array.of(0, 1, 1, 2));
    expect([...plan.mass]).toEqual([2, 1, 1, 2].map((part) => part / 6));
  });

  it.each([
    [1, 1],
    [1, 5],
    [5, 1],
    [2, 3],
    [6, 6],
    [4, 8],
    [9, 6],
    [7, 5],
    [12, 18],
  ])('has the least cost and the marginals for %i × %i units', async (rows, columns) => {
    const random = randomSource(rows * 100 + columns);
    for (let draw = 0; draw < 20; draw++) {
      // Small integers have many ties.
      const most = draw % 2 === 0 ? 4 : 1000;
      const costs = Float64Array.from({ length: rows * columns }, () => random.below(most));
      const { a, b, mass } = await transportPlan(costs, rows, columns, yieldPoint);
      const [ofRows, ofColumns] = [new Float64Array(rows), new Float64Array(columns)];
      let cost = 0;
      mass.forEach((each, at) => {
        ofRows[a[at]] += each;
        ofColumns[b[at]] += each;
        cost += each * costs[a[at] * columns + b[at]];
      });
      for (const sum of ofRows) expect(sum).toBeCloseTo(1 / rows, 12);
      for (const sum of ofColumns) expect(sum).toBeCloseTo(1 / columns, 12);
      expect(cost).toBeCloseTo(costByCopies(costs, rows, columns), 9);
      expect(mass.every((each) => each > 0)).toBe(true);
    }
  });

  it('yields between paths', async () => {
    let count = 0;
    const stop = async () => {
      if (++count === 3) throw new Error('stop');
    };
    await expect(transportPlan(new Float64Array(16), 4, 4, stop)).rejects.toThrow('stop');
  });
});
