import { clone, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Place, placePositions } from '../../symmetry/internal';
import type { ActivationKernel } from './activationKernel';
import { backendSamples } from './backendSamples';
import { type Moments, type NetworkPair, networkPairs } from './moments';
import { packedSamples } from './packedSamples';
import type { Samples } from './samples';

/** Moments that are added up batch by batch, in memory that does not grow with the number of batches. */
export interface GramSum {
  /**
   * Adds a batch of samples, for each network a tensor and the place of its units; all are left as they are. Returns
   * false if the products are not finite.
   */
  add(tensors: readonly Tensor[], places: readonly Place[]): Promise<boolean>;
  /** The moments of all samples so far. Those of a shifted sum are right after means are subtracted. */
  moments(): Moments;
}

/** Settings of a sum. */
export interface GramSumOptions {
  /** The pairs of networks to multiply, which may be a network and itself. Default: {@link networkPairs}. */
  readonly pairs?: readonly NetworkPair[];
  /** The comparison that the moments are for. */
  readonly kernel: ActivationKernel;
  /** The engine for products, see `chooseEngine`. */
  readonly engine: 'packed' | 'backend';
  /** Awaited before every product. */
  readonly yieldPoint: () => Promise<void>;
}

/**
 * An empty sum over the units of each network. Batches are multiplied in float32 and added in float64. For the
 * kernel `correlation` a constant close to each unit's mean (its mean over the first batch) is subtracted first:
 * otherwise a small variance is lost to rounding in Σ x² − (Σ x)²/N.
 *
 * @param sizes - [networks]: the number of units of each.
 */
export function createGramSum(
  sizes: readonly number[],
  { pairs = networkPairs(sizes.length), kernel, engine, yieldPoint }: GramSumOptions,
): GramSum {
  const isShifted = kernel === 'correlation';
  const sides = sizes.map(createSide);
  const products = pairs.map(([i, j]) => new Float64Array(sizes[i] * sizes[j]));
  let count = 0;
  const samplesOf = engine === 'packed' ? packedSamples : backendSamples;

  /** The samples of a tensor, less the side's shift; the caller disposes them. */
  async function shiftedSamples(x: Tensor, place: Place, side: Side): Promise<Samples> {
    const shifted = shiftedBy(x, place, side.shift);
    try {
      return await samplesOf(shifted, place);
    } finally {
      shifted.dispose();
    }
  }

  async function addSamples(samples: readonly Samples[]): Promise<void> {
    for (const [at, [i, j]] of pairs.entries()) {
      await yieldPoint();
      addTo(products[at], await samples[i].products(samples[j]));
    }
    for (const [i, side] of sides.entries()) {
      const { sums, squares } = await samples[i].totals();
      addTo(side.squares, squares);
      addTo(side.sums, sums);
    }
    count += samples[0].length;
  }

  return {
    async add(tensors, places) {
      if (isShifted && count === 0) {
        for (const [i, side] of sides.entries()) {
          const samples = await shiftedSamples(tensors[i], places[i], side);
          try {
            const { sums } = await samples.totals();
            side.shift = Float32Array.from(sums, (sum) => sum / samples.length);
          } finally {
            samples.dispose();
          }
        }
      }
      const samples: Samples[] = [];
      try {
        for (const [i, side] of sides.entries()) {
          samples.push(await shiftedSamples(tensors[i], places[i], side));
        }
        await addSamples(samples);
      } finally {
        for (const each of samples) each.dispose();
      }
      return products.every((each) => each.every(Number.isFinite));
    },
    moments: () => ({ samples: count, networks: sides, products }),
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
