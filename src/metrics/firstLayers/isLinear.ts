/** Kernels that are linear in each of their inputs. */
const LINEAR_IN_ONE = new Set(
  'ExpandDims GatherV2 Identity Multiply Reshape Reverse Slice StridedSlice Transpose'.split(' '),
);

/** Kernels that are linear in all of their inputs together. */
const LINEAR_IN_ALL = new Set('Add AddN Concat Pack Sub'.split(' '));

/**
 * True if the output of a kernel is linear in the inputs that are weights.
 *
 * @param weights - The number of inputs that are weights.
 * @param others - The number of inputs that are not.
 */
export function isLinear(kernel: string, weights: number, others: number): boolean {
  return LINEAR_IN_ALL.has(kernel) ? others === 0 : LINEAR_IN_ONE.has(kernel) && weights === 1;
}
