import { lastBelow } from './lastBelow';

/**
 * A function that chooses the last of some kernels before a parameter in the order of the model; null without one. An
 * order that is alphabetical shows nothing: that of a file, not of the model.
 *
 * @param order - The place of each parameter in the order.
 */
export function orderChooser(
  kernels: readonly string[],
  order: ReadonlyMap<string, number>,
): (param: string) => string | null {
  const byPlace = new Map(kernels.map((kernel) => [order.get(kernel)!, kernel]));
  const places = [...byPlace.keys()].sort((x, y) => x - y);
  return (param) => byPlace.get(places[lastBelow(places, order.get(param)!)]) ?? null;
}

/** The place of each name; null for names in alphabetical order. */
export function orderOf(names: readonly string[]): ReadonlyMap<string, number> | null {
  if (names.every((name, i) => i === 0 || names[i - 1] <= name)) return null;
  return new Map(names.map((name, i) => [name, i]));
}
