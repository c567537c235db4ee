import * as tf from '@tensorflow/tfjs-core';
import {
  identityPermutations,
  invertPermutations,
  type MatchAlignment,
  matchSequence,
  type Params,
  type PermutationSpec,
  type Permutations,
  permutationSpec,
  permute,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fibredNetworks } from '../../support/fibredNetworks';
import { expectNoLeak } from '../../support/invariants';
import { knotty, knottyParams } from '../../support/knotty';
import { randomParams, testNetworks } from '../../support/networks';
import { withNoise } from '../../support/noise';

await useBackend('cpu');

const engines = ['packed', 'backend'] as const;
const isIncluded = (name: string) => !/running|moving|num_batches/.test(name);

/** The permutations of a group that moves its units on by one, with all that is inside them, and of others that stay. */
function shiftOf(spec: PermutationSpec, params: Params, moving: string): Permutations {
  const identity = identityPermutations(spec, params);
  const result: Record<string, Int32Array> = {};
  for (const name of Object.keys(identity)) {
    const parent = spec.groups.find((group) => group.name === name)?.parents?.[0].group;
    const blocks = parent ? result[parent] : Int32Array.of(0);
    const inner = identity[name].length / blocks.length;
    const step = name === moving ? 1 : 0;
    result[name] = identity[name].map(
      (u) => blocks[Math.floor(u / inner)] * inner + (((u % inner) + step) % inner),
    );
  }
  return result;
}

/** For each group and parameter the values that a shift of the group moves, found by moving their numbers. */
async function addMoved(spec: PermutationSpec, params: Params) {
  const numbers = Object.fromEntries(
    Object.entries(params).map(([name, { shape, size }]) => [
      name,
      tf.reshape(tf.range(0, size), shape),
    ]),
  );
  const moved = new Map<string, Map<string, boolean[]>>();
  for (const group of Object.keys(identityPermutations(spec, params))) {
    const shifted = permute(spec, numbers, shiftOf(spec, params, group));
    const own = new Map<string, boolean[]>();
    for (const [name, tensor] of Object.entries(shifted)) {
      own.set(
        name,
        Array.from(await tensor.data(), (number, i) => number !== i),
      );
    }
    moved.set(group, own);
    tf.dispose(shifted);
  }
  tf.dispose(numbers);
  return moved;
}

/** The alignment from its definition: permute, then add up what groups move, value by value. */
async function alignmentByDefinition(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  permutations: Permutations,
  include: (name: string) => boolean = isIncluded,
): Promise<MatchAlignment> {
  const moved = await addMoved(spec, a);
  const aligned = permute(spec, b, permutations);
  const cosine = async (other: Params, groups: string[]) => {
    let [product, squaresA, squaresB] = [0, 0, 0];
    for (const name of Object.keys(a).filter(include)) {
      const [x, y] = [await a[name].data(), await other[name].data()];
      x.forEach((value, i) => {
        if (!groups.some((group) => moved.get(group)!.get(name)![i])) return;
        product += value * y[i];
        squaresA += value ** 2;
        squaresB += y[i] ** 2;
      });
    }
    return product / Math.sqrt(squaresA * squaresB);
  };
  const change = async (groups: string[]) => ({
    before: await cosine(b, groups),
    after: await cosine(aligned, groups),
  });
  const names = [...moved.keys()];
  const groups: Record<string, { before: number; after: number }> = {};
  for (const name of names) groups[name] = await change([name]);
  const all = await change(names);
  tf.dispose(aligned);
  return { ...all, groups };
}

function expectClose(actual: MatchAlignment, expected: MatchAlignment): void {
  expect(Object.keys(actual.groups)).toEqual(Object.keys(expected.groups));
  for (const [one, other] of [
    [actual, expected],
    ...Object.keys(expected.groups).map((name) => [actual.groups[name], expected.groups[name]]),
  ]) {
    expect(one.before).toBeCloseTo(other.before, 5);
    expect(one.after).toBeCloseTo(other.after, 5);
  }
}

const families = [
  ...[...testNetworks, ...fibredNetworks].map((network) => ({
    name: network.name,
    spec: network.spec,
    params: (seed: number) => randomParams(network, seed),
  })),
  { name: 'axes of every kind', spec: knotty.spec, params: knottyParams },
];

describe.each(engines)('the alignment of weights, %s', (engine) => {
  it.each(families)('is what its definition gives: $name', async ({ spec, params }) => {
    const [a, b] = [params(1), params(2)];
    for (const options of [{}, { kernel: 'cosine' as const, restarts: 2 }]) {
      const { alignment, permutations } = await weightMatch(spec, a, b, { engine, ...options });
      expectClose(alignment, await alignmentByDefinition(spec, a, b, permutations));
    }
    tf.dispose([a, b]);
  });

  it.each(families)('is 1 for a permuted copy, below it with noise: $name', async (family) => {
    const { spec, params } = family;
    const a = params(1);
    const planted = randomPermutations(spec, a, { seed: 3 });
    const b = permute(spec, a, planted);
    const initial = invertPermutations(planted);
    const options = { engine, initial };
    const { alignment } = await weightMatch(spec, a, b, options);
    expect(alignment.before).toBeLessThan(0.99);
    expect(alignment.after).toBeCloseTo(1, 5);
    for (const group of Object.values(alignment.groups)) expect(group.after).toBeCloseTo(1, 5);
    const noisy = withNoise(b, 0.05, 1);
    const match = await weightMatch(spec, a, noisy, options);
    expect(match.alignment.after).toBeLessThan(0.9999);
    expect(match.alignment.after).toBeGreaterThan(0.5);
    tf.dispose([a, b, noisy]);
  });

  it('lies in [−1, 1], whatever the scale: −1 for the opposite', async () => {
    const spec = permutationSpec({ w: '_ h' });
    const a = { w: tf.tensor2d([[0.1, 0.1, 0.1]]) };
    for (const [factor, expected] of [
      [3e-5, 1],
      [7e8, 1],
      [-0.3, -1],
    ] as const) {
      const b = { w: tf.mul(a.w, factor) };
      const { before, after } = (await weightMatch(spec, a, b, { engine })).alignment;
      expect([before, after].every((value) => Math.abs(value) <= 1)).toBe(true);
      expect(before).toBeCloseTo(expected, 5);
      expect(after).toBeCloseTo(expected, 5);
    }
  });

  it('is right where squares overflow float32 and products do not', async () => {
    // ⟨A, B⟩ = 1 · 3 + 2 · 4 and, exchanged, 1 · 4 + 2 · 3, in units of 1e30 · 1e-20.
    const spec = permutationSpec({ w: 'h' });
    const a = { w: tf.tensor1d([1e30, 2e30]) };
    const b = { w: tf.tensor1d([4e-20, 3e-20]) };
    const { alignment } = await weightMatch(spec, a, b, { engine });
    expect(alignment.before).toBeCloseTo(10 / (5 * Math.sqrt(5)), 5);
    expect(alignment.after).toBeCloseTo(11 / (5 * Math.sqrt(5)), 5);
  });

  it('is not blurred by constants that no group moves, and counts included parameters alone', async () => {
    // h moves the columns of `w` and the first two values of `mixed`.
    const spec = permutationSpec({ w: '_ h', mixed: '(h + 2)', free: '_', left: 'h' });
    const network = (w: number[], mixed: number[]) => ({
      w: tf.tensor2d([w]),
      mixed: tf.tensor1d(mixed),
      free: tf.fill([5], 1000),
      left: tf.tensor1d([9, -9]),
    });
    const a = network([3, 4], [1, 0, 70, 80]);
    const b = network([4, 3], [0, 1, 90, -60]);
    const include = (name: string) => name !== 'left';
    const { alignment } = await weightMatch(spec, a, b, { engine, include });
    // before: (3·4 + 4·3 + 0) / (9 + 16 + 1); after: 26 / 26
    expect(alignment.before).toBeCloseTo(24 / 26, 6);
    expect(alignment.after).toBeCloseTo(1, 6);
    expect(alignment.groups).toEqual({
      h: { before: alignment.before, after: alignment.after },
    });
  });

  it('is 0 where one network is zero, or nothing is compared', async () => {
    const spec = permutationSpec({ w: '_ h', v: 'g' });
    const a = { w: tf.ones([2, 3]), v: tf.ones([2]) };
    const zero = { w: tf.zeros([2, 3]), v: tf.ones([2]) };
    const include = (name: string) => name === 'w';
    const { alignment } = await weightMatch(spec, a, zero, { engine });
    expect(alignment.groups.h).toEqual({ before: 0, after: 0 });
    expect(alignment.after).toBeGreaterThan(0);
    const without = await weightMatch(spec, a, a, { engine, include });
    expect(without.alignment.groups.g).toEqual({ before: 0, after: 0 });
    expect(without.alignment.groups.h.after).toBeCloseTo(1, 6);
    const none = permutationSpec({ w: '_ _' });
    const { alignment: empty } = await weightMatch(none, { w: a.w }, { w: a.w }, { engine });
    expect(empty).toEqual({ before: 0, after: 0, groups: {} });
  });

  it('begins with the networks as given, wherever the match starts', async () => {
    const [{ spec, params }] = families;
    const [a, b] = [params(1), params(2)];
    const initial = randomPermutations(spec, a, { seed: 4 });
    const plain = await weightMatch(spec, a, b, { engine });
    const started = await weightMatch(spec, a, b, { engine, initial });
    expect(started.alignment.before).toBe(plain.alignment.before);
  });

  it('leaks nothing, with constants left out and without', async () => {
    const [{ spec, params }] = families;
    const [a, b] = [params(1), params(2)];
    await expectNoLeak(() => weightMatch(spec, a, b, { engine }));
  });
});

it('the alignment of sequences is that of the networks of all steps, stacked', async () => {
  const [{ spec, params }] = families;
  const [a, b] = [
    [params(1), params(2)],
    [params(3), params(4)],
  ];
  const { alignment, permutations } = await matchSequence(spec, a, b);
  const [product, squaresA, squaresB] = [0, 1, 2].map(() => 0);
  const sums = { product, squaresA, squaresB };
  const moved = await addMoved(spec, a[0]);
  for (const [t, network] of a.entries()) {
    const aligned = permute(spec, b[t], permutations);
    for (const name of Object.keys(network)) {
      const [x, y] = [await network[name].data(), await aligned[name].data()];
      x.forEach((value, i) => {
        if (![...moved.values()].some((own) => own.get(name)![i])) return;
        sums.product += value * y[i];
        sums.squaresA += value ** 2;
        sums.squaresB += y[i] ** 2;
      });
    }
  }
  expect(alignment.after).toBeCloseTo(sums.product / Math.sqrt(sums.squaresA * sums.squaresB), 5);
});
