import type { Params } from '../params';
import { nestedOffsets, sizeOf, stridesOf } from '../params/internal';
import { shapeOf, type TensorSource, type TracedCall } from '../tracing/internal';
import type { ChannelParameter } from './repairLayer';

/**
 * The parameter whose values a weight of a forward pass holds, unchanged or reshaped, transposed or sliced; null for
 * any other weight.
 *
 * @param channelOf - The channel of each of the weight's values, row-major.
 */
export function channelParameter(
  calls: readonly TracedCall[],
  params: Params,
  source: TensorSource,
  channelOf: Int32Array,
): ChannelParameter | null {
  if (source.kind === 'param') {
    const isWhole = params[source.name].size === channelOf.length;
    return isWhole ? { param: source.name, channelOf } : null;
  }
  if (source.kind !== 'call') return null;
  const { kernel, inputs, attrs } = calls[source.call];
  const [before] = Object.values(inputs);
  const shape = before && shapeOf(calls, params, before);
  if (!shape) return null;
  const at = positionsBefore(kernel, attrs, shape, calls[source.call].shapes, source.output);
  if (!at) return null;
  const size = sizeOf(shape);
  const moved = new Int32Array(size).fill(-1);
  at.forEach((position, i) => {
    moved[position] = channelOf[i];
  });
  return channelParameter(calls, params, before, moved);
}

/** The input position of each output value, for kernels that only move values; null for other kernels. */
function positionsBefore(
  kernel: string,
  attrs: Readonly<Record<string, unknown>>,
  shape: readonly number[],
  outputs: readonly (readonly number[])[],
  output: number,
): Int32Array | null {
  const strides = stridesOf(shape);
  const own = outputs[output];
  switch (kernel) {
    case 'Identity':
    case 'Reshape':
    case 'ExpandDims':
    case 'Cast':
      return nestedOffsets(own, stridesOf(own));
    case 'Transpose':
      return nestedOffsets(
        own,
        (attrs.perm as number[]).map((axis) => strides[axis]),
      );
    case 'Slice': {
      const begin = attrs.begin as number[];
      return nestedOffsets(own, strides, offsetOf(begin, strides));
    }
    case 'SplitV': {
      const axis = ((attrs.axis as number) + shape.length) % shape.length;
      const begin = outputs.slice(0, output).reduce((sum, each) => sum + each[axis], 0);
      return nestedOffsets(own, strides, begin * strides[axis]);
    }
    default:
      return null;
  }
}

function offsetOf(begin: readonly number[], strides: readonly number[]): number {
  return begin.reduce((sum, at, axis) => sum + at * strides[axis], 0);
}
