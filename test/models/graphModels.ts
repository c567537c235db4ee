import * as tfconv from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';

/** A node of a GraphDef, as much of it as tests need. */
interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

const float = { T: { type: 'DT_FLOAT' } };

/** A placeholder; −1 leaves a size open. */
export function placeholder(name: string, shape: readonly number[] | null, type = 'DT_FLOAT') {
  const dim = shape?.map((size) => ({ size: String(size) }));
  return {
    name,
    op: 'Placeholder',
    attr: { dtype: { type }, shape: { shape: dim ? { dim } : { unknownRank: true } } },
  };
}

/** An operation on floating tensors. */
export function operation(op: string, name: string, input: readonly string[], attr = {}) {
  return { name, op, input, attr: { ...float, ...attr } };
}

/** Loads a graph from memory, its constants being those tensors, which are disposed. */
export async function loadGraph(
  nodes: readonly GraphNode[],
  constants: tf.NamedTensorMap,
): Promise<tfconv.GraphModel> {
  const { data, specs } = await tf.io.encodeWeights(constants);
  const types: Record<string, string> = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' };
  const node = [
    ...Object.entries(constants).map(([name, { dtype }]) => ({
      name,
      op: 'Const',
      attr: { dtype: { type: types[dtype] } },
    })),
    ...nodes,
  ];
  tf.dispose(constants);
  return tfconv.loadGraphModel({
    load: async () => ({
      format: 'graph-model',
      modelTopology: { node, versions: { producer: 1, minConsumer: 1 } },
      weightSpecs: specs,
      weightData: data,
    }),
  });
}

/** A convolution, pooling, a flatten whose shape is a constant, a hidden layer and a softmax. */
export function smallConvolution(seed = 1, width = 5): Promise<tfconv.GraphModel> {
  const random = (shape: number[], i: number) =>
    tf.randomNormal(shape, 0, 0.5, 'float32', 100 * seed + i);
  const ones = { list: { i: ['1', '1', '1', '1'] } };
  const same = { strides: ones, dilations: ones, padding: { s: 'U0FNRQ==' } };
  return loadGraph(
    [
      placeholder('x', [-1, 4, 4, 2]),
      operation('Conv2D', 'conv', ['x', 'conv/kernel'], same),
      operation('BiasAdd', 'conv/add', ['conv', 'conv/bias']),
      operation('Relu', 'relu', ['conv/add']),
      operation('Reshape', 'flat', ['relu', 'flat/shape']),
      operation('_FusedMatMul', 'hidden', ['flat', 'hidden/kernel', 'hidden/bias'], {
        fused_ops: { list: { s: ['Qmlhc0FkZA==', 'UmVsdQ=='] } },
        num_args: { i: '1' },
        transpose_a: { b: false },
        transpose_b: { b: false },
      }),
      operation('MatMul', 'logits', ['hidden', 'head/kernel'], {
        transpose_a: { b: false },
        transpose_b: { b: true },
      }),
      operation('Softmax', 'out', ['logits']),
    ],
    {
      'conv/kernel': random([3, 3, 2, width], 1),
      'conv/bias': random([width], 2),
      'flat/shape': tf.tensor1d([-1, 16 * width], 'int32'),
      'hidden/kernel': random([16 * width, 7], 3),
      'hidden/bias': random([7], 4),
      'head/kernel': random([3, 7], 5),
    },
  );
}

/** Its outputs depend on where a hidden layer is positive: a shape that only the values tell. */
export function withControlFlow(): Promise<tfconv.GraphModel> {
  const plain = { transpose_a: { b: false }, transpose_b: { b: false } };
  return loadGraph(
    [
      placeholder('x', [-1, 4]),
      operation('MatMul', 'hidden', ['x', 'w1'], plain),
      operation('Relu', 'relu', ['hidden']),
      operation('MatMul', 'scores', ['relu', 'w2'], plain),
      operation('Greater', 'found', ['scores', 'zero']),
      { name: 'where', op: 'Where', input: ['found'] },
    ],
    {
      w1: tf.randomNormal([4, 6], 0, 1, 'float32', 1),
      w2: tf.randomNormal([6, 2], 0, 1, 'float32', 2),
      zero: tf.scalar(0),
    },
  );
}

/** Two inputs by name, one of them of integers, and two outputs. */
export function twoInputs(): Promise<tfconv.GraphModel> {
  const plain = { transpose_a: { b: false }, transpose_b: { b: false } };
  return loadGraph(
    [
      placeholder('ids', [-1, 3], 'DT_INT32'),
      placeholder('x', [-1, 3, 4]),
      { name: 'embedded', op: 'GatherV2', input: ['table', 'ids', 'axis'] },
      operation('AddV2', 'sum', ['embedded', 'x']),
      operation('Mean', 'mean', ['sum', 'one'], { keep_dims: { b: false } }),
      operation('MatMul', 'hidden', ['mean', 'w1'], plain),
      operation('Tanh', 'tanh', ['hidden']),
      operation('MatMul', 'a', ['tanh', 'w2'], plain),
      operation('MatMul', 'b', ['tanh', 'w3'], plain),
    ],
    {
      table: tf.randomNormal([5, 4], 0, 1, 'float32', 1),
      axis: tf.scalar(0, 'int32'),
      one: tf.scalar(1, 'int32'),
      w1: tf.randomNormal([4, 6], 0, 1, 'float32', 2),
      w2: tf.randomNormal([6, 2], 0, 1, 'float32', 3),
      w3: tf.randomNormal([6, 3], 0, 1, 'float32', 4),
    },
  );
}
