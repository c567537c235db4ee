import { describe, expect, it } from 'vitest';
import { shardsOf } from '../../../src/node/checkpoints/shardsOf';

/** A tensor of bytes. */
const tensor = (name: string, bytes: number, path = '/in/model.safetensors') =>
  ({ name, dtype: 'U8', shape: [bytes], path }) as const;

const rules = {
  index: 'merged.safetensors.index.json',
  ending: '.safetensors',
  taken: [] as string[],
  limit: 10,
};

/** The names of the tensors of each file. */
const divided = (...args: Parameters<typeof shardsOf>) =>
  Object.fromEntries(
    shardsOf(...args).map(({ file, tensors }) => [file, tensors.map(({ name }) => name).join('')]),
  );

describe('shardsOf', () => {
  it('fills each shard up to the limit, in order', () => {
    // 4 + 6 = 10 fit; 1 + 10 do not, and neither do 10 + 3.
    const tensors = [4, 6, 1, 10, 3].map((bytes, i) => tensor('abcde'[i], bytes));
    expect(divided(tensors, rules)).toEqual({
      'merged-00001-of-00004.safetensors': 'ab',
      'merged-00002-of-00004.safetensors': 'c',
      'merged-00003-of-00004.safetensors': 'd',
      'merged-00004-of-00004.safetensors': 'e',
    });
  });

  it('gives a tensor beyond the limit a shard of its own', () => {
    expect(divided([tensor('a', 25), tensor('b', 0), tensor('c', 11)], rules)).toEqual({
      'merged-00001-of-00002.safetensors': 'a',
      'merged-00002-of-00002.safetensors': 'bc',
    });
  });

  const sharded = [
    tensor('a', 99, '/in/model-1.safetensors'),
    tensor('b', 1, '/in/model-2.safetensors'),
    tensor('c', 99, '/in/model-1.safetensors'),
  ];

  it('keeps the files of a sharded checkpoint, whatever their size', () => {
    expect(divided(sharded, rules)).toEqual({
      'model-1.safetensors': 'ac',
      'model-2.safetensors': 'b',
    });
  });

  it('keeps the division and renames the files where a name is taken, also in other case', () => {
    expect(divided(sharded, { ...rules, taken: ['MODEL-2.safetensors'] })).toEqual({
      'merged-00001-of-00002.safetensors': 'ac',
      'merged-00002-of-00002.safetensors': 'b',
    });
  });

  it('takes the next version of the names where those are taken too', () => {
    const taken = ['model-1.safetensors', 'merged-00002-of-00002.safetensors'];
    expect(Object.keys(divided(sharded, { ...rules, taken }))).toEqual([
      'merged-v2-00001-of-00002.safetensors',
      'merged-v2-00002-of-00002.safetensors',
    ]);
  });

  it('gives files of another format its ending', () => {
    const bins = [tensor('a', 1, '/in/part-1.bin'), tensor('b', 1, '/in/part-2.bin')];
    expect(divided(bins, rules)).toEqual({ 'part-1.safetensors': 'a', 'part-2.safetensors': 'b' });
    const same = [tensor('a', 1, '/in/part.bin'), tensor('b', 1, '/in/part.pt')];
    expect(Object.keys(divided(same, rules))).toEqual([
      'merged-00001-of-00002.safetensors',
      'merged-00002-of-00002.safetensors',
    ]);
  });

  it('gives a checkpoint without tensors one shard', () => {
    expect(divided([], rules)).toEqual({ 'merged-00001-of-00001.safetensors': '' });
  });
});
