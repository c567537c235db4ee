import { writeFileSync } from 'node:fs';
import * as tfconv from '@tensorflow/tfjs-converter';
import * as tfl from '@tensorflow/tfjs-layers';
import { interpolate, layersModelNetwork, layersModelParams, permute, weightMatch } from 'perm-lmc';
import { readSafetensors, tfjsArtifacts } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { smallConvolution } from '../models/graphModels';
import { saveModel, smallLayersModel } from '../node/tfjsModels';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import { temporaryFolder } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();
const [modelA, modelB] = [smallLayersModel(1), smallLayersModel(2)];
const a = await saveModel(modelA, at('a/model.json'));
const b = await saveModel(modelB, at('b/model.json'));
const { spec, params: paramsA } = await layersModelNetwork(modelA);
const paramsB = layersModelParams(modelB);
const { permutations } = await weightMatch(spec, paramsA, paramsB, { engine: 'packed' });
const merged = interpolate(paramsA, permute(spec, paramsB, permutations), 0.5);

/** Runs a command that must succeed without a word, and returns its JSON document. */
async function done(...words: string[]) {
  const { code, out, err } = await run(words);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

const paramsIn = async (path: string) =>
  layersModelParams(await tfl.loadLayersModel(tfjsArtifacts(path)));

describe('perm-lmc with models of tfjs', () => {
  it('merges two by the spec of the topology, into a model.json', async () => {
    const words = ['--statistics', 'interpolate', '-o', at('merged.json')];
    const document = await done('merge', a, b, ...words);
    expect(document.spec).toBe(a);
    await expectSameParams(await paramsIn(at('merged.json')), merged, 1e-6);
  });

  it('takes a folder for the model in it', async () => {
    await done('align', at('a'), at('b'), '-o', at('p.json'));
    await done('permute', at('b'), '--permutations', at('p.json'), '-o', at('aligned.json'));
    const aligned = permute(spec, paramsB, permutations);
    await expectSameParams(await paramsIn(at('aligned.json')), aligned);
  });

  it('writes safetensors, which it takes beside a model', async () => {
    await done('permute', b, '--permutations', at('p.json'), '-o', at('b.safetensors'));
    const { params } = await readSafetensors(at('b.safetensors'));
    expect(Object.keys(params).length).toBe(Object.keys(paramsB).length);
    await done('merge', b, at('b.safetensors'), '-o', at('mixed.json'));
    await expectSameParams(await paramsIn(at('mixed.json')), paramsB, 1e-6);
  });

  it('derives a spec from a model and takes it from the file', async () => {
    await done('spec', a, '-o', at('spec.json'));
    await done('align', a, a, '--spec', at('spec.json'));
    expect((await done('align', a, a, '--spec', a)).spec).toBe(a);
  });

  it('merges graph models', async () => {
    const graphs = [1, 2].map(async (seed) =>
      saveModel(await smallConvolution(seed), at(`g${seed}/model.json`)),
    );
    await done('merge', ...(await Promise.all(graphs)), '-o', at('graph.json'));
    const model = await tfconv.loadGraphModel(tfjsArtifacts(at('graph.json')));
    expect(Object.keys(model.weights)).toContain('hidden/kernel');
  });

  it('says what a model that tfjs does not load needs', async () => {
    const layer = { class_name: 'MyOwnLayer', config: { name: 'x' } };
    const modelTopology = { class_name: 'Sequential', config: { name: 's', layers: [layer] } };
    const document = { format: 'layers-model', modelTopology, weightsManifest: [] };
    writeFileSync(at('own.json'), JSON.stringify(document));
    const { code, err } = await run(['spec', at('own.json')]);
    expect(code).toBe(2);
    expect(err).toContain('loading the model in tfjs failed');
    expect(err).toContain('derive the spec in a script');
  });

  it('needs a model first for a model.json', async () => {
    const { code, err } = await run([
      'permute',
      at('b.safetensors'),
      '--permutations',
      at('p.json'),
      '-o',
      at('x.json'),
      '--spec',
      at('spec.json'),
    ]);
    expect(code).toBe(2);
    expect(err).toContain('put a model of tfjs first');
  });
});
