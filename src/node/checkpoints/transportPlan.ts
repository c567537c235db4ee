import { invalid } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import { assertComparableCheckpoints } from './assertComparableCheckpoints';
import type { Checkpoint } from './checkpoint';
import { mayLack, type Unshared } from './sharedTensors';

/** The checkpoints of a transport. */
export interface TransportCheckpoints {
  /** The base that the fine-tuned network started from. */
  readonly base: Checkpoint;
  readonly tuned: Checkpoint;
  /** The base that the change is added to. */
  readonly target: Checkpoint;
}

/** The names of the tensors of a transport, by what is done with them. */
export interface TransportPlan {
  /** Tensors of all three: the change is added. */
  readonly moved: readonly string[];
  /** Tensors that the fine-tuned network alone has, or has in another shape than its base: taken from it whole. */
  readonly added: readonly string[];
  /** Tensors of the target that the fine-tuned network lacks. */
  readonly kept: readonly string[];
  /** Tensors of the fine-tuned network and its base that the target lacks. */
  readonly leftOut: readonly string[];
}

/**
 * Plans a transport. Throws if a tensor differs between the bases, or if a checkpoint lacks one that it may not lack.
 *
 * @param unshared - `'first'` allows tensors that only some checkpoints have, unless the spec requires them.
 */
export function transportPlan(
  spec: PermutationSpec,
  { base, tuned, target }: TransportCheckpoints,
  unshared: Unshared,
): TransportPlan {
  const isNew = (name: string) => {
    const [own, before] = [tuned.tensors.get(name), base.tensors.get(name)];
    return own !== undefined && own.shape.join() !== before?.shape.join();
  };
  const names = [...new Set([...target.tensors.keys(), ...tuned.tensors.keys()])];
  const added = names.filter(isNew);
  const old = names.filter((name) => !isNew(name));
  const kept = old.filter((name) => !tuned.tensors.has(name));
  const leftOut = old.filter((name) => !target.tensors.has(name));
  for (const [lacking, missing, other] of [
    [tuned, kept, target],
    [target, leftOut, tuned],
  ] as const) {
    const isRequired = (each: string) => Object.hasOwn(spec.params, each) && !mayLack(spec, each);
    const name = missing.find((each) => unshared === 'error' || isRequired(each));
    if (name !== undefined) throw lacksTensor(name, lacking, other);
  }
  const moved = old.filter((name) => target.tensors.has(name) && tuned.tensors.has(name));
  const own = partOf(base, moved);
  assertComparableCheckpoints(own, partOf(tuned, moved));
  assertComparableCheckpoints(own, partOf(target, moved));
  return { moved, added, kept, leftOut };
}

/** A checkpoint with these tensors alone. */
function partOf(checkpoint: Checkpoint, names: readonly string[]): Checkpoint {
  const { tensors } = checkpoint;
  return { ...checkpoint, tensors: new Map(names.map((name) => [name, tensors.get(name)!])) };
}

function lacksTensor(name: string, lacking: Checkpoint, other: Checkpoint) {
  return invalid(
    `'${lacking.path}' lacks parameter '${name}', which '${other.path}' has`,
    "Rename the parameters so that all use the same names, or pass unshared: 'first' if the spec makes it optional",
    { param: name },
  );
}
