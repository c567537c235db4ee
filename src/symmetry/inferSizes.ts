import { invalid } from '../errors';
import type { Shapes } from '../params/internal';
import { assertWholeBlocks } from './assertWholeBlocks';
import { type SizeTable, solveUnknown } from './axisSize';
import type { AxisSpec, EntriesAxis } from './axisSpec';
import { formatAxis } from './formatPattern';
import { groupsOfAxis, leavesOfAxis } from './groupsOfParams';
import type { PermutationSpec } from './permutationSpec';
import { propagate } from './propagate';

/**
 * The sizes of a spec's groups, read from the shapes of a network by propagation: an axis with a single unknown
 * determines it, and this repeats until no axis determines another.
 *
 * @throws InvalidInputError when two axes contradict each other, an axis's size fits no number of units, or a size
 * stays ambiguous. The message names the parameter, the axis and the sizes.
 */
export function inferSizes(spec: PermutationSpec, shapes: Shapes): SizeTable {
  const sizes: SizeTable = new Map();
  for (const { name, size } of spec.groups) {
    if (size !== null) sizes.set(name, { size, source: 'the spec' });
  }
  const [undetermined] = propagate(axesOf(spec, shapes), sizes, (axis) => learn(axis, sizes));
  if (undetermined !== undefined) throw ambiguous(undetermined, sizes);
  return sizes;
}

/** An axis of a parameter by its number. */
interface NumberedAxis {
  readonly param: string;
  readonly at: number;
}

/** An axis of a parameter with its number and its size. */
interface SizedAxis extends NumberedAxis {
  readonly axis: AxisSpec;
  readonly size: number;
}

function axesOf(spec: PermutationSpec, shapes: Shapes): SizedAxis[] {
  return Object.entries(spec.params).flatMap(([param, { axes }]) =>
    Object.hasOwn(shapes, param)
      ? axes.flatMap((axis, at) =>
          axis.kind === 'part'
            ? []
            : [{ param, at, axis, size: positionsOf(axis, at, shapes[param]) }],
        )
      : [],
  );
}

/** The number of positions of an axis, or of the product of the axes of its entries. */
function positionsOf(axis: AxisSpec, at: number, shape: readonly number[]): number {
  const axes = axis.kind === 'entries' ? (axis.axes ?? [at]) : [at];
  return axes.reduce((size, each) => size * shape[each], 1);
}

/** The groups of unknown size on an axis, each after its parent if that is unknown too. */
function unknownGroups(axis: AxisSpec, sizes: SizeTable): string[] {
  const names =
    axis.kind === 'entries'
      ? groupsOfAxis(axis).filter((group) => !sizes.has(group))
      : leavesOfAxis(axis).flatMap(({ group, within }) => {
          if (within !== undefined && !sizes.has(within)) return [within, group];
          return sizes.has(group) ? [] : [group];
        });
  return [...new Set(names)];
}

/** Adds the sizes that an axis determines; returns the groups whose sizes were not known. */
function learn(sized: SizedAxis, sizes: SizeTable): string[] {
  const { axis, size } = sized;
  const unknown = unknownGroups(axis, sizes);
  if (axis.kind === 'entries') learnEntries(axis, sized, sizes);
  else if (axis.kind === 'group' && axis.within === undefined && sizes.has(axis.group)) {
    const known = sizes.get(axis.group)!;
    if (known.size !== size) throw contradiction(axis.group, known, sized, size);
    return [];
  }
  assertWhole(axis, sizes);
  const solution = solveUnknown(axis, sizes, size);
  if (solution === null || size === 0) throw impossible(sized, sizes);
  if (axis.kind === 'entries' || unknown.length === 0) return unknown;
  const [group] = unknown;
  const { within } = leavesOfAxis(axis).find((leaf) => leaf.group === group)!;
  const parentSize = within === undefined ? 1 : sizes.get(within)!.size;
  sizes.set(group, { size: solution * parentSize, source: sourceOf(sized) });
  return unknown;
}

/** Throws unless the groups of known size fit into their parents. */
function assertWhole(axis: AxisSpec, sizes: SizeTable): void {
  for (const { group, within } of leavesOfAxis(axis)) {
    const [own, parent] = [group, within ?? ''].map((name) => sizes.get(name));
    if (within === undefined || !own || !parent) continue;
    assertWholeBlocks({ ...own, name: group, parent: within, blocks: parent.size });
  }
}

/** Adds the sizes of the groups in entries; throws if two entries contradict each other, or what is known. */
export function learnEntries({ entries }: EntriesAxis, axis: NumberedAxis, sizes: SizeTable): void {
  for (const { group, index } of entries) {
    const known = sizes.get(group);
    if (known && known.size !== index.length) {
      throw contradiction(group, known, axis, index.length);
    }
    sizes.set(group, known ?? { size: index.length, source: sourceOf(axis) });
  }
}

/** The axis's name in messages. */
function sourceOf({ param, at }: NumberedAxis): string {
  return `'${param}' axis ${at}`;
}

function contradiction(
  group: string,
  known: { size: number; source: string },
  axis: NumberedAxis,
  size: number,
) {
  return invalid(
    `group '${group}' has ${known.size} units by ${known.source}, but ${size} by ${sourceOf(axis)}`,
    'Give the axes different groups, or pass the params that the spec was written for',
    { param: axis.param, axis: axis.at, received: size },
  );
}

function impossible(sized: SizedAxis, sizes: SizeTable) {
  const { param, at, axis, size } = sized;
  const known = [...new Set(groupsOfAxis(axis))]
    .filter((group) => sizes.has(group))
    .map((group) => `${group} = ${sizes.get(group)!.size} by ${sizes.get(group)!.source}`);
  const given = known.length > 0 ? ` (${known.join(', ')})` : '';
  return invalid(
    `${sourceOf(sized)} has size ${size}, which does not fit its pattern '${formatAxis(axis)}'${given}`,
    size === 0 ? 'Every axis needs at least one position' : 'Correct the pattern or the params',
    { param, axis: at, received: size },
  );
}

function ambiguous({ param, at, axis, size }: SizedAxis, sizes: SizeTable) {
  const groups = unknownGroups(axis, sizes).filter((group) => !sizes.has(group));
  const [first] = groups;
  const inside = leavesOfAxis(axis).find(({ group }) => group === first)?.within;
  const all = inside === undefined ? '' : `, the units of '${first}' over all units of '${inside}'`;
  return invalid(
    `the size of ${groups.map((group) => `'${group}'`).join(' and ')} cannot be inferred from '${param}' axis ${at}, pattern '${formatAxis(axis)}', size ${size}`,
    `Pass { sizes: { ${first}: … } } to permutationSpec${all}, or write a number in place of a '_' or a group`,
    { param, axis: at, received: size },
  );
}
