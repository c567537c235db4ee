import { invalid } from '../../errors';
import { quoted } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import { type ResolvedSpec, resolveShapes } from '../../symmetry/internal';
import { aboutFile } from '../openSafetensors';
import { type Checkpoint, shapesOfCheckpoint } from './checkpoint';

/** The most elements of a tensor: offsets are int32. */
const MOST_ELEMENTS = 2 ** 31 - 1;

/** The spec with the sizes of a checkpoint. Throws if the checkpoint does not fit. */
export function resolveCheckpoint(spec: PermutationSpec, checkpoint: Checkpoint): ResolvedSpec {
  const resolved = aboutFile(checkpoint.path, () =>
    resolveShapes(spec, shapesOfCheckpoint(checkpoint)),
  );
  for (const { stored, file } of checkpoint.tensors.values()) {
    const size = sizeOf(stored.shape);
    if (size > MOST_ELEMENTS) {
      const problem = `tensor ${quoted(stored.name)} has ${size} elements, more than ${MOST_ELEMENTS}`;
      aboutFile(file.path, () => {
        throw invalid(problem, 'Split the tensor, and save the checkpoint again', {
          param: stored.name,
          received: stored.shape,
        });
      });
    }
  }
  return resolved;
}
