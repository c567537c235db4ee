import { assertInteger, assertOptions, shown } from '../checks';
import { invalid, named } from '../errors';
import { assertModels } from '../merging/internal';
import type { Params } from '../params';
import { createDeviceYieldPoint, type LongWorkOptions, longWork } from '../runtime';
import {
  type BarrierProgress,
  type Evaluate,
  type EvaluationPoint,
  evaluatePoints,
} from './evaluate';
import { affineWeights, type Place, placesOnPlane } from './placesOnPlane';

/**
 * The report of `lossPlane`, the metrics on the plane through three networks: plain data, unchanged by a
 * round trip through JSON.
 */
export type LossPlaneReport<Metric extends string = string> = LossPlaneGrid & {
  readonly [name in Metric]: LossPlaneSurface;
};

/** The grid of a plane, in distances in parameter space: x along B − A, y orthogonal to it. */
export interface LossPlaneGrid {
  /** The x of each column, ascending: [points]. */
  readonly xs: readonly number[];
  /** The y of each row, ascending: [points]. */
  readonly ys: readonly number[];
  /** The coordinates of A, B and C: [0, 0], [‖B − A‖, 0] and a point with y > 0. */
  readonly networks: readonly (readonly [x: number, y: number])[];
}

/** One metric on a plane. */
export interface LossPlaneSurface {
  /** L at each point of the grid: `values[row of y][column of x]`, [points][points]. */
  readonly values: readonly (readonly number[])[];
  /** L(A), L(B) and L(C). */
  readonly networks: readonly number[];
}

/** The most points along an axis: each of the plane takes a measurement. */
const MOST_PER_AXIS = 500;
/** The greatest margin: weights of networks far from all of them overflow. */
const MOST_MARGIN = 1000;

/** Options of {@link lossPlane}. */
export interface LossPlaneOptions extends LongWorkOptions<BarrierProgress> {
  /** The number of points along each axis, evenly spaced, both ends included: 2 … 500. Default 21. */
  points?: number;
  /** The margin of the grid beyond the networks on every side, as a share of their extent: 0 … 1000. Default 0.25. */
  margin?: number;
}

/**
 * Measures metrics on the plane through three networks,
 *
 *     θ(x, y) = A + x·û + y·v̂,
 *
 * with û the unit vector along B − A, and v̂ the unit vector along the part of C − A that is orthogonal to û.
 * x and y are distances in parameter space, over all float32 parameters, moving statistics included. Align the
 * networks first: this function does not permute.
 *
 * Outside the triangle of the networks some weights are negative, and so may be the variances of a batch
 * normalisation; recompute them in `evaluate` with `resetBatchNorm`. With `margin: 0` the grid still covers
 * the whole rectangle around the triangle.
 *
 * @param a - The network at the origin. Integer tensors come from it.
 * @param b - The network on the x axis, with the same names, shapes and dtypes.
 * @param c - The third network, likewise.
 * @param evaluate - Measures a network, for example `classificationEvaluator(…)`. It is called `points`² + 3
 * times, with params that are disposed when the call has ended, and their {@link MixturePoint}.
 * @param options - All have defaults.
 * @returns Plain data: the grid, the coordinates of the networks, and for each metric its values
 * [points][points].
 * @throws InvalidInputError if the networks differ, two are equal, all lie on a line, options are out of
 * range, or `evaluate` fails or returns values that are not finite numbers. AbortError on abort.
 * @see Garipov et al. 2018, Loss surfaces, mode connectivity, and fast ensembling of DNNs (arXiv 1802.10026).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { lossPlane } from 'perm-lmc';
 *
 * const [a, b, c] = [[0, 0], [2, 0], [1, 1]].map((w) => ({ w: tf.tensor1d(w) }));
 * const evaluate = async ({ w }: tf.NamedTensorMap) => ({ loss: (await w.data())[0] });
 * const plane = await lossPlane(a, b, c, evaluate, { points: 3, margin: 0 });
 * plane.networks; // [[0, 0], [2, 0], [1, 1]]
 * plane.loss.values; // [[0, 1, 2], [0, 1, 2], [0, 1, 2]]: one row for each y
 * ```
 */
export async function lossPlane<Metric extends string>(
  a: Params,
  b: Params,
  c: Params,
  evaluate: Evaluate<Metric>,
  options: LossPlaneOptions = {},
): Promise<LossPlaneReport<Metric>> {
  return named('lossPlane', async () => {
    assertOptions(options, { points: true, margin: true, signal: true, onProgress: true });
    const { points = 21, margin = 0.25 } = options;
    const { signal, onProgress } = longWork(options);
    assertModels([a, b, c], 3);
    assertGrid(points, margin);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const networks = await placesOnPlane(a, b, c);
    const xs = gridAxis(networks, 0, points, margin);
    const ys = gridAxis(networks, 1, points, margin);
    const measured = [...corners(), ...inside(xs, ys, networks)];
    const values = await evaluatePoints([a, b, c], measured, evaluate, {
      ...{ signal, yieldPoint, onProgress },
    });
    const surfaces = [...values].map(([metric, all]) => [metric, surfaceOf(all, points)]);
    const report = { xs, ys, networks, ...Object.fromEntries(surfaces) };
    return JSON.parse(JSON.stringify(report)) as LossPlaneReport<Metric>; // JSON has no −0.
  });
}

/** The networks themselves as points; they are measured before the grid. */
function corners(): EvaluationPoint[] {
  return ['A', 'B', 'C'].map((name, i) => ({
    label: `network ${name}`,
    weights: [0, 1, 2].map((k) => (k === i ? 1 : 0)),
  }));
}

/** The points of the grid, row by row. */
function inside(
  xs: readonly number[],
  ys: readonly number[],
  networks: readonly Place[],
): EvaluationPoint[] {
  return ys.flatMap((y) =>
    xs.map((x) => ({
      label: `(x, y) = (${x.toPrecision(4)},${y.toPrecision(4)})`,
      weights: affineWeights([x, y], networks),
    })),
  );
}

/**
 * The surface of one metric.
 *
 * @param values - [3 + points²]: the values at the networks, then those of the grid row by row.
 */
function surfaceOf(values: readonly number[], points: number): LossPlaneSurface {
  const row = (at: number) => values.slice(3 + at * points, 3 + (at + 1) * points);
  return {
    values: Array.from({ length: points }, (_, at) => row(at)),
    networks: values.slice(0, 3),
  };
}

/** An even grid over the networks' extent along an axis, widened on both sides by the margin. */
function gridAxis(
  networks: readonly Place[],
  axis: 0 | 1,
  points: number,
  margin: number,
): number[] {
  const places = networks.map((place) => place[axis]);
  const [least, greatest] = [Math.min(...places), Math.max(...places)];
  const beyond = margin * (greatest - least);
  const step = (greatest - least + 2 * beyond) / (points - 1);
  return Array.from({ length: points }, (_, i) =>
    i === points - 1 ? greatest + beyond : least - beyond + i * step,
  );
}

function assertGrid(points: number, margin: number): void {
  assertInteger(
    'points',
    points,
    2,
    'It is the number of points along each axis; the default is 21',
    MOST_PER_AXIS,
  );
  if (!(Number.isFinite(margin) && margin >= 0 && margin <= MOST_MARGIN)) {
    throw invalid(
      `margin must be a number in 0 … ${MOST_MARGIN}, received ${shown(margin)}`,
      'It is a share of the extent of the networks; the default is 0.25',
      { param: 'margin', received: margin },
    );
  }
}
