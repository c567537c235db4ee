import { type Shapes, sizeOf } from '../../params/internal';
import { channelsOn } from '../channelsOn';
import type { NormProducer } from './kernelsWith';

/** A normalisation whose variance is estimated. */
export interface EstimatedNorm {
  readonly variance: string;
  readonly producers: readonly NormProducer[];
}

/** Reads a parameter of a network, with its units in the order of the merged network. */
export type ReadNetwork = (network: number, param: string) => Promise<ArrayLike<number>>;

/**
 * The variance of a merged normalisation's channels, from the variances v of the networks:
 *
 *     var = Σᵢⱼ wᵢ wⱼ ρᵢⱼ √(vᵢ vⱼ),     ρᵢⱼ = ⟨fᵢ, fⱼ⟩ / |fᵢ||fⱼ|
 *
 * f being the filters of the kernel before the normalisation. This is exact for one layer on inputs that are
 * uncorrelated and of equal variance. It is never negative, for any weights. A channel whose variances are negative or
 * not finite gets Σ wᵢvᵢ. Two kernels are in memory at a time.
 *
 * @returns [channels].
 */
export async function estimateVariance(
  { variance, producers }: EstimatedNorm,
  weights: readonly number[],
  shapes: Shapes,
  read: ReadNetwork,
): Promise<Float64Array<ArrayBuffer>> {
  const networks = [...weights.keys()].filter((i) => weights[i] !== 0);
  const variances = new Map<number, ArrayLike<number>>();
  for (const i of networks) variances.set(i, await read(i, variance));
  const channels = sizeOf(shapes[variance]);
  const [sum, mean] = [new Float64Array(channels), new Float64Array(channels)];
  const isPositive = new Uint8Array(channels).fill(1);
  for (const [i, own] of variances) {
    for (let c = 0; c < channels; c++) {
      sum[c] += weights[i] ** 2 * own[c];
      mean[c] += weights[i] * own[c];
      if (!(own[c] >= 0)) isPositive[c] = 0;
    }
  }
  for (const producer of producers) {
    for await (const { i, j, cosines } of cosinesOf(producer, networks, shapes, read)) {
      const [own, theirs] = [variances.get(i)!, variances.get(j)!];
      for (const [c, cosine] of cosines) {
        sum[c] += 2 * weights[i] * weights[j] * cosine * Math.sqrt(own[c] * theirs[c]);
      }
    }
  }
  return sum.map((value, c) =>
    isPositive[c] === 1 && Number.isFinite(value) ? Math.max(value, 0) : mean[c],
  );
}

/** The cosines of the filters of two networks by channel. */
interface PairCosines {
  readonly i: number;
  readonly j: number;
  readonly cosines: readonly (readonly [channel: number, cosine: number])[];
}

/** The cosines of the filters of a kernel, for one pair of networks after another. */
async function* cosinesOf(
  { param, axes, channelOf }: NormProducer,
  networks: readonly number[],
  shapes: Shapes,
  read: ReadNetwork,
): AsyncGenerator<PairCosines> {
  if (networks.length < 2) return;
  const at = channelsOn(shapes[param], axes).map((position) => channelOf[position]);
  const channels = [...new Set(channelOf)].filter((channel) => channel >= 0);
  const most = channels.reduce((most, channel) => Math.max(most, channel), 0) + 1;
  for (const [k, i] of networks.entries()) {
    if (k === networks.length - 1) return;
    const own = await read(i, param);
    const lengths = filterProducts(own, own, at, most);
    for (const j of networks.slice(k + 1)) {
      const theirs = await read(j, param);
      const products = filterProducts(own, theirs, at, most);
      const others = filterProducts(theirs, theirs, at, most);
      const cosines = channels.map(
        (c) => [c, cosineOf(products[c], lengths[c] * others[c])] as const,
      );
      yield { i, j, cosines };
    }
  }
}

/** ⟨f, g⟩ of the filters of two kernels, by channel. Channel −1 is left out. */
function filterProducts(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  channelAt: Int32Array,
  channels: number,
): Float64Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < channelAt.length; i++) {
    if (channelAt[i] >= 0) sums[channelAt[i]] += x[i] * y[i];
  }
  return sums;
}

/** A cosine from ⟨f, g⟩ and |f|²|g|². Filters of zeros are at right angles to all others. */
function cosineOf(product: number, squares: number): number {
  if (squares === 0) return 0;
  return Math.min(1, Math.max(-1, product / Math.sqrt(squares)));
}
