/** A way to divide the elements of one output, for all inputs, into features that are judged one by one. */
export interface TensorView {
  /** In words, for messages: 'positions of axis 1', 'elements', 'tensor'. */
  readonly of: string;
  /** How many features there are. */
  readonly count: number;
  /** The feature of element `index` of the output for input number `input`. */
  featureOf(input: number, index: number): number;
}

/**
 * The views of an output whose tensors have these shapes, one for each input. One feature for each
 * position of each axis but the first, which is the batch: columns of very different scales, side by side,
 * are told apart, and so are channels that come first. Of a vector each element is a feature.
 */
export function tensorViews(shapes: readonly (readonly number[])[]): TensorView[] {
  const rank = Math.min(...shapes.map(({ length }) => length));
  if (rank === 0 || shapes.some(({ length }) => length !== rank)) return [wholeView];
  if (rank === 1) return [axisView(shapes, 0)];
  return Array.from({ length: rank - 1 }, (_, i) => axisView(shapes, rank - 1 - i));
}

/** All elements as one feature. */
export const wholeView: TensorView = { of: 'tensor', count: 1, featureOf: () => 0 };

/** One feature for each position of an axis; inputs of other sizes have features of their own. */
function axisView(shapes: readonly (readonly number[])[], axis: number): TensorView {
  const sizes = shapes.map((shape) => shape[axis]);
  const strides = shapes.map((shape) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const isShared = sizes.every((size) => size === sizes[0]);
  const offsets = sizes.map((_, i) =>
    isShared ? 0 : sizes.slice(0, i).reduce((a, b) => a + b, 0),
  );
  return {
    of: `positions of axis ${axis}`,
    count: isShared ? sizes[0] : sizes.reduce((a, b) => a + b, 0),
    featureOf: (input, index) =>
      offsets[input] + (Math.floor(index / strides[input]) % sizes[input]),
  };
}
