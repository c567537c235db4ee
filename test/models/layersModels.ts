import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Params } from 'perm-lmc';

/** A model of a family that tfjs-layers can build, and what must be found in it. */
export interface ModelCase {
  readonly name: string;
  readonly build: () => tfl.LayersModel;
  /** Shapes of its inputs without the batch; of ids where `vocabulary` is given. */
  readonly inputs: readonly (readonly number[])[];
  readonly vocabulary?: number;
  /** The names that its params must have, in order. */
  readonly params: readonly string[];
  /** The sizes of its groups, in order; `6 in 3` is a fibred group of 6 units inside one of 3. */
  readonly groups: readonly string[];
}

/** Multiplies by a vector and adds a constant, a layer that tfjs does not have. */
class ScaleLayer extends tfl.layers.Layer {
  static className = 'ScaleLayer';
  private factor!: tfl.LayerVariable;

  override build(shape: tfl.Shape): void {
    const init = tfl.initializers.ones();
    this.factor = this.addWeight('factor', [shape.at(-1)!], 'float32', init);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.tidy(() => tf.add(tf.mul(x, this.factor.read()), 0.5));
  }
}

/** Refuses to run: what happens to a model whose layer throws. */
export class ThrowingLayer extends tfl.layers.Layer {
  static className = 'ThrowingLayer';
  armed = false;

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    if (this.armed) throw new RangeError('no more');
    return tf.clone(Array.isArray(inputs) ? inputs[0] : inputs);
  }
}

const { layers } = tfl;
type Symbolic = tfl.SymbolicTensor;
const apply = (layer: tfl.layers.Layer, x: Symbolic | Symbolic[]) => layer.apply(x) as Symbolic;
// The default of recurrent layers, 'orthogonal', needs chained methods.
const recurrentInitializer = 'glorotUniform' as const;

function sequential(...list: tfl.layers.Layer[]): tfl.Sequential {
  return tfl.sequential({ layers: list });
}

function functional(shape: (number | null)[], body: (x: Symbolic) => Symbolic): tfl.LayersModel {
  const inputs = tfl.input({ shape });
  return tfl.model({ inputs, outputs: body(inputs) });
}

const kernelAndBias = (...names: string[]) =>
  names.flatMap((name) => [`${name}/kernel`, `${name}/bias`]);
const norm = (name: string) =>
  ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((weight) => `${name}/${weight}`);
const recurrent = (name: string) =>
  ['kernel', 'recurrent_kernel', 'bias'].map((weight) => `${name}/${weight}`);

export const modelCases: readonly ModelCase[] = [
  {
    name: 'MLP',
    build: () =>
      sequential(
        layers.dense({ units: 9, activation: 'relu', inputShape: [4] }),
        layers.dense({ units: 7, activation: 'tanh' }),
        layers.dense({ units: 3, activation: 'softmax', name: 'head' }),
      ),
    inputs: [[4]],
    params: kernelAndBias('dense_1', 'dense_2', 'head'),
    groups: ['9', '7'],
  },
  {
    name: 'LeNet with Flatten',
    build: () =>
      sequential(
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 1] }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu' }),
        layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
        layers.flatten(),
        layers.dense({ units: 6, activation: 'relu' }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 3 }),
      ),
    inputs: [[12, 12, 1]],
    params: kernelAndBias('conv2d_1', 'conv2d_2', 'dense_1', 'dense_2'),
    groups: ['4', '5', '6'],
  },
  {
    name: 'VGG with batch normalisation, of any image size',
    build: () =>
      sequential(
        layers.conv2d({
          filters: 4,
          kernelSize: 3,
          useBias: false,
          padding: 'same',
          inputShape: [null, null, 3],
        }),
        layers.batchNormalization(),
        layers.activation({ activation: 'relu' }),
        layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same' }),
        layers.batchNormalization(),
        layers.prelu({ sharedAxes: [1, 2] }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 3 }),
      ),
    inputs: [[8, 8, 3]],
    params: [
      'conv2d_1/kernel',
      ...norm('batch_normalization_1'),
      ...kernelAndBias('conv2d_2'),
      ...norm('batch_normalization_2'),
      'p_re_lu_1/alpha',
      ...kernelAndBias('dense_1'),
    ],
    groups: ['4', '5'],
  },
  {
    name: 'ResNet',
    build: () =>
      functional([8, 8, 3], (x) => {
        const conv = (filters: number) =>
          layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
        const stem = apply(conv(6), x);
        const inner = apply(conv(6), apply(conv(5), stem));
        const stream = apply(layers.add(), [stem, inner]);
        return apply(layers.dense({ units: 3 }), apply(layers.globalMaxPooling2d({}), stream));
      }),
    inputs: [[8, 8, 3]],
    params: kernelAndBias('conv2d_1', 'conv2d_2', 'conv2d_3', 'dense_1'),
    groups: ['6', '5'],
  },
  {
    name: 'DenseNet',
    build: () =>
      functional([8, 8, 3], (x) => {
        const conv = (filters: number) =>
          layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
        let features = apply(conv(4), x);
        for (const growth of [3, 2])
          features = apply(layers.concatenate(), [features, apply(conv(growth), features)]);
        features = apply(layers.batchNormalization(), features);
        return apply(
          layers.dense({ units: 3 }),
          apply(layers.globalAveragePooling2d({}), features),
        );
      }),
    inputs: [[8, 8, 3]],
    params: [
      ...kernelAndBias('conv2d_1', 'conv2d_2', 'conv2d_3'),
      ...norm('batch_normalization_1'),
      ...kernelAndBias('dense_1'),
    ],
    groups: ['4', '3', '2'],
  },
  {
    name: 'MobileNet block with squeeze and excitation',
    build: () =>
      functional([8, 8, 3], (x) => {
        const wide = apply(layers.conv2d({ filters: 6, kernelSize: 1, useBias: false }), x);
        const deep = apply(
          layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
          apply(layers.reLU({ maxValue: 6 }), apply(layers.batchNormalization(), wide)),
        );
        const narrow = apply(layers.conv2d({ filters: 4, kernelSize: 1 }), deep);
        const pooled = apply(
          layers.reshape({ targetShape: [1, 1, 4] }),
          apply(layers.globalAveragePooling2d({}), narrow),
        );
        const squeezed = apply(layers.dense({ units: 2, activation: 'relu' }), pooled);
        const gate = apply(layers.dense({ units: 4, activation: 'sigmoid' }), squeezed);
        const gated = apply(layers.multiply(), [narrow, gate]);
        const last = apply(layers.separableConv2d({ filters: 5, kernelSize: 3 }), gated);
        return apply(
          layers.dense({ units: 3, name: 'head' }),
          apply(layers.globalAveragePooling2d({}), last),
        );
      }),
    inputs: [[8, 8, 3]],
    params: [
      'conv2d_1/kernel',
      ...norm('batch_normalization_1'),
      'depthwise_conv2d_1/depthwise_kernel',
      'depthwise_conv2d_1/bias',
      ...kernelAndBias('conv2d_2', 'dense_1', 'dense_2'),
      'separable_conv2d_1/depthwise_kernel',
      'separable_conv2d_1/pointwise_kernel',
      'separable_conv2d_1/bias',
      ...kernelAndBias('head'),
    ],
    groups: ['6', '4', '2', '5'],
  },
  {
    name: 'depthwise convolution of multiplier 2',
    build: () =>
      sequential(
        layers.conv2d({ filters: 3, kernelSize: 1, activation: 'relu', inputShape: [6, 6, 2] }),
        layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: 'relu' }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 3 }),
      ),
    inputs: [[6, 6, 2]],
    params: [
      ...kernelAndBias('conv2d_1'),
      'depthwise_conv2d_1/depthwise_kernel',
      'depthwise_conv2d_1/bias',
      ...kernelAndBias('dense_1'),
    ],
    groups: ['3', '6 in 3'],
  },
  {
    name: 'U-Net',
    build: () =>
      functional([8, 8, 3], (x) => {
        const conv = (filters: number) =>
          layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
        const skip = apply(conv(4), x);
        const low = apply(conv(6), apply(layers.maxPooling2d({ poolSize: 2 }), skip));
        const up = apply(
          layers.conv2dTranspose({ filters: 5, kernelSize: 2, strides: 2, padding: 'same' }),
          low,
        );
        const joined = apply(conv(3), apply(layers.concatenate(), [up, skip]));
        const larger = apply(layers.upSampling2d({ size: [2, 2] }), joined);
        const cropped = apply(layers.cropping2D({ cropping: [1, 1] }), larger);
        return apply(
          conv(2),
          apply(layers.zeroPadding2d({ padding: [2, 1] as [number, number] }), cropped),
        );
      }),
    inputs: [[8, 8, 3]],
    params: kernelAndBias('conv2d_1', 'conv2d_2', 'conv2d_transpose_1', 'conv2d_3', 'conv2d_4'),
    groups: ['4', '6', '5', '3'],
  },
  {
    name: 'LSTM over any number of steps',
    build: () =>
      sequential(
        layers.lstm({ units: 4, recurrentInitializer, inputShape: [null as never, 5] }),
        layers.dense({ units: 3 }),
      ),
    inputs: [[4, 5]],
    params: [...recurrent('lstm_1'), ...kernelAndBias('dense_1')],
    groups: ['4'],
  },
  {
    name: 'GRU behind GRU',
    build: () =>
      sequential(
        layers.gru({ units: 4, recurrentInitializer, returnSequences: true, inputShape: [3, 5] }),
        layers.gru({ units: 6, recurrentInitializer }),
        layers.dense({ units: 3 }),
      ),
    inputs: [[3, 5]],
    params: [...recurrent('gru_1'), ...recurrent('gru_2'), ...kernelAndBias('dense_1')],
    groups: ['4', '6'],
  },
  {
    name: 'SimpleRNN',
    build: () =>
      sequential(
        layers.simpleRNN({ units: 4, recurrentInitializer, inputShape: [3, 5] }),
        layers.dense({ units: 3 }),
      ),
    inputs: [[3, 5]],
    params: [...recurrent('simple_rnn_1'), ...kernelAndBias('dense_1')],
    groups: ['4'],
  },
  {
    name: 'RNN of two cells',
    build: () =>
      sequential(
        layers.rnn({
          cell: [
            layers.lstmCell({ units: 4, recurrentInitializer }),
            layers.simpleRNNCell({ units: 3, recurrentInitializer }),
          ] as never,
          inputShape: [3, 5],
        }),
        layers.dense({ units: 3 }),
      ),
    inputs: [[3, 5]],
    params: [
      ...recurrent('rnn_1/cell_1'),
      ...recurrent('rnn_1/cell_2'),
      ...kernelAndBias('dense_1'),
    ],
    groups: ['4', '3'],
  },
  {
    name: 'Bidirectional and TimeDistributed',
    build: () =>
      sequential(
        layers.bidirectional({
          layer: layers.lstm({ units: 3, recurrentInitializer, returnSequences: true }) as tfl.RNN,
          mergeMode: 'concat',
          inputShape: [4, 5],
        }),
        layers.timeDistributed({ layer: layers.dense({ units: 6, activation: 'relu' }) }),
        layers.globalAveragePooling1d({}),
        layers.dense({ units: 3 }),
      ),
    inputs: [[4, 5]],
    params: [
      ...recurrent('bidirectional_1/forward'),
      ...recurrent('bidirectional_1/backward'),
      ...kernelAndBias('time_distributed_1', 'dense_1'),
    ],
    groups: ['3', '3', '6'],
  },
  {
    name: 'Embedding',
    build: () =>
      sequential(
        layers.embedding({ inputDim: 9, outputDim: 4 }),
        layers.conv1d({ filters: 5, kernelSize: 2, activation: 'relu' }),
        layers.globalMaxPooling1d({}),
        layers.dense({ units: 3 }),
      ),
    inputs: [[4]],
    vocabulary: 9,
    params: ['embedding_1/embeddings', ...kernelAndBias('conv1d_1', 'dense_1')],
    groups: ['4', '5'],
  },
  {
    name: 'LayerNormalization',
    build: () =>
      sequential(
        layers.dense({ units: 6, inputShape: [4] }),
        layers.layerNormalization(),
        layers.activation({ activation: 'relu' }),
        layers.dense({ units: 3 }),
      ),
    inputs: [[4]],
    params: [
      ...kernelAndBias('dense_1'),
      'layer_normalization_1/gamma',
      'layer_normalization_1/beta',
      ...kernelAndBias('dense_2'),
    ],
    groups: ['6'],
  },
  {
    name: 'a custom layer',
    build: () =>
      sequential(
        layers.dense({ units: 6, inputShape: [4] }),
        new ScaleLayer({}),
        layers.dense({ units: 3 }),
      ),
    inputs: [[4]],
    params: [...kernelAndBias('dense_1'), 'scale_layer_1/factor', ...kernelAndBias('dense_2')],
    groups: ['6'],
  },
  {
    name: 'nested models',
    build: () => {
      const encoder = sequential(
        layers.dense({ units: 6, activation: 'relu', inputShape: [4] }),
        layers.dense({ units: 5, activation: 'relu' }),
      );
      const named = tfl.sequential({
        name: 'decoder',
        layers: [layers.dense({ units: 7, activation: 'relu', inputShape: [5] })],
      });
      return functional([4], (x) =>
        apply(layers.dense({ units: 3 }), apply(named, apply(encoder, x))),
      );
    },
    inputs: [[4]],
    params: kernelAndBias(
      'sequential_1/dense_1',
      'sequential_1/dense_2',
      'decoder/dense_1',
      'dense_1',
    ),
    groups: ['6', '5', '7'],
  },
  {
    name: 'a shared layer, two inputs and two outputs',
    build: () => {
      const inputs = [tfl.input({ shape: [4] }), tfl.input({ shape: [4] })];
      const shared = layers.dense({ units: 5, activation: 'relu', name: 'tower' });
      const joined = apply(
        layers.concatenate(),
        inputs.map((input) => apply(shared, input)),
      );
      const outputs = [2, 3].map((units) => apply(layers.dense({ units }), joined));
      return tfl.model({ inputs, outputs });
    },
    inputs: [[4], [4]],
    params: kernelAndBias('tower', 'dense_1', 'dense_2'),
    groups: ['5'],
  },
];

/** A batch for a case: ids where it has a vocabulary, else normal numbers. */
export function randomInputs({ inputs, vocabulary }: ModelCase, seed: number): tf.Tensor[] {
  return inputs.map((shape, i) =>
    vocabulary
      ? tf.tidy(() => tf.floor(tf.randomUniform([3, ...shape], 0, vocabulary, 'float32', seed + i)))
      : tf.randomNormal([3, ...shape], 0, 1, 'float32', seed + i),
  );
}

/** Random values for params of these shapes; variances are positive. */
export function randomValues(params: Params, seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, { shape }], i) => {
        const values = tf.randomNormal(shape, 0, 0.5, 'float32', seed + i + 1);
        return [name, name.endsWith('variance') ? tf.add(tf.abs(values), 0.5) : values];
      }),
    ),
  );
}
