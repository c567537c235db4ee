import { invalid } from '../../errors';
import type { ConnectivityProgress } from './connectivityOptions';

/** Parts of a report that are computed once and kept as plain data under a key. */
export interface Cells {
  /** Whether the cell is there already. */
  has(key: string): boolean;
  /** The cell of a key: what was kept, or what `make` resolves to, as plain data. */
  get<T>(key: string, make: () => Promise<T>): Promise<T>;
}

/** What cells are made with and who is told of them. */
export interface CellOptions {
  /** What must be the same for kept cells to count, as one string. */
  readonly settings: string;
  /** How many cells there will be. */
  readonly total: number;
  readonly finished: Readonly<Record<string, unknown>>;
  readonly onCell?: (key: string, cell: unknown) => void;
  readonly onProgress?: (progress: ConnectivityProgress) => void;
  readonly checkpoint: () => Promise<void>;
}

/** A cell as it is kept. */
interface KeptCell {
  readonly settings: string;
  readonly value: unknown;
}

/** Cells that start from those an earlier run finished. */
export function createCells(
  fn: string,
  { settings, total, finished, onCell, onProgress, checkpoint }: CellOptions,
): Cells {
  assertFinished(fn, finished, settings);
  const cells = new Map(
    Object.entries(finished).map(([key, cell]) => [key, (cell as KeptCell).value]),
  );
  const told = new Set<string>();

  function tell(key: string): void {
    if (told.has(key)) return;
    told.add(key);
    onProgress?.({ done: told.size, total, cell: key });
  }

  return {
    has: (key) => cells.has(key),
    async get<T>(key: string, make: () => Promise<T>): Promise<T> {
      if (!cells.has(key)) {
        await checkpoint();
        // As it will be read back, so that a report that is resumed is the same.
        const value = JSON.parse(JSON.stringify(await make()));
        cells.set(key, value);
        onCell?.(key, { settings, value } satisfies KeptCell);
      }
      tell(key);
      return cells.get(key) as T;
    },
  };
}

function assertFinished(
  fn: string,
  finished: Readonly<Record<string, unknown>>,
  settings: string,
): void {
  for (const [key, cell] of Object.entries(finished)) {
    const own = (cell as Partial<KeptCell> | null)?.settings;
    const isCell = typeof own === 'string' && (cell as Partial<KeptCell>).value !== undefined;
    if (!isCell) {
      throw invalid(
        fn,
        `finished['${key}'] is no cell`,
        'Pass what onCell told, under the same keys',
      );
    }
    if (own !== settings) {
      throw invalid(
        fn,
        `finished['${key}'] was made with ${own}, not with ${settings}`,
        'Use the options of the earlier run, or begin anew',
      );
    }
  }
}
