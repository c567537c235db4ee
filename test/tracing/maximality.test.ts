import { describe, expect, it } from 'vitest';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { longForm } from '../support/longForm';
import { logSymmetries, outputChange, randomInput, randomParams } from './network';
import { programs } from './programs';

await useBackend('cpu');

/** Leaving a constraint out must either change nothing or break the function: none is too many. */
const small = Object.entries(programs).filter(
  ([name]) => !['resnet', 'vggNorm', 'vit', 'gpt', 'albert'].includes(name),
);

/** The constraints that are left out one by one: every third, or all in the long form. */
const STEP = longForm ? 1 : 3;

describe('every constraint of a trace is needed', () => {
  it.each(small)('%s', (name, program) => {
    const [params, x] = [randomParams(program.shapes), randomInput(program)];
    const trace = (skip: number) => traceForward(program.forward, params, x, { skip });
    const { spec: whole, constraints } = trace(-1);
    const symmetries = logSymmetries(whole);
    const needless: string[] = [];
    let needed = 0;
    for (let skip = 0; skip < constraints; skip += STEP) {
      const { spec } = trace(skip);
      if (logSymmetries(spec) <= symmetries + 0.05) continue;
      // A random permutation of two units is as often as not the identity.
      const breaks = [1, 2, 3, 4, 5, 6, 7, 8].some(
        (seed) => outputChange(spec, program.forward, params, x, seed) > 1e-5,
      );
      if (breaks) needed++;
      else needless.push(`${name} without constraint ${skip}`);
    }
    expect(needless).toEqual([]);
    expect(needed).toBeGreaterThan(0);
  });
});
