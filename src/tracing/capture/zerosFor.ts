import {
  backend_util,
  broadcast_util,
  engine,
  getKernel,
  slice_util,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../params/internal';
import type { KernelCall } from './interceptKernels';

type Shapes = readonly (readonly number[])[];

/**
 * Zeros of the output shapes of a kernel that takes long to run; null for other kernels. A trace replaces these
 * kernels by zeros, since labels depend on shapes alone. Null also for inputs that do not fit the kernel, which then
 * throws its own error.
 */
export function zerosFor(call: KernelCall): Tensor | Tensor[] | null {
  const isFloat = Object.values(call.inputs).every((x) => !x || x.dtype === 'float32');
  const isKnown = isFloat && getKernel(call.name, engine().backendName);
  const shapes = isKnown ? outputShapesOf(call) : null;
  if (!shapes?.every((shape) => shape.every(Number.isInteger))) return null;
  const zeros = shapes.map((shape) =>
    engine().makeTensor(new Float32Array(sizeOf(shape)), [...shape], 'float32'),
  );
  return call.name === 'SplitV' ? zeros : zeros[0];
}

/** The output shapes of a kernel that takes long; null for other kernels. */
export function outputShapesOf({ name, inputs, attrs }: KernelCall): Shapes | null {
  switch (name) {
    case 'Conv2D':
    case 'FusedConv2D':
      return [convolutionShape(inputs.x.shape, inputs.filter.shape, attrs, false)];
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
      return [convolutionShape(inputs.x.shape, inputs.filter.shape, attrs, true)];
    case 'Conv2DBackpropInput':
      return [attrs.inputShape as number[]];
    case 'BatchMatMul':
    case '_FusedMatMul':
      return [productShape(inputs.a.shape, inputs.b.shape, attrs)];
    case 'Transpose':
      return [(attrs.perm as number[]).map((axis) => inputs.x.shape[axis])];
    case 'Slice':
      return [
        slice_util.parseSliceParams(
          inputs.x as Tensor,
          attrs.begin as number[],
          attrs.size as number[],
        )[1],
      ];
    case 'SplitV':
      return splitShapes(inputs.x as Tensor, attrs);
    default:
      return null;
  }
}

function splitShapes(x: Tensor, attrs: KernelCall['attrs']): Shapes {
  const axis = ((attrs.axis as number) + x.shape.length) % x.shape.length;
  return backend_util
    .prepareSplitSize(x, attrs.numOrSizeSplits as number[] | number, axis)
    .map((size) => x.shape.with(axis, size));
}

function convolutionShape(
  x: number[],
  filter: number[],
  attrs: KernelCall['attrs'],
  depthwise: boolean,
): number[] {
  const format = (attrs.dataFormat ?? 'NHWC') as 'NHWC' | 'NCHW';
  return backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides as number | [number, number],
    (attrs.dilations ?? 1) as number | [number, number],
    attrs.pad as 'same' | 'valid' | number,
    attrs.dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    depthwise,
    backend_util.convertConv2DDataFormat(format),
  ).outShape;
}

function productShape(a: number[], b: number[], attrs: KernelCall['attrs']): number[] {
  const rows = attrs.transposeA ? a.at(-1)! : a.at(-2)!;
  const columns = attrs.transposeB ? b.at(-2)! : b.at(-1)!;
  const batch = broadcast_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
  return [...batch, rows, columns];
}
