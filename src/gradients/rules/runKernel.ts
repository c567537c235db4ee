import { engine, type Tensor } from '@tensorflow/tfjs-core';
import type { DifferentiatedCall } from './gradientRule';

/** The attributes as tfjs types them. */
type Attributes = Parameters<ReturnType<typeof engine>['runKernel']>[2];

/** The first output of a kernel of the current backend that no operation of tfjs offers. */
export function runKernel(
  kernel: string,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: DifferentiatedCall['attrs'] = {},
): Tensor {
  return engine().runKernel(kernel, { ...inputs }, { ...attrs } as Attributes);
}
