import type { RandomSource } from '../../src/runtime/randomSource';

/** A group as the JSON of a spec has it. */
export interface JsonGroup {
  readonly name: string;
  readonly size: number;
  readonly parents?: readonly (
    | string
    | { readonly group: string; readonly of: readonly number[] }
  )[];
}

/** An axis as the JSON of a spec has it. */
export type JsonAxis =
  | string
  | { readonly partOf: number }
  | {
      readonly size: number;
      readonly axes?: readonly number[];
      readonly entries: readonly { readonly group: string; readonly index: readonly number[] }[];
    };

/** A spec as JSON, and the shapes of a network that it fits. */
export interface RandomSpec {
  readonly json: {
    readonly format: string;
    readonly version: number;
    readonly groups: readonly JsonGroup[];
    readonly params: Readonly<Record<string, string | { readonly axes: readonly JsonAxis[] }>>;
  };
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/**
 * A spec of free, fibred and product groups, with parameters that have patterns (products, concatenations, groups
 * inside others on one axis or two) or entries (on one axis or several). All groups are on an axis.
 */
export function randomSpec(random: RandomSource): RandomSpec {
  const groups = randomGroups(random);
  const own = groups.filter(({ parents = [] }) => parents.length < 2);
  const params: Record<string, string | { axes: JsonAxis[] }> = {};
  const shapes: Record<string, number[]> = {};
  const add = (name: string, { axes, shape }: RandomParameter) => {
    params[name] = axes.every((axis) => typeof axis === 'string') ? axes.join(' ') : { axes };
    shapes[name] = shape;
  };
  for (const { name, size } of own) add(`plain ${name}`, { axes: [name], shape: [size] });
  const makers = [patternParameter, twoAxesParameter, entriesParameter, entriesParameter];
  for (let k = 0; k < 3; k++) add(`w${k}`, makers[random.below(makers.length)](groups, random));
  const products = groups.filter(({ parents = [] }) => parents.length > 1);
  for (const group of products) add(`listed ${group.name}`, entriesParameter([group], random));
  return { json: { format: 'perm-lmc spec', version: 1, groups, params }, shapes };
}

interface RandomParameter {
  readonly axes: JsonAxis[];
  readonly shape: number[];
}

/** Groups, parents first: one to three free ones, up to three inside others, up to two products. */
function randomGroups(random: RandomSource): JsonGroup[] {
  const groups: JsonGroup[] = [];
  for (let k = 0; k <= random.below(3); k++)
    groups.push({ name: `f${k}`, size: 1 + random.below(4) });
  for (let k = 0; k < random.below(4); k++) {
    const parent = groups[random.below(groups.length)];
    if (parent.size > 8) continue;
    groups.push({
      name: `i${k}`,
      size: parent.size * (1 + random.below(3)),
      parents: [parent.name],
    });
  }
  const parents = [...groups];
  for (let k = 0; k < random.below(3); k++) {
    const product = randomProduct(`p${k}`, parents, random);
    if (product) groups.push(product);
  }
  return groups;
}

/**
 * All tuples of units of two or three groups; or those whose units are inside the same unit of the outermost, or of
 * the innermost, group that two parents share.
 */
function randomProduct(
  name: string,
  groups: readonly JsonGroup[],
  random: RandomSource,
): JsonGroup | null {
  const parents = Array.from(
    { length: 2 + random.below(2) },
    () => groups[random.below(groups.length)],
  );
  const end = [null, 0, -1][random.below(3)];
  const tuples = parents
    .reduce<number[][]>(
      (all, { size }) =>
        all.flatMap((tuple) => Array.from({ length: size }, (_, unit) => [...tuple, unit])),
      [[]],
    )
    .filter((tuple) => end === null || agrees(parents, tuple, groups, end));
  if (tuples.length > 64) return null;
  const shuffled = shuffle(tuples, random);
  return {
    name,
    size: tuples.length,
    parents: parents.map(({ name: group }, k) => ({
      group,
      of: shuffled.map((tuple) => tuple[k]),
    })),
  };
}

/** True if the units of a tuple are inside the same unit of the first or last group that two parents share. */
function agrees(
  parents: readonly JsonGroup[],
  tuple: readonly number[],
  groups: readonly JsonGroup[],
  end: number,
): boolean {
  const unitIn = (k: number, { size }: JsonGroup) =>
    Math.floor(tuple[k] / (parents[k].size / size));
  return parents.every((one, i) =>
    parents.slice(0, i).every((other, j) => {
      const above = chainOf(other, groups);
      const shared = chainOf(one, groups)
        .filter((each) => above.includes(each))
        .at(end);
      return shared === undefined || unitIn(i, shared) === unitIn(j, shared);
    }),
  );
}

/** A group after the groups that it is inside of, the outermost first. */
function chainOf(group: JsonGroup, groups: readonly JsonGroup[]): JsonGroup[] {
  const [parent] = group.parents ?? [];
  const above = groups.find(({ name }) => name === parent);
  return [...(above ? chainOf(above, groups) : []), group];
}

/** An item of a pattern with its number of positions. */
interface Item {
  readonly text: string;
  readonly size: number;
}

function patternParameter(groups: readonly JsonGroup[], random: RandomSource): RandomParameter {
  const own = groups.filter(({ parents = [] }) => parents.length < 2);
  for (;;) {
    const items = Array.from({ length: 1 + random.below(2) }, () => randomItem(own, random, 2));
    const size = items.reduce((all, item) => all * item.size, 1);
    if (size <= 600)
      return { axes: items.map(({ text }) => text), shape: items.map((item) => item.size) };
  }
}

function randomItem(groups: readonly JsonGroup[], random: RandomSource, depth: number): Item {
  const kind = random.below(depth > 0 ? 5 : 2);
  if (kind === 0) return numbered(1 + random.below(3));
  const group = groups[random.below(groups.length)];
  if (kind === 1) return { text: group.name, size: group.size };
  if (kind === 2) {
    const segments = Array.from({ length: 2 }, () => randomItem(groups, random, depth - 1));
    return joined(segments, ' + ', (a, b) => a + b);
  }
  const chain = chainOf(group, groups).map((each, k, all) => insideItem(each, all[k - 1]));
  const between = random.below(2) === 1 ? [numbered(2)] : [];
  const after = kind === 3 ? [randomItem(groups, random, depth - 1)] : siblings(group, groups);
  return joined([...between, ...chain, ...after], ' ', (a, b) => a * b);
}

/** Another group inside the same unit as a group, after it in the product. */
function siblings(group: JsonGroup, groups: readonly JsonGroup[]): Item[] {
  const [parent] = chainOf(group, groups).slice(-2, -1);
  const inside = parent ? groups.filter(({ parents }) => parents?.[0] === parent.name) : [];
  return inside.slice(-1).map((each) => insideItem(each, parent));
}

const numbered = (size: number): Item => ({ text: `${size}`, size });

function insideItem({ name, size }: JsonGroup, parent?: JsonGroup): Item {
  return parent
    ? { text: `${name}[${parent.name}]`, size: size / parent.size }
    : { text: name, size };
}

function joined(
  items: readonly Item[],
  sign: string,
  total: (a: number, b: number) => number,
): Item {
  return {
    text: `(${items.map(({ text }) => text).join(sign)})`,
    size: items.map(({ size }) => size).reduce(total),
  };
}

/** A group on one axis and a group inside it on another, between fixed axes. */
function twoAxesParameter(groups: readonly JsonGroup[], random: RandomSource): RandomParameter {
  const inner = groups.filter((group) => chainOf(group, groups).length === 2);
  if (inner.length === 0) return patternParameter(groups, random);
  const [parent, child] = chainOf(inner[random.below(inner.length)], groups);
  const { text, size } = insideItem(child, parent);
  const on = random.below(2) === 1 ? { text: `(2 ${text})`, size: 2 * size } : { text, size };
  const items = [{ text: parent.name, size: parent.size }, { text: '_', size: 2 }, on];
  const ordered = shuffle(items, random);
  return { axes: ordered.map((item) => item.text), shape: ordered.map((item) => item.size) };
}

/** Entries of some groups at random positions, on one axis or on several, between fixed axes. */
function entriesParameter(groups: readonly JsonGroup[], random: RandomSource): RandomParameter {
  const chosen = Array.from(
    { length: 1 + random.below(3) },
    () => groups[random.below(groups.length)],
  );
  const used = chosen.reduce((sum, { size }) => sum + size, 0);
  const split = random.below(2) === 1;
  const size = split ? 2 * Math.ceil((used + random.below(3)) / 2) : used + random.below(3);
  const positions = shuffle(
    Array.from({ length: size }, (_, position) => position),
    random,
  );
  const entries = chosen.map(({ name, size: units }) => ({
    group: name,
    index: positions.splice(0, units),
  }));
  if (!split) return { axes: ['_', { size, entries }], shape: [2, size] };
  // The home of the entries is before or after their part.
  return random.below(2) === 1
    ? { axes: [{ size, entries, axes: [0, 2] }, '_', { partOf: 0 }], shape: [2, 3, size / 2] }
    : { axes: [{ partOf: 2 }, '_', { size, entries, axes: [2, 0] }], shape: [size / 2, 3, 2] };
}

/** A shuffled copy. */
function shuffle<T>(items: readonly T[], random: RandomSource): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
