import { dispose } from '@tensorflow/tfjs-core';
import type { PermutationSpec } from '../symmetry';
import { networksOfGraphs } from './onnxNetworks';
import { openAlike } from './openTogether';
import type { OnnxFiles } from './write/replaceWeights';

/**
 * The spec of files that are used together, from the graph of the first: for the names of `openTogether`.
 *
 * @param inputShape - The shape of the input without the batch, for sizes that the graph leaves open.
 */
export async function specOfFiles(
  files: readonly OnnxFiles[],
  inputShape?: readonly number[],
): Promise<PermutationSpec> {
  const alike = openAlike(files) ? files : files.slice(0, 1);
  const { params, spec } = await networksOfGraphs(
    alike.map(({ bytes }) => bytes),
    { externalData: alike.map(({ externalData }) => externalData), inputShape },
  );
  dispose([...params]);
  return spec;
}
