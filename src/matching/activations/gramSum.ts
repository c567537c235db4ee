import { clone, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Place, placePositions } from '../../symmetry/internal';
import type { ActivationKernel } from './activationKernel';
import { backendSamples } from './backendSamples';
import type { Moments } from './moments';
import { packedSamples } from './packedSamples';
import type { Samples } from './samples';

/** Moments that are added up batch by batch, in memory that does not grow with the number of batches. */
export interface GramSum {
  /**
   * Adds a batch of samples of the units at a place; both tensors are left as they are. Returns false if the
   * products are not finite.
   */
  add(a: Tensor, b: Tensor, place: Place): Promise<boolean>;
  /** The moments of all samples so far, with each unit's mean subtracted or not. A shifted sum has centred ones alone. */
  moments(isCentred: boolean): Moments;
}

/** Settings of a sum. */
export interface GramSumOptions {
  /** The comparison that the moments are for. */
  readonly kernel: ActivationKernel;
  /** The engine for products, see `chooseEngine`. */
  readonly engine: 'packed' | 'backend';
}

/**
 * An empty sum over n units. Batches are multiplied in float32 and added in float64. For the kernel
 * `correlation` a constant close to each unit's mean (its mean over the first batch) is subtracted first:
 * otherwise a small variance is lost to rounding in Σ x² − (Σ x)²/N.
 */
export function createGramSum(n: number, { kernel, engine }: GramSumOptions): GramSum {
  const isShifted = kernel === 'correlation';
  const products = new Float64Array(n * n);
  const [a, b] = [createSide(n), createSide(n)];
  let count = 0;
  const samplesOf = engine === 'packed' ? packedSamples : backendSamples;

  /** The result of `work` on the samples of a tensor, less the side's shift. */
  async function withSamples<T>(
    x: Tensor,
    place: Place,
    side: Side,
    work: (samples: Samples) => Promise<T>,
  ): Promise<T> {
    const shifted = shiftedBy(x, place, side.shift);
    try {
      const samples = await samplesOf(shifted, place);
      try {
        return await work(samples);
      } finally {
        samples.dispose();
      }
    } finally {
      shifted.dispose();
    }
  }

  async function addSide(x: Samples, side: Side): Promise<void> {
    const { sums, squares } = await x.totals();
    addTo(side.squares, squares);
    addTo(side.sums, sums);
  }

  return {
    async add(xA, xB, place) {
      if (isShifted && count === 0) {
        for (const [x, side] of [
          [xA, a],
          [xB, b],
        ] as const) {
          side.shift = await withSamples(x, place, side, async (samples) =>
            Float32Array.from((await samples.totals()).sums, (sum) => sum / samples.length),
          );
        }
      }
      await withSamples(xA, place, a, (left) =>
        withSamples(xB, place, b, async (right) => {
          addTo(products, await left.products(right));
          await addSide(left, a);
          await addSide(right, b);
          count += left.length;
        }),
      );
      return products.every(Number.isFinite);
    },
    moments(isCentred) {
      const over = isCentred ? count : Number.POSITIVE_INFINITY;
      return {
        products: products.map((value, at) => {
          return value - (a.sums[Math.floor(at / n)] * b.sums[at % n]) / over;
        }),
        squaresA: a.squares.map((value, i) => value - a.sums[i] ** 2 / over),
        squaresB: b.squares.map((value, i) => value - b.sums[i] ** 2 / over),
      };
    },
  };
}

/** Sums for the units of one network, [units]. */
interface Side {
  shift: Float32Array | null;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function createSide(n: number): Side {
  return { shift: null, sums: new Float64Array(n), squares: new Float64Array(n) };
}

/** x less a number for each unit; a new tensor, which the caller disposes. */
function shiftedBy(x: Tensor, place: Place, shift: Float32Array | null): Tensor {
  if (!shift) return clone(x);
  return tidy(() => {
    const atPositions = new Float32Array(x.shape[place.axis]);
    placePositions(place).forEach((position, at) => {
      atPositions[position] = shift[Math.floor(at / place.copies)];
    });
    const shape = x.shape.map((size, axis) => (axis === place.axis ? size : 1));
    return sub(x, tensor(atPositions, shape));
  });
}

function addTo(total: Float64Array, values: ArrayLike<number>): void {
  for (let at = 0; at < total.length; at++) total[at] += values[at];
}
