import { listsBy } from '../../params/internal';
import { type Relation, rootOf, type Space } from '../labels/constraints';
import { type Elements, initialColours, numberElements, withSpace } from '../labels/elements';
import { type Arrow, equitablePartition } from './equitablePartition';
import { type FoundGroups, formGroups } from './formGroups';
import { type OrderedGroups, orderGroups } from './orderGroups';
import { directParents, impliedArrows, parentMaps } from './parentMaps';
import { sharedBlocks } from './sharedBlocks';
import type { Pin, SpaceLayout, Symmetries } from './unitGroup';

const tangled = 'its symmetries are not independent permutations of units';

/**
 * Finds all permutations of spaces that relations allow, as groups of units.
 *
 * The coarsest equitable partition divides positions into classes. Between classes of one size a relation is one to
 * one, and their positions are units of one group. From a larger class to a smaller one it is many to one, and the
 * smaller class's group is a parent. A group with one parent is fibred over it. A group with several parents must be
 * their whole product, over the blocks that their units share. If it is not, or if a cycle of one-to-one relations
 * does not return to its start, positions are pinned until this holds.
 *
 * @param spaces - The spaces of the parameters, in their order. Units are numbered by their positions.
 */
export function findSymmetries(
  spaces: readonly Space[],
  relations: readonly Relation[],
  pins: readonly Pin[],
): Symmetries {
  let elements = numberElements(spaces, relations);
  const allPins = [...pins];
  const implied: Arrow[] = [];
  for (;;) {
    const colours = initialColours(elements, allPins);
    const arrows = [...elements.arrows, ...implied];
    const { classes, count } = equitablePartition(colours, arrows);
    const found = formGroups(elements, classes, count, arrows);
    if ('tangled' in found) {
      allPins.push(pinOfElements(elements, found.tangled));
      continue;
    }
    const parents = parentMaps(found, arrows);
    const news = parents.flatMap((maps) => impliedArrows(found, parents, maps));
    if (news.length > 0) {
      implied.push(...news);
      continue;
    }
    const direct = parents.map((maps) => directParents(parents, maps));
    const shared = sharedBlocks(found, parents, direct);
    if (shared) {
      const first = elements.count;
      elements = withSpace(elements, shared.count);
      for (const { group, of } of shared.blocks) {
        implied.push({ from: found.members(group), to: of.map((block) => first + block) });
      }
      continue;
    }
    const { groups, misfit } = orderGroups(elements, found, direct);
    if (misfit !== null) {
      allPins.push(pinOfElements(elements, found.members(misfit)));
      continue;
    }
    return describe(elements, relations, found, groups, allPins);
  }
}

function describe(
  { roots, offsets }: Elements,
  relations: readonly Relation[],
  found: FoundGroups,
  { groups, number, unit }: OrderedGroups,
  pins: readonly Pin[],
): Symmetries {
  const layouts = new Map<Space, SpaceLayout>();
  let known: Surroundings | null = null;

  function layoutOf(root: Space, from: number): SpaceLayout {
    const to = from + root.size;
    const old = found.group.subarray(from, to);
    const own = old.map((group) => (group < 0 ? -1 : number[group]));
    return {
      groups: own,
      units: found.unit.subarray(from, to).map((each, i) => (old[i] < 0 ? -1 : unit[old[i]][each])),
      classes: found.classes.subarray(from, to),
      present: [...new Set(own)].filter((group) => group >= 0),
    };
  }

  return {
    groups,
    layout(space) {
      const root = rootOf(space);
      const start = offsets.get(root);
      if (start === undefined || root.fixed !== null) return null;
      const layout = layouts.get(root) ?? layoutOf(root, start);
      layouts.set(root, layout);
      return layout;
    },
    reason(space) {
      known ??= surroundings(roots, relations, pins);
      return nearestReason(rootOf(space), known);
    },
  };
}

/** The relations and pins of all spaces, by space. */
interface Surroundings {
  readonly roots: ReadonlySet<Space>;
  readonly relations: ReadonlyMap<Space, readonly Relation[]>;
  readonly pins: ReadonlyMap<Space, readonly Pin[]>;
}

function surroundings(
  roots: readonly Space[],
  relations: readonly Relation[],
  pins: readonly Pin[],
): Surroundings {
  return {
    roots: new Set(roots),
    relations: listsBy(relations, ({ source, target }) => [source, target]),
    pins: listsBy(pins, ({ space }) => [rootOf(space)]),
  };
}

/** The reason of the nearest fixed or pinned space. */
function nearestReason(start: Space, { roots, relations, pins }: Surroundings): string {
  const queue = [start];
  const reached = new Set(queue);
  for (const space of queue) {
    const [pin] = pins.get(space) ?? [];
    if (space.fixed !== null) return space.fixed;
    if (pin) return pin.why;
    for (const { source, target } of relations.get(space) ?? []) {
      const other = source === space ? target : source;
      if (reached.has(other) || !roots.has(other)) continue;
      reached.add(other);
      queue.push(other);
    }
  }
  return 'each of its positions differs from the others';
}

/** A pin of the elements of a class, all in one space. */
function pinOfElements({ roots, offsets }: Elements, elements: Int32Array): Pin {
  const space = roots.findLast((root) => offsets.get(root)! <= elements[0])!;
  const kinds = new Int32Array(space.size).fill(-1);
  for (const e of elements) kinds[e - offsets.get(space)!] = e;
  return { space, kinds, why: tangled };
}
