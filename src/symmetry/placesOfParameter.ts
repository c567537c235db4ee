import { sizeOf, stridesOf } from '../params/internal';
import { assertExpansion, assertExpansions } from './assertExpansion';
import type { AxisSpec } from './axisSpec';
import { type Cell, type Chain, cellsOfAxis, crossCells } from './cellsOfAxis';
import { chainsOfCell, linksBetweenAxes } from './chainsOfCell';
import { couplingFrom } from './couplingFrom';
import { type GroupTable, unitsOfGroup } from './groupTable';
import { type AxisName, listedPlaces } from './listedPlaces';
import { axesTogether, type ParameterView, viewWith } from './parameterView';
import { type Loop, mergeLoops, type Place } from './place';

/** A parameter's view and all appearances of groups on it. */
export interface ParameterPlaces {
  readonly view: ParameterView;
  readonly places: readonly Place[];
}

/**
 * The places of a parameter of this shape.
 *
 * @throws InvalidInputError when an inner group is where its parent is not, or there are too many axes or parts of
 * them.
 */
export function placesOfParameter(
  param: string,
  axes: readonly AxisSpec[],
  shape: readonly number[],
  table: GroupTable,
): ParameterPlaces {
  assertExpansions(param, axes);
  const cells = axes.map((axis, at) =>
    axis.kind === 'entries' || axis.kind === 'part'
      ? []
      : cellsOfAxis(axis, at, shape[at], table.sizes),
  );
  const view = viewWith(shape, axesTogether(axes, linksBetweenAxes(param, cells)));
  const places = view.axes.flatMap((together, axis) => {
    const spec = axes[together[0]];
    if (spec.kind === 'entries') {
      return listedPlaces({ param, axis }, spec, table);
    }
    if (together.length > 1) {
      assertExpansion(
        param,
        together.map((each) => axes[each]),
        together,
      );
    }
    const strides = stridesOf(together.map((each) => shape[each]));
    const factors = together.map((each, k) => ({ cells: cells[each], stride: strides[k] }));
    return crossCells(factors).flatMap((cell, at) => cellPlaces({ param, axis }, cell, at, table));
  });
  return { view, places };
}

/** A place for each chain of a cell. */
function cellPlaces(name: AxisName, cell: Cell, at: number, table: GroupTable): Place[] {
  const chains = chainsOfCell(name.param, cell);
  const coupled = chains.map((chain) => ({ group: groupOfChain(chain), key: chain }));
  return coupled.map(({ group, key: chain }, i) => {
    const loops = cell.digits.filter((digit) => !chain.includes(digit) && digit.count > 1);
    return {
      ...name,
      group,
      role: chain.at(-1)!.role,
      units: unitsOfGroup(table, group),
      copies: sizeOf(loops.map(({ count }) => count)),
      layout: {
        kind: 'strided',
        offset: cell.offset,
        digits: mergeLoops(chain.map(loopOf)),
        loops: loops.map(loopOf),
      },
      coupling: couplingFrom(coupled, i, at, (first, second) => blockSize(first, second, table)),
    };
  });
}

/** The group whose units the digits of a chain index: that of the last digit. */
function groupOfChain(chain: Chain): string {
  return chain.at(-1)!.group!;
}

/** The number of units of the first chain inside each unit of the digits that it shares with the second; null without any. */
function blockSize(first: Chain, second: Chain, table: GroupTable): number | null {
  const shared = first.filter((digit) => second.includes(digit));
  if (shared.length === 0) return null;
  const [all, blocks] = [first, shared].map((chain) => unitsOfGroup(table, groupOfChain(chain)));
  return all / blocks;
}

function loopOf({ count, stride }: Loop): Loop {
  return { count, stride };
}
