/** A JSON value in which an object may have a key twice and a number may be written in any way. */
export type JsonTree = JsonList | JsonObject | JsonText;

/** A list. */
export interface JsonList {
  readonly kind: 'list';
  readonly items: JsonTree[];
}

/** An object: its keys and values in order. */
export interface JsonObject {
  readonly kind: 'object';
  readonly items: JsonTree[];
  readonly keys: string[];
}

/** A string, a number or a word, as it is written. */
interface JsonText {
  readonly kind: 'text';
  readonly text: string;
}

/** The tree of a value. */
export function jsonTree(value: unknown): JsonTree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(jsonTree) };
  if (typeof value === 'object' && value !== null) {
    const items = Object.values(value).map(jsonTree);
    return { kind: 'object', items, keys: Object.keys(value) };
  }
  return { kind: 'text', text: JSON.stringify(value) };
}

/** The text of a tree. */
export function writeTree(tree: JsonTree): string {
  if (tree.kind === 'text') return tree.text;
  const parts = tree.items.map(writeTree);
  if (tree.kind === 'list') return `[${parts.join(',')}]`;
  return `{${parts.map((part, i) => `${JSON.stringify(tree.keys[i])}:${part}`).join(',')}}`;
}
