import { invalid } from '../../errors';
import { tensorDtype } from '../../io/internal';
import { assertSameNames, assertSameShape } from '../../params/internal';
import { type Checkpoint, shapesOfCheckpoint } from './checkpoint';

/**
 * Throws unless two checkpoints have the same tensor names, shapes and kinds of values (floats, integers
 * or booleans). Their stored types may differ in bits.
 */
export function assertComparableCheckpoints(a: Checkpoint, b: Checkpoint): void {
  const paths = [`'${a.path}'`, `'${b.path}'`] as const;
  assertSameNames(
    shapesOfCheckpoint(a),
    shapesOfCheckpoint(b),
    paths,
    ({ from, to }) => `pass renamePrefix: { from: '${from}', to: '${to}' }`,
  );
  for (const [name, tensor] of a.tensors) {
    const other = b.tensors.get(name)!;
    assertSameShape(name, tensor.shape, other.shape, paths);
    if (tensorDtype(tensor.dtype) !== tensorDtype(other.dtype)) {
      throw invalid(
        `parameter '${name}' is ${tensor.dtype} in ${paths[0]} and ${other.dtype} in ${paths[1]}`,
        'Save both as floats, or both as integers',
        { param: name, received: other.dtype },
      );
    }
  }
}
