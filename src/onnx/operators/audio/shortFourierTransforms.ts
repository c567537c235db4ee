import { gather, mul, reshape, type Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { product } from '../matrix/product';
import {
  type Call,
  inputAt,
  numbersAt,
  type Operators,
  optionalAt,
  unsupported,
} from '../operator';
import { fourierMatrix } from './fourierMatrix';
import { assertParts } from './fourierTransforms';

/** The Fourier transforms of frames of signals [batch, samples, 1|2] or [batch, samples]. */
export const shortFourierTransforms: Operators = {
  STFT: { run: stftOf, hostInputs: [1, 2, 3] },
};

function stftOf(call: Call): Value {
  const { shape } = inputAt(call, 0);
  if (shape.length !== 2 && shape.length !== 3) {
    throw unsupported(call, `signals of shape [${shape}]`, 'Export it with [batch, samples, 1]');
  }
  const [batch, samples, parts = 1] = shape;
  const isOneSided = call.attributes.number('onesided', 1) !== 0;
  assertParts(call, parts, isOneSided ? [1] : [1, 2]);
  const window = optionalAt(call, 2);
  const length = frameLength(call, window);
  const starts = frameStarts(call, samples, length);
  const matrix = fourierMatrix({
    size: length,
    length,
    isComplex: { input: parts === 2, output: true },
    isInverse: false,
    isOneSided,
  });
  const windowed = window ? mul(matrix, reshape(toTensor(window), [length, 1, 1, 1])) : matrix;
  const made = matrix.shape[2];
  const found = product(
    frames(reshape(toTensor(inputAt(call, 0)), [batch, samples, parts]), starts, length),
    reshape(windowed, [length * parts, made * 2]),
  );
  return tensorValue(reshape(found, [batch, starts.length, made, 2]));
}

function frameLength(call: Call, window: Value | null): number {
  const length = numbersAt(call, 3)?.[0] ?? window?.shape[0];
  if (length === undefined) {
    throw unsupported(call, 'neither a window nor frame_length', 'Export the model again');
  }
  if (!window || window.shape[0] === length) return length;
  throw unsupported(
    call,
    `a window of ${window.shape[0]} and frames of ${length}`,
    'Pad the window with zeros to the length of the frames',
  );
}

/** The first sample of each frame. */
function frameStarts(call: Call, samples: number, length: number): number[] {
  const [step] = numbersAt(call, 1) ?? [];
  if (!(step > 0)) throw unsupported(call, `frame_step ${step}`, 'Export the model again');
  if (samples < length) {
    throw invalid(
      `a signal of ${samples} samples has no frame of ${length}`,
      'Pass a longer signal',
      { param: 'input', received: samples },
    );
  }
  return Array.from({ length: Math.floor((samples - length) / step) + 1 }, (_, i) => i * step);
}

/** The frames [batch, frames, length · parts] of signals [batch, samples, parts]. */
function frames(signals: Tensor, starts: readonly number[], length: number): Tensor {
  const [batch, , parts] = signals.shape;
  const samples = Int32Array.from(
    { length: starts.length * length },
    (_, i) => starts[Math.floor(i / length)] + (i % length),
  );
  const found = gather(signals, tensor1d(samples, 'int32'), 1);
  return reshape(found, [batch, starts.length, length * parts]);
}
