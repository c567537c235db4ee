import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, randomPermutations, verifySpec } from 'perm-lmc';
import { expect, it } from 'vitest';
import { randomSource } from '../../src/runtime/randomSource';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { applySpec } from './applySpec';
import { type ManyOutputs, manyOutputs } from './manyOutputs';
import { normal } from './randomPrograms';
import { spoiltSpecs } from './spoiltSpecs';

await useBackend('cpu');

// A network takes several times as long as in the other fuzz tests.
const count = Math.ceil(Number(process.env.FUZZ ?? 80) / 4);
const first = Number(process.env.FUZZ_FIRST ?? 1);

/**
 * The largest change of an output relative to its own standard deviation: element by element, on the plain
 * outputs without scales and offsets, on inputs and permutations of its own. It shares nothing with
 * verifySpec but the forward function. Outputs that hardly vary at all are left out.
 */
function largestChange(spec: PermutationSpec, { plain, params, x }: ManyOutputs): number {
  const random = randomSource(99);
  const inputs = [x, normal(x.shape, random), normal(x.shape, random)];
  const valuesOf = (own: Params) =>
    inputs.map((input) => plain(own, input).map((y) => y.dataSync()));
  const before = valuesOf(params);
  const spreads = before[0].map((_, k) => deviation(before.flatMap((each) => [...each[k]])));
  let largest = 0;
  for (const seed of [1, 2, 3]) {
    const permutations = randomPermutations(spec, params, { seed });
    const after = valuesOf(applySpec(spec, params, permutations));
    for (const [i, outputs] of before.entries()) {
      for (const [k, values] of outputs.entries()) {
        if (spreads[k] < 1e-3) continue;
        for (let j = 0; j < values.length; j++) {
          largest = Math.max(largest, Math.abs(values[j] - after[i][k][j]) / spreads[k]);
        }
      }
    }
  }
  return largest;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** The change that a spoilt spec makes; null where it is no spec of these params any more. */
function changeOf(spec: PermutationSpec, network: ManyOutputs): number | null {
  try {
    return largestChange(spec, network);
  } catch {
    return null;
  }
}

it(`of specs of ${count} random networks of several outputs, the spoilt ones are refused and the whole ones are not`, async () => {
  const made: Record<string, number> = {};
  const survivors: string[] = [];
  const falseAlarms: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    tf.engine().startScope();
    try {
      const network = manyOutputs(seed);
      const { params, forward, x, text } = network;
      const { spec } = traceForward(forward, params, x);
      // Units that are dead on one input may be alive on another.
      const random = randomSource(seed, 11);
      const inputs = [x, normal(x.shape, random), normal(x.shape, random)];
      const whole = await verifySpec(spec, forward, params, inputs);
      if (!whole.ok) falseAlarms.push(`${text}: ${JSON.stringify(whole)}`);
      for (const { how, spec: spoilt } of spoiltSpecs(spec, params, randomSource(seed, 9), 4)) {
        const change = changeOf(spoilt, network);
        if (change === null || change <= 1e-3) continue;
        made[how] = (made[how] ?? 0) + 1;
        const found = await verifySpec(spoilt, forward, params, inputs);
        if (found.ok) {
          survivors.push(`${how}, a change of ${change}: ${text} ${JSON.stringify(found)}`);
        }
      }
    } catch (error) {
      if (!/uses none of the params/.test(`${error}`)) falseAlarms.push(`seed ${seed}: ${error}`);
    } finally {
      tf.engine().endScope();
    }
  }
  const total = Object.values(made).reduce((a, b) => a + b, 0);
  if (process.env.FUZZ) console.info(`${total - survivors.length} of ${total} refused`, made);
  expect(falseAlarms).toEqual([]);
  expect(survivors).toEqual([]);
  expect(total).toBeGreaterThan(count);
});
