import type { Shapes } from '../../params/internal';

/** The order of a kernel's axes: outputs first, as in PyTorch, or last, as in tfjs. */
export type KernelLayout = 'outputsFirst' | 'outputsLast';

/** A batch normalisation whose moving statistics are parameters, found by their names. */
export interface NamedNorm {
  /** The name of the layer: that of its parameters without the last component. */
  readonly layer: string;
  /** The parameter that holds the moving mean [channels]. */
  readonly mean: string;
  /** The parameter that holds the moving variance [channels]. */
  readonly variance: string;
  /** The layout of kernels in networks with these names. */
  readonly layout: KernelLayout;
}

/** The names of the moving mean and variance, and the layout that they go with. */
const NAMES = [
  ['running_mean', 'running_var', 'outputsFirst'],
  ['moving_mean', 'moving_variance', 'outputsLast'],
] as const;

const PATTERN = /^(|.*[./_:])(running_mean|moving_mean)(:\d+)?$/;

/**
 * The batch normalisations of a network: pairs `….running_mean` and `….running_var` (kernels with outputs first), or
 * `…/moving_mean` and `…/moving_variance` (outputs last), of one axis and the same size.
 */
export function namedNorms(shapes: Shapes): NamedNorm[] {
  return Object.keys(shapes).flatMap((mean) => {
    const [, prefix, leaf, suffix = ''] = PATTERN.exec(mean) ?? [];
    const names = NAMES.find(([first]) => first === leaf);
    if (!names) return [];
    const variance = prefix + names[1] + suffix;
    const isPair =
      Object.hasOwn(shapes, variance) &&
      shapes[mean].length === 1 &&
      shapes[variance].join() === shapes[mean].join();
    return isPair ? [{ layer: prefix.slice(0, -1), mean, variance, layout: names[2] }] : [];
  });
}
