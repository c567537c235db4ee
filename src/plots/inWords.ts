import type { Series } from './lineChart';
import { short } from './writtenOut';

/** A curve in words, for the accessible description: its ends, its maximum and the place of the maximum. */
export function inWords({ label, points }: Series): string {
  const [first, last] = [points[0], points.at(-1)!];
  const most = points.reduce((best, point) => (point[1] > best[1] ? point : best));
  const ends = `${short(first[1])} and ${short(last[1])} at the ends`;
  const name = label === '' ? 'The curve' : label;
  return `${name}: ${ends}, at most ${short(most[1])}, at ${short(most[0])}.`;
}
