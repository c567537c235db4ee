import { batchToSpaceND, reshape, spaceToBatchND, transpose } from '@tensorflow/tfjs-core';
import type { GradientRule } from './gradientRule';

/** Rules of kernels that exchange blocks of pixels for channels or samples. */
export const rearrangingRules: Readonly<Record<string, GradientRule>> = {
  DepthToSpace: {
    gradients: ({ dy, inputs: { x }, attrs }) => ({
      x: () => {
        const [n, height, width, channels] = x.shape;
        const block = attrs.blockSize as number;
        const split = reshape(dy, [n, height, block, width, block, channels / block ** 2]);
        return reshape(transpose(split, [0, 1, 3, 2, 4, 5]), x.shape);
      },
    }),
  },
  SpaceToBatchND: {
    gradients: ({ dy, attrs }) => ({
      x: () => batchToSpaceND(dy, attrs.blockShape as number[], attrs.paddings as number[][]),
    }),
  },
  BatchToSpaceND: {
    gradients: ({ dy, attrs }) => ({
      x: () => spaceToBatchND(dy, attrs.blockShape as number[], attrs.crops as number[][]),
    }),
  },
};
