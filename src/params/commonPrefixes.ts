/** The common prefixes of all names that end with a separator, the shortest first. */
export function commonPrefixes(names: readonly string[]): string[] {
  const [first = ''] = names;
  return [...first.matchAll(/[./:|]/g)]
    .map(({ index }) => first.slice(0, index + 1))
    .filter((prefix) => names.every((name) => name.startsWith(prefix) && name !== prefix));
}
