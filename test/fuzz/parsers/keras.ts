import fc from 'fast-check';
import { File, ready } from 'h5wasm';
import { inspectCheckpoint } from '../../../src/node';
import { zipBytes } from '../../io/zipBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedBytes } from '../mutations/mutatedBytes';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFile';
import { readSoundly } from './readSoundly';

const files = (await ready).FS as unknown as { readFile(path: string): Uint8Array };

/** The bytes of an HDF5 file as h5py writes it for Keras. */
function weights(): Uint8Array {
  const file = new File('/seed.h5', 'w', { libver: ['earliest', 'latest'] } as never);
  for (const group of ['layers', 'layers/dense', 'layers/dense/vars']) file.create_group(group);
  const values = (size: number) => Float32Array.from({ length: size }, (_, i) => i / 8);
  const add = (name: string, data: unknown, shape: number[], more = {}) =>
    file.create_dataset({ name, data: data as never, shape, ...more });
  add('layers/dense/vars/0', values(12), [3, 4]);
  add('layers/dense/vars/1', values(4), [4]);
  add('step', BigInt64Array.of(7n), []);
  add('words', ['a', 'bc'], [2]);
  add('packed', values(99), [99], { chunks: [10], compression: 4 });
  file.create_attribute('backend', 'tensorflow');
  file.close();
  return files.readFile('/seed.h5').slice();
}

const seed = weights();
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const archives = fc.oneof(
  mutatedBytes([seed]).map((data) => [text({ keras_version: '3' }), text({ config: {} }), data]),
  mutatedJson([{ keras_version: '3.0.0' }]).map((json) => [
    new TextEncoder().encode(json),
    text({ class_name: 'Sequential', config: { layers: [] } }),
    seed,
  ]),
);

/** Files of Keras. HDF5 reads them, compiled to WebAssembly. */
export const keras: readonly FuzzedParser<Uint8Array>[] = [
  {
    name: 'keras-h5',
    inputs: mutatedBytes([seed]),
    async parse(bytes) {
      try {
        await readSoundly(scratchFile('a.weights.h5', bytes));
      } finally {
        await assertStillReads();
      }
    },
  },
  {
    name: 'keras-archive',
    inputs: archives.map(([metadata, config, data]) =>
      zipBytes([
        { name: 'metadata.json', data: metadata },
        { name: 'config.json', data: config },
        { name: 'model.weights.h5', data },
      ]),
    ),
    parse: (bytes) => readSoundly(scratchFile('a.keras', bytes)),
  },
];

/** Throws unless a whole file is read, also after a damaged one. */
async function assertStillReads(): Promise<void> {
  const { tensors } = await inspectCheckpoint(scratchFile('whole.weights.h5', seed));
  if (tensors.length !== 4) throw unsound(`a whole file has ${tensors.length} tensors after it`);
}
