import * as tf from '@tensorflow/tfjs-core';
import {
  type BarrierCurve,
  type BarrierReport,
  barrier,
  type GivenRow,
  type JointAlignment,
  type LossPlaneReport,
  type LossPlaneSurface,
  lossPlane,
  type Params,
  permutationSpec,
  randomPermutations,
  type SimplexReport,
  type SimplexSurface,
  type SimultaneousConnectivityReport,
  type StrongConnectivityReport,
  type StrongPair,
  simplexBarrier,
  simultaneousConnectivity,
  strongConnectivity,
  type Verdict,
  type WeakConnectivityReport,
  type WeakPair,
  weakConnectivity,
} from 'perm-lmc';
import { expect, it } from 'vitest';
import { isReportField, type ReportField } from '../../src/metrics/reportField';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';

await useBackend('cpu');

/** Every field of every report. */
type Fields =
  | keyof BarrierReport<never>
  | keyof SimplexReport<never>
  | keyof LossPlaneReport<never>
  | keyof BarrierCurve
  | keyof SimplexSurface
  | keyof LossPlaneSurface
  | keyof WeakConnectivityReport
  | keyof SimultaneousConnectivityReport
  | keyof StrongConnectivityReport
  | keyof WeakPair
  | keyof StrongPair
  | keyof JointAlignment
  | keyof GivenRow
  | keyof Verdict;

/** Fails to compile, with their names, where the list lacks fields. */
const complete: [Exclude<Fields, ReportField>] extends [never]
  ? true
  : Exclude<Fields, ReportField> = true;

const fields: ReportField[] = [
  ...(['alphas', 'weights', 'points', 'xs', 'ys', 'networks', 'values', 'barycentre'] as const),
  ...(['pairs', 'steps', 'matrix', 'given', 'simplex', 'unmatched', 'verdict', 'claim'] as const),
];

const spec = permutationSpec({ w: 'h', v: '_' });
const network = (value: number): Params => ({ w: tf.tensor1d([value, 1]), v: tf.tensor1d([0]) });
const plane = (x: number, y: number): Params => ({ w: tf.tensor1d([x, 1]), v: tf.tensor1d([y]) });
const match = async (a: Params) => ({ permutations: randomPermutations(spec, a) }) as never;

/** Each function that measures, on networks of its own. */
const measures: Record<string, (evaluate: () => Promise<Record<string, number>>) => unknown> = {
  barrier: (evaluate) => barrier(network(1), network(2), evaluate, { points: 2 }),
  simplexBarrier: (evaluate) => simplexBarrier([network(1), network(2)], evaluate),
  lossPlane: (evaluate) => lossPlane(plane(0, 0), plane(1, 0), plane(0, 1), evaluate),
  weakConnectivity: (evaluate) =>
    weakConnectivity([network(1), network(2)], { spec, match, evaluate, tolerance: 1 }),
  simultaneousConnectivity: (evaluate) =>
    simultaneousConnectivity([network(1)], [network(2)], { spec, match, evaluate, tolerance: 1 }),
  strongConnectivity: (evaluate) =>
    strongConnectivity([1, 2, 3].map(network), { spec, match, evaluate, tolerance: 1 }),
};

it('the list has every field of every report', () => {
  expect(complete).toBe(true);
  for (const field of fields) expect(isReportField(field), field).toBe(true);
  for (const metric of ['loss', 'error', 'accuracy', 'f1'])
    expect(isReportField(metric)).toBe(false);
  expect(isReportField('__proto__') && isReportField('toString')).toBe(true);
});

it.each(Object.keys(measures))('%s refuses a metric named like any of them', async (name) => {
  let evaluated = 0;
  for (const field of fields) {
    const evaluate = async () => {
      evaluated++;
      return { loss: 1, [field]: 0 };
    };
    const work = Promise.resolve().then(() => measures[name](evaluate));
    await expect(work).rejects.toThrow(
      `evaluate returned a metric named '${field}', which is the name of a field of the reports. Rename the metric.`,
    );
  }
  expect(evaluated, 'at the first point').toBe(fields.length);
});

it('leaves no tensor behind', async () => {
  const [a, b] = [network(1), network(2)];
  await expectNoLeak(() => barrier(a, b, async () => ({ alphas: 1 })));
});
