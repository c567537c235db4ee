import { dispose } from '@tensorflow/tfjs-core';
import { failed, invalid, LostDeviceError } from '../../errors';
import { mixture } from '../../merging/internal';
import type { Params } from '../../params';
import type { Permutations } from '../../permutation';
import { currentDevice, unlessAborted, unlessLost, type WorkControl } from '../../runtime';
import { permuteResolved, type ResolvedSpec } from '../../symmetry/internal';
import type { SearchOptions } from './search/searchOptions';

/** Shares of B at which the loss between two networks is measured. */
const SHARES = [0.25, 0.5, 0.75];

/** How a loss is measured. */
interface LossMeasurement extends WorkControl {
  readonly evaluate: NonNullable<SearchOptions['evaluate']>;
}

/** A function that measures the greatest loss between A and B permuted, for each of several permutations. */
export function lossesBetween(
  resolved: ResolvedSpec,
  a: Params,
  b: Params,
  measurement: LossMeasurement,
): (candidates: readonly Permutations[]) => Promise<number[]> {
  return async (candidates) => {
    const losses: number[] = [];
    for (const permutations of candidates) {
      const permuted = permuteResolved(resolved, b, permutations);
      try {
        let greatest = Number.NEGATIVE_INFINITY;
        for (const share of SHARES) {
          await measurement.yieldPoint();
          const mixed = mixture([a, permuted], [1 - share, share], { integers: 'first' });
          try {
            greatest = Math.max(greatest, await lossOf(mixed, measurement));
          } finally {
            dispose(mixed);
          }
        }
        losses.push(greatest);
      } finally {
        dispose(permuted);
      }
    }
    return losses;
  };
}

async function lossOf(
  params: Params,
  { evaluate, signal, yieldPoint }: LossMeasurement,
): Promise<number> {
  let loss: unknown;
  try {
    const work = unlessLost(Promise.resolve(evaluate(params)), currentDevice());
    loss = (await unlessAborted(work, signal))?.loss;
  } catch (error) {
    if (error instanceof LostDeviceError) throw error;
    await yieldPoint(); // Throws the signal's reason if it was an abort.
    throw failed('search.evaluate', error);
  }
  if (typeof loss === 'number' && Number.isFinite(loss)) return loss;
  throw invalid(
    `search.evaluate must return { loss } with a finite number, received ${String(loss)}`,
    'Return a promise of an object such as { loss: 0.3 }',
    { param: 'search.evaluate', received: loss },
  );
}
