import { isDataMethod } from './dataMethod';
import { UsageError } from './exit';
import type { PairFlags } from './matchByFlags';

/**
 * Throws if there is no single match by weights whose state `--resume` could keep.
 *
 * @param inputs - The checkpoints.
 */
export function assertResumable(
  inputs: readonly string[],
  { resume, method, permutations = [] }: PairFlags & { readonly permutations?: readonly string[] },
): void {
  if (resume === undefined) return;
  const problem =
    permutations.length > 0
      ? 'with --permutations nothing is matched'
      : isDataMethod(method)
        ? `it is for matches by weights, not for --method ${method}`
        : inputs.length > 2
          ? `it is for one match, and ${inputs.length} checkpoints have several`
          : null;
  if (problem) throw new UsageError(`--resume has no match to keep: ${problem}. Leave it out`);
}
