import { type CubicOptions, cubic, geometric, InvalidInputError, oneShot } from 'perm-lmc';
import { describe, expect, it } from 'vitest';

describe('schedules', () => {
  it('oneShot is 0, then all of it', () => {
    expect([0, 0.5, 1, 2, 100].map(oneShot(0.8))).toEqual([0, 0, 0.8, 0.8, 0.8]);
    expect([0, 2, 3].map(oneShot(0.8, { at: 3 }))).toEqual([0, 0, 0.8]);
    expect(oneShot(0.3, { at: 0 })(0)).toBe(0.3);
  });

  it('geometric keeps (1 − f)^level', () => {
    // densities 1, 0.8, 0.64, 0.512
    const sparsities = [0, 1, 2, 3].map(geometric(0.2));
    [0, 0.2, 0.36, 0.488].forEach((value, i) => {
      expect(sparsities[i]).toBeCloseTo(value, 12);
    });
    expect([0, 1, 5].map(geometric(0))).toEqual([0, 0, 0]);
  });

  it('cubic is to + (from − to)·(1 − progress)³ between its ends', () => {
    const schedule = cubic({ start: 100, end: 200, from: 0.1, to: 0.9 });
    // 0.9 − 0.8·(3/4)³ = 0.5625 · 0.9 − 0.8/8 = 0.8 · 0.9 − 0.8/64 = 0.8875
    const expected = [0, 0, 0.1, 0.5625, 0.8, 0.8875, 0.9, 0.9];
    [0, 99, 100, 125, 150, 175, 200, 1e6].forEach((step, i) => {
      expect(schedule(step)).toBeCloseTo(expected[i], 12);
    });
    expect(schedule(200)).toBe(0.9);
  });

  it('none ever falls', () => {
    for (const schedule of [
      oneShot(0.5, { at: 7 }),
      geometric(0.1),
      cubic({ start: 3, end: 40, from: 0.05, to: 0.99 }),
    ]) {
      for (let step = 0; step < 60; step++) {
        expect(schedule(step + 1)).toBeGreaterThanOrEqual(schedule(step));
      }
    }
  });

  const ends: CubicOptions = { start: 0, end: 10, from: 0, to: 0.5 };
  it.each<[string, () => unknown, RegExp]>([
    [
      'oneShot of everything',
      () => oneShot(1),
      /oneShot: sparsity must be in \[0, 1\), received 1/,
    ],
    ['oneShot at no step', () => oneShot(0.5, { at: -1 }), /at must be a step ≥ 0, received -1/],
    [
      'geometric of everything',
      () => geometric(1),
      /geometric: fraction must be in \[0, 1\), received 1/,
    ],
    ['geometric of NaN', () => geometric(Number.NaN), /received NaN/],
    [
      'cubic with steps for sparsities',
      () => cubic({ start: 0, end: 0.9, from: 0, to: 10 }),
      /cubic: to must be in \[0, 1\), received 10/,
    ],
    ['cubic that falls', () => cubic({ ...ends, from: 0.6 }), /to is 0\.5, below from, 0\.6/],
    [
      'cubic that ends where it starts',
      () => cubic({ ...ends, start: 10 }),
      /steps with 0 ≤ start < end, received 10 and 10/,
    ],
    [
      'cubic that never ends',
      () => cubic({ ...ends, end: Number.POSITIVE_INFINITY }),
      /received 0 and Infinity/,
    ],
    ['a negative step', () => geometric(0.2)(-1), /step must be a finite number ≥ 0, received -1/],
    ['step NaN', () => cubic(ends)(Number.NaN), /received NaN/],
    ['step Infinity', () => oneShot(0.5)(Number.POSITIVE_INFINITY), /received Infinity/],
  ])('refuse %s', (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });
});
