import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
} from 'onnx-buf';
import { permutationSpec } from 'perm-lmc';
import { floats } from '../support/onnx/feeds';
import { modelBytes } from '../support/onnx/modelBytes';

/** The path of an ONNX fixture such as `lenet_a`. */
export function onnxPath(name: string): string {
  return fileURLToPath(new URL(`../fixtures/onnx/${name}.onnx`, import.meta.url));
}

/** A small convolutional network with random weights, with the names of PyTorch. */
export function smallModel(seed: number, prefix = ''): Uint8Array {
  const [conv, fc1, fc2] = ['conv', 'fc1', 'fc2'].map((name) => `${prefix}${name}`);
  return modelBytes({
    inputs: { x: { shape: [2, 2, 6, 6] } },
    initializers: {
      [`${conv}.weight`]: floats([4, 2, 3, 3], 10 * seed + 1),
      [`${conv}.bias`]: floats([4], 10 * seed + 2),
      [`${fc1}.weight`]: floats([8, 64], 10 * seed + 3),
      [`${fc1}.bias`]: floats([8], 10 * seed + 4),
      [`${fc2}.weight`]: floats([3, 8], 10 * seed + 5),
      [`${fc2}.bias`]: floats([3], 10 * seed + 6),
    },
    nodes: [
      ['Conv', ['x', `${conv}.weight`, `${conv}.bias`], ['c']],
      ['Relu', ['c'], ['r1']],
      ['Flatten', ['r1'], ['flat']],
      ['Gemm', ['flat', `${fc1}.weight`, `${fc1}.bias`], ['g1'], { transB: 1 }],
      ['Relu', ['g1'], ['r2']],
      ['Gemm', ['r2', `${fc2}.weight`, `${fc2}.bias`], ['y'], { transB: 1 }],
    ],
    outputs: ['y'],
  });
}

/** The spec of {@link smallModel}. */
export const smallSpec = permutationSpec({
  'conv.weight': 'c _ _ _',
  'conv.bias': 'c',
  'fc1.weight': 'h (c 16)',
  'fc1.bias': 'h',
  'fc2.weight': '_ h',
  'fc2.bias': '_',
});

/** The location of a tensor's values, and the offset and the length that the model gives. */
export interface ExternalEntries {
  readonly location: string;
  readonly offset?: string;
  readonly length?: string;
}

/**
 * A model with its weights in other files, at the locations that `locationOf` gives for their names, and the bytes
 * of those files.
 */
export function externalModel(
  original: Uint8Array,
  locationOf: (tensor: string) => string,
): { bytes: Uint8Array; files: Record<string, Uint8Array> } {
  const model = fromBinary(ModelProtoSchema, original);
  const files: Record<string, Uint8Array> = {};
  for (const tensor of model.graph!.initializer) {
    const location = locationOf(tensor.name);
    const before = files[location] ?? new Uint8Array();
    files[location] = new Uint8Array([...before, ...tensor.rawData]);
    moveOut(tensor, {
      location,
      offset: `${before.length}`,
      length: `${tensor.rawData.length}`,
    });
  }
  return { bytes: toBinary(ModelProtoSchema, model), files };
}

/** A fixture whose first weight has these entries of external data. */
export function modelWithEntries(name: string, entries: ExternalEntries): Uint8Array {
  const model = fromBinary(ModelProtoSchema, readFileSync(onnxPath(name)));
  moveOut(model.graph!.initializer[0], entries);
  return toBinary(ModelProtoSchema, model);
}

/** A model without the values of its weights. */
export function withoutValues(bytes: Uint8Array): ModelProto {
  const model = fromBinary(ModelProtoSchema, bytes);
  for (const tensor of model.graph!.initializer) {
    tensor.rawData = new Uint8Array();
    tensor.floatData = [];
  }
  return model;
}

function moveOut(tensor: TensorProto, entries: ExternalEntries): void {
  tensor.rawData = new Uint8Array();
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
  tensor.externalData = Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
}

/** Writes a model with its files beside it, and returns its path. */
export function writeModel(
  path: string,
  { bytes, files }: { bytes: Uint8Array; files: Record<string, Uint8Array> },
): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  for (const [location, data] of Object.entries(files)) {
    const own = join(dirname(path), location);
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, data);
  }
  return path;
}
