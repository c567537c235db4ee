import type { Tensor } from '@tensorflow/tfjs-core';
import { pickTensor } from '../indexing/pickAlong';
import { type Call, unsupported } from '../operator';
import { applyMatrix } from './applyMatrix';
import { type ImageKernel, linearKernels, nearestKernels } from './imageKernel';
import { cubic, interpolationMatrix, linear } from './interpolationMatrix';
import { nearestPositions } from './nearestPositions';
import type { ResizeAxis } from './resizeAxes';
import { sourceCoordinates } from './sourceCoordinates';

/** The change of one axis: the kernels of tfjs that compute it, and its computation without them. */
export interface AxisResize extends ResizeAxis {
  readonly kernels: readonly ImageKernel[];
  compute(x: Tensor, axis: number): Tensor;
}

/** The change of one axis of a Resize or an Upsample. */
export function axisResize(call: Call, mode: string, resized: ResizeAxis): AxisResize {
  const standard = isRevised(call) ? 'half_pixel' : 'asymmetric';
  const transform = call.attributes.text('coordinate_transformation_mode', standard);
  const coordinates = sourceCoordinates(call, transform, resized);
  switch (mode) {
    case 'nearest':
      return nearest(call, resized, coordinates);
    case 'linear':
    case 'cubic':
      return interpolation(call, mode, resized, coordinates);
    default:
      throw unsupported(
        call,
        `the mode '${mode}'`,
        'Export the model with the mode nearest, linear or cubic',
      );
  }
}

/** True for the Resize that opset 11 revised. */
function isRevised({ op, opset }: Call): boolean {
  return op === 'Resize' && opset >= 11;
}

function nearest(call: Call, resized: ResizeAxis, coordinates: readonly number[]): AxisResize {
  // Older versions leave the rounding open. It is up for smaller images, as in onnxruntime.
  const older = resized.scale < 1 ? 'ceil' : 'floor';
  const standard = isRevised(call) ? 'round_prefer_floor' : older;
  const rounding = call.attributes.text('nearest_mode', standard);
  const positions = nearestPositions(call, rounding, coordinates, resized.size);
  return {
    ...resized,
    kernels: nearestKernels(positions, resized.size),
    compute: (x, axis) => pickTensor(x, axis, positions),
  };
}

function interpolation(
  { attributes }: Call,
  mode: 'linear' | 'cubic',
  resized: ResizeAxis,
  coordinates: readonly number[],
): AxisResize {
  const { size, made, scale } = resized;
  const isAveraged = attributes.number('antialias', 0) !== 0 && scale < 1;
  const filter = mode === 'linear' ? linear : cubic(attributes.number('cubic_coeff_a', -0.75));
  const settings = {
    shrink: isAveraged ? scale : 1,
    excludesOutside: attributes.number('exclude_outside', 0) !== 0,
  };
  return {
    ...resized,
    kernels: mode === 'linear' && !isAveraged ? linearKernels(coordinates, size) : [],
    compute: (x, axis) =>
      applyMatrix(x, axis, interpolationMatrix(coordinates, size, filter, settings), made),
  };
}
