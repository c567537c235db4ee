import type { IndexMap } from './indexMap';

/**
 * A set of positions that permute together. Spaces that turn out to be the same are united, the one
 * standing for the other from then on ({@link rootOf}).
 */
export interface Space {
  readonly id: number;
  readonly size: number;
  /** Why no position of it may move, or null. */
  fixed: string | null;
  /** Positions may only move to such of the same number. */
  seed: Int32Array | null;
  /** The space that stands for this one. */
  root: Space;
}

/** The permutations of two spaces commute with a map: π_target ∘ map = map ∘ π_source. */
export interface Relation {
  readonly source: Space;
  readonly target: Space;
  readonly map: IndexMap;
}

/** All that a forward pass demands of the permutations of its axes. */
export interface Constraints {
  readonly spaces: readonly Space[];
  readonly relations: readonly Relation[];
  /** A space of its own. */
  space(size: number): Space;
  /** A space whose positions do not move. */
  fixedSpace(size: number, why: string): Space;
  /** Two spaces are one. */
  unite(a: Space, b: Space): void;
  relate(source: Space, target: Space, map: IndexMap): void;
  /** No position of the space moves. */
  pin(space: Space, why: string): void;
  /** What a key stands for, made when it is asked for first. */
  once(key: string, make: () => Space): Space;
  /** How many constraints there are so far. */
  count(): number;
}

/**
 * An empty set of constraints.
 *
 * @param skip - The number of a constraint to leave out, for tests: without it more would move.
 */
export function createConstraints(skip = -1): Constraints {
  const spaces: Space[] = [];
  const relations: Relation[] = [];
  const known = new Map<string, Space>();
  let count = 0;
  const skipped = () => count++ === skip;

  function space(size: number): Space {
    const made = { id: spaces.length, size, fixed: null, seed: null } as unknown as Space;
    made.root = made;
    spaces.push(made);
    return made;
  }

  function once(key: string, make: () => Space): Space {
    const found = known.get(key) ?? make();
    known.set(key, found);
    return rootOf(found);
  }

  return {
    spaces,
    relations,
    space,
    once,
    count: () => count,
    fixedSpace: (size, why) =>
      once(`fixed ${size} ${why}`, () => Object.assign(space(size), { fixed: why })),
    unite(a, b) {
      const [kept, gone] = [rootOf(a), rootOf(b)];
      if (kept === gone || skipped()) return;
      unite(kept, gone);
    },
    relate(source, target, map) {
      if (!skipped()) relations.push({ source, target, map });
    },
    pin(pinned, why) {
      const root = rootOf(pinned);
      if (root.fixed === null && !skipped()) root.fixed = why;
    },
  };
}

/** Makes one root stand for the other, too. */
export function unite(kept: Space, gone: Space): void {
  gone.root = kept;
  kept.fixed ??= gone.fixed;
  if (gone.seed) kept.seed = kept.seed ? pairNumbers(kept.seed, gone.seed) : gone.seed;
}

/** Numbers the pairs (aᵢ, bᵢ), equal ones alike. */
function pairNumbers(a: Int32Array, b: Int32Array): Int32Array {
  const numbers = new Map<string, number>();
  return a.map((each, i) => {
    const pair = `${each} ${b[i]}`;
    const number = numbers.get(pair) ?? numbers.size;
    numbers.set(pair, number);
    return number;
  });
}

/** The space that stands for a space. */
export function rootOf(space: Space): Space {
  let root = space;
  while (root.root !== root) {
    root.root = root.root.root;
    root = root.root;
  }
  return root;
}
