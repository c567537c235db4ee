import type { TensorView } from './tensorViews';

/** The values of one output for each input, row-major. */
export type OutputValues = readonly ArrayLike<number>[];

/** Passes that show how much an output varies. */
export interface ReferencePasses {
  /** The network itself. */
  readonly before: OutputValues;
  /** The network with the weights that the spec moves changed by up to a tenth. */
  readonly varied: OutputValues;
  /** The network with all weights changed by rounding errors. */
  readonly rounded: OutputValues;
}

/** The variation and the rounding of each feature of an output. */
export interface FeatureScales {
  /**
   * min(σ over samples and positions, change under other weights) of those that are {@link CLEAR} times rounding, or
   * else of those above rounding; 0 if none is.
   */
  readonly spread: Float64Array;
  /** The larger of these two numbers. */
  readonly range: Float64Array;
  /** The largest difference that counts as rounding. */
  readonly rounding: Float64Array;
}

/** The smallest normal float32. Smaller numbers are zero on some devices. */
const SMALLEST = 2 ** -126;
/** The rounding of a value itself, in units of rounding. */
const UNITS = 4;
/** The factor above rounding from which a variation is not faint: it shows more than rounding. */
export const CLEAR = 10;
/** The factor between rounding and the measured effect of rounded weights. */
const MARGIN = 4;

/**
 * The scales of each feature. rounding = MARGIN · max|rounded − before| + UNITS · ε · max|before|: the first term is
 * for rounding inside the network, the second for rounding of the value itself.
 */
export function featureScales(
  view: TensorView,
  { before, varied, rounded }: ReferencePasses,
  epsilon: number,
): FeatureScales {
  const samples = deviations(view, before);
  deviations(view, varied).forEach((each, f) => {
    samples[f] = Math.max(samples[f], each);
  });
  const weights = rootMeanSquares(view, before, varied);
  const rounding = largestDifferences(view, before, rounded, true);
  const largest = largestValues(view, before);
  const spread = new Float64Array(view.count);
  const range = new Float64Array(view.count);
  for (let f = 0; f < view.count; f++) {
    rounding[f] = MARGIN * rounding[f] + UNITS * epsilon * largest[f] + SMALLEST;
    const above = [samples[f], weights[f]].filter((each) => each > rounding[f]);
    const clear = above.filter((each) => each > CLEAR * rounding[f]);
    const telling = clear.length > 0 ? clear : above;
    spread[f] = telling.length > 0 ? Math.min(...telling) : 0;
    range[f] = Math.max(samples[f], weights[f]);
  }
  return { spread, range, rounding };
}

/** max|after − before| of each feature. Infinite if one of them is not finite, unless `onlyFinite`. */
export function largestDifferences(
  view: TensorView,
  before: OutputValues,
  after: OutputValues,
  onlyFinite = false,
): Float64Array {
  const largest = new Float64Array(view.count);
  eachElement(view, before, (f, a, input, i) => {
    const b = after[input][i];
    if (Object.is(a, b)) return;
    const apart = Math.abs(a - b);
    if (Number.isFinite(apart)) largest[f] = Math.max(largest[f], apart);
    else if (!onlyFinite) largest[f] = Number.POSITIVE_INFINITY;
  });
  return largest;
}

/** The standard deviation σ of each feature over its finite values. */
function deviations(view: TensorView, values: OutputValues): Float64Array {
  const counts = new Float64Array(view.count);
  const means = new Float64Array(view.count);
  const squares = new Float64Array(view.count);
  // Welford's update: no cancellation if the offset is large.
  eachElement(view, values, (f, value) => {
    if (!Number.isFinite(value)) return;
    const apart = value - means[f];
    means[f] += apart / ++counts[f];
    squares[f] += apart * (value - means[f]);
  });
  return squares.map((each, f) => (counts[f] > 0 ? Math.sqrt(each / counts[f]) : 0));
}

/** √mean (after − before)² of each feature, over finite differences. */
function rootMeanSquares(
  view: TensorView,
  before: OutputValues,
  after: OutputValues,
): Float64Array {
  const counts = new Float64Array(view.count);
  const squares = new Float64Array(view.count);
  eachElement(view, before, (f, a, input, i) => {
    const apart = after[input][i] - a;
    if (!Number.isFinite(apart)) return;
    counts[f]++;
    squares[f] += apart ** 2;
  });
  return squares.map((each, f) => (counts[f] > 0 ? Math.sqrt(each / counts[f]) : 0));
}

function largestValues(view: TensorView, values: OutputValues): Float64Array {
  const largest = new Float64Array(view.count);
  eachElement(view, values, (f, value) => {
    if (Number.isFinite(value)) largest[f] = Math.max(largest[f], Math.abs(value));
  });
  return largest;
}

function eachElement(
  view: TensorView,
  values: OutputValues,
  visit: (feature: number, value: number, input: number, index: number) => void,
): void {
  for (const [input, list] of values.entries()) {
    for (let i = 0; i < list.length; i++) visit(view.featureOf(input, i), list[i], input, i);
  }
}
