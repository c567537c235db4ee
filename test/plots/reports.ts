/** A barrier report over five alphas whose curves are a parabola of that height over the baseline. */
export function line(height: number, base = 0.1) {
  const alphas = [0, 0.25, 0.5, 0.75, 1];
  const curve = (max: number, end: number) => {
    const barrier = alphas.map((alpha) => 4 * max * alpha * (1 - alpha));
    return { values: barrier.map((value) => value + end), barrier, max, argmax: 0.5 };
  };
  return { alphas, loss: curve(height, base), error: curve(height / 4, base / 4) };
}

/** A report on simultaneous connectivity of four checkpoints. */
export const trajectory = {
  claim: 'simultaneous',
  steps: [0, 10, 100, 1000],
  from: 3,
  unmatched: [0, 0.4, 0.9, 1.2].map((height) => line(height)),
  own: [0, 0.01, 0.02, 0.01].map((height) => line(height)),
  one: [0, 0.1, 0.05, 0.01].map((height) => line(height)),
  matrix: { loss: [0, 1, 2, 3].map((s) => [0, 1, 2, 3].map((t) => 0.1 * s + 0.02 * t)) },
};

/** Two sequences of networks pruned by half at each level. */
export const pruning = {
  densities: [1, 0.5, 0.25, 0.125],
  report: { ...trajectory, steps: [0, 1, 2, 3], from: 0 },
  accuracies: [
    { label: 'A', values: [0.98, 0.97, 0.96, 0.9] },
    { label: 'B', values: [0.98, 0.98, 0.95, 0.91] },
  ],
};

/** Strong connectivity at two widths. */
export const widths = [
  { width: 32, report: strong(0.2, 0.4, 0.3) },
  { width: 128, report: strong(0.05, 0.1, 0.07) },
];

/** Three networks at the corners of a right angle, on a grid of nine points. */
export const plane = {
  xs: [0, 1, 2],
  ys: [0, 1, 2],
  networks: [
    [0, 0],
    [2, 0],
    [0, 2],
  ] as [number, number][],
  loss: {
    values: [
      [0.1, 0.5, 0.1],
      [0.5, 0.7, 2],
      [0.1, 2, 3],
    ],
    networks: [0.1, 0.1, 0.1],
  },
};

/** Two groups, of one of which the similarity before is not known. */
export const similarity = {
  quantiles: [0, 0.25, 0.5, 0.75, 1],
  groups: {
    h1: { before: [-2, -1, 0, 1, 2], after: [0, 2, 4, 6, 10], units: 512 },
    h2: { before: null, after: [1, 2, 3, 4, 5], units: 64 },
  },
};

/** Fixed points of two groups at three steps; the first step is a random match of four and eight units. */
export const agreement = {
  steps: [0, 150, 2000],
  comparisons: [
    { h1: { ...{ size: 4, fixedPoints: 1, distance: 2 }, fraction: 0.25 }, h2: half(1) },
    { h1: { ...{ size: 4, fixedPoints: 2, distance: 1 }, fraction: 0.5 }, h2: half(4) },
    { h1: { ...{ size: 4, fixedPoints: 4, distance: 0 }, fraction: 1 }, h2: half(8) },
  ],
};

/** Hybrids of three layers. */
export const hybrids = {
  layers: ['conv1', 'conv2', 'fc'],
  bottomUp: [0.6, 0.4, 0.2],
  topDown: [0.2, 0.3, 0.7],
  leftOut: [0.3, 0.4, 0.4],
  putIn: [0.6, 0.8, 0.7],
  ends: { none: 1, all: 0.2 },
};

/** Paths of two to four matches. */
export const paths = {
  lengths: [2, 3, 4],
  fractions: { h1: [0.8, 0.6, 0.5], h2: [0.4, 0.3, 0.2] },
  barriers: { direct: [0.1, 0.1, 0.1], composed: [0.2, 0.3, 0.4], unmatched: [1, 1, 0.9] },
};

/** Entropies of two groups at four temperatures. */
export const entropies = {
  temperatures: [0.125, 0.5, 2, 8],
  groups: {
    h1: { units: 30, scale: 1, entropy: [0, 0.1, 0.5, 1], halfTemperature: 2 },
    h2: { units: 10, scale: 2, entropy: [0.2, 0.6, 0.9, 1], halfTemperature: 0.4 },
  },
};

/** Three widths by two depths; the widest of the deeper ones is not known. */
export const map = {
  widths: [16, 64, 256],
  depths: [2, 4],
  barriers: [
    [0.4, 0.05, 0.01],
    [0.9, 0.3, null],
  ],
  tolerance: 0.05,
};

function half(fixedPoints: number) {
  return { size: 8, fixedPoints, fraction: fixedPoints / 8, distance: 8 - fixedPoints };
}

function strong(direct: number, indirect: number, barycentre: number) {
  const pair = (a: number, b: number, kind: 'direct' | 'indirect', height: number) => ({
    ...{ a: `${a}`, b: `${b}`, kind },
    matched: line(height),
    unmatched: line(1),
  });
  return {
    pairs: [
      pair(0, 1, 'direct', direct),
      pair(0, 2, 'direct', direct / 2),
      pair(1, 2, 'indirect', indirect),
    ],
    simplex: { weights: [[1, 0, 0]], loss: { max: indirect, barycentre } },
  };
}
