import { slice_util, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorSource, TracedCall } from '../../capture/tracedCall';
import { axisOf } from '../rules/rule';
import type { Parts } from './laneTensor';

type Output = Extract<TensorSource, { kind: 'call' }>;

/** Outputs as equal parts of one tensor in order, by a split, by slices or by an unstacking; null if they are not. */
export function partsOf(
  outputs: readonly Output[],
  calls: readonly TracedCall[],
  shapeOf: (source: TensorSource) => readonly number[] | null,
): Parts | null {
  const own = outputs.map(({ call }) => calls[call]);
  const [{ kernel, inputs, index }] = own;
  const source = Object.values(inputs)[0];
  const shape = source && shapeOf(source);
  if (!shape || own.some((call) => call.kernel !== kernel)) return null;
  if (kernel === 'Slice') return partsBySlices(own, source, shape);
  const isWhole =
    own.every((call) => call.index === index) &&
    own[0].shapes.length === outputs.length &&
    outputs.every(({ output }, i) => output === i);
  if (!isWhole || !/^(SplitV|Unpack)$/.test(kernel)) return null;
  const axis = axisOf(own[0].attrs.axis, shape.length);
  const isDropped = kernel === 'Unpack';
  if (!isDropped && own[0].shapes.some((part) => part[axis] !== own[0].shapes[0][axis]))
    return null;
  return { kind: 'parts', source, axis, count: outputs.length, isDropped, calls: [index] };
}

function partsBySlices(
  calls: readonly TracedCall[],
  source: TensorSource,
  shape: readonly number[],
): Parts | null {
  const isSame = (other: TensorSource) => JSON.stringify(other) === JSON.stringify(source);
  if (!calls.every(({ inputs }) => isSame(Object.values(inputs)[0]))) return null;
  const count = calls.length;
  const axis = shape.findIndex((size, k) => calls[0].shapes[0][k] !== size);
  const isRow = calls.every(({ attrs, shapes: [part] }, i) => {
    const [begin] = slice_util.parseSliceParams(
      { shape: [...shape] } as Tensor,
      attrs.begin as number[],
      attrs.size as number[],
    );
    return part.every((size, k) =>
      k === axis ? size * count === shape[k] && begin[k] === i * size : size === shape[k],
    );
  });
  if (axis < 0 || !isRow) return null;
  const indices = calls.map(({ index }) => index);
  return { kind: 'parts', source, axis, count, isDropped: false, calls: indices };
}
