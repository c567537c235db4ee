import { invalid } from '../../../errors';
import { type Call, unsupported } from '../operator';

/** The padding of each spatial axis, before and behind. Negative padding crops. */
export type SpatialPads = readonly (readonly [number, number])[];

/** A window that slides over the spatial axes of an image. Each list has a number for each of them. */
export interface Window {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: SpatialPads;
}

/**
 * The window of a convolution or a pooling, by the attributes of its call.
 *
 * @param space - The spatial sizes of the input.
 * @param sizes - The sizes of the window.
 */
export function windowOf(call: Call, space: readonly number[], sizes: readonly number[]): Window {
  if (sizes.length !== space.length) {
    throw invalid(
      `its window [${sizes}] does not fit an input with the spatial sizes [${space}]`,
      'Export the model again',
      { param: 'bytes', received: sizes },
    );
  }
  const ones = space.map(() => 1);
  const strides = call.attributes.numbers('strides', ones);
  // A window of size 1 has no dilation.
  const dilations = call.attributes
    .numbers('dilations', ones)
    .map((dilation, axis) => (sizes[axis] === 1 ? 1 : dilation));
  const pads = padsOf(call, space, { sizes, strides, dilations });
  return { sizes, strides, dilations, pads };
}

/** The distance from the first to the last position of a window, plus 1, on each axis. */
export function reachOf({ sizes, dilations }: Pick<Window, 'sizes' | 'dilations'>): number[] {
  return sizes.map((size, axis) => (size - 1) * dilations[axis] + 1);
}

function padsOf(call: Call, space: readonly number[], window: Omit<Window, 'pads'>): SpatialPads {
  const mode = autoPad(call);
  if (mode === 'VALID') return space.map(() => [0, 0]);
  if (mode === 'NOTSET') return explicitPads(call, space.length);
  const reach = reachOf(window);
  return space.map((size, axis) => {
    const stride = window.strides[axis];
    const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach[axis] - size);
    return halves(total, mode);
  });
}

/** The mode of padding. */
export function autoPad(call: Call): 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER' {
  const mode = call.attributes.text('auto_pad', 'NOTSET') || 'NOTSET';
  if (mode === 'NOTSET' || mode === 'VALID' || mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    return mode;
  }
  throw unsupported(call, `auto_pad '${mode}'`, 'Export the model with explicit pads');
}

/** The pads in the attributes. */
export function explicitPads({ attributes }: Call, axes: number): SpatialPads {
  const pads = attributes.numbers('pads', undefined);
  return Array.from({ length: axes }, (_, axis) => [pads?.[axis] ?? 0, pads?.[axis + axes] ?? 0]);
}

/** A total of padding in two halves: an odd one is larger behind with SAME_UPPER, and before with SAME_LOWER. */
export function halves(total: number, mode: 'SAME_UPPER' | 'SAME_LOWER'): [number, number] {
  const less = Math.floor(total / 2);
  return mode === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
}
