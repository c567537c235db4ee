import { invalid } from '../errors';
import type { Shapes } from '../params/internal';
import type { Group, PermutationSpec } from './axisSpec';
import { groupsOfAxis } from './groupsOfParams';
import { inferSizes, type SizeTable } from './inferSizes';
import type { ParameterView } from './parameterView';
import { formatPattern } from './parsePattern';
import type { Place } from './place';
import { placesOfParameter } from './placesOfParameter';

/** A group that has a permutation of its own. */
export interface ResolvedGroup {
  readonly name: string;
  /** The number of units. */
  readonly size: number;
  /** The group inside whose units its own are, in equal blocks; null for a free group. */
  readonly parent: string | null;
  /** How many units are inside each unit of the parent; all of them for a free group. */
  readonly inner: number;
}

/** A spec with the sizes of one network filled in. Everything that permutes or compares uses this. */
export interface ResolvedSpec {
  /** The groups of the parameters that are there, in the order of the spec, parents before children. */
  readonly groups: readonly ResolvedGroup[];
  /** Every appearance of every group, in the order of the spec's parameters. */
  readonly places: readonly Place[];
  /** The view of each parameter that the spec names, whose axes the places are on. */
  readonly views: ReadonlyMap<string, ParameterView>;
}

/**
 * Fills the sizes of a network with parameters of these shapes into a spec.
 *
 * @throws InvalidInputError when a parameter is missing, unknown or of another rank, or the sizes
 * contradict each other.
 */
export function resolveShapes(spec: PermutationSpec, shapes: Shapes): ResolvedSpec {
  assertSpec(spec);
  assertNames(spec, shapes);
  for (const [name, shape] of Object.entries(shapes)) assertRank(spec, name, shape);
  assertGroups(spec);
  const sizes = inferSizes(spec, shapes);
  const table = { groups: new Map(spec.groups.map((group) => [group.name, group])), sizes };
  const resolved = Object.entries(spec.params).flatMap(([param, { axes }]) =>
    Object.hasOwn(shapes, param)
      ? [[param, placesOfParameter(param, axes, shapes[param], table)] as const]
      : [],
  );
  const places = resolved.flatMap(([, each]) => each.places);
  return {
    groups: resolveGroups(spec.groups, places, sizes),
    places,
    views: new Map(resolved.map(([param, { view }]) => [param, view])),
  };
}

/** The groups that have a place, and those that they are inside of. */
function resolveGroups(
  groups: readonly Group[],
  places: readonly Place[],
  sizes: SizeTable,
): ResolvedGroup[] {
  const parentOf = new Map(
    groups.map(({ name, parents }) => [name, parents?.length === 1 ? parents[0].group : null]),
  );
  const used = new Set<string>();
  for (const { group } of places) {
    for (let name: string | null = group; name !== null; name = parentOf.get(name)!) used.add(name);
  }
  return groups
    .filter(({ name }) => used.has(name))
    .map(({ name }) => {
      const parent = parentOf.get(name)!;
      const { size, source } = sizes.get(name)!;
      const blocks = parent === null ? 1 : sizes.get(parent)!.size;
      if (size % blocks !== 0) {
        throw invalid(
          `group '${name}' has ${size} units by ${source}, but is inside '${parent}', which has ${blocks}`,
          'Every unit of the parent holds equally many',
        );
      }
      return { name, size, parent, inner: size / blocks };
    });
}

/** Throws unless every group of an axis is listed, and every parent before what is inside it. */
function assertGroups({ groups, params }: PermutationSpec): void {
  const known = new Map<string, Group>();
  for (const group of groups) {
    const { name, size, parents = [] } = group;
    const sound = parents.every((parent) => {
      const above = known.get(parent.group);
      const isProduct = (above?.parents?.length ?? 0) > 1;
      const needsUnits = parents.length > 1;
      const units = above?.size ?? Number.POSITIVE_INFINITY;
      const fits = parent.of?.every((unit) => Number.isInteger(unit) && unit >= 0 && unit < units);
      return (
        above &&
        !isProduct &&
        needsUnits === (parent.of !== undefined) &&
        fits !== false &&
        (!needsUnits || parent.of!.length === size)
      );
    });
    if (!sound || known.has(name)) {
      throw invalid(
        `the spec lists group '${name}' ${known.has(name) ? 'twice' : 'with parents that do not fit'}`,
        'Parents come first and are no products; a fibred group has one, a product several, each with a unit for every one of its own',
      );
    }
    known.set(name, group);
  }
  for (const [param, { axes }] of Object.entries(params)) {
    const stray = axes.flatMap(groupsOfAxis).find((name) => !known.has(name));
    if (stray !== undefined) {
      throw invalid(
        `parameter '${param}' is on group '${stray}', which the spec does not list`,
        'Write the spec with permutationSpec, traceSpec or parseSpec',
      );
    }
  }
}

/** Throws unless it looks like a spec. */
export function assertSpec(spec: PermutationSpec): void {
  if (!Array.isArray(spec?.groups) || typeof spec.params !== 'object' || spec.params === null) {
    throw invalid(
      'spec is no PermutationSpec',
      'Write it with permutationSpec(patterns) or a preset such as mlpSpec',
    );
  }
}

function assertNames(spec: PermutationSpec, params: Shapes): void {
  const missing = Object.keys(spec.params).filter(
    (name) => !spec.params[name].optional && !Object.hasOwn(params, name),
  );
  const unknown = Object.keys(params).filter((name) => !Object.hasOwn(spec.params, name));
  if (missing.length > 0) {
    throw invalid(
      `the params lack ${list(missing)}, which the spec names${unknown.length > 0 ? `; they have ${list(unknown)}, which it does not` : ''}`,
      "Rename the params, or begin the pattern with '?' if a network may lack the parameter",
    );
  }
  if (unknown.length > 0 && spec.unlisted === 'error') {
    throw invalid(
      `the params hold ${list(unknown)}, which the spec does not name`,
      "Add a pattern (all '_' if nothing is permuted), or write the spec with { unlisted: 'fixed' }",
    );
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 4).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');
}

function assertRank(spec: PermutationSpec, name: string, shape: readonly number[]): void {
  if (!Object.hasOwn(spec.params, name)) return;
  const { axes } = spec.params[name];
  if (axes.length !== shape.length) {
    throw invalid(
      `parameter '${name}' has ${shape.length} axes [${shape}], but its pattern '${formatPattern(spec.params[name])}' has ${axes.length}`,
      'Write one item per axis',
    );
  }
}
