import { type Call, unsupported } from '../operator';

/** The padding of each spatial axis, before and behind. */
export type SpatialPads = readonly (readonly [number, number])[];

/**
 * The padding of a convolution or a pooling by `pads` or `auto_pad`.
 *
 * @param sizes - The spatial sizes of the input.
 * @param window - The spatial sizes of the kernel.
 */
export function spatialPads(
  call: Call,
  sizes: readonly number[],
  window: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): SpatialPads {
  const { attributes } = call;
  const mode = attributes.text('auto_pad', 'NOTSET');
  if (mode === 'VALID') return sizes.map(() => [0, 0]);
  if (mode === 'NOTSET') {
    const pads = attributes.numbers('pads', undefined);
    return sizes.map((_, axis) => [pads?.[axis] ?? 0, pads?.[axis + sizes.length] ?? 0]);
  }
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') {
    throw unsupported(call, `auto_pad '${mode}'`, 'Export the model with explicit pads');
  }
  return sizes.map((size, axis) => {
    const steps = Math.ceil(size / strides[axis]);
    const reach = (window[axis] - 1) * dilations[axis] + 1;
    const total = Math.max(0, (steps - 1) * strides[axis] + reach - size);
    const less = Math.floor(total / 2);
    return mode === 'SAME_UPPER' ? [less, total - less] : [total - less, less];
  });
}
