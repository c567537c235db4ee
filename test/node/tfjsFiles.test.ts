import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as tfconv from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  graphModelNetwork,
  interpolate,
  layersModelNetwork,
  layersModelParams,
  layersModelSpec,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  setLayersModelParams,
} from 'perm-lmc';
import {
  inspectCheckpoint,
  mergeFiles,
  permuteFile,
  readCheckpoint,
  readSafetensors,
  tfjsArtifacts,
  weightMatchFiles,
} from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { tfjsSpec } from '../../src/node/tfjsSpec';
import { temporaryFolder } from '../cli/checkpoints';
import { smallConvolution } from '../models/graphModels';
import { modelCases } from '../models/layersModels';
import { publishedFiles } from '../models/publishedModels';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameFunction, expectSameParams } from '../support/invariants';
import { changeJson, modelJson, saveModel, smallLayersModel, writeModel } from './tfjsModels';

await useBackend('wasm');
const at = temporaryFolder();
const loadLayers = (path: string) => tfl.loadLayersModel(tfjsArtifacts(path));
const loadGraph = (path: string) => tfconv.loadGraphModel(tfjsArtifacts(path));
const [modelA, modelB] = [smallLayersModel(1), smallLayersModel(2)];
const a = await saveModel(modelA, at('a/model.json'));
const b = await saveModel(modelB, at('b/model.json'));
const { spec: own, params: paramsA } = await layersModelNetwork(modelA);
const paramsB = layersModelParams(modelB);
const spec = await tfjsSpec(a, {});

const swap = { [spec.groups[0].name]: Int32Array.of(1, 0, 3, 2, 5, 4) };
/** The weights of a model in memory by their names in its file. */
const weightsOf = (model: tfl.LayersModel): Params =>
  Object.fromEntries(model.weights.map((each) => [each.originalName, each.read()]));

describe('the model.json of a LayersModel', () => {
  it('is listed with the names of the file', async () => {
    const { format, tensors } = await inspectCheckpoint(a);
    expect(format).toBe('tfjs');
    expect(tensors.map(({ name }) => name)).toEqual(
      modelA.weights.map((each) => each.originalName),
    );
    expect(tensors.map(({ dtype, shape }) => [dtype, ...shape])).toEqual(
      modelA.weights.map(({ shape }) => ['F32', ...shape]),
    );
  });

  it('is read as its weights, which straddle shards', async () => {
    const { params } = await readCheckpoint(dirname(a));
    await expectSameParams(params, weightsOf(modelA), 0);
    expect(readdirSync(dirname(a)).length).toBeGreaterThan(5);
  });

  it('gives the spec that the model in memory gives, in the names of the file', () => {
    expect(Object.keys(spec.params).sort()).toEqual(
      modelA.weights.map((each) => each.originalName).sort(),
    );
    expect(spec.groups).toEqual(own.groups);
    expect(Object.values(spec.params)).toEqual(Object.values(own.params));
  });

  it('is permuted into a model that tfjs loads and that computes the same', async () => {
    await permuteFile(spec, a, swap, at('permuted.json'));
    const permuted = await loadLayers(at('permuted.json'));
    const x = tf.randomNormal<tf.Rank.R2>([5, 4], 0, 1, 'float32', 7);
    const outputs = [modelA, permuted].map((model) => (model.predict(x) as tf.Tensor).dataSync());
    expect(greatest(outputs[0], outputs[1])).toBeLessThan(1e-5);
    const kernel = permuted.weights[0].read();
    expect(greatest(kernel.dataSync(), modelA.weights[0].read().dataSync())).toBeGreaterThan(0.01);
    permuted.dispose();
  });

  it('is merged with one whose layers have other numbers, as in memory', async () => {
    const { permutations } = await weightMatchFiles(spec, a, b);
    mkdirSync(at('merged'));
    await mergeFiles(spec, [a, b], [permutations], at('merged/model.json'), {
      statistics: 'interpolate',
    });
    const merged = await loadLayers(at('merged/model.json'));
    const mean = interpolate(paramsA, permute(own, paramsB, permutations), 0.5);
    await expectSameParams(layersModelParams(merged), mean, 1e-6);
    expect(readdirSync(at('merged'))).toEqual(['group1-shard1of1.bin', 'model.json']);
  });

  it('has a planted permutation undone', async () => {
    const planted = randomPermutations(own, paramsA, { seed: 3 });
    const moved = smallLayersModel(5);
    setLayersModelParams(moved, permute(own, paramsA, planted));
    const path = await saveModel(moved, at('moved/model.json'));
    const { permutations } = await weightMatchFiles(spec, a, path);
    await permuteFile(await tfjsSpec(path, {}), path, permutations, at('undone-model.json'));
    const undone = await loadLayers(at('undone-model.json'));
    await expectSameParams(layersModelParams(undone), paramsA, 0);
  });

  it('keeps the rest of the file', async () => {
    const path = await saveModel(smallLayersModel(1), at('kept/model.json'));
    changeJson(path, (json) => {
      json.userDefinedMetadata = { classes: ['a', 'b'] };
      json.trainingConfig = {
        loss: 'meanSquaredError',
        metrics: [],
        optimizer_config: { class_name: 'SGD', config: {} },
      };
    });
    await permuteFile(await tfjsSpec(path, {}), path, swap, at('rest.json'));
    const { weightsManifest: _, ...rest } = modelJson(at('rest.json'));
    const { weightsManifest: __, ...before } = modelJson(path);
    expect(rest).toEqual(before);
  });

  it('keeps the state of the optimizer, which is not listed', async () => {
    const trained = smallLayersModel(6);
    trained.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    await trained.trainOnBatch(tf.randomNormal([8, 4], 0, 1, 'float32', 1), tf.zeros([8, 3]));
    const path = await saveModel(trained, at('trained/model.json'));
    await permuteFile(await tfjsSpec(path, {}), path, swap, at('trained.json'));
    expect((await inspectCheckpoint(path)).tensors).toHaveLength(trained.weights.length);
    const loaded = await loadLayers(at('trained.json'));
    const states = [trained, loaded].map(async ({ optimizer }) =>
      (await optimizer.getWeights()).map(({ tensor }) => [...tensor.dataSync()]),
    );
    const [before, after] = await Promise.all(states);
    expect(after).toEqual(before);
    expect(after.length).toBeGreaterThan(5);
  });

  it('leaves no tensor behind when its spec is derived', async () => {
    await expectNoLeak(() => tfjsSpec(a, {}));
    await expectNoLeak(() => tfjsSpec(at('trained/model.json'), {}));
    await expectNoLeak(() => tfjsArtifacts(a).load());
  });

  it('becomes safetensors, and takes a second checkpoint of safetensors', async () => {
    await permuteFile(spec, a, swap, at('a.safetensors'));
    const { params } = await readSafetensors(at('a.safetensors'));
    expect(Object.keys(params).sort()).toEqual(Object.keys(spec.params).sort());
    const { permutations } = await weightMatchFiles(spec, a, at('a.safetensors'));
    await mergeFiles(spec, [a, at('a.safetensors')], [permutations], at('both.json'), {
      statistics: 'interpolate',
    });
    const both = await loadLayers(at('both.json'));
    await expectSameParams(layersModelParams(both), paramsA, 0);
  });

  it('is written over itself with shards of other names', async () => {
    const path = await saveModel(smallLayersModel(4), at('over/model.json'), 1000);
    const before = (await readCheckpoint(path)).params;
    await permuteFile(permutationSpec({}, { unlisted: 'fixed' }), path, {}, path, {
      overwrite: true,
    });
    expect(modelJson(path).weightsManifest[0].paths).toEqual(['v2-group1-shard1of1.bin']);
    await expectSameParams((await readCheckpoint(path)).params, before, 0);
  });

  it('is divided into shards of 4 MiB', async () => {
    const wide = tfl.sequential({
      layers: [tfl.layers.dense({ units: 1100, inputShape: [1000] })],
    });
    const path = await saveModel(wide, at('wide/model.json'), 2 ** 30);
    await permuteFile(permutationSpec({}, { unlisted: 'fixed' }), path, {}, at('wide.json'));
    expect(modelJson(at('wide.json')).weightsManifest[0].paths).toEqual([
      'wide-group1-shard1of2.bin',
      'wide-group1-shard2of2.bin',
    ]);
    expect(readFileSync(at('wide-group1-shard1of2.bin')).length).toBe(2 ** 22);
    const loaded = await loadLayers(at('wide.json'));
    await expectSameParams(layersModelParams(loaded), layersModelParams(wide), 0);
  });

  it('leaves no file behind when it is interrupted, and replaces none', async () => {
    mkdirSync(at('stopped'));
    const stop = new AbortController();
    const work = permuteFile(spec, a, swap, at('stopped/model.json'), {
      signal: stop.signal,
      onProgress: ({ done }) => done === 3 && stop.abort(),
    });
    await expect(work).rejects.toThrow('abort');
    expect(readdirSync(at('stopped'))).toEqual([]);
    writeFileSync(at('stopped/group1-shard1of1.bin'), 'mine');
    const refused = permuteFile(spec, a, swap, at('stopped/model.json'));
    await expect(refused).rejects.toThrow('there is already something');
    expect(readFileSync(at('stopped/group1-shard1of1.bin'), 'utf8')).toBe('mine');
    expect(readdirSync(at('stopped'))).toEqual(['group1-shard1of1.bin']);
  });
});

describe('the spec of a model.json', () => {
  const own = modelCases.filter(({ name }) => name !== 'a custom layer');
  it.each(own)('is that of the model in memory: $name', async ({ name, build }) => {
    const model = build();
    const path = await saveModel(model, at(`${name}/model.json`));
    const [derived, expected] = [await tfjsSpec(path, {}), await layersModelSpec(model)];
    expect(derived.groups).toEqual(expected.groups);
    expect(Object.values(derived.params)).toEqual(Object.values(expected.params));
    const { tensors } = await inspectCheckpoint(path);
    expect(Object.keys(derived.params).sort()).toEqual(tensors.map((each) => each.name).sort());
  });
});

describe('a published model of quantised weights', () => {
  it('is permuted without a change of its function', async () => {
    const path = publishedFiles('mobilenet_v2', at('published'));
    const spec = await tfjsSpec(path, {});
    const { params } = await readCheckpoint(path);
    const permutations = randomPermutations(spec, params, { seed: 1 });
    await permuteFile(spec, path, permutations, at('published.json'));
    const models = [await loadLayers(path), await loadLayers(at('published.json'))];
    const x = tf.randomUniform([1, 224, 224, 3], 0, 1, 'float32', 2);
    const [before, after] = models.map((model) => (model.predict(x) as tf.Tensor).dataSync());
    expect(greatest(before, after)).toBeLessThan(1e-4);
    expect(Math.max(...before)).toBeGreaterThan(0.1);
  });
});

describe('the model.json of a GraphModel', () => {
  it('is merged into a graph that computes the mean network', async () => {
    const [one, two] = [await smallConvolution(1), await smallConvolution(2)];
    const paths = [await saveGraph(one, 'g1'), await saveGraph(two, 'g2')];
    const graphSpec = await tfjsSpec(paths[0], {});
    expect(graphSpec.params['flat/shape']).toMatchObject({ optional: true });
    const { permutations } = await weightMatchFiles(graphSpec, paths[0], paths[1]);
    await mergeFiles(graphSpec, paths, [permutations], at('graph.json'));
    const merged = await loadGraph(at('graph.json'));
    const [n1, n2] = [await graphModelNetwork(one), await graphModelNetwork(two)];
    const mean = interpolate(n1.params, permute(n1.spec, n2.params, permutations), 0.5);
    const x = tf.randomNormal([3, 4, 4, 2], 0, 1, 'float32', 5);
    const found = (await graphModelNetwork(merged)).params;
    await expectSameFunction(n1.forward, mean, found, x, 1e-5);
  });
});

/** Saves a graph model, whose own save is only for LayersModels' handlers. */
async function saveGraph(model: tfconv.GraphModel, name: string): Promise<string> {
  return saveModel(model, at(`${name}/model.json`));
}

describe('quantised weights', () => {
  const plain = [
    {
      name: 'w8',
      shape: [3],
      dtype: 'float32',
      quantization: { dtype: 'uint8', scale: 0.1, min: -1 },
    },
    {
      name: 'w16',
      shape: [2],
      dtype: 'float32',
      quantization: { dtype: 'uint16', scale: 1e-3, min: 2 },
    },
    { name: 'half', shape: [4], dtype: 'float32', quantization: { dtype: 'float16' } },
    {
      name: 'count',
      shape: [2],
      dtype: 'int32',
      quantization: { dtype: 'uint8', scale: 2.5, min: -3 },
    },
    { name: 'text', shape: [2], dtype: 'string' },
    { name: 'mask', shape: [3], dtype: 'bool' },
    { name: 'wave', shape: [1], dtype: 'complex64' },
    { name: 'Adam/m', shape: [1], dtype: 'float32', group: 'optimizer' },
    { name: 'last', shape: [], dtype: 'float32' },
  ] as unknown as tf.io.WeightsManifestEntry[];
  const data = Buffer.concat([
    Uint8Array.of(0, 10, 255),
    new Uint8Array(Uint16Array.of(0, 65535).buffer),
    new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff).buffer), // 1, −2, 2⁻²⁴, 65504
    Uint8Array.of(1, 4),
    Uint8Array.of(2, 0, 0, 0, 104, 105, 0, 0, 0, 0), // 'hi', ''
    Uint8Array.of(1, 0, 1),
    new Uint8Array(Float32Array.of(1, 2).buffer),
    new Uint8Array(Float32Array.of(9).buffer),
    new Uint8Array(Float32Array.of(7).buffer),
  ]);
  const path = at('quantised/model.json');
  writeModel(path, { format: 'graph-model', modelTopology: { node: [] } }, plain, data, 7);

  it('are read as q · scale + min, and float16 exactly', async () => {
    const { params } = await readCheckpoint(path);
    const lists = Object.entries(params).map(([name, each]) => [
      name,
      each.dtype,
      [...each.dataSync()],
    ]);
    expect(lists).toEqual([
      ['w8', 'float32', [-1, 0, 24.5].map(Math.fround)],
      ['w16', 'float32', [2, 67.535].map(Math.fround)],
      ['half', 'float32', [1, -2, 2 ** -24, 65504]],
      ['count', 'int32', [0, 7]], // 1 · 2.5 − 3 = −0.5 → 0, 4 · 2.5 − 3 = 7
      ['mask', 'bool', [1, 0, 1]],
      ['last', 'float32', [7]],
    ]);
  });

  it('are written as float32, beside texts, complex numbers and the optimizer as they were', async () => {
    const move = permutationSpec({ w8: 'h' }, { unlisted: 'fixed' });
    await permuteFile(move, path, { h: Int32Array.of(2, 0, 1) }, at('plain.json'));
    const [{ weights }] = modelJson(at('plain.json')).weightsManifest;
    expect(weights.map(({ name }) => name)).toEqual(plain.map(({ name }) => name));
    expect(weights.some((each) => each.quantization)).toBe(false);
    await tf.setBackend('cpu'); // WebAssembly has no complex numbers.
    const artifacts = await tfjsArtifacts(at('plain.json')).load();
    const written = tf.io.decodeWeights(artifacts.weightData!, artifacts.weightSpecs!);
    const before = await tfjsArtifacts(path).load();
    const expected = tf.io.decodeWeights(before.weightData!, before.weightSpecs!);
    expect([...written.w8.dataSync()]).toEqual([24.5, -1, 0].map(Math.fround));
    for (const name of ['w16', 'half', 'count', 'text', 'mask', 'wave', 'Adam/m', 'last']) {
      expect([name, written[name].dtype, ...written[name].dataSync()]).toEqual([
        name,
        expected[name].dtype,
        ...expected[name].dataSync(),
      ]);
    }
  });
});

describe('a damaged model', () => {
  const refusals: [string, (path: string) => void, string][] = [
    [
      'a shard that is missing',
      (path) => changeJson(path, (json) => json.weightsManifest[0].paths.push('x.bin')),
      "its shard 'x.bin' is missing",
    ],
    [
      'a shard above the folder',
      (path) =>
        changeJson(path, (json) => {
          json.weightsManifest[0].paths[0] = '../a/group1-shard1of1.bin';
        }),
      'not a path inside the folder',
    ],
    [
      'an absolute shard',
      (path) =>
        changeJson(path, (json) => {
          json.weightsManifest[0].paths[0] = '/etc/passwd';
        }),
      'not a path inside the folder',
    ],
    [
      'a link out of the folder',
      (path) => {
        symlinkSync('/etc/passwd', join(dirname(path), 'link.bin'));
        changeJson(path, (json) => {
          json.weightsManifest[0].paths[0] = 'link.bin';
        });
      },
      'outside of the folder of the model',
    ],
    [
      'a shard that is a folder',
      (path) => {
        mkdirSync(join(dirname(path), 'sub'));
        changeJson(path, (json) => {
          json.weightsManifest[0].paths[0] = 'sub';
        });
      },
      'this is a folder, not a file',
    ],
    [
      'shards too short',
      (path) =>
        changeJson(path, (json) => {
          json.weightsManifest[0].weights[0].shape = [2 ** 40, 2 ** 40];
        }),
      'ends at byte',
    ],
    [
      'shards too long',
      (path) =>
        changeJson(path, (json) => {
          json.weightsManifest[0].weights.pop();
        }),
      'and its shards',
    ],
  ];
  it.each(refusals)('is refused with %s', async (name, damage, message) => {
    const path = await saveModel(modelA, at(`${name}/model.json`), 1e6);
    damage(path);
    const error = await inspectCheckpoint(path).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toContain(message);
    expect(error.message).toContain(`inspectCheckpoint: '${path}': `);
  });

  it('is refused by the loaders too, by name', async () => {
    const path = await saveModel(modelA, at('loaders/model.json'));
    writeFileSync(path, '{"weightsManifest": 1}');
    await expect(loadLayers(path)).rejects.toThrow('tfjsArtifacts: ');
  });
});

function greatest(one: ArrayLike<number>, other: ArrayLike<number>): number {
  return Math.max(...Array.from(one, (value, i) => Math.abs(value - other[i])));
}

it('the state of a match is refused where one of the shards was written again', async () => {
  const path = await saveModel(smallLayersModel(1), at('state/model.json'));
  const spec = permutationSpec({}, { unlisted: 'fixed' });
  const state = at('state/match.json');
  await weightMatchFiles(spec, path, path, { state });
  const [shard] = modelJson(path).weightsManifest[0].paths;
  utimesSync(at(`state/${shard}`), 1e9, 1e9);
  await expect(weightMatchFiles(spec, path, path, { state })).rejects.toThrow(
    'its first checkpoint differs',
  );
});
