import { invalid } from '../errors';
import { assertFinite } from './assertReport';

/** Throws unless the values are finite numbers, each greater than the one before it. */
export function assertAscending(what: string, values: readonly number[]): void {
  assertFinite(what, values);
  if (values.some((value, i) => i > 0 && value <= values[i - 1])) {
    throw invalid(
      `${what} must ascend, received [${values}]`,
      'Sort them, and the values that belong to them',
      { param: what, received: values },
    );
  }
}
