import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { mapParams } from '../../params/internal';
import type { KernelCall } from '../../tracing/internal';
import type { Expression } from './expression';

/**
 * The output of a kernel call as a function of the network. Inputs that are weights are those of the network, the
 * others stay as they are.
 *
 * @param of - The expression of an input.
 * @param hold - Returns an input that lives as long as the function is used.
 */
export function onNetworks(
  { name, inputs, attrs }: Pick<KernelCall, 'name' | 'inputs' | 'attrs'>,
  of: (tensor: TensorInfo) => Expression | null,
  hold: (tensor: Tensor) => Tensor,
): (network: Params) => Tensor {
  const ofInput = (input: Tensor | readonly Tensor[]): ((network: Params) => Tensor | Tensor[]) => {
    if (Array.isArray(input)) {
      const list = input.map(ofInput);
      return (network) => list.map((each) => each(network) as Tensor);
    }
    const tensor = input as Tensor;
    const expression = of(tensor);
    if (expression?.kind === 'weight') return expression.of;
    const own = hold(tensor);
    return () => own;
  };
  const run = (own: unknown) =>
    engine().runKernel(name, own as NamedTensorMap, attrs as NamedAttrMap) as Tensor;
  // Some kernels take a list instead of a record, others a list under one name.
  if (Array.isArray(inputs)) {
    const list = ofInput(inputs);
    return (network) => run(list(network));
  }
  const functions = mapParams(given(inputs), ofInput);
  return (network) => run(mapParams(functions, (each) => each(network)));
}

/** The inputs of a call without those that are left out. */
function given(inputs: KernelCall['inputs']): Record<string, Tensor | Tensor[]> {
  const all = Object.entries(inputs as Record<string, Tensor | Tensor[] | null | undefined>);
  return Object.fromEntries(all.flatMap(([name, input]) => (input ? [[name, input]] : [])));
}
