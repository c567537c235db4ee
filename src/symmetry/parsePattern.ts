import { kindOf } from '../checks';
import { invalid } from '../errors';
import type { AxisSpec, ParameterSpec } from './axisSpec';

/**
 * Parses the pattern of one parameter: one item per axis, separated by blanks.
 *
 *     parameter = ["?"] item*                    ? — the network may lack the parameter
 *     item      = "_" | number | group | group "[" group "]" | "(" concat ")"
 *     concat    = product ("+" product)*
 *     product   = item+
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
  return pattern.match(/[()+]|[^\s()+]+/g) ?? [];
}

function parseItem(reader: Reader): AxisSpec {
  const token = reader.tokens[reader.at++];
  if (token === '(') return parseParentheses(reader);
  if (token === '_') return { kind: 'fixed', size: null };
  if (/^\d+$/.test(token)) return { kind: 'fixed', size: parseSize(reader, token) };
  if (isGroupName(token)) return { kind: 'group', group: token };
  const [, group, within] = token.match(/^([^[\]]+)\[([^[\]]+)\]$/) ?? [];
  if (group !== undefined && isGroupName(group) && isGroupName(within)) {
    return { kind: 'group', group, within };
  }
  throw malformed(
    reader,
    `unexpected '${token}'`,
    "An item is '_', a number, a group such as h or d[h], or an expression in parentheses",
  );
}

function parseParentheses(reader: Reader): AxisSpec {
  if (++reader.level > MOST_PARENTHESES) {
    throw malformed(
      reader,
      `is nested more than ${MOST_PARENTHESES} deep`,
      'Use fewer parentheses',
    );
  }
  const segments: AxisSpec[][] = [[]];
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined) throw malformed(reader, "a '(' is never closed", "Add the ')'");
    if (token === ')' || token === '+') {
      reader.at++;
      if (segments.at(-1)!.length === 0) {
        throw malformed(
          reader,
          `there is no item before a '${token}'`,
          'Write a group or a number there',
        );
      }
      if (token === ')') break;
      segments.push([]);
    } else {
      segments.at(-1)!.push(parseItem(reader));
    }
  }
  reader.level--;
  const products = segments.map(
    (factors): AxisSpec => (factors.length === 1 ? factors[0] : { kind: 'product', factors }),
  );
  return products.length === 1 ? products[0] : { kind: 'concat', segments: products };
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

function malformed({ name, pattern }: Reader, problem: string, remedy: string, axis?: number) {
  return invalid(`the pattern '${pattern}' of parameter '${name}': ${problem}`, remedy, {
    param: name,
    axis,
    received: pattern,
  });
}
