import { type Call, unsupported } from '../operator';

/** The neighbour of each coordinate within an axis, by a `nearest_mode`. */
export function nearestPositions(
  call: Call,
  mode: string,
  coordinates: readonly number[],
  size: number,
): number[] {
  const rounded = Object.hasOwn(roundings, mode) ? roundings[mode] : undefined;
  if (!rounded) {
    throw unsupported(
      call,
      `the nearest mode '${mode}'`,
      `Export the model with one of ${Object.keys(roundings).join()}`,
    );
  }
  return coordinates.map((x) => Math.min(size - 1, Math.max(0, rounded(x))));
}

const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};
