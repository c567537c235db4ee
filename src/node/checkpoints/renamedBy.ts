import type { PrefixMapping } from '../../params';

/** One prefix to rename, or several that apply one after another. */
export type PrefixMappings = PrefixMapping | readonly PrefixMapping[];

/**
 * The names of a checkpoint after renaming prefixes: `from + rest` becomes `to + rest` if all names begin
 * with `from`. Names stay unchanged if one of them does not, or if all of them already begin with a `to`
 * that extends `from`. One mapping thus serves checkpoints with and without the prefix.
 */
export function renamedBy(names: readonly string[], mappings: PrefixMappings = []): string[] {
  const list = 'from' in mappings ? [mappings] : mappings;
  return list.reduce(renamedByOne, [...names]);
}

function renamedByOne(names: readonly string[], { from, to }: PrefixMapping): string[] {
  const isDone = to !== '' && to.startsWith(from) && names.every((name) => name.startsWith(to));
  if (isDone || !names.every((name) => name.startsWith(from))) return [...names];
  return names.map((name) => to + name.slice(from.length));
}
