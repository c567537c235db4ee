import { listsBy } from '../params/internal';
import type { Place } from './place';

/** The places of each parameter, for the lists that have been asked: a search through a list for each takes n² steps. */
const known = /* @__PURE__ */ new WeakMap<
  readonly Place[],
  ReadonlyMap<string, readonly Place[]>
>();

/** The places on a parameter, in the order of the list. The list does not change. */
export function placesOn(places: readonly Place[], param: string): readonly Place[] {
  let byParam = known.get(places);
  if (!byParam) {
    byParam = listsBy(places, ({ param }) => [param]);
    known.set(places, byParam);
  }
  return byParam.get(param) ?? [];
}
