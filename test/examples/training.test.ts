import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { Params } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { convForward, convNetwork, convSplitForward } from '../../examples/support/convNet';
import type { Network } from '../../examples/support/network';
import { inputGradient, stridedConvolution } from '../../examples/support/stridedConvolution';

/** Uniform in −0.5 … 0.5. */
const random = (shape: number[], seed: number) =>
  tf.randomUniform(shape, -0.5, 0.5, 'float32', seed);

/** Parameters off every special value, such as zero biases. */
function generic(network: Network, seed: number): Params {
  return Object.fromEntries(
    Object.entries(network.init(seed)).map(([name, x], i) => [
      name,
      tf.add(x, tf.mul(random(x.shape, i + 1), 0.2)),
    ]),
  );
}

describe('stridedConvolution', () => {
  beforeAll(() => tf.setBackend('wasm'));

  for (const size of [1, 2, 5, 6]) {
    it(`inputGradient is its transpose on maps of ${size}×${size + 1}: ⟨x ∗ k, δ⟩ = ⟨x, ∂x⟩`, async () => {
      const x = random([2, size, size + 1, 3], 1) as tf.Tensor4D;
      const kernel = random([3, 3, 3, 4], 2) as tf.Tensor4D;
      const y = stridedConvolution(x, kernel);
      const delta = random(y.shape, 3) as tf.Tensor4D;
      const gradient = inputGradient(delta, kernel, x.shape);
      expect(gradient.shape).toEqual(x.shape);
      const [left] = await tf.sum(tf.mul(y, delta)).data();
      const [right] = await tf.sum(tf.mul(x, gradient)).data();
      expect(right).toBeCloseTo(left, 4);
    });
  }
});

describe('convNetwork', () => {
  const network = convNetwork([2, 3]);

  it('has gradients that agree with finite differences', async () => {
    await tf.setBackend('cpu');
    const params = generic(network, 3);
    const x = random([4, 36], 5) as tf.Tensor2D;
    const oneHot = tf.oneHot([0, 3, 9, 3], 10) as tf.Tensor2D;
    const { gradients, statistics } = network.lossAndGradients(params, x, oneHot);
    const names = [...Object.keys(gradients), ...Object.keys(statistics!)];
    expect(names.sort()).toEqual(Object.keys(params).sort());
    for (const name of Object.keys(gradients)) {
      const param = params[name];
      const gradient = await gradients[name].data();
      const values = await param.data();
      const lossWith = async (index: number, change: number) => {
        const moved = values.slice();
        moved[index] += change;
        const changed = { ...params, [name]: tf.tensor(moved, param.shape) };
        return (await network.lossAndGradients(changed, x, oneHot).loss.data())[0];
      };
      for (let i = 0; i < values.length; i++) {
        const slope = ((await lossWith(i, 1e-3)) - (await lossWith(i, -1e-3))) / 2e-3;
        expect(Math.abs(gradient[i] - slope), `${name}[${i}]`).toBeLessThan(2e-3);
      }
    }
  });
});
