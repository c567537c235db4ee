import { readFileSync } from 'node:fs';
import { headerByteLength, parseHeader } from '../../../src/io/safetensorsHeader';
import type { StoredTensor } from '../../../src/io/storedTensor';

/** The path of a file of test/fixtures/pytorch. */
export function fixture(name: string): URL {
  return new URL(`../../fixtures/pytorch/${name}`, import.meta.url);
}

/** The bytes of a file of test/fixtures/pytorch. */
export function fixtureBytes(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fixture(name)));
}

/** A tensor with its elements. */
export type ReadTensor = Pick<StoredTensor, 'name' | 'dtype' | 'shape'> & {
  readonly bytes: number[];
};

/** The tensors of a safetensors file, in its order. */
export function safetensorsOf(name: string): ReadTensor[] {
  const bytes = fixtureBytes(name);
  const start = 8 + headerByteLength(bytes, bytes.length);
  return parseHeader(bytes.slice(8, start), bytes.length - start).tensors.map(
    ({ name: own, dtype, shape, begin, end }) => ({
      ...{ name: own, dtype, shape },
      bytes: [...bytes.subarray(start + begin, start + end)],
    }),
  );
}
