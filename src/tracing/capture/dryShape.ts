import { backend_util, broadcast_util } from '@tensorflow/tfjs-core';
import type { KernelCall } from './interceptKernels';

/**
 * The output shape of a kernel that takes long to run; null for other kernels. A trace replaces these kernels by
 * zeros, since labels depend on shapes alone.
 */
export function dryShape({ name, inputs, attrs }: KernelCall): readonly number[] | null {
  switch (name) {
    case 'Conv2D':
    case 'FusedConv2D':
      return convolutionShape(inputs.x.shape, inputs.filter.shape, attrs, false);
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
      return convolutionShape(inputs.x.shape, inputs.filter.shape, attrs, true);
    case 'Conv2DBackpropInput':
      return attrs.inputShape as number[];
    case 'BatchMatMul':
    case '_FusedMatMul':
      return productShape(inputs.a.shape, inputs.b.shape, attrs);
    default:
      return null;
  }
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
