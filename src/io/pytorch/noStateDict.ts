import { listNames } from '../../checks';
import { type InvalidInputError, invalid } from '../../errors';
import { quoted } from '../parseStrictJson';
import { isKind, type PickleValue } from '../pickle/pickleValue';
import { calleeName, globalName, pickledEntries } from './pickledEntries';
import { isPickledTensor } from './pickledTensor';
import { refusedEntry } from './refusedEntry';

/** The remedy for files without a state dict. */
export const SAVE_STATE = 'Save the state dict: torch.save(model.state_dict(), "model.pt")';

/** The error for a value that should be a dictionary. */
export function noStateDict(what: string, value: PickleValue): InvalidInputError {
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

/** The error for a dictionary without tensors: for the entry that may be the network, if there is one. */
export function noCandidate(entries: ReadonlyMap<string, PickleValue>): InvalidInputError {
  const module = [...entries].find(([, value]) => isModule(value));
  if (module) return noStateDict(`its entry '${module[0]}'`, module[1]);
  for (const [name, value] of entries) {
    const error = refusedEntry(name, value);
    if (error) return error;
  }
  return invalid(
    `the file holds no state dict: it has ${entries.size === 0 ? 'no entries' : `the entries ${listNames([...entries.keys()], 8)}`}`,
    SAVE_STATE,
  );
}
