import type { Tensor } from '@tensorflow/tfjs-core';
import { isRecord } from '../checks';
import { invalid } from '../errors';
import type { LayersModelInput, ModelNetwork } from '../models';
import type { Params } from '../params';
import { sizeOf } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { type DisposableModel, type LoadModel, loadTfjsModel } from './loadTfjsModel';
import type { OpenTfjs } from './openTfjs';
import { withBoundedWeights } from './withBoundedWeights';

/** A model of tfjs on disk as a network. Parameters have the names of the file. */
export interface TfjsNetwork {
  /** New tensors; the caller disposes them. */
  readonly params: Params;
  /** The function of the model in inference. It runs until `close`. */
  readonly forward: (params: Params, x: LayersModelInput) => Output;
  readonly spec: PermutationSpec;
  readonly inputs: readonly TfjsInput[];
  /** The names of the outputs. */
  readonly outputs: readonly string[];
  /** Disposes the model. */
  readonly close: () => void;
}

/** The outputs of a model of tfjs: a tensor, or several. */
type Output = Tensor | Tensor[] | Record<string, Tensor>;

/** An input of a model of tfjs. */
interface TfjsInput {
  readonly name: string;
  readonly dtype: string;
  /** Its shape, with null or −1 for an open size; undefined if the rank is open. */
  readonly shape?: readonly (number | null)[];
}

/** Options of {@link tfjsNetwork}. */
export interface TfjsNetworkOptions {
  /** The shape of the input without the batch, for a model of one input that leaves sizes open. */
  readonly inputShape?: readonly number[];
  /** The layers or nodes at which the network ends. Default: the model's own outputs. */
  readonly outputs?: readonly string[];
}

/**
 * A model of tfjs on disk as a network, by running it on the current backend. `@tensorflow/tfjs-layers` or
 * `@tensorflow/tfjs-converter` is loaded from the user's installation.
 *
 * @param opened - The model's document and weights.
 */
export function tfjsNetwork(
  path: string,
  opened: Pick<OpenTfjs, 'document' | 'weights'>,
  options: TfjsNetworkOptions,
): Promise<TfjsNetwork> {
  return isGraph(opened.document)
    ? networkOfGraph(path, options)
    : networkOfLayers(path, opened, options);
}

function isGraph({ format, modelTopology }: OpenTfjs['document']): boolean {
  return format === 'graph-model' || (isRecord(modelTopology) && 'node' in modelTopology);
}

async function networkOfLayers(
  path: string,
  { weights }: Pick<OpenTfjs, 'weights'>,
  options: TfjsNetworkOptions,
): Promise<TfjsNetwork> {
  const { layers, loadLayersModel } = await imported(
    '@tensorflow/tfjs-layers',
    () => import('@tensorflow/tfjs-layers'),
  );
  const { layersModelNetwork } = await import('../models');
  const { fileNames } = await import('../models/internal');
  const most = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const load = (source: Parameters<typeof loadLayersModel>[0]) =>
    withBoundedWeights(layers.Layer, most, () => loadLayersModel(source));
  return networkOf(path, load, async (model) => {
    const stored = weights.map(({ name }) => name);
    const network = await layersModelNetwork<Tensor | Tensor[]>(model, options);
    return { ...namedByFile(network, fileNames(model, stored)), outputs: model.outputNames };
  });
}

async function networkOfGraph(path: string, options: TfjsNetworkOptions): Promise<TfjsNetwork> {
  const { loadGraphModel } = await imported(
    '@tensorflow/tfjs-converter',
    () => import('@tensorflow/tfjs-converter'),
  );
  const { graphModelNetwork } = await import('../models');
  return networkOf(path, loadGraphModel, async (model) => ({
    ...(await graphModelNetwork<Output>(model, options)),
    outputs: model.outputNodes,
  }));
}

/** Loads a model, and keeps it for the function of its network. */
async function networkOf<Model extends DisposableModel & Pick<TfjsNetwork, 'inputs'>>(
  path: string,
  load: LoadModel<Model>,
  networkIn: (model: Model) => Promise<Omit<TfjsNetwork, 'inputs' | 'close'>>,
): Promise<TfjsNetwork> {
  const model = await loadTfjsModel(path, load);
  const close = () => void model.dispose();
  try {
    return { ...(await networkIn(model)), inputs: model.inputs, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A package that is installed by users. */
async function imported<Package>(name: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load();
  } catch (cause) {
    throw invalid(
      `${name} cannot be loaded, which runs a model of tfjs`,
      `Run \`npm install ${name}\`, or pass a spec`,
      { cause },
    );
  }
}

/** A network with the names that its parameters have in the file. */
function namedByFile(
  { params, forward, spec }: ModelNetwork<LayersModelInput, Output>,
  names: ReadonlyMap<string, string>,
): ModelNetwork<LayersModelInput, Output> {
  const nameOf = (param: string) => names.get(param) ?? param;
  const renamed = <Value>(record: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(record).map(([param, own]) => [nameOf(param), own]));
  const own = Object.keys(params);
  const { derivation } = spec;
  return {
    params: renamed(params),
    forward: (given, x) =>
      forward(Object.fromEntries(own.map((param) => [param, given[nameOf(param)]])), x),
    spec: {
      ...spec,
      params: renamed(spec.params),
      ...(derivation && {
        derivation: {
          ...derivation,
          fixed: derivation.fixed.map((each) => ({ ...each, param: nameOf(each.param) })),
        },
      }),
    },
  };
}
