/** The number of elements of a shape: ∏ₖ shape[k]; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** The row-major strides of a shape: strides[k] = ∏_{l > k} shape[l]. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let k = shape.length - 2; k >= 0; k--) strides[k] = strides[k + 1] * shape[k + 1];
  return strides;
}

/**
 * The offsets start + Σₖ iₖ·strides[k] of all indices 0 ≤ iₖ < counts[k]. The last index changes fastest.
 *
 * @returns ∏ₖ counts[k] offsets.
 */
export function nestedOffsets(
  counts: readonly number[],
  strides: readonly number[],
  start = 0,
): Int32Array {
  let offsets = Int32Array.of(start);
  for (let k = 0; k < counts.length; k++) {
    const steps = new Int32Array(counts[k]);
    for (let i = 0; i < steps.length; i++) steps[i] = i * strides[k];
    offsets = crossOffsets(offsets, steps);
  }
  return offsets;
}

/** All sums of two offsets: outer[i] + inner[j] at position i · inner.length + j. */
export function crossOffsets(outer: Int32Array, inner: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(outer.length * inner.length);
  let at = 0;
  for (let i = 0; i < outer.length; i++) {
    const first = outer[i];
    for (let j = 0; j < inner.length; j++) result[at++] = first + inner[j];
  }
  return result;
}
