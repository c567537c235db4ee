import { describe, expect, it } from 'vitest';
import { numbersUnder } from '../../../src/architectures/families/numbersUnder';

describe('numbersUnder', () => {
  it('sorts the numbers after a prefix as numbers, each once', () => {
    const names = ['a.10.weight', 'a.9.weight', 'a.9.bias', 'a.b.1.weight', 'ab.3.weight', 'a.7'];
    const shapes = Object.fromEntries(names.map((name) => [name, [1]]));
    expect(numbersUnder(shapes, 'a')).toEqual([9, 10]);
    expect(numbersUnder(shapes, 'a.b')).toEqual([1]);
    expect(numbersUnder(shapes, 'b')).toEqual([]);
  });
});
