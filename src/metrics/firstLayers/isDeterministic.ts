/** Kernels that compute the same from the same inputs and attributes. */
const DETERMINISTIC = new Set(
  `Abs Add AddN AvgPool BatchMatMul Cast ClipByValue Concat Conv2D Equal Exp ExpandDims Fill GatherV2 Greater
   GreaterEqual Identity Less LessEqual LinSpace Log LogicalAnd LogicalNot LogicalOr Max MaxPool Maximum Mean Min
   Minimum MirrorPad Mod Multiply Neg NotEqual OneHot OnesLike Pack PadV2 Pow Range RealDiv Reciprocal Reshape
   ResizeBilinear ResizeNearestNeighbor Reverse Round Rsqrt Select Slice SpaceToBatchND SplitV Sqrt Square
   SquaredDifference StridedSlice Sub Sum Tile Transpose Unpack ZerosLike`.split(/\s+/),
);

/** True if the outputs of a kernel depend on its inputs and attributes alone. */
export function isDeterministic(kernel: string): boolean {
  return DETERMINISTIC.has(kernel);
}
