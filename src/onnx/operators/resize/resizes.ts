import { type Tensor, zeros } from '@tensorflow/tfjs-core';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { pickTensor } from '../indexing/pickAlong';
import { type Call, inputAt, numbersAt, type Operators, unsupported } from '../operator';
import { applyMatrix } from './applyMatrix';
import { type ImageKernel, linearKernels, nearestKernels, runImageKernel } from './imageKernel';
import { cubic, interpolationMatrix, linear } from './interpolationMatrix';
import { nearestPositions } from './nearestPositions';
import { type ResizeAxis, resizeAxes } from './resizeAxes';
import { sourceCoordinates } from './sourceCoordinates';

/** Interpolations of axes, one after the other. The order of storage stays. */
export const resizes: Operators = {
  Resize: { run: resize, hostInputs: [1, 2, 3] },
  Upsample: { run: resize, hostInputs: [1] },
};

/** The change of one axis: the kernels that compute it, and its computation without them. */
interface AxisResize extends ResizeAxis {
  readonly kernels: readonly ImageKernel[];
  readonly compute: (x: Tensor, axis: number) => Tensor;
}

function resize(call: Call): Value {
  const value = inputAt(call, 0);
  const mode = call.attributes.text('mode', 'nearest');
  if (mode !== 'nearest' && value.dtype !== 'float32') {
    throw unsupported(call, 'integers between pixels', 'Export the model with floats');
  }
  const changes = resizeAxes(call, value.shape, scalesOf(call)).flatMap((resized) =>
    resized.size === resized.made && resized.scale === 1 ? [] : [changeOf(call, mode, resized)],
  );
  if (changes.length === 0) return value;
  const order = value.kind === 'tensor' ? value.order : [...value.shape.keys()];
  if (changes.some(({ made }) => made === 0)) {
    const sizes = value.shape.map(
      (size, axis) => changes.find((each) => each.axis === axis)?.made ?? size,
    );
    return tensorValue(zeros(sizes, value.dtype));
  }
  const inOrder = changes.toSorted((a, b) => order.indexOf(a.axis) - order.indexOf(b.axis));
  return tensorValue(changed(storedIn(value, order), order, inOrder), order);
}

/** The scales: an attribute of Upsample 7, input 1 of Upsample 9 and Resize 10, input 2 of Resize 11. */
function scalesOf(call: Call): readonly number[] {
  const index = call.op === 'Resize' && call.opset >= 11 ? 2 : 1;
  return numbersAt(call, index) ?? call.attributes.numbers('scales', []);
}

/** The tensor with all changes of axes made, two neighbouring axes at once where a kernel does both. */
function changed(x: Tensor, order: readonly number[], changes: readonly AxisResize[]): Tensor {
  const [first, second] = changes;
  if (!first) return x;
  const axis = order.indexOf(first.axis);
  const isNext = second && order[axis + 1] === second.axis;
  const isFloat = x.dtype === 'float32';
  const shared = isNext ? first.kernels.find((each) => second.kernels.includes(each)) : undefined;
  if (isFloat && shared) {
    const made = runImageKernel(shared, x, axis, [first.made, second.made]);
    return changed(made, order, changes.slice(2));
  }
  const [own] = first.kernels;
  const made = isFloat && own ? runImageKernel(own, x, axis, [first.made]) : first.compute(x, axis);
  return changed(made, order, changes.slice(1));
}

function changeOf(call: Call, mode: string, resized: ResizeAxis): AxisResize {
  const { attributes, opset } = call;
  const { size, made, scale } = resized;
  const isNew = call.op === 'Resize' && opset >= 11;
  const transform = attributes.text(
    'coordinate_transformation_mode',
    isNew ? 'half_pixel' : 'asymmetric',
  );
  const coordinates = sourceCoordinates(call, transform, resized);
  const hasAntialias = attributes.number('antialias', 0) !== 0 && scale < 1;
  if (mode === 'nearest') {
    const older = scale < 1 ? 'ceil' : 'floor';
    const rounding = attributes.text('nearest_mode', isNew ? 'round_prefer_floor' : older);
    const positions = nearestPositions(call, rounding, coordinates, size);
    return {
      ...resized,
      kernels: nearestKernels(positions, size),
      compute: (x, axis) => pickTensor(x, axis, positions),
    };
  }
  if (mode !== 'linear' && mode !== 'cubic') {
    throw unsupported(call, `the mode '${mode}'`, 'Export the model with nearest, linear or cubic');
  }
  const filter = mode === 'linear' ? linear : cubic(attributes.number('cubic_coeff_a', -0.75));
  const excludesOutside = attributes.number('exclude_outside', 0) !== 0;
  const settings = { shrink: hasAntialias ? scale : 1, excludesOutside };
  return {
    ...resized,
    kernels:
      mode === 'linear' && !hasAntialias && !excludesOutside
        ? linearKernels(coordinates, size)
        : [],
    compute: (x, axis) =>
      applyMatrix(x, axis, interpolationMatrix(coordinates, size, filter, settings), made),
  };
}
