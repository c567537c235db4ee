import { Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params/params';

/** What a forward pass takes: one tensor or several. */
export type TraceInput = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/**
 * A network's function of its parameters and its input, as at inference (`training = false`); it
 * returns a tensor or arrays and records that hold tensors. Synchronous.
 */
// biome-ignore lint/suspicious/noExplicitAny: the input is whatever the caller passes beside it.
export type TracedForward = (params: Params, input: any) => unknown;

/** One kernel that a forward pass ran. */
export interface TracedCall {
  readonly index: number;
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Where its inputs come from; those of a list are named `x0`, `x1` …. */
  readonly inputs: Readonly<Record<string, TensorSource>>;
  /** The shapes of its outputs. */
  readonly shapes: readonly (readonly number[])[];
}

/** Where a tensor comes from. A constant depends neither on the parameters nor on the input. */
export type TensorSource =
  | { readonly kind: 'param'; readonly name: string }
  | { readonly kind: 'call'; readonly call: number; readonly output: number }
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant' };

/** The tensors in arrays and records, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}
