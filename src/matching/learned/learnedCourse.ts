/** The course of a match that learns. */
export interface LearnedCourse {
  /** The loss of the mixture with the permutations, on the validation samples. */
  readonly loss: number;
  /**
   * The least loss on the validation samples at the start, that of weight matching, and after each step: [steps + 1].
   * It never rises.
   */
  readonly history: readonly number[];
  /** The loss on the batch of each step, before the step: [steps]. */
  readonly batchLosses: readonly number[];
  /** The step that found the permutations; 0 for the start. */
  readonly bestStep: number;
}
