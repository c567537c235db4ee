import { pickAxes } from '../label';
import { concat } from './concat';
import { einsum, matMul } from './contraction';
import { batchNorm, broadcast, select, shapeOnly, softmax, unary } from './elementwise';
import {
  gather,
  gatherNd,
  mirrorPad,
  oneHot,
  pad,
  reverse,
  slice,
  split,
  stridedSlice,
  tile,
  unstack,
} from './indexing';
import {
  alongAxis,
  type CodeAttrs,
  countingPositions,
  movingPositions,
  slicedCode,
  stridedCode,
  transposedCode,
} from './positions';
import { argument, ordered, reduction, topK } from './reduction';
import { reshape } from './reshape';
import type { KernelRule } from './rule';
import { scatter, segmentSum } from './scatter';
import {
  convolution,
  depthToSpace,
  depthwise,
  dilation,
  image,
  pooling,
  spaceBatch,
  transposedConvolution,
} from './spatial';
import { stack } from './stack';

/** The same values in another shape. */
const reshaped: KernelRule = ({ constraints, list: [{ label }], outputs }) => [
  reshape(constraints, label, outputs[0].shape),
];

const transposed: KernelRule = ({ list: [{ label }], attrs }) => {
  label.fresh = false;
  return [pickAxes(label, attrs.perm as number[])];
};

/**
 * The rule of a tfjs kernel; undefined if there is none. A kernel without a rule has its inputs pinned and its outputs
 * fixed.
 */
export function kernelRule(kernel: string): KernelRule | undefined {
  rules ??= new Map(listRules());
  return rules.get(kernel);
}

/** Made on first use, so that bundles of code that does not trace can leave the rules out. */
let rules: ReadonlyMap<string, KernelRule> | undefined;

const listRules = (): [string, KernelRule][] => [
  ...kernels(
    unary,
    `Abs Acos Acosh Asin Asinh Atan Atanh Ceil ClipByValue Cos Cosh Elu Erf Exp Expm1 Floor
     IsFinite IsInf IsNan LeakyRelu Log Log1p LogicalNot Neg Reciprocal Relu Relu6 Round
     Rsqrt Selu Sigmoid Sign Sin Sinh Softplus Sqrt Square Step Tan Tanh ComplexAbs Real Imag`,
  ),
  ...kernels(
    broadcast,
    `Add AddN Atan2 BitwiseAnd Complex Equal FloorDiv Greater GreaterEqual Less LessEqual LogicalAnd
     LogicalOr LogicalXor Maximum Minimum Mod Multiply NotEqual Pow Prelu RealDiv SquaredDifference Sub
     EluGrad`,
  ),
  ...moving(unary, 'Cast Identity'),
  ...kernels(shapeOnly, 'ZerosLike OnesLike'),
  ...kernels(select, 'Select'),
  ...kernels(batchNorm, 'FusedBatchNorm'),
  ...kernels(softmax, 'Softmax LogSoftmax'),
  ...kernels(matMul, 'BatchMatMul _FusedMatMul'),
  ...kernels(einsum, 'Einsum'),
  ...kernels(reduction, 'All Any Max Mean Min Prod Sum'),
  ...kernels(argument, 'ArgMax ArgMin'),
  ...kernels(topK, 'TopK'),
  ...kernels(ordered, 'Cumprod Cumsum FFT IFFT LRN'),
  ...moving(reshaped, 'ExpandDims Reshape'),
  ...moving(transposed, 'Transpose', transposedCode),
  ...kernels(convolution, 'Conv2D Conv3D FusedConv2D'),
  ...kernels(transposedConvolution, 'Conv2DBackpropInput Conv3DBackpropInputV2'),
  ...kernels(depthwise, 'DepthwiseConv2dNative FusedDepthwiseConv2D'),
  ...kernels(dilation, 'Dilation2D'),
  ...kernels(pooling, 'AvgPool AvgPool3D MaxPool MaxPool3D'),
  ...kernels(
    image,
    'CropAndResize FlipLeftRight ResizeBilinear ResizeNearestNeighbor RotateWithOffset Transform',
  ),
  ...kernels(spaceBatch, 'BatchToSpaceND SpaceToBatchND'),
  ...kernels(depthToSpace, 'DepthToSpace'),
  ...kernels(concat, 'Concat'),
  ...kernels(stack, 'Pack'),
  ...moving(unstack, 'Unpack', alongAxis),
  ...moving(split, 'SplitV', alongAxis),
  ...moving(slice, 'Slice', slicedCode),
  ...moving(stridedSlice, 'StridedSlice', stridedCode),
  ...kernels(reverse, 'Reverse'),
  ...kernels(pad, 'PadV2'),
  ...kernels(mirrorPad, 'MirrorPad'),
  ...kernels(tile, 'Tile'),
  ...named(gather, 'GatherV2'),
  ...kernels(gatherNd, 'GatherNd'),
  ...kernels(scatter, 'ScatterNd TensorScatterUpdate'),
  ...kernels(segmentSum, 'UnsortedSegmentSum'),
  ...named(oneHot, 'OneHot'),
];

/** Kernels that use positions of a moving axis as plain numbers. */
function kernels(rule: KernelRule, names: string): [string, KernelRule][] {
  return named(countingPositions(rule), names);
}

/** Kernels that rearrange values without changing them, so that positions stay positions. */
function moving(rule: KernelRule, names: string, codeAttrs?: CodeAttrs): [string, KernelRule][] {
  return named(movingPositions(rule, codeAttrs), names);
}

function named(rule: KernelRule, names: string): [string, KernelRule][] {
  return names.split(/\s+/).map((name) => [name, rule]);
}
