import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gatherElements } from '../../../src/io/pytorch/gatherElements';
import type { StoredDtype } from '../../../src/io/storedDtype';

const widths = { U8: 1, BF16: 2, F32: 4, I64: 8 } as const;

/** The elements one by one, by the definition: offset + Σ index · stride. */
function byDefinition(
  data: Uint8Array,
  width: number,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): number[] {
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, flat) => {
    let [rest, at] = [flat, offset];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return [...data.subarray(at * width, (at + 1) * width)];
  }).flat();
}

const axis = fc.record({ size: fc.integer({ min: 0, max: 5 }), stride: fc.nat(30) });

it('gathers any view as its definition has it, and reads within the storage', async () => {
  const cases = fc.tuple(
    fc.constantFrom(...(Object.keys(widths) as (keyof typeof widths)[])),
    fc.array(axis, { maxLength: 4 }),
    fc.nat(7),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([dtype, axes, offset]) => {
      const shape = axes.map(({ size }) => size);
      const strides = axes.map(({ stride }) => stride);
      const data = Uint8Array.from({ length: 4000 }, (_, i) => (i * 37) % 251);
      const storage = { key: '0', bytes: data.length, begin: 0 };
      const elements = await gatherElements(
        { dtype, shape, strides, offset, storage },
        async (begin, end) => data.slice(begin, end),
      );
      expect([...elements]).toEqual(byDefinition(data, widths[dtype], shape, strides, offset));
    }),
    { numRuns: 500, seed: 1 },
  );
});

it('reads a sparse view of a large storage in parts', async () => {
  // 40 elements, each 4 MiB from the next, and their transpose of two axes: 160 MiB in all.
  const [stride, width] = [2 ** 20, 4];
  let most = 0;
  const read = async (begin: number, end: number) => {
    most = Math.max(most, end - begin);
    const bytes = new Uint8Array(end - begin);
    for (let at = Math.ceil(begin / (stride * width)); at * stride * width < end; at++) {
      bytes[at * stride * width - begin] = at;
    }
    return bytes;
  };
  const storage = { key: '0', bytes: 40 * stride * width, begin: 0 };
  const view = { dtype: 'F32' as StoredDtype, offset: 0, storage };
  const column = await gatherElements({ ...view, shape: [40], strides: [stride] }, read);
  expect([...column].filter((_, i) => i % 4 === 0)).toEqual(
    Array.from({ length: 40 }, (_, i) => i),
  );
  const transposed = { ...view, shape: [8, 5], strides: [stride, 8 * stride] };
  const table = await gatherElements(transposed, read);
  expect([...table].filter((_, i) => i % 4 === 0).slice(0, 7)).toEqual([0, 8, 16, 24, 32, 1, 9]);
  expect(most).toBeLessThanOrEqual(2 ** 24);
});
