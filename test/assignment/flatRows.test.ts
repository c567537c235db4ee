import { describe, expect, it } from 'vitest';
import { clearReach, findFlatRows, isPassedOver } from '../../src/assignment/flatRows';
import { createProblem } from '../../src/assignment/problem';

const problem = (...rows: number[][]) =>
  createProblem(Float64Array.from(rows.flat()), rows.length, new Float64Array(rows[0].length));

describe('findFlatRows', () => {
  it('finds rows with one value outside the constant columns', () => {
    // Column 1 is constant. Outside it row 0 has 5 alone, row 1 has 2 alone, row 2 has 2 and 3.
    const flat = findFlatRows(problem([5, 1, 5], [2, 1, 2], [2, 1, 3]));
    expect(flat.constantCount).toBe(1);
    expect(flat.values).toEqual(Float64Array.of(5, 2, Number.NaN));
  });

  it('needs no constant column', () => {
    const flat = findFlatRows(problem([4, 4], [1, 2]));
    expect(flat.constantCount).toBe(0);
    expect(flat.values).toEqual(Float64Array.of(4, Number.NaN));
  });

  it('tells apart values that are equal in float32', () => {
    const flat = findFlatRows(problem([1, 1 + 1e-12], [3, 4]));
    expect(flat.values).toEqual(Float64Array.of(Number.NaN, Number.NaN));
  });
});

describe('isPassedOver', () => {
  it('is true for a flat row if earlier rows reach every column as cheaply', () => {
    // Row i reaches the constant column 1 at 0 − 1 − offset, and if it is flat column 0 at 0 − value − offset.
    const flat = findFlatRows(problem([5, 1, 5], [2, 1, 2], [2, 1, 3], [1, 1, 1]));
    clearReach(flat);
    expect(isPassedOver(flat, 0, 0)).toBe(false); // the first: columns 0 and 1 at −5 and −1
    expect(isPassedOver(flat, 1, 0)).toBe(true); // at −2 and −1
    expect(isPassedOver(flat, 1, 2)).toBe(false); // at −4 and −3: column 1 is cheaper
    expect(isPassedOver(flat, 3, 2)).toBe(true); // at −3 and −3
    expect(isPassedOver(flat, 3, 5)).toBe(false); // at −6 and −6
    expect(isPassedOver(flat, 2, 0)).toBe(false); // not flat
    clearReach(flat);
    expect(isPassedOver(flat, 1, 0)).toBe(false);
  });

  it('compares offsets alone where no column is constant', () => {
    const flat = findFlatRows(problem([4, 4], [1, 2], [3, 3]));
    clearReach(flat);
    expect(isPassedOver(flat, 0, 0)).toBe(false); // both columns at −4
    expect(isPassedOver(flat, 2, 1)).toBe(true); // both at −4
    expect(isPassedOver(flat, 2, 2)).toBe(false); // both at −5
  });
});
