import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {
  type Params,
  permutationSpec,
  serializePermutations,
  serializeSafetensors,
  serializeSpec,
} from 'perm-lmc';
import { loadGraph, operation, placeholder } from '../models/graphModels';

/** An argument of a public function: a valid value, and the nonsense that its type allows. */
export interface Argument {
  readonly valid: unknown;
  /** Names of {@link nonsense} that are no nonsense here. */
  readonly allows: readonly string[];
}

class Instance {
  readonly own = 1;
}

/** Values that hardly any argument allows, by their names. */
export const nonsense: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  NaN: Number.NaN,
  '5': 5,
  '-1.5': -1.5,
  Infinity: Number.POSITIVE_INFINITY,
  "'5'": '5',
  "'nonsense'": 'nonsense',
  true: true,
  bigint: 5n,
  symbol: Symbol('nonsense'),
  '[]': [],
  '[null]': [null],
  '[5]': [5],
  '{}': {},
  'no prototype': Object.create(null),
  '{ length: 1e10 }': { length: 1e10 },
  '{ nonsense: 5 }': { nonsense: 5 },
  '{ nonsense: { length: 1e10 } }': { nonsense: { length: 1e10 } },
  'a Map': new Map([['nonsense', 5]]),
  'an instance': new Instance(),
  'a function': () => undefined,
  'a promise': Promise.resolve({}),
};

const empty = ['{}', 'no prototype'];

/** The table of arguments: by function, in order. */
export async function publicFunctions(): Promise<Record<string, readonly Argument[]>> {
  const spec = permutationSpec({ 'd1/kernel': '_ h>', 'd1/bias': 'h>', 'd2/kernel': '>h _' });
  const params = (): Params => ({
    'd1/kernel': tf.ones([2, 3]),
    'd1/bias': tf.ones([3]),
    'd2/kernel': tf.ones([3, 2]),
  });
  const p = Int32Array.of(1, 0, 2);
  const forward = (net: Params, x: tf.Tensor) =>
    tf.matMul(
      tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, net['d1/kernel'] as tf.Tensor2D), net['d1/bias'])),
      net['d2/kernel'] as tf.Tensor2D,
    );
  const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [3] })] });
  const graph = await loadGraph([placeholder('x', [-1, 2]), operation('MatMul', 'y', ['x', 'w'])], {
    w: tf.ones([2, 2]),
  });
  const argument = (valid: unknown, ...allows: string[]): Argument => ({ valid, allows });
  const specArgument = argument(spec);
  const network = argument(params());
  const mask = network;
  const permutation = argument(p);
  const permutations = argument({ h: p });
  const anyPermutations = argument({ h: p }, ...empty);
  const networks = argument([params(), params()]);
  const similarity = argument(new Float32Array(9));
  const n = argument(3);
  const text = (valid: string) => argument(valid);
  const evaluate = argument(async () => ({ loss: 1 }), 'a function');
  const options = (valid: object = {}) =>
    argument(valid, 'undefined', '{}', 'no prototype', 'an instance');
  const required = (valid: object) => argument(valid);
  /** Options without a default that a matcher checks when it is called. */
  const checkedLater = (valid: object) => argument(valid, ...empty);
  const inputs = tf.ones([2, 2]);
  const learning = { forward, data: { x: inputs, y: tf.tensor1d([0, 1], 'int32') }, steps: 1 };
  return {
    recogniseArchitecture: [network, options()],
    transformerSpec: [
      text('llama'),
      argument({ hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2 }),
      options(),
    ],
    mlpSpec: [argument(3, '5'), options()],
    resnetSpec: [argument([1, 1], '[5]'), options()],
    vggSpec: [argument(11, '[5]'), options()],
    munkres: [similarity, n],
    shortestAugmentingPath: [similarity, n, options()],
    solveAssignment: [similarity, n, options()],
    parseSafetensors: [argument(await serializeSafetensors(params()))],
    serializeSafetensors: [argument(params(), ...empty), options()],
    parseSafetensorsIndex: [text('{"weight_map": {"w": "a.safetensors"}}')],
    parsePermutations: [text(serializePermutations({ h: p }))],
    serializePermutations: [anyPermutations],
    parseSpec: [text(serializeSpec(spec))],
    serializeSpec: [specArgument],
    activationMatch: [specArgument, network, network, required({ forward, inputs })],
    activationMatcher: [specArgument, checkedLater({ forward, inputs })],
    activationManyMatcher: [specArgument, checkedLater({ forward, inputs })],
    activationMatchMany: [specArgument, networks, required({ forward, inputs })],
    manyMatcher: [specArgument, options()],
    matchMany: [specArgument, networks, options()],
    crossEntropy: [argument(tf.ones([2, 2])), argument(tf.tensor1d([0, 1], 'int32'))],
    straightThroughManyMatcher: [specArgument, checkedLater(learning)],
    straightThroughMatch: [specArgument, network, network, required(learning)],
    straightThroughMatcher: [specArgument, checkedLater(learning)],
    straightThroughMatchMany: [specArgument, networks, required(learning)],
    matchSequence: [specArgument, networks, networks, options()],
    permutationEntropy: [specArgument, network, network, options()],
    sinkhornMatch: [specArgument, network, network, options()],
    sinkhornMatcher: [specArgument, options()],
    unitSimilarity: [specArgument, network, network, options()],
    weightMatch: [specArgument, network, network, options()],
    weightMatcher: [specArgument, options()],
    average: [networks, options()],
    interpolate: [network, network, argument(0.5), options()],
    spliceParams: [network, network, argument(() => true, 'a function')],
    taskVector: [network, network],
    transport: [
      specArgument,
      argument({ from: params(), to: params(), delta: params() }),
      permutations,
      options(),
    ],
    barrier: [network, network, evaluate, options()],
    classificationEvaluator: [
      argument(forward, 'a function'),
      argument({ x: inputs, y: tf.tensor1d([0, 1], 'int32') }),
      options(),
    ],
    regressionEvaluator: [
      argument(forward, 'a function'),
      argument({ x: inputs, y: inputs }),
      options(),
    ],
    comparePermutations: [anyPermutations, anyPermutations],
    lossPlane: [network, network, network, evaluate, options()],
    similarityStatistics: [argument({ similarity: { h: new Float32Array(3) } }), options()],
    simplexBarrier: [networks, evaluate, options()],
    transitivity: [anyPermutations, anyPermutations, anyPermutations],
    simultaneousConnectivity: [networks, networks, required({})],
    strongConnectivity: [networks, required({})],
    weakConnectivity: [networks, required({})],
    graphModelNetwork: [argument(graph), options()],
    graphModelParams: [argument(graph)],
    graphModelSpec: [argument(graph), options()],
    setGraphModelParams: [argument(graph), argument({})],
    layersModelNetwork: [argument(model), options()],
    layersModelParams: [argument(model)],
    layersModelSpec: [argument(model), options()],
    setLayersModelParams: [argument(model), argument({})],
    prefixMapping: [argument(['w'], '[]'), argument(['m/w'], '[]')],
    renamePrefix: [argument(params(), ...empty), argument({ from: 'd', to: 'e' })],
    compose: [permutation, permutation],
    composePermutations: [permutations, permutations],
    fixedPoints: [permutation],
    hammingDistance: [permutation, permutation],
    identityPermutation: [argument(3, '5')],
    invert: [permutation],
    invertPermutations: [anyPermutations],
    permutationFromMatrix: [argument([0, 1, 1, 0]), argument(2)],
    permutationMatrix: [permutation],
    permutationsFrom: [argument({ h: [1, 0] }, ...empty)],
    randomPermutation: [argument(3, '5'), options()],
    applyMask: [network, mask],
    cubic: [required({ start: 0, end: 1, from: 0, to: 0.5 })],
    density: [mask, options()],
    geometric: [argument(0.5)],
    iterativeMagnitudePruning: [required({})],
    magnitudeMask: [network, required({ sparsity: 0.5 })],
    maskAnd: [mask, mask],
    maskOr: [mask, mask],
    maskOverlap: [mask, mask, options()],
    oneShot: [argument(0.5), options()],
    randomMask: [argument(params(), ...empty), options()],
    transportMask: [specArgument, mask, permutations],
    estimateBatchNorm: [specArgument, network, networks, options()],
    mergeMany: [specArgument, networks, options()],
    repair: [network, networks, required({ forward, inputs })],
    resetBatchNorm: [network, required({ forward, inputs })],
    formatSpec: [specArgument, argument(params(), 'undefined')],
    groupSizes: [specArgument, network],
    identityPermutations: [specArgument, network],
    permutationSpec: [argument({ w: 'h' }, ...empty), options()],
    permute: [specArgument, network, permutations],
    randomPermutations: [specArgument, network, options()],
    resizeSpec: [specArgument, argument({ h: 5 }, ...empty)],
    fold: [specArgument, network, required({ ratio: 0.5 })],
    repairFolded: [
      specArgument,
      argument({ params: params(), spec, clusters: {}, weights: {} }),
      network,
      required({ forward, inputs }),
    ],

    otFusion: [specArgument, network, network, options()],
    partialMatch: [specArgument, network, network, options()],
    unite: [specArgument, network, network, permutations, options()],
    zip: [specArgument, networks, required({ by: 'weights' })],
    widen: [specArgument, network, argument({ h: 5 }, ...empty), options()],
    explainSpec: [specArgument],
    valueAndGradients: [argument((net: Params) => tf.sum(tf.square(net['d1/kernel']))), network],
    traceSpec: [argument(forward, 'a function'), network, argument(inputs), options()],
    verifySpec: [
      specArgument,
      argument(forward, 'a function'),
      network,
      argument(inputs),
      options(),
    ],
  };
}
