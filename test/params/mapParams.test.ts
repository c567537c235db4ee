import { describe, expect, it } from 'vitest';
import { mapParams } from '../../src/params/mapParams';

describe('mapParams', () => {
  it('maps every value with its name, in order', () => {
    const shapes = { 'b/kernel': [2, 3], 'a/bias': [3] };
    const mapped = mapParams(shapes, (shape, name) => `${name} has rank ${shape.length}`);
    expect(Object.entries(mapped)).toEqual([
      ['b/kernel', 'b/kernel has rank 2'],
      ['a/bias', 'a/bias has rank 1'],
    ]);
  });

  it('maps nothing to nothing', () => {
    expect(mapParams({}, () => 1)).toEqual({});
  });

  it('keeps a name that would set a prototype', () => {
    const values = JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, number>;
    const mapped = mapParams(values, (value) => 10 * value);
    expect(Object.entries(mapped)).toEqual([
      ['__proto__', 10],
      ['constructor', 20],
    ]);
    expect(Object.getPrototypeOf(mapped)).toBe(Object.prototype);
  });
});
