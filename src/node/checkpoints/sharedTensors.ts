import { assertChoice } from '../../checks';
import type { PermutationSpec } from '../../symmetry';
import type { Checkpoint } from './checkpoint';

/** The treatment of a tensor that some checkpoints lack, if the spec allows that. */
export type Unshared = 'error' | 'first';

/** Throws unless the option `unshared` is valid. */
export function assertUnshared(unshared: Unshared): void {
  assertChoice('unshared', unshared, ['error', 'first']);
}

/** True if a network may lack a parameter: it is optional in the spec, or unlisted ones are allowed. */
export function mayLack({ params, unlisted }: PermutationSpec, name: string): boolean {
  return Object.hasOwn(params, name) ? params[name].optional === true : unlisted === 'fixed';
}

/**
 * The checkpoints without the tensors that some of them lack, if the spec allows that and `unshared` is
 * `'first'`. Otherwise the checkpoints are returned unchanged.
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
