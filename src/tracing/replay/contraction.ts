import type { TracedCall } from '../capture/trace';

/** The channels of a contraction's output, as axes of its kernel. */
export interface Contraction {
  /** The name of the call's input that is the kernel. */
  readonly kernel: string;
  /** The kernel's axes that are not contracted, in the order of the output. */
  readonly kernelAxes: readonly number[];
  /** The matching axes of the output, ascending. */
  readonly outputAxes: readonly number[];
}

/**
 * The contraction of a call whose inputs are a kernel and data; null for any other call.
 *
 * @param weights - The shapes of the inputs that are computed from parameters alone, by name.
 */
export function contractionOf(
  { kernel, attrs, shapes }: TracedCall,
  weights: ReadonlyMap<string, readonly number[]>,
): Contraction | null {
  const { length: rank } = shapes[0];
  const channels = attrs.dataFormat === 'NCHW' ? 1 : rank - 1;
  switch (kernel) {
    case 'Conv2D':
    case 'FusedConv2D':
    case 'Conv3D':
      return filter([rank - 1], channels);
    case 'DepthwiseConv2dNative':
    case 'FusedDepthwiseConv2D':
      return filter([2, 3], channels);
    case 'Conv2DBackpropInput':
    case 'Conv3DBackpropInputV2':
      return filter([rank - 2], channels);
    case 'BatchMatMul':
    case '_FusedMatMul':
      if (weights.has('a') === weights.has('b')) return null;
      return weights.has('a')
        ? matrix('a', attrs.transposeA ? -1 : -2, rank - 2)
        : matrix('b', attrs.transposeB ? -2 : -1, rank - 1);
    case 'Einsum':
      return einsum(String(attrs.equation), weights);
    default:
      return null;
  }

  function filter(kernelAxes: number[], outputAxis: number): Contraction | null {
    if (!weights.has('filter')) return null;
    return { kernel: 'filter', kernelAxes, outputAxes: [outputAxis] };
  }

  /** A matrix, or a batch of matrices with channels of their own. */
  function matrix(operand: string, own: number, outputAxis: number): Contraction {
    const shape = weights.get(operand)!;
    const batch = shape.slice(0, -2).flatMap((size, axis) => (size > 1 ? [axis] : []));
    return {
      kernel: operand,
      kernelAxes: [...batch, own + shape.length],
      outputAxes: [...batch.map((axis) => axis + rank - shape.length), outputAxis],
    };
  }
}

/** The contraction of an einsum of two operands, one of them a weight. The letters of the weight in the result are channels. */
function einsum(equation: string, weights: ReadonlyMap<string, unknown>): Contraction | null {
  const [terms, result] = equation.replace(/\s/g, '').split('->');
  const operands = terms.split(',');
  const kernels = operands.flatMap((_, i) => (weights.has(`x${i}`) ? [i] : []));
  if (operands.length !== 2 || kernels.length !== 1 || !result) return null;
  const letters = operands[kernels[0]];
  const outputAxes = [...result].flatMap((letter, axis) =>
    letters.includes(letter) ? [axis] : [],
  );
  const kernelAxes = outputAxes.map((axis) => letters.indexOf(result[axis]));
  return { kernel: `x${kernels[0]}`, kernelAxes, outputAxes };
}
