import * as tf from '@tensorflow/tfjs-core';
import { permutationSpec } from 'perm-lmc';
import { affine, product } from './lastAxis';
import type { PlantedFamily } from './plantedFamily';

/**
 * Two residual blocks: 10 inputs, a stream of 30 units, 50 inside each block, 10 outputs:
 *
 *     h_0 = x W      h_l = h_{l−1} + relu(h_{l−1} U_l + b_l) V_l + c_l      y = h_2 W'
 */
export const residual: PlantedFamily = {
  name: 'residual',
  spec: permutationSpec({
    in: '_ r',
    ...{ up1: 'r h1', 'up1/bias': 'h1', down1: 'h1 r', 'down1/bias': 'r' },
    ...{ up2: 'r h2', 'up2/bias': 'h2', down2: 'h2 r', 'down2/bias': 'r' },
    out: 'r _',
  }),
  shapes: {
    in: [10, 30],
    ...{ up1: [30, 50], 'up1/bias': [50], down1: [50, 30], 'down1/bias': [30] },
    ...{ up2: [30, 50], 'up2/bias': [50], down2: [50, 30], 'down2/bias': [30] },
    out: [30, 10],
  },
  inputShape: [10],
  forward: (params, x) =>
    tf.tidy(() => {
      const h = [1, 2].reduce<tf.Tensor>(
        (h, l) => tf.add(h, affine(params, `down${l}`, tf.relu(affine(params, `up${l}`, h)))),
        product(x, params.in),
      );
      return product(h, params.out);
    }),
};

/** The same with a first and a last layer of ones: the blocks alone tell the stream's units apart. */
export const uniformEnds: PlantedFamily = {
  ...residual,
  name: 'residual, uniform ends',
  ones: ['in', 'out'],
};
