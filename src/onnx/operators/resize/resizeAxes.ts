import { axisOf, type Call, numbersAt, unsupported } from '../operator';

/** The change of the size of an axis. */
export interface ResizeAxis {
  readonly axis: number;
  readonly size: number;
  readonly made: number;
  /** The factor between positions; about made / size. */
  readonly scale: number;
}

/**
 * The axes of a shape that a Resize or an Upsample changes, from its scales or sizes.
 *
 * @param scales - The scales of all axes or of `axes`; empty if there are sizes.
 */
export function resizeAxes(
  call: Call,
  shape: readonly number[],
  scales: readonly number[],
): ResizeAxis[] {
  const { attributes } = call;
  const axes = attributes
    .numbers(
      'axes',
      shape.map((_, axis) => axis),
    )
    .map((axis) => axisOf(axis, shape.length));
  if (scales.length > 0) {
    return axes.map((axis, i) => {
      const size = shape[axis];
      const scale = Math.fround(scales[i]);
      return { axis, size, made: Math.floor(Math.fround(size * scale)), scale };
    });
  }
  const sizes = numbersAt(call, 3) ?? [];
  if (sizes.length !== axes.length) {
    throw unsupported(
      call,
      `${sizes.length} sizes for ${axes.length} axes`,
      'Export the model with a size or a scale for each axis',
    );
  }
  const policy = attributes.text('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') {
    return axes.map((axis, i) => {
      const size = shape[axis];
      return { axis, size, made: sizes[i], scale: Math.fround(sizes[i] / size) };
    });
  }
  const ratios = axes.map((axis, i) => sizes[i] / shape[axis]);
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return axes.map((axis) => {
    const size = shape[axis];
    return { axis, size, made: Math.round(ratio * size), scale: Math.fround(ratio) };
  });
}
