import * as tf from '@tensorflow/tfjs-core';
import {
  type AxisSpec,
  explainSpec,
  formatSpec,
  type Group,
  InvalidInputError,
  identityPermutations,
  type PermutationSpec,
  parseSpec,
  permutationSpec,
  permute,
  randomPermutations,
  serializeSpec,
  unitSimilarity,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

type Entry = readonly [group: string, index: readonly number[]];

/** Entries of an axis, or of the product of several. */
function listed(size: number, entries: readonly Entry[], axes?: readonly number[]): AxisSpec {
  return {
    kind: 'entries',
    size,
    entries: entries.map(([group, index]) => ({ group, index })),
    ...(axes ? { axes } : {}),
  };
}

const part = (of: number): AxisSpec => ({ kind: 'part', of });
const group = (name: string, within?: string): AxisSpec =>
  within === undefined ? { kind: 'group', group: name } : { kind: 'group', group: name, within };
const free = (name: string, size: number | null = null): Group => ({ name, size });
const inside = (name: string, parent: string, size: number | null = null): Group => ({
  name,
  size,
  parents: [{ group: parent }],
});
const product = (name: string, parents: Readonly<Record<string, readonly number[]>>): Group => ({
  name,
  size: Object.values(parents)[0].length,
  parents: Object.entries(parents).map(([group, of]) => ({ group, of })),
});

function specOf(
  groups: readonly Group[],
  params: Record<string, readonly AxisSpec[]>,
): PermutationSpec {
  return {
    groups,
    params: Object.fromEntries(
      Object.entries(params).map(([name, axes]) => [name, { axes, optional: false }]),
    ),
    unlisted: 'error',
  };
}

const nested = (levels: number): AxisSpec =>
  levels === 0 ? group('h') : { kind: 'product', factors: [nested(levels - 1)] };

/** Specs that are wrong whatever the sizes of the network, and the message. */
const unsound: [string, PermutationSpec, RegExp][] = [
  [
    'entries over [0, 2] and over [1, 2], which share an axis',
    specOf([free('g'), free('h')], {
      w: [listed(6, [['g', [0, 5]]], [0, 2]), listed(6, [['h', [0, 3]]], [1, 2]), part(0)],
    }),
    /'w' axis 1 has entries over the axes \[1,2\], which do not start with it or are not its parts/,
  ],
  [
    'entries of two groups that overlap',
    specOf([free('g'), free('h')], {
      w: [
        listed(4, [
          ['g', [0, 1, 2]],
          ['h', [1, 2, 3]],
        ]),
      ],
    }),
    /'w' axis 0 has position 1 in entries of both 'g' and 'h'/,
  ],
  [
    'entries of a group at those of its parent',
    specOf([free('h', 2), inside('d', 'h', 4)], {
      w: [
        listed(4, [
          ['h', [0, 1]],
          ['d', [0, 1, 2, 3]],
        ]),
      ],
    }),
    /position 0 in entries of both 'h' and 'd'.*A group moves with its parents/,
  ],
  [
    'a position twice in an entry',
    specOf([free('h')], { w: [listed(4, [['h', [0, 1, 1]]])] }),
    /'w' axis 0 has position 1 twice in the entries of group 'h'/,
  ],
  [
    'a position beyond the axis',
    specOf([free('h')], { w: [listed(4, [['h', [0, 4]]])] }),
    /position 4 on an axis of size 4/,
  ],
  [
    'a huge size',
    specOf([free('h')], { w: [listed(2 ** 53, [['h', [0, 4]]])] }),
    /9007199254740992 positions/,
  ],
  [
    'entries of one group with different numbers of units',
    specOf([free('h')], {
      w: [
        listed(5, [
          ['h', [0, 1]],
          ['h', [2, 3, 4]],
        ]),
      ],
    }),
    /group 'h' has 2 units by 'w' axis 0, but 3 by 'w' axis 0/,
  ],
  [
    'entries with another number of units than the group',
    specOf([free('h', 3)], { w: [listed(5, [['h', [0, 1]]])] }),
    /group 'h' has 3 units by the spec, but 2 by 'w' axis 0/,
  ],
  ['no entries', specOf([free('h')], { w: [listed(5, [])] }), /0 entries on 5 positions/],
  [
    'an axis twice in a list',
    specOf([free('h')], { w: [listed(4, [['h', [0, 1]]], [0, 1, 1]), part(0)] }),
    /'w' axis 0 has entries over the axes \[0,1,1\]/,
  ],
  [
    'a list of axes without its own',
    specOf([free('h')], { w: [listed(4, [['h', [0, 1]]], [1]), part(0)] }),
    /'w' axis 0 has entries over the axes \[1\]/,
  ],
  [
    'an empty list of axes',
    specOf([free('h')], { w: [listed(4, [['h', [0, 1]]], [])] }),
    /'w' axis 0 has entries over the axes \[\]/,
  ],
  [
    'a part that no entries list',
    specOf([free('h')], { w: [listed(2, [['h', [0, 1]]]), part(0)] }),
    /'w' axis 1 is part of axis 0, whose entries do not list it/,
  ],
  [
    'a part of a part',
    specOf([free('h')], { w: [listed(4, [['h', [0, 1]]], [0, 1]), part(0), part(1)] }),
    /'w' axis 2 is part of axis 1, whose entries do not list it/,
  ],
  [
    'a tuple of a product twice',
    specOf([free('a', 2), free('b', 2), product('ab', { a: [0, 0, 1, 1], b: [0, 1, 1, 1] })], {
      w: [listed(4, [['ab', [0, 1, 2, 3]]])],
    }),
    /group 'ab' has the tuple \(1, 1\) twice, as its units 2 and 3/,
  ],
  [
    'a unit that the parent does not have',
    specOf([free('a', 2), free('b', 2), product('ab', { a: [0, 0, 1, 9], b: [0, 1, 0, 1] })], {
      w: [listed(4, [['ab', [0, 1, 2, 3]]])],
    }),
    /group 'ab' has unit 9 of its parent 'a', which has 2 units/,
  ],
  [
    'a negative unit of a parent',
    specOf([free('a'), free('b'), product('ab', { a: [0, 0, 1, -1], b: [0, 1, 0, 1] })], {
      w: [listed(4, [['ab', [0, 1, 2, 3]]])],
    }),
    /group 'ab' has unit -1 of its parent 'a'/,
  ],
  [
    'a product without a size',
    specOf([free('a'), free('b'), { ...product('ab', { a: [0, 1], b: [0, 0] }), size: null }], {
      w: [listed(2, [['ab', [0, 1]]])],
    }),
    /group 'ab' has no number of units, and 2 units of its parent 'a'/,
  ],
  [
    'a product whose lists have different lengths',
    specOf([free('a'), free('b'), product('ab', { a: [0, 1], b: [0, 0, 0] })], {
      w: [listed(2, [['ab', [0, 1]]])],
    }),
    /group 'ab' has 2 units, and 3 units of its parent 'b'/,
  ],
  [
    'a product inside a product',
    specOf(
      [
        ...[free('a', 2), free('b', 1), product('ab', { a: [0, 1], b: [0, 0] })],
        product('abb', { ab: [0, 1], b: [0, 0] }),
      ],
      { w: [listed(2, [['abb', [0, 1]]])] },
    ),
    /group 'abb' is inside 'ab', which is a product.*list 'a', 'b' as parents/,
  ],
  [
    'a group inside a product',
    specOf(
      [free('a', 2), free('b', 1), product('ab', { a: [0, 1], b: [0, 0] }), inside('d', 'ab', 4)],
      {
        w: [listed(4, [['d', [0, 1, 2, 3]]])],
      },
    ),
    /group 'd' is inside 'ab', which is a product/,
  ],
  [
    'a product in a pattern',
    specOf([free('a', 2), free('b', 1), product('ab', { a: [0, 1], b: [0, 0] })], {
      w: [group('ab')],
    }),
    /'w' axis 0 has 'ab', a product, in a pattern/,
  ],
  [
    'one parent with a list of units',
    specOf([free('h'), { name: 'd', size: 4, parents: [{ group: 'h', of: [0, 0, 1, 1] }] }], {
      w: [group('d')],
    }),
    /group 'd' has one parent, 'h', with a list of units/,
  ],
  [
    'a group inside itself',
    specOf([inside('d', 'd')], { w: [group('d')] }),
    /group 'd' is inside 'd'/,
  ],
  [
    'groups inside each other',
    specOf([inside('d', 'h'), inside('h', 'd')], { w: [group('d'), group('h')] }),
    /group 'd' is inside 'h', which is not listed before it/,
  ],
  [
    'blocks of different sizes',
    specOf([free('h', 2), inside('d', 'h', 5)], { w: [group('d')] }),
    /group 'd' has 5 units by the spec, which is not a multiple of the 2 units of its parent 'h'/,
  ],
  [
    'too many parents',
    specOf(
      [free('h', 1), { name: 'p', size: 1, parents: Array(65).fill({ group: 'h', of: [0] }) }],
      {
        w: [listed(1, [['p', [0]]])],
      },
    ),
    /group 'p' has 65 parents/,
  ],
  [
    'a group twice',
    specOf([free('h'), free('h')], { w: [group('h')] }),
    /group 'h' is listed twice/,
  ],
  [
    'a group of half a unit',
    specOf([free('h', 1.5)], { w: [group('h')] }),
    /group 'h' has the size 1.5/,
  ],
  [
    'a group that the spec does not list',
    specOf([free('h')], { w: [group('g')] }),
    /parameter 'w' has group 'g', which the spec does not list/,
  ],
  [
    'a group inside another than its parent',
    specOf([free('h'), free('g'), inside('d', 'g')], { w: [group('h'), group('d', 'h')] }),
    /'w' axis 1 has 'd\[h\]', but the spec does not list 'd' as inside it/,
  ],
];

/** Objects that no JSON can be read as. */
const malformed: [string, unknown, RegExp][] = [
  ['a name that no pattern can have', specOf([free('my group')], {}), /the name my group/],
  ['no group at all', { groups: [null], params: {}, unlisted: 'error' }, /groups holds null/],
  [
    'an unknown kind',
    specOf([], { w: [{ kind: 'free' } as never] }),
    /'w' axis 0 has the kind free/,
  ],
  ['no axis', specOf([], { w: [undefined as never] }), /'w' axis 0 has undefined where a tree/],
  [
    'entries inside a product',
    specOf([free('h')], { w: [{ kind: 'product', factors: [listed(2, [['h', [0, 1]]])] }] }),
    /'w' axis 0 has the kind entries where a tree/,
  ],
  [
    'an empty product',
    specOf([], { w: [{ kind: 'product', factors: [] }] }),
    /'w' axis 0 has no part/,
  ],
  [
    'two sizes to infer',
    specOf([], {
      w: [
        {
          kind: 'product',
          factors: [
            { kind: 'fixed', size: null },
            { kind: 'fixed', size: null },
          ],
        },
      ],
    }),
    /'w' axis 0 has two sizes to infer/,
  ],
  [
    'no positions',
    specOf([], { w: [{ kind: 'fixed', size: 0 }] }),
    /'w' axis 0 has 0 fixed positions/,
  ],
  [
    'deep nesting',
    specOf([free('h')], { w: [nested(201)] }),
    /'w' axis 0 is nested more than 200 deep/,
  ],
  [
    'a parameter that is a pattern',
    { groups: [free('h')], params: { w: 'h' }, unlisted: 'error' },
    /the spec has h for parameter 'w'/,
  ],
  [
    "optional: 'yes'",
    { groups: [], params: { w: { axes: [], optional: 'yes' } }, unlisted: 'error' },
    /optional of parameter 'w' must be true or false, received yes/,
  ],
  [
    "unlisted: 'Error'",
    { ...specOf([], {}), unlisted: 'Error' },
    /unlisted must be 'error' or 'fixed', received Error/,
  ],
  [
    'a derivation that is text',
    { ...specOf([], {}), derivation: 'none' },
    /derivation must be \{ fixed, warnings \}, two lists, received a string/,
  ],
];

/** Functions that take a spec without a network, or with one that fits none of the specs. */
const readers: [string, (spec: PermutationSpec) => unknown][] = [
  ['serializeSpec', (spec) => serializeSpec(spec)],
  ['explainSpec', (spec) => explainSpec(spec)],
  ['formatSpec', (spec) => formatSpec(spec)],
  ['permute', (spec) => permute(spec, {}, {})],
  ['randomPermutations', (spec) => randomPermutations(spec, {})],
  ['identityPermutations', (spec) => identityPermutations(spec, {})],
  ['weightMatch', (spec) => weightMatch(spec, {}, {})],
  ['unitSimilarity', (spec) => unitSimilarity(spec, {}, {})],
];

describe.each([...unsound, ...malformed])('%s', (_, spec, message) => {
  it.each(readers)('is refused by %s before the network is looked at', async (name, read) => {
    const refused = async () => read(spec as PermutationSpec);
    await expect(refused()).rejects.toThrow(InvalidInputError);
    await expect(refused()).rejects.toThrow(message);
    await expect(refused()).rejects.toThrow(new RegExp(`^${name}: `));
  });
});

describe('as JSON', () => {
  it.each(unsound)('%s is refused when it is parsed', (_, spec) => {
    const refused = { name: 'InvalidInputError', fn: 'parseSpec' };
    expect(() => parseSpec(written(spec))).toThrow(expect.objectContaining(refused));
  });

  it("optional: 'yes' is refused", () => {
    const json =
      '{"format": "perm-lmc spec", "version": 1, "params": {"w": {"optional": "yes", "axes": []}}}';
    expect(() => parseSpec(json)).toThrow(/parameter 'w' has optional "yes".*Write true/);
  });
});

/** The JSON of a spec, without the checks of `serializeSpec`. */
function written({ groups, params }: PermutationSpec): string {
  const axisOf = (axis: AxisSpec) =>
    axis.kind === 'part'
      ? { partOf: axis.of }
      : axis.kind === 'entries'
        ? { size: axis.size, entries: axis.entries, axes: axis.axes }
        : axis.kind === 'group'
          ? `${axis.group}${axis.within === undefined ? '' : `[${axis.within}]`}`
          : '_';
  const parentsOf = ({ parents }: Group) =>
    parents?.map(({ group, of }) => (of === undefined ? group : { group, of }));
  return JSON.stringify({
    format: 'perm-lmc spec',
    version: 1,
    groups: groups.map((each) => ({
      name: each.name,
      size: each.size ?? undefined,
      parents: parentsOf(each),
    })),
    params: Object.fromEntries(
      Object.entries(params).map(([name, { axes }]) => [name, { axes: axes.map(axisOf) }]),
    ),
  });
}

describe('with the sizes of a network', () => {
  const product3 = (a: readonly number[], b: readonly number[]) =>
    specOf([free('a'), free('b'), product('ab', { a, b })], {
      a: [group('a')],
      b: [group('b')],
      w: [listed(a.length, [['ab', a.map((_, i) => i)]])],
    });

  it.each<[string, PermutationSpec, Record<string, number[]>, RegExp]>([
    [
      'a unit that the parent does not have is refused',
      product3([0, 0, 1, 9], [0, 1, 0, 1]),
      { a: [2], b: [2], w: [4] },
      /group 'ab' has unit 9 of its parent 'a', which has 2 units/,
    ],
    [
      'a product that lacks tuples is refused',
      product3([0, 1, 2], [0, 1, 2]),
      { a: [3], b: [3], w: [3] },
      /the 3 tuples of group 'ab' are not all combinations of units of 'a' and 'b'/,
    ],
    [
      // A permutation of h takes (0, 1) to (1, 0), but that is at the positions of both parents.
      'pairs of different units of one group are refused',
      specOf(
        [
          free('h'),
          {
            name: 'p',
            size: 2,
            parents: [
              { group: 'h', of: [0, 1] },
              { group: 'h', of: [1, 0] },
            ],
          },
        ],
        {
          h: [group('h')],
          w: [listed(2, [['p', [0, 1]]])],
        },
      ),
      { h: [2], w: [2] },
      /the 2 tuples of group 'p' are not all combinations of units of 'h' and 'h'/,
    ],
    [
      'blocks of different sizes are refused',
      specOf([free('h'), inside('d', 'h')], { h: [group('h')], d: [group('d')] }),
      { h: [2], d: [5] },
      /group 'd' has 5 units by 'd' axis 0, which is not a multiple of the 2 units of its parent 'h'/,
    ],
    [
      'a parent of unknown size is refused',
      specOf([free('h'), inside('d', 'h')], { d: [group('d')] }),
      { d: [4] },
      /the size of group 'h' is not known.*sizes: \{ h: … \}/,
    ],
  ])('%s', (_, spec, shapes, message) => {
    const params = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, tf.zeros(shape)]),
    );
    for (const read of [randomPermutations, identityPermutations]) {
      expect(() => read(spec, params)).toThrow(InvalidInputError);
      expect(() => read(spec, params)).toThrow(message);
    }
  });

  it('the size of a parent that only a missing parameter has can be given', () => {
    const patterns = { d: 'd', w: '? h d[h]' };
    expect(() => randomPermutations(permutationSpec(patterns), { d: tf.zeros([4]) })).toThrow(
      /the size of group 'h' is not known/,
    );
    const sized = permutationSpec(patterns, { sizes: { h: 2 } });
    expect(Object.keys(randomPermutations(sized, { d: tf.zeros([4]) }))).toEqual(['h', 'd']);
  });

  it('groups whose parameters are missing need no size', () => {
    const spec = permutationSpec({ u: 'u', w: '? h d[h]' });
    expect(identityPermutations(spec, { u: tf.zeros([2]) })).toEqual({ u: Int32Array.of(0, 1) });
  });
});
