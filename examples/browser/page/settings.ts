/** The sizes of what the page computes. */
export interface Settings {
  readonly train: number;
  readonly test: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Points of a line, and steps along an edge of the triangle. */
  readonly points: number;
  readonly resolution: number;
  /** Photographs to classify, points of a line on them, and snapshots of the networks. */
  readonly photographs: number;
  readonly photographPoints: number;
  readonly snapshots: number;
}

const full: Settings = {
  train: 6000,
  test: 1000,
  epochs: 4,
  batchSize: 50,
  learningRate: 3e-3,
  points: 25,
  resolution: 9,
  photographs: 300,
  photographPoints: 11,
  snapshots: 6,
};

const quick: Settings = {
  train: 1000,
  test: 500,
  epochs: 6,
  batchSize: 100,
  learningRate: 1e-2,
  points: 9,
  resolution: 3,
  photographs: 100,
  photographPoints: 5,
  snapshots: 3,
};

/** The settings of the page. `?quick` in the address selects smaller ones, for slow computers and tests. */
export function readSettings(search: string): Settings {
  return new URLSearchParams(search).has('quick') ? quick : full;
}
