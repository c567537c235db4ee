import { invalid } from '../errors';
import type { AxisSpec, EntriesAxis, EntrySpec, Group, GroupParent } from './axisSpec';
import {
  type Cell,
  type Chain,
  cellsOfAxis,
  chainsOfCell,
  crossCells,
  linksBetweenAxes,
} from './cellsOfAxis';
import type { SizeTable } from './inferSizes';
import { axesTogether, type ParameterView, viewWith } from './parameterView';
import { type Coupling, type Loop, mergeLoops, type Place } from './place';

/** The groups of a spec by name, and their sizes. */
export interface GroupTable {
  readonly groups: ReadonlyMap<string, Group>;
  readonly sizes: SizeTable;
}

/** A parameter's view, and every appearance of a group on it. */
export interface ParameterPlaces {
  readonly view: ParameterView;
  readonly places: readonly Place[];
}

/**
 * The places of a parameter of this shape.
 *
 * @throws InvalidInputError when an inner group stands where its parent does not, or entries that are
 * written out leave the axis or overlap.
 */
export function placesOfParameter(
  param: string,
  axes: readonly AxisSpec[],
  shape: readonly number[],
  table: GroupTable,
): ParameterPlaces {
  const cells = axes.map((axis, at) =>
    axis.kind === 'entries' || axis.kind === 'part'
      ? []
      : cellsOfAxis(axis, at, shape[at], table.sizes),
  );
  const view = viewWith(shape, axesTogether(axes, linksBetweenAxes(param, cells)));
  assertParts(param, axes, view);
  const places = view.axes.flatMap((together, axis) => {
    const spec = axes[together[0]];
    if (spec.kind === 'entries') {
      return listedPlaces({ param, axis }, spec, view.shape[axis], table);
    }
    let stride = view.shape[axis];
    const factors = together.map((each) => {
      stride /= shape[each];
      return { cells: cells[each], stride };
    });
    return crossCells(factors).flatMap((cell, at) => cellPlaces({ param, axis }, cell, at, table));
  });
  return { view, places };
}

/** Which axis of which parameter's view. */
interface AxisName {
  readonly param: string;
  readonly axis: number;
}

/** A place for each chain of a cell. */
function cellPlaces(name: AxisName, cell: Cell, at: number, table: GroupTable): Place[] {
  const chains = chainsOfCell(name.param, cell);
  return chains.map((chain, i) => {
    const loops = cell.digits.filter((digit) => !chain.includes(digit) && digit.count > 1);
    const { group } = chain.at(-1)!;
    return {
      ...name,
      group: group!,
      units: sizeOf(table, group!),
      copies: product(loops.map(({ count }) => count)),
      layout: {
        kind: 'strided',
        offset: cell.offset,
        digits: mergeLoops(chain.map(loopOf)),
        loops: loops.map(loopOf),
      },
      coupling: couplingOf(chains, i, at, table),
    };
  });
}

function loopOf({ count, stride }: Loop): Loop {
  return { count, stride };
}

function couplingOf(
  chains: readonly Chain[],
  at: number,
  cell: number,
  table: GroupTable,
): Coupling | null {
  const own = chains[at];
  /** The size of the blocks of the first chain's group inside what it shares with the second. */
  const blockSize = (first: Chain, second: Chain): number | null => {
    const shared = first.filter((digit) => second.includes(digit));
    return shared.length === 0 ? null : unitsOf(first, table) / unitsOf(shared, table);
  };
  const siblings = chains.flatMap((other, i) => {
    const size = i === at ? null : blockSize(other, own);
    return size === null ? [] : [[other.at(-1)!.group!, size] as const];
  });
  if (siblings.length === 0) return null;
  const carried = chains.slice(0, at).flatMap((other) => blockSize(own, other) ?? []);
  const inner = carried.length === 0 ? null : Math.min(...carried);
  return { cell, inner, siblings: Object.fromEntries(siblings) };
}

/** How many units the last group of a chain has. */
function unitsOf(chain: Chain, table: GroupTable): number {
  return sizeOf(table, chain.at(-1)!.group!);
}

/** The places of entries that are written out; those of a product group are places of its parents. */
function listedPlaces(
  name: AxisName,
  { entries }: EntriesAxis,
  size: number,
  table: GroupTable,
): Place[] {
  return [...new Set(entries.map(({ group }) => group))].flatMap((group, cell) => {
    const own = entries.filter((entry) => entry.group === group);
    assertDisjoint(name, own, size);
    const { parents = [] } = table.groups.get(group)!;
    if (parents.length > 1) return productPlaces(name, own, cell, table);
    return [
      listedPlace(
        name,
        group,
        own.map(({ index }) => index),
        null,
      ),
    ];
  });
}

function listedPlace(
  name: AxisName,
  group: string,
  entries: readonly (readonly number[])[],
  coupling: Coupling | null,
): Place {
  return {
    ...name,
    group,
    units: entries[0].length,
    copies: entries.length,
    layout: { kind: 'listed', entries },
    coupling,
  };
}

/** A place for each parent of a product group: its copies run over the units of the other parents. */
function productPlaces(
  name: AxisName,
  entries: readonly EntrySpec[],
  cell: number,
  table: GroupTable,
): Place[] {
  const parents = table.groups.get(entries[0].group)!.parents!;
  return parents.map(({ group, of }, at) => {
    const units = sizeOf(table, group);
    const byUnit: number[][] = Array.from({ length: units }, () => []);
    of!.forEach((unit, tuple) => {
      byUnit[unit].push(tuple);
    });
    const others = parents.filter((_, i) => i !== at).map((parent) => parent.of!);
    for (const tuples of byUnit) {
      tuples.sort((x, y) => others.reduce((sign, other) => sign || other[x] - other[y], 0));
    }
    const copies = byUnit[0].length;
    if (byUnit.some(({ length }) => length !== copies)) {
      throw invalid(
        `group '${entries[0].group}' pairs the units of '${group}' with different numbers of others`,
        'Every unit of a parent is in as many tuples of the product as every other',
      );
    }
    const listed = Array.from({ length: copies }, (_, r) =>
      entries.map(({ index }) => byUnit.map((tuples) => index[tuples[r]])),
    );
    return listedPlace(name, group, listed.flat(), parentCoupling(parents, at, cell, table));
  });
}

/** The coupling of one parent of a product group to the others. */
function parentCoupling(
  parents: readonly GroupParent[],
  at: number,
  cell: number,
  table: GroupTable,
): Coupling | null {
  const own = parents[at];
  /** The size of the blocks of the first inside the units in which all tuples have it and the second. */
  const blockSize = (first: GroupParent, second: GroupParent): number | null => {
    const above = ancestorsOf(second.group, table);
    const shared = ancestorsOf(first.group, table).find((name) => {
      if (!above.includes(name)) return false;
      const [x, y] = [first, second].map(({ group }) => sizeOf(table, group) / sizeOf(table, name));
      return first.of!.every(
        (unit, tuple) => Math.floor(unit / x) === Math.floor(second.of![tuple] / y),
      );
    });
    return shared === undefined ? null : sizeOf(table, first.group) / sizeOf(table, shared);
  };
  const siblings = parents.flatMap((other, i) => {
    const size = i === at ? null : blockSize(other, own);
    return size === null ? [] : [[other.group, size] as const];
  });
  if (siblings.length === 0) return null;
  const carried = parents.slice(0, at).flatMap((other) => blockSize(own, other) ?? []);
  const inner = carried.length === 0 ? null : Math.min(...carried);
  return { cell, inner, siblings: Object.fromEntries(siblings) };
}

/** The groups that a group is inside of, itself first. */
function ancestorsOf(name: string, { groups }: GroupTable): string[] {
  const parents = groups.get(name)?.parents ?? [];
  return [
    name,
    ...(parents.length === 1 ? ancestorsOf(parents[0].group, { groups } as GroupTable) : []),
  ];
}

function sizeOf({ sizes }: GroupTable, group: string): number {
  return sizes.get(group)!.size;
}

/** Throws unless the axes that are part of another's entries are those that it names. */
function assertParts(param: string, axes: readonly AxisSpec[], view: ParameterView): void {
  const fail = (axis: number, problem: string) =>
    invalid(
      `'${param}' axis ${axis} ${problem}`,
      'Entries over several axes name them all, the one where they stand first; the others are parts of it',
    );
  axes.forEach((axis, at) => {
    const together = axis.kind === 'entries' ? (axis.axes ?? [at]) : [];
    const wrong =
      together.length > 0 &&
      (together[0] !== at ||
        new Set(together).size !== together.length ||
        together.slice(1).some((other) => axes[other]?.kind !== 'part'));
    if (wrong) throw fail(at, `has entries over the axes ${together.join(', ')}`);
    if (axis.kind !== 'part') return;
    const home = view.axes.find((list) => list.includes(at))!;
    if (home[0] !== axis.of || axis.of === at) {
      throw fail(at, `is part of axis ${axis.of}, whose entries do not name it`);
    }
  });
}

function assertDisjoint(
  { param, axis }: AxisName,
  entries: readonly EntrySpec[],
  size: number,
): void {
  const seen = new Uint8Array(size);
  for (const { group, index } of entries) {
    for (const position of index) {
      const outside = !Number.isInteger(position) || position < 0 || position >= size;
      if (outside || seen[position] === 1) {
        throw invalid(
          `'${param}' axis ${axis}: the entries of group '${group}' hold position ${position} ${outside ? `on an axis of size ${size}` : 'twice'}`,
          'Positions are integers in 0 … size − 1, each in at most one entry of a group',
        );
      }
      seen[position] = 1;
    }
  }
}

function product(values: readonly number[]): number {
  return values.reduce((total, value) => total * value, 1);
}
