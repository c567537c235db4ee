import { perObject } from '../../params/internal';
import { type Family, membersOf, namesIn } from './family';
import { type Proposal, proposalsFor } from './proposalsFor';
import { isQuadratic, type Term } from './term';
import { termsOn } from './termsOn';

/** A family among the terms of an objective, as every step that solves for it needs it. */
export interface FamilyTerms {
  /** The terms with a place of a group of the family. */
  readonly touched: readonly Term[];
  /** True if the objective is quadratic in the permutations of the family. */
  readonly isQuadratic: boolean;
  /** The ways to solve the family. */
  readonly proposals: readonly Proposal[];
}

/** Finds a family among terms: once, since neither changes. */
export function familyTerms(terms: readonly Term[], family: Family): FamilyTerms {
  return familiesAmong(terms)(family);
}

const familiesAmong = /* @__PURE__ */ perObject((terms: readonly Term[]) =>
  perObject((family: Family): FamilyTerms => {
    const names = new Set(namesIn(family));
    const touched = termsOn(terms, names);
    return {
      touched,
      isQuadratic: touched.some((term) => isQuadratic(term, names)),
      proposals: proposalsFor(terms, membersOf(family)),
    };
  }),
);
