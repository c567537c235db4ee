import { type Maps, strideOf } from './maps';
import type { Kernels } from './openKernels';
import type { ParameterLayout } from './parameterLayout';

/** The memory that a network is laid out in. */
export interface PlanOptions {
  readonly kernels: Kernels;
  readonly layout: ParameterLayout;
  /** Height and width of the images. */
  readonly size: number;
  /** The most blocks of one pass. */
  readonly blocks: number;
  /** The address of all parameters. */
  readonly weights: number;
  /** The address of their gradients; null for forward passes alone. */
  readonly gradient: number | null;
}

/** Memory for maps, and for their gradients if there are backward passes. */
export function reserveMaps(
  { kernels, blocks, gradient }: PlanOptions,
  sizes: Pick<Maps, 'size' | 'channels'>,
): Maps {
  const bytes = blocks * strideOf(sizes);
  const address = kernels.reserve(bytes);
  return { ...sizes, address, gradient: gradient === null ? 0 : kernels.reserve(bytes) };
}

/** The addresses of a parameter and of its gradient. */
export function parameterAt({ layout, weights, gradient }: PlanOptions, name: string) {
  const offset = 4 * layout.offsetOf(name);
  return { value: weights + offset, gradient: (gradient ?? 0) + offset };
}
