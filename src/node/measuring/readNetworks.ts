import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { listNames } from '../../checks';
import { about, invalid } from '../../errors';
import type { OnnxFiles, OnnxValue } from '../../onnx';
import { graphDifference, networksOfGraphs } from '../../onnx/internal';
import type { NetworkInput, Params } from '../../params';
import type { PrefixMappings } from '../checkpoints/renamedBy';
import { isOnnxPath } from '../isOnnxPath';
import { readOnnx } from '../readOnnx';
import { checkpointParams } from './checkpointParams';
import type { GraphNetworks } from './graphNetworks';
import type { GraphInput } from './testSet';

/** Settings of {@link readNetworks}. */
export interface ReadNetworksSettings {
  /** The ONNX file with the graph of all networks; undefined to take the first of the files that is one. */
  readonly graph: string | undefined;
  /** The output of the graph that is compared with labels; undefined if the graph has one. */
  readonly networkOutput: string | undefined;
  /** The shape of the input without the batch, for sizes that the graph leaves open. */
  readonly inputShape?: readonly number[] | undefined;
  readonly renamePrefix: PrefixMappings;
  readonly signal: AbortSignal;
}

/**
 * Reads networks of one graph: ONNX files, and safetensors checkpoints with the weights of the graph.
 *
 * @param paths - The files, [networks].
 * @returns New tensors; the caller disposes the params.
 */
export async function readNetworks(
  paths: readonly string[],
  {
    graph = paths.find(isOnnxPath),
    networkOutput,
    inputShape,
    renamePrefix,
    signal,
  }: ReadNetworksSettings,
): Promise<GraphNetworks> {
  if (graph === undefined) {
    throw invalid(
      'there is no graph: no file is an ONNX file',
      'Pass --forward model.onnx, an export of one of the networks; it serves all checkpoints',
      { param: 'forward' },
    );
  }
  const models = [...new Set([graph, ...paths.filter(isOnnxPath)])];
  const files: OnnxFiles[] = [];
  for (const path of models) files.push(await readOnnx(path, { signal }));
  assertSameGraphs(models, files);
  const options = {
    externalData: files.map(({ externalData }) => externalData),
    outputs: networkOutput === undefined ? undefined : [networkOutput],
    inputShape,
    anyBatch: true,
  };
  const bytes = files.map((file) => file.bytes);
  const read = await about(quotedList(models), () => networksOfGraphs<Tensor>(bytes, options));
  const open: Params[] = [...read.params];
  try {
    assertOneOutput(read.outputs);
    const networks: Params[] = [];
    for (const path of paths) {
      const at = models.indexOf(path);
      if (at < 0) open.push(await checkpointParams(path, open[0], renamePrefix, signal));
      networks.push(at < 0 ? open[open.length - 1] : open[at]);
    }
    for (const params of open) if (!networks.includes(params)) dispose(params);
    return {
      graph,
      networks,
      forward: read.forward as (params: Params, x: NetworkInput) => Tensor,
      spec: read.spec,
      inputs: read.inputs.map(graphInput),
      warnings: read.warnings,
    };
  } catch (error) {
    dispose(open);
    throw error;
  }
}

/** Throws unless the graphs of the files are that of the first. */
function assertSameGraphs(paths: readonly string[], files: readonly OnnxFiles[]): void {
  for (const [k, path] of paths.entries()) {
    const difference = k === 0 ? null : graphDifference(files[0], files[k]);
    if (difference === null) continue;
    throw invalid(
      `the graph of '${path}' is not that of '${paths[0]}': ${difference}`,
      'Export both models by the same program with the same settings',
      { param: 'files', received: path },
    );
  }
}

function quotedList(paths: readonly string[]): string {
  return paths.map((path) => `'${path}'`).join(' and ');
}

function assertOneOutput(outputs: readonly OnnxValue[]): void {
  if (outputs.length === 1) return;
  const names = outputs.map(({ name }) => name);
  throw invalid(
    `the graph has ${names.length} outputs: ${listNames(names)}`,
    'Pass the one that is compared with the labels: --network-output NAME',
    { param: 'outputs', received: names },
  );
}

/** An input of a graph with its type, and the size of its batch axis if that is fixed. */
function graphInput({ name, type, shape }: OnnxValue): GraphInput {
  const size = shape?.[0];
  return { name, dtype: dtypeOf(type), batch: typeof size === 'number' ? size : undefined };
}

function dtypeOf(type: string): GraphInput['dtype'] {
  if (type === '') return undefined;
  if (type === 'bool') return 'bool';
  return /float|double/.test(type) ? 'float32' : 'int32';
}
