/**
 * One path for each cycle of `size` of these items: a cycle is the same from every start and in both directions.
 * The paths begin at different places of their cycles, so that no item is more often an end than it must be.
 *
 * @example
 * ```ts
 * openCycles([1, 2, 3, 4], 3); // [[1, 2, 3], [2, 4, 1], [4, 1, 3], [2, 3, 4]]
 * ```
 */
export function openCycles<T>(items: readonly T[], size: number): T[][] {
  return cyclesOf([...items.keys()], size).map((cycle, i) =>
    cycle.map((_, at) => items[cycle[(at + i) % size]]),
  );
}

/** The cycles as lists that begin with their least index and whose second index is less than the last. */
function cyclesOf(indices: readonly number[], size: number): number[][] {
  const extend = (path: readonly number[]): number[][] =>
    path.length === size
      ? [[...path]]
      : indices
          .filter((index) => index > path[0] && !path.includes(index))
          .flatMap((index) => extend([...path, index]));
  return indices.flatMap((first) => extend([first])).filter((cycle) => cycle[1] < cycle.at(-1)!);
}
