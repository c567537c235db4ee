import type { Permutations } from '../../permutation';
import type { MovedSums } from '../alignmentOf';
import type { Weights } from '../products/weights';
import type { DividedParameter, Region } from './divideParameter';
import { lineOffsets, movedIndex } from './lineOffsets';

/**
 * ⟨A, B⟩, ⟨A, P B⟩, ‖A‖² and ‖B‖² over each region that groups move, in float64 and in one pass over the
 * values. P B is never written out.
 */
export async function movedSums(
  weights: Weights,
  parameters: readonly DividedParameter[],
  permutations: Permutations,
): Promise<MovedSums[]> {
  const sums: MovedSums[] = [];
  for (const { param, places, regions } of parameters) {
    const moved = regions.filter(({ groups }) => groups.length > 0);
    if (moved.length === 0) continue;
    const shape = weights.shape(param);
    const [a, b] = [await weights.values('a', param), await weights.values('b', param)];
    const index = movedIndex(shape, places, permutations);
    for (const region of moved) sums.push(sumsOver(region, a, b, shape, index));
  }
  return sums;
}

/** The sums over a region, where position i of an axis of P B is position index[i] of B. */
function sumsOver(
  { positions, groups }: Region,
  a: Float32Array,
  b: Float32Array,
  shape: readonly number[],
  index: readonly (Int32Array | null)[],
): MovedSums {
  const lines = lineOffsets(positions, shape);
  const movedLines = lineOffsets(positions, shape, index);
  const sums = new Float64Array(4);
  for (let line = 0; line < lines.outer.length; line++) {
    const from = { at: lines.outer[line], moved: movedLines.outer[line] };
    addLine(sums, a, b, from, lines.inner, movedLines.inner);
  }
  const [before, after, squaresA, squaresB] = sums;
  return { groups, before, after, squaresA, squaresB };
}

/** Adds the products of one line to the sums x·y, x·(P y), x² and y². */
function addLine(
  sums: Float64Array,
  a: Float32Array,
  b: Float32Array,
  from: { readonly at: number; readonly moved: number },
  inner: Int32Array,
  movedInner: Int32Array,
): void {
  const { at, moved } = from;
  let before = 0;
  let after = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < inner.length; i++) {
    const x = a[at + inner[i]];
    const y = b[at + inner[i]];
    before += x * y;
    after += x * b[moved + movedInner[i]];
    squaresA += x * x;
    squaresB += y * y;
  }
  sums[0] += before;
  sums[1] += after;
  sums[2] += squaresA;
  sums[3] += squaresB;
}
