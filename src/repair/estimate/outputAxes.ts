import { lastWord } from './lastWord';
import type { KernelLayout } from './namedNorms';

/** The role of a kernel's axis for channels: its outputs, or the outputs of a transposed convolution. */
export type OutputRole = 'outputs' | 'transposed';

/** The axes of a kernel's outputs; none for a parameter that cannot be such a kernel. */
export function outputAxes(
  param: string,
  rank: number,
  layout: KernelLayout,
  role: OutputRole,
): readonly number[] {
  if (rank < 2) return [];
  const isTransposed = role === 'transposed';
  if (layout === 'outputsFirst') {
    if (isTransposed) return rank > 2 ? [1] : [];
    // PyTorch's exporter to ONNX stores some dense kernels transposed, as onnx::MatMul_12.
    return lastWord(param).includes('MatMul') ? [rank - 1] : [0];
  }
  if (isTransposed) return rank > 3 ? [rank - 2] : [];
  // A depthwise kernel [height, width, inputs, multiplier] has inputs × multiplier outputs.
  return lastWord(param).includes('depthwise') && rank > 2 ? [rank - 2, rank - 1] : [rank - 1];
}
