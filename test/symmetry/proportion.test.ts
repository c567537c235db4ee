import {
  type AxisSpec,
  explainSpec,
  formatSpec,
  InvalidInputError,
  type PermutationSpec,
  parseSpec,
  permutationSpec,
  serializeSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { resolveShapes } from '../../src/symmetry/internal';
import { logFactorial } from '../../src/symmetry/logFactorial';

/** A limit that work in proportion to its input stays far below, and work out of proportion exceeds. */
const options = { timeout: 10_000 };

const list = (count: number, item: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i));

/** Groups of one unit, each inside the one before. */
const nested = (count: number) => list(count, (i) => (i === 0 ? 'a0' : `a${i}[a${i - 1}]`));
const ones = (count: number) =>
  Object.fromEntries(list(count, (i) => `a${i}`).map((name) => [name, 1]));

describe('a pattern', () => {
  it.each<[string, string]>([
    ['parentheses in each other', `${'('.repeat(10_000)}h${')'.repeat(10_000)}`],
    ['parentheses that are not closed', '('.repeat(100_000)],
  ])('of many %s is refused', options, (_, pattern) => {
    expect(() => permutationSpec({ w: pattern })).toThrow(InvalidInputError);
    expect(() => permutationSpec({ w: pattern })).toThrow('is nested more than 100 deep');
  });

  it.each<[string, string]>([
    ['of one long name', `h${'-'.repeat(100_000)}[`],
    ['of brackets', `${'a'.repeat(100_000)}${'['.repeat(100_000)}`],
    ['of segments without end', `(${'h + '.repeat(50_000)}`],
  ])('%s is refused in time in proportion to it', options, (_, pattern) => {
    expect(() => permutationSpec({ w: pattern })).toThrow(InvalidInputError);
  });

  it('of 100 parentheses in each other is read', () => {
    const spec = permutationSpec({ w: `${'('.repeat(100)}h${')'.repeat(100)}` });
    expect(spec.params.w.axes).toEqual([{ kind: 'group', group: 'h' }]);
  });

  it('of 100 parentheses with sums and products is read, and is written', () => {
    const spec = permutationSpec({ w: `${'(1 + 2 '.repeat(100)}h${')'.repeat(100)}` });
    expect(parseSpec(serializeSpec(spec))).toEqual(spec);
  });
});

describe('groups inside others', () => {
  const message = "group 'a33' is inside 33 others, each inside the next, more than 32";

  it('are refused where they are deep', options, () => {
    expect(() => permutationSpec({ w: `(${nested(8000).join(' ')})` })).toThrow(message);
    const params = Object.fromEntries(
      nested(8000).map((item, i) => [`w${i}`, i === 0 ? item : `a${i - 1} ${item}`]),
    );
    expect(() => permutationSpec(params)).toThrow(message);
    const json = { format: 'perm-lmc spec', version: 1, params };
    expect(() => parseSpec(JSON.stringify(json))).toThrow(message);
  });

  it('are refused where a spec written by hand lists them', options, () => {
    const groups = list(8000, (i) => `a${i}`).map((name, i) =>
      i === 0 ? { name, size: 1 } : { name, size: 1, parents: [{ group: `a${i - 1}` }] },
    );
    const spec: PermutationSpec = {
      groups,
      params: { w: { axes: [{ kind: 'group', group: 'a7999' }], optional: false } },
      unlisted: 'error',
    };
    expect(() => resolveShapes(spec, { w: [1] })).toThrow(message);
  });

  it('of a circle are refused', options, () => {
    const items = nested(8000).map((item, i) => (i === 0 ? 'a0[a7999]' : item));
    expect(() => permutationSpec({ w: items.join(' ') })).toThrow(/is inside itself/);
  });

  it('may be 32', () => {
    const spec = permutationSpec({ w: nested(32).join(' ') }, { sizes: ones(32) });
    const { groups, places } = resolveShapes(spec, { w: Array(32).fill(1) });
    expect(groups).toHaveLength(32);
    expect(places).toHaveLength(1);
  });
});

describe('a spec written by hand', () => {
  const of = (axis: AxisSpec): PermutationSpec => ({
    groups: [{ name: 'h', size: null }],
    params: { w: { axes: [axis], optional: false } },
    unlisted: 'error',
  });
  const h: AxisSpec = { kind: 'group', group: 'h' };

  it('of products in each other is refused', () => {
    const deep = list(20_000, () => '').reduce<AxisSpec>(
      (factor) => ({ kind: 'product', factors: [factor] }),
      h,
    );
    const circle = { kind: 'product' as const, factors: [] as AxisSpec[] };
    circle.factors.push(circle);
    for (const axis of [deep, circle]) {
      for (const work of [formatSpec, serializeSpec, explainSpec]) {
        expect(() => work(of(axis))).toThrow("'w' axis 0 is nested more than 200 deep");
      }
      expect(() => resolveShapes(of(axis), { w: [4] })).toThrow(InvalidInputError);
    }
  });

  it('of more parts than memory holds is refused', options, () => {
    const twice = (axis: AxisSpec): AxisSpec => ({ kind: 'concat', segments: [axis, axis] });
    const shared = list(60, () => '').reduce(twice, h);
    expect(() => resolveShapes(of(shared), { w: [4] })).toThrow(/more than 1000000 parts/);
  });

  it('of a product of many groups is refused', () => {
    const parents = list(64, (i) => `p${i}`);
    const spec: PermutationSpec = {
      groups: [
        ...parents.map((name) => ({ name, size: 1 })),
        { name: 'q', size: 1, parents: parents.map((group) => ({ group, of: [0] })) },
      ],
      params: {
        w: {
          axes: [{ kind: 'entries', size: 1, entries: [{ group: 'q', index: [0] }] }],
          optional: false,
        },
      },
      unlisted: 'error',
    };
    expect(() => resolveShapes(spec, { w: [1] })).toThrow(/'q' has 64 parents/);
  });
});

describe('an axis is divided', () => {
  const resolve = (pattern: string, shape: number[], sizes: Record<string, number> = {}) =>
    resolveShapes(permutationSpec({ w: pattern }, { sizes }), { w: shape });

  it('into no more cells than memory holds', options, () => {
    const pattern = `(${'(h + h) '.repeat(18)})`;
    expect(() => resolve(pattern, [2 ** 18], { h: 1 })).toThrow(
      /'w' axis 0: the pattern '.*' stands for 262144 concatenated parts, in all more than 100000/,
    );
    expect(() => resolve(`(${'(1 + 1) '.repeat(20)})`, [2 ** 20])).toThrow(InvalidInputError);
    const fits = `(${'(h + h) '.repeat(10)})`;
    expect(resolve(fits, [2 ** 10], { h: 1 }).places).toHaveLength(10 * 2 ** 10);
  });

  it('into no more cells than memory holds, with the axes that hold parents', options, () => {
    const items = nested(18).map((item) => `(${item} + ${item})`);
    expect(() => resolve(items.join(' '), Array(18).fill(2), ones(18))).toThrow(
      /'w' axis 0 and 1 and 2 .* stands for 262144 concatenated parts/,
    );
  });

  it('into no more factors than an axis has', options, () => {
    const message = /'w' axis 0: the pattern '.*' has a product of 5000 factors, more than 32/;
    expect(() => resolve(`(${'h '.repeat(5000)})`, [1])).toThrow(message);
    const inner = list(4999, (i) => `r${i}[g]`);
    const sizes = Object.fromEntries(['g', ...list(4999, (i) => `r${i}`)].map((name) => [name, 1]));
    expect(() => resolve(`(g ${inner.join(' ')})`, [1], sizes)).toThrow(message);
  });

  it('only if the parameter has no more axes than a tensor', options, () => {
    expect(() => resolve('h '.repeat(20_000), Array(20_000).fill(1))).toThrow(
      "parameter 'w' has 20000 axes, more than 64",
    );
  });

  it('into 10 000 segments in time in proportion to them', options, () => {
    const { places } = resolve(`(${list(10_000, () => 'h').join(' + ')})`, [10_000], { h: 1 });
    expect(places).toHaveLength(10_000);
  });
});

describe('sizes', () => {
  /** Axes of which each determines the size of one group, if that of the next is known, the last one first. */
  const chain = (count: number) => {
    const patterns = list(count, (i) => (i === 0 ? 'a0' : `(a${i} a${i - 1})`));
    const entries = patterns.map((pattern, i) => [`w${i}`, pattern] as const);
    return permutationSpec(Object.fromEntries(entries.reverse()));
  };

  it('are inferred along a chain in time in proportion to it', { timeout: 20_000 }, () => {
    const count = 8000;
    const shapes = Object.fromEntries(list(count, (i) => `w${i}`).map((name) => [name, [1]]));
    const { groups } = resolveShapes(chain(count), shapes);
    expect(groups.map(({ size }) => size)).toEqual(Array(count).fill(1));
  });

  it('are inferred whatever the order of the axes', () => {
    const shapes = { w2: [30], w1: [10], w0: [2] };
    const sizes = resolveShapes(chain(3), shapes).groups.map(({ name, size }) => [name, size]);
    expect(Object.fromEntries(sizes)).toEqual({ a0: 2, a1: 5, a2: 6 });
  });

  it('are formatted, however large', options, () => {
    const spec = permutationSpec({ w: 'h' }, { sizes: { h: Number.MAX_SAFE_INTEGER } });
    expect(formatSpec(spec)).toContain('h  9007199254740991 units');
  });
});

describe('log₁₀ n!', () => {
  it.each([0, 1, 2, 10, 256, 257, 1000, 100_000])('of %d is the sum of the logarithms', (n) => {
    let sum = 0;
    for (let k = 2; k <= n; k++) sum += Math.log10(k);
    expect(logFactorial(n)).toBeCloseTo(sum, 6);
  });
});
