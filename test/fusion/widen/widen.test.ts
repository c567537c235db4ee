import * as tf from '@tensorflow/tfjs-core';
import { groupSizes, type Params, permutationSpec, type WidenOptions, widen } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseParams, sizedNetworks } from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { coupledNetworks, coupledParams } from '../../support/coupledNetworks';
import { expectNoLeak, expectSameFunction } from '../../support/invariants';
import { sizedTransformer } from '../../support/sizedTransformer';
import { sizesWith } from '../../support/unitPairs';

beforeAll(() => useBackend('cpu'));

const values = async (tensor: tf.Tensor) => [...(await tensor.data())];
const fills = ['zero', 'copy', 'random'] as const;

describe.each(sizedNetworks)('widen: $name', (network) => {
  const { spec, forward, inputShape } = network;
  const batch = () => tf.randomUniform([4, ...inputShape], -1, 1, 'float32', 7);

  it.each(fills)(
    'keeps the function with wider groups of every kind, filled with %s',
    async (fill) => {
      const params = baseParams(network, 1);
      const sizes = sizesWith(network, 3);
      const wider = await widen(spec, params, sizes, { fill });
      expect(groupSizes(wider.spec, wider.params)).toEqual(sizes);
      await expectSameFunction(forward, params, wider.params, batch(), 1e-5);
    },
  );

  it('says where each unit went', async () => {
    const [name] = Object.keys(network.sizes);
    const params = baseParams(network, 2);
    const size = network.sizes[name];
    const { units } = await widen(spec, params, { [name]: size + 1 });
    expect([...units[name]]).toEqual([...Array(size).keys(), -1]);
  });
});

describe.each(coupledNetworks)('widen: $name', (network) => {
  const { spec, forward, inputShape, sizes } = network;
  const batch = () => tf.randomUniform([4, ...inputShape], -1, 1, 'float32', 7);

  it.each(fills)('keeps the function with more and larger blocks, filled with %s', async (fill) => {
    const params = coupledParams(network, sizes, 1);
    const wide = sizesWith(network, 2);
    const wider = await widen(spec, params, wide, { fill, dotProducts: 'scaled' });
    expect(groupSizes(wider.spec, wider.params)).toEqual(wide);
    await expectSameFunction(forward, params, wider.params, batch(), 1e-5);
  });
});

describe('widen: producers of new units', () => {
  const spec = permutationSpec({ in: '_ h>', bias: 'h>', out: '>h _' });
  const network = () => ({
    in: tf.tensor2d([[1, 2]]),
    bias: tf.tensor1d([3, 4]),
    out: tf.tensor2d([[6], [4]]),
  });

  it('are zeros by default, and so are their consumers', async () => {
    const { params } = await widen(spec, network(), { h: 3 });
    expect(await values(params.in)).toEqual([1, 2, 0]);
    expect(await values(params.bias)).toEqual([3, 4, 0]);
    expect(await values(params.out)).toEqual([6, 4, 0]);
  });

  it('copy units in turn, which share their consumers', async () => {
    // Five units of two: the first three times, the second twice.
    const { params, units } = await widen(spec, network(), { h: 5 }, { fill: 'copy' });
    expect([...units.h]).toEqual([0, 1, 0, 1, 0]);
    expect(await values(params.bias)).toEqual([3, 4, 3, 4, 3]);
    expect(await values(params.out)).toEqual([2, 2, 2, 2, 2]);
  });

  it('are random with the spread of the kernel, and the same for the same seed', async () => {
    const large = { ...network(), in: tf.tensor2d([[2, -2]]) };
    const draw = async (seed: number) => {
      const { params } = await widen(spec, large, { h: 4000 }, { fill: 'random', seed });
      expect((await values(params.bias)).slice(2)).toEqual(new Array(3998).fill(0));
      expect((await values(params.out)).slice(2)).toEqual(new Array(3998).fill(0));
      return (await values(params.in)).slice(2);
    };
    const first = await draw(1);
    expect(await draw(1)).toEqual(first);
    expect(await draw(2)).not.toEqual(first);
    // ±2 has mean square 4. Of 3998 uniform numbers it is within 10 % of that.
    const square = first.reduce((sum, x) => sum + x * x, 0) / first.length;
    expect(Math.abs(square - 4)).toBeLessThan(0.4);
    expect(Math.max(...first.map(Math.abs))).toBeLessThanOrEqual(2 * Math.sqrt(3));
  });

  it('have mean 0, variance 1, gain 1 and offset 0 in a batch norm', async () => {
    const leaves = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
    const patterns = Object.fromEntries(leaves.map((leaf) => [`bn/${leaf}`, 'h>']));
    const batchNorm = Object.fromEntries(leaves.map((leaf) => [`bn/${leaf}`, tf.tensor1d([5])]));
    const { params } = await widen(permutationSpec(patterns), batchNorm, { h: 2 });
    const added = await Promise.all(
      leaves.map(async (leaf) => (await values(params[`bn/${leaf}`]))[1]),
    );
    expect(added).toEqual([1, 0, 0, 1]);
  });

  it('are zeros on an axis that is both producer and consumer', async () => {
    const tied = permutationSpec({ embedding: '_ >h>' });
    const { params } = await widen(
      tied,
      { embedding: tf.tensor2d([[1], [2]]) },
      { h: 2 },
      { fill: 'random' },
    );
    expect(await values(params.embedding)).toEqual([1, 0, 2, 0]);
  });

  it('keep integers and counters', async () => {
    const counted = permutationSpec({ in: '_ h>', count: '', index: 'h>' });
    const network = {
      in: tf.ones([1, 1]),
      count: tf.scalar(7, 'int32'),
      index: tf.tensor1d([9], 'int32'),
    };
    const { params } = await widen(counted, network, { h: 2 });
    expect(params.count.dtype).toBe('int32');
    expect(await values(params.count)).toEqual([7]);
    expect(await values(params.index)).toEqual([9, 0]);
  });
});

describe('widen: groups that are read together', () => {
  const widths = { stream: 4, heads: 2, keys: 3, values: 2, hidden: 5 };
  const batch = () => tf.randomUniform([2, 3, 5], -1, 1, 'float32', 3);
  const wide = { e: 12, h: 3, d: 15, v: 9, m: 9 };

  it.each(['layerNorm', 'rmsNorm'] as const)(
    'a transformer under %s keeps its function',
    async (norm) => {
      const { spec, forward, params } = sizedTransformer(norm);
      const network = params(widths, 5);
      for (const fill of fills) {
        const wider = await widen(spec, network, wide, { fill, dotProducts: 'scaled' });
        expect(groupSizes(wider.spec, wider.params)).toEqual(wide);
        await expectSameFunction(forward, network, wider.params, batch(), 1e-5);
      }
    },
  );

  it('copies the units of a stream side by side', async () => {
    const { spec, params } = sizedTransformer('layerNorm');
    const { units } = await widen(spec, params(widths, 5), { e: 8 });
    expect([...units.e]).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it('leaves the scale of dot products alone where it is fixed', async () => {
    // Queries and keys (1, 2)·(3, 4) = 11 with and without zeros.
    const spec = permutationSpec({ q: '_ d>', k: '_ d>' }, { joint: { d: ['dotProduct'] } });
    const network = { q: tf.tensor2d([[1, 2]]), k: tf.tensor2d([[3, 4]]) };
    const fixed = await widen(spec, network, { d: 3 }, { dotProducts: 'fixed' });
    expect(await values(fixed.params.q)).toEqual([1, 2, 0]);
    expect(await values(fixed.params.k)).toEqual([3, 4, 0]);
    // Scaled, both grow by (32/2)^¼ = 2, so that q·k/√D = 4·11/√32 = 11/√2.
    const scaled = await widen(spec, network, { d: 32 }, { dotProducts: 'scaled' });
    expect((await values(scaled.params.q)).slice(0, 3)).toEqual([2, 4, 0]);
    expect((await values(scaled.params.k)).slice(0, 3)).toEqual([6, 8, 0]);
  });

  it('keeps a mean and a maximum by copies', async () => {
    const spec = permutationSpec({ in: '_ h>' }, { joint: { h: ['mean', 'max'] } });
    const forward = ({ in: kernel }: Params, x: tf.Tensor) => {
      const h = tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D);
      return tf.stack([tf.mean(h, 1), tf.max(h, 1)]);
    };
    const network = { in: tf.tensor2d([[1, -2, 4]]) };
    const wider = await widen(spec, network, { h: 6 });
    await expectSameFunction(forward, network, wider.params, tf.tensor2d([[1], [-1]]), 1e-6);
  });

  it.each(['layerNorm', 'rmsNorm'] as const)(
    'widens to any size under %s with another ε',
    async (norm) => {
      const gains = ['n1/gamma', 'n2/gamma', 'n3/gamma'];
      const offsets = ['n1/beta', 'n2/beta', 'n3/beta'];
      const large = 0.3; // An ε of which a wrong factor shows.
      const { spec, forward, params } = sizedTransformer(norm, large);
      const network = params(widths, 6);
      const options: WidenOptions = { norms: { e: { gains, offsets } }, fill: 'random' };
      const wider = await widen(spec, network, { e: 6 }, options);
      expect(wider.epsilon).toEqual({ e: 4 / 6 });
      const other = sizedTransformer(norm, large * wider.epsilon.e);
      const x = batch();
      const [expected, received] = [forward(network, x), other.forward(wider.params, x)];
      const difference = await tf.max(tf.abs(tf.sub(expected, received))).data();
      expect(difference[0]).toBeLessThan(1e-5);
    },
  );

  it('rescales gains by √(n/N): two units of variance 1 become four of variance ½', async () => {
    // (1, −1, 0, 0) has variance ½, and √½ / √(½ + ε/2) = 1 / √(1 + ε).
    const spec = permutationSpec(
      { in: '_ h>', gamma: 'h>', out: '>h _' },
      { joint: { h: ['layerNorm'] } },
    );
    const network = { in: tf.tensor2d([[3, 1]]), gamma: tf.tensor1d([2, 4]), out: tf.ones([2, 1]) };
    const { params, epsilon } = await widen(
      spec,
      network,
      { h: 4 },
      { norms: { h: { gains: ['gamma'] } } },
    );
    // The stream (3, 1) has mean 2, which is taken off: with zeros added its mean would be 1.
    expect(await values(params.in)).toEqual([1, -1, 0, 0]);
    expect(await values(params.gamma)).toEqual(
      [2, 4, 0, 0].map((gain) => Math.fround(gain * Math.SQRT1_2)),
    );
    expect(epsilon).toEqual({ h: 0.5 });
  });
});

describe('widen: refusals', () => {
  it('refuses to share consumers that are integers, and adds zeros to them', async () => {
    const spec = permutationSpec({ in: '_ h>', out: '>h _' });
    const own = { in: tf.ones([3, 2]), out: tf.ones([2, 1], 'int32') };
    const error = await expectNoLeak(() => widen(spec, own, { h: 4 }, { fill: 'copy' }));
    expect(String(error)).toMatch(/widen: the values of group 'h' in 'out' would be multiplied/);
    const { params } = await widen(spec, own, { h: 4 });
    expect(await values(params.out)).toEqual([1, 1, 0, 0]);
    const whole = { in: tf.ones([3, 2], 'int32'), out: tf.ones([2, 1]) };
    const copied = await widen(spec, whole, { h: 4 }, { fill: 'copy' });
    expect(await values(copied.params.out)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  let network: Params;
  let other: Params;
  beforeAll(() => {
    network = { in: tf.ones([2, 4]), out: tf.ones([4, 3]) };
    other = { q: tf.ones([1, 2, 3]), embedding: tf.ones([2, 2]) };
  });
  const mlp = permutationSpec({ in: '_ h>', out: '>h _' });
  const joint = (use: 'softmax' | 'other' | 'layerNorm' | 'mean') =>
    permutationSpec({ in: '_ h>', out: '>h _' }, { joint: { h: [use] } });
  const refused = async (work: () => Promise<unknown>) => (await expectNoLeak(work)) as Error;

  it.each([
    [{ h: 3 }, /'h' has 4 units, and 3 are fewer.*fold/],
    [{ k: 3 }, /'k', which is not a group.*'h'/],
    [{ h: 4.5 }, /4.5 units.*integer/],
    [{ h: Number.NaN }, /NaN units.*integer/],
  ])('sizes %j', async (sizes, message) => {
    expect((await refused(() => widen(mlp, network, sizes))).message).toMatch(message);
  });

  it.each([
    ['softmax', 8, /softmax/],
    ['other', 8, /read together/],
    ['layerNorm', 6, /multiple of 4, or pass \{ norms.*ε·n\/N/],
    ['mean', 6, /multiple of 4\.$/],
  ] as const)('a group under %s with %i units', async (use, size, message) => {
    expect((await refused(() => widen(joint(use), network, { h: size }))).message).toMatch(message);
  });

  it('blocks of different sizes', async () => {
    const spec = permutationSpec({ q: '_ h> d[h]>' });
    const { q } = other;
    const { message } = await refused(() => widen(spec, { q }, { h: 4, d: 9 }));
    expect(message).toMatch(/'d' cannot have 9 units.*4 units of its parent 'h'/);
  });

  it('a group whose roles the spec does not say', async () => {
    const spec = permutationSpec({ in: '_ h>', out: 'h _' });
    const { message } = await refused(() => widen(spec, network, { h: 5 }));
    expect(message).toMatch(/'out' axis 0.*'>h'/);
  });

  it('copies on an axis that is both', async () => {
    const spec = permutationSpec({ embedding: '_ >h>' });
    const { embedding } = other;
    const { message } = await refused(() => widen(spec, { embedding }, { h: 4 }, { fill: 'copy' }));
    expect(message).toMatch(/'embedding' axis 1 both computes/);
  });

  it('a dot product whose units a linear map reads, too', async () => {
    const spec = permutationSpec({ in: '_ h>', out: '>h _' }, { joint: { h: ['dotProduct'] } });
    const { message } = await refused(() =>
      widen(spec, network, { h: 8 }, { dotProducts: 'scaled' }),
    );
    expect(message).toMatch(/dot product, and 'out' axis 0 adds/);
  });

  it('a dot product whose scale is not known', async () => {
    const spec = permutationSpec({ in: '_ h>' }, { joint: { h: ['dotProduct'] } });
    const { message } = await refused(() => widen(spec, { in: network.in }, { h: 8 }));
    expect(message).toMatch(/scale in the forward function is not known.*dotProducts: 'scaled'/);
  });

  it.each([
    [{ k: { gains: [] } }, /norms has 'k'/],
    [{ h: { gains: ['out/gamma'] } }, /names 'out\/gamma'/],
    [{ h: { gains: 'gamma' } }, /gains must be an array/],
  ])('norms %j', async (norms, message) => {
    const options = { norms } as WidenOptions;
    expect(
      (await refused(() => widen(joint('layerNorm'), network, { h: 6 }, options))).message,
    ).toMatch(message);
  });

  it('leaks nothing on success and on abort', async () => {
    await expectNoLeak(() => widen(mlp, network, { h: 6 }), 2);
    const aborted = await expectNoLeak(() =>
      widen(mlp, network, { h: 6 }, { signal: AbortSignal.abort() }),
    );
    expect((aborted as Error).name).toBe('AbortError');
  });
});
