import * as tf from '@tensorflow/tfjs-core';
import {
  mlpSpec,
  type Params,
  type PermutationSpec,
  type ResnetNames,
  resnetSpec,
  vggSpec,
} from 'perm-lmc';

/** A network of a preset family, small enough for a test. */
export interface TestNetwork {
  readonly name: string;
  readonly spec: PermutationSpec;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly inputShape: readonly number[];
}

/** Random params of the network's shapes; variances are positive, counters are integers. */
export function randomParams({ shapes }: TestNetwork, seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => {
        const size = [...shape];
        if (name.endsWith('num_batches_tracked')) return [name, tf.scalar(7, 'int32')];
        const fanIn = Math.max(
          1,
          size.reduce((product, n) => product * n, 1) / Math.max(1, ...size),
        );
        const values = tf.randomNormal(
          size,
          0,
          1 / Math.sqrt(fanIn),
          'float32',
          seed * 1000 + i + 1,
        );
        return [name, /var(iance)?$/.test(name) ? tf.add(tf.abs(values), 0.5) : values];
      }),
    ),
  );
}

/** An input batch for the network. */
export function randomInput({ inputShape }: TestNetwork, batch: number, seed: number): tf.Tensor {
  return tf.randomNormal([batch, ...inputShape], 0, 1, 'float32', seed);
}

/** The names of parameters in a layout, and its order of the axes of kernels. */
interface LayoutReader {
  kernel: (params: Params, name: string) => tf.Tensor;
  bias: (params: Params, name: string) => tf.Tensor | undefined;
  norm: (params: Params, name: string, x: tf.Tensor) => tf.Tensor;
}

const readers: Record<'tfjs' | 'pytorch', LayoutReader> = {
  tfjs: {
    kernel: (params, name) => params[`${name}/kernel`],
    bias: (params, name) => params[`${name}/bias`],
    norm: (params, name, x) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        params[`${name}/moving_mean`] as tf.Tensor1D,
        params[`${name}/moving_variance`] as tf.Tensor1D,
        params[`${name}/beta`] as tf.Tensor1D,
        params[`${name}/gamma`] as tf.Tensor1D,
        1e-5,
      ),
  },
  pytorch: {
    kernel: (params, name) => {
      const weight = params[`${name}.weight`];
      return tf.transpose(weight, weight.rank === 2 ? [1, 0] : [2, 3, 1, 0]);
    },
    bias: (params, name) => params[`${name}.bias`],
    norm: (params, name, x) => {
      // Without stored statistics those of the batch are used, as in training.
      const { mean, variance } = params[`${name}.running_mean`]
        ? { mean: params[`${name}.running_mean`], variance: params[`${name}.running_var`] }
        : tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        params[`${name}.bias`] as tf.Tensor1D,
        params[`${name}.weight`] as tf.Tensor1D,
        1e-5,
      );
    },
  },
};

/** x·W + b. */
export function dense(
  layout: 'tfjs' | 'pytorch',
  params: Params,
  name: string,
  x: tf.Tensor,
): tf.Tensor {
  const y = tf.matMul(x as tf.Tensor2D, readers[layout].kernel(params, name) as tf.Tensor2D);
  const bias = readers[layout].bias(params, name);
  return bias ? tf.add(y, bias) : y;
}

/** A convolution with the same zero padding on every side, as PyTorch pads; x is NHWC. */
export function convolution(
  layout: 'tfjs' | 'pytorch',
  params: Params,
  name: string,
  x: tf.Tensor,
  stride = 1,
): tf.Tensor {
  const kernel = readers[layout].kernel(params, name) as tf.Tensor4D;
  const padding = (kernel.shape[0] - 1) / 2;
  const y = tf.conv2d(x as tf.Tensor4D, kernel, stride, padding, 'NHWC', 1, 'floor');
  const bias = readers[layout].bias(params, name);
  return bias ? tf.add(y, bias) : y;
}

/** ReLU network of dense layers, from the flattened input. */
export function mlpForward(layout: 'tfjs' | 'pytorch', names: readonly string[]) {
  return (params: Params, x: tf.Tensor): tf.Tensor =>
    tf.tidy(() =>
      names.reduce(
        (h, name, i) => dense(layout, params, name, i === 0 ? h : tf.relu(h)),
        tf.reshape(x, [x.shape[0], -1]),
      ),
    );
}

/** Convolutions with batch norm and 2 × 2 max pooling after each, then the mean over positions and `fc`. */
export function convBnForward(params: Params, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    let h = tf.reshape(x, [-1, 28, 28, 1]) as tf.Tensor;
    for (let i = 1; i <= 3; i++) {
      h = readers.pytorch.norm(params, `bn${i}`, convolution('pytorch', params, `conv${i}`, h));
      h = tf.maxPool(tf.relu(h) as tf.Tensor4D, 2, 2, 'valid');
    }
    return dense('pytorch', params, 'fc', tf.mean(h, [1, 2]));
  });
}

/** The names of the ResNet-8 among the fixtures. */
export const resnet8Names: Partial<ResnetNames> = {
  stem: { conv: 'conv', norm: 'bn' },
  block: (_stage, _block, index) => `blocks.${index}.`,
  shortcut: { conv: 'shortcut.0', norm: 'shortcut.1' },
};

/** The blocks and the names of a residual network. */
interface ResnetShape {
  layout: 'tfjs' | 'pytorch';
  stages: readonly number[];
  convolutions: 2 | 3;
  stem: readonly [conv: string, norm: string];
  prefix: (stage: number, block: number, index: number) => string;
  shortcut: readonly [conv: string, norm: string];
  head: string;
}

/** A residual network with batch norm; x is NHWC. The first block of later stages has stride 2. */
function resnetForward({
  layout,
  stages,
  convolutions,
  stem,
  prefix,
  shortcut,
  head,
}: ResnetShape) {
  const { norm, kernel } = readers[layout];
  const has = (params: Params, name: string) =>
    Object.hasOwn(params, `${name}.weight`) || Object.hasOwn(params, `${name}/kernel`);
  return (params: Params, x: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      let h = tf.relu(norm(params, stem[1], convolution(layout, params, stem[0], x)));
      let index = 0;
      stages.forEach((count, stage) => {
        for (let block = 0; block < count; block++) {
          const at = prefix(stage, block, index++);
          const stride = block === 0 && stage > 0 ? 2 : 1;
          // The 3 × 3 convolution that strides: the first of a basic block, the second of a bottleneck.
          let y = h;
          for (let i = 1; i <= convolutions; i++) {
            const strided = i === (convolutions === 2 ? 1 : 2) ? stride : 1;
            y = norm(
              params,
              `${at}bn${i}`,
              convolution(layout, params, `${at}conv${i}`, y, strided),
            );
            if (i < convolutions) y = tf.relu(y);
          }
          const projection = `${at}${shortcut[0]}`;
          const skip = has(params, projection)
            ? norm(
                params,
                `${at}${shortcut[1]}`,
                tf.conv2d(
                  h as tf.Tensor4D,
                  kernel(params, projection) as tf.Tensor4D,
                  stride,
                  'valid',
                ),
              )
            : h;
          h = tf.relu(tf.add(y, skip));
        }
      });
      return dense(layout, params, head, tf.mean(h, [1, 2]));
    });
}

/** The ResNet-8 of the fixtures. */
export function resnet8Forward(params: Params, x: tf.Tensor): tf.Tensor {
  const forward = resnetForward({
    layout: 'pytorch',
    stages: [1, 1, 1],
    convolutions: 2,
    stem: ['conv', 'bn'],
    prefix: (_stage, _block, index) => `blocks.${index}.`,
    shortcut: ['shortcut.0', 'shortcut.1'],
    head: 'fc',
  });
  return tf.tidy(() => forward(params, tf.reshape(x, [-1, 28, 28, 1])));
}

/** The shapes of a batch norm's parameters. */
function normShapes(
  layout: 'tfjs' | 'pytorch',
  name: string,
  units: number,
): Record<string, number[]> {
  return layout === 'tfjs'
    ? {
        [`${name}/gamma`]: [units],
        [`${name}/beta`]: [units],
        [`${name}/moving_mean`]: [units],
        [`${name}/moving_variance`]: [units],
      }
    : {
        [`${name}.weight`]: [units],
        [`${name}.bias`]: [units],
        [`${name}.running_mean`]: [units],
        [`${name}.running_var`]: [units],
        [`${name}.num_batches_tracked`]: [],
      };
}

function layerShapes(
  layout: 'tfjs' | 'pytorch',
  name: string,
  [size, input, output]: readonly [number | null, number, number],
  bias: boolean,
): Record<string, number[]> {
  const spatial = size === null ? [] : [size, size];
  return layout === 'tfjs'
    ? {
        [`${name}/kernel`]: [...spatial, input, output],
        ...(bias && { [`${name}/bias`]: [output] }),
      }
    : {
        [`${name}.weight`]: [output, input, ...spatial],
        ...(bias && { [`${name}.bias`]: [output] }),
      };
}

function mlp(layout: 'tfjs' | 'pytorch'): TestNetwork {
  const widths = [6, 9, 7, 4];
  const names = layout === 'tfjs' ? ['dense1', 'dense2', 'dense3'] : ['fc1', 'fc2', 'fc3'];
  return {
    name: `MLP, ${layout}`,
    spec: mlpSpec(3, { layout }),
    shapes: Object.assign(
      {},
      ...names.map((name, i) => layerShapes(layout, name, [null, widths[i], widths[i + 1]], true)),
    ),
    forward: mlpForward(layout, names),
    inputShape: [6],
  };
}

function vgg(layout: 'tfjs' | 'pytorch', batchNorm: boolean): TestNetwork {
  // Two stages of [1, 2] convolutions on 8 × 8 images: 2 × 2 positions are left, then two dense layers.
  const widths = [3, 5, 6, 7];
  const step = batchNorm ? 3 : 2;
  const convs =
    layout === 'tfjs'
      ? ['block1_conv1', 'block2_conv1', 'block2_conv2']
      : [0, step + 1, 2 * step + 1].map((at) => `features.${at}`);
  const norms =
    layout === 'tfjs'
      ? ['block1_bn1', 'block2_bn1', 'block2_bn2']
      : [1, step + 2, 2 * step + 2].map((at) => `features.${at}`);
  const classifier = layout === 'tfjs' ? ['fc1', 'out'] : ['classifier.0', 'classifier.3'];
  return {
    name: `VGG${batchNorm ? ' with batch norm' : ''}, ${layout}`,
    spec: vggSpec([1, 2], { layout, batchNorm, classifier }),
    shapes: Object.assign(
      {},
      ...convs.map((name, i) => ({
        ...layerShapes(layout, name, [3, widths[i], widths[i + 1]], true),
        ...(batchNorm && normShapes(layout, norms[i], widths[i + 1])),
      })),
      layerShapes(layout, classifier[0], [null, 4 * widths[3], 8], true),
      layerShapes(layout, classifier[1], [null, 8, 4], true),
    ),
    inputShape: [8, 8, 3],
    forward: (params, x) =>
      tf.tidy(() => {
        let h = x;
        convs.forEach((name, i) => {
          h = convolution(layout, params, name, h);
          if (batchNorm) h = readers[layout].norm(params, norms[i], h);
          h = tf.relu(h);
          if (i !== 1) h = tf.maxPool(h as tf.Tensor4D, 2, 2, 'valid');
        });
        const flat = tf.reshape(layout === 'tfjs' ? h : tf.transpose(h, [0, 3, 1, 2]), [
          x.shape[0],
          -1,
        ]);
        return dense(
          layout,
          params,
          classifier[1],
          tf.relu(dense(layout, params, classifier[0], flat)),
        );
      }),
  };
}

function resnet(layout: 'tfjs' | 'pytorch', block: 'basic' | 'bottleneck'): TestNetwork {
  const tfjs = layout === 'tfjs';
  const stages = [2, 1];
  const streams = block === 'basic' ? [5, 5, 8] : [5, 12, 16];
  const inner = [4, 6];
  const stem = tfjs ? (['stem/conv', 'stem/bn'] as const) : (['conv1', 'bn1'] as const);
  const prefix = (stage: number, i: number) =>
    tfjs ? `stage${stage + 1}/block${i + 1}/` : `layer${stage + 1}.${i}.`;
  const shortcut = tfjs
    ? (['shortcut/conv', 'shortcut/bn'] as const)
    : (['downsample.0', 'downsample.1'] as const);
  const shapes: Record<string, number[]> = {};
  const add = (conv: string, norm: string, size: readonly [number, number, number]) =>
    Object.assign(
      shapes,
      layerShapes(layout, conv, size, false),
      normShapes(layout, norm, size[2]),
    );
  add(stem[0], stem[1], [3, 3, streams[0]]);
  stages.forEach((count, stage) => {
    for (let i = 0; i < count; i++) {
      const at = prefix(stage, i);
      const from = i === 0 ? streams[stage] : streams[stage + 1];
      const to = streams[stage + 1];
      const channels =
        block === 'basic' ? [from, inner[stage], to] : [from, inner[stage], inner[stage], to];
      for (let k = 1; k < channels.length; k++) {
        add(`${at}conv${k}`, `${at}bn${k}`, [
          block === 'basic' || k === 2 ? 3 : 1,
          channels[k - 1],
          channels[k],
        ]);
      }
      if (i === 0 && (stage > 0 || block === 'bottleneck'))
        add(`${at}${shortcut[0]}`, `${at}${shortcut[1]}`, [1, from, to]);
    }
  });
  const head = tfjs ? 'head' : 'fc';
  Object.assign(shapes, layerShapes(layout, head, [null, streams[2], 4], true));
  return {
    name: `ResNet of ${block} blocks, ${layout}`,
    spec: resnetSpec(stages, { layout, block }),
    shapes,
    inputShape: [8, 8, 3],
    forward: resnetForward({
      layout,
      stages,
      convolutions: block === 'basic' ? 2 : 3,
      stem,
      prefix,
      shortcut,
      head,
    }),
  };
}

/** One small network of every preset family, in both layouts. */
export const testNetworks: readonly TestNetwork[] = (['tfjs', 'pytorch'] as const).flatMap(
  (layout) => [
    mlp(layout),
    vgg(layout, false),
    vgg(layout, true),
    resnet(layout, 'basic'),
    resnet(layout, 'bottleneck'),
  ],
);
