import { invalid } from './errors';

/**
 * Throws unless the value is one of the choices.
 *
 * @param option - The option's name; the error's `param`.
 * @param choices - At least two; the first is the default.
 */
export function assertChoice<Choice extends string>(
  option: string,
  value: unknown,
  choices: readonly Choice[],
  remedy = `Leave it out for '${choices[0]}'`,
): asserts value is Choice {
  if ((choices as readonly unknown[]).includes(value)) return;
  const quoted = choices.map((choice) => `'${choice}'`);
  const others = quoted.slice(0, -1).join(', ');
  throw invalid(
    `${option} must be ${others} or ${quoted.at(-1)}, received ${shown(value)}`,
    remedy,
    { param: option, received: value },
  );
}

/** Throws unless the value is a function. `option` is the error's `param`. */
export function assertFunction(option: string, value: unknown, remedy: string): void {
  if (typeof value === 'function') return;
  throw invalid(`${option} must be a function, received ${kindOf(value)}`, remedy, {
    param: option,
    received: value,
  });
}

/** Throws unless the value is an integer in least … most. `option` is the error's `param`. */
export function assertInteger(
  option: string,
  value: unknown,
  least: number,
  remedy = 'Leave it out for the default',
  most = Number.POSITIVE_INFINITY,
): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const range = most === Number.POSITIVE_INFINITY ? `≥ ${least}` : `in ${least} … ${most}`;
  throw invalid(`${option} must be an integer ${range}, received ${shown(value)}`, remedy, {
    param: option,
    received: value,
  });
}

/**
 * Throws unless the value is a number that `fits`.
 *
 * @param option - The option's name; the error's `param`.
 * @param range - The numbers that fit, in words such as `a number ≥ 0`.
 */
export function assertNumber(
  option: string,
  value: unknown,
  fits: (value: number) => boolean,
  range: string,
  remedy: string,
): asserts value is number {
  if (typeof value === 'number' && fits(value)) return;
  throw invalid(`${option} must be ${range}, received ${shown(value)}`, remedy, {
    param: option,
    received: value,
  });
}

/** Throws unless the value is a string. `option` is the error's `param`. */
export function assertText(
  option: string,
  value: unknown,
  remedy: string,
): asserts value is string {
  if (typeof value === 'string') return;
  throw invalid(`${option} must be a string, received ${shown(value)}`, remedy, {
    param: option,
    received: value,
  });
}

/** Throws unless the value is an array of strings. `option` is the error's `param`. */
export function assertNames(
  option: string,
  value: unknown,
  remedy: string,
): asserts value is readonly string[] {
  if (!Array.isArray(value) || !isStrings(value)) {
    const received = Array.isArray(value) ? `[${value.map(shown)}]` : shown(value);
    throw invalid(`${option} must be an array of names, received ${received}`, remedy, {
      param: option,
      received: value,
    });
  }
}

function isStrings(values: readonly unknown[]): boolean {
  for (const value of values) if (typeof value !== 'string') return false; // Holes are not skipped.
  return true;
}

/** Throws unless the value is a plain object. `option` is the error's `param`. */
export function assertObject(option: string, value: unknown, remedy: string): void {
  if (isRecord(value)) return;
  throw invalid(`${option} must be an object, received ${kindOf(value)}`, remedy, {
    param: option,
    received: value,
  });
}

/**
 * True for a plain object: a record, whose own fields are its content. False for arrays, collections, tensors and
 * other instances of classes.
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  // Object.prototype of another realm, such as a frame, is another object, but has no prototype either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value for messages: a number, a boolean or a short string itself, the kind of anything else. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return typeof value === 'object' || typeof value === 'function' ? kindOf(value) : String(value);
}

/** True for a promise and for any other object with a method `then`. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Keeps a promise that is refused from ending a process by its rejection. Other values are left alone. */
export function dropRejection(value: unknown): void {
  if (isPromise(value)) value.then(undefined, () => {});
}

/** Throws if a function of the caller has returned a promise in place of a value. `option` is the error's `param`. */
export function assertSynchronous(option: string, returned: unknown): void {
  if (!isPromise(returned)) return;
  dropRejection(returned);
  throw invalid(
    `${option} returned a promise`,
    'Return the value itself: the function is not awaited',
    { param: option },
  );
}

/** The kind of a value for messages: `null`, `a number`, `an array`, `an object`, or the name of its class. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const name = value.constructor?.name;
  return name === undefined || name === '' || name === 'Object' ? 'an object' : name;
}

/** Names in quotes for messages: the first `most`, then the number of the others. */
export function listNames(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most).map((name) => `'${name}'`);
  return shown.join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}

/** The subject of a message if it is an argument's name, for the error's `param`; undefined for a phrase. */
export function argumentIn(subject: string): string | undefined {
  return subject.includes(' ') ? undefined : subject;
}

/**
 * Throws unless the options are an object with known names only, not a collection or a promise. A `signal` must be
 * an AbortSignal, and `onProgress` a function. An option that is undefined counts as left out.
 *
 * @param known - Every option of the type by name: `'boolean'` for one that must be true or false, else `true`.
 * TypeScript reports a missing or an unknown name, and a boolean that is not checked.
 */
export function assertOptions<Options extends object>(
  options: Options,
  known: OptionTable<NoInfer<Options>>,
): void {
  const names = Object.keys(known);
  const isObject = typeof options === 'object' && options !== null;
  if (!isObject || Symbol.iterator in options || isPromise(options)) {
    throw invalid(
      `options must be an object, received ${kindOf(options)}`,
      `Pass an object of options: ${names.join(', ')}`,
      { param: 'options', received: options },
    );
  }
  const unknown = Object.entries(options).find(
    ([name, value]) => value !== undefined && !Object.hasOwn(known, name),
  );
  if (unknown === undefined) {
    assertKinds(options, known);
    return;
  }
  const [name, value] = unknown;
  throw invalid(
    `there is no option '${name}'; the nearest is '${nearestNames(name, names)[0]}'`,
    `The options are: ${names.join(', ')}`,
    { param: name, received: value },
  );
}

/** Throws unless booleans are booleans, and the options that all long work has are a signal and a function. */
function assertKinds(options: object, known: object): void {
  for (const [name, value] of Object.entries(options)) {
    const kind = (known as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    if (kind === 'boolean') assertBoolean(name, value);
    else if (name === 'signal') assertSignal(value);
    else if (name === 'onProgress') assertFunction(name, value, 'Leave it out for none');
  }
}

function assertBoolean(option: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw invalid(
    `${option} must be true or false, received ${shown(value)}`,
    'Leave it out for the default',
    { param: option, received: value },
  );
}

function assertSignal(value: unknown): void {
  if (value instanceof AbortSignal) return;
  throw invalid(
    `signal must be an AbortSignal, received ${shown(value)}`,
    'Pass the signal of an AbortController, or leave it out',
    { param: 'signal', received: value },
  );
}

/** Every option of a type, or of a union of types, with the kind of its values. */
export type OptionTable<Options> = {
  readonly [Name in KeysOf<Options>]: [Exclude<ValueOf<Options, Name>, undefined>] extends [boolean]
    ? 'boolean'
    : true;
};

/** The keys of every member of a union. */
type KeysOf<Type> = Type extends unknown ? keyof Type : never;

/** The values of a key in every member of a union. */
type ValueOf<Type, Name> = Type extends unknown
  ? Name extends keyof Type
    ? Type[Name]
    : never
  : never;

/** The most characters of a name that are compared: the time of a comparison grows with the square. */
const MOST_COMPARED = 100;

/**
 * The names with the fewest edits to the one received, nearest first; case does not count. Of longer names the last
 * 100 characters are compared.
 */
export function nearestNames(received: string, names: readonly string[], most = 3): string[] {
  const end = (name: string) => name.slice(-MOST_COMPARED).toLowerCase();
  const edits = (name: string) => editDistance(end(received), end(name));
  return names
    .map((name) => ({ name, distance: edits(name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** The least number of characters to insert, delete or replace to turn a into b (Levenshtein 1966). */
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
