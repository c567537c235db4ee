/** Kernels that compute the same from the same inputs and attributes. */
const DETERMINISTIC = new Set(
  `Abs Add AddN AvgPool BatchMatMul Cast ClipByValue Concat Conv2D Equal Exp ExpandDims Fill GatherV2 Greater
   GreaterEqual Identity Less LessEqual LinSpace Log LogicalAnd LogicalNot LogicalOr Max MaxPool Maximum Mean Min
   Minimum MirrorPad Mod Multiply Neg NotEqual OneHot OnesLike Pack PadV2 Pow Range RealDiv Reciprocal Reshape
   ResizeBilinear ResizeNearestNeighbor Reverse Round Rsqrt Select Slice SpaceToBatchND SplitV Sqrt Square
   SquaredDifference StridedSlice Sub Sum Tile Transpose Unpack ZerosLike`.split(/\s+/),
);

/** Kernels that are linear in each of their inputs. */
const LINEAR_IN_ONE = new Set(
  'ExpandDims GatherV2 Identity Multiply Reshape Reverse Slice StridedSlice Transpose'.split(' '),
);

/** Kernels that are linear in all of their inputs together. */
const LINEAR_IN_ALL = new Set('Add AddN Concat Pack Sub'.split(' '));

/** True if the outputs of a kernel depend on its inputs and attributes alone. */
export function isDeterministic(kernel: string): boolean {
  return DETERMINISTIC.has(kernel);
}

/**
 * True if the output of a kernel is linear in the inputs that are weights.
 *
 * @param weights - The number of inputs that are weights.
 * @param others - The number of inputs that are not.
 */
export function isLinear(kernel: string, weights: number, others: number): boolean {
  return LINEAR_IN_ALL.has(kernel) ? others === 0 : LINEAR_IN_ONE.has(kernel) && weights === 1;
}
