import * as tf from '@tensorflow/tfjs-core';
import { barrier, groupSizes, interpolate, type Params, permutationSpec, unite } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseParams, sizedNetworks } from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { coupledNetworks, coupledParams } from '../../support/coupledNetworks';
import { expectNoLeak, expectSameFunction, expectSameParams } from '../../support/invariants';
import { sizedTransformer } from '../../support/sizedTransformer';
import { randomPairs, sizesWith, swappedPairs } from '../../support/unitPairs';

beforeAll(() => useBackend('cpu'));

const values = async (tensor: tf.Tensor) => [...(await tensor.data())];

describe.each(sizedNetworks)('unite: $name', (network) => {
  const { spec, forward, inputShape } = network;
  const batch = () => tf.randomUniform([4, ...inputShape], -1, 1, 'float32', 7);
  const [sizesA, sizesB] = [sizesWith(network, 0), sizesWith(network, 2)];
  const ends = () => {
    const a = baseParams({ ...network, sizes: sizesA }, 1);
    return { a, b: baseParams({ ...network, sizes: sizesB }, 2) };
  };

  it.each([1, 2, 3])('keeps the functions of both networks, pairs %i', async (seed) => {
    const { a, b } = ends();
    const united = await unite(spec, a, b, randomPairs(network, sizesA, sizesB, seed));
    expect(groupSizes(united.spec, united.a)).toEqual(groupSizes(united.spec, united.b));
    await expectSameFunction(forward, a, united.a, batch(), 1e-5);
    await expectSameFunction(forward, b, united.b, batch(), 1e-5);
  });

  it('interpolates the outputs where no unit is paired', async () => {
    const { a, b } = ends();
    const pairs = Object.fromEntries(
      Object.entries(sizesA).map(([name, size]) => [name, new Int32Array(size).fill(-1)]),
    );
    const united = await unite(spec, a, b, pairs);
    const mixture = (_: Params, x: tf.Tensor) =>
      tf.add(tf.mul(forward(a, x), 0.75), tf.mul(forward(b, x), 0.25));
    const merged = interpolate(united.a, united.b, 0.25);
    const outputs = [mixture(a, batch()), forward(merged, batch())];
    const [difference] = await values(tf.max(tf.abs(tf.sub(outputs[0], outputs[1]))));
    expect(difference).toBeLessThan(1e-5);
  });

  it('permutes b where all units are paired', async () => {
    const a = baseParams(network, 1);
    const b = baseParams(network, 2);
    const pairs = Object.fromEntries(
      Object.entries(sizesA).map(([name, size]) => [
        name,
        Int32Array.from({ length: size }, (_, i) => i),
      ]),
    );
    const united = await unite(spec, a, b, pairs);
    await expectSameParams(united.a, a);
    await expectSameParams(united.b, b);
    expect(united.spec).toEqual(spec);
  });

  it('gives the same networks of the line with the two exchanged', async () => {
    const { a, b } = ends();
    const pairs = randomPairs(network, sizesA, sizesB, 4);
    const there = await unite(spec, a, b, pairs);
    const back = await unite(spec, b, a, swappedPairs(pairs, sizesB));
    const [one, other] = [interpolate(there.a, there.b, 0.3), interpolate(back.a, back.b, 0.7)];
    await expectSameFunction(forward, one, other, batch(), 1e-5);
  });

  it("keeps a's width and function without b's units that are alone", async () => {
    const { a, b } = ends();
    const pairs = randomPairs(network, sizesA, sizesB, 5);
    const united = await unite(spec, a, b, pairs, { keep: 'a' });
    expect(groupSizes(spec, united.b)).toEqual(sizesA);
    await expectSameParams(united.a, a);
  });
});

describe.each(coupledNetworks)('unite: $name', (network) => {
  const { spec, forward, inputShape, sizes } = network;
  const batch = () => tf.randomUniform([4, ...inputShape], -1, 1, 'float32', 7);

  it.each([1, 2, 3])('keeps the functions of both networks, pairs %i', async (seed) => {
    const wide = { ...sizesWith(network, 1), ...('d' in sizes ? { d: 9 } : {}) }; // Dot products keep their size.
    const [a, b] = [sizes, wide].map((own, i) => coupledParams(network, own, i));
    const pairs = randomPairs(network, sizes, wide, seed);
    if ('d' in sizes) pairs.d = wholeBlocks(pairs.g, 3);
    const united = await unite(spec, a, b, pairs);
    await expectSameFunction(forward, a, united.a, batch(), 1e-5);
    await expectSameFunction(forward, b, united.b, batch(), 1e-5);
  });
});

/** Pairs of all units inside pairs of the parent, in order. */
function wholeBlocks(parent: Int32Array, inner: number): Int32Array {
  return Int32Array.from({ length: parent.length * inner }, (_, unit) => {
    const block = parent[Math.floor(unit / inner)];
    return block < 0 ? -1 : block * inner + (unit % inner);
  });
}

describe('unite: examples', () => {
  const spec = permutationSpec({ w: '_ h>', b: 'h>', o: '>h _', c: '_' });
  const network = (units: readonly (readonly [number, number, number])[], c: number) => ({
    w: tf.tensor2d([units.map(([w]) => w)]),
    b: tf.tensor1d(units.map(([, b]) => b)),
    o: tf.tensor2d(units.map(([, , o]) => [o])),
    c: tf.tensor1d([c]),
  });
  // A (1,0|1), (2,−1|4), c 0; B (1,0|3), (5,0|1), c 2; the first two are paired.
  const ends = () =>
    [
      network(
        [
          [1, 0, 1],
          [2, -1, 4],
        ],
        0,
      ),
      network(
        [
          [1, 0, 3],
          [5, 0, 1],
        ],
        2,
      ),
    ] as const;
  const pairs = { h: Int32Array.of(0, -1) };

  it('halfway has (1,0|2), (2,−1|2), (5,0|½) and c 1', async () => {
    const united = await unite(spec, ...ends(), pairs);
    const half = interpolate(united.a, united.b, 0.5);
    expect(await values(half.w)).toEqual([1, 2, 5]);
    expect(await values(half.b)).toEqual([0, -1, 0]);
    expect(await values(half.o)).toEqual([2, 2, 0.5]);
    expect(await values(half.c)).toEqual([1]);
    expect(united.units.h).toEqual({ a: Int32Array.of(0, 1, -1), b: Int32Array.of(0, -1, 1) });
    // f(1) = 2·1 + 2·1 + ½·5 + 1 = 7.5 = (5 + 10)/2: the paired units agree.
    const forward = (params: Params, x: tf.Tensor) =>
      tf.add(
        tf.matMul(
          tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, params.w as tf.Tensor2D), params.b)),
          params.o as tf.Tensor2D,
        ),
        params.c,
      );
    expect(await values(forward(half, tf.tensor2d([[1]])))).toEqual([7.5]);
  });

  it('needs no roles where every unit has a partner', async () => {
    const unsaid = permutationSpec({ w: '_ h', b: 'h', o: 'h _', c: '_' });
    const united = await unite(unsaid, ...ends(), { h: Int32Array.of(1, 0) });
    expect(await values(united.b.w)).toEqual([5, 1]);
    expect(await values(united.b.o)).toEqual([1, 3]);
  });

  it('leads to a barrier between networks of different width', async () => {
    const [a, b] = ends();
    const wide = network(
      [
        [1, 0, 3],
        [5, 0, 1],
        [1, 1, 1],
      ],
      2,
    );
    tf.dispose(b);
    const united = await unite(spec, a, wide, pairs);
    const evaluate = async (params: Params) => ({ loss: (await values(params.c))[0] });
    const curve = await barrier(united.a, united.b, evaluate, { points: 3 });
    expect(curve.loss.max).toBe(0);
  });

  it('fills up heads of another size with zeros', async () => {
    // A's head has one value dimension, B's head two, of which one is paired; a second head of B is alone.
    const heads = permutationSpec({ v: '_ h> v[h]>' });
    const a = { v: tf.tensor3d([[[1]]]) };
    const b = {
      v: tf.tensor3d([
        [
          [2, 3],
          [4, 5],
        ],
      ]),
    };
    const united = await unite(heads, a, b, { h: Int32Array.of(0), v: Int32Array.of(1) });
    expect(united.units.v).toEqual({
      a: Int32Array.of(0, -1, -1, -1),
      b: Int32Array.of(1, 0, 2, 3),
    });
    expect(await values(united.a.v)).toEqual([1, 2, 4, 5]);
    expect(await values(united.b.v)).toEqual([3, 2, 4, 5]);
    const back = await unite(heads, b, a, {
      h: Int32Array.of(-1, 0),
      v: Int32Array.of(-1, -1, -1, 0),
    });
    expect(back.units.v).toEqual({ a: Int32Array.of(0, 1, 2, 3), b: Int32Array.of(-1, -1, -1, 0) });
    const apart = await unite(heads, b, a, {
      h: Int32Array.of(-1, -1),
      v: new Int32Array(4).fill(-1),
    });
    expect(apart.units.v).toEqual({
      a: Int32Array.of(0, 1, 2, 3, -1, -1),
      b: Int32Array.of(-1, -1, -1, -1, 0, -1),
    });
  });

  it('unites transformers with different heads and hidden units', async () => {
    const { spec: joint, forward, params } = sizedTransformer('layerNorm');
    const widths = { stream: 4, keys: 3, values: 2 };
    const a = params({ ...widths, heads: 2, hidden: 5 }, 1);
    const b = params({ ...widths, heads: 3, values: 3, hidden: 4 }, 2);
    const united = await unite(joint, a, b, {
      e: Int32Array.of(1, 0, 3, 2),
      h: Int32Array.of(2, -1),
      d: Int32Array.of(8, 7, 6, -1, -1, -1),
      v: Int32Array.of(6, -1, -1, -1),
      m: Int32Array.of(-1, 3, -1, 0, 1),
    });
    // Four heads of v: 2 + 3 − 1 = 4 dimensions in the pair, so four in all.
    expect(groupSizes(united.spec, united.a)).toEqual({ e: 4, h: 4, d: 12, v: 16, m: 6 });
    const x = tf.randomUniform([2, 3, 5], -1, 1, 'float32', 3);
    await expectSameFunction(forward, a, united.a, x, 1e-5);
    await expectSameFunction(forward, b, united.b, x, 1e-5);
  });
});

describe('unite: refusals', () => {
  const spec = permutationSpec({ in: '_ h>', out: '>h _' });
  let [a, b]: Params[] = [{}, {}];
  beforeAll(() => {
    a = { in: tf.ones([2, 3]), out: tf.ones([3, 2]) };
    b = { in: tf.ones([2, 4]), out: tf.ones([4, 2]) };
  });
  const refused = async (work: () => Promise<unknown>) =>
    ((await expectNoLeak(work)) as Error).message;

  it.each([
    [{}, /'h' must be an Int32Array of 3 entries, received undefined/],
    [{ h: [0, 1, 2] }, /Int32Array of 3 entries, received an array/],
    [{ h: Int32Array.of(0, 1) }, /3 entries, received 2 entries/],
    [{ h: Int32Array.of(0, 1, 4) }, /has 4, which is not a unit of b, 0 … 3/],
    [{ h: Int32Array.of(0, 1, -2) }, /has -2, which is not a unit/],
    [{ h: Int32Array.of(0, 1, 1) }, /has 1, twice/],
  ])('pairs %j', async (pairs, message) => {
    expect(await refused(() => unite(spec, a, b, pairs as never))).toMatch(message);
  });

  it('pairs inside units that are not paired', async () => {
    const heads = permutationSpec({ v: '_ h> v[h]>' });
    const network = { v: tf.ones([1, 2, 1]) };
    const pairs = { h: Int32Array.of(0, 1), v: Int32Array.of(1, 0) };
    expect(await refused(() => unite(heads, network, network, pairs))).toMatch(
      /unit 0 of a with unit 1 of b, whose units of 'h' are not paired/,
    );
  });

  it('units alone in a group without roles, or that is read together', async () => {
    const pairs = { h: Int32Array.of(0, 1, 2) };
    const unsaid = permutationSpec({ in: '_ h>', out: 'h _' });
    expect(await refused(() => unite(unsaid, a, b, pairs))).toMatch(/'out' axis 0/);
    const joint = permutationSpec({ in: '_ h>', out: '>h _' }, { joint: { h: ['layerNorm'] } });
    expect(await refused(() => unite(joint, a, b, pairs))).toMatch(/together \(layerNorm\).*widen/);
  });

  it('networks that differ in more than hidden units', async () => {
    const pairs = { h: Int32Array.of(0, 1, 2) };
    const other = { in: tf.ones([5, 3]), out: b.out };
    expect(await refused(() => unite(spec, a, { ...other, out: a.out }, pairs))).toMatch(
      /'in' has other positions without a group in a, shape \[2,3\], than in b, shape \[5,3\]/,
    );
    const integers = { ...a, in: tf.ones([2, 3], 'int32') };
    expect(await refused(() => unite(spec, a, integers, pairs))).toMatch(
      /'in' is float32 in a and int32 in b/,
    );
    expect(await refused(() => unite(spec, a, { in: a.in }, pairs))).toMatch(
      /b lacks parameter 'out'/,
    );
  });

  it('leaks nothing on success and on abort', async () => {
    const pairs = { h: Int32Array.of(0, -1, 2) };
    await expectNoLeak(() => unite(spec, a, b, pairs), 4);
    const aborted = await expectNoLeak(() =>
      unite(spec, a, b, pairs, { signal: AbortSignal.abort() }),
    );
    expect((aborted as Error).name).toBe('AbortError');
  });
});
