import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../src/runtime/randomSource';
import { traceForward } from '../../src/tracing/capture/trace';
import { constantLabel } from '../../src/tracing/labels/constantLabel';
import { createConstraints } from '../../src/tracing/labels/constraints';
import { useBackend } from '../support/backend';
import { logSymmetries, outputChange } from './network';

await useBackend('cpu');

/** A constant, by its shape and the value at each index. */
type Constant = readonly [shape: readonly number[], value: (...index: number[]) => number];

const is = (...equal: [number, number][]) => Number(equal.every(([a, b]) => a === b));

const constants: Record<string, Constant> = {
  identity: [[4, 4], (i, j) => is([i, j])],
  'a·I + b·1': [[4, 4], (i, j) => 3 * is([i, j]) - 0.25],
  'identity of two': [[2, 2], (i, j) => is([i, j])],
  'identity beside zeros': [[3, 5], (i, j) => is([i, j])],
  'identity twice': [[3, 6], (i, j) => is([i, j % 3])],
  'kron(I, 1)': [[4, 4], (i, j) => is([i >> 1, j >> 1])],
  'kron(1, I)': [[4, 4], (i, j) => is([i % 2, j % 2])],
  'kron(I, A)': [[4, 4], (i, j) => is([i >> 1, j >> 1]) * (1 + 2 * (i % 2) + (j % 2))],
  'permutation matrix': [[4, 4], (i, j) => is([j, [2, 0, 3, 1][i]])],
  'identity beside a fixed row': [[4, 4], (i, j) => (i === 0 ? j * j : is([i, j]))],
  'blocks of three sizes': [[4, 4], (i, j) => is([[0, 1, 1, 2][i], [0, 1, 1, 2][j]])],
  'diagonal of three axes': [[3, 3, 3], (i, j, k) => is([i, j], [j, k])],
  'identity over a batch': [[3, 3, 3], (_, j, k) => is([j, k])],
  'identities with factors': [[3, 3, 3], (i, j, k) => (i + 1) * is([j, k])],
  'identity on the outer axes': [[3, 2, 3], (i, j, k) => (j + 1) * is([i, k])],
  'pairs of identities': [[2, 2, 2, 2], (i, j, k, l) => is([i, k], [j, l])],
  'all different': [[3, 3], (i, j) => 3 * i + j],
  'causal mask': [[4, 4], (i, j) => Number(i >= j)],
  'two equal rows': [[3, 3], (i, j) => (i === 2 ? j : 0)],
};

describe('the label of a constant', () => {
  it.each(Object.entries(constants))('%s: all permutations that leave it are found', (_, each) => {
    const { spec } = trace(valuesOf(each), each[0]);
    expect(Math.round(10 ** logSymmetries(spec))).toBe(countSymmetries(valuesOf(each), each[0]));
  });

  it('no others are found: for random constants of two values', () => {
    const random = randomSource(3);
    let moving = 0;
    for (let n = 0; n < 300; n++) {
      const shape = [
        [3, 3],
        [2, 3, 3],
        [4, 4],
        [2, 2, 2],
      ][n % 4];
      const values = Array.from({ length: sizeOf(shape) }, () => random.below(2));
      const { spec, params, forward } = trace(values, shape);
      const found = Math.round(10 ** logSymmetries(spec));
      if (found > 1) moving++;
      expect(found).toBeLessThanOrEqual(countSymmetries(values, shape));
      expect(outputChange(spec, forward, params, tf.scalar(1))).toBeLessThan(1e-5);
    }
    expect(moving).toBeGreaterThan(30);
  });

  it('a circulant is fixed: its turns are no permutations of units one by one', () => {
    const values = indicesOf([5, 5]).map(([i, j]) => [2, 1, 0, 0, 0][(i - j + 5) % 5]);
    expect(countSymmetries(values, [5, 5])).toBe(5);
    expect(trace(values, [5, 5]).spec.groups).toEqual([]);
  });

  it('takes complex values two by two', () => {
    const values = [1, 1, 0, 0, 0, 0, 1, 1];
    const [a, b] = constantLabel(createConstraints(), [2, 2], values).bundles;
    expect([a.axes, b.axes]).toEqual([[0], [1]]);
    expect(constantLabel(createConstraints(), [2, 2], [1, 0, 0, 1, 2, 0, 0, 2]).bundles).toEqual(
      [],
    );
  });
});

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** The index of each value, row-major. */
function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

function valuesOf([shape, value]: Constant): number[] {
  return indicesOf(shape).map((index) => value(...index));
}

/** A sum of the constant's values, each by a product of one weight for each axis. */
function trace(values: readonly number[], shape: readonly number[]) {
  const constant = tf.tensor([...values], [...shape]);
  const random = randomSource(8);
  const params: Params = Object.fromEntries(
    shape.map((size, axis) => [
      `p${axis}`,
      tf.tensor1d(Array.from({ length: size }, () => 1 + random.below(1000) / 1000)),
    ]),
  );
  const forward = (p: Params) => {
    const weights = shape.map((size, axis) =>
      tf.reshape(
        p[`p${axis}`],
        shape.map((_, each) => (each === axis ? size : 1)),
      ),
    );
    return tf.sum(tf.mul(constant, tf.exp(weights.reduce((a, b) => tf.mul(a, b)))));
  };
  // With a constraint to leave out that there is not, groups on one axis alone stay.
  const { spec } = traceForward(forward, params, tf.scalar(1), { skip: -1 });
  return { spec, params, forward };
}

/** How many choices of a permutation for each axis leave the values as they are: all are tried. */
function countSymmetries(values: readonly number[], shape: readonly number[]): number {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const indices = indicesOf(shape);
  const count = (moved: number[][]): number => {
    if (moved.length < shape.length) {
      return permutationsOf(shape[moved.length]).reduce(
        (sum, own) => sum + count([...moved, own]),
        0,
      );
    }
    const same = indices.every((index, at) => {
      const place = index.reduce((sum, i, axis) => sum + moved[axis][i] * strides[axis], 0);
      return values[place] === values[at];
    });
    return Number(same);
  };
  return count([]);
}

function permutationsOf(size: number): number[][] {
  if (size === 0) return [[]];
  return permutationsOf(size - 1).flatMap((own) =>
    Array.from({ length: size }, (_, at) => [...own.slice(0, at), size - 1, ...own.slice(at)]),
  );
}
