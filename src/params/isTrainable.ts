/** Chooses parameters by name: true for those to include. */
export type ParameterFilter = (name: string) => boolean;

/**
 * True if the name is that of a parameter trained by gradient. It is false for the moving statistics of batch
 * normalisation (`moving_mean`, `moving_variance`, `running_mean`, `running_var`, `num_batches_tracked`) and
 * true for every other name.
 *
 * @example
 * ```ts
 * import { isTrainable } from 'perm-lmc';
 *
 * isTrainable('bn1.weight'); // true
 * isTrainable('bn1.running_mean'); // false
 * ```
 */
export function isTrainable(name: string): boolean {
  return (
    typeof name === 'string' &&
    !/(?:^|[./_:])(?:moving_mean|moving_variance|running_mean|running_var|num_batches_tracked)(?::\d+)?$/.test(
      name,
    )
  );
}
