import { type InvalidInputError, invalid } from '../../errors';
import { quoted } from '../parseStrictJson';
import { isKind, type PickleValue } from '../pickle/pickleValue';
import { calleeName } from './pickledEntries';

/** The error for an entry that only a call of a function would make, and that may be a weight; undefined for others. */
export function refusedEntry(name: string, value: PickleValue): InvalidInputError | undefined {
  if (isAside(value)) return undefined;
  const needed = isKind(value, 'object') ? calleeName(value) : undefined;
  return invalid(
    `entry ${quoted(name)} needs ${needed ?? 'a function without a name'}, which is not called`,
    'Save a tensor in its place, or leave it out',
    { param: name, received: needed },
  );
}

/** Functions whose results are no weights: scalars of NumPy, text, dates, paths, instances of classes. */
const ASIDE =
  /^(numpy\.(_?core\.multiarray\.scalar|dtype)|_codecs\.encode|copy_?reg\._reconstructor|collections\.(OrderedDict|defaultdict|Counter|deque)|datetime\.(datetime|date|time|timedelta)|pathlib\.\w*Path|(builtins|__builtin__)\.(set|frozenset|complex|slice|range|bytearray)|torch\.(Size|device))$/;

/** True for an entry that is no tensor and cannot be one. */
function isAside(value: PickleValue): boolean {
  if (!isKind(value, 'object') || value.isInstance) return true;
  return ASIDE.test(calleeName(value) ?? '');
}
