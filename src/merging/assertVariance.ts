import { invalid } from '../errors';

/**
 * Throws if a value of a moving variance became negative.
 *
 * @param name - The name of the variance, for the message.
 * @param before - The values before the change.
 * @param first - The flat index of the first value.
 */
export function assertVariance(
  name: string,
  values: ArrayLike<number>,
  before: ArrayLike<number>,
  first = 0,
): void {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] < 0) || before[i] < 0) continue;
    throw invalid(
      `the variance '${name}' would be ${values[i]} at flat index ${first + i}`,
      'Pass a smaller scale, or keepStatistics: true, and recompute the statistics on data',
      { param: name, received: values[i] },
    );
  }
}
