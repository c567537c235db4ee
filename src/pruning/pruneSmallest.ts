/** The weights of a parameter, with a record of those that are kept. */
export interface Layer {
  readonly name: string;
  /** The weights, `[size]`; left as they are. */
  readonly weights: Float32Array;
  /** 1 for each weight that is kept, 0 for each that is pruned, `[size]`; changed by pruning. */
  readonly kept: Float32Array;
  /** The number of zeros that `kept` had at first. */
  readonly pruned: number;
}

/**
 * Prunes the `count` weights of least magnitude among those still kept, over all layers together. Among equal
 * magnitudes the first are pruned, by layer and then by position.
 *
 * This is a radix selection in two passes. The bits of a float32 without its sign, read as an integer, have the
 * order of the magnitudes. So a histogram of their upper half and one of their lower half find the count-th
 * smallest in linear time, without a copy of the weights.
 */
export function pruneSmallest(layers: readonly Layer[], count: number): void {
  if (count === 0) return;
  const upper = bucketOf(layers, count, 2 ** 15, (bits) => bits >>> 16);
  const lower = bucketOf(layers, count - upper.below, 2 ** 16, (bits) =>
    bits >>> 16 === upper.bucket ? bits & 0xffff : -1,
  );
  const threshold = upper.bucket * 2 ** 16 + lower.bucket;
  let ties = count - upper.below - lower.below;
  for (const { weights, kept } of layers) {
    const magnitudes = bitsOf(weights);
    for (let i = 0; i < kept.length; i++) {
      const magnitude = magnitudes[i] & 0x7fffffff;
      if (kept[i] === 0 || magnitude > threshold) continue;
      if (magnitude === threshold && ties-- <= 0) continue;
      kept[i] = 0;
    }
  }
}

/**
 * The bucket with the count-th smallest of the weights that are kept, and the number of weights in the buckets
 * below it.
 *
 * @param digit - Returns the bucket of a magnitude, or −1 for one that is not counted.
 */
function bucketOf(
  layers: readonly Layer[],
  count: number,
  buckets: number,
  digit: (bits: number) => number,
): { bucket: number; below: number } {
  const histogram = new Float64Array(buckets);
  for (const { weights, kept } of layers) {
    const magnitudes = bitsOf(weights);
    for (let i = 0; i < kept.length; i++) {
      if (kept[i] === 0) continue;
      const at = digit(magnitudes[i] & 0x7fffffff);
      if (at >= 0) histogram[at]++;
    }
  }
  let bucket = 0;
  let below = 0;
  while (below + histogram[bucket] < count) below += histogram[bucket++];
  return { bucket, below };
}

function bitsOf(weights: Float32Array): Int32Array {
  return new Int32Array(weights.buffer, weights.byteOffset, weights.length);
}
