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

const plainProduct = { transpose_a: { b: false }, transpose_b: { b: false } };

/** Two hidden layers: x [N, 4] → h1 [N, 6] → h2 [N, 5] → scores [N, 3], from the node `from` on. */
const hiddenLayers = (from: string): GraphNode[] => [
  operation('MatMul', 'h1', [from, 'w1'], plainProduct),
  operation('Relu', 'relu1', ['h1']),
  operation('MatMul', 'h2', ['relu1', 'w2'], plainProduct),
  operation('Tanh', 'tanh2', ['h2']),
  operation('MatMul', 'scores', ['tanh2', 'w3'], plainProduct),
];

const hiddenWeights = () => ({
  w1: tf.randomNormal([4, 6], 0, 1, 'float32', 1),
  w2: tf.randomNormal([6, 5], 0, 1, 'float32', 2),
  w3: tf.randomNormal([5, 3], 0, 1, 'float32', 3),
});

/** A detector: boxes [N, 4] and scores [N] from the hidden layers, then non-maximum suppression. */
export function detector(): Promise<tfconv.GraphModel> {
  return loadGraph(
    [
      placeholder('x', [-1, 4]),
      ...hiddenLayers('x'),
      operation('MatMul', 'boxes', ['tanh2', 'w4'], plainProduct),
      operation('Max', 'best', ['scores', 'one'], { keep_dims: { b: false } }),
      {
        name: 'suppressed',
        op: 'NonMaxSuppressionV3',
        input: ['boxes', 'best', 'count', 'overlap', 'threshold'],
      },
      { name: 'found', op: 'GatherV2', input: ['boxes', 'suppressed', 'zero'] },
    ],
    {
      ...hiddenWeights(),
      w4: tf.randomNormal([5, 4], 0, 1, 'float32', 4),
      one: tf.scalar(1, 'int32'),
      zero: tf.scalar(0, 'int32'),
      count: tf.scalar(3, 'int32'),
      overlap: tf.scalar(0.5),
      threshold: tf.scalar(-9),
    },
  );
}

/** Control flow before the network: Switch and Merge choose between x and −x. */
export function branchBefore(tail: readonly GraphNode[] = []): Promise<tfconv.GraphModel> {
  return loadGraph(
    [
      placeholder('x', [-1, 4]),
      operation('Max', 'greatest', ['x', 'axes'], { keep_dims: { b: false } }),
      operation('Greater', 'bright', ['greatest', 'limit']),
      operation('Switch', 'switch', ['x', 'bright']),
      operation('Neg', 'negative', ['switch:1']),
      operation('Merge', 'merge', ['switch', 'negative']),
      operation('Mul', 'scaled', ['merge', 'limit']),
      ...hiddenLayers('scaled'),
      ...tail,
    ],
    { ...hiddenWeights(), axes: tf.tensor1d([0, 1], 'int32'), limit: tf.scalar(0.5) },
  );
}

/** A shape that only values tell, behind the hidden layers. */
export const whereTail: readonly GraphNode[] = [
  operation('Greater', 'positive', ['scores', 'limit']),
  { name: 'where', op: 'Where', input: ['positive'] },
];

/** The two greatest scores and their places. */
export function topScores(): Promise<tfconv.GraphModel> {
  return loadGraph(
    [
      placeholder('x', [-1, 4]),
      ...hiddenLayers('x'),
      { name: 'top', op: 'TopKV2', input: ['scores', 'two'], attr: { sorted: { b: true } } },
    ],
    { ...hiddenWeights(), two: tf.scalar(2, 'int32') },
  );
}
