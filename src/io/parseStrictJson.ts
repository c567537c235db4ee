import { invalid } from '../errors';

/** The depth that the reference implementation of safetensors reads. */
const MAX_DEPTH = 127;

/**
 * Says what is wrong with a number that is not written as an integer ≥ 0; undefined where nothing is.
 *
 * @param path - The key that each of the open objects is at; `''` for an array.
 */
export type NumberProblem = (written: string, path: readonly string[]) => string | undefined;

/**
 * The object that `text` holds as JSON; messages call it `what`. Unlike `JSON.parse`, which keeps
 * the last of duplicate keys without a word, it refuses them at every level.
 *
 * @param numberProblem - Looks at numbers as they are written, where `1.0` is not `1`.
 */
export function parseStrictJson(
  text: string,
  what: string,
  remedy = 'Save it again with a correct writer',
  numberProblem?: NumberProblem,
): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`${what} is not JSON (${(error as Error).message})`, remedy);
  }
  if (!isJsonObject(value)) throw invalid(`${what} is not a JSON object`, remedy);
  const problem = findProblem(text, numberProblem);
  if (problem) throw invalid(`${what} ${problem}`, remedy);
  return value;
}

/** Whether `value` is an object that is read by key: not null, an array or a Map. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(Symbol.iterator in value);
}

/** `value`, which came from JSON, as it reads in an error message: as JSON, cut when long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** An open object with its keys, or an open array. */
interface OpenContainer {
  readonly keys: Set<string> | null;
  /** The key whose value is being read. */
  key: string;
}

/**
 * The fault of valid JSON: a duplicate key, nesting so deep that recursive code, such as
 * `JSON.stringify`, would overflow the stack, or what `numberProblem` finds.
 */
function findProblem(text: string, numberProblem?: NumberProblem): string | undefined {
  const open: OpenContainer[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '[') {
      open.push({ keys: character === '{' ? new Set() : null, key: '' });
      if (open.length > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`;
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, i);
      if (isKey(text, end)) {
        const object = open.at(-1)!;
        object.key = JSON.parse(text.slice(i, end));
        if (object.keys!.has(object.key)) {
          return `has the key ${JSON.stringify(object.key).slice(0, 80)} twice`;
        }
        object.keys!.add(object.key);
      }
      i = end - 1;
    } else if (numberProblem && beginsNumber(character)) {
      const end = endOfNumber(text, i);
      const written = text.slice(i, end);
      const problem = /^\d+$/.test(written)
        ? undefined
        : numberProblem(
            written,
            open.map(({ key }) => key),
          );
      if (problem) return problem;
      i = end - 1;
    }
  }
  return undefined;
}

/** Whether a character begins a number, where no string and no other word can be. */
function beginsNumber(character: string): boolean {
  return character === '-' || (character >= '0' && character <= '9');
}

/** The index after a number that begins at `start`. */
function endOfNumber(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && /[\d.eE+-]/.test(text[i])) i++;
  return i;
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** Whether the string that ends before `end` is a key: in valid JSON, whether a colon follows. */
function isKey(text: string, end: number): boolean {
  let i = end;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return text[i] === ':';
}
