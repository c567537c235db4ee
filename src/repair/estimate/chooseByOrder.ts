/**
 * The last kernel before a parameter in the order of the model; null without one. An order that is alphabetical shows
 * nothing: that of a file, not of the model.
 */
export function chooseByOrder(
  param: string,
  kernels: readonly string[],
  order: readonly string[],
): string | null {
  if (order.every((name, i) => i === 0 || order[i - 1] <= name)) return null;
  const earlier = order.slice(0, order.indexOf(param));
  return earlier.findLast((name) => kernels.includes(name)) ?? null;
}
