import { invalid } from '../errors';
import type { ParameterFilter } from '../params/isTrainable';
import type { Params } from '../params/params';
import type { ResolvedSpec } from '../spec/resolve';

/** The parameters that vote: those included, less integers that no group touches (counters). */
export function votingParameters(
  fn: string,
  { places }: ResolvedSpec,
  params: Params,
  include: ParameterFilter,
): string[] {
  const touched = new Set(places.map(({ param }) => param));
  const names = Object.keys(params).filter((name) => include(name));
  const integer = names.find((name) => touched.has(name) && params[name].dtype !== 'float32');
  if (integer !== undefined) {
    throw invalid(
      fn,
      `parameter '${integer}' is ${params[integer].dtype}, but weights are compared as float32`,
      "Cast it with tf.cast(…, 'float32'), or leave it out with include",
    );
  }
  const voting = names.filter((name) => params[name].dtype === 'float32');
  if (places.length > 0 && !voting.some((name) => touched.has(name))) {
    throw invalid(
      fn,
      'include leaves out every parameter that a group is on, so that nothing is compared',
      'Include some of the permuted parameters',
    );
  }
  return voting;
}
