import type { Params } from '../../params';

/**
 * A network's function of its parameters and its input, synchronous and in inference mode (`training = false`). It
 * returns a tensor, or arrays and records of tensors.
 */
// biome-ignore lint/suspicious/noExplicitAny: the input has the type that the caller passes.
export type TracedForward = (params: Params, input: any) => unknown;

/** One kernel call of a traced forward pass. */
export interface TracedCall {
  readonly index: number;
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** The source of each input by name. Inputs in a list are named `x0`, `x1` …. */
  readonly inputs: Readonly<Record<string, TensorSource>>;
  /** The shapes of its outputs. */
  readonly shapes: readonly (readonly number[])[];
}

/** The source of a tensor. A constant depends neither on the parameters nor on the input. */
export type TensorSource =
  | { readonly kind: 'param'; readonly name: string }
  | { readonly kind: 'call'; readonly call: number; readonly output: number }
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'constant' };
