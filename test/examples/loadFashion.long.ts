import { describe, expect, it } from 'vitest';
import { loadFashion } from '../../examples/support/mnist';

// In the long form: it may fetch 149 MB.
describe('loadFashion', () => {
  it('takes the classes in turn, and refuses more images than there are', () => {
    const { train, test } = loadFashion({ train: 60_000, test: 25 });
    expect([...test.labels.subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    expect([train.images.length, test.images.length]).toEqual([784 * 60_000, 784 * 25]);
    const greatest = train.images.reduce((a, b) => Math.max(a, b));
    expect(greatest).toBe(1);
    expect(() => loadFashion({ train: 60_001 })).toThrow(/there are 60000 images, 60001 were/);
  });
});
