import { type Tensor, zeros } from '@tensorflow/tfjs-core';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { type Call, inputAt, numbersAt, type Operators, unsupported } from '../operator';
import { type AxisResize, axisResize } from './axisResize';
import { runImageKernel } from './imageKernel';
import { resizeAxes } from './resizeAxes';

/** Interpolations of axes, one after the other. The order of storage stays. */
export const resizes: Operators = {
  Resize: { run: resize, hostInputs: [1, 2, 3] },
  Upsample: { run: resize, hostInputs: [1] },
};

function resize(call: Call): Value {
  const value = inputAt(call, 0);
  const mode = call.attributes.text('mode', 'nearest');
  if (mode !== 'nearest' && value.dtype !== 'float32') {
    throw unsupported(call, 'integers between pixels', 'Export the model with floats');
  }
  const changes = resizeAxes(call, value.shape, scalesOf(call)).flatMap((resized) =>
    resized.size === resized.made && resized.scale === 1 ? [] : [axisResize(call, mode, resized)],
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
