/** About five even ticks at 1, 2 or 5 times a power of ten that enclose the values. */
export function roundTicks(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(high > low)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = power * [1, 2, 5, 10].find((factor) => (high - low) / (power * factor) <= 6)!;
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** A tick with as many decimals as the distance between the ticks asks for. */
export function formatTick(tick: number, [first, second]: readonly number[]): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(second - first) + 1e-9));
  return tick.toFixed(decimals).replace('-', '\u2212');
}
