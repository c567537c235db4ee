import { isRecord } from '../checks';
import { invalid } from '../errors';

/** The depth limit of the reference implementation of safetensors. */
const MAX_DEPTH = 127;

/**
 * Describes the problem of a number that is not written as an integer ≥ 0; undefined if there is none.
 *
 * @param written - The number as it is written.
 * @param path - The keys that lead to the number, outermost first; `''` for an array.
 */
export type NumberProblem = (written: string, path: readonly string[]) => string | undefined;

/**
 * Parses `text` as a JSON object. Duplicate keys are refused at every level; `JSON.parse` silently
 * keeps the last one.
 *
 * @param what - The name of the text in messages.
 * @param numberProblem - Checks numbers as they are written, so that `1.0` differs from `1`.
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
    throw invalid(`${what} is not JSON (${(error as Error).message})`, remedy, { cause: error });
  }
  if (!isRecord(value)) {
    throw invalid(`${what} is not a JSON object`, remedy, { received: value });
  }
  const problem = findProblem(text, numberProblem);
  if (problem) throw invalid(`${what} ${problem}`, remedy);
  return value;
}

/** A JSON value as text for an error message, cut when it is long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** An open object or array. */
interface OpenContainer {
  /** The keys of an object so far; null for an array. */
  readonly keys: Set<string> | null;
  /** The key whose value is being read. */
  key: string;
}

/**
 * The first problem in text that is valid JSON: a duplicate key, a problem that `numberProblem` reports,
 * or nesting so deep that recursive code such as `JSON.stringify` would overflow the stack.
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

/** True for the first character of a number. It must not be called inside a string or a word. */
function beginsNumber(character: string): boolean {
  return character === '-' || (character >= '0' && character <= '9');
}

/** The index after the number that begins at `start`. */
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

/** True if the string that ends before `end` is a key. In valid JSON, a colon then follows. */
function isKey(text: string, end: number): boolean {
  let i = end;
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i++;
  return text[i] === ':';
}
