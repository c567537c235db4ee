import { recogniseShapes } from '../architectures/internal';
import { type PrefixMapping, prefixMapping } from '../params';
import type { PermutationSpec } from '../symmetry';
import { UsageError } from './exit';
import { FLAGS, prefixFlag } from './flags';
import type { Listing } from './listCheckpoint';

/** Throws if the names of two checkpoints differ only by a prefix. The error names the flag that renames it. */
export function assertSamePrefix(a: Listing, b: Listing): void {
  const mapping = prefixMapping(Object.keys(a.shapes), Object.keys(b.shapes));
  if (!mapping) return;
  const { from, to } = mapping;
  // Removing a prefix fits more specs than adding one.
  const offered = from === '' ? { from: to, to: from } : mapping;
  const [one, other] = [a, b].map(({ path, shapes }) => `'${Object.keys(shapes)[0]}' in '${path}'`);
  throw new UsageError(
    `the names of the two checkpoints differ only by a prefix: ${one}, ${other}. Add ${prefixFlag(offered)}`,
  );
}

/** Throws if a checkpoint fits a spec except for a prefix. The error names the flag that renames it. */
export function assertSpecPrefix(spec: PermutationSpec, { path, shapes }: Listing): void {
  const names = Object.keys(shapes);
  const required = Object.keys(spec.params).filter((name) => !spec.params[name].optional);
  const fits = (renamed: readonly string[]) => {
    const all = new Set(renamed);
    return required.every((name) => all.has(name));
  };
  if (names.length === 0 || required.length === 0 || fits(names)) return;
  const offered = [
    ...commonPrefixes(names).map((from) => ({ from, to: '' })),
    ...commonPrefixes(Object.keys(spec.params)).map((to) => ({ from: '', to })),
  ].find(({ from, to }) => fits(names.map((name) => to + name.slice(from.length))));
  if (!offered) return;
  throw new UsageError(
    `the names of '${path}' differ from those of the spec only by a prefix: '${names[0]}', '${required[0]}'. Add ${prefixFlag(offered)}`,
  );
}

/** The flag that removes a prefix from the names of a checkpoint so that an architecture fits; null if none does. */
export function prefixBeforeSpec({ shapes, config }: Listing): string | null {
  const from = commonPrefixes(Object.keys(shapes)).find((prefix) => {
    const bare = Object.entries(shapes).map(([name, shape]) => [name.slice(prefix.length), shape]);
    return recogniseShapes({ shapes: Object.fromEntries(bare), config }).found.length > 0;
  });
  return from === undefined ? null : prefixFlag({ from, to: '' });
}

/** Throws if no checkpoint has a prefix that the flags rename. */
export function assertPrefixesUsed(
  mappings: readonly PrefixMapping[],
  listings: readonly Listing[],
): void {
  for (const { from } of mappings) {
    const isUsed = listings.some(({ stored, shapes }) =>
      [stored, Object.keys(shapes)].some((names) => names.every((name) => name.startsWith(from))),
    );
    const isRenamed = listings.some(({ stored, shapes }) => Object.keys(shapes)[0] !== stored[0]);
    if (isUsed || isRenamed) continue;
    throw new UsageError(
      `${FLAGS.renamePrefix} received '${from}', but no checkpoint has it before all names: '${listings[0].stored[0]}' in '${listings[0].path}'`,
    );
  }
}

/** The common prefixes of all names that end with a separator, the shortest first. */
function commonPrefixes(names: readonly string[]): string[] {
  const [first = ''] = names;
  return [...first.matchAll(/[./:|]/g)]
    .map(({ index }) => first.slice(0, index + 1))
    .filter((prefix) => names.every((name) => name.startsWith(prefix) && name !== prefix));
}
