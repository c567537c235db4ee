import { invalid } from '../../errors';
import { checkpointIn } from '../checkpoints/checkpointIn';
import { formatOfFile } from '../checkpoints/formatOfFile';
import { isOnnxPath } from '../isOnnxPath';
import type { GraphNetworks } from './graphNetworks';
import type { ReadNetworksSettings } from './readNetworksSettings';
import { readOnnxNetworks } from './readOnnxNetworks';
import { readTfjsNetworks } from './readTfjsNetworks';

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
