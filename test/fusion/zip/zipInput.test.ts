import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  type Params,
  permutationSpec,
  type ZipOptions,
  type ZipProgress,
  zip,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { expectNoLeak } from '../../support/invariants';
import { signalAt } from '../../support/signalAt';
import { turnsDuring } from '../../support/turnsDuring';
import { mlp } from './zippedNetworks';

const { spec, forward, x } = mlp;
const [a, b, c] = [1, 2, 3].map((seed) => mlp.params(seed));
const data = { forward, inputs: x };
const weights = { by: 'weights' } as const;

/** The error of a zip, which leaks nothing. */
async function refusal(work: () => Promise<unknown>): Promise<InvalidInputError> {
  const error = await expectNoLeak(work);
  expect(error).toBeInstanceOf(InvalidInputError);
  return error as InvalidInputError;
}

describe('zip refuses', () => {
  const options: Readonly<Record<string, readonly [object, string, RegExp]>> = {
    'a negative α': [{ alpha: -0.1 }, 'alpha', /alpha must be a number in 0 … 1, received -0\.1/],
    'an α above 1': [{ alpha: 2 }, 'alpha', /received 2/],
    'a β out of range': [{ beta: 1.5 }, 'beta', /beta must be a number in 0 … 1/],
    'a β that is not a number': [{ beta: Number.NaN }, 'beta', /received NaN/],
    'a ratio of 0': [{ ratio: 0 }, 'ratio', /a number > 0 and ≤ 2, the number of networks/],
    'more units than there are': [{ ratio: 2.5 }, 'ratio', /received 2\.5/],
    'a size above the sum': [{ sizes: { h1: 13 } }, 'sizes', /the networks have 12 together/],
    'a size of 0': [{ sizes: { h1: 0 } }, 'sizes', /sizes gives group 'h1' 0 units/],
    'a size of no group': [
      { sizes: { h9: 3 } },
      'sizes',
      /sizes names 'h9'.*Give an integer.*'h1', 'h2'/,
    ],
    'a size above stopAt': [
      { sizes: { h2: 3 }, stopAt: 'h1' },
      'sizes',
      /'h2', which is not a group to zip/,
    ],
    'a stop at no group': [{ stopAt: 'h3' }, 'stopAt', /stopAt is h3, which is no group/],
    'another way to compare': [{ by: 'magic' }, 'by', /by must be 'activations' or 'weights'/],
    'data for weights': [{ by: 'weights' }, 'forward', /forward is given, and by is 'weights'/],
    'another side': [{ side: 'middle' }, 'side', /side must be 'after' or 'before'/],
    'fewer units than β = 0 leaves': [
      { beta: 0, ratio: 0.5 },
      'sizes',
      /3 units of group 'h1' cannot be reached from \[6,6\] with β = 0\. Pass a greater beta, up to 1, or ask for 6 units or more/,
    ],
    'fewer units than pairs leave': [
      { alpha: 0, ratio: 0.5 },
      'sizes',
      /3 units of group 'h1' cannot be reached.*with α = 0 and β = 1\. Pass a greater alpha, with which merged units merge again, or ask for 6 units or more/,
    ],
  };

  it.each(Object.entries(options))('%s', async (_, [own, param, message]) => {
    const error = await refusal(() => zip(spec, [a, b], { ...data, ...own } as ZipOptions));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^zip: /);
    expect(error.param).toBe(param);
  });

  it('a comparison by activations without a source of them', async () => {
    const error = await refusal(() => zip(spec, [a, b], { inputs: x } as never));
    expect(error.message).toMatch(/neither of forward and activations is a function/);
  });

  it('no networks, other names and other dtypes', async () => {
    const none = await refusal(() => zip(spec, [], weights));
    expect(none.message).toMatch(/at least 1 network, received 0/);
    const { 'd1/bias': bias, ...rest } = a;
    const missing = await refusal(() => zip(spec, [b, rest], weights));
    expect(missing.message).toMatch(/networks\[1\] lacks parameter 'd1\/bias'/);
    const whole = { ...a, 'd1/bias': tf.cast(bias, 'int32') };
    const other = await refusal(() => zip(spec, [a, whole], weights));
    expect(other.message).toMatch(
      /'d1\/bias' is float32 in networks\[0\] and int32 in networks\[1\]/,
    );
    whole['d1/bias'].dispose();
  });

  it('axes without a role, by name', async () => {
    const without = permutationSpec({
      ...{ 'd1/kernel': '_ h1>', 'd1/bias': 'h1', 'd2/kernel': '>h1 h2>', 'd2/bias': 'h2>' },
      ...{ 'd3/kernel': '>h2 _', 'd3/bias': '_' },
    });
    const error = await refusal(() => zip(without, [a, b], weights));
    expect(error.message).toMatch(/^zip: zipping averages producers.*'d1\/bias' axis 0.*'h1'/);
    expect([error.param, error.axis]).toEqual(['d1/bias', 0]);
  });

  it('groups inside others, and units that are read together', async () => {
    const heads = permutationSpec(
      { in: '_ (h d[h])>', out: '>(h d[h]) _' },
      { sizes: { h: 2, d: 6 } },
    );
    const params = () => ({ in: tf.ones([3, 6]), out: tf.ones([6, 2]) });
    const networks = [params(), params()];
    const inside = await refusal(() => zip(heads, networks, weights));
    expect(inside.message).toMatch(/group 'd' is inside the units of group 'h'/);
    const plain = { in: '_ d>', out: '>d _' };
    const joint = (use: 'layerNorm' | 'softmax') => permutationSpec(plain, { joint: { d: [use] } });
    const norm = await refusal(() => zip(joint('layerNorm'), networks, weights));
    expect(norm.message).toMatch(
      /read together \(layerNorm\).*pass \{ inexact: \['layerNorm'\] \}/,
    );
    const { params: zipped } = await zip(joint('layerNorm'), networks, {
      ...weights,
      inexact: ['layerNorm'],
    });
    expect(zipped.in.shape).toEqual([3, 6]);
    const softmax = await refusal(() =>
      zip(joint('softmax'), networks, { ...weights, inexact: ['layerNorm'] }),
    );
    expect(softmax.message).toMatch(/read together \(softmax\).*Stop before it/);
    tf.dispose([networks, zipped]);
  });

  it('activations that are not finite, and networks that give other samples', async () => {
    const broken = { ...b, 'd1/bias': tf.fill([6], Number.NaN) };
    const error = await refusal(() => zip(spec, [a, broken], data));
    expect(error.message).toMatch(/activations of group 'h1' in networks\[1\] hold NaN/);
    broken['d1/bias'].dispose();
  });

  it('weights that are not finite, and integers with units to merge', async () => {
    const broken = { ...b, 'd1/bias': tf.fill([6], Number.NaN) };
    const error = await refusal(() => zip(spec, [a, broken], weights));
    expect(error.message).toMatch(/'d1\/bias' of networks\[1\] holds NaN at flat index 0/);
    const whole = (own: Params) => ({ ...own, 'd1/bias': tf.cast(own['d1/bias'], 'int32') });
    const integers = [whole(a), whole(b)];
    for (const options of [weights, data]) {
      const refused = await refusal(() => zip(spec, integers, options));
      expect(refused.message).toMatch(/'d1\/bias' is int32 and has units of group 'h1'/);
    }
    tf.dispose([broken['d1/bias'], integers.map((own) => own['d1/bias'])]);
  });

  it('three networks whose merges end above the size, and leaks nothing', async () => {
    const error = await refusal(() => zip(spec, [a, b, c], { ...weights, beta: 0 }));
    expect(error.message).toMatch(/the merges of group 'h\d' end at \d+ units, \d are asked for/);
    expect(error.param).toBe('beta');
  });
});

describe('zip', () => {
  const ways: Readonly<Record<string, ZipOptions>> = {
    activations: { ...data, batchSize: 15 },
    weights,
    'activations, with heads': { ...data, stopAt: 'h1' },
  };

  it.each(Object.entries(ways))(
    'by %s leaves its inputs alone and makes no other tensors',
    async (_, options) => {
      const before = await Promise.all(Object.values(a).map((tensor) => tensor.array()));
      const heads = options.stopAt === undefined ? 0 : 2 * 4;
      const kept = options.stopAt === undefined ? 6 : 2 + heads;
      const zipped = await expectNoLeak(() => zip(spec, [a, b], options), kept);
      expect(await Promise.all(Object.values(a).map((tensor) => tensor.array()))).toEqual(before);
      if (zipped instanceof Error) throw zipped;
      tf.dispose([zipped.params, ...zipped.heads]);
    },
  );

  it.each(Object.entries(ways))('by %s can be aborted at every point', async (_, options) => {
    let calls = 1;
    for (; calls < 500; calls += 1 + (calls >> 1)) {
      const signal = signalAt(calls, () => {
        throw new DOMException('stopped', 'AbortError');
      });
      const result = await expectNoLeak(async () => {
        const { params, heads } = await zip(spec, [a, b], { ...options, signal });
        tf.dispose([params, ...heads]);
      });
      if (!(result instanceof Error)) break;
      expect(result.name).toBe('AbortError');
    }
    expect(calls).toBeGreaterThan(3);
    expect(calls).toBeLessThan(500);
  });

  it('reports its batches and its groups', async () => {
    const seen: ZipProgress[] = [];
    const zipped = await zip(spec, [a, b], {
      ...{ ...data, batchSize: 15 },
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen).toEqual([
      ...[1, 2, 3].map((done) => ({ phase: 'data', done, total: 3 })),
      ...[1, 2].map((done) => ({ phase: 'groups', done, total: 2 })),
    ]);
    tf.dispose(zipped.params);
  });

  it('lets the event loop run', async () => {
    const wide = [1, 2].map((seed) => mlp.params(seed, { h1: 150, h2: 150 }));
    const turns = await turnsDuring(async () => {
      const { params } = await zip(spec, wide, weights);
      tf.dispose(params);
    });
    expect(turns).toBeGreaterThan(3);
    tf.dispose(wide);
  });

  it('gives the same result for the same networks, whatever the batches', async () => {
    const all: Params[] = [];
    for (const batchSize of [40, 7]) {
      const { params } = await zip(spec, [a, b], { ...data, batchSize });
      all.push(params);
    }
    const [one, other] = await Promise.all(
      all.map((params) => Promise.all(Object.values(params).map((tensor) => tensor.array()))),
    );
    expect(one).toEqual(other);
    tf.dispose(all);
  });
});
