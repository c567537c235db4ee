import fc from 'fast-check';
import { readTorchFile } from '../../../src/io/pytorch/readTorchFile';
import { storedBits } from '../../../src/io/storedDtype';
import { fileBytes } from '../../../src/io/zip/fileBytes';
import { readDirectory } from '../../../src/io/zip/readDirectory';
import { sourceOf } from '../../io/pytorch/sourceOf';
import { type ZipFile, zipBytes } from '../../io/zipBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedBytes } from '../mutations/mutatedBytes';
import { scratchFile } from '../scratchFile';
import { fixtureBytes } from './fixtureBytes';
import { readSoundly } from './readSoundly';

const bytesOf = (name: string) => fixtureBytes(`pytorch/${name}.pt`);
const archives = [
  ...['state', 'views', 'types', 'trainer', 'lightning', 'newer', 'nested', 'evil', 'parameters'],
  ...['module', 'protocol4', 'sparse', 'quantised', 'unusual', 'mixed'],
].map(bytesOf);
const legacy = ['legacy', 'legacy4', 'views_legacy', 'trainer_legacy', 'types_legacy'].map(bytesOf);
const contents = await Promise.all(archives.map(filesIn));

/** Archives whose pickles are changed and whose checksums are right. */
const pickles = fc.oneof(
  ...contents.map((files) => {
    const pickle = files.find(({ name }) => name.endsWith('data.pkl'))!;
    return mutatedBytes([pickle.data]).map((data) =>
      zipBytes(files.map((file) => (file === pickle ? { ...file, data } : file))),
    );
  }),
);

/** Files of torch.save. */
export const pytorch: readonly FuzzedParser<Uint8Array>[] = [
  { name: 'pytorch', inputs: mutatedBytes(archives), parse: readStateDict },
  { name: 'pytorch-pickle', inputs: pickles, parse: readStateDict },
  { name: 'pytorch-legacy', inputs: mutatedBytes(legacy), parse: readStateDict },
  {
    name: 'pytorch-file',
    inputs: mutatedBytes([...archives, ...legacy]),
    parse: (bytes) => readSoundly(scratchFile('a.pt', bytes)),
  },
];

async function readStateDict(bytes: Uint8Array): Promise<void> {
  for (const stored of (await readTorchFile(sourceOf(bytes), undefined)).tensors) {
    const size = stored.shape.reduce((product, length) => product * length, 1);
    const expected = (size * storedBits(stored.dtype)) / 8;
    if (expected > 2 ** 28) throw unsound(`'${stored.name}' needs ${expected} bytes`);
    if (expected > 2 ** 16) continue;
    const { length } = await stored.read();
    if (length !== expected) throw unsound(`${length} bytes are read instead of ${expected}`);
  }
}

/** The files of an archive, without compression. */
async function filesIn(bytes: Uint8Array): Promise<ZipFile[]> {
  const source = sourceOf(bytes);
  const files: ZipFile[] = [];
  for (const record of await readDirectory(source)) {
    const { begin, end } = fileBytes(record, bytes.subarray(record.from), bytes.length);
    files.push({ name: record.name, data: bytes.slice(begin, end) });
  }
  return files;
}
