import type { UnitGrams } from './clustering';

/** The size that costs are relative to: Σ |w|²|o|² of the units for merges of pairs, Σ |w|² for k-means. */
export function effectOf(
  { units, producers, consumers }: UnitGrams,
  method: 'pairs' | 'k-means',
): number {
  let sum = 0;
  for (let i = 0; i < units; i++) {
    const at = i * units + i;
    sum += producers[at] * (method === 'pairs' ? consumers[at] : 1);
  }
  return sum > 0 ? sum : 1;
}
