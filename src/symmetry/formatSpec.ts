import { named } from '../errors';
import type { Params } from '../params';
import { listsBy, type Shapes } from '../params/internal';
import { assertSpec } from './assertSpec';
import { columns } from './columns';
import { formatAxis, formatPattern } from './formatPattern';
import { groupsOfAxis } from './groupsOfParams';
import type { JointUse } from './jointUse';
import { logFactorial } from './logFactorial';
import type { PermutationSpec } from './permutationSpec';
import { type ResolvedGroup, resolveShapes } from './resolveShapes';
import { resolveSpec, shapesOf } from './resolveSpec';

/**
 * A spec as readable text: each group with its axes, then each parameter with its pattern. With `params` the text
 * also has the shapes. A group whose units are read together, by a layer norm say, has these uses. If all sizes are known, from `params` or from the spec, it has the sizes and the number of
 * symmetries, as a power of 10: n! for each free group of n units, and n! for each block of n units of a fibred
 * group.
 *
 * @param params - A network of the spec, any tensors of its shapes.
 * @throws InvalidInputError when the spec is not sound, or params are given that do not fit it.
 *
 * @example
 * ```ts
 * import { formatSpec, permutationSpec } from 'perm-lmc';
 *
 * formatSpec(permutationSpec({ kernel: '_ h', bias: 'h' }));
 * // 1 group, 2 parameters
 * //   h  kernel[1] bias[0]
 * // parameters
 * //   kernel  _ h
 * //   bias    h
 * ```
 */
export function formatSpec(spec: PermutationSpec, params?: Params): string {
  return named('formatSpec', () => {
    if (params === undefined) assertSpec(spec);
    else resolveSpec(spec, params); // Refuses values that are not tensors.
    return specLines(spec, params && shapesOf(params)).join('\n');
  });
}

/**
 * The lines of {@link formatSpec} for a network of these shapes.
 *
 * @param table - Lays out rows as lines.
 */
export function specLines(
  spec: PermutationSpec,
  shapes?: Shapes,
  table: (rows: readonly (readonly string[])[]) => readonly string[] = columns,
): string[] {
  const known = shapes ? resolveShapes(spec, shapes).groups : sizedGroups(spec);
  const sizes = known && new Map(known.map((group) => [group.name, group]));
  const names = Object.keys(spec.params).filter((name) => !shapes || Object.hasOwn(shapes, name));
  const groups = spec.groups.filter(({ name }) => !sizes || sizes.has(name)); // Without products.
  const axes = axesByGroup(spec, names);
  const groupRows = groups.map(({ name, joint = [] }) => [
    name,
    ...(sizes ? [unitsOf(sizes.get(name)!)] : []),
    [...(axes.get(name) ?? []).map(({ written }) => written), ...jointUses(joint)].join(' '),
  ]);
  const parameterRows = names.map((name) => [
    name,
    ...(shapes ? [`[${shapes[name]}]`] : []),
    shapes ? spec.params[name].axes.map(formatAxis).join(' ') : formatPattern(spec.params[name]),
  ]);
  const symmetries = sizes
    ? `, 10^${logSymmetries([...sizes.values()]).toFixed(1)} symmetries`
    : '';
  return [
    `${count(groups.length, 'group')}, ${count(names.length, 'parameter')}${symmetries}`,
    ...table(groupRows),
    'parameters',
    ...table(parameterRows),
    ...(spec.unlisted === 'fixed' ? ['parameters that are not listed stay as they are'] : []),
  ];
}

/** The groups with the sizes in the spec, without products; null if the spec lacks a size. */
function sizedGroups({ groups }: PermutationSpec): ResolvedGroup[] | null {
  const sizes = new Map(groups.map(({ name, size }) => [name, size]));
  const own = groups.filter(({ parents = [] }) => parents.length < 2);
  if (own.some(({ size }) => size === null)) return null;
  return own.map(({ name, size, parents: [parent] = [] }) => ({
    name,
    size: size!,
    parent: parent?.group ?? null,
    inner: size! / (parent ? sizes.get(parent.group)! : 1),
  }));
}

/** The axes of these parameters by the groups on them. */
function axesByGroup({ params }: PermutationSpec, names: readonly string[]) {
  const axes = names.flatMap((name) =>
    params[name].axes.map((axis, at) => ({ axis, written: `${name}[${at}]` })),
  );
  return listsBy(axes, ({ axis }) => groupsOfAxis(axis));
}

/** The number of units of a group, in total and inside each unit of its parent. */
function unitsOf({ size, parent, inner }: ResolvedGroup): string {
  return parent === null ? `${size} units` : `${size} units, ${inner} in each of ${parent}`;
}

/** The joint uses of a group as words. */
function jointUses(joint: readonly JointUse[]): string[] {
  return joint.length === 0 ? [] : [`· read together by ${joint.join(', ')}`];
}

/** log₁₀ of the number of permutations: log₁₀ ∏ inner! over all blocks of all groups. */
function logSymmetries(groups: readonly ResolvedGroup[]): number {
  return groups.reduce((sum, { size, inner }) => sum + (size / inner) * logFactorial(inner), 0);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
