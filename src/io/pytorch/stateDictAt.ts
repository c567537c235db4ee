import { listNames } from '../../checks';
import { invalid } from '../../errors';
import type { PickleValue } from '../pickle/pickleValue';
import { noStateDict, SAVE_STATE } from './noStateDict';
import { entriesOrItems, pickledEntries } from './pickledEntries';
import { isPickledTensor } from './pickledTensor';

/** The entries of the state dict to which a key leads. The names in a key may have dots of their own. */
export function stateDictAt(root: PickleValue, key: string): ReadonlyMap<string, PickleValue> {
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
  if (entries === undefined) throw noStateDict(`its entry '${key}'`, value);
  if ([...entries.values()].some(isPickledTensor)) return entries;
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
