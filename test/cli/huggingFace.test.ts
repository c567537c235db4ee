import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  interpolate,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  recogniseArchitecture,
  serializeSafetensors,
} from 'perm-lmc';
import { permuteFile, readCheckpoint } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { bert } from '../support/architectures/transformers/bert';
import { clip } from '../support/architectures/transformers/clip';
import { gpt2 } from '../support/architectures/transformers/gpt2';
import { llama } from '../support/architectures/transformers/llama';
import {
  drawWeights,
  type SmallTransformer,
} from '../support/architectures/transformers/smallTransformer';
import { t5 } from '../support/architectures/transformers/t5';
import { vit } from '../support/architectures/transformers/vit';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import { withNoise } from '../support/noise';
import { randomTensor } from '../support/randomTensor';
import { temporaryFolder } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();

/** One network, a copy of it with noise, and the copy with its units permuted. */
interface Pair {
  readonly a: Params;
  readonly copy: Params;
  readonly permuted: Params;
  /** The mean of the network and the copy. */
  readonly mean: Params;
}

function pairOf({ config, shapes }: SmallTransformer): Pair {
  const a = drawWeights(shapes);
  const copy = withNoise(a, 0.01, 3);
  const { spec } = recogniseArchitecture(a, { config });
  const permuted = permute(spec, copy, randomPermutations(spec, copy, { seed: 5 }));
  return { a, copy, permuted, mean: interpolate(a, copy, 0.5) };
}

/** Writes a folder as Transformers saves it; a division into shards is given by the number of tensors of each. */
async function writeFolder(
  name: string,
  params: Params,
  config: SmallTransformer['config'] | null,
  shards: readonly number[] = [],
): Promise<string> {
  mkdirSync(at(name));
  const put = (file: string, data: string | Uint8Array) =>
    writeFileSync(at(`${name}/${file}`), data);
  if (config !== null) put('config.json', JSON.stringify(config));
  const names = Object.keys(params);
  const weightMap: Record<string, string> = {};
  const files = shards.length === 0 ? [names.length] : shards;
  for (const [i, count] of files.entries()) {
    const own = names.splice(0, count);
    const file = shards.length === 0 ? 'model' : `model-0000${i + 1}-of-0000${shards.length}`;
    const part = Object.fromEntries(own.map((each) => [each, params[each]]));
    const metadata = { format: 'pt' };
    put(`${file}.safetensors`, await serializeSafetensors(part, { metadata }));
    for (const each of own) weightMap[each] = `${file}.safetensors`;
  }
  if (shards.length > 0) {
    const index = { metadata: { total_size: 0 }, weight_map: weightMap };
    put('model.safetensors.index.json', JSON.stringify(index));
  }
  return at(name);
}

/** Runs `merge` on two folders and reads its result. */
async function mergeOf(inputs: readonly string[], output: string, flags: readonly string[] = []) {
  const outcome = await run(['merge', ...inputs, '-o', at(output), ...flags]);
  expect(outcome.err.split('\n').filter((line) => line.includes('error'))).toEqual([]);
  expect(outcome.code, outcome.err).toBe(0);
  const { params } = await readCheckpoint(at(output));
  return { ...outcome, document: JSON.parse(outcome.out), merged: params };
}

/** The params with layer normalisations named as in the first versions of BERT. */
function oldNames(params: Params): Params {
  const renamed = (name: string) =>
    name.replace(/(?<=LayerNorm\.)weight$/, 'gamma').replace(/(?<=LayerNorm\.)bias$/, 'beta');
  return Object.fromEntries(Object.entries(params).map(([name, each]) => [renamed(name), each]));
}

async function expectMerged(merged: Params, mean: Params, tolerance = 1e-6): Promise<void> {
  expect(Object.keys(merged).sort()).toEqual(Object.keys(mean).sort());
  const ordered = Object.fromEntries(Object.keys(mean).map((name) => [name, merged[name]]));
  await expectSameParams(ordered, mean, tolerance);
}

const networks: readonly (readonly [string, SmallTransformer])[] = [
  ['llama', llama['llama, heads that share keys']],
  ['llama-tied', llama['llama, one head of keys']],
  ['gpt2', gpt2['gpt2, tied, bare names, with buffers']],
  ['bert', bert['for masked tokens']],
  ['t5', t5['with ReLU and a tied head']],
  ['vit', vit['for a class']],
  ['clip', clip['for similarities']],
];

describe('two folders of Hugging Face', () => {
  it.each(networks)(
    '%s: units that were permuted are found, and the mean is that of equal units',
    async (name, network) => {
      const { a, permuted, mean } = pairOf(network);
      const folders = [
        await writeFolder(`${name}-a`, a, network.config),
        await writeFolder(`${name}-b`, permuted, network.config),
      ];
      const { merged, document, err } = await mergeOf(folders, `${name}.safetensors`);
      expect(document.spec).toBe(network.config.model_type);
      expect(err).toBe('');
      await expectMerged(merged, mean);
      await expect(expectMerged(interpolate(a, permuted, 0.5), mean, 1e-3)).rejects.toThrow();
    },
  );
});

const [, tied] = networks[1];
const llamaPair = pairOf(tied);

describe('folders that differ', () => {
  const { a, permuted, mean } = llamaPair;
  const { config } = tied;

  it('in shards give shards, as one file does', async () => {
    const folders = [
      await writeFolder('shards-a', a, config, [4, 3, 100]),
      await writeFolder('shards-b', permuted, config),
    ];
    const { merged } = await mergeOf(folders, 'out.index.json');
    await expectMerged(merged, mean);
    const { weight_map } = JSON.parse(readFileSync(at('out.index.json'), 'utf8'));
    expect(new Set(Object.values(weight_map)).size).toBe(3);
  });

  it('in their format are merged as the same values', async () => {
    const folder = await writeFolder('bin-source', permuted, config);
    mkdirSync(at('bin-b'));
    writeFileSync(at('bin-b/config.json'), JSON.stringify(config));
    await permuteFile(
      permutationSpec({}, { unlisted: 'fixed' }),
      folder,
      {},
      at('bin-b/pytorch_model.bin'),
    );
    const first = await writeFolder('bin-a', a, config);
    const { merged } = await mergeOf([first, at('bin-b')], 'of-bin.safetensors');
    await expectMerged(merged, mean);
  });

  it('without config.json keep the order of heads, and say so', async () => {
    const folders = [
      await writeFolder('bare-a', a, null),
      await writeFolder('bare-b', permuted, null),
    ];
    const { document, err } = await mergeOf(folders, 'bare.safetensors');
    expect(document.spec).toBe('llama');
    expect(err).toMatch(/^perm-lmc: warning: .*config\.json/);
    const informed = [
      await writeFolder('informed-a', a, config),
      await writeFolder('informed-b', permuted, config),
    ];
    const { out } = await run(['align', ...informed]);
    const all = Object.keys(JSON.parse(out).groups);
    const known = Object.keys(document.matches[0].groups);
    expect(all).toEqual(expect.arrayContaining([...known, 'heads.0']));
    expect(known.filter((name) => name.startsWith('heads'))).toEqual([]);
  });

  it('by a tied head have a copy of the merged embeddings', async () => {
    const both = { ...a, 'lm_head.weight': tf.clone(a['model.embed_tokens.weight']) };
    const folders = [
      await writeFolder('head-a', both, config),
      await writeFolder('head-b', permuted, config),
    ];
    const { merged, document } = await mergeOf(folders, 'head.safetensors');
    expect(document.tied).toEqual({ 'lm_head.weight': 'model.embed_tokens.weight' });
    const embedding = mean['model.embed_tokens.weight'];
    await expectMerged(merged, { ...mean, 'lm_head.weight': embedding });
  });

  it('by the rows of a vocabulary are merged where it overlaps', async () => {
    const name = 'model.embed_tokens.weight';
    const more = randomTensor([3, a[name].shape[1]!], 9);
    const grown = { ...permuted, [name]: tf.concat([permuted[name], more]) };
    const folders = [
      await writeFolder('rows-a', a, config),
      await writeFolder('rows-b', grown, config),
    ];
    const refused = await run(['merge', ...folders, '-o', at('no')]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--embeddings')]);
    const flags = ['--embeddings', 'overlap'];
    const { merged, document } = await mergeOf(folders, 'rows.safetensors', flags);
    expect(document.resized).toEqual([name]);
    await expectMerged(merged, mean);
  });

  it.each([
    ['first', 0],
    ['second', 1],
  ])(
    'by old names of normalisations in the %s are merged, with the names of the first',
    async (name, old) => {
      const network = bert['for masked tokens'];
      const pair = pairOf(network);
      const given = [pair.a, pair.permuted].map((params, i) =>
        i === old ? oldNames(params) : params,
      );
      const folders = [
        await writeFolder(`${name}-old-a`, given[0], network.config),
        await writeFolder(`${name}-old-b`, given[1], network.config),
      ];
      const { merged, err } = await mergeOf(folders, `${name}-old.safetensors`);
      expect(err).toBe('');
      await expectMerged(merged, old === 0 ? oldNames(pair.mean) : pair.mean);
    },
  );

  it.each([
    ['a', 'kept'],
    ['b', 'leftOut'],
  ])('by position ids in %s alone have them %s', async (which, field) => {
    const network = bert['for masked tokens'];
    const pair = pairOf(network);
    const name = 'bert.embeddings.position_ids';
    const ids = { [name]: tf.range(0, 9, 1, 'int32') };
    const folders = [
      await writeFolder(`ids-${which}-a`, { ...pair.a, ...(which === 'a' && ids) }, network.config),
      await writeFolder(
        `ids-${which}-b`,
        { ...pair.permuted, ...(which === 'b' && ids) },
        network.config,
      ),
    ];
    const { merged, document } = await mergeOf(folders, `ids-${which}.safetensors`);
    expect(document[field]).toEqual([name]);
    await expectMerged(merged, { ...pair.mean, ...(which === 'a' && ids) });
  });
});
