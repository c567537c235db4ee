import type { Params } from '../params';
import type { PermutationSpec } from '../symmetry';

/**
 * A model's function of its parameters, in inference mode: it runs the model itself, with these tensors
 * in place of its weights, on a batch (or one for each input), and leaves the model as it was.
 */
export type ModelForward<Input, Output> = (params: Params, x: Input) => Output;

/** A tfjs model as this library sees networks. */
export interface ModelNetwork<Input, Output> {
  /** Copies of the model's weights, under names that follow from its architecture. The caller owns them. */
  readonly params: Params;
  /** The model's function; of any params of the same architecture. */
  readonly forward: ModelForward<Input, Output>;
  /** Which axes of which parameters share which permutation group. */
  readonly spec: PermutationSpec;
}
