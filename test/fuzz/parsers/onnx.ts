import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { onnxForward, onnxParams, writeOnnx } from '../../../src/onnx';
import { floats } from '../../support/onnx/feeds';
import { modelBytes, type NodeGiven } from '../../support/onnx/modelBytes';
import { type FuzzedParser, unsound } from '../fuzzedParser';
import { mutatedBytes } from '../mutations/mutatedBytes';
import { INTEGERS, mutatedMessages } from '../mutations/mutatedMessages';
import { scratchFile } from '../scratchFile';
import { fixtureBytes } from './fixtureBytes';
import { readSoundly } from './readSoundly';

const bytesOf = (name: string) => fixtureBytes(`onnx/${name}`);

/** A constant of integers, which stay small when a byte is changed. */
const ints = (name: string, ...values: number[]): NodeGiven => [
  ...(['Constant', [], [name], { value_ints: values }] as const),
];

/** Small models of many operators, with an input x of shape [2, 3]. */
const small = [
  modelBytes({
    inputs: { x: { shape: [2, 3] } },
    nodes: [
      ints('shape', 4, 2),
      ['MatMul', ['x', 'w'], ['h']],
      ['Reshape', ['h', 'shape'], ['r'], { allowzero: 0 }],
      ['Transpose', ['r'], ['t'], { perm: [1, 0] }],
      ['Concat', ['t', 't'], ['y'], { axis: 1 }],
    ],
    initializers: { w: floats([3, 4]) },
    outputs: ['y'],
  }),
  modelBytes({
    inputs: { x: { shape: [2, 3] } },
    nodes: [
      ints('zero', 0),
      ints('one', 1),
      ints('two', 2),
      ints('pair', 1, 4),
      ints('pads', 0, 1, 0, 1),
      ['Gemm', ['x', 'w', 'b'], ['h'], { transB: 1, alpha: { float: 0.5 } }],
      ['Softmax', ['h'], ['s'], { axis: -1 }],
      ['Slice', ['s', 'zero', 'two', 'one'], ['cut']],
      ['Pad', ['cut', 'pads'], ['p']],
      ['ReduceSum', ['p', 'one'], ['r'], { keepdims: 1 }],
      ['Tile', ['r', 'pair'], ['u']],
      ['Unsqueeze', ['u', 'zero'], ['i']],
      ['Unsqueeze', ['i', 'zero'], ['image']],
      ['Conv', ['image', 'kernel'], ['c'], { pads: [1, 1, 1, 1], strides: [1, 1], group: 1 }],
      ['MaxPool', ['c'], ['m'], { kernel_shape: [2, 2], strides: [2, 2] }],
      ['Flatten', ['m'], ['y'], { axis: 1 }],
    ],
    initializers: { w: floats([4, 3]), b: floats([4]), kernel: floats([2, 1, 3, 3]) },
    outputs: ['y'],
  }),
];
const names = [
  'if_a',
  'functions_a',
  'constants_a',
  'floatdata_a',
  'float16_a',
  'qdq_a',
  'msmlp_a',
];
const files = [...names, 'msrms_a', 'external_a'].map((name) => bytesOf(`${name}.onnx`));
const models = [...small, ...files];
const WORDS = [
  ...['x', 'y', 'w', 'h', 'shape', 'axis', 'perm', 'pads', 'zero', 'value', 'location', 'offset'],
  ...['Reshape', 'Expand', 'Tile', 'ConstantOfShape', 'Range', 'Pad', 'Einsum', 'If', 'Loop'],
  ...['Resize', 'OneHot', 'Gather', 'Slice', 'Split', 'TopK', 'LSTM', 'Conv', 'MatMul', 'Cast'],
];

/** Places of files: inside of the folder, outside, and nowhere. */
const LOCATIONS = [
  ...['external_a.1.bin', 'external_a.2.bin', './external_a.1.bin', '../onnx/external_a.1.bin'],
  ...['/etc/hostname', 'a/../../x', '.', 'a.onnx', 'no/file', 'external_a.1.bin/x'],
];

const externalData = {
  'external_a.1.bin': bytesOf('external_a.1.bin'),
  'external_a.2.bin': bytesOf('external_a.2.bin'),
};

/** Files of ONNX. */
export const onnx: readonly FuzzedParser<Uint8Array>[] = [
  {
    name: 'onnx',
    inputs: fc.oneof(mutatedMessages(models, WORDS), mutatedBytes(models)),
    parse: readModel,
  },
  {
    name: 'onnx-file',
    inputs: mutatedMessages([bytesOf('external_a.onnx')], [...LOCATIONS, ...WORDS]),
    async parse(bytes) {
      for (const [name, data] of Object.entries(externalData)) scratchFile(`onnx/${name}`, data);
      await readSoundly(scratchFile('onnx/a.onnx', bytes));
    },
  },
  // A graph computes what it says: only graphs of small tensors are run.
  { name: 'onnx-run', inputs: mutatedMessages(small, WORDS, INTEGERS.small), parse: runModel },
];

/** Reads the weights and the graph of a model, and writes a copy of the model with the same weights. */
async function readModel(bytes: Uint8Array): Promise<void> {
  const params = onnxParams(bytes, { externalData });
  try {
    onnxForward(bytes, { externalData });
    const names = Object.keys(params);
    if (names.length === 0) return;
    const written = await writeOnnx(bytes, params, { externalData });
    const again = onnxParams(written.bytes, { externalData: written.externalData });
    tf.dispose(again);
    if (`${Object.keys(again)}` !== `${names}`) throw unsound('a written copy has other weights');
  } finally {
    tf.dispose(params);
  }
}

/** Runs the graph of a model. */
function runModel(bytes: Uint8Array): void {
  const params = onnxParams(bytes);
  const x = tf.ones([2, 3]);
  try {
    const output = tf.tidy(() => onnxForward(bytes)(params, x));
    tf.dispose(output);
  } finally {
    tf.dispose([params, x]);
  }
}
