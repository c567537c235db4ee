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
import { type OpenSource, withNetworkSources } from './networkSource';
import type { PlainPermutations } from './reports';
import type { PlannedPair } from './strongPlan';

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
  const { comparison, cell, named, pairs, match } = study;
  const unmatched: BarrierReport[] = [];
  for (const { a, b } of pairs) {
    const key = cellKey('unmatched', a.name, b.name);
    unmatched.push(
      await cell('barrier', key, (onPoint) =>
        unmatchedBarrier(comparison, { a, b, open }, onPoint),
      ),
    );
  }
  const permutations = await permutationsOf(study, open);
  const own: ([BarrierReport, PlainPermutations] | null)[] = [];
  for (const pair of pairs) {
    own.push(pair.own ? await ownBarrier(study, match!, pair, open) : null);
  }
  const simplex = await simplexOf(study, 'unmatchedSimplex', () => openAll(named, open));
  return { unmatched, permutations, own, simplex };
}

/** Measures the networks with their permutations. Each network is permuted on first use. */
export async function measureAligned(
  study: StrongStudy,
  permutations: readonly PlainPermutations[],
) {
  const { comparison, cell, named, pairs } = study;
  const { spec, yieldPoint } = comparison;
  const aligned = new Map<NamedNetwork, Params>();
  const align: OpenSource = (network) =>
    withNetworkSources(spec, yieldPoint, async (open) => {
      const at = named.indexOf(network as NamedNetwork);
      const known = aligned.get(named[at]);
      if (known) return known;
      const params = await open(network);
      const made = about(network.label, () => permuted(spec, params, permutations[at]));
      aligned.set(named[at], made);
      return made;
    });
  try {
    const matched: BarrierReport[] = [];
    for (const { a, b } of pairs) {
      matched.push(
        await cell('barrier', cellKey('matched', a.name, b.name), async (onPoint) => {
          const [first, second] = await openAll([a, b], align);
          return about(`${a.label} and ${b.label}, matched`, () =>
            barrierBetween(comparison, [first, second], onPoint),
          );
        }),
      );
    }
    const simplex = await simplexOf(study, 'matchedSimplex', () => openAll(named, align));
    return { matched, simplex };
  } finally {
    dispose([...aligned.values()]);
  }
}

/** The permutations of each network; the identity for the reference. */
async function permutationsOf(
  { comparison, cell, named, reference, match, matchAll }: StrongStudy,
  open: OpenSource,
): Promise<PlainPermutations[]> {
  let joint: Promise<PlainPermutations[]> | null = null;
  const jointly = async () => {
    const params = await openAll(named, open);
    return jointPermutations(comparison, matchAll!, named, params, reference);
  };
  const permutations: PlainPermutations[] = [];
  for (const [i, network] of named.entries()) {
    if (i === reference) continue;
    const pair = { a: named[reference], b: network, open };
    permutations[i] = await cell(
      'permutations',
      cellKey('permutations', network.name),
      async () => {
        if (!matchAll) return foundPermutations(comparison, match!, pair);
        joint ??= jointly();
        return (await joint)[i];
      },
    );
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
  { comparison: { evaluate, metric, yieldPoint }, cell, resolution }: StrongStudy,
  key: 'unmatchedSimplex' | 'matchedSimplex',
  members: () => Promise<readonly Params[]>,
): Promise<SimplexReport> {
  return cell('simplex', key, async (onProgress) => {
    const measurement = { yieldPoint, onProgress, required: metric };
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
