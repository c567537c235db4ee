import { describe, expect, it } from 'vitest';
import { perObject } from '../../src/params/internal';

describe('perObject', () => {
  it('computes a value for each object once', () => {
    const asked: object[] = [];
    const keysOf = perObject((key: object) => {
      asked.push(key);
      return Object.keys(key);
    });
    const [a, b] = [{ x: 1 }, { x: 1 }];
    expect(keysOf(a)).toEqual(['x']);
    expect(keysOf(a)).toBe(keysOf(a));
    expect(keysOf(b)).not.toBe(keysOf(a));
    expect(asked).toEqual([a, b]);
  });
});
