import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertRecord } from '../params/internal';
import { openGraph } from './graph/openGraph';
import { weightBytes } from './graph/weightValues';
import type { ExternalData } from './model/tensorSource';
import { type OnnxFiles, replacedWeight, replaceWeights } from './write/replaceWeights';
import { storedElements } from './write/storedElements';

/** Options of {@link writeOnnx}. */
export interface WriteOnnxOptions {
  /** The bytes of the files beside the model, by their locations as the model gives them. They are not changed. */
  externalData: ExternalData;
}

/**
 * Writes weights into an ONNX file.
 */
export function writeOnnx(bytes: Uint8Array, params: Params): Promise<Uint8Array>;
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
    const elements = new Map<string, Uint8Array>();
    for (const name of Object.keys(params)) {
      const weight = { ...replacedWeight(open, name), name };
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
