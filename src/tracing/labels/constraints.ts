import type { IndexMap } from './indexMap';

/**
 * A set of positions that are permuted as one. Spaces that are found to be equal are united: one represents both
 * from then on ({@link rootOf}).
 */
export interface Space {
  readonly id: number;
  readonly size: number;
  /** The reason why no position of it may move, or null. */
  fixed: string | null;
  /** A number for each position, or null. Positions may only move to positions of the same number. */
  seed: Int32Array | null;
  /** A space that represents this one; itself for a root. */
  root: Space;
}

/** The permutations of two spaces commute with a map: π_target ∘ map = map ∘ π_source. */
export interface Relation {
  readonly source: Space;
  readonly target: Space;
  readonly map: IndexMap;
}

/** The constraints of a forward pass on permutations of its axes. */
export interface Constraints {
  readonly spaces: readonly Space[];
  readonly relations: readonly Relation[];
  /** A new space. */
  space(size: number): Space;
  /** A space whose positions do not move. */
  fixedSpace(size: number, why: string): Space;
  /** Adds the constraint that two spaces are equal. */
  unite(a: Space, b: Space): void;
  /** Adds a relation. */
  relate(source: Space, target: Space, map: IndexMap): void;
  /** Adds the constraint that no position of the space moves. */
  pin(space: Space, why: string): void;
  /** Spaces of one tensor that meet one space of another. A joint space could move them more freely. */
  readonly apart: (readonly Space[])[];
  /** The space of a key, made on first use. */
  once(key: string, make: () => Space): Space;
  /** The number of constraints so far. */
  count(): number;
}

/**
 * An empty set of constraints.
 *
 * @param skip - For tests: the number of a constraint to leave out. Default −1, none.
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
    apart: [],
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

/** Makes the root `kept` represent the root `gone` too. */
export function unite(kept: Space, gone: Space): void {
  gone.root = kept;
  kept.fixed ??= gone.fixed;
  if (gone.seed) kept.seed = kept.seed ? pairNumbers(kept.seed, gone.seed) : gone.seed;
}

/** The number of each pair (aᵢ, bᵢ). Equal pairs share a number. */
function pairNumbers(a: Int32Array, b: Int32Array): Int32Array {
  const numbers = new Map<string, number>();
  return a.map((each, i) => {
    const pair = `${each} ${b[i]}`;
    const number = numbers.get(pair) ?? numbers.size;
    numbers.set(pair, number);
    return number;
  });
}

/** The space that represents a space and all spaces united with it. */
export function rootOf(space: Space): Space {
  let root = space;
  while (root.root !== root) {
    root.root = root.root.root;
    root = root.root;
  }
  return root;
}
