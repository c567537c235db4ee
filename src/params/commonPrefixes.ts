/** The most prefixes that are found, far more than names have parts in common. */
const MOST_PREFIXES = 16;

/** The common prefixes of all names that end with a separator, the shortest first: the first 16. */
export function commonPrefixes(names: readonly string[]): string[] {
  const shared = commonStart(names);
  const shortest = names.reduce(
    (least, { length }) => Math.min(least, length),
    Number.POSITIVE_INFINITY,
  );
  const prefixes: string[] = [];
  for (const { index } of shared.matchAll(/[./:|]/g)) {
    if (index + 1 < shortest) prefixes.push(shared.slice(0, index + 1));
    if (prefixes.length === MOST_PREFIXES) break;
  }
  return prefixes;
}

/** The longest text with which all names begin. */
function commonStart([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const name of others) {
    let shared = 0;
    while (shared < length && name[shared] === first[shared]) shared++;
    length = shared;
  }
  return first.slice(0, length);
}
