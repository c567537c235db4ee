import { io } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import { type OpenTfjs, openTfjs } from './openTfjs';

/** A source of a model for the loaders of tfjs, which take it in place of a URL. */
export interface TfjsArtifacts {
  /** Reads the model: its topology, its weights as they are stored, and the rest of its `model.json`. */
  readonly load: () => Promise<io.ModelArtifacts>;
}

/**
 * A model of tfjs on disk, for `loadLayersModel` and `loadGraphModel`. In Node, they take no path without tfjs-node.
 *
 * @param path - The `model.json` of a LayersModel or a GraphModel. Its shards are in the same folder or below.
 * @returns The source of the model. Files are read when a loader calls `load`, which can be used again.
 * @throws InvalidInputError from `load` if the file or its shards break a rule of the format, if a shard is missing or
 * outside of the folder, or if the sizes of weights and shards differ.
 *
 * @example
 * ```ts given=tfjsModel
 * import { loadLayersModel } from '@tensorflow/tfjs-layers';
 * import { tfjsArtifacts } from 'perm-lmc/node';
 *
 * const model = await loadLayersModel(tfjsArtifacts('model/model.json'));
 * model.dispose();
 * ```
 */
export function tfjsArtifacts(path: string): TfjsArtifacts {
  return { load: () => named('tfjsArtifacts', () => readArtifacts(path)) };
}

/** The contents of a model. Errors get the name of the public function that was called. */
export async function readArtifacts(path: string): Promise<io.ModelArtifacts> {
  const { document, weights, assertUnchanged, close } = await openTfjs(path);
  try {
    const artifacts = await artifactsOf(document, weights);
    await assertUnchanged();
    return artifacts;
  } finally {
    await close();
  }
}

function artifactsOf(
  document: OpenTfjs['document'],
  weights: OpenTfjs['weights'],
): Promise<io.ModelArtifacts> {
  const json = document as unknown as io.ModelJSON;
  return io.getModelArtifactsForJSON(json, async () => {
    const data = new Uint8Array(weights.reduce((sum, { bytes }) => sum + bytes, 0));
    let at = 0;
    for (const { bytes, readStored } of weights) {
      data.set(await readStored(), at);
      at += bytes;
    }
    const specs = weights.map(({ entry }) => entry as unknown as io.WeightsManifestEntry);
    return [specs, data.buffer];
  });
}
