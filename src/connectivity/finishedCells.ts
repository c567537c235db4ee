import { assertObject, kindOf } from '../checks';
import { invalid } from '../errors';
import type { Baseline } from '../metrics';
import { storedBarrier, storedSimplex } from '../metrics/internal';
import type { CellPlan, CellSettings, CellValues, ConnectivityCell } from './connectivityCell';
import { type KnownGroups, storedPermutations } from './storedPermutations';

/** The facts about its networks that a report has before it loads them. */
export interface KnownNetworks extends KnownGroups {
  /** The number of networks. */
  readonly count: number;
}

/**
 * The finished cells of an earlier report, by key. They are data from storage, so everything in them is checked, and
 * all that follows from measured values is computed anew.
 *
 * @throws InvalidInputError unless every cell is in the plan, was made with the same settings, and holds a value that
 * fits the report; the error gives the place in the cell.
 */
export function finishedCells(
  plan: ReadonlyMap<string, CellPlan>,
  finished: Readonly<Record<string, ConnectivityCell>>,
  known: KnownNetworks,
): Map<string, ConnectivityCell> {
  assertObject('finished', finished, 'Pass the cells that onCell received, by their keys');
  const permutationsAt = storedPermutations(known);
  const cells = new Map<string, ConnectivityCell>();
  for (const [key, cell] of Object.entries(finished) as [string, unknown][]) {
    const expected = plannedCell(plan, key);
    const { kind, settings } = expected;
    const path = `finished['${key}']`;
    assertMade(path, cell, expected);
    const place = `${path}.value`;
    const value =
      kind === 'permutations'
        ? permutationsAt(place, cell.value)
        : measuredAt(place, cell.value, expected, known);
    cells.set(key, { kind, settings, value } as ConnectivityCell);
  }
  return cells;
}

function plannedCell(plan: ReadonlyMap<string, CellPlan>, key: string): CellPlan {
  const expected = plan.get(key);
  if (expected) return expected;
  throw invalid(
    `finished has a cell '${key}', which is not part of this report`,
    'Resume with the same names and steps, or leave the cell out',
    { param: 'finished', received: key },
  );
}

/** Throws unless a cell has this kind, and was made with these settings. */
function assertMade(
  path: string,
  cell: unknown,
  { kind, settings }: CellPlan,
): asserts cell is { readonly settings: CellSettings; readonly value: unknown } {
  const stored = cell as Partial<ConnectivityCell> | null | undefined;
  if (stored?.kind !== kind) {
    throw invalid(
      `${path} is not a valid cell of the kind '${kind}'`,
      'Pass each cell as onCell received it',
      { param: 'finished', received: stored?.kind ?? kindOf(cell) },
    );
  }
  for (const [setting, value] of Object.entries(settings)) {
    const before = (stored.settings as CellSettings | null | undefined)?.[setting];
    if (before === value) continue;
    const isLike = before === undefined || typeof before === typeof value;
    const made = isLike ? before : kindOf(before);
    throw invalid(
      `${path} was made with ${setting} = ${made}, but this report has ${setting} = ${value}`,
      'Resume with the same settings, or leave the cell out',
      { param: setting, received: value },
    );
  }
}

/** A measured value, computed anew from the values of its metrics. */
function measuredAt(
  path: string,
  value: unknown,
  { kind, settings }: CellPlan,
  { count }: KnownNetworks,
): CellValues['barrier' | 'simplex'] {
  if (kind === 'simplex') return storedSimplex(path, value, count, settings.resolution as number);
  const { points, baseline } = settings;
  return storedBarrier(path, value, {
    points: points as number,
    baseline: baseline as Baseline,
  });
}
