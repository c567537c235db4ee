import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { modelBytes } from '../../../test/support/onnx/modelBytes';
import { type ExportedNetwork, type GraphWriter, graphWriter } from './exportedNetwork';

const [SIZE, PATCH, WIDTH, HEADS, DEPTH, CLASSES] = [224, 16, 192, 3, 12, 1000];
const PATCHES = (SIZE / PATCH) ** 2;
const KEYS = WIDTH / HEADS;

/** ViT-Tiny: 12 blocks of width 192 with 3 heads on 196 patches of an image [3, 224, 224] and a class token. */
export const visionTransformer: ExportedNetwork = {
  name: 'ViT-Tiny',
  inputShape: [3, SIZE, SIZE],
  bytes: transformerBytes,
  byHand: transformerByHand,
};

function transformerBytes(seed: number): Uint8Array {
  const graph = graphWriter(seed);
  const { node, integers } = graph;
  graph.weights('patch_embed.weight', [WIDTH, 3, PATCH, PATCH], 3 * PATCH ** 2);
  graph.weights('patch_embed.bias', [WIDTH], 100);
  graph.weights('cls_token', [1, 1, WIDTH], 4);
  graph.weights('pos_embed', [1, PATCHES + 1, WIDTH], 4);
  const kernel = { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH], pads: [0, 0, 0, 0] };
  const patches = node('Conv', ['x', 'patch_embed.weight', 'patch_embed.bias'], kernel);
  const flat = node('Reshape', [patches, integers(0, WIDTH, -1)]);
  const tokens = node('Transpose', [flat], { perm: [0, 2, 1] });
  const batch = node('Slice', [node('Shape', ['x']), integers(0), integers(1)]);
  const size = node('Concat', [batch, integers(-1), integers(-1)], { axis: 0 });
  const whole = node('Where', [
    node('Equal', [size, integers(-1)]),
    node('ConstantOfShape', [node('Shape', [size])], {
      value: { tensor: { type: 'int64', shape: [1], data: [1] } },
    }),
    size,
  ]);
  const classToken = node('Expand', ['cls_token', whole]);
  let y = node('Add', [node('Concat', [classToken, tokens], { axis: 1 }), 'pos_embed']);
  for (let k = 0; k < DEPTH; k++) y = blockNodes(graph, `blocks.${k}`, y);
  const first = node('Gather', [layerNorm(graph, 'norm', y), scalarIndex(graph, 0)], { axis: 1 });
  graph.weights('head.weight', [CLASSES, WIDTH], WIDTH);
  graph.weights('head.bias', [CLASSES], WIDTH);
  y = node('Gemm', [first, 'head.weight', 'head.bias'], { transB: 1 });
  return modelBytes({ ...graph, inputs: { x: { shape: ['batch', 3, SIZE, SIZE] } }, outputs: [y] });
}

function blockNodes(graph: GraphWriter, name: string, x: string): string {
  const { node, integers } = graph;
  const normed = layerNorm(graph, `${name}.norm1`, x);
  const qkv = dense(graph, `${name}.attn.qkv`, normed, WIDTH, 3 * WIDTH);
  const parts = node('Reshape', [qkv, integers(0, PATCHES + 1, 3, HEADS, KEYS)]);
  const moved = node('Transpose', [parts], { perm: [2, 0, 3, 1, 4] });
  const [q, k, v] = [0, 1, 2].map((which) =>
    node('Gather', [moved, scalarIndex(graph, which)], { axis: 0 }),
  );
  const scaled = node('Mul', [q, numberOf(graph, KEYS ** -0.5)]);
  const scores = node('MatMul', [scaled, node('Transpose', [k], { perm: [0, 1, 3, 2] })]);
  const found = node('MatMul', [node('Softmax', [scores], { axis: -1 }), v]);
  const joined = node('Transpose', [found], { perm: [0, 2, 1, 3] });
  const rows = node('Reshape', [joined, integers(0, PATCHES + 1, WIDTH)]);
  const attended = node('Add', [x, dense(graph, `${name}.attn.proj`, rows, WIDTH, WIDTH)]);
  const inner = layerNorm(graph, `${name}.norm2`, attended);
  const hidden = dense(graph, `${name}.mlp.fc1`, inner, WIDTH, 4 * WIDTH);
  return node('Add', [
    attended,
    dense(graph, `${name}.mlp.fc2`, gelu(graph, hidden), 4 * WIDTH, WIDTH),
  ]);
}

/** x/2·(1 + erf(x/√2)), as the nodes that PyTorch exports. */
function gelu(graph: GraphWriter, x: string): string {
  const { node } = graph;
  const error = node('Erf', [node('Div', [x, numberOf(graph, Math.SQRT2)])]);
  const factor = node('Add', [error, numberOf(graph, 1)]);
  return node('Mul', [node('Mul', [x, factor]), numberOf(graph, 0.5)]);
}

/** A product with weights [in, out] and a bias. */
function dense(graph: GraphWriter, name: string, x: string, ins: number, outs: number): string {
  graph.weights(`${name}.weight`, [ins, outs], ins);
  graph.weights(`${name}.bias`, [outs], ins);
  return graph.node('Add', [`${name}.bias`, graph.node('MatMul', [x, `${name}.weight`])]);
}

function layerNorm(graph: GraphWriter, name: string, x: string): string {
  const weights = [
    graph.weights(`${name}.weight`, [WIDTH], 100, 1),
    graph.weights(`${name}.bias`, [WIDTH], 100),
  ];
  return graph.node('LayerNormalization', [x, ...weights], { axis: -1, epsilon: { float: 1e-6 } });
}

function numberOf(graph: GraphWriter, value: number): string {
  return graph.node('Constant', [], { value: { tensor: { shape: [], data: [value] } } });
}

function scalarIndex(graph: GraphWriter, value: number): string {
  return graph.node('Constant', [], {
    value: { tensor: { type: 'int64', shape: [], data: [value] } },
  });
}

function transformerByHand(params: Params, image: tf.Tensor): tf.Tensor {
  const filter = tf.transpose(params['patch_embed.weight'] as tf.Tensor4D, [2, 3, 1, 0]);
  const channelsLast = tf.transpose(image as tf.Tensor4D, [0, 2, 3, 1]);
  const bias = params['patch_embed.bias'];
  const patches = tf.add(tf.conv2d(channelsLast, filter, PATCH, 'valid'), bias);
  const batch = image.shape[0];
  const tokens = tf.reshape(patches, [batch, PATCHES, WIDTH]);
  const classToken = tf.tile(params.cls_token, [batch, 1, 1]);
  let y = tf.add(tf.concat([classToken, tokens], 1), params.pos_embed);
  for (let k = 0; k < DEPTH; k++) y = blockByHand(params, `blocks.${k}`, y);
  const first = tf.slice(normByHand(params, 'norm', y), [0, 0, 0], [batch, 1, WIDTH]);
  const head = tf.transpose(params['head.weight'] as tf.Tensor2D);
  return tf.add(
    tf.matMul(tf.reshape(first, [batch, WIDTH]) as tf.Tensor2D, head),
    params['head.bias'],
  );
}

function blockByHand(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const [batch, length] = x.shape;
  const qkv = denseByHand(params, `${name}.attn.qkv`, normByHand(params, `${name}.norm1`, x));
  const heads = tf.split(qkv, 3, 2).map((part) => tf.reshape(part, [batch, length, HEADS, KEYS]));
  const q = tf.mul(tf.transpose(heads[0], [0, 2, 1, 3]), KEYS ** -0.5);
  const k = tf.transpose(heads[1], [0, 2, 3, 1]);
  const v = tf.transpose(heads[2], [0, 2, 1, 3]);
  const found = tf.matMul(tf.softmax(tf.matMul(q, k)), v);
  const rows = tf.reshape(tf.transpose(found, [0, 2, 1, 3]), [batch, length, WIDTH]);
  const attended = tf.add(x, denseByHand(params, `${name}.attn.proj`, rows));
  const inner = normByHand(params, `${name}.norm2`, attended);
  const hidden = denseByHand(params, `${name}.mlp.fc1`, inner);
  const active = tf.mul(tf.mul(hidden, 0.5), tf.add(tf.erf(tf.mul(hidden, Math.SQRT1_2)), 1));
  return tf.add(attended, denseByHand(params, `${name}.mlp.fc2`, active));
}

function denseByHand(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const weight = params[`${name}.weight`] as tf.Tensor2D;
  const [ins, outs] = weight.shape;
  const rows = tf.reshape(x, [-1, ins]) as tf.Tensor2D;
  const product = tf.add(tf.matMul(rows, weight), params[`${name}.bias`]);
  return tf.reshape(product, [...x.shape.slice(0, -1), outs]);
}

function normByHand(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  const normed = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-6)));
  return tf.add(tf.mul(normed, params[`${name}.weight`]), params[`${name}.bias`]);
}
