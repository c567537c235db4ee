import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertRecord } from '../params/internal';
import { openGraph } from './graph/openGraph';
import { weightBytes } from './graph/weightValues';
import type { ExternalData } from './model/tensorSource';
import { type OnnxFiles, replacedWeights, replaceWeights } from './write/replaceWeights';
import { storedElements } from './write/storedElements';

/** Options of {@link writeOnnx}. */
export interface WriteOnnxOptions {
  /** The bytes of the files beside the model, by their locations as the model gives them. They are not changed. */
  externalData: ExternalData;
}

/**
 * Writes params into an ONNX file: the same file with other weights.
 *
 * Every other byte stays as it was, and weights keep their type: float, float16, bfloat16 (rounded once, ties to
 * even) or double. A tensor with several names stays one if they get the same values; otherwise the differing ones
 * become initializers of their own.
 *
 * @param bytes - The bytes of the file that gives the graph; they are not changed.
 * @param params - float32 tensors under the names of `onnxParams` or `onnxNetworks`. Weights that it lacks stay.
 * @returns The bytes of the new file.
 * @throws InvalidInputError when a name is not a weight of the model, a tensor has another shape or dtype, or the
 * weights are in another file that is not given.
 *
 * @example
 * ```ts given=onnxFiles
 * import { onnxParams, writeOnnx } from 'perm-lmc/onnx';
 *
 * const bytes = await writeOnnx(a, onnxParams(b)); // the graph of a with the weights of b
 * ```
 */
export function writeOnnx(bytes: Uint8Array, params: Params): Promise<Uint8Array>;
/**
 * Writes params into an ONNX file with external data: the same files with other weights. The bytes that hold
 * weights are copied before they are changed.
 *
 * @param bytes - The bytes of the .onnx file.
 * @param params - float32 tensors under the names of `onnxParams` or `onnxNetworks`. Weights that it lacks stay.
 * @param options - `externalData`, the bytes of the files beside it.
 * @returns The new bytes of the .onnx file and of the files beside it.
 * @throws InvalidInputError as without options.
 */
export function writeOnnx(
  bytes: Uint8Array,
  params: Params,
  options: WriteOnnxOptions,
): Promise<OnnxFiles>;
export async function writeOnnx(
  bytes: Uint8Array,
  params: Params,
  options?: WriteOnnxOptions,
): Promise<Uint8Array | OnnxFiles> {
  return named('writeOnnx', async () => {
    if (options) assertOptions(options, { externalData: true });
    const open = openGraph(bytes, options?.externalData);
    assertRecord('params', params);
    const weightOf = replacedWeights(open);
    const elements = new Map<string, Uint8Array>();
    for (const name of Object.keys(params)) {
      const weight = { ...weightOf(name), name };
      if (!options && weight.record.storage?.kind === 'external')
        throw notGiven(weight.record.storage);
      elements.set(name, await storedElements(weight, params, weightBytes(open.source, weight)));
    }
    const files = replaceWeights(open, elements);
    return options ? files : files.bytes;
  });
}

function notGiven({ location }: { readonly location: string }) {
  return invalid(
    `the model has weights in the file '${location}'`,
    `Pass { externalData: { '${location}': bytes } }; the result then has the new bytes of both`,
    { param: 'externalData' },
  );
}
