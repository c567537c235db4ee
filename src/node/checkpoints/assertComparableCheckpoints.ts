import { invalid } from '../../errors';
import { tensorDtype } from '../../io/internal';
import { assertSameNames, assertSameShape } from '../../params/internal';
import { type Checkpoint, shapesOfCheckpoint } from './checkpoint';

/**
 * Throws unless two checkpoints have the same tensors: names, shapes, and floats where the other has
 * floats. How many bits they are stored in may differ.
 */
export function assertComparableCheckpoints(a: Checkpoint, b: Checkpoint): void {
  const paths = [`'${a.path}'`, `'${b.path}'`] as const;
  assertSameNames(
    shapesOfCheckpoint(a),
    shapesOfCheckpoint(b),
    paths,
    ({ from, to }) => `pass renamePrefix: { from: '${from}', to: '${to}' }`,
  );
  for (const [name, { stored }] of a.tensors) {
    const other = b.tensors.get(name)!.stored;
    assertSameShape(name, stored.shape, other.shape, paths);
    if (tensorDtype(stored.dtype) !== tensorDtype(other.dtype)) {
      throw invalid(
        `parameter '${name}' is ${stored.dtype} in ${paths[0]} and ${other.dtype} in ${paths[1]}`,
        'Save both as floats, or both as integers',
      );
    }
  }
}
