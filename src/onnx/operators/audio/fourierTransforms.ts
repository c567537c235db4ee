import { reshape } from '@tensorflow/tfjs-core';
import { ownOrder, storedIn, tensorValue, type Value } from '../../values/value';
import { product } from '../matrix/product';
import { axisOf, type Call, inputAt, numbersAt, type Operators, unsupported } from '../operator';
import { type Fourier, fourierMatrix, halfSpectrum } from './fourierMatrix';

/** The discrete Fourier transform of signals whose last axis is the real part, or both parts. */
export const fourierTransforms: Operators = {
  DFT: { run: dftOf, hostInputs: [1, 2] },
};

/** The transform as a product with a constant matrix: TensorFlow.js has no kernels for it on all devices. */
function dftOf(call: Call): Value {
  const x = inputAt(call, 0);
  const rank = x.shape.length;
  const axis = transformedAxis(call, rank);
  const [size, parts] = [x.shape[axis], x.shape[rank - 1]];
  const matrix = fourierMatrix(fourierOf(call, size, parts));
  const others = ownOrder(rank - 1).filter((each) => each !== axis);
  const order = [...others, axis, rank - 1];
  const outer = others.map((each) => x.shape[each]);
  const rows = reshape(
    storedIn(x, order),
    outer.length === 0 ? [1, size * parts] : [...outer, size * parts],
  );
  const [, , made, partsMade] = matrix.shape;
  const found = product(rows, reshape(matrix, [size * parts, made * partsMade]));
  return tensorValue(reshape(found, [...outer, made, partsMade]), order);
}

/** The transform of a node. Throws if the input has not the parts, or not the size, that it takes. */
function fourierOf(call: Call, size: number, parts: number): Fourier {
  const isInverse = call.attributes.number('inverse', 0) !== 0;
  const isOneSided = call.attributes.number('onesided', 0) !== 0;
  const isFromHalf = isInverse && isOneSided;
  assertParts(call, parts, isFromHalf ? [2] : isOneSided ? [1] : [1, 2]);
  const length = numbersAt(call, 1)?.[0] ?? (isFromHalf ? 2 * (size - 1) : size);
  if (isFromHalf && size !== halfSpectrum(length)) {
    throw unsupported(
      call,
      `${size} frequencies for ${length} real samples`,
      `Export the model with ${halfSpectrum(length)} frequencies, or another dft_length`,
    );
  }
  const isComplex = { input: parts === 2, output: !isFromHalf };
  return { size, length, isComplex, isInverse, isOneSided };
}

function transformedAxis(call: Call, rank: number): number {
  const axis =
    call.opset < 20 ? call.attributes.number('axis', 1) : (numbersAt(call, 2)?.[0] ?? -2);
  const from = axisOf(axis, rank);
  if (from < rank - 1) return from;
  throw unsupported(call, `axis ${axis}, that of the parts,`, 'Export the model again');
}

/** Throws unless the last axis is the real part (1), or both parts (2), as the transform takes them. */
export function assertParts(call: Call, parts: number, taken: readonly number[]): void {
  if (taken.includes(parts)) return;
  throw unsupported(
    call,
    `a last axis of ${parts} instead of ${taken.join(' or ')}`,
    'Export the model with the real part, or both parts, of signals as the last axis',
  );
}
