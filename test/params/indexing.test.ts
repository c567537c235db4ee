import { describe, expect, it } from 'vitest';
import { crossOffsets, nestedOffsets, sizeOf, stridesOf } from '../../src/params/indexing';

/** All indices of a shape in row-major order, counted up digit by digit as an odometer. */
function odometer(shape: readonly number[]): number[][] {
  if (shape.length === 0) return [[]];
  const [first, ...others] = shape;
  return Array.from({ length: first }, (_, i) =>
    odometer(others).map((rest) => [i, ...rest]),
  ).flat();
}

const shapes = [[], [1], [5], [2, 3], [2, 1, 3], [3, 2, 2, 2], [0], [2, 0, 3]];

describe('sizeOf', () => {
  it.each(shapes.map((shape) => [shape] as const))('counts the indices of [%s]', (shape) => {
    expect(sizeOf(shape)).toBe(odometer(shape).length);
  });
});

describe('stridesOf', () => {
  // Element [i, j, k] of shape [4, 2, 3] is at 6·i + 3·j + k.
  it('is row-major', () => {
    expect(stridesOf([4, 2, 3])).toEqual([6, 3, 1]);
    expect(stridesOf([])).toEqual([]);
    expect(stridesOf([7])).toEqual([1]);
  });

  it.each(shapes.map((shape) => [shape] as const))('numbers [%s] from 0 on', (shape) => {
    const strides = stridesOf(shape);
    const positions = odometer(shape).map((index) =>
      index.reduce((sum, i, k) => sum + i * strides[k], 0),
    );
    expect(positions).toEqual(positions.map((_, at) => at));
  });
});

describe('nestedOffsets', () => {
  it.each([
    [[2, 3], [10, 1], 5],
    [[3, 2], [1, 3], 0], // A transposition.
    [[2, 2], [0, 1], 0], // Repeated.
    [[3], [-2], 4], // Backwards.
    [[2, 0, 3], [3, 3, 1], 0],
    [[], [], 7],
  ])(
    'of counts %s and strides %s from %i on runs the last index fastest',
    (counts, strides, start) => {
      const expected = odometer(counts).map((index) =>
        index.reduce((sum, i, k) => sum + i * strides[k], start),
      );
      expect([...nestedOffsets(counts, strides, start)]).toEqual(expected);
    },
  );
});

describe('crossOffsets', () => {
  it('adds every inner offset to every outer one', () => {
    const offsets = crossOffsets(Int32Array.of(0, 100), Int32Array.of(7, 3));
    expect([...offsets]).toEqual([7, 3, 107, 103]);
  });

  it('is empty where one of the two is', () => {
    expect(crossOffsets(Int32Array.of(1, 2), new Int32Array(0))).toHaveLength(0);
    expect(crossOffsets(new Int32Array(0), Int32Array.of(1))).toHaveLength(0);
  });
});
