import { kindOf } from '../checks';
import { invalid } from '../errors';
import type { AxisSpec, ParameterSpec } from './axisSpec';
import { leavesOfAxis } from './groupsOfParams';
import type { Role } from './role';
import { withRole } from './withRole';

/**
 * Parses the pattern of one parameter: one item per axis, separated by blanks.
 *
 *     parameter = ["?"] item*                    ? — the network may lack the parameter
 *     item      = "_" | number | [">"] moved [">"]
 *     moved     = group | group "[" group "]" | "(" concat ")"
 *     concat    = product ("+" product)*
 *     product   = item+
 *
 * Arrows are the role of a group: `h>` is a producer, `>h` a consumer, `>h>` both. Arrows on parentheses hold for all
 * groups inside that have none.
 */
export function parsePattern(name: string, pattern: string): ParameterSpec {
  const tokens = tokenize(name, pattern);
  const reader = { name, pattern, tokens, at: 0, level: 0 };
  const optional = tokens[0] === '?';
  if (optional) reader.at = 1;
  const axes: AxisSpec[] = [];
  while (reader.at < tokens.length) axes.push(parseItem(reader));
  axes.forEach((axis, i) => {
    if (countInferred(axis) > 1) {
      throw malformed(
        reader,
        `axis ${i} has two sizes to infer`,
        "Write a number for all but one '_'",
        i,
      );
    }
  });
  return { axes, optional };
}

/** The most levels of parentheses: functions that walk an axis are recursive. */
export const MOST_PARENTHESES = 100;

/** True for a name that is valid in a pattern: a letter, then letters, digits and any of _ . : / - */
export function isGroupName(name: string): boolean {
  return /^\p{L}[\p{L}\p{N}_.:/-]*$/u.test(name);
}

interface Reader {
  readonly name: string;
  readonly pattern: string;
  readonly tokens: readonly string[];
  at: number;
  /** The number of parentheses that are open. */
  level: number;
}

function tokenize(name: string, pattern: unknown): string[] {
  if (typeof pattern !== 'string') {
    throw invalid(
      `the pattern of parameter '${name}' must be a string, received ${kindOf(pattern)}`,
      "Write one word per axis, such as '_ h1'",
      { param: name, received: pattern },
    );
  }
  const between = pattern.match(/[^\s(+>]>(?:\(|[^\s()+>])/);
  if (between) {
    throw malformed(
      { name, pattern },
      `'${between[0]}' has an arrow between two items`,
      'Write a blank before or after the arrow',
    );
  }
  return pattern.match(/>?\(|\)>?|\+|[^\s()+]+/g) ?? [];
}

function parseItem(reader: Reader): AxisSpec {
  const token = reader.tokens[reader.at++];
  if (token.endsWith('(')) return parseParentheses(reader, token.startsWith('>'));
  const [, before, word, after] = token.match(/^(>?)(.*?)(>?)$/)!;
  const item = parseWord(reader, word) ?? unexpected(reader, token);
  return withArrows(reader, item, before !== '', after !== '');
}

/** A word without its arrows; null if it is none. */
function parseWord(reader: Reader, word: string): AxisSpec | null {
  if (word === '_') return { kind: 'fixed', size: null };
  if (/^\d+$/.test(word)) return { kind: 'fixed', size: parseSize(reader, word) };
  if (isGroupName(word)) return { kind: 'group', group: word };
  const [, group, within] = word.match(/^([^[\]]+)\[([^[\]]+)\]$/) ?? [];
  if (group === undefined || !isGroupName(group) || !isGroupName(within)) return null;
  return { kind: 'group', group, within };
}

function unexpected(reader: Reader, token: string): never {
  throw malformed(
    reader,
    `unexpected '${token}'`,
    "An item is '_', a number, a group such as h or d[h], or an expression in parentheses. An arrow such as h> is on a group or on parentheses",
  );
}

/** The item with the role of its arrows, before and after it. */
function withArrows(reader: Reader, item: AxisSpec, before: boolean, after: boolean): AxisSpec {
  if (!before && !after) return item;
  if (leavesOfAxis(item).length === 0) {
    throw malformed(
      reader,
      'has an arrow on an item without a group',
      "Write arrows on groups: h> for a layer's output, >h for its input",
    );
  }
  return withRole(item, roleOfArrows(before, after));
}

function roleOfArrows(before: boolean, after: boolean): Role {
  if (before && after) return 'both';
  return after ? 'producer' : 'consumer';
}

/** The expression after an opened parenthesis. `before` is true if an arrow is before it. */
function parseParentheses(reader: Reader, before: boolean): AxisSpec {
  if (++reader.level > MOST_PARENTHESES) {
    throw malformed(
      reader,
      `is nested more than ${MOST_PARENTHESES} deep`,
      'Use fewer parentheses',
    );
  }
  const segments: AxisSpec[][] = [[]];
  let end: string;
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined) throw malformed(reader, "a '(' is never closed", "Add the ')'");
    if (token.startsWith(')') || token === '+') {
      reader.at++;
      end = token;
      if (segments.at(-1)!.length === 0) {
        throw malformed(
          reader,
          `there is no item before a '${token[0]}'`,
          'Write a group or a number there',
        );
      }
      if (token !== '+') break;
      segments.push([]);
    } else {
      segments.at(-1)!.push(parseItem(reader));
    }
  }
  reader.level--;
  const products = segments.map(
    (factors): AxisSpec => (factors.length === 1 ? factors[0] : { kind: 'product', factors }),
  );
  const inside: AxisSpec =
    products.length === 1 ? products[0] : { kind: 'concat', segments: products };
  return withArrows(reader, inside, before, end === ')>');
}

function parseSize(reader: Reader, token: string): number {
  const size = Number(token);
  if (size >= 1 && Number.isSafeInteger(size)) return size;
  throw malformed(reader, `the size ${token} is out of range`, 'Sizes are integers ≥ 1');
}

/** The number of `_` on an axis. */
function countInferred(axis: AxisSpec): number {
  const sum = (axes: readonly AxisSpec[]) => axes.reduce((n, each) => n + countInferred(each), 0);
  if (axis.kind === 'fixed') return axis.size === null ? 1 : 0;
  if (axis.kind === 'product') return sum(axis.factors);
  return axis.kind === 'concat' ? sum(axis.segments) : 0;
}

function malformed(
  { name, pattern }: Pick<Reader, 'name' | 'pattern'>,
  problem: string,
  remedy: string,
  axis?: number,
) {
  return invalid(`the pattern '${pattern}' of parameter '${name}': ${problem}`, remedy, {
    param: name,
    axis,
    received: pattern,
  });
}
