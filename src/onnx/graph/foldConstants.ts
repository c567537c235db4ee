import { tidy } from '@tensorflow/tfjs-core';
import { about } from '../../errors';
import { operators } from '../operators/operators';
import { callOf } from '../run/callOf';
import { runOperator } from '../run/runOperator';
import type { HostArray } from '../values/hostArray';
import type { Value } from '../values/value';
import type { GraphStep } from './flatGraph';
import { operatorName } from './operatorName';

/** The most elements of a constant that is computed once; a larger one is computed in each pass. */
const MOST_ELEMENTS = 2 ** 24;

/** The steps that remain when all that constants determine on the host is computed, and all constants. */
export function foldConstants(
  steps: readonly GraphStep[],
  given: ReadonlyMap<string, HostArray>,
  weights: ReadonlySet<string>,
): { steps: readonly GraphStep[]; constants: ReadonlyMap<string, HostArray> } {
  const constants = new Map(given);
  const rest = steps.filter((step) => {
    const isKnown = step.inputs.every(
      (name) => name === '' || (constants.has(name) && !weights.has(name)),
    );
    if (!isKnown || step.branches) return true;
    let values: readonly (Value | null)[] = [];
    tidy(() => {
      const call = callOf(step, (name) => constants.get(name) ?? null);
      values = about(step.label, () => runOperator(operators[operatorName(step)], call));
    });
    const isHost = values.every(
      (value) => value === null || (value.kind === 'host' && value.data.length <= MOST_ELEMENTS),
    );
    if (!isHost) return true;
    for (const [k, value] of values.entries()) {
      if (value && step.outputs[k]) constants.set(step.outputs[k], value as HostArray);
    }
    return false;
  });
  return { steps: rest, constants };
}
