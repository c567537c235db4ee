import type { Permutation, Permutations } from '../../../permutation';
import type { ResolvedGroup } from '../../../symmetry/internal';
import { familyOf, membersOf } from '../../weights/family';
import type { Softening, SoftMatrix } from './softMatrix';

/** Square matrices of the groups by name, `[units × units]`, row-major: rows are units of A, columns units of B. */
export type GroupMatrices = ReadonlyMap<string, Float64Array>;

/** Soft permutations of all groups. */
export interface SoftPermutations {
  /** The doubly stochastic matrix P of each group. */
  readonly matrices: GroupMatrices;
  /** ∂L by the logits of each group, from ∂L by the matrices. A group that is left out has ∂L/∂P = 0. */
  gradients(upstream: GroupMatrices): Promise<Map<string, Float64Array>>;
}

/** Settings of {@link softPermutations}. */
export interface SofteningSettings {
  readonly soften: Softening;
  readonly temperature: number;
  /** The permutations of all groups, for those without logits. */
  readonly held: Permutations;
  /** Awaited before each group. */
  readonly yieldPoint: () => Promise<void>;
}

/**
 * Soft permutations from logits. A free group has P = Sinkhorn(X). A group inside the units of another, with m units in
 * each, has the blocks
 *
 *     M_ij = P_parent[i, j] · Sinkhorn(X_ij),   [m × m],
 *
 * one for each pair of the parent's units. Together they are doubly stochastic, and at a permutation of the parent they
 * move whole blocks. A group without logits is held: in place of Sinkhorn(X_ij) stands the order that its units have
 * inside block i of A.
 */
export async function softPermutations(
  groups: readonly ResolvedGroup[],
  logits: GroupMatrices,
  { soften, temperature, held, yieldPoint }: SofteningSettings,
): Promise<SoftPermutations> {
  const soft = new Map<string, SoftGroup>();
  for (const group of parentsFirst(groups)) {
    await yieldPoint();
    const { name, size, parent, inner } = group;
    const above = parent === null ? Float64Array.of(1) : soft.get(parent)!.matrix;
    const own = logits.get(name);
    const matrix = new Float64Array(size * size);
    const blocks = Array.from(above, (share, at) => {
      const place = { size, inner, at };
      const block = own
        ? soften(readBlock(own, place), inner, temperature)
        : heldOrder(held[name], place);
      writeBlock(matrix, place, block.matrix, share);
      return block;
    });
    soft.set(name, { group, above, blocks, matrix });
  }
  const matrices = new Map([...soft].map(([name, { matrix }]) => [name, matrix]));
  return {
    matrices,
    gradients: (upstream) => softGradients([...soft.values()], logits, upstream, yieldPoint),
  };
}

/** The soft permutation of one group. */
interface SoftGroup {
  readonly group: ResolvedGroup;
  /** The matrix of the parent, `[blocks × blocks]`; 1 for a free group. */
  readonly above: Float64Array;
  /** Sinkhorn(X_ij), in the order of `above`. */
  readonly blocks: readonly SoftMatrix[];
  readonly matrix: Float64Array;
}

/** The groups, each after its parent. */
function parentsFirst(groups: readonly ResolvedGroup[]): ResolvedGroup[] {
  const roots = groups.filter(({ parent }) => parent === null);
  return roots.flatMap(({ name }) => membersOf(familyOf(groups, name)));
}

async function softGradients(
  soft: readonly SoftGroup[],
  logits: GroupMatrices,
  upstream: GroupMatrices,
  yieldPoint: () => Promise<void>,
): Promise<Map<string, Float64Array>> {
  const byMatrix = new Map(
    soft.map(({ group: { name, size } }) => [
      name,
      upstream.get(name)?.slice() ?? new Float64Array(size * size),
    ]),
  );
  const byLogits = new Map<string, Float64Array>();
  for (const { group, above, blocks } of [...soft].reverse()) {
    await yieldPoint();
    const { name, size, parent, inner } = group;
    const own = byMatrix.get(name)!;
    const ofParent = parent === null ? null : byMatrix.get(parent)!;
    const gradient = new Float64Array(size * size);
    blocks.forEach((block, at) => {
      const place = { size, inner, at };
      const wanted = readBlock(own, place);
      if (ofParent) ofParent[at] += dot(wanted, block.matrix);
      if (!logits.has(name)) return;
      const scaled = wanted.map((value) => value * above[at]);
      writeBlock(gradient, place, block.gradient(scaled), 1);
    });
    if (logits.has(name)) byLogits.set(name, gradient);
  }
  return byLogits;
}

/** The block of a pair of units of the parent: the `at`-th in row-major order. */
interface BlockPlace {
  /** The units of the group. */
  readonly size: number;
  /** The units in a block. */
  readonly inner: number;
  readonly at: number;
}

/** A block, `[inner × inner]`. */
function readBlock(matrix: Float64Array, place: BlockPlace): Float64Array {
  const { size, inner } = place;
  if (size === inner) return matrix;
  const block = new Float64Array(inner * inner);
  const first = firstOf(place);
  for (let k = 0; k < inner; k++) {
    const start = first + k * size;
    block.set(matrix.subarray(start, start + inner), k * inner);
  }
  return block;
}

function writeBlock(
  matrix: Float64Array,
  place: BlockPlace,
  block: Float64Array,
  factor: number,
): void {
  const { size, inner } = place;
  const first = firstOf(place);
  for (let k = 0; k < inner; k++) {
    for (let l = 0; l < inner; l++) matrix[first + k * size + l] = factor * block[k * inner + l];
  }
}

/** The index of a block's first value. */
function firstOf({ size, inner, at }: BlockPlace): number {
  const count = size / inner;
  return Math.floor(at / count) * inner * size + (at % count) * inner;
}

/** The order of the units inside block i of A, as a matrix that nothing changes. */
function heldOrder(p: Permutation, { size, inner, at }: BlockPlace): SoftMatrix {
  const start = Math.floor(at / (size / inner)) * inner;
  const matrix = new Float64Array(inner * inner);
  for (let k = 0; k < inner; k++) matrix[k * inner + (p[start + k] % inner)] = 1;
  return { matrix, gradient: () => new Float64Array(inner * inner) };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += x[at] * y[at];
  return sum;
}
