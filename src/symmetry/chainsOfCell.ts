import { invalid } from '../errors';
import type { Cell, Chain, Digit } from './cellsOfAxis';

/** Pairs of axes to treat as one: the axis of a group, and the other axis that holds its parent. */
export function linksBetweenAxes(
  param: string,
  cells: readonly (readonly Cell[])[],
): (readonly [number, number])[] {
  const all = cells.flat();
  const axesOf = axesOfGroups(all);
  return all.flatMap((cell) =>
    cell.digits
      .filter((digit) => isBoundElsewhere(digit, cell))
      .map((digit) => {
        const axes = [...(axesOf.get(digit.within) ?? [])];
        if (axes.length !== 1 || axes[0] === digit.axis) throw unbound(param, digit, axes);
        return [digit.axis, axes[0]] as const;
      }),
  );
}

/** The axes that have each group. */
function axesOfGroups(cells: readonly Cell[]): ReadonlyMap<string | null, ReadonlySet<number>> {
  const axes = new Map<string | null, Set<number>>();
  for (const { axis, group } of cells.flatMap(({ digits }) => digits)) {
    const own = axes.get(group) ?? new Set();
    axes.set(group, own.add(axis));
  }
  return axes;
}

/** True if a digit has a parent that is not in the digit's cell. */
function isBoundElsewhere({ within }: Digit, { digits }: Cell): boolean {
  return within !== null && digits.every(({ group }) => group !== within);
}

/**
 * The chains of a cell whose last digit is not the parent of another. Each chain is one place: a unit of an inner
 * group determines the units of its ancestors.
 */
export function chainsOfCell(param: string, { digits }: Cell): Chain[] {
  const chains = digits
    .filter(({ group }) => group !== null)
    .map((digit) => chainTo(param, digit, digits));
  const above = new Set(chains.flatMap((chain) => chain.slice(0, -1)));
  return chains.filter((chain) => !above.has(chain.at(-1)!));
}

function chainTo(param: string, digit: Digit, digits: readonly Digit[]): Chain {
  if (digit.within === null) return [digit];
  const parents = digits.filter(({ group }) => group === digit.within);
  const own = parents.filter(({ axis }) => axis === digit.axis);
  // The nearest parent before the digit on its own axis, or else the only parent on another axis.
  const before = own.filter((parent) => digits.indexOf(parent) < digits.indexOf(digit));
  const parent = before.at(-1) ?? own[0] ?? (parents.length === 1 ? parents[0] : undefined);
  if (!parent) {
    throw unbound(
      param,
      digit,
      parents.map(({ axis }) => axis),
    );
  }
  return [...chainTo(param, parent, digits), digit];
}

function unbound(param: string, { axis, group, within }: Digit, axes: readonly number[]) {
  const found = axes.length > 0 ? `is on its axes ${axes.join(' and ')}` : 'is on none of its axes';
  return invalid(
    `'${param}' axis ${axis} has '${group}[${within}]', but '${within}' ${found}`,
    `Write '${within}' once in the same product, such as '(${within} ${group}[${within}])', or on one other axis`,
    { param, axis, received: `${group}[${within}]` },
  );
}
