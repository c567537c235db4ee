import { isTfjsDocument, type StoredWeight } from '../../io/internal';
import { aboutFile } from '../aboutFile';
import { listedWeights, type OpenTfjs, openTfjs } from '../openTfjs';
import { together } from '../together';
import type { CheckpointFormat, CheckpointTensor, StoredCheckpoint } from './checkpointFormat';
import { openEach } from './openEach';
import { sharedLayerNames } from './sharedLayerNames';
import { writeTfjs } from './writeTfjs';

/**
 * LayersModels and GraphModels of tfjs, by their `model.json`. Weights are read one by one, with quantisation undone.
 * Texts, complex numbers and the values of an optimizer are not listed. What is written is the model that was read,
 * with other weights.
 */
export const tfjsFormat: CheckpointFormat = {
  name: 'tfjs',
  extensions: ['.json'],
  isDocument: isTfjsDocument,
  open,
};

async function open(paths: readonly string[]): Promise<StoredCheckpoint[]> {
  const models = await openEach(paths, async (path) => ({
    ...(await openTfjs(path)),
    path,
  }));
  try {
    const [first] = models;
    return models.map((model) => storedModel(model.path, model, sharedLayerNames(first, model)));
  } catch (error) {
    await together(models).close();
    throw error;
  }
}

/**
 * A model as a checkpoint.
 *
 * @param names - The names of its listed weights.
 */
function storedModel(path: string, model: OpenTfjs, names: readonly string[]): StoredCheckpoint {
  return {
    metadata: {},
    files: model.shards,
    assertUnchanged: model.assertUnchanged,
    close: model.close,
    tensors: listedWeights(model).map((weight, i) => tensorOf(path, names[i], weight)),
    rewrite: (tensors, _metadata, destination) => writeTfjs(model, tensors, destination),
  };
}

function tensorOf(path: string, name: string, weight: StoredWeight): CheckpointTensor {
  const { listed, shape, read } = weight;
  return {
    ...{ name, dtype: listed!, shape, path },
    read: (yieldPoint) => aboutFile(path, () => read(yieldPoint)),
  };
}
