import { invalid } from '../errors';

const MAX_DEPTH = 64;

/**
 * The object that `text` holds as JSON; messages call it `what`. Unlike `JSON.parse`, which keeps
 * the last of duplicate keys without a word, it refuses them at every level.
 */
export function parseStrictJson(
  text: string,
  what: string,
  remedy = 'Save it again with a correct writer',
): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`${what} is not JSON (${(error as Error).message})`, remedy);
  }
  if (!isJsonObject(value)) throw invalid(`${what} is not a JSON object`, remedy);
  const problem = findProblem(text);
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

/**
 * What is wrong with valid JSON: a duplicate key, or nesting so deep that recursive code, such as
 * `JSON.stringify`, would overflow the stack.
 */
function findProblem(text: string): string | undefined {
  const open: (Set<string> | null)[] = []; // the keys of each open object, null for an array
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      if (open.length > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`;
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, i);
      if (isKey(text, end)) {
        const keys = open.at(-1)!;
        const key = JSON.parse(text.slice(i, end));
        if (keys.has(key)) return `has the key ${JSON.stringify(key).slice(0, 80)} twice`;
        keys.add(key);
      }
      i = end - 1;
    }
  }
  return undefined;
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
