import { type CellPlan, cellKey } from './createCells';
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
  /** True if all networks are matched at once. */
  readonly joint: boolean;
}

/** Every pair of the networks, in their order. */
export function plannedPairs(
  networks: readonly NamedNetwork[],
  { reference, own, joint }: StrongSettings,
): PlannedPair[] {
  return networks.flatMap((a, i) =>
    networks.slice(i + 1).map((b, after) => {
      const j = i + 1 + after;
      const isDirect = i === reference || j === reference;
      const kind = joint ? 'joint' : isDirect ? 'direct' : 'indirect';
      return { a, b, kind, own: own && kind !== 'direct' };
    }),
  );
}

/** The cells of a report on strong connectivity. */
export function strongPlan(
  networks: readonly NamedNetwork[],
  pairs: readonly PlannedPair[],
  { points, baseline, resolution, reference, joint }: StrongSettings,
): Map<string, CellPlan> {
  const plan = new Map<string, CellPlan>();
  const found = { reference: networks[reference].name, matcher: joint ? 'matchAll' : 'match' };
  const add = (
    kind: CellPlan['kind'],
    key: string,
    settings: CellPlan['settings'],
    needed = true,
  ) => plan.set(key, { kind, settings, needed });
  for (const [i, { name }] of networks.entries()) {
    if (i !== reference) add('permutations', cellKey('permutations', name), found);
  }
  for (const { a, b, own } of pairs) {
    const key = (what: string) => cellKey(what, a.name, b.name);
    add('barrier', key('unmatched'), { points, baseline });
    add('barrier', key('matched'), { points, baseline, ...found });
    add('permutations', key('ownPermutations'), {}, own);
    add('barrier', key('own'), { points, baseline }, own);
  }
  add('simplex', 'unmatchedSimplex', { resolution });
  add('simplex', 'matchedSimplex', { resolution, ...found });
  return plan;
}
