import { clipByValue, maximum, minimum, relu } from '@tensorflow/tfjs-core';
import type { Value } from '../../values/value';
import { type Call, hostScalar, inputAt, type Operators, optionalAt } from '../operator';
import { mapTensor, mapTwo } from './mapValues';

/** Bounds of values. */
export const clipping: Operators = { Clip: { run: clip, hostInputs: [1, 2] } };

/** The value between bounds. If they are the wrong way round, the upper bound holds. */
function clip(call: Call): Value {
  const value = inputAt(call, 0);
  const least = boundOf(call, value, 1, 'min');
  const most = boundOf(call, value, 2, 'max');
  if (value.kind === 'tensor' && value.dtype === 'float32') {
    const [from, to] = [knownBound(least, -Infinity), knownBound(most, Infinity)];
    if (from === 0 && to === Infinity) return mapTensor(value, relu);
    if (from !== null && to !== null && from <= to && Math.max(-from, to) < Infinity) {
      return mapTensor(value, (x) => clipByValue(x, from, to));
    }
  }
  const raised = least ? mapTwo([value, least], Math.max, maximum) : value;
  return most ? mapTwo([raised, most], Math.min, minimum) : raised;
}

function boundOf(call: Call, { dtype }: Value, index: number, attribute: string): Value | null {
  const bound = call.attributes.number(attribute, undefined);
  return bound === undefined ? optionalAt(call, index) : hostScalar(dtype, bound);
}

/** The number that a bound is on the host; null if it is in a tensor. */
function knownBound(bound: Value | null, standard: number): number | null {
  if (bound === null) return standard;
  return bound.kind === 'host' ? bound.data[0] : null;
}
