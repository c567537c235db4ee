import { about, invalid } from '../../errors';
import { checkName } from '../checkName';
import { quoted } from '../parseStrictJson';
import { isKind, type PickleValue } from '../pickle/pickleValue';
import { calleeName } from './pickledEntries';
import { isPickledTensor, pickledTensor } from './pickledTensor';
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
    } else if (!isAside(value)) throw refused(name, value);
  }
  return tensors;
}

/** Functions whose results are no weights: scalars of NumPy, text, dates, paths, instances of classes. */
const ASIDE =
  /^(numpy\.(_?core\.multiarray\.scalar|dtype)|_codecs\.encode|copy_?reg\._reconstructor|collections\.(OrderedDict|defaultdict|Counter|deque)|datetime\.(datetime|date|time|timedelta)|pathlib\.\w*Path|(builtins|__builtin__)\.(set|frozenset|complex|slice|range|bytearray)|torch\.(Size|device))$/;

/** True for an entry that is no tensor and cannot be one. */
function isAside(value: PickleValue): boolean {
  if (!isKind(value, 'object') || value.isInstance) return true;
  return ASIDE.test(calleeName(value) ?? '');
}

function refused(name: string, value: PickleValue) {
  const needed = isKind(value, 'object') ? calleeName(value) : undefined;
  return invalid(
    `entry ${quoted(name)} needs ${needed ?? 'a function without a name'}, which is not called`,
    'Save tensors in its place, or leave it out',
    { param: name, received: needed },
  );
}
