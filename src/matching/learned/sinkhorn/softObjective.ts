import type { Params } from '../../../params';
import type { Permutations } from '../../../permutation';

/** The loss of a network θ(P) whose units are moved softly, and its gradient. */
interface SoftLoss {
  readonly loss: number;
  /** ∂L by parameters of θ(P). The receiver disposes them. */
  readonly upstream: Params;
}

/** An objective of soft permutations. */
export interface SoftObjective {
  /** The loss of a step, counted from 0. It does not keep `soft`. */
  lossAt(soft: Params, step: number): Promise<SoftLoss>;
  /** The loss of B permuted, by which permutations are compared. */
  measure(permutations: Permutations): Promise<number>;
}
