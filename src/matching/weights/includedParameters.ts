import { assertSynchronous } from '../../checks';
import { invalid } from '../../errors';
import type { ParameterFilter } from '../../params';
import type { ResolvedSpec } from '../../symmetry/internal';

/** The dtype of each parameter, by name. */
export type Dtypes = Readonly<Record<string, string>>;

/**
 * The names of the included parameters, without integer parameters that no group moves (counters).
 *
 * @throws InvalidInputError when a group moves an included integer parameter, or nothing is left to compare.
 */
export function includedParameters(
  { places }: ResolvedSpec,
  dtypes: Dtypes,
  include: ParameterFilter,
): string[] {
  const touched = new Set(places.map(({ param }) => param));
  const names = Object.keys(dtypes).filter((name) => {
    const isIncluded = include(name);
    assertSynchronous('include', isIncluded);
    return isIncluded;
  });
  const integer = names.find((name) => touched.has(name) && dtypes[name] !== 'float32');
  if (integer !== undefined) {
    throw invalid(
      `parameter '${integer}' is ${dtypes[integer]}, but weights are compared as float32`,
      "Cast it with tf.cast(…, 'float32'), or leave it out with include",
      { param: integer, received: dtypes[integer] },
    );
  }
  const floats = names.filter((name) => dtypes[name] === 'float32');
  if (places.length > 0 && !floats.some((name) => touched.has(name))) {
    throw invalid(
      'include leaves out every parameter that a group is on, so that nothing is compared',
      'Include some of the permuted parameters',
      { param: 'include' },
    );
  }
  return floats;
}
