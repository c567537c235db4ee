import type { Tensor } from '@tensorflow/tfjs-core';

/** A kernel call y = f(x₁, x₂, …) of a forward pass, and the gradient of the loss by y. */
export interface DifferentiatedCall {
  /** ∂loss/∂y, of the shape of y: of the first output if the kernel has several. */
  readonly dy: Tensor;
  /** ∂loss/∂y for every output, zeros for an output that the loss does not use. */
  readonly dys: readonly Tensor[];
  /** The inputs by name. Only those in `saves` have values; of the others there is the shape. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** The first output. It has values if the rule has `savesOutput`. */
  readonly y: Tensor;
  /** The outputs. They have values if the rule has `savesOutput`. */
  readonly outputs: readonly Tensor[];
  /** The attributes of the kernel, such as strides. */
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** The gradients of a kernel. */
export interface GradientRule {
  /** The inputs whose values the gradients need. Default none. */
  readonly saves?: readonly string[] | 'all';
  /** True if the gradients need the values of the outputs. Default false. */
  readonly savesOutput?: boolean;
  /**
   * ∂loss/∂xᵢ for the inputs by name, each computed when it is called. An input without an entry has a gradient of 0.
   * Tensors on the way need not be disposed.
   */
  readonly gradients: (call: DifferentiatedCall) => Readonly<Record<string, () => Tensor>>;
}

/** A rule that depends on the attributes of the call. */
export type RuleOfAttrs = (attrs: DifferentiatedCall['attrs']) => GradientRule;
