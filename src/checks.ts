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
