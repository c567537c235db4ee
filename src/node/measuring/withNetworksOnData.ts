import { dispose } from '@tensorflow/tfjs-core';
import { tensorsIn } from '../../params/internal';
import type { GraphNetworks } from './graphNetworks';
import type { TestLoss } from './labelsFor';
import { type ReadNetworksSettings, readNetworks } from './readNetworks';
import { readTestSet } from './readTestSet';
import type { TestSet } from './testSet';

/** Settings of {@link withNetworksOnData}. */
export interface NetworksOnDataSettings extends ReadNetworksSettings {
  /** The file with samples and labels. */
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
  const graph = await readNetworks(paths, settings);
  let set: TestSet | undefined;
  try {
    set = await readTestSet(data, graph.inputs, { loss, signal: settings.signal });
    return await work(graph, set);
  } finally {
    dispose([
      ...graph.networks.flatMap((params) => tensorsIn(params)),
      ...tensorsIn([set?.x, set?.y]),
    ]);
  }
}
