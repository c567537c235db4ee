import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as tfconv from '@tensorflow/tfjs-converter';
import type { io } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** Fields of a `model.json` that tests change. */
export interface ModelJson {
  modelTopology?: unknown;
  userDefinedMetadata?: unknown;
  weightsManifest: { paths: string[]; weights: io.WeightsManifestEntry[] }[];
  [field: string]: unknown;
}

/** A model with batch normalisation and a hidden layer, by `seed`. Its layers have automatic names. */
export function smallLayersModel(seed: number, width = 6): tfl.Sequential {
  const kernelInitializer = (own: number) =>
    tfl.initializers.randomNormal({ seed: 10 * seed + own });
  return tfl.sequential({
    layers: [
      tfl.layers.dense({
        units: width,
        inputShape: [4],
        activation: 'tanh',
        kernelInitializer: kernelInitializer(1),
        biasInitializer: kernelInitializer(2),
      }),
      tfl.layers.batchNormalization({ betaInitializer: kernelInitializer(3) }),
      tfl.layers.dense({ units: 3, kernelInitializer: kernelInitializer(4) }),
    ],
  });
}

/** Saves a model as `model.json` with shards of `shardBytes`, and returns the path. */
export async function saveModel(
  model: tfl.LayersModel | tfconv.GraphModel,
  path: string,
  shardBytes = 50,
): Promise<string> {
  let saved: io.ModelArtifacts | undefined;
  const handler: io.IOHandler = {
    async save(artifacts) {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  };
  await model.save(handler, { includeOptimizer: true });
  const { weightSpecs = [], weightData, ...rest } = saved!;
  writeModel(path, rest, weightSpecs, new Uint8Array(weightData as ArrayBuffer), shardBytes);
  return path;
}

/** Writes a `model.json` and its shards. */
export function writeModel(
  path: string,
  fields: object,
  weights: readonly io.WeightsManifestEntry[],
  data: Uint8Array,
  shardBytes = 50,
): void {
  const count = Math.max(Math.ceil(data.length / shardBytes), 1);
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  mkdirSync(dirname(path), { recursive: true });
  for (const [i, name] of paths.entries()) {
    const shard = data.subarray(i * shardBytes, (i + 1) * shardBytes);
    writeFileSync(join(dirname(path), name), shard);
  }
  const document = { ...fields, weightsManifest: [{ paths, weights: [...weights] }] };
  writeFileSync(path, JSON.stringify(document));
}

/** The contents of a `model.json`. */
export function modelJson(path: string): ModelJson {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Changes a `model.json`. */
export function changeJson(path: string, change: (json: ModelJson) => void): void {
  const json = modelJson(path);
  change(json);
  writeFileSync(path, JSON.stringify(json));
}
