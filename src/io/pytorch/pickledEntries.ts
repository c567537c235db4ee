import {
  isKind,
  type PickleGlobal,
  type PickleObject,
  type PickleValue,
} from '../pickle/pickleValue';

/** Classes of dictionaries, whose items are set after they are made. */
const DICTIONARIES = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  '__builtin__.dict',
  'builtins.dict',
]);

/** Entries of dictionaries, which are asked for more than once. */
const known = new WeakMap<object, Entries>();

/** The dictionaries of entries. */
const dictionaries = new WeakMap<Entries, PickleValue>();

/** Entries of a dictionary, by their keys. */
type Entries = ReadonlyMap<string, PickleValue>;

/**
 * The entries of a dictionary, in its order, by their keys as text. Undefined for another value. The entries do not
 * change: call it when the pickle is read to its end.
 */
export function pickledEntries(value: PickleValue | undefined): Entries | undefined {
  const items = itemsOf(value);
  if (items === undefined) return undefined;
  const entries = known.get(value as object) ?? entriesOf(items);
  known.set(value as object, entries);
  dictionaries.set(entries, value!);
  return entries;
}

/** The attributes of the dictionary that has these entries; undefined if it has none. */
export function attributesOf(entries: Entries): Entries | undefined {
  const dictionary = dictionaries.get(entries);
  return isKind(dictionary, 'object') ? pickledEntries(dictionary.state) : undefined;
}

/** The entries of a dictionary as {@link pickledEntries} gives them, or the items of a list by their positions. */
export function entriesOrItems(value: PickleValue | undefined): Entries | undefined {
  if (!isList(value)) return pickledEntries(value);
  return new Map(value.map((item, i) => [String(i), item]));
}

function entriesOf(items: readonly PickleValue[]): Entries {
  const entries = new Map<string, PickleValue>();
  for (let i = 0; i < items.length; i += 2) {
    const key = keyText(items[i]);
    if (key !== undefined) entries.set(key, items[i + 1]);
  }
  return entries;
}

/** True for a tuple or a list. */
export function isList(value: PickleValue | undefined): value is readonly PickleValue[] {
  return Array.isArray(value);
}

/** The full name of a global, such as `collections.OrderedDict`. */
export function globalName({ module, name }: PickleGlobal): string {
  return `${module}.${name}`;
}

/** The full name of the function or class of an object; undefined if it is no global. */
export function calleeName({ callee }: PickleObject): string | undefined {
  return isKind(callee, 'global') ? globalName(callee) : undefined;
}

/** The keys and values of a dictionary, by turns. */
function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  if (isKind(value, 'dict')) return value.items;
  if (!isKind(value, 'object') || !DICTIONARIES.has(calleeName(value) ?? '')) return undefined;
  const given = isList(value.args) ? value.args[0] : undefined; // Python 2 passes a list of pairs.
  if (!isList(given)) return value.items;
  const pairs = given.filter((pair) => isList(pair) && pair.length === 2) as PickleValue[][];
  return pairs.flat().concat(value.items);
}

function keyText(key: PickleValue): string | undefined {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}
