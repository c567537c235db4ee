import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec, permute, randomPermutations } from 'perm-lmc';
import { beforeAll, describe, expect, test } from 'vitest';
import { combineUnits } from '../../../src/fusion/units/combineUnits';
import { identityMap, partitionMap, type UnitMap } from '../../../src/fusion/units/unitMap';
import { createYieldPoint, randomSource } from '../../../src/runtime';
import {
  agreeingNetwork,
  baseParams,
  type Members,
  randomMembers,
  sizedNetworks,
  uniform,
} from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { fibredNetworks } from '../../support/fibredNetworks';
import { expectNoLeak, expectSameParams, greatestDifference } from '../../support/invariants';
import { product } from '../../support/lastAxis';
import { randomParams, testNetworks } from '../../support/networks';
import { randomTensor } from '../../support/randomTensor';

beforeAll(() => useBackend('cpu'));

const combine = (...[networks]: [Parameters<typeof combineUnits>[0]]) =>
  combineUnits(networks, 'merging', createYieldPoint());

/** Maps with random weights that sum to 1 over the members of each merged unit in all networks. */
function randomMaps(
  members: readonly Members[],
  sizes: Readonly<Record<string, number>>,
  seed: number,
) {
  const random = randomSource(seed);
  const draws = members.map((own) => mapValues(own, (of) => of.map(() => 1.5 + uniform(random))));
  const total = (group: string, unit: number) =>
    members.reduce(
      (sum, own, x) =>
        sum + own[group].reduce((all, of, u) => (of === unit ? all + draws[x][group][u] : all), 0),
      0,
    );
  return members.map((own, x) =>
    mapValues(
      own,
      (of, group): UnitMap => ({
        size: sizes[group],
        of: Int32Array.from(of),
        weight: Float64Array.from(of, (unit, u) => draws[x][group][u] / total(group, unit)),
      }),
    ),
  );
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => R) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

describe.each(sizedNetworks)('$name', (network) => {
  const { spec, forward, inputShape, sizes } = network;

  test.each([1, 2, 3])(
    'units that agree merge to Σ weight f exactly, networks of seed %i',
    async (seed) => {
      const base = baseParams(network, seed);
      const members = [0, 1, 2].slice(0, seed).map((x) => randomMembers(network, 10 * seed + x));
      const params = members.map((own, x) => agreeingNetwork(network, base, own, 20 * seed + x));
      const maps = randomMaps(members, sizes, seed);
      const weights = [[1], [0.3, 0.7], [0.5, -0.2, 0.7]][seed - 1];
      const { params: merged } = await combine(
        params.map((each, x) => ({ spec, params: each, maps: maps[x], weight: weights[x] })),
      );
      const x = randomTensor([5, ...inputShape], seed);
      const expected = tf.addN(params.map((each, i) => tf.mul(forward(each, x), weights[i])));
      expect(await greatestDifference(forward(merged, x), expected)).toBeLessThan(2e-5);
      expect(mapValues(merged, ({ shape }) => shape)).toEqual(
        mapValues(base, ({ shape }) => shape),
      );
    },
  );
});

/** f(x) = Σ o·relu(w x + b) with units (w, b | o), and c for the output. */
const unitsSpec = permutationSpec({ w: '_ h>', b: 'h>', o: '>h _', c: '_' });
const unitsOf = (units: readonly (readonly [number, number, number])[], c = 0): Params => ({
  w: tf.tensor2d([units.map(([w]) => w)]),
  b: tf.tensor1d(units.map(([, b]) => b)),
  o: tf.tensor2d(units.map(([, , o]) => [o])),
  c: tf.tensor1d([c]),
});
const valuesOf = (params: Params) => mapValues(params, (tensor) => [...tensor.dataSync()]);
const mapOf = (size: number, of: number[], weight: number[]): UnitMap => ({
  size,
  of: Int32Array.from(of),
  weight: Float64Array.from(weight),
});

test('the union of two networks is that of the notes, row by row', async () => {
  // A (1,0|1), (2,-1|4), c 0; B (1,0|3), (5,0|1), c 2; the first units paired, α = ½: (1,0|2), (2,-1|2), (5,0|½), c 1.
  const { params } = await combine([
    {
      ...{
        spec: unitsSpec,
        weight: 0.5,
        params: unitsOf(
          [
            [1, 0, 1],
            [2, -1, 4],
          ],
          0,
        ),
      },
      maps: { h: mapOf(3, [0, 1], [0.5, 1]) },
    },
    {
      ...{
        spec: unitsSpec,
        weight: 0.5,
        params: unitsOf(
          [
            [1, 0, 3],
            [5, 0, 1],
          ],
          2,
        ),
      },
      maps: { h: mapOf(3, [0, 2], [0.5, 1]) },
    },
  ]);
  expect(valuesOf(params)).toEqual({ w: [1, 2, 5], b: [0, -1, 0], o: [2, 2, 0.5], c: [1] });
});

test('a merge within A of a zip adds the consumers, each halved with its network', async () => {
  // A (1,0|2), (1,0|3); B (4,0|1), (-1,0|5); A's merge: (1,0|2.5), (4,0|½), (-1,0|2.5): f(1) = 4.5 = (5+4)/2.
  const { params } = await combine([
    {
      ...{
        spec: unitsSpec,
        weight: 0.5,
        params: unitsOf([
          [1, 0, 2],
          [1, 0, 3],
        ]),
      },
      maps: { h: mapOf(3, [0, 0], [0.5, 0.5]) },
    },
    {
      ...{
        spec: unitsSpec,
        weight: 0.5,
        params: unitsOf([
          [4, 0, 1],
          [-1, 0, 5],
        ]),
      },
      maps: { h: mapOf(3, [1, 2], [1, 1]) },
    },
  ]);
  expect(valuesOf(params)).toEqual({ w: [1, 4, -1], b: [0, 0, 0], o: [2.5, 0.5, 2.5], c: [0] });
});

/** A permutation as a map: unit p[i] becomes unit i. */
function movement(p: Int32Array): UnitMap {
  const of = new Int32Array(p.length);
  p.forEach((from, to) => {
    of[from] = to;
  });
  return { ...identityMap(p.length), of };
}

test.each([...testNetworks, ...fibredNetworks])(
  'bijections permute, also without roles: $name',
  async (network) => {
    const { spec } = network;
    const params = randomParams(network, 5);
    const same = await combine([{ spec, params, maps: {}, weight: 1 }]);
    await expectSameParams(same.params, params);
    const p = randomPermutations(spec, params, { seed: 3 });
    const moved = await combine([{ spec, params, maps: mapValues(p, movement), weight: 1 }]);
    await expectSameParams(moved.params, permute(spec, params, p));
  },
);

/** A grouped layer y[g, o] = Σᵢ W[g, o, i] x[g, i] between two plain ones, with outputs or inputs first. */
const grouped = (outputsFirst: boolean) => ({
  spec: permutationSpec(
    {
      ...{ in: '_ (g i[g])>', mid: outputsFirst ? '(g o[g])> >i[g]' : '>i[g] (g o[g])>' },
      out: '>(g o[g]) _',
    },
    { sizes: { g: 2 } },
  ),
  forward: (params: Params, x: tf.Tensor) => {
    const units = params.mid.shape[outputsFirst ? 1 : 0]!;
    const h = tf.reshape(product(x, params.in), [x.shape[0], -1, 1, units]);
    const mid = outputsFirst ? params.mid : tf.transpose(params.mid);
    const kernel = tf.reshape(mid, [1, h.shape[1]!, -1, units as number]);
    const y = tf.sum(tf.mul(tf.tile(kernel, [x.shape[0], 1, 1, 1]), h), 3);
    return product(tf.reshape(tf.relu(y), [x.shape[0], -1]), params.out);
  },
});

test.each([true, false])(
  'whole groups of a grouped layer merge, outputs first: %s',
  async (first) => {
    const { spec, forward } = grouped(first);
    const params: Params = {
      in: tf.tile(randomTensor([3, 2], 1), [1, 2]),
      mid: first
        ? tf.tile(randomTensor([3, 2], 2), [2, 1])
        : tf.tile(randomTensor([2, 3], 2), [1, 2]),
      out: randomTensor([6, 4], 3),
    };
    const weight = Float64Array.of(0.3, 0.7);
    const maps = { g: { size: 1, of: Int32Array.of(0, 0), weight } };
    const merged = await combine([{ spec, params, maps, weight: 1 }]);
    expect(mapValues(merged.params, ({ shape }) => shape)).toEqual({
      ...{ in: [3, 2], mid: first ? [3, 2] : [2, 3], out: [3, 4] },
    });
    const x = randomTensor([5, 3], 4);
    const difference = greatestDifference(forward(merged.params, x), forward(params, x));
    expect(await difference).toBeLessThan(1e-5);
  },
);

test('two producers inside one ancestor count its weight once', async () => {
  // Heads g of weights .3 and .7, each with one query r and one dimension d: one value of .3·1 + .7·2 = 1.7.
  const spec = permutationSpec({ q: '(g r[g] d[g])>' }, { sizes: { g: 2, r: 2 } });
  const maps = { g: mapOf(1, [0, 0], [0.3, 0.7]) };
  const { params } = await combine([{ spec, params: { q: tf.tensor1d([1, 2]) }, maps, weight: 1 }]);
  const [value] = valuesOf(params).q;
  expect(value).toBeCloseTo(1.7, 6);
});

test('deleted units are left out, and values without units are averaged by the networks', async () => {
  const params = unitsOf(
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    7,
  );
  const maps = { h: mapOf(1, [-1, 0], [1, 1]) };
  const { params: one } = await combine([{ spec: unitsSpec, params, maps, weight: 0.5 }]);
  expect(valuesOf(one)).toEqual({ w: [4], b: [5], o: [3], c: [3.5] });
});

test('a parameter that the spec leaves out is averaged, and integers are those of the first network', async () => {
  const spec = permutationSpec({ w: '_ h>' }, { unlisted: 'fixed' });
  const network = (value: number): Params => ({
    w: tf.fill([1, 2], value),
    scale: tf.tensor1d([value, 2 * value]),
    steps: tf.scalar(value, 'int32'),
  });
  const { params } = await combine(
    [1, 3].map((value) => ({ spec, params: network(value), maps: {}, weight: 0.5 })),
  );
  expect(valuesOf(params)).toEqual({ w: [2, 2], scale: [2, 4], steps: [1] });
});

describe('bad input', () => {
  const params = () =>
    unitsOf([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  const pair = { h: partitionMap(Int32Array.of(0, 0), 1) };

  test.each([
    ['b', 'h', /'b' axis 0/],
    ['o', 'h _', /'o' axis 0/],
    ['o', '>h> _', /'o' axis 0/],
  ])("units are not merged where '%s' is '%s'", async (name, pattern, message) => {
    const patterns = { w: '_ h>', b: 'h>', o: '>h _', c: '_' };
    const spec = permutationSpec({ ...patterns, [name]: pattern });
    const own = params();
    const source = { spec, params: own, maps: pair, weight: 1 };
    expect(String(await expectNoLeak(() => combine([source])))).toMatch(message);
  });

  test('units of an integer parameter are not averaged', async () => {
    const own = { ...params(), b: tf.tensor1d([1, 2], 'int32') };
    const source = { spec: unitsSpec, params: own, maps: pair, weight: 1 };
    expect(String(await expectNoLeak(() => combine([source])))).toMatch(
      /parameter 'b' is int32 and has units of group 'h'/,
    );
  });

  test('maps of other sizes, and blocks that are torn apart, are refused', async () => {
    const own = { spec: unitsSpec, params: params(), weight: 1 };
    const long = { h: identityMap(3) };
    await expect(combine([{ ...own, maps: long }])).rejects.toThrow(/group 'h'/);
    const two = [
      { ...own, maps: pair },
      { ...own, maps: { h: identityMap(2) } },
    ];
    await expect(combine(two)).rejects.toThrow(/have 1 and 2 merged units/);
    const spec = permutationSpec({ q: '_ (h d[h])>' }, { sizes: { h: 2 } });
    const torn = { d: { ...identityMap(4), of: Int32Array.of(0, 2, 1, 3) } };
    const q = { q: tf.ones([1, 4]) };
    await expect(combine([{ spec, params: q, maps: torn, weight: 1 }])).rejects.toThrow(/'d'/);
  });
});

test('nothing is leaked, and an abort ends the work', async () => {
  const params = unitsOf([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const source = { spec: unitsSpec, params, maps: {}, weight: 1 };
  await expectNoLeak(() => combine([source]), 4);
  const yieldPoint = async () => {
    throw new Error('aborted');
  };
  const ended = await expectNoLeak(() => combineUnits([source], 'merging', yieldPoint));
  expect(String(ended)).toMatch('aborted');
});
