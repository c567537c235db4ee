import { invalid } from '../../errors';
import type { Params } from '../../params';
import { placesOn, type ResolvedSpec } from '../../symmetry/internal';

/** Throws if a parameter with units of the groups is not float32: integers have no mean. */
export function assertFloats(
  params: Params,
  { places }: ResolvedSpec,
  groups: ReadonlySet<string>,
): void {
  for (const [name, { dtype }] of Object.entries(params)) {
    if (dtype === 'float32') continue;
    const merged = placesOn(places, name).find(({ group }) => groups.has(group));
    if (!merged) continue;
    throw invalid(
      `parameter '${name}' is ${dtype} and has units of group '${merged.group}', and only floats can be averaged`,
      'Cast it to float32',
      { param: name, axis: merged.axis, received: dtype },
    );
  }
}
