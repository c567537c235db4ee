import { listNames } from '../checks';
import type { Exceptions } from './fitSpec';
import type { Session } from './session';

/**
 * Lists the exceptions on standard error.
 *
 * @param first - The path of the first checkpoint.
 */
export function tellExceptions(
  { err }: Session,
  { unlisted, kept, leftOut, resized }: Exceptions,
  first: string,
): void {
  const tell = (text: string, names: readonly string[]) => {
    if (names.length > 0) err.show([`perm-lmc: ${text}: ${listNames(names)}`]);
  };
  tell('not in the spec, so not permuted', unlisted);
  tell(`not in every checkpoint, so not matched, and kept from '${first}'`, kept);
  tell(`not in '${first}', so left out`, leftOut);
  tell('with other numbers of rows in some checkpoints', resized);
}
