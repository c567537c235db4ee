import { invalid } from '../errors';
import { parsePattern } from './pattern';
import { groupsOfParams, type ParameterSpec, type PermutationSpec } from './spec';

/** Options of {@link permutationSpec}. */
export interface PermutationSpecOptions {
  /** What to do with parameters of a network that the spec does not name. Default `'error'`. */
  unlisted?: 'error' | 'fixed';
}

/**
 * Writes a permutation spec: for each parameter a pattern with one item per axis.
 *
 * - `_` a fixed axis, `h` an axis permuted by group `h`.
 * - `(4 h)` a row-major product; factors are numbers, groups, or `_`, whose size is inferred. A
 *   flattened convolution is `(_ c)` in channels-last and `(c _)` in channels-first; an LSTM kernel
 *   is `x (4 h)`.
 * - `(a + b)` a concatenation of groups, numbers or products. Both nest.
 * - `?` before the items: the network may lack the parameter (`'? h'`).
 * - The empty pattern is a scalar.
 *
 * @param patterns - By the parameter's name, in the order of the model.
 * @param options - All have defaults.
 * @throws InvalidInputError when a pattern cannot be read; it names the parameter and the item.
 *
 * @example
 * ```ts
 * import { permutationSpec } from 'perm-lmc';
 *
 * const mlp = permutationSpec({
 *   'dense1/kernel': '_ h1', 'dense1/bias': 'h1',
 *   'dense2/kernel': 'h1 _', 'dense2/bias': '_',
 * });
 * ```
 */
export function permutationSpec(
  patterns: Readonly<Record<string, string>>,
  { unlisted = 'error' }: PermutationSpecOptions = {},
): PermutationSpec {
  const fn = 'permutationSpec';
  assertUnlisted(fn, unlisted);
  const params: Record<string, ParameterSpec> = {};
  for (const [name, pattern] of Object.entries(patterns)) {
    assertParameterName(fn, name);
    params[name] = parsePattern(fn, name, pattern);
  }
  return { groups: groupsOfParams(params), params, unlisted };
}

/** Throws on the one name that a record cannot hold. */
export function assertParameterName(fn: string, name: string): void {
  if (name === '__proto__') {
    throw invalid(fn, "a parameter is named '__proto__'", 'Rename the parameter');
  }
}

/** Throws unless the value says what to do with parameters that the spec does not name. */
export function assertUnlisted(
  fn: string,
  unlisted: unknown,
): asserts unlisted is 'error' | 'fixed' {
  if (unlisted !== 'error' && unlisted !== 'fixed') {
    throw invalid(
      fn,
      `unlisted must be 'error' or 'fixed', received ${String(unlisted)}`,
      "Leave it out for 'error'",
    );
  }
}
