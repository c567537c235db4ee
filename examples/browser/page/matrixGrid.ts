import type { MatrixCell } from '../protocol';
import { make, showText } from './dom';
import { moveByKeys } from './moveByKeys';
import { nats } from './words';

/** The place of a cell: the step of the permutation, null for none, and the step of the networks. */
interface Place {
  readonly s: number | null;
  readonly t: number;
}

interface Cell extends Place {
  readonly element: HTMLTableCellElement;
  value: MatrixCell | null;
}

/** The surroundings of a {@link matrixGrid}. */
export interface MatrixGridOptions {
  /** Shows the cell under the pointer, or the one with the focus. */
  readonly readout: HTMLElement;
  /** Shows the value of the strongest colour. */
  readonly highest: HTMLElement;
  /** Called with a cell that is pressed. */
  readonly onChoose: (s: number | null, t: number) => void;
}

/**
 * A heat map of rises in error, with a row for no permutation and one for the permutation of each step, and a
 * column for the networks of each step. The pointer and the arrow keys go from cell to cell.
 */
export function matrixGrid(
  host: HTMLElement,
  steps: readonly number[],
  { readout, highest, onChoose }: MatrixGridOptions,
) {
  const rows = [null, ...steps].map((s) => steps.map((t) => createCell(s, t)));
  const cells = rows.flat();
  const at = (target: EventTarget | null) =>
    cells.find(({ element }) => target instanceof Node && element.contains(target));
  const table = tableOf(rows, steps);
  const tell = (cell: Cell | undefined) => {
    if (cell) showText(readout, describe(cell));
  };

  table.addEventListener('pointerover', ({ target }) => tell(at(target)));
  table.addEventListener('pointerleave', () => tell(at(document.activeElement)));
  table.addEventListener('focusin', ({ target }) => tell(at(target)));
  const press = (cell: Cell | undefined) => cell && onChoose(cell.s, cell.t);
  table.addEventListener('click', ({ target }) => press(at(target)));
  moveByKeys(
    rows.map((row) => row.map(({ element }) => element)),
    (element) => press(at(element)),
  );
  host.append(table);

  function colour(): void {
    const top = Math.max(0, ...cells.map(({ value }) => value?.error ?? 0));
    for (const { element, value } of cells) {
      element.classList.toggle('is-measured', value !== null);
      const share = value && top > 0 ? Math.max(0, value.error) / top : 0;
      element.style.setProperty('--share', share.toFixed(3));
    }
    highest.textContent = `${Math.round(100 * top)} points`;
  }

  return {
    /** Shows a measured cell. */
    show(value: MatrixCell): void {
      const cell = cells.find(({ s, t }) => s === value.s && t === value.t)!;
      cell.value = value;
      label(cell);
      colour();
      if (cell.element.matches(':hover, :focus')) tell(cell);
    },
    clear(): void {
      for (const cell of cells) {
        cell.value = null;
        label(cell);
      }
      colour();
    },
    /** Marks the cell whose networks are shown elsewhere. */
    select(s: number | null, t: number): void {
      for (const cell of cells) {
        cell.element.setAttribute('aria-selected', String(cell.s === s && cell.t === t));
      }
    },
  };
}

function createCell(s: number | null, t: number): Cell {
  const cell = { s, t, element: make('td'), value: null };
  label(cell);
  return cell;
}

/** The text of a cell: the rise in points, in words for screen readers. */
function label({ element, value }: Cell): void {
  element.textContent = value ? String(Math.round(100 * value.error)) : '·';
  element.setAttribute('aria-label', value ? riseOf(value) : 'not measured');
}

function describe({ s, t, value }: Cell): string {
  const order = s === null ? 'as trained' : `with B in the order found at step s = ${s}`;
  return `Networks of step t = ${t}, ${order}: ${value ? riseOf(value) : 'not measured yet'}.`;
}

function riseOf({ loss, error }: MatrixCell): string {
  return `the share misread rises by ${(100 * error).toFixed(1)} points and the loss by ${nats(loss)} nats`;
}

function tableOf(rows: readonly (readonly Cell[])[], steps: readonly number[]) {
  const table = make('table', 'matrix');
  table.setAttribute('role', 'grid');
  table.setAttribute('aria-labelledby', 'matrix-title');
  const head = make('tr', '', heading('s \\ t', 'col'), ...steps.map((t) => heading(t, 'col')));
  const body = rows.map((row) =>
    make('tr', '', heading(row[0].s ?? 'none', 'row'), ...row.map(({ element }) => element)),
  );
  table.append(make('thead', '', head), make('tbody', '', ...body));
  return table;
}

function heading(text: string | number, scope: 'row' | 'col'): HTMLTableCellElement {
  const cell = make('th', '', String(text));
  cell.scope = scope;
  return cell;
}
