import { describe, expect, it } from 'vitest';
import { keptValues } from '../../../src/matching/products/keptValues';

describe('keptValues', () => {
  /** Values of 4 bytes each, with room for two parameters, and the reads so far. */
  function counted() {
    const reads: string[] = [];
    const read = async (network: 'a' | 'b', param: string) => {
      reads.push(`${network}/${param}`);
      return Float32Array.of(reads.length);
    };
    return { reads, ...keptValues(read, () => 4, 8) };
  }

  it('reads values once while there is room, and others every time', async () => {
    const { reads, values } = counted();
    for (const param of ['x', 'y', 'z', 'x', 'y', 'z']) await values('a', param);
    expect(reads).toEqual(['a/x', 'a/y', 'a/z', 'a/z']);
  });

  it('reads values again that were forgotten, and keeps others in their place', async () => {
    const { reads, values, forget } = counted();
    for (const param of ['x', 'y']) await values('a', param);
    forget('a', 'x');
    forget('a', 'x');
    forget('b', 'y');
    for (const param of ['z', 'z', 'x', 'x', 'y']) await values('a', param);
    expect(reads).toEqual(['a/x', 'a/y', 'a/z', 'a/x', 'a/x']);
  });
});
