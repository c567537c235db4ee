import type { Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import type { Place } from '../../symmetry/internal';

/** A tensor of the forward pass on which the units of a group are compared. */
export interface UnitSource {
  /** The group, and where its units sit on an axis of the tensor. */
  readonly place: Place;
  /**
   * Where other groups move on the tensor: a unit's samples are in an order that depends on these. None,
   * wherever there is a tensor that the group has for itself.
   */
  readonly others: readonly Place[];
}

/** How to get, for one batch of inputs, the tensor of every source. */
export interface ActivationPlan {
  /** The same in number and order for every batch. */
  readonly sources: readonly UnitSource[];
  /** The tensors of these of the sources, which the caller disposes; a place's axis is one of theirs. */
  run(params: Params, wanted: readonly number[]): Tensor[];
}
