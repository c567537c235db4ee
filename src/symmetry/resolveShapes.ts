import type { Shapes } from '../params/internal';
import { assertShapes } from './assertShapes';
import { assertSizes } from './assertSizes';
import { assertSpec } from './assertSpec';
import type { SizeTable } from './axisSize';
import type { Group } from './group';
import { inferSizes } from './inferSizes';
import type { ParameterView } from './parameterView';
import type { PermutationSpec } from './permutationSpec';
import type { Place } from './place';
import { placesOfParameter } from './placesOfParameter';

/** A group with its own permutation: free or fibred. */
export interface ResolvedGroup {
  readonly name: string;
  /** The number of units. */
  readonly size: number;
  /** The parent of a fibred group; null for a free group. */
  readonly parent: string | null;
  /** The number of units inside each unit of the parent; for a free group the number of units. */
  readonly inner: number;
}

/** A spec with the sizes of one network, for all functions that permute or compare. */
export interface ResolvedSpec {
  /** The groups of the network's parameters and their parents, in the order of the spec. */
  readonly groups: readonly ResolvedGroup[];
  /** All appearances of all groups, in the order of the spec's parameters. */
  readonly places: readonly Place[];
  /** The view of each parameter that the spec names; places are on the axes of views. */
  readonly views: ReadonlyMap<string, ParameterView>;
}

/**
 * The spec with the sizes of a network of these shapes.
 *
 * @throws InvalidInputError when a parameter is missing, unknown or of another rank, or the sizes
 * contradict each other.
 */
export function resolveShapes(spec: PermutationSpec, shapes: Shapes): ResolvedSpec {
  assertSpec(spec);
  assertShapes(spec, shapes);
  const sizes = inferSizes(spec, shapes);
  const table = { groups: new Map(spec.groups.map((group) => [group.name, group])), sizes };
  assertSizes(spec, shapes, table);
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

/** The groups that have a place, and their ancestors. */
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
    .map(({ name }) => resolveGroup(name, parentOf.get(name)!, sizes));
}

function resolveGroup(name: string, parent: string | null, sizes: SizeTable): ResolvedGroup {
  const { size } = sizes.get(name)!;
  const blocks = parent === null ? 1 : sizes.get(parent)!.size;
  return { name, size, parent, inner: size / blocks };
}
