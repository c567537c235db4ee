import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { product } from './lastAxis';
import type { PlantedFamily } from './plantedFamily';

/** The channels of the stream before and after each inverted residual, equal where it has a shortcut. */
const BOTTLENECKS = [
  [16, 16],
  [16, 24],
  [24, 24],
  [24, 24],
] as const;
const EXPANSION = 6;

/**
 * Inverted residuals as in MobileNetV2: 1 × 1 to six times the channels, a depthwise 3 × 3 convolution,
 * 1 × 1 back, a batch normalisation after each, and a shortcut where the channels stay.
 */
export const invertedResidual: PlantedFamily = {
  name: 'inverted residual',
  spec: permutationSpec({
    ...convolutionPatterns('stem', '_ _ _ r0', 'r0'),
    ...Object.assign(
      {},
      ...BOTTLENECKS.map((_, i) => {
        const [from, to] = [streamBefore(i), streamBefore(i + 1)];
        return {
          ...convolutionPatterns(`expand${i}`, `_ _ ${from} e${i}`, `e${i}`),
          ...convolutionPatterns(`depthwise${i}`, `_ _ e${i} _`, `e${i}`),
          ...convolutionPatterns(`project${i}`, `_ _ e${i} ${to}`, to),
        };
      }),
    ),
    head: `${streamBefore(BOTTLENECKS.length)} _`,
  }),
  shapes: {
    ...convolutionShapes('stem', [3, 3, 3, 16], 16),
    ...Object.assign(
      {},
      ...BOTTLENECKS.map(([input, output], i) => {
        const inner = EXPANSION * input;
        return {
          ...convolutionShapes(`expand${i}`, [1, 1, input, inner], inner),
          ...convolutionShapes(`depthwise${i}`, [3, 3, inner, 1], inner),
          ...convolutionShapes(`project${i}`, [1, 1, inner, output], output),
        };
      }),
    ),
    head: [24, 10],
  },
  inputShape: [8, 8, 3],
  forward: (params, x) =>
    tf.tidy(() => {
      const stem = tf.relu6(normalised(params, 'stem', convolved(x, params.stem)));
      const h = BOTTLENECKS.reduce<tf.Tensor>((h, _, i) => bottleneck(params, i, h), stem);
      return product(tf.mean(h, [1, 2]), params.head);
    }),
};

function bottleneck(params: Params, i: number, x: tf.Tensor): tf.Tensor {
  const [expand, depthwise, project] = [`expand${i}`, `depthwise${i}`, `project${i}`];
  const inner = tf.relu6(normalised(params, expand, convolved(x, params[expand])));
  const kernel = params[depthwise] as tf.Tensor4D;
  const filtered = tf.depthwiseConv2d(inner, kernel, 1, 'same');
  const outer = tf.relu6(normalised(params, depthwise, filtered));
  const y = normalised(params, project, convolved(outer, params[project]));
  const [input, output] = BOTTLENECKS[i];
  return input === output ? tf.add(x, y) : y;
}

/** The group of the stream in front of a bottleneck: a new one where the channels have changed. */
function streamBefore(i: number): string {
  const changes = BOTTLENECKS.slice(0, i).findLastIndex(([input, output]) => input !== output);
  return `r${changes + 1}`;
}

function convolutionPatterns(name: string, kernel: string, units: string): Record<string, string> {
  const leaves = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
  return {
    [name]: kernel,
    ...Object.fromEntries(leaves.map((leaf) => [`${name}/${leaf}`, units])),
  };
}

function convolutionShapes(
  name: string,
  kernel: readonly number[],
  units: number,
): Record<string, readonly number[]> {
  const names = Object.keys(convolutionPatterns(name, '', ''));
  return Object.fromEntries(names.map((each) => [each, each === name ? kernel : [units]]));
}

function convolved(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor4D {
  return tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
}

function normalised(params: Params, name: string, x: tf.Tensor): tf.Tensor4D {
  const [mean, variance, beta, gamma] = ['moving_mean', 'moving_variance', 'beta', 'gamma'].map(
    (leaf) => params[`${name}/${leaf}`] as tf.Tensor1D,
  );
  return tf.batchNorm(x as tf.Tensor4D, mean, variance, beta, gamma, 1e-3);
}
