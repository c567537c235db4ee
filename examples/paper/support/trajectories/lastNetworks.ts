import type { Params } from 'perm-lmc';
import { lastStep, type TrajectoryPair } from './trajectoryPair';

/** The networks of the last step, on which permutations from anywhere are measured. */
export interface LastNetworks {
  readonly pair: TrajectoryPair;
  readonly a: Params;
  readonly b: Params;
  /** The measurements of A and of B, which no permutation changes. */
  readonly ends: readonly Readonly<Record<'loss' | 'error', number>>[];
}

/** Loads and measures the networks of the last step. The caller disposes `a` and `b`. */
export async function lastNetworks(pair: TrajectoryPair): Promise<LastNetworks> {
  const step = lastStep(pair);
  const [a, b] = [await pair.a(step), await pair.b(step)];
  return { pair, a, b, ends: [await pair.evaluate(a), await pair.evaluate(b)] };
}
