import { isDeepStrictEqual } from 'node:util';
import { dispose, type NamedTensorMap } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { parseSafetensors, serializeSafetensors } from '../../../src/io';
import { fileOf } from '../../io/safetensorsBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedBytes } from '../mutations/mutatedBytes';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFile';
import { readSoundly } from './readSoundly';

/** Headers for 40 bytes of data. */
const HEADERS = [
  {
    w: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    'layer.bias': { dtype: 'F16', shape: [4], data_offsets: [24, 32] },
    step: { dtype: 'I64', shape: [], data_offsets: [32, 40] },
  },
  {
    __metadata__: { format: 'pt', note: 'text' },
    mask: { dtype: 'BOOL', shape: [2, 2], data_offsets: [0, 4] },
    none: { dtype: 'F64', shape: [0, 5], data_offsets: [4, 4] },
    e: { dtype: 'F8_E4M3', shape: [4], data_offsets: [4, 8] },
    b: { dtype: 'BF16', shape: [16], data_offsets: [8, 40] },
  },
];
const DATA = Uint8Array.from({ length: 40 }, (_, i) => (i % 5 === 0 ? 1 : 0));
const WORDS = [
  ...['dtype', 'shape', 'data_offsets', '__metadata__', 'w', 'F32', 'F16', 'BF16', 'F64', 'BOOL'],
  ...['I8', 'U8', 'I16', 'U16', 'I32', 'U32', 'I64', 'U64', 'F8_E5M2', 'F4', 'E8M0', 'C64'],
];

const inputs = fc.oneof(
  mutatedJson(HEADERS, WORDS).map((header) => fileOf(header, DATA)),
  mutatedBytes(HEADERS.map((header) => fileOf(header, DATA))),
);

/** Files of safetensors. */
export const safetensors: readonly FuzzedParser<Uint8Array>[] = [
  {
    name: 'safetensors',
    inputs,
    async parse(bytes) {
      const { params, metadata } = parseSafetensors(bytes);
      try {
        const again = parseSafetensors(await serializeSafetensors(params, { metadata }));
        const same = isDeepStrictEqual(shapesIn(params), shapesIn(again.params));
        dispose(again.params);
        if (!same || !isDeepStrictEqual(metadata, again.metadata)) {
          throw unsound('a written copy is read as another network');
        }
      } finally {
        dispose(params);
      }
    },
  },
  {
    name: 'safetensors-file',
    inputs,
    parse: (bytes) => readSoundly(scratchFile('a.safetensors', bytes)),
  },
];

function shapesIn(params: NamedTensorMap): Record<string, number[]> {
  return Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]));
}
