import type { ResolvedGroup } from '../../symmetry/internal';
import { appearancesOf } from './appearancesOf';
import type { GramOf } from './grams';
import { areCoupled, type Term } from './term';
import { termsOn } from './termsOn';

/** One way to solve a family. */
export interface Proposal {
  /** Groups whose units keep their present order inside every block. */
  readonly held: ReadonlySet<string>;
  /** The places that the gram of each member is summed over; null for a member without a gram. */
  readonly sums: ReadonlyMap<string, GramOf | null>;
  /** True if the grams give the exact rise of the objective. */
  readonly isExact: boolean;
}

/**
 * The ways to solve a family. If no members are coupled, there is one, and it is exact. Otherwise there are
 * two: (a) one group of each coupled pair is held, if the pairs allow it; (b) the parameters that couple
 * members are left out, and only groups that are on no other parameters are held.
 */
export function proposalsFor(
  terms: readonly Term[],
  members: readonly ResolvedGroup[],
): readonly Proposal[] {
  const names = members.map(({ name }) => name);
  const pairs = members.length === 1 ? [] : coupledPairs(termsOn(terms, names), names);
  if (pairs.length === 0) {
    const sums = new Map(names.map((name) => [name, 'all' as const]));
    return [{ held: new Set(), sums, isExact: true }];
  }
  const isAlwaysCoupled = (name: string) =>
    appearancesOf(terms, name).every(({ place }) => place.coupling !== null);
  const uncoupledSum = (name: string) => (isAlwaysCoupled(name) ? null : 'uncoupled');
  const relaxed: Proposal = {
    held: new Set(names.slice(1).filter(isAlwaysCoupled)),
    sums: new Map(names.map((name) => [name, uncoupledSum(name)])),
    isExact: false,
  };
  const held = oneOfEachPair(pairs, isAlwaysCoupled);
  if (!held) return [relaxed];
  const exact: Proposal = {
    held,
    sums: new Map(names.map((name) => [name, held.has(name) ? uncoupledSum(name) : 'all'])),
    isExact: true,
  };
  return [exact, relaxed];
}

type Pair = readonly [string, string];

/** The pairs of these groups with coupled places on a term. */
function coupledPairs(terms: readonly Term[], names: readonly string[]): Pair[] {
  return terms.flatMap(({ places }) => {
    const own = places.filter(({ group, coupling }) => coupling && names.includes(group));
    return own.flatMap((place, i) =>
      own
        .slice(i + 1)
        .filter((other) => areCoupled(place, other))
        .map((other): Pair => [place.group, other.group]),
    );
  });
}

/**
 * Groups that include exactly one of every pair, or null if there is no such choice: one side of a
 * two-colouring of the graph of pairs, in each component the side with more of the preferred groups.
 */
function oneOfEachPair(
  pairs: readonly Pair[],
  isPreferred: (name: string) => boolean,
): Set<string> | null {
  const chosen = new Set<string>();
  const coloured = new Set<string>();
  for (const [start] of pairs) {
    if (coloured.has(start)) continue;
    const sides = twoSides(start, pairs);
    for (const name of sides.flat()) coloured.add(name);
    const [first, second] = sides.map((side) => side.filter(isPreferred).length);
    for (const name of sides[first > second ? 0 : 1]) chosen.add(name);
  }
  return pairs.some(([x, y]) => chosen.has(x) === chosen.has(y)) ? null : chosen;
}

/** The groups that pairs connect to `start`: those at even distances, itself included, and those at odd distances. */
function twoSides(start: string, pairs: readonly Pair[]): [string[], string[]] {
  const colours = new Map([[start, 0]]);
  const sides: [string[], string[]] = [[start], []];
  const directed = pairs.flatMap(([x, y]) => [[x, y] as const, [y, x] as const]);
  for (;;) {
    const next = directed.find(([x, y]) => colours.has(x) && !colours.has(y));
    if (!next) return sides;
    const colour = 1 - colours.get(next[0])!;
    colours.set(next[1], colour);
    sides[colour].push(next[1]);
  }
}
