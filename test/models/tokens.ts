import type { AxisSpec } from 'perm-lmc';
import type { Token } from './kerasWalk';

/** The tokens of an axis of a spec, of networks without heads: position by position. */
export function tokensOf(
  axis: AxisSpec,
  size: number,
  sizes: Readonly<Record<string, number>>,
): Token[] {
  switch (axis.kind) {
    case 'fixed':
      return Array(size).fill('fixed');
    case 'group':
      return Array.from({ length: sizes[axis.group] }, (_, unit) => `${axis.group}:${unit}`);
    case 'concat':
      return axis.segments.flatMap((segment) => tokensOf(segment, sizeOf(segment, sizes), sizes));
    case 'product': {
      const [first, ...rest] = axis.factors.map((factor) =>
        tokensOf(factor, sizeOf(factor, sizes), sizes),
      );
      return rest.reduce(
        (tokens, factor) => tokens.flatMap((a) => factor.map((b) => joined(a, b))),
        first,
      );
    }
    case 'entries': {
      const tokens = Array<Token>(size).fill('fixed');
      for (const { group, index } of axis.entries)
        index.forEach((position, unit) => {
          tokens[position] = `${group}:${unit}`;
        });
      return tokens;
    }
    default:
      throw new Error(`no tokens for ${JSON.stringify(axis)}`);
  }
}

function joined(a: Token, b: Token): Token {
  if (a === 'fixed') return b;
  if (b === 'fixed') return a;
  throw new Error('no tokens for a product of two groups');
}

function sizeOf(axis: AxisSpec, sizes: Readonly<Record<string, number>>): number {
  switch (axis.kind) {
    case 'fixed':
      return axis.size!;
    case 'group':
      return sizes[axis.group];
    case 'concat':
      return axis.segments.reduce((sum, segment) => sum + sizeOf(segment, sizes), 0);
    case 'product':
      return axis.factors.reduce((product, factor) => product * sizeOf(factor, sizes), 1);
    default:
      throw new Error(`no size for ${JSON.stringify(axis)}`);
  }
}

/** The first place at which two lists of axes differ, other than by the names of groups and the order of their units. */
export function firstMismatch(
  found: readonly (readonly Token[])[],
  expected: readonly (readonly Token[])[],
): string | undefined {
  const there = new Map<Token, Token>();
  const back = new Map<Token, Token>();
  const agree = (map: Map<Token, Token>, from: Token, to: Token) => {
    if (!map.has(from)) map.set(from, to);
    return map.get(from) === to;
  };
  const group = (token: Token) => token.split(':').slice(0, -1).join(':') || 'fixed';
  for (const [axis, tokens] of expected.entries()) {
    if (found[axis].length !== tokens.length)
      return `axis ${axis} has ${found[axis].length} positions`;
    for (const [i, token] of tokens.entries()) {
      const other = found[axis][i];
      const same =
        agree(there, other, token) &&
        agree(back, token, other) &&
        agree(there, `group ${group(other)}`, group(token)) &&
        agree(back, `group ${group(token)}`, group(other));
      if (!same) return `axis ${axis}, position ${i}: ${other} instead of ${token}`;
    }
  }
  return undefined;
}
