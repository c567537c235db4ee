import { engine, type NamedTensorMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall } from '../capture/interceptKernels';

/** True if a kernel applies a fused nonlinearity to its result. */
export function hasFusedActivation({ attrs }: Pick<KernelCall, 'attrs'>): boolean {
  return (attrs.activation ?? 'linear') !== 'linear';
}

/** The result of a kernel before its fused nonlinearity. Runs the kernel without it. */
export function preActivation({ name, inputs, attrs }: KernelCall): TensorInfo {
  const { preluActivationWeights: _, ...rest } = inputs;
  return engine().runKernel(
    name,
    rest as NamedTensorMap,
    {
      ...attrs,
      activation: 'linear',
    } as never,
  ) as TensorInfo;
}
