/**
 * The elements of one parameter in a tensor that is computed from parameters alone. Along each axis of the tensor
 * they are a run of positions, a row-major product of digits; each digit steps along one axis of the parameter.
 */
export interface Part {
  readonly param: string;
  /** The first position on each axis of the parameter. */
  readonly base: readonly number[];
  /** One for each axis of the tensor. */
  readonly axes: readonly PartAxis[];
}

/** The positions of a part along an axis of its tensor. Without digits they are all alike. */
export interface PartAxis {
  /** The first position. */
  readonly start: number;
  /** From the slowest to the fastest. */
  readonly digits: readonly Digit[];
}

/** An index 0 … count − 1 with the distance of its positions on an axis of the parameter; 0 for repeats. */
export interface Digit {
  readonly axis: number;
  readonly count: number;
  readonly stride: number;
  /** True if the tensor is linear in the parameter's units along the digit. */
  readonly linear: boolean;
}

/** The whole parameter. */
export function wholePart(param: string, shape: readonly number[]): Part {
  return {
    param,
    base: shape.map(() => 0),
    axes: shape.map((count, axis) => ({
      start: 0,
      digits: count === 1 ? [] : [{ axis, count, stride: 1, linear: true }],
    })),
  };
}

/** The number of positions of a part along an axis. */
export function lengthOf({ digits }: PartAxis): number {
  return digits.reduce((product, { count }) => product * count, 1);
}

/** The part with its axes changed. */
function mapAxes(part: Part, map: (own: PartAxis, axis: number) => PartAxis): Part {
  return { ...part, axes: part.axes.map(map) };
}

/** The part as of a function that is linear along the axes that `keeps` accepts, and not along others. */
export function linearAlong(part: Part, keeps: (axis: number) => boolean): Part {
  return mapAxes(part, (own, axis) =>
    keeps(axis)
      ? own
      : { ...own, digits: own.digits.map((digit) => ({ ...digit, linear: false })) },
  );
}
