import * as tf from '@tensorflow/tfjs-core';
import {
  interpolate,
  isTrainable,
  type Params,
  type PermutationSpec,
  permute,
  serializePermutations,
  weightMatch,
} from 'perm-lmc';
import type { MatchStep, MergedNetwork } from '../protocol';
import { movedUnits, reportSteps } from './matching';
import { nextTurn } from './nextTurn';
import type { Context } from './tasks';

/** A merge without its files. */
export interface Merge {
  /** (1 − alpha)·A + alpha·B in A's order; the caller disposes it. */
  readonly params: Params;
  readonly report: Omit<MergedNetwork, 'files' | 'warnings'>;
}

/** Aligns b to a and merges them. */
export async function mergeNetworks(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  alpha: number,
  { signal, report }: Pick<Context<MatchStep>, 'signal' | 'report'>,
): Promise<Merge> {
  const { permutations, alignment } = await weightMatch(spec, a, b, {
    signal,
    onProgress: reportSteps(report),
  });
  const aligned = permute(spec, b, permutations);
  try {
    await nextTurn(signal);
    return {
      params: interpolate(a, aligned, alpha, { integers: 'first' }),
      report: {
        permutations: serializePermutations(permutations),
        before: alignment.before,
        after: alignment.after,
        ...movedUnits(permutations),
        hasStatistics: Object.keys(a).some((name) => !isTrainable(name)),
      },
    };
  } finally {
    tf.dispose(aligned);
  }
}
