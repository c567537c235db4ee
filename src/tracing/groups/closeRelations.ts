import { type Constraints, type Relation, rootOf, type Space, unite } from '../labels/constraints';
import { type IndexMap, imageSize, mapKey } from '../labels/indexMap';

/**
 * Unites spaces that relations make equal, until no more follow (congruence closure):
 *
 * - one source and one map onto two targets: π_source determines π_target, so the targets are equal;
 * - one target and one injective map from two sources: likewise for the sources.
 *
 * @returns The remaining relations between roots, each once.
 */
export function closeRelations({ relations }: Constraints): Relation[] {
  const facts = new Map<string, { key: number; image: number; size: number }>();
  const keyed = relations.map((relation) => ({
    ...relation,
    ...factsOf(facts, relation.map, relation.source.size),
  }));
  for (let changed = true; changed; ) {
    changed = false;
    const targets = new Map<string, Space>();
    const sources = new Map<string, Space>();
    for (const { source, target, key, image } of keyed) {
      const [from, to] = [rootOf(source), rootOf(target)];
      if (image === to.size) changed = meet(targets, `${from.id} ${key}`, to) || changed;
      if (image === from.size) {
        changed = meet(sources, `${rootOf(to).id} ${key}`, rootOf(from)) || changed;
      }
    }
  }
  const left = new Map<string, Relation>();
  for (const { source, target, map, key } of keyed) {
    const [from, to] = [rootOf(source), rootOf(target)];
    if (from === to && isIdentity(map)) continue;
    left.set(`${from.id} ${to.id} ${key}`, { source: from, target: to, map });
  }
  return [...left.values()];
}

function factsOf(
  known: Map<string, { key: number; image: number; size: number }>,
  map: IndexMap,
  size: number,
) {
  const name = `${size} ${mapKey(map)}`;
  const found = known.get(name) ?? { key: known.size, image: imageSize(map), size };
  known.set(name, found);
  return found;
}

/** Unites a space with the one of the same name. True if they were not united before. */
function meet(known: Map<string, Space>, name: string, space: Space): boolean {
  const found = known.get(name);
  if (found === undefined) {
    known.set(name, space);
    return false;
  }
  const root = rootOf(found);
  if (root === space) return false;
  unite(root, space);
  return true;
}

function isIdentity(map: IndexMap): boolean {
  return (
    map.kind === 'strided' &&
    map.offset === 0 &&
    (map.sizes.length === 0 || (map.sizes.length === 1 && map.strides[0] === 1))
  );
}
