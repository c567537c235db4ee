/** The q-quantile of some values. */
export function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.round(q * (values.length - 1))];
}

/** The median of some ratios with their quartiles, or a dash without any. */
export function spread(ratios: readonly number[]): string {
  if (ratios.length === 0) return '–';
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q).toPrecision(2));
  return ratios.length === 1 ? middle : `${middle} (${low}–${high})`;
}

/** A line of a table: the first two cells left-aligned if they are words, the others right-aligned. */
export function row(widths: readonly number[], ...cells: string[]): string {
  return cells
    .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    .join('');
}

/** The head of a table in Markdown. */
export function markdownHead(...cells: string[]): string {
  return `${markdownRow(...cells)}\n${markdownRow(...cells.map(() => '---'))}`;
}

/** A row of a table in Markdown. */
export function markdownRow(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}
