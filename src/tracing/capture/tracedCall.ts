import type { Params } from '../../params';

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
