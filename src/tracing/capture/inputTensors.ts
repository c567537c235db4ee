import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelCall } from './interceptKernels';

/** The input tensors of a call by name, without those that are left out. */
export function inputTensors({ inputs }: KernelCall): [string, Tensor][] {
  return Object.entries(inputs).flatMap(([name, tensor]): [string, Tensor][] => {
    if (!tensor) return [];
    // Some kernels take a list under one name.
    if (Array.isArray(tensor)) return tensor.map((each, i) => [`${name}${i}`, each as Tensor]);
    return [[/^\d/.test(name) ? `x${name}` : name, tensor as Tensor]];
  });
}
