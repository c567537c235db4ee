import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tfconv from '@tensorflow/tfjs-converter';
import type { io } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A layer of a Keras configuration, as files of models hold it. */
export interface LayerConfig {
  readonly name: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** For each call of the layer, its inputs: [layer, call, output, arguments]. */
  readonly inbound_nodes: readonly (readonly [string, number, number, unknown])[][];
}

/** The configuration of a functional Keras model. */
export interface ModelConfig {
  readonly layers: readonly LayerConfig[];
  readonly output_layers: readonly [string, number, number][];
}

/** The names of the models of nsfwjs; the last is a graph model, the others are layers models. */
type PublishedModel = 'mobilenet_v2' | 'inception_v3' | 'mobilenet_v2_mid';

const require = createRequire(import.meta.url);

/**
 * The files of a model that nsfwjs carries: scripts that hold a model.json, and shards in base64. They are
 * read directly, since the package's own loader copies every character of a shard to a property. Nothing
 * else of nsfwjs is used: in package.json an override spares us its peer @tensorflow/tfjs, of 150 MB.
 */
function artifacts(name: PublishedModel): io.ModelArtifacts & { modelTopology: object } {
  const { json, shards } = filesOf(name);
  const { modelTopology, weightsManifest } = json;
  const bytes = Buffer.concat(shards.map(({ data }) => data));
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }: { weights: object[] }) => weights),
    weightData: new Uint8Array(bytes).buffer,
  };
}

function filesOf(name: PublishedModel) {
  const folder = join(dirname(require.resolve(`nsfwjs/models/${name}`)), '../../models', name);
  const scripts = readdirSync(folder).filter((file) => file.startsWith('group1'));
  return {
    json: require(join(folder, 'model.min.js')),
    shards: scripts.sort().map((file) => ({
      file: file.replace('.min.js', ''),
      data: Buffer.from(require(join(folder, file)), 'base64'),
    })),
  };
}

/** Writes a published model as files to a folder, and returns the path of its model.json. */
export function publishedFiles(name: PublishedModel, folder: string): string {
  const { json, shards } = filesOf(name);
  mkdirSync(folder, { recursive: true });
  for (const { file, data } of shards) writeFileSync(join(folder, file), data);
  writeFileSync(join(folder, 'model.json'), JSON.stringify(json));
  return join(folder, 'model.json');
}

/** A published LayersModel and the configuration that it was built from. */
export async function publishedLayersModel(
  name: 'mobilenet_v2' | 'inception_v3',
): Promise<{ model: tfl.LayersModel; config: ModelConfig }> {
  const files = artifacts(name);
  const topology = files.modelTopology as { model_config: { config: ModelConfig } };
  const config = structuredClone(topology.model_config.config);
  const model = await tfl.loadLayersModel({ load: async () => files });
  return { model, config };
}

/** A published GraphModel. */
export async function publishedGraphModel(): Promise<tfconv.GraphModel> {
  const files = artifacts('mobilenet_v2_mid');
  return tfconv.loadGraphModel({ load: async () => files });
}
