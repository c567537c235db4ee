import { kindOf, shown } from '../checks';
import { invalid } from '../errors';
import type { Verdict } from './reports';

/** The metric of a claim, and its tolerance. */
export interface Criterion<Metric extends string = string> {
  readonly metric: Metric;
  readonly tolerance: number;
}

/** The verdict on curves or surfaces: it holds if all maxima are within the tolerance. */
export function verdictOf<Metric extends string>(
  { metric, tolerance }: Criterion<Metric>,
  reports: readonly { readonly [name in Metric]: { readonly max: number } }[],
): Verdict {
  const barrier = Math.max(...reports.map((report) => report[metric].max));
  return { metric, tolerance, barrier, holds: barrier <= tolerance };
}

/** Throws unless the metric is a string and the tolerance a number ≥ 0. */
export function assertCriterion({ metric, tolerance }: Criterion): void {
  if (typeof metric !== 'string') {
    throw invalid(
      `metric must be the name of a metric, received ${kindOf(metric)}`,
      "Leave it out for 'loss'",
      { param: 'metric', received: metric },
    );
  }
  if (!(Number.isFinite(tolerance) && tolerance >= 0)) {
    throw invalid(
      `tolerance must be a number ≥ 0, received ${shown(tolerance)}`,
      'Pass the greatest barrier that counts as none, in units of the metric',
      { param: 'tolerance', received: tolerance },
    );
  }
}
