import { listNames } from '../../checks';
import { invalid } from '../../errors';
import type { PickleValue } from '../pickle/pickleValue';
import { noCandidate, noStateDict } from './noStateDict';
import { entriesOrItems, pickledEntries } from './pickledEntries';
import { isPickledTensor } from './pickledTensor';
import { stateDictAt } from './stateDictAt';

/** The entries that usually hold the state dict of a network. The first that a file has is taken. */
const USUAL_KEYS: readonly string[] = [
  'state_dict',
  'model_state_dict',
  'model',
  'module',
  'net',
  'network',
  'params',
  'weights',
  'ema_state_dict',
  'ema',
  'model_ema',
  'params_ema',
];

/** Entries of a dictionary, by their keys. */
type Entries = ReadonlyMap<string, PickleValue>;

/**
 * The entries of the state dict in a file.
 *
 * @param root - What the file holds.
 * @param key - The way to the state dict, such as `'ema'` or `'generator.state_dict'`. Default: the usual entry; else
 * the file itself, unless an entry holds more tensors; else the only entry that holds some.
 */
export function chooseStateDict(root: PickleValue, key: string | undefined): Entries {
  if (key !== undefined) return stateDictAt(root, key);
  const entries = entriesOrItems(root);
  if (entries === undefined) throw noStateDict('the file', root);
  return usualEntry(entries, MOST_LEVELS) ?? otherEntry(entries);
}

/** The most levels at which a state dict is looked for. */
const MOST_LEVELS = 2;

/** The state dict under a usual key, or under two of them. */
function usualEntry(entries: Entries, levels: number): Entries | undefined {
  if (levels === 0) return undefined;
  for (const key of USUAL_KEYS) {
    const inner = pickledEntries(entries.get(key));
    if (inner === undefined) continue;
    const found = usualEntry(inner, levels - 1) ?? (hasTensors(inner) ? inner : undefined);
    if (found) return found;
  }
  return undefined;
}

function hasTensors(entries: Entries): boolean {
  return countTensors(entries) > 0;
}

function countTensors(entries: Entries): number {
  return [...entries.values()].filter(isPickledTensor).length;
}

/** The file itself, unless one of its entries holds more tensors; else the only entry that holds some. */
function otherEntry(entries: Entries): Entries {
  const found = candidates(entries, MOST_LEVELS, new Set());
  const own = countTensors(entries);
  if (own > 0 && [...found.values()].every((inner) => countTensors(inner) <= own)) return entries;
  if (found.size === 1) return [...found.values()][0];
  if (found.size > 1) {
    throw invalid(
      `the file holds several state dicts: ${listNames([...found.keys()], 8)}`,
      `Pass the key of one of them, such as key: '${[...found.keys()][0]}'`,
      { param: 'key' },
    );
  }
  throw noCandidate(entries);
}

/**
 * The dictionaries that hold tensors, by their keys.
 *
 * @param seen - Dictionaries to leave out. Each is looked at once, however often a file repeats it.
 */
function candidates(entries: Entries, levels: number, seen: Set<Entries>): Map<string, Entries> {
  const found = new Map<string, Entries>();
  for (const [key, value] of levels > 0 ? entries : []) {
    const inner = pickledEntries(value);
    if (inner === undefined || seen.has(inner)) continue;
    seen.add(inner);
    if (hasTensors(inner)) found.set(key, inner);
    else {
      for (const [own, each] of candidates(inner, levels - 1, seen))
        found.set(`${key}.${own}`, each);
    }
  }
  return found;
}
