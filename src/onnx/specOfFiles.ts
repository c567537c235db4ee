import { dispose } from '@tensorflow/tfjs-core';
import type { PermutationSpec } from '../symmetry';
import { networksOfGraphs } from './onnxNetworks';
import { openAlike } from './openTogether';
import type { OnnxFiles } from './write/replaceWeights';

/** The spec of files that are used together, from the graph of the first: for the names of `openTogether`. */
export async function specOfFiles(files: readonly OnnxFiles[]): Promise<PermutationSpec> {
  const alike = openAlike(files) ? files : files.slice(0, 1);
  const { params, spec } = await networksOfGraphs(
    alike.map(({ bytes }) => bytes),
    { externalData: alike.map(({ externalData }) => externalData) },
  );
  dispose([...params]);
  return spec;
}
