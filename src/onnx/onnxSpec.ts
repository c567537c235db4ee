import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { PermutationSpec } from '../symmetry';
import { networkOfGraph, ONNX_NETWORK_OPTIONS, type OnnxNetworkOptions } from './onnxNetwork';

/**
 * The spec of an ONNX graph, for params as `onnxNetwork` and `onnxParams` read them.
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
