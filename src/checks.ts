import { invalid } from './errors';

/** Throws unless the value is one of the choices, the first of which is the default. */
export function assertChoice<Choice extends string>(
  what: string,
  value: unknown,
  choices: readonly Choice[],
  remedy = `Leave it out for '${choices[0]}'`,
): asserts value is Choice {
  if ((choices as readonly unknown[]).includes(value)) return;
  const quoted = choices.map((choice) => `'${choice}'`);
  const others = quoted.slice(0, -1).join(', ');
  throw invalid(`${what} must be ${others} or ${quoted.at(-1)}, received ${String(value)}`, remedy);
}

/** Throws unless the value is a function. */
export function assertFunction(what: string, value: unknown, remedy: string): void {
  if (typeof value === 'function') return;
  throw invalid(`${what} must be a function, received ${kindOf(value)}`, remedy);
}

/** Throws unless the value is an integer in least … most. */
export function assertInteger(
  what: string,
  value: unknown,
  least: number,
  remedy = 'Leave it out for the default',
  most = Number.POSITIVE_INFINITY,
): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const range = most === Number.POSITIVE_INFINITY ? `≥ ${least}` : `in ${least} … ${most}`;
  throw invalid(`${what} must be an integer ${range}, received ${String(value)}`, remedy);
}

/** Throws unless the value is an object of named values, rather than a list, a number or nothing. */
export function assertObject(what: string, value: unknown, remedy: string): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw invalid(`${what} must be an object, received ${kindOf(value)}`, remedy);
}

/** True for a promise, or anything else that can be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** The kind of a value, for messages: `null`, `a number`, `an array`, `an object`, or its class. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name = value.constructor?.name;
  return name === undefined || name === '' || name === 'Object' ? 'an object' : name;
}

/** Names for messages, in quotes; of many the first four and how many more there are. */
export function listNames(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}
/**
 * Throws unless the options are an object with known names alone. An option that is undefined counts as left
 * out.
 *
 * @param known - The name of every option of the type; TypeScript fails where one is missing or too many.
 */
export function assertOptions<Options extends object>(
  options: Options,
  known: Readonly<Record<KeysOf<NoInfer<Options>>, true>>,
): void {
  const names = Object.keys(known);
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(
      `options must be an object, received ${kindOf(options)}`,
      `Pass an object of options: ${names.join(', ')}`,
    );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.map(([name]) => name).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw invalid(
    `there is no option '${unknown}'; the nearest is '${nearest(unknown, names)}'`,
    `The options are: ${names.join(', ')}`,
  );
}

/** The keys of every member of a union. */
type KeysOf<Type> = Type extends unknown ? keyof Type : never;

/** The name with the fewest edits to the one received; of several, the first. */
function nearest(received: string, names: readonly string[]): string {
  const edits = names.map((name) => editDistance(received.toLowerCase(), name.toLowerCase()));
  return names[edits.indexOf(Math.min(...edits))];
}

/** The fewest insertions, deletions and replacements of a character that make a into b (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, replaced);
    }
    row = next;
  }
  return row[b.length];
}
