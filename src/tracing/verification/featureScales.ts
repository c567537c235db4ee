import type { TensorView } from './tensorViews';

/** The values of one output for each input. */
export type OutputValues = readonly ArrayLike<number>[];

/** The passes that tell how much an output varies. */
export interface ReferencePasses {
  /** Of the network itself. */
  readonly before: OutputValues;
  /** With the weights that move changed by up to a tenth. */
  readonly varied: OutputValues;
  /** With all weights changed by what rounding may come to. */
  readonly rounded: OutputValues;
}

/** For each feature of an output how much it varies, and how much of that rounding may be. */
export interface FeatureScales {
  /** min(σ over samples and positions, change under other weights), of those above rounding; else 0. */
  readonly spread: Float64Array;
  /** The larger of the two. */
  readonly range: Float64Array;
  /** The difference that rounding may make. */
  readonly rounding: Float64Array;
}

/** Smaller numbers are zero on some devices. */
const SMALLEST = 2 ** -126;
/** Rounding changes a value by this many of its own units. */
const UNITS = 4;
/** How far rounding may go beyond what changes of weights by rounding do. */
const MARGIN = 4;

/**
 * The scales of each feature. Rounding is `MARGIN · max|rounded − before| + UNITS · ε · max|before|`: the first
 * term is what rounding inside the network comes to, the second that of the value itself.
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
    const telling = [samples[f], weights[f]].filter((each) => each > rounding[f]);
    spread[f] = telling.length > 0 ? Math.min(...telling) : 0;
    range[f] = Math.max(samples[f], weights[f]);
  }
  return { spread, range, rounding };
}

/** For each feature max|after − before|; infinite, or left out, where one of the two is no finite number. */
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

/** For each feature the standard deviation of its finite values. */
function deviations(view: TensorView, values: OutputValues): Float64Array {
  const counts = new Float64Array(view.count);
  const means = new Float64Array(view.count);
  const squares = new Float64Array(view.count);
  // Welford's update, which cancels nothing where an offset is large.
  eachElement(view, values, (f, value) => {
    if (!Number.isFinite(value)) return;
    const apart = value - means[f];
    means[f] += apart / ++counts[f];
    squares[f] += apart * (value - means[f]);
  });
  return squares.map((each, f) => (counts[f] > 0 ? Math.sqrt(each / counts[f]) : 0));
}

/** For each feature √mean (after − before)², over finite values. */
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
