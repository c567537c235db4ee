import { invalid } from '../../errors';
import { sizeOf } from '../../params/internal';

/** The most elements of an array on the host. */
const MOST_ELEMENTS = 2 ** 25;

/** Throws if an array on the host would be too large, before it takes memory: shapes of a file may be wrong. */
export function assertHostSize(shape: readonly number[]): void {
  const isShape = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (isShape && sizeOf(shape) <= MOST_ELEMENTS) return;
  throw invalid(
    isShape
      ? `a constant of shape [${shape}] has more than ${MOST_ELEMENTS} elements`
      : `[${shape}] is no shape`,
    'Export the model again',
    { param: 'bytes', received: shape },
  );
}
