import {
  add,
  cast,
  equal,
  expandDims,
  fill,
  gather,
  gatherND,
  mul,
  oneHot,
  range,
  reshape,
  scatterND,
  sub,
  sum,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../params/internal';
import type { GradientRule } from './gradientRule';

/** Rules of kernels that pick values by conditions and indices. */
export const selectionRules: Readonly<Record<string, GradientRule>> = {
  Select: {
    saves: ['condition'],
    gradients: ({ dy, inputs: { condition } }) => {
      const holds = () => cast(condition, 'float32');
      return { t: () => mul(dy, holds()), e: () => mul(dy, sub(1, holds())) };
    },
  },
  GatherV2: {
    saves: ['indices'],
    gradients: ({ dy, inputs: { x, indices }, attrs }) => ({
      x: () => {
        const axis = ((attrs.axis as number) + x.rank) % x.rank;
        return gatherGradient(dy, x.shape, indices, axis, (attrs.batchDims ?? 0) as number);
      },
    }),
  },
  GatherNd: {
    saves: ['indices'],
    gradients: ({ dy, inputs: { params, indices } }) => ({
      params: () => scatterND(indices, dy, params.shape),
    }),
  },
  ScatterNd: {
    saves: ['indices'],
    gradients: ({ dy, inputs: { indices } }) => ({ updates: () => gatherND(dy, indices) }),
  },
  UnsortedSegmentSum: {
    saves: ['segmentIds'],
    gradients: ({ dy, inputs: { segmentIds } }) => ({ x: () => gather(dy, segmentIds) }),
  },
  TensorScatterUpdate: {
    saves: ['indices'],
    gradients: ({ dy, inputs: { tensor, indices, updates } }) => ({
      updates: () => gatherND(dy, indices),
      tensor: () => {
        const replaced = scatterND(indices, fill(updates.shape, 1), tensor.shape);
        return mul(dy, cast(equal(replaced, 0), 'float32'));
      },
    }),
  },
  TopK: {
    savesOutput: true,
    gradients: ({ dy, outputs: [, indices], inputs: { x } }) => ({
      x: () => {
        const places = oneHot(cast(indices, 'int32'), x.shape.at(-1)!);
        return sum(mul(expandDims(dy, -1), places), -2);
      },
    }),
  },
};

/**
 * The gradient of x[..., indices, ...] on an axis: each row of dy is added to the row of x that it comes from. Axes
 * before the axis, other than those of the batch, are moved behind it.
 */
function gatherGradient(
  dy: Tensor,
  shape: readonly number[],
  indices: Tensor,
  axis: number,
  batchDims: number,
): Tensor {
  const [batch, outer, inner] = [
    shape.slice(0, batchDims),
    shape.slice(batchDims, axis),
    shape.slice(axis + 1),
  ];
  const [samples, size, picked] = [sizeOf(batch), shape[axis], indices.size / sizeOf(batch)];
  const columns = sizeOf(outer) * sizeOf(inner);
  const parts = reshape(dy, [samples, sizeOf(outer), picked, sizeOf(inner)]);
  const rows = reshape(transpose(parts, [0, 2, 1, 3]), [samples * picked, columns]);
  const flat = reshape(cast(indices, 'int32'), [samples, picked]);
  const starts = mul(reshape(range(0, samples, 1, 'int32'), [samples, 1]), size);
  const places = reshape(samples === 1 ? flat : add(flat, cast(starts, 'int32')), [-1, 1]);
  const sums = scatterND(cast(places, 'int32'), rows, [samples * size, columns]);
  const moved = reshape(sums, [samples, size, sizeOf(outer), sizeOf(inner)]);
  return reshape(transpose(moved, [0, 2, 1, 3]), [...shape]);
}
