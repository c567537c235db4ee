import { describe, expect, it } from 'vitest';
import { commonPrefixes } from '../../src/params/internal';

describe('commonPrefixes', () => {
  it.each<[string[], string[]]>([
    [
      ['a.b.c', 'a.b.d'],
      ['a.', 'a.b.'],
    ],
    [['a.b', 'a.b.c'], ['a.']],
    [['a.', 'a.b'], []],
    [['a/b:c|d'], ['a/', 'a/b:', 'a/b:c|']],
    [['ab.c', 'a.c'], []],
    [[], []],
  ])('of %j are %j', (names, prefixes) => {
    expect(commonPrefixes(names)).toEqual(prefixes);
  });

  it('are at most 16, so that each can be tried', { timeout: 10_000 }, () => {
    const names = Array.from({ length: 1000 }, (_, i) => 'a.'.repeat(2000) + i);
    expect(commonPrefixes(names)).toEqual(Array.from({ length: 16 }, (_, i) => 'a.'.repeat(i + 1)));
  });
});
