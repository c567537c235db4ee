import type { Arrow } from '../groups/equitablePartition';
import type { Pin } from '../groups/unitGroup';
import { createConstraints, type Relation, rootOf, type Space } from './constraints';
import { mapPositions } from './indexMap';

/** The positions of all spaces, numbered consecutively. */
export interface Elements {
  readonly count: number;
  readonly roots: readonly Space[];
  /** The number of each root's first position. */
  readonly offsets: ReadonlyMap<Space, number>;
  readonly arrows: readonly Arrow[];
  /** The number of positions in spaces of parameters, which come first. */
  readonly own: number;
}

/** Numbers the positions of the spaces and of all spaces that relations reach. The walk stops at fixed spaces. */
export function numberElements(spaces: readonly Space[], relations: readonly Relation[]): Elements {
  const near = new Map<Space, Space[]>();
  for (const { source, target } of relations) {
    near.set(source, [...(near.get(source) ?? []), target]);
    near.set(target, [...(near.get(target) ?? []), source]);
  }
  const roots = [...new Set(spaces.map(rootOf))];
  const own = roots.reduce((sum, { size }) => sum + size, 0);
  const reached = new Set(roots);
  for (let at = 0; at < roots.length; at++) {
    if (roots[at].fixed !== null) continue;
    for (const other of near.get(roots[at]) ?? []) {
      if (!reached.has(other)) roots.push(other);
      reached.add(other);
    }
  }
  const offsets = new Map<Space, number>();
  let count = 0;
  for (const root of roots) {
    offsets.set(root, count);
    count += root.size;
  }
  const arrows = relations
    .filter(({ source, target }) => reached.has(source) && reached.has(target))
    .map(({ source, target, map }) => {
      const [first, start] = [offsets.get(source)!, offsets.get(target)!];
      const from = Int32Array.from({ length: source.size }, (_, i) => first + i);
      return { from, to: mapPositions(map).map((position) => start + position) };
    });
  return { count, roots, offsets, arrows, own };
}

/** The elements with those of one more space, which are the last. */
export function withSpace(elements: Elements, size: number): Elements {
  const space = createConstraints().space(size);
  return {
    ...elements,
    count: elements.count + size,
    roots: [...elements.roots, space],
    offsets: new Map([...elements.offsets, [space, elements.count]]),
  };
}

/** The first colour of each element. Positions of a space share one unless they are fixed or a seed or pin separates them. */
export function initialColours(
  { count, roots, offsets }: Elements,
  pins: readonly Pin[],
): Int32Array {
  const colours = new Int32Array(count);
  const numbers = new Map<string, number>();
  let next = 0;
  const numberOf = (key: string): number => {
    const number = numbers.get(key) ?? next++;
    numbers.set(key, number);
    return number;
  };
  for (const [at, root] of roots.entries()) {
    const start = offsets.get(root)!;
    const alike = next++;
    for (let i = 0; i < root.size; i++) {
      if (root.fixed !== null) colours[start + i] = next++;
      else colours[start + i] = root.seed ? numberOf(`${at} ${root.seed[i]}`) : alike;
    }
  }
  for (const [at, { space, kinds }] of pins.entries()) {
    const start = offsets.get(rootOf(space))!;
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[i] < 0) continue;
      colours[start + i] = numberOf(`pin ${at} ${colours[start + i]} ${kinds[i]}`);
    }
  }
  return colours;
}
