import { dispose } from '@tensorflow/tfjs-core';
import type { Params } from '../params';
import type { PermutationSpec } from '../symmetry';
import { networksOfGraphs } from './onnxNetworks';
import { openAlike } from './openTogether';
import type { OnnxFiles } from './write/replaceWeights';

/** Settings of {@link specOfFiles}. */
export interface SpecOfFilesSettings {
  /** The shape of the input without the batch, for sizes that the graph leaves open. */
  readonly inputShape?: readonly number[];
  /** True for the weights in which no unit may move. They are optional in the spec. */
  readonly isConstant?: (name: string) => boolean;
}

/** The spec of files that are used together, from the graph of the first: for the names of `openTogether`. */
export async function specOfFiles(
  files: readonly OnnxFiles[],
  { inputShape, isConstant = () => false }: SpecOfFilesSettings = {},
): Promise<PermutationSpec> {
  const alike = openAlike(files) ? files : files.slice(0, 1);
  const { params, spec } = await networksOfGraphs(
    alike.map(({ bytes }) => bytes),
    { externalData: alike.map(({ externalData }) => externalData), inputShape },
    isConstant,
  );
  dispose([...params]);
  return withConstants(spec, params[0], isConstant);
}

/** The spec with constants as optional parameters that are fixed, in the order of the params. */
function withConstants(
  spec: PermutationSpec,
  params: Params,
  isConstant: (name: string) => boolean,
): PermutationSpec {
  const all = Object.entries(params).map(([name, { shape }]) => {
    const axes = shape.map((size) => ({ kind: 'fixed', size }) as const);
    return [name, isConstant(name) ? { axes, optional: true } : spec.params[name]] as const;
  });
  return { ...spec, params: Object.fromEntries(all) };
}
