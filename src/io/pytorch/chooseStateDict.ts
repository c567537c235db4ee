import { listNames } from '../../checks';
import { invalid } from '../../errors';
import { quoted } from '../parseStrictJson';
import { isKind, type PickleValue } from '../pickle/pickleValue';
import { calleeName, entriesOrItems, globalName, pickledEntries } from './pickledEntries';
import { isPickledTensor } from './pickledTensor';
import { refusedEntry } from './refusedEntry';

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
 * @param key - The way to the state dict, such as `'ema'` or `'optimizer.model'`. Default: the usual entry; else the
 * file itself; else the only entry that is like a state dict.
 */
export function chooseStateDict(root: PickleValue, key: string | undefined): Entries {
  if (key !== undefined) return entryAt(root, key);
  const entries = entriesOrItems(root);
  if (entries === undefined) throw noDictionary('the file', root);
  return (
    usualEntry(entries, MOST_LEVELS) ?? (hasTensors(entries) ? entries : onlyCandidate(entries))
  );
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
  return [...entries.values()].some(isPickledTensor);
}

function onlyCandidate(entries: Entries): Entries {
  const found = candidates(entries, MOST_LEVELS, new Set());
  if (found.size === 1) return [...found.values()][0];
  if (found.size > 1) {
    throw invalid(
      `the file holds several state dicts: ${listNames([...found.keys()], 8)}`,
      `Pass the key of one of them, such as '${[...found.keys()][0]}'`,
      { param: 'key' },
    );
  }
  const module = [...entries].find(([, value]) => isModule(value));
  if (module) throw noDictionary(`its entry '${module[0]}'`, module[1]);
  for (const [name, value] of entries) {
    const error = refusedEntry(name, value);
    if (error) throw error;
  }
  throw invalid(
    `the file holds no state dict: it has ${entries.size === 0 ? 'no entries' : `the entries ${listNames([...entries.keys()], 8)}`}`,
    SAVE_STATE,
  );
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

/** The entry to which a key leads. A key may have dots of its own. */
function entryAt(root: PickleValue, key: string): Entries {
  const value = valueAt(root, key);
  if (value === undefined) {
    const own = [...(entriesOrItems(root)?.keys() ?? [])];
    throw invalid(
      `the file has no entry '${key}'`,
      own.length > 0 ? `Its entries are ${listNames(own, 8)}` : SAVE_STATE,
      { param: 'key', received: key },
    );
  }
  const entries = pickledEntries(value);
  if (entries === undefined) throw noDictionary(`its entry '${key}'`, value);
  if (hasTensors(entries)) return entries;
  throw invalid(
    `its entry '${key}' holds no tensors`,
    entries.size > 0 ? `It has the entries ${listNames([...entries.keys()], 8)}` : SAVE_STATE,
    { param: 'key', received: key },
  );
}

function valueAt(value: PickleValue | undefined, key: string): PickleValue | undefined {
  const entries = entriesOrItems(value);
  if (entries === undefined || entries.has(key)) return entries?.get(key);
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const inner = entries.get(key.slice(0, dot));
    const found = inner === undefined ? undefined : valueAt(inner, key.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

const SAVE_STATE = 'Save the state dict: torch.save(model.state_dict(), "model.pt")';

/** The error for a value that should be a dictionary. */
function noDictionary(what: string, value: PickleValue) {
  if (isModule(value)) {
    return invalid(
      `${what} is a whole module, ${classOf(value)}, which only its code can load`,
      SAVE_STATE,
    );
  }
  if (isPickledTensor(value)) return invalid(`${what} is one tensor, not a state dict`, SAVE_STATE);
  const needed = classOf(value);
  return invalid(
    needed === undefined
      ? `${what} is no state dict: it is ${kindOfValue(value)}`
      : `${what} needs ${needed}, which is not called`,
    SAVE_STATE,
    { received: needed },
  );
}

/** True for an instance of a class of modules, which holds its parameters. */
function isModule(value: PickleValue): boolean {
  if (!isKind(value, 'object')) return false;
  const state = pickledEntries(value.state);
  return state?.has('_parameters') === true && state.has('_modules');
}

/** The name of the class or function of an object; undefined for another value. */
function classOf(value: PickleValue): string | undefined {
  if (isKind(value, 'global')) return globalName(value);
  if (!isKind(value, 'object')) return undefined;
  if (isKind(value.callee, 'persistent')) return classOf(moduleClass(value.callee.id));
  return calleeName(value) ?? 'a function without a name';
}

/** The class of a module in an old file, which refers to it with its source code. */
function moduleClass(id: PickleValue): PickleValue {
  return Array.isArray(id) && id[0] === 'module' ? (id[1] ?? null) : null;
}

function kindOfValue(value: PickleValue): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'None' : typeof value === 'object' ? 'an object' : quoted(value);
}
