import { dispose } from '@tensorflow/tfjs-core';
import { InvalidInputError, invalid } from '../../errors';
import type { Params } from '../../params';
import { tensorsIn } from '../../params/internal';
import { aboutFile } from '../aboutFile';
import { readNpz } from '../readNpz';
import { readSafetensors } from '../readSafetensors';
import type { GraphNetworks } from './graphNetworks';
import { inputsInBatches } from './inputsInBatches';
import type { TestLoss } from './labelsFor';
import { readNetworks } from './readNetworks';
import type { ReadNetworksSettings } from './readNetworksSettings';
import { readTestSet } from './readTestSet';
import type { TestSet } from './testSet';

/** Settings of {@link withNetworksOnData}. */
export interface NetworksOnDataSettings extends ReadNetworksSettings {
  /** The file with samples and labels: `.npz`, or else safetensors. */
  readonly data: string;
  /** The loss; undefined to choose it by the type of the labels. */
  readonly loss?: TestLoss | undefined;
}

/** Reads networks of one graph and a test set, runs work on them, and disposes them. */
export async function withNetworksOnData<Result>(
  paths: readonly string[],
  { data, loss, ...settings }: NetworksOnDataSettings,
  work: (graph: GraphNetworks, set: TestSet) => Promise<Result>,
): Promise<Result> {
  const arrays = await readArrays(data, settings.signal);
  let graph: GraphNetworks | undefined;
  let set: TestSet | undefined;
  try {
    graph = await networksFor(paths, data, arrays, settings);
    const own = graph;
    const inputs = await aboutFile(data, () => inputsInBatches(own, arrays));
    set = await readTestSet(data, arrays, inputs, loss);
    return await work(graph, set);
  } finally {
    graph?.close();
    dispose(tensorsIn([arrays, graph?.networks, set?.x, set?.y]));
  }
}

async function readArrays(path: string, signal: AbortSignal): Promise<Params> {
  if (path.toLowerCase().endsWith('.npz')) return readNpz(path, { signal });
  return (await readSafetensors(path, { signal })).params;
}

/** The networks. A graph that leaves sizes of its input open has those of the samples. */
async function networksFor(
  paths: readonly string[],
  data: string,
  arrays: Params,
  settings: ReadNetworksSettings,
): Promise<GraphNetworks> {
  if (settings.inputShape) return readNetworks(paths, settings);
  const inputShape = shapeOfSamples(arrays);
  try {
    return await readNetworks(paths, { ...settings, inputShape });
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.param !== 'inputShape') throw error;
    throw aboutFile(data, () =>
      invalid(
        `the samples have the shape [${inputShape}], without the batch, which the graph does not take: ${error.problem}`,
        "Save the samples in the layout of the graph's input",
        { param: 'x', received: inputShape, cause: error },
      ),
    );
  }
}

/** The shape of a sample if the file has samples for one input; undefined for several. */
function shapeOfSamples(arrays: Params): number[] | undefined {
  const inputs = Object.entries(arrays).filter(([name]) => name !== 'y');
  return inputs.length === 1 ? inputs[0][1].shape.slice(1) : undefined;
}
