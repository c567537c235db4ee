import { named } from '../errors';
import type { Params } from '../params';
import type { Shapes } from '../params/internal';
import { columns } from './columns';
import { formatAxis, formatPattern } from './formatPattern';
import { groupsOfAxis } from './groupsOfParams';
import type { PermutationSpec } from './permutationSpec';
import { type ResolvedGroup, resolveShapes } from './resolveShapes';
import { resolveSpec, shapesOf } from './resolveSpec';

/**
 * A readable printout of a spec: each group with the axes that it is on, then each parameter with
 * its pattern. With `params` also the shapes; with them, or where the spec tells all sizes, also the sizes and
 * log₁₀ of the number of symmetries: n! for a group of n units, and for every block of n units of a group
 * inside another.
 *
 * @throws InvalidInputError when params are given that do not fit the spec.
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
    if (params) resolveSpec(spec, params); // For what is no tensor.
    return formatShapes(spec, params && shapesOf(params));
  });
}

/** {@link formatSpec} for a network of which the shapes are known, and the function `fn`. */
export function formatShapes(spec: PermutationSpec, shapes?: Shapes): string {
  const known = shapes ? resolveShapes(spec, shapes).groups : sizedGroups(spec);
  const sizes = known && new Map(known.map((group) => [group.name, group]));
  const names = Object.keys(spec.params).filter((name) => !shapes || Object.hasOwn(shapes, name));
  const groups = spec.groups.filter(({ name }) => !sizes || sizes.has(name)); // No products.
  const groupRows = groups.map(({ name }) => [
    name,
    ...(sizes ? [unitsOf(sizes.get(name)!)] : []),
    axesOfGroup(spec, names, name).join(' '),
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
    ...columns(groupRows),
    'parameters',
    ...columns(parameterRows),
    ...(spec.unlisted === 'fixed' ? ['parameters that are not listed stay as they are'] : []),
  ].join('\n');
}

/** The groups with the sizes that the spec tells, products left out; null where it does not tell them all. */
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

function axesOfGroup(spec: PermutationSpec, names: readonly string[], group: string): string[] {
  return names.flatMap((name) =>
    spec.params[name].axes.flatMap((axis, at) =>
      groupsOfAxis(axis).includes(group) ? [`${name}[${at}]`] : [],
    ),
  );
}

/** The number of units, and inside what. */
function unitsOf({ size, parent, inner }: ResolvedGroup): string {
  return parent === null ? `${size} units` : `${size} units, ${inner} in each of ${parent}`;
}

/** log₁₀ of the number of permutations: inner! for each block that a group is in. */
function logSymmetries(groups: readonly ResolvedGroup[]): number {
  return groups.reduce((sum, { size, inner }) => sum + (size / inner) * logFactorial(inner), 0);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log10(k);
  return sum;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
