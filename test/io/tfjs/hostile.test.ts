import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../src/errors';
import { readTfjsModel } from '../../../src/io/tfjs/readTfjsModel';
import { sourceOf } from '../pytorch/sourceOf';
import { MODEL, SHARDS } from './sampleModel';

const open = async (path: string) => {
  if (!Object.hasOwn(SHARDS, path)) throw new InvalidInputError('no shard', 'Add it');
  return sourceOf(SHARDS[path]);
};
const read = (text: string) => readTfjsModel(text, open);

interface Group {
  paths: unknown[];
  weights: Record<string, unknown>[];
}

/** The model with a change to its first group, as text. */
function changed(change: (group: Group) => void): string {
  const model = structuredClone(MODEL);
  change(model.weightsManifest[0] as unknown as Group);
  return JSON.stringify(model);
}

/** The model with other fields in its first weight. */
const withWeight = (fields: object) => changed(({ weights }) => Object.assign(weights[0], fields));

describe('a hostile model.json', () => {
  it('is like this one, which is read', async () => {
    const { weights } = await read(JSON.stringify(MODEL));
    const values: unknown[] = [];
    for (const each of weights) values.push([each.name, each.listed, ...(await each.read())]);
    expect(values).toEqual([
      ['w', 'F32', 0, 0, 128, 63],
      ['q', 'F32', ...new Uint8Array(Float32Array.of(-0.5, 0).buffer)], // 1 · 0.5 − 1, 2 · 0.5 − 1
      ['t', null, 2, 0, 0, 0, 104, 105],
      ['m', 'BOOL', 1, 0],
      ['h', 'F32', 0, 0, 128, 63], // 0x3c00 is 1
      ['o', null, 5, 0, 0, 0],
    ]);
  });

  it.each<[string, string, string]>([
    ['no JSON', '{', 'is not JSON'],
    ['a list', '[]', 'is not a JSON object'],
    ['a key twice', '{"weightsManifest": [], "weightsManifest": []}', 'twice'],
    ['nesting of 10⁵ levels', `{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, 'nested'],
    ['no manifest', '{}', 'weightsManifest must be a list of groups'],
    ['a group that is no object', '{"weightsManifest": [3]}', 'paths missing'],
    ['paths that are no texts', changed((group) => group.paths.push(3)), 'no list of texts'],
    [
      'weights that are no list',
      changed((group) => {
        Object.assign(group, { weights: {} });
      }),
      'no list',
    ],
    [
      'a weight that is null',
      changed(({ weights }) => weights.push(null as never)),
      'must be an object',
    ],
    ['a weight twice', withWeight({ name: 'q' }), 'names the weight "q" twice'],
    [
      'a shard twice',
      changed((group) => {
        group.paths[1] = 'a.bin';
      }),
      'names the shard "a.bin" twice',
    ],
    ['no name', withWeight({ name: '' }), 'has the name ""'],
    [
      'the name __proto__',
      changed(({ weights }) => {
        weights[0].name = '__proto__';
      }),
      '"__proto__"',
    ],
    ['half a surrogate pair', withWeight({ name: '\ud800' }), 'surrogate'],
    ['no shape', withWeight({ shape: undefined }), 'has the shape missing'],
    ['a shape of fractions', withWeight({ shape: [1.5] }), 'no list of integers'],
    ['a negative size', withWeight({ shape: [-1] }), 'no list of integers'],
    ['a size over 2⁵³', withWeight({ shape: [2 ** 54] }), 'no list of integers'],
    ['a shape of more than any file', withWeight({ shape: [2 ** 52, 2 ** 52] }), 'ends at byte'],
    [
      'a shape of infinitely many',
      withWeight({ shape: Array(200).fill(2 ** 52) }),
      'byte Infinity',
    ],
    [
      'texts beyond the shards',
      changed(({ weights }) => {
        weights[2].shape = [2 ** 50];
      }),
      'weight "t"',
    ],
    ['an unknown dtype', withWeight({ dtype: 'float64' }), 'has the dtype "float64"'],
    ['a dtype of JavaScript', withWeight({ dtype: 'constructor' }), 'has the dtype "constructor"'],
    [
      'an unknown quantization',
      withWeight({ quantization: { dtype: 'int4' } }),
      'has the quantization',
    ],
    [
      'a quantization without scale',
      withWeight({ quantization: { dtype: 'uint8', min: 0 } }),
      'numbers scale and min',
    ],
    [
      'booleans quantised',
      withWeight({ dtype: 'bool', quantization: { dtype: 'uint8', scale: 1, min: 0 } }),
      'of bool',
    ],
    [
      'integers as halves',
      withWeight({ dtype: 'int32', quantization: { dtype: 'float16' } }),
      'of int32',
    ],
    ['a weight less', changed(({ weights }) => weights.pop()), 'have 16 bytes, and its shards 20'],
  ])('is refused with %s', async (_, text, message) => {
    const error = await read(text).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toContain(message);
  });

  it('takes a product of 0 elements for none', async () => {
    const text = changed(({ weights }) =>
      weights.push({ name: 'none', shape: [0, ...Array(99).fill(2 ** 52)], dtype: 'string' }),
    );
    expect((await read(text)).weights.at(-1)!.bytes).toBe(0);
  });
});
