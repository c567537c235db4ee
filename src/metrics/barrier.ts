import { assertChoice, assertInteger, assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { assertComparable } from '../params/internal';
import { createDeviceYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import {
  type BarrierProgress,
  type Evaluate,
  evaluatePoints,
  type Measurement,
  MOST_POINTS,
} from './evaluate';
import { greatest } from './greatest';

/**
 * The baseline of a barrier. `linear`: the line between the ends, (1 − α)·L(A) + α·L(B) (Sharma et al. 2024).
 * `mean`: the mean of the ends, (L(A) + L(B)) / 2 (Frankle et al. 2020).
 */
export type Baseline = 'linear' | 'mean';

/** Options of {@link barrier}. */
export interface BarrierOptions extends LongWorkOptions<BarrierProgress> {
  /** The number of values of alpha, evenly spaced, both ends included: 2 … 100000. Default 25. */
  points?: number;
  /** The baseline of the barrier. Default `'linear'`. */
  baseline?: Baseline;
}

/** One metric L along the line. */
export interface BarrierCurve {
  /** L(θ(α)) at each alpha: [points]. */
  readonly values: number[];
  /** L(θ(α)) minus the baseline, at each alpha: [points]. */
  readonly barrier: number[];
  /** The barrier: the greatest value of the curve `barrier`. */
  readonly max: number;
  /** The alpha of that value; the first if there are several. */
  readonly argmax: number;
}

/** The barrier between two networks: the alphas, and for each metric a curve under its name. */
export type BarrierReport<Metric extends string = string> = BarrierGrid & {
  readonly [name in Metric]: BarrierCurve;
};

/** The points of a barrier. */
export interface BarrierGrid {
  /** The values of alpha from 0 to 1, evenly spaced: [points]. */
  readonly alphas: number[];
}

/**
 * Measures the barrier on the straight line between two networks. With θ(α) = (1 − α)·A + α·B and a
 * metric L, the curve is
 *
 *     L(θ(α)) − [(1 − α)·L(A) + α·L(B)]
 *
 * and the barrier is its maximum over an even grid of α with both ends. A barrier near zero means that
 * the networks are linearly connected. Align b first: this function does not permute.
 *
 * Moving statistics of batch normalisation are interpolated like weights. To recompute them on data at
 * every point, call `resetBatchNorm` inside `evaluate`.
 *
 * @param a - The network at α = 0.
 * @param b - The network at α = 1, with the same names, shapes and dtypes. Integer tensors come from a.
 * @param evaluate - Measures a network, for example `classificationEvaluator(…)`. It receives the params
 * θ(α), which the barrier disposes when the call has ended, and their {@link MixturePoint}.
 * @param options - All have defaults.
 * @returns Plain data: for each metric the curve, its maximum and the alpha of the maximum.
 * @throws InvalidInputError if the networks differ, `points` < 2, or `evaluate` fails or returns values
 * that are not finite numbers; the error names the alpha. AbortError on abort.
 * @see Sharma et al. 2024 (arXiv 2404.06498); Frankle et al. 2020 (arXiv 1912.05671).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { barrier } from 'perm-lmc';
 *
 * const a = { w: tf.scalar(-1) };
 * const b = { w: tf.scalar(1) };
 * const evaluate = async ({ w }: tf.NamedTensorMap) => ({ loss: 1 - (await w.data())[0] ** 2 });
 * const curve = await barrier(a, b, evaluate, { points: 5 });
 * curve.loss.max; // 1, at curve.loss.argmax = 0.5
 * ```
 */
export async function barrier<Metric extends string>(
  a: Params,
  b: Params,
  evaluate: Evaluate<Metric>,
  options: BarrierOptions = {},
): Promise<BarrierReport<Metric>> {
  return named('barrier', async () => {
    assertOptions(options, { points: true, baseline: true, signal: true, onProgress: true });
    const { points = 25, baseline = 'linear' } = options;
    const { signal, onProgress } = longWork(options);
    assertComparable(a, b);
    assertPoints(points);
    assertBaseline(baseline);
    const yieldPoint = createDeviceYieldPoint(signal);
    return measureBarrier(
      [a, b],
      evaluate,
      { points, baseline },
      { signal, yieldPoint, onProgress },
    );
  });
}

/** The settings of a barrier. */
export interface BarrierSettings {
  readonly points: number;
  readonly baseline: Baseline;
}

/** Measures the barrier between two networks that are known to be comparable. */
export async function measureBarrier<Metric extends string>(
  ends: readonly [Params, Params],
  evaluate: Evaluate<Metric>,
  { points, baseline }: BarrierSettings,
  measurement: Measurement,
): Promise<BarrierReport<Metric>> {
  const alphas = evenGrid(points);
  const mixtures = alphas.map((alpha) => ({
    label: `alpha = ${alpha}`,
    weights: [1 - alpha, alpha],
  }));
  const values = await evaluatePoints(ends, mixtures, evaluate, measurement);
  const report: Record<string, unknown> = { alphas };
  for (const [metric, curve] of values) {
    report[metric] = barrierCurve(alphas, curve, baseline);
  }
  return report as BarrierReport<Metric>;
}

/** The values of alpha from 0 to 1: [points]. */
export function evenGrid(points: number): number[] {
  return Array.from({ length: points }, (_, i) => i / (points - 1));
}

/** The curve of a metric by its values at these alphas. */
export function barrierCurve(
  alphas: readonly number[],
  values: number[],
  baseline: Baseline,
): BarrierCurve {
  const [atA, atB] = [values[0], values.at(-1)!];
  const curve = values.map((value, i) => {
    const alpha = baseline === 'linear' ? alphas[i] : 0.5;
    return value - ((1 - alpha) * atA + alpha * atB);
  });
  const max = greatest(curve);
  return { values, barrier: curve, max, argmax: alphas[curve.indexOf(max)] };
}

/** Throws unless `points` is an integer in 2 … {@link MOST_POINTS}. */
export function assertPoints(points: number): void {
  const remedy = 'The grid needs both ends; the default is 25';
  assertInteger('points', points, 2, remedy, MOST_POINTS);
}

/** Throws unless `baseline` is the name of a baseline. */
export function assertBaseline(baseline: Baseline): void {
  assertChoice('baseline', baseline, ['linear', 'mean']);
}
