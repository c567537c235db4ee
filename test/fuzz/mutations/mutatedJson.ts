import fc from 'fast-check';
import { type JsonList, type JsonObject, type JsonTree, jsonTree, writeTree } from './jsonTree';
import { mutatedText } from './mutatedText';
import { ODD_NAMES } from './oddNames';

/**
 * JSON texts with up to five changes of values, keys and entries, and sometimes of characters.
 *
 * @param seeds - JSON values.
 * @param words - More texts for keys and strings: those that the format knows.
 */
export function mutatedJson(
  seeds: readonly unknown[],
  words: readonly string[] = [],
): fc.Arbitrary<string> {
  const texts = [...words, ...words, ...ODD_NAMES];
  const structures = fc
    .tuple(
      fc.nat(seeds.length - 1),
      fc.array(edits(texts), { minLength: 1, maxLength: 5 }),
      fc.option(fc.constantFrom(...BEYOND), { freq: 40 }),
    )
    .map(([seed, list, around]) => {
      const tree = list.reduce(changed, jsonTree(seeds[seed]));
      return around === null ? writeTree(tree) : around(writeTree(tree));
    });
  const written = mutatedText(seeds.map((seed) => JSON.stringify(seed)));
  return fc.oneof({ weight: 5, arbitrary: structures }, { weight: 1, arbitrary: written });
}

/** Texts around a whole one. */
const BEYOND: readonly ((text: string) => string)[] = [
  (text) => `\ufeff${text}`,
  (text) => `${text}\0`,
  (text) => `${text} `.repeat(2),
  (text) => `[${text}]`,
  (text) => `${' '.repeat(1e4)}${text}`,
  (text) => `{"a":${'['.repeat(1e4)}${']'.repeat(1e4)},${text.slice(1)}`,
  (text) => `{"a":${'{"a":'.repeat(120)}1${'}'.repeat(120)},${text.slice(1)}`,
];

/** Numbers as they may be written. */
const NUMBERS = [
  ...['0', '-0', '1', '2', '3', '-1', '0.5', '1.0', '1e0', '1e400', '-1e400', '1e-400', '1e308'],
  ...['255', '2147483647', '2147483648', '4294967296', '9007199254740991', '9007199254740992'],
  ...['18446744073709551615', '100000000000000000000', '1e9', '12345678'],
];

interface Edit {
  readonly kind: 'put' | 'remove' | 'repeat' | 'rename' | 'copy' | 'wrap' | 'lengthen' | 'add';
  readonly place: number;
  readonly other: number;
  readonly value: JsonTree;
  readonly word: string;
  readonly times: number;
}

function edits(texts: readonly string[]): fc.Arbitrary<Edit> {
  const word = fc.constantFrom(...texts);
  const written = fc.constantFrom(...NUMBERS, 'null', 'true', 'false', '""');
  const flat = fc
    .oneof(
      { weight: 3, arbitrary: written },
      word.map((text) => JSON.stringify(text)),
    )
    .map((text): JsonTree => ({ kind: 'text', text }));
  const list = fc.array(flat, { maxLength: 4 }).map((items): JsonTree => ({ kind: 'list', items }));
  const object = fc
    .tuple(word, flat)
    .map(([key, item]): JsonTree => ({ kind: 'object', items: [item], keys: [key] }));
  const empty = fc.constant<JsonTree>({ kind: 'object', items: [], keys: [] });
  return fc.record({
    kind: fc.constantFrom<Edit['kind']>(
      ...(['put', 'put', 'put', 'remove', 'repeat', 'rename', 'copy', 'wrap'] as const),
      ...(['lengthen', 'add'] as const),
    ),
    place: fc.noShrink(fc.nat(2 ** 20)),
    other: fc.noShrink(fc.nat(2 ** 20)),
    value: fc.oneof({ weight: 6, arbitrary: flat }, list, object, empty),
    word,
    times: fc.noShrink(fc.constantFrom(1, 1, 1, 1, 2, 3, 10, 1000)),
  });
}

/** The tree after a change. */
function changed(tree: JsonTree, edit: Edit): JsonTree {
  const parents = containers(tree);
  const parent = parents[edit.place % Math.max(1, parents.length)];
  if (parent === undefined || (edit.kind === 'put' && edit.place % 97 === 0)) return edit.value;
  return replaced(tree, parent, altered(parent, edit, parents));
}

/** The most characters that a change adds. */
const MOST_ADDED = 2 ** 14;

/** All lists and objects of a tree. Those with more entries are there more often. */
function containers(tree: JsonTree): (JsonList | JsonObject)[] {
  if (tree.kind === 'text') return [];
  const inner = tree.items.flatMap(containers);
  return [...Array(1 + Math.min(8, tree.items.length)).fill(tree), ...inner];
}

/** The tree with another node in place of one. A node may be there several times: the first is replaced. */
function replaced(tree: JsonTree, before: JsonTree, after: JsonTree): JsonTree {
  let isDone = false;
  const visit = (node: JsonTree): JsonTree => {
    if (isDone) return node;
    if (node === before) {
      isDone = true;
      return after;
    }
    return node.kind === 'text' ? node : { ...node, items: node.items.map(visit) };
  };
  return visit(tree);
}

type Container = JsonList | JsonObject;

/** A list or an object after a change of one of its entries. */
function altered(parent: Container, edit: Edit, all: readonly Container[]): JsonTree {
  const { kind, other, value, word, times } = edit;
  const at = other % Math.max(1, parent.items.length);
  const there = parent.items[at];
  if (there === undefined || kind === 'add')
    return spliced(parent, parent.items.length, 0, [[word, value]]);
  const key = parent.kind === 'object' ? parent.keys[at] : word;
  switch (kind) {
    case 'remove':
      return spliced(parent, at, Math.min(times, 3), []);
    case 'repeat':
      return spliced(parent, at, 0, Array(repeats(writeTree(there), times)).fill([key, there]));
    case 'rename':
      return spliced(parent, at, 1, [[word, there]]);
    case 'copy':
      return spliced(parent, at, 1, [[key, all[edit.place % all.length].items[0] ?? value]]);
    case 'wrap':
      return spliced(parent, at, 1, [[key, wrapped(there, Math.min(times, 200))]]);
    case 'lengthen':
      return spliced(parent, at, 1, [[key, lengthened(there, times)]]);
    default:
      return spliced(parent, at, 1, [[key, value]]);
  }
}

/** A copy with some entries in place of others. The keys are not used in a list. */
function spliced(
  parent: Container,
  at: number,
  count: number,
  entries: readonly (readonly [key: string, value: JsonTree])[],
): JsonTree {
  const items = parent.items.toSpliced(at, count, ...entries.map(([, value]) => value));
  if (parent.kind === 'list') return { kind: 'list', items };
  const keys = parent.keys.toSpliced(at, count, ...entries.map(([key]) => key));
  return { kind: 'object', items, keys };
}

/** A number of repeats that keeps the text short. */
function repeats(text: string, times: number): number {
  return Math.max(1, Math.min(times, Math.floor(MOST_ADDED / text.length)));
}

function wrapped(tree: JsonTree, times: number): JsonTree {
  return times === 0 ? tree : wrapped({ kind: 'list', items: [tree] }, times - 1);
}

/** A string repeated, or a number with more digits. */
function lengthened(tree: JsonTree, times: number): JsonTree {
  if (tree.kind !== 'text') return wrapped(tree, 1);
  const isString = tree.text.startsWith('"');
  const inner = isString ? tree.text.slice(1, -1) : tree.text;
  const text = isString
    ? `"${inner.repeat(1 + repeats(`${inner} `, times))}"`
    : `${tree.text}${'0'.repeat(times)}`;
  return { kind: 'text', text };
}
