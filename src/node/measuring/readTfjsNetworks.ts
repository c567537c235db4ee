import { dispose, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModelInput } from '../../models';
import type { Params } from '../../params';
import { createYieldPoint } from '../../runtime';
import { aboutFile } from '../aboutFile';
import { readTensors } from '../checkpoints/readTensors';
import { withCheckpoints } from '../checkpoints/withCheckpoints';
import { openTfjs } from '../openTfjs';
import { type TfjsNetwork, type TfjsNetworkOptions, tfjsNetwork } from '../tfjsNetwork';
import { assertOneOutput } from './assertOneOutput';
import { fittedParams } from './fittedParams';
import type { GraphNetworks } from './graphNetworks';
import type { ReadNetworksSettings } from './readNetworksSettings';
import type { GraphInput } from './testSet';

/**
 * Reads networks of the graph of a model of tfjs: models of the same architecture, and checkpoints with its weights.
 *
 * @param graph - The path of the `model.json`.
 * @param paths - The files, [networks].
 * @returns New tensors; the caller disposes the params, and closes the networks.
 */
export async function readTfjsNetworks(
  graph: string,
  paths: readonly string[],
  { networkOutput, inputShape, renamePrefix, signal }: Omit<ReadNetworksSettings, 'graph'>,
): Promise<GraphNetworks> {
  const outputs = networkOutput === undefined ? undefined : [networkOutput];
  const { params, forward, spec, inputs, ...model } = await openNetwork(graph, {
    inputShape,
    outputs,
  });
  try {
    if (outputs === undefined) assertOneOutput(model.outputs);
    const networks = await paramsOf([graph, ...paths], params, renamePrefix, signal);
    return {
      graph,
      networks,
      forward: (own, x) => onlyTensor(forward(own, x as LayersModelInput)),
      spec,
      inputs: inputs.map(graphInput),
      warnings: spec.derivation?.warnings ?? [],
      close: model.close,
    };
  } catch (error) {
    model.close();
    throw error;
  } finally {
    dispose(params);
  }
}

async function openNetwork(path: string, options: TfjsNetworkOptions): Promise<TfjsNetwork> {
  const opened = await openTfjs(path);
  try {
    const network = await aboutFile(path, () => tfjsNetwork(path, opened, options));
    await opened.assertUnchanged();
    return network;
  } finally {
    await opened.close();
  }
}

/** The params of all files but the first, whose names the others take. */
async function paramsOf(
  paths: readonly string[],
  like: Params,
  renamePrefix: ReadNetworksSettings['renamePrefix'],
  signal: AbortSignal,
): Promise<Params[]> {
  const yieldPoint = createYieldPoint(signal);
  const networks: Params[] = [];
  try {
    return await withCheckpoints(paths, { renamePrefix }, async ([, ...sources]) => {
      for (const source of sources) {
        const stored: Params = {};
        networks.push(stored);
        await readTensors(stored, source, yieldPoint);
        networks[networks.length - 1] = fittedParams(source.path, like, stored);
      }
      return networks;
    });
  } catch (error) {
    dispose(networks);
    throw error;
  }
}

/** The output of a network that has one. GraphModels may give it in a record, by its name. */
function onlyTensor(outputs: ReturnType<TfjsNetwork['forward']>): Tensor {
  return outputs instanceof Tensor ? outputs : Object.values(outputs)[0];
}

function graphInput({ name, dtype, shape }: TfjsNetwork['inputs'][number]): GraphInput {
  const batch = shape?.[0];
  return {
    name,
    dtype: dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : undefined,
    batch: typeof batch === 'number' && batch > 0 ? batch : undefined,
  };
}
