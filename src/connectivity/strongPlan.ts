import type { CellPlan } from './connectivityCell';
import { cellKey } from './createCells';
import type { NamedNetwork } from './namedNetworks';
import type { StrongPairKind } from './reports';

/** Two networks of a set, and the kind of their alignment. */
export interface PlannedPair {
  readonly a: NamedNetwork;
  readonly b: NamedNetwork;
  readonly kind: StrongPairKind;
  /** True if the two networks are also matched to each other. */
  readonly own: boolean;
}

/** The settings of a report on strong connectivity. */
export interface StrongSettings {
  readonly points: number;
  readonly baseline: string;
  readonly resolution: number;
  readonly reference: number;
  readonly own: boolean;
  /** True if there is a match of each network to the reference. */
  readonly match: boolean;
  /** True if there is a match of all networks at once. */
  readonly matchAll: boolean;
}

/** Every pair of the networks, in their order. */
export function plannedPairs(
  networks: readonly NamedNetwork[],
  { reference, own, match }: StrongSettings,
): PlannedPair[] {
  return networks.flatMap((a, i) =>
    networks.slice(i + 1).map((b, after) => {
      const j = i + 1 + after;
      const isDirect = i === reference || j === reference;
      const kind = !match ? 'joint' : isDirect ? 'direct' : 'indirect';
      return { a, b, kind, own: own && kind !== 'direct' };
    }),
  );
}

/** The cells of a report on strong connectivity. */
export function strongPlan(
  networks: readonly NamedNetwork[],
  pairs: readonly PlannedPair[],
  { points, baseline, resolution, reference, match, matchAll }: StrongSettings,
): Map<string, CellPlan> {
  const plan = new Map<string, CellPlan>();
  const found = { reference: networks[reference].name, matcher: match ? 'match' : 'matchAll' };
  const both = match && matchAll;
  const jointly = { reference: found.reference };
  const add = (
    kind: CellPlan['kind'],
    key: string,
    settings: CellPlan['settings'],
    needed = true,
  ) => plan.set(key, { kind, settings, needed });
  for (const [i, { name }] of networks.entries()) {
    if (i === reference) continue;
    add('permutations', cellKey('permutations', name), found);
    add('permutations', cellKey('jointPermutations', name), jointly, both);
  }
  for (const { a, b, own } of pairs) {
    const key = (what: string) => cellKey(what, a.name, b.name);
    add('barrier', key('unmatched'), { points, baseline });
    add('barrier', key('matched'), { points, baseline, ...found });
    add('barrier', key('joint'), { points, baseline, ...jointly }, both);
    add('permutations', key('ownPermutations'), {}, own);
    add('barrier', key('own'), { points, baseline }, own);
  }
  add('simplex', 'unmatchedSimplex', { resolution });
  add('simplex', 'matchedSimplex', { resolution, ...found });
  add('simplex', 'jointSimplex', { resolution, ...jointly }, both);
  return plan;
}
