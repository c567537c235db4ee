import { dispose } from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../../params';
import { createDeviceYieldPoint } from '../../runtime';
import { type PermutationSpec, permute } from '../../symmetry';
import { resolveSpec } from '../../symmetry/internal';
import type { TracedForward } from '../capture/tracedCall';
import { assertRepeated, assertTelling } from './assertTelling';
import { type Errors, type Faults, findFaults } from './findFaults';
import { createForwardPasses, type ForwardPass } from './forwardPass';
import { drawMovements, movedPermutations } from './movement';
import { type Noise, noiseSource, noisyParams } from './noisyParams';
import { createOutputJudge, type OutputJudge } from './outputJudge';
import { roundingUnit } from './roundingUnit';
import type { OutputVerification, SpecVerification, VerifySpecOptions } from './specVerification';

/** The verification of a spec's groups. */
export async function verifyGroups(
  spec: PermutationSpec,
  forward: TracedForward,
  params: Params,
  inputs: readonly NetworkInput[],
  { seed = 0, tolerance = 1e-3, disturb = true, signal }: VerifySpecOptions,
): Promise<SpecVerification> {
  const yieldPoint = createDeviceYieldPoint(signal);
  const { groups, places } = resolveSpec(spec, params);
  const passes = createForwardPasses(forward, inputs);
  const own = disturb ? noisyParams(params, DISTURBANCE, noiseSource(seed, 0)) : params;

  /** A forward pass. Disposes its params, unless they are the network's own. */
  const run = async (made: Params): Promise<ForwardPass> => {
    try {
      await yieldPoint();
      return await passes.run(made);
    } finally {
      if (made !== own) dispose(made);
    }
  };

  try {
    const before = await run(own);
    assertTelling(before);
    const moving = new Set(places.map(({ param }) => param));
    const others: Noise = { ...DISTURBANCE, only: (name) => moving.has(name) };
    const varied = await run(noisyParams(own, others, noiseSource(seed, 1)));
    const epsilon = await roundingUnit();
    const noise = roundingNoise(params, epsilon);
    const rounded = await run(noisyParams(own, noise, noiseSource(seed, 2)));
    const judge = createOutputJudge(before, varied, rounded, epsilon);
    const found = await findFaults(drawMovements(groups, seed), tolerance, async (movement, some) =>
      judge.errorsOf(await run(permute(spec, own, movedPermutations(groups, movement, some)))),
    );
    const isCertain = groups.length > 0 && found.faults.size === 0 && judge.warnings.length === 0;
    if (!isCertain) assertRepeated(before, await run(own), tolerance);
    return report(found, judge, tolerance);
  } finally {
    passes.dispose();
    if (disturb) dispose(own);
  }
}

/** The noise that separates units that are equal by chance, as in a new network. */
const DISTURBANCE: Noise = { relative: 0.1, zeros: 0.01 };

/** The noise in weights that has the effect of rounding: a sum of n terms is rounded n times, so ε·√n. */
function roundingNoise(params: Params, epsilon: number): Noise {
  const terms = Object.values(params).map(({ shape, size }) =>
    Math.max(1, ...shape, size / Math.min(...shape.filter((n) => n > 1), size)),
  );
  const relative = epsilon * Math.sqrt(Math.max(1, ...terms));
  return { relative, common: relative };
}

function report(
  { worst, faults }: Faults,
  { names, resolutions, warnings }: OutputJudge,
  tolerance: number,
): SpecVerification {
  const outputs = names.map((name): [string, OutputVerification] => {
    const groups = [...faults].flatMap(([group, errors]) =>
      errors[name] > tolerance ? [[group, errors[name]]] : [],
    );
    return [
      name,
      {
        error: worst[name] ?? 0,
        resolution: resolutions[name],
        groups: Object.fromEntries(groups),
      },
    ];
  });
  return {
    ok: faults.size === 0,
    error: largest(worst),
    outputs: Object.fromEntries(outputs),
    groups: Object.fromEntries([...faults].map(([group, errors]) => [group, largest(errors)])),
    warnings,
  };
}

const largest = (errors: Errors): number => Math.max(0, ...Object.values(errors));
