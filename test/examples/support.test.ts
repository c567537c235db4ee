import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { initMlp, lossAndGradients, mlpNetwork } from '../../examples/support/mlp';
import { loadMnist } from '../../examples/support/mnist';
import { trainNetwork } from '../../examples/support/train';
import { mlpForward, trainMlp } from '../../examples/support/trainMlp';

describe('loadMnist', () => {
  it('reads the well-known first labels of both sets', () => {
    const { train, test } = loadMnist({ train: 10, test: 10 });
    expect([...train.labels]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...test.labels]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  it('scales the pixels to 0 … 1', () => {
    const { images, count } = loadMnist({ train: 100, test: 1 }).train;
    expect(images).toHaveLength(count * 784);
    expect(Math.min(...images)).toBe(0);
    expect(Math.max(...images)).toBe(1);
  });

  it('refuses more images than the file holds', () => {
    expect(() => loadMnist({ train: 1, test: 10_001 })).toThrow(/holds 10000 items, 10001 were/);
  });
});

describe('lossAndGradients', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('agrees with finite differences in every parameter', async () => {
    const widths = [5, 4, 6, 3];
    // Biases off zero, or a unit whose inputs are all dead sits on the kink of its relu.
    const params = Object.fromEntries(
      Object.entries(initMlp(widths, 3)).map(([name, x], i) => [
        name,
        tf.add(x, tf.randomNormal(x.shape, 0, 0.1, 'float32', i + 1)),
      ]),
    );
    const x = tf.randomNormal([7, 5], 0, 1, 'float32', 1) as tf.Tensor2D;
    const oneHot = tf.oneHot([0, 1, 2, 0, 1, 2, 0], 3) as tf.Tensor2D;
    const { gradients } = lossAndGradients(params, x, oneHot);
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(params).sort());
    for (const [name, param] of Object.entries(params)) {
      const gradient = await gradients[name].data();
      const values = await param.data();
      const lossWith = async (index: number, change: number) => {
        const moved = values.slice();
        moved[index] += change;
        const changed = { ...params, [name]: tf.tensor(moved, param.shape) };
        return (await lossAndGradients(changed, x, oneHot).loss.data())[0];
      };
      for (let i = 0; i < values.length; i++) {
        const slope = ((await lossWith(i, 2e-3)) - (await lossWith(i, -2e-3))) / 4e-3;
        expect(gradient[i], `${name}[${i}]`).toBeCloseTo(slope, 3);
      }
    }
  });
});

describe('trainMlp', () => {
  beforeAll(() => tf.setBackend('wasm'));
  const small = { widths: [784, 32, 10], epochs: 2, batchSize: 50 };

  it('learns to read digits from 2 000 images and leaves nothing but the parameters', async () => {
    const { train, test } = loadMnist({ train: 2_000, test: 1_000 });
    const before = tf.memory().numTensors;
    const losses: number[] = [];
    const params = await trainMlp({
      ...small,
      train,
      seed: 1,
      onEpoch: (epoch, loss) => losses.splice(epoch - 1, 0, loss),
    });
    expect(tf.memory().numTensors - before).toBe(4);
    expect(losses).toHaveLength(2);
    expect(losses[1]).toBeLessThan(losses[0]);

    const guesses = tf.tidy(() =>
      tf.argMax(mlpForward(params, tf.tensor2d(test.images, [1_000, 784])), 1),
    );
    const right = (await guesses.data()).filter((guess, i) => guess === test.labels[i]);
    expect(right.length / test.count).toBeGreaterThan(0.8);
    tf.dispose([params, guesses]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells of the losses in between, whose mean is the loss of the epoch', async () => {
    const { train } = loadMnist({ train: 600, test: 1 });
    const [parts, epochs, plain]: [number, number][][] = [[], [], []];
    const network = mlpNetwork([784, 8, 10]);
    const options = { network, train, seed: 1, epochs: 2, batchSize: 100 };
    const params = await trainNetwork({
      ...options,
      lossEvery: 4,
      onLoss: (step, loss) => parts.push([step, loss]),
      onEpoch: (epoch, loss) => epochs.push([epoch, loss]),
    });
    const again = await trainNetwork({ ...options, onEpoch: (...epoch) => plain.push(epoch) });
    tf.dispose([params, again]);
    expect(parts.map(([step]) => step)).toEqual([4, 6, 8, 12]);
    // Six steps an epoch: four and two, two and four.
    expect(epochs[0][1]).toBeCloseTo((4 * parts[0][1] + 2 * parts[1][1]) / 6, 6);
    expect(epochs[1][1]).toBeCloseTo((2 * parts[2][1] + 4 * parts[3][1]) / 6, 6);
    for (const [i, [, loss]] of plain.entries()) expect(epochs[i][1]).toBeCloseTo(loss, 5);
  });

  it('gives the same parameters for the same seed and others for another', async () => {
    const { train } = loadMnist({ train: 230, test: 1 });
    const kernelOf = async (seed: number) => {
      const params = await trainMlp({ ...small, train, seed });
      const kernel = await params['dense2/kernel'].data();
      tf.dispose(params);
      return kernel;
    };
    const first = await kernelOf(7);
    expect(await kernelOf(7)).toEqual(first);
    expect(await kernelOf(8)).not.toEqual(first);
  });
});

describe('mlpForward', () => {
  beforeAll(() => tf.setBackend('cpu'));

  // h = relu([1 2]·[[1 -1] [1 -1]] + [0 1]) = relu([3 -2]) = [3 0];  h·[[2] [5]] + [1] = 7
  it('applies relu between the layers and not after the last', async () => {
    const params = {
      'dense1/kernel': tf.tensor2d([1, -1, 1, -1], [2, 2]),
      'dense1/bias': tf.tensor1d([0, 1]),
      'dense2/kernel': tf.tensor2d([2, 5], [2, 1]),
      'dense2/bias': tf.tensor1d([1]),
    };
    const x = tf.tensor2d([1, 2], [1, 2]);
    const y = mlpForward(params, x);
    expect([...(await y.data())]).toEqual([7]);
    const negated = { ...params, 'dense2/kernel': tf.tensor2d([-2, 5], [2, 1]) };
    expect([...(await mlpForward(negated, x).data())]).toEqual([-5]);
  });
});
