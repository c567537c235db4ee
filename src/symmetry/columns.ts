/** Rows as indented lines of text. Each column but the last is padded to its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) =>
    rows.reduce((widest, row) => Math.max(widest, row[column].length), 0);
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  return rows.map((row) =>
    `  ${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join('  ')}`.trimEnd(),
  );
}
