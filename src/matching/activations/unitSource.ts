import type { Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import type { Place } from '../../symmetry/internal';

/** A tensor of the forward pass on which the units of a group are compared. */
export interface UnitSource {
  /** The place of the group's units on an axis of the tensor. */
  readonly place: Place;
  /**
   * The places of other groups that move the samples: the order of a unit's samples depends on these groups.
   * Empty if the group has a tensor whose samples no other group moves.
   */
  readonly others: readonly Place[];
}

/** The sources for one batch of inputs, and the function that computes their tensors. */
export interface ActivationPlan {
  /** The sources, the same in number and order for every batch. */
  readonly sources: readonly UnitSource[];
  /** The tensors of the wanted sources, given by index; the caller disposes them. A place's axis is an axis of its tensor. */
  run(params: Params, wanted: readonly number[]): Tensor[];
}
