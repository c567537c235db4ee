import { InvalidInputError } from '../../../src/errors';
import { storedBits } from '../../../src/io/storedDtype';
import { readTfjsModel } from '../../../src/io/tfjs/readTfjsModel';
import { sourceOf } from '../../io/pytorch/sourceOf';
import { MODEL, SHARDS } from '../../io/tfjs/sampleModel';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFile';
import { readSoundly } from './readSoundly';

const WORDS = [
  ...['weightsManifest', 'paths', 'weights', 'name', 'shape', 'dtype', 'quantization', 'scale'],
  ...['min', 'group', 'optimizer', 'float32', 'string', 'uint8', 'uint16', 'float16', 'int32'],
  ...['complex64', 'bool', 'a.bin', 'b.bin', '../a.bin', 'http://x/a.bin', 'modelTopology'],
];
const inputs = mutatedJson([MODEL], WORDS);

/** Models of tfjs. */
export const tfjs: readonly FuzzedParser<string>[] = [
  { name: 'tfjs', inputs, parse: readModel },
  {
    name: 'tfjs-file',
    inputs,
    async parse(text) {
      for (const [path, bytes] of Object.entries(SHARDS)) scratchFile(`tfjs/${path}`, bytes);
      await readSoundly(scratchFile('tfjs/model.json', text));
    },
  },
];

async function readModel(text: string): Promise<void> {
  for (const weight of (await readTfjsModel(text, openShard)).weights) {
    if (weight.bytes > 20) throw unsound(`'${weight.name}' has ${weight.bytes} bytes`);
    const { length } = await weight.read();
    if (weight.listed === null) continue;
    const size = weight.shape.reduce((product, axis) => product * axis, 1);
    const expected = (size * storedBits(weight.listed)) / 8;
    if (length !== expected) throw unsound(`${length} bytes are read instead of ${expected}`);
  }
}

async function openShard(path: string) {
  if (!Object.hasOwn(SHARDS, path)) throw new InvalidInputError('no shard', 'Add it');
  return sourceOf(SHARDS[path]);
}
