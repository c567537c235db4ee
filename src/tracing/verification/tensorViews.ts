/** A division of an output's elements, for all inputs, into features that are compared separately. */
export interface TensorView {
  /** The features in words, for messages: 'positions of axis 1' or 'tensor'. */
  readonly of: string;
  /** The number of features. */
  readonly count: number;
  /** The feature of element `index` of the output for input number `input`. */
  featureOf(input: number, index: number): number;
}

/**
 * The views of an output, one for each axis except the first, which is the batch. A feature is a position of the axis,
 * so columns of very different scales are compared separately. In a vector each element is a feature.
 *
 * @param shapes - The shape of the output for each input.
 */
export function tensorViews(shapes: readonly (readonly number[])[]): TensorView[] {
  const rank = Math.min(...shapes.map(({ length }) => length));
  if (rank === 0 || shapes.some(({ length }) => length !== rank)) return [wholeView];
  if (rank === 1) return [axisView(shapes, 0)];
  return Array.from({ length: rank - 1 }, (_, i) => axisView(shapes, rank - 1 - i));
}

/** The view with all elements as one feature. */
export const wholeView: TensorView = { of: 'tensor', count: 1, featureOf: () => 0 };

/** The view with one feature for each position of an axis. If sizes differ, each input has features of its own. */
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
