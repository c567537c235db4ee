import * as tf from '@tensorflow/tfjs-core';
import {
  type NetworkInput,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  type ZipOptions,
  zip,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectSameFunction, expectSameParams } from '../../support/invariants';
import { convNet, copiesOf, mlp, residual, type ZippedNetwork } from './zippedNetworks';

await useBackend('cpu');

const ways = ['activations', 'weights'] as const;

/** The options of a zip by activations on a network's inputs, or by weights. */
function optionsOf({ forward, x }: ZippedNetwork, by: (typeof ways)[number]): ZipOptions {
  return by === 'weights' ? { by } : { forward, inputs: x };
}

describe('zipping by hand', () => {
  // f(x) = Σ out·relu(in·x + bias). A: (1, 0 | 2), (1, 0 | 3). B: (4, 0 | 1), (−1, 0 | 5).
  const spec = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' });
  const units = (weights: number[], biases: number[], out: number[]) => ({
    in: tf.tensor2d([weights]),
    bias: tf.tensor1d(biases),
    out: tf.tensor2d(out.map((each) => [each])),
  });
  const a = units([1, 1], [0, 0], [2, 3]);
  const b = units([4, -1], [0, 0], [1, 5]);

  it('halves what each network contributes, and merges units of one network', async () => {
    // Both also have (0, 1 | 1), so that one of two merges may be within A. A's first two are the same and merge to
    // (1, 0 | (2 + 3)/2), then the units (0, 1 | 1). B's others stay, (4, 0 | 1/2) and (−1, 0 | 5/2). Then
    // f(1) = 2.5·1 + 1·1 + 0.5·4 = 5.5 = ((5 + 1) + (4 + 1))/2.
    const networks = [
      units([1, 1, 0], [0, 0, 1], [2, 3, 1]),
      units([4, -1, 0], [0, 0, 1], [1, 5, 1]),
    ];
    const { params, groups } = await zip(spec, networks, {
      by: 'weights',
      sizes: { h: 4 },
      alpha: 0.5,
    });
    expect(await valuesOf(params)).toEqual({
      ...{ in: [1, 0, 4, -1], bias: [0, 1, 0, 0], out: [2.5, 1, 0.5, 2.5] },
    });
    const { members, within, across, similarities } = groups.h;
    expect(members.map((each) => [...each])).toEqual([
      [0, 0, 1],
      [2, 3, 1],
    ]);
    expect([within, across, [...similarities]]).toEqual([[1, 0], 1, [1, 1]]);
  });

  it('gives a merged unit the mean of its producers and the sum of its consumers', async () => {
    // {A₀, A₁} and B₀ have cosine 1 and merge next: in (1 + 1 + 4)/3 = 2, out (2 + 3 + 1)/2 = 3.
    const { params, groups } = await zip(spec, [a, b], {
      by: 'weights',
      sizes: { h: 2 },
      alpha: 1,
    });
    expect(await valuesOf(params)).toEqual({ in: [2, -1], bias: [0, 0], out: [3, 2.5] });
    expect([groups.h.within, groups.h.across]).toEqual([[1, 0], 1]);
  });

  it('pairs units of both when β is 0', async () => {
    const { groups } = await zip(spec, [a, b], { by: 'weights', beta: 0 });
    expect(groups.h.members.map((each) => [...each])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('merges the networks as they are where all units stay', async () => {
    const { params } = await zip(spec, [a, b], { by: 'weights', ratio: 2 });
    expect(await valuesOf(params)).toEqual({
      ...{ in: [1, 1, 4, -1], bias: [0, 0, 0, 0], out: [1, 1.5, 0.5, 2.5] },
    });
  });
});

describe.each([mlp, convNet, residual])('$name', (network) => {
  const { spec, forward, x } = network;

  it.each(ways)('zipped with a permuted copy of itself is itself, by %s', async (by) => {
    const params = network.params(1);
    for (const seed of [1, 2]) {
      const moved = permute(spec, params, randomPermutations(spec, params, { seed }));
      for (const beta of [0, 1]) {
        const zipped = await zip(spec, [params, moved], { ...optionsOf(network, by), beta });
        await expectSameFunction(forward, zipped.params, params, x);
        if (by === 'activations') continue; // Units that are always 0 are alike, so that any of them may merge.
        await expectSameParams(zipped.params, params, 1e-5);
        for (const { within, across, size } of Object.values(zipped.groups)) {
          expect([within, across]).toEqual([[0, 0], size]);
        }
      }
    }
  });

  it.each(ways)('zipped with itself is itself at every size from n to 2n, by %s', async (by) => {
    const params = network.params(2);
    for (const ratio of [1, 1.3, 1.7, 2]) {
      const zipped = await zip(spec, [params, params], { ...optionsOf(network, by), ratio });
      await expectSameFunction(forward, zipped.params, params, x);
    }
  });

  it.each(ways)('loses its own copies of units, by %s', async (by) => {
    const params = network.params(3);
    const doubled = copiesOf(network, params);
    await expectSameFunction(forward, doubled.params, params, x);
    const alone = await zip(spec, [doubled.params], {
      ...optionsOf(network, by),
      sizes: doubled.sizes,
    });
    await expectSameFunction(forward, alone.params, params, x);
    const both = await zip(spec, [params, doubled.params], {
      ...optionsOf(network, by),
      sizes: doubled.sizes,
    });
    await expectSameFunction(forward, both.params, params, x);
    for (const { within } of Object.values(both.groups)) expect(within[0]).toBe(0);
  });

  it('is the mean of unrelated networks where no unit merges', async () => {
    const [a, b] = [network.params(4), network.params(5)];
    const { params } = await zip(spec, [a, b], { by: 'weights', ratio: 2 });
    const mean = (input: tf.Tensor) => tf.div(tf.add(forward(a, input), forward(b, input)), 2);
    await expectSameFunction(
      (own, input) => (own === a ? mean(input) : forward(own, input)),
      a,
      params,
      x,
    );
  });

  it('keeps the budgets of merges within networks', async () => {
    const networks = [6, 7].map((seed) => network.params(seed));
    for (const beta of [0, 0.3, 1]) {
      for (const alpha of [0, 0.1, 1]) {
        const { groups } = await zip(spec, networks, {
          ...optionsOf(network, 'activations'),
          alpha,
          beta,
        });
        for (const { within, across, size, members } of Object.values(groups)) {
          for (const count of within)
            expect(count).toBeLessThanOrEqual(Math.floor((beta * size) / 2));
          if (beta === 0) expect(across).toBe(size);
          expect(new Set(members.flatMap((each) => [...each])).size).toBe(size);
        }
      }
    }
  });
});

describe('a zip that stops', () => {
  /** Networks of one trunk, in orders of their own, with layers above it of their own widths. */
  async function ofOneTrunk() {
    const trunk = mlp.params(1);
    const networks = [8, 9].map((seed) => {
      const { 'd3/kernel': kernel, 'd3/bias': bias } = mlp.params(seed);
      return { ...trunk, 'd3/kernel': kernel, 'd3/bias': bias };
    });
    return networks.map((params, k) =>
      permute(mlp.spec, params, randomPermutations(mlp.spec, params, { seed: k + 1 })),
    );
  }

  it.each(ways)(
    'leaves each network what it computes where the trunks agree, by %s',
    async (by) => {
      const networks = await ofOneTrunk();
      const zipped = await zip(mlp.spec, networks, { ...optionsOf(mlp, by), stopAt: 'h2' });
      expect(Object.keys(zipped.params)).toEqual(['d1/kernel', 'd1/bias', 'd2/kernel', 'd2/bias']);
      expect(Object.keys(zipped.groups)).toEqual(['h1', 'h2']);
      for (const [k, params] of networks.entries()) {
        expect(Object.keys(zipped.heads[k])).toEqual(['d3/kernel', 'd3/bias']);
        const whole = { ...zipped.params, ...zipped.heads[k] };
        await expectSameFunction(mlp.forward, whole, params, mlp.x);
      }
    },
  );

  it('takes layers of different widths above it', async () => {
    const trunk = mlp.params(1);
    const networks = [4, 9].map((units) => ({
      ...mlp.params(2, { h2: units }),
      'd1/kernel': trunk['d1/kernel'],
      'd1/bias': trunk['d1/bias'],
    }));
    const zipped = await zip(mlp.spec, networks, { by: 'weights', stopAt: 'h1' });
    expect(Object.keys(zipped.params)).toEqual(['d1/kernel', 'd1/bias']);
    for (const [k, params] of networks.entries()) {
      const whole = { ...zipped.params, ...zipped.heads[k] };
      await expectSameFunction(mlp.forward, whole, params, mlp.x);
    }
    expect(zipped.spec.groups.map(({ name, size }) => [name, size])).toEqual([
      ['h1', 6],
      ['h2', null],
    ]);
  });

  it('is a whole zip where it stops at the last group, but for the outputs', async () => {
    const networks = [1, 2].map((seed) => mlp.params(seed));
    const [whole, stopped] = [
      await zip(mlp.spec, networks, optionsOf(mlp, 'activations')),
      await zip(mlp.spec, networks, { ...optionsOf(mlp, 'activations'), stopAt: 'h2' }),
    ];
    for (const name of Object.keys(stopped.params)) {
      await expectSameParams({ own: stopped.params[name] }, { own: whole.params[name] });
    }
    const mean = tf.tidy(() => tf.div(tf.addN(stopped.heads.map((head) => head['d3/kernel'])), 2));
    await expectSameParams({ own: mean }, { own: whole.params['d3/kernel'] }, 1e-6);
  });

  it('refuses to stop where layers above it add to a zipped group, and says where it can', async () => {
    const networks = [residual.params(1), residual.params(2)];
    const refused = (stopAt: string) => zip(residual.spec, networks, { by: 'weights', stopAt });
    await expect(refused('h1')).rejects.toThrow(
      "zip: the zip cannot stop at group 'h1': 'b2/out', above it, adds to group 's', which is zipped. Stop at 'h2', 't'.",
    );
    const { heads } = await refused('h2');
    expect(Object.keys(heads[0])).toEqual(['mid/kernel', 'last']);
  });
});

describe('networks of different widths', () => {
  it.each(ways)('zip to a network that they both compute, by %s', async (by) => {
    const params = mlp.params(1);
    const wide = copiesOf(mlp, params);
    const { groups, params: zipped } = await zip(mlp.spec, [wide.params, params], {
      ...optionsOf(mlp, by),
      sizes: wide.sizes,
    });
    await expectSameFunction(mlp.forward, zipped, params, mlp.x);
    expect(groups.h1.members.map((each) => each.length)).toEqual([9, 6]);
  });

  it('zip to the width of the widest unless told otherwise', async () => {
    const networks = [mlp.params(1), mlp.params(2, { h1: 4, h2: 12 })];
    const { spec } = await zip(mlp.spec, networks, { by: 'weights' });
    expect(spec.groups.map(({ size }) => size)).toEqual([6, 12]);
    const half = await zip(mlp.spec, networks, { by: 'weights', ratio: 0.5, sizes: { h1: 2 } });
    expect(half.spec.groups.map(({ size }) => size)).toEqual([2, 6]);
  });
});

it('a group that the user gives activations for needs no forward function', async () => {
  const params = mlp.params(1);
  const moved = permute(mlp.spec, params, randomPermutations(mlp.spec, params, { seed: 1 }));
  const activations = (own: Params, input: NetworkInput) => {
    const h1 = tf.relu(dense(own, 'd1', input as tf.Tensor));
    return { h1, h2: tf.relu(dense(own, 'd2', h1)) };
  };
  const zipped = await zip(mlp.spec, [params, moved], { activations, inputs: mlp.x });
  await expectSameFunction(mlp.forward, zipped.params, params, mlp.x);
});

function dense(params: Params, layer: string, input: tf.Tensor): tf.Tensor {
  const kernel = params[`${layer}/kernel`] as tf.Tensor2D;
  return tf.add(tf.matMul(input as tf.Tensor2D, kernel), params[`${layer}/bias`]);
}

async function valuesOf(params: Params): Promise<Record<string, readonly number[]>> {
  const entries = Object.entries(params).map(async ([name, tensor]) => {
    return [name, [...(await tensor.data())]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
