import type { TracedCall } from '../capture/trace';
import { dataflowOf } from './dataflow';
import { hasFusedActivation } from './preActivation';

/** Kernels that apply a function to each element of their first input. */
const FUNCTIONS = new Set([
  'ClipByValue',
  'Elu',
  'LeakyRelu',
  'Prelu',
  'Relu',
  'Relu6',
  'Selu',
  'Sigmoid',
  'Softplus',
  'Tanh',
]);

/**
 * The call whose output is that of a call after the activation function that follows: the call itself if it applies a
 * fused one, or if its output is not taken by an activation function alone.
 */
export function activatedCall(calls: readonly TracedCall[], index: number): number {
  if (hasFusedActivation(calls[index])) return index;
  const { consumers } = dataflowOf(calls);
  const [next, ...others] = consumers(index);
  if (next === undefined || others.length > 0) return index;
  if (calls[next].kernel === 'Identity') return activatedCall(calls, next);
  return FUNCTIONS.has(calls[next].kernel) ? next : index;
}
