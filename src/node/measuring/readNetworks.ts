import { invalid } from '../../errors';
import { checkpointIn } from '../checkpoints/checkpointIn';
import { formatOfFile } from '../checkpoints/formatOfFile';
import type { PrefixMappings } from '../checkpoints/renamedBy';
import { isOnnxPath } from '../isOnnxPath';
import type { GraphNetworks } from './graphNetworks';
import { readOnnxNetworks } from './readOnnxNetworks';
import { readTfjsNetworks } from './readTfjsNetworks';

/** Settings of {@link readNetworks}. */
export interface ReadNetworksSettings {
  /** The file with the graph of all networks; undefined to take the first of the files that has one. */
  readonly graph: string | undefined;
  /** The output of the graph that is compared with labels; undefined if the graph has one. */
  readonly networkOutput: string | undefined;
  /** The shape of the input without the batch, for sizes that the graph leaves open. */
  readonly inputShape?: readonly number[] | undefined;
  readonly renamePrefix: PrefixMappings;
  readonly signal: AbortSignal;
}

/**
 * Reads networks of one graph: ONNX files or models of tfjs, and checkpoints with the weights of the graph.
 *
 * @param paths - The files, [networks].
 * @returns New tensors; the caller disposes the params, and closes the networks.
 */
export async function readNetworks(
  paths: readonly string[],
  { graph, ...settings }: ReadNetworksSettings,
): Promise<GraphNetworks> {
  const own = graph ?? paths.find(isOnnxPath);
  const model = await tfjsModelAmong(own === undefined ? paths : [own]);
  if (model !== undefined) return readTfjsNetworks(model, paths, settings);
  if (own !== undefined) return readOnnxNetworks(own, paths, settings);
  throw invalid(
    'there is no graph: no file is an ONNX file or a model of tfjs',
    'Pass --forward model.onnx, an export of one of the networks; it serves all checkpoints',
    { param: 'forward' },
  );
}

/** The first model of tfjs among the files; undefined if there is none. */
async function tfjsModelAmong(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const file = await checkpointIn(path);
    const mayBe = file.toLowerCase().endsWith('.json');
    if (mayBe && (await formatOfFile(file)).name === 'tfjs') return file;
  }
  return undefined;
}
