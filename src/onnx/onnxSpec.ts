import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { PermutationSpec } from '../symmetry';
import { networkOfGraph, ONNX_NETWORK_OPTIONS, type OnnxNetworkOptions } from './onnxNetwork';

/**
 * The spec of an ONNX graph, for params as `onnxNetwork` and `onnxParams` read them: derived by tracing one forward
 * pass and verified. It holds for every checkpoint with the same names and shapes, such as a state dict in
 * safetensors.
 *
 * @param bytes - The bytes of an .onnx file.
 * @param options - As for {@link onnxNetwork}.
 * @throws InvalidInputError as {@link onnxNetwork} does.
 *
 * @example
 * ```ts given=onnxFiles
 * import { formatSpec } from 'perm-lmc';
 * import { onnxSpec } from 'perm-lmc/onnx';
 *
 * formatSpec(await onnxSpec(a));
 * ```
 */
export async function onnxSpec(
  bytes: Uint8Array,
  options: OnnxNetworkOptions = {},
): Promise<PermutationSpec> {
  return named('onnxSpec', async () => {
    assertOptions(options, ONNX_NETWORK_OPTIONS);
    const { params, spec } = await networkOfGraph(bytes, options);
    dispose(params);
    return spec;
  });
}
