import * as tf from '@tensorflow/tfjs-core';
import {
  interpolate,
  type Params,
  type PartialMatchOptions,
  partialMatch,
  permutationSpec,
  unite,
  weightMatch,
} from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/runtime';
import { baseParams, sizedNetworks } from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { readParams } from '../../support/fixtures';
import { expectNoLeak, expectSameParams } from '../../support/invariants';
import { sizedTransformer } from '../../support/sizedTransformer';
import { isRecovered, roledMlpSpec, subnetwork } from '../../support/subnetwork';
import { sizesWith } from '../../support/unitPairs';

beforeAll(() => useBackend('cpu'));

const hidden = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' });

/** A hidden layer of units (w, b | o). */
function units(rows: readonly (readonly [number, number, number])[]): Params {
  return {
    in: tf.tensor2d([rows.map(([w]) => w)]),
    bias: tf.tensor1d(rows.map(([, b]) => b)),
    out: tf.tensor2d(rows.map(([, , o]) => [o])),
  };
}

describe('partialMatch: kernels', () => {
  // A (1,0|1), (3,0|3); B (1,0|1). Products 1 + 1 = 2 and 3 + 3 = 6.
  const a = () =>
    units([
      [1, 0, 1],
      [3, 0, 3],
    ]);
  const b = () => units([[1, 0, 1]]);

  it('linear prefers the large unit', async () => {
    const { pairs, objective } = await partialMatch(hidden, a(), b(), { kernel: 'linear' });
    expect([...pairs.h]).toEqual([-1, 0]);
    expect(objective).toBe(6);
  });

  it('distance takes the equal unit: 2 − 1 − 1 = 0 against 6 − 9 − 1 = −4', async () => {
    const { pairs, objective, unmatched } = await partialMatch(hidden, a(), b());
    expect([...pairs.h]).toEqual([0, -1]);
    expect(objective).toBe(0);
    expect(unmatched.h).toEqual({ a: Int32Array.of(1), b: Int32Array.of() });
  });

  it('cosine sees directions alone: 1 for each parameter with weights', async () => {
    const c = units([
      [-1, 0, 3],
      [2, 0, 1],
    ]);
    const { pairs, objective } = await partialMatch(hidden, c, b(), { kernel: 'cosine' });
    expect([...pairs.h]).toEqual([-1, 0]);
    expect(objective).toBe(2);
  });
});

describe('partialMatch: sizes', () => {
  const [a, b] = [1, 2].map(
    (seed) => () => baseParams({ ...sizedNetworks[0], sizes: sizesOf(seed) }, seed),
  );
  const sizesOf = (seed: number) => ({ h1: 2 + seed, h2: 5 - seed }); // 3, 4 and 4, 3.
  const { spec } = sizedNetworks[0];

  it.each([
    [undefined, { h1: 4, h2: 4 }],
    ['max', { h1: 4, h2: 4 }],
    [0, { h1: 4, h2: 4 }],
    [0.5, { h1: 6, h2: 6 }], // 4 + ½·3, rounded.
    [1, { h1: 7, h2: 7 }],
    ['sum', { h1: 7, h2: 7 }],
    [{ h2: 6 }, { h1: 4, h2: 6 }],
  ] as const)('%j', async (size, expected) => {
    const match = await partialMatch(spec, a(), b(), { size });
    expect(match.sizes).toEqual(expected);
    for (const [name, pairs] of Object.entries(match.pairs)) {
      const taken = pairs.filter((unit) => unit >= 0);
      expect(new Set(taken).size).toBe(7 - match.sizes[name]);
      expect(taken.length).toBe(7 - match.sizes[name]);
    }
  });

  it('of groups inside others: the wider number inside each unit, unless it is named', async () => {
    const network = sizedNetworks.find(({ name }) => name === 'attention')!;
    const wide = sizesWith(network, 1); // Three heads of three.
    const [narrow, wider] = [network.sizes, wide].map((sizes, seed) =>
      baseParams({ ...network, sizes }, seed),
    );
    const sizesFor = async (size: PartialMatchOptions['size']) =>
      (await partialMatch(network.spec, narrow, wider, { size })).sizes;
    expect(await sizesFor('max')).toEqual({ h: 3, v: 9 });
    expect(await sizesFor('sum')).toEqual({ h: 5, v: 15 });
    expect(await sizesFor({ h: 4, v: 16 })).toEqual({ h: 4, v: 16 });
  });
});

describe('partialMatch: objectives', () => {
  const { spec } = sizedNetworks[0];

  it('one hidden layer gets the best pairs of all', async () => {
    const random = randomSource(8);
    const draw = () => (random.below(2000) - 1000) / 500;
    for (let trial = 0; trial < 5; trial++) {
      const rows = (n: number) =>
        Array.from({ length: n }, () => [draw(), draw(), draw()] as const);
      const [own, other] = [rows(4), rows(3)];
      const { objective } = await partialMatch(hidden, units(own), units(other));
      // −½|a − b|² over three pairs, of every choice.
      const distance = (i: number, j: number) =>
        own[i].reduce((sum, x, k) => sum + (x - other[j][k]) ** 2, 0) / -2;
      let best = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < 4; i++)
        for (let j = 0; j < 4; j++)
          for (let k = 0; k < 4; k++)
            if (new Set([i, j, k]).size === 3)
              best = Math.max(best, distance(i, 0) + distance(j, 1) + distance(k, 2));
      expect(objective).toBeCloseTo(best, 4);
    }
  });

  it.each(['distance', 'linear'] as const)(
    'never falls, and is that of the pairs, %s',
    async (kernel) => {
      for (let seed = 1; seed <= 4; seed++) {
        const [a, b] = [
          { h1: 9, h2: 7 },
          { h1: 6, h2: 8 },
        ].map((sizes, i) => baseParams({ ...sizedNetworks[0], sizes }, seed + 10 * i));
        const match = await partialMatch(spec, a, b, { kernel, size: 0.2, seed });
        expect(match.converged).toBe(true);
        match.history.forEach((value, i) => {
          if (i > 0) expect(value).toBeGreaterThanOrEqual(match.history[i - 1]);
        });
        expect(match.objective).toBe(match.history.at(-1));
        expect(match.objective).toBeCloseTo(await valueOfPairs(a, b, match.pairs, kernel), 3);
      }
    },
  );

  it('equals that of weight matching where the widths are equal', async () => {
    const b = baseParams(sizedNetworks[0], 1);
    const { permutations } = await weightMatch(spec, b, b);
    const match = await partialMatch(spec, b, b, { kernel: 'linear' });
    expect(match.pairs).toEqual(permutations);
  });
});

/** The objective of pairs of the MLP, entry by entry. */
async function valueOfPairs(
  a: Params,
  b: Params,
  { h1, h2 }: Record<string, Int32Array>,
  kernel: 'distance' | 'linear',
): Promise<number> {
  const axes: Record<string, readonly (Int32Array | null)[]> = {
    ...{ d1: [null, h1], 'd1/bias': [h1], d2: [h1, h2], 'd2/bias': [h2], d3: [h2, null] },
  };
  let sum = 0;
  for (const [name, pairs] of Object.entries(axes)) {
    const [x, y] = [a, b].map((params) => params[name].arraySync() as number[] | number[][]);
    const rows = (pairs.length === 1 ? [x] : x) as number[][];
    const [first, last] = pairs.length === 1 ? [null, pairs[0]] : pairs;
    rows.forEach((row, i) => {
      const at = first === null ? i : first[i];
      if (at < 0) return;
      const other = (pairs.length === 1 ? y : y[at]) as number[];
      row.forEach((value, j) => {
        const to = last === null ? j : last[j];
        if (to < 0) return;
        sum += kernel === 'linear' ? value * other[to] : -((value - other[to]) ** 2) / 2;
      });
    });
  }
  return sum;
}

describe('partialMatch: planted networks', () => {
  it.each(['distance', 'cosine'] as const)(
    'finds 24 of 64 units of each layer of a trained network, %s',
    async (kernel) => {
      const a = readParams('mlp64_A');
      for (const seed of [1, 2, 3]) {
        const { params, planted } = subnetwork(a, 24, seed);
        const { pairs } = await partialMatch(roledMlpSpec, a, params, { kernel });
        expect(isRecovered(pairs, planted)).toBe(true);
      }
    },
  );

  it.each(sizedNetworks)(
    'finds a copy of the narrower network in the wider: $name',
    async (network) => {
      const b = baseParams({ ...network, sizes: sizesWith(network, 1) }, 3);
      const pairs = plantedPairs(network, 9);
      const a = (await unite(network.spec, baseParams(network, 4), b, pairs, { keep: 'a' })).b;
      const match = await partialMatch(network.spec, a, b);
      expect(match.pairs).toEqual(pairs);
    },
  );

  it('finds heads, and dimensions inside them, of a transformer', async () => {
    const { spec, params } = sizedTransformer('layerNorm');
    const widths = { stream: 6, keys: 3, values: 3, hidden: 7 };
    const a = params({ ...widths, heads: 3 }, 1);
    const b = params({ ...widths, heads: 2, hidden: 5 }, 2);
    const pairs = {
      e: Int32Array.of(3, 0, 5, 1, 2, 4),
      h: Int32Array.of(1, 0),
      d: Int32Array.of(4, 3, 5, 1, 0, 2),
      v: Int32Array.of(5, 3, 4, 2, 1, 0),
      m: Int32Array.of(4, 6, 0, 1, 2),
    };
    const planted = (await unite(spec, b, a, pairs, { keep: 'a' })).b;
    expect((await partialMatch(spec, planted, a)).pairs).toEqual(pairs);
  });
});

/** Pairs of every unit of a network with another of one that is wider by one, in the same blocks of the parent. */
function plantedPairs(
  { sizes, parents = {} }: (typeof sizedNetworks)[number],
  seed: number,
): Record<string, Int32Array> {
  const random = randomSource(seed);
  const pairs: Record<string, Int32Array> = {};
  for (const [name, size] of Object.entries(sizes)) {
    const above = Object.hasOwn(parents, name) ? pairs[parents[name]] : Int32Array.of(0);
    const inner = size / above.length;
    pairs[name] = Int32Array.from(
      Array.from(above, (block) => {
        const free = [...Array(inner + 1).keys()];
        return Array.from({ length: inner }, () => {
          const [unit] = free.splice(random.below(free.length), 1);
          return block * (inner + 1) + unit;
        });
      }).flat(),
    );
  }
  return pairs;
}

describe('partialMatch: networks of one spec', () => {
  it('reads other sizes than those of the spec', async () => {
    const sized = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' }, { sizes: { h: 2 } });
    const [a, b] = [
      units([
        [1, 0, 1],
        [3, 0, 3],
      ]),
      units([[1, 0, 1]]),
    ];
    const { pairs } = await partialMatch(sized, a, b);
    expect([...pairs.h]).toEqual([0, -1]);
    const united = await unite(sized, a, b, pairs, { keep: 'all' });
    expect(united.spec).toEqual(sized);
    await expectSameParams(interpolate(united.a, united.b, 0), a);
  });

  it('is the same for the same seed, and reports its steps', async () => {
    const [a, b] = [
      { h1: 9, h2: 7 },
      { h1: 6, h2: 8 },
    ].map((sizes, seed) => baseParams({ ...sizedNetworks[0], sizes }, seed));
    const steps: string[] = [];
    const run = (options: PartialMatchOptions) =>
      partialMatch(sizedNetworks[0].spec, a, b, options);
    const first = await run({
      seed: 5,
      onProgress: ({ done, total, sweep, group }) =>
        void steps.push(`${done} ${total} ${sweep} ${group}`),
    });
    expect(await run({ seed: 5 })).toEqual(first);
    expect(steps.slice(0, 2)).toEqual(['1 null 1 h1', '2 null 1 h2']);
    expect(steps.length).toBe(2 * first.sweeps);
  });

  it('ends after maxSweeps, and says so', async () => {
    const [a, b] = [
      { h1: 9, h2: 7 },
      { h1: 6, h2: 8 },
    ].map((sizes, seed) => baseParams({ ...sizedNetworks[0], sizes }, seed));
    const { sweeps, converged } = await partialMatch(sizedNetworks[0].spec, a, b, { maxSweeps: 1 });
    expect([sweeps, converged]).toEqual([1, false]);
  });
});

describe('partialMatch: refusals', () => {
  let [a, b]: Params[] = [{}, {}];
  beforeAll(() => {
    [a, b] = [
      units([
        [1, 0, 1],
        [3, 0, 3],
        [5, 1, 1],
      ]),
      units([
        [1, 0, 1],
        [2, 2, 2],
      ]),
    ];
  });
  const refused = async (work: () => Promise<unknown>) =>
    ((await expectNoLeak(work)) as Error).message;

  it.each([
    ['min', /size must be 'max', 'sum', a number in \[0, 1\] or sizes by group, received min/],
    [1.5, /received 1.5/],
    [Number.NaN, /received NaN/],
    [{ k: 4 }, /size names 'k', which is not a group.*'h'/],
    [{ h: 2 }, /'h' cannot have 2 units after the merge.*3 … 5/],
    [{ h: 6 }, /'h' cannot have 6 units/],
    [{ h: 3.5 }, /3.5 units/],
  ])('size %j', async (size, message) => {
    const options = { size } as PartialMatchOptions;
    expect(await refused(() => partialMatch(hidden, a, b, options))).toMatch(message);
  });

  it('groups that are read together and differ in size, with what to do', async () => {
    const joint = permutationSpec(
      { in: '_ h>', bias: 'h>', out: '>h _' },
      { joint: { h: ['rmsNorm'] } },
    );
    expect(await refused(() => partialMatch(joint, a, b))).toMatch(
      /'h' has 3 units in a and 2 in b.*rmsNorm.*Widen b first: widen\(spec, b, \{ h: 3 \}\)/,
    );
    expect(await refused(() => partialMatch(joint, a, a, { size: { h: 4 } }))).toMatch(
      /Leave it at 3/,
    );
  });

  it('values that are not finite, by name', async () => {
    const broken = units([
      [1, Number.NaN, 1],
      [2, 2, 2],
    ]);
    expect(await refused(() => partialMatch(hidden, a, broken))).toMatch(
      /'bias' of b holds NaN at flat index 0/,
    );
  });

  it('leaks nothing, on success and on abort', async () => {
    await expectNoLeak(() => partialMatch(hidden, a, b));
    const signal = AbortSignal.abort();
    const aborted = await expectNoLeak(() => partialMatch(hidden, a, b, { signal }));
    expect((aborted as Error).name).toBe('AbortError');
  });
});
