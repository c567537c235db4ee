import { createHash } from 'node:crypto';
import { isFloatDtype } from '../../io/internal';
import { listsBy, sizeOf } from '../../params/internal';
import type { CheckpointTensor } from './checkpointFormat';

/**
 * The tensors of a checkpoint that others lack and that are copies of a shared tensor, such as a head that is tied to
 * the embeddings: for each its name and that of the shared tensor. A copy has the same type, shape and bytes, and two
 * axes or more.
 *
 * @param shared - True for the tensors that all checkpoints have.
 */
export async function tiedTensors(
  tensors: ReadonlyMap<string, CheckpointTensor>,
  shared: (name: string) => boolean,
  yieldPoint: () => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const tied = new Map<string, string>();
  const digestOf = async (name: string) => {
    const bytes = await tensors.get(name)!.read(yieldPoint);
    return createHash('sha256').update(bytes).digest('hex');
  };
  const alike = listsBy([...tensors.keys()].filter(shared), (name) => [formOf(tensors.get(name)!)]);
  const digested = new Map(
    Array.from(alike, ([form, names]) => [form, firstByDigest(names, digestOf)]),
  );
  for (const [name, tensor] of tensors) {
    if (shared(name) || !isFloatDtype(tensor.dtype) || tensor.shape.length < 2) continue;
    if (sizeOf(tensor.shape) === 0) continue;
    const firstLike = digested.get(formOf(tensor));
    const other = firstLike && (await firstLike(await digestOf(name)));
    if (other !== undefined) tied.set(name, other);
  }
  return tied;
}

/**
 * A function that finds the first of some tensors with a digest. Each tensor is read once, and when it is needed: a
 * moving average repeats every shape of the network.
 */
function firstByDigest(
  names: readonly string[],
  digestOf: (name: string) => Promise<string>,
): (digest: string) => Promise<string | undefined> {
  const first = new Map<string, string>();
  let read = 0;
  return async (digest) => {
    while (!first.has(digest) && read < names.length) {
      const name = names[read++];
      const own = await digestOf(name);
      if (!first.has(own)) first.set(own, name);
    }
    return first.get(digest);
  };
}

/** The type and the shape of a tensor. */
function formOf({ dtype, shape }: CheckpointTensor): string {
  return `${dtype} ${shape}`;
}
