/** The keys that go from cell to cell: the next row and column from those of a cell. */
const MOVES: Record<string, (row: number, column: number) => [number, number]> = {
  ArrowUp: (row, column) => [row - 1, column],
  ArrowDown: (row, column) => [row + 1, column],
  ArrowLeft: (row, column) => [row, column - 1],
  ArrowRight: (row, column) => [row, column + 1],
  Home: (row) => [row, 0],
  End: (row) => [row, Number.POSITIVE_INFINITY],
};

/**
 * Makes a grid usable by the keyboard. The tabulator stops at one cell, arrow keys, Home and End go on from it,
 * and `onPress` is called by Enter and Space.
 *
 * @param rows - The cells, [rows][columns].
 */
export function moveByKeys(
  rows: readonly (readonly HTMLElement[])[],
  onPress: (cell: HTMLElement) => void,
): void {
  const bounded = (index: number, length: number) => Math.max(0, Math.min(length - 1, index));
  const stopAt = (stop: HTMLElement) => {
    for (const cell of rows.flat()) cell.tabIndex = cell === stop ? 0 : -1;
  };
  stopAt(rows[0][0]);
  for (const [row, cells] of rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      cell.addEventListener('focus', () => stopAt(cell));
      cell.addEventListener('keydown', (event) => {
        const move = MOVES[event.key];
        if (!move && event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault(); // Otherwise the page scrolls.
        if (!move) return onPress(cell);
        const [toRow, toColumn] = move(row, column);
        const line = rows[bounded(toRow, rows.length)];
        line[bounded(toColumn, line.length)].focus();
      });
    }
  }
}
