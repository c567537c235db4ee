import { invalid } from '../../errors';
import type { ParameterFilter } from '../../params';
import type { ResolvedSpec } from '../../symmetry/internal';

/** The type of each parameter, as tensors have it. */
export type Dtypes = Readonly<Record<string, string>>;

/**
 * The included parameters, less integers that no group touches (counters).
 *
 * @throws InvalidInputError when an included parameter of integers would be compared, or nothing is left to compare.
 */
export function includedParameters(
  { places }: ResolvedSpec,
  dtypes: Dtypes,
  include: ParameterFilter,
): string[] {
  const touched = new Set(places.map(({ param }) => param));
  const names = Object.keys(dtypes).filter((name) => include(name));
  const integer = names.find((name) => touched.has(name) && dtypes[name] !== 'float32');
  if (integer !== undefined) {
    throw invalid(
      `parameter '${integer}' is ${dtypes[integer]}, but weights are compared as float32`,
      "Cast it with tf.cast(…, 'float32'), or leave it out with include",
    );
  }
  const floats = names.filter((name) => dtypes[name] === 'float32');
  if (places.length > 0 && !floats.some((name) => touched.has(name))) {
    throw invalid(
      'include leaves out every parameter that a group is on, so that nothing is compared',
      'Include some of the permuted parameters',
    );
  }
  return floats;
}
