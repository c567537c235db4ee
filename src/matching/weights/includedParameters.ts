import { invalid } from '../../errors';
import type { ParameterFilter } from '../../params';
import type { ResolvedSpec } from '../../symmetry/internal';

/** The type of each parameter, as tensors have it. */
export type Dtypes = Readonly<Record<string, string>>;

/** The parameters that vote: those included, less integers that no group touches (counters). */
export function votingParameters(
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
  const voting = names.filter((name) => dtypes[name] === 'float32');
  if (places.length > 0 && !voting.some((name) => touched.has(name))) {
    throw invalid(
      'include leaves out every parameter that a group is on, so that nothing is compared',
      'Include some of the permuted parameters',
    );
  }
  return voting;
}
