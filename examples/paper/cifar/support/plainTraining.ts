/** Training of the networks of `map` and `strong`, all alike, so that their barriers can be compared. */
export interface PlainTraining {
  /** Training images, of 16 × 16 pixels, used as they are. */
  readonly images: number;
  readonly steps: number;
  readonly batchSize: number;
  /** The highest learning rate, reached after `warmUp` steps. */
  readonly learningRate: number;
  readonly warmUp: number;
}

/** The settings of the studies, and of their quick modes, which use the images of the repository only. */
export function plainTraining(quick: boolean): PlainTraining {
  return quick
    ? { images: 400, steps: 600, batchSize: 32, learningRate: 0.1, warmUp: 60 }
    : { images: 50_000, steps: 1200, batchSize: 64, learningRate: 0.05, warmUp: 80 };
}
