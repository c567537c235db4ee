import { eye, matMul, reshape, type Tensor, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import type { DifferentiatedCall, GradientRule } from './gradientRule';
import { runKernel } from './runKernel';

/**
 * The rule of a kernel that resizes images [n, height, width, c]. It is linear, and along rows and columns alike:
 * y = R x Cᵀ, so that ∂loss/∂x = Rᵀ dy C. (tfjs's kernel of the gradient is wrong for several images.)
 */
function resizing(kernel: string): GradientRule {
  return {
    gradients: ({ dy, inputs: { images }, attrs }) => ({
      images: () => {
        const [, height, width] = images.shape;
        const [, tall, wide] = dy.shape;
        const rows = alongAxis(dy, 1, resizingMatrix(kernel, height, tall, attrs));
        return alongAxis(rows, 2, resizingMatrix(kernel, width, wide, attrs));
      },
    }),
  };
}

/** Rᵀ [before, after] of y = R x: what the kernel makes of each unit vector, one a channel, transposed. */
function resizingMatrix(
  kernel: string,
  before: number,
  after: number,
  attrs: DifferentiatedCall['attrs'],
): Tensor2D {
  const images = reshape(eye(before), [1, before, 1, before]);
  const resized = runKernel(kernel, { images }, { ...attrs, size: [after, 1] });
  return transpose(reshape(resized, [after, before])) as Tensor2D;
}

/** The product of a matrix [before, after] with each line of an axis. */
function alongAxis(x: Tensor, axis: number, matrix: Tensor2D): Tensor {
  const order = x.shape.map((_, i) => i);
  [order[0], order[axis]] = [axis, 0]; // An exchange undoes itself.
  const lines = transpose(x, order);
  const moved = matMul(matrix, reshape(lines, [x.shape[axis], x.size / x.shape[axis]]));
  return transpose(reshape(moved, lines.shape.with(0, matrix.shape[0])), order);
}

/** Rules of kernels that resize images. */
export const resizingRules: Readonly<Record<string, GradientRule>> = {
  ResizeBilinear: resizing('ResizeBilinear'),
  ResizeNearestNeighbor: resizing('ResizeNearestNeighbor'),
};
