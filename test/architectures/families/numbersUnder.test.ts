import { describe, expect, it } from 'vitest';
import { numbersUnder } from '../../../src/architectures/families/numbersUnder';

describe('numbersUnder', () => {
  it('sorts the numbers after a prefix as numbers, each once', () => {
    const names = ['a.10.weight', 'a.9.weight', 'a.9.bias', 'a.b.1.weight', 'ab.3.weight', 'a.7'];
    expect(numbersUnder(names, 'a')).toEqual([9, 10]);
  });
});
