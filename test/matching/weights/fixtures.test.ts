import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  classificationEvaluator,
  identityPermutations,
  interpolate,
  type Permutations,
  permute,
  simplexBarrier,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import {
  type Fixture,
  fixtures,
  readJson,
  readParams,
  referencePermutations,
} from '../../support/fixtures';
import { expectNoLeak } from '../../support/invariants';
import { atOurPoints, curvePoints, expectReferenceCurve } from '../../support/referenceCurves';

await useBackend('wasm');

/** The share of the parameters that no group touches: our objective counts them, and the fixtures do not. */
async function constantTerms({ name, spec }: Fixture): Promise<number> {
  const [a, b] = [readParams(`${name}_A`), readParams(`${name}_B`)];
  let sum = 0;
  for (const [param, { axes }] of Object.entries(spec.params)) {
    if (!Object.hasOwn(a, param) || axes.some(({ kind }) => kind !== 'fixed')) continue;
    const [x, y] = [await a[param].data(), await b[param].data()];
    for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  }
  tf.dispose([a, b]);
  return sum;
}

/** The reference's algorithm, from its start. */
async function match({ name, spec }: Fixture, options: WeightMatchOptions) {
  const [a, b] = [readParams(`${name}_A`), readParams(`${name}_B`)];
  const result = await weightMatch(spec, a, b, {
    order: 'forward',
    method: 'coordinateDescent',
    start: 'identity',
    ...options,
  });
  tf.dispose([a, b]);
  return result;
}

/** The reference's final objective, and ours when we go on from its permutations. */
const objectivesFromTheReference: Record<string, Record<string, [string, string]>> = {
  mlp64: {
    wm_forward: ['88.389', '88.389'],
    wm_random42: ['88.421', '88.507'], // the reference stopped too early
  },
  convbn: {
    wm_forward: ['160.223', '160.223'],
    wm_random42: ['160.344', '160.344'],
    wm_forward_no_running_stats: ['146.399', '146.399'],
  },
  resnet8: {
    wm_forward: ['359.687', '359.687'],
    wm_random42: ['359.548', '359.548'],
    wm_forward_no_running_stats: ['241.585', '241.585'],
  },
};

describe.each(fixtures)('the reference implementation on $name', (fixture) => {
  const json = readJson(fixture.json);
  const reference = (perms: Record<string, number[]>) =>
    referencePermutations(fixture.spec, json, perms);

  it.each([
    ['moving statistics included', 'wm_forward', { include: () => true }],
    ['without them', 'wm_forward_no_running_stats', {}],
  ] as const)('finds the same permutations in order forward, %s', async (_, key, options) => {
    const theirs = json[key];
    if (!theirs) return expect(fixture.name).toBe('mlp64'); // which has no moving statistics
    const constant = await constantTerms(fixture);
    const ours = await match(fixture, options);
    const groups = fixture.spec.groups.length;
    const afterSweep = (sweep: number) => ours.history[sweep * groups] - constant;
    // The first sweep: the same objective, and so the same permutations.
    expect(afterSweep(1)).toBeCloseTo(theirs.objective_after_each_sweep[0], 3);
    const end = theirs.objective_after_each_sweep.at(-1);
    expect(ours.objective - constant).toBeGreaterThan(end - 1e-3);
    // Where the reference ends at a fixed point, so do we, at the same one.
    if (Math.abs(ours.objective - constant - end) < 1e-3) {
      expect(ours.permutations).toEqual(reference(theirs.perms));
    }
    expect(ours.converged).toBe(true);
    const onBackend = await match(fixture, { ...options, engine: 'backend' });
    expect(onBackend.permutations).toEqual(ours.permutations);
  });

  it("one sweep from the identity gives the reference's objective after its first sweep", async () => {
    const constant = await constantTerms(fixture);
    const { objective } = await match(fixture, { include: () => true, maxSweeps: 1 });
    expect(objective - constant).toBeCloseTo(json.wm_forward.objective_after_each_sweep[0], 3);
  });

  it('from the permutations of every other method, it only rises, and the objective starts at theirs', async () => {
    const [a, b] = [readParams(`${fixture.name}_A`), readParams(`${fixture.name}_B`)];
    const constant = await constantTerms(fixture);
    for (const key of [
      'none',
      'wm_random42',
      'am_linear',
      'grb_weight_matching',
      'grb_weight_matching_no_running_stats',
    ]) {
      const theirs = json[key];
      if (!theirs) continue;
      const initial = reference(theirs.perms);
      const ours = await weightMatch(fixture.spec, a, b, { initial, include: () => true });
      const before =
        theirs.objective_sum_of_inner_products ??
        theirs.objective_sum_of_inner_products_incl_running_stats;
      expect(ours.history[0] - constant).toBeCloseTo(before, 2);
      expect(ours.objective).toBeGreaterThanOrEqual(ours.history[0]);
    }
    tf.dispose([a, b]);
  });

  it('ends at a fixed point where the reference stopped short of one: the objectives side by side', async () => {
    const [a, b] = [readParams(`${fixture.name}_A`), readParams(`${fixture.name}_B`)];
    const constant = await constantTerms(fixture);
    const sideBySide: Record<string, [theirs: string, ours: string]> = {};
    for (const method of ['wm_forward', 'wm_random42', 'wm_forward_no_running_stats']) {
      if (!json[method]) continue;
      const include = method.endsWith('no_running_stats') ? {} : { include: () => true };
      const initial = reference(json[method].perms);
      const ours = await weightMatch(fixture.spec, a, b, {
        initial,
        method: 'coordinateDescent',
        ...include,
      });
      const rounded = (objective: number) => (objective - constant).toFixed(3);
      sideBySide[method] = [rounded(ours.history[0]), rounded(ours.objective)];
    }
    expect(sideBySide).toEqual(objectivesFromTheReference[fixture.name]);
    tf.dispose([a, b]);
  });

  it('gives the same logits: A, B, permuted B, and the midpoints', async () => {
    const { models } = readJson('forward_fixture.json');
    const { logits_16x10: logits } = models[fixture.name];
    const [a, b] = [readParams(`${fixture.name}_A`), readParams(`${fixture.name}_B`)];
    const permuted = permute(fixture.spec, b, reference(json.wm_forward.perms));
    const x = tf.tensor2d(
      Float32Array.from({ length: 16 * 784 }, (_, i) => ((i + 1) * 0.6180339887498949) % 1),
      [16, 784],
    );
    const networks = {
      A: a,
      B: b,
      PB_wm_forward: permuted,
      mid_A_B: interpolate(a, b, 0.5),
      mid_A_PB_wm_forward: interpolate(a, permuted, 0.5),
    };
    for (const [name, params] of Object.entries(networks)) {
      const values = await fixture.forward(params, x).data();
      const expected: number[] = logits[name].flat();
      const difference = expected.reduce(
        (max, value, i) => Math.max(max, Math.abs(value - values[i])),
        0,
      );
      expect(difference, name).toBeLessThan((1e-3 * Math.max(1, ...expected.map(Math.abs))) / 10);
    }
    tf.dispose([...Object.values(networks), x]);
  });

  it.each(['none', 'wm_forward'])(
    'gives the same barrier curves from its permutations: %s',
    async (method) => {
      const theirs = json[method].barrier_11 ?? json[method].barrier_11_plain;
      const [a, b] = [readParams(`${fixture.name}_A`), readParams(`${fixture.name}_B`)];
      const permutations: Permutations =
        method === 'none' ? identityPermutations(fixture.spec, b) : reference(json[method].perms);
      const permuted = permute(fixture.spec, b, permutations);
      const data = fixture.data();
      const evaluate = classificationEvaluator(fixture.forward, data);
      const report = await expectNoLeak(() =>
        barrier(a, permuted, evaluate, { points: curvePoints }),
      );
      if (report instanceof Error) throw report;
      expectReferenceCurve(report, theirs);
      const samples = data.y.shape[0];
      for (const [i, accuracy] of atOurPoints(theirs.acc).entries()) {
        expect(Math.abs(1 - report.error.values[i] - accuracy)).toBeLessThan(1.5 / samples);
      }
      tf.dispose([a, b, permuted, data.x, data.y]);
    },
  );
});

it('the barycentre of three aligned networks has the gap that the reference measured', async () => {
  const [fixture] = fixtures;
  const json = readJson('width_mlp64.json');
  const axes = readJson(fixture.json);
  const models = ['A', 'B', 'C'].map((name) => readParams(`mlp64_${name}`));
  const { P_B_to_A, Q_C_to_A } = json.wm_forward;
  const aligned = [
    models[0],
    permute(fixture.spec, models[1], referencePermutations(fixture.spec, axes, P_B_to_A)),
    permute(fixture.spec, models[2], referencePermutations(fixture.spec, axes, Q_C_to_A)),
  ];
  const data = fixture.data();
  const report = await simplexBarrier(aligned, classificationEvaluator(fixture.forward, data), {
    resolution: 1,
  });
  const theirs = json.wm_forward.barycentre_A_PB_QC;
  expect(Math.abs(report.loss.barycentre - theirs.loss_gap)).toBeLessThan(1e-4);
  expect(Math.abs(report.error.barycentre - theirs.error_gap)).toBeLessThan(1.5e-4);
  tf.dispose([models, aligned, data.x, data.y]);
});
