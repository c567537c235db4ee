import { invalid } from '../../errors';
import { quoted } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import type { PermutationSpec } from '../../symmetry';
import { type ResolvedSpec, resolveShapes } from '../../symmetry/internal';
import { aboutFile } from '../aboutFile';
import { type Checkpoint, shapesOfCheckpoint } from './checkpoint';

/** The most elements of a tensor: offsets are int32. */
const MOST_ELEMENTS = 2 ** 31 - 1;

/** The spec with the sizes of a checkpoint. Throws if the checkpoint does not fit. */
export function resolveCheckpoint(spec: PermutationSpec, checkpoint: Checkpoint): ResolvedSpec {
  const resolved = aboutFile(checkpoint.path, () =>
    resolveShapes(spec, shapesOfCheckpoint(checkpoint)),
  );
  for (const { name, shape, path } of checkpoint.tensors.values()) {
    const size = sizeOf(shape);
    if (size > MOST_ELEMENTS) {
      const problem = `tensor ${quoted(name)} has ${size} elements, more than ${MOST_ELEMENTS}`;
      aboutFile(path, () => {
        throw invalid(problem, 'Split the tensor, and save the checkpoint again', {
          param: name,
          received: shape,
        });
      });
    }
  }
  return resolved;
}
