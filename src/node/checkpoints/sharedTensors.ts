import { invalid } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import type { Checkpoint } from './checkpoint';

/** The way to treat a tensor that not every checkpoint has, where the spec lets a network lack it. */
export type Unshared = 'error' | 'first';

/** Throws unless it is one of the ways. */
export function assertUnshared(unshared: Unshared): void {
  if (unshared === 'error' || unshared === 'first') return;
  throw invalid(`unshared must be 'error' or 'first', received ${unshared}`, 'Pass one of them');
}

/** Whether a network may lack a parameter: the spec calls it optional, or allows unlisted ones. */
export function mayLack({ params, unlisted }: PermutationSpec, name: string): boolean {
  return Object.hasOwn(params, name) ? params[name].optional === true : unlisted === 'fixed';
}

/**
 * The checkpoints without the tensors that not all of them have, where the spec lets a network lack these;
 * as they are where such tensors are an error.
 */
export function sharedTensors(
  spec: PermutationSpec,
  checkpoints: readonly Checkpoint[],
  unshared: Unshared,
): readonly Checkpoint[] {
  if (unshared === 'error') return checkpoints;
  const isShared = (name: string) => checkpoints.every(({ tensors }) => tensors.has(name));
  return checkpoints.map((checkpoint) => ({
    ...checkpoint,
    tensors: new Map(
      [...checkpoint.tensors].filter(([name]) => isShared(name) || !mayLack(spec, name)),
    ),
  }));
}
