import { parseSafetensorsIndex } from '../../../src/io';
import { fileOf } from '../../io/safetensorsBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedJson } from '../mutations/mutatedJson';
import { scratchFile } from '../scratchFile';
import { readSoundly } from './readSoundly';

const SHARDS = ['model-1-of-2.safetensors', 'model-2-of-2.safetensors'];
const INDEXES = [
  { metadata: { total_size: 12 }, weight_map: { a: SHARDS[0], b: SHARDS[1], 'c.d': SHARDS[1] } },
  { weight_map: { a: SHARDS[0] } },
];
const inputs = mutatedJson(INDEXES, ['weight_map', 'metadata', 'total_size', ...SHARDS, 'a', 'b']);

/** The shards of {@link INDEXES}, each with float32 numbers. */
function writeShards(): void {
  const tensor = (begin: number) => ({
    dtype: 'F32',
    shape: [1],
    data_offsets: [begin, begin + 4],
  });
  scratchFile(`index/${SHARDS[0]}`, fileOf({ a: tensor(0) }, [0, 0, 128, 63]));
  scratchFile(
    `index/${SHARDS[1]}`,
    fileOf({ b: tensor(0), 'c.d': tensor(4) }, [0, 0, 128, 63, 0, 0, 0, 64]),
  );
}

/** Indexes of sharded checkpoints. */
export const indexes: readonly FuzzedParser<string>[] = [
  {
    name: 'index',
    inputs,
    parse(text) {
      const { files } = parseSafetensorsIndex(text);
      const names = Object.values(files).flat();
      if (new Set(names).size !== names.length) throw unsound('a tensor is in two files');
      for (const file of Object.keys(files)) {
        if (/[/\\]|^\.{0,2}$/.test(file)) throw unsound(`it leads to ${file}`);
      }
    },
  },
  {
    name: 'index-file',
    inputs,
    async parse(text) {
      writeShards();
      await readSoundly(scratchFile('index/model.safetensors.index.json', text));
    },
  },
];
