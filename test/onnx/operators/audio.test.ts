import { onnxParams } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { expectNode, stored } from '../../support/onnx/expectNode';
import { floats, given, int64s } from '../../support/onnx/feeds';
import { type AttributeGiven, modelBytes } from '../../support/onnx/modelBytes';
import { operatorBackends } from '../../support/onnx/operatorBackends';

type Attributes = Record<string, AttributeGiven>;

const scalar = (value: number) => stored(given([value], [], 'int64'));

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each<[number[], Attributes]>([
    [[2, 8, 1], {}],
    [[2, 7, 2], {}],
    [[2, 7, 2], { inverse: 1 }],
    [[2, 6, 1], { inverse: 1 }],
    [[2, 8, 1], { onesided: 1 }],
    [[2, 7, 1], { onesided: 1 }],
    [[2, 3, 5, 1], { axis: 2 }],
    [[2, 3, 5, 2], { axis: 1, inverse: 1 }],
    [[3, 4, 2], { axis: 0 }],
  ])('DFT of opset 17 on %j with %j', async (shape, attributes) => {
    await expectNode('DFT', [floats(shape)], { opset: 17, attributes });
  });

  it.each<[number, Attributes]>([
    [5, {}],
    [11, {}],
    [5, { onesided: 1 }],
    [12, { onesided: 1 }],
    [11, { inverse: 1 }],
  ])('DFT of length %d of 8 samples with %j', async (length, attributes) => {
    await expectNode('DFT', [floats([2, 8, 1]), scalar(length)], { attributes });
  });

  it.each<[number[], number | null]>([
    [[2, 3, 5, 1], null],
    [[2, 3, 5, 2], -3],
    [[2, 3, 5, 2], 1],
    [[4, 2], 0],
  ])('DFT of opset 20 on %j along axis %j', async (shape, axis) => {
    const others = axis === null ? [] : [null, scalar(axis)];
    await expectNode('DFT', [floats(shape), ...others], { opset: 20 });
  });

  it.each([-2, 0, 1])(
    'DFT along axis %d of an image that is stored channels-last',
    async (axis) => {
      await expectLikeReference(
        {
          nodes: [
            ['Conv', ['image', 'kernel'], ['x']],
            ['DFT', ['x', '', 'axis'], ['y']],
          ],
          initializers: { kernel: floats([3, 2, 2, 2], 7), axis: given([axis], [], 'int64') },
          outputs: ['y'],
        },
        { image: floats([2, 2, 5, 3]) },
        { opset: 20 },
      );
    },
  );

  it.each([
    [5, []],
    [5, [8]],
    [4, [7]],
  ])('DFT to real samples from half a spectrum of %d, with length %j', async (size, length) => {
    const attributes = { onesided: 1, inverse: 1 };
    const inputs = [floats([2, size, 2]), ...length.map(scalar)];
    await expectNode('DFT', inputs, { opset: 20, attributes });
  });

  it('STFT without a window', async () => {
    await expectNode('STFT', [floats([2, 21, 1]), scalar(4), null, scalar(8)]);
  });

  it.each<[number[], Attributes]>([
    [[2, 21, 1], {}],
    [[2, 21, 1], { onesided: 0 }],
    [[1, 8, 1], {}],
    [[2, 21], {}],
  ])('STFT on %j with a window and %j', async (shape, attributes) => {
    const window = stored(floats([8], 2));
    await expectNode('STFT', [floats(shape), scalar(3), window, scalar(8)], { attributes });
    await expectNode('STFT', [floats(shape), scalar(3), window], { attributes });
  });

  it('STFT of complex signals', async () => {
    const inputs = [floats([2, 21, 2]), scalar(3), null, scalar(8)];
    await expectNode('STFT', inputs, { attributes: { onesided: 0 } });
  });

  // onnxruntime computes other values than the definition here.
  it('STFT of complex signals with a window', async () => {
    const [signal, window] = [floats([1, 7, 2]), floats([4], 2)];
    await expectNode('STFT', [signal, scalar(3), stored(window)], {
      attributes: { onesided: 0 },
      expected: { y0: { shape: [1, 2, 4, 2], data: plainFrames(signal.data, window.data, 3) } },
    });
  });

  it('STFT takes a window that is an input', async () => {
    await expectNode('STFT', [floats([2, 21, 1]), scalar(3), floats([8], 2)]);
  });

  it.each(
    ['HannWindow', 'HammingWindow', 'BlackmanWindow'].flatMap((op) =>
      [0, 1].flatMap((periodic) => [2, 9].map((size) => [op, periodic, size] as const)),
    ),
  )('%s with periodic %d of %d', async (op, periodic, size) => {
    await expectNode(op, [scalar(size)], { attributes: { periodic } });
  });

  it('a log mel spectrogram', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['HannWindow', ['length'], ['window']],
          ['STFT', ['x', 'step', 'window', 'length'], ['spectrum']],
          ['Mul', ['spectrum', 'spectrum'], ['squares']],
          ['ReduceSum', ['squares', 'last'], ['power'], { keepdims: 0 }],
          ['MelWeightMatrix', ['bands', 'length', 'rate', 'low', 'high'], ['weights']],
          ['MatMul', ['power', 'weights'], ['mels']],
          ['Log', ['mels'], ['y']],
        ],
        initializers: {
          length: given([64], [], 'int64'),
          step: given([16], [], 'int64'),
          bands: given([6], [], 'int64'),
          rate: given([8000], [], 'int64'),
          low: given([100], []),
          high: given([4000], []),
          last: int64s(-1),
        },
        outputs: ['y'],
      },
      { x: floats([2, 200, 1]) },
      { tolerance: 1e-3 },
    );
  });

  it.each([
    [8, 16, 8192, 0, 4096],
    [10, 64, 16000, 20, 7600],
    [20, 32, 8000, 0, 4000],
  ])('MelWeightMatrix of %d bands, length %d, rate %d from %d to %d', async (...numbers) => {
    const [bands, length, rate, low, high] = numbers;
    const edges = [low, high].map((edge) => stored(given([edge], [])));
    await expectNode('MelWeightMatrix', [scalar(bands), scalar(length), scalar(rate), ...edges]);
  });
});

/** The transforms of windowed frames of one complex signal, by their definition. */
function plainFrames(signal: ArrayLike<number>, window: ArrayLike<number>, step: number) {
  const [samples, length] = [signal.length / 2, window.length];
  const found: number[] = [];
  for (let start = 0; start + length <= samples; start += step) {
    for (let k = 0; k < length; k++) {
      let [real, imaginary] = [0, 0];
      for (let t = 0; t < length; t++) {
        const [a, b] = [signal[2 * (start + t)], signal[2 * (start + t) + 1]];
        const angle = (-2 * Math.PI * k * t) / length;
        real += window[t] * (a * Math.cos(angle) - b * Math.sin(angle));
        imaginary += window[t] * (a * Math.sin(angle) + b * Math.cos(angle));
      }
      found.push(real, imaginary);
    }
  }
  return found;
}

it('a window that the file stores is no weight', () => {
  const bytes = modelBytes({
    nodes: [['STFT', ['x', 'step', 'window'], ['y']]],
    inputs: { x: { shape: [1, 20, 1] } },
    initializers: { step: given([4], [], 'int64'), window: floats([8]) },
    outputs: ['y'],
  });
  expect(onnxParams(bytes)).toEqual({});
});

describe('refused', () => {
  beforeAll(() => useBackend('cpu'));
  const expected = { y0: { shape: [], data: [] } };

  it('one-sided spectra of complex signals', async () => {
    const attributes = { onesided: 1 };
    await expect(expectNode('DFT', [floats([2, 8, 2])], { attributes, expected })).rejects.toThrow(
      'DFT (opset 17) with a last axis of 2 instead of 1 is not supported',
    );
  });

  it('half a spectrum of another length than the samples', async () => {
    const settings = { opset: 20, attributes: { onesided: 1, inverse: 1 }, expected };
    await expect(expectNode('DFT', [floats([2, 5, 2]), scalar(7)], settings)).rejects.toThrow(
      'DFT (opset 20) with 5 frequencies for 7 real samples is not supported',
    );
  });

  it('transforms whose matrix would be too large', async () => {
    await expect(expectNode('DFT', [floats([1, 10000, 1])], { expected })).rejects.toThrow(
      'a Fourier transform of 10000 samples is not computed',
    );
  });

  it('windows of another length than the frames', async () => {
    const inputs = [floats([2, 21, 1]), scalar(4), stored(floats([6])), scalar(8)];
    await expect(expectNode('STFT', inputs, { expected })).rejects.toThrow(
      'a window of 6 and frames of 8 is not supported',
    );
  });

  it('signals of other ranks', async () => {
    const inputs = [floats([1, 1, 21, 1]), scalar(4), null, scalar(8)];
    await expect(expectNode('STFT', inputs, { expected })).rejects.toThrow(
      'signals of shape [1,1,21,1] is not supported',
    );
  });

  it('bands above half the sample rate', async () => {
    const edges = [0, 8000].map((edge) => stored(given([edge], [])));
    const inputs = [scalar(20), scalar(64), scalar(8000), ...edges];
    await expect(expectNode('MelWeightMatrix', inputs, { expected })).rejects.toThrow(
      /bands up to frequency \d+ of a spectrum of 33 is not supported/,
    );
  });

  it('signals shorter than a frame', async () => {
    const inputs = [floats([2, 5, 1]), scalar(4), null, scalar(8)];
    await expect(expectNode('STFT', inputs, { expected })).rejects.toThrow(
      'a signal of 5 samples has no frame of 8',
    );
  });
});
