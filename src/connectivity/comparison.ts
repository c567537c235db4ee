import { dispose } from '@tensorflow/tfjs-core';
import { kindOf } from '../checks';
import { about, failed, invalid } from '../errors';
import type { Matcher } from '../matching';
import type { BarrierProgress, BarrierReport, Baseline, Evaluate } from '../metrics';
import { measureBarrier } from '../metrics/internal';
import type { Params } from '../params';
import { assertComparable } from '../params/internal';
import type { Permutations } from '../permutation';
import { permutationArrays, permutationLists } from '../permutation/internal';
import { unlessAborted, type WorkControl } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { assertPermutations, permuteResolved, resolveSpec } from '../symmetry/internal';
import type { PlainPermutations } from './reports';
import type { NamedSource, OpenSource } from './withNetworkSources';

/** Settings by which the networks of a report are compared. */
export interface Comparison extends WorkControl {
  readonly spec: PermutationSpec;
  readonly evaluate: Evaluate;
  readonly metric: string;
  readonly points: number;
  readonly baseline: Baseline;
}

/** Two networks, of which b is permuted, and the function that opens them. */
export interface Pair {
  readonly a: NamedSource;
  readonly b: NamedSource;
  readonly open: OpenSource;
}

type OnPoint = (points: BarrierProgress) => void;

/** Measures the barrier between A and B. */
export async function unmatchedBarrier(
  comparison: Comparison,
  pair: Pair,
  onPoint: OnPoint,
): Promise<BarrierReport> {
  const ends = await openPair(pair);
  return about(`${labelOf(pair)}, unmatched`, () => barrierBetween(comparison, ends, onPoint));
}

/** Measures the barrier between A and P[B]. */
export async function matchedBarrier(
  comparison: Comparison,
  pair: Pair,
  permutations: PlainPermutations,
  onPoint: OnPoint,
): Promise<BarrierReport> {
  const [a, b] = await openPair(pair);
  return about(`${labelOf(pair)}, matched`, async () => {
    const aligned = permuted(comparison.spec, b, permutations);
    try {
      return await barrierBetween(comparison, [a, aligned], onPoint);
    } finally {
      dispose(aligned);
    }
  });
}

/** Measures the barrier between two networks that are known to be comparable. */
export function barrierBetween(
  { evaluate, points, baseline, metric, signal, yieldPoint }: Comparison,
  ends: readonly [Params, Params],
  onProgress: OnPoint,
): Promise<BarrierReport> {
  const measurement = { signal, yieldPoint, onProgress, required: metric };
  return measureBarrier(ends, evaluate, { points, baseline }, measurement);
}

/** Matches B to A. Throws if the permutations do not fit B. */
export async function foundPermutations(
  comparison: Comparison,
  match: Matcher,
  pair: Pair,
): Promise<PlainPermutations> {
  const [a, b] = await openPair(pair);
  return about(`${labelOf(pair)}, match`, async () => {
    const result = await matching(comparison, (options) => match(a, b, options));
    return fittingPermutations(comparison.spec, b, result?.permutations);
  });
}

/** The result of a matcher; if it fails, the error gives its reason as the cause. */
export async function matching<T>(
  { yieldPoint, signal }: Comparison,
  match: (options: { signal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  try {
    return await unlessAborted(match(signal ? { signal } : {}), signal);
  } catch (error) {
    await yieldPoint(); // Throws the signal's reason if it was an abort.
    throw failed('the matcher', error);
  }
}

/** The permutations that a matcher found for a network, as plain data. Throws if they do not fit it. */
export function fittingPermutations(
  spec: PermutationSpec,
  params: Params,
  permutations: Permutations | undefined,
): PlainPermutations {
  if (typeof permutations !== 'object' || permutations === null) {
    throw invalid(
      `the matcher must return { permutations }, a record, received ${kindOf(permutations)} as permutations`,
      'Return what weightMatch returns, or a record of the same form',
      { param: 'permutations', received: kindOf(permutations) },
    );
  }
  assertPermutations(resolveSpec(spec, params), permutations);
  return permutationLists(permutations);
}

/** Permutes a network; the caller owns the result. Throws if the permutations do not fit. */
export function permuted(spec: PermutationSpec, params: Params, plain: PlainPermutations): Params {
  const permutations = permutationArrays(plain);
  const resolved = resolveSpec(spec, params);
  assertPermutations(resolved, permutations);
  return permuteResolved(resolved, params, permutations);
}

async function openPair({ a, b, open }: Pair): Promise<[Params, Params]> {
  const params: [Params, Params] = [await open(a), await open(b)];
  assertComparable(...params, [a.label, b.label]);
  return params;
}

/** The labels of the two networks, for errors. */
function labelOf({ a, b }: Pair): string {
  return `${a.label} and ${b.label}`;
}
