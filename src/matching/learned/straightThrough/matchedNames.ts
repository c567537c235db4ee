import type { ParameterFilter, Params } from '../../../params';
import type { ResolvedSpec } from '../../../symmetry/internal';
import { dtypesOf } from '../../dtypesOf';
import { includedParameters } from '../../weights/includedParameters';

/** The included parameters that have a group: those that decide a match. */
export function matchedNames(
  resolved: ResolvedSpec,
  params: Params,
  include: ParameterFilter,
): string[] {
  const grouped = new Set(resolved.places.map(({ param }) => param));
  return includedParameters(resolved, dtypesOf(params), include).filter((name) =>
    grouped.has(name),
  );
}
