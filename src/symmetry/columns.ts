/** The most characters that the cells of a column are padded to: one long name must not widen every row. */
const WIDEST = 200;

/**
 * Rows as indented lines of text. Each column but the last is padded to its widest cell, up to 200 characters.
 *
 * @param widthOf - The width of a cell. Default: its number of characters.
 */
export function columns(
  rows: readonly (readonly string[])[],
  widthOf: (cell: string) => number = (cell) => cell.length,
): string[] {
  const width = (column: number) =>
    rows.reduce((widest, row) => Math.max(widest, Math.min(widthOf(row[column]), WIDEST)), 0);
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const padded = (cell: string, to: number) => cell + ' '.repeat(Math.max(to - widthOf(cell), 0));
  return rows.map((row) =>
    `  ${row.map((cell, i) => (i === row.length - 1 ? cell : padded(cell, widths[i]))).join('  ')}`.trimEnd(),
  );
}
