import { listsBy, perObject } from '../params/internal';
import type { Place } from './place';

/** The places of each parameter, in one pass: a search through the list for each parameter takes n² steps. */
const placesByParameter = /* @__PURE__ */ perObject((places: readonly Place[]) =>
  listsBy(places, ({ param }) => [param]),
);

/** The places on a parameter, in the order of the list. The list does not change. */
export function placesOn(places: readonly Place[], param: string): readonly Place[] {
  return placesByParameter(places).get(param) ?? [];
}
