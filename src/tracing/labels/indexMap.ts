import { nestedOffsets, sizeOf, stridesOf } from '../../params/internal';

/**
 * A map from the positions of one axis to those of another. Strided: position i has the row-major digits d over
 * `sizes` and goes to offset + Σ dₖ·strideₖ. Listed: position i goes to `positions[i]`.
 */
export type IndexMap =
  | {
      readonly kind: 'strided';
      readonly sizes: readonly number[];
      readonly strides: readonly number[];
      readonly offset: number;
    }
  | { readonly kind: 'listed'; readonly positions: Int32Array };

/** A strided map in canonical form: consecutive digits of one stride are joined, so equal maps have equal fields. */
export function stridedMap(
  sizes: readonly number[],
  strides: readonly number[],
  offset = 0,
): IndexMap {
  const joinedSizes: number[] = [];
  const joinedStrides: number[] = [];
  for (let k = 0; k < sizes.length; k++) {
    const last = joinedSizes.length - 1;
    if (sizes[k] === 1) continue;
    if (last >= 0 && joinedStrides[last] === strides[k] * sizes[k]) {
      joinedSizes[last] *= sizes[k];
      joinedStrides[last] = strides[k];
    } else {
      joinedSizes.push(sizes[k]);
      joinedStrides.push(strides[k]);
    }
  }
  return { kind: 'strided', sizes: joinedSizes, strides: joinedStrides, offset };
}

/** The map of position i to `positions[i]`; strided if all steps are equal. */
export function listedMap(positions: Int32Array): IndexMap {
  const step = positions.length > 1 ? positions[1] - positions[0] : 1;
  const regular = positions.every((position, i) => position === positions[0] + i * step);
  return regular
    ? stridedMap([positions.length], [step], positions[0] ?? 0)
    : { kind: 'listed', positions };
}

/** The map from digits of sizes `from` onto the digits at `kept`, in that order. */
export function digitMap(from: readonly number[], kept: readonly number[]): IndexMap {
  const strides = stridesOf(kept.map((k) => from[k]));
  return stridedMap(
    from,
    from.map((_, k) => (kept.includes(k) ? strides[kept.indexOf(k)] : 0)),
  );
}

/** The image of each position. */
export function mapPositions(map: IndexMap): Int32Array {
  if (map.kind === 'listed') return map.positions;
  return nestedOffsets(map.sizes, map.strides, map.offset);
}

/** A key that equal maps share. */
export function mapKey(map: IndexMap): string {
  if (map.kind === 'strided') return `${map.sizes}*${map.strides}+${map.offset}`;
  let hash = map.positions.length;
  let other = 1;
  for (const position of map.positions) {
    hash = hashPair(hash, position);
    other = hashPair(position, other);
  }
  return `${map.positions.length}:${hash}:${other}`;
}

/** The number of distinct positions in the image. */
export function imageSize(map: IndexMap): number {
  if (map.kind === 'strided') {
    const moving = map.sizes
      .map((size, k) => ({ size, stride: Math.abs(map.strides[k]) }))
      .filter(({ stride }) => stride > 0)
      .sort((x, y) => x.stride - y.stride);
    let reach = 0;
    let nested = true;
    for (const { size, stride } of moving) {
      nested &&= stride > reach;
      reach += (size - 1) * stride;
    }
    if (nested) return sizeOf(moving.map(({ size }) => size));
  }
  return new Set(mapPositions(map)).size;
}

/** outer ∘ inner, as lists of positions. */
export function compose(outer: Int32Array, inner: Int32Array): Int32Array {
  return inner.map((each) => outer[each]);
}

/** A 32-bit hash of two integers, the same on every engine. */
export function hashPair(a: number, b: number): number {
  let h = Math.imul(a ^ 0x27d4eb2f, 0x165667b1) ^ Math.imul((b + 0x1b873593) | 0, 0xcc9e2d51);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 13), 0x297a2d39);
  return h ^ (h >>> 16);
}
