import type { Params } from '../params';
import type { PermutationSpec } from '../symmetry';

/**
 * A model's function of its parameters: runs the model in inference mode on a batch, or on one batch for each
 * input, with `params` in place of its weights. The model is left as it was.
 */
export type ModelForward<Input, Output> = (params: Params, x: Input) => Output;

/** A tfjs model as params, a forward function and a spec. */
export interface ModelNetwork<Input, Output> {
  /** Copies of the model's weights, under names that follow from its architecture. The caller owns them. */
  readonly params: Params;
  /** The model's function of params. It takes any params of the same architecture. */
  readonly forward: ModelForward<Input, Output>;
  /** The permutation groups of the parameters' axes. */
  readonly spec: PermutationSpec;
}
