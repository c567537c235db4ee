import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';

/** A discrete Fourier transform along an axis. */
export interface Fourier {
  /** The size of the input. Samples from `length` on are left out; missing ones are zeros. */
  readonly size: number;
  /** The number of samples of the signal. */
  readonly length: number;
  /** True if the input, and if the output, has imaginary parts. */
  readonly isComplex: { readonly input: boolean; readonly output: boolean };
  readonly isInverse: boolean;
  /** True if only the frequencies from 0 to half the length are stored. */
  readonly isOneSided: boolean;
}

/** The number of frequencies of a transform of real signals, the others being conjugates. */
export function halfSpectrum(length: number): number {
  return Math.floor(length / 2) + 1;
}

/**
 * The matrix [size, 1|2, made, 1|2] of a Fourier transform: the output is the sum over its first two axes of the input
 * times it. Axes of 2 are the real and the imaginary part.
 *
 * One entry is x ↦ w · x · exp(±2πi·k·t / length). An inverse from half a spectrum counts frequencies that stand for
 * two conjugates twice.
 */
export function fourierMatrix(fourier: Fourier): Tensor4D {
  const { size, length, isComplex, isInverse, isOneSided } = fourier;
  const made = isOneSided && !isInverse ? halfSpectrum(length) : length;
  const [partsIn, partsOut] = [isComplex.input ? 2 : 1, isComplex.output ? 2 : 1];
  const count = size * partsIn * made * partsOut;
  assertComputable(length, count);
  const matrix = new Float32Array(count);
  const [cosines, sines] = circle(length, isInverse ? 1 : -1);
  let at = 0;
  for (let from = 0; from < size; from++) {
    const weight = weightOf(from, fourier);
    for (let part = 0; part < partsIn; part++) {
      for (let to = 0; to < made; to++) {
        const angle = (from * to) % length;
        matrix[at++] = weight * (part === 0 ? cosines[angle] : -sines[angle]);
        if (isComplex.output) matrix[at++] = weight * (part === 0 ? sines[angle] : cosines[angle]);
      }
    }
  }
  return tensor4d(matrix, [size, partsIn, made, partsOut]);
}

/** The most elements of a matrix. They allow 2896 complex samples, 4096 real ones, and 5792 real ones one-sided. */
const MOST_ELEMENTS = 2 ** 25;

function assertComputable(length: number, count: number): void {
  if (length > 0 && count <= MOST_ELEMENTS) return;
  throw invalid(
    `a Fourier transform of ${length} samples is not computed`,
    length > 0 ? 'Transform shorter frames, as STFT does' : 'Pass a longer signal',
    { param: 'input', received: length },
  );
}

/** The cosines and the signed sines of the angles that divide a circle. */
function circle(count: number, sign: number): [cosines: Float64Array, sines: Float64Array] {
  const angles = Float64Array.from({ length: count }, (_, i) => (2 * Math.PI * i) / count);
  return [angles.map(Math.cos), angles.map((angle) => sign * Math.sin(angle))];
}

/** The factor of an element of the input. */
function weightOf(from: number, { length, isInverse, isOneSided }: Fourier): number {
  if (!isInverse) return from < length ? 1 : 0;
  if (!isOneSided) return from < length ? 1 / length : 0;
  const isOwnConjugate = from === 0 || 2 * from === length;
  return (isOwnConjugate ? 1 : 2) / length;
}
