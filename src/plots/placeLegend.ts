import { drawSeries } from './drawSeries';
import { text } from './element';
import { fitText, textWidth } from './textWidth';

const ROW = 22;
const [SWATCH, GAP] = [44, 26];

/**
 * The entries of a legend above a plot as markup, and its height in pixels.
 *
 * @param first - The index of the first series in the figure.
 */
export function placeLegend(
  labels: readonly string[],
  first: number,
  { left, right, top }: { left: number; right: number; top: number },
): { entries: string[]; height: number } {
  if (labels.every((label) => label === '')) return { entries: [], height: 0 };
  let [x, row] = [left, 0];
  const entries = labels.map((full, i) => {
    const label = fitText(full, right - left - SWATCH);
    const width = SWATCH + textWidth(label);
    if (x > left && x + width > right) [x, row] = [left, row + 1];
    const y = top + ROW * (row + 0.5);
    const swatch = drawSeries(
      first + i,
      [
        [x, y],
        [x + 36, y],
      ],
      [[x + 18, y]],
    );
    const entry = swatch + text(x + SWATCH, y + 4.5, 'start', label);
    x += width + GAP;
    return entry;
  });
  return { entries, height: (row + 1) * ROW };
}
