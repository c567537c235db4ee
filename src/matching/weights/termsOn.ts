import { listsBy, perObject } from '../../params/internal';
import type { Term } from './term';

/** The indices of each group's terms. */
const indicesByGroup = /* @__PURE__ */ perObject((terms: readonly Term[]) =>
  listsBy(terms.keys(), (at) => terms[at].places.map(({ group }) => group)),
);

/** The terms with a place of one of these groups, in the order of the list. The list does not change. */
export function termsOn(terms: readonly Term[], groups: Iterable<string>): Term[] {
  const byGroup = indicesByGroup(terms);
  const indices = [...groups].map((group) => byGroup.get(group) ?? []);
  if (indices.length === 1) return indices[0].map((at) => terms[at]);
  return [...new Set(indices.flat())].sort((x, y) => x - y).map((at) => terms[at]);
}
