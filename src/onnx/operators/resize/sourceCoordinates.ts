import { type Call, unsupported } from '../operator';
import type { ResizeAxis } from './resizeAxes';

/**
 * The position in the input of each position of the resized axis, by a `coordinate_transformation_mode`. Rounded to
 * float32 at each step like other runtimes, so that ties of nearest neighbours fall alike.
 */
export function sourceCoordinates(call: Call, mode: string, resized: ResizeAxis): number[] {
  const positionOf = transformOf(mode, resized);
  if (!positionOf) {
    throw unsupported(
      call,
      `the coordinates '${mode}'`,
      'Export the model with half_pixel, align_corners or asymmetric coordinates',
    );
  }
  return Array.from({ length: resized.made }, (_, x) => positionOf(x));
}

function transformOf(
  mode: string,
  { size, made, scale }: ResizeAxis,
): ((x: number) => number) | undefined {
  const round = Math.fround;
  const centred = (x: number) => round(round((x + 0.5) / scale) - 0.5);
  switch (mode) {
    case 'half_pixel':
      return centred;
    case 'pytorch_half_pixel':
      return made > 1 ? centred : () => 0;
    case 'half_pixel_symmetric': {
      const drawn = round(made / round(scale * size));
      const offset = round(round(size / 2) * round(1 - drawn));
      return (x) => round(round(offset + round((x + 0.5) / scale)) - 0.5);
    }
    case 'align_corners':
      return made > 1 ? (x) => round(round(x * (size - 1)) / (made - 1)) : () => 0;
    case 'asymmetric':
      return (x) => round(x / scale);
    case 'tf_half_pixel_for_nn':
      return (x) => round((x + 0.5) / scale);
    default:
      return undefined;
  }
}
