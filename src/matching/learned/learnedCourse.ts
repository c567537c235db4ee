/** The course of a match that learns. */
export interface LearnedCourse {
  /** The loss of the mixture with the permutations, on the validation samples. */
  readonly loss: number;
  /** The same of the start; it is not below `loss`. */
  readonly startLoss: number;
  /** The step that found the permutations; 0 if those of the start are the best. */
  readonly step: number;
  /** The loss on the batch of each step, before the step: [steps]. */
  readonly history: readonly number[];
  /** The least `loss` of permutations at the start and after each step: [steps + 1]. It never rises. */
  readonly losses: readonly number[];
}
