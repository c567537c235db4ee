import { assertReadable } from '../../io/internal';
import type { Permutations } from '../../permutation';
import type { PermutationSpec } from '../../symmetry';
import { assertPermutations, type ResolvedSpec } from '../../symmetry/internal';
import { aboutFile } from '../aboutFile';
import { assertComparableCheckpoints } from './assertComparableCheckpoints';
import type { Checkpoint } from './checkpoint';
import { resolveCheckpoint } from './resolveCheckpoint';
import { type SharedOptions, sharedTensors } from './sharedTensors';

/** Checkpoints that are merged. */
export interface MergedCheckpoints {
  /** The checkpoints with their common tensors and rows. The units of all but the first are moved. */
  readonly checkpoints: readonly Checkpoint[];
  /** The tensors that have other numbers of rows in some of them. */
  readonly resized: readonly string[];
  /** The spec with the sizes of each checkpoint. */
  readonly specs: readonly ResolvedSpec[];
  /** The permutations of each checkpoint but the first. */
  readonly permutations: readonly Permutations[];
}

/** The checkpoints of a merge. Throws unless they fit the spec, the permutations and each other. */
export function mergedCheckpoints(
  spec: PermutationSpec,
  all: readonly Checkpoint[],
  permutations: readonly Permutations[],
  sharing: Required<SharedOptions>,
): MergedCheckpoints {
  const [first, ...others] = sharing.unshared === 'first' ? withoutUnlisted(spec, all) : all;
  for (const [i, other] of others.entries()) {
    assertAligned(spec, [first, other], permutations[i], sharing);
  }
  const shared = sharedTensors(spec, all, sharing);
  const { checkpoints, resized } = shared;
  const specs = checkpoints.map((each) => resolveCheckpoint(shared.spec, each));
  if (others.length > 0) {
    for (const tensor of checkpoints[0].tensors.values()) {
      aboutFile(tensor.path, () => assertReadable(tensor));
    }
  }
  return { checkpoints, resized, specs, permutations };
}

/** The checkpoints without the tensors that some of them lack and the spec does not name. */
function withoutUnlisted(spec: PermutationSpec, all: readonly Checkpoint[]): Checkpoint[] {
  const isUsed = (name: string) =>
    Object.hasOwn(spec.params, name) || all.every(({ tensors }) => tensors.has(name));
  return all.map((each) => ({
    ...each,
    tensors: new Map([...each.tensors].filter(([name]) => isUsed(name))),
  }));
}

/** Throws unless two checkpoints fit each other and the permutations on the tensors that both have, as in a match. */
function assertAligned(
  spec: PermutationSpec,
  pair: readonly [Checkpoint, Checkpoint],
  permutations: Permutations,
  sharing: Required<SharedOptions>,
): void {
  const { spec: own, checkpoints } = sharedTensors(spec, pair, sharing);
  const [first, other] = checkpoints;
  assertComparableCheckpoints(first, other);
  assertPermutations(resolveCheckpoint(own, first), permutations);
}
