import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { ConnectivityCell } from 'perm-lmc';

/** The finished values by key, and the callback for new ones: `finished` and `onCell` of a report's options. */
export interface Kept<Cell> {
  readonly finished: Readonly<Record<string, Cell>>;
  readonly onCell: (key: string, cell: Cell) => void;
}

/** Cells of a report on connectivity. */
export type Cells = Kept<ConnectivityCell>;

/**
 * Cells kept in a file, one line of JSON each, written as they are finished, so that an interrupted run
 * continues where it stopped. An incomplete line is dropped. Each part of a study has cells of its own.
 *
 * @throws Error if a complete line is not a cell; the message has its place.
 */
export function openCells(path: string): <Cell = ConnectivityCell>(part: string) => Kept<Cell> {
  const cells = new Map<string, unknown>();
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    truncateSync(path, whole);
    const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
    for (const [at, line] of lines.entries()) cells.set(...parseCell(line, `${path}:${at + 1}`));
  }
  return <Cell>(part: string) => {
    const prefix = `${part}: `;
    const own = [...cells].filter(([key]) => key.startsWith(prefix));
    return {
      finished: Object.fromEntries(
        own.map(([key, cell]) => [key.slice(prefix.length), cell as Cell]),
      ),
      onCell(key, cell) {
        cells.set(prefix + key, cell);
        appendFileSync(path, `${JSON.stringify([prefix + key, cell])}\n`);
      },
    };
  };
}

/** The key and the value of a line. The value of a report's cell is checked by the report. */
function parseCell(line: string, place: string): [string, unknown] {
  try {
    const cell: unknown = JSON.parse(line);
    if (
      Array.isArray(cell) &&
      cell.length === 2 &&
      typeof cell[0] === 'string' &&
      cell[1] !== null
    ) {
      return [cell[0], cell[1]];
    }
  } catch {} // Told below.
  throw new Error(`${place} is not a cell; remove the line to have it computed again`);
}

/** The cells of one part, and those of another whose keys have this prefix, which the two parts share. */
export function borrowing(own: Cells, other: Cells, beginning: string): Cells {
  const same = Object.entries(other.finished).filter(([key]) => key.startsWith(beginning));
  return { ...own, finished: { ...Object.fromEntries(same), ...own.finished } };
}

/** A value, plain data, that is computed once and kept. */
export async function keptValue<T>(
  { finished, onCell }: Kept<T>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  if (Object.hasOwn(finished, key)) return finished[key];
  const value = await make();
  onCell(key, value);
  return value;
}
