import { dispose } from '@tensorflow/tfjs-core';
import { about } from '../errors';
import type { JointMatcher, Matcher } from '../matching';
import type { BarrierReport, SimplexReport } from '../metrics';
import { measureSimplex } from '../metrics/internal';
import type { Params } from '../params';
import { assertComparable, mapParams } from '../params/internal';
import {
  barrierBetween,
  type Comparison,
  foundPermutations,
  matchedBarrier,
  permuted,
  unmatchedBarrier,
} from './comparison';
import { type CellOf, cellKey } from './createCells';
import { jointPermutations } from './jointPermutations';
import type { NamedNetwork } from './namedNetworks';
import type { PlainPermutations } from './reports';
import type { PlannedPair } from './strongPlan';
import { type OpenSource, withNetworkSources } from './withNetworkSources';

/** The networks and settings of a report on strong connectivity. */
export interface StrongStudy {
  readonly comparison: Comparison;
  readonly cell: CellOf;
  readonly named: readonly NamedNetwork[];
  readonly pairs: readonly PlannedPair[];
  readonly reference: number;
  readonly resolution: number;
  readonly match: Matcher | undefined;
  readonly matchAll: JointMatcher | undefined;
}

/** Measures the networks without permutations: barriers, matches, and the simplex. */
export async function measureAsTheyAre(study: StrongStudy, open: OpenSource) {
  const { comparison, cell, named, pairs, match, matchAll } = study;
  const unmatched: BarrierReport[] = [];
  for (const { a, b } of pairs) {
    const key = cellKey('unmatched', a.name, b.name);
    unmatched.push(
      await cell('barrier', key, (onPoint) =>
        unmatchedBarrier(comparison, { a, b, open }, onPoint),
      ),
    );
  }
  const permutations = match
    ? await permutationsToReference(study, match, open)
    : await permutationsAtOnce(study, MATCHED, matchAll!, open);
  const joint = match && matchAll ? await permutationsAtOnce(study, JOINT, matchAll, open) : null;
  const own: ([BarrierReport, PlainPermutations] | null)[] = [];
  for (const pair of pairs) {
    own.push(pair.own ? await ownBarrier(study, match!, pair, open) : null);
  }
  const simplex = await simplexOf(study, 'unmatchedSimplex', () => openAll(named, open));
  return { unmatched, permutations, joint, own, simplex };
}

/** The keys of the cells of networks that are permuted in one way. */
export interface AlignmentKeys {
  readonly permutations: string;
  readonly barrier: string;
  readonly simplex: string;
}

/** The keys of the alignment that a report always has. */
export const MATCHED: AlignmentKeys = {
  permutations: 'permutations',
  barrier: 'matched',
  simplex: 'matchedSimplex',
};

/** The keys of the joint alignment beside it. */
export const JOINT: AlignmentKeys = {
  permutations: 'jointPermutations',
  barrier: 'joint',
  simplex: 'jointSimplex',
};

/** Measures the networks with their permutations. Each network is permuted on first use. */
export async function measureAligned(
  study: StrongStudy,
  keys: AlignmentKeys,
  permutations: readonly PlainPermutations[],
) {
  const { comparison, cell, named, pairs } = study;
  const { spec } = comparison;
  const aligned = new Map<NamedNetwork, Params>();
  const align: OpenSource = (network) =>
    withNetworkSources(spec, comparison, async (open) => {
      const at = named.indexOf(network as NamedNetwork);
      const known = aligned.get(named[at]);
      if (known) return known;
      const params = await open(network);
      const made = about(network.label, () => permuted(spec, params, permutations[at]));
      aligned.set(named[at], made);
      return made;
    });
  try {
    const barriers: BarrierReport[] = [];
    for (const { a, b } of pairs) {
      barriers.push(
        await cell('barrier', cellKey(keys.barrier, a.name, b.name), async (onPoint) => {
          const [first, second] = await openAll([a, b], align);
          return about(`${a.label} and ${b.label}, ${keys.barrier}`, () =>
            barrierBetween(comparison, [first, second], onPoint),
          );
        }),
      );
    }
    const simplex = await simplexOf(study, keys.simplex, () => openAll(named, align));
    return { barriers, simplex };
  } finally {
    dispose([...aligned.values()]);
  }
}

/** The permutations that move each network onto the reference; the identity for the reference. */
function permutationsToReference(
  study: StrongStudy,
  match: Matcher,
  open: OpenSource,
): Promise<PlainPermutations[]> {
  const { comparison, named, reference } = study;
  return permutationsOf(study, MATCHED, (i) =>
    foundPermutations(comparison, match, { a: named[reference], b: named[i], open }),
  );
}

/** The permutations of one joint match, in the order of the reference. */
function permutationsAtOnce(
  study: StrongStudy,
  keys: AlignmentKeys,
  matchAll: JointMatcher,
  open: OpenSource,
): Promise<PlainPermutations[]> {
  const { comparison, named, reference } = study;
  const match = async () => {
    const params = await openAll(named, open);
    return jointPermutations(comparison, matchAll, named, params, reference);
  };
  let found: Promise<PlainPermutations[]> | null = null;
  return permutationsOf(study, keys, async (i) => {
    found ??= match();
    return (await found)[i];
  });
}

/** The permutations of each network, one cell each; the identity for the reference. */
async function permutationsOf(
  { cell, named, reference }: StrongStudy,
  keys: AlignmentKeys,
  find: (network: number) => Promise<PlainPermutations>,
): Promise<PlainPermutations[]> {
  const permutations: PlainPermutations[] = [];
  for (const [i, { name }] of named.entries()) {
    if (i === reference) continue;
    permutations[i] = await cell('permutations', cellKey(keys.permutations, name), () => find(i));
  }
  permutations[reference] = identityLike(permutations[reference === 0 ? 1 : 0]);
  return permutations;
}

/** Matches the two networks of a pair to each other; returns their barrier and the permutations. */
async function ownBarrier(
  { comparison, cell }: StrongStudy,
  match: Matcher,
  { a, b }: PlannedPair,
  open: OpenSource,
): Promise<[BarrierReport, PlainPermutations]> {
  const pair = { a, b, open };
  const permutations = await cell('permutations', cellKey('ownPermutations', a.name, b.name), () =>
    foundPermutations(comparison, match, pair),
  );
  const barrier = await cell('barrier', cellKey('own', a.name, b.name), (onPoint) =>
    matchedBarrier(comparison, pair, permutations, onPoint),
  );
  return [barrier, permutations];
}

function simplexOf(
  { comparison: { evaluate, metric, signal, yieldPoint }, cell, resolution }: StrongStudy,
  key: string,
  members: () => Promise<readonly Params[]>,
): Promise<SimplexReport> {
  return cell('simplex', key, async (onProgress) => {
    const measurement = { signal, yieldPoint, onProgress, required: metric };
    const networks = await members();
    return about(key, () => measureSimplex(networks, evaluate, resolution, measurement));
  });
}

/** Opens networks one after another. Throws if they are not comparable. */
async function openAll(networks: readonly NamedNetwork[], open: OpenSource): Promise<Params[]> {
  const all: Params[] = [];
  for (const network of networks) {
    all.push(await open(network));
    assertComparable(all[0], all.at(-1)!, [networks[0].label, network.label]);
  }
  return all;
}

/** The identity on the groups of these permutations. */
function identityLike(permutations: PlainPermutations): PlainPermutations {
  return mapParams(permutations, (units) => units.map((_, unit) => unit));
}
