import { type PrefixMapping, prefixMapping } from '../params';
import type { PermutationSpec } from '../symmetry';
import { UsageError } from './exit';
import { guessPresets } from './guessPresets';
import type { Listing } from './listCheckpoint';

/** Throws where the names of two checkpoints differ by a prefix alone, with the option that undoes it. */
export function assertSamePrefix(a: Listing, b: Listing): void {
  const mapping = prefixMapping(Object.keys(a.shapes), Object.keys(b.shapes));
  if (!mapping) return;
  const { from, to } = mapping;
  // What is taken away fits more specs than what is put before.
  const offered = from === '' ? { from: to, to: from } : mapping;
  const [one, other] = [a, b].map(({ path, shapes }) => `'${Object.keys(shapes)[0]}' in '${path}'`);
  throw new UsageError(
    `the names of the two differ by a prefix alone: ${one}, ${other}. Add ${asOption(offered)}`,
  );
}

/** Throws where a checkpoint would fit a spec if it were not for a prefix, with the option that undoes it. */
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
    `the names of '${path}' differ from the spec's by a prefix alone: '${names[0]}', '${required[0]}'. Add ${asOption(offered)}`,
  );
}

/** What to take away from a checkpoint's names so that presets fit; null if nothing helps. */
export function prefixBeforePreset({ shapes }: Listing): string | null {
  const from = commonPrefixes(Object.keys(shapes)).find((prefix) => {
    const bare = Object.entries(shapes).map(([name, shape]) => [name.slice(prefix.length), shape]);
    return guessPresets(Object.fromEntries(bare)).length > 0;
  });
  return from === undefined ? null : asOption({ from, to: '' });
}

/** Throws where a prefix is to be renamed that no checkpoint has. */
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
      `--rename-prefix was given '${from}', but in no checkpoint do all names begin so: '${listings[0].stored[0]}' in '${listings[0].path}'`,
    );
  }
}

/** The prefixes that all names have, the shortest first, each up to a separator. */
function commonPrefixes(names: readonly string[]): string[] {
  const [first = ''] = names;
  return [...first.matchAll(/[./:|]/g)]
    .map(({ index }) => first.slice(0, index + 1))
    .filter((prefix) => names.every((name) => name.startsWith(prefix) && name !== prefix));
}

function asOption({ from, to }: PrefixMapping): string {
  const value = `${from}=${to}`;
  return `--rename-prefix ${/^[\w./=:-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`}`;
}
