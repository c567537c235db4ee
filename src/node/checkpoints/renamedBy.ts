import type { PrefixMapping } from '../../params';

/** One prefix to rename, or several, one after another. */
export type PrefixMappings = PrefixMapping | readonly PrefixMapping[];

/**
 * The names of a checkpoint after prefixes have been renamed: `from + rest` becomes `to + rest`, where
 * every name begins with `from`; they stay as they are where one does not, or where all of them begin
 * with a longer `to` already. So one mapping can be given for checkpoints of which some have the prefix.
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
