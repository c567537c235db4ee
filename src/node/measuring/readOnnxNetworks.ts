import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { about, invalid } from '../../errors';
import type { OnnxFiles, OnnxValue } from '../../onnx';
import { graphDifference, networksOfGraphs } from '../../onnx/internal';
import type { NetworkInput, Params } from '../../params';
import { isOnnxPath } from '../isOnnxPath';
import { readOnnx } from '../readOnnx';
import { assertOneOutput } from './assertOneOutput';
import { checkpointParams } from './checkpointParams';
import type { GraphNetworks } from './graphNetworks';
import type { ReadNetworksSettings } from './readNetworksSettings';
import type { GraphInput } from './testSet';

/**
 * Reads networks of the graph of an ONNX file: ONNX files with the same graph, and checkpoints with its weights.
 *
 * @param graph - The path of the file.
 * @param paths - The files, [networks].
 * @returns New tensors; the caller disposes the params.
 */
export async function readOnnxNetworks(
  graph: string,
  paths: readonly string[],
  { networkOutput, inputShape, renamePrefix, signal }: Omit<ReadNetworksSettings, 'graph'>,
): Promise<GraphNetworks> {
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
    assertOneOutput(read.outputs.map(({ name }) => name));
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
      close: () => {},
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
