import { tidy } from '@tensorflow/tfjs-core';
import { about } from '../../errors';
import { operators } from '../operators/operators';
import { callOf } from '../run/callOf';
import { runOperator } from '../run/runOperator';
import type { HostArray } from '../values/hostArray';
import type { Value } from '../values/value';
import type { GraphStep } from './flatGraph';
import { operatorName } from './operatorName';

/** The most elements of all constants that are computed once; others are computed in each pass. */
const MOST_KEPT = 2 ** 25;

/** The most elements that are read and written to compute them: a short graph may take any number. */
const MOST_WORK = 2 ** 26;

/** The steps that remain when all that constants determine on the host is computed, and all constants. */
export function foldConstants(
  steps: readonly GraphStep[],
  given: ReadonlyMap<string, HostArray>,
  weights: ReadonlySet<string>,
): { steps: readonly GraphStep[]; constants: ReadonlyMap<string, HostArray> } {
  const constants = new Map(given);
  let kept = 0;
  let work = 0;
  const rest = steps.filter((step) => {
    const isKnown = step.inputs.every(
      (name) => name === '' || (constants.has(name) && !weights.has(name)),
    );
    if (!isKnown || step.branches) return true;
    const own = elementsOf(step.inputs.map((name) => constants.get(name)));
    if (work + own > MOST_WORK) return true;
    let values: readonly (Value | null)[] = [];
    tidy(() => {
      const call = callOf(step, (name) => constants.get(name) ?? null);
      values = about(step.label, () => runOperator(operators[operatorName(step)], call));
    });
    const isHost = values.every((value) => value === null || value.kind === 'host');
    const made = isHost ? elementsOf(values as readonly (HostArray | null)[]) : 0;
    work += own + made;
    if (!isHost || kept + made > MOST_KEPT) return true;
    kept += made;
    for (const [k, value] of values.entries()) {
      if (value && step.outputs[k]) constants.set(step.outputs[k], value as HostArray);
    }
    return false;
  });
  return { steps: rest, constants };
}

function elementsOf(arrays: readonly (HostArray | null | undefined)[]): number {
  return arrays.reduce((sum, array) => sum + (array?.data.length ?? 0), 0);
}
