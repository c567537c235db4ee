import { mul, sub, sum, tidy } from '@tensorflow/tfjs-core';
import { assertInteger } from '../checks';
import { invalid, named } from '../errors';
import { assertModels } from '../merging/internal';
import type { Params } from '../params';
import { createDeviceYieldPoint, type LongWorkOptions, read } from '../runtime';
import { assertFreeName, type BarrierProgress, type Evaluate, evaluatePoints } from './evaluate';

/**
 * A metric on the plane through three networks, from `lossPlane`: plain data, the same when it has gone
 * through JSON.
 */
export type LossPlaneReport<Metric extends string = string> = LossPlaneGrid & {
  readonly [name in Metric]: LossPlaneSurface;
};

/** Where a plane was measured, in distances in parameter space: x along B − A, y across it. */
export interface LossPlaneGrid {
  /** The x of the columns, ascending. */
  readonly xs: readonly number[];
  /** The y of the rows, ascending. */
  readonly ys: readonly number[];
  /** Where A, B and C lie: [0, 0], [‖B − A‖, 0] and a point with y > 0. */
  readonly networks: readonly (readonly [x: number, y: number])[];
}

/** One metric on a plane. */
export interface LossPlaneSurface {
  /** L at each point of the grid: `values[row of y][column of x]`. */
  readonly values: readonly (readonly number[])[];
  /** L(A), L(B) and L(C). */
  readonly networks: readonly number[];
}

/** Below this share of its length C − A counts as parallel to B − A: rounding, not a plane. */
const FLAT = 1e-5;

/** Options of {@link lossPlane}. */
export interface LossPlaneOptions extends LongWorkOptions<BarrierProgress> {
  /** How many points the grid has along each axis, ≥ 2. Default 21. */
  resolution?: number;
  /** How far the grid goes beyond the networks on every side, as a share of their extent there; ≥ 0. Default 0.25. */
  margin?: number;
}

/**
 * A metric on the plane through three networks,
 *
 *     θ(x, y) = A + x·û + y·v̂,
 *
 * where û is the unit vector along B − A and v̂ the one along the part of C − A that is orthogonal to it;
 * x and y are distances in parameter space. All float32 parameters count for them, moving statistics too.
 * Align the networks first: this function permutes nothing.
 *
 * Points beyond the triangle of the networks have negative weights: `evaluate` must bear the variances of
 * a batch normalisation below 0 there, or compute them anew (`resetBatchNorm`); else take `margin: 0`.
 *
 * @param a - The origin. Integer tensors come from it.
 * @param b - On the axis of x: the same names, shapes and dtypes.
 * @param c - The third network.
 * @param evaluate - Measures a network, for example `classificationEvaluator(…)`: `resolution`² + 3 times.
 * It is given params that are disposed when it has returned, and the {@link MixturePoint} that they are at.
 * @param options - All have defaults.
 * @returns Plain data: the grid, where the networks lie, and for each metric its values.
 * @throws InvalidInputError when the networks differ, two are the same or all lie on a line, options are
 * out of range, or `evaluate` throws or returns anything but finite numbers. AbortError on abort.
 * @see Garipov et al. 2018, Loss surfaces, mode connectivity, and fast ensembling of DNNs (arXiv 1802.10026).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { lossPlane } from 'perm-lmc';
 *
 * const [a, b, c] = [[0, 0], [2, 0], [1, 1]].map((w) => ({ w: tf.tensor1d(w) }));
 * const evaluate = async ({ w }: tf.NamedTensorMap) => ({ loss: (await w.data())[0] });
 * const plane = await lossPlane(a, b, c, evaluate, { resolution: 3, margin: 0 });
 * plane.networks; // [[0, 0], [2, 0], [1, 1]]
 * plane.loss.values; // [[0, 1, 2], [0, 1, 2], [0, 1, 2]]: for each y a row
 * ```
 */
export async function lossPlane<Metric extends string>(
  a: Params,
  b: Params,
  c: Params,
  evaluate: Evaluate<Metric>,
  { resolution = 21, margin = 0.25, signal, onProgress }: LossPlaneOptions = {},
): Promise<LossPlaneReport<Metric>> {
  return named('lossPlane', async () => {
    assertModels([a, b, c], 3);
    assertGrid(resolution, margin);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const networks = await placesOnPlane(a, b, c);
    const [xs, ys] = [0, 1].map((axis) =>
      gridAxis(
        networks.map((place) => place[axis]),
        resolution,
        margin,
      ),
    );
    const places = [...networks, ...ys.flatMap((y) => xs.map((x): Place => [x, y]))];
    const points = places.map((place, i) => ({
      label:
        i < 3 ? `network ${'ABC'[i]}` : `(x, y) = (${place.map((each) => each.toPrecision(4))})`,
      weights: i < 3 ? [0, 1, 2].map((k) => (k === i ? 1 : 0)) : affineWeights(place, networks),
    }));
    const values = await evaluatePoints([a, b, c], points, evaluate, { yieldPoint, onProgress });
    const report: Record<string, unknown> = { xs, ys, networks };
    for (const [metric, all] of values) {
      assertFreeName(metric, report);
      report[metric] = {
        values: ys.map((_, row) => all.slice(3 + row * xs.length, 3 + (row + 1) * xs.length)),
        networks: all.slice(0, 3),
      };
    }
    return JSON.parse(JSON.stringify(report)) as LossPlaneReport<Metric>; // As JSON has it: no −0.
  });
}

type Place = readonly [x: number, y: number];

/** Where A, B and C lie: (0, 0), (‖B − A‖, 0), and C by its parts along B − A and across it. */
async function placesOnPlane(a: Params, b: Params, c: Params): Promise<Place[]> {
  const [uu, uw, ww] = await innerProducts(a, b, c, 0);
  if (!(uu > 0)) throw degenerate('a and b are the same');
  if (!(ww > 0)) throw degenerate('a and c are the same');
  // The part across is measured on the difference itself: that of two squares would lose it to rounding.
  const along = uw / uu;
  const [, , across] = await innerProducts(a, b, c, along);
  if (!(across > FLAT ** 2 * Math.max(uu, ww))) {
    throw degenerate('all three lie on a line');
  }
  return [
    [0, 0],
    [Math.sqrt(uu), 0],
    [along * Math.sqrt(uu), Math.sqrt(across)],
  ];
}

/** ⟨u, u⟩, ⟨u, v⟩ and ⟨v, v⟩ of u = B − A and v = C − A − along·u, over all float32 parameters. */
async function innerProducts(a: Params, b: Params, c: Params, along: number): Promise<number[]> {
  const products = tidy(() =>
    Object.keys(a)
      .filter((name) => a[name].dtype === 'float32')
      .map((name) => {
        const u = sub(b[name], a[name]);
        const w = sub(c[name], a[name]);
        const v = along === 0 ? w : sub(w, mul(u, along));
        return [sum(mul(u, u)), sum(mul(u, v)), sum(mul(v, v))];
      }),
  );
  try {
    const totals = [0, 0, 0];
    for (const row of products) {
      for (const [i, product] of row.entries()) totals[i] += (await read(product))[0];
    }
    return totals;
  } finally {
    for (const product of products.flat()) product.dispose();
  }
}

/** The weights of A, B and C that sum to 1 and give this place. */
function affineWeights([x, y]: Place, [, [length], [along, height]]: readonly Place[]): number[] {
  const weightC = y / height;
  const weightB = (x - weightC * along) / length;
  return [1 - weightB - weightC, weightB, weightC];
}

/** An even grid over the networks' extent, and beyond it on both sides by the margin. */
function gridAxis(places: readonly number[], resolution: number, margin: number): number[] {
  const [least, greatest] = [Math.min(...places), Math.max(...places)];
  const beyond = margin * (greatest - least);
  const step = (greatest - least + 2 * beyond) / (resolution - 1);
  return Array.from({ length: resolution }, (_, i) =>
    i === resolution - 1 ? greatest + beyond : least - beyond + i * step,
  );
}

function degenerate(problem: string) {
  return invalid(
    `the networks span no plane: ${problem}`,
    'Pass three different networks; between two, measure a barrier',
  );
}

function assertGrid(resolution: number, margin: number): void {
  const remedy = 'It is the number of points along each axis; the default is 21';
  assertInteger('resolution', resolution, 2, remedy);
  if (!(margin >= 0 && Number.isFinite(margin))) {
    throw invalid(`margin must be a number ≥ 0, received ${margin}`, 'The default is 0.25');
  }
}
