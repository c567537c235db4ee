/** Chooses parameters by name. */
export type ParameterFilter = (name: string) => boolean;

/**
 * True for a parameter that is trained by gradient, judged by its name: moving statistics of batch
 * normalisation (`moving_mean`, `moving_variance`, `running_mean`, `running_var`,
 * `num_batches_tracked`) are not, everything else is.
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
  return !/(?:^|[./_:])(?:moving_mean|moving_variance|running_mean|running_var|num_batches_tracked)(?::\d+)?$/.test(
    name,
  );
}
