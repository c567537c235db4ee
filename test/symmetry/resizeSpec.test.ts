import * as tf from '@tensorflow/tfjs-core';
import {
  type AxisSpec,
  formatSpec,
  groupSizes,
  InvalidInputError,
  type PermutationSpec,
  permutationSpec,
  resizeSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

describe('resizeSpec', () => {
  const spec = permutationSpec(
    { w: '784 h>', b: 'h>', v: '>(49 h) 10' },
    { sizes: { h: 32 }, joint: { h: ['softmax'] } },
  );

  it('gives groups other sizes, and keeps patterns, roles, joint uses and numbers', () => {
    const wide = resizeSpec(spec, { h: 64 });
    expect(wide.groups).toEqual([{ name: 'h', size: 64, joint: ['softmax'] }]);
    expect(wide.params).toEqual(spec.params);
    const params = { w: tf.zeros([784, 64]), b: tf.zeros([64]), v: tf.zeros([49 * 64, 10]) };
    expect(groupSizes(wide, params)).toEqual({ h: 64 });
    expect(() => groupSizes(spec, params)).toThrow(/'h' has 32 units by the spec/);
    expect(spec.groups[0].size).toBe(32);
  });

  it('null reads the size from the params', () => {
    const params = { w: tf.zeros([784, 5]), b: tf.zeros([5]), v: tf.zeros([245, 10]) };
    expect(groupSizes(resizeSpec(spec, { h: null }), params)).toEqual({ h: 5 });
  });

  const heads = permutationSpec({ w: '_ (h d[h])' }, { sizes: { h: 4, d: 32 } });
  const sizesOf = ({ groups }: PermutationSpec) =>
    Object.fromEntries(groups.map(({ name, size }) => [name, size]));

  it('a group inside a resized one keeps its units in each: 32 / 4 · 2 = 16', () => {
    expect(sizesOf(resizeSpec(heads, { h: 2 }))).toEqual({ h: 2, d: 16 });
    expect(sizesOf(resizeSpec(heads, { h: 2, d: 20 }))).toEqual({ h: 2, d: 20 });
    expect(sizesOf(resizeSpec(heads, { d: 64 }))).toEqual({ h: 4, d: 64 });
    expect(sizesOf(resizeSpec(heads, { h: null }))).toEqual({ h: null, d: null });
  });

  const listed = (axis: AxisSpec, sizes: Record<string, number>): PermutationSpec => ({
    groups: Object.entries(sizes).map(([name, size]) => ({ name, size })),
    params: { w: { axes: [axis], optional: false } },
    unlisted: 'error',
  });
  const patternOf = (each: PermutationSpec) => formatSpec(each).split('\n').at(-1)!.trim();

  it('positions written out in order become a pattern', () => {
    const axis: AxisSpec = {
      kind: 'entries',
      size: 7,
      entries: [
        { group: 'g', index: [4, 5, 6], role: 'consumer' },
        { group: 'h', index: [1, 2] },
      ],
    };
    const before = listed(axis, { g: 3, h: 2 });
    expect(patternOf(resizeSpec(before, { h: 5 }))).toBe('w  (1 + h + 1 + >g)');
    expect(resizeSpec(before, { h: 2 })).toEqual(before);
  });

  it('positions written out in another order are refused, with the axis and the group', () => {
    const axis: AxisSpec = {
      kind: 'entries',
      size: 4,
      entries: [
        { group: 'g', index: [0, 2] },
        { group: 'h', index: [1, 3] },
      ],
    };
    const before = listed(axis, { g: 2, h: 2 });
    expect(() => resizeSpec(before, { h: 3 })).toThrow(
      /resizeSpec: 'w' axis 0 has the positions of group 'h' written out for 2 units.*traceSpec/s,
    );
  });

  it('parents of a product are refused', () => {
    const of = (...units: number[]) => units;
    const before: PermutationSpec = {
      groups: [
        { name: 'a', size: 2 },
        { name: 'b', size: 1 },
        {
          name: 'p',
          size: 2,
          parents: [
            { group: 'a', of: of(0, 1) },
            { group: 'b', of: of(0, 0) },
          ],
        },
      ],
      params: {
        w: {
          axes: [{ kind: 'entries', size: 2, entries: [{ group: 'p', index: [0, 1] }] }],
          optional: false,
        },
      },
      unlisted: 'error',
    };
    expect(() => resizeSpec(before, { a: 3 })).toThrow(/group 'p' is a product of 'a', 'b'/);
    expect(() => resizeSpec(before, { p: 3 })).toThrow(/'p', which is a product of other groups/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['another group', { g: 3 }, /sizes names 'g', which is not a group of the spec/],
    ['no unit', { h: 0 }, /sizes gives group 'h' 0 units/],
    ['half a unit', { h: 2.5 }, /sizes gives group 'h' 2.5 units/],
    ['blocks of different sizes', { h: 3, d: 32 }, /'d' has 32 units .* not a multiple of the 3/],
  ])('%s is refused', (_, sizes, message) => {
    const resize = () => resizeSpec(heads, sizes as Record<string, number>);
    expect(resize).toThrow(InvalidInputError);
    expect(resize).toThrow(message);
  });
});
