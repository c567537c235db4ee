import { about } from '../../errors';
import { checkName } from '../checkName';
import { quoted } from '../parseStrictJson';
import type { PickleValue } from '../pickle/pickleValue';
import { isPickledTensor, pickledTensor } from './pickledTensor';
import { refusedEntry } from './refusedEntry';
import type { TorchTensor } from './torchTensor';

/**
 * The tensors among the entries of a state dict. Numbers, text, dictionaries and instances of classes are left out, as
 * `load_state_dict` has no use for them.
 *
 * @throws InvalidInputError for a tensor of a kind that is not read, and for the result of a function that may be one.
 */
export function stateDictTensors(
  entries: ReadonlyMap<string, PickleValue>,
): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  for (const [name, value] of entries) {
    if (isPickledTensor(value)) {
      checkName('tensor', name);
      tensors.set(
        name,
        about(`tensor ${quoted(name)}`, () => pickledTensor(value)),
      );
      continue;
    }
    const error = refusedEntry(name, value);
    if (error) throw error;
  }
  return tensors;
}
