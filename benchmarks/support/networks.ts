import * as tf from '@tensorflow/tfjs-core';
import {
  mlpSpec,
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
  resnetSpec,
  vggSpec,
} from 'perm-lmc';

/** A network's spec and shapes: every group has the size `width`. */
export interface Architecture {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly width: (group: string) => number;
  /** The size of a fixed axis, by the parameter's name and the axis. */
  readonly fixed: (param: string, axis: number) => number;
}

/** 784 inputs, `hidden` layers of n units, 10 classes. */
export const mlp = (hidden: number, n: number): Architecture => ({
  name: `MLP ${hidden}×${n}`,
  spec: mlpSpec(hidden + 1),
  width: () => n,
  fixed: (param) => (param.startsWith('dense1/') ? 784 : 10),
});

/** ResNet-20 for CIFAR-10, with `times` as many channels. */
export const resnet20 = (times: number): Architecture => ({
  name: `ResNet-20 ×${times}`,
  spec: resnetSpec([3, 3, 3]),
  width: (group) =>
    16 * times * (group.startsWith('stage3') ? 4 : group.startsWith('stage2') ? 2 : 1),
  fixed: convolutional,
});

/** VGG-16 for CIFAR-10, with batch normalisation and one dense layer. */
export const vgg16: Architecture = {
  name: 'VGG-16',
  spec: vggSpec(16, { batchNorm: true, classifier: ['predictions'] }),
  width: (group) => [64, 128, 256, 512, 512][Number(group[4]) - 1],
  fixed: convolutional,
};

function convolutional(param: string, axis: number): number {
  if (/^(head|fc|predictions)/.test(param)) return 10;
  return axis < 2 && param.includes('shortcut') ? 1 : 3;
}

/** Weights with variance 1 / fan-in, scales near 1. */
export function initialise({ spec, width, fixed }: Architecture, seed: number): Params {
  return Object.fromEntries(
    Object.entries(spec.params)
      .filter(([name]) => !/conv\d?\/bias$/.test(name))
      .map(([name, { axes }], i) => {
        const shape = axes.map((axis, at) => {
          if (axis.kind === 'fixed') return fixed(name, at);
          const leaf = axis.kind === 'product' ? axis.factors[1] : axis;
          return leaf.kind === 'group' ? width(leaf.group) : 1;
        });
        const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
        const mean = /gamma|variance/.test(name) ? 1 : 0;
        const scale = 1 / Math.sqrt(fanIn) / (mean + 1);
        return [name, tf.randomNormal(shape, mean, scale, 'float32', 1000 * seed + i)];
      }),
  );
}

/** A with its units in a random order, plus noise of half of each weight's scale. */
export function noisyCopy(architecture: Architecture, a: Params): Params {
  return tf.tidy(() => {
    const { spec } = architecture;
    const moved = permute(spec, a, randomPermutations(spec, a, { seed: 3 }));
    const noise = initialise(architecture, 4);
    return Object.fromEntries(
      Object.entries(moved).map(([name, x]) => [
        name,
        /gamma|variance/.test(name) ? x : tf.add(x, tf.mul(noise[name], 0.5)),
      ]),
    );
  });
}
