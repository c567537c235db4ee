import { plainText } from '../plainText';
import { columns } from '../symmetry/internal';
import { textWidth } from './textWidth';

/** The most characters of a cell that others are aligned to. */
const CELL = 200;

/** Rows as indented lines of text, as wide as a terminal shows them. Long cells are shortened, but in the last column. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  return columns(
    rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : plainText(cell, CELL)))),
    textWidth,
  );
}
