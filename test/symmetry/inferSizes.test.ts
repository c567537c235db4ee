import * as tf from '@tensorflow/tfjs-core';
import { groupSizes, InvalidInputError, parseSpec, permutationSpec, serializeSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { sizesOfPatterns } from '../support/sizesOfPatterns';

await useBackend('cpu');

describe('sizes by propagation', () => {
  it.each<[string, Record<string, string>, Record<string, number[]>, Record<string, number>]>([
    ['a plain axis', { w: '_ h' }, { w: [3, 5] }, { h: 5 }],
    ['a product with a number', { w: '(4 h)' }, { w: [20] }, { h: 5 }],
    [
      'a flatten: its inferred factor follows from the group',
      { c: '_ c', d: '(_ c) _' },
      { c: [2, 6], d: [24, 3] },
      { c: 6 },
    ],
    [
      'through other groups, in any order',
      { x: '(a b)', y: '(b c)', z: 'c' },
      { x: [12], y: [20], z: [5] },
      { a: 3, b: 4, c: 5 },
    ],
    ['a concatenation', { w: '(a + b)', a: 'a' }, { w: [7], a: [3] }, { a: 3, b: 4 }],
    [
      'a concatenation with an inferred rest',
      { w: '(a + _)', a: 'a' },
      { w: [7], a: [3] },
      { a: 3 },
    ],
    ['a group twice on an axis: h² = 49', { w: '(h h)' }, { w: [49] }, { h: 7 }],
    ['a group twice on an axis: h + 2h + 1 = 16', { w: '(h + 2 h + 1)' }, { w: [16] }, { h: 5 }],
    ['nesting', { w: '((a + 2) 3)' }, { w: [21] }, { a: 5 }],
    ['a group of size 1', { w: 'h' }, { w: [1] }, { h: 1 }],
    ['no group', { w: '_', s: '' }, { w: [4], s: [] }, {}],
  ])('%s', (_, patterns, shapes, expected) => {
    expect(sizesOfPatterns(patterns, shapes)).toEqual(expected);
  });

  it.each<[string, Record<string, string>, Record<string, number[]>, RegExp]>([
    [
      'two axes that contradict each other',
      { a: '_ h', b: 'h _' },
      { a: [3, 64], b: [32, 3] },
      /group 'h' has 64 units by 'a' axis 1, but 32 by 'b' axis 0/,
    ],
    [
      'a product that does not divide',
      { w: '(4 h)' },
      { w: [21] },
      /'w' axis 0 has size 21, which does not fit its pattern '\(4 h\)'/,
    ],
    [
      'a flatten that does not divide',
      { c: 'c', d: '(_ c)' },
      { c: [6], d: [25] },
      /'d' axis 0 has size 25.*\(_ c\).*c = 6 by 'c' axis 0/,
    ],
    [
      'a known product of another size',
      { a: 'a', b: 'b', w: '(a b)' },
      { a: [2], b: [3], w: [7] },
      /'w' axis 0 has size 7.*a = 2 by 'a' axis 0, b = 3 by 'b' axis 0/,
    ],
    [
      'a number of another size',
      { w: '4' },
      { w: [5] },
      /'w' axis 0 has size 5, which does not fit its pattern '4'/,
    ],
    [
      'two unknown groups on an axis',
      { w: '(a b)' },
      { w: [12] },
      /the size of 'a' and 'b' cannot be inferred from 'w' axis 0/,
    ],
    [
      'an unknown group beside an inferred size',
      { w: '(_ c)' },
      { w: [12] },
      /the size of 'c' cannot be inferred from 'w' axis 0/,
    ],
    [
      'a concatenation longer than its axis',
      { a: 'a', w: '(a + b)' },
      { a: [5], w: [5] },
      /'w' axis 0 has size 5/,
    ],
    ['an empty axis', { w: 'h' }, { w: [0] }, /'w' axis 0 has size 0.*at least one position/],
    [
      'another rank',
      { w: '_ h' },
      { w: [3] },
      /parameter 'w' has 1 axes \[3\], but its pattern '_ h' has 2/,
    ],
    ['a missing parameter', { w: 'h', v: 'h' }, { w: [3] }, /the params lack 'v'/],
    [
      'an unknown parameter',
      { w: 'h' },
      { w: [3], x: [2] },
      /the params hold 'x', which the spec does not name/,
    ],
    [
      'missing and unknown ones',
      { w: 'h' },
      { x: [2] },
      /lack 'w', which the spec names; they have 'x'/,
    ],
    [
      'many unknown ones',
      {},
      { a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] },
      /'a', 'b', 'c', 'd' and 2 more/,
    ],
  ])(
    '%s: the error names the parameter, the axis and the sizes',
    (_, patterns, shapes, message) => {
      expect(() => sizesOfPatterns(patterns, shapes)).toThrow(InvalidInputError);
      expect(() => sizesOfPatterns(patterns, shapes)).toThrow(message);
    },
  );

  describe('of groups inside others may be given, over all units of the parent', () => {
    const fused = { qkv: 'e (g r[g] 6 + g 6 + g v[g])', o: '(g r[g] v[g]) e' };
    const shapes = { qkv: [10, 72], o: [48, 10] };

    it('2 key heads with 4 of 8 query heads each leave 6 dimensions of values in each', () => {
      // (8 + 2)·6 + 2·6 = 72, and 8·6 = 48.
      const sizes = sizesOfPatterns(fused, shapes, { g: 2, r: 8 });
      expect(sizes).toEqual({ e: 10, g: 2, r: 8, v: 12 });
      expect(sizesOfPatterns(fused, shapes, sizes)).toEqual(sizes);
    });

    it('other units may be inferred instead', () => {
      expect(sizesOfPatterns(fused, shapes, { g: 2, v: 12 })).toMatchObject({ r: 8 });
    });

    it('a group inside a group inside a group', () => {
      const sizes = sizesOfPatterns({ w: '(a b[a] c[b])' }, { w: [24] }, { a: 2, b: 6 });
      expect(sizes).toEqual({ a: 2, b: 6, c: 24 });
    });

    it.each<[string, Record<string, number>, RegExp]>([
      [
        'no multiple of the parent',
        { g: 2, r: 7 },
        /^permutationSpec: group 'r' has 7 units by sizes, which is not a multiple of the 2 units of its parent 'g'/,
      ],
      [
        'more units than the axis has',
        { g: 2, r: 12 },
        /'qkv' axis 1 has size 72, which does not fit .*g = 2 by the spec, r = 12 by the spec/,
      ],
      ['no integer', { g: 2, r: 1.5 }, /sizes gives group 'r' 1.5 units/],
      ['no units', { g: 2, r: 0 }, /sizes gives group 'r' 0 units/],
      ['no group', { g: 2, x: 3 }, /sizes names 'x', which is not a group/],
      [
        'too few sizes',
        { g: 2 },
        /the size of 'r' and 'v' cannot be inferred.*\{ sizes: \{ r: … \} \} to permutationSpec, the units of 'r' over all units of 'g'/,
      ],
      ['the inner size alone', { r: 8 }, /the size of 'g' and 'v' cannot be inferred/],
    ])('%s is an error', (_, sizes, message) => {
      expect(() => sizesOfPatterns(fused, shapes, sizes)).toThrow(InvalidInputError);
      expect(() => sizesOfPatterns(fused, shapes, sizes)).toThrow(message);
    });

    it('a multiple of inferred units, too', () => {
      expect(() =>
        sizesOfPatterns({ a: 'h', w: '(h d[h])' }, { a: [3], w: [12] }, { d: 4 }),
      ).toThrow(
        /group 'd' has 4 units by the spec, which is not a multiple of the 3 units of its parent 'h'/,
      );
    });

    it('are kept in JSON', () => {
      const spec = permutationSpec(fused, { sizes: { g: 2, r: 8 } });
      expect(parseSpec(serializeSpec(spec))).toEqual(spec);
    });
  });

  it('optional parameters may be missing, and unlisted ones are left alone when asked', () => {
    expect(sizesOfPatterns({ w: 'h', b: '? h' }, { w: [3] })).toEqual({ h: 3 });
    const spec = permutationSpec({ w: 'h' }, { unlisted: 'fixed' });
    expect(groupSizes(spec, { w: tf.zeros([3]), other: tf.zeros([2]) })).toEqual({ h: 3 });
  });

  it('a disposed parameter is refused by name', () => {
    const w = tf.zeros([3]);
    w.dispose();
    expect(() => groupSizes(permutationSpec({ w: 'h' }), { w })).toThrow(
      /parameter 'w' is disposed/,
    );
  });
});
