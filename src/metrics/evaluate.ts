import { invalid, LostDeviceError, SEE_CAUSE } from '../errors';
import { mixture } from '../merging/internal';
import type { Params } from '../params';
import {
  currentDevice,
  type Progress,
  unlessAborted,
  unlessLost,
  type WorkControl,
} from '../runtime';
import { createSharedTensors, type MixturePoint, noteMixture } from './mixturePoint';
import { isReportField } from './reportField';
import { sharedParameters } from './sharedParameters';

/**
 * Measures a network. It returns metrics by name, such as `{ loss, error }`; smaller is better. It must not
 * dispose or change the params. A barrier also passes their {@link MixturePoint}, which an implementation
 * may ignore. On abort the barrier does not wait for it: the params are disposed, and a later result or error is
 * dropped.
 */
export type Evaluate<Metric extends string = string> = (
  params: Params,
  point?: MixturePoint,
) => Promise<Readonly<Record<Metric, number>>>;

/** The most points of a line or a simplex: each takes a measurement, and its values are kept. */
export const MOST_POINTS = 100_000;

/** A mixture to measure: the weight of each network, and a label for errors. */
export interface EvaluationPoint {
  readonly label: string;
  readonly weights: readonly number[];
}

/** Progress of a barrier, a simplex or a plane, after each point. */
export interface BarrierProgress extends Progress {
  /** Points measured so far. */
  readonly done: number;
  /** Points to measure. */
  readonly total: number;
}

/** Callbacks of a series of measurements, and the metric that each must have. */
export interface Measurement extends WorkControl {
  readonly onProgress?: ((progress: BarrierProgress) => void) | undefined;
  readonly required?: string | undefined;
}

/**
 * Measures mixtures of the networks one after another. Each mixture is made, measured and disposed before
 * the next; tensors that the points share are disposed at the end.
 *
 * @returns For each metric its values, in the order of the points.
 * @throws InvalidInputError if `evaluate` fails, returns other metrics than at the first point, a value that is
 * not finite or no metric `required`, or a metric has the name of a field of a report.
 */
export async function evaluatePoints<Metric extends string>(
  networks: readonly Params[],
  points: readonly EvaluationPoint[],
  evaluate: Evaluate<Metric>,
  { signal, yieldPoint, onProgress, required }: Measurement,
): Promise<Map<Metric, number[]>> {
  const values = new Map<Metric, number[]>();
  const { shared, dispose } = createSharedTensors();
  try {
    await yieldPoint();
    const same = await sharedParameters(networks);
    for (const [at, { label, weights }] of points.entries()) {
      await yieldPoint();
      const point = { networks, weights, shared, ...(signal && { signal }) };
      const metrics = await measure(label, point, {
        evaluate,
        yieldPoint,
        mayShare: (name) => same.has(name),
      });
      assertMetrics(label, metrics, at === 0 ? null : [...values.keys()]);
      if (at === 0) assertFreeNames(metrics);
      if (required !== undefined) assertHasMetric(metrics, required);
      for (const name of Object.keys(metrics) as Metric[]) {
        if (at === 0) values.set(name, []);
        values.get(name)!.push(metrics[name]);
      }
      onProgress?.({ done: at + 1, total: points.length });
    }
    return values;
  } finally {
    dispose();
  }
}

async function measure<Metric extends string>(
  label: string,
  point: MixturePoint,
  {
    evaluate,
    yieldPoint,
    mayShare,
  }: {
    readonly evaluate: Evaluate<Metric>;
    readonly yieldPoint: () => Promise<void>;
    readonly mayShare: (name: string) => boolean;
  },
): Promise<Readonly<Record<Metric, number>>> {
  const { networks, weights } = point;
  const params = mixture(networks, weights, { integers: 'first' }, mayShare);
  noteMixture(point, params);
  try {
    return await unlessAborted(
      unlessLost(call(evaluate, params, point), currentDevice()),
      point.signal,
    );
  } catch (error) {
    if (error instanceof LostDeviceError) throw error;
    await yieldPoint(); // Throws the signal's reason if it was an abort.
    const message = error instanceof Error ? error.message : String(error);
    throw invalid(`evaluate failed at ${label}: ${message}`, SEE_CAUSE, {
      param: 'evaluate',
      cause: error,
    });
  } finally {
    for (const tensor of Object.values(params)) tensor.dispose();
  }
}

/** Calls `evaluate`; a synchronous exception becomes a rejection. */
async function call<Metric extends string>(
  evaluate: Evaluate<Metric>,
  ...args: Parameters<Evaluate<Metric>>
): Promise<Readonly<Record<Metric, number>>> {
  return evaluate(...args);
}

/** Throws unless the metrics are finite numbers under the expected names; null accepts any names. */
function assertMetrics(
  label: string,
  metrics: Readonly<Record<string, number>>,
  expected: readonly string[] | null,
): void {
  const names = typeof metrics === 'object' && metrics !== null ? Object.keys(metrics) : [];
  if (names.length === 0 || (expected && names.join() !== expected.join())) {
    const before = expected ? `, [${expected}] before` : '';
    throw invalid(
      `evaluate returned the metrics [${names}] at ${label}${before}`,
      'Return the same record of numbers every time, such as { loss, error }',
      { param: 'evaluate', received: names },
    );
  }
  for (const name of names) {
    if (!Number.isFinite(metrics[name])) {
      throw invalid(
        `evaluate returned ${name} = ${metrics[name]} at ${label}`,
        'A metric must be a finite number: look for an overflow in the forward pass',
        { param: 'evaluate', received: metrics[name] },
      );
    }
  }
}

/** Throws unless the required metric was measured. */
function assertHasMetric(metrics: object, required: string): void {
  if (Object.hasOwn(metrics, required)) return;
  throw invalid(
    `evaluate returned the metrics [${Object.keys(metrics)}], without the '${required}' asked for`,
    'Pass the name of one of them as metric',
    { param: 'metric', received: required },
  );
}

/** Throws if a metric has the name of a field of a report. */
function assertFreeNames(metrics: object): void {
  const taken = Object.keys(metrics).find(isReportField);
  if (taken === undefined) return;
  throw invalid(
    `evaluate returned a metric named '${taken}', which is the name of a field of the reports`,
    'Rename the metric',
    { param: 'evaluate', received: taken },
  );
}
